/* SPDX-License-Identifier: ISC */
/*
 * store_priv.h - what the files of libstore share.  README has the formats and the rules.
 *
 * Writer side: struct disk, struct plog, jobs.  Both sides: names, walks over batch headers, index files.
 */
#ifndef STORE_PRIV_H
#define STORE_PRIV_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>

#include "odradek/base/hash.h"
#include "odradek/proto/batch.h"
#include "odradek/store/checkpoint.h"
#include "odradek/store/disk.h"
#include "odradek/store/plog.h"
#include "odradek/store/sys.h"

enum {
	NAME_BYTES = 32,	     /* "00000000000000000000.timeindex.deleted" fits with a little less */
	DIR_BYTES = 256,	     /* of one directory entry, with NUL */
	PATH_BYTES = 320,	     /* "<directory>/<file>" */
	INDEX_ENTRY = 8,
	TIME_ENTRY = 12,
	TXN_ENTRY = 34,
	INDEX_PENDING = 64,	     /* entries kept in memory at most */
	APPEND_BATCHES = 256,	     /* batches written by one call */
	APPEND_IOV = 1024,	     /* IOV_MAX */
	WRITEBACK_BYTES = 8 << 20,   /* of one log */
	WRITEBACK_ALL = 32 << 20,    /* of all logs together */
	SEGMENT_LEAST = 1 << 20,     /* as for segment.bytes */
	SNAPSHOT_BYTES = 16 << 20,   /* of appends between two .snapshot files of a partition */
	SAVE_BYTES = 64 << 20,	     /* of appends of all partitions between two savings of the state */
	RESYNC_MS = 1000,	     /* after a sync that failed for want of space, descriptors ... */
	WALK_WINDOW = 1 << 20,
	SMALL_FILE_MAX = 256 << 20   /* no checkpoint, snapshot or state file is believed to be larger */
};

/* ---- names.c ---- */

/* "<base>.<suffix>" in a directory. suffix with its dot.  Return buf. */
const char *path_segment(char buf[PATH_BYTES], const char *dirname, int64_t base, const char *suffix);
const char *path_in(char buf[PATH_BYTES], const char *dirname, const char *file);
/* Splits "<topic>-<n>"; 0, or -1 when it is not that. */
int name_split(const char *name, char topic[256], int32_t *partition);
/* Base offset of "<20 digits><suffix>" when the suffix is this one; -1. */
int64_t name_base(const char *name, const char *suffix);
void store_random(void *p, size_t n);
/* A whole file relative to dirfd, NUL-terminated; NULL with errno. */
char *store_read_file(int dirfd, const char *path, size_t *len);
/* Replaces a file by a temporary name and rename; synced (and its directory) when sync.  0 or -1. */
int store_write_file(int dirfd, const char *path, const void *p, size_t n, bool sync);
/* spare.c: the same for a file at the root of a disk that is replaced on a full disk, too, if it has a spare one. */
int store_replace_file(int dirfd, const char *name, const void *p, size_t n, bool sync);
/* Keeps blocks for replacing a file of n bytes, as far as there is room. */
void spare_keep(int dirfd, const char *name, size_t n);
ssize_t store_pread(int fd, void *p, size_t n, int64_t off);
/* This thread's store_pread() does not wait for the medium: what is not in the page cache is EAGAIN. */
extern _Thread_local bool store_nowait;
int store_pwrite(int fd, const void *p, size_t n, int64_t off);
int store_open(int dirfd, const char *path, int flags);
void store_close(int *fd);
int store_fsync_path(int dirfd, const char *path, bool missing_ok);

/* Calls fn with every name in the directory until it returns non-zero.  0, fn's value, or -1 with errno. */
int dir_each(int dirfd, const char *path, int (*fn)(const char *name, unsigned char type, void *arg), void *arg);

/* ---- walk.c: batch headers of one .log file, in order ---- */

