/* SPDX-License-Identifier: ISC */
/* hash-t.c - both maps against plain arrays, through many puts and deletions. */
#include "config.h"

#include "odradek/base/hash.h"
#include "t/tap/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 500, STEPS = 200000 };

static void
check_map64(void)
{
	static uint64_t value[KEYS];
	static int there[KEYS];
	struct map64 m = {0};
	struct map64_slot *s;
	uint64_t *v;
	unsigned bad = 0;
	size_t pos, n;
	int i, k;

	ok(map64_get(&m, 1) == NULL && map64_del(&m, 1) == 0, "u64: an empty map has nothing");
	for (i = 0; i < STEPS; i++) {
		k = rand() % KEYS;
		switch (rand() % 3) {
		case 0:
			bad += map64_put(&m, (uint64_t)k << 32, (uint64_t)i) == there[k];
			there[k] = 1;
			value[k] = (uint64_t)i;
			break;
		case 1:
			bad += map64_del(&m, (uint64_t)k << 32) != there[k];
			there[k] = 0;
			break;
		default:
			v = map64_get(&m, (uint64_t)k << 32);
			bad += there[k] ? v == NULL || *v != value[k] : v != NULL;
		}
	}
	for (pos = n = 0; (s = map64_next(&m, &pos)) != NULL; n++)
		bad += !there[s->key >> 32] || value[s->key >> 32] != s->value;
	bad += n != m.count;
	is_int(0, bad, "u64: behaves as an array does");
	ok(m.size <= 4096, "u64: deletions do not make it grow (%zu slots)", m.size);
	map64_fini(&m);
}

static void
check_mapstr(void)
{
	static uint32_t value[KEYS];
	static int there[KEYS];
	struct mapstr m = {0};
	struct mapstr_slot *s;
	char key[32];
	unsigned bad = 0;
	uint32_t *v;
	size_t pos, n, len;
	int i, k;

	ok(mapstr_get(&m, "x", 1) == NULL && mapstr_del(&m, "x", 1) == 0,
	    "string: an empty map has nothing");
	for (i = 0; i < STEPS; i++) {
		k = rand() % KEYS;
		len = (size_t)snprintf(key, sizeof(key), k == 0 ? "" : "topic-%d", k);
		switch (rand() % 3) {
		case 0:
			bad += mapstr_put(&m, key, len, (uint32_t)i) == there[k];
			there[k] = 1;
			value[k] = (uint32_t)i;
			break;
		case 1:
			bad += mapstr_del(&m, key, len) != there[k];
			there[k] = 0;
			break;
		default:
			v = mapstr_get(&m, key, len);
			bad += there[k] ? v == NULL || *v != value[k] : v != NULL;
		}
	}
	for (pos = n = 0; (s = mapstr_next(&m, &pos)) != NULL; n++) {
		k = s->len == 0 ? 0 : atoi(s->key + 6);
		bad += !there[k] || value[k] != s->value;
	}
	bad += n != m.count;
	is_int(0, bad, "string: behaves as an array does");
	mapstr_fini(&m);
}

int
main(void)
{
	plan(0);
	srand(7);
	check_map64();
	check_mapstr();
	ok(hash_bytes("ab", 2) != hash_bytes("ab\0", 3), "the length counts");
	return done_testing();
}
