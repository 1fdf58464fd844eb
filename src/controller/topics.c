/* SPDX-License-Identifier: ISC */
/*
 * topics.c - CreateTopics.  Used in: controller.
 *
 * The answer comes when the topics are durable and the writers have their logs, so that a client
 * may produce at once; a writer that does not come along is waited for until the request's timeout,
 * no longer.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/create_topics.h"

#define PARTITIONS_PER_REQUEST 10000 /* as Kafka's controller */
#define VALUE_MAX 32767

typedef struct create_topics_req_creatable_topic asked_topic;

/* ---- names ---- */

enum { RANK_NORMAL, RANK_DUPLICATE, RANK_CLUSTER_METADATA };

/* Names that are there twice, and the one that nobody may create. */
static void
sort_out_names(struct call *c, const struct create_topics_req *req)
{
	struct mapstr seen = {0};
	const asked_topic *t;
	uint32_t i = 0, *first;

	karr_for (t, &req->topics) {
		struct outcome *o = &c->outcome[i];
		first = mapstr_get(&seen, kstr(&t->name), (size_t)t->name.len);
		if (first != NULL) {
			if (c->outcome[*first].rank == RANK_NORMAL) {
				outcome_set(&c->outcome[*first], KERR_INVALID_REQUEST,
				    "Duplicate topic name.");
				c->outcome[*first].rank = RANK_DUPLICATE;
			}
			o->rank = OUTCOME_SKIP;
		} else
			mapstr_put(&seen, kstr(&t->name), (size_t)t->name.len, i);
		i++;
	}
	mapstr_fini(&seen);
	i = 0;
	karr_for (t, &req->topics) {
		struct outcome *o = &c->outcome[i++];
		if (o->rank == RANK_NORMAL && strcmp(kstr(&t->name), "__cluster_metadata") == 0) {
			outcome_set(o, KERR_INVALID_REQUEST,
			    "Creation of internal topic __cluster_metadata is prohibited.");
			o->rank = RANK_CLUSTER_METADATA;
		}
	}
}

static void
check_name(struct outcome *o, const asked_topic *t)
{
	const char *name = kstr(&t->name);
	struct topic *other;
	char *fault = topic_name_fault(name, (size_t)t->name.len);

	if (fault != NULL)
		outcome_set(o, KERR_INVALID_TOPIC_EXCEPTION, "%s", fault);
	else if (topic_by_name(name, strlen(name)) != NULL)
		outcome_set(o, KERR_TOPIC_ALREADY_EXISTS, "Topic '%s' already exists.", name);
	else if ((other = topic_collides(name)) != NULL)
		outcome_set(o, KERR_INVALID_TOPIC_EXCEPTION,
		    "Topic '%s' collides with existing topic: %s", name, other->name);
	free(fault);
}

/* ---- settings ---- */

/* The topic's own settings; the last one of a name counts.  0, or -1 with the outcome. */
static int
check_configs(struct outcome *o, const asked_topic *t, struct kvs *k)
{
	const struct create_topics_req_creatable_topic_config *a;
	struct config_err err = {0};
	char *nulls = NULL, *more;

	karr_for (a, &t->configs) {
		if (!kstr_is_null(&a->value))
			continue;
		more = nulls == NULL ? xstrdup(kstr(&a->name))
				     : xasprintf("%s,%s", nulls, kstr(&a->name));
		free(nulls);
		nulls = more;
	}
	if (nulls != NULL) {
		outcome_set(o, KERR_INVALID_CONFIG,
		    "Null value not supported for topic configs: %s", nulls);
		free(nulls);
		return -1;
	}
	karr_for (a, &t->configs) {
		if (a->value.len > VALUE_MAX) {
			outcome_set(o, KERR_INVALID_CONFIG,
			    "The configuration value cannot be added because it exceeds the "
			    "maximum value size of %d bytes.",
			    VALUE_MAX);
			return -1;
		}
		kvs_set(k, kstr(&a->name), kstr(&a->value));
	}
	if (check_topic_settings(k, &err) == -1) {
		outcome_set(o, KERR_INVALID_CONFIG, "%s", err.text);
		return -1;
	}
	return 0;
}

