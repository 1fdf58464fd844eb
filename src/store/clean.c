/* SPDX-License-Identifier: ISC */
/*
 * clean.c - what of a log can be cleaned, and the steps of a cleaning.
 *
 * Cleaner.  First pass: the keys of the dirty part, until the map is full or the part ends.  Second pass: all segments
 * that begin below the end of the first pass are copied, in groups that make segments of the usual size.  Each call of
 * cleaning_step reads one window, so that the process stays responsive and can be throttled.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "clean_priv.h"

enum { IO_LEAST = 64 << 10 };

struct clean_segment {
	int64_t base, size, mtime; /* mtime: ms */
	int64_t index_size, time_size;
};

struct seglist {
	int dirfd;
	struct clean_segment *s;
	uint32_t n, cap;
};

/* ---- the directory ---- */

static int
list_file(const char *name, unsigned char type, void *arg)
{
	struct seglist *l = arg;
	int64_t base;

	(void)type;
	if (strlen(name) != 24 || (base = name_base(name, ".log")) < 0)
		return 0;
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 8 : l->cap * 2;
		l->s = xreallocarray(l->s, l->cap, sizeof(*l->s));
	}
	l->s[l->n++] = (struct clean_segment){ .base = base };
	return 0;
}

static int
by_base(const void *x, const void *y)
{
	const struct clean_segment *a = x, *b = y;

	return a->base < b->base ? -1 : a->base > b->base;
}

static int64_t
size_of(int dirfd, int64_t base, const char *suffix)
{
	char path[PATH_BYTES];
	struct stat st;

	return store_sys.fstatat(dirfd, path_segment(path, ".", base, suffix), &st, 0) == -1 ? 0 : st.st_size;
}

/* The sealed segments, ascending. */
static int
list_segments(struct seglist *l, const char *dir, int64_t active)
{
	char path[PATH_BYTES];
	struct stat st;

	*l = (struct seglist){ .dirfd = store_open(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY) };
	if (l->dirfd == -1)
		return -1;
	if (dir_each(l->dirfd, ".", list_file, l) == -1)
		goto fail;
	if (l->n > 1)
		qsort(l->s, l->n, sizeof(*l->s), by_base);
	while (l->n > 0 && l->s[l->n - 1].base >= active)
		l->n--;
	for (uint32_t i = 0; i < l->n; i++) {
		if (store_sys.fstatat(l->dirfd, path_segment(path, ".", l->s[i].base, ".log"), &st, 0) == -1)
			goto fail;
		l->s[i].size = st.st_size;
		l->s[i].mtime = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	}
	return 0;
fail:
	store_close(&l->dirfd);
	free(l->s);
	return -1;
}

static void
seglist_fini(struct seglist *l)
{
	store_close(&l->dirfd);
	free(l->s);
	l->s = NULL;
}

/* The greatest timestamp, by the last entry of the time index; else the last append. */
static int64_t
greatest_timestamp(const struct seglist *l, const struct clean_segment *s)
{
	char path[PATH_BYTES];
	int64_t ts = -1, offset, n;
	struct stat st;
	int fd = store_open(l->dirfd, path_segment(path, ".", s->base, ".timeindex"), O_RDONLY);

	if (fd == -1 || store_sys.fstatat(fd, "", &st, AT_EMPTY_PATH) == -1 ||
	    (n = timeindex_count(fd, st.st_size, s->base)) <= 0 || timeindex_at(fd, n - 1, s->base, &ts, &offset) == -1)
		ts = -1;
	store_close(&fd);
	return ts >= 0 ? ts : s->mtime;
}

/* Of the first batch; INT64_MAX when there is none. */
static int64_t
first_timestamp(const struct seglist *l, const struct clean_segment *s)
{
	uint8_t head[BATCH_OVERHEAD];
	char path[PATH_BYTES];
	int64_t ts = -1;
	int fd = store_open(l->dirfd, path_segment(path, ".", s->base, ".log"), O_RDONLY);

	if (fd != -1 && store_pread(fd, head, sizeof(head), 0) == sizeof(head))
		ts = batch_max_timestamp(head);
	store_close(&fd);
	return ts > 0 ? ts : INT64_MAX;
}

