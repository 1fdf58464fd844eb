/* SPDX-License-Identifier: ISC */
/*
 * tables.c - the private index of what the controller publishes: topics by name and id, slots by
 * partition. Used in: acceptors, writers, controller.
 *
 * The journal says which lines moved; each is then read as it is now, so an entry that is read
 * twice, or late, does no harm, and a line whose version was seen already is passed over.  Whoever
 * is lapped looks at all lines.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/hash.h"
#include "odradek/base/log.h"
#include "odradek/base/topic_config.h"
#include "odradek/base/xalloc.h"
#include "odradek/proc/repl.h"
#include "odradek/proc/tables.h"
#include "odradek/proto/kerr.h"

#define NO_SLOT UINT32_MAX

/* To which partition a slot belongs, as far as we followed. */
struct owner {
	uint64_t version;    /* of the line; 0 = never seen */
	uint32_t topic;      /* index; UINT32_MAX = none */
	uint32_t generation; /* of the topic entry */
	int32_t partition;
};

struct tables {
	struct shm *shm;
	struct shm_controller *ctl;
	const struct tables_hooks *hooks;
	void *arg;
	uint32_t max;               /* partitions_max */
	uint64_t version, journal;  /* followed up to */
	struct topic_entry **topic; /* by index */
	uint64_t *topic_version;
	uint32_t topic_cap;
	struct owner *owner; /* by slot */
	uint32_t owner_cap;
	uint64_t node_version[SHM_NODES]; /* latch counter */
	bool own_settings[SHM_NODES];
	struct shm_topic_config defaults[SHM_NODES]; /* of those */
	struct shm_topic_config merged;		     /* the last that tables_config made */
	struct mapstr by_name, by_id;     /* index in topic[] */
};

struct tables *
tables_new(struct shm *shm, const struct tables_hooks *hooks, void *arg)
{
	struct tables *t = xcalloc(1, sizeof(*t));

	t->shm = shm;
	t->ctl = shm_controller_of(shm);
	t->hooks = hooks;
	t->arg = arg;
	t->max = shm_layout(shm)->partitions_max;
	return t;
}

void
tables_free(struct tables **tp)
{
	struct tables *t = *tp;

	if (t == NULL)
		return;
	for (uint32_t i = 0; i < t->topic_cap; i++)
		if (t->topic[i] != NULL) {
			free(t->topic[i]->slot);
			free(t->topic[i]);
		}
	free(t->topic);
	free(t->topic_version);
	free(t->owner);
	mapstr_fini(&t->by_name);
	mapstr_fini(&t->by_id);
	free(t);
	*tp = NULL;
}

/* ---- topics ---- */

static void
unindex(struct tables *t, const struct topic_entry *e)
{
	uint32_t *at;

	if ((at = mapstr_get(&t->by_name, e->name, e->name_len)) != NULL && *at == e->index)
		mapstr_del(&t->by_name, e->name, e->name_len);
	if ((at = mapstr_get(&t->by_id, (const char *)e->id, 16)) != NULL && *at == e->index)
		mapstr_del(&t->by_id, (const char *)e->id, 16);
}

static void
tell_topic(struct tables *t, struct topic_entry *e)
{
	if (t->hooks != NULL && t->hooks->topic != NULL)
		t->hooks->topic(t->arg, e);
}

static void
topic_drop(struct tables *t, struct topic_entry *e)
{
	unindex(t, e);
	e->deleting = true;
	tell_topic(t, e); /* always: whoever keeps the pointer must let go of it */
	t->topic[e->index] = NULL;
	free(e->slot);
	free(e);
}

static void
topics_grow(struct tables *t, uint32_t index)
{
	uint32_t cap = t->topic_cap > 0 ? t->topic_cap : 64;

	if (index < t->topic_cap)
		return;
	while (cap <= index)
		cap *= 2;
	t->topic = xreallocarray(t->topic, cap, sizeof(*t->topic));
	t->topic_version = xreallocarray(t->topic_version, cap, sizeof(*t->topic_version));
	for (uint32_t i = t->topic_cap; i < cap; i++) {
		t->topic[i] = NULL;
		t->topic_version[i] = 0;
	}
	t->topic_cap = cap;
}

