/* SPDX-License-Identifier: ISC */
/* view-t.c - readers' views agree with a naive scan, whatever the writer does meanwhile. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/store/reader.h"

static struct view *
view_of(struct world *w, struct view_cache *c, struct view_tail *tail)
{
	const struct plog_line *l = plog_line(w->log);
	struct view_key key = { w->dir, "topic", 0, 3, 17, 1, l->generation };
	struct view *v = view_get(c, &key);

	if (v == NULL)
		bail("view_get: %s", strerror(errno));
	*tail = (struct view_tail){ l->log_start, l->leo, l->segment, l->end };
	return v;
}

/* Does place name the batch of the model that holds offset or is the first behind it? */
static bool
right(struct world *w, struct view *v, const struct view_tail *tail, int64_t offset, const struct view_place *p)
{
	const struct model_batch *b = NULL;
	uint8_t head[BATCH_OVERHEAD];
	struct view_file *f;

	for (int i = 0; i < w->model.n && b == NULL; i++)
		if (w->model.b[i].next > offset)
			b = &w->model.b[i];
	if (b == NULL)
		return p->length == 0 && p->base == tail->leo;
	if (p->base != b->base || p->next != b->next || p->length != b->length || p->position + p->length > p->end)
		return false;
	f = view_file(v, p->segment);
	return f != NULL && pread(f->fd, head, sizeof(head), p->position) == sizeof(head) &&
	    batch_base_offset(head) == b->base && be32_get(head + 17) == b->crc;
}

static bool
every_offset(struct world *w, struct view_cache *c)
{
	struct view_place p, hint = { .segment = -1 };
	struct view_tail tail;
	struct view *v = view_of(w, c, &tail);

	for (int64_t offset = tail.log_start; offset <= tail.leo; offset++) {
		if (view_locate(v, &tail, offset, NULL, &p) == -1 || !right(w, v, &tail, offset, &p)) {
			diag("offset %" PRId64 ": %s", offset, strerror(errno));
			return false;
		}
		if (hint.segment >= 0 && (view_locate(v, &tail, offset, &hint, &p) == -1 ||
		    !right(w, v, &tail, offset, &p))) {
			diag("offset %" PRId64 " with the last place as a hint: %s", offset, strerror(errno));
			return false;
		}
		/* as a sequential reader goes: where the last batch ended the next one begins */
		hint = p;
		if (offset + 1 == p.next) {
			hint.position += p.length;
			hint.base = p.next;
		}
		if (rnd(4) == 0) { /* a lie */
			hint.position = rnd(20000);
			hint.base = (int64_t)rnd(2) * (offset + 1);
		}
	}
	return true;
}

static struct spec
random_spec(struct world *w)
{
	static const uint16_t codec[] = { 0, 0, 1, 2, 3, 4 };

	return SPEC(.records = 1 + (int)rnd(6), .value = (int)rnd(400), .timestamp = 10000 + (int64_t)rnd(20000),
	    .step = (int64_t)rnd(300), .attributes = codec[rnd(6)], .epoch = 0, .producer_id = w->now < 0 ? 1 : -1);
}

static void
positions(void)
{
	struct world w;
	struct view_cache *c = view_cache_new(8);
	struct view_tail tail;
	struct view_place p;
	bool good = true;

	world_init(&w);
	w.config.segment_bytes = 7000;
	w.config.index_interval_bytes = 400;
	w.config.retention_bytes = 40000;
	w.config.retention_ms = -1;
	w.config.file_delete_delay_ms = 0;
	world_open(&w, false, -1);
	good = good && every_offset(&w, c);
	for (int round = 0; good && round < 30; round++) {
		for (int i = 0; i < 15; i++) {
			struct spec s = random_spec(&w);

			put(&w, &s);
		}
		if (round % 3 == 0)
			plog_flush_indexes(w.log);
		if (round % 4 == 0) {
			plog_retain(w.log, w.now);
			disk_tick(w.disk, w.now, w.mono += 1000);
			run_jobs(&w);
		}
		if (round % 5 == 0) {
			int64_t to = plog_line(w.log)->leo - (int64_t)rnd(40);

			plog_truncate_to(w.log, to);
			model_cut(&w.model, to);
		}
		if (round % 7 == 0)
			plog_delete_records(w.log, plog_line(w.log)->log_start + (plog_line(w.log)->hw -
			    plog_line(w.log)->log_start) / 4);
		good = every_offset(&w, c);
		if (!good)
			diag("in round %d", round);
	}
	ok(good, "every offset is found, by index and by hints good and bad");
	ok(view_cache_fds(c) <= 16, "%u descriptors", view_cache_fds(c));
	struct view *v = view_of(&w, c, &tail);
	is_int(-1, view_locate(v, &tail, tail.leo + 1, NULL, &p), "beyond the LEO");
	is_int(ERANGE, errno, "... is out of range");
	is_int(-1, view_locate(v, &tail, tail.log_start - 1, NULL, &p), "before the log start, too");
	view_cache_free(&c);
	world_fini(&w);
}

