/* SPDX-License-Identifier: ISC */
/*
 * locate.c - where does the batch lie that contains an offset?
 *
 * Acceptors; on the way of every fetch that the tail ring cannot answer.  A guess first: it costs one pread of a header.
 * Else the index says where to begin, and batch headers are walked from there.  Indexes are derived data that may
 * have gaps or, after a crash, lie: what they say is used only when a batch header is found there.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "view_priv.h"


static int
found(struct view_place *p, const struct view_segment *s, int64_t end, int64_t pos, const struct batch_header *h)
{
	*p = (struct view_place){
		.segment = s->base,
		.position = pos,
		.end = end,
		.base = h->base_offset,
		.next = h->base_offset + h->last_offset_delta + 1,
		.length = (uint32_t)h->length + BATCH_LENGTH_END,
		.before = -1,
	};
	return 0;
}

/* 0 and *place when the guess is right. */
static int
try_hint(struct view *v, const struct view_tail *tail, int64_t offset, const struct view_place *hint,
    struct view_place *place)
{
	struct view_segment *s = view_segment(v, hint->segment);
	int64_t position = hint->position, end, at;
	uint8_t head[BATCH_OVERHEAD];
	struct batch_header h;
	struct view_open *o;
	struct walk w;

	if (s == NULL || s->base > tail->segment || (end = view_segment_end(v, tail, s)) == -1)
		return -1;
	if (position == end && s->base != tail->segment) { /* the reader comes to the next segment */
		if ((s = view_segment_after(v, tail, s)) == NULL || (end = view_segment_end(v, tail, s)) == -1)
			return -1;
		position = 0;
	}
	if (position < 0 || position > end - BATCH_OVERHEAD || (o = view_open_segment(v, s)) == NULL)
		return -1;
	if (view_bad(&o->f, position) != NULL)
		return -1;
	walk_init(&w, o->f.fd, s->base, position, end, s->base, head, sizeof(head));
	if (walk_next(&w, &h, &at) != 1 || h.base_offset + h.last_offset_delta < offset)
		return -1;
	/* a batch that begins behind offset is the first one only if the one in front of it was seen to end there */
	if (h.base_offset > offset && hint->base != offset)
		return -1;
	return found(place, s, end, position, &h);
}

/* Reads entries [i, i + max) of the index; how many there are, or -1. */
static int
read_entries(int fd, int64_t n, int64_t i, int max, uint8_t *e)
{
	int64_t want = n - i < max ? n - i : max;
	ssize_t r = store_pread(fd, e, (size_t)want * INDEX_ENTRY, i * INDEX_ENTRY);

	return r == -1 ? -1 : (int)(r / INDEX_ENTRY);
}

/* The last entry at or in front of position, or 0. */
static int64_t
entry_before(int fd, int64_t n, int64_t position, uint8_t *e)
{
	int64_t lo = 0, hi = n;

	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;

		if (read_entries(fd, n, mid, 1, e) != 1)
			return -1;
		if ((int32_t)be32_get(e + 4) <= position)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 ? lo - 1 : 0;
}

/* Entries in the index of s; opens it.  -1: there is none. */
static int64_t
index_entries(struct view *v, const struct view_tail *tail, struct view_open *o)
{
	struct stat st;

	if (o->index_fd == -1) {
		if ((o->index_fd = view_open_beside(v, o->f.base, ".index")) == -1)
			return -1;
		v->cache->fds++;
	}
	if (o->index_n >= 0 && o->f.base != tail->segment)
		return o->index_n;
	if (store_sys.fstatat(o->index_fd, "", &st, AT_EMPTY_PATH) == -1)
		return -1;
	return o->index_n = index_count(o->index_fd, st.st_size, o->f.base);
}

int64_t
view_index_position(struct view *v, const struct view_tail *tail, struct view_segment *s, int64_t offset)
{
	struct view_open *o = view_open_segment(v, s);
	uint8_t head[BATCH_OVERHEAD];
	struct index_hit hit;
	ssize_t got;
	int64_t n;

	errno = 0;
	n = o == NULL ? -1 : index_entries(v, tail, o);
	if (n <= 0 || index_find(o->index_fd, n, s->base, offset, &hit) == -1 || hit.entry < 0 || hit.position <= 0)
		return errno == EAGAIN ? -1 : 0;
	if ((got = store_pread(o->f.fd, head, sizeof(head), hit.position)) == -1 && errno == EAGAIN)
		return -1;
	if (got != sizeof(head) || batch_magic(head) != 2 ||
	    batch_last_offset(head) != hit.offset || batch_base_offset(head) < s->base ||
	    hit.position + batch_size(head) > view_segment_end(v, tail, s))
		return 0;
	return hit.position;
}

int64_t
view_index_before(struct view *v, const struct view_tail *tail, struct view_segment *s, int64_t position)
{
	struct view_open *o = view_open_segment(v, s);
	int64_t n = o == NULL ? -1 : index_entries(v, tail, o), i;
	uint8_t e[INDEX_ENTRY], head[BATCH_OVERHEAD];

	if (n <= 0 || (i = entry_before(o->index_fd, n, position, e)) < 0 ||
	    read_entries(o->index_fd, n, i, 1, e) != 1 || (int32_t)be32_get(e + 4) > position ||
	    (int32_t)be32_get(e + 4) <= 0)
		return 0;
	i = (int32_t)be32_get(e + 4);
	if (store_pread(o->f.fd, head, sizeof(head), i) != sizeof(head) || batch_magic(head) != 2 ||
	    batch_last_offset(head) != s->base + (int32_t)be32_get(e) || batch_base_offset(head) < s->base)
		return 0;
	return i;
}

