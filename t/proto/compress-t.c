/* SPDX-License-Identifier: ISC */
/* compress-t.c - every codec: back and forth over pieces of all sizes, what other writers make,
 * what is broken. */
#include "config.h"

#include "t/proto/support.h"
#include "t/tap/tap.h"

#include <lz4frame.h>
#include <snappy-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "odradek/base/xalloc.h"
#include "odradek/proto/compress.h"

static struct rng r = {11};

/* Text-like: compressible, not trivial. */
static uint8_t *
make_data(size_t n)
{
	uint8_t *p = xmalloc(n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = rng_below(&r, 4) == 0 ? (uint8_t)rng_next(&r)
					     : (uint8_t)("the quick brown fox "[i % 20]);
	return p;
}

/* -2: an error; else the number of bytes, which are compared with want. */
static int64_t
inflate_from(const struct codec *c, const struct iovec *iov, int n, const uint8_t *want,
    size_t want_len, size_t chunk)
{
	struct wire_in in;
	uint8_t *buf = xmalloc(chunk);
	void *dec;
	int64_t len = 0;
	ssize_t got;

	wire_in_init(&in, iov, n);
	dec = c->dec_begin(&in);
	while ((got = c->dec_read(dec, buf, chunk)) > 0) {
		if ((size_t)(len + got) > want_len ||
		    (want != NULL && memcmp(buf, want + len, (size_t)got) != 0)) {
			got = -1;
			len = -1;
			break;
		}
		len += got;
	}
	c->dec_end(dec);
	free(buf);
	return got < 0 ? -2 : len;
}

static int64_t
inflate_mem(const struct codec *c, const void *p, size_t n, const uint8_t *want, size_t want_len)
{
	struct iovec iov = {xmemdup(p, n), n};
	int64_t len = inflate_from(c, &iov, 1, want, want_len, 4096);

	free(iov.iov_base);
	return len;
}

static void
test_round(const struct codec *c)
{
	static const size_t sizes[] = {0, 1, 100, 32767, 32768, 32769, 200000};
	int good = 1;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *data = make_data(sizes[i]);
		struct wire_out out;
		struct pieces p;
		size_t at = 0;
		void *enc;

		wire_out_init(&out, 1 << 20);
		enc = c->enc_begin(&out, CODEC_DEFAULT_LEVEL);
		while (at < sizes[i]) {
			size_t m = 1 + rng_below(&r, 50000);

			if (m > sizes[i] - at)
				m = sizes[i] - at;
			good = good && c->enc_write(enc, data + at, m) == 0;
			at += m;
		}
		good = good && c->enc_finish(enc) == 0 && wire_out_ok(&out);
		c->enc_end(enc);
		pieces_make(&p, &r, out.base, out.len, 3000);
		good =
		    good && inflate_from(c, p.iov, p.n, data, sizes[i], 65536) == (int64_t)sizes[i];
		good =
		    good && inflate_from(c, p.iov, p.n, data, sizes[i], 777) == (int64_t)sizes[i];
		pieces_free(&p);
		/* blocks end where a stream may end */
		if (c->id != CODEC_NONE && c->id != CODEC_SNAPPY && out.len > 0)
			good = good && inflate_mem(c, out.base, out.len - 1, NULL, SIZE_MAX) == -2;
		/* must not crash, whatever it says */
		for (int k = 0; k < 300 && out.len > 0; k++) {
			uint8_t *bad = xmemdup(out.base, out.len);

			bad[rng_below(&r, (uint32_t)out.len)] ^= (uint8_t)(1 + rng_below(&r, 255));
			inflate_mem(c, bad, out.len, NULL, 4 << 20);
			free(bad);
		}
		wire_out_fini(&out);
		free(data);
	}
	ok(good, "%s: there and back", c->name);
	ok(codec_get(c->id) == c && codec_by_name(c->name) == c, "%s: found by id and name",
	    c->name);
}

static void
test_levels(void)
{
	uint8_t *data = make_data(50000);
	int good = 1;

	for (int id = 1; id < CODEC_COUNT; id++) {
		const struct codec *c = codec_get(id);

		for (int level = c->min_level < -5 ? -5 : c->min_level; level <= c->max_level;
		     level++) {
			struct wire_out out;
			void *enc;

			if (level > 9 && level % 4 != 0) /* these take long */
				continue;
			wire_out_init(&out, 1 << 20);
			enc = c->enc_begin(&out, level);
			good = good && enc != NULL && c->enc_write(enc, data, 50000) == 0 &&
			       c->enc_finish(enc) == 0;
			if (enc != NULL)
				c->enc_end(enc);
			good = good && inflate_mem(c, out.base, out.len, data, 50000) == 50000;
			wire_out_fini(&out);
		}
		if (id != CODEC_SNAPPY) {
			struct wire_out out;

			wire_out_init(&out, 100);
			good = good && c->enc_begin(&out, c->max_level + 1) == NULL;
			wire_out_fini(&out);
		}
	}
	ok(good, "every level, and none beyond");
	free(data);
}

