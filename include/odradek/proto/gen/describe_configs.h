/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_CONFIGS_H
#define ODRADEK_PROTO_GEN_DESCRIBE_CONFIGS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_configs_req_describe_configs_resource {
	int8_t resource_type;
	struct kstr resource_name;
	KARR(struct kstr, MSG_STRING) configuration_keys;
};

struct describe_configs_req {
	KARR(struct describe_configs_req_describe_configs_resource, MSGID_describe_configs_req_describe_configs_resource) resources;
	uint8_t include_synonyms;
	uint8_t include_documentation;
};

extern const struct msg_table describe_configs_req_table;

struct describe_configs_resp_describe_configs_synonym {
	struct kstr name;
	struct kstr value;
	int8_t source;
};

struct describe_configs_resp_describe_configs_resource_result {
	struct kstr name;
	struct kstr value;
	uint8_t read_only;
	int8_t config_source;
	uint8_t is_sensitive;
	KARR(struct describe_configs_resp_describe_configs_synonym, MSGID_describe_configs_resp_describe_configs_synonym) synonyms;
	int8_t config_type;
	struct kstr documentation;
};

struct describe_configs_resp_describe_configs_result {
	int16_t error_code;
	struct kstr error_message;
	int8_t resource_type;
	struct kstr resource_name;
	KARR(struct describe_configs_resp_describe_configs_resource_result, MSGID_describe_configs_resp_describe_configs_resource_result) configs;
};

struct describe_configs_resp {
	int32_t throttle_time_ms;
	KARR(struct describe_configs_resp_describe_configs_result, MSGID_describe_configs_resp_describe_configs_result) results;
};

extern const struct msg_table describe_configs_resp_table;

#endif
