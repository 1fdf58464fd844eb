/* SPDX-License-Identifier: ISC */
/*
 * callee-t.c - to whom an answer is posted: to every life of an asker that is not known to have
 * ended, also to one that the supervisor has forked and not yet written down.  The process table is
 * the test's, the outbox only counts.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/proc/callee.h"
#include "t/tap/tap.h"

static const struct shm_layout layout = {
    .count = {[PROC_SUPERVISOR] = 1, [PROC_CONTROLLER] = 1, [PROC_ACCEPTOR] = 1},
    .partitions_max = 16,
    .acceptor_arena = 1 << 20,
    .controller_arena = 1 << 20,
};
static uint32_t posted;
static bool full;

size_t
outbox_max(const struct outbox *o)
{
	(void)o;
	return 1 << 20;
}

struct packet *
outbox_place(struct outbox *o, const void *p, size_t len, uint32_t *pos)
{
	(void)o, (void)p, (void)len, (void)pos;
	return NULL;
}

void
packet_put(struct outbox *o, struct packet *k)
{
	(void)o, (void)k;
}

int
outbox_post(struct outbox *o, uint32_t to, const struct shm_msg *m, struct packet *k)
{
	(void)o, (void)to, (void)m, (void)k;
	posted++;
	return full ? -1 : 0;
}

void
outbox_reclaim(struct outbox *o)
{
	(void)o;
}

bool
outbox_turn(const struct outbox *o)
{
	(void)o;
	return false;
}

/* True if an answer for that life of the acceptor is posted, where the table says of it what it
 * says. */
static bool
answered(struct callee *e, struct shm *shm, uint32_t asker, uint32_t generation, uint32_t pid)
{
	const struct asker to = {.slot = proc_slot(PROC_ACCEPTOR, 0), .generation = asker};
	struct shm_process *p = &shm_processes_rw(shm)->process[to.slot];

	atomic_store(&p->pid, pid);
	atomic_store(&p->generation, generation);
	posted = 0;
	callee_send(e, answer_new(&to, api_get(18), 0, NULL));
	ok(!callee_turn(e), "nothing waits");
	return posted == 1;
}

int
main(void)
{
	struct child c = {.generation = 1};
	struct callee *e;

	plan(0);
	log_set_level(LOG_LEVEL_ERROR);
	if (shm_create(&c.shm, &layout) == -1)
		bail("could not prepare: %s", strerror(errno));
	e = callee_new(&c, NULL, BY_CONTROLLER);
	ok(answered(e, c.shm, 1, 1, 100), "the asker lives");
	ok(answered(e, c.shm, 1, 0, 0), "the first one was forked, and is not in the table yet");
	ok(answered(e, c.shm, 2, 1, 0), "its successor was forked, and is not in the table yet");
	ok(answered(e, c.shm, 2, 1, 101), "only its pid is");
	ok(!answered(e, c.shm, 1, 1, 0), "the asker is dead");
	ok(!answered(e, c.shm, 1, 2, 101), "the asker is dead, and its successor lives");
	full = true;
	callee_send(
	    e, answer_new(&(struct asker){.slot = proc_slot(PROC_ACCEPTOR, 0), .generation = 2},
		   api_get(18), 0, NULL));
	ok(callee_turn(e), "an answer without room waits");
	callee_forget(e, proc_slot(PROC_ACCEPTOR, 0), 2);
	ok(!callee_turn(e), "until the asker dies");
	shm_destroy(&c.shm);
	return done_testing();
}
