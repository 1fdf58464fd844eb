/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/consumer_group_describe.h"
#include "fields.h"

const struct msg_field consumer_group_describe_req_fields[] = {
	{"group_ids", MSG_ARRAY, 0, MSG_STRING, offsetof(struct consumer_group_describe_req, group_ids), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"include_authorized_operations", MSG_BOOL, 0, 0, offsetof(struct consumer_group_describe_req, include_authorized_operations), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_describe_req_table = {
	.name = "ConsumerGroupDescribeRequest", .id = MSGID_consumer_group_describe_req, .key = 69, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 78, .area = NULL
};

const struct msg_field consumer_group_describe_resp_topic_partitions_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct consumer_group_describe_resp_topic_partitions, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct consumer_group_describe_resp_topic_partitions, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct consumer_group_describe_resp_topic_partitions, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_group_describe_resp_assignment_fields[] = {
	{"topic_partitions", MSG_ARRAY, 0, MSGID_consumer_group_describe_resp_topic_partitions, offsetof(struct consumer_group_describe_resp_assignment, topic_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_group_describe_resp_member_fields[] = {
	{"member_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_describe_resp_member, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"instance_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_group_describe_resp_member, instance_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"rack_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_group_describe_resp_member, rack_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct consumer_group_describe_resp_member, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_describe_resp_member, client_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_host", MSG_STRING, 0, 0, offsetof(struct consumer_group_describe_resp_member, client_host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subscribed_topic_names", MSG_ARRAY, 0, MSG_STRING, offsetof(struct consumer_group_describe_resp_member, subscribed_topic_names), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subscribed_topic_regex", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_group_describe_resp_member, subscribed_topic_regex), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"assignment", MSG_STRUCT, 0, MSGID_consumer_group_describe_resp_assignment, offsetof(struct consumer_group_describe_resp_member, assignment), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"target_assignment", MSG_STRUCT, 0, MSGID_consumer_group_describe_resp_assignment, offsetof(struct consumer_group_describe_resp_member, target_assignment), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_type", MSG_INT8, MSG_IGNORABLE, 0, offsetof(struct consumer_group_describe_resp_member, member_type), -1, {1, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field consumer_group_describe_resp_described_group_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct consumer_group_describe_resp_described_group, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_group_describe_resp_described_group, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"group_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_describe_resp_described_group, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_state", MSG_STRING, 0, 0, offsetof(struct consumer_group_describe_resp_described_group, group_state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_epoch", MSG_INT32, 0, 0, offsetof(struct consumer_group_describe_resp_described_group, group_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment_epoch", MSG_INT32, 0, 0, offsetof(struct consumer_group_describe_resp_described_group, assignment_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignor_name", MSG_STRING, 0, 0, offsetof(struct consumer_group_describe_resp_described_group, assignor_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"members", MSG_ARRAY, 0, MSGID_consumer_group_describe_resp_member, offsetof(struct consumer_group_describe_resp_described_group, members), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"authorized_operations", MSG_INT32, 0, 0, offsetof(struct consumer_group_describe_resp_described_group, authorized_operations), -1, {0, 127}, {1, 0}, {1, 0}, -2147483648},
};

const struct msg_field consumer_group_describe_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct consumer_group_describe_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"groups", MSG_ARRAY, 0, MSGID_consumer_group_describe_resp_described_group, offsetof(struct consumer_group_describe_resp, groups), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_describe_resp_table = {
	.name = "ConsumerGroupDescribeResponse", .id = MSGID_consumer_group_describe_resp, .key = 69, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 80, .area = NULL
};
