/* SPDX-License-Identifier: ISC */
/* topic_config.c - see topic_config.h.  Runs in the controller; resolved values are for everyone.
 */
#include "config.h"

#include "odradek/base/topic_config.h"

#include "config_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct config_row rows[] = {
#define TOPIC_CONFIG(field, name, type, def, min, max, values, synonyms, text)                 \
	{name, CONFIG_##type, def, (double)(min), (double)(max), values, CONFIG_DYNAMIC, text, \
	    offsetof(struct topic_config, field)},
#include "tbl/topic_configs.h"
#undef TOPIC_CONFIG
};

static const char *const synonyms[] = {
#define TOPIC_CONFIG(field, name, type, def, min, max, values, synonyms, text) synonyms,
#include "tbl/topic_configs.h"
#undef TOPIC_CONFIG
};

int
topic_config_find(const char *name)
{
	int i;

	for (i = 0; i < TOPIC_CONFIG_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0)
			return i;
	return -1;
}

const struct config_row *
topic_config_row(enum topic_config_id id)
{
	return &rows[id];
}

int
topic_config_is_list(const char *name)
{
	int id = topic_config_find(name);

	return id == -1 ? -1 : rows[id].type == CONFIG_FLAGS || rows[id].type == CONFIG_REPLICAS;
}

int
topic_config_check(const char *name, const char *value, struct config_err *err)
{
	int id = topic_config_find(name);

	if (id == -1) {
		config_err_add(err, "Unknown topic config name: %s", name);
		return -1;
	}
	return config_parse_value(&rows[id], value, NULL, err);
}

/* Ids of the broker settings that give the default, in order; ends with -1. */
static void
broker_ids(enum topic_config_id id, int ids[4])
{
	const char *p = synonyms[id], *end;
	char name[64];
	int n = 0;

	for (; *p != '\0' && n < 3; p = *end == ',' ? end + 1 : end) {
		end = strchrnul(p, ',');
		snprintf(name, sizeof(name), "%.*s", (int)(end - p), p);
		ids[n++] = config_find(name);
	}
	ids[n] = -1;
}

/* What a topic has that sets nothing itself. */
static void
resolve_default(struct topic_config *out, const struct config *broker, enum topic_config_id id)
{
	const struct config_row *row = &rows[id], *from;
	void *at = (char *)out + row->offset;
	struct config_err err = {0};
	char buf[512];
	const char *text;
	int ids[4];

	switch (id) { /* those that several settings give in different units */
	case TOPIC_CONFIG_retention_ms:
		out->retention_ms = config_retention_ms(broker);
		return;
	case TOPIC_CONFIG_segment_ms:
		out->segment_ms = config_roll_ms(broker);
		return;
	case TOPIC_CONFIG_segment_jitter_ms:
		out->segment_jitter_ms = config_roll_jitter_ms(broker);
		return;
	case TOPIC_CONFIG_flush_ms:
		out->flush_ms = config_flush_ms(broker);
		return;
	case TOPIC_CONFIG_internal_segment_bytes:
		out->internal_segment_bytes = CONFIG_UNSET32;
		return;
	default:
		break;
	}
	broker_ids(id, ids);
	text = row->def;
	if (ids[0] != -1) {
		from = config_row((enum config_id)ids[0]);
		text = config_render_value(from, broker, buf, sizeof(buf));
	}
	if (row->type == CONFIG_REPLICAS)
		*(char **)at = NULL;
	else if (text == NULL || config_parse_value(row, text, at, &err) == -1)
		config_parse_value(row, row->def, at, &err);
}

int
topic_config_resolve(
    struct topic_config *out, const struct config *broker, const struct config_kv *kv, size_t n)
{
	struct config_err err = {0};
	size_t i;
	int id;

	memset(out, 0, sizeof(*out));
	for (id = 0; id < TOPIC_CONFIG_COUNT; id++)
		resolve_default(out, broker, (enum topic_config_id)id);
	for (i = 0; i < n; i++) {
		id = topic_config_find(kv[i].name);
		if (id == -1)
			err.count++;
		else
			config_parse_value(
			    &rows[id], kv[i].value, (char *)out + rows[id].offset, &err);
	}
	if (out->internal_segment_bytes != CONFIG_UNSET32)
		out->segment_bytes = out->internal_segment_bytes;
	return err.count;
}

int
topic_config_check_all(
    const struct config *broker, const struct config_kv *kv, size_t n, struct config_err *err)
{
	int before = err->count;
	struct topic_config t;
	size_t i;

	for (i = 0; i < n; i++)
		if (topic_config_check(kv[i].name, kv[i].value, err) == -1)
			return -1;
	topic_config_resolve(&t, broker, kv, n);
	if (t.min_compaction_lag_ms > t.max_compaction_lag_ms)
		config_err_add(err,
		    "conflict topic config setting min.compaction.lag.ms (%" PRId64
		    ") > max.compaction.lag.ms (%" PRId64 ")",
		    t.min_compaction_lag_ms, t.max_compaction_lag_ms);
	else if (t.remote_storage_enable)
		config_err_add(err, "Tiered Storage functionality is disabled in the broker. Topic "
				    "cannot be configured with "
				    "remote log storage.");
	return err->count == before ? 0 : -1;
}

int
topic_config_describe(const struct config *broker, const struct config_kv *kv, size_t n,
    enum topic_config_id id, struct config_entry *e)
{
	const struct config_row *row = &rows[id];
	const char *own = NULL;
	struct topic_config t;
	int ids[4];
	size_t i;

	memset(e, 0, sizeof(*e));
	e->name = row->name;
	e->type = config_wire_type(row->type);
	e->doc = row->text;
	for (i = 0; i < n; i++)
		if (strcmp(kv[i].name, row->name) == 0)
			own = kv[i].value;
	if (own != NULL) {
		e->value = config_canonical(row, own, e->buf, sizeof(e->buf));
	} else if (id == TOPIC_CONFIG_internal_segment_bytes) {
		return -1;
	} else {
		topic_config_resolve(&t, broker, NULL, 0);
		e->value = config_render_value(row, &t, e->buf, sizeof(e->buf));
	}
	if (own != NULL) {
		e->synonyms[0].name = row->name;
		e->synonyms[0].source = CONFIG_SOURCE_TOPIC;
		snprintf(e->synonyms[0].value, sizeof(e->synonyms[0].value), "%s",
		    e->value != NULL ? e->value : own);
		e->nsynonyms = 1;
	}
	broker_ids(id, ids);
	/* as Kafka: log.retention.hours in the file is a default, unless log.retention.ms is set, too */
	config_add_synonyms(broker, ids, 3, ids[0], e);
	e->source = e->nsynonyms > 0 ? e->synonyms[0].source : CONFIG_SOURCE_DEFAULT;
	return 0;
}
