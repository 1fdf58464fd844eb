/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/join_group.h"
#include "fields.h"

const struct msg_field join_group_req_join_group_request_protocol_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct join_group_req_join_group_request_protocol, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"metadata", MSG_BYTES, 0, 0, offsetof(struct join_group_req_join_group_request_protocol, metadata), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field join_group_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct join_group_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"session_timeout_ms", MSG_INT32, 0, 0, offsetof(struct join_group_req, session_timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"rebalance_timeout_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct join_group_req, rebalance_timeout_ms), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct join_group_req, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_instance_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct join_group_req, group_instance_id), -1, {5, 127}, {5, 127}, {1, 0}, 0},
	{"protocol_type", MSG_STRING, 0, 0, offsetof(struct join_group_req, protocol_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"protocols", MSG_ARRAY, 0, MSGID_join_group_req_join_group_request_protocol, offsetof(struct join_group_req, protocols), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"reason", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct join_group_req, reason), -1, {8, 127}, {8, 127}, {1, 0}, 0},
};

const struct msg_table join_group_req_table = {
	.name = "JoinGroupRequest", .id = MSGID_join_group_req, .key = 11, .kind = MSG_REQUEST,
	.versions = {0, 9}, .flexible = {6, 127}, .plans = 324, .area = NULL
};

const struct msg_field join_group_resp_join_group_response_member_fields[] = {
	{"member_id", MSG_STRING, 0, 0, offsetof(struct join_group_resp_join_group_response_member, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_instance_id", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct join_group_resp_join_group_response_member, group_instance_id), -1, {5, 127}, {5, 127}, {1, 0}, 0},
	{"metadata", MSG_BYTES, 0, 0, offsetof(struct join_group_resp_join_group_response_member, metadata), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field join_group_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct join_group_resp, throttle_time_ms), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct join_group_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"generation_id", MSG_INT32, 0, 0, offsetof(struct join_group_resp, generation_id), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"protocol_type", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct join_group_resp, protocol_type), -1, {7, 127}, {7, 127}, {1, 0}, 0},
	{"protocol_name", MSG_STRING, 0, 0, offsetof(struct join_group_resp, protocol_name), -1, {0, 127}, {7, 127}, {1, 0}, 0},
	{"leader", MSG_STRING, 0, 0, offsetof(struct join_group_resp, leader), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"skip_assignment", MSG_BOOL, 0, 0, offsetof(struct join_group_resp, skip_assignment), -1, {9, 127}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct join_group_resp, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"members", MSG_ARRAY, 0, MSGID_join_group_resp_join_group_response_member, offsetof(struct join_group_resp, members), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table join_group_resp_table = {
	.name = "JoinGroupResponse", .id = MSGID_join_group_resp, .key = 11, .kind = MSG_RESPONSE,
	.versions = {0, 9}, .flexible = {6, 127}, .plans = 334, .area = NULL
};
