/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/alter_configs.h"
#include "fields.h"

const struct msg_field alter_configs_req_alterable_config_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct alter_configs_req_alterable_config, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct alter_configs_req_alterable_config, value), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field alter_configs_req_alter_configs_resource_fields[] = {
	{"resource_type", MSG_INT8, 0, 0, offsetof(struct alter_configs_req_alter_configs_resource, resource_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name", MSG_STRING, 0, 0, offsetof(struct alter_configs_req_alter_configs_resource, resource_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"configs", MSG_ARRAY, 0, MSGID_alter_configs_req_alterable_config, offsetof(struct alter_configs_req_alter_configs_resource, configs), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_configs_req_fields[] = {
	{"resources", MSG_ARRAY, 0, MSGID_alter_configs_req_alter_configs_resource, offsetof(struct alter_configs_req, resources), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"validate_only", MSG_BOOL, 0, 0, offsetof(struct alter_configs_req, validate_only), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table alter_configs_req_table = {
	.name = "AlterConfigsRequest", .id = MSGID_alter_configs_req, .key = 33, .kind = MSG_REQUEST,
	.versions = {0, 2}, .flexible = {2, 127}, .plans = 48, .area = NULL
};

const struct msg_field alter_configs_resp_alter_configs_resource_response_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct alter_configs_resp_alter_configs_resource_response, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct alter_configs_resp_alter_configs_resource_response, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"resource_type", MSG_INT8, 0, 0, offsetof(struct alter_configs_resp_alter_configs_resource_response, resource_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name", MSG_STRING, 0, 0, offsetof(struct alter_configs_resp_alter_configs_resource_response, resource_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_configs_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct alter_configs_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"responses", MSG_ARRAY, 0, MSGID_alter_configs_resp_alter_configs_resource_response, offsetof(struct alter_configs_resp, responses), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table alter_configs_resp_table = {
	.name = "AlterConfigsResponse", .id = MSGID_alter_configs_resp, .key = 33, .kind = MSG_RESPONSE,
	.versions = {0, 2}, .flexible = {2, 127}, .plans = 51, .area = NULL
};
