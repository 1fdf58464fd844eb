/* SPDX-License-Identifier: ISC */
/*
 * start.c - who leads first, after a start of the daemon, a partition with several replicas; and
 * what becomes of replicas whose disk was replaced; and when all are led.  Used in: controller.
 *
 * Until that is decided the partition is published without a leader ("undecided"), so that the
 * writers open its logs.  Where the page cache of every in-sync replica outlived the last daemon,
 * or was synced, each has all that was acknowledged: the preferred one leads at once.  Else records
 * may be missing at some ends, and the one whose log reaches farthest leads, as soon as all logs are
 * known; replicas that were checked and end before it leave the in-sync ones, and catch up.
 *
 * Nothing of this is in memory only: a successor finds the partition published without a leader in
 * the epoch of its row, and decides.
 */
#include "config.h"

#include <stdlib.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define POLL_MS 5
#define FIRST_MS 1000
#define SLOW_POLL_MS 100    /* after that: logs are being checked */
#define OPEN_MS 10000       /* for a disk to say in which state it was found */
#define CHECK_MS 60000      /* for its logs to be checked */
#define LED_MS 60000        /* for all to be led: the supervisor has not waited so long */

static struct {
	uint32_t left; /* partitions that are undecided, about; 0 = none */
	int64_t begun;
	uint32_t by_end, late; /* decided by the ends of logs; without waiting for all of them */
	bool busy;
	uint32_t topic, part; /* those before this one were led */
	bool over;            /* all were, or nobody waits any more */
} start;

void
start_undecided(struct part *p)
{
	p->undecided = true;
	start.left++;
}

/* ---- replaced disks ---- */

bool
part_drop_lost(const struct topic *t, struct part *p)
{
	const uint16_t lost = p->lost, staying = p->isr & (uint16_t)~lost;
	const uint16_t was_isr = p->isr, was_elr = p->elr;

	if (p->replicas == 1 || lost == 0)
		return false;
	for (int i = 0; i < p->replicas; i++) {
		uint16_t bit = (uint16_t)(1u << i);

		if ((lost & bit) == 0 || (staying == 0 && (p->isr & bit) != 0))
			continue; /* the last ones stay: nobody may lead without an operator's word */
		p->isr &= (uint16_t)~bit;
		p->elr &= (uint16_t)~bit;
		if (p->leader == p->replica[i])
			p->leader = -1; /* an empty one must not go on as it */
		part_new_directory(p, i);
	}
	p->elr = repl_elr_after(was_isr, p->elr, p->isr, lost, part_min_insync(t, p));
	return p->lost != lost || p->isr != was_isr || p->elr != was_elr;
}

/* ---- what is known ---- */

enum trust_state
node_trust(uint32_t node)
{
	const struct shm_writer *w;

	if (!ctl.node[node].present)
		return TRUST_UNKNOWN;
	w = shm_body_of(shm_peer(ctl.shm, proc_slot(PROC_WRITER, node)));
	return (enum trust_state)atomic_load_explicit(&w->trust, memory_order_acquire);
}

/* What is known of the in-sync replicas that can be asked. */
struct known {
	uint16_t whole;   /* nothing is missing in their logs */
	uint16_t checked; /* something may be */
	uint16_t unknown; /* their disk has not said yet */
	uint16_t ready;   /* their line tells the end of their log */
	struct repl_end end[META_REPLICAS];
};

static void
look(const struct part *p, uint16_t of, struct known *k)
{
	struct repl_line line;

	*k = (struct known){0};
	for (int i = 0; i < p->replicas; i++) {
		const uint16_t bit = (uint16_t)(1u << i);
		enum trust_state trust = node_trust(p->replica[i]);

		if ((of & bit) == 0)
			continue;
		part_line(p, i, &line, &k->end[i]);
		k->whole |= trust == TRUST_WHOLE ? bit : 0;
		k->checked |= trust == TRUST_CHECKED ? bit : 0;
		k->unknown |= trust == TRUST_UNKNOWN ? bit : 0;
		k->ready |= line.open ? bit : 0;
	}
}

uint16_t
part_checked(const struct part *p, uint64_t nodes)
{
	uint16_t mask = 0;

	for (int i = 0; i < p->replicas; i++)
		if ((nodes >> p->replica[i] & 1) != 0 && node_trust(p->replica[i]) == TRUST_CHECKED)
			mask |= (uint16_t)(1u << i);
	return mask;
}

/* Replicas whose writer could not make anything of their log. */
static void
look_for_failed(struct part *p)
{
	for (int i = 0; i < p->replicas; i++)
		if (ctl.node[p->replica[i]].present)
			part_look_failed(p, i);
}

/* ---- deciding ---- */

enum decision { WAIT, PREFERRED, FARTHEST };

