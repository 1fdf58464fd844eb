/* SPDX-License-Identifier: ISC */
/*
 * deletes.c - answers to DELETE_RECORDS.
 *
 * Writer.  A log start inside a segment is known to nobody but a checkpoint; an answer that did not
 * wait for it would be undone by a restart of a disk that is full.  So those that come together
 * wait for one checkpoint together.  Who is told that it could not be written tries again, and
 * nothing is deleted twice by that.
 *
 * Then for the replicas that may lead next: the records would be there again with one that has not
 * followed the log start.  (Kafka waits for all live ones.)  They ring no bell for that, and
 * mostly have it already, so a timer looks, less and less often.
 */
#include "config.h"

#include <stdlib.h>
#include <event2/event.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/kerr.h"
#include "odradek/store/sys.h"
#include "writer.h"

#define LOOK_MS 1
#define LOOK_MAX_MS 100
#define FOLLOW_MS 120000 /* who does not follow leaves the in-sync ones long before */

struct deleted {
	STAILQ_ENTRY(deleted) entry;
	uint64_t mark; /* of disk_checkpoint_starts */
	uint32_t to, slot, generation;
	int64_t deadline; /* mono ms, for the replicas */
	struct msg_records_deleted m;
};
STAILQ_HEAD(deleted_list, deleted);

static struct deleted_list waiting = STAILQ_HEAD_INITIALIZER(waiting); /* marks ascend */
static struct deleted_list followed = STAILQ_HEAD_INITIALIZER(followed); /* by replicas, not by all yet */
static struct event *look;
static int64_t look_ms;

static void
post(uint32_t to, const struct msg_records_deleted *m)
{
	union {
		struct shm_msg m;
		struct msg_records_deleted b;
	} u = {.b = *m};

	answer_post(to, &u.m);
}

static void
fail(struct deleted *d, int16_t error)
{
	d->m.low_watermark = -1;
	d->m.error = error;
}

/* ---- replicas ---- */

/* All that may lead next have it.  One that failed is about to leave them. */
static bool
all_have(const struct replica *r, int64_t start)
{
	const struct shm_partition *p = &r->p;

	for (unsigned i = 0; i < p->replicas && i < SHM_REPLICAS; i++) {
		struct shm_replica line;

		if (((p->isr | p->count) >> i & 1) == 0 || p->replica[i] == writer.node)
			continue;
		tables_replica(writer.tables, p->replica[i], r->slot, &line);
		if (line.generation == p->generation && line.status != REPLICA_FAILED && line.log_start < start)
			return false;
	}
	return true;
}

/* True: d can be answered. */
static bool
settled(struct deleted *d)
{
	const struct replica *r = writer.replica[d->slot];

	if (d->m.error != 0)
		return true;
	if (r == NULL || r->p.generation != d->generation || r->role != ROLE_LEADER)
		fail(d, KERR_NOT_LEADER_OR_FOLLOWER);
	else if (all_have(r, d->m.low_watermark))
		return true;
	else if (mono_coarse_ms() >= d->deadline)
		fail(d, KERR_REQUEST_TIMED_OUT);
	return d->m.error != 0;
}

static void
look_again(void)
{
	const struct timeval tv = {.tv_usec = look_ms * 1000};

	evtimer_add(look, &tv);
	look_ms = look_ms * 2 > LOOK_MAX_MS ? LOOK_MAX_MS : look_ms * 2;
}

static void
look_due(evutil_socket_t fd, short what, void *arg)
{
	struct deleted_list all = STAILQ_HEAD_INITIALIZER(all);
	struct deleted *d;

	(void)fd, (void)what, (void)arg;
	STAILQ_CONCAT(&all, &followed);
	while ((d = STAILQ_FIRST(&all)) != NULL) {
		STAILQ_REMOVE_HEAD(&all, entry);
		if (settled(d)) {
			post(d->to, &d->m);
			free(d);
		} else {
			STAILQ_INSERT_TAIL(&followed, d, entry);
		}
	}
	if (!STAILQ_EMPTY(&followed))
		look_again();
}

/* The log start is durable here. */
static void
durable(struct deleted *d)
{
	if (settled(d)) {
		post(d->to, &d->m);
		free(d);
		return;
	}
	if (look == NULL && (look = evtimer_new(writer.child->base, look_due, NULL)) == NULL)
		panic("no memory for timers");
	STAILQ_INSERT_TAIL(&followed, d, entry);
	look_ms = LOOK_MS;
	look_again();
}

/* ---- the checkpoint ---- */

void
deletes_wait(uint32_t to, const struct replica *r, const struct msg_records_deleted *m)
{
	struct deleted *d = xcalloc(1, sizeof(*d));

	d->mark = disk_checkpoint_starts(writer.disk);
	d->to = to;
	d->slot = r->slot;
	d->generation = r->p.generation;
	d->deadline = mono_coarse_ms() + FOLLOW_MS;
	d->m = *m;
	if (d->mark == 0) {
		durable(d);
		return;
	}
	STAILQ_INSERT_TAIL(&waiting, d, entry);
	upkeep_within(0);
}

static void
release(uint64_t mark, int16_t error)
{
	struct deleted *d;

	while ((d = STAILQ_FIRST(&waiting)) != NULL && d->mark <= mark) {
		STAILQ_REMOVE_HEAD(&waiting, entry);
		if (error != 0)
			fail(d, error);
		durable(d);
	}
}

void
deletes_checkpointed(uint64_t mark, int error, void *arg)
{
	(void)arg;
	release(mark, error == 0 ? 0 : KERR_KAFKA_STORAGE_ERROR);
	if (errno_is_full(error))
		writer_disk_full(error);
	if (!STAILQ_EMPTY(&waiting))
		upkeep_within(0); /* they came after that checkpoint had been begun */
}

void
deletes_fail(void)
{
	STAILQ_CONCAT(&waiting, &followed);
	release(UINT64_MAX, KERR_KAFKA_STORAGE_ERROR);
}
