/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_OFFSET_FOR_LEADER_EPOCH_H
#define ODRADEK_PROTO_GEN_OFFSET_FOR_LEADER_EPOCH_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct offset_for_leader_epoch_req_offset_for_leader_partition {
	int32_t partition;
	int32_t current_leader_epoch;
	int32_t leader_epoch;
};

struct offset_for_leader_epoch_req_offset_for_leader_topic {
	struct kstr topic;
	KARR(struct offset_for_leader_epoch_req_offset_for_leader_partition, MSGID_offset_for_leader_epoch_req_offset_for_leader_partition) partitions;
};

struct offset_for_leader_epoch_req {
	int32_t replica_id;
	KARR(struct offset_for_leader_epoch_req_offset_for_leader_topic, MSGID_offset_for_leader_epoch_req_offset_for_leader_topic) topics;
};

extern const struct msg_table offset_for_leader_epoch_req_table;

struct offset_for_leader_epoch_resp_epoch_end_offset {
	int16_t error_code;
	int32_t partition;
	int32_t leader_epoch;
	int64_t end_offset;
};

struct offset_for_leader_epoch_resp_offset_for_leader_topic_result {
	struct kstr topic;
	KARR(struct offset_for_leader_epoch_resp_epoch_end_offset, MSGID_offset_for_leader_epoch_resp_epoch_end_offset) partitions;
};

struct offset_for_leader_epoch_resp {
	int32_t throttle_time_ms;
	KARR(struct offset_for_leader_epoch_resp_offset_for_leader_topic_result, MSGID_offset_for_leader_epoch_resp_offset_for_leader_topic_result) topics;
};

extern const struct msg_table offset_for_leader_epoch_resp_table;

#endif
