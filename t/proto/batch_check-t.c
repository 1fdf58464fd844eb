/* SPDX-License-Identifier: ISC */
/*
 * batch_check-t.c - the checks at the door: each refusal with Kafka's error, the order of the
 * checks, what is mended in place, what is written anew; over chains of small pieces, in every
 * codec.
 */
#include "config.h"

#include "t/proto/support.h"
#include "t/tap/tap.h"

#include <stdio.h>
#include <stdlib.h>

#include "odradek/base/crc32c.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/kerr.h"
#include "odradek/proto/record.h"

enum { NOW = 1000000, FRONT = 13 };

static struct rng r = {5};
static struct batch_rules rules;
static struct batch_info info;
static struct wire_out batch; /* what is sent */
static struct wire_out rebuilt;
static uint8_t stored[4 << 20]; /* what is to be stored */

static void
defaults(void)
{
	rules = (struct batch_rules){.now_ms = NOW,
	    .before_max_ms = INT64_MAX,
	    .after_max_ms = 3600000,
	    .max_message_bytes = 1048588,
	    .segment_bytes = 1 << 30,
	    .produce_version = 9,
	    .compression = CODEC_PRODUCER,
	    .level = CODEC_DEFAULT_LEVEL};
}

/* n records from a producer without idempotence, at NOW, NOW+1 ...; keys where odd. */
static void
make(int codec, int n)
{
	struct batch_header h = {.leader_epoch = -1,
	    .attributes = (int16_t)codec,
	    .base_timestamp = NOW,
	    .producer_id = -1,
	    .producer_epoch = -1,
	    .base_sequence = -1};
	struct batch_builder b;
	char value[1000];

	memset(value, 'v', sizeof(value));
	wire_out_reset(&batch);
	if (batch_build_begin(&b, &batch, &h, CODEC_DEFAULT_LEVEL) == -1)
		bail("cannot build");
	for (int i = 0; i < n; i++)
		batch_build_add(
		    &b, NOW + i, i % 2 == 1 ? "key" : NULL, 3, value, i % 20 == 19 ? 600 : i);
	if (batch_build_finish(&b) == -1)
		bail("cannot finish");
}

static void
fix_crc(void)
{
	be32_put(batch.base + 17, crc32c_update(0, batch.base + 21, batch.len - 21));
}

/* Sends `batch` in pieces of at most `most` bytes behind FRONT other bytes; what would be stored is
 * in `stored`. */
static int
send_pieces(uint32_t most)
{
	uint8_t *wire = xcalloc(1, batch.len + FRONT + 5);
	struct pieces p;
	int error;

	memcpy(wire + FRONT, batch.base, batch.len);
	pieces_make(&p, &r, wire, batch.len + FRONT + 5, most);
	wire_out_reset(&rebuilt);
	error = batch_check(&rules, p.iov, p.n, FRONT, (int64_t)batch.len, &info, &rebuilt);
	pieces_join(&p, wire);
	if (error != info.error || (error != 0) != (info.why != NULL))
		bail("error %d, info %d, %s", error, info.error,
		    info.why == NULL ? "no reason" : info.why);
	if (info.rebuilt)
		memcpy(stored, rebuilt.base, rebuilt.len);
	else
		memcpy(stored, wire + FRONT, batch.len);
	pieces_free(&p);
	free(wire);
	return error;
}

static int
sent(void)
{
	int whole = send_pieces(UINT32_MAX), pieces = send_pieces(50);

	if (whole != pieces)
		diag("%d in one piece, %d in many", whole, pieces);
	return whole == pieces ? whole : -99;
}

static int
same_info(void)
{
	struct batch_header h;

	batch_header_get(&h, stored);
	h.base_offset = info.h.base_offset;
	return h.crc == info.h.crc && h.attributes == info.h.attributes &&
	       h.max_timestamp == info.h.max_timestamp && h.count == info.h.count &&
	       h.length + 12 == info.size && batch_verify(stored, (size_t)info.size) == 0;
}

