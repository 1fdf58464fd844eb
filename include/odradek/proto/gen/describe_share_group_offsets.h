/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_SHARE_GROUP_OFFSETS_H
#define ODRADEK_PROTO_GEN_DESCRIBE_SHARE_GROUP_OFFSETS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_share_group_offsets_req_describe_share_group_offsets_request_topic {
	struct kstr topic_name;
	KARR(int32_t, MSG_INT32) partitions;
};

struct describe_share_group_offsets_req_describe_share_group_offsets_request_group {
	struct kstr group_id;
	KARR(struct describe_share_group_offsets_req_describe_share_group_offsets_request_topic, MSGID_describe_share_group_offsets_req_describe_share_group_offsets_request_topic) topics;
};

struct describe_share_group_offsets_req {
	KARR(struct describe_share_group_offsets_req_describe_share_group_offsets_request_group, MSGID_describe_share_group_offsets_req_describe_share_group_offsets_request_group) groups;
};

extern const struct msg_table describe_share_group_offsets_req_table;

struct describe_share_group_offsets_resp_describe_share_group_offsets_response_partition {
	int32_t partition_index;
	int64_t start_offset;
	int32_t leader_epoch;
	int64_t lag;
	int16_t error_code;
	struct kstr error_message;
};

struct describe_share_group_offsets_resp_describe_share_group_offsets_response_topic {
	struct kstr topic_name;
	struct uuid topic_id;
	KARR(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_partition, MSGID_describe_share_group_offsets_resp_describe_share_group_offsets_response_partition) partitions;
};

struct describe_share_group_offsets_resp_describe_share_group_offsets_response_group {
	struct kstr group_id;
	KARR(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_topic, MSGID_describe_share_group_offsets_resp_describe_share_group_offsets_response_topic) topics;
	int16_t error_code;
	struct kstr error_message;
};

struct describe_share_group_offsets_resp {
	int32_t throttle_time_ms;
	KARR(struct describe_share_group_offsets_resp_describe_share_group_offsets_response_group, MSGID_describe_share_group_offsets_resp_describe_share_group_offsets_response_group) groups;
};

extern const struct msg_table describe_share_group_offsets_resp_table;

#endif
