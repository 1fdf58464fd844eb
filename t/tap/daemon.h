/* SPDX-License-Identifier: ISC */
/* daemon.h - for tests in C: a daemon of one's own in a private directory, on a free port.
 * Everything is waited for by a condition with a bound.  The daemon is killed and the directory
 * removed at exit. */
#ifndef TAP_DAEMON_H
#define TAP_DAEMON_H
#include <stddef.h>
#include <sys/types.h>

struct daemon {
	char dir[256];   /* private directory; the log is dir/log */
	char broker[64]; /* "127.0.0.1:port" */
	int port, disks;
	pid_t pid; /* of the supervisor; 0 while it does not run */
	int status;
	int notify; /* the socket that READY=1 comes on */
};

/* Makes the directory and chooses the port.  Skips the whole test if odradekd is not built. */
void daemon_init(struct daemon *d, int disks);
/* Starts odradekd with these options ("name=value", NULL at the end) and waits until it is ready.
 * 0, or -1 if it ended or was not ready in 60 s; then it does not run and status is set. */
int daemon_start(struct daemon *d, ...) __attribute__((sentinel));
/* Sends the signal, waits for the end (KILL after 60 s) and for that of the children; returns the
 * wait status. */
int daemon_stop(struct daemon *d, int sig);
/* The n-th child (from 0) whose title begins with this, "writer" or "acceptor.2"; 0 if there is
 * none. */
pid_t daemon_child(const struct daemon *d, const char *kind, int n);
/* SIGKILLs the first child of the kind and waits until it is gone; its pid, or 0. */
pid_t daemon_kill_child(const struct daemon *d, const char *kind);
/* Waits (bounded) until a child of the kind runs that is not old; its pid, or 0. */
pid_t daemon_wait_child(const struct daemon *d, const char *kind, pid_t old);
/* Waits until cond(arg) is true; 0 if it does not become so in time. */
int wait_until(int seconds, int (*cond)(void *arg), void *arg);
/* The whole log; malloc'd. */
char *daemon_log(const struct daemon *d);
/* Kills what runs and removes the directory.  Also called at exit; shows the log's end if show is
 * not 0. */
void daemon_fini(struct daemon *d, int show);

#endif
