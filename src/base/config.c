/* SPDX-License-Identifier: ISC */
/* config.c - the layers of settings, and what follows from several of them.  Runs in every process.
 */
#include "config.h"

#include "odradek/base/config.h"

#include "odradek/base/listener.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#include "config_priv.h"

#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum config_layer
config_layer_of(const struct config *c, enum config_id id)
{
	int layer;

	for (layer = LAYER_COUNT - 1; layer > LAYER_DEFAULT; layer--)
		if (c->origin[id][layer].text != NULL)
			break;
	return (enum config_layer)layer;
}

void
config_recompute(struct config *c, enum config_id id)
{
	const struct config_row *row = config_row(id);
	void *at = (char *)c + row->offset;
	const char *text = c->origin[id][config_layer_of(c, id)].text;
	struct config_err err = {0};

	config_free_value(row, c);
	if (text == NULL)
		text = row->def;
	if (text != NULL) {
		if (config_parse_value(row, text, at, &err) == -1)
			panic("%s", err.text);
	} else if (row->type == CONFIG_INT32) {
		*(int32_t *)at = CONFIG_UNSET32;
	} else if (row->type == CONFIG_INT64) {
		*(int64_t *)at = CONFIG_UNSET;
	}
}

void
config_put(struct config *c, enum config_layer layer, enum config_id id, const char *text,
    const char *file, int line)
{
	struct config_origin *o = &c->origin[id][layer];
	char *new_text = text != NULL ? xstrdup(text) : NULL,
	     *new_file = file != NULL ? xstrdup(file) : NULL;

	free(o->text);
	free(o->file);
	o->text = new_text;
	o->file = new_file;
	o->line = line;
}

struct config *
config_new(void)
{
	struct config *c = xcalloc(1, sizeof(*c));
	int i;

	for (i = 0; i < CONFIG_COUNT; i++)
		config_recompute(c, (enum config_id)i);
	return c;
}

struct config *
config_clone(const struct config *c)
{
	struct config *copy = xcalloc(1, sizeof(*copy));
	const struct config_origin *o;
	int i, layer;

	for (i = 0; i < CONFIG_COUNT; i++) {
		for (layer = 0; layer < LAYER_COUNT; layer++) {
			o = &c->origin[i][layer];
			config_put(copy, (enum config_layer)layer, (enum config_id)i, o->text,
			    o->file, o->line);
		}
		config_recompute(copy, (enum config_id)i);
	}
	return copy;
}

void
config_free(struct config **cp)
{
	struct config *c = *cp;
	int i, layer;

	if (c == NULL)
		return;
	for (i = 0; i < CONFIG_COUNT; i++) {
		config_free_value(config_row((enum config_id)i), c);
		for (layer = 0; layer < LAYER_COUNT; layer++)
			config_put(c, (enum config_layer)layer, (enum config_id)i, NULL, NULL, 0);
	}
	free(c);
	*cp = NULL;
}

int
config_set(struct config *c, enum config_layer layer, const char *name, const char *value,
    struct config_err *err)
{
	int id = config_find(name);
	char *copy = NULL;
	size_t n;

	if (id == -1) {
		config_err_add(err, "Unknown broker config name: %s", name);
		return -1;
	}
	if (value != NULL &&
	    config_parse_value(config_row((enum config_id)id), value, NULL, err) == -1)
		return -1;
	if (value != NULL) {
		while (isspace((unsigned char)*value))
			value++;
		for (n = strlen(value); n > 0 && isspace((unsigned char)value[n - 1]); n--)
			;
		copy = xstrndup(value, n);
	}
	config_put(c, layer, (enum config_id)id, copy, NULL, 0);
	free(copy);
	config_recompute(c, (enum config_id)id);
	return 0;
}

static int
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

int
config_reload(struct config *c, const struct config *fresh,
    void (*report)(void *arg, const char *text), void *arg)
{
	const struct config_row *row;
	const struct config_origin *o;
	char text[512];
	int i, layer, changed = 0, differs;

	for (i = 0; i < CONFIG_COUNT; i++) {
		row = config_row((enum config_id)i);
		differs = 0;
		for (layer = LAYER_STATIC; layer < LAYER_COUNT; layer++)
			differs |=
			    !same_text(c->origin[i][layer].text, fresh->origin[i][layer].text);
		if (differs && row->when == CONFIG_RESTART) {
			if (report != NULL) {
				o = &fresh->origin[i][LAYER_STATIC];
				snprintf(text, sizeof(text), "%s changed to %s: restart to use it",
				    row->name, o->text != NULL ? o->text : "its default");
				report(arg, text);
			}
			continue;
		}
		for (layer = LAYER_STATIC; layer < LAYER_COUNT; layer++) {
			o = &fresh->origin[i][layer];
			config_put(c, (enum config_layer)layer, (enum config_id)i, o->text, o->file,
			    o->line);
		}
		if (differs) {
			config_recompute(c, (enum config_id)i);
			changed++;
		}
	}
	return changed;
}

