/* SPDX-License-Identifier: ISC */
/*
 * known.c - what is known of the bytes of an open segment, and how it becomes known.
 *
 * Acceptors: the loop asks, the helper thread checks (view_check, on views of its own).  sendfile does not look at what
 * it sends; so whatever was not appended in this daemon's life is checked here before it is sent the first time, and
 * again when it had to be read from the medium again.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "view_priv.h"

enum { BAD_MS = 60000 }; /* after this time, a bad range is looked at again */

/* ---- good ---- */

int64_t
view_good(const struct view_file *f, int64_t pos)
{
	const struct view_open *o = (const struct view_open *)f;

	for (int i = 0; i < o->ngood; i++)
		if (o->good[i].from <= pos && pos < o->good[i].to)
			return o->good[i].to;
	return pos;
}

int64_t
view_until_bad(const struct view_file *f, int64_t from, int64_t to)
{
	const struct view_open *o = (const struct view_open *)f;

	for (int i = 0; i < o->nbad; i++)
		if (o->bad[i].range.to > from && o->bad[i].range.from < to)
			to = o->bad[i].range.from > from ? o->bad[i].range.from : from;
	return to;
}

static void
good_remove(struct view_open *o, int i)
{
	o->ngood--;
	memmove(&o->good[i], &o->good[i + 1], (size_t)(o->ngood - i) * sizeof(o->good[0]));
}

static void
good_insert(struct view_open *o, int64_t from, int64_t to)
{
	int i = 0, least = 0;

	if (o->ngood == KNOWN_GOOD) { /* the shortest one is checked again, if it is wanted again */
		for (int k = 1; k < o->ngood; k++)
			if (o->good[k].to - o->good[k].from < o->good[least].to - o->good[least].from)
				least = k;
		good_remove(o, least);
	}
	while (i < o->ngood && o->good[i].from < from)
		i++;
	memmove(&o->good[i + 1], &o->good[i], (size_t)(o->ngood - i) * sizeof(o->good[0]));
	o->good[i].from = from;
	o->good[i].to = to;
	o->ngood++;
}

void
view_add_good(struct view_file *f, int64_t from, int64_t to)
{
	struct view_open *o = (struct view_open *)f;

	if (from >= to)
		return;
	for (int i = 0; i < o->ngood;) {
		if (o->good[i].to < from || o->good[i].from > to) {
			i++;
			continue;
		}
		from = o->good[i].from < from ? o->good[i].from : from;
		to = o->good[i].to > to ? o->good[i].to : to;
		good_remove(o, i);
	}
	good_insert(o, from, to);
}

/* Whatever touches the range goes: what is left of it would not begin where a batch does. */
void
view_forget(struct view_file *f, int64_t from, int64_t to)
{
	struct view_open *o = (struct view_open *)f;

	for (int i = 0; i < o->ngood;) {
		int64_t begin = o->good[i].from;

		if (o->good[i].to <= from || begin >= to) {
			i++;
			continue;
		}
		good_remove(o, i);
		if (begin < from)
			good_insert(o, begin, from);
	}
}

/* ---- bad ---- */

const struct bad_range *
view_bad(const struct view_file *f, int64_t pos)
{
	struct view_open *o = (struct view_open *)(uintptr_t)f;

	for (int i = 0; i < o->nbad; i++) {
		if (pos < o->bad[i].range.from || pos >= o->bad[i].range.to)
			continue;
		if (f->view == NULL || f->view->cache->mono - o->bad[i].mono < BAD_MS)
			return &o->bad[i].range;
		o->nbad--;
		memmove(&o->bad[i], &o->bad[i + 1], (size_t)(o->nbad - i) * sizeof(o->bad[0]));
		return NULL;
	}
	return NULL;
}

void
view_add_bad(struct view_file *f, const struct bad_range *bad, int64_t mono)
{
	struct view_open *o = (struct view_open *)f;
	int n = 0, i;

	view_forget(f, bad->from, bad->to);
	for (i = 0; i < o->nbad; i++) /* the newest finding counts */
		if (o->bad[i].range.to <= bad->from || o->bad[i].range.from >= bad->to)
			o->bad[n++] = o->bad[i];
	o->bad = xreallocarray(o->bad, (size_t)n + 1, sizeof(*o->bad));
	for (i = n; i > 0 && o->bad[i - 1].range.from > bad->from; i--)
		o->bad[i] = o->bad[i - 1];
	o->bad[i] = (struct known_bad){ *bad, mono };
	o->nbad = n + 1;
}

