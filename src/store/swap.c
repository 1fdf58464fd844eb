/* SPDX-License-Identifier: ISC */
/*
 * swap.c - compacted files take the place of the segments that they were made of.
 *
 * Writer.  The cleaner has left <base>.log.cleaned and its indexes, on the medium.  In this order, so that a reader
 * never finds a hole and a start after any death knows what to do:
 *
 *   helper   <base>.<last>.replaced is made, which names what is replaced; "compacted", which stays, tells a recovery that
 *            gaps are no loss; the indexes become .swap; sync of the directory
 *            <base>.log.cleaned becomes .log.swap; sync.  From now on the swap counts
 *   loop     a new segment generation is published: nobody believes positions of old files any more
 *            <base>.log.swap gets the name <base>.log as well, in one step; its indexes follow
 *            the other old segments, ascending, become .deleted; the next generation is published
 *   helper   sync; .log.swap and .replaced go away; sync.  Only now it has ended: swapped() tells
 *
 * A start that finds <base>.log.swap does the loop's part again (open.c); .cleaned files mean nothing to it, nor does
 * .replaced alone.  The new segment may end before an old one that it covers, hence the mark.  No sync is left out: names
 * that are not synced may reach the medium in any order, and a mark that came back later would destroy what was
 * written since.  So, while a swap is under way, nothing else takes these segments away: retention waits for
 * its next turn, and truncation cancels it and waits until what was staged is durably gone (EAGAIN).
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
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

static int
unlink_if_there(int dirfd, const char *path)
{
	return store_sys.unlinkat(dirfd, path, 0) == -1 && errno != ENOENT ? -1 : 0;
}

static int
unlink_stage(int dirfd, const char *dirname, int64_t base, const char *stage)
{
	char path[PATH_BYTES];
	int r = unlink_if_there(dirfd, staged(path, dirname, base, ".log", stage));

	for (int i = 0; i < DERIVED; i++)
		if (unlink_if_there(dirfd, staged(path, dirname, base, derived[i], stage)) == -1)
			r = -1;
	return r;
}

/* The mark: "<base>.<last><SWAP_MARK>". */
static const char *
mark_of(char buf[PATH_BYTES], const char *dirname, int64_t base, int64_t last)
{
	char suffix[48];

	snprintf(suffix, sizeof(suffix), ".%020" PRId64 SWAP_MARK, last);
	return path_segment(buf, dirname, base, suffix);
}

