/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_SASL_HANDSHAKE_H
#define ODRADEK_PROTO_GEN_SASL_HANDSHAKE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct sasl_handshake_req {
	struct kstr mechanism;
};

extern const struct msg_table sasl_handshake_req_table;

struct sasl_handshake_resp {
	int16_t error_code;
	KARR(struct kstr, MSG_STRING) mechanisms;
};

extern const struct msg_table sasl_handshake_resp_table;

#endif
