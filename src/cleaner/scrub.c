/* SPDX-License-Identifier: ISC */
/*
 * scrub.c - looks at all sealed segments of the disk, one after the other, slowly, and says what of them is damaged.
 *
 * Cleaner, while there is nothing to compact.  Damage that is found while another replica is still sound can be mended; what
 * nobody looks at is found when it is too late.  A finding is said once, and stays published until a later look does not
 * meet it any more.  Only reads.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/store/scrub.h"
#include "cleaner.h"

#define FIRST_MS 600000	   /* after a start */
#define STEP_MOST (1 << 20) /* bytes at a time */
#define STEP_LEAST (64 << 10)
#define OPENS 16 /* directories listed in a turn */
#define TRIES 8	 /* at a segment that changes while it is looked at */
#define PAUSE_MS 10
#define FOUND_MOST 4096

struct finding {
	struct shm_damaged d;
	uint32_t pass; /* that met it last */
};

static struct {
	bool running;
	uint32_t pass, slot, tries;
	int64_t from; /* the segment of slot that comes next */
	struct scrub *segment;
	int64_t due, next_pass; /* mono ms */
	struct finding *found;
	uint32_t n;
} now;

static void
publish(void)
{
	static uint32_t named;
	uint32_t n = now.n < SHM_DAMAGED ? now.n : SHM_DAMAGED;
	const struct shm_damaged none = { 0 };

	for (uint32_t i = 0; i < n; i++)
		latch_write(&cleaner.pub->damage[i], &now.found[i].d);
	for (uint32_t i = n; i < named; i++)
		latch_write(&cleaner.pub->damage[i], &none);
	named = n;
	atomic_store_explicit(&cleaner.pub->damaged, now.n, memory_order_release);
}

void
background_init(int64_t mono)
{
	int64_t first = cleaner.child->config->log_scrub_interval_ms;

	now.next_pass = mono + (first < FIRST_MS ? first : FIRST_MS);
	publish();
}

void
background_stop(void)
{
	scrub_close(&now.segment);
}

/* The published line of a log on this disk that can be read. */
static bool
readable(uint32_t slot, struct shm_replica *line, const struct topic_entry **topic)
{
	const struct candidate *c = &cleaner.candidate[slot];

	*topic = c->p.state == SLOT_ONLINE ? tables_topic_at(cleaner.tables, c->p.topic) : NULL;
	if (*topic == NULL || (*topic)->deleting)
		return false;
	tables_replica(cleaner.tables, cleaner.node, slot, line);
	return line->status == REPLICA_OK && line->generation == c->p.generation && line->segment >= 0;
}

/* What is said is already published: whoever reads the line and asks for the state is not told the one before. */
static void
found(const struct bad_range *bad)
{
	const struct candidate *c = &cleaner.candidate[now.slot];
	int64_t segment = scrub_segment(now.segment);
	char name[300];

	for (uint32_t i = 0; i < now.n; i++) {
		struct shm_damaged *d = &now.found[i].d;

		if (d->slot == now.slot && d->generation == c->p.generation && d->segment == segment && d->from == bad->from) {
			now.found[i].pass = now.pass;
			return;
		}
	}
	if (now.n == FOUND_MOST)
		return;
	shm_count(cleaner.child->self, CTR_BAD_RANGES, 1);
	now.found = xreallocarray(now.found, now.n + 1, sizeof(*now.found));
	now.found[now.n++] = (struct finding){ { now.slot, c->p.generation, segment, bad->from, bad->to, bad->first, bad->next,
						   now_ms() },
		now.pass };
	publish();
	log_errorx("\"%s/%s/%020" PRId64 ".log\" is damaged from position %" PRId64 " to %" PRId64 ": offsets %" PRId64
		   " to %" PRId64 " are not what was written, and are refused to readers",
	    cleaner.path, candidate_name(c, name, sizeof(name)), segment, bad->from, bad->to, bad->first, bad->next - 1);
}

/* What this look has not met any more was deleted, compacted away or mended. */
static void
forget_mended(void)
{
	const uint32_t before = now.n;
	uint32_t n = 0;

	for (uint32_t i = 0; i < before; i++)
		if (now.found[i].pass == now.pass)
			now.found[n++] = now.found[i];
	now.n = n;
	publish();
	if (n < before)
		log_info("%u damaged range%s of \"%s\" %s gone", before - n, before - n == 1 ? "" : "s", cleaner.path,
		    before - n == 1 ? "is" : "are");
}

