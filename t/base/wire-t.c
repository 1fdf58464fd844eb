/* SPDX-License-Identifier: ISC */
/* wire-t.c - cursors: edges of pieces, ends, failures that stick, ranges, patches, growth and
 * limits. */
#include "config.h"

#include "odradek/base/crc32c.h"
#include "odradek/base/wire.h"
#include "t/tap/tap.h"

#include <stdlib.h>

static uint8_t data[64];

/* The same reads over every way to cut the bytes in two. */
static void
test_edges(void)
{
	int good = 1;

	for (size_t cut = 0; cut <= 40; cut++) {
		struct iovec iov[3] = {{data, cut}, {NULL, 0}, {data + cut, sizeof(data) - cut}};
		struct wire_in w;
		uint8_t b[10];

		wire_in_init(&w, iov, 3);
		good = good && wire_left(&w) == 64 && wire_pos(&w) == 0;
		good = good && wire_get_u8(&w) == 0 && wire_get_u16(&w) == 0x0102 &&
		       wire_get_u32(&w) == 0x03040506;
		good =
		    good && wire_get_u64(&w) == UINT64_C(0x0708090a0b0c0d0e) && wire_pos(&w) == 15;
		wire_get_bytes(&w, b, 10);
		good = good && memcmp(b, data + 15, 10) == 0 && wire_get_uvarint(&w) == 25;
		wire_skip(&w, 20);
		good = good && wire_pos(&w) == 46 && wire_get_u8(&w) == 46 && wire_left(&w) == 17 &&
		       wire_in_ok(&w);
		good = good && wire_crc32c(&w, 17) == crc32c_update(0, data + 47, 17);
		wire_skip(&w, 17);
		good = good && wire_left(&w) == 0 && wire_in_ok(&w);
		good = good && wire_get_u16(&w) == 0 && !wire_in_ok(&w) && wire_get_u8(&w) == 0 &&
		       wire_left(&w) == 0;
	}
	ok(good, "values across every edge");
}

static void
test_failure(void)
{
	struct wire_in w, sub;
	uint8_t b[8];

	wire_in_mem(&w, data, 3);
	is_int(0, wire_get_u32(&w), "too few bytes give zero");
	ok(!wire_in_ok(&w), "and the failure sticks");
	is_int(0, wire_get_u8(&w), "although there were bytes");
	is_int(0, (int64_t)wire_left(&w), "nothing is left");
	wire_in_mem(&w, data, 3);
	memset(b, 1, sizeof(b));
	wire_get_bytes(&w, b, 8);
	ok(b[0] == 0 && b[7] == 0, "a failed copy is zero");
	wire_in_mem(&w, data, 10);
	wire_skip(&w, UINT64_MAX);
	ok(!wire_in_ok(&w), "an absurd skip fails");
	wire_in_mem(&w, data, 10);
	wire_in_sub(&sub, &w, 11);
	ok(!wire_in_ok(&sub) && wire_in_ok(&w), "a part beyond the end fails, the whole does not");
	wire_in_mem(&w, NULL, 0);
	wire_get_bytes(&w, b, 0);
	wire_skip(&w, 0);
	ok(wire_in_ok(&w) && wire_left(&w) == 0, "nothing can be read from nothing");
}

static void
test_range(void)
{
	struct iovec iov[4] = {{data, 10}, {data + 10, 5}, {data + 15, 20}, {data + 35, 29}};
	int good = 1;

	for (uint64_t pos = 0; pos <= 64; pos++) {
		for (uint64_t len = 0; pos + len <= 64; len++) {
			struct wire_in w;
			const uint8_t *p;
			uint64_t at = pos;
			size_t n;

			wire_in_range(&w, iov, 4, pos, len);
			good =
			    good && wire_in_ok(&w) && wire_left(&w) == len && wire_pos(&w) == pos;
			while ((n = wire_get_piece(&w, &p)) > 0) {
				good = good && memcmp(p, data + at, n) == 0;
				at += n;
			}
			good = good && at == pos + len && wire_pos(&w) == at;
		}
	}
	ok(good, "every range of a chain");
	struct wire_in w;
	wire_in_range(&w, iov, 4, 60, 5);
	ok(!wire_in_ok(&w), "a range beyond the end");
	wire_in_range(&w, iov, 4, 65, 0);
	ok(!wire_in_ok(&w), "a range behind the end");
}

