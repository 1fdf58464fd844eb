/* SPDX-License-Identifier: ISC */
/*
 * cleaned.c - takes what the cleaner has compacted: checks that it may, lets the store swap it in, answers.
 *
 * The cleaner works from what it read of the published line and of the directory, both of which may have changed since.
 * Nothing of it counts before this process, which alone knows the log, has looked: same partition, no truncation, the
 * same sealed segments, nothing beyond the last stable offset.  The loop only renames; what stalls are jobs.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "odradek/base/log.h"
#include "writer.h"

static void
answer(uint32_t slot, int64_t base, int error)
{
	union {
		struct shm_msg m;
		struct msg_swapped b;
	} u = { .m = { .type = CALL_SWAPPED } };

	u.b.slot = slot;
	u.b.base = base;
	u.b.error = error;
	/* it has one question under way at most, so there is room */
	(void)child_post(writer.child, proc_slot(PROC_CLEANER, writer.node), &u.m);
}

/* A new cleaner must not write files that its predecessor has handed over: it waits while this is not 0. */
static void
swapping(int n)
{
	uint32_t now = atomic_load_explicit(&writer.pub->swapping, memory_order_relaxed);

	atomic_store_explicit(&writer.pub->swapping, now + (uint32_t)n, memory_order_release);
}

static int
take(const struct msg_cleaned *m)
{
	struct plog_cleaned c = { .base = m->base, .last = m->last, .size = m->size, .upto = m->upto, .cuts = m->cuts };
	struct replica *r = m->slot < writer.partitions_max ? writer.replica[m->slot] : NULL;

	if (writer.offline)
		return EIO;
	if (r == NULL || r->state != REP_OPEN || r->p.generation != m->slot_generation || writer.leaving ||
	    !r->settings->config.cleanup_compact)
		return ECANCELED;
	if (c.size >= 0) {
		if (plog_swap_in(r->log, &c) == -1)
			return errno;
		/* positions in sealed segments are void from here on; what comes now is of later ones */
		replica_forget_tail(r);
		swapping(1);
		return 0;
	}
	if (c.cuts != plog_line(r->log)->cuts || c.upto > plog_line(r->log)->leo)
		return ECANCELED;
	plog_set_cleaned(r->log, c.upto);
	replica_publish(r);
	answer(m->slot, m->base, 0);
	return 0;
}

void
cleaned_message(uint32_t from, const struct shm_msg *msg)
{
	struct msg_cleaned m;
	int error;

	if (from != proc_slot(PROC_CLEANER, writer.node))
		return;
	append_drained(); /* what was posted earlier is in the log first */
	memcpy(&m, msg, sizeof(m));
	error = take(&m);
	if (error != 0)
		answer(m.slot, m.base, error);
	upkeep_poke();
	upkeep_pump();
}

void
cleaned_swapped(struct plog *log, const struct plog_cleaned *c, int error, void *arg)
{
	const struct replica *r = plog_user(log);

	(void)arg;
	swapping(-1);
	if (error == 0)
		shm_count(writer.child->self, CTR_SWAPS, 1);
	log_debug("\"%s\": compacted segment at %lld: %s", plog_dirname(log), (long long)c->base,
	    error == 0 ? "swapped in" : strerror(error));
	if (r != NULL)
		answer(r->slot, c->base, error);
}
