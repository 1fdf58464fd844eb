/* SPDX-License-Identifier: ISC */
/*
 * fetch.c - OffsetFetch: what groups committed.  Coordinator.  Rules:
 * KafkaApis.handleOffsetFetchRequest, OffsetMetadataManager.fetchOffsets and fetchAllOffsets.
 *
 * Up to version 7 a request is about one group, and its answer has the offsets at the top; from
 * version 8 on it is about many.
 */
#include "config.h"

#include "classic.h"
#include "consumer.h"
#include "odradek/proto/gen/offset_fetch.h"
#include "offsets.h"
#include "shard.h"

#define GROUPS_FROM 8
#define BY_ID_FROM 10

typedef struct offset_fetch_resp_offset_fetch_response_partition old_partition;
typedef struct offset_fetch_resp_offset_fetch_response_partitions new_partition;

/* What is said of one partition, in either form. */
struct found {
	int32_t partition, leader_epoch;
	int64_t offset;
	const char *metadata;
	int16_t error;
};

static struct found
find(const struct group *g, const char *topic, size_t len, int32_t partition, bool stable)
{
	struct found f = {partition, -1, -1, "", KERR_NONE};
	const struct committed *c;

	if (g == NULL)
		return f;
	if (stable && replay_pending(g, topic, len, partition)) {
		f.error = KERR_UNSTABLE_OFFSET_COMMIT;
		return f;
	}
	if ((c = offsets_get(g, topic, len, partition)) != NULL) {
		f.offset = c->offset;
		f.leader_epoch = c->leader_epoch;
		f.metadata = c->metadata == NULL ? "" : c->metadata;
	}
	return f;
}

#define PUT(po, f)                                                      \
	do {                                                            \
		(po)->partition_index = (f).partition;                  \
		(po)->committed_offset = (f).offset;                    \
		(po)->committed_leader_epoch = (f).leader_epoch;        \
		msg_str0(call_answer(), &(po)->metadata, (f).metadata); \
		(po)->error_code = (f).error;                           \
	} while (0)

/* ---- one group, up to version 7 ---- */

static void
old_all(const struct group *g, struct offset_fetch_resp *resp, bool stable)
{
	const struct offsets *o = g == NULL ? NULL : g->offsets;
	struct msg_arena *a = call_answer();
	struct offset_fetch_resp_offset_fetch_response_topic *to =
	    msg_arr(a, &resp->topics, o == NULL ? 0 : o->n);

	for (uint32_t i = 0; o != NULL && to != NULL && i < o->n; i++, to++) {
		const struct offsets_topic *t = &o->topic[i];
		old_partition *po = msg_arr(a, &to->partitions, t->n);

		msg_str(a, &to->name, t->name, t->len);
		for (uint32_t k = 0; po != NULL && k < t->n; k++, po++) {
			struct found f = find(g, t->name, t->len, t->v[k].partition, stable);
			PUT(po, f);
		}
	}
}

static void
old_some(const struct group *g, const struct offset_fetch_req *req, struct offset_fetch_resp *resp)
{
	const struct offset_fetch_req_offset_fetch_request_topic *t;
	struct msg_arena *a = call_answer();
	struct offset_fetch_resp_offset_fetch_response_topic *to =
	    msg_arr(a, &resp->topics, (size_t)karr_len(&req->topics));
	const int32_t *p;
	old_partition *po;

	for (t = karr_begin(&req->topics);
	     to != NULL && t < karr_begin(&req->topics) + karr_len(&req->topics); t++, to++) {
		msg_str_copy(a, &to->name, &t->name);
		if ((po = msg_arr(a, &to->partitions, (size_t)karr_len(&t->partition_indexes))) ==
		    NULL)
			return;
		karr_for (p, &t->partition_indexes) {
			struct found f =
			    find(g, kstr(&t->name), (size_t)t->name.len, *p, req->require_stable);
			PUT(po, f);
			po++;
		}
	}
}

static void
fetch_old(struct call *c)
{
	const struct offset_fetch_req *req = c->req;
	const char *id = kstr(&req->group_id);
	size_t len = (size_t)req->group_id.len;
	struct offset_fetch_resp *resp;
	const struct group *g;
	int16_t error;

	c->shard = shard_for(id, len, call_node(c), &error);
	if (c->shard == NULL) {
		call_error(c, error);
		return;
	}
	g = group_get(c->shard, id, len);
	if ((resp = msg_new(call_answer(), offset_fetch_resp)) == NULL)
		call_reply(c, NULL);
	else {
		if (karr_is_null(&req->topics))
			old_all(g, resp, req->require_stable);
		else
			old_some(g, req, resp);
		call_reply(c, resp);
	}
}

/* ---- many groups ---- */

