/* SPDX-License-Identifier: ISC */
/*
 * behind.h - batches of idempotent producers that come behind one that was refused, or may be yet (behind.c).
 */
#ifndef ODRADEK_ACCEPTOR_BEHIND_H
#define ODRADEK_ACCEPTOR_BEHIND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/* Who sent a batch, to which partition, and where it is in his order. */
struct behind_batch {
	int64_t producer_id; /* -1: not idempotent, nothing is known of its order */
	uint32_t slot;
	int32_t sequence; /* the first of it */
	int16_t epoch;
	bool under_way;
	LIST_ENTRY(behind_batch) entry; /* those under way; behind.c's own */
};

/* It is about to be sent to the log, and must stay where it is until behind_ended; that may be called of any batch. */
void behind_begun(struct behind_batch *b);
void behind_ended(struct behind_batch *b);

/* It was refused with an error that passes. */
void behind_note(const struct behind_batch *b, int16_t error, int64_t now_ms);
/* It was taken, and with it whatever was refused behind it. */
void behind_taken(const struct behind_batch *b);
/* The error with which one in front of it was refused lately; KERR_NONE: none was. */
int16_t behind_refused(const struct behind_batch *b, int64_t now_ms);
/* Is one in front of it under way, or was one refused lately?  Then the log must have taken that one first. */
bool behind_another(const struct behind_batch *b, int64_t now_ms);

#endif