/* ---- partitions ---- */

/* 0, or -1 with the outcome. */
static int
check_assignments(struct outcome *o, const asked_topic *t)
{
	const struct create_topics_req_creatable_replica_assignment *a;
	int n = karr_len(&t->assignments), factor = 0, online, res = -1;
	uint8_t *seen;

	if (t->replication_factor != -1) {
		outcome_set(o, KERR_INVALID_REQUEST,
		    "A manual partition assignment was specified, but replication factor was not "
		    "set to -1.");
		return -1;
	}
	if (t->num_partitions != -1) {
		outcome_set(o, KERR_INVALID_REQUEST,
		    "A manual partition assignment was specified, but numPartitions was not set to "
		    "-1.");
		return -1;
	}
	seen = xcalloc((size_t)n, 1);
	karr_for (a, &t->assignments) {
		bool inside = a->partition_index >= 0 && a->partition_index < n;
		if (inside && seen[a->partition_index]++) {
			outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
			    "Found multiple manual partition assignments for partition %d",
			    a->partition_index);
			goto out;
		}
		online = check_assignment(
		    o, karr_begin(&a->broker_ids), karr_len(&a->broker_ids), factor, NULL);
		if (online == -1)
			goto out;
		if (online == 0) {
			outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
			    "All brokers specified in the manual partition assignment for "
			    "partition %d are fenced or in controlled "
			    "shutdown.",
			    a->partition_index);
			goto out;
		}
		factor = karr_len(&a->broker_ids);
	}
	for (int i = 0; i < n; i++)
		if (!seen[i]) {
			outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
			    "partitions should be a consecutive 0-based integer sequence");
			goto out;
		}
	o->partitions = (uint32_t)n;
	o->factor = (uint32_t)factor;
	res = 0;
out:
	free(seen);
	return res;
}

/* 0, or -1 with the outcome. */
static int
check_partitions(struct outcome *o, const asked_topic *t)
{
	if (karr_len(&t->assignments) > 0)
		return check_assignments(o, t);
	if (t->replication_factor < -1 || t->replication_factor == 0) {
		outcome_set(o, KERR_INVALID_REPLICATION_FACTOR,
		    "Replication factor must be larger than 0, or -1 to use the default value.");
		return -1;
	}
	if (t->num_partitions < -1 || t->num_partitions == 0) {
		outcome_set(o, KERR_INVALID_PARTITIONS,
		    "Number of partitions was set to an invalid non-positive value.");
		return -1;
	}
	o->partitions =
	    (uint32_t)(t->num_partitions == -1 ? ctl.config->num_partitions : t->num_partitions);
	o->factor = (uint32_t)(t->replication_factor == -1 ? ctl.config->default_replication_factor
							   : t->replication_factor);
	return check_factor(o, (int)o->factor);
}

int
check_room(struct outcome *o, uint64_t more, uint64_t promised)
{
	if (more + promised <= slots_free())
		return 0;
	outcome_set(o, KERR_INVALID_PARTITIONS,
	    "There are %u partitions, and %llu more would be above partitions.max, which is %u: "
	    "raise partitions.max and restart.",
	    ctl.slots_used, (unsigned long long)more, ctl.partitions_max);
	return -1;
}

/* ---- creating ---- */

