/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_configs.h"
#include "fields.h"

const struct msg_field describe_configs_req_describe_configs_resource_fields[] = {
	{"resource_type", MSG_INT8, 0, 0, offsetof(struct describe_configs_req_describe_configs_resource, resource_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name", MSG_STRING, 0, 0, offsetof(struct describe_configs_req_describe_configs_resource, resource_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"configuration_keys", MSG_ARRAY, 0, MSG_STRING, offsetof(struct describe_configs_req_describe_configs_resource, configuration_keys), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field describe_configs_req_fields[] = {
	{"resources", MSG_ARRAY, 0, MSGID_describe_configs_req_describe_configs_resource, offsetof(struct describe_configs_req, resources), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"include_synonyms", MSG_BOOL, 0, 0, offsetof(struct describe_configs_req, include_synonyms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"include_documentation", MSG_BOOL, 0, 0, offsetof(struct describe_configs_req, include_documentation), -1, {3, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_configs_req_table = {
	.name = "DescribeConfigsRequest", .id = MSGID_describe_configs_req, .key = 32, .kind = MSG_REQUEST,
	.versions = {1, 4}, .flexible = {4, 127}, .plans = 170, .area = NULL
};

const struct msg_field describe_configs_resp_describe_configs_synonym_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct describe_configs_resp_describe_configs_synonym, name), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct describe_configs_resp_describe_configs_synonym, value), -1, {1, 127}, {0, 127}, {1, 0}, 0},
	{"source", MSG_INT8, 0, 0, offsetof(struct describe_configs_resp_describe_configs_synonym, source), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_configs_resp_describe_configs_resource_result_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct describe_configs_resp_describe_configs_resource_result, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct describe_configs_resp_describe_configs_resource_result, value), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"read_only", MSG_BOOL, 0, 0, offsetof(struct describe_configs_resp_describe_configs_resource_result, read_only), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"config_source", MSG_INT8, MSG_IGNORABLE, 0, offsetof(struct describe_configs_resp_describe_configs_resource_result, config_source), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"is_sensitive", MSG_BOOL, 0, 0, offsetof(struct describe_configs_resp_describe_configs_resource_result, is_sensitive), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"synonyms", MSG_ARRAY, MSG_IGNORABLE, MSGID_describe_configs_resp_describe_configs_synonym, offsetof(struct describe_configs_resp_describe_configs_resource_result, synonyms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"config_type", MSG_INT8, MSG_IGNORABLE, 0, offsetof(struct describe_configs_resp_describe_configs_resource_result, config_type), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"documentation", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct describe_configs_resp_describe_configs_resource_result, documentation), -1, {3, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field describe_configs_resp_describe_configs_result_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_configs_resp_describe_configs_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct describe_configs_resp_describe_configs_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"resource_type", MSG_INT8, 0, 0, offsetof(struct describe_configs_resp_describe_configs_result, resource_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name", MSG_STRING, 0, 0, offsetof(struct describe_configs_resp_describe_configs_result, resource_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"configs", MSG_ARRAY, 0, MSGID_describe_configs_resp_describe_configs_resource_result, offsetof(struct describe_configs_resp_describe_configs_result, configs), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_configs_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct describe_configs_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"results", MSG_ARRAY, 0, MSGID_describe_configs_resp_describe_configs_result, offsetof(struct describe_configs_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_configs_resp_table = {
	.name = "DescribeConfigsResponse", .id = MSGID_describe_configs_resp, .key = 32, .kind = MSG_RESPONSE,
	.versions = {1, 4}, .flexible = {4, 127}, .plans = 174, .area = NULL
};
