/* SPDX-License-Identifier: ISC */
/*
 * plog.h - one partition's log ("plog": base/log.h is what the daemon says), as its only writer sees it.
 *
 * Used in: writer.<node>, in its loop.  A log belongs to a disk (store/disk.h), which keeps its descriptors bounded
 * and does its background work.  No call here waits for the medium; what may stall becomes a job of the disk.
 * A log that was never written to is a directory with partition.metadata, and nothing else.
 */
#ifndef ODRADEK_STORE_PLOG_H
#define ODRADEK_STORE_PLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "odradek/store/producers.h"

struct disk;
struct plog;

/* The settings of a log.  One for all partitions of a topic: the caller owns it, keeps it while logs point to it, and
 * may change it in place. */
struct plog_config {
	int64_t retention_ms, retention_bytes, segment_ms, segment_jitter_ms, file_delete_delay_ms;
	int64_t flush_messages, flush_ms, max_compaction_lag_ms;
	int32_t segment_bytes, segment_index_bytes, index_interval_bytes;
	bool cleanup_delete, cleanup_compact;
	bool expendable; /* goes when the disk is beyond its budget: nobody said how long it is to be kept */
};
extern const struct plog_config plog_config_default; /* Kafka's */

/* What readers of this log are told.  Plain numbers: the writer copies them into its shared line. */
struct plog_line {
	int32_t epoch;		/* leader epoch of the last batch; -1 = none */
	uint32_t generation;	/* changes with the set of segments, with truncation and with the epoch history */
	int64_t log_start, leo, hw, lso;
	int64_t first_unstable; /* first offset of the oldest open transaction; -1 = none */
	int64_t segment;	/* base offset of the active segment; -1 = there is none yet (leo == log_start) */
	int64_t end;		/* position behind the last batch in it */
	int64_t size;		/* bytes of all segments' .log files */
	int64_t max_timestamp;	/* greatest timestamp of the active segment; -1 = none */
	int64_t recovery_point; /* everything below is known to be on the medium, derived files too */
	int64_t flushed;	/* batches below are on the medium; >= recovery_point */
	int64_t born;		/* what lies at or behind it was appended, hence checked, since the disk was opened */
	uint32_t segments;	/* how many */
	uint32_t cuts;		/* changes when records at the end go away; begins anywhere */
	int64_t cleaned;	/* everything below was compacted; -1: nothing ever was */
};

struct plog_name {
	const char *topic;
	int32_t partition;
	uint8_t topic_id[16];
};

enum plog_open_flags {
	PLOG_CREATE = 1,	   /* make it when it is not there */
	PLOG_MUST_BE_NEW = 2, /* a directory that is there already is set aside first (stray) */
};
struct plog_open_how {
	unsigned flags;
	/*
	 * Known from the line of a writer that died while the shared memory lives; -1 = unknown.  The log is cut at
	 * known_leo: nothing beyond it was seen or acknowledged.
	 */
	int64_t known_leo, known_log_start, known_hw;
	int64_t known_born;
};
enum plog_opened {
	PLOG_OPENED = 0,	   /* as it was */
	PLOG_CREATED = 1,   /* new; durable after disk_sync() */
	PLOG_SHORTER = 2,   /* open, but shorter than known_leo: this replica is lost */
	PLOG_TRUNCATED = 3, /* open; a bad or torn tail beyond what is known good was cut (and reported in the log) */
	PLOG_ABSENT = 4,	   /* not there, and PLOG_CREATE was not given; *plogp is NULL */
	PLOG_MORE = 6,	/* not yet: plog_open_more() is to be called again */
	PLOG_OTHER_ID = 5,  /* the directory is of another topic of this name (see disk_set_aside); *plogp is NULL */
};
/*
 * Opens and recovers one log, as the disk's recovery mode and how demand; in same-boot mode this takes microseconds.
 * Returns enum plog_opened, or -1 with errno (EIO ...: the medium failed; the log is not open).
 */
int plog_open(struct plog **plogp, struct disk *disk, const struct plog_name *name, const struct plog_config *config,
    const struct plog_open_how *how);
/*
 * The same in steps, for a loop that serves others meanwhile.  PLOG_MORE: *op is to be given to plog_open_more until it
 * answers something else, or to plog_open_abort; each works until the clock says so (mono ns), or a little longer.
 */
struct plog_opening;
int plog_open_begin(struct plog_opening **op, struct plog **plogp, struct disk *disk, const struct plog_name *name,
    const struct plog_config *config, const struct plog_open_how *how, int64_t until);
int plog_open_more(struct plog_opening **op, struct plog **plogp, int64_t until);
void plog_open_abort(struct plog_opening **op);
/* Forgets it; files stay as they are.  Sets *plogp to NULL; NULL is allowed. */
void plog_close(struct plog **plogp);
/* The partition is gone: publishes, renames the directory to ...-delete, removes it by a job after file.delete.delay.ms.
 * Sets *plogp to NULL.  0 or -1 with errno (the log is closed all the same). */
int plog_delete(struct plog **plogp);

const struct plog_line *plog_line(const struct plog *log);
size_t plog_topic(const struct plog *log, char topic[256]); /* its length */
int32_t plog_partition(const struct plog *log);
const char *plog_dirname(const struct plog *log); /* "<topic>-<n>" */
struct disk *plog_disk(const struct plog *log);
void plog_set_user(struct plog *log, void *user); /* the writer's own struct for it */
void *plog_user(const struct plog *log);
void plog_set_config(struct plog *log, const struct plog_config *config);
const struct producers *plog_producers(const struct plog *log); /* NULL: none */

