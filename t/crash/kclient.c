/* SPDX-License-Identifier: ISC */
/* kclient.c - a very small Kafka client for crash tests. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kclient.h"

int64_t
mono_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

uint8_t *
buf_room(struct buf *b, size_t n)
{
	if (b->len + n > b->cap) {
		b->cap = (b->len + n) * 2;
		if ((b->p = realloc(b->p, b->cap)) == NULL)
			abort();
	}
	b->len += n;
	return b->p + b->len - n;
}

static void
store(uint8_t *p, int64_t v, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--, v >>= 8)
		p[i] = (uint8_t)v;
}

void
put8(struct buf *b, int v)
{
	store(buf_room(b, 1), v, 1);
}

void
put16(struct buf *b, int v)
{
	store(buf_room(b, 2), v, 2);
}

void
put32(struct buf *b, int64_t v)
{
	store(buf_room(b, 4), v, 4);
}

void
put64(struct buf *b, int64_t v)
{
	store(buf_room(b, 8), v, 8);
}

void
put_str(struct buf *b, const char *s)
{
	put16(b, s == NULL ? -1 : (int)strlen(s));
	if (s != NULL)
		memcpy(buf_room(b, strlen(s)), s, strlen(s));
}

int64_t
get(struct in *in, int bytes)
{
	uint64_t v = 0;

	if (in->bad || in->end - in->p < bytes) {
		in->bad = true;
		return 0;
	}
	for (int i = 0; i < bytes; i++)
		v = v << 8 | *in->p++;
	return bytes == 8 ? (int64_t)v : (int64_t)(v << (64 - 8 * bytes)) >> (64 - 8 * bytes);
}

int64_t
get_varint(struct in *in)
{
	uint64_t v = 0;

	for (int shift = 0; shift < 64; shift += 7) {
		uint8_t byte = (uint8_t)get(in, 1);

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
	}
	in->bad = true;
	return 0;
}

void
get_skip(struct in *in, int64_t n)
{
	if (in->bad || n < 0 || in->end - in->p < n)
		in->bad = true;
	else
		in->p += n;
}

/* ---- connections ---- */

int
conn_open(struct conn *c, const char *host, int port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int one = 1;

	conn_close(c);
	if (inet_pton(AF_INET, host, &sa.sin_addr) != 1)
		return -1;
	if ((c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(c->fd, (struct sockaddr *)&sa, sizeof(sa)) == -1 && errno != EINPROGRESS) {
		conn_close(c);
		return -1;
	}
	c->connecting = true;
	return 0;
}

void
conn_close(struct conn *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	c->connecting = false;
	c->out.len = c->out_done = c->in.len = c->in_done = 0;
}

void
conn_fini(struct conn *c)
{
	conn_close(c);
	free(c->out.p);
	free(c->in.p);
}

void
conn_begin(struct conn *c, int api, int version)
{
	c->frame = c->out.len;
	put32(&c->out, 0);
	put16(&c->out, api);
	put16(&c->out, version);
	put32(&c->out, c->correlation++);
	put_str(&c->out, "crashload");
}

void
conn_end(struct conn *c)
{
	store(c->out.p + c->frame, (int64_t)(c->out.len - c->frame - 4), 4);
}

short
conn_events(const struct conn *c)
{
	return (short)(POLLIN | (c->connecting || c->out_done < c->out.len ? POLLOUT : 0));
}

static int
gone(struct conn *c)
{
	conn_close(c);
	return -1;
}

/* Nobody listens, and the kernel chose the very port that we connect to: TCP then connects to itself. */
static bool
self_connected(int fd)
{
	struct sockaddr_in a, b;
	socklen_t na = sizeof(a), nb = sizeof(b);

	return getsockname(fd, (struct sockaddr *)&a, &na) == 0 && getpeername(fd, (struct sockaddr *)&b, &nb) == 0 &&
	    a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
}

int
conn_io(struct conn *c, short revents)
{
	ssize_t n;

	if (c->fd == -1)
		return -1;
	if (c->connecting) {
		int err = 0;
		socklen_t len = sizeof(err);

		if ((revents & (POLLOUT | POLLERR | POLLHUP)) == 0)
			return 0;
		if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len) == -1 || err != 0)
			return gone(c);
		if (self_connected(c->fd))
			return gone(c);
		c->connecting = false;
	}
	if (c->out_done < c->out.len) {
		n = send(c->fd, c->out.p + c->out_done, c->out.len - c->out_done, MSG_NOSIGNAL);
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			return gone(c);
		if (n > 0 && (c->out_done += (size_t)n) == c->out.len)
			c->out.len = c->out_done = 0;
	}
	if (c->in_done > 0) {
		memmove(c->in.p, c->in.p + c->in_done, c->in.len - c->in_done);
		c->in.len -= c->in_done;
		c->in_done = 0;
	}
	if (revents & (POLLIN | POLLERR | POLLHUP)) {
		uint8_t *p = buf_room(&c->in, 256 << 10);

		n = recv(c->fd, p, 256 << 10, 0);
		c->in.len -= (256 << 10) - (size_t)(n > 0 ? n : 0);
		if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
			return gone(c);
	}
	return 0;
}