static void
build(struct outcome *o, const asked_topic *asked, struct kvs *k, struct op *op)
{
	const struct create_topics_req_creatable_replica_assignment *a;
	struct topic *t;
	struct part *p;
	struct uuid id;

	uuid_random(&id);
	t = topic_new(
	    kstr(&asked->name), &id, 0, topic_is_internal(kstr(&asked->name)), TOPIC_LIVE);
	if (t == NULL) { /* as many topics as partitions.max are there, all being deleted */
		outcome_set(o, KERR_INVALID_PARTITIONS,
		    "The table of topics is full: raise partitions.max and restart.");
		return;
	}
	t->config = *k;
	*k = (struct kvs){NULL, 0};
	p = topic_grow(t, o->partitions);
	place_begin(t, 0);
	for (uint32_t i = 0; i < o->partitions; i++) {
		slot_take(&p[i]);
		if (karr_len(&asked->assignments) == 0)
			place_part(&p[i], (int)o->factor);
	}
	karr_for (a, &asked->assignments)
		check_assignment(o, karr_begin(&a->broker_ids), karr_len(&a->broker_ids), 0,
		    &p[a->partition_index]);
	o->id = id;
	o->topic = t;
	o->changed = true;
	op_topic(op, t);
	for (size_t i = 0; i < t->config.n; i++)
		op_topic_config(op, t, t->config.v[i].name, t->config.v[i].value);
	for (uint32_t i = 0; i < t->nparts; i++)
		op_partition(op, t, i);
}

static void
created(struct op *op, const struct meta_err *err)
{
	struct call *c = op->call;
	uint64_t nodes = 0;

	for (size_t i = c->noutcomes; i-- > 0;) { /* the latest first, should they be undone */
		struct topic *t = c->outcome[i].topic;
		if (t == NULL)
			continue;
		if (err != NULL) {
			topic_free(t);
			continue;
		}
		t->published = true;
		publish_whole(t);
		nodes |= topic_nodes(t);
		c->outcome[i].topic = NULL; /* it may be gone before the answer is given */
	}
	if (err != NULL) {
		call_failed(c, err);
		c->answer(c);
	} else
		call_follow(c, nodes, publish_version());
}

/* ---- the answer ---- */

/* Settings of every topic are 2 KB or so: of very many they do not fit into an answer, and are left
 * out. */
static bool
configs_fit(const struct call *c)
{
	return c->noutcomes * TOPIC_CONFIG_COUNT * 64 <
	       (size_t)arena_blocks(ctl.arena) * ARENA_BLOCK / 4;
}

static void
answer_configs(struct create_topics_resp_creatable_topic_result *r, const asked_topic *asked)
{
	const struct create_topics_req_creatable_topic_config *a;
	struct create_topics_resp_creatable_topic_configs *e;
	static struct config_entry d;
	struct kvs k = {NULL, 0};
	int32_t n = 0;

	karr_for (a, &asked->configs)
		if (!kstr_is_null(&a->value))
			kvs_set(&k, kstr(&a->name), kstr(&a->value));
	e = msg_arr(&ctl.answer, &r->configs, TOPIC_CONFIG_COUNT);
	for (int i = 0; e != NULL && i < TOPIC_CONFIG_COUNT; i++) {
		if (topic_config_describe(
			settings_of_topics(), k.v, k.n, (enum topic_config_id)i, &d) == -1)
			continue;
		msg_str0(&ctl.answer, &e->name, d.name);
		msg_str0(&ctl.answer, &e->value, d.sensitive ? NULL : d.value);
		e->read_only = d.read_only != 0;
		e->config_source = (int8_t)d.source;
		e->is_sensitive = d.sensitive != 0;
		e++;
		n++;
	}
	if (e != NULL)
		msg_arr_cut(&r->configs, n);
	kvs_free(&k);
}

static void
answer_one(struct create_topics_resp_creatable_topic_result *r, const asked_topic *asked,
    const struct outcome *o, bool configs)
{
	msg_str_copy(&ctl.answer, &r->name, &asked->name);
	r->error_code = o->error;
	msg_str0(&ctl.answer, &r->error_message, o->message);
	if (o->error != 0)
		return;
	memcpy(&r->topic_id, &o->id, sizeof(r->topic_id));
	if (!configs)
		return;
	r->num_partitions = (int32_t)o->partitions;
	r->replication_factor = (int16_t)o->factor;
	answer_configs(r, asked);
}

