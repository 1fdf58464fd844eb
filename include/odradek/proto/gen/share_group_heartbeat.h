/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_SHARE_GROUP_HEARTBEAT_H
#define ODRADEK_PROTO_GEN_SHARE_GROUP_HEARTBEAT_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct share_group_heartbeat_req {
	struct kstr group_id;
	struct kstr member_id;
	int32_t member_epoch;
	struct kstr rack_id;
	KARR(struct kstr, MSG_STRING) subscribed_topic_names;
};

extern const struct msg_table share_group_heartbeat_req_table;

struct share_group_heartbeat_resp_topic_partitions {
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct share_group_heartbeat_resp_assignment {
	KARR(struct share_group_heartbeat_resp_topic_partitions, MSGID_share_group_heartbeat_resp_topic_partitions) topic_partitions;
};

struct share_group_heartbeat_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	struct kstr member_id;
	int32_t member_epoch;
	int32_t heartbeat_interval_ms;
	KPTR(struct share_group_heartbeat_resp_assignment, MSGID_share_group_heartbeat_resp_assignment) assignment;
};

extern const struct msg_table share_group_heartbeat_resp_table;

#endif
