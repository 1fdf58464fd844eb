/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#ifndef ODRADEK_PROTO_GEN_UPDATE_FEATURES_H
#define ODRADEK_PROTO_GEN_UPDATE_FEATURES_H

#include "odradek/proto/gen/ids.h"
#include "odradek/proto/msg.h"

struct update_features_req_feature_update_key {
	struct kstr feature;
	int16_t max_version_level;
	uint8_t allow_downgrade;
	int8_t upgrade_type;
};

struct update_features_req {
	int32_t timeout_ms;
	KARR(struct update_features_req_feature_update_key, MSGID_update_features_req_feature_update_key) feature_updates;
	uint8_t validate_only;
};

extern const struct msg_table update_features_req_table;

struct update_features_resp_updatable_feature_result {
	struct kstr feature;
	int16_t error_code;
	struct kstr error_message;
};

struct update_features_resp {
	int32_t throttle_time_ms;
	int16_t error_code;
	struct kstr error_message;
	KARR(struct update_features_resp_updatable_feature_result, MSGID_update_features_resp_updatable_feature_result) results;
};

extern const struct msg_table update_features_resp_table;

#endif
