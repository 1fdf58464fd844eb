/* SPDX-License-Identifier: ISC */
/* behind-t.c - which batches of a producer come behind one that was refused, and for how long. */
#include "config.h"

#include "behind.h"
#include "odradek/proto/kerr.h"
#include "t/tap/tap.h"

enum { LATE = 1000000 }; /* ms: by then nothing is remembered */

static struct behind_batch
batch(int64_t producer_id, int16_t epoch, uint32_t slot, int32_t sequence)
{
	return (struct behind_batch){
	    .producer_id = producer_id, .epoch = epoch, .slot = slot, .sequence = sequence};
}

static int
refused(int64_t producer_id, int16_t epoch, uint32_t slot, int32_t sequence, int64_t now)
{
	const struct behind_batch b = batch(producer_id, epoch, slot, sequence);

	return behind_refused(&b, now);
}

static void
note(
    int64_t producer_id, int16_t epoch, uint32_t slot, int32_t sequence, int16_t error, int64_t now)
{
	const struct behind_batch b = batch(producer_id, epoch, slot, sequence);

	behind_note(&b, error, now);
}

static void
taken(int64_t producer_id, int16_t epoch, uint32_t slot, int32_t sequence)
{
	const struct behind_batch b = batch(producer_id, epoch, slot, sequence);

	behind_taken(&b);
}

static void
order(void)
{
	const int error = KERR_NOT_LEADER_OR_FOLLOWER;

	is_int(0, refused(7, 0, 3, 11, 0), "nothing was refused");
	note(7, 0, 3, 10, error, 0);
	is_int(error, refused(7, 0, 3, 11, 1), "the next batch");
	is_int(error, refused(7, 0, 3, 5000, 1), "one far behind it");
	is_int(0, refused(7, 0, 3, 10, 1), "itself, tried again");
	is_int(0, refused(7, 0, 3, 9, 1), "one in front of it");
	is_int(0, refused(7, 1, 3, 11, 1), "of another epoch");
	is_int(0, refused(7, 0, 4, 11, 1), "of another partition");
	is_int(0, refused(8, 0, 3, 11, 1), "of another producer");
	taken(7, 0, 3, 12);
	is_int(error, refused(7, 0, 3, 13, 1), "one behind it was in the log");
	taken(7, 0, 3, 10);
	is_int(0, refused(7, 0, 3, 11, 1), "it was taken");
	note(9, 0, 3, INT32_MAX, error, 0);
	is_int(error, refused(9, 0, 3, 0, 1), "numbers begin again at 0");
	is_int(0, refused(9, 0, 3, INT32_MAX - 1, 1), "... behind the greatest");
}

static void
lately(void)
{
	const int first = KERR_NOT_ENOUGH_REPLICAS, second = KERR_NOT_LEADER_OR_FOLLOWER;
	int64_t end = LATE;

	note(20, 0, 1, 5, (int16_t)first, LATE);
	while (end < 2 * LATE && refused(20, 0, 1, 6, end) != 0)
		end++;
	ok(end > LATE && end < 2 * LATE, "it is forgotten");
	note(20, 0, 1, 5, (int16_t)first, LATE);
	note(20, 0, 1, 6, (int16_t)second, end - 1);
	is_int(first, refused(20, 0, 1, 7, end - 1), "what is refused behind it");
	is_int(0, refused(20, 0, 1, 7, end), "... does not renew it");
	note(20, 0, 1, 5, (int16_t)first, LATE);
	note(20, 0, 1, 5, (int16_t)second, end - 1);
	is_int(second, refused(20, 0, 1, 6, end), "when it is refused again, it is new");
}

static bool
another(int64_t producer_id, int16_t epoch, uint32_t slot, int32_t sequence)
{
	const struct behind_batch b = batch(producer_id, epoch, slot, sequence);

	return behind_another(&b, LATE);
}

static void
under_way(void)
{
	struct behind_batch first = batch(30, 0, 1, 0), second = batch(30, 0, 1, 3), none = batch(-1, -1, 1, -1);

	ok(!another(30, 0, 1, 3), "nothing is under way");
	behind_begun(&first);
	ok(another(30, 0, 1, 3), "one in front of it");
	ok(!another(30, 0, 1, 0), "the same again");
	ok(!another(30, 1, 1, 1) && !another(30, 0, 2, 3) && !another(31, 0, 1, 3), "another epoch, partition, producer");
	behind_begun(&second);
	behind_ended(&first);
	ok(another(30, 0, 1, 7), "a second one");
	ok(!another(30, 0, 1, 3), "the first is not under way any more");
	behind_ended(&second);
	ok(!another(30, 0, 1, 7), "nor is the second");
	behind_ended(&second);
	note(30, 0, 1, 0, KERR_NOT_LEADER_OR_FOLLOWER, LATE);
	ok(another(30, 0, 1, 3), "one that was refused lately");
	behind_begun(&none);
	ok(!another(-1, -1, 1, -1), "producers without an id");
	behind_ended(&none);
}

static void
without(void)
{
	note(-1, -1, 1, -1, KERR_NOT_LEADER_OR_FOLLOWER, 3 * LATE);
	is_int(0, refused(-1, -1, 1, 5, 3 * LATE), "producers without an id have no order");
	for (int64_t id = 100; id < 100000; id++)
		note(id, 0, 1, 0, KERR_NOT_LEADER_OR_FOLLOWER, 3 * LATE);
	is_int(KERR_NOT_LEADER_OR_FOLLOWER, refused(99999, 0, 1, 1, 3 * LATE), "of many, the last");
}

int
main(void)
{
	order();
	lately();
	under_way();
	without();
	return done_testing();
}
