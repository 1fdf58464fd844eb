/* SPDX-License-Identifier: ISC */
/*
 * rules.h - the rules of replication: what is counted, taken over, cut, elected, who joins, what is
 * committed.
 *
 * Pure functions of what the caller has read: no I/O, no shared memory, no state of their own.
 * Writers, controller, replicators and acceptors decide by them, and so does t/model, which
 * explores every interleaving of their reads and shows what is lost without each.  Change one only
 * together with the model.  src/repl/README says where each comes from, and in which order a caller
 * must read and publish: no function can see that.
 *
 * Replicas are named by their index in the partition's list, which is the order of preference; a
 * set of them is a mask.
 */
#ifndef ODRADEK_REPL_RULES_H
#define ODRADEK_REPL_RULES_H

#include <stdbool.h>
#include <stdint.h>

#define REPL_REPLICAS 16 /* most of a partition: bits of a mask */

/* What the controller published of a partition: all of it from one read of the slot. */
struct repl_slot {
	uint64_t version;
	int32_t leader; /* replica index; -1 = none */
	int32_t epoch;  /* the leader's */
	uint16_t isr, count, elr;
	uint8_t replicas;
	uint8_t min_isr; /* effective: repl_min_isr() */
};

/* What a replica's writer published: all of it from one read of its line. */
struct repl_line {
	bool known;    /* the line is of this partition (slot generation): its HW was once told to
			  readers */
	bool open;     /* known, and served: not loading, failed or gone */
	int32_t epoch; /* that the replica has started; -1 = none */
	int32_t hw_epoch; /* that it started last, if it is not in it any more, too: hw is of that; -1 =
			     not known */
	int64_t leo, hw;
	uint64_t version; /* of the slot that it counts by, for a leader */
};

/* ---- the high watermark ---- */

/* min.insync.replicas as it counts: no more than there are replicas, no less than one. */
uint8_t repl_min_isr(int min_insync_replicas, unsigned replicas);

/* Fewer in sync than asked for: nothing is committed, acks=all is refused. */
bool repl_under_min_isr(uint16_t isr, uint8_t min_isr);

/* Has the replica started this epoch?  Only then does what it says of its end count, and only then
 * may one copy from it or truncate against it. */
bool repl_started(const struct repl_line *line, int32_t epoch);

/*
 * The HW that the leader counts: the least LEO over the count mask and itself, lines of the slot's
 * epoch only; -1: the HW stands where it is, because one of them has not started the epoch, or too
 * few are in sync.  line[self] is what the caller has published itself.  The HW never falls: a
 * value below the word is not stored.
 */
int64_t repl_count_hw(const struct repl_slot *slot, unsigned self, const struct repl_line line[]);

/*
 * The HW with which a new leader starts: the greatest word of the lines of the latest epoch, at most its own LEO.
 * Before the epoch is set in its line.  A leader of that epoch took over what was told before, as far as it is
 * still true: after an unclean election a greater word of a line that nobody writes any more is not.
 */
int64_t repl_take_over_hw(unsigned replicas, unsigned self, const struct repl_line line[]);

/* The HW of a follower: its leader's, at most its own LEO, never less than it was. */
int64_t repl_follow_hw(int64_t own_hw, int64_t own_leo, const struct repl_line *leader);

/* ---- truncation ---- */

/* The answer to OffsetForLeaderEpoch: the greatest epoch of the log that is not greater than the
 * asked one, and where it ends; epoch -1: there is none. */
struct repl_epoch_end {
	int32_t epoch;
	int64_t end;
};
typedef struct repl_epoch_end repl_epoch_end_fn(void *arg, int32_t epoch);

/* One who becomes follower looks for the point up to which its log is the leader's.  Step by step,
 * because the leader's epochs may have to be read from its disk. */
struct repl_truncation {
	int64_t at;        /* where to cut, as far as is known: only falls */
	int32_t ask;       /* the question for the leader's log */
	int64_t log_start; /* own */
	bool done;         /* at is the answer, nothing more to ask */
};
/* last_epoch: of the own log's last batch; -1: it is empty, or older than epochs are (cut at the HW
 * then). */
void repl_truncation_begin(
    struct repl_truncation *t, int32_t last_epoch, int64_t log_start, int64_t leo, int64_t hw);
/* theirs: the leader's answer to t->ask; leader_start: its log start; own: the same question to the
 * own log. */
void repl_truncation_step(struct repl_truncation *t, struct repl_epoch_end theirs,
    int64_t leader_start, repl_epoch_end_fn *own, void *arg);

/* ---- in sync or not (replicator) ---- */

/*
 * When a follower last had all that its leader had.  As Kafka's Replica.scala, but where that
 * compares with the fetch before, this keeps a mark until the follower has passed it: one may look
 * as often as one likes.
 */
struct repl_lag {
	int64_t caught_up; /* ms: when it was last level with the leader, as far as was seen */
	int64_t mark_leo;  /* what the leader had */
	int64_t mark_at;   /* ms: then */
};
/* A new leader, or a replica that is new to us.  Members of the ISR have the whole of
 * replica.lag.time.max.ms. */
