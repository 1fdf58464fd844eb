/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/find_coordinator.h"
#include "fields.h"

const struct msg_field find_coordinator_req_fields[] = {
	{"key", MSG_STRING, 0, 0, offsetof(struct find_coordinator_req, key), -1, {0, 3}, {1, 0}, {1, 0}, 0},
	{"key_type", MSG_INT8, 0, 0, offsetof(struct find_coordinator_req, key_type), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"coordinator_keys", MSG_ARRAY, 0, MSG_STRING, offsetof(struct find_coordinator_req, coordinator_keys), -1, {4, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table find_coordinator_req_table = {
	.name = "FindCoordinatorRequest", .id = MSGID_find_coordinator_req, .key = 10, .kind = MSG_REQUEST,
	.versions = {0, 6}, .flexible = {3, 127}, .plans = 278, .area = NULL
};

const struct msg_field find_coordinator_resp_coordinator_fields[] = {
	{"key", MSG_STRING, 0, 0, offsetof(struct find_coordinator_resp_coordinator, key), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"node_id", MSG_INT32, 0, 0, offsetof(struct find_coordinator_resp_coordinator, node_id), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct find_coordinator_resp_coordinator, host), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_INT32, 0, 0, offsetof(struct find_coordinator_resp_coordinator, port), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct find_coordinator_resp_coordinator, error_code), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct find_coordinator_resp_coordinator, error_message), -1, {4, 127}, {4, 127}, {1, 0}, 0},
};

const struct msg_field find_coordinator_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct find_coordinator_resp, throttle_time_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct find_coordinator_resp, error_code), -1, {0, 3}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct find_coordinator_resp, error_message), -1, {1, 3}, {1, 3}, {1, 0}, 0},
	{"node_id", MSG_INT32, 0, 0, offsetof(struct find_coordinator_resp, node_id), -1, {0, 3}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct find_coordinator_resp, host), -1, {0, 3}, {1, 0}, {1, 0}, 0},
	{"port", MSG_INT32, 0, 0, offsetof(struct find_coordinator_resp, port), -1, {0, 3}, {1, 0}, {1, 0}, 0},
	{"coordinators", MSG_ARRAY, 0, MSGID_find_coordinator_resp_coordinator, offsetof(struct find_coordinator_resp, coordinators), -1, {4, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table find_coordinator_resp_table = {
	.name = "FindCoordinatorResponse", .id = MSGID_find_coordinator_resp, .key = 10, .kind = MSG_RESPONSE,
	.versions = {0, 6}, .flexible = {3, 127}, .plans = 285, .area = NULL
};
