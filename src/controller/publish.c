/* SPDX-License-Identifier: ISC */
/*
 * publish.c - the only place that writes the controller's tables.  Used in: controller.
 *
 * Order, as shm/tables.h wants it: the lines, the counts, the journal, the version; then the bells
 * of all who follow. A publication is one version: all lines between publish_begin and publish_end
 * have it.  publish_begin may be nested.
 */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

static struct {
	int depth;
	bool dynamic;
	uint64_t *entry; /* of the journal */
	size_t n, cap;
	uint32_t topics, slots; /* highest index used + 1 */
} pub;

void
publish_begin(void)
{
	pub.depth++;
}

uint64_t
publish_version(void)
{
	return ctl.version + 1;
}

static void
journal(enum journal_kind kind, uint32_t index)
{
	if (pub.depth == 0)
		panic("publishing outside of a publication");
	if (pub.n == pub.cap) {
		pub.cap = pub.cap == 0 ? 64 : pub.cap * 2;
		pub.entry = xreallocarray(pub.entry, pub.cap, sizeof(*pub.entry));
	}
	pub.entry[pub.n++] = (uint64_t)kind << 32 | index;
}

/* ---- lines ---- */

static uint8_t
codec_of(int32_t setting)
{
	switch (setting) {
	case SETTING_UNCOMPRESSED:
		return 0;
	case SETTING_GZIP:
		return 1;
	case SETTING_SNAPPY:
		return 2;
	case SETTING_LZ4:
		return 3;
	case SETTING_ZSTD:
		return 4;
	default:
		return 255;
	}
}

static_assert(TOPIC_CONFIG_COUNT <= 64, "shm_topic_config.own has a bit for each");

static void
resolve(const struct config *broker, const struct kvs *own, struct shm_topic_config *c)
{
	struct topic_config r;

	memset(c, 0, sizeof(*c));
	topic_config_resolve(&r, broker, own->v, own->n);
	c->retention_ms = r.retention_ms;
	c->retention_bytes = r.retention_bytes;
	c->segment_ms = r.segment_ms;
	c->segment_jitter_ms = r.segment_jitter_ms;
	c->file_delete_delay_ms = r.file_delete_delay_ms;
	c->flush_messages = r.flush_messages;
	c->flush_ms = r.flush_ms;
	c->delete_retention_ms = r.delete_retention_ms;
	c->min_compaction_lag_ms = r.min_compaction_lag_ms;
	c->max_compaction_lag_ms = r.max_compaction_lag_ms;
	c->timestamp_before_max_ms = r.message_timestamp_before_max_ms;
	c->timestamp_after_max_ms = r.message_timestamp_after_max_ms;
	c->segment_bytes = r.segment_bytes;
	c->segment_index_bytes = r.segment_index_bytes;
	c->index_interval_bytes = r.index_interval_bytes;
	c->max_message_bytes = r.max_message_bytes;
	c->min_insync_replicas = r.min_insync_replicas;
	c->cleanup_delete = (r.cleanup_policy & SETTING_DELETE) != 0;
	c->cleanup_compact = (r.cleanup_policy & SETTING_COMPACT) != 0;
	c->log_append_time = r.message_timestamp_type == SETTING_LOG_APPEND_TIME;
	c->compression_type = codec_of(r.compression_type);
	c->gzip_level = (int8_t)r.compression_gzip_level;
	c->lz4_level = (int8_t)r.compression_lz4_level;
	c->zstd_level =
	    (int16_t)(r.compression_zstd_level < SHRT_MIN ? SHRT_MIN : r.compression_zstd_level);
	c->preallocate = r.preallocate != 0;
	c->unclean_election = r.unclean_leader_election_enable != 0;
	c->explicit_retention =
	    kvs_get(own, "retention.ms") != NULL || kvs_get(own, "retention.bytes") != NULL;
	c->min_cleanable_ratio = r.min_cleanable_dirty_ratio;
	for (size_t i = 0; i < own->n; i++) {
		int id = topic_config_find(own->v[i].name);
		if (id == TOPIC_CONFIG_internal_segment_bytes)
			id = TOPIC_CONFIG_segment_bytes;
		if (id != -1)
			c->own |= UINT64_C(1) << id;
	}
}