/* What told a start of it goes away; durable before anything else may happen to these segments. */
int
swap_forget_marks(int dirfd, const char *dirname, int64_t base, int64_t last)
{
	char path[PATH_BYTES];

	if (unlink_if_there(dirfd, staged(path, dirname, base, ".log", ".swap")) == -1 ||
	    unlink_if_there(dirfd, mark_of(path, dirname, base, last)) == -1)
		return -1;
	return store_fsync_path(dirfd, dirname, true);
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

static void
queue(struct plog *log, enum job_kind kind)
{
	struct store_job *job = job_new(log->disk, kind, log);

	job->path = xstrdup(log->name);
	job->base = log->swap->c.base;
	job->leo = log->swap->c.last;
	job->len = log->swap->c.size;
	job_queue(log->disk, job);
}

/* The cleaner hears of it now, but it is not over. */
static void
get_stuck(struct plog *log, int error)
{
	struct swap *s = log->swap;

	s->stuck = true;
	if (!s->told && log->disk->opt.swapped != NULL)
		log->disk->opt.swapped(log, &s->c, error, log->disk->opt.arg);
	s->told = true;
}

/* The old segments lose their names; when all have, the marks may go. */
static void
finish(struct plog *log)
{
	struct swap *s = log->swap;

	while (s->ngone > 0) {
		if (plog_doom_segment(log, s->gone[s->ngone - 1], log->config->file_delete_delay_ms) == -1) {
			get_stuck(log, errno);
			return;
		}
		s->ngone--;
	}
	queue(log, JOB_SWAPPED);
}

/* The last steps have failed, for a reason that passes: they are tried again when somebody needs it. */
static void
try_again(struct plog *log)
{
	struct swap *s = log->swap;

	if (!s->stuck)
		return;
	s->stuck = false;
	if (s->state == SWAP_UNDOING) {
		queue(log, JOB_UNSWAP);
		return;
	}
	finish(log);
	log->line.generation++;
	plog_publish(log);
}

int
plog_swap_in(struct plog *log, const struct plog_cleaned *c)
{
	if (log->swap != NULL) {
		try_again(log);
		errno = EBUSY;
		return -1;
	}
	if (!still_valid(log, c) || c->upto > log->line.lso) {
		errno = ECANCELED;
		return -1;
	}
	log->swap = xcalloc(1, sizeof(*log->swap));
	log->swap->c = *c;
	queue(log, JOB_SWAP);
	return 0;
}

/* ---- helper thread ---- */

static int
make_empty(int dirfd, const char *path)
{
	int fd = store_open(dirfd, path, O_WRONLY | O_CREAT);

	if (fd == -1)
		return -1;
	store_close(&fd);
	return 0;
}

/* What this swap replaces; and, for good, that offsets in this log may have gaps. */
static int
make_marks(struct store_job *job)
{
	char path[PATH_BYTES];

	if (make_empty(job->dirfd, path_in(path, job->path, COMPACTED_MARK)) == -1)
		return -1;
	return make_empty(job->dirfd, mark_of(path, job->path, job->base, job->leo));
}

int
swap_run(struct store_job *job)
{
	char from[PATH_BYTES], to[PATH_BYTES];
	struct stat st;

	if (atomic_load_explicit(&job->cancelled, memory_order_relaxed)) {
		errno = ECANCELED;
		return -1;
	}
	staged(from, job->path, job->base, ".log", ".cleaned");
	if (store_sys.fstatat(job->dirfd, from, &st, 0) == -1)
		return -1;
	if (st.st_size != job->len) {
		errno = ECANCELED;
		return -1;
	}
	if (make_marks(job) == -1)
		return -1;
	for (int i = 0; i < DERIVED; i++)
		if (rename_in(job->dirfd, staged(from, job->path, job->base, derived[i], ".cleaned"),
		    staged(to, job->path, job->base, derived[i], ".swap")) == -1 && errno != ENOENT)
			return -1;
	/* whoever finds .log.swap is to find these, too */
	if (store_fsync_path(job->dirfd, job->path, false) == -1)
		return -1;
	if (rename_in(job->dirfd, staged(from, job->path, job->base, ".log", ".cleaned"),
	    staged(to, job->path, job->base, ".log", ".swap")) == -1)
		return -1;
	return store_fsync_path(job->dirfd, job->path, false);
}

int
swap_finish_run(struct store_job *job)
{
	if (store_fsync_path(job->dirfd, job->path, true) == -1)
		return -1;
	return swap_forget_marks(job->dirfd, job->path, job->base, job->leo);
}

int
swap_undo_run(struct store_job *job)
{
	if (unlink_stage(job->dirfd, job->path, job->base, ".cleaned") == -1 ||
	    unlink_stage(job->dirfd, job->path, job->base, ".swap") == -1)
		return -1;
	return swap_forget_marks(job->dirfd, job->path, job->base, job->leo);
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
		return -1;
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

static int
apply(struct plog *log, const struct plog_cleaned *c)
{
	uint32_t i = (uint32_t)place_of(log, c->base), j = (uint32_t)place_of(log, c->last);
	struct swap *s = log->swap;

	log->line.generation++;
	plog_publish(log);
	if (swap_files(log->disk, log->name, c->base, log->config->file_delete_delay_ms) == -1)
		return -1;
	s->state = SWAP_ENDING;
	s->gone = xcalloc(j - i + 1, sizeof(*s->gone));
	for (uint32_t k = j + 1; k-- > i;) {
		if (k > i)
			s->gone[s->ngone++] = log->seg[k].base; /* taken from the end: ascending */
		log->line.size -= log->seg[k].size;
	}
	log->seg[i] = (struct segment){ .base = c->base, .size = c->size, .max_ts = TS_UNKNOWN,
		.mtime = log->seg[j].mtime };
	memmove(&log->seg[i + 1], &log->seg[j + 1], (log->nseg - j - 1) * sizeof(*log->seg));
	log->nseg -= j - i;
	log->line.size += c->size;
	finish(log);
	log->line.generation++;
	if (c->upto >= 0)
		plog_set_cleaned(log, c->upto);
	plog_publish(log);
	return 0;
}

/* Tells the writer; log->swap is gone before. */
static void
end(struct plog *log, int error)
{
	struct swap *s = log->swap;

	log->swap = NULL;
	if (!s->told && log->disk->opt.swapped != NULL)
		log->disk->opt.swapped(log, &s->c, error, log->disk->opt.arg);
	free(s->gone);
	free(s);
}

/* What was staged goes away, and the cleaner hears why when it is gone. */
static void
undo(struct plog *log, int error)
{
	log->swap->state = SWAP_UNDOING;
	log->swap->error = error;
	queue(log, JOB_UNSWAP);
}

static void
staged_done(struct plog *log, int error)
{
	if (error == 0 && (log->swap->state == SWAP_UNDOING || !still_valid(log, &log->swap->c)))
		error = ECANCELED;
	if (error == 0 && apply(log, &log->swap->c) == -1)
		error = errno;
	if (error != 0)
		undo(log, error);
}

void
swap_job_done(struct store_job *job)
{
	struct plog *log = job->log;
	struct swap *s;

	if (log == NULL || (s = log->swap) == NULL) /* closed meanwhile: whoever opens it finishes that, or clears up */
		return;
	if (job->kind == JOB_SWAP) {
		staged_done(log, job->error);
	} else if (job->error == 0) {
		end(log, s->error);
	} else {
		get_stuck(log, job->error);
	}
}

bool
plog_swap_holds(struct plog *log, int64_t upto)
{
	if (log->swap == NULL || log->swap->c.base >= upto)
		return false;
	try_again(log);
	return true;
}

int
plog_swap_cancel(struct plog *log)
{
	struct disk *disk = log->disk;
	struct store_job *const list[] = { disk->job_head, disk->running };

	if (log->swap == NULL)
		return 0;
	if (log->swap->state == SWAP_STAGING) {
		log->swap->state = SWAP_UNDOING;
		for (int i = 0; i < 2; i++)
			for (struct store_job *j = list[i]; j != NULL; j = j->next)
				if (j->kind == JOB_SWAP && j->log == log)
					atomic_store_explicit(&j->cancelled, true, memory_order_relaxed);
	}
	try_again(log);
	errno = EAGAIN;
	return -1;
}

void
plog_swap_forget(struct plog *log)
{
	if (log->swap != NULL)
		end(log, ECANCELED);
}

void
plog_cut_cleaned(struct plog *log, int64_t offset)
{
	log->line.cuts++;
	if (log->line.cleaned > offset)
		plog_set_cleaned(log, offset);
}
