/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_PRODUCERS_H
#define ODRADEK_PROTO_GEN_DESCRIBE_PRODUCERS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_producers_req_topic_request {
	struct kstr name;
	KARR(int32_t, MSG_INT32) partition_indexes;
};

struct describe_producers_req {
	KARR(struct describe_producers_req_topic_request, MSGID_describe_producers_req_topic_request) topics;
};

extern const struct msg_table describe_producers_req_table;

struct describe_producers_resp_producer_state {
	int64_t producer_id;
	int32_t producer_epoch;
	int32_t last_sequence;
	int64_t last_timestamp;
	int32_t coordinator_epoch;
	int64_t current_txn_start_offset;
};

struct describe_producers_resp_partition_response {
	int32_t partition_index;
	int16_t error_code;
	struct kstr error_message;
	KARR(struct describe_producers_resp_producer_state, MSGID_describe_producers_resp_producer_state) active_producers;
};

struct describe_producers_resp_topic_response {
	struct kstr name;
	KARR(struct describe_producers_resp_partition_response, MSGID_describe_producers_resp_partition_response) partitions;
};

struct describe_producers_resp {
	int32_t throttle_time_ms;
	KARR(struct describe_producers_resp_topic_response, MSGID_describe_producers_resp_topic_response) topics;
};

extern const struct msg_table describe_producers_resp_table;

#endif
