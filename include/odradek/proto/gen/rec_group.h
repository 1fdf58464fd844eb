/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_REC_GROUP_H
#define ODRADEK_PROTO_GEN_REC_GROUP_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct consumer_group_current_member_assignment_key {
	struct kstr group_id;
	struct kstr member_id;
};

extern const struct msg_table consumer_group_current_member_assignment_key_table;

struct consumer_group_current_member_assignment_value_topic_partitions {
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) partitions;
	KARR(int32_t, MSG_INT32) assignment_epochs;
};

struct consumer_group_current_member_assignment_value {
	int32_t member_epoch;
	int32_t previous_member_epoch;
	int8_t state;
	KARR(struct consumer_group_current_member_assignment_value_topic_partitions, MSGID_consumer_group_current_member_assignment_value_topic_partitions) assigned_partitions;
	KARR(struct consumer_group_current_member_assignment_value_topic_partitions, MSGID_consumer_group_current_member_assignment_value_topic_partitions) partitions_pending_revocation;
};

extern const struct msg_table consumer_group_current_member_assignment_value_table;

struct consumer_group_member_metadata_key {
	struct kstr group_id;
	struct kstr member_id;
};

extern const struct msg_table consumer_group_member_metadata_key_table;

struct consumer_group_member_metadata_value_classic_protocol {
	struct kstr name;
	struct kstr metadata;
};

struct consumer_group_member_metadata_value_classic_member_metadata {
	int32_t session_timeout_ms;
	KARR(struct consumer_group_member_metadata_value_classic_protocol, MSGID_consumer_group_member_metadata_value_classic_protocol) supported_protocols;
};

struct consumer_group_member_metadata_value {
	struct kstr instance_id;
	struct kstr rack_id;
	struct kstr client_id;
	struct kstr client_host;
	KARR(struct kstr, MSG_STRING) subscribed_topic_names;
	struct kstr subscribed_topic_regex;
	int32_t rebalance_timeout_ms;
	struct kstr server_assignor;
	KPTR(struct consumer_group_member_metadata_value_classic_member_metadata, MSGID_consumer_group_member_metadata_value_classic_member_metadata) classic_member_metadata;
};

extern const struct msg_table consumer_group_member_metadata_value_table;

struct consumer_group_metadata_key {
	struct kstr group_id;
};

extern const struct msg_table consumer_group_metadata_key_table;

struct consumer_group_metadata_value {
	int32_t epoch;
	int64_t metadata_hash;
};

extern const struct msg_table consumer_group_metadata_value_table;

struct consumer_group_partition_metadata_key {
	struct kstr group_id;
};

extern const struct msg_table consumer_group_partition_metadata_key_table;

struct consumer_group_partition_metadata_value_partition_metadata {
	int32_t partition;
	KARR(struct kstr, MSG_STRING) racks;
};

struct consumer_group_partition_metadata_value_topic_metadata {
	struct uuid topic_id;
	struct kstr topic_name;
	int32_t num_partitions;
	KARR(struct consumer_group_partition_metadata_value_partition_metadata, MSGID_consumer_group_partition_metadata_value_partition_metadata) partition_metadata;
};

struct consumer_group_partition_metadata_value {
	KARR(struct consumer_group_partition_metadata_value_topic_metadata, MSGID_consumer_group_partition_metadata_value_topic_metadata) topics;
};

extern const struct msg_table consumer_group_partition_metadata_value_table;

struct consumer_group_regular_expression_key {
	struct kstr group_id;
	struct kstr regular_expression;
};

extern const struct msg_table consumer_group_regular_expression_key_table;

struct consumer_group_regular_expression_value {
	KARR(struct kstr, MSG_STRING) topics;
	int64_t version;
	int64_t timestamp;
};

extern const struct msg_table consumer_group_regular_expression_value_table;

struct consumer_group_target_assignment_member_key {
	struct kstr group_id;
	struct kstr member_id;
};

extern const struct msg_table consumer_group_target_assignment_member_key_table;

