/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/read_share_group_state_summary.h"
#include "fields.h"

const struct msg_field read_share_group_state_summary_req_partition_data_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct read_share_group_state_summary_req_partition_data, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct read_share_group_state_summary_req_partition_data, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field read_share_group_state_summary_req_read_state_summary_data_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct read_share_group_state_summary_req_read_state_summary_data, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_read_share_group_state_summary_req_partition_data, offsetof(struct read_share_group_state_summary_req_read_state_summary_data, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field read_share_group_state_summary_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct read_share_group_state_summary_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_read_share_group_state_summary_req_read_state_summary_data, offsetof(struct read_share_group_state_summary_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table read_share_group_state_summary_req_table = {
	.name = "ReadShareGroupStateSummaryRequest", .id = MSGID_read_share_group_state_summary_req, .key = 87, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 502, .area = NULL
};

const struct msg_field read_share_group_state_summary_resp_partition_result_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct read_share_group_state_summary_resp_partition_result, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct read_share_group_state_summary_resp_partition_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct read_share_group_state_summary_resp_partition_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"state_epoch", MSG_INT32, 0, 0, offsetof(struct read_share_group_state_summary_resp_partition_result, state_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct read_share_group_state_summary_resp_partition_result, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"start_offset", MSG_INT64, 0, 0, offsetof(struct read_share_group_state_summary_resp_partition_result, start_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delivery_complete_count", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct read_share_group_state_summary_resp_partition_result, delivery_complete_count), -1, {1, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field read_share_group_state_summary_resp_read_state_summary_result_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct read_share_group_state_summary_resp_read_state_summary_result, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_read_share_group_state_summary_resp_partition_result, offsetof(struct read_share_group_state_summary_resp_read_state_summary_result, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field read_share_group_state_summary_resp_fields[] = {
	{"results", MSG_ARRAY, 0, MSGID_read_share_group_state_summary_resp_read_state_summary_result, offsetof(struct read_share_group_state_summary_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table read_share_group_state_summary_resp_table = {
	.name = "ReadShareGroupStateSummaryResponse", .id = MSGID_read_share_group_state_summary_resp, .key = 87, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 504, .area = NULL
};
