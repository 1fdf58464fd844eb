/* SPDX-License-Identifier: ISC */
/* group_error.c - answers of the group APIs that say nothing but an error.  Used in: coordinator,
 * acceptor. */
#include "config.h"

#include "odradek/proto/api.h"
#include "odradek/proto/gen/consumer_group_describe.h"
#include "odradek/proto/gen/consumer_group_heartbeat.h"
#include "odradek/proto/gen/delete_groups.h"
#include "odradek/proto/gen/describe_groups.h"
#include "odradek/proto/gen/heartbeat.h"
#include "odradek/proto/gen/join_group.h"
#include "odradek/proto/gen/leave_group.h"
#include "odradek/proto/gen/list_groups.h"
#include "odradek/proto/gen/offset_commit.h"
#include "odradek/proto/gen/offset_delete.h"
#include "odradek/proto/gen/offset_fetch.h"
#include "odradek/proto/gen/sync_group.h"
#include "odradek/proto/group_error.h"

#define OFFSET_FETCH_TOP_FROM 2 /* the first version with an error of its own */
#define OFFSET_FETCH_GROUPS_FROM 8
#define NULL_PROTOCOL_FROM 7 /* JoinGroup: the first version that can say that there is none */

static void *
offset_commit(struct msg_arena *a, const struct offset_commit_req *req, int16_t error)
{
	struct offset_commit_resp *resp = msg_new(a, offset_commit_resp);
	const struct offset_commit_req_offset_commit_request_topic *t;
	const struct offset_commit_req_offset_commit_request_partition *p;
	struct offset_commit_resp_offset_commit_response_topic *to;
	struct offset_commit_resp_offset_commit_response_partition *po;

	to = resp == NULL ? NULL : msg_arr(a, &resp->topics, (size_t)karr_len(&req->topics));
	for (t = karr_begin(&req->topics);
	     to != NULL && t < karr_begin(&req->topics) + karr_len(&req->topics); t++, to++) {
		msg_str_copy(a, &to->name, &t->name);
		to->topic_id = t->topic_id;
		po = msg_arr(a, &to->partitions, (size_t)karr_len(&t->partitions));
		if (po == NULL)
			break;
		karr_for (p, &t->partitions) {
			po->partition_index = p->partition_index;
			po->error_code = error;
			po++;
		}
	}
	return resp;
}

/* Each partition of versions before there was an error for the whole. */
static void
fetch_partitions(struct msg_arena *a, const struct offset_fetch_req *req,
    struct offset_fetch_resp *resp, int16_t error)
{
	const struct offset_fetch_req_offset_fetch_request_topic *t;
	struct offset_fetch_resp_offset_fetch_response_topic *to;
	struct offset_fetch_resp_offset_fetch_response_partition *po;
	const int32_t *p;

	to = msg_arr(a, &resp->topics, (size_t)karr_len(&req->topics));
	for (t = karr_begin(&req->topics);
	     to != NULL && t < karr_begin(&req->topics) + karr_len(&req->topics); t++, to++) {
		msg_str_copy(a, &to->name, &t->name);
		po = msg_arr(a, &to->partitions, (size_t)karr_len(&t->partition_indexes));
		if (po == NULL)
			break;
		karr_for (p, &t->partition_indexes) {
			po->partition_index = *p;
			po->committed_offset = -1;
			po->error_code = error;
			po++;
		}
	}
}

static void *
offset_fetch(
    struct msg_arena *a, int16_t version, const struct offset_fetch_req *req, int16_t error)
{
	struct offset_fetch_resp *resp = msg_new(a, offset_fetch_resp);
	const struct offset_fetch_req_offset_fetch_request_group *g;
	struct offset_fetch_resp_offset_fetch_response_group *to;

