/* SPDX-License-Identifier: ISC */
/* topic_config-t.c - Kafka's checks of topic configurations, in Kafka's words; defaults; synonyms.
 */
#include "config.h"

#include "odradek/base/topic_config.h"
#include "t/tap/tap.h"

#include <stdlib.h>
#include <string.h>

/* What Kafka 4.1 says; NULL is "accepted". */
static const struct {
	const char *name, *value, *error;
} kafka[] = {
    {"cleanup.policy", "foo",
	"Invalid value foo for configuration cleanup.policy: String must be one of: compact, "
	"delete"},
    {"cleanup.policy", "", NULL},
    {"cleanup.policy", "delete,delete", NULL},
    {"cleanup.policy", "compact, delete", NULL},
    {"segment.bytes", "abc",
	"Invalid value abc for configuration segment.bytes: Not a number of type INT"},
    {"segment.bytes", "1",
	"Invalid value 1 for configuration segment.bytes: Value must be at least 1048576"},
    {"segment.bytes", " 1048576 ", NULL},
    {"segment.bytes", "99999999999",
	"Invalid value 99999999999 for configuration segment.bytes: Not a number of type INT"},
    {"segment.bytes", "",
	"Invalid value  for configuration segment.bytes: Not a number of type INT"},
    {"segment.ms", "9223372036854775808",
	"Invalid value 9223372036854775808 for configuration segment.ms: Not a number of type "
	"LONG"},
    {"segment.ms", "9223372036854775807", NULL},
    {"compression.type", "lzma",
	"Invalid value lzma for configuration compression.type: String must be one of: "
	"uncompressed, zstd, lz4, snappy, gzip, producer"},
    {"compression.type", "",
	"Invalid value  for configuration compression.type: String must be one of: uncompressed, "
	"zstd, lz4, snappy, gzip, producer"},
    {"min.cleanable.dirty.ratio", "1.5",
	"Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than "
	"1"},
    {"min.cleanable.dirty.ratio", "x",
	"Invalid value x for configuration min.cleanable.dirty.ratio: Not a number of type DOUBLE"},
    {"preallocate", "yes",
	"Invalid value yes for configuration preallocate: Expected value to be either true or "
	"false"},
    {"preallocate", "TRUE", NULL},
    {"retention.ms", "-2",
	"Invalid value -2 for configuration retention.ms: Value must be at least -1"},
    {"retention.bytes", "-7", NULL},
    {"compression.gzip.level", "0",
	"Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 "
	"or equal to -1"},
    {"compression.gzip.level", "10",
	"Invalid value 10 for configuration compression.gzip.level: Value must be between 1 and 9 "
	"or equal to -1"},
    {"compression.gzip.level", "-1", NULL},
    {"compression.lz4.level", "77",
	"Invalid value 77 for configuration compression.lz4.level: Value must be no more than 17"},
    {"message.timestamp.type", "x",
	"Invalid value x for configuration message.timestamp.type: String must be one of: "
	"CreateTime, LogAppendTime"},
    {"nosuch", "x", "Unknown topic config name: nosuch"},
    {"leader.replication.throttled.replicas", "x",
	"Invalid value [x] for configuration leader.replication.throttled.replicas: "
	"leader.replication.throttled.replicas must be the "
	"literal '*' or a list of replicas in the following format: "
	"[partitionId]:[brokerId],[partitionId]:[brokerId],..."},
    {"leader.replication.throttled.replicas", "0:1,1:2", NULL},
    {"leader.replication.throttled.replicas", "*", NULL},
    {"follower.replication.throttled.replicas", "", NULL},
    {"internal.segment.bytes", "5", NULL},
    {"local.retention.ms", "-3",
	"Invalid value -3 for configuration local.retention.ms: Value must be at least -2"},
    {"flush.ms", "-1", "Invalid value -1 for configuration flush.ms: Value must be at least 0"},
};

static void
check_kafka(void)
{
	struct config_err err;
	size_t i;

	for (i = 0; i < sizeof(kafka) / sizeof(kafka[0]); i++) {
		memset(&err, 0, sizeof(err));
		is_int(kafka[i].error == NULL ? 0 : -1,
		    topic_config_check(kafka[i].name, kafka[i].value, &err), "%s=%s", kafka[i].name,
		    kafka[i].value);
		if (kafka[i].error != NULL)
			is_string(kafka[i].error, err.text, "in Kafka's words");
	}
}

static void
check_resolve(struct config *c)
{
	const struct config_kv kv[] = {{"retention.ms", "1000"}, {"cleanup.policy", "compact"},
	    {"preallocate", "true"}, {"internal.segment.bytes", "300"},
	    {"max.message.bytes", "broken"}};
	struct config_err err = {0};
	struct topic_config t;

	is_int(0, topic_config_resolve(&t, c, NULL, 0), "all defaults");
	ok(t.retention_ms == 604800000 && t.segment_bytes == 1073741824 &&
		t.max_message_bytes == 1048588 && t.cleanup_policy == SETTING_DELETE &&
		t.min_insync_replicas == 1 && t.segment_ms == 604800000 &&
		t.compression_type == SETTING_PRODUCER &&
		t.message_timestamp_after_max_ms == 3600000,
	    "have Kafka's values");
	config_set(c, LAYER_STATIC, "log.retention.minutes", "2", &err);
	config_set(c, LAYER_STATIC, "log.cleanup.policy", "compact,delete", &err);
	config_set(c, LAYER_DYNAMIC_DEFAULT, "message.max.bytes", "777", &err);
	topic_config_resolve(&t, c, NULL, 0);
	is_int(120000, t.retention_ms, "minutes before hours");
	is_int(SETTING_COMPACT | SETTING_DELETE, t.cleanup_policy, "words from the broker");
	is_int(777, t.max_message_bytes, "from a dynamic setting");
	is_int(1, topic_config_resolve(&t, c, kv, 5), "own values, one of them broken");
	ok(t.retention_ms == 1000 && t.cleanup_policy == SETTING_COMPACT && t.preallocate == 1 &&
		t.segment_bytes == 300 && t.max_message_bytes == 777,
	    "win, and the broken one does not");
}

