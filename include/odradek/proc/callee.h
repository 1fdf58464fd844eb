/* SPDX-License-Identifier: ISC */
/*
 * callee.h - the answering side of a call: requests in, answers out.  Used in: controller,
 * coordinator.
 *
 * A request lies in the asker's arena until our tail passes its message: it is copied at once and
 * the copy is checked, since nobody trusts an offset that another process wrote.  An answer lies in
 * our arena until the asker's tail has passed its REPLY.  When the arena or the ring is full,
 * answers wait in order.
 */
#ifndef ODRADEK_PROC_CALLEE_H
#define ODRADEK_PROC_CALLEE_H

#include "odradek/proc/outbox.h"
#include "odradek/proto/api.h"

#define ANSWER_MAX (512u << 20) /* bytes of an answer under construction; address space only */

struct callee;
struct answer; /* encoded */

struct asker {
	uint32_t slot, generation, cookie;
};

/* What was asked, a private copy. */
struct asked {
	struct asker asker;
	const struct api *api;
	int16_t version;
	uint32_t node;       /* index: by whose listener it came */
	int32_t deadline_ms; /* from now */
	void *req;           /* the decoded request; malloc'd, the caller frees it */
	size_t len;          /* of it alone */
	/* In the same allocation; "" = none. */
	const char *local_host;  /* the address that the client connected to */
	const char *client_id;
	const char *client_host; /* as Kafka shows it: "/10.0.0.1" */
};

struct callee *callee_new(struct child *c, struct outbox *o, enum api_answerer by);
/* True with *out, or false: it is not one of ours (warned), or was meant for a predecessor, whose
 * client was told that nothing is known of it. */
bool callee_take(
    struct callee *e, uint32_t from, const struct msg_request *m, struct asked *out);
/* Encodes; response NULL: none is possible, the connection is closed. */
struct answer *answer_new(
    const struct asker *to, const struct api *api, int16_t version, const void *response);
void answer_free(struct answer *a);
/* Takes it over. */
void callee_send(struct callee *e, struct answer *a);
/* Once a turn: posts what waits.  True: some waits for room. */
bool callee_turn(struct callee *e);
/* That generation of an asker is dead. */
void callee_forget(struct callee *e, uint32_t slot, uint32_t generation);

#endif