struct walk {
	int fd;
	int64_t pos, end;  /* next batch; end of what may be read */
	int64_t from;	   /* file position of buf */
	size_t len, cap, window;
	uint8_t *buf;	   /* the caller's, cap bytes */
	int64_t next;	   /* lowest base offset that is allowed next */
	int64_t seg;	   /* base offset of the segment: offsets must fit 31 bits above it */
	uint32_t last_size;
	int64_t stop;	   /* > 0: nothing is read beyond the page of this position, unless it must be; whole pages */
};
void walk_init(struct walk *w, int fd, int64_t seg, int64_t pos, int64_t end, int64_t next, uint8_t *buf, size_t cap);
/* Makes n bytes at pos readable in buf, and more when it pays.  0 or -1. */
int walk_fill(struct walk *w, int64_t pos, size_t n);
/*
 * 1: *h is the header of the batch at *pos (whole within end; structure plausible, CRC not looked at); the walk stands behind it.
 * 0: pos == end.  -1: errno EBADMSG (torn or not a batch at w->pos), EIO ...
 */
int walk_next(struct walk *w, struct batch_header *h, int64_t *pos);
/* Is the CRC of the batch at pos right?  1, 0, or -1 with errno. */
int walk_crc(struct walk *w, const struct batch_header *h, int64_t pos);

/* ---- index.c: files of entries, read by pread ---- */

struct index_hit {
	int64_t offset;	  /* of the entry; the segment's base when before the first */
	int64_t position;
	int64_t entry;	  /* number of the entry; -1 = none */
};
/* How many entries are in an .index of len bytes, trailing zeros (a preallocated file) not counted; -1 with errno. */
int64_t index_count(int fd, int64_t len, int64_t base);
int64_t timeindex_count(int fd, int64_t len, int64_t base);
/* The last of n entries whose offset is <= offset.  0, or -1 with errno. */
int index_find(int fd, int64_t n, int64_t base, int64_t offset, struct index_hit *hit);
/* Entry i.  0 or -1. */
int timeindex_at(int fd, int64_t i, int64_t base, int64_t *timestamp, int64_t *offset);
/* The last of n entries whose timestamp is <= timestamp: number, -1 = none, -2 = error. */
int64_t timeindex_find(int fd, int64_t n, int64_t base, int64_t timestamp);

/* ---- epochs.c: leader-epoch-checkpoint ---- */

struct epoch_entry {
	int32_t epoch;
	int64_t start;
};
struct epochs {
	struct epoch_entry *e;
	uint32_t n;
};
/* 0 read; 1 missing or torn; -1 with errno. */
int epochs_read(struct epochs *es, int dirfd, const char *dirname);
int epochs_write(const struct epochs *es, int dirfd, const char *dirname);
/* Returns whether it changed. */
bool epochs_assign(struct epochs *es, int32_t epoch, int64_t start);
bool epochs_cut_end(struct epochs *es, int64_t end);
bool epochs_cut_start(struct epochs *es, int64_t start);
void epochs_end(const struct epochs *es, int32_t current, int64_t leo, int32_t requested, int32_t *epoch, int64_t *end);
void epochs_fini(struct epochs *es);

/* disk.c: spare ones of its other small files. */
void disk_keep_spares(int dirfd);

/* ---- checkpoint.c: the text files at the root of a disk ---- */

