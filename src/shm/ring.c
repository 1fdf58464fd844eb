/* SPDX-License-Identifier: ISC */
/*
 * ring.c - rings of messages and the doorbell.  Used in: all processes but the supervisor.
 *
 * Both are hot: a post is a copy of one cache line and one store; the receiver's tail is looked at
 * only when the ring seems full.  What a peer's part says is believed only within bounds: a peer
 * gone mad hurts its own calls.
 */
#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "odradek/shm/ring.h"
#include "shm_priv.h"

static inline uint64_t
own_head(const struct shm *shm, uint32_t to)
{
	return atomic_load_explicit(&shm->self->head[to].v, memory_order_relaxed);
}

/* Acquire: whoever sees the tail may use again what the passed messages named (partner:
 * ring_advance). */
static uint64_t
look_at_tail(struct shm *shm, uint32_t to)
{
	struct shm_peer_view *v = &shm->peer[to];
	uint64_t tail, head = own_head(shm, to);

	if (v->part == NULL)
		return v->taken;
	tail = atomic_load_explicit(&v->part->tail[shm->slot].v, memory_order_acquire);
	/* forward only, and never beyond what was posted */
	if (tail > v->taken && tail <= head)
		v->taken = tail;
	return v->taken;
}

uint32_t
ring_room(struct shm *shm, uint32_t to)
{
	uint64_t used = own_head(shm, to) - shm->peer[to].taken;

	if (used > SHM_RING / 2)
		used = own_head(shm, to) - look_at_tail(shm, to);
	return used < SHM_RING ? SHM_RING - (uint32_t)used : 0;
}

int
ring_post(struct shm *shm, uint32_t to, const struct shm_msg *m)
{
	struct shm_part *self = shm->self;
	uint64_t head = own_head(shm, to);
	struct shm_msg *slot;

	if (head - shm->peer[to].taken >= SHM_RING && head - look_at_tail(shm, to) >= SHM_RING) {
		shm_count(self, CTR_RING_FULL, 1);
		return -1;
	}
	slot = &self->ring[to].slot[head & (SHM_RING - 1)];
	*slot = *m;
	slot->generation = shm->generation;
	atomic_store_explicit(&self->head[to].v, head + 1, memory_order_release);
	return 0;
}

uint64_t
ring_posted(struct shm *shm, uint32_t to)
{
	return own_head(shm, to);
}

uint64_t
ring_taken(struct shm *shm, uint32_t to)
{
	return look_at_tail(shm, to);
}

uint32_t
ring_waiting(struct shm *shm, uint32_t from)
{
	const struct shm_part *peer = shm->peer[from].part;
	uint64_t n;

	if (peer == NULL)
		return 0;
	n = atomic_load_explicit(&peer->head[shm->slot].v, memory_order_acquire) -
	    atomic_load_explicit(&shm->self->tail[from].v, memory_order_relaxed);
	return n <= SHM_RING ? (uint32_t)n : 0;
}

const struct shm_msg *
ring_peek(struct shm *shm, uint32_t from, uint32_t i)
{
	uint64_t tail = atomic_load_explicit(&shm->self->tail[from].v, memory_order_relaxed);

	return &shm->peer[from].part->ring[shm->slot].slot[(tail + i) & (SHM_RING - 1)];
}

void
ring_advance(struct shm *shm, uint32_t from, uint32_t n)
{
	struct shm_word *tail = &shm->self->tail[from];

	atomic_store_explicit(&tail->v, atomic_load_explicit(&tail->v, memory_order_relaxed) + n,
	    memory_order_release);
	shm_count(shm->self, CTR_MESSAGES, n);
}

void
bell_ring(struct shm *shm, uint32_t to)
{
	struct shm_peer_view *v = &shm->peer[to];
	uint64_t bell, one = 1;

	if (v->part == NULL)
		return;
	/* the post before, the look at the bell behind; partner: bell_arm */
	atomic_thread_fence(memory_order_seq_cst);
	bell = atomic_load_explicit(&v->part->bell.v, memory_order_relaxed);
	if ((bell & 1) == 0 || bell == v->rung)
		return;
	v->rung = bell;
	/* EAGAIN: the counter is at its end, so it is readable anyway */
	while (write(v->bell, &one, sizeof(one)) == -1 && errno == EINTR)
		;
	shm_count(shm->self, CTR_BELLS, 1);
}

/* A value that no earlier sleep had, a predecessor's included. */
void
bell_arm(struct shm *shm)
{
	_Atomic uint64_t *bell = &shm->self->bell.v;
	uint64_t b = atomic_load_explicit(bell, memory_order_relaxed);

	atomic_store_explicit(bell, (b & 1) ? b + 2 : b + 1, memory_order_relaxed);
	/* the odd bell before, the last look at the rings behind; partner: bell_ring */
	atomic_thread_fence(memory_order_seq_cst);
}

void
bell_disarm(struct shm *shm)
{
	_Atomic uint64_t *bell = &shm->self->bell.v;
	uint64_t b = atomic_load_explicit(bell, memory_order_relaxed);

	if (b & 1)
		atomic_store_explicit(bell, b + 1, memory_order_relaxed);
}

void
bell_clear(struct shm *shm)
{
	uint64_t n;

	while (read(shm->peer[shm->slot].bell, &n, sizeof(n)) == -1 && errno == EINTR)
		;
}
