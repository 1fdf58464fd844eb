/* SPDX-License-Identifier: ISC */
/*
 * batch_check.c - what a client's batch must be before it is stored: Kafka's checks in Kafka's
 * order.
 *
 * Runs over the chain that the request was received into; inflates through one window.  It must
 * never read a header field twice from memory: the 61 bytes are copied out first.
 * Used in: acceptor.
 */
#include "config.h"

#include <stdio.h>

#include "batch_priv.h"
#include "odradek/base/crc32c.h"
#include "odradek/proto/kerr.h"
#include "rec_in.h"

/* The part of the header that the CRC covers and that the broker changes: attributes to max
 * timestamp. */
enum { CHANGED_FROM = BATCH_CRC_FROM, CHANGED_LEN = 22, ZSTD_SINCE = 7, ATTRIBUTES_KNOWN = 0x7f };

struct check {
	const struct batch_rules *rules;
	const struct iovec *iov;
	int iovcnt;
	uint64_t pos;
	struct batch_info *info;
	uint8_t head[BATCH_OVERHEAD]; /* as it came */
	uint64_t limit;
	int odd_offsets;
	int bad_timestamps;
	int64_t max_timestamp;
};

static int
refuse(struct batch_info *info, int error, const char *why)
{
	info->error = error;
	info->why = why;
	return -1;
}

/* Does something that counts as a second batch follow the first?  What is cut short does not. */
static int
check_rest(struct check *c, int64_t rest)
{
	uint8_t p[BATCH_LENGTH_END + 5];
	uint64_t pos = c->pos + (uint64_t)c->info->size;
	int64_t size;

	if (rest < BATCH_LENGTH_END)
		return 0;
	wire_peek(
	    c->iov, c->iovcnt, pos, p, rest < (int64_t)sizeof(p) ? BATCH_LENGTH_END : sizeof(p));
	size = batch_size(p);
	if (size - BATCH_LENGTH_END < BATCH_MIN_V0)
		return refuse(c->info, KERR_CORRUPT_MESSAGE,
		    "the length of a second batch is below the minimum");
	if (rest < (int64_t)sizeof(p))
		return 0;
	if (batch_magic(p) < 0 || batch_magic(p) > 2)
		return refuse(c->info, KERR_CORRUPT_MESSAGE, "a second batch has an unknown magic");
	if (rest >= size)
		return refuse(c->info, KERR_INVALID_RECORD, "more than one batch");
	return 0;
}

/* Exactly one batch of a form that this version of Produce allows. */
static int
check_frame(struct check *c, int64_t len)
{
	struct batch_info *info = c->info;
	uint8_t p[BATCH_LENGTH_END + 5];
	int64_t size;

	if (len < (int64_t)sizeof(p)) {
		if (len >= BATCH_LENGTH_END &&
		    wire_peek(c->iov, c->iovcnt, c->pos, p, BATCH_LENGTH_END) == 0 &&
		    batch_size(p) - BATCH_LENGTH_END < BATCH_MIN_V0)
			return refuse(
			    info, KERR_CORRUPT_MESSAGE, "the batch's length is below the minimum");
		return refuse(info, KERR_INVALID_RECORD, "no batch");
	}
	if (wire_peek(c->iov, c->iovcnt, c->pos, p, sizeof(p)) == -1)
		return refuse(info, KERR_INVALID_RECORD, "no batch");
	size = batch_size(p);
	if (size - BATCH_LENGTH_END < BATCH_MIN_V0)
		return refuse(
		    info, KERR_CORRUPT_MESSAGE, "the batch's length is below the minimum");
	if (batch_magic(p) < 0 || batch_magic(p) > 2)
		return refuse(info, KERR_CORRUPT_MESSAGE, "unknown magic");
	if (size > len)
		return refuse(info, KERR_INVALID_RECORD, "the batch is cut short");
	info->size = (int32_t)size;
	if (batch_magic(p) != 2)
		return refuse(info, KERR_INVALID_RECORD, "a message format older than v2");
	if (size < BATCH_OVERHEAD)
		/* refused below, behind the checks that come first */
		memset(c->head, 0, sizeof(c->head));
	if (wire_peek(c->iov, c->iovcnt, c->pos, c->head,
		size < BATCH_OVERHEAD ? (size_t)size : BATCH_OVERHEAD) == -1)
		return refuse(info, KERR_INVALID_RECORD, "no batch");
	batch_header_get(&info->h, c->head);
	if (size >= BATCH_OVERHEAD && (info->h.attributes & BATCH_CODEC_MASK) == CODEC_ZSTD &&
	    c->rules->produce_version < ZSTD_SINCE)
		return refuse(
		    info, KERR_UNSUPPORTED_COMPRESSION_TYPE, "zstd needs Produce version 7");
	if (check_rest(c, len - size) == -1)
		return -1;
	info->framed = 1;
	return 0;
}

