/* SPDX-License-Identifier: ISC */
/* arena-t.c - blocks, runs, chains that lie, memory that is given back, a successor that waits. */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "odradek/shm/arena.h"
#include "odradek/shm/ring.h"
#include "shm_pair.h"
#include "t/tap/tap.h"

static struct shm *a, *b;
static uint32_t as, bs;

static void
blocks(void)
{
	struct arena *ar = arena_new(a);
	uint32_t n = arena_blocks(ar), run;

	is_int(128, n, "8 MB are 128 blocks");
	is_int(0, arena_alloc(ar), "lowest first");
	is_int(1, arena_alloc(ar), "then the next");
	is_int(2, arena_alloc(ar), "and the next");
	arena_free(ar, 1);
	is_int(1, arena_alloc(ar), "a freed one is used again");
	is_int(ARENA_NONE, arena_next(ar, 1), "and has no follower");
	run = arena_alloc_run(ar, 16);
	is_int(n - 16, run, "a run comes from the high end");
	is_int(run + 1, arena_next(ar, run), "and is chained");
	is_int(n - 16 - 3, arena_free_blocks(ar), "free blocks are counted");
	arena_free_run(ar, run, 16);
	for (uint32_t i = 3; i < n; i++)
		if (arena_alloc(ar) != i)
			bail("block %u", i);
	is_int(ARENA_NONE, arena_alloc(ar), "full");
	is_int(ARENA_NONE, arena_alloc_run(ar, 1), "full for runs");
	for (uint32_t i = 0; i < n; i += 2)
		arena_free(ar, i);
	is_int(ARENA_NONE, arena_alloc_run(ar, 2), "no run among holes");
	arena_free(ar, 63);
	is_int(62, arena_alloc_run(ar, 3), "a run across two words of the bitmap");
	arena_destroy(&ar);
}

static void
random_use(void)
{
	struct arena *ar = arena_new(a);
	uint8_t used[128] = {0};
	uint32_t count = 0;
	bool good = true;

	srand(1);
	for (int i = 0; i < 200000; i++) {
		uint32_t n = 1 + (uint32_t)rand() % 6, at;

		if (rand() % 2) {
			at = n == 1 ? arena_alloc(ar) : arena_alloc_run(ar, n);
			for (uint32_t k = 0; at != ARENA_NONE && k < n; k++) {
				good &= !used[at + k];
				used[at + k] = 1;
				count++;
			}
		} else {
			at = (uint32_t)rand() % 128;
			if (used[at]) {
				arena_free(ar, at);
				used[at] = 0;
				count--;
			}
		}
		good &= arena_free_blocks(ar) == 128 - count;
	}
	ok(good, "200,000 random steps: no block twice, none lost");
	arena_destroy(&ar);
}

static void
chains(void)
{
	struct arena *ar = arena_new(a);
	uint32_t turn = shm_self(a)->arena_turn, x, y, z;
	struct iovec iov[8];

	x = arena_alloc(ar);
	y = arena_alloc(ar);
	arena_free(ar, arena_alloc(ar));
	(void)arena_alloc(ar);
	z = arena_alloc(ar);
	arena_link(ar, x, y);
	is_int(1, arena_iov(b, as, turn, x * ARENA_BLOCK + 10, 100, iov, 8), "a piece of a block");
	is_int(100, (int64_t)iov[0].iov_len, "its length");
	ok(iov[0].iov_base == arena_block(ar, x) + 10, "its place");
	is_int(1, arena_iov(b, as, turn, x * ARENA_BLOCK + 10, 2 * ARENA_BLOCK - 10, iov, 8),
	    "neighbours are one piece");
	arena_link(ar, x, z);
	arena_link(ar, z, y);
	is_int(3, arena_iov(b, as, turn, x * ARENA_BLOCK + 10, 3 * ARENA_BLOCK - 10, iov, 8),
	    "others are not");
	is_int(-1, arena_iov(b, as, turn, x * ARENA_BLOCK + 10, 3 * ARENA_BLOCK - 10, iov, 2),
	    "more pieces than room");
	is_int(-1, arena_iov(b, as, turn, x * ARENA_BLOCK, 3 * ARENA_BLOCK + 1, iov, 8),
	    "beyond the end of the chain");
	is_int(0, arena_iov(b, as, turn, x * ARENA_BLOCK, 0, iov, 8), "nothing is nothing");
	is_int(-1, arena_iov(b, as, turn, 128 * ARENA_BLOCK, 1, iov, 8),
	    "a block that does not exist");
	is_int(-1, arena_iov(b, as, turn, UINT32_MAX, 1, iov, 8), "a position far outside");
	is_int(-1, arena_iov(b, as, 2, 0, 1, iov, 8), "an arena that does not exist");
	is_int(-1, arena_iov(b, bs, 0, 0, 1, iov, 8), "a part without arenas");
	is_int(-1, arena_iov(b, 250, 0, 0, 1, iov, 8), "a part that does not exist");
	is_int(-1, arena_iov(b, 70000, 0, 0, 1, iov, 8), "a slot that does not exist");
	arena_link(ar, x, x);
	is_int(-1, arena_iov(b, as, turn, x * ARENA_BLOCK, UINT32_MAX, iov, 8),
	    "a chain in a circle ends");
	arena_link(ar, x, 77777);
	is_int(-1, arena_iov(b, as, turn, x * ARENA_BLOCK, ARENA_BLOCK + 1, iov, 8),
	    "a link to nowhere");
	uint32_t g = arena_generation(b, as, turn, x);
	arena_free(ar, x);
	is_int(g, arena_generation(b, as, turn, x), "the generation stays while a block is free");
	x = arena_alloc(ar);
	is_int(g + 1, arena_generation(b, as, turn, x), "and grows when it is handed out");
	is_int(0, arena_generation(b, as, turn, 4000), "a block that does not exist has none");
	arena_destroy(&ar);
}

