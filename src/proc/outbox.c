/* SPDX-License-Identifier: ISC */
/* outbox.c - bodies of messages in our arena, and who still needs them.  Any process. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "odradek/proc/outbox.h"

#define SMALL (16u << 10) /* may share a block */
#define ALIGN 64u

struct packet {
	uint32_t block, blocks, refs;
};

/* What was posted to one receiver, by place in its ring. */
struct lane {
	uint64_t released; /* messages below this hold nothing */
	struct packet *hold[SHM_RING];
};

struct outbox {
	struct child *child;
	struct arena *arena;
	struct packet *open; /* takes further small bodies; NULL = none */
	uint32_t used;       /* bytes of it */
	struct lane *lane[SHM_SLOTS];
	uint32_t busy[SHM_SLOTS], nbusy; /* receivers with a lane */
};

struct outbox *
outbox_new(struct child *c, struct arena *a)
{
	struct outbox *o = xcalloc(1, sizeof(*o));

	o->child = c;
	o->arena = a;
	return o;
}

size_t
outbox_max(const struct outbox *o)
{
	return (size_t)arena_blocks(o->arena) * ARENA_BLOCK;
}

bool
outbox_turn(const struct outbox *o)
{
	return (atomic_load_explicit(&o->child->self->arena_turn, memory_order_relaxed) & 1) != 0;
}

void
packet_put(struct outbox *o, struct packet *k)
{
	if (k == NULL || --k->refs > 0)
		return;
	arena_free_run(o->arena, k->block, k->blocks);
	free(k);
}

static struct packet *
packet_new(struct outbox *o, size_t len)
{
	struct packet *k = xcalloc(1, sizeof(*k));

	k->blocks = (uint32_t)((len + ARENA_BLOCK - 1) / ARENA_BLOCK);
	k->refs = 1;
	k->block = k->blocks <= arena_blocks(o->arena) ? arena_alloc_run(o->arena, k->blocks)
						       : ARENA_NONE;
	if (k->block == ARENA_NONE) {
		free(k);
		return NULL;
	}
	return k;
}

/* A packet with room for len more small bytes; *at is where in it. */
static struct packet *
packet_shared(struct outbox *o, size_t len, uint32_t *at)
{
	if (o->open != NULL && o->open->refs == 1 && o->used > 0) {
		/* nobody needs any of it any more; followers' writers, who pin nothing, may be copying out of it */
		arena_refill(o->arena, o->open->block);
		o->used = 0;
	}
	if (o->open != NULL && o->used + len > ARENA_BLOCK) {
		packet_put(o, o->open);
		o->open = NULL;
	}
	if (o->open == NULL) {
		if ((o->open = packet_new(o, ARENA_BLOCK)) == NULL)
			return NULL;
		o->used = 0;
	}
	*at = o->used;
	o->used += (uint32_t)((len + ALIGN - 1) & ~(size_t)(ALIGN - 1));
	o->open->refs++;
	return o->open;
}

struct packet *
outbox_place(struct outbox *o, const void *p, size_t len, uint32_t *pos)
{
	struct packet *k;
	uint32_t at = 0;

	k = len <= SMALL ? packet_shared(o, len, &at) : packet_new(o, len);
	if (k == NULL)
		return NULL;
	memcpy(arena_block(o->arena, k->block) + at, p, len);
	*pos = k->block * ARENA_BLOCK + at;
	return k;
}

static struct lane *
lane_of(struct outbox *o, uint32_t to)
{
	if (o->lane[to] == NULL) {
		o->lane[to] = xcalloc(1, sizeof(*o->lane[to]));
		o->lane[to]->released = ring_posted(o->child->shm, to);
		o->busy[o->nbusy++] = to;
	}
	return o->lane[to];
}

int
outbox_post(struct outbox *o, uint32_t to, const struct shm_msg *m, struct packet *k)
{
	struct lane *l = lane_of(o, to);
	uint64_t index = ring_posted(o->child->shm, to);

	if (index - l->released >= SHM_RING || child_post(o->child, to, m) == -1)
		return -1;
	l->hold[index % SHM_RING] = k;
	if (k != NULL)
		k->refs++;
	return 0;
}

void
outbox_reclaim(struct outbox *o)
{
	for (uint32_t i = 0; i < o->nbusy; i++) {
		struct lane *l = o->lane[o->busy[i]];
		uint64_t taken = ring_taken(o->child->shm, o->busy[i]);

		for (; l->released < taken; l->released++) {
			struct packet **k = &l->hold[l->released % SHM_RING];

			packet_put(o, *k);
			*k = NULL;
		}
	}
}
