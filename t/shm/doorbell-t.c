/* SPDX-License-Identifier: ISC */
/* doorbell-t.c - two processes play ping-pong through rings, each sleeping whenever it finds
 * nothing.  A lost wake-up would leave both asleep; poll's bound turns that into a failure. */
#include "config.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/shm/ring.h"
#include "t/tap/tap.h"

#define ROUNDS 100000
static const struct shm_layout layout = {
    .count = {[PROC_SUPERVISOR] = 1, [PROC_ACCEPTOR] = 1, [PROC_WRITER] = 1},
    .partitions_max = 16,
    .acceptor_arena = 1 << 20,
};

/* Sleeps until a message waits; -1 when nothing came for long. */
static int
await(struct shm *shm, uint32_t self, uint32_t from)
{
	struct pollfd p = {.fd = shm_bell_fd(shm, self), .events = POLLIN};

	while (ring_waiting(shm, from) == 0) {
		bell_arm(shm);
		if (ring_waiting(shm, from) == 0) {
			if (poll(&p, 1, 20000) <= 0)
				return -1;
			bell_clear(shm);
		}
		bell_disarm(shm);
	}
	return 0;
}

/* Answers each message; lazily so that the other side sleeps in between, now and then. */
static int
play(struct shm *shm, uint32_t self, uint32_t peer, int first)
{
	struct shm_msg m = {.type = 1};
	unsigned spin = self;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		if (first) {
			m.cookie = i;
			ring_post(shm, peer, &m);
			bell_ring(shm, peer);
		}
		if (await(shm, self, peer) == -1 || ring_peek(shm, peer, 0)->cookie != i)
			return 1;
		ring_advance(shm, peer, 1);
		for (volatile unsigned k = (spin = spin * 1103515245 + 12345) >> 24; k > 0; k--)
			;
		if (!first) {
			m.cookie = i;
			ring_post(shm, peer, &m);
			bell_ring(shm, peer);
		}
	}
	return 0;
}

static pid_t
player(struct shm *shm, uint32_t self, uint32_t peer, int first)
{
	pid_t pid;

	shm_prepare(shm, self);
	if ((pid = fork()) == 0)
		_exit(shm_adopt(shm, self) == -1 ? 2 : play(shm, self, peer, first));
	return pid;
}

int
main(void)
{
	uint32_t a = proc_slot(PROC_ACCEPTOR, 0), b = proc_slot(PROC_WRITER, 0);
	struct shm *shm;
	int sa, sb;
	pid_t pa, pb;

	plan(0);
	if (shm_create(&shm, &layout) == -1)
		bail("shm_create failed");
	pa = player(shm, a, b, 1);
	pb = player(shm, b, a, 0);
	waitpid(pa, &sa, 0);
	waitpid(pb, &sb, 0);
	is_int(0, sa, "the first player saw every answer");
	is_int(0, sb, "the second player saw every call");
	is_int(ROUNDS, shm_peer(shm, a)->counter[CTR_MESSAGES], "messages are counted");
	diag("bells rung: %llu and %llu", (unsigned long long)shm_peer(shm, a)->counter[CTR_BELLS],
	    (unsigned long long)shm_peer(shm, b)->counter[CTR_BELLS]);
	shm_destroy(&shm);
	return done_testing();
}
