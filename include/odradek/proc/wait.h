/* SPDX-License-Identifier: ISC */
/*
 * wait.h - the wait words of this process's part: which partitions it wants to hear of when they
 * move (high watermark, LSO, log start, leader, ISR, deletion).  They are counted, so that several
 * may wait for the same partition.  Used in: acceptor, coordinator, writer, replicator.
 */
#ifndef ODRADEK_PROC_WAIT_H
#define ODRADEK_PROC_WAIT_H

#include "odradek/proc/child.h"

/* What a predecessor of ours left armed is nobody's any more. */
void wait_init(struct child *c);
void wait_arm(uint32_t slot);   /* then look again before relying on a MOVED */
void wait_used(uint32_t slot);  /* a MOVED was taken */
void wait_rearm(uint32_t slot); /* after a MOVED was taken and more is waited for */
void wait_disarm(uint32_t slot);

/* A writer whose ring to us was full says "look at everything" instead: did one, since the last
 * time that take was set?  With take, all that is waited for is armed anew, then look. */
bool wait_rescan(bool take);

#endif
