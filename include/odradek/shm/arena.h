/* SPDX-License-Identifier: ISC */
/*
 * arena.h - blocks of 64 KB in the owner's part, chained by offset.
 *
 * The owner allocates and frees; anybody reads.  Which block follows which is said by next[] in
 * front of the blocks, so that data lies page-aligned and a block is wholly data.  Freed blocks
 * that stay unused give their memory back. Readers check every offset and length: arena_iov does.
 */
#ifndef ODRADEK_SHM_ARENA_H
#define ODRADEK_SHM_ARENA_H

#include <sys/uio.h>

#include "odradek/shm/part.h"

#define ARENA_BLOCK 65536u
#define ARENA_NONE UINT32_MAX

struct arena; /* the owner's private side: bitmap of free blocks */

/*
 * Owner: takes over arena turn of its own part; everything in it is free.  While messages of a
 * predecessor that used the same arena are unread by their receivers, it behaves as if it were full
 * (and is not trimmed).
 */
struct arena *arena_new(struct shm *shm);
/* Frees the private side and sets *ap to NULL. */
void arena_destroy(struct arena **ap);
/* A block, lowest first (so that the hot ones are used again), next = ARENA_NONE; ARENA_NONE when
 * full. */
uint32_t arena_alloc(struct arena *a);
/* The owner fills the block from its beginning once more, without having given it back: who copies out of it learns that
 * the bytes are others.  Before they are. */
void arena_refill(struct arena *a, uint32_t block);
/* n contiguous blocks from the high end, for a body that must be contiguous. */
uint32_t arena_alloc_run(struct arena *a, uint32_t n);
void arena_free(struct arena *a, uint32_t block);
void arena_free_run(struct arena *a, uint32_t block, uint32_t n);
void arena_link(struct arena *a, uint32_t block, uint32_t next);
/* What arena_link said; ARENA_NONE at the end of a chain. */
uint32_t arena_next(const struct arena *a, uint32_t block);
uint32_t arena_free_blocks(struct arena *a); /* 0 while it behaves as if it were full */
uint32_t arena_blocks(const struct arena *a);
uint8_t *arena_block(struct arena *a, uint32_t block);
/* Gives memory of long unused free blocks back; called about once a second. */
void arena_trim(struct arena *a);

/*
 * Any process: the pieces of len bytes that begin at byte pos (block * 64 KB + offset) in arena
 * turn of slot's part, following next[].  Returns the number of pieces in iov, or -1 if anything
 * lies outside or more than max.
 */
int arena_iov(const struct shm *shm, uint32_t slot, uint32_t turn, uint32_t pos, uint32_t len,
    struct iovec *iov, int max);

/*
 * Any process: how often the block was handed out; 0 = no such block.  It grows before the block is
 * filled anew: who copied out of a block that it does not own asks before and after, and drops the
 * copy if the answers differ.
 */
uint32_t arena_generation(const struct shm *shm, uint32_t slot, uint32_t turn, uint32_t block);

/*
 * Any process: what names the blocks that hold the piece, and how often each was handed out; 0 = there are no such.  The
 * owner of the message asks while the bytes are its own; who copies them later asks again behind the copy: another
 * answer, and they may have been others.
 */
uint64_t arena_chain(const struct shm *shm, uint32_t slot, uint32_t turn, uint32_t pos, uint32_t len);

#endif