bool
conn_answer(struct conn *c, int32_t *correlation, struct in *in)
{
	struct in head = { c->in.p + c->in_done, c->in.p + c->in.len, false };
	int64_t len;

	if (c->fd == -1 || c->in.len - c->in_done < 8)
		return false;
	len = get(&head, 4);
	if (len < 4 || head.end - head.p < len)
		return false;
	*in = (struct in){ head.p, head.p + len, false };
	*correlation = (int32_t)get(in, 4);
	c->in_done += 4 + (size_t)len;
	return true;
}

bool
conn_wait(struct conn *c, int timeout_ms, struct in *in)
{
	int64_t end = mono_now() + timeout_ms;
	int32_t correlation;

	while (!conn_answer(c, &correlation, in)) {
		int64_t left = end - mono_now();
		struct pollfd p = { .fd = c->fd, .events = conn_events(c) };

		if (c->fd == -1 || left <= 0 || poll(&p, 1, (int)left) == -1) {
			conn_close(c);
			return false;
		}
		conn_io(c, p.revents);
	}
	return true;
}

/* ---- batches ---- */

static uint32_t
crc32c(const uint8_t *p, size_t n)
{
	static uint32_t table[256];
	uint32_t c = ~0u;

	if (table[1] == 0)
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t v = i;

			for (int k = 0; k < 8; k++)
				v = (v & 1) ? v >> 1 ^ 0x82f63b78u : v >> 1;
			table[i] = v;
		}
	while (n-- > 0)
		c = table[(c ^ *p++) & 255] ^ c >> 8;
	return ~c;
}

static int
varint(uint8_t *p, int64_t v)
{
	uint64_t z = ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
	int n = 0;

	for (; z >= 0x80; z >>= 7)
		p[n++] = (uint8_t)(z | 0x80);
	p[n++] = (uint8_t)z;
	return n;
}

void
batch_put(struct buf *b, int n, size_t size, int64_t pid, int epoch, int32_t sequence,
    void (*fill)(void *arg, int i, uint8_t *p, size_t size), void *arg)
{
	size_t start = b->len;
	struct timespec ts;
	int64_t now;

	clock_gettime(CLOCK_REALTIME, &ts);
	now = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
	put64(b, 0);
	put32(b, 0);
	put32(b, -1);
	put8(b, 2);
	put32(b, 0);
	put16(b, 0);
	put32(b, n - 1);
	put64(b, now);
	put64(b, now);
	put64(b, pid);
	put16(b, epoch);
	put32(b, sequence);
	put32(b, n);
	for (int i = 0; i < n; i++) {
		uint8_t head[32], len[10], *p;
		int h = 0, l;

		head[h++] = 0;
		h += varint(head + h, 0);
		h += varint(head + h, i);
		h += varint(head + h, -1);
		h += varint(head + h, (int64_t)size);
		l = varint(len, h + (int64_t)size + 1);
		memcpy(buf_room(b, (size_t)l), len, (size_t)l);
		memcpy(buf_room(b, (size_t)h), head, (size_t)h);
		p = buf_room(b, size);
		fill(arg, i, p, size);
		put8(b, 0);
	}
	store(b->p + start + 8, (int64_t)(b->len - start - 12), 4);
	store(b->p + start + 17, crc32c(b->p + start + 21, b->len - start - 21), 4);
}

static int
one_batch(const uint8_t *p, int64_t len, int64_t base, const char **why,
    void (*fn)(void *, int64_t, const uint8_t *, size_t), void *arg)
{
	struct in in = { p + 57, p + len, false };
	int64_t n = get(&in, 4);

	for (int64_t i = 0; i < n; i++) {
		struct in r;
		int64_t size = get_varint(&in), delta, key, value, headers;

		r = in;
		get_skip(&in, size);
		if (in.bad)
			break;
		get_skip(&r, 1);
		get_varint(&r);
		delta = get_varint(&r);
		key = get_varint(&r);
		get_skip(&r, key < 0 ? 0 : key);
		value = get_varint(&r);
		if (r.bad || value < 0 || r.end - r.p < value)
			break;
		fn(arg, base + delta, r.p, (size_t)value);
		get_skip(&r, value);
		headers = get_varint(&r);
		if (r.bad || headers != 0 || r.p != in.p)
			break;
		if (i == n - 1)
			return 0;
	}
	*why = "a record that does not parse";
	return -1;
}

int
batches_walk(const uint8_t *p, size_t len, int64_t *next, const char **why,
    void (*fn)(void *, int64_t, const uint8_t *, size_t), void *arg)
{
	while (len >= 61) {
		struct in in = { p, p + len, false };
		int64_t base = get(&in, 8), size = get(&in, 4) + 12, last;

		if (size < 61) {
			*why = "a batch of an impossible length";
			return -1;
		}
		if ((size_t)size > len)
			return 0; /* cut by max.bytes */
		in.p = p + 17;
		if ((uint32_t)get(&in, 4) != crc32c(p + 21, (size_t)size - 21)) {
			*why = "a batch with a wrong checksum";
			return -1;
		}
		in.p = p + 23;
		last = base + get(&in, 4);
		if (last >= *next) {
			if (base != *next) {
				*why = "a gap or an overlap in the offsets";
				return -1;
			}
			if (one_batch(p, size, base, why, fn, arg) == -1)
				return -1;
			*next = last + 1;
		}
		p += size;
		len -= (size_t)size;
	}
	return 0;
}
