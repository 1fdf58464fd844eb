/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/sasl_authenticate.h"
#include "fields.h"

const struct msg_field sasl_authenticate_req_fields[] = {
	{"auth_bytes", MSG_BYTES, 0, 0, offsetof(struct sasl_authenticate_req, auth_bytes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table sasl_authenticate_req_table = {
	.name = "SaslAuthenticateRequest", .id = MSGID_sasl_authenticate_req, .key = 36, .kind = MSG_REQUEST,
	.versions = {0, 2}, .flexible = {2, 127}, .plans = 516, .area = NULL
};

const struct msg_field sasl_authenticate_resp_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct sasl_authenticate_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct sasl_authenticate_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"auth_bytes", MSG_BYTES, 0, 0, offsetof(struct sasl_authenticate_resp, auth_bytes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"session_lifetime_ms", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct sasl_authenticate_resp, session_lifetime_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table sasl_authenticate_resp_table = {
	.name = "SaslAuthenticateResponse", .id = MSGID_sasl_authenticate_resp, .key = 36, .kind = MSG_RESPONSE,
	.versions = {0, 2}, .flexible = {2, 127}, .plans = 519, .area = NULL
};
