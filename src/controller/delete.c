/* SPDX-License-Identifier: ISC */
/*
 * delete.c - DeleteTopics, and what follows.  Used in: controller.
 *
 * A topic is gone for clients when the store says "deleting" and the tables do; its name is free at
 * once.  Its row, its slots and its place in the tables stay until every writer that has a replica
 * followed, so that a deletion that was begun is finished whoever dies, even by the next daemon.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/delete_topics.h"

#define RETRY_MS 5000

/* One thing to delete, as it was named. */
struct named {
	const struct kstr *name; /* NULL = by id */
	struct uuid id;
};

/* ---- who is meant ---- */

static struct named *
names_of(const struct call *c, size_t *n)
{
	const struct delete_topics_req *req = c->req;
	const struct delete_topics_req_delete_topic_state *t;
	const struct kstr *s;
	struct named *v;
	size_t i = 0;

	*n = (size_t)karr_len(&req->topics) + (size_t)karr_len(&req->topic_names);
	v = xcalloc(*n + 1, sizeof(*v));
	karr_for (s, &req->topic_names)
		v[i++].name = s;
	karr_for (t, &req->topics) {
		memcpy(&v[i].id, &t->topic_id, sizeof(v[i].id));
		v[i++].name = kstr_is_null(&t->name) ? NULL : &t->name;
	}
	return v;
}

/* What is wrong with the way it is named, alone or beside the others. */
static void
check_named(struct call *c, const struct named *v, size_t n)
{
	struct mapstr seen = {0};

	for (size_t i = 0; i < n; i++) {
		struct outcome *o = &c->outcome[i];
		const char *key = v[i].name != NULL ? kstr(v[i].name) : (const char *)v[i].id.b;
		size_t len = v[i].name != NULL ? (size_t)v[i].name->len : 16;
		char *tagged;
		uint32_t *first;

		if (v[i].name != NULL && !uuid_is_zero(&v[i].id)) {
			outcome_set(o, KERR_INVALID_REQUEST,
			    "You may not specify both topic name and topic id.");
			continue;
		}
		if (v[i].name == NULL && uuid_is_zero(&v[i].id)) {
			outcome_set(
			    o, KERR_INVALID_REQUEST, "Neither topic name nor id were specified.");
			continue;
		}
		tagged = xmalloc(len + 1); /* a name is no id */
		tagged[0] = v[i].name != NULL;
		memcpy(tagged + 1, key, len);
		first = mapstr_get(&seen, tagged, len + 1);
		if (first != NULL) {
			outcome_set(&c->outcome[*first], KERR_INVALID_REQUEST,
			    v[i].name != NULL ? "Duplicate topic name." : "Duplicate topic id.");
			o->rank = OUTCOME_SKIP;
		} else
			mapstr_put(&seen, tagged, len + 1, (uint32_t)i);
		free(tagged);
	}
	mapstr_fini(&seen);
}

static void
find_named(struct call *c, const struct named *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct outcome *o = &c->outcome[i];

		if (o->error != 0 || o->rank == OUTCOME_SKIP)
			continue;
		o->topic = v[i].name != NULL
			       ? topic_by_name(kstr(v[i].name), (size_t)v[i].name->len)
			       : topic_by_id(&v[i].id);
		if (o->topic == NULL && v[i].name != NULL)
			outcome_set(o, KERR_UNKNOWN_TOPIC_OR_PARTITION,
			    "This server does not host this topic-partition.");
		else if (o->topic == NULL)
			outcome_set(
			    o, KERR_UNKNOWN_TOPIC_ID, "This server does not host this topic ID.");
	}
	/* by its name and by its id: neither counts */
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; v[i].name != NULL && c->outcome[i].topic != NULL && j < n; j++)
			if (v[j].name == NULL && c->outcome[j].topic == c->outcome[i].topic) {
				c->outcome[i].id = c->outcome[i].topic->id;
				outcome_set(&c->outcome[i], KERR_INVALID_REQUEST,
				    "The provided topic name maps to an ID that was already "
				    "supplied.");
				c->outcome[j].topic = NULL;
				c->outcome[j].rank = OUTCOME_SKIP;
			}
}

/* ---- the answer ---- */

