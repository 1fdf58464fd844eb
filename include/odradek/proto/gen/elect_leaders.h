/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_ELECT_LEADERS_H
#define ODRADEK_PROTO_GEN_ELECT_LEADERS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct elect_leaders_req_topic_partitions {
	struct kstr topic;
	KARR(int32_t, MSG_INT32) partitions;
};

struct elect_leaders_req {
	int8_t election_type;
	KARR(struct elect_leaders_req_topic_partitions, MSGID_elect_leaders_req_topic_partitions) topic_partitions;
	int32_t timeout_ms;
};

extern const struct msg_table elect_leaders_req_table;

struct elect_leaders_resp_partition_result {
	int32_t partition_id;
	int16_t error_code;
	struct kstr error_message;
};

struct elect_leaders_resp_replica_election_result {
	struct kstr topic;
	KARR(struct elect_leaders_resp_partition_result, MSGID_elect_leaders_resp_partition_result) partition_result;
};

struct elect_leaders_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	KARR(struct elect_leaders_resp_replica_election_result, MSGID_elect_leaders_resp_replica_election_result) replica_election_results;
};

extern const struct msg_table elect_leaders_resp_table;

#endif
