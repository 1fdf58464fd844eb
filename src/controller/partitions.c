/* SPDX-License-Identifier: ISC */
/*
 * partitions.c - CreatePartitions.  Used in: controller.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/create_partitions.h"

typedef struct create_partitions_req_create_partitions_topic asked_topic;
typedef struct create_partitions_req_create_partitions_assignment asked_assignment;

enum { RANK_DUPLICATE, RANK_NORMAL };

static void
sort_out_names(struct call *c, const struct create_partitions_req *req)
{
	struct mapstr seen = {0};
	const asked_topic *t;
	uint32_t i = 0, *first;

	karr_for (t, &req->topics) {
		c->outcome[i].rank = RANK_NORMAL;
		first = mapstr_get(&seen, kstr(&t->name), (size_t)t->name.len);
		if (first != NULL) {
			outcome_set(
			    &c->outcome[*first], KERR_INVALID_REQUEST, "Duplicate topic name.");
			c->outcome[*first].rank = RANK_DUPLICATE;
			c->outcome[i].rank = OUTCOME_SKIP;
		} else
			mapstr_put(&seen, kstr(&t->name), (size_t)t->name.len, i);
		i++;
	}
	mapstr_fini(&seen);
}

/* The new partitions, without slots; 0, or -1 with the outcome. */
static int
place_all(struct outcome *o, const asked_topic *asked, const struct topic *t, uint32_t have, uint32_t more)
{
	const int factor = t->part[0].replicas;
	struct part *p = &t->part[have];
	const asked_assignment *a;
	int online;

	if (karr_is_null(&asked->assignments)) {
		place_begin(t, have);
		for (uint32_t i = 0; i < more; i++)
			if (place_part(&p[i], factor) == -1)
				return check_factor(o, factor);
		return 0;
	}
	karr_for (a, &asked->assignments) {
		online = check_assignment(
		    o, karr_begin(&a->broker_ids), karr_len(&a->broker_ids), factor, p++);
		if (online == 0)
			outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
			    "All brokers specified in the manual partition assignment for "
			    "partition %u are fenced or in controlled "
			    "shutdown.",
			    have + (uint32_t)(a - karr_begin(&asked->assignments)));
		if (online <= 0)
			return -1;
	}
	return 0;
}

/* 0 with *more, or -1 with the outcome. */
static int
check(struct outcome *o, const asked_topic *asked, struct topic **tp, uint32_t *more)
{
	struct topic *t = topic_by_name(kstr(&asked->name), (size_t)asked->name.len);

	if (t == NULL) {
		outcome_set(o, KERR_UNKNOWN_TOPIC_OR_PARTITION, NULL);
		return -1;
	}
	*tp = t;
	if (asked->count >= 0 && (uint32_t)asked->count == t->nparts) {
		outcome_set(
		    o, KERR_INVALID_PARTITIONS, "Topic already has %u partition(s).", t->nparts);
		return -1;
	}
	if (asked->count < 0 || (uint32_t)asked->count < t->nparts) {
		outcome_set(o, KERR_INVALID_PARTITIONS,
		    "The topic %s currently has %u partition(s); %d would not be an increase.",
		    t->name, t->nparts, asked->count);
		return -1;
	}
	*more = (uint32_t)asked->count - t->nparts;
	if (!karr_is_null(&asked->assignments) &&
	    (uint32_t)karr_len(&asked->assignments) != *more) {
		outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
		    "Attempted to add %u additional partition(s), but only %d assignment(s) were "
		    "specified.",
		    *more, karr_len(&asked->assignments));
		return -1;
	}
	return check_room(o, *more, 0);
}

static void
grow(struct outcome *o, const asked_topic *asked, struct op **opp, struct call *c,
    bool validate_only, void (*done)(struct op *, const struct meta_err *))
{
	struct topic *t = NULL;
	uint32_t more = 0, have;
	struct part *p;

	if (check(o, asked, &t, &more) == -1)
		return;
	have = t->nparts;
	p = topic_grow(t, more);
	if (place_all(o, asked, t, have, more) == -1 || validate_only) {
		topic_shrink(t, more);
		return;
	}
	for (uint32_t i = 0; i < more; i++)
		slot_take(&p[i]);
	if (*opp == NULL)
		*opp = op_new(c, done);
	o->topic = t;
	o->first = have;
	o->partitions = more;
	o->changed = true;
}

static void
answer(struct call *c)
{
	const struct create_partitions_req *req = c->req;
	struct create_partitions_resp *resp = msg_new(&ctl.answer, create_partitions_resp);
	struct create_partitions_resp_create_partitions_topic_result *r;
	size_t n = 0;

	for (size_t i = 0; i < c->noutcomes; i++)
		n += c->outcome[i].rank != OUTCOME_SKIP;
	r = resp == NULL ? NULL : msg_arr(&ctl.answer, &resp->results, n);
	for (int rank = RANK_DUPLICATE; r != NULL && rank <= RANK_NORMAL; rank++)
		for (size_t i = 0; i < c->noutcomes; i++) {
			if (c->outcome[i].rank != rank)
				continue;
			msg_str_copy(&ctl.answer, &r->name, &karr_at(&req->topics, i)->name);
			r->error_code = c->outcome[i].error;
			msg_str0(&ctl.answer, &r->error_message, c->outcome[i].message);
			r++;
		}
	reply_call(c, resp);
}

static void
grown(struct op *op, const struct meta_err *err)
{
	struct call *c = op->call;
	uint64_t nodes = 0;

	for (size_t i = c->noutcomes; i-- > 0;) {
		struct topic *t = c->outcome[i].topic;
		if (t == NULL)
			continue;
		if (err != NULL) {
			topic_shrink(t, c->outcome[i].partitions);
			continue;
		}
		c->outcome[i].topic = NULL;
		if (t->state == TOPIC_DELETING)
			continue; /* the deletion is in the same commit and publishes all of it */
		publish_topic(t);
		for (uint32_t n = 0; n < c->outcome[i].partitions; n++) {
			uint32_t p = c->outcome[i].first + n;
			publish_partition(t, p);
			nodes |= UINT64_C(1) << t->part[p].replica[0];
		}
	}
	if (err != NULL) {
		call_failed(c, err);
		answer(c);
	} else
		call_follow(c, nodes, publish_version());
}

void
create_partitions(struct call *c)
{
	const struct create_partitions_req *req = c->req;
	size_t n = (size_t)karr_len(&req->topics), rows = 0;
	struct op *op = NULL;

	call_outcomes(c, n);
	c->answer = answer;
	c->deadline = ctl.mono_ms + (req->timeout_ms > 0 ? req->timeout_ms : 0);
	sort_out_names(c, req);
	for (size_t i = 0; i < n; i++)
		if (c->outcome[i].rank == RANK_NORMAL)
			grow(&c->outcome[i], karr_at(&req->topics, i), &op, c, req->validate_only,
			    grown);
	if (op == NULL) {
		answer(c);
		return;
	}
	for (size_t i = 0; i < n; i++)
		rows += c->outcome[i].topic != NULL ? c->outcome[i].partitions : 0;
	op_partitions_max(op, rows);
	for (size_t i = 0; i < n; i++) {
		const struct topic *t = c->outcome[i].topic;
		for (uint32_t p = 0; t != NULL && p < c->outcome[i].partitions; p++)
			op_partition(op, t, c->outcome[i].first + p);
	}
	op_submit(op);
}
