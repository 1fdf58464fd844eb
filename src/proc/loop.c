/* SPDX-License-Identifier: ISC */
/*
 * loop.c - the loop of every child: rings, the kind's turn, bells, sleep.
 *
 * A turn takes what waits in the rings, a batch from each sender, and lets the kind work; what was
 * posted is rung for at its end, once a receiver.  When nothing was found the bell is armed and the
 * rings are looked at again before the process sleeps in libevent.  The eventfd is watched
 * edge-triggered and never read: each write to it is an edge, and what it stands for is in the
 * rings anyway.
 */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "skeleton.h"

/* ---- tables ---- */

static const struct {
	uint32_t from, to; /* masks of kinds */
	const char *name;
} calls[CALL_TYPES] = {
#define KIND(kind) (1u << PROC_##kind)
#define CALL(TYPE, senders, receivers, text) [CALL_##TYPE] = {senders, receivers, #TYPE},
#include "tbl/calls.h"
#undef CALL
#undef KIND
};

static uint32_t
started_generation(const struct skeleton *sk, uint32_t slot)
{
	return atomic_load_explicit(
	    (_Atomic uint32_t *)&shm_processes(sk->c.shm)->process[slot].generation,
	    memory_order_relaxed);
}

static uint64_t
changes_now(const struct skeleton *sk)
{
	return atomic_load_explicit(
	    (_Atomic uint64_t *)&shm_processes(sk->c.shm)->changes, memory_order_acquire);
}

/* Slots that have had a process; the parts of others are not even touched. */
static void
meet_peers(struct skeleton *sk)
{
	for (uint32_t s = 0; s < SHM_SLOTS; s++) {
		const struct shm_process *p = &shm_processes(sk->c.shm)->process[s];

		if (s == sk->c.slot || sk->met[s] || shm_peer(sk->c.shm, s) == NULL ||
		    atomic_load_explicit((_Atomic uint32_t *)(uintptr_t)&p->exists, memory_order_acquire) == 0)
			continue;
		sk->met[s] = true;
		sk->peer[sk->peers++] = s;
		sk->dead[s] = shm_dead_generation(sk->c.shm, s);
		if ((sk->sends & 1u << proc_kind_of(s)) != 0)
			sk->sender[sk->senders++] = s;
	}
}

void
skeleton_init(struct skeleton *sk)
{
	for (int t = 0; t < CALL_TYPES; t++) {
		if (t != CALL_NONE && (calls[t].to & 1u << sk->c.kind) != 0) {
			sk->from_kinds[t] = calls[t].from;
			sk->sends |= calls[t].from;
		}
	}
	sk->changes = changes_now(sk);
	meet_peers(sk);
	sk->config_version = atomic_load_explicit(
	    (_Atomic uint64_t *)&shm_processes(sk->c.shm)->config_version, memory_order_acquire);
}

/* ---- bells ---- */

static void
note(struct skeleton *sk, uint32_t to)
{
	if (!sk->is_noted[to]) {
		sk->is_noted[to] = true;
		sk->noted[sk->notes++] = to;
	}
}

int
child_post(struct child *c, uint32_t to, const struct shm_msg *m)
{
	note(skeleton_of(c), to);
	return ring_post(c->shm, to, m);
}

int
child_post_late(struct child *c, uint32_t to, const struct shm_msg *m)
{
	struct skeleton *sk = skeleton_of(c);
	int rc = ring_post(c->shm, to, m);

	if (rc == -1 || !gather_may_wait(sk, to))
		note(sk, to);
	return rc;
}

void
child_wake(struct child *c, uint32_t to)
{
	note(skeleton_of(c), to);
}

