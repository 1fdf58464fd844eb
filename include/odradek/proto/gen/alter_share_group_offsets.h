/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_ALTER_SHARE_GROUP_OFFSETS_H
#define ODRADEK_PROTO_GEN_ALTER_SHARE_GROUP_OFFSETS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct alter_share_group_offsets_req_alter_share_group_offsets_request_partition {
	int32_t partition_index;
	int64_t start_offset;
};

struct alter_share_group_offsets_req_alter_share_group_offsets_request_topic {
	struct kstr topic_name;
	KARR(struct alter_share_group_offsets_req_alter_share_group_offsets_request_partition, MSGID_alter_share_group_offsets_req_alter_share_group_offsets_request_partition) partitions;
};

struct alter_share_group_offsets_req {
	struct kstr group_id;
	KARR(struct alter_share_group_offsets_req_alter_share_group_offsets_request_topic, MSGID_alter_share_group_offsets_req_alter_share_group_offsets_request_topic) topics;
};

extern const struct msg_table alter_share_group_offsets_req_table;

struct alter_share_group_offsets_resp_alter_share_group_offsets_response_partition {
	int32_t partition_index;
	int16_t error_code;
	struct kstr error_message;
};

struct alter_share_group_offsets_resp_alter_share_group_offsets_response_topic {
	struct kstr topic_name;
	struct uuid topic_id;
	KARR(struct alter_share_group_offsets_resp_alter_share_group_offsets_response_partition, MSGID_alter_share_group_offsets_resp_alter_share_group_offsets_response_partition) partitions;
};

struct alter_share_group_offsets_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	KARR(struct alter_share_group_offsets_resp_alter_share_group_offsets_response_topic, MSGID_alter_share_group_offsets_resp_alter_share_group_offsets_response_topic) responses;
};

extern const struct msg_table alter_share_group_offsets_resp_table;

#endif
