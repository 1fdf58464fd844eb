/* SPDX-License-Identifier: ISC */
/*
 * ring-t.c - no message is torn, lost or overwritten (src/shm/ring.c: ring_post, ring_waiting,
 * ring_advance).
 *
 * A ring of two slots, messages of two words.  The sender's stores become visible in any order
 * (more freedom than x86 has) except that a release store waits for all before it.  Either side may
 * be killed at any step; its successor begins with what memory says.  A message that was taken but
 * not passed is delivered again: that is allowed.
 */
#include "config.h"

#include <string.h>

#include "explore.h"
#include "t/tap/tap.h"

enum {
	RELEASE_HEAD = 1 << 0,
	LOOK_FOR_ROOM = 1 << 1,
	PASS_LAST = 1 << 2,
	FROM_HEAD = 1 << 3,
	FROM_TAIL = 1 << 4,
	ALL = (1 << 5) - 1,
};
static const struct rule rules[] = {
    {RELEASE_HEAD, "RELEASE_HEAD", "the head becomes visible after the message"},
    {LOOK_FOR_ROOM, "LOOK_FOR_ROOM", "the sender posts only where the tail has passed"},
    {PASS_LAST, "PASS_LAST", "the tail passes a message after it was read"},
    {FROM_HEAD, "FROM_HEAD", "a sender's successor goes on at the published head"},
    {FROM_TAIL, "FROM_TAIL", "a receiver's successor goes on at the published tail"},
};
static unsigned on;

enum { SIZE = 2, MESSAGES = 5, CRASHES = 1, BUFFER = 4 };
enum { HEAD = SIZE * 2, TAIL, WORDS };
enum { S_ROOM, S_FIRST, S_SECOND, S_HEAD };
enum { R_LOOK, R_FIRST, R_SECOND, R_PASS };

struct state {
	uint8_t mem[WORDS];
	uint8_t addr[BUFFER], value[BUFFER], stores; /* the sender's */
	uint8_t s, head, taken, generation;
	uint8_t r, tail, seen, first,
	    second; /* the receiver's; first, second: the message as read */
	uint8_t sender_crashes, receiver_crashes;
	uint8_t wrong;
};
enum { TORN = 1, OTHER };

static uint8_t
content(const struct state *s)
{
	return (uint8_t)((s->head + 1) | s->generation << 4);
}

static int
store(struct state *s, int word, uint8_t value)
{
	if (s->stores == BUFFER)
		return 0;
	s->addr[s->stores] = (uint8_t)word;
	s->value[s->stores++] = value;
	return 1;
}

/* Any store may become visible next, but not before an older one to the same word, nor a release
 * before its elders. */
static void
flush(const struct state *old, struct explorer *x)
{
	for (int i = 0; i < old->stores; i++) {
		struct state s = *old;
		int may = 1;

		for (int k = 0; k < i; k++)
			may &= s.addr[k] != s.addr[i];
		if ((on & RELEASE_HEAD) && s.addr[i] == HEAD && i > 0)
			may = 0;
		if (!may)
			continue;
		s.mem[s.addr[i]] = s.value[i];
		for (int k = i; k < BUFFER - 1; k++) {
			s.addr[k] = s.addr[k + 1];
			s.value[k] = s.value[k + 1];
		}
		s.stores--;
		s.addr[s.stores] = s.value[s.stores] = 0;
		emit(x, &s, "store becomes visible: %s %u = %#x",
		    old->addr[i] == HEAD ? "head" : "word", old->addr[i], old->value[i]);
	}
}

static void
sender(const struct state *old, struct explorer *x)
{
	struct state s = *old;
	const int slot = s.head % SIZE * 2;

	switch (s.s) {
	case S_ROOM:
		if (s.head == MESSAGES)
			return;
		s.s = S_FIRST;
		if (on & LOOK_FOR_ROOM) {
			if (s.head - s.taken >= SIZE)
				s.taken = s.mem[TAIL];
			if (s.head - s.taken >= SIZE)
				s.s = S_ROOM;
		}
		if (memcmp(&s, old, sizeof(s)) != 0)
			emit(x, &s, "sender looks for room: head %u, tail %u", s.head, s.taken);
		return;
	case S_FIRST:
		if (!store(&s, slot, content(&s)))
			return;
		s.s = S_SECOND;
		emit(x, &s, "sender fills the first word of slot %u with %#x", slot / 2,
		    content(&s));
		return;
	case S_SECOND:
		if (!store(&s, slot + 1, content(&s)))
			return;
		s.s = S_HEAD;
		emit(x, &s, "sender fills the second word of slot %u with %#x", slot / 2,
		    content(&s));
		return;
	case S_HEAD:
		if (!store(&s, HEAD, s.head + 1))
			return;
		s.head++;
		s.s = S_ROOM;
		emit(x, &s, "sender stores head %u", s.head);
		return;
	}
}

