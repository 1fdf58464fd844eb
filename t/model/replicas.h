/* SPDX-License-Identifier: ISC */
/*
 * replicas.h - the model of one partition's replicas: DESIGN sections 3 and 4, decided by the rules
 * of librepl.
 *
 * Steps of their own are: writing a record, publishing the LEO, counting the HW, storing it, taking
 * over, starting an epoch, looking for the truncation point, publishing it, cutting, copying,
 * publishing what was copied; committing metadata and publishing it; each look of an acceptor and
 * of a consumer.  Between any two of them writers and the controller may be killed or stand still,
 * disks may fail and come back empty, and the power may fail.
 *
 * What keeps it small, and loses nothing:
 * - Slot versions only grow, and are only asked whether they are the slot's present one: a bit.
 * - One witness at a time: a record that was acknowledged, or the records below a HW that a
 * consumer was told.  A run in which two of them go wrong has one in which the first does.
 * - Replicas that differ in their names only are the same (canon): nothing prefers one of them.
 *   Elections are asked with each replica alone believed to be alive, so every order comes up.
 */
#ifndef T_MODEL_REPLICAS_H
#define T_MODEL_REPLICAS_H

#include <stdbool.h>
#include <stdint.h>

#include "explore.h"
#include "odradek/repl/rules.h"

enum { REPLICAS = 3, CAP = 3, NOBODY = 7 };

/* A record in a file: its number, from 1 on, and the epoch in which it was written.  0 = none. */
#define ENTRY(epoch, record) ((uint8_t)((epoch) << 4 | (record)))
#define EPOCH_OF(entry) ((entry) >> 4)
#define RECORD_OF(entry) ((entry)&15)

enum disk {
	DISK_OK,
	DISK_FAILED,
	DISK_NEW,   /* an empty one was put in; the partition's row does not know it yet */
	DISK_NAMED, /* the row names its directory */
	DISK_OPEN,  /* the slot does: its writer may start */
};

/* What a writer is about to do. */
enum step {
	IDLE,
	TAKE_OVER, /* a new leader: look at all lines */
	START,     /* have the epoch in its line, with the HW held */
	STORE,     /* the HW held */
	LOOK,      /* a new follower: find the truncation point */
	POINT,     /* publish it */
	CUT,
};

struct replica {
	uint8_t disk, len, log[CAP];
	/* the line: what everybody sees.  current: by the slot as it is now; epoch 0: none */
	uint8_t epoch, leo, hw, current;
	uint8_t told; /* the epoch that it started last, and keeps when it fails: its HW is of that */
	/* the writer; the slot as it has read it.  w_epoch 0: not yet */
	uint8_t up, w_leader, w_epoch, w_in_sync, w_count, w_min, w_current;
	uint8_t step, held;
};

enum c_step {
	C_IDLE,
	C_JOIN,    /* the joiner is in the published count mask */
	C_WAIT,    /* the leader counts it; c_leo: what it had then */
	C_PUBLISH, /* committed */
	C_COMMIT,  /* published, with COMMIT_FIRST off only */
};

/* What a slot says, and a row of the store. */
struct slot {
	uint8_t leader, epoch, isr, elr, min;
};

struct state {
	struct replica r[REPLICAS];
	struct slot slot, row;
	uint8_t count;      /* the slot's count mask */
	uint8_t recovering; /* after a power loss; no leader yet */
	uint8_t c_up, c_step, c_join, c_leo;
	struct slot c_next; /* COMMIT_FIRST off: what was published too early */
	uint8_t c_call,
	    c_call_leo; /* JOIN_SLOT off: the message to the leader's writer, and its answer */
	uint8_t c_behind,
	    c_behind_leo; /* JOIN_WAIT off: who must not be elected below what: in memory only */
	uint8_t records;
	/* who waits for acks=all: looks done, and for what */
	uint8_t a_look, a_node, a_epoch, a_offset, a_record;
	/* a consumer */
	uint8_t k_step, k_leader, k_epoch, k_hw;
	/* what must be there for ever: below offset seen (a consumer), or the one record
	 * (acknowledged) */
	uint8_t seen, final[CAP];
	uint8_t bad, unclean;
	/* faults and changes so far */
	uint8_t n_writer, n_controller, n_disk, n_return, n_change, n_depose, n_power, n_min;
};

enum bad {
	FINE,
	BAD_FEW,
	BAD_FELL,
	BAD_REPLACED,
};

/* Rules of librepl are switched off by lying to its functions; those of its callers by doing it
 * otherwise. */
enum {
	LINE_EPOCH = 1 << 0,
	TAKE_OVER_HW = 1 << 1,
	JOIN_SLOT = 1 << 2,
	JOIN_WAIT = 1 << 3,
	GIVE_UP = 1 << 4,
	READ_STARTED = 1 << 5,
	READ_AGAIN = 1 << 6,
	ACK_ORDER = 1 << 7,
	ACK_LINE = 1 << 8,
	ACK_ISR = 1 << 9,
	COPY_AGAIN = 1 << 10,
	COPY_PUBLISHED = 1 << 11,
	CUT_AFTER = 1 << 12,
	CUT_AT_LEO = 1 << 13,
	DIRECTORY = 1 << 14,
	NAME_STARTED = 1 << 15,
	KEEP_HW = 1 << 16,
	LOOK_STARTED = 1 << 17,
	NEW_EPOCH = 1 << 18,
	GREATEST = 1 << 19,
	LEVEL = 1 << 20,
	COMMIT_FIRST = 1 << 21,
	DURABLE_ISR = 1 << 22,
	STAND = 1 << 23,
	ELR_CLEARED = 1 << 24,
	ELR_LOST = 1 << 25,
	MIN_IN_SLOT = 1 << 26,
	JOIN_EPOCH = 1 << 27,
	LAST_STAYS = 1 << 28,
	LEADER_LEAVES = 1 << 29,
	TAKE_LATEST = 1 << 30,
	ALL_RULES = INT32_MAX,
};

enum witness { ACKED, READ };

struct config {
	int replicas, records, epochs, min_isr;
	enum witness witness;
	bool elr, unclean, stale;
	/* how often at most */
	int writer_kills, controller_kills, disk_failures, returns, changes, depositions,
	    power_losses, min_changes;
	bool symmetry, progress;
};
extern struct config cfg;
extern unsigned on;

/* Steps.  Each emits what its processes can do in s. */
void writer_steps(const struct state *s, struct explorer *x);
void controller_steps(const struct state *s, struct explorer *x);
void client_steps(const struct state *s, struct explorer *x);
void fault_steps(const struct state *s, struct explorer *x);

/* Cuts a file. */
void cut(struct replica *r, unsigned len);
/* A writer that is gone. */
void stop(struct replica *r);
/* The controller publishes: a new version of the slot. */
void publish(struct state *s, const struct slot *what, uint8_t count);
void line_of(const struct replica *r, struct repl_line *line);
/* The answer to OffsetForLeaderEpoch by the first leo records of a log. */
struct repl_epoch_end epoch_end(const struct replica *r, unsigned leo, int32_t epoch);
/* A slot's view for librepl. */
struct repl_slot slot_of(const struct slot *slot, uint8_t count);

const char *replicas_check(const void *state);
int replicas_goal(const void *state);
void replicas_canon(void *state);
extern struct model replicas;

#endif
