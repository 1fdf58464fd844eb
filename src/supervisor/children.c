/* SPDX-License-Identifier: ISC */
/*
 * children.c - when children start, when they are asked to leave, when they are killed. Supervisor.
 *
 * A child that dies is replaced at once.  One that dies before it served, or within moments of
 * that, delays the next start of its kind, longer each time up to five seconds, and never for ever.
 * Nothing is started in a slot before the old process was reaped: a writer that is stuck in the
 * kernel keeps its slot until it returns.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/shm/tables.h"
#include "supervisor.h"

/* Kinds leave in this order, and start in the opposite one: first those that take in work, last
 * those that must write down what came.  grace: how long a kind may take before it is killed, ms.
 */
static const struct {
	enum proc_kind kind;
	int64_t grace;
} stop_order[] = {
    {PROC_CLEANER, 2000}, {PROC_REPLICATOR, 2000}, {PROC_ACCEPTOR, 10000}, {PROC_COORDINATOR, 10000}, {PROC_CONTROLLER, 20000},
    {PROC_WRITER, 300000}, /* syncs what is not on the disk yet */
};
enum { KINDS = sizeof(stop_order) / sizeof(*stop_order) };
static_assert(KINDS == PROC_KINDS - 1, "every kind but the supervisor has its place");

#define THROTTLE_FIRST 10 /* ms */
#define THROTTLE_MOST 5000
#define TOO_SHORT 100    /* ms of service after which a death does not count as early */
#define LONG_ENOUGH 1000 /* ... after which earlier ones are forgotten */

#define SERVED_MS 5000 /* what is not led by then is served when it is */

static int64_t
now(void)
{
	return mono_ns() / 1000000;
}

void
children_init(struct supervisor *s)
{
	s->state = SUPER_STARTING;
	for (int k = KINDS; k-- > 0;)
		for (uint32_t i = 0; i < shm_layout(s->shm)->count[stop_order[k].kind]; i++)
			if (i < shm_layout(s->shm)->count[stop_order[k].kind] - shm_layout(s->shm)->spare[stop_order[k].kind])
				children_slot(s, proc_slot(stop_order[k].kind, i));
}

struct slot *
children_slot(struct supervisor *s, uint32_t slot)
{
	for (uint32_t i = 0; i < s->slots; i++)
		if (s->slot[i].slot == slot)
			return &s->slot[i];
	s->slot[s->slots] = (struct slot){.slot = slot};
	return &s->slot[s->slots++];
}

void
children_start(struct supervisor *s)
{
	char name[48];

	if (s->state > SUPER_SERVING)
		return;
	for (uint32_t i = 0; i < s->slots; i++) {
		struct slot *sl = &s->slot[i];

		if (sl->pid != 0 || sl->start_at == -1 || sl->start_at > now())
			continue;
		if (spawn(s, sl) == -1) {
			log_warn("could not start %s: trying again",
			    slot_name(s, sl, name, sizeof(name)));
			sl->start_at = now() + 1000;
		}
	}
}

/* When the next one of this kind may start. */
static int64_t
throttled(struct supervisor *s, const struct slot *sl)
{
	int64_t *delay = &s->throttle[proc_kind_of(sl->slot)],
		served = sl->active != 0 ? now() - sl->active : -1;

	if (served >= TOO_SHORT) {
		if (served >= LONG_ENOUGH)
			*delay = 0;
		return 0;
	}
	*delay = *delay == 0 ? THROTTLE_FIRST : *delay * 2;
	if (*delay > THROTTLE_MOST)
		*delay = THROTTLE_MOST;
	return served >= 0 && *delay == THROTTLE_FIRST
		   ? 0
		   : *delay; /* the first death right after the start is free */
}

static void
died(struct supervisor *s, struct slot *sl, int status)
{
	int64_t delay;
	char then[64];

	if (s->state == SUPER_STOPPING) {
		if (sl->kill_at == 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
			obituary(s, sl, status, "the daemon is stopping");
		spawn_buried(s, sl);
		return;
	}
	if (s->state == SUPER_STARTING && !s->all_ran && sl->active == 0 && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 1) {
		/* it said why: the world is unfit */
		obituary(s, sl, status, "the daemon does not start");
		spawn_buried(s, sl);
		s->exit_code = 1;
		children_stop(s);
		return;
	}
	if (!disks_want(s, sl)) {
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			obituary(s, sl, status, "its disk is leaving");
		spawn_buried(s, sl);
		sl->start_at = -1;
		return;
	}
	delay = throttled(s, sl);
	if (delay > 0)
		snprintf(then, sizeof(then), "the next one starts in %lld ms", (long long)delay);
	obituary(s, sl, status, delay > 0 ? then : "starting the next one");
	spawn_buried(s, sl);
	sl->start_at = delay > 0 ? now() + delay : 0;
}

void
children_reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		looker_reaped(s, pid);
		for (uint32_t i = 0; i < s->slots; i++)
			if (s->slot[i].pid == pid) {
				died(s, &s->slot[i], status);
				break;
			}
	}
}

bool
slot_of_disk(const struct slot *sl)
{
	return proc_kind_of(sl->slot) == PROC_WRITER || proc_kind_of(sl->slot) == PROC_CLEANER;
}

static enum child_state
state_of(const struct supervisor *s, const struct slot *sl)
{
	return atomic_load_explicit(
	    (_Atomic uint32_t *)&shm_peer(s->shm, sl->slot)->state, memory_order_acquire);
}

