/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/delete_share_group_state.h"
#include "fields.h"

const struct msg_field delete_share_group_state_req_partition_data_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct delete_share_group_state_req_partition_data, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_share_group_state_req_delete_state_data_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct delete_share_group_state_req_delete_state_data, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_delete_share_group_state_req_partition_data, offsetof(struct delete_share_group_state_req_delete_state_data, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_share_group_state_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct delete_share_group_state_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_delete_share_group_state_req_delete_state_data, offsetof(struct delete_share_group_state_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_share_group_state_req_table = {
	.name = "DeleteShareGroupStateRequest", .id = MSGID_delete_share_group_state_req, .key = 86, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 140, .area = NULL
};

const struct msg_field delete_share_group_state_resp_partition_result_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct delete_share_group_state_resp_partition_result, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct delete_share_group_state_resp_partition_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct delete_share_group_state_resp_partition_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field delete_share_group_state_resp_delete_state_result_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct delete_share_group_state_resp_delete_state_result, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_delete_share_group_state_resp_partition_result, offsetof(struct delete_share_group_state_resp_delete_state_result, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_share_group_state_resp_fields[] = {
	{"results", MSG_ARRAY, 0, MSGID_delete_share_group_state_resp_delete_state_result, offsetof(struct delete_share_group_state_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_share_group_state_resp_table = {
	.name = "DeleteShareGroupStateResponse", .id = MSGID_delete_share_group_state_resp, .key = 86, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 141, .area = NULL
};
