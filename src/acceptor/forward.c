/* SPDX-License-Identifier: ISC */
/*
 * forward.c - requests that the controller or the coordinator answers: passed on decoded, their encoded answers sent as
 * they come.  Used in: acceptor.
 *
 * What is passed on lies in the arena until the answerer's tail has passed the message.  When the arena or the ring is
 * full, requests wait in order.  Heartbeats may wait for each other, so that under thousands of them the coordinator is
 * woken for many at once (child_post_late); whatever else comes takes them along.
 *
 * When an answerer dies, whether it has done what it was asked is not known.  Of the controller's the connection is
 * closed, and the client asks its successor; of the coordinator's each gets NOT_COORDINATOR, on which every client looks
 * for the coordinator and asks again.
 */
#include "config.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "odradek/base/hash.h"
#include "odradek/base/log.h"
#include "odradek/base/topic_config.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/consumer_group_heartbeat.h"
#include "odradek/proto/gen/create_topics.h"
#include "odradek/proto/group_error.h"
#include "odradek/proto/kerr.h"

#define AUTO_CREATE_VERSION 7
#define AUTO_CREATE_MS 30000
#define FORWARD_MAX 65536u /* under way at once, to each */
#define FORWARD_BYTES (256u << 20) /* of them, kept here: with so many no more is begun */
#define TEXT_MAX 32768u	   /* of a client id */
#define SMALL 448u	   /* bytes of a request that need no memory of their own: a heartbeat has 200 */
#define FORWARDS_KEPT 1024u

struct target;

struct forward {
	struct target *target;
	struct request *r; /* NULL: our own, or the client has gone */
	uint32_t cookie;
	bool posted;
	bool late;	   /* may be some milliseconds late */
	char *auto_name;   /* of a topic that we asked to be created */
	uint32_t auto_len;
	uint8_t *blob;	   /* while it waits for room; of the coordinator's until it is answered; may be small */
	int64_t since_ms;
	union {
		struct msg_request m;
		struct shm_msg raw; /* messages are posted whole */
	};
	uint32_t len;
	TAILQ_ENTRY(forward) entry; /* in posted or waiting, in order of arrival; or in free */
	_Alignas(8) uint8_t small[SMALL];
};
TAILQ_HEAD(forward_list, forward);

/* A process that answers. */
struct target {
	enum proc_kind kind;
	const char *died;
	uint32_t to, dead; /* slot; its last generation that is known to have died */
	struct forward_list posted, waiting; /* a JoinGroup may be posted for minutes */
	uint32_t n;
	size_t bytes;
	struct frame *hold[SHM_RING];
	uint64_t released;
};

static struct target controller = {.kind = PROC_CONTROLLER,
    .died = "the controller died; it was not known whether it had done what it was asked"};
static struct target coordinator = {.kind = PROC_COORDINATOR, .died = "the coordinator died"};

static struct {
	uint32_t cookie;
	struct map64 by_cookie;
	struct mapstr creating; /* names whose creation is under way */
	struct forward_list free;
	uint32_t nfree;
} fw;

static void
target_init(struct target *t)
{
	TAILQ_INIT(&t->posted);
	TAILQ_INIT(&t->waiting);
	t->to = proc_slot(t->kind, 0);
	t->released = ring_posted(acceptor.shm, t->to);
}

void
forward_init(void)
{
	target_init(&controller);
	target_init(&coordinator);
	TAILQ_INIT(&fw.free);
	/* an answer to our predecessor's question may still come: its cookie must not be one of ours */
	fw.cookie = acceptor.child->generation * 0x9e3779b1u;
}

static void
blob_free(struct forward *f)
{
	if (f->blob != f->small)
		free(f->blob);
	f->blob = NULL;
}

static void
forward_free(struct forward *f)
{
	struct target *t = f->target;

	TAILQ_REMOVE(f->posted ? &t->posted : &t->waiting, f, entry);
	t->n--;
	t->bytes -= f->len;
	map64_del(&fw.by_cookie, f->cookie);
	if (f->auto_name != NULL)
		mapstr_del(&fw.creating, f->auto_name, f->auto_len);
	free(f->auto_name);
	blob_free(f);
	if (fw.nfree == FORWARDS_KEPT) {
		free(f);
		return;
	}
	TAILQ_INSERT_HEAD(&fw.free, f, entry);
	fw.nfree++;
}

