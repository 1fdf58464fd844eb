/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/rec_group.h"
#include "fields.h"

const struct msg_field consumer_group_current_member_assignment_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_current_member_assignment_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_current_member_assignment_key, member_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_current_member_assignment_key_table = {
	.name = "ConsumerGroupCurrentMemberAssignmentKey", .id = MSGID_consumer_group_current_member_assignment_key, .key = 8, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 630, .area = "group"
};

const struct msg_field consumer_group_current_member_assignment_value_topic_partitions_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct consumer_group_current_member_assignment_value_topic_partitions, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct consumer_group_current_member_assignment_value_topic_partitions, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment_epochs", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct consumer_group_current_member_assignment_value_topic_partitions, assignment_epochs), 0, {0, 127}, {0, 127}, {0, 127}, 0},
};

const struct msg_field consumer_group_current_member_assignment_value_fields[] = {
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct consumer_group_current_member_assignment_value, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"previous_member_epoch", MSG_INT32, 0, 0, offsetof(struct consumer_group_current_member_assignment_value, previous_member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"state", MSG_INT8, 0, 0, offsetof(struct consumer_group_current_member_assignment_value, state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assigned_partitions", MSG_ARRAY, 0, MSGID_consumer_group_current_member_assignment_value_topic_partitions, offsetof(struct consumer_group_current_member_assignment_value, assigned_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions_pending_revocation", MSG_ARRAY, 0, MSGID_consumer_group_current_member_assignment_value_topic_partitions, offsetof(struct consumer_group_current_member_assignment_value, partitions_pending_revocation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_current_member_assignment_value_table = {
	.name = "ConsumerGroupCurrentMemberAssignmentValue", .id = MSGID_consumer_group_current_member_assignment_value, .key = 8, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 631, .area = "group"
};

const struct msg_field consumer_group_member_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_member_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_member_metadata_key, member_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_member_metadata_key_table = {
	.name = "ConsumerGroupMemberMetadataKey", .id = MSGID_consumer_group_member_metadata_key, .key = 5, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 632, .area = "group"
};

const struct msg_field consumer_group_member_metadata_value_classic_protocol_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct consumer_group_member_metadata_value_classic_protocol, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"metadata", MSG_BYTES, 0, 0, offsetof(struct consumer_group_member_metadata_value_classic_protocol, metadata), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_group_member_metadata_value_classic_member_metadata_fields[] = {
	{"session_timeout_ms", MSG_INT32, 0, 0, offsetof(struct consumer_group_member_metadata_value_classic_member_metadata, session_timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"supported_protocols", MSG_ARRAY, 0, MSGID_consumer_group_member_metadata_value_classic_protocol, offsetof(struct consumer_group_member_metadata_value_classic_member_metadata, supported_protocols), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_group_member_metadata_value_fields[] = {
	{"instance_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_member_metadata_value, instance_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"rack_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_member_metadata_value, rack_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"client_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_member_metadata_value, client_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_host", MSG_STRING, 0, 0, offsetof(struct consumer_group_member_metadata_value, client_host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subscribed_topic_names", MSG_ARRAY, 0, MSG_STRING, offsetof(struct consumer_group_member_metadata_value, subscribed_topic_names), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subscribed_topic_regex", MSG_STRING, 0, 0, offsetof(struct consumer_group_member_metadata_value, subscribed_topic_regex), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"rebalance_timeout_ms", MSG_INT32, 0, 0, offsetof(struct consumer_group_member_metadata_value, rebalance_timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"server_assignor", MSG_STRING, 0, 0, offsetof(struct consumer_group_member_metadata_value, server_assignor), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"classic_member_metadata", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_consumer_group_member_metadata_value_classic_member_metadata, offsetof(struct consumer_group_member_metadata_value, classic_member_metadata), 0, {0, 127}, {0, 127}, {0, 127}, 0},
};

const struct msg_table consumer_group_member_metadata_value_table = {
	.name = "ConsumerGroupMemberMetadataValue", .id = MSGID_consumer_group_member_metadata_value, .key = 5, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 633, .area = "group"
};

const struct msg_field consumer_group_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_metadata_key_table = {
	.name = "ConsumerGroupMetadataKey", .id = MSGID_consumer_group_metadata_key, .key = 3, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 634, .area = "group"
};

const struct msg_field consumer_group_metadata_value_fields[] = {
	{"epoch", MSG_INT32, 0, 0, offsetof(struct consumer_group_metadata_value, epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"metadata_hash", MSG_INT64, 0, 0, offsetof(struct consumer_group_metadata_value, metadata_hash), 0, {0, 127}, {1, 0}, {0, 127}, 0},
};

const struct msg_table consumer_group_metadata_value_table = {
	.name = "ConsumerGroupMetadataValue", .id = MSGID_consumer_group_metadata_value, .key = 3, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 635, .area = "group"
};

const struct msg_field consumer_group_partition_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_partition_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_partition_metadata_key_table = {
	.name = "ConsumerGroupPartitionMetadataKey", .id = MSGID_consumer_group_partition_metadata_key, .key = 4, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 636, .area = "group"
};

const struct msg_field consumer_group_partition_metadata_value_partition_metadata_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct consumer_group_partition_metadata_value_partition_metadata, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"racks", MSG_ARRAY, 0, MSG_STRING, offsetof(struct consumer_group_partition_metadata_value_partition_metadata, racks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_group_partition_metadata_value_topic_metadata_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct consumer_group_partition_metadata_value_topic_metadata, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct consumer_group_partition_metadata_value_topic_metadata, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"num_partitions", MSG_INT32, 0, 0, offsetof(struct consumer_group_partition_metadata_value_topic_metadata, num_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition_metadata", MSG_ARRAY, 0, MSGID_consumer_group_partition_metadata_value_partition_metadata, offsetof(struct consumer_group_partition_metadata_value_topic_metadata, partition_metadata), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_group_partition_metadata_value_fields[] = {
	{"topics", MSG_ARRAY, 0, MSGID_consumer_group_partition_metadata_value_topic_metadata, offsetof(struct consumer_group_partition_metadata_value, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_partition_metadata_value_table = {
	.name = "ConsumerGroupPartitionMetadataValue", .id = MSGID_consumer_group_partition_metadata_value, .key = 4, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 637, .area = "group"
};

const struct msg_field consumer_group_regular_expression_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_regular_expression_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"regular_expression", MSG_STRING, 0, 0, offsetof(struct consumer_group_regular_expression_key, regular_expression), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_regular_expression_key_table = {
	.name = "ConsumerGroupRegularExpressionKey", .id = MSGID_consumer_group_regular_expression_key, .key = 16, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 638, .area = "group"
};

const struct msg_field consumer_group_regular_expression_value_fields[] = {
	{"topics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct consumer_group_regular_expression_value, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"version", MSG_INT64, 0, 0, offsetof(struct consumer_group_regular_expression_value, version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"timestamp", MSG_INT64, 0, 0, offsetof(struct consumer_group_regular_expression_value, timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_regular_expression_value_table = {
	.name = "ConsumerGroupRegularExpressionValue", .id = MSGID_consumer_group_regular_expression_value, .key = 16, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 639, .area = "group"
};

const struct msg_field consumer_group_target_assignment_member_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_target_assignment_member_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_target_assignment_member_key, member_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_target_assignment_member_key_table = {
	.name = "ConsumerGroupTargetAssignmentMemberKey", .id = MSGID_consumer_group_target_assignment_member_key, .key = 7, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 640, .area = "group"
};

const struct msg_field consumer_group_target_assignment_member_value_topic_partition_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct consumer_group_target_assignment_member_value_topic_partition, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct consumer_group_target_assignment_member_value_topic_partition, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_group_target_assignment_member_value_fields[] = {
	{"topic_partitions", MSG_ARRAY, 0, MSGID_consumer_group_target_assignment_member_value_topic_partition, offsetof(struct consumer_group_target_assignment_member_value, topic_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_target_assignment_member_value_table = {
	.name = "ConsumerGroupTargetAssignmentMemberValue", .id = MSGID_consumer_group_target_assignment_member_value, .key = 7, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 641, .area = "group"
};

const struct msg_field consumer_group_target_assignment_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct consumer_group_target_assignment_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table consumer_group_target_assignment_metadata_key_table = {
	.name = "ConsumerGroupTargetAssignmentMetadataKey", .id = MSGID_consumer_group_target_assignment_metadata_key, .key = 6, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 642, .area = "group"
};

const struct msg_field consumer_group_target_assignment_metadata_value_fields[] = {
	{"assignment_epoch", MSG_INT32, 0, 0, offsetof(struct consumer_group_target_assignment_metadata_value, assignment_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment_timestamp", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct consumer_group_target_assignment_metadata_value, assignment_timestamp), 0, {0, 127}, {1, 0}, {0, 127}, 0},
};

const struct msg_table consumer_group_target_assignment_metadata_value_table = {
	.name = "ConsumerGroupTargetAssignmentMetadataValue", .id = MSGID_consumer_group_target_assignment_metadata_value, .key = 6, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 643, .area = "group"
};

const struct msg_field group_metadata_key_fields[] = {
	{"group", MSG_STRING, 0, 0, offsetof(struct group_metadata_key, group), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table group_metadata_key_table = {
	.name = "GroupMetadataKey", .id = MSGID_group_metadata_key, .key = 2, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 644, .area = "group"
};

const struct msg_field group_metadata_value_member_metadata_fields[] = {
	{"member_id", MSG_STRING, 0, 0, offsetof(struct group_metadata_value_member_metadata, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_instance_id", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct group_metadata_value_member_metadata, group_instance_id), -1, {3, 127}, {3, 127}, {1, 0}, 0},
	{"client_id", MSG_STRING, 0, 0, offsetof(struct group_metadata_value_member_metadata, client_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_host", MSG_STRING, 0, 0, offsetof(struct group_metadata_value_member_metadata, client_host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"rebalance_timeout", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct group_metadata_value_member_metadata, rebalance_timeout), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"session_timeout", MSG_INT32, 0, 0, offsetof(struct group_metadata_value_member_metadata, session_timeout), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subscription", MSG_BYTES, 0, 0, offsetof(struct group_metadata_value_member_metadata, subscription), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment", MSG_BYTES, 0, 0, offsetof(struct group_metadata_value_member_metadata, assignment), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field group_metadata_value_fields[] = {
	{"protocol_type", MSG_STRING, 0, 0, offsetof(struct group_metadata_value, protocol_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"generation", MSG_INT32, 0, 0, offsetof(struct group_metadata_value, generation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"protocol", MSG_STRING, 0, 0, offsetof(struct group_metadata_value, protocol), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"leader", MSG_STRING, 0, 0, offsetof(struct group_metadata_value, leader), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"current_state_timestamp", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct group_metadata_value, current_state_timestamp), -1, {2, 127}, {1, 0}, {1, 0}, -1},
	{"members", MSG_ARRAY, 0, MSGID_group_metadata_value_member_metadata, offsetof(struct group_metadata_value, members), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table group_metadata_value_table = {
	.name = "GroupMetadataValue", .id = MSGID_group_metadata_value, .key = 2, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 4}, .flexible = {4, 127}, .plans = 645, .area = "group"
};

const struct msg_field legacy_offset_commit_key_fields[] = {
	{"group", MSG_STRING, 0, 0, offsetof(struct legacy_offset_commit_key, group), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"topic", MSG_STRING, 0, 0, offsetof(struct legacy_offset_commit_key, topic), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"partition", MSG_INT32, 0, 0, offsetof(struct legacy_offset_commit_key, partition), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table legacy_offset_commit_key_table = {
	.name = "LegacyOffsetCommitKey", .id = MSGID_legacy_offset_commit_key, .key = 0, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 650, .area = "group"
};

const struct msg_field legacy_offset_commit_value_fields[] = {
	{"offset", MSG_INT64, 0, 0, offsetof(struct legacy_offset_commit_value, offset), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"metadata", MSG_STRING, 0, 0, offsetof(struct legacy_offset_commit_value, metadata), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"commit_timestamp", MSG_INT64, 0, 0, offsetof(struct legacy_offset_commit_value, commit_timestamp), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table legacy_offset_commit_value_table = {
	.name = "LegacyOffsetCommitValue", .id = MSGID_legacy_offset_commit_value, .key = 0, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 651, .area = "group"
};

const struct msg_field offset_commit_key_fields[] = {
	{"group", MSG_STRING, 0, 0, offsetof(struct offset_commit_key, group), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"topic", MSG_STRING, 0, 0, offsetof(struct offset_commit_key, topic), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"partition", MSG_INT32, 0, 0, offsetof(struct offset_commit_key, partition), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table offset_commit_key_table = {
	.name = "OffsetCommitKey", .id = MSGID_offset_commit_key, .key = 1, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 652, .area = "group"
};

const struct msg_field offset_commit_value_fields[] = {
	{"offset", MSG_INT64, 0, 0, offsetof(struct offset_commit_value, offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct offset_commit_value, leader_epoch), -1, {3, 127}, {1, 0}, {1, 0}, -1},
	{"metadata", MSG_STRING, 0, 0, offsetof(struct offset_commit_value, metadata), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"commit_timestamp", MSG_INT64, 0, 0, offsetof(struct offset_commit_value, commit_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"expire_timestamp", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct offset_commit_value, expire_timestamp), -1, {1, 1}, {1, 0}, {1, 0}, -1},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct offset_commit_value, topic_id), 0, {4, 127}, {1, 0}, {4, 127}, 0},
};

const struct msg_table offset_commit_value_table = {
	.name = "OffsetCommitValue", .id = MSGID_offset_commit_value, .key = 1, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 4}, .flexible = {4, 127}, .plans = 653, .area = "group"
};

const struct msg_field share_group_current_member_assignment_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct share_group_current_member_assignment_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct share_group_current_member_assignment_key, member_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_current_member_assignment_key_table = {
	.name = "ShareGroupCurrentMemberAssignmentKey", .id = MSGID_share_group_current_member_assignment_key, .key = 14, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 658, .area = "group"
};

const struct msg_field share_group_current_member_assignment_value_topic_partitions_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct share_group_current_member_assignment_value_topic_partitions, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct share_group_current_member_assignment_value_topic_partitions, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_group_current_member_assignment_value_fields[] = {
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct share_group_current_member_assignment_value, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"previous_member_epoch", MSG_INT32, 0, 0, offsetof(struct share_group_current_member_assignment_value, previous_member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"state", MSG_INT8, 0, 0, offsetof(struct share_group_current_member_assignment_value, state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assigned_partitions", MSG_ARRAY, 0, MSGID_share_group_current_member_assignment_value_topic_partitions, offsetof(struct share_group_current_member_assignment_value, assigned_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_current_member_assignment_value_table = {
	.name = "ShareGroupCurrentMemberAssignmentValue", .id = MSGID_share_group_current_member_assignment_value, .key = 14, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 659, .area = "group"
};

const struct msg_field share_group_member_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct share_group_member_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct share_group_member_metadata_key, member_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_member_metadata_key_table = {
	.name = "ShareGroupMemberMetadataKey", .id = MSGID_share_group_member_metadata_key, .key = 10, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 660, .area = "group"
};

const struct msg_field share_group_member_metadata_value_fields[] = {
	{"rack_id", MSG_STRING, 0, 0, offsetof(struct share_group_member_metadata_value, rack_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"client_id", MSG_STRING, 0, 0, offsetof(struct share_group_member_metadata_value, client_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_host", MSG_STRING, 0, 0, offsetof(struct share_group_member_metadata_value, client_host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subscribed_topic_names", MSG_ARRAY, 0, MSG_STRING, offsetof(struct share_group_member_metadata_value, subscribed_topic_names), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_member_metadata_value_table = {
	.name = "ShareGroupMemberMetadataValue", .id = MSGID_share_group_member_metadata_value, .key = 10, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 661, .area = "group"
};

const struct msg_field share_group_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct share_group_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_metadata_key_table = {
	.name = "ShareGroupMetadataKey", .id = MSGID_share_group_metadata_key, .key = 11, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 662, .area = "group"
};

const struct msg_field share_group_metadata_value_fields[] = {
	{"epoch", MSG_INT32, 0, 0, offsetof(struct share_group_metadata_value, epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"metadata_hash", MSG_INT64, 0, 0, offsetof(struct share_group_metadata_value, metadata_hash), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_metadata_value_table = {
	.name = "ShareGroupMetadataValue", .id = MSGID_share_group_metadata_value, .key = 11, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 663, .area = "group"
};

const struct msg_field share_group_state_partition_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct share_group_state_partition_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_state_partition_metadata_key_table = {
	.name = "ShareGroupStatePartitionMetadataKey", .id = MSGID_share_group_state_partition_metadata_key, .key = 15, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 664, .area = "group"
};

const struct msg_field share_group_state_partition_metadata_value_topic_partitions_info_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct share_group_state_partition_metadata_value_topic_partitions_info, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct share_group_state_partition_metadata_value_topic_partitions_info, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct share_group_state_partition_metadata_value_topic_partitions_info, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_group_state_partition_metadata_value_topic_info_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct share_group_state_partition_metadata_value_topic_info, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct share_group_state_partition_metadata_value_topic_info, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_group_state_partition_metadata_value_fields[] = {
	{"initializing_topics", MSG_ARRAY, 0, MSGID_share_group_state_partition_metadata_value_topic_partitions_info, offsetof(struct share_group_state_partition_metadata_value, initializing_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"initialized_topics", MSG_ARRAY, 0, MSGID_share_group_state_partition_metadata_value_topic_partitions_info, offsetof(struct share_group_state_partition_metadata_value, initialized_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"deleting_topics", MSG_ARRAY, 0, MSGID_share_group_state_partition_metadata_value_topic_info, offsetof(struct share_group_state_partition_metadata_value, deleting_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_state_partition_metadata_value_table = {
	.name = "ShareGroupStatePartitionMetadataValue", .id = MSGID_share_group_state_partition_metadata_value, .key = 15, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 665, .area = "group"
};

const struct msg_field share_group_target_assignment_member_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct share_group_target_assignment_member_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct share_group_target_assignment_member_key, member_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_target_assignment_member_key_table = {
	.name = "ShareGroupTargetAssignmentMemberKey", .id = MSGID_share_group_target_assignment_member_key, .key = 13, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 666, .area = "group"
};

const struct msg_field share_group_target_assignment_member_value_topic_partition_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct share_group_target_assignment_member_value_topic_partition, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct share_group_target_assignment_member_value_topic_partition, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field share_group_target_assignment_member_value_fields[] = {
	{"topic_partitions", MSG_ARRAY, 0, MSGID_share_group_target_assignment_member_value_topic_partition, offsetof(struct share_group_target_assignment_member_value, topic_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_target_assignment_member_value_table = {
	.name = "ShareGroupTargetAssignmentMemberValue", .id = MSGID_share_group_target_assignment_member_value, .key = 13, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 667, .area = "group"
};

const struct msg_field share_group_target_assignment_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct share_group_target_assignment_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table share_group_target_assignment_metadata_key_table = {
	.name = "ShareGroupTargetAssignmentMetadataKey", .id = MSGID_share_group_target_assignment_metadata_key, .key = 12, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 668, .area = "group"
};

const struct msg_field share_group_target_assignment_metadata_value_fields[] = {
	{"assignment_epoch", MSG_INT32, 0, 0, offsetof(struct share_group_target_assignment_metadata_value, assignment_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment_timestamp", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct share_group_target_assignment_metadata_value, assignment_timestamp), 0, {0, 127}, {1, 0}, {0, 127}, 0},
};

const struct msg_table share_group_target_assignment_metadata_value_table = {
	.name = "ShareGroupTargetAssignmentMetadataValue", .id = MSGID_share_group_target_assignment_metadata_value, .key = 12, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 669, .area = "group"
};

const struct msg_field streams_group_current_member_assignment_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct streams_group_current_member_assignment_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct streams_group_current_member_assignment_key, member_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_current_member_assignment_key_table = {
	.name = "StreamsGroupCurrentMemberAssignmentKey", .id = MSGID_streams_group_current_member_assignment_key, .key = 22, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 670, .area = "group"
};

const struct msg_field streams_group_current_member_assignment_value_task_ids_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_current_member_assignment_value_task_ids, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct streams_group_current_member_assignment_value_task_ids, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment_epochs", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct streams_group_current_member_assignment_value_task_ids, assignment_epochs), 0, {0, 127}, {0, 127}, {0, 127}, 0},
};

const struct msg_field streams_group_current_member_assignment_value_fields[] = {
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_current_member_assignment_value, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"previous_member_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_current_member_assignment_value, previous_member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"state", MSG_INT8, 0, 0, offsetof(struct streams_group_current_member_assignment_value, state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"active_tasks", MSG_ARRAY, 0, MSGID_streams_group_current_member_assignment_value_task_ids, offsetof(struct streams_group_current_member_assignment_value, active_tasks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"standby_tasks", MSG_ARRAY, 0, MSGID_streams_group_current_member_assignment_value_task_ids, offsetof(struct streams_group_current_member_assignment_value, standby_tasks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"warmup_tasks", MSG_ARRAY, 0, MSGID_streams_group_current_member_assignment_value_task_ids, offsetof(struct streams_group_current_member_assignment_value, warmup_tasks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"active_tasks_pending_revocation", MSG_ARRAY, 0, MSGID_streams_group_current_member_assignment_value_task_ids, offsetof(struct streams_group_current_member_assignment_value, active_tasks_pending_revocation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"standby_tasks_pending_revocation", MSG_ARRAY, 0, MSGID_streams_group_current_member_assignment_value_task_ids, offsetof(struct streams_group_current_member_assignment_value, standby_tasks_pending_revocation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"warmup_tasks_pending_revocation", MSG_ARRAY, 0, MSGID_streams_group_current_member_assignment_value_task_ids, offsetof(struct streams_group_current_member_assignment_value, warmup_tasks_pending_revocation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_current_member_assignment_value_table = {
	.name = "StreamsGroupCurrentMemberAssignmentValue", .id = MSGID_streams_group_current_member_assignment_value, .key = 22, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 671, .area = "group"
};

const struct msg_field streams_group_member_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct streams_group_member_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct streams_group_member_metadata_key, member_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_member_metadata_key_table = {
	.name = "StreamsGroupMemberMetadataKey", .id = MSGID_streams_group_member_metadata_key, .key = 19, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 672, .area = "group"
};

const struct msg_field streams_group_member_metadata_value_endpoint_fields[] = {
	{"host", MSG_STRING, 0, 0, offsetof(struct streams_group_member_metadata_value_endpoint, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_UINT16, 0, 0, offsetof(struct streams_group_member_metadata_value_endpoint, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_member_metadata_value_key_value_fields[] = {
	{"key", MSG_STRING, 0, 0, offsetof(struct streams_group_member_metadata_value_key_value, key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct streams_group_member_metadata_value_key_value, value), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_member_metadata_value_fields[] = {
	{"instance_id", MSG_STRING, 0, 0, offsetof(struct streams_group_member_metadata_value, instance_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"rack_id", MSG_STRING, 0, 0, offsetof(struct streams_group_member_metadata_value, rack_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"client_id", MSG_STRING, 0, 0, offsetof(struct streams_group_member_metadata_value, client_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_host", MSG_STRING, 0, 0, offsetof(struct streams_group_member_metadata_value, client_host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"rebalance_timeout_ms", MSG_INT32, 0, 0, offsetof(struct streams_group_member_metadata_value, rebalance_timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"topology_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_member_metadata_value, topology_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"process_id", MSG_STRING, 0, 0, offsetof(struct streams_group_member_metadata_value, process_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"user_endpoint", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_streams_group_member_metadata_value_endpoint, offsetof(struct streams_group_member_metadata_value, user_endpoint), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"client_tags", MSG_ARRAY, 0, MSGID_streams_group_member_metadata_value_key_value, offsetof(struct streams_group_member_metadata_value, client_tags), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_member_metadata_value_table = {
	.name = "StreamsGroupMemberMetadataValue", .id = MSGID_streams_group_member_metadata_value, .key = 19, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 673, .area = "group"
};

const struct msg_field streams_group_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct streams_group_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_metadata_key_table = {
	.name = "StreamsGroupMetadataKey", .id = MSGID_streams_group_metadata_key, .key = 17, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 674, .area = "group"
};

const struct msg_field streams_group_metadata_value_last_assignment_config_fields[] = {
	{"key", MSG_STRING, 0, 0, offsetof(struct streams_group_metadata_value_last_assignment_config, key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct streams_group_metadata_value_last_assignment_config, value), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_metadata_value_fields[] = {
	{"epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_metadata_value, epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"metadata_hash", MSG_INT64, 0, 0, offsetof(struct streams_group_metadata_value, metadata_hash), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"validated_topology_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_metadata_value, validated_topology_epoch), 0, {0, 127}, {1, 0}, {0, 127}, -1},
	{"last_assignment_configs", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_metadata_value_last_assignment_config, offsetof(struct streams_group_metadata_value, last_assignment_configs), 1, {0, 127}, {0, 127}, {0, 127}, 0},
	{"stored_description_topology_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_metadata_value, stored_description_topology_epoch), 2, {0, 127}, {1, 0}, {0, 127}, -1},
	{"failed_description_topology_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_metadata_value, failed_description_topology_epoch), 3, {0, 127}, {1, 0}, {0, 127}, -1},
};

const struct msg_table streams_group_metadata_value_table = {
	.name = "StreamsGroupMetadataValue", .id = MSGID_streams_group_metadata_value, .key = 17, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 675, .area = "group"
};

const struct msg_field streams_group_target_assignment_member_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct streams_group_target_assignment_member_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct streams_group_target_assignment_member_key, member_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_target_assignment_member_key_table = {
	.name = "StreamsGroupTargetAssignmentMemberKey", .id = MSGID_streams_group_target_assignment_member_key, .key = 21, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 676, .area = "group"
};

const struct msg_field streams_group_target_assignment_member_value_task_ids_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_target_assignment_member_value_task_ids, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct streams_group_target_assignment_member_value_task_ids, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_target_assignment_member_value_fields[] = {
	{"active_tasks", MSG_ARRAY, 0, MSGID_streams_group_target_assignment_member_value_task_ids, offsetof(struct streams_group_target_assignment_member_value, active_tasks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"standby_tasks", MSG_ARRAY, 0, MSGID_streams_group_target_assignment_member_value_task_ids, offsetof(struct streams_group_target_assignment_member_value, standby_tasks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"warmup_tasks", MSG_ARRAY, 0, MSGID_streams_group_target_assignment_member_value_task_ids, offsetof(struct streams_group_target_assignment_member_value, warmup_tasks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_target_assignment_member_value_table = {
	.name = "StreamsGroupTargetAssignmentMemberValue", .id = MSGID_streams_group_target_assignment_member_value, .key = 21, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 677, .area = "group"
};

const struct msg_field streams_group_target_assignment_metadata_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct streams_group_target_assignment_metadata_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_target_assignment_metadata_key_table = {
	.name = "StreamsGroupTargetAssignmentMetadataKey", .id = MSGID_streams_group_target_assignment_metadata_key, .key = 20, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 678, .area = "group"
};

const struct msg_field streams_group_target_assignment_metadata_value_fields[] = {
	{"assignment_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_target_assignment_metadata_value, assignment_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment_timestamp", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct streams_group_target_assignment_metadata_value, assignment_timestamp), 0, {0, 127}, {1, 0}, {0, 127}, 0},
};

const struct msg_table streams_group_target_assignment_metadata_value_table = {
	.name = "StreamsGroupTargetAssignmentMetadataValue", .id = MSGID_streams_group_target_assignment_metadata_value, .key = 20, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 679, .area = "group"
};

const struct msg_field streams_group_topology_key_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct streams_group_topology_key, group_id), -1, {0, 0}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_topology_key_table = {
	.name = "StreamsGroupTopologyKey", .id = MSGID_streams_group_topology_key, .key = 23, .kind = MSG_COORDINATOR_KEY,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 680, .area = "group"
};

const struct msg_field streams_group_topology_value_topic_config_fields[] = {
	{"key", MSG_STRING, 0, 0, offsetof(struct streams_group_topology_value_topic_config, key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct streams_group_topology_value_topic_config, value), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_topology_value_topic_info_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct streams_group_topology_value_topic_info, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_INT32, 0, 0, offsetof(struct streams_group_topology_value_topic_info, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"replication_factor", MSG_INT16, 0, 0, offsetof(struct streams_group_topology_value_topic_info, replication_factor), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_configs", MSG_ARRAY, 0, MSGID_streams_group_topology_value_topic_config, offsetof(struct streams_group_topology_value_topic_info, topic_configs), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_topology_value_copartition_group_fields[] = {
	{"source_topics", MSG_ARRAY, 0, MSG_INT16, offsetof(struct streams_group_topology_value_copartition_group, source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"source_topic_regex", MSG_ARRAY, 0, MSG_INT16, offsetof(struct streams_group_topology_value_copartition_group, source_topic_regex), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"repartition_source_topics", MSG_ARRAY, 0, MSG_INT16, offsetof(struct streams_group_topology_value_copartition_group, repartition_source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_topology_value_subtopology_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_topology_value_subtopology, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"source_topics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_topology_value_subtopology, source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"source_topic_regex", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_topology_value_subtopology, source_topic_regex), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"state_changelog_topics", MSG_ARRAY, 0, MSGID_streams_group_topology_value_topic_info, offsetof(struct streams_group_topology_value_subtopology, state_changelog_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"repartition_sink_topics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_topology_value_subtopology, repartition_sink_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"repartition_source_topics", MSG_ARRAY, 0, MSGID_streams_group_topology_value_topic_info, offsetof(struct streams_group_topology_value_subtopology, repartition_source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"copartition_groups", MSG_ARRAY, 0, MSGID_streams_group_topology_value_copartition_group, offsetof(struct streams_group_topology_value_subtopology, copartition_groups), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_topology_value_fields[] = {
	{"epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_topology_value, epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subtopologies", MSG_ARRAY, 0, MSGID_streams_group_topology_value_subtopology, offsetof(struct streams_group_topology_value, subtopologies), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_topology_value_table = {
	.name = "StreamsGroupTopologyValue", .id = MSGID_streams_group_topology_value, .key = 23, .kind = MSG_COORDINATOR_VALUE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 681, .area = "group"
};
