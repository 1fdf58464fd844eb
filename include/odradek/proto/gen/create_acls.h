/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_CREATE_ACLS_H
#define ODRADEK_PROTO_GEN_CREATE_ACLS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct create_acls_req_acl_creation {
	int8_t resource_type;
	struct kstr resource_name;
	int8_t resource_pattern_type;
	struct kstr principal;
	struct kstr host;
	int8_t operation;
	int8_t permission_type;
};

struct create_acls_req {
	KARR(struct create_acls_req_acl_creation, MSGID_create_acls_req_acl_creation) creations;
};

extern const struct msg_table create_acls_req_table;

struct create_acls_resp_acl_creation_result {
	int16_t error_code;
	struct kstr error_message;
};

struct create_acls_resp {
	int32_t throttle_time_ms;
	KARR(struct create_acls_resp_acl_creation_result, MSGID_create_acls_resp_acl_creation_result) results;
};

extern const struct msg_table create_acls_resp_table;

#endif
