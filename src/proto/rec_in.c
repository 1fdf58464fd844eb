/* SPDX-License-Identifier: ISC */
/*
 * rec_in.c - walks records in a chain of pieces or in what comes out of a decoder, with one window
 * of memory.
 *
 * A record that lies in the current window is parsed where it is; one that crosses an edge is read
 * byte by byte. Nothing is allocated by a length that was read.
 * Used in: acceptor (batch_check), writer (offset by time).
 */
#include "config.h"

#include <stdlib.h>

#include "rec_in.h"

static _Thread_local uint8_t *spare_window;

int
rec_in_open(struct rec_in *r, const struct wire_in *src, int codec, uint64_t limit)
{
	static const uint8_t nothing[1];

	*r = (struct rec_in){.p = nothing, .end = nothing, .src = *src, .limit = limit};
	if (codec == CODEC_NONE)
		return 0;
	if ((r->codec = codec_get(codec)) == NULL) {
		r->error = REC_UNREADABLE;
		return -1;
	}
	r->window = spare_window;
	spare_window = NULL;
	if (r->window == NULL)
		r->window = malloc(REC_WINDOW);
	if (r->window != NULL)
		r->dec = r->codec->dec_begin(src);
	if (r->dec == NULL) {
		r->error = REC_NO_MEMORY;
		return -1;
	}
	return 0;
}

void
rec_in_close(struct rec_in *r)
{
	if (r->dec != NULL)
		r->codec->dec_end(r->dec);
	if (spare_window == NULL)
		spare_window = r->window;
	else
		free(r->window);
	r->dec = NULL;
	r->window = NULL;
}

/* The next window; 0 at the end or after an error. */
static int
refill(struct rec_in *r)
{
	ssize_t n;

	if (r->error != 0)
		return 0;
	if (r->codec == NULL) {
		const uint8_t *p = NULL;

		n = (ssize_t)wire_get_piece(&r->src, &p);
		if (n <= 0)
			return 0;
		r->p = p;
	} else {
		n = r->codec->dec_read(r->dec, r->window, REC_WINDOW);
		if (n < 0)
			r->error = REC_UNREADABLE;
		if (n <= 0)
			return 0;
		r->p = r->window;
	}
	r->end = r->p + n;
	r->total += (uint64_t)n;
	if (r->total > r->limit) {
		r->error = REC_TOO_BIG;
		r->end = r->p;
		return 0;
	}
	return 1;
}

static __attribute__((cold, noinline)) int
corrupt(struct rec_in *r)
{
	if (r->error == 0)
		r->error = REC_CORRUPT;
	return -1;
}

size_t
rec_in_piece(struct rec_in *r, size_t n, const uint8_t **p)
{
	if (r->p == r->end && !refill(r))
		return 0;
	if (n > (size_t)(r->end - r->p))
		n = (size_t)(r->end - r->p);
	*p = r->p;
	r->p += n;
	return n;
}

int
rec_in_at_end(struct rec_in *r)
{
	return r->p == r->end && !refill(r) && r->error == 0;
}

/* ---- a record in one piece ---- */

int
rec_varint(const uint8_t **p, const uint8_t *end, int32_t *v)
{
	uint32_t x = 0;

	for (int shift = 0; shift < 32 && *p < end; shift += 7) {
		uint8_t b = *(*p)++;

		x |= (uint32_t)(b & 0x7f) << shift;
		if (b < 0x80) {
			*v = zigzag32(x);
			return 0;
		}
	}
	return -1;
}

int
rec_varlong(const uint8_t **p, const uint8_t *end, int64_t *v)
{
	uint64_t x = 0;

	for (int shift = 0; shift < 64 && *p < end; shift += 7) {
		uint8_t b = *(*p)++;

		x |= (uint64_t)(b & 0x7f) << shift;
		if (b < 0x80) {
			*v = zigzag64(x);
			return 0;
		}
	}
	return -1;
}

/* Length (negative is null, as for Kafka: -1) and bytes. */
static inline int
parse_bytes(const uint8_t **p, const uint8_t *end, int32_t *len, const uint8_t **bytes)
{
	if (rec_varint(p, end, len) == -1)
		return -1;
	if (*len < 0) {
		*len = -1;
		*bytes = NULL;
		return 0;
	}
	if (*len > end - *p)
		return -1;
	*bytes = *p;
	*p += *len;
	return 0;
}

