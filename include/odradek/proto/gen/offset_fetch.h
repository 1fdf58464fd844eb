/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_OFFSET_FETCH_H
#define ODRADEK_PROTO_GEN_OFFSET_FETCH_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct offset_fetch_req_offset_fetch_request_topic {
	struct kstr name;
	KARR(int32_t, MSG_INT32) partition_indexes;
};

struct offset_fetch_req_offset_fetch_request_topics {
	struct kstr name;
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) partition_indexes;
};

struct offset_fetch_req_offset_fetch_request_group {
	struct kstr group_id;
	struct kstr member_id;
	int32_t member_epoch;
	KARR(struct offset_fetch_req_offset_fetch_request_topics, MSGID_offset_fetch_req_offset_fetch_request_topics) topics;
};

struct offset_fetch_req {
	struct kstr group_id;
	KARR(struct offset_fetch_req_offset_fetch_request_topic, MSGID_offset_fetch_req_offset_fetch_request_topic) topics;
	KARR(struct offset_fetch_req_offset_fetch_request_group, MSGID_offset_fetch_req_offset_fetch_request_group) groups;
	uint8_t require_stable;
};

extern const struct msg_table offset_fetch_req_table;

struct offset_fetch_resp_offset_fetch_response_partition {
	int32_t partition_index;
	int64_t committed_offset;
	int32_t committed_leader_epoch;
	struct kstr metadata;
	int16_t error_code;
};

struct offset_fetch_resp_offset_fetch_response_topic {
	struct kstr name;
	KARR(struct offset_fetch_resp_offset_fetch_response_partition, MSGID_offset_fetch_resp_offset_fetch_response_partition) partitions;
};

struct offset_fetch_resp_offset_fetch_response_partitions {
	int32_t partition_index;
	int64_t committed_offset;
	int32_t committed_leader_epoch;
	struct kstr metadata;
	int16_t error_code;
};

struct offset_fetch_resp_offset_fetch_response_topics {
	struct kstr name;
	struct uuid topic_id;
	KARR(struct offset_fetch_resp_offset_fetch_response_partitions, MSGID_offset_fetch_resp_offset_fetch_response_partitions) partitions;
};

struct offset_fetch_resp_offset_fetch_response_group {
	struct kstr group_id;
	KARR(struct offset_fetch_resp_offset_fetch_response_topics, MSGID_offset_fetch_resp_offset_fetch_response_topics) topics;
	int16_t error_code;
};

struct offset_fetch_resp {
	int32_t throttle_time_ms;
	KARR(struct offset_fetch_resp_offset_fetch_response_topic, MSGID_offset_fetch_resp_offset_fetch_response_topic) topics;
	int16_t error_code;
	KARR(struct offset_fetch_resp_offset_fetch_response_group, MSGID_offset_fetch_resp_offset_fetch_response_group) groups;
};

extern const struct msg_table offset_fetch_resp_table;

#endif
