/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/list_groups.h"
#include "fields.h"

const struct msg_field list_groups_req_fields[] = {
	{"states_filter", MSG_ARRAY, 0, MSG_STRING, offsetof(struct list_groups_req, states_filter), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"types_filter", MSG_ARRAY, 0, MSG_STRING, offsetof(struct list_groups_req, types_filter), -1, {5, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table list_groups_req_table = {
	.name = "ListGroupsRequest", .id = MSGID_list_groups_req, .key = 16, .kind = MSG_REQUEST,
	.versions = {0, 5}, .flexible = {3, 127}, .plans = 360, .area = NULL
};

const struct msg_field list_groups_resp_listed_group_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct list_groups_resp_listed_group, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"protocol_type", MSG_STRING, 0, 0, offsetof(struct list_groups_resp_listed_group, protocol_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_state", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct list_groups_resp_listed_group, group_state), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"group_type", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct list_groups_resp_listed_group, group_type), -1, {5, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field list_groups_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct list_groups_resp, throttle_time_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct list_groups_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"groups", MSG_ARRAY, 0, MSGID_list_groups_resp_listed_group, offsetof(struct list_groups_resp, groups), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table list_groups_resp_table = {
	.name = "ListGroupsResponse", .id = MSGID_list_groups_resp, .key = 16, .kind = MSG_RESPONSE,
	.versions = {0, 5}, .flexible = {3, 127}, .plans = 366, .area = NULL
};