/* A view that is asked with an old generation and a new tail, as may happen for a moment. */
static void
stale(void)
{
	struct world w;
	struct view_cache *c = view_cache_new(8);
	struct view_tail tail;
	struct view_place p;
	struct view *v;

	world_init(&w);
	w.config.segment_bytes = 2000;
	world_open(&w, false, -1);
	put(&w, &SPEC(.value = 900));
	v = view_of(&w, c, &tail);
	is_int(0, view_locate(v, &tail, 0, NULL, &p), "found");
	for (int i = 0; i < 5; i++)
		put(&w, &SPEC(.value = 900));
	const struct plog_line *l = plog_line(w.log);
	tail = (struct view_tail){ l->log_start, l->leo, l->segment, l->end };
	is_int(-1, view_locate(v, &tail, 4, NULL, &p), "a segment that the view does not know");
	is_int(ESTALE, errno, "... says so");
	v = view_of(&w, c, &tail);
	is_int(0, view_locate(v, &tail, 4, NULL, &p), "the new generation does");
	view_cache_free(&c);
	world_fini(&w);
}

static ssize_t (*real_pread)(int, void *, size_t, off_t);
static int (*real_fstatat)(int, const char *, struct stat *, int);
static int n_calls;

static ssize_t
counting_pread(int fd, void *p, size_t n, off_t off)
{
	n_calls++;
	return real_pread(fd, p, n, off);
}

static int
counting_fstatat(int fd, const char *path, struct stat *st, int flags)
{
	n_calls++;
	return real_fstatat(fd, path, st, flags);
}

static void
hot_reader(void)
{
	struct world w;
	struct view_cache *c = view_cache_new(8);
	struct view_place p, hint;
	struct view_tail tail;
	struct view *v;
	int64_t offset = 0;
	int most = 0;

	world_init(&w);
	world_open(&w, false, -1);
	for (int i = 0; i < 500; i++)
		put(&w, &SPEC(.value = 1000, .records = 2));
	v = view_of(&w, c, &tail);
	view_locate(v, &tail, 0, NULL, &p);
	real_pread = store_sys.pread;
	real_fstatat = store_sys.fstatat;
	store_sys.pread = counting_pread;
	store_sys.fstatat = counting_fstatat;
	while (offset < tail.leo) {
		hint = p;
		hint.position += p.length;
		hint.base = offset = p.next;
		n_calls = 0;
		v = view_of(&w, c, &tail);
		if (view_locate(v, &tail, offset, &hint, &p) == -1)
			break;
		most = n_calls > most ? n_calls : most;
	}
	store_sys.pread = real_pread;
	store_sys.fstatat = real_fstatat;
	is_int(tail.leo, offset, "a sequential reader came to the end");
	is_int(1, most, "with one call a fetch");
	view_cache_free(&c);
	world_fini(&w);
}

