/* SPDX-License-Identifier: ISC */
/* kclient.h - a very small Kafka client for crash tests: connections, a few requests by hand.  Not a library of the
 * daemon, and on purpose nothing of it is shared with it. */
#ifndef CRASH_KCLIENT_H
#define CRASH_KCLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t *p;
	size_t len, cap;
};
uint8_t *buf_room(struct buf *b, size_t n);
void put8(struct buf *b, int v);
void put16(struct buf *b, int v);
void put32(struct buf *b, int64_t v);
void put64(struct buf *b, int64_t v);
void put_str(struct buf *b, const char *s); /* NULL allowed */

/* Reading: fails for good at the first byte that is not there. */
struct in {
	const uint8_t *p, *end;
	bool bad;
};
int64_t get(struct in *in, int bytes); /* signed, big-endian */
int64_t get_varint(struct in *in);
void get_skip(struct in *in, int64_t n);

struct conn {
	int fd;		 /* -1: closed */
	bool connecting;
	struct buf out, in;
	size_t out_done, in_done;
	int32_t correlation; /* of the next request */
	size_t frame;	 /* start of the request that is being built */
};
/* Non-blocking.  0, or -1 with errno. */
int conn_open(struct conn *c, const char *host, int port);
void conn_close(struct conn *c);
/* And gives its memory back. */
void conn_fini(struct conn *c);
void conn_begin(struct conn *c, int api, int version);
void conn_end(struct conn *c);
short conn_events(const struct conn *c);
/* Reads and writes what it can.  -1: the connection is gone (closed here). */
int conn_io(struct conn *c, short revents);
/* The next whole answer, behind its correlation id; false when there is none yet.  Valid until conn_io. */
bool conn_answer(struct conn *c, int32_t *correlation, struct in *in);
/* Waits for one answer.  false: gone or too late (closed here). */
bool conn_wait(struct conn *c, int timeout_ms, struct in *in);

int64_t mono_now(void); /* ms */

/* One uncompressed batch of n records, each of size bytes that fill() writes; producer id -1: plain. */
void batch_put(struct buf *b, int n, size_t size, int64_t pid, int epoch, int32_t sequence,
    void (*fill)(void *arg, int i, uint8_t *p, size_t size), void *arg);
/* Calls fn for each record of whole batches; -1 when something is not as it must be (why says what). */
int batches_walk(const uint8_t *p, size_t len, int64_t *next, const char **why,
    void (*fn)(void *arg, int64_t offset, const uint8_t *value, size_t len), void *arg);

#endif
