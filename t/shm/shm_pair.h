/* SPDX-License-Identifier: ISC */
/* shm_pair.h - two views of the same parts in one process, so that a test can play both ends.
 * A view as shm_adopt would make it, but with every part writable (a test plays mad peers, too). */
#ifndef T_SHM_PAIR_H
#define T_SHM_PAIR_H

#include <stdlib.h>
#include <string.h>

#include "../../src/shm/shm_priv.h"
#include "odradek/shm/part.h"
#include "t/tap/tap.h"

static struct shm *shm_pair_sup;
/* A test may want another one. */
static struct shm_layout shm_pair_layout = {
    .count = {[PROC_SUPERVISOR] = 1,
	[PROC_CONTROLLER] = 1,
	[PROC_ACCEPTOR] = 2,
	[PROC_WRITER] = 1},
    .partitions_max = 100,
    .acceptor_arena = 8 << 20,
    .controller_arena = 1 << 20,
};

static inline struct shm *
shm_pair_supervisor(void)
{
	return shm_pair_sup;
}

static inline struct shm *
shm_pair_view(struct shm *sup, uint32_t slot)
{
	struct shm *v = aligned_alloc(SHM_LINE, sizeof(*v));

	shm_prepare(sup, slot);
	memcpy(v, sup, sizeof(*v));
	v->slot = slot;
	v->self = v->peer[slot].part;
	v->generation = v->self->generation;
	return v;
}

static inline void
shm_pair_new(struct shm **a, uint32_t as, struct shm **b, uint32_t bs)
{
	if (shm_create(&shm_pair_sup, &shm_pair_layout) == -1)
		bail("shm_create failed");
	*a = shm_pair_view(shm_pair_sup, as);
	*b = shm_pair_view(shm_pair_sup, bs);
}

static inline void
shm_pair_free(struct shm **a, struct shm **b)
{
	free(*a);
	free(*b);
	shm_destroy(&shm_pair_sup);
}

#endif
