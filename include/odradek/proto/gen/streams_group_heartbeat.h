/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_STREAMS_GROUP_HEARTBEAT_H
#define ODRADEK_PROTO_GEN_STREAMS_GROUP_HEARTBEAT_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct streams_group_heartbeat_req_key_value {
	struct kstr key;
	struct kstr value;
};

struct streams_group_heartbeat_req_topic_info {
	struct kstr name;
	int32_t partitions;
	int16_t replication_factor;
	KARR(struct streams_group_heartbeat_req_key_value, MSGID_streams_group_heartbeat_req_key_value) topic_configs;
};

struct streams_group_heartbeat_req_copartition_group {
	KARR(int16_t, MSG_INT16) source_topics;
	KARR(int16_t, MSG_INT16) source_topic_regex;
	KARR(int16_t, MSG_INT16) repartition_source_topics;
};

struct streams_group_heartbeat_req_subtopology {
	struct kstr subtopology_id;
	KARR(struct kstr, MSG_STRING) source_topics;
	KARR(struct kstr, MSG_STRING) source_topic_regex;
	KARR(struct streams_group_heartbeat_req_topic_info, MSGID_streams_group_heartbeat_req_topic_info) state_changelog_topics;
	KARR(struct kstr, MSG_STRING) repartition_sink_topics;
	KARR(struct streams_group_heartbeat_req_topic_info, MSGID_streams_group_heartbeat_req_topic_info) repartition_source_topics;
	KARR(struct streams_group_heartbeat_req_copartition_group, MSGID_streams_group_heartbeat_req_copartition_group) copartition_groups;
};

struct streams_group_heartbeat_req_topology {
	int32_t epoch;
	KARR(struct streams_group_heartbeat_req_subtopology, MSGID_streams_group_heartbeat_req_subtopology) subtopologies;
};

struct streams_group_heartbeat_req_task_ids {
	struct kstr subtopology_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct streams_group_heartbeat_req_endpoint {
	struct kstr host;
	uint16_t port;
};

struct streams_group_heartbeat_req_task_offset {
	struct kstr subtopology_id;
	int32_t partition;
	int64_t offset;
};

struct streams_group_heartbeat_req {
	struct kstr group_id;
	struct kstr member_id;
	int32_t member_epoch;
	int32_t endpoint_information_epoch;
	struct kstr instance_id;
	struct kstr rack_id;
	int32_t rebalance_timeout_ms;
	KPTR(struct streams_group_heartbeat_req_topology, MSGID_streams_group_heartbeat_req_topology) topology;
	KARR(struct streams_group_heartbeat_req_task_ids, MSGID_streams_group_heartbeat_req_task_ids) active_tasks;
	KARR(struct streams_group_heartbeat_req_task_ids, MSGID_streams_group_heartbeat_req_task_ids) standby_tasks;
	KARR(struct streams_group_heartbeat_req_task_ids, MSGID_streams_group_heartbeat_req_task_ids) warmup_tasks;
	struct kstr process_id;
	KPTR(struct streams_group_heartbeat_req_endpoint, MSGID_streams_group_heartbeat_req_endpoint) user_endpoint;
	KARR(struct streams_group_heartbeat_req_key_value, MSGID_streams_group_heartbeat_req_key_value) client_tags;
	KARR(struct streams_group_heartbeat_req_task_offset, MSGID_streams_group_heartbeat_req_task_offset) task_offsets;
	KARR(struct streams_group_heartbeat_req_task_offset, MSGID_streams_group_heartbeat_req_task_offset) task_end_offsets;
	uint8_t shutdown_application;
};

extern const struct msg_table streams_group_heartbeat_req_table;

struct streams_group_heartbeat_resp_status {
	int8_t status_code;
	struct kstr status_detail;
};

struct streams_group_heartbeat_resp_task_ids {
	struct kstr subtopology_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct streams_group_heartbeat_resp_endpoint {
	struct kstr host;
	uint16_t port;
};

struct streams_group_heartbeat_resp_topic_partition {
	struct kstr topic;
	KARR(int32_t, MSG_INT32) partitions;
};

struct streams_group_heartbeat_resp_endpoint_to_partitions {
	struct streams_group_heartbeat_resp_endpoint user_endpoint;
	KARR(struct streams_group_heartbeat_resp_topic_partition, MSGID_streams_group_heartbeat_resp_topic_partition) active_partitions;
	KARR(struct streams_group_heartbeat_resp_topic_partition, MSGID_streams_group_heartbeat_resp_topic_partition) standby_partitions;
};

struct streams_group_heartbeat_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	struct kstr member_id;
	int32_t member_epoch;
	int32_t heartbeat_interval_ms;
	int32_t acceptable_recovery_lag_legacy;
	int32_t task_offset_interval_ms;
	int64_t acceptable_recovery_lag;
	KARR(struct streams_group_heartbeat_resp_status, MSGID_streams_group_heartbeat_resp_status) status;
	KARR(struct streams_group_heartbeat_resp_task_ids, MSGID_streams_group_heartbeat_resp_task_ids) active_tasks;
	KARR(struct streams_group_heartbeat_resp_task_ids, MSGID_streams_group_heartbeat_resp_task_ids) standby_tasks;
	KARR(struct streams_group_heartbeat_resp_task_ids, MSGID_streams_group_heartbeat_resp_task_ids) warmup_tasks;
	uint8_t topology_description_required;
	int32_t endpoint_information_epoch;
	KARR(struct streams_group_heartbeat_resp_endpoint_to_partitions, MSGID_streams_group_heartbeat_resp_endpoint_to_partitions) partitions_by_user_endpoint;
};

extern const struct msg_table streams_group_heartbeat_resp_table;

#endif
