/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_REC_SHARE_H
#define ODRADEK_PROTO_GEN_REC_SHARE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct share_snapshot_key {
	struct kstr group_id;
	struct uuid topic_id;
	int32_t partition;
};

extern const struct msg_table share_snapshot_key_table;

struct share_snapshot_value_state_batch {
	int64_t first_offset;
	int64_t last_offset;
	int8_t delivery_state;
	int16_t delivery_count;
};

struct share_snapshot_value {
	int32_t snapshot_epoch;
	int32_t state_epoch;
	int32_t leader_epoch;
	int64_t start_offset;
	int32_t delivery_complete_count;
	int64_t create_timestamp;
	int64_t write_timestamp;
	KARR(struct share_snapshot_value_state_batch, MSGID_share_snapshot_value_state_batch) state_batches;
};

extern const struct msg_table share_snapshot_value_table;

struct share_update_key {
	struct kstr group_id;
	struct uuid topic_id;
	int32_t partition;
};

extern const struct msg_table share_update_key_table;

struct share_update_value_state_batch {
	int64_t first_offset;
	int64_t last_offset;
	int8_t delivery_state;
	int16_t delivery_count;
};

struct share_update_value {
	int32_t snapshot_epoch;
	int32_t leader_epoch;
	int64_t start_offset;
	int32_t delivery_complete_count;
	KARR(struct share_update_value_state_batch, MSGID_share_update_value_state_batch) state_batches;
};

extern const struct msg_table share_update_value_table;

#endif
