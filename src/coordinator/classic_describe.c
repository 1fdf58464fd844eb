/* SPDX-License-Identifier: ISC */
/*
 * classic_describe.c - what others may know of a classic group: its state, its members, the topics
 * that it subscribes to.
 *
 * What members say about their subscription is Java's serialisation, in metadata that the protocol
 * does not let a coordinator look into; Kafka looks all the same, for protocol type "consumer".
 */
#include "config.h"

#include <string.h>

#include "classic_priv.h"
#include "odradek/base/log.h"
#include "odradek/base/wire.h"
#include "odradek/proto/gen/data.h"
#include "odradek/proto/gen/describe_groups.h"

/* ---- subscriptions ---- */

/* More are not remembered: everything counts as subscribed then. */
enum { TOPICS_MAX = 100000 };

/* Names of version 0, which every later version begins with: no more is decoded than is used, and
 * nothing is allocated for it.  -1: it is not such a thing. */
static int
read_topics(struct classic *c, const struct classic_protocol *p)
{
	struct wire_in in;
	const uint8_t *name;
	int32_t n, len;

	wire_in_mem(&in, p->metadata, p->metadata_len);
	if (wire_get_i16(&in) < 0)
		return -1;
	for (n = wire_get_i32(&in); n > 0 && wire_in_ok(&in); n--) {
		len = wire_get_i16(&in);
		if (len < 0 || (uint64_t)len > wire_left(&in))
			return -1;
		name = in.p; /* one piece of memory */
		wire_skip(&in, (uint64_t)len);
		mapstr_put(&c->topics, (const char *)name, (size_t)len, 0);
		if (c->topics.count > TOPICS_MAX)
			return -1;
	}
	return n == 0 && wire_in_ok(&in) ? 0 : -1;
}

/* The topics of this generation, when somebody asks for the first time. */
static void
learn_topics(struct classic *c)
{
	const struct classic_protocol *p;
	uint32_t i;

	if (c->topics_known)
		return;
	classic_topics_forget(c);
	c->topics_known = true;
	if (c->members == 0)
		return;
	c->topics_all = c->protocol == NULL;
	for (i = 0; i < c->members && !c->topics_all; i++) {
		p = classic_member_protocol(c->member[i], c->protocol);
		if (p == NULL)
			continue; /* it is of the next generation */
		if (read_topics(c, p) == -1) {
			log_debug("group \"%s\": the metadata of member %s tell no topics: "
				  "all topics count as subscribed",
			    c->group->id, c->member[i]->id);
			c->topics_all = true;
		}
	}
}

static bool
is_consumer(const struct classic *c)
{
	return c->protocol_type != NULL && strcmp(c->protocol_type, CONSUMER_PROTOCOL_TYPE) == 0;
}

bool
classic_subscribes(struct group *g, const char *topic, size_t len)
{
	struct classic *c = g->classic;

	if (c == NULL || !is_consumer(c))
		return false;
	learn_topics(c);
	return c->topics_all || mapstr_get(&c->topics, topic, len) != NULL;
}

/* ---- state ---- */

bool
classic_is_empty(const struct group *g)
{
	return g->classic == NULL || g->classic->state == CLASSIC_EMPTY;
}

int64_t
classic_empty_since(const struct group *g)
{
	return g->classic == NULL || g->classic->state != CLASSIC_EMPTY ? -1 : g->classic->since;
}

const char *
classic_state(const struct group *g)
{
	static const char *const names[] = {
	    [CLASSIC_EMPTY] = "Empty",
	    [CLASSIC_PREPARING] = "PreparingRebalance",
	    [CLASSIC_COMPLETING] = "CompletingRebalance",
	    [CLASSIC_STABLE] = "Stable",
	};

	return names[g->classic == NULL ? CLASSIC_EMPTY : g->classic->state];
}

const char *
classic_protocol_type(const struct group *g)
{
	return g->classic == NULL || g->classic->protocol_type == NULL ? ""
								       : g->classic->protocol_type;
}

void
classic_describe(
    const struct group *g, struct msg_arena *a, struct describe_groups_resp_described_group *to)
{
	struct describe_groups_resp_described_group_member *dm;
	const struct classic *c = g->classic;
	const struct classic_protocol *p;
	const struct classic_member *m;
	uint32_t i;

	msg_str(a, &to->group_id, g->id, g->id_len);
	msg_str0(a, &to->group_state, classic_state(g));
	msg_str0(a, &to->protocol_type, classic_protocol_type(g));
	if (c == NULL)
		return;
	if (c->state == CLASSIC_STABLE && c->protocol != NULL)
		msg_str0(a, &to->protocol_data, c->protocol);
	dm = msg_arr(a, &to->members, c->members);
	for (i = 0; dm != NULL && i < c->members; i++, dm++) {
		m = c->member[i];
		msg_str(a, &dm->member_id, m->id, m->id_len);
		msg_str(a, &dm->group_instance_id, m->instance_id, m->instance_id_len);
		msg_str0(a, &dm->client_id, m->client_id);
		msg_str0(a, &dm->client_host, m->client_host);
		p = c->state == CLASSIC_STABLE ? classic_member_protocol(m, c->protocol) : NULL;
		if (p != NULL)
			msg_str(a, &dm->member_metadata, p->metadata, p->metadata_len);
		if (m->assignment_len > 0)
			msg_str(a, &dm->member_assignment, m->assignment, m->assignment_len);
	}
}
