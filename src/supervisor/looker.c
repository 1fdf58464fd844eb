/* SPDX-License-Identifier: ISC */
/*
 * looker.c - a process of its own for calls about a directory that is not in use: a disk that hangs
 * holds whoever asks it, in the kernel, and the supervisor has others to look after.  Supervisor.
 *
 * One at a time.  It inherits what the supervisor knows, does newcomer.c's work with it, sends back
 * what became of it together with the lock of the directory, and leaves.  One that does not answer
 * in time is killed; until the kernel lets it go, nobody else is sent to that directory.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/proctitle.h"
#include "odradek/base/xalloc.h"
#include "supervisor.h"

#define LOOK_MS 10000 /* a disk that slept may take so long to turn */

union lock_message {
	struct cmsghdr align;
	char buf[CMSG_SPACE(sizeof(int))];
};

static int
send_look(int to, const struct look *l)
{
	struct iovec iov = {.iov_base = (void *)(uintptr_t)l, .iov_len = sizeof(*l)};
	union lock_message control = {0};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	if (l->newcomer.disk.fd != -1) {
		m.msg_control = control.buf;
		m.msg_controllen = sizeof(control.buf);
		*CMSG_FIRSTHDR(&m) = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)),
		    .cmsg_level = SOL_SOCKET,
		    .cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &l->newcomer.disk.fd, sizeof(int));
	}
	return sendmsg(to, &m, MSG_NOSIGNAL) == (ssize_t)sizeof(*l) ? 0 : -1;
}

/* 0; -1 with errno, EAGAIN as long as there is nothing. */
static int
receive_look(int from, struct look *l)
{
	struct iovec iov = {.iov_base = l, .iov_len = sizeof(*l)};
	union lock_message control;
	struct msghdr m = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.buf,
	    .msg_controllen = sizeof(control.buf)};
	struct cmsghdr *c;
	ssize_t n = recvmsg(from, &m, MSG_DONTWAIT);

	if (n == -1)
		return -1;
	l->newcomer.disk.fd = -1;
	for (c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			memcpy(&l->newcomer.disk.fd, CMSG_DATA(c), sizeof(int));
	if (n != (ssize_t)sizeof(*l)) {
		fd_close(&l->newcomer.disk.fd);
		errno = ECHILD; /* it died without an answer */
		return -1;
	}
	return 0;
}

static void work(struct supervisor *s, look_fn *fn, struct look *l, int to)
    __attribute__((noreturn));

static void
work(struct supervisor *s, look_fn *fn, struct look *l, int to)
{
	int keep[SHM_NODES + 3], n = 0;

	proctitle_set("looker %s", l->path);
	prctl(PR_SET_NAME, "looker");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != s->in.supervisor)
		_exit(2);
	keep[n++] = to;
	if (log_fd() > 2)
		keep[n++] = log_fd();
	if (l->newcomer.disk.fd != -1)
		keep[n++] = l->newcomer.disk.fd;
	for (int k = 0; k < s->in.disks; k++)
		if (s->in.disk[k].fd != -1)
			keep[n++] = s->in.disk[k].fd;
	fd_close_others(3, keep, n);
	fn(s, l);
	_exit(send_look(to, l) == 0 ? 0 : 1);
}

static pid_t
stuck_at(const struct supervisor *s, const char *path)
{
	for (int i = 0; i < LOOKERS_STUCK; i++)
		if (s->stuck[i].pid != 0 && strcmp(s->stuck[i].path, path) == 0)
			return s->stuck[i].pid;
	return 0;
}

int
looker_start(struct supervisor *s, look_fn *fn, struct look *l)
{
	pid_t stuck = stuck_at(s, l->path), pid;
	int pair[2] = {-1, -1};

	if (stuck != 0) {
		snprintf(l->why, sizeof(l->why),
		    "\"%s\" (log.dirs) does not answer: process %ld, which was sent to look at it, "
		    "still waits "
		    "for it in the kernel",
		    l->path, (long)stuck);
		return -1;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		goto failed;
	if ((pid = fork()) == 0)
		work(s, fn, l, pair[1]);
	fd_close(&pair[1]);
	if (pid == -1)
		goto failed;
	s->looker.pid = pid;
	s->looker.fd = pair[0];
	s->looker.until = mono_ns() / 1000000 + LOOK_MS;
	return 0;
failed:
	snprintf(l->why, sizeof(l->why),
	    "could not start a process to look at \"%s\" (log.dirs): %s", l->path, strerror(errno));
	fd_close(&pair[0]);
	return -1;
}

/* It is not reaped: it may be in the kernel for as long as the disk hangs. */
static void
give_up(struct supervisor *s, const struct look *l)
{
	kill(s->looker.pid, SIGKILL);
	for (int i = 0; i < LOOKERS_STUCK; i++)
		if (s->stuck[i].pid == 0) {
			s->stuck[i].pid = s->looker.pid;
			s->stuck[i].path = xstrdup(l->path);
			return;
		}
}

int
looker_answer(struct supervisor *s, struct look *l)
{
	char *path = l->path;
	int lock =
	    l->newcomer.disk.fd; /* ours; it comes back as another descriptor of the same lock */

	if (receive_look(s->looker.fd, l) == 0) {
		l->path = path;
		l->newcomer.disk.path = path;
		fd_close(&lock);
		fd_close(&s->looker.fd);
		s->looker.pid = 0; /* children_reap() finds it */
		return 1;
	}
	l->newcomer.disk.fd = lock;
	if (errno == EAGAIN && s->looker.until > mono_ns() / 1000000)
		return 0;
	if (errno == EAGAIN) {
		snprintf(l->why, sizeof(l->why),
		    "\"%s\" (log.dirs) did not answer in %d s: reload again when its disk does",
		    path, LOOK_MS / 1000);
		if (s->looker.pid != 0)
			give_up(s, l);
	} else {
		snprintf(l->why, sizeof(l->why),
		    "the process that looked at \"%s\" (log.dirs) died: reload again", path);
	}
	s->looker.pid = 0;
	fd_close(&s->looker.fd);
	return -1;
}

void
looker_reaped(struct supervisor *s, pid_t pid)
{
	if (s->looker.pid == pid)
		s->looker.pid = 0;
	for (int i = 0; i < LOOKERS_STUCK; i++)
		if (s->stuck[i].pid == pid) {
			free(s->stuck[i].path);
			memset(&s->stuck[i], 0, sizeof(s->stuck[i]));
		}
}