void
child_alarm(struct child *c, int64_t due)
{
	struct skeleton *sk = skeleton_of(c);
	struct timeval tv;
	int64_t ms;

	if (due == sk->alarm)
		return;
	sk->alarm = due;
	if (due == INT64_MAX) {
		event_del(sk->on_alarm);
		return;
	}
	ms = due - mono_coarse_ms();
	if (ms < 0)
		ms = 0;
	tv = (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 + 1000};
	event_add(sk->on_alarm, &tv);
}

void
child_flush(struct child *c)
{
	struct skeleton *sk = skeleton_of(c);

	for (uint32_t i = 0; i < sk->notes; i++) {
		sk->is_noted[sk->noted[i]] = false;
		gather_rung(sk, sk->noted[i]);
		bell_ring(c->shm, sk->noted[i]);
	}
	sk->notes = 0;
	gather_flush(sk);
}

/* ---- messages ---- */

static void
report_dead(struct skeleton *sk, uint32_t slot, uint32_t generation)
{
	if (generation <= sk->dead[slot])
		return;
	sk->dead[slot] = generation;
	if (sk->c.peer_died != NULL)
		sk->c.peer_died(&sk->c, slot, generation);
}

/* Everything that waits from one sender.  Its ring is emptied before its death is reported, and its
 * death is reported before the first message of its successor. */
static uint32_t
take_from(struct skeleton *sk, uint32_t from)
{
	struct child *c = &sk->c;
	uint32_t n = ring_waiting(c->shm, from);
	const enum proc_kind kind = proc_kind_of(from);
	bool awaited;

	if (n == 0)
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct shm_msg *m = ring_peek(c->shm, from, i);

		if (m->type >= CALL_TYPES || (sk->from_kinds[m->type] & 1u << kind) == 0) {
			log_limited(
			    "dropped a message of type %u from %s.%u: it may not send that here",
			    m->type, proc_name(kind), proc_index_of(from));
			continue;
		}
		if (m->generation > sk->dead[from] + 1 &&
		    m->generation <= started_generation(sk, from) + 1)
			report_dead(sk, from, m->generation - 1);
		c->message(c, from, m);
	}
	awaited = c->drained != NULL && c->drained(c, from, n);
	ring_advance(c->shm, from, n);
	/* answers may have been flushed before there was room.  A sender that found its ring full sees one of the next two
	 * drains take half of it */
	if (awaited || n >= SHM_RING / 2)
		note(sk, from);
	return n;
}

static uint32_t
take_all(struct skeleton *sk)
{
	uint64_t changes = changes_now(sk);
	uint32_t n = 0;

	if (changes != sk->changes)
		meet_peers(sk); /* nobody posts before he is in the process table */
	for (uint32_t i = 0; i < sk->senders; i++)
		n += take_from(sk, sk->sender[i]);
	if (changes != sk->changes) {
		sk->changes = changes;
		for (uint32_t i = 0; i < sk->peers; i++)
			report_dead(sk, sk->peer[i], shm_dead_generation(sk->c.shm, sk->peer[i]));
	}
	return n;
}

static bool
anything(const struct skeleton *sk)
{
	for (uint32_t i = 0; i < sk->senders; i++)
		if (ring_waiting(sk->c.shm, sk->sender[i]) > 0)
			return true;
	return changes_now(sk) != sk->changes ||
	       (sk->c.look != NULL && sk->c.look((struct child *)&sk->c));
}

/* ---- the world outside ---- */

static void
leave_at_once(void)
{
	_exit(2);
}

static void
begin_stop(struct skeleton *sk)
{
	struct child *c = &sk->c;

	if (c->stopping)
		return;
	c->stopping = true;
	atomic_store_explicit(&c->self->state, CHILD_LEAVING, memory_order_release);
	if (c->stop == NULL || c->stop(c))
		c->left = true;
}

