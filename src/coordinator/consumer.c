/* SPDX-License-Identifier: ISC */
/*
 * consumer.c - ConsumerGroupHeartbeat: members join, stay, change and leave.  Used in: coordinator.
 *
 * Every check comes before the first change: there is no undoing.  The texts of errors are Kafka's.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/uuid.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/consumer_group_heartbeat.h"
#include "classic.h"
#include "consumer_priv.h"

typedef struct consumer_group_heartbeat_req heartbeat_req;

/* ---- answers ---- */

__attribute__((format(printf, 3, 4))) static void
fail(struct call *c, int16_t error, const char *fmt, ...)
{
	struct msg_arena *a = call_answer();
	struct consumer_group_heartbeat_resp *r = msg_new(a, consumer_group_heartbeat_resp);
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	r->error_code = error;
	msg_str0(a, &r->error_message, text);
	free(text);
	call_reply(c, r);
}

static void
answer(struct call *c, const struct cmember *m, bool with_assignment)
{
	struct msg_arena *a = call_answer();
	struct consumer_group_heartbeat_resp *r = msg_new(a, consumer_group_heartbeat_resp);
	struct consumer_group_heartbeat_resp_assignment *to;

	msg_str(a, &r->member_id, m->id, m->id_len);
	r->member_epoch = m->epoch;
	r->heartbeat_interval_ms = group_heartbeat_interval_ms(m->group->group);
	if (with_assignment && (to = msg_ptr(a, &r->assignment)) != NULL)
		partset_put(a, &to->topic_partitions, &m->assigned);
	call_reply(c, r);
}

static void
answer_left(struct call *c, const heartbeat_req *req)
{
	struct msg_arena *a = call_answer();
	struct consumer_group_heartbeat_resp *r = msg_new(a, consumer_group_heartbeat_resp);

	msg_str_copy(a, &r->member_id, &req->member_id);
	r->member_epoch = req->member_epoch;
	call_reply(c, r);
}

/* ---- timers ---- */

#define MEMBER_OF(t, field) \
	((struct cmember *)(void *)((char *)(t)-offsetof(struct cmember, field)))

static void
fence_one(struct cmember *m, const char *why)
{
	log_info("group \"%s\": member \"%s\" is put out: %s", m->group->group->id, m->id, why);
	consumer_fence(m->group, &m, 1);
}

static void
session_over(struct timer *t)
{
	fence_one(MEMBER_OF(t, session), "its session timed out");
}

static void
rebalance_over(struct timer *t)
{
	fence_one(MEMBER_OF(t, rebalance), "it did not give up partitions in time");
}

static void
join_over(struct timer *t)
{
	fence_one(MEMBER_OF(t, join), "it did not join again within the rebalance timeout");
}

static void
sync_over(struct timer *t)
{
	fence_one(MEMBER_OF(t, sync), "it did not ask for its assignment in time");
}

void
member_session(struct cmember *m, int32_t timeout_ms)
{
	timer_set(&m->session, co.now_ms + timeout_ms, session_over);
}

void
member_expect_join(struct cmember *m)
{
	if (m->join.place == 0)
		timer_set(&m->join, co.now_ms + m->rebalance_timeout_ms, join_over);
}

void
member_expect_sync(struct cmember *m, int32_t timeout_ms)
{
	timer_set(&m->sync, co.now_ms + timeout_ms, sync_over);
}

void
member_rebalance_timer(struct cmember *m)
{
	if (m->state == MEMBER_UNREVOKED)
		timer_set(&m->rebalance, co.now_ms + m->rebalance_timeout_ms, rebalance_over);
	else
		timer_clear(&m->rebalance);
}

/* ---- leaving ---- */

/* The pattern goes with its last member. */
static void
forget_regex(struct cmember *m)
{
	struct regex_topics *r =
	    m->regex == NULL || *m->regex == '\0' ? NULL : regex_find(m->group, m->regex);

	if (r != NULL && r->members == 1)
		put_regex_tombstone(m->group, r->pattern);
}

static void
put_gone(struct consumer *cg, const char *id)
{
	put_current_tombstone(cg, id);
	put_target_tombstone(cg, id);
	put_member_tombstone(cg, id);
}

void
consumer_fence(struct consumer *cg, struct cmember **m, uint32_t n)
{
	if (migrate_may_downgrade(cg, m, n)) {
		migrate_downgrade(cg, m, n);
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		put_gone(cg, m[i]->id);
		forget_regex(m[i]);
		member_free(m[i]);
	}
	consumer_bump(cg);
}

