/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/elect_leaders.h"
#include "fields.h"

const struct msg_field elect_leaders_req_topic_partitions_fields[] = {
	{"topic", MSG_STRING, 0, 0, offsetof(struct elect_leaders_req_topic_partitions, topic), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct elect_leaders_req_topic_partitions, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field elect_leaders_req_fields[] = {
	{"election_type", MSG_INT8, 0, 0, offsetof(struct elect_leaders_req, election_type), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"topic_partitions", MSG_ARRAY, 0, MSGID_elect_leaders_req_topic_partitions, offsetof(struct elect_leaders_req, topic_partitions), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"timeout_ms", MSG_INT32, 0, 0, offsetof(struct elect_leaders_req, timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 60000},
};

const struct msg_table elect_leaders_req_table = {
	.name = "ElectLeadersRequest", .id = MSGID_elect_leaders_req, .key = 43, .kind = MSG_REQUEST,
	.versions = {0, 2}, .flexible = {2, 127}, .plans = 226, .area = NULL
};

const struct msg_field elect_leaders_resp_partition_result_fields[] = {
	{"partition_id", MSG_INT32, 0, 0, offsetof(struct elect_leaders_resp_partition_result, partition_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct elect_leaders_resp_partition_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct elect_leaders_resp_partition_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field elect_leaders_resp_replica_election_result_fields[] = {
	{"topic", MSG_STRING, 0, 0, offsetof(struct elect_leaders_resp_replica_election_result, topic), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_result", MSG_ARRAY, 0, MSGID_elect_leaders_resp_partition_result, offsetof(struct elect_leaders_resp_replica_election_result, partition_result), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field elect_leaders_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct elect_leaders_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct elect_leaders_resp, error_code), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"replica_election_results", MSG_ARRAY, 0, MSGID_elect_leaders_resp_replica_election_result, offsetof(struct elect_leaders_resp, replica_election_results), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table elect_leaders_resp_table = {
	.name = "ElectLeadersResponse", .id = MSGID_elect_leaders_resp, .key = 43, .kind = MSG_RESPONSE,
	.versions = {0, 2}, .flexible = {2, 127}, .plans = 229, .area = NULL
};
