/* SPDX-License-Identifier: ISC */
/*
 * conn.c - connections: their life, the order of their requests and answers.  Used in: acceptor.
 */
#include "config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <netinet/tcp.h>

#include "conn.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define OUT_PENDING_MAX (1u << 20) /* answers not yet sent, beyond which no request is begun */

static struct conn_set conns;

static struct request *free_requests;

void
conn_init(void)
{
	TAILQ_INIT(&conns.idle);
	TAILQ_INIT(&conns.dirty);
	TAILQ_INIT(&conns.resume);
	TAILQ_INIT(&conns.wait);
	TAILQ_INIT(&conns.dead);
	acceptor.conns = &conns;
}

static void
readable(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	acceptor_clock();
	rx_read(arg);
}

static void
writable(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	out_flush(arg);
}

void
conn_open(int fd, const struct listen_socket *l, const struct sockaddr_storage *peer)
{
	struct conn *c = xcalloc(1, sizeof *c);
	int one = 1;

	c->magic = CONN_MAGIC;
	c->fd = fd;
	c->node = l->node;
	c->listener = l->index;
	c->peer = *peer;
	c->active_ms = acceptor.mono_ms;
	TAILQ_INIT(&c->requests);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	event_assign(&c->read_event, acceptor.child->base, fd, EV_READ | EV_PERSIST, readable, c);
	event_assign(&c->write_event, acceptor.child->base, fd, EV_WRITE | EV_PERSIST, writable, c);
	event_add(&c->read_event, NULL);
	c->reading = true;
	TAILQ_INSERT_TAIL(&conns.idle, c, idle_entry);
	conns.count++;
	atomic_store_explicit(&acceptor.child->self->load, conns.count, memory_order_relaxed);
	shm_count(acceptor.child->self, CTR_CONNECTIONS, 1);
}

static struct request *
request_new(struct conn *c)
{
	struct request *r = free_requests;

	if (r != NULL)
		free_requests = r->entry.tqe_next;
	else
		r = xmalloc(sizeof *r);
	memset(r, 0, sizeof *r);
	r->conn = c;
	return r;
}

static void
request_free(struct request *r)
{
	r->entry.tqe_next = free_requests;
	free_requests = r;
}

/* r is answered, or will never be: the next one may go on. */
static void
request_gone(struct request *r)
{
	struct conn *c = r->conn;

	TAILQ_REMOVE(&c->requests, r, entry);
	c->nrequests--;
	request_free(r);
	if (c->muted && !c->dead)
		conn_resume(c);
}

struct request *
request_begin(struct conn *c, const struct api *api)
{
	struct request *r = request_new(c);

	r->api = api;
	c->pipelined = api->key == API_Produce && (c->nrequests == 0 || c->pipelined);
	TAILQ_INSERT_TAIL(&c->requests, r, entry);
	c->nrequests++;
	if (c->active_ms != acceptor.mono_ms) {
		c->active_ms = acceptor.mono_ms;
		TAILQ_REMOVE(&conns.idle, c, idle_entry);
		TAILQ_INSERT_TAIL(&conns.idle, c, idle_entry);
	}
	shm_count(acceptor.child->self, CTR_REQUESTS, 1);
	return r;
}

bool
conn_may_begin(const struct conn *c, int16_t key)
{
	if (c->doomed || c->writing || c->out.buf.len - c->out.sent > OUT_PENDING_MAX)
		return false; /* it must read its answers first */
	if (key == API_Produce && (c->stalled > 0 || produce_full(c->node)))
		return false;
	if (c->nrequests == 0)
		return true;
	return c->pipelined && key == API_Produce && c->nrequests < PIPELINE;
}

void
conn_stall(struct conn *c, int by)
{
	c->stalled += (uint32_t)by;
	if (c->stalled == 0 && c->muted)
		conn_resume(c);
}

/* An answer for which there was no room ends early. */
static bool
is_whole(const void *response)
{
	const struct msg_arena *a = acceptor.scratch;
	const char *at = response;

	return at != NULL && (msg_arena_ok(a) || at < a->base || at >= a->base + a->limit);
}