static int
resident(const uint8_t *p, size_t len)
{
	unsigned char vec[1024];
	int n = 0;

	if (mincore((void *)(uintptr_t)p, len, vec) == -1)
		return -1;
	for (size_t i = 0; i < len / 4096; i++)
		n += vec[i] & 1;
	return n;
}

static void
trim(void)
{
	struct arena *ar = arena_new(a);
	uint32_t run = arena_alloc_run(ar, 32), keep = arena_alloc(ar);
	uint8_t *p = arena_block(ar, run);

	memset(p, 1, 32 * ARENA_BLOCK);
	memset(arena_block(ar, keep), 1, ARENA_BLOCK);
	arena_free_run(ar, run, 32);
	arena_trim(ar);
	is_int(512, resident(p, 32 * ARENA_BLOCK), "memory stays for a while");
	arena_trim(ar);
	for (int i = 0; i < 20; i++)
		arena_trim(ar);
	is_int(0, resident(p, 32 * ARENA_BLOCK), "then it is given back");
	is_int(16, resident(arena_block(ar, keep), ARENA_BLOCK), "a block in use is not touched");
	arena_destroy(&ar);
}

/* The predecessor's messages name blocks; the successor of the same parity may not use any until
 * they are passed. */
static void
successor(void)
{
	struct shm *sup = shm_pair_supervisor();
	struct shm_msg m = {.type = 1};
	struct arena *ar;

	ring_post(a, bs, &m);
	free(a);
	a = shm_pair_view(sup, as);
	ar = arena_new(a);
	is_int(0, arena_alloc(ar), "the next generation has the other arena and begins at once");
	arena_destroy(&ar);
	free(a);
	a = shm_pair_view(sup, as);
	ar = arena_new(a);
	is_int(ARENA_NONE, arena_alloc(ar),
	    "the one after finds its arena named by an unread message");
	is_int(ARENA_NONE, arena_alloc_run(ar, 2), "for runs, too");
	is_int(0, arena_free_blocks(ar), "it has no room");
	memset(arena_block(ar, 5), 1, ARENA_BLOCK);
	for (int i = 0; i < 20; i++)
		arena_trim(ar);
	is_int(16, resident(arena_block(ar, 5), ARENA_BLOCK), "and gives nothing back");
	ring_advance(b, as, 1);
	is_int(0, arena_alloc(ar), "until the message is passed");
	arena_destroy(&ar);
}

int
main(void)
{
	plan(0);
	as = proc_slot(PROC_ACCEPTOR, 0);
	bs = proc_slot(PROC_WRITER, 0);
	shm_pair_new(&a, as, &b, bs);
	blocks();
	random_use();
	chains();
	trim();
	successor();
	shm_pair_free(&a, &b);
	return done_testing();
}
