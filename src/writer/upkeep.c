/* SPDX-License-Identifier: ISC */
/*
 * upkeep.c - the disk's clock, its jobs in the helper thread, and how full it is.
 *
 * libstore decides what is due (index buffers, saved state, writeback, recovery points, retention, unlinks); this file
 * calls it in time and carries its jobs to the helper, one timer for the whole disk.  An idle disk costs one wake-up in
 * five seconds.  Nothing here may wait for the medium; the helper may.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <event2/event.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/store/sys.h"
#include "writer.h"

#define SOON_MS 1000   /* after an append, the clock is looked at within this time */
#define SPACE_MS 5000  /* how often the file system is asked for room; FULL_MS while it is full */
#define FULL_MS 500
#define INODES_LEAST 16 /* with fewer free a disk is as full as without blocks: a partition wants several */
#define BOOT_MS 10	 /* until every partition was opened once */
#define JOBS_MAX 2	 /* in the helper at a time, so that what somebody waits for gets in between */

struct job {
	struct helper_job job;
	struct store_job *store;
};

struct space_job {
	struct helper_job job;
	bool busy;
	int fd; /* the disk's: its path may lead elsewhere when it is unmounted */
	int error;
	bool gone;
	struct statvfs fs;
};

static struct {
	struct event *clock, *space, *boot, *helper;
	int64_t at; /* mono ms for which the clock is set; INT64_MAX = it is not */
	int jobs;
	struct space_job room;
} up;

static void
arm(struct event *ev, int64_t ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000 };

	evtimer_add(ev, &tv);
}

/* ---- jobs ---- */

static void
job_run(struct helper_job *job)
{
	store_job_run(((struct job *)job)->store);
}

static void
job_done(struct helper_job *job)
{
	struct job *j = (struct job *)job;
	int64_t written_back, dropped;
	char what[400];

	up.jobs--;
	store_job_bytes(j->store, &written_back, &dropped);
	shm_count(writer.child->self, CTR_WRITEBACK_BYTES, (uint64_t)written_back);
	shm_count(writer.child->self, CTR_DROPPED_BYTES, (uint64_t)dropped);
	snprintf(what, sizeof(what), "%s of \"%s\"", store_job_name(j->store), store_job_path(j->store));
	if (disk_job_done(writer.disk, j->store) == -1)
		writer_disk_failed(errno, "%s", what);
	free(j);
	upkeep_pump();
}

void
upkeep_pump(void)
{
	struct store_job *store;

	while (!writer.offline && !writer.leaving && up.jobs < JOBS_MAX &&
	    (store = disk_job_next(writer.disk)) != NULL) {
		struct job *j = xcalloc(1, sizeof(*j));

		j->job.run = job_run;
		j->job.done = job_done;
		j->store = store;
		up.jobs++;
		helper_submit(writer.helper, &j->job);
	}
}

static void
helper_ready(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	helper_run_done(writer.helper);
}

/* ---- the clock ---- */

static void
clock_due(evutil_socket_t fd, short what, void *arg)
{
	int64_t next;

	(void)fd, (void)what, (void)arg;
	up.at = INT64_MAX;
	if (writer.offline)
		return;
	next = disk_tick(writer.disk, now_ms(), mono_coarse_ms());
	upkeep_pump();
	if (next < 0)
		return;
	upkeep_within(next);
}

void
upkeep_within(int64_t ms)
{
	int64_t at = mono_coarse_ms() + ms;

	if (up.at <= at)
		return;
	up.at = at;
	arm(up.clock, ms < 1 ? 1 : ms);
}

void
upkeep_poke(void)
{
	upkeep_within(SOON_MS);
}

/* ---- room ---- */

/* Is the directory still where everybody else looks for it?  What is open here goes on, but nobody could read it. */
static bool
moved_away(int fd)
{
	struct stat own, there;

	if (fstat(fd, &own) == -1)
		return false;
	if (stat(writer.path, &there) == -1)
		return errno == ENOENT || errno == ENOTDIR;
	return own.st_dev != there.st_dev || own.st_ino != there.st_ino;
}

