/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_REC_STORAGE_H
#define ODRADEK_PROTO_GEN_REC_STORAGE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct producer_snapshot_producer_entry {
	int64_t producer_id;
	int16_t epoch;
	int32_t last_sequence;
	int64_t last_offset;
	int32_t offset_delta;
	int64_t timestamp;
	int32_t coordinator_epoch;
	int64_t current_txn_first_offset;
};

struct producer_snapshot {
	uint32_t crc;
	KARR(struct producer_snapshot_producer_entry, MSGID_producer_snapshot_producer_entry) producer_entries;
};

extern const struct msg_table producer_snapshot_table;

#endif
