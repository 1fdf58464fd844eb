/* SPDX-License-Identifier: ISC */
/*
 * record.c - the records of a batch, one after the other, and control records.
 * Used in: writer and acceptor (offset by time), cleaner, coordinator, take-over of a Kafka data
 * directory.
 */
#include "config.h"

#include <stdlib.h>

#include "odradek/proto/record.h"
#include "rec_in.h"

enum { FIRST_GUESS = 4 }; /* of the uncompressed size: so many times the compressed one */

/* Inflates the whole records area into it->inflated. */
static int
inflate_all(
    struct record_iter *it, const struct codec *codec, const struct wire_in *src, size_t limit)
{
	size_t cap = (size_t)wire_left(src) * FIRST_GUESS + REC_WINDOW, len = 0;
	void *dec = codec->dec_begin(src);
	ssize_t n = -1;

	if (cap > limit)
		cap = limit;
	if (dec == NULL || (it->inflated = malloc(cap + 1)) == NULL)
		goto out;
	for (;;) {
		uint8_t *p;

		n = codec->dec_read(dec, it->inflated + len, cap + 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (len <= cap)
			continue;
		n = -1;
		if (cap >= limit)
			break;
		cap = cap > limit / 2 ? limit : cap * 2;
		if ((p = realloc(it->inflated, cap + 1)) == NULL)
			break;
		it->inflated = p;
	}
out:
	if (dec != NULL)
		codec->dec_end(dec);
	it->p = it->inflated;
	it->end = it->inflated + len;
	return n < 0 ? -1 : 0;
}

int
record_iter_init(struct record_iter *it, const void *batch, size_t size, int flags, size_t limit)
{
	const struct codec *codec;
	struct wire_in src;
	int id;

	*it = (struct record_iter){.failed = 1, .heads_only = (flags & RECORD_HEADS_ONLY) != 0};
	if (size < BATCH_OVERHEAD || (uint64_t)batch_size(batch) != size || batch_magic(batch) != 2)
		return -1;
	batch_header_get(&it->h, batch);
	id = it->h.attributes & BATCH_CODEC_MASK;
	if ((codec = codec_get(id)) == NULL || it->h.count < 0)
		return -1;
	it->left = it->h.count;
	wire_in_mem(&src, (const uint8_t *)batch + BATCH_OVERHEAD, size - BATCH_OVERHEAD);
	if (id == CODEC_NONE) {
		it->p = src.p;
		it->end = src.end;
	} else if (it->left == 0) {
		/* a batch that was emptied by compaction: nothing behind the header */
		it->p = it->end = src.p;
	} else if (it->heads_only) {
		if ((it->in = malloc(sizeof(*it->in))) == NULL ||
		    rec_in_open(it->in, &src, id, limit) == -1)
			return -1;
	} else if (inflate_all(it, codec, &src, limit) == -1) {
		return -1;
	}
	it->failed = 0;
	return 0;
}

void
record_iter_fini(struct record_iter *it)
{
	if (it->in != NULL) {
		rec_in_close(it->in);
		free(it->in);
	}
	free(it->inflated);
	*it = (struct record_iter){.failed = 1};
}

static int
next_head(struct record_iter *it, struct rec_head *head)
{
	int32_t len;

	if (it->in != NULL)
		return rec_in_next(it->in, head);
	if (rec_varint(&it->p, it->end, &len) == -1 || len <= 0 || len > it->end - it->p ||
	    rec_parse(it->p, it->p + len, head) == -1)
		return -1;
	it->p += len;
	return 0;
}

int
record_iter_next(struct record_iter *it, struct record *r)
{
	struct rec_head head = {0};

	if (it->failed)
		return -1;
	if (it->left == 0)
		return 0;
	if (next_head(it, &head) == -1) {
		it->failed = 1;
		return -1;
	}
	it->left--;
	*r = (struct record){
	    .offset = (int64_t)((uint64_t)it->h.base_offset + (uint64_t)(int64_t)head.offset_delta),
	    .timestamp =
		it->h.attributes & BATCH_LOG_APPEND_TIME
		    ? it->h.max_timestamp
		    : (int64_t)((uint64_t)it->h.base_timestamp + (uint64_t)head.timestamp_delta),
	    .key_len = head.key_len,
	    .value_len = head.value_len,
	    .nheaders = head.nheaders,
	    .attributes = head.attributes,
	};
	if (!it->heads_only) {
		r->key = head.key;
		r->value = head.value;
		r->headers = head.headers;
		r->tail = head.tail;
		r->tail_len = head.tail_len;
	}
	return 1;
}

int
record_header_next(const struct record *r, size_t *pos, struct record_header *h)
{
	const uint8_t *end, *p;

	if (r->nheaders == 0 || r->headers == NULL)
		return 0;
	end = r->tail + r->tail_len;
	p = r->headers + *pos;
	if (p >= end)
		return 0;
	if (rec_varint(&p, end, &h->name_len) == -1 || h->name_len < 0 || h->name_len > end - p)
		return -1;
	h->name = p;
	p += h->name_len;
	if (rec_varint(&p, end, &h->value_len) == -1 || h->value_len > end - p)
		return -1;
	if (h->value_len < 0)
		h->value_len = -1;
	h->value = h->value_len < 0 ? NULL : p;
	p += h->value_len < 0 ? 0 : h->value_len;
	*pos = (size_t)(p - r->headers);
	return 1;
}

/* ---- control records ---- */

int
control_record_type(const struct record *r)
{
	int type;

	if (r->key == NULL || r->key_len < 4 || (int16_t)be16_get(r->key) < 0)
		return CONTROL_UNKNOWN;
	type = (int16_t)be16_get(r->key + 2);
	return type < 0 ? CONTROL_UNKNOWN : type;
}

int
control_marker_epoch(const struct record *r, int32_t *epoch)
{
	int type = control_record_type(r);

	if ((type != CONTROL_ABORT && type != CONTROL_COMMIT) || r->value == NULL ||
	    r->value_len < 6 || (int16_t)be16_get(r->value) < 0)
		return -1;
	*epoch = (int32_t)be32_get(r->value + 2);
	return 0;
}

#define MARKER_MAX (64 << 10) /* what is larger is none */

int
control_marker_read(const void *batch, size_t size, int32_t *coordinator_epoch)
{
	struct record_iter it;
	struct record rec;
	int type = CONTROL_UNKNOWN;

	if (size > MARKER_MAX)
		return CONTROL_UNKNOWN;
	if (record_iter_init(&it, batch, size, 0, MARKER_MAX) == 0 && record_iter_next(&it, &rec) == 1 &&
	    control_marker_epoch(&rec, coordinator_epoch) == 0)
		type = control_record_type(&rec);
	record_iter_fini(&it);
	return type;
}

int
control_marker_build(struct wire_out *out, int64_t producer_id, int16_t producer_epoch, int type,
    int32_t coordinator_epoch, int64_t timestamp)
{
	struct batch_header h = {
	    .leader_epoch = -1,
	    .attributes = BATCH_TRANSACTIONAL | BATCH_CONTROL,
	    .base_timestamp = timestamp,
	    .producer_id = producer_id,
	    .producer_epoch = producer_epoch,
	    .base_sequence = -1,
	};
	struct batch_builder b;
	uint8_t key[4], value[6];

	be16_put(key, 0);
	be16_put(key + 2, (uint16_t)type);
	be16_put(value, 0);
	be32_put(value + 2, (uint32_t)coordinator_epoch);
	if (batch_build_begin(&b, out, &h, CODEC_DEFAULT_LEVEL) == -1)
		return -1;
	batch_build_add(&b, timestamp, key, sizeof(key), value, sizeof(value));
	return batch_build_finish(&b) < 0 ? -1 : 0;
}
