/* SPDX-License-Identifier: ISC */
/*
 * outbox.h - bytes that messages name: in our arena until their receivers have passed the messages.
 * Used in: controller, coordinator (the acceptor has frames, which come from sockets).
 *
 * Small ones share a block, so that thousands of short answers do not touch thousands of blocks.
 */
#ifndef ODRADEK_PROC_OUTBOX_H
#define ODRADEK_PROC_OUTBOX_H

#include "odradek/proc/child.h"
#include "odradek/shm/arena.h"

struct outbox;
struct packet; /* a run of blocks; freed with its last reference */

struct outbox *outbox_new(struct child *c, struct arena *a);
/* The largest body that can ever be placed. */
size_t outbox_max(const struct outbox *o);
/*
 * Copies len bytes (at least one) into the arena, contiguous; *pos is where, as messages name it.
 * The packet that holds them, with a reference of the caller's; NULL: no room now.
 */
struct packet *outbox_place(struct outbox *o, const void *p, size_t len, uint32_t *pos);
void packet_put(struct outbox *o, struct packet *k);
/* Posts; the packet (NULL: none) is kept until the receiver has passed the message.  0, or -1: no
 * room. */
int outbox_post(struct outbox *o, uint32_t to, const struct shm_msg *m, struct packet *k);
/* Once a turn: gives back what receivers have passed. */
void outbox_reclaim(struct outbox *o);
/* Which of our arenas messages must name. */
bool outbox_turn(const struct outbox *o);

#endif
