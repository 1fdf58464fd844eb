/* SPDX-License-Identifier: ISC */
/* repl.h - what was read from shared memory, as the rules of replication (repl/rules.h) want it. */
#ifndef ODRADEK_PROC_REPL_H
#define ODRADEK_PROC_REPL_H

#include "odradek/repl/rules.h"
#include "odradek/shm/tables.h"

void repl_slot_of(struct repl_slot *to, const struct shm_partition *p);
/* p: the slot that the line is asked for. */
void repl_line_of(struct repl_line *to, const struct shm_partition *p, const struct shm_replica *r);
/* Index in p->replica of a node; -1: it has none. */
int32_t repl_index_of(const struct shm_partition *p, int32_t node);

#endif
