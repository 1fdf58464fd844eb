/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_HEARTBEAT_H
#define ODRADEK_PROTO_GEN_HEARTBEAT_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct heartbeat_req {
	struct kstr group_id;
	int32_t generation_id;
	struct kstr member_id;
	struct kstr group_instance_id;
};

extern const struct msg_table heartbeat_req_table;

struct heartbeat_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
};

extern const struct msg_table heartbeat_resp_table;

#endif
