/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_REC_TRANSACTION_H
#define ODRADEK_PROTO_GEN_REC_TRANSACTION_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct transaction_log_key {
	struct kstr transactional_id;
};

extern const struct msg_table transaction_log_key_table;

struct transaction_log_value_partitions_schema {
	struct kstr topic;
	KARR(int32_t, MSG_INT32) partition_ids;
};

struct transaction_log_value {
	int64_t producer_id;
	int64_t previous_producer_id;
	int64_t next_producer_id;
	int16_t producer_epoch;
	int16_t next_producer_epoch;
	int32_t transaction_timeout_ms;
	int8_t transaction_status;
	KARR(struct transaction_log_value_partitions_schema, MSGID_transaction_log_value_partitions_schema) transaction_partitions;
	int64_t transaction_last_update_timestamp_ms;
	int64_t transaction_start_timestamp_ms;
	int16_t client_transaction_version;
};

extern const struct msg_table transaction_log_value_table;

#endif