static void
answer_create(struct call *c)
{
	const struct create_topics_req *req = c->req;
	struct create_topics_resp *resp = msg_new(&ctl.answer, create_topics_resp);
	struct create_topics_resp_creatable_topic_result *r;
	bool configs = c->version >= 5 && configs_fit(c);
	size_t n = 0;

	for (size_t i = 0; i < c->noutcomes; i++)
		n += c->outcome[i].rank != OUTCOME_SKIP;
	r = resp == NULL ? NULL : msg_arr(&ctl.answer, &resp->topics, n);
	for (int rank = RANK_NORMAL; r != NULL && rank <= RANK_CLUSTER_METADATA; rank++)
		for (size_t i = 0; i < c->noutcomes; i++)
			if (c->outcome[i].rank == rank)
				answer_one(r++, karr_at(&req->topics, i), &c->outcome[i], configs);
	reply_call(c, resp);
}

/* ---- the request ---- */

/* Too much for one request: nothing of it is done. */
static bool
too_many(struct call *c, const struct create_topics_req *req)
{
	uint64_t total = 0;

	for (size_t i = 0; i < c->noutcomes; i++) {
		const asked_topic *t = karr_at(&req->topics, i);
		if (c->outcome[i].rank != RANK_NORMAL)
			continue;
		if (karr_len(&t->assignments) > 0)
			total += (uint64_t)karr_len(&t->assignments);
		else if (t->num_partitions == -1)
			total += (uint64_t)ctl.config->num_partitions;
		else if (t->num_partitions > 0)
			total += (uint64_t)t->num_partitions;
	}
	if (total <= PARTITIONS_PER_REQUEST)
		return false;
	for (size_t i = 0; i < c->noutcomes; i++)
		if (c->outcome[i].rank != OUTCOME_SKIP) {
			outcome_set(&c->outcome[i], KERR_POLICY_VIOLATION,
			    "Excessively large number of partitions per request.");
			c->outcome[i].rank = RANK_NORMAL;
		}
	return true;
}

/* Which of them can be created; the rows that they take. */
static uint64_t
check_all(struct call *c, const struct create_topics_req *req, struct kvs *kvs)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < c->noutcomes; i++) {
		const asked_topic *t = karr_at(&req->topics, i);
		struct outcome *o = &c->outcome[i];
		if (o->rank != RANK_NORMAL)
			continue;
		check_name(o, t);
		if (o->error == 0 && check_configs(o, t, &kvs[i]) == 0 &&
		    check_partitions(o, t) == 0 && check_room(o, o->partitions, rows) == 0)
			rows += o->partitions;
		if (o->error == 0 && req->validate_only)
			uuid_random(&o->id);
	}
	return rows;
}

static void
build_all(struct call *c, const struct create_topics_req *req, struct kvs *kvs, uint64_t rows)
{
	struct op *op = op_new(c, created);

	op_partitions_max(op, rows);
	for (size_t i = 0; i < c->noutcomes; i++)
		if (c->outcome[i].rank == RANK_NORMAL && c->outcome[i].error == 0)
			build(&c->outcome[i], karr_at(&req->topics, i), &kvs[i], op);
	op_value(op, META_NEXT_KEY, ctl.next_key);
	op_submit(op);
}

void
create_topics(struct call *c)
{
	const struct create_topics_req *req = c->req;
	size_t n = (size_t)karr_len(&req->topics);
	struct kvs *kvs;
	uint64_t rows;

	call_outcomes(c, n);
	c->answer = answer_create;
	c->deadline = ctl.mono_ms + (req->timeout_ms > 0 ? req->timeout_ms : 0);
	sort_out_names(c, req);
	if (too_many(c, req)) {
		answer_create(c);
		return;
	}
	kvs = xcalloc(n + 1, sizeof(*kvs));
	rows = check_all(c, req, kvs);
	if (rows == 0 || req->validate_only)
		answer_create(c);
	else
		build_all(c, req, kvs, rows);
	for (size_t i = 0; i < n; i++)
		kvs_free(&kvs[i]);
	free(kvs);
}
