/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_PRODUCE_H
#define ODRADEK_PROTO_GEN_PRODUCE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct produce_req_partition_produce_data {
	int32_t index;
	struct krecs records;
};

struct produce_req_topic_produce_data {
	struct kstr name;
	struct uuid topic_id;
	KARR(struct produce_req_partition_produce_data, MSGID_produce_req_partition_produce_data) partition_data;
};

struct produce_req {
	struct kstr transactional_id;
	int16_t acks;
	int32_t timeout_ms;
	KARR(struct produce_req_topic_produce_data, MSGID_produce_req_topic_produce_data) topic_data;
};

extern const struct msg_table produce_req_table;

struct produce_resp_batch_index_and_error_message {
	int32_t batch_index;
	struct kstr batch_index_error_message;
};

struct produce_resp_leader_id_and_epoch {
	int32_t leader_id;
	int32_t leader_epoch;
};

struct produce_resp_partition_produce_response {
	int32_t index;
	int16_t error_code;
	int64_t base_offset;
	int64_t log_append_time_ms;
	int64_t log_start_offset;
	KARR(struct produce_resp_batch_index_and_error_message, MSGID_produce_resp_batch_index_and_error_message) record_errors;
	struct kstr error_message;
	struct produce_resp_leader_id_and_epoch current_leader;
};

struct produce_resp_topic_produce_response {
	struct kstr name;
	struct uuid topic_id;
	KARR(struct produce_resp_partition_produce_response, MSGID_produce_resp_partition_produce_response) partition_responses;
};

struct produce_resp_node_endpoint {
	int32_t node_id;
	struct kstr host;
	int32_t port;
	struct kstr rack;
};

struct produce_resp {
	KARR(struct produce_resp_topic_produce_response, MSGID_produce_resp_topic_produce_response) responses;
	int32_t throttle_time_ms;
	KARR(struct produce_resp_node_endpoint, MSGID_produce_resp_node_endpoint) node_endpoints;
};

extern const struct msg_table produce_resp_table;

#endif