/* Steps over the known bad range that w stands in front of, if any.  -1/EBADMSG: offset may be in it. */
static int
step_over(struct walk *w, const struct view_open *o, int64_t offset)
{
	const struct bad_range *bad = o->nbad == 0 ? NULL : view_bad(&o->f, w->pos);

	if (bad == NULL)
		return 0;
	if (offset < bad->next) {
		errno = EBADMSG;
		return -1;
	}
	w->pos = bad->to;
	w->next = bad->next;
	w->last_size = 0;
	return 0;
}

/* 1 found, 0 nothing at or behind offset in this segment, -1; EUCLEAN: what lies at *place is not a batch. */
static int
walk_segment(struct view *v, const struct view_tail *tail, struct view_segment *s, int64_t offset, int64_t from,
    struct view_place *place)
{
	struct view_open *o = view_open_segment(v, s);
	struct batch_header h;
	int64_t end, at, before = -1;
	struct walk w;
	int r;

	if (o == NULL || (end = view_segment_end(v, tail, s)) == -1)
		return -1;
	walk_init(&w, o->f.fd, s->base, from, end, s->base, view_buf(v), VIEW_WALK);
	for (;;) {
		if (step_over(&w, o, offset) == -1)
			return -1;
		if ((r = walk_next(&w, &h, &at)) != 1)
			break;
		if (h.base_offset + h.last_offset_delta >= offset) {
			found(place, s, end, at, &h);
			place->before = h.base_offset > offset ? before : -1;
			place->walked = from;
			return 1;
		}
		before = at;
	}
	if (r == -1 && errno == EBADMSG) {
		*place = (struct view_place){ .segment = s->base, .position = w.pos, .end = end };
		errno = EUCLEAN;
	}
	return r;
}

int
view_locate(struct view *v, const struct view_tail *tail, int64_t offset, const struct view_place *hint,
    struct view_place *place)
{
	struct view_place again;
	struct view_segment *s;
	int64_t from;
	int r;

	if (offset < tail->log_start || offset > tail->leo) {
		errno = ERANGE;
		return -1;
	}
	if (offset == tail->leo) {
		*place = (struct view_place){ .segment = tail->segment, .position = tail->end, .end = tail->end,
			.base = offset, .next = offset, .before = -1 };
		return 0;
	}
	if (hint != NULL && try_hint(v, tail, offset, hint, place) == 0)
		return 0;
	for (s = view_segment_of(v, tail, offset); s != NULL; s = view_segment_after(v, tail, s)) {
		if ((from = view_index_position(v, tail, s, offset)) == -1)
			return -1;
		r = walk_segment(v, tail, s, offset, from, place);
		if (r == -1 && errno == EUCLEAN && from > 0 &&
		    (r = walk_segment(v, tail, s, offset, 0, &again)) != -1)
			*place = again;
		if (r != 0)
			return r == 1 ? 0 : -1;
	}
	errno = ESTALE; /* the line says that it is there: this view does not know all segments */
	return -1;
}

int
view_try_locate(struct view *v, const struct view_tail *tail, int64_t offset, const struct view_place *hint,
    struct view_place *place)
{
	int r;

	store_nowait = true;
	r = view_locate(v, tail, offset, hint, place);
	store_nowait = false;
	return r;
}

enum { MARKS_AT_ONCE = 512 };

static int
marks(struct view *v, const struct view_tail *tail, int64_t segment, int64_t position, struct view_mark *out, int max)
{
	struct view_segment *s = view_segment(v, segment);
	struct view_open *o = s == NULL ? NULL : view_open_segment(v, s);
	int64_t n = o == NULL ? -1 : index_entries(v, tail, o), end, i;
	uint8_t e[MARKS_AT_ONCE * INDEX_ENTRY];
	int got, k = 0;

	if (n <= 0 || (end = view_segment_end(v, tail, s)) <= 0)
		return n == 0 ? 0 : -1;
	if (max > MARKS_AT_ONCE)
		max = MARKS_AT_ONCE;
	/* batches of one size lie evenly: look a little in front of where the entry should be */
	i = (int64_t)((double)position / (double)end * (double)n) - 16;
	i = i < 0 ? 0 : i >= n ? n - 1 : i;
	got = read_entries(o->index_fd, n, i, max, e);
	if (got > 0 && ((i > 0 && (int32_t)be32_get(e + 4) > position) ||
	    (i + got < n && (int32_t)be32_get(e + (got - 1) * INDEX_ENTRY + 4) < position))) {
		i = entry_before(o->index_fd, n, position, e);
		got = i < 0 ? -1 : read_entries(o->index_fd, n, i, max, e);
	}
	if (got < 0)
		return -1;
	for (int j = 0; j < got; j++) {
		if ((int32_t)be32_get(e + j * INDEX_ENTRY + 4) <= position)
			k = 0; /* only the last one in front of it is asked for */
		out[k++] = (struct view_mark){ segment + (int32_t)be32_get(e + j * INDEX_ENTRY),
			(int32_t)be32_get(e + j * INDEX_ENTRY + 4) };
	}
	return k;
}

int
view_marks(struct view *v, const struct view_tail *tail, int64_t segment, int64_t position, struct view_mark *out,
    int max)
{
	int n;

	store_nowait = true;
	n = marks(v, tail, segment, position, out, max);
	store_nowait = false;
	return n;
}
