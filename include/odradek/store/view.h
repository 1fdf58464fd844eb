/* SPDX-License-Identifier: ISC */
/*
 * view.h - logs as readers see them: where an offset lies, and a descriptor to send it from.
 *
 * Used in: acceptors (any process that only reads).  A view knows the segments of one replica directory as of a
 * segment generation; the truth about the tail (LEO, active segment, its end, log start) comes with each call, from
 * the writer's published line.  Descriptors are bounded for the whole cache.  Nothing on disk is trusted: every length is
 * checked.  A hot sequential fetch costs one pread of a header at most, and no allocation.
 */
#ifndef ODRADEK_STORE_VIEW_H
#define ODRADEK_STORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "odradek/store/verify.h"

struct view_cache;
struct view;

/* One open .log file.  Borrowed: valid until the next call into the cache unless held. */
struct view_file {
	int fd;
	int64_t base;	  /* of the segment */
	bool gone;	  /* unlinked: whoever holds it must let go within seconds */
	/* the rest is the cache's */
	uint32_t refs;
	int64_t size;
	struct view *view;
	struct view_file *prev, *next;
};

/* max_fds: of .log and index files together.  NULL only when out of memory. */
struct view_cache *view_cache_new(unsigned max_fds);
void view_cache_free(struct view_cache **cp);
/* About once a second: closes what was unlinked and what was not used for a while.  Returns how many. */
unsigned view_cache_tick(struct view_cache *c, int64_t mono);
/* A disk that failed: what is open there is closed, or as soon as nobody holds it. */
void view_cache_drop(struct view_cache *c, const char *disk);
unsigned view_cache_fds(const struct view_cache *c);

/* Which log, and which state of it. */
struct view_key {
	const char *disk;	/* path of the log.dirs entry */
	const char *topic;
	int32_t partition;
	uint32_t node;		/* index of the disk */
	uint32_t slot;		/* of the partition table */
	uint32_t slot_generation;
	uint32_t generation;	/* plog_line.generation as published */
};
/*
 * The view of that log, refreshed (readdir) when the generation differs.  Valid until the next view_get or tick.
 * NULL with errno: ENOENT when the directory is gone.
 */
struct view *view_get(struct view_cache *c, const struct view_key *key);
/* Is there a view of that log, of whatever generation?  If not, view_get will read a directory that may be cold. */
bool view_known(const struct view_cache *c, const struct view_key *key);

/* The published tail that bounds everything a reader may see. */
struct view_tail {
	int64_t log_start, leo;
	int64_t segment; /* active; -1 = the log has no segment */
	int64_t end;	 /* position behind the last published batch of it */
};
enum { VIEW_WALK = 16 << 10 }; /* a walk has read no more than this behind a place that it found */
struct view_place {
	int64_t segment;  /* base offset of the segment */
	int64_t position; /* of the batch */
	int64_t end;	  /* bytes of that segment that may be sent end here */
	int64_t base;	  /* offset of the batch; equals leo when nothing is there yet */
	int64_t next;	  /* offset behind it */
	uint32_t length;  /* of the batch; 0 when nothing is there yet */
	int64_t walked;	  /* where the walk began that found it */
	int64_t before;	  /* base > offset: the batch in front of it, which proves the gap; else -1 */
};
/*
 * Where the batch lies that contains offset, or the first one behind it (log_start <= offset <= leo).  hint may be
 * NULL, or a guess: (segment, position) where the batch is expected to begin; it is confirmed by the header there.
 * Returns 0; -1 with errno: ERANGE (outside), ESTALE or ENOENT (the set of segments moved: read the line again),
 * EBADMSG (it lies in a range that is known to be bad), EUCLEAN (what lies at *place is not a batch: view_check it), EIO.
 */
int view_locate(struct view *v, const struct view_tail *tail, int64_t offset, const struct view_place *hint,
    struct view_place *place);
/* The same, for an event loop: -1 with EAGAIN when the answer is not in the page cache (ask again from the helper). */
int view_try_locate(struct view *v, const struct view_tail *tail, int64_t offset, const struct view_place *hint,
    struct view_place *place);
/*
 * Entries of the segment's index, ascending, of which the first is at or in front of position (if there is one): a
 * guess where batches begin, to be confirmed by the header there.  Returns how many, at most max; -1 with errno
 * (EAGAIN: not in the page cache).
 */
