/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/create_topics.h"
#include "fields.h"

const struct msg_field create_topics_req_creatable_replica_assignment_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct create_topics_req_creatable_replica_assignment, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"broker_ids", MSG_ARRAY, 0, MSG_INT32, offsetof(struct create_topics_req_creatable_replica_assignment, broker_ids), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field create_topics_req_creatable_topic_config_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct create_topics_req_creatable_topic_config, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct create_topics_req_creatable_topic_config, value), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field create_topics_req_creatable_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct create_topics_req_creatable_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"num_partitions", MSG_INT32, 0, 0, offsetof(struct create_topics_req_creatable_topic, num_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"replication_factor", MSG_INT16, 0, 0, offsetof(struct create_topics_req_creatable_topic, replication_factor), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignments", MSG_ARRAY, 0, MSGID_create_topics_req_creatable_replica_assignment, offsetof(struct create_topics_req_creatable_topic, assignments), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"configs", MSG_ARRAY, 0, MSGID_create_topics_req_creatable_topic_config, offsetof(struct create_topics_req_creatable_topic, configs), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field create_topics_req_fields[] = {
	{"topics", MSG_ARRAY, 0, MSGID_create_topics_req_creatable_topic, offsetof(struct create_topics_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"timeout_ms", MSG_INT32, 0, 0, offsetof(struct create_topics_req, timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 60000},
	{"validate_only", MSG_BOOL, 0, 0, offsetof(struct create_topics_req, validate_only), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table create_topics_req_table = {
	.name = "CreateTopicsRequest", .id = MSGID_create_topics_req, .key = 19, .kind = MSG_REQUEST,
	.versions = {2, 7}, .flexible = {5, 127}, .plans = 106, .area = NULL
};

const struct msg_field create_topics_resp_creatable_topic_configs_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct create_topics_resp_creatable_topic_configs, name), -1, {5, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct create_topics_resp_creatable_topic_configs, value), -1, {5, 127}, {5, 127}, {1, 0}, 0},
	{"read_only", MSG_BOOL, 0, 0, offsetof(struct create_topics_resp_creatable_topic_configs, read_only), -1, {5, 127}, {1, 0}, {1, 0}, 0},
	{"config_source", MSG_INT8, MSG_IGNORABLE, 0, offsetof(struct create_topics_resp_creatable_topic_configs, config_source), -1, {5, 127}, {1, 0}, {1, 0}, -1},
	{"is_sensitive", MSG_BOOL, 0, 0, offsetof(struct create_topics_resp_creatable_topic_configs, is_sensitive), -1, {5, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field create_topics_resp_creatable_topic_result_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct create_topics_resp_creatable_topic_result, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct create_topics_resp_creatable_topic_result, topic_id), -1, {7, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct create_topics_resp_creatable_topic_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct create_topics_resp_creatable_topic_result, error_message), -1, {1, 127}, {0, 127}, {1, 0}, 0},
	{"topic_config_error_code", MSG_INT16, MSG_IGNORABLE, 0, offsetof(struct create_topics_resp_creatable_topic_result, topic_config_error_code), 0, {5, 127}, {1, 0}, {5, 127}, 0},
	{"num_partitions", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct create_topics_resp_creatable_topic_result, num_partitions), -1, {5, 127}, {1, 0}, {1, 0}, -1},
	{"replication_factor", MSG_INT16, MSG_IGNORABLE, 0, offsetof(struct create_topics_resp_creatable_topic_result, replication_factor), -1, {5, 127}, {1, 0}, {1, 0}, -1},
	{"configs", MSG_ARRAY, MSG_IGNORABLE, MSGID_create_topics_resp_creatable_topic_configs, offsetof(struct create_topics_resp_creatable_topic_result, configs), -1, {5, 127}, {5, 127}, {1, 0}, 0},
};

const struct msg_field create_topics_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct create_topics_resp, throttle_time_ms), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_create_topics_resp_creatable_topic_result, offsetof(struct create_topics_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table create_topics_resp_table = {
	.name = "CreateTopicsResponse", .id = MSGID_create_topics_resp, .key = 19, .kind = MSG_RESPONSE,
	.versions = {2, 7}, .flexible = {5, 127}, .plans = 112, .area = NULL
};
