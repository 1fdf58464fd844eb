/* SPDX-License-Identifier: ISC */
/* verify-t.c - a bit flipped anywhere in a segment is found, and nothing but its batch is given up. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odradek/store/verify.h"

enum { BATCHES = 12 };

/* The segment under test: where its batches are, and its bytes. */
static struct {
	int n;
	int64_t pos[BATCHES + 1], base[BATCHES + 1];
	uint8_t *bytes;
	int64_t size;
	int fd;
} seg;

static void
make_segment(struct world *w)
{
	world_init(w);
	world_open(w, false, -1);
	for (int i = 0; i < BATCHES; i++)
		put(w, &SPEC(.records = 1 + i % 3, .value = 10 + 7 * i));
	plog_flush_indexes(w->log);
	seg.fd = open(path_of(w, 0, ".log"), O_RDWR);
	seg.size = plog_line(w->log)->end;
	seg.bytes = malloc((size_t)seg.size);
	if (seg.fd == -1 || pread(seg.fd, seg.bytes, (size_t)seg.size, 0) != seg.size)
		bail("no segment");
	for (int64_t at = 0; at < seg.size; at += batch_size(seg.bytes + at)) {
		seg.pos[seg.n] = at;
		seg.base[seg.n++] = batch_base_offset(seg.bytes + at);
	}
	seg.pos[seg.n] = seg.size;
	seg.base[seg.n] = plog_line(w->log)->leo;
}

/* Bad ranges that a run over all of it meets; the first of them in *bad. */
static int
run(int64_t from, int64_t next, struct bad_range *bad)
{
	struct verify *v = verify_new(seg.fd, 0, from, seg.size, seg.base[seg.n], next);
	struct bad_range b;
	int n = 0, r;

	while ((r = verify_run(v, seg.size, &b)) == 0)
		if (n++ == 0)
			*bad = b;
	if (r == -1 || verify_position(v) != seg.size)
		n = -1;
	verify_free(&v);
	return n;
}

static void
flip(int64_t at, int bit)
{
	uint8_t c = seg.bytes[at] ^ (uint8_t)(1 << bit);

	if (pwrite(seg.fd, &c, 1, at) != 1)
		bail("pwrite: %s", strerror(errno));
}

static void
mend(int64_t at)
{
	if (pwrite(seg.fd, seg.bytes + at, 1, at) != 1)
		bail("pwrite: %s", strerror(errno));
}

static bool
exactly(const struct bad_range *b, int i)
{
	return b->from == seg.pos[i] && b->to == seg.pos[i + 1] && b->first == seg.base[i] && b->next == seg.base[i + 1];
}

/* A leader epoch that grows in the last batch, or shrinks in the first one, has no witness. */
static bool
unwitnessed(int64_t at, int64_t pos, int i)
{
	return at - pos >= 12 && at - pos < 16 && (i == seg.n - 1 || i == 0);
}

static void
every_bit(void)
{
	struct bad_range bad;
	int missed = 0, wrong = 0, flips = 0;

	is_int(0, run(0, 0, &bad), "a good segment has no bad range");
	for (int i = 0; i < seg.n; i++)
		for (int64_t at = seg.pos[i]; at < seg.pos[i + 1]; at++)
			for (int bit = 0; bit < 8; bit++) {
				int n;

				flip(at, bit);
				n = run(0, 0, &bad);
				mend(at);
				flips++;
				if (n == 0 && unwitnessed(at, seg.pos[i], i))
					continue;
				if (n == 0 && missed++ < 5)
					diag("missed: batch %d, byte %" PRId64 ", bit %d", i, at - seg.pos[i], bit);
				if (n != 0 && (n != 1 || !exactly(&bad, i)) && wrong++ < 5)
					diag("batch %d, byte %" PRId64 ", bit %d: %d ranges, the first %" PRId64 "-%" PRId64
					    ", offsets %" PRId64 "-%" PRId64, i, at - seg.pos[i], bit, n, bad.from, bad.to,
					    bad.first, bad.next);
			}
	is_int(0, missed, "%d single bits flipped: every one is found", flips);
	is_int(0, wrong, "... and exactly its batch is bad");
}