static void
test_good(void)
{
	for (int codec = 0; codec < CODEC_COUNT; codec++) {
		defaults();
		make(codec, 500);
		is_int(KERR_NONE, sent(), "codec %d: accepted", codec);
		ok(!info.patched && !info.rebuilt && info.size == (int64_t)batch.len,
		    "codec %d: as it came", codec);
		is_blob(batch.base, stored, batch.len, "codec %d: untouched", codec);
		ok(info.h.count == 500 && info.h.max_timestamp == NOW + 499 &&
			info.max_timestamp_offset == 499,
		    "codec %d: facts", codec);
		ok(same_info(), "codec %d: header", codec);
	}
}

static void
test_frame(void)
{
	struct wire_out twice;

	defaults();
	make(0, 3);
	batch.len = 0;
	is_int(KERR_INVALID_RECORD, sent(), "no data");
	batch.len = 11;
	is_int(KERR_INVALID_RECORD, sent(), "less than a length");
	batch.len = 16;
	is_int(KERR_INVALID_RECORD, sent(), "no magic");
	batch.len = 40;
	is_int(KERR_INVALID_RECORD, sent(), "cut short in the header");
	make(0, 3);
	batch.len--;
	is_int(KERR_INVALID_RECORD, sent(), "cut short in the records");
	make(0, 3);
	be32_put(batch.base + 8, 13);
	is_int(KERR_CORRUPT_MESSAGE, sent(), "a length of 13");
	be32_put(batch.base + 8, 0xffffffff);
	is_int(KERR_CORRUPT_MESSAGE, sent(), "a negative length");
	be32_put(batch.base + 8, INT32_MAX);
	is_int(KERR_INVALID_RECORD, sent(), "a length of 2 GB");
	make(0, 3);
	batch.base[16] = 3;
	is_int(KERR_CORRUPT_MESSAGE, sent(), "magic 3");
	batch.base[16] = 1;
	is_int(KERR_INVALID_RECORD, sent(), "magic 1");
	make(0, 3);
	be32_put(batch.base + 8, 20);
	batch.len = 32;
	is_int(KERR_CORRUPT_MESSAGE, sent(), "less than a header");
	make(CODEC_ZSTD, 3);
	rules.produce_version = 6;
	is_int(KERR_UNSUPPORTED_COMPRESSION_TYPE, sent(), "zstd before version 7");
	rules.produce_version = 7;
	is_int(KERR_NONE, sent(), "and with it");
	make(0, 3);
	wire_out_init(&twice, 1 << 20);
	wire_put_bytes(&twice, batch.base, batch.len);
	wire_put_bytes(&batch, twice.base, twice.len);
	is_int(KERR_INVALID_RECORD, sent(), "two batches");
	batch.len--;
	is_int(KERR_NONE, sent(), "one and most of a second");
	is_int((int64_t)twice.len, info.size, "of which the first is stored");
	batch.base[twice.len + 16] = 7;
	is_int(KERR_CORRUPT_MESSAGE, sent(), "a second with an unknown magic");
	batch.len = twice.len + 12;
	be32_put(batch.base + twice.len + 8, 5);
	is_int(KERR_CORRUPT_MESSAGE, sent(), "a second with a length of 5");
	wire_out_fini(&twice);
}

static void
set32(int at, uint32_t v)
{
	be32_put(batch.base + at, v);
	fix_crc();
}

