/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/unregister_controller.h"
#include "fields.h"

const struct msg_field unregister_controller_req_fields[] = {
	{"controller_id", MSG_INT32, 0, 0, offsetof(struct unregister_controller_req, controller_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table unregister_controller_req_table = {
	.name = "UnregisterControllerRequest", .id = MSGID_unregister_controller_req, .key = 94, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 576, .area = NULL
};

const struct msg_field unregister_controller_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct unregister_controller_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct unregister_controller_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct unregister_controller_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table unregister_controller_resp_table = {
	.name = "UnregisterControllerResponse", .id = MSGID_unregister_controller_resp, .key = 94, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 577, .area = NULL
};
