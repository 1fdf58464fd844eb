/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/add_offsets_to_txn.h"
#include "fields.h"

const struct msg_field add_offsets_to_txn_req_fields[] = {
	{"transactional_id", MSG_STRING, 0, 0, offsetof(struct add_offsets_to_txn_req, transactional_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct add_offsets_to_txn_req, producer_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_epoch", MSG_INT16, 0, 0, offsetof(struct add_offsets_to_txn_req, producer_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_id", MSG_STRING, 0, 0, offsetof(struct add_offsets_to_txn_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table add_offsets_to_txn_req_table = {
	.name = "AddOffsetsToTxnRequest", .id = MSGID_add_offsets_to_txn_req, .key = 25, .kind = MSG_REQUEST,
	.versions = {0, 4}, .flexible = {3, 127}, .plans = 18, .area = NULL
};

const struct msg_field add_offsets_to_txn_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct add_offsets_to_txn_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct add_offsets_to_txn_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table add_offsets_to_txn_resp_table = {
	.name = "AddOffsetsToTxnResponse", .id = MSGID_add_offsets_to_txn_resp, .key = 25, .kind = MSG_RESPONSE,
	.versions = {0, 4}, .flexible = {3, 127}, .plans = 23, .area = NULL
};
