/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/add_partitions_to_txn.h"
#include "fields.h"

const struct msg_field add_partitions_to_txn_req_add_partitions_to_txn_topic_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct add_partitions_to_txn_req_add_partitions_to_txn_topic, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct add_partitions_to_txn_req_add_partitions_to_txn_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field add_partitions_to_txn_req_add_partitions_to_txn_transaction_fields[] = {
	{"transactional_id", MSG_STRING, 0, 0, offsetof(struct add_partitions_to_txn_req_add_partitions_to_txn_transaction, transactional_id), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct add_partitions_to_txn_req_add_partitions_to_txn_transaction, producer_id), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"producer_epoch", MSG_INT16, 0, 0, offsetof(struct add_partitions_to_txn_req_add_partitions_to_txn_transaction, producer_epoch), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"verify_only", MSG_BOOL, 0, 0, offsetof(struct add_partitions_to_txn_req_add_partitions_to_txn_transaction, verify_only), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_add_partitions_to_txn_req_add_partitions_to_txn_topic, offsetof(struct add_partitions_to_txn_req_add_partitions_to_txn_transaction, topics), -1, {4, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field add_partitions_to_txn_req_fields[] = {
	{"transactions", MSG_ARRAY, 0, MSGID_add_partitions_to_txn_req_add_partitions_to_txn_transaction, offsetof(struct add_partitions_to_txn_req, transactions), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"v3_and_below_transactional_id", MSG_STRING, 0, 0, offsetof(struct add_partitions_to_txn_req, v3_and_below_transactional_id), -1, {0, 3}, {1, 0}, {1, 0}, 0},
	{"v3_and_below_producer_id", MSG_INT64, 0, 0, offsetof(struct add_partitions_to_txn_req, v3_and_below_producer_id), -1, {0, 3}, {1, 0}, {1, 0}, 0},
	{"v3_and_below_producer_epoch", MSG_INT16, 0, 0, offsetof(struct add_partitions_to_txn_req, v3_and_below_producer_epoch), -1, {0, 3}, {1, 0}, {1, 0}, 0},
	{"v3_and_below_topics", MSG_ARRAY, 0, MSGID_add_partitions_to_txn_req_add_partitions_to_txn_topic, offsetof(struct add_partitions_to_txn_req, v3_and_below_topics), -1, {0, 3}, {1, 0}, {1, 0}, 0},
};

const struct msg_table add_partitions_to_txn_req_table = {
	.name = "AddPartitionsToTxnRequest", .id = MSGID_add_partitions_to_txn_req, .key = 24, .kind = MSG_REQUEST,
	.versions = {0, 5}, .flexible = {3, 127}, .plans = 28, .area = NULL
};

const struct msg_field add_partitions_to_txn_resp_add_partitions_to_txn_partition_result_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct add_partitions_to_txn_resp_add_partitions_to_txn_partition_result, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_error_code", MSG_INT16, 0, 0, offsetof(struct add_partitions_to_txn_resp_add_partitions_to_txn_partition_result, partition_error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field add_partitions_to_txn_resp_add_partitions_to_txn_topic_result_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct add_partitions_to_txn_resp_add_partitions_to_txn_topic_result, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"results_by_partition", MSG_ARRAY, 0, MSGID_add_partitions_to_txn_resp_add_partitions_to_txn_partition_result, offsetof(struct add_partitions_to_txn_resp_add_partitions_to_txn_topic_result, results_by_partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field add_partitions_to_txn_resp_add_partitions_to_txn_result_fields[] = {
	{"transactional_id", MSG_STRING, 0, 0, offsetof(struct add_partitions_to_txn_resp_add_partitions_to_txn_result, transactional_id), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"topic_results", MSG_ARRAY, 0, MSGID_add_partitions_to_txn_resp_add_partitions_to_txn_topic_result, offsetof(struct add_partitions_to_txn_resp_add_partitions_to_txn_result, topic_results), -1, {4, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field add_partitions_to_txn_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct add_partitions_to_txn_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, MSG_IGNORABLE, 0, offsetof(struct add_partitions_to_txn_resp, error_code), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"results_by_transaction", MSG_ARRAY, 0, MSGID_add_partitions_to_txn_resp_add_partitions_to_txn_result, offsetof(struct add_partitions_to_txn_resp, results_by_transaction), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"results_by_topic_v3_and_below", MSG_ARRAY, 0, MSGID_add_partitions_to_txn_resp_add_partitions_to_txn_topic_result, offsetof(struct add_partitions_to_txn_resp, results_by_topic_v3_and_below), -1, {0, 3}, {1, 0}, {1, 0}, 0},
};

const struct msg_table add_partitions_to_txn_resp_table = {
	.name = "AddPartitionsToTxnResponse", .id = MSGID_add_partitions_to_txn_resp, .key = 24, .kind = MSG_RESPONSE,
	.versions = {0, 5}, .flexible = {3, 127}, .plans = 34, .area = NULL
};
