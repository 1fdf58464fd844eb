/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/list_transactions.h"
#include "fields.h"

const struct msg_field list_transactions_req_fields[] = {
	{"state_filters", MSG_ARRAY, 0, MSG_STRING, offsetof(struct list_transactions_req, state_filters), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_id_filters", MSG_ARRAY, 0, MSG_INT64, offsetof(struct list_transactions_req, producer_id_filters), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"duration_filter", MSG_INT64, 0, 0, offsetof(struct list_transactions_req, duration_filter), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"transactional_id_pattern", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct list_transactions_req, transactional_id_pattern), -1, {2, 127}, {2, 127}, {1, 0}, 0},
};

const struct msg_table list_transactions_req_table = {
	.name = "ListTransactionsRequest", .id = MSGID_list_transactions_req, .key = 66, .kind = MSG_REQUEST,
	.versions = {0, 2}, .flexible = {0, 127}, .plans = 396, .area = NULL
};

const struct msg_field list_transactions_resp_transaction_state_fields[] = {
	{"transactional_id", MSG_STRING, 0, 0, offsetof(struct list_transactions_resp_transaction_state, transactional_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct list_transactions_resp_transaction_state, producer_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_state", MSG_STRING, 0, 0, offsetof(struct list_transactions_resp_transaction_state, transaction_state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field list_transactions_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct list_transactions_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct list_transactions_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"unknown_state_filters", MSG_ARRAY, 0, MSG_STRING, offsetof(struct list_transactions_resp, unknown_state_filters), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_states", MSG_ARRAY, 0, MSGID_list_transactions_resp_transaction_state, offsetof(struct list_transactions_resp, transaction_states), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table list_transactions_resp_table = {
	.name = "ListTransactionsResponse", .id = MSGID_list_transactions_resp, .key = 66, .kind = MSG_RESPONSE,
	.versions = {0, 2}, .flexible = {0, 127}, .plans = 399, .area = NULL
};
