/* SPDX-License-Identifier: ISC */
/*
 * behind.h - batches of idempotent producers that come behind one that was refused (behind.c).
 */
#ifndef ODRADEK_ACCEPTOR_BEHIND_H
#define ODRADEK_ACCEPTOR_BEHIND_H

#include <stdint.h>

/* Who sent a batch, to which partition, and where it is in his order. */
struct behind_batch {
	int64_t producer_id; /* -1: not idempotent, nothing is known of its order */
	uint32_t slot;
	int32_t sequence; /* the first of it */
	int16_t epoch;
};

/* It was refused with an error that passes. */
void behind_note(const struct behind_batch *b, int16_t error, int64_t now_ms);
/* It was taken, and with it whatever was refused behind it. */
void behind_taken(const struct behind_batch *b);
/* The error with which one in front of it was refused lately; KERR_NONE: none was. */
int16_t behind_refused(const struct behind_batch *b, int64_t now_ms);

#endif
