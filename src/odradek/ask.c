/* SPDX-License-Identifier: ISC */
/*
 * ask.c - requests that librdkafka has no function for: one connection to each broker that is
 * asked, one request at a time.
 *
 * It speaks neither TLS nor SASL: where librdkafka was told to, nothing is asked here, and the
 * caller says so.
 */
#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "odradek.h"
#include "odradek/base/wire.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/frame.h"
#include "odradek/proto/gen/api_versions.h"

enum {
	MOST_REQUEST = 16 << 20,
	MOST_ANSWER = 64 << 20, /* on the wire */
	MOST_VERSIONS = 1 << 20,
	HEADER_TAGS = 16 /* no broker sends any */
};

struct peer {
	struct peer *next;
	int32_t broker;
	int fd; /* -1: it could not be reached, or did not answer as it should */
	char why[256];
	struct msg_arena arena;
	const struct api_versions_resp *versions;
};

static struct peer *peers;
static int32_t correlation;

static void
broken(struct peer *p, const char *what, const char *why)
{
	snprintf(p->why, sizeof p->why, "%s node %d: %s", what, p->broker, why);
	if (p->fd != -1)
		close(p->fd);
	p->fd = -1;
}

/* ---- bytes ---- */

static int
send_all(int fd, const uint8_t *b, size_t n)
{
	while (n > 0) {
		ssize_t got = send(fd, b, n, MSG_NOSIGNAL);

		if (got == -1)
			return -1;
		b += got;
		n -= (size_t)got;
	}
	return 0;
}

static int
receive_all(int fd, uint8_t *b, size_t n)
{
	while (n > 0) {
		ssize_t got = recv(fd, b, n, 0);

		if (got == 0)
			errno = ECONNRESET;
		if (got <= 0)
			return -1;
		b += got;
		n -= (size_t)got;
	}
	return 0;
}

/* The next frame, to be freed; NULL with errno. */
static uint8_t *
receive_frame(int fd, size_t *n)
{
	uint8_t four[4], *b;
	int32_t size;

	if (receive_all(fd, four, sizeof four) == -1)
		return NULL;
	size = frame_size(four, MOST_ANSWER);
	if (size == -1) {
		errno = EPROTO;
		return NULL;
	}
	b = xmalloc((size_t)size + 1);
	if (receive_all(fd, b, (size_t)size) == -1) {
		free(b);
		return NULL;
	}
	*n = (size_t)size;
	return b;
}

static int
decode(const struct msg_table *t, int version, const uint8_t *b, size_t n, struct msg_arena *to)
{
	struct wire_in in;

	wire_in_mem(&in, b, n);
	if (wire_get_i32(&in) != correlation)
		return -1;
	if (msg_is_flexible(t, version) && t != &api_versions_resp_table)
		for (uint32_t tags = wire_get_uvarint(&in); tags > 0; tags--) {
			wire_get_uvarint(&in);
			wire_skip(&in, wire_get_uvarint(&in));
			if (!wire_in_ok(&in) || tags > HEADER_TAGS)
				return -1;
		}
	return msg_decode(t, version, &in, to) == MSG_OK ? 0 : -1;
}

/* The root of the answer, NULL when the peer is broken. */
static const void *
exchange(struct peer *p, int key, int version, const void *req, struct msg_arena *to)
{
	const struct msg_table *t = msg_request_table(key);
	const void *root = NULL;
	struct wire_out out;
	uint8_t *answer = NULL;
	size_t n;

	wire_out_init(&out, MOST_REQUEST);
	msg_arena_reset(to);
	if (frame_request_encode(t, version, ++correlation, "odradek", req, &out, NULL) != MSG_OK)
		broken(p, "could not ask", "the question is too long");
	else if (send_all(p->fd, out.base, out.len) == -1 ||
		 (answer = receive_frame(p->fd, &n)) == NULL)
		broken(p, "no answer of", errno == EAGAIN ? "it takes too long" : strerror(errno));
	else if (decode(msg_response_table(key), version, answer, n, to) == -1)
		broken(p, "no answer of", "what came is no answer in Kafka's protocol");
	else
		root = msg_root(to);
	free(answer);
	wire_out_fini(&out);
	return root;
}

/* ---- connections ---- */

/* Send and receive time out, and so does connect, by the former. */
static int
connect_to(const char *host, int port)
{
	struct timeval tv = {cli.timeout_ms / 1000, (cli.timeout_ms % 1000) * 1000};
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list, *a;
	char service[16];
	int fd = -1;

	snprintf(service, sizeof service, "%d", port);
	if (getaddrinfo(host, service, &hints, &list) != 0) {
		errno = EHOSTUNREACH;
		return -1;
	}
	for (a = list; a != NULL && fd == -1; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
		if (fd == -1)
			continue;
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
		if (connect(fd, a->ai_addr, a->ai_addrlen) == -1) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(list);
	return fd;
}

static bool
plaintext(struct peer *p)
{
	char protocol[32] = "";
	size_t n = sizeof protocol;

	rd_kafka_conf_get(rd_kafka_conf(client()), "security.protocol", protocol, &n);
	if (strcmp(protocol, "plaintext") == 0)
		return true;
	snprintf(p->why, sizeof p->why,
	    "this is asked over plaintext connections only, and security.protocol is %s", protocol);
	return false;
}

static void
peer_connect(struct peer *p)
{
	const rd_kafka_metadata_t *m = cluster_metadata();
	struct api_versions_req req;
	int i;

	for (i = 0; i < m->broker_cnt && m->brokers[i].id != p->broker; i++)
		;
	if (i == m->broker_cnt) {
		broken(p, "could not ask", "it is not there");
		return;
	}
	p->fd = connect_to(m->brokers[i].host, m->brokers[i].port);
	if (p->fd == -1) {
		broken(p, "could not connect to", strerror(errno));
		return;
	}
	msg_defaults(api_versions_req_table.id, &req);
	if (msg_arena_init(&p->arena, MOST_VERSIONS) == -1)
		die("could not reserve memory: %s", strerror(errno));
	p->versions = exchange(p, API_ApiVersions, 0, &req, &p->arena);
}

static struct peer *
peer_of(int32_t broker)
{
	struct peer *p;

	for (p = peers; p != NULL && p->broker != broker; p = p->next)
		;
	if (p == NULL) {
		p = xcalloc(1, sizeof *p);
		p->broker = broker;
		p->fd = -1;
		p->next = peers;
		peers = p;
		if (plaintext(p))
			peer_connect(p);
	}
	return p;
}

/* The newest version that both sides have, -1: none. */
static int
common_version(const struct peer *p, int key)
{
	const struct msg_range ours = msg_request_table(key)->versions;
	const struct api_versions_resp_api_version *v;

	karr_for (v, &p->versions->api_keys)
		if (v->api_key == key && v->max_version >= ours.lo && v->min_version <= ours.hi)
			return v->max_version < ours.hi ? v->max_version : ours.hi;
	return -1;
}

const void *
broker_ask(int32_t broker, int key, const void *req, struct msg_arena *answer, const char **why)
{
	struct peer *p = peer_of(broker);
	const void *root = NULL;
	int version;

	*why = NULL;
	if (p->fd != -1) {
		version = common_version(p, key);
		if (version == -1)
			return NULL;
		root = exchange(p, key, version, req, answer);
	}
	if (root == NULL)
		*why = p->why;
	return root;
}
