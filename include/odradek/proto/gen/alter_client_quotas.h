/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_ALTER_CLIENT_QUOTAS_H
#define ODRADEK_PROTO_GEN_ALTER_CLIENT_QUOTAS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct alter_client_quotas_req_entity_data {
	struct kstr entity_type;
	struct kstr entity_name;
};

struct alter_client_quotas_req_op_data {
	struct kstr key;
	double value;
	uint8_t remove;
};

struct alter_client_quotas_req_entry_data {
	KARR(struct alter_client_quotas_req_entity_data, MSGID_alter_client_quotas_req_entity_data) entity;
	KARR(struct alter_client_quotas_req_op_data, MSGID_alter_client_quotas_req_op_data) ops;
};

struct alter_client_quotas_req {
	KARR(struct alter_client_quotas_req_entry_data, MSGID_alter_client_quotas_req_entry_data) entries;
	uint8_t validate_only;
};

extern const struct msg_table alter_client_quotas_req_table;

struct alter_client_quotas_resp_entity_data {
	struct kstr entity_type;
	struct kstr entity_name;
};

struct alter_client_quotas_resp_entry_data {
	int16_t error_code;
	struct kstr error_message;
	KARR(struct alter_client_quotas_resp_entity_data, MSGID_alter_client_quotas_resp_entity_data) entity;
};

struct alter_client_quotas_resp {
	int32_t throttle_time_ms;
	KARR(struct alter_client_quotas_resp_entry_data, MSGID_alter_client_quotas_resp_entry_data) entries;
};

extern const struct msg_table alter_client_quotas_resp_table;

#endif
