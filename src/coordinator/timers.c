/* SPDX-License-Identifier: ISC */
/*
 * timers.c - what is due when: a binary heap of pointers to timers.  Coordinator.
 *
 * Most are sessions, and each heartbeat puts its member's off.  So a timer that is put off stays
 * where it is in the heap, by the time that it had then (at), and finds its new place when that
 * time is near: once in a session, not once in a heartbeat.
 */
#include "config.h"

#include <stdlib.h>

#include "coordinator.h"
#include "odradek/base/xalloc.h"
#include "shard.h"

#define NEAR_MS 1000 /* those put off are looked at so much early, many together */

static struct {
	struct timer **v; /* from 1; v[i]->at <= v[2 * i]->at, v[2 * i + 1]->at; at <= due */
	uint32_t n, cap;
} heap;

static void
put(uint32_t place, struct timer *t)
{
	heap.v[place] = t;
	t->place = place;
}

/* Ensures: the heap is in order.  Assumes: it was, but for the timer that belongs at place or
 * above. */
static void
sift_up(uint32_t place, struct timer *t)
{
	for (; place > 1 && heap.v[place / 2]->at > t->at; place /= 2)
		put(place, heap.v[place / 2]);
	put(place, t);
}

static void
sift_down(uint32_t place, struct timer *t)
{
	for (uint32_t child; (child = 2 * place) <= heap.n; place = child) {
		if (child < heap.n && heap.v[child + 1]->at < heap.v[child]->at)
			child++;
		if (heap.v[child]->at >= t->at)
			break;
		put(place, heap.v[child]);
	}
	put(place, t);
}

static void
settle(struct timer *t)
{
	if (t->place > 1 && heap.v[t->place / 2]->at > t->at)
		sift_up(t->place, t);
	else
		sift_down(t->place, t);
}

void
timer_set(struct timer *t, int64_t due, void (*fire)(struct timer *))
{
	t->due = due;
	t->fire = fire;
	if (t->place != 0 && due >= t->at)
		return;
	t->at = due;
	if (t->place != 0) {
		settle(t);
		return;
	}
	if (heap.n + 1 >= heap.cap) {
		heap.cap = heap.cap == 0 ? 256 : heap.cap * 2;
		heap.v = xreallocarray(heap.v, heap.cap, sizeof(struct timer *));
	}
	sift_up(++heap.n, t);
}

void
timer_clear(struct timer *t)
{
	struct timer *last;
	uint32_t place = t->place;

	if (place == 0)
		return;
	t->place = 0;
	last = heap.v[heap.n--];
	if (last == t)
		return;
	put(place, last);
	settle(last);
}

int64_t
timers_first(void)
{
	return heap.n == 0 ? INT64_MAX : heap.v[1]->at;
}

void
timers_fire(int64_t now)
{
	/* those that are set anew while others fire wait for the next turn */
	for (uint32_t most = heap.n; most > 0 && heap.n > 0 && heap.v[1]->at <= now + NEAR_MS;) {
		struct timer *t = heap.v[1];

		if (t->at < t->due) {
			t->at = t->due;
			settle(t);
		} else if (t->due <= now) {
			timer_clear(t);
			t->fire(t);
			most--;
		} else {
			break;
		}
	}
}
