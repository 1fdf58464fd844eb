/* SPDX-License-Identifier: ISC */
/* rules-t.c - each rule of replication by itself; what they are for all together is t/model's. */
#include "config.h"

#include <stddef.h>

#include "odradek/repl/rules.h"
#include "t/tap/tap.h"

#define OPEN(e, l, h)                                                                          \
	{                                                                                      \
		.known = true, .open = true, .epoch = (e), .leo = (l), .hw = (h), .version = 7 \
	}

/* ---- the high watermark ---- */

static void
counting(void)
{
	struct repl_slot s = {.version = 7,
	    .leader = 0,
	    .epoch = 3,
	    .isr = 7,
	    .count = 7,
	    .replicas = 3,
	    .min_isr = 1};
	struct repl_line l[3] = {OPEN(3, 9, 4), OPEN(3, 6, 4), OPEN(3, 5, 4)};

	is_int(5, repl_count_hw(&s, 0, l), "the least of all");
	s.count = 3;
	is_int(6, repl_count_hw(&s, 0, l), "only who is in the mask");
	s.count = 0;
	is_int(9, repl_count_hw(&s, 0, l), "the leader itself always");
	s.count = 7;
	l[1].epoch = 2;
	is_int(-1, repl_count_hw(&s, 0, l), "stands while one has another epoch");
	l[1].epoch = 3;
	l[2].open = false;
	is_int(-1, repl_count_hw(&s, 0, l), "or is not served");
	l[2].open = true;
	l[0].epoch = 2;
	is_int(-1, repl_count_hw(&s, 0, l), "or the leader has not begun");
	l[0].epoch = 3;
	s.isr = 1;
	s.min_isr = 2;
	is_int(-1, repl_count_hw(&s, 0, l), "stands below min.insync.replicas, whoever is counted");
	is_int(1, repl_min_isr(0, 3), "min.insync.replicas is at least 1");
	is_int(2, repl_min_isr(2, 3), "as it is set");
	is_int(3, repl_min_isr(4, 3), "and at most the replicas");
	is_int(1, repl_min_isr(2, 1), "even one");
}

static void
taking_over(void)
{
	struct repl_line l[3] = {OPEN(1, 8, 2), OPEN(2, 9, 5), OPEN(-1, 3, 1)};
	struct repl_line leader = OPEN(4, 20, 10);

	is_int(5, repl_take_over_hw(3, 0, l), "the greatest word");
	l[1].open = false;
	is_int(5, repl_take_over_hw(3, 0, l), "of those that are not served, too");
	is_int(3, repl_take_over_hw(3, 2, l), "at most its own end");
	l[1].known = false;
	is_int(2, repl_take_over_hw(3, 0, l), "not of another partition's line");
	l[1].known = true;
	l[0].hw_epoch = l[2].hw_epoch = 3;
	l[1].hw_epoch = 1;
	is_int(2, repl_take_over_hw(3, 0, l), "nor what was lost in an unclean election: a line of an earlier epoch");
	l[0].hw_epoch = -1;
	is_int(1, repl_take_over_hw(3, 0, l), "whoever has the latest");
	l[2].known = false;
	is_int(5, repl_take_over_hw(3, 0, l), "without it, the one before");
	is_int(10, repl_follow_hw(2, 12, &leader), "a follower's is its leader's");
	is_int(6, repl_follow_hw(2, 6, &leader), "at most its own end");
	is_int(11, repl_follow_hw(11, 12, &leader), "and never falls");
}

/* ---- truncation ---- */

struct log {
	int64_t start, leo;
	struct repl_epoch_end epoch[4]; /* epoch, where it STARTS; in order */
	int n, asked;
};

static struct repl_epoch_end
end_for(void *arg, int32_t epoch)
{
	struct log *l = arg;
	struct repl_epoch_end r = {.epoch = -1, .end = -1};

	l->asked++;
	for (int i = 0; i < l->n && l->epoch[i].epoch <= epoch; i++) {
		r.epoch = l->epoch[i].epoch;
		r.end = i + 1 < l->n ? l->epoch[i + 1].end : l->leo;
	}
	return r;
}