/* The supervisor's text is stable while its version stays. */
static void
reload(struct skeleton *sk)
{
	struct shm_supervisor *s = (struct shm_supervisor *)(uintptr_t)shm_processes(sk->c.shm);
	struct config_err err = {0};
	uint64_t version;
	char *text;

	do {
		version = atomic_load_explicit(&s->config_version, memory_order_acquire);
		uint32_t len = s->config_len[version & 1];

		if (version == sk->config_version)
			return;
		if (len >= sizeof(s->config[0]))
			return;
		text = strndup(s->config[version & 1], len);
		atomic_thread_fence(memory_order_acquire);
		if (text == NULL)
			return;
		if (atomic_load_explicit(&s->config_version, memory_order_relaxed) == version)
			break;
		free(text);
	} while (1);
	sk->config_version = version;
	if (config_from_text(sk->c.config, text, &err) == -1)
		log_errorx("new settings not understood: %s", err.text);
	free(text);
	sk->dynamic_version = 0; /* the text is the supervisor's, which does not know them */
	(void)dynamic_follow(sk);
	log_set_level((enum log_level)sk->c.config->log_level);
	if (sk->c.reload != NULL)
		sk->c.reload(&sk->c);
}

enum action { ACTION_NONE, ACTION_STOP, ACTION_QUIT, ACTION_RELOAD, ACTION_REOPEN, ACTION_REPORT, ACTION_REAP };

static const struct {
	int signal;
	enum action action;
} signals[] = {
#define SIGNAL(signal, command, supervisor, child, text) {signal, ACTION_##child},
#include "tbl/signals.h"
#undef SIGNAL
};

static void
on_quit(int signal)
{
	(void)signal;
	leave_at_once();
}

int
skeleton_signals(struct skeleton *sk)
{
	struct sigaction sa = {.sa_flags = SA_RESTART};
	sigset_t set;

	sigemptyset(&set);
	sigfillset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		sa.sa_handler = signals[i].action == ACTION_NONE   ? SIG_IGN
				: signals[i].action == ACTION_QUIT ? on_quit
								   : SIG_DFL;
		if (sigaction(signals[i].signal, &sa, NULL) == -1)
			return -1;
		if (sa.sa_handler == SIG_DFL)
			sigaddset(&set, signals[i].signal);
	}
	if (sigprocmask(SIG_SETMASK, &set, NULL) == -1)
		return -1;
	sk->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return sk->signal_fd == -1 ? -1 : 0;
}

static void
on_signal(evutil_socket_t fd, short what, void *arg)
{
	struct skeleton *sk = arg;
	struct signalfd_siginfo info;

	(void)what;
	while (read(fd, &info, sizeof(info)) == sizeof(info)) {
		enum action action = ACTION_NONE;

		for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
			if (signals[i].signal == (int)info.ssi_signo)
				action = signals[i].action;
		if (action == ACTION_STOP)
			begin_stop(sk);
		else if (action == ACTION_RELOAD)
			reload(sk);
		else if (action == ACTION_REOPEN && log_reopen() == -1)
			log_warn("could not open the log again");
	}
}

/* The supervisor writes nothing into the pipe: readable means that it is gone. */
static void
on_pipe(evutil_socket_t fd, short what, void *arg)
{
	char byte;

	(void)what;
	(void)arg;
	if (read(fd, &byte, 1) == 0)
		leave_at_once();
}

static void
on_bell(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg; /* the loop looks at the rings anyway */
}

static void
on_gather(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg; /* the flush at the end of the turn rings */
}

static void
on_alarm(evutil_socket_t fd, short what, void *arg)
{
	struct skeleton *sk = arg;

	(void)fd;
	(void)what;
	sk->alarm = INT64_MAX; /* the turn does the work */
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct skeleton *sk = arg;

	(void)fd;
	(void)what;
	if (getppid() != sk->c.inherit->supervisor)
		leave_at_once();
	if (sk->c.tick != NULL)
		sk->c.tick(&sk->c);
}

