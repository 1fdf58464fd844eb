/* SPDX-License-Identifier: ISC */
/* hash.c - see hash.h.  Runs in every process.
 * Linear probing over a power of two; at most three quarters of the slots are filled, tombstones
 * counted. */
#include "config.h"

#include "odradek/base/hash.h"

#include "odradek/base/xalloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static uint64_t seed[2];

/* Before main, so that children share it: what one process hashes, another may look up in its own
 * map only. */
__attribute__((constructor)) static void
seed_init(void)
{
	if (getrandom(seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed)) {
		seed[0] = (uintptr_t)&seed;
		seed[1] = (uintptr_t)&seed_init;
	}
	seed[0] |= 1;
	seed[1] |= 1;
}

static inline uint64_t
mix(uint64_t a, uint64_t b)
{
	__uint128_t r = (__uint128_t)a * b;

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

uint64_t
hash_u64(uint64_t key)
{
	return mix(key ^ seed[0], 0x9e3779b97f4a7c15u ^ seed[1]);
}

uint64_t
hash_bytes(const void *p, size_t n)
{
	const unsigned char *b = p;
	uint64_t h = mix(n ^ seed[0], 0x9e3779b97f4a7c15u), v;

	for (; n >= 8; n -= 8, b += 8) {
		memcpy(&v, b, 8);
		h = mix(h ^ v, seed[1]);
	}
	v = 0;
	if (n > 0)
		memcpy(&v, b, n);
	return mix(h ^ v, seed[1] ^ 0xe7037ed1a0b428dbu);
}

/* Next size for count entries: at most half full. */
static size_t
size_for(size_t count)
{
	size_t size = 16;

	while (size / 2 < count)
		size *= 2;
	return size;
}

void
map64_fini(struct map64 *m)
{
	free(m->slots);
	free(m->used);
	memset(m, 0, sizeof(*m));
}

/* The slot of key, or the one to put it in (a tombstone before a free one); size must not be 0. */
static size_t
map64_probe(const struct map64 *m, uint64_t key, int *found)
{
	size_t i = hash_u64(key) & (m->size - 1), grave = m->size;

	for (;; i = (i + 1) & (m->size - 1)) {
		if (m->used[i] == 0) {
			*found = 0;
			return grave < m->size ? grave : i;
		}
		if (m->used[i] == 2) {
			if (grave == m->size)
				grave = i;
		} else if (m->slots[i].key == key) {
			*found = 1;
			return i;
		}
	}
}

static void
map64_grow(struct map64 *m)
{
	struct map64 old = *m;
	size_t i, at;
	int found;

	m->size = size_for(old.count + 1);
	m->slots = xreallocarray(NULL, m->size, sizeof(*m->slots));
	m->used = xcalloc(m->size, 1);
	m->fill = m->count;
	for (i = 0; i < old.size; i++) {
		if (old.used[i] != 1)
			continue;
		at = map64_probe(m, old.slots[i].key, &found);
		m->slots[at] = old.slots[i];
		m->used[at] = 1;
	}
	free(old.slots);
	free(old.used);
}

uint64_t *
map64_get(const struct map64 *m, uint64_t key)
{
	size_t i;
	int found;

	if (m->count == 0)
		return NULL;
	i = map64_probe(m, key, &found);
	return found ? &m->slots[i].value : NULL;
}

int
map64_put(struct map64 *m, uint64_t key, uint64_t value)
{
	size_t i;
	int found;

	if ((m->fill + 1) * 4 > m->size * 3)
		map64_grow(m);
	i = map64_probe(m, key, &found);
	m->slots[i].value = value;
	if (found)
		return 0;
	if (m->used[i] == 0)
		m->fill++;
	m->slots[i].key = key;
	m->used[i] = 1;
	m->count++;
	return 1;
}

int
map64_del(struct map64 *m, uint64_t key)
{
	size_t i;
	int found;

	if (m->count == 0)
		return 0;
	i = map64_probe(m, key, &found);
	if (!found)
		return 0;
	m->used[i] = 2;
	m->count--;
	return 1;
}

struct map64_slot *
map64_next(const struct map64 *m, size_t *pos)
{
	while (*pos < m->size)
		if (m->used[(*pos)++] == 1)
			return &m->slots[*pos - 1];
	return NULL;
}

static char grave_key; /* its address marks a deleted string */

void
mapstr_fini(struct mapstr *m)
{
	size_t i;

	for (i = 0; i < m->size; i++)
		if (m->slots[i].key != &grave_key)
			free(m->slots[i].key);
	free(m->slots);
	memset(m, 0, sizeof(*m));
}

static size_t
mapstr_probe(const struct mapstr *m, const char *key, size_t len, uint64_t hash, int *found)
{
	size_t i = hash & (m->size - 1), grave = m->size;
	const struct mapstr_slot *s;

	for (;; i = (i + 1) & (m->size - 1)) {
		s = &m->slots[i];
		if (s->key == NULL) {
			*found = 0;
			return grave < m->size ? grave : i;
		}
		if (s->key == &grave_key) {
			if (grave == m->size)
				grave = i;
		} else if (s->hash == hash && s->len == len &&
			   (len == 0 || memcmp(s->key, key, len) == 0)) {
			*found = 1;
			return i;
		}
	}
}

static void
mapstr_grow(struct mapstr *m)
{
	struct mapstr old = *m;
	struct mapstr_slot *s;
	size_t i, at;
	int found;

	m->size = size_for(old.count + 1);
	m->slots = xcalloc(m->size, sizeof(*m->slots));
	m->fill = m->count;
	for (i = 0; i < old.size; i++) {
		s = &old.slots[i];
		if (s->key == NULL || s->key == &grave_key)
			continue;
		at = mapstr_probe(m, s->key, s->len, s->hash, &found);
		m->slots[at] = *s;
	}
	free(old.slots);
}

uint32_t *
mapstr_get(const struct mapstr *m, const char *key, size_t len)
{
	size_t i;
	int found;

	if (m->count == 0)
		return NULL;
	i = mapstr_probe(m, key, len, hash_bytes(key, len), &found);
	return found ? &m->slots[i].value : NULL;
}

int
mapstr_put(struct mapstr *m, const char *key, size_t len, uint32_t value)
{
	uint64_t hash = hash_bytes(key, len);
	struct mapstr_slot *s;
	int found;

	if ((m->fill + 1) * 4 > m->size * 3)
		mapstr_grow(m);
	s = &m->slots[mapstr_probe(m, key, len, hash, &found)];
	s->value = value;
	if (found)
		return 0;
	if (s->key == NULL)
		m->fill++;
	s->key = xmalloc(len + 1);
	if (len > 0)
		memcpy(s->key, key, len);
	s->key[len] = '\0';
	s->len = (uint32_t)len;
	s->hash = hash;
	m->count++;
	return 1;
}

int
mapstr_del(struct mapstr *m, const char *key, size_t len)
{
	size_t i;
	int found;

	if (m->count == 0)
		return 0;
	i = mapstr_probe(m, key, len, hash_bytes(key, len), &found);
	if (!found)
		return 0;
	free(m->slots[i].key);
	m->slots[i].key = &grave_key;
	m->count--;
	return 1;
}

struct mapstr_slot *
mapstr_next(const struct mapstr *m, size_t *pos)
{
	struct mapstr_slot *s;

	while (*pos < m->size) {
		s = &m->slots[(*pos)++];
		if (s->key != NULL && s->key != &grave_key)
			return s;
	}
	return NULL;
}
