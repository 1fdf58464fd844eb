/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/delete_topics.h"
#include "fields.h"

const struct msg_field delete_topics_req_delete_topic_state_fields[] = {
	{"name", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct delete_topics_req_delete_topic_state, name), -1, {6, 127}, {6, 127}, {1, 0}, 0},
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct delete_topics_req_delete_topic_state, topic_id), -1, {6, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field delete_topics_req_fields[] = {
	{"topics", MSG_ARRAY, 0, MSGID_delete_topics_req_delete_topic_state, offsetof(struct delete_topics_req, topics), -1, {6, 127}, {1, 0}, {1, 0}, 0},
	{"topic_names", MSG_ARRAY, MSG_IGNORABLE, MSG_STRING, offsetof(struct delete_topics_req, topic_names), -1, {0, 5}, {1, 0}, {1, 0}, 0},
	{"timeout_ms", MSG_INT32, 0, 0, offsetof(struct delete_topics_req, timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_topics_req_table = {
	.name = "DeleteTopicsRequest", .id = MSGID_delete_topics_req, .key = 20, .kind = MSG_REQUEST,
	.versions = {1, 6}, .flexible = {4, 127}, .plans = 142, .area = NULL
};

const struct msg_field delete_topics_resp_deletable_topic_result_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct delete_topics_resp_deletable_topic_result, name), -1, {0, 127}, {6, 127}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct delete_topics_resp_deletable_topic_result, topic_id), -1, {6, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct delete_topics_resp_deletable_topic_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct delete_topics_resp_deletable_topic_result, error_message), -1, {5, 127}, {5, 127}, {1, 0}, 0},
};

const struct msg_field delete_topics_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct delete_topics_resp, throttle_time_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"responses", MSG_ARRAY, 0, MSGID_delete_topics_resp_deletable_topic_result, offsetof(struct delete_topics_resp, responses), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delete_topics_resp_table = {
	.name = "DeleteTopicsResponse", .id = MSGID_delete_topics_resp, .key = 20, .kind = MSG_RESPONSE,
	.versions = {1, 6}, .flexible = {4, 127}, .plans = 148, .area = NULL
};
