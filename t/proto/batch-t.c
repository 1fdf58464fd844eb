/* SPDX-License-Identifier: ISC */
/* batch-t.c - headers, captured batches, the builder and the iterator in every codec, control
 * records. */
#include "config.h"

#include "t/proto/support.h"
#include "t/tap/tap.h"

#include <stdio.h>
#include <stdlib.h>

#include "odradek/base/crc32c.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/record.h"

/* Captured from a real broker. */
#define ONE                                                                                                          \
	"00000000000000000000003b00000001020318a2700000000000000000015dff7b063c0000015dff7b063cffffffffffffffffffff" \
	"ffffffff0000000112000000010631323300"
#define TWO                                                                                                            \
	"0000000000000001000000400000000202c85cbd230000000000010000015dff7cdd6c0000015dff7cde14ffffffffffffffffffffff" \
	"ffffff000000020c0000000100000e00d00202010000"
#define HEADERS                                                                                                        \
	"00000000000000000000004500000000025cd8ef520000000000000000016585b6f3c10000016585b6f3c1ffffffffffffffffffffff" \
	"ffffff000000012600000001066864720208686b6579086876616c"

static void
test_captured(void)
{
	struct batch_header h;
	struct record_iter it;
	struct record_header rh;
	struct record r;
	size_t n, pos = 0;
	uint8_t *p = unhex(ONE, &n), again[BATCH_OVERHEAD];

	is_int((int64_t)n, batch_size(p), "size of a captured batch");
	is_int(0, batch_verify(p, n), "it is sound");
	batch_header_get(&h, p);
	batch_header_put(&h, again);
	is_blob(p, again, BATCH_OVERHEAD, "header there and back");
	ok(h.magic == 2 && h.leader_epoch == 1 && h.producer_id == -1 && h.base_sequence == -1 &&
		h.count == 1,
	    "its fields");
	is_int(0, record_iter_init(&it, p, n, 0, 1 << 20), "its records");
	is_int(1, record_iter_next(&it, &r), "one");
	ok(r.key == NULL && r.key_len == -1 && r.value_len == 3 && memcmp(r.value, "123", 3) == 0 &&
		r.offset == 0,
	    "is what was sent");
	is_int(INT64_C(0x15dff7b063c), r.timestamp, "at its time");
	is_int(0, record_iter_next(&it, &r), "and no other");
	record_iter_fini(&it);
	p[n - 1] ^= 1;
	is_int(-1, batch_verify(p, n), "a wrong byte is found");
	is_int(-1, batch_verify(p, n - 1), "a wrong size, too");
	is_int(-1, batch_verify(p, 60), "and less than a header");
	free(p);

	p = unhex(TWO, &n);
	is_int(0, batch_verify(p, n), "two records");
	is_int(2, batch_last_offset(p), "base offset 1, last 2");
	record_iter_init(&it, p, n, RECORD_HEADS_ONLY, 1 << 20);
	ok(record_iter_next(&it, &r) == 1 && r.offset == 1 && r.value_len == 0 && r.key_len == -1 &&
		r.value == NULL,
	    "the first, heads only");
	ok(record_iter_next(&it, &r) == 1 && r.offset == 2 && r.timestamp == INT64_C(0x15dff7cde14),
	    "the second, 168 ms later");
	is_int(0, record_iter_next(&it, &r), "no third");
	record_iter_fini(&it);
	batch_prefix(p, 500, (int32_t)n, 9);
	ok(batch_verify(p, n) == 0 && batch_base_offset(p) == 500 && batch_leader_epoch(p) == 9,
	    "the prefix is outside of the CRC");
	free(p);

	p = unhex(HEADERS, &n);
	is_int(0, batch_verify(p, n), "one with a header");
	record_iter_init(&it, p, n, 0, 1 << 20);
	is_int(1, record_iter_next(&it, &r), "its record");
	is_int(1, record_header_next(&r, &pos, &rh), "its header");
	ok(rh.name_len == 4 && memcmp(rh.name, "hkey", 4) == 0 && rh.value_len == 4 &&
		memcmp(rh.value, "hval", 4) == 0,
	    "hkey=hval");
	is_int(0, record_header_next(&r, &pos, &rh), "no other");
	record_iter_fini(&it);
	free(p);
}

