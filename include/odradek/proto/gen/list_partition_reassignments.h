/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_LIST_PARTITION_REASSIGNMENTS_H
#define ODRADEK_PROTO_GEN_LIST_PARTITION_REASSIGNMENTS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct list_partition_reassignments_req_list_partition_reassignments_topics {
	struct kstr name;
	KARR(int32_t, MSG_INT32) partition_indexes;
};

struct list_partition_reassignments_req {
	int32_t timeout_ms;
	KARR(struct list_partition_reassignments_req_list_partition_reassignments_topics, MSGID_list_partition_reassignments_req_list_partition_reassignments_topics) topics;
};

extern const struct msg_table list_partition_reassignments_req_table;

struct list_partition_reassignments_resp_ongoing_partition_reassignment {
	int32_t partition_index;
	KARR(int32_t, MSG_INT32) replicas;
	KARR(int32_t, MSG_INT32) adding_replicas;
	KARR(int32_t, MSG_INT32) removing_replicas;
};

struct list_partition_reassignments_resp_ongoing_topic_reassignment {
	struct kstr name;
	KARR(struct list_partition_reassignments_resp_ongoing_partition_reassignment, MSGID_list_partition_reassignments_resp_ongoing_partition_reassignment) partitions;
};

struct list_partition_reassignments_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	KARR(struct list_partition_reassignments_resp_ongoing_topic_reassignment, MSGID_list_partition_reassignments_resp_ongoing_topic_reassignment) topics;
};

extern const struct msg_table list_partition_reassignments_resp_table;

#endif
