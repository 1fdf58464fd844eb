/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/streams_group_topology_description_update.h"
#include "fields.h"

const struct msg_field streams_group_topology_description_update_req_topology_description_node_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct streams_group_topology_description_update_req_topology_description_node, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"node_type", MSG_INT8, 0, 0, offsetof(struct streams_group_topology_description_update_req_topology_description_node, node_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"source_topics", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_topology_description_update_req_topology_description_node, source_topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"sink_topic", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_topology_description_update_req_topology_description_node, sink_topic), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"stores", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_topology_description_update_req_topology_description_node, stores), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"successors", MSG_ARRAY, 0, MSG_STRING, offsetof(struct streams_group_topology_description_update_req_topology_description_node, successors), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_topology_description_update_req_topology_description_subtopology_fields[] = {
	{"subtopology_id", MSG_STRING, 0, 0, offsetof(struct streams_group_topology_description_update_req_topology_description_subtopology, subtopology_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"nodes", MSG_ARRAY, 0, MSGID_streams_group_topology_description_update_req_topology_description_node, offsetof(struct streams_group_topology_description_update_req_topology_description_subtopology, nodes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_topology_description_update_req_topology_description_global_store_fields[] = {
	{"source", MSG_STRUCT, 0, MSGID_streams_group_topology_description_update_req_topology_description_node, offsetof(struct streams_group_topology_description_update_req_topology_description_global_store, source), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"processor", MSG_STRUCT, 0, MSGID_streams_group_topology_description_update_req_topology_description_node, offsetof(struct streams_group_topology_description_update_req_topology_description_global_store, processor), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_topology_description_update_req_topology_description_fields[] = {
	{"subtopologies", MSG_ARRAY, 0, MSGID_streams_group_topology_description_update_req_topology_description_subtopology, offsetof(struct streams_group_topology_description_update_req_topology_description, subtopologies), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"global_stores", MSG_ARRAY, 0, MSGID_streams_group_topology_description_update_req_topology_description_global_store, offsetof(struct streams_group_topology_description_update_req_topology_description, global_stores), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field streams_group_topology_description_update_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct streams_group_topology_description_update_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"member_id", MSG_STRING, 0, 0, offsetof(struct streams_group_topology_description_update_req, member_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topology_epoch", MSG_INT32, 0, 0, offsetof(struct streams_group_topology_description_update_req, topology_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topology_description", MSG_STRUCT, 0, MSGID_streams_group_topology_description_update_req_topology_description, offsetof(struct streams_group_topology_description_update_req, topology_description), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table streams_group_topology_description_update_req_table = {
	.name = "StreamsGroupTopologyDescriptionUpdateRequest", .id = MSGID_streams_group_topology_description_update_req, .key = 93, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 546, .area = NULL
};

const struct msg_field streams_group_topology_description_update_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct streams_group_topology_description_update_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct streams_group_topology_description_update_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct streams_group_topology_description_update_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table streams_group_topology_description_update_resp_table = {
	.name = "StreamsGroupTopologyDescriptionUpdateResponse", .id = MSGID_streams_group_topology_description_update_resp, .key = 93, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 547, .area = NULL
};
