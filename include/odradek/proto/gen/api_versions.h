/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_API_VERSIONS_H
#define ODRADEK_PROTO_GEN_API_VERSIONS_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct api_versions_req {
	struct kstr client_software_name;
	struct kstr client_software_version;
	struct kstr cluster_id;
	int32_t node_id;
};

extern const struct msg_table api_versions_req_table;

struct api_versions_resp_api_version {
	int16_t api_key;
	int16_t min_version;
	int16_t max_version;
};

struct api_versions_resp_supported_feature_key {
	struct kstr name;
	int16_t min_version;
	int16_t max_version;
};

struct api_versions_resp_finalized_feature_key {
	struct kstr name;
	int16_t max_version_level;
	int16_t min_version_level;
};

struct api_versions_resp {
	int16_t error_code;
	KARR(struct api_versions_resp_api_version, MSGID_api_versions_resp_api_version) api_keys;
	int32_t throttle_time_ms;
	KARR(struct api_versions_resp_supported_feature_key, MSGID_api_versions_resp_supported_feature_key) supported_features;
	int64_t finalized_features_epoch;
	KARR(struct api_versions_resp_finalized_feature_key, MSGID_api_versions_resp_finalized_feature_key) finalized_features;
	uint8_t zk_migration_ready;
};

extern const struct msg_table api_versions_resp_table;

#endif
