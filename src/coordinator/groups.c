/* SPDX-License-Identifier: ISC */
/*
 * groups.c - requests about many groups: ListGroups, DescribeGroups, ConsumerGroupDescribe,
 * DeleteGroups.  Coordinator.  Rules: GroupCoordinatorService, GroupMetadataManager.
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "classic.h"
#include "consumer.h"
#include "odradek/proto/gen/consumer_group_describe.h"
#include "odradek/proto/gen/delete_groups.h"
#include "odradek/proto/gen/describe_groups.h"
#include "odradek/proto/gen/list_groups.h"
#include "offsets.h"
#include "shard.h"

#define NOT_FOUND_FROM 6 /* DescribeGroups: before, a group that is not there was "Dead" */
#define OPERATIONS_FROM 3
/* READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS: what may be done with a group where
 * everything is allowed. */
#define ALL_OPERATIONS (1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11)

/* ---- ListGroups ---- */

static bool
asked_for(const struct kstr *list, int n, const char *value)
{
	for (int i = 0; i < n; i++)
		if (strcasecmp(kstr(&list[i]), value) == 0)
			return true;
	return n == 0;
}

static const char *
state_of(const struct group *g)
{
	return g->type == GROUP_CONSUMER ? consumer_state(g) : classic_state(g);
}

static const char *
type_of(const struct group *g)
{
	return g->type == GROUP_CONSUMER ? "consumer" : "classic";
}

static bool
listed(const struct list_groups_req *req, const struct group *g)
{
	return asked_for(karr_begin(&req->states_filter), karr_len(&req->states_filter),
		   state_of(g)) &&
	       asked_for(
		   karr_begin(&req->types_filter), karr_len(&req->types_filter), type_of(g));
}

/* How many groups there are for clients of node; *error when one of its shards is being read. */
static size_t
count(const struct call *c, int16_t *error)
{
	const struct group *g;
	size_t n = 0;

	*error = KERR_NONE;
	for (int32_t i = 0; i < shard_count(); i++) {
		const struct shard *s = shard_at(i);

		if (s->state == SHARD_NONE || s->node != (int32_t)call_node(c))
			continue;
		if (s->state != SHARD_READY)
			*error = KERR_COORDINATOR_LOAD_IN_PROGRESS;
		TAILQ_FOREACH (g, &s->groups, entry)
			n += listed(c->req, g);
	}
	return n;
}

void
list_groups(struct call *c)
{
	struct msg_arena *a = call_answer();
	struct list_groups_resp *resp;
	struct list_groups_resp_listed_group *to;
	const struct group *g;
	int16_t error;
	size_t n = count(c, &error);

	if (error != KERR_NONE) {
		call_error(c, error);
		return;
	}
	resp = msg_new(a, list_groups_resp);
	to = resp == NULL ? NULL : msg_arr(a, &resp->groups, n);
	for (int32_t i = 0; to != NULL && i < shard_count(); i++) {
		const struct shard *s = shard_at(i);

		if (s->state == SHARD_NONE || s->node != (int32_t)call_node(c))
			continue;
		TAILQ_FOREACH (g, &s->groups, entry) {
			if (!listed(c->req, g))
				continue;
			msg_str(a, &to->group_id, g->id, g->id_len);
			msg_str0(a, &to->protocol_type,
			    g->type == GROUP_CONSUMER ? "consumer" : classic_protocol_type(g));
			msg_str0(a, &to->group_state, state_of(g));
			msg_str0(a, &to->group_type, type_of(g));
			to++;
		}
	}
	call_reply(c, to == NULL ? NULL : resp);
}

/* ---- DescribeGroups ---- */

static void
describe_missing(const struct call *c, const struct group *g, const struct kstr *id,
    struct describe_groups_resp_described_group *to)
{
	msg_str0(call_answer(), &to->group_state, "Dead");
	if (c->version < NOT_FOUND_FROM)
		return;
	to->error_code = KERR_GROUP_ID_NOT_FOUND;
	msg_printf(call_answer(), &to->error_message,
	    g == NULL ? "Group %s not found." : "Group %s is not a classic group.", kstr(id));
}