static int
check_header(struct check *c)
{
	struct batch_info *info = c->info;
	const struct batch_header *h = &info->h;
	struct wire_in w;

	if (h->base_offset != 0)
		return refuse(info, KERR_INVALID_RECORD, "the base offset is not 0");
	if (info->size > c->rules->max_message_bytes)
		return refuse(info, KERR_MESSAGE_TOO_LARGE, "larger than max.message.bytes");
	if (info->size < BATCH_OVERHEAD)
		return refuse(info, KERR_CORRUPT_MESSAGE, "smaller than a header");
	wire_in_range(
	    &w, c->iov, c->iovcnt, c->pos + BATCH_CRC_FROM, (uint64_t)info->size - BATCH_CRC_FROM);
	if (!wire_in_ok(&w) || wire_crc32c(&w, wire_left(&w)) != h->crc)
		return refuse(info, KERR_CORRUPT_MESSAGE, "the CRC is wrong");
	if ((h->attributes & BATCH_CODEC_MASK) >= CODEC_COUNT)
		return refuse(info, KERR_UNSUPPORTED_COMPRESSION_TYPE, "unknown codec");
	if (h->last_offset_delta < 0)
		return refuse(info, KERR_INVALID_RECORD, "the last offset is below the first");
	if (h->count <= 0)
		return refuse(info, KERR_INVALID_RECORD, "the record count is not positive");
	if (h->count != (int64_t)h->last_offset_delta + 1)
		return refuse(info, KERR_INVALID_RECORD, "record count and offsets do not agree");
	if (h->attributes & BATCH_CONTROL)
		return refuse(info, KERR_INVALID_RECORD, "clients may not write control records");
	if (h->producer_id > -1 && h->base_sequence < 0)
		return refuse(info, KERR_INVALID_RECORD, "a producer id without a sequence number");
	return 0;
}

static void
record_fault(struct check *c, int32_t index, int fault, int64_t timestamp)
{
	struct batch_info *info = c->info;

	if (info->nerrors < BATCH_MAX_RECORD_ERRORS)
		info->errors[info->nerrors] = (struct batch_record_error){index, fault, timestamp};
	info->nerrors++;
	if (fault != BATCH_NO_KEY)
		c->bad_timestamps = 1;
}

/* Subtractions wrap, as in Kafka: a timestamp beyond all reason must not get through by
 * overflow. */
static int
timestamp_ok(const struct batch_rules *r, int64_t timestamp)
{
	int64_t age = (int64_t)((uint64_t)r->now_ms - (uint64_t)timestamp);

	return age <= r->before_max_ms && (int64_t)(0 - (uint64_t)age) <= r->after_max_ms;
}

static void
check_record(struct check *c, int32_t index, const struct rec_head *rec)
{
	const struct batch_header *h = &c->info->h;
	const struct batch_rules *r = c->rules;
	int append_time = h->attributes & BATCH_LOG_APPEND_TIME;
	int64_t timestamp =
	    append_time ? h->max_timestamp
			: (int64_t)((uint64_t)h->base_timestamp + (uint64_t)rec->timestamp_delta);

	if (timestamp > c->max_timestamp) {
		c->max_timestamp = timestamp;
		c->info->max_timestamp_offset = index;
	}
	if (rec->offset_delta != index)
		c->odd_offsets = 1;
	if (r->compacted && rec->key_len < 0)
		record_fault(c, index, BATCH_NO_KEY, timestamp);
	else if (r->timestamp_type == TIMESTAMP_CREATE && timestamp != -1) {
		if (!timestamp_ok(r, timestamp))
			record_fault(c, index, BATCH_TIMESTAMP_RANGE, timestamp);
	} else if (append_time)
		record_fault(c, index, BATCH_TIMESTAMP_TYPE, timestamp);
}

static int
records_refused(struct check *c, int error)
{
	switch (error) {
	case REC_TOO_BIG:
		return refuse(c->info, KERR_MESSAGE_TOO_LARGE, "inflates beyond the bound");
	case REC_UNREADABLE:
		return refuse(c->info, KERR_INVALID_RECORD, "does not decompress");
	case REC_NO_MEMORY:
		return refuse(c->info, KERR_UNKNOWN_SERVER_ERROR, "out of memory");
	default:
		return refuse(c->info, KERR_INVALID_RECORD,
		    "a record is not sound, or their number is not the header's");
	}
}

