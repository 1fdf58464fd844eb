/* SPDX-License-Identifier: ISC */
/*
 * answer.c - what the writer says to others: answers to the calls of acceptors and the coordinator, and "the partition
 * that you wait on moved" to all who wait.
 *
 * An answer is never lost while its asker lives: when the ring is full it is kept here and posted as soon as
 * there is room.  A "moved" that finds no room becomes the asker's rescan word, which costs it a look at all that
 * it waits for.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <event2/event.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "writer.h"

/* Answers kept for one process.  It can owe us no more than what it posted before it looked at its own ring, so this
 * is far above what a sane one can make us keep. */
#define KEPT_MAX 65536
/* Places of a ring that "moved" leaves to answers. */
#define MOVED_RESERVE 64
#define RETRY_MS 5

struct kept {
	uint32_t slot;
	uint32_t first, n, cap;	 /* msg[first .. first + n) */
	struct shm_msg *msg;
	uint32_t generation;	 /* of the process whose wait words `seen` follows */
	uint32_t *seen;		 /* [partitions_max]: the wait word that was last answered by a "moved" */
};

static struct kept kept[SHM_WAITERS];
static uint32_t waiter[SHM_WAITERS], waiters; /* those of kept that there are */
static uint32_t kept_total;
static struct event *retry;

static void
retry_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	answer_turn();
}

static uint32_t
generation_of(uint32_t slot)
{
	const struct shm_part *peer = shm_peer(writer.shm, slot);

	return peer == NULL ? 0 : atomic_load_explicit((_Atomic uint32_t *)&peer->generation, memory_order_relaxed);
}

void
answer_init(void)
{
	for (uint32_t i = 0; i < SHM_WAITERS; i++) {
		kept[i].slot = shm_waiter_slot(i);
		if (kept[i].slot == writer.child->slot || shm_peer(writer.shm, kept[i].slot) == NULL)
			continue;
		waiter[waiters++] = i;
		/* calloc of much is untouched memory: it costs what is used */
		kept[i].seen = xcalloc(writer.partitions_max, sizeof(*kept[i].seen));
		kept[i].generation = generation_of(kept[i].slot);
	}
	retry = evtimer_new(writer.child->base, retry_due, NULL);
	if (retry == NULL)
		panic("no memory for a timer");
}

static struct kept *
kept_of(uint32_t slot)
{
	uint32_t i = shm_waiter_index(slot);

	return i < SHM_WAITERS && kept[i].seen != NULL ? &kept[i] : NULL;
}

static void
keep(struct kept *k, const struct shm_msg *m)
{
	static const struct timeval soon = { 0, RETRY_MS * 1000 };

	if (k->n == KEPT_MAX) {
		log_limited("the process in slot %u takes no answers: dropping one", k->slot);
		return;
	}
	if (k->first + k->n == k->cap) {
		if (k->first > 0) {
			memmove(k->msg, k->msg + k->first, k->n * sizeof(*m));
			k->first = 0;
		} else {
			k->cap = k->cap == 0 ? 256 : k->cap * 2;
			k->msg = xreallocarray(k->msg, k->cap, sizeof(*m));
		}
	}
	k->msg[k->first + k->n++] = *m;
	if (kept_total++ == 0)
		evtimer_add(retry, &soon);
}

void
answer_post(uint32_t to, const struct shm_msg *m)
{
	struct kept *k = kept_of(to);

	if (k == NULL)
		return;
	if (k->n > 0 || child_post(writer.child, to, m) == -1)
		keep(k, m);
}

void
answer_turn(void)
{
	static const struct timeval soon = { 0, RETRY_MS * 1000 };

	if (kept_total == 0)
		return;
	for (uint32_t i = 0; i < waiters; i++) {
		struct kept *k = &kept[waiter[i]];

		while (k->n > 0 && child_post(writer.child, k->slot, &k->msg[k->first]) == 0) {
			k->first++;
			k->n--;
			kept_total--;
		}
		if (k->n == 0)
			k->first = 0;
	}
	if (kept_total > 0)
		evtimer_add(retry, &soon);
}

void
answer_drop(uint32_t to)
{
	struct kept *k = kept_of(to);

	if (k == NULL)
		return;
	kept_total -= k->n;
	k->first = k->n = 0;
}

static void
moved_post(struct kept *k, uint32_t index, uint32_t slot)
{
	union {
		struct shm_msg m;
		struct msg_moved b;
	} u = { .m = { .type = CALL_MOVED } };

	u.b.slot = slot;
	if (k->n == 0 && ring_room(writer.shm, k->slot) > MOVED_RESERVE && child_post(writer.child, k->slot, &u.m) == 0)
		return;
	atomic_fetch_add_explicit(&writer.pub->rescan[index], 1, memory_order_release);
	bell_ring(writer.shm, k->slot);
}

/*
 * Ensures: whoever armed its wait word before it looked at the line and found it old is told.
 * Assumes: the line was published before.  The fence is the partner of the one behind the arming.
 */
void
answer_moved(uint32_t slot, bool readers, uint64_t writers)
{
	atomic_thread_fence(memory_order_seq_cst);
	for (uint32_t i = 0; i < waiters; i++) {
		struct kept *k = &kept[waiter[i]];
		const struct shm_part *peer = shm_peer(writer.shm, k->slot);
		uint32_t generation;
		uint32_t w;

		switch (proc_kind_of(k->slot)) {
		case PROC_WRITER:
			if ((writers >> proc_index_of(k->slot) & 1) == 0)
				continue;
			break;
		case PROC_REPLICATOR:
			break; /* it watches all replicas; an idle partition is armed, a busy one is not */
		default:
			if (!readers)
				continue;
		}
		generation = generation_of(k->slot);
		if (generation != k->generation) {
			/* a new process counts its armings anew; what was never published was never touched */
			const uint32_t n = atomic_load_explicit(&shm_controller_of(writer.shm)->partitions, memory_order_acquire);

			k->generation = generation;
			memset(k->seen, 0, (n < writer.partitions_max ? n : writer.partitions_max) * sizeof(*k->seen));
		}
		w = atomic_load_explicit(shm_wait_words(peer, writer.partitions_max) + slot, memory_order_relaxed);
		if (w == 0 || w == k->seen[slot])
			continue;
		k->seen[slot] = w;
		moved_post(k, waiter[i], slot);
	}
}

void
answer_rescan_all(void)
{
	for (uint32_t i = 0; i < waiters; i++) {
		atomic_fetch_add_explicit(&writer.pub->rescan[waiter[i]], 1, memory_order_release);
		bell_ring(writer.shm, kept[waiter[i]].slot);
	}
}
