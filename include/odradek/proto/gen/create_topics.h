/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_CREATE_TOPICS_H
#define ODRADEK_PROTO_GEN_CREATE_TOPICS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct create_topics_req_creatable_replica_assignment {
	int32_t partition_index;
	KARR(int32_t, MSG_INT32) broker_ids;
};

struct create_topics_req_creatable_topic_config {
	struct kstr name;
	struct kstr value;
};

struct create_topics_req_creatable_topic {
	struct kstr name;
	int32_t num_partitions;
	int16_t replication_factor;
	KARR(struct create_topics_req_creatable_replica_assignment, MSGID_create_topics_req_creatable_replica_assignment) assignments;
	KARR(struct create_topics_req_creatable_topic_config, MSGID_create_topics_req_creatable_topic_config) configs;
};

struct create_topics_req {
	KARR(struct create_topics_req_creatable_topic, MSGID_create_topics_req_creatable_topic) topics;
	int32_t timeout_ms;
	uint8_t validate_only;
};

extern const struct msg_table create_topics_req_table;

struct create_topics_resp_creatable_topic_configs {
	struct kstr name;
	struct kstr value;
	uint8_t read_only;
	int8_t config_source;
	uint8_t is_sensitive;
};

struct create_topics_resp_creatable_topic_result {
	struct kstr name;
	struct uuid topic_id;
	int16_t error_code;
	struct kstr error_message;
	int16_t topic_config_error_code;
	int32_t num_partitions;
	int16_t replication_factor;
	KARR(struct create_topics_resp_creatable_topic_configs, MSGID_create_topics_resp_creatable_topic_configs) configs;
};

struct create_topics_resp {
	int32_t throttle_time_ms;
	KARR(struct create_topics_resp_creatable_topic_result, MSGID_create_topics_resp_creatable_topic_result) topics;
};

extern const struct msg_table create_topics_resp_table;

#endif
