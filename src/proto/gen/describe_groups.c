/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_groups.h"
#include "fields.h"

const struct msg_field describe_groups_req_fields[] = {
	{"groups", MSG_ARRAY, 0, MSG_STRING, offsetof(struct describe_groups_req, groups), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"include_authorized_operations", MSG_BOOL, 0, 0, offsetof(struct describe_groups_req, include_authorized_operations), -1, {3, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_groups_req_table = {
	.name = "DescribeGroupsRequest", .id = MSGID_describe_groups_req, .key = 15, .kind = MSG_REQUEST,
	.versions = {0, 6}, .flexible = {5, 127}, .plans = 184, .area = NULL
};

const struct msg_field describe_groups_resp_described_group_member_fields[] = {
	{"member_id", MSG_STRING, 0, 0, offsetof(struct describe_groups_resp_described_group_member, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_instance_id", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct describe_groups_resp_described_group_member, group_instance_id), -1, {4, 127}, {4, 127}, {1, 0}, 0},
	{"client_id", MSG_STRING, 0, 0, offsetof(struct describe_groups_resp_described_group_member, client_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_host", MSG_STRING, 0, 0, offsetof(struct describe_groups_resp_described_group_member, client_host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_metadata", MSG_BYTES, 0, 0, offsetof(struct describe_groups_resp_described_group_member, member_metadata), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_assignment", MSG_BYTES, 0, 0, offsetof(struct describe_groups_resp_described_group_member, member_assignment), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_groups_resp_described_group_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_groups_resp_described_group, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct describe_groups_resp_described_group, error_message), -1, {6, 127}, {6, 127}, {1, 0}, 0},
	{"group_id", MSG_STRING, 0, 0, offsetof(struct describe_groups_resp_described_group, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_state", MSG_STRING, 0, 0, offsetof(struct describe_groups_resp_described_group, group_state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"protocol_type", MSG_STRING, 0, 0, offsetof(struct describe_groups_resp_described_group, protocol_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"protocol_data", MSG_STRING, 0, 0, offsetof(struct describe_groups_resp_described_group, protocol_data), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"members", MSG_ARRAY, 0, MSGID_describe_groups_resp_described_group_member, offsetof(struct describe_groups_resp_described_group, members), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"authorized_operations", MSG_INT32, 0, 0, offsetof(struct describe_groups_resp_described_group, authorized_operations), -1, {3, 127}, {1, 0}, {1, 0}, -2147483648},
};

const struct msg_field describe_groups_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct describe_groups_resp, throttle_time_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"groups", MSG_ARRAY, 0, MSGID_describe_groups_resp_described_group, offsetof(struct describe_groups_resp, groups), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_groups_resp_table = {
	.name = "DescribeGroupsResponse", .id = MSGID_describe_groups_resp, .key = 15, .kind = MSG_RESPONSE,
	.versions = {0, 6}, .flexible = {5, 127}, .plans = 191, .area = NULL
};
