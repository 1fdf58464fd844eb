/* SPDX-License-Identifier: ISC */
/*
 * consumer_records.c - groups of the consumer protocol as records of __consumer_offsets, types 3 to
 * 8 and 16, in the versions that Kafka 4.1 writes; and back.  Used in: coordinator.
 *
 * Loading sees records in the order of a log that was compacted, so a record may come before the
 * one that it needs: each only sets what it says, members are made by whatever names them first,
 * and consumer_loaded() throws out those of which nothing but a rest was left.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/rec_group.h"
#include "classic.h"
#include "consumer_priv.h"

/* ---- writing ---- */

/* Keys of the group alone, and of the group and a member. */
#define PUT_GROUP(group_, name, version, value)                                                  \
	do {                                                                                     \
		struct name##_key *key_ = msg_new(record_scratch(), name##_key);                 \
		if (key_ != NULL)                                                                \
			msg_str(record_scratch(), &key_->group_id, (group_)->group->id,          \
			    (group_)->group->id_len);                                            \
		record_put((group_)->group->shard, &name##_key_table, key_, &name##_value_table, \
		    version, value);                                                             \
	} while (0)

#define PUT_MEMBER(group_, id_, name, version, value)                                            \
	do {                                                                                     \
		struct name##_key *key_ = msg_new(record_scratch(), name##_key);                 \
		if (key_ != NULL) {                                                              \
			msg_str(record_scratch(), &key_->group_id, (group_)->group->id,          \
			    (group_)->group->id_len);                                            \
			msg_str0(record_scratch(), &key_->member_id, id_);                       \
		}                                                                                \
		record_put((group_)->group->shard, &name##_key_table, key_, &name##_value_table, \
		    version, value);                                                             \
	} while (0)

static void
put_classic_side(struct msg_arena *a, const struct classic_side *side,
    struct consumer_group_member_metadata_value_classic_member_metadata *to)
{
	struct consumer_group_member_metadata_value_classic_protocol *p;

	if (to == NULL)
		return;
	to->session_timeout_ms = side->session_timeout_ms;
	if ((p = msg_arr(a, &to->supported_protocols, side->protocols)) == NULL)
		return;
	for (uint32_t i = 0; i < side->protocols; i++) {
		msg_str0(a, &p[i].name, side->protocol[i].name);
		msg_str(a, &p[i].metadata, side->protocol[i].metadata, side->protocol[i].len);
	}
}

void
put_member(const struct cmember *m)
{
	struct msg_arena *a = record_scratch();
	struct consumer_group_member_metadata_value *v =
	    msg_new(a, consumer_group_member_metadata_value);
	struct kstr *name;

	if (v != NULL) {
		msg_str0(a, &v->instance_id, m->instance_id);
		msg_str0(a, &v->rack_id, m->rack_id);
		msg_str0(a, &v->client_id, m->client_id == NULL ? "" : m->client_id);
		msg_str0(a, &v->client_host, m->client_host == NULL ? "" : m->client_host);
		msg_str0(a, &v->subscribed_topic_regex, m->regex == NULL ? "" : m->regex);
		msg_str0(a, &v->server_assignor, m->assignor);
		v->rebalance_timeout_ms = m->rebalance_timeout_ms;
		name = msg_arr(a, &v->subscribed_topic_names, m->topics);
		for (uint32_t i = 0; name != NULL && i < m->topics; i++)
			msg_str(a, &name[i], m->topic[i]->name, m->topic[i]->len);
		if (m->classic != NULL)
			put_classic_side(a, m->classic, msg_ptr(a, &v->classic_member_metadata));
	}
	PUT_MEMBER(m->group, m->id, consumer_group_member_metadata, 0, v);
}

void
put_member_tombstone(struct consumer *cg, const char *id)
{
	PUT_MEMBER(cg, id, consumer_group_member_metadata, 0, NULL);
}

void
put_current(const struct cmember *m)
{
	struct msg_arena *a = record_scratch();
	struct consumer_group_current_member_assignment_value *v =
	    msg_new(a, consumer_group_current_member_assignment_value);

	if (v != NULL) {
		v->member_epoch = m->epoch;
		v->previous_member_epoch = m->previous_epoch;
		v->state = (int8_t)m->state;
		partset_put(a, &v->assigned_partitions, &m->assigned);
		partset_put(a, &v->partitions_pending_revocation, &m->revoking);
	}
	PUT_MEMBER(m->group, m->id, consumer_group_current_member_assignment, 0, v);
}

