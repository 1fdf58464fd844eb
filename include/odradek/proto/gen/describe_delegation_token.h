/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_DELEGATION_TOKEN_H
#define ODRADEK_PROTO_GEN_DESCRIBE_DELEGATION_TOKEN_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_delegation_token_req_describe_delegation_token_owner {
	struct kstr principal_type;
	struct kstr principal_name;
};

struct describe_delegation_token_req {
	KARR(struct describe_delegation_token_req_describe_delegation_token_owner, MSGID_describe_delegation_token_req_describe_delegation_token_owner) owners;
};

extern const struct msg_table describe_delegation_token_req_table;

struct describe_delegation_token_resp_described_delegation_token_renewer {
	struct kstr principal_type;
	struct kstr principal_name;
};

struct describe_delegation_token_resp_described_delegation_token {
	struct kstr principal_type;
	struct kstr principal_name;
	struct kstr token_requester_principal_type;
	struct kstr token_requester_principal_name;
	int64_t issue_timestamp;
	int64_t expiry_timestamp;
	int64_t max_timestamp;
	struct kstr token_id;
	struct kstr hmac;
	KARR(struct describe_delegation_token_resp_described_delegation_token_renewer, MSGID_describe_delegation_token_resp_described_delegation_token_renewer) renewers;
};

struct describe_delegation_token_resp {
	int16_t error_code;
	KARR(struct describe_delegation_token_resp_described_delegation_token, MSGID_describe_delegation_token_resp_described_delegation_token) tokens;
	int32_t throttle_time_ms;
};

extern const struct msg_table describe_delegation_token_resp_table;

#endif
