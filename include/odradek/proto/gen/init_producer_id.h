/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_INIT_PRODUCER_ID_H
#define ODRADEK_PROTO_GEN_INIT_PRODUCER_ID_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct init_producer_id_req {
	struct kstr transactional_id;
	int32_t transaction_timeout_ms;
	int64_t producer_id;
	int16_t producer_epoch;
	uint8_t enable2_pc;
	uint8_t keep_prepared_txn;
};

extern const struct msg_table init_producer_id_req_table;

struct init_producer_id_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	int64_t producer_id;
	int16_t producer_epoch;
	int64_t ongoing_txn_producer_id;
	int16_t ongoing_txn_producer_epoch;
};

extern const struct msg_table init_producer_id_resp_table;

#endif
