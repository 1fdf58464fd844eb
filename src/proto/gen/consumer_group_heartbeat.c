/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/consumer_group_heartbeat.h"
#include "fields.h"

const struct msg_field consumer_group_heartbeat_req_topic_partitions_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct consumer_group_heartbeat_req_topic_partitions, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct consumer_group_heartbeat_req_topic_partitions, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_group_heartbeat_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_heartbeat_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_heartbeat_req, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct consumer_group_heartbeat_req, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"instance_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_group_heartbeat_req, instance_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"rack_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_group_heartbeat_req, rack_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"rebalance_timeout_ms", MSG_INT32, 0, 0, offsetof(struct consumer_group_heartbeat_req, rebalance_timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"subscribed_topic_names", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_STRING, offsetof(struct consumer_group_heartbeat_req, subscribed_topic_names), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"subscribed_topic_regex", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_group_heartbeat_req, subscribed_topic_regex), -1, {1, 127}, {1, 127}, {1, 0}, 0},
	{"server_assignor", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_group_heartbeat_req, server_assignor), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"topic_partitions", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_consumer_group_heartbeat_req_topic_partitions, offsetof(struct consumer_group_heartbeat_req, topic_partitions), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table consumer_group_heartbeat_req_table = {
	.name = "ConsumerGroupHeartbeatRequest", .id = MSGID_consumer_group_heartbeat_req, .key = 68, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 82, .area = NULL
};

const struct msg_field consumer_group_heartbeat_resp_topic_partitions_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct consumer_group_heartbeat_resp_topic_partitions, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct consumer_group_heartbeat_resp_topic_partitions, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_group_heartbeat_resp_assignment_fields[] = {
	{"topic_partitions", MSG_ARRAY, 0, MSGID_consumer_group_heartbeat_resp_topic_partitions, offsetof(struct consumer_group_heartbeat_resp_assignment, topic_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_group_heartbeat_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct consumer_group_heartbeat_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct consumer_group_heartbeat_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_group_heartbeat_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"member_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_group_heartbeat_resp, member_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct consumer_group_heartbeat_resp, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"heartbeat_interval_ms", MSG_INT32, 0, 0, offsetof(struct consumer_group_heartbeat_resp, heartbeat_interval_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_consumer_group_heartbeat_resp_assignment, offsetof(struct consumer_group_heartbeat_resp, assignment), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table consumer_group_heartbeat_resp_table = {
	.name = "ConsumerGroupHeartbeatResponse", .id = MSGID_consumer_group_heartbeat_resp, .key = 68, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 84, .area = NULL
};
