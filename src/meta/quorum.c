/* SPDX-License-Identifier: ISC */
/*
 * quorum.c - a store that is kept on several disks: who has what, copies that are behind, disks
 * that come and go.  Used in: controller, in the thread of the commits.
 *
 * No copy is ever waited for when the others will do.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "quorum.h"

/* ---- the copies' answers ---- */

static int64_t
clock_ms(void)
{
	return mono_ns() / 1000000;
}

void
quorum_collect(struct quorum *q, int timeout_ms)
{
	struct pollfd fd[COPIES_MAX];
	int who[COPIES_MAX], n = 0;

	for (int i = 0; i < q->n; i++)
		if (q->copy[i]->helper != NULL && q->copy[i]->jobs > 0) {
			fd[n] = (struct pollfd){helper_fd(q->copy[i]->helper), POLLIN, 0};
			who[n++] = i;
		}
	if (n == 0 || poll(fd, (nfds_t)n, timeout_ms) <= 0)
		return;
	for (int i = 0; i < n; i++)
		if (fd[i].revents != 0)
			helper_run_done(q->copy[who[i]]->helper);
}

/* How long until one of these that are busy is late; -1: none is. */
int
quorum_next_late(struct quorum *q, uint64_t copies)
{
	int64_t now = clock_ms(), first = INT64_MAX;

	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];

		if ((copies & copy_bit(c)) != 0 && c->jobs > 0 && !copy_is_late(c) &&
		    c->since + q->stall_ms < first)
			first = c->since + q->stall_ms;
	}
	if (first == INT64_MAX)
		return -1;
	return first > now ? (int)(first - now) : 1;
}

void
quorum_await(struct quorum *q, uint64_t copies)
{
	int ms;

	quorum_collect(q, 0);
	while ((ms = quorum_next_late(q, copies)) != -1)
		quorum_collect(q, ms);
}

/* ---- masks ---- */

uint64_t
quorum_which(const struct quorum *q, copy_fn *is)
{
	uint64_t mask = 0;

	for (int i = 0; i < q->n; i++)
		if (is(q->copy[i]))
			mask |= copy_bit(q->copy[i]);
	return mask;
}

bool
copy_would_take_commits(struct copy *c)
{
	return c->state == COPY_READY && c->tail == c->q->tip;
}

bool
copy_takes_commits(struct copy *c)
{
	return copy_would_take_commits(c) && !copy_is_late(c);
}

bool
copy_has_counted(struct copy *c)
{
	return c->state == COPY_READY && c->have == c->q->counted;
}

uint64_t
quorum_have(const struct quorum *q, int64_t number)
{
	uint64_t mask = 0;

	for (int i = 0; i < q->n; i++)
		if (q->copy[i]->state == COPY_READY && q->copy[i]->have == number)
			mask |= copy_bit(q->copy[i]);
	return mask;
}

/* These meet every majority of the set. */
static bool
meets(uint64_t copies, uint64_t set)
{
	return 2 * __builtin_popcountll(copies & set) >= __builtin_popcountll(set);
}

/* A majority of the set in force has it, and no start that knows another set only can miss it. */
bool
quorum_counts(const struct quorum *q, uint64_t copies)
{
	uint64_t conf = quorum_conf(q);

	for (int i = 0; i < q->confs - 1; i++)
		if (!meets(copies, q->conf[i]))
			return false;
	return __builtin_popcountll(copies & conf) >= majority(conf);
}

bool
quorum_has(const struct quorum *q, int64_t number)
{
	return quorum_counts(q, quorum_have(q, number));
}

bool
quorum_may_become(const struct quorum *q, uint64_t copies, uint64_t conf)
{
	for (int i = 0; i < q->confs; i++)
		if (!meets(copies, q->conf[i]))
			return false;
	return q->confs < CONFS_MAX && __builtin_popcountll(copies & conf) >= majority(conf);
}

const char *
quorum_strength(const struct quorum *q, char *buf, size_t n)
{
	uint64_t conf = quorum_conf(q);

	snprintf(buf, n, "%d of %d",
	    __builtin_popcountll(quorum_which(q, copy_takes_commits) & conf),
	    __builtin_popcountll(conf));
	return buf;
}

struct copy *
quorum_find(struct quorum *q, const uint8_t directory_id[16])
{
	for (int i = 0; i < q->n; i++)
		if (memcmp(q->copy[i]->disk.directory_id, directory_id, 16) == 0)
			return q->copy[i];
	return NULL;
}

void
batch_set_copy(struct batch *b, const struct copy *c)
{
	struct meta_change m = {.type = META_SET_COPY};

	memcpy(m.u.copy.directory_id, c->disk.directory_id, 16);
	m.u.copy.node = c->disk.node;
	m.u.copy.path = c->disk.dir;
	batch_add(b, &m);
}

