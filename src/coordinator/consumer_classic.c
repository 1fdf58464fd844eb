/* SPDX-License-Identifier: ISC */
/*
 * consumer_classic.c - members that still speak the classic protocol in a group of the consumer
 * protocol.  Used in: coordinator.
 *
 * The coordinator assigns for them, too: nobody is leader, JoinGroup is answered at once with the
 * member's epoch as generation, SyncGroup with what the member owns.  A heartbeat answers
 * REBALANCE_IN_PROGRESS when there is something for it to give up or to get; it then joins again
 * and says what it owns.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/uuid.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/heartbeat.h"
#include "odradek/proto/gen/join_group.h"
#include "odradek/proto/gen/leave_group.h"
#include "odradek/proto/gen/sync_group.h"
#include "classic_priv.h"
#include "consumer_priv.h"
#include "protocol.h"

/* ---- JoinGroup ---- */

/* Kafka names no member when it refuses one. */
static void
join_fail(struct call *c, int16_t error)
{
	classic_answer_join(c, error, "", 0);
}

/* One of its protocols is spoken by all classic members that there are. */
static bool
protocols_fit(const struct consumer *cg, const struct join_group_req *req)
{
	const struct join_group_req_join_group_request_protocol *p;
	struct mapstr speakers = {0}; /* name -> how many of the classic members so far */
	uint32_t members = 0, *n;
	bool fits = false;

	if (!kstr_eq(&req->protocol_type, "consumer", 8))
		return false;
	karr_for (p, &req->protocols)
		mapstr_put(&speakers, kstr(&p->name), strlen(kstr(&p->name)), 0);
	for (uint32_t i = 0; i < cg->members; i++) {
		const struct classic_side *side = cg->member[i]->classic;

		for (uint32_t k = 0; side != NULL && k < side->protocols; k++) {
			n = mapstr_get(
			    &speakers, side->protocol[k].name, strlen(side->protocol[k].name));
			if (n != NULL && *n == members) /* once, even if it is named twice */
				++*n;
		}
		members += side != NULL;
	}
	karr_for (p, &req->protocols) {
		n = mapstr_get(&speakers, kstr(&p->name), strlen(kstr(&p->name)));
		fits |= n != NULL && *n == members;
	}
	mapstr_fini(&speakers);
	return fits;
}

static struct classic_side *
side_from(const struct join_group_req *req)
{
	uint32_t n = (uint32_t)karr_len(&req->protocols);
	struct classic_side *side = xcalloc(1, sizeof(*side) + n * sizeof(side->protocol[0]));

	side->session_timeout_ms = req->session_timeout_ms;
	side->protocols = n;
	for (uint32_t i = 0; i < n; i++) {
		const struct join_group_req_join_group_request_protocol *p =
		    karr_at(&req->protocols, i);

		side->protocol[i].name = xstrndup(kstr(&p->name), (size_t)p->name.len);
		side->protocol[i].len = (uint32_t)p->metadata.len;
		side->protocol[i].metadata = xmalloc((size_t)p->metadata.len + 1);
		memcpy(side->protocol[i].metadata, kstr(&p->metadata), (size_t)p->metadata.len);
	}
	return side;
}

static bool
side_equal(const struct classic_side *a, const struct classic_side *b)
{
	if (a == NULL || b == NULL || a->session_timeout_ms != b->session_timeout_ms ||
	    a->protocols != b->protocols)
		return a == b;
	for (uint32_t i = 0; i < a->protocols; i++) {
		if (strcmp(a->protocol[i].name, b->protocol[i].name) != 0 ||
		    a->protocol[i].len != b->protocol[i].len ||
		    memcmp(a->protocol[i].metadata, b->protocol[i].metadata, a->protocol[i].len) !=
			0)
			return false;
	}
	return true;
}

