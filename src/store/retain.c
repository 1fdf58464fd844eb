/* SPDX-License-Identifier: ISC */
/*
 * retain.c - the ways in which records leave a log: retention, DeleteRecords, truncation.
 *
 * Writer.  The order is always the same: the line is changed and published, so that no reader begins to look for what
 * goes away; then files are renamed to .deleted (or cut); the unlink, which may stall, is a job after file.delete.delay.ms.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/store/verify.h"
#include "store_priv.h"

/* ---- files ---- */

int
plog_doom_segment(struct plog *log, int64_t base, int64_t delay_ms)
{
	static const char *const suffix[] = { ".log", ".index", ".timeindex", ".txnindex" };
	char from[PATH_BYTES], to[PATH_BYTES];
	int r = 0;

	jobs_forget_segment(log, base);
	for (size_t i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
		path_segment(from, log->name, base, suffix[i]);
		strcpy(to, from);
		strcat(to, ".deleted");
		if (store_sys.renameat(log->disk->dirfd, from, log->disk->dirfd, to) == 0)
			disk_doom(log->disk, to, delay_ms, false);
		else if (errno_is_full(errno) && store_sys.unlinkat(log->disk->dirfd, from, 0) == 0)
			continue; /* another name wants room, none does not */
		else if (errno != ENOENT) {
			r = i == 0 ? errno : r;
			log_limited("could not rename \"%s\": %s", from, strerror(errno));
		}
	}
	plog_snapshot_unlink(log, base);
	errno = r;
	return r == 0 ? 0 : -1;
}

static void
save_epochs(struct plog *log)
{
	if (plog_epochs_save(log) == -1)
		log_limited("could not write leader epochs of \"%s\": %s", log->name, strerror(errno));
}

/* The first n segments go away; at least one stays. */
static void
drop_segments(struct plog *log, uint32_t n, int64_t delay_ms)
{
	int64_t base[64];

	while (n > 0) {
		uint32_t some = n < 64 ? n : 64;

		for (uint32_t i = 0; i < some; i++)
			base[i] = log->seg[i].base;
		plog_drop_first(log, some);
		if (log->line.log_start < log->seg[0].base)
			log->line.log_start = log->seg[0].base;
		if (log->line.hw < log->line.log_start)
			log->line.hw = log->line.log_start;
		log->line.generation++;
		if (epochs_cut_start(&log->epochs, log->line.log_start))
			save_epochs(log);
		plog_publish(log);
		plog_mark_dirty(log);
		/* producers outlive their records: the saved state must not end in a segment that is gone */
		if (log->saved_segment < log->seg[0].base)
			saved_write(log->disk);
		for (uint32_t i = 0; i < some; i++)
			plog_doom_segment(log, base[i], delay_ms);
		n -= some;
	}
	log->disk->checkpoint_due = true;
}

/* ---- retention ---- */

/*
 * A timestamp that cannot be when the record was made: none, before 2000 (a clock that was never set; seconds where
 * milliseconds are meant), or after the broker had appended it.  What goes by time goes by the append then.
 */
int64_t
sane_timestamp(int64_t ts, int64_t appended)
{
	return ts < TS_EARLIEST || ts > appended ? appended : ts;
}

/*
 * The time that retention goes by: the greatest timestamp in the segment as Kafka has it, or the last append where
 * that is absurd, so that one record dated in the future holds nothing.
 */
int64_t
segment_timestamp(struct plog *log, struct segment *s)
{
	char path[PATH_BYTES];
	int64_t ts, offset, n;
	struct stat st;
	int fd;

	if (s == plog_active(log)) {
		ts = log->line.max_timestamp;
	} else if (s->max_ts == TS_UNKNOWN) {
		s->max_ts = -1;
		fd = store_open(log->disk->dirfd, path_segment(path, log->name, s->base, ".timeindex"), O_RDONLY);
		if (fd != -1 && store_sys.fstatat(fd, "", &st, AT_EMPTY_PATH) == 0 &&
		    (n = timeindex_count(fd, st.st_size, s->base)) > 0 &&
		    timeindex_at(fd, n - 1, s->base, &ts, &offset) == 0)
			s->max_ts = ts;
		store_close(&fd);
		ts = s->max_ts;
	} else {
		ts = s->max_ts;
	}
	return sane_timestamp(ts, s->mtime);
}

static int64_t
segment_end(const struct plog *log, uint32_t i)
{
	return i + 1 < log->nseg ? log->seg[i + 1].base : log->line.leo;
}

bool
segment_removable(const struct plog *log, uint32_t i)
{
	return segment_end(log, i) <= log->line.hw && (i + 1 < log->nseg || log->seg[i].size > 0);
}

/* How many of the segments from n on are too much by size. */
static uint32_t
surplus(const struct plog *log, uint32_t n)
{
	int64_t diff = log->line.size - log->config->retention_bytes;

	if (log->config->retention_bytes < 0)
		return n;
	for (uint32_t i = 0; i < n; i++)
		diff -= log->seg[i].size;
	while (n < log->nseg && segment_removable(log, n) && diff - log->seg[n].size >= 0)
		diff -= log->seg[n++].size;
	return n;
}

