/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_STREAMS_GROUP_DESCRIBE_H
#define ODRADEK_PROTO_GEN_STREAMS_GROUP_DESCRIBE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct streams_group_describe_req {
	KARR(struct kstr, MSG_STRING) group_ids;
	uint8_t include_authorized_operations;
	uint8_t include_topology_description;
};

extern const struct msg_table streams_group_describe_req_table;

struct streams_group_describe_resp_key_value {
	struct kstr key;
	struct kstr value;
};

struct streams_group_describe_resp_topic_info {
	struct kstr name;
	int32_t partitions;
	int16_t replication_factor;
	KARR(struct streams_group_describe_resp_key_value, MSGID_streams_group_describe_resp_key_value) topic_configs;
};

struct streams_group_describe_resp_subtopology {
	struct kstr subtopology_id;
	KARR(struct kstr, MSG_STRING) source_topics;
	KARR(struct kstr, MSG_STRING) repartition_sink_topics;
	KARR(struct streams_group_describe_resp_topic_info, MSGID_streams_group_describe_resp_topic_info) state_changelog_topics;
	KARR(struct streams_group_describe_resp_topic_info, MSGID_streams_group_describe_resp_topic_info) repartition_source_topics;
};

struct streams_group_describe_resp_topology {
	int32_t epoch;
	KARR(struct streams_group_describe_resp_subtopology, MSGID_streams_group_describe_resp_subtopology) subtopologies;
};

struct streams_group_describe_resp_endpoint {
	struct kstr host;
	uint16_t port;
};

struct streams_group_describe_resp_task_offset {
	struct kstr subtopology_id;
	int32_t partition;
	int64_t offset;
};

struct streams_group_describe_resp_task_ids {
	struct kstr subtopology_id;
	KARR(int32_t, MSG_INT32) partitions;
};

struct streams_group_describe_resp_assignment {
	KARR(struct streams_group_describe_resp_task_ids, MSGID_streams_group_describe_resp_task_ids) active_tasks;
	KARR(struct streams_group_describe_resp_task_ids, MSGID_streams_group_describe_resp_task_ids) standby_tasks;
	KARR(struct streams_group_describe_resp_task_ids, MSGID_streams_group_describe_resp_task_ids) warmup_tasks;
};

struct streams_group_describe_resp_member {
	struct kstr member_id;
	int32_t member_epoch;
	struct kstr instance_id;
	struct kstr rack_id;
	struct kstr client_id;
	struct kstr client_host;
	int32_t topology_epoch;
	struct kstr process_id;
	KPTR(struct streams_group_describe_resp_endpoint, MSGID_streams_group_describe_resp_endpoint) user_endpoint;
	KARR(struct streams_group_describe_resp_key_value, MSGID_streams_group_describe_resp_key_value) client_tags;
	KARR(struct streams_group_describe_resp_task_offset, MSGID_streams_group_describe_resp_task_offset) task_offsets;
	KARR(struct streams_group_describe_resp_task_offset, MSGID_streams_group_describe_resp_task_offset) task_end_offsets;
	struct streams_group_describe_resp_assignment assignment;
	struct streams_group_describe_resp_assignment target_assignment;
	uint8_t is_classic;
};

struct streams_group_describe_resp_topology_description_node {
	struct kstr name;
	int8_t node_type;
	KARR(struct kstr, MSG_STRING) source_topics;
	struct kstr sink_topic;
	KARR(struct kstr, MSG_STRING) stores;
	KARR(struct kstr, MSG_STRING) successors;
};

struct streams_group_describe_resp_topology_description_subtopology {
	struct kstr subtopology_id;
	KARR(struct streams_group_describe_resp_topology_description_node, MSGID_streams_group_describe_resp_topology_description_node) nodes;
};

struct streams_group_describe_resp_topology_description_global_store {
	struct streams_group_describe_resp_topology_description_node source;
	struct streams_group_describe_resp_topology_description_node processor;
};

struct streams_group_describe_resp_topology_description {
	KARR(struct streams_group_describe_resp_topology_description_subtopology, MSGID_streams_group_describe_resp_topology_description_subtopology) subtopologies;
	KARR(struct streams_group_describe_resp_topology_description_global_store, MSGID_streams_group_describe_resp_topology_description_global_store) global_stores;
};

struct streams_group_describe_resp_described_group {
	int16_t error_code;
	struct kstr error_message;
	struct kstr group_id;
	struct kstr group_state;
	int32_t group_epoch;
	int32_t assignment_epoch;
	KPTR(struct streams_group_describe_resp_topology, MSGID_streams_group_describe_resp_topology) topology;
	KARR(struct streams_group_describe_resp_member, MSGID_streams_group_describe_resp_member) members;
	int32_t authorized_operations;
	KPTR(struct streams_group_describe_resp_topology_description, MSGID_streams_group_describe_resp_topology_description) topology_description;
	int8_t topology_description_status;
	struct kstr assignor_name;
};

struct streams_group_describe_resp {
	int32_t throttle_time_ms;
	KARR(struct streams_group_describe_resp_described_group, MSGID_streams_group_describe_resp_described_group) groups;
};

extern const struct msg_table streams_group_describe_resp_table;

#endif