typedef struct offset_fetch_req_offset_fetch_request_group asked_group;
typedef struct offset_fetch_req_offset_fetch_request_topics asked_topic;
typedef struct offset_fetch_resp_offset_fetch_response_group told_group;
typedef struct offset_fetch_resp_offset_fetch_response_topics told_topic;

static void
new_all(const struct call *c, const struct group *g, told_group *to, bool stable)
{
	const struct offsets *o = g == NULL ? NULL : g->offsets;
	struct msg_arena *a = call_answer();
	told_topic *tt = msg_arr(a, &to->topics, o == NULL ? 0 : o->n);
	int32_t n = 0;

	for (uint32_t i = 0; o != NULL && tt != NULL && i < o->n; i++) {
		const struct offsets_topic *t = &o->topic[i];
		const struct topic_entry *e = tables_topic_by_name(co.tables, t->name, t->len);
		new_partition *po;

		if (c->version >= BY_ID_FROM && e == NULL)
			continue; /* there is no id to name it by */
		if ((po = msg_arr(a, &tt->partitions, t->n)) == NULL)
			return;
		msg_str(a, &tt->name, t->name, t->len);
		if (e != NULL)
			memcpy(tt->topic_id.b, e->id, sizeof(e->id));
		for (uint32_t k = 0; k < t->n; k++, po++) {
			struct found f = find(g, t->name, t->len, t->v[k].partition, stable);
			PUT(po, f);
		}
		tt++;
		n++;
	}
	if (tt != NULL)
		msg_arr_cut(&to->topics, n);
}

static void
new_topic(
    const struct call *c, const struct group *g, const asked_topic *t, told_topic *to, bool stable)
{
	struct msg_arena *a = call_answer();
	const struct topic_entry *e =
	    c->version >= BY_ID_FROM ? tables_topic_by_id(co.tables, t->topic_id.b) : NULL;
	const char *name = e != NULL ? e->name : kstr(&t->name);
	size_t len = e != NULL ? e->name_len : (size_t)t->name.len;
	new_partition *po = msg_arr(a, &to->partitions, (size_t)karr_len(&t->partition_indexes));
	const int32_t *p;

	msg_str(a, &to->name, name, len);
	to->topic_id = t->topic_id;
	if (po == NULL)
		return;
	karr_for (p, &t->partition_indexes) {
		struct found f = {*p, -1, -1, "", KERR_UNKNOWN_TOPIC_ID};

		if (c->version < BY_ID_FROM || e != NULL)
			f = find(g, name, len, *p, stable);
		PUT(po, f);
		po++;
	}
}

/* In Kafka's answer topics whose id is unknown come first. */
static void
new_some(
    const struct call *c, const struct group *g, const asked_group *q, told_group *to, bool stable)
{
	told_topic *tt = msg_arr(call_answer(), &to->topics, (size_t)karr_len(&q->topics));
	const asked_topic *t;

	if (tt == NULL)
		return;
	for (int known = 0; known < 2; known++)
		karr_for (t, &q->topics)
			if ((c->version < BY_ID_FROM ||
				tables_topic_by_id(co.tables, t->topic_id.b) != NULL) == known)
				new_topic(c, g, t, tt++, stable);
}

static void
fetch_group(struct call *c, const asked_group *q, told_group *to, bool stable)
{
	const char *id = kstr(&q->group_id);
	size_t len = (size_t)q->group_id.len;
	struct shard *s = shard_for(id, len, call_node(c), &to->error_code);
	struct group *g;

	msg_str_copy(call_answer(), &to->group_id, &q->group_id);
	if (s == NULL)
		return;
	g = group_get(s, id, len);
	if (g != NULL && g->type == GROUP_CONSUMER &&
	    (to->error_code = consumer_may_fetch(g, kstr(&q->member_id), q->member_epoch)) != 0)
		return;
	if (karr_is_null(&q->topics))
		new_all(c, g, to, stable);
	else
		new_some(c, g, q, to, stable);
}

void
offset_fetch(struct call *c)
{
	const struct offset_fetch_req *req = c->req;
	struct offset_fetch_resp *resp;
	const asked_group *q;
	told_group *to;

	if (c->version < GROUPS_FROM) {
		fetch_old(c);
		return;
	}
	resp = msg_new(call_answer(), offset_fetch_resp);
	to = resp == NULL ? NULL
			  : msg_arr(call_answer(), &resp->groups, (size_t)karr_len(&req->groups));
	for (q = karr_begin(&req->groups);
	     to != NULL && q < karr_begin(&req->groups) + karr_len(&req->groups); q++, to++)
		fetch_group(c, q, to, req->require_stable);
	if (karr_len(&req->groups) == 1) { /* as clients ask: nothing of other shards is awaited */
		int16_t error;

		q = karr_begin(&req->groups);
		c->shard =
		    shard_for(kstr(&q->group_id), (size_t)q->group_id.len, call_node(c), &error);
	}
	call_reply(c, to == NULL ? NULL : resp);
}