static void
test_header(void)
{
	defaults();
	make(0, 3);
	be64_put(batch.base, 1);
	is_int(KERR_INVALID_RECORD, sent(), "base offset 1");
	rules.max_message_bytes = 10;
	is_int(KERR_INVALID_RECORD, sent(), "is looked at before the size");
	make(0, 3);
	rules.max_message_bytes = (int32_t)batch.len;
	is_int(KERR_NONE, sent(), "max.message.bytes");
	rules.max_message_bytes--;
	is_int(KERR_MESSAGE_TOO_LARGE, sent(), "one byte more");
	batch.base[50] ^= 1;
	is_int(KERR_MESSAGE_TOO_LARGE, sent(), "is looked at before the CRC");
	defaults();
	is_int(KERR_CORRUPT_MESSAGE, sent(), "a wrong CRC");
	make(0, 3);
	batch.base[batch.len - 1] ^= 0x80;
	is_int(KERR_CORRUPT_MESSAGE, sent(), "a wrong last byte");
	make(0, 3);
	batch.base[22] = 5;
	fix_crc();
	is_int(KERR_UNSUPPORTED_COMPRESSION_TYPE, sent(), "codec 5");
	make(0, 3);
	set32(23, 5);
	is_int(KERR_INVALID_RECORD, sent(), "last offset delta and count differ");
	make(0, 3);
	set32(57, 0);
	set32(23, 0xffffffff);
	is_int(KERR_INVALID_RECORD, sent(), "no records");
	make(0, 3);
	set32(57, 0x80000000);
	set32(23, 0x7fffffff);
	is_int(KERR_INVALID_RECORD, sent(), "a count that overflows");
	make(0, 3);
	set32(57, 0x7fffffff);
	set32(23, 0x7ffffffe);
	is_int(KERR_INVALID_RECORD, sent(), "2^31-1 records that are not there");
	make(0, 3);
	batch.base[22] |= BATCH_CONTROL;
	fix_crc();
	is_int(KERR_INVALID_RECORD, sent(), "a control batch");
	make(0, 3);
	be64_put(batch.base + 43, 9);
	fix_crc();
	is_int(KERR_INVALID_RECORD, sent(), "a producer id without a sequence");
	set32(53, 0);
	is_int(KERR_NONE, sent(), "with one");
	make(0, 3);
	set32(53, 0);
	is_int(KERR_NONE, sent(), "a sequence without a producer id");
	make(0, 3);
	rules.segment_bytes = (int32_t)batch.len - 1;
	is_int(KERR_RECORD_LIST_TOO_LARGE, sent(), "larger than a segment");
}

static void
test_records(void)
{
	static const struct {
		const char *hex;
		int error;
		const char *what;
	} cases[] = {
	    {"0c0000000100"
	     "00",
		KERR_NONE, "a record: null key, empty value"},
	    {"0c00000001"
	     "01"
	     "00",
		KERR_NONE, "null key and value"},
	    {"0c00000003"
	     "01"
	     "00",
		KERR_NONE, "any negative key length is null"},
	    {"0e0000000100"
	     "0000",
		KERR_INVALID_RECORD, "a byte too many in the record"},
	    {"0a00000001"
	     "00",
		KERR_INVALID_RECORD, "no header count"},
	    {"0c00000001"
	     "00"
	     "01",
		KERR_INVALID_RECORD, "a negative header count"},
	    {"0c00000001"
	     "00"
	     "02",
		KERR_INVALID_RECORD, "a header that is not there"},
	    {"1000000001"
	     "00"
	     "020101",
		KERR_INVALID_RECORD, "a header without a name"},
	    {"1000000001"
	     "00"
	     "020001",
		KERR_NONE, "a header with an empty name and a null value"},
	    {"0c0000000800"
	     "00",
		KERR_INVALID_RECORD, "a key longer than the record"},
	    {"0c0000000100"
	     "0000",
		KERR_INVALID_RECORD, "a byte behind the last record"},
	    {"0000", KERR_INVALID_RECORD, "a record of length 0"},
	    {"01", KERR_INVALID_RECORD, "a record of length -1"},
	    {"ffffffffff0f", KERR_INVALID_RECORD, "a length that does not end"},
	    {"0c00"
	     "80",
		KERR_INVALID_RECORD, "cut short"},
	    {"", KERR_INVALID_RECORD, "nothing"},
	};

	defaults();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int codec = 0; codec < CODEC_COUNT; codec++) {
			struct wire_out records;
			size_t n;
			uint8_t *raw = unhex(cases[i].hex, &n);
			void *enc;

			make(codec, 1);
			batch.len = BATCH_OVERHEAD;
			wire_out_init(&records, 1 << 16);
			enc = codec_get(codec)->enc_begin(&records, CODEC_DEFAULT_LEVEL);
			codec_get(codec)->enc_write(enc, raw, n);
			codec_get(codec)->enc_finish(enc);
			codec_get(codec)->enc_end(enc);
			wire_put_bytes(&batch, records.base, records.len);
			be32_put(batch.base + 8, (uint32_t)batch.len - 12);
			fix_crc();
			is_int(cases[i].error, sent(), "codec %d: %s", codec, cases[i].what);
			wire_out_fini(&records);
			free(raw);
		}
	}
	for (int codec = 1; codec < CODEC_COUNT; codec++) {
		make(codec, 10);
		memset(batch.base + BATCH_OVERHEAD, 0x55, batch.len - BATCH_OVERHEAD);
		fix_crc();
		is_int(KERR_INVALID_RECORD, sent(), "codec %d: not its format", codec);
	}
}

