/* SPDX-License-Identifier: ISC */
/*
 * acceptor.c - acceptor.N: the only process that sees client bytes.
 *
 * Accepts on the listening sockets that all acceptors share; parses, checks, answers what can be answered from shared
 * memory and segment files, and asks writers and the controller for the rest.  Must never block: whatever can stall
 * runs in the helper thread (fetch.c).
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"
#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define SCRATCH_BYTES (16u << 20) /* the largest decoded request or answer being built */
#define ACCEPTS_A_TURN 64
#define SLACK 32		  /* one in so many connections that others have fewer does not count */
#define YIELD_US 1000		  /* how long the less loaded ones may take a new connection first */
#define EMFILE_PAUSE_US 100000
#define STOP_MS 2000

struct acceptor acceptor;

struct listening {
	const struct listen_socket *l;
	struct event event, pause; /* pause: back to polling, or take it ourselves */
	bool polling;
};
static struct listening *listening;

void
acceptor_clock(void)
{
	acceptor.now_ms = now_ms();
	acceptor.mono_ms = mono_coarse_ms();
}

/*
 * Does an acceptor that is alive have fewer connections?  When there are many, a few more do not count: whoever yields
 * loses a millisecond, and the kernel's queue would overflow when thousands of clients come at once.
 */
static bool
less_loaded_exists(void)
{
	struct child *c = acceptor.child;
	uint64_t mine = acceptor.conns->count - acceptor.conns->count / SLACK;

	for (uint32_t i = 0; i < shm_layout(c->shm)->count[PROC_ACCEPTOR]; i++) {
		const struct shm_part *p = shm_peer(c->shm, proc_slot(PROC_ACCEPTOR, i));
		if (p == NULL || p == c->self ||
		    atomic_load_explicit(&p->state, memory_order_relaxed) != CHILD_ACTIVE)
			continue;
		if (atomic_load_explicit(&p->load, memory_order_relaxed) < mine)
			return true;
	}
	return false;
}

static uint64_t
connections_of_host(void)
{
	struct child *c = acceptor.child;
	uint64_t n = 0;

	for (uint32_t i = 0; i < shm_layout(c->shm)->count[PROC_ACCEPTOR]; i++) {
		const struct shm_part *p = shm_peer(c->shm, proc_slot(PROC_ACCEPTOR, i));
		if (p != NULL)
			n += atomic_load_explicit(&p->load, memory_order_relaxed);
	}
	return n;
}

static void
pause_listening(struct listening *s, long us)
{
	struct timeval tv = {us / 1000000, us % 1000000};

	if (s->polling)
		event_del(&s->event);
	s->polling = false;
	evtimer_add(&s->pause, &tv);
}

/* Takes what waits; at most n connections. */
static void
accept_some(struct listening *s, int n)
{
	struct sockaddr_storage peer;
	socklen_t len;
	int fd;

	for (int i = 0; i < n; i++) {
		len = sizeof peer;
		memset(&peer, 0, sizeof peer);
		fd = accept4(s->l->fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd == -1) {
			if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
				log_limited("cannot accept: %s; raise LimitNOFILE or lower max.connections", strerror(errno));
				pause_listening(s, EMFILE_PAUSE_US);
			}
			return;
		}
		if (connections_of_host() >= (uint64_t)acceptor.config->max_connections ||
		    !conn_admit(&peer)) {
			shm_count(acceptor.child->self, CTR_CONNECTIONS_REFUSED, 1);
			log_limited("refused a connection: max.connections or max.connections.per.ip is reached");
			close(fd);
			continue;
		}
		conn_open(fd, s->l, &peer);
		if (i + 1 < n && less_loaded_exists())
			return;
	}
}

static void
on_listener(int fd, short what, void *arg)
{
	struct listening *s = arg;

	(void)fd;
	(void)what;
	acceptor_clock();
	if (less_loaded_exists()) {
		pause_listening(s, YIELD_US);
		return;
	}
	accept_some(s, ACCEPTS_A_TURN);
}

/* Whoever was less loaded had time to take it; if it did not (stopped, busy), we do. */
static void
on_pause(int fd, short what, void *arg)
{
	struct listening *s = arg;

	(void)fd;
	(void)what;
	if (acceptor.child->stopping)
		return;
	acceptor_clock();
	accept_some(s, 1);
	if (!s->polling && !evtimer_pending(&s->pause, NULL)) {
		event_add(&s->event, NULL);
		s->polling = true;
	}
}

/* Until the controller has published what it knows, clients wait in the kernel's queue: they would be told that their
 * topics do not exist. */
static bool
listen_due(void)
{
	return listening == NULL && !acceptor.child->stopping &&
	       atomic_load_explicit(&shm_controller_of(acceptor.shm)->loaded, memory_order_acquire) != 0;
}

