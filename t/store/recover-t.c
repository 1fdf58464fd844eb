/* SPDX-License-Identifier: ISC */
/* recover-t.c - what a log is after a cut at every byte, a death at any call, and without its derived files. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/xalloc.h"

static void
in_topic(const struct world *w, const char *command)
{
	char *line = xasprintf("cd '%s/topic-0' && %s", w->dir, command);

	if (system(line) != 0)
		diag("failed: %s", line);
	free(line);
}

static void
in_disk(const struct world *w, const char *command)
{
	char *line = xasprintf("cd '%s' && %s", w->dir, command);

	if (system(line) != 0)
		diag("failed: %s", line);
	free(line);
}

/* ---- the last bytes ---- */

static int64_t
expected(const struct world *w, int64_t base, int64_t size)
{
	int64_t pos = 0, leo = base;

	for (int i = 0; i < w->model.n; i++) {
		if (w->model.b[i].base < base)
			continue;
		pos += w->model.b[i].length;
		if (pos > size)
			break;
		leo = w->model.b[i].next;
	}
	return leo;
}

static void
restore(const char *path, const uint8_t *bytes, size_t n, size_t keep)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (fd == -1 || pwrite_full(fd, bytes, keep < n ? keep : n, 0) == -1)
		bail("%s: %s", path, strerror(errno));
	close(fd);
}

/* Cuts the active segment at every byte of its last batches; with and without what was saved, trusting or not. */
static void
every_byte(bool full, bool without_state)
{
	struct world w;
	int64_t base, size, bad = 0;
	struct stat st;
	uint8_t *bytes;
	char *path;

	world_init(&w);
	w.config.segment_bytes = 3000;
	w.config.index_interval_bytes = 300;
	world_open(&w, false, -1);
	for (int i = 0; i < 30; i++)
		put(&w, &SPEC(.records = 1 + (int)rnd(2), .value = 60 + (int)rnd(60), .producer_id = i % 3, .sequence = 0,
		    .epoch = (int16_t)i));
	base = plog_line(w.log)->segment;
	world_kill(&w);
	path = path_of(&w, base, ".log");
	if (stat(path, &st) == -1)
		bail("%s", path);
	size = st.st_size;
	bytes = xmalloc((size_t)size);
	int fd = open(path, O_RDONLY);
	if (read_full(fd, bytes, (size_t)size) != size)
		bail("%s", path);
	close(fd);
	for (int64_t keep = size; keep >= 0 && keep > size - 700; keep--) {
		int64_t leo = expected(&w, base, keep);
		struct model all = w.model;
		int r;

		restore(path, bytes, (size_t)size, (size_t)keep);
		if (without_state)
			in_disk(&w, "rm -f .odradek-state");
		r = world_open(&w, full, -1);
		model_cut(&w.model, leo);
		if (r == -1 || plog_line(w.log)->leo != leo || !log_matches(&w, "") || !indexes_true(&w, false, "")) {
			diag("cut at %" PRId64 " of %" PRId64 ": LEO %" PRId64 ", wanted %" PRId64, keep, size,
			    plog_line(w.log)->leo, leo);
			bad++;
		}
		world_kill(&w);
		w.model = all;
	}
	ok(bad == 0, "cut at every byte of the last batches (%s, %s saved state)",
	    full ? "checking" : "trusting", without_state ? "without" : "with");
	free(bytes);
	free(path);
	world_fini(&w);
}