/* ---- copies that are behind ---- */

/* All of the store as it counts, for a copy that has something else; NULL: not now. */
static struct batch *
whole_state(struct quorum *q)
{
	struct meta_change clear = {.type = META_CLEAR};
	struct meta_change stamp = {META_SET_STAMP,
	    {.stamp = {.promised = q->term, .term = q->term, .number = q->counted}}};
	struct batch *b;
	uint64_t conf = quorum_conf(q);

	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];

		if (!copy_takes_commits(c) || !copy_has_counted(c))
			continue;
		b = batch_new(META_URGENT);
		batch_add(b, &clear);
		batch_put(&c->read);
		copy_submit(c, JOB_READ, b, 0, 0, 0);
		batch_put(&b);
		quorum_await(q, copy_bit(c));
		if ((b = c->read) == NULL || c->jobs > 0) {
			if (c->jobs > 0)
				continue;
			log_errorx("a copy of the metadata store failed: %s", c->err.text);
			copy_fail(c);
			continue;
		}
		c->read = NULL;
		for (int k = 0; k < q->n; k++)
			if ((conf & copy_bit(q->copy[k])) != 0)
				batch_set_copy(b, q->copy[k]);
		batch_add(b, &stamp);
		return b;
	}
	return NULL;
}

static bool
wants_fill(struct copy *c)
{
	return (c->state == COPY_READY || c->state == COPY_EMPTY) && !c->dropped && c->jobs == 0 &&
	       c->tail != c->q->counted && clock_ms() >= c->retry_at;
}

void
quorum_fill(struct quorum *q, uint64_t copies, bool wait)
{
	struct batch *b = copies == 0 ? NULL : whole_state(q);

	for (int i = 0; b != NULL && i < q->n; i++)
		if ((copies & copy_bit(q->copy[i])) != 0)
			copy_submit(q->copy[i], JOB_FILL, b, 0, q->counted, META_CREATE);
	batch_put(&b);
	if (wait)
		quorum_await(q, copies);
}

static void
try_again(struct quorum *q)
{
	uint64_t tried = 0;

	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];

		if (c->state != COPY_FAILED || c->dropped || c->jobs > 0 ||
		    clock_ms() < c->retry_at)
			continue;
		copy_retry_later(c);
		if (c->err.damaged)
			c->state = COPY_EMPTY; /* another is made */
		copy_submit(
		    c, JOB_OPEN, NULL, 0, 0, c->err.damaged ? META_REPLACE | META_CREATE : 0);
		tried |= copy_bit(c);
	}
	quorum_await(q, tried);
}

/* Which are not up to date, and since when? */
static void
watch(struct quorum *q)
{
	char buf[32];

	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];

		if (!copy_takes_commits(c)) {
			if (c->out_since == 0)
				c->out_since = clock_ms();
			continue;
		}
		if (c->out_since == 0 || !copy_has_counted(c))
			continue;
		c->out_since = 0;
		if ((quorum_conf(q) & copy_bit(c)) != 0)
			log_info("the copy of the metadata store in \"%s\" is up to date again: %s "
				 "are good",
			    c->disk.dir, quorum_strength(q, buf, sizeof(buf)));
	}
}

static bool
was_replaced(const struct quorum *q, const struct copy *c)
{
	for (int i = 0; i < q->n; i++)
		if (q->copy[i] != c && q->copy[i]->disk.node == c->disk.node &&
		    q->copy[i]->disk.usable && !c->disk.usable)
			return true;
	return false;
}

/* The set can do without this one for good. */
static bool
to_be_forgotten(const struct quorum *q, const struct copy *c)
{
	if (c->dropped)
		return true;
	if (c->out_since == 0)
		return false;
	return ((c->state == COPY_FAILED || c->state == COPY_ABSENT) && c->counted_once) ||
	       was_replaced(q, c) || clock_ms() - c->out_since >= q->absent_ms;
}

/* One member more, or one fewer.  0: nothing to do; 1: done; -1: it failed. */
static int
change_one(struct quorum *q)
{
	uint64_t good = quorum_which(q, copy_has_counted), conf = quorum_conf(q);
	struct meta_err err;
	char buf[32];

	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];

		if ((conf & copy_bit(c)) != 0 && to_be_forgotten(q, c) &&
		    quorum_may_become(q, good & ~copy_bit(c), conf & ~copy_bit(c)))
			return quorum_forget(q, c, &err) == -1 ? -1 : 1;
	}
	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];

		if ((conf & copy_bit(c)) != 0 || c->dropped || !copy_takes_commits(c) ||
		    !copy_has_counted(c) || !quorum_may_become(q, good, conf | copy_bit(c)))
			continue;
		if (quorum_know(q, c, &err) == -1)
			return -1;
		if ((quorum_conf(q) & copy_bit(c)) == 0)
			return 1; /* it failed in that */
		log_info("the metadata store has a copy in \"%s\": %s are good", c->disk.dir,
		    quorum_strength(q, buf, sizeof(buf)));
		return 1;
	}
	return 0;
}

