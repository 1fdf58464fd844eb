/* SPDX-License-Identifier: ISC */
/*
 * groups.c - FindCoordinator.  Used in: acceptor.
 *
 * There is no coordinator process in this version.  For a transactional id the answer is terminal and says so.  For a
 * group it is "not available": consumers that only assign partitions ask, too, as soon as they have a group.id, and must
 * go on; the log says why a subscription does not come about.  The API is answered at all because librdkafka takes it
 * for the mark of a broker that knows lz4: without it, lz4 producers silently send uncompressed batches.
 */
#include "config.h"

#include "acceptor.h"
#include "odradek/base/log.h"
#include "odradek/proto/gen/find_coordinator.h"
#include "odradek/proto/kerr.h"

#define BATCHED_FROM 4
#define KEY_GROUP 0
#define NO_GROUPS "this broker has no consumer groups yet: assign partitions instead of subscribing"
#define NO_TRANSACTIONS "this broker has no transactions yet: produce without a transactional id"

void
api_find_coordinator(struct request *r)
{
	const struct find_coordinator_req *req = r->body;
	struct msg_arena *a = acceptor.scratch;
	struct find_coordinator_resp *resp = msg_new(a, find_coordinator_resp);
	struct find_coordinator_resp_coordinator *c;
	bool group = req->key_type == KEY_GROUP;
	int16_t error = group ? KERR_COORDINATOR_NOT_AVAILABLE : KERR_UNSUPPORTED_VERSION;
	const char *why = group ? NO_GROUPS : NO_TRANSACTIONS;
	const struct kstr *key;

	log_limited("%s asked for a coordinator: %s", conn_name(r->conn), why);
	if (r->version < BATCHED_FROM) {
		resp->error_code = error;
		resp->node_id = resp->port = -1;
		msg_str0(a, &resp->error_message, why);
	} else {
		c = msg_arr(a, &resp->coordinators, (size_t)karr_len(&req->coordinator_keys));
		karr_for(key, &req->coordinator_keys) {
			if (!msg_arena_ok(a))
				break;
			msg_str_copy(a, &c->key, key);
			c->error_code = error;
			c->node_id = c->port = -1;
			msg_str0(a, &c->error_message, why);
			c++;
		}
	}
	request_reply(r, resp);
}
