/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/get_telemetry_subscriptions.h"
#include "fields.h"

const struct msg_field get_telemetry_subscriptions_req_fields[] = {
	{"client_instance_id", MSG_UUID, 0, 0, offsetof(struct get_telemetry_subscriptions_req, client_instance_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table get_telemetry_subscriptions_req_table = {
	.name = "GetTelemetrySubscriptionsRequest", .id = MSGID_get_telemetry_subscriptions_req, .key = 71, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 292, .area = NULL
};

const struct msg_field get_telemetry_subscriptions_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct get_telemetry_subscriptions_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct get_telemetry_subscriptions_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_instance_id", MSG_UUID, 0, 0, offsetof(struct get_telemetry_subscriptions_resp, client_instance_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subscription_id", MSG_INT32, 0, 0, offsetof(struct get_telemetry_subscriptions_resp, subscription_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"accepted_compression_types", MSG_ARRAY, 0, MSG_INT8, offsetof(struct get_telemetry_subscriptions_resp, accepted_compression_types), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"push_interval_ms", MSG_INT32, 0, 0, offsetof(struct get_telemetry_subscriptions_resp, push_interval_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"telemetry_max_bytes", MSG_INT32, 0, 0, offsetof(struct get_telemetry_subscriptions_resp, telemetry_max_bytes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delta_temporality", MSG_BOOL, 0, 0, offsetof(struct get_telemetry_subscriptions_resp, delta_temporality), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"requested_metrics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct get_telemetry_subscriptions_resp, requested_metrics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table get_telemetry_subscriptions_resp_table = {
	.name = "GetTelemetrySubscriptionsResponse", .id = MSGID_get_telemetry_subscriptions_resp, .key = 71, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 293, .area = NULL
};
