/* SPDX-License-Identifier: ISC */
/*
 * out.c - answers go out: one buffer a connection with pieces of files in between, sent at the end of the turn, so
 * that several answers leave in one call.  Used in: acceptor.
 *
 * A turn sends at most TURN_BYTES of one connection; what the socket does not take waits for it to be writable.  A piece
 * that has waited may have left the page cache meanwhile; sendfile would wait for the medium and send whatever comes from there.
 * So its owner is asked again, for AGAIN_BYTES at a time.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "conn.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define TURN_BYTES (4u << 20)
#define AGAIN_BYTES (1u << 20)
#define POOL 64
#define POOL_BYTES (64u << 10) /* a larger buffer is not kept */
#define OUT_LIMIT (1u << 30)

static struct {
	struct wire_out buf[POOL]; /* empty buffers with memory, for connections that have something to say */
	uint32_t n;
} pool;

static struct wire_out *
out_buffer(struct conn *c)
{
	struct out *o = &c->out;

	if (o->buf.base == NULL) {
		if (pool.n > 0)
			o->buf = pool.buf[--pool.n];
		else
			wire_out_init(&o->buf, OUT_LIMIT);
	}
	return &o->buf;
}

static void
out_reset(struct out *o)
{
	wire_out_reset(&o->buf);
	o->sent = 0;
	o->first = o->pieces = 0;
	if (o->buf.base != NULL && o->buf.cap <= POOL_BYTES && pool.n < POOL)
		pool.buf[pool.n++] = o->buf;
	else
		wire_out_fini(&o->buf);
	memset(&o->buf, 0, sizeof o->buf);
	free(o->piece);
	o->piece = NULL;
	o->cap = 0;
}

void
out_free(struct conn *c)
{
	struct out *o = &c->out;

	for (uint32_t i = o->first; i < o->pieces; i++)
		o->piece[i].source->release(o->piece[i].source);
	out_reset(o);
}

bool
out_pending(const struct conn *c)
{
	return c->out.sent < c->out.buf.len || c->out.first < c->out.pieces;
}

struct wire_out *
conn_out(struct conn *c)
{
	conn_dirty(c);
	return out_buffer(c);
}

void
out_begin(struct request *r, uint32_t body_length)
{
	struct wire_out *w = conn_out(r->conn);
	bool tags = r->version >= r->api->flexible && r->api->key != API_ApiVersions;

	wire_put_u32(w, body_length + 4 + tags);
	wire_put_u32(w, (uint32_t)r->correlation);
	if (tags)
		wire_put_u8(w, 0);
}

void
out_mem(struct request *r, const void *p, uint32_t len)
{
	wire_put_bytes(&r->conn->out.buf, p, len);
}

uint8_t *
out_reserve(struct request *r, uint32_t len)
{
	return wire_out_room(&r->conn->out.buf, len);
}

void
out_file(struct request *r, int fd, int64_t offset, uint32_t len, struct source *s)
{
	struct out *o = &r->conn->out;

	if (o->pieces == o->cap) {
		o->cap = o->cap == 0 ? 4 : o->cap * 2;
		o->piece = xreallocarray(o->piece, o->cap, sizeof *o->piece);
	}
	o->piece[o->pieces++] = (struct piece){o->buf.len, fd, offset, len, false, s};
}

/* Sends from the buffer up to `end`.  1: all of it, 0: the socket is full, -1: closed. */
static int
send_memory(struct conn *c, size_t end, bool more)
{
	struct out *o = &c->out;

	while (o->sent < end) {
		ssize_t n = send(c->fd, o->buf.base + o->sent, end - o->sent, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
		if (n < 0) {
			if (errno == EINTR)
				continue;
			if (errno == EAGAIN)
				return 0;
			conn_close(c, strerror(errno));
			return -1;
		}
		o->sent += (size_t)n;
		shm_count(acceptor.child->self, CTR_BYTES_OUT, (uint64_t)n);
	}
	return 1;
}

/* Sends of the piece what the budget allows.  1: all of it, 0: the socket is full, or *asked: its owner is not sure, -1: closed. */
static int
send_piece(struct conn *c, struct piece *p, uint32_t *budget, bool *asked)
{
	while (p->left > 0) {
		uint32_t want = p->left < *budget ? p->left : *budget;
		off_t at = p->offset;
		ssize_t n;
		int r;

		if (want == 0)
			return 0;
		if (p->waited) {
			want = want < AGAIN_BYTES ? want : AGAIN_BYTES;
			r = p->source->again(p->source, c, p->offset, want);
			if (r == -1)
				conn_close(c, "what was to be sent cannot be read any more");
			*asked = r == 0;
			if (r != 1)
				return r;
		}
		n = sendfile(c->fd, p->fd, &at, want);
		if (n < 0) {
			if (errno == EINTR)
				continue;
			if (errno == EAGAIN)
				return 0;
			conn_close(c, strerror(errno));
			return -1;
		}
		if (n == 0) { /* shorter than what was announced: the frame cannot be completed */
			log_warnx("segment ended %u bytes early while it was sent to %s", p->left, conn_name(c));
			conn_close(c, NULL);
			return -1;
		}
		p->offset += n;
		p->left -= (uint32_t)n;
		*budget -= (uint32_t)n;
		shm_count(acceptor.child->self, CTR_SENDFILE_BYTES, (uint64_t)n);
		shm_count(acceptor.child->self, CTR_BYTES_OUT, (uint64_t)n);
	}
	return 1;
}

static void
want_write(struct conn *c, bool on)
{
	if (on == c->writing)
		return;
	c->writing = on;
	if (on)
		event_add(&c->write_event, NULL);
	else
		event_del(&c->write_event);
}

void
out_flush(struct conn *c)
{
	struct out *o = &c->out;
	uint32_t budget = TURN_BYTES;
	bool asked = false;
	int r = 1;

	if (c->dead)
		return;
	if (c->doomed) {
		conn_close(c, "an answer was too large");
		return;
	}
	while (r == 1 && o->first < o->pieces) {
		struct piece *p = &o->piece[o->first];
		r = send_memory(c, p->at, true);
		if (r == 1)
			r = send_piece(c, p, &budget, &asked);
		if (r != 1)
			break;
		p->source->release(p->source);
		o->first++;
	}
	if (r == 1)
		r = send_memory(c, o->buf.len, false);
	if (r == -1)
		return;
	if (r == 0) {
		for (uint32_t i = o->pieces; i > o->first && !o->piece[i - 1].waited; i--)
			o->piece[i - 1].waited = true;
		want_write(c, !asked); /* also when the turn's budget is used up: others first */
		return;
	}
	want_write(c, false);
	out_reset(o);
	if (c->muted)
		conn_resume(c);
	if (c->eof_after_answers && c->nrequests == 0)
		conn_close(c, NULL);
}
