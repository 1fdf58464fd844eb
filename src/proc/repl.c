/* SPDX-License-Identifier: ISC */
/* repl.c - slots and lines for the rules of replication.  Used in: whoever decides by them. */
#include "config.h"

#include "odradek/proc/repl.h"

static_assert(REPL_REPLICAS == SHM_REPLICAS, "masks over replica[]");

int32_t
repl_index_of(const struct shm_partition *p, int32_t node)
{
	for (int32_t i = 0; node >= 0 && i < p->replicas && i < SHM_REPLICAS; i++)
		if (p->replica[i] == node)
			return i;
	return -1;
}

void
repl_slot_of(struct repl_slot *to, const struct shm_partition *p)
{
	*to = (struct repl_slot){
	    .version = p->version,
	    .leader = repl_index_of(p, p->leader),
	    .epoch = p->leader_epoch,
	    .isr = p->isr,
	    .count = p->count,
	    .elr = p->elr,
	    .replicas = p->replicas < SHM_REPLICAS ? p->replicas : SHM_REPLICAS,
	    .min_isr = repl_min_isr(p->min_insync, p->replicas),
	};
}

void
repl_line_of(struct repl_line *to, const struct shm_partition *p, const struct shm_replica *r)
{
	*to = (struct repl_line){
	    .known = r->generation == p->generation && r->status != REPLICA_NONE,
	    .open = r->generation == p->generation && r->status == REPLICA_OK,
	    .epoch = r->epoch,
	    .hw_epoch = r->hw_epoch,
	    .leo = r->leo,
	    .hw = r->hw,
	    .version = r->slot_version,
	};
}
