/* SPDX-License-Identifier: ISC */
/* tables.c - sizes of the bodies of parts, and the tail ring of a led partition.  Used in: all
 * processes. */
#include "config.h"

#include "odradek/shm/tables.h"

#define LINE_UP(n) (((n) + SHM_LINE - 1) & ~(size_t)(SHM_LINE - 1))

size_t
shm_body_size(enum proc_kind kind, const struct shm_layout *l)
{
	size_t n = l->partitions_max;

	switch (kind) {
	case PROC_SUPERVISOR:
		return sizeof(struct shm_supervisor);
	case PROC_CONTROLLER:
		return LINE_UP(sizeof(struct shm_controller)) + n * sizeof(shm_topic_latch) +
		       n * sizeof(shm_partition_latch);
	case PROC_WRITER:
		return LINE_UP(sizeof(struct shm_writer)) + n * sizeof(struct shm_replica_lines);
	case PROC_CLEANER:
		return sizeof(struct shm_cleaner);
	case PROC_ACCEPTOR:
	case PROC_COORDINATOR:
		return sizeof(struct shm_acceptor) + n;
	default:
		return 0;
	}
}

uint32_t
shm_waiter_slot(uint32_t i)
{
	if (i < proc_slots(PROC_ACCEPTOR))
		return proc_slot(PROC_ACCEPTOR, i);
	return i == SHM_WAITERS - 1 ? proc_slot(PROC_COORDINATOR, 0) : UINT32_MAX;
}

uint32_t
shm_waiter_index(uint32_t slot)
{
	switch (proc_kind_of(slot)) {
	case PROC_ACCEPTOR:
		return proc_index_of(slot);
	case PROC_COORDINATOR:
		return SHM_WAITERS - 1;
	default:
		return UINT32_MAX;
	}
}

/* Entry i may be overwritten only when head has reached i + SHM_TAIL: that is what tail_find
 * checks. */
void
tail_push(shm_tail *t, const struct shm_tail_entry *e)
{
	uint64_t head = atomic_load_explicit(&t->head, memory_order_relaxed), w[sizeof(*e) / 8];
	_Atomic uint64_t *to = t->w[head % SHM_TAIL];

	__builtin_memcpy(w, e, sizeof(w));
	/* the new words must not be seen before the head that gave their place up; partner:
	 * tail_find */
	atomic_thread_fence(memory_order_release);
	for (size_t i = 0; i < sizeof(w) / 8; i++)
		atomic_store_explicit(&to[i], w[i], memory_order_relaxed);
	atomic_store_explicit(&t->head, head + 1, memory_order_release);
}

int
tail_find(const shm_tail *ct, int64_t offset, struct shm_tail_entry *e)
{
	shm_tail *t = (shm_tail *)ct; /* atomic loads take no const */
	uint64_t head = atomic_load_explicit(&t->head, memory_order_acquire), w[sizeof(*e) / 8];

	for (uint64_t back = 1; back < SHM_TAIL && back <= head; back++) {
		const uint64_t i = head - back;

		for (size_t k = 0; k < sizeof(w) / 8; k++)
			w[k] = atomic_load_explicit(&t->w[i % SHM_TAIL][k], memory_order_relaxed);
		/* the words before, the look at the head behind; partner: tail_push */
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(&t->head, memory_order_relaxed) - i >= SHM_TAIL)
			return -1; /* lapped: all older ones are gone, too */
		__builtin_memcpy(e, w, sizeof(*e));
		if (offset >= e->next)
			return -1;
		if (offset >= e->base)
			return 0;
	}
	return -1;
}
