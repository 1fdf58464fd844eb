/* SPDX-License-Identifier: ISC */
/*
 * uncleanable.c - partitions that cannot be compacted: said once for each reason, tried again ever more rarely, published.
 *
 * Cleaner.  A log that is not compacted any more grows without bound, and nobody notices before the disk is full; so it
 * is a state that others see (health of the supervisor, the counters), not a line in a log long ago.
 */
#include "config.h"

#include <string.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "cleaner.h"

#define RETRY_FIRST_MS 60000
#define RETRY_MOST_MS 3600000

void
uncleanable_publish(void)
{
	static uint32_t named; /* entries that were written */
	uint32_t n = 0;

	for (uint32_t slot = 0; slot < cleaner.slots; slot++) {
		const struct candidate *c = &cleaner.candidate[slot];

		if (c->error == 0)
			continue;
		if (n++ < SHM_UNCLEANABLE) {
			struct shm_uncleanable u = { .slot = slot, .generation = c->p.generation, .error = c->error,
				.tries = c->tries, .segment = c->segment, .position = c->position, .since = c->since,
				.bytes = c->need.cleanable_bytes };

			latch_write(&cleaner.pub->bad[n - 1], &u);
		}
	}
	for (uint32_t i = n; i < named && i < SHM_UNCLEANABLE; i++) {
		struct shm_uncleanable none = { 0 };

		latch_write(&cleaner.pub->bad[i], &none);
	}
	named = n;
	atomic_store_explicit(&cleaner.pub->uncleanable, n, memory_order_release);
}

void
uncleanable_add(uint32_t slot, int error, int64_t segment, int64_t position, const char *why)
{
	struct candidate *c = &cleaner.candidate[slot];
	bool known = c->error == error && c->segment == segment && c->position == position;
	int64_t wait = RETRY_FIRST_MS;
	char name[300];

	if (c->error == 0)
		c->since = now_ms();
	c->tries = known ? c->tries + 1 : 1;
	for (uint32_t i = 1; i < c->tries && wait < RETRY_MOST_MS; i++)
		wait *= 2;
	c->retry_at = mono_coarse_ms() + (wait < RETRY_MOST_MS ? wait : RETRY_MOST_MS);
	c->error = error;
	c->segment = segment;
	c->position = position;
	shm_count(cleaner.child->self, CTR_UNCLEANABLE, 1);
	uncleanable_publish(); /* before it is said: whoever asks because of the line finds it */
	if (!known && why != NULL)
		log_warnx("could not compact \"%s\": %s, in segment %lld at position %lld; it stays as it is and grows until "
			  "that is gone, and is tried again",
		    candidate_name(c, name, sizeof(name)), why, (long long)segment, (long long)position);
	else if (!known)
		log_warnx("could not compact \"%s\": %s; it is tried again", candidate_name(c, name, sizeof(name)),
		    strerror(error));
}

void
uncleanable_remove(uint32_t slot)
{
	struct candidate *c = &cleaner.candidate[slot];
	char name[300];

	if (c->error == 0)
		return;
	c->error = 0;
	c->tries = 0;
	c->retry_at = 0;
	uncleanable_publish();
	if (c->p.state == SLOT_ONLINE)
		log_info("\"%s\" can be compacted again", candidate_name(c, name, sizeof(name)));
}
