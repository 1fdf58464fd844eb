/* SPDX-License-Identifier: ISC */
/*
 * replicator.c - replicator.N: watches the lines of replicated partitions and proposes who is in sync.
 *
 * Replicator.  Reads what others publish; writes its own part, and messages to the controller.
 */
#include "config.h"

#include "odradek/proc/child.h"

static void
on_message(struct child *c, uint32_t from, const struct shm_msg *m)
{
	(void)c, (void)from, (void)m;
}

static bool
on_stop(struct child *c)
{
	(void)c;
	return true;
}

void
replicator_main(struct child *c)
{
	c->message = on_message;
	c->stop = on_stop;
	child_ready(c);
	child_run(c);
}