static void
flipped_bits(void)
{
	struct world w;
	int64_t base, size, from, bad = 0;
	struct stat st;
	uint8_t *bytes;
	char *path;

	world_init(&w);
	world_open(&w, false, -1);
	for (int i = 0; i < 5; i++)
		put(&w, &SPEC(.value = 50));
	base = plog_line(w.log)->segment;
	world_kill(&w);
	path = path_of(&w, base, ".log");
	stat(path, &st);
	size = st.st_size;
	bytes = xmalloc((size_t)size);
	int fd = open(path, O_RDONLY);
	if (read_full(fd, bytes, (size_t)size) != size)
		bail("%s", path);
	close(fd);
	from = size - w.model.b[4].length;
	for (int64_t at = from + 8; at < size; at++) {
		if (at >= from + 12 && at < from + 16)
			continue; /* the leader epoch is not covered by any sum */
		bytes[at] ^= 0x10;
		restore(path, bytes, (size_t)size, (size_t)size);
		world_open(&w, true, -1);
		if (plog_line(w.log)->leo != 4) {
			diag("byte %" PRId64 " of the last batch: LEO %" PRId64, at - from, plog_line(w.log)->leo);
			bad++;
		}
		world_kill(&w);
		bytes[at] ^= 0x10;
	}
	ok(bad == 0, "a flipped bit anywhere in the last batch is found by a full scan");
	bytes[w.model.b[0].length + 70] ^= 1;
	restore(path, bytes, (size_t)size, (size_t)size);
	is_int(PLOG_TRUNCATED, world_open(&w, true, -1), "one in the second batch");
	is_int(1, plog_line(w.log)->leo, "... cuts there");
	free(bytes);
	free(path);
	world_fini(&w);
}

static void
bad_in_sealed(void)
{
	struct world w;
	char *path;
	int fd;

	world_init(&w);
	w.config.segment_bytes = 1000;
	world_open(&w, false, -1);
	for (int i = 0; i < 30; i++)
		put(&w, &SPEC(.value = 100));
	world_kill(&w);
	path = path_of(&w, 0, ".log");
	fd = open(path, O_RDWR);
	if (pwrite(fd, "\xff\xff\xff", 3, 150) != 3)
		bail("pwrite");
	close(fd);
	is_int(PLOG_TRUNCATED, world_open(&w, true, -1), "damage in a sealed segment that was never synced");
	ok(plog_line(w.log)->leo < 5, "the good part stays: %" PRId64, plog_line(w.log)->leo);
	ok(count_files(&w, ".log.cut") > 0, "what lay behind is kept aside");
	free(path);
	world_fini(&w);
}

static void
path_remove(const struct world *w, const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	unlink(path);
}

/* Damage to what was on the medium is no torn tail: nothing is cut away, everything else goes on. */
static void
damage_is_kept(void)
{
	for (int how = 0; how < 4; how++) {
		bool full = how & 1, active = how & 2;
		struct plog_line was;
		struct world w;
		char *path;
		int fd;

		world_init(&w);
		w.config.segment_bytes = 2000;
		world_open(&w, false, -1);
		for (int i = 0; i < 30; i++)
			put(&w, &SPEC(.value = 100));
		was = *plog_line(w.log);
		if (full)
			world_close(&w); /* all of it is below the recovery point */
		else
			world_kill(&w);
		path = path_of(&w, active ? was.segment : 0, ".log");
		fd = open(path, O_RDWR);
		if (pwrite(fd, "\x7f", 1, 8) != 1) /* the length of the first batch */
			bail("pwrite");
		close(fd);
		for (const char *const *s = (const char *const[]){ ".index", ".timeindex", NULL }; *s != NULL; s++) {
			char *derived = path_of(&w, active ? was.segment : 0, *s);

			unlink(derived); /* so that it is walked */
			free(derived);
		}
		path_remove(&w, ".odradek-state");
		is_int(PLOG_OPENED, world_open(&w, full, -1), "%s, damage in %s segment", full ? "power loss" : "same boot",
		    active ? "the active" : "a sealed");
		is_int(was.leo, plog_line(w.log)->leo, "... no offset is lost");
		is_int(was.size, plog_line(w.log)->size, "... no byte is cut away");
		is_int(0, count_files(&w, ".log.cut"), "... or kept aside");
		put(&w, &SPEC(.value = 100));
		is_int(was.leo + 1, plog_line(w.log)->leo, "... and appends go on");
		free(path);
		world_fini(&w);
	}
}