/* ---- finding out ---- */

/*
 * Does the batch at pos go on seamlessly in the next one?  If so, the next one bears witness for what the CRC does not
 * cover.  The last one of the segment has to be witnessed by the one in front of it, and so has one before a gap.
 */
static bool
seamless(int fd, int64_t pos, int64_t end)
{
	uint8_t x[BATCH_OVERHEAD], y[BATCH_OVERHEAD];
	int64_t next;

	if (pos > end - BATCH_OVERHEAD || store_pread(fd, x, sizeof(x), pos) != (ssize_t)sizeof(x))
		return false;
	next = pos + batch_size(x);
	return next > pos && next <= end - BATCH_OVERHEAD && store_pread(fd, y, sizeof(y), next) == (ssize_t)sizeof(y) &&
	    batch_base_offset(y) == batch_last_offset(x) + 1 && batch_leader_epoch(y) == batch_leader_epoch(x);
}

/*
 * Runs from a place that the index knows up to position.  1: that is where a batch begins; 0: *bad lies there; -1
 * (ESTALE: batches lie differently).
 */
static int
lead_up(struct verify *vf, int64_t position, struct bad_range *bad)
{
	int r = 1;

	while (r != -1 && verify_position(vf) < position) {
		r = verify_run(vf, position, bad);
		if (r == 0 && bad->from <= position && position < bad->to)
			return 0;
	}
	if (r != -1 && verify_position(vf) != position) {
		errno = ESTALE;
		return -1;
	}
	return r == -1 ? -1 : 1;
}

/* From position on.  When nothing good begins there, or cannot be told, the batches in front of it are asked, too. */
static int
run_check(struct view *v, const struct view_tail *tail, struct view_segment *s, int64_t position, int64_t upto,
    struct view_checked *out)
{
	struct view_open *o = view_open_segment(v, s);
	int64_t end = view_segment_end(v, tail, s), upper = view_segment_upper(v, tail, s), from = position;
	struct verify *vf;
	int r = 1;

	for (int led = position == 0; ; led++) {
		if (led || !seamless(o->f.fd, position, end)) {
			from = position == 0 ? 0 : view_index_before(v, tail, s, position - 1);
			led = 1;
		}
		vf = verify_new(o->f.fd, s->base, from, end, upper, from == 0 ? s->base : -1);
		r = lead_up(vf, position, &out->bad);
		out->to = position;
		if (r == 1) {
			if ((r = verify_run(vf, upto, &out->bad)) == 1)
				r = verify_rest(vf, &out->bad);
			out->to = r == 0 ? out->bad.from : r == 1 ? verify_position(vf) : position;
		}
		verify_free(&vf);
		if (r != 0 || led || out->to > position)
			return r;
	}
}

int
view_check(struct view *v, const struct view_tail *tail, int64_t segment, int64_t position, int64_t len,
    struct view_checked *out)
{
	struct view_segment *s = view_segment(v, segment);
	struct view_open *o = s == NULL ? NULL : view_open_segment(v, s);
	int64_t end = o == NULL ? -1 : view_segment_end(v, tail, s);
	int r;

	*out = (struct view_checked){ .segment = segment, .from = position, .to = position };
	if (end == -1 && s != NULL)
		return -1;
	if (s == NULL || position < 0 || position >= end) {
		errno = ESTALE;
		return -1;
	}
	r = run_check(v, tail, s, position, position + len, out);
	if (r == 0) {
		view_add_bad(&o->f, &out->bad, v->cache->mono);
		/*
		 * It is read again the next time: a medium may change its mind, and others must not find it in memory.
		 * What was read beyond it was not checked.
		 */
		store_sys.fadvise(o->f.fd, out->bad.from & ~4095, 0, POSIX_FADV_DONTNEED);
	} else {
		out->bad = (struct bad_range){ 0 };
	}
	return r == -1 ? -1 : 0;
}
