/* SPDX-License-Identifier: ISC */
/*
 * append.c - batches go to the end of a log: check, write, index, roll.
 *
 * Writer, in its loop; this is the produce path.  Batches that follow each other in a segment go out in one pwritev; our
 * 16 bytes of prefix lie in the disk's scratch, the rest is the caller's memory.  What cannot be written is cut
 * off again at once: nobody was told of it.  Nothing here waits for the medium, and steady state allocates nothing.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/kerr.h"
#include "store_priv.h"

struct run { /* batches that one call will write */
	struct plog_batch *b[APPEND_BATCHES];
	struct producer_batch p[APPEND_BATCHES];
	bool updated[APPEND_BATCHES]; /* producer state was changed: undo[] has the way back */
	int64_t ended[APPEND_BATCHES]; /* first offset of the transaction that a marker ended */
	int n, iovcnt;
	int64_t bytes, next; /* next offset behind the run */
	bool epochs_changed, marker;
	plog_still_fn *still; /* NULL: what is written is what was to be written */
	void *arg;
};

/* ---- writing ---- */

/* All of iov at off; iov is not changed.  0 or -1. */
static int
write_iov(int fd, const struct iovec *iov, int n, int64_t off)
{
	while (n > 0) {
		ssize_t r = store_sys.pwritev(fd, iov, n > APPEND_IOV ? APPEND_IOV : n, off);

		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		off += r;
		for (; n > 0 && (size_t)r >= iov->iov_len; iov++, n--)
			r -= (ssize_t)iov->iov_len;
		if (n > 0 && r > 0) { /* short: the rest of this piece alone, then on as before */
			size_t left = iov->iov_len - (size_t)r;

			if (store_pwrite(fd, (const char *)iov->iov_base + r, left, off) == -1)
				return -1;
			off += (int64_t)left;
			iov++;
			n--;
		}
	}
	return 0;
}

static int
cut_tail(struct plog *log, int fd)
{
	if (store_sys.ftruncate(fd, log->line.end) == 0) {
		log->flags &= (uint16_t)~PLOG_TAIL_DIRTY;
		return 0;
	}
	log->flags |= PLOG_TAIL_DIRTY;
	return -1;
}

static int
write_run(struct plog *log, struct run *run)
{
	struct disk *disk = log->disk;
	int fd = plog_fd(log), saved;

	if (fd == -1 || ((log->flags & PLOG_TAIL_DIRTY) && cut_tail(log, fd) == -1))
		return -1;
	if (write_iov(fd, disk->iov, run->iovcnt, log->line.end) == 0 &&
	    /* a batch of very many pieces comes alone: only its prefix is in disk->iov */
	    (run->iovcnt > 1 ||
	    write_iov(fd, run->b[0]->iov, run->b[0]->iovcnt, log->line.end + BATCH_PREFIX) == 0))
		return 0;
	saved = errno;
	cut_tail(log, fd);
	errno = saved;
	return -1;
}

static void
undo_run(struct plog *log, struct run *run)
{
	for (int i = run->n - 1; i >= 0; i--)
		if (run->updated[i])
			producers_undo(log->producers, run->p[i].producer_id, &log->disk->undo[i]);
	if (run->epochs_changed)
		epochs_cut_end(&log->epochs, log->line.leo);
}

/* ---- indexes of the active segment ---- */

static struct index_pending *
pending(struct plog *log)
{
	if (log->pending == NULL) {
		log->pending = xmalloc(sizeof(*log->pending));
		log->pending->n = log->pending->ntime = 0;
	}
	return log->pending;
}

/* A time index entry, if there is anything newer than the last one. */
static void
pending_time(struct plog *log)
{
	struct index_pending *p;
	uint8_t *e;

	if (log->line.max_timestamp <= log->time_last || log->max_ts_offset < 0)
		return;
	p = pending(log);
	if (p->ntime == INDEX_PENDING)
		plog_flush_indexes(log);
	p = pending(log);
	e = p->time[p->ntime++];
	be64_put(e, (uint64_t)log->line.max_timestamp);
	be32_put(e + 8, (uint32_t)(log->max_ts_offset - plog_active(log)->base));
	log->time_last = log->line.max_timestamp;
}

