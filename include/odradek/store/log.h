/* SPDX-License-Identifier: ISC */
/*
 * log.h - one partition's log, as its only writer sees it.
 *
 * Used in: writer.<node>, in its loop.  A log belongs to a disk (store/disk.h), which keeps its descriptors bounded
 * and does its background work.  No call here waits for the medium; what may stall becomes a job of the disk.
 * A log that was never written to is a directory with partition.metadata, and nothing else.
 */
#ifndef ODRADEK_STORE_LOG_H
#define ODRADEK_STORE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "odradek/store/producers.h"

struct disk;
struct log;

/* The settings of a log.  One for all partitions of a topic: the caller owns it, keeps it while logs point to it, and
 * may change it in place. */
struct log_config {
	int64_t retention_ms, retention_bytes, segment_ms, segment_jitter_ms, file_delete_delay_ms;
	int64_t flush_messages, flush_ms;
	int32_t segment_bytes, segment_index_bytes, index_interval_bytes;
	bool cleanup_delete, cleanup_compact;
};
extern const struct log_config log_config_default; /* Kafka's */

/* What readers of this log are told.  Plain numbers: the writer copies them into its shared line. */
struct log_line {
	int32_t epoch;		/* leader epoch of the last batch; -1 = none */
	uint32_t generation;	/* changes with the set of segments, with truncation and with the epoch history */
	int64_t log_start, leo, hw, lso;
	int64_t first_unstable; /* first offset of the oldest open transaction; -1 = none */
	int64_t segment;	/* base offset of the active segment; -1 = there is none yet (leo == log_start) */
	int64_t end;		/* position behind the last batch in it */
	int64_t size;		/* bytes of all segments' .log files */
	int64_t max_timestamp;	/* greatest timestamp of the active segment; -1 = none */
	int64_t recovery_point; /* everything below is known to be on the medium */
	uint32_t segments;	/* how many */
};

struct log_name {
	const char *topic;
	int32_t partition;
	uint8_t topic_id[16];
};

enum log_open_flags {
	LOG_CREATE = 1,	   /* make it when it is not there */
	LOG_MUST_BE_NEW = 2, /* a directory that is there already is set aside first (stray) */
};
struct log_open_how {
	unsigned flags;
	/*
	 * Known from the line of a writer that died while the shared memory lives; -1 = unknown.  The log is cut at
	 * known_leo: nothing beyond it was seen or acknowledged.
	 */
	int64_t known_leo, known_log_start, known_hw;
};
enum log_opened {
	LOG_OPENED = 0,	   /* as it was */
	LOG_CREATED = 1,   /* new; durable after disk_sync() */
	LOG_SHORTER = 2,   /* open, but shorter than known_leo: this replica is lost */
	LOG_TRUNCATED = 3, /* open; a bad or torn tail beyond what is known good was cut (and reported in the log) */
	LOG_ABSENT = 4,	   /* not there, and LOG_CREATE was not given; *logp is NULL */
	LOG_OTHER_ID = 5,  /* the directory is of another topic of this name (see disk_set_aside); *logp is NULL */
};
/*
 * Opens and recovers one log, as the disk's recovery mode and how demand; in same-boot mode this takes microseconds.
 * Returns enum log_opened, or -1 with errno (EIO ...: the medium failed; the log is not open).
 */
int log_open(struct log **logp, struct disk *disk, const struct log_name *name, const struct log_config *config,
    const struct log_open_how *how);
/* Forgets it; files stay as they are.  Sets *logp to NULL; NULL is allowed. */
void log_close(struct log **logp);
/* The partition is gone: publishes, renames the directory to ...-delete, removes it by a job after file.delete.delay.ms.
 * Sets *logp to NULL.  0 or -1 with errno (the log is closed all the same). */
int log_delete(struct log **logp);

const struct log_line *log_line(const struct log *log);
const char *log_topic(const struct log *log);
int32_t log_partition(const struct log *log);
const char *log_dirname(const struct log *log); /* "<topic>-<n>" */
struct disk *log_disk(const struct log *log);
void log_set_user(struct log *log, void *user); /* the writer's own struct for it */
void *log_user(const struct log *log);
void log_set_config(struct log *log, const struct log_config *config);
const struct producers *log_producers(const struct log *log); /* NULL: none */

/* One batch to append. */
struct log_batch {
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
	int8_t marker;		 /* control batch of a transaction: 0 ABORT, 1 COMMIT; else -1 */
	int32_t coordinator_epoch; /* of a marker */
	int32_t leader_epoch;	 /* LOG_ASSIGNED only */
	/* in for LOG_ASSIGNED, else out */
	int64_t base_offset;
	/* out */
	int16_t error;		 /* Kafka's code; 0 = appended, or a duplicate */
	bool duplicate;		 /* nothing written: base_offset and log_append_time are those of the original */
	int64_t segment, position; /* where it lies (not of a duplicate) */
	int64_t timestamp;	 /* of a duplicate: the original's timestamp */
};
enum log_append_flags {
	LOG_ASSIGNED = 1, /* follower: offsets and leader epochs are the leader's */
};

/*
 * Appends n batches in order: checks producers, rolls, writes (contiguous batches in one call), indexes, moves the
 * LEO.  Sets error/duplicate/offsets of each.  The HW is not moved.  now = wall clock ms.
 * Returns 0, or -1 with errno (ENOSPC, EDQUOT: heals by itself; EIO: the medium fails): what could not be written was
 * undone, and each batch that is not in the log has error 56 (KAFKA_STORAGE_ERROR, which clients retry); those in front
 * of it stand.  Call log_line() afterwards and publish.
 */
int log_append(struct log *log, struct log_batch *batches, int n, int32_t leader_epoch, unsigned flags, int64_t now);

/* Moves the HW (never above the LEO, never down unless down is true); recomputes the LSO. */
void log_set_hw(struct log *log, int64_t hw, bool down);
/*
 * DeleteRecords, or a leader that moved its log start: log_start = offset (<= hw, else -1/ERANGE; lower than now: no
 * change), published; segments wholly below go away; checkpointed by a job.
 */
int log_delete_records(struct log *log, int64_t offset);
/*
 * Everything from offset on goes away (whole batches: the LEO may become less).  Publishes the lower LEO through
 * changed() first, cuts after.  0 or -1 with errno.
 */
int log_truncate_to(struct log *log, int64_t offset);
/* All of it goes away; the log is empty and begins at offset. */
int log_truncate_fully(struct log *log, int64_t offset);
/* Retention now (disk_tick does it in turns); returns how many segments went away. */
int log_retain(struct log *log, int64_t now);
/* A leader has taken over with this epoch, at the LEO: entered into the epoch history at the first append. */
int32_t log_last_epoch(const struct log *log); /* of the history; -1 = empty */
/* Kafka's endOffsetFor(epoch) on this log: *epoch_out and *end_out, -1/-1 when unknown. */
void log_epoch_end(const struct log *log, int32_t epoch, int32_t *epoch_out, int64_t *end_out);

/* flush.messages or flush.ms asks for a sync after this append: a job is queued; flushed() tells when it is done. */
bool log_flush_due(struct log *log, int64_t mono);
/* Rolls now (tests; an operator).  0 or -1. */
int log_roll(struct log *log, int64_t now);
/* Writes buffered index entries now. */
void log_flush_indexes(struct log *log);

#endif
