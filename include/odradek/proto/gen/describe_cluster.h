/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_CLUSTER_H
#define ODRADEK_PROTO_GEN_DESCRIBE_CLUSTER_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_cluster_req {
	uint8_t include_cluster_authorized_operations;
	int8_t endpoint_type;
	uint8_t include_fenced_brokers;
};

extern const struct msg_table describe_cluster_req_table;

struct describe_cluster_resp_describe_cluster_broker {
	int32_t broker_id;
	struct kstr host;
	int32_t port;
	struct kstr rack;
	uint8_t is_fenced;
};

struct describe_cluster_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	int8_t endpoint_type;
	struct kstr cluster_id;
	int32_t controller_id;
	KARR(struct describe_cluster_resp_describe_cluster_broker, MSGID_describe_cluster_resp_describe_cluster_broker) brokers;
	int32_t cluster_authorized_operations;
};

extern const struct msg_table describe_cluster_resp_table;

#endif
