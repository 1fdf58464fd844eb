/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/delete_acls.h"
#include "fields.h"

const struct msg_field delete_acls_req_delete_acls_filter_fields[] = {
	{"resource_type_filter", MSG_INT8, 0, 0, offsetof(struct delete_acls_req_delete_acls_filter, resource_type_filter), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name_filter", MSG_STRING, 0, 0, offsetof(struct delete_acls_req_delete_acls_filter, resource_name_filter), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"pattern_type_filter", MSG_INT8, 0, 0, offsetof(struct delete_acls_req_delete_acls_filter, pattern_type_filter), -1, {1, 127}, {1, 0}, {1, 0}, 3},
	{"principal_filter", MSG_STRING, 0, 0, offsetof(struct delete_acls_req_delete_acls_filter, principal_filter), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"host_filter", MSG_STRING, 0, 0, offsetof(struct delete_acls_req_delete_acls_filter, host_filter), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"operation", MSG_INT8, 0, 0, offsetof(struct delete_acls_req_delete_acls_filter, operation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"permission_type", MSG_INT8, 0, 0, offsetof(struct delete_acls_req_delete_acls_filter, permission_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_acls_req_fields[] = {
	{"filters", MSG_ARRAY, 0, MSGID_delete_acls_req_delete_acls_filter, offsetof(struct delete_acls_req, filters), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_acls_req_table = {
	.name = "DeleteAclsRequest", .id = MSGID_delete_acls_req, .key = 31, .kind = MSG_REQUEST,
	.versions = {1, 3}, .flexible = {2, 127}, .plans = 118, .area = NULL
};

const struct msg_field delete_acls_resp_delete_acls_matching_acl_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct delete_acls_resp_delete_acls_matching_acl, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct delete_acls_resp_delete_acls_matching_acl, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"resource_type", MSG_INT8, 0, 0, offsetof(struct delete_acls_resp_delete_acls_matching_acl, resource_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name", MSG_STRING, 0, 0, offsetof(struct delete_acls_resp_delete_acls_matching_acl, resource_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"pattern_type", MSG_INT8, 0, 0, offsetof(struct delete_acls_resp_delete_acls_matching_acl, pattern_type), -1, {1, 127}, {1, 0}, {1, 0}, 3},
	{"principal", MSG_STRING, 0, 0, offsetof(struct delete_acls_resp_delete_acls_matching_acl, principal), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct delete_acls_resp_delete_acls_matching_acl, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"operation", MSG_INT8, 0, 0, offsetof(struct delete_acls_resp_delete_acls_matching_acl, operation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"permission_type", MSG_INT8, 0, 0, offsetof(struct delete_acls_resp_delete_acls_matching_acl, permission_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_acls_resp_delete_acls_filter_result_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct delete_acls_resp_delete_acls_filter_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct delete_acls_resp_delete_acls_filter_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"matching_acls", MSG_ARRAY, 0, MSGID_delete_acls_resp_delete_acls_matching_acl, offsetof(struct delete_acls_resp_delete_acls_filter_result, matching_acls), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_acls_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct delete_acls_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"filter_results", MSG_ARRAY, 0, MSGID_delete_acls_resp_delete_acls_filter_result, offsetof(struct delete_acls_resp, filter_results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_acls_resp_table = {
	.name = "DeleteAclsResponse", .id = MSGID_delete_acls_resp, .key = 31, .kind = MSG_RESPONSE,
	.versions = {1, 3}, .flexible = {2, 127}, .plans = 121, .area = NULL
};
