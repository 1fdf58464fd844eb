/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/delete_groups.h"
#include "fields.h"

const struct msg_field delete_groups_req_fields[] = {
	{"groups_names", MSG_ARRAY, 0, MSG_STRING, offsetof(struct delete_groups_req, groups_names), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_groups_req_table = {
	.name = "DeleteGroupsRequest", .id = MSGID_delete_groups_req, .key = 42, .kind = MSG_REQUEST,
	.versions = {0, 3}, .flexible = {2, 127}, .plans = 124, .area = NULL
};

const struct msg_field delete_groups_resp_deletable_group_result_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct delete_groups_resp_deletable_group_result, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct delete_groups_resp_deletable_group_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct delete_groups_resp_deletable_group_result, error_message), -1, {3, 127}, {3, 127}, {1, 0}, 0},
};

const struct msg_field delete_groups_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct delete_groups_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"results", MSG_ARRAY, 0, MSGID_delete_groups_resp_deletable_group_result, offsetof(struct delete_groups_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_groups_resp_table = {
	.name = "DeleteGroupsResponse", .id = MSGID_delete_groups_resp, .key = 42, .kind = MSG_RESPONSE,
	.versions = {0, 3}, .flexible = {2, 127}, .plans = 128, .area = NULL
};