struct view_mark {
	int64_t offset; /* last one of the batch */
	int64_t position;
};
int view_marks(struct view *v, const struct view_tail *tail, int64_t segment, int64_t position, struct view_mark *out,
    int max);
/* The segment behind the given one: its base offset; -1 = it was the last. */
int64_t view_next_segment(struct view *v, const struct view_tail *tail, int64_t segment);

/* The open .log file of a segment; NULL with errno (ENOENT: gone). */
struct view_file *view_file(struct view *v, int64_t segment);
struct view_file *view_file_hold(struct view_file *f); /* a reply in flight */
void view_file_put(struct view_cache *c, struct view_file *f);

/* pread, as the helper may: it waits for the medium.  Bytes read, or -1. */
ssize_t view_read(const struct view_file *f, void *buf, size_t n, int64_t off);

/* 1 when all of the range is in the page cache, 0 when not, -1 when that cannot be told here. */
int view_resident(int fd, int64_t off, size_t len);
/* False: the kernel is too old for cachestat(2), so better remember the answer for a moment. */
bool view_resident_cheap(void);
/* For the helper: what was read ahead and is behind its reader leaves the page cache. */
void view_drop(int fd, int64_t off, int64_t len);

/*
 * What is known of the bytes of a segment, as long as its file is open here: ranges that were checked batch by batch and
 * are good, and bad ones.  Both begin and end where batches do.
 */
/* How far the bytes from pos on are known to be good; pos itself: nothing is known. */
int64_t view_good(const struct view_file *f, int64_t pos);
/* Where the first range from `from` on that is known to be bad begins; `to`: there is none in front of that. */
int64_t view_until_bad(const struct view_file *f, int64_t from, int64_t to);
void view_add_good(struct view_file *f, int64_t from, int64_t to);
/* It left the page cache: what comes back must be checked again. */
void view_forget(struct view_file *f, int64_t from, int64_t to);
/* The bad range that holds pos; NULL.  After a minute it is forgotten, as it may have been mended. */
const struct bad_range *view_bad(const struct view_file *f, int64_t pos);
void view_add_bad(struct view_file *f, const struct bad_range *bad, int64_t mono);

/*
 * For the helper: reads len bytes and more of the segment from position on, which is where somebody believes that a batch
 * begins, and checks them.  Good is what lies from `from` up to `to`; *bad (if any: to >= 0) begins there.  A position
 * that turns out not to be the beginning of a batch is errno ESTALE.  0 or -1 with errno.
 */
struct view_checked {
	int64_t segment, from, to;
	struct bad_range bad; /* bad.to == 0: none was met */
};
int view_check(struct view *v, const struct view_tail *tail, int64_t segment, int64_t position, int64_t len,
    struct view_checked *out);

/* ListOffsets.  Exact within the batch, which is decompressed when need be. */
struct view_stamp {
	int64_t offset, timestamp; /* -1/-1: there is none */
	int32_t epoch;		   /* leader epoch of the batch; -1 */
};
/* The first record at log_start or later, below bound, whose timestamp is >= timestamp.  0 or -1 with errno. */
int view_find_timestamp(struct view *v, const struct view_tail *tail, int64_t bound, int64_t timestamp,
    struct view_stamp *out);
/* The (first) record with the greatest timestamp.  0 or -1. */
int view_max_timestamp(struct view *v, const struct view_tail *tail, int64_t bound, struct view_stamp *out);

/* Aborted transactions for read_committed: entries with last >= from and first < upto. */
struct view_aborted {
	int64_t producer_id, first, last;
};
/*
 * Fills at most max, in order of last offset; returns how many there are (may exceed max), or -1 with errno (EBADMSG: an
 * index of them has entries that cannot be).
 */
int view_aborted(struct view *v, const struct view_tail *tail, int64_t from, int64_t upto, struct view_aborted *out,
    int max);

/* The same, for an event loop: -1 with EAGAIN when the answer is not in the page cache. */
int view_try_aborted(struct view *v, const struct view_tail *tail, int64_t from, int64_t upto, struct view_aborted *out,
    int max);

/*
 * OffsetForLeaderEpoch on the published history.  current = the line's epoch (the leader's own), whose end is leo.
 * (-1,-1) when unknown.
 */
int view_epoch_end(struct view *v, const struct view_tail *tail, int32_t current, int32_t requested, int32_t *epoch,
    int64_t *end);
/* Leader epoch of the record at offset, from the history; -1 = unknown. */
int32_t view_epoch_at(struct view *v, int64_t offset);

#endif
