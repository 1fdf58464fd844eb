/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/add_raft_voter.h"
#include "fields.h"

const struct msg_field add_raft_voter_req_listener_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct add_raft_voter_req_listener, name), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct add_raft_voter_req_listener, host), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_UINT16, 0, 0, offsetof(struct add_raft_voter_req_listener, port), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field add_raft_voter_req_fields[] = {
	{"cluster_id", MSG_STRING, 0, 0, offsetof(struct add_raft_voter_req, cluster_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"timeout_ms", MSG_INT32, 0, 0, offsetof(struct add_raft_voter_req, timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"voter_id", MSG_INT32, 0, 0, offsetof(struct add_raft_voter_req, voter_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"voter_directory_id", MSG_UUID, 0, 0, offsetof(struct add_raft_voter_req, voter_directory_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"listeners", MSG_ARRAY, 0, MSGID_add_raft_voter_req_listener, offsetof(struct add_raft_voter_req, listeners), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"ack_when_committed", MSG_BOOL, 0, 0, offsetof(struct add_raft_voter_req, ack_when_committed), -1, {1, 127}, {1, 0}, {1, 0}, 1},
};

const struct msg_table add_raft_voter_req_table = {
	.name = "AddRaftVoterRequest", .id = MSGID_add_raft_voter_req, .key = 80, .kind = MSG_REQUEST,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 40, .area = NULL
};

const struct msg_field add_raft_voter_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct add_raft_voter_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct add_raft_voter_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct add_raft_voter_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table add_raft_voter_resp_table = {
	.name = "AddRaftVoterResponse", .id = MSGID_add_raft_voter_resp, .key = 80, .kind = MSG_RESPONSE,
	.versions = {0, 1}, .flexible = {0, 127}, .plans = 42, .area = NULL
};