void
member_replace(struct cmember *m, const char *id, size_t len)
{
	struct cmember *other = member_find(m->group, id, len);

	put_gone(m->group, m->id);
	if (other != NULL && other != m)
		member_free(other); /* its records are overwritten by those that follow */
	member_rename(m, id, len);
	put_member(m);
	put_target(m);
	put_current(m);
}

static void
leave(struct call *c, struct consumer *cg, const heartbeat_req *req)
{
	const char *id = kstr(&req->member_id), *instance_id = kstr(&req->instance_id);
	struct cmember *m;

	if (instance_id == NULL) {
		m = member_find(cg, id, (size_t)req->member_id.len);
		if (m == NULL) {
			fail(c, KERR_UNKNOWN_MEMBER_ID, "Member %s is not a member of group %s.",
			    id, cg->group->id);
			return;
		}
	} else {
		m = member_by_instance(cg, instance_id);
		if (m == NULL) {
			fail(c, KERR_UNKNOWN_MEMBER_ID, "Instance id %s is unknown.", instance_id);
			return;
		}
		if (strcmp(m->id, id) != 0) {
			fail(c, KERR_FENCED_INSTANCE_ID,
			    "Static member %s with instance id %s was fenced by member %s.", id,
			    instance_id, m->id);
			return;
		}
	}
	if (instance_id != NULL && req->member_epoch == EPOCH_LEAVE_STATIC) {
		struct partset assigned = {0}, none = {0};

		log_debug("group \"%s\": static member \"%s\" left for a while", cg->group->id, id);
		partset_copy(&assigned, &m->assigned);
		timer_clear(&m->rebalance);
		m->epoch = EPOCH_LEAVE_STATIC;
		member_set_parts(m, &assigned, &none);
		put_current(m);
	} else {
		log_debug("group \"%s\": member \"%s\" left", cg->group->id, id);
		consumer_fence(cg, &m, 1);
	}
	answer_left(c, req);
}

/* ---- checks ---- */

static bool
blank(const struct kstr *s)
{
	const char *p = kstr(s);

	if (p == NULL)
		return false;
	while (isspace((unsigned char)*p))
		p++;
	return p == kstr(s) + s->len;
}

/* The request by itself; false: answered. */
static bool
check_request(struct call *c, const heartbeat_req *req)
{
	const char *fault = NULL;

	if ((c->version >= 1 || req->member_epoch > 0 || req->member_epoch == EPOCH_LEAVE) &&
	    blank(&req->member_id))
		fault = "MemberId can't be empty.";
	else if (strlen(kstr(&req->member_id)) != (size_t)req->member_id.len)
		fault = "MemberId can't hold a NUL character.";
	else if (blank(&req->group_id))
		fault = "GroupId can't be empty.";
	else if (blank(&req->instance_id))
		fault = "InstanceId can't be empty.";
	else if (blank(&req->rack_id))
		fault = "RackId can't be empty.";
	else if (req->member_epoch == EPOCH_JOIN && req->rebalance_timeout_ms == -1)
		fault = "RebalanceTimeoutMs must be provided in first request.";
	else if (req->member_epoch == EPOCH_JOIN &&
		 (karr_is_null(&req->topic_partitions) || karr_len(&req->topic_partitions) > 0))
		fault = "TopicPartitions must be empty when (re-)joining.";
	else if (req->member_epoch == EPOCH_JOIN && karr_is_null(&req->subscribed_topic_names) &&
		 kstr_is_null(&req->subscribed_topic_regex))
		fault = "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when "
			"(re-)joining.";
	else if (req->member_epoch == EPOCH_LEAVE_STATIC && kstr_is_null(&req->instance_id))
		fault = "InstanceId can't be null.";
	else if (req->member_epoch < EPOCH_LEAVE_STATIC)
		fault = "MemberEpoch is invalid.";
	if (fault != NULL)
		fail(c, KERR_INVALID_REQUEST, "%s", fault);
	return fault == NULL;
}

static bool
check_assignor(struct call *c, const heartbeat_req *req)
{
	char known[128] = "";
	size_t n = 0;

	if (kstr_is_null(&req->server_assignor))
		return true;
	for (int i = 0; i < co.config.assignors; i++) {
		if (strcmp(co.config.assignor[i], kstr(&req->server_assignor)) == 0)
			return true;
		if (n < sizeof(known))
			n += (size_t)snprintf(known + n, sizeof(known) - n, "%s%s",
			    i > 0 ? ", " : "", co.config.assignor[i]);
	}
	fail(c, KERR_UNSUPPORTED_ASSIGNOR,
	    "ServerAssignor %s is not supported. Supported assignors: %s.",
	    kstr(&req->server_assignor), known);
	return false;
}

