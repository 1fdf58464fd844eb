/* SPDX-License-Identifier: ISC */
/*
 * job.c - what may stall, apart from the loop.
 *
 * store_job_run is the only code of libstore that the writer's helper thread executes: it touches the job and files,
 * never a struct disk or plog.  Jobs run in order, so the sync of a sealed segment is done before that of its
 * successor, and recovery points only grow.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "store_priv.h"

const char *
store_job_name(const struct store_job *job)
{
	static const char *const name[] = {
		[JOB_SYNC] = "sync", [JOB_SYNCFS] = "syncfs", [JOB_WRITEBACK] = "writeback", [JOB_DROP] = "drop",
		[JOB_UNLINK] = "unlink", [JOB_TREE] = "remove", [JOB_FILES] = "checkpoint",
		[JOB_SNAPSHOT] = "snapshot", [JOB_SWAP] = "swap", [JOB_SWAPPED] = "swap",
		[JOB_UNSWAP] = "undo the swap of",
	};

	return name[job->kind];
}

void
store_job_bytes(const struct store_job *job, int64_t *written_back, int64_t *dropped)
{
	*written_back = job->error == 0 && job->kind == JOB_WRITEBACK ? job->len : 0;
	*dropped = job->error == 0 && job->kind == JOB_DROP ? job->len : 0;
}

const char *
store_job_path(const struct store_job *job)
{
	return job->path == NULL ? "." : job->path;
}

struct store_job *
job_new(struct disk *disk, enum job_kind kind, struct plog *log)
{
	struct store_job *job = xcalloc(1, sizeof(*job));

	job->kind = kind;
	job->dirfd = disk->dirfd;
	job->fd = -1;
	job->log = log;
	return job;
}

void
job_queue(struct disk *disk, struct store_job *job)
{
	job->next = NULL;
	*disk->job_tail = job;
	disk->job_tail = &job->next;
}

void
job_free(struct store_job *job)
{
	store_close(&job->fd);
	free(job->path);
	free(job->remove);
	for (int i = 0; i < 4; i++)
		free(job->file[i].p);
	free(job);
}

/*
 * A sync of one segment; what is below leo is on the medium afterwards.  whole: its derived files and the directory, too,
 * so that the recovery point may move; else its batches alone, for somebody who waits.  All who ask while one is
 * queued share it.
 */
void
job_sync(struct plog *log, int64_t base, int64_t leo, bool whole)
{
	struct store_job *job = log->sync_queued;

	whole = whole || log->whole_base != base;
	if (job != NULL && job->base == base) {
		job->leo = log->next_flush_leo = leo;
		job->whole = job->whole || whole;
		return;
	}
	job = log->sync_queued = job_new(log->disk, JOB_SYNC, log);
	job->path = xstrdup(log->name);
	job->base = base;
	job->leo = leo;
	job->whole = whole;
	job->new_dir = (log->flags & PLOG_NEW_DIR) != 0;
	/* a duplicate has seen every error since the file was opened; a fresh descriptor sees what nobody was told */
	if (log->fd >= 0 && plog_active(log)->base == base)
		job->fd = fcntl(log->disk->file[log->fd].fd, F_DUPFD_CLOEXEC, 0);
	log->disk->syncs++;
	log->next_flush_leo = leo;
	job_queue(log->disk, job);
}

struct store_job *
disk_job_next(struct disk *disk)
{
	struct store_job *job = disk->job_head;

	if (job == NULL)
		return NULL;
	if ((disk->job_head = job->next) == NULL)
		disk->job_tail = &disk->job_head;
	if (job->log != NULL && job->log->sync_queued == job)
		job->log->sync_queued = NULL;
	job->next = disk->running;
	disk->running = job;
	return job;
}

/* Checkpoints that were to be written are out of date: not after the one that is made now. */
void
jobs_cancel_files(struct disk *disk)
{
	struct store_job *const list[] = { disk->job_head, disk->running };

	for (int i = 0; i < 2; i++)
		for (struct store_job *j = list[i]; j != NULL; j = j->next)
			if (j->kind == JOB_FILES)
				atomic_store_explicit(&j->cancelled, true, memory_order_relaxed);
}

/*
 * A log is closed or cut: its jobs go on for the sake of the files, but nobody is told.  Snapshots are not made any
 * more: they would tell of what was cut.
 */
void
jobs_forget(struct disk *disk, struct plog *log)
{
	struct store_job *const list[] = { disk->job_head, disk->running };

	log->sync_queued = NULL;
	log->flags &= (uint16_t)~PLOG_SYNCING; /* a syncfs under way speaks of what was there before */
	for (int i = 0; i < 2; i++)
		for (struct store_job *j = list[i]; j != NULL; j = j->next)
			if (j->log == log) {
				j->log = NULL;
				atomic_store_explicit(&j->cancelled, true, memory_order_relaxed);
			}
}

void
jobs_forget_segment(struct plog *log, int64_t base)
{
	struct store_job *const list[] = { log->disk->job_head, log->disk->running };

	for (int i = 0; i < 2; i++)
		for (struct store_job *j = list[i]; j != NULL; j = j->next)
			if (j->kind == JOB_SYNC && j->log == log && j->base == base)
				atomic_store_explicit(&j->cancelled, true, memory_order_relaxed);
}