void
request_reply(struct request *r, const void *response)
{
	int error = !is_whole(response) ? MSG_TOO_BIG
			: frame_response(r->api, r->version, r->correlation, response, conn_out(r->conn), NULL);

	if (error != MSG_OK) {
		log_warnx("could not encode the answer to %s version %d: %s", r->api->name, r->version,
		    msg_strerror(error));
		request_close(r, NULL);
		return;
	}
	request_gone(r);
}

void
request_close(struct request *r, const char *why)
{
	struct conn *c = r->conn;

	r->cancel = NULL;
	request_gone(r);
	conn_close(c, why);
}

/*
 * Answers that are ready and whose turn it is.  Callers walk lists in which other requests of the connection are, so
 * one whose answer cannot be given is closed only at the end of the turn.
 */
static void
answer_done(struct conn *c)
{
	struct request *r;

	while (!c->dead && (r = TAILQ_FIRST(&c->requests)) != NULL && r->done) {
		r->cancel = NULL;
		if (!r->encode(r)) {
			c->doomed = true;
			conn_dirty(c);
		}
		request_gone(r);
	}
}

void
request_drop(struct request *r)
{
	struct conn *c = r->conn;

	request_gone(r);
	answer_done(c); /* those that waited behind it */
}

void
request_sent(struct request *r)
{
	request_gone(r);
}

void
request_done(struct request *r)
{
	r->done = true;
	answer_done(r->conn);
}

void
conn_close(struct conn *c, const char *why)
{
	struct request *r;

	if (c->dead)
		return;
	if (why != NULL)
		log_debug("closing %s: %s", conn_name(c), why);
	c->dead = true;
	event_del(&c->read_event);
	event_del(&c->write_event);
	close(c->fd);
	c->fd = -1;
	while ((r = TAILQ_FIRST(&c->requests)) != NULL) {
		if (r->cancel != NULL)
			r->cancel(r);
		request_gone(r);
	}
	rx_free(c);
	out_free(c);
	TAILQ_REMOVE(&conns.idle, c, idle_entry);
	if (c->dirty)
		TAILQ_REMOVE(&conns.dirty, c, dirty_entry);
	if (c->resume)
		TAILQ_REMOVE(&conns.resume, c, resume_entry);
	if (c->waiting)
		TAILQ_REMOVE(&conns.wait, c, wait_entry);
	TAILQ_INSERT_TAIL(&conns.dead, c, idle_entry);
	conns.count--;
	atomic_store_explicit(&acceptor.child->self->load, conns.count, memory_order_relaxed);
}

void
conn_close_all(bool idle_only)
{
	struct conn *c, *next;

	for (c = TAILQ_FIRST(&conns.idle); c != NULL; c = next) {
		next = TAILQ_NEXT(c, idle_entry);
		c->eof_after_answers = true;
		if (!idle_only || (c->nrequests == 0 && !out_pending(c)))
			conn_close(c, NULL);
	}
}

void
conn_dirty(struct conn *c)
{
	if (c->dirty || c->dead)
		return;
	c->dirty = true;
	TAILQ_INSERT_TAIL(&conns.dirty, c, dirty_entry);
}

/* Whoever was muted because of something that they share (a full ring) may try again. */
void
conn_resume_all(void)
{
	struct conn *c;

	TAILQ_FOREACH(c, &conns.idle, idle_entry)
		if (c->muted)
			conn_resume(c);
}

void
conn_resume(struct conn *c)
{
	if (c->resume || c->dead)
		return;
	c->resume = true;
	TAILQ_INSERT_TAIL(&conns.resume, c, resume_entry);
}

bool
conn_turn(void)
{
	struct conn *c;
	uint32_t n = conns.count;

	rx_turn();
	/* an answer out may let the next request in, whose answer is sent in the next turn */
	while ((c = TAILQ_FIRST(&conns.dirty)) != NULL) {
		TAILQ_REMOVE(&conns.dirty, c, dirty_entry);
		c->dirty = false;
		out_flush(c);
	}
	while (n-- > 0 && (c = TAILQ_FIRST(&conns.resume)) != NULL) {
		TAILQ_REMOVE(&conns.resume, c, resume_entry);
		c->resume = false;
		if (c->muted && !c->writing && (c->nrequests == 0 || c->pipelined))
			rx_resume(c);
	}
	while ((c = TAILQ_FIRST(&conns.dead)) != NULL) {
		TAILQ_REMOVE(&conns.dead, c, idle_entry);
		free(c->name);
		free(c->local_host);
		free(c->client_host);
		free(c);
	}
	return !TAILQ_EMPTY(&conns.resume) || !TAILQ_EMPTY(&conns.dirty) || rx_work();
}

