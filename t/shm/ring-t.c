/* SPDX-License-Identifier: ISC */
/* ring-t.c - rings: order, wrap, full, room, what a mad peer says, a successor that goes on. */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/shm/ring.h"
#include "shm_pair.h"
#include "t/tap/tap.h"

static struct shm *a, *b;
static uint32_t as, bs;

static void
post(uint32_t n)
{
	struct shm_msg m = {.type = 1, .generation = 99};

	for (uint32_t i = 0; i < n; i++) {
		m.cookie = (uint32_t)ring_posted(a, bs);
		if (ring_post(a, bs, &m) == -1)
			bail("unexpectedly full");
	}
}

static int
take(uint32_t n)
{
	int good = 1;
	uint64_t tail = atomic_load(&shm_self(b)->tail[as].v);

	for (uint32_t i = 0; i < n; i++) {
		const struct shm_msg *m = ring_peek(b, as, i);

		good &= m->cookie == (uint32_t)(tail + i) && m->type == 1;
	}
	ring_advance(b, as, n);
	return good;
}

static void
wrap(void)
{
	int good = 1;

	for (int round = 0; round < 100; round++) {
		post(777);
		good &= ring_waiting(b, as) == 777;
		good &= take(300);
		good &= take(477);
	}
	ok(good, "messages come in order round after round");
	is_int(77700, ring_taken(a, bs), "the sender sees how many were passed");
	is_int(1024, ring_room(a, bs), "and that there is room");
}

static void
full(void)
{
	struct shm_msg m = {.type = 1};
	uint64_t before = shm_self(a)->counter[CTR_RING_FULL];

	post(SHM_RING);
	is_int(0, ring_room(a, bs), "no room in a full ring");
	is_int(-1, ring_post(a, bs, &m), "a post into it fails");
	is_int(1, shm_self(a)->counter[CTR_RING_FULL] - before, "and is counted");
	is_int(SHM_RING, ring_waiting(b, as), "all of it waits");
	ok(take(1), "the first is whole");
	is_int(1, ring_room(a, bs), "room for one");
	post(1);
	ok(take(SHM_RING), "the rest is whole");
	is_int(1, ring_peek(b, as, 0)->generation, "the sender's generation is filled in");
}

static void
mad_peer(void)
{
	uint64_t *head = (uint64_t *)&shm_self(a)->head[bs].v, good = *head;
	uint64_t *tail = (uint64_t *)&shm_self(b)->tail[as].v, tail_good = *tail;
	uint64_t taken = ring_taken(a, bs);

	*head = good + 5000;
	is_int(0, ring_waiting(b, as), "a head beyond the ring is not believed");
	*head = good - 1;
	is_int(0, ring_waiting(b, as), "a head that went back is not believed");
	*head = good;
	*tail = tail_good + 1;
	is_int(taken, ring_taken(a, bs), "a tail beyond the head is not believed");
	*tail = tail_good - 100;
	is_int(taken, ring_taken(a, bs), "a tail that went back is not believed");
	*tail = tail_good;
	is_int(0, ring_waiting(b, 200), "nothing waits from a slot that does not exist");
}

static void
bells(void)
{
	uint64_t before = shm_self(a)->counter[CTR_BELLS];

	bell_ring(a, bs);
	is_int(0, shm_self(a)->counter[CTR_BELLS] - before, "who is awake is not rung");
	bell_arm(b);
	bell_ring(a, bs);
	bell_ring(a, bs);
	is_int(1, shm_self(a)->counter[CTR_BELLS] - before, "who sleeps is rung once");
	bell_clear(b);
	bell_disarm(b);
	bell_ring(a, bs);
	is_int(1, shm_self(a)->counter[CTR_BELLS] - before, "awake again: not rung");
	bell_arm(b);
	bell_arm(b); /* a successor that finds the bell odd */
	bell_ring(a, bs);
	is_int(2, shm_self(a)->counter[CTR_BELLS] - before, "the next sleep is rung for");
	bell_disarm(b);
	bell_clear(b);
}

/* A sender is killed in the middle of its posts, again and again; its successor goes on where head
 * says. */
static void
killed_sender(void)
{
	uint32_t next = 0;
	int good = 1;

	for (int round = 0; round < 50; round++) {
		struct shm *sup = shm_pair_supervisor();
		uint32_t seen = 0;
		pid_t pid = fork();

		if (pid == 0) {
			struct shm_msg m = {.type = 1};

			if (shm_adopt(sup, as) == -1)
				_exit(1);
			for (;;) {
				uint64_t i = ring_posted(sup, bs);

				m.cookie = (uint32_t)i;
				for (int k = 0; k < 13; k++)
					m.w[k] = (uint32_t)i * 31 + (uint32_t)k;
				ring_post(sup, bs, &m);
			}
		}
		if (round == 0)
			next = (uint32_t)atomic_load(&shm_self(b)->tail[as].v);
		while (seen < 3000) {
			uint32_t n = ring_waiting(b, as);

			for (uint32_t i = 0; i < n; i++) {
				const struct shm_msg *m = ring_peek(b, as, i);

				good &= m->cookie == next;
				for (int k = 0; k < 13; k++)
					good &= m->w[k] == next * 31 + (uint32_t)k;
				next++;
			}
			ring_advance(b, as, n);
			seen += n;
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	ok(good, "fifty killed senders: nothing lost, torn or doubled");
}

int
main(void)
{
	plan(0);
	as = proc_slot(PROC_ACCEPTOR, 0);
	bs = proc_slot(PROC_WRITER, 0);
	shm_pair_new(&a, as, &b, bs);
	is_int(0, ring_waiting(b, as), "nothing waits at first");
	wrap();
	full();
	mad_peer();
	bells();
	killed_sender();
	shm_pair_free(&a, &b);
	return done_testing();
}
