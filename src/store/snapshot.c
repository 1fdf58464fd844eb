/* SPDX-License-Identifier: ISC */
/*
 * snapshot.c - `<offset>.snapshot`: producer state at an offset, in Kafka's form.
 *
 * Writer.  One at every roll, every 16 MB of appends and at an orderly stop; kept for each segment's base offset, and
 * the two newest.  It holds the last batch of each producer only; all five are in the saved state (saved.c).  When that
 * is missing, recovery prefers an older one and replays what follows, which brings the others back.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "store_priv.h"

void
plog_snapshot_unlink(struct plog *log, int64_t offset)
{
	char path[PATH_BYTES];

	store_sys.unlinkat(log->disk->dirfd, path_segment(path, log->name, offset, ".snapshot"), 0);
}

static bool
is_base(const struct plog *log, int64_t offset)
{
	for (uint32_t i = log->nseg; i > 0 && log->seg[i - 1].base >= offset; i--)
		if (log->seg[i - 1].base == offset)
			return true;
	return false;
}

/* Is one due at the LEO?  Its bytes, its path, and the offset of the one that it makes superfluous (-1: none). */
static bool
prepare(struct plog *log, char path[PATH_BYTES], uint8_t **buf, size_t *len, int64_t *superfluous)
{
	log->since_snapshot = 0;
	if (log->snapshot_leo == log->line.leo || (log->flags & PLOG_STATE_LOST))
		return false;
	*len = producers_snapshot_write(log->producers, buf);
	path_segment(path, log->name, log->line.leo, ".snapshot");
	*superfluous = log->snapshot_prev >= 0 && !is_base(log, log->snapshot_prev) ? log->snapshot_prev : -1;
	log->snapshot_prev = log->snapshot_leo;
	log->snapshot_leo = log->line.leo;
	return true;
}

int
plog_snapshot(struct plog *log)
{
	char path[PATH_BYTES];
	int64_t superfluous;
	uint8_t *buf;
	size_t len;
	int r;

	if (!prepare(log, path, &buf, &len, &superfluous))
		return 0;
	r = store_write_file(log->disk->dirfd, path, buf, len, false);
	free(buf);
	if (r == -1)
		log_debug("could not write \"%s\": %s", path, strerror(errno));
	else if (superfluous >= 0)
		plog_snapshot_unlink(log, superfluous);
	return r;
}

void
plog_snapshot_later(struct plog *log)
{
	char path[PATH_BYTES];
	struct store_job *job;
	int64_t superfluous;
	uint8_t *buf;
	size_t len;

	if (!prepare(log, path, &buf, &len, &superfluous))
		return;
	job = job_new(log->disk, JOB_SNAPSHOT, log);
	job->file[0] = (struct text){ (char *)buf, len, len };
	job->path = xstrdup(path);
	if (superfluous >= 0)
		job->remove = xstrdup(path_segment(path, log->name, superfluous, ".snapshot"));
	job_queue(log->disk, job);
}

int
plog_snapshot_load(struct plog *log, int64_t offset)
{
	char path[PATH_BYTES];
	size_t len;
	char *buf = store_read_file(log->disk->dirfd, path_segment(path, log->name, offset, ".snapshot"), &len);
	int r;

	if (buf == NULL)
		return -1;
	if (log->producers == NULL)
		log->producers = producers_new();
	r = producers_snapshot_read(log->producers, (uint8_t *)buf, len);
	free(buf);
	if (r == -1)
		log_debug("\"%s\" is torn: not used", path);
	if (producers_count(log->producers) == 0)
		producers_free(&log->producers);
	return r;
}

struct offsets {
	int64_t *v;
	uint32_t n;
};

static int
add_offset(const char *name, unsigned char type, void *arg)
{
	struct offsets *o = arg;
	int64_t offset = strlen(name) > 20 ? name_base(name, ".snapshot") : -1;

	(void)type;
	if (offset < 0)
		return 0;
	if ((o->n & (o->n - 1)) == 0)
		o->v = xreallocarray(o->v, o->n == 0 ? 1 : (size_t)o->n * 2, sizeof(*o->v));
	o->v[o->n++] = offset;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

int
plog_snapshots(struct plog *log, int64_t **offsets)
{
	struct offsets o = { NULL, 0 };

	if (dir_each(log->disk->dirfd, log->name, add_offset, &o) == -1) {
		free(o.v);
		return -1;
	}
	if (o.n > 1)
		qsort(o.v, o.n, sizeof(*o.v), compare);
	*offsets = o.v;
	return (int)o.n;
}
