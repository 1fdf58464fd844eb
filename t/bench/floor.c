/* SPDX-License-Identifier: ISC */
/* floor - the floor: the least work that can serve kload's produce and fetch through a socket and a file.
 * No checks, no safety, no recovery: recv() into a warm buffer, write() to the page cache, sendfile() out.
 * What a real broker costs above this, in the same run with the same client, is its own doing.
 *   floor [-w MB] PORT DIR
 *   -w MB  start writeback every 8 MB and drop from the page cache what lies more than MB behind the end
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define NP 256
static int port;
static struct part {
	int fd;
	pthread_mutex_t mu;
	volatile int64_t leo, pos, flushed;
	int64_t *off, *at;
	volatile int n;
	int cap;
} parts[NP];
static struct {
	char name[256];
	int base, n;
} topics[64];
static int ntopics, nused;
static int64_t window;
#define STEP (8 << 20)
struct conn {
	int fd;
	uint8_t *b;
	size_t have, cap;
	int wait_part;
	int64_t wait_off;
	int wait_corr;
	int wait_max;
	int64_t sendpos, sendlen;
	int sendfd;
	struct conn *next;
};
static __thread int ep;
static __thread struct conn *waiting;
static __thread char topic[256];
/* the number of a topic; an unknown one is created with n partitions */
static int
topic_of(const char *name, int n)
{
	for (int i = 0; i < ntopics; i++)
		if (!strcmp(topics[i].name, name))
			return i;
	if (ntopics == 64 || nused + n > NP) {
		fprintf(stderr, "floor: too many topics or partitions\n");
		exit(1);
	}
	strcpy(topics[ntopics].name, name);
	topics[ntopics].base = nused;
	topics[ntopics].n = n;
	nused += n;
	return ntopics++;
}
static struct part *
part_of(int pt)
{
	return &parts[topics[topic_of(topic, 4)].base + pt];
}
static int16_t
r16(const uint8_t *p)
{
	uint16_t x;
	memcpy(&x, p, 2);
	return be16toh(x);
}
static int32_t
r32(const uint8_t *p)
{
	uint32_t x;
	memcpy(&x, p, 4);
	return be32toh(x);
}
static int64_t
r64(const uint8_t *p)
{
	uint64_t x;
	memcpy(&x, p, 8);
	return be64toh(x);
}
static uint8_t *
p16(uint8_t *p, int v)
{
	uint16_t x = htobe16(v);
	memcpy(p, &x, 2);
	return p + 2;
}
static uint8_t *
p32(uint8_t *p, int32_t v)
{
	uint32_t x = htobe32(v);
	memcpy(p, &x, 4);
	return p + 4;
}
static uint8_t *
p64(uint8_t *p, int64_t v)
{
	uint64_t x = htobe64(v);
	memcpy(p, &x, 8);
	return p + 8;
}
static uint8_t *
ps(uint8_t *p, const char *s)
{
	int n = strlen(s);
	p = p16(p, n);
	memcpy(p, s, n);
	return p + n;
}
static void
out(int fd, const void *b, size_t n, int more)
{
	const char *c = b;
	while (n) {
		ssize_t k = send(fd, c, n, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
		if (k < 0) {
			if (errno == EAGAIN) {
				usleep(10);
				continue;
			}
			return;
		}
		c += k;
		n -= k;
	}
}
static void
reply(struct conn *c, uint8_t *b, uint8_t *e)
{
	p32(b, e - b - 4);
	out(c->fd, b, e - b, 0);
}
static int
answer_fetch(struct conn *c, int corr, int pt, int64_t off, int max, int now)
{
	struct part *P = part_of(pt);
	if (off >= P->leo) {
		if (!now)
			return 0;
		uint8_t b[512], *e = b + 4;
		e = p32(e, corr);
		e = p32(e, 0);
		e = p32(e, 1);
		e = ps(e, topic);
		e = p32(e, 1);
		e = p32(e, pt);
		e = p16(e, 0);
		e = p64(e, P->leo);
		e = p64(e, P->leo);
		e = p32(e, -1);
		e = p32(e, 0);
		reply(c, b, e);
		return 1;
	}
	int lo = 0, hi = P->n - 1;
	while (lo < hi) {
		int m = (lo + hi + 1) / 2;
		if (P->off[m] <= off)
			lo = m;
		else
			hi = m - 1;
	}
	int64_t at = P->at[lo], len = P->pos - at;
	if (len > max)
		len = max;
	uint8_t b[512], *e = b + 4;
	e = p32(e, corr);
	e = p32(e, 0);
	e = p32(e, 1);
	e = ps(e, topic);
	e = p32(e, 1);
	e = p32(e, pt);
	e = p16(e, 0);
	e = p64(e, P->leo);
	e = p64(e, P->leo);
	e = p32(e, -1);
	e = p32(e, len);
	p32(b, e - b - 4 + len);
	out(c->fd, b, e - b, 1);
	off_t o = at;
	int64_t left = len;
	while (left) {
		ssize_t k = sendfile(c->fd, P->fd, &o, left);
		if (k < 0) {
			if (errno == EAGAIN) {
				c->sendfd = P->fd;
				c->sendpos = o;
				c->sendlen = left;
				struct epoll_event ev = {.events = EPOLLOUT, .data.ptr = c};
				epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &ev);
				return 1;
			}
			return 1;
		}
		if (!k)
			break;
		left -= k;
	}
	return 1;
}
/* many partitions: one batch of each, read into the reply, one send */
static void
fetch_many(struct conn *c, int corr, const uint8_t *q, int np)
{
	static __thread uint8_t *b;
	if (b == NULL)
		b = malloc(64 << 20);
	uint8_t *e = b + 4;
	e = p32(e, corr);
	e = p32(e, 0);
	e = p32(e, 1);
	e = ps(e, topic);
	e = p32(e, np);
	for (int i = 0; i < np; i++, q += 16) {
		int pt = r32(q), len = 0;
		int64_t off = r64(q + 4);
		struct part *P = part_of(pt);
		int lo = 0, hi = P->n - 1;
		while (lo < hi) {
			int m = (lo + hi + 1) / 2;
			if (P->off[m] <= off)
				lo = m;
			else
				hi = m - 1;
		}
		if (off < P->leo)
			len = (lo + 1 < P->n ? P->at[lo + 1] : P->pos) - P->at[lo];
		e = p32(e, pt);
		e = p16(e, 0);
		e = p64(e, P->leo);
		e = p64(e, P->leo);
		e = p32(e, -1);
		e = p32(e, len);
		if (len && pread(P->fd, e, len, P->at[lo]) != len)
			perror("pread");
		e += len;
	}
	reply(c, b, e);
}
static void
handle(struct conn *c, uint8_t *q, int len)
{
	int key = r16(q), corr = r32(q + 4);
	int cl = r16(q + 8);
	uint8_t *p = q + 10 + (cl > 0 ? cl : 0);
	uint8_t b[8192], *e = b + 4;
	e = p32(e, corr);
	(void)len;
	switch (key) {
	case 18:
		e = p16(e, 0);
		e = p32(e, 0);
		reply(c, b, e);
		break;
	case 19:
		p += 4;
		{
			int l = r16(p);
			memcpy(topic, p + 2, l);
			topic[l] = 0;
			p += 2 + l;
			topic_of(topic, r32(p));
		}
		e = p32(e, 0);
		e = p32(e, 1);
		e = ps(e, topic);
		e = p16(e, 0);
		e = p16(e, -1);
		reply(c, b, e);
		break;
	case 3:
		p += 4;
		{
			int l = r16(p);
			memcpy(topic, p + 2, l);
			topic[l] = 0;
		}
		e = p32(e, 1);
		e = p32(e, 0);
		e = ps(e, "127.0.0.1");
		e = p32(e, port);
		e = p16(e, -1);
		e = p32(e, 0);
		e = p32(e, 1);
		e = p16(e, 0);
		e = ps(e, topic);
		*e++ = 0;
		int n = topics[topic_of(topic, 4)].n;
		e = p32(e, n);
		for (int i = 0; i < n; i++) {
			e = p16(e, 0);
			e = p32(e, i);
			e = p32(e, 0);
			e = p32(e, 0);
			e = p32(e, 0);
		}
		reply(c, b, e);
		break;
	case 2: {
		p += 4 + 4;
		int l = r16(p);
		memcpy(topic, p + 2, l);
		topic[l] = 0;
		p += 2 + l + 4;
		int pt = r32(p);
		e = p32(e, 1);
		e = ps(e, topic);
		e = p32(e, 1);
		e = p32(e, pt);
		e = p16(e, 0);
		e = p64(e, -1);
		e = p64(e, part_of(pt)->leo);
		reply(c, b, e);
		break;
	}
	case 0: {
		int l = r16(p);
		p += 2 + (l > 0 ? l : 0);
		int acks = r16(p);
		p += 2 + 4 + 4;
		l = r16(p);
		memcpy(topic, p + 2, l);
		topic[l] = 0;
		p += 2 + l + 4;
		int pt = r32(p);
		p += 4;
		int n = r32(p);
		p += 4;
		struct part *P = part_of(pt);
		pthread_mutex_lock(&P->mu);
		int nr = r32(p + 57);
		memcpy(p, &(uint64_t){htobe64(P->leo)}, 8);
		uint8_t *w = p;
		int left = n;
		while (left) {
			ssize_t k = pwrite(P->fd, w, left, P->pos);
			if (k <= 0) {
				perror("write");
				exit(1);
			}
			w += k;
			left -= k;
			P->pos += k;
		}
		if (window && P->pos - P->flushed >= STEP) {
			sync_file_range(P->fd, P->flushed, P->pos - P->flushed, SYNC_FILE_RANGE_WRITE);
			P->flushed = P->pos;
			if (P->flushed > window)
				posix_fadvise(P->fd, 0, P->flushed - window, POSIX_FADV_DONTNEED);
		}
if (P->n == P->cap) {
			P->cap = P->cap ? P->cap * 2 : 1 << 20;
			P->off = realloc(P->off, P->cap * 8);
			P->at = realloc(P->at, P->cap * 8);
		}
		int64_t base = P->leo;
		P->off[P->n] = base;
		P->at[P->n] = P->pos - n;
		P->n++;
		P->leo = base + nr;
		pthread_mutex_unlock(&P->mu);
		if (acks) {
			e = p32(e, 1);
			e = ps(e, topic);
			e = p32(e, 1);
			e = p32(e, pt);
			e = p16(e, 0);
			e = p64(e, base);
			e = p64(e, -1);
			e = p64(e, 0);
			e = p32(e, 0);
			reply(c, b, e);
		}
		for (struct conn **w2 = &waiting; *w2;) {
			struct conn *x = *w2;
			if (x->wait_part == pt && answer_fetch(x, x->wait_corr, pt, x->wait_off, x->wait_max, 0)) {
				*w2 = x->next;
				x->wait_part = -1;
			} else
				w2 = &x->next;
		}
		break;
	}
	case 1: {
		int wait = r32(p + 4);
		p += 4 + 4 + 4;
		p += 4 + 1 + 4;
		int l = r16(p);
		memcpy(topic, p + 2, l);
		topic[l] = 0;
		p += 2 + l;
		int np = r32(p);
		p += 4;
		if (np > 1) {
			fetch_many(c, corr, p, np);
			break;
		}
		int pt = r32(p);
		p += 4;
		int64_t off = r64(p);
		p += 8;
		int max = r32(p);
		if (!answer_fetch(c, corr, pt, off, max, wait <= 100)) {
			c->wait_part = pt;
			c->wait_off = off;
			c->wait_corr = corr;
			c->wait_max = max;
			c->next = waiting;
			waiting = c;
		}
		break;
	}
	}
}
static void *
loop(void *a)
{
	(void)a;
	ep = epoll_create1(0);
	int l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, 4);
	setsockopt(l, SOL_SOCKET, SO_REUSEPORT, &one, 4);
	struct sockaddr_in sa = {
	    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (bind(l, (void *)&sa, sizeof sa) || listen(l, 4096)) {
		perror("bind");
		exit(1);
	}
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = NULL};
	epoll_ctl(ep, EPOLL_CTL_ADD, l, &ev);
	for (;;) {
		struct epoll_event es[256];
		int n = epoll_wait(ep, es, 256, -1);
		for (int i = 0; i < n; i++) {
			struct conn *c = es[i].data.ptr;
			if (!c) {
				int fd;
				while ((fd = accept4(l, 0, 0, SOCK_NONBLOCK)) >= 0) {
					setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, 4);
					c = calloc(1, sizeof *c);
					c->fd = fd;
					c->cap = 4096;
					c->b = malloc(c->cap);
					c->wait_part = -1;
					ev = (struct epoll_event){.events = EPOLLIN, .data.ptr = c};
					epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
				}
				continue;
			}
			if (es[i].events & EPOLLOUT) {
				off_t o = c->sendpos;
				while (c->sendlen) {
					ssize_t k = sendfile(c->fd, c->sendfd, &o, c->sendlen);
					if (k < 0)
						break;
					c->sendlen -= k;
				}
				c->sendpos = o;
				if (!c->sendlen) {
					ev = (struct epoll_event){.events = EPOLLIN, .data.ptr = c};
					epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &ev);
				}
				if (c->sendlen)
					continue;
			}
			for (;;) {
				if (c->cap - c->have < 65536 && c->cap < (8 << 20)) {
					c->cap *= 2;
					c->b = realloc(c->b, c->cap);
					if (c->cap - c->have < 2048)
						continue;
				}
				ssize_t k = recv(c->fd, c->b + c->have, c->cap - c->have, 0);
				if (k == 0 || (k < 0 && errno != EAGAIN)) {
					for (struct conn **w = &waiting; *w; w = &(*w)->next)
						if (*w == c) {
							*w = c->next;
							break;
						}
					close(c->fd);
					free(c->b);
					free(c);
					break;
				}
				if (k < 0)
					break;
				int full = (size_t)k == c->cap - c->have;
				c->have += k;
				size_t o = 0;
				while (c->have - o >= 4) {
					uint32_t n2 = r32(c->b + o);
					if (c->have - o < 4 + n2)
						break;
					handle(c, c->b + o + 4, n2);
					o += 4 + n2;
					if (c->sendlen)
						break;
				}
				if (o) {
					memmove(c->b, c->b + o, c->have - o);
					c->have -= o;
				}
				if (!full || c->sendlen)
					break;
			}
		}
	}
	return 0;
}
int
main(int c, char **v)
{
	int o;
	while ((o = getopt(c, v, "w:")) != -1)
		if (o == 'w')
			window = atoll(optarg) << 20;
		else
			return 2;
	if (c - optind < 2)
		return 2;
	port = atoi(v[optind]);
	mkdir(v[optind + 1], 0755);
	for (int i = 0; i < NP; i++) {
		char f[4096];
		snprintf(f, 4096, "%s/%d.log", v[optind + 1], i);
		parts[i].fd = open(f, O_RDWR | O_CREAT | O_TRUNC, 0644);
		pthread_mutex_init(&parts[i].mu, 0);
	}
	loop(0);
}
