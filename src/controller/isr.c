/* SPDX-License-Identifier: ISC */
/*
 * isr.c - who joins the in-sync replicas of a partition, and who leaves them.  Used in: controller.
 *
 * Replicators propose.  Leaving: commit, then publish.  Joining, as DESIGN section 4 has it: the
 * joiner is published in the count mask; when the leader's line shows that slot version, what it
 * has then is X; when the joiner's line has the leader's epoch and X, the change is committed, then
 * published.  Given up: the count mask is published without it.  All that is in memory here is who
 * is to be looked at: a successor publishes every slot with the durable ISR as count mask and a new
 * version, and the replicator proposes again.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proc/repl.h"

#define POLL_MS 5
#define RETRY_MS 1000
#define JOIN_MS 3000      /* who has not joined by then holds up the high watermark for nothing */
#define PROPOSALS_MAX 65536 /* while commits fail; they are made again */

struct join {
	uint32_t slot, generation;
	int64_t deadline;
	bool fresh;		/* somebody more is to be counted, and that is not published yet */
	struct repl_join state; /* of the slot as it was published last */
};

static struct {
	struct msg_isr *proposal;
	size_t nproposals, proposals_cap;
	bool begun; /* who is to join by them is counted */
	struct join *join;
	size_t njoins, joins_cap;
	int64_t retry_at; /* after a commit that failed */
} isr;

/* ---- from slots to partitions ---- */

static struct part *
find_part(uint32_t slot, uint32_t generation, struct topic **tp, uint32_t *n)
{
	struct shm_partition line;
	struct topic *t;

	if (slot >= ctl.slots)
		return NULL;
	latch_read(shm_partition_at(ctl.tables, ctl.partitions_max, slot), &line);
	t = line.topic < ctl.topics ? ctl.topic[line.topic] : NULL;
	if (t == NULL || t->state != TOPIC_LIVE || line.partition < 0 ||
	    (uint32_t)line.partition >= t->nparts)
		return NULL;
	*tp = t;
	*n = (uint32_t)line.partition;
	if (t->part[*n].slot != slot || t->part[*n].slot_generation != generation)
		return NULL;
	return &t->part[*n];
}

/* Of the slot that was looked at, and of those who may? */
static bool
still_so(const struct part *p, const struct msg_isr *m)
{
	return !p->undecided && p->leader != -1 && p->epoch == m->leader_epoch &&
	       p->partition_epoch == m->partition_epoch;
}

/* A disk has the metadata before it is in sync: who waits for that before he takes the next disk out must not take the
 * only copy. */
static uint16_t
may_join(const struct part *p, uint16_t mask, uint64_t behind)
{
	for (int i = 0; i < p->replicas; i++)
		if ((behind >> p->replica[i] & 1) != 0)
			mask &= (uint16_t) ~(1u << i);
	return mask & part_live(p) & (uint16_t) ~(p->lost | p->isr | p->joining);
}

/* ---- proposals ---- */

void
isr_propose(const struct msg_isr *m)
{
	if (isr.nproposals == PROPOSALS_MAX)
		return;
	if (isr.nproposals == isr.proposals_cap) {
		isr.proposals_cap = isr.proposals_cap == 0 ? 64 : isr.proposals_cap * 2;
		isr.proposal =
		    xreallocarray(isr.proposal, isr.proposals_cap, sizeof(*isr.proposal));
	}
	isr.proposal[isr.nproposals++] = *m;
}

static void
count_it(const struct topic *t, uint32_t n, struct join *j)
{
	struct repl_slot slot = {.version = publish_version(), .epoch = t->part[n].epoch};

	publish_partition(t, n);
	repl_join_begin(&j->state, &slot);
}

/* known: somebody is joining it already. */
static struct join *
join_of(uint32_t slot, uint32_t generation, bool known)
{
	struct join *j;

	for (size_t i = 0; known && i < isr.njoins; i++)
		if (isr.join[i].slot == slot && isr.join[i].generation == generation)
			return &isr.join[i];
	if (isr.njoins == isr.joins_cap) {
		isr.joins_cap = isr.joins_cap == 0 ? 64 : isr.joins_cap * 2;
		isr.join = xreallocarray(isr.join, isr.joins_cap, sizeof(*isr.join));
	}
	j = &isr.join[isr.njoins++];
	*j = (struct join){.slot = slot, .generation = generation};
	return j;
}

/*
 * Those who are to join are counted from now on.  A version of a slot is written once: a leader that follows the tables at
 * this moment may have read it already, and shows its version though it counts by less.
 */
static void
begin_joins(void)
{
	const uint64_t behind = copies_behind();

	for (size_t i = 0; i < isr.nproposals; i++) {
		const struct msg_isr *m = &isr.proposal[i];
		struct topic *t;
		uint32_t n;
		struct part *p = find_part(m->slot, m->slot_generation, &t, &n);
		uint16_t joiners;
		struct join *j;

		if (p == NULL || !still_so(p, m) || (joiners = may_join(p, m->join, behind)) == 0)
			continue;
		j = join_of(m->slot, m->slot_generation, p->joining != 0);
		p->joining |= joiners;
		j->deadline = ctl.mono_ms + JOIN_MS;
		j->fresh = true;
	}
	for (size_t i = 0; i < isr.njoins; i++) {
		struct join *j = &isr.join[i];
		struct topic *t;
		uint32_t n;

		if (j->fresh && find_part(j->slot, j->generation, &t, &n) != NULL)
			count_it(t, n, j);
		j->fresh = false;
	}
}

