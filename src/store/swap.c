/* SPDX-License-Identifier: ISC */
/*
 * swap.c - compacted files take the place of the segments that they were made of.
 *
 * Writer.  The cleaner has left <base>.log.cleaned and its indexes, on the medium.  In this order, so that a reader
 * never finds a hole and a start after any death knows what to do:
 *
 *   helper   indexes, then the log: .cleaned becomes .swap; the directory is synced.  With <base>.log.swap it counts
 *   loop     a new segment generation is published: nobody believes positions of old files any more
 *            <base>.log.swap gets the name <base>.log as well, in one step; its indexes follow
 *            the other old segments, ascending, become .deleted; the next generation is published
 *   helper   the directory is synced; <base>.log.swap goes away
 *
 * A start that finds <base>.log.swap does the loop's part again (open.c); .cleaned files mean nothing to it.
 * Whatever else changes these segments meanwhile cancels the swap first: its files go, .log.cleaned before .log.swap,
 * so that the helper cannot bring the second one back.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "store_priv.h"

static const char *const derived[] = { ".index", ".timeindex", ".txnindex" };
enum { DERIVED = sizeof(derived) / sizeof(derived[0]) };

/* "<base><suffix><stage>" */
static const char *
staged(char buf[PATH_BYTES], const char *dirname, int64_t base, const char *suffix, const char *stage)
{
	char both[32];

	strcpy(both, suffix);
	strcat(both, stage);
	return path_segment(buf, dirname, base, both);
}

static int
rename_in(int dirfd, const char *from, const char *to)
{
	return store_sys.renameat(dirfd, from, dirfd, to);
}

static void
unlink_stage(int dirfd, const char *dirname, int64_t base, const char *stage)
{
	char path[PATH_BYTES];

	store_sys.unlinkat(dirfd, staged(path, dirname, base, ".log", stage), 0);
	for (int i = 0; i < DERIVED; i++)
		store_sys.unlinkat(dirfd, staged(path, dirname, base, derived[i], stage), 0);
}

/* Index of the segment with that base; -1. */
static int64_t
place_of(const struct plog *log, int64_t base)
{
	uint32_t lo = 0, hi = log->nseg;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (log->seg[mid].base < base)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < log->nseg && log->seg[lo].base == base ? (int64_t)lo : -1;
}

/* Are these segments still there, and sealed? */
static bool
still_valid(const struct plog *log, const struct plog_cleaned *c)
{
	int64_t i = place_of(log, c->base), j = place_of(log, c->last);

	return c->cuts == log->line.cuts && i >= 0 && j >= i && j + 1 < (int64_t)log->nseg;
}

void
plog_set_cleaned(struct plog *log, int64_t upto)
{
	if (upto == log->line.cleaned)
		return;
	log->line.cleaned = upto;
	log->disk->cleaned_due = log->disk->checkpoint_due = true;
}

int
plog_swap_in(struct plog *log, const struct plog_cleaned *c)
{
	struct store_job *job;

	if (log->swap != NULL) {
		errno = EBUSY;
		return -1;
	}
	if (!still_valid(log, c) || c->upto > log->line.lso) {
		errno = ECANCELED;
		return -1;
	}
	log->swap = xcalloc(1, sizeof(*log->swap));
	*log->swap = *c;
	job = job_new(log->disk, JOB_SWAP, log);
	job->path = xstrdup(log->name);
	job->base = c->base;
	job->len = c->size;
	job_queue(log->disk, job);
	return 0;
}

/* ---- helper thread ---- */

int
swap_run(struct store_job *job)
{
	char from[PATH_BYTES], to[PATH_BYTES];
	struct stat st;

	if (atomic_load_explicit(&job->cancelled, memory_order_relaxed)) {
		errno = ECANCELED;
		return -1;
	}
	unlink_stage(job->dirfd, job->path, job->base, ".swap");
	staged(from, job->path, job->base, ".log", ".cleaned");
	if (store_sys.fstatat(job->dirfd, from, &st, 0) == -1)
		return -1;
	if (st.st_size != job->len) {
		errno = ECANCELED;
		return -1;
	}
	for (int i = 0; i < DERIVED; i++)
		if (rename_in(job->dirfd, staged(from, job->path, job->base, derived[i], ".cleaned"),
		    staged(to, job->path, job->base, derived[i], ".swap")) == -1 && errno != ENOENT)
			return -1;
	if (rename_in(job->dirfd, staged(from, job->path, job->base, ".log", ".cleaned"),
	    staged(to, job->path, job->base, ".log", ".swap")) == -1)
		return -1;
	return store_fsync_path(job->dirfd, job->path, false);
}

int
swap_finish_run(struct store_job *job)
{
	char path[PATH_BYTES];

	if (store_fsync_path(job->dirfd, job->path, true) == -1)
		return -1;
	store_sys.unlinkat(job->dirfd, staged(path, job->path, job->base, ".log", ".swap"), 0);
	return 0;
}

/* ---- the loop ---- */

/*
 * <base>.log becomes the new file without a moment in which there is none.  The old one keeps a name, so that its
 * blocks are given back by a job, and so does the new one, by which a start knows that this was under way.
 */
