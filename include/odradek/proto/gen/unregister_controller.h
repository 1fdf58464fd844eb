/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_UNREGISTER_CONTROLLER_H
#define ODRADEK_PROTO_GEN_UNREGISTER_CONTROLLER_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct unregister_controller_req {
	int32_t controller_id;
};

extern const struct msg_table unregister_controller_req_table;

struct unregister_controller_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
};

extern const struct msg_table unregister_controller_resp_table;

#endif
