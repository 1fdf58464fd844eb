/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_JOIN_GROUP_H
#define ODRADEK_PROTO_GEN_JOIN_GROUP_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct join_group_req_join_group_request_protocol {
	struct kstr name;
	struct kstr metadata;
};

struct join_group_req {
	struct kstr group_id;
	int32_t session_timeout_ms;
	int32_t rebalance_timeout_ms;
	struct kstr member_id;
	struct kstr group_instance_id;
	struct kstr protocol_type;
	KARR(struct join_group_req_join_group_request_protocol, MSGID_join_group_req_join_group_request_protocol) protocols;
	struct kstr reason;
};

extern const struct msg_table join_group_req_table;

struct join_group_resp_join_group_response_member {
	struct kstr member_id;
	struct kstr group_instance_id;
	struct kstr metadata;
};

struct join_group_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	int32_t generation_id;
	struct kstr protocol_type;
	struct kstr protocol_name;
	struct kstr leader;
	uint8_t skip_assignment;
	struct kstr member_id;
	KARR(struct join_group_resp_join_group_response_member, MSGID_join_group_resp_join_group_response_member) members;
};

extern const struct msg_table join_group_resp_table;

#endif