void repl_lag_begin(struct repl_lag *lag, bool in_isr, int64_t now);
void repl_lag_look(struct repl_lag *lag, int64_t leo, int64_t leader_leo, int64_t now);
/* Is it time to take it out of the ISR? */
bool repl_lags(
    const struct repl_lag *lag, int64_t leo, int64_t leader_leo, int64_t now, int64_t max_ms);
/* May it be proposed for the ISR?  epoch_start: offset of the leader's first batch of its epoch, or
 * its LEO. */
bool repl_may_join(const struct repl_line *joiner, const struct repl_line *leader, int32_t epoch,
    int64_t epoch_start);

/* ---- changes of the ISR (controller) ---- */

/*
 * Growing.  The controller has published the slot with the joiner in the count mask; begin() takes
 * that publication. step() looks at one read of the leader's line, then at one of the joiner's,
 * until the change may be committed.  Any other publication of the slot in between: begin again.
 */
enum repl_join_state {
	REPL_JOIN_COUNT, /* the leader does not count it yet */
	REPL_JOIN_WAIT,  /* it has not reached what the leader had when it began to count it */
	REPL_JOIN_READY, /* commit, then publish */
};
struct repl_join {
	uint64_t version; /* of the slot with the joiner in its count mask */
	int32_t epoch;
	int64_t leo; /* the leader's when it counted the joiner; -1: it does not yet */
};
void repl_join_begin(struct repl_join *j, const struct repl_slot *published);
enum repl_join_state repl_join_step(
    struct repl_join *j, const struct repl_line *leader, const struct repl_line *joiner);

/* The ISR without those who left; the last ones stay: where nobody is left there is nobody to
 * elect. */
uint16_t repl_isr_without(uint16_t isr, uint16_t gone);

/*
 * Eligible leader replicas (KIP-966) after a change of the ISR: those who left it while it is below
 * min_isr have all that was committed, because nothing is committed since.  lost: whose directory
 * is not what it was, or may have lost records.  min_isr must be the one that the slot has which is
 * published with this change; a lowered min_isr must come with this function's answer, in one
 * commit and in one publication.
 */
uint16_t repl_elr_after(
    uint16_t old_isr, uint16_t old_elr, uint16_t isr, uint16_t lost, uint8_t min_isr);

/* ---- elections (controller) ---- */

/* How far a log reaches: (last_epoch, leo) in this order; -1, 0: empty. */
struct repl_end {
	int32_t last_epoch;
	int64_t leo;
};

/* How an election came out. */
enum repl_elected { REPL_NOBODY, REPL_CLEAN, REPL_FROM_ELR, REPL_UNCLEAN };
struct repl_election {
	/* in: what is durable */
	int32_t leader; /* the present one, who stays if it can; -1 = none */
	uint16_t isr, elr;
	uint8_t replicas, min_isr;
	uint16_t live;  /* node online, replica not failed */
	uint16_t lost;  /* the directory is not the one of the row, or records may be missing: only
			   uncleanly */
	bool preferred; /* the first replica if it can be, even if the present leader could stay */
	bool unclean;   /* allowed: unclean.leader.election.enable, or asked for by ElectLeaders */
	const struct repl_end *
	    end; /* by replica, of those alive; NULL = not known: unclean takes the first of them */
	/* out: to be committed together with a new epoch, and then published */
	int32_t elected; /* -1: nobody can */
	enum repl_elected how;
	uint16_t new_isr, new_elr;
};
/* From the durable ISR, in order of preference; if none of it is alive, from the ELR; if none,
 * uncleanly. */
enum repl_elected repl_elect(struct repl_election *e);

/* After a power loss of the host: of the set, the one with the greatest end; the first of equals;
 * -1: the set is empty. */
int32_t repl_greatest(uint16_t set, const struct repl_end end[]);

/* The ISR after that election: those of the set who reach as far as the elected.  Who has less is
 * not electable until it has joined anew: it may lack what was acknowledged. */
uint16_t repl_level(uint16_t set, const struct repl_end end[], int32_t elected);

/* ---- commitment (whoever waits for acks=all) ---- */

/*
 * Is what was appended in epoch, up to offset next, committed?  Three looks, each fresh, in this
 * order: at the leader's line (the HW); at the slot (the ISR); at the slot again (the epoch).
 * Another order acknowledges what is lost.
 */
enum repl_look { REPL_LOOK_HW, REPL_LOOK_ISR, REPL_LOOK_EPOCH };
enum repl_verdict {
	REPL_GO_ON,     /* the next look */
	REPL_WAIT,      /* not yet (if the slot still has the epoch) */
	REPL_COMMITTED, /* after the last look */
	REPL_NOT_LEADER,
	REPL_TOO_FEW, /* NOT_ENOUGH_REPLICAS_AFTER_APPEND */
};
/* line for REPL_LOOK_HW, slot for the others. */
enum repl_verdict repl_commit_look(enum repl_look look, int32_t epoch, int64_t next,
    const struct repl_line *line, const struct repl_slot *slot);

#endif
