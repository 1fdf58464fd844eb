/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_ACLS_H
#define ODRADEK_PROTO_GEN_DESCRIBE_ACLS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_acls_req {
	int8_t resource_type_filter;
	struct kstr resource_name_filter;
	int8_t pattern_type_filter;
	struct kstr principal_filter;
	struct kstr host_filter;
	int8_t operation;
	int8_t permission_type;
};

extern const struct msg_table describe_acls_req_table;

struct describe_acls_resp_acl_description {
	struct kstr principal;
	struct kstr host;
	int8_t operation;
	int8_t permission_type;
};

struct describe_acls_resp_describe_acls_resource {
	int8_t resource_type;
	struct kstr resource_name;
	int8_t pattern_type;
	KARR(struct describe_acls_resp_acl_description, MSGID_describe_acls_resp_acl_description) acls;
};

struct describe_acls_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	KARR(struct describe_acls_resp_describe_acls_resource, MSGID_describe_acls_resp_describe_acls_resource) resources;
};

extern const struct msg_table describe_acls_resp_table;

#endif
