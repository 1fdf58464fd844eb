/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/share_group_heartbeat.h"
#include "fields.h"

const struct msg_field share_group_heartbeat_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct share_group_heartbeat_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct share_group_heartbeat_req, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct share_group_heartbeat_req, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"rack_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct share_group_heartbeat_req, rack_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"subscribed_topic_names", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_STRING, offsetof(struct share_group_heartbeat_req, subscribed_topic_names), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table share_group_heartbeat_req_table = {
	.name = "ShareGroupHeartbeatRequest", .id = MSGID_share_group_heartbeat_req, .key = 76, .kind = MSG_REQUEST,
	.versions = {1, 1}, .flexible = {0, 127}, .plans = 536, .area = NULL
};

const struct msg_field share_group_heartbeat_resp_topic_partitions_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct share_group_heartbeat_resp_topic_partitions, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct share_group_heartbeat_resp_topic_partitions, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_group_heartbeat_resp_assignment_fields[] = {
	{"topic_partitions", MSG_ARRAY, 0, MSGID_share_group_heartbeat_resp_topic_partitions, offsetof(struct share_group_heartbeat_resp_assignment, topic_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_group_heartbeat_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct share_group_heartbeat_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct share_group_heartbeat_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct share_group_heartbeat_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"member_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct share_group_heartbeat_resp, member_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct share_group_heartbeat_resp, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"heartbeat_interval_ms", MSG_INT32, 0, 0, offsetof(struct share_group_heartbeat_resp, heartbeat_interval_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_share_group_heartbeat_resp_assignment, offsetof(struct share_group_heartbeat_resp, assignment), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table share_group_heartbeat_resp_table = {
	.name = "ShareGroupHeartbeatResponse", .id = MSGID_share_group_heartbeat_resp, .key = 76, .kind = MSG_RESPONSE,
	.versions = {1, 1}, .flexible = {0, 127}, .plans = 537, .area = NULL
};