static void
set_partitions(struct tables *t, struct topic_entry *e, uint32_t n)
{
	if (n > t->max)
		n = t->max;
	if (n > e->slot_cap) {
		uint32_t cap = e->slot_cap * 2 > n ? e->slot_cap * 2 : n;

		e->slot = xreallocarray(e->slot, cap, sizeof(*e->slot));
		for (uint32_t i = e->slot_cap; i < cap; i++)
			e->slot[i] = NO_SLOT;
		e->slot_cap = cap;
	}
	for (uint32_t i = n; i < e->partitions; i++)
		e->slot[i] = NO_SLOT;
	e->partitions = n;
}

static struct topic_entry *
topic_make(struct tables *t, uint32_t index, const struct shm_topic *line)
{
	struct topic_entry *e = xcalloc(1, sizeof(*e));

	e->index = index;
	e->generation = line->generation;
	memcpy(e->id, line->id, sizeof(e->id));
	e->name_len = line->name_len < sizeof(e->name) ? line->name_len : sizeof(e->name) - 1;
	memcpy(e->name, line->name, e->name_len);
	e->internal = line->internal;
	t->topic[index] = e;
	return e;
}

/* Returns true if the line moved since it was last looked at. */
static bool
follow_topic(struct tables *t, uint32_t index)
{
	struct shm_topic line;
	struct topic_entry *e;

	if (index >= t->max)
		return false;
	topics_grow(t, index);
	latch_read(shm_topic_at(t->ctl, index), &line);
	if (line.version == t->topic_version[index])
		return false;
	t->topic_version[index] = line.version;
	e = t->topic[index];
	if (e != NULL && (line.state == SLOT_FREE || e->generation != line.generation)) {
		topic_drop(t, e);
		e = NULL;
	}
	if (line.state == SLOT_FREE)
		return true;
	if (e == NULL)
		e = topic_make(t, index, &line);
	e->config = line.config;
	set_partitions(t, e, line.partitions);
	e->deleting = line.state == SLOT_DELETING;
	if (e->deleting) {
		unindex(t, e); /* its name may be another's already */
	} else {
		mapstr_put(&t->by_name, e->name, e->name_len, index);
		mapstr_put(&t->by_id, (const char *)e->id, 16, index);
	}
	tell_topic(t, e);
	return true;
}

/* ---- partitions and nodes ---- */

static void
owners_grow(struct tables *t, uint32_t slot)
{
	uint32_t cap = t->owner_cap > 0 ? t->owner_cap : 64;

	if (slot < t->owner_cap)
		return;
	while (cap <= slot)
		cap *= 2;
	t->owner = xreallocarray(t->owner, cap, sizeof(*t->owner));
	for (uint32_t i = t->owner_cap; i < cap; i++)
		t->owner[i] = (struct owner){.topic = UINT32_MAX};
	t->owner_cap = cap;
}

static void
disown(struct tables *t, uint32_t slot)
{
	const struct owner *o = &t->owner[slot];
	struct topic_entry *e = o->topic < t->topic_cap ? t->topic[o->topic] : NULL;

	if (e != NULL && e->generation == o->generation && (uint32_t)o->partition < e->partitions &&
	    e->slot[o->partition] == slot)
		e->slot[o->partition] = NO_SLOT;
	t->owner[slot].topic = UINT32_MAX;
}

