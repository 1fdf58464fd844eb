/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_READ_SHARE_GROUP_STATE_SUMMARY_H
#define ODRADEK_PROTO_GEN_READ_SHARE_GROUP_STATE_SUMMARY_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct read_share_group_state_summary_req_partition_data {
	int32_t partition;
	int32_t leader_epoch;
};

struct read_share_group_state_summary_req_read_state_summary_data {
	struct uuid topic_id;
	KARR(struct read_share_group_state_summary_req_partition_data, MSGID_read_share_group_state_summary_req_partition_data) partitions;
};

struct read_share_group_state_summary_req {
	struct kstr group_id;
	KARR(struct read_share_group_state_summary_req_read_state_summary_data, MSGID_read_share_group_state_summary_req_read_state_summary_data) topics;
};

extern const struct msg_table read_share_group_state_summary_req_table;

struct read_share_group_state_summary_resp_partition_result {
	int32_t partition;
	int16_t error_code;
	struct kstr error_message;
	int32_t state_epoch;
	int32_t leader_epoch;
	int64_t start_offset;
	int32_t delivery_complete_count;
};

struct read_share_group_state_summary_resp_read_state_summary_result {
	struct uuid topic_id;
	KARR(struct read_share_group_state_summary_resp_partition_result, MSGID_read_share_group_state_summary_resp_partition_result) partitions;
};

struct read_share_group_state_summary_resp {
	KARR(struct read_share_group_state_summary_resp_read_state_summary_result, MSGID_read_share_group_state_summary_resp_read_state_summary_result) results;
};

extern const struct msg_table read_share_group_state_summary_resp_table;

#endif