/* ---- helper thread ---- */

/* What is to be synced is not there.  0: we took it away; else -1, somebody else did. */
static int
taken_away(const struct store_job *job)
{
	if (errno == ENOENT && atomic_load_explicit(&job->cancelled, memory_order_relaxed))
		return 0;
	return -1;
}

static int
run_sync(struct store_job *job)
{
	static const char *const suffix[] = { ".index", ".timeindex", ".txnindex", ".snapshot" };
	char path[PATH_BYTES];

	if (job->fd == -1) {
		job->fd = store_open(job->dirfd, path_segment(path, job->path, job->base, ".log"), O_RDWR);
		if (job->fd == -1)
			return taken_away(job);
	}
	if (store_sys.fdatasync(job->fd) == -1)
		return -1;
	if (!job->whole)
		return 0;
	for (size_t i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++)
		if (store_fsync_path(job->dirfd, path_segment(path, job->path, job->base, suffix[i]), true) == -1)
			return -1;
	if (store_fsync_path(job->dirfd, path_in(path, job->path, "leader-epoch-checkpoint"), true) == -1)
		return -1;
	if (job->new_dir && (store_fsync_path(job->dirfd, path_in(path, job->path, "partition.metadata"), true) == -1 ||
	    store_sys.fsync(job->dirfd) == -1))
		return -1;
	return store_fsync_path(job->dirfd, job->path, false) == -1 ? taken_away(job) : 0;
}

static int
run_range(struct store_job *job)
{
	enum { FOLIO = 4 << 20 }; /* a large folio on the edge of an earlier range is dropped as part of this one */
	int fd = job->fd != -1 ? job->fd : (job->fd = store_open(job->dirfd, job->path, O_RDONLY));
	int64_t from = job->off > FOLIO ? job->off - FOLIO : 0;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	if (job->kind == JOB_WRITEBACK)
		return store_sys.sync_file_range(fd, job->off, job->len, SYNC_FILE_RANGE_WRITE);
	if (store_sys.sync_file_range(fd, job->off, job->len,
	    SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER) == -1)
		return -1;
	store_sys.fadvise(fd, from, job->off + job->len - from, POSIX_FADV_DONTNEED);
	return 0;
}

/* Large files give their blocks back by and by, so that the journal of the file system is not held for seconds. */
static int
run_unlink(struct store_job *job)
{
	return store_sys.unlinkat(job->dirfd, job->path, 0) == -1 && errno != ENOENT ? -1 : 0;
}

static int
run_snapshot(struct store_job *job)
{
	if (atomic_load_explicit(&job->cancelled, memory_order_relaxed))
		return 0;
	if (store_write_file(job->dirfd, job->path, job->file[0].p, job->file[0].len, false) == -1)
		return -1;
	if (job->remove != NULL)
		store_sys.unlinkat(job->dirfd, job->remove, 0);
	return 0;
}

static int
run_files(struct store_job *job)
{
	static const char *const name[] = {
		"recovery-point-offset-checkpoint", CHECKPOINT_LOG_START, CHECKPOINT_HW, CHECKPOINT_CLEANED,
	};

	if (atomic_load_explicit(&job->cancelled, memory_order_relaxed))
		return 0;
	for (int i = 0; i < 4; i++)
		if (job->file[i].p != NULL &&
		    store_replace_file(job->dirfd, name[i], job->file[i].p, job->file[i].len, true) == -1)
			return -1;
	for (int i = 0; i < 4; i++)
		spare_keep(job->dirfd, name[i], job->file[i].len);
	disk_keep_spares(job->dirfd);
	return 0;
}

int
store_job_run(struct store_job *job)
{
	int r = 0;

	switch (job->kind) {
	case JOB_SYNC:
		r = run_sync(job);
		break;
	case JOB_SYNCFS:
		r = store_sys.syncfs(job->dirfd);
		break;
	case JOB_WRITEBACK:
	case JOB_DROP:
		r = run_range(job);
		break;
	case JOB_UNLINK:
		r = run_unlink(job);
		break;
	case JOB_TREE:
		r = remove_tree_at(job->dirfd, job->path);
		break;
	case JOB_FILES:
		r = run_files(job);
		break;
	case JOB_SNAPSHOT:
		r = run_snapshot(job);
		break;
	case JOB_SWAP:
		r = swap_run(job);
		break;
	case JOB_SWAPPED:
		r = swap_finish_run(job);
		break;
	case JOB_UNSWAP:
		r = swap_undo_run(job);
		break;
	}
	job->error = r == -1 ? errno : 0;
	return r;
}

/* ---- the loop again ---- */

static void
flushed(struct plog *log, int64_t leo, bool whole, int64_t mono)
{
	if (leo > log->line.leo)
		leo = log->line.leo; /* truncated meanwhile */
	if (whole && leo > log->line.recovery_point && !(log->flags & PLOG_LOWERED))
		log->line.recovery_point = leo;
	if (leo <= log->line.flushed)
		return;
	log->line.flushed = leo;
	log->unflushed_since = leo < log->line.leo ? mono : 0;
	if (log->disk->opt.flushed != NULL)
		log->disk->opt.flushed(log, log->disk->opt.arg);
}

