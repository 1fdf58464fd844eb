/* SPDX-License-Identifier: ISC */
/* batch.c - the header of a record batch, and the builder of new batches.  Used in: acceptor,
 * writer, cleaner, coordinator. */
#include "config.h"

#include "batch_priv.h"
#include "odradek/base/crc32c.h"
#include "odradek/proto/batch.h"

void
batch_header_get(struct batch_header *h, const void *p)
{
	const uint8_t *q = p;

	h->base_offset = (int64_t)be64_get(q);
	h->length = (int32_t)be32_get(q + 8);
	h->leader_epoch = (int32_t)be32_get(q + 12);
	h->magic = (int8_t)q[16];
	h->crc = be32_get(q + 17);
	h->attributes = (int16_t)be16_get(q + 21);
	h->last_offset_delta = (int32_t)be32_get(q + 23);
	h->base_timestamp = (int64_t)be64_get(q + 27);
	h->max_timestamp = (int64_t)be64_get(q + 35);
	h->producer_id = (int64_t)be64_get(q + 43);
	h->producer_epoch = (int16_t)be16_get(q + 51);
	h->base_sequence = (int32_t)be32_get(q + 53);
	h->count = (int32_t)be32_get(q + 57);
}

void
batch_header_put(const struct batch_header *h, void *p)
{
	uint8_t *q = p;

	be64_put(q, (uint64_t)h->base_offset);
	be32_put(q + 8, (uint32_t)h->length);
	be32_put(q + 12, (uint32_t)h->leader_epoch);
	q[16] = (uint8_t)h->magic;
	be32_put(q + 17, h->crc);
	be16_put(q + 21, (uint16_t)h->attributes);
	be32_put(q + 23, (uint32_t)h->last_offset_delta);
	be64_put(q + 27, (uint64_t)h->base_timestamp);
	be64_put(q + 35, (uint64_t)h->max_timestamp);
	be64_put(q + 43, (uint64_t)h->producer_id);
	be16_put(q + 51, (uint16_t)h->producer_epoch);
	be32_put(q + 53, (uint32_t)h->base_sequence);
	be32_put(q + 57, (uint32_t)h->count);
}

int
batch_verify(const void *p, size_t size)
{
	const uint8_t *q = p;

	if (size < BATCH_OVERHEAD || (uint64_t)batch_size(p) != size || batch_magic(p) != 2)
		return -1;
	return crc32c_update(0, q + BATCH_CRC_FROM, size - BATCH_CRC_FROM) == be32_get(q + 17) ? 0
											       : -1;
}

/* ---- building ---- */

int
batch_build_begin(
    struct batch_builder *b, struct wire_out *out, const struct batch_header *h, int level)
{
	*b = (struct batch_builder){.out = out, .start = out->len, .h = *h};
	b->h.magic = 2;
	b->h.count = 0;
	b->h.max_timestamp = -1;
	b->codec = codec_get(h->attributes & BATCH_CODEC_MASK);
	if (b->codec != NULL && wire_out_room(out, BATCH_OVERHEAD) != NULL)
		b->enc = b->codec->enc_begin(out, level);
	if (b->enc != NULL)
		return 0;
	out->len = b->start;
	b->failed = 1;
	return -1;
}

static void
write_bytes(struct batch_builder *b, const void *p, size_t n)
{
	if (!b->failed && n > 0 && b->codec->enc_write(b->enc, p, n) == -1)
		b->failed = 1;
}

static int
front_at(struct batch_builder *b, int8_t attributes, int32_t offset_delta, int64_t timestamp, size_t tail)
{
	uint8_t front[32], head[10];
	size_t n = 0;

	if (b->failed || b->h.count == INT32_MAX)
		return -1;
	front[n++] = (uint8_t)attributes;
	n += (size_t)uvarint_put(
	    front + n, unzigzag64((int64_t)((uint64_t)timestamp - (uint64_t)b->h.base_timestamp)));
	n += (size_t)uvarint_put(front + n, unzigzag32(offset_delta));
	if (tail > INT32_MAX - n)
		return -1;
	write_bytes(b, head, (size_t)uvarint_put(head, unzigzag32((int32_t)(n + tail))));
	write_bytes(b, front, n);
	if (timestamp > b->h.max_timestamp)
		b->h.max_timestamp = timestamp;
	b->h.count++;
	return b->failed ? -1 : 0;
}

