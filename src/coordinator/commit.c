/* SPDX-License-Identifier: ISC */
/*
 * commit.c - OffsetCommit and OffsetDelete.  Coordinator.  Rules:
 * KafkaApis.handleOffsetCommitRequest, OffsetMetadataManager.commitOffset and deleteOffsets.
 */
#include "config.h"

#include <string.h>

#include "classic.h"
#include "consumer.h"
#include "odradek/proto/gen/offset_commit.h"
#include "odradek/proto/gen/offset_delete.h"
#include "odradek/proto/gen/rec_group.h"
#include "offsets.h"
#include "shard.h"

#define BY_ID_FROM 10       /* topics are named by id */
#define GROUP_ERRORS_FROM 9 /* the client knows the errors of the consumer protocol */
/* Bytes of one request's records: Kafka takes what fits into one batch of max.message.bytes. */
#define RECORDS_MAX (4u << 20)
#define RECORD_FIXED 64 /* of a record: all but its texts, at most */

/* Versions of the value, as Kafka 4.1 writes it. */
enum { VALUE_WITH_EXPIRY = 1, VALUE = 4 };

typedef struct offset_commit_req_offset_commit_request_topic commit_topic;
typedef struct offset_commit_req_offset_commit_request_partition commit_partition;
typedef struct offset_commit_resp_offset_commit_response_topic committed_topic;
typedef struct offset_commit_resp_offset_commit_response_partition committed_partition;

static const struct topic_entry *
topic_of(const struct call *c, const commit_topic *t)
{
	const struct topic_entry *e =
	    c->version >= BY_ID_FROM
		? tables_topic_by_id(co.tables, t->topic_id.b)
		: tables_topic_by_name(co.tables, kstr(&t->name), (uint32_t)t->name.len);

	return e == NULL || e->deleting ? NULL : e;
}

static bool
has_partition(const struct topic_entry *e, int32_t partition)
{
	return partition >= 0 && tables_slot(e, partition) != UINT32_MAX;
}

/* Kafka's error for the whole request, or 0. */
static int16_t
may_commit(struct call *c, const struct offset_commit_req *req, struct group *g)
{
	const char *member = kstr(&req->member_id), *instance = kstr(&req->group_instance_id);
	int32_t epoch = req->generation_id_or_member_epoch;

	if (g == NULL) {
		if (epoch < 0)
			return KERR_NONE; /* whoever only keeps offsets here */
		return c->version >= GROUP_ERRORS_FROM ? KERR_GROUP_ID_NOT_FOUND
						       : KERR_ILLEGAL_GENERATION;
	}
	if (g->type == GROUP_CLASSIC)
		return classic_may_commit(g, member, instance, epoch);
	return consumer_may_commit(g, member, epoch, c->version);
}

static void
put_offset(struct group *g, const struct topic_entry *e, const struct committed *from,
    const char *metadata, size_t len, bool by_id)
{
	struct msg_arena *a = record_scratch();
	struct offset_commit_key *k = msg_new(a, offset_commit_key);
	struct offset_commit_value *v = msg_new(a, offset_commit_value);

	if (k != NULL && v != NULL) {
		msg_str(a, &k->group, g->id, g->id_len);
		msg_str(a, &k->topic, e->name, e->name_len);
		k->partition = from->partition;
		v->offset = from->offset;
		v->leader_epoch = from->leader_epoch;
		msg_str(a, &v->metadata, metadata, len);
		v->commit_timestamp = from->commit_ms;
		v->expire_timestamp = from->expire_ms;
		if (by_id)
			memcpy(v->topic_id.b, e->id, sizeof(e->id));
	}
	record_put(g->shard, &offset_commit_key_table, k, &offset_commit_value_table,
	    from->expire_ms >= 0 ? VALUE_WITH_EXPIRY : VALUE, v);
	offsets_set(g, e->name, e->name_len, from, metadata, len);
}

/* As Java counts: UTF-16 units. */
static size_t
java_length(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((uint8_t)s[i] & 0xc0) != 0x80 ? 1 + ((uint8_t)s[i] >= 0xf0) : 0;
	return n;
}

static int16_t
commit_one(struct group *g, const struct topic_entry *e, const commit_partition *p,
    int64_t retention, bool by_id)
{
	const char *metadata =
	    kstr_is_null(&p->committed_metadata) ? "" : kstr(&p->committed_metadata);
	size_t len = kstr_is_null(&p->committed_metadata) ? 0 : (size_t)p->committed_metadata.len;
	const struct committed from = {.offset = p->committed_offset,
	    .commit_ms = co.wall_ms,
	    .expire_ms = retention == -1 ? -1 : co.wall_ms + retention,
	    .at = INT64_MAX,
	    .partition = p->partition_index,
	    .leader_epoch = p->committed_leader_epoch};

	if (java_length(metadata, len) > (size_t)co.config.offset_metadata_max_size)
		return KERR_OFFSET_METADATA_TOO_LARGE;
	put_offset(g, e, &from, metadata, len, by_id);
	return KERR_NONE;
}