/* What the request says of the member; true: the epoch is to grow. */
static bool
join_update(struct cmember *m, const struct call *c, const struct join_group_req *req,
    const struct consumer_protocol_subscription *s, bool is_new)
{
	struct classic_side *side = side_from(req);
	int32_t timeout = c->version == 0 ? req->session_timeout_ms : req->rebalance_timeout_ms;
	bool differs = is_new, names;

	if (!kstr_is_null(&req->group_instance_id))
		differs |= member_set_text(&m->instance_id, kstr(&req->group_instance_id));
	if (s->rack_id.len > 0)
		differs |= member_set_text(&m->rack_id, kstr(&s->rack_id));
	differs |= timeout != m->rebalance_timeout_ms;
	m->rebalance_timeout_ms = timeout;
	names = member_set_topics(m, karr_begin(&s->topics), (uint32_t)karr_len(&s->topics));
	differs |= member_set_text(&m->client_id, c->client_id);
	differs |= member_set_text(&m->client_host, c->client_host);
	differs |= !side_equal(m->classic, side);
	member_set_classic(m, side);
	timer_clear(&m->rebalance);
	if (differs || names) {
		m->has_metadata = true;
		put_member(m);
	}
	return names;
}

/*
 * Which member joins: *mp, or a new one when that is NULL, or with *replaces one that takes the
 * place of *mp.  False: answered.
 */
static bool
join_find(struct call *c, const struct consumer *cg, const struct join_group_req *req,
    struct cmember **mp, bool *replaces)
{
	const char *instance_id = kstr(&req->group_instance_id);

	*replaces = false;
	*mp = member_find(cg, kstr(&req->member_id), (size_t)req->member_id.len);
	if (instance_id == NULL)
		return true;
	*mp = member_by_instance(cg, instance_id);
	if (req->member_id.len == 0) {
		*replaces = *mp != NULL;
		return true;
	}
	if (*mp == NULL || strcmp((*mp)->id, kstr(&req->member_id)) != 0) {
		join_fail(c, *mp == NULL ? KERR_UNKNOWN_MEMBER_ID : KERR_FENCED_INSTANCE_ID);
		return false;
	}
	return true;
}

/* The request is good: the member joins, and goes one step towards its target. */
static void
join(struct call *c, struct consumer *cg, struct cmember *m, bool replaces, const char *new_id)
{
	const struct join_group_req *req = c->req;
	const struct join_group_req_join_group_request_protocol *first =
	    karr_at(&req->protocols, 0);
	const struct consumer_protocol_subscription *s =
	    protocol_subscription(kstr(&first->metadata), (size_t)first->metadata.len);
	bool is_new = m == NULL, down = replaces && m->classic == NULL, bump;
	struct join_group_resp *r;
	struct partset owned = {0};
	struct owned o = {true, &owned, NULL};

	if (s == NULL) {
		join_fail(c, KERR_UNKNOWN_SERVER_ERROR);
		return;
	}
	down = down && migrate_may_replace(cg);
	if (is_new) {
		m = member_new(cg, new_id, strlen(new_id));
		log_debug("group \"%s\": classic member \"%s\" joins", cg->group->id, m->id);
	} else if (replaces) {
		member_replace(m, new_id, strlen(new_id));
	}
	bump = join_update(m, c, req, s, is_new);
	protocol_owned(&owned, s);
	consumer_update(cg, bump);
	if (!member_reconcile(m, &o)) {
		partset_clear(&owned);
		join_fail(c, KERR_FENCED_MEMBER_EPOCH);
		return;
	}
	partset_clear(&owned);
	r = msg_new(call_answer(), join_group_resp);
	msg_str(call_answer(), &r->member_id, m->id, m->id_len);
	r->generation_id = m->epoch;
	msg_str0(call_answer(), &r->protocol_type, "consumer");
	msg_str_copy(call_answer(), &r->protocol_name, &first->name);
	timer_clear(&m->join);
	if (down) {
		migrate_downgrade(cg, NULL, 0);
	} else {
		member_session(m, req->session_timeout_ms);
		member_expect_sync(m, m->rebalance_timeout_ms);
	}
	call_reply(c, r);
}

