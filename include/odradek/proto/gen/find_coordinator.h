/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_FIND_COORDINATOR_H
#define ODRADEK_PROTO_GEN_FIND_COORDINATOR_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct find_coordinator_req {
	struct kstr key;
	int8_t key_type;
	KARR(struct kstr, MSG_STRING) coordinator_keys;
};

extern const struct msg_table find_coordinator_req_table;

struct find_coordinator_resp_coordinator {
	struct kstr key;
	int32_t node_id;
	struct kstr host;
	int32_t port;
	int16_t error_code;
	struct kstr error_message;
};

struct find_coordinator_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	int32_t node_id;
	struct kstr host;
	int32_t port;
	KARR(struct find_coordinator_resp_coordinator, MSGID_find_coordinator_resp_coordinator) coordinators;
};

extern const struct msg_table find_coordinator_resp_table;

#endif
