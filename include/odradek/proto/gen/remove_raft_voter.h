/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_REMOVE_RAFT_VOTER_H
#define ODRADEK_PROTO_GEN_REMOVE_RAFT_VOTER_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct remove_raft_voter_req {
	struct kstr cluster_id;
	int32_t voter_id;
	struct uuid voter_directory_id;
};

extern const struct msg_table remove_raft_voter_req_table;

struct remove_raft_voter_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
};

extern const struct msg_table remove_raft_voter_resp_table;

#endif
