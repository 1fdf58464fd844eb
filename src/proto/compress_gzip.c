/* SPDX-License-Identifier: ISC */
/*
 * compress_gzip.c - gzip through zlib.  Several members in a row are read as one stream, as Java
 * reads them; what follows the last member and does not look like another one is ignored, as Java
 * ignores it.
 * Used in: acceptor, writer, cleaner.
 */
#include "config.h"

#include <stdlib.h>
#include <zlib.h>

#include "odradek/proto/compress.h"

enum { WINDOW_GZIP = 15 + 16, CHUNK = 16384 };

struct gunzip {
	z_stream z;
	struct wire_in in;
	uint8_t done;
};

struct gzip {
	z_stream z;
	struct wire_out *out;
	int level;
};

/* Setting up zlib costs more than most batches, so the last state of each kind is kept. */
static _Thread_local struct gunzip *spare_dec;
static _Thread_local struct gzip *spare_enc;

static void *
dec_begin(const struct wire_in *in)
{
	struct gunzip *g = spare_dec;

	spare_dec = NULL;
	if (g == NULL) {
		if ((g = calloc(1, sizeof(*g))) == NULL)
			return NULL;
		if (inflateInit2(&g->z, WINDOW_GZIP) != Z_OK) {
			free(g);
			return NULL;
		}
	} else {
		inflateReset(&g->z);
	}
	g->z.avail_in = 0;
	g->in = *in;
	g->done = 0;
	return g;
}

/* Makes input available; 0 when there is none left. */
static int
feed(struct gunzip *g)
{
	const uint8_t *p;

	if (g->z.avail_in == 0) {
		g->z.avail_in = (uInt)wire_get_piece(&g->in, &p); /* a piece is below 4 GB */
		g->z.next_in = (Bytef *)(uintptr_t)p;
	}
	return g->z.avail_in > 0;
}

/* Behind a member: does another one follow? */
static int
next_member(struct gunzip *g)
{
	struct wire_in look = g->in;
	uint8_t first, second;

	if (!feed(g))
		return 0;
	look = g->in;
	first = g->z.next_in[0];
	second = g->z.avail_in > 1 ? g->z.next_in[1] : wire_get_u8(&look);
	return first == 0x1f && second == 0x8b && inflateReset(&g->z) == Z_OK;
}

static ssize_t
dec_read(void *dec, uint8_t *dst, size_t n)
{
	struct gunzip *g = dec;
	int r;

	g->z.next_out = dst;
	g->z.avail_out = (uInt)n;
	while (g->z.avail_out == n && !g->done) {
		int more = feed(g);

		r = inflate(&g->z, Z_NO_FLUSH);
		if (r == Z_STREAM_END)
			g->done = (uint8_t)!next_member(g);
		else if (r != Z_OK || (!more && g->z.avail_out == n))
			return -1;
	}
	return (ssize_t)(n - g->z.avail_out);
}

static void
dec_end(void *dec)
{
	struct gunzip *g = dec;

	if (spare_dec == NULL) {
		spare_dec = g;
		return;
	}
	inflateEnd(&g->z);
	free(g);
}

static void
enc_free(struct gzip *g)
{
	deflateEnd(&g->z);
	free(g);
}

static void *
enc_begin(struct wire_out *out, int level)
{
	struct gzip *g = spare_enc;

	if (level == CODEC_DEFAULT_LEVEL)
		level = Z_DEFAULT_COMPRESSION;
	if (level < -1 || level > 9)
		return NULL;
	spare_enc = NULL;
	if (g != NULL && g->level != level) {
		enc_free(g);
		g = NULL;
	}
	if (g == NULL) {
		if ((g = calloc(1, sizeof(*g))) == NULL)
			return NULL;
		if (deflateInit2(&g->z, level, Z_DEFLATED, WINDOW_GZIP, 8, Z_DEFAULT_STRATEGY) !=
		    Z_OK) {
			free(g);
			return NULL;
		}
		g->level = level;
	} else {
		deflateReset(&g->z);
	}
	g->out = out;
	return g;
}

static int
run(struct gzip *g, int flush)
{
	uint8_t buf[CHUNK];
	int r;

	do {
		g->z.next_out = buf;
		g->z.avail_out = sizeof(buf);
		r = deflate(&g->z, flush);
		if (r == Z_STREAM_ERROR)
			return -1;
		wire_put_bytes(g->out, buf, sizeof(buf) - g->z.avail_out);
	} while (g->z.avail_out == 0 && wire_out_ok(g->out));
	return 0;
}

static int
enc_write(void *enc, const uint8_t *src, size_t n)
{
	struct gzip *g = enc;

	g->z.next_in = (Bytef *)(uintptr_t)src;
	g->z.avail_in = (uInt)n;
	return n == 0 ? 0 : run(g, Z_NO_FLUSH);
}

static int
enc_finish(void *enc)
{
	struct gzip *g = enc;

	g->z.avail_in = 0;
	return run(g, Z_FINISH);
}

static void
enc_end(void *enc)
{
	if (spare_enc == NULL)
		spare_enc = enc;
	else
		enc_free(enc);
}

const struct codec codec_gzip = {
    .name = "gzip",
    .id = CODEC_GZIP,
    .min_level = 1,
    .max_level = 9,
    .default_level = -1,
    .dec_begin = dec_begin,
    .dec_read = dec_read,
    .dec_end = dec_end,
    .enc_begin = enc_begin,
    .enc_write = enc_write,
    .enc_finish = enc_finish,
    .enc_end = enc_end,
};