static void
space_run(struct helper_job *job)
{
	struct space_job *s = (struct space_job *)job;

	s->error = fstatvfs(s->fd, &s->fs) == -1 ? errno : (s->fs.f_flag & ST_RDONLY) != 0 ? EROFS : 0;
	s->gone = moved_away(s->fd);
}

static void
space_done(struct helper_job *job)
{
	struct space_job *s = (struct space_job *)job;
	uint64_t unit = s->fs.f_frsize, total, usable;

	s->busy = false;
	if (s->gone) {
		writer_disk_failed(ENOENT, "looking for the directory, which was moved, or covered by another mount");
		return;
	}
	if (s->error != 0) {
		if (errno_is_medium(s->error))
			writer_disk_failed(s->error, "asking for its room");
		return;
	}
	if (s->fs.f_blocks == 0 || s->fs.f_bavail > s->fs.f_blocks || s->fs.f_blocks > INT64_MAX / (unit + 1))
		return; /* a file system that does not know: nothing is decided by that */
	total = unit * s->fs.f_blocks;
	usable = unit * s->fs.f_bavail;
	atomic_store_explicit(&writer.pub->total_bytes, total, memory_order_relaxed);
	atomic_store_explicit(&writer.pub->usable_bytes, usable, memory_order_relaxed);
	budget_room((int64_t)usable);
	/* a file system without a count of inodes makes them as it goes */
	if ((usable > total / 64 || usable > (64u << 20)) && (s->fs.f_files == 0 || s->fs.f_favail > INODES_LEAST)) {
		writer_disk_has_room();
		boot_tick();
	}
}

void
upkeep_ask_room(void)
{
	if (up.room.busy || writer.offline)
		return;
	up.room.busy = true;
	up.room.fd = disk_fd(writer.disk);
	helper_submit(writer.helper, &up.room.job);
}

static void
space_due(evutil_socket_t fd, short what, void *arg)
{
	bool full = atomic_load_explicit(&writer.pub->disk, memory_order_relaxed) == DISK_FULL;

	(void)fd, (void)what, (void)arg;
	if (writer.offline)
		return;
	upkeep_ask_room();
	arm(up.space, full ? FULL_MS : SPACE_MS);
}

void
upkeep_look_at_room(void)
{
	arm(up.space, FULL_MS);
}

/* Wakes the loop, whose turn looks whether the controller has loaded its store. */
static void
boot_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	if (!boot_done())
		arm(up.boot, BOOT_MS);
}

void
upkeep_init(void)
{
	struct event_base *base = writer.child->base;

	writer.helper = helper_new("writer-helper");
	if (writer.helper == NULL)
		fatal("could not start the helper thread");
	up.at = INT64_MAX;
	up.room.job.run = space_run;
	up.room.job.done = space_done;
	up.clock = evtimer_new(base, clock_due, NULL);
	up.space = evtimer_new(base, space_due, NULL);
	up.boot = evtimer_new(base, boot_due, NULL);
	up.helper = event_new(base, helper_fd(writer.helper), EV_READ | EV_PERSIST, helper_ready, NULL);
	if (up.clock == NULL || up.space == NULL || up.boot == NULL || up.helper == NULL)
		panic("no memory for events");
	event_add(up.helper, NULL);
	upkeep_begin();
}

void
upkeep_begin(void)
{
	space_due(-1, 0, NULL);
	boot_due(-1, 0, NULL);
	upkeep_poke();
}

void
upkeep_fini(void)
{
	event_del(up.clock);
	event_del(up.space);
	event_del(up.boot);
	event_del(up.helper);
	helper_free(&writer.helper);
	event_free(up.clock);
	event_free(up.space);
	event_free(up.boot);
	event_free(up.helper);
}
