/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_WRITE_TXN_MARKERS_H
#define ODRADEK_PROTO_GEN_WRITE_TXN_MARKERS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct write_txn_markers_req_writable_txn_marker_topic {
	struct kstr name;
	KARR(int32_t, MSG_INT32) partition_indexes;
};

struct write_txn_markers_req_writable_txn_marker {
	int64_t producer_id;
	int16_t producer_epoch;
	uint8_t transaction_result;
	KARR(struct write_txn_markers_req_writable_txn_marker_topic, MSGID_write_txn_markers_req_writable_txn_marker_topic) topics;
	int32_t coordinator_epoch;
	int8_t transaction_version;
};

struct write_txn_markers_req {
	KARR(struct write_txn_markers_req_writable_txn_marker, MSGID_write_txn_markers_req_writable_txn_marker) markers;
};

extern const struct msg_table write_txn_markers_req_table;

struct write_txn_markers_resp_writable_txn_marker_partition_result {
	int32_t partition_index;
	int16_t error_code;
};

struct write_txn_markers_resp_writable_txn_marker_topic_result {
	struct kstr name;
	KARR(struct write_txn_markers_resp_writable_txn_marker_partition_result, MSGID_write_txn_markers_resp_writable_txn_marker_partition_result) partitions;
};

struct write_txn_markers_resp_writable_txn_marker_result {
	int64_t producer_id;
	KARR(struct write_txn_markers_resp_writable_txn_marker_topic_result, MSGID_write_txn_markers_resp_writable_txn_marker_topic_result) topics;
};

struct write_txn_markers_resp {
	KARR(struct write_txn_markers_resp_writable_txn_marker_result, MSGID_write_txn_markers_resp_writable_txn_marker_result) markers;
};

extern const struct msg_table write_txn_markers_resp_table;

#endif
