/* SPDX-License-Identifier: ISC */
/*
 * arena.c - blocks of 64 KB in the owner's part.  Owner: allocates and frees.  Any process:
 * arena_iov.
 *
 * In the part an arena is an array of links (which block follows, how often the block was handed
 * out) and, behind it, the blocks.  Which are free is the owner's private knowledge: a successor
 * begins with all of them free. It may not touch any, though, while messages that a predecessor
 * posted out of the same arena are still unread by their receivers: what a message names belongs to
 * the receiver until its tail has passed.
 */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "odradek/base/hash.h"
#include "odradek/base/xalloc.h"
#include "odradek/shm/arena.h"
#include "odradek/shm/ring.h"
#include "shm_priv.h"

#define NO_FOLLOWER UINT32_MAX
#define KEEP_TRIMS 10 /* a free block keeps its memory for so many calls of arena_trim */

/* Written by the owner; next is ordered for readers by the message that names the chain. */
struct shm_arena_link {
	_Atomic uint32_t next;       /* block that follows, or ARENA_NONE */
	_Atomic uint32_t generation; /* grows before the block is filled anew */
};

struct arena {
	struct shm *shm;
	struct shm_arena_link *link;
	uint8_t *data;
	uint32_t blocks, words, free, turn;
	uint32_t lowest;           /* no word below has a free block */
	uint64_t *bits;            /* 1 = free */
	uint64_t *dirty;           /* 1 = may hold memory */
	uint8_t *idle;             /* trims that the block has been free for */
	bool held;                 /* a predecessor's messages name blocks of this arena */
	uint64_t until[SHM_SLOTS]; /* ... until these indexes are passed */
	uint32_t holder[SHM_SLOTS], holders;
};

uint64_t
arena_span(uint64_t data)
{
	uint64_t links = data / ARENA_BLOCK * sizeof(struct shm_arena_link);

	return ((links + 4095) & ~(uint64_t)4095) + data;
}

static uint64_t
links_span(uint64_t data)
{
	return arena_span(data) - data;
}

/* Notes which receivers have yet to pass messages that name blocks of this arena. */
static void
find_holders(struct arena *a)
{
	struct shm *shm = a->shm;
	const struct shm_part *self = shm->self;
	const bool single = self->arena[1] == 0;

	for (uint32_t s = 0; s < SHM_SLOTS; s++) {
		uint64_t head = ring_posted(shm, s), last = 0;

		if (shm->peer[s].part == NULL || head == 0)
			continue;
		for (uint64_t i = ring_taken(shm, s); i < head && head - i <= SHM_RING; i++) {
			const struct shm_msg *m = &self->ring[s].slot[i & (SHM_RING - 1)];

			if (single || (m->generation & 1) == a->turn)
				last = i + 1;
		}
		if (last > 0) {
			a->until[s] = last;
			a->holder[a->holders++] = s;
		}
	}
	a->held = a->holders > 0;
}

/* Are there still any? */
static bool
still_held(struct arena *a)
{
	while (a->holders > 0) {
		uint32_t s = a->holder[a->holders - 1];

		if (ring_taken(a->shm, s) < a->until[s])
			return true;
		a->holders--;
	}
	a->held = false;
	return false;
}

struct arena *
arena_new(struct shm *shm)
{
	struct shm_part *p = shm->self;
	uint32_t turn = atomic_load_explicit(&p->arena_turn, memory_order_relaxed) & 1;
	struct arena *a = xcalloc(1, sizeof(*a));

	a->shm = shm;
	a->turn = turn;
	a->blocks = (uint32_t)(p->arena_size / ARENA_BLOCK);
	a->words = (a->blocks + 63) / 64;
	a->link = (void *)((char *)p + p->arena[turn]);
	a->data = (uint8_t *)p + p->arena[turn] + links_span(p->arena_size);
	a->free = a->blocks;
	a->bits = xcalloc(a->words + 1, sizeof(uint64_t));
	a->dirty = xcalloc(a->words + 1, sizeof(uint64_t));
	a->idle = xcalloc(a->blocks + 1, 1);
	memset(a->bits, 0xff, a->words * sizeof(uint64_t));
	if (a->blocks % 64 != 0)
		a->bits[a->words - 1] = (UINT64_C(1) << a->blocks % 64) - 1;
	if (atomic_load_explicit(&p->generation, memory_order_relaxed) >
	    1) { /* a predecessor may have left memory */
		memcpy(a->dirty, a->bits, a->words * sizeof(uint64_t));
		find_holders(a);
	}
	return a;
}

