/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_SASL_AUTHENTICATE_H
#define ODRADEK_PROTO_GEN_SASL_AUTHENTICATE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct sasl_authenticate_req {
	struct kstr auth_bytes;
};

extern const struct msg_table sasl_authenticate_req_table;

struct sasl_authenticate_resp {
	int16_t error_code;
	struct kstr error_message;
	struct kstr auth_bytes;
	int64_t session_lifetime_ms;
};

extern const struct msg_table sasl_authenticate_resp_table;

#endif
