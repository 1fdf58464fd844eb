/* SPDX-License-Identifier: ISC */
/*
 * lagging.c - where the readers are that lag far behind the end of their logs, so that what they read stays in the page
 * cache, and what is behind them need not.  Owner: an acceptor; readers: acceptors and writers.
 */
#include "config.h"

#include "odradek/shm/tables.h"

#define GET(w) atomic_load_explicit(&(w), memory_order_relaxed)
#define PUT(w, v) atomic_store_explicit(&(w), (v), memory_order_relaxed)

/* Two readers so near to each other are one: they want the same range. */
static bool
same_reader(struct shm_lagging *l, uint32_t slot, int64_t segment, int64_t position)
{
	int64_t moved = position - GET(l->position);

	return GET(l->slot) == slot + 1 && GET(l->segment) == segment && moved >= 0 && moved <= SHM_LAGGING_AHEAD / 2;
}

void
lagging_put(struct shm_acceptor *a, uint32_t slot, int64_t segment, int64_t position, uint32_t now)
{
	struct shm_lagging *at = &a->lagging[0];

	for (int i = 0; i < SHM_LAGGING; i++) {
		struct shm_lagging *l = &a->lagging[i];

		if (same_reader(l, slot, segment, position)) {
			at = l;
			break;
		}
		if (GET(l->slot) == 0 || GET(l->used) < GET(at->used))
			at = l;
	}
	PUT(at->used, now);
	PUT(at->segment, segment);
	PUT(at->position, position);
	PUT(at->slot, slot + 1);
}

bool
lagging_needs(const struct shm_acceptor *ca, uint32_t slot, int64_t segment, int64_t from, int64_t to, uint32_t now)
{
	struct shm_acceptor *a = (struct shm_acceptor *)(uintptr_t)ca; /* atomic loads take no const */

	for (int i = 0; i < SHM_LAGGING; i++) {
		struct shm_lagging *l = &a->lagging[i];
		int64_t position = GET(l->position);

		if (GET(l->slot) == slot + 1 && GET(l->segment) == segment && now - GET(l->used) <= SHM_LAGGING_S &&
		    position < to && position + SHM_LAGGING_AHEAD > from)
			return true;
	}
	return false;
}
