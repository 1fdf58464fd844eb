/* SPDX-License-Identifier: ISC */
/*
 * reply.c - requests in, answers out.  Used in: controller.
 *
 * A request lies in the acceptor's arena until our tail passes its message: it is copied at once
 * and the copy is checked, since nobody trusts an offset that another process wrote.  An answer
 * lies in our arena until the acceptor's tail has passed its REPLY.  When the arena or the ring is
 * full, answers wait in order.
 */
#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define REQUEST_MAX (256u << 20) /* bytes of a decoded request */
#define ANSWER_MAX (512u << 20)  /* of an answer under construction; address space only */
#define DEADLINE_MAX_MS (600 * 1000)

/* An answer on its way: waiting for room, or posted. */
struct reply {
	TAILQ_ENTRY(reply) entry;
	uint32_t to, generation, cookie;
	uint8_t *body; /* waiting: encoded; NULL when posted */
	uint32_t len;
	uint32_t block, blocks; /* posted */
	uint64_t index;         /* the acceptor's tail must be beyond this */
};
TAILQ_HEAD(replies, reply);

static struct replies waiting = TAILQ_HEAD_INITIALIZER(waiting),
		      posted = TAILQ_HEAD_INITIALIZER(posted);

void
reply_init(void)
{
	if (msg_arena_init(&ctl.answer, ANSWER_MAX) == -1)
		fatal("could not reserve address space for answers");
}

/* ---- requests ---- */

/* The contiguous copy of len bytes at pos of the sender's arena; NULL when they are not there. */
static void *
arena_copy(uint32_t from, uint32_t turn, uint32_t pos, uint32_t len)
{
	int max = (int)(len / ARENA_BLOCK) + 2, n;
	struct iovec *iov = xcalloc((size_t)max, sizeof(*iov));
	uint8_t *copy = NULL, *to;

	n = arena_iov(ctl.shm, from, turn, pos, len, iov, max);
	if (n > 0) {
		to = copy = xmalloc(((size_t)len + 7) & ~(size_t)7);
		for (int i = 0; i < n; to += iov[i++].iov_len)
			memcpy(to, iov[i].iov_base, iov[i].iov_len);
	}
	free(iov);
	return copy;
}

struct call *
call_new(uint32_t from, const struct msg_request *m)
{
	const struct api *api = api_get(m->api);
	struct call *c;
	void *req;

	if (m->to_generation != ctl.child->generation)
		return NULL; /* of a predecessor: its client was told that nothing is known of it */
	if (api == NULL || api->answered_by != BY_CONTROLLER || m->version < api->parse_min ||
	    m->version > api->max || m->length == 0 || m->length > REQUEST_MAX || m->node < 0 ||
	    (uint32_t)m->node >= ctl.nodes) {
		log_limited("a request of slot %u for API %d version %d is none of ours", from,
		    m->api, m->version);
		return NULL;
	}
	req = arena_copy(from, m->flags & REQUEST_TURN, m->chunk, m->length);
	if (req == NULL || msg_check_blob(api->req, req, m->length) != 0) {
		log_limited(
		    "a request of slot %u for API %d points outside of itself", from, m->api);
		free(req);
		return NULL;
	}
	c = xcalloc(1, sizeof(*c));
	c->from = from;
	c->generation = m->generation;
	c->cookie = m->cookie;
	c->api = m->api;
	c->version = m->version;
	c->node = (uint32_t)m->node;
	c->deadline = ctl.mono_ms + (m->deadline_ms < 0                    ? 0
					: m->deadline_ms > DEADLINE_MAX_MS ? DEADLINE_MAX_MS
									   : m->deadline_ms);
	c->req = req;
	c->req_len = m->length;
	return c;
}

void
call_free(struct call *c)
{
	for (size_t i = 0; i < c->noutcomes; i++)
		free(c->outcome[i].message);
	free(c->outcome);
	free(c->req);
	free(c);
}

struct outcome *
call_outcomes(struct call *c, size_t n)
{
	c->noutcomes = n;
	return c->outcome = xcalloc(n + 1, sizeof(*c->outcome));
}

void
outcome_set(struct outcome *o, int16_t error, const char *fmt, ...)
{
	va_list ap;

	free(o->message);
	o->message = NULL;
	o->error = error;
	o->topic = NULL;
	if (fmt == NULL)
		return;
	va_start(ap, fmt);
	o->message = xvasprintf(fmt, ap);
	va_end(ap);
}

void
call_failed(struct call *c, const struct meta_err *err)
{
	for (size_t i = 0; i < c->noutcomes; i++)
		if (c->outcome[i].changed)
			outcome_set(&c->outcome[i], KERR_KAFKA_STORAGE_ERROR,
			    "Nothing was changed: %s", err->text);
}

/* ---- answers ---- */

static void
reply_free(struct replies *list, struct reply *r)
{
	TAILQ_REMOVE(list, r, entry);
	free(r->body);
	free(r);
}

