/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/update_features.h"
#include "fields.h"

const struct msg_field update_features_req_feature_update_key_fields[] = {
	{"feature", MSG_STRING, 0, 0, offsetof(struct update_features_req_feature_update_key, feature), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"max_version_level", MSG_INT16, 0, 0, offsetof(struct update_features_req_feature_update_key, max_version_level), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"allow_downgrade", MSG_BOOL, 0, 0, offsetof(struct update_features_req_feature_update_key, allow_downgrade), -1, {0, 0}, {1, 0}, {1, 0}, 0},
	{"upgrade_type", MSG_INT8, 0, 0, offsetof(struct update_features_req_feature_update_key, upgrade_type), -1, {1, 127}, {1, 0}, {1, 0}, 1},
};

const struct msg_field update_features_req_fields[] = {
	{"timeout_ms", MSG_INT32, 0, 0, offsetof(struct update_features_req, timeout_ms), -1, {0, 127}, {1, 0}, {1, 0}, 60000},
	{"feature_updates", MSG_ARRAY, 0, MSGID_update_features_req_feature_update_key, offsetof(struct update_features_req, feature_updates), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"validate_only", MSG_BOOL, 0, 0, offsetof(struct update_features_req, validate_only), -1, {1, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table update_features_req_table = {
	.name = "UpdateFeaturesRequest", .id = MSGID_update_features_req, .key = 57, .kind = MSG_REQUEST,
	.versions = {0, 2}, .flexible = {0, 127}, .plans = 578, .area = NULL
};

const struct msg_field update_features_resp_updatable_feature_result_fields[] = {
	{"feature", MSG_STRING, 0, 0, offsetof(struct update_features_resp_updatable_feature_result, feature), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct update_features_resp_updatable_feature_result, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct update_features_resp_updatable_feature_result, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
};

const struct msg_field update_features_resp_fields[] = {
	{"throttle_time_ms", MSG_INT32, 0, 0, offsetof(struct update_features_resp, throttle_time_ms), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_code", MSG_INT16, 0, 0, offsetof(struct update_features_resp, error_code), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"error_message", MSG_STRING, 0, 0, offsetof(struct update_features_resp, error_message), -1, {0, 127}, {0, 127}, {1, 0}, 0},
	{"results", MSG_ARRAY, MSG_IGNORABLE, MSGID_update_features_resp_updatable_feature_result, offsetof(struct update_features_resp, results), -1, {0, 1}, {1, 0}, {1, 0}, 0},
};

const struct msg_table update_features_resp_table = {
	.name = "UpdateFeaturesResponse", .id = MSGID_update_features_resp, .key = 57, .kind = MSG_RESPONSE,
	.versions = {0, 2}, .flexible = {0, 127}, .plans = 581, .area = NULL
};
