/* SPDX-License-Identifier: ISC */
/*
 * quorum_commit.c - one commit of a store that is kept on several disks: when it counts, who is
 * dropped so that it does, and what becomes of one that cannot.  Used in: controller, in the thread
 * of the commits.
 *
 * A commit that is refused may lie on some copies all the same.  Nobody hears of the refusal before
 * it is certain that no start finds it there (take_back); when that cannot be had, the store is
 * broken, and its owner leaves without having gone on with the state before.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "odradek/base/log.h"
#include "quorum.h"

static bool
is_dropped(struct copy *c)
{
	return c->dropped;
}

/* Those that may still answer that they have it. */
static uint64_t
may_have(const struct quorum *q, int64_t number)
{
	uint64_t mask = 0;

	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];

		if (c->state == COPY_READY && c->jobs > 0 && c->tail >= number && c->have < number)
			mask |= copy_bit(c);
	}
	return mask;
}

/* It has something that does not count, or may have it: of one that failed or is busy, nobody
 * knows. */
static bool
is_ahead(struct copy *c)
{
	const int64_t counted = c->q->counted;

	if (c->state != COPY_READY && c->state != COPY_FAILED)
		return false;
	return (c->jobs > 0 && c->tail > counted) ||
	       (c->have > counted && c->have != NUMBER_PROMISE) ||
	       (c->state == COPY_FAILED && c->maybe > counted);
}

static bool
is_idle(struct copy *c)
{
	return c->state == COPY_READY && c->jobs == 0;
}

static bool
is_busy(struct copy *c)
{
	return c->state == COPY_READY && c->jobs > 0;
}

/* Of a set that a start may believe in. */
static uint64_t
members(const struct quorum *q)
{
	uint64_t all = 0;

	for (int i = 0; i < q->confs; i++)
		all |= q->conf[i];
	return all;
}

/* ---- the set of known copies ---- */

static int
change_set(struct quorum *q, struct copy *c, bool add, struct meta_err *err)
{
	struct batch *b = batch_new(META_URGENT);
	struct meta_change m = {.type = META_FORGET_COPY};
	uint64_t conf = quorum_conf(q);
	int res;

	if (add)
		batch_set_copy(b, c);
	else {
		memcpy(m.u.copy.directory_id, c->disk.directory_id, 16);
		batch_add(b, &m);
	}
	conf = add ? conf | copy_bit(c) : conf & ~copy_bit(c);
	res = quorum_round(q, b, conf, err);
	batch_put(&b);
	return res;
}

int
quorum_know(struct quorum *q, struct copy *c, struct meta_err *err)
{
	return change_set(q, c, true, err);
}

static const char *
why_forgotten(const struct copy *c)
{
	if (c->dropped || (c->state == COPY_ABSENT && c->counted_once))
		return "its disk is offline or was taken out";
	if (c->state == COPY_FAILED)
		return "it failed";
	if (c->full)
		return "its disk has been full for long";
	return c->state == COPY_ABSENT ? "its disk has not been there for long, or was replaced"
				       : "it does not answer";
}

int
quorum_forget(struct quorum *q, struct copy *c, struct meta_err *err)
{
	char buf[32];

	if (change_set(q, c, false, err) == -1)
		return -1;
	log_warnx(
	    "the copy of the metadata store in \"%s\" is no longer reckoned with (%s are good): %s",
	    c->disk.dir, quorum_strength(q, buf, sizeof(buf)), why_forgotten(c));
	return 0;
}

/* A member without which these copies are a majority; one that failed before one that is only late;
 * none that is one of them or may yet answer in time. */
static struct copy *
expendable(struct quorum *q, uint64_t copies, uint64_t wait)
{
	uint64_t conf = quorum_conf(q);
	struct copy *best = NULL;

	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];
		uint64_t bit = copy_bit(c);

		if ((conf & bit) == 0 || (copies & bit) != 0 || ((wait & bit) != 0 && !c->late) ||
		    !quorum_may_become(q, copies, conf & ~bit))
			continue;
		if (best == NULL || (best->state == COPY_READY && c->state != COPY_READY))
			best = c;
	}
	return best;
}

/* ---- one commit ---- */

/* Could it count, if all of these had it? */
static bool
may_count(struct quorum *q, uint64_t copies)
{
	return quorum_counts(q, copies) || expendable(q, copies, 0) != NULL;
}

static void
settled(struct quorum *q)
{
	q->conf[0] = quorum_conf(q);
	q->confs = 1;
}

static void
why_refused(const struct quorum *q, uint64_t conf, struct meta_err *err)
{
	const struct copy *why = NULL;

	for (int i = 0; i < q->n; i++) {
		const struct copy *c = q->copy[i];

		if ((conf & copy_bit(c)) != 0 && c->err.text[0] != '\0' &&
		    (why == NULL || (c->err.full && !why->err.full)))
			why = c;
	}
	*err = (struct meta_err){0};
	if (why != NULL)
		*err = why->err;
	else
		snprintf(err->text, sizeof(err->text),
		    "too few copies of the metadata store can be written");
}

static bool
try_to_take_back(struct quorum *q)
{
	const uint64_t all = members(q);
	struct meta_err err;
	struct batch *b;
	int res;

	quorum_fill(q, quorum_which(q, is_ahead) & quorum_which(q, is_idle) & all, true);
	if ((quorum_which(q, is_ahead) & all) == 0) {
		settled(q);
		return true;
	}
	quorum_fill(q, quorum_which(q, is_idle) & ~quorum_which(q, copy_takes_commits) & all, true);
	b = batch_new(META_URGENT);
	res = quorum_round(q, b, quorum_conf(q), &err);
	batch_put(&b);
	return res == 0;
}