static enum decision
decide(uint16_t asked, const struct known *k)
{
	const int64_t waited = ctl.mono_ms - start.begun;
	const uint16_t opened = asked & (uint16_t)~k->unknown;

	if (k->unknown != 0 && waited < OPEN_MS)
		return WAIT;
	if ((k->checked | k->unknown) == 0)
		return PREFERRED;
	/* whoever is whole has all that was acknowledged: a disk that does not open is not needed then */
	if ((k->ready & opened) == opened && (opened == asked || (k->ready & k->whole) != 0))
		return FARTHEST;
	if (waited < CHECK_MS)
		return WAIT;
	return k->ready != 0 ? FARTHEST : WAIT;
}

/* The one whose log reaches farthest; those that were cut shorter are not in sync any more. */
static void
take_farthest(struct part *p, uint16_t asked, const struct known *k)
{
	const uint16_t live = k->ready & part_live(p);
	const int32_t best = repl_greatest(live != 0 ? live : k->ready, k->end);

	start.by_end++;
	start.late += k->ready != asked;
	p->leader = p->replica[best];
	p->isr &= (uint16_t) ~(asked & ~k->whole & ~repl_level(k->ready, k->end, best));
}

/* In-sync replicas whose logs may be had.  One whose writer stands still is waited for, too. */
static uint16_t
to_ask(const struct part *p)
{
	uint16_t mask = p->isr & (uint16_t) ~(p->lost | p->failed);

	for (int i = 0; i < p->replicas; i++)
		if (!ctl.node[p->replica[i]].online)
			mask &= (uint16_t)~(1u << i);
	return mask;
}

static void
settle(struct change *ch, struct topic *t, uint32_t n)
{
	struct part *p = &t->part[n];
	struct known k;
	enum decision how;
	uint16_t asked;

	look_for_failed(p);
	asked = to_ask(p);
	look(p, asked, &k);
	if ((how = decide(asked, &k)) == WAIT) {
		start.left++;
		return;
	}
	p = change_part(ch, t, n);
	p->undecided = false;
	if (how == FARTHEST)
		take_farthest(p, asked, &k);
	p->isr = repl_isr_without(p->isr, (uint16_t)~part_live(p));
	p->short_of = (part_checked(p, UINT64_MAX) | part_lost_log(p)) & (uint16_t)~p->isr;
	p->elr &= (uint16_t)~p->short_of;
	if (!change_settle(ch, how == PREFERRED ? ELECT_PREFERRED : ELECT_ONLINE))
		publish_partition(t, n); /* the row says it already: the term made it durable */
}

static void
say(const struct change *ch)
{
	const struct tally *y = &ch->tally;

	if (start.by_end > 0)
		log_warnx("%u partitions have replicas that were not left in order: the ones whose logs reach farthest "
			  "lead; of %u fewer are in sync now%s",
		    start.by_end, y->shrunk, start.late > 0 ? "; some logs are still being checked, they were not waited for" : "");
	start.by_end = start.late = 0;
}

static void
decided(struct change *ch, const struct meta_err *err)
{
	start.busy = false;
	if (err == NULL)
		say(ch);
	else
		start.left += (uint32_t)ch->n;
}

static void
decide_all(void)
{
	struct change *ch;

	start.left = 0;
	ch = change_new(decided, NULL);
	publish_begin();
	for (uint32_t i = 0; i < ctl.topics; i++)
		for (uint32_t n = 0; ctl.topic[i] != NULL && ctl.topic[i]->state == TOPIC_LIVE &&
				     n < ctl.topic[i]->nparts;
		     n++)
			if (ctl.topic[i]->part[n].undecided)
				settle(ch, ctl.topic[i], n);
	publish_end();
	if (change_empty(ch)) {
		say(ch);
		change_drop(ch);
		return;
	}
	start.busy = true;
	change_submit(ch, META_URGENT);
}

static bool
all_were_led(void)
{
	for (; start.topic < ctl.topics; start.topic++, start.part = 0) {
		const struct topic *t = ctl.topic[start.topic];

		for (; t != NULL && t->state == TOPIC_LIVE && start.part < t->nparts; start.part++)
			if (t->part[start.part].leader != -1 && !part_is_led(&t->part[start.part]))
				return false;
	}
	return true;
}

/* How long others wait for it is the supervisor's: some processes may begin much later than we. */
static void
look_at_leaders(void)
{
	const bool led = all_were_led();

	start.over = led || ctl.mono_ms - start.begun >= LED_MS;
	if (led && atomic_exchange(&ctl.tables->served, 1) == 0)
		child_wake_supervisor(ctl.child);
}

void
start_turn(void)
{
	if (start.begun == 0) {
		start.begun = ctl.mono_ms;
		start.over = atomic_load(&ctl.tables->served) != 0;
	}
	if (start.left != 0 && !start.busy)
		decide_all();
	if (!start.over && start.left == 0 && !start.busy)
		look_at_leaders();
}

int
start_wait(void)
{
	if (start.busy || (start.left == 0 && start.over))
		return -1;
	return ctl.mono_ms - start.begun < FIRST_MS ? POLL_MS : SLOW_POLL_MS;
}
