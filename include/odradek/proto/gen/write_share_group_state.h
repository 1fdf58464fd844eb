/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_WRITE_SHARE_GROUP_STATE_H
#define ODRADEK_PROTO_GEN_WRITE_SHARE_GROUP_STATE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct write_share_group_state_req_state_batch {
	int64_t first_offset;
	int64_t last_offset;
	int8_t delivery_state;
	int16_t delivery_count;
};

struct write_share_group_state_req_partition_data {
	int32_t partition;
	int32_t state_epoch;
	int32_t leader_epoch;
	int64_t start_offset;
	int32_t delivery_complete_count;
	KARR(struct write_share_group_state_req_state_batch, MSGID_write_share_group_state_req_state_batch) state_batches;
};

struct write_share_group_state_req_write_state_data {
	struct uuid topic_id;
	KARR(struct write_share_group_state_req_partition_data, MSGID_write_share_group_state_req_partition_data) partitions;
};

struct write_share_group_state_req {
	struct kstr group_id;
	KARR(struct write_share_group_state_req_write_state_data, MSGID_write_share_group_state_req_write_state_data) topics;
};

extern const struct msg_table write_share_group_state_req_table;

struct write_share_group_state_resp_partition_result {
	int32_t partition;
	int16_t error_code;
	struct kstr error_message;
};

struct write_share_group_state_resp_write_state_result {
	struct uuid topic_id;
	KARR(struct write_share_group_state_resp_partition_result, MSGID_write_share_group_state_resp_partition_result) partitions;
};

struct write_share_group_state_resp {
	KARR(struct write_share_group_state_resp_write_state_result, MSGID_write_share_group_state_resp_write_state_result) results;
};

extern const struct msg_table write_share_group_state_resp_table;

#endif