static void
answer(struct call *c)
{
	struct delete_topics_resp *resp = msg_new(&ctl.answer, delete_topics_resp);
	struct delete_topics_resp_deletable_topic_result *r;
	struct named *v;
	size_t n, shown = 0;

	v = names_of(c, &n);
	for (size_t i = 0; i < n; i++)
		shown += c->outcome[i].rank != OUTCOME_SKIP;
	r = resp == NULL ? NULL : msg_arr(&ctl.answer, &resp->responses, shown);
	for (size_t i = 0; r != NULL && i < n; i++) {
		const struct outcome *o = &c->outcome[i];
		struct topic *t = o->topic;
		if (o->rank == OUTCOME_SKIP)
			continue;
		if (v[i].name != NULL)
			msg_str_copy(&ctl.answer, &r->name, v[i].name);
		else
			msg_str0(
			    &ctl.answer, &r->name, t != NULL && o->error == 0 ? t->name : NULL);
		memcpy(
		    &r->topic_id, uuid_is_zero(&v[i].id) ? &o->id : &v[i].id, sizeof(r->topic_id));
		r->error_code = o->error;
		msg_str0(&ctl.answer, &r->error_message, o->message);
		r++;
	}
	free(v);
	reply_call(c, resp);
}

/* ---- deleting ---- */

/* Without those that were unregistered: nobody of them will come back. */
uint64_t
topic_nodes(const struct topic *t)
{
	uint64_t nodes = 0;

	for (uint32_t i = 0; i < t->nparts; i++)
		for (int r = 0; r < t->part[i].replicas; r++)
			if (ctl.node[t->part[i].replica[r]].id >= 0)
				nodes |= UINT64_C(1) << t->part[i].replica[r];
	return nodes;
}

void
delete_begin(struct topic *t)
{
	publish_whole(t);
	t->gone_version = publish_version();
	t->wait_nodes = topic_nodes(t);
	TAILQ_INSERT_TAIL(&ctl.deletions, t, entry);
}

static void
deleted(struct op *op, const struct meta_err *err)
{
	struct call *c = op->call;

	for (size_t i = c->noutcomes; i-- > 0;) {
		struct topic *t = c->outcome[i].topic;
		if (t == NULL)
			continue;
		if (err != NULL) {
			t->state = TOPIC_LIVE;
			topic_rename(t);
		} else
			delete_begin(t);
	}
	if (err != NULL)
		call_failed(c, err);
	answer(c);
}

static void
delete_found(struct call *c, size_t n)
{
	struct op *op = NULL;

	for (size_t i = 0; i < n; i++) {
		struct topic *t = c->outcome[i].topic;
		if (t == NULL)
			continue;
		if (op == NULL)
			op = op_new(c, deleted);
		t->state = TOPIC_DELETING;
		topic_unname(t);
		c->outcome[i].id = t->id;
		c->outcome[i].changed = true;
		op_topic(op, t);
	}
	if (op == NULL) {
		answer(c);
		return;
	}
	op->flags = META_URGENT; /* a full disk must not stand in the way of what empties it */
	op_submit(op);
}

void
delete_topics(struct call *c)
{
	struct named *v;
	size_t n;

	v = names_of(c, &n);
	call_outcomes(c, n);
	c->answer = answer;
	if (!ctl.config->delete_topic_enable) {
		for (size_t i = 0; i < n; i++)
			if (c->version < 3)
				outcome_set(&c->outcome[i], KERR_INVALID_REQUEST,
				    "This version does not support topic deletion.");
			else
				outcome_set(&c->outcome[i], KERR_TOPIC_DELETION_DISABLED,
				    "Topic deletion is disabled.");
		answer(c);
	} else {
		check_named(c, v, n);
		find_named(c, v, n);
		delete_found(c, n);
	}
	free(v);
}

/* ---- afterwards ---- */

static int64_t retry_at;

static void
forgotten(struct op *op, const struct meta_err *err)
{
	struct topic *t = op->arg;

	if (err != NULL) {
		t->forgetting = false;
		retry_at = ctl.mono_ms + RETRY_MS;
		return;
	}
	for (uint32_t i = 0; i < t->nparts; i++)
		publish_free_slot(t->part[i].slot);
	publish_free_topic(t->index);
	TAILQ_REMOVE(&ctl.deletions, t, entry);
	topic_free(t);
}

void
delete_turn(void)
{
	struct topic *t;
	struct op *op;

	if (ctl.mono_ms < retry_at)
		return;
	TAILQ_FOREACH (t, &ctl.deletions, entry) {
		const uint64_t nodes = topic_nodes(t), offline = writers_offline(nodes);

		/* it is there when the disk comes back; then its writer begins to follow anew (boot_again()) */
		t->wait_nodes = offline | writers_behind(t->wait_nodes & nodes & ~offline, t->gone_version);
		if (t->forgetting || t->wait_nodes != 0)
			continue;
		t->forgetting = true;
		op = op_new(NULL, forgotten);
		op->arg = t;
		op->flags = META_URGENT;
		op_change(op, META_FORGET_TOPIC)->u.forget = t->key;
		op_submit(op);
	}
}
