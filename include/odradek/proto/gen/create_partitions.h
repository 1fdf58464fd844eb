/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_CREATE_PARTITIONS_H
#define ODRADEK_PROTO_GEN_CREATE_PARTITIONS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct create_partitions_req_create_partitions_assignment {
	KARR(int32_t, MSG_INT32) broker_ids;
};

struct create_partitions_req_create_partitions_topic {
	struct kstr name;
	int32_t count;
	KARR(struct create_partitions_req_create_partitions_assignment, MSGID_create_partitions_req_create_partitions_assignment) assignments;
};

struct create_partitions_req {
	KARR(struct create_partitions_req_create_partitions_topic, MSGID_create_partitions_req_create_partitions_topic) topics;
	int32_t timeout_ms;
	uint8_t validate_only;
};

extern const struct msg_table create_partitions_req_table;

struct create_partitions_resp_create_partitions_topic_result {
	struct kstr name;
	int16_t error_code;
	struct kstr error_message;
};

struct create_partitions_resp {
	int32_t throttle_time_ms;
	KARR(struct create_partitions_resp_create_partitions_topic_result, MSGID_create_partitions_resp_create_partitions_topic_result) results;
};

extern const struct msg_table create_partitions_resp_table;

#endif