static bool
follow_partition(struct tables *t, uint32_t slot)
{
	struct shm_partition line;
	struct topic_entry *e;
	struct owner *o;

	if (slot >= t->max)
		return false;
	owners_grow(t, slot);
	o = &t->owner[slot];
	latch_read(shm_partition_at(t->ctl, t->max, slot), &line);
	if (line.version == o->version)
		return false;
	o->version = line.version;
	disown(t, slot);
	if (line.state != SLOT_FREE) {
		(void)follow_topic(
		    t, line.topic); /* the partition may be seen before its topic's own entry */
		e = line.topic < t->topic_cap ? t->topic[line.topic] : NULL;
		if (e != NULL && (uint32_t)line.partition < e->partitions) {
			e->slot[line.partition] = slot;
			*o =
			    (struct owner){line.version, line.topic, e->generation, line.partition};
		}
	}
	if (t->hooks != NULL && t->hooks->partition != NULL)
		t->hooks->partition(t->arg, slot, &line);
	return true;
}

static bool
follow_node(struct tables *t, uint32_t index)
{
	struct shm_node line;
	uint64_t seq;

	if (index >= SHM_NODES)
		return false;
	seq = latch_read(&t->ctl->node[index], &line);
	if (seq == t->node_version[index])
		return false;
	t->node_version[index] = seq;
	t->own_settings[index] = line.own_settings != 0;
	t->defaults[index] = line.defaults;
	if (t->hooks != NULL && t->hooks->node != NULL)
		t->hooks->node(t->arg, index, &line);
	return true;
}

/* ---- following ---- */

static bool
follow_all(struct tables *t)
{
	uint32_t topics = atomic_load_explicit(&t->ctl->topics, memory_order_acquire);
	uint32_t partitions = atomic_load_explicit(&t->ctl->partitions, memory_order_acquire);
	uint32_t nodes = atomic_load_explicit(&t->ctl->nodes, memory_order_acquire);
	bool moved = false;

	for (uint32_t i = 0; i < nodes && i < SHM_NODES; i++)
		moved |= follow_node(t, i);
	for (uint32_t i = 0; i < topics && i < t->max; i++)
		moved |= follow_topic(t, i);
	for (uint32_t i = 0; i < partitions && i < t->max; i++)
		moved |= follow_partition(t, i);
	return moved;
}

static bool
follow_entry(struct tables *t, uint64_t entry)
{
	const uint32_t index = (uint32_t)entry;

	switch (entry >> 32) {
	case JOURNAL_NODE:
		return follow_node(t, index);
	case JOURNAL_TOPIC:
		return follow_topic(t, index);
	case JOURNAL_PARTITION:
		return follow_partition(t, index);
	default:
		return false;
	}
}

bool
tables_follow(struct tables *t)
{
	uint64_t version = atomic_load_explicit(&t->ctl->version, memory_order_acquire), head;
	bool moved = false, lapped = t->version == 0;

	if (version == t->version)
		return false;
	head = atomic_load_explicit(&t->ctl->journal_head, memory_order_acquire);
	lapped = lapped || head < t->journal || head - t->journal >= SHM_JOURNAL;
	for (uint64_t i = t->journal; i < head && !lapped; i++) {
		uint64_t entry =
		    atomic_load_explicit(&t->ctl->journal[i % SHM_JOURNAL], memory_order_relaxed);

		/* the entry before, the look at the head behind: was it overwritten meanwhile?  The
		 * controller may be writing entry `head` while head still names it, hence >= */
		atomic_thread_fence(memory_order_acquire);
		lapped = atomic_load_explicit(&t->ctl->journal_head, memory_order_relaxed) - i >=
			 SHM_JOURNAL;
		if (!lapped)
			moved |= follow_entry(t, entry);
	}
	if (lapped)
		moved |= follow_all(t);
	t->journal = head;
	t->version = version;
	return moved;
}

uint64_t
tables_version(const struct tables *t)
{
	return t->version;
}

/* ---- looking up ---- */

struct topic_entry *
tables_topic_by_name(struct tables *t, const char *name, uint32_t len)
{
	uint32_t *at = mapstr_get(&t->by_name, name, len);

	return at != NULL ? t->topic[*at] : NULL;
}

