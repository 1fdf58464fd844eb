/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_producers.h"
#include "fields.h"

const struct msg_field describe_producers_req_topic_request_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct describe_producers_req_topic_request, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_indexes", MSG_ARRAY, 0, MSG_INT32, offsetof(struct describe_producers_req_topic_request, partition_indexes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_producers_req_fields[] = {
	{"topics", MSG_ARRAY, 0, MSGID_describe_producers_req_topic_request, offsetof(struct describe_producers_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_producers_req_table = {
	.name = "DescribeProducersRequest", .id = MSGID_describe_producers_req, .key = 61, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 208, .area = NULL
};

const struct msg_field describe_producers_resp_producer_state_fields[] = {
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct describe_producers_resp_producer_state, producer_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"producer_epoch", MSG_INT32, 0, 0, offsetof(struct describe_producers_resp_producer_state, producer_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_sequence", MSG_INT32, 0, 0, offsetof(struct describe_producers_resp_producer_state, last_sequence), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"last_timestamp", MSG_INT64, 0, 0, offsetof(struct describe_producers_resp_producer_state, last_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"coordinator_epoch", MSG_INT32, 0, 0, offsetof(struct describe_producers_resp_producer_state, coordinator_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"current_txn_start_offset", MSG_INT64, 0, 0, offsetof(struct describe_producers_resp_producer_state, current_txn_start_offset), -1, {0, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field describe_producers_resp_partition_response_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct describe_producers_resp_partition_response, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_producers_resp_partition_response, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct describe_producers_resp_partition_response, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"active_producers", MSG_ARRAY, 0, MSGID_describe_producers_resp_producer_state, offsetof(struct describe_producers_resp_partition_response, active_producers), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_producers_resp_topic_response_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct describe_producers_resp_topic_response, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_describe_producers_resp_partition_response, offsetof(struct describe_producers_resp_topic_response, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_producers_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct describe_producers_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_describe_producers_resp_topic_response, offsetof(struct describe_producers_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_producers_resp_table = {
	.name = "DescribeProducersResponse", .id = MSGID_describe_producers_resp, .key = 61, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 209, .area = NULL
};
