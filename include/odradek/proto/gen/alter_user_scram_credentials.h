/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_ALTER_USER_SCRAM_CREDENTIALS_H
#define ODRADEK_PROTO_GEN_ALTER_USER_SCRAM_CREDENTIALS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct alter_user_scram_credentials_req_scram_credential_deletion {
	struct kstr name;
	int8_t mechanism;
};

struct alter_user_scram_credentials_req_scram_credential_upsertion {
	struct kstr name;
	int8_t mechanism;
	int32_t iterations;
	struct kstr salt;
	struct kstr salted_password;
};

struct alter_user_scram_credentials_req {
	KARR(struct alter_user_scram_credentials_req_scram_credential_deletion, MSGID_alter_user_scram_credentials_req_scram_credential_deletion) deletions;
	KARR(struct alter_user_scram_credentials_req_scram_credential_upsertion, MSGID_alter_user_scram_credentials_req_scram_credential_upsertion) upsertions;
};

extern const struct msg_table alter_user_scram_credentials_req_table;

struct alter_user_scram_credentials_resp_alter_user_scram_credentials_result {
	struct kstr user;
	int16_t error_code;
	struct kstr error_message;
};

struct alter_user_scram_credentials_resp {
	int32_t throttle_time_ms;
	KARR(struct alter_user_scram_credentials_resp_alter_user_scram_credentials_result, MSGID_alter_user_scram_credentials_resp_alter_user_scram_credentials_result) results;
};

extern const struct msg_table alter_user_scram_credentials_resp_table;

#endif