void
publish_resolve(const struct topic *t, struct shm_topic_config *c)
{
	resolve(settings_of_topics(), &t->config, c);
}

static void
node_resolve(const struct node *node, struct shm_node *line)
{
	static const struct kvs none;

	line->own_settings = node->config != NULL;
	if (line->own_settings)
		resolve(node->config, &none, &line->defaults);
	else
		memset(&line->defaults, 0, sizeof(line->defaults));
}

void
publish_node(uint32_t index)
{
	struct node *node = &ctl.node[index];

	node->line.state = node->id < 0 ? NODE_NONE : node->online ? NODE_ONLINE : NODE_OFFLINE;
	node_resolve(node, &node->line);
	latch_write(&ctl.tables->node[index], &node->line);
	journal(JOURNAL_NODE, index);
}

void
publish_topic(const struct topic *t)
{
	struct shm_topic s;

	memset(&s, 0, sizeof(s));
	s.version = publish_version();
	s.generation = t->generation;
	s.state = t->state == TOPIC_DELETING ? SLOT_DELETING : SLOT_ONLINE;
	memcpy(s.id, t->id.b, 16);
	s.partitions = t->nparts;
	s.internal = t->internal;
	s.name_len = (uint8_t)strlen(t->name);
	memcpy(s.name, t->name, s.name_len);
	publish_resolve(t, &s.config);
	latch_write(shm_topic_at(ctl.tables, t->index), &s);
	if (t->index >= pub.topics)
		pub.topics = t->index + 1;
	journal(JOURNAL_TOPIC, t->index);
}

/* Replicas of partition n that a list of partition:node pairs names, or "*". */
static uint16_t
named_replicas(const char *list, const struct part *p, uint32_t n)
{
	uint16_t mask = 0;
	long part, node;
	char *end;

	if (list == NULL)
		return 0;
	if (strcmp(list, "*") == 0)
		return (uint16_t)((1u << p->replicas) - 1);
	for (const char *at = list; *at != '\0'; at = *end == ',' ? end + 1 : end) {
		part = strtol(at, &end, 10);
		if (*end != ':')
			break; /* it was checked when it was set */
		node = strtol(end + 1, &end, 10);
		for (int i = 0; part == (long)n && i < p->replicas; i++)
			if (ctl.node[p->replica[i]].id == node)
				mask |= (uint16_t)(1u << i);
	}
	return mask;
}

static void
partition_line(const struct topic *t, uint32_t n, struct shm_partition *s)
{
	const struct part *p = &t->part[n];

	memset(s, 0, sizeof(*s));
	s->version = publish_version();
	s->generation = p->slot_generation;
	s->topic = t->index;
	s->partition = (int32_t)n;
	s->state = t->state == TOPIC_DELETING ? SLOT_DELETING : SLOT_ONLINE;
	s->leader = t->state == TOPIC_DELETING || p->undecided ? -1 : p->leader;
	s->leader_epoch = p->epoch;
	s->partition_epoch = p->partition_epoch;
	s->isr = p->isr;
	s->count = p->isr | p->joining;
	s->elr = p->elr;
	s->replicas = p->replicas;
	s->min_insync = part_min_insync(t, p);
	memcpy(s->replica, p->replica, p->replicas);
	s->leader_throttled =
	    named_replicas(kvs_get(&t->config, "leader.replication.throttled.replicas"), p, n);
	s->follower_throttled =
	    named_replicas(kvs_get(&t->config, "follower.replication.throttled.replicas"), p, n);
}

static void
publish_line(const struct shm_partition *s, uint32_t slot)
{
	latch_write(shm_partition_at(ctl.tables, ctl.partitions_max, slot), s);
	if (slot >= pub.slots)
		pub.slots = slot + 1;
	journal(JOURNAL_PARTITION, slot);
}