static void
pending_add(struct plog *log, int64_t last_offset, int64_t position)
{
	struct index_pending *p = pending(log);

	if (p->n == INDEX_PENDING) {
		plog_flush_indexes(log);
		p = pending(log);
	}
	be32_put(p->entry[p->n], (uint32_t)(last_offset - plog_active(log)->base));
	be32_put(p->entry[p->n] + 4, (uint32_t)position);
	p->n++;
	pending_time(log);
}

/* The batch lies at position of the active segment: everything that follows from it for this segment. */
static void
index_batch(struct plog *log, int64_t base, int64_t last, int64_t max_ts, uint32_t crc, int64_t position, uint32_t size)
{
	if (position == 0)
		log->rolling_ts = max_ts;
	if (max_ts > log->line.max_timestamp) {
		log->line.max_timestamp = max_ts;
		log->max_ts_offset = last;
	}
	if (log->since_index > (uint32_t)log->config->index_interval_bytes) {
		pending_add(log, last, position);
		log->since_index = 0;
	}
	log->since_index += size;
	log->last_position = position;
	log->last_base = base;
	log->last_crc = crc;
}

void
plog_index_batch(struct plog *log, const struct batch_header *h, int64_t position, uint32_t size)
{
	index_batch(log, h->base_offset, h->base_offset + h->last_offset_delta, h->max_timestamp, h->crc, position, size);
}

/* How an index file is written. */
struct index_kind {
	const char *suffix;
	size_t entry;
	int64_t (*count)(int fd, int64_t len, int64_t base);
	uint64_t (*key)(const uint8_t *entry); /* grows from entry to entry */
};

static uint64_t
offset_key(const uint8_t *e)
{
	return be32_get(e);
}

static uint64_t
time_key(const uint8_t *e)
{
	return be64_get(e);
}

static const struct index_kind offset_kind = { ".index", INDEX_ENTRY, index_count, offset_key };
static const struct index_kind time_kind = { ".timeindex", TIME_ENTRY, timeindex_count, time_key };

/*
 * Counts the entries of a file that we did not write alone; *skip = how many of ours do not come behind its last one
 * (recovery saw their batches again).  0 or -1.
 */
static int
adopt_index(const struct index_kind *k, int fd, int64_t base, const uint8_t *entries, uint32_t count, uint32_t *n,
    uint32_t *skip)
{
	uint8_t last[TIME_ENTRY];
	struct stat st;
	int64_t used;

	if (store_sys.fstatat(fd, "", &st, AT_EMPTY_PATH) == -1 || (used = k->count(fd, st.st_size, base)) < 0)
		return -1;
	if (used * (int64_t)k->entry != st.st_size && store_sys.ftruncate(fd, used * (int64_t)k->entry) == -1)
		return -1;
	if (used > 0 && store_pread(fd, last, k->entry, (used - 1) * (int64_t)k->entry) != (ssize_t)k->entry)
		return -1;
	while (used > 0 && *skip < count && k->key(entries + *skip * k->entry) <= k->key(last))
		(*skip)++;
	*n = (uint32_t)used;
	return 0;
}

static int
flush_one(struct plog *log, const struct index_kind *k, const void *entries, uint32_t count, uint32_t *n)
{
	int64_t base = plog_active(log)->base;
	char path[PATH_BYTES];
	uint32_t skip = 0;
	int fd = store_open(log->disk->dirfd, path_segment(path, log->name, base, k->suffix),
	    O_RDWR | O_CREAT | (*n == 0 ? O_TRUNC : 0));

	if (fd == -1 || (*n == UINT32_MAX && adopt_index(k, fd, base, entries, count, n, &skip) == -1))
		goto fail;
	count -= skip;
	if (count > 0 && store_pwrite(fd, (const uint8_t *)entries + skip * k->entry, count * k->entry,
	    (int64_t)(*n * k->entry)) == -1) {
		(void)store_sys.ftruncate(fd, (off_t)(*n * k->entry));
		goto fail;
	}
	*n += count;
	store_close(&fd);
	return 0;
fail:
	log_debug("could not write \"%s\": %s", path, strerror(errno));
	store_close(&fd);
	*n = UINT32_MAX; /* look again what is there */
	return -1;
}

