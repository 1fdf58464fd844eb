/* SPDX-License-Identifier: ISC */
/*
 * reply.c - requests in, answers out (proc/callee.h), and what becomes of them in between.  Used
 * in: controller.
 */
#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

static struct callee *callee;

void
reply_init(void)
{
	if (msg_arena_init(&ctl.answer, ANSWER_MAX) == -1)
		fatal("could not reserve address space for answers");
	callee = callee_new(ctl.child, outbox_new(ctl.child, ctl.arena), BY_CONTROLLER);
}

/* ---- requests ---- */

struct call *
call_new(uint32_t from, const struct msg_request *m)
{
	struct asked asked;
	struct call *c;

	if (!callee_take(callee, from, m, &asked))
		return NULL;
	if (asked.node >= ctl.nodes) {
		log_limited("a request of slot %u came by node %u, which is none", from, asked.node);
		free(asked.req);
		return NULL;
	}
	c = xcalloc(1, sizeof(*c));
	c->asker = asked.asker;
	c->api = asked.api->key;
	c->version = asked.version;
	c->node = asked.node;
	c->deadline = ctl.mono_ms + asked.deadline_ms;
	c->req = asked.req;
	c->req_len = asked.len;
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

bool
reply_turn(void)
{
	return callee_turn(callee);
}

void
reply_forget(uint32_t slot, uint32_t generation)
{
	callee_forget(callee, slot, generation);
}

void
reply_call(struct call *c, const void *response)
{
	callee_send(callee, answer_new(&c->asker, api_get(c->api), c->version,
				msg_arena_ok(&ctl.answer) ? response : NULL));
	msg_arena_reset(&ctl.answer);
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
