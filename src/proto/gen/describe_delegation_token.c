/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_delegation_token.h"
#include "fields.h"

const struct msg_field describe_delegation_token_req_describe_delegation_token_owner_fields[] = {
	{"principal_type", MSG_STRING, 0, 0, offsetof(struct describe_delegation_token_req_describe_delegation_token_owner, principal_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"principal_name", MSG_STRING, 0, 0, offsetof(struct describe_delegation_token_req_describe_delegation_token_owner, principal_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_delegation_token_req_fields[] = {
	{"owners", MSG_ARRAY, 0, MSGID_describe_delegation_token_req_describe_delegation_token_owner, offsetof(struct describe_delegation_token_req, owners), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table describe_delegation_token_req_table = {
	.name = "DescribeDelegationTokenRequest", .id = MSGID_describe_delegation_token_req, .key = 41, .kind = MSG_REQUEST,
	.versions = {1, 3}, .flexible = {2, 127}, .plans = 178, .area = NULL
};

const struct msg_field describe_delegation_token_resp_described_delegation_token_renewer_fields[] = {
	{"principal_type", MSG_STRING, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token_renewer, principal_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"principal_name", MSG_STRING, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token_renewer, principal_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_delegation_token_resp_described_delegation_token_fields[] = {
	{"principal_type", MSG_STRING, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token, principal_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"principal_name", MSG_STRING, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token, principal_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"token_requester_principal_type", MSG_STRING, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token, token_requester_principal_type), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"token_requester_principal_name", MSG_STRING, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token, token_requester_principal_name), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"issue_timestamp", MSG_INT64, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token, issue_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"expiry_timestamp", MSG_INT64, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token, expiry_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_timestamp", MSG_INT64, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token, max_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"token_id", MSG_STRING, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token, token_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"hmac", MSG_BYTES, 0, 0, offsetof(struct describe_delegation_token_resp_described_delegation_token, hmac), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"renewers", MSG_ARRAY, 0, MSGID_describe_delegation_token_resp_described_delegation_token_renewer, offsetof(struct describe_delegation_token_resp_described_delegation_token, renewers), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_delegation_token_resp_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_delegation_token_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"tokens", MSG_ARRAY, 0, MSGID_describe_delegation_token_resp_described_delegation_token, offsetof(struct describe_delegation_token_resp, tokens), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct describe_delegation_token_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_delegation_token_resp_table = {
	.name = "DescribeDelegationTokenResponse", .id = MSGID_describe_delegation_token_resp, .key = 41, .kind = MSG_RESPONSE,
	.versions = {1, 3}, .flexible = {2, 127}, .plans = 181, .area = NULL
};