/* The same in steps that end at once; a clean log, and one with damage. */
static void
in_steps(bool damaged)
{
	struct plog_name name = {.topic = "topic", .partition = 0, .topic_id = {1, 2, 3}};
	struct plog_open_how how = {.known_leo = -1, .known_log_start = -1, .known_hw = -1};
	struct plog_opening *o;
	struct world w;
	int r, steps = 0;

	world_init(&w);
	w.config.segment_bytes = 900000;
	world_open(&w, false, -1);
	for (int i = 0; i < 300; i++)
		put(&w, &SPEC(.value = 9000, .producer_id = i % 3, .sequence = i / 3));
	world_kill(&w);
	if (damaged) {
		char *path = path_of(&w, 0, ".log");
		int fd = open(path, O_RDWR);

		if (pwrite(fd, "x", 1, w.model.b[50].length * 50 + 2000) != 1)
			bail("pwrite");
		close(fd);
		free(path);
	}
	if (disk_open(&w.disk, &w.opt, true) == -1)
		bail("disk_open: %s", strerror(errno));
	r = plog_open_begin(&o, &w.log, w.disk, &name, &w.config, &how, 1);
	for (; r == PLOG_MORE; steps++) {
		disk_tick(w.disk, w.now,
		    w.mono += 1000); /* others have their turn, and use the same buffers */
		r = plog_open_more(&o, &w.log, 1);
	}
	is_int(damaged ? PLOG_TRUNCATED : PLOG_OPENED, r, "opened in steps (%s)",
	    damaged ? "damaged" : "whole");
	ok(damaged ? steps >= 1 : steps > 5, "... %d of them", steps);
	if (damaged)
		model_cut(&w.model, 50);
	w.published = *plog_line(w.log);
	log_matches(&w, "... and the log is the same");
	indexes_true(&w, true, "... with its indexes");
	world_fini(&w);
}

/* Nor do others wait while what is missing is made again. */
static void
rebuilt_in_steps(const char *command)
{
	struct plog_name name = { .topic = "topic", .partition = 0, .topic_id = { 1, 2, 3 } };
	struct plog_open_how how = { .known_leo = -1, .known_log_start = -1, .known_hw = -1 };
	struct plog_opening *o;
	struct world w;
	int r, steps = 0;

	world_init(&w);
	w.config.segment_bytes = 2000000;
	world_open(&w, false, -1);
	for (int i = 0; i < 700; i++)
		put(&w, &SPEC(.value = 9000, .producer_id = i % 3, .sequence = i / 3));
	world_close(&w);
	in_topic(&w, command);
	if (disk_open(&w.disk, &w.opt, false) == -1)
		bail("disk_open: %s", strerror(errno));
	r = plog_open_begin(&o, &w.log, w.disk, &name, &w.config, &how, 1);
	for (; r == PLOG_MORE; steps++) {
		disk_tick(w.disk, w.now, w.mono += 1000);
		r = plog_open_more(&o, &w.log, 1);
	}
	is_int(PLOG_OPENED, r, "after \"%s\" it opens", command);
	ok(steps > 15, "... in %d steps", steps);
	w.published = *plog_line(w.log);
	log_matches(&w, "... and holds what it held");
	is_int(5, plog_last_epoch(w.log), "... knowing its epoch");
	indexes_true(&w, true, "... with its indexes");
	world_fini(&w);
}

/* The records of the last epoch are lost, its entry in leader-epoch-checkpoint is not: elections go by what the line says. */
static void
epoch_without_records(void)
{
	struct world w;

	world_init(&w);
	world_open(&w, false, -1);
	for (int i = 0; i < 7; i++)
		put(&w, &SPEC());
	world_kill(&w);
	in_topic(&w, "printf '0\\n2\\n5 0\\n6 7\\n' > leader-epoch-checkpoint");
	is_int(PLOG_OPENED, world_open(&w, true, -1), "with an epoch that begins behind the end it opens");
	is_int(5, plog_last_epoch(w.log), "... without it");
	is_int(5, plog_line(w.log)->epoch, "... in the line, too");
	world_fini(&w);
}

/* ---- without derived files ---- */

/* from: batches below it need not be known */
static bool
five_known_from(const struct world *w, int64_t from)
{
	const struct producers *p = plog_producers(w->log);
	int64_t base, ts;

	for (int64_t id = 0; id < 8; id++) {
		int seen = 0;

		for (int i = w->model.n - 1; i >= 0 && seen < 5; i--) {
			const struct model_batch *m = &w->model.b[i];
			struct producer_batch b = { .producer_id = id, .epoch = m->spec.epoch, .marker = -1,
				.base_sequence = m->spec.sequence,
				.last_sequence = m->spec.sequence + (int32_t)(m->next - m->base) - 1 };

			if (m->spec.producer_id != id || m->base < from)
				continue;
			if (producers_check(p, &b, &base, &ts) != PRODUCER_DUPLICATE || base != m->base ||
			    ts != m->max_ts) {
				const struct producer_entry *e = producers_find(p, id);

				diag("producer %" PRId64 ": batch at %" PRId64 " is not remembered (%d newer are)", id,
				    m->base, seen);
				for (int k = 0; e != NULL && k < e->count; k++)
					diag("... but %d to %d at %" PRId64 ", %" PRId64, e->seen[k].base_sequence,
					    e->seen[k].last_sequence, e->seen[k].last_offset, e->seen[k].timestamp);
				diag("wanted %d to %d, %" PRId64, b.base_sequence, b.last_sequence, m->max_ts);
				return false;
			}
			seen++;
		}
	}
	return true;
}

