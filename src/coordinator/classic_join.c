/* SPDX-License-Identifier: ISC */
/*
 * classic_join.c - JoinGroup: who may come in, as whom, and what follows from it.
 *
 * A client without a member id gets one: a dynamic one (from version 4 on) must come again with it
 * (KIP-394), so that an answer that is lost leaves no ghost; a static one takes the place of who
 * had its instance id before (KIP-345).
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classic_priv.h"
#include "odradek/base/log.h"
#include "odradek/base/uuid.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/join_group.h"

enum { MEMBER_ID_SIZE = INT16_MAX + 1, UUID_LEN = 36, ID_REQUIRED_SINCE = 4, SKIPS_SINCE = 9 };

/* A JoinGroup on its way. */
struct join {
	struct call *call;
	const struct join_group_req *req;
	struct classic *group;
	struct classic_protocols *protocols; /* NULL once a member has them */
	const char *reason;
};

static void
refuse(struct join *j, int16_t error)
{
	classic_answer_join(
	    j->call, error, kstr(&j->req->member_id), (size_t)j->req->member_id.len);
}

static void
refuse_nameless(struct join *j, int16_t error)
{
	classic_answer_join(j->call, error, "", 0);
}

static int32_t
rebalance_timeout(const struct join *j)
{
	return j->call->version == 0 ? j->req->session_timeout_ms : j->req->rebalance_timeout_ms;
}

/* "<client or instance id>-<uuid>", as Kafka makes them; the front is cut where the whole would not
 * be a string of the protocol.  Returns its length. */