static void
unlinked(void)
{
	struct world w;
	struct view_cache *c = view_cache_new(64);
	struct view_tail tail;
	struct view_file *held;
	struct view *v;

	world_init(&w);
	w.config.segment_bytes = 2000;
	w.config.file_delete_delay_ms = 0;
	world_open(&w, false, -1);
	for (int i = 0; i < 20; i++)
		put(&w, &SPEC(.value = 900));
	every_offset(&w, c);
	ok(view_cache_fds(c) > 5, "%u descriptors are open", view_cache_fds(c));
	v = view_of(&w, c, &tail);
	held = view_file_hold(view_file(v, 0));
	plog_delete_records(w.log, 20);
	disk_tick(w.disk, w.now, w.mono += 1000);
	run_jobs(&w);
	for (int i = 0; i < 4; i++)
		view_cache_tick(c, w.mono += 1000);
	is_int(2, view_cache_fds(c), "of unlinked segments only the held one is (and the active one)");
	ok(held->gone, "... and it knows");
	char byte;
	ok(pread(held->fd, &byte, 1, 0) == 1, "... and can be read to the end of the reply");
	view_file_put(c, held);
	is_int(1, view_cache_fds(c), "then it is closed");
	view_cache_tick(c, w.mono += 100000);
	is_int(0, view_cache_fds(c), "idle ones are closed after a minute");
	put(&w, &SPEC(.value = 10));
	plog_delete(&w.log);
	struct view_key key = { w.dir, "topic", 0, 3, 17, 1, 12345 };
	ok(view_get(c, &key) == NULL && errno == ENOENT, "a deleted log is not there");
	view_cache_free(&c);
	world_fini(&w);
}

/* ---- by time ---- */

struct stamp {
	int64_t offset, ts;
};

/* All records, by the naive way: the specs say what their timestamps are. */
static int
all_records(const struct world *w, struct stamp *s)
{
	int n = 0;

	for (int i = 0; i < w->model.n; i++)
		for (int64_t o = w->model.b[i].base; o < w->model.b[i].next; o++)
			s[n++] = (struct stamp){ o, w->model.b[i].spec.timestamp +
				(o - w->model.b[i].base) * w->model.b[i].spec.step };
	return n;
}

static void
by_time(bool without_indexes)
{
	static struct stamp all[20000];
	struct world w;
	struct view_cache *c = view_cache_new(32);
	struct view_tail tail;
	struct view_stamp found;
	struct view *v;
	bool good = true;
	int n;

	world_init(&w);
	w.config.segment_bytes = 9000;
	w.config.index_interval_bytes = 500;
	world_open(&w, false, -1);
	for (int i = 0; i < 300; i++) {
		struct spec s = random_spec(&w);

		s.timestamp += i * 40;
		put(&w, &s);
	}
	plog_delete_records(w.log, 33);
	if (without_indexes) {
		char *path = path_of(&w, 0, "");

		path[strlen(path) - 20] = '\0';
		char command[400];
		snprintf(command, sizeof(command), "rm -f %s*index", path);
		if (system(command) != 0)
			diag("rm");
		free(path);
	} else {
		plog_flush_indexes(w.log);
	}
	n = all_records(&w, all);
	v = view_of(&w, c, &tail);
	for (int64_t ts = 9000; ts < 45000; ts += 97) {
		struct stamp want = { -1, -1 };

		for (int i = 0; i < n && want.offset == -1; i++)
			if (all[i].offset >= tail.log_start && all[i].ts >= ts)
				want = all[i];
		if (view_find_timestamp(v, &tail, tail.leo, ts, &found) == -1 || found.offset != want.offset ||
		    found.timestamp != want.ts || (want.offset >= 0 && found.epoch != 5)) {
			diag("%" PRId64 ": found %" PRId64 " at %" PRId64 ", wanted %" PRId64 " at %" PRId64 " %s", ts,
			    found.timestamp, found.offset, want.ts, want.offset, strerror(errno));
			good = false;
			break;
		}
	}
	ok(good, "records by time%s", without_indexes ? ", without indexes" : "");
	struct stamp most = { -1, -1 };
	for (int i = 0; i < n; i++)
		if (all[i].offset >= tail.log_start && all[i].ts > most.ts)
			most = all[i];
	is_int(0, view_max_timestamp(v, &tail, tail.leo, &found), "the greatest timestamp");
	ok(found.offset == most.offset && found.timestamp == most.ts, "... is %" PRId64 " at %" PRId64
	    ", found %" PRId64 " at %" PRId64, most.ts, most.offset, found.timestamp, found.offset);
	view_find_timestamp(v, &tail, most.offset, most.ts, &found);
	is_int(-1, found.offset, "a hit at the bound is none");
	view_cache_free(&c);
	world_fini(&w);
}

