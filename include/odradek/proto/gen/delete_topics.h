/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DELETE_TOPICS_H
#define ODRADEK_PROTO_GEN_DELETE_TOPICS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct delete_topics_req_delete_topic_state {
	struct kstr name;
	struct uuid topic_id;
};

struct delete_topics_req {
	KARR(struct delete_topics_req_delete_topic_state, MSGID_delete_topics_req_delete_topic_state) topics;
	KARR(struct kstr, MSG_STRING) topic_names;
	int32_t timeout_ms;
};

extern const struct msg_table delete_topics_req_table;

struct delete_topics_resp_deletable_topic_result {
	struct kstr name;
	struct uuid topic_id;
	int16_t error_code;
	struct kstr error_message;
};

struct delete_topics_resp {
	int32_t throttle_time_ms;
	KARR(struct delete_topics_resp_deletable_topic_result, MSGID_delete_topics_resp_deletable_topic_result) responses;
};

extern const struct msg_table delete_topics_resp_table;

#endif