static size_t
make_member_id(char *to, const char *front)
{
	struct uuid u;
	const uint8_t *b = u.b;

	uuid_random(&u);
	return (size_t)snprintf(to, MEMBER_ID_SIZE,
	    "%.*s-%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
	    INT16_MAX - UUID_LEN - 1, front, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8],
	    b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* ---- the protocols of the request ---- */

static struct classic_protocols *
copy_protocols(const struct join_group_req *req)
{
	uint32_t i, n = (uint32_t)karr_len(&req->protocols);
	const struct join_group_req_join_group_request_protocol *from;
	struct classic_protocol few[16], *all = few;
	struct classic_protocols *to;

	if (n > 16)
		all = xreallocarray(NULL, n, sizeof(*all));
	for (i = 0; i < n; i++) {
		from = karr_at(&req->protocols, i);
		all[i].name = kstr(&from->name);
		all[i].name_len = (uint32_t)from->name.len;
		all[i].metadata = kstr(&from->metadata);
		all[i].metadata_len = (uint32_t)from->metadata.len;
	}
	to = classic_protocols_make(n, all);
	if (all != few)
		free(all);
	return to;
}

/*
 * What the members of a group take is bounded: is there room for this one?  Asked before anything
 * is copied.
 */
static bool
has_room(const struct call *call, const struct classic *c)
{
	const struct join_group_req *req = call->req;
	const struct join_group_req_join_group_request_protocol *p;
	const struct classic_member *m = NULL;
	size_t cost = strlen(call->client_id) + CLASSIC_PENDING_COST, had = 0;

	karr_for (p, &req->protocols)
		cost += classic_protocol_cost((size_t)p->name.len, (size_t)p->metadata.len);
	if (c != NULL)
		m = classic_member_get(c, kstr(&req->member_id), (size_t)req->member_id.len);
	if (m != NULL)
		had = classic_protocols_cost(m->protocols) + CLASSIC_PENDING_COST;
	if (cost <= had || classic_has_room(c, cost - had))
		return true;
	log_limited(
	    "group \"%s\": a member of client \"%s\" is refused: its %zu bytes would exceed "
	    "what the members of one group (%d MB) or of all groups (%d MB) may take",
	    kstr(&req->group_id), call->client_id, cost, CLASSIC_GROUP_BYTES >> 20,
	    CLASSIC_BYTES >> 20);
	return false;
}

/* Is the group open for this member (group.max.size)?  As in Kafka, a rebalance counts those who
 * have joined so far, so that the last ones are left out of a group that is too large already. */
static bool
accepts(const struct call *call, const struct classic *c)
{
	const struct join_group_req *req = call->req;
	const struct kstr *id = &req->member_id, *instance = &req->group_instance_id;
	const struct classic_member *m;
	uint32_t max = (uint32_t)co.config.max_size;

	if (c == NULL)
		return true;
	m = classic_member_get(c, kstr(id), (size_t)id->len);

	/* Kafka refuses a static member that comes back to a full group: it does not see that it
	 * takes its own place */
	if (id->len == 0 && !kstr_is_null(instance))
		m = classic_instance_get(c, kstr(instance), strlen(kstr(instance)));
	switch (c->state) {
	case CLASSIC_PREPARING:
		return (m != NULL && m->join != NULL) || c->awaiting_join < max;
	case CLASSIC_COMPLETING:
	case CLASSIC_STABLE:
		return m != NULL || c->members < max;
	default:
		return true;
	}
}

/* ---- what a join leads to ---- */

static void
add_member(struct join *j, const char *id, size_t len)
{
	struct classic *c = j->group;
	const struct join_group_req *req = j->req;
	struct classic_member *m;

	if (c->state == CLASSIC_PREPARING && c->previous == CLASSIC_EMPTY)
		c->new_member_added = true;
	m = classic_member_add(c, id, len, kstr(&req->group_instance_id), j->call->client_id,
	    j->call->client_host, rebalance_timeout(j), req->session_timeout_ms,
	    kstr(&req->protocol_type), j->protocols);
	j->protocols = NULL;
	m->is_new = true;
	classic_await_join(c, m, j->call);
	classic_session_set(m, NEW_MEMBER_JOIN_TIMEOUT_MS);
	classic_rebalance(c, "member %s joins; client reason: %s", m->id, j->reason);
}

/* Takes over what the request says about a member that is there already. */
static void
update_member(struct join *j, struct classic_member *m)
{
	classic_member_set_protocols(j->group, m, j->protocols);
	j->protocols = NULL;
	m->rebalance_timeout_ms = rebalance_timeout(j);
	m->session_timeout_ms = j->req->session_timeout_ms;
	classic_await_join(j->group, m, j->call);
}

/* m is where it was: the present generation once more. */
static void
repeat_answer(struct join *j, const struct classic_member *m)
{
	const struct classic *c = j->group;

	classic_answer_joined(
	    j->call, c, m, c->leader->id, c->leader == m && c->state == CLASSIC_COMPLETING, false);
}

/* ---- static members ---- */

/* Would the group still choose the protocol that it has? */
static bool
keeps_protocol(struct classic *c)
{
	const char *next = classic_select_protocol(c);

	return next != NULL && c->protocol != NULL && strcmp(next, c->protocol) == 0;
}

/*
 * The static member m is back in a stable group: it gets the assignment that it had, and nobody
 * notices.  Its new id must be in the log before it is told.  Before version 9 a leader is kept
 * from assigning by hiding from it that it leads; since then it is told to skip it (KIP-814).
 */
static void
resume_static(struct join *j, struct classic_member *m, const char *former_leader)
{
	struct classic *c = j->group;
	struct call *call = m->join;
	bool leads = c->leader == m;

	m->join = NULL;
	c->awaiting_join--;
	classic_topics_forget(c);
	classic_put(c);
	if (call->version >= SKIPS_SINCE)
		classic_answer_joined(call, c, m, c->leader->id, leads, leads);
	else
		classic_answer_joined(call, c, m, former_leader, false, false);
}

static void
replace_static(struct join *j, struct classic_member *m, const char *id, size_t len)
{
	struct classic *c = j->group;
	const struct classic_protocol *old = classic_member_protocol(m, c->protocol);
	char *former_leader;

	if (!classic_fits(c, (int64_t)classic_protocols_cost(j->protocols) -
				 (old == NULL ? 0 : old->metadata_len))) {
		refuse_nameless(j, KERR_UNKNOWN_SERVER_ERROR);
		return;
	}
	log_debug("group \"%s\": instance %s is back, %s becomes %s", c->group->id, m->instance_id,
	    m->id, id);
	former_leader = xstrdup(c->leader == NULL ? "" : c->leader->id);
	classic_finish_join(c, m, KERR_FENCED_INSTANCE_ID);
	classic_finish_sync(c, m, KERR_FENCED_INSTANCE_ID);
	classic_member_rename(c, m, id, len);
	m->is_new = false;
	update_member(j, m);
	classic_session_restart(m);
	if (c->state == CLASSIC_STABLE && keeps_protocol(c))
		resume_static(j, m, former_leader);
	else if (c->state == CLASSIC_PREPARING)
		classic_maybe_complete_join(c);
	else /* the leader may know it by its old id, or the protocol changes */
		classic_prepare_rebalance(c, "static member %s is back as %s; client reason: %s",
		    m->instance_id, m->id, j->reason);
	free(former_leader);
}

/* ---- the two kinds of requests ---- */

/* Without a member id. */
static void
join_new(struct join *j)
{
	static char id[MEMBER_ID_SIZE];
	struct classic *c = j->group;
	const struct kstr *instance = &j->req->group_instance_id;
	struct classic_member *m;
	size_t len;

	if (!classic_supports(c, &j->req->protocol_type, j->protocols)) {
		refuse_nameless(j, KERR_INCONSISTENT_GROUP_PROTOCOL);
		return;
	}
	len = make_member_id(id, kstr_is_null(instance) ? j->call->client_id : kstr(instance));
	if (!kstr_is_null(instance)) {
		m = classic_instance_get(c, kstr(instance), strlen(kstr(instance)));
		if (m != NULL)
			replace_static(j, m, id, len);
		else
			add_member(j, id, len);
	} else if (j->call->version >= ID_REQUIRED_SINCE) {
		classic_pending_session_set(
		    classic_pending_add(c, id, len), j->req->session_timeout_ms);
		classic_answer_join(j->call, KERR_MEMBER_ID_REQUIRED, id, len);
	} else {
		add_member(j, id, len);
	}
}

/* A member that is there sends JoinGroup again. */
static void
rejoin(struct join *j, struct classic_member *m)
{
	struct classic *c = j->group;
	bool same = classic_member_speaks(m, j->protocols);

	switch (c->state) {
	case CLASSIC_PREPARING:
		update_member(j, m);
		classic_rebalance(c, "member %s joins again", m->id);
		break;
	case CLASSIC_COMPLETING: /* the answer may have been lost */
	case CLASSIC_STABLE:
		/* a leader that comes again wants a rebalance: a topic has changed, say */
		if (same && (c->state == CLASSIC_COMPLETING || c->leader != m)) {
			repeat_answer(j, m);
			break;
		}
		update_member(j, m);
		classic_rebalance(c, "%s %s joins again%s; client reason: %s",
		    c->leader == m ? "leader" : "member", m->id, same ? "" : " with other metadata",
		    j->reason);
		break;
	default:
		refuse(j, KERR_UNKNOWN_MEMBER_ID);
	}
}

/* With a member id. */
static void
join_known(struct join *j)
{
	struct classic *c = j->group;
	const struct kstr *id = &j->req->member_id;
	struct classic_pending *p = classic_pending_get(c, kstr(id), (size_t)id->len);
	struct classic_member *m;
	int16_t error;

	if (!classic_supports(c, &j->req->protocol_type, j->protocols)) {
		refuse(j, KERR_INCONSISTENT_GROUP_PROTOCOL);
		return;
	}
	if (p != NULL && kstr_is_null(&j->req->group_instance_id)) {
		classic_pending_free(c, p);
		add_member(j, kstr(id), (size_t)id->len);
		return;
	}
	error = classic_member_check(c, id, &j->req->group_instance_id, &m);
	if (error != 0)
		refuse(j, error);
	else
		rejoin(j, m);
}

/* A member for which the group has no place is out, if it was in. */
static void
turn_away(struct call *call, struct classic *c)
{
	const struct join_group_req *req = call->req;
	const char *id = kstr(&req->member_id);
	size_t len = (size_t)req->member_id.len;
	struct classic_member *m = c == NULL ? NULL : classic_member_get(c, id, len);
	struct classic_pending *p = c == NULL ? NULL : classic_pending_get(c, id, len);

	classic_answer_join(call, KERR_GROUP_MAX_SIZE_REACHED, "", 0);
	if (m != NULL) {
		classic_finish_join(c, m, KERR_GROUP_MAX_SIZE_REACHED);
		classic_finish_sync(c, m, KERR_UNKNOWN_MEMBER_ID);
		classic_member_free(c, m);
	}
	if (p != NULL)
		classic_pending_free(c, p);
	if (m != NULL && (c->state == CLASSIC_STABLE || c->state == CLASSIC_COMPLETING))
		classic_prepare_rebalance(c, "a member has outgrown the room that there is");
	else if (c != NULL)
		classic_maybe_complete_join(c);
}

bool
classic_session_allowed(const struct join_group_req *req)
{
	return req->session_timeout_ms >= co.config.min_session_timeout_ms &&
	       req->session_timeout_ms <= co.config.max_session_timeout_ms;
}

void
classic_join(struct call *call, const char *id, size_t id_len)
{
	struct join j = {.call = call, .req = call->req};
	struct group *g = group_get(call->shard, id, id_len);
	bool nameless = j.req->member_id.len == 0, fresh = g == NULL;

	if (!classic_session_allowed(j.req)) {
		refuse(&j, KERR_INVALID_SESSION_TIMEOUT);
		return;
	}
	if (fresh && !nameless) {
		refuse(&j, KERR_UNKNOWN_MEMBER_ID);
		return;
	}
	if (!has_room(call, fresh ? NULL : g->classic) || (!fresh && !accepts(call, g->classic))) {
		turn_away(call, fresh ? NULL : g->classic);
		return;
	}
	if (fresh)
		g = group_make(call->shard, id, id_len);
	j.group = classic_make(g);
	if (fresh)
		classic_put(j.group); /* it is there from now on, as in Kafka */
	j.protocols = copy_protocols(j.req);
	j.reason = kstr_is_null(&j.req->reason) || j.req->reason.len == 0 ? "not provided"
									  : kstr(&j.req->reason);
	if (nameless)
		join_new(&j);
	else
		join_known(&j);
	free(j.protocols);
}
