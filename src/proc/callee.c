/* SPDX-License-Identifier: ISC */
/* callee.c - the answering side of a call.  Controller, coordinator. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proc/callee.h"

#define REQUEST_MAX (256u << 20) /* bytes of a decoded request */
#define TEXTS_MAX (128u << 10)   /* of the texts behind it */
#define TEXTS 3
#define DEADLINE_MAX_MS (600 * 1000)
#define SCRATCH_KEPT (1u << 20)

struct answer {
	TAILQ_ENTRY(answer) entry;
	struct asker to;
	uint32_t len;
	uint8_t body[];
};
TAILQ_HEAD(answers, answer);

struct callee {
	struct child *child;
	struct outbox *outbox;
	enum api_answerer by;
	struct answers waiting;
};

struct callee *
callee_new(struct child *c, struct outbox *o, enum api_answerer by)
{
	struct callee *e = xcalloc(1, sizeof(*e));

	e->child = c;
	e->outbox = o;
	e->by = by;
	TAILQ_INIT(&e->waiting);
	return e;
}

/* ---- requests ---- */

/* The contiguous copy of len bytes at pos of the sender's arena; NULL when they are not there. */
static uint8_t *
arena_copy(struct callee *e, uint32_t from, const struct msg_request *m, size_t len)
{
	int max = (int)(len / ARENA_BLOCK) + 2, n;
	struct iovec few[4], *iov = max <= 4 ? few : xcalloc((size_t)max, sizeof(*iov));
	uint8_t *copy = NULL, *to;

	n = arena_iov(e->child->shm, from, m->flags & REQUEST_TURN, m->chunk, (uint32_t)len, iov,
	    max);
	if (n > 0) {
		to = copy = xmalloc((len + 7) & ~(size_t)7);
		for (int i = 0; i < n; to += iov[i++].iov_len)
			memcpy(to, iov[i].iov_base, iov[i].iov_len);
	}
	if (iov != few)
		free(iov);
	return copy;
}

/* The texts behind the request, each NUL-terminated. */
static int
texts(struct asked *out, const char *p, size_t len)
{
	const char **text[TEXTS] = {&out->local_host, &out->client_id, &out->client_host}, *end;

	for (int i = 0; i < TEXTS; i++) {
		if ((end = memchr(p, '\0', len)) == NULL)
			return -1;
		*text[i] = p;
		len -= (size_t)(end + 1 - p);
		p = end + 1;
	}
	return 0;
}

bool
callee_take(struct callee *e, uint32_t from, const struct msg_request *m, struct asked *out)
{
	const struct api *api = api_get(m->api);
	uint8_t *copy;

	if (m->to_generation != e->child->generation)
		return false;
	if (api == NULL || api->answered_by != e->by || m->version < api->parse_min ||
	    m->version > api->max || m->length == 0 || m->length > REQUEST_MAX ||
	    m->texts > TEXTS_MAX || m->node < 0 || m->node >= SHM_SLOTS) {
		log_limited("a request of slot %u for API %d version %d is none of ours", from,
		    m->api, m->version);
		return false;
	}
	copy = arena_copy(e, from, m, (size_t)m->length + m->texts);
	if (copy == NULL || msg_check_blob(api->req, copy, m->length) != 0 ||
	    texts(out, (char *)copy + m->length, m->texts) == -1) {
		log_limited(
		    "a request of slot %u for API %d points outside of itself", from, m->api);
		free(copy);
		return false;
	}
	out->asker = (struct asker){from, m->generation, m->cookie};
	out->api = api;
	out->version = m->version;
	out->node = (uint32_t)m->node;
	out->deadline_ms = m->deadline_ms < 0                   ? 0
			   : m->deadline_ms > DEADLINE_MAX_MS ? DEADLINE_MAX_MS
							       : m->deadline_ms;
	out->req = copy;
	out->len = m->length;
	return true;
}

/* ---- answers ---- */

struct answer *
answer_new(const struct asker *to, const struct api *api, int16_t version, const void *response)
{
	static struct wire_out out;
	struct answer *a;

	if (out.base == NULL)
		wire_out_init(&out, ANSWER_MAX);
	wire_out_reset(&out);
	if (response == NULL || msg_encode(api->resp, version, response, &out, NULL) != 0) {
		log_limited("the answer to a %s request could not be encoded", api->name);
		out.len = 0;
	}
	a = xmalloc(sizeof(*a) + out.len);
	a->to = *to;
	a->len = (uint32_t)out.len;
	if (out.len > 0)
		memcpy(a->body, out.base, out.len);
	if (out.len > SCRATCH_KEPT)
		wire_out_fini(&out);
	return a;
}

void
answer_free(struct answer *a)
{
	free(a);
}

void
callee_send(struct callee *e, struct answer *a)
{
	TAILQ_INSERT_TAIL(&e->waiting, a, entry);
}

static bool
asker_lives(const struct callee *e, const struct answer *a)
{
	return a->to.generation > shm_dead_generation(e->child->shm, a->to.slot);
}

/* 0 posted, -1 no room yet. */
static int
post(struct callee *e, struct answer *a)
{
	union {
		struct msg_reply m;
		struct shm_msg raw; /* messages are posted whole */
	} u = {.m = {.type = CALL_REPLY, .cookie = a->to.cookie}};
	struct packet *k = NULL;
	int rc;

	if (ring_room(e->child->shm, a->to.slot) == 0)
		return -1;
	if (a->len > outbox_max(e->outbox))
		a->len = 0; /* can never be said: the connection is closed */
	if (a->len > 0 &&
	    (k = outbox_place(e->outbox, a->body, a->len, &u.m.chunk)) == NULL)
		return -1;
	u.m.flags = outbox_turn(e->outbox) ? REQUEST_TURN : 0;
	u.m.length = a->len;
	rc = outbox_post(e->outbox, a->to.slot, &u.raw, k);
	packet_put(e->outbox, k);
	return rc;
}

bool
callee_turn(struct callee *e)
{
	bool blocked[SHM_SLOTS] = {false}, some = false;
	struct answer *a, *next;

	outbox_reclaim(e->outbox);
	for (a = TAILQ_FIRST(&e->waiting); a != NULL; a = next) {
		next = TAILQ_NEXT(a, entry);
		/* an asker that stands still holds up its own answers only */
		if (asker_lives(e, a) && (blocked[a->to.slot] || post(e, a) == -1)) {
			blocked[a->to.slot] = some = true;
			continue;
		}
		TAILQ_REMOVE(&e->waiting, a, entry);
		free(a);
	}
	return some;
}

void
callee_forget(struct callee *e, uint32_t slot, uint32_t generation)
{
	struct answer *a, *next;

	for (a = TAILQ_FIRST(&e->waiting); a != NULL; a = next) {
		next = TAILQ_NEXT(a, entry);
		if (a->to.slot != slot || a->to.generation != generation)
			continue;
		TAILQ_REMOVE(&e->waiting, a, entry);
		free(a);
	}
}
