/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_GET_TELEMETRY_SUBSCRIPTIONS_H
#define ODRADEK_PROTO_GEN_GET_TELEMETRY_SUBSCRIPTIONS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct get_telemetry_subscriptions_req {
	struct uuid client_instance_id;
};

extern const struct msg_table get_telemetry_subscriptions_req_table;

struct get_telemetry_subscriptions_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct uuid client_instance_id;
	int32_t subscription_id;
	KARR(int8_t, MSG_INT8) accepted_compression_types;
	int32_t push_interval_ms;
	int32_t telemetry_max_bytes;
	uint8_t delta_temporality;
	KARR(struct kstr, MSG_STRING) requested_metrics;
};

extern const struct msg_table get_telemetry_subscriptions_resp_table;

#endif
