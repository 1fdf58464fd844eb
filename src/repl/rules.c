/* SPDX-License-Identifier: ISC */
/*
 * rules.c - counting, taking over, truncating, joining, electing, committing.  See rules.h and
 * README.  Used in: writer, controller, replicator, acceptor, coordinator, and compiled into
 * t/model.
 */
#include "config.h"

#include <stddef.h>

#include "odradek/repl/rules.h"

#define LONG_AGO (INT64_MIN / 2)

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool
has(uint16_t set, int32_t i)
{
	return i >= 0 && i < REPL_REPLICAS && (set >> i & 1) != 0;
}

/* ---- the high watermark ---- */

uint8_t
repl_min_isr(int min_insync_replicas, unsigned replicas)
{
	if (replicas > REPL_REPLICAS)
		replicas = REPL_REPLICAS;
	if (min_insync_replicas > (int)replicas)
		min_insync_replicas = (int)replicas;
	return min_insync_replicas < 1 ? 1 : (uint8_t)min_insync_replicas;
}

bool
repl_under_min_isr(uint16_t isr, uint8_t min_isr)
{
	return __builtin_popcount(isr) < min_isr;
}

bool
repl_started(const struct repl_line *line, int32_t epoch)
{
	return line->open && epoch >= 0 && line->epoch == epoch;
}

int64_t
repl_count_hw(const struct repl_slot *slot, unsigned self, const struct repl_line line[])
{
	int64_t hw = line[self].leo;

	if (repl_under_min_isr(slot->isr, slot->min_isr))
		return -1;
	for (unsigned i = 0; i < slot->replicas && i < REPL_REPLICAS; i++) {
		if (i != self && !has(slot->count, (int32_t)i))
			continue;
		if (!repl_started(&line[i], slot->epoch))
			return -1;
		hw = least(hw, line[i].leo);
	}
	return hw;
}

int64_t
repl_take_over_hw(unsigned replicas, unsigned self, const struct repl_line line[])
{
	int32_t latest = line[self].hw_epoch;
	int64_t hw = line[self].hw;

	for (unsigned i = 0; i < replicas && i < REPL_REPLICAS; i++) {
		if (!line[i].known || line[i].hw_epoch < latest)
			continue;
		hw = line[i].hw_epoch > latest ? line[i].hw : most(hw, line[i].hw);
		latest = line[i].hw_epoch;
	}
	return least(hw, line[self].leo);
}

int64_t
repl_follow_hw(int64_t own_hw, int64_t own_leo, const struct repl_line *leader)
{
	return most(own_hw, least(leader->hw, own_leo));
}

/* ---- truncation ---- */

void
repl_truncation_begin(
    struct repl_truncation *t, int32_t last_epoch, int64_t log_start, int64_t leo, int64_t hw)
{
	*t = (struct repl_truncation){.at = leo, .ask = last_epoch, .log_start = log_start};
	if (last_epoch < 0 || leo <= log_start) {
		/* nothing to compare with: records without epochs are trusted as far as they were
		 * committed */
		t->at = most(log_start, least(leo, hw));
		t->done = true;
	}
}

void
repl_truncation_step(struct repl_truncation *t, struct repl_epoch_end theirs, int64_t leader_start,
    repl_epoch_end_fn *own, void *arg)
{
	struct repl_epoch_end mine;

	if (t->done)
		return;
	if (theirs.epoch < 0) {
		/* all that the leader has is of later epochs: behind its start nothing of ours is
		 * its */
		t->at = least(t->at, leader_start);
		t->done = true;
	} else if (theirs.epoch >= t->ask) {
		t->at = least(t->at, theirs.end);
		t->done = true;
	} else {
		/* what we have of epochs that the leader never had goes; then the question is of
		 * the one before */
		mine = own(arg, theirs.epoch);
		t->at = least(t->at, mine.epoch < 0 ? t->log_start : mine.end);
		if (mine.epoch == theirs.epoch)
			t->at = least(t->at, theirs.end);
		t->done = mine.epoch < 0 || mine.epoch == theirs.epoch;
		t->ask = mine.epoch;
	}
	t->at = most(t->at, t->log_start);
}

/* ---- in sync or not ---- */

void
repl_lag_begin(struct repl_lag *lag, bool in_isr, int64_t now)
{
	*lag = (struct repl_lag){
	    .caught_up = in_isr ? now : LONG_AGO, .mark_leo = -1, .mark_at = LONG_AGO};
}

void
repl_lag_look(struct repl_lag *lag, int64_t leo, int64_t leader_leo, int64_t now)
{
	if (leo >= leader_leo)
		lag->caught_up = now;
	else if (leo >= lag->mark_leo)
		lag->caught_up = most(lag->caught_up, lag->mark_at);
	else
		return;
	lag->mark_leo = leader_leo;
	lag->mark_at = now;
}

