/* SPDX-License-Identifier: ISC */
/*
 * verify.c - checks batches one after the other, and finds the next good one behind a bad one.
 *
 * Helper threads of acceptors; cleaner; tests.  May wait for the medium.  The CRC covers a batch from its attributes on.
 * What lies in front of it is checked by its neighbours: offsets and leader epochs never go back, so of two batches
 * that contradict each other, the one that does not continue its own predecessor is wrong.  A gap that nobody
 * contradicts is allowed: compaction leaves them.
 *
 * What is read comes into the page cache, where others trust what is there.  So whole pages are read, and every batch that
 * lies in them is checked, even beyond what was asked for.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "odradek/store/verify.h"
#include "store_priv.h"

enum { WINDOW = 1 << 20 };

struct verify {
	struct walk w;
	int64_t upper;
	bool known;    /* w.next is where a good predecessor ends */
	int32_t epoch; /* of the predecessor; -1 = not known */
	uint8_t buf[WINDOW];
};

struct verify *
verify_new(int fd, int64_t segment, int64_t pos, int64_t end, int64_t upper, int64_t next)
{
	struct verify *v = xmalloc(sizeof(*v));

	walk_init(&v->w, fd, segment, pos, end, segment, v->buf, WINDOW);
	v->upper = upper;
	v->known = next >= 0;
	v->epoch = -1;
	if (v->known)
		v->w.next = next;
	return v;
}

void
verify_free(struct verify **vp)
{
	free(*vp);
	*vp = NULL;
}

int64_t
verify_position(const struct verify *v)
{
	return v->w.pos;
}

int64_t
verify_next(const struct verify *v)
{
	return v->w.next;
}

/* The header at pos, if it looks like one; its CRC and its order are not looked at. */
static bool
header_at(struct verify *v, int64_t pos, struct batch_header *h)
{
	int64_t size;

	if (pos > v->w.end - BATCH_OVERHEAD || walk_fill(&v->w, pos, BATCH_OVERHEAD) == -1)
		return false;
	batch_header_get(h, v->buf + (pos - v->w.from));
	size = (int64_t)h->length + BATCH_LENGTH_END;
	return h->magic == 2 && size >= BATCH_OVERHEAD && size <= v->w.end - pos && h->last_offset_delta >= 0;
}

static int64_t
next_of(const struct batch_header *h)
{
	return h->base_offset + h->last_offset_delta + 1;
}

/*
 * Is x, whose CRC is good and which ends at pos, at odds with what follows, and at fault?  Of a batch whose predecessor
 * is known it is, unless it continues that one; of the first that is looked at, if its successor has one itself that
 * continues it.
 */
static bool
misnumbered(struct verify *v, const struct batch_header *x, int64_t due, int64_t pos)
{
	struct batch_header y, z;
	bool overlap, back;

	if (next_of(x) > v->upper)
		return true;
	if (!header_at(v, pos, &y))
		return false;
	overlap = y.base_offset < next_of(x);
	back = y.leader_epoch < x->leader_epoch;
	if (overlap && v->known)
		return x->base_offset != due;
	if (back && v->epoch >= 0)
		return x->leader_epoch != v->epoch;
	return (overlap || back) && header_at(v, pos + BATCH_LENGTH_END + y.length, &z) &&
	    z.base_offset == next_of(&y) && z.leader_epoch == y.leader_epoch;
}

/* Does a good batch begin at pos?  1 and its base; 0; -1 with errno. */
static int
good_at(struct verify *v, int64_t pos, int64_t least, int64_t *base)
{
	struct batch_header h, y;
	struct walk w;
	int64_t at;
	int r;

	if (!header_at(v, pos, &h) || h.base_offset < least || next_of(&h) > v->upper)
		return 0;
	walk_init(&w, v->w.fd, v->w.seg, pos, v->w.end, least, v->buf, WINDOW);
	v->w.len = 0; /* the window is used */
	if ((r = walk_next(&w, &h, &at)) == 1)
		r = walk_crc(&w, &h, at);
	if (r == -1)
		return errno == EBADMSG ? 0 : -1;
	/* a value may hold a batch: the real one is followed by another, or by nothing */
	if (r == 1 && w.pos < v->w.end && (!header_at(v, w.pos, &y) || y.base_offset < next_of(&h)))
		return 0;
	*base = h.base_offset;
	return r;
}

