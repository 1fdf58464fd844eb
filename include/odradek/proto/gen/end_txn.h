/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_END_TXN_H
#define ODRADEK_PROTO_GEN_END_TXN_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct end_txn_req {
	struct kstr transactional_id;
	int64_t producer_id;
	int16_t producer_epoch;
	uint8_t committed;
};

extern const struct msg_table end_txn_req_table;

struct end_txn_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	int64_t producer_id;
	int16_t producer_epoch;
};

extern const struct msg_table end_txn_resp_table;

#endif
