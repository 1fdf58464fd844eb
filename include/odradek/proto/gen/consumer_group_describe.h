/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_CONSUMER_GROUP_DESCRIBE_H
#define ODRADEK_PROTO_GEN_CONSUMER_GROUP_DESCRIBE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct consumer_group_describe_req {
	KARR(struct kstr, MSG_STRING) group_ids;
	uint8_t include_authorized_operations;
};

extern const struct msg_table consumer_group_describe_req_table;

struct consumer_group_describe_resp_topic_partitions {
	struct uuid topic_id;
	struct kstr topic_name;
	KARR(int32_t, MSG_INT32) partitions;
};

struct consumer_group_describe_resp_assignment {
	KARR(struct consumer_group_describe_resp_topic_partitions, MSGID_consumer_group_describe_resp_topic_partitions) topic_partitions;
};

struct consumer_group_describe_resp_member {
	struct kstr member_id;
	struct kstr instance_id;
	struct kstr rack_id;
	int32_t member_epoch;
	struct kstr client_id;
	struct kstr client_host;
	KARR(struct kstr, MSG_STRING) subscribed_topic_names;
	struct kstr subscribed_topic_regex;
	struct consumer_group_describe_resp_assignment assignment;
	struct consumer_group_describe_resp_assignment target_assignment;
	int8_t member_type;
};

struct consumer_group_describe_resp_described_group {
	int16_t error_code;
	struct kstr error_message;
	struct kstr group_id;
	struct kstr group_state;
	int32_t group_epoch;
	int32_t assignment_epoch;
	struct kstr assignor_name;
	KARR(struct consumer_group_describe_resp_member, MSGID_consumer_group_describe_resp_member) members;
	int32_t authorized_operations;
};

struct consumer_group_describe_resp {
	int32_t throttle_time_ms;
	KARR(struct consumer_group_describe_resp_described_group, MSGID_consumer_group_describe_resp_described_group) groups;
};

extern const struct msg_table consumer_group_describe_resp_table;

#endif
