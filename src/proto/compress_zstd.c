/* SPDX-License-Identifier: ISC */
/*
 * compress_zstd.c - Zstandard.  Frames may follow each other.  A frame may ask for a window of up
 * to 128 MB, as with Kafka; its memory is touched only as far as data really come, and is not kept
 * when it was large.
 * Used in: acceptor, writer, cleaner.
 */
#include "config.h"

#include <stdlib.h>
#include <zstd.h>

#include "odradek/proto/compress.h"

enum {
	WINDOW_LOG_MAX = 27,
	CHUNK = 16384,
	KEEP = 9 << 20,
	LEVEL_MIN = -131072,
	LEVEL_MAX = 22,
	LEVEL = 3
};

struct unzstd {
	ZSTD_DCtx *ctx;
	struct wire_in in;
	ZSTD_inBuffer src;
	size_t hint; /* 0: a frame has just ended */
};

struct zstd {
	ZSTD_CCtx *ctx;
	struct wire_out *out;
};

static _Thread_local struct unzstd *spare_dec;
static _Thread_local struct zstd *spare_enc;

static void *
dec_begin(const struct wire_in *in)
{
	struct unzstd *u = spare_dec;

	spare_dec = NULL;
	if (u == NULL) {
		if ((u = calloc(1, sizeof(*u))) == NULL)
			return NULL;
		if ((u->ctx = ZSTD_createDCtx()) == NULL) {
			free(u);
			return NULL;
		}
		ZSTD_DCtx_setParameter(u->ctx, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	} else {
		ZSTD_DCtx_reset(u->ctx, ZSTD_reset_session_only);
	}
	u->in = *in;
	u->src = (ZSTD_inBuffer){0};
	u->hint = 1; /* an empty input is not a frame */
	return u;
}

static ssize_t
dec_read(void *dec, uint8_t *dst, size_t n)
{
	struct unzstd *u = dec;
	ZSTD_outBuffer out = {dst, n, 0};

	for (;;) {
		int more;

		if (u->src.pos == u->src.size) {
			const uint8_t *p = NULL;

			u->src.size = wire_get_piece(&u->in, &p);
			u->src.src = p;
			u->src.pos = 0;
		}
		more = u->src.size > 0;
		if (!more && u->hint == 0)
			return 0;
		u->hint = ZSTD_decompressStream(u->ctx, &out, &u->src);
		if (ZSTD_isError(u->hint))
			return -1;
		if (out.pos > 0)
			return (ssize_t)out.pos;
		if (!more && u->hint != 0)
			return -1;
	}
}

static void
dec_end(void *dec)
{
	struct unzstd *u = dec;

	if (spare_dec == NULL && ZSTD_sizeof_DCtx(u->ctx) <= KEEP) {
		spare_dec = u;
		return;
	}
	ZSTD_freeDCtx(u->ctx);
	free(u);
}

static void
enc_end(void *enc)
{
	struct zstd *e = enc;

	if (spare_enc == NULL && ZSTD_sizeof_CCtx(e->ctx) <= KEEP) {
		spare_enc = e;
		return;
	}
	ZSTD_freeCCtx(e->ctx);
	free(e);
}

static void *
enc_begin(struct wire_out *out, int level)
{
	struct zstd *e = spare_enc;

	if (level == CODEC_DEFAULT_LEVEL)
		level = LEVEL;
	if (level < LEVEL_MIN || level > LEVEL_MAX)
		return NULL;
	spare_enc = NULL;
	if (e == NULL) {
		if ((e = calloc(1, sizeof(*e))) == NULL)
			return NULL;
		if ((e->ctx = ZSTD_createCCtx()) == NULL) {
			free(e);
			return NULL;
		}
	} else {
		ZSTD_CCtx_reset(e->ctx, ZSTD_reset_session_only);
	}
	ZSTD_CCtx_setParameter(e->ctx, ZSTD_c_compressionLevel, level);
	e->out = out;
	return e;
}

static int
run(struct zstd *e, const uint8_t *src, size_t n, ZSTD_EndDirective end)
{
	ZSTD_inBuffer in = {src, n, 0};
	uint8_t buf[CHUNK];
	size_t left;

	do {
		ZSTD_outBuffer out = {buf, sizeof(buf), 0};

		left = ZSTD_compressStream2(e->ctx, &out, &in, end);
		if (ZSTD_isError(left))
			return -1;
		wire_put_bytes(e->out, buf, out.pos);
	} while ((end == ZSTD_e_end ? left > 0 : in.pos < in.size) && wire_out_ok(e->out));
	return 0;
}

static int
enc_write(void *enc, const uint8_t *src, size_t n)
{
	return n == 0 ? 0 : run(enc, src, n, ZSTD_e_continue);
}

static int
enc_finish(void *enc)
{
	return run(enc, NULL, 0, ZSTD_e_end);
}

const struct codec codec_zstd = {
    .name = "zstd",
    .id = CODEC_ZSTD,
    .min_level = LEVEL_MIN,
    .max_level = LEVEL_MAX,
    .default_level = LEVEL,
    .dec_begin = dec_begin,
    .dec_read = dec_read,
    .dec_end = dec_end,
    .enc_begin = enc_begin,
    .enc_write = enc_write,
    .enc_finish = enc_finish,
    .enc_end = enc_end,
};
