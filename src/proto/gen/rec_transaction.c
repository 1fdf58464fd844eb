/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/rec_transaction.h"
#include "fields.h"

const struct msg_field transaction_log_key_fields[] = {
	{"transactional_id", MSG_STRING, 0, 0, offsetof(struct transaction_log_key, transactional_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table transaction_log_key_table = {
	.name = "TransactionLogKey", .id = MSGID_transaction_log_key, .key = 0, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 682, .area = "transaction"
};

const struct msg_field transaction_log_value_partitions_schema_fields[] = {
	{"topic", MSG_STRING, 0, 0, offsetof(struct transaction_log_value_partitions_schema, topic), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_ids", MSG_ARRAY, 0, MSG_INT32, offsetof(struct transaction_log_value_partitions_schema, partition_ids), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field transaction_log_value_fields[] = {
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct transaction_log_value, producer_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"previous_producer_id", MSG_INT64, 0, 0, offsetof(struct transaction_log_value, previous_producer_id), 0, {1, 127}, {1, 0}, {1, 127}, -1},
	{"next_producer_id", MSG_INT64, 0, 0, offsetof(struct transaction_log_value, next_producer_id), 1, {1, 127}, {1, 0}, {1, 127}, -1},
	{"producer_epoch", MSG_INT16, 0, 0, offsetof(struct transaction_log_value, producer_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"next_producer_epoch", MSG_INT16, 0, 0, offsetof(struct transaction_log_value, next_producer_epoch), 3, {1, 127}, {1, 0}, {1, 127}, -1},
	{"transaction_timeout_ms", MSG_INT32, 0, 0, offsetof(struct transaction_log_value, transaction_timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_status", MSG_INT8, 0, 0, offsetof(struct transaction_log_value, transaction_status), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_partitions", MSG_ARRAY, 0, MSGID_transaction_log_value_partitions_schema, offsetof(struct transaction_log_value, transaction_partitions), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"transaction_last_update_timestamp_ms", MSG_INT64, 0, 0, offsetof(struct transaction_log_value, transaction_last_update_timestamp_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"transaction_start_timestamp_ms", MSG_INT64, 0, 0, offsetof(struct transaction_log_value, transaction_start_timestamp_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_transaction_version", MSG_INT16, 0, 0, offsetof(struct transaction_log_value, client_transaction_version), 2, {1, 127}, {1, 0}, {1, 127}, 0},
};

const struct msg_table transaction_log_value_table = {
	.name = "TransactionLogValue", .id = MSGID_transaction_log_value, .key = 0, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 1}, .flexible = {1, 127}, .plans = 683, .area = "transaction"
};
