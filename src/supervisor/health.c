/* SPDX-License-Identifier: ISC */
/*
 * health.c - looks at heartbeats about once a second, says when one stops and goes on, and keeps
 * the service manager informed.  A child that starts (and may have to recover) is not expected to
 * have one.  Supervisor.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/shm/tables.h"
#include "supervisor.h"

#define STALE_MS 5000 /* said after this; children beat once a second */
#define CHECK_MS 1000

/* How old a child's heartbeat is, ms; 0 for one that is not serving. */
static int64_t
age(const struct supervisor *s, const struct slot *sl)
{
	struct shm_part *p = (struct shm_part *)(uintptr_t)shm_peer(s->shm, sl->slot);
	int64_t beat;

	if (sl->pid == 0 || atomic_load_explicit(&p->state, memory_order_relaxed) != CHILD_ACTIVE)
		return 0;
	beat = (int64_t)atomic_load_explicit(&p->heartbeat, memory_order_relaxed);
	beat = mono_coarse_ms() - beat;
	return beat > 0 ? beat : 0;
}

static void
say_stale(struct supervisor *s, struct slot *sl, int64_t ms)
{
	char name[48];

	if (ms >= STALE_MS && sl->stale == 0) {
		sl->stale = mono_coarse_ms() - ms;
		log_warnx("%s[%ld] has done nothing for %lld s: it is stopped, stuck in the "
			  "kernel, or starved of CPU",
		    slot_name(s, sl, name, sizeof(name)), (long)sl->pid, (long long)ms / 1000);
	} else if (ms < STALE_MS && sl->stale != 0) {
		log_info("%s[%ld] goes on after %lld s", slot_name(s, sl, name, sizeof(name)),
		    (long)sl->pid, (long long)(mono_coarse_ms() - sl->stale) / 1000);
		sl->stale = 0;
	}
}

/* What an operator should know of a writer's disk; NULL: nothing. */
static const char *
disk_trouble(const struct supervisor *s, const struct slot *sl)
{
	static const char *const budget[] = {
	    [BUDGET_NEAR] = "near its disk budget",
	    [BUDGET_EVICTING] = "at its disk budget: the oldest records go",
	    [BUDGET_EXHAUSTED] = "beyond its disk budget",
	};
	const struct shm_writer *w;
	uint32_t state;

	if (proc_kind_of(sl->slot) != PROC_WRITER)
		return NULL;
	w = shm_body_of(shm_peer(s->shm, sl->slot));
	state = atomic_load_explicit(&w->disk, memory_order_relaxed);
	if (state == DISK_OFFLINE)
		return "offline";
	if (state == DISK_FULL)
		return "full";
	state = atomic_load_explicit(&w->budget, memory_order_relaxed);
	return state < sizeof(budget) / sizeof(budget[0]) ? budget[state] : NULL;
}

static const struct shm_cleaner *
cleaner_of(const struct supervisor *s, const struct slot *sl)
{
	return proc_kind_of(sl->slot) == PROC_CLEANER ? shm_body_of(shm_peer(s->shm, sl->slot)) : NULL;
}

static uint32_t
uncleanable(const struct supervisor *s, const struct slot *sl)
{
	const struct shm_cleaner *c = cleaner_of(s, sl);

	return c == NULL ? 0 : atomic_load_explicit((_Atomic uint32_t *)(uintptr_t)&c->uncleanable, memory_order_acquire);
}

static uint32_t
damaged(const struct supervisor *s, const struct slot *sl)
{
	const struct shm_cleaner *c = cleaner_of(s, sl);

	return c == NULL ? 0 : atomic_load_explicit((_Atomic uint32_t *)(uintptr_t)&c->damaged, memory_order_acquire);
}

/* Partitions that writers have still to open, of how many; after a power loss that takes a while. */
static uint64_t
recovering(const struct supervisor *s, uint64_t *all)
{
	uint64_t left = 0;

	*all = 0;
	for (uint32_t i = 0; i < s->slots; i++) {
		const struct shm_part *p = shm_peer(s->shm, s->slot[i].slot);
		const struct shm_writer *w;
		uint64_t n, done;

		if (proc_kind_of(s->slot[i].slot) != PROC_WRITER || p == NULL || s->slot[i].active == 0)
			continue;
		w = shm_body_of(p);
		n = atomic_load_explicit((_Atomic uint64_t *)(uintptr_t)&w->to_recover, memory_order_relaxed);
		done = atomic_load_explicit((_Atomic uint64_t *)(uintptr_t)&w->recovered, memory_order_relaxed);
		*all += n;
		left += done < n ? n - done : 0;
	}
	return left;
}

