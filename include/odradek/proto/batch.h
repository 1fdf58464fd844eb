/* SPDX-License-Identifier: ISC */
/*
 * batch.h - record batches, message format v2: header fields, and the checks that Kafka makes
 * before it stores one.
 *
 * Layout: base offset 0 (8 bytes), length 8 (4; counts what follows it), partition leader epoch 12
 * (4), magic 16 (1), CRC 17 (4; of 21..end), attributes 21 (2), last offset delta 23 (4), base
 * timestamp 27 (8), max timestamp 35 (8), producer id 43 (8), producer epoch 51 (2), base sequence
 * 53 (4), record count 57 (4), records 61.
 * Used in: acceptor (batch_check), writer (header, prefix), cleaner, recovery.
 */
#ifndef ODRADEK_PROTO_BATCH_H
#define ODRADEK_PROTO_BATCH_H

#include "odradek/base/wire.h"
#include "odradek/proto/compress.h"

enum {
	BATCH_OVERHEAD = 61,   /* header */
	BATCH_LENGTH_END = 12, /* base offset and length: what length does not count */
	BATCH_PREFIX = 16,     /* what the writer stamps: base offset, length, leader epoch */
	BATCH_MIN_V0 = 14,     /* a length below this is corrupt whatever the magic */
	BATCH_CRC_FROM = 21,
	BATCH_MAX_RECORD_ERRORS = 128
};

enum {
	BATCH_CODEC_MASK = 0x07,
	BATCH_LOG_APPEND_TIME = 0x08,
	BATCH_TRANSACTIONAL = 0x10,
	BATCH_CONTROL = 0x20,
	BATCH_DELETE_HORIZON = 0x40
};

/* Uncompressed size beyond which a compressed batch is refused (MESSAGE_TOO_LARGE), or 16 times the
 * topic's max.message.bytes if that is more.  Kafka has no bound. */
#define BATCH_MAX_INFLATED (128 << 20)

struct batch_header {
	int64_t base_offset;
	int32_t length;
	int32_t leader_epoch;
	int8_t magic;
	uint32_t crc;
	int16_t attributes;
	int32_t last_offset_delta;
	int64_t base_timestamp;
	int64_t max_timestamp;
	int64_t producer_id;
	int16_t producer_epoch;
	int32_t base_sequence;
	int32_t count;
};

/* From and to 61 bytes; no checks. */
void batch_header_get(struct batch_header *h, const void *p);
void batch_header_put(const struct batch_header *h, void *p);

static inline int64_t
batch_base_offset(const void *p)
{
	return (int64_t)be64_get(p);
}

/* Whole size in bytes as the header says; may be anything. */
static inline int64_t
batch_size(const void *p)
{
	return (int64_t)(int32_t)be32_get((const char *)p + 8) + BATCH_LENGTH_END;
}

static inline int32_t
batch_leader_epoch(const void *p)
{
	return (int32_t)be32_get((const char *)p + 12);
}

static inline int
batch_magic(const void *p)
{
	return ((const int8_t *)p)[16];
}

static inline int32_t
batch_last_offset_delta(const void *p)
{
	return (int32_t)be32_get((const char *)p + 23);
}

static inline int64_t
batch_last_offset(const void *p)
{
	return batch_base_offset(p) + batch_last_offset_delta(p);
}

static inline int64_t
batch_max_timestamp(const void *p)
{
	return (int64_t)be64_get((const char *)p + 35);
}

static inline void
batch_set_base_offset(void *p, int64_t offset)
{
	be64_put(p, (uint64_t)offset);
}

static inline void
batch_set_leader_epoch(void *p, int32_t epoch)
{
	be32_put((char *)p + 12, (uint32_t)epoch);
}

/* The 16 bytes that the leader's writer puts in place of the client's; the CRC does not cover
 * them. */
static inline void
batch_prefix(void *p, int64_t base_offset, int32_t size, int32_t leader_epoch)
{
	batch_set_base_offset(p, base_offset);
	be32_put((char *)p + 8, (uint32_t)(size - BATCH_LENGTH_END));
	batch_set_leader_epoch(p, leader_epoch);
}

/* Sequence + n, wrapping from 2147483647 to 0. */
static inline int32_t
batch_sequence_add(int32_t sequence, int32_t n)
{
	return (int32_t)(((int64_t)sequence + n) & INT32_MAX);
}

/* Last sequence of a batch; -1 if it has none. */
static inline int32_t
batch_last_sequence(const struct batch_header *h)
{
	return h->base_sequence < 0 ? -1
				    : batch_sequence_add(h->base_sequence, h->last_offset_delta);
}

/* Is the header sane and the CRC right? For one whole contiguous batch of size bytes: recovery,
 * follower. 0, or -1. */
