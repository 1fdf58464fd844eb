/* SPDX-License-Identifier: ISC */
/* settings.c - the broker's settings for groups, and those of single groups.  Coordinator. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "shard.h"

static void
load_assignors(struct group_config *g, const struct config_list *list)
{
	static const char *const known[] = {"uniform", "range"};

	g->assignors = 0;
	for (int i = 0; i < list->n; i++) {
		size_t k = 0;

		while (k < 2 && strcmp(known[k], list->v[i]) != 0)
			k++;
		if (k == 2)
			log_warnx("group.consumer.assignors: \"%s\" is not known here; uniform and "
				  "range are",
			    list->v[i]);
		else if (g->assignors < 4)
			g->assignor[g->assignors++] = known[k];
	}
	if (g->assignors == 0)
		g->assignor[g->assignors++] = known[0];
}

static void load_groups(void);

void
group_settings_load(void)
{
	const struct config *c = co.child->config;
	struct group_config *g = &co.config;
	int64_t interval = g->offsets_retention_check_interval_ms;

	g->min_session_timeout_ms = c->group_min_session_timeout_ms;
	g->max_session_timeout_ms = c->group_max_session_timeout_ms;
	g->initial_rebalance_delay_ms = c->group_initial_rebalance_delay_ms;
	g->max_size = c->group_max_size;
	g->consumer_session_timeout_ms = c->group_consumer_session_timeout_ms;
	g->consumer_min_session_timeout_ms = c->group_consumer_min_session_timeout_ms;
	g->consumer_max_session_timeout_ms = c->group_consumer_max_session_timeout_ms;
	g->consumer_heartbeat_interval_ms = c->group_consumer_heartbeat_interval_ms;
	g->consumer_min_heartbeat_interval_ms = c->group_consumer_min_heartbeat_interval_ms;
	g->consumer_max_heartbeat_interval_ms = c->group_consumer_max_heartbeat_interval_ms;
	g->consumer_max_size = c->group_consumer_max_size;
	g->consumer_regex_refresh_interval_ms = c->group_consumer_regex_refresh_interval_ms;
	g->offset_metadata_max_size = c->offset_metadata_max_bytes;
	g->offsets_retention_ms = (int64_t)c->offsets_retention_minutes * 60000;
	g->offsets_retention_check_interval_ms = c->offsets_retention_check_interval_ms;
	g->migration = (enum migration)c->group_consumer_migration_policy;
	load_assignors(g, &c->group_consumer_assignors);
	load_groups();
	co.offsets_codec = c->offsets_topic_compression_codec;
	if (interval != g->offsets_retention_check_interval_ms)
		expire_interval_changed();
}

/* ---- single groups ---- */

#define SESSION "consumer.session.timeout.ms"
#define HEARTBEAT "consumer.heartbeat.interval.ms"

static struct mapstr session, heartbeat; /* by group id: ms */

/* The id as the controller wrote it (%XX), in place; its length. */
static size_t
unescape(char *id)
{
	char *from = id, *to = id, hex[3] = "";

	while (*from != '\0') {
		if (from[0] == '%' && from[1] != '\0' && from[2] != '\0') {
			memcpy(hex, from + 1, 2);
			*to++ = (char)strtol(hex, NULL, 16);
			from += 3;
		} else {
			*to++ = *from++;
		}
	}
	return (size_t)(to - id);
}

/* "group ID NAME=VALUE" */
static void
take_line(char *line)
{
	char *id = line + sizeof("group ") - 1, *name = strchr(id, ' '), *value;
	size_t len;

	if (name == NULL || (value = strchr(name, '=')) == NULL)
		return;
	*name++ = '\0';
	*value++ = '\0';
	len = unescape(id);
	if (strcmp(name, SESSION) == 0)
		mapstr_put(&session, id, len, (uint32_t)strtoul(value, NULL, 10));
	else if (strcmp(name, HEARTBEAT) == 0)
		mapstr_put(&heartbeat, id, len, (uint32_t)strtoul(value, NULL, 10));
}

static void
load_groups(void)
{
	char *text = child_dynamic_text(co.child), *save = NULL;

	mapstr_fini(&session);
	mapstr_fini(&heartbeat);
	session = heartbeat = (struct mapstr){0};
	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		if (strncmp(line, "group ", 6) == 0)
			take_line(line);
	free(text);
}

static int32_t
clamp(const struct mapstr *own, const struct group *g, int32_t dflt, int32_t least, int32_t most)
{
	const uint32_t *p = mapstr_get(own, g->id, g->id_len);
	int32_t v = p == NULL || *p > INT32_MAX ? dflt : (int32_t)*p;

	return v < least ? least : v > most ? most : v;
}

int32_t
group_session_timeout_ms(const struct group *g)
{
	const struct group_config *c = &co.config;

	return clamp(&session, g, c->consumer_session_timeout_ms,
	    c->consumer_min_session_timeout_ms, c->consumer_max_session_timeout_ms);
}

int32_t
group_heartbeat_interval_ms(const struct group *g)
{
	const struct group_config *c = &co.config;

	return clamp(&heartbeat, g, c->consumer_heartbeat_interval_ms,
	    c->consumer_min_heartbeat_interval_ms, c->consumer_max_heartbeat_interval_ms);
}
