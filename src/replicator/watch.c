/* SPDX-License-Identifier: ISC */
/*
 * watch.c - the partitions that have to be looked at, and what a look finds: replicas that are to join or to leave.
 *
 * A partition is on one of two lists, or on none.  Soon: a replica outside of the ISR is catching up, or something just
 * moved.  Later: members of the ISR are not level, as under load; this only has to be soon enough for
 * replica.lag.time.max.ms.  None: all are level, or there is nobody to wait for; then its wait word is armed, and was
 * before the look that found nothing.
 */
#include "config.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proc/repl.h"
#include "odradek/proc/wait.h"
#include "replicator.h"

#define SOON_MS 50
#define LATER_MS 5000
#define LATE_MS 1000  /* a look that comes so late: we, or all of the host, stood still */
#define AGAIN_MS 1000 /* the same proposal, while the slot does not show that it was followed */

enum list { NOWHERE, SOON, LATER, LISTS };

struct watched {
	TAILQ_ENTRY(watched) entry;
	uint32_t slot;
	enum list list;
	int64_t due;
	struct shm_partition p;
	int64_t epoch_start; /* the leader's LEO when it was first seen in this epoch; -1: not yet */
	struct repl_lag lag[SHM_REPLICAS];
	uint16_t joined, left; /* proposed last */
	int64_t proposed;
};
TAILQ_HEAD(watched_list, watched);

static struct watched **of_slot; /* [partitions_max] */
static struct watched_list list[LISTS];

/* ---- the lists ---- */

static void
put(struct watched *w, enum list to)
{
	const int64_t max = repl.child->config->replica_lag_time_max_ms;

	if (w->list != NOWHERE)
		TAILQ_REMOVE(&list[w->list], w, entry);
	w->list = to;
	w->due = repl.now + (to == SOON ? SOON_MS : max / 4 < LATER_MS ? max / 4 : LATER_MS);
	if (to != NOWHERE)
		TAILQ_INSERT_TAIL(&list[to], w, entry);
}

static void
drop(struct watched *w)
{
	put(w, NOWHERE);
	wait_disarm(w->slot);
	of_slot[w->slot] = NULL;
	free(w);
}

void
watch_slot(void *arg, uint32_t slot, const struct shm_partition *p)
{
	struct watched *w;
	bool other;

	(void)arg;
	if (slot >= shm_layout(repl.shm)->partitions_max)
		return;
	w = of_slot[slot];
	if (p->state != SLOT_ONLINE || p->replicas < 2 || p->replicas > SHM_REPLICAS) {
		if (w != NULL)
			drop(w);
		return;
	}
	other = w == NULL || w->p.generation != p->generation || w->p.leader_epoch != p->leader_epoch ||
	    w->p.replicas != p->replicas;
	if (w == NULL) {
		w = of_slot[slot] = xcalloc(1, sizeof(*w));
		w->slot = slot;
		wait_arm(slot);
	}
	for (unsigned i = 0; i < p->replicas; i++) {
		const bool member = (p->isr >> i & 1) != 0;

		if (other || p->replica[i] != w->p.replica[i] || member != ((w->p.isr >> i & 1) != 0))
			repl_lag_begin(&w->lag[i], member, repl.now);
	}
	if (other)
		w->epoch_start = -1;
	w->p = *p;
	w->proposed = INT64_MIN;
	put(w, SOON);
}

/* What is on no list was level until now. */
static void
rouse(struct watched *w)
{
	for (unsigned i = 0; w->list == NOWHERE && i < w->p.replicas; i++)
		repl_lag_begin(&w->lag[i], (w->p.isr >> i & 1) != 0, repl.now);
	if (w->list != SOON)
		put(w, SOON);
}

void
watch_moved(uint32_t slot)
{
	struct watched *w = slot < shm_layout(repl.shm)->partitions_max ? of_slot[slot] : NULL;

	wait_used(slot);
	if (w != NULL)
		rouse(w);
}

void
watch_all(void)
{
	const uint32_t n = atomic_load_explicit(&shm_controller_of(repl.shm)->partitions, memory_order_acquire);

	for (uint32_t i = 0; i < n && i < shm_layout(repl.shm)->partitions_max; i++)
		if (of_slot[i] != NULL)
			rouse(of_slot[i]);
}

/* ---- a look ---- */

/* What the lines say, by index of the replica.  The leader's index, or -1: nobody leads in the slot's epoch yet. */
static int
read_lines(const struct watched *w, struct repl_line line[])
{
	const int leader = repl_index_of(&w->p, w->p.leader);

	for (unsigned i = 0; i < w->p.replicas; i++) {
		struct shm_replica r;

		tables_replica(repl.tables, w->p.replica[i], w->slot, &r);
		repl_line_of(&line[i], &w->p, &r);
	}
	return leader != -1 && repl_started(&line[leader], w->p.leader_epoch) ? leader : -1;
}

