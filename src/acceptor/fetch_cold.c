/* SPDX-License-Identifier: ISC */
/*
 * fetch_cold.c - the acceptor's helper thread, and what it is asked to read ahead or to find.  Used
 * in: acceptor.
 *
 * Before a range is queued for sendfile, a few bytes of it are probed: if they are not in the page
 * cache, the helper reads the range (and what a sequential reader will want next) while the loop
 * serves others.
 */
#include "config.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdio.h>
#include <stdlib.h>

#include "fetch.h"
#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define PROBE_STEP (256 << 10)
#define PROBE_AHEAD (1 << 20)
#define PROBE_VALID_MS 2000
#define READ_AHEAD (1 << 20) /* beyond what is asked for */
#define WINDOWS 256

/* A range that was found in the page cache not long ago. */
struct window {
	uint32_t slot;
	int64_t segment, from, to, until_ms;
};

struct job {
	struct helper_job job;
	struct fetch *fetch; /* NULL: it is gone */
	LIST_ENTRY(job) entry;
	/* to be read ahead */
	struct view_file *file;
	int64_t offset;
	size_t len;
	/* or to be found: the batch at offset */
	struct view_key key;
	char topic[250];
	struct view_tail tail;
	struct view_place place;
	uint32_t tag;
	bool found;
};

static struct window windows[WINDOWS];
static LIST_HEAD(, job) jobs = LIST_HEAD_INITIALIZER(jobs);
static struct helper *helper;
static struct view_cache *views;
static struct event event;

static void
on_done(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	acceptor_clock();
	helper_run_done(helper);
}

void
fcold_init(void)
{
	helper = helper_new("acceptor-helper");
	views = view_cache_new(16);
	if (helper == NULL || views == NULL)
		fatal("could not start the helper thread");
	event_assign(
	    &event, acceptor.child->base, helper_fd(helper), EV_READ | EV_PERSIST, on_done, NULL);
	event_add(&event, NULL);
}

struct helper *
fcold_helper(void)
{
	return helper;
}

struct view_cache *
fcold_views(void)
{
	return views;
}

bool
fcold_resident(uint32_t slot, int64_t segment, int fd, int64_t offset, uint32_t len, int64_t end)
{
	struct window *w = &windows[slot % WINDOWS];
	int64_t need = offset + len,
		upto = need < offset + PROBE_AHEAD ? offset + PROBE_AHEAD : need, at;

	if (w->slot == slot && w->segment == segment && offset >= w->from && need <= w->to &&
	    acceptor.mono_ms <= w->until_ms)
		return true;
	if (upto > end)
		upto = end;
	for (at = offset; at < upto; at += PROBE_STEP)
		if (view_resident(fd, at, 1) == 0)
			break;
	if (at >= upto && view_resident(fd, upto - 1, 1) == 0)
		at = upto - PROBE_STEP;
	if (at < need)
		return false;
	*w = (struct window){
	    slot, segment, offset, at < upto ? at : upto, acceptor.mono_ms + PROBE_VALID_MS};
	return true;
}

static void
run(struct helper_job *hj)
{
	struct job *j = (struct job *)hj;

	view_read_ahead(j->file->fd, j->offset, j->len);
}

static void
run_locate(struct helper_job *hj)
{
	struct job *j = (struct job *)hj;
	struct view *v = view_get(views, &j->key);

	j->found = v != NULL && view_locate(v, &j->tail, j->offset, NULL, &j->place) == 0;
	view_cache_tick(views, mono_coarse_ms());
}

static void
done(struct helper_job *hj)
{
	struct job *j = (struct job *)hj;
	struct fetch *f = j->fetch;

	LIST_REMOVE(j, entry);
	if (j->file != NULL)
		fread_release(j->file);
	if (j->found)
		hint_found(j->key.slot, j->tag, j->offset, &j->place);
	free(j);
	if (f != NULL && --f->cold == 0)
		fetch_warm(f);
}

static void
submit(struct fetch *f, struct job *j)
{
	j->job.done = done;
	j->fetch = f;
	f->cold++;
	LIST_INSERT_HEAD(&jobs, j, entry);
	shm_count(acceptor.child->self, CTR_COLD_READS, 1);
	helper_submit(helper, &j->job);
}

void
fcold_locate(struct fetch *f, const struct view_key *key, const struct view_tail *tail,
    int64_t offset, uint32_t tag)
{
	struct job *j = xcalloc(1, sizeof *j);

	j->job.run = run_locate;
	j->key = *key;
	snprintf(j->topic, sizeof j->topic, "%s", key->topic);
	j->key.topic = j->topic;
	j->tail = *tail;
	j->offset = offset;
	j->tag = tag;
	f->locating = true;
	submit(f, j);
}

void
fcold_read(struct fetch *f, struct view_file *file, int64_t offset, uint32_t len, int64_t end)
{
	struct job *j = xcalloc(1, sizeof *j);
	int64_t upto = offset + len + READ_AHEAD;

	j->job.run = run;
	j->file = view_file_hold(file);
	j->offset = offset;
	j->len = (size_t)((upto < end ? upto : end) - offset);
	submit(f, j);
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
