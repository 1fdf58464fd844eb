/* SPDX-License-Identifier: ISC */
/*
 * conn.h - a client's connection: its bytes in (rx.c), its bytes out (out.c), its requests in order (conn.c).
 *
 * Bounds, before anything is parsed: a connection holds no memory of the arena while nothing of a request is there;
 * a request that does not arrive whole is kept in private memory up to FRAME_PRIVATE bytes; a larger one takes blocks of
 * the arena as its bytes arrive, and waits while taking one could keep others from ever completing (rx.c).
 */
#ifndef ODRADEK_ACCEPTOR_CONN_H
#define ODRADEK_ACCEPTOR_CONN_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>

#include "acceptor.h"
#include "odradek/base/wire.h"

#define CONN_MAGIC 0x636f6e6eu
#define FRAME_PRIVATE (16u << 10)
#define FRAME_HEADER_MIN 8u	/* api key, version, correlation id */
#define PIPELINE 64		/* Produce requests of one connection under way at once */

/* Where a received frame lies in the arena, and who still needs it there. */
struct frame {
	uint32_t refs;
	uint32_t block, blocks; /* first, and how many in the chain */
	uint32_t offset;	/* of the first byte behind the length word, in the first block */
	uint32_t length;
	bool copied;		/* by followers, who pin nothing: it stays a little longer (rx.c) */
	uint32_t node, charged; /* a large one: the disk that it is for, blocks that count as that one's */
	uint32_t holds;		/* messages to writers that name it */
	struct frame *next;	/* free, or lingering */
};

/* Bytes of file in the output stream. */
struct piece {
	size_t at; /* in front of this byte of the buffer */
	int fd;
	int64_t offset;
	uint32_t left;
	bool waited; /* for the client, since it was looked at */
	struct source *source;
};

struct out {
	struct wire_out buf;
	size_t sent; /* bytes of buf that are out */
	struct piece *piece;
	uint32_t pieces, first, cap;
};

/* A frame above FRAME_PRIVATE on its way in. */
struct big {
	struct frame *frame;	    /* its blocks so far */
	uint32_t have, total;	    /* bytes, length word included */
	uint32_t blocks;	    /* that it will have taken in the end */
	uint32_t start, last, fill; /* of the length word in the first block; last block and how full it is */
	int64_t since_ms, waits_ms;
	TAILQ_ENTRY(big) entry;
};

TAILQ_HEAD(request_list, request);

struct conn {
	uint32_t magic;
	int fd;
	struct event read_event, write_event;
	uint32_t node, listener;
	struct sockaddr_storage peer;

	uint8_t *in; /* bytes that could not be handled yet: the start of a frame, or frames behind a muted one */
	uint32_t in_len, in_cap;
	struct big *big;
	struct out out;

	struct request_list requests; /* in order of arrival; answered in that order */
	uint32_t nrequests;
	uint32_t stalled; /* messages of its requests that wait for room in a ring */
	bool pipelined; /* all of them are Produce */
	bool muted;	/* input is left alone until an answer is out */
	bool reading, writing; /* events added */
	bool doomed;	/* closed at the end of the turn: an answer could not be given */
	bool dead;	/* freed at the end of the turn */
	bool dirty;	/* on the list of those with output */
	bool resume;	/* on the list of those whose input may go on */
	bool waiting;	/* on the admission list */
	bool eof_after_answers;
	int64_t active_ms;
	char *name; /* made when first asked for */
	char *local_host, *client_host; /* likewise */
	TAILQ_ENTRY(conn) idle_entry, dirty_entry, resume_entry, wait_entry;
};
TAILQ_HEAD(conn_list, conn);

struct conn_set {
	struct conn_list idle; /* least recently active first */
	struct conn_list dirty, resume, wait, dead;
	uint32_t count;
};

void conn_init(void);
/* Takes an accepted, non-blocking socket. */
void conn_open(int fd, const struct listen_socket *l, const struct sockaddr_storage *peer);
/* Is the client's address below max.connections.per.ip? */
bool conn_admit(const struct sockaddr_storage *peer);
/* Closes now, frees at the end of the turn; why is logged at debug level, NULL is silent. */
void conn_close(struct conn *c, const char *why);
void conn_close_all(bool idle_only);
void conn_tick(void);
/* End of a turn: answers out, input that may go on, the dead.  True when something is left to do at once. */
bool conn_turn(void);
void conn_resume(struct conn *c);
/* So many more (fewer) of its messages wait for room in a ring; meanwhile no Produce is begun. */
void conn_stall(struct conn *c, int by);
void conn_resume_all(void);
/* A request begins: it is the last of its connection. */
struct request *request_begin(struct conn *c, const struct api *api);
/* The output buffer; the connection is flushed at the end of the turn. */
struct wire_out *conn_out(struct conn *c);
/* May the request with this key be begun now? */
bool conn_may_begin(const struct conn *c, int16_t key);

void rx_init(void);
void rx_read(struct conn *c);	/* the socket is readable */
void rx_resume(struct conn *c); /* no longer muted: first what is kept */
void rx_free(struct conn *c);
void rx_turn(void); /* arena memory came back: admit who waits */
void rx_tick(void);
bool rx_work(void); /* somebody who waits could go on */
/* A copy of len bytes in blocks of its own, with one reference, for a disk's writer or (SHM_NODES) another process;
 * NULL: no room. */
struct frame *frame_place(const void *from, uint32_t len, uint32_t node);
void frame_ref(struct frame *f);
void frame_unref(struct frame *f);
/* A reference of a message to a writer, which may keep it for as long as its disk stands still. */
void frame_hold(struct frame *f);
void frame_release(struct frame *f);
/* The byte at pos of the frame's body as an arena position. */
uint32_t frame_at(const struct frame *f, uint32_t pos);
/* The frame under hand, in the arena (that of a Produce request always is). */
extern struct frame *rx_frame;
extern const struct iovec *rx_iov;
extern int rx_iovcnt;

void out_flush(struct conn *c);
bool out_pending(const struct conn *c);
void out_free(struct conn *c);

/* api.c: decodes and dispatches; may close c. */
void api_dispatch(struct conn *c, const struct iovec *iov, int iovcnt, uint32_t len);

#endif