bool
repl_lags(const struct repl_lag *lag, int64_t leo, int64_t leader_leo, int64_t now, int64_t max_ms)
{
	return leo < leader_leo && now - lag->caught_up > max_ms;
}

bool
repl_may_join(const struct repl_line *joiner, const struct repl_line *leader, int32_t epoch,
    int64_t epoch_start)
{
	return repl_started(leader, epoch) && repl_started(joiner, epoch) &&
	       joiner->leo >= leader->hw && joiner->leo >= epoch_start;
}

/* ---- changes of the ISR ---- */

void
repl_join_begin(struct repl_join *j, const struct repl_slot *published)
{
	*j =
	    (struct repl_join){.version = published->version, .epoch = published->epoch, .leo = -1};
}

enum repl_join_state
repl_join_step(struct repl_join *j, const struct repl_line *leader, const struct repl_line *joiner)
{
	if (j->leo < 0) {
		if (!repl_started(leader, j->epoch) || leader->version != j->version)
			return REPL_JOIN_COUNT;
		j->leo = leader->leo;
	}
	return repl_started(joiner, j->epoch) && joiner->leo >= j->leo ? REPL_JOIN_READY
								       : REPL_JOIN_WAIT;
}

uint16_t
repl_isr_without(uint16_t isr, uint16_t gone)
{
	return (isr & ~gone) != 0 ? isr & ~gone : isr;
}

uint16_t
repl_elr_after(uint16_t old_isr, uint16_t old_elr, uint16_t isr, uint16_t lost, uint8_t min_isr)
{
	if (!repl_under_min_isr(isr, min_isr))
		return 0;
	return (old_isr | old_elr) & ~isr & ~lost;
}

/* ---- elections ---- */

static int32_t
first(uint16_t set)
{
	return set == 0 ? -1 : __builtin_ctz(set);
}

int32_t
repl_greatest(uint16_t set, const struct repl_end end[])
{
	int32_t best = first(set);

	for (int32_t i = best + 1; best >= 0 && i < REPL_REPLICAS; i++)
		if (has(set, i) &&
		    (end[i].last_epoch > end[best].last_epoch ||
			(end[i].last_epoch == end[best].last_epoch && end[i].leo > end[best].leo)))
			best = i;
	return best;
}

uint16_t
repl_level(uint16_t set, const struct repl_end end[], int32_t elected)
{
	uint16_t level = 0;

	for (int32_t i = 0; i < REPL_REPLICAS; i++)
		if (has(set, i) && end[i].last_epoch == end[elected].last_epoch &&
		    end[i].leo == end[elected].leo)
			level |= (uint16_t)(1u << i);
	return level;
}

/* Of those who can: the present leader stays, unless the preferred one is asked for and can. */
static int32_t
choose(const struct repl_election *e, uint16_t can)
{
	if (e->preferred && has(can, 0))
		return 0;
	return has(can, e->leader) ? e->leader : first(can);
}

enum repl_elected
repl_elect(struct repl_election *e)
{
	uint16_t all = (uint16_t)((1u << e->replicas) - 1), can = e->live & all & ~e->lost;

	e->new_isr = e->isr;
	e->new_elr = e->elr & ~e->lost;
	if ((e->elected = choose(e, e->isr & can)) >= 0)
		return e->how = REPL_CLEAN;
	if ((e->elected = choose(e, e->elr & can)) >= 0) {
		e->new_isr = (uint16_t)(1u << e->elected);
		e->new_elr = repl_elr_after(e->isr, e->elr, e->new_isr, e->lost, e->min_isr);
		return e->how = REPL_FROM_ELR;
	}
	if (e->unclean && (e->live & all) != 0) {
		if (can == 0) /* the lines of those whose directory is gone tell of what was in it */
			can = e->live & all;
		e->elected = e->end != NULL ? repl_greatest(can, e->end) : choose(e, can);
		e->new_isr = (uint16_t)(1u << e->elected);
		e->new_elr = 0;
		return e->how = REPL_UNCLEAN;
	}
	return e->how = REPL_NOBODY;
}

/* ---- commitment ---- */

enum repl_verdict
repl_commit_look(enum repl_look look, int32_t epoch, int64_t next, const struct repl_line *line,
    const struct repl_slot *slot)
{
	switch (look) {
	case REPL_LOOK_HW:
		if (line->epoch != epoch)
			return REPL_NOT_LEADER;
		return line->hw < next ? REPL_WAIT : REPL_GO_ON;
	case REPL_LOOK_ISR:
		return repl_under_min_isr(slot->isr, slot->min_isr) ? REPL_TOO_FEW : REPL_GO_ON;
	case REPL_LOOK_EPOCH:
		break;
	}
	return slot->epoch == epoch ? REPL_COMMITTED : REPL_NOT_LEADER;
}
