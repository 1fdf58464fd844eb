/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_CONSUMER_GROUP_HEARTBEAT_H
#define ODRADEK_PROTO_GEN_CONSUMER_GROUP_HEARTBEAT_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct consumer_group_heartbeat_req_topic_partitions {
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct consumer_group_heartbeat_req {
	struct kstr group_id;
	struct kstr member_id;
	int32_t member_epoch;
	struct kstr instance_id;
	struct kstr rack_id;
	int32_t rebalance_timeout_ms;
	KARR(struct kstr, MSG_STRING) subscribed_topic_names;
	struct kstr subscribed_topic_regex;
	struct kstr server_assignor;
	KARR(struct consumer_group_heartbeat_req_topic_partitions, MSGID_consumer_group_heartbeat_req_topic_partitions) topic_partitions;
};

extern const struct msg_table consumer_group_heartbeat_req_table;

struct consumer_group_heartbeat_resp_topic_partitions {
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct consumer_group_heartbeat_resp_assignment {
	KARR(struct consumer_group_heartbeat_resp_topic_partitions, MSGID_consumer_group_heartbeat_resp_topic_partitions) topic_partitions;
};

struct consumer_group_heartbeat_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	struct kstr member_id;
	int32_t member_epoch;
	int32_t heartbeat_interval_ms;
	KPTR(struct consumer_group_heartbeat_resp_assignment, MSGID_consumer_group_heartbeat_resp_assignment) assignment;
};

extern const struct msg_table consumer_group_heartbeat_resp_table;

#endif
