/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/alter_replica_log_dirs.h"
#include "fields.h"

const struct msg_field alter_replica_log_dirs_req_alter_replica_log_dir_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct alter_replica_log_dirs_req_alter_replica_log_dir_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct alter_replica_log_dirs_req_alter_replica_log_dir_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_replica_log_dirs_req_alter_replica_log_dir_fields[] = {
	{"path", MSG_STRING, 0, 0, offsetof(struct alter_replica_log_dirs_req_alter_replica_log_dir, path), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_alter_replica_log_dirs_req_alter_replica_log_dir_topic, offsetof(struct alter_replica_log_dirs_req_alter_replica_log_dir, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_replica_log_dirs_req_fields[] = {
	{"dirs", MSG_ARRAY, 0, MSGID_alter_replica_log_dirs_req_alter_replica_log_dir, offsetof(struct alter_replica_log_dirs_req, dirs), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table alter_replica_log_dirs_req_table = {
	.name = "AlterReplicaLogDirsRequest", .id = MSGID_alter_replica_log_dirs_req, .key = 34, .kind = MSG_REQUEST,
	.versions = {1, 2}, .flexible = {2, 127}, .plans = 58, .area = NULL
};

const struct msg_field alter_replica_log_dirs_resp_alter_replica_log_dir_partition_result_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct alter_replica_log_dirs_resp_alter_replica_log_dir_partition_result, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct alter_replica_log_dirs_resp_alter_replica_log_dir_partition_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_replica_log_dirs_resp_alter_replica_log_dir_topic_result_fields[] = {
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct alter_replica_log_dirs_resp_alter_replica_log_dir_topic_result, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_alter_replica_log_dirs_resp_alter_replica_log_dir_partition_result, offsetof(struct alter_replica_log_dirs_resp_alter_replica_log_dir_topic_result, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field alter_replica_log_dirs_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct alter_replica_log_dirs_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"results", MSG_ARRAY, 0, MSGID_alter_replica_log_dirs_resp_alter_replica_log_dir_topic_result, offsetof(struct alter_replica_log_dirs_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table alter_replica_log_dirs_resp_table = {
	.name = "AlterReplicaLogDirsResponse", .id = MSGID_alter_replica_log_dirs_resp, .key = 34, .kind = MSG_RESPONSE,
	.versions = {1, 2}, .flexible = {2, 127}, .plans = 60, .area = NULL
};