const struct config_list *
config_log_dirs(const struct config *c)
{
	return config_layer_of(c, CONFIG_ID_log_dirs) == LAYER_DEFAULT && c->log_dir.n > 0
		   ? &c->log_dir
		   : &c->log_dirs;
}

int
config_acceptors(const struct config *c)
{
	cpu_set_t set;
	int n = 0;

	if (c->num_network_threads > 0)
		return c->num_network_threads;
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > 64 ? 64 : n;
}

int64_t
config_arena_bytes(const struct config *c)
{
	int64_t largest =
	    (int64_t)c->socket_request_max_bytes + (3 << 20); /* and what its blocks waste, and those that it never gets */

	if (c->queued_max_request_bytes < 0)
		return 2 * largest;
	return c->queued_max_request_bytes < largest ? largest : c->queued_max_request_bytes;
}

int64_t
config_retention_ms(const struct config *c)
{
	int64_t ms = c->log_retention_ms;

	if (ms == CONFIG_UNSET && c->log_retention_minutes != CONFIG_UNSET32)
		ms = (int64_t)c->log_retention_minutes * 60000;
	else if (ms == CONFIG_UNSET)
		ms = (int64_t)c->log_retention_hours * 3600000;
	return ms < 0 ? -1 : ms;
}

int64_t
config_roll_ms(const struct config *c)
{
	return c->log_roll_ms != CONFIG_UNSET ? c->log_roll_ms
					      : (int64_t)c->log_roll_hours * 3600000;
}

int64_t
config_roll_jitter_ms(const struct config *c)
{
	return c->log_roll_jitter_ms != CONFIG_UNSET ? c->log_roll_jitter_ms
						     : (int64_t)c->log_roll_jitter_hours * 3600000;
}

int64_t
config_flush_ms(const struct config *c)
{
	return c->log_flush_interval_ms != CONFIG_UNSET ? c->log_flush_interval_ms
							: c->log_flush_scheduler_interval_ms;
}

int
config_disk_budget(const struct config *c, struct disk_budget *b)
{
	const char *text = c->log_disk_budget;
	char *end;
	double share;

	*b = (struct disk_budget){.bytes = -1};
	if (text[0] == '\0' || isspace((unsigned char)text[0]))
		return -1;
	errno = 0;
	b->bytes = strtoll(text, &end, 10);
	if (*end == '\0')
		return errno == 0 && b->bytes >= -1 ? 0 : -1;
	b->bytes = -1;
	share = strtod(text, &end);
	if (end == text || strcmp(end, "%") != 0 || !(share > 0 && share <= 100))
		return -1;
	b->share = share / 100;
	return 0;
}

/* Where a setting came from, for messages: "file:3: ", "-o: ". */
static const char *
place(const struct config *c, enum config_id id, char *buf, size_t n)
{
	const struct config_origin *o = &c->origin[id][LAYER_STATIC];

	if (o->text == NULL)
		buf[0] = '\0';
	else if (o->file == NULL)
		snprintf(buf, n, "-o: ");
	else
		snprintf(buf, n, "%s:%d: ", o->file, o->line);
	return buf;
}

static void
check_path(const struct config *c, enum config_id id, const char *path, struct config_err *err)
{
	char where[512];

	if (path != NULL && path[0] != '/')
		config_err_add(err, "%s%s = %s: expected an absolute path, which begins with /",
		    place(c, id, where, sizeof(where)), config_row(id)->name, path);
}

static void
check_directories(const struct config *c, struct config_err *err)
{
	const struct config_list *dirs = config_log_dirs(c);
	enum config_id id = dirs == &c->log_dir ? CONFIG_ID_log_dir : CONFIG_ID_log_dirs;
	char where[512];
	int i, j;

	place(c, id, where, sizeof(where));
	if (dirs->n == 0)
		config_err_add(err, "%slog.dirs is empty: expected at least one directory", where);
	for (i = 0; i < dirs->n; i++) {
		check_path(c, id, dirs->v[i], err);
		for (j = 0; j < i; j++)
			if (strcmp(dirs->v[i], dirs->v[j]) == 0)
				config_err_add(err,
				    "%slog.dirs names %s twice: each directory is a node of its "
				    "own",
				    where, dirs->v[i]);
	}
	check_path(c, CONFIG_ID_metadata_dir, c->metadata_dir, err);
	check_path(c, CONFIG_ID_run_dir, c->run_dir, err);
	check_path(c, CONFIG_ID_log_file, c->log_file, err);
}

