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
#include <string.h>

#include "odradek/base/log.h"
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

/* sealed: only where no new segment has to be made for that. */
static struct plog *
oldest(struct disk *disk, bool sealed, int64_t *ts)
{
	struct plog *found = NULL;

	*ts = INT64_MAX;
	for (uint32_t i = 0; i < disk->nlogs; i++) {
		struct plog *log = disk->logs[i];
		int64_t t;

		if (!expendable(log) || (sealed && log->nseg == 1) || plog_swap_holds(log, log->line.leo))
			continue;
		t = segment_timestamp(log, &log->seg[0]);
		if (t < *ts) {
			found = log;
			*ts = t;
		}
	}
	return found;
}

void
disk_evict(struct disk *disk, int64_t bytes, struct disk_evicted *out)
{
	bool sealed = false;
	struct plog *log;
	int64_t ts, size;

	memset(out, 0, sizeof(*out));
	out->newest = -1;
	while (out->bytes < bytes && (log = oldest(disk, sealed, &ts)) != NULL) {
		size = log->seg[0].size;
		/* at once: the room is needed, and who is reading there has the file open */
		if (plog_drop_segments(log, 1, disk->now, 0) == 0) {
			if (sealed)
				break;
			sealed = true; /* a full disk takes no new segment: the other logs' go */
			continue;
		}
		out->bytes += size;
		out->segments++;
		if (size > out->largest)
			out->largest = size;
		if (ts > out->newest)
			out->newest = ts;
	}
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
