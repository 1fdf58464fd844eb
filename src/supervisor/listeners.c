/* SPDX-License-Identifier: ISC */
/*
 * listeners.c - one listening socket per listener and node, bound before the first fork.  Runs in
 * the supervisor.
 *
 * The sockets live as long as the daemon: clients that connect while an acceptor is being replaced
 * wait in the kernel's queue.  Sockets for nodes that may be added are made at the start as well, so
 * that all children inherit them; they are bound when the node's disk comes.
 */
#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/listener.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/shm/tables.h"
#include "supervisor.h"

/* The acceptors of a daemon that was killed a moment ago may still be closing their sockets. */
#define IN_USE_WAIT_MS 500

static int
new_socket(int family)
{
	int fd, on = 1, off = 0;

	if ((fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) == -1)
		return -1;
	/* connections of a dead daemon linger; they are no reason not to start */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	return fd;
}

static int
bind_now(const struct addrinfo *ai, int backlog)
{
	int fd = new_socket(ai->ai_family), saved;

	if (fd == -1)
		return -1;
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, backlog) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static int
bind_one(const struct addrinfo *ai, int backlog)
{
	int64_t until = mono_ns() + (int64_t)IN_USE_WAIT_MS * 1000000;
	int fd;

	while ((fd = bind_now(ai, backlog)) == -1 && errno == EADDRINUSE && mono_ns() < until)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	return fd;
}

static void
why_not(const struct listener *l, int error, char *why, size_t len)
{
	const char *host = l->host[0] != '\0' ? l->host : "all interfaces";

	switch (error) {
	case EADDRINUSE:
		snprintf(why, len, "port %u of %s is in use by another program: stop it (ss -ltnp shows "
			"which), or choose another port with -o listeners=%s://%s:PORT",
		    l->port, host, l->name, l->host);
		break;
	case EACCES:
		snprintf(why, len, "port %u of %s is not allowed for this user: choose one above 1023 in listeners", l->port,
		    host);
		break;
	case EADDRNOTAVAIL:
		snprintf(why, len, "%s is no address of this machine: correct it in listeners (clients behind "
			"a translator are told advertised.listeners)",
		    host);
		break;
	default:
		snprintf(why, len, "could not listen on port %u of %s: %s", l->port, host, strerror(error));
	}
}

static void
refuse(const struct listener *l, int error)
{
	char why[700];

	why_not(l, error, why, sizeof(why));
	fatalx("%s", why);
}

static int
open_one(const struct listener *l, int backlog)
{
	/* an empty host is all interfaces, of both families where the kernel has both; a name may
	 * stand for several addresses: the first that can be bound is taken, version 4 first as
	 * clients do on "localhost" */
	static const int families[2][2] = {{AF_INET, AF_INET6}, {AF_INET6, AF_INET}};
	const int *order = families[l->host[0] == '\0'];
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
			    .ai_flags = AI_PASSIVE | AI_NUMERICSERV},
			*list;
	char port[8];
	int rc, fd = -1, error = EADDRNOTAVAIL;

	snprintf(port, sizeof(port), "%u", l->port);
	if ((rc = getaddrinfo(l->host[0] != '\0' ? l->host : NULL, port, &hints, &list)) != 0)
		fatalx("\"%s\" in listeners: %s", l->host, gai_strerror(rc));
	for (int f = 0; f < 2 && fd == -1; f++)
		for (const struct addrinfo *ai = list; ai != NULL && fd == -1; ai = ai->ai_next) {
			if (ai->ai_family != order[f] || (fd = bind_one(ai, backlog)) != -1)
				continue;
			if (errno != EAFNOSUPPORT)
				error = errno;
			if (errno == EADDRINUSE) /* not silently on another address */
				f = 2;
		}
	freeaddrinfo(list);
	if (fd == -1)
		refuse(l, error);
	return fd;
}

/* Connections take these sizes over from the socket that they were accepted from. */
static void
set_buffers(int fd, const struct config *c)
{
	if (c->socket_send_buffer_bytes >= 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &c->socket_send_buffer_bytes, sizeof(int)) == -1)
		log_warn("could not set socket.send.buffer.bytes");
	if (c->socket_receive_buffer_bytes >= 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &c->socket_receive_buffer_bytes, sizeof(int)) ==
		-1)
		log_warn("could not set socket.receive.buffer.bytes");
}

static uint16_t
bound_port(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1)
		fatal("getsockname");
	return ntohs(ss.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&ss)->sin6_port
					      : ((struct sockaddr_in *)&ss)->sin_port);
}

