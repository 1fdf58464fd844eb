/* SPDX-License-Identifier: ISC */
/* daemon.c - see daemon.h. */
#include "config.h"

#include "daemon.h"

#include "tap.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARGS_MAX = 64, DAEMONS_MAX = 8 };

/* What at_exit cleans up: copies, since a test's own struct may be on a stack that is gone. */
static struct {
	struct daemon *owner;
	pid_t pid;
	char dir[256];
} known[DAEMONS_MAX];

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int
wait_until(int seconds, int (*cond)(void *arg), void *arg)
{
	int64_t end = now() + seconds * 1000LL;

	while (!cond(arg)) {
		if (now() > end)
			return 0;
		poll(NULL, 0, 10);
	}
	return 1;
}

static int
port_is_free(int port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), r;

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r = bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0;
	close(fd);
	return r;
}

/* A port p such that p + 10k is free for every disk k; below those that the kernel gives to
 * clients, so that nobody's connection takes one. */
static int
free_port(int disks)
{
	unsigned seed = (unsigned)getpid() ^ (unsigned)now();
	int i, k, port;

	for (i = 0; i < 100; i++) {
		port = 10240 + rand_r(&seed) % 21760;
		for (k = 0; k < disks && port_is_free(port + 10 * k); k++)
			;
		if (k == disks)
			return port;
	}
	bail("no free port");
}

static void
remove_dir(const char *dir)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	if (getenv("KEEP") != NULL || system(command) != 0)
		diag("kept: %s", dir);
}

static void
at_exit(void)
{
	int i;

	for (i = 0; i < DAEMONS_MAX; i++) {
		if (known[i].owner == NULL)
			continue;
		if (known[i].pid > 0 && kill(known[i].pid, SIGKILL) == 0)
			waitpid(known[i].pid, NULL, 0);
		remove_dir(known[i].dir);
	}
}

static void
remember(struct daemon *d)
{
	int i;

	for (i = 0; i < DAEMONS_MAX && known[i].owner != d; i++)
		;
	if (i == DAEMONS_MAX)
		for (i = 0; i < DAEMONS_MAX && known[i].owner != NULL; i++)
			;
	if (i == DAEMONS_MAX)
		bail("too many daemons");
	known[i].owner = d->dir[0] != '\0' ? d : NULL;
	known[i].pid = d->pid;
	memcpy(known[i].dir, d->dir, sizeof(d->dir));
}

static const char *
program(void)
{
	static char path[4096];
	const char *dir;

	if (getenv("ODRADEKD") != NULL)
		return getenv("ODRADEKD");
	dir = getenv("builddir");
	snprintf(path, sizeof(path), "%s/odradekd", dir != NULL ? dir : ".");
	return path;
}

