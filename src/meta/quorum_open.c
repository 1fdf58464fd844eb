/* SPDX-License-Identifier: ISC */
/*
 * quorum_open.c - the start of a store that is kept on several disks.  Used in: controller.
 *
 *  1. Every copy is opened and says its stamp and which disks are known to have one.
 *  2. A majority of the disks that the greatest (term, number) knows must be there, and the
 *     greatest of these is the truth: that is the first one, unless it was just being filled, which
 *     makes it no member yet.
 *  3. A majority promises a term that nobody ever used.  Two starts that each saw a part of the
 *     disks can not both have the same: without this, both would write different states under it.
 *  4. The truth is made durable at a majority under that term.  Now it is used.
 *
 * A set of one disk needs neither 3 nor 4: nobody else can be right.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "quorum.h"

#define OPEN_WAIT \
	30 /* stall_ms: how long disks without which there is no majority are waited for */
#define ACCEPT_TERMS (1 << 20) /* beyond what the lost copies may have been through */
#define ACCEPT_EPOCHS 1000     /* likewise, in starts of the daemon */

/* ---- what there is ---- */

/* A store of the time before there were copies knows nobody. */
static bool
is_single(const struct copy *c)
{
	return c->state == COPY_READY && c->nknown == 0 && c->used;
}

/* One that was made and never filled is none: it may be in place of one that had something. */
static bool
has_state(const struct copy *c)
{
	return c->state == COPY_READY && (c->stamp.number > 0 || is_single(c));
}

static bool
newer(const struct copy *a, const struct copy *b)
{
	return a->stamp.term != b->stamp.term ? a->stamp.term > b->stamp.term
					      : a->stamp.number > b->stamp.number;
}

static struct copy *
newest(const struct quorum *q, uint64_t of)
{
	struct copy *best = NULL;

	for (int i = 0; i < q->n; i++)
		if ((of & copy_bit(q->copy[i])) != 0 && has_state(q->copy[i]) &&
		    (best == NULL || newer(q->copy[i], best)))
			best = q->copy[i];
	return best;
}

/* Those that can be a part of a start. */
static uint64_t
present(const struct quorum *q)
{
	uint64_t mask = 0;

	for (int i = 0; i < q->n; i++)
		if (has_state(q->copy[i]) && !q->copy[i]->late)
			mask |= copy_bit(q->copy[i]);
	return mask;
}

/* The set that this copy knows; disks that log.dirs does not have get a place. */
static int
set_of(struct quorum *q, const struct copy *best, uint64_t *set)
{
	*set = is_single(best) ? copy_bit(best) : 0;
	for (int i = 0; i < best->nknown; i++) {
		const struct meta_copy *k = &best->known[i];
		struct copy *c = quorum_find(q, k->directory_id);

		if (c == NULL) {
			struct meta_disk d = {.node = k->node, .dir = k->path};

			if (q->n == COPIES_MAX)
				return -1;
			memcpy(d.directory_id, k->directory_id, 16);
			c = q->copy[q->n] = copy_new(q, &d);
			c->index = q->n++;
		}
		*set |= copy_bit(c);
	}
	return 0;
}

/* ---- too few ---- */

static void
say_copies(const struct quorum *q, uint64_t set)
{
	for (int i = 0; i < q->n; i++) {
		const struct copy *c = q->copy[i];
		const char *dir = c->disk.dir;

		if ((set & copy_bit(c)) == 0)
			continue; /* of a disk that the store never knew */
		if (c->late)
			log_errorx("metadata in \"%s\" (node %d): the disk does not answer", dir,
			    c->disk.node);
		else if (c->state == COPY_READY)
			log_errorx("metadata in \"%s\" (node %d): commit %lld of term %lld", dir,
			    c->disk.node, (long long)c->stamp.number, (long long)c->stamp.term);
		else
			log_errorx("metadata in \"%s\" (node %d): %s", dir, c->disk.node,
			    c->state == COPY_FAILED  ? c->err.text
			    : c->state == COPY_EMPTY ? "there is none"
			    : c->disk.usable         ? "not looked at"
						     : "the disk is not there, or its node is offline");
	}
}

/* What the operator does when there are too few; a successor is tried again and again. */
static const char *
what_to_do(const struct meta_copies *cs)
{
	return cs->counted_term > 0 ? "Repair the others (see the lines above) and mount them again, or send HUP: the "
				      "daemon goes on by itself. If they are lost for good, restart it once"
				    : "Bring the others back (see the lines above) and start again. If they are lost "
				      "for good, start once";
}

static int
refuse(const struct quorum *q, const struct meta_copies *cs, const struct copy *best, uint64_t set,
    struct meta_err *err)
{
	int n = __builtin_popcountll(set);

