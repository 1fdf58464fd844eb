/* SPDX-License-Identifier: ISC */
/* crc32c-t.c - every variant against the definition, at all alignments and many lengths; with -b,
 * speeds. */
#include "config.h"

#include "odradek/base/clock.h"
#include "odradek/base/crc32c.h"
#include "t/tap/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 200000 };
static uint8_t *data;

/* Bit by bit, from the definition. */
static uint32_t
reference(uint32_t crc, const uint8_t *p, size_t n)
{
	int i;

	crc = ~crc;
	while (n-- > 0) {
		crc ^= *p++;
		for (i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
	}
	return ~crc;
}

static void
bench(void)
{
	static const size_t sizes[] = {64, 256, 1024, 4096, 16384, 65536, 1048576};
	const struct crc32c_variant *v;
	uint8_t *p = malloc(1048576);
	uint32_t crc = 0;
	int64_t t, best;
	size_t s;
	int i, j, k, rounds;

	memset(p, 1, 1048576); /* pages of its own, not the shared zero page */
	for (i = 0; (v = crc32c_variant(i)) != NULL; i++) {
		if (!v->usable)
			continue;
		for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			rounds = (int)(20000000 / sizes[s]);
			best = INT64_MAX;
			for (j = 0; j < 7; j++) {
				t = mono_ns();
				for (k = 0; k < rounds; k++)
					crc = v->update(crc, p, sizes[s]);
				t = mono_ns() - t;
				if (t < best)
					best = t;
			}
			printf("# %-32s %8zu bytes %7.2f GB/s\n", v->name, sizes[s],
			    (double)sizes[s] * rounds / (double)best);
		}
	}
	printf("# %x\n", (unsigned)crc);
	free(p);
}

static void
check_variant(const struct crc32c_variant *v)
{
	static const size_t lengths[] = {
	    1000, 1535, 1536, 1537, 4095, 4096, 12287, 12288, 12289, 13824, 65536, 100003, 150000};
	unsigned bad = 0;
	size_t n, at, i;

	is_int(0xe3069283, v->update(0, "123456789", 9), "%s: the check value", v->name);
	is_int(0, v->update(0, "", 0), "%s: nothing", v->name);
	for (at = 0; at < 16; at++)
		for (n = 0; n < 700; n++)
			bad += v->update((uint32_t)(n * 77), data + at, n) !=
			       reference((uint32_t)(n * 77), data + at, n);
	is_int(0, bad, "%s: all short lengths at all alignments", v->name);
	for (bad = 0, i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		for (at = 0; at < 8; at++)
			bad += v->update(5, data + at, lengths[i]) !=
			       reference(5, data + at, lengths[i]);
	is_int(0, bad, "%s: long lengths", v->name);
}

int
main(int argc, char **argv)
{
	const struct crc32c_variant *v;
	uint32_t state = 12345, whole;
	unsigned bad = 0;
	size_t i;
	int k;

	if (argc > 1 && strcmp(argv[1], "-b") == 0) {
		bench();
		return 0;
	}
	plan(0);
	data = malloc(SIZE);
	for (i = 0; i < SIZE; i++) {
		state = state * 1664525 + 1013904223;
		data[i] = (uint8_t)(state >> 24);
	}
	for (k = 0; (v = crc32c_variant(k)) != NULL; k++) {
		if (v->usable)
			check_variant(v);
		else
			diag("%s: not on this processor", v->name);
	}
	whole = crc32c_update(0, data, 70000);
	for (i = 0; i <= 70000; i += 997) {
		bad += crc32c_update(crc32c_update(0, data, i), data + i, 70000 - i) != whole;
		bad += crc32c_combine(crc32c_update(0, data, i),
			   crc32c_update(0, data + i, 70000 - i), 70000 - i) != whole;
	}
	is_int(0, bad, "in two pieces, and combined");
	is_int(whole, crc32c_combine(whole, 0, 0), "combined with nothing");
	free(data);
	return done_testing();
}
