/* SPDX-License-Identifier: ISC */
/* gather-t.c - messages that may be late: when the bell is rung for them.  The clock and the rings
 * are the test's. */
#include "config.h"

#include <event2/event.h>
#include <time.h>

#include "src/proc/skeleton.h"
#include "t/tap/tap.h"

#define MS INT64_C(1000000)
#define TO 3

static int64_t now;
static uint64_t posted[SHM_SLOTS], taken[SHM_SLOTS];
static int rung;
static struct skeleton sk;

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	(void)id;
	*ts = (struct timespec){now / 1000000000, now % 1000000000};
	return 0;
}

uint64_t
ring_posted(struct shm *shm, uint32_t to)
{
	(void)shm;
	return posted[to];
}

uint64_t
ring_taken(struct shm *shm, uint32_t to)
{
	(void)shm;
	return taken[to];
}

void
bell_ring(struct shm *shm, uint32_t to)
{
	(void)shm;
	rung += to == TO;
}

static void
on_gather(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

/* Posts one, ends the turn; true: it is rung for like any other. */
static bool
post(void)
{
	bool wait;

	posted[TO]++;
	wait = gather_may_wait(&sk, TO);
	gather_flush(&sk);
	return !wait;
}

static bool
timer_is_set(void)
{
	return event_pending(sk.on_gather, EV_TIMEOUT, NULL);
}

/* So long after the last one, with everything taken. */
static void
pause_ms(int64_t ms)
{
	now += ms * MS;
	taken[TO] = posted[TO];
	gather_flush(&sk);
	rung = 0;
}

static void
test_stream(void)
{
	ok(post(), "one that comes alone rings");
	pause_ms(20);
	ok(post(), "and the next, after a while, too");
	taken[TO] = posted[TO];
	now += MS;
	ok(!post() && !post() && !post(), "those that follow at once wait");
	ok(timer_is_set() && rung == 0, "for a timer");
	now += 3 * MS;
	gather_flush(&sk);
	is_int(0, rung, "not yet");
	now += MS;
	gather_flush(&sk);
	is_int(1, rung, "once for all of them, when the time is up");
	ok(!timer_is_set(), "the timer is gone");
	gather_flush(&sk);
	is_int(1, rung, "and no more");
	taken[TO] = posted[TO];
	ok(!post(), "a stream goes on waiting");
	now += 5 * MS;
	ok(!post() && rung == 2, "until the time is up");
}

static void
test_ends(void)
{
	int some = 0;

	pause_ms(20);
	ok(post() && !post(), "one waits");
	taken[TO] = posted[TO];
	now += 5 * MS;
	gather_flush(&sk);
	ok(rung == 0 && !timer_is_set(), "what was taken meanwhile is not rung for");

	pause_ms(20);
	ok(post() && !post(), "one waits");
	gather_rung(&sk, TO);
	gather_flush(&sk);
	now += 5 * MS;
	gather_flush(&sk);
	ok(rung == 0 && !timer_is_set(), "what another message took along is not, either");

	pause_ms(20);
	ok(post(), "the first rings");
	for (int i = 0; i < 62; i++)
		some += post();
	is_int(0, some, "some wait");
	some = 0;
	for (int i = 0; i < 2; i++)
		some += post();
	is_int(1, some, "as many as there are do not wait for the time");
	gather_rung(&sk, TO);

	pause_ms(20);
	sk.is_noted[TO] = true;
	ok(gather_may_wait(&sk, TO) && gather_may_wait(&sk, TO),
	    "with something else in the same turn");
	sk.is_noted[TO] = false;
	gather_flush(&sk);
	ok(rung == 0 && !timer_is_set(), "nothing is left to wait for");
}

int
main(void)
{
	now = 1000 * MS;
	sk.c.base = event_base_new();
	sk.on_gather = event_new(sk.c.base, -1, 0, on_gather, NULL);
	test_stream();
	test_ends();
	event_free(sk.on_gather);
	event_base_free(sk.c.base);
	return done_testing();
}
