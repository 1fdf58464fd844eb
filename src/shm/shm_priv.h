/* SPDX-License-Identifier: ISC */
/* shm_priv.h - one process's view of all parts.  Private memory: nothing in here is shared. Private
 * to src/shm/. */
#ifndef ODRADEK_SHM_PRIV_H
#define ODRADEK_SHM_PRIV_H

#include "odradek/shm/part.h"

/* What this process remembers of the process in a slot; one cache line, since rings are hot. */
struct shm_peer_view {
	struct shm_part *part; /* NULL: no such part.  Writable only where it is our own (and in the
				  supervisor) */
	uint64_t size;
	uint64_t taken; /* its tail of our ring, as last looked at: never more than the truth */
	uint64_t rung;  /* the sleep (value of its bell) that we rang last */
	int bell;       /* eventfd; -1 = none */
	int fd;         /* read-only descriptor of the part; -1 once adopted */
	uint8_t pad[SHM_LINE - 40];
};
static_assert(sizeof(struct shm_peer_view) == SHM_LINE, "a cache line");

struct shm {
	_Alignas(SHM_LINE) struct shm_peer_view peer[SHM_SLOTS];
	struct shm_part *self;
	uint32_t slot, generation;
	struct shm_layout layout;
};

/* Bytes that an arena with this much data takes in its part, links included; a multiple of the
 * page. */
uint64_t arena_span(uint64_t data);

#endif
