/* SPDX-License-Identifier: ISC */
/*
 * evict.c - what goes when a disk is beyond its budget: the oldest segments of the logs that nobody wanted kept.
 *
 * Writer.  Mechanism only: how much, when, and what is said about it, is the writer's business.  Oldest is by the clock
 * that retention goes by, over all logs of the disk.  Only whole segments can go, so none is larger than a sixteenth of
 * what there may be; on a disk that is getting full the active ones hold no more than that all together.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "store_priv.h"

#define ACTIVE_PART 16

int64_t
disk_bytes(const struct disk *disk)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < disk->nlogs; i++)
		n += disk->logs[i]->line.size;
	return n;
}

/* Is there anything in its first segment that may go? */
static bool
expendable(const struct plog *log)
{
	return log->config->expendable && !log->opening && log->nseg > 0 && segment_removable(log, 0);
}

/* A log and the age of its first segment, in a heap: the oldest is at the top. */
struct victim {
	struct plog *log;
	int64_t ts;
};

static void
sift(struct victim *v, uint32_t n, uint32_t i)
{
	for (uint32_t k; (k = 2 * i + 1) < n; i = k) {
		struct victim swap = v[i];

		if (k + 1 < n && v[k + 1].ts < v[k].ts)
			k++;
		if (v[i].ts <= v[k].ts)
			return;
		v[i] = v[k];
		v[k] = swap;
	}
}

/* sealed: only where no new segment has to be made for that. */
static bool
may_go(struct plog *log, bool sealed)
{
	return expendable(log) && !(sealed && log->nseg == 1) && !plog_swap_holds(log, log->line.leo);
}

/* All logs of which something may go; v has room for as many as there are. */
static uint32_t
victims(struct disk *disk, bool sealed, struct victim *v)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < disk->nlogs; i++)
		if (may_go(disk->logs[i], sealed)) {
			v[n].log = disk->logs[i];
			v[n++].ts = segment_timestamp(disk->logs[i], &disk->logs[i]->seg[0]);
		}
	for (uint32_t i = n / 2; i-- > 0;)
		sift(v, n, i);
	return n;
}

void
disk_evict(struct disk *disk, int64_t bytes, struct disk_evicted *out)
{
	struct victim *v = xcalloc(disk->nlogs + 1, sizeof(*v));
	uint32_t n = victims(disk, false, v);
	bool sealed = false;

	memset(out, 0, sizeof(*out));
	out->newest = -1;
	while (out->bytes < bytes && n > 0) {
		struct plog *log = v[0].log;
		int64_t size = log->seg[0].size;

		/* at once: the room is needed, and who is reading there has the file open */
		if (plog_drop_segments(log, 1, disk->now, 0) == 0) {
			if (sealed)
				break;
			sealed = true; /* a full disk takes no new segment: the other logs' go */
			n = victims(disk, true, v);
			continue;
		}
		out->bytes += size;
		out->segments++;
		if (size > out->largest)
			out->largest = size;
		if (v[0].ts > out->newest)
			out->newest = v[0].ts;
		if (may_go(log, sealed))
			v[0].ts = segment_timestamp(log, &log->seg[0]);
		else
			v[0] = v[--n];
		sift(v, n, 0);
	}
	free(v);
	disk_bury(disk);
}

void
disk_cap_segments(struct disk *disk, int64_t budget, bool crowded)
{
	uint32_t n = 0;

	disk->segment_cap = INT64_MAX;
	if (budget == INT64_MAX)
		return;
	for (uint32_t i = 0; crowded && i < disk->nlogs; i++)
		n += expendable(disk->logs[i]);
	disk->segment_cap = budget / ACTIVE_PART / (n == 0 ? 1 : n);
	if (disk->segment_cap < SEGMENT_LEAST)
		disk->segment_cap = SEGMENT_LEAST;
	for (uint32_t i = 0; crowded && i < disk->nlogs; i++) {
		struct plog *log = disk->logs[i];

		if (!expendable(log) || plog_active(log)->size <= disk->segment_cap)
			continue;
		if (plog_roll(log, disk->now) == 0)
			plog_publish(log);
		else
			log_limited("could not roll \"%s\": %s", log->name, strerror(errno));
	}
}
