/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/create_delegation_token.h"
#include "fields.h"

const struct msg_field create_delegation_token_req_creatable_renewers_fields[] = {
	{"principal_type", MSG_STRING, 0, 0, offsetof(struct create_delegation_token_req_creatable_renewers, principal_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"principal_name", MSG_STRING, 0, 0, offsetof(struct create_delegation_token_req_creatable_renewers, principal_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field create_delegation_token_req_fields[] = {
	{"owner_principal_type", MSG_STRING, 0, 0, offsetof(struct create_delegation_token_req, owner_principal_type), -1, {3, 127}, {3, 127}, {1, 0}, 0},
	{"owner_principal_name", MSG_STRING, 0, 0, offsetof(struct create_delegation_token_req, owner_principal_name), -1, {3, 127}, {3, 127}, {1, 0}, 0},
	{"renewers", MSG_ARRAY, 0, MSGID_create_delegation_token_req_creatable_renewers, offsetof(struct create_delegation_token_req, renewers), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_lifetime_ms", MSG_INT64, 0, 0, offsetof(struct create_delegation_token_req, max_lifetime_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table create_delegation_token_req_table = {
	.name = "CreateDelegationTokenRequest", .id = MSGID_create_delegation_token_req, .key = 38, .kind = MSG_REQUEST,
	.versions = {1, 3}, .flexible = {2, 127}, .plans = 92, .area = NULL
};

const struct msg_field create_delegation_token_resp_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct create_delegation_token_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"principal_type", MSG_STRING, 0, 0, offsetof(struct create_delegation_token_resp, principal_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"principal_name", MSG_STRING, 0, 0, offsetof(struct create_delegation_token_resp, principal_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"token_requester_principal_type", MSG_STRING, 0, 0, offsetof(struct create_delegation_token_resp, token_requester_principal_type), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"token_requester_principal_name", MSG_STRING, 0, 0, offsetof(struct create_delegation_token_resp, token_requester_principal_name), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"issue_timestamp_ms", MSG_INT64, 0, 0, offsetof(struct create_delegation_token_resp, issue_timestamp_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"expiry_timestamp_ms", MSG_INT64, 0, 0, offsetof(struct create_delegation_token_resp, expiry_timestamp_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_timestamp_ms", MSG_INT64, 0, 0, offsetof(struct create_delegation_token_resp, max_timestamp_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"token_id", MSG_STRING, 0, 0, offsetof(struct create_delegation_token_resp, token_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"hmac", MSG_BYTES, 0, 0, offsetof(struct create_delegation_token_resp, hmac), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct create_delegation_token_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table create_delegation_token_resp_table = {
	.name = "CreateDelegationTokenResponse", .id = MSGID_create_delegation_token_resp, .key = 38, .kind = MSG_RESPONSE,
	.versions = {1, 3}, .flexible = {2, 127}, .plans = 95, .area = NULL
};