struct text { /* a growing string */
	char *p;
	size_t len, cap;
};
void text_add(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- the log ---- */

struct segment {
	int64_t base, size;
	int64_t max_ts;	  /* sealed: -1 = no timestamps, TS_UNKNOWN = not looked at yet */
	int64_t mtime;	  /* ms: last append */
};
#define TS_UNKNOWN (-2)
#define TS_EARLIEST INT64_C(946684800000) /* 2000-01-01: timestamps before it are absurd */

struct index_pending { /* entries of the active segment that are not in its files yet */
	uint32_t n, ntime;
	uint8_t entry[INDEX_PENDING][INDEX_ENTRY];
	uint8_t time[INDEX_PENDING][TIME_ENTRY];
};

enum plog_flags {
	PLOG_TAIL_DIRTY = 1,	/* bytes behind the end that could not be cut off yet */
	PLOG_IN_DIRTY = 2,	/* on the disk's list of logs that were appended to */
	PLOG_SYNCING = 4,	/* syncfs under way covers syncing_leo */
	PLOG_HW_MOVED = 8,
	PLOG_SYNC_HOLE = 16,	/* a sealed segment is not known to be synced: only a syncfs moves the recovery point */
	PLOG_NEW_DIR = 32,	/* its directory is not known to be durable */
	PLOG_LOWERED = 64,	/* the recovery point went back and stays there: a truncation waits for the checkpoint ... */
	PLOG_LOWERING = 128,	/* ... which a job is about to write */
	PLOG_EPOCHS_OLD = 256,	/* the file of leader epochs is not what it should be */
	PLOG_STATE_LOST = 512	/* a truncation could not read the log again: nothing is appended or saved before that was done */
};

struct plog {
	struct plog_line line;
	struct disk *disk;
	const struct plog_config *config;
	void *user;
	struct segment *seg; /* ascending; the last one is active */
	uint32_t nseg, capseg;
	struct producers *producers;
	struct epochs epochs;
	struct index_pending *pending;
	struct plog *dirty_next;

	/* of the active segment */
	int64_t rolling_ts;	/* max timestamp of its first batch; -1 = none or unknown */
	int64_t created;	/* wall clock: its first append */
	int64_t jitter;
	int64_t max_ts_offset;
	int64_t time_last;	/* timestamp of the last time index entry; -1 */
	uint32_t index_n, time_n; /* entries in the files; UINT32_MAX = not looked at yet */
	uint32_t since_index;	/* bytes since the last index entry */
	int32_t fd;		/* place in the disk's descriptors, -1 */
	int64_t last_position;	/* of the last batch; -1 = none in this segment */
	int64_t last_base;
	uint32_t last_crc;
	int32_t partition;

	/* background */
	int64_t written_back;	/* position up to which writeback was started */
	int64_t saved_segment;	/* the one in which the saved state ends; -1 */
	int64_t snapshot_leo, snapshot_prev; /* newest .snapshot files; -1 */
	int64_t since_snapshot; /* bytes */
	int64_t syncing_leo;
	int64_t whole_base;	/* segment of which all files and names are durable; -1 */
	int64_t checkpointed;	/* greatest recovery point that the checkpoint may have; -1 */
	int64_t checkpointing;	/* the one that a job writes */
	struct store_job *sync_queued; /* not given out yet: may still cover more */
	int64_t unflushed_since; /* mono ms of the first append that is not synced; 0 = none */
	int64_t next_flush_leo; /* a sync up to here is queued */
	int64_t appended;	/* mono tick of the last append */
	uint32_t place;		/* in disk->logs */
	struct swap *swap;	/* of compacted files, under way */
	uint16_t topic_len;
	uint8_t topic_id[16];
	uint16_t flags;
	bool opening; /* nobody but its recovery may touch it */
	char name[];		/* "<topic>-<n>" */
};

static inline struct segment *
plog_active(const struct plog *log)
{
	return log->nseg == 0 ? NULL : &log->seg[log->nseg - 1];
}

/* plog.c */
struct plog *plog_alloc(struct disk *disk, const struct plog_name *name, const struct plog_config *config);
struct segment *plog_add_segment(struct plog *log, int64_t base);
void plog_drop_first(struct plog *log, uint32_t n);
void plog_refresh_line(struct plog *log); /* lso, segments, segment */
void plog_publish(struct plog *log);	  /* changed() */
int plog_fd(struct plog *log);		  /* descriptor of the active .log, opened when need be; -1 with errno */
void plog_fd_forget(struct plog *log);
void plog_mark_dirty(struct plog *log);
int plog_epochs_save(struct plog *log);
/*
 * Batches from offset on are about to go away.  0: the recovery point is not behind it, and the checkpoint says so; -1 with
 * EAGAIN: a job has to write that first.
 */
int plog_lower(struct plog *log, int64_t offset);

/* append.c */
int plog_new_segment(struct plog *log, int64_t base, int64_t now);
void plog_index_batch(struct plog *log, const struct batch_header *h, int64_t position, uint32_t size);
void plog_finish_indexes(struct plog *log);
int plog_txn_index(struct plog *log, const struct producer_batch *b, int64_t first);

/* recover.c */
struct found { /* the files of a partition directory */
	int64_t *snapshot; /* ascending */
	uint32_t nsnapshot;
	uint8_t *has;	   /* per segment: enum found_flags */
	bool compacted;	   /* COMPACTED_MARK is there */
};
enum found_flags { FOUND_INDEX = 1, FOUND_TIMEINDEX = 2, FOUND_INDEXES = 3, FOUND_TXNINDEX = 4 };
struct recovery;
/* The log and f stay the caller's. */
struct recovery *recovery_new(struct plog *log, const struct plog_open_how *how, struct found *f);
void recovery_free(struct recovery **r);
/* Works until the clock (mono ns; 0 = to the end) says so: PLOG_MORE, or how it ended: enum plog_opened, or -1. */
int recovery_step(struct recovery *r, int64_t until);
/* What producer state needs of the batch at pos.  0, or -1: a control batch that ends no transaction. */
int producer_batch_read(const struct batch_header *h, int fd, int64_t pos, struct producer_batch *p);
/* Producer state and what is known of the active segment, after everything from the LEO on was cut. */
int plog_rebuild_state(struct plog *log);
void plog_indexes_unknown(struct plog *log); /* their files changed under us: count again */
void plog_index_cut(struct plog *log, const struct segment *s, int64_t offset); /* entries from offset on go away */

/* txnindex.c */
/* Entries are in the order of the markers, which lie in their segment.  upper: no record of it has that offset or more. */
bool txn_entry_plausible(const uint8_t *e, int64_t before, int64_t upper);
/* Of a marker that aborts what began at first; the producers know of it already. */
void txn_entry_put(uint8_t *e, const struct producers *producers, const struct producer_batch *marker, int64_t first);
/* Files that cannot be are made again.  known: what lies below that offset was good once. */
struct txn_repair;
struct txn_repair *txn_repair_new(struct plog *log, const struct found *found, int64_t known);
int txn_repair_step(struct txn_repair *t, int64_t until); /* 1: done; 0: the time is up */
void txn_repair_free(struct txn_repair **t);

/* snapshot.c */
/* At the LEO: now (an orderly stop), or by a job: making a file may wait for the journal of the file system. */
int plog_snapshot(struct plog *log);
void plog_snapshot_later(struct plog *log);
void plog_snapshot_unlink(struct plog *log, int64_t offset);
/* Offsets of the .snapshot files, ascending; malloc'd.  Number, or -1. */
int plog_snapshots(struct plog *log, int64_t **offsets);
int plog_snapshot_load(struct plog *log, int64_t offset);

/* swap.c */
#define SWAP_MARK ".replaced"
#define COMPACTED_MARK "compacted" /* an empty file that stays: offsets may have gaps between segments */
enum swap_state {
	SWAP_STAGING, /* JOB_SWAP; the segments are the old ones */
	SWAP_ENDING,  /* JOB_SWAPPED; they are the new ones */
	SWAP_UNDOING, /* JOB_SWAP, cancelled, or JOB_UNSWAP; the old ones stay */
};
struct swap {
	struct plog_cleaned c;
	enum swap_state state;
	int64_t *gone;	/* bases of the old segments that still have their names, once the new one has its own */
	uint32_t ngone;
	int error;  /* why it is undone */
	bool stuck; /* the last job or renaming failed and must be done again */
	bool told;  /* the cleaner, that it failed */
};
int swap_files(struct disk *disk, const char *dirname, int64_t base, int64_t delay);
int swap_forget_marks(int dirfd, const char *dirname, int64_t base, int64_t last); /* blocks */
int swap_run(struct store_job *job);	    /* helper thread */
int swap_finish_run(struct store_job *job); /* helper thread */
int swap_undo_run(struct store_job *job);   /* helper thread */
void swap_job_done(struct store_job *job);
/* Records at the end go away, or all: what is clean ends below offset. */
void plog_cut_cleaned(struct plog *log, int64_t offset);
/* Does a swap under way need segments below upto as they are? */
bool plog_swap_holds(struct plog *log, int64_t upto);
/* 0: none is under way; -1 with EAGAIN: it is being undone, or ended. */
int plog_swap_cancel(struct plog *log);
/* The log is closed: what is left is finished or removed by who opens it. */
void plog_swap_forget(struct plog *log);

/* retain.c */
int plog_reset(struct plog *log, int64_t offset, bool publish);
int64_t sane_timestamp(int64_t ts, int64_t appended);
int64_t segment_timestamp(struct plog *log, struct segment *s);
/* Is there anything in segment i, all of it below the high watermark? */
bool segment_removable(const struct plog *log, uint32_t i);
/* The first n segments go away, the active one after a roll, their files after a delay; returns how many. */
int plog_drop_segments(struct plog *log, uint32_t n, int64_t now, int64_t delay_ms);
/* 0, or -1: its .log kept its name. */
int plog_doom_segment(struct plog *log, int64_t base, int64_t delay_ms);

/* ---- the disk ---- */

struct disk_file { /* one descriptor of an active segment; list in order of use */
	int fd;
	struct plog *log;
	int32_t prev, next;
};

struct doomed { /* a file to unlink */
	int64_t due; /* mono ms */
	char *path;
	bool tree;
	struct doomed *next;
};

enum job_kind { JOB_SYNC, JOB_SYNCFS, JOB_WRITEBACK, JOB_DROP, JOB_UNLINK, JOB_TREE, JOB_FILES, JOB_SNAPSHOT, JOB_SWAP,
	JOB_SWAPPED, JOB_UNSWAP };

struct store_job {
	struct store_job *next;
	enum job_kind kind;
	int dirfd, fd;	  /* fd: the file, or -1: open path */
	int64_t off, len;
	char *path;	  /* file; JOB_SYNC: directory */
	char *remove;	  /* JOB_SNAPSHOT: an older one, afterwards */
	int64_t base;	  /* JOB_SYNC: segment; of swaps: the first one */
	int64_t leo;	  /* JOB_SYNC: what is on the medium afterwards; of swaps: base of the last segment */
	bool whole;	  /* JOB_SYNC: derived files and names, too */
	bool new_dir;	  /* JOB_SYNC: the partition's own name, too */
	struct plog *log; /* loop only; NULL when it was closed or cut meanwhile */
	_Atomic bool cancelled; /* the same, for the thread */
	struct text file[4];
	uint64_t starts;  /* JOB_FILES: disk->starts_moved when it was made */
	uint64_t gone;	  /* the same of disk->gone */
	int error;	  /* errno of the run */
};

struct range { /* log.cache.bytes: what was written, in order */
	struct plog *log;
	int64_t segment, off, len;
};

struct disk {
	struct disk_options opt;
	char *path;
	int dirfd;
	enum disk_recovery recovery;
	bool recovered, trusted, sync_hole;
	bool distrusted;	   /* it failed: not even what was published is believed without its CRC */
	bool full;
	struct plog **logs;
	uint32_t nlogs, caplogs;
	struct plog *dirty; /* appended to since they were last saved */
	uint32_t ndirty;
	int64_t dirty_bytes; /* of all of them, since the last saving */

	struct disk_file *file;
	int32_t nfile, head, tail; /* head = used last */

	struct store_job *job_head, **job_tail;
	struct store_job *running; /* given out */
	struct doomed *doomed;
	uint32_t syncs;		   /* JOB_SYNC and JOB_SYNCFS that are not done */

	struct checkpoint recovery_points, log_starts, hws, cleaned; /* as found at the start, of logs that are not open */
	int64_t replay_left;	   /* bytes that may be read for logs without saved state */
	uint8_t *saved;		   /* the state file as found */
	struct mapstr saved_map;   /* name -> offset in saved */
	int saved_fd;
	int64_t saved_size, saved_live;

	bool checkpoint_due, checkpoint_busy, checkpoint_now;
	uint64_t starts_moved, starts_written; /* by DeleteRecords; of these the checkpoint has */
	uint64_t gone, gone_written; /* partitions of which a checkpoint may have lines; of these it has none any more */
	bool cleaned_due;	   /* cleaner-offset-checkpoint changed */
	int64_t now, mono;	   /* as of the last tick */
	int64_t next_flush_ms; /* the first flush.ms that is due */
	int64_t next_sync, next_checkpoint, next_retention, next_save, next_flush, busy_until;
	uint32_t visit_at, visit_left; /* a pass over all logs, a few at a time */
	bool retaining;		   /* ... of which retention is a part */

	struct range *ranges;
	uint32_t range_head, range_n, range_cap; /* a ring */
	int64_t range_bytes;
	int64_t unwritten;	   /* appended, and writeback was not asked for yet */

	uint8_t *buf;		   /* WALK_WINDOW bytes, for walks; only while needed */
	int64_t segment_cap;	   /* of expendable logs: evict.c */
	uint32_t generation;	   /* random start of the segment generations */
	struct iovec iov[APPEND_IOV];
	uint8_t prefix[APPEND_BATCHES][16];
	struct producer_undo undo[APPEND_BATCHES];
};

uint8_t *disk_buf(struct disk *disk);
/* No line of the files as found is about this name any more. */
void disk_forget_lines(struct disk *disk, const char *dirname);
void disk_add_log(struct disk *disk, struct plog *log);
void disk_remove_log(struct disk *disk, struct plog *log);

/* cache.c: early writeback, and log.cache.bytes */
void cache_appended(struct plog *log, int64_t bytes);
void cache_writeback(struct plog *log);	    /* of what was not asked for yet */
void cache_writeback_dirty(struct disk *disk); /* of all logs on the disk's list */
void cache_found(struct disk *disk);	    /* what an earlier life may have left in the page cache */
void cache_bound(struct disk *disk);
void cache_forget(struct disk *disk, const struct plog *log);

void disk_doom(struct disk *disk, const char *path, int64_t delay, bool tree);
/* Jobs that unlink what is due. */
void disk_bury(struct disk *disk);

/* job.c */
struct store_job *job_new(struct disk *disk, enum job_kind kind, struct plog *log);
void job_queue(struct disk *disk, struct store_job *job);
void job_free(struct store_job *job);
void jobs_forget(struct disk *disk, struct plog *log);
/* To be called before a segment is renamed: that a sync does not find it is no error then. */
void jobs_forget_segment(struct plog *log, int64_t base);
void jobs_cancel_files(struct disk *disk);
void job_sync(struct plog *log, int64_t base, int64_t leo, bool whole);

/* saved.c: the state of all logs in one file */
#define STATE_FILE ".odradek-state"
struct saved_state {
	int64_t leo, segment, end, last_position, last_base;
	int64_t max_ts, max_ts_offset, rolling_ts, created;
	int64_t log_start, hw;
	uint32_t last_crc, since_index;
	const uint8_t *producers;
	size_t producers_len;
};
void saved_load(struct disk *disk);
void saved_unload(struct disk *disk);
/* 0 found, -1 not. */
int saved_find(const struct disk *disk, const struct plog *log, struct saved_state *s);
/* Saves what is dirty.  Never fails: what is not saved is scanned later. */
void saved_write(struct disk *disk);

#endif
