/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_ADD_RAFT_VOTER_H
#define ODRADEK_PROTO_GEN_ADD_RAFT_VOTER_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct add_raft_voter_req_listener {
	struct kstr name;
	struct kstr host;
	uint16_t port;
};

struct add_raft_voter_req {
	struct kstr cluster_id;
	int32_t timeout_ms;
	int32_t voter_id;
	struct uuid voter_directory_id;
	KARR(struct add_raft_voter_req_listener, MSGID_add_raft_voter_req_listener) listeners;
	uint8_t ack_when_committed;
};

extern const struct msg_table add_raft_voter_req_table;

struct add_raft_voter_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
};

extern const struct msg_table add_raft_voter_resp_table;

#endif
