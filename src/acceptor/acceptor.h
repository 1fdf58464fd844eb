/* SPDX-License-Identifier: ISC */
/*
 * acceptor.h - what the files of the acceptor share.  Private to src/acceptor/.
 *
 * A request's way: rx.c receives into the arena, conn.c cuts frames and decodes, api.c dispatches to a handler
 * (produce.c, fetch.c, metadata.c, offsets.c, forward.c ...), the handler answers at once or later, out.c sends.
 * Requests of one connection are handled one at a time and answered in order; only consecutive Produce requests
 * overlap.
 */
#ifndef ODRADEK_ACCEPTOR_H
#define ODRADEK_ACCEPTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "odradek/base/config.h"
#include "odradek/proc/child.h"
#include "odradek/proc/tables.h"
#include "odradek/proc/wait.h"
#include "odradek/proto/frame.h"
#include "odradek/proto/msg.h"
#include "odradek/shm/arena.h"

struct conn;
struct request;
struct fetch_state; /* fetch.c: waiting fetches, sessions, views */
struct produce_state;
struct forward_state;

struct acceptor {
	struct child *child;
	struct shm *shm;
	struct arena *arena;
	struct tables *tables;
	const struct config *config;
	struct msg_arena *scratch; /* decoded body of the request under hand; reset for each */
	int64_t now_ms;		   /* wall clock of this turn */
	int64_t mono_ms;
	struct fetch_state *fetch;
	struct produce_state *produce;
	struct forward_state *forward;
	struct conn_set *conns;
};
extern struct acceptor acceptor; /* the one of this process */
/* now_ms and mono_ms anew: after sleeping. */
void acceptor_clock(void);

/*
 * One request between its decoding and the sending of its answer.  Owned by its connection; a handler that answers
 * later keeps the pointer and is told by cancel when the connection went away first.
 */
struct request {
	struct conn *conn;
	const struct api *api;
	int16_t version;
	int32_t correlation;
	const void *body;	 /* decoded; in acceptor.scratch: valid until the handler returns */
	uint32_t body_length;	 /* of the blob: to be copied whole */
	const char *client_id;	 /* likewise; NULL = none */
	void *state;		 /* the handler's */
	void (*cancel)(struct request *r); /* connection gone: forget r, free state; may be NULL */
	/* produce only: writes the answer when it is r's turn and frees state; false: it does not fit */
	bool (*encode)(struct request *r);
	bool done;
	TAILQ_ENTRY(request) entry;
};

/* Handlers, by tbl/apis.h: api_<name>(r).  Answer with one of the following. */
#define API(key, Name, min, max, flexible, by, acl, handler) void handler(struct request *r);
#include "tbl/apis.h"
#undef API

/* Encodes response (the root struct of the API's response table) and sends; r is gone afterwards. */
void request_reply(struct request *r, const void *response);
/* Closes the connection instead of answering; r is gone. */
void request_close(struct request *r, const char *why);
/* No answer is due (acks=0); r is gone. */
void request_drop(struct request *r);
/* The answer is ready to be encoded by r->encode when all earlier ones of the connection were. */
void request_done(struct request *r);

/* The node (index) and the listener (index) by which the client came. */
uint32_t conn_node(const struct conn *c);
uint32_t conn_listener(const struct conn *c);
/* The address that the client connected to, textual. */
const char *conn_local_host(const struct conn *c);
/* The client's address as Kafka's coordinator shows it: "/10.0.0.1"; IPv6 without abbreviation. */
const char *conn_client_host(const struct conn *c);
/* For log lines: "127.0.0.1:5000". */
const char *conn_name(const struct conn *c);

/*
 * Writing an answer by hand (fetch): out_begin with the length of the whole frame body known, then pieces in
 * order, then request_sent.  Files are sent by sendfile; small pieces should be read with out_reserve and pread.
 */
void out_begin(struct request *r, uint32_t body_length); /* writes the frame length and response header */
void out_mem(struct request *r, const void *p, uint32_t len);
uint8_t *out_reserve(struct request *r, uint32_t len);  /* len bytes of the output buffer, to be filled at once */
/* It has something to say, or may have: it is flushed at the end of the turn. */
void conn_dirty(struct conn *c);
/* Where a piece of a file comes from; embedded first in the owner's struct. */
struct source {
	/*
	 * The piece has waited for the client since it was looked at last.  May len bytes from offset on be sent now?
	 * 1; 0: not yet, conn_dirty(c) is called when that is known; -1: never.
	 */
	int (*again)(struct source *s, struct conn *c, int64_t offset, uint32_t len);
	void (*release)(struct source *s); /* it was sent or dropped */
};
/* May be sent at once: the caller has looked at it in this turn. */
void out_file(struct request *r, int fd, int64_t offset, uint32_t len, struct source *s);
void request_sent(struct request *r); /* all pieces were given; r is gone */

/* Sends a decoded request on to the process that answers it and its answer back (forward.c). */
void forward_request(struct request *r);

/* Hooks of the parts, called by acceptor.c. */
void produce_init(void);
void produce_answer(uint32_t from, const struct msg_produced *m);
void produce_peer_died(uint32_t slot, uint32_t generation);
void produce_tick(void);
void produce_moved(uint32_t slot);	 /* a line */
void produce_slot_changed(uint32_t slot); /* the controller's */
void produce_rescan(void);
bool produce_turn(void);
/* So many requests for the node's disk wait that no further Produce to it is begun. */
bool produce_full(uint32_t node);
void fetch_init(void);
void fetch_moved(uint32_t slot);	/* HW, LSO, log start, leader, ISR, deletion: waiting ones look again */
void fetch_rescan(void);		/* look at every waiting one */
bool fetch_turn(void);			/* deferred work; true = more to do */
void fetch_tick(void);
void fetch_stop(void);			/* orderly end: answer every waiting fetch with what there is */
void forward_init(void);
void forward_answer(uint32_t from, const struct msg_reply *m);
void forward_peer_died(uint32_t slot, uint32_t generation);
/* r, if it was forwarded, has a request behind it in its connection: it may be late no longer. */
void forward_hurry(const struct request *r);
void forward_turn(void);
void forward_tick(void);
/* Is the creation of that topic under way, by us? */
bool forward_creates(const char *name, uint32_t len);
void groups_turn(void);
void groups_tick(void);
/* Begins the creation of a topic with the broker's defaults; nobody waits for it. */
void forward_auto_create(const char *name, uint32_t len);
void offsets_answer(uint32_t from, const struct msg_records_deleted *m);
void offsets_peer_died(uint32_t slot, uint32_t generation);

#endif
