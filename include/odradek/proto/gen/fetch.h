/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_FETCH_H
#define ODRADEK_PROTO_GEN_FETCH_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct fetch_req_replica_state {
	int32_t replica_id;
	int64_t replica_epoch;
};

struct fetch_req_fetch_partition {
	int32_t partition;
	int32_t current_leader_epoch;
	int64_t fetch_offset;
	int32_t last_fetched_epoch;
	int64_t log_start_offset;
	int32_t partition_max_bytes;
	struct uuid replica_directory_id;
	int64_t high_watermark;
};

struct fetch_req_fetch_topic {
	struct kstr topic;
	struct uuid topic_id;
	KARR(struct fetch_req_fetch_partition, MSGID_fetch_req_fetch_partition) partitions;
};

struct fetch_req_forgotten_topic {
	struct kstr topic;
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct fetch_req {
	struct kstr cluster_id;
	int32_t replica_id;
	struct fetch_req_replica_state replica_state;
	int32_t max_wait_ms;
	int32_t min_bytes;
	int32_t max_bytes;
	int8_t isolation_level;
	int32_t session_id;
	int32_t session_epoch;
	KARR(struct fetch_req_fetch_topic, MSGID_fetch_req_fetch_topic) topics;
	KARR(struct fetch_req_forgotten_topic, MSGID_fetch_req_forgotten_topic) forgotten_topics_data;
	struct kstr rack_id;
};

extern const struct msg_table fetch_req_table;

struct fetch_resp_epoch_end_offset {
	int32_t epoch;
	int64_t end_offset;
};

struct fetch_resp_leader_id_and_epoch {
	int32_t leader_id;
	int32_t leader_epoch;
};

struct fetch_resp_snapshot_id {
	int64_t end_offset;
	int32_t epoch;
};

struct fetch_resp_aborted_transaction {
	int64_t producer_id;
	int64_t first_offset;
};

struct fetch_resp_partition_data {
	int32_t partition_index;
	int16_t error_code;
	int64_t high_watermark;
	int64_t last_stable_offset;
	int64_t log_start_offset;
	struct fetch_resp_epoch_end_offset diverging_epoch;
	struct fetch_resp_leader_id_and_epoch current_leader;
	struct fetch_resp_snapshot_id snapshot_id;
	KARR(struct fetch_resp_aborted_transaction, MSGID_fetch_resp_aborted_transaction) aborted_transactions;
	int32_t preferred_read_replica;
	struct krecs records;
};

struct fetch_resp_fetchable_topic_response {
	struct kstr topic;
	struct uuid topic_id;
	KARR(struct fetch_resp_partition_data, MSGID_fetch_resp_partition_data) partitions;
};

struct fetch_resp_node_endpoint {
	int32_t node_id;
	struct kstr host;
	int32_t port;
	struct kstr rack;
};

struct fetch_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	int32_t session_id;
	KARR(struct fetch_resp_fetchable_topic_response, MSGID_fetch_resp_fetchable_topic_response) responses;
	KARR(struct fetch_resp_node_endpoint, MSGID_fetch_resp_node_endpoint) node_endpoints;
};

extern const struct msg_table fetch_resp_table;

#endif
