/* SPDX-License-Identifier: ISC */
/*
 * api.c - from a frame to its handler, by the table of APIs.  Used in: acceptor.
 *
 * As Kafka does, a request that is not one (unknown API or version, a body that does not parse) closes the
 * connection without a word; only ApiVersions in an unknown version is answered, so that the client can try again.
 */
#include "config.h"

#include "conn.h"
#include "odradek/base/log.h"
#include "odradek/proto/gen/api_versions.h"

#define ANSWER_ROOM (64u << 10) /* left for the beginning of an answer behind the decoded request */

typedef void handler_fn(struct request *r);

static handler_fn *const handlers[] = {
#define API(key, Name, min, max, flexible, by, acl, handler) handler,
#include "tbl/apis.h"
#undef API
};

static void
refuse_version(struct conn *c, const struct frame_header *h)
{
	struct request *r = request_begin(c, h->api);

	r->version = 0;
	r->correlation = h->correlation_id;
	request_reply(r, api_versions_refusal(acceptor.scratch));
}

void
api_dispatch(struct conn *c, const struct iovec *iov, int iovcnt, uint32_t len)
{
	struct msg_arena *a = acceptor.scratch;
	struct frame_header h;
	struct wire_in in;
	struct request *r;
	const char *why = NULL;
	void *body;
	int error;

	(void)len;
	/* what another acceptor's client was told of already must be known here, too */
	tables_follow(acceptor.tables);
	if (c->dead)
		return;
	msg_arena_reset(a);
	wire_in_init(&in, iov, iovcnt);
	error = frame_request(&h, &in, a, &body, &why);
	if (error == FRAME_VERSIONS) {
		refuse_version(c, &h);
		return;
	}
	if (error == FRAME_OK && a->limit - a->used < ANSWER_ROOM) {
		error = FRAME_CLOSE;
		why = "too large for an answer";
	}
	if (error != FRAME_OK) {
		log_limited("closing %s: request with API key %d version %d: %s", conn_name(c), h.key, h.version,
		    why != NULL ? why : "not a request");
		shm_count(acceptor.child->self, CTR_PROTOCOL_ERRORS, 1);
		conn_close(c, NULL);
		return;
	}
	r = request_begin(c, h.api);
	r->version = h.version;
	r->correlation = h.correlation_id;
	r->client_id = h.client_id_len < 0 ? NULL : a->base + h.client_id_off;
	r->body = body;
	r->body_length = (uint32_t)(a->used - ((char *)body - a->base));
	handlers[h.api->index](r);
}

void
api_api_versions(struct request *r)
{
	struct api_versions_params params = {.features_epoch = 0};
	struct api_versions_resp *resp = api_versions_answer(acceptor.scratch, r->body, r->version, &params);

	if (resp == NULL)
		request_close(r, "out of memory");
	else
		request_reply(r, resp);
}
