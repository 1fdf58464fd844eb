/* SPDX-License-Identifier: ISC */
/*
 * groups.c - settings of consumer groups.  Used in: controller.
 *
 * A group need not exist to have settings.  All of them are one list, by "group setting", which the
 * coordinator gets as a text (publish_dynamic); the group's id is written there without anything
 * that has a meaning in it.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/xalloc.h"

#define TEXT_MOST (48 << 10) /* of all of them, in the text for the coordinator */

static const struct group_setting settings[] = {
    {{.name = "consumer.session.timeout.ms",
	 .type = CONFIG_INT32,
	 .min = 1,
	 .max = INT32_MAX,
	 .text = "How long a member may be silent before it is taken for dead."},
	CONFIG_ID_group_consumer_session_timeout_ms,
	CONFIG_ID_group_consumer_min_session_timeout_ms,
	CONFIG_ID_group_consumer_max_session_timeout_ms},
    {{.name = "consumer.heartbeat.interval.ms",
	 .type = CONFIG_INT32,
	 .min = 1,
	 .max = INT32_MAX,
	 .text = "How often members are to say that they live."},
	CONFIG_ID_group_consumer_heartbeat_interval_ms,
	CONFIG_ID_group_consumer_min_heartbeat_interval_ms,
	CONFIG_ID_group_consumer_max_heartbeat_interval_ms},
};
enum { SETTINGS = sizeof(settings) / sizeof(*settings) };

const struct group_setting *
group_setting_at(size_t i)
{
	return i < SETTINGS ? &settings[i] : NULL;
}

int32_t
group_setting_broker(enum config_id id)
{
	const struct config_row *row = config_row(id);
	int32_t v;

	memcpy(&v, (const char *)ctl.config + row->offset, sizeof(v));
	return v;
}

/* ---- the list ---- */

/* "id " with everything but letters, digits and ._- as %XX; malloc'd. */
static char *
prefix_of(const char *id, size_t len)
{
	char *out = xmalloc(3 * len + 2), *to = out;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)id[i];

		if (c < 0x80 && (isalnum(c) || strchr("._-", c) != NULL) && c != '\0')
			*to++ = (char)c;
		else
			to += sprintf(to, "%%%02X", c);
	}
	*to++ = ' ';
	*to = '\0';
	return out;
}

void
group_settings_get(const char *id, size_t len, struct kvs *own)
{
	char *prefix = prefix_of(id, len);
	size_t n = strlen(prefix);

	for (size_t i = 0; i < ctl.groups.n; i++)
		if (strncmp(ctl.groups.v[i].name, prefix, n) == 0)
			kvs_set(own, ctl.groups.v[i].name + n, ctl.groups.v[i].value);
	free(prefix);
}

void
group_settings_merge(const char *id, size_t len, const struct kvs *own, struct kvs *all)
{
	char *prefix = prefix_of(id, len), *name;
	size_t n = strlen(prefix);

	for (size_t i = 0; i < ctl.groups.n; i++)
		if (strncmp(ctl.groups.v[i].name, prefix, n) != 0)
			kvs_set(all, ctl.groups.v[i].name, ctl.groups.v[i].value);
	for (size_t i = 0; i < own->n; i++) {
		name = xasprintf("%s%s", prefix, own->v[i].name);
		kvs_set(all, name, own->v[i].value);
		free(name);
	}
	free(prefix);
}

/* ---- checks ---- */

static const struct group_setting *
find(const char *name)
{
	for (size_t i = 0; i < SETTINGS; i++)
		if (strcmp(settings[i].row.name, name) == 0)
			return &settings[i];
	return NULL;
}

static int32_t
value_of(const struct kvs *own, const struct group_setting *s)
{
	const char *text = kvs_get(own, s->row.name);

	return text != NULL ? atoi(text) : group_setting_broker(s->broker);
}

int
group_settings_check(struct outcome *o, const struct kvs *own)
{
	const struct group_setting *s;
	struct config_err err = {0};

	for (size_t i = 0; i < own->n; i++)
		if (find(own->v[i].name) == NULL) {
			outcome_set(o, KERR_INVALID_CONFIG, "Unknown group config name: %s",
			    own->v[i].name);
			return -1;
		}
	for (size_t i = 0; i < own->n; i++) {
		int32_t v;

		if (config_parse_value(&find(own->v[i].name)->row, own->v[i].value, NULL, &err) == -1) {
			outcome_set(o, KERR_INVALID_CONFIG, "%s", err.text);
			return -1;
		}
		s = find(own->v[i].name);
		v = atoi(own->v[i].value);
		if (v < group_setting_broker(s->least))
			outcome_set(o, KERR_INVALID_CONFIG, "%s must be greater than or equals to %s",
			    s->row.name, config_row(s->least)->name);
		else if (v > group_setting_broker(s->most))
			outcome_set(o, KERR_INVALID_CONFIG, "%s must be less than or equals to %s",
			    s->row.name, config_row(s->most)->name);
		if (o->error != 0)
			return -1;
	}
	if (value_of(own, &settings[0]) <= value_of(own, &settings[1])) {
		outcome_set(o, KERR_INVALID_CONFIG, "%s must be greater than %s",
		    settings[0].row.name, settings[1].row.name);
		return -1;
	}
	return 0;
}

int
group_settings_room(struct outcome *o, const struct kvs *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += strlen(all->v[i].name) + strlen(all->v[i].value) + sizeof("group  =");
	if (n <= TEXT_MOST || all->n <= ctl.groups.n)
		return 0;
	outcome_set(o, KERR_POLICY_VIOLATION,
	    "There are as many settings of groups as there can be: remove some, or change those of "
	    "all groups (group.consumer.*)");
	return -1;
}
