/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/txn_offset_commit.h"
#include "fields.h"

const struct msg_field txn_offset_commit_req_txn_offset_commit_request_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct txn_offset_commit_req_txn_offset_commit_request_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"committed_offset", MSG_INT64, 0, 0, offsetof(struct txn_offset_commit_req_txn_offset_commit_request_partition, committed_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"committed_leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct txn_offset_commit_req_txn_offset_commit_request_partition, committed_leader_epoch), -1, {2, 127}, {1, 0}, {1, 0}, -1},
	{"committed_metadata", MSG_STRING, 0, 0, offsetof(struct txn_offset_commit_req_txn_offset_commit_request_partition, committed_metadata), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field txn_offset_commit_req_txn_offset_commit_request_topic_fields[] = {
	{"name", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct txn_offset_commit_req_txn_offset_commit_request_topic, name), -1, {0, 5}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct txn_offset_commit_req_txn_offset_commit_request_topic, topic_id), -1, {6, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_txn_offset_commit_req_txn_offset_commit_request_partition, offsetof(struct txn_offset_commit_req_txn_offset_commit_request_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field txn_offset_commit_req_fields[] = {
	{"transactional_id", MSG_STRING, 0, 0, offsetof(struct txn_offset_commit_req, transactional_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_id", MSG_STRING, 0, 0, offsetof(struct txn_offset_commit_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct txn_offset_commit_req, producer_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_epoch", MSG_INT16, 0, 0, offsetof(struct txn_offset_commit_req, producer_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"generation_id_or_member_epoch", MSG_INT32, 0, 0, offsetof(struct txn_offset_commit_req, generation_id_or_member_epoch), -1, {3, 127}, {1, 0}, {1, 0}, -1},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct txn_offset_commit_req, member_id), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"group_instance_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct txn_offset_commit_req, group_instance_id), -1, {3, 127}, {3, 127}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_txn_offset_commit_req_txn_offset_commit_request_topic, offsetof(struct txn_offset_commit_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table txn_offset_commit_req_table = {
	.name = "TxnOffsetCommitRequest", .id = MSGID_txn_offset_commit_req, .key = 28, .kind = MSG_REQUEST,
	.versions = {0, 6}, .flexible = {3, 127}, .plans = 560, .area = NULL
};

const struct msg_field txn_offset_commit_resp_txn_offset_commit_response_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct txn_offset_commit_resp_txn_offset_commit_response_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct txn_offset_commit_resp_txn_offset_commit_response_partition, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field txn_offset_commit_resp_txn_offset_commit_response_topic_fields[] = {
	{"name", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct txn_offset_commit_resp_txn_offset_commit_response_topic, name), -1, {0, 5}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct txn_offset_commit_resp_txn_offset_commit_response_topic, topic_id), -1, {6, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_txn_offset_commit_resp_txn_offset_commit_response_partition, offsetof(struct txn_offset_commit_resp_txn_offset_commit_response_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field txn_offset_commit_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct txn_offset_commit_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_txn_offset_commit_resp_txn_offset_commit_response_topic, offsetof(struct txn_offset_commit_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table txn_offset_commit_resp_table = {
	.name = "TxnOffsetCommitResponse", .id = MSGID_txn_offset_commit_resp, .key = 28, .kind = MSG_RESPONSE,
	.versions = {0, 6}, .flexible = {3, 127}, .plans = 567, .area = NULL
};
