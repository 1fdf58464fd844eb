/* SPDX-License-Identifier: ISC */
/*
 * fetch_wait.c - Fetch requests that wait for data.  Used in: acceptor.
 *
 * A waiting request is found by each partition that it asks for (a list for each slot) and by its
 * deadline (a heap, with one timer for its top).  Each partition remembers how many bytes it adds,
 * so that news of one partition costs the same however many the request has.
 *
 * Arm, fence (wait.c), look again, wait: what was published before the fence is seen by the look,
 * what comes later finds the byte armed and is posted.  So a request of which nothing moved is answered, when its time
 * is up, with what it saw when it began to wait.
 *
 * Deadlines are rounded up to common instants, by an eighth of the wait at most: idle consumers are answered several
 * at once, ask again together, and cost fewer wake-ups.
 */
#include "config.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <sys/timerfd.h>

#include "fetch.h"
#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define NOT_IN_HEAP UINT32_MAX
#define STEP_MAX_MS 64

LIST_HEAD(slot_list, fpart);

static struct slot_list *by_slot;
static uint32_t slots;
static struct fetch **heap;
static uint32_t heap_count, heap_cap;
static struct event timer;
static int timer_fd;
static int64_t timer_at = INT64_MAX; /* when the timer fires; INT64_MAX: it is not set */
static uint32_t *moved;              /* slots to be looked at in this turn */
static uint32_t nmoved, moved_cap;
static uint8_t *is_moved; /* by slot */
static TAILQ_HEAD(, fetch) ready = TAILQ_HEAD_INITIALIZER(ready);

static void on_timer(int fd, short what, void *arg);

void
fwait_init(void)
{
	slots = shm_layout(acceptor.shm)->partitions_max;
	by_slot = xcalloc(slots, sizeof *by_slot);
	is_moved = xcalloc(slots, 1);
	timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (timer_fd == -1)
		fatal("could not make the timer of waiting fetches");
	event_assign(&timer, acceptor.child->base, timer_fd, EV_READ | EV_PERSIST | EV_ET, on_timer, NULL);
	event_add(&timer, NULL);
}

void
fpart_arm(struct fpart *p)
{
	if (p->armed || p->slot >= slots)
		return;
	p->armed = true;
	LIST_INSERT_HEAD(&by_slot[p->slot], p, by_slot);
	wait_arm(p->slot);
}

void
fpart_disarm(struct fpart *p)
{
	if (!p->armed)
		return;
	p->armed = false;
	LIST_REMOVE(p, by_slot);
	wait_disarm(p->slot);
}

/* ---- deadlines ---- */

static void
heap_put(uint32_t i, struct fetch *f)
{
	heap[i] = f;
	f->heap = i;
}

static void
heap_up(uint32_t i, struct fetch *f)
{
	for (; i > 0 && heap[(i - 1) / 2]->deadline > f->deadline; i = (i - 1) / 2)
		heap_put(i, heap[(i - 1) / 2]);
	heap_put(i, f);
}

static void
heap_down(uint32_t i, struct fetch *f)
{
	for (;;) {
		uint32_t c = 2 * i + 1;
		if (c + 1 < heap_count && heap[c + 1]->deadline < heap[c]->deadline)
			c++;
		if (c >= heap_count || heap[c]->deadline >= f->deadline)
			break;
		heap_put(i, heap[c]);
		i = c;
	}
	heap_put(i, f);
}

static void
heap_insert(struct fetch *f)
{
	if (heap_count == heap_cap) {
		heap_cap = heap_cap == 0 ? 64 : heap_cap * 2;
		heap = xreallocarray(heap, heap_cap, sizeof *heap);
	}
	heap_up(heap_count++, f);
}

static void
heap_remove(struct fetch *f)
{
	uint32_t i = f->heap;
	struct fetch *last;

	if (i == NOT_IN_HEAP)
		return;
	f->heap = NOT_IN_HEAP;
	last = heap[--heap_count];
	if (last == f)
		return;
	if (i > 0 && heap[(i - 1) / 2]->deadline > last->deadline)
		heap_up(i, last);
	else
		heap_down(i, last);
}

/* The end of a wait of ms that begins now. */
static int64_t
deadline(int64_t ms)
{
	int64_t end = mono_ns() / 1000000 + ms, step = 1;

	while (step < STEP_MAX_MS && step * 2 <= ms / 8)
		step *= 2;
	return (end + step - 1) / step * step;
}

/*
 * A timer that fires too early finds nothing and is set anew; so it is never moved back.  It is a descriptor of its own
 * because the loop's timers go by a clock with the resolution of a tick: these wake the process before the time, and
 * again.  Watched edge-triggered, it need not be read.
 */
static void
timer_set(void)
{
	struct itimerspec at = {0};

	if (heap_count == 0 || heap[0]->deadline >= timer_at)
		return;
	timer_at = heap[0]->deadline;
	at.it_value = (struct timespec){timer_at / 1000, timer_at % 1000 * 1000000};
	if (timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &at, NULL) == -1)
		log_warn("could not set the timer of waiting fetches");
}

