/* SPDX-License-Identifier: ISC */
/*
 * classic_leave.c - signs of life and their end: Heartbeat, LeaveGroup, and commits of offsets,
 * which Kafka takes for heartbeats, too.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classic_priv.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/heartbeat.h"
#include "odradek/proto/gen/leave_group.h"

enum { BATCHED_SINCE = 3 };

/* ---- Heartbeat ---- */

static int16_t
beat(struct classic *c, const struct heartbeat_req *req)
{
	struct classic_member *m;
	int16_t error = classic_member_check(c, &req->member_id, &req->group_instance_id, &m);

	if (error != 0)
		return error;
	if (req->generation_id != c->generation)
		return KERR_ILLEGAL_GENERATION;
	classic_session_restart(m);
	return c->state == CLASSIC_PREPARING ? KERR_REBALANCE_IN_PROGRESS : 0;
}

void
classic_heartbeat(struct call *call, const char *id, size_t id_len)
{
	struct group *g = group_get(call->shard, id, id_len);
	struct heartbeat_resp *resp = msg_new(call_answer(), heartbeat_resp);

	if (resp == NULL) {
		call_error(call, KERR_UNKNOWN_SERVER_ERROR);
		return;
	}
	if (g == NULL || g->classic == NULL)
		resp->error_code = KERR_UNKNOWN_MEMBER_ID;
	else
		resp->error_code = beat(g->classic, call->req);
	call_reply(call, resp);
}

/* ---- commits ---- */

int16_t
classic_may_commit(
    struct group *g, const char *member_id, const char *instance_id, int32_t generation)
{
	struct classic *c = g->classic;
	struct classic_member *m = NULL;

	if (c == NULL || c->state == CLASSIC_EMPTY) {
		if (generation < 0)
			return 0; /* an administrator, or a consumer that assigns by itself */
		return KERR_UNKNOWN_MEMBER_ID;
	}
	if (generation < 0 && *member_id == '\0' && instance_id == NULL)
		return KERR_UNKNOWN_MEMBER_ID;
	m = classic_member_get(c, member_id, strlen(member_id));
	if (instance_id != NULL) {
		const struct classic_member *known =
		    classic_instance_get(c, instance_id, strlen(instance_id));

		if (known == NULL)
			return KERR_UNKNOWN_MEMBER_ID;
		if (known != m)
			return KERR_FENCED_INSTANCE_ID;
	}
	if (m == NULL)
		return KERR_UNKNOWN_MEMBER_ID;
	if (generation != c->generation)
		return KERR_ILLEGAL_GENERATION;
	if (c->state == CLASSIC_COMPLETING)
		return KERR_REBALANCE_IN_PROGRESS;
	classic_session_restart(m);
	return 0;
}

/* ---- LeaveGroup ---- */

/* A LeaveGroup under way. */
struct leave {
	struct classic *group;
	uint32_t left;
	char who[256]; /* the first that left, and why: for the log */
};

static void
note(struct leave *l, const char *id, const struct kstr *reason)
{
	if (l->left++ == 0)
		snprintf(l->who, sizeof(l->who), "member %.100s leaves; client reason: %.80s", id,
		    kstr_is_null(reason) ? "not provided" : kstr(reason));
}

/* One member, named by its id or (by an administrator) by its instance id only.  Returns the error
 * for it. */
static int16_t
leave_one(
    struct leave *l, const struct kstr *id, const struct kstr *instance, const struct kstr *reason)
{
	struct classic *c = l->group;
	struct classic_pending *p;
	struct classic_member *m = NULL;
	int16_t error = 0;

	if (c == NULL)
		return KERR_UNKNOWN_MEMBER_ID;
	p = classic_pending_get(c, kstr(id), (size_t)id->len);
	if (p != NULL) {
		note(l, p->id, reason);
		classic_pending_free(c, p);
		return 0;
	}
	if (id->len > 0)
		error = classic_member_check(c, id, instance, &m);
	else if (!kstr_is_null(instance))
		m = classic_instance_get(c, kstr(instance), strlen(kstr(instance)));
	if (error != 0)
		return error;
	if (m == NULL)
		return KERR_UNKNOWN_MEMBER_ID;
	note(l, m->id, reason);
	classic_finish_join(c, m, KERR_UNKNOWN_MEMBER_ID);
	classic_finish_sync(c, m, KERR_UNKNOWN_MEMBER_ID);
	classic_member_free(c, m);
	return 0;
}

static void
after_leave(const struct leave *l)
{
	struct classic *c = l->group;

	if (l->left == 0)
		return;
	if (c->state == CLASSIC_STABLE || c->state == CLASSIC_COMPLETING)
		classic_prepare_rebalance(c, "%s%s", l->who, l->left > 1 ? "; and others" : "");
	else
		classic_maybe_complete_join(c);
}

/*
 * The answer is built when everything has happened: whoever leaves may leave calls behind, which
 * are answered from the same arena.
 */
static void
answer_leave(struct call *call, const int16_t *error)
{
	const struct leave_group_req *req = call->req;
	const struct leave_group_req_member_identity *from;
	struct leave_group_resp_member_response *to;
	struct msg_arena *a = call_answer();
	struct leave_group_resp *resp = msg_new(a, leave_group_resp);

	if (resp != NULL && call->version < BATCHED_SINCE) {
		resp->error_code = *error;
	} else if (resp != NULL) {
		to = msg_arr(a, &resp->members, (size_t)karr_len(&req->members));
		for (from = karr_begin(&req->members);
		     to != NULL && from < karr_begin(&req->members) + karr_len(&req->members);
		     from++, to++) {
			msg_str_copy(a, &to->member_id, &from->member_id);
			msg_str_copy(a, &to->group_instance_id, &from->group_instance_id);
			to->error_code = *error++;
		}
	}
	if (msg_arena_ok(a))
		call_reply(call, resp);
	else
		call_error(call, KERR_UNKNOWN_SERVER_ERROR);
}

void
classic_leave(struct call *call, const char *id, size_t id_len)
{
	const struct leave_group_req *req = call->req;
	const struct leave_group_req_member_identity *from;
	struct group *g = group_get(call->shard, id, id_len);
	struct leave l = {.group = g == NULL ? NULL : g->classic};
	const struct kstr null = {.len = -1};
	int16_t one, *error = &one;
	size_t n = 0;

	if (call->version < BATCHED_SINCE) {
		one = leave_one(&l, &req->member_id, &null, &null);
	} else {
		error = xcalloc((size_t)karr_len(&req->members) + 1, sizeof(*error));
		karr_for (from, &req->members)
			error[n++] = leave_one(
			    &l, &from->member_id, &from->group_instance_id, &from->reason);
	}
	after_leave(&l);
	answer_leave(call, error);
	if (error != &one)
		free(error);
}
