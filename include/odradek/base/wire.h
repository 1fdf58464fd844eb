/* SPDX-License-Identifier: ISC */
/*
 * wire.h - cursors over big-endian bytes: reading from a chain of memory pieces, writing to a
 * growing buffer.
 *
 * The first failure of a cursor sticks: later reads give zero, later writes do nothing, and the
 * caller asks once at the end.  Nothing read is ever trusted: a reader cannot be moved beyond its
 * last byte.
 * Used in: every process that reads or writes Kafka's formats.
 */
#ifndef ODRADEK_BASE_WIRE_H
#define ODRADEK_BASE_WIRE_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>

/* ---- unaligned loads and stores, big-endian ---- */

static inline uint16_t
be16_get(const void *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return be16toh(v);
}

static inline uint32_t
be32_get(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

static inline uint64_t
be64_get(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

static inline void
be16_put(void *p, uint16_t v)
{
	v = htobe16(v);
	memcpy(p, &v, sizeof(v));
}

static inline void
be32_put(void *p, uint32_t v)
{
	v = htobe32(v);
	memcpy(p, &v, sizeof(v));
}

static inline void
be64_put(void *p, uint64_t v)
{
	v = htobe64(v);
	memcpy(p, &v, sizeof(v));
}

static inline int32_t
zigzag32(uint32_t v)
{
	return (int32_t)(v >> 1) ^ -(int32_t)(v & 1);
}

static inline int64_t
zigzag64(uint64_t v)
{
	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static inline uint32_t
unzigzag32(int32_t v)
{
	return ((uint32_t)v << 1) ^ (uint32_t)(v >> 31);
}

static inline uint64_t
unzigzag64(int64_t v)
{
	return ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
}

/* Bytes that v takes as an unsigned varint: 1..10. */
static inline int
uvarint_size(uint64_t v)
{
	return (63 - __builtin_clzll(v | 1)) / 7 + 1;
}

/* ---- reading ---- */

/*
 * A cursor over pieces of memory that the caller keeps alive and unchanged; empty pieces are
 * allowed. It is a value: a copy is a second cursor at the same place.
 */
struct wire_in {
	const uint8_t *p;	 /* next byte */
	const uint8_t *end;	 /* end of the current piece */
	const struct iovec *iov; /* pieces after the current one */
	int iovcnt;
	uint8_t failed;
	uint64_t after;	  /* readable bytes in the pieces after the current one */
	uint64_t end_pos; /* position, in the whole chain, of `end` */
};

/* All bytes of the pieces; position 0 is the first byte of the first. */
void wire_in_init(struct wire_in *w, const struct iovec *iov, int iovcnt);
/* len bytes that begin at byte pos of the chain; fails at once if the chain is shorter.  Positions
 * stay those of the chain. */
void wire_in_range(
    struct wire_in *w, const struct iovec *iov, int iovcnt, uint64_t pos, uint64_t len);
/* One piece. */
void wire_in_mem(struct wire_in *w, const void *p, size_t len);
/* A cursor over the next len bytes of w, which stays where it is; fails at once when w has
 * fewer. */
void wire_in_sub(struct wire_in *sub, const struct wire_in *w, uint64_t len);

static inline void
wire_in_fail(struct wire_in *w)
{
	w->end_pos -= (uint64_t)(w->end - w->p); /* wire_pos() still tells where */
	w->failed = 1;
	w->end = w->p;
	w->iovcnt = 0;
	w->after = 0;
}

static inline int
wire_in_ok(const struct wire_in *w)
{
	return !w->failed;
}

/* Bytes that are left. */
static inline uint64_t
wire_left(const struct wire_in *w)
{
	return (uint64_t)(w->end - w->p) + w->after;
}

static inline uint64_t
wire_pos(const struct wire_in *w)
{
	return w->end_pos - (uint64_t)(w->end - w->p);
}

const uint8_t *wire_get_slow(struct wire_in *w, size_t n, uint8_t *tmp);
uint64_t wire_get_uvarint_slow(struct wire_in *w, int bits);
void wire_skip_slow(struct wire_in *w, uint64_t n);

/* The next n bytes: a pointer into the piece, or tmp (of at least n bytes) when they cross an edge
 * or are not there (then they are zero, and w has failed). */
static inline const uint8_t *
wire_get(struct wire_in *w, size_t n, uint8_t *tmp)
{
	const uint8_t *p = w->p;

	if ((size_t)(w->end - p) >= n) {
		w->p = p + n;
		return p;
	}
	return wire_get_slow(w, n, tmp);
}

static inline uint8_t
wire_get_u8(struct wire_in *w)
{
	uint8_t tmp[1];

	return *wire_get(w, 1, tmp);
}

static inline uint16_t
wire_get_u16(struct wire_in *w)
{
	uint8_t tmp[2];

	return be16_get(wire_get(w, 2, tmp));
}

static inline uint32_t
wire_get_u32(struct wire_in *w)
{
	uint8_t tmp[4];

	return be32_get(wire_get(w, 4, tmp));
}

static inline uint64_t
wire_get_u64(struct wire_in *w)
{
	uint8_t tmp[8];

	return be64_get(wire_get(w, 8, tmp));
}

static inline int8_t
wire_get_i8(struct wire_in *w)
{
	return (int8_t)wire_get_u8(w);
}

static inline int16_t
wire_get_i16(struct wire_in *w)
{
	return (int16_t)wire_get_u16(w);
}

static inline int32_t
wire_get_i32(struct wire_in *w)
{
	return (int32_t)wire_get_u32(w);
}

static inline int64_t
wire_get_i64(struct wire_in *w)
{
	return (int64_t)wire_get_u64(w);
}

/* A varint of one or two bytes, as nearly all are.  False: it is longer, or may not be whole; nothing was read. */
static inline bool
wire_get_uvarint_short(struct wire_in *w, uint32_t *v)
{
	const uint8_t *p = w->p;

	if (w->end - p < 2)
		return false;
	if (p[0] < 0x80) {
		*v = p[0];
		w->p = p + 1;
		return true;
	}
	if (p[1] < 0x80) {
		*v = (uint32_t)(p[0] & 0x7f) | (uint32_t)p[1] << 7;
		w->p = p + 2;
		return true;
	}
	return false;
}

/* Unsigned varint of at most 32 bits in at most 5 bytes, as Kafka's lengths, counts and tags. */
static inline uint32_t
wire_get_uvarint(struct wire_in *w)
{
	uint32_t v;

	return wire_get_uvarint_short(w, &v) ? v : (uint32_t)wire_get_uvarint_slow(w, 32);
}

/* Zigzag, as inside of records. */
static inline int32_t
wire_get_varint(struct wire_in *w)
{
	return zigzag32(wire_get_uvarint(w));
}

static inline int64_t
wire_get_varlong(struct wire_in *w)
{
	uint32_t v;

	return zigzag64(wire_get_uvarint_short(w, &v) ? v : wire_get_uvarint_slow(w, 64));
}

static inline void
wire_skip(struct wire_in *w, uint64_t n)
{
	if ((uint64_t)(w->end - w->p) >= n)
		w->p += n;
	else
		wire_skip_slow(w, n);
}

/* The rest of the current piece, or the next one: its length (0 at the end) and *p; the cursor
 * moves behind it. */
size_t wire_get_piece(struct wire_in *w, const uint8_t **p);

/* Copies n bytes to dst; on failure dst is zeroed. */
void wire_get_bytes(struct wire_in *w, void *dst, size_t n);

/* ---- the same chain, otherwise ---- */

/* Overwrites n bytes at byte pos of the chain.  0, or -1 when the chain is shorter (nothing is
 * written). */
int wire_patch(const struct iovec *iov, int iovcnt, uint64_t pos, const void *src, size_t n);
/* Copies n bytes from byte pos of the chain.  0, or -1 when the chain is shorter. */
int wire_peek(const struct iovec *iov, int iovcnt, uint64_t pos, void *dst, size_t n);
/* CRC-32C of the next n bytes of w, which is not moved; failure is the caller's to exclude by
 * wire_left(). */
uint32_t wire_crc32c(const struct wire_in *w, uint64_t n);

/* ---- writing ---- */

/* Private memory that grows to limit, or the caller's fixed buffer. */
struct wire_out {
	uint8_t *base;
	size_t len;
	size_t cap;
	size_t limit;
	uint8_t failed;
	uint8_t fixed;
};

/* Nothing is allocated before the first byte. */
void wire_out_init(struct wire_out *w, size_t limit);
void wire_out_init_fixed(struct wire_out *w, void *buf, size_t size);
void wire_out_fini(struct wire_out *w);

static inline void
wire_out_reset(struct wire_out *w)
{
	w->len = 0;
	w->failed = 0;
}

static inline int
wire_out_ok(const struct wire_out *w)
{
	return !w->failed;
}

int wire_out_grow(struct wire_out *w, size_t n);

/* Room for n bytes at the end, which the caller fills; NULL when the limit is reached. */
static inline uint8_t *
wire_out_room(struct wire_out *w, size_t n)
{
	uint8_t *p;

	if ((w->cap - w->len < n || w->failed) && wire_out_grow(w, n) == -1)
		return NULL;
	p = w->base + w->len;
	w->len += n;
	return p;
}

static inline void
wire_put_u8(struct wire_out *w, uint8_t v)
{
	uint8_t *p = wire_out_room(w, 1);

	if (p != NULL)
		*p = v;
}

static inline void
wire_put_u16(struct wire_out *w, uint16_t v)
{
	uint8_t *p = wire_out_room(w, 2);

	if (p != NULL)
		be16_put(p, v);
}

static inline void
wire_put_u32(struct wire_out *w, uint32_t v)
{
	uint8_t *p = wire_out_room(w, 4);

	if (p != NULL)
		be32_put(p, v);
}

static inline void
wire_put_u64(struct wire_out *w, uint64_t v)
{
	uint8_t *p = wire_out_room(w, 8);

	if (p != NULL)
		be64_put(p, v);
}

/* Writes v at p, which has room for 10 bytes; returns the number of bytes. */
static inline int
uvarint_put(uint8_t *p, uint64_t v)
{
	int n = 0;

	while (v >= 0x80) {
		p[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	p[n++] = (uint8_t)v;
	return n;
}

void wire_put_uvarint(struct wire_out *w, uint64_t v);

static inline void
wire_put_varint(struct wire_out *w, int32_t v)
{
	wire_put_uvarint(w, unzigzag32(v));
}

static inline void
wire_put_varlong(struct wire_out *w, int64_t v)
{
	wire_put_uvarint(w, unzigzag64(v));
}

static inline void
wire_put_bytes(struct wire_out *w, const void *src, size_t n)
{
	uint8_t *p = wire_out_room(w, n);

	if (p != NULL && n > 0)
		memcpy(p, src, n);
}

#endif