static void
test_varints(void)
{
	static const uint64_t values[] = {
	    0, 1, 127, 128, 16383, 16384, UINT32_MAX, INT64_MAX, UINT64_MAX};
	static const uint8_t endless[11] = {
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct wire_out out;
	struct wire_in w;
	uint8_t tmp[10];
	int good = 1;

	wire_out_init(&out, 4096);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		size_t before = out.len;

		wire_put_uvarint(&out, values[i]);
		good = good && out.len - before == (size_t)uvarint_size(values[i]);
		good = good && uvarint_put(tmp, values[i]) == uvarint_size(values[i]);
		wire_put_varlong(&out, (int64_t)values[i]);
		wire_put_varint(&out, (int32_t)values[i]);
	}
	wire_in_mem(&w, out.base, out.len);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		good = good && wire_get_uvarint_slow(&w, 64) == values[i];
		good = good && wire_get_varlong(&w) == (int64_t)values[i];
		good = good && wire_get_varint(&w) == (int32_t)values[i];
	}
	ok(good && wire_in_ok(&w) && wire_left(&w) == 0, "varints of all sizes");
	wire_in_mem(&w, endless, sizeof(endless));
	is_int(0, wire_get_uvarint(&w), "a varint without end");
	ok(!wire_in_ok(&w), "fails");
	wire_in_mem(&w, endless, sizeof(endless));
	wire_get_varlong(&w);
	ok(!wire_in_ok(&w), "a long one, too");
	wire_out_fini(&out);
}

static void
test_patch(void)
{
	uint8_t a[10] = {0}, b[10] = {0}, back[6];
	struct iovec iov[3] = {{a, 10}, {NULL, 0}, {b, 10}};

	is_int(0, wire_patch(iov, 3, 7, "abcdef", 6), "a patch across an edge");
	ok(memcmp(a + 7, "abc", 3) == 0 && memcmp(b, "def", 3) == 0 && b[3] == 0,
	    "lies where it should");
	is_int(0, wire_peek(iov, 3, 7, back, 6), "and is read back");
	is_blob("abcdef", back, 6, "as it was");
	is_int(-1, wire_patch(iov, 3, 15, "abcdef", 6), "not beyond the end");
	is_int(-1, wire_peek(iov, 3, UINT64_MAX, back, 6), "not from an absurd place");
	is_int(0, b[5], "and nothing was written");
}

static void
test_out(void)
{
	struct wire_out w;
	uint8_t fixed[8];

	wire_out_init(&w, 1000);
	for (int i = 0; i < 250; i++)
		wire_put_u32(&w, (uint32_t)i);
	ok(wire_out_ok(&w) && w.len == 1000, "up to the limit");
	wire_put_u8(&w, 1);
	ok(!wire_out_ok(&w) && w.len == 1000, "and not further");
	is_int(249, be32_get(w.base + 996), "what was written stays");
	wire_out_reset(&w);
	wire_put_u16(&w, 7);
	ok(wire_out_ok(&w) && w.len == 2, "usable again after a reset");
	wire_out_fini(&w);
	wire_out_init_fixed(&w, fixed, sizeof(fixed));
	wire_put_u64(&w, 1);
	ok(wire_out_ok(&w), "a fixed buffer is filled");
	wire_put_bytes(&w, "", 1);
	ok(!wire_out_ok(&w), "but does not grow");
	w.len = 4;
	wire_put_u8(&w, 1);
	is_int(4, (int64_t)w.len, "nothing is written after a failure");
	wire_out_fini(&w);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	test_edges();
	test_failure();
	test_range();
	test_varints();
	test_patch();
	test_out();
	return done_testing();
}