/* A log that is not there, while nobody deleted it, is lost as by an error of the medium. */
static bool
job_lost(enum job_kind kind, int error)
{
	return errno_is_medium(error) || (kind == JOB_SYNC && error == ENOENT);
}

/* A sync failed; for a reason that passes: whoever waits for it is told, and it is tried again soon. */
static void
not_synced(struct plog *log, enum job_kind kind, int error)
{
	struct disk *disk = log->disk;

	log->next_flush_leo = log->line.flushed;
	if (job_lost(kind, error))
		return; /* nothing is tried again there */
	if (disk->next_sync > disk->mono + RESYNC_MS)
		disk->next_sync = disk->mono + RESYNC_MS;
	if (disk->opt.not_flushed != NULL)
		disk->opt.not_flushed(log, disk->opt.arg);
}

static void
synced_one(struct disk *disk, const struct store_job *job, bool good)
{
	struct plog *log = job->log;

	if (log == NULL)
		return;
	if (!good) {
		log->flags |= PLOG_SYNC_HOLE;
		disk->sync_hole = true;
		not_synced(log, JOB_SYNC, job->error);
		return;
	}
	if (job->whole)
		log->whole_base = job->base;
	if (job->whole && job->new_dir)
		log->flags &= (uint16_t)~PLOG_NEW_DIR;
	if (!(log->flags & PLOG_SYNC_HOLE))
		flushed(log, job->leo, job->whole, disk->mono);
}

static void
synced_all(struct disk *disk, int error)
{
	bool hole = false;

	for (uint32_t i = 0; i < disk->nlogs; i++) {
		struct plog *log = disk->logs[i];

		if (!(log->flags & PLOG_SYNCING)) {
			/* opened or cut since it began: the next one is for it */
			hole = hole || (log->flags & PLOG_SYNC_HOLE) != 0;
			continue;
		}
		log->flags &= (uint16_t)~PLOG_SYNCING;
		if (error == 0) {
			log->flags &= (uint16_t)~PLOG_SYNC_HOLE;
			flushed(log, log->syncing_leo, true, disk->mono);
		} else {
			not_synced(log, JOB_SYNCFS, error);
		}
	}
	if (error == 0)
		disk->sync_hole = hole;
	if (hole)
		disk->next_sync = disk->mono;
}

/* The checkpoints are what they were when the job was made. */
static void
files_written(struct disk *disk, const struct store_job *job, bool good)
{
	disk->checkpoint_busy = false;
	if (!good)
		disk->checkpoint_due = true;
	if (good && job->starts > disk->starts_written)
		disk->starts_written = job->starts;
	if (good && job->gone > disk->gone_written)
		disk->gone_written = job->gone;
	for (uint32_t i = 0; i < disk->nlogs; i++) {
		struct plog *log = disk->logs[i];

		if (!(log->flags & PLOG_LOWERING))
			continue;
		log->flags &= (uint16_t)~PLOG_LOWERING;
		if (good)
			log->checkpointed = log->checkpointing;
	}
	if (disk->opt.checkpointed != NULL && (good || job->error != 0))
		disk->opt.checkpointed(job->starts, job->error, disk->opt.arg);
}

int
disk_job_done(struct disk *disk, struct store_job *job)
{
	struct store_job **p = &disk->running;
	bool good = job->error == 0, lost = job_lost(job->kind, job->error);
	int error = job->error;

	while (*p != NULL && *p != job)
		p = &(*p)->next;
	if (*p == job)
		*p = job->next;
	switch (job->kind) {
	case JOB_SYNC:
		disk->syncs--;
		disk->checkpoint_due = true;
		synced_one(disk, job, good);
		break;
	case JOB_SYNCFS:
		disk->syncs--;
		disk->checkpoint_due = true;
		synced_all(disk, error);
		break;
	case JOB_FILES:
		files_written(disk, job, good && !atomic_load_explicit(&job->cancelled, memory_order_relaxed));
		if (!good && job->file[3].p != NULL)
			disk->cleaned_due = true;
		break;
	case JOB_SNAPSHOT:
		if (job->log == NULL) /* cut or closed while it was being made */
			store_sys.unlinkat(disk->dirfd, job->path, 0);
		break;
	case JOB_SWAP:
	case JOB_SWAPPED:
	case JOB_UNSWAP:
		swap_job_done(job);
		break;
	case JOB_TREE:
	case JOB_UNLINK:
	case JOB_WRITEBACK:
	case JOB_DROP:
		break;
	}
	if (!good && job->kind == JOB_SNAPSHOT)
		log_debug("could not write \"%s\": %s", job->path, strerror(error));
	else if (!good && error != ENOENT && error != ECANCELED)
		log_limited("could not %s \"%s/%s\": %s", store_job_name(job), disk->path,
		    job->path == NULL ? "" : job->path, strerror(error));
	job_free(job);
	if (!lost)
		return 0;
	disk_distrust(disk);
	errno = error;
	return -1;
}