static bool
asker_lives(const struct reply *r)
{
	const struct shm_process *p = &shm_processes(ctl.shm)->process[r->to];

	return atomic_load_explicit(&p->generation, memory_order_acquire) == r->generation;
}

/* Gives back what acceptors have taken. */
static void
reclaim(void)
{
	struct reply *r, *next;

	for (r = TAILQ_FIRST(&posted); r != NULL; r = next) {
		next = TAILQ_NEXT(r, entry);
		if (ring_taken(ctl.shm, r->to) <= r->index)
			continue;
		if (r->blocks > 0)
			arena_free_run(ctl.arena, r->block, r->blocks);
		reply_free(&posted, r);
	}
}

/* 0 posted, -1 no room yet. */
static int
post(struct reply *r)
{
	uint32_t turn = atomic_load_explicit(&ctl.child->self->arena_turn, memory_order_relaxed);
	union {
		struct msg_reply m;
		struct shm_msg raw; /* messages are posted whole */
	} u = {.m = {.type = CALL_REPLY, .cookie = r->cookie}};
	uint32_t blocks = (r->len + ARENA_BLOCK - 1) / ARENA_BLOCK;

	if (ring_room(ctl.shm, r->to) == 0)
		return -1;
	if (blocks > arena_blocks(ctl.arena))
		blocks = r->len = 0; /* can never be said: the connection is closed */
	if (blocks > 0) {
		if ((r->block = arena_alloc_run(ctl.arena, blocks)) == ARENA_NONE)
			return -1;
		memcpy(arena_block(ctl.arena, r->block), r->body, r->len);
		u.m.chunk = r->block * ARENA_BLOCK;
	}
	u.m.flags = (turn & 1) != 0 ? REQUEST_TURN : 0;
	u.m.length = r->len;
	r->blocks = blocks;
	r->index = ring_posted(ctl.shm, r->to);
	if (child_post(ctl.child, r->to, &u.raw) == -1) {
		if (blocks > 0)
			arena_free_run(ctl.arena, r->block, blocks);
		return -1;
	}
	free(r->body);
	r->body = NULL;
	return 0;
}

bool
reply_turn(void)
{
	bool blocked[SHM_SLOTS] = {false}, some = false;
	struct reply *r, *next;

	reclaim();
	for (r = TAILQ_FIRST(&waiting); r != NULL; r = next) {
		next = TAILQ_NEXT(r, entry);
		if (!asker_lives(r)) {
			reply_free(&waiting, r);
			continue;
		}
		/* an acceptor that stands still holds up its own answers only */
		if (blocked[r->to] || post(r) == -1) {
			blocked[r->to] = some = true;
			continue;
		}
		TAILQ_REMOVE(&waiting, r, entry);
		TAILQ_INSERT_TAIL(&posted, r, entry);
	}
	return some;
}

void
reply_forget(uint32_t slot, uint32_t generation)
{
	struct reply *r, *next;

	for (r = TAILQ_FIRST(&waiting); r != NULL; r = next) {
		next = TAILQ_NEXT(r, entry);
		if (r->to == slot && r->generation == generation)
			reply_free(&waiting, r);
	}
}

void
call_reply(struct call *c, const void *response)
{
	const struct api *api = api_get(c->api);
	struct reply *r = xcalloc(1, sizeof(*r));
	struct wire_out out;

	wire_out_init(&out, ANSWER_MAX);
	if (!msg_arena_ok(&ctl.answer) || response == NULL ||
	    msg_encode(api->resp, c->version, response, &out, NULL) != 0) {
		log_limited("the answer to a %s request could not be encoded", api->name);
		out.len = 0;
	}
	r->to = c->from;
	r->generation = c->generation;
	r->cookie = c->cookie;
	r->len = (uint32_t)out.len;
	r->body = xmemdup(out.base == NULL ? (uint8_t *)"" : out.base, out.len);
	wire_out_fini(&out);
	msg_arena_reset(&ctl.answer);
	TAILQ_INSERT_TAIL(&waiting, r, entry);
	call_free(c);
}

/* ---- waiting for the writers ---- */

void
call_follow(struct call *c, uint64_t nodes, uint64_t version)
{
	c->wait_nodes = nodes;
	c->wait_version = version;
	TAILQ_INSERT_TAIL(&ctl.following, c, entry);
}

void
calls_turn(void)
{
	struct call *c, *next;

	for (c = TAILQ_FIRST(&ctl.following); c != NULL; c = next) {
		next = TAILQ_NEXT(c, entry);
		c->wait_nodes = writers_behind(c->wait_nodes, c->wait_version);
		if (c->deadline > ctl.mono_ms &&
		    (c->wait_nodes & ~writers_offline(c->wait_nodes)) != 0)
			continue;
		TAILQ_REMOVE(&ctl.following, c, entry);
		c->answer(c);
	}
}
