/* SPDX-License-Identifier: ISC */
/*
 * recover.c - where does the log end, and what do its producers remember?
 *
 * Writer, once for each log at its start, and after a truncation.  Start from the newest state that is proven (saved.c,
 * else a .snapshot), walk the batch headers behind it as if they were appended, and cut what is not good or was never
 * published.  With an intact page cache bodies are not read; without, everything past the recovery point is checked by
 * its CRC.  Ensures: afterwards the log ends with a whole batch, and indexes say nothing beyond it.  Assumes: what lies
 * below the recovery point is good, as Kafka does.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/record.h"
#include "odradek/store/verify.h"
#include "store_priv.h"

enum { MARKER_MAX = 64 << 10, REPLAY_MAX = 64 << 20, NO_STATE_MAX = 1 << 30 };

struct recovery {
	struct plog *log;
	struct found *found;
	bool full;
	bool patient;	    /* a truncation, not a start: one log, that may take its time */
	int64_t limit;	    /* nothing at or behind it was published; INT64_MAX = not known */
	int64_t crc_from;   /* full: recovery point, else INT64_MAX */
	int64_t state_from; /* producer state covers what lies below */
	uint32_t nseg;	    /* all segments; log->nseg is the one that is walked, as if it were the active one */
	uint32_t seg;	    /* the walk begins in this one ... */
	int64_t pos, next;  /* ... here; lowest offset there */
	bool restored;	    /* what is known of that segment came with the saved state */
	bool epochs_changed;
	bool bad;	    /* the walk ended at something that is not good */
	int64_t log_start, hw;
	struct plog_open_how how;
	struct txn_repair *txns; /* comes first */
	struct rebuild *rebuild; /* second */

	/* where it stands: a step may end inside of the walk, which goes on when others had their
	 * turn */
	uint32_t attempt; /* bases that were tried */
	bool walking;     /* from the base that was begun */
	bool in_segment;  /* at, in front of w.pos */
	uint32_t at;
	struct walk w;
	int64_t end;    /* of what is good in that segment */
	int64_t until;  /* mono ns at which the step ends; 0 = no such limit */
	int64_t looked; /* position at which the clock was looked at */
	int64_t ahead;  /* position up to which the medium was asked to read */
};

/* Derived files that are missing are made again. */
struct rebuild {
	struct recovery one; /* goes through one segment at a time */
	uint32_t at;
	bool epochs;	      /* leader-epoch-checkpoint, too: then everything is read, in */
	uint32_t epochs_at;   /* this segment, */
	int64_t epochs_pos, epochs_next;
};
enum { PAUSED = 2, LOOK_BYTES = 256 << 10, AHEAD_BYTES = 8 << 20 };

static int64_t
reach(const struct recovery *r) /* base state must not know of anything beyond */
{
	return r->full && r->crc_from < r->limit ? r->crc_from : r->limit;
}