static void
forward_cancel(struct request *r)
{
	struct forward *f = r->state;

	f->r = NULL; /* the answer, when it comes, finds nobody */
}

static bool
post(struct forward *f)
{
	struct target *t = f->target;
	const struct shm_process *p = &shm_processes(acceptor.shm)->process[t->to];
	uint64_t index = ring_posted(acceptor.shm, t->to);
	bool late = f->late && f->r != NULL && !f->r->conn->muted;
	struct frame *place;

	/* a request is for one life of the answerer: its successor must not do what a client gave up */
	f->m.to_generation = atomic_load_explicit(&p->generation, memory_order_acquire);
	if (f->m.to_generation <= t->dead)
		return false;
	if (index - t->released >= SHM_RING || ring_room(acceptor.shm, t->to) == 0)
		return false;
	place = frame_place(f->blob, f->len, SHM_NODES);
	if (place == NULL)
		return false;
	f->m.chunk = frame_at(place, 0);
	if ((late ? child_post_late : child_post)(acceptor.child, t->to, &f->raw) == -1) {
		frame_unref(place);
		return false;
	}
	t->hold[index % SHM_RING] = place;
	TAILQ_REMOVE(&t->waiting, f, entry);
	TAILQ_INSERT_TAIL(&t->posted, f, entry);
	f->posted = true;
	if (t == &controller)
		blob_free(f);
	return true;
}

static struct forward *
forward_room(uint32_t len)
{
	struct forward *f = TAILQ_FIRST(&fw.free);

	if (f != NULL) {
		TAILQ_REMOVE(&fw.free, f, entry);
		fw.nfree--;
	} else {
		f = xmalloc(sizeof *f);
	}
	memset(f, 0, offsetof(struct forward, small));
	f->blob = len <= SMALL ? f->small : xmalloc(len);
	f->len = len;
	return f;
}

static uint32_t
put_text(uint8_t *to, const char *text, uint32_t len)
{
	memcpy(to, text, len);
	to[len] = '\0';
	return len + 1;
}

/* Takes a decoded request of len bytes; behind it the texts that belong to it. */
static struct forward *
forward_new(struct target *t, int16_t api, int16_t version, const void *body, uint32_t len, const struct request *r)
{
	const char *text[] = {r == NULL ? "" : conn_local_host(r->conn),
	    r == NULL || r->client_id == NULL ? "" : r->client_id, r == NULL ? "" : conn_client_host(r->conn)};
	struct forward *f;
	uint32_t room = len, at = len;

	for (int i = 0; i < 3; i++)
		room += (uint32_t)strnlen(text[i], TEXT_MAX) + 1;
	f = forward_room(room);
	f->target = t;
	f->cookie = ++fw.cookie;
	memcpy(f->blob, body, len);
	for (int i = 0; i < 3; i++)
		at += put_text(f->blob + at, text[i], (uint32_t)strnlen(text[i], TEXT_MAX));
	f->since_ms = acceptor.mono_ms;
	f->m = (struct msg_request){
	    .type = CALL_REQUEST,
	    .flags = atomic_load_explicit(&acceptor.child->self->arena_turn, memory_order_relaxed) ? REQUEST_TURN : 0,
	    .cookie = f->cookie,
	    .length = len,
	    .api = api,
	    .version = version,
	    .deadline_ms = acceptor.config->request_timeout_ms,
	    .texts = room - len,
	};
	TAILQ_INSERT_TAIL(&t->waiting, f, entry);
	map64_put(&fw.by_cookie, f->cookie, (uintptr_t)f);
	t->n++;
	t->bytes += room;
	return f;
}

static void
post_in_order(struct forward *f)
{
	if (TAILQ_FIRST(&f->target->waiting) == f)
		(void)post(f);
}

/*
 * Says the request nothing but that its sender lives?  Of these there may be thousands in a second, and nobody waits
 * for their answers.
 */
