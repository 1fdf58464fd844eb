/* SPDX-License-Identifier: ISC */
/*
 * keyed.c - writes the segments of a log with many keys into a directory, for the benchmark of
 *compaction.
 *
 *	keyed DIRECTORY bytes keys segment-bytes
 *
 * Two records a key, in batches of about 16 KB: every other record brings a new key, the ones
 *between overwrite any of those before them, so that all segments lose records.  Ends with a small
 *active segment.  Prints its base offset.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/wire.h"
#include "odradek/proto/batch.h"

#define BATCH_BYTES 16384
#define KEY_BYTES 14
#define VALUE_MOST 4096
#define RECORD_OVERHEAD 8 /* length, attributes, deltas and the lengths of key and value */

static uint64_t
next_random(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

static FILE *
segment(const char *dir, int64_t base)
{
	char path[4352];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%020" PRId64 ".log", dir, base);
	if ((f = fopen(path, "wx")) == NULL)
		fatal("could not create \"%s\"", path);
	return f;
}

/* One batch of n records that begins at offset base. */
static void
put_batch(struct wire_out *w, int64_t base, int64_t n, int64_t now, int value_len)
{
	struct batch_header h = {.base_offset = base,
	    .base_timestamp = now,
	    .producer_id = -1,
	    .producer_epoch = -1,
	    .base_sequence = -1};
	struct batch_builder b;
	char key[24], value[VALUE_MOST];

	memset(value, 'v', sizeof(value));
	if (batch_build_begin(&b, w, &h, -1) == -1)
		fatalx("could not begin a batch");
	for (int64_t i = base; i < base + n; i++) {
		uint64_t k = (uint64_t)i / 2;
		int len;

		if (i % 2 == 1)
			k = next_random() % (k + 1);
		len = snprintf(key, sizeof(key), "key-%010" PRIu64, k);
		if (batch_build_add(&b, now, key, len, value, value_len) == -1)
			fatalx("could not add a record");
	}
	if (batch_build_finish(&b) < 0)
		fatalx("could not finish a batch");
}

static void
write_out(FILE *f, const struct wire_out *w)
{
	if (fwrite(w->base, 1, w->len, f) != w->len)
		fatal("could not write");
}

static void
finish(FILE *f)
{
	if (fclose(f) == EOF)
		fatal("could not write");
}

int
main(int argc, char **argv)
{
	int64_t bytes, keys, limit, records, per_batch, written = 0, now = now_ms() - 60000;
	struct wire_out w;
	int value_len;
	FILE *f;

	if (argc != 5 || (bytes = atoll(argv[2])) < 1 || (keys = atoll(argv[3])) < 1 ||
	    (limit = atoll(argv[4])) < 1) {
		fprintf(stderr, "usage: keyed DIRECTORY bytes keys segment-bytes\n");
		return 2;
	}
	records = keys * 2;
	value_len = (int)(bytes / records) - KEY_BYTES - RECORD_OVERHEAD;
	if (value_len < 1 || value_len > VALUE_MOST)
		fatalx("%lld bytes for %lld records: a record must have %d to %d", (long long)bytes,
		    (long long)records, KEY_BYTES + RECORD_OVERHEAD + 1,
		    KEY_BYTES + RECORD_OVERHEAD + VALUE_MOST);
	per_batch = BATCH_BYTES / (bytes / records) + 1;
	wire_out_init(&w, 1 << 20);
	f = segment(argv[1], 0);
	for (int64_t at = 0; at < records; at += per_batch) {
		wire_out_reset(&w);
		put_batch(
		    &w, at, records - at < per_batch ? records - at : per_batch, now, value_len);
		if (written + (int64_t)w.len > limit) {
			finish(f);
			f = segment(argv[1], at);
			written = 0;
		}
		write_out(f, &w);
		written += (int64_t)w.len;
	}
	finish(f);
	f = segment(argv[1], records); /* the active one */
	wire_out_reset(&w);
	put_batch(&w, records, 1, now, value_len);
	write_out(f, &w);
	finish(f);
	wire_out_fini(&w);
	printf("%" PRId64 "\n", records);
	return 0;
}
