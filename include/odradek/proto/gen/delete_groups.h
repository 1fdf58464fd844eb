/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DELETE_GROUPS_H
#define ODRADEK_PROTO_GEN_DELETE_GROUPS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct delete_groups_req {
	KARR(struct kstr, MSG_STRING) groups_names;
};

extern const struct msg_table delete_groups_req_table;

struct delete_groups_resp_deletable_group_result {
	struct kstr group_id;
	int16_t error_code;
	struct kstr error_message;
};

struct delete_groups_resp {
	int32_t throttle_time_ms;
	KARR(struct delete_groups_resp_deletable_group_result, MSGID_delete_groups_resp_deletable_group_result) results;
};

extern const struct msg_table delete_groups_resp_table;

#endif
