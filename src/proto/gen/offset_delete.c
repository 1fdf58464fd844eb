/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/offset_delete.h"
#include "fields.h"

const struct msg_field offset_delete_req_offset_delete_request_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct offset_delete_req_offset_delete_request_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_delete_req_offset_delete_request_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct offset_delete_req_offset_delete_request_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_offset_delete_req_offset_delete_request_partition, offsetof(struct offset_delete_req_offset_delete_request_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_delete_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct offset_delete_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_offset_delete_req_offset_delete_request_topic, offsetof(struct offset_delete_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table offset_delete_req_table = {
	.name = "OffsetDeleteRequest", .id = MSGID_offset_delete_req, .key = 47, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 448, .area = NULL
};

const struct msg_field offset_delete_resp_offset_delete_response_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct offset_delete_resp_offset_delete_response_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct offset_delete_resp_offset_delete_response_partition, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_delete_resp_offset_delete_response_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct offset_delete_resp_offset_delete_response_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_offset_delete_resp_offset_delete_response_partition, offsetof(struct offset_delete_resp_offset_delete_response_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_delete_resp_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct offset_delete_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_delete_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_offset_delete_resp_offset_delete_response_topic, offsetof(struct offset_delete_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table offset_delete_resp_table = {
	.name = "OffsetDeleteResponse", .id = MSGID_offset_delete_resp, .key = 47, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 449, .area = NULL
};
