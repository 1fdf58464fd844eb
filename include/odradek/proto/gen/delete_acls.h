/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DELETE_ACLS_H
#define ODRADEK_PROTO_GEN_DELETE_ACLS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct delete_acls_req_delete_acls_filter {
	int8_t resource_type_filter;
	struct kstr resource_name_filter;
	int8_t pattern_type_filter;
	struct kstr principal_filter;
	struct kstr host_filter;
	int8_t operation;
	int8_t permission_type;
};

struct delete_acls_req {
	KARR(struct delete_acls_req_delete_acls_filter, MSGID_delete_acls_req_delete_acls_filter) filters;
};

extern const struct msg_table delete_acls_req_table;

struct delete_acls_resp_delete_acls_matching_acl {
	int16_t error_code;
	struct kstr error_message;
	int8_t resource_type;
	struct kstr resource_name;
	int8_t pattern_type;
	struct kstr principal;
	struct kstr host;
	int8_t operation;
	int8_t permission_type;
};

struct delete_acls_resp_delete_acls_filter_result {
	int16_t error_code;
	struct kstr error_message;
	KARR(struct delete_acls_resp_delete_acls_matching_acl, MSGID_delete_acls_resp_delete_acls_matching_acl) matching_acls;
};

struct delete_acls_resp {
	int32_t throttle_time_ms;
	KARR(struct delete_acls_resp_delete_acls_filter_result, MSGID_delete_acls_resp_delete_acls_filter_result) filter_results;
};

extern const struct msg_table delete_acls_resp_table;

#endif
