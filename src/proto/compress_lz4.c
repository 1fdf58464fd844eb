/* SPDX-License-Identifier: ISC */
/*
 * compress_lz4.c - LZ4 frames.  Java clients read nothing but frames of independent blocks without
 * a dictionary, so no other is let in; what follows the frame is ignored, as they ignore it.
 * Used in: acceptor, writer, cleaner.
 */
#include "config.h"

#include <lz4frame.h>
#include <stdlib.h>

#include "odradek/proto/compress.h"

enum {
	BLOCK = 65536,
	FRAME_MAGIC = 0x184D2204,
	FLG_VERSION_MASK = 0xc0,
	FLG_VERSION = 0x40,
	FLG_INDEPENDENT = 0x20,
	FLG_RESERVED_OR_DICTIONARY = 0x03,
	KAFKA_DEFAULT_LEVEL = 9, /* with Kafka's library: the fast compressor */
	LIBRARY_MAX_LEVEL = 12
};

struct unlz4 {
	LZ4F_dctx *ctx;
	struct wire_in in;
	const uint8_t *p;
	size_t left;
	uint8_t done;
};

struct lz4 {
	LZ4F_cctx *ctx;
	LZ4F_preferences_t prefs;
	struct wire_out *out;
};

static _Thread_local struct unlz4 *spare_dec;
static _Thread_local struct lz4 *spare_enc;

static int
frame_ok(struct wire_in look)
{
	uint8_t head[5];

	wire_get_bytes(&look, head, sizeof(head));
	return wire_in_ok(&look) && (be32_get(head) == __builtin_bswap32(FRAME_MAGIC)) &&
	       (head[4] & FLG_VERSION_MASK) == FLG_VERSION && (head[4] & FLG_INDEPENDENT) != 0 &&
	       (head[4] & FLG_RESERVED_OR_DICTIONARY) == 0;
}

static void *
dec_begin(const struct wire_in *in)
{
	struct unlz4 *u = spare_dec;

	spare_dec = NULL;
	if (u == NULL) {
		if ((u = calloc(1, sizeof(*u))) == NULL)
			return NULL;
		if (LZ4F_isError(LZ4F_createDecompressionContext(&u->ctx, LZ4F_VERSION))) {
			free(u);
			return NULL;
		}
	} else {
		LZ4F_resetDecompressionContext(u->ctx);
	}
	u->in = *in;
	u->left = 0;
	u->done = 0;
	if (!frame_ok(*in))
		wire_in_fail(&u->in); /* dec_read finds nothing */
	return u;
}

static ssize_t
dec_read(void *dec, uint8_t *dst, size_t n)
{
	struct unlz4 *u = dec;

	while (!u->done) {
		size_t got = n, used, r;
		int more;

		if (u->left == 0)
			u->left = wire_get_piece(&u->in, &u->p);
		more = u->left > 0;
		used = u->left;
		r = LZ4F_decompress(u->ctx, dst, &got, more ? u->p : NULL, &used, NULL);
		if (LZ4F_isError(r))
			return -1;
		if (used > 0)
			u->p += used;
		u->left -= used;
		u->done = r == 0;
		if (got > 0)
			return (ssize_t)got;
		if (!more && !u->done)
			return -1;
	}
	return 0;
}

static void
dec_end(void *dec)
{
	struct unlz4 *u = dec;

	if (spare_dec == NULL) {
		spare_dec = u;
		return;
	}
	LZ4F_freeDecompressionContext(u->ctx);
	free(u);
}

static void
enc_end(void *enc)
{
	struct lz4 *e = enc;

	if (spare_enc == NULL) {
		spare_enc = e;
		return;
	}
	LZ4F_freeCompressionContext(e->ctx);
	free(e);
}

static void *
enc_begin(struct wire_out *out, int level)
{
	struct lz4 *e = spare_enc;
	uint8_t head[LZ4F_HEADER_SIZE_MAX];
	size_t n;

	if (level == CODEC_DEFAULT_LEVEL)
		level = KAFKA_DEFAULT_LEVEL;
	if (level < codec_lz4.min_level || level > codec_lz4.max_level)
		return NULL;
	spare_enc = NULL;
	if (e == NULL) {
		if ((e = calloc(1, sizeof(*e))) == NULL)
			return NULL;
		if (LZ4F_isError(LZ4F_createCompressionContext(&e->ctx, LZ4F_VERSION))) {
			free(e);
			return NULL;
		}
	}
	e->out = out;
	e->prefs = (LZ4F_preferences_t){
	    .frameInfo = {.blockSizeID = LZ4F_max64KB, .blockMode = LZ4F_blockIndependent}};
	e->prefs.compressionLevel = level == KAFKA_DEFAULT_LEVEL ? 0
				    : level > LIBRARY_MAX_LEVEL	 ? LIBRARY_MAX_LEVEL
								 : level;
	n = LZ4F_compressBegin(e->ctx, head, sizeof(head), &e->prefs);
	if (LZ4F_isError(n)) {
		enc_end(e);
		return NULL;
	}
	wire_put_bytes(out, head, n);
	return e;
}

/* The worst case of a block would not fit into an output that is nearly at its limit, so it goes
 * through a buffer. */
static int
put(struct lz4 *e, const uint8_t *src, size_t n, int end)
{
	size_t room = LZ4F_compressBound(n, &e->prefs), got;
	uint8_t *buf = malloc(room);

	if (buf == NULL)
		return -1;
	got = end ? LZ4F_compressEnd(e->ctx, buf, room, NULL)
		  : LZ4F_compressUpdate(e->ctx, buf, room, src, n, NULL);
	if (!LZ4F_isError(got))
		wire_put_bytes(e->out, buf, got);
	free(buf);
	return LZ4F_isError(got) ? -1 : 0;
}

static int
enc_write(void *enc, const uint8_t *src, size_t n)
{
	while (n > 0) {
		size_t m = n < BLOCK ? n : BLOCK;

		if (put(enc, src, m, 0) == -1)
			return -1;
		src += m;
		n -= m;
	}
	return 0;
}

static int
enc_finish(void *enc)
{
	return put(enc, NULL, 0, 1);
}

const struct codec codec_lz4 = {
    .name = "lz4",
    .id = CODEC_LZ4,
    .min_level = 1,
    .max_level = 17,
    .default_level = KAFKA_DEFAULT_LEVEL,
    .dec_begin = dec_begin,
    .dec_read = dec_read,
    .dec_end = dec_end,
    .enc_begin = enc_begin,
    .enc_write = enc_write,
    .enc_finish = enc_finish,
    .enc_end = enc_end,
};