	say_copies(q, set);
	snprintf(err->text, sizeof(err->text),
	    "the metadata is kept on %d disks; %d of them are needed and %d can be read, so what "
	    "was "
	    "changed last may be missing. %s with -o metadata.accept=%lld:%lld, or with "
	    "that line in the configuration: the newest copy that is here, \"%s\", then counts. "
	    "What "
	    "was changed after it is lost: topics made since are found again by their directories, "
	    "topics deleted since come back, settings and in-sync replicas are as they were, and "
	    "the replicas here may lack records that were acknowledged",
	    n, majority(set), __builtin_popcountll(set & present(q)), what_to_do(cs),
	    (long long)best->stamp.term, (long long)best->stamp.number, best->disk.dir);
	return -1;
}

static bool
accepted(const char *accept, const struct copy *best)
{
	char want[64];

	snprintf(want, sizeof(want), "%lld:%lld", (long long)best->stamp.term,
	    (long long)best->stamp.number);
	return accept != NULL && strcmp(accept, want) == 0;
}

/* ---- none yet ---- */

static bool
is_blank(const struct copy *c)
{
	return c->state == COPY_EMPTY || (c->state == COPY_READY && !c->used);
}

/* A start that was cut off while it made the first copies has left some that no controller has ever
 * worked with; with all their fellows here and blank as well, there is nothing to lose. */
static int
may_found(struct quorum *q, struct meta_err *err)
{
	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];

		for (int k = 0; k < c->nknown; k++)
			if (quorum_find(q, c->known[k].directory_id) == NULL) {
				snprintf(err->text, sizeof(err->text),
				    "the metadata in \"%s\" is of a start that was not finished, "
				    "with a disk at \"%s\" that is not among log.dirs now: bring "
				    "it back, or remove \"%s\" if no topics were ever made",
				    c->disk.dir, c->known[k].path, c->disk.dir);
				return -1;
			}
		if (is_blank(c) && !c->late)
			continue;
		if (c->err.text[0] != '\0' && q->n == 1)
			*err = c->err;
		else
			snprintf(err->text, sizeof(err->text),
			    "none of log.dirs has metadata, but not all can be used: \"%.200s\": "
			    "%.600s. A new store is made only when all of them are there",
			    c->disk.dir,
			    c->err.text[0] != '\0' ? c->err.text : "the disk is not there");
		return -1;
	}
	return 0;
}

/* That nobody whom we know of has used or promised. */
static int64_t
next_term(const struct quorum *q)
{
	int64_t term = 0;

	for (int i = 0; i < q->n; i++) {
		const struct copy *c = q->copy[i];

		if (c->state == COPY_READY && c->stamp.promised > term)
			term = c->stamp.promised;
		if (c->state == COPY_READY && c->stamp.term > term)
			term = c->stamp.term;
	}
	return term + 1;
}

static int
wait_for(struct quorum *q, int64_t number, const char *doing, struct meta_err *err)
{
	for (int tries = 0; tries < OPEN_WAIT; tries++) {
		quorum_await(q, UINT64_MAX);
		if (quorum_has(q, number))
			return 0;
		quorum_collect(q, q->stall_ms);
	}
	for (int i = 0; i < q->n; i++)
		if (q->copy[i]->err.text[0] != '\0' && err->text[0] == '\0')
			*err = q->copy[i]->err;
	if (err->text[0] == '\0')
		snprintf(err->text, sizeof(err->text),
		    "too few of the disks that keep metadata answer while %s: look at them, and "
		    "start again",
		    doing);
	return -1;
}

static int
found(struct quorum *q, struct meta_err *err)
{
	struct meta_change c = {.type = META_CLEAR};
	struct batch *b;
	int res;

	if (may_found(q, err) == -1)
		return -1;
	q->term = next_term(q);
	q->number = q->tip = q->counted = 1;
	b = batch_new(META_URGENT);
	batch_add(b, &c);
	q->conf[0] = 0;
	for (int i = 0; i < q->n; i++) {
		batch_set_copy(b, q->copy[i]);
		q->conf[0] |= copy_bit(q->copy[i]);
	}
	c = (struct meta_change){META_SET_STAMP, {.stamp = {q->term, q->term, 1}}};
	batch_add(b, &c);
	for (int i = 0; i < q->n; i++)
		copy_submit(q->copy[i], JOB_FILL, b, 0, 1, META_CREATE);
	batch_put(&b);
	res = wait_for(q, 1, "the first copies are made", err);
	q->image = batch_new(0);
	return res;
}

/* ---- the truth ---- */

