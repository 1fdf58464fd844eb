/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_REC_METADATA_H
#define ODRADEK_PROTO_GEN_REC_METADATA_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct abort_transaction_record {
	struct kstr reason;
};

extern const struct msg_table abort_transaction_record_table;

struct access_control_entry_record {
	struct uuid id;
	int8_t resource_type;
	struct kstr resource_name;
	int8_t pattern_type;
	struct kstr principal;
	struct kstr host;
	int8_t operation;
	int8_t permission_type;
};

extern const struct msg_table access_control_entry_record_table;

struct begin_transaction_record {
	struct kstr name;
};

extern const struct msg_table begin_transaction_record_table;

struct broker_registration_change_record {
	int32_t broker_id;
	int64_t broker_epoch;
	int8_t fenced;
	int8_t in_controlled_shutdown;
	KARR(struct uuid, MSG_UUID) log_dirs;
	KARR(struct uuid, MSG_UUID) cordoned_log_dirs;
};

extern const struct msg_table broker_registration_change_record_table;

struct clear_elr_record {
	struct kstr topic_name;
};

extern const struct msg_table clear_elr_record_table;

struct client_quota_record_entity_data {
	struct kstr entity_type;
	struct kstr entity_name;
};

struct client_quota_record {
	KARR(struct client_quota_record_entity_data, MSGID_client_quota_record_entity_data) entity;
	struct kstr key;
	double value;
	uint8_t remove;
};

extern const struct msg_table client_quota_record_table;

struct config_record {
	int8_t resource_type;
	struct kstr resource_name;
	struct kstr name;
	struct kstr value;
};

extern const struct msg_table config_record_table;

struct delegation_token_record {
	struct kstr owner;
	struct kstr requester;
	KARR(struct kstr, MSG_STRING) renewers;
	int64_t issue_timestamp;
	int64_t max_timestamp;
	int64_t expiration_timestamp;
	struct kstr token_id;
};

extern const struct msg_table delegation_token_record_table;

struct end_transaction_record {
	uint8_t nothing; /* the message is empty */
};

extern const struct msg_table end_transaction_record_table;

struct feature_level_record {
	struct kstr name;
	int16_t feature_level;
};

extern const struct msg_table feature_level_record_table;

struct fence_broker_record {
	int32_t id;
	int64_t epoch;
};

extern const struct msg_table fence_broker_record_table;

struct no_op_record {
	uint8_t nothing; /* the message is empty */
};

extern const struct msg_table no_op_record_table;

struct partition_change_record {
	int32_t partition_id;
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) isr;
	int32_t leader;
	KARR(int32_t, MSG_INT32) replicas;
	KARR(int32_t, MSG_INT32) removing_replicas;
	KARR(int32_t, MSG_INT32) adding_replicas;
	int8_t leader_recovery_state;
	KARR(struct uuid, MSG_UUID) directories;
	KARR(int32_t, MSG_INT32) eligible_leader_replicas;
	KARR(int32_t, MSG_INT32) last_known_elr;
};

extern const struct msg_table partition_change_record_table;

struct partition_record {
	int32_t partition_id;
	struct uuid topic_id;
	KARR(int32_t, MSG_INT32) replicas;
	KARR(int32_t, MSG_INT32) isr;
	KARR(int32_t, MSG_INT32) removing_replicas;
	KARR(int32_t, MSG_INT32) adding_replicas;
	int32_t leader;
	int8_t leader_recovery_state;
	int32_t leader_epoch;
	int32_t partition_epoch;
	KARR(struct uuid, MSG_UUID) directories;
	KARR(int32_t, MSG_INT32) eligible_leader_replicas;
	KARR(int32_t, MSG_INT32) last_known_elr;
};

extern const struct msg_table partition_record_table;

struct producer_ids_record {
	int32_t broker_id;
	int64_t broker_epoch;
	int64_t next_producer_id;
};

extern const struct msg_table producer_ids_record_table;

struct register_broker_record_broker_endpoint {
	struct kstr name;
	struct kstr host;
	uint16_t port;
	int16_t security_protocol;
};

struct register_broker_record_broker_feature {
	struct kstr name;
	int16_t min_supported_version;
	int16_t max_supported_version;
};

struct register_broker_record {
	int32_t broker_id;
	uint8_t is_migrating_zk_broker;
	struct uuid incarnation_id;
	int64_t broker_epoch;
	KARR(struct register_broker_record_broker_endpoint, MSGID_register_broker_record_broker_endpoint) end_points;
	KARR(struct register_broker_record_broker_feature, MSGID_register_broker_record_broker_feature) features;
	struct kstr rack;
	uint8_t fenced;
	uint8_t in_controlled_shutdown;
	KARR(struct uuid, MSG_UUID) log_dirs;
	KARR(struct uuid, MSG_UUID) cordoned_log_dirs;
};

extern const struct msg_table register_broker_record_table;

struct register_controller_record_controller_endpoint {
	struct kstr name;
	struct kstr host;
	uint16_t port;
	int16_t security_protocol;
};

struct register_controller_record_controller_feature {
	struct kstr name;
	int16_t min_supported_version;
	int16_t max_supported_version;
};

struct register_controller_record {
	int32_t controller_id;
	struct uuid incarnation_id;
	uint8_t zk_migration_ready;
	KARR(struct register_controller_record_controller_endpoint, MSGID_register_controller_record_controller_endpoint) end_points;
	KARR(struct register_controller_record_controller_feature, MSGID_register_controller_record_controller_feature) features;
};

extern const struct msg_table register_controller_record_table;

struct remove_access_control_entry_record {
	struct uuid id;
};

extern const struct msg_table remove_access_control_entry_record_table;

struct remove_delegation_token_record {
	struct kstr token_id;
};

extern const struct msg_table remove_delegation_token_record_table;

struct remove_topic_record {
	struct uuid topic_id;
};

extern const struct msg_table remove_topic_record_table;

struct remove_user_scram_credential_record {
	struct kstr name;
	int8_t mechanism;
};

extern const struct msg_table remove_user_scram_credential_record_table;

struct topic_record {
	struct kstr name;
	struct uuid topic_id;
};

extern const struct msg_table topic_record_table;

struct unfence_broker_record {
	int32_t id;
	int64_t epoch;
};

extern const struct msg_table unfence_broker_record_table;

struct unregister_broker_record {
	int32_t broker_id;
	int64_t broker_epoch;
};

extern const struct msg_table unregister_broker_record_table;

struct unregister_controller_record {
	int32_t controller_id;
};

extern const struct msg_table unregister_controller_record_table;

struct user_scram_credential_record {
	struct kstr name;
	int8_t mechanism;
	struct kstr salt;
	struct kstr stored_key;
	struct kstr server_key;
	int32_t iterations;
};

extern const struct msg_table user_scram_credential_record_table;

struct zk_migration_state_record {
	int8_t zk_migration_state;
};

extern const struct msg_table zk_migration_state_record_table;

#endif
