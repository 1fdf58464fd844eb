/* SPDX-License-Identifier: ISC */
/*
 * groups.c - FindCoordinator: the node that leads the partition of __consumer_offsets to which a group belongs.  Used
 * in: acceptor.
 *
 * The topic is made when the first group asks; the answer waits until it is there, since clients come back only after
 * a tenth of a second.  There is no transaction coordinator in this version: for a transactional id the answer is
 * terminal and says so.
 */
#include "config.h"

#include <stdlib.h>

#include "acceptor.h"
#include "endpoint.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/find_coordinator.h"
#include "odradek/proto/group_id.h"
#include "odradek/proto/kerr.h"

#define OFFSETS_TOPIC "__consumer_offsets"
#define BATCHED_FROM 4
#define SHARE_FROM 6
#define WAIT_MS 5000
#define NO_TRANSACTIONS "this broker has no transactions yet: produce without a transactional id"
#define NO_SHARE_GROUPS "this broker has no share groups"

/* Kafka's words for INVALID_REQUEST. */
#define MALFORMED                                                                                          \
	"This most likely occurs because of a request being malformed by the client library or the message " \
	"was sent to an incompatible broker. See the broker logs for more details."

enum { KEY_GROUP, KEY_TRANSACTION, KEY_SHARE };

/* A request that came before the topic. */
struct waiting {
	struct request *r;
	struct find_coordinator_req *body;
	int64_t until_ms;
	TAILQ_ENTRY(waiting) entry;
};
static TAILQ_HEAD(, waiting) waiting = TAILQ_HEAD_INITIALIZER(waiting);

struct found {
	int16_t error;
	const char *message; /* NULL: Kafka's for the error */
	struct endpoint e;
};

static void
find_group(struct found *f, struct request *r, const struct kstr *id)
{
	const struct topic_entry *t =
	    tables_topic_by_name(acceptor.tables, OFFSETS_TOPIC, sizeof OFFSETS_TOPIC - 1);
	struct shm_partition p = {.leader = -1};
	uint32_t slot;

	f->error = KERR_COORDINATOR_NOT_AVAILABLE;
	if (t == NULL || t->deleting || t->partitions == 0)
		return;
	slot = tables_slot(t, group_partition(kstr(id), (size_t)id->len, (int32_t)t->partitions));
	if (slot != UINT32_MAX)
		tables_partition(acceptor.tables, slot, &p);
	if (p.leader >= 0 && endpoint_get(&f->e, r->conn, (uint32_t)p.leader, false))
		f->error = KERR_NONE;
}

static void
find(struct found *f, struct request *r, int8_t type, const struct kstr *key)
{
	f->message = NULL;
	switch (type) {
	case KEY_GROUP:
		find_group(f, r, key);
		break;
	case KEY_TRANSACTION:
		log_limited("%s asked for a transaction coordinator: %s", conn_name(r->conn), NO_TRANSACTIONS);
		f->error = KERR_UNSUPPORTED_VERSION;
		f->message = NO_TRANSACTIONS;
		break;
	case KEY_SHARE:
		f->error = KERR_INVALID_REQUEST;
		f->message = NO_SHARE_GROUPS;
		break;
	default:
		f->error = KERR_INVALID_REQUEST;
		f->message = MALFORMED;
	}
}

#define PUT(to, f)                                                                            \
	do {                                                                                  \
		(to)->error_code = (f).error;                                                 \
		(to)->node_id = (f).error == KERR_NONE ? (f).e.id : -1;                       \
		(to)->port = (f).error == KERR_NONE ? (f).e.port : -1;                        \
		msg_str0(acceptor.scratch, &(to)->host, (f).error == KERR_NONE ? (f).e.host : ""); \
		if ((f).message != NULL)                                                      \
			msg_str0(acceptor.scratch, &(to)->error_message, (f).message);        \
	} while (0)

static void
answer(struct request *r, const struct find_coordinator_req *req)
{
	struct msg_arena *a = acceptor.scratch;
	struct find_coordinator_resp *resp = msg_new(a, find_coordinator_resp);
	struct find_coordinator_resp_coordinator *c;
	struct found f;

	if (resp == NULL) {
		request_close(r, "out of memory");
		return;
	}
	if (r->version < BATCHED_FROM) {
		find(&f, r, req->key_type, &req->key);
		if (f.message == NULL)
			f.message = f.error == KERR_NONE ? "NONE" : kerr_text(f.error);
		PUT(resp, f);
	} else {
		c = msg_arr(a, &resp->coordinators, (size_t)karr_len(&req->coordinator_keys));
		for (int i = 0; c != NULL && i < karr_len(&req->coordinator_keys); i++, c++) {
			find(&f, r, req->key_type, karr_at(&req->coordinator_keys, i));
			msg_str_copy(a, &c->key, karr_at(&req->coordinator_keys, i));
			PUT(c, f);
		}
	}
	request_reply(r, resp);
}

/* ---- until the topic is there ---- */

static bool
topic_there(void)
{
	const struct topic_entry *t =
	    tables_topic_by_name(acceptor.tables, OFFSETS_TOPIC, sizeof OFFSETS_TOPIC - 1);

	return t != NULL && !t->deleting;
}

static void
cancel(struct request *r)
{
	struct waiting *w = r->state;

	TAILQ_REMOVE(&waiting, w, entry);
	free(w->body);
	free(w);
}

static void
wait_for_topic(struct request *r)
{
	struct waiting *w = xcalloc(1, sizeof *w);

	w->r = r;
	w->body = xmemdup(r->body, r->body_length);
	w->until_ms = acceptor.mono_ms + WAIT_MS;
	TAILQ_INSERT_TAIL(&waiting, w, entry);
	r->state = w;
	r->cancel = cancel;
	forward_auto_create(OFFSETS_TOPIC, sizeof OFFSETS_TOPIC - 1);
}

/* The controller answers a creation when the writers have made the logs, or refuses it. */
void
groups_turn(void)
{
	struct waiting *w, *next;

	if (TAILQ_EMPTY(&waiting) || forward_creates(OFFSETS_TOPIC, sizeof OFFSETS_TOPIC - 1))
		return;
	for (w = TAILQ_FIRST(&waiting); w != NULL; w = next) {
		next = TAILQ_NEXT(w, entry);
		TAILQ_REMOVE(&waiting, w, entry);
		w->r->cancel = NULL;
		msg_arena_reset(acceptor.scratch);
		answer(w->r, w->body);
		free(w->body);
		free(w);
	}
}

void
groups_tick(void)
{
	struct waiting *w, *next;

	for (w = TAILQ_FIRST(&waiting); w != NULL; w = next) {
		next = TAILQ_NEXT(w, entry);
		if (acceptor.mono_ms < w->until_ms)
			continue;
		TAILQ_REMOVE(&waiting, w, entry);
		w->r->cancel = NULL;
		msg_arena_reset(acceptor.scratch);
		answer(w->r, w->body);
		free(w->body);
		free(w);
	}
}

void
api_find_coordinator(struct request *r)
{
	const struct find_coordinator_req *req = r->body;

	if (req->key_type == KEY_GROUP && !topic_there())
		wait_for_topic(r);
	else
		answer(r, req);
}
