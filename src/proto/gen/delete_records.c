/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/delete_records.h"
#include "fields.h"

const struct msg_field delete_records_req_delete_records_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct delete_records_req_delete_records_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"offset", MSG_INT64, 0, 0, offsetof(struct delete_records_req_delete_records_partition, offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_records_req_delete_records_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct delete_records_req_delete_records_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_delete_records_req_delete_records_partition, offsetof(struct delete_records_req_delete_records_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_records_req_fields[] = {
	{"topics", MSG_ARRAY, 0, MSGID_delete_records_req_delete_records_topic, offsetof(struct delete_records_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"timeout_ms", MSG_INT32, 0, 0, offsetof(struct delete_records_req, timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_records_req_table = {
	.name = "DeleteRecordsRequest", .id = MSGID_delete_records_req, .key = 21, .kind = MSG_REQUEST,
	.versions = {0, 2}, .flexible = {2, 127}, .plans = 132, .area = NULL
};

const struct msg_field delete_records_resp_delete_records_partition_result_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct delete_records_resp_delete_records_partition_result, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"low_watermark", MSG_INT64, 0, 0, offsetof(struct delete_records_resp_delete_records_partition_result, low_watermark), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct delete_records_resp_delete_records_partition_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_records_resp_delete_records_topic_result_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct delete_records_resp_delete_records_topic_result, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_delete_records_resp_delete_records_partition_result, offsetof(struct delete_records_resp_delete_records_topic_result, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_records_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct delete_records_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_delete_records_resp_delete_records_topic_result, offsetof(struct delete_records_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_records_resp_table = {
	.name = "DeleteRecordsResponse", .id = MSGID_delete_records_resp, .key = 21, .kind = MSG_RESPONSE,
	.versions = {0, 2}, .flexible = {2, 127}, .plans = 135, .area = NULL
};
