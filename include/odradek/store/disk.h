/* SPDX-License-Identifier: ISC */
/*
 * disk.h - one entry of log.dirs: its lock, its identity, its partitions, its checkpoints and its background jobs.
 *
 * Used in: supervisor and controller (lock, identity), writer.<node> (everything else; it is the only process that
 * changes the directory).  Nothing here blocks on the medium unless it says so: stalling calls are jobs, which the
 * writer takes with disk_job_next, runs in its helper thread with store_job_run and gives back with disk_job_done.
 * Formats and rules: src/store/README.
 */
#ifndef ODRADEK_STORE_DISK_H
#define ODRADEK_STORE_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct disk;
struct plog;
struct plog_cleaned;
struct store_job;

/* ---- lock and identity: any process that may open the directory, before there is a struct disk ---- */

/*
 * Takes the exclusive lock of the directory (.lock) and writes our pid into it.  Returns the descriptor, which has no
 * close-on-exec flag and keeps the lock in every process that inherits it; -1 with errno.  When another process
 * holds it, errno is EWOULDBLOCK and *holder its pid (0 if unknown).  Creates the directory when it is missing.
 */
int disk_lock(const char *path, pid_t *holder);
/* The same with another pid, of whom the descriptor is for. */
int disk_lock_for(const char *path, pid_t owner, pid_t *holder);

/* meta.properties.  Empty strings and node_id -1 where a key is absent. */
struct disk_identity {
	char cluster_id[64];
	char directory_id[64]; /* base64url of 16 bytes, as Kafka writes it */
	int32_t node_id;
};

#define DISK_WHY 200
/* 0 read; 1 there is no such file (*id empty); -1 with errno (EINVAL: not understood, why says what of it). */
int disk_identity_read(const char *path, struct disk_identity *id, char why[DISK_WHY]);
/* Temporary name, fsync, rename, fsync of the directory; blocks.  Keys of others in the file are kept.  0 or -1. */
int disk_identity_write(const char *path, const struct disk_identity *id);
/* 0 when both are of one cluster or *id names none yet; -1 when refused, with a full sentence in buf. */
int disk_identity_check(const char *path, const struct disk_identity *id, const char *cluster_id,
    char *buf, size_t buflen);

/*
 * Partitions in a directory without meta.properties: whose are they?  True when there is one, *name its directory.  served:
 * one of our daemons was here.
 */
bool disk_has_logs(const char *path, char name[256]);
bool disk_was_served(const char *path);
/* The topic id of a partition's directory (partition.metadata): 0 read; 1 there is none; -1 with errno (EINVAL: damaged). */
int disk_topic_id(int dirfd, const char *dirname, uint8_t id[16]);

/* Where a directory is mounted.  No padding: compared as bytes. */
struct disk_mount {
	uint64_t mount, inode;
	uint32_t major, minor;
};
int disk_mount(int dirfd, struct disk_mount *m);
/*
 * Is the disk at path usable (a small file can be made, synced and removed), where is it mounted, and who is it?  *id is
 * empty when there is no meta.properties.  Blocks.  0, or -1 with errno.
 */
int disk_probe(const char *path, struct disk_mount *m, struct disk_identity *id);

/* ---- the open disk: writer only ---- */

enum disk_recovery {
	DISK_CLEAN,	/* orderly stop: everything was synced */
	DISK_SAME_BOOT, /* page cache intact: only what follows the last saved state is looked at */
	DISK_FULL_SCAN, /* everything past the recovery points is checked, batch by batch */
};

struct disk_options {
	const char *path;
	unsigned log_fds;		 /* descriptors of active segments kept open; 0 = 256 */
	int64_t cache_bytes;		 /* log.cache.bytes; -1 = off */
	int64_t recovery_interval_ms;	 /* active segments are synced this often; 0 = 60 s */
	int64_t retention_interval_ms;	 /* log.retention.check.interval.ms; 0 = 300 s */
	int64_t producer_expiration_ms;	 /* producer.id.expiration.ms; 0 = 1 day */
	/*
	 * "Publish plog_line(log) now": called before files are cut, renamed or removed, and whenever the line of a log
	 * changed for a reason that the writer did not ask for (retention in disk_tick).  Not called by plog_append.
	 */
	void (*changed)(struct plog *log, void *arg);
	/* More of log is on the medium (flush.messages: answers may wait for it).  May be NULL. */
	void (*flushed)(struct plog *log, void *arg);
	/* Does a reader need that range of a segment soon, so that it stays in the page cache?  May be NULL. */
	bool (*being_read)(struct plog *log, int64_t segment, int64_t off, int64_t len, void *arg);
	/* A swap that plog_swap_in began has ended; error = 0 or errno (ECANCELED: the log changed).  May be NULL. */
	void (*swapped)(struct plog *log, const struct plog_cleaned *c, int error, void *arg);
	/* A sync of log failed; it is tried again.  May be NULL. */
	void (*not_flushed)(struct plog *log, void *arg);
	/*
	 * The checkpoints were written (error = 0), or could not be (errno), as of the mark that disk_checkpoint_starts gave.
	 * May be NULL.
	 */
	void (*checkpointed)(uint64_t mark, int error, void *arg);
	void *arg;
};

/* Was the directory left in order by whoever wrote to it last?  Only disk_open is told by more, and takes the sign away. */
bool disk_left_in_order(const char *path);
/*
 * Opens the directory (which the caller has locked), reads checkpoints, clean shutdown file and same-boot marker.
 * force_full: do not believe the marker.  0, or -1 with errno.
 */
