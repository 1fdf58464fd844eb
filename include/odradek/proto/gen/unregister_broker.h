/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_UNREGISTER_BROKER_H
#define ODRADEK_PROTO_GEN_UNREGISTER_BROKER_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct unregister_broker_req {
	int32_t broker_id;
};

extern const struct msg_table unregister_broker_req_table;

struct unregister_broker_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
};

extern const struct msg_table unregister_broker_resp_table;

#endif
