/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_acls.h"
#include "fields.h"

const struct msg_field describe_acls_req_fields[] = {
	{"resource_type_filter", MSG_INT8, 0, 0, offsetof(struct describe_acls_req, resource_type_filter), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name_filter", MSG_STRING, 0, 0, offsetof(struct describe_acls_req, resource_name_filter), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"pattern_type_filter", MSG_INT8, 0, 0, offsetof(struct describe_acls_req, pattern_type_filter), -1, {1, 127}, {1, 0}, {1, 0}, 3},
	{"principal_filter", MSG_STRING, 0, 0, offsetof(struct describe_acls_req, principal_filter), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"host_filter", MSG_STRING, 0, 0, offsetof(struct describe_acls_req, host_filter), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"operation", MSG_INT8, 0, 0, offsetof(struct describe_acls_req, operation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"permission_type", MSG_INT8, 0, 0, offsetof(struct describe_acls_req, permission_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_acls_req_table = {
	.name = "DescribeAclsRequest", .id = MSGID_describe_acls_req, .key = 29, .kind = MSG_REQUEST,
	.versions = {1, 3}, .flexible = {2, 127}, .plans = 154, .area = NULL
};

const struct msg_field describe_acls_resp_acl_description_fields[] = {
	{"principal", MSG_STRING, 0, 0, offsetof(struct describe_acls_resp_acl_description, principal), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct describe_acls_resp_acl_description, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"operation", MSG_INT8, 0, 0, offsetof(struct describe_acls_resp_acl_description, operation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"permission_type", MSG_INT8, 0, 0, offsetof(struct describe_acls_resp_acl_description, permission_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_acls_resp_describe_acls_resource_fields[] = {
	{"resource_type", MSG_INT8, 0, 0, offsetof(struct describe_acls_resp_describe_acls_resource, resource_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name", MSG_STRING, 0, 0, offsetof(struct describe_acls_resp_describe_acls_resource, resource_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"pattern_type", MSG_INT8, 0, 0, offsetof(struct describe_acls_resp_describe_acls_resource, pattern_type), -1, {1, 127}, {1, 0}, {1, 0}, 3},
	{"acls", MSG_ARRAY, 0, MSGID_describe_acls_resp_acl_description, offsetof(struct describe_acls_resp_describe_acls_resource, acls), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_acls_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct describe_acls_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_acls_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct describe_acls_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"resources", MSG_ARRAY, 0, MSGID_describe_acls_resp_describe_acls_resource, offsetof(struct describe_acls_resp, resources), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_acls_resp_table = {
	.name = "DescribeAclsResponse", .id = MSGID_describe_acls_resp, .key = 29, .kind = MSG_RESPONSE,
	.versions = {1, 3}, .flexible = {2, 127}, .plans = 157, .area = NULL
};
