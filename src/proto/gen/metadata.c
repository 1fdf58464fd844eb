/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/metadata.h"
#include "fields.h"

const struct msg_field metadata_req_metadata_request_topic_fields[] = {
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct metadata_req_metadata_request_topic, topic_id), -1, {10, 127}, {1, 0}, {1, 0}, 0},
	{"name", MSG_STRING, 0, 0, offsetof(struct metadata_req_metadata_request_topic, name), -1, {0, 127}, {10, 127}, {1, 0}, 0},
};

const struct msg_field metadata_req_fields[] = {
	{"topics", MSG_ARRAY, 0, MSGID_metadata_req_metadata_request_topic, offsetof(struct metadata_req, topics), -1, {0, 127}, {1, 127}, {1, 0}, 0},
	{"allow_auto_topic_creation", MSG_BOOL, 0, 0, offsetof(struct metadata_req, allow_auto_topic_creation), -1, {4, 127}, {1, 0}, {1, 0}, 1},
	{"include_cluster_authorized_operations", MSG_BOOL, 0, 0, offsetof(struct metadata_req, include_cluster_authorized_operations), -1, {8, 10}, {1, 0}, {1, 0}, 0},
	{"include_topic_authorized_operations", MSG_BOOL, 0, 0, offsetof(struct metadata_req, include_topic_authorized_operations), -1, {8, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table metadata_req_table = {
	.name = "MetadataRequest", .id = MSGID_metadata_req, .key = 3, .kind = MSG_REQUEST,
	.versions = {0, 13}, .flexible = {9, 127}, .plans = 402, .area = NULL
};

const struct msg_field metadata_resp_metadata_response_broker_fields[] = {
	{"node_id", MSG_INT32, 0, 0, offsetof(struct metadata_resp_metadata_response_broker, node_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct metadata_resp_metadata_response_broker, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_INT32, 0, 0, offsetof(struct metadata_resp_metadata_response_broker, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"rack", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct metadata_resp_metadata_response_broker, rack), -1, {1, 127}, {1, 127}, {1, 0}, 0},
};

const struct msg_field metadata_resp_metadata_response_partition_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct metadata_resp_metadata_response_partition, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct metadata_resp_metadata_response_partition, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_id", MSG_INT32, 0, 0, offsetof(struct metadata_resp_metadata_response_partition, leader_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct metadata_resp_metadata_response_partition, leader_epoch), -1, {7, 127}, {1, 0}, {1, 0}, -1},
	{"replica_nodes", MSG_ARRAY, 0, MSG_INT32, offsetof(struct metadata_resp_metadata_response_partition, replica_nodes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"isr_nodes", MSG_ARRAY, 0, MSG_INT32, offsetof(struct metadata_resp_metadata_response_partition, isr_nodes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"offline_replicas", MSG_ARRAY, MSG_IGNORABLE, MSG_INT32, offsetof(struct metadata_resp_metadata_response_partition, offline_replicas), -1, {5, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field metadata_resp_metadata_response_topic_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct metadata_resp_metadata_response_topic, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"name", MSG_STRING, 0, 0, offsetof(struct metadata_resp_metadata_response_topic, name), -1, {0, 127}, {12, 127}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct metadata_resp_metadata_response_topic, topic_id), -1, {10, 127}, {1, 0}, {1, 0}, 0},
	{"is_internal", MSG_BOOL, MSG_IGNORABLE, 0, offsetof(struct metadata_resp_metadata_response_topic, is_internal), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_metadata_resp_metadata_response_partition, offsetof(struct metadata_resp_metadata_response_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_authorized_operations", MSG_INT32, 0, 0, offsetof(struct metadata_resp_metadata_response_topic, topic_authorized_operations), -1, {8, 127}, {1, 0}, {1, 0}, -2147483648},
};

const struct msg_field metadata_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct metadata_resp, throttle_time_ms), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"brokers", MSG_ARRAY, 0, MSGID_metadata_resp_metadata_response_broker, offsetof(struct metadata_resp, brokers), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"cluster_id", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct metadata_resp, cluster_id), -1, {2, 127}, {2, 127}, {1, 0}, 0},
	{"controller_id", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct metadata_resp, controller_id), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"topics", MSG_ARRAY, 0, MSGID_metadata_resp_metadata_response_topic, offsetof(struct metadata_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"cluster_authorized_operations", MSG_INT32, 0, 0, offsetof(struct metadata_resp, cluster_authorized_operations), -1, {8, 10}, {1, 0}, {1, 0}, -2147483648},
	{"error_code", MSG_INT16, MSG_IGNORABLE, 0, offsetof(struct metadata_resp, error_code), -1, {13, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table metadata_resp_table = {
	.name = "MetadataResponse", .id = MSGID_metadata_resp, .key = 3, .kind = MSG_RESPONSE,
	.versions = {0, 13}, .flexible = {9, 127}, .plans = 416, .area = NULL
};
