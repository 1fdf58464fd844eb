/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_LIST_CONFIG_RESOURCES_H
#define ODRADEK_PROTO_GEN_LIST_CONFIG_RESOURCES_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct list_config_resources_req {
	KARR(int8_t, MSG_INT8) resource_types;
};

extern const struct msg_table list_config_resources_req_table;

struct list_config_resources_resp_config_resource {
	struct kstr resource_name;
	int8_t resource_type;
};

struct list_config_resources_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	KARR(struct list_config_resources_resp_config_resource, MSGID_list_config_resources_resp_config_resource) config_resources;
};

extern const struct msg_table list_config_resources_resp_table;

#endif
