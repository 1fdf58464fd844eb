/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/rec_storage.h"
#include "fields.h"

const struct msg_field producer_snapshot_producer_entry_fields[] = {
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct producer_snapshot_producer_entry, producer_id), -1, {1, 1}, {1, 0}, {1, 0}, 0},
	{"epoch", MSG_INT16, 0, 0, offsetof(struct producer_snapshot_producer_entry, epoch), -1, {1, 1}, {1, 0}, {1, 0}, 0},
	{"last_sequence", MSG_INT32, 0, 0, offsetof(struct producer_snapshot_producer_entry, last_sequence), -1, {1, 1}, {1, 0}, {1, 0}, 0},
	{"last_offset", MSG_INT64, 0, 0, offsetof(struct producer_snapshot_producer_entry, last_offset), -1, {1, 1}, {1, 0}, {1, 0}, 0},
	{"offset_delta", MSG_INT32, 0, 0, offsetof(struct producer_snapshot_producer_entry, offset_delta), -1, {1, 1}, {1, 0}, {1, 0}, 0},
	{"timestamp", MSG_INT64, 0, 0, offsetof(struct producer_snapshot_producer_entry, timestamp), -1, {1, 1}, {1, 0}, {1, 0}, 0},
	{"coordinator_epoch", MSG_INT32, 0, 0, offsetof(struct producer_snapshot_producer_entry, coordinator_epoch), -1, {1, 1}, {1, 0}, {1, 0}, 0},
	{"current_txn_first_offset", MSG_INT64, 0, 0, offsetof(struct producer_snapshot_producer_entry, current_txn_first_offset), -1, {1, 1}, {1, 0}, {1, 0}, 0},
};

const struct msg_field producer_snapshot_fields[] = {
	{"crc", MSG_UINT32, 0, 0, offsetof(struct producer_snapshot, crc), -1, {1, 1}, {1, 0}, {1, 0}, 0},
	{"producer_entries", MSG_ARRAY, 0, MSGID_producer_snapshot_producer_entry, offsetof(struct producer_snapshot, producer_entries), -1, {1, 1}, {1, 0}, {1, 0}, 0},
};

const struct msg_table producer_snapshot_table = {
	.name = "ProducerSnapshot", .id = MSGID_producer_snapshot, .key = -1, .kind = MSG_DATA,
	.versions = {1, 1}, .flexible = {1, 0}, .plans = 689, .area = NULL
};
