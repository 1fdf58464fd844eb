/* SPDX-License-Identifier: ISC */
/*
 * behind.c - batches of idempotent producers that come behind one that was refused.
 *
 * A producer has up to five requests under way.  When one of them is refused because a leader is
 * changing, the next may find the new one at work, to whom its sequence number is out of order: a
 * connection here outlives the node that it speaks to.  But OUT_OF_ORDER_SEQUENCE_NUMBER says that
 * producer and log disagree, and some clients (librdkafka, for any batch) then begin a new producer
 * epoch: what was in the log, but not acknowledged yet, is written once more.  So such a batch is
 * refused with the error of the one in front of it, which every client takes for what it is.
 *
 * A producer that the log does not know may begin with any number, since retention may have taken
 * what was known of it.  So one that comes behind another that is not answered yet says so to the
 * writer: else, when that one was refused and we have not heard so yet (its writer died, the disk had
 * no room for so much), the one behind it would be taken for the first of a new producer, and the
 * refused one would be out of order for ever.
 *
 * A refusal counts only until the refused one was taken, and for as long as requests may have been
 * sent before it was read: who goes on without it has to learn that it is missing.  A table of fixed
 * size; what is pushed out of it is answered as by the log.
 */
#include "config.h"

#include "behind.h"
#include "odradek/base/hash.h"
#include "odradek/proto/kerr.h"

#define REFUSALS 4096u /* a power of two */
#define LATELY_MS 3000

struct refusal {
	struct behind_batch batch;
	int64_t until_ms; /* 0: there is none */
	int16_t error;
};

static struct refusal refusals[REFUSALS];
static LIST_HEAD(, behind_batch) under_way[REFUSALS];

static uint32_t
hash_of(const struct behind_batch *b)
{
	return (uint32_t)hash_u64((uint64_t)b->producer_id << 32 ^ b->slot) & (REFUSALS - 1);
}

static struct refusal *
place_of(const struct behind_batch *b)
{
	return &refusals[hash_of(b)];
}

static bool
same_order(const struct behind_batch *a, const struct behind_batch *b)
{
	return a->producer_id == b->producer_id && a->slot == b->slot && a->epoch == b->epoch;
}

/* Numbers begin again at 0 behind the greatest. */
static bool
comes_behind(const struct behind_batch *b, const struct behind_batch *first)
{
	const uint32_t distance = ((uint32_t)b->sequence - (uint32_t)first->sequence) & INT32_MAX;

	return distance > 0 && distance <= INT32_MAX / 2;
}

void
behind_note(const struct behind_batch *b, int16_t error, int64_t now_ms)
{
	struct refusal *r = place_of(b);

	if (b->producer_id < 0 || b->sequence < 0)
		return;
	/* what comes behind a refused one, and is refused with it, makes it no younger */
	if (now_ms < r->until_ms && same_order(b, &r->batch) && comes_behind(b, &r->batch))
		return;
	*r = (struct refusal){.batch = *b, .until_ms = now_ms + LATELY_MS, .error = error};
}

void
behind_taken(const struct behind_batch *b)
{
	struct refusal *r = place_of(b);

	if (r->until_ms != 0 && same_order(b, &r->batch) && !comes_behind(b, &r->batch))
		r->until_ms = 0;
}

int16_t
behind_refused(const struct behind_batch *b, int64_t now_ms)
{
	const struct refusal *r = place_of(b);

	if (b->producer_id < 0 || b->sequence < 0 || now_ms >= r->until_ms)
		return KERR_NONE;
	return same_order(b, &r->batch) && comes_behind(b, &r->batch) ? r->error : KERR_NONE;
}

void
behind_begun(struct behind_batch *b)
{
	if (b->producer_id < 0 || b->sequence < 0)
		return;
	LIST_INSERT_HEAD(&under_way[hash_of(b)], b, entry);
	b->under_way = true;
}

void
behind_ended(struct behind_batch *b)
{
	if (b->under_way)
		LIST_REMOVE(b, entry);
	b->under_way = false;
}

bool
behind_another(const struct behind_batch *b, int64_t now_ms)
{
	const struct behind_batch *other;

	if (b->producer_id < 0 || b->sequence < 0)
		return false;
	LIST_FOREACH(other, &under_way[hash_of(b)], entry)
		if (same_order(b, other) && comes_behind(b, other))
			return true;
	return behind_refused(b, now_ms) != KERR_NONE;
}
