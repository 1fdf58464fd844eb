/* SPDX-License-Identifier: ISC */
/*
 * fetch_cold.c - the acceptor's helper threads, and what they are asked to read, to check or to find.
 * Used in: acceptor.
 *
 * sendfile waits for the medium and never looks at what it sends.  So before a piece is queued for it,
 * two things are asked: is all of it in the page cache, and is it known to be what was appended?
 * What was appended in this daemon's life and never left the cache was checked at the door; that is
 * the hot path, and costs one cachestat(2).  Everything else goes through the helper first: it reads
 * the range (and what a sequential reader will want next) and checks it batch by batch, while the
 * loop serves others.  Each disk has a helper of its own, made when it is first needed: one that does
 * not answer holds up those who read from it alone.
 *
 * What was read for a reader of old data is dropped again behind it, so that it does not push the
 * ends of the logs out of the page cache.
 */
#include "config.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fetch.h"
#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define WINDOW_MS 2000
#define READ_AHEAD (1 << 20) /* beyond what is asked for */
#define WINDOWS 256
#define LOCATE_TRIES 8
#define ROUNDS 3
#define KEEP_BYTES (32 << 20) /* read for readers of old data and not dropped yet */
#define LAGS_BYTES (16 << 20) /* whoever is so far behind the end lags */
#define REPORTED 64

/* A range that was found in the page cache not long ago: for kernels where that question is dear. */
struct window {
	uint32_t slot;
	int64_t segment, from, to, until_ms;
};

struct job {
	struct helper_job job;
	struct fetch *fetch; /* NULL: it is gone */
	struct again *again; /* likewise */
	LIST_ENTRY(job) entry;
	struct view_key key;
	char topic[250];
	struct view_tail tail;
	/* to be read and checked */
	struct view_file *file; /* the loop's */
	int64_t position;
	int64_t len;
	bool was_cold;
	/* or to be found: the batch at offset */
	int64_t offset;
	int64_t committed; /* and the aborted transactions from there up to this offset; -1 */
	struct view_place place;
	uint32_t tag;
	bool found;
	/* what became of it */
	struct view_checked checked; /* segment -1: nothing */
	int error;
};

/* What the helper read from the medium, oldest first. */
struct warmed {
	struct view_file *file;
	uint32_t node, slot;
	int64_t from, to;
	TAILQ_ENTRY(warmed) entry;
};

struct drop {
	struct helper_job job;
	struct view_file *file;
	int64_t from, to;
};

static struct window windows[WINDOWS];
static LIST_HEAD(, job) jobs = LIST_HEAD_INITIALIZER(jobs);
static TAILQ_HEAD(, warmed) warmed = TAILQ_HEAD_INITIALIZER(warmed);
static int64_t warmed_bytes;

/* Of each disk, by its node. */
static struct reader {
	struct helper *helper; /* NULL: nothing was read from it yet */
	struct view_cache *views;
	struct event event;
} readers[SHM_NODES];

static void
on_done(int fd, short what, void *arg)
{
	struct reader *r = arg;

	(void)fd;
	(void)what;
	acceptor_clock();
	helper_run_done(r->helper);
}

struct helper *
fcold_helper(uint32_t node)
{
	struct reader *r = &readers[node];

	if (r->helper != NULL)
		return r->helper;
	r->helper = helper_new("acceptor-helper");
	r->views = view_cache_new(16);
	if (r->helper == NULL || r->views == NULL)
		fatal("could not start the helper thread");
	event_assign(&r->event, acceptor.child->base, helper_fd(r->helper), EV_READ | EV_PERSIST, on_done, r);
	event_add(&r->event, NULL);
	return r->helper;
}

struct view_cache *
fcold_views(uint32_t node)
{
	return readers[node].views;
}

/* ---- may it be sent? ---- */

static bool
resident(uint32_t slot, const struct view_file *file, int64_t from, int64_t to)
{
	struct window *w = &windows[slot % WINDOWS];

	if (view_resident_cheap())
		return view_resident(file->fd, from, (size_t)(to - from)) != 0;
	if (w->slot == slot && w->segment == file->base && from >= w->from && to <= w->to &&
	    acceptor.mono_ms <= w->until_ms)
		return true;
	if (view_resident(file->fd, from, (size_t)(to - from)) == 0)
		return false;
	*w = (struct window){slot, file->base, from, to, acceptor.mono_ms + WINDOW_MS};
	return true;
}

static struct shm_acceptor *
own_part(void)
{
	return shm_body_of(acceptor.child->self);
}