static int
open_records(struct check *c, struct rec_in *in)
{
	struct wire_in w;

	wire_in_range(&w, c->iov, c->iovcnt, c->pos + BATCH_OVERHEAD,
	    (uint64_t)c->info->size - BATCH_OVERHEAD);
	return rec_in_open(in, &w, c->info->h.attributes & BATCH_CODEC_MASK, c->limit);
}

static int
check_records(struct check *c)
{
	struct batch_info *info = c->info;
	struct rec_head rec;
	struct rec_in in;
	int ok = open_records(c, &in) == 0;
	int error;

	for (int32_t i = 0; ok && i < info->h.count; i++) {
		ok = rec_in_next(&in, &rec) == 0;
		if (ok)
			check_record(c, i, &rec);
	}
	ok = ok && rec_in_at_end(&in);
	error = in.error;
	info->inflated = (int32_t)(in.total > INT32_MAX ? INT32_MAX : in.total);
	rec_in_close(&in);
	if (!ok)
		return records_refused(c, error);
	if (info->nerrors == 0)
		return 0;
	refuse(info, c->bad_timestamps ? KERR_INVALID_TIMESTAMP : KERR_INVALID_RECORD,
	    c->bad_timestamps ? "timestamps outside of what the topic allows"
			      : "records without a key in a compacted topic");
	info->message = info->why;
	return -1;
}

/*
 * Changes attributes and max timestamp in place.  The CRC is linear, so that of the changed header
 * follows from the old one without reading the records again.
 */
static void
patch(struct check *c, int16_t attributes, int64_t max_timestamp)
{
	struct batch_header *h = &c->info->h;
	uint32_t before = crc32c_update(0, c->head + CHANGED_FROM, CHANGED_LEN);
	uint32_t after;

	h->attributes = attributes;
	h->max_timestamp = max_timestamp;
	batch_header_put(h, c->head);
	after = crc32c_update(0, c->head + CHANGED_FROM, CHANGED_LEN);
	h->crc = crc32c_combine(
	    before ^ after, h->crc, (uint64_t)c->info->size - CHANGED_FROM - CHANGED_LEN);
	batch_header_put(h, c->head);
	wire_patch(c->iov, c->iovcnt, c->pos, c->head, sizeof(c->head));
	c->info->patched = 1;
}

/* Copies record by record with new offsets, through whatever codec the topic wants. */
static int
copy_records(struct check *c, struct batch_builder *b)
{
	const struct batch_header *h = &c->info->h;
	struct rec_head rec;
	struct rec_in in;
	int ok = open_records(c, &in) == 0;

	for (int32_t i = 0; ok && i < h->count; i++) {
		const uint8_t *p;
		size_t left, n;

		ok = rec_in_begin(&in, &rec) == 0 &&
		     batch_build_front(b, rec.attributes,
			 (int64_t)((uint64_t)h->base_timestamp + (uint64_t)rec.timestamp_delta),
			 (size_t)rec.tail_len) == 0;
		for (left = (size_t)rec.tail_len; ok && left > 0; left -= n) {
			n = rec_in_piece(&in, left, &p);
			ok = n > 0 && batch_build_tail(b, p, n) == 0;
		}
	}
	rec_in_close(&in);
	return ok ? 0 : -1;
}

static int
rebuild(struct check *c, int codec, struct wire_out *out)
{
	struct batch_info *info = c->info;
	struct batch_builder b;
	struct batch_header h = info->h;
	int append = c->rules->timestamp_type == TIMESTAMP_APPEND;
	size_t start = out->len;
	int64_t size = -1;

	h.attributes = (int16_t)(codec | (h.attributes & BATCH_TRANSACTIONAL) |
				 (append ? BATCH_LOG_APPEND_TIME : 0));
	if (batch_build_begin(&b, out, &h, c->rules->level) == 0) {
		int copied = copy_records(c, &b);

		if (append)
			b.h.max_timestamp = c->rules->now_ms;
		size = batch_build_finish(&b);
		if (copied == -1 && size >= 0) {
			out->len = start;
			size = -1;
		}
	}
	if (size < 0)
		return wire_out_ok(out)
			   ? refuse(info, KERR_UNKNOWN_SERVER_ERROR, "could not be written anew")
			   : refuse(info, KERR_MESSAGE_TOO_LARGE,
				 "larger than the buffer when written anew");
	info->h = b.h;
	info->size = (int32_t)size;
	info->rebuilt = 1;
	if (info->size <= c->rules->max_message_bytes)
		return 0;
	out->len = start;
	return refuse(
	    info, KERR_MESSAGE_TOO_LARGE, "larger than max.message.bytes when written anew");
}

