/* SPDX-License-Identifier: ISC */
/*
 * fetch_hint.c - where the next read of a log will begin: left behind by each read for all readers
 * of the log. Used in: acceptor.
 *
 * A piece that was copied is followed from batch to batch.  One that goes by sendfile is not seen:
 * the index names a batch near its end, and a few headers from there on tell where the last whole
 * one ends.  Hints are tied to the generation of the slot and of the set of segments; within one,
 * positions never change.
 */
#include "config.h"

#include <sys/uio.h>

#include "fetch.h"
#include "odradek/base/hash.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/batch.h"

#define HINTS 16384 /* a power of two */
#define MARKS 512   /* of a window over an index: some 2 MB of log, or more */
#define MARK_WINDOWS 64
#define TAIL_WINDOW (8u << 10) /* behind a mark, for headers */
#define TAIL_READS 4
#define SEEN_BATCHES 512 /* followed in a copied piece */

/* Where a batch begins; left behind by whoever read what is in front of it. */
struct hint {
	uint32_t slot, tag; /* tag: slot generation and segment generation */
	int64_t key;        /* offset + 1, so that zeroed memory is an empty hint */
	int64_t segment;
	uint32_t position;
	uint32_t length; /* of the batch; 0: unknown */
};

/* A part of a segment's index, kept for those who read the segment in order. */
struct marks {
	uint32_t slot, tag;
	int64_t segment;
	int n;
	bool end; /* nothing was behind them when they were read */
	struct view_mark mark[MARKS];
};

static struct hint *hints;
static struct marks *marks[MARK_WINDOWS];

void
hint_init(void)
{
	hints = xcalloc(HINTS, sizeof *hints);
}

uint32_t
sight_tag(const struct sight *s)
{
	/* each disk counts generations from a random number on */
	return (s->line.segments * 0x9e3779b1u ^ s->part.generation) + s->node * 0x85ebca6bu;
}

static struct hint *
hint_at(uint32_t slot, int64_t offset)
{
	return &hints[hash_u64((uint64_t)offset ^ (uint64_t)slot << 40) & (HINTS - 1)];
}

bool
hint_get(const struct sight *s, uint32_t slot, int64_t offset, struct spot *spot)
{
	const struct hint *h = hint_at(slot, offset);

	if (h->slot != slot || h->key != offset + 1 || h->tag != sight_tag(s))
		return false;
	spot->segment = h->segment;
	spot->position = h->position;
	spot->length = h->length;
	spot->before = -1;
	return true;
}

void
hint_put(const struct sight *s, uint32_t slot, int64_t offset, int64_t segment, int64_t position,
    uint32_t length)
{
	/* written without a look at what was there: a miss of the cache is not waited for */
	*hint_at(slot, offset) =
	    (struct hint){slot, sight_tag(s), offset + 1, segment, (uint32_t)position, length};
}

void
hint_prefetch(uint32_t slot, int64_t offset)
{
	__builtin_prefetch(hint_at(slot, offset));
}

void
hint_drop(uint32_t slot, int64_t offset)
{
	*hint_at(slot, offset) = (struct hint){.key = 0};
}

void
hint_found(uint32_t slot, uint32_t tag, int64_t offset, const struct view_place *place)
{
	*hint_at(slot, offset) = (struct hint){
	    slot, tag, offset + 1, place->segment, (uint32_t)place->position, place->length};
}

/* Follows len bytes of batches, of which the first is whole or not there; what ends last is behind
 * *at. */
static int64_t
follow(const uint8_t *b, int64_t len, int64_t *at)
{
	int64_t size, next = -1;

	for (int i = 0; i < SEEN_BATCHES && *at + BATCH_OVERHEAD <= len; i++) {
		size = batch_size(b + *at);
		if (size < BATCH_OVERHEAD || *at + size > len || batch_magic(b + *at) != 2)
			break;
		next = batch_last_offset(b + *at) + 1;
		*at += size;
	}
	return next;
}

