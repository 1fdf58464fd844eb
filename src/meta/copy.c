/* SPDX-License-Identifier: ISC */
/*
 * copy.c - one copy of the metadata store and the thread that waits for its disk.  Used in:
 * controller.
 *
 * A job belongs to the copy's thread until it is done; its answer is taken in the thread of the
 * commits.  A copy whose commit failed takes nothing more until it was filled: a commit is written
 * upon the state that it was made for, or not at all.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "quorum.h"

#define RETRY_MS 1000 /* twice as long each time */
#define RETRY_MAX_MS 300000
#define FULL_MS 10000

struct job {
	struct helper_job job;
	struct copy *copy;
	enum copy_job what;
	struct batch *batch;
	int64_t base, number;
	int flags;
	int result;
	bool behind; /* nothing was tried: the state is not the one that it is for */
	struct meta_err err;
	/* OPEN */
	struct meta_stamp stamp;
	bool used;
	struct meta_copy *known;
	int nknown;
};

/* ---- in the thread ---- */

static void
on_stamp(void *arg, const struct meta_stamp *s)
{
	((struct job *)arg)->stamp = *s;
}

static void
on_copy(void *arg, const struct meta_copy *c)
{
	struct job *j = arg;

	j->known = xreallocarray(j->known, (size_t)j->nknown + 1, sizeof(*j->known));
	j->known[j->nknown] = *c;
	j->known[j->nknown++].path = xstrdup(c->path);
}

static void
on_value(void *arg, enum meta_value name, int64_t value)
{
	if (name == META_TERM && value > 0)
		((struct job *)arg)->used = true;
}

static void
close_db(struct copy *c)
{
	if (c->db != NULL)
		c->q->copies->close(&c->db);
	c->at = -1;
}

static int
open_files(struct job *j)
{
	struct copy *c = j->copy;

	if (c->q->there != NULL && c->q->there(&c->disk, &j->err) == -1)
		return -1;
	if (c->q->copies->open(&c->db, c->disk.dir, c->q->cluster_id, j->flags, &j->err) == -1)
		return -1;
	c->db->ops = c->q->copies;
	return 0;
}

static int
open_db(struct job *j)
{
	static const struct meta_loader loader = {
	    .stamp = on_stamp, .copy = on_copy, .value = on_value};
	struct copy *c = j->copy;

	close_db(c);
	if (open_files(j) == -1)
		return -1;
	if (c->q->copies->load(c->db, &loader, j, &j->err) == -1) {
		close_db(c);
		return -1;
	}
	c->at = j->stamp.number;
	return 0;
}

static int
write_db(struct job *j)
{
	struct copy *c = j->copy;
	int64_t base = c->at;

	if (c->db == NULL || base != j->base) {
		j->behind = true;
		return -1;
	}
	c->at = -1;
	if (c->q->copies->commit(c->db, j->batch->change, j->batch->n, j->batch->flags, &j->err) ==
	    -1) {
		if (j->err.full) /* then nothing of it is there */
			c->at = base;
		return -1;
	}
	c->at = j->number;
	return 0;
}

static int
fill_db(struct job *j)
{
	struct copy *c = j->copy;

	if (c->db == NULL && open_files(j) == -1)
		return -1;
	j->base = c->at;
	return write_db(j);
}

static void
run(struct helper_job *hj)
{
	struct job *j = (struct job *)hj;
	struct copy *c = j->copy;

	switch (j->what) {
	case JOB_OPEN:
		j->result = open_db(j);
		break;
	case JOB_COMMIT:
		j->result = write_db(j);
		break;
	case JOB_FILL:
		j->result = fill_db(j);
		break;
	case JOB_READ:
		j->result = c->db == NULL
				? -1
				: c->q->copies->load(c->db, &batch_loader, j->batch, &j->err);
		break;
	case JOB_TICK:
		if (c->db != NULL)
			c->q->copies->tick(c->db);
		break;
	case JOB_CLOSE:
		close_db(c);
		break;
	}
}

/* ---- answers ---- */

static void
free_known(struct meta_copy *v, int n)
{
	for (int i = 0; i < n; i++)
		free((char *)(uintptr_t)v[i].path);
	free(v);
}

static void
opened(struct copy *c, struct job *j)
{
	if (j->result == 0) {
		free_known(c->known, c->nknown);
		c->known = j->known;
		c->nknown = j->nknown;
		j->known = NULL;
		j->nknown = 0;
		c->stamp = j->stamp;
		c->used = j->used;
		/* what it has under an older term only looks like what counts now */
		c->have = c->q->term == 0 ? j->stamp.number : -1;
		c->state = COPY_READY;
		c->retry_at = 0;
	} else if (j->err.missing && c->state != COPY_FAILED)
		c->state = COPY_EMPTY;
	else {
		c->state = COPY_FAILED;
		c->err = j->err;
	}
}

