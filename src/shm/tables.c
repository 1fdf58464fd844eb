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
		return LINE_UP(sizeof(struct shm_writer)) + n * sizeof(struct shm_replica_lines) + n * sizeof(shm_tail) +
		    n * sizeof(uint32_t);
	case PROC_REPLICATOR:
		return sizeof(struct shm_replicator) + n * sizeof(uint32_t);
	case PROC_CLEANER:
		return sizeof(struct shm_cleaner);
	case PROC_ACCEPTOR:
	case PROC_COORDINATOR:
		return sizeof(struct shm_acceptor) + n * sizeof(uint32_t);
	default:
		return 0;
	}
}

/* In this order they are waiters; the sum of their slots is SHM_WAITERS. */
static const enum proc_kind waiting_kinds[] = { PROC_ACCEPTOR, PROC_COORDINATOR, PROC_WRITER, PROC_REPLICATOR };
#define WAITING_KINDS (sizeof(waiting_kinds) / sizeof(waiting_kinds[0]))

uint32_t
shm_waiter_slot(uint32_t i)
{
	for (size_t k = 0; k < WAITING_KINDS; k++) {
		if (i < proc_slots(waiting_kinds[k]))
			return proc_slot(waiting_kinds[k], i);
		i -= proc_slots(waiting_kinds[k]);
	}
	return UINT32_MAX;
}

uint32_t
shm_waiter_index(uint32_t slot)
{
	const enum proc_kind kind = proc_kind_of(slot);
	uint32_t before = 0;

	for (size_t k = 0; k < WAITING_KINDS; k++) {
		if (waiting_kinds[k] == kind)
			return before + proc_index_of(slot);
		before += proc_slots(waiting_kinds[k]);
	}
	return UINT32_MAX;
}

_Atomic uint32_t *
shm_wait_words(const struct shm_part *part, uint32_t partitions_max)
{
	void *body = shm_body_of(part);

	switch (part->kind) {
	case PROC_ACCEPTOR:
	case PROC_COORDINATOR:
		return ((struct shm_acceptor *)body)->wait;
	case PROC_WRITER:
		return (_Atomic uint32_t *)shm_tail_at(body, partitions_max, partitions_max);
	case PROC_REPLICATOR:
		return ((struct shm_replicator *)body)->wait;
	default:
		return NULL;
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

/* Entry i as it was when head was the head; it may be torn if it was lapped meanwhile. */
static void
entry_read(shm_tail *t, uint64_t i, struct shm_tail_entry *e)
{
	uint64_t w[sizeof(*e) / 8];

	for (size_t k = 0; k < sizeof(w) / 8; k++)
		w[k] = atomic_load_explicit(&t->w[i % SHM_TAIL][k], memory_order_relaxed);
	__builtin_memcpy(e, w, sizeof(*e));
}

/* The words before, the look at the head behind; partner: tail_push. */
static bool
lapped(shm_tail *t, uint64_t i)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&t->head, memory_order_relaxed) - i >= SHM_TAIL;
}

int
tail_find(const shm_tail *ct, int64_t offset, struct shm_tail_entry *e)
{
	shm_tail *t = (shm_tail *)(uintptr_t)ct; /* atomic loads take no const */
	uint64_t head = atomic_load_explicit(&t->head, memory_order_acquire);

	for (uint64_t back = 1; back < SHM_TAIL && back <= head; back++) {
		struct shm_tail_entry read;

		entry_read(t, head - back, &read);
		if (lapped(t, head - back))
			return -1; /* all older ones are gone, too */
		*e = read;
		if (offset >= e->next)
			return -1;
		if (offset >= e->base)
			return 0;
	}
	return -1;
}

int
tail_since(const shm_tail *ct, int64_t offset, struct shm_tail_entry e[SHM_TAIL])
{
	shm_tail *t = (shm_tail *)(uintptr_t)ct;
	uint64_t head = atomic_load_explicit(&t->head, memory_order_acquire), back;
	int n;

	for (back = 1; back < SHM_TAIL && back <= head; back++) {
		entry_read(t, head - back, &e[SHM_TAIL - back]);
		if (e[SHM_TAIL - back].base <= offset)
			break;
	}
	if (back == SHM_TAIL || back > head || lapped(t, head - back) || e[SHM_TAIL - back].base != offset)
		return 0;
	__builtin_memmove(e, &e[SHM_TAIL - back], back * sizeof(*e));
	for (n = 1; n < (int)back && e[n].base == e[n - 1].next; n++)
		;
	return n;
}