/* Number of the segment that holds offset: the last one that begins at or below it, or 0. */
static uint32_t
segment_of(const struct seglist *l, int64_t offset)
{
	uint32_t i = l->n;

	while (i > 1 && l->s[i - 1].base > offset)
		i--;
	return i > 0 ? i - 1 : 0;
}

/* ---- how dirty ---- */

static void
find_range(const struct seglist *l, const struct clean_log *log, int64_t now, struct clean_need *need)
{
	int64_t upto = log->lso < log->active ? log->lso : log->active;
	uint32_t i;

	/* a checkpoint that does not fit the log: all of it counts as dirty */
	need->first_dirty = log->cleaned < log->log_start || log->cleaned > log->leo ? log->log_start : log->cleaned;
	for (i = segment_of(l, need->first_dirty); log->min_lag_ms > 0 && i < l->n; i++)
		if (greatest_timestamp(l, &l->s[i]) > now - log->min_lag_ms) {
			upto = l->s[i].base < upto ? l->s[i].base : upto;
			break;
		}
	if (upto < need->first_dirty)
		upto = need->first_dirty;
	/* whole segments only: back to where the first one begins that cannot be cleaned */
	need->first_uncleanable = log->active;
	if (upto < log->active && l->n > 0)
		need->first_uncleanable = l->s[segment_of(l, upto)].base;
}

static bool
lag_passed(const struct seglist *l, const struct clean_log *log, int64_t now, const struct clean_need *need)
{
	if (log->max_lag_ms >= now)
		return false;
	for (uint32_t i = segment_of(l, need->first_dirty); i < l->n; i++)
		if (first_timestamp(l, &l->s[i]) < now - log->max_lag_ms)
			return true;
	return false;
}

int
clean_look(const struct clean_log *log, int64_t now, struct clean_need *need)
{
	struct seglist l;
	uint32_t from;

	*need = (struct clean_need){ .first_dirty = log->log_start, .first_uncleanable = log->log_start };
	if (log->active < 0)
		return 0;
	if (list_segments(&l, log->dir, log->active) == -1)
		return -1;
	find_range(&l, log, now, need);
	from = need->first_dirty < need->first_uncleanable ? segment_of(&l, need->first_dirty) : l.n;
	for (uint32_t i = 0; i < l.n; i++) {
		if (l.s[i].base < need->first_dirty)
			need->clean_bytes += l.s[i].size;
		if (i >= from && l.s[i].base < need->first_uncleanable)
			need->cleanable_bytes += l.s[i].size;
	}
	if (need->clean_bytes + need->cleanable_bytes > 0)
		need->ratio = (double)need->cleanable_bytes / (double)(need->clean_bytes + need->cleanable_bytes);
	need->overdue = lag_passed(&l, log, now, need);
	need->wanted = (need->overdue && need->cleanable_bytes > 0) || need->ratio > log->min_ratio;
	seglist_fini(&l);
	return 0;
}

/* ---- a cleaning ---- */

enum phase { PHASE_MAP, PHASE_COPY, PHASE_GROUP, PHASE_DONE };

struct cleaning {
	struct clean_log log;
	char *dir;
	struct clean_options opt;
	struct seglist segs;
	int64_t *bases; /* of all segments, the active one included */
	uint32_t nbases;
	int64_t first_dirty, round_end, upto;
	enum phase phase;
	uint32_t seg, last; /* the segment that is read; the last one of this pass or group */
	uint32_t first;	    /* of the group */
	int fd;
	int64_t pos, size, next; /* in it; lowest offset allowed */
	uint8_t *buf;
	size_t cap;
	struct clean_map map;
	struct clean_copy copy;
	struct producers *producers;
	bool producers_known;
	struct clean_out out;
	struct clean_group group;
	struct clean_stats stats;
	const char *why;
};

