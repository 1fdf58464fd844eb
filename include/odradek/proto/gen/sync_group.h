/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_SYNC_GROUP_H
#define ODRADEK_PROTO_GEN_SYNC_GROUP_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct sync_group_req_sync_group_request_assignment {
	struct kstr member_id;
	struct kstr assignment;
};

struct sync_group_req {
	struct kstr group_id;
	int32_t generation_id;
	struct kstr member_id;
	struct kstr group_instance_id;
	struct kstr protocol_type;
	struct kstr protocol_name;
	KARR(struct sync_group_req_sync_group_request_assignment, MSGID_sync_group_req_sync_group_request_assignment) assignments;
};

extern const struct msg_table sync_group_req_table;

struct sync_group_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr protocol_type;
	struct kstr protocol_name;
	struct kstr assignment;
};

extern const struct msg_table sync_group_resp_table;

#endif
