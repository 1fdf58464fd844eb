/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/alter_client_quotas.h"
#include "fields.h"

const struct msg_field alter_client_quotas_req_entity_data_fields[] = {
	{"entity_type", MSG_STRING, 0, 0, offsetof(struct alter_client_quotas_req_entity_data, entity_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"entity_name", MSG_STRING, 0, 0, offsetof(struct alter_client_quotas_req_entity_data, entity_name), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field alter_client_quotas_req_op_data_fields[] = {
	{"key", MSG_STRING, 0, 0, offsetof(struct alter_client_quotas_req_op_data, key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_FLOAT64, 0, 0, offsetof(struct alter_client_quotas_req_op_data, value), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"remove", MSG_BOOL, 0, 0, offsetof(struct alter_client_quotas_req_op_data, remove), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_client_quotas_req_entry_data_fields[] = {
	{"entity", MSG_ARRAY, 0, MSGID_alter_client_quotas_req_entity_data, offsetof(struct alter_client_quotas_req_entry_data, entity), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"ops", MSG_ARRAY, 0, MSGID_alter_client_quotas_req_op_data, offsetof(struct alter_client_quotas_req_entry_data, ops), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_client_quotas_req_fields[] = {
	{"entries", MSG_ARRAY, 0, MSGID_alter_client_quotas_req_entry_data, offsetof(struct alter_client_quotas_req, entries), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"validate_only", MSG_BOOL, 0, 0, offsetof(struct alter_client_quotas_req, validate_only), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table alter_client_quotas_req_table = {
	.name = "AlterClientQuotasRequest", .id = MSGID_alter_client_quotas_req, .key = 49, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {1, 127}, .plans = 44, .area = NULL
};

const struct msg_field alter_client_quotas_resp_entity_data_fields[] = {
	{"entity_type", MSG_STRING, 0, 0, offsetof(struct alter_client_quotas_resp_entity_data, entity_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"entity_name", MSG_STRING, 0, 0, offsetof(struct alter_client_quotas_resp_entity_data, entity_name), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field alter_client_quotas_resp_entry_data_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct alter_client_quotas_resp_entry_data, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct alter_client_quotas_resp_entry_data, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"entity", MSG_ARRAY, 0, MSGID_alter_client_quotas_resp_entity_data, offsetof(struct alter_client_quotas_resp_entry_data, entity), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_client_quotas_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct alter_client_quotas_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"entries", MSG_ARRAY, 0, MSGID_alter_client_quotas_resp_entry_data, offsetof(struct alter_client_quotas_resp, entries), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table alter_client_quotas_resp_table = {
	.name = "AlterClientQuotasResponse", .id = MSGID_alter_client_quotas_resp, .key = 49, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {1, 127}, .plans = 46, .area = NULL
};
