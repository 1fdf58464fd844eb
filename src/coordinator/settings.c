/* SPDX-License-Identifier: ISC */
/* settings.c - the broker's settings for groups, and those of single groups.  Coordinator. */
#include "config.h"

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

void
group_settings_load(void)
{
	const struct config *c = co.child->config;
	struct group_config *g = &co.config;

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
	co.offsets_codec = c->offsets_topic_compression_codec;
}

int32_t
group_session_timeout_ms(const struct group *g)
{
	(void)g;
	return co.config.consumer_session_timeout_ms;
}

int32_t
group_heartbeat_interval_ms(const struct group *g)
{
	(void)g;
	return co.config.consumer_heartbeat_interval_ms;
}
