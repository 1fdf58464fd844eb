/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/offset_for_leader_epoch.h"
#include "fields.h"

const struct msg_field offset_for_leader_epoch_req_offset_for_leader_partition_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct offset_for_leader_epoch_req_offset_for_leader_partition, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"current_leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_for_leader_epoch_req_offset_for_leader_partition, current_leader_epoch), -1, {2, 127}, {1, 0}, {1, 0}, -1},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct offset_for_leader_epoch_req_offset_for_leader_partition, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_for_leader_epoch_req_offset_for_leader_topic_fields[] = {
	{"topic", MSG_STRING, 0, 0, offsetof(struct offset_for_leader_epoch_req_offset_for_leader_topic, topic), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_offset_for_leader_epoch_req_offset_for_leader_partition, offsetof(struct offset_for_leader_epoch_req_offset_for_leader_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_for_leader_epoch_req_fields[] = {
	{"replica_id", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_for_leader_epoch_req, replica_id), -1, {3, 127}, {1, 0}, {1, 0}, -2},
	{"topics", MSG_ARRAY, 0, MSGID_offset_for_leader_epoch_req_offset_for_leader_topic, offsetof(struct offset_for_leader_epoch_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table offset_for_leader_epoch_req_table = {
	.name = "OffsetForLeaderEpochRequest", .id = MSGID_offset_for_leader_epoch_req, .key = 23, .kind = MSG_REQUEST,
	.versions = {2, 4}, .flexible = {4, 127}, .plans = 470, .area = NULL
};

const struct msg_field offset_for_leader_epoch_resp_epoch_end_offset_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct offset_for_leader_epoch_resp_epoch_end_offset, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition", MSG_INT32, 0, 0, offsetof(struct offset_for_leader_epoch_resp_epoch_end_offset, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_for_leader_epoch_resp_epoch_end_offset, leader_epoch), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"end_offset", MSG_INT64, 0, 0, offsetof(struct offset_for_leader_epoch_resp_epoch_end_offset, end_offset), -1, {0, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field offset_for_leader_epoch_resp_offset_for_leader_topic_result_fields[] = {
	{"topic", MSG_STRING, 0, 0, offsetof(struct offset_for_leader_epoch_resp_offset_for_leader_topic_result, topic), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_offset_for_leader_epoch_resp_epoch_end_offset, offsetof(struct offset_for_leader_epoch_resp_offset_for_leader_topic_result, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field offset_for_leader_epoch_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_for_leader_epoch_resp, throttle_time_ms), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_offset_for_leader_epoch_resp_offset_for_leader_topic_result, offsetof(struct offset_for_leader_epoch_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table offset_for_leader_epoch_resp_table = {
	.name = "OffsetForLeaderEpochResponse", .id = MSGID_offset_for_leader_epoch_resp, .key = 23, .kind = MSG_RESPONSE,
	.versions = {2, 4}, .flexible = {4, 127}, .plans = 473, .area = NULL
};
