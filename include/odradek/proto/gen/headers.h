/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_HEADERS_H
#define ODRADEK_PROTO_GEN_HEADERS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct request_header {
	int16_t request_api_key;
	int16_t request_api_version;
	int32_t correlation_id;
	struct kstr client_id;
};

extern const struct msg_table request_header_table;

struct response_header {
	int32_t correlation_id;
};

extern const struct msg_table response_header_table;

#endif