/* Tells everybody where a reader is that is far behind the end. */
static void
tell_lagging(const struct fpart *p, const struct sight *s, const struct view_file *file,
    int64_t position)
{
	if (file->base == s->line.segment && s->line.end - position < LAGS_BYTES)
		return;
	lagging_put(
	    own_part(), p->slot, file->base, position, (uint32_t)(acceptor.mono_ms / 1000));
}

static void check(struct fetch *f, const struct fpart *p, const struct sight *s,
    struct view_file *file, int64_t from, int64_t to, bool was_cold);

enum fclear
fcold_clear(struct fetch *f, struct fpart *p, const struct sight *s, struct view_file *file,
    const struct spot *spot, bool hot, uint32_t *len)
{
	int64_t from = spot->before >= 0 ? spot->before : spot->position,
		to = spot->position + *len, good;
	const struct bad_range *bad = view_bad(file, from);

	if (bad != NULL)
		return p->offset < bad->next ? CLEAR_BAD : CLEAR_MOVED;
	hot = hot || resident(p->slot, file, spot->position, to);
	tell_lagging(p, s, file, to);
	if (p->offset >= s->line.born && (hot || f->rounds > 0))
		good = view_until_bad(file, spot->position, to);
	else
		good = view_good(file, from);
	if (good >= to && (hot || f->rounds > 0))
		return CLEAR;
	if (good > spot->position && (f->rounds > 0 || view_bad(file, good) != NULL)) {
		*len = (uint32_t)(good - spot->position);
		return CLEAR;
	}
	if (!hot)
		view_forget(file, spot->position, to);
	if (f->rounds < ROUNDS) {
		check(f, p, s, file, from, to, !hot);
		return CLEAR_WAIT;
	}
	errno = f->cold_error;
	return f->cold_error == 0 || f->cold_error == ESTALE ? CLEAR_MOVED : CLEAR_FAILED;
}

/* ---- behind readers of old data ---- */

static void
run_drop(struct helper_job *hj)
{
	struct drop *d = (struct drop *)hj;

	view_drop(d->file->fd, d->from, d->to - d->from);
}

static void
drop_done(struct helper_job *hj)
{
	struct drop *d = (struct drop *)hj;

	fread_release(d->file);
	free(d);
}

static bool
needed(const struct warmed *w)
{
	uint32_t n = shm_layout(acceptor.shm)->count[PROC_ACCEPTOR];

	for (uint32_t i = 0; i < n; i++) {
		const struct shm_part *part = shm_peer(acceptor.shm, proc_slot(PROC_ACCEPTOR, i));

		if (part != NULL && lagging_needs(shm_body_of(part), w->slot, w->file->base, w->from,
					w->to, (uint32_t)(acceptor.mono_ms / 1000)))
			return true;
	}
	return false;
}

static void
warmed_drop(struct warmed *w)
{
	struct drop *d = xcalloc(1, sizeof *d);

	TAILQ_REMOVE(&warmed, w, entry);
	warmed_bytes -= w->to - w->from;
	shm_count(acceptor.child->self, CTR_DROPPED_BYTES, (uint64_t)(w->to - w->from));
	d->job.run = run_drop;
	d->job.done = drop_done;
	d->file = w->file;
	d->from = w->from;
	d->to = w->to;
	helper_submit(fcold_helper(w->node), &d->job);
	free(w);
}

static void
warmed_add(struct job *j)
{
	struct warmed *w = xcalloc(1, sizeof *w), *next;
	int64_t most = acceptor.config->log_cache_bytes < 0 ||
				   acceptor.config->log_cache_bytes / 8 > KEEP_BYTES
			       ? KEEP_BYTES
			       : acceptor.config->log_cache_bytes / 8;

	w->file = view_file_hold(j->file);
	w->node = j->key.node;
	w->slot = j->key.slot;
	w->from = j->checked.from;
	w->to = j->checked.to;
	TAILQ_INSERT_TAIL(&warmed, w, entry);
	warmed_bytes += w->to - w->from;
	for (w = TAILQ_FIRST(&warmed); w != NULL && warmed_bytes > most; w = next) {
		next = TAILQ_NEXT(w, entry);
		/* readers of much more than that together share what there is */
		if (warmed_bytes > 4 * most || !needed(w))
			warmed_drop(w);
	}
}

