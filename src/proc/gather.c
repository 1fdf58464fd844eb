/* SPDX-License-Identifier: ISC */
/*
 * gather.c - messages that may be late: under a stream of them their receiver is woken for several
 * at once.
 *
 * To wake a process costs far more than what it then does for a heartbeat.  A message that comes
 * alone rings the bell like any other.  While the last ring for such a message is less than
 * GATHER_MS ago, further ones lie in the ring until the time is up, until there are GATHER_MAX of
 * them, until something else is posted to the same receiver, or until the receiver takes them by
 * itself, having been woken by somebody else.
 */
#include "config.h"

#include <event2/event.h>

#include "odradek/base/clock.h"
#include "skeleton.h"

#define GATHER_MS 5
#define GATHER_MAX 64
#define NS_PER_MS INT64_C(1000000)

bool
gather_may_wait(struct skeleton *sk, uint32_t to)
{
	struct gather *g = &sk->gather[to];

	if (sk->is_noted[to])
		return true; /* it is rung for at the end of the turn anyway */
	if (g->waiting == 0 && mono_ns() - g->rung_ns >= GATHER_MS * NS_PER_MS) {
		g->rung_ns = mono_ns();
		return false;
	}
	if (g->waiting + 1 >= GATHER_MAX)
		return false;
	if (g->waiting++ == 0 && !g->listed) {
		g->listed = true;
		sk->gathering[sk->gatherings++] = to;
	}
	return true;
}

void
gather_rung(struct skeleton *sk, uint32_t to)
{
	struct gather *g = &sk->gather[to];

	if (g->waiting == 0)
		return;
	g->waiting = 0;
	g->rung_ns = mono_ns();
}

/* When to is due for its ring, in ns from now; 0: now; -1: there is nothing to ring for any more.
 */
static int64_t
left(struct skeleton *sk, uint32_t to)
{
	struct gather *g = &sk->gather[to];
	int64_t ns;

	if (g->waiting > 0 && ring_taken(sk->c.shm, to) == ring_posted(sk->c.shm, to))
		g->waiting = 0;
	if (g->waiting == 0)
		return -1;
	ns = g->rung_ns + GATHER_MS * NS_PER_MS - mono_ns();
	return ns > 0 ? ns : 0;
}

void
gather_flush(struct skeleton *sk)
{
	int64_t least = INT64_MAX, ns;
	uint32_t n = 0;

	if (sk->gatherings == 0)
		return;
	for (uint32_t i = 0; i < sk->gatherings; i++) {
		const uint32_t to = sk->gathering[i];

		if ((ns = left(sk, to)) > 0) {
			least = ns < least ? ns : least;
			sk->gathering[n++] = to;
			continue;
		}
		sk->gather[to].listed = false;
		if (ns == 0) {
			gather_rung(sk, to);
			bell_ring(sk->c.shm, to);
		}
	}
	sk->gatherings = n;
	if (n == 0) {
		event_del(sk->on_gather);
	} else if (!event_pending(sk->on_gather, EV_TIMEOUT, NULL)) {
		const struct timeval tv = {.tv_usec = least / 1000 + 1};

		event_add(sk->on_gather, &tv);
	}
}
