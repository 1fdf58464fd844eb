/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_ALTER_REPLICA_LOG_DIRS_H
#define ODRADEK_PROTO_GEN_ALTER_REPLICA_LOG_DIRS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct alter_replica_log_dirs_req_alter_replica_log_dir_topic {
	struct kstr name;
	KARR(int32_t, MSG_INT32) partitions;
};

struct alter_replica_log_dirs_req_alter_replica_log_dir {
	struct kstr path;
	KARR(struct alter_replica_log_dirs_req_alter_replica_log_dir_topic, MSGID_alter_replica_log_dirs_req_alter_replica_log_dir_topic) topics;
};

struct alter_replica_log_dirs_req {
	KARR(struct alter_replica_log_dirs_req_alter_replica_log_dir, MSGID_alter_replica_log_dirs_req_alter_replica_log_dir) dirs;
};

extern const struct msg_table alter_replica_log_dirs_req_table;

struct alter_replica_log_dirs_resp_alter_replica_log_dir_partition_result {
	int32_t partition_index;
	int16_t error_code;
};

struct alter_replica_log_dirs_resp_alter_replica_log_dir_topic_result {
	struct kstr topic_name;
	KARR(struct alter_replica_log_dirs_resp_alter_replica_log_dir_partition_result, MSGID_alter_replica_log_dirs_resp_alter_replica_log_dir_partition_result) partitions;
};

struct alter_replica_log_dirs_resp {
	int32_t throttle_time_ms;
	KARR(struct alter_replica_log_dirs_resp_alter_replica_log_dir_topic_result, MSGID_alter_replica_log_dirs_resp_alter_replica_log_dir_topic_result) results;
};

extern const struct msg_table alter_replica_log_dirs_resp_table;

#endif