static void
receiver(const struct state *old, struct explorer *x)
{
	struct state s = *old;
	const int slot = s.tail % SIZE * 2;

	switch (s.r) {
	case R_LOOK:
		if (s.mem[HEAD] == s.tail)
			return;
		s.seen = s.mem[HEAD];
		s.r = R_FIRST;
		if (!(on & PASS_LAST))
			s.mem[TAIL] = s.tail + 1;
		emit(x, &s, "receiver sees head %u", s.seen);
		return;
	case R_FIRST:
		s.first = s.mem[slot];
		s.r = R_SECOND;
		emit(x, &s, "receiver reads the first word of slot %u: %#x", slot / 2, s.first);
		return;
	case R_SECOND:
		s.second = s.mem[slot + 1];
		s.r = R_PASS;
		if (s.first != s.second)
			s.wrong = TORN;
		else if ((s.first & 15) != s.tail + 1)
			s.wrong = OTHER;
		emit(x, &s, "receiver reads the second word of slot %u: %#x", slot / 2, s.second);
		return;
	case R_PASS:
		s.mem[TAIL] = ++s.tail;
		s.first = s.second = s.seen = 0;
		s.r = R_LOOK;
		emit(x, &s, "receiver passes: tail %u", s.tail);
		return;
	}
}

static void
crash(const struct state *old, struct explorer *x)
{
	struct state s = *old;

	if (s.sender_crashes < CRASHES && s.stores == 0) {
		s.sender_crashes++;
		s.generation++;
		s.head = on & FROM_HEAD ? s.mem[HEAD] : s.mem[TAIL];
		s.taken = 0;
		s.s = S_ROOM;
		emit(x, &s, "sender is killed, its successor begins at head %u", s.head);
	}
	s = *old;
	if (s.receiver_crashes < CRASHES) {
		s.receiver_crashes++;
		s.tail = on & FROM_TAIL ? s.mem[TAIL] : s.mem[HEAD];
		s.r = R_LOOK;
		s.first = s.second = s.seen = 0;
		emit(x, &s, "receiver is killed, its successor begins at tail %u", s.tail);
	}
}

static void
next(const void *state, struct explorer *x)
{
	flush(state, x);
	sender(state, x);
	receiver(state, x);
	crash(state, x);
}

static void
init(void *state)
{
	memset(state, 0, sizeof(struct state));
}

static const char *
check(const void *state)
{
	const struct state *s = state;

	if (s->wrong == TORN)
		return "a torn message was taken";
	if (s->wrong == OTHER)
		return "a message was overwritten before it was read";
	if (s->mem[TAIL] > s->mem[HEAD])
		return "the tail passed the head";
	return NULL;
}

/* Nobody can do anything: everything must have arrived. */
static const char *
stuck(const void *state)
{
	const struct state *s = state;

	return s->mem[TAIL] == MESSAGES ? NULL : "a message never arrives";
}

/* ... which is only certain without kills: with them there is always one more step. */
static const char *
check_and_progress(const void *state)
{
	const struct state *s = state;
	const char *wrong = check(state);

	if (wrong == NULL && s->stores == 0 && s->s == S_ROOM && s->head == MESSAGES &&
	    s->r == R_LOOK && s->mem[HEAD] == s->tail)
		wrong = stuck(state);
	return wrong;
}

static const struct model ring = {.name = "ring",
    .size = sizeof(struct state),
    .init = init,
    .next = next,
    .check = check_and_progress,
    .stuck = stuck};

int
main(void)
{
	plan(0);
	on = ALL;
	model_passes(&ring,
	    "nothing torn, lost or overwritten, with reordered stores and killed processes",
	    2000000);
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		on = ALL & ~rules[i].bit;
		model_fails(&ring, &rules[i], 2000000);
	}
	return done_testing();
}