/* A subscription that its record has no room for would only fail later, with the whole shard. */
static bool
check_size(struct call *c, const heartbeat_req *req)
{
	const struct kstr *name;
	size_t bytes = 1024 + (size_t)req->group_id.len + 2 * (size_t)req->member_id.len;
	size_t max = record_max(c->shard);

	karr_for (name, &req->subscribed_topic_names)
		bytes += (size_t)name->len + 3;
	if (!kstr_is_null(&req->subscribed_topic_regex))
		bytes += (size_t)req->subscribed_topic_regex.len;
	if (bytes <= max)
		return true;
	fail(c, KERR_UNKNOWN_SERVER_ERROR,
	    "A subscription of %zu bytes does not fit into a record of %zu bytes.", bytes, max);
	return false;
}

static bool
check_epoch(struct call *c, const heartbeat_req *req, int32_t epoch, int32_t previous,
    const struct partset *assigned)
{
	struct owned o = {!karr_is_null(&req->topic_partitions), NULL, req};

	if (req->member_epoch == epoch)
		return true;
	/* The answer with the epoch that it lacks may have been lost. */
	if (req->member_epoch < epoch && req->member_epoch == previous &&
	    owned_within(&o, assigned))
		return true;
	fail(c, KERR_FENCED_MEMBER_EPOCH,
	    "The consumer group member has a %s member epoch (%d) than the one known by the group "
	    "coordinator (%d). The member must abandon all its partitions and rejoin.",
	    req->member_epoch > epoch ? "greater" : "smaller", req->member_epoch, epoch);
	return false;
}

/*
 * The static member of the request.  False: answered.  True with *mp NULL: it is new; with
 * *replaces: it takes *mp's place.
 */
static bool
find_static(struct call *c, const struct consumer *cg, const heartbeat_req *req,
    struct cmember **mp, bool *replaces)
{
	const char *id = kstr(&req->member_id), *instance_id = kstr(&req->instance_id);
	struct cmember *m = member_find(cg, id, (size_t)req->member_id.len);

	if (m == NULL || m->instance_id == NULL || strcmp(m->instance_id, instance_id) != 0)
		m = member_by_instance(cg, instance_id);
	*mp = m;
	*replaces = false;
	if (req->member_epoch == EPOCH_JOIN) {
		if (m == NULL) {
			/* a dynamic member may become a static one */
			*mp = member_find(cg, id, (size_t)req->member_id.len);
			return true;
		}
		if (m->classic == NULL && m->epoch != EPOCH_LEAVE_STATIC) {
			fail(c, KERR_UNRELEASED_INSTANCE_ID,
			    "Static member %s with instance id %s cannot join the group because "
			    "the "
			    "instance id is owned by %s member.",
			    id, instance_id, m->id);
			return false;
		}
		*replaces = true;
		return true;
	}
	if (m == NULL) {
		fail(c, KERR_UNKNOWN_MEMBER_ID, "Instance id %s is unknown.", instance_id);
		return false;
	}
	if (strcmp(m->id, id) != 0) {
		fail(c, KERR_FENCED_INSTANCE_ID,
		    "Static member %s with instance id %s was fenced by member %s.", id,
		    instance_id, m->id);
		return false;
	}
	return check_epoch(c, req, m->epoch, m->previous_epoch, &m->assigned);
}

static bool
find_dynamic(
    struct call *c, const struct consumer *cg, const heartbeat_req *req, struct cmember **mp)
{
	const char *id = kstr(&req->member_id);

	*mp = member_find(cg, id, (size_t)req->member_id.len);
	if (*mp != NULL)
		return check_epoch(c, req, (*mp)->epoch, (*mp)->previous_epoch, &(*mp)->assigned);
	if (req->member_epoch == EPOCH_JOIN)
		return true;
	fail(
	    c, KERR_UNKNOWN_MEMBER_ID, "Member %s is not a member of group %s.", id, cg->group->id);
	return false;
}

/* A pattern that nobody of the group has yet must be one; false: answered. */
static bool
check_regex(struct call *c, const struct consumer *cg, const heartbeat_req *req)
{
	const char *pattern = kstr(&req->subscribed_topic_regex), *fault;
	struct regex_topics *r;

	if (pattern == NULL || *pattern == '\0')
		return true;
	r = cg == NULL ? NULL : regex_find(cg, pattern);
	if (r != NULL && r->members > 0)
		return true;
	if ((fault = consumer_regex_fault(pattern)) == NULL)
		return true;
	fail(c, KERR_INVALID_REGULAR_EXPRESSION,
	    "SubscribedTopicRegex `%s` is not a valid regular expression: %s.", pattern, fault);
	return false;
}

