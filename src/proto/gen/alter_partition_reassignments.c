/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/alter_partition_reassignments.h"
#include "fields.h"

const struct msg_field alter_partition_reassignments_req_reassignable_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct alter_partition_reassignments_req_reassignable_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"replicas", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct alter_partition_reassignments_req_reassignable_partition, replicas), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field alter_partition_reassignments_req_reassignable_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct alter_partition_reassignments_req_reassignable_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_alter_partition_reassignments_req_reassignable_partition, offsetof(struct alter_partition_reassignments_req_reassignable_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_partition_reassignments_req_fields[] = {
	{"timeout_ms", MSG_INT32, 0, 0, offsetof(struct alter_partition_reassignments_req, timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 60000},
	{"allow_replication_factor_change", MSG_BOOL, 0, 0, offsetof(struct alter_partition_reassignments_req, allow_replication_factor_change), -1, {1, 127}, {1, 0}, {1, 0}, 1},
	{"topics", MSG_ARRAY, 0, MSGID_alter_partition_reassignments_req_reassignable_topic, offsetof(struct alter_partition_reassignments_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table alter_partition_reassignments_req_table = {
	.name = "AlterPartitionReassignmentsRequest", .id = MSGID_alter_partition_reassignments_req, .key = 45, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 54, .area = NULL
};

const struct msg_field alter_partition_reassignments_resp_reassignable_partition_response_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct alter_partition_reassignments_resp_reassignable_partition_response, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct alter_partition_reassignments_resp_reassignable_partition_response, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct alter_partition_reassignments_resp_reassignable_partition_response, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field alter_partition_reassignments_resp_reassignable_topic_response_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct alter_partition_reassignments_resp_reassignable_topic_response, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_alter_partition_reassignments_resp_reassignable_partition_response, offsetof(struct alter_partition_reassignments_resp_reassignable_topic_response, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_partition_reassignments_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct alter_partition_reassignments_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"allow_replication_factor_change", MSG_BOOL, MSG_IGNORABLE, 0, offsetof(struct alter_partition_reassignments_resp, allow_replication_factor_change), -1, {1, 127}, {1, 0}, {1, 0}, 1},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct alter_partition_reassignments_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct alter_partition_reassignments_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"responses", MSG_ARRAY, 0, MSGID_alter_partition_reassignments_resp_reassignable_topic_response, offsetof(struct alter_partition_reassignments_resp, responses), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table alter_partition_reassignments_resp_table = {
	.name = "AlterPartitionReassignmentsResponse", .id = MSGID_alter_partition_reassignments_resp, .key = 45, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 56, .area = NULL
};
