/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/list_partition_reassignments.h"
#include "fields.h"

const struct msg_field list_partition_reassignments_req_list_partition_reassignments_topics_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct list_partition_reassignments_req_list_partition_reassignments_topics, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_indexes", MSG_ARRAY, 0, MSG_INT32, offsetof(struct list_partition_reassignments_req_list_partition_reassignments_topics, partition_indexes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field list_partition_reassignments_req_fields[] = {
	{"timeout_ms", MSG_INT32, 0, 0, offsetof(struct list_partition_reassignments_req, timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 60000},
	{"topics", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_list_partition_reassignments_req_list_partition_reassignments_topics, offsetof(struct list_partition_reassignments_req, topics), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table list_partition_reassignments_req_table = {
	.name = "ListPartitionReassignmentsRequest", .id = MSGID_list_partition_reassignments_req, .key = 46, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 394, .area = NULL
};

const struct msg_field list_partition_reassignments_resp_ongoing_partition_reassignment_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct list_partition_reassignments_resp_ongoing_partition_reassignment, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"replicas", MSG_ARRAY, 0, MSG_INT32, offsetof(struct list_partition_reassignments_resp_ongoing_partition_reassignment, replicas), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"adding_replicas", MSG_ARRAY, 0, MSG_INT32, offsetof(struct list_partition_reassignments_resp_ongoing_partition_reassignment, adding_replicas), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"removing_replicas", MSG_ARRAY, 0, MSG_INT32, offsetof(struct list_partition_reassignments_resp_ongoing_partition_reassignment, removing_replicas), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field list_partition_reassignments_resp_ongoing_topic_reassignment_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct list_partition_reassignments_resp_ongoing_topic_reassignment, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_list_partition_reassignments_resp_ongoing_partition_reassignment, offsetof(struct list_partition_reassignments_resp_ongoing_topic_reassignment, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field list_partition_reassignments_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct list_partition_reassignments_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct list_partition_reassignments_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct list_partition_reassignments_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_list_partition_reassignments_resp_ongoing_topic_reassignment, offsetof(struct list_partition_reassignments_resp, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table list_partition_reassignments_resp_table = {
	.name = "ListPartitionReassignmentsResponse", .id = MSGID_list_partition_reassignments_resp, .key = 46, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 395, .area = NULL
};
