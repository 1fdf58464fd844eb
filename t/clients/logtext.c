/* SPDX-License-Identifier: ISC */
/*
 * logtext.c - prints the batches and records of .log files as text, for comparison with a recorded
 *one.
 *
 *	logtext FILE...
 *
 * One line a batch, one a record.  What differs although two cleaners did the same is left out:
 *sizes and checksums of what was compressed, and the time of a delete horizon.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "odradek/base/crc32c.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/record.h"

#define INFLATED_MOST (64 << 20)

static void
put_field(const char *what, const uint8_t *p, int32_t n)
{
	if (n < 0)
		printf(" %s null", what);
	else
		printf(" %s %d:%08x", what, (int)n, (unsigned)crc32c_update(0, p, (size_t)n));
}

static void
put_record(const struct batch_header *h, const struct record *r)
{
	struct record_header header;
	size_t pos = 0;

	printf("  %" PRId64 " time %" PRId64, r->offset, r->timestamp);
	if ((h->attributes & BATCH_CONTROL) != 0)
		printf(" control %d", control_record_type(r));
	else if (r->key_len < 0)
		printf(" key null");
	else
		printf(" key %.*s", (int)r->key_len, (const char *)r->key);
	put_field("value", r->value, r->value_len);
	while (record_header_next(r, &pos, &header) == 1) {
		printf(" header %.*s", (int)header.name_len, (const char *)header.name);
		put_field("=", header.value, header.value_len);
	}
	putchar('\n');
}

static void
put_batch(const uint8_t *p, size_t size)
{
	struct record_iter it;
	struct record r;
	int n;

	if (batch_verify(p, size) == -1 || record_iter_init(&it, p, size, 0, INFLATED_MOST) == -1)
		fatalx("a batch at offset %" PRId64 " that cannot be read", batch_base_offset(p));
	printf("%" PRId64 "-%" PRId64 " epoch %d attributes %#x producer %" PRId64
	       "/%d sequence %d records %d max %" PRId64,
	    it.h.base_offset, it.h.base_offset + it.h.last_offset_delta, (int)it.h.leader_epoch,
	    (unsigned)(uint16_t)it.h.attributes, it.h.producer_id, (int)it.h.producer_epoch,
	    (int)it.h.base_sequence, (int)it.h.count, it.h.max_timestamp);
	if ((it.h.attributes & BATCH_DELETE_HORIZON) != 0)
		printf(" horizon\n");
	else
		printf(" base %" PRId64 "\n", it.h.base_timestamp);
	while ((n = record_iter_next(&it, &r)) == 1)
		put_record(&it.h, &r);
	if (n == -1)
		fatalx("a record at offset %" PRId64 " that cannot be read", batch_base_offset(p));
	record_iter_fini(&it);
}

static void
put_file(const char *path)
{
	FILE *f = fopen(path, "r");
	struct stat st;
	uint8_t *data;
	size_t n, at = 0;

	if (f == NULL || fstat(fileno(f), &st) == -1)
		fatal("could not open \"%s\"", path);
	data = xmalloc((size_t)st.st_size + 1);
	n = fread(data, 1, (size_t)st.st_size, f);
	while (n - at >= BATCH_OVERHEAD && (size_t)batch_size(data + at) <= n - at) {
		size_t size = (size_t)batch_size(data + at);

		put_batch(data + at, size);
		at += size;
	}
	if (at != n)
		fatalx("\"%s\" has %zu bytes behind its last batch", path, n - at);
	free(data);
	fclose(f);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		put_file(argv[i]);
	return 0;
}