static uint32_t
expired(struct plog *log, uint32_t n, int64_t now)
{
	if (log->config->retention_ms < 0)
		return n;
	while (n < log->nseg && segment_removable(log, n) &&
	    now - segment_timestamp(log, &log->seg[n]) > log->config->retention_ms)
		n++;
	return n;
}

/*
 * Retention takes whole segments, and in Kafka the one that is being written to keeps its first record until
 * segment.ms, a week, whatever retention.ms says.  Here it is closed as soon as its first record expires, so that
 * nothing stays longer than about twice retention.ms.
 */
static void
close_expired(struct plog *log, int64_t now)
{
	const struct segment *a = plog_active(log);

	if (log->config->retention_ms < 0 || a->size == 0 ||
	    now - sane_timestamp(log->rolling_ts, log->created) <= log->config->retention_ms)
		return;
	if (plog_roll(log, now) == -1)
		log_limited("could not roll \"%s\": %s", log->name, strerror(errno));
	else
		plog_publish(log);
}

int
plog_drop_segments(struct plog *log, uint32_t n, int64_t now, int64_t delay_ms)
{
	if (n > 0 && plog_swap_holds(log, segment_end(log, n - 1)))
		return 0; /* the next turn takes them */
	/* the content of the active segment goes, too: an empty one takes its place */
	if (n == log->nseg && plog_roll(log, now) == -1) {
		log_limited("could not roll \"%s\": %s", log->name, strerror(errno));
		n--;
	}
	if (n > 0)
		drop_segments(log, n, delay_ms);
	return (int)n;
}

int
plog_retain(struct plog *log, int64_t now)
{
	uint32_t n = 0;

	if (log->nseg == 0)
		return 0;
	while (n + 1 < log->nseg && log->seg[n + 1].base <= log->line.log_start)
		n++;
	if (log->config->cleanup_delete)
		n = expired(log, surplus(log, n), now);
	n = (uint32_t)plog_drop_segments(log, n, now, log->config->file_delete_delay_ms);
	if (log->config->cleanup_delete)
		close_expired(log, now);
	return (int)n;
}

int
plog_delete_records(struct plog *log, int64_t offset)
{
	uint32_t n = 0;

	if (offset <= log->line.log_start)
		return 0;
	if (offset > log->line.hw) {
		errno = ERANGE;
		return -1;
	}
	log->line.log_start = offset;
	if (epochs_cut_start(&log->epochs, offset))
		save_epochs(log);
	log->line.generation++;
	plog_publish(log);
	while (n + 1 < log->nseg && log->seg[n + 1].base <= offset)
		n++;
	if (n > 0 && !plog_swap_holds(log, offset)) /* else retention takes them later */
		drop_segments(log, n, log->config->file_delete_delay_ms);
	plog_mark_dirty(log);
	log->disk->starts_moved++;
	log->disk->checkpoint_due = log->disk->checkpoint_now = true;
	return 0;
}

/* ---- truncation ---- */

/*
 * The same in a segment with damage in front of that place, where headers cannot be followed: batch by batch with their
 * CRCs.  What is damaged in front of the cut stays; if offset lies within damage, the log ends in front of it.
 */
static int
find_cut_in_damage(const struct segment *s, int fd, int64_t upper, int64_t offset, int64_t *pos, int64_t *leo)
{
	struct verify *v = verify_new(fd, s->base, 0, s->size, upper, s->base);
	struct bad_range bad;
	uint8_t base[8];
	int64_t first;
	int r = 1;

	*pos = s->size;
	*leo = offset;
	while (r != -1 && verify_position(v) < s->size) {
		int64_t at = verify_position(v);

		if ((r = verify_run(v, at + 1, &bad)) == -1 || verify_next(v) <= offset)
			continue;
		first = bad.first;
		if (r == 1 && (r = store_pread(fd, base, sizeof(base), at) == (ssize_t)sizeof(base) ? 1 : -1) == 1)
			first = (int64_t)be64_get(base);
		*pos = at;
		*leo = first < offset ? first : offset;
		break;
	}
	verify_free(&v);
	return r == -1 ? -1 : 0;
}