static void
test_snappy(void)
{
	uint8_t *data = make_data(100000),
		framed[64] = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1};
	size_t n = snappy_max_compressed_length(100000);
	char *packed = xmalloc(n);
	struct pieces p;

	snappy_compress((char *)data, 100000, packed, &n);
	pieces_make(&p, &r, packed, n, 5000);
	is_int(100000, inflate_from(&codec_snappy, p.iov, p.n, data, 100000, 65536),
	    "one raw block, as librdkafka sends it");
	pieces_free(&p);
	is_int(-2, inflate_mem(&codec_snappy, packed, n - 1, NULL, SIZE_MAX), "cut short");
	is_int(-2, inflate_mem(&codec_snappy, "\377\377\377\377\017abc", 8, NULL, SIZE_MAX),
	    "a block that claims 4 GB");
	is_int(0, inflate_mem(&codec_snappy, framed, 16, NULL, SIZE_MAX),
	    "a framed stream without blocks");
	is_int(-2, inflate_mem(&codec_snappy, framed, 18, NULL, SIZE_MAX), "half a length");
	memcpy(framed + 16, "\0\0\0\002\000\000", 6);
	framed[19] = 3;
	framed[20] = 1;
	framed[21] = 0;
	framed[22] = 'x';
	is_int(1, inflate_mem(&codec_snappy, framed, 23, (const uint8_t *)"x", 1), "one block");
	memcpy(framed + 23, framed, 23);
	is_int(2, inflate_mem(&codec_snappy, framed, 46, (const uint8_t *)"xx", 2),
	    "two streams in a row");
	framed[16] = 0x7f;
	is_int(
	    -2, inflate_mem(&codec_snappy, framed, 23, NULL, SIZE_MAX), "a block length of 2 GB");
	free(packed);
	free(data);
}

static void
test_lz4(void)
{
	uint8_t *data = make_data(100000), *buf = xmalloc(200000);
	LZ4F_preferences_t prefs = {
	    .frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled,
		.blockChecksumFlag = LZ4F_blockChecksumEnabled,
		.contentSize = 100000,
		.blockMode = LZ4F_blockIndependent,
		.blockSizeID = LZ4F_max4MB}};
	size_t n = LZ4F_compressFrame(buf, 200000, data, 100000, &prefs);

	is_int(100000, inflate_mem(&codec_lz4, buf, n, data, 100000),
	    "checksums and a size in the frame");
	is_int(100000, inflate_mem(&codec_lz4, buf, n + 5, data, 100000),
	    "what follows the frame is ignored");
	buf[14] ^= 1;
	is_int(-2, inflate_mem(&codec_lz4, buf, n, data, 100000), "a wrong header checksum");
	prefs.frameInfo.blockMode = LZ4F_blockLinked;
	prefs.frameInfo.blockSizeID = LZ4F_max64KB;
	n = LZ4F_compressFrame(buf, 200000, data, 100000, &prefs);
	is_int(-2, inflate_mem(&codec_lz4, buf, n, data, 100000),
	    "blocks that depend on each other: Java does not read them");
	is_int(-2, inflate_mem(&codec_lz4, "\x50\x2a\x4d\x18\0\0\0\0", 8, NULL, SIZE_MAX),
	    "a skippable frame");
	free(buf);
	free(data);
}

static void
test_gzip(void)
{
	uint8_t *data = make_data(1000);
	struct wire_out out;

	wire_out_init(&out, 1 << 20);
	for (int i = 0; i < 2; i++) {
		void *enc = codec_gzip.enc_begin(&out, 9);

		codec_gzip.enc_write(enc, data + i * 500, 500);
		codec_gzip.enc_finish(enc);
		codec_gzip.enc_end(enc);
	}
	is_int(
	    1000, inflate_mem(&codec_gzip, out.base, out.len, data, 1000), "two members in a row");
	wire_put_u8(&out, 0);
	is_int(1000, inflate_mem(&codec_gzip, out.base, out.len, data, 1000),
	    "what follows is ignored");
	is_int(-2, inflate_mem(&codec_gzip, "\x1f\x8b", 2, NULL, SIZE_MAX), "two bytes");
	is_int(-2, inflate_mem(&codec_gzip, "hello", 5, NULL, SIZE_MAX), "something else");
	is_int(-2, inflate_mem(&codec_gzip, "", 0, NULL, SIZE_MAX), "nothing");
	wire_out_fini(&out);
	free(data);
}

static void
test_zstd(void)
{
	uint8_t *data = make_data(100000), *buf = xmalloc(200000);
	size_t n = ZSTD_compress(buf, 200000, data, 50000, 19);
	size_t m = ZSTD_compress(buf + n, 200000 - n, data + 50000, 50000, 1);

	is_int(100000, inflate_mem(&codec_zstd, buf, n + m, data, 100000), "two frames in a row");
	is_int(-2, inflate_mem(&codec_zstd, buf, n + m / 2, NULL, SIZE_MAX), "half of the second");
	is_int(-2, inflate_mem(&codec_zstd, "", 0, NULL, SIZE_MAX), "nothing");
	is_int(-2, inflate_mem(&codec_zstd, "\x28\xb5\x2f\xfd\x00\xf8\x00\x00", 8, NULL, SIZE_MAX),
	    "a window of 2^41 bytes");
	free(buf);
	free(data);
}

int
main(void)
{
	for (int id = 0; id < CODEC_COUNT; id++)
		test_round(codec_get(id));
	ok(codec_get(5) == NULL && codec_get(-1) == NULL && codec_by_name("brotli") == NULL,
	    "there are no others");
	ok(codec_by_name("uncompressed") == &codec_none, "none has a second name");
	test_levels();
	test_snappy();
	test_lz4();
	test_gzip();
	test_zstd();
	return done_testing();
}