static int
read_image(struct quorum *q, struct copy *best)
{
	struct batch *b = batch_new(META_URGENT);

	copy_submit(best, JOB_READ, b, 0, 0, 0);
	batch_put(&b);
	for (int tries = 0; best->jobs > 0 && tries < OPEN_WAIT; tries++) {
		quorum_await(q, copy_bit(best));
		if (best->jobs > 0)
			quorum_collect(q, q->stall_ms);
	}
	if (best->read == NULL || best->jobs > 0) {
		copy_fail(best);
		return -1;
	}
	q->image = best->read;
	best->read = NULL;
	return 0;
}

static int
promise(struct quorum *q, struct meta_err *err)
{
	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];
		struct meta_stamp s = c->stamp;
		struct batch *b;

		if (c->state != COPY_READY || c->late)
			continue;
		s.promised = q->term;
		b = batch_new(META_URGENT);
		batch_add(b, &(struct meta_change){META_SET_STAMP, {.stamp = s}});
		/* it keeps its state; to see the answer, it is told one that nothing has */
		copy_submit(c, JOB_COMMIT, b, s.number, NUMBER_PROMISE, 0);
		batch_put(&b);
	}
	return wait_for(q, NUMBER_PROMISE, "a new term is promised", err);
}

/* Everything, in place of whatever the copy has. */
static struct batch *
truth(struct quorum *q, bool raise_epochs)
{
	struct batch *b = batch_new(META_URGENT);
	struct meta_change c = {.type = META_CLEAR};

	batch_add(b, &c);
	for (size_t i = 0; i < q->image->n; i++) {
		struct meta_change *m = batch_add(b, &q->image->change[i]);

		if (raise_epochs && m->type == META_SET_VALUE && m->u.value.name == META_TERM) {
			m->u.value.value += ACCEPT_EPOCHS;
			q->image->change[i].u.value.value = m->u.value.value;
		}
	}
	for (int i = 0; i < q->n; i++)
		if ((quorum_conf(q) & copy_bit(q->copy[i])) != 0)
			batch_set_copy(b, q->copy[i]);
	c = (struct meta_change){
	    META_SET_STAMP, {.stamp = {.promised = q->term, .term = q->term, .number = q->number}}};
	batch_add(b, &c);
	return b;
}

/* The truth is what best has.  A majority of the set is here; or all that matters is known to be in
 * the half that is here, or accepted to be. */
enum start { START_MAJORITY, START_HALF, START_ACCEPTED };

/* Those that have the state already get its new stamp only. */
static int
rewrite(struct quorum *q, const struct copy *best, enum start how, struct meta_err *err)
{
	struct meta_stamp was = best->stamp;
	struct batch *whole = truth(q, how == START_ACCEPTED), *stamp = batch_new(META_URGENT);
	bool single = is_single(best), same = how == START_MAJORITY;

	batch_add(stamp, &whole->change[whole->n - 1]);
	if (single)
		batch_set_copy(stamp, best);
	for (int i = 0; i < q->n; i++) {
		struct copy *c = q->copy[i];

		bool equal = c == best || (!single && has_state(c) && c->stamp.term == was.term &&
					      c->stamp.number == was.number);

		if (!equal) /* a number says nothing under another term */
			c->have = c->tail = -1;
		if (c->late || (c->state != COPY_READY && c->state != COPY_EMPTY))
			continue;
		if (same && equal) {
			copy_submit(c, JOB_COMMIT, stamp, c->have, q->number, 0);
			continue;
		}
		if (c != best && is_single(c)) /* somebody may want to look at it */
			copy_submit(c, JOB_CLOSE, NULL, 0, 0, 0);
		if ((quorum_conf(q) & copy_bit(c)) != 0 && c != best)
			log_info(
			    "the copy of the metadata store in \"%s\" is behind (commit %lld of "
			    "term %lld): it is filled",
			    c->disk.dir, (long long)c->stamp.number, (long long)c->stamp.term);
		copy_submit(c, JOB_FILL, whole, 0, q->number,
		    META_CREATE | (c != best && is_single(c) ? META_REPLACE : 0));
	}
	batch_put(&whole);
	batch_put(&stamp);
	q->tip = q->counted = q->number;
	return wait_for(q, q->number, "the state is written under a new term", err);
}

/* A number says nothing under another term. */
static void
doubt_others(struct quorum *q, const struct copy *best)
{
	for (int i = 0; i < q->n; i++)
		if (q->copy[i] != best && q->copy[i]->jobs == 0)
			q->copy[i]->have = q->copy[i]->tail = -1;
}

