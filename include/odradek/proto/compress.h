/* SPDX-License-Identifier: ISC */
/*
 * compress.h - the codecs of record batches, as streams.
 *
 * Each codec is one const struct of functions.  A decoder pulls from a chain and fills what it is
 * given, so memory does not depend on what the sender claims: gzip and lz4 need their window, zstd
 * at most the 128 MB that the format's readers accept (touched only as far as data really comes;
 * given back afterwards), snappy blocks at most 22 times what was received. Decoders and encoders
 * are kept and used again; one of each codec per process at a time.
 * Used in: acceptor (validation, recompression), writer (offset by time), cleaner.  Not
 * thread-safe.
 */
#ifndef ODRADEK_PROTO_COMPRESS_H
#define ODRADEK_PROTO_COMPRESS_H

#include <sys/types.h>

#include "odradek/base/wire.h"

enum { CODEC_NONE, CODEC_GZIP, CODEC_SNAPPY, CODEC_LZ4, CODEC_ZSTD, CODEC_COUNT };
enum { CODEC_PRODUCER = -1, CODEC_DEFAULT_LEVEL = -1000 };

struct codec {
	const char *name;
	int id;
	int min_level; /* 0..0: the codec has no levels */
	int max_level;
	int default_level;
	/* Starts at the first byte of in, which the caller keeps; NULL when there is no memory. */
	void *(*dec_begin)(const struct wire_in *in);
	/* 1..n bytes into dst, 0 at the end of the data, -1 if it is corrupt or cut short. */
	ssize_t (*dec_read)(void *dec, uint8_t *dst, size_t n);
	void (*dec_end)(void *dec);
	/* Appends to out; NULL when there is no memory or no such level. */
	void *(*enc_begin)(struct wire_out *out, int level);
	/* 0, or -1; out may have failed instead. */
	int (*enc_write)(void *enc, const uint8_t *src, size_t n);
	int (*enc_finish)(void *enc);
	void (*enc_end)(void *enc);
};

extern const struct codec codec_none, codec_gzip, codec_snappy, codec_lz4, codec_zstd;

/* NULL if there is no such codec. */
const struct codec *codec_get(int id);
/* By Kafka's name ("none" or "uncompressed", "gzip", ...); NULL if there is none. */
const struct codec *codec_by_name(const char *name);

#endif
