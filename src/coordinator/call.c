/* SPDX-License-Identifier: ISC */
/*
 * call.c - calls of acceptors, from the request to the answer.  Coordinator.
 *
 * An answer is encoded at once, while what it says is true, and leaves when the records that were
 * put before are in the log: of its group's shard, or, where it speaks of many groups, of every
 * shard of its node that has some under way.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/group_error.h"
#include "shard.h"

/* A call with what nobody else needs to know of it. */
struct whole {
	struct call c; /* first */
	struct asker asker;
	const struct api *api;
	uint32_t node;
	struct answer *answer;  /* encoded; waits for records */
	uint32_t waits;         /* shards */
	int16_t error;          /* one of them lost its records */
	struct pending one;     /* in the list of its shard */
	struct pending *others; /* of a call that speaks of many groups */
};

static struct callee *callee;
static struct msg_arena answer;

#define KEPT 1024
static struct whole *kept[KEPT]; /* to be used again */
static uint32_t nkept;

static struct whole *
whole_new(void)
{
	struct whole *w = nkept > 0 ? kept[--nkept] : xmalloc(sizeof(*w));

	memset(w, 0, sizeof(*w));
	return w;
}

void
call_init(void)
{
	if (msg_arena_init(&answer, ANSWER_MAX) == -1)
		fatal("could not reserve address space for answers");
	callee = callee_new(co.child, append_outbox, BY_COORDINATOR);
}

struct call *
call_take(uint32_t from, const struct msg_request *m)
{
	struct asked asked;
	struct whole *w;

	if (!callee_take(callee, from, m, &asked))
		return NULL;
	w = whole_new();
	w->asker = asked.asker;
	w->api = asked.api;
	w->node = asked.node;
	w->c.api = asked.api->key;
	w->c.version = asked.version;
	w->c.req = asked.req;
	w->c.client_id = asked.client_id;
	w->c.client_host = asked.client_host;
	w->c.deadline = co.now_ms + asked.deadline_ms;
	return &w->c;
}

uint32_t
call_node(const struct call *c)
{
	return ((const struct whole *)c)->node;
}

static void
whole_free(struct whole *w)
{
	free((void *)(uintptr_t)w->c.req);
	free(w->others);
	if (nkept < KEPT)
		kept[nkept++] = w;
	else
		free(w);
}

struct msg_arena *
call_answer(void)
{
	return &answer;
}

static void
leave(struct whole *w)
{
	void *response;

	if (w->error != 0) {
		answer_free(w->answer);
		msg_arena_reset(&answer);
		response =
		    group_error_answer(&answer, w->c.api, w->c.version, w->c.req, w->error);
		w->answer = answer_new(&w->asker, w->api, w->c.version, response);
		msg_arena_reset(&answer);
	}
	callee_send(callee, w->answer);
	whole_free(w);
}

void
call_settled(struct call *c, bool lost, int16_t error)
{
	struct whole *w = (struct whole *)c;

	if (lost)
		w->error = error;
	if (--w->waits == 0)
		leave(w);
}

/* Waits for every shard of its node that has records under way: of other nodes' groups the answer says
 * nothing, and their disks may stand still. */
static void
wait_for_all(struct whole *w)
{
	struct shard *s;
	uint32_t n = 0;

	TAILQ_FOREACH (s, &unsettled_shards, unsettled)
		n += s->node == (int32_t)w->node;
	if (n == 0)
		return;
	w->others = xcalloc(n, sizeof(*w->others));
	TAILQ_FOREACH (s, &unsettled_shards, unsettled)
		if (s->node == (int32_t)w->node && append_wait(s, &w->others[w->waits], &w->c))
			w->waits++;
}

void
call_reply(struct call *c, const void *response)
{
	struct whole *w = (struct whole *)c;

	w->answer = answer_new(
	    &w->asker, w->api, c->version, msg_arena_ok(&answer) ? response : NULL);
	msg_arena_reset(&answer);
	if (c->shard == NULL)
		wait_for_all(w);
	else if (append_wait(c->shard, &w->one, c))
		w->waits = 1;
	if (w->waits == 0)
		leave(w);
}

void
call_error(struct call *c, int16_t error)
{
	msg_arena_reset(&answer);
	call_reply(c, group_error_answer(&answer, c->api, c->version, c->req, error));
}

bool
call_turn(void)
{
	return callee_turn(callee);
}

void
call_forget(uint32_t slot, uint32_t generation)
{
	callee_forget(callee, slot, generation);
}
