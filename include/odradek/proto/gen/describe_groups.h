/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_GROUPS_H
#define ODRADEK_PROTO_GEN_DESCRIBE_GROUPS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_groups_req {
	KARR(struct kstr, MSG_STRING) groups;
	uint8_t include_authorized_operations;
};

extern const struct msg_table describe_groups_req_table;

struct describe_groups_resp_described_group_member {
	struct kstr member_id;
	struct kstr group_instance_id;
	struct kstr client_id;
	struct kstr client_host;
	struct kstr member_metadata;
	struct kstr member_assignment;
};

struct describe_groups_resp_described_group {
	int16_t error_code;
	struct kstr error_message;
	struct kstr group_id;
	struct kstr group_state;
	struct kstr protocol_type;
	struct kstr protocol_data;
	KARR(struct describe_groups_resp_described_group_member, MSGID_describe_groups_resp_described_group_member) members;
	int32_t authorized_operations;
};

struct describe_groups_resp {
	int32_t throttle_time_ms;
	KARR(struct describe_groups_resp_described_group, MSGID_describe_groups_resp_described_group) groups;
};

extern const struct msg_table describe_groups_resp_table;

#endif
