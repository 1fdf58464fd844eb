/* SPDX-License-Identifier: ISC */
/*
 * configs.c - AlterConfigs and IncrementalAlterConfigs, of topics and of brokers.  Used in:
 * controller.
 *
 * Both become a list of changes to the settings of one resource: AlterConfigs sets, and forgets
 * what it does not name. Each resource stands or falls for itself.  A broker is a node; the empty
 * name is the whole cluster.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/alter_configs.h"
#include "odradek/proto/gen/incremental_alter_configs.h"

#define VALUE_MAX 32767

enum { RESOURCE_TOPIC = 2, RESOURCE_BROKER = 4, RESOURCE_GROUP = 32 };
enum { OP_SET, OP_DELETE, OP_APPEND, OP_SUBTRACT };

struct asked_value {
	const char *name, *value; /* value NULL: null */
	int op;
};

/* One resource of a request. */
struct resource {
	int8_t type;
	const struct kstr *kname;
	const char *name;
	bool replace; /* AlterConfigs */
	struct asked_value *change;
	size_t n;
};

/* What was before, should the commit fail. */
struct before {
	struct topic *topic; /* or: */
	struct kvs *dynamic;
	struct kvs old;
};
struct altered {
	struct before *v;
	size_t n;
	bool brokers;
};

/* ---- the request, in either form ---- */

static struct resource *
resources(const struct call *c, size_t *n)
{
	struct resource *v, *r;

	if (c->api == API_AlterConfigs) {
		const struct alter_configs_req *req = c->req;
		const struct alter_configs_req_alter_configs_resource *a;
		const struct alter_configs_req_alterable_config *k;
		*n = (size_t)karr_len(&req->resources);
		r = v = xcalloc(*n + 1, sizeof(*v));
		karr_for (a, &req->resources) {
			*r = (struct resource){a->resource_type, &a->resource_name,
			    kstr(&a->resource_name), true, NULL, 0};
			r->change = xcalloc((size_t)karr_len(&a->configs) + 1, sizeof(*r->change));
			karr_for (k, &a->configs)
				r->change[r->n++] =
				    (struct asked_value){kstr(&k->name), kstr(&k->value), OP_SET};
			r++;
		}
	} else {
		const struct incremental_alter_configs_req *req = c->req;
		const struct incremental_alter_configs_req_alter_configs_resource *a;
		const struct incremental_alter_configs_req_alterable_config *k;
		*n = (size_t)karr_len(&req->resources);
		r = v = xcalloc(*n + 1, sizeof(*v));
		karr_for (a, &req->resources) {
			*r = (struct resource){a->resource_type, &a->resource_name,
			    kstr(&a->resource_name), false, NULL, 0};
			r->change = xcalloc((size_t)karr_len(&a->configs) + 1, sizeof(*r->change));
			karr_for (k, &a->configs)
				r->change[r->n++] = (struct asked_value){
				    kstr(&k->name), kstr(&k->value), k->config_operation};
			r++;
		}
	}
	return v;
}

static void
resources_free(struct resource *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].change);
	free(v);
}

static bool
validate_only(const struct call *c)
{
	return c->api == API_AlterConfigs
		   ? ((const struct alter_configs_req *)c->req)->validate_only
		   : ((const struct incremental_alter_configs_req *)c->req)->validate_only;
}

/* ---- the answer ---- */

#define ANSWER(kind)                                                                     \
	do {                                                                             \
		struct kind##_resp *resp = msg_new(&ctl.answer, kind##_resp);            \
		struct kind##_resp_alter_configs_resource_response *a;                   \
		a = resp == NULL ? NULL : msg_arr(&ctl.answer, &resp->responses, n);     \
		for (size_t i = 0; a != NULL && i < n; i++, a++) {                       \
			a->error_code = c->outcome[i].error;                             \
			msg_str0(&ctl.answer, &a->error_message, c->outcome[i].message); \
			a->resource_type = v[i].type;                                    \
			msg_str_copy(&ctl.answer, &a->resource_name, v[i].kname);        \
		}                                                                        \
		reply_call(c, resp);                                                     \
	} while (0)

