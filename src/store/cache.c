/* SPDX-License-Identifier: ISC */
/*
 * cache.c - how much of the page cache the logs of a disk take, and how soon it becomes clean.
 *
 * Writer.  What was appended is given to the medium in steps: of a log with much at a time, of all of them together before
 * that is too much, so that many logs with a little each do not pile up dirty pages until the kernel stops whoever writes.
 * With log.cache.bytes, what was given is remembered in the order in which it was, and the oldest is dropped when there is
 * too much of it, unless somebody reads it.
 */
#include "config.h"

#include <stdlib.h>

#include "odradek/base/xalloc.h"
#include "store_priv.h"

static void
range_push(struct disk *disk, const struct range *r)
{
	if (disk->range_n == disk->range_cap) {
		uint32_t cap = disk->range_cap == 0 ? 64 : disk->range_cap * 2;
		struct range *more = xcalloc(cap, sizeof(*more));

		for (uint32_t i = 0; i < disk->range_n; i++)
			more[i] = disk->ranges[(disk->range_head + i) % disk->range_cap];
		free(disk->ranges);
		disk->ranges = more;
		disk->range_cap = cap;
		disk->range_head = 0;
	}
	disk->ranges[(disk->range_head + disk->range_n++) % disk->range_cap] = *r;
	disk->range_bytes += r->len;
}

static struct range
range_pop(struct disk *disk)
{
	struct range r = disk->ranges[disk->range_head];

	disk->range_head = (disk->range_head + 1) % disk->range_cap;
	disk->range_n--;
	disk->range_bytes -= r.len;
	return r;
}

static bool
being_read(const struct disk *disk, const struct range *r)
{
	return disk->opt.being_read != NULL &&
	    disk->opt.being_read(r->log, r->segment, r->off, r->len, disk->opt.arg);
}

void
cache_bound(struct disk *disk)
{
	/* each one is looked at once: all of them may be in use */
	for (uint32_t n = disk->range_n; n > 0 && disk->opt.cache_bytes >= 0 &&
	    disk->range_bytes + disk->unwritten > disk->opt.cache_bytes; n--) {
		struct range r = range_pop(disk);
		char path[PATH_BYTES];
		struct store_job *job;

		if (r.log == NULL)
			continue;
		if (being_read(disk, &r)) {
			range_push(disk, &r);
			continue;
		}
		job = job_new(disk, JOB_DROP, NULL);
		job->path = xstrdup(path_segment(path, r.log->name, r.segment, ".log"));
		job->off = r.off;
		job->len = r.len;
		job_queue(disk, job);
	}
}

void
cache_writeback(struct plog *log)
{
	struct disk *disk = log->disk;
	int64_t len = log->line.end - log->written_back;
	char path[PATH_BYTES];
	struct store_job *job;

	if (log->nseg == 0 || len <= 0)
		return;
	job = job_new(disk, JOB_WRITEBACK, NULL);
	job->path = xstrdup(path_segment(path, log->name, plog_active(log)->base, ".log"));
	job->off = log->written_back;
	job->len = len;
	job_queue(disk, job);
	disk->unwritten = disk->unwritten > len ? disk->unwritten - len : 0;
	log->written_back = log->line.end;
	if (disk->opt.cache_bytes < 0)
		return;
	range_push(disk, &(struct range){ log, plog_active(log)->base, job->off, len });
	cache_bound(disk);
}

static int64_t
most_unwritten(const struct disk *disk)
{
	int64_t some = disk->opt.cache_bytes / 4 < 1 << 20 ? 1 << 20 : disk->opt.cache_bytes / 4;

	return disk->opt.cache_bytes >= 0 && some < WRITEBACK_ALL ? some : WRITEBACK_ALL;
}

void
cache_appended(struct plog *log, int64_t bytes)
{
	struct disk *disk = log->disk;

	disk->unwritten += bytes;
	if (log->line.end - log->written_back >= WRITEBACK_BYTES)
		cache_writeback(log);
	if (disk->unwritten >= most_unwritten(disk))
		cache_writeback_dirty(disk);
}

/* Before the list is cleared: a log that is not on it has nothing that is worth a call. */
void
cache_writeback_dirty(struct disk *disk)
{
	if (disk->opt.cache_bytes < 0 && disk->unwritten < WRITEBACK_BYTES)
		return; /* the kernel's own writeback is good enough for that */
	for (struct plog *log = disk->dirty; log != NULL; log = log->dirty_next)
		cache_writeback(log);
	disk->unwritten = 0;
}

void
cache_found(struct disk *disk)
{
	for (uint32_t i = 0; disk->opt.cache_bytes >= 0 && i < disk->nlogs; i++)
		for (uint32_t k = 0; k < disk->logs[i]->nseg; k++)
			if (disk->logs[i]->seg[k].size > 0)
				range_push(disk, &(struct range){ disk->logs[i], disk->logs[i]->seg[k].base, 0,
				    disk->logs[i]->seg[k].size });
	cache_bound(disk);
}

void
cache_forget(struct disk *disk, const struct plog *log)
{
	for (uint32_t i = 0; i < disk->range_n; i++) {
		struct range *r = &disk->ranges[(disk->range_head + i) % disk->range_cap];

		if (r->log == log)
			r->log = NULL;
	}
}