static void
epochs(void)
{
	struct world w;
	struct view_cache *c = view_cache_new(8);
	struct view_tail tail;
	struct plog_batch b;
	struct made m;
	struct view *v;
	int32_t epoch;
	int64_t end;

	world_init(&w);
	world_open(&w, false, -1);
	make_batch(&m, &SPEC(.records = 10));
	for (int e = 2; e < 10; e += 2) {
		b = m.b;
		plog_append(w.log, &b, 1, e, 0, w.now);
	}
	v = view_of(&w, c, &tail);
	view_epoch_end(v, &tail, 8, 4, &epoch, &end);
	ok(epoch == 4 && end == 20, "an epoch ends where the next begins");
	view_epoch_end(v, &tail, 8, 5, &epoch, &end);
	ok(epoch == 4 && end == 20, "one that wrote nothing: the one before");
	view_epoch_end(v, &tail, 8, 8, &epoch, &end);
	ok(epoch == 8 && end == 40, "the latest ends at the LEO");
	view_epoch_end(v, &tail, 11, 11, &epoch, &end);
	ok(epoch == 11 && end == 40, "the leader's own, which wrote nothing yet, too");
	view_epoch_end(v, &tail, 11, 8, &epoch, &end);
	ok(epoch == 8 && end == 40, "... and the one before it ends there");
	view_epoch_end(v, &tail, 8, 9, &epoch, &end);
	ok(epoch == -1 && end == -1, "a later one is unknown");
	view_epoch_end(v, &tail, 8, 1, &epoch, &end);
	ok(epoch == 1 && end == 0, "an older one ends where the first begins");
	is_int(4, view_epoch_at(v, 15), "the epoch of a record");
	free_batch(&m);
	view_cache_free(&c);
	world_fini(&w);
}

static int
dropped(int fd, int64_t hole, int64_t bytes)
{
	view_drop(fd, hole, hole == 0 ? bytes : 4096 * 2);
	return view_resident(fd, 0, bytes);
}

static void
resident(void)
{
	enum { BYTES = 1 << 20, HOLE = 300000 };
	char path[300], *buf = calloc(1, BYTES);
	int fd, r;

	snprintf(path, sizeof(path), "%s/file", tmp_dir());
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (write(fd, buf, BYTES) != BYTES || fdatasync(fd) == -1)
		bail("write");
	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (pread(fd, buf, BYTES, 0) != BYTES)
		bail("pread");
	r = view_resident(fd, 0, BYTES);
	ok(r == 1 || r == -1, "what was read is resident, or that cannot be told: %d", r);
	/* a busy kernel may still hold a page, which stays then; on some file systems all do */
	for (int64_t end = mono_ns() + 5000000000; (r = dropped(fd, HOLE, BYTES)) == 1 && mono_ns() < end;)
		poll(NULL, 0, 1);
	if (r == 1 && dropped(fd, 0, BYTES) == 1) {
		skip("nothing leaves the page cache of this file system", 2);
	} else {
		ok(r == 0 || r == -1, "one page that is missing is noticed");
		r = view_resident(fd, 0, HOLE & ~4095);
		ok(r == 1 || r == -1, "what lies in front of it is there");
	}
	free(buf);
	close(fd);
}

static int (*real_openat)(int, const char *, int, mode_t);

static int
counting_openat(int dirfd, const char *path, int flags, mode_t mode)
{
	n_calls++;
	return real_openat(dirfd, path, flags, mode);
}

