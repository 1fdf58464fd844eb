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

int
plog_snapshot(struct plog *log)
{
	char path[PATH_BYTES];
	uint8_t *buf;
	size_t len;
	int r;

	log->since_snapshot = 0;
	if (log->snapshot_leo == log->line.leo)
		return 0;
	len = producers_snapshot_write(log->producers, &buf);
	r = store_write_file(log->disk->dirfd, path_segment(path, log->name, log->line.leo, ".snapshot"), buf, len,
	    false);
	free(buf);
	if (r == -1) {
		log_debug("could not write \"%s\": %s", path, strerror(errno));
		return -1;
	}
	if (log->snapshot_prev >= 0 && !is_base(log, log->snapshot_prev))
		plog_snapshot_unlink(log, log->snapshot_prev);
	log->snapshot_prev = log->snapshot_leo;
	log->snapshot_leo = log->line.leo;
	return 0;
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