/* What is in the block is about to go: the new generation before the new bytes; partner: whoever copies and then asks for
 * the generation. */
static void
outdate(struct shm_arena_link *l)
{
	atomic_store_explicit(&l->generation, atomic_load_explicit(&l->generation, memory_order_relaxed) + 1,
	    memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
}

void
arena_refill(struct arena *a, uint32_t block)
{
	outdate(&a->link[block]);
}

/* The block becomes the owner's to fill. */
static void
take(struct arena *a, uint32_t block, uint32_t next)
{
	const uint64_t bit = UINT64_C(1) << block % 64;
	struct shm_arena_link *l = &a->link[block];

	a->bits[block / 64] &= ~bit;
	a->dirty[block / 64] |= bit;
	a->idle[block] = 0;
	a->free--;
	atomic_store_explicit(&l->next, next, memory_order_relaxed);
	outdate(l);
}

uint32_t
arena_alloc(struct arena *a)
{
	if (a->free == 0 || (a->held && still_held(a)))
		return ARENA_NONE;
	while (a->bits[a->lowest] == 0)
		a->lowest++;
	const uint32_t block = a->lowest * 64 + (uint32_t)__builtin_ctzll(a->bits[a->lowest]);

	take(a, block, ARENA_NONE);
	return block;
}

uint32_t
arena_alloc_run(struct arena *a, uint32_t n)
{
	uint32_t have = 0;

	if (n == 0 || a->free < n || (a->held && still_held(a)))
		return ARENA_NONE;
	for (uint32_t b = a->blocks; b-- > 0;) {
		const uint64_t word = a->bits[b / 64];

		if (word == 0) { /* nothing free down to the word's first */
			have = 0;
			b -= b % 64;
			continue;
		}
		have = (word >> b % 64) & 1 ? have + 1 : 0;
		if (have < n)
			continue;
		for (uint32_t i = 0; i < n; i++)
			take(a, b + i, i + 1 < n ? b + i + 1 : ARENA_NONE);
		return b;
	}
	return ARENA_NONE;
}

void
arena_free(struct arena *a, uint32_t block)
{
	const uint64_t bit = UINT64_C(1) << block % 64;

	assert(block < a->blocks && (a->bits[block / 64] & bit) == 0);
	a->bits[block / 64] |= bit;
	a->idle[block] = 0;
	a->free++;
	if (block / 64 < a->lowest)
		a->lowest = block / 64;
}

void
arena_free_run(struct arena *a, uint32_t block, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		arena_free(a, block + i);
}

void
arena_link(struct arena *a, uint32_t block, uint32_t next)
{
	assert(block < a->blocks);
	atomic_store_explicit(&a->link[block].next, next, memory_order_relaxed);
}

uint32_t
arena_next(const struct arena *a, uint32_t block)
{
	assert(block < a->blocks);
	return atomic_load_explicit(&a->link[block].next, memory_order_relaxed);
}

uint32_t
arena_free_blocks(struct arena *a)
{
	return a->held && still_held(a)
		   ? 0
		   : a->free; /* so that who waits for room notices when the hold ends */
}

uint32_t
arena_blocks(const struct arena *a)
{
	return a->blocks;
}

uint8_t *
arena_block(struct arena *a, uint32_t block)
{
	assert(block < a->blocks);
	return a->data + (size_t)block * ARENA_BLOCK;
}

void
arena_destroy(struct arena **ap)
{
	struct arena *a = *ap;

	if (a == NULL)
		return;
	free(a->bits);
	free(a->dirty);
	free(a->idle);
	free(a);
	*ap = NULL;
}

/* MADV_REMOVE punches through our own writable mapping: no descriptor of the part is left. */
static void
punch(struct arena *a, uint32_t from, uint32_t to)
{
	for (uint32_t b = from; b < to; b++)
		outdate(&a->link[b]); /* zeros are other bytes, too */
	(void)madvise(
	    a->data + (size_t)from * ARENA_BLOCK, (size_t)(to - from) * ARENA_BLOCK, MADV_REMOVE);
}

void
arena_trim(struct arena *a)
{
	uint32_t from = NO_FOLLOWER, to = 0; /* blocks [from, to) are to be punched */

	if (a->held && still_held(a))
		return;
	for (uint32_t w = 0; w < a->words; w++) {
		uint64_t idle = a->bits[w] & a->dirty[w];

		for (; idle != 0; idle &= idle - 1) {
			const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(idle);

			if (++a->idle[b] < KEEP_TRIMS)
				continue;
			a->dirty[w] &= ~(UINT64_C(1) << b % 64);
			a->idle[b] = 0;
			if (from != NO_FOLLOWER && b == to) {
				to++;
				continue;
			}
			if (from != NO_FOLLOWER)
				punch(a, from, to);
			from = b;
			to = b + 1;
		}
	}
	if (from != NO_FOLLOWER)
		punch(a, from, to);
}

/* The arena of a peer, by what its head says within what was mapped.  0, or -1. */
static int
arena_of(const struct shm *shm, uint32_t slot, uint32_t turn, const struct shm_arena_link **link,
    const uint8_t **data, uint32_t *blocks)
{
	const struct shm_peer_view *v;
	uint64_t at, size;

	if (slot >= SHM_SLOTS || turn > 1 || (v = &shm->peer[slot])->part == NULL)
		return -1;
	at = v->part->arena[turn];
	size = v->part->arena_size;
	if (at < SHM_BODY || at > v->size || size == 0 || size > v->size ||
	    arena_span(size) > v->size - at || at % 4096 != 0)
		return -1;
	*link = (const void *)((const char *)v->part + at);
	*data = (const uint8_t *)v->part + at + links_span(size);
	*blocks = (uint32_t)(size / ARENA_BLOCK);
	return 0;
}

uint32_t
arena_generation(const struct shm *shm, uint32_t slot, uint32_t turn, uint32_t block)
{
	const struct shm_arena_link *link;
	const uint8_t *data;
	uint32_t blocks;

	if (arena_of(shm, slot, turn, &link, &data, &blocks) == -1 || block >= blocks)
		return 0;
	/* bytes copied before, this look behind; partner: take */
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(
	    (_Atomic uint32_t *)&link[block].generation, memory_order_relaxed);
}

int
arena_iov(const struct shm *shm, uint32_t slot, uint32_t turn, uint32_t pos, uint32_t len,
    struct iovec *iov, int max)
{
	uint32_t block = pos / ARENA_BLOCK, offset = pos % ARENA_BLOCK, blocks;
	const struct shm_arena_link *link;
	const uint8_t *data, *end = NULL;
	int n = 0;

	if (arena_of(shm, slot, turn, &link, &data, &blocks) == -1)
		return -1;
	while (
	    len > 0) { /* every step takes bytes off len, so links that run in a circle end, too */
		const uint8_t *at = data + (size_t)block * ARENA_BLOCK + offset;
		uint32_t piece = ARENA_BLOCK - offset;

		if (block >= blocks)
			return -1;
		if (piece > len)
			piece = len;
		if (at == end)
			iov[n - 1].iov_len += piece;
		else if (n == max)
			return -1;
		else
			iov[n++] = (struct iovec){(void *)at, piece};
		end = at + piece;
		len -= piece;
		offset = 0;
		block = atomic_load_explicit(
		    (_Atomic uint32_t *)&link[block].next, memory_order_relaxed);
	}
	return n;
}

uint64_t
arena_chain(const struct shm *shm, uint32_t slot, uint32_t turn, uint32_t pos, uint32_t len)
{
	uint64_t blocks_left = ((uint64_t)pos % ARENA_BLOCK + len + ARENA_BLOCK - 1) / ARENA_BLOCK, sum = len;
	uint32_t block = pos / ARENA_BLOCK, blocks;
	const struct shm_arena_link *link;
	const uint8_t *data;

	if (arena_of(shm, slot, turn, &link, &data, &blocks) == -1)
		return 0;
	/* bytes copied before, this look behind; partner: outdate */
	atomic_thread_fence(memory_order_acquire);
	for (; blocks_left > 0; blocks_left--) {
		if (block >= blocks)
			return 0;
		sum = hash_u64(sum ^ ((uint64_t)block << 32 |
			atomic_load_explicit((_Atomic uint32_t *)&link[block].generation, memory_order_relaxed)));
		block = atomic_load_explicit((_Atomic uint32_t *)&link[block].next, memory_order_relaxed);
	}
	return sum == 0 ? 1 : sum;
}
