/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/initialize_share_group_state.h"
#include "fields.h"

const struct msg_field initialize_share_group_state_req_partition_data_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct initialize_share_group_state_req_partition_data, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"state_epoch", MSG_INT32, 0, 0, offsetof(struct initialize_share_group_state_req_partition_data, state_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"start_offset", MSG_INT64, 0, 0, offsetof(struct initialize_share_group_state_req_partition_data, start_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field initialize_share_group_state_req_initialize_state_data_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct initialize_share_group_state_req_initialize_state_data, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_initialize_share_group_state_req_partition_data, offsetof(struct initialize_share_group_state_req_initialize_state_data, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field initialize_share_group_state_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct initialize_share_group_state_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_initialize_share_group_state_req_initialize_state_data, offsetof(struct initialize_share_group_state_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table initialize_share_group_state_req_table = {
	.name = "InitializeShareGroupStateRequest", .id = MSGID_initialize_share_group_state_req, .key = 83, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 322, .area = NULL
};

const struct msg_field initialize_share_group_state_resp_partition_result_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct initialize_share_group_state_resp_partition_result, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct initialize_share_group_state_resp_partition_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct initialize_share_group_state_resp_partition_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field initialize_share_group_state_resp_initialize_state_result_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct initialize_share_group_state_resp_initialize_state_result, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_initialize_share_group_state_resp_partition_result, offsetof(struct initialize_share_group_state_resp_initialize_state_result, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field initialize_share_group_state_resp_fields[] = {
	{"results", MSG_ARRAY, 0, MSGID_initialize_share_group_state_resp_initialize_state_result, offsetof(struct initialize_share_group_state_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table initialize_share_group_state_resp_table = {
	.name = "InitializeShareGroupStateResponse", .id = MSGID_initialize_share_group_state_resp, .key = 83, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 323, .area = NULL
};