/* Before anybody else is told the term, it counts: who waits for the others to have it all may have nothing to commit. */
static bool
tell_term(struct quorum *q)
{
	const uint64_t conf = quorum_conf(q);
	struct meta_err err;
	struct batch *b;
	bool others = false;

	for (int i = 0; i < q->n; i++)
		others |= q->copy[i]->disk.usable && (conf & copy_bit(q->copy[i])) == 0;
	if (!others || q->broken)
		return false;
	b = batch_new(META_URGENT);
	(void)quorum_round(q, b, conf, &err);
	batch_put(&b);
	return !q->untold;
}

void
quorum_settle(struct quorum *q, bool wait)
{
	bool more = false;
	uint64_t behind, closed = 0;
	int did = 0;

	q->unsettled = true;
	if (q->settling || (q->untold && !tell_term(q)))
		return;
	q->settling = true;
	if (wait)
		quorum_await(q, UINT64_MAX);
	else
		quorum_collect(q, 0);
	try_again(q);
	watch(q);
	if ((behind = quorum_which(q, wants_fill)) != 0)
		quorum_fill(q, behind, wait);
	watch(q);
	while (!q->broken && (did = change_one(q)) == 1)
		if (wait)
			quorum_await(q, UINT64_MAX);
	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];

		/* one that nobody else can stand in for stays open as long as it works */
		if (c->dropped && c->state != COPY_FAILED && (quorum_conf(q) & copy_bit(c)) == 0) {
			copy_fail(c);
			closed |= copy_bit(c);
		}
		if (copy_takes_commits(c) && (quorum_conf(q) & copy_bit(c)) != 0)
			c->counted_once = true;
		else if (c->disk.usable || (quorum_conf(q) & copy_bit(c)) != 0)
			more = true;
	}
	if (wait)
		quorum_await(q, closed);
	q->settling = false;
	q->unsettled = more || did != 0;
}

bool
quorum_unsettled(const struct meta_store *base)
{
	return ((const struct quorum *)base)->unsettled;
}

/* ---- disks that come and go ---- */

static int
threads(struct quorum *q)
{
	for (int i = 0; q->n > 1 && i < q->n; i++)
		if (copy_start_thread(q->copy[i]) == -1)
			return -1;
	return 0;
}

/* A place in the masks: that of one that nobody knows any more, if there is one. */
static struct copy *
new_copy(struct quorum *q, const struct meta_disk *d)
{
	struct copy *c = copy_new(q, d);
	int at = q->n;

	for (int i = 0; i < q->n; i++)
		if (!q->copy[i]->disk.usable && q->copy[i]->jobs == 0 &&
		    (quorum_conf(q) & copy_bit(q->copy[i])) == 0)
			at = i;
	if (at == COPIES_MAX) {
		copy_free(&c);
		return NULL;
	}
	if (at < q->n)
		copy_free(&q->copy[at]);
	else
		q->n++;
	q->copy[at] = c;
	c->index = at;
	if (threads(q) == -1)
		log_warn("could not start a thread for the metadata store in \"%s\"", d->dir);
	return c;
}

void
quorum_copy_add(struct meta_store *base, const struct meta_disk *d)
{
	struct quorum *q = (struct quorum *)base;
	struct copy *c = quorum_find(q, d->directory_id);

	quorum_collect(q, 0);
	if (c != NULL && (c->state == COPY_READY || c->state == COPY_EMPTY)) {
		c->dropped = false;
		c->disk.usable = true;
		return;
	}
	if (c == NULL && (c = new_copy(q, d)) == NULL) {
		log_errorx(
		    "there are too many copies of the metadata store: none is made in \"%s\"",
		    d->dir);
		return;
	}
	quorum_await(q, copy_bit(c));
	if (c->jobs > 0) { /* its files are not even closed: when it answers, it is tried again */
		c->dropped = false;
		c->disk.usable = true;
		return;
	}
	free((char *)(uintptr_t)c->disk.dir);
	c->disk = *d;
	c->disk.dir = xstrdup(d->dir);
	c->disk.usable = true;
	c->dropped = false;
	c->state = COPY_ABSENT;
	c->retry_at = c->retry_ms = 0;
	copy_submit(c, JOB_OPEN, NULL, 0, 0, 0);
	quorum_await(q, copy_bit(c));
	if (c->state == COPY_FAILED)
		log_errorx("a copy of the metadata store cannot be used: %s", c->err.text);
	if (!q->broken)
		quorum_settle(q, true);
}

