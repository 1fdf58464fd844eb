/* SPDX-License-Identifier: ISC */
/* compress_none.c - records as they are.  Used in: acceptor, writer, cleaner. */
#include "config.h"

#include <stdlib.h>

#include "odradek/proto/compress.h"

static void *
dec_begin(const struct wire_in *in)
{
	struct wire_in *w = malloc(sizeof(*w));

	if (w != NULL)
		*w = *in;
	return w;
}

static ssize_t
dec_read(void *dec, uint8_t *dst, size_t n)
{
	struct wire_in *w = dec;
	uint64_t left = wire_left(w);

	if (n > left)
		n = (size_t)left;
	wire_get_bytes(w, dst, n);
	return (ssize_t)n;
}

static void *
enc_begin(struct wire_out *out, int level)
{
	(void)level;
	return out;
}

static int
enc_write(void *enc, const uint8_t *src, size_t n)
{
	wire_put_bytes(enc, src, n);
	return 0;
}

static int
enc_finish(void *enc)
{
	(void)enc;
	return 0;
}

static void
enc_end(void *enc)
{
	(void)enc;
}

const struct codec codec_none = {
    .name = "none",
    .id = CODEC_NONE,
    .dec_begin = dec_begin,
    .dec_read = dec_read,
    .dec_end = free,
    .enc_begin = enc_begin,
    .enc_write = enc_write,
    .enc_finish = enc_finish,
    .enc_end = enc_end,
};