int batch_verify(const void *p, size_t size);

/* ---- the check at the door ---- */

enum { TIMESTAMP_CREATE, TIMESTAMP_APPEND };

struct batch_rules {
	int64_t now_ms;
	int64_t before_max_ms; /* message.timestamp.before.max.ms */
	int64_t after_max_ms;
	int32_t max_message_bytes;
	int32_t segment_bytes;
	int16_t produce_version;
	int8_t compression; /* CODEC_PRODUCER: as it comes */
	uint8_t compacted;
	uint8_t timestamp_type;
	int level; /* for recompression: CODEC_DEFAULT_LEVEL, or one that the codec has */
};

enum batch_record_fault { BATCH_NO_KEY, BATCH_TIMESTAMP_RANGE, BATCH_TIMESTAMP_TYPE };

struct batch_record_error {
	int32_t index;
	int32_t fault;
	int64_t timestamp;
};

struct batch_info {
	int error;	 /* enum kerr */
	const char *why; /* for the log: constant text; NULL when there is no error */
	/* the same when Kafka sends the client a text (batch_error_message()), else NULL */
	const char *message;
	/* one batch of a form that may be stored: what is refused later, the log refuses */
	uint8_t framed;
	/* records at fault, all of them; errors[] has the first BATCH_MAX_RECORD_ERRORS */
	int nerrors;
	/* of the batch to be stored; may be less than the data: a partial batch behind it is
	 * dropped */
	int32_t size;
	int32_t inflated;      /* bytes of the records, uncompressed */
	struct batch_header h; /* as it is to be stored */
	/* delta of the first record with the max timestamp; the last one for LogAppendTime */
	int64_t max_timestamp_offset;
	uint8_t patched; /* header and CRC were changed in place */
	uint8_t rebuilt; /* the batch to store is in the caller's buffer */
	struct batch_record_error errors[BATCH_MAX_RECORD_ERRORS];
};

/*
 * Checks the record data of one partition of a Produce request: len bytes at byte pos of the
 * chain.  The order of the checks and the errors are those of Kafka.  A max timestamp that is not
 * what the records say, and LogAppendTime, are mended in place (attributes, max timestamp, CRC),
 * hence the chain must be writable.  When the records must be written anew (offsets that do not
 * count 0, 1, 2 ..., or another codec asked for by the topic) the new batch is appended to rebuilt.
 * Returns info->error.
 */
int batch_check(const struct batch_rules *rules, const struct iovec *iov, int iovcnt, uint64_t pos,
    int64_t len, struct batch_info *info, struct wire_out *rebuilt);

/* The texts that the client gets, as Kafka words them: of the batch (it lists three records; call
 * it if info->message is not NULL), and of one record.  tp is "topic-partition".  Both return
 * buf. */
const char *batch_error_message(
    const struct batch_info *info, const char *tp, char *buf, size_t size);
const char *batch_record_message(const struct batch_rules *rules,
    const struct batch_record_error *e, const char *tp, char *buf, size_t size);

/* ---- building ---- */

/* Writes one batch to out: batch_build_begin, batch_build_add..., batch_build_finish. */
struct batch_builder {
	struct wire_out *out;
	const struct codec *codec;
	void *enc;
	size_t start;
	struct batch_header h;
	uint8_t failed;
};

/* Template h gives attributes (with the codec), producer id, epoch, base sequence, base offset,
 * leader epoch and base timestamp (used as it is).  0, or -1. */
int batch_build_begin(
    struct batch_builder *b, struct wire_out *out, const struct batch_header *h, int level);
/* One record without headers. */
int batch_build_add(struct batch_builder *b, int64_t timestamp, const void *key, int32_t key_len,
    const void *value, int32_t value_len);
/* One record whose part behind the offset delta (key, value, headers) is already encoded. */
int batch_build_add_raw(
    struct batch_builder *b, int8_t attributes, int64_t timestamp, const void *tail, size_t len);
/* The same with an offset delta that leaves gaps, and without attributes: compaction. */
int batch_build_add_at(
    struct batch_builder *b, int32_t offset_delta, int64_t timestamp, const void *tail, size_t len);
/* count records behind each other, encoded against the base timestamp and base offset of this batch. */
int batch_build_add_encoded(
    struct batch_builder *b, const void *p, size_t n, uint32_t count, int64_t max_timestamp);
int64_t batch_build_finish_at(struct batch_builder *b, int32_t last_offset_delta);
/* Enters the CRC of a batch of size bytes. */
void batch_seal(void *batch, size_t size);
/* Patches the header; the whole size, or -1 (out is then as before). */
int64_t batch_build_finish(struct batch_builder *b);

#endif