/* Where in segment i the batch begins that holds offset or is the first behind it: *pos; *leo the new end. */
static int
find_cut(struct plog *log, uint32_t i, int64_t offset, int64_t *pos, int64_t *leo)
{
	const struct segment *s = &log->seg[i];
	char path[PATH_BYTES];
	struct batch_header h;
	struct walk w;
	int64_t at, due = s->base;
	bool damage = false;
	int fd = store_open(log->disk->dirfd, path_segment(path, log->name, s->base, ".log"), O_RDONLY), r;

	if (fd == -1)
		return -1;
	*pos = s->size;
	*leo = offset;
	/* rare, so from the beginning of the segment: no index has to be believed */
	walk_init(&w, fd, s->base, 0, s->size, s->base, disk_buf(log->disk), WALK_WINDOW);
	while ((r = walk_next(&w, &h, &at)) == 1 && h.base_offset + h.last_offset_delta < offset)
		due = w.next;
	if (r == 1) {
		*pos = at;
		if (h.base_offset < offset)
			*leo = h.base_offset;
		/* a header that lies leads to a gap, to a wrong CRC, or to nothing */
		damage = h.base_offset != due || (r = walk_crc(&w, &h, at)) == 0;
	}
	if (damage || (r == -1 && errno == EBADMSG))
		r = find_cut_in_damage(s, fd, i + 1 < log->nseg ? log->seg[i + 1].base : log->line.leo, offset, pos, leo);
	store_close(&fd);
	if (r == 1)
		r = 0;
	return r;
}

static int
cut_active(struct plog *log)
{
	int fd = plog_fd(log);

	if (fd != -1 && store_sys.ftruncate(fd, log->line.end) == 0) {
		log->flags &= (uint16_t)~PLOG_TAIL_DIRTY;
		return 0;
	}
	log->flags |= PLOG_TAIL_DIRTY; /* the next append tries again before it writes */
	return -1;
}

int
plog_truncate_to(struct plog *log, int64_t offset)
{
	uint32_t i = log->nseg, was = log->nseg;
	int64_t pos, leo, *gone;
	int err;

	if (offset >= log->line.leo)
		return 0;
	while (i > 0 && log->seg[i - 1].base > offset)
		i--;
	if (i == 0 || offset < log->line.log_start)
		return plog_truncate_fully(log, offset);
	if (plog_swap_cancel(log) == -1)
		return -1;
	if (find_cut(log, i - 1, offset, &pos, &leo) == -1 || plog_lower(log, leo) == -1)
		return -1;
	gone = calloc(was, sizeof(*gone));
	if (gone == NULL)
		return -1;
	for (uint32_t k = i; k < was; k++) {
		gone[k] = log->seg[k].base;
		log->line.size -= log->seg[k].size;
	}
	plog_cut_cleaned(log, leo);
	jobs_forget(log->disk, log);
	if (i < was)
		plog_fd_forget(log);
	free(log->pending);
	log->pending = NULL;
	log->nseg = i;
	log->line.size -= log->seg[i - 1].size - pos;
	log->seg[i - 1].size = log->line.end = pos;
	log->line.leo = leo;
	if (log->line.hw > leo)
		log->line.hw = leo;
	log->line.generation++;
	plog_publish(log);
	for (uint32_t k = i; k < was; k++)
		plog_doom_segment(log, gone[k], log->config->file_delete_delay_ms);
	free(gone);
	err = cut_active(log) == -1 ? errno : 0;
	plog_index_cut(log, &log->seg[i - 1], leo);
	epochs_cut_end(&log->epochs, leo);
	save_epochs(log);
	if (plog_rebuild_state(log) == -1)
		err = errno;
	plog_publish(log);
	plog_mark_dirty(log);
	saved_write(log->disk);
	errno = err;
	return err == 0 ? 0 : -1;
}

int
plog_reset(struct plog *log, int64_t offset, bool publish)
{
	uint32_t n = log->nseg;
	int64_t *snapshots = NULL;
	int nsnap;

	plog_cut_cleaned(log, offset);
	jobs_forget(log->disk, log);
	plog_fd_forget(log);
	free(log->pending);
	log->pending = NULL;
	producers_free(&log->producers);
	log->flags &= (uint16_t)~PLOG_STATE_LOST;
	log->nseg = 0;
	log->line.leo = log->line.log_start = log->line.hw = log->line.born = offset;
	log->line.end = log->line.size = 0;
	log->line.max_timestamp = -1;
	log->line.generation++;
	log->line.recovery_point = log->line.flushed = log->next_flush_leo = offset;
	log->whole_base = -1;
	if (publish)
		plog_publish(log);
	for (uint32_t i = 0; i < n; i++)
		plog_doom_segment(log, log->seg[i].base, log->config->file_delete_delay_ms);
	if ((nsnap = plog_snapshots(log, &snapshots)) > 0)
		for (int i = 0; i < nsnap; i++)
			plog_snapshot_unlink(log, snapshots[i]);
	free(snapshots);
	log->snapshot_leo = log->snapshot_prev = -1;
	if (log->epochs.n > 0) {
		epochs_fini(&log->epochs);
		save_epochs(log);
	}
	log->line.epoch = -1;
	plog_mark_dirty(log);
	log->disk->checkpoint_due = log->disk->checkpoint_now = true; /* the log start may have gone back */
	if (plog_new_segment(log, offset, log->disk->now) == -1)
		return -1;
	if (publish)
		plog_publish(log);
	return 0;
}

int
plog_truncate_fully(struct plog *log, int64_t offset)
{
	return plog_swap_cancel(log) == -1 || plog_lower(log, offset) == -1 ? -1 : plog_reset(log, offset, true);
}