void
describe_groups(struct call *c)
{
	const struct describe_groups_req *req = c->req;
	struct msg_arena *a = call_answer();
	struct describe_groups_resp *resp = msg_new(a, describe_groups_resp);
	struct describe_groups_resp_described_group *to;
	struct shard *s;
	struct group *g;

	to = resp == NULL ? NULL : msg_arr(a, &resp->groups, (size_t)karr_len(&req->groups));
	for (int i = 0; to != NULL && i < karr_len(&req->groups); i++, to++) {
		const struct kstr *id = karr_at(&req->groups, i);

		msg_str_copy(a, &to->group_id, id);
		s = shard_for(kstr(id), (size_t)id->len, call_node(c), &to->error_code);
		if (s == NULL)
			continue;
		g = group_get(s, kstr(id), (size_t)id->len);
		if (g == NULL || g->type != GROUP_CLASSIC)
			describe_missing(c, g, id, to);
		else
			classic_describe(g, a, to);
		if (req->include_authorized_operations && c->version >= OPERATIONS_FROM &&
		    to->error_code == KERR_NONE)
			to->authorized_operations = ALL_OPERATIONS;
	}
	call_reply(c, to == NULL ? NULL : resp);
}

/* ---- ConsumerGroupDescribe ---- */

void
consumer_group_describe(struct call *c)
{
	const struct consumer_group_describe_req *req = c->req;
	struct msg_arena *a = call_answer();
	struct consumer_group_describe_resp *resp = msg_new(a, consumer_group_describe_resp);
	struct consumer_group_describe_resp_described_group *to;
	struct shard *s;
	struct group *g;

	to = resp == NULL ? NULL : msg_arr(a, &resp->groups, (size_t)karr_len(&req->group_ids));
	for (int i = 0; to != NULL && i < karr_len(&req->group_ids); i++, to++) {
		const struct kstr *id = karr_at(&req->group_ids, i);

		msg_str_copy(a, &to->group_id, id);
		if (id->len == 0) {
			to->error_code = KERR_INVALID_GROUP_ID;
			continue;
		}
		s = shard_for(kstr(id), (size_t)id->len, call_node(c), &to->error_code);
		if (s == NULL)
			continue;
		g = group_get(s, kstr(id), (size_t)id->len);
		if (g == NULL || g->type != GROUP_CONSUMER) {
			to->error_code = KERR_GROUP_ID_NOT_FOUND;
			msg_printf(a, &to->error_message,
			    g == NULL ? "Group %s not found."
				      : "Group %s is not a consumer group.",
			    kstr(id));
			continue;
		}
		consumer_describe(g, a, to);
		if (req->include_authorized_operations)
			to->authorized_operations = ALL_OPERATIONS;
	}
	call_reply(c, to == NULL ? NULL : resp);
}

/* ---- DeleteGroups ---- */

static int16_t
delete_group(const struct call *c, const struct kstr *id)
{
	struct shard *s;
	struct group *g;
	int16_t error;

	if ((s = shard_for(kstr(id), (size_t)id->len, call_node(c), &error)) == NULL)
		return error;
	if ((error = append_refused(s)) != KERR_NONE)
		return error;
	if ((g = group_get(s, kstr(id), (size_t)id->len)) == NULL)
		return KERR_GROUP_ID_NOT_FOUND;
	if (!(g->type == GROUP_CONSUMER ? consumer_is_empty(g) : classic_is_empty(g)))
		return KERR_NON_EMPTY_GROUP;
	group_delete(g);
	return KERR_NONE;
}

void
delete_groups(struct call *c)
{
	const struct delete_groups_req *req = c->req;
	struct msg_arena *a = call_answer();
	struct delete_groups_resp *resp = msg_new(a, delete_groups_resp);
	struct delete_groups_resp_deletable_group_result *to;

	to = resp == NULL ? NULL : msg_arr(a, &resp->results, (size_t)karr_len(&req->groups_names));
	for (int i = 0; to != NULL && i < karr_len(&req->groups_names); i++, to++) {
		const struct kstr *id = karr_at(&req->groups_names, i);

		msg_str_copy(a, &to->group_id, id);
		to->error_code = delete_group(c, id);
	}
	call_reply(c, to == NULL ? NULL : resp);
}