static int
watch(struct skeleton *sk)
{
	struct child *c = &sk->c;
	const uint32_t ms = c->tick_ms > 0 ? c->tick_ms : 1000;
	const struct timeval tick = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

	sk->on_signal = event_new(c->base, sk->signal_fd, EV_READ | EV_PERSIST, on_signal, sk);
	sk->on_bell = event_new(
	    c->base, shm_bell_fd(c->shm, c->slot), EV_READ | EV_PERSIST | EV_ET, on_bell, sk);
	sk->on_pipe =
	    event_new(c->base, c->inherit->supervisor_pipe, EV_READ | EV_PERSIST, on_pipe, sk);
	sk->on_tick = event_new(c->base, -1, EV_PERSIST, on_tick, sk);
	sk->on_gather = event_new(c->base, -1, 0, on_gather, sk);
	sk->on_alarm = event_new(c->base, -1, 0, on_alarm, sk);
	sk->alarm = INT64_MAX;
	if (sk->on_signal == NULL || sk->on_bell == NULL || sk->on_pipe == NULL ||
	    sk->on_tick == NULL || sk->on_gather == NULL || sk->on_alarm == NULL)
		return -1;
	if (event_add(sk->on_signal, NULL) == -1 || event_add(sk->on_bell, NULL) == -1 ||
	    event_add(sk->on_pipe, NULL) == -1 || event_add(sk->on_tick, &tick) == -1)
		return -1;
	return 0;
}

static void
unwatch(struct skeleton *sk)
{
	event_free(sk->on_signal);
	event_free(sk->on_bell);
	event_free(sk->on_pipe);
	event_free(sk->on_tick);
	event_free(sk->on_gather);
	event_free(sk->on_alarm);
}

/* ---- the loop ---- */

#define BUSY_MESSAGES 8 /* taken in one turn: a process under load */
#define YIELDS 1	/* looks at the rings, others having run, before it sleeps all the same */

void
child_wake_supervisor(struct child *c)
{
	const uint64_t one = 1;

	while (write(shm_bell_fd(c->shm, 0), &one, sizeof(one)) == -1 && errno == EINTR)
		;
}

void
child_ready(struct child *c)
{
	atomic_store_explicit(&c->self->state, CHILD_ACTIVE, memory_order_release);
	child_wake_supervisor(c);
}

static void
beat(struct child *c)
{
	atomic_store_explicit(
	    &c->self->heartbeat, (uint64_t)mono_coarse_ms(), memory_order_relaxed);
}

/* Nothing to do: sleep until something happens.  Returns at once if something did meanwhile. */
static void
sleep_once(struct skeleton *sk)
{
	struct child *c = &sk->c;

	bell_arm(c->shm);
	if (!anything(sk)) {
		event_base_loop(c->base, EVLOOP_ONCE);
		shm_count(c->self, CTR_WAKEUPS, 1);
	}
	bell_disarm(c->shm);
}

void
child_run(struct child *c)
{
	struct skeleton *sk = skeleton_of(c);
	uint32_t busy = 0, taken, last = 0, yields = 0;

	if (watch(sk) == -1)
		fatal("could not set up the event loop");
	while (!c->left) {
		beat(c);
		bool more = (taken = take_all(sk)) > 0;

		if (dynamic_follow(sk) && c->reload != NULL)
			c->reload(c);
		if (c->turn != NULL && c->turn(c))
			more = true;
		child_flush(c);
		if (c->left)
			break;
		if (more) {
			last = taken;
			yields = 0;
		}
		if (!more && last >= BUSY_MESSAGES && yields++ < YIELDS) {
			sched_yield(); /* under load whoever posts is about to: let it, instead of being woken */
		} else if (!more) {
			busy = last = 0;
			sleep_once(sk);
		} else if (++busy >= c->events_every) {
			busy = 0;
			event_base_loop(c->base, EVLOOP_NONBLOCK);
		}
		child_flush(c); /* what the events posted is not left to wait for the rings */
	}
	child_flush(c);
	unwatch(sk);
}
