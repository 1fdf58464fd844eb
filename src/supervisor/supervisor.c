/* SPDX-License-Identifier: ISC */
/*
 * supervisor.c - main of odradekd: the steps of a start, and the loop of the process that watches
 * the others.
 *
 * It is small so that it does not die: it reads settings, makes the shared parts, the doorbells and
 * the sockets, forks, and replaces what dies.  It parses nothing from clients, never reads a ring,
 * and never waits for a child.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/proctitle.h"
#include "odradek/base/xalloc.h"
#include "odradek/shm/arena.h"
#include "supervisor.h"

#define DEFAULT_FILE SYSCONFDIR "/odradek.conf"
#define CONTROLLER_ARENA (UINT64_C(256) << 20) /* sparse: the largest answers */
#define COORDINATOR_ARENA (UINT64_C(256) << 20) /* likewise, and records on their way to writers */

/* ---- settings ---- */

int
settings_load(const struct options *o, struct config **out, struct config_err *err)
{
	const char *file = o->file != NULL ? o->file : DEFAULT_FILE;
	struct config *c = config_new();
	int bad = 0;

	*out = NULL;
	if (o->file != NULL || access(file, F_OK) == 0)
		bad |= config_load(c, file, err);
	for (int i = 0; i < o->sets; i++)
		bad |= config_set_arg(c, o->set[i], err);
	if (o->verbose)
		bad |= config_set_arg(c, "log.level=debug", err);
	if (!bad)
		bad |= config_check(c, err);
	if (bad) {
		config_free(&c);
		return -1;
	}
	*out = c;
	return 0;
}

static void __attribute__((noreturn)) bad_settings(struct config_err *err)
{
	for (char *save = NULL, *line = strtok_r(err->text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		fprintf(stderr, "odradekd: %s\n", line);
	exit(1);
}

static void __attribute__((noreturn)) check_only(const struct supervisor *s)
{
	if (s->opt.verbose) {
		char *text = config_print(s->config);

		fputs(text, stdout);
		free(text);
	} else {
		printf("configuration OK\n");
	}
	exit(fflush(stdout) == 0 ? 0 : 1);
}

/* ---- steps of a start ---- */

static uint64_t
arena_bytes(uint64_t want)
{
	const uint64_t most = (UINT64_C(4) << 30) - 4 * ARENA_BLOCK; /* positions are 32 bits */

	want = (want + ARENA_BLOCK - 1) / ARENA_BLOCK * ARENA_BLOCK;
	return want < most ? want : most;
}

static void
make_parts(struct supervisor *s)
{
	struct shm_layout l = {
	    .count =
		{
		    [PROC_SUPERVISOR] = 1,
		    [PROC_CONTROLLER] = 1,
		    [PROC_COORDINATOR] = 1,
		    [PROC_ACCEPTOR] = (uint32_t)config_acceptors(s->config),
		    [PROC_WRITER] = s->places,
		    [PROC_CLEANER] = s->places,
		    [PROC_REPLICATOR] = 1,
		},
	    .spare =
		{
		    [PROC_WRITER] = s->places - (uint32_t)s->in.disks,
		    [PROC_CLEANER] = s->places - (uint32_t)s->in.disks,
		    [PROC_REPLICATOR] = s->in.disks == 1,
		},
	    .partitions_max = (uint32_t)s->config->partitions_max,
	    .acceptor_arena = arena_bytes((uint64_t)config_arena_bytes(s->config)),
	    .controller_arena = arena_bytes(CONTROLLER_ARENA),
	    .coordinator_arena = arena_bytes(COORDINATOR_ARENA),
	};

	if (l.count[PROC_ACCEPTOR] > proc_slots(PROC_ACCEPTOR))
		l.count[PROC_ACCEPTOR] = proc_slots(PROC_ACCEPTOR);
	if (shm_create(&s->shm, &l) == -1)
		fatal("could not make the shared memory (partitions.max and "
		      "queued.max.request.bytes decide its size)");
	s->in.shm = s->shm;
	/* from here on nobody finds our memory through /proc; children inherit it */
	if (prctl(PR_SET_DUMPABLE, 0) == -1)
		fatal("could not turn core dumps off");
}

enum action { ACTION_NONE, ACTION_STOP, ACTION_QUIT, ACTION_RELOAD, ACTION_REOPEN, ACTION_REPORT, ACTION_REAP };

static const struct {
	int signal;
	enum action action;
} signals[] = {
#define SIGNAL(signal, command, supervisor, child, text) {signal, ACTION_##supervisor},
#include "tbl/signals.h"
#undef SIGNAL
};
enum { SIGNALS = sizeof(signals) / sizeof(*signals) };

static void
take_signals(struct supervisor *s)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < SIGNALS; i++) {
		if (signals[i].action == ACTION_NONE)
			signal(signals[i].signal, SIG_IGN);
		else
			sigaddset(&set, signals[i].signal);
	}
	if (sigprocmask(SIG_SETMASK, &set, NULL) == -1 ||
	    (s->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)) == -1)
		fatal("could not take signals");
}

