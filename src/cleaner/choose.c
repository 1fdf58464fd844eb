/* SPDX-License-Identifier: ISC */
/*
 * choose.c - which log is to be compacted next: of those that are dirty enough, or overdue, the dirtiest.
 *
 * Cleaner.  Reads published lines and directories, changes nothing.  A log whose line says that nothing happened is not
 * looked at again, so an idle disk costs a look at shared memory in log.cleaner.backoff.ms.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "cleaner.h"

const char *
candidate_name(const struct candidate *c, char *buf, size_t n)
{
	const struct topic_entry *t = tables_topic_at(cleaner.tables, c->p.topic);

	snprintf(buf, n, "%s-%d", t == NULL ? "?" : t->name, (int)c->p.partition);
	return buf;
}

static bool
on_this_disk(const struct shm_partition *p)
{
	if (p->state != SLOT_ONLINE)
		return false;
	for (unsigned i = 0; i < p->replicas && i < SHM_REPLICAS; i++)
		if (p->replica[i] == cleaner.node)
			return true;
	return false;
}

static void
partition_moved(void *arg, uint32_t slot, const struct shm_partition *p)
{
	struct candidate *c;

	(void)arg;
	if (slot >= cleaner.slots)
		return;
	c = &cleaner.candidate[slot];
	if (c->p.generation != p->generation || !on_this_disk(p)) {
		uncleanable_remove(slot);
		memset(c, 0, sizeof(*c));
	}
	if (on_this_disk(p))
		c->p = *p;
	else
		c->p.state = SLOT_FREE;
}

void
choose_init(void)
{
	static const struct tables_hooks hooks = { .partition = partition_moved };

	cleaner.slots = shm_layout(cleaner.shm)->partitions_max;
	cleaner.candidate = xcalloc(cleaner.slots, sizeof(*cleaner.candidate));
	cleaner.tables = tables_new(cleaner.shm, &hooks, NULL);
}

/* What a full disk refused need not wait for its time when there is room for a whole copy. */
static bool
has_room(const struct candidate *c)
{
	struct statvfs st;

	return c->error == ENOSPC && statvfs(cleaner.path, &st) == 0 && st.f_favail > 0 &&
	    (uint64_t)st.f_bavail * st.f_frsize > (uint64_t)(c->need.clean_bytes + c->need.cleanable_bytes);
}

static int64_t
bound_of(const struct shm_replica *line)
{
	return line->lso < line->segment ? line->lso : line->segment;
}

static void
describe(struct clean_log *log, const struct topic_entry *t, const struct candidate *c, const struct shm_replica *line,
    const char *dir)
{
	const struct shm_topic_config *s = tables_config(cleaner.tables, t, cleaner.node);

	(void)c;
	*log = (struct clean_log){
		.dir = dir,
		.log_start = line->log_start,
		.lso = line->lso < line->hw ? line->lso : line->hw,
		.leo = line->leo,
		.active = line->segment,
		.end = line->end,
		.cleaned = line->cleaned,
		.min_lag_ms = s->min_compaction_lag_ms,
		.max_lag_ms = s->max_compaction_lag_ms,
		.delete_retention_ms = s->delete_retention_ms,
		.min_ratio = s->min_cleanable_ratio,
		.segment_bytes = s->segment_bytes,
		.segment_index_bytes = s->segment_index_bytes,
		.index_interval_bytes = s->index_interval_bytes,
		.producer_expiration_ms = cleaner.child->config->producer_id_expiration_ms,
	};
}

/* The line of a log that may be cleaned now. */
static bool
ready(uint32_t slot, const struct candidate *c, const struct topic_entry *t, struct shm_replica *line)
{
	if (c->p.state != SLOT_ONLINE || t == NULL || t->deleting ||
	    !tables_config(cleaner.tables, t, cleaner.node)->cleanup_compact)
		return false;
	tables_replica(cleaner.tables, cleaner.node, slot, line);
	return line->status == REPLICA_OK && line->generation == c->p.generation && line->segment > line->log_start;
}

static void
look(struct candidate *c, const struct topic_entry *t, const struct shm_replica *line, int64_t now)
{
	char dir[4352];
	struct clean_log log;
	bool timed = t->config.min_compaction_lag_ms > 0 || t->config.max_compaction_lag_ms < now;

	if (c->looked && !timed && c->segments == line->segments && c->cleaned == line->cleaned &&
	    c->bound == bound_of(line))
		return;
	snprintf(dir, sizeof(dir), "%s/%s-%d", cleaner.path, t->name, (int)c->p.partition);
	describe(&log, t, c, line, dir);
	c->looked = false;
	if (clean_look(&log, now, &c->need) == -1) {
		memset(&c->need, 0, sizeof(c->need)); /* deleted or rolled meanwhile: the next look knows */
		return;
	}
	c->looked = true;
	c->segments = line->segments;
	c->cleaned = line->cleaned;
	c->bound = bound_of(line);
}

bool
choose(struct choice *best, int64_t now, int64_t mono)
{
	double dirtiest = 0;
	uint64_t blocked = 0;
	bool found = false;
	char *dir;

	tables_follow(cleaner.tables);
	for (uint32_t slot = 0; slot < cleaner.slots; slot++) {
		struct candidate *c = &cleaner.candidate[slot];
		struct topic_entry *t = c->p.state == SLOT_ONLINE ? tables_topic_at(cleaner.tables, c->p.topic) : NULL;
		struct shm_replica line;

		if (!ready(slot, c, t, &line)) {
			if (c->error != 0 && (t == NULL || !t->config.cleanup_compact))
				uncleanable_remove(slot);
			continue;
		}
		look(c, t, &line, now);
		/* the setting may have changed since the look */
		c->need.wanted = (c->need.overdue && c->need.cleanable_bytes > 0) ||
		    c->need.ratio > t->config.min_cleanable_ratio;
		if (c->need.ratio > dirtiest)
			dirtiest = c->need.ratio;
		if (c->error != 0)
			blocked += (uint64_t)c->need.cleanable_bytes;
		if (!c->need.wanted || (mono < c->retry_at && !has_room(c)) ||
		    (found && c->need.ratio <= best->need.ratio))
			continue;
		found = true;
		best->slot = slot;
		best->p = c->p;
		best->line = line;
		best->need = c->need;
	}
	atomic_store_explicit(&cleaner.pub->dirtiest, (uint32_t)(dirtiest * 100), memory_order_relaxed);
	atomic_store_explicit(&cleaner.pub->uncleanable_bytes, blocked, memory_order_relaxed);
	atomic_store_explicit(&cleaner.pub->last_run, (uint64_t)now, memory_order_relaxed);
	if (!found)
		return false;
	{
		struct topic_entry *t = tables_topic_at(cleaner.tables, best->p.topic);

		dir = xasprintf("%s/%s-%d", cleaner.path, t->name, (int)best->p.partition);
		describe(&best->log, t, &cleaner.candidate[best->slot], &best->line, dir);
	}
	return true;
}

bool
choice_holds(const struct choice *c)
{
	struct topic_entry *t = tables_topic_at(cleaner.tables, c->p.topic);
	const struct candidate *now = &cleaner.candidate[c->slot];
	struct shm_replica line;

	return now->p.generation == c->p.generation && ready(c->slot, now, t, &line) && line.cuts == c->line.cuts;
}

void
choice_fini(struct choice *c)
{
	free((char *)(uintptr_t)c->log.dir);
	c->log.dir = NULL;
}
