/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/list_offsets.h"
#include "fields.h"

const struct msg_field list_offsets_req_list_offsets_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct list_offsets_req_list_offsets_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"current_leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct list_offsets_req_list_offsets_partition, current_leader_epoch), -1, {4, 127}, {1, 0}, {1, 0}, -1},
	{"timestamp", MSG_INT64, 0, 0, offsetof(struct list_offsets_req_list_offsets_partition, timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field list_offsets_req_list_offsets_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct list_offsets_req_list_offsets_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_list_offsets_req_list_offsets_partition, offsetof(struct list_offsets_req_list_offsets_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field list_offsets_req_fields[] = {
	{"replica_id", MSG_INT32, 0, 0, offsetof(struct list_offsets_req, replica_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"isolation_level", MSG_INT8, 0, 0, offsetof(struct list_offsets_req, isolation_level), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_list_offsets_req_list_offsets_topic, offsetof(struct list_offsets_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"timeout_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct list_offsets_req, timeout_ms), -1, {10, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table list_offsets_req_table = {
	.name = "ListOffsetsRequest", .id = MSGID_list_offsets_req, .key = 2, .kind = MSG_REQUEST,
	.versions = {1, 11}, .flexible = {6, 127}, .plans = 372, .area = NULL
};

const struct msg_field list_offsets_resp_list_offsets_partition_response_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct list_offsets_resp_list_offsets_partition_response, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct list_offsets_resp_list_offsets_partition_response, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"timestamp", MSG_INT64, 0, 0, offsetof(struct list_offsets_resp_list_offsets_partition_response, timestamp), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"offset", MSG_INT64, 0, 0, offsetof(struct list_offsets_resp_list_offsets_partition_response, offset), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct list_offsets_resp_list_offsets_partition_response, leader_epoch), -1, {4, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field list_offsets_resp_list_offsets_topic_response_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct list_offsets_resp_list_offsets_topic_response, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_list_offsets_resp_list_offsets_partition_response, offsetof(struct list_offsets_resp_list_offsets_topic_response, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field list_offsets_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct list_offsets_resp, throttle_time_ms), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_list_offsets_resp_list_offsets_topic_response, offsetof(struct list_offsets_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table list_offsets_resp_table = {
	.name = "ListOffsetsResponse", .id = MSGID_list_offsets_resp, .key = 2, .kind = MSG_RESPONSE,
	.versions = {1, 11}, .flexible = {6, 127}, .plans = 383, .area = NULL
};
