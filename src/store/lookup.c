/* SPDX-License-Identifier: ISC */
/*
 * lookup.c - questions about a log other than "what is at this offset": by time, aborted transactions, epochs.
 *
 * Acceptors (ListOffsets, OffsetForLeaderEpoch, read_committed fetches).  The time index says where to begin; batches
 * decide; the record is found inside of its batch, which is inflated for that.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "odradek/proto/record.h"
#include "view_priv.h"

/* ---- by time ---- */

struct time_file { /* the time index of one segment */
	int fd;
	int64_t n;
	int64_t last_ts, last_offset; /* -1 = there is none */
};

static void
time_open(struct view *v, const struct view_segment *s, struct time_file *t)
{
	struct stat st;

	*t = (struct time_file){ .n = 0, .last_ts = -1, .last_offset = -1 };
	t->fd = view_open_beside(v, s->base, ".timeindex");
	if (t->fd == -1 || store_sys.fstatat(t->fd, "", &st, AT_EMPTY_PATH) == -1 ||
	    (t->n = timeindex_count(t->fd, st.st_size, s->base)) <= 0 ||
	    timeindex_at(t->fd, t->n - 1, s->base, &t->last_ts, &t->last_offset) == -1)
		t->n = 0;
}

static int
read_batch(int fd, int64_t pos, const struct batch_header *h, uint8_t **buf, size_t *len)
{
	ssize_t got;

	*len = (size_t)h->length + BATCH_LENGTH_END; /* the walk has checked that it ends within the segment */
	*buf = malloc(*len);
	if (*buf == NULL)
		return -1;
	if ((got = store_pread(fd, *buf, *len, pos)) == (ssize_t)*len && batch_verify(*buf, *len) == 0)
		return 0;
	free(*buf);
	if (got != -1)
		errno = EBADMSG;
	return -1;
}

/* The first record of the batch at or behind from whose timestamp is >= ts.  1 found, 0 none, -1. */
static int
record_by_time(int fd, int64_t pos, const struct batch_header *h, int64_t from, int64_t ts, struct view_stamp *out)
{
	struct record_iter it;
	struct record rec;
	uint8_t *buf;
	size_t len;
	int r = -1, n = -1;

	if (read_batch(fd, pos, h, &buf, &len) == -1)
		return -1;
	if (record_iter_init(&it, buf, len, RECORD_HEADS_ONLY, BATCH_MAX_INFLATED) == 0)
		while ((n = record_iter_next(&it, &rec)) == 1)
			if (rec.offset >= from && rec.timestamp >= ts) {
				*out = (struct view_stamp){ rec.offset, rec.timestamp, h->leader_epoch };
				break;
			}
	if (n == -1)
		errno = EBADMSG;
	else
		r = n;
	record_iter_fini(&it);
	free(buf);
	return r;
}

/* What a time index says is believed when the batch that it names says so, too. */
static bool
stamped(struct view *v, const struct view_tail *tail, int64_t offset, int64_t ts)
{
	uint8_t head[BATCH_OVERHEAD];
	struct view_place place;
	struct view_segment *s;
	struct view_open *o;

	return offset >= 0 && offset < tail->leo &&
	    (offset < tail->log_start || (view_locate(v, tail, offset, NULL, &place) == 0 &&
	    place.base <= offset && (s = view_segment(v, place.segment)) != NULL &&
	    (o = view_open_segment(v, s)) != NULL &&
	    store_pread(o->f.fd, head, sizeof(head), place.position) == sizeof(head) &&
	    batch_max_timestamp(head) == ts));
}

/* Where the search in s begins: nothing in front of it is as late as ts. */
static int64_t
time_position(struct view *v, const struct view_tail *tail, struct view_segment *s, const struct time_file *t,
    int64_t ts, int64_t from)
{
	int64_t i = t->n > 0 ? timeindex_find(t->fd, t->n, s->base, ts) : -1, when, offset = from;

	if (i >= 0 && (timeindex_at(t->fd, i, s->base, &when, &offset) == -1 || !stamped(v, tail, offset, when)))
		offset = from;
	if (offset < from)
		offset = from;
	return view_index_position(v, tail, s, offset);
}

/* What a walk has read beyond its end must not stay in the page cache unchecked. */
static int
check_rest(struct view *v, const struct view_tail *tail, const struct view_segment *s, const struct walk *w)
{
	struct view_checked checked;

	if (w->pos >= w->end)
		return 0;
	return view_check(v, tail, s->base, w->pos, VIEW_BUF, &checked);
}