struct topic_entry *
tables_topic_by_id(struct tables *t, const uint8_t id[16])
{
	uint32_t *at = mapstr_get(&t->by_id, (const char *)id, 16);

	return at != NULL ? t->topic[*at] : NULL;
}

struct topic_entry *
tables_topic_at(struct tables *t, uint32_t index)
{
	return index < t->topic_cap ? t->topic[index] : NULL;
}

struct topic_entry *
tables_next(struct tables *t, uint32_t *i)
{
	while (*i < t->topic_cap)
		if (t->topic[(*i)++] != NULL)
			return t->topic[*i - 1];
	return NULL;
}

uint32_t
tables_slot(const struct topic_entry *e, int32_t partition)
{
	return partition >= 0 && (uint32_t)partition < e->partitions ? e->slot[partition] : NO_SLOT;
}

/* ---- fresh reads ---- */

void
tables_partition(struct tables *t, uint32_t slot, struct shm_partition *p)
{
	if (slot < t->max) {
		latch_read(shm_partition_at(t->ctl, t->max, slot), p);
		return;
	}
	memset(p, 0, sizeof(*p));
	p->state = SLOT_FREE;
	p->leader = -1;
}

static struct shm_replica_lines *
lines_of(struct tables *t, uint32_t node, uint32_t slot)
{
	const struct shm_part *p;

	if (slot >= t->max || node >= proc_slots(PROC_WRITER) ||
	    (p = shm_peer(t->shm, proc_slot(PROC_WRITER, node))) == NULL)
		return NULL;
	return &((struct shm_writer *)shm_body_of(p))->replica[slot];
}

void
tables_replica(struct tables *t, uint32_t node, uint32_t slot, struct shm_replica *r)
{
	struct shm_replica_lines *l = lines_of(t, node, slot);

	if (l != NULL) {
		latch_read(&l->line, r);
		return;
	}
	memset(r, 0, sizeof(*r));
	r->epoch = -1;
	r->status = REPLICA_NONE;
}

const shm_tail *
tables_tail(struct tables *t, uint32_t node, uint32_t slot)
{
	if (lines_of(t, node, slot) == NULL)
		return NULL;
	return shm_tail_at(shm_body_of(shm_peer(t->shm, proc_slot(PROC_WRITER, node))), t->max, slot);
}

bool
tables_node(struct tables *t, uint32_t index, struct shm_node *n)
{
	if (index >= tables_nodes(t))
		return false;
	latch_read(&t->ctl->node[index], n);
	return true;
}