static bool
five_known(const struct world *w)
{
	return five_known_from(w, 0);
}

static int32_t sequence[8];

static struct spec
next_spec(void)
{
	int id = (int)rnd(8), n = 1 + (int)rnd(3);
	struct spec s = SPEC(.records = n, .value = (int)rnd(300), .producer_id = id, .sequence = sequence[id],
	    .timestamp = 5000 + (int64_t)rnd(5000));

	sequence[id] += n;
	return s;
}

static void
derived(const char *what, const char *command, bool full)
{
	struct world w;

	memset(sequence, 0, sizeof(sequence));
	world_init(&w);
	w.config.segment_bytes = 20000;
	w.config.index_interval_bytes = 500;
	world_open(&w, false, -1);
	for (int i = 0; i < 300; i++) {
		struct spec s = next_spec();

		put(&w, &s);
	}
	world_kill(&w);
	in_disk(&w, command);
	is_int(PLOG_OPENED, world_open(&w, full, -1), "%s: opens", what);
	is_int(w.model.b[w.model.n - 1].next, plog_line(w.log)->leo, "... to the end");
	log_matches(&w, "... as it was");
	ok(five_known(&w), "... knowing the last five batches of each producer");
	is_int(5, plog_last_epoch(w.log), "... and the epoch");
	for (int i = 0; i < 100; i++) {
		struct spec s = next_spec();

		put(&w, &s);
	}
	plog_flush_indexes(w.log);
	indexes_true(&w, false, "... with true indexes");
	world_fini(&w);
}

static void
known_leo(void)
{
	struct world w;

	memset(sequence, 0, sizeof(sequence));
	world_init(&w);
	w.config.segment_bytes = 5000;
	w.config.index_interval_bytes = 100;
	world_open(&w, false, -1);
	for (int i = 0; i < 100; i++) {
		struct spec s = next_spec();

		put(&w, &s);
	}
	plog_flush_indexes(w.log);
	for (int i = 99; i > 60; i -= 7) {
		int64_t leo = w.model.b[i].next;

		world_kill(&w);
		model_cut(&w.model, leo);
		ok(world_open(&w, false, leo) == PLOG_OPENED && plog_line(w.log)->leo == leo,
		    "cut at the published LEO %" PRId64, leo);
		log_matches(&w, "... the rest as it was");
		ok(five_known(&w), "... producers, too");
		indexes_true(&w, false, "... nothing beyond is indexed");
	}
	world_kill(&w);
	is_int(PLOG_SHORTER, world_open(&w, false, w.model.b[60].next + 1000), "shorter than published is told");
	world_fini(&w);
}

