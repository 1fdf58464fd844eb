/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/rec_metadata.h"
#include "fields.h"

const struct msg_field abort_transaction_record_fields[] = {
	{"reason", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct abort_transaction_record, reason), 0, {0, 127}, {0, 127}, {0, 127}, 0},
};

const struct msg_table abort_transaction_record_table = {
	.name = "AbortTransactionRecord", .id = MSGID_abort_transaction_record, .key = 25, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 592, .area = NULL
};

const struct msg_field access_control_entry_record_fields[] = {
	{"id", MSG_UUID, 0, 0, offsetof(struct access_control_entry_record, id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_type", MSG_INT8, 0, 0, offsetof(struct access_control_entry_record, resource_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name", MSG_STRING, 0, 0, offsetof(struct access_control_entry_record, resource_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"pattern_type", MSG_INT8, 0, 0, offsetof(struct access_control_entry_record, pattern_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"principal", MSG_STRING, 0, 0, offsetof(struct access_control_entry_record, principal), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct access_control_entry_record, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"operation", MSG_INT8, 0, 0, offsetof(struct access_control_entry_record, operation), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"permission_type", MSG_INT8, 0, 0, offsetof(struct access_control_entry_record, permission_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table access_control_entry_record_table = {
	.name = "AccessControlEntryRecord", .id = MSGID_access_control_entry_record, .key = 18, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 593, .area = NULL
};

const struct msg_field begin_transaction_record_fields[] = {
	{"name", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct begin_transaction_record, name), 0, {0, 127}, {0, 127}, {0, 127}, 0},
};

const struct msg_table begin_transaction_record_table = {
	.name = "BeginTransactionRecord", .id = MSGID_begin_transaction_record, .key = 23, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 594, .area = NULL
};

const struct msg_field broker_registration_change_record_fields[] = {
	{"broker_id", MSG_INT32, 0, 0, offsetof(struct broker_registration_change_record, broker_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"broker_epoch", MSG_INT64, 0, 0, offsetof(struct broker_registration_change_record, broker_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"fenced", MSG_INT8, 0, 0, offsetof(struct broker_registration_change_record, fenced), 0, {0, 127}, {1, 0}, {0, 127}, 0},
	{"in_controlled_shutdown", MSG_INT8, 0, 0, offsetof(struct broker_registration_change_record, in_controlled_shutdown), 1, {1, 127}, {1, 0}, {1, 127}, 0},
	{"log_dirs", MSG_ARRAY, 0, MSG_UUID, offsetof(struct broker_registration_change_record, log_dirs), 2, {2, 127}, {1, 0}, {2, 127}, 0},
	{"cordoned_log_dirs", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_UUID, offsetof(struct broker_registration_change_record, cordoned_log_dirs), 3, {3, 127}, {3, 127}, {3, 127}, 0},
};

const struct msg_table broker_registration_change_record_table = {
	.name = "BrokerRegistrationChangeRecord", .id = MSGID_broker_registration_change_record, .key = 17, .kind = MSG_METADATA,
	.versions = {0, 3}, .flexible = {0, 127}, .plans = 595, .area = NULL
};

const struct msg_field clear_elr_record_fields[] = {
	{"topic_name", MSG_STRING, 0, 0, offsetof(struct clear_elr_record, topic_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table clear_elr_record_table = {
	.name = "ClearElrRecord", .id = MSGID_clear_elr_record, .key = 28, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 599, .area = NULL
};

const struct msg_field client_quota_record_entity_data_fields[] = {
	{"entity_type", MSG_STRING, 0, 0, offsetof(struct client_quota_record_entity_data, entity_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"entity_name", MSG_STRING, 0, 0, offsetof(struct client_quota_record_entity_data, entity_name), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field client_quota_record_fields[] = {
	{"entity", MSG_ARRAY, 0, MSGID_client_quota_record_entity_data, offsetof(struct client_quota_record, entity), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"key", MSG_STRING, 0, 0, offsetof(struct client_quota_record, key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_FLOAT64, 0, 0, offsetof(struct client_quota_record, value), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"remove", MSG_BOOL, 0, 0, offsetof(struct client_quota_record, remove), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table client_quota_record_table = {
	.name = "ClientQuotaRecord", .id = MSGID_client_quota_record, .key = 14, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 600, .area = NULL
};

const struct msg_field config_record_fields[] = {
	{"resource_type", MSG_INT8, 0, 0, offsetof(struct config_record, resource_type), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"resource_name", MSG_STRING, 0, 0, offsetof(struct config_record, resource_name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"name", MSG_STRING, 0, 0, offsetof(struct config_record, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"value", MSG_STRING, 0, 0, offsetof(struct config_record, value), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table config_record_table = {
	.name = "ConfigRecord", .id = MSGID_config_record, .key = 4, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 601, .area = NULL
};

const struct msg_field delegation_token_record_fields[] = {
	{"owner", MSG_STRING, 0, 0, offsetof(struct delegation_token_record, owner), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"requester", MSG_STRING, 0, 0, offsetof(struct delegation_token_record, requester), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"renewers", MSG_ARRAY, 0, MSG_STRING, offsetof(struct delegation_token_record, renewers), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"issue_timestamp", MSG_INT64, 0, 0, offsetof(struct delegation_token_record, issue_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_timestamp", MSG_INT64, 0, 0, offsetof(struct delegation_token_record, max_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"expiration_timestamp", MSG_INT64, 0, 0, offsetof(struct delegation_token_record, expiration_timestamp), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"token_id", MSG_STRING, 0, 0, offsetof(struct delegation_token_record, token_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table delegation_token_record_table = {
	.name = "DelegationTokenRecord", .id = MSGID_delegation_token_record, .key = 10, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 602, .area = NULL
};

const struct msg_field end_transaction_record_fields[1];

const struct msg_table end_transaction_record_table = {
	.name = "EndTransactionRecord", .id = MSGID_end_transaction_record, .key = 24, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 603, .area = NULL
};

const struct msg_field feature_level_record_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct feature_level_record, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"feature_level", MSG_INT16, 0, 0, offsetof(struct feature_level_record, feature_level), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table feature_level_record_table = {
	.name = "FeatureLevelRecord", .id = MSGID_feature_level_record, .key = 12, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 604, .area = NULL
};

const struct msg_field fence_broker_record_fields[] = {
	{"id", MSG_INT32, 0, 0, offsetof(struct fence_broker_record, id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"epoch", MSG_INT64, 0, 0, offsetof(struct fence_broker_record, epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table fence_broker_record_table = {
	.name = "FenceBrokerRecord", .id = MSGID_fence_broker_record, .key = 7, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 605, .area = NULL
};

const struct msg_field no_op_record_fields[1];

const struct msg_table no_op_record_table = {
	.name = "NoOpRecord", .id = MSGID_no_op_record, .key = 20, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 606, .area = NULL
};

const struct msg_field partition_change_record_fields[] = {
	{"partition_id", MSG_INT32, 0, 0, offsetof(struct partition_change_record, partition_id), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct partition_change_record, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"isr", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct partition_change_record, isr), 0, {0, 127}, {0, 127}, {0, 127}, 0},
	{"leader", MSG_INT32, 0, 0, offsetof(struct partition_change_record, leader), 1, {0, 127}, {1, 0}, {0, 127}, -2},
	{"replicas", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct partition_change_record, replicas), 2, {0, 127}, {0, 127}, {0, 127}, 0},
	{"removing_replicas", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct partition_change_record, removing_replicas), 3, {0, 127}, {0, 127}, {0, 127}, 0},
	{"adding_replicas", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct partition_change_record, adding_replicas), 4, {0, 127}, {0, 127}, {0, 127}, 0},
	{"leader_recovery_state", MSG_INT8, 0, 0, offsetof(struct partition_change_record, leader_recovery_state), 5, {0, 127}, {1, 0}, {0, 127}, -1},
	{"directories", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_UUID, offsetof(struct partition_change_record, directories), 8, {1, 127}, {1, 127}, {1, 127}, 0},
	{"eligible_leader_replicas", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct partition_change_record, eligible_leader_replicas), 6, {2, 127}, {2, 127}, {2, 127}, 0},
	{"last_known_elr", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct partition_change_record, last_known_elr), 7, {2, 127}, {2, 127}, {2, 127}, 0},
};

const struct msg_table partition_change_record_table = {
	.name = "PartitionChangeRecord", .id = MSGID_partition_change_record, .key = 5, .kind = MSG_METADATA,
	.versions = {0, 2}, .flexible = {0, 127}, .plans = 607, .area = NULL
};

const struct msg_field partition_record_fields[] = {
	{"partition_id", MSG_INT32, 0, 0, offsetof(struct partition_record, partition_id), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct partition_record, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"replicas", MSG_ARRAY, 0, MSG_INT32, offsetof(struct partition_record, replicas), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"isr", MSG_ARRAY, 0, MSG_INT32, offsetof(struct partition_record, isr), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"removing_replicas", MSG_ARRAY, 0, MSG_INT32, offsetof(struct partition_record, removing_replicas), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"adding_replicas", MSG_ARRAY, 0, MSG_INT32, offsetof(struct partition_record, adding_replicas), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"leader", MSG_INT32, 0, 0, offsetof(struct partition_record, leader), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"leader_recovery_state", MSG_INT8, 0, 0, offsetof(struct partition_record, leader_recovery_state), 0, {0, 127}, {1, 0}, {0, 127}, 0},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct partition_record, leader_epoch), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"partition_epoch", MSG_INT32, 0, 0, offsetof(struct partition_record, partition_epoch), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"directories", MSG_ARRAY, 0, MSG_UUID, offsetof(struct partition_record, directories), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"eligible_leader_replicas", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct partition_record, eligible_leader_replicas), 1, {2, 127}, {2, 127}, {2, 127}, 0},
	{"last_known_elr", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_INT32, offsetof(struct partition_record, last_known_elr), 2, {2, 127}, {2, 127}, {2, 127}, 0},
};

const struct msg_table partition_record_table = {
	.name = "PartitionRecord", .id = MSGID_partition_record, .key = 3, .kind = MSG_METADATA,
	.versions = {0, 2}, .flexible = {0, 127}, .plans = 610, .area = NULL
};

const struct msg_field producer_ids_record_fields[] = {
	{"broker_id", MSG_INT32, 0, 0, offsetof(struct producer_ids_record, broker_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"broker_epoch", MSG_INT64, 0, 0, offsetof(struct producer_ids_record, broker_epoch), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"next_producer_id", MSG_INT64, 0, 0, offsetof(struct producer_ids_record, next_producer_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table producer_ids_record_table = {
	.name = "ProducerIdsRecord", .id = MSGID_producer_ids_record, .key = 15, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 613, .area = NULL
};

const struct msg_field register_broker_record_broker_endpoint_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct register_broker_record_broker_endpoint, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct register_broker_record_broker_endpoint, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_UINT16, 0, 0, offsetof(struct register_broker_record_broker_endpoint, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"security_protocol", MSG_INT16, 0, 0, offsetof(struct register_broker_record_broker_endpoint, security_protocol), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field register_broker_record_broker_feature_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct register_broker_record_broker_feature, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"min_supported_version", MSG_INT16, 0, 0, offsetof(struct register_broker_record_broker_feature, min_supported_version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_supported_version", MSG_INT16, 0, 0, offsetof(struct register_broker_record_broker_feature, max_supported_version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field register_broker_record_fields[] = {
	{"broker_id", MSG_INT32, 0, 0, offsetof(struct register_broker_record, broker_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"is_migrating_zk_broker", MSG_BOOL, 0, 0, offsetof(struct register_broker_record, is_migrating_zk_broker), -1, {2, 127}, {1, 0}, {1, 0}, 0},
	{"incarnation_id", MSG_UUID, 0, 0, offsetof(struct register_broker_record, incarnation_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"broker_epoch", MSG_INT64, 0, 0, offsetof(struct register_broker_record, broker_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"end_points", MSG_ARRAY, 0, MSGID_register_broker_record_broker_endpoint, offsetof(struct register_broker_record, end_points), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"features", MSG_ARRAY, 0, MSGID_register_broker_record_broker_feature, offsetof(struct register_broker_record, features), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"rack", MSG_STRING, 0, 0, offsetof(struct register_broker_record, rack), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"fenced", MSG_BOOL, 0, 0, offsetof(struct register_broker_record, fenced), -1, {0, 127}, {1, 0}, {1, 0}, 1},
	{"in_controlled_shutdown", MSG_BOOL, 0, 0, offsetof(struct register_broker_record, in_controlled_shutdown), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"log_dirs", MSG_ARRAY, 0, MSG_UUID, offsetof(struct register_broker_record, log_dirs), 0, {3, 127}, {1, 0}, {3, 127}, 0},
	{"cordoned_log_dirs", MSG_ARRAY, MSG_NULL_DEFAULT, MSG_UUID, offsetof(struct register_broker_record, cordoned_log_dirs), 1, {4, 127}, {4, 127}, {4, 127}, 0},
};

const struct msg_table register_broker_record_table = {
	.name = "RegisterBrokerRecord", .id = MSGID_register_broker_record, .key = 0, .kind = MSG_METADATA,
	.versions = {0, 4}, .flexible = {0, 127}, .plans = 614, .area = NULL
};

const struct msg_field register_controller_record_controller_endpoint_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct register_controller_record_controller_endpoint, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct register_controller_record_controller_endpoint, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_UINT16, 0, 0, offsetof(struct register_controller_record_controller_endpoint, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"security_protocol", MSG_INT16, 0, 0, offsetof(struct register_controller_record_controller_endpoint, security_protocol), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field register_controller_record_controller_feature_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct register_controller_record_controller_feature, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"min_supported_version", MSG_INT16, 0, 0, offsetof(struct register_controller_record_controller_feature, min_supported_version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_supported_version", MSG_INT16, 0, 0, offsetof(struct register_controller_record_controller_feature, max_supported_version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field register_controller_record_fields[] = {
	{"controller_id", MSG_INT32, 0, 0, offsetof(struct register_controller_record, controller_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"incarnation_id", MSG_UUID, 0, 0, offsetof(struct register_controller_record, incarnation_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"zk_migration_ready", MSG_BOOL, 0, 0, offsetof(struct register_controller_record, zk_migration_ready), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"end_points", MSG_ARRAY, 0, MSGID_register_controller_record_controller_endpoint, offsetof(struct register_controller_record, end_points), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"features", MSG_ARRAY, 0, MSGID_register_controller_record_controller_feature, offsetof(struct register_controller_record, features), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table register_controller_record_table = {
	.name = "RegisterControllerRecord", .id = MSGID_register_controller_record, .key = 27, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 619, .area = NULL
};

const struct msg_field remove_access_control_entry_record_fields[] = {
	{"id", MSG_UUID, 0, 0, offsetof(struct remove_access_control_entry_record, id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table remove_access_control_entry_record_table = {
	.name = "RemoveAccessControlEntryRecord", .id = MSGID_remove_access_control_entry_record, .key = 19, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 620, .area = NULL
};

const struct msg_field remove_delegation_token_record_fields[] = {
	{"token_id", MSG_STRING, 0, 0, offsetof(struct remove_delegation_token_record, token_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table remove_delegation_token_record_table = {
	.name = "RemoveDelegationTokenRecord", .id = MSGID_remove_delegation_token_record, .key = 26, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 621, .area = NULL
};

const struct msg_field remove_topic_record_fields[] = {
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct remove_topic_record, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table remove_topic_record_table = {
	.name = "RemoveTopicRecord", .id = MSGID_remove_topic_record, .key = 9, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 622, .area = NULL
};

const struct msg_field remove_user_scram_credential_record_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct remove_user_scram_credential_record, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"mechanism", MSG_INT8, 0, 0, offsetof(struct remove_user_scram_credential_record, mechanism), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table remove_user_scram_credential_record_table = {
	.name = "RemoveUserScramCredentialRecord", .id = MSGID_remove_user_scram_credential_record, .key = 22, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 623, .area = NULL
};

const struct msg_field topic_record_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct topic_record, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, 0, 0, offsetof(struct topic_record, topic_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table topic_record_table = {
	.name = "TopicRecord", .id = MSGID_topic_record, .key = 2, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 624, .area = NULL
};

const struct msg_field unfence_broker_record_fields[] = {
	{"id", MSG_INT32, 0, 0, offsetof(struct unfence_broker_record, id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"epoch", MSG_INT64, 0, 0, offsetof(struct unfence_broker_record, epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table unfence_broker_record_table = {
	.name = "UnfenceBrokerRecord", .id = MSGID_unfence_broker_record, .key = 8, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 625, .area = NULL
};

const struct msg_field unregister_broker_record_fields[] = {
	{"broker_id", MSG_INT32, 0, 0, offsetof(struct unregister_broker_record, broker_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"broker_epoch", MSG_INT64, 0, 0, offsetof(struct unregister_broker_record, broker_epoch), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table unregister_broker_record_table = {
	.name = "UnregisterBrokerRecord", .id = MSGID_unregister_broker_record, .key = 1, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 626, .area = NULL
};

const struct msg_field unregister_controller_record_fields[] = {
	{"controller_id", MSG_INT32, 0, 0, offsetof(struct unregister_controller_record, controller_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table unregister_controller_record_table = {
	.name = "UnregisterControllerRecord", .id = MSGID_unregister_controller_record, .key = 29, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 627, .area = NULL
};

const struct msg_field user_scram_credential_record_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct user_scram_credential_record, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"mechanism", MSG_INT8, 0, 0, offsetof(struct user_scram_credential_record, mechanism), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"salt", MSG_BYTES, 0, 0, offsetof(struct user_scram_credential_record, salt), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"stored_key", MSG_BYTES, 0, 0, offsetof(struct user_scram_credential_record, stored_key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"server_key", MSG_BYTES, 0, 0, offsetof(struct user_scram_credential_record, server_key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"iterations", MSG_INT32, 0, 0, offsetof(struct user_scram_credential_record, iterations), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table user_scram_credential_record_table = {
	.name = "UserScramCredentialRecord", .id = MSGID_user_scram_credential_record, .key = 11, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 628, .area = NULL
};

const struct msg_field zk_migration_state_record_fields[] = {
	{"zk_migration_state", MSG_INT8, 0, 0, offsetof(struct zk_migration_state_record, zk_migration_state), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table zk_migration_state_record_table = {
	.name = "ZkMigrationStateRecord", .id = MSGID_zk_migration_state_record, .key = 21, .kind = MSG_METADATA,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 629, .area = NULL
};
