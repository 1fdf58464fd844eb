/* SPDX-License-Identifier: ISC */
/*
 * describe.c - DescribeConfigs, of topics and of brokers: values, where they come from, what stands
 * behind them. Used in: controller.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/proto/gen/describe_configs.h"

typedef struct describe_configs_req_describe_configs_resource asked_resource;
typedef struct describe_configs_resp_describe_configs_result result;
typedef struct describe_configs_resp_describe_configs_resource_result entry;

enum {
	RESOURCE_TOPIC = 2,
	RESOURCE_BROKER = 4,
	RESOURCE_LOGGER = 8,
	RESOURCE_METRICS = 16,
	RESOURCE_GROUP = 32
};

#define SOURCE_GROUP 8 /* DYNAMIC_GROUP_CONFIG */

/* Kafka's words for INVALID_REQUEST. */
#define MALFORMED                                                                                \
	"This most likely occurs because of a request being malformed by the client library or " \
	"the message was sent to an "                                                            \
	"incompatible broker. See the broker logs for more details."

static struct config_entry described; /* 12 KB: not for the stack */

static void
fail(result *r, int16_t error, const char *message)
{
	r->error_code = error;
	msg_str0(&ctl.answer, &r->error_message, message);
}

static bool
is_asked(const asked_resource *q, const char *name)
{
	const struct kstr *k;

	if (karr_len(&q->configuration_keys) == 0)
		return true;
	karr_for (k, &q->configuration_keys)
		if (kstr_eq(k, name, strlen(name)))
			return true;
	return false;
}

/* only: a source that synonyms must have; 0 = any. */
static void
fill(entry *e, const struct config_entry *d, const struct describe_configs_req *req, int only)
{
	struct describe_configs_resp_describe_configs_synonym *s;
	size_t n = 0;

	msg_str0(&ctl.answer, &e->name, d->name);
	msg_str0(&ctl.answer, &e->value, d->sensitive ? NULL : d->value);
	e->read_only = d->read_only != 0;
	e->config_source = (int8_t)(only != 0 ? only : (int)d->source);
	e->is_sensitive = d->sensitive != 0;
	e->config_type = (int8_t)d->type;
	msg_str0(&ctl.answer, &e->documentation, req->include_documentation ? d->doc : NULL);
	for (int i = 0; req->include_synonyms && i < d->nsynonyms; i++)
		n += only == 0 || (int)d->synonyms[i].source == only;
	s = msg_arr(&ctl.answer, &e->synonyms, n);
	for (int i = 0; s != NULL && n > 0 && i < d->nsynonyms; i++) {
		if (only != 0 && (int)d->synonyms[i].source != only)
			continue;
		msg_str0(&ctl.answer, &s->name, d->synonyms[i].name);
		msg_str0(&ctl.answer, &s->value, d->sensitive ? NULL : d->synonyms[i].value);
		s->source = (int8_t)d->synonyms[i].source;
		s++;
	}
}

static void
describe_topic(result *r, const asked_resource *q, const struct describe_configs_req *req,
    const struct node *node)
{
	const struct config *from = node->config != NULL ? node->config : ctl.config;
	const char *name = kstr(&q->resource_name);
	struct topic *t = topic_by_name(name, (size_t)q->resource_name.len);
	char *fault = topic_name_fault(name, (size_t)q->resource_name.len);
	size_t n = 0;
	entry *e;

	if (fault != NULL) {
		fail(r, KERR_INVALID_TOPIC_EXCEPTION, fault);
		free(fault);
		return;
	}
	if (t == NULL) {
		fail(r, KERR_UNKNOWN_TOPIC_OR_PARTITION, "");
		return;
	}
	e = msg_arr(&ctl.answer, &r->configs, TOPIC_CONFIG_COUNT);
	for (int i = 0; e != NULL && i < TOPIC_CONFIG_COUNT; i++)
		if (is_asked(q, topic_config_row((enum topic_config_id)i)->name) &&
		    topic_config_describe(from, t->config.v, t->config.n,
			(enum topic_config_id)i, &described) == 0)
			fill(&e[n++], &described, req, 0);
	if (e != NULL)
		msg_arr_cut(&r->configs, (int32_t)n);
}

/* One that this program does not have, kept for a client: as Kafka, without its value. */
static void
fill_unknown(entry *e, const char *name, int source)
{
	msg_str0(&ctl.answer, &e->name, name);
	msg_str0(&ctl.answer, &e->value, NULL);
	e->config_source = (int8_t)source;
	e->is_sensitive = true;
	msg_str0(&ctl.answer, &e->documentation, NULL);
}

/* What was set for the whole cluster. */
static void
describe_default(result *r, const asked_resource *q, const struct describe_configs_req *req)
{
	entry *e = msg_arr(&ctl.answer, &r->configs, ctl.dynamic.n);
	size_t n = 0;

	for (size_t i = 0; e != NULL && i < ctl.dynamic.n; i++) {
		int id = config_find(ctl.dynamic.v[i].name);
		if (!is_asked(q, ctl.dynamic.v[i].name))
			continue;
		if (id == -1) {
			fill_unknown(&e[n++], ctl.dynamic.v[i].name, CONFIG_SOURCE_DYNAMIC_DEFAULT);
			continue;
		}
		config_describe(ctl.config, (enum config_id)id, &described);
		fill(&e[n++], &described, req, CONFIG_SOURCE_DYNAMIC_DEFAULT);
	}
	if (e != NULL)
		msg_arr_cut(&r->configs, (int32_t)n);
}