static bool
node_online(uint32_t index)
{
	struct shm_node n;

	return tables_node(repl.tables, index, &n) && n.state == NODE_ONLINE;
}

struct finding {
	uint16_t join, leave;
	bool behind;	 /* a member of the ISR is not level */
	bool catches_up; /* one who is not a member copies */
};

static void
look_at(struct watched *w, unsigned i, const struct repl_line *line, const struct repl_line *leader,
    struct finding *f)
{
	const bool started = repl_started(line, w->p.leader_epoch);
	const int64_t leo = started ? line->leo : -1; /* without the epoch its end says nothing */

	repl_lag_look(&w->lag[i], leo, leader->leo, repl.now);
	if ((w->p.isr >> i & 1) != 0) {
		if (leo >= leader->leo)
			return;
		f->behind = true;
		if (repl_lags(&w->lag[i], leo, leader->leo, repl.now, repl.child->config->replica_lag_time_max_ms))
			f->leave |= (uint16_t)(1u << i);
		return;
	}
	if (!started || !node_online(w->p.replica[i]))
		return; /* when that changes, its writer says so, or the tables */
	f->catches_up = true;
	pace_copies(w->p.replica[i], (uint32_t)w->p.leader);
	if (repl_may_join(line, leader, w->p.leader_epoch, w->epoch_start))
		f->join |= (uint16_t)(1u << i);
}

static struct finding
find(struct watched *w)
{
	struct repl_line line[SHM_REPLICAS];
	struct finding f = { .join = 0 };
	int leader = read_lines(w, line);

	if (leader == -1)
		return f;
	if (w->epoch_start == -1)
		w->epoch_start = line[leader].leo;
	for (unsigned i = 0; i < w->p.replicas; i++)
		if ((int)i != leader)
			look_at(w, i, &line[i], &line[leader], &f);
	return f;
}

static void
propose(struct watched *w, const struct finding *f)
{
	union {
		struct shm_msg m;
		struct msg_isr b;
	} u = { .m = { .type = CALL_ISR } };

	if (f->join == 0 && f->leave == 0)
		return;
	if (f->join == w->joined && f->leave == w->left && w->proposed > repl.now - AGAIN_MS)
		return;
	u.b.slot = w->slot;
	u.b.slot_generation = w->p.generation;
	u.b.leader_epoch = w->p.leader_epoch;
	u.b.partition_epoch = w->p.partition_epoch;
	u.b.join = f->join;
	u.b.leave = f->leave;
	if (child_post(repl.child, proc_slot(PROC_CONTROLLER, 0), &u.m) == -1)
		return; /* the next look finds the same */
	w->joined = f->join;
	w->left = f->leave;
	w->proposed = repl.now;
}

static void
look(struct watched *w)
{
	struct finding f = find(w);

	if (!f.behind && !f.catches_up) {
		wait_rearm(w->slot);
		f = find(w);
	} else if (!f.catches_up && __builtin_popcount(w->p.isr) < w->p.replicas) {
		wait_rearm(w->slot); /* one who is not a member may begin to copy at any time */
	}
	propose(w, &f);
	put(w, f.catches_up || f.leave != 0 ? SOON : f.behind ? LATER : NOWHERE);
}

/* What nobody saw is held against nobody. */
static void
pass_over(struct watched *w, int64_t ms)
{
	for (unsigned i = 0; i < w->p.replicas; i++) {
		w->lag[i].caught_up += ms;
		w->lag[i].mark_at += ms;
	}
}

int64_t
watch_turn(void)
{
	int64_t next = INT64_MAX;

	pace_begin();
	for (enum list l = SOON; l < LISTS; l++) {
		struct watched *w, *last = TAILQ_LAST(&list[l], watched_list);

		/* what is put back comes behind those that were there */
		while ((w = TAILQ_FIRST(&list[l])) != NULL && w->due <= repl.now) {
			if (repl.now - w->due > LATE_MS)
				pass_over(w, repl.now - w->due);
			look(w);
			if (w == last)
				break;
		}
		w = TAILQ_FIRST(&list[l]);
		if (w != NULL && w->due < next)
			next = w->due;
	}
	pace_end();
	return next;
}

void
watch_init(void)
{
	of_slot = xcalloc(shm_layout(repl.shm)->partitions_max, sizeof(*of_slot));
	for (enum list l = NOWHERE; l < LISTS; l++)
		TAILQ_INIT(&list[l]);
}

void
watch_fini(void)
{
	for (uint32_t i = 0; i < shm_layout(repl.shm)->partitions_max; i++)
		if (of_slot[i] != NULL)
			drop(of_slot[i]);
	free(of_slot);
}