static void
answer(struct call *c)
{
	struct resource *v;
	size_t n;

	v = resources(c, &n);
	if (c->api == API_AlterConfigs)
		ANSWER(alter_configs);
	else
		ANSWER(incremental_alter_configs);
	resources_free(v, n);
}

/* ---- checks ---- */

static void
check_twice(struct call *c, const struct resource *v, size_t n)
{
	struct mapstr seen = {0};

	for (size_t i = 0; i < n; i++) {
		char *key = xasprintf("%d %s", v[i].type, v[i].name);
		uint32_t *first = mapstr_get(&seen, key, strlen(key));
		if (first != NULL) {
			outcome_set(&c->outcome[i], KERR_INVALID_REQUEST,
			    "Each resource must appear at most once.");
			outcome_set(&c->outcome[*first], KERR_INVALID_REQUEST,
			    "Each resource must appear at most once.");
		} else
			mapstr_put(&seen, key, strlen(key), (uint32_t)i);
		free(key);
	}
	mapstr_fini(&seen);
}

/* What is wrong whatever it is about. */
static int
check_shape(struct outcome *o, const struct resource *r)
{
	char *nulls = NULL, *more;
	struct mapstr seen = {0};
	bool twice = false;

	for (size_t i = 0; i < r->n; i++) {
		const struct asked_value *ch = &r->change[i];
		twice |= !mapstr_put(&seen, ch->name, strlen(ch->name), 0);
		if (ch->value != NULL || ch->op == OP_DELETE)
			continue;
		more = nulls == NULL ? xstrdup(ch->name) : xasprintf("%s, %s", nulls, ch->name);
		free(nulls);
		nulls = more;
	}
	mapstr_fini(&seen);
	if (twice)
		outcome_set(o, KERR_INVALID_REQUEST, "Error due to duplicate config keys");
	else if (nulls != NULL)
		outcome_set(o, KERR_INVALID_REQUEST, "Null value not supported for : %s", nulls);
	else if (r->type != RESOURCE_TOPIC && r->type != RESOURCE_BROKER &&
		 r->type != RESOURCE_GROUP)
		outcome_set(o, KERR_INVALID_REQUEST, "Unknown resource type %d", r->type);
	free(nulls);
	return o->error == 0 ? 0 : -1;
}

/* ---- lists ---- */

static bool
list_has(const char *list, const char *item, size_t len)
{
	for (const char *p = list; *p != '\0';) {
		size_t n = strcspn(p, ",");
		if (n == len && memcmp(p, item, len) == 0)
			return true;
		p += n + (p[n] == ',');
	}
	return false;
}

/* The items of more behind those of list that it does not have (append), or list without them.
 * malloc'd. */
static char *
list_change(const char *list, const char *more, int op)
{
	char *out = xmalloc(strlen(list) + strlen(more) + 2), *to = out;
	const char *from = list;

	for (int round = 0; round < 2; round++) {
		for (const char *p = from; *p != '\0';) {
			size_t n = strcspn(p, ",");
			*to = '\0';
			if (round == 1 ? !list_has(out, p, n)
				       : op == OP_APPEND || !list_has(more, p, n)) {
				if (to > out)
					*to++ = ',';
				memcpy(to, p, n);
				to += n;
			}
			p += n + (p[n] == ',');
		}
		if (op == OP_SUBTRACT)
			break;
		from = more;
	}
	*to = '\0';
	return out;
}

/* ---- one resource: what its settings become ---- */

/* row: of the setting, NULL = there is none of that name; say: how the two kinds of resource
 * complain. */
