/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/push_telemetry.h"
#include "fields.h"

const struct msg_field push_telemetry_req_fields[] = {
	{"client_instance_id", MSG_UUID, 0, 0, offsetof(struct push_telemetry_req, client_instance_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subscription_id", MSG_INT32, 0, 0, offsetof(struct push_telemetry_req, subscription_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"terminating", MSG_BOOL, 0, 0, offsetof(struct push_telemetry_req, terminating), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"compression_type", MSG_INT8, 0, 0, offsetof(struct push_telemetry_req, compression_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"metrics", MSG_BYTES, 0, 0, offsetof(struct push_telemetry_req, metrics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table push_telemetry_req_table = {
	.name = "PushTelemetryRequest", .id = MSGID_push_telemetry_req, .key = 72, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 498, .area = NULL
};

const struct msg_field push_telemetry_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct push_telemetry_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct push_telemetry_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table push_telemetry_resp_table = {
	.name = "PushTelemetryResponse", .id = MSGID_push_telemetry_resp, .key = 72, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 499, .area = NULL
};