/* 1 found, 0 not in this segment, -1. */
static int
search_segment(struct view *v, const struct view_tail *tail, struct view_segment *s, int64_t pos, int64_t from,
    int64_t ts, struct view_stamp *out)
{
	struct view_open *o = view_open_segment(v, s);
	int64_t end = o == NULL ? -1 : view_segment_end(v, tail, s), at;
	struct batch_header h;
	struct walk w;
	int r;

	if (end == -1)
		return -1;
	walk_init(&w, o->f.fd, s->base, pos, end, s->base, view_buf(v), VIEW_BUF);
	while ((r = walk_next(&w, &h, &at)) == 1) {
		if ((r = walk_crc(&w, &h, at)) != 1) { /* the answer may have been in this one */
			if (r == 0)
				errno = EBADMSG;
			return -1;
		}
		if (h.max_timestamp >= ts && h.base_offset + h.last_offset_delta >= from && h.count > 0 &&
		    (r = record_by_time(o->f.fd, at, &h, from, ts, out)) != 0)
			break;
	}
	return check_rest(v, tail, s, &w) == -1 ? -1 : r;
}

int
view_find_timestamp(struct view *v, const struct view_tail *tail, int64_t bound, int64_t timestamp,
    struct view_stamp *out)
{
	struct view_segment *s;
	struct time_file t;
	int64_t pos;
	int r = 0;

	*out = (struct view_stamp){ -1, -1, -1 };
	if (tail->segment < 0)
		return 0;
	for (s = view_segment_of(v, tail, tail->log_start); s != NULL && r == 0; s = view_segment_after(v, tail, s)) {
		time_open(v, s, &t);
		/* the last entry of a sealed segment is its greatest timestamp */
		if (s->base != tail->segment && t.n > 0 && t.last_ts < timestamp &&
		    stamped(v, tail, t.last_offset, t.last_ts)) {
			store_close(&t.fd);
			continue;
		}
		pos = time_position(v, tail, s, &t, timestamp, tail->log_start);
		store_close(&t.fd);
		r = search_segment(v, tail, s, pos, tail->log_start, timestamp, out);
		if (r == -1 && errno == EBADMSG && pos > 0)
			r = search_segment(v, tail, s, 0, tail->log_start, timestamp, out);
	}
	if (r != -1 && out->offset >= bound)
		*out = (struct view_stamp){ -1, -1, -1 };
	return r == -1 ? -1 : 0;
}

/* The greatest batch timestamp of s from pos on, and the last offset of the first batch that has it. */
static int
max_in_segment(struct view *v, const struct view_tail *tail, struct view_segment *s, int64_t pos, int64_t *ts,
    int64_t *offset)
{
	struct view_open *o = view_open_segment(v, s);
	int64_t end = o == NULL ? -1 : view_segment_end(v, tail, s), at;
	struct batch_header h;
	struct walk w;
	int r;

	if (end == -1)
		return -1;
	walk_init(&w, o->f.fd, s->base, pos, end, s->base, view_buf(v), VIEW_BUF);
	while ((r = walk_next(&w, &h, &at)) == 1) {
		int64_t last = h.base_offset + h.last_offset_delta;

		if ((r = walk_crc(&w, &h, at)) != 1) {
			if (r == 0)
				errno = EBADMSG;
			return -1;
		}
		if (h.max_timestamp > *ts && last >= tail->log_start && h.count > 0) {
			*ts = h.max_timestamp;
			*offset = last;
		}
	}
	return r;
}

/* Greatest timestamp of one segment.  0 or -1. */
static int
segment_max(struct view *v, const struct view_tail *tail, struct view_segment *s, int64_t *ts, int64_t *offset)
{
	bool active = s->base == tail->segment, known;
	struct time_file t;

	*ts = *offset = -1;
	time_open(v, s, &t);
	store_close(&t.fd);
	known = t.n > 0 && t.last_offset >= tail->log_start && t.last_offset < tail->leo &&
	    stamped(v, tail, t.last_offset, t.last_ts);
	if (known) {
		*ts = t.last_ts;
		*offset = t.last_offset;
		if (!active)
			return 0;
	}
	return max_in_segment(v, tail, s, known ? view_index_position(v, tail, s, t.last_offset) : 0, ts, offset);
}

