/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DESCRIBE_CLIENT_QUOTAS_H
#define ODRADEK_PROTO_GEN_DESCRIBE_CLIENT_QUOTAS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct describe_client_quotas_req_component_data {
	struct kstr entity_type;
	int8_t match_type;
	struct kstr match;
};

struct describe_client_quotas_req {
	KARR(struct describe_client_quotas_req_component_data, MSGID_describe_client_quotas_req_component_data) components;
	uint8_t strict;
};

extern const struct msg_table describe_client_quotas_req_table;

struct describe_client_quotas_resp_entity_data {
	struct kstr entity_type;
	struct kstr entity_name;
};

struct describe_client_quotas_resp_value_data {
	struct kstr key;
	double value;
};

struct describe_client_quotas_resp_entry_data {
	KARR(struct describe_client_quotas_resp_entity_data, MSGID_describe_client_quotas_resp_entity_data) entity;
	KARR(struct describe_client_quotas_resp_value_data, MSGID_describe_client_quotas_resp_value_data) values;
};

struct describe_client_quotas_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	KARR(struct describe_client_quotas_resp_entry_data, MSGID_describe_client_quotas_resp_entry_data) entries;
};

extern const struct msg_table describe_client_quotas_resp_table;

#endif
