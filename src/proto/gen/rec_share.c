/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/rec_share.h"
#include "fields.h"

const struct msg_field share_snapshot_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct share_snapshot_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct share_snapshot_key, topic_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"partition", MSG_INT32, 0, 0, offsetof(struct share_snapshot_key, partition), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_snapshot_key_table = {
	.name = "ShareSnapshotKey", .id = MSGID_share_snapshot_key, .key = 0, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 685, .area = "share"
};

const struct msg_field share_snapshot_value_state_batch_fields[] = {
	{"first_offset", MSG_INT64, 0, 0, offsetof(struct share_snapshot_value_state_batch, first_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_offset", MSG_INT64, 0, 0, offsetof(struct share_snapshot_value_state_batch, last_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delivery_state", MSG_INT8, 0, 0, offsetof(struct share_snapshot_value_state_batch, delivery_state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delivery_count", MSG_INT16, 0, 0, offsetof(struct share_snapshot_value_state_batch, delivery_count), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_snapshot_value_fields[] = {
	{"snapshot_epoch", MSG_INT32, 0, 0, offsetof(struct share_snapshot_value, snapshot_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"state_epoch", MSG_INT32, 0, 0, offsetof(struct share_snapshot_value, state_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct share_snapshot_value, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"start_offset", MSG_INT64, 0, 0, offsetof(struct share_snapshot_value, start_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delivery_complete_count", MSG_INT32, 0, 0, offsetof(struct share_snapshot_value, delivery_complete_count), 0, {0, 127}, {1, 0}, {0, 127}, -1},
	{"create_timestamp", MSG_INT64, 0, 0, offsetof(struct share_snapshot_value, create_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"write_timestamp", MSG_INT64, 0, 0, offsetof(struct share_snapshot_value, write_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"state_batches", MSG_ARRAY, 0, MSGID_share_snapshot_value_state_batch, offsetof(struct share_snapshot_value, state_batches), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_snapshot_value_table = {
	.name = "ShareSnapshotValue", .id = MSGID_share_snapshot_value, .key = 0, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 686, .area = "share"
};

const struct msg_field share_update_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct share_update_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct share_update_key, topic_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"partition", MSG_INT32, 0, 0, offsetof(struct share_update_key, partition), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_update_key_table = {
	.name = "ShareUpdateKey", .id = MSGID_share_update_key, .key = 1, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 687, .area = "share"
};

const struct msg_field share_update_value_state_batch_fields[] = {
	{"first_offset", MSG_INT64, 0, 0, offsetof(struct share_update_value_state_batch, first_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_offset", MSG_INT64, 0, 0, offsetof(struct share_update_value_state_batch, last_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delivery_state", MSG_INT8, 0, 0, offsetof(struct share_update_value_state_batch, delivery_state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delivery_count", MSG_INT16, 0, 0, offsetof(struct share_update_value_state_batch, delivery_count), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_update_value_fields[] = {
	{"snapshot_epoch", MSG_INT32, 0, 0, offsetof(struct share_update_value, snapshot_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct share_update_value, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"start_offset", MSG_INT64, 0, 0, offsetof(struct share_update_value, start_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delivery_complete_count", MSG_INT32, 0, 0, offsetof(struct share_update_value, delivery_complete_count), 0, {0, 127}, {1, 0}, {0, 127}, -1},
	{"state_batches", MSG_ARRAY, 0, MSGID_share_update_value_state_batch, offsetof(struct share_update_value, state_batches), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_update_value_table = {
	.name = "ShareUpdateValue", .id = MSGID_share_update_value, .key = 1, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 688, .area = "share"
};
