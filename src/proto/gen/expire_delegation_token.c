/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/expire_delegation_token.h"
#include "fields.h"

const struct msg_field expire_delegation_token_req_fields[] = {
	{"hmac", MSG_BYTES, 0, 0, offsetof(struct expire_delegation_token_req, hmac), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"expiry_time_period_ms", MSG_INT64, 0, 0, offsetof(struct expire_delegation_token_req, expiry_time_period_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table expire_delegation_token_req_table = {
	.name = "ExpireDelegationTokenRequest", .id = MSGID_expire_delegation_token_req, .key = 40, .kind = MSG_REQUEST,
	.versions = {1, 2}, .flexible = {2, 127}, .plans = 244, .area = NULL
};

const struct msg_field expire_delegation_token_resp_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct expire_delegation_token_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"expiry_timestamp_ms", MSG_INT64, 0, 0, offsetof(struct expire_delegation_token_resp, expiry_timestamp_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct expire_delegation_token_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table expire_delegation_token_resp_table = {
	.name = "ExpireDelegationTokenResponse", .id = MSGID_expire_delegation_token_resp, .key = 40, .kind = MSG_RESPONSE,
	.versions = {1, 2}, .flexible = {2, 127}, .plans = 246, .area = NULL
};
