/* SPDX-License-Identifier: ISC */
/*
 * classic_answer.c - answers to JoinGroup and SyncGroup, with what the versions call "nothing":
 * before JoinGroup 7 a protocol that is not there is an empty string, since then it is null.
 *
 * An answer that has no room becomes an error without content; nobody waits for ever.
 */
#include "config.h"

#include "classic_priv.h"
#include "odradek/proto/gen/join_group.h"
#include "odradek/proto/gen/sync_group.h"

static void
put_protocol(struct msg_arena *a, struct kstr *to, const char *protocol, int version)
{
	if (protocol != NULL && *protocol != '\0')
		msg_str0(a, to, protocol);
	else if (version >= 7)
		msg_str(a, to, NULL, 0);
}

static void
reply(struct call *call, const void *resp)
{
	if (resp == NULL || !msg_arena_ok(call_answer()))
		call_error(call, KERR_UNKNOWN_SERVER_ERROR);
	else
		call_reply(call, resp);
}

void
classic_answer_join(struct call *call, int16_t error, const char *id, size_t len)
{
	struct msg_arena *a = call_answer();
	struct join_group_resp *resp = msg_new(a, join_group_resp);

	if (resp != NULL) {
		resp->error_code = error;
		put_protocol(a, &resp->protocol_name, NULL, call->version);
		msg_str(a, &resp->member_id, id, len);
	}
	reply(call, resp);
}

static void
put_members(struct msg_arena *a, struct join_group_resp *resp, const struct classic *c)
{
	struct join_group_resp_join_group_response_member *to;
	const struct classic_protocol *p;
	const struct classic_member *m;
	uint32_t i;

	to = msg_arr(a, &resp->members, c->members);
	for (i = 0; to != NULL && i < c->members; i++, to++) {
		m = c->member[i];
		msg_str(a, &to->member_id, m->id, m->id_len);
		msg_str(a, &to->group_instance_id, m->instance_id, m->instance_id_len);
		p = classic_member_protocol(m, c->protocol);
		if (p != NULL)
			msg_str(a, &to->metadata, p->metadata, p->metadata_len);
	}
}

void
classic_answer_joined(struct call *call, const struct classic *c, const struct classic_member *m,
    const char *leader, bool with_members, bool skip_assignment)
{
	struct msg_arena *a = call_answer();
	struct join_group_resp *resp = msg_new(a, join_group_resp);

	if (resp != NULL) {
		resp->generation_id = c->generation;
		if (call->version >= 7)
			msg_str0(a, &resp->protocol_type, c->protocol_type);
		put_protocol(a, &resp->protocol_name, c->protocol, call->version);
		msg_str0(a, &resp->leader, leader);
		resp->skip_assignment = skip_assignment;
		msg_str(a, &resp->member_id, m->id, m->id_len);
		if (with_members)
			put_members(a, resp, c);
	}
	reply(call, resp);
}

void
classic_answer_sync(
    struct call *call, int16_t error, const struct classic *c, const struct classic_member *m)
{
	struct msg_arena *a = call_answer();
	struct sync_group_resp *resp = msg_new(a, sync_group_resp);

	if (resp != NULL) {
		resp->error_code = error;
		if (error == 0 && call->version >= 5) {
			msg_str0(a, &resp->protocol_type, c->protocol_type);
			msg_str0(a, &resp->protocol_name, c->protocol);
		}
		if (error == 0 && m->assignment_len > 0)
			msg_str(a, &resp->assignment, m->assignment, m->assignment_len);
	}
	reply(call, resp);
}

void
classic_finish_join(struct classic *c, struct classic_member *m, int16_t error)
{
	struct call *call = m->join;
	bool leads = c->leader == m;

	if (call == NULL)
		return;
	m->join = NULL;
	c->awaiting_join--;
	if (error == 0)
		classic_answer_joined(call, c, m, c->leader->id, leads, false);
	else if (error == KERR_FENCED_INSTANCE_ID)
		classic_answer_join(call, error, m->id, m->id_len);
	else /* whoever is told to come again comes without an id */
		classic_answer_join(call, error, "", 0);
}

void
classic_finish_sync(struct classic *c, struct classic_member *m, int16_t error)
{
	struct call *call = m->sync;

	if (call == NULL)
		return;
	m->sync = NULL;
	classic_answer_sync(call, error, c, m);
}
