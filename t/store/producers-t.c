/* SPDX-License-Identifier: ISC */
/* producers-t.c - sequences, duplicates, epochs, transactions, and the two forms on disk. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/proto/kerr.h"

static struct producer_batch
batch(int64_t id, int16_t epoch, int32_t seq, int32_t n, int64_t base)
{
	return (struct producer_batch){ .producer_id = id, .epoch = epoch, .marker = -1, .base_sequence = seq,
		.last_sequence = seq < 0 ? -1 : batch_sequence_add(seq, n - 1), .base_offset = base,
		.last_offset = base + n - 1, .timestamp = 1000 + base, .now = 5000 + base };
}

static int64_t base_offset, timestamp;

static int
check(struct producers *p, int64_t id, int16_t epoch, int32_t seq, int32_t n)
{
	struct producer_batch b = batch(id, epoch, seq, n, 0);

	base_offset = timestamp = -7;
	return producers_check(p, &b, &base_offset, &timestamp);
}

static void
update(struct producers *p, int64_t id, int16_t epoch, int32_t seq, int32_t n, int64_t base)
{
	struct producer_batch b = batch(id, epoch, seq, n, base);

	producers_update(p, &b, NULL, NULL);
}

static void
sequences(void)
{
	struct producers *p = producers_new();
	struct producer_batch b = batch(1, 0, 77, 3, 0);

	is_int(PRODUCER_OK, check(NULL, 1, 0, 77, 1), "no state at all: any sequence");
	is_int(PRODUCER_OK, check(p, 1, 0, 77, 3), "an unknown id: any sequence");
	b.behind = true;
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER, producers_check(p, &b, &base_offset, &timestamp),
	    "but not behind a batch that was refused");
	for (int i = 0; i < 7; i++)
		update(p, 1, 3, 10 * i, 10, 100 + 10 * i);
	is_int(PRODUCER_OK, check(p, 1, 3, 70, 1), "the next sequence");
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER, check(p, 1, 3, 71, 1), "a gap");
	is_int(PRODUCER_DUPLICATE, check(p, 1, 3, 60, 10), "the last one again");
	is_int(160, base_offset, "... with its offset");
	is_int(1160, timestamp, "... and timestamp");
	is_int(PRODUCER_DUPLICATE, check(p, 1, 3, 20, 10), "the fifth last again");
	is_int(120, base_offset, "... with its offset");
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER, check(p, 1, 3, 10, 10), "the sixth last is not known any more");
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER, check(p, 1, 3, 60, 9), "same first but other last sequence");
	is_int(KERR_INVALID_PRODUCER_EPOCH, check(p, 1, 2, 70, 1), "an older epoch");
	is_int(PRODUCER_OK, check(p, 1, 4, 0, 1), "a newer epoch begins at 0");
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER, check(p, 1, 4, 70, 1), "... and nowhere else");
	update(p, 1, 4, 0, 5, 200);
	is_int(KERR_INVALID_PRODUCER_EPOCH, check(p, 1, 3, 60, 10), "a duplicate of the older epoch is fenced");
	is_int(PRODUCER_OK, check(p, 1, 4, 5, 1), "the new epoch goes on");
	update(p, 2, 0, INT32_MAX - 1, 2, 300);
	is_int(PRODUCER_OK, check(p, 2, 0, 0, 1), "from the greatest sequence to 0");
	update(p, 2, 0, 0, 4, 302);
	update(p, 3, 0, INT32_MAX - 1, 5, 400);
	is_int(PRODUCER_OK, check(p, 3, 0, 3, 1), "a batch may wrap in the middle");
	is_int(PRODUCER_DUPLICATE, check(p, 3, 0, INT32_MAX - 1, 5), "... and be a duplicate");
	is_int(3, (int64_t)producers_count(p), "three producers");
	producers_free(&p);
}

static void
many(void)
{
	struct producers *p = producers_new();
	struct producer_undo undo;
	struct producer_batch b;
	bool good = true;

	for (int i = 0; i < 1000; i++)
		update(p, i * 7, 0, 0, 1, i);
	for (int i = 0; i < 1000; i++)
		good = good && check(p, i * 7, 0, 0, 1) == PRODUCER_DUPLICATE && base_offset == i;
	ok(good, "a thousand producers are found");
	b = batch(14, 0, 1, 1, 5000);
	producers_update(p, &b, &undo, NULL);
	producers_undo(p, 14, &undo);
	is_int(PRODUCER_OK, check(p, 14, 0, 1, 1), "an undone update leaves the old sequence");
	b = batch(999999, 0, 0, 1, 5000);
	producers_update(p, &b, &undo, NULL);
	is_int(1001, (int64_t)producers_count(p), "one more");
	producers_undo(p, 999999, &undo);
	is_int(1000, (int64_t)producers_count(p), "... and gone");
	good = true;
	for (int i = 0; i < 1000; i++)
		good = good && check(p, i * 7, 0, 0, 1) == PRODUCER_DUPLICATE;
	ok(good, "the others are still found");
	is_int(990, (int64_t)producers_expire(p, 5000 + 990), "idle ones expire");
	is_int(10, (int64_t)producers_count(p), "... not the others");
	is_int(PRODUCER_DUPLICATE, check(p, 995 * 7, 0, 0, 1), "... which are still known");
	is_int(PRODUCER_OK, check(p, 7, 0, 0, 1), "an expired one is unknown");
	producers_free(&p);
}

static void
transactions(void)
{
	struct producers *p = producers_new();
	struct producer_batch b = batch(1, 0, 0, 1, 10);
	int64_t first, dummy;

	b.transactional = true;
	producers_update(p, &b, NULL, &first);
	is_int(10, producers_first_open(p, -1), "a transaction is open");
	b = batch(2, 0, 0, 1, 11);
	b.transactional = true;
	producers_update(p, &b, NULL, &first);
	is_int(10, producers_first_open(p, -1), "the older one counts");
	is_int(11, producers_first_open(p, 1), "... except for its own");
	b = batch(1, 0, 1, 1, 12);
	is_int(KERR_INVALID_TXN_STATE, producers_check(p, &b, &dummy, &dummy), "a plain write inside of a transaction");
	is_int(0, (int64_t)producers_expire(p, INT64_MAX), "who has an open transaction does not expire");
	b = batch(1, 0, -1, 1, 13);
	b.marker = 1;
	b.coordinator_epoch = 4;
	is_int(PRODUCER_OK, producers_check(p, &b, &dummy, &dummy), "the marker");
	producers_update(p, &b, NULL, &first);
	is_int(10, first, "... ends the transaction from its first offset");
	is_int(11, producers_first_open(p, -1), "the other is open");
	is_int(10, producers_first_unstable(p), "unstable until the high watermark passes the marker");
	producers_acked(p, 13);
	is_int(10, producers_first_unstable(p), "... which it has not at 13");
	producers_acked(p, 14);
	is_int(11, producers_first_unstable(p), "... which it has at 14");
	b.coordinator_epoch = 3;
	is_int(KERR_TRANSACTION_COORDINATOR_FENCED, producers_check(p, &b, &dummy, &dummy), "a zombie coordinator");
	b = batch(1, 0, 1, 1, 14);
	is_int(PRODUCER_OK, producers_check(p, &b, &dummy, &dummy), "the sequence goes on behind the marker");
	producers_free(&p);
}

static void
on_disk(void)
{
	struct producers *p = producers_new(), *q = producers_new();
	struct producer_batch b;
	uint8_t *buf;
	size_t len;
	bool good = true;

	for (int i = 0; i < 40; i++)
		for (int k = 0; k <= i % 7; k++)
			update(p, i, (int16_t)(i % 3), k * 2, 2, 1000 * i + 2 * k);
	b = batch(50, 0, 0, 1, 77);
	b.transactional = true;
	producers_update(p, &b, NULL, NULL);
	len = producers_save_size(p);
	buf = malloc(len);
	producers_save(p, buf);
	is_int(0, producers_restore(q, buf, len), "our own form is read");
	for (int i = 0; i < 40; i++)
		for (int k = 0; k <= i % 7; k++)
			good = good && check(q, i, (int16_t)(i % 3), k * 2, 2) == check(p, i, (int16_t)(i % 3), k * 2, 2);
	ok(good, "... with all five batches of each");
	is_int(77, producers_first_open(q, -1), "... and the open transaction");
	good = true;
	for (size_t cut = 0; cut < len; cut++)
		good = good && producers_restore(q, buf, cut) == -1;
	ok(good, "cut anywhere it is refused");
	free(buf);

	len = producers_snapshot_write(p, &buf);
	is_int(10 + 41 * 46, (int64_t)len, "Kafka's snapshot has 46 bytes a producer");
	is_int(0, producers_snapshot_read(q, buf, len), "... and is read");
	good = true;
	for (int i = 0; i < 40; i++)
		good = good && check(q, i, (int16_t)(i % 3), (i % 7) * 2, 2) == PRODUCER_DUPLICATE &&
		    base_offset == 1000 * i + 2 * (i % 7) && check(q, i, (int16_t)(i % 3), (i % 7) * 2 + 2, 1) == 0;
	ok(good, "... with the last batch of each");
	buf[20] ^= 1;
	is_int(-1, producers_snapshot_read(q, buf, len), "a flipped bit is refused");
	free(buf);
	len = producers_snapshot_write(NULL, &buf);
	is_int(10, (int64_t)len, "nobody known: an empty snapshot");
	is_int(0, producers_snapshot_read(q, buf, len), "... is read");
	free(buf);
	producers_free(&p);
	producers_free(&q);
}

int
main(void)
{
	sequences();
	many();
	transactions();
	on_disk();
	return done_testing();
}
