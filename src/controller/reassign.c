/* SPDX-License-Identifier: ISC */
/*
 * reassign.c - AlterPartitionReassignments, ListPartitionReassignments, and what is under way of them.  Used in:
 * controller.  Kafka's rules: ReplicationControlManager.alterPartitionReassignment, PartitionReassignmentReplicas.
 *
 * While it is under way the list is the target, and behind it those that are to go.  change.c ends it when all that
 * were added are in sync; here it is only asked again now and then.  One that was added and is to go again is both:
 * it was never one of the replicas to which a cancellation returns.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/alter_partition_reassignments.h"
#include "odradek/proto/gen/list_partition_reassignments.h"
#include "odradek/repl/rules.h"

typedef struct alter_partition_reassignments_req_reassignable_topic asked_topic;
typedef struct alter_partition_reassignments_req_reassignable_partition asked_partition;
typedef struct list_partition_reassignments_resp_ongoing_partition_reassignment ongoing;

#define LOOK_MS 50 /* until what is under way is looked at again: lines of writers are waited for */

static bool under_way = true; /* some may be; a turn that finds none says so */

static bool
going(const struct part *p)
{
	return p->adding != 0 || p->removing != 0;
}

/* ---- AlterPartitionReassignments ---- */

/* The list while the reassignment is under way, and its masks. */
struct plan {
	uint8_t node[SHM_NODES];
	int n;
	uint16_t adding, removing;
};

static bool
has(const struct plan *plan, int n, int32_t node)
{
	for (int i = 0; i < n; i++)
		if (plan->node[i] == node)
			return true;
	return false;
}

/* target: node indexes.  0, or -1 with the outcome. */
static int
plan_make(struct outcome *o, const struct part *p, const uint8_t *target, int n, struct plan *plan)
{
	int at;

	memset(plan, 0, sizeof(*plan));
	for (int i = 0; i < n; i++)
		plan->node[plan->n++] = target[i];
	for (int i = 0; i < p->replicas; i++)
		if (!has(plan, n, p->replica[i]))
			plan->node[plan->n++] = p->replica[i];
	if (plan->n > META_REPLICAS) {
		outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
		    "While it is under way, this reassignment would have %d replicas; at most %d are possible. Do it in steps.",
		    plan->n, META_REPLICAS);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		at = part_index(p, plan->node[i]);
		if (at == -1 || (p->adding >> at & 1) != 0)
			plan->adding |= (uint16_t)(1u << i);
	}
	for (int i = n; i < plan->n; i++) {
		plan->removing |= (uint16_t)(1u << i);
		if ((p->adding >> part_index(p, plan->node[i]) & 1) != 0)
			plan->adding |= (uint16_t)(1u << i);
	}
	return 0;
}

/* Those that were there before the reassignment that is under way: how many. */
static int
before_it(const struct part *p, uint8_t *node)
{
	int n = 0;

	for (int i = 0; i < p->replicas; i++)
		if ((p->adding >> i & 1) == 0)
			node[n++] = p->replica[i];
	return n;
}

static int
cancel_target(struct outcome *o, const struct part *p, uint8_t *node)
{
	if (p->adding == p->removing) { /* there is none, or it is cancelled */
		outcome_set(o, KERR_NO_REASSIGNMENT_IN_PROGRESS, NULL); /* Kafka adds no text */
		return -1;
	}
	if ((p->isr & ~p->adding) == 0) {
		outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
		    "The reassignment cannot be cancelled: only replicas that it has added are in sync.");
		return -1;
	}
	return before_it(p, node);
}