/* One batch to append. */
struct plog_batch {
	/* in */
	const struct iovec *iov; /* the batch from byte 16 (magic) to its end; only read */
	int iovcnt;
	uint32_t length;	 /* of the whole batch: 16 + the sum of iov */
	int32_t last_offset_delta;
	int64_t max_timestamp;
	int64_t producer_id;	 /* -1 = none */
	int16_t producer_epoch;
	uint16_t attributes;
	int32_t base_sequence;
	bool behind;		 /* one in front of it, of the same producer, was sent: if it is not here, it was refused */
	int8_t marker;		 /* control batch of a transaction: 0 ABORT, 1 COMMIT; else -1 */
	int32_t coordinator_epoch; /* of a marker */
	int32_t leader_epoch;	 /* PLOG_ASSIGNED only */
	/* in for PLOG_ASSIGNED, else out */
	int64_t base_offset;
	/* out */
	int16_t error;		 /* Kafka's code; 0 = appended, or a duplicate */
	bool duplicate;		 /* nothing written: base_offset and plog_append_time are those of the original */
	int64_t segment, position; /* where it lies (not of a duplicate) */
	int64_t timestamp;	 /* of a duplicate: the original's timestamp */
};
enum plog_append_flags {
	PLOG_ASSIGNED = 1, /* follower: offsets and leader epochs are the leader's */
};

/*
 * Appends n batches in order: checks producers, rolls, writes (contiguous batches in one call), indexes, moves the
 * LEO.  Sets error/duplicate/offsets of each.  The HW is not moved.  now = wall clock ms.
 * Returns 0, or -1 with errno (ENOSPC, EDQUOT: heals by itself; EIO: the medium fails): what could not be written was
 * undone, and each batch that is not in the log has error 56 (KAFKA_STORAGE_ERROR, which clients retry); those in front
 * of it stand.  A batch that cannot be is refused; with PLOG_ASSIGNED so is what comes behind it (-1, EBADMSG).  Call
 * plog_line() afterwards and publish.
 */
int plog_append(struct plog *log, struct plog_batch *batches, int n, int32_t leader_epoch, unsigned flags, int64_t now);
/*
 * The same, for bytes that somebody else may have changed while they were written: still() is asked between the write and
 * the moment from which it counts.  False: it is undone like what a full disk refused, errno is ECANCELED.
 */
typedef bool plog_still_fn(void *arg);
int plog_append_if(struct plog *log, struct plog_batch *batches, int n, int32_t leader_epoch, unsigned flags, int64_t now,
    plog_still_fn *still, void *arg);

/*
 * A follower whose leader's log has nothing between here and offset, its end, any more (compaction took it): the LEO is
 * offset afterwards, where a new segment begins.  0, or -1 with errno.
 */
int plog_skip_to(struct plog *log, int64_t offset, int64_t now);

/* Moves the HW (never above the LEO, never down unless down is true); recomputes the LSO. */
void plog_set_hw(struct plog *log, int64_t hw, bool down);
/*
 * DeleteRecords, or a leader that moved its log start: log_start = offset (<= hw, else -1/ERANGE; lower than now: no
 * change), published; segments wholly below go away; checkpointed by a job.
 */
int plog_delete_records(struct plog *log, int64_t offset);
/*
 * Everything from offset on goes away (whole batches: the LEO may become less).  Publishes the lower LEO through
 * changed() first, cuts after.  0 or -1 with errno.  EAGAIN: the checkpoints vouch for some of that, or compacted files
 * are being swapped in, and a job has to take that back first; nothing was changed, ask again later.
 */
int plog_truncate_to(struct plog *log, int64_t offset);
/* All of it goes away; the log is empty and begins at offset.  EAGAIN as above. */
int plog_truncate_fully(struct plog *log, int64_t offset);
/* Retention now (disk_tick does it in turns); returns how many segments went away. */
int plog_retain(struct plog *log, int64_t now);
/* A leader has taken over with this epoch, at the LEO: entered into the epoch history at the first append. */
int32_t plog_last_epoch(const struct plog *log); /* of the history; -1 = empty */
/* Kafka's endOffsetFor(epoch) on this log: *epoch_out and *end_out, -1/-1 when unknown. */
void plog_epoch_end(const struct plog *log, int32_t epoch, int32_t *epoch_out, int64_t *end_out);

/*
 * Compacted files <base>.log.cleaned and its indexes lie in the directory, on the medium: they are to take the place of
 * the sealed segments base to last.  0: under way, swapped() of the disk tells the end; -1 with errno: ECANCELED (these
 * segments are not what they were), EBUSY (another swap is under way).
 */
struct plog_cleaned {
	int64_t base, last;  /* base offsets of the first and of the last segment */
	int64_t size;	     /* of <base>.log.cleaned */
	int64_t upto;	     /* everything below is clean afterwards; -1 = not yet */
	uint32_t cuts;	     /* of the line by which they were read */
};
int plog_swap_in(struct plog *log, const struct plog_cleaned *c);
/* Everything below upto was compacted: entered into cleaner-offset-checkpoint. */
void plog_set_cleaned(struct plog *log, int64_t upto);

/* flush.messages or flush.ms asks for a sync after this append: a job is queued; flushed() tells when it is done. */
bool plog_flush_due(struct plog *log, int64_t mono);
/* Will a sync that was asked for already tell that everything below offset is on the medium?  False, too, if it is. */
bool plog_flush_under_way(const struct plog *log, int64_t offset);
/* Rolls now (tests; an operator).  0 or -1. */
int plog_roll(struct plog *log, int64_t now);
/* Writes buffered index entries now. */
void plog_flush_indexes(struct plog *log);

#endif
