/* SPDX-License-Identifier: ISC */
/*
 * replay.c - the records of a shard's log become groups again; the latest value of a key wins.
 * Coordinator.
 *
 * What was committed in a transaction counts when its COMMIT marker comes.  Records of types that we
 * do not know are left out, as in Kafka; one whose value has a version that we do not know makes
 * the shard unreadable, since its group would be wrong.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "classic.h"
#include "consumer.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/rec_group.h"
#include "offsets.h"
#include "shard.h"

#define INFLATED_MAX (256u << 20)
#define DECODED_MAX (256u << 20)

/* 3 to 8 and 16 are those of the consumer protocol; share and streams groups are not ours. */
enum { TYPE_LEGACY_OFFSET, TYPE_OFFSET, TYPE_GROUP, TYPE_CONSUMER_LAST = 8, TYPE_REGEX = 16 };

/* An offset that an open transaction committed. */
struct pending_offset {
	TAILQ_ENTRY(pending_offset) entry;
	int64_t producer;
	char *group, *topic, *metadata;
	size_t group_len, topic_len, metadata_len;
	bool gone; /* a tombstone */
	struct committed c;
};
struct pendings {
	TAILQ_HEAD(, pending_offset) list;
};

/* The decoded key and value of one record. */
struct decoded {
	const struct msg_table *key_table;
	void *key, *value; /* value NULL: a tombstone */
};

static struct msg_arena arena;

/* ---- one offset ---- */

static void
fill(struct committed *c, const struct offset_commit_key *key, const struct offset_commit_value *v,
    int64_t at)
{
	*c = (struct committed){.offset = v->offset,
	    .commit_ms = v->commit_timestamp,
	    .expire_ms = v->expire_timestamp,
	    .at = at,
	    .partition = key->partition,
	    .leader_epoch = v->leader_epoch};
}

static void
replay_offset(struct shard *s, const struct offset_commit_key *key,
    const struct offset_commit_value *value, int64_t at)
{
	struct group *g;
	struct committed c;

	if (value == NULL) {
		if ((g = group_get(s, kstr(&key->group), (size_t)key->group.len)) != NULL)
			offsets_del(g, kstr(&key->topic), (size_t)key->topic.len, key->partition);
		return;
	}
	g = group_make(s, kstr(&key->group), (size_t)key->group.len);
	fill(&c, key, value, at);
	offsets_set(g, kstr(&key->topic), (size_t)key->topic.len, &c, kstr(&value->metadata),
	    (size_t)value->metadata.len);
}

/* ---- transactions ---- */

static void
pending_free(struct pendings *all, struct pending_offset *p)
{
	TAILQ_REMOVE(&all->list, p, entry);
	free(p->group);
	free(p->topic);
	free(p->metadata);
	free(p);
}

static void
pend(struct shard *s, int64_t producer, const struct offset_commit_key *key,
    const struct offset_commit_value *value, int64_t at)
{
	struct pending_offset *p = xcalloc(1, sizeof(*p));

	if (s->pendings == NULL) {
		s->pendings = xcalloc(1, sizeof(*s->pendings));
		TAILQ_INIT(&s->pendings->list);
	}
	p->producer = producer;
	p->group = xmemdup(kstr(&key->group), (size_t)key->group.len);
	p->group_len = (size_t)key->group.len;
	p->topic = xmemdup(kstr(&key->topic), (size_t)key->topic.len);
	p->topic_len = (size_t)key->topic.len;
	p->c.partition = key->partition;
	p->c.at = at;
	p->gone = value == NULL;
	if (value != NULL) {
		fill(&p->c, key, value, at);
		p->metadata = xmemdup(kstr(&value->metadata), (size_t)value->metadata.len);
		p->metadata_len = (size_t)value->metadata.len;
		group_make(s, p->group, p->group_len);
	}
	TAILQ_INSERT_TAIL(&s->pendings->list, p, entry);
}

static void
commit_pending(struct shard *s, const struct pending_offset *p)
{
	struct group *g = group_make(s, p->group, p->group_len);
	const struct committed *now = offsets_get(g, p->topic, p->topic_len, p->c.partition);

	if (now != NULL && now->at > p->c.at)
		return; /* what was committed outside of the transaction since then is newer */
	if (p->gone)
		offsets_del(g, p->topic, p->topic_len, p->c.partition);
	else
		offsets_set(g, p->topic, p->topic_len, &p->c, p->metadata, p->metadata_len);
}

static void
replay_marker(struct shard *s, int64_t producer, int type)
{
	struct pending_offset *p, *next;

	if (s->pendings == NULL || (type != CONTROL_COMMIT && type != CONTROL_ABORT))
		return;
	for (p = TAILQ_FIRST(&s->pendings->list); p != NULL; p = next) {
		next = TAILQ_NEXT(p, entry);
		if (p->producer != producer)
			continue;
		if (type == CONTROL_COMMIT)
			commit_pending(s, p);
		pending_free(s->pendings, p);
	}
}

void
replay_fini(struct shard *s)
{
	struct pending_offset *p;

	while (s->pendings != NULL && (p = TAILQ_FIRST(&s->pendings->list)) != NULL)
		pending_free(s->pendings, p);
	free(s->pendings);
	s->pendings = NULL;
}

bool
replay_pending(const struct group *g, const char *topic, size_t topic_len, int32_t partition)
{
	const struct pending_offset *p;

	if (g->shard->pendings == NULL)
		return false;
	TAILQ_FOREACH (p, &g->shard->pendings->list, entry)
		if (p->c.partition == partition && p->group_len == g->id_len &&
		    p->topic_len == topic_len && memcmp(p->group, g->id, g->id_len) == 0 &&
		    memcmp(p->topic, topic, topic_len) == 0)
			return true;
	return false;
}