/* read_committed asks at every fetch: a log without aborted transactions costs no call. */
static void
no_aborted(void)
{
	struct view_cache *c = view_cache_new(8);
	struct view_aborted a[4];
	struct view_tail tail;
	struct world w;
	struct view *v;

	world_init(&w);
	world_open(&w, false, -1);
	put(&w, &SPEC(.producer_id = 7, .sequence = 0, .attributes = BATCH_TRANSACTIONAL));
	v = view_of(&w, c, &tail);
	real_openat = store_sys.openat;
	store_sys.openat = counting_openat;
	n_calls = 0;
	is_int(0, view_try_aborted(v, &tail, 0, tail.leo, a, 4), "no transaction was aborted");
	is_int(0, n_calls, "... which is known without a call");
	store_sys.openat = real_openat;
	put(&w, &SPEC(.producer_id = 7, .marker = 0));
	v = view_of(&w, c, &tail);
	is_int(1, view_aborted(v, &tail, 0, tail.leo, a, 4), "the first abort is seen, since the generation changes with it");
	is_int(7, a[0].producer_id, "... with its producer");
	view_cache_free(&c);
	world_fini(&w);
}

/* Entries that cannot be are not believed: aborted records would be shown. */
static void
wrong_aborted(void)
{
	static const struct {
		int at;
		uint8_t bit;
		const char *what;
	} kinds[] = {{0, 1, "version"}, {2, 128, "producer"}, {10, 1, "first offset"}, {18, 128, "last offset"},
	    {34 + 25, 2, "order of last offsets"}};
	struct view_cache *c = view_cache_new(8);
	struct view_aborted a[4];
	struct view_tail tail;
	struct world w;
	struct view *v;
	int fd, n;

	world_init(&w);
	world_open(&w, false, -1);
	for (int i = 0; i < 2; i++) {
		put(&w, &SPEC(.producer_id = 7, .sequence = i, .attributes = BATCH_TRANSACTIONAL));
		put(&w, &SPEC(.producer_id = 7, .marker = 0));
	}
	v = view_of(&w, c, &tail);
	is_int(2, view_aborted(v, &tail, 0, tail.leo, a, 4), "two aborted transactions");
	if ((fd = open(path_of(&w, 0, ".txnindex"), O_RDWR)) == -1)
		bail("no index of transactions");
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		uint8_t was, b;

		if (pread(fd, &was, 1, kinds[k].at) != 1)
			bail("no entry");
		b = was ^ kinds[k].bit;
		if (pwrite(fd, &b, 1, kinds[k].at) != 1)
			bail("no entry");
		errno = 0;
		n = view_aborted(v, &tail, 0, tail.leo, a, 4);
		ok(n == -1 && errno == EBADMSG, "a wrong %s is not believed", kinds[k].what);
		if (pwrite(fd, &was, 1, kinds[k].at) != 1)
			bail("no entry");
	}
	is_int(2, view_aborted(v, &tail, 0, tail.leo, a, 4), "put right, they are listed again");
	close(fd);
	view_cache_free(&c);
	world_fini(&w);
}

static void
reader(void)
{
	struct world w;
	struct plog_reader *r;
	const uint8_t *p;
	char path[300], *file;
	size_t len;
	int n = 0;

	world_init(&w);
	w.config.segment_bytes = 5000;
	world_open(&w, false, -1);
	for (int i = 0; i < 60; i++)
		put(&w, &SPEC(.value = 300, .records = 2));
	snprintf(path, sizeof(path), "%s/topic-0", w.dir);
	is_int(0, plog_reader_open(&r, path, 51), "from the middle");
	is_int(1, plog_reader_next(r, &p, &len), "a batch");
	is_int(50, batch_base_offset(p), "... the one that holds the offset");
	while (plog_reader_next(r, &p, &len) == 1)
		n++;
	is_int(34, n, "and all behind it");
	plog_reader_close(&r);
	file = path_of(&w, plog_line(w.log)->segment, ".log");
	if (truncate(file, plog_line(w.log)->end + 4096) == -1)
		bail("truncate");
	plog_reader_open(&r, path, 0);
	for (n = 0; plog_reader_next(r, &p, &len) == 1;)
		n++;
	is_int(60, n, "a zero-filled tail is the end");
	is_int(0, plog_reader_next(r, &p, &len), "... not an error");
	plog_reader_close(&r);
	is_int(-1, plog_reader_open(&r, "/nonexistent/x-0", 0), "no such directory");
	free(file);
	world_fini(&w);
}

int
main(void)
{
	positions();
	stale();
	hot_reader();
	unlinked();
	by_time(false);
	by_time(true);
	epochs();
	resident();
	no_aborted();
	wrong_aborted();
	reader();
	return done_testing();
}