static void
test_compacted(void)
{
	char text[1000];

	for (int codec = 0; codec < CODEC_COUNT; codec++) {
		defaults();
		rules.compacted = 1;
		make(codec, 10); /* records 0, 2, 4 ... have no key */
		is_int(KERR_INVALID_RECORD, sent(),
		    "codec %d: records without key in a compacted topic", codec);
		ok(info.nerrors == 5 && info.errors[0].index == 0 && info.errors[4].index == 8 &&
			info.message != NULL,
		    "codec %d: are named", codec);
	}
	is_string("Compacted topic cannot accept message without key in topic partition t-0",
	    batch_record_message(&rules, &info.errors[0], "t-0", text, sizeof(text)),
	    "text of a record");
	is_string(
	    "One or more records have been rejected due to 5 record errors in total, and only showing the first three errors at "
	    "most: [RecordError(batchIndex=0, message='Compacted topic cannot accept message without key in topic partition t-0'), "
	    "RecordError(batchIndex=2, message='Compacted topic cannot accept message without key in topic partition t-0'), "
	    "RecordError(batchIndex=4, message='Compacted topic cannot accept message without key in topic partition t-0')]",
	    batch_error_message(&info, "t-0", text, sizeof(text)), "text of the batch");
	is_string("One or mor", batch_error_message(&info, "t-0", text, 11), "cut to its buffer");
	make(0, 1000);
	is_int(KERR_INVALID_RECORD, sent(), "many of them");
	is_int(500, info.nerrors, "are counted");
	is_int(254, info.errors[BATCH_MAX_RECORD_ERRORS - 1].index, "the first 128 are named");
}

static void
set_timestamps(int64_t base, int64_t max)
{
	be64_put(batch.base + 27, (uint64_t)base);
	be64_put(batch.base + 35, (uint64_t)max);
	fix_crc();
}

static void
test_timestamps(void)
{
	char text[300];

	defaults();
	make(0, 3);
	set_timestamps(NOW + 3600000 - 2, NOW + 3600000);
	is_int(KERR_NONE, sent(), "an hour ahead");
	set_timestamps(NOW + 3600000 - 1, NOW);
	is_int(KERR_INVALID_TIMESTAMP, sent(), "and a millisecond");
	ok(info.nerrors == 1 && info.errors[0].index == 2 &&
		info.errors[0].fault == BATCH_TIMESTAMP_RANGE,
	    "of the third record");
	rules.before_max_ms = 5000;
	is_string(
	    "Timestamp 4600001 of message with offset 2 is out of range. The timestamp should be within [995000, 4600000]",
	    batch_record_message(&rules, &info.errors[0], "t-0", text, sizeof(text)), "text");
	is_string("One or more records have been rejected due to invalid timestamp",
	    batch_error_message(&info, "t-0", text, sizeof(text)), "text of the batch");
	set_timestamps(NOW - 5000, NOW - 4998);
	is_int(KERR_NONE, sent(), "five seconds ago");
	set_timestamps(NOW - 5001, NOW - 4999);
	is_int(KERR_INVALID_TIMESTAMP, sent(), "and a millisecond");
	rules.before_max_ms = INT64_MAX;
	set_timestamps(INT64_MAX - 2, INT64_MAX);
	is_int(KERR_INVALID_TIMESTAMP, sent(), "the end of time");
	set_timestamps(-1, -1);
	batch.base[BATCH_OVERHEAD + 2] = 0;
	is_int(KERR_NONE, sent(), "no timestamp");
	make(0, 3);
	batch.base[22] |= BATCH_LOG_APPEND_TIME;
	fix_crc();
	is_int(KERR_NONE, sent(),
	    "LogAppendTime from a client, CreateTime topic: the header's time counts");
	ok(info.patched && (info.h.attributes & BATCH_LOG_APPEND_TIME) == 0 && same_info(),
	    "and the bit is taken away");
	rules.timestamp_type = TIMESTAMP_APPEND;
	is_int(KERR_INVALID_TIMESTAMP, sent(), "LogAppendTime from a client, LogAppendTime topic");
	is_int(3, info.nerrors, "all records");
}

