/* SPDX-License-Identifier: ISC */
/*
 * frame.c - sizes and headers of requests and answers.
 * Used in: acceptor; replicator and tests for the client's side.
 */
#include "config.h"

#include "odradek/proto/frame.h"

int32_t
frame_size(const void *four, int32_t max)
{
	int32_t n = (int32_t)be32_get(four);

	return n < 0 || n > max ? -1 : n;
}

/* Client id: an old-style nullable string in every version of the header. */
static void
get_client_id(struct frame_header *h, struct wire_in *in, struct msg_arena *a)
{
	int16_t n = wire_get_i16(in);
	char *p;

	h->client_id_len = -1;
	h->client_id_off = 0;
	if (n < 0)
		return;
	if ((uint64_t)n > wire_left(in) || (p = msg_alloc(a, (size_t)n + 1)) == NULL) {
		wire_in_fail(in);
		return;
	}
	wire_get_bytes(in, p, (size_t)n);
	h->client_id_len = n;
	h->client_id_off = (int32_t)(p - a->base);
}

static void
skip_tags(struct wire_in *in)
{
	uint32_t n = wire_get_uvarint(in);

	while (n-- > 0 && wire_in_ok(in)) {
		wire_get_uvarint(in);
		wire_skip(in, wire_get_uvarint(in));
	}
}

int
frame_request_header(struct frame_header *h, struct wire_in *in, struct msg_arena *a)
{
	*h = (struct frame_header){.client_id_len = -1};
	h->key = wire_get_i16(in);
	h->version = wire_get_i16(in);
	h->correlation_id = wire_get_i32(in);
	if (!wire_in_ok(in) || (h->api = api_get(h->key)) == NULL)
		return FRAME_CLOSE;
	if (h->version < h->api->parse_min || h->version > h->api->max) {
		if (h->key != API_ApiVersions)
			return FRAME_CLOSE;
		get_client_id(h, in, a); /* what follows is of a version that we do not know */
		return FRAME_VERSIONS;
	}
	get_client_id(h, in, a);
	if (msg_is_flexible(h->api->req, h->version))
		skip_tags(in);
	return wire_in_ok(in) ? FRAME_OK : FRAME_CLOSE;
}

int
frame_request(
    struct frame_header *h, struct wire_in *in, struct msg_arena *a, void **root, const char **why)
{
	int status = frame_request_header(h, in, a);
	int error;

	*root = NULL;
	if (why != NULL)
		*why = status != FRAME_CLOSE ? NULL : "unknown API or version, or a broken header";
	if (status != FRAME_OK)
		return status;
	/* bytes behind the body are ignored, as Kafka ignores them */
	error = msg_decode_prefix(h->api->req, h->version, in, a, root);
	if (error == 0)
		return FRAME_OK;
	*root = NULL;
	if (why != NULL)
		*why = msg_strerror(error);
	return FRAME_CLOSE;
}

/* The size in front counts what is behind it, and the record data that is not there yet. */
static int
put_size(struct wire_out *out, size_t start, const struct msg_splices *sp, int64_t spliced_before)
{
	int64_t size =
	    (int64_t)(out->len - start - 4) + (sp == NULL ? 0 : sp->bytes - spliced_before);

	if (size > INT32_MAX)
		return MSG_TOO_BIG;
	be32_put(out->base + start, (uint32_t)size);
	return MSG_OK;
}

int
frame_response(const struct api *api, int version, int32_t correlation_id, const void *root,
    struct wire_out *out, struct msg_splices *sp)
{
	size_t start = out->len;
	struct msg_splices before = sp == NULL ? (struct msg_splices){0} : *sp;
	int error;

	wire_put_u32(out, 0);
	wire_put_u32(out, (uint32_t)correlation_id);
	if (api->key != API_ApiVersions && msg_is_flexible(api->resp, version))
		wire_put_u8(out, 0); /* no tagged fields */
	error = wire_out_ok(out) ? msg_encode(api->resp, version, root, out, sp) : MSG_TOO_BIG;
	if (error == 0)
		error = put_size(out, start, sp, before.bytes);
	if (error != 0) {
		out->len = start;
		if (sp != NULL)
			*sp = before;
	}
	return error;
}

int
frame_request_encode(const struct msg_table *t, int version, int32_t correlation_id,
    const char *client_id, const void *root, struct wire_out *out, struct msg_splices *sp)
{
	size_t start = out->len;
	struct msg_splices before = sp == NULL ? (struct msg_splices){0} : *sp;
	size_t n = client_id == NULL ? 0 : strlen(client_id);
	int error;

	if (n > FRAME_CLIENT_ID_MAX)
		return MSG_TOO_BIG;
	wire_put_u32(out, 0);
	wire_put_u16(out, (uint16_t)t->key);
	wire_put_u16(out, (uint16_t)version);
	wire_put_u32(out, (uint32_t)correlation_id);
	wire_put_u16(out, client_id == NULL ? 0xffff : (uint16_t)n);
	wire_put_bytes(out, client_id, n);
	if (msg_is_flexible(t, version))
		wire_put_u8(out, 0);
	error = wire_out_ok(out) ? msg_encode(t, version, root, out, sp) : MSG_TOO_BIG;
	if (error == 0)
		error = put_size(out, start, sp, before.bytes);
	if (error != 0) {
		out->len = start;
		if (sp != NULL)
			*sp = before;
	}
	return error;
}
