/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_USER_SCRAM_CREDENTIALS_H
#define ODRADEK_PROTO_GEN_DESCRIBE_USER_SCRAM_CREDENTIALS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_user_scram_credentials_req_user_name {
	struct kstr name;
};

struct describe_user_scram_credentials_req {
	KARR(struct describe_user_scram_credentials_req_user_name, MSGID_describe_user_scram_credentials_req_user_name) users;
};

extern const struct msg_table describe_user_scram_credentials_req_table;

struct describe_user_scram_credentials_resp_credential_info {
	int8_t mechanism;
	int32_t iterations;
};

struct describe_user_scram_credentials_resp_describe_user_scram_credentials_result {
	struct kstr user;
	int16_t error_code;
	struct kstr error_message;
	KARR(struct describe_user_scram_credentials_resp_credential_info, MSGID_describe_user_scram_credentials_resp_credential_info) credential_infos;
};

struct describe_user_scram_credentials_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	KARR(struct describe_user_scram_credentials_resp_describe_user_scram_credentials_result, MSGID_describe_user_scram_credentials_resp_describe_user_scram_credentials_result) results;
};

extern const struct msg_table describe_user_scram_credentials_resp_table;

#endif
