/* SPDX-License-Identifier: ISC */
/* timers-t.c - the coordinator's timers: order, those that are put off again and again, against a
 * scan of all. */
#include "config.h"

#include <stdlib.h>

#include "shard.h"
#include "t/tap/tap.h"

#define MANY 500
#define STEPS 200000

static struct timer timer[MANY];
static int64_t due[MANY]; /* 0: not set */
static int64_t now, last;
static int fired, early, late, unset;
static struct timer *fired_last;

static void
fire(struct timer *t)
{
	const size_t i = (size_t)(t - timer);

	fired++;
	fired_last = t;
	unset += due[i] == 0;
	early += due[i] > now;
	late += due[i] <= last;
	due[i] = 0;
}

static void
set(int i, int64_t at)
{
	timer_set(&timer[i], due[i] = at, fire);
}

static void
pass(int64_t ms)
{
	last = now;
	now += ms;
	timers_fire(now);
}

static void
test_few(void)
{
	now = 1000;
	ok(timers_first() == INT64_MAX, "none is set");
	set(0, 5000);
	set(1, 4000);
	is_int(4000, timers_first(), "the first");
	pass(2999);
	is_int(0, fired, "not before the time");
	pass(1);
	ok(fired == 1 && fired_last == &timer[1], "at the time");
	is_int(5000, timers_first(), "the next");
	set(0, 9000);
	pass(1000);
	is_int(1, fired, "what was put off does not fire at its old time");
	is_int(9000, timers_first(), "and the loop is not woken for it again");
	set(0, 6000);
	is_int(6000, timers_first(), "what is brought forward is");
	pass(1000);
	is_int(2, fired, "and fires");
	set(0, 7000);
	timer_clear(&timer[0]);
	due[0] = 0;
	pass(5000);
	is_int(2, fired, "what was cleared does not");
	ok(timers_first() == INT64_MAX, "none is left");
}

/* Members that beat: how often is the loop woken for nothing? */
static void
test_beats(void)
{
	int wakes = 0;

	fired = 0;
	for (int i = 0; i < MANY; i++)
		set(i, now + 30000 + i * 6);
	for (int s = 0; s < 600000; s += 6) { /* ten minutes */
		const int i = s / 6 % MANY;

		set(i, now + 30000);
		wakes += timers_first() <= now + 6;
		pass(6);
	}
	is_int(0, fired, "who beats keeps its session");
	ok(wakes <= 700, "the loop is woken about once a second, not once a beat: %d times", wakes);
	pass(30000);
	is_int(MANY, fired, "who stops loses it");
}

static void
test_random(void)
{
	int64_t first;
	int wrong = 0;

	srand(7);
	early = late = unset = 0;
	for (int s = 0; s < STEPS; s++) {
		const int i = rand() % MANY;

		if (rand() % 10 == 0) {
			timer_clear(&timer[i]);
			due[i] = 0;
		} else {
			set(i, now + 1 + rand() % 6000);
		}
		if (rand() % 4 == 0)
			pass(rand() % 100);
		first = INT64_MAX;
		for (int k = 0; s % 16 == 0 && k < MANY; k++)
			if (due[k] != 0 && due[k] < first)
				first = due[k];
		wrong += s % 16 == 0 && timers_first() > first;
	}
	ok(early == 0 && late == 0 && unset == 0, "each fires once, in the turn of its time");
	is_int(0, wrong, "the loop never sleeps beyond the first");
}

int
main(void)
{
	test_few();
	test_beats();
	test_random();
	return done_testing();
}
