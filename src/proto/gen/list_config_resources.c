/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/list_config_resources.h"
#include "fields.h"

const struct msg_field list_config_resources_req_fields[] = {
	{"resource_types", MSG_ARRAY, 0, MSG_INT8, offsetof(struct list_config_resources_req, resource_types), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table list_config_resources_req_table = {
	.name = "ListConfigResourcesRequest", .id = MSGID_list_config_resources_req, .key = 74, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 356, .area = NULL
};

const struct msg_field list_config_resources_resp_config_resource_fields[] = {
	{"resource_name", MSG_STRING, 0, 0, offsetof(struct list_config_resources_resp_config_resource, resource_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_type", MSG_INT8, MSG_IGNORABLE, 0, offsetof(struct list_config_resources_resp_config_resource, resource_type), -1, {1, 127}, {1, 0}, {1, 0}, 16},
};

const struct msg_field list_config_resources_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct list_config_resources_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct list_config_resources_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"config_resources", MSG_ARRAY, 0, MSGID_list_config_resources_resp_config_resource, offsetof(struct list_config_resources_resp, config_resources), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table list_config_resources_resp_table = {
	.name = "ListConfigResourcesResponse", .id = MSGID_list_config_resources_resp, .key = 74, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 358, .area = NULL
};
