/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_OFFSET_DELETE_H
#define ODRADEK_PROTO_GEN_OFFSET_DELETE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct offset_delete_req_offset_delete_request_partition {
	int32_t partition_index;
};

struct offset_delete_req_offset_delete_request_topic {
	struct kstr name;
	KARR(struct offset_delete_req_offset_delete_request_partition, MSGID_offset_delete_req_offset_delete_request_partition) partitions;
};

struct offset_delete_req {
	struct kstr group_id;
	KARR(struct offset_delete_req_offset_delete_request_topic, MSGID_offset_delete_req_offset_delete_request_topic) topics;
};

extern const struct msg_table offset_delete_req_table;

struct offset_delete_resp_offset_delete_response_partition {
	int32_t partition_index;
	int16_t error_code;
};

struct offset_delete_resp_offset_delete_response_topic {
	struct kstr name;
	KARR(struct offset_delete_resp_offset_delete_response_partition, MSGID_offset_delete_resp_offset_delete_response_partition) partitions;
};

struct offset_delete_resp {
	int16_t error_code;
	int32_t throttle_time_ms;
	KARR(struct offset_delete_resp_offset_delete_response_topic, MSGID_offset_delete_resp_offset_delete_response_topic) topics;
};

extern const struct msg_table offset_delete_resp_table;

#endif
