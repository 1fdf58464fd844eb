/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_CREATE_DELEGATION_TOKEN_H
#define ODRADEK_PROTO_GEN_CREATE_DELEGATION_TOKEN_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct create_delegation_token_req_creatable_renewers {
	struct kstr principal_type;
	struct kstr principal_name;
};

struct create_delegation_token_req {
	struct kstr owner_principal_type;
	struct kstr owner_principal_name;
	KARR(struct create_delegation_token_req_creatable_renewers, MSGID_create_delegation_token_req_creatable_renewers) renewers;
	int64_t max_lifetime_ms;
};

extern const struct msg_table create_delegation_token_req_table;

struct create_delegation_token_resp {
	int16_t error_code;
	struct kstr principal_type;
	struct kstr principal_name;
	struct kstr token_requester_principal_type;
	struct kstr token_requester_principal_name;
	int64_t issue_timestamp_ms;
	int64_t expiry_timestamp_ms;
	int64_t max_timestamp_ms;
	struct kstr token_id;
	struct kstr hmac;
	int32_t throttle_time_ms;
};

extern const struct msg_table create_delegation_token_resp_table;

#endif
