/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/alter_user_scram_credentials.h"
#include "fields.h"

const struct msg_field alter_user_scram_credentials_req_scram_credential_deletion_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct alter_user_scram_credentials_req_scram_credential_deletion, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"mechanism", MSG_INT8, 0, 0, offsetof(struct alter_user_scram_credentials_req_scram_credential_deletion, mechanism), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_user_scram_credentials_req_scram_credential_upsertion_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct alter_user_scram_credentials_req_scram_credential_upsertion, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"mechanism", MSG_INT8, 0, 0, offsetof(struct alter_user_scram_credentials_req_scram_credential_upsertion, mechanism), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"iterations", MSG_INT32, 0, 0, offsetof(struct alter_user_scram_credentials_req_scram_credential_upsertion, iterations), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"salt", MSG_BYTES, 0, 0, offsetof(struct alter_user_scram_credentials_req_scram_credential_upsertion, salt), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"salted_password", MSG_BYTES, 0, 0, offsetof(struct alter_user_scram_credentials_req_scram_credential_upsertion, salted_password), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_user_scram_credentials_req_fields[] = {
	{"deletions", MSG_ARRAY, 0, MSGID_alter_user_scram_credentials_req_scram_credential_deletion, offsetof(struct alter_user_scram_credentials_req, deletions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"upsertions", MSG_ARRAY, 0, MSGID_alter_user_scram_credentials_req_scram_credential_upsertion, offsetof(struct alter_user_scram_credentials_req, upsertions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table alter_user_scram_credentials_req_table = {
	.name = "AlterUserScramCredentialsRequest", .id = MSGID_alter_user_scram_credentials_req, .key = 51, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 64, .area = NULL
};

const struct msg_field alter_user_scram_credentials_resp_alter_user_scram_credentials_result_fields[] = {
	{"user", MSG_STRING, 0, 0, offsetof(struct alter_user_scram_credentials_resp_alter_user_scram_credentials_result, user), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct alter_user_scram_credentials_resp_alter_user_scram_credentials_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct alter_user_scram_credentials_resp_alter_user_scram_credentials_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field alter_user_scram_credentials_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct alter_user_scram_credentials_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"results", MSG_ARRAY, 0, MSGID_alter_user_scram_credentials_resp_alter_user_scram_credentials_result, offsetof(struct alter_user_scram_credentials_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table alter_user_scram_credentials_resp_table = {
	.name = "AlterUserScramCredentialsResponse", .id = MSGID_alter_user_scram_credentials_resp, .key = 51, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 65, .area = NULL
};