void
conn_tick(void)
{
	int64_t limit = acceptor.config->connections_max_idle_ms;
	struct conn *c, *next;

	rx_tick();
	if (limit < 0)
		return;
	for (c = TAILQ_FIRST(&conns.idle); c != NULL && acceptor.mono_ms - c->active_ms > limit; c = next) {
		next = TAILQ_NEXT(c, idle_entry);
		if (c->nrequests == 0)
			conn_close(c, "idle for connections.max.idle.ms");
	}
}

static char *
host_text(const struct sockaddr_storage *a)
{
	char text[INET6_ADDRSTRLEN] = "?";

	if (a->ss_family == AF_INET) {
		inet_ntop(AF_INET, &((const struct sockaddr_in *)a)->sin_addr, text, sizeof text);
	} else if (a->ss_family == AF_INET6) {
		const struct in6_addr *in6 = &((const struct sockaddr_in6 *)a)->sin6_addr;
		if (IN6_IS_ADDR_V4MAPPED(in6))
			inet_ntop(AF_INET, in6->s6_addr + 12, text, sizeof text);
		else
			inet_ntop(AF_INET6, in6, text, sizeof text);
	}
	return xstrdup(text);
}

static uint16_t
port_of(const struct sockaddr_storage *a)
{
	return a->ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)a)->sin6_port)
					: ntohs(((const struct sockaddr_in *)a)->sin_port);
}

const char *
conn_name(const struct conn *cc)
{
	struct conn *c = (struct conn *)(uintptr_t)cc;
	char *host;

	if (c->name == NULL) {
		host = host_text(&c->peer);
		c->name = xasprintf(strchr(host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, port_of(&c->peer));
		free(host);
	}
	return c->name;
}

uint32_t
conn_node(const struct conn *c)
{
	return c->node;
}

uint32_t
conn_listener(const struct conn *c)
{
	return c->listener;
}

const char *
conn_local_host(const struct conn *cc)
{
	struct conn *c = (struct conn *)(uintptr_t)cc;
	struct sockaddr_storage a = {0};
	socklen_t len = sizeof a;

	if (c->local_host == NULL) {
		getsockname(c->fd, (struct sockaddr *)&a, &len);
		c->local_host = host_text(&a);
	}
	return c->local_host;
}

const char *
conn_client_host(const struct conn *cc)
{
	struct conn *c = (struct conn *)(uintptr_t)cc;
	const struct in6_addr *in6 = &((const struct sockaddr_in6 *)&c->peer)->sin6_addr;
	uint16_t w[8];
	char *host;

	if (c->client_host != NULL)
		return c->client_host;
	if (c->peer.ss_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(in6)) {
		for (int i = 0; i < 8; i++)
			w[i] = (uint16_t)(in6->s6_addr[2 * i] << 8 | in6->s6_addr[2 * i + 1]);
		return c->client_host = xasprintf(
			   "/%x:%x:%x:%x:%x:%x:%x:%x", w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]);
	}
	host = host_text(&c->peer);
	c->client_host = xasprintf("/%s", host);
	free(host);
	return c->client_host;
}

/* May a client of this address have one more connection with us?  Each acceptor grants its share. */
bool
conn_admit(const struct sockaddr_storage *peer)
{
	uint32_t acceptors = shm_layout(acceptor.shm)->count[PROC_ACCEPTOR];
	int64_t limit = acceptor.config->max_connections_per_ip, n = 0;
	char *mine, *other;
	struct conn *c;

	if (limit == INT32_MAX)
		return true;
	limit = (limit + acceptors - 1) / acceptors;
	mine = host_text(peer);
	TAILQ_FOREACH(c, &conns.idle, idle_entry) {
		other = host_text(&c->peer);
		n += strcmp(mine, other) == 0;
		free(other);
	}
	free(mine);
	return n < limit;
}