/*
 * Ensures: no start finds what was refused.  Either all that may have it were filled with what
 * counts, or an empty commit with a greater number counts.
 * Assumes: the set in force is the one that counted last; those before it are the ones that were
 * refused, which are to be met.
 */
static bool
take_back(struct quorum *q)
{
	bool done = false;

	q->taking_back = true;
	while (quorum_which(q, copy_has_counted) != 0 && !(done = try_to_take_back(q)) &&
	       (quorum_which(q, is_busy) & members(q)) != 0)
		quorum_collect(q, q->stall_ms); /* it may be the one that is needed */
	q->taking_back = false;
	return done;
}

/* The set that counted last is in force again; the others may be on some copies. */
static void
refuse_sets(struct quorum *q)
{
	int n = 0;

	for (int i = 0; i < q->confs; i++) {
		bool known = q->conf[i] == q->set;

		for (int k = 0; k < n; k++)
			known |= q->conf[k] == q->conf[i];
		if (!known)
			q->conf[n++] = q->conf[i];
	}
	q->conf[n++] = q->set;
	q->confs = n;
}

/* It cannot count.  Its number is not used again. */
static int
give_up(struct quorum *q, struct meta_err *err)
{
	/* who refused is known; what the others say is wanted for the next one */
	quorum_await(q, UINT64_MAX);
	q->tip = q->counted;
	refuse_sets(q);
	why_refused(q, q->set, err);
	if (q->taking_back)
		return -1;
	err->full = err->full && take_back(q);
	q->broken = !err->full;
	return -1;
}

/* Commit `number` upon the tip, by these copies. */
static void
submit(struct quorum *q, uint64_t copies, struct batch *b, int64_t number)
{
	for (int i = 0; i < q->n; i++)
		if ((copies & copy_bit(q->copy[i])) != 0)
			copy_submit(q->copy[i], JOB_COMMIT, b, q->tip, number, 0);
}

/* Waits until commit `number`, which was submitted, counts; 0, or -1: it never will.  spared: these
 * were not asked yet, and are when the others are not enough. */
static int
decide(struct quorum *q, struct batch *b, int64_t number, uint64_t spared, struct meta_err *err)
{
	for (;;) {
		uint64_t acks, wait;
		struct copy *c;
		int ms;

		quorum_collect(q, 0);
		acks = quorum_have(q, number);
		wait = may_have(q, number);
		if (quorum_counts(q, acks)) {
			q->counted = q->tip = number;
			q->untold = false;
			settled(q);
			return 0;
		}
		ms = quorum_next_late(q, wait);
		if ((ms == -1 || !quorum_counts(q, acks | wait)) && spared != 0) {
			submit(q, spared, b, number);
			spared = 0;
			continue;
		}
		if ((ms == -1 || !quorum_counts(q, acks | wait)) &&
		    (c = expendable(q, acks, wait)) != NULL) {
			q->tip = number;
			return quorum_forget(q, c, err);
		}
		if (!may_count(q, acks | wait))
			return give_up(q, err);
		quorum_collect(q, ms == -1 ? q->stall_ms : ms);
	}
}

int
quorum_round(struct quorum *q, struct batch *b, uint64_t conf, struct meta_err *err)
{
	struct meta_change stamp = {META_SET_STAMP,
	    {.stamp = {.promised = q->term, .term = q->term, .number = ++q->number}}};
	int64_t number = q->number;
	uint64_t takers = quorum_which(q, copy_takes_commits);
	uint64_t spared = takers & quorum_which(q, is_dropped);

	batch_add(b, &stamp);
	if (q->confs == 1)
		q->set = q->conf[0];
	if (!quorum_counts(q, takers & ~spared))
		spared = 0;
	if (!quorum_counts(q, takers)) /* without them there is nothing but to wait for them */
		takers = quorum_which(q, copy_would_take_commits);
	if (conf != quorum_conf(q)) {
		/* nobody outside of the new set may know it before it counts: a copy that does is
		 * believed at the next start */
		takers &= conf;
		spared &= conf;
		q->conf[q->confs++] = conf;
	}
	if (!may_count(q, takers)) /* then nobody is to have it */
		takers = spared = 0;
	else if (q->confs > 1)
		quorum_changing(q, number);
	submit(q, takers & ~spared, b, number);
	return decide(q, b, number, spared, err);
}

int
quorum_commit(
    struct meta_store *base, const struct meta_change *c, size_t n, int flags, struct meta_err *err)
{
	struct quorum *q = (struct quorum *)base;
	struct batch *b;
	int res;

	quorum_collect(q, 0); /* who has answered is not late, though nobody has waited for it */
	if (!q->broken && !quorum_counts(q, quorum_which(q, copy_takes_commits)))
		quorum_settle(q, true); /* copies that can be filled are needed now */
	if (q->broken) {
		snprintf(err->text, sizeof(err->text),
		    "the metadata store must be opened again, since an earlier commit failed");
		return -1;
	}
	b = batch_new(flags);
	for (size_t i = 0; i < n; i++)
		batch_add(b, &c[i]);
	res = quorum_round(q, b, quorum_conf(q), err);
	batch_put(&b);
	return res;
}