static bool
is_mere_beat(const struct request *r)
{
	const struct consumer_group_heartbeat_req *h = r->body;

	if (r->api->key == API_Heartbeat)
		return true;
	return r->api->key == API_ConsumerGroupHeartbeat && h->member_epoch > 0 &&
	       karr_is_null(&h->subscribed_topic_names) && kstr_is_null(&h->subscribed_topic_regex) &&
	       karr_is_null(&h->topic_partitions);
}

void
forward_hurry(const struct request *r)
{
	const struct forward *f = r->cancel == forward_cancel ? r->state : NULL;

	if (f != NULL && f->late && f->posted)
		child_wake(acceptor.child, f->target->to);
}

static void
forward_to(struct target *t, struct request *r)
{
	struct forward *f;

	if (t->n >= FORWARD_MAX || t->bytes >= FORWARD_BYTES) {
		request_close(r, "too many requests for one process are under way");
		return;
	}
	f = forward_new(t, r->api->key, r->version, r->body, r->body_length, r);
	f->r = r;
	f->m.attributes = (uint16_t)conn_listener(r->conn);
	f->m.node = (int32_t)conn_node(r->conn);
	f->late = is_mere_beat(r);
	r->state = f;
	r->cancel = forward_cancel;
	post_in_order(f);
}

void
forward_request(struct request *r)
{
	forward_to(&controller, r);
}

void
api_to_coordinator(struct request *r)
{
	forward_to(&coordinator, r);
}

