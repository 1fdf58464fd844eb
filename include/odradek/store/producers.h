/* SPDX-License-Identifier: ISC */
/*
 * producers.h - what a partition remembers of its idempotent and transactional producers.
 *
 * The last five batches of each producer id, its epoch, and its open transaction.  Owned by the log; runs in the
 * writer.  plog_append calls it; it is public for tests and for tools.  No allocation in steady state.
 */
#ifndef ODRADEK_STORE_PRODUCERS_H
#define ODRADEK_STORE_PRODUCERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRODUCER_BATCHES 5

/* Of a batch, as much as producer state needs. */
struct producer_batch {
	int64_t producer_id;
	int16_t epoch;
	bool transactional;
	bool behind;		   /* one in front of it was sent: a producer that is not known is not a new one */
	int8_t marker;		   /* -1 = data; 0 = ABORT, 1 = COMMIT: a control batch */
	int32_t base_sequence;
	int32_t last_sequence;
	int32_t coordinator_epoch; /* of a marker */
	int64_t base_offset, last_offset;
	int64_t timestamp;	   /* max timestamp of the batch */
	int64_t now;		   /* wall clock of the append */
};

struct producer_seen { /* one remembered batch */
	int32_t base_sequence, last_sequence;
	int64_t last_offset;
	int64_t timestamp;
	int32_t offset_delta;
	int32_t pad;
};

struct producer_entry {
	int64_t producer_id;
	int64_t touched;	  /* wall clock of the last append */
	int64_t txn_first;	  /* first offset of its open transaction; -1 = none */
	int64_t last_timestamp;
	int32_t coordinator_epoch;
	int16_t epoch;
	uint8_t count, head;	  /* seen[] is a ring; head = place of the newest */
	struct producer_seen seen[PRODUCER_BATCHES];
};

struct producers;
struct producer_undo { /* takes one producers_update back */
	bool created, completed;
	struct producer_entry entry;
};

enum producer_verdict { PRODUCER_OK = 0, PRODUCER_DUPLICATE = -1 }; /* positive: Kafka's error code */

struct producers *producers_new(void);
void producers_free(struct producers **p);
size_t producers_count(const struct producers *p);		/* NULL allowed */
const struct producer_entry *producers_find(const struct producers *p, int64_t producer_id);
const struct producer_entry *producers_at(const struct producers *p, size_t i);

/*
 * May this batch be appended?  PRODUCER_OK; PRODUCER_DUPLICATE with *base_offset and *timestamp of the original; or
 * 45 OUT_OF_ORDER_SEQUENCE, 47 INVALID_PRODUCER_EPOCH, 48 INVALID_TXN_STATE, 52 TRANSACTION_COORDINATOR_FENCED.
 * p may be NULL (no state).
 */
int producers_check(const struct producers *p, const struct producer_batch *b, int64_t *base_offset,
    int64_t *timestamp);
/*
 * The batch is in the log.  undo may be NULL.  For a marker that ends a transaction, *ended_first is its first offset,
 * else -1 (ended_first may be NULL).
 */
void producers_update(struct producers *p, const struct producer_batch *b, struct producer_undo *undo,
    int64_t *ended_first);
void producers_undo(struct producers *p, int64_t producer_id, const struct producer_undo *undo);
/* Forgets who has neither appended since before nor has an open transaction; returns how many. */
size_t producers_expire(struct producers *p, int64_t before);
void producers_clear(struct producers *p);
/* First offset of the oldest transaction that is open, except that of a producer id (-1: of all); -1 = none. */
int64_t producers_first_open(const struct producers *p, int64_t except);
/* The same, but a transaction whose marker is not below the high watermark counts as open.  NULL allowed. */
int64_t producers_first_unstable(const struct producers *p);
/* The high watermark moved: markers below it are stable. */
void producers_acked(struct producers *p, int64_t hw);

/* Kafka's .snapshot format.  *buf is malloc'd by write.  read: 0, or -1 when torn or not understood. */
size_t producers_snapshot_write(const struct producers *p, uint8_t **buf);
int producers_snapshot_read(struct producers *p, const uint8_t *buf, size_t len);

/* Our own: with the last five batches.  Appends to buf (room bytes, needs producers_save_size); read as above. */
size_t producers_save_size(const struct producers *p);
void producers_save(const struct producers *p, uint8_t *buf);
int producers_restore(struct producers *p, const uint8_t *buf, size_t len);

#endif
