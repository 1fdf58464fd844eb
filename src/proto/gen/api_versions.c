/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/api_versions.h"
#include "fields.h"

const struct msg_field api_versions_req_fields[] = {
	{"client_software_name", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct api_versions_req, client_software_name), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"client_software_version", MSG_STRING, MSG_IGNORABLE, 0, offsetof(struct api_versions_req, client_software_version), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"cluster_id", MSG_STRING, MSG_IGNORABLE | MSG_NULL_DEFAULT, 0, offsetof(struct api_versions_req, cluster_id), -1, {5, 127}, {5, 127}, {1, 0}, 0},
	{"node_id", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct api_versions_req, node_id), -1, {5, 127}, {1, 0}, {1, 0}, -1},
};

const struct msg_table api_versions_req_table = {
	.name = "ApiVersionsRequest", .id = MSGID_api_versions_req, .key = 18, .kind = MSG_REQUEST,
	.versions = {0, 5}, .flexible = {3, 127}, .plans = 66, .area = NULL
};

const struct msg_field api_versions_resp_api_version_fields[] = {
	{"api_key", MSG_INT16, 0, 0, offsetof(struct api_versions_resp_api_version, api_key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"min_version", MSG_INT16, 0, 0, offsetof(struct api_versions_resp_api_version, min_version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_version", MSG_INT16, 0, 0, offsetof(struct api_versions_resp_api_version, max_version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field api_versions_resp_supported_feature_key_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct api_versions_resp_supported_feature_key, name), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"min_version", MSG_INT16, 0, 0, offsetof(struct api_versions_resp_supported_feature_key, min_version), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"max_version", MSG_INT16, 0, 0, offsetof(struct api_versions_resp_supported_feature_key, max_version), -1, {3, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field api_versions_resp_finalized_feature_key_fields[] = {
	{"name", MSG_STRING, 0, 0, offsetof(struct api_versions_resp_finalized_feature_key, name), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"max_version_level", MSG_INT16, 0, 0, offsetof(struct api_versions_resp_finalized_feature_key, max_version_level), -1, {3, 127}, {1, 0}, {1, 0}, 0},
	{"min_version_level", MSG_INT16, 0, 0, offsetof(struct api_versions_resp_finalized_feature_key, min_version_level), -1, {3, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_field api_versions_resp_fields[] = {
	{"error_code", MSG_INT16, 0, 0, offsetof(struct api_versions_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"api_keys", MSG_ARRAY, 0, MSGID_api_versions_resp_api_version, offsetof(struct api_versions_resp, api_keys), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"throttle_time_ms", MSG_INT32, MSG_IGNORABLE, 0, offsetof(struct api_versions_resp, throttle_time_ms), -1, {1, 127}, {1, 0}, {1, 0}, 0},
	{"supported_features", MSG_ARRAY, MSG_IGNORABLE, MSGID_api_versions_resp_supported_feature_key, offsetof(struct api_versions_resp, supported_features), 0, {3, 127}, {1, 0}, {3, 127}, 0},
	{"finalized_features_epoch", MSG_INT64, MSG_IGNORABLE, 0, offsetof(struct api_versions_resp, finalized_features_epoch), 1, {3, 127}, {1, 0}, {3, 127}, -1},
	{"finalized_features", MSG_ARRAY, MSG_IGNORABLE, MSGID_api_versions_resp_finalized_feature_key, offsetof(struct api_versions_resp, finalized_features), 2, {3, 127}, {1, 0}, {3, 127}, 0},
	{"zk_migration_ready", MSG_BOOL, MSG_IGNORABLE, 0, offsetof(struct api_versions_resp, zk_migration_ready), 3, {3, 127}, {1, 0}, {3, 127}, 0},
};

const struct msg_table api_versions_resp_table = {
	.name = "ApiVersionsResponse", .id = MSGID_api_versions_resp, .key = 18, .kind = MSG_RESPONSE,
	.versions = {0, 5}, .flexible = {3, 127}, .plans = 72, .area = NULL
};