int
cleaning_begin(struct cleaning **cp, const struct clean_log *log, const struct clean_need *need,
    const struct clean_options *opt)
{
	struct cleaning *c = xcalloc(1, sizeof(*c));
	int64_t from;
	int saved;

	*cp = NULL;
	c->log = *log;
	c->log.dir = c->dir = xstrdup(log->dir);
	c->opt = *opt;
	if (c->opt.io_bytes < IO_LEAST)
		c->opt.io_bytes = IO_LEAST;
	c->fd = -1;
	c->segs.dirfd = -1;
	c->first_dirty = need->first_dirty;
	c->round_end = need->first_uncleanable;
	wire_out_init(&c->copy.built, INT32_MAX);
	if (list_segments(&c->segs, log->dir, log->active) == -1)
		goto fail;
	c->seg = segment_of(&c->segs, c->first_dirty);
	/* the map counts from where records can be, for 2^32 offsets: so every pass gets on, by a segment at least */
	from = c->seg < c->segs.n && c->segs.s[c->seg].base > c->first_dirty ? c->segs.s[c->seg].base : c->first_dirty;
	if (clean_map_init(&c->map, (size_t)opt->map_bytes, opt->map_load, from,
	    c->round_end > from ? (uint64_t)(c->round_end - from) : 0, opt->key) == -1)
		goto fail;
	c->nbases = c->segs.n + 1;
	c->bases = xcalloc(c->nbases, sizeof(*c->bases));
	for (uint32_t i = 0; i < c->segs.n; i++) {
		c->bases[i] = c->segs.s[i].base;
		if (c->segs.s[i].base < c->round_end)
			c->stats.total += (uint64_t)c->segs.s[i].size;
	}
	c->bases[c->segs.n] = log->active;
	c->stats.total += (uint64_t)need->cleanable_bytes;
	c->cap = (size_t)c->opt.io_bytes;
	c->buf = xmalloc(c->cap);
	c->copy.map = &c->map;
	c->copy.stats = &c->stats;
	c->copy.now = opt->now;
	c->copy.delete_retention = log->delete_retention_ms;
	c->copy.round_end = c->round_end;
	if (clean_txns_load(&c->copy.txns, c->segs.dirfd, c->bases, c->nbases, c->first_dirty, c->round_end) == -1)
		goto fail;
	*cp = c;
	return 0;
fail:
	saved = errno;
	cleaning_end(&c);
	errno = saved;
	return -1;
}

void
cleaning_end(struct cleaning **cp)
{
	struct cleaning *c = *cp;

	*cp = NULL;
	if (c == NULL)
		return;
	clean_out_close(&c->out, false);
	store_close(&c->fd);
	clean_map_fini(&c->map);
	clean_txns_fini(&c->copy.txns);
	wire_out_fini(&c->copy.built);
	producers_free(&c->producers);
	seglist_fini(&c->segs);
	free(c->copy.hash);
	free(c->copy.keep);
	free(c->bases);
	free(c->buf);
	free(c->dir);
	free(c);
}

/* ---- reading a segment, a window of whole batches at a time ---- */

