/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DELETE_SHARE_GROUP_OFFSETS_H
#define ODRADEK_PROTO_GEN_DELETE_SHARE_GROUP_OFFSETS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct delete_share_group_offsets_req_delete_share_group_offsets_request_topic {
	struct kstr topic_name;
};

struct delete_share_group_offsets_req {
	struct kstr group_id;
	KARR(struct delete_share_group_offsets_req_delete_share_group_offsets_request_topic, MSGID_delete_share_group_offsets_req_delete_share_group_offsets_request_topic) topics;
};

extern const struct msg_table delete_share_group_offsets_req_table;

struct delete_share_group_offsets_resp_delete_share_group_offsets_response_topic {
	struct kstr topic_name;
	struct uuid topic_id;
	int16_t error_code;
	struct kstr error_message;
};

struct delete_share_group_offsets_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	KARR(struct delete_share_group_offsets_resp_delete_share_group_offsets_response_topic, MSGID_delete_share_group_offsets_resp_delete_share_group_offsets_response_topic) responses;
};

extern const struct msg_table delete_share_group_offsets_resp_table;

#endif