/* What `systemctl status` shows; sent when it changed, until it is heard. */
static void
say_status(struct supervisor *s)
{
	static char last[512];
	static const char *const states[] = {"starting", "serving", "stopping", "stopped"};
	char text[512], name[48];
	uint64_t left, all;
	size_t n;

	snprintf(text, sizeof(text), "%s", states[s->state]);
	for (uint32_t i = 0; i < s->slots; i++) {
		const struct slot *sl = &s->slot[i];
		const char *what = NULL;

		if (sl->stale != 0)
			what = "stalled";
		else if (s->state == SUPER_STOPPING && sl->pid != 0)
			what = "leaving";
		else if (s->state == SUPER_SERVING && !disks_want(s, sl))
			what = sl->pid == 0 ? NULL : "leaving";
		else if (s->state != SUPER_STOPPING && (sl->pid == 0 || sl->active == 0))
			what = "starting";
		else if (s->state == SUPER_SERVING)
			what = disk_trouble(s, sl);
		n = strlen(text);
		if (what != NULL)
			snprintf(text + n, sizeof(text) - n, ", %s %s",
			    slot_name(s, sl, name, sizeof(name)), what);
		n = strlen(text);
		if (uncleanable(s, sl) > 0)
			snprintf(text + n, sizeof(text) - n, ", %s cannot compact %u partition%s",
			    slot_name(s, sl, name, sizeof(name)), uncleanable(s, sl), uncleanable(s, sl) == 1 ? "" : "s");
		n = strlen(text);
		if (damaged(s, sl) > 0)
			snprintf(text + n, sizeof(text) - n, ", %s found %u damaged range%s", slot_name(s, sl, name, sizeof(name)),
			    damaged(s, sl), damaged(s, sl) == 1 ? "" : "s");
	}
	if ((left = recovering(s, &all)) > 0 && s->state != SUPER_STOPPING) {
		n = strlen(text);
		snprintf(text + n, sizeof(text) - n, ", recovering: %llu of %llu partitions left", (unsigned long long)left,
		    (unsigned long long)all);
	}
	if (strcmp(text, last) == 0)
		return;
	if (notify("STATUS=%s", text))
		strcpy(last, text);
}

/* A disk that failed is let go of, so that it can be unmounted; when it is taken back, its writer locks it again. */
static void
let_go_of_disks(struct supervisor *s)
{
	for (int i = 0; i < s->in.disks; i++) {
		const struct shm_writer *w = shm_body_of(shm_peer(s->shm, proc_slot(PROC_WRITER, (uint32_t)i)));

		if (s->disk[i].step == DISK_RUNS && atomic_load_explicit(&w->disk, memory_order_relaxed) == DISK_OFFLINE)
			fd_close(&s->in.disk[i].fd);
	}
}

void
health_check(struct supervisor *s)
{
	uint64_t all;
	int64_t interval = CHECK_MS, now = mono_ns() / 1000000, oldest = 0;

	for (uint32_t i = 0; i < s->slots; i++) {
		struct slot *sl = &s->slot[i];
		int64_t ms = age(s, sl);

		/* with several disks, one that stands still is the controller's business: others lead */
		if (ms > oldest && (s->in.disks == 1 || !slot_of_disk(sl)))
			oldest = ms;
		if (sl->pid != 0)
			say_stale(s, sl, ms);
	}
	if (s->ready_unheard && s->state == SUPER_SERVING)
		s->ready_unheard = !notify("READY=1");
	say_status(s);
	let_go_of_disks(s);
	if (s->watchdog_ms > 0) {
		if (oldest < s->watchdog_ms)
			notify("WATCHDOG=1");
		if (s->watchdog_ms / 3 < interval)
			interval = s->watchdog_ms / 3 > 10 ? s->watchdog_ms / 3 : 10;
	}
	/* neither a recovery nor an end is cut short while it goes on */
	if (s->state == SUPER_STOPPING || (oldest < STALE_MS && recovering(s, &all) > 0))
		notify("EXTEND_TIMEOUT_USEC=15000000");
	s->next_health = now + interval;
}

/* ---- counters ---- */

static const char *const counter_names[] = {
#define COUNTER(NAME, text) #NAME,
#include "tbl/counters.h"
#undef COUNTER
};

static void
report_disk(const struct supervisor *s, const struct slot *sl)
{
	const struct shm_writer *w = shm_body_of(shm_peer(s->shm, sl->slot));
	const char *trouble = disk_trouble(s, sl);
	char name[48];

	log_info("disk of %s: logs hold %llu bytes, budget %llu (0 = none), free %llu of %llu%s%s",
	    slot_name(s, sl, name, sizeof(name)),
	    (unsigned long long)atomic_load_explicit(&w->log_bytes, memory_order_relaxed),
	    (unsigned long long)atomic_load_explicit(&w->budget_bytes, memory_order_relaxed),
	    (unsigned long long)atomic_load_explicit(&w->usable_bytes, memory_order_relaxed),
	    (unsigned long long)atomic_load_explicit(&w->total_bytes, memory_order_relaxed),
	    trouble != NULL ? ", " : "", trouble != NULL ? trouble : "");
}

