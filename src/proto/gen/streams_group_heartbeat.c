/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/streams_group_heartbeat.h"
#include "fields.h"

const struct msg_field streams_group_heartbeat_req_key_value_fields[] = {
	{"key", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_req_key_value, key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_req_key_value, value), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_req_topic_info_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_req_topic_info, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_req_topic_info, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"replication_factor", MSG_INT16, 0, 0, offsetof(struct streams_group_heartbeat_req_topic_info, replication_factor), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_configs", MSG_ARRAY, 0, MSGID_streams_group_heartbeat_req_key_value, offsetof(struct streams_group_heartbeat_req_topic_info, topic_configs), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_req_copartition_group_fields[] = {
	{"source_topics", MSG_ARRAY, 0, MSG_INT16, offsetof(struct streams_group_heartbeat_req_copartition_group, source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"source_topic_regex", MSG_ARRAY, 0, MSG_INT16, offsetof(struct streams_group_heartbeat_req_copartition_group, source_topic_regex), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"repartition_source_topics", MSG_ARRAY, 0, MSG_INT16, offsetof(struct streams_group_heartbeat_req_copartition_group, repartition_source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_req_subtopology_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_req_subtopology, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"source_topics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_heartbeat_req_subtopology, source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"source_topic_regex", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_heartbeat_req_subtopology, source_topic_regex), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"state_changelog_topics", MSG_ARRAY, 0, MSGID_streams_group_heartbeat_req_topic_info, offsetof(struct streams_group_heartbeat_req_subtopology, state_changelog_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"repartition_sink_topics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_heartbeat_req_subtopology, repartition_sink_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"repartition_source_topics", MSG_ARRAY, 0, MSGID_streams_group_heartbeat_req_topic_info, offsetof(struct streams_group_heartbeat_req_subtopology, repartition_source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"copartition_groups", MSG_ARRAY, 0, MSGID_streams_group_heartbeat_req_copartition_group, offsetof(struct streams_group_heartbeat_req_subtopology, copartition_groups), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_req_topology_fields[] = {
	{"epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_req_topology, epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"subtopologies", MSG_ARRAY, 0, MSGID_streams_group_heartbeat_req_subtopology, offsetof(struct streams_group_heartbeat_req_topology, subtopologies), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_req_task_ids_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_req_task_ids, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct streams_group_heartbeat_req_task_ids, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_req_endpoint_fields[] = {
	{"host", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_req_endpoint, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_UINT16, 0, 0, offsetof(struct streams_group_heartbeat_req_endpoint, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_req_task_offset_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_req_task_offset, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partition", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_req_task_offset, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"offset", MSG_INT64, 0, 0, offsetof(struct streams_group_heartbeat_req_task_offset, offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_req, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_req, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"endpoint_information_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_req, endpoint_information_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"instance_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_heartbeat_req, instance_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"rack_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_heartbeat_req, rack_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"rebalance_timeout_ms", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_req, rebalance_timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"topology", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_req_topology, offsetof(struct streams_group_heartbeat_req, topology), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"active_tasks", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_req_task_ids, offsetof(struct streams_group_heartbeat_req, active_tasks), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"standby_tasks", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_req_task_ids, offsetof(struct streams_group_heartbeat_req, standby_tasks), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"warmup_tasks", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_req_task_ids, offsetof(struct streams_group_heartbeat_req, warmup_tasks), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"process_id", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_heartbeat_req, process_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"user_endpoint", MSG_STRUCT, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_req_endpoint, offsetof(struct streams_group_heartbeat_req, user_endpoint), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"client_tags", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_req_key_value, offsetof(struct streams_group_heartbeat_req, client_tags), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"task_offsets", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_req_task_offset, offsetof(struct streams_group_heartbeat_req, task_offsets), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"task_end_offsets", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_req_task_offset, offsetof(struct streams_group_heartbeat_req, task_end_offsets), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"shutdown_application", MSG_BOOL, 0, 0, offsetof(struct streams_group_heartbeat_req, shutdown_application), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_heartbeat_req_table = {
	.name = "StreamsGroupHeartbeatRequest", .id = MSGID_streams_group_heartbeat_req, .key = 88, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 542, .area = NULL
};

const struct msg_field streams_group_heartbeat_resp_status_fields[] = {
	{"status_code", MSG_INT8, 0, 0, offsetof(struct streams_group_heartbeat_resp_status, status_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"status_detail", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_resp_status, status_detail), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_resp_task_ids_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_resp_task_ids, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct streams_group_heartbeat_resp_task_ids, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_resp_endpoint_fields[] = {
	{"host", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_resp_endpoint, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_UINT16, 0, 0, offsetof(struct streams_group_heartbeat_resp_endpoint, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_resp_topic_partition_fields[] = {
	{"topic", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_resp_topic_partition, topic), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct streams_group_heartbeat_resp_topic_partition, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_resp_endpoint_to_partitions_fields[] = {
	{"user_endpoint", MSG_STRUCT, 0, MSGID_streams_group_heartbeat_resp_endpoint, offsetof(struct streams_group_heartbeat_resp_endpoint_to_partitions, user_endpoint), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"active_partitions", MSG_ARRAY, 0, MSGID_streams_group_heartbeat_resp_topic_partition, offsetof(struct streams_group_heartbeat_resp_endpoint_to_partitions, active_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"standby_partitions", MSG_ARRAY, 0, MSGID_streams_group_heartbeat_resp_topic_partition, offsetof(struct streams_group_heartbeat_resp_endpoint_to_partitions, standby_partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_heartbeat_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct streams_group_heartbeat_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_heartbeat_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct streams_group_heartbeat_resp, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_resp, member_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"heartbeat_interval_ms", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_resp, heartbeat_interval_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"acceptable_recovery_lag_legacy", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_resp, acceptable_recovery_lag_legacy), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"task_offset_interval_ms", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_resp, task_offset_interval_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"acceptable_recovery_lag", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct streams_group_heartbeat_resp, acceptable_recovery_lag), -1, {1, 127}, {1, 0}, {1, 0}, -1},
	{"status", MSG_ARRAY, 0, MSGID_streams_group_heartbeat_resp_status, offsetof(struct streams_group_heartbeat_resp, status), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"active_tasks", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_resp_task_ids, offsetof(struct streams_group_heartbeat_resp, active_tasks), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"standby_tasks", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_resp_task_ids, offsetof(struct streams_group_heartbeat_resp, standby_tasks), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"warmup_tasks", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_resp_task_ids, offsetof(struct streams_group_heartbeat_resp, warmup_tasks), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"topology_description_required", MSG_BOOL, 0, 0, offsetof(struct streams_group_heartbeat_resp, topology_description_required), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"endpoint_information_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_heartbeat_resp, endpoint_information_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"partitions_by_user_endpoint", MSG_ARRAY, MSG_NULL_DEFAULT, MSGID_streams_group_heartbeat_resp_endpoint_to_partitions, offsetof(struct streams_group_heartbeat_resp, partitions_by_user_endpoint), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table streams_group_heartbeat_resp_table = {
	.name = "StreamsGroupHeartbeatResponse", .id = MSGID_streams_group_heartbeat_resp, .key = 88, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 544, .area = NULL
};
