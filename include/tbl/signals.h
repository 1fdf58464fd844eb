/* SPDX-License-Identifier: ISC */
/* signals.h - what a signal means: SIGNAL(signal, command, to_supervisor, to_child, "text").
 * command is the control-socket word with the same effect.  A handler sets a flag and wakes the loop, no more;
 * SIG_QUIT leaves at once with _exit(2).  The actions: STOP orderly stop; QUIT leave at once; RELOAD read the
 * configuration again; REOPEN open the log file again; REPORT log the
 * counters; REAP collect children; NONE ignored. */
SIGNAL(SIGTERM, "stop",   STOP,   STOP,   "orderly stop: finish what was begun, checkpoint, leave")
SIGNAL(SIGINT,  NULL,     STOP,   NONE,   "the same as TERM; children leave it to the supervisor")
SIGNAL(SIGQUIT, "quit",   QUIT,   QUIT,   "leave at once, as after a crash")
SIGNAL(SIGHUP,  "reload", RELOAD, RELOAD, "read the configuration file again; what needs a restart is reported and left")
SIGNAL(SIGUSR1, "reopen", REOPEN, REOPEN, "open the log file again, after a rotation")
SIGNAL(SIGUSR2, "report", REPORT, NONE,   "write a line of counters for each process to the log")
SIGNAL(SIGCHLD, NULL,     REAP,   NONE,   "collect and replace a child that died")
SIGNAL(SIGPIPE, NULL,     NONE,   NONE,   "ignored: a write to a closed connection says EPIPE")