int
view_max_timestamp(struct view *v, const struct view_tail *tail, int64_t bound, struct view_stamp *out)
{
	int64_t best = -1, where = -1, ts, offset;
	struct view_place place;
	struct view_segment *s;
	struct batch_header h;
	struct view_open *o;
	uint8_t head[BATCH_OVERHEAD];

	*out = (struct view_stamp){ -1, -1, -1 };
	if (tail->segment < 0)
		return 0;
	for (s = view_segment_of(v, tail, tail->log_start); s != NULL; s = view_segment_after(v, tail, s)) {
		if (segment_max(v, tail, s, &ts, &offset) == -1)
			return -1;
		if (ts > best) {
			best = ts;
			where = offset;
		}
	}
	if (where < 0)
		return 0;
	if (view_locate(v, tail, where, NULL, &place) == -1 || (s = view_segment(v, place.segment)) == NULL ||
	    (o = view_open_segment(v, s)) == NULL)
		return -1;
	if (store_pread(o->f.fd, head, sizeof(head), place.position) != sizeof(head)) {
		errno = EBADMSG;
		return -1;
	}
	batch_header_get(&h, head);
	if (record_by_time(o->f.fd, place.position, &h, tail->log_start, best, out) == -1)
		return -1;
	if (out->offset >= bound)
		*out = (struct view_stamp){ -1, -1, -1 };
	return 0;
}

/* ---- aborted transactions ---- */

struct aborting {
	int64_t from, upto;
	struct view_aborted *out;
	int max, n;
	bool done;
};

/* A wrong entry would show aborted records to whoever must not see them, so none is believed that cannot be. */
static int
aborted_in(struct view *v, const struct view_segment *s, int64_t upper, struct aborting *a)
{
	uint8_t e[TXN_ENTRY * 64];
	int fd = view_open_beside(v, s->base, ".txnindex");
	int64_t at = 0, before = s->base - 1;
	ssize_t r = 0;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	while (!a->done && (r = store_pread(fd, e, sizeof(e), at)) >= TXN_ENTRY) {
		for (ssize_t i = 0; i + TXN_ENTRY <= r && !a->done; i += TXN_ENTRY) {
			int64_t first = (int64_t)be64_get(e + i + 10), last = (int64_t)be64_get(e + i + 18);

			if (!txn_entry_plausible(e + i, before, upper)) {
				store_close(&fd);
				errno = EBADMSG;
				return -1;
			}
			before = last;
			if (last >= a->from && first < a->upto) {
				if (a->n < a->max)
					a->out[a->n] = (struct view_aborted){ (int64_t)be64_get(e + i + 2), first, last };
				a->n++;
			}
			a->done = (int64_t)be64_get(e + i + 26) >= a->upto;
		}
		at += r - r % TXN_ENTRY;
	}
	store_close(&fd);
	return r == -1 ? -1 : 0;
}

int
view_aborted(struct view *v, const struct view_tail *tail, int64_t from, int64_t upto, struct view_aborted *out,
    int max)
{
	struct aborting a = { .from = from, .upto = upto, .out = out, .max = max };
	struct view_segment *s;

	if (tail->segment < 0)
		return 0;
	for (s = view_segment_of(v, tail, from); s != NULL && !a.done; s = view_segment_after(v, tail, s))
		/* of the segment that grows, entries are written before what they tell of is published */
		if (s->txnindex &&
		    aborted_in(v, s, s->base == tail->segment ? INT64_MAX : view_segment_upper(v, tail, s), &a) == -1)
			return -1;
	return a.n;
}

int
view_try_aborted(struct view *v, const struct view_tail *tail, int64_t from, int64_t upto, struct view_aborted *out,
    int max)
{
	int n;

	store_nowait = true;
	n = view_aborted(v, tail, from, upto, out, max);
	store_nowait = false;
	return n;
}

/* ---- epochs ---- */

static int
need_epochs(struct view *v)
{
	if (v->epochs_read)
		return 0;
	if (epochs_read(&v->epochs, AT_FDCWD, v->dir) == -1)
		return -1;
	v->epochs_read = true;
	return 0;
}

int
view_epoch_end(struct view *v, const struct view_tail *tail, int32_t current, int32_t requested, int32_t *epoch,
    int64_t *end)
{
	if (need_epochs(v) == -1)
		return -1;
	epochs_end(&v->epochs, current, tail->leo, requested, epoch, end);
	return 0;
}

int32_t
view_epoch_at(struct view *v, int64_t offset)
{
	int32_t epoch = -1;

	if (need_epochs(v) == -1)
		return -1;
	for (uint32_t i = 0; i < v->epochs.n && v->epochs.e[i].start <= offset; i++)
		epoch = v->epochs.e[i].epoch;
	return epoch;
}
