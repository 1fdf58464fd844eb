/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_LIST_TRANSACTIONS_H
#define ODRADEK_PROTO_GEN_LIST_TRANSACTIONS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct list_transactions_req {
	KARR(struct kstr, MSG_STRING) state_filters;
	KARR(int64_t, MSG_INT64) producer_id_filters;
	int64_t duration_filter;
	struct kstr transactional_id_pattern;
};

extern const struct msg_table list_transactions_req_table;

struct list_transactions_resp_transaction_state {
	struct kstr transactional_id;
	int64_t producer_id;
	struct kstr transaction_state;
};

struct list_transactions_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	KARR(struct kstr, MSG_STRING) unknown_state_filters;
	KARR(struct list_transactions_resp_transaction_state, MSGID_list_transactions_resp_transaction_state) transaction_states;
};

extern const struct msg_table list_transactions_resp_table;

#endif
