/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_TOPIC_PARTITIONS_H
#define ODRADEK_PROTO_GEN_DESCRIBE_TOPIC_PARTITIONS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_topic_partitions_req_topic_request {
	struct kstr name;
};

struct describe_topic_partitions_req_cursor {
	struct kstr topic_name;
	int32_t partition_index;
};

struct describe_topic_partitions_req {
	KARR(struct describe_topic_partitions_req_topic_request, MSGID_describe_topic_partitions_req_topic_request) topics;
	int32_t response_partition_limit;
	KPTR(struct describe_topic_partitions_req_cursor, MSGID_describe_topic_partitions_req_cursor) cursor;
};

extern const struct msg_table describe_topic_partitions_req_table;

struct describe_topic_partitions_resp_describe_topic_partitions_response_partition {
	int16_t error_code;
	int32_t partition_index;
	int32_t leader_id;
	int32_t leader_epoch;
	KARR(int32_t, MSG_INT32) replica_nodes;
	KARR(int32_t, MSG_INT32) isr_nodes;
	KARR(int32_t, MSG_INT32) eligible_leader_replicas;
	KARR(int32_t, MSG_INT32) last_known_elr;
	KARR(int32_t, MSG_INT32) offline_replicas;
};

struct describe_topic_partitions_resp_describe_topic_partitions_response_topic {
	int16_t error_code;
	struct kstr name;
	struct uuid topic_id;
	uint8_t is_internal;
	KARR(struct describe_topic_partitions_resp_describe_topic_partitions_response_partition, MSGID_describe_topic_partitions_resp_describe_topic_partitions_response_partition) partitions;
	int32_t topic_authorized_operations;
};

struct describe_topic_partitions_resp_cursor {
	struct kstr topic_name;
	int32_t partition_index;
};

struct describe_topic_partitions_resp {
	int32_t throttle_time_ms;
	KARR(struct describe_topic_partitions_resp_describe_topic_partitions_response_topic, MSGID_describe_topic_partitions_resp_describe_topic_partitions_response_topic) topics;
	KPTR(struct describe_topic_partitions_resp_cursor, MSGID_describe_topic_partitions_resp_cursor) next_cursor;
};

extern const struct msg_table describe_topic_partitions_resp_table;

#endif