	if (resp == NULL)
		return NULL;
	if (version >= OFFSET_FETCH_GROUPS_FROM) {
		to = msg_arr(a, &resp->groups, (size_t)karr_len(&req->groups));
		for (g = karr_begin(&req->groups);
		     to != NULL && g < karr_begin(&req->groups) + karr_len(&req->groups);
		     g++, to++) {
			msg_str_copy(a, &to->group_id, &g->group_id);
			to->error_code = error;
		}
	} else if (version >= OFFSET_FETCH_TOP_FROM)
		resp->error_code = error;
	else
		fetch_partitions(a, req, resp, error);
	return resp;
}

static void *
delete_groups(struct msg_arena *a, const struct delete_groups_req *req, int16_t error)
{
	struct delete_groups_resp *resp = msg_new(a, delete_groups_resp);
	struct delete_groups_resp_deletable_group_result *to;

	to = resp == NULL ? NULL : msg_arr(a, &resp->results, (size_t)karr_len(&req->groups_names));
	for (int i = 0; to != NULL && i < karr_len(&req->groups_names); i++, to++) {
		msg_str_copy(a, &to->group_id, karr_at(&req->groups_names, i));
		to->error_code = error;
	}
	return resp;
}

static void *
describe_groups(struct msg_arena *a, const struct describe_groups_req *req, int16_t error)
{
	struct describe_groups_resp *resp = msg_new(a, describe_groups_resp);
	struct describe_groups_resp_described_group *to;

	to = resp == NULL ? NULL : msg_arr(a, &resp->groups, (size_t)karr_len(&req->groups));
	for (int i = 0; to != NULL && i < karr_len(&req->groups); i++, to++) {
		msg_str_copy(a, &to->group_id, karr_at(&req->groups, i));
		to->error_code = error;
	}
	return resp;
}

static void *
consumer_group_describe(
    struct msg_arena *a, const struct consumer_group_describe_req *req, int16_t error)
{
	struct consumer_group_describe_resp *resp = msg_new(a, consumer_group_describe_resp);
	struct consumer_group_describe_resp_described_group *to;

	to = resp == NULL ? NULL : msg_arr(a, &resp->groups, (size_t)karr_len(&req->group_ids));
	for (int i = 0; to != NULL && i < karr_len(&req->group_ids); i++, to++) {
		msg_str_copy(a, &to->group_id, karr_at(&req->group_ids, i));
		to->error_code = error;
	}
	return resp;
}

#define TOP(name)                                                        \
	do {                                                             \
		struct name##_resp *top_resp = msg_new(a, name##_resp); \
		if (top_resp != NULL)                                    \
			top_resp->error_code = error;                    \
		return top_resp;                                         \
	} while (0)

void *
group_error_answer(
    struct msg_arena *a, int16_t api, int16_t version, const void *request, int16_t error)
{
	struct join_group_resp *join;

	switch (api) {
	case API_OffsetCommit:
		return offset_commit(a, request, error);
	case API_OffsetFetch:
		return offset_fetch(a, version, request, error);
	case API_JoinGroup:
		if ((join = msg_new(a, join_group_resp)) == NULL)
			return NULL;
		join->error_code = error;
		msg_str_copy(a, &join->member_id,
		    &((const struct join_group_req *)request)->member_id);
		if (version >= NULL_PROTOCOL_FROM)
			msg_str(a, &join->protocol_name, NULL, 0);
		return join;
	case API_SyncGroup:
		TOP(sync_group);
	case API_Heartbeat:
		TOP(heartbeat);
	case API_LeaveGroup:
		TOP(leave_group);
	case API_ListGroups:
		TOP(list_groups);
	case API_OffsetDelete:
		TOP(offset_delete);
	case API_ConsumerGroupHeartbeat:
		TOP(consumer_group_heartbeat);
	case API_DescribeGroups:
		return describe_groups(a, request, error);
	case API_DeleteGroups:
		return delete_groups(a, request, error);
	case API_ConsumerGroupDescribe:
		return consumer_group_describe(a, request, error);
	default:
		return NULL;
	}
}
