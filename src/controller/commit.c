/* SPDX-License-Identifier: ISC */
/*
 * commit.c - from changes of the model to the store.  Used in: controller.
 *
 * Ops are committed in the order in which they were submitted, all that wait in one commit, in the
 * helper thread.  The thread touches the job and the store only; an op in the job belongs to it
 * until the job is done.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

struct commit_job {
	struct helper_job job;
	struct meta_change *change;
	size_t n;
	int flags;
	int result;
	int64_t counted_term, counted_number;
	bool unsettled;
	struct meta_err err;
};

struct op *
op_new(struct call *call, void (*done)(struct op *, const struct meta_err *))
{
	struct op *op = xcalloc(1, sizeof(*op));

	op->call = call;
	op->done = done;
	return op;
}

void
op_free(struct op *op)
{
	for (size_t i = 0; i < op->nstrings; i++)
		free(op->string[i]);
	free(op->string);
	free(op->change);
	free(op->partition);
	free(op);
}

struct meta_change *
op_change(struct op *op, enum meta_change_type type)
{
	struct meta_change *c;

	if (op->n == op->cap) {
		op->cap = op->cap == 0 ? 8 : op->cap * 2;
		op->change = xreallocarray(op->change, op->cap, sizeof(*op->change));
	}
	c = &op->change[op->n++];
	memset(c, 0, sizeof(*c));
	c->type = type;
	return c;
}

/* A copy that lives as long as the op. */
static const char *
op_string(struct op *op, const char *s)
{
	if (s == NULL)
		return NULL;
	op->string = xreallocarray(op->string, op->nstrings + 1, sizeof(*op->string));
	return op->string[op->nstrings++] = xstrdup(s);
}

/* Changes point into the array: it must not move, so its size is said before it is filled. */
void
op_partitions_max(struct op *op, size_t n)
{
	if (op->partition != NULL)
		panic("rows of partitions were begun already");
	op->partition = xcalloc(n, sizeof(*op->partition));
}

void
op_partition(struct op *op, const struct topic *t, uint32_t n)
{
	const struct part *p = &t->part[n];
	struct meta_partition *m = &op->partition[op->npartitions++];

	*m = (struct meta_partition){
	    .topic = t->key,
	    .partition = (int32_t)n,
	    .leader = p->leader == -1 ? -1 : ctl.node[p->leader].id,
	    .epoch = p->epoch,
	    .partition_epoch = p->partition_epoch,
	    .term = ctl.term,
	    .isr = p->isr,
	    .elr = p->elr,
	    .adding = p->adding,
	    .removing = p->removing,
	    .replicas = p->replicas,
	};
	for (int i = 0; i < p->replicas; i++) {
		const struct node *node = &ctl.node[p->replica[i]];
		m->replica[i].node = node->id;
		memcpy(m->replica[i].directory_id,
		    p->directories != NULL ? p->directories[i].b : node->directory.b, 16);
	}
	op_change(op, META_SET_PARTITION)->u.partition = m;
}

void
op_topic(struct op *op, const struct topic *t)
{
	struct meta_topic *m = &op_change(op, META_SET_TOPIC)->u.topic;

	m->key = t->key;
	memcpy(m->id, t->id.b, 16);
	m->name = op_string(op, t->name);
	m->internal = t->internal;
	m->state = t->state == TOPIC_DELETING ? META_DELETING : META_LIVE;
}

void
op_value(struct op *op, enum meta_value name, int64_t value)
{
	struct meta_change *c = op_change(op, META_SET_VALUE);

	c->u.value.name = name;
	c->u.value.value = value;
}

static void
op_config(
    struct op *op, enum meta_change_type type, int64_t owner, const char *name, const char *value)
{
	struct meta_config *m = &op_change(op, type)->u.config;

	m->owner = owner;
	m->name = op_string(op, name);
	m->value = op_string(op, value);
}

void
op_topic_config(struct op *op, const struct topic *t, const char *name, const char *value)
{
	op_config(op, META_SET_TOPIC_CONFIG, t->key, name, value);
}

void
op_broker_config(struct op *op, int32_t scope, const char *name, const char *value)
{
	op_config(op, META_SET_BROKER_CONFIG, scope, name, value);
}

void
op_submit(struct op *op)
{
	TAILQ_INSERT_TAIL(&ctl.waiting, op, entry);
}

void
op_now(struct op *op)
{
	int64_t term = 0, number = 0;
	struct meta_err err;

	if (meta_commit(ctl.store, op->change, op->n, op->flags, &err) == -1)
		fatalx("could not start: %s", err.text);
	meta_settle(ctl.store);
	meta_counted(ctl.store, &term, &number);
	copies_counted(term, number, meta_wants_tick(ctl.store));
	op_free(op);
}

/* Everything that was changed upon what could not be made durable is undone, the latest first. */
static void
undo(struct ops *list, const struct meta_err *err)
{
	struct op *op;

	while ((op = TAILQ_LAST(list, ops)) != NULL) {
		TAILQ_REMOVE(list, op, entry);
		op->done(op, err);
		op_free(op);
	}
}

static void
committed(void)
{
	struct op *op;

	shm_count(ctl.child->self, CTR_COMMITS, 1);
	publish_begin();
	while ((op = TAILQ_FIRST(&ctl.running)) != NULL) {
		TAILQ_REMOVE(&ctl.running, op, entry);
		op->done(op, NULL);
		op_free(op);
	}
	publish_end();
}

/* In the thread. */
static void
job_run(struct helper_job *job)
{
	struct commit_job *j = (struct commit_job *)job;

	j->result = meta_commit(ctl.store, j->change, j->n, j->flags, &j->err);
	meta_counted(ctl.store, &j->counted_term, &j->counted_number);
	j->unsettled = meta_wants_tick(ctl.store);
}

static void
job_done(struct helper_job *job)
{
	struct commit_job *j = (struct commit_job *)job;

	ctl.committing = false;
	copies_counted(j->counted_term, j->counted_number, j->unsettled);
	if (j->result == 0)
		committed();
	else {
		log_limited("%s", j->err.text);
		undo(&ctl.waiting, &j->err);
		undo(&ctl.running, &j->err);
		if (!j->err.full) {
			/* what the store has now is known only by reading it: that is our
			 * successor's start */
			reply_turn();
			child_flush(ctl.child);
			fatalx(
			    "leaving, so that the metadata store is opened again: %s", j->err.text);
		}
	}
	copies_settle();
	free(j->change);
	free(j);
}

void
commit_turn(void)
{
	struct commit_job *j;
	struct op *op;
	size_t at = 0;

	if (ctl.committing || TAILQ_EMPTY(&ctl.waiting))
		return;
	j = xcalloc(1, sizeof(*j));
	j->job.run = job_run;
	j->job.done = job_done;
	TAILQ_CONCAT(&ctl.running, &ctl.waiting, entry);
	TAILQ_FOREACH (op, &ctl.running, entry) {
		j->n += op->n;
		j->flags |= op->flags;
	}
	j->change = xcalloc(j->n + 1, sizeof(*j->change));
	TAILQ_FOREACH (op, &ctl.running, entry) {
		if (op->n > 0)
			memcpy(&j->change[at], op->change, op->n * sizeof(*op->change));
		at += op->n;
	}
	ctl.committing = true;
	helper_submit(ctl.helper, &j->job);
}

void
commit_stop(void)
{
	while (ctl.committing || !TAILQ_EMPTY(&ctl.waiting)) {
		commit_turn();
		helper_drain(ctl.helper);
	}
}
