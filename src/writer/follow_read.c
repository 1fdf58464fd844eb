/* SPDX-License-Identifier: ISC */
/*
 * follow_read.c - reads leaders' files for followers, in a thread of its own for each leader's
 * disk.
 *
 * The disk of a leader may stand still, fail or be gone, and neither our loop nor the upkeep of our
 * own disk may wait for it: so nothing of it is opened, listed or read but here, in bounded chunks,
 * and every batch is checked before it is given back.  Partitions take turns.  A thread begins with
 * the first read, and lets go of all files when there was none for a while, or when its disk has
 * failed.  Rates of Kafka's throttles are kept here, too.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <event2/event.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/batch.h"
#include "odradek/proc/repl.h"
#include "odradek/store/sys.h"
#include "odradek/store/view.h"
#include "follow.h"

#define UNDER_WAY 2 /* chunks of one leader in memory; others wait */
#define FDS 64      /* of one leader's files */
#define TICK_MS 2000
#define IDLE_TICKS 3  /* without a read, and everything is closed */
#define BUCKET_MS 100 /* of a rate may be taken at once */

struct source;

struct job {
	struct helper_job job;
	struct chunk c;
	struct source *s;
	struct follow *f; /* NULL: nobody wants it any more; f->chunk is c */
	struct view_key key;
	char topic[250];
	struct view_tail tail;
	int32_t epoch, last_epoch; /* of the leader's line */
	bool given;                /* the thread has it, or had */
	TAILQ_ENTRY(job) entry;
};

/* A leader's disk. */
struct source {
	struct helper *helper;    /* NULL: not begun yet */
	struct view_cache *views; /* the thread's */
	struct event *done;
	TAILQ_HEAD(, job) waiting;
	int under_way;
	struct helper_job tick;
	bool ticking, close; /* close: the thread lets go of everything */
	unsigned idle, fds;
};

struct bucket {
	int64_t level, at; /* bytes that may be taken; mono ms of the last filling */
	bool open;	   /* there was no rate */
};

static struct {
	struct source source[SHM_NODES];
	struct event *tick;
	struct bucket own, from[SHM_NODES];
	TAILQ_HEAD(, job) ready; /* read, and not used up */
} rd;

/* ---- in the thread ---- */

/* Whole batches at the beginning of what was read, checked; errno EBADMSG when not even the first
 * is good. */
static uint32_t
good_batches(const uint8_t *p, size_t n, int64_t upto)
{
	size_t at = 0;

	while (n - at >= BATCH_OVERHEAD) {
		const int64_t size = batch_size(p + at);

		if (size < BATCH_OVERHEAD || (uint64_t)size > n - at)
			break;
		if (batch_verify(p + at, (size_t)size) == -1 ||
		    batch_last_offset_delta(p + at) < 0 || batch_last_offset(p + at) >= upto)
			break;
		at += (size_t)size;
	}
	if (at == 0)
		errno = EBADMSG;
	return (uint32_t)at;
}

static int
read_batches(struct job *j, struct view *v)
{
	const struct view_place hint = {
	    .segment = j->c.segment, .position = j->c.position, .base = j->c.offset};
	struct view_place at;
	struct view_file *file;
	int64_t want;
	ssize_t got;

	if (view_locate(v, &j->tail, j->c.offset, j->c.segment >= 0 ? &hint : NULL, &at) == -1)
		return -1;
	if (at.length == 0) {
		errno = ENODATA;
		return -1;
	}
	if ((file = view_file(v, at.segment)) == NULL)
		return -1;
	want = at.end - at.position;
	if (want > j->c.room)
		want = at.length > j->c.room ? at.length : j->c.room;
	j->c.bytes = malloc((size_t)want);
	if (j->c.bytes == NULL)
		return -1;
	got = view_read(file, j->c.bytes, (size_t)want, at.position);
	if (got == -1)
		return -1;
	j->c.len = good_batches(j->c.bytes, (size_t)got, j->tail.leo);
	if (j->c.len == 0) {
		view_drop(file->fd, at.position,
		    want); /* what is damaged does not stay in the page cache */
		errno = EBADMSG;
		return -1;
	}
	j->c.segment = at.segment;
	j->c.position = at.position + j->c.len;
	return 0;
}

/* What the file does not have yet, or not any more, is no answer. */
static int
read_epoch(struct job *j, struct view *v)
{
	if (view_epoch_end(v, &j->tail, j->epoch, j->c.epoch, &j->c.end.epoch, &j->c.end.end) == -1)
		return -1;
	if (view_epoch_at(v, INT64_MAX) < j->last_epoch) {
		errno = ENODATA;
		return -1;
	}
	return 0;
}