int
rec_parse(const uint8_t *p, const uint8_t *end, struct rec_head *h)
{
	const uint8_t *bytes;
	int32_t len;

	if (p == end)
		return -1;
	h->attributes = (int8_t)*p++;
	if (rec_varlong(&p, end, &h->timestamp_delta) == -1 ||
	    rec_varint(&p, end, &h->offset_delta) == -1)
		return -1;
	h->tail = p;
	h->tail_len = (int32_t)(end - p);
	if (parse_bytes(&p, end, &h->key_len, &h->key) == -1 ||
	    parse_bytes(&p, end, &h->value_len, &h->value) == -1 ||
	    rec_varint(&p, end, &h->nheaders) == -1 || h->nheaders < 0 || h->nheaders > end - p)
		return -1;
	h->headers = p;
	for (int32_t i = 0; i < h->nheaders; i++)
		if (parse_bytes(&p, end, &len, &bytes) == -1 || len < 0 ||
		    parse_bytes(&p, end, &len, &bytes) == -1)
			return -1;
	return p == end ? 0 : -1;
}

/* ---- a record across windows: left is what its length allows ---- */

static int
slow_byte(struct rec_in *r, int64_t *left)
{
	if (*left <= 0 || (r->p == r->end && !refill(r)))
		return -1;
	--*left;
	return *r->p++;
}

static int
slow_varint(struct rec_in *r, int64_t *left, int bits, uint64_t *v)
{
	*v = 0;
	for (int shift = 0; shift < bits; shift += 7) {
		int b = slow_byte(r, left);

		if (b < 0)
			return -1;
		*v |= (uint64_t)(b & 0x7f) << shift;
		if (b < 0x80)
			return 0;
	}
	return -1;
}

static int
slow_int(struct rec_in *r, int64_t *left, int32_t *v)
{
	uint64_t x;

	if (slow_varint(r, left, 32, &x) == -1)
		return -1;
	*v = zigzag32((uint32_t)x);
	return 0;
}

static int
slow_bytes(struct rec_in *r, int64_t *left, int32_t *len)
{
	const uint8_t *p;
	int64_t n;

	if (slow_int(r, left, len) == -1 || *len > *left)
		return -1;
	if (*len < 0)
		*len = -1;
	for (n = *len < 0 ? 0 : *len; n > 0;) {
		size_t m = rec_in_piece(r, (size_t)n, &p);

		if (m == 0)
			return -1;
		n -= (int64_t)m;
		*left -= (int64_t)m;
	}
	return 0;
}

static int
slow_front(struct rec_in *r, int64_t *left, struct rec_head *h)
{
	uint64_t x;
	int b = slow_byte(r, left);

	if (b < 0 || slow_varint(r, left, 64, &x) == -1)
		return -1;
	h->attributes = (int8_t)b;
	h->timestamp_delta = zigzag64(x);
	if (slow_int(r, left, &h->offset_delta) == -1)
		return -1;
	h->tail_len = (int32_t)*left;
	return 0;
}

static int
slow_record(struct rec_in *r, int64_t left, struct rec_head *h)
{
	int32_t len;

	if (slow_front(r, &left, h) == -1 || slow_bytes(r, &left, &h->key_len) == -1 ||
	    slow_bytes(r, &left, &h->value_len) == -1 || slow_int(r, &left, &h->nheaders) == -1 ||
	    h->nheaders < 0 || h->nheaders > left)
		return -1;
	for (int32_t i = 0; i < h->nheaders; i++)
		if (slow_bytes(r, &left, &len) == -1 || len < 0 || slow_bytes(r, &left, &len) == -1)
			return -1;
	return left == 0 ? 0 : -1;
}

/* Length of the next record's body; -1 when there is none. */
static int
get_length(struct rec_in *r, int32_t *len)
{
	int64_t left = 5;

	if (r->p < r->end && *r->p < 0x80) {
		*len = zigzag32(*r->p++);
		return *len > 0 ? 0 : -1;
	}
	return slow_int(r, &left, len) == -1 || *len <= 0 ? -1 : 0;
}

int
rec_in_next(struct rec_in *r, struct rec_head *h)
{
	int32_t len;

	if (get_length(r, &len) == -1)
		return corrupt(r);
	if (len <= r->end - r->p) {
		if (rec_parse(r->p, r->p + len, h) == -1)
			return corrupt(r);
		r->p += len;
		return 0;
	}
	return slow_record(r, len, h) == -1 ? corrupt(r) : 0;
}

int
rec_in_begin(struct rec_in *r, struct rec_head *h)
{
	int32_t len;
	int64_t left;

	if (get_length(r, &len) == -1)
		return corrupt(r);
	left = len;
	return slow_front(r, &left, h) == -1 ? corrupt(r) : 0;
}
