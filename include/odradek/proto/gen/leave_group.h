/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_LEAVE_GROUP_H
#define ODRADEK_PROTO_GEN_LEAVE_GROUP_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct leave_group_req_member_identity {
	struct kstr member_id;
	struct kstr group_instance_id;
	struct kstr reason;
};

struct leave_group_req {
	struct kstr group_id;
	struct kstr member_id;
	KARR(struct leave_group_req_member_identity, MSGID_leave_group_req_member_identity) members;
};

extern const struct msg_table leave_group_req_table;

struct leave_group_resp_member_response {
	struct kstr member_id;
	struct kstr group_instance_id;
	int16_t error_code;
};

struct leave_group_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	KARR(struct leave_group_resp_member_response, MSGID_leave_group_resp_member_response) members;
};

extern const struct msg_table leave_group_resp_table;

#endif
