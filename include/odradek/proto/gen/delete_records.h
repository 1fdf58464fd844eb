/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DELETE_RECORDS_H
#define ODRADEK_PROTO_GEN_DELETE_RECORDS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct delete_records_req_delete_records_partition {
	int32_t partition_index;
	int64_t offset;
};

struct delete_records_req_delete_records_topic {
	struct kstr name;
	KARR(struct delete_records_req_delete_records_partition, MSGID_delete_records_req_delete_records_partition) partitions;
};

struct delete_records_req {
	KARR(struct delete_records_req_delete_records_topic, MSGID_delete_records_req_delete_records_topic) topics;
	int32_t timeout_ms;
};

extern const struct msg_table delete_records_req_table;

struct delete_records_resp_delete_records_partition_result {
	int32_t partition_index;
	int64_t low_watermark;
	int16_t error_code;
};

struct delete_records_resp_delete_records_topic_result {
	struct kstr name;
	KARR(struct delete_records_resp_delete_records_partition_result, MSGID_delete_records_resp_delete_records_partition_result) partitions;
};

struct delete_records_resp {
	int32_t throttle_time_ms;
	KARR(struct delete_records_resp_delete_records_topic_result, MSGID_delete_records_resp_delete_records_topic_result) topics;
};

extern const struct msg_table delete_records_resp_table;

#endif