static int64_t
truncation_point(struct log *mine, struct log *leader, int64_t hw)
{
	struct repl_truncation t;

	leader->asked = 0;
	repl_truncation_begin(
	    &t, mine->n == 0 ? -1 : mine->epoch[mine->n - 1].epoch, mine->start, mine->leo, hw);
	while (!t.done && leader->asked < 9)
		repl_truncation_step(&t, end_for(leader, t.ask), leader->start, end_for, mine);
	return t.at;
}

static void
truncating(void)
{
	struct log same = {0, 10, {{1, 0}, {3, 6}}, 2, 0}, longer = {0, 12, {{1, 0}, {3, 6}}, 2, 0};
	struct log ended = {0, 14, {{1, 0}, {3, 6}, {4, 8}}, 3, 0};
	/* KIP-279: epochs 2 here, 3 there; neither knows the other's */
	struct log two = {0, 9, {{1, 0}, {2, 5}}, 2, 0}, three = {0, 9, {{1, 0}, {3, 4}}, 2, 0};
	struct log three_steps = {0, 12, {{2, 0}, {4, 5}, {6, 8}}, 3, 0};
	struct log other_three = {0, 20, {{2, 0}, {3, 7}, {5, 9}}, 3, 0};
	struct log late = {50, 60, {{7, 50}}, 1, 0}, empty = {0, 0, {{0, 0}}, 0, 0};
	struct log early = {0, 55, {{1, 0}}, 1, 0}, short_of = {0, 40, {{1, 0}}, 1, 0};
	struct log old = {0, 9, {{0, 0}}, 0, 0};

	is_int(10, truncation_point(&same, &longer, 5), "behind: nothing is cut");
	is_int(10, truncation_point(&longer, &same, 5), "in front: what the leader does not have");
	is_int(8, truncation_point(&longer, &ended, 5), "the leader's epoch ended before");
	is_int(4, truncation_point(&two, &three, 0),
	    "an epoch that the leader never had goes, and what it had otherwise");
	is_int(1, three.asked, "in one question");
	is_int(5, truncation_point(&three_steps, &other_three, 0), "two such epochs");
	is_int(3, other_three.asked, "in three questions");
	is_int(50, truncation_point(&early, &late, 0),
	    "the leader's log begins in a later epoch: cut at its start");
	is_int(40, truncation_point(&short_of, &late, 0), "nothing of ours is behind its start");
	is_int(0, truncation_point(&same, &empty, 5), "the leader is empty");
	is_int(0, truncation_point(&empty, &same, 0), "we are");
	is_int(6, truncation_point(&old, &same, 6), "records older than epochs: the HW");
	is_int(
	    50, truncation_point(&late, &same, 55), "nothing in common: all of ours, but no more");
}

/* ---- in sync ---- */

