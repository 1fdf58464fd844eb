/* SPDX-License-Identifier: ISC */
/* Made by src/proto/regen from Apache Kafka's message schemas (Apache License 2.0).  Do not edit. */
#include "config.h"

#include "odradek/proto/gen/headers.h"
#include "fields.h"

const struct msg_field request_header_fields[] = {
	{"request_api_key", MSG_INT16, 0, 0, offsetof(struct request_header, request_api_key), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"request_api_version", MSG_INT16, 0, 0, offsetof(struct request_header, request_api_version), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"correlation_id", MSG_INT32, 0, 0, offsetof(struct request_header, correlation_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
	{"client_id", MSG_STRING, MSG_INFLEXIBLE, 0, offsetof(struct request_header, client_id), -1, {1, 127}, {1, 127}, {1, 0}, 0},
};

const struct msg_table request_header_table = {
	.name = "RequestHeader", .id = MSGID_request_header, .key = -1, .kind = MSG_HEADER,
	.versions = {1, 2}, .flexible = {2, 127}, .plans = 512, .area = NULL
};

const struct msg_field response_header_fields[] = {
	{"correlation_id", MSG_INT32, 0, 0, offsetof(struct response_header, correlation_id), -1, {0, 127}, {1, 0}, {1, 0}, 0},
};

const struct msg_table response_header_table = {
	.name = "ResponseHeader", .id = MSGID_response_header, .key = -1, .kind = MSG_HEADER,
	.versions = {0, 1}, .flexible = {1, 127}, .plans = 514, .area = NULL
};
