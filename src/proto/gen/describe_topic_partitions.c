/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_topic_partitions.h"
#include "fields.h"

const struct msg_field describe_topic_partitions_req_topic_request_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct describe_topic_partitions_req_topic_request, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_topic_partitions_req_cursor_fields[] = {
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct describe_topic_partitions_req_cursor, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct describe_topic_partitions_req_cursor, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_topic_partitions_req_fields[] = {
	{"topics", MSG_ARRAY, 0, MSGID_describe_topic_partitions_req_topic_request, offsetof(struct describe_topic_partitions_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"response_partition_limit", MSG_INT32, 0, 0, offsetof(struct describe_topic_partitions_req, response_partition_limit), -1, {0, 127}, {1, 0}, {1, 0}, 2000},
	{"cursor", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_describe_topic_partitions_req_cursor, offsetof(struct describe_topic_partitions_req, cursor), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table describe_topic_partitions_req_table = {
	.name = "DescribeTopicPartitionsRequest", .id = MSGID_describe_topic_partitions_req, .key = 75, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 220, .area = NULL
};

const struct msg_field describe_topic_partitions_resp_describe_topic_partitions_response_partition_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_partition, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_id", MSG_INT32, 0, 0, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_partition, leader_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_partition, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"replica_nodes", MSG_ARRAY, 0, MSG_INT32, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_partition, replica_nodes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"isr_nodes", MSG_ARRAY, 0, MSG_INT32, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_partition, isr_nodes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"eligible_leader_replicas", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_partition, eligible_leader_replicas), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"last_known_elr", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_partition, last_known_elr), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"offline_replicas", MSG_ARRAY, MSG_IGNORABLE, MSG_INT32, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_partition, offline_replicas), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_topic_partitions_resp_describe_topic_partitions_response_topic_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_topic, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"name", MSG_STRING, 0, 0, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_topic, name), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_topic, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"is_internal", MSG_BOOL, MSG_IGNORABLE, 0, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_topic, is_internal), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_describe_topic_partitions_resp_describe_topic_partitions_response_partition, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_authorized_operations", MSG_INT32, 0, 0, offsetof(struct describe_topic_partitions_resp_describe_topic_partitions_response_topic, topic_authorized_operations), -1, {0, 127}, {1, 0}, {1, 0}, -2147483648},
};

const struct msg_field describe_topic_partitions_resp_cursor_fields[] = {
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct describe_topic_partitions_resp_cursor, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct describe_topic_partitions_resp_cursor, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_topic_partitions_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct describe_topic_partitions_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_describe_topic_partitions_resp_describe_topic_partitions_response_topic, offsetof(struct describe_topic_partitions_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"next_cursor", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_describe_topic_partitions_resp_cursor, offsetof(struct describe_topic_partitions_resp, next_cursor), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table describe_topic_partitions_resp_table = {
	.name = "DescribeTopicPartitionsResponse", .id = MSGID_describe_topic_partitions_resp, .key = 75, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 221, .area = NULL
};
