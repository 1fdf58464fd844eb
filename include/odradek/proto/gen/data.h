/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_DATA_H
#define ODRADEK_PROTO_GEN_DATA_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct aborted_txn {
	int64_t producer_id;
	int64_t first_offset;
	int64_t last_offset;
	int64_t last_stable_offset;
};

extern const struct msg_table aborted_txn_table;

struct consumer_protocol_assignment_topic_partition {
	struct kstr topic;
	KARR(int32_t, MSG_INT32) partitions;
};

struct consumer_protocol_assignment {
	KARR(struct consumer_protocol_assignment_topic_partition, MSGID_consumer_protocol_assignment_topic_partition) assigned_partitions;
	struct kstr user_data;
};

extern const struct msg_table consumer_protocol_assignment_table;

struct consumer_protocol_subscription_topic_partition {
	struct kstr topic;
	KARR(int32_t, MSG_INT32) partitions;
};

struct consumer_protocol_subscription {
	KARR(struct kstr, MSG_STRING) topics;
	struct kstr user_data;
	KARR(struct consumer_protocol_subscription_topic_partition, MSGID_consumer_protocol_subscription_topic_partition) owned_partitions;
	int32_t generation_id;
	struct kstr rack_id;
};

extern const struct msg_table consumer_protocol_subscription_table;

struct control_record_type_schema {
	int16_t type;
};

extern const struct msg_table control_record_type_schema_table;

struct default_principal_data {
	struct kstr type;
	struct kstr name;
	uint8_t token_authenticated;
};

extern const struct msg_table default_principal_data_table;

struct end_txn_marker {
	int32_t coordinator_epoch;
};

extern const struct msg_table end_txn_marker_table;

struct k_raft_version_record {
	int16_t version;
	int16_t k_raft_version;
};

extern const struct msg_table k_raft_version_record_table;

struct leader_change_message_voter {
	int32_t voter_id;
	struct uuid voter_directory_id;
};

struct leader_change_message {
	int16_t version;
	int32_t leader_id;
	KARR(struct leader_change_message_voter, MSGID_leader_change_message_voter) voters;
	KARR(struct leader_change_message_voter, MSGID_leader_change_message_voter) granting_voters;
};

extern const struct msg_table leader_change_message_table;

struct snapshot_footer_record {
	int16_t version;
};

extern const struct msg_table snapshot_footer_record_table;

struct snapshot_header_record {
	int16_t version;
	int64_t last_contained_log_timestamp;
};

extern const struct msg_table snapshot_header_record_table;

struct voters_record_endpoint {
	struct kstr name;
	struct kstr host;
	uint16_t port;
};

struct voters_record_k_raft_version_feature {
	int16_t min_supported_version;
	int16_t max_supported_version;
};

struct voters_record_voter {
	int32_t voter_id;
	struct uuid voter_directory_id;
	KARR(struct voters_record_endpoint, MSGID_voters_record_endpoint) endpoints;
	struct voters_record_k_raft_version_feature k_raft_version_feature;
};

struct voters_record {
	int16_t version;
	KARR(struct voters_record_voter, MSGID_voters_record_voter) voters;
};

extern const struct msg_table voters_record_table;

#endif