void
put_current_tombstone(struct consumer *cg, const char *id)
{
	PUT_MEMBER(cg, id, consumer_group_current_member_assignment, 0, NULL);
}

void
put_target(const struct cmember *m)
{
	struct msg_arena *a = record_scratch();
	struct consumer_group_target_assignment_member_value *v =
	    msg_new(a, consumer_group_target_assignment_member_value);

	if (v != NULL)
		partset_put(a, &v->topic_partitions, &m->target);
	PUT_MEMBER(m->group, m->id, consumer_group_target_assignment_member, 0, v);
}

void
put_target_tombstone(struct consumer *cg, const char *id)
{
	PUT_MEMBER(cg, id, consumer_group_target_assignment_member, 0, NULL);
}

void
put_epoch(struct consumer *cg)
{
	struct consumer_group_metadata_value *v =
	    msg_new(record_scratch(), consumer_group_metadata_value);

	if (v != NULL) {
		v->epoch = cg->epoch;
		v->metadata_hash = cg->hash;
	}
	PUT_GROUP(cg, consumer_group_metadata, 0, v);
}

void
put_epoch_tombstone(struct consumer *cg)
{
	PUT_GROUP(cg, consumer_group_metadata, 0, NULL);
}

void
put_assignment_epoch(struct consumer *cg)
{
	struct consumer_group_target_assignment_metadata_value *v =
	    msg_new(record_scratch(), consumer_group_target_assignment_metadata_value);

	if (v != NULL)
		v->assignment_epoch = cg->assignment_epoch;
	PUT_GROUP(cg, consumer_group_target_assignment_metadata, 0, v);
}

void
put_assignment_epoch_tombstone(struct consumer *cg)
{
	PUT_GROUP(cg, consumer_group_target_assignment_metadata, 0, NULL);
}

void
put_partition_metadata_tombstone(struct consumer *cg)
{
	cg->partition_metadata = false;
	PUT_GROUP(cg, consumer_group_partition_metadata, 0, NULL);
}

static void
put_regex_record(
    struct consumer *cg, const char *pattern, struct consumer_group_regular_expression_value *v)
{
	struct msg_arena *a = record_scratch();
	struct consumer_group_regular_expression_key *key =
	    msg_new(a, consumer_group_regular_expression_key);

	if (key != NULL) {
		msg_str(a, &key->group_id, cg->group->id, cg->group->id_len);
		msg_str0(a, &key->regular_expression, pattern);
	}
	record_put(cg->group->shard, &consumer_group_regular_expression_key_table, key,
	    &consumer_group_regular_expression_value_table, 0, v);
}

void
put_regex(struct consumer *cg, const struct regex_topics *r)
{
	struct msg_arena *a = record_scratch();
	struct consumer_group_regular_expression_value *v =
	    msg_new(a, consumer_group_regular_expression_value);
	struct kstr *name;

	if (v != NULL) {
		v->version = r->version;
		v->timestamp = r->timestamp;
		name = msg_arr(a, &v->topics, r->topics);
		for (uint32_t i = 0; name != NULL && i < r->topics; i++)
			msg_str(a, &name[i], r->topic[i]->name, r->topic[i]->len);
	}
	put_regex_record(cg, r->pattern, v);
}

void
put_regex_tombstone(struct consumer *cg, const char *pattern)
{
	put_regex_record(cg, pattern, NULL);
}

void
put_all(struct consumer *cg)
{
	for (uint32_t i = 0; i < cg->members; i++)
		put_member(cg->member[i]);
	put_epoch(cg);
	for (uint32_t i = 0; i < cg->members; i++)
		put_target(cg->member[i]);
	put_assignment_epoch(cg);
	for (uint32_t i = 0; i < cg->members; i++)
		put_current(cg->member[i]);
}

