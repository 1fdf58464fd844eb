/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/write_txn_markers.h"
#include "fields.h"

const struct msg_field write_txn_markers_req_writable_txn_marker_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct write_txn_markers_req_writable_txn_marker_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_indexes", MSG_ARRAY, 0, MSG_INT32, offsetof(struct write_txn_markers_req_writable_txn_marker_topic, partition_indexes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field write_txn_markers_req_writable_txn_marker_fields[] = {
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct write_txn_markers_req_writable_txn_marker, producer_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_epoch", MSG_INT16, 0, 0, offsetof(struct write_txn_markers_req_writable_txn_marker, producer_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_result", MSG_BOOL, 0, 0, offsetof(struct write_txn_markers_req_writable_txn_marker, transaction_result), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_write_txn_markers_req_writable_txn_marker_topic, offsetof(struct write_txn_markers_req_writable_txn_marker, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"coordinator_epoch", MSG_INT32, 0, 0, offsetof(struct write_txn_markers_req_writable_txn_marker, coordinator_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_version", MSG_INT8, MSG_IGNORABLE, 0, offsetof(struct write_txn_markers_req_writable_txn_marker, transaction_version), -1, {2, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field write_txn_markers_req_fields[] = {
	{"markers", MSG_ARRAY, 0, MSGID_write_txn_markers_req_writable_txn_marker, offsetof(struct write_txn_markers_req, markers), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table write_txn_markers_req_table = {
	.name = "WriteTxnMarkersRequest", .id = MSGID_write_txn_markers_req, .key = 27, .kind = MSG_REQUEST,
	.versions = {1, 2}, .flexible = {1, 127}, .plans = 588, .area = NULL
};

const struct msg_field write_txn_markers_resp_writable_txn_marker_partition_result_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct write_txn_markers_resp_writable_txn_marker_partition_result, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct write_txn_markers_resp_writable_txn_marker_partition_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field write_txn_markers_resp_writable_txn_marker_topic_result_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct write_txn_markers_resp_writable_txn_marker_topic_result, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_write_txn_markers_resp_writable_txn_marker_partition_result, offsetof(struct write_txn_markers_resp_writable_txn_marker_topic_result, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field write_txn_markers_resp_writable_txn_marker_result_fields[] = {
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct write_txn_markers_resp_writable_txn_marker_result, producer_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_write_txn_markers_resp_writable_txn_marker_topic_result, offsetof(struct write_txn_markers_resp_writable_txn_marker_result, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field write_txn_markers_resp_fields[] = {
	{"markers", MSG_ARRAY, 0, MSGID_write_txn_markers_resp_writable_txn_marker_result, offsetof(struct write_txn_markers_resp, markers), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table write_txn_markers_resp_table = {
	.name = "WriteTxnMarkersResponse", .id = MSGID_write_txn_markers_resp, .key = 27, .kind = MSG_RESPONSE,
	.versions = {1, 2}, .flexible = {1, 127}, .plans = 590, .area = NULL
};
