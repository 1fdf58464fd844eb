/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/sync_group.h"
#include "fields.h"

const struct msg_field sync_group_req_sync_group_request_assignment_fields[] = {
	{"member_id", MSG_STRING, 0, 0, offsetof(struct sync_group_req_sync_group_request_assignment, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment", MSG_BYTES, 0, 0, offsetof(struct sync_group_req_sync_group_request_assignment, assignment), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field sync_group_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct sync_group_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"generation_id", MSG_INT32, 0, 0, offsetof(struct sync_group_req, generation_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct sync_group_req, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_instance_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct sync_group_req, group_instance_id), -1, {3, 127}, {3, 127}, {1, 0}, 0},
	{"protocol_type", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct sync_group_req, protocol_type), -1, {5, 127}, {5, 127}, {1, 0}, 0},
	{"protocol_name", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct sync_group_req, protocol_name), -1, {5, 127}, {5, 127}, {1, 0}, 0},
	{"assignments", MSG_ARRAY, 0, MSGID_sync_group_req_sync_group_request_assignment, offsetof(struct sync_group_req, assignments), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table sync_group_req_table = {
	.name = "SyncGroupRequest", .id = MSGID_sync_group_req, .key = 14, .kind = MSG_REQUEST,
	.versions = {0, 5}, .flexible = {4, 127}, .plans = 548, .area = NULL
};

const struct msg_field sync_group_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct sync_group_resp, throttle_time_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct sync_group_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"protocol_type", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct sync_group_resp, protocol_type), -1, {5, 127}, {5, 127}, {1, 0}, 0},
	{"protocol_name", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct sync_group_resp, protocol_name), -1, {5, 127}, {5, 127}, {1, 0}, 0},
	{"assignment", MSG_BYTES, 0, 0, offsetof(struct sync_group_resp, assignment), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table sync_group_resp_table = {
	.name = "SyncGroupResponse", .id = MSGID_sync_group_resp, .key = 14, .kind = MSG_RESPONSE,
	.versions = {0, 5}, .flexible = {4, 127}, .plans = 554, .area = NULL
};
