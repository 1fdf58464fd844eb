/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_STREAMS_GROUP_TOPOLOGY_DESCRIPTION_UPDATE_H
#define ODRADEK_PROTO_GEN_STREAMS_GROUP_TOPOLOGY_DESCRIPTION_UPDATE_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct streams_group_topology_description_update_req_topology_description_node {
	struct kstr name;
	int8_t node_type;
	KARR(struct kstr, MSG_STRING) source_topics;
	struct kstr sink_topic;
	KARR(struct kstr, MSG_STRING) stores;
	KARR(struct kstr, MSG_STRING) successors;
};

struct streams_group_topology_description_update_req_topology_description_subtopology {
	struct kstr subtopology_id;
	KARR(struct streams_group_topology_description_update_req_topology_description_node, MSGID_streams_group_topology_description_update_req_topology_description_node) nodes;
};

struct streams_group_topology_description_update_req_topology_description_global_store {
	struct streams_group_topology_description_update_req_topology_description_node source;
	struct streams_group_topology_description_update_req_topology_description_node processor;
};

struct streams_group_topology_description_update_req_topology_description {
	KARR(struct streams_group_topology_description_update_req_topology_description_subtopology, MSGID_streams_group_topology_description_update_req_topology_description_subtopology) subtopologies;
	KARR(struct streams_group_topology_description_update_req_topology_description_global_store, MSGID_streams_group_topology_description_update_req_topology_description_global_store) global_stores;
};

struct streams_group_topology_description_update_req {
	struct kstr group_id;
	struct kstr member_id;
	int32_t topology_epoch;
	struct streams_group_topology_description_update_req_topology_description topology_description;
};

extern const struct msg_table streams_group_topology_description_update_req_table;

struct streams_group_topology_description_update_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
};

extern const struct msg_table streams_group_topology_description_update_resp_table;

#endif
