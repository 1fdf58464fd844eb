/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/heartbeat.h"
#include "fields.h"

const struct msg_field heartbeat_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct heartbeat_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"generation_id", MSG_INT32, 0, 0, offsetof(struct heartbeat_req, generation_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct heartbeat_req, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_instance_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct heartbeat_req, group_instance_id), -1, {3, 127}, {3, 127}, {1, 0}, 0},
};

const struct msg_table heartbeat_req_table = {
	.name = "HeartbeatRequest", .id = MSGID_heartbeat_req, .key = 12, .kind = MSG_REQUEST,
	.versions = {0, 4}, .flexible = {4, 127}, .plans = 294, .area = NULL
};

const struct msg_field heartbeat_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct heartbeat_resp, throttle_time_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct heartbeat_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table heartbeat_resp_table = {
	.name = "HeartbeatResponse", .id = MSGID_heartbeat_resp, .key = 12, .kind = MSG_RESPONSE,
	.versions = {0, 4}, .flexible = {4, 127}, .plans = 299, .area = NULL
};
