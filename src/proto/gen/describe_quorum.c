/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_quorum.h"
#include "fields.h"

const struct msg_field describe_quorum_req_partition_data_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct describe_quorum_req_partition_data, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_quorum_req_topic_data_fields[] = {
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct describe_quorum_req_topic_data, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_describe_quorum_req_partition_data, offsetof(struct describe_quorum_req_topic_data, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_quorum_req_fields[] = {
	{"topics", MSG_ARRAY, 0, MSGID_describe_quorum_req_topic_data, offsetof(struct describe_quorum_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_quorum_req_table = {
	.name = "DescribeQuorumRequest", .id = MSGID_describe_quorum_req, .key = 55, .kind = MSG_REQUEST,
	.versions = {0, 2}, .flexible = {0, 127}, .plans = 210, .area = NULL
};

const struct msg_field describe_quorum_resp_replica_state_fields[] = {
	{"replica_id", MSG_INT32, 0, 0, offsetof(struct describe_quorum_resp_replica_state, replica_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"replica_directory_id", MSG_UUID, 0, 0, offsetof(struct describe_quorum_resp_replica_state, replica_directory_id), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"log_end_offset", MSG_INT64, 0, 0, offsetof(struct describe_quorum_resp_replica_state, log_end_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_fetch_timestamp", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct describe_quorum_resp_replica_state, last_fetch_timestamp), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"last_caught_up_timestamp", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct describe_quorum_resp_replica_state, last_caught_up_timestamp), -1, {1, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field describe_quorum_resp_partition_data_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct describe_quorum_resp_partition_data, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_quorum_resp_partition_data, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct describe_quorum_resp_partition_data, error_message), -1, {2, 127}, {2, 127}, {1, 0}, 0},
	{"leader_id", MSG_INT32, 0, 0, offsetof(struct describe_quorum_resp_partition_data, leader_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct describe_quorum_resp_partition_data, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"high_watermark", MSG_INT64, 0, 0, offsetof(struct describe_quorum_resp_partition_data, high_watermark), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"current_voters", MSG_ARRAY, 0, MSGID_describe_quorum_resp_replica_state, offsetof(struct describe_quorum_resp_partition_data, current_voters), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"observers", MSG_ARRAY, 0, MSGID_describe_quorum_resp_replica_state, offsetof(struct describe_quorum_resp_partition_data, observers), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_quorum_resp_topic_data_fields[] = {
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct describe_quorum_resp_topic_data, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_describe_quorum_resp_partition_data, offsetof(struct describe_quorum_resp_topic_data, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_quorum_resp_listener_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct describe_quorum_resp_listener, name), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct describe_quorum_resp_listener, host), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_UINT16, 0, 0, offsetof(struct describe_quorum_resp_listener, port), -1, {2, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_quorum_resp_node_fields[] = {
	{"node_id", MSG_INT32, 0, 0, offsetof(struct describe_quorum_resp_node, node_id), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"listeners", MSG_ARRAY, 0, MSGID_describe_quorum_resp_listener, offsetof(struct describe_quorum_resp_node, listeners), -1, {2, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_quorum_resp_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_quorum_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct describe_quorum_resp, error_message), -1, {2, 127}, {2, 127}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_describe_quorum_resp_topic_data, offsetof(struct describe_quorum_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"nodes", MSG_ARRAY, 0, MSGID_describe_quorum_resp_node, offsetof(struct describe_quorum_resp, nodes), -1, {2, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_quorum_resp_table = {
	.name = "DescribeQuorumResponse", .id = MSGID_describe_quorum_resp, .key = 55, .kind = MSG_RESPONSE,
	.versions = {0, 2}, .flexible = {0, 127}, .plans = 213, .area = NULL
};