static void
test_build(int codec)
{
	struct batch_header h = {.base_offset = 100,
	    .leader_epoch = 3,
	    .attributes = (int16_t)codec,
	    .base_timestamp = 1000,
	    .producer_id = 5,
	    .producer_epoch = 1,
	    .base_sequence = 7};
	struct batch_builder b;
	struct wire_out out;
	struct record_iter it;
	struct record r;
	static char big[70000];
	int64_t size;
	int good = 1;

	memset(big, 'b', sizeof(big));
	wire_out_init(&out, 8 << 20);
	wire_put_u32(&out, 0); /* something in front */
	is_int(0, batch_build_begin(&b, &out, &h, CODEC_DEFAULT_LEVEL), "codec %d: begin", codec);
	for (int i = 0; i < 300; i++) {
		char key[16];
		int n = snprintf(key, sizeof(key), "key-%d", i);

		good =
		    good && batch_build_add(&b, 1000 + (i % 7) * 10, i % 5 == 0 ? NULL : key, n,
				i % 11 == 0 ? NULL : big, i == 150 ? (int32_t)sizeof(big) : i) == 0;
	}
	size = batch_build_finish(&b);
	ok(good && size > 0 && (size_t)size + 4 == out.len, "codec %d: finish", codec);
	is_int(0, batch_verify(out.base + 4, (size_t)size), "codec %d: sound", codec);
	for (int flags = 0; flags <= RECORD_HEADS_ONLY; flags++) {
		good = record_iter_init(&it, out.base + 4, (size_t)size, flags, 1 << 20) == 0;
		good = good && it.h.max_timestamp == 1060 && it.h.last_offset_delta == 299 &&
		       it.h.producer_id == 5;
		for (int i = 0; i < 300; i++) {
			good = good && record_iter_next(&it, &r) == 1 && r.offset == 100 + i &&
			       r.timestamp == 1000 + (i % 7) * 10;
			good = good && (r.key_len == -1) == (i % 5 == 0);
			good = good && r.value_len == (i % 11 == 0   ? -1
							  : i == 150 ? (int)sizeof(big)
								     : i);
			if (flags == 0 && r.value_len > 0)
				good = good && memcmp(r.value, big, (size_t)r.value_len) == 0;
		}
		good = good && record_iter_next(&it, &r) == 0;
		record_iter_fini(&it);
		ok(good, "codec %d: read back, flags %d", codec, flags);
	}
	if (codec != 0) {
		is_int(-1, record_iter_init(&it, out.base + 4, (size_t)size, 0, 50000),
		    "codec %d: more than the limit", codec);
		record_iter_fini(&it);
	}
	out.base[4 + 57 + 3]++; /* one record more than there are */
	good = record_iter_init(&it, out.base + 4, (size_t)size, 0, 1 << 20) == 0;
	for (int i = 0; i < 300; i++)
		good = good && record_iter_next(&it, &r) == 1;
	ok(good && record_iter_next(&it, &r) == -1 && record_iter_next(&it, &r) == -1,
	    "codec %d: a missing record", codec);
	record_iter_fini(&it);
	wire_out_fini(&out);
}

static void
test_builder_limit(void)
{
	struct batch_header h = {.producer_id = -1, .base_sequence = -1};
	struct batch_builder b;
	struct wire_out out;
	char value[200] = "";
	int failed = 0;

	wire_out_init(&out, 1000);
	batch_build_begin(&b, &out, &h, CODEC_DEFAULT_LEVEL);
	for (int i = 0; i < 10; i++)
		failed |= batch_build_add(&b, 0, NULL, 0, value, sizeof(value)) == -1;
	ok(failed, "a batch beyond the output's limit");
	is_int(-1, batch_build_finish(&b), "is not finished");
	is_int(0, (int64_t)out.len, "and leaves nothing");
	h.attributes = 6;
	is_int(-1, batch_build_begin(&b, &out, &h, 0), "no such codec");
	is_int(-1, batch_build_finish(&b), "no such batch");
	wire_out_fini(&out);
}

static void
test_control(void)
{
	struct wire_out out;
	struct record_iter it;
	struct record r;
	int32_t epoch = 0;

	wire_out_init(&out, 1000);
	is_int(0, control_marker_build(&out, 77, 3, CONTROL_COMMIT, 12, 5000), "a marker");
	is_int(78, (int64_t)out.len, "of 78 bytes");
	is_int(0, batch_verify(out.base, out.len), "sound");
	record_iter_init(&it, out.base, out.len, 0, 1000);
	ok(it.h.attributes == (BATCH_CONTROL | BATCH_TRANSACTIONAL) && it.h.base_sequence == -1 &&
		it.h.producer_id == 77 && it.h.producer_epoch == 3 && it.h.count == 1 &&
		it.h.max_timestamp == 5000,
	    "its header");
	is_int(1, record_iter_next(&it, &r), "its record");
	is_int(CONTROL_COMMIT, control_record_type(&r), "commits");
	is_int(0, control_marker_epoch(&r, &epoch), "has an epoch");
	is_int(12, epoch, "of the coordinator");
	r.value_len = 5;
	is_int(-1, control_marker_epoch(&r, &epoch), "but not when it is cut short");
	r.key_len = 3;
	is_int(CONTROL_UNKNOWN, control_record_type(&r), "and no type without a key");
	record_iter_fini(&it);
	wire_out_fini(&out);
}

/* Compaction leaves batches without records; nothing behind the header, whatever the codec. */
static void
test_empty(void)
{
	struct batch_header h = {.magic = 2,
	    .length = BATCH_OVERHEAD - BATCH_LENGTH_END,
	    .last_offset_delta = 9,
	    .base_offset = 40};
	struct record_iter it;
	struct record r;
	uint8_t p[BATCH_OVERHEAD];

	for (int codec = 0; codec < CODEC_COUNT; codec++) {
		h.attributes = (int16_t)codec;
		batch_header_put(&h, p);
		ok(record_iter_init(&it, p, sizeof(p), 0, 1000) == 0 &&
			record_iter_next(&it, &r) == 0,
		    "an empty batch, codec %d", codec);
		record_iter_fini(&it);
	}
	h.count = -1;
	batch_header_put(&h, p);
	is_int(-1, record_iter_init(&it, p, sizeof(p), 0, 1000), "a negative count");
	record_iter_fini(&it);
	is_int(-1, record_iter_init(&it, p, 60, 0, 1000), "less than a header");
	record_iter_fini(&it);
}

static void
test_sequence(void)
{
	struct batch_header h = {.base_sequence = INT32_MAX - 1, .last_offset_delta = 3};

	is_int(0, batch_sequence_add(INT32_MAX, 1), "sequences wrap to 0");
	is_int(1, batch_last_sequence(&h), "in a batch, too");
	h.base_sequence = -1;
	is_int(-1, batch_last_sequence(&h), "none stays none");
}

int
main(void)
{
	is_int(0xE3069283, crc32c_update(0, "123456789", 9), "CRC-32C");
	test_captured();
	for (int codec = 0; codec < CODEC_COUNT; codec++)
		test_build(codec);
	test_builder_limit();
	test_control();
	test_empty();
	test_sequence();
	return done_testing();
}
