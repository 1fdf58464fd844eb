/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_ADD_PARTITIONS_TO_TXN_H
#define ODRADEK_PROTO_GEN_ADD_PARTITIONS_TO_TXN_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct add_partitions_to_txn_req_add_partitions_to_txn_topic {
	struct kstr name;
	KARR(int32_t, MSG_INT32) partitions;
};

struct add_partitions_to_txn_req_add_partitions_to_txn_transaction {
	struct kstr transactional_id;
	int64_t producer_id;
	int16_t producer_epoch;
	uint8_t verify_only;
	KARR(struct add_partitions_to_txn_req_add_partitions_to_txn_topic, MSGID_add_partitions_to_txn_req_add_partitions_to_txn_topic) topics;
};

struct add_partitions_to_txn_req {
	KARR(struct add_partitions_to_txn_req_add_partitions_to_txn_transaction, MSGID_add_partitions_to_txn_req_add_partitions_to_txn_transaction) transactions;
	struct kstr v3_and_below_transactional_id;
	int64_t v3_and_below_producer_id;
	int16_t v3_and_below_producer_epoch;
	KARR(struct add_partitions_to_txn_req_add_partitions_to_txn_topic, MSGID_add_partitions_to_txn_req_add_partitions_to_txn_topic) v3_and_below_topics;
};

extern const struct msg_table add_partitions_to_txn_req_table;

struct add_partitions_to_txn_resp_add_partitions_to_txn_partition_result {
	int32_t partition_index;
	int16_t partition_error_code;
};

struct add_partitions_to_txn_resp_add_partitions_to_txn_topic_result {
	struct kstr name;
	KARR(struct add_partitions_to_txn_resp_add_partitions_to_txn_partition_result, MSGID_add_partitions_to_txn_resp_add_partitions_to_txn_partition_result) results_by_partition;
};

struct add_partitions_to_txn_resp_add_partitions_to_txn_result {
	struct kstr transactional_id;
	KARR(struct add_partitions_to_txn_resp_add_partitions_to_txn_topic_result, MSGID_add_partitions_to_txn_resp_add_partitions_to_txn_topic_result) topic_results;
};

struct add_partitions_to_txn_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	KARR(struct add_partitions_to_txn_resp_add_partitions_to_txn_result, MSGID_add_partitions_to_txn_resp_add_partitions_to_txn_result) results_by_transaction;
	KARR(struct add_partitions_to_txn_resp_add_partitions_to_txn_topic_result, MSGID_add_partitions_to_txn_resp_add_partitions_to_txn_topic_result) results_by_topic_v3_and_below;
};

extern const struct msg_table add_partitions_to_txn_resp_table;

#endif
