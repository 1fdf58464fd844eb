/* SPDX-License-Identifier: ISC */
/*
 * clean_map.c - key -> the last offset at which it was seen, in a fixed amount of memory.
 *
 * Cleaner.  Open addressing over one mapping, which is given back as soon as a log is clean.  16 bytes a slot, so that
 * none lies across two lines of the cache; Kafka's takes 24.
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "clean_priv.h"

enum { SPARE = 4096, HUGE = 2 << 20, STALE_SHARE = 16 /* of the memory, at most */ };

int
clean_map_init(struct clean_map *m, size_t bytes, double load, int64_t from, uint64_t span, const uint8_t key[16])
{
	uint64_t words = span / 64 + 1 < bytes / STALE_SHARE / 8 ? span / 64 + 1 : bytes / STALE_SHARE / 8;
	uint64_t slots = (bytes - words * 8) / sizeof(struct clean_slot), needed;

	if (!(load > 0 && load <= 1))
		load = 0.9;
	/* with few records a small map is as good, and stays in the cache; two thirds full, searches are short */
	needed = span > UINT32_MAX * UINT64_C(64) ? slots : span + span / 2 + SPARE;
	*m = (struct clean_map){ .slots = needed < slots ? needed : slots, .stale_bits = words * 64,
		.from = from, .latest = -1 };
	m->most = (size_t)((double)slots * load);
	if (m->most >= m->slots)
		m->most = m->slots - 1; /* an empty slot ends every search */
	if (m->slots < 2 || m->most < 1) {
		errno = EINVAL;
		return -1;
	}
	m->bytes = (m->slots * sizeof(*m->slot) + words * 8 + HUGE - 1) & ~(size_t)(HUGE - 1);
	m->slot = mmap(NULL, m->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (m->slot == MAP_FAILED) {
		m->slot = NULL;
		return -1;
	}
	(void)madvise(m->slot, m->bytes, MADV_HUGEPAGE);
	m->stale = (uint64_t *)(m->slot + m->slots);
	memcpy(m->key, key, sizeof(m->key));
	return 0;
}

void
clean_map_fini(struct clean_map *m)
{
	if (m->slot != NULL)
		munmap(m->slot, m->bytes);
	*m = (struct clean_map){ .latest = -1 };
}

/* ---- SipHash-1-3 with 128 bits of output, 96 of which are used: a pseudo-random function of the key ---- */

static inline uint64_t
rotl(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

static inline __attribute__((always_inline)) void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

static inline uint64_t
le64_get(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, 8);
	return le64toh(x);
}

struct clean_hash
clean_map_hash(const struct clean_map *m, const void *key, size_t n)
{
	uint64_t v[4] = { m->key[0] ^ UINT64_C(0x736f6d6570736575), m->key[1] ^ UINT64_C(0x646f72616e646f6d) ^ 0xee,
		m->key[0] ^ UINT64_C(0x6c7967656e657261), m->key[1] ^ UINT64_C(0x7465646279746573) };
	const uint8_t *p = key;
	struct clean_hash h;
	uint64_t last = (uint64_t)n << 56;
	size_t left = n;

	for (; left >= 8; left -= 8, p += 8) {
		uint64_t w = le64_get(p);

		v[3] ^= w;
		sip_round(v);
		v[0] ^= w;
	}
	for (size_t i = 0; i < left; i++)
		last |= (uint64_t)p[i] << (8 * i);
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xee;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	h.a = v[0] ^ v[1] ^ v[2] ^ v[3];
	v[1] ^= 0xdd;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	h.b = (uint32_t)(v[0] ^ v[1] ^ v[2] ^ v[3]);
	return h;
}

/* ---- the table ---- */

static struct clean_slot *
find(const struct clean_map *m, struct clean_hash h)
{
	struct clean_slot *s = clean_map_slot(m, h), *end = m->slot + m->slots;

	while (s->at != 0 && (s->a != h.a || s->b != h.b))
		if (++s == end)
			s = m->slot;
	return s;
}

int
clean_map_put(struct clean_map *m, struct clean_hash h, int64_t offset)
{
	uint64_t i = (uint64_t)(offset - m->from);
	struct clean_slot *s;

	if (m->used >= m->most || i >= UINT32_MAX)
		return -1;
	s = find(m, h);
	if (s->at == 0) {
		m->used++;
		s->a = h.a;
		s->b = h.b;
	} else if (s->at <= i && s->at - 1 < m->stale_bits) {
		m->stale[(s->at - 1) / 64] |= UINT64_C(1) << ((s->at - 1) % 64);
	}
	s->at = (uint32_t)i + 1;
	m->latest = offset;
	return 0;
}

bool
clean_map_superseded(const struct clean_map *m, struct clean_hash h, int64_t offset)
{
	const struct clean_slot *s = find(m, h);

	return s->at != 0 && m->from + s->at - 1 > offset;
}