/* A full disk may lose entries: indexes are sparse, a gap is only slower. */
void
plog_flush_indexes(struct plog *log)
{
	struct index_pending *p = log->pending;

	if (p == NULL || log->nseg == 0)
		return;
	if (p->n > 0)
		flush_one(log, &offset_kind, p->entry, p->n, &log->index_n);
	if (p->ntime > 0 && flush_one(log, &time_kind, p->time, p->ntime, &log->time_n) == -1)
		log->time_last = -1; /* the greatest timestamp must not get lost with the entry */
	free(p);
	log->pending = NULL;
}

/* Both files exist and end with what is known of the active segment: it is about to be sealed. */
void
plog_finish_indexes(struct plog *log)
{
	char path[PATH_BYTES];

	pending_time(log);
	flush_one(log, &offset_kind, pending(log)->entry, pending(log)->n, &log->index_n);
	/* readers and retention believe that it ends with the greatest timestamp: rather none than one that does not */
	if (flush_one(log, &time_kind, pending(log)->time, pending(log)->ntime, &log->time_n) == -1) {
		store_sys.unlinkat(log->disk->dirfd, path_segment(path, log->name, plog_active(log)->base,
		    time_kind.suffix), 0);
		log->time_last = -1; /* in case that the roll fails, too */
	}
	free(log->pending);
	log->pending = NULL;
}

/* ---- rolling ---- */

static int64_t
random_jitter(const struct plog_config *c)
{
	int64_t most = c->segment_jitter_ms < c->segment_ms ? c->segment_jitter_ms : c->segment_ms;
	uint64_t r;

	if (most <= 0)
		return 0;
	store_random(&r, sizeof(r));
	return (int64_t)(r % (uint64_t)most);
}

/* The files of a new active segment, and what is known of an empty one. */
int
plog_new_segment(struct plog *log, int64_t base, int64_t now)
{
	char path[PATH_BYTES];
	int fd = store_open(log->disk->dirfd, path_segment(path, log->name, base, ".log"), O_RDWR | O_CREAT | O_TRUNC);

	if (fd == -1)
		return -1;
	store_close(&fd);
	plog_fd_forget(log);
	plog_add_segment(log, base)->mtime = now;
	log->line.end = 0;
	log->line.max_timestamp = -1;
	log->line.generation++;
	log->max_ts_offset = log->rolling_ts = log->time_last = log->last_position = -1;
	log->created = now;
	log->jitter = random_jitter(log->config);
	log->index_n = log->time_n = 0;
	log->since_index = 0;
	log->written_back = 0;
	log->flags &= (uint16_t)~PLOG_TAIL_DIRTY;
	plog_refresh_line(log);
	return 0;
}

/* Seals the active segment and begins another at base, which is the LEO (or, in a follower's log with a gap, more). */
static int
roll(struct plog *log, int64_t base, int64_t now)
{
	struct segment *s = plog_active(log);
	int64_t sealed, max_ts = log->line.max_timestamp;

	if (s == NULL)
		return plog_new_segment(log, base, now);
	if (s->base == base)
		return 0; /* empty: it is what would be made */
	if ((log->flags & PLOG_TAIL_DIRTY) && (plog_fd(log) == -1 || cut_tail(log, plog_fd(log)) == -1))
		return -1; /* a sealed segment ends where its file ends */
	plog_finish_indexes(log);
	cache_writeback(log);
	sealed = s->base;
	job_sync(log, sealed, log->line.leo, true);
	if (plog_new_segment(log, base, now) == -1)
		return -1;
	log->seg[log->nseg - 2].max_ts = max_ts;
	plog_snapshot_later(log);
	return 0;
}

int
plog_roll(struct plog *log, int64_t now)
{
	return roll(log, log->line.leo, now);
}

int
plog_skip_to(struct plog *log, int64_t offset, int64_t now)
{
	if (offset <= log->line.leo)
		return 0;
	if (roll(log, offset, now) == -1)
		return -1;
	log->line.leo = offset;
	plog_mark_dirty(log);
	return 0;
}

/*
 * segment.bytes; but what has a size to keep is kept in pieces no larger than half of that, since retention takes
 * whole segments: never more than retention.bytes and a half of it.
 */
static int64_t
segment_limit(const struct plog *log)
{
	const struct plog_config *c = log->config;
	int64_t most = c->segment_bytes, least = most < SEGMENT_LEAST ? most : SEGMENT_LEAST;

	if (c->cleanup_delete && c->retention_bytes >= 0 && most > c->retention_bytes / 2)
		most = c->retention_bytes / 2;
	if (c->expendable && most > log->disk->segment_cap)
		most = log->disk->segment_cap;
	return most < least ? least : most;
}

