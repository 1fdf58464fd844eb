/* SPDX-License-Identifier: ISC */
/*
 * ring.h - single-producer single-consumer rings of 64-byte messages, and the doorbell.
 *
 * The ring from A to B lies in A's part (slots and head), its tail in B's part.  Posting fills the
 * slot, then stores head (release).  Taking reads head (acquire); what a message names belongs to
 * the receiver until it stores tail.
 *
 * Doorbell: a process that is about to sleep makes its bell odd, fences, and looks at its rings
 * once more.  A sender stores head, fences, reads the bell: odd and not yet rung for this sleep =>
 * one eventfd write.  The two fences are partners: either the sleeper sees the message or the
 * sender sees the odd bell (t/model/doorbell).
 */
#ifndef ODRADEK_SHM_RING_H
#define ODRADEK_SHM_RING_H

#include "odradek/shm/part.h"

/* Room for how many messages to slot. */
uint32_t ring_room(struct shm *shm, uint32_t to);
/* Posts one message; the caller's generation is filled in.  0, or -1 when full (counted).  Does not
 * ring. */
int ring_post(struct shm *shm, uint32_t to, const struct shm_msg *m);
/* Index that the next post to slot will get; compare with ring_taken for freeing (src/shm/README).
 */
uint64_t ring_posted(struct shm *shm, uint32_t to);
/* How many of our messages the peer has passed. */
uint64_t ring_taken(struct shm *shm, uint32_t to);

/*
 * Messages waiting from a slot.  ring_peek returns the i-th beyond the tail (i < ring_waiting),
 * checked for bounds by construction; the pointer is valid until ring_advance.  ring_advance gives
 * n back to the sender.
 */
uint32_t ring_waiting(struct shm *shm, uint32_t from);
const struct shm_msg *ring_peek(struct shm *shm, uint32_t from, uint32_t i);
void ring_advance(struct shm *shm, uint32_t from, uint32_t n);

/* Rings the bell of a slot if its process sleeps and was not rung for this sleep.  After the posts.
 */
void bell_ring(struct shm *shm, uint32_t to);
/* About to sleep: after this returns the caller must look for work once more. */
void bell_arm(struct shm *shm);
/* Awake again (whether or not it slept). */
void bell_disarm(struct shm *shm);
/* Empties the eventfd. */
void bell_clear(struct shm *shm);

#endif
