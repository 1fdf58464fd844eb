/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/create_acls.h"
#include "fields.h"

const struct msg_field create_acls_req_acl_creation_fields[] = {
	{"resource_type", MSG_INT8, 0, 0, offsetof(struct create_acls_req_acl_creation, resource_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name", MSG_STRING, 0, 0, offsetof(struct create_acls_req_acl_creation, resource_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_pattern_type", MSG_INT8, 0, 0, offsetof(struct create_acls_req_acl_creation, resource_pattern_type), -1, {1, 127}, {1, 0}, {1, 0}, 3},
	{"principal", MSG_STRING, 0, 0, offsetof(struct create_acls_req_acl_creation, principal), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct create_acls_req_acl_creation, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"operation", MSG_INT8, 0, 0, offsetof(struct create_acls_req_acl_creation, operation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"permission_type", MSG_INT8, 0, 0, offsetof(struct create_acls_req_acl_creation, permission_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field create_acls_req_fields[] = {
	{"creations", MSG_ARRAY, 0, MSGID_create_acls_req_acl_creation, offsetof(struct create_acls_req, creations), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table create_acls_req_table = {
	.name = "CreateAclsRequest", .id = MSGID_create_acls_req, .key = 30, .kind = MSG_REQUEST,
	.versions = {1, 3}, .flexible = {2, 127}, .plans = 86, .area = NULL
};

const struct msg_field create_acls_resp_acl_creation_result_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct create_acls_resp_acl_creation_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct create_acls_resp_acl_creation_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field create_acls_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct create_acls_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"results", MSG_ARRAY, 0, MSGID_create_acls_resp_acl_creation_result, offsetof(struct create_acls_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table create_acls_resp_table = {
	.name = "CreateAclsResponse", .id = MSGID_create_acls_resp, .key = 30, .kind = MSG_RESPONSE,
	.versions = {1, 3}, .flexible = {2, 127}, .plans = 89, .area = NULL
};
