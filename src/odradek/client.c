/* SPDX-License-Identifier: ISC */
/* client.c - librdkafka: one client for everything that a command asks. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek.h"
#include "odradek/base/xalloc.h"

static rd_kafka_t *rk;
static const rd_kafka_metadata_t *metadata;

/* librdkafka's own lines: only what says why nothing works, and only until an answer came. */
static char last_words[512];

static void
keep_log(const rd_kafka_t *k, int level, const char *fac, const char *buf)
{
	(void)k, (void)fac;
	if (level <= 4)
		snprintf(last_words, sizeof last_words, "%s", buf);
}

static void
set(const char *name, const char *value)
{
	char err[256];

	if (rd_kafka_conf_set(cli.conf, name, value, err, sizeof err) != RD_KAFKA_CONF_OK)
		die("librdkafka does not take %s=%s: %s", name, value, err);
}

/* What -X has set goes before what suits us.  A value that is not set has no text at all. */
static void
set_default(const char *name, const char *value)
{
	char now[256] = "", was[256] = "";
	size_t n = sizeof now, m = sizeof was;
	rd_kafka_conf_t *plain = rd_kafka_conf_new();

	rd_kafka_conf_get(cli.conf, name, now, &n);
	rd_kafka_conf_get(plain, name, was, &m);
	if (strcmp(now, was) == 0)
		set(name, value);
	rd_kafka_conf_destroy(plain);
}

const rd_kafka_metadata_t *
cluster_metadata(void)
{
	client();
	return metadata;
}

rd_kafka_t *
client(void)
{
	char err[512];
	rd_kafka_resp_err_t e;

	if (rk != NULL)
		return rk;
	set("bootstrap.servers", cli.bootstrap);
	set_default("client.id", "odradek");
	/* looking at one record a partition: as little as possible is fetched beside it */
	set("enable.auto.commit", "false");
	set("enable.auto.offset.store", "false");
	set("auto.offset.reset", "earliest");
	set_default("queued.min.messages", "1");
	set_default("fetch.message.max.bytes", "4096");
	set_default("allow.auto.create.topics", "false");
	set("enable.partition.eof", "true");
	set_default(
	    "group.id", "odradek-command-line"); /* never joined, nothing is committed for it */
	rd_kafka_conf_set_log_cb(cli.conf, keep_log);
	rk = rd_kafka_new(RD_KAFKA_CONSUMER, cli.conf, err, sizeof err);
	if (rk == NULL)
		die("could not make a client: %s", err);
	cli.conf = NULL;
	e = rd_kafka_metadata(rk, 1, NULL, &metadata, cli.timeout_ms);
	if (e != RD_KAFKA_RESP_ERR_NO_ERROR)
		die("no broker of \"%s\" answered in %d s: %s%s%s\nIs it running, and is this its "
		    "address?  Give another one by -b HOST:PORT.",
		    cli.bootstrap, cli.timeout_ms / 1000, rd_kafka_err2str(e),
		    last_words[0] != '\0' ? ": " : "", last_words);
	return rk;
}

void
client_close(void)
{
	if (rk == NULL)
		return;
	rd_kafka_metadata_destroy(metadata);
	rd_kafka_consumer_close(rk);
	rd_kafka_destroy(rk);
	rk = NULL;
}

/* ---- the admin API ---- */

void
admin_begin(struct admin *a, rd_kafka_admin_op_t op, const char *what)
{
	char err[256];

	a->what = what;
	a->event = NULL;
	a->options = rd_kafka_AdminOptions_new(client(), op);
	a->queue = rd_kafka_queue_new(client());
	if (rd_kafka_AdminOptions_set_request_timeout(
		a->options, cli.timeout_ms, err, sizeof err) != RD_KAFKA_RESP_ERR_NO_ERROR)
		die("could not %s: %s", what, err);
}

const rd_kafka_event_t *
admin_wait(struct admin *a)
{
	a->event = rd_kafka_queue_poll(a->queue, cli.timeout_ms + 1000);
	if (a->event == NULL)
		die("could not %s: no answer in %d s", a->what, cli.timeout_ms / 1000);
	if (rd_kafka_event_error(a->event) != RD_KAFKA_RESP_ERR_NO_ERROR)
		die("could not %s: %s", a->what, rd_kafka_event_error_string(a->event));
	return a->event;
}

void
admin_end(struct admin *a)
{
	if (a->event != NULL)
		rd_kafka_event_destroy(a->event);
	rd_kafka_queue_destroy(a->queue);
	rd_kafka_AdminOptions_destroy(a->options);
}

