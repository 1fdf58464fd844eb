/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/produce.h"
#include "fields.h"

const struct msg_field produce_req_partition_produce_data_fields[] = {
	{"index", MSG_INT32, 0, 0, offsetof(struct produce_req_partition_produce_data, index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"records", MSG_RECORDS, 0, 0, offsetof(struct produce_req_partition_produce_data, records), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field produce_req_topic_produce_data_fields[] = {
	{"name", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct produce_req_topic_produce_data, name), -1, {0, 12}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct produce_req_topic_produce_data, topic_id), -1, {13, 127}, {1, 0}, {1, 0}, 0},
	{"partition_data", MSG_ARRAY, 0, MSGID_produce_req_partition_produce_data, offsetof(struct produce_req_topic_produce_data, partition_data), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field produce_req_fields[] = {
	{"transactional_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct produce_req, transactional_id), -1, {3, 127}, {3, 127}, {1, 0}, 0},
	{"acks", MSG_INT16, 0, 0, offsetof(struct produce_req, acks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"timeout_ms", MSG_INT32, 0, 0, offsetof(struct produce_req, timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_data", MSG_ARRAY, 0, MSGID_produce_req_topic_produce_data, offsetof(struct produce_req, topic_data), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table produce_req_table = {
	.name = "ProduceRequest", .id = MSGID_produce_req, .key = 0, .kind = MSG_REQUEST,
	.versions = {3, 13}, .flexible = {9, 127}, .plans = 476, .area = NULL
};

const struct msg_field produce_resp_batch_index_and_error_message_fields[] = {
	{"batch_index", MSG_INT32, 0, 0, offsetof(struct produce_resp_batch_index_and_error_message, batch_index), -1, {8, 127}, {1, 0}, {1, 0}, 0},
	{"batch_index_error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct produce_resp_batch_index_and_error_message, batch_index_error_message), -1, {8, 127}, {8, 127}, {1, 0}, 0},
};

const struct msg_field produce_resp_leader_id_and_epoch_fields[] = {
	{"leader_id", MSG_INT32, 0, 0, offsetof(struct produce_resp_leader_id_and_epoch, leader_id), -1, {10, 127}, {1, 0}, {1, 0}, -1},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct produce_resp_leader_id_and_epoch, leader_epoch), -1, {10, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field produce_resp_partition_produce_response_fields[] = {
	{"index", MSG_INT32, 0, 0, offsetof(struct produce_resp_partition_produce_response, index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct produce_resp_partition_produce_response, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"base_offset", MSG_INT64, 0, 0, offsetof(struct produce_resp_partition_produce_response, base_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"log_append_time_ms", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct produce_resp_partition_produce_response, log_append_time_ms), -1, {2, 127}, {1, 0}, {1, 0}, -1},
	{"log_start_offset", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct produce_resp_partition_produce_response, log_start_offset), -1, {5, 127}, {1, 0}, {1, 0}, -1},
	{"record_errors", MSG_ARRAY, MSG_IGNORABLE, MSGID_produce_resp_batch_index_and_error_message, offsetof(struct produce_resp_partition_produce_response, record_errors), -1, {8, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct produce_resp_partition_produce_response, error_message), -1, {8, 127}, {8, 127}, {1, 0}, 0},
	{"current_leader", MSG_STRUCT, 0, MSGID_produce_resp_leader_id_and_epoch, offsetof(struct produce_resp_partition_produce_response, current_leader), 0, {10, 127}, {1, 0}, {10, 127}, 0},
};

const struct msg_field produce_resp_topic_produce_response_fields[] = {
	{"name", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct produce_resp_topic_produce_response, name), -1, {0, 12}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct produce_resp_topic_produce_response, topic_id), -1, {13, 127}, {1, 0}, {1, 0}, 0},
	{"partition_responses", MSG_ARRAY, 0, MSGID_produce_resp_partition_produce_response, offsetof(struct produce_resp_topic_produce_response, partition_responses), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field produce_resp_node_endpoint_fields[] = {
	{"node_id", MSG_INT32, 0, 0, offsetof(struct produce_resp_node_endpoint, node_id), -1, {10, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct produce_resp_node_endpoint, host), -1, {10, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_INT32, 0, 0, offsetof(struct produce_resp_node_endpoint, port), -1, {10, 127}, {1, 0}, {1, 0}, 0},
	{"rack", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct produce_resp_node_endpoint, rack), -1, {10, 127}, {10, 127}, {1, 0}, 0},
};

const struct msg_field produce_resp_fields[] = {
	{"responses", MSG_ARRAY, 0, MSGID_produce_resp_topic_produce_response, offsetof(struct produce_resp, responses), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct produce_resp, throttle_time_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"node_endpoints", MSG_ARRAY, 0, MSGID_produce_resp_node_endpoint, offsetof(struct produce_resp, node_endpoints), 0, {10, 127}, {1, 0}, {10, 127}, 0},
};

const struct msg_table produce_resp_table = {
	.name = "ProduceResponse", .id = MSGID_produce_resp, .key = 0, .kind = MSG_RESPONSE,
	.versions = {3, 13}, .flexible = {9, 127}, .plans = 487, .area = NULL
};