static int
open_segment(struct cleaning *c)
{
	const struct clean_segment *s = &c->segs.s[c->seg];
	char path[PATH_BYTES];
	struct stat st;

	c->fd = store_open(c->segs.dirfd, path_segment(path, ".", s->base, ".log"), O_RDONLY);
	if (c->fd == -1 || store_sys.fstatat(c->fd, "", &st, AT_EMPTY_PATH) == -1)
		return -1;
	if (st.st_size != s->size) {
		errno = ECANCELED; /* it is not the file that was listed */
		return -1;
	}
	store_sys.fadvise(c->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	c->pos = 0;
	c->size = s->size;
	c->next = s->base;
	return 0;
}

static void
close_segment(struct cleaning *c)
{
	if (c->opt.drop_cache)
		store_sys.fadvise(c->fd, 0, 0, POSIX_FADV_DONTNEED);
	store_close(&c->fd);
}

static int
bad(struct cleaning *c, const char *why)
{
	c->why = why;
	errno = EBADMSG;
	return -1;
}

/* Is there a whole batch at p, of n bytes that are there?  Its size; 0: more bytes are needed; -1. */
static int64_t
batch_at(struct cleaning *c, const uint8_t *p, size_t n, int64_t pos)
{
	int64_t base = c->segs.s[c->seg].base, size;

	if (c->size - pos < BATCH_OVERHEAD)
		return bad(c, "bytes at the end of a segment that are no batch");
	if (n < BATCH_OVERHEAD)
		return 0;
	size = batch_size(p);
	if (batch_magic(p) == 2 && (size < BATCH_OVERHEAD || size > c->size - pos ||
	    batch_base_offset(p) < c->next || batch_last_offset_delta(p) < 0 ||
	    batch_base_offset(p) - base > INT32_MAX - batch_last_offset_delta(p)))
		return bad(c, "a batch whose length or offsets are wrong");
	if (batch_magic(p) != 2)
		return bad(c, batch_magic(p) == 0 || batch_magic(p) == 1
		    ? "a batch of an old format (before 0.11): only format 2 can be compacted"
		    : "bytes that are no batch");
	return size <= (int64_t)n ? size : 0;
}

/* Fills the window at pos; *n bytes are there, the first batch whole. */
static int
fill(struct cleaning *c, size_t *n)
{
	for (;;) {
		size_t want = (int64_t)c->cap < c->size - c->pos ? c->cap : (size_t)(c->size - c->pos);
		ssize_t got = store_pread(c->fd, c->buf, want, c->pos);
		int64_t size;

		if (got == -1)
			return -1;
		if ((size_t)got < want) {
			errno = ECANCELED; /* cut meanwhile */
			return -1;
		}
		c->stats.read += want;
		*n = want;
		if ((size = batch_at(c, c->buf, want, c->pos)) != 0)
			return size == -1 ? -1 : 0;
		/* larger than the window, by a header whose batch ends within the file */
		c->cap = (size_t)batch_size(c->buf);
		free(c->buf);
		c->buf = xmalloc(c->cap);
	}
}

/* The window becomes what it was. */
static void
shrink(struct cleaning *c)
{
	if (c->cap == (size_t)c->opt.io_bytes)
		return;
	c->cap = (size_t)c->opt.io_bytes;
	free(c->buf);
	c->buf = xmalloc(c->cap);
}

static void
passed(struct cleaning *c, const uint8_t *p, int64_t size)
{
	c->next = batch_last_offset(p) + 1;
	c->pos += size;
}

/* ---- the first pass ---- */

/* The offset behind segment i: where the next one begins. */
static int64_t
end_of(const struct cleaning *c, uint32_t i)
{
	return i + 1 < c->segs.n ? c->segs.s[i + 1].base : c->log.active;
}

static int begin_copy(struct cleaning *c);

static int
map_window(struct cleaning *c)
{
	const uint8_t *p;
	size_t n;
	int64_t size;
	int full = 0;

	if (fill(c, &n) == -1)
		return -1;
	p = c->buf;
	while (n > 0 && full == 0 && (size = c->pos == c->size ? 0 : batch_at(c, p, n, c->pos)) != 0) {
		if (size == -1 || (full = clean_map_batch(&c->map, &c->copy, p, (size_t)size, c->first_dirty)) == -1)
			return -1;
		passed(c, p, size);
		p += size;
		n -= (size_t)size;
	}
	return full;
}

static int
step_map(struct cleaning *c)
{
	int full = 0;

	if (c->seg >= c->segs.n || c->segs.s[c->seg].base >= c->round_end)
		return begin_copy(c);
	if (c->fd == -1 && open_segment(c) == -1)
		return -1;
	if (c->pos < c->size && (full = map_window(c)) == -1)
		return -1;
	if (full == 1) {
		close_segment(c);
		return begin_copy(c);
	}
	if (c->pos < c->size)
		return CLEAN_STEP_MAP;
	close_segment(c);
	shrink(c);
	/* offsets that compaction or aborted appends left out count as seen */
	if (end_of(c, c->seg) - 1 > c->map.latest)
		c->map.latest = end_of(c, c->seg) - 1;
	c->seg++;
	return CLEAN_STEP_MAP;
}

/* ---- the second pass: groups ---- */

/*
 * Segments from first on that fit into one, by the bounds of log, index and offsets; those that begin at or behind
 * upto stay as they are.
 */
static uint32_t
group_end(struct cleaning *c, uint32_t first)
{
	int64_t log = c->segs.s[first].size, index = size_of(c->segs.dirfd, c->segs.s[first].base, ".index"),
		time = size_of(c->segs.dirfd, c->segs.s[first].base, ".timeindex");
	uint32_t i;

	for (i = first + 1; i < c->segs.n && c->segs.s[i].base < c->upto; i++) {
		const struct clean_segment *s = &c->segs.s[i];
		int64_t behind = i + 1 < c->segs.n && c->segs.s[i + 1].base < c->upto ? c->segs.s[i + 1].base : c->round_end;

		log += s->size;
		index += size_of(c->segs.dirfd, s->base, ".index");
		time += size_of(c->segs.dirfd, s->base, ".timeindex");
		if (log > c->log.segment_bytes || index > c->log.segment_index_bytes ||
		    time > c->log.segment_index_bytes ||
		    (s->size > 0 && behind - 1 - c->segs.s[first].base > INT32_MAX))
			break;
	}
	return i - 1;
}

/* The next group begins, or everything is done. */
static int
begin_group(struct cleaning *c, uint32_t first)
{
	if (first >= c->segs.n || c->segs.s[first].base >= c->upto) {
		c->phase = PHASE_DONE;
		return CLEAN_STEP_DONE;
	}
	c->phase = PHASE_COPY;
	c->first = c->seg = first;
	c->last = group_end(c, first);
	return CLEAN_STEP_COPY;
}

static int
begin_copy(struct cleaning *c)
{
	c->upto = c->map.latest + 1;
	c->stats.keys = c->map.used;
	if (c->upto <= c->first_dirty) { /* there is nothing to be cleaned */
		c->upto = c->first_dirty;
		c->phase = PHASE_DONE;
		return CLEAN_STEP_DONE;
	}
	/* the walk begins anew, with all segments of the log */
	if (clean_txns_load(&c->copy.txns, c->segs.dirfd, c->bases, c->nbases, 0, INT64_MAX) == -1)
		return -1;
	return begin_group(c, 0);
}

/* ---- producers: the newest snapshot, and what was appended since ---- */

static int
newest_snapshot(const char *name, unsigned char type, void *arg)
{
	int64_t *newest = arg, offset = strlen(name) > 20 ? name_base(name, ".snapshot") : -1;

	(void)type;
	if (offset > newest[0] && offset <= newest[1])
		newest[0] = offset;
	return 0;
}

static int
replay_since(struct cleaning *c, uint32_t i, int64_t from)
{
	int64_t base = c->bases[i], end, pos, ended;
	char path[PATH_BYTES];
	struct batch_header h;
	struct walk w;
	struct stat st;
	int fd = store_open(c->segs.dirfd, path_segment(path, ".", base, ".log"), O_RDONLY), r = -1;

	if (fd == -1 || store_sys.fstatat(fd, "", &st, AT_EMPTY_PATH) == -1)
		goto out;
	end = base == c->log.active ? c->log.end : st.st_size;
	if (end > st.st_size) { /* cut meanwhile */
		errno = ECANCELED;
		goto out;
	}
	walk_init(&w, fd, base, 0, end, base, c->buf, c->cap);
	while ((r = walk_next(&w, &h, &pos)) == 1) {
		struct producer_batch p;

		if (h.producer_id >= 0 && h.base_offset >= from && producer_batch_read(&h, fd, pos, &p) == 0)
			producers_update(c->producers, &p, NULL, &ended);
	}
out:
	store_close(&fd);
	return r;
}

/* Once, when the first batch of a producer is met; the window is in use, so it is saved. */
static int
know_producers(struct cleaning *c)
{
	int64_t newest[2] = { -1, c->log.leo }, from = 0;
	uint8_t *window = c->buf, *snapshot;
	char path[PATH_BYTES];
	size_t len, cap = c->cap;
	int r = 0;

	c->producers = producers_new();
	if (dir_each(c->segs.dirfd, ".", newest_snapshot, newest) == -1)
		return -1;
	if (newest[0] >= 0 && (snapshot = (uint8_t *)store_read_file(c->segs.dirfd,
	    path_segment(path, ".", newest[0], ".snapshot"), &len)) != NULL) {
		if (producers_snapshot_read(c->producers, snapshot, len) == 0)
			from = newest[0];
		else
			producers_clear(c->producers); /* torn: the batches know */
		free(snapshot);
	}
	c->cap = WALK_WINDOW;
	c->buf = xmalloc(c->cap);
	for (uint32_t i = 0; i < c->nbases && r == 0; i++)
		if (i + 1 == c->nbases || c->bases[i + 1] > from)
			r = replay_since(c, i, from);
	free(c->buf);
	c->buf = window;
	c->cap = cap;
	producers_expire(c->producers, c->opt.now - c->log.producer_expiration_ms);
	c->copy.producers = c->producers;
	c->producers_known = true;
	return r;
}

/* ---- the second pass: batches ---- */

/* Whole batches of the window that are kept as they are go out in one call. */
struct run {
	const uint8_t *from;
	size_t len;
};

static int
flush(struct cleaning *c, struct run *run)
{
	int r = run->len == 0 ? 0 : clean_out_write(&c->out, run->from, run->len);

	c->stats.written += run->len;
	run->len = 0;
	return r;
}

static int
copy_batch(struct cleaning *c, const uint8_t *p, size_t size, struct run *run)
{
	struct batch_header h;
	const uint8_t *txn;
	int verdict;

	if ((int64_t)be64_get(p + 43) >= 0 && !c->producers_known && know_producers(c) == -1)
		return -1;
	verdict = clean_copy_batch(&c->copy, p, size, &h, &txn);
	if (verdict == -1)
		return -1;
	if (txn != NULL)
		wire_put_bytes(&c->out.txn, txn, TXN_ENTRY);
	if (verdict == CLEAN_KEEP) {
		if (run->len == 0)
			run->from = p;
		run->len += size;
		clean_out_batch(&c->out, &h, (int64_t)size);
		return 0;
	}
	/* what is in the run ends where this one begins */
	if (flush(c, run) == -1)
		return -1;
	if (verdict == CLEAN_DROP)
		return 0;
	c->stats.written += c->copy.built.len;
	clean_out_batch(&c->out, &h, (int64_t)c->copy.built.len);
	return clean_out_write(&c->out, c->copy.built.base, c->copy.built.len);
}

static int
copy_window(struct cleaning *c)
{
	struct run run = { 0 };
	const uint8_t *p;
	int64_t size;
	size_t n;

	if (fill(c, &n) == -1)
		return -1;
	p = c->buf;
	while (n > 0 && (size = batch_at(c, p, n, c->pos)) != 0) {
		if (size == -1 || copy_batch(c, p, (size_t)size, &run) == -1)
			return -1;
		passed(c, p, size);
		p += size;
		n -= (size_t)size;
		if (c->out.size > INT32_MAX - (16 << 20)) /* recompression made it larger than what it was made of */
			return bad(c, "segments that become too large when they are compressed anew");
	}
	return flush(c, &run);
}

static int
step_copy(struct cleaning *c)
{
	if (!c->out.open && clean_out_open(&c->out, c->segs.dirfd, c->segs.s[c->first].base,
	    c->log.index_interval_bytes) == -1)
		return -1;
	if (c->fd == -1 && open_segment(c) == -1)
		return -1;
	if (c->pos < c->size && copy_window(c) == -1)
		return -1;
	if (c->pos < c->size)
		return CLEAN_STEP_COPY;
	close_segment(c);
	shrink(c);
	if (c->seg++ < c->last)
		return CLEAN_STEP_COPY;
	if (clean_out_finish(&c->out, c->segs.s[c->last].mtime) == -1)
		return -1;
	c->group = (struct clean_group){ .base = c->segs.s[c->first].base, .last = c->segs.s[c->last].base,
		.size = c->out.size };
	c->phase = PHASE_GROUP;
	return CLEAN_STEP_GROUP;
}

/* ---- from outside ---- */

int
cleaning_step(struct cleaning *c)
{
	c->why = c->copy.why = NULL;
	switch (c->phase) {
	case PHASE_MAP:
		return step_map(c);
	case PHASE_COPY:
		return step_copy(c);
	case PHASE_GROUP:
		return CLEAN_STEP_GROUP;
	case PHASE_DONE:
		break;
	}
	return CLEAN_STEP_DONE;
}

int
cleaning_sync(struct cleaning *c)
{
	return clean_out_sync(&c->out, c->opt.drop_cache);
}

const struct clean_group *
cleaning_group(const struct cleaning *c)
{
	return &c->group;
}

void
cleaning_next(struct cleaning *c)
{
	clean_out_close(&c->out, true);
	(void)begin_group(c, c->last + 1);
}

int64_t
cleaning_upto(const struct cleaning *c)
{
	return c->upto;
}

const struct clean_stats *
cleaning_stats(const struct cleaning *c)
{
	return &c->stats;
}

const char *
cleaning_where(const struct cleaning *c, int64_t *segment, int64_t *position)
{
	*segment = c->seg < c->segs.n ? c->segs.s[c->seg].base : -1;
	*position = c->fd == -1 ? 0 : c->pos;
	return c->why != NULL ? c->why : c->copy.why;
}