static bool
check_full(struct call *c, const struct consumer *cg, uint32_t members, const heartbeat_req *req)
{
	if (members < (uint32_t)co.config.consumer_max_size ||
	    (cg != NULL &&
		member_find(cg, kstr(&req->member_id), (size_t)req->member_id.len) != NULL))
		return true;
	fail(c, KERR_GROUP_MAX_SIZE_REACHED,
	    "The consumer group has reached its maximum capacity of %d members.",
	    co.config.consumer_max_size);
	return false;
}

/* ---- the group ---- */

/*
 * A member joins, and there is no group of the consumer protocol: it is made, or made from a
 * classic one.  NULL: answered.
 */
static struct consumer *
begin_group(struct call *c, const char *id, size_t id_len, const heartbeat_req *req)
{
	struct group *g = group_get(c->shard, id, id_len);
	struct consumer *cg;
	const char *fault;

	if (!check_regex(c, NULL, req) ||
	    !check_full(c, NULL, g == NULL || g->classic == NULL ? 0 : g->classic->members, req))
		return NULL;
	if (g == NULL || classic_is_empty(g)) {
		g = group_make(c->shard, id, id_len);
		if (g->classic != NULL) {
			classic_put_tombstone(g);
			classic_free(g);
			g->classic = NULL;
		}
		cg = consumer_new(g);
		log_debug("group \"%s\" begins with the consumer protocol", g->id);
		return cg;
	}
	if ((fault = migrate_upgrade_fault(g)) != NULL) {
		log_info("group \"%s\" stays a classic one although a member wants the consumer "
			 "protocol: %s",
		    id, fault);
		fail(c, KERR_GROUP_ID_NOT_FOUND,
		    "Cannot upgrade classic group %s to consumer group because %s.", id, fault);
		return NULL;
	}
	/* Ids are equal by intent only; then the epoch decides, as if it were a member already. */
	if (classic_member_get(g->classic, kstr(&req->member_id), (size_t)req->member_id.len) !=
		NULL &&
	    kstr_is_null(&req->instance_id) && g->classic->generation != 0) {
		struct partset none = {0};

		check_epoch(c, req, g->classic->generation, g->classic->generation, &none);
		return NULL;
	}
	migrate_upgrade(g);
	return g->consumer;
}

/* What the request says of the member; true: the epoch is to grow. */
static bool
update_member(struct cmember *m, const struct call *c, const heartbeat_req *req, bool is_new)
{
	bool differs = is_new, names = false, bump = false;

	if (!kstr_is_null(&req->instance_id))
		differs |= member_set_text(&m->instance_id, kstr(&req->instance_id));
	if (!kstr_is_null(&req->rack_id))
		differs |= member_set_text(&m->rack_id, kstr(&req->rack_id));
	if (!kstr_is_null(&req->server_assignor))
		differs |= member_set_text(&m->assignor, kstr(&req->server_assignor));
	if (req->rebalance_timeout_ms != -1 &&
	    m->rebalance_timeout_ms != req->rebalance_timeout_ms) {
		m->rebalance_timeout_ms = req->rebalance_timeout_ms;
		differs = true;
	}
	if (!karr_is_null(&req->subscribed_topic_names))
		names = member_set_topics(m, karr_begin(&req->subscribed_topic_names),
		    (uint32_t)karr_len(&req->subscribed_topic_names));
	if (!kstr_is_null(&req->subscribed_topic_regex)) {
		bump = consumer_regex_change(m, kstr(&req->subscribed_topic_regex));
		differs |= member_set_regex(m, kstr(&req->subscribed_topic_regex));
	}
	differs |= member_set_text(&m->client_id, c->client_id);
	differs |= member_set_text(&m->client_host, c->client_host);
	if (m->classic != NULL) {
		member_set_classic(m, NULL);
		timer_clear(&m->join);
		timer_clear(&m->sync);
		differs = true;
	}
	if (differs || names) {
		m->has_metadata = true;
		put_member(m);
	}
	return names || bump;
}

/* ---- the heartbeat ---- */

static void
step(
    struct call *c, struct consumer *cg, struct cmember *m, bool replaces, const heartbeat_req *req)
{
	struct owned o = {!karr_is_null(&req->topic_partitions), NULL, req};
	bool is_new = m == NULL, bump = cg->epoch == 0, full;
	struct partset before = {0};
	uint64_t *was;
	uint32_t was_n;