/* Files that were unlinked are let go, and what nobody reads any more is dropped. */
void
fcold_tick(void)
{
	struct warmed *w, *next;

	for (w = TAILQ_FIRST(&warmed); w != NULL; w = next) {
		next = TAILQ_NEXT(w, entry);
		if (w->file->gone || !needed(w))
			warmed_drop(w);
	}
}

/* ---- the helper ---- */

static void
run_check(struct helper_job *hj)
{
	struct job *j = (struct job *)hj;
	struct view_cache *views = fcold_views(j->key.node);
	struct view *v = view_get(views, &j->key);

	if (v == NULL || view_check(v, &j->tail, j->file->base, j->position, j->len, &j->checked) == -1)
		j->error = errno;
	view_cache_tick(views, mono_coarse_ms());
}

struct let_go {
	struct helper_job job;
	uint32_t node;
	const char *disk;
};

static void
run_let_go(struct helper_job *hj)
{
	const struct let_go *l = (const struct let_go *)hj;

	view_cache_drop(fcold_views(l->node), l->disk);
}

static void
let_go_done(struct helper_job *hj)
{
	free(hj);
}

void
fcold_let_go(uint32_t node, const char *disk)
{
	struct let_go *l;

	if (readers[node].helper == NULL)
		return;
	l = xcalloc(1, sizeof(*l));
	l->job.run = run_let_go;
	l->job.done = let_go_done;
	l->node = node;
	l->disk = disk;
	helper_submit(readers[node].helper, &l->job);
}

static void
run_locate(struct helper_job *hj)
{
	struct job *j = (struct job *)hj;
	struct view_cache *views = fcold_views(j->key.node);
	struct view *v = view_get(views, &j->key);
	int r = -1;

	for (int i = 0; v != NULL && r == -1 && i < LOCATE_TRIES; i++) {
		r = view_locate(v, &j->tail, j->offset, NULL, &j->place);
		if (r == -1 && (errno != EUCLEAN || view_check(v, &j->tail, j->place.segment,
							j->place.position, 1, &j->checked) == -1))
			break;
	}
	j->found = r == 0 && j->place.before < 0;
	if (v != NULL && j->committed >= 0)
		(void)view_aborted(v, &j->tail, j->offset, j->committed, NULL, 0); /* into the page cache */
	/* what the walk has read is in the page cache now: it must not stay there unchecked */
	if (r == 0 && j->checked.segment < 0 && j->place.length > 0 &&
	    view_check(v, &j->tail, j->place.segment, j->place.walked,
		j->place.position + VIEW_WALK - j->place.walked, &j->checked) == -1)
		j->error = errno;
	view_cache_tick(views, mono_coarse_ms());
}

/* Once for each range, however often it is met. */
static void
report(const struct job *j)
{
	static struct {
		uint32_t slot, generation;
		int64_t segment, from;
	} reported[REPORTED];
	static uint32_t n;
	const struct bad_range *bad = &j->checked.bad;

	for (uint32_t i = 0; i < REPORTED && i < n; i++)
		if (reported[i].slot == j->key.slot &&
		    reported[i].generation == j->key.slot_generation &&
		    reported[i].segment == j->checked.segment && reported[i].from == bad->from)
			return;
	reported[n % REPORTED].slot = j->key.slot;
	reported[n % REPORTED].generation = j->key.slot_generation;
	reported[n % REPORTED].segment = j->checked.segment;
	reported[n++ % REPORTED].from = bad->from;
	shm_count(acceptor.child->self, CTR_BAD_RANGES, 1);
	log_errorx("\"%s/%s-%d/%020" PRId64 ".log\" is damaged from position %" PRId64
		   " to %" PRId64 ": offsets %" PRId64 " to %" PRId64
		   " are not what was written, and are refused",
	    j->key.disk, j->topic, (int)j->key.partition, j->checked.segment, bad->from, bad->to,
	    bad->first, bad->next - 1);
}

/* What the helper found out about a file, for the loop's view of it. */
static void
take_in(struct job *j)
{
	struct view *v;
	struct view_file *file = j->file;

	if (j->checked.segment < 0)
		return;
	if (file == NULL && ((v = view_get(fread_views, &j->key)) == NULL ||
				(file = view_file(v, j->checked.segment)) == NULL))
		return;
	view_add_good(file, j->checked.from, j->checked.to);
	shm_count(acceptor.child->self, CTR_CHECKED_BYTES,
	    (uint64_t)(j->checked.to - j->checked.from));
	if (j->checked.bad.to > 0) {
		view_add_bad(file, &j->checked.bad, acceptor.mono_ms);
		report(j);
	}
	if (j->was_cold && j->checked.to > j->checked.from)
		warmed_add(j);
}