/* Where the next good batch begins, byte by byte; the end of the segment when there is none.  0 or -1. */
static int
scan(struct verify *v, int64_t from, int64_t least, int64_t *pos, int64_t *base)
{
	uint8_t *buf = xmalloc(WINDOW);
	int r = 0;

	for (int64_t at = from; r == 0 && at <= v->w.end - BATCH_OVERHEAD; at += WINDOW - BATCH_OVERHEAD + 1) {
		ssize_t n = store_pread(v->w.fd, buf, WINDOW, at);

		if (n == -1)
			r = -1;
		for (ssize_t i = 0; r == 0 && i + BATCH_OVERHEAD <= n; i++)
			if (buf[i + 16] == 2 && batch_base_offset(buf + i) >= least &&
			    batch_base_offset(buf + i) < v->upper &&
			    (r = good_at(v, at + i, least, base)) == 1)
				*pos = at + i;
	}
	free(buf);
	if (r == 0) {
		*pos = v->w.end;
		*base = v->upper;
	}
	return r == -1 ? -1 : 0;
}

/* What begins at from is bad, and lay where the record `due` should be: how far does that go? */
static int
measure(struct verify *v, int64_t from, int64_t due, struct bad_range *bad)
{
	struct batch_header h;
	int r = 0;

	*bad = (struct bad_range){ .from = from, .first = due };
	if (header_at(v, from, &h)) { /* its length may well be right */
		bad->to = from + BATCH_LENGTH_END + h.length;
		if (bad->to == v->w.end) {
			bad->next = v->upper;
			r = 1;
		} else {
			r = good_at(v, bad->to, due, &bad->next);
		}
	}
	if (r == 0)
		r = scan(v, from + 1, due, &bad->to, &bad->next);
	if (r == -1)
		return -1;
	walk_init(&v->w, v->w.fd, v->w.seg, bad->to, v->w.end, bad->next, v->buf, WINDOW);
	v->known = false;
	v->epoch = -1;
	return 0;
}

/* Is the next batch in memory already, as part of the last page that was read? */
static bool
read_already(const struct verify *v)
{
	int64_t have = v->w.from + (int64_t)v->w.len;

	return v->w.pos >= v->w.from && v->w.pos + BATCH_OVERHEAD <= have &&
	    v->w.pos + batch_size(v->buf + (v->w.pos - v->w.from)) <= have;
}

/* The next batch.  1 good, 0 bad, -1. */
static int
step(struct verify *v, struct bad_range *bad)
{
	int64_t from = v->w.pos, due = v->w.next, at;
	struct batch_header h;
	int r = walk_next(&v->w, &h, &at);

	if (r == 1)
		r = walk_crc(&v->w, &h, at);
	if (r == -1 && errno != EBADMSG)
		return -1;
	if (r != 1 || (v->known && h.leader_epoch < v->epoch) || misnumbered(v, &h, due, v->w.pos))
		return measure(v, from, due, bad);
	v->known = true;
	v->epoch = h.leader_epoch;
	return 1;
}

int
verify_run(struct verify *v, int64_t upto, struct bad_range *bad)
{
	int r = 1;

	v->w.stop = upto < v->w.end ? upto : v->w.end;
	while (r == 1 && v->w.pos < upto && v->w.pos < v->w.end)
		r = step(v, bad);
	return r;
}

int
verify_rest(struct verify *v, struct bad_range *bad)
{
	int r = 1;

	while (r == 1 && v->w.pos < v->w.end && read_already(v))
		r = step(v, bad);
	return r;
}