static void
on_timer(int fd, short what, void *arg)
{
	int64_t now = mono_ns() / 1000000;

	(void)fd;
	(void)what;
	(void)arg;
	acceptor_clock();
	timer_at = INT64_MAX;
	while (heap_count > 0 && heap[0]->deadline <= now) {
		struct fetch *f = heap[0];
		fwait_end(f);
		fetch_expired(f);
	}
	timer_set();
}

/* ---- waiting ---- */

static struct fpart *
first_part(struct fset *set)
{
	return set->session != NULL ? TAILQ_FIRST(&set->dirty) : TAILQ_FIRST(&set->parts);
}

static struct fpart *
next_part(struct fset *set, struct fpart *p)
{
	return set->session != NULL ? TAILQ_NEXT(p, dirty_entry) : TAILQ_NEXT(p, order);
}

bool
fwait_begin(struct fetch *f)
{
	struct fset *set = f->set;
	struct fpart *p, *next;
	bool force = false;

	for (p = first_part(set); p != NULL; p = next_part(set, p))
		if (!p->absent)
			fpart_arm(p);
	f->pending = 0;
	f->moved = f->bytes > 0; /* data for which it does not pay to answer yet */
	for (p = first_part(set); p != NULL; p = next) {
		next = next_part(set, p);
		p->pending = 0;
		if (p->absent)
			continue;
		p->pending = fread_pending(f, p, &force);
		f->pending += p->pending;
		if (force || f->pending >= (uint64_t)f->min_bytes)
			return false;
		if (set->session != NULL && p->pending == 0 && p->hw == p->sent_hw &&
		    p->start == p->sent_start && !fread_moved(f, p))
			fpart_clean(p);
	}
	f->how = FETCH_WAITING;
	f->deadline = deadline(f->max_wait);
	heap_insert(f);
	timer_set();
	shm_count(acceptor.child->self, CTR_FETCH_WAITS, 1);
	return true;
}

void
fwait_end(struct fetch *f)
{
	heap_remove(f);
	if (f->ready)
		TAILQ_REMOVE(&ready, f, ready_entry);
	f->ready = false;
	f->how = FETCH_RUNNING;
}

static void
make_ready(struct fetch *f)
{
	if (f->ready)
		return;
	f->ready = true;
	TAILQ_INSERT_TAIL(&ready, f, ready_entry);
}

static void
slot_moved(uint32_t slot)
{
	struct fpart *p, *next;
	struct fetch *f;
	bool wanted = false;

	/* a session whose client is not waiting hears of it when it comes again */
	for (p = LIST_FIRST(&by_slot[slot]); p != NULL; p = next) {
		next = LIST_NEXT(p, by_slot);
		if (p->set->session != NULL)
			fpart_dirty(p);
		if (p->set->fetch != NULL && p->set->fetch->how == FETCH_WAITING)
			wanted = true;
		else
			fpart_disarm(p);
	}
	if (!wanted)
		return;
	wait_rearm(slot);
	LIST_FOREACH (p, &by_slot[slot], by_slot) {
		bool force = false;
		uint32_t n;

		f = p->set->fetch;
		f->moved = true;
		n = fread_pending(f, p, &force);
		f->pending = f->pending - p->pending + n;
		p->pending = n;
		if (force || f->pending >= (uint64_t)f->min_bytes)
			make_ready(f);
	}
}

void
fetch_moved(uint32_t slot)
{
	if (slot >= slots)
		return;
	wait_used(slot);
	if (is_moved[slot] || LIST_EMPTY(&by_slot[slot]))
		return;
	if (nmoved == moved_cap) {
		moved_cap = moved_cap == 0 ? 256 : moved_cap * 2;
		moved = xreallocarray(moved, moved_cap, sizeof *moved);
	}
	is_moved[slot] = 1;
	moved[nmoved++] = slot;
}

/* A writer could not say what moved: everything may have. */
void
fetch_rescan(void)
{
	uint32_t n = atomic_load_explicit(
	    &shm_controller_of(acceptor.shm)->partitions, memory_order_acquire);

	for (uint32_t i = 0; i < n && i < slots; i++)
		fetch_moved(i);
}

/* After all messages of the turn were taken, so that one answer carries the news of all of them. */
bool
fetch_turn(void)
{
	struct fetch *f;

	for (uint32_t i = 0; i < nmoved; i++) {
		is_moved[moved[i]] = 0;
		slot_moved(moved[i]);
	}
	nmoved = 0;
	while ((f = TAILQ_FIRST(&ready)) != NULL) {
		fwait_end(f);
		fetch_finish(f);
	}
	return nmoved > 0; /* following the tables may have brought more */
}

void
fetch_stop(void)
{
	while (heap_count > 0) {
		struct fetch *f = heap[0];
		fwait_end(f);
		fetch_finish(f);
	}
}
