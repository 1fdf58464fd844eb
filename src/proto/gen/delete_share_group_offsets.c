/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/delete_share_group_offsets.h"
#include "fields.h"

const struct msg_field delete_share_group_offsets_req_delete_share_group_offsets_request_topic_fields[] = {
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct delete_share_group_offsets_req_delete_share_group_offsets_request_topic, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_share_group_offsets_req_fields[] = {
	{"group_id", MSG_STRING, 0, 0, offsetof(struct delete_share_group_offsets_req, group_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topics", MSG_ARRAY, 0, MSGID_delete_share_group_offsets_req_delete_share_group_offsets_request_topic, offsetof(struct delete_share_group_offsets_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_share_group_offsets_req_table = {
	.name = "DeleteShareGroupOffsetsRequest", .id = MSGID_delete_share_group_offsets_req, .key = 92, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 138, .area = NULL
};

const struct msg_field delete_share_group_offsets_resp_delete_share_group_offsets_response_topic_fields[] = {
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct delete_share_group_offsets_resp_delete_share_group_offsets_response_topic, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct delete_share_group_offsets_resp_delete_share_group_offsets_response_topic, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct delete_share_group_offsets_resp_delete_share_group_offsets_response_topic, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct delete_share_group_offsets_resp_delete_share_group_offsets_response_topic, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field delete_share_group_offsets_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct delete_share_group_offsets_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct delete_share_group_offsets_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct delete_share_group_offsets_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"responses", MSG_ARRAY, 0, MSGID_delete_share_group_offsets_resp_delete_share_group_offsets_response_topic, offsetof(struct delete_share_group_offsets_resp, responses), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_share_group_offsets_resp_table = {
	.name = "DeleteShareGroupOffsetsResponse", .id = MSGID_delete_share_group_offsets_resp, .key = 92, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 139, .area = NULL
};