/* How long the active segment has been written to: by the clock of the records, as in Kafka, as far as it is sane. */
static int64_t
segment_age(const struct plog *log, const struct run *run, const struct plog_batch *b, int64_t now)
{
	int64_t first = log->line.end > 0 ? sane_timestamp(log->rolling_ts, log->created)
	    : sane_timestamp(run->b[0]->max_timestamp, now);

	return sane_timestamp(b->max_timestamp, now) - first;
}

/* In a compacted log the active segment, which is never cleaned, must not hold records for longer than that. */
static int64_t
segment_life(const struct plog_config *c)
{
	return c->cleanup_compact && c->max_compaction_lag_ms > 0 && c->max_compaction_lag_ms < c->segment_ms
	    ? c->max_compaction_lag_ms : c->segment_ms;
}

static bool
roll_due(const struct plog *log, const struct run *run, const struct plog_batch *b, int64_t last, int64_t now)
{
	uint32_t most = (uint32_t)log->config->segment_index_bytes;
	int64_t size = log->line.end + run->bytes;
	uint32_t entries = log->index_n == UINT32_MAX ? 0 : log->index_n, times = log->time_n == UINT32_MAX ? 0 : log->time_n;

	if (last - log->line.segment > INT32_MAX)
		return true;
	if (size == 0)
		return false;
	if (size > segment_limit(log) - (int64_t)b->length)
		return true;
	if (log->pending != NULL) {
		entries += log->pending->n;
		times += log->pending->ntime;
	}
	return segment_age(log, run, b, now) > segment_life(log->config) - log->jitter || entries >= most / INDEX_ENTRY ||
	    times + 1 >= most / TIME_ENTRY;
}

/* ---- the way of a batch ---- */

static void
producer_batch(const struct plog_batch *b, int64_t base, int64_t now, struct producer_batch *p)
{
	*p = (struct producer_batch){
		.producer_id = b->producer_id,
		.epoch = b->producer_epoch,
		.transactional = (b->attributes & BATCH_TRANSACTIONAL) != 0,
		.behind = b->behind,
		.marker = b->attributes & BATCH_CONTROL ? b->marker : -1,
		.base_sequence = b->base_sequence,
		.last_sequence = b->base_sequence < 0 ? -1 : batch_sequence_add(b->base_sequence, b->last_offset_delta),
		.coordinator_epoch = b->coordinator_epoch,
		.base_offset = base,
		.last_offset = base + b->last_offset_delta,
		.timestamp = b->max_timestamp,
		.now = now,
	};
}

/* An aborted transaction, for readers of committed records.  Written at once: it must be there before the LSO passes. */
int
plog_txn_index(struct plog *log, const struct producer_batch *b, int64_t first)
{
	int64_t end;
	uint8_t e[TXN_ENTRY], was[TXN_ENTRY];
	char path[PATH_BYTES];
	struct stat st;
	int fd, r;

	if (first < 0 || b->marker != 0)
		return 0;
	txn_entry_put(e, log->producers, b, first);
	fd = store_open(log->disk->dirfd, path_segment(path, log->name, plog_active(log)->base, ".txnindex"),
	    O_RDWR | O_CREAT);
	if (fd == -1 || store_sys.fstatat(fd, "", &st, AT_EMPTY_PATH) == -1) {
		store_close(&fd);
		return -1;
	}
	end = st.st_size - st.st_size % TXN_ENTRY;
	/* recovery may see a marker again whose entry is there */
	if (end > 0 && store_pread(fd, was, sizeof(was), end - TXN_ENTRY) == TXN_ENTRY &&
	    (int64_t)be64_get(was + 18) >= b->last_offset)
		r = 0;
	else
		r = store_pwrite(fd, e, sizeof(e), end);
	if (r == -1)
		store_sys.ftruncate(fd, end);
	else if (end == 0)
		log->line.generation++; /* readers look for this file only where they know that there is one */
	store_close(&fd);
	return r;
}

