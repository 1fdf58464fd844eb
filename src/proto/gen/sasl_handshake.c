/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/sasl_handshake.h"
#include "fields.h"

const struct msg_field sasl_handshake_req_fields[] = {
	{"mechanism", MSG_STRING, 0, 0, offsetof(struct sasl_handshake_req, mechanism), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table sasl_handshake_req_table = {
	.name = "SaslHandshakeRequest", .id = MSGID_sasl_handshake_req, .key = 17, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {1, 0}, .plans = 522, .area = NULL
};

const struct msg_field sasl_handshake_resp_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct sasl_handshake_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"mechanisms", MSG_ARRAY, 0, MSG_STRING, offsetof(struct sasl_handshake_resp, mechanisms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table sasl_handshake_resp_table = {
	.name = "SaslHandshakeResponse", .id = MSGID_sasl_handshake_resp, .key = 17, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {1, 0}, .plans = 524, .area = NULL
};
