/* SPDX-License-Identifier: ISC */
/*
 * forward.c - requests that the controller answers: passed on decoded, their encoded answers sent as they come.
 * Used in: acceptor.
 *
 * What is passed on lies in the arena until the controller's tail has passed the message.  When the arena or the ring
 * is full, requests wait in order.  When the controller dies, whether it has done what it was asked is not known:
 * the connection is closed, and the client asks its successor.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "odradek/base/hash.h"
#include "odradek/base/log.h"
#include "odradek/base/topic_config.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/create_topics.h"

#define AUTO_CREATE_VERSION 7
#define AUTO_CREATE_MS 30000
#define FORWARD_MAX 65536u /* under way at once */

struct forward {
	struct request *r; /* NULL: our own, or the client has gone */
	uint32_t cookie;
	bool posted;
	char *auto_name;   /* of a topic that we asked to be created */
	uint32_t auto_len;
	uint8_t *blob;	   /* while it waits for room */
	union {
		struct msg_request m;
		struct shm_msg raw; /* messages are posted whole */
	};
	uint32_t len;
	TAILQ_ENTRY(forward) entry; /* in order of arrival */
};
TAILQ_HEAD(forward_list, forward);

static struct {
	struct forward_list all;
	uint32_t n, unposted, cookie;
	struct mapstr creating; /* names whose creation is under way */
	struct frame *hold[SHM_RING];
	uint64_t released;
	uint32_t to, dead; /* the last generation of the controller that is known to have died */
} fw;

void
forward_init(void)
{
	TAILQ_INIT(&fw.all);
	fw.to = proc_slot(PROC_CONTROLLER, 0);
	fw.released = ring_posted(acceptor.shm, fw.to);
	/* an answer to our predecessor's question may still come: its cookie must not be one of ours */
	fw.cookie = acceptor.child->generation * 0x9e3779b1u;
}

static void
forward_free(struct forward *f)
{
	TAILQ_REMOVE(&fw.all, f, entry);
	fw.n--;
	fw.unposted -= !f->posted;
	if (f->auto_name != NULL)
		mapstr_del(&fw.creating, f->auto_name, f->auto_len);
	free(f->auto_name);
	free(f->blob);
	free(f);
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
	const struct shm_process *p = &shm_processes(acceptor.shm)->process[fw.to];
	uint64_t index = ring_posted(acceptor.shm, fw.to);
	struct frame *place;

	/* a request is for one life of the controller: its successor must not do what a client gave up */
	f->m.to_generation = atomic_load_explicit(&p->generation, memory_order_acquire);
	if (f->m.to_generation <= fw.dead)
		return false;
	if (index - fw.released >= SHM_RING || ring_room(acceptor.shm, fw.to) == 0)
		return false;
	place = frame_place(f->blob, f->len);
	if (place == NULL)
		return false;
	f->m.chunk = frame_at(place, 0);
	f->m.local_host = frame_at(place, f->m.length);
	if (child_post(acceptor.child, fw.to, &f->raw) == -1) {
		frame_unref(place);
		return false;
	}
	fw.hold[index % SHM_RING] = place;
	f->posted = true;
	free(f->blob);
	f->blob = NULL;
	return true;
}

/* Takes a decoded request of len bytes; the text behind it is the host that the client knows us by. */
static struct forward *
forward_new(int16_t api, int16_t version, const void *body, uint32_t len, const char *host)
{
	uint32_t host_len = (uint32_t)strlen(host) + 1;
	struct forward *f = xcalloc(1, sizeof *f);

	f->cookie = ++fw.cookie;
	f->len = len + host_len;
	f->blob = xmalloc(f->len);
	memcpy(f->blob, body, len);
	memcpy(f->blob + len, host, host_len);
	f->m = (struct msg_request){
	    .type = CALL_REQUEST,
	    .flags = atomic_load_explicit(&acceptor.child->self->arena_turn, memory_order_relaxed) ? REQUEST_TURN : 0,
	    .cookie = f->cookie,
	    .length = len,
	    .api = api,
	    .version = version,
	    .deadline_ms = acceptor.config->request_timeout_ms,
	};
	TAILQ_INSERT_TAIL(&fw.all, f, entry);
	fw.n++;
	fw.unposted++;
	return f;
}