static void
done(struct helper_job *hj)
{
	struct job *j = (struct job *)hj;
	struct fetch *f = j->fetch;

	LIST_REMOVE(j, entry);
	take_in(j);
	if (j->file != NULL)
		fread_release(j->file);
	if (j->found)
		hint_found(j->key.slot, j->tag, j->offset, &j->place);
	else if (j->error == ESTALE)
		hint_drop(j->key.slot, j->offset);
	if (f != NULL && j->error != 0)
		f->cold_error = j->error;
	if (j->again != NULL)
		j->again->done(j->again, j->checked.segment < 0 ? -1 : j->checked.to, j->error);
	free(j);
	if (f != NULL && --f->cold == 0)
		fetch_warm(f);
}

static struct job *
job_new(const struct view_key *key, const struct view_tail *tail, int64_t offset)
{
	struct job *j = xcalloc(1, sizeof *j);

	j->key = *key;
	snprintf(j->topic, sizeof j->topic, "%s", key->topic);
	j->key.topic = j->topic;
	j->tail = *tail;
	j->offset = offset;
	j->checked.segment = -1;
	return j;
}

static void
submit(struct fetch *f, struct job *j)
{
	j->job.done = done;
	j->fetch = f;
	if (f != NULL)
		f->cold++;
	LIST_INSERT_HEAD(&jobs, j, entry);
	shm_count(acceptor.child->self, CTR_COLD_READS, 1);
	helper_submit(fcold_helper(j->key.node), &j->job);
}

void
fcold_locate(struct fetch *f, const struct view_key *key, const struct view_tail *tail,
    int64_t offset, int64_t committed, uint32_t tag)
{
	struct job *j = job_new(key, tail, offset);

	j->committed = committed;
	j->job.run = run_locate;
	j->tag = tag;
	f->locating = true;
	submit(f, j);
}

static struct job *
check_new(const struct sight *s, uint32_t slot, struct view_file *file, int64_t from, int64_t to,
    bool was_cold)
{
	struct view_tail tail;
	struct view_key key;
	struct job *j;

	fread_tail(&tail, &s->line);
	fread_key(&key, s, slot);
	j = job_new(&key, &tail, -1);
	j->job.run = run_check;
	j->file = view_file_hold(file);
	j->position = from;
	j->len = to - from + READ_AHEAD;
	j->was_cold = was_cold;
	return j;
}

static void
check(struct fetch *f, const struct fpart *p, const struct sight *s, struct view_file *file,
    int64_t from, int64_t to, bool was_cold)
{
	struct job *j = check_new(s, p->slot, file, from, to, was_cold);

	j->offset = p->offset;
	submit(f, j);
}

bool
fcold_check_again(struct again *a, struct ftopic *topic, int64_t from, int64_t to)
{
	struct sight s;
	struct view *v;
	struct job *j;

	s.topic = ftopic_entry(topic);
	s.node = a->node;
	if (s.topic == NULL || tables_reader(acceptor.tables, a->slot, a->node, &s.part, &s.line) != 0 ||
	    s.part.topic != s.topic->index)
		return false;
	/* is the file still the one of its name?  Compaction puts another in its place */
	v = fread_view(fread_views, &s, a->slot);
	if (v == NULL || view_file(v, a->file->base) != a->file)
		return false;
	lagging_put(own_part(), a->slot, a->file->base, from, (uint32_t)(acceptor.mono_ms / 1000));
	view_forget(a->file, from, to);
	j = check_new(&s, a->slot, a->file, from, to, true);
	j->again = a;
	shm_count(acceptor.child->self, CTR_DELAYED_CHECKS, 1);
	submit(NULL, j);
	return true;
}

void
fcold_check_forget(struct again *a)
{
	struct job *j;

	LIST_FOREACH (j, &jobs, entry)
		if (j->again == a)
			j->again = NULL;
}

void
fcold_read(struct fetch *f, const struct fpart *p, const struct sight *s, struct view_file *file,
    int64_t position, uint32_t len)
{
	view_forget(file, position, position + len);
	check(f, p, s, file, position, position + len, true);
}

void
fcold_forget(struct fetch *f)
{
	struct job *j;

	if (f->cold == 0)
		return;
	LIST_FOREACH (j, &jobs, entry)
		if (j->fetch == f)
			j->fetch = NULL;
	f->cold = 0;
}