static void
check_all(struct config *c)
{
	const struct config_kv lag[] = {
	    {"min.compaction.lag.ms", "100"}, {"max.compaction.lag.ms", "50"}};
	const struct config_kv tiered = {"remote.storage.enable", "true"};
	struct config_err err = {0};

	is_int(-1, topic_config_check_all(c, lag, 2, &err), "a contradiction");
	is_string("conflict topic config setting min.compaction.lag.ms (100) > "
		  "max.compaction.lag.ms (50)",
	    err.text, NULL);
	memset(&err, 0, sizeof(err));
	is_int(-1, topic_config_check_all(c, &tiered, 1, &err), "tiered storage");
	is_string("Tiered Storage functionality is disabled in the broker. Topic cannot be "
		  "configured with remote log storage.",
	    err.text, NULL);
	is_int(0, topic_config_check_all(c, lag + 1, 1, &err), "one of them alone");
}

static void
check_describe(void)
{
	const struct config_kv kv = {"retention.ms", " 1000"};
	struct config *c = config_new();
	struct config_entry *e = calloc(1, sizeof(*e));
	struct config_err err = {0};
	int i, n = 0;

	topic_config_describe(c, &kv, 1, TOPIC_CONFIG_retention_ms, e);
	ok(strcmp(e->value, "1000") == 0 && e->source == CONFIG_SOURCE_TOPIC && e->nsynonyms == 1 &&
		e->type == CONFIG_WIRE_LONG,
	    "own");
	is_string("retention.ms", e->synonyms[0].name,
	    "what the broker has in another unit is not shown, as with Kafka");
	topic_config_describe(c, NULL, 0, TOPIC_CONFIG_retention_ms, e);
	ok(strcmp(e->value, "604800000") == 0 && e->source == CONFIG_SOURCE_DEFAULT &&
		e->nsynonyms == 0,
	    "default");
	config_set(c, LAYER_STATIC, "log.retention.hours", "24", &err);
	topic_config_describe(c, NULL, 0, TOPIC_CONFIG_retention_ms, e);
	ok(strcmp(e->value, "86400000") == 0 && e->source == CONFIG_SOURCE_DEFAULT &&
		e->nsynonyms == 0,
	    "hours in the file are a default, as with Kafka");
	config_set(c, LAYER_STATIC, "log.retention.hours", NULL, &err);
	config_set(c, LAYER_DYNAMIC_NODE, "log.retention.ms", "5", &err);
	topic_config_describe(c, NULL, 0, TOPIC_CONFIG_retention_ms, e);
	ok(strcmp(e->value, "5") == 0 && e->source == CONFIG_SOURCE_DYNAMIC_NODE &&
		e->nsynonyms == 2,
	    "from the node");
	topic_config_describe(c, NULL, 0, TOPIC_CONFIG_leader_replication_throttled_replicas, e);
	ok(strcmp(e->value, "") == 0 && e->source == CONFIG_SOURCE_DEFAULT && e->nsynonyms == 0,
	    "no broker setting");
	topic_config_describe(c, NULL, 0, TOPIC_CONFIG_flush_ms, e);
	ok(strcmp(e->value, "9223372036854775807") == 0, "long values");
	for (i = 0; i < TOPIC_CONFIG_COUNT; i++)
		n += topic_config_describe(c, NULL, 0, (enum topic_config_id)i, e) == 0 &&
		     e->value != NULL;
	is_int(TOPIC_CONFIG_COUNT - 1, n, "all but the internal one are shown");
	ok(topic_config_is_list("cleanup.policy") == 1 && topic_config_is_list("segment.ms") == 0 &&
		topic_config_is_list("x") == -1,
	    "which are lists");
	config_free(&c);
	free(e);
}

int
main(void)
{
	struct config *c = config_new();
	int i, j, k, bad = 0;
	char name[64];
	const char *p;

	plan(0);
	check_kafka();
	check_resolve(c);
	check_all(c);
	check_describe();
	static const char *const synonyms[] = {
#define TOPIC_CONFIG(field, name, type, def, min, max, values, synonyms, text) synonyms,
#include "tbl/topic_configs.h"
#undef TOPIC_CONFIG
	};
	for (i = 0; i < TOPIC_CONFIG_COUNT; i++) {
		for (p = synonyms[i], j = 0; *p != '\0'; p += p[k] == ',' ? k + 1 : k, j++) {
			k = (int)strcspn(p, ",");
			memcpy(name, p, (size_t)k);
			name[k] = '\0';
			bad += config_find(name) == -1;
		}
	}
	is_int(0, bad, "every synonym is a setting of the broker");
	config_free(&c);
	return done_testing();
}
