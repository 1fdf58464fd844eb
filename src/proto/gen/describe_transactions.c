/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_transactions.h"
#include "fields.h"

const struct msg_field describe_transactions_req_fields[] = {
	{"transactional_ids", MSG_ARRAY, 0, MSG_STRING, offsetof(struct describe_transactions_req, transactional_ids), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_transactions_req_table = {
	.name = "DescribeTransactionsRequest", .id = MSGID_describe_transactions_req, .key = 65, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 222, .area = NULL
};

const struct msg_field describe_transactions_resp_topic_data_fields[] = {
	{"topic", MSG_STRING, 0, 0, offsetof(struct describe_transactions_resp_topic_data, topic), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct describe_transactions_resp_topic_data, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_transactions_resp_transaction_state_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_transactions_resp_transaction_state, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transactional_id", MSG_STRING, 0, 0, offsetof(struct describe_transactions_resp_transaction_state, transactional_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_state", MSG_STRING, 0, 0, offsetof(struct describe_transactions_resp_transaction_state, transaction_state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_timeout_ms", MSG_INT32, 0, 0, offsetof(struct describe_transactions_resp_transaction_state, transaction_timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_start_time_ms", MSG_INT64, 0, 0, offsetof(struct describe_transactions_resp_transaction_state, transaction_start_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct describe_transactions_resp_transaction_state, producer_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_epoch", MSG_INT16, 0, 0, offsetof(struct describe_transactions_resp_transaction_state, producer_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_describe_transactions_resp_topic_data, offsetof(struct describe_transactions_resp_transaction_state, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_transactions_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct describe_transactions_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_states", MSG_ARRAY, 0, MSGID_describe_transactions_resp_transaction_state, offsetof(struct describe_transactions_resp, transaction_states), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_transactions_resp_table = {
	.name = "DescribeTransactionsResponse", .id = MSGID_describe_transactions_resp, .key = 65, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 223, .area = NULL
};