static int
apply_list(struct outcome *o, const struct resource *r, const struct asked_value *ch, struct kvs *k,
    const struct config_row *row)
{
	bool list = row != NULL && (row->type == CONFIG_FLAGS || row->type == CONFIG_LIST ||
				       (int)row->type > CONFIG_FLAGS);
	const char *now = kvs_get(k, ch->name);
	char *value;

	if (!list && r->type == RESOURCE_TOPIC)
		outcome_set(o, KERR_INVALID_CONFIG,
		    "Can't %s to key %s because its type is not LIST.",
		    ch->op == OP_APPEND ? "APPEND" : "SUBTRACT", ch->name);
	else if (row == NULL)
		outcome_set(o, KERR_INVALID_CONFIG, "Unknown config name: %s", ch->name);
	else if (!list)
		outcome_set(o, KERR_INVALID_CONFIG,
		    "Config value %s is not allowed for config key: %s",
		    ch->op == OP_APPEND ? "append" : "subtract", ch->name);
	if (o->error != 0)
		return -1;
	value = list_change(now != NULL        ? now
			    : row->def != NULL ? row->def
					       : "",
	    ch->value, ch->op);
	kvs_set(k, ch->name, value);
	free(value);
	return 0;
}

static const struct config_row *
row_of(const struct resource *r, const char *name)
{
	int id = r->type == RESOURCE_TOPIC ? topic_config_find(name) : config_find(name);

	if (id == -1)
		return NULL;
	return r->type == RESOURCE_TOPIC ? topic_config_row((enum topic_config_id)id)
					 : config_row((enum config_id)id);
}

static int
apply_changes(struct outcome *o, const struct resource *r, const struct kvs *old, struct kvs *k)
{
	if (!r->replace)
		kvs_copy(k, old);
	for (size_t i = 0; i < r->n; i++) {
		const struct asked_value *ch = &r->change[i];
		if (ch->op < OP_SET || ch->op > OP_SUBTRACT) {
			if (r->type == RESOURCE_TOPIC)
				outcome_set(o, KERR_UNKNOWN_SERVER_ERROR, NULL);
			else
				outcome_set(
				    o, KERR_INVALID_REQUEST, "Unknown operations type %d", ch->op);
			return -1;
		}
		if (ch->op == OP_SET || ch->op == OP_DELETE)
			kvs_set(k, ch->name, ch->op == OP_SET ? ch->value : NULL);
		else if (apply_list(o, r, ch, k, row_of(r, ch->name)) == -1)
			return -1;
	}
	for (size_t i = 0; i < k->n; i++)
		if (strlen(k->v[i].value) > VALUE_MAX) {
			outcome_set(o, KERR_INVALID_CONFIG,
			    "The configuration value cannot be added because it exceeds the "
			    "maximum value size of %d bytes.",
			    VALUE_MAX);
			return -1;
		}
	return 0;
}

/* ---- topics ---- */

static int
check_topic(struct outcome *o, const struct resource *r, struct kvs *k, struct topic **tp)
{
	static const struct kvs none;
	struct topic *t = topic_by_name(r->name, strlen(r->name));
	struct config_err err = {0};
	char *fault;

	if (r->name[0] == '\0') {
		outcome_set(o, KERR_INVALID_REQUEST, "Default topic resources are not allowed.");
		return -1;
	}
	if (apply_changes(o, r, t != NULL ? &t->config : &none, k) == -1)
		return -1;
	if ((fault = topic_name_fault(r->name, (size_t)r->kname->len)) != NULL) {
		outcome_set(o, KERR_INVALID_TOPIC_EXCEPTION, "%s", fault);
		free(fault);
		return -1;
	}
	if (check_topic_settings(k, &err) == -1) {
		outcome_set(o, KERR_INVALID_CONFIG, "%s", err.text);
		return -1;
	}
	if (t == NULL) {
		outcome_set(
		    o, KERR_UNKNOWN_TOPIC_OR_PARTITION, "The topic '%s' does not exist.", r->name);
		return -1;
	}
	*tp = t;
	return 0;
}

