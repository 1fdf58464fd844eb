/* SPDX-License-Identifier: ISC */
/*
 * compress_snappy.c - Snappy in the two forms that Kafka's clients send: one raw block (librdkafka
 * and most others), or blocks with lengths behind a magic (Java, sarama).  We write the second, in
 * blocks of 32 KB, as Java does.
 *
 * A raw block has its uncompressed length in front, and must be inflated as a whole; no more is
 * taken than 22 times what was received, which is beyond what the format can reach.
 * Used in: acceptor, writer, cleaner.
 */
#include "config.h"

#include <snappy-c.h>
#include <stdlib.h>

#include "odradek/proto/compress.h"

enum { BLOCK = 32768, EXPANSION = 22, SLACK = 64, KEEP = 1 << 20, MAGIC_SIZE = 8 };

static const uint8_t magic[MAGIC_SIZE] = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};

struct buf {
	char *p;
	size_t size;
};

struct unsnappy {
	struct wire_in in;
	struct buf packed;
	struct buf plain;
	size_t at; /* next byte of plain */
	size_t len;
	uint8_t framed;
};

struct snappy {
	struct wire_out *out;
	size_t len;
	uint8_t block[BLOCK];
};

static _Thread_local struct unsnappy *spare_dec;
static _Thread_local struct snappy *spare_enc;

static int
need(struct buf *b, size_t n)
{
	char *p;

	if (n <= b->size)
		return 0;
	if ((p = malloc(n)) == NULL)
		return -1;
	free(b->p);
	*b = (struct buf){p, n};
	return 0;
}

static int
is_magic(struct wire_in look)
{
	uint8_t head[MAGIC_SIZE];

	wire_get_bytes(&look, head, sizeof(head));
	return wire_in_ok(&look) && memcmp(head, magic, sizeof(magic)) == 0;
}

static void *
dec_begin(const struct wire_in *in)
{
	struct unsnappy *u = spare_dec;

	spare_dec = NULL;
	if (u == NULL && (u = calloc(1, sizeof(*u))) == NULL)
		return NULL;
	u->in = *in;
	u->at = u->len = 0;
	u->framed = (uint8_t)is_magic(*in);
	if (u->framed)
		wire_skip(&u->in, MAGIC_SIZE + 8); /* version, least compatible version */
	return u;
}

/* Inflates the next n bytes of the input. */
static int
inflate_block(struct unsnappy *u, size_t n)
{
	const char *src = (const char *)u->in.p;
	size_t len;

	if (n > wire_left(&u->in))
		return -1;
	if ((size_t)(u->in.end - u->in.p) >= n) {
		wire_skip(&u->in, n);
	} else {
		if (need(&u->packed, n) == -1)
			return -1;
		wire_get_bytes(&u->in, u->packed.p, n);
		src = u->packed.p;
	}
	if (snappy_uncompressed_length(src, n, &len) != SNAPPY_OK || len > n * EXPANSION + SLACK ||
	    need(&u->plain, len + 1) == -1)
		return -1;
	if (snappy_uncompress(src, n, u->plain.p, &len) != SNAPPY_OK)
		return -1;
	u->at = 0;
	u->len = len;
	return 0;
}

static int
next_block(struct unsnappy *u)
{
	uint32_t n;

	if (!u->framed)
		return inflate_block(u, (size_t)wire_left(&u->in));
	n = wire_get_u32(&u->in);
	if (n == be32_get(magic)) { /* streams that were put together */
		wire_skip(&u->in, MAGIC_SIZE - 4 + 8);
		if (wire_in_ok(&u->in) && wire_left(&u->in) == 0)
			return 0;
		n = wire_get_u32(&u->in);
	}
	if (!wire_in_ok(&u->in) || n > INT32_MAX)
		return -1;
	return inflate_block(u, n);
}

static ssize_t
dec_read(void *dec, uint8_t *dst, size_t n)
{
	struct unsnappy *u = dec;

	if (!wire_in_ok(&u->in))
		return -1;
	while (u->at == u->len) {
		if (wire_left(&u->in) == 0)
			return 0;
		if (next_block(u) == -1)
			return -1;
	}
	if (n > u->len - u->at)
		n = u->len - u->at;
	memcpy(dst, u->plain.p + u->at, n);
	u->at += n;
	return (ssize_t)n;
}

static void
drop_large(struct buf *b)
{
	if (b->size > KEEP) {
		free(b->p);
		*b = (struct buf){0};
	}
}

static void
dec_end(void *dec)
{
	struct unsnappy *u = dec;

	drop_large(&u->packed);
	drop_large(&u->plain);
	if (spare_dec == NULL) {
		spare_dec = u;
		return;
	}
	free(u->packed.p);
	free(u->plain.p);
	free(u);
}

static void *
enc_begin(struct wire_out *out, int level)
{
	struct snappy *e = spare_enc;

	(void)level;
	spare_enc = NULL;
	if (e == NULL && (e = malloc(sizeof(*e))) == NULL)
		return NULL;
	e->out = out;
	e->len = 0;
	wire_put_bytes(out, magic, sizeof(magic));
	wire_put_u32(out, 1);
	wire_put_u32(out, 1);
	return e;
}

static int
flush(struct snappy *e)
{
	size_t n = snappy_max_compressed_length(e->len);
	char *packed = malloc(n);
	int ok;

	if (packed == NULL)
		return -1;
	ok = snappy_compress((const char *)e->block, e->len, packed, &n) == SNAPPY_OK;
	if (ok) {
		wire_put_u32(e->out, (uint32_t)n);
		wire_put_bytes(e->out, packed, n);
	}
	free(packed);
	e->len = 0;
	return ok ? 0 : -1;
}

static int
enc_write(void *enc, const uint8_t *src, size_t n)
{
	struct snappy *e = enc;

	while (n > 0) {
		size_t m = BLOCK - e->len < n ? BLOCK - e->len : n;

		memcpy(e->block + e->len, src, m);
		e->len += m;
		src += m;
		n -= m;
		if (e->len == BLOCK && flush(e) == -1)
			return -1;
	}
	return 0;
}

static int
enc_finish(void *enc)
{
	struct snappy *e = enc;

	return e->len == 0 ? 0 : flush(e);
}

static void
enc_end(void *enc)
{
	if (spare_enc == NULL)
		spare_enc = enc;
	else
		free(enc);
}

const struct codec codec_snappy = {
    .name = "snappy",
    .id = CODEC_SNAPPY,
    .dec_begin = dec_begin,
    .dec_read = dec_read,
    .dec_end = dec_end,
    .enc_begin = enc_begin,
    .enc_write = enc_write,
    .enc_finish = enc_finish,
    .enc_end = enc_end,
};