/* Of one topic: first what does not exist, then, as far as it does, what becomes of the commit. */
static void
commit_topic_of(struct call *c, struct group *g, const commit_topic *t, committed_topic *to,
    int64_t retention, int16_t error)
{
	struct msg_arena *a = call_answer();
	const struct topic_entry *e = topic_of(c, t);
	const commit_partition *p;
	committed_partition *po = msg_arr(a, &to->partitions, (size_t)karr_len(&t->partitions));

	msg_str_copy(a, &to->name, &t->name);
	to->topic_id = t->topic_id;
	if (po == NULL)
		return;
	for (int there = 0; there < 2; there++)
		karr_for (p, &t->partitions) {
			if ((e != NULL && has_partition(e, p->partition_index)) != there)
				continue;
			po->partition_index = p->partition_index;
			po->error_code = there ? error
					 : e == NULL && c->version >= BY_ID_FROM
					     ? KERR_UNKNOWN_TOPIC_ID
					     : KERR_UNKNOWN_TOPIC_OR_PARTITION;
			if (there && error == KERR_NONE)
				po->error_code =
				    commit_one(g, e, p, retention, c->version >= BY_ID_FROM);
			po++;
		}
}

/* What the records of the request take, about; 0: nothing that it names exists. */
static size_t
record_bytes(const struct call *c, const struct offset_commit_req *req)
{
	const commit_topic *t;
	const commit_partition *p;
	const struct topic_entry *e;
	size_t bytes = 0, each;

	karr_for (t, &req->topics) {
		if ((e = topic_of(c, t)) == NULL)
			continue;
		each = RECORD_FIXED + (size_t)req->group_id.len + e->name_len;
		karr_for (p, &t->partitions)
			if (has_partition(e, p->partition_index))
				bytes += each + (kstr_is_null(&p->committed_metadata)
							? 0
							: (size_t)p->committed_metadata.len);
	}
	return bytes;
}

void
offset_commit(struct call *c, const char *id, size_t id_len)
{
	const struct offset_commit_req *req = c->req;
	struct group *g = group_get(c->shard, id, id_len);
	const size_t bytes = record_bytes(c, req);
	int16_t error = bytes > 0 ? may_commit(c, req, g) : KERR_NONE; /* else it is not asked */
	struct offset_commit_resp *resp = msg_new(call_answer(), offset_commit_resp);
	const commit_topic *t;
	committed_topic *to;
	int32_t n = 0;

	to = resp == NULL ? NULL
			  : msg_arr(call_answer(), &resp->topics, (size_t)karr_len(&req->topics));
	if (to == NULL) {
		call_reply(c, NULL);
		return;
	}
	if (error == KERR_NONE && bytes > RECORDS_MAX)
		error = KERR_UNKNOWN_SERVER_ERROR;
	if (bytes > 0 && g == NULL && error == KERR_NONE)
		g = group_make(c->shard, id, id_len);
	karr_for (t, &req->topics) {
		if (karr_len(&t->partitions) == 0 && topic_of(c, t) != NULL)
			continue; /* Kafka says nothing of it */
		commit_topic_of(c, g, t, to++, req->retention_time_ms, error);
		n++;
	}
	msg_arr_cut(&resp->topics, n);
	call_reply(c, resp);
}

/* ---- OffsetDelete ---- */

/* Kafka's error for the whole request, or 0. */
static int16_t
may_delete(const struct group *g)
{
	if (g == NULL)
		return KERR_GROUP_ID_NOT_FOUND;
	if (g->type == GROUP_CONSUMER || classic_is_empty(g) ||
	    strcmp(classic_protocol_type(g), "consumer") == 0)
		return KERR_NONE;
	return KERR_NON_EMPTY_GROUP;
}

static int16_t
delete_one(struct group *g, const struct topic_entry *e, int32_t partition)
{
	bool subscribed = g->type == GROUP_CONSUMER ? consumer_subscribes(g, e->name, e->name_len)
						    : classic_subscribes(g, e->name, e->name_len);

	if (subscribed)
		return KERR_GROUP_SUBSCRIBED_TO_TOPIC;
	if (offsets_get(g, e->name, e->name_len, partition) != NULL) {
		offsets_put_tombstone(g, e->name, e->name_len, partition);
		offsets_del(g, e->name, e->name_len, partition);
	}
	return KERR_NONE;
}

void
offset_delete(struct call *c, const char *id, size_t id_len)
{
	const struct offset_delete_req *req = c->req;
	const struct offset_delete_req_offset_delete_request_topic *t;
	const struct offset_delete_req_offset_delete_request_partition *p;
	struct msg_arena *a = call_answer();
	struct group *g = group_get(c->shard, id, id_len);
	struct offset_delete_resp *resp;
	struct offset_delete_resp_offset_delete_response_topic *to;
	struct offset_delete_resp_offset_delete_response_partition *po;
	const struct topic_entry *e;
	int16_t error = may_delete(g);

	if (error != KERR_NONE) {
		call_error(c, error);
		return;
	}
	resp = msg_new(a, offset_delete_resp);
	to = resp == NULL ? NULL : msg_arr(a, &resp->topics, (size_t)karr_len(&req->topics));
	for (t = karr_begin(&req->topics);
	     to != NULL && t < karr_begin(&req->topics) + karr_len(&req->topics); t++, to++) {
		msg_str_copy(a, &to->name, &t->name);
		po = msg_arr(a, &to->partitions, (size_t)karr_len(&t->partitions));
		if (po == NULL)
			break;
		e = tables_topic_by_name(co.tables, kstr(&t->name), (uint32_t)t->name.len);
		karr_for (p, &t->partitions) {
			po->partition_index = p->partition_index;
			po->error_code =
			    e == NULL || e->deleting || !has_partition(e, p->partition_index)
				? KERR_UNKNOWN_TOPIC_OR_PARTITION
				: delete_one(g, e, p->partition_index);
			po++;
		}
	}
	call_reply(c, resp);
}