static void
larger_damage(void)
{
	struct bad_range bad;
	uint8_t *zero = calloc(1, (size_t)seg.size);
	int64_t from = seg.pos[3] + 30, len = seg.pos[6] - from + 20;

	if (pwrite(seg.fd, zero, (size_t)len, from) != len)
		bail("pwrite");
	is_int(1, run(0, 0, &bad), "zeros across four batches are one range");
	ok(bad.from == seg.pos[3] && bad.to == seg.pos[7], "... from the first to behind the last of them");
	if (pwrite(seg.fd, zero, (size_t)(seg.size - from), from) != seg.size - from)
		bail("pwrite");
	is_int(1, run(0, 0, &bad), "zeros up to the end are one range");
	ok(bad.to == seg.size && bad.next == seg.base[seg.n], "... that ends with the segment");
	if (pwrite(seg.fd, seg.bytes, (size_t)seg.size, 0) != seg.size)
		bail("pwrite");
	free(zero);
}

/* What view_check and view_locate make of it. */
static void
through_views(struct world *w)
{
	struct view_cache *c = view_cache_new(8);
	const struct plog_line *l = plog_line(w->log);
	struct view_key key = { w->dir, "topic", 0, 3, 17, 1, l->generation };
	struct view_tail tail = { l->log_start, l->leo, l->segment, l->end };
	struct view *v = view_get(c, &key);
	struct view_checked k;
	struct view_place p;
	struct view_file *f;
	int wrong = 0;

	for (int i = 1; i < seg.n - 1; i++)
		for (int64_t at = seg.pos[i]; at < seg.pos[i + 1]; at++)
			for (int bit = 0; bit < 8; bit++) {
				flip(at, bit);
				if ((view_check(v, &tail, 0, seg.pos[i], 1, &k) == -1 || !exactly(&k.bad, i)) && wrong++ < 5)
					diag("batch %d, byte %" PRId64 ", bit %d: %" PRId64 "-%" PRId64, i, at - seg.pos[i],
					    bit, k.bad.from, k.bad.to);
				mend(at);
			}
	is_int(0, wrong, "a check that begins in the middle of a segment finds every bit, too");
	f = view_file(v, 0);
	view_cache_tick(c, 100000);
	view_bad(f, seg.pos[4]); /* forgotten by now */
	is_int(seg.pos[2], view_good(f, seg.pos[2]), "nothing is known at first");
	is_int(0, view_check(v, &tail, 0, seg.pos[2], 1, &k), "a check");
	ok(k.from == seg.pos[2] && k.to == seg.size && k.bad.to == 0, "... goes on through the page that it has read");
	view_add_good(f, seg.pos[2], seg.pos[3]);
	is_int(seg.pos[3], view_good(f, seg.pos[2]), "... and is remembered");
	view_add_good(f, seg.pos[4], seg.pos[6]);
	view_add_good(f, seg.pos[3], seg.pos[4]);
	is_int(seg.pos[6], view_good(f, seg.pos[2]), "neighbouring ranges become one");
	view_forget(f, seg.pos[3], seg.pos[4]);
	is_int(seg.pos[3], view_good(f, seg.pos[2]), "what left the page cache is forgotten");
	is_int(seg.pos[4], view_good(f, seg.pos[4]), "... and what lies behind it");
	is_int(-1, view_check(v, &tail, 0, seg.pos[2] + 3, 100, &k), "a place where no batch begins");
	is_int(ESTALE, errno, "... is not taken for damage");

	flip(seg.pos[4] + 8, 2); /* the length: headers lead nowhere from here */
	is_int(-1, view_locate(v, &tail, seg.base[6], NULL, &p), "a corrupt length stops a walk");
	ok(errno == EUCLEAN && p.position == seg.pos[4], "... at the place that is to be checked");
	is_int(0, view_check(v, &tail, 0, p.position, 1, &k), "the check");
	ok(exactly(&k.bad, 4), "... finds the batch");
	is_int(-1, view_locate(v, &tail, seg.base[4], NULL, &p), "its offsets");
	is_int(EBADMSG, errno, "... are refused from now on");
	is_int(0, view_locate(v, &tail, seg.base[5], NULL, &p), "the walk steps over it");
	is_int(seg.pos[5], p.position, "... to what lies behind");
	is_int(0, view_locate(v, &tail, seg.base[3], NULL, &p), "what lies in front of it is found");
	view_cache_tick(c, 170000);
	mend(seg.pos[4] + 8);
	v = view_get(c, &key);
	is_int(0, view_locate(v, &tail, seg.base[4], NULL, &p), "a mended file is served again after a while");
	view_cache_free(&c);
}

int
main(void)
{
	struct world w;

	make_segment(&w);
	every_bit();
	larger_damage();
	through_views(&w);
	close(seg.fd);
	free(seg.bytes);
	world_fini(&w);
	return done_testing();
}