static void
transactions(void)
{
	struct world w;
	struct view_cache *c = view_cache_new(16);
	struct view_tail tail;
	struct view_aborted a[4];
	struct view_key key;
	struct view *v;
	int error;

	world_init(&w);
	world_open(&w, false, -1);
	put(&w, &SPEC(.producer_id = 1, .sequence = 0, .attributes = BATCH_TRANSACTIONAL)); /* 0 */
	put(&w, &SPEC(.producer_id = 2, .sequence = 0, .attributes = BATCH_TRANSACTIONAL)); /* 1 */
	is_int(0, plog_line(w.log)->lso, "the LSO waits for the first transaction");
	put(&w, &SPEC(.producer_id = 1, .marker = 0)); /* 2: abort */
	is_int(1, plog_line(w.log)->lso, "... then for the second");
	put(&w, &SPEC(.producer_id = 3, .sequence = 0)); /* 3 */
	put(&w, &SPEC(.producer_id = 2, .marker = 1)); /* 4: commit */
	is_int(5, plog_line(w.log)->lso, "... then for none");
	append(&w, &SPEC(.producer_id = 1, .sequence = 1, .attributes = BATCH_TRANSACTIONAL), &error); /* 5 */
	for (int turn = 0; turn < 3; turn++) {
		key = (struct view_key){ w.dir, "topic", 0, 0, 0, 0, plog_line(w.log)->generation };
		v = view_get(c, &key);
		tail = (struct view_tail){ 0, plog_line(w.log)->leo, plog_line(w.log)->segment, plog_line(w.log)->end };
		is_int(1, view_aborted(v, &tail, 0, 5, a, 4), "one aborted transaction");
		ok(a[0].producer_id == 1 && a[0].first == 0 && a[0].last == 2, "... from 0 to 2");
		is_int(0, view_aborted(v, &tail, 3, 5, a, 4), "none behind it");
		is_int(5, plog_line(w.log)->lso, "the open one holds the LSO");
		world_kill(&w);
		if (turn == 1)
			in_disk(&w, "rm -f topic-0/*.txnindex topic-0/*.snapshot .odradek-state");
		world_open(&w, turn == 1, -1);
		plog_set_hw(w.log, plog_line(w.log)->leo, false);
	}
	view_cache_free(&c);
	world_fini(&w);
}

/* ---- Kafka's directories ---- */

static void
from_kafka(void)
{
	struct world w;

	memset(sequence, 0, sizeof(sequence));
	world_init(&w);
	w.config.segment_bytes = 50000;
	world_open(&w, false, -1);
	for (int i = 0; i < 200; i++) {
		struct spec s = next_spec();

		put(&w, &s);
	}
	world_close(&w);
	/* as an orderly Kafka leaves it, but with the active indexes still at their full size, as a killed one does */
	in_disk(&w, "rm -f .odradek*");
	in_topic(&w, "for f in *.index; do :; done; truncate -s 10485760 $f; for f in *.timeindex; do :; done; "
	    "truncate -s 10485756 $f");
	is_int(PLOG_OPENED, world_open(&w, false, -1), "a directory with preallocated indexes opens");
	is_int(DISK_CLEAN, disk_recovery(w.disk), "... as stopped in order");
	is_int(w.model.b[w.model.n - 1].next, plog_line(w.log)->leo, "... to its end");
	log_matches(&w, "... whole");
	for (int i = 0; i < 200; i++) {
		struct spec s = next_spec();

		put(&w, &s);
	}
	plog_flush_indexes(w.log);
	indexes_true(&w, false, "... and its indexes go on");
	world_kill(&w);
	in_disk(&w, "rm -f .odradek*");
	is_int(PLOG_OPENED, world_open(&w, false, -1), "the same after a kill");
	is_int(DISK_FULL_SCAN, disk_recovery(w.disk), "... by a full scan");
	log_matches(&w, "... whole");
	world_fini(&w);
}

static void
swapped(void)
{
	struct world w;

	world_init(&w);
	w.config.segment_bytes = 2000;
	world_open(&w, false, -1);
	for (int i = 0; i < 40; i++)
		put(&w, &SPEC(.value = 100));
	world_kill(&w);
	in_topic(&w, "cp 00000000000000000000.log 00000000000000000000.log.swap; touch 00000000000000000000.log.cleaned");
	is_int(PLOG_OPENED, world_open(&w, false, -1), "an interrupted swap is finished");
	is_int(0, count_files(&w, ".swap"), "... really");
	log_matches(&w, "... with all records");
	disk_tick(w.disk, w.now, w.mono);
	run_jobs(&w);
	is_int(0, count_files(&w, ".cleaned"), "and .cleaned is removed");
	world_fini(&w);
}

/* ---- how much is read ---- */

static int64_t bytes_read;
static ssize_t (*real_pread)(int, void *, size_t, off_t);

static ssize_t
counting_pread(int fd, void *p, size_t n, off_t off)
{
	ssize_t r = real_pread(fd, p, n, off);

	if (r > 0)
		bytes_read += r;
	return r;
}

