/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/init_producer_id.h"
#include "fields.h"

const struct msg_field init_producer_id_req_fields[] = {
	{"transactional_id", MSG_STRING, 0, 0, offsetof(struct init_producer_id_req, transactional_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"transaction_timeout_ms", MSG_INT32, 0, 0, offsetof(struct init_producer_id_req, transaction_timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct init_producer_id_req, producer_id), -1, {3, 127}, {1, 0}, {1, 0}, -1},
	{"producer_epoch", MSG_INT16, 0, 0, offsetof(struct init_producer_id_req, producer_epoch), -1, {3, 127}, {1, 0}, {1, 0}, -1},
	{"enable2_pc", MSG_BOOL, 0, 0, offsetof(struct init_producer_id_req, enable2_pc), -1, {6, 127}, {1, 0}, {1, 0}, 0},
	{"keep_prepared_txn", MSG_BOOL, 0, 0, offsetof(struct init_producer_id_req, keep_prepared_txn), -1, {6, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table init_producer_id_req_table = {
	.name = "InitProducerIdRequest", .id = MSGID_init_producer_id_req, .key = 22, .kind = MSG_REQUEST,
	.versions = {0, 6}, .flexible = {2, 127}, .plans = 308, .area = NULL
};

const struct msg_field init_producer_id_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct init_producer_id_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct init_producer_id_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct init_producer_id_resp, producer_id), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"producer_epoch", MSG_INT16, 0, 0, offsetof(struct init_producer_id_resp, producer_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"ongoing_txn_producer_id", MSG_INT64, 0, 0, offsetof(struct init_producer_id_resp, ongoing_txn_producer_id), -1, {6, 127}, {1, 0}, {1, 0}, -1},
	{"ongoing_txn_producer_epoch", MSG_INT16, 0, 0, offsetof(struct init_producer_id_resp, ongoing_txn_producer_epoch), -1, {6, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_table init_producer_id_resp_table = {
	.name = "InitProducerIdResponse", .id = MSGID_init_producer_id_resp, .key = 22, .kind = MSG_RESPONSE,
	.versions = {0, 6}, .flexible = {2, 127}, .plans = 315, .area = NULL
};
