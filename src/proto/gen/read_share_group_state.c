/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/read_share_group_state.h"
#include "fields.h"

const struct msg_field read_share_group_state_req_partition_data_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct read_share_group_state_req_partition_data, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct read_share_group_state_req_partition_data, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field read_share_group_state_req_read_state_data_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct read_share_group_state_req_read_state_data, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_read_share_group_state_req_partition_data, offsetof(struct read_share_group_state_req_read_state_data, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field read_share_group_state_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct read_share_group_state_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_read_share_group_state_req_read_state_data, offsetof(struct read_share_group_state_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table read_share_group_state_req_table = {
	.name = "ReadShareGroupStateRequest", .id = MSGID_read_share_group_state_req, .key = 84, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 500, .area = NULL
};

const struct msg_field read_share_group_state_resp_state_batch_fields[] = {
	{"first_offset", MSG_INT64, 0, 0, offsetof(struct read_share_group_state_resp_state_batch, first_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_offset", MSG_INT64, 0, 0, offsetof(struct read_share_group_state_resp_state_batch, last_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delivery_state", MSG_INT8, 0, 0, offsetof(struct read_share_group_state_resp_state_batch, delivery_state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delivery_count", MSG_INT16, 0, 0, offsetof(struct read_share_group_state_resp_state_batch, delivery_count), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field read_share_group_state_resp_partition_result_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct read_share_group_state_resp_partition_result, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct read_share_group_state_resp_partition_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct read_share_group_state_resp_partition_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"state_epoch", MSG_INT32, 0, 0, offsetof(struct read_share_group_state_resp_partition_result, state_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"start_offset", MSG_INT64, 0, 0, offsetof(struct read_share_group_state_resp_partition_result, start_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"state_batches", MSG_ARRAY, 0, MSGID_read_share_group_state_resp_state_batch, offsetof(struct read_share_group_state_resp_partition_result, state_batches), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field read_share_group_state_resp_read_state_result_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct read_share_group_state_resp_read_state_result, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_read_share_group_state_resp_partition_result, offsetof(struct read_share_group_state_resp_read_state_result, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field read_share_group_state_resp_fields[] = {
	{"results", MSG_ARRAY, 0, MSGID_read_share_group_state_resp_read_state_result, offsetof(struct read_share_group_state_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table read_share_group_state_resp_table = {
	.name = "ReadShareGroupStateResponse", .id = MSGID_read_share_group_state_resp, .key = 84, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 501, .area = NULL
};