void
publish_partition(const struct topic *t, uint32_t n)
{
	struct shm_partition s;

	partition_line(t, n, &s);
	publish_line(&s, t->part[n].slot);
}

void
publish_settings(const struct topic *t)
{
	struct shm_partition s, was;

	publish_topic(t);
	for (uint32_t n = 0; n < t->nparts; n++) {
		partition_line(t, n, &s);
		latch_read(shm_partition_at(ctl.tables, ctl.partitions_max, t->part[n].slot), &was);
		if (s.min_insync != was.min_insync || s.leader_throttled != was.leader_throttled ||
		    s.follower_throttled != was.follower_throttled || s.elr != was.elr)
			publish_line(&s, t->part[n].slot);
	}
}

/* Settings of the daemon or of brokers changed: what topics have from there may be different now.
 */
void
publish_resolved(void)
{
	struct shm_topic_config now;
	struct shm_node node;
	struct shm_topic line;

	for (uint32_t i = 0; i < ctl.nodes; i++) {
		latch_read(&ctl.tables->node[i], &node);
		node_resolve(&ctl.node[i], &ctl.node[i].line);
		if (memcmp(&node.defaults, &ctl.node[i].line.defaults, sizeof(node.defaults)) != 0)
			publish_node(i);
	}
	for (uint32_t i = 0; i < ctl.topics; i++) {
		if (ctl.topic[i] == NULL || ctl.topic[i]->state != TOPIC_LIVE)
			continue;
		latch_read(shm_topic_at(ctl.tables, i), &line);
		publish_resolve(ctl.topic[i], &now);
		if (memcmp(&now, &line.config, sizeof(now)) != 0)
			publish_settings(ctl.topic[i]);
	}
}

void
publish_whole(const struct topic *t)
{
	publish_topic(t);
	for (uint32_t i = 0; i < t->nparts; i++)
		publish_partition(t, i);
}

void
publish_free_topic(uint32_t index)
{
	shm_topic_latch *line = shm_topic_at(ctl.tables, index);
	struct shm_topic s;

	latch_read(line, &s);
	s.version = publish_version();
	s.state = SLOT_FREE;
	latch_write(line, &s);
	journal(JOURNAL_TOPIC, index);
}

void
publish_free_slot(uint32_t slot)
{
	shm_partition_latch *line = shm_partition_at(ctl.tables, ctl.partitions_max, slot);
	struct shm_partition s;

	latch_read(line, &s);
	s.version = publish_version();
	s.state = SLOT_FREE;
	s.leader = -1;
	latch_write(line, &s);
	journal(JOURNAL_PARTITION, slot);
}

void
publish_counts(uint32_t topics, uint32_t slots)
{
	if (topics > pub.topics)
		pub.topics = topics;
	if (slots > pub.slots)
		pub.slots = slots;
}

/* ---- settings that clients changed ---- */

static size_t
dynamic_lines(char *to, size_t room, const char *scope, const struct kvs *k)
{
	size_t len = 0;

	for (size_t i = 0; i < k->n; i++) {
		int n = snprintf(
		    to + len, room - len, "%s %s=%s\n", scope, k->v[i].name, k->v[i].value);
		if (n < 0 || (size_t)n >= room - len) {
			log_warnx("more dynamic settings than other processes can be told: \"%s\" "
				  "and what follows has no effect",
			    k->v[i].name);
			break;
		}
		len += (size_t)n;
	}
	return len;
}

