/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_SHARE_ACKNOWLEDGE_H
#define ODRADEK_PROTO_GEN_SHARE_ACKNOWLEDGE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct share_acknowledge_req_acknowledgement_batch {
	int64_t first_offset;
	int64_t last_offset;
	KARR(int8_t, MSG_INT8) acknowledge_types;
};

struct share_acknowledge_req_acknowledge_partition {
	int32_t partition_index;
	KARR(struct share_acknowledge_req_acknowledgement_batch, MSGID_share_acknowledge_req_acknowledgement_batch) acknowledgement_batches;
};

struct share_acknowledge_req_acknowledge_topic {
	struct uuid topic_id;
	KARR(struct share_acknowledge_req_acknowledge_partition, MSGID_share_acknowledge_req_acknowledge_partition) partitions;
};

struct share_acknowledge_req {
	struct kstr group_id;
	struct kstr member_id;
	int32_t share_session_epoch;
	uint8_t is_renew_ack;
	KARR(struct share_acknowledge_req_acknowledge_topic, MSGID_share_acknowledge_req_acknowledge_topic) topics;
};

extern const struct msg_table share_acknowledge_req_table;

struct share_acknowledge_resp_leader_id_and_epoch {
	int32_t leader_id;
	int32_t leader_epoch;
};

struct share_acknowledge_resp_partition_data {
	int32_t partition_index;
	int16_t error_code;
	struct kstr error_message;
	struct share_acknowledge_resp_leader_id_and_epoch current_leader;
};

struct share_acknowledge_resp_share_acknowledge_topic_response {
	struct uuid topic_id;
	KARR(struct share_acknowledge_resp_partition_data, MSGID_share_acknowledge_resp_partition_data) partitions;
};

struct share_acknowledge_resp_node_endpoint {
	int32_t node_id;
	struct kstr host;
	int32_t port;
	struct kstr rack;
};

struct share_acknowledge_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	int32_t acquisition_lock_timeout_ms;
	KARR(struct share_acknowledge_resp_share_acknowledge_topic_response, MSGID_share_acknowledge_resp_share_acknowledge_topic_response) responses;
	KARR(struct share_acknowledge_resp_node_endpoint, MSGID_share_acknowledge_resp_node_endpoint) node_endpoints;
};

extern const struct msg_table share_acknowledge_resp_table;

#endif
