/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/fetch.h"
#include "fields.h"

const struct msg_field fetch_req_replica_state_fields[] = {
	{"replica_id", MSG_INT32, 0, 0, offsetof(struct fetch_req_replica_state, replica_id), -1, {15, 127}, {1, 0}, {1, 0}, -1},
	{"replica_epoch", MSG_INT64, 0, 0, offsetof(struct fetch_req_replica_state, replica_epoch), -1, {15, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field fetch_req_fetch_partition_fields[] = {
	{"partition", MSG_INT32, 0, 0, offsetof(struct fetch_req_fetch_partition, partition), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"current_leader_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct fetch_req_fetch_partition, current_leader_epoch), -1, {9, 127}, {1, 0}, {1, 0}, -1},
	{"fetch_offset", MSG_INT64, 0, 0, offsetof(struct fetch_req_fetch_partition, fetch_offset), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_fetched_epoch", MSG_INT32, 0, 0, offsetof(struct fetch_req_fetch_partition, last_fetched_epoch), -1, {12, 127}, {1, 0}, {1, 0}, -1},
	{"log_start_offset", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct fetch_req_fetch_partition, log_start_offset), -1, {5, 127}, {1, 0}, {1, 0}, -1},
	{"partition_max_bytes", MSG_INT32, 0, 0, offsetof(struct fetch_req_fetch_partition, partition_max_bytes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"replica_directory_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct fetch_req_fetch_partition, replica_directory_id), 0, {17, 127}, {1, 0}, {17, 127}, 0},
	{"high_watermark", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct fetch_req_fetch_partition, high_watermark), 1, {18, 127}, {1, 0}, {18, 127}, 9223372036854775807},
};

const struct msg_field fetch_req_fetch_topic_fields[] = {
	{"topic", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct fetch_req_fetch_topic, topic), -1, {0, 12}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct fetch_req_fetch_topic, topic_id), -1, {13, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_fetch_req_fetch_partition, offsetof(struct fetch_req_fetch_topic, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field fetch_req_forgotten_topic_fields[] = {
	{"topic", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct fetch_req_forgotten_topic, topic), -1, {7, 12}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct fetch_req_forgotten_topic, topic_id), -1, {13, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSG_INT32, offsetof(struct fetch_req_forgotten_topic, partitions), -1, {7, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field fetch_req_fields[] = {
	{"cluster_id", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct fetch_req, cluster_id), 0, {12, 127}, {12, 127}, {12, 127}, 0},
	{"replica_id", MSG_INT32, 0, 0, offsetof(struct fetch_req, replica_id), -1, {0, 14}, {1, 0}, {1, 0}, -1},
	{"replica_state", MSG_STRUCT, 0, MSGID_fetch_req_replica_state, offsetof(struct fetch_req, replica_state), 1, {15, 127}, {1, 0}, {15, 127}, 0},
	{"max_wait_ms", MSG_INT32, 0, 0, offsetof(struct fetch_req, max_wait_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"min_bytes", MSG_INT32, 0, 0, offsetof(struct fetch_req, min_bytes), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_bytes", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct fetch_req, max_bytes), -1, {3, 127}, {1, 0}, {1, 0}, 2147483647},
	{"isolation_level", MSG_INT8, MSG_IGNORABLE, 0, offsetof(struct fetch_req, isolation_level), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"session_id", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct fetch_req, session_id), -1, {7, 127}, {1, 0}, {1, 0}, 0},
	{"session_epoch", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct fetch_req, session_epoch), -1, {7, 127}, {1, 0}, {1, 0}, -1},
	{"topics", MSG_ARRAY, 0, MSGID_fetch_req_fetch_topic, offsetof(struct fetch_req, topics), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"forgotten_topics_data", MSG_ARRAY, 0, MSGID_fetch_req_forgotten_topic, offsetof(struct fetch_req, forgotten_topics_data), -1, {7, 127}, {1, 0}, {1, 0}, 0},
	{"rack_id", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct fetch_req, rack_id), -1, {11, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table fetch_req_table = {
	.name = "FetchRequest", .id = MSGID_fetch_req, .key = 1, .kind = MSG_REQUEST,
	.versions = {4, 18}, .flexible = {12, 127}, .plans = 248, .area = NULL
};

const struct msg_field fetch_resp_epoch_end_offset_fields[] = {
	{"epoch", MSG_INT32, 0, 0, offsetof(struct fetch_resp_epoch_end_offset, epoch), -1, {12, 127}, {1, 0}, {1, 0}, -1},
	{"end_offset", MSG_INT64, 0, 0, offsetof(struct fetch_resp_epoch_end_offset, end_offset), -1, {12, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field fetch_resp_leader_id_and_epoch_fields[] = {
	{"leader_id", MSG_INT32, 0, 0, offsetof(struct fetch_resp_leader_id_and_epoch, leader_id), -1, {12, 127}, {1, 0}, {1, 0}, -1},
	{"leader_epoch", MSG_INT32, 0, 0, offsetof(struct fetch_resp_leader_id_and_epoch, leader_epoch), -1, {12, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field fetch_resp_snapshot_id_fields[] = {
	{"end_offset", MSG_INT64, 0, 0, offsetof(struct fetch_resp_snapshot_id, end_offset), -1, {0, 127}, {1, 0}, {1, 0}, -1},
	{"epoch", MSG_INT32, 0, 0, offsetof(struct fetch_resp_snapshot_id, epoch), -1, {0, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_field fetch_resp_aborted_transaction_fields[] = {
	{"producer_id", MSG_INT64, 0, 0, offsetof(struct fetch_resp_aborted_transaction, producer_id), -1, {4, 127}, {1, 0}, {1, 0}, 0},
	{"first_offset", MSG_INT64, 0, 0, offsetof(struct fetch_resp_aborted_transaction, first_offset), -1, {4, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field fetch_resp_partition_data_fields[] = {
	{"partition_index", MSG_INT32, 0, 0, offsetof(struct fetch_resp_partition_data, partition_index), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct fetch_resp_partition_data, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"high_watermark", MSG_INT64, 0, 0, offsetof(struct fetch_resp_partition_data, high_watermark), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"last_stable_offset", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct fetch_resp_partition_data, last_stable_offset), -1, {4, 127}, {1, 0}, {1, 0}, -1},
	{"log_start_offset", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct fetch_resp_partition_data, log_start_offset), -1, {5, 127}, {1, 0}, {1, 0}, -1},
	{"diverging_epoch", MSG_STRUCT, 0, MSGID_fetch_resp_epoch_end_offset, offsetof(struct fetch_resp_partition_data, diverging_epoch), 0, {12, 127}, {1, 0}, {12, 127}, 0},
	{"current_leader", MSG_STRUCT, 0, MSGID_fetch_resp_leader_id_and_epoch, offsetof(struct fetch_resp_partition_data, current_leader), 1, {12, 127}, {1, 0}, {12, 127}, 0},
	{"snapshot_id", MSG_STRUCT, 0, MSGID_fetch_resp_snapshot_id, offsetof(struct fetch_resp_partition_data, snapshot_id), 2, {12, 127}, {1, 0}, {12, 127}, 0},
	{"aborted_transactions", MSG_ARRAY, MSG_IGNORABLE, MSGID_fetch_resp_aborted_transaction, offsetof(struct fetch_resp_partition_data, aborted_transactions), -1, {4, 127}, {4, 127}, {1, 0}, 0},
	{"preferred_read_replica", MSG_INT32, 0, 0, offsetof(struct fetch_resp_partition_data, preferred_read_replica), -1, {11, 127}, {1, 0}, {1, 0}, -1},
	{"records", MSG_RECORDS, 0, 0, offsetof(struct fetch_resp_partition_data, records), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field fetch_resp_fetchable_topic_response_fields[] = {
	{"topic", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct fetch_resp_fetchable_topic_response, topic), -1, {0, 12}, {1, 0}, {1, 0}, 0},
	{"topic_id", MSG_UUID, MSG_IGNORABLE, 0, offsetof(struct fetch_resp_fetchable_topic_response, topic_id), -1, {13, 127}, {1, 0}, {1, 0}, 0},
	{"partitions", MSG_ARRAY, 0, MSGID_fetch_resp_partition_data, offsetof(struct fetch_resp_fetchable_topic_response, partitions), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field fetch_resp_node_endpoint_fields[] = {
	{"node_id", MSG_INT32, 0, 0, offsetof(struct fetch_resp_node_endpoint, node_id), -1, {16, 127}, {1, 0}, {1, 0}, 0},
	{"host", MSG_STRING, 0, 0, offsetof(struct fetch_resp_node_endpoint, host), -1, {16, 127}, {1, 0}, {1, 0}, 0},
	{"port", MSG_INT32, 0, 0, offsetof(struct fetch_resp_node_endpoint, port), -1, {16, 127}, {1, 0}, {1, 0}, 0},
	{"rack", MSG_STRING, MSG_NULL_DEFAULT, 0, offsetof(struct fetch_resp_node_endpoint, rack), -1, {16, 127}, {16, 127}, {1, 0}, 0},
};

const struct msg_field fetch_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct fetch_resp, throttle_time_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, MSG_IGNORABLE, 0, offsetof(struct fetch_resp, error_code), -1, {7, 127}, {1, 0}, {1, 0}, 0},
	{"session_id", MSG_INT32, 0, 0, offsetof(struct fetch_resp, session_id), -1, {7, 127}, {1, 0}, {1, 0}, 0},
	{"responses", MSG_ARRAY, 0, MSGID_fetch_resp_fetchable_topic_response, offsetof(struct fetch_resp, responses), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"node_endpoints", MSG_ARRAY, 0, MSGID_fetch_resp_node_endpoint, offsetof(struct fetch_resp, node_endpoints), 0, {16, 127}, {1, 0}, {16, 127}, 0},
};

const struct msg_table fetch_resp_table = {
	.name = "FetchResponse", .id = MSGID_fetch_resp, .key = 1, .kind = MSG_RESPONSE,
	.versions = {4, 18}, .flexible = {12, 127}, .plans = 263, .area = NULL
};