void
copy_fail(struct copy *c)
{
	c->state = COPY_FAILED;
	c->maybe = c->have == NUMBER_PROMISE ? -1 : c->have;
	copy_submit(c, JOB_CLOSE, NULL, 0, 0, 0);
}

/* What failed by itself may have been the fault of a moment; a full disk heals at any time, and
 * tells nobody. */
void
copy_retry_later(struct copy *c)
{
	c->retry_ms = c->err.full ? FULL_MS : c->retry_ms == 0 ? RETRY_MS : c->retry_ms * 2;
	if (c->retry_ms > RETRY_MAX_MS)
		c->retry_ms = RETRY_MAX_MS;
	c->retry_at = mono_ns() / 1000000 + c->retry_ms;
}

static void
written(struct copy *c, struct job *j)
{
	if (j->behind)
		return;
	if (j->result == 0) {
		c->have = j->number;
		c->err = (struct meta_err){0};
		c->full = false;
		c->retry_ms = 0;
		if (c->state == COPY_EMPTY)
			c->state = COPY_READY;
		return;
	}
	c->err = j->err;
	copy_retry_later(c);
	if (j->err.full) {
		if (!c->full && c->q->n > 1)
			log_limited("a copy of the metadata store finds no room, and is filled when there is some: %s",
			    j->err.text);
		c->full = true;
		return;
	}
	if (c->state == COPY_READY || c->state == COPY_EMPTY) {
		copy_fail(c);
		if (j->number != NUMBER_PROMISE && j->number > c->maybe)
			c->maybe = j->number;
		if (c->q->n > 1)
			log_errorx("a copy of the metadata store failed: %s", j->err.text);
	}
}

static void
done(struct helper_job *hj)
{
	struct job *j = (struct job *)hj;
	struct copy *c = j->copy;

	c->jobs--;
	c->since = mono_ns() / 1000000;
	switch (j->what) {
	case JOB_OPEN:
		opened(c, j);
		break;
	case JOB_COMMIT:
	case JOB_FILL:
		written(c, j);
		break;
	case JOB_READ:
		batch_put(&c->read);
		if (j->result == 0)
			c->read = batch_ref(j->batch);
		else
			c->err = j->err;
		break;
	case JOB_TICK:
	case JOB_CLOSE:
		break;
	}
	if (c->jobs == 0) {
		c->tail = c->state == COPY_READY ? c->have : -1;
		if (c->late)
			log_info(
			    "the copy of the metadata store in \"%s\" answers again", c->disk.dir);
		c->late = false;
	}
	free_known(j->known, j->nknown);
	batch_put(&j->batch);
	free(j);
}

/* ---- the owner's side ---- */

struct copy *
copy_new(struct quorum *q, const struct meta_disk *d)
{
	struct copy *c = xcalloc(1, sizeof(*c));

	c->q = q;
	c->disk = *d;
	c->disk.dir = xstrdup(d->dir);
	c->at = c->have = c->tail = -1;
	c->state = COPY_ABSENT;
	return c;
}

int
copy_start_thread(struct copy *c)
{
	char name[16];

	if (c->helper != NULL)
		return 0;
	snprintf(name, sizeof(name), "meta.%d", c->disk.node);
	c->helper = helper_new(name);
	return c->helper == NULL ? -1 : 0;
}

void
copy_submit(
    struct copy *c, enum copy_job what, struct batch *b, int64_t base, int64_t number, int flags)
{
	struct job *j = xcalloc(1, sizeof(*j));

	j->job.run = run;
	j->job.done = done;
	j->copy = c;
	j->what = what;
	j->batch = b == NULL ? NULL : batch_ref(b);
	j->base = base;
	j->number = number;
	j->flags = flags;
	if (what == JOB_COMMIT || what == JOB_FILL)
		c->tail = number;
	if (c->jobs++ == 0)
		c->since = mono_ns() / 1000000;
	if (c->helper != NULL)
		helper_submit(c->helper, &j->job);
	else {
		run(&j->job);
		done(&j->job);
	}
}

bool
copy_is_late(struct copy *c)
{
	if (c->jobs == 0 || mono_ns() / 1000000 - c->since < c->q->stall_ms)
		return c->late;
	if (!c->late) {
		c->late = true;
		log_warnx("the copy of the metadata store in \"%s\" has not answered for %d ms: "
			  "going on without it",
		    c->disk.dir, c->q->stall_ms);
	}
	return true;
}

void
copy_free(struct copy **cp)
{
	struct copy *c = *cp;

	*cp = NULL;
	if (c->jobs > 0)
		return; /* its thread waits for the disk and will touch all of this */
	helper_free(&c->helper);
	close_db(c);
	free_known(c->known, c->nknown);
	batch_put(&c->read);
	free((char *)(uintptr_t)c->disk.dir);
	free(c);
}