/* What the member's record takes, at most: its topics are in the first protocol's bytes, too. */
static size_t
record_size(const struct join_group_req *req)
{
	const struct join_group_req_join_group_request_protocol *p;
	size_t n = 1024 + (size_t)req->group_id.len + 2 * (size_t)req->member_id.len;

	karr_for (p, &req->protocols)
		n += (size_t)p->name.len + 2 * (size_t)p->metadata.len + 16;
	return n;
}

void
consumer_classic_join(struct call *c, const char *id, size_t id_len)
{
	const struct join_group_req *req = c->req;
	struct group *g = group_get(c->shard, id, id_len);
	struct consumer *cg = g->consumer;
	char new_id[UUID_TEXT];
	struct uuid u;
	struct cmember *m;
	bool replaces;

	if (!classic_session_allowed(req)) {
		classic_answer_join(c, KERR_INVALID_SESSION_TIMEOUT, kstr(&req->member_id),
		    (size_t)req->member_id.len);
		return;
	}
	if (strlen(kstr(&req->member_id)) != (size_t)req->member_id.len) {
		join_fail(c, KERR_UNKNOWN_MEMBER_ID); /* with a NUL inside: none of ours */
		return;
	}
	if (cg->members == 0) { /* nobody's protocol: what comes first decides */
		consumer_put_tombstones(g);
		consumer_free(g);
		g->type = GROUP_CLASSIC;
		log_debug("group \"%s\" begins anew with the classic protocol", g->id);
		classic_join(c, id, id_len);
		return;
	}
	uuid_random(&u);
	uuid_text(&u, new_id);
	m = member_find(cg, kstr(&req->member_id), (size_t)req->member_id.len);
	if (cg->members >= (uint32_t)co.config.consumer_max_size && m == NULL) {
		join_fail(c, KERR_GROUP_MAX_SIZE_REACHED);
		return;
	}
	if (record_size(req) > record_max(c->shard)) {
		join_fail(c, KERR_UNKNOWN_SERVER_ERROR);
		return;
	}
	if (!protocols_fit(cg, req)) {
		join_fail(c, KERR_INCONSISTENT_GROUP_PROTOCOL);
		return;
	}
	if (req->member_id.len == 0 && kstr_is_null(&req->group_instance_id) && c->version >= 4) {
		classic_answer_join(c, KERR_MEMBER_ID_REQUIRED, new_id, strlen(new_id));
		return;
	}
	if (!join_find(c, cg, req, &m, &replaces))
		return;
	join(c, cg, m, replaces, req->member_id.len == 0 ? new_id : kstr(&req->member_id));
}

/* ---- SyncGroup, Heartbeat ---- */

/* The member that speaks, in its own generation; NULL with *error. */
static struct cmember *
speaker(const struct consumer *cg, const struct kstr *id, const struct kstr *instance_id,
    int32_t generation, int16_t *error)
{
	struct cmember *m = kstr_is_null(instance_id) ? member_find(cg, kstr(id), (size_t)id->len)
						      : member_by_instance(cg, kstr(instance_id));

	if (m != NULL && !kstr_is_null(instance_id) && !kstr_eq(id, m->id, m->id_len))
		*error = KERR_FENCED_INSTANCE_ID;
	else if (m == NULL || m->classic == NULL)
		*error = KERR_UNKNOWN_MEMBER_ID;
	else if (m->epoch != generation)
		*error = KERR_ILLEGAL_GENERATION;
	else
		return m;
	return NULL;
}