static void
little_is_read(void)
{
	struct world w;
	struct made m;
	struct plog_batch b;
	bool good = true;

	world_init(&w);
	world_open(&w, false, -1);
	make_batch(&m, &SPEC(.value = 60000));
	for (int i = 0; i < 2500; i++) { /* 150 MB */
		b = m.b;
		good = good && plog_append(w.log, &b, 1, 1, 0, w.now) == 0;
	}
	ok(good, "150 MB are appended");
	world_kill(&w);
	real_pread = store_sys.pread;
	store_sys.pread = counting_pread;
	bytes_read = 0;
	world_open(&w, false, -1);
	store_sys.pread = real_pread;
	is_int(2500, plog_line(w.log)->leo, "all there after a kill");
	ok(bytes_read < 4 << 20, "%" PRId64 " bytes were read for that", bytes_read);
	free_batch(&m);
	world_fini(&w);
}

/* ---- death at any call ---- */

struct shared {
	int64_t published, log_start;
	int n, attempted; /* batches in the log; those with the ones of the call under way */
	bool truncated;
	struct model_batch b[4096];
};
static struct shared *shared;

static void
die(void)
{
	_exit(9);
}

static void
share_attempt(struct world *w, const struct made *m, const struct spec *s, int n)
{
	int64_t next = plog_line(w->log)->leo;

	for (int i = 0; i < n; i++) {
		shared->b[shared->n + i] = (struct model_batch){ next, next + m[i].b.last_offset_delta + 1,
			m[i].b.max_timestamp, m[i].h.crc, m[i].b.length, s[i] };
		next = shared->b[shared->n + i].next;
	}
	shared->attempted = shared->n + n;
}

static void
publish(struct plog *log, void *arg)
{
	(void)arg;
	shared->log_start = plog_line(log)->log_start;
	shared->published = plog_line(log)->leo;
	/* until the file is cut, what was there may still be there */
	shared->attempted = shared->n;
	while (shared->n > 0 && shared->b[shared->n - 1].next > shared->published)
		shared->n--;
}

static void
work(struct world *w)
{
	struct made m[6];
	struct spec s[6];
	struct plog_batch b[6];

	memset(sequence, 0, sizeof(sequence));
	w->opt.changed = publish;
	world_open(w, false, -1);
	for (int i = 0; i < 60; i++) {
		int n = 1 + (int)rnd(6);

		for (int k = 0; k < n; k++) {
			s[k] = next_spec();
			make_batch(&m[k], &s[k]);
			b[k] = m[k].b;
		}
		share_attempt(w, m, s, n);
		if (plog_append(w->log, b, n, 1 + i / 20, 0, w->now) == 0) {
			shared->n += n;
			plog_set_hw(w->log, plog_line(w->log)->leo, false);
			shared->published = plog_line(w->log)->leo;
		}
		for (int k = 0; k < n; k++)
			free_batch(&m[k]);
		if (i % 7 == 3) {
			disk_tick(w->disk, w->now, w->mono += 11000);
			run_jobs(w);
		}
		if (i == 30)
			plog_delete_records(w->log, plog_line(w->log)->leo / 3);
		if (i == 40) {
			shared->truncated = true;
			plog_truncate_to(w->log, plog_line(w->log)->leo - 9);
			memset(sequence, 0, sizeof(sequence));
			for (int k = 0; k < shared->n; k++)
				sequence[shared->b[k].spec.producer_id] = shared->b[k].spec.sequence +
				    (int32_t)(shared->b[k].next - shared->b[k].base);
		}
		if (i % 20 == 19)
			plog_retain(w->log, w->now);
	}
}

/* Takes over what a child left; writer = only it died, so what it published is known. */
static bool
take_over(struct world *w, bool writer)
{
	int64_t leo;
	int r = world_open(w, false, writer ? shared->published : -1), n;

	if (r == -1) {
		diag("cannot be opened: %s", strerror(errno));
		return false;
	}
	leo = plog_line(w->log)->leo;
	n = writer ? shared->n : shared->attempted;
	w->model.b = xreallocarray(w->model.b, 4096, sizeof(*w->model.b));
	w->model.cap = 4096;
	memcpy(w->model.b, shared->b, (size_t)n * sizeof(*w->model.b));
	w->model.n = n;
	model_cut(&w->model, leo);
	if (leo < shared->published || (writer && leo != shared->published) || r == PLOG_SHORTER) {
		diag("LEO %" PRId64 ", published %" PRId64, leo, shared->published);
		return false;
	}
	if (writer ? plog_line(w->log)->log_start > shared->log_start : false) {
		diag("log start %" PRId64 ", published %" PRId64, plog_line(w->log)->log_start, shared->log_start);
		return false;
	}
	w->published = *plog_line(w->log);
	if (!log_matches(w, "") || !indexes_true(w, false, ""))
		return false;
	/* a truncation replays what is there; what retention had removed before it may be forgotten by that */
	return five_known_from(w, shared->truncated ? w->published.log_start : 0);
}