/* What was written counts from here on. */
static void
commit_run(struct plog *log, struct run *run, int64_t now)
{
	struct disk *disk = log->disk;
	struct segment *a = plog_active(log);
	int64_t position = log->line.end;
	uint8_t crc[4];

	for (int i = 0; i < run->n; i++) {
		struct plog_batch *b = run->b[i];

		b->segment = a->base;
		b->position = position;
		index_batch(log, b->base_offset, b->base_offset + b->last_offset_delta, b->max_timestamp, 0, position,
		    b->length);
		position += b->length;
	}
	if (wire_peek(run->b[run->n - 1]->iov, run->b[run->n - 1]->iovcnt, 1, crc, 4) == 0)
		log->last_crc = be32_get(crc);
	if (a->size == 0)
		log->created = now;
	a->size = log->line.end = position;
	a->mtime = now;
	log->line.size += run->bytes;
	log->line.leo = run->next;
	log->line.epoch = plog_last_epoch(log);
	if (run->marker || log->producers != NULL)
		plog_refresh_line(log);
	if (run->epochs_changed) {
		log->line.generation++;
		if (plog_epochs_save(log) == -1)
			log_limited("could not write leader epochs of \"%s\": %s", log->name, strerror(errno));
	}
	log->since_snapshot += run->bytes;
	log->appended = disk->mono;
	if (log->unflushed_since == 0)
		log->unflushed_since = disk->mono == 0 ? 1 : disk->mono;
	disk->dirty_bytes += run->bytes;
	plog_mark_dirty(log);
	cache_appended(log, run->bytes);
}

/* A write failed: what is not below the LEO is not in the log. */
static void
refuse(struct plog *log, struct plog_batch *b, int n)
{
	for (int i = 0; i < n; i++) {
		if (b[i].error != 0 || b[i].segment >= 0 || (b[i].duplicate && b[i].base_offset < log->line.leo))
			continue;
		b[i].error = KERR_KAFKA_STORAGE_ERROR;
		b[i].duplicate = false;
	}
}

static void
run_reset(struct plog *log, struct run *run)
{
	run->n = run->iovcnt = 0;
	run->bytes = 0;
	run->next = log->line.leo;
	run->epochs_changed = run->marker = false;
}

/* What was written may be something else than what was to be written: then it is cut off again. */
static int
still_right(struct plog *log, const struct run *run)
{
	if (run->still == NULL || run->still(run->arg))
		return 0;
	cut_tail(log, plog_fd(log));
	errno = ECANCELED;
	return -1;
}

static int
flush_run(struct plog *log, struct run *run, int64_t now)
{
	if (run->n == 0)
		return 0;
	if (write_run(log, run) == -1 || still_right(log, run) == -1) {
		undo_run(log, run);
		return -1;
	}
	commit_run(log, run, now);
	for (int i = 0; run->marker && i < run->n; i++)
		if (run->p[i].marker >= 0 && plog_txn_index(log, &run->p[i], run->ended[i]) == -1)
			log_limited("could not write transaction index of \"%s\": %s", log->name, strerror(errno));
	run_reset(log, run);
	return 0;
}

/* Producer state says whether the batch may come.  0: take it; 1: it is answered already. */
static int
admit(struct plog *log, struct run *run, struct plog_batch *b, int64_t base, unsigned flags, int64_t now)
{
	struct producer_batch *p = &run->p[run->n];
	int verdict;

	run->updated[run->n] = false;
	run->ended[run->n] = -1;
	if (b->producer_id < 0) {
		p->marker = -1;
		return 0;
	}
	producer_batch(b, base, now, p);
	if (!(flags & PLOG_ASSIGNED)) {
		verdict = producers_check(log->producers, p, &b->base_offset, &b->timestamp);
		if (verdict == PRODUCER_DUPLICATE) {
			b->duplicate = true;
			return 1;
		}
		if (verdict != PRODUCER_OK) {
			b->error = (int16_t)verdict;
			return 1;
		}
	}
	if ((b->attributes & BATCH_CONTROL) && p->marker < 0)
		return 0; /* a control batch that ends no transaction */
	if (log->producers == NULL)
		log->producers = producers_new();
	producers_update(log->producers, p, &log->disk->undo[run->n], &run->ended[run->n]);
	run->updated[run->n] = true;
	run->marker |= p->marker >= 0;
	return 0;
}