/* What a cleaner does, and what it cannot. */
static void
report_cleaner(const struct supervisor *s, const struct slot *sl)
{
	static const char *const states[] = {"idle", "reading keys", "copying", "syncing", "waiting for the writer"};
	struct shm_cleaner *c = (struct shm_cleaner *)(uintptr_t)cleaner_of(s, sl);
	uint32_t state = c == NULL ? 0 : atomic_load_explicit(&c->state, memory_order_relaxed), n;
	char name[48];

	if (c == NULL)
		return;
	slot_name(s, sl, name, sizeof(name));
	n = uncleanable(s, sl);
	log_info("%s: %s, %llu of about %llu bytes; the dirtiest log is dirty to %u %%; %u partition%s cannot be compacted "
		 "(%llu bytes)",
	    name, state < sizeof(states) / sizeof(*states) ? states[state] : "?",
	    (unsigned long long)atomic_load_explicit(&c->done, memory_order_relaxed),
	    (unsigned long long)atomic_load_explicit(&c->total, memory_order_relaxed),
	    atomic_load_explicit(&c->dirtiest, memory_order_relaxed), n, n == 1 ? "" : "s",
	    (unsigned long long)atomic_load_explicit(&c->uncleanable_bytes, memory_order_relaxed));
	for (uint32_t i = 0; i < n && i < SHM_UNCLEANABLE; i++) {
		struct shm_uncleanable u;

		latch_read(&c->bad[i], &u);
		if (u.generation != 0)
			log_info("%s: slot %u cannot be compacted: %s, segment %lld, position %lld, %u tries", name, u.slot,
			    strerror(u.error), (long long)u.segment, (long long)u.position, u.tries);
	}
}

/* What scrubbing has looked at and found. */
static void
report_scrub(const struct supervisor *s, const struct slot *sl)
{
	struct shm_cleaner *c = (struct shm_cleaner *)(uintptr_t)cleaner_of(s, sl);
	uint32_t n = damaged(s, sl);
	char name[48];

	if (c == NULL)
		return;
	slot_name(s, sl, name, sizeof(name));
	log_info("%s: looked at %llu of %llu bytes of sealed segments (%s); damaged ranges: %u", name,
	    (unsigned long long)atomic_load_explicit(&c->scrubbed, memory_order_relaxed),
	    (unsigned long long)atomic_load_explicit(&c->to_scrub, memory_order_relaxed),
	    atomic_load_explicit(&c->scrubbing, memory_order_relaxed) != 0 ? "goes on"
	    : atomic_load_explicit(&c->last_scrub, memory_order_relaxed) != 0 ? "finished" : "not begun",
	    n);
	for (uint32_t i = 0; i < n && i < SHM_DAMAGED; i++) {
		struct shm_damaged d;

		latch_read(&c->damage[i], &d);
		if (d.generation != 0)
			log_info("%s: slot %u is damaged: segment %lld, position %lld to %lld, offsets %lld to %lld", name, d.slot,
			    (long long)d.segment, (long long)d.from, (long long)d.to, (long long)d.first, (long long)d.next - 1);
	}
}

void
health_report(struct supervisor *s)
{
	char line[2048], name[48];

	for (uint32_t i = 0; i < s->slots; i++) {
		const struct shm_part *p = shm_peer(s->shm, s->slot[i].slot);
		size_t n = 0;

		line[0] = '\0';
		for (int c = 0; c < CTR_COUNT; c++) {
			uint64_t v = atomic_load_explicit(
			    (_Atomic uint64_t *)(uintptr_t)&p->counter[c], memory_order_relaxed);
			int k = v == 0 ? 0
				       : snprintf(line + n, sizeof(line) - n, " %s %llu", counter_names[c],
					     (unsigned long long)v);
			if (k > 0 && (size_t)k < sizeof(line) - n)
				n += (size_t)k;
		}
		for (char *q = line; *q != '\0'; q++)
			*q = (char)tolower((unsigned char)*q);
		log_info("counters of %s:%s", slot_name(s, &s->slot[i], name, sizeof(name)),
		    n > 0 ? line : " none");
		if (proc_kind_of(s->slot[i].slot) == PROC_WRITER)
			report_disk(s, &s->slot[i]);
		report_cleaner(s, &s->slot[i]);
		report_scrub(s, &s->slot[i]);
	}
}
