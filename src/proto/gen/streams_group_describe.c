/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/streams_group_describe.h"
#include "fields.h"

const struct msg_field streams_group_describe_req_fields[] = {
	{"group_ids", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_describe_req, group_ids), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"include_authorized_operations", MSG_BOOL, 0, 0, offsetof(struct streams_group_describe_req, include_authorized_operations), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"include_topology_description", MSG_BOOL, 0, 0, offsetof(struct streams_group_describe_req, include_topology_description), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_describe_req_table = {
	.name = "StreamsGroupDescribeRequest", .id = MSGID_streams_group_describe_req, .key = 89, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 538, .area = NULL
};

const struct msg_field streams_group_describe_resp_key_value_fields[] = {
	{"key", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_key_value, key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_key_value, value), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_topic_info_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_topic_info, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_INT32, 0, 0, offsetof(struct streams_group_describe_resp_topic_info, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"replication_factor", MSG_INT16, 0, 0, offsetof(struct streams_group_describe_resp_topic_info, replication_factor), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_configs", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_key_value, offsetof(struct streams_group_describe_resp_topic_info, topic_configs), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_subtopology_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_subtopology, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"source_topics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_describe_resp_subtopology, source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"repartition_sink_topics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_describe_resp_subtopology, repartition_sink_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"state_changelog_topics", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_topic_info, offsetof(struct streams_group_describe_resp_subtopology, state_changelog_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"repartition_source_topics", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_topic_info, offsetof(struct streams_group_describe_resp_subtopology, repartition_source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_topology_fields[] = {
	{"epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_describe_resp_topology, epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subtopologies", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_describe_resp_subtopology, offsetof(struct streams_group_describe_resp_topology, subtopologies), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_endpoint_fields[] = {
	{"host", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_endpoint, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_UINT16, 0, 0, offsetof(struct streams_group_describe_resp_endpoint, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_task_offset_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_task_offset, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition", MSG_INT32, 0, 0, offsetof(struct streams_group_describe_resp_task_offset, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"offset", MSG_INT64, 0, 0, offsetof(struct streams_group_describe_resp_task_offset, offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_task_ids_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_task_ids, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct streams_group_describe_resp_task_ids, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_assignment_fields[] = {
	{"active_tasks", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_task_ids, offsetof(struct streams_group_describe_resp_assignment, active_tasks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"standby_tasks", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_task_ids, offsetof(struct streams_group_describe_resp_assignment, standby_tasks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"warmup_tasks", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_task_ids, offsetof(struct streams_group_describe_resp_assignment, warmup_tasks), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_member_fields[] = {
	{"member_id", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_member, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_describe_resp_member, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"instance_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_describe_resp_member, instance_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"rack_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_describe_resp_member, rack_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"client_id", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_member, client_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_host", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_member, client_host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topology_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_describe_resp_member, topology_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"process_id", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_member, process_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"user_endpoint", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_streams_group_describe_resp_endpoint, offsetof(struct streams_group_describe_resp_member, user_endpoint), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"client_tags", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_key_value, offsetof(struct streams_group_describe_resp_member, client_tags), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"task_offsets", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_task_offset, offsetof(struct streams_group_describe_resp_member, task_offsets), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"task_end_offsets", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_task_offset, offsetof(struct streams_group_describe_resp_member, task_end_offsets), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment", MSG_STRUCT, 0, MSGID_streams_group_describe_resp_assignment, offsetof(struct streams_group_describe_resp_member, assignment), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"target_assignment", MSG_STRUCT, 0, MSGID_streams_group_describe_resp_assignment, offsetof(struct streams_group_describe_resp_member, target_assignment), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"is_classic", MSG_BOOL, 0, 0, offsetof(struct streams_group_describe_resp_member, is_classic), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_topology_description_node_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_topology_description_node, name), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"node_type", MSG_INT8, 0, 0, offsetof(struct streams_group_describe_resp_topology_description_node, node_type), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"source_topics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_describe_resp_topology_description_node, source_topics), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"sink_topic", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_describe_resp_topology_description_node, sink_topic), -1, {1, 127}, {1, 127}, {1, 0}, 0},
	{"stores", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_describe_resp_topology_description_node, stores), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"successors", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_describe_resp_topology_description_node, successors), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_topology_description_subtopology_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_topology_description_subtopology, subtopology_id), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"nodes", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_topology_description_node, offsetof(struct streams_group_describe_resp_topology_description_subtopology, nodes), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_topology_description_global_store_fields[] = {
	{"source", MSG_STRUCT, 0, MSGID_streams_group_describe_resp_topology_description_node, offsetof(struct streams_group_describe_resp_topology_description_global_store, source), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"processor", MSG_STRUCT, 0, MSGID_streams_group_describe_resp_topology_description_node, offsetof(struct streams_group_describe_resp_topology_description_global_store, processor), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_topology_description_fields[] = {
	{"subtopologies", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_topology_description_subtopology, offsetof(struct streams_group_describe_resp_topology_description, subtopologies), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"global_stores", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_topology_description_global_store, offsetof(struct streams_group_describe_resp_topology_description, global_stores), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_described_group_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct streams_group_describe_resp_described_group, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_describe_resp_described_group, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"group_id", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_described_group, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_state", MSG_STRING, 0, 0, offsetof(struct streams_group_describe_resp_described_group, group_state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"group_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_describe_resp_described_group, group_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"assignment_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_describe_resp_described_group, assignment_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topology", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_streams_group_describe_resp_topology, offsetof(struct streams_group_describe_resp_described_group, topology), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"members", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_member, offsetof(struct streams_group_describe_resp_described_group, members), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"authorized_operations", MSG_INT32, 0, 0, offsetof(struct streams_group_describe_resp_described_group, authorized_operations), -1, {0, 127}, {1, 0}, {1, 0}, -2147483648},
	{"topology_description", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_streams_group_describe_resp_topology_description, offsetof(struct streams_group_describe_resp_described_group, topology_description), -1, {1, 127}, {1, 127}, {1, 0}, 0},
	{"topology_description_status", MSG_INT8, 0, 0, offsetof(struct streams_group_describe_resp_described_group, topology_description_status), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"assignor_name", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_describe_resp_described_group, assignor_name), -1, {1, 127}, {1, 127}, {1, 0}, 0},
};

const struct msg_field streams_group_describe_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct streams_group_describe_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"groups", MSG_ARRAY, 0, MSGID_streams_group_describe_resp_described_group, offsetof(struct streams_group_describe_resp, groups), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_describe_resp_table = {
	.name = "StreamsGroupDescribeResponse", .id = MSGID_streams_group_describe_resp, .key = 89, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 540, .area = NULL
};
