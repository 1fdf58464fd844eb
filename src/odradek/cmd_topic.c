/* SPDX-License-Identifier: ISC */
/* cmd_topic.c - "odradek topic list|describe": what is kept, why, until when, and where the setting
 * came from; and the replicas, with what is the matter with them. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "topic.h"
#include "odradek/base/xalloc.h"

static int topic_list(int argc, char **argv), topic_describe(int argc, char **argv);

const struct command topic_commands[] = {
    {"list", "", "every topic", topic_list},
    {"describe", "TOPIC...",
	"partitions, their replicas, and what is kept: how long, by which setting, and what leaves next",
	topic_describe},
    {NULL, NULL, NULL, NULL},
};

int
topic_main(int argc, char **argv)
{
	return command_run(topic_commands, "topic", argc - 1, argv + 1);
}

static int
topic_list(int argc, char **argv)
{
	static const char *const headings[] = {"TOPIC", ">PARTITIONS", ">REPLICAS"};
	const rd_kafka_metadata_t *m = cluster_metadata();
	struct table t;

	if (argc > 1)
		die_usage("\"%s\" was not expected behind \"topic list\"", argv[1]);
	table_init(&t, headings, 3);
	if (cli.json)
		json_begin(NULL, '[');
	for (int i = 0; i < m->topic_cnt; i++) {
		const rd_kafka_metadata_topic_t *topic = &m->topics[i];
		int replicas = topic->partition_cnt > 0 ? topic->partitions[0].replica_cnt : 0;

		if (cli.json) {
			json_begin(NULL, '{');
			json_text("topic", topic->topic);
			json_number("partitions", topic->partition_cnt);
			json_number("replicas", replicas);
			json_end();
			continue;
		}
		table_cell(&t, "%s", topic->topic);
		table_cell(&t, "%d", topic->partition_cnt);
		table_cell(&t, "%d", replicas);
	}
	if (cli.json)
		json_end();
	else
		table_print(&t);
	return EXIT_OK;
}

/* ---- describe ---- */

struct part {
	int64_t start, end, oldest_ms; /* -1 = not known; oldest_ms: time of the first record */
	const char *error;
};

static const rd_kafka_metadata_topic_t *
find(const char *name)
{
	const rd_kafka_metadata_t *m = cluster_metadata();

	for (int i = 0; i < m->topic_cnt; i++)
		if (strcmp(m->topics[i].topic, name) == 0)
			return &m->topics[i];
	die("there is no topic \"%s\" at %s: \"odradek topic list\" shows those that are there",
	    name, cli.bootstrap);
}