bool
replay_pending_group(const struct group *g)
{
	const struct pending_offset *p;

	if (g->shard->pendings == NULL)
		return false;
	TAILQ_FOREACH (p, &g->shard->pendings->list, entry)
		if (p->group_len == g->id_len && memcmp(p->group, g->id, g->id_len) == 0)
			return true;
	return false;
}

/* ---- decoding ---- */

/* One struct, behind its number of 16 bits.  NULL: it does not parse. */
static void *
decode(const struct msg_table *t, int version, const uint8_t *p, int32_t len)
{
	struct iovec iov = {(void *)(uintptr_t)(p + 2), (size_t)len - 2};
	struct wire_in in;
	void *root = NULL;

	wire_in_init(&in, &iov, 1);
	/* what newer brokers append to a value is theirs */
	return msg_decode_prefix(t, version, &in, &arena, &root) == MSG_OK ? root : NULL;
}

/* 1 decoded, 0 of no type that we know, -1 corrupt (*why). */
static int
decode_record(struct decoded *d, const struct record *r, const char **why)
{
	const struct msg_table *value_table;
	int type, version;

	if (r->key_len < 2) {
		*why = "a record has no key";
		return -1;
	}
	type = be16_get(r->key);
	d->key_table = msg_record_table(MSG_COORDINATOR_KEY, "group", type);
	value_table = msg_record_table(MSG_COORDINATOR_VALUE, "group", type);
	if (d->key_table == NULL || value_table == NULL ||
	    (type > TYPE_CONSUMER_LAST && type != TYPE_REGEX))
		return 0;
	d->key = decode(d->key_table, d->key_table->versions.lo, r->key, r->key_len);
	d->value = NULL;
	if (d->key == NULL) {
		*why = "the key of a record does not parse";
		return -1;
	}
	if (r->value_len < 0)
		return 1;
	version = r->value_len < 2 ? -1 : be16_get(r->value);
	if (version < value_table->versions.lo || version > value_table->versions.hi) {
		*why = "a record has a version that is not known";
		return -1;
	}
	if ((d->value = decode(value_table, version, r->value, r->value_len)) == NULL) {
		*why = "the value of a record does not parse";
		return -1;
	}
	return 1;
}

/* The form of old brokers (key type 0) in today's structs. */
static void
modernise(struct decoded *d)
{
	const struct legacy_offset_commit_key *key = d->key;
	const struct legacy_offset_commit_value *value = d->value;
	struct offset_commit_key *k = msg_new(&arena, offset_commit_key);
	struct offset_commit_value *v = NULL;

	if (k != NULL) {
		msg_str_copy(&arena, &k->group, &key->group);
		msg_str_copy(&arena, &k->topic, &key->topic);
		k->partition = key->partition;
	}
	if (value != NULL && (v = msg_new(&arena, offset_commit_value)) != NULL) {
		v->offset = value->offset;
		v->commit_timestamp = value->commit_timestamp;
		v->leader_epoch = -1;
		v->expire_timestamp = -1;
		msg_str_copy(&arena, &v->metadata, &value->metadata);
	}
	d->key = k;
	d->value = v;
}

static void
replay_group(struct shard *s, const struct group_metadata_key *key,
    const struct group_metadata_value *value)
{
	const char *id = kstr(&key->group);
	size_t len = (size_t)key->group.len;
	struct group *g = value != NULL ? group_make(s, id, len) : group_get(s, id, len);

	if (g != NULL && (value != NULL || g->type == GROUP_CLASSIC))
		classic_replay(g, value);
}

/* 0, or -1: corrupt. */
static int
replay_record(
    struct shard *s, const struct batch_header *h, const struct record *r, const char **why)
{
	struct decoded d;
	int n, type;

	msg_arena_reset(&arena);
	if ((n = decode_record(&d, r, why)) != 1)
		return n;
	type = d.key_table->key;
	if (type == TYPE_LEGACY_OFFSET)
		modernise(&d);
	if (d.key == NULL || !msg_arena_ok(&arena)) {
		*why = "a record is larger than there can be";
		return -1;
	}
	if (type == TYPE_GROUP)
		replay_group(s, d.key, d.value);
	else if (type > TYPE_GROUP)
		consumer_replay(s, d.key_table, d.key, d.value);
	else if ((h->attributes & BATCH_TRANSACTIONAL) != 0)
		pend(s, h->producer_id, d.key, d.value, r->offset);
	else
		replay_offset(s, d.key, d.value, r->offset);
	return 0;
}

int
replay_batch(struct shard *s, const uint8_t *batch, size_t size, const char **why)
{
	struct record_iter it;
	struct record r;
	int n, rc = 0;

	if (arena.base == NULL && msg_arena_init(&arena, DECODED_MAX) == -1) {
		*why = "out of memory";
		return -1;
	}
	*why = "a batch cannot be read";
	n = record_iter_init(&it, batch, size, 0, INFLATED_MAX) == -1 ? -1 : 1;
	while (n == 1 && rc == 0 && (n = record_iter_next(&it, &r)) == 1) {
		if ((it.h.attributes & BATCH_CONTROL) != 0)
			replay_marker(s, it.h.producer_id, control_record_type(&r));
		else
			rc = replay_record(s, &it.h, &r, why);
	}
	record_iter_fini(&it);
	return n == -1 || rc == -1 ? -1 : 0;
}
