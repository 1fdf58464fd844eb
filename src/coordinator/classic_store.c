/* SPDX-License-Identifier: ISC */
/*
 * classic_store.c - a classic group and its record in __consumer_offsets: written when a generation
 * is assigned, when the group has become empty, when a static member has got a new id; read when
 * the shard is loaded.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "classic_priv.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/rec_group.h"

enum {
	VALUE_VERSION = 3, /* as Kafka 4.1 writes it */
	/* of the record beside the group's texts: lengths, numbers, the record's own head */
	GROUP_FIXED = 100,
	MEMBER_FIXED = 8 * 4
};

/* ---- writing ---- */

static int64_t
text_len(const char *s)
{
	return s == NULL ? 0 : (int64_t)strlen(s);
}

static int64_t
record_size(const struct classic *c)
{
	const struct classic_protocol *p;
	const struct classic_member *m;
	int64_t size =
	    GROUP_FIXED + c->group->id_len + text_len(c->protocol_type) + text_len(c->protocol);
	uint32_t i;

	if (c->leader != NULL)
		size += c->leader->id_len;
	for (i = 0; i < c->members; i++) {
		m = c->member[i];
		p = classic_member_protocol(m, c->protocol);
		size += MEMBER_FIXED + m->id_len + m->instance_id_len + text_len(m->client_id) +
			text_len(m->client_host) + (p == NULL ? 0 : p->metadata_len) +
			m->assignment_len;
	}
	return size;
}

bool
classic_fits(const struct classic *c, int64_t more)
{
	return record_size(c) + more <= (int64_t)record_max(c->group->shard);
}

static void
put_member(struct msg_arena *a, struct group_metadata_value_member_metadata *to,
    const struct classic *c, const struct classic_member *m)
{
	const struct classic_protocol *p = classic_member_protocol(m, c->protocol);

	msg_str(a, &to->member_id, m->id, m->id_len);
	msg_str(a, &to->group_instance_id, m->instance_id, m->instance_id_len);
	msg_str0(a, &to->client_id, m->client_id);
	msg_str0(a, &to->client_host, m->client_host);
	to->rebalance_timeout = m->rebalance_timeout_ms;
	to->session_timeout = m->session_timeout_ms;
	if (p != NULL)
		msg_str(a, &to->subscription, p->metadata, p->metadata_len);
	if (m->assignment_len > 0)
		msg_str(a, &to->assignment, m->assignment, m->assignment_len);
}

static struct group_metadata_key *
make_key(struct msg_arena *a, const struct group *g)
{
	struct group_metadata_key *key = msg_new(a, group_metadata_key);

	if (key != NULL)
		msg_str(a, &key->group, g->id, g->id_len);
	return key;
}

void
classic_put(struct classic *c)
{
	struct msg_arena *a = record_scratch();
	struct group_metadata_key *key = make_key(a, c->group);
	struct group_metadata_value *value = msg_new(a, group_metadata_value);
	struct group_metadata_value_member_metadata *to;
	uint32_t i;

	if (value != NULL) {
		msg_str0(
		    a, &value->protocol_type, c->protocol_type == NULL ? "" : c->protocol_type);
		value->generation = c->generation;
		msg_str0(a, &value->protocol, c->protocol);
		msg_str0(a, &value->leader, c->leader == NULL ? NULL : c->leader->id);
		value->current_state_timestamp = c->since;
		to = msg_arr(a, &value->members, c->members);
		for (i = 0; to != NULL && i < c->members; i++)
			put_member(a, to++, c, c->member[i]);
	}
	/* a scratch without room is record_put's to notice */
	record_put(c->group->shard, &group_metadata_key_table, key, &group_metadata_value_table,
	    VALUE_VERSION, value);
}

void
classic_put_tombstone(struct group *g)
{
	record_put(g->shard, &group_metadata_key_table, make_key(record_scratch(), g),
	    &group_metadata_value_table, VALUE_VERSION, NULL);
}

/* ---- reading ---- */

static const char *
text(const struct kstr *s)
{
	return kstr_is_null(s) ? "" : kstr(s);
}

static void
replay_member(struct classic *c, const struct group_metadata_value *value,
    const struct group_metadata_value_member_metadata *from)
{
	const struct classic_protocol protocol = {.name = c->protocol,
	    .name_len = (uint32_t)strlen(c->protocol),
	    .metadata = kstr(&from->subscription),
	    .metadata_len = (uint32_t)from->subscription.len};
	struct classic_member *m;

	/* what is on disk may name somebody twice */
	if (classic_member_get(c, kstr(&from->member_id), (size_t)from->member_id.len) != NULL ||
	    (!kstr_is_null(&from->group_instance_id) &&
		classic_instance_get(c, kstr(&from->group_instance_id),
		    strlen(kstr(&from->group_instance_id))) != NULL))
		return;
	m = classic_member_add(c, kstr(&from->member_id), (size_t)from->member_id.len,
	    kstr(&from->group_instance_id), text(&from->client_id), text(&from->client_host),
	    from->rebalance_timeout == -1 ? from->session_timeout : from->rebalance_timeout,
	    from->session_timeout, text(&value->protocol_type),
	    classic_protocols_make(1, &protocol));
	classic_set_assignment(m, kstr(&from->assignment), (size_t)from->assignment.len);
	if (kstr_eq(&value->leader, m->id, m->id_len))
		c->leader = m;
}

void
classic_replay(struct group *g, const struct group_metadata_value *value)
{
	const struct group_metadata_value_member_metadata *from;
	struct classic *c;

	classic_free(g);
	if (value == NULL)
		return;
	c = classic_make(g);
	if (value->protocol_type.len > 0)
		c->protocol_type = xstrdup(kstr(&value->protocol_type));
	c->generation = value->generation;
	c->since = value->current_state_timestamp;
	if (karr_len(&value->members) == 0) {
		if (!kstr_is_null(&value->protocol))
			c->protocol = xstrdup(kstr(&value->protocol));
		return;
	}
	c->protocol = xstrdup(text(&value->protocol));
	c->state = CLASSIC_STABLE;
	karr_for (from, &value->members)
		replay_member(c, value, from);
}

void
classic_loaded(struct group *g)
{
	struct classic *c = g->classic;
	uint32_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->members; i++)
		classic_session_restart(c->member[i]);
	if (c->members > (uint32_t)co.config.max_size)
		classic_prepare_rebalance(c,
		    "loaded with more members than group.max.size %d allows", co.config.max_size);
}