/* ---- topics, offsets, times ---- */

int
topic_partitions(const char *topic)
{
	const rd_kafka_metadata_t *m = cluster_metadata();

	for (int i = 0; i < m->topic_cnt; i++)
		if (strcmp(m->topics[i].topic, topic) == 0)
			return m->topics[i].err == RD_KAFKA_RESP_ERR_NO_ERROR
				   ? m->topics[i].partition_cnt
				   : -1;
	return -1;
}

static bool
has_leader(const rd_kafka_topic_partition_t *p)
{
	const rd_kafka_metadata_t *m = cluster_metadata();

	for (int i = 0; i < m->topic_cnt; i++)
		for (int k = 0; strcmp(m->topics[i].topic, p->topic) == 0 && k < m->topics[i].partition_cnt; k++)
			if (m->topics[i].partitions[k].id == p->partition)
				return m->topics[i].partitions[k].leader >= 0;
	return true; /* librdkafka says what is the matter with it */
}

/* librdkafka waits for leaders that there are not, and then answers nothing at all: those partitions are not asked for. */
void
offsets_by_time(rd_kafka_topic_partition_list_t *list)
{
	rd_kafka_topic_partition_list_t *led = rd_kafka_topic_partition_list_new(list->cnt);
	rd_kafka_resp_err_t e = RD_KAFKA_RESP_ERR_NO_ERROR;
	int n = 0;

	for (int i = 0; i < list->cnt; i++)
		if (has_leader(&list->elems[i]))
			rd_kafka_topic_partition_list_add(led, list->elems[i].topic, list->elems[i].partition)->offset =
			    list->elems[i].offset;
		else
			list->elems[i].err = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
	if (led->cnt > 0)
		e = rd_kafka_offsets_for_times(client(), led, cli.timeout_ms);
	if (e != RD_KAFKA_RESP_ERR_NO_ERROR)
		die("could not ask for offsets: %s", rd_kafka_err2str(e));
	for (int i = 0; i < list->cnt; i++)
		if (list->elems[i].err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) {
			list->elems[i].offset = led->elems[n].offset;
			list->elems[i].err = led->elems[n++].err;
		}
	rd_kafka_topic_partition_list_destroy(led);
}

void
record_times(const rd_kafka_topic_partition_list_t *list, int64_t *ms)
{
	int64_t until = now_ms() + (cli.timeout_ms < 3000 ? cli.timeout_ms : 3000);
	int left = list->cnt;
	rd_kafka_message_t *m;

	for (int i = 0; i < list->cnt; i++)
		ms[i] = -2;
	if (left > 0 && rd_kafka_assign(client(), list) != RD_KAFKA_RESP_ERR_NO_ERROR)
		left = 0;
	while (left > 0 && now_ms() < until) {
		m = rd_kafka_consumer_poll(client(), 100);
		for (int i = 0; m != NULL && m->rkt != NULL && i < list->cnt; i++) {
			const rd_kafka_topic_partition_t *p = &list->elems[i];
			rd_kafka_timestamp_type_t type;

			if (ms[i] != -2 || p->partition != m->partition ||
			    strcmp(p->topic, rd_kafka_topic_name(m->rkt)) != 0)
				continue;
			ms[i] = m->err == RD_KAFKA_RESP_ERR_NO_ERROR
				    ? rd_kafka_message_timestamp(m, &type)
				    : -1;
			left--;
		}
		if (m != NULL)
			rd_kafka_message_destroy(m);
	}
	rd_kafka_assign(client(), NULL);
	for (int i = 0; i < list->cnt; i++)
		if (ms[i] < 0)
			ms[i] = -1;
}

/* ---- settings of topics ---- */

const char *const setting_names[SETTINGS] = {
    [SET_POLICY] = "cleanup.policy",
    [SET_RETENTION_MS] = "retention.ms",
    [SET_RETENTION_BYTES] = "retention.bytes",
    [SET_SEGMENT_MS] = "segment.ms",
    [SET_SEGMENT_BYTES] = "segment.bytes",
    [SET_DELETE_RETENTION_MS] = "delete.retention.ms",
    [SET_MIN_IN_SYNC] = "min.insync.replicas",
};

/* librdkafka's names of the sources are for programs. */
static const char *
source_text(rd_kafka_ConfigSource_t s)
{
	switch (s) {
	case RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG:
		return SOURCE_TOPIC;
	case RD_KAFKA_CONFIG_SOURCE_DYNAMIC_BROKER_CONFIG:
		return "set on the broker at run time";
	case RD_KAFKA_CONFIG_SOURCE_DYNAMIC_DEFAULT_BROKER_CONFIG:
		return "set for all brokers at run time";
	case RD_KAFKA_CONFIG_SOURCE_STATIC_BROKER_CONFIG:
		return "the broker's configuration file";
	case RD_KAFKA_CONFIG_SOURCE_DEFAULT_CONFIG:
		return "default";
	default:
		return "unknown";
	}
}

