/* SPDX-License-Identifier: ISC */
/* config_describe.c - settings as Kafka's DescribeConfigs shows them: value, source, synonyms.
 * Runs in the process that answers DescribeConfigs. */
#include "config.h"

#include "odradek/base/config.h"

#include "config_priv.h"

#include <stdio.h>
#include <string.h>

/* Settings that stand in for each other, in order of precedence: asked for any of ask, all are
 * shown. */
static const struct {
	int ask[3], show[3];
} groups[] = {
    {{CONFIG_ID_log_roll_ms, CONFIG_ID_log_roll_hours, -1},
	{CONFIG_ID_log_roll_ms, CONFIG_ID_log_roll_hours, -1}},
    {{CONFIG_ID_log_roll_jitter_ms, CONFIG_ID_log_roll_jitter_hours, -1},
	{CONFIG_ID_log_roll_jitter_ms, CONFIG_ID_log_roll_jitter_hours, -1}},
    {{CONFIG_ID_log_flush_interval_ms, -1, -1},
	{CONFIG_ID_log_flush_interval_ms, CONFIG_ID_log_flush_scheduler_interval_ms, -1}},
    {{CONFIG_ID_log_retention_ms, CONFIG_ID_log_retention_minutes, CONFIG_ID_log_retention_hours},
	{CONFIG_ID_log_retention_ms, CONFIG_ID_log_retention_minutes,
	    CONFIG_ID_log_retention_hours}},
};

static const enum config_source source_of[LAYER_COUNT] = {
    [LAYER_DEFAULT] = CONFIG_SOURCE_DEFAULT,
    [LAYER_STATIC] = CONFIG_SOURCE_STATIC,
    [LAYER_DYNAMIC_DEFAULT] = CONFIG_SOURCE_DYNAMIC_DEFAULT,
    [LAYER_DYNAMIC_NODE] = CONFIG_SOURCE_DYNAMIC_NODE,
};

void
config_add_synonyms(
    const struct config *c, const int *ids, int n, int self, struct config_entry *e)
{
	const struct config_row *row;
	struct config_synonym *s;
	const char *text;
	int layer, i, begun = 0;

	for (layer = LAYER_COUNT - 1; layer >= LAYER_DEFAULT; layer--) {
		for (i = 0; i < n && ids[i] != -1; i++) {
			row = config_row((enum config_id)ids[i]);
			text = layer == LAYER_DEFAULT ? row->def : c->origin[ids[i]][layer].text;
			if (text == NULL || e->nsynonyms == CONFIG_SYNONYMS_MAX)
				continue;
			begun |= ids[i] == self;
			if (!begun) /* as Kafka: what stands in front of the setting itself is not
				       shown */
				continue;
			s = &e->synonyms[e->nsynonyms++];
			s->name = row->name;
			s->source = source_of[layer];
			if (config_canonical(row, text, s->value, sizeof(s->value)) == NULL)
				snprintf(s->value, sizeof(s->value), "%s", text);
		}
	}
}

enum config_wire_type
config_wire_type(enum config_type type)
{
	switch (type) {
	case CONFIG_BOOL:
		return CONFIG_WIRE_BOOLEAN;
	case CONFIG_INT32:
		return CONFIG_WIRE_INT;
	case CONFIG_INT64:
		return CONFIG_WIRE_LONG;
	case CONFIG_DOUBLE:
		return CONFIG_WIRE_DOUBLE;
	case CONFIG_FLAGS:
	case CONFIG_REPLICAS:
		return CONFIG_WIRE_LIST;
	default:
		return CONFIG_WIRE_STRING; /* Kafka's lists of directories are strings, too */
	}
}

void
config_describe(const struct config *c, enum config_id id, struct config_entry *e)
{
	const struct config_row *row = config_row(id);
	int self[1] = {(int)id};
	const int *show = self;
	int n = 1, k;
	size_t g;

	memset(e, 0, sizeof(*e));
	e->name = row->name;
	e->value = config_render_value(row, c, e->buf, sizeof(e->buf));
	e->type = config_wire_type(row->type);
	e->read_only = row->when != CONFIG_DYNAMIC;
	e->doc = row->text;
	for (g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
		for (k = 0; k < 3; k++) {
			if (groups[g].ask[k] == (int)id) {
				show = groups[g].show;
				n = 3;
			}
		}
	}
	config_add_synonyms(c, show, n, (int)id, e);
	e->source = e->nsynonyms > 0 ? e->synonyms[0].source : CONFIG_SOURCE_DEFAULT;
}