struct consumer_group_target_assignment_member_value_topic_partition {
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct consumer_group_target_assignment_member_value {
	KARR(struct consumer_group_target_assignment_member_value_topic_partition, MSGID_consumer_group_target_assignment_member_value_topic_partition) topic_partitions;
};

extern const struct msg_table consumer_group_target_assignment_member_value_table;

struct consumer_group_target_assignment_metadata_key {
	struct kstr group_id;
};

extern const struct msg_table consumer_group_target_assignment_metadata_key_table;

struct consumer_group_target_assignment_metadata_value {
	int32_t assignment_epoch;
	int64_t assignment_timestamp;
};

extern const struct msg_table consumer_group_target_assignment_metadata_value_table;

struct group_metadata_key {
	struct kstr group;
};

extern const struct msg_table group_metadata_key_table;

struct group_metadata_value_member_metadata {
	struct kstr member_id;
	struct kstr group_instance_id;
	struct kstr client_id;
	struct kstr client_host;
	int32_t rebalance_timeout;
	int32_t session_timeout;
	struct kstr subscription;
	struct kstr assignment;
};

struct group_metadata_value {
	struct kstr protocol_type;
	int32_t generation;
	struct kstr protocol;
	struct kstr leader;
	int64_t current_state_timestamp;
	KARR(struct group_metadata_value_member_metadata, MSGID_group_metadata_value_member_metadata) members;
};

extern const struct msg_table group_metadata_value_table;

struct legacy_offset_commit_key {
	struct kstr group;
	struct kstr topic;
	int32_t partition;
};

extern const struct msg_table legacy_offset_commit_key_table;

struct legacy_offset_commit_value {
	int64_t offset;
	struct kstr metadata;
	int64_t commit_timestamp;
};

extern const struct msg_table legacy_offset_commit_value_table;

struct offset_commit_key {
	struct kstr group;
	struct kstr topic;
	int32_t partition;
};

extern const struct msg_table offset_commit_key_table;

struct offset_commit_value {
	int64_t offset;
	int32_t leader_epoch;
	struct kstr metadata;
	int64_t commit_timestamp;
	int64_t expire_timestamp;
	struct uuid topic_id;
};

extern const struct msg_table offset_commit_value_table;

struct share_group_current_member_assignment_key {
	struct kstr group_id;
	struct kstr member_id;
};

extern const struct msg_table share_group_current_member_assignment_key_table;

struct share_group_current_member_assignment_value_topic_partitions {
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct share_group_current_member_assignment_value {
	int32_t member_epoch;
	int32_t previous_member_epoch;
	int8_t state;
	KARR(struct share_group_current_member_assignment_value_topic_partitions, MSGID_share_group_current_member_assignment_value_topic_partitions) assigned_partitions;
};

extern const struct msg_table share_group_current_member_assignment_value_table;

struct share_group_member_metadata_key {
	struct kstr group_id;
	struct kstr member_id;
};

extern const struct msg_table share_group_member_metadata_key_table;

struct share_group_member_metadata_value {
	struct kstr rack_id;
	struct kstr client_id;
	struct kstr client_host;
	KARR(struct kstr, MSG_STRING) subscribed_topic_names;
};

extern const struct msg_table share_group_member_metadata_value_table;

struct share_group_metadata_key {
	struct kstr group_id;
};

extern const struct msg_table share_group_metadata_key_table;

struct share_group_metadata_value {
	int32_t epoch;
	int64_t metadata_hash;
};

extern const struct msg_table share_group_metadata_value_table;

struct share_group_state_partition_metadata_key {
	struct kstr group_id;
};

extern const struct msg_table share_group_state_partition_metadata_key_table;

struct share_group_state_partition_metadata_value_topic_partitions_info {
	struct uuid topic_id;
	struct kstr topic_name;
	KARR(int32_t, MSG_INT32) partitions;
};

struct share_group_state_partition_metadata_value_topic_info {
	struct uuid topic_id;
	struct kstr topic_name;
};

struct share_group_state_partition_metadata_value {
	KARR(struct share_group_state_partition_metadata_value_topic_partitions_info, MSGID_share_group_state_partition_metadata_value_topic_partitions_info) initializing_topics;
	KARR(struct share_group_state_partition_metadata_value_topic_partitions_info, MSGID_share_group_state_partition_metadata_value_topic_partitions_info) initialized_topics;
	KARR(struct share_group_state_partition_metadata_value_topic_info, MSGID_share_group_state_partition_metadata_value_topic_info) deleting_topics;
};

extern const struct msg_table share_group_state_partition_metadata_value_table;

struct share_group_target_assignment_member_key {
	struct kstr group_id;
	struct kstr member_id;
};

extern const struct msg_table share_group_target_assignment_member_key_table;

struct share_group_target_assignment_member_value_topic_partition {
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct share_group_target_assignment_member_value {
	KARR(struct share_group_target_assignment_member_value_topic_partition, MSGID_share_group_target_assignment_member_value_topic_partition) topic_partitions;
};

extern const struct msg_table share_group_target_assignment_member_value_table;

struct share_group_target_assignment_metadata_key {
	struct kstr group_id;
};

extern const struct msg_table share_group_target_assignment_metadata_key_table;

struct share_group_target_assignment_metadata_value {
	int32_t assignment_epoch;
	int64_t assignment_timestamp;
};

extern const struct msg_table share_group_target_assignment_metadata_value_table;

struct streams_group_current_member_assignment_key {
	struct kstr group_id;
	struct kstr member_id;
};

extern const struct msg_table streams_group_current_member_assignment_key_table;

struct streams_group_current_member_assignment_value_task_ids {
	struct kstr subtopology_id;
	KARR(int32_t, MSG_INT32) partitions;
	KARR(int32_t, MSG_INT32) assignment_epochs;
};

struct streams_group_current_member_assignment_value {
	int32_t member_epoch;
	int32_t previous_member_epoch;
	int8_t state;
	KARR(struct streams_group_current_member_assignment_value_task_ids, MSGID_streams_group_current_member_assignment_value_task_ids) active_tasks;
	KARR(struct streams_group_current_member_assignment_value_task_ids, MSGID_streams_group_current_member_assignment_value_task_ids) standby_tasks;
	KARR(struct streams_group_current_member_assignment_value_task_ids, MSGID_streams_group_current_member_assignment_value_task_ids) warmup_tasks;
	KARR(struct streams_group_current_member_assignment_value_task_ids, MSGID_streams_group_current_member_assignment_value_task_ids) active_tasks_pending_revocation;
	KARR(struct streams_group_current_member_assignment_value_task_ids, MSGID_streams_group_current_member_assignment_value_task_ids) standby_tasks_pending_revocation;
	KARR(struct streams_group_current_member_assignment_value_task_ids, MSGID_streams_group_current_member_assignment_value_task_ids) warmup_tasks_pending_revocation;
};

extern const struct msg_table streams_group_current_member_assignment_value_table;

struct streams_group_member_metadata_key {
	struct kstr group_id;
	struct kstr member_id;
};

extern const struct msg_table streams_group_member_metadata_key_table;

struct streams_group_member_metadata_value_endpoint {
	struct kstr host;
	uint16_t port;
};

struct streams_group_member_metadata_value_key_value {
	struct kstr key;
	struct kstr value;
};

struct streams_group_member_metadata_value {
	struct kstr instance_id;
	struct kstr rack_id;
	struct kstr client_id;
	struct kstr client_host;
	int32_t rebalance_timeout_ms;
	int32_t topology_epoch;
	struct kstr process_id;
	KPTR(struct streams_group_member_metadata_value_endpoint, MSGID_streams_group_member_metadata_value_endpoint) user_endpoint;
	KARR(struct streams_group_member_metadata_value_key_value, MSGID_streams_group_member_metadata_value_key_value) client_tags;
};

extern const struct msg_table streams_group_member_metadata_value_table;

struct streams_group_metadata_key {
	struct kstr group_id;
};

extern const struct msg_table streams_group_metadata_key_table;

struct streams_group_metadata_value_last_assignment_config {
	struct kstr key;
	struct kstr value;
};

struct streams_group_metadata_value {
	int32_t epoch;
	int64_t metadata_hash;
	int32_t validated_topology_epoch;
	KARR(struct streams_group_metadata_value_last_assignment_config, MSGID_streams_group_metadata_value_last_assignment_config) last_assignment_configs;
	int32_t stored_description_topology_epoch;
	int32_t failed_description_topology_epoch;
};

extern const struct msg_table streams_group_metadata_value_table;

struct streams_group_target_assignment_member_key {
	struct kstr group_id;
	struct kstr member_id;
};

extern const struct msg_table streams_group_target_assignment_member_key_table;

struct streams_group_target_assignment_member_value_task_ids {
	struct kstr subtopology_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct streams_group_target_assignment_member_value {
	KARR(struct streams_group_target_assignment_member_value_task_ids, MSGID_streams_group_target_assignment_member_value_task_ids) active_tasks;
	KARR(struct streams_group_target_assignment_member_value_task_ids, MSGID_streams_group_target_assignment_member_value_task_ids) standby_tasks;
	KARR(struct streams_group_target_assignment_member_value_task_ids, MSGID_streams_group_target_assignment_member_value_task_ids) warmup_tasks;
};

extern const struct msg_table streams_group_target_assignment_member_value_table;

struct streams_group_target_assignment_metadata_key {
	struct kstr group_id;
};

extern const struct msg_table streams_group_target_assignment_metadata_key_table;

struct streams_group_target_assignment_metadata_value {
	int32_t assignment_epoch;
	int64_t assignment_timestamp;
};

extern const struct msg_table streams_group_target_assignment_metadata_value_table;

struct streams_group_topology_key {
	struct kstr group_id;
};

extern const struct msg_table streams_group_topology_key_table;

struct streams_group_topology_value_topic_config {
	struct kstr key;
	struct kstr value;
};

struct streams_group_topology_value_topic_info {
	struct kstr name;
	int32_t partitions;
	int16_t replication_factor;
	KARR(struct streams_group_topology_value_topic_config, MSGID_streams_group_topology_value_topic_config) topic_configs;
};

struct streams_group_topology_value_copartition_group {
	KARR(int16_t, MSG_INT16) source_topics;
	KARR(int16_t, MSG_INT16) source_topic_regex;
	KARR(int16_t, MSG_INT16) repartition_source_topics;
};

struct streams_group_topology_value_subtopology {
	struct kstr subtopology_id;
	KARR(struct kstr, MSG_STRING) source_topics;
	KARR(struct kstr, MSG_STRING) source_topic_regex;
	KARR(struct streams_group_topology_value_topic_info, MSGID_streams_group_topology_value_topic_info) state_changelog_topics;
	KARR(struct kstr, MSG_STRING) repartition_sink_topics;
	KARR(struct streams_group_topology_value_topic_info, MSGID_streams_group_topology_value_topic_info) repartition_source_topics;
	KARR(struct streams_group_topology_value_copartition_group, MSGID_streams_group_topology_value_copartition_group) copartition_groups;
};

struct streams_group_topology_value {
	int32_t epoch;
	KARR(struct streams_group_topology_value_subtopology, MSGID_streams_group_topology_value_subtopology) subtopologies;
};

extern const struct msg_table streams_group_topology_value_table;

#endif