static void
take_settings(struct topic_settings *t, const rd_kafka_ConfigResource_t *r)
{
	const rd_kafka_ConfigEntry_t **e;
	size_t n;

	if (rd_kafka_ConfigResource_error(r) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	e = rd_kafka_ConfigResource_configs(r, &n);
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < SETTINGS; k++)
			if (strcmp(rd_kafka_ConfigEntry_name(e[i]), setting_names[k]) == 0 &&
			    rd_kafka_ConfigEntry_value(e[i]) != NULL) {
				t->v[k].value = xstrdup(rd_kafka_ConfigEntry_value(e[i]));
				t->v[k].source =
				    xstrdup(source_text(rd_kafka_ConfigEntry_source(e[i])));
			}
}

struct topic_settings *
topic_settings_get(const char *const *topics, size_t n)
{
	struct topic_settings *all = xcalloc(n > 0 ? n : 1, sizeof *all);
	rd_kafka_ConfigResource_t **ask = xcalloc(n > 0 ? n : 1, sizeof *ask);
	const rd_kafka_ConfigResource_t **got;
	struct admin a;
	size_t k;

	for (size_t i = 0; i < n; i++) {
		all[i].topic = xstrdup(topics[i]);
		ask[i] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topics[i]);
	}
	if (n > 0) {
		admin_begin(&a, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "read the settings of topics");
		rd_kafka_DescribeConfigs(client(), ask, n, a.options, a.queue);
		got = rd_kafka_DescribeConfigs_result_resources(
		    rd_kafka_event_DescribeConfigs_result((rd_kafka_event_t *)admin_wait(&a)), &k);
		for (size_t i = 0; i < k; i++)
			for (size_t j = 0; j < n; j++)
				if (strcmp(all[j].topic, rd_kafka_ConfigResource_name(got[i])) == 0)
					take_settings(&all[j], got[i]);
		admin_end(&a);
		rd_kafka_ConfigResource_destroy_array(ask, n);
	}
	free(ask);
	return all;
}

void
topic_settings_free(struct topic_settings *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(s[i].topic);
		for (int k = 0; k < SETTINGS; k++) {
			free(s[i].v[k].value);
			free(s[i].v[k].source);
		}
	}
	free(s);
}

struct setting
broker_setting_get(int32_t broker, const char *name)
{
	const rd_kafka_ConfigResource_t **got;
	const rd_kafka_ConfigEntry_t **e;
	rd_kafka_ConfigResource_t *ask;
	struct setting s = {NULL, NULL};
	struct admin a;
	char id[16];
	size_t n, k;

	snprintf(id, sizeof id, "%d", broker);
	ask = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, id);
	admin_begin(&a, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "read the settings of a broker");
	rd_kafka_DescribeConfigs(client(), &ask, 1, a.options, a.queue);
	got = rd_kafka_DescribeConfigs_result_resources(
	    rd_kafka_event_DescribeConfigs_result((rd_kafka_event_t *)admin_wait(&a)), &k);
	e = k == 1 ? rd_kafka_ConfigResource_configs(got[0], &n) : NULL;
	for (size_t i = 0; e != NULL && i < n; i++)
		if (strcmp(rd_kafka_ConfigEntry_name(e[i]), name) == 0 &&
		    rd_kafka_ConfigEntry_value(e[i]) != NULL) {
			s.value = xstrdup(rd_kafka_ConfigEntry_value(e[i]));
			s.source = xstrdup(source_text(rd_kafka_ConfigEntry_source(e[i])));
			break;
		}
	admin_end(&a);
	rd_kafka_ConfigResource_destroy(ask);
	return s;
}

bool
setting_has(const struct setting *s, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = s->value; p != NULL && *p != '\0';
	     p = strchr(p, ',') != NULL ? strchr(p, ',') + 1 : NULL) {
		p += strspn(p, " ");
		if (strncmp(p, word, len) == 0 &&
		    (p[len] == '\0' || p[len] == ',' || p[len] == ' '))
			return true;
	}
	return false;
}

int64_t
setting_number(const struct setting *s)
{
	int64_t n;

	return s->value != NULL && number_parse(s->value, &n) == 0 ? n : INT64_MIN;
}