const struct shm_topic_config *
tables_config(struct tables *t, const struct topic_entry *topic, uint32_t node)
{
	const struct shm_topic_config *own = &topic->config, *d;
	struct shm_topic_config *to = &t->merged;

	if (node >= SHM_NODES || !t->own_settings[node])
		return own;
	d = &t->defaults[node];
	*to = *own;
#define TAKE(setting, field)                              \
	if ((own->own >> TOPIC_CONFIG_##setting & 1) == 0) \
	to->field = d->field
	TAKE(retention_ms, retention_ms);
	TAKE(retention_bytes, retention_bytes);
	TAKE(segment_ms, segment_ms);
	TAKE(segment_jitter_ms, segment_jitter_ms);
	TAKE(file_delete_delay_ms, file_delete_delay_ms);
	TAKE(flush_messages, flush_messages);
	TAKE(flush_ms, flush_ms);
	TAKE(delete_retention_ms, delete_retention_ms);
	TAKE(min_compaction_lag_ms, min_compaction_lag_ms);
	TAKE(max_compaction_lag_ms, max_compaction_lag_ms);
	TAKE(message_timestamp_before_max_ms, timestamp_before_max_ms);
	TAKE(message_timestamp_after_max_ms, timestamp_after_max_ms);
	TAKE(segment_bytes, segment_bytes);
	TAKE(segment_index_bytes, segment_index_bytes);
	TAKE(index_interval_bytes, index_interval_bytes);
	TAKE(max_message_bytes, max_message_bytes);
	TAKE(min_insync_replicas, min_insync_replicas);
	TAKE(cleanup_policy, cleanup_delete);
	TAKE(cleanup_policy, cleanup_compact);
	TAKE(message_timestamp_type, log_append_time);
	TAKE(compression_type, compression_type);
	TAKE(compression_gzip_level, gzip_level);
	TAKE(compression_lz4_level, lz4_level);
	TAKE(compression_zstd_level, zstd_level);
	TAKE(preallocate, preallocate);
	TAKE(unclean_leader_election_enable, unclean_election);
	TAKE(min_cleanable_dirty_ratio, min_cleanable_ratio);
#undef TAKE
	return to;
}

uint32_t
tables_nodes(struct tables *t)
{
	uint32_t n = atomic_load_explicit(&t->ctl->nodes, memory_order_acquire);

	return n < SHM_NODES ? n : SHM_NODES;
}

/* The slot, and with it the line of the replica on node; of its leader: node -1. */
static int
tables_serving(struct tables *t, uint32_t slot, int32_t node, struct shm_partition *p, struct shm_replica *r)
{
	const shm_partition_latch *line;
	uint64_t seq;

	if (slot >= t->max) {
		tables_partition(t, slot, p);
		return -1;
	}
	line = shm_partition_at(t->ctl, t->max, slot);
	for (;;) { /* ends when the controller leaves the slot alone for as long as a line takes to read */
		seq = latch_read(line, p);
		if (p->state != SLOT_ONLINE || p->leader < 0)
			return -1;
		tables_replica(t, (uint32_t)(node < 0 ? p->leader : node), slot, r);
		/* the slot again: its counter stands still as long as its words do */
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit((_Atomic uint64_t *)(uintptr_t)&line->seq, memory_order_relaxed) == seq)
			break;
	}
	if (r->epoch != p->leader_epoch || r->generation != p->generation || r->status != REPLICA_OK)
		return -1;
	return 0;
}

int
tables_leader(struct tables *t, uint32_t slot, struct shm_partition *p, struct shm_replica *r)
{
	return tables_serving(t, slot, -1, p, r);
}

int
tables_reader(struct tables *t, uint32_t slot, uint32_t node, struct shm_partition *p, struct shm_replica *r)
{
	return tables_serving(t, slot, (int32_t)node, p, r);
}

/* The slot as it is now, for the looks at what was committed. */
static void
look_at_slot(struct tables *t, uint32_t slot, struct repl_slot *s)
{
	struct shm_partition p;

	tables_partition(t, slot, &p);
	repl_slot_of(s, &p);
}

int
tables_committed(struct tables *t, uint32_t node, uint32_t slot, int32_t epoch, int64_t next)
{
	enum repl_verdict verdict = REPL_GO_ON;
	struct repl_line line = { .known = true };
	struct shm_replica r;
	struct repl_slot s;

	tables_replica(t, node, slot, &r);
	line.epoch = r.epoch;
	line.hw = r.hw;
	for (int look = REPL_LOOK_HW; verdict == REPL_GO_ON; look++) {
		if (look != REPL_LOOK_HW)
			look_at_slot(t, slot, &s);
		verdict = repl_commit_look((enum repl_look)look, epoch, next, &line, &s);
	}
	if (verdict == REPL_WAIT) {
		look_at_slot(t, slot, &s);
		verdict = s.epoch == epoch ? REPL_WAIT : REPL_NOT_LEADER;
	}
	switch (verdict) {
	case REPL_WAIT:
		return COMMIT_WAIT;
	case REPL_COMMITTED:
		return KERR_NONE;
	case REPL_TOO_FEW:
		return KERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND;
	default:
		return KERR_NOT_LEADER_OR_FOLLOWER;
	}
}