static int
take(struct quorum *q, struct copy *best, uint64_t set, enum start how, struct meta_err *err)
{
	q->term = next_term(q) + (how == START_ACCEPTED ? ACCEPT_TERMS : 0);
	q->number = q->tip = q->counted = best->stamp.number;
	q->conf[0] = set;
	if (how == START_MAJORITY && !is_single(best)) {
		if (set == copy_bit(best)) {
			doubt_others(q, best);
			q->untold = true; /* the first commit says the term */
			return 0;
		}
		if (promise(q, err) == -1)
			return -1;
	} else if (how == START_HALF) {
		quorum_changing(q, q->number + 1);
		q->conf[q->confs++] = set & present(q);
	} else if (how == START_ACCEPTED)
		q->conf[0] = copy_bit(best);
	q->number++;
	if (rewrite(q, best, how, err) == -1)
		return -1;
	q->conf[0] = quorum_conf(q);
	q->confs = 1;
	return 0;
}

static void
open_all(struct quorum *q, const struct meta_copies *cs)
{
	for (int i = 0; i < cs->disks && i < COPIES_MAX; i++)
		if (q->copy[i]->disk.usable)
			copy_submit(q->copy[i], JOB_OPEN, NULL, 0, 0, 0);
	for (int tries = 0; tries < OPEN_WAIT; tries++) {
		const struct copy *best;
		uint64_t set;
		bool late = false;

		quorum_await(q, UINT64_MAX);
		for (int i = 0; i < q->n; i++)
			late |= q->copy[i]->late;
		if (!late ||
		    ((best = newest(q, UINT64_MAX)) != NULL && set_of(q, best, &set) == 0 &&
			__builtin_popcountll(set & present(q)) >= majority(set)))
			return;
		quorum_collect(q, q->stall_ms);
	}
}

/* With what right may best be the truth?  -1: with none. */
static int
right_of(
    const struct quorum *q, const struct meta_copies *cs, const struct copy *best, uint64_t set)
{
	int here = __builtin_popcountll(set & present(q));

	if (here >= majority(set))
		return START_MAJORITY;
	if (2 * here >= __builtin_popcountll(set) && cs->counted_term > 0 &&
	    cs->counted_number >= cs->changing_number &&
	    (best->stamp.term > cs->counted_term ||
		(best->stamp.term == cs->counted_term && best->stamp.number >= cs->counted_number)))
		return START_HALF;
	return accepted(cs->accept, best) ? START_ACCEPTED : -1;
}

/* The predecessor reckoned with all of these while the daemon ran: one that is not there now was
 * lost in use. */
static void
succeed(struct quorum *q, uint64_t set)
{
	for (int i = 0; i < q->n; i++)
		if ((set & copy_bit(q->copy[i])) != 0)
			q->copy[i]->counted_once = true;
}

/* A successor that can read none. */
static int
refuse_all(const struct quorum *q, struct meta_err *err)
{
	say_copies(q, UINT64_MAX);
	snprintf(err->text, sizeof(err->text),
	    "no copy of the metadata can be read now (see the lines above): repair the disks and mount them again, or send "
	    "HUP: the daemon goes on by itself");
	return -1;
}

/* Nobody has ever worked with any of it, and all that there may be is here. */
static bool
never_began(struct quorum *q)
{
	struct meta_err err = {0};

	for (int i = 0; i < q->n; i++)
		if (q->copy[i]->state == COPY_READY && q->copy[i]->used)
			return false;
	return may_found(q, &err) == 0;
}

int
quorum_open(struct quorum *q, const struct meta_copies *cs, struct meta_err *err)
{
	struct copy *top, *best;
	uint64_t set;
	int how;

	open_all(q, cs);
	while ((top = newest(q, UINT64_MAX)) != NULL) {
		if (set_of(q, top, &set) == -1) {
			snprintf(err->text, sizeof(err->text),
			    "more than %d disks are known to have metadata", COPIES_MAX);
			return -1;
		}
		how = right_of(q, cs, top, set);
		if (how == -1)
			return never_began(q) ? found(q, err) : refuse(q, cs, top, set, err);
		best = how == START_ACCEPTED ? top : newest(q, set);
		if (read_image(q, best) == 0) {
			if (how == START_ACCEPTED)
				log_warnx(
				    "metadata.accept: commit %lld of term %lld in \"%s\" counts "
				    "from now on, without the copies that are missing",
				    (long long)best->stamp.number, (long long)best->stamp.term,
				    best->disk.dir);
			if (cs->counted_term > 0)
				succeed(q, set);
			return take(q, best, set, (enum start)how, err);
		}
		if (q->n == 1) {
			*err = best->err;
			return -1;
		}
		/* it is damaged: another one may be the newest, if there are enough then */
		log_errorx("a copy of the metadata store cannot be used: %s", best->err.text);
	}
	return cs->counted_term > 0 && may_found(q, err) == -1 ? refuse_all(q, err) : found(q, err);
}