void
quorum_copy_drop(struct meta_store *base, const uint8_t directory_id[16])
{
	struct quorum *q = (struct quorum *)base;
	struct copy *c = quorum_find(q, directory_id);

	quorum_collect(q, 0);
	if (c == NULL || c->dropped)
		return;
	c->dropped = true;
	c->disk.usable = false;
	q->unsettled = true;
}

bool
quorum_copy_counts(const struct meta_store *base, const uint8_t directory_id[16])
{
	struct quorum *q = (struct quorum *)(uintptr_t)base;
	struct copy *c = quorum_find(q, directory_id);

	/* one that is late is waited for when it is needed */
	return c != NULL && !c->dropped && copy_would_take_commits(c) && (quorum_conf(q) & copy_bit(c)) != 0;
}

void
quorum_committed(struct meta_store *base)
{
	struct quorum *q = (struct quorum *)base;

	if (!q->broken)
		quorum_settle(q, false);
}

void
quorum_counted(const struct meta_store *base, int64_t *term, int64_t *number)
{
	const struct quorum *q = (const struct quorum *)base;

	*term = q->term;
	*number = q->counted;
}

/* ---- the back end ---- */

static int
quorum_load(struct meta_store *base, const struct meta_loader *l, void *arg, struct meta_err *err)
{
	struct quorum *q = (struct quorum *)base;

	(void)err;
	batch_tell(q->image, l, arg);
	batch_put(&q->image);
	return 0;
}

static void
quorum_tick(struct meta_store *base)
{
	struct quorum *q = (struct quorum *)base;

	quorum_collect(q, 0);
	if (!q->broken)
		quorum_settle(q, true);
	/* last: the copy of a slow disk is not to be late by it whenever it is looked at */
	for (int i = 0; i < q->n; i++)
		if (q->copy[i]->state == COPY_READY && q->copy[i]->jobs == 0 &&
		    !q->copy[i]->dropped)
			copy_submit(q->copy[i], JOB_TICK, NULL, 0, 0, 0);
	quorum_await(q, UINT64_MAX);
}

static void
quorum_close(struct meta_store **sp)
{
	struct quorum *q = (struct quorum *)*sp;
	bool late = false;

	*sp = NULL;
	quorum_await(q, UINT64_MAX);
	for (int i = 0; i < q->n; i++)
		copy_submit(q->copy[i], JOB_CLOSE, NULL, 0, 0, 0);
	quorum_await(q, UINT64_MAX);
	for (int i = 0; i < q->n; i++) {
		late |= q->copy[i]->jobs > 0;
		copy_free(&q->copy[i]);
	}
	batch_put(&q->image);
	if (late)
		return; /* some thread still reads it */
	free(q->cluster_id);
	free(q);
}

static int
open_one(struct meta_store **sp, const char *dir, const char *cluster_id, int flags,
    struct meta_err *err)
{
	(void)sp;
	(void)dir;
	(void)cluster_id;
	(void)flags;
	(void)err;
	panic("a store of several copies is opened by meta_open_copies");
}

const struct meta_ops meta_quorum = {
    .name = "quorum",
    .open = open_one,
    .load = quorum_load,
    .commit = quorum_commit,
    .tick = quorum_tick,
    .close = quorum_close,
};

int
meta_open_copies(struct meta_store **sp, const struct meta_ops *ops, const struct meta_copies *cs,
    const char *cluster_id, struct meta_err *err)
{
	struct quorum *q = xcalloc(1, sizeof(*q));

	*err = (struct meta_err){0};
	q->base.ops = &meta_quorum;
	q->copies = ops;
	q->cluster_id = xstrdup(cluster_id);
	q->stall_ms = cs->stall_ms > 0 ? cs->stall_ms : 1000;
	q->absent_ms = cs->absent_ms > 0 ? cs->absent_ms : 600000;
	q->changing = cs->changing;
	q->there = cs->there;
	q->confs = 1;
	for (int i = 0; i < cs->disks && i < COPIES_MAX; i++) {
		q->copy[q->n] = copy_new(q, &cs->disk[i]);
		q->copy[q->n]->index = q->n;
		q->n++;
	}
	*sp = &q->base;
	if (threads(q) == -1)
		snprintf(err->text, sizeof(err->text),
		    "could not start a thread for each copy of the metadata store: %s",
		    strerror(errno));
	else if (quorum_open(q, cs, err) == 0)
		return 0;
	meta_close(sp);
	return -1;
}