/* Leaving is committed before it is published. */
static void
begin_leaving(struct change *ch)
{
	for (size_t i = 0; i < isr.nproposals; i++) {
		const struct msg_isr *m = &isr.proposal[i];
		struct topic *t;
		uint32_t n;
		struct part *p = find_part(m->slot, m->slot_generation, &t, &n);
		int32_t leader;

		if (p == NULL || !still_so(p, m) || (m->leave & p->isr) == 0)
			continue;
		leader = part_index(p, p->leader);
		p = change_part(ch, t, n);
		p->isr &= (uint16_t) ~(m->leave & ~(1u << leader));
		change_settle(ch, ELECT_ONLINE);
	}
	if (isr.begun)
		isr.nproposals = 0;
	for (size_t i = 0; i < isr.nproposals; i++)
		isr.proposal[i].leave = 0; /* the rest waits for the next turn */
	isr.begun = false;
}

/* ---- joins that are under way ---- */

/* The slot as it was published last: another version than was counted by, and it begins again. */
static void
look_at_slot(struct join *j, const struct part *p)
{
	struct shm_partition line;
	struct repl_slot slot;

	latch_read(shm_partition_at(ctl.tables, ctl.partitions_max, p->slot), &line);
	repl_slot_of(&slot, &line);
	if (slot.version != j->state.version)
		repl_join_begin(&j->state, &slot);
}

/* Those of the joiners that have what the leader had when it counted them. */
static uint16_t
ready(struct join *j, const struct part *p)
{
	struct repl_line leader, joiner;
	struct repl_end end;
	uint16_t mask = 0;

	look_at_slot(j, p);
	part_line(p, part_index(p, p->leader), &leader, &end);
	for (int i = 0; i < p->replicas; i++) {
		if ((p->joining >> i & 1) == 0)
			continue;
		part_line(p, i, &joiner, &end);
		if (repl_join_step(&j->state, &leader, &joiner) == REPL_JOIN_READY)
			mask |= (uint16_t)(1u << i);
	}
	return mask;
}

static void
look_at_joins(struct change *ch)
{
	for (size_t i = 0; i < isr.njoins; i++) {
		struct join *j = &isr.join[i];
		struct topic *t;
		uint32_t n;
		struct part *p = find_part(j->slot, j->generation, &t, &n);
		uint16_t mask;

		if (p == NULL || p->joining == 0 || p->leader == -1 ||
		    (mask = ready(j, p) & part_live(p)) == 0)
			continue;
		p = change_part(ch, t, n);
		p->isr |= mask;
		change_settle(ch, ELECT_ONLINE);
	}
}

/* Those that are over, one way or the other; those whose time is over, or who cannot join any more,
 * are not counted any more. */
static void
end_joins(void)
{
	uint32_t given_up = 0, at = 0;
	struct topic *first = NULL, *t;

	for (size_t i = 0; i < isr.njoins;) {
		struct join *j = &isr.join[i];
		uint32_t n;
		struct part *p = find_part(j->slot, j->generation, &t, &n);
		uint16_t go_on = p == NULL ? 0 : p->joining & part_live(p);

		if (go_on != 0 && ctl.mono_ms >= j->deadline) {
			go_on = 0;
			if (given_up++ == 0) {
				first = t;
				at = n;
			}
		}
		if (p != NULL && go_on != p->joining) {
			p->joining = go_on;
			publish_partition(t, n);
		}
		if (go_on != 0)
			i++;
		else
			isr.join[i] = isr.join[--isr.njoins];
	}
	if (given_up > 0)
		log_limited("%u partitions (%s-%u is the first): a replica that was to join the in-sync ones "
			    "has not caught up within %d s; it is tried again when it has",
		    given_up, first->name, at, JOIN_MS / 1000);
}

void
isr_publish_turn(void)
{
	if (isr.njoins == 0 && isr.nproposals == 0)
		return;
	publish_begin();
	end_joins();
	publish_end();
	publish_begin();
	begin_joins();
	publish_end();
	isr.begun = true;
}

static void
changed(struct change *ch, const struct meta_err *err)
{
	static struct log_limit limit;

	if (err != NULL) {
		isr.retry_at = ctl.mono_ms + RETRY_MS;
		return;
	}
	if (ch->tally.shrunk > 0)
		log_limited_at(&limit, 5, 10000, LOG_LEVEL_WARN,
		    "replicas that lag behind leave the in-sync ones: of %u partitions fewer are in sync, of which "
		    "%u are below min.insync.replicas",
		    ch->tally.shrunk, ch->tally.under_min);
}

void
isr_turn(void)
{
	struct change *ch;

	if (isr.njoins == 0 && isr.nproposals == 0)
		return;
	if (ctl.mono_ms < isr.retry_at) {
		isr.nproposals = 0; /* they will be made again */
		return;
	}
	ch = change_new(changed, NULL);
	begin_leaving(ch);
	look_at_joins(ch);
	if (change_empty(ch))
		change_drop(ch);
	else
		change_submit(ch, META_URGENT);
}

int
isr_wait(void)
{
	return isr.njoins > 0 ? POLL_MS + (int)(isr.njoins / 100) : -1;
}