static void
test_mended(void)
{
	for (int codec = 0; codec < CODEC_COUNT; codec++) {
		defaults();
		make(codec, 400);
		set_timestamps(NOW, 12345);
		is_int(KERR_NONE, sent(), "codec %d: a wrong max timestamp", codec);
		ok(info.patched && !info.rebuilt && info.h.max_timestamp == NOW + 399 &&
			same_info(),
		    "codec %d: is mended", codec);
		is_blob(batch.base + BATCH_OVERHEAD, stored + BATCH_OVERHEAD,
		    batch.len - BATCH_OVERHEAD, "codec %d: records stay", codec);
		rules.timestamp_type = TIMESTAMP_APPEND;
		rules.before_max_ms = 1;
		rules.now_ms = NOW * 2LL;
		make(codec, 400);
		is_int(
		    KERR_NONE, sent(), "codec %d: LogAppendTime, whatever the records say", codec);
		ok(info.patched && info.h.max_timestamp == NOW * 2LL &&
			(info.h.attributes & BATCH_LOG_APPEND_TIME) && same_info(),
		    "codec %d: is set", codec);
		is_int(399, info.max_timestamp_offset, "codec %d: the last offset", codec);
		is_blob(batch.base + BATCH_OVERHEAD, stored + BATCH_OVERHEAD,
		    batch.len - BATCH_OVERHEAD, "codec %d: records stay", codec);
	}
}

/* Are the records of `stored` those of make(), at offsets 0, 1, 2 ...? */
static int
same_records(int codec, int n)
{
	struct record_iter it;
	struct record rec;
	int good = record_iter_init(&it, stored, (size_t)info.size, 0, 8 << 20) == 0 &&
		   (it.h.attributes & 7) == codec;

	for (int i = 0; i < n; i++) {
		good = good && record_iter_next(&it, &rec) == 1 && rec.offset == i &&
		       rec.value_len == (i % 20 == 19 ? 600 : i);
		good = good && (rec.key_len == -1) == (i % 2 == 0) &&
		       rec.value[0] == (rec.value_len > 0 ? 'v' : rec.value[0]);
		good =
		    good && ((it.h.attributes & BATCH_LOG_APPEND_TIME) || rec.timestamp == NOW + i);
	}
	good = good && record_iter_next(&it, &rec) == 0;
	record_iter_fini(&it);
	return good && same_info();
}

static void
test_rebuilt(void)
{
	for (int from = 0; from < CODEC_COUNT; from++) {
		for (int to = 0; to < CODEC_COUNT; to++) {
			defaults();
			rules.compression = (int8_t)to;
			make(from, 300);
			is_int(KERR_NONE, sent(), "codec %d into %d", from, to);
			is_int(from != to, info.rebuilt, "is written anew if they differ");
			ok(same_records(to, 300), "with the same records");
		}
	}
	defaults();
	rules.compression = CODEC_GZIP;
	rules.timestamp_type = TIMESTAMP_APPEND;
	rules.level = 9;
	make(CODEC_LZ4, 300);
	be64_put(batch.base + 43, 17);
	be32_put(batch.base + 53, 40);
	batch.base[52] = 2;
	batch.base[22] |= BATCH_TRANSACTIONAL;
	fix_crc();
	is_int(KERR_NONE, sent(), "of a transaction, with LogAppendTime");
	ok(same_records(CODEC_GZIP, 300), "the records");
	ok(info.h.producer_id == 17 && info.h.base_sequence == 40 &&
		info.h.attributes == (CODEC_GZIP | BATCH_LOG_APPEND_TIME | BATCH_TRANSACTIONAL) &&
		info.h.max_timestamp == NOW,
	    "and the header");
	defaults();
	rules.compression = CODEC_NONE;
	make(CODEC_ZSTD, 300);
	rules.max_message_bytes = 10000;
	is_int(KERR_MESSAGE_TOO_LARGE, sent(), "too large when it is inflated");
	is_int(0, (int64_t)rebuilt.len, "and nothing is left of it");
	rules.compression = CODEC_GZIP;
	rules.level = 99;
	is_int(KERR_UNKNOWN_SERVER_ERROR, sent(), "a level that does not exist");
}

