/* SPDX-License-Identifier: ISC */
/*
 * doorbell-t.c - no wake-up is lost (src/shm/ring.c: bell_ring, bell_arm, bell_disarm;
 * src/proc/loop.c: sleep_once).
 *
 * One sender posts a few messages and rings; one receiver drains, arms, looks again, sleeps.  Both
 * have a store buffer, as x86 has: a store becomes visible some time later, in order; a fence waits
 * until the buffer is empty. Either may be killed at any step; its successor begins with what
 * memory says (a store that a dead process had executed becomes visible all the same).  The eventfd
 * is watched edge-triggered and never read.
 *
 * Wrong is a state in which nobody can do anything while messages wait.
 */
#include "config.h"

#include <string.h>

#include "explore.h"
#include "t/tap/tap.h"

enum {
	SENDER_FENCE = 1 << 0,
	RECEIVER_FENCE = 1 << 1,
	LOOK_AGAIN = 1 << 2,
	COUNTER = 1 << 3,
	FRESH_ARM = 1 << 4,
	POST_FIRST = 1 << 5,
	BURIAL_RINGS = 1 << 6,
	ALL = (1 << 7) - 1,
};
static const struct rule rules[] = {
    {SENDER_FENCE, "SENDER_FENCE", "the sender fences between head and bell"},
    {RECEIVER_FENCE, "RECEIVER_FENCE", "the sleeper fences between bell and head"},
    {LOOK_AGAIN, "LOOK_AGAIN", "the sleeper looks again after arming"},
    {COUNTER, "COUNTER", "each sleep has a value of its own"},
    {FRESH_ARM, "FRESH_ARM", "a successor's sleep is none that the dead one had"},
    {POST_FIRST, "POST_FIRST", "the head is stored before the bell is looked at"},
    {BURIAL_RINGS, "BURIAL_RINGS", "the supervisor wakes everybody when it has buried a process"},
};
static unsigned on;

enum { MESSAGES = 3, CRASHES = 1, BUFFER = 3 };
enum { HEAD, BELL, WORDS };
enum { R_DRAIN, R_ARM, R_FENCE, R_LOOK, R_SLEEP, R_DISARM };
enum { S_POST, S_FENCE, S_BELL, S_WRITE };

struct state {
	uint8_t mem[WORDS];
	uint8_t addr[2][BUFFER], value[2][BUFFER], stores[2]; /* buffers: 0 sender, 1 receiver */
	uint8_t s, posted, rung,
	    seen;                /* sender: step, messages posted, sleep last rung, bell as read */
	uint8_t r, tail, looked; /* receiver: step, messages taken, head as last read */
	uint8_t edge;            /* the eventfd was written since epoll last reported it */
	uint8_t crashes, sender_crashes;
};

static uint8_t
load(const struct state *s, int who, int word)
{
	for (int i = s->stores[who]; i-- > 0;)
		if (s->addr[who][i] == word)
			return s->value[who][i];
	return s->mem[word];
}

static int
store(struct state *s, int who, int word, uint8_t value)
{
	if (s->stores[who] == BUFFER)
		return 0;
	s->addr[who][s->stores[who]] = (uint8_t)word;
	s->value[who][s->stores[who]++] = value;
	return 1;
}

static void
flush_one(const struct state *old, int who, struct explorer *x)
{
	struct state s = *old;

	if (s.stores[who] == 0)
		return;
	s.mem[s.addr[who][0]] = s.value[who][0];
	s.stores[who]--;
	for (int i = 0; i < BUFFER - 1; i++) {
		s.addr[who][i] = s.addr[who][i + 1];
		s.value[who][i] = s.value[who][i + 1];
	}
	s.addr[who][s.stores[who]] = s.value[who][s.stores[who]] = 0;
	emit(x, &s, "%s store becomes visible: %s = %u", who == 0 ? "sender's" : "receiver's",
	    old->addr[who][0] == HEAD ? "head" : "bell", old->value[who][0]);
}

static void
sender(const struct state *old, struct explorer *x)
{
	struct state s = *old;

	switch (s.s) {
	case S_POST:
		if (s.posted == MESSAGES)
			return;
		if (!(on & POST_FIRST)) { /* looks at the bell, then posts */
			s.seen = load(&s, 0, BELL);
			s.s = S_BELL;
			emit(x, &s, "sender reads bell %u before it posts", s.seen);
			return;
		}
		if (!store(&s, 0, HEAD, ++s.posted))
			return;
		s.s = S_FENCE;
		emit(x, &s, "sender posts message %u", s.posted);
		return;
	case S_FENCE:
		if (!(on & POST_FIRST)) {
			s.s = s.seen & 1 ? S_WRITE : S_POST;
			emit(x, &s, "sender fences");
			return;
		}
		if ((on & SENDER_FENCE) && s.stores[0] > 0)
			return;
		s.seen = load(&s, 0, BELL);
		s.s = (s.seen & 1) && s.seen != s.rung ? S_WRITE : S_POST;
		emit(x, &s, "sender reads bell %u%s", s.seen,
		    s.s == S_WRITE ? "" : ": nobody to ring for");
		return;
	case S_BELL: /* without POST_FIRST only */
		if (!store(&s, 0, HEAD, ++s.posted))
			return;
		s.s = (s.seen & 1) && s.seen != s.rung ? S_WRITE : S_POST;
		emit(x, &s, "sender posts message %u", s.posted);
		return;
	case S_WRITE:
		if (s.stores[0] > 0) /* a system call */
			return;
		s.rung = s.seen;
		s.edge = 1;
		s.s = S_POST;
		emit(x, &s, "sender writes the eventfd for sleep %u", s.rung);
		return;
	}
}

