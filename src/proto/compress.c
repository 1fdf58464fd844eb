/* SPDX-License-Identifier: ISC */
/* compress.c - the list of codecs.  Used in: acceptor, writer, cleaner. */
#include "config.h"

#include "odradek/proto/compress.h"

static const struct codec *const codecs[CODEC_COUNT] = {
    [CODEC_NONE] = &codec_none,
    [CODEC_GZIP] = &codec_gzip,
    [CODEC_SNAPPY] = &codec_snappy,
    [CODEC_LZ4] = &codec_lz4,
    [CODEC_ZSTD] = &codec_zstd,
};

const struct codec *
codec_get(int id)
{
	return id >= 0 && id < CODEC_COUNT ? codecs[id] : NULL;
}

const struct codec *
codec_by_name(const char *name)
{
	if (strcmp(name, "uncompressed") == 0)
		return &codec_none;
	for (int i = 0; i < CODEC_COUNT; i++)
		if (strcmp(codecs[i]->name, name) == 0)
			return codecs[i];
	return NULL;
}