void
daemon_init(struct daemon *d, int disks)
{
	const char *tmp = getenv("TMPDIR");
	static int registered;

	if (access(program(), X_OK) == -1)
		skip_all("odradekd is not built");
	memset(d, 0, sizeof(*d));
	snprintf(d->dir, sizeof(d->dir), "%s/odradek-t.XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(d->dir) == NULL)
		bail("no temporary directory");
	d->disks = disks;
	d->port = free_port(disks);
	d->notify = -1;
	snprintf(d->broker, sizeof(d->broker), "127.0.0.1:%d", d->port);
	if (!registered)
		atexit(at_exit);
	registered = 1;
	remember(d);
}

static void
bind_notify(struct daemon *d)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%.90s/notify", d->dir);
	unlink(sun.sun_path);
	d->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (d->notify == -1 || bind(d->notify, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		bail("no notification socket");
	setenv("NOTIFY_SOCKET", sun.sun_path, 1);
}

static void
run(struct daemon *d, va_list ap)
{
	char listeners[128], dirs[4096], rundir[300], log[300];
	const char *args[ARGS_MAX], *option;
	size_t o = 0;
	int n = 0, i, fd;

	snprintf(listeners, sizeof(listeners), "listeners=PLAINTEXT://127.0.0.1:%d", d->port);
	snprintf(rundir, sizeof(rundir), "run.dir=%s/run", d->dir);
	snprintf(log, sizeof(log), "%s/log", d->dir);
	for (i = 0; i < d->disks && o < sizeof(dirs); i++)
		o += (size_t)snprintf(dirs + o, sizeof(dirs) - o, "%s%s/data%.0d",
		    i == 0 ? "log.dirs=" : ",", d->dir, i);
	args[n++] = program();
	args[n++] = "-o";
	args[n++] = listeners;
	args[n++] = "-o";
	args[n++] = dirs;
	args[n++] = "-o";
	args[n++] = rundir;
	while ((option = va_arg(ap, const char *)) != NULL && n + 3 < ARGS_MAX) {
		args[n++] = "-o";
		args[n++] = option;
	}
	args[n] = NULL;
	fd = open(log, O_WRONLY | O_APPEND | O_CREAT, 0600);
	if (fd == -1 || dup2(fd, 1) == -1 || dup2(fd, 2) == -1)
		_exit(126);
	execv(args[0], (char *const *)args);
	_exit(127);
}

/* 1 if this process has ended (and is collected if it is ours). */
static int
ended(struct daemon *d)
{
	return waitpid(d->pid, &d->status, WNOHANG) == d->pid;
}

int
daemon_start(struct daemon *d, ...)
{
	int64_t end = now() + 60000;
	struct pollfd pfd;
	char text[8192];
	ssize_t n;
	va_list ap;

	if (d->notify >= 0)
		close(d->notify);
	bind_notify(d);
	d->pid = fork();
	if (d->pid == 0) {
		va_start(ap, d);
		run(d, ap);
		va_end(ap);
	}
	remember(d);
	pfd = (struct pollfd){.fd = d->notify, .events = POLLIN};
	while (now() < end) {
		if (poll(&pfd, 1, 20) == 1) {
			n = recv(d->notify, text, sizeof(text) - 1, 0);
			text[n > 0 ? n : 0] = '\0';
			if (strncmp(text, "READY=1", 7) == 0 || strstr(text, "\nREADY=1") != NULL)
				return 0;
		} else if (ended(d)) {
			diag("the daemon ended before it was ready, status 0x%x", d->status);
			d->pid = 0;
			remember(d);
			return -1;
		}
	}
	diag("the daemon is not ready after 60 s");
	daemon_stop(d, SIGKILL);
	return -1;
}

/* The children of the supervisor; returns how many. */
static int
children(const struct daemon *d, pid_t *pids, int max)
{
	char path[64];
	FILE *f;
	int n = 0, p;

	if (d->pid == 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)d->pid, (int)d->pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	while (n < max && fscanf(f, "%d", &p) == 1)
		pids[n++] = p;
	fclose(f);
	return n;
}

struct pids {
	pid_t v[256];
	int n;
};

/* A zombie counts as gone. */
static int
all_gone(void *arg)
{
	struct pids *pids = arg;
	char path[64], line[512], *p;
	FILE *f;
	int i, alive;

	for (i = 0; i < pids->n; i++) {
		snprintf(path, sizeof(path), "/proc/%d/stat", (int)pids->v[i]);
		f = fopen(path, "r");
		if (f == NULL)
			continue;
		p = fgets(line, sizeof(line), f) != NULL ? strrchr(line, ')') : NULL;
		alive = p != NULL && p[1] == ' ' && p[2] != 'Z' && p[2] != 'X';
		fclose(f);
		if (alive)
			return 0;
	}
	return 1;
}

static int
has_ended(void *arg)
{
	return ended(arg);
}

int
daemon_stop(struct daemon *d, int sig)
{
	struct pids pids;

	if (d->pid == 0)
		return d->status;
	pids.n = children(d, pids.v, 256);
	kill(d->pid, sig);
	if (!wait_until(60, has_ended, d)) {
		diag("the daemon does not end: killed");
		kill(d->pid, SIGKILL);
		waitpid(d->pid, &d->status, 0);
	}
	d->pid = 0;
	remember(d);
	if (!wait_until(30, all_gone, &pids))
		diag("children outlive the daemon");
	return d->status;
}

pid_t
daemon_child(const struct daemon *d, const char *kind, int n)
{
	static const char prefix[] = "odradekd: ";
	char path[64], title[512];
	size_t len = strlen(kind);
	pid_t pids[256];
	ssize_t r;
	int count = children(d, pids, 256), i, fd;

	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pids[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		r = fd == -1 ? 0 : read(fd, title, sizeof(title) - 1);
		close(fd);
		title[r > 0 ? r : 0] = '\0';
		if (strncmp(title, prefix, sizeof(prefix) - 1) != 0 ||
		    strncmp(title + sizeof(prefix) - 1, kind, len) != 0)
			continue;
		if (strchr(". ", title[sizeof(prefix) - 1 + len]) != NULL && n-- == 0)
			return pids[i];
	}
	return 0;
}

pid_t
daemon_kill_child(const struct daemon *d, const char *kind)
{
	struct pids pids = {.n = 1};

	pids.v[0] = daemon_child(d, kind, 0);
	if (pids.v[0] == 0 || kill(pids.v[0], SIGKILL) == -1 || !wait_until(30, all_gone, &pids))
		return 0;
	return pids.v[0];
}

struct wanted {
	const struct daemon *d;
	const char *kind;
	pid_t old, found;
};

static int
replaced(void *arg)
{
	struct wanted *w = arg;
	int i;

	for (i = 0; (w->found = daemon_child(w->d, w->kind, i)) != 0; i++)
		if (w->found != w->old)
			return 1;
	return 0;
}

pid_t
daemon_wait_child(const struct daemon *d, const char *kind, pid_t old)
{
	struct wanted w = {d, kind, old, 0};

	return wait_until(30, replaced, &w) ? w.found : 0;
}

char *
daemon_log(const struct daemon *d)
{
	char path[300], *text = NULL;
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/log", d->dir);
	f = fopen(path, "r");
	if (f == NULL || getdelim(&text, &n, '\0', f) == -1) {
		free(text);
		text = strdup("");
	}
	if (f != NULL)
		fclose(f);
	return text;
}

void
daemon_fini(struct daemon *d, int show)
{
	char *text, *line;

	if (d->dir[0] == '\0')
		return;
	daemon_stop(d, SIGKILL);
	if (d->notify >= 0)
		close(d->notify);
	if (show) {
		text = daemon_log(d);
		for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
			diag("%s", line);
		free(text);
	}
	remove_dir(d->dir);
	d->dir[0] = '\0';
	remember(d);
}