static uint8_t
armed(const struct state *s)
{
	uint8_t bell = load(s, 1, BELL);

	if (!(on & COUNTER))
		return 1;
	if (!(on & FRESH_ARM))
		return bell | 1;
	return bell & 1 ? bell + 2 : bell + 1;
}

static void
receiver(const struct state *old, struct explorer *x)
{
	struct state s = *old;
	uint8_t head = load(&s, 1, HEAD);

	switch (s.r) {
	case R_DRAIN:
		s.tail = head;
		s.r = R_ARM;
		emit(x, &s, "receiver drains up to %u", head);
		return;
	case R_ARM:
		if (!store(&s, 1, BELL, armed(&s)))
			return;
		s.r = R_FENCE;
		emit(x, &s, "receiver arms: bell %u", load(&s, 1, BELL));
		return;
	case R_FENCE:
		if ((on & RECEIVER_FENCE) && s.stores[1] > 0)
			return;
		s.r = R_LOOK;
		emit(x, &s, "receiver passes the fence");
		return;
	case R_LOOK:
		s.r = !(on & LOOK_AGAIN) || head == s.tail ? R_SLEEP : R_DISARM;
		emit(x, &s, "receiver looks at head %u: %s", head,
		    s.r == R_SLEEP ? "sleeps" : "stays awake");
		return;
	case R_SLEEP:
		if (!s.edge)
			return;
		s.edge = 0;
		s.r = R_DISARM;
		emit(x, &s, "receiver wakes");
		return;
	case R_DISARM:
		if (!store(&s, 1, BELL, on & COUNTER ? load(&s, 1, BELL) + 1 : 0))
			return;
		s.r = R_DRAIN;
		emit(x, &s, "receiver disarms: bell %u", load(&s, 1, BELL));
		return;
	}
}

/* The old process is gone with what it knew; the supervisor (a long time later: buffers are empty)
 * makes the bell even, or, without FRESH_ARM, leaves it. */
static void
crash(const struct state *old, struct explorer *x)
{
	struct state s = *old;

	if (s.crashes == CRASHES || s.stores[1] > 0)
		return;
	s.crashes++;
	s.r = R_DRAIN;
	s.edge = 0; /* the successor has an epoll of its own; it looks at the rings first anyway */
	if (on & FRESH_ARM)
		s.mem[BELL] = (uint8_t)((s.mem[BELL] + 1) & ~1);
	emit(x, &s, "receiver is killed, its successor finds bell %u", s.mem[BELL]);
}

/* A sender that is killed between post and bell leaves a message that nobody rang for. */
static void
sender_crash(const struct state *old, struct explorer *x)
{
	struct state s = *old;

	if (s.sender_crashes == CRASHES || s.stores[0] > 0)
		return;
	s.sender_crashes++;
	s.s = S_POST;
	s.posted = s.mem[HEAD];
	s.rung = s.seen = 0;
	if (on & BURIAL_RINGS)
		s.edge = 1;
	emit(x, &s, "sender is killed, its successor goes on behind message %u", s.posted);
}

static void
next(const void *state, struct explorer *x)
{
	flush_one(state, 0, x);
	flush_one(state, 1, x);
	sender(state, x);
	receiver(state, x);
	crash(state, x);
	sender_crash(state, x);
}

static void
init(void *state)
{
	memset(state, 0, sizeof(struct state));
}

/* Asleep for ever?  Nothing is left to become visible, the sender has posted all it had, the
 * eventfd is silent. */
static const char *
check(const void *state)
{
	const struct state *s = state;

	if (s->r == R_SLEEP && !s->edge && s->s == S_POST && s->posted == MESSAGES &&
	    s->stores[0] == 0 && s->stores[1] == 0 && s->mem[HEAD] != s->tail)
		return "the receiver sleeps for ever while a message waits";
	return NULL;
}

static const struct model doorbell = {
    .name = "doorbell", .size = sizeof(struct state), .init = init, .next = next, .check = check};

int
main(void)
{
	plan(0);
	on = ALL;
	model_passes(
	    &doorbell, "no wake-up is lost, with store buffers and killed processes", 2000000);
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		on = ALL & ~rules[i].bit;
		model_fails(&doorbell, &rules[i], 2000000);
	}
	return done_testing();
}
