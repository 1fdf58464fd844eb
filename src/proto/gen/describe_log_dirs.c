/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_log_dirs.h"
#include "fields.h"

const struct msg_field describe_log_dirs_req_describable_log_dir_topic_fields[] = {
	{"topic", MSG_STRING, 0, 0, offsetof(struct describe_log_dirs_req_describable_log_dir_topic, topic), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct describe_log_dirs_req_describable_log_dir_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_log_dirs_req_fields[] = {
	{"topics", MSG_ARRAY, 0, MSGID_describe_log_dirs_req_describable_log_dir_topic, offsetof(struct describe_log_dirs_req, topics), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table describe_log_dirs_req_table = {
	.name = "DescribeLogDirsRequest", .id = MSGID_describe_log_dirs_req, .key = 35, .kind = MSG_REQUEST,
	.versions = {1, 5}, .flexible = {2, 127}, .plans = 198, .area = NULL
};

const struct msg_field describe_log_dirs_resp_describe_log_dirs_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct describe_log_dirs_resp_describe_log_dirs_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_size", MSG_INT64, 0, 0, offsetof(struct describe_log_dirs_resp_describe_log_dirs_partition, partition_size), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"offset_lag", MSG_INT64, 0, 0, offsetof(struct describe_log_dirs_resp_describe_log_dirs_partition, offset_lag), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"is_future_key", MSG_BOOL, 0, 0, offsetof(struct describe_log_dirs_resp_describe_log_dirs_partition, is_future_key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_log_dirs_resp_describe_log_dirs_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct describe_log_dirs_resp_describe_log_dirs_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_describe_log_dirs_resp_describe_log_dirs_partition, offsetof(struct describe_log_dirs_resp_describe_log_dirs_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_log_dirs_resp_describe_log_dirs_result_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_log_dirs_resp_describe_log_dirs_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"log_dir", MSG_STRING, 0, 0, offsetof(struct describe_log_dirs_resp_describe_log_dirs_result, log_dir), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_describe_log_dirs_resp_describe_log_dirs_topic, offsetof(struct describe_log_dirs_resp_describe_log_dirs_result, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"total_bytes", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct describe_log_dirs_resp_describe_log_dirs_result, total_bytes), -1, {4, 127}, {1, 0}, {1, 0}, -1},
	{"usable_bytes", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct describe_log_dirs_resp_describe_log_dirs_result, usable_bytes), -1, {4, 127}, {1, 0}, {1, 0}, -1},
	{"is_cordoned", MSG_BOOL, MSG_IGNORABLE, 0, offsetof(struct describe_log_dirs_resp_describe_log_dirs_result, is_cordoned), -1, {5, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_log_dirs_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct describe_log_dirs_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, MSG_IGNORABLE, 0, offsetof(struct describe_log_dirs_resp, error_code), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"results", MSG_ARRAY, 0, MSGID_describe_log_dirs_resp_describe_log_dirs_result, offsetof(struct describe_log_dirs_resp, results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_log_dirs_resp_table = {
	.name = "DescribeLogDirsResponse", .id = MSGID_describe_log_dirs_resp, .key = 35, .kind = MSG_RESPONSE,
	.versions = {1, 5}, .flexible = {2, 127}, .plans = 203, .area = NULL
};
