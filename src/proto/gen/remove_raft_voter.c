/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/remove_raft_voter.h"
#include "fields.h"

const struct msg_field remove_raft_voter_req_fields[] = {
	{"cluster_id", MSG_STRING, 0, 0, offsetof(struct remove_raft_voter_req, cluster_id), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"voter_id", MSG_INT32, 0, 0, offsetof(struct remove_raft_voter_req, voter_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"voter_directory_id", MSG_UUID, 0, 0, offsetof(struct remove_raft_voter_req, voter_directory_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table remove_raft_voter_req_table = {
	.name = "RemoveRaftVoterRequest", .id = MSGID_remove_raft_voter_req, .key = 81, .kind = MSG_REQUEST,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 506, .area = NULL
};

const struct msg_field remove_raft_voter_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct remove_raft_voter_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct remove_raft_voter_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct remove_raft_voter_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_table remove_raft_voter_resp_table = {
	.name = "RemoveRaftVoterResponse", .id = MSGID_remove_raft_voter_resp, .key = 81, .kind = MSG_RESPONSE,
	.versions = {0, 0}, .flexible = {0, 127}, .plans = 507, .area = NULL
};
