/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_TRANSACTIONS_H
#define ODRADEK_PROTO_GEN_DESCRIBE_TRANSACTIONS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_transactions_req {
	KARR(struct kstr, MSG_STRING) transactional_ids;
};

extern const struct msg_table describe_transactions_req_table;

struct describe_transactions_resp_topic_data {
	struct kstr topic;
	KARR(int32_t, MSG_INT32) partitions;
};

struct describe_transactions_resp_transaction_state {
	int16_t error_code;
	struct kstr transactional_id;
	struct kstr transaction_state;
	int32_t transaction_timeout_ms;
	int64_t transaction_start_time_ms;
	int64_t producer_id;
	int16_t producer_epoch;
	KARR(struct describe_transactions_resp_topic_data, MSGID_describe_transactions_resp_topic_data) topics;
};

struct describe_transactions_resp {
	int32_t throttle_time_ms;
	KARR(struct describe_transactions_resp_transaction_state, MSGID_describe_transactions_resp_transaction_state) transaction_states;
};

extern const struct msg_table describe_transactions_resp_table;

#endif