/* The size of the batch whose beginning is at p, if as much as that is there. */
static uint32_t
size_at(const uint8_t *p, int64_t len)
{
	int64_t size = len < BATCH_LENGTH_END ? 0 : batch_size(p);

	return size < BATCH_OVERHEAD || size > INT32_MAX ? 0 : (uint32_t)size;
}

/* The next read begins behind the last whole batch of the copied piece. */
void
hint_leave(struct fpart *p, const struct sight *s, const struct spot *spot)
{
	const uint8_t *b = fread_copied(p);
	int64_t at = 0, next = follow(b, p->length, &at);

	if (next > p->offset && next <= s->line.leo)
		hint_put(s, p->slot, next, spot->segment, spot->position + at,
		    size_at(b + at, p->length - at));
}

/* The last mark at or in front of position, out of a window that is read anew when it does not
 * reach there. */
static const struct view_mark *
mark_before(
    struct fpart *p, const struct sight *s, struct view *v, int64_t segment, int64_t position)
{
	struct marks *m = marks[p->slot % MARK_WINDOWS];
	struct view_tail tail;
	int lo = 0, hi;

	if (m == NULL)
		m = marks[p->slot % MARK_WINDOWS] = xcalloc(1, sizeof *m);
	if (m->slot != p->slot || m->tag != sight_tag(s) || m->segment != segment || m->n == 0 ||
	    m->mark[0].position > position ||
	    (m->mark[m->n - 1].position < position &&
		(!m->end || m->mark[m->n - 1].position + TAIL_WINDOW < position))) {
		fread_tail(&tail, &s->line);
		*m = (struct marks){.slot = p->slot, .tag = sight_tag(s), .segment = segment};
		m->n = view_marks(v, &tail, segment, position, m->mark, MARKS);
		if (m->n < 0)
			m->n = 0;
		m->end = m->n < MARKS;
	}
	for (hi = m->n; lo < hi;) {
		int mid = lo + (hi - lo) / 2;
		if (m->mark[mid].position <= position)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 ? &m->mark[lo - 1] : NULL;
}

/*
 * A piece that goes by sendfile is not seen here: the index names a batch near its end, and the
 * headers from there on tell where the last whole one ends.
 */
void
hint_leave_behind(
    struct fpart *p, const struct sight *s, struct view *v, const struct spot *spot, int fd)
{
	int64_t upto = spot->position + p->length, pos, at, next = -1, n;
	uint8_t b[TAIL_WINDOW];
	const struct view_mark *mark = mark_before(p, s, v, spot->segment, upto - BATCH_OVERHEAD);
	uint32_t size = 0;

	if (mark != NULL && mark->position <= spot->position)
		mark = NULL; /* a few large batches: from the first one on */
	pos = mark == NULL ? spot->position : mark->position;
	for (int i = 0; i < TAIL_READS && upto - pos >= BATCH_OVERHEAD; i++) {
		int64_t len = upto - pos < TAIL_WINDOW ? upto - pos : TAIL_WINDOW;
		struct iovec iov = {b, (size_t)len};

		if (preadv2(fd, &iov, 1, pos, RWF_NOWAIT) != len || batch_magic(b) != 2)
			return;
		if (i == 0 && mark != NULL && batch_last_offset(b) != mark->offset)
			return; /* the index lies */
		at = 0;
		n = follow(b, len, &at);
		if (n >= 0)
			next = n;
		pos += at;
		size = size_at(b + at, len - at);
		if (size > upto - pos)
			break; /* the batch does not end within the piece: the next read begins with
				  it */
		if (at == 0) { /* larger than the window */
			next = batch_last_offset(b) + 1;
			pos += size;
		}
		size = 0;
	}
	if (next < 0 && size > 0) /* the marked batch is the cut one */
		next = batch_base_offset(b);
	if (next > p->offset && next <= s->line.leo)
		hint_put(s, p->slot, next, spot->segment, pos, size);
}
