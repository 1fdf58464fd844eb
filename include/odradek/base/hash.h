/* SPDX-License-Identifier: ISC */
/* hash.h - two small open-addressing maps: u64 -> u64, and string -> u32.
 * They grow by doubling (fatal when there is no memory), so their size must be bounded by whoever
 * fills them. String hashing is keyed at random per process: clients choose topic names. */
#ifndef ODRADEK_BASE_HASH_H
#define ODRADEK_BASE_HASH_H
#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *p, size_t n);
uint64_t hash_u64(uint64_t key);

/* u64 -> u64.  Zeroed is a valid empty map. */
struct map64_slot {
	uint64_t key, value;
};
struct map64 {
	struct map64_slot *slots;
	uint8_t *used; /* 0 free, 1 used, 2 deleted */
	size_t size, count, fill;
};
void map64_fini(struct map64 *m);
/* Pointer to the value, valid until the next put; NULL if the key is not there. */
uint64_t *map64_get(const struct map64 *m, uint64_t key);
/* Sets the value; 1 if the key was new. */
int map64_put(struct map64 *m, uint64_t key, uint64_t value);
/* 1 if it was there. */
int map64_del(struct map64 *m, uint64_t key);
/* Walks: *pos starts at 0; NULL at the end.  Nothing may be put meanwhile (deleting is allowed). */
struct map64_slot *map64_next(const struct map64 *m, size_t *pos);

/* Bytes -> u32.  Keys are copied.  Zeroed is a valid empty map. */
struct mapstr_slot {
	char *key; /* NULL: free; NUL-terminated copy */
	uint32_t len, value;
	uint64_t hash;
};
struct mapstr {
	struct mapstr_slot *slots;
	size_t size, count, fill;
};
void mapstr_fini(struct mapstr *m);
uint32_t *mapstr_get(const struct mapstr *m, const char *key, size_t len);
int mapstr_put(struct mapstr *m, const char *key, size_t len, uint32_t value);
int mapstr_del(struct mapstr *m, const char *key, size_t len);
struct mapstr_slot *mapstr_next(const struct mapstr *m, size_t *pos);

#endif