static void
lagging(void)
{
	struct repl_lag lag;
	struct repl_line leader = OPEN(4, 20, 10), joiner = OPEN(4, 10, 3);
	bool late = false;

	repl_lag_begin(&lag, true, 1000);
	ok(!repl_lags(&lag, 0, 5, 1100, 100), "a member has the whole time after an election");
	ok(repl_lags(&lag, 0, 5, 1101, 100), "not more");
	ok(!repl_lags(&lag, 5, 5, 9999, 100), "level is level");
	repl_lag_begin(&lag, false, 1000);
	ok(repl_lags(&lag, 0, 5, 1000, 100), "others have none");
	repl_lag_begin(&lag, true, 0);
	/* always 5 behind, written and looked at each ms */
	for (int64_t now = 1; now < 1000; now++) {
		repl_lag_look(&lag, now * 10 - 50, now * 10, now);
		late |= repl_lags(&lag, now * 10 - 50, now * 10, now, 20);
	}
	ok(!late, "a few ms behind a leader that never stops is in sync");
	/* falls behind more and more */
	repl_lag_begin(&lag, true, 0);
	for (int64_t now = 1; now < 1000 && !late; now++) {
		repl_lag_look(&lag, now * 2, now * 10, now);
		late |= repl_lags(&lag, now * 2, now * 10, now, 100);
	}
	ok(late, "one that falls behind further and further is not");
	ok(repl_may_join(&joiner, &leader, 4, 8), "may join at the HW");
	ok(!repl_may_join(&joiner, &leader, 4, 11), "not before the start of the leader's epoch");
	joiner.leo = 9;
	ok(!repl_may_join(&joiner, &leader, 4, 8), "not below the HW");
	joiner.leo = 20;
	joiner.epoch = 3;
	ok(!repl_may_join(&joiner, &leader, 4, 8), "not in another epoch");
}

static void
joining(void)
{
	struct repl_slot s = {
	    .version = 7, .epoch = 4, .isr = 1, .count = 3, .replicas = 2, .min_isr = 1};
	struct repl_line leader = OPEN(4, 20, 10), joiner = OPEN(4, 19, 10);
	struct repl_join j;

	leader.version = 6;
	repl_join_begin(&j, &s);
	is_int(REPL_JOIN_COUNT, repl_join_step(&j, &leader, &joiner),
	    "the leader still counts by an older slot");
	leader.version = 7;
	leader.epoch = 3;
	is_int(REPL_JOIN_COUNT, repl_join_step(&j, &leader, &joiner), "or in an older epoch");
	leader.epoch = 4;
	is_int(REPL_JOIN_WAIT, repl_join_step(&j, &leader, &joiner), "the joiner is behind");
	leader.leo = 30;
	joiner.leo = 20;
	joiner.epoch = 3;
	is_int(REPL_JOIN_WAIT, repl_join_step(&j, &leader, &joiner), "or has another epoch");
	joiner.epoch = 4;
	is_int(REPL_JOIN_READY, repl_join_step(&j, &leader, &joiner),
	    "ready when it has what the leader had when it began to count it");
}

/* ---- sets and elections ---- */

static void
sets(void)
{
	is_int(5, repl_isr_without(7, 2), "one leaves");
	is_int(4, repl_isr_without(4, 4), "the last one stays");
	is_int(0, repl_elr_after(7, 0, 3, 0, 2), "enough in sync: no ELR");
	is_int(
	    2, repl_elr_after(3, 0, 1, 0, 2), "who leaves below min.insync.replicas is eligible");
	is_int(6, repl_elr_after(3, 4, 1, 0, 2), "and stays so");
	is_int(4, repl_elr_after(3, 4, 1, 2, 2), "not with another directory");
	is_int(4, repl_elr_after(1, 6, 3, 0, 3), "nor when in sync again");
	is_int(0, repl_elr_after(1, 6, 3, 0, 2), "min.insync.replicas reached: all of it ends");
}

static struct repl_election
elect(int32_t leader, uint16_t isr, uint16_t elr, uint16_t live, uint16_t lost, bool preferred,
    bool unclean)
{
	struct repl_election e = {.leader = leader,
	    .isr = isr,
	    .elr = elr,
	    .replicas = 3,
	    .min_isr = 2,
	    .live = live,
	    .lost = lost,
	    .preferred = preferred,
	    .unclean = unclean};

	repl_elect(&e);
	return e;
}