static void
run(struct helper_job *hj)
{
	struct job *j = (struct job *)hj;
	struct view *v;
	int r = -1;

	if (j->s->views == NULL)
		j->s->views = view_cache_new(FDS);
	if ((v = view_get(j->s->views, &j->key)) != NULL)
		r = j->c.kind == CHUNK_EPOCH ? read_epoch(j, v) : read_batches(j, v);
	j->c.error = r == -1 ? (errno == 0 ? EIO : errno) : 0;
	if (j->c.error == ESTALE) /* the next one looks anew which segments there are */
		view_cache_drop(j->s->views, j->key.disk);
}

static void
run_tick(struct helper_job *hj)
{
	struct source *s = (struct source *)((char *)hj - offsetof(struct source, tick));

	if (s->views == NULL)
		return;
	if (s->close)
		view_cache_free(&s->views);
	else
		view_cache_tick(s->views, mono_coarse_ms());
}

/* ---- in the loop ---- */

static void
job_free(struct job *j)
{
	free(j->c.bytes);
	free(j);
}

static void
pump(struct source *s)
{
	struct job *j;

	while (s->under_way < UNDER_WAY && (j = TAILQ_FIRST(&s->waiting)) != NULL) {
		TAILQ_REMOVE(&s->waiting, j, entry);
		j->given = true;
		s->under_way++;
		helper_submit(s->helper, &j->job);
	}
}

static void
done(struct helper_job *hj)
{
	struct job *j = (struct job *)hj;

	if (writer.leaving)
		job_free(j);
	else
		TAILQ_INSERT_TAIL(&rd.ready, j, entry);
}

bool
read_ready(void)
{
	return !TAILQ_EMPTY(&rd.ready);
}

void
read_turn(void)
{
	bool taken = false;
	struct job *j;

	while (!taken && (j = TAILQ_FIRST(&rd.ready)) != NULL) {
		struct source *s = j->s;

		TAILQ_REMOVE(&rd.ready, j, entry);
		taken = j->f != NULL && j->c.kind == CHUNK_BATCHES;
		if (j->f != NULL && follow_read_done(j->f)) {
			TAILQ_INSERT_TAIL(&rd.ready, j, entry);
			continue;
		}
		job_free(j);
		s->under_way--;
		pump(s);
	}
}

static void
tick_done(struct helper_job *hj)
{
	struct source *s = (struct source *)((char *)hj - offsetof(struct source, tick));

	s->ticking = false;
}

static void
on_done(evutil_socket_t fd, short what, void *arg)
{
	struct source *s = arg;

	(void)fd, (void)what;
	helper_run_done(s->helper);
}

static void
set_tick(void)
{
	const struct timeval tv = {.tv_sec = TICK_MS / 1000};

	if (!evtimer_pending(rd.tick, NULL))
		evtimer_add(rd.tick, &tv);
}

static bool
disk_offline(uint32_t node)
{
	const struct shm_part *p = shm_peer(writer.shm, proc_slot(PROC_WRITER, node));

	return p == NULL || atomic_load_explicit(&((struct shm_writer *)shm_body_of(p))->disk,
				memory_order_relaxed) == DISK_OFFLINE;
}

static void
tick_due(evutil_socket_t fd, short what, void *arg)
{
	bool busy = false;

	(void)fd, (void)what, (void)arg;
	for (uint32_t i = 0; i < SHM_NODES; i++) {
		struct source *s = &rd.source[i];

		if (s->helper == NULL || s->idle > IDLE_TICKS)
			continue;
		busy = true;
		if (s->ticking)
			continue;
		s->idle++;
		s->close = s->idle > IDLE_TICKS || disk_offline(i);
		s->ticking = true;
		helper_submit(s->helper, &s->tick);
	}
	if (busy)
		set_tick();
}

static struct source *
source_of(uint32_t node)
{
	struct source *s = &rd.source[node];

	if (s->helper != NULL)
		return s;
	TAILQ_INIT(&s->waiting);
	s->tick.run = run_tick;
	s->tick.done = tick_done;
	s->helper = helper_new("follow-helper");
	if (s->helper == NULL)
		return NULL;
	s->done =
	    event_new(writer.child->base, helper_fd(s->helper), EV_READ | EV_PERSIST, on_done, s);
	if (s->done == NULL)
		panic("no memory for events");
	event_add(s->done, NULL);
	return s;
}

void
read_ask(struct follow *f, const struct shm_replica *l, const struct chunk *c)
{
	const struct replica *r = f->r;
	const struct topic_entry *t = tables_topic_at(writer.tables, r->p.topic);
	uint32_t node = (uint32_t)r->p.leader;
	const struct disk_lock *disk = child_disk(writer.child, node);
	struct source *s = disk != NULL ? source_of(node) : NULL;
	struct job *j;

	if (s == NULL || t == NULL || disk_offline(node)) {
		follow_later(f, FOLLOW_SLOW_MS);
		return;
	}
	j = xcalloc(1, sizeof(*j));
	j->job.run = run;
	j->job.done = done;
	j->c = *c;
	j->c.leo = l->leo;
	j->c.segments = l->segments;
	j->s = s;
	j->f = f;
	snprintf(j->topic, sizeof(j->topic), "%s", t->name);
	j->key = (struct view_key){.disk = disk->path,
	    .topic = j->topic,
	    .partition = r->p.partition,
	    .node = node,
	    .slot = r->slot,
	    .slot_generation = r->p.generation,
	    .generation = l->segments};
	j->tail = (struct view_tail){l->log_start, l->leo, l->segment, l->end};
	j->epoch = l->epoch;
	j->last_epoch = l->last_epoch;
	f->chunk = &j->c;
	s->idle = 0;
	TAILQ_INSERT_TAIL(&s->waiting, j, entry);
	pump(s);
	set_tick();
}

