/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_INCREMENTAL_ALTER_CONFIGS_H
#define ODRADEK_PROTO_GEN_INCREMENTAL_ALTER_CONFIGS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct incremental_alter_configs_req_alterable_config {
	struct kstr name;
	int8_t config_operation;
	struct kstr value;
};

struct incremental_alter_configs_req_alter_configs_resource {
	int8_t resource_type;
	struct kstr resource_name;
	KARR(struct incremental_alter_configs_req_alterable_config, MSGID_incremental_alter_configs_req_alterable_config) configs;
};

struct incremental_alter_configs_req {
	KARR(struct incremental_alter_configs_req_alter_configs_resource, MSGID_incremental_alter_configs_req_alter_configs_resource) resources;
	uint8_t validate_only;
};

extern const struct msg_table incremental_alter_configs_req_table;

struct incremental_alter_configs_resp_alter_configs_resource_response {
	int16_t error_code;
	struct kstr error_message;
	int8_t resource_type;
	struct kstr resource_name;
};

struct incremental_alter_configs_resp {
	int32_t throttle_time_ms;
	KARR(struct incremental_alter_configs_resp_alter_configs_resource_response, MSGID_incremental_alter_configs_resp_alter_configs_resource_response) responses;
};

extern const struct msg_table incremental_alter_configs_resp_table;

#endif
