/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/offset_fetch.h"
#include "fields.h"

const struct msg_field offset_fetch_req_offset_fetch_request_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct offset_fetch_req_offset_fetch_request_topic, name), -1, {0, 7}, {1, 0}, {1, 0}, 0},
	{"partition_indexes", MSG_ARRAY, 0, MSG_INT32, offsetof(struct offset_fetch_req_offset_fetch_request_topic, partition_indexes), -1, {0, 7}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_fetch_req_offset_fetch_request_topics_fields[] = {
	{"name", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct offset_fetch_req_offset_fetch_request_topics, name), -1, {8, 9}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct offset_fetch_req_offset_fetch_request_topics, topic_id), -1, {10, 127}, {1, 0}, {1, 0}, 0},
	{"partition_indexes", MSG_ARRAY, 0, MSG_INT32, offsetof(struct offset_fetch_req_offset_fetch_request_topics, partition_indexes), -1, {8, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_fetch_req_offset_fetch_request_group_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct offset_fetch_req_offset_fetch_request_group, group_id), -1, {8, 127}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct offset_fetch_req_offset_fetch_request_group, member_id), -1, {9, 127}, {9, 127}, {1, 0}, 0},
	{"member_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_fetch_req_offset_fetch_request_group, member_epoch), -1, {9, 127}, {1, 0}, {1, 0}, -1},
	{"topics", MSG_ARRAY, 0, MSGID_offset_fetch_req_offset_fetch_request_topics, offsetof(struct offset_fetch_req_offset_fetch_request_group, topics), -1, {8, 127}, {8, 127}, {1, 0}, 0},
};

const struct msg_field offset_fetch_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct offset_fetch_req, group_id), -1, {0, 7}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_offset_fetch_req_offset_fetch_request_topic, offsetof(struct offset_fetch_req, topics), -1, {0, 7}, {2, 7}, {1, 0}, 0},
	{"groups", MSG_ARRAY, 0, MSGID_offset_fetch_req_offset_fetch_request_group, offsetof(struct offset_fetch_req, groups), -1, {8, 127}, {1, 0}, {1, 0}, 0},
	{"require_stable", MSG_BOOL, 0, 0, offsetof(struct offset_fetch_req, require_stable), -1, {7, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table offset_fetch_req_table = {
	.name = "OffsetFetchRequest", .id = MSGID_offset_fetch_req, .key = 9, .kind = MSG_REQUEST,
	.versions = {1, 10}, .flexible = {6, 127}, .plans = 450, .area = NULL
};

const struct msg_field offset_fetch_resp_offset_fetch_response_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_partition, partition_index), -1, {0, 7}, {1, 0}, {1, 0}, 0},
	{"committed_offset", MSG_INT64, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_partition, committed_offset), -1, {0, 7}, {1, 0}, {1, 0}, 0},
	{"committed_leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_partition, committed_leader_epoch), -1, {5, 7}, {1, 0}, {1, 0}, -1},
	{"metadata", MSG_STRING, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_partition, metadata), -1, {0, 7}, {0, 7}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_partition, error_code), -1, {0, 7}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_fetch_resp_offset_fetch_response_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_topic, name), -1, {0, 7}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_offset_fetch_resp_offset_fetch_response_partition, offsetof(struct offset_fetch_resp_offset_fetch_response_topic, partitions), -1, {0, 7}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_fetch_resp_offset_fetch_response_partitions_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_partitions, partition_index), -1, {8, 127}, {1, 0}, {1, 0}, 0},
	{"committed_offset", MSG_INT64, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_partitions, committed_offset), -1, {8, 127}, {1, 0}, {1, 0}, 0},
	{"committed_leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_partitions, committed_leader_epoch), -1, {8, 127}, {1, 0}, {1, 0}, -1},
	{"metadata", MSG_STRING, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_partitions, metadata), -1, {8, 127}, {8, 127}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_partitions, error_code), -1, {8, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_fetch_resp_offset_fetch_response_topics_fields[] = {
	{"name", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_topics, name), -1, {8, 9}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_topics, topic_id), -1, {10, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_offset_fetch_resp_offset_fetch_response_partitions, offsetof(struct offset_fetch_resp_offset_fetch_response_topics, partitions), -1, {8, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_fetch_resp_offset_fetch_response_group_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_group, group_id), -1, {8, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_offset_fetch_resp_offset_fetch_response_topics, offsetof(struct offset_fetch_resp_offset_fetch_response_group, topics), -1, {8, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct offset_fetch_resp_offset_fetch_response_group, error_code), -1, {8, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_fetch_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_fetch_resp, throttle_time_ms), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_offset_fetch_resp_offset_fetch_response_topic, offsetof(struct offset_fetch_resp, topics), -1, {0, 7}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, MSG_IGNORABLE, 0, offsetof(struct offset_fetch_resp, error_code), -1, {2, 7}, {1, 0}, {1, 0}, 0},
	{"groups", MSG_ARRAY, 0, MSGID_offset_fetch_resp_offset_fetch_response_group, offsetof(struct offset_fetch_resp, groups), -1, {8, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table offset_fetch_resp_table = {
	.name = "OffsetFetchResponse", .id = MSGID_offset_fetch_resp, .key = 9, .kind = MSG_RESPONSE,
	.versions = {1, 10}, .flexible = {6, 127}, .plans = 460, .area = NULL
};