int
batch_build_front(struct batch_builder *b, int8_t attributes, int64_t timestamp, size_t tail)
{
	return front_at(b, attributes, b->h.count, timestamp, tail);
}

int
batch_build_tail(struct batch_builder *b, const void *p, size_t n)
{
	write_bytes(b, p, n);
	return b->failed || !wire_out_ok(b->out) ? -1 : 0;
}

int
batch_build_add_raw(
    struct batch_builder *b, int8_t attributes, int64_t timestamp, const void *tail, size_t len)
{
	if (batch_build_front(b, attributes, timestamp, len) == -1)
		return -1;
	return batch_build_tail(b, tail, len);
}

int
batch_build_add_at(
    struct batch_builder *b, int32_t offset_delta, int64_t timestamp, const void *tail, size_t len)
{
	if (front_at(b, 0, offset_delta, timestamp, len) == -1)
		return -1;
	return batch_build_tail(b, tail, len);
}

int
batch_build_add_encoded(
    struct batch_builder *b, const void *p, size_t n, uint32_t count, int64_t max_timestamp)
{
	if (b->failed || count > (uint32_t)(INT32_MAX - b->h.count))
		return -1;
	write_bytes(b, p, n);
	if (max_timestamp > b->h.max_timestamp)
		b->h.max_timestamp = max_timestamp;
	b->h.count += (int32_t)count;
	return b->failed ? -1 : 0;
}

int
batch_build_add(struct batch_builder *b, int64_t timestamp, const void *key, int32_t key_len,
    const void *value, int32_t value_len)
{
	uint8_t klen[10], vlen[10];
	int nk = uvarint_put(klen, unzigzag32(key == NULL ? -1 : key_len));
	int nv = uvarint_put(vlen, unzigzag32(value == NULL ? -1 : value_len));
	size_t kn = key == NULL ? 0 : (size_t)key_len, vn = value == NULL ? 0 : (size_t)value_len;

	if (batch_build_front(b, 0, timestamp, (size_t)nk + kn + (size_t)nv + vn + 1) == -1)
		return -1;
	write_bytes(b, klen, (size_t)nk);
	write_bytes(b, key, kn);
	write_bytes(b, vlen, (size_t)nv);
	write_bytes(b, value, vn);
	return batch_build_tail(b, "", 1); /* no headers */
}

void
batch_seal(void *batch, size_t size)
{
	uint8_t *p = batch;

	be32_put(p + 17, crc32c_update(0, p + BATCH_CRC_FROM, size - BATCH_CRC_FROM));
}

int64_t
batch_build_finish(struct batch_builder *b)
{
	return batch_build_finish_at(b, b->h.count - 1);
}

int64_t
batch_build_finish_at(struct batch_builder *b, int32_t last_offset_delta)
{
	uint8_t *p;
	size_t size;

	if (b->enc == NULL)
		return -1;
	if (!b->failed && b->codec->enc_finish(b->enc) == -1)
		b->failed = 1;
	b->codec->enc_end(b->enc);
	b->enc = NULL;
	size = b->out->len - b->start;
	if (b->failed || !wire_out_ok(b->out) || size > INT32_MAX) {
		b->out->len = b->start;
		return -1;
	}
	p = b->out->base + b->start;
	b->h.length = (int32_t)(size - BATCH_LENGTH_END);
	b->h.last_offset_delta = last_offset_delta;
	batch_header_put(&b->h, p);
	batch_seal(p, size);
	b->h.crc = be32_get(p + 17);
	return (int64_t)size;
}