static bool
is_internal(const char *name, uint32_t len)
{
	static const char *const names[] = {"__consumer_offsets", "__transaction_state", "__share_group_state"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return true;
	return false;
}

/* As many replicas as offsets.topic.replication.factor says, or as there are nodes to take them. */
static int32_t
internal_factor(void)
{
	const int32_t want = acceptor.config->offsets_topic_replication_factor;
	const uint32_t nodes = tables_nodes(acceptor.tables);
	struct shm_node node;
	int32_t online = 0;

	for (uint32_t i = 0; i < nodes; i++)
		online += tables_node(acceptor.tables, i, &node) && node.state == NODE_ONLINE;
	return online < 1 ? 1 : online < want ? online : want;
}

/* As Kafka makes its own topics. */
static void
internal_settings(struct msg_arena *a, struct create_topics_req_creatable_topic *t)
{
	static const struct config_kv settings[] = {
	    {"cleanup.policy", "compact"}, {"compression.type", "producer"}, {"segment.bytes", NULL}};
	struct create_topics_req_creatable_topic_config *c = msg_arr(a, &t->configs, 3);
	char bytes[16];

	snprintf(bytes, sizeof bytes, "%d", acceptor.config->offsets_topic_segment_bytes);
	t->num_partitions = acceptor.config->offsets_topic_num_partitions;
	t->replication_factor = (int16_t)internal_factor();
	for (int i = 0; c != NULL && i < 3; i++) {
		msg_str0(a, &c[i].name, settings[i].name);
		msg_str0(a, &c[i].value, settings[i].value != NULL ? settings[i].value : bytes);
	}
}

/* A topic that a client named and that is not there: its creation is begun, once at a time. */
void
forward_auto_create(const char *name, uint32_t len)
{
	_Alignas(8) uint8_t buf[4096];
	struct create_topics_req_creatable_topic *t;
	struct create_topics_req *req;
	struct msg_arena a;
	struct forward *f;

	if (controller.n >= FORWARD_MAX || mapstr_get(&fw.creating, name, len) != NULL)
		return;
	msg_arena_init_fixed(&a, buf, sizeof buf);
	req = msg_new(&a, create_topics_req);
	req->timeout_ms = AUTO_CREATE_MS;
	t = msg_arr(&a, &req->topics, 1);
	msg_str(&a, &t->name, name, len);
	msg_arr(&a, &t->assignments, 0);
	t->num_partitions = -1;
	t->replication_factor = -1;
	if (is_internal(name, len))
		internal_settings(&a, t);
	else
		msg_arr(&a, &t->configs, 0);
	if (!msg_arena_ok(&a))
		return;
	mapstr_put(&fw.creating, name, len, 1);
	f = forward_new(&controller, API_CreateTopics, AUTO_CREATE_VERSION, a.base, (uint32_t)a.used, NULL);
	f->auto_name = xmemdup(name, len);
	f->auto_len = len;
	post_in_order(f);
}

bool
forward_creates(const char *name, uint32_t len)
{
	return mapstr_get(&fw.creating, name, len) != NULL;
}

/* ---- answers ---- */

static struct forward *
find(uint32_t cookie)
{
	uint64_t *p = map64_get(&fw.by_cookie, cookie);

	return p == NULL ? NULL : (struct forward *)(uintptr_t)*p;
}

static void
answer(struct request *r, uint32_t from, const struct msg_reply *m)
{
	int max = (int)(m->length / ARENA_BLOCK) + 2, n;
	struct iovec few[4], *iov = max <= 4 ? few : xcalloc((size_t)max, sizeof *iov);

	n = m->length == 0 ? -1 : arena_iov(acceptor.shm, from, (m->flags & REQUEST_TURN) != 0, m->chunk, m->length, iov, max);
	if (n < 1) {
		request_close(r, "whoever answers this could not");
	} else {
		out_begin(r, m->length);
		for (int i = 0; i < n; i++)
			out_mem(r, iov[i].iov_base, (uint32_t)iov[i].iov_len);
		request_sent(r);
	}
	if (iov != few)
		free(iov);
}

void
forward_answer(uint32_t from, const struct msg_reply *m)
{
	struct forward *f = find(m->cookie);
	struct request *r;

	if (f == NULL || !f->posted || f->target->to != from)
		return;
	r = f->r;
	forward_free(f);
	if (r != NULL) {
		r->cancel = NULL;
		answer(r, from, m);
	}
}

/* Nobody will answer it. */
static void
give_up(struct forward *f)
{
	struct target *t = f->target;
	struct request *r = f->r;
	const void *response;

	if (r == NULL || t == &controller) {
		forward_free(f);
		if (r != NULL)
			request_close(r, t->died);
		return;
	}
	msg_arena_reset(acceptor.scratch);
	response = group_error_answer(acceptor.scratch, r->api->key, r->version, f->blob, KERR_NOT_COORDINATOR);
	r->cancel = NULL;
	if (response == NULL)
		request_close(r, t->died);
	else
		request_reply(r, response);
	forward_free(f);
}

static void
died(struct target *t, uint32_t generation)
{
	struct forward *f, *next;

	t->dead = generation;
	for (f = TAILQ_FIRST(&t->posted); f != NULL; f = next) {
		next = TAILQ_NEXT(f, entry);
		if (f->m.to_generation <= generation) /* its successor gets the others */
			give_up(f);
	}
}

void
forward_peer_died(uint32_t slot, uint32_t generation)
{
	if (slot == controller.to)
		died(&controller, generation);
	else if (slot == coordinator.to)
		died(&coordinator, generation);
}

static void
target_turn(struct target *t)
{
	uint64_t taken = ring_taken(acceptor.shm, t->to);
	struct forward *f;

	for (; t->released < taken; t->released++) {
		struct frame **p = &t->hold[t->released % SHM_RING];
		if (*p != NULL)
			frame_unref(*p);
		*p = NULL;
	}
	while ((f = TAILQ_FIRST(&t->waiting)) != NULL && post(f))
		;
}

void
forward_turn(void)
{
	target_turn(&controller);
	target_turn(&coordinator);
}

/* A coordinator that does not come back, or stands still, keeps nobody waiting for ever. */
void
forward_tick(void)
{
	struct forward *f, *next;

	for (f = TAILQ_FIRST(&coordinator.waiting); f != NULL; f = next) {
		next = TAILQ_NEXT(f, entry);
		if (acceptor.mono_ms - f->since_ms >= acceptor.config->request_timeout_ms)
			give_up(f);
	}
}

#define FORWARDED(handler)              \
	void handler(struct request *r) \
	{                               \
		forward_request(r);     \
	}
FORWARDED(api_create_topics)
FORWARDED(api_delete_topics)
FORWARDED(api_create_partitions)
FORWARDED(api_init_producer_id)
FORWARDED(api_describe_configs)
FORWARDED(api_alter_partition_reassignments)
FORWARDED(api_list_partition_reassignments)
FORWARDED(api_elect_leaders)
FORWARDED(api_unregister_broker)
FORWARDED(api_alter_configs)
FORWARDED(api_incremental_alter_configs)