static void
reassign(struct outcome *o, struct change *ch, const asked_topic *asked, const asked_partition *a,
    bool factor_may_change)
{
	struct topic *t = topic_by_name(kstr(&asked->name), (size_t)asked->name.len);
	const bool cancel = karr_is_null(&a->replicas);
	uint8_t node[SHM_NODES] = { 0 }, was[SHM_NODES];
	struct plan plan;
	struct part *p;
	int n;

	if (t == NULL || t->state != TOPIC_LIVE) {
		outcome_set(o, KERR_UNKNOWN_TOPIC_OR_PARTITION, "Unable to find a topic named %.*s.",
		    asked->name.len, kstr(&asked->name));
		return;
	}
	if (a->partition_index < 0 || (uint32_t)a->partition_index >= t->nparts) {
		outcome_set(o, KERR_UNKNOWN_TOPIC_OR_PARTITION, "Unable to find partition %s:%d.", t->name,
		    a->partition_index);
		return;
	}
	p = &t->part[a->partition_index];
	if (cancel) {
		n = cancel_target(o, p, node);
	} else {
		n = karr_len(&a->replicas);
		if (check_assignment(o, karr_begin(&a->replicas), n, 0, NULL) == -1)
			n = -1;
		for (int i = 0; i < n; i++)
			node[i] = (uint8_t)node_index(karr_begin(&a->replicas)[i]);
	}
	if (n == -1 || plan_make(o, p, node, n, &plan) == -1)
		return;
	if (!factor_may_change && !cancel && n != before_it(p, was)) {
		outcome_set(o, KERR_INVALID_REPLICATION_FACTOR,
		    "The replication factor is changed from %d to %d", before_it(p, was), n);
		return;
	}
	p = change_part(ch, t, (uint32_t)a->partition_index);
	part_set_replicas(p, plan.node, plan.n);
	p->adding = plan.adding;
	p->removing = plan.removing;
	o->changed = change_settle(ch, ELECT_ONLINE);
}

static void
answer_alter(struct call *c)
{
	const struct alter_partition_reassignments_req *req = c->req;
	struct alter_partition_reassignments_resp *resp = msg_new(&ctl.answer, alter_partition_reassignments_resp);
	struct alter_partition_reassignments_resp_reassignable_topic_response *rt;
	const struct outcome *o = c->outcome;
	const asked_topic *t;

	if (karr_len(&req->topics) > 0)
		msg_str0(&ctl.answer, &resp->error_message, NULL);
	resp->allow_replication_factor_change = req->allow_replication_factor_change;
	rt = msg_arr(&ctl.answer, &resp->responses, (size_t)karr_len(&req->topics));
	karr_for (t, &req->topics) {
		struct alter_partition_reassignments_resp_reassignable_partition_response *rp;
		const asked_partition *a;

		if (!msg_arena_ok(&ctl.answer))
			break;
		msg_str_copy(&ctl.answer, &rt->name, &t->name);
		rp = msg_arr(&ctl.answer, &rt->partitions, (size_t)karr_len(&t->partitions));
		rt++;
		karr_for (a, &t->partitions) {
			if (!msg_arena_ok(&ctl.answer))
				break;
			rp->partition_index = a->partition_index;
			rp->error_code = o->error;
			msg_str0(&ctl.answer, &rp->error_message, o->message);
			rp++;
			o++;
		}
	}
	reply_call(c, resp);
}

static void
altered(struct change *ch, const struct meta_err *err)
{
	if (err == NULL)
		log_info("reassignment of %zu partition%s begins, changes or is cancelled", ch->n, ch->n == 1 ? "" : "s");
	else
		call_failed(ch->call, err);
	under_way = true;
	answer_alter(ch->call);
}

void
alter_partition_reassignments(struct call *c)
{
	const struct alter_partition_reassignments_req *req = c->req;
	const bool factor = c->version < 1 || req->allow_replication_factor_change;
	struct change *ch = change_new(altered, NULL);
	const asked_topic *t;
	const asked_partition *a;
	struct outcome *o;
	size_t n = 0;

	karr_for (t, &req->topics)
		n += (size_t)karr_len(&t->partitions);
	o = call_outcomes(c, n);
	karr_for (t, &req->topics)
		karr_for (a, &t->partitions)
			reassign(o++, ch, t, a, factor);
	ch->call = c;
	if (change_empty(ch)) {
		change_drop(ch);
		answer_alter(c);
		return;
	}
	change_submit(ch, 0);
}

/* ---- ListPartitionReassignments ---- */

static void
put_ids(int32_t *id, const struct part *p, uint16_t mask)
{
	for (int i = 0; id != NULL && i < p->replicas; i++)
		if ((mask >> i & 1) != 0)
			*id++ = ctl.node[p->replica[i]].id;
}