void
consumer_classic_sync(struct call *c, const char *id, size_t id_len)
{
	const struct sync_group_req *req = c->req;
	const struct consumer *cg = group_get(c->shard, id, id_len)->consumer;
	const struct classic_member_protocol *first;
	struct sync_group_resp *r;
	struct cmember *m;
	const void *bytes;
	int16_t error = 0;
	size_t len;

	m = speaker(cg, &req->member_id, &req->group_instance_id, req->generation_id, &error);
	if (m == NULL) {
		call_error(c, error);
		return;
	}
	first = &m->classic->protocol[0];
	if ((!kstr_is_null(&req->protocol_type) && !kstr_eq(&req->protocol_type, "consumer", 8)) ||
	    (!kstr_is_null(&req->protocol_name) &&
		!kstr_eq(&req->protocol_name, first->name, strlen(first->name)))) {
		call_error(c, KERR_INCONSISTENT_GROUP_PROTOCOL);
		return;
	}
	if (cg->epoch > m->epoch && m->state != MEMBER_UNREVOKED) {
		member_expect_join(m);
		call_error(c, KERR_REBALANCE_IN_PROGRESS);
		return;
	}
	bytes = protocol_put_assignment(&m->assigned, first->metadata, first->len, &len);
	if (bytes == NULL) {
		call_error(c, KERR_UNKNOWN_SERVER_ERROR);
		return;
	}
	timer_clear(&m->sync);
	member_session(m, m->classic->session_timeout_ms);
	r = msg_new(call_answer(), sync_group_resp);
	msg_str_copy(call_answer(), &r->protocol_type, &req->protocol_type);
	msg_str_copy(call_answer(), &r->protocol_name, &req->protocol_name);
	msg_str(call_answer(), &r->assignment, bytes, len);
	call_reply(c, r);
}

void
consumer_classic_heartbeat(struct call *c, const char *id, size_t id_len)
{
	const struct heartbeat_req *req = c->req;
	const struct consumer *cg = group_get(c->shard, id, id_len)->consumer;
	struct cmember *m;
	int16_t error = 0;

	m = speaker(cg, &req->member_id, &req->group_instance_id, req->generation_id, &error);
	if (m != NULL) {
		member_session(m, m->classic->session_timeout_ms);
		if (m->epoch < cg->epoch || m->state == MEMBER_UNREVOKED ||
		    (m->state == MEMBER_UNRELEASED && !member_waits(m))) {
			member_expect_join(m);
			error = KERR_REBALANCE_IN_PROGRESS;
		}
	}
	call_error(c, error);
}

/* ---- LeaveGroup ---- */

static struct cmember *
leaver(const struct consumer *cg, const struct kstr *id, const struct kstr *instance_id,
    int16_t *error)
{
	struct cmember *m;

	if (kstr_is_null(instance_id)) {
		m = member_find(cg, kstr(id), (size_t)id->len);
	} else {
		m = member_by_instance(cg, kstr(instance_id));
		/* an administrator names the instance only */
		if (m != NULL && id->len > 0 && !kstr_eq(id, m->id, m->id_len)) {
			*error = KERR_FENCED_INSTANCE_ID;
			return NULL;
		}
	}
	*error = m == NULL ? KERR_UNKNOWN_MEMBER_ID : 0;
	return m;
}

static uint32_t
add_once(struct cmember **list, uint32_t n, struct cmember *m)
{
	for (uint32_t i = 0; i < n; i++) {
		if (list[i] == m)
			return n;
	}
	list[n] = m;
	return n + 1;
}

void
consumer_classic_leave(struct call *c, const char *id, size_t id_len)
{
	const struct leave_group_req *req = c->req;
	struct consumer *cg = group_get(c->shard, id, id_len)->consumer;
	struct leave_group_resp *r = msg_new(call_answer(), leave_group_resp);
	struct leave_group_resp_member_response *to;
	const struct leave_group_req_member_identity *who;
	uint32_t asked = (uint32_t)karr_len(&req->members), n = 0;
	struct cmember **list = xcalloc(asked + 1, sizeof(*list)), *m;

	if (c->version < 3) {
		const struct kstr none = {0, -1};

		if ((m = leaver(cg, &req->member_id, &none, &r->error_code)) != NULL)
			n = add_once(list, n, m);
	} else if ((to = msg_arr(call_answer(), &r->members, asked)) != NULL) {
		karr_for (who, &req->members) {
			msg_str_copy(call_answer(), &to->member_id, &who->member_id);
			msg_str_copy(
			    call_answer(), &to->group_instance_id, &who->group_instance_id);
			m = leaver(cg, &who->member_id, &who->group_instance_id, &to->error_code);
			if (m != NULL)
				n = add_once(list, n, m);
			to++;
		}
	}
	if (n > 0)
		consumer_fence(cg, list, n);
	free(list);
	call_reply(c, r);
}
