/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_LIST_OFFSETS_H
#define ODRADEK_PROTO_GEN_LIST_OFFSETS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct list_offsets_req_list_offsets_partition {
	int32_t partition_index;
	int32_t current_leader_epoch;
	int64_t timestamp;
};

struct list_offsets_req_list_offsets_topic {
	struct kstr name;
	KARR(struct list_offsets_req_list_offsets_partition, MSGID_list_offsets_req_list_offsets_partition) partitions;
};

struct list_offsets_req {
	int32_t replica_id;
	int8_t isolation_level;
	KARR(struct list_offsets_req_list_offsets_topic, MSGID_list_offsets_req_list_offsets_topic) topics;
	int32_t timeout_ms;
};

extern const struct msg_table list_offsets_req_table;

struct list_offsets_resp_list_offsets_partition_response {
	int32_t partition_index;
	int16_t error_code;
	int64_t timestamp;
	int64_t offset;
	int32_t leader_epoch;
};

struct list_offsets_resp_list_offsets_topic_response {
	struct kstr name;
	KARR(struct list_offsets_resp_list_offsets_partition_response, MSGID_list_offsets_resp_list_offsets_partition_response) partitions;
};

struct list_offsets_resp {
	int32_t throttle_time_ms;
	KARR(struct list_offsets_resp_list_offsets_topic_response, MSGID_list_offsets_resp_list_offsets_topic_response) topics;
};

extern const struct msg_table list_offsets_resp_table;

#endif