int
check_topic_settings(const struct kvs *k, struct config_err *err)
{
	for (size_t i = 0; i < k->n; i++) /* names first, as Kafka does */
		if (topic_config_find(k->v[i].name) == -1) {
			config_err_add(err, "Unknown topic config name: %s", k->v[i].name);
			return -1;
		}
	return topic_config_check_all(ctl.config, k->v, k->n, err);
}

/* ---- brokers ---- */

/* All settings together: single values, and what contradicts each other. */
static int
check_broker_settings(struct outcome *o, const struct kvs *k, enum config_layer layer)
{
	struct config *c = config_clone(ctl.config);
	struct config_err err = {0};
	char *fixed = NULL, *more;

	for (size_t i = 0; i < k->n; i++) {
		int id = config_find(k->v[i].name);
		if (id == -1 || config_row((enum config_id)id)->when == CONFIG_DYNAMIC)
			continue;
		more = fixed == NULL ? xstrdup(k->v[i].name)
				     : xasprintf("%s, %s", fixed, k->v[i].name);
		free(fixed);
		fixed = more;
	}
	if (fixed != NULL)
		outcome_set(o, KERR_INVALID_REQUEST,
		    "Cannot update these configs dynamically: Set(%s)", fixed);
	free(fixed);
	for (size_t i = 0; o->error == 0 && i < k->n; i++)
		if (config_find(k->v[i].name) != -1 &&
		    config_set(c, layer, k->v[i].name, k->v[i].value, &err) == -1)
			outcome_set(o, KERR_INVALID_REQUEST, "%s", err.text);
	if (o->error == 0 && config_check(c, &err) == -1)
		outcome_set(o, KERR_INVALID_REQUEST, "%s", err.text);
	config_free(&c);
	return o->error == 0 ? 0 : -1;
}

/* Whose settings are meant; NULL with the outcome. */
static struct kvs *
find_broker(struct outcome *o, const struct call *c, const struct resource *r)
{
	struct node *node = &ctl.node[c->node];
	char *end;
	long id;

	if (r->name[0] == '\0')
		return &ctl.dynamic;
	errno = 0;
	id = strtol(r->name, &end, 10);
	if (*end != '\0' || errno != 0 || id != (int32_t)id)
		outcome_set(
		    o, KERR_INVALID_REQUEST, "Node id must be an integer, but it is: %s", r->name);
	else if (id != node->id)
		outcome_set(o, KERR_INVALID_REQUEST,
		    "Unexpected broker id, expected %d, but received %s", node->id, r->name);
	else
		return &node->dynamic;
	return NULL;
}

static int
check_broker(struct outcome *o, const struct call *c, const struct resource *r, struct kvs *k,
    struct kvs **dynamic)
{
	if ((*dynamic = find_broker(o, c, r)) == NULL || apply_changes(o, r, *dynamic, k) == -1 ||
	    check_broker_settings(
		o, k, *dynamic == &ctl.dynamic ? LAYER_DYNAMIC_DEFAULT : LAYER_DYNAMIC_NODE) == -1)
		return -1;
	for (size_t i = 0; i < r->n; i++)
		if (r->change[i].op == OP_SET && config_find(r->change[i].name) == -1)
			log_limited("a client set %s of node \"%s\": it is kept, but this program "
				    "has no such setting",
			    r->change[i].name, r->name);
	return 0;
}

/* ---- groups ---- */

static int
check_group(struct outcome *o, const struct resource *r, struct kvs *all)
{
	const size_t len = (size_t)r->kname->len;
	struct kvs old = {NULL, 0}, own = {NULL, 0};
	int rc = -1;

	if (len == 0) {
		outcome_set(o, KERR_INVALID_REQUEST, "Default group resources are not allowed.");
		return -1;
	}
	group_settings_get(r->name, len, &old);
	if (apply_changes(o, r, &old, &own) == 0 && group_settings_check(o, &own) == 0) {
		group_settings_merge(r->name, len, &own, all);
		rc = group_settings_room(o, all);
	}
	kvs_free(&old);
	kvs_free(&own);
	return rc;
}

