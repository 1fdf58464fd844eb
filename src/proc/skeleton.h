/* SPDX-License-Identifier: ISC */
/* skeleton.h - what the skeleton keeps beside struct child.  Private to src/proc/. */
#ifndef ODRADEK_PROC_SKELETON_H
#define ODRADEK_PROC_SKELETON_H

#include <event2/event.h>

#include "odradek/proc/child.h"

struct skeleton {
	struct child c; /* first: the kind knows only this */

	uint32_t sender[SHM_SLOTS], senders; /* who may send to us */
	uint32_t peer[SHM_SLOTS], peers;     /* every other slot that has had a process */
	bool met[SHM_SLOTS];                 /* ... is one of them */
	uint32_t sends;                      /* mask of kinds that may send to us */
	uint32_t dead[SHM_SLOTS];            /* generations up to this one were reported dead */
	uint32_t from_kinds[CALL_TYPES];     /* mask of who may send it to us; 0 = nobody */

	uint32_t noted[SHM_SLOTS], notes; /* bells to be rung at the end of the turn */
	bool is_noted[SHM_SLOTS];

	struct gather { /* by receiver, of messages that may be late (gather.c) */
		int64_t rung_ns;  /* last ring for such a message */
		uint32_t waiting; /* posted since, not rung for */
		bool listed;
	} gather[SHM_SLOTS];
	uint32_t gathering[SHM_SLOTS], gatherings; /* receivers for which some wait */

	uint64_t changes; /* of the process table, as last looked at */
	uint64_t config_version;
	uint64_t dynamic_version; /* of the controller's text, as last applied */
	int64_t tick_due;
	int64_t alarm; /* that on_alarm is set for; INT64_MAX: none */
	int signal_fd;
	struct event *on_signal, *on_bell, *on_pipe, *on_tick, *on_gather, *on_alarm;
};

static inline struct skeleton *
skeleton_of(struct child *c)
{
	return (struct skeleton *)c;
}

/* Takes over the settings that clients changed, when there are others than before.  True: c->config
 * is new. */
bool dynamic_follow(struct skeleton *sk);
/* A message that may be late was posted: may the bell be left alone for now? */
bool gather_may_wait(struct skeleton *sk, uint32_t to);
/* The bell is rung for whatever was posted. */
void gather_rung(struct skeleton *sk, uint32_t to);
/* Rings where the time is up, and sets the timer for the next. */
void gather_flush(struct skeleton *sk);
/* Fills the tables above; after the parts were adopted. */
void skeleton_init(struct skeleton *sk);
/* Signals are blocked (or ignored, or at once); those that the loop acts on come by the descriptor.
 * -1 with errno. */
int skeleton_signals(struct skeleton *sk);

#endif
