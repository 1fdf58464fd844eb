/* SPDX-License-Identifier: ISC */
/*
 * replicator.h - what the files of the replicator share.  Private to src/replicator/.
 *
 * replicator.c  main, hooks of the skeleton
 * watch.c       partitions that moved: who joins, who leaves the in-sync replicas
 * pace.c        rates of the throttles
 */
#ifndef ODRADEK_REPLICATOR_H
#define ODRADEK_REPLICATOR_H

#include "odradek/proc/child.h"
#include "odradek/proc/tables.h"

struct replicator {
	struct child *child;
	struct shm *shm;
	struct shm_replicator *pub; /* our body */
	struct tables *tables;
	int64_t now; /* monotonic ms of this turn */
};
extern struct replicator repl;

/* ---- watch.c ---- */

void watch_init(void);
void watch_fini(void);
/* Hook of the tables: the slot is another one than it was. */
void watch_slot(void *arg, uint32_t slot, const struct shm_partition *p);
/* A writer says that the partition moved. */
void watch_moved(uint32_t slot);
/* A writer's ring to us was full, or a process was replaced: everything may have moved. */
void watch_all(void);
/* Looks at what is due; monotonic ms of the next look, INT64_MAX = none. */
int64_t watch_turn(void);

/* ---- pace.c ---- */

/* The settings moved, or nodes did. */
void pace_reload(void);
/* Between pace_begin and pace_end every follower that copies is told, so that a leader's rate is shared among them. */
void pace_begin(void);
void pace_copies(uint32_t follower, uint32_t leader);
void pace_end(void);

#endif
