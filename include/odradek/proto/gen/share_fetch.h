/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_SHARE_FETCH_H
#define ODRADEK_PROTO_GEN_SHARE_FETCH_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct share_fetch_req_acknowledgement_batch {
	int64_t first_offset;
	int64_t last_offset;
	KARR(int8_t, MSG_INT8) acknowledge_types;
};

struct share_fetch_req_fetch_partition {
	int32_t partition_index;
	int32_t partition_max_bytes;
	KARR(struct share_fetch_req_acknowledgement_batch, MSGID_share_fetch_req_acknowledgement_batch) acknowledgement_batches;
};

struct share_fetch_req_fetch_topic {
	struct uuid topic_id;
	KARR(struct share_fetch_req_fetch_partition, MSGID_share_fetch_req_fetch_partition) partitions;
};

struct share_fetch_req_forgotten_topic {
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct share_fetch_req {
	struct kstr group_id;
	struct kstr member_id;
	int32_t share_session_epoch;
	int32_t max_wait_ms;
	int32_t min_bytes;
	int32_t max_bytes;
	int32_t max_records;
	int32_t batch_size;
	int8_t share_acquire_mode;
	uint8_t is_renew_ack;
	KARR(struct share_fetch_req_fetch_topic, MSGID_share_fetch_req_fetch_topic) topics;
	KARR(struct share_fetch_req_forgotten_topic, MSGID_share_fetch_req_forgotten_topic) forgotten_topics_data;
};

extern const struct msg_table share_fetch_req_table;

struct share_fetch_resp_leader_id_and_epoch {
	int32_t leader_id;
	int32_t leader_epoch;
};

struct share_fetch_resp_acquired_records {
	int64_t first_offset;
	int64_t last_offset;
	int16_t delivery_count;
};

struct share_fetch_resp_partition_data {
	int32_t partition_index;
	int16_t error_code;
	struct kstr error_message;
	int16_t acknowledge_error_code;
	struct kstr acknowledge_error_message;
	struct share_fetch_resp_leader_id_and_epoch current_leader;
	struct krecs records;
	KARR(struct share_fetch_resp_acquired_records, MSGID_share_fetch_resp_acquired_records) acquired_records;
};

struct share_fetch_resp_share_fetchable_topic_response {
	struct uuid topic_id;
	KARR(struct share_fetch_resp_partition_data, MSGID_share_fetch_resp_partition_data) partitions;
};

struct share_fetch_resp_node_endpoint {
	int32_t node_id;
	struct kstr host;
	int32_t port;
	struct kstr rack;
};

struct share_fetch_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	int32_t acquisition_lock_timeout_ms;
	KARR(struct share_fetch_resp_share_fetchable_topic_response, MSGID_share_fetch_resp_share_fetchable_topic_response) responses;
	KARR(struct share_fetch_resp_node_endpoint, MSGID_share_fetch_resp_node_endpoint) node_endpoints;
};

extern const struct msg_table share_fetch_resp_table;

#endif
