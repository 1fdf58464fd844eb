/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_client_quotas.h"
#include "fields.h"

const struct msg_field describe_client_quotas_req_component_data_fields[] = {
	{"entity_type", MSG_STRING, 0, 0, offsetof(struct describe_client_quotas_req_component_data, entity_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"match_type", MSG_INT8, 0, 0, offsetof(struct describe_client_quotas_req_component_data, match_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"match", MSG_STRING, 0, 0, offsetof(struct describe_client_quotas_req_component_data, match), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field describe_client_quotas_req_fields[] = {
	{"components", MSG_ARRAY, 0, MSGID_describe_client_quotas_req_component_data, offsetof(struct describe_client_quotas_req, components), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"strict", MSG_BOOL, 0, 0, offsetof(struct describe_client_quotas_req, strict), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_client_quotas_req_table = {
	.name = "DescribeClientQuotasRequest", .id = MSGID_describe_client_quotas_req, .key = 48, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {1, 127}, .plans = 160, .area = NULL
};

const struct msg_field describe_client_quotas_resp_entity_data_fields[] = {
	{"entity_type", MSG_STRING, 0, 0, offsetof(struct describe_client_quotas_resp_entity_data, entity_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"entity_name", MSG_STRING, 0, 0, offsetof(struct describe_client_quotas_resp_entity_data, entity_name), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field describe_client_quotas_resp_value_data_fields[] = {
	{"key", MSG_STRING, 0, 0, offsetof(struct describe_client_quotas_resp_value_data, key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_FLOAT64, 0, 0, offsetof(struct describe_client_quotas_resp_value_data, value), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_client_quotas_resp_entry_data_fields[] = {
	{"entity", MSG_ARRAY, 0, MSGID_describe_client_quotas_resp_entity_data, offsetof(struct describe_client_quotas_resp_entry_data, entity), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"values", MSG_ARRAY, 0, MSGID_describe_client_quotas_resp_value_data, offsetof(struct describe_client_quotas_resp_entry_data, values), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_client_quotas_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct describe_client_quotas_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_client_quotas_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct describe_client_quotas_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"entries", MSG_ARRAY, 0, MSGID_describe_client_quotas_resp_entry_data, offsetof(struct describe_client_quotas_resp, entries), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table describe_client_quotas_resp_table = {
	.name = "DescribeClientQuotasResponse", .id = MSGID_describe_client_quotas_resp, .key = 48, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {1, 127}, .plans = 162, .area = NULL
};