void
consumer_put_tombstones(struct group *g)
{
	struct consumer *cg = g->consumer;
	struct regex_topics *r;

	for (uint32_t i = 0; i < cg->members; i++)
		put_current_tombstone(cg, cg->member[i]->id);
	for (uint32_t i = 0; i < cg->members; i++)
		put_target_tombstone(cg, cg->member[i]->id);
	put_assignment_epoch_tombstone(cg);
	for (uint32_t i = 0; i < cg->members; i++)
		put_member_tombstone(cg, cg->member[i]->id);
	TAILQ_FOREACH (r, &cg->regexes, entry) {
		if (r->resolved)
			put_regex_tombstone(cg, r->pattern);
	}
	put_partition_metadata_tombstone(cg);
	put_epoch_tombstone(cg);
}

/* ---- reading ---- */

/* The group of a record; NULL: there is none, and a tombstone makes none. */
static struct consumer *
replay_group(struct shard *s, const struct kstr *id, bool make)
{
	struct group *g;

	if (kstr_is_null(id))
		return NULL;
	g = group_get(s, kstr(id), (size_t)id->len);
	if (g == NULL || g->type != GROUP_CONSUMER) {
		if (!make)
			return NULL;
		g = group_make(s, kstr(id), (size_t)id->len);
		/*
		 * A classic group with members that became one of the consumer protocol: its
		 * tombstone lies before this record, or was compacted away together with it.
		 */
		if (g->classic != NULL) {
			classic_free(g);
			g->classic = NULL;
		}
	}
	return g->consumer != NULL ? g->consumer : consumer_new(g);
}

static struct cmember *
replay_member(struct consumer *cg, const struct kstr *id, bool make)
{
	struct cmember *m;

	if (cg == NULL || kstr_is_null(id))
		return NULL;
	m = member_find(cg, kstr(id), (size_t)id->len);
	return m == NULL && make ? member_new(cg, kstr(id), (size_t)id->len) : m;
}

static struct classic_side *
replay_classic_side(const struct consumer_group_member_metadata_value_classic_member_metadata *v)
{
	struct classic_side *side;
	uint32_t n;

	if (v == NULL)
		return NULL;
	n = (uint32_t)karr_len(&v->supported_protocols);
	side = xcalloc(1, sizeof(*side) + n * sizeof(side->protocol[0]));
	side->session_timeout_ms = v->session_timeout_ms;
	side->protocols = n;
	for (uint32_t i = 0; i < n; i++) {
		const struct consumer_group_member_metadata_value_classic_protocol *p =
		    karr_at(&v->supported_protocols, i);

		side->protocol[i].name = xstrdup(kstr(&p->name));
		side->protocol[i].len = (uint32_t)p->metadata.len;
		side->protocol[i].metadata =
		    xmemdup(kstr(&p->metadata), (size_t)p->metadata.len + 1);
	}
	return side;
}

static void
replay_metadata(struct consumer *cg, const struct consumer_group_member_metadata_key *key,
    const struct consumer_group_member_metadata_value *v)
{
	struct cmember *m = replay_member(cg, &key->member_id, v != NULL);

	if (m == NULL)
		return;
	if (v == NULL) {
		member_free(m);
		return;
	}
	m->has_metadata = true;
	m->rebalance_timeout_ms = v->rebalance_timeout_ms;
	member_set_text(&m->instance_id, kstr(&v->instance_id));
	member_set_text(&m->rack_id, kstr(&v->rack_id));
	member_set_text(&m->client_id, kstr(&v->client_id));
	member_set_text(&m->client_host, kstr(&v->client_host));
	member_set_text(&m->assignor, kstr(&v->server_assignor));
	member_set_topics(m, karr_begin(&v->subscribed_topic_names),
	    (uint32_t)karr_len(&v->subscribed_topic_names));
	member_set_regex(m, kstr(&v->subscribed_topic_regex));
	member_set_classic(m, replay_classic_side(kptr_get(&v->classic_member_metadata)));
}

static void
replay_current(struct consumer *cg, const struct consumer_group_current_member_assignment_key *key,
    const struct consumer_group_current_member_assignment_value *v)
{
	struct cmember *m = replay_member(cg, &key->member_id, v != NULL);
	struct partset assigned = {0}, revoking = {0};

	if (m == NULL)
		return;
	m->epoch = v == NULL ? EPOCH_LEAVE : v->member_epoch;
	m->previous_epoch = v == NULL ? EPOCH_LEAVE : v->previous_member_epoch;
	if (v != NULL) {
		m->state = v->state < MEMBER_STABLE || v->state > MEMBER_UNRELEASED
			       ? MEMBER_UNKNOWN
			       : (uint8_t)v->state;
		partset_get(&assigned, &v->assigned_partitions);
		partset_get(&revoking, &v->partitions_pending_revocation);
	}
	member_set_parts(m, &assigned, &revoking);
}

