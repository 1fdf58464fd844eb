/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_user_scram_credentials.h"
#include "fields.h"

const struct msg_field describe_user_scram_credentials_req_user_name_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct describe_user_scram_credentials_req_user_name, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_user_scram_credentials_req_fields[] = {
	{"users", MSG_ARRAY, 0, MSGID_describe_user_scram_credentials_req_user_name, offsetof(struct describe_user_scram_credentials_req, users), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table describe_user_scram_credentials_req_table = {
	.name = "DescribeUserScramCredentialsRequest", .id = MSGID_describe_user_scram_credentials_req, .key = 50, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 224, .area = NULL
};

const struct msg_field describe_user_scram_credentials_resp_credential_info_fields[] = {
	{"mechanism", MSG_INT8, 0, 0, offsetof(struct describe_user_scram_credentials_resp_credential_info, mechanism), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"iterations", MSG_INT32, 0, 0, offsetof(struct describe_user_scram_credentials_resp_credential_info, iterations), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_user_scram_credentials_resp_describe_user_scram_credentials_result_fields[] = {
	{"user", MSG_STRING, 0, 0, offsetof(struct describe_user_scram_credentials_resp_describe_user_scram_credentials_result, user), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_user_scram_credentials_resp_describe_user_scram_credentials_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct describe_user_scram_credentials_resp_describe_user_scram_credentials_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"credential_infos", MSG_ARRAY, 0, MSGID_describe_user_scram_credentials_resp_credential_info, offsetof(struct describe_user_scram_credentials_resp_describe_user_scram_credentials_result, credential_infos), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_user_scram_credentials_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct describe_user_scram_credentials_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_user_scram_credentials_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct describe_user_scram_credentials_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"results", MSG_ARRAY, 0, MSGID_describe_user_scram_credentials_resp_describe_user_scram_credentials_result, offsetof(struct describe_user_scram_credentials_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_user_scram_credentials_resp_table = {
	.name = "DescribeUserScramCredentialsResponse", .id = MSGID_describe_user_scram_credentials_resp, .key = 50, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 225, .area = NULL
};