void
publish_dynamic(void)
{
	struct shm_controller *t = ctl.tables;
	uint64_t v = atomic_load_explicit(&t->dynamic_version, memory_order_relaxed) + 1;
	size_t len, room = sizeof(t->dynamic[0]);
	char *to = t->dynamic[v & 1], scope[16];

	len = dynamic_lines(to, room, "default", &ctl.dynamic);
	for (uint32_t i = 0; i < ctl.nodes; i++) {
		snprintf(scope, sizeof(scope), "%d", ctl.node[i].id);
		len += dynamic_lines(to + len, room - len, scope, &ctl.node[i].dynamic);
	}
	len += dynamic_lines(to + len, room - len, "group", &ctl.groups);
	t->dynamic_len[v & 1] = (uint32_t)len;
	atomic_store_explicit(&t->dynamic_version, v, memory_order_release);
	pub.dynamic = true;
}

/* ---- the end of a publication ---- */

static void
ring_kind(enum proc_kind kind)
{
	const struct shm_supervisor *s = shm_processes(ctl.shm);

	for (uint32_t i = 0; i < shm_layout(ctl.shm)->count[kind]; i++) {
		uint32_t slot = proc_slot(kind, i);
		if (atomic_load_explicit(&s->process[slot].exists, memory_order_relaxed) != 0)
			bell_ring(ctl.shm, slot);
	}
}

void
publish_ring(void)
{
	ring_kind(PROC_ACCEPTOR);
	ring_kind(PROC_WRITER);
	ring_kind(PROC_COORDINATOR);
	ring_kind(PROC_REPLICATOR);
}

static void
raise_count(_Atomic uint32_t *count, uint32_t to)
{
	if (atomic_load_explicit(count, memory_order_relaxed) < to)
		atomic_store_explicit(count, to, memory_order_release);
}

void
publish_end(void)
{
	struct shm_controller *t = ctl.tables;
	uint64_t head;

	if (--pub.depth > 0 || (pub.n == 0 && !pub.dynamic))
		return;
	if (pub.n > 0) {
		raise_count(&t->nodes, ctl.nodes);
		raise_count(&t->topics, pub.topics);
		raise_count(&t->partitions, pub.slots);
		head = atomic_load_explicit(&t->journal_head, memory_order_relaxed);
		for (size_t i = 0; i < pub.n; i++)
			atomic_store_explicit(&t->journal[(head + i) % SHM_JOURNAL], pub.entry[i],
			    memory_order_relaxed);
		atomic_store_explicit(&t->journal_head, head + pub.n, memory_order_release);
		ctl.version++;
		atomic_store_explicit(&t->version, ctl.version, memory_order_release);
	}
	if (pub.cap > 4096) { /* after a great one */
		free(pub.entry);
		pub.entry = NULL;
		pub.cap = 0;
	}
	pub.n = 0;
	pub.dynamic = false;
	ring_kind(PROC_ACCEPTOR);
	ring_kind(PROC_WRITER);
	ring_kind(PROC_COORDINATOR);
	ring_kind(PROC_REPLICATOR);
}

uint64_t
writers_behind(uint64_t nodes, uint64_t version)
{
	uint64_t behind = 0;

	for (uint32_t i = 0; i < ctl.nodes; i++) {
		const struct shm_part *p;
		const struct shm_writer *w;

		if ((nodes >> i & 1) == 0)
			continue;
		p = ctl.node[i].present ? shm_peer(ctl.shm, proc_slot(PROC_WRITER, i)) : NULL;
		w = p == NULL ? NULL : shm_body_of(p);
		if (w == NULL || atomic_load_explicit(&w->version, memory_order_acquire) < version)
			behind |= UINT64_C(1) << i;
	}
	return behind;
}

uint64_t
writers_offline(uint64_t nodes)
{
	uint64_t offline = 0;

	for (uint32_t i = 0; i < ctl.nodes; i++) {
		const struct shm_part *p =
		    ctl.node[i].present ? shm_peer(ctl.shm, proc_slot(PROC_WRITER, i)) : NULL;
		const struct shm_writer *w = p == NULL ? NULL : shm_body_of(p);

		if (w == NULL ||
		    atomic_load_explicit(&w->disk, memory_order_acquire) == DISK_OFFLINE)
			offline |= UINT64_C(1) << i;
	}
	return offline & nodes;
}