/* What Kafka changes before it stores the batch. */
static int
mend(struct check *c, struct wire_out *rebuilt)
{
	struct batch_info *info = c->info;
	int append = c->rules->timestamp_type == TIMESTAMP_APPEND;
	int codec = info->h.attributes & BATCH_CODEC_MASK;
	int want = c->rules->compression == CODEC_PRODUCER ? codec : c->rules->compression;
	int64_t max = append ? c->rules->now_ms : c->max_timestamp;

	if (append)
		info->max_timestamp_offset = info->h.last_offset_delta;
	if (c->odd_offsets && codec != CODEC_NONE)
		return refuse(info, KERR_INVALID_RECORD, "the offsets of compressed records do not count 0, 1, 2");
	if (want != codec || c->odd_offsets)
		return rebuild(c, want, rebuilt);
	if (append != ((info->h.attributes & BATCH_LOG_APPEND_TIME) != 0) ||
	    max != info->h.max_timestamp)
		patch(c,
		    (int16_t)((info->h.attributes & ATTRIBUTES_KNOWN & ~BATCH_LOG_APPEND_TIME) |
			      (append ? BATCH_LOG_APPEND_TIME : 0)),
		    max);
	return 0;
}

/* Leaves only the pieces that hold the data: a long request with many small batches is not walked
 * from its start every time. */
static void
narrow(struct check *c, int64_t len)
{
	uint64_t have = 0;
	int n = 0;

	while (c->iovcnt > 0 && c->pos >= c->iov->iov_len) {
		c->pos -= c->iov->iov_len;
		c->iov++;
		c->iovcnt--;
	}
	while (n < c->iovcnt && len > 0 && have < c->pos + (uint64_t)len)
		have += c->iov[n++].iov_len;
	c->iovcnt = n;
}

int
batch_check(const struct batch_rules *rules, const struct iovec *iov, int iovcnt, uint64_t pos,
    int64_t len, struct batch_info *info, struct wire_out *rebuilt)
{
	struct check c = {.rules = rules,
	    .iov = iov,
	    .iovcnt = iovcnt,
	    .pos = pos,
	    .info = info,
	    .max_timestamp = -1};

	memset(info, 0, offsetof(struct batch_info, errors));
	narrow(&c, len);
	c.limit = (uint64_t)rules->max_message_bytes * 16;
	if (c.limit < BATCH_MAX_INFLATED)
		c.limit = BATCH_MAX_INFLATED;
	if (check_frame(&c, len) == -1 || check_header(&c) == -1 || check_records(&c) == -1 ||
	    mend(&c, rebuilt) == -1)
		return info->error;
	if (info->size > rules->segment_bytes)
		refuse(info, KERR_RECORD_LIST_TOO_LARGE, "larger than segment.bytes");
	return info->error;
}

/* ---- texts ---- */

const char *
batch_record_message(const struct batch_rules *rules, const struct batch_record_error *e,
    const char *tp, char *buf, size_t size)
{
	switch (e->fault) {
	case BATCH_NO_KEY:
		snprintf(buf, size,
		    "Compacted topic cannot accept message without key in topic partition %s", tp);
		break;
	case BATCH_TIMESTAMP_RANGE:
		snprintf(buf, size,
		    "Timestamp %lld of message with offset %d is out of range. The timestamp should be within [%lld, %lld]",
		    (long long)e->timestamp, e->index,
		    (long long)((uint64_t)rules->now_ms - (uint64_t)rules->before_max_ms),
		    (long long)((uint64_t)rules->now_ms + (uint64_t)rules->after_max_ms));
		break;
	default:
		snprintf(buf, size,
		    "Invalid timestamp type in message. Producer should not set timestamp type to LogAppendTime.");
	}
	return buf;
}

const char *
batch_error_message(const struct batch_info *info, const char *tp, char *buf, size_t size)
{
	size_t n;

	if (info->error == KERR_INVALID_TIMESTAMP) {
		snprintf(
		    buf, size, "One or more records have been rejected due to invalid timestamp");
		return buf;
	}
	n = (size_t)snprintf(buf, size,
	    "One or more records have been rejected due to %d record errors in total, and only showing the first three errors "
	    "at most: [",
	    info->nerrors);
	for (int i = 0; i < info->nerrors && i < 3 && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n,
		    "%sRecordError(batchIndex=%d, message='Compacted topic cannot accept message without key in topic partition %s')",
		    i == 0 ? "" : ", ", info->errors[i].index, tp);
	if (n < size)
		snprintf(buf + n, size - n, "]");
	return buf;
}