static void
describe_node(result *r, const asked_resource *q, const struct describe_configs_req *req,
    const struct node *node)
{
	entry *e = msg_arr(&ctl.answer, &r->configs, CONFIG_COUNT + node->dynamic.n);
	size_t n = 0;

	for (int i = 0; e != NULL && i < CONFIG_COUNT; i++) {
		if (!is_asked(q, config_row((enum config_id)i)->name))
			continue;
		config_describe(node->config != NULL ? node->config : ctl.config, (enum config_id)i,
		    &described);
		if (i == CONFIG_ID_node_id) { /* the setting is that of the first disk */
			snprintf(described.buf, sizeof(described.buf), "%d", node->id);
			described.value = described.buf;
		}
		fill(&e[n++], &described, req, 0);
	}
	for (size_t i = 0; e != NULL && i < node->dynamic.n; i++)
		if (config_find(node->dynamic.v[i].name) == -1 &&
		    is_asked(q, node->dynamic.v[i].name))
			fill_unknown(&e[n++], node->dynamic.v[i].name, CONFIG_SOURCE_DYNAMIC_NODE);
	if (e != NULL)
		msg_arr_cut(&r->configs, (int32_t)n);
}

static void
describe_broker(result *r, const asked_resource *q, const struct describe_configs_req *req,
    const struct node *node)
{
	const char *name = kstr(&q->resource_name);
	char text[256], *end;
	long id;

	if (name[0] == '\0') {
		describe_default(r, q, req);
		return;
	}
	errno = 0;
	id = strtol(name, &end, 10);
	if (*end != '\0' || errno != 0 || id != (int32_t)id) {
		snprintf(text, sizeof(text), "Broker id must be an integer, but it is: %s", name);
		fail(r, KERR_INVALID_REQUEST, text);
	} else if (id != node->id) {
		snprintf(text, sizeof(text),
		    "Unexpected broker id, expected %d or empty string, but received %s", node->id,
		    name);
		fail(r, KERR_INVALID_REQUEST, text);
	} else
		describe_node(r, q, req, node);
}

/* One setting of a group: its own value, else the broker's. */
static void
fill_group(entry *e, const struct group_setting *s, const char *own,
    const struct describe_configs_req *req)
{
	struct describe_configs_resp_describe_configs_synonym *y;
	char text[16];

	snprintf(text, sizeof(text), "%d", group_setting_broker(s->broker));
	msg_str0(&ctl.answer, &e->name, s->row.name);
	msg_str0(&ctl.answer, &e->value, own != NULL ? own : text);
	e->config_source = own != NULL ? SOURCE_GROUP : CONFIG_SOURCE_DEFAULT;
	e->config_type = CONFIG_WIRE_INT;
	msg_str0(
	    &ctl.answer, &e->documentation, req->include_documentation ? s->row.text : NULL);
	y = msg_arr(&ctl.answer, &e->synonyms,
	    !req->include_synonyms ? 0 : own != NULL ? 2 : 1);
	for (int i = own != NULL ? 0 : 1; y != NULL && req->include_synonyms && i < 2; i++, y++) {
		msg_str0(&ctl.answer, &y->name, s->row.name);
		msg_str0(&ctl.answer, &y->value, i == 0 ? own : text);
		y->source = i == 0 ? SOURCE_GROUP : CONFIG_SOURCE_DEFAULT;
	}
}

static void
describe_group(result *r, const asked_resource *q, const struct describe_configs_req *req)
{
	const struct group_setting *s;
	struct kvs own = {NULL, 0};
	size_t n = 0, all = 0;
	entry *e;

	if (q->resource_name.len == 0) {
		fail(r, KERR_INVALID_REQUEST, "Group name must not be empty");
		return;
	}
	while (group_setting_at(all) != NULL)
		all++;
	group_settings_get(kstr(&q->resource_name), (size_t)q->resource_name.len, &own);
	e = msg_arr(&ctl.answer, &r->configs, all);
	for (size_t i = 0; e != NULL && i < all; i++) {
		s = group_setting_at(i);
		if (is_asked(q, s->row.name))
			fill_group(&e[n++], s, kvs_get(&own, s->row.name), req);
	}
	if (e != NULL)
		msg_arr_cut(&r->configs, (int32_t)n);
	kvs_free(&own);
}

static bool
known_type(int8_t type)
{
	return type == RESOURCE_TOPIC || type == RESOURCE_BROKER || type == RESOURCE_LOGGER ||
	       type == RESOURCE_METRICS || type == RESOURCE_GROUP;
}

void
describe_configs(struct call *c)
{
	const struct describe_configs_req *req = c->req;
	struct describe_configs_resp *resp = msg_new(&ctl.answer, describe_configs_resp);
	const asked_resource *q;
	bool nonsense = false; /* one resource that is none spoils the whole request */
	result *r;

	karr_for (q, &req->resources)
		nonsense |= !known_type(q->resource_type);
	r = resp == NULL ? NULL
			 : msg_arr(&ctl.answer, &resp->results, (size_t)karr_len(&req->resources));
	for (q = karr_begin(&req->resources);
	     r != NULL && q < karr_begin(&req->resources) + karr_len(&req->resources); q++, r++) {
		r->resource_type = q->resource_type;
		msg_str_copy(&ctl.answer, &r->resource_name, &q->resource_name);
		msg_str0(&ctl.answer, &r->error_message, "");
		if (nonsense)
			fail(r, KERR_INVALID_REQUEST, MALFORMED);
		else if (q->resource_type == RESOURCE_TOPIC)
			describe_topic(r, q, req, &ctl.node[c->node]);
		else if (q->resource_type == RESOURCE_BROKER)
			describe_broker(r, q, req, &ctl.node[c->node]);
		else if (q->resource_type == RESOURCE_GROUP)
			describe_group(r, q, req);
		else
			fail(r, KERR_INVALID_REQUEST,
			    "Only topics, brokers and groups have configurations in this version.");
	}
	reply_call(c, resp);
}
