/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/describe_cluster.h"
#include "fields.h"

const struct msg_field describe_cluster_req_fields[] = {
	{"include_cluster_authorized_operations", MSG_BOOL, 0, 0, offsetof(struct describe_cluster_req, include_cluster_authorized_operations), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"endpoint_type", MSG_INT8, 0, 0, offsetof(struct describe_cluster_req, endpoint_type), -1, {1, 127}, {1, 0}, {1, 0}, 1},
	{"include_fenced_brokers", MSG_BOOL, 0, 0, offsetof(struct describe_cluster_req, include_fenced_brokers), -1, {2, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table describe_cluster_req_table = {
	.name = "DescribeClusterRequest", .id = MSGID_describe_cluster_req, .key = 60, .kind = MSG_REQUEST,
	.versions = {0, 2}, .flexible = {0, 127}, .plans = 164, .area = NULL
};

const struct msg_field describe_cluster_resp_describe_cluster_broker_fields[] = {
	{"broker_id", MSG_INT32, 0, 0, offsetof(struct describe_cluster_resp_describe_cluster_broker, broker_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct describe_cluster_resp_describe_cluster_broker, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_INT32, 0, 0, offsetof(struct describe_cluster_resp_describe_cluster_broker, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"rack", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct describe_cluster_resp_describe_cluster_broker, rack), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"is_fenced", MSG_BOOL, 0, 0, offsetof(struct describe_cluster_resp_describe_cluster_broker, is_fenced), -1, {2, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field describe_cluster_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct describe_cluster_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct describe_cluster_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct describe_cluster_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"endpoint_type", MSG_INT8, 0, 0, offsetof(struct describe_cluster_resp, endpoint_type), -1, {1, 127}, {1, 0}, {1, 0}, 1},
	{"cluster_id", MSG_STRING, 0, 0, offsetof(struct describe_cluster_resp, cluster_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"controller_id", MSG_INT32, 0, 0, offsetof(struct describe_cluster_resp, controller_id), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"brokers", MSG_ARRAY, 0, MSGID_describe_cluster_resp_describe_cluster_broker, offsetof(struct describe_cluster_resp, brokers), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"cluster_authorized_operations", MSG_INT32, 0, 0, offsetof(struct describe_cluster_resp, cluster_authorized_operations), -1, {0, 127}, {1, 0}, {1, 0}, -2147483648},
};

const struct msg_table describe_cluster_resp_table = {
	.name = "DescribeClusterResponse", .id = MSGID_describe_cluster_resp, .key = 60, .kind = MSG_RESPONSE,
	.versions = {0, 2}, .flexible = {0, 127}, .plans = 167, .area = NULL
};