static void
replay_target(struct consumer *cg, const struct consumer_group_target_assignment_member_key *key,
    const struct consumer_group_target_assignment_member_value *v)
{
	struct cmember *m = replay_member(cg, &key->member_id, v != NULL);

	if (m == NULL)
		return;
	m->has_target = v != NULL;
	partset_clear(&m->target);
	if (v != NULL)
		partset_get(&m->target, &v->topic_partitions);
}

static void
replay_regex(struct consumer *cg, const struct consumer_group_regular_expression_key *key,
    const struct consumer_group_regular_expression_value *v)
{
	struct regex_topics *r;
	struct topic_name **topic;
	uint32_t n;

	if (cg == NULL || kstr_is_null(&key->regular_expression))
		return;
	r = regex_find(cg, kstr(&key->regular_expression));
	if (v == NULL) {
		if (r != NULL) {
			r->resolved = false;
			regex_set_topics(cg, r, NULL, 0);
		}
		return;
	}
	if (r == NULL)
		r = regex_new(cg, kstr(&key->regular_expression));
	n = (uint32_t)karr_len(&v->topics);
	topic = n == 0 ? NULL : xcalloc(n, sizeof(*topic));
	for (uint32_t i = 0; i < n; i++) {
		const struct kstr *name = karr_at(&v->topics, i);

		topic[i] = topic_name_get(kstr(name), (size_t)name->len);
	}
	regex_set_topics(cg, r, topic, n);
	r->resolved = true;
	r->version = v->version;
	r->timestamp = v->timestamp;
}

static void
replay_epoch(struct consumer *cg, const struct consumer_group_metadata_value *v)
{
	if (cg == NULL)
		return;
	if (v == NULL) {
		struct group *g = cg->group;

		/* What was committed stays: a record of type 2 may follow, or none. */
		consumer_free(g);
		g->type = GROUP_CLASSIC;
		if (g->offsets == NULL)
			group_free(g);
		return;
	}
	cg->epoch = v->epoch;
	cg->hash = v->metadata_hash;
}

void
consumer_replay(
    struct shard *s, const struct msg_table *key_table, const void *key, const void *value)
{
	/* Every key begins with the group's id. */
	struct consumer *cg = replay_group(s, key, value != NULL);

	if (key_table == &consumer_group_metadata_key_table) {
		replay_epoch(cg, value);
	} else if (key_table == &consumer_group_partition_metadata_key_table) {
		if (cg != NULL)
			cg->partition_metadata = value != NULL;
	} else if (key_table == &consumer_group_member_metadata_key_table) {
		replay_metadata(cg, key, value);
	} else if (key_table == &consumer_group_target_assignment_metadata_key_table) {
		const struct consumer_group_target_assignment_metadata_value *v = value;

		if (cg != NULL)
			cg->assignment_epoch = v == NULL ? -1 : v->assignment_epoch;
	} else if (key_table == &consumer_group_target_assignment_member_key_table) {
		replay_target(cg, key, value);
	} else if (key_table == &consumer_group_current_member_assignment_key_table) {
		replay_current(cg, key, value);
	} else if (key_table == &consumer_group_regular_expression_key_table) {
		replay_regex(cg, key, value);
	}
}

void
consumer_loaded(struct group *g)
{
	struct consumer *cg = g->consumer;
	struct regex_topics *r, *next;

	for (uint32_t i = cg->members; i-- > 0;) {
		struct cmember *m = cg->member[i];

		if (!m->has_metadata) {
			member_free(m);
			continue;
		}
		member_session(m, group_session_timeout_ms(g));
		if (m->state == MEMBER_UNREVOKED && m->classic == NULL)
			member_rebalance_timer(m);
	}
	for (r = TAILQ_FIRST(&cg->regexes); r != NULL; r = next) {
		next = TAILQ_NEXT(r, entry);
		if (r->members == 0)
			regex_drop(cg, r);
	}
	cg->stale = true; /* topics may have changed meanwhile: the hash tells */
}
