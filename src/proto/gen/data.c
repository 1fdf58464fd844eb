/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/data.h"
#include "fields.h"

const struct msg_field aborted_txn_fields[] = {
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct aborted_txn, producer_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"first_offset", MSG_INT64, 0, 0, offsetof(struct aborted_txn, first_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_offset", MSG_INT64, 0, 0, offsetof(struct aborted_txn, last_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_stable_offset", MSG_INT64, 0, 0, offsetof(struct aborted_txn, last_stable_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table aborted_txn_table = {
	.name = "AbortedTxn", .id = MSGID_aborted_txn, .key = -1, .kind = MSG_DATA,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 0, .area = NULL
};

const struct msg_field consumer_protocol_assignment_topic_partition_fields[] = {
	{"topic", MSG_STRING, 0, 0, offsetof(struct consumer_protocol_assignment_topic_partition, topic), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct consumer_protocol_assignment_topic_partition, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_protocol_assignment_fields[] = {
	{"assigned_partitions", MSG_ARRAY, 0, MSGID_consumer_protocol_assignment_topic_partition, offsetof(struct consumer_protocol_assignment, assigned_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"user_data", MSG_BYTES, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_protocol_assignment, user_data), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table consumer_protocol_assignment_table = {
	.name = "ConsumerProtocolAssignment", .id = MSGID_consumer_protocol_assignment, .key = -1, .kind = MSG_DATA,
	.versions = {0, 3}, .flexible = {1, 0}, .plans = 1, .area = NULL
};

const struct msg_field consumer_protocol_subscription_topic_partition_fields[] = {
	{"topic", MSG_STRING, 0, 0, offsetof(struct consumer_protocol_subscription_topic_partition, topic), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct consumer_protocol_subscription_topic_partition, partitions), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field consumer_protocol_subscription_fields[] = {
	{"topics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct consumer_protocol_subscription, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"user_data", MSG_BYTES, MSG_NULL_DEFAULT, 0, offsetof(struct consumer_protocol_subscription, user_data), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"owned_partitions", MSG_ARRAY, MSG_IGNORABLE, MSGID_consumer_protocol_subscription_topic_partition, offsetof(struct consumer_protocol_subscription, owned_partitions), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"generation_id", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct consumer_protocol_subscription, generation_id), -1, {2, 127}, {1, 0}, {1, 0}, -1},
	{"rack_id", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct consumer_protocol_subscription, rack_id), -1, {3, 127}, {3, 127}, {1, 0}, 0},
};

const struct msg_table consumer_protocol_subscription_table = {
	.name = "ConsumerProtocolSubscription", .id = MSGID_consumer_protocol_subscription, .key = -1, .kind = MSG_DATA,
	.versions = {0, 3}, .flexible = {1, 0}, .plans = 5, .area = NULL
};

const struct msg_field control_record_type_schema_fields[] = {
	{"type", MSG_INT16, 0, 0, offsetof(struct control_record_type_schema, type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table control_record_type_schema_table = {
	.name = "ControlRecordTypeSchema", .id = MSGID_control_record_type_schema, .key = -1, .kind = MSG_DATA,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 9, .area = NULL
};

const struct msg_field default_principal_data_fields[] = {
	{"type", MSG_STRING, 0, 0, offsetof(struct default_principal_data, type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"name", MSG_STRING, 0, 0, offsetof(struct default_principal_data, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"token_authenticated", MSG_BOOL, 0, 0, offsetof(struct default_principal_data, token_authenticated), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table default_principal_data_table = {
	.name = "DefaultPrincipalData", .id = MSGID_default_principal_data, .key = -1, .kind = MSG_DATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 10, .area = NULL
};

const struct msg_field end_txn_marker_fields[] = {
	{"coordinator_epoch", MSG_INT32, 0, 0, offsetof(struct end_txn_marker, coordinator_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table end_txn_marker_table = {
	.name = "EndTxnMarker", .id = MSGID_end_txn_marker, .key = -1, .kind = MSG_DATA,
	.versions = {0, 0}, .flexible = {1, 0}, .plans = 11, .area = NULL
};

const struct msg_field k_raft_version_record_fields[] = {
	{"version", MSG_INT16, 0, 0, offsetof(struct k_raft_version_record, version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"k_raft_version", MSG_INT16, 0, 0, offsetof(struct k_raft_version_record, k_raft_version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table k_raft_version_record_table = {
	.name = "KRaftVersionRecord", .id = MSGID_k_raft_version_record, .key = -1, .kind = MSG_DATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 12, .area = NULL
};

const struct msg_field leader_change_message_voter_fields[] = {
	{"voter_id", MSG_INT32, 0, 0, offsetof(struct leader_change_message_voter, voter_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"voter_directory_id", MSG_UUID, 0, 0, offsetof(struct leader_change_message_voter, voter_directory_id), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field leader_change_message_fields[] = {
	{"version", MSG_INT16, 0, 0, offsetof(struct leader_change_message, version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader_id", MSG_INT32, 0, 0, offsetof(struct leader_change_message, leader_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"voters", MSG_ARRAY, 0, MSGID_leader_change_message_voter, offsetof(struct leader_change_message, voters), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"granting_voters", MSG_ARRAY, 0, MSGID_leader_change_message_voter, offsetof(struct leader_change_message, granting_voters), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table leader_change_message_table = {
	.name = "LeaderChangeMessage", .id = MSGID_leader_change_message, .key = -1, .kind = MSG_DATA,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 13, .area = NULL
};

const struct msg_field snapshot_footer_record_fields[] = {
	{"version", MSG_INT16, 0, 0, offsetof(struct snapshot_footer_record, version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table snapshot_footer_record_table = {
	.name = "SnapshotFooterRecord", .id = MSGID_snapshot_footer_record, .key = -1, .kind = MSG_DATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 15, .area = NULL
};

const struct msg_field snapshot_header_record_fields[] = {
	{"version", MSG_INT16, 0, 0, offsetof(struct snapshot_header_record, version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_contained_log_timestamp", MSG_INT64, 0, 0, offsetof(struct snapshot_header_record, last_contained_log_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table snapshot_header_record_table = {
	.name = "SnapshotHeaderRecord", .id = MSGID_snapshot_header_record, .key = -1, .kind = MSG_DATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 16, .area = NULL
};

const struct msg_field voters_record_endpoint_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct voters_record_endpoint, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct voters_record_endpoint, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_UINT16, 0, 0, offsetof(struct voters_record_endpoint, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field voters_record_k_raft_version_feature_fields[] = {
	{"min_supported_version", MSG_INT16, 0, 0, offsetof(struct voters_record_k_raft_version_feature, min_supported_version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_supported_version", MSG_INT16, 0, 0, offsetof(struct voters_record_k_raft_version_feature, max_supported_version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field voters_record_voter_fields[] = {
	{"voter_id", MSG_INT32, 0, 0, offsetof(struct voters_record_voter, voter_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"voter_directory_id", MSG_UUID, 0, 0, offsetof(struct voters_record_voter, voter_directory_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"endpoints", MSG_ARRAY, 0, MSGID_voters_record_endpoint, offsetof(struct voters_record_voter, endpoints), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"k_raft_version_feature", MSG_STRUCT, 0, MSGID_voters_record_k_raft_version_feature, offsetof(struct voters_record_voter, k_raft_version_feature), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field voters_record_fields[] = {
	{"version", MSG_INT16, 0, 0, offsetof(struct voters_record, version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"voters", MSG_ARRAY, 0, MSGID_voters_record_voter, offsetof(struct voters_record, voters), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table voters_record_table = {
	.name = "VotersRecord", .id = MSGID_voters_record, .key = -1, .kind = MSG_DATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 17, .area = NULL
};