static void
elections(void)
{
	struct repl_end end[3] = {{4, 10}, {5, 3}, {5, 3}};
	struct repl_election e = elect(0, 7, 0, 6, 0, false, false);

	is_int(1, e.elected, "the first of the ISR that is alive");
	is_int(7, e.new_isr, "the ISR is left to the caller");
	is_int(2, elect(2, 7, 0, 7, 0, false, false).elected, "who leads goes on");
	is_int(
	    0, elect(2, 7, 0, 7, 0, true, false).elected, "unless the preferred one is asked for");
	is_int(2, elect(2, 6, 0, 7, 0, true, false).elected, "and is in sync");
	is_int(2, elect(2, 7, 0, 6, 0, true, false).elected, "and alive");
	is_int(-1, elect(0, 1, 0, 6, 0, false, false).elected, "nobody outside the ISR");
	is_int(-1, elect(0, 1, 0, 7, 1, false, false).elected, "nobody with another directory");
	e = elect(0, 1, 6, 4, 0, false, false);
	is_int(REPL_FROM_ELR, e.how, "the ELR if nobody of the ISR is alive");
	is_int(2, e.elected, "who is alive of it");
	is_int(4, e.new_isr, "it alone is in sync");
	is_int(3, e.new_elr, "the others, and who was in sync, are eligible");
	is_int(2, elect(0, 1, 6, 4, 1, false, false).new_elr, "not one whose directory was lost");
	e = elect(0, 1, 0, 6, 0, false, true);
	is_int(REPL_UNCLEAN, e.how, "uncleanly if that is allowed");
	is_int(1, e.elected, "the first alive");
	is_int(2, e.new_isr, "in sync alone");
	is_int(
	    2, elect(0, 1, 0, 6, 2, false, true).elected, "rather not one that lost its directory");
	is_int(1, elect(0, 1, 0, 2, 2, false, true).elected, "but if there is no other");
	e = (struct repl_election){.leader = 0,
	    .isr = 1,
	    .replicas = 3,
	    .min_isr = 1,
	    .live = 6,
	    .unclean = true,
	    .end = end};
	end[2].leo = 4;
	repl_elect(&e);
	is_int(2, e.elected, "or the one with the most, where that is known");
	e.lost = 4;
	repl_elect(&e);
	is_int(1, e.elected, "not one that had the most in a directory that it has lost");
	is_int(-1, elect(0, 1, 0, 0, 0, false, true).elected, "nobody is alive");
	end[2].leo = 3;
	is_int(
	    1, repl_greatest(7, end), "power loss: the last epoch, then the end, then the order");
	is_int(0, repl_greatest(1, end), "among those given");
	is_int(-1, repl_greatest(0, end), "if any");
	is_int(6, repl_level(7, end, 1), "in sync are those who reach as far");
	is_int(2, repl_level(3, end, 1), "of those given");
}

/* ---- commitment ---- */

static void
committing(void)
{
	struct repl_slot s = {.epoch = 4, .isr = 3, .replicas = 3, .min_isr = 2};
	struct repl_line l = OPEN(4, 20, 10);

	is_int(REPL_WAIT, repl_commit_look(REPL_LOOK_HW, 4, 11, &l, NULL), "above the HW");
	is_int(REPL_GO_ON, repl_commit_look(REPL_LOOK_HW, 4, 10, &l, NULL), "below");
	is_int(
	    REPL_NOT_LEADER, repl_commit_look(REPL_LOOK_HW, 3, 10, &l, NULL), "in another epoch");
	is_int(REPL_GO_ON, repl_commit_look(REPL_LOOK_ISR, 4, 10, NULL, &s), "enough in sync");
	s.isr = 4;
	is_int(REPL_TOO_FEW, repl_commit_look(REPL_LOOK_ISR, 4, 10, NULL, &s), "too few");
	is_int(REPL_COMMITTED, repl_commit_look(REPL_LOOK_EPOCH, 4, 10, NULL, &s),
	    "still in its epoch");
	s.epoch = 5;
	is_int(REPL_NOT_LEADER, repl_commit_look(REPL_LOOK_EPOCH, 4, 10, NULL, &s), "not any more");
}

int
main(void)
{
	counting();
	taking_over();
	truncating();
	lagging();
	joining();
	sets();
	elections();
	committing();
	return done_testing();
}