#define RACK_AWARE "org.apache.kafka.common.replica.RackAwareReplicaSelector"

/* Entry k of a list with commas, without blanks around it; its length. */
static size_t
entry(const char *list, int k, const char **at)
{
	size_t len;

	for (; k > 0 && (list = strchr(list, ',')) != NULL; k--)
		list++;
	if (list == NULL)
		return 0;
	list += strspn(list, " \t");
	len = strcspn(list, ",");
	while (len > 0 && (list[len - 1] == ' ' || list[len - 1] == '\t'))
		len--;
	*at = list;
	return len;
}

const char *
config_rack(const struct config *c, int dirs, int k, char *buf, size_t size)
{
	const char *rack = c->broker_rack;
	size_t len;

	if (rack == NULL)
		return NULL;
	len = strlen(rack);
	if (dirs > 1 && strchr(rack, ',') != NULL)
		len = entry(rack, k, &rack);
	if (len == 0)
		return NULL;
	snprintf(buf, size, "%.*s", (int)len, rack);
	return buf;
}

bool
config_rack_aware(const struct config *c)
{
	return c->replica_selector_class != NULL && strcmp(c->replica_selector_class, RACK_AWARE) == 0;
}

static void
check_racks(const struct config *c, struct config_err *err)
{
	const int dirs = config_log_dirs(c)->n;
	const char *rack = c->broker_rack, *selector = c->replica_selector_class, *at;
	char where[512];
	int n = 1, empty = 0;

	for (const char *p = rack; dirs > 1 && p != NULL && (p = strchr(p, ',')) != NULL; p++)
		n++;
	for (int k = 0; n > 1 && k < n; k++)
		empty += entry(rack, k, &at) == 0;
	if (n > 1 && (n != dirs || empty > 0))
		config_err_add(err,
		    "%sbroker.rack = %s: log.dirs has %d directories: expected one rack for all of them, or one for each, "
		    "separated by commas",
		    place(c, CONFIG_ID_broker_rack, where, sizeof(where)), rack, dirs);
	if (selector != NULL && strcmp(selector, RACK_AWARE) != 0)
		config_err_add(err, "%sreplica.selector.class = %s: expected " RACK_AWARE ", or leave it out",
		    place(c, CONFIG_ID_replica_selector_class, where, sizeof(where)), selector);
}

int
config_check(const struct config *c, struct config_err *err)
{
	struct listener_set listeners, advertised;
	struct disk_budget budget;
	char where[512];
	int before = err->count, k;

	check_directories(c, err);
	check_racks(c, err);
	for (k = 0; k < config_log_dirs(c)->n && err->count == before; k++)
		if (listeners_of_node(c, k, &listeners, err) == 0)
			advertised_of_node(c, k, &advertised, err);
	if (c->num_network_threads == 0)
		config_err_add(err,
		    "%snum.network.threads = 0: expected -1 (one per core) or 1 to 64",
		    place(c, CONFIG_ID_num_network_threads, where, sizeof(where)));
	if (c->message_max_bytes > c->socket_request_max_bytes)
		config_err_add(err,
		    "%smessage.max.bytes = %d: a batch of this size does not fit into a request, "
		    "raise "
		    "socket.request.max.bytes (%d)",
		    place(c, CONFIG_ID_message_max_bytes, where, sizeof(where)),
		    c->message_max_bytes, c->socket_request_max_bytes);
	if (config_retention_ms(c) == 0) /* Kafka's words; a topic's retention.ms may be 0 */
		config_err_add(err,
		    "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or equal to 1");
	if (config_disk_budget(c, &budget) == -1)
		config_err_add(err,
		    "%slog.disk.budget = %s: expected a share such as 85%%, a number of bytes, or -1 for "
		    "no bound",
		    place(c, CONFIG_ID_log_disk_budget, where, sizeof(where)), c->log_disk_budget);
	if (c->log_cleaner_min_compaction_lag_ms > c->log_cleaner_max_compaction_lag_ms)
		config_err_add(err,
		    "%slog.cleaner.min.compaction.lag.ms is above "
		    "log.cleaner.max.compaction.lag.ms",
		    place(c, CONFIG_ID_log_cleaner_min_compaction_lag_ms, where, sizeof(where)));
	return err->count == before ? 0 : -1;
}
