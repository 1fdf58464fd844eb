/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_LIST_GROUPS_H
#define ODRADEK_PROTO_GEN_LIST_GROUPS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct list_groups_req {
	KARR(struct kstr, MSG_STRING) states_filter;
	KARR(struct kstr, MSG_STRING) types_filter;
};

extern const struct msg_table list_groups_req_table;

struct list_groups_resp_listed_group {
	struct kstr group_id;
	struct kstr protocol_type;
	struct kstr group_state;
	struct kstr group_type;
};

struct list_groups_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	KARR(struct list_groups_resp_listed_group, MSGID_list_groups_resp_listed_group) groups;
};

extern const struct msg_table list_groups_resp_table;

#endif