void
read_forget(struct follow *f)
{
	struct job *j;

	if (f->chunk == NULL)
		return;
	j = (struct job *)((char *)f->chunk - offsetof(struct job, c));
	f->chunk = NULL;
	j->f = NULL;
	if (j->given)
		return;
	TAILQ_REMOVE(&j->s->waiting, j, entry);
	job_free(j);
}

void
read_init(void)
{
	TAILQ_INIT(&rd.ready);
	rd.tick = evtimer_new(writer.child->base, tick_due, NULL);
	if (rd.tick == NULL)
		panic("no memory for timers");
}

void
read_fini(void)
{
	event_free(rd.tick);
	for (uint32_t i = 0; i < SHM_NODES; i++) {
		struct source *s = &rd.source[i];

		if (s->helper == NULL)
			continue;
		event_free(s->done);
		/* a disk that stands still does not hold up our end: its thread goes with the
		 * process */
		if (helper_pending(s->helper) == 0) {
			helper_free(&s->helper);
			view_cache_free(&s->views);
		}
	}
}

/* ---- rates ---- */

static const struct shm_replicator *
replicator(void)
{
	const struct shm_part *p = shm_peer(writer.shm, proc_slot(PROC_REPLICATOR, 0));

	return p == NULL || atomic_load_explicit((_Atomic uint32_t *)(uintptr_t)&p->generation,
				memory_order_relaxed) == 0
		   ? NULL
		   : shm_body_of(p);
}

/* What the rate has to give now; 0 and *ms: later. */
static int64_t
draw(struct bucket *b, uint64_t rate, int64_t *ms)
{
	const int64_t now = mono_coarse_ms();
	int64_t most, more;

	if (rate == 0 || rate > INT64_MAX / 1000) {
		b->open = true; /* not set */
		return INT64_MAX;
	}
	if (b->open) /* what was taken without a rate is not owed to this one */
		*b = (struct bucket){.at = now};
	most = (int64_t)rate * BUCKET_MS / 1000;
	if (most < 1)
		most = 1;
	if (now - b->at >= BUCKET_MS && b->level >= 0) {
		b->level = most;
		b->at = now;
	} else if ((more = (int64_t)rate * (now - b->at) / 1000) > 0) { /* else the time adds up */
		b->level += more;
		b->at = now;
		if (b->level > most)
			b->level = most;
	}
	if (b->level > 0)
		return b->level;
	*ms = (1 - b->level) * 1000 / (int64_t)rate + 1;
	if (*ms > 1000)
		*ms = 1000;
	return 0;
}

/* Which rates count for f: as in Kafka, none for who is in sync. */
static void
throttled(const struct follow *f, bool *own, bool *leader)
{
	const struct shm_partition *p = &f->r->p;
	const int32_t self = repl_index_of(p, (int32_t)writer.node),
		      l = repl_index_of(p, p->leader);

	*own = *leader = false;
	if (self < 0 || l < 0 || (p->isr >> self & 1) != 0)
		return;
	*own = (p->follower_throttled >> self & 1) != 0;
	*leader = (p->leader_throttled >> l & 1) != 0;
}

int64_t
read_allowed(const struct follow *f, int64_t *ms)
{
	const struct shm_replicator *rates;
	int64_t a = INT64_MAX, b = INT64_MAX;
	bool own, leader;

	throttled(f, &own, &leader);
	if ((!own && !leader) || (rates = replicator()) == NULL)
		return INT64_MAX;
	if (own)
		a = draw(&rd.own,
		    atomic_load_explicit(
			(_Atomic uint64_t *)(uintptr_t)&rates->follower_rate[writer.node],
			memory_order_relaxed),
		    ms);
	if (leader && a != 0)
		b = draw(&rd.from[f->r->p.leader],
		    atomic_load_explicit(
			(_Atomic uint64_t *)(uintptr_t)&rates->leader_rate[f->r->p.leader],
			memory_order_relaxed),
		    ms);
	return a < b ? a : b;
}

void
read_spent(const struct follow *f, int64_t bytes)
{
	bool own, leader;

	throttled(f, &own, &leader);
	if (own)
		rd.own.level -= bytes;
	if (leader)
		rd.from[f->r->p.leader].level -= bytes;
}