static void
pass_begin(void)
{
	const struct topic_entry *t;
	struct shm_replica line;
	uint64_t bytes = 0;

	for (uint32_t slot = 0; slot < cleaner.slots; slot++)
		if (readable(slot, &line, &t))
			bytes += (uint64_t)(line.size - line.end);
	now.running = true;
	now.pass++;
	now.slot = 0;
	now.from = 0;
	atomic_store_explicit(&cleaner.pub->to_scrub, bytes, memory_order_relaxed);
	atomic_store_explicit(&cleaner.pub->scrubbed, 0, memory_order_relaxed);
	atomic_store_explicit(&cleaner.pub->scrubbing, 1, memory_order_relaxed);
}

static void
pass_end(int64_t mono)
{
	now.running = false;
	now.next_pass = mono + cleaner.child->config->log_scrub_interval_ms;
	forget_mended();
	shm_count(cleaner.child->self, CTR_SCRUBS, 1);
	atomic_store_explicit(&cleaner.pub->last_scrub, (uint64_t)now_ms(), memory_order_relaxed);
	atomic_store_explicit(&cleaner.pub->scrubbing, 0, memory_order_relaxed);
}

static void
segment_end(bool again)
{
	if (now.segment != NULL)
		now.from = scrub_segment(now.segment);
	scrub_close(&now.segment);
	if (again && now.tries++ < TRIES)
		return;
	now.tries = 0;
	now.from++;
}

/* Opens the next segment.  False: not in this turn. */
static bool
next_segment(void)
{
	const struct topic_entry *t;
	struct shm_replica line;
	char dir[4352];

	for (int opens = 0; now.slot < cleaner.slots && opens < OPENS; now.slot++, now.from = 0) {
		if (!readable(now.slot, &line, &t))
			continue;
		opens++;
		snprintf(dir, sizeof(dir), "%s/%s-%d", cleaner.path, t->name, (int)cleaner.candidate[now.slot].p.partition);
		if (scrub_open(&now.segment, dir, now.from, line.segment) == 0 && now.segment != NULL)
			return true;
	}
	return false;
}

static int64_t
step_bytes(int64_t rate)
{
	return rate / 4 > STEP_MOST ? STEP_MOST : rate / 4 < STEP_LEAST ? STEP_LEAST : rate / 4;
}

static void
step(int64_t mono, int64_t rate)
{
	int64_t before = scrub_position(now.segment), bytes;
	struct bad_range bad;
	int r = scrub_step(now.segment, step_bytes(rate), &bad);

	bytes = scrub_position(now.segment) - before;
	shm_count(cleaner.child->self, CTR_SCRUBBED_BYTES, (uint64_t)bytes);
	atomic_fetch_add_explicit(&cleaner.pub->scrubbed, (uint64_t)bytes, memory_order_relaxed);
	now.due = mono + PAUSE_MS + (int64_t)((double)bytes * 1000 / (double)rate);
	if (r == 0)
		found(&bad);
	if (r == -1 && errno != ESTALE)
		log_limited("could not look at all of segment %lld of slot %u: %s", (long long)scrub_segment(now.segment),
		    now.slot, strerror(errno));
	if (r == 2 || r == -1)
		segment_end(r == -1 && errno == ESTALE);
}

static bool
offline(void)
{
	const struct shm_writer *w = shm_body_of(shm_peer(cleaner.shm, proc_slot(PROC_WRITER, cleaner.node)));

	return atomic_load_explicit((_Atomic uint32_t *)(uintptr_t)&w->disk, memory_order_relaxed) == DISK_OFFLINE;
}

int64_t
background_turn(int64_t mono)
{
	int64_t rate = cleaner.child->config->log_scrub_bytes_per_second;
	int64_t interval = cleaner.child->config->log_scrub_interval_ms;
	const struct topic_entry *t;
	struct shm_replica line;

	if (rate == 0) {
		scrub_close(&now.segment);
		return INT64_MAX;
	}
	if (now.next_pass - mono > interval) /* it was made shorter */
		now.next_pass = mono + interval;
	if (mono < (now.running ? now.due : now.next_pass))
		return now.running ? now.due : now.next_pass;
	tables_follow(cleaner.tables);
	if (!now.running)
		pass_begin();
	/* a disk that failed can be unmounted, and a log that is gone gives its space back */
	if (now.segment != NULL && (offline() || !readable(now.slot, &line, &t)))
		segment_end(false);
	if (now.segment != NULL || next_segment())
		step(mono, rate);
	else if (now.slot >= cleaner.slots)
		pass_end(mono);
	else
		now.due = mono + PAUSE_MS;
	return now.running ? now.due : now.next_pass;
}