static void
look_who_is_active(struct supervisor *s)
{
	bool all = true, others = true, disk = false;

	for (uint32_t i = 0; i < s->slots; i++) {
		struct slot *sl = &s->slot[i];
		bool active;

		if (sl->pid != 0 && sl->active == 0 && state_of(s, sl) >= CHILD_ACTIVE)
			sl->active = now();
		active = sl->pid != 0 && sl->active != 0;
		all = all && active;
		others = others && (active || slot_of_disk(sl));
		disk = disk || (active && proc_kind_of(sl->slot) == PROC_WRITER);
	}
	s->all_ran = s->all_ran || all;
	if (s->active == 0 && others && disk)
		s->active = now();
}

/*
 * Ready means served: who starts behind us finds leaders, not NOT_LEADER_OR_FOLLOWER.  But no disk that takes its time, in
 * being opened or with its logs, keeps the others waiting: a service manager would end them all.
 */
static bool
served(const struct supervisor *s)
{
	return s->active != 0 &&
	       ((s->all_ran && atomic_load_explicit(&shm_controller_of(s->shm)->served, memory_order_acquire) != 0) ||
		   now() - s->active >= SERVED_MS);
}

static int64_t
grace_of(uint32_t slot)
{
	for (int k = 0; k < KINDS; k++)
		if (stop_order[k].kind == proc_kind_of(slot))
			return stop_order[k].grace;
	return 0;
}

void
children_ask(struct supervisor *s, struct slot *sl, const char *why)
{
	char name[48];

	sl->start_at = -1;
	if (sl->pid == 0 || sl->kill_at != 0)
		return;
	log_debug("%s[%ld] is asked to leave: %s", slot_name(s, sl, name, sizeof(name)), (long)sl->pid, why);
	sl->kill_at = now() + grace_of(sl->slot);
	kill(sl->pid, SIGTERM);
}

/* Asks every process of a kind to leave; returns how many there are. */
static uint32_t
ask(struct supervisor *s, int k)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->slots; i++) {
		struct slot *sl = &s->slot[i];

		if (sl->pid == 0 || proc_kind_of(sl->slot) != stop_order[k].kind)
			continue;
		n++;
		if (sl->kill_at == 0) {
			sl->kill_at = now() + stop_order[k].grace;
			kill(sl->pid, SIGTERM);
		}
	}
	return n;
}

static void
kill_late(struct supervisor *s)
{
	char name[48];

	for (uint32_t i = 0; i < s->slots; i++) {
		struct slot *sl = &s->slot[i];

		if (sl->pid == 0 || sl->kill_at == 0 || sl->kill_at > now())
			continue;
		log_warnx(sl->killed ? "%s[%ld] was killed and is still there: it is stuck in the kernel, its disk does not answer"
				     : "%s[%ld] did not leave in time: killed",
		    slot_name(s, sl, name, sizeof(name)), (long)sl->pid);
		if (!sl->killed)
			kill(sl->pid, SIGKILL);
		sl->killed = true;
		sl->kill_at = now() + 60000; /* said again once a minute */
	}
}

static void
serving(struct supervisor *s)
{
	s->state = SUPER_SERVING;
	log_info("ready after %.0f ms: %u acceptor%s, %d node%s",
	    (double)(mono_ns() - s->born) / 1e6, shm_layout(s->shm)->count[PROC_ACCEPTOR],
	    shm_layout(s->shm)->count[PROC_ACCEPTOR] == 1 ? "" : "s", s->in.disks,
	    s->in.disks == 1 ? "" : "s");
	s->ready_unheard = !notify("READY=1");
	daemon_ready(s);
	health_check(s);
}

void
children_advance(struct supervisor *s)
{
	look_who_is_active(s);
	switch (s->state) {
	case SUPER_STARTING:
		if (served(s))
			serving(s);
		break;
	case SUPER_SERVING:
		kill_late(s);
		disks_advance(s);
		break;
	case SUPER_STOPPING:
		kill_late(s);
		while (s->stopping_kind < KINDS && ask(s, s->stopping_kind) == 0)
			s->stopping_kind++;
		if (s->stopping_kind == KINDS)
			s->state = SUPER_GONE;
		break;
	case SUPER_GONE:
		break;
	}
	children_start(s);
}

void
children_stop(struct supervisor *s)
{
	if (s->state < SUPER_STOPPING) {
		log_info("stopping");
		notify("STOPPING=1");
		s->state = SUPER_STOPPING;
		s->stopping_kind = 0;
		s->next_health = 0;
		return;
	}
	log_warnx("asked twice: stopping at once");
	children_signal(s, SIGKILL);
	s->stopping_kind = 0;
}

void
children_signal(struct supervisor *s, int signal)
{
	for (uint32_t i = 0; i < s->slots; i++)
		if (s->slot[i].pid != 0)
			kill(s->slot[i].pid, signal);
}

int64_t
children_deadline(const struct supervisor *s)
{
	int64_t next = s->state == SUPER_STARTING && s->active != 0 ? s->active + SERVED_MS : -1;

	for (uint32_t i = 0; i < s->slots; i++) {
		const struct slot *sl = &s->slot[i];
		int64_t at = sl->pid == 0       ? (s->state <= SUPER_SERVING ? sl->start_at : -1)
			     : sl->kill_at != 0 ? sl->kill_at
						: -1;

		if (at != -1 && (next == -1 || at < next))
			next = at;
	}
	return next;
}
