/* SPDX-License-Identifier: ISC */
/*
 * wire.c - the slow paths of the cursors: pieces that end in the middle of a value, and growth.
 * Used in: every process.  It must never read beyond the pieces, nor allocate by what it reads.
 */
#include "config.h"

#include <stdlib.h>

#include "odradek/base/crc32c.h"
#include "odradek/base/wire.h"

static const uint8_t nothing[1];

void
wire_in_init(struct wire_in *w, const struct iovec *iov, int iovcnt)
{
	uint64_t total = 0;

	for (int i = 0; i < iovcnt; i++)
		total += iov[i].iov_len;
	*w = (struct wire_in){
	    .p = nothing, .end = nothing, .iov = iov, .iovcnt = iovcnt, .after = total};
}

void
wire_in_mem(struct wire_in *w, const void *p, size_t len)
{
	if (len == 0)
		p = nothing;
	*w = (struct wire_in){.p = p, .end = (const uint8_t *)p + len, .end_pos = len};
}

/* Steps to the next piece; 0 when there is none.  Only called when the current piece is used up. */
static int
next_piece(struct wire_in *w)
{
	while (w->iovcnt > 0 && w->after > 0) {
		size_t n = w->iov->iov_len;

		if (n > w->after) /* the cursor ends inside of this piece */
			n = (size_t)w->after;
		w->p = w->iov->iov_base;
		w->end = w->p + n;
		w->end_pos += n;
		w->after -= n;
		w->iov++;
		w->iovcnt--;
		if (n > 0)
			return 1;
	}
	return 0;
}

void
wire_in_range(struct wire_in *w, const struct iovec *iov, int iovcnt, uint64_t pos, uint64_t len)
{
	wire_in_init(w, iov, iovcnt);
	wire_skip(w, pos);
	if (w->failed || len > wire_left(w)) {
		wire_in_fail(w);
		return;
	}
	wire_in_sub(w, w, len);
}

void
wire_in_sub(struct wire_in *sub, const struct wire_in *w, uint64_t len)
{
	uint64_t here = (uint64_t)(w->end - w->p);

	*sub = *w;
	if (len > wire_left(w)) {
		wire_in_fail(sub);
	} else if (len <= here) {
		sub->end = sub->p + len;
		sub->end_pos -= here - len;
		sub->after = 0;
	} else {
		sub->after = len - here;
	}
}

size_t
wire_get_piece(struct wire_in *w, const uint8_t **p)
{
	size_t n;

	if (w->p == w->end && !next_piece(w))
		return 0;
	n = (size_t)(w->end - w->p);
	*p = w->p;
	w->p = w->end;
	return n;
}

const uint8_t *
wire_get_slow(struct wire_in *w, size_t n, uint8_t *tmp)
{
	wire_get_bytes(w, tmp, n);
	return tmp;
}

void
wire_get_bytes(struct wire_in *w, void *dst, size_t n)
{
	uint8_t *d = dst;

	if (wire_left(w) < n) {
		wire_in_fail(w);
		memset(dst, 0, n);
		return;
	}
	while (n > 0) {
		size_t m = (size_t)(w->end - w->p);

		if (m == 0) {
			if (!next_piece(w)) { /* cannot be: wire_left() said so */
				wire_in_fail(w);
				memset(d, 0, n);
				return;
			}
			continue;
		}
		if (m > n)
			m = n;
		memcpy(d, w->p, m);
		w->p += m;
		d += m;
		n -= m;
	}
}

void
wire_skip_slow(struct wire_in *w, uint64_t n)
{
	if (wire_left(w) < n) {
		wire_in_fail(w);
		return;
	}
	while (n > 0) {
		uint64_t m = (uint64_t)(w->end - w->p);

		if (m >= n) {
			w->p += n;
			return;
		}
		n -= m;
		w->p = w->end;
		if (!next_piece(w)) {
			wire_in_fail(w);
			return;
		}
	}
}

/* Bits beyond the width in the last byte are dropped, as Kafka's reader drops them; a further byte
 * is a failure. */
uint64_t
wire_get_uvarint_slow(struct wire_in *w, int bits)
{
	uint64_t v = 0;
	uint8_t b;

	for (int shift = 0; shift < bits; shift += 7) {
		b = wire_get_u8(w);
		if (w->failed)
			return 0;
		v |= (uint64_t)(b & 0x7f) << shift;
		if (b < 0x80)
			return v;
	}
	wire_in_fail(w);
	return 0;
}

/* Copies n bytes to or from pos of the chain; -1 when it is shorter. */
static int
over_chain(const struct iovec *iov, int iovcnt, uint64_t pos, uint8_t *buf, size_t n, int write)
{
	uint64_t total = 0;

	for (int i = 0; i < iovcnt; i++)
		total += iov[i].iov_len;
	if (pos > total || n > total - pos)
		return -1;
	for (int i = 0; i < iovcnt && n > 0; i++) {
		uint8_t *p = iov[i].iov_base;
		size_t m = iov[i].iov_len;

		if (pos >= m) {
			pos -= m;
			continue;
		}
		p += pos;
		m -= (size_t)pos;
		pos = 0;
		if (m > n)
			m = n;
		if (write)
			memcpy(p, buf, m);
		else
			memcpy(buf, p, m);
		buf += m;
		n -= m;
	}
	return 0;
}

int
wire_patch(const struct iovec *iov, int iovcnt, uint64_t pos, const void *src, size_t n)
{
	return over_chain(iov, iovcnt, pos, (uint8_t *)(uintptr_t)src, n, 1);
}

int
wire_peek(const struct iovec *iov, int iovcnt, uint64_t pos, void *dst, size_t n)
{
	return over_chain(iov, iovcnt, pos, dst, n, 0);
}

uint32_t
wire_crc32c(const struct wire_in *w, uint64_t n)
{
	struct wire_in c = *w;
	uint32_t crc = 0;

	while (n > 0) {
		uint64_t m = (uint64_t)(c.end - c.p);

		if (m > n)
			m = n;
		if (m > 0)
			crc = crc32c_update(crc, c.p, (size_t)m);
		n -= m;
		if (n > 0 && !next_piece(&c))
			break;
	}
	return crc;
}

void
wire_out_init(struct wire_out *w, size_t limit)
{
	*w = (struct wire_out){.limit = limit};
}

void
wire_out_init_fixed(struct wire_out *w, void *buf, size_t size)
{
	*w = (struct wire_out){.base = buf, .cap = size, .limit = size, .fixed = 1};
}

void
wire_out_fini(struct wire_out *w)
{
	if (!w->fixed)
		free(w->base);
	*w = (struct wire_out){.failed = 1};
}

int
wire_out_grow(struct wire_out *w, size_t n)
{
	size_t cap = w->cap < 512 ? 512 : w->cap;
	uint8_t *p;

	if (w->failed)
		return -1;
	if (w->fixed || n > w->limit - w->len) {
		w->failed = 1;
		return -1;
	}
	while (cap - w->len < n)
		cap += cap;
	if (cap > w->limit)
		cap = w->limit;
	if ((p = realloc(w->base, cap)) == NULL) {
		w->failed = 1;
		return -1;
	}
	w->base = p;
	w->cap = cap;
	return 0;
}

void
wire_put_uvarint(struct wire_out *w, uint64_t v)
{
	uint8_t tmp[10];

	wire_put_bytes(w, tmp, (size_t)uvarint_put(tmp, v));
}