int disk_open(struct disk **diskp, const struct disk_options *opt, bool force_full);
/* The intervals, the expiration and the bound of the cache are from now on those of opt; the rest of it is not looked at. */
void disk_set_options(struct disk *disk, const struct disk_options *opt);
/*
 * Orderly end: flushes indexes, takes snapshots, syncs the file system, writes checkpoints and the clean shutdown
 * file; closes all logs; blocks.  clean = false (offline disk): only memory and descriptors are given back.
 * 0, or -1 with errno when something could not be written (everything is freed all the same).
 */
int disk_close(struct disk **diskp, bool clean);

/* Settings of logs changed: retention does not wait for its interval. */
void disk_retain_soon(struct disk *disk);

enum disk_recovery disk_recovery(const struct disk *disk);
const char *disk_path(const struct disk *disk);
int disk_fd(const struct disk *disk);

/* What lies in the directory. */
enum disk_entry_kind {
	DISK_PARTITION, /* <topic>-<n> */
	DISK_METADATA,	/* __cluster_metadata-0: left alone */
	DISK_FUTURE,	/* ...-future: left alone, reported */
	DISK_STRAY,	/* ...-stray: left alone, reported */
	DISK_UNKNOWN,	/* a directory that is none of these: left alone, reported */
};
struct disk_entry {
	enum disk_entry_kind kind;
	const char *name;	/* of the directory */
	char topic[256];	/* DISK_PARTITION, DISK_METADATA */
	int32_t partition;
};
/*
 * Calls fn for every directory; one pass over the directory, nothing inside is opened.  `...-delete` directories are
 * not shown: their removal is finished by a job.  fn returns 0 to go on.  0, fn's value, or -1 with errno.
 */
int disk_scan(struct disk *disk, int (*fn)(const struct disk_entry *, void *), void *arg);
/* A directory that nobody knows is renamed to ...-stray: kept aside.  0 or -1. */
int disk_set_aside(struct disk *disk, const char *dirname);

/* Every log of the tables is open: from now on the marker says that this boot's page cache holds it all.  0 or -1. */
int disk_recovered(struct disk *disk);
/* A writeback error was reported: the same-boot shortcut is void. */
void disk_distrust(struct disk *disk);
/*
 * Appends find no room, or do again.  While it is full, retention runs every few seconds and what was deleted is
 * unlinked at once, whatever file.delete.delay.ms says.
 */
void disk_full(struct disk *disk, bool full);
/* Unlinks now what was deleted, whatever file.delete.delay.ms says; false: there was nothing. */
bool disk_hurry(struct disk *disk);
/* Makes many small files that were just made durable at once (syncfs); blocks: for the helper, or before serving. */
int disk_sync(struct disk *disk);
/* The same for a few directories that were made, and for all that were renamed; blocks.  0 or -1. */
int disk_sync_names(struct disk *disk, const char *const *dirname, size_t n);
/*
 * A partition was deleted or made: the checkpoints may speak of another one of its name.  A job that replaces them, or NULL;
 * to be run (and given to disk_job_done) before anybody hears that the deletion or creation is done; when it failed,
 * there is another one.
 */
struct store_job *disk_stale_job(struct disk *disk);
/*
 * Log starts that clients moved shall be written: the next tick makes the job.  0 when they are; else a mark: every
 * checkpoint of this mark or a later one has them (checkpointed).
 */
uint64_t disk_checkpoint_starts(struct disk *disk);

/*
 * The clock of the disk: index buffers, saved state, checkpoints, recovery points, retention, delayed unlinks.  Does a
 * bounded amount of work; call it at least once a second while anything is going on, and when it asked for it.
 * now = wall clock ms, mono = monotonic ms.  Returns ms until it wants to be called again; -1 = nothing pending.
 */
int64_t disk_tick(struct disk *disk, int64_t now, int64_t mono);

/* ---- room: what a disk budget is made of; the writer decides (writer/budget.c) ---- */

int64_t disk_bytes(const struct disk *disk); /* of all segments */

struct disk_evicted {
	int64_t bytes, largest; /* of all that went; of one segment */
	int64_t newest;		/* timestamp of what went; -1 = nothing did */
	uint32_t segments;
};
/* Segments of logs whose settings say expendable go, the oldest first, until so many bytes are gone or none is left. */
void disk_evict(struct disk *disk, int64_t bytes, struct disk_evicted *out);
/* Segments of expendable logs are kept small, for a disk that may hold so much, the active ones closed when it is crowded;
 * INT64_MAX = as configured. */
void disk_cap_segments(struct disk *disk, int64_t budget, bool crowded);

size_t disk_logs(const struct disk *disk);
struct plog *disk_log(const struct disk *disk, size_t i); /* i < disk_logs; order changes when logs are closed */

/* ---- jobs: what may stall ---- */

/* Loop: the next job in order, or NULL.  It belongs to the caller until disk_job_done. */
struct store_job *disk_job_next(struct disk *disk);
/* Helper thread (or anywhere): runs it; touches nothing but the job and the files.  0; -1 (disk_job_done tells more). */
int store_job_run(struct store_job *job);
/*
 * Loop: takes the result in and frees the job.  0; or -1 with errno when the medium failed (EIO and the like), or a log
 * is not there that nobody deleted (ENOENT): take the node offline; the marker is gone already.  ENOSPC is not a failure: the job is tried again by a later tick.
 */
int disk_job_done(struct disk *disk, struct store_job *job);
/* Bytes whose writeback it started, and that it dropped from the page cache; of a job that was run. */
void store_job_bytes(const struct store_job *job, int64_t *written_back, int64_t *dropped);
const char *store_job_path(const struct store_job *job); /* what it is about; "." = the whole disk */
const char *store_job_name(const struct store_job *job); /* for logs: "sync", "unlink" ... */

#endif
