/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_PUSH_TELEMETRY_H
#define ODRADEK_PROTO_GEN_PUSH_TELEMETRY_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct push_telemetry_req {
	struct uuid client_instance_id;
	int32_t subscription_id;
	uint8_t terminating;
	int8_t compression_type;
	struct kstr metrics;
};

extern const struct msg_table push_telemetry_req_table;

struct push_telemetry_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
};

extern const struct msg_table push_telemetry_resp_table;

#endif