	if (is_new) {
		struct uuid u;
		char text[UUID_TEXT];

		if (req->member_id.len == 0) {
			uuid_random(&u);
			m = member_new(cg, uuid_text(&u, text), UUID_TEXT - 1);
		} else {
			m = member_new(cg, kstr(&req->member_id), (size_t)req->member_id.len);
		}
		log_debug("group \"%s\": member \"%s\" joins", cg->group->id, m->id);
	} else if (replaces) {
		log_debug("group \"%s\": static member \"%s\" is followed by \"%s\"", cg->group->id,
		    m->id, kstr(&req->member_id));
		member_replace(m, kstr(&req->member_id), (size_t)req->member_id.len);
	}
	bump |= update_member(m, c, req, is_new);
	consumer_regex_check(cg);
	consumer_update(cg, bump);
	was = m->assigned.v;
	was_n = m->assigned.n;
	if (m->state != MEMBER_STABLE || m->epoch != cg->assignment_epoch)
		partset_copy(&before, &m->assigned);
	if (!member_reconcile(m, &o)) {
		/* Only a record of a later Kafka leads here; nothing was changed but what it said.
		 */
		fail(c, KERR_FENCED_MEMBER_EPOCH,
		    "The consumer group member is in a unknown state. The member must abandon all "
		    "its "
		    "partitions and rejoin.");
		return;
	}
	member_session(m, group_session_timeout_ms(cg->group));
	full = req->rebalance_timeout_ms != -1 && o.said &&
	       (!karr_is_null(&req->subscribed_topic_names) ||
		   !kstr_is_null(&req->subscribed_topic_regex));
	answer(c, m,
	    req->member_epoch == EPOCH_JOIN || full ||
		((m->assigned.v != was || m->assigned.n != was_n) &&
		    !partset_equal(&before, &m->assigned)));
	partset_clear(&before);
}

void
consumer_heartbeat(struct call *c, const char *id, size_t id_len)
{
	const heartbeat_req *req = c->req;
	struct cmember *m = NULL;
	struct consumer *cg;
	bool replaces = false;
	struct group *g;

	if (!check_request(c, req) || !check_assignor(c, req) || !check_size(c, req))
		return;
	g = group_get(c->shard, id, id_len);
	cg = g == NULL || g->type != GROUP_CONSUMER ? NULL : g->consumer;
	if (req->member_epoch == EPOCH_LEAVE || req->member_epoch == EPOCH_LEAVE_STATIC) {
		if (cg == NULL)
			fail(c, KERR_GROUP_ID_NOT_FOUND,
			    g == NULL ? "Group %s not found." : "Group %s is not a consumer group.",
			    id);
		else
			leave(c, cg, req);
		return;
	}
	if (cg == NULL && req->member_epoch != EPOCH_JOIN) {
		fail(c, KERR_GROUP_ID_NOT_FOUND,
		    g == NULL ? "Consumer group %s not found."
			      : "Group %s is not a consumer group.",
		    id);
		return;
	}
	if (cg == NULL && (cg = begin_group(c, id, id_len, req)) == NULL)
		return;
	if (!check_full(c, cg, cg->members, req) || !check_regex(c, cg, req))
		return;
	if (kstr_is_null(&req->instance_id) ? !find_dynamic(c, cg, req, &m)
					    : !find_static(c, cg, req, &m, &replaces))
		return;
	step(c, cg, m, replaces, req);
}

/* ---- offsets ---- */

static int16_t
check_member_epoch(const struct cmember *m, int32_t epoch)
{
	if (m->epoch == epoch)
		return 0;
	return m->classic != NULL ? KERR_ILLEGAL_GENERATION : KERR_STALE_MEMBER_EPOCH;
}

int16_t
consumer_may_commit(struct group *g, const char *member_id, int32_t member_epoch, int version)
{
	const struct consumer *cg = g->consumer;
	const struct cmember *m;

	if (member_epoch < 0 && cg->members == 0)
		return 0;
	if (member_id == NULL || (m = member_find0(cg, member_id)) == NULL)
		return KERR_UNKNOWN_MEMBER_ID;
	/* Members of the consumer protocol commit in versions that know its errors. */
	if (m->classic == NULL && version < 9)
		return KERR_UNSUPPORTED_VERSION;
	return check_member_epoch(m, member_epoch);
}

int16_t
consumer_may_fetch(struct group *g, const char *member_id, int32_t member_epoch)
{
	const struct cmember *m;

	if (member_id == NULL && member_epoch < 0)
		return 0;
	if (member_id == NULL || (m = member_find0(g->consumer, member_id)) == NULL)
		return KERR_UNKNOWN_MEMBER_ID;
	return check_member_epoch(m, member_epoch);
}
