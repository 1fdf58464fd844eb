/* SPDX-License-Identifier: ISC */
/* support.h - random messages, comparison and printing by the tables, and chains of small pieces,
 * for the tests of proto. */
#ifndef T_PROTO_SUPPORT_H
#define T_PROTO_SUPPORT_H

#include "odradek/proto/msg.h"

/* Small and repeatable. */
struct rng {
	uint64_t s;
};

uint64_t rng_next(struct rng *r);
/* 0..n-1 */
uint32_t rng_below(struct rng *r, uint32_t n);

/* A message of this version with random content: every kind of value, null where allowed, defaults
 * for what it lacks. */
void *random_message(struct rng *r, const struct msg_table *t, int version, struct msg_arena *a);
/* Are two messages equal?  Of record data, only the lengths are compared. */
int same_message(const struct msg_table *t, const void *a, const void *b);
/* {name=value,...}: strings and bytes in hex after ', uuids in hex, ~ for null, record data as
 * #length.  To be freed. */
char *dump_message(const struct msg_table *t, const void *root);

/* Encodes, and puts bytes of the pattern byte = position (low 8 bits) where record data belongs.
 * To be freed; NULL on failure. */
uint8_t *encode_whole(
    const struct msg_table *t, int version, const void *root, size_t *len, int *error);

/* Pieces of 1..most bytes, each allocated by itself so that a sanitizer sees every step outside. */
struct pieces {
	struct iovec *iov;
	int n;
};
void pieces_make(struct pieces *p, struct rng *r, const void *data, size_t len, uint32_t most);
void pieces_join(const struct pieces *p, void *data);
void pieces_free(struct pieces *p);

/* Bytes from hex; to be freed. */
uint8_t *unhex(const char *hex, size_t *len);

#endif
