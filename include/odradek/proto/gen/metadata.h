/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_METADATA_H
#define ODRADEK_PROTO_GEN_METADATA_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct metadata_req_metadata_request_topic {
	struct uuid topic_id;
	struct kstr name;
};

struct metadata_req {
	KARR(struct metadata_req_metadata_request_topic, MSGID_metadata_req_metadata_request_topic) topics;
	uint8_t allow_auto_topic_creation;
	uint8_t include_cluster_authorized_operations;
	uint8_t include_topic_authorized_operations;
};

extern const struct msg_table metadata_req_table;

struct metadata_resp_metadata_response_broker {
	int32_t node_id;
	struct kstr host;
	int32_t port;
	struct kstr rack;
};

struct metadata_resp_metadata_response_partition {
	int16_t error_code;
	int32_t partition_index;
	int32_t leader_id;
	int32_t leader_epoch;
	KARR(int32_t, MSG_INT32) replica_nodes;
	KARR(int32_t, MSG_INT32) isr_nodes;
	KARR(int32_t, MSG_INT32) offline_replicas;
};

struct metadata_resp_metadata_response_topic {
	int16_t error_code;
	struct kstr name;
	struct uuid topic_id;
	uint8_t is_internal;
	KARR(struct metadata_resp_metadata_response_partition, MSGID_metadata_resp_metadata_response_partition) partitions;
	int32_t topic_authorized_operations;
};

struct metadata_resp {
	int32_t throttle_time_ms;
	KARR(struct metadata_resp_metadata_response_broker, MSGID_metadata_resp_metadata_response_broker) brokers;
	struct kstr cluster_id;
	int32_t controller_id;
	KARR(struct metadata_resp_metadata_response_topic, MSGID_metadata_resp_metadata_response_topic) topics;
	int32_t cluster_authorized_operations;
	int16_t error_code;
};

extern const struct msg_table metadata_resp_table;

#endif