/* Offsets that do not count 0, 1, 2: an old client's mistake; mended where nothing must be decompressed. */
static void
test_offsets(void)
{
	for (int codec = 0; codec < CODEC_COUNT; codec++) {
		struct wire_out records;
		void *enc;

		defaults();
		make(codec, 2);
		batch.len = BATCH_OVERHEAD;
		wire_out_init(&records, 1 << 16);
		enc = codec_get(codec)->enc_begin(&records, CODEC_DEFAULT_LEVEL);
		codec_get(codec)->enc_write(enc,
		    (const uint8_t *)"\x0c\0\0\x0e\x01\0\0"
				     "\x14\0\x02\x0e\x06key\x02v\0",
		    18);
		codec_get(codec)->enc_finish(enc);
		codec_get(codec)->enc_end(enc);
		wire_put_bytes(&batch, records.base, records.len);
		be32_put(batch.base + 8, (uint32_t)batch.len - 12);
		fix_crc();
		if (codec != CODEC_NONE) {
			is_int(KERR_INVALID_RECORD, sent(), "codec %d: both records at offset 7", codec);
			wire_out_fini(&records);
			continue;
		}
		is_int(KERR_NONE, sent(), "codec %d: both records at offset 7", codec);
		ok(info.rebuilt && same_records(codec, 2), "codec %d: are counted anew", codec);
		wire_out_fini(&records);
	}
}

static void
test_bomb(void)
{
	static uint8_t zeros[1 << 16];
	uint8_t len[10];
	struct wire_out records;
	void *enc;

	for (int codec = CODEC_GZIP; codec <= CODEC_ZSTD; codec += CODEC_ZSTD - CODEC_GZIP) {
		defaults();
		make(codec, 1);
		batch.len = BATCH_OVERHEAD;
		wire_out_init(&records, 1 << 20);
		enc = codec_get(codec)->enc_begin(&records, CODEC_DEFAULT_LEVEL);
		codec_get(codec)->enc_write(
		    enc, len, (size_t)uvarint_put(len, unzigzag32(BATCH_MAX_INFLATED + 100)));
		codec_get(codec)->enc_write(enc, zeros, 3);
		codec_get(codec)->enc_write(
		    enc, len, (size_t)uvarint_put(len, unzigzag32(BATCH_MAX_INFLATED)));
		for (int i = 0; i < BATCH_MAX_INFLATED / (int)sizeof(zeros) + 1; i++)
			codec_get(codec)->enc_write(enc, zeros, sizeof(zeros));
		codec_get(codec)->enc_finish(enc);
		codec_get(codec)->enc_end(enc);
		wire_put_bytes(&batch, records.base, records.len);
		be32_put(batch.base + 8, (uint32_t)batch.len - 12);
		fix_crc();
		is_int(KERR_MESSAGE_TOO_LARGE, send_pieces(UINT32_MAX),
		    "codec %d: %zu bytes that become 128 MB", codec, batch.len);
		wire_out_fini(&records);
	}
}

int
main(void)
{
	wire_out_init(&batch, 4 << 20);
	wire_out_init(&rebuilt, 4 << 20);
	test_good();
	test_frame();
	test_header();
	test_records();
	test_compacted();
	test_timestamps();
	test_mended();
	test_rebuilt();
	test_offsets();
	test_bomb();
	wire_out_fini(&batch);
	wire_out_fini(&rebuilt);
	return done_testing();
}
