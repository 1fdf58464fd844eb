/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_EXPIRE_DELEGATION_TOKEN_H
#define ODRADEK_PROTO_GEN_EXPIRE_DELEGATION_TOKEN_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct expire_delegation_token_req {
	struct kstr hmac;
	int64_t expiry_time_period_ms;
};

extern const struct msg_table expire_delegation_token_req_table;

struct expire_delegation_token_resp {
	int16_t error_code;
	int64_t expiry_timestamp_ms;
	int32_t throttle_time_ms;
};

extern const struct msg_table expire_delegation_token_resp_table;

#endif