static void
death_at_every_call(bool writer)
{
	struct world w;
	int64_t total, bad = 0, tried = 0;
	bool all = getenv("STORE_T_ALL") != NULL;
	int status;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	world_init(&w);
	w.config.segment_bytes = 12000;
	w.config.index_interval_bytes = 300;
	w.config.retention_bytes = 60000;
	rnd_seed(1);
	fault_at(-1, FAULT_NONE, 0, NULL);
	memset(shared, 0, sizeof(*shared));
	work(&w);
	total = fault_calls();
	fault_off();
	world_kill(&w);
	for (int64_t n = 0; n < total; n += all ? 1 : 1 + (int64_t)rnd(11)) {
		pid_t pid;

		in_disk(&w, "rm -rf topic-0 .odradek* *checkpoint");
		memset(shared, 0, sizeof(*shared));
		rnd_seed(1);
		if ((pid = fork()) == 0) {
			fault_at(n, FAULT_DIE, 0, die);
			work(&w);
			_exit(0);
		}
		waitpid(pid, &status, 0);
		if (!WIFEXITED(status) || (WEXITSTATUS(status) != 9 && WEXITSTATUS(status) != 0)) {
			diag("call %" PRId64 ": status %x", n, status);
			bad++;
			continue;
		}
		tried++;
		w.opt.changed = NULL;
		if (!take_over(&w, writer)) {
			diag("... after death at call %" PRId64 " of %" PRId64, n, total);
			bad++;
		}
		if (w.disk != NULL && w.log != NULL) {
			put(&w, &SPEC(.records = 2));
			if (!log_matches(&w, "")) {
				diag("... and one more append, call %" PRId64, n);
				bad++;
			}
		}
		if (w.disk != NULL)
			world_kill(&w);
		rnd_seed((uint64_t)n + 77);
	}
	ok(bad == 0, "death at %" PRId64 " of %" PRId64 " calls (%s)", tried, total,
	    writer ? "of the writer alone" : "of everything");
	munmap(shared, sizeof(*shared));
	world_fini(&w);
}

int
main(void)
{
	for (int i = 0; i < 4; i++)
		every_byte(i & 1, i & 2);
	flipped_bits();
	bad_in_sealed();
	damage_is_kept();
	in_steps(false);
	in_steps(true);
	rebuilt_in_steps("rm -f *.index");
	rebuilt_in_steps("rm -f *.timeindex");
	epoch_without_records();
	rebuilt_in_steps("rm -f leader-epoch-checkpoint");
	rebuilt_in_steps("rm -f *index leader-epoch-checkpoint");
	derived("untouched", ":", false);
	derived("untouched, all checked", ":", true);
	derived("no saved state", "rm -f .odradek-state", false);
	derived("no snapshots", "rm -f topic-0/*.snapshot", false);
	derived("neither", "rm -f .odradek-state topic-0/*.snapshot", false);
	derived("no indexes", "rm -f topic-0/*index", false);
	derived("torn files", "for f in topic-0/*index topic-0/*.snapshot topic-0/leader* .odradek-state; do "
	    "truncate -s -3 $f 2>/dev/null || :; done", false);
	derived("garbage", "for f in topic-0/*.snapshot topic-0/leader* .odradek-state; do echo garbage > $f; done", false);
	derived("no epochs", "rm -f topic-0/leader-epoch-checkpoint .odradek-state", false);
	derived("nothing derived", "rm -f .odradek* *checkpoint topic-0/*index topic-0/*.snapshot topic-0/leader*", true);
	known_leo();
	transactions();
	from_kafka();
	swapped();
	little_is_read();
	death_at_every_call(true);
	death_at_every_call(false);
	return done_testing();
}
