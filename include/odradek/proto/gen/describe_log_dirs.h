/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_LOG_DIRS_H
#define ODRADEK_PROTO_GEN_DESCRIBE_LOG_DIRS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_log_dirs_req_describable_log_dir_topic {
	struct kstr topic;
	KARR(int32_t, MSG_INT32) partitions;
};

struct describe_log_dirs_req {
	KARR(struct describe_log_dirs_req_describable_log_dir_topic, MSGID_describe_log_dirs_req_describable_log_dir_topic) topics;
};

extern const struct msg_table describe_log_dirs_req_table;

struct describe_log_dirs_resp_describe_log_dirs_partition {
	int32_t partition_index;
	int64_t partition_size;
	int64_t offset_lag;
	uint8_t is_future_key;
};

struct describe_log_dirs_resp_describe_log_dirs_topic {
	struct kstr name;
	KARR(struct describe_log_dirs_resp_describe_log_dirs_partition, MSGID_describe_log_dirs_resp_describe_log_dirs_partition) partitions;
};

struct describe_log_dirs_resp_describe_log_dirs_result {
	int16_t error_code;
	struct kstr log_dir;
	KARR(struct describe_log_dirs_resp_describe_log_dirs_topic, MSGID_describe_log_dirs_resp_describe_log_dirs_topic) topics;
	int64_t total_bytes;
	int64_t usable_bytes;
	uint8_t is_cordoned;
};

struct describe_log_dirs_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	KARR(struct describe_log_dirs_resp_describe_log_dirs_result, MSGID_describe_log_dirs_resp_describe_log_dirs_result) results;
};

extern const struct msg_table describe_log_dirs_resp_table;

#endif
