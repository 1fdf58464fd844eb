/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_READ_SHARE_GROUP_STATE_H
#define ODRADEK_PROTO_GEN_READ_SHARE_GROUP_STATE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct read_share_group_state_req_partition_data {
	int32_t partition;
	int32_t leader_epoch;
};

struct read_share_group_state_req_read_state_data {
	struct uuid topic_id;
	KARR(struct read_share_group_state_req_partition_data, MSGID_read_share_group_state_req_partition_data) partitions;
};

struct read_share_group_state_req {
	struct kstr group_id;
	KARR(struct read_share_group_state_req_read_state_data, MSGID_read_share_group_state_req_read_state_data) topics;
};

extern const struct msg_table read_share_group_state_req_table;

struct read_share_group_state_resp_state_batch {
	int64_t first_offset;
	int64_t last_offset;
	int8_t delivery_state;
	int16_t delivery_count;
};

struct read_share_group_state_resp_partition_result {
	int32_t partition;
	int16_t error_code;
	struct kstr error_message;
	int32_t state_epoch;
	int64_t start_offset;
	KARR(struct read_share_group_state_resp_state_batch, MSGID_read_share_group_state_resp_state_batch) state_batches;
};

struct read_share_group_state_resp_read_state_result {
	struct uuid topic_id;
	KARR(struct read_share_group_state_resp_partition_result, MSGID_read_share_group_state_resp_partition_result) partitions;
};

struct read_share_group_state_resp {
	KARR(struct read_share_group_state_resp_read_state_result, MSGID_read_share_group_state_resp_read_state_result) results;
};

extern const struct msg_table read_share_group_state_resp_table;

#endif