/* One line a node: where it is and what it keeps. */
static void
say(int32_t node_id, const char *path, const struct listener_set *set, const struct listen_socket *first)
{
	char text[1024] = "";

	for (int i = 0; i < set->n; i++) {
		const struct listen_socket *l = &first[i];
		size_t n = strlen(text);

		snprintf(text + n, sizeof(text) - n,
		    strchr(set->v[i].host, ':') != NULL ? "%s%s://[%s]:%u" : "%s%s://%s:%u",
		    i > 0 ? "," : "", set->v[i].name, set->v[i].host, l->port);
	}
	log_info("node %d listens on %s and keeps its data in %s", node_id, text, path);
}

void
listeners_open(struct supervisor *s)
{
	int backlog = s->config->socket_listen_backlog_size;

	for (int node = 0; node < s->in.disks; node++) {
		struct config_err err = {0};
		struct listener_set set;

		if (listeners_of_node(s->config, node, &set, &err) == -1)
			fatalx("%s", err.text);
		if (set.n > SHM_LISTENERS)
			fatalx("%d listeners for a node: at most %d are possible", set.n,
			    SHM_LISTENERS);
		s->in.listener = xreallocarray(
		    s->in.listener, (size_t)(s->in.listeners + set.n), sizeof(*s->in.listener));
		for (int i = 0; i < set.n; i++) {
			struct listen_socket *l = &s->in.listener[s->in.listeners++];

			l->fd = open_one(&set.v[i], backlog);
			set_buffers(l->fd, s->config);
			l->node = (uint32_t)node;
			l->index = (uint32_t)i;
			l->port = bound_port(l->fd);
			l->name = xstrdup(set.v[i].name);
		}
		s->disk[node].ports = node;
		say(s->in.disk[node].node_id, s->in.disk[node].path, &set, &s->in.listener[s->in.listeners - set.n]);
	}
}

/* ---- nodes that are added ---- */

static int
family_of(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	return getsockname(fd, (struct sockaddr *)&ss, &len) == -1 ? AF_INET : ss.ss_family;
}

void
listeners_spare(struct supervisor *s)
{
	int first = 0, at;

	while (first < s->in.listeners && s->in.listener[first].node == 0)
		first++;
	s->in.listener = xreallocarray(s->in.listener,
	    (size_t)s->in.listeners + (size_t)first * (s->places - (uint32_t)s->in.disks), sizeof(*s->in.listener));
	for (uint32_t k = (uint32_t)s->in.disks; k < s->places; k++) {
		s->disk[k].ports = -1;
		for (int i = 0; i < first; i++) {
			at = s->in.listeners++;
			s->in.listener[at] = s->in.listener[i];
			s->in.listener[at].node = k;
			s->in.listener[at].port = 0;
			s->in.listener[at].name = xstrdup(s->in.listener[i].name);
			if ((s->in.listener[at].fd = new_socket(family_of(s->in.listener[i].fd))) == -1)
				fatal("could not make a socket");
			set_buffers(s->in.listener[at].fd, s->config);
		}
	}
}

/* 0 or errno. */
static int
bind_spare(int fd, const struct listener *l, int backlog)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *list;
	char port[8];
	int error = EADDRNOTAVAIL;

	hints.ai_family = family_of(fd);
	snprintf(port, sizeof(port), "%u", l->port);
	if (getaddrinfo(l->host[0] != '\0' ? l->host : NULL, port, &hints, &list) != 0)
		return EADDRNOTAVAIL;
	for (const struct addrinfo *ai = list; ai != NULL && error != 0; ai = ai->ai_next)
		error = bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, backlog) == 0 ? 0 : errno;
	freeaddrinfo(list);
	return error;
}

int
listeners_bind(struct supervisor *s, uint32_t k, int place, const struct disk_lock *d, struct config_err *err)
{
	struct listen_socket *l = s->in.listener;
	struct listener_set set;
	char why[700];
	int error, n = 0;

	while (l < s->in.listener + s->in.listeners && l->node != k)
		l++;
	for (struct listen_socket *m = l; m < s->in.listener + s->in.listeners && m->node == k; m++)
		n++;
	if (listeners_of_node(s->config, place, &set, err) == -1)
		return -1;
	if (set.n != n) {
		config_err_add(err, "listeners names %d of them for the node, the others have %d: restart the daemon to use it", set.n, n);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		if (l[i].port != 0)
			continue; /* of an attempt that went no further */
		if ((error = bind_spare(l[i].fd, &set.v[i], s->config->socket_listen_backlog_size)) != 0) {
			why_not(&set.v[i], error, why, sizeof(why));
			config_err_add(err, "%s", why);
			return -1;
		}
		l[i].port = bound_port(l[i].fd);
		free((char *)(uintptr_t)l[i].name);
		l[i].name = xstrdup(set.v[i].name);
	}
	s->disk[k].ports = place;
	say(d->node_id, d->path, &set, l);
	return 0;
}
