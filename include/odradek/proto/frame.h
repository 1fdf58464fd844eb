/* SPDX-License-Identifier: ISC */
/*
 * frame.h - what surrounds a message on the wire: int32 size, header, body.
 * Used in: acceptor (requests in, answers out), replicator (the other way round), tests.
 */
#ifndef ODRADEK_PROTO_FRAME_H
#define ODRADEK_PROTO_FRAME_H

#include "odradek/proto/api.h"

enum frame_status {
	FRAME_OK = 0,
	/* not a request, an API or a version that we do not have: Kafka closes the connection
	 * without a word */
	FRAME_CLOSE = -1,
	/* ApiVersions in a version that we do not have: answer with api_versions_refusal() */
	FRAME_VERSIONS = -2
};

enum { FRAME_CLIENT_ID_MAX = 32767 };

struct frame_header {
	const struct api *api;
	int16_t key;
	int16_t version;
	int32_t correlation_id;
	int32_t client_id_len; /* -1 null */
	int32_t client_id_off; /* in the arena: arena.base + client_id_off, NUL-terminated */
};

/* Size of a frame from its 4 bytes; -1 if negative or greater than max: close the connection. */
int32_t frame_size(const void *four, int32_t max);

/* Reads the request header (v1 or v2, by key and version) from the frame's payload; leaves the
 * cursor at the body. The client id goes into the arena, behind which the body may be decoded. */
int frame_request_header(struct frame_header *h, struct wire_in *in, struct msg_arena *a);
/* Header and body: the root of the body is in *root.  FRAME_CLOSE also for a body that does not
 * parse; why (if not NULL) gets a constant text.  Afterwards nothing of the payload is needed but
 * the record data. */
int frame_request(
    struct frame_header *h, struct wire_in *in, struct msg_arena *a, void **root, const char **why);

/*
 * Appends size, response header and body to out.  Record data stays outside (see msg_splices): the
 * size counts it. Version is that of the body; an ApiVersions answer always has header v0.  0 or an
 * enum msg_error; on failure out is as before.
 */
int frame_response(const struct api *api, int version, int32_t correlation_id, const void *root,
    struct wire_out *out, struct msg_splices *sp);

/* Appends size, request header and body: the client's side (replicator, tests). */
int frame_request_encode(const struct msg_table *t, int version, int32_t correlation_id,
    const char *client_id, const void *root, struct wire_out *out, struct msg_splices *sp);

#endif
