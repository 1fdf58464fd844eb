/* SPDX-License-Identifier: ISC */
/*
 * batch.c - fuzz target: the checks of a client's batch.  Three bytes choose the rules and the size
 * of the pieces; then the record data. If bit 7 of the first byte is set, length and CRC are made
 * right, so that what is behind them is reached. What is accepted must be a sound batch with as
 * many records as it says, at offsets 0, 1, 2 ...
 */
#include "config.h"

#include <stdlib.h>

#include "odradek/base/crc32c.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/kerr.h"
#include "odradek/proto/record.h"
#include "t/fuzz/fuzz.h"
#include "t/proto/support.h"

const char fuzz_name[] = "batch";

enum { FRONT = 3, NOW = 1000000, MAX_BYTES = 100000, INFLATED = 4 << 20 };

static void
must(int cond)
{
	if (!cond)
		abort();
}

static void
check_stored(const struct batch_info *info, const uint8_t *p)
{
	struct record_iter it;
	struct record r;
	struct record_header h;
	int heads;

	must(batch_verify(p, (size_t)info->size) == 0);
	for (heads = 0; heads <= RECORD_HEADS_ONLY; heads++) {
		must(record_iter_init(&it, p, (size_t)info->size, heads, BATCH_MAX_INFLATED) == 0);
		for (int32_t i = 0; i < info->h.count; i++) {
			size_t pos = 0;
			int32_t n = 0;

			must(record_iter_next(&it, &r) == 1 && r.offset == i &&
			     r.timestamp <= info->h.max_timestamp);
			while (heads == 0 && record_header_next(&r, &pos, &h) == 1)
				n++;
			must(heads != 0 || n == r.nheaders);
		}
		must(record_iter_next(&it, &r) == 0);
		record_iter_fini(&it);
	}
}

/* Bytes that nobody checked, as a reader of a damaged file would meet them. */
static void
iterate(const uint8_t *p, size_t len)
{
	struct record_iter it;
	struct record r;

	for (int heads = 0; heads <= RECORD_HEADS_ONLY; heads++) {
		if (record_iter_init(&it, p, len, heads, INFLATED) == 0)
			while (record_iter_next(&it, &r) == 1)
				control_record_type(&r);
		record_iter_fini(&it);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct batch_rules rules = {.now_ms = NOW,
	    .before_max_ms = INT64_MAX,
	    .after_max_ms = INT64_MAX,
	    .max_message_bytes = MAX_BYTES,
	    .segment_bytes = MAX_BYTES,
	    .produce_version = 9,
	    .compression = CODEC_PRODUCER,
	    .level = CODEC_DEFAULT_LEVEL};
	static struct batch_info info;
	struct wire_out rebuilt;
	struct rng r = {size};
	struct pieces p;
	uint8_t *copy;
	size_t len;

	if (size < FRONT)
		return 0;
	rules.compacted = data[0] & 1;
	rules.timestamp_type = data[0] >> 1 & 1;
	if (data[0] & 4)
		rules.compression = (int8_t)(data[1] % CODEC_COUNT);
	len = size - FRONT;
	copy = xmemdup(data + FRONT, len);
	if ((data[0] & 0x80) && len >= BATCH_OVERHEAD) {
		be32_put(copy + 8, (uint32_t)(len - BATCH_LENGTH_END));
		be32_put(copy + 17, crc32c_update(0, copy + BATCH_CRC_FROM, len - BATCH_CRC_FROM));
	}
	iterate(copy, len);
	pieces_make(&p, &r, copy, len, data[2] == 0 ? UINT32_MAX : data[2]);
	wire_out_init(&rebuilt, 2 * MAX_BYTES);
	if (batch_check(&rules, p.iov, p.n, 0, (int64_t)len, &info, &rebuilt) == KERR_NONE) {
		pieces_join(&p, copy);
		check_stored(&info, info.rebuilt ? rebuilt.base : copy);
	}
	wire_out_fini(&rebuilt);
	pieces_free(&p);
	free(copy);
	return 0;
}

/* Each codec with a few records, as it is, for a compacted topic, with LogAppendTime,
 * recompressed. */
size_t
fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	struct batch_header h = {.attributes = (int16_t)(i % CODEC_COUNT),
	    .base_timestamp = NOW,
	    .producer_id = -1,
	    .producer_epoch = -1,
	    .base_sequence = -1};
	struct batch_builder b;
	struct wire_out out;

	if (i >= CODEC_COUNT * 4)
		return 0;
	buf[0] = (uint8_t)(0x80 | (i / CODEC_COUNT == 3 ? 4 : i / CODEC_COUNT));
	buf[1] = (uint8_t)i;
	buf[2] = (uint8_t)(i % 4 * 7);
	wire_out_init_fixed(&out, buf + FRONT, max - FRONT);
	must(batch_build_begin(&b, &out, &h, CODEC_DEFAULT_LEVEL) == 0);
	for (unsigned k = 0; k < 3 + i % 3; k++)
		batch_build_add(
		    &b, NOW + k, "key", 3, "some value, some value, some value", 10 + (int32_t)k);
	batch_build_add_raw(&b, 0, NOW, "\6key\6val\4\2a\2b\2c\1", 16);
	must(batch_build_finish(&b) > 0);
	return FRONT + out.len;
}
