/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_share_group_offsets.h"
#include "fields.h"

const struct msg_field describe_share_group_offsets_req_describe_share_group_offsets_request_topic_fields[] = {
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct describe_share_group_offsets_req_describe_share_group_offsets_request_topic, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct describe_share_group_offsets_req_describe_share_group_offsets_request_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_share_group_offsets_req_describe_share_group_offsets_request_group_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct describe_share_group_offsets_req_describe_share_group_offsets_request_group, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_describe_share_group_offsets_req_describe_share_group_offsets_request_topic, offsetof(struct describe_share_group_offsets_req_describe_share_group_offsets_request_group, topics), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field describe_share_group_offsets_req_fields[] = {
	{"groups", MSG_ARRAY, 0, MSGID_describe_share_group_offsets_req_describe_share_group_offsets_request_group, offsetof(struct describe_share_group_offsets_req, groups), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_share_group_offsets_req_table = {
	.name = "DescribeShareGroupOffsetsRequest", .id = MSGID_describe_share_group_offsets_req, .key = 90, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 216, .area = NULL
};

const struct msg_field describe_share_group_offsets_resp_describe_share_group_offsets_response_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"start_offset", MSG_INT64, 0, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_partition, start_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_partition, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"lag", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_partition, lag), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_partition, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_partition, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field describe_share_group_offsets_resp_describe_share_group_offsets_response_topic_fields[] = {
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_topic, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_topic, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_describe_share_group_offsets_resp_describe_share_group_offsets_response_partition, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_share_group_offsets_resp_describe_share_group_offsets_response_group_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_group, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_describe_share_group_offsets_resp_describe_share_group_offsets_response_topic, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_group, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_group, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_group, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field describe_share_group_offsets_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct describe_share_group_offsets_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"groups", MSG_ARRAY, 0, MSGID_describe_share_group_offsets_resp_describe_share_group_offsets_response_group, offsetof(struct describe_share_group_offsets_resp, groups), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_share_group_offsets_resp_table = {
	.name = "DescribeShareGroupOffsetsResponse", .id = MSGID_describe_share_group_offsets_resp, .key = 90, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 218, .area = NULL
};
