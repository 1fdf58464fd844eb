/* SPDX-License-Identifier: ISC */
/* api.h - what we answer: one row for each API of tbl/apis.h, with its message tables.  Used in:
 * acceptor, controller. */
#ifndef ODRADEK_PROTO_API_H
#define ODRADEK_PROTO_API_H

#include <stdint.h>

#include "odradek/proto/msg.h"

enum api_key {
#define API(key, name, min, max, flexible, by, acl, handler) API_##name = key,
#include "tbl/apis.h"
#undef API
	API_KEY_MAX = 127 /* keys are below this */
};

enum api_answerer { BY_ACCEPTOR, BY_CONTROLLER, BY_WRITER, BY_COORDINATOR };

enum api_acl {
	ACL_NONE,
	ACL_WRITE_TOPIC,
	ACL_READ_TOPIC,
	ACL_DESCRIBE_TOPIC,
	ACL_CREATE_TOPIC,
	ACL_DELETE_TOPIC,
	ACL_ALTER_TOPIC,
	ACL_DESCRIBE_CONFIGS,
	ACL_ALTER_CONFIGS,
	ACL_DESCRIBE_CLUSTER,
	ACL_ALTER_CLUSTER,
	ACL_DESCRIBE_GROUP,
	ACL_READ_GROUP,
	ACL_DELETE_GROUP,
	ACL_WRITE_TXN_OR_IDEMPOTENT
};

struct api {
	const char *name;
	const struct msg_table *req;
	const struct msg_table *resp;
	int16_t key;
	int16_t min; /* as advertised */
	int16_t max;
	int16_t parse_min; /* as parsed: Produce is advertised from 0, but parsed from 3 */
	int16_t flexible;  /* first flexible version */
	uint8_t answered_by;
	uint8_t acl;
	uint8_t index; /* row in tbl/apis.h, for counters and handlers */
};

/* NULL if we do not answer it. */
const struct api *api_get(int key);
/* All of them in order of tbl/apis.h. */
const struct api *api_all(int *n);

/* Level 0 to max; the finalized features are a property of the cluster, and so is the epoch that
 * they came with. */
struct api_versions_params {
	int64_t features_epoch; /* -1 unknown */
	int32_t throttle_ms;
};

struct api_versions_req;
struct api_versions_resp;

/* The answer to an ApiVersions request of a version that we have: with req != NULL its software
 * name and version are checked (v3+: error 42 if they are not as they should be).  NULL when the
 * arena is full. */
struct api_versions_resp *api_versions_answer(struct msg_arena *a,
    const struct api_versions_req *req, int version, const struct api_versions_params *params);
/* The answer to a version that we do not have: error 35 and our range of key 18; encode it as
 * version 0. */
struct api_versions_resp *api_versions_refusal(struct msg_arena *a);
/* Is it a name that a client may give its software? */
int api_software_name_ok(const char *p, int len);

#endif