static bool
put_partition(struct msg_arena *a, const struct topic *t, int64_t n, ongoing *to)
{
	const struct part *p;
	uint16_t adding;

	if (n < 0 || n >= (int64_t)t->nparts || !going(&t->part[n]))
		return false;
	p = &t->part[n];
	adding = p->adding & ~p->removing;
	to->partition_index = (int32_t)n;
	put_ids(msg_arr(a, &to->replicas, p->replicas), p, (uint16_t)((1u << p->replicas) - 1));
	put_ids(msg_arr(a, &to->adding_replicas, (size_t)__builtin_popcount(adding)), p, adding);
	put_ids(msg_arr(a, &to->removing_replicas, (size_t)__builtin_popcount(p->removing)), p, p->removing);
	return true;
}

/* asked: its partitions, or all when it is NULL. */
static bool
put_topic(struct msg_arena *a, const struct topic *t,
    const struct list_partition_reassignments_req_list_partition_reassignments_topics *asked,
    struct list_partition_reassignments_resp_ongoing_topic_reassignment *to)
{
	const uint32_t n = asked != NULL ? (uint32_t)karr_len(&asked->partition_indexes) : t->nparts;
	ongoing *p = msg_arr(a, &to->partitions, n);
	int32_t kept = 0;

	for (uint32_t i = 0; p != NULL && i < n && msg_arena_ok(a); i++)
		kept += put_partition(a, t, asked != NULL ? *karr_at(&asked->partition_indexes, i) : (int32_t)i, &p[kept]);
	msg_arr_cut(&to->partitions, kept);
	if (kept > 0)
		msg_str0(a, &to->name, t->name);
	return kept > 0;
}

static bool
any_going(const struct topic *t)
{
	for (uint32_t i = 0; t != NULL && t->state == TOPIC_LIVE && i < t->nparts; i++)
		if (going(&t->part[i]))
			return true;
	return false;
}

void
list_partition_reassignments(struct call *c)
{
	const struct list_partition_reassignments_req *req = c->req;
	struct list_partition_reassignments_resp *resp = msg_new(&ctl.answer, list_partition_reassignments_resp);
	const struct list_partition_reassignments_req_list_partition_reassignments_topics *asked;
	struct list_partition_reassignments_resp_ongoing_topic_reassignment *to;
	size_t most = 0;
	int32_t n = 0;

	msg_str0(&ctl.answer, &resp->error_message, NULL);
	for (uint32_t i = 0; i < ctl.topics; i++)
		most += any_going(ctl.topic[i]);
	if (!karr_is_null(&req->topics))
		most = (size_t)karr_len(&req->topics);
	to = msg_arr(&ctl.answer, &resp->topics, most);
	if (karr_is_null(&req->topics)) {
		for (uint32_t i = 0; i < ctl.topics && msg_arena_ok(&ctl.answer); i++)
			if (any_going(ctl.topic[i]))
				n += put_topic(&ctl.answer, ctl.topic[i], NULL, &to[n]);
	} else {
		karr_for (asked, &req->topics) {
			const struct topic *t = topic_by_name(kstr(&asked->name), (size_t)asked->name.len);

			if (any_going(t) && msg_arena_ok(&ctl.answer))
				n += put_topic(&ctl.answer, t, asked, &to[n]);
		}
	}
	msg_arr_cut(&resp->topics, n);
	reply_call(c, resp);
}

/* ---- on its way ---- */

static void
stepped(struct change *ch, const struct meta_err *err)
{
	size_t complete = 0;

	for (size_t i = 0; err == NULL && i < ch->n; i++)
		complete += !going(change_at(ch, i));
	if (complete > 0)
		log_info("reassignment of %zu partition%s is complete", complete, complete == 1 ? "" : "s");
}

/* What follows from what joined or began to lead is found by settling it anew. */
void
reassign_turn(void)
{
	struct change *ch;
	bool some = false;

	if (!under_way || ctl.committing || !TAILQ_EMPTY(&ctl.waiting))
		return;
	ch = change_new(stepped, NULL);
	for (uint32_t i = 0; i < ctl.topics; i++) {
		struct topic *t = ctl.topic[i];

		for (uint32_t n = 0; t != NULL && t->state == TOPIC_LIVE && n < t->nparts; n++)
			if (going(&t->part[n])) {
				some = true;
				change_part(ch, t, n);
				change_settle(ch, ELECT_ONLINE);
			}
	}
	under_way = some;
	if (change_empty(ch))
		change_drop(ch);
	else
		change_submit(ch, 0);
}

int
reassign_wait(void)
{
	return under_way ? LOOK_MS : -1;
}
