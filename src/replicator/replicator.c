/* SPDX-License-Identifier: ISC */
/*
 * replicator.c - replicator.N: watches the lines of replicated partitions and proposes who is in sync.
 *
 * It reads what others publish, and writes its own part and messages to the controller.  It decides nothing, so it may
 * die at any instant: its successor looks at everything once.
 */
#include "config.h"

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/proc/wait.h"
#include "replicator.h"

struct replicator repl;

static void
on_message(struct child *c, uint32_t from, const struct shm_msg *m)
{
	(void)c, (void)from;
	if (m->type == CALL_MOVED)
		watch_moved(((const struct msg_moved *)m)->slot);
}

static bool
on_turn(struct child *c)
{
	repl.now = mono_coarse_ms();
	tables_follow(repl.tables);
	if (wait_rescan(true))
		watch_all();
	child_alarm(c, watch_turn());
	return false;
}

static bool
on_look(struct child *c)
{
	return atomic_load_explicit(&shm_controller_of(c->shm)->version, memory_order_acquire) !=
	    tables_version(repl.tables) || wait_rescan(false);
}

static void
on_reload(struct child *c)
{
	(void)c;
	pace_reload();
}

static void
on_peer_died(struct child *c, uint32_t slot, uint32_t generation)
{
	(void)c, (void)slot, (void)generation;
	watch_all(); /* what a writer owed us was lost with it, and proposals with a controller */
}

static bool
on_stop(struct child *c)
{
	(void)c;
	return true;
}

static void
on_node(void *arg, uint32_t index, const struct shm_node *n)
{
	(void)arg, (void)index, (void)n;
	pace_reload();
	watch_all();
}

void
replicator_main(struct child *c)
{
	static const struct tables_hooks hooks = { .partition = watch_slot, .node = on_node };

	repl.child = c;
	repl.shm = c->shm;
	repl.pub = shm_body_of(c->self);
	repl.now = mono_coarse_ms();
	wait_init(c);
	watch_init();
	repl.tables = tables_new(c->shm, &hooks, NULL);
	pace_reload();
	c->message = on_message;
	c->turn = on_turn;
	c->look = on_look;
	c->reload = on_reload;
	c->peer_died = on_peer_died;
	c->stop = on_stop;
	child_ready(c);
	child_run(c);
	watch_fini();
	tables_free(&repl.tables);
}