static uint32_t
segment_of(const struct recovery *r, int64_t offset)
{
	uint32_t lo = 0, hi = r->nseg; /* seg[lo].base <= offset, or lo == 0 */

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (r->log->seg[mid].base <= offset)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static int
open_segment(const struct recovery *r, uint32_t i, const char *suffix)
{
	char path[PATH_BYTES];

	return store_open(r->log->disk->dirfd, path_segment(path, r->log->name, r->log->seg[i].base, suffix), O_RDONLY);
}

/* The .log of segment i; that of the last one stays open, as it is going to be appended to. */
static int
segment_fd(struct recovery *r, uint32_t i)
{
	uint32_t nseg = r->log->nseg;
	int fd;

	if (i + 1 < r->nseg)
		return open_segment(r, i, ".log");
	r->log->nseg = r->nseg;
	fd = plog_fd(r->log);
	r->log->nseg = nseg;
	return fd;
}

static void
segment_fd_done(const struct recovery *r, uint32_t i, int fd)
{
	if (i + 1 < r->nseg)
		store_close(&fd);
}

/* ---- where to begin ---- */

/* Does the batch that the saved state names lie there, and does it end at its end? */
static bool
proven(struct recovery *r, const struct saved_state *s, uint32_t i)
{
	uint8_t head[BATCH_OVERHEAD];
	struct batch_header h;
	ssize_t n;
	int fd;

	if (s->end == 0)
		return s->leo == s->segment;
	if (s->last_position < 0 || s->last_position > s->end - BATCH_OVERHEAD || s->end > r->log->seg[i].size)
		return false;
	fd = segment_fd(r, i);
	n = fd == -1 ? -1 : store_pread(fd, head, sizeof(head), s->last_position);
	segment_fd_done(r, i, fd);
	if (n != sizeof(head))
		return false;
	batch_header_get(&h, head);
	return h.magic == 2 && h.base_offset == s->last_base && h.crc == s->last_crc &&
	    s->last_position + BATCH_LENGTH_END + h.length == s->end &&
	    h.base_offset + h.last_offset_delta + 1 == s->leo;
}

static void
restore_active(struct recovery *r, const struct saved_state *s)
{
	struct plog *log = r->log;

	r->restored = true;
	log->line.max_timestamp = s->max_ts;
	log->max_ts_offset = s->max_ts_offset;
	log->rolling_ts = s->rolling_ts;
	log->created = s->created;
	log->since_index = s->since_index;
	log->last_position = s->end == 0 ? -1 : s->last_position;
	log->last_base = s->last_base;
	log->last_crc = s->last_crc;
}

static int
begin_saved(struct recovery *r)
{
	struct plog *log = r->log;
	struct saved_state s;
	uint32_t i;

	if (saved_find(log->disk, log, &s) == -1)
		return -1;
	i = segment_of(r, s.segment);
	if (log->seg[i].base != s.segment || !proven(r, &s, i))
		return -1;
	r->log_start = s.log_start; /* of this log at any rate: what was deleted stays so */
	if (s.leo > reach(r))
		return -1;
	log->producers = producers_new();
	if (producers_restore(log->producers, s.producers, s.producers_len) == -1) {
		producers_free(&log->producers);
		return -1;
	}
	if (producers_count(log->producers) == 0)
		producers_free(&log->producers);
	r->hw = s.hw;
	r->state_from = s.leo;
	r->seg = i;
	if (s.end > WALK_WINDOW && (r->found->has[i] & FOUND_INDEXES) != FOUND_INDEXES) {
		r->pos = 0; /* its index is lost: all of the segment */
		r->next = s.segment;
		return 0;
	}
	r->pos = s.end;
	r->next = s.leo;
	restore_active(r, &s);
	return 0;
}

/* Position of a batch at or below offset in segment i, by its index; confirmed by the header there, else 0. */
static int64_t
position_of(const struct recovery *r, uint32_t i, int64_t offset, int64_t *base)
{
	const struct segment *s = &r->log->seg[i];
	int fd = open_segment(r, i, ".index"), log_fd;
	uint8_t head[BATCH_OVERHEAD];
	struct index_hit hit = { .position = 0 };
	struct stat st;
	int64_t n;

	*base = s->base;
	if (fd == -1 || store_sys.fstatat(fd, "", &st, AT_EMPTY_PATH) == -1 ||
	    (n = index_count(fd, st.st_size, s->base)) <= 0 || index_find(fd, n, s->base, offset, &hit) == -1)
		hit.position = 0;
	store_close(&fd);
	if (hit.position <= 0 || hit.position > s->size - BATCH_OVERHEAD)
		return 0;
	log_fd = open_segment(r, i, ".log");
	if (log_fd == -1 || store_pread(log_fd, head, sizeof(head), hit.position) != sizeof(head) ||
	    batch_magic(head) != 2 || batch_last_offset(head) != hit.offset || batch_base_offset(head) < s->base)
		hit.position = 0;
	store_close(&log_fd);
	if (hit.position > 0)
		*base = batch_base_offset(head);
	return hit.position;
}

static int64_t
bytes_behind(const struct recovery *r, uint32_t seg, int64_t pos)
{
	int64_t n = r->log->seg[seg].size - pos;

	for (uint32_t i = seg + 1; i < r->nseg; i++)
		n += r->log->seg[i].size;
	return n;
}

static void
begin_at(struct recovery *r, int64_t offset)
{
	r->seg = segment_of(r, offset);
	r->pos = position_of(r, r->seg, offset, &r->next);
}

/* Takes the i-th snapshot as the base.  0, or 1 when it is torn. */
static int
begin_snapshot(struct recovery *r, uint32_t i)
{
	int64_t offset = r->found->snapshot[i];

	if (plog_snapshot_load(r->log, offset) == -1) {
		plog_snapshot_unlink(r->log, offset);
		return 1;
	}
	begin_at(r, offset);
	r->state_from = offset;
	return 0;
}

/*
 * The oldest base from which little enough has to be replayed: a snapshot tells of one batch a producer, what follows
 * brings the others back.  A log that was never saved holds no more than that, so that nothing is forgotten.
 * 0, or -1: there is none.
 */
static int
begin_early(struct recovery *r)
{
	struct disk *disk = r->log->disk;
	int64_t most = r->patient || disk->replay_left > REPLAY_MAX ? REPLAY_MAX : disk->replay_left;
	int64_t behind = bytes_behind(r, 0, 0);

	if (r->log->seg[0].base == 0 && behind <= most) {
		r->seg = 0;
		r->pos = r->next = r->state_from = 0;
		disk->replay_left -= behind;
		return 0;
	}
	for (uint32_t i = 0; i < r->found->nsnapshot && r->found->snapshot[i] <= reach(r); i++) {
		begin_at(r, r->found->snapshot[i]);
		behind = bytes_behind(r, r->seg, r->pos);
		if (behind <= most && begin_snapshot(r, i) == 0) {
			disk->replay_left -= behind;
			return 0;
		}
	}
	return -1;
}

static void
begin_nothing(struct recovery *r)
{
	producers_free(&r->log->producers);
	r->seg = 0;
	/* producer state of a long log is not worth reading all of it: the last two segments tell who is alive */
	if (bytes_behind(r, 0, 0) > NO_STATE_MAX)
		r->seg = r->nseg > 2 ? r->nseg - 2 : 0;
	if (r->full && segment_of(r, r->crc_from) < r->seg)
		r->seg = segment_of(r, r->crc_from);
	r->pos = 0;
	r->next = r->state_from = r->log->seg[r->seg].base;
}

/* ---- the walk ---- */

/* What is known of segment i before pos, if nobody saved it. */
static void
look_at_segment(struct recovery *r, uint32_t i, int64_t pos, int fd)
{
	struct plog *log = r->log;
	const struct segment *s = &log->seg[i];
	uint8_t head[BATCH_OVERHEAD];
	struct stat st;
	int64_t n;
	int t;

	log->line.max_timestamp = log->max_ts_offset = log->rolling_ts = log->last_position = -1;
	log->created = s->mtime;
	log->since_index = 0;
	if (pos == 0)
		return;
	if (store_pread(fd, head, sizeof(head), 0) == sizeof(head))
		log->rolling_ts = batch_max_timestamp(head);
	t = open_segment(r, i, ".timeindex");
	if (t != -1 && store_sys.fstatat(t, "", &st, AT_EMPTY_PATH) == 0 &&
	    (n = timeindex_count(t, st.st_size, s->base)) > 0)
		(void)timeindex_at(t, n - 1, s->base, &log->line.max_timestamp, &log->max_ts_offset);
	store_close(&t);
}

static int
read_marker(const struct batch_header *h, int fd, int64_t pos, struct producer_batch *p)
{
	int64_t size = (int64_t)h->length + BATCH_LENGTH_END;
	uint8_t *buf;
	int type = CONTROL_UNKNOWN;

	if (size > MARKER_MAX)
		return -1;
	buf = xmalloc((size_t)size);
	if (store_pread(fd, buf, (size_t)size, pos) == size)
		type = control_marker_read(buf, (size_t)size, &p->coordinator_epoch);
	free(buf);
	if (type == CONTROL_UNKNOWN)
		return -1;
	p->marker = (int8_t)type;
	return 0;
}

int
producer_batch_read(const struct batch_header *h, int fd, int64_t pos, struct producer_batch *p)
{
	*p = (struct producer_batch){
		.producer_id = h->producer_id,
		.epoch = h->producer_epoch,
		.transactional = (h->attributes & BATCH_TRANSACTIONAL) != 0,
		.marker = -1,
		.base_sequence = h->base_sequence,
		.last_sequence = batch_last_sequence(h),
		.base_offset = h->base_offset,
		.last_offset = h->base_offset + h->last_offset_delta,
		.timestamp = h->max_timestamp,
		.now = h->max_timestamp,
	};
	return h->attributes & BATCH_CONTROL ? read_marker(h, fd, pos, p) : 0;
}

static void
replay_producer(struct recovery *r, const struct batch_header *h, int64_t pos, int fd)
{
	struct plog *log = r->log;
	struct producer_batch p;
	int64_t ended;

	if (producer_batch_read(h, fd, pos, &p) == -1)
		return;
	if (log->producers == NULL)
		log->producers = producers_new();
	producers_update(log->producers, &p, NULL, &ended);
	if (ended >= 0 && plog_txn_index(log, &p, ended) == -1)
		log_debug("could not write transaction index of \"%s\": %s", log->name, strerror(errno));
}

static void
replay(struct recovery *r, const struct batch_header *h, int64_t pos, int fd)
{
	struct plog *log = r->log;

	if (h->producer_id >= 0 && h->base_offset >= r->state_from)
		replay_producer(r, h, pos, fd);
	if (h->leader_epoch > plog_last_epoch(log) &&
	    epochs_assign(&log->epochs, h->leader_epoch, h->base_offset))
		r->epochs_changed = true;
	plog_index_batch(log, h, pos, (uint32_t)h->length + BATCH_LENGTH_END);
}

/* Was it ever?  What the topic is set to now does not tell. */
static bool
compacted(const struct recovery *r)
{
	return r->log->config->cleanup_compact || r->found->compacted ||
	    checkpoint_get(&r->log->disk->cleaned, r->log->name) >= 0;
}

/*
 * Behind the recovery point names and sizes need not be what they were: a file in the middle may be missing.  Between
 * segments only the cleaner leaves holes, and so large a gap that offsets needed another one.  Inside of a file that is no
 * sign of a loss, which leaves no good batches end to end: a follower has the gaps of its leader.
 */
static bool
hole(const struct recovery *r, int64_t base)
{
	return r->full && r->next >= r->crc_from && base > r->next && base - r->next <= INT32_MAX / 2 && !compacted(r);
}

/* The next segment does not follow: what it had been cut from, or what lay in between, was lost with the power. */
static bool
torn_apart(const struct recovery *r, int64_t base)
{
	return hole(r, base) || (r->full && r->next > r->crc_from && base < r->next);
}

/*
 * What w stands in front of is not a batch.  Where a torn tail is out of the question, or good batches follow, it is
 * damage: nothing is cut away on such a finding.  It stays, readers are refused there, and the walk goes on behind it.
 */
static bool
step_over(struct recovery *r)
{
	uint32_t i = r->at;
	struct walk *w = &r->w;
	int64_t upper = i + 1 < r->nseg ? r->log->seg[i + 1].base : r->patient ? r->limit : INT64_MAX;
	struct bad_range bad;
	struct verify *v;
	int n;

	if (r->full && r->next >= r->crc_from)
		return false;
	v = verify_new(w->fd, w->seg, w->pos, w->end, upper, r->next);
	n = verify_run(v, w->pos + 1, &bad);
	verify_free(&v);
	if (n != 0 || (!r->patient && (bad.next > r->limit || (bad.to >= w->end && i + 1 == r->nseg))))
		return false;
	log_warnx("\"%s/%s/%020" PRId64 ".log\" is damaged from position %" PRId64 " to %" PRId64 ": offsets %" PRId64
	    " to %" PRId64 " are kept as they are, and refused to readers", r->log->disk->path, r->log->name, w->seg,
	    bad.from, bad.to, bad.first, bad.next - 1);
	w->pos = bad.to;
	w->next = r->next = bad.next;
	w->last_size = 0;
	return true;
}

static bool
time_is_up(struct recovery *r)
{
	if (r->until == 0 || r->w.pos - r->looked < LOOK_BYTES)
		return false;
	r->looked = r->w.pos;
	return mono_ns() >= r->until;
}

/* Bodies that may be on the medium only are asked for before they are needed. */
static void
read_ahead(struct recovery *r)
{
	if (!r->full || r->w.pos < r->ahead)
		return;
	store_sys.fadvise(r->w.fd, r->w.pos, 2 * AHEAD_BYTES, POSIX_FADV_WILLNEED);
	r->ahead = r->w.pos + AHEAD_BYTES;
}

/*
 * Walks the segment in which r->w stands.  1: it is good to its end; 0: it is to be cut at r->end
 * (r->bad says why); PAUSED; -1: errno.
 */
static int
walk_segment(struct recovery *r)
{
	struct batch_header h;
	int64_t at;
	int n, good;

	while (read_ahead(r), (n = walk_next(&r->w, &h, &at)) == 1 || (n == -1 && errno == EBADMSG)) {
		int64_t last = n == 1 ? h.base_offset + h.last_offset_delta : -1;

		if (last >= r->limit && r->patient) { /* the file was cut at the limit: this header lies */
			r->w.pos = at;
			n = -1;
		}
		if (n == -1) {
			if (!step_over(r)) {
				r->bad = true;
				return 0;
			}
			r->end = r->w.pos;
			continue;
		}
		if (last >= r->limit)
			return 0;
		if (last >= r->crc_from && (good = walk_crc(&r->w, &h, at)) != 1) {
			if (good == -1 && errno != EBADMSG)
				return -1;
			r->bad = true;
			return 0;
		}
		replay(r, &h, at, r->w.fd);
		r->end = r->w.pos;
		r->next = last + 1;
		if (time_is_up(r))
			return PAUSED;
	}
	return n == 0 ? 1 : -1;
}

static void
enter_segment(struct recovery *r, uint32_t i, int fd, int64_t pos)
{
	struct plog *log = r->log;

	if (r->next < log->seg[i].base)
		r->next = log->seg[i].base;
	log->nseg = i + 1;
	log->time_last = -1;
	log->index_n = log->time_n = UINT32_MAX;
	if (!(r->restored && i == r->seg))
		look_at_segment(r, i, pos, fd);
	if (r->full)
		plog_index_cut(log, &log->seg[i], r->crc_from);
	walk_init(&r->w, fd, log->seg[i].base, pos, log->seg[i].size, r->next, disk_buf(log->disk),
	    WALK_WINDOW);
	r->end = r->looked = pos;
	r->ahead = 0;
	r->in_segment = true;
}

/* The buffer and the descriptor are not what they were before the pause. */
static void
enter_again(struct recovery *r, int fd)
{
	r->w.fd = fd;
	r->w.buf = disk_buf(r->log->disk);
	r->w.len = 0;
}

/* Segment i was walked with result n (1 or 0): does the walk end here?  1, 0, or -1. */
static int
leave_segment(struct recovery *r, uint32_t i, int n)
{
	struct plog *log = r->log;

	if (n == 0 && r->bad && !r->full && i + 1 < r->nseg) {
		/* the page cache is intact, so this is damage: nothing is cut away on such a
		 * finding */
		log_warnx("bad batch behind offset %" PRId64
			  " of \"%s\", inside of a sealed segment",
		    r->next, log->name);
		errno = EBADMSG;
		return -1;
	}
	if (i + 1 == r->nseg || (n == 1 && log->seg[i + 1].base > r->limit))
		return 1;
	if (n == 1 && torn_apart(r, log->seg[i + 1].base)) {
		r->bad = true;
		return 1;
	}
	if (n == 1 && log->seg[i + 1].base < r->next) {
		log_warnx("segments of \"%s\" overlap at offset %" PRId64, log->name, r->next);
		errno = EBADMSG;
		return -1;
	}
	if (n == 1 && (r->full || log->pending != NULL))
		plog_finish_indexes(log);
	if (n == 0)
		return 1;
	log->seg[i].max_ts = TS_UNKNOWN;
	return 0;
}

/*
 * From the beginning to the end.  On return of 0 log->nseg segments are good, the last one up to
 * line.end.  PAUSED: to be called again.
 */
static int
walk_log(struct recovery *r)
{
	int n = 0;

	if (!r->in_segment) {
		r->bad = false;
		r->at = r->seg;
	}
	while (n == 0) {
		int fd = segment_fd(r, r->at);

		if (fd == -1)
			return -1;
		if (r->in_segment)
			enter_again(r, fd);
		else
			enter_segment(r, r->at, fd, r->at == r->seg ? r->pos : 0);
		n = walk_segment(r);
		segment_fd_done(r, r->at, fd);
		if (n == -1 || n == PAUSED)
			return n;
		r->in_segment = false;
		if ((n = leave_segment(r, r->at, n)) == 0)
			r->at++;
	}
	if (n == -1)
		return -1;
	r->log->line.end = r->end;
	return 0;
}

/* ---- cutting ---- */

/* A segment behind the cut: never published, or behind something bad; then it is kept aside. */
static int
drop_segment(struct recovery *r, uint32_t i)
{
	static const char *const derived[] = { ".index", ".timeindex", ".txnindex", ".snapshot" };
	struct plog *log = r->log;
	int dirfd = log->disk->dirfd;
	char path[PATH_BYTES], aside[PATH_BYTES];
	int64_t base = log->seg[i].base;

	for (size_t k = 0; k < sizeof(derived) / sizeof(derived[0]); k++)
		store_sys.unlinkat(dirfd, path_segment(path, log->name, base, derived[k]), 0);
	path_segment(path, log->name, base, ".log");
	if (!r->bad || log->seg[i].size == 0)
		return store_sys.unlinkat(dirfd, path, 0) == -1 && errno != ENOENT ? -1 : 0;
	log_warnx("\"%s/%s\" lies behind a bad batch: kept as \"%s.cut\"", log->disk->path, path, path);
	return store_sys.renameat(dirfd, path, dirfd, path_segment(aside, log->name, base, ".log.cut"));
}

/*
 * What was cut away must not come back behind what is appended next, if the power fails again: its
 * offsets may well follow.
 */
static int
cut_for_good(struct recovery *r, int fd, bool dropped)
{
	struct plog *log = r->log;

	if (r->full && fd != -1 && store_sys.fdatasync(fd) == -1)
		return -1;
	return dropped ? store_fsync_path(log->disk->dirfd, log->name, false) : 0;
}

/* 1: something was cut; 0; -1. */
static int
cut(struct recovery *r)
{
	struct plog *log = r->log;
	struct segment *a = plog_active(log);
	int64_t gone = a->size - log->line.end;
	bool dropped = log->nseg < r->nseg;
	int fd;

	if (dropped)
		plog_fd_forget(log);
	for (uint32_t i = log->nseg; i < r->nseg; i++) {
		log->line.size -= log->seg[i].size;
		if (drop_segment(r, i) == -1)
			return -1;
	}
	if (gone <= 0)
		return cut_for_good(r, -1, dropped) == -1 ? -1 : dropped;
	if ((fd = plog_fd(log)) == -1 || store_sys.ftruncate(fd, log->line.end) == -1 ||
	    cut_for_good(r, fd, dropped) == -1)
		return -1;
	log->line.size -= gone;
	a->size = log->line.end;
	plog_index_cut(log, a, r->next);
	if (r->bad && r->full)
		log_warnx("cut %" PRId64 " bytes behind offset %" PRId64 " of \"%s\": not a whole, good batch", gone,
		    r->next, log->name);
	else
		log_debug("cut %" PRId64 " bytes behind offset %" PRId64 " of \"%s\"", gone, r->next, log->name);
	return 1;
}

/* ---- together ---- */

static void
forget_state(struct recovery *r)
{
	struct plog *log = r->log;

	producers_free(&log->producers);
	free(log->pending);
	log->pending = NULL;
	r->restored = false;
	log->nseg = r->nseg;
}

/* Begins from the next base that there is.  The last one is nothing at all. */
static void
begin_next(struct recovery *r)
{
	uint32_t n = r->found->nsnapshot;

	for (;;) {
		uint32_t k = r->attempt++;

		if ((k == 0 && begin_saved(r) == 0) || (k == 1 && begin_early(r) == 0))
			return;
		if (k >= 2 && k < n + 2 && r->found->snapshot[n + 1 - k] <= reach(r) &&
		    begin_snapshot(r, n + 1 - k) == 0)
			return;
		if (k == n + 2) {
			forget_state(r);
			begin_nothing(r);
			return;
		}
	}
}

/* Tries one base after the other until one lies within what the log turns out to be. */
static int
find_end(struct recovery *r)
{
	for (;;) {
		int n;

		if (!r->walking)
			begin_next(r);
		r->walking = true;
		if ((n = walk_log(r)) != 0)
			return n;
		r->walking = false;
		if (r->next >= r->state_from || r->attempt == r->found->nsnapshot + 3)
			return 0;
		forget_state(r);
	}
}

static void
rebuild_begin(struct recovery *r)
{
	struct rebuild *b = r->rebuild = xcalloc(1, sizeof(*b));

	b->one = *r;
	b->one.rebuild = NULL;
	b->one.txns = NULL;
	b->one.full = false;
	b->one.limit = b->one.crc_from = INT64_MAX;
	b->one.state_from = INT64_MAX;
	b->epochs = r->log->epochs.n == 0;
}

static void
enter_missing(struct recovery *one, uint32_t i, int fd)
{
	struct plog *log = one->log;

	log_debug("making indexes of \"%s\" at %" PRId64 " again", log->name, log->seg[i].base);
	log->nseg = i + 1;
	log->index_n = log->time_n = 0;
	log->time_last = -1;
	one->next = log->seg[i].base;
	one->at = i;
	one->looked = 0;
	one->in_segment = true;
	look_at_segment(one, i, 0, fd);
	walk_init(&one->w, fd, log->seg[i].base, 0, log->seg[i].size, one->next, disk_buf(log->disk), WALK_WINDOW);
}

static bool
step_ends(const struct recovery *r)
{
	return r->until != 0 && mono_ns() >= r->until;
}

/* Indexes of sealed segments.  0, or PAUSED. */
static int
rebuild_missing(struct recovery *r)
{
	struct recovery *one = &r->rebuild->one;
	struct plog *log = r->log;

	one->until = r->until;
	while (r->rebuild->at + 1 < r->nseg) {
		uint32_t i = r->rebuild->at;
		int fd, n;

		if ((r->found->has[i] & FOUND_INDEXES) == FOUND_INDEXES || (fd = open_segment(r, i, ".log")) == -1) {
			one->in_segment = false;
			r->rebuild->at++;
			continue;
		}
		if (one->in_segment)
			enter_again(one, fd);
		else
			enter_missing(one, i, fd);
		n = walk_segment(one);
		store_close(&fd);
		if (n == PAUSED)
			return PAUSED;
		plog_finish_indexes(log);
		one->in_segment = false;
		r->rebuild->at++;
		if (step_ends(r))
			return PAUSED;
	}
	log->nseg = r->nseg;
	return 0;
}

/* leader-epoch-checkpoint is missing or torn: the batches know.  0, or PAUSED. */
static int
rebuild_epochs(struct recovery *r)
{
	struct rebuild *b = r->rebuild;
	struct plog *log = r->log;
	struct batch_header h;
	struct walk w;
	int64_t pos;

	for (; b->epochs && b->epochs_at < r->nseg; b->epochs_at++, b->epochs_pos = 0) {
		const struct segment *s = &log->seg[b->epochs_at];
		int64_t looked = b->epochs_pos;
		int fd = open_segment(r, b->epochs_at, ".log");
		bool paused = false;

		walk_init(&w, fd, s->base, b->epochs_pos, s->size, b->epochs_next, disk_buf(log->disk), WALK_WINDOW);
		while (fd != -1 && !paused && walk_next(&w, &h, &pos) == 1) {
			if (h.leader_epoch > plog_last_epoch(log) &&
			    epochs_assign(&log->epochs, h.leader_epoch, h.base_offset))
				r->epochs_changed = true;
			if (w.pos - looked >= LOOK_BYTES) {
				looked = w.pos;
				paused = step_ends(r);
			}
		}
		store_close(&fd);
		b->epochs_pos = w.pos;
		b->epochs_next = w.next;
		if (paused)
			return PAUSED;
	}
	return 0;
}

static int64_t
max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Log start, high watermark, recovery point: the most that anybody knows, within the log. */
static void
settle_line(struct recovery *r, const struct plog_open_how *how)
{
	struct plog *log = r->log;
	struct plog_line *l = &log->line;
	const struct disk *disk = log->disk;
	int64_t start = max64(r->log_start, log->seg[0].base);

	l->leo = r->next;
	l->born = how->known_leo >= 0 && how->known_born < l->leo ? how->known_born : l->leo;
	/* what was published is the truth; it may even have gone back (a follower that began anew) */
	if (how->known_log_start >= 0)
		start = max64(how->known_log_start, log->seg[0].base);
	else
		start = max64(start, checkpoint_get(&disk->log_starts, log->name));
	l->log_start = start;
	l->hw = max64(r->hw, max64(how->known_hw, checkpoint_get(&disk->hws, log->name)));
	l->hw = max64(l->hw > l->leo ? l->leo : l->hw, start);
	l->recovery_point = max64(checkpoint_get(&disk->recovery_points, log->name), log->seg[0].base);
	if (l->recovery_point > l->leo)
		l->recovery_point = l->leo;
	producers_acked(log->producers, l->hw);
}

static void
settle_epochs(struct recovery *r)
{
	struct plog *log = r->log;

	r->epochs_changed |= epochs_cut_end(&log->epochs, log->line.leo);
	log->line.epoch = plog_last_epoch(log);
	if (r->epochs_changed && plog_epochs_save(log) == -1)
		log_debug("could not write leader epochs of \"%s\": %s", log->name, strerror(errno));
}

static void
settle_snapshots(struct recovery *r)
{
	struct plog *log = r->log;
	uint32_t n = r->found->nsnapshot;

	for (uint32_t i = 0; i < n; i++) {
		int64_t offset = r->found->snapshot[i];

		if (offset > log->line.leo) {
			plog_snapshot_unlink(log, offset);
			continue;
		}
		log->snapshot_prev = log->snapshot_leo;
		log->snapshot_leo = offset;
	}
	log->since_snapshot = bytes_behind(r, r->seg, r->pos);
}

/* 1: something was cut; 0; PAUSED; -1. */
static int
run(struct recovery *r, const struct plog_open_how *how)
{
	struct plog *log = r->log;
	int was_cut, n;

	if ((n = find_end(r)) != 0)
		return n;
	if ((was_cut = cut(r)) == -1)
		return -1;
	r->nseg = log->nseg;
	settle_line(r, how);
	settle_epochs(r);
	settle_snapshots(r);
	log->written_back = log->line.end;
	log->saved_segment = r->restored && r->next == r->state_from ? log->seg[r->seg].base : -1;
	if (log->saved_segment == -1)
		plog_mark_dirty(log);
	if (!r->patient) /* else it is about the end before this walk, which may not be cut off yet */
		log->flags &= (uint16_t)~PLOG_TAIL_DIRTY;
	return was_cut;
}

/* There is no segment.  Offsets that were given to records that are gone are not given again. */
static void
recover_empty(struct plog *log, const struct plog_open_how *how)
{
	const struct disk *disk = log->disk;
	int64_t start = max64(checkpoint_get(&disk->log_starts, log->name),
	    checkpoint_get(&disk->recovery_points, log->name));

	if (how->known_leo >= 0)
		return; /* it was published, and it is not here */
	if (start > 0)
		log->line.leo = log->line.log_start = log->line.hw = log->line.recovery_point = start;
}

struct recovery *
recovery_new(struct plog *log, const struct plog_open_how *how, struct found *f)
{
	struct recovery *r = xcalloc(1, sizeof(*r));

	*r = (struct recovery){
	    .log = log,
	    .found = f,
	    .nseg = log->nseg,
	    .log_start = -1,
	    .hw = -1,
	    .full = log->disk->recovery != DISK_SAME_BOOT && (how->known_leo < 0 || log->disk->distrusted),
	    .limit = how->known_leo >= 0 ? how->known_leo : INT64_MAX,
	    .crc_from = INT64_MAX,
	    .how = *how,
	};
	r->txns = txn_repair_new(log, f,
	    how->known_leo >= 0 ? how->known_leo : checkpoint_get(&log->disk->recovery_points, log->name));
	return r;
}

void
recovery_free(struct recovery **rp)
{
	struct recovery *r = *rp;

	*rp = NULL;
	if (r == NULL)
		return;
	txn_repair_free(&r->txns);
	free(r->rebuild);
	free(r);
}

int
recovery_step(struct recovery *r, int64_t until)
{
	struct plog *log = r->log;
	int was_cut;

	if (log->nseg == 0 && r->nseg == 0) {
		recover_empty(log, &r->how);
		return log->line.leo < r->how.known_leo ? PLOG_SHORTER : PLOG_OPENED;
	}
	if (r->txns != NULL) {
		if (txn_repair_step(r->txns, until) == 0)
			return PLOG_MORE;
		txn_repair_free(&r->txns);
	}
	r->until = until;
	if (r->attempt == 0) {
		if (r->full)
			r->crc_from =
			    max64(checkpoint_get(&log->disk->recovery_points, log->name), 0);
		if (r->rebuild == NULL)
			rebuild_begin(r);
		if (rebuild_missing(r) == PAUSED || rebuild_epochs(r) == PAUSED)
			return PLOG_MORE;
	}
	if ((was_cut = run(r, &r->how)) == -1)
		return -1;
	if (was_cut == PAUSED)
		return PLOG_MORE;
	if (log->line.log_start > log->line.leo &&
	    plog_reset(log, log->line.log_start, false) == -1)
		return -1;
	if (log->line.leo < r->how.known_leo)
		return PLOG_SHORTER;
	return was_cut && r->bad ? PLOG_TRUNCATED : PLOG_OPENED;
}

int
plog_rebuild_state(struct plog *log)
{
	const struct plog_open_how how = { .known_leo = log->line.leo, .known_log_start = log->line.log_start,
		.known_hw = log->line.hw, .known_born = log->line.born };
	int64_t recovery_point = log->line.recovery_point;
	struct found f = { 0 };
	struct recovery r = { .log = log, .found = &f, .nseg = log->nseg, .log_start = -1, .hw = -1,
		.limit = log->line.leo, .crc_from = INT64_MAX,
		.patient = true };
	const uint32_t nseg = log->nseg;
	int n = plog_snapshots(log, &f.snapshot), result;

	log->flags |= PLOG_STATE_LOST;
	if (n == -1)
		return -1;
	f.nsnapshot = (uint32_t)n;
	f.has = xmalloc(log->nseg);
	memset(f.has, FOUND_INDEXES, log->nseg);
	log->snapshot_leo = log->snapshot_prev = -1;
	forget_state(&r);
	result = run(&r, &how);
	if (result == -1) {
		forget_state(&r);
		log->nseg = nseg;
	} else {
		log->flags &= (uint16_t)~PLOG_STATE_LOST;
	}
	/* what compaction took at the end is no reason to give offsets again */
	log->line.leo = how.known_leo;
	log->line.recovery_point = recovery_point < log->line.leo ? recovery_point : log->line.leo;
	free(f.snapshot);
	free(f.has);
	return result == -1 ? -1 : 0;
}

/* ---- entries behind a cut ---- */

static void
cut_file(struct plog *log, const struct segment *s, const char *suffix, int64_t offset, bool time)
{
	char path[PATH_BYTES];
	struct index_hit hit;
	struct stat st;
	int64_t n, keep = 0, ts, at;
	int fd = store_open(log->disk->dirfd, path_segment(path, log->name, s->base, suffix), O_RDWR);

	if (fd == -1)
		return;
	if (store_sys.fstatat(fd, "", &st, AT_EMPTY_PATH) == -1)
		goto out;
	if (!time) {
		if ((n = index_count(fd, st.st_size, s->base)) > 0 &&
		    index_find(fd, n, s->base, offset - 1, &hit) == 0)
			keep = hit.entry + 1;
		if (keep * INDEX_ENTRY != st.st_size && store_sys.ftruncate(fd, keep * INDEX_ENTRY) == -1)
			log_debug("could not cut \"%s\": %s", path, strerror(errno));
		goto out;
	}
	keep = n = timeindex_count(fd, st.st_size, s->base);
	for (int64_t lo = 0; lo < keep;) { /* entries below lo lie below offset, those from keep on do not */
		int64_t mid = lo + (keep - lo) / 2;

		if (timeindex_at(fd, mid, s->base, &ts, &at) == 0 && at < offset)
			lo = mid + 1;
		else
			keep = mid;
	}
	if (keep >= 0 && keep * TIME_ENTRY != st.st_size && store_sys.ftruncate(fd, keep * TIME_ENTRY) == -1)
		log_debug("could not cut \"%s\": %s", path, strerror(errno));
out:
	store_close(&fd);
}

static void
cut_txn(struct plog *log, const struct segment *s, int64_t offset)
{
	char path[PATH_BYTES];
	uint8_t e[TXN_ENTRY];
	int64_t keep = 0, before = s->base - 1;
	int fd = store_open(log->disk->dirfd, path_segment(path, log->name, s->base, ".txnindex"), O_RDWR);

	if (fd == -1)
		return;
	/* what a power loss left of it may be zeros */
	while (store_pread(fd, e, sizeof(e), keep) == TXN_ENTRY && txn_entry_plausible(e, before, offset)) {
		before = (int64_t)be64_get(e + 18);
		keep += TXN_ENTRY;
	}
	if (store_sys.ftruncate(fd, keep) == -1)
		log_debug("could not cut \"%s\": %s", path, strerror(errno));
	store_close(&fd);
}

/* Derived files: what fails here makes lookups slower, and is found out by the header at the place. */
void
plog_index_cut(struct plog *log, const struct segment *s, int64_t offset)
{
	cut_file(log, s, ".index", offset, false);
	cut_file(log, s, ".timeindex", offset, true);
	cut_txn(log, s, offset);
	log->index_n = log->time_n = UINT32_MAX;
}