/* Sockets of nodes that may be added later are there, but not bound yet. */
static void
listen_to_bound(void)
{
	const struct inherit *in = acceptor.child->inherit;

	for (int i = 0; i < in->listeners; i++) {
		struct listening *s = &listening[i];

		if (s->l != NULL || in->listener[i].port == 0)
			continue;
		s->l = &in->listener[i];
		event_assign(&s->event, acceptor.child->base, s->l->fd, EV_READ | EV_PERSIST, on_listener, s);
		evtimer_assign(&s->pause, acceptor.child->base, on_pause, s);
		event_add(&s->event, NULL);
		s->polling = true;
	}
}

static void
listen_begin(void)
{
	listening = xcalloc((size_t)acceptor.child->inherit->listeners, sizeof *listening);
	listen_to_bound();
}

static void
on_message(struct child *c, uint32_t from, const struct shm_msg *m)
{
	(void)c;
	switch (m->type) {
	case CALL_PRODUCED:
		produce_answer(from, (const struct msg_produced *)m);
		break;
	case CALL_MOVED:
		produce_moved(((const struct msg_moved *)m)->slot);
		fetch_moved(((const struct msg_moved *)m)->slot);
		break;
	case CALL_REPLY:
		forward_answer(from, (const struct msg_reply *)m);
		break;
	case CALL_RECORDS_DELETED:
		offsets_answer(from, (const struct msg_records_deleted *)m);
		break;
	default:
		log_limited("message of type %u from slot %u was not expected", m->type, from);
	}
}

static void
on_partition(void *arg, uint32_t slot, const struct shm_partition *p)
{
	(void)arg;
	(void)p;
	produce_slot_changed(slot);
	fetch_moved(slot);
}

/* About to sleep: did a word that on_turn follows move meanwhile? */
static bool
on_look(struct child *c)
{
	const struct shm_controller *ctl = shm_controller_of(c->shm);

	return atomic_load_explicit(&ctl->version, memory_order_acquire) != tables_version(acceptor.tables) ||
	       wait_rescan(false) || listen_due() || child_disks_moved(c);
}

static bool
on_turn(struct child *c)
{
	bool more;

	acceptor_clock();
	if (child_disks_follow(c) && listening != NULL && !c->stopping)
		listen_to_bound();
	if (listen_due()) { /* looked at before the tables: these are complete behind it */
		tables_follow(acceptor.tables);
		listen_begin();
	}
	tables_follow(acceptor.tables);
	if (wait_rescan(true)) {
		produce_rescan();
		fetch_rescan();
	}
	more = fetch_turn();
	more |= produce_turn();
	forward_turn();
	groups_turn();
	more |= conn_turn();
	return more;
}

static void
on_tick(struct child *c)
{
	(void)c;
	acceptor_clock();
	produce_tick();
	fetch_tick();
	forward_tick();
	groups_tick();
	conn_tick();
	if (c->stopping && acceptor.conns->count == 0)
		c->left = true;
}

static void
on_reload(struct child *c)
{
	acceptor.config = c->config;
}

static void
stop_now(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	conn_close_all(false);
	acceptor.child->left = true;
}

static bool
on_stop(struct child *c)
{
	static struct event timer;
	struct timeval tv = {STOP_MS / 1000, 0};

	for (int i = 0; listening != NULL && i < c->inherit->listeners; i++) {
		if (listening[i].l == NULL)
			continue;
		event_del(&listening[i].event);
		evtimer_del(&listening[i].pause);
		listening[i].polling = false;
	}
	fetch_stop(); /* waiting fetches are answered with what there is */
	conn_close_all(true);
	if (acceptor.conns->count == 0)
		return true;
	evtimer_assign(&timer, c->base, stop_now, NULL);
	evtimer_add(&timer, &tv);
	return false;
}

static void
on_peer_died(struct child *c, uint32_t slot, uint32_t generation)
{
	(void)c;
	produce_peer_died(slot, generation);
	forward_peer_died(slot, generation);
	offsets_peer_died(slot, generation);
}

void
acceptor_main(struct child *c)
{
	static const struct tables_hooks hooks = {.partition = on_partition};

	acceptor.child = c;
	acceptor.shm = c->shm;
	acceptor.config = c->config;
	acceptor.arena = arena_new(c->shm);
	acceptor.scratch = xcalloc(1, sizeof *acceptor.scratch);
	if (acceptor.arena == NULL || msg_arena_init(acceptor.scratch, SCRATCH_BYTES) == -1)
		fatal("could not set up memory for requests");
	acceptor_clock();
	conn_init();
	rx_init();
	produce_init();
	fetch_init();
	forward_init();
	acceptor.tables = tables_new(c->shm, &hooks, NULL);
	tables_follow(acceptor.tables);

	c->events_every = 2; /* a turn that answered what came by a ring sleeps at once instead of asking first */
	c->message = on_message;
	c->turn = on_turn;
	c->look = on_look;
	c->tick = on_tick;
	c->reload = on_reload;
	c->stop = on_stop;
	c->peer_died = on_peer_died;
	if (listen_due())
		listen_begin();
	child_ready(c);
	child_run(c);
	conn_close_all(false);
}
