/* SPDX-License-Identifier: ISC */
/* daemon.c - going to the background (-d), and the pid file.  Runs in the supervisor. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "supervisor.h"

/* The process that the user started: leaves with success when the daemon serves, with failure when
 * it gave up. */
static void __attribute__((noreturn)) await_fate(int fd, const char *log_file)
{
	char byte;

	if (read_full(fd, &byte, 1) == 1)
		_exit(0);
	fprintf(stderr, "odradekd: did not start; \"%s\" says why\n", log_file);
	_exit(1);
}

void
daemon_detach(struct supervisor *s)
{
	int fate[2];

	if (s->config->log_file == NULL)
		fatalx("-d needs a file to log to: set log.file, for example -o "
		       "log.file=/var/log/odradek/odradekd.log");
	if (pipe2(fate, O_CLOEXEC) == -1)
		fatal("could not make a pipe");
	switch (fork()) {
	case -1:
		fatal("could not fork");
	case 0:
		break;
	default:
		close(fate[1]);
		await_fate(fate[0], s->config->log_file);
	}
	close(fate[0]);
	if (setsid() == -1)
		fatal("could not start a session");
	switch (fork()) { /* no session leader, so no terminal is acquired by accident */
	case -1:
		fatal("could not fork");
	case 0:
		break;
	default:
		_exit(0);
	}
	s->parent = fate[1];
}

/* The children must not hold what the user started us with. */
void
daemon_quiet(const struct supervisor *s)
{
	int null;

	if (s->parent == -1)
		return;
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) != -1) {
		for (int fd = 0; fd <= 2; fd++)
			dup2(null, fd);
		if (null > 2)
			close(null);
	}
}

void
daemon_ready(struct supervisor *s)
{
	if (s->parent == -1)
		return;
	if (write_full(s->parent, "", 1) == -1)
		log_debug("nobody waited for readiness");
	fd_close(&s->parent);
}

void
daemon_pid_file(struct supervisor *s)
{
	const char *dir = s->config->run_dir;
	char *path, text[24];
	int fd, n;

	if (dir == NULL || (mkdir(dir, 0755) == -1 && errno != EEXIST)) {
		log_debug("no pid file: \"%s\" (run.dir) cannot be made", dir != NULL ? dir : "");
		return;
	}
	path = xasprintf("%s/odradekd.pid", dir);
	n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if ((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644)) == -1 ||
	    write_full(fd, text, (size_t)n) == -1) {
		log_debug("could not write the pid file \"%s\"", path);
		free(path);
	} else {
		s->pid_file = path;
	}
	fd_close(&fd);
}

/* Only if it is still ours: another daemon with the same run.dir may have replaced it. */
void
daemon_pid_file_remove(struct supervisor *s)
{
	char *text;

	if (s->pid_file == NULL)
		return;
	if ((text = read_file_at(AT_FDCWD, s->pid_file, 64, NULL)) != NULL &&
	    atol(text) == (long)getpid())
		(void)unlink(s->pid_file);
	free(text);
}
