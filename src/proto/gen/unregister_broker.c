/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/unregister_broker.h"
#include "fields.h"

const struct msg_field unregister_broker_req_fields[] = {
	{"broker_id", MSG_INT32, 0, 0, offsetof(struct unregister_broker_req, broker_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table unregister_broker_req_table = {
	.name = "UnregisterBrokerRequest", .id = MSGID_unregister_broker_req, .key = 64, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 574, .area = NULL
};

const struct msg_field unregister_broker_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct unregister_broker_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct unregister_broker_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct unregister_broker_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table unregister_broker_resp_table = {
	.name = "UnregisterBrokerResponse", .id = MSGID_unregister_broker_resp, .key = 64, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 575, .area = NULL
};