/* ---- doing it ---- */

static int32_t
scope_of(const struct kvs *dynamic)
{
	for (uint32_t i = 0; i < ctl.nodes; i++)
		if (dynamic == &ctl.node[i].dynamic)
			return ctl.node[i].id;
	return dynamic == &ctl.groups ? META_GROUP_SCOPE : META_DEFAULT_SCOPE;
}

static void
op_setting(struct op *op, const struct before *b, const char *name, const char *value)
{
	if (b->topic != NULL)
		op_topic_config(op, b->topic, name, value);
	else
		op_broker_config(op, scope_of(b->dynamic), name, value);
}

/* From the old settings to the new ones, in the model and for the store. */
static void
take_over(struct op *op, struct altered *al, struct topic *t, struct kvs *dynamic, struct kvs *k)
{
	struct kvs *at = t != NULL ? &t->config : dynamic;
	struct before *b;

	al->v = xreallocarray(al->v, al->n + 1, sizeof(*al->v));
	b = &al->v[al->n++];
	*b = (struct before){t, dynamic, *at};
	al->brokers |= t == NULL;
	*at = *k;
	*k = (struct kvs){NULL, 0};
	for (size_t i = 0; i < b->old.n; i++)
		if (kvs_get(at, b->old.v[i].name) == NULL)
			op_setting(op, b, b->old.v[i].name, NULL);
	for (size_t i = 0; i < at->n; i++) {
		const char *was = kvs_get(&b->old, at->v[i].name);
		if (was == NULL || strcmp(was, at->v[i].value) != 0)
			op_setting(op, b, at->v[i].name, at->v[i].value);
	}
}

static void
altered(struct op *op, const struct meta_err *err)
{
	struct altered *al = op->arg;
	struct call *c = op->call;

	for (size_t i = al->n; i-- > 0;) {
		struct before *b = &al->v[i];
		if (err != NULL) {
			struct kvs *at = b->topic != NULL ? &b->topic->config : b->dynamic,
				   now = *at;
			*at = b->old;
			b->old = now;
		} else if (b->topic != NULL)
			publish_settings(b->topic);
		kvs_free(&b->old);
	}
	if (al->brokers)
		load_settings();
	if (al->brokers && err == NULL) {
		publish_dynamic();
		publish_resolved();
	}
	free(al->v);
	free(al);
	if (err != NULL)
		call_failed(c, err);
	answer(c);
}

static void
alter(struct call *c)
{
	struct altered *al = xcalloc(1, sizeof(*al));
	struct op *op = op_new(c, altered);
	struct resource *v;
	size_t n;

	v = resources(c, &n);
	call_outcomes(c, n);
	c->answer = answer;
	check_twice(c, v, n);
	for (size_t i = 0; i < n; i++) {
		struct outcome *o = &c->outcome[i];
		struct topic *t = NULL;
		struct kvs k = {NULL, 0}, *dynamic = NULL;
		if (o->error != 0 || check_shape(o, &v[i]) == -1)
			continue;
		if (v[i].type == RESOURCE_GROUP)
			dynamic = &ctl.groups;
		if ((v[i].type == RESOURCE_TOPIC   ? check_topic(o, &v[i], &k, &t)
			: v[i].type == RESOURCE_GROUP ? check_group(o, &v[i], &k)
						      : check_broker(o, c, &v[i], &k, &dynamic)) == 0 &&
		    !validate_only(c)) {
			take_over(op, al, t, dynamic, &k);
			o->changed = true;
		}
		kvs_free(&k);
	}
	resources_free(v, n);
	op->arg = al;
	if (al->n > 0) {
		if (al->brokers)
			load_settings(); /* the model is what is being committed */
		op_submit(op);
		nodes_settings_changed(NULL);
		return;
	}
	free(al);
	op_free(op);
	answer(c);
}

void
alter_configs(struct call *c)
{
	alter(c);
}

void
incremental_alter_configs(struct call *c)
{
	alter(c);
}