static struct part *
measure(const rd_kafka_metadata_topic_t *t)
{
	rd_kafka_topic_partition_list_t *first =
					    rd_kafka_topic_partition_list_new(t->partition_cnt),
					*last, *some;
	struct part *part = xcalloc((size_t)t->partition_cnt + 1, sizeof *part);
	int *at = xcalloc((size_t)t->partition_cnt + 1, sizeof *at);
	int64_t *ms = xcalloc((size_t)t->partition_cnt + 1, sizeof *ms);

	for (int i = 0; i < t->partition_cnt; i++)
		rd_kafka_topic_partition_list_add(first, t->topic, i)->offset = TIME_EARLIEST;
	last = rd_kafka_topic_partition_list_copy(first);
	some = rd_kafka_topic_partition_list_new(t->partition_cnt);
	for (int i = 0; i < t->partition_cnt; i++)
		last->elems[i].offset = TIME_LATEST;
	offsets_by_time(first);
	offsets_by_time(last);
	for (int i = 0; i < t->partition_cnt; i++) {
		bool bad = first->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR;

		part[i] =
		    (struct part){-1, -1, -1, bad ? rd_kafka_err2str(first->elems[i].err) : NULL};
		if (bad || last->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
			continue;
		part[i].start = first->elems[i].offset;
		part[i].end = last->elems[i].offset;
		if (part[i].start == part[i].end)
			continue;
		at[some->cnt] = i;
		rd_kafka_topic_partition_list_add(some, t->topic, i)->offset = part[i].start;
	}
	record_times(some, ms);
	for (int i = 0; i < some->cnt; i++)
		part[at[i]].oldest_ms = ms[i];
	rd_kafka_topic_partition_list_destroy(first);
	rd_kafka_topic_partition_list_destroy(last);
	rd_kafka_topic_partition_list_destroy(some);
	free(at);
	free(ms);
	return part;
}

static const char *
source(const struct topic_settings *s, int which)
{
	static char text[4][160];
	static int at;
	char *to = text[at++ % 4];

	snprintf(to, sizeof text[0], "%s=%s, %s", setting_names[which], s->v[which].value,
	    s->v[which].source);
	return to;
}

static bool
own_setting(const struct setting *s)
{
	return s->source != NULL && strcmp(s->source, SOURCE_TOPIC) == 0;
}

/* Odradek's log.disk.budget, where it may take records of this topic before their time; other brokers have none. */
static void
print_budget(const rd_kafka_metadata_topic_t *t, const struct topic_settings *s)
{
	struct setting budget;
	int32_t leader = -1;

	if (own_setting(&s->v[SET_RETENTION_MS]) || own_setting(&s->v[SET_RETENTION_BYTES]))
		return;
	for (int i = 0; i < t->partition_cnt && leader < 0; i++) /* the first that has one */
		leader = t->partitions[i].leader;
	if (leader < 0)
		return;
	budget = broker_setting_get(leader, "log.disk.budget");
	if (budget.value != NULL && setting_number(&budget) != -1)
		printf("%-12s or shorter, when the disk is beyond its budget (log.disk.budget=%s, %s)\n", "",
		    budget.value, budget.source);
	free(budget.value);
	free(budget.source);
}

/* What is kept and why, in sentences. */
static void
print_keeping(const rd_kafka_metadata_topic_t *t, const struct topic_settings *s)
{
	bool deletes = setting_has(&s->v[SET_POLICY], "delete"),
	     compacts = setting_has(&s->v[SET_POLICY], "compact");
	int64_t ms = setting_number(&s->v[SET_RETENTION_MS]),
		bytes = setting_number(&s->v[SET_RETENTION_BYTES]);
	const char *label = "Kept";

	if (s->v[SET_POLICY].value == NULL) {
		printf("Kept         not known: the broker did not tell its settings\n");
		return;
	}
	if (compacts) {
		printf("%-12s the latest record of every key (%s)\n", label, source(s, SET_POLICY));
		label = "";
		printf("%-12s a deleted key's tombstone for %s (%s)\n", label,
		    span_text(setting_number(&s->v[SET_DELETE_RETENTION_MS])),
		    source(s, SET_DELETE_RETENTION_MS));
	}
	if (deletes && ms >= 0) {
		printf("%-12s records of the last %s (%s)\n", label, span_text(ms),
		    source(s, SET_RETENTION_MS));
		label = "";
	}
	if (deletes && bytes >= 0) {
		printf("%-12s at most %s in each partition (%s)\n", label, bytes_text(bytes),
		    source(s, SET_RETENTION_BYTES));
		label = "";
	}
	if (deletes && ms < 0 && bytes < 0)
		printf("%-12s everything, for ever (%s; %s)\n", label, source(s, SET_RETENTION_MS),
		    source(s, SET_RETENTION_BYTES));
	if (deletes)
		print_budget(t, s);
	printf(
	    "Files        of at most %s or %s (%s; %s); a file leaves when its newest record may\n",
	    bytes_text(setting_number(&s->v[SET_SEGMENT_BYTES])),
	    span_text(setting_number(&s->v[SET_SEGMENT_MS])), source(s, SET_SEGMENT_BYTES),
	    source(s, SET_SEGMENT_MS));
}

/* When the partition's oldest record may leave; -1 = not by time. */
static int64_t
leaves_ms(const struct part *p, const struct topic_settings *s)
{
	int64_t ms = setting_number(&s->v[SET_RETENTION_MS]);

	return p->oldest_ms >= 0 && ms >= 0 && setting_has(&s->v[SET_POLICY], "delete")
		   ? p->oldest_ms + ms
		   : -1;
}

static void
print_partitions(
    const rd_kafka_metadata_topic_t *t, const struct part *part, const struct replicas *r, const struct topic_settings *s)
{
	static const char *const headings[] = {">PARTITION", ">LEADER", "REPLICAS", "IN SYNC",
	    ">START", ">END", "OLDEST RECORD", "MAY LEAVE FROM"};
	struct table table;

	table_init(&table, headings, 8);
	for (int i = 0; i < t->partition_cnt; i++) {
		table_cell(&table, "%d", t->partitions[i].id);
		r[i].leader >= 0 ? table_cell(&table, "%d", r[i].leader) : table_cell(&table, "none");
		table_cell(&table, "%s", ids_text(&r[i].all));
		table_cell(&table, "%s%s", ids_text(&r[i].in_sync), replicas_under(&r[i]) ? " !" : "");
		part[i].start >= 0 ? table_cell(&table, "%" PRId64, part[i].start)
				   : table_cell(&table, "-");
		part[i].end >= 0 ? table_cell(&table, "%" PRId64, part[i].end)
				 : table_cell(&table, "-");
		table_cell(&table, "%s",
		    part[i].error != NULL    ? part[i].error
		    : part[i].oldest_ms >= 0 ? time_text(part[i].oldest_ms)
					     : "-");
		table_cell(&table, "%s",
		    leaves_ms(&part[i], s) >= 0 ? time_text(leaves_ms(&part[i], s)) : "-");
	}
	table_print(&table);
}

static void
describe_json(
    const rd_kafka_metadata_topic_t *t, const struct part *part, const struct replicas *r, const struct topic_settings *s)
{
	json_begin(NULL, '{');
	json_text("topic", t->topic);
	json_begin("settings", '{');
	for (int k = 0; k < SETTINGS; k++) {
		json_begin(setting_names[k], '{');
		json_text("value", s->v[k].value);
		json_text("source", s->v[k].source);
		json_end();
	}
	json_end();
	json_begin("partitions", '[');
	for (int i = 0; i < t->partition_cnt; i++) {
		json_begin(NULL, '{');
		json_number("partition", t->partitions[i].id);
		replicas_json(&r[i]);
		part[i].start >= 0 ? json_number("start", part[i].start) : json_null("start");
		part[i].end >= 0 ? json_number("end", part[i].end) : json_null("end");
		part[i].oldest_ms >= 0 ? json_number("oldest_ms", part[i].oldest_ms)
				       : json_null("oldest_ms");
		leaves_ms(&part[i], s) >= 0
		    ? json_number("may_leave_from_ms", leaves_ms(&part[i], s))
		    : json_null("may_leave_from_ms");
		json_text("error", part[i].error);
		json_end();
	}
	json_end();
	json_end();
}

static void
describe(const rd_kafka_metadata_topic_t *t, const struct part *part, const struct replicas *r, const struct topic_settings *s,
    const char *why)
{
	printf("Topic        %s\nPartitions   %d", t->topic, t->partition_cnt);
	replicas_sum(r, t->partition_cnt);
	putchar('\n');
	print_keeping(t, s);
	putchar('\n');
	print_partitions(t, part, r, s);
	replicas_print(t, r, s);
	if (why != NULL)
		printf("\nWhether replicas are moved, and how far any is behind, is not known: %s\n", why);
}

static int
topic_describe(int argc, char **argv)
{
	struct topic_settings *s;

	if (argc < 2)
		die_usage(
		    "topic describe wants the names of topics; \"odradek topic list\" shows them");
	for (int i = 1; i < argc; i++)
		find(argv[i]);
	s = topic_settings_get((const char *const *)argv + 1, (size_t)argc - 1);
	if (cli.json)
		json_begin(NULL, '[');
	for (int i = 1; i < argc; i++) {
		const rd_kafka_metadata_topic_t *t = find(argv[i]);
		const char *why;
		struct replicas *r = replicas_get(t, &s[i - 1], &why);
		struct part *part = measure(t);

		if (i > 1 && !cli.json)
			putchar('\n');
		if (cli.json)
			describe_json(t, part, r, &s[i - 1]);
		else
			describe(t, part, r, &s[i - 1], why);
		replicas_free(r, t->partition_cnt);
		free(part);
	}
	if (cli.json)
		json_end();
	topic_settings_free(s, (size_t)argc - 1);
	return EXIT_OK;
}
