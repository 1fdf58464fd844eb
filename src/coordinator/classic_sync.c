/* SPDX-License-Identifier: ISC */
/*
 * classic_sync.c - SyncGroup: the leader brings everybody's assignment, the others wait for theirs.
 *
 * With the leader's SyncGroup the group is Stable at once; nobody hears of it before its record is
 * in the log (call_reply waits), so that no crash can take an assignment back.
 */
#include "config.h"

#include <string.h>

#include "classic_priv.h"
#include "odradek/base/log.h"
#include "odradek/proto/gen/sync_group.h"

enum { PROTOCOL_REQUIRED_SINCE = 5 };

static bool
differs(const struct kstr *said, const char *known)
{
	return !kstr_is_null(said) && known != NULL && !kstr_eq(said, known, strlen(known));
}

static int16_t
check(const struct classic *c, const struct sync_group_req *req, struct classic_member **m)
{
	int16_t error = classic_member_check(c, &req->member_id, &req->group_instance_id, m);

	if (error != 0)
		return error;
	if (req->generation_id != c->generation)
		return KERR_ILLEGAL_GENERATION;
	if (differs(&req->protocol_type, c->protocol_type) ||
	    differs(&req->protocol_name, c->protocol))
		return KERR_INCONSISTENT_GROUP_PROTOCOL;
	return 0;
}

/* An assignment whose record is too large for a batch cannot be kept, so it must not be given. */
static void
refuse_assignment(struct classic *c, int64_t bytes)
{
	log_limited(
	    "group \"%s\": its members with their assignments (%lld bytes) do not fit into a "
	    "record: raise max.message.bytes of __consumer_offsets, or let fewer members "
	    "subscribe to fewer topics",
	    c->group->id, (long long)bytes);
	classic_reset_assignment(c, KERR_UNKNOWN_SERVER_ERROR);
	classic_prepare_rebalance(
	    c, "the assignment of generation %d could not be stored", c->generation);
}

static void
assign(struct classic *c, const struct sync_group_req *req)
{
	const struct sync_group_req_sync_group_request_assignment *a;
	struct classic_member *m;
	int64_t bytes = 0;
	uint32_t i;

	karr_for (a, &req->assignments)
		bytes += a->assignment.len;
	if (!classic_fits(c, bytes)) {
		refuse_assignment(c, bytes);
		return;
	}
	/* who is not in the leader's list has nothing */
	for (i = 0; i < c->members; i++)
		classic_set_assignment(c->member[i], NULL, 0);
	karr_for (a, &req->assignments) {
		m = classic_member_get(c, kstr(&a->member_id), (size_t)a->member_id.len);
		if (m != NULL)
			classic_set_assignment(m, kstr(&a->assignment), (size_t)a->assignment.len);
	}
	classic_put(c);
	classic_set_state(c, CLASSIC_STABLE);
	log_debug("group \"%s\": generation %d is assigned", c->group->id, c->generation);
	for (i = 0; i < c->members; i++) {
		m = c->member[i];
		if (m->sync == NULL)
			continue;
		classic_finish_sync(c, m, 0);
		/* it may have expired while it waited */
		classic_session_restart(m);
	}
}

void
classic_sync(struct call *call, const char *id, size_t id_len)
{
	const struct sync_group_req *req = call->req;
	struct group *g = group_get(call->shard, id, id_len);
	struct classic *c = g == NULL ? NULL : g->classic;
	struct classic_member *m;
	int16_t error = KERR_UNKNOWN_MEMBER_ID;

	if (call->version >= PROTOCOL_REQUIRED_SINCE &&
	    (kstr_is_null(&req->protocol_type) || kstr_is_null(&req->protocol_name)))
		error = KERR_INCONSISTENT_GROUP_PROTOCOL;
	else if (c != NULL && c->state != CLASSIC_EMPTY)
		error = check(c, req, &m);
	if (error == 0 && c->state == CLASSIC_PREPARING)
		error = KERR_REBALANCE_IN_PROGRESS;
	if (error != 0) {
		classic_answer_sync(call, error, NULL, NULL);
		return;
	}
	classic_synced(c, m);
	if (c->state == CLASSIC_STABLE) {
		classic_answer_sync(call, 0, c, m);
		return;
	}
	classic_await_sync(m, call);
	if (c->leader == m)
		assign(c, req); /* answers, and so frees, the call */
}