static void
prepare(struct supervisor *s)
{
	int death[2];

	preflight_user(s);
	preflight_log(s);
	daemon_quiet(s);
	preflight_disks(s);
	listeners_open(s);
	listeners_spare(s);
	rlimit_nofile_raise();
	make_parts(s);
	if (pipe2(death, O_CLOEXEC) == -1)
		fatal("could not make a pipe");
	s->in.supervisor_pipe = death[0];
	s->pipe_write = death[1];
	s->in.config = s->config;
	s->in.supervisor = getpid();
	take_signals(s);
	daemon_pid_file(s);
	reload_publish(s);
	disks_init(s);
	s->watchdog_ms = notify_watchdog();
	proctitle_set("supervisor");
}

/* ---- the loop ---- */

static void
act(struct supervisor *s, int signo)
{
	enum action action = ACTION_NONE;

	for (size_t i = 0; i < SIGNALS; i++)
		if (signals[i].signal == signo)
			action = signals[i].action;
	switch (action) {
	case ACTION_STOP:
		children_stop(s);
		break;
	case ACTION_QUIT:
		log_warnx("leaving at once (SIGQUIT)");
		children_signal(s, SIGKILL);
		daemon_pid_file_remove(s);
		_exit(2);
	case ACTION_RELOAD:
		reload_settings(s);
		break;
	case ACTION_REOPEN:
		reopen_log(s);
		break;
	case ACTION_REPORT:
		health_report(s);
		break;
	case ACTION_REAP:
		children_reap(s);
		break;
	case ACTION_NONE:
		break;
	}
}

static int
timeout(const struct supervisor *s)
{
	int64_t next = children_deadline(s), disks = disks_deadline(s), now = mono_ns() / 1000000;

	if (next == -1 || s->next_health < next)
		next = s->next_health;
	if (disks != -1 && disks < next)
		next = disks;
	return next <= now ? 0 : next - now > 60000 ? 60000 : (int)(next - now);
}

static void
run(struct supervisor *s)
{
	struct pollfd p[3] = {
	    {.fd = s->signal_fd, .events = POLLIN},
	    {.fd = shm_bell_fd(s->shm, 0), .events = POLLIN},
	    {.events = POLLIN},
	};
	struct signalfd_siginfo info;

	children_start(s);
	while (s->state != SUPER_GONE) {
		p[2].fd = s->state == SUPER_SERVING ? s->looker.fd : -1;
		if (poll(p, 3, timeout(s)) == -1 && errno != EINTR)
			panic("poll: %s", strerror(errno));
		if (p[1].revents & POLLIN)
			bell_clear(s->shm);
		while (read(s->signal_fd, &info, sizeof(info)) == sizeof(info))
			act(s, (int)info.ssi_signo);
		children_advance(s);
		if (mono_ns() / 1000000 >= s->next_health)
			health_check(s);
	}
}

int
main(int argc, char **argv)
{
	static struct supervisor s = {.parent = -1, .signal_fd = -1, .looker.fd = -1};
	struct config_err err = {0};

	s.born = mono_ns();
	argv = proctitle_init(argc, argv);
	if (options_parse(&s.opt, argc, argv) == -1) {
		options_usage();
		return 2;
	}
	if (s.opt.help) {
		options_usage();
		return 0;
	}
	if (s.opt.version) {
		printf("odradekd %s\n", PACKAGE_VERSION);
		return 0;
	}
	if (settings_load(&s.opt, &s.config, &err) == -1)
		bad_settings(&err);
	if (s.opt.check)
		check_only(&s);
	log_set_name("supervisor");
	log_set_level((enum log_level)s.config->log_level);
	if (s.opt.daemonize)
		daemon_detach(&s);
	log_set_name("supervisor"); /* asks for the pid again */
	prepare(&s);
	children_init(&s);
	run(&s);
	log_info("stopped");
	daemon_pid_file_remove(&s);
	return s.exit_code;
}