static void
post_in_order(struct forward *f)
{
	if (fw.unposted == 1 && post(f))
		fw.unposted = 0;
}

void
forward_request(struct request *r)
{
	struct forward *f;

	if (fw.n >= FORWARD_MAX) {
		request_close(r, "too many requests for the controller are under way");
		return;
	}
	f = forward_new(r->api->key, r->version, r->body, r->body_length, conn_local_host(r->conn));
	f->r = r;
	f->m.attributes = (uint16_t)conn_listener(r->conn);
	f->m.node = (int32_t)conn_node(r->conn);
	r->state = f;
	r->cancel = forward_cancel;
	post_in_order(f);
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

/* As Kafka makes its own topics. */
static void
internal_settings(struct msg_arena *a, struct create_topics_req_creatable_topic *t)
{
	static const struct config_kv settings[] = {
	    {"cleanup.policy", "compact"}, {"compression.type", "producer"}, {"segment.bytes", "104857600"}};
	struct create_topics_req_creatable_topic_config *c = msg_arr(a, &t->configs, 3);

	t->num_partitions = 50;
	t->replication_factor = 1;
	for (int i = 0; c != NULL && i < 3; i++) {
		msg_str0(a, &c[i].name, settings[i].name);
		msg_str0(a, &c[i].value, settings[i].value);
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

	if (fw.n >= FORWARD_MAX || mapstr_get(&fw.creating, name, len) != NULL)
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
	f = forward_new(API_CreateTopics, AUTO_CREATE_VERSION, a.base, (uint32_t)a.used, "");
	f->auto_name = xmemdup(name, len);
	f->auto_len = len;
	post_in_order(f);
}

/* ---- answers ---- */

static struct forward *
find(uint32_t cookie)
{
	struct forward *f;

	TAILQ_FOREACH(f, &fw.all, entry)
		if (f->cookie == cookie)
			return f;
	return NULL;
}

static void
answer(struct request *r, uint32_t from, const struct msg_reply *m)
{
	int max = (int)(m->length / ARENA_BLOCK) + 2, n;
	struct iovec *iov = xcalloc((size_t)max, sizeof *iov);

	n = m->length == 0 ? -1 : arena_iov(acceptor.shm, from, (m->flags & REQUEST_TURN) != 0, m->chunk, m->length, iov, max);
	if (n < 1) {
		request_close(r, "the controller could not answer");
	} else {
		out_begin(r, m->length);
		for (int i = 0; i < n; i++)
			out_mem(r, iov[i].iov_base, (uint32_t)iov[i].iov_len);
		request_sent(r);
	}
	free(iov);
}

void
forward_answer(uint32_t from, const struct msg_reply *m)
{
	struct forward *f = find(m->cookie);
	struct request *r;

	if (f == NULL || !f->posted)
		return;
	r = f->r;
	forward_free(f);
	if (r != NULL) {
		r->cancel = NULL;
		answer(r, from, m);
	}
}

void
forward_peer_died(uint32_t slot, uint32_t generation)
{
	struct forward *f, *next;
	struct request *r;

	if (slot != fw.to)
		return;
	fw.dead = generation;
	for (f = TAILQ_FIRST(&fw.all); f != NULL; f = next) {
		next = TAILQ_NEXT(f, entry);
		if (!f->posted || f->m.to_generation > generation)
			continue; /* its successor gets it */
		r = f->r;
		forward_free(f);
		if (r != NULL)
			request_close(r, "the controller died; it was not known whether it had done what it was asked");
	}
}

void
forward_turn(void)
{
	uint64_t taken = ring_taken(acceptor.shm, fw.to);
	struct forward *f;

	for (; fw.released < taken; fw.released++) {
		struct frame **p = &fw.hold[fw.released % SHM_RING];
		if (*p != NULL)
			frame_unref(*p);
		*p = NULL;
	}
	if (fw.unposted == 0)
		return;
	TAILQ_FOREACH(f, &fw.all, entry) {
		if (f->posted)
			continue;
		if (!post(f))
			break;
		fw.unposted--;
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
FORWARDED(api_alter_configs)
FORWARDED(api_incremental_alter_configs)
