/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/offset_commit.h"
#include "fields.h"

const struct msg_field offset_commit_req_offset_commit_request_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct offset_commit_req_offset_commit_request_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"committed_offset", MSG_INT64, 0, 0, offsetof(struct offset_commit_req_offset_commit_request_partition, committed_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"committed_leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_commit_req_offset_commit_request_partition, committed_leader_epoch), -1, {6, 127}, {1, 0}, {1, 0}, -1},
	{"committed_metadata", MSG_STRING, 0, 0, offsetof(struct offset_commit_req_offset_commit_request_partition, committed_metadata), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field offset_commit_req_offset_commit_request_topic_fields[] = {
	{"name", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct offset_commit_req_offset_commit_request_topic, name), -1, {0, 9}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct offset_commit_req_offset_commit_request_topic, topic_id), -1, {10, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_offset_commit_req_offset_commit_request_partition, offsetof(struct offset_commit_req_offset_commit_request_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_commit_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct offset_commit_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"generation_id_or_member_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_commit_req, generation_id_or_member_epoch), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"member_id", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct offset_commit_req, member_id), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"group_instance_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct offset_commit_req, group_instance_id), -1, {7, 127}, {7, 127}, {1, 0}, 0},
	{"retention_time_ms", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct offset_commit_req, retention_time_ms), -1, {2, 4}, {1, 0}, {1, 0}, -1},
	{"topics", MSG_ARRAY, 0, MSGID_offset_commit_req_offset_commit_request_topic, offsetof(struct offset_commit_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table offset_commit_req_table = {
	.name = "OffsetCommitRequest", .id = MSGID_offset_commit_req, .key = 8, .kind = MSG_REQUEST,
	.versions = {2, 10}, .flexible = {8, 127}, .plans = 430, .area = NULL
};

const struct msg_field offset_commit_resp_offset_commit_response_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct offset_commit_resp_offset_commit_response_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct offset_commit_resp_offset_commit_response_partition, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_commit_resp_offset_commit_response_topic_fields[] = {
	{"name", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct offset_commit_resp_offset_commit_response_topic, name), -1, {0, 9}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct offset_commit_resp_offset_commit_response_topic, topic_id), -1, {10, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_offset_commit_resp_offset_commit_response_partition, offsetof(struct offset_commit_resp_offset_commit_response_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_commit_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_commit_resp, throttle_time_ms), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_offset_commit_resp_offset_commit_response_topic, offsetof(struct offset_commit_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table offset_commit_resp_table = {
	.name = "OffsetCommitResponse", .id = MSGID_offset_commit_resp, .key = 8, .kind = MSG_RESPONSE,
	.versions = {2, 10}, .flexible = {8, 127}, .plans = 439, .area = NULL
};
