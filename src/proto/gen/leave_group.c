/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/leave_group.h"
#include "fields.h"

const struct msg_field leave_group_req_member_identity_fields[] = {
	{"member_id", MSG_STRING, 0, 0, offsetof(struct leave_group_req_member_identity, member_id), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"group_instance_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct leave_group_req_member_identity, group_instance_id), -1, {3, 127}, {3, 127}, {1, 0}, 0},
	{"reason", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct leave_group_req_member_identity, reason), -1, {5, 127}, {5, 127}, {1, 0}, 0},
};

const struct msg_field leave_group_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct leave_group_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct leave_group_req, member_id), -1, {0, 2}, {1, 0}, {1, 0}, 0},
	{"members", MSG_ARRAY, 0, MSGID_leave_group_req_member_identity, offsetof(struct leave_group_req, members), -1, {3, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table leave_group_req_table = {
	.name = "LeaveGroupRequest", .id = MSGID_leave_group_req, .key = 13, .kind = MSG_REQUEST,
	.versions = {0, 5}, .flexible = {4, 127}, .plans = 344, .area = NULL
};

const struct msg_field leave_group_resp_member_response_fields[] = {
	{"member_id", MSG_STRING, 0, 0, offsetof(struct leave_group_resp_member_response, member_id), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"group_instance_id", MSG_STRING, 0, 0, offsetof(struct leave_group_resp_member_response, group_instance_id), -1, {3, 127}, {3, 127}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct leave_group_resp_member_response, error_code), -1, {3, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field leave_group_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct leave_group_resp, throttle_time_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct leave_group_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"members", MSG_ARRAY, 0, MSGID_leave_group_resp_member_response, offsetof(struct leave_group_resp, members), -1, {3, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table leave_group_resp_table = {
	.name = "LeaveGroupResponse", .id = MSGID_leave_group_resp, .key = 13, .kind = MSG_RESPONSE,
	.versions = {0, 5}, .flexible = {4, 127}, .plans = 350, .area = NULL
};
