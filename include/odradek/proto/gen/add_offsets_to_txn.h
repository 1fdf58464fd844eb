/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_ADD_OFFSETS_TO_TXN_H
#define ODRADEK_PROTO_GEN_ADD_OFFSETS_TO_TXN_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct add_offsets_to_txn_req {
	struct kstr transactional_id;
	int64_t producer_id;
	int16_t producer_epoch;
	struct kstr group_id;
};

extern const struct msg_table add_offsets_to_txn_req_table;

struct add_offsets_to_txn_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
};

extern const struct msg_table add_offsets_to_txn_resp_table;

#endif
