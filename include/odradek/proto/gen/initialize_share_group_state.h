/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_INITIALIZE_SHARE_GROUP_STATE_H
#define ODRADEK_PROTO_GEN_INITIALIZE_SHARE_GROUP_STATE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct initialize_share_group_state_req_partition_data {
	int32_t partition;
	int32_t state_epoch;
	int64_t start_offset;
};

struct initialize_share_group_state_req_initialize_state_data {
	struct uuid topic_id;
	KARR(struct initialize_share_group_state_req_partition_data, MSGID_initialize_share_group_state_req_partition_data) partitions;
};

struct initialize_share_group_state_req {
	struct kstr group_id;
	KARR(struct initialize_share_group_state_req_initialize_state_data, MSGID_initialize_share_group_state_req_initialize_state_data) topics;
};

extern const struct msg_table initialize_share_group_state_req_table;

struct initialize_share_group_state_resp_partition_result {
	int32_t partition;
	int16_t error_code;
	struct kstr error_message;
};

struct initialize_share_group_state_resp_initialize_state_result {
	struct uuid topic_id;
	KARR(struct initialize_share_group_state_resp_partition_result, MSGID_initialize_share_group_state_resp_partition_result) partitions;
};

struct initialize_share_group_state_resp {
	KARR(struct initialize_share_group_state_resp_initialize_state_result, MSGID_initialize_share_group_state_resp_initialize_state_result) results;
};

extern const struct msg_table initialize_share_group_state_resp_table;

#endif
