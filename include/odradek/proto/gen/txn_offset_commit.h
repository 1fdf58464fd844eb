/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_TXN_OFFSET_COMMIT_H
#define ODRADEK_PROTO_GEN_TXN_OFFSET_COMMIT_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct txn_offset_commit_req_txn_offset_commit_request_partition {
	int32_t partition_index;
	int64_t committed_offset;
	int32_t committed_leader_epoch;
	struct kstr committed_metadata;
};

struct txn_offset_commit_req_txn_offset_commit_request_topic {
	struct kstr name;
	struct uuid topic_id;
	KARR(struct txn_offset_commit_req_txn_offset_commit_request_partition, MSGID_txn_offset_commit_req_txn_offset_commit_request_partition) partitions;
};

struct txn_offset_commit_req {
	struct kstr transactional_id;
	struct kstr group_id;
	int64_t producer_id;
	int16_t producer_epoch;
	int32_t generation_id_or_member_epoch;
	struct kstr member_id;
	struct kstr group_instance_id;
	KARR(struct txn_offset_commit_req_txn_offset_commit_request_topic, MSGID_txn_offset_commit_req_txn_offset_commit_request_topic) topics;
};

extern const struct msg_table txn_offset_commit_req_table;

struct txn_offset_commit_resp_txn_offset_commit_response_partition {
	int32_t partition_index;
	int16_t error_code;
};

struct txn_offset_commit_resp_txn_offset_commit_response_topic {
	struct kstr name;
	struct uuid topic_id;
	KARR(struct txn_offset_commit_resp_txn_offset_commit_response_partition, MSGID_txn_offset_commit_resp_txn_offset_commit_response_partition) partitions;
};

struct txn_offset_commit_resp {
	int32_t throttle_time_ms;
	KARR(struct txn_offset_commit_resp_txn_offset_commit_response_topic, MSGID_txn_offset_commit_resp_txn_offset_commit_response_topic) topics;
};

extern const struct msg_table txn_offset_commit_resp_table;

#endif
