/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/create_partitions.h"
#include "fields.h"

const struct msg_field create_partitions_req_create_partitions_assignment_fields[] = {
	{"broker_ids", MSG_ARRAY, 0, MSG_INT32, offsetof(struct create_partitions_req_create_partitions_assignment, broker_ids), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field create_partitions_req_create_partitions_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct create_partitions_req_create_partitions_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"count", MSG_INT32, 0, 0, offsetof(struct create_partitions_req_create_partitions_topic, count), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignments", MSG_ARRAY, 0, MSGID_create_partitions_req_create_partitions_assignment, offsetof(struct create_partitions_req_create_partitions_topic, assignments), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field create_partitions_req_fields[] = {
	{"topics", MSG_ARRAY, 0, MSGID_create_partitions_req_create_partitions_topic, offsetof(struct create_partitions_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"timeout_ms", MSG_INT32, 0, 0, offsetof(struct create_partitions_req, timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"validate_only", MSG_BOOL, 0, 0, offsetof(struct create_partitions_req, validate_only), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table create_partitions_req_table = {
	.name = "CreatePartitionsRequest", .id = MSGID_create_partitions_req, .key = 37, .kind = MSG_REQUEST,
	.versions = {0, 3}, .flexible = {2, 127}, .plans = 98, .area = NULL
};

const struct msg_field create_partitions_resp_create_partitions_topic_result_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct create_partitions_resp_create_partitions_topic_result, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct create_partitions_resp_create_partitions_topic_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct create_partitions_resp_create_partitions_topic_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field create_partitions_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct create_partitions_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"results", MSG_ARRAY, 0, MSGID_create_partitions_resp_create_partitions_topic_result, offsetof(struct create_partitions_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table create_partitions_resp_table = {
	.name = "CreatePartitionsResponse", .id = MSGID_create_partitions_resp, .key = 37, .kind = MSG_RESPONSE,
	.versions = {0, 3}, .flexible = {2, 127}, .plans = 102, .area = NULL
};
