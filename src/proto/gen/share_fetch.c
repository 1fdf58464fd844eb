/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/share_fetch.h"
#include "fields.h"

const struct msg_field share_fetch_req_acknowledgement_batch_fields[] = {
	{"first_offset", MSG_INT64, 0, 0, offsetof(struct share_fetch_req_acknowledgement_batch, first_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_offset", MSG_INT64, 0, 0, offsetof(struct share_fetch_req_acknowledgement_batch, last_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"acknowledge_types", MSG_ARRAY, 0, MSG_INT8, offsetof(struct share_fetch_req_acknowledgement_batch, acknowledge_types), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_fetch_req_fetch_partition_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct share_fetch_req_fetch_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_max_bytes", MSG_INT32, 0, 0, offsetof(struct share_fetch_req_fetch_partition, partition_max_bytes), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"acknowledgement_batches", MSG_ARRAY, 0, MSGID_share_fetch_req_acknowledgement_batch, offsetof(struct share_fetch_req_fetch_partition, acknowledgement_batches), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_fetch_req_fetch_topic_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct share_fetch_req_fetch_topic, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_share_fetch_req_fetch_partition, offsetof(struct share_fetch_req_fetch_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_fetch_req_forgotten_topic_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct share_fetch_req_forgotten_topic, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct share_fetch_req_forgotten_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_fetch_req_fields[] = {
	{"group_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct share_fetch_req, group_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct share_fetch_req, member_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"share_session_epoch", MSG_INT32, 0, 0, offsetof(struct share_fetch_req, share_session_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_wait_ms", MSG_INT32, 0, 0, offsetof(struct share_fetch_req, max_wait_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"min_bytes", MSG_INT32, 0, 0, offsetof(struct share_fetch_req, min_bytes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_bytes", MSG_INT32, 0, 0, offsetof(struct share_fetch_req, max_bytes), -1, {0, 127}, {1, 0}, {1, 0}, 2147483647},
	{"max_records", MSG_INT32, 0, 0, offsetof(struct share_fetch_req, max_records), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"batch_size", MSG_INT32, 0, 0, offsetof(struct share_fetch_req, batch_size), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"share_acquire_mode", MSG_INT8, MSG_IGNORABLE, 0, offsetof(struct share_fetch_req, share_acquire_mode), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"is_renew_ack", MSG_BOOL, 0, 0, offsetof(struct share_fetch_req, is_renew_ack), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_share_fetch_req_fetch_topic, offsetof(struct share_fetch_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"forgotten_topics_data", MSG_ARRAY, 0, MSGID_share_fetch_req_forgotten_topic, offsetof(struct share_fetch_req, forgotten_topics_data), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_fetch_req_table = {
	.name = "ShareFetchRequest", .id = MSGID_share_fetch_req, .key = 78, .kind = MSG_REQUEST,
	.versions = {1, 2}, .flexible = {0, 127}, .plans = 530, .area = NULL
};

const struct msg_field share_fetch_resp_leader_id_and_epoch_fields[] = {
	{"leader_id", MSG_INT32, 0, 0, offsetof(struct share_fetch_resp_leader_id_and_epoch, leader_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct share_fetch_resp_leader_id_and_epoch, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_fetch_resp_acquired_records_fields[] = {
	{"first_offset", MSG_INT64, 0, 0, offsetof(struct share_fetch_resp_acquired_records, first_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_offset", MSG_INT64, 0, 0, offsetof(struct share_fetch_resp_acquired_records, last_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"delivery_count", MSG_INT16, 0, 0, offsetof(struct share_fetch_resp_acquired_records, delivery_count), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_fetch_resp_partition_data_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct share_fetch_resp_partition_data, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct share_fetch_resp_partition_data, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct share_fetch_resp_partition_data, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"acknowledge_error_code", MSG_INT16, 0, 0, offsetof(struct share_fetch_resp_partition_data, acknowledge_error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"acknowledge_error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct share_fetch_resp_partition_data, acknowledge_error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"current_leader", MSG_STRUCT, 0, MSGID_share_fetch_resp_leader_id_and_epoch, offsetof(struct share_fetch_resp_partition_data, current_leader), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"records", MSG_RECORDS, 0, 0, offsetof(struct share_fetch_resp_partition_data, records), -1, {0, 127}, {0, 0}, {1, 0}, 0},
	{"acquired_records", MSG_ARRAY, 0, MSGID_share_fetch_resp_acquired_records, offsetof(struct share_fetch_resp_partition_data, acquired_records), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_fetch_resp_share_fetchable_topic_response_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct share_fetch_resp_share_fetchable_topic_response, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_share_fetch_resp_partition_data, offsetof(struct share_fetch_resp_share_fetchable_topic_response, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_fetch_resp_node_endpoint_fields[] = {
	{"node_id", MSG_INT32, 0, 0, offsetof(struct share_fetch_resp_node_endpoint, node_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct share_fetch_resp_node_endpoint, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_INT32, 0, 0, offsetof(struct share_fetch_resp_node_endpoint, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"rack", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct share_fetch_resp_node_endpoint, rack), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field share_fetch_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct share_fetch_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct share_fetch_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct share_fetch_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"acquisition_lock_timeout_ms", MSG_INT32, 0, 0, offsetof(struct share_fetch_resp, acquisition_lock_timeout_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"responses", MSG_ARRAY, 0, MSGID_share_fetch_resp_share_fetchable_topic_response, offsetof(struct share_fetch_resp, responses), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"node_endpoints", MSG_ARRAY, 0, MSGID_share_fetch_resp_node_endpoint, offsetof(struct share_fetch_resp, node_endpoints), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_fetch_resp_table = {
	.name = "ShareFetchResponse", .id = MSGID_share_fetch_resp, .key = 78, .kind = MSG_RESPONSE,
	.versions = {1, 2}, .flexible = {0, 127}, .plans = 532, .area = NULL
};
