/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DELETE_SHARE_GROUP_STATE_H
#define ODRADEK_PROTO_GEN_DELETE_SHARE_GROUP_STATE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct delete_share_group_state_req_partition_data {
	int32_t partition;
};

struct delete_share_group_state_req_delete_state_data {
	struct uuid topic_id;
	KARR(struct delete_share_group_state_req_partition_data, MSGID_delete_share_group_state_req_partition_data) partitions;
};

struct delete_share_group_state_req {
	struct kstr group_id;
	KARR(struct delete_share_group_state_req_delete_state_data, MSGID_delete_share_group_state_req_delete_state_data) topics;
};

extern const struct msg_table delete_share_group_state_req_table;

struct delete_share_group_state_resp_partition_result {
	int32_t partition;
	int16_t error_code;
	struct kstr error_message;
};

struct delete_share_group_state_resp_delete_state_result {
	struct uuid topic_id;
	KARR(struct delete_share_group_state_resp_partition_result, MSGID_delete_share_group_state_resp_partition_result) partitions;
};

struct delete_share_group_state_resp {
	KARR(struct delete_share_group_state_resp_delete_state_result, MSGID_delete_share_group_state_resp_delete_state_result) results;
};

extern const struct msg_table delete_share_group_state_resp_table;

#endif