static int
replace_log(struct disk *disk, const char *dirname, int64_t base)
{
	char name[PATH_BYTES], old[PATH_BYTES], swap[PATH_BYTES], tmp[PATH_BYTES];

	path_segment(name, dirname, base, ".log");
	staged(old, dirname, base, ".log", ".deleted");
	staged(swap, dirname, base, ".log", ".swap");
	staged(tmp, dirname, base, ".log", ".tmp");
	store_sys.unlinkat(disk->dirfd, old, 0);
	store_sys.linkat(disk->dirfd, name, disk->dirfd, old, 0);
	store_sys.unlinkat(disk->dirfd, tmp, 0);
	if (store_sys.linkat(disk->dirfd, swap, disk->dirfd, tmp, 0) == -1)
		return rename_in(disk->dirfd, swap, name); /* a file system without links */
	return rename_in(disk->dirfd, tmp, name);
}

/* Has <base>.log been replaced already?  Then the indexes beside it are not the old ones. */
static bool
replaced(struct disk *disk, const char *dirname, int64_t base)
{
	struct stat swap, now;
	char path[PATH_BYTES];

	return store_sys.fstatat(disk->dirfd, staged(path, dirname, base, ".log", ".swap"), &swap, 0) == 0 &&
	    store_sys.fstatat(disk->dirfd, path_segment(path, dirname, base, ".log"), &now, 0) == 0 &&
	    swap.st_ino == now.st_ino && swap.st_dev == now.st_dev;
}

/* The old indexes go first: what the new ones say is not to be believed of the old log, nor the other way round. */
int
swap_files(struct disk *disk, const char *dirname, int64_t base, int64_t delay)
{
	bool again = replaced(disk, dirname, base);
	char from[PATH_BYTES], to[PATH_BYTES];

	for (int i = 0; i < DERIVED && !again; i++) {
		path_segment(from, dirname, base, derived[i]);
		if (rename_in(disk->dirfd, from, staged(to, dirname, base, derived[i], ".deleted")) == 0)
			disk_doom(disk, to, delay, false);
	}
	if (!again && replace_log(disk, dirname, base) == -1)
		return -1;
	if (!again)
		disk_doom(disk, staged(to, dirname, base, ".log", ".deleted"), delay, false);
	for (int i = 0; i < DERIVED; i++)
		if (rename_in(disk->dirfd, staged(from, dirname, base, derived[i], ".swap"),
		    path_segment(to, dirname, base, derived[i])) == -1 && errno != ENOENT)
			log_limited("could not rename \"%s\": %s", from, strerror(errno));
	return 0;
}

static void
mark_done(struct plog *log, int64_t base)
{
	struct store_job *job = job_new(log->disk, JOB_SWAPPED, NULL);

	job->path = xstrdup(log->name);
	job->base = base;
	job_queue(log->disk, job);
}

static int
apply(struct plog *log, const struct plog_cleaned *c)
{
	uint32_t i = (uint32_t)place_of(log, c->base), j = (uint32_t)place_of(log, c->last);
	int64_t *gone;

	log->line.generation++;
	plog_publish(log);
	if (swap_files(log->disk, log->name, c->base, log->config->file_delete_delay_ms) == -1)
		return -1;
	gone = xcalloc(j - i + 1, sizeof(*gone));
	for (uint32_t k = i; k <= j; k++) {
		gone[k - i] = log->seg[k].base;
		log->line.size -= log->seg[k].size;
	}
	log->seg[i] = (struct segment){ .base = c->base, .size = c->size, .max_ts = TS_UNKNOWN,
		.mtime = log->seg[j].mtime };
	memmove(&log->seg[i + 1], &log->seg[j + 1], (log->nseg - j - 1) * sizeof(*log->seg));
	log->nseg -= j - i;
	log->line.size += c->size;
	for (uint32_t k = 1; k <= j - i; k++)
		plog_doom_segment(log, gone[k], log->config->file_delete_delay_ms);
	free(gone);
	log->line.generation++;
	if (c->upto >= 0)
		plog_set_cleaned(log, c->upto);
	plog_publish(log);
	mark_done(log, c->base);
	return 0;
}

/* Tells the writer; log->swap is gone before. */
static void
end(struct plog *log, int error)
{
	struct plog_cleaned *c = log->swap;

	log->swap = NULL;
	if (log->disk->opt.swapped != NULL)
		log->disk->opt.swapped(log, c, error, log->disk->opt.arg);
	free(c);
}

void
swap_job_done(struct disk *disk, struct store_job *job)
{
	struct plog *log = job->log;
	int error = job->error;

	if (job->kind != JOB_SWAP || log == NULL || log->swap == NULL)
		return;
	if (error == 0 && !still_valid(log, log->swap))
		error = ECANCELED;
	if (error == 0 && apply(log, log->swap) == -1)
		error = errno;
	if (error != 0) {
		unlink_stage(disk->dirfd, log->name, job->base, ".cleaned");
		unlink_stage(disk->dirfd, log->name, job->base, ".swap");
	}
	end(log, error);
}

void
plog_swap_cancel(struct plog *log)
{
	struct disk *disk = log->disk;
	struct store_job *const list[] = { disk->job_head, disk->running };
	int64_t base;

	if (log->swap == NULL)
		return;
	base = log->swap->base;
	for (int i = 0; i < 2; i++)
		for (struct store_job *j = list[i]; j != NULL; j = j->next)
			if (j->kind == JOB_SWAP && j->log == log) {
				j->log = NULL;
				atomic_store_explicit(&j->cancelled, true, memory_order_relaxed);
			}
	unlink_stage(disk->dirfd, log->name, base, ".cleaned");
	unlink_stage(disk->dirfd, log->name, base, ".swap");
	end(log, ECANCELED);
}

void
plog_cut_cleaned(struct plog *log, int64_t offset)
{
	plog_swap_cancel(log);
	log->line.cuts++;
	if (log->line.cleaned > offset)
		plog_set_cleaned(log, offset);
}
