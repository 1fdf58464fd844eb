/* SPDX-License-Identifier: ISC */
/* spawn.c - how a child is started and what is said of one that died; when, is children.c's.
 * Supervisor. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "supervisor.h"

void
spawn_wake_all(struct supervisor *s)
{
	const uint64_t one = 1;

	for (uint32_t i = 0; i < s->slots; i++)
		if (s->slot[i].pid != 0 &&
		    write(shm_bell_fd(s->shm, s->slot[i].slot), &one, sizeof(one)) == -1)
			continue; /* its counter is at the end: it is awake */
}

/* Readers take pid and generation without a lock: the pid of a new process first, then its
 * generation.  They are woken: a new child may ask them before we get to say who it is. */
static void
publish(struct supervisor *s, const struct slot *sl)
{
	struct shm_supervisor *t = shm_processes_rw(s->shm);
	struct shm_process *p = &t->process[sl->slot];

	atomic_store_explicit(&p->pid, (uint32_t)sl->pid, memory_order_release);
	atomic_store_explicit(&p->generation, sl->generation, memory_order_release);
	atomic_store_explicit(&t->changes,
	    atomic_load_explicit(&t->changes, memory_order_relaxed) + 1, memory_order_release);
	spawn_wake_all(s);
}

/* The others look at its rings from now on: before it can post anything. */
static void
introduce(struct supervisor *s, const struct slot *sl)
{
	struct shm_supervisor *t = shm_processes_rw(s->shm);
	_Atomic uint32_t *exists = &t->process[sl->slot].exists;

	if (atomic_load_explicit(exists, memory_order_relaxed) != 0)
		return;
	atomic_store_explicit(exists, 1, memory_order_release);
	atomic_store_explicit(&t->changes,
	    atomic_load_explicit(&t->changes, memory_order_relaxed) + 1, memory_order_release);
}

pid_t
spawn(struct supervisor *s, struct slot *sl)
{
	pid_t pid;

	introduce(s, sl);
	sl->generation = shm_prepare(s->shm, sl->slot);
	if ((pid = fork()) == -1)
		return -1;
	if (pid == 0)
		child_start(&s->in, sl->slot);
	sl->pid = pid;
	sl->started = mono_ns() / 1000000;
	sl->active = sl->kill_at = sl->stale = 0;
	sl->killed = false;
	publish(s, sl);
	return pid;
}

void
spawn_buried(struct supervisor *s, struct slot *sl)
{
	sl->pid = 0;
	sl->kill_at = 0;
	sl->killed = false;
	publish(s, sl);
}

static const char *
state_name(uint32_t state)
{
	static const char *const names[] = {"none", "starting", "active", "leaving", "done"};

	return state < sizeof(names) / sizeof(*names) ? names[state] : "unknown";
}

void
obituary(struct supervisor *s, const struct slot *sl, int status, const char *then)
{
	const uint32_t state = atomic_load_explicit(
	    (_Atomic uint32_t *)&shm_peer(s->shm, sl->slot)->state, memory_order_relaxed);
	double lived = (double)(mono_ns() / 1000000 - sl->started) / 1000;
	char name[48], how[128];

	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "was killed by signal %d (%s%s)", WTERMSIG(status),
		    strsignal(WTERMSIG(status)), WCOREDUMP(status) ? ", core dumped" : "");
	else
		snprintf(how, sizeof(how), "left with exit code %d", WEXITSTATUS(status));
	log_at(state == CHILD_DONE ? LOG_LEVEL_INFO : LOG_LEVEL_WARN,
	    "%s[%ld] %s after %.1f s, %s; %s", slot_name(s, sl, name, sizeof(name)), (long)sl->pid,
	    how, lived, state_name(state), then);
}