static void
take(struct plog *log, struct run *run, struct plog_batch *b, int32_t epoch)
{
	struct disk *disk = log->disk;
	uint8_t *prefix = disk->prefix[run->n];

	if (epoch > plog_last_epoch(log) && epochs_assign(&log->epochs, epoch, b->base_offset))
		run->epochs_changed = true;
	batch_prefix(prefix, b->base_offset, (int32_t)b->length, epoch);
	disk->iov[run->iovcnt++] = (struct iovec){ prefix, BATCH_PREFIX };
	if (b->iovcnt < APPEND_IOV) {
		memcpy(disk->iov + run->iovcnt, b->iov, (size_t)b->iovcnt * sizeof(*b->iov));
		run->iovcnt += b->iovcnt;
	}
	run->b[run->n++] = b;
	run->bytes += b->length;
	run->next = b->base_offset + b->last_offset_delta + 1;
}

/* May this batch join the run that is being collected? */
static bool
fits(const struct run *run, const struct plog_batch *b)
{
	if (run->n == 0)
		return true;
	return run->n < APPEND_BATCHES && run->iovcnt > 1 && run->iovcnt + 1 + b->iovcnt <= APPEND_IOV;
}

static bool
sane(const struct plog_batch *b, int64_t next, unsigned flags)
{
	uint64_t sum = BATCH_PREFIX;

	for (int i = 0; i < b->iovcnt; i++)
		sum += b->iov[i].iov_len;
	return b->length >= BATCH_OVERHEAD && b->length <= INT32_MAX && sum == b->length && b->iovcnt > 0 &&
	    b->last_offset_delta >= 0 &&
	    (!(flags & PLOG_ASSIGNED) || (b->base_offset >= next && b->base_offset < INT64_MAX - INT32_MAX));
}

static int
append_one(struct plog *log, struct run *run, struct plog_batch *b, int32_t epoch, unsigned flags, int64_t now)
{
	int64_t base;

	if (!fits(run, b) && flush_run(log, run, now) == -1)
		return -1;
	if (!sane(b, run->next, flags)) {
		b->error = KERR_CORRUPT_MESSAGE;
		if (!(flags & PLOG_ASSIGNED))
			return 0;
		/* what a leader has behind it must not close up */
		if (flush_run(log, run, now) == 0)
			errno = EBADMSG;
		return -1;
	}
	base = flags & PLOG_ASSIGNED ? b->base_offset : run->next;
	if (log->nseg == 0 || roll_due(log, run, b, base + b->last_offset_delta, now)) {
		if (flush_run(log, run, now) == -1)
			return -1;
		/* a gap so large that offsets would not fit into an index entry is left between segments */
		if (roll(log, base - log->line.leo > INT32_MAX / 2 ? base : log->line.leo, now) == -1)
			return -1;
	}
	if (admit(log, run, b, base, flags, now) == 0) {
		b->base_offset = base;
		take(log, run, b, flags & PLOG_ASSIGNED ? b->leader_epoch : epoch);
	}
	return 0;
}

int
plog_append(struct plog *log, struct plog_batch *batches, int n, int32_t leader_epoch, unsigned flags, int64_t now)
{
	return plog_append_if(log, batches, n, leader_epoch, flags, now, NULL, NULL);
}

int
plog_append_if(struct plog *log, struct plog_batch *batches, int n, int32_t leader_epoch, unsigned flags, int64_t now,
    plog_still_fn *still, void *arg)
{
	static struct run run; /* large, and there is one loop */
	int saved;

	/* before, not after: what was appended by earlier calls is published by now */
	if (log->disk->dirty_bytes >= SAVE_BYTES)
		saved_write(log->disk);
	if (log->since_snapshot >= SNAPSHOT_BYTES)
		plog_snapshot_later(log);
	run_reset(log, &run);
	run.still = still;
	run.arg = arg;
	log->flags &= (uint16_t)~PLOG_LOWERED; /* it goes on without the truncation */
	for (int i = 0; i < n; i++) {
		batches[i].error = 0;
		batches[i].duplicate = false;
		batches[i].segment = -1;
	}
	if ((log->flags & PLOG_STATE_LOST) && plog_rebuild_state(log) == -1)
		goto fail;
	for (int i = 0; i < n; i++)
		if (append_one(log, &run, &batches[i], leader_epoch, flags, now) == -1)
			goto fail;
	if (flush_run(log, &run, now) == 0)
		return 0;
fail:
	saved = errno;
	refuse(log, batches, n);
	errno = saved;
	return -1;
}
