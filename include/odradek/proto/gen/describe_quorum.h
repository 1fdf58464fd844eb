/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_QUORUM_H
#define ODRADEK_PROTO_GEN_DESCRIBE_QUORUM_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_quorum_req_partition_data {
	int32_t partition_index;
};

struct describe_quorum_req_topic_data {
	struct kstr topic_name;
	KARR(struct describe_quorum_req_partition_data, MSGID_describe_quorum_req_partition_data) partitions;
};

struct describe_quorum_req {
	KARR(struct describe_quorum_req_topic_data, MSGID_describe_quorum_req_topic_data) topics;
};

extern const struct msg_table describe_quorum_req_table;

struct describe_quorum_resp_replica_state {
	int32_t replica_id;
	struct uuid replica_directory_id;
	int64_t log_end_offset;
	int64_t last_fetch_timestamp;
	int64_t last_caught_up_timestamp;
};

struct describe_quorum_resp_partition_data {
	int32_t partition_index;
	int16_t error_code;
	struct kstr error_message;
	int32_t leader_id;
	int32_t leader_epoch;
	int64_t high_watermark;
	KARR(struct describe_quorum_resp_replica_state, MSGID_describe_quorum_resp_replica_state) current_voters;
	KARR(struct describe_quorum_resp_replica_state, MSGID_describe_quorum_resp_replica_state) observers;
};

struct describe_quorum_resp_topic_data {
	struct kstr topic_name;
	KARR(struct describe_quorum_resp_partition_data, MSGID_describe_quorum_resp_partition_data) partitions;
};

struct describe_quorum_resp_listener {
	struct kstr name;
	struct kstr host;
	uint16_t port;
};

struct describe_quorum_resp_node {
	int32_t node_id;
	KARR(struct describe_quorum_resp_listener, MSGID_describe_quorum_resp_listener) listeners;
};

struct describe_quorum_resp {
	int16_t error_code;
	struct kstr error_message;
	KARR(struct describe_quorum_resp_topic_data, MSGID_describe_quorum_resp_topic_data) topics;
	KARR(struct describe_quorum_resp_node, MSGID_describe_quorum_resp_node) nodes;
};

extern const struct msg_table describe_quorum_resp_table;

#endif
