/* SPDX-License-Identifier: ISC */
/*
 * shard.c - which shards there are, who leads them, and what state they are in.  Coordinator.
 *
 * A shard is dropped whenever what memory has may not be what the log has: its leader or epoch
 * changed, an append failed or took too long.  Before it is read again, whatever we gave the writer
 * must be through: a record that came to the log behind our reading would be unknown to us.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proc/wait.h"
#include "odradek/proto/group_id.h"
#include "odradek/repl/rules.h"
#include "shard.h"

#define BACKOFF_FIRST 20 /* ms between loads that fail */
#define BACKOFF_MOST 5000

static struct shard **shards; /* by partition */
static int32_t nshards;

struct shard *
shard_at(int32_t partition)
{
	return partition >= 0 && partition < nshards ? shards[partition] : NULL;
}

int32_t
shard_count(void)
{
	return nshards;
}

int16_t
shard_error(const struct shard *s)
{
	return s->loses != 0 ? s->loses : KERR_COORDINATOR_NOT_AVAILABLE;
}

/* ---- where a group belongs ---- */

struct shard *
shard_for(const char *id, size_t len, uint32_t node, int16_t *error)
{
	struct shard *s = shard_at(group_partition(id, len, nshards));

	*error = KERR_NOT_COORDINATOR;
	if (s == NULL || s->state == SHARD_NONE || s->node != (int32_t)node)
		return NULL;
	*error = s->state == SHARD_READY ? KERR_NONE : KERR_COORDINATOR_LOAD_IN_PROGRESS;
	return s->state == SHARD_READY ? s : NULL;
}

/* ---- states ---- */

void
shard_arm(struct shard *s)
{
	if (!s->armed)
		wait_arm(s->slot);
	s->armed = true;
}

void
shard_disarm(struct shard *s)
{
	if (s->armed)
		wait_disarm(s->slot);
	s->armed = false;
}

void
shard_drop(struct shard *s, int16_t error)
{
	const uint32_t writer =
	    s->node >= 0 ? proc_slot(PROC_WRITER, (uint32_t)s->node) : UINT32_MAX;

	s->loses = error;
	timer_clear(&s->expiry);
	load_cancel(s);
	groups_free(s);
	replay_fini(s);
	append_forget(s);
	shard_disarm(s);
	s->loses = 0;
	s->state = s->node >= 0 ? SHARD_WAITING : SHARD_NONE;
	s->barrier = s->node >= 0 ? ring_posted(co.shm, writer) : 0;
	s->not_before = co.now_ms;
}

bool
shard_too_few(const struct shard *s)
{
	struct shm_partition p;

	tables_partition(co.tables, s->slot, &p);
	return repl_under_min_isr(p.isr, p.min_insync);
}

void
shard_failed(struct shard *s, const char *why)
{
	log_limited("changes of groups could not be written to \"%s-%d\": %s; the groups are read "
		    "again",
	    OFFSETS_TOPIC, s->partition, why);
	shard_drop(s, KERR_COORDINATOR_NOT_AVAILABLE);
	s->backoff = s->backoff == 0 ? BACKOFF_FIRST : s->backoff * 2;
	if (s->backoff > BACKOFF_MOST)
		s->backoff = BACKOFF_MOST;
	s->not_before = co.now_ms + s->backoff;
}

/* ---- following ---- */

static struct shard *
shard_new(int32_t partition)
{
	struct shard *s = xcalloc(1, sizeof(*s));

	s->partition = partition;
	s->slot = UINT32_MAX;
	s->node = s->epoch = -1;
	s->filling = 1;
	TAILQ_INIT(&s->groups);
	TAILQ_INIT(&s->answers);
	return s;
}

/* Takes over who leads the partition. */
static void
follow(struct shard *s, const struct topic_entry *t)
{
	const uint32_t slot = t == NULL ? UINT32_MAX : tables_slot(t, s->partition);
	struct shm_partition p = {.leader = -1, .leader_epoch = -1};

	if (slot != UINT32_MAX)
		tables_partition(co.tables, slot, &p);
	if (p.state != SLOT_ONLINE || p.leader >= (int32_t)proc_slots(PROC_WRITER))
		p.leader = -1;
	if (slot == s->slot && p.generation == s->slot_generation && p.leader == s->node &&
	    p.leader_epoch == s->epoch)
		return;
	shard_drop(s, KERR_NOT_COORDINATOR);
	s->slot = slot;
	s->slot_generation = p.generation;
	s->node = p.leader;
	s->epoch = p.leader_epoch;
	s->backoff = 0;
	s->state = s->node >= 0 ? SHARD_WAITING : SHARD_NONE;
	/* what we, or a predecessor of ours, gave a former leader is refused by its epoch, or is in
	 * the log that the new one has */
	if (s->node >= 0)
		s->barrier = ring_posted(co.shm, proc_slot(PROC_WRITER, (uint32_t)s->node));
}

void
shards_tables_moved(void)
{
	const struct topic_entry *t =
	    tables_topic_by_name(co.tables, OFFSETS_TOPIC, sizeof(OFFSETS_TOPIC) - 1);
	int32_t n;

	if (t != NULL && t->deleting)
		t = NULL;
	n = t == NULL ? 0 : (int32_t)t->partitions;
	if (n > nshards) {
		shards = xreallocarray(shards, (size_t)n, sizeof(*shards));
		/* groups that were hashed over fewer partitions belong elsewhere now */
		for (; nshards < n; nshards++)
			shards[nshards] = shard_new(nshards);
	}
	for (int32_t i = 0; i < nshards; i++)
		follow(shards[i], t);
	while (nshards > n) {
		struct shard *s = shards[--nshards];

		shard_drop(s, KERR_NOT_COORDINATOR);
		free(s);
	}
}

static void
look_waiting(struct shard *s)
{
	const uint32_t writer = proc_slot(PROC_WRITER, (uint32_t)s->node);
	struct shm_partition p;
	struct shm_replica line;

	if (co.now_ms < s->not_before || ring_taken(co.shm, writer) < s->barrier)
		return;
	shard_arm(s);
	if (tables_leader(co.tables, s->slot, &p, &line) == -1 || p.leader != s->node ||
	    p.leader_epoch != s->epoch)
		return;
	shard_disarm(s);
	s->state = SHARD_LOADING;
	load_begin(s);
}

static void
look_settling(struct shard *s)
{
	int state;

	shard_arm(s);
	state = tables_committed(co.tables, (uint32_t)s->node, s->slot, s->epoch, s->loaded);
	if (state == COMMIT_WAIT)
		return;
	if (state != KERR_NONE && state != KERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND)
		return; /* the tables will say who leads now */
	shard_disarm(s);
	s->state = SHARD_READY;
	s->backoff = 0;
	groups_loaded(s);
	expire_begin(s);
}

void
shards_look(bool moved)
{
	if (moved)
		shards_tables_moved();
	for (int32_t i = 0; i < nshards; i++) {
		struct shard *s = shards[i];

		if (s->state == SHARD_WAITING)
			look_waiting(s);
		if (s->state == SHARD_SETTLING)
			look_settling(s);
		if (s->state == SHARD_READY && moved)
			append_look(s);
	}
}
