/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_ALTER_PARTITION_REASSIGNMENTS_H
#define ODRADEK_PROTO_GEN_ALTER_PARTITION_REASSIGNMENTS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct alter_partition_reassignments_req_reassignable_partition {
	int32_t partition_index;
	KARR(int32_t, MSG_INT32) replicas;
};

struct alter_partition_reassignments_req_reassignable_topic {
	struct kstr name;
	KARR(struct alter_partition_reassignments_req_reassignable_partition, MSGID_alter_partition_reassignments_req_reassignable_partition) partitions;
};

struct alter_partition_reassignments_req {
	int32_t timeout_ms;
	uint8_t allow_replication_factor_change;
	KARR(struct alter_partition_reassignments_req_reassignable_topic, MSGID_alter_partition_reassignments_req_reassignable_topic) topics;
};

extern const struct msg_table alter_partition_reassignments_req_table;

struct alter_partition_reassignments_resp_reassignable_partition_response {
	int32_t partition_index;
	int16_t error_code;
	struct kstr error_message;
};

struct alter_partition_reassignments_resp_reassignable_topic_response {
	struct kstr name;
	KARR(struct alter_partition_reassignments_resp_reassignable_partition_response, MSGID_alter_partition_reassignments_resp_reassignable_partition_response) partitions;
};

struct alter_partition_reassignments_resp {
	int32_t throttle_time_ms;
	uint8_t allow_replication_factor_change;
	int16_t error_code;
	struct kstr error_message;
	KARR(struct alter_partition_reassignments_resp_reassignable_topic_response, MSGID_alter_partition_reassignments_resp_reassignable_topic_response) responses;
};

extern const struct msg_table alter_partition_reassignments_resp_table;

#endif
