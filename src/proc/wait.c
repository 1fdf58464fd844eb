/* SPDX-License-Identifier: ISC */
/*
 * wait.c - the wait words of this process's part: which partitions it wants to hear of.
 *
 * wait[slot] is 0 when nobody here waits, else a value.  A writer posts MOVED once for each value,
 * so a new one is chosen only when the old one was used up: a value that is armed, taken back and
 * armed again unused stays the same, and can never come round to the one that the writer has posted
 * for already.  A MOVED uses its value up even when nobody waits any more, and a rescan, which
 * stands for MOVEDs of any partitions, those of all.  Of many writers one may post for value n and
 * be heard of again only when others have used up very many: with values of one byte it then found
 * its own old one every 255th time, and kept still.  The fence after arming is the partner of the
 * one between a writer's publication and its look at the byte: either the writer sees the byte, or
 * whoever looks again after arming sees what was published.
 */
#include "config.h"

#include "odradek/base/xalloc.h"
#include "odradek/proc/wait.h"
#include "odradek/shm/tables.h"

struct waiting {
	uint32_t count; /* waiters here */
	uint32_t value; /* last one armed */
	bool used;      /* the writer has posted for it, or may have */
};

static struct child *child;
static struct waiting *waiting;
static uint32_t slots;

static _Atomic uint32_t *
words(void)
{
	return shm_wait_words(child->self, slots);
}

static uint32_t
published(void)
{
	uint32_t n = atomic_load_explicit(
	    &shm_controller_of(child->shm)->partitions, memory_order_acquire);

	return n < slots ? n : slots;
}

void
wait_init(struct child *c)
{
	uint32_t n;

	child = c;
	slots = shm_layout(c->shm)->partitions_max;
	waiting = xcalloc(slots, sizeof *waiting);
	n = published();
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t old = atomic_load_explicit(&words()[i], memory_order_relaxed);

		if (old == 0)
			continue;
		/* a writer may have found it when it knew of us already, and posted for it */
		waiting[i] = (struct waiting){.value = old, .used = true};
		atomic_store_explicit(&words()[i], 0, memory_order_relaxed);
	}
}

static void
arm(uint32_t slot)
{
	struct waiting *w = &waiting[slot];

	if (w->used || w->value == 0) {
		if (w->value == 0) /* never armed by us: not what our predecessor is likely to have
				      ended with */
			w->value = child->generation * 41 + 1;
		if (++w->value == 0)
			w->value = 1;
		w->used = false;
	}
	atomic_store_explicit(&words()[slot], w->value, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
}

void
wait_arm(uint32_t slot)
{
	if (slot >= slots)
		return;
	if (waiting[slot].count++ == 0 || waiting[slot].used)
		arm(slot);
	else
		atomic_thread_fence(memory_order_seq_cst);
}

void
wait_used(uint32_t slot)
{
	if (slot < slots)
		waiting[slot].used = true;
}

void
wait_rearm(uint32_t slot)
{
	if (slot >= slots)
		return;
	waiting[slot].used = true;
	if (waiting[slot].count > 0)
		arm(slot);
}

void
wait_disarm(uint32_t slot)
{
	if (slot >= slots || waiting[slot].count == 0)
		return;
	if (--waiting[slot].count == 0)
		atomic_store_explicit(&words()[slot], 0, memory_order_relaxed);
}

static void
use_all(void)
{
	const uint32_t n = published();

	for (uint32_t i = 0; i < n; i++)
		if (waiting[i].value != 0)
			wait_rearm(i);
}

bool
wait_rescan(bool take)
{
	static uint64_t seen[64];
	const uint32_t writers = shm_writers(child->shm), self = shm_waiter_index(child->slot);
	bool asked = false;

	for (uint32_t i = 0; i < writers && i < 64; i++) {
		const struct shm_part *p = shm_peer(child->shm, proc_slot(PROC_WRITER, i));
		struct shm_writer *w = p == NULL ? NULL : shm_body_of(p);
		uint64_t n =
		    w == NULL ? 0
			      : atomic_load_explicit(&w->rescan[self], memory_order_acquire);

		if (n == seen[i])
			continue;
		asked = true;
		if (take)
			seen[i] = n;
	}
	if (asked && take)
		use_all();
	return asked;
}
