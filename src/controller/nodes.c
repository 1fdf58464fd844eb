/* SPDX-License-Identifier: ISC */
/*
 * nodes.c - disks that go offline and come back, writers that stand still, and single replicas that
 * fail: in one commit they leave the in-sync replicas, and others lead.  Used in: controller.
 *
 * A leader is chosen from what is durable only, and the new epoch is durable before it is
 * published; that fences one who stands still and would go on.  The last in-sync replica stays: a
 * partition without one could not be elected any more.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

/* A look at the heartbeats that comes late counts for no more than this: the whole host stood
 * still, not one writer. */
#define LOOK_MS 2000
#define RETRY_MS 500

/* What was known of a node before this change. */
struct was {
	bool online, stalled, full;
	uint64_t failures;
};
struct moved {
	uint64_t nodes; /* mask: of which something else is known now */
	uint64_t whole; /* of them: not only of single replicas */
	uint64_t disks; /* of these: the disk failed, or is there again; its logs may lack records */
	struct was was[SHM_NODES];
	int64_t begun; /* monotonic ms */
};

static struct {
	uint64_t beat;       /* as last seen */
	uint32_t generation; /* of the process, then */
	bool another;        /* ... and it was another one than at the look before */
	int64_t still;       /* for how long, ms */
	int64_t looked;      /* when */
	bool stalled;
} pulse[SHM_NODES];
static bool leaderless_due;
static int64_t retry_at;   /* after a commit that failed */
static uint64_t unsettled; /* nodes that it was about */

static int64_t
now_mono(void)
{
	return mono_ns() / 1000000;
}

bool
node_serves(uint32_t index)
{
	return ctl.node[index].online && !ctl.node[index].stalled;
}

/* ---- who stands still ---- */

/* One who starts has opened his disk when his heart begins to beat: it takes as little time as anything else, or the disk
 * hangs.  One who died is about to come back; but one who dies again and again does no more than one who stands
 * still: his time runs on until he is found alive at two looks. */
static void
look_at_pulse(uint32_t i)
{
	const uint32_t slot = proc_slot(PROC_WRITER, i);
	const struct shm_process *p = &shm_processes(ctl.shm)->process[slot];
	const uint32_t generation = atomic_load_explicit(&p->generation, memory_order_relaxed);
	const bool dead = atomic_load_explicit(&p->pid, memory_order_relaxed) == 0;
	const int32_t limit = ctl.config->broker_session_timeout_ms;
	const uint64_t beat = atomic_load_explicit(&shm_peer(ctl.shm, slot)->heartbeat, memory_order_relaxed);
	const int64_t since = ctl.mono_ms - pulse[i].looked;
	const bool first = pulse[i].looked == 0, moved = beat != pulse[i].beat;
	const bool another = !first && generation != pulse[i].generation;

	if (first || (moved && !dead && !another))
		pulse[i].still = 0;
	else if (!moved || (another && pulse[i].another))
		pulse[i].still += since < LOOK_MS ? since : LOOK_MS;
	pulse[i].looked = ctl.mono_ms;
	pulse[i].beat = beat;
	pulse[i].generation = generation;
	pulse[i].another = another;
	pulse[i].stalled = pulse[i].still >= limit;
}

void
nodes_tick(void)
{
	for (uint32_t i = 0; i < ctl.nodes && ctl.nodes > 1; i++)
		if (ctl.node[i].present)
			look_at_pulse(i);
}

/* ---- what is said of it ---- */

static void
say_node(const struct node *n, const struct was *was, const struct tally *y, int64_t ms)
{
	const char *what;

	if (n->online != was->online)
		what = n->online ? "is online again" : "is offline";
	else if (n->stalled != was->stalled)
		what = n->stalled ? "is fenced, its writer stands still, or dies again and again" : "is back, its writer goes on";
	else if (n->full != was->full)
		what = n->full ? "is full, who has room leads" : "is not full any more";
	else if (y->moved + y->leaderless + y->shrunk > 0)
		what = "has replicas that failed, or are good again";
	else
		return;
	log_warnx("node %d (%s) %s: %u partitions are led anew, %u have no leader any more, %u have fewer in-sync "
		  "replicas; in %lld ms",
	    n->id, n->path, what, y->moved, y->leaderless, y->shrunk, (long long)ms);
}

static void
changed(struct change *ch, const struct meta_err *err)
{
	struct moved *m = ch->arg;

	for (uint32_t i = 0; i < ctl.nodes; i++) {
		struct node *n = &ctl.node[i];

		if ((m->nodes >> i & 1) == 0)
			continue;
		if (err != NULL) { /* the next turn tries again */
			n->online = m->was[i].online;
			n->stalled = m->was[i].stalled;
			n->full = m->was[i].full;
			n->failures = m->was[i].failures;
			continue;
		}
		if (n->online != m->was[i].online)
			publish_node(i);
		say_node(n, &m->was[i], &ch->tally, now_mono() - m->begun);
	}
	if (err != NULL) {
		leaderless_due = true;
		unsettled |= m->nodes;
		retry_at = ctl.mono_ms + RETRY_MS;
	} else
		copies_turn();
	free(m);
}

/* ---- who moves ---- */

/* Has one of the nodes a replica? */
static bool
concerned(const struct part *p, uint64_t nodes)
{
	for (int i = 0; i < p->replicas; i++)
		if ((nodes >> p->replica[i] & 1) != 0)
			return true;
	return false;
}

/* Is it other than it was for this partition? */
static bool
moves(struct part *p, const struct moved *m)
{
	const uint16_t failed = p->failed;

	if (p->leader == -1 && leaderless_due)
		return true;
	if (!concerned(p, m->nodes))
		return false;
	for (int i = 0; i < p->replicas; i++)
		if ((m->nodes >> p->replica[i] & 1) != 0)
			part_look_failed(p, i);
	return p->leader == -1 || p->failed != failed || concerned(p, m->whole);
}

static void
move_topic(struct change *ch, struct topic *t, const struct moved *m)
{
	for (uint32_t n = 0; n < t->nparts; n++) {
		struct part *p = &t->part[n];

		if (!moves(p, m) || p->undecided)
			continue;
		p = change_part(ch, t, n);
		p->short_of |= part_checked(p, m->disks) & (uint16_t)~p->isr;
		p->isr = repl_isr_without(p->isr, (uint16_t)~part_live(p));
		p->short_of |= part_lost_log(p) & (uint16_t)~p->isr;
		p->elr &= (uint16_t)~p->short_of;
		change_settle(ch, ELECT_ONLINE);
	}
}

static void
move(struct moved *m)
{
	struct change *ch = change_new(changed, m);

	for (uint32_t i = 0; i < ctl.topics; i++)
		if (ctl.topic[i] != NULL && ctl.topic[i]->state == TOPIC_LIVE)
			move_topic(ch, ctl.topic[i], m);
	leaderless_due = false;
	if (change_empty(ch) && m->whole == 0) {
		change_drop(ch);
		free(m);
	} else
		change_submit(ch, META_URGENT);
}

void
nodes_elect(void)
{
	leaderless_due = true;
}

struct settings {
	void (*done)(const struct meta_err *err);
};

static void
settings_settled(struct change *ch, const struct meta_err *err)
{
	struct settings *s = ch->arg;

	if (s->done != NULL)
		s->done(err);
	free(s);
}

void
nodes_settings_changed(void (*finished)(const struct meta_err *err))
{
	struct settings *s = xcalloc(1, sizeof(*s));
	struct change *ch = change_new(settings_settled, s);

	s->done = finished;
	for (uint32_t i = 0; i < ctl.topics; i++) {
		struct topic *t = ctl.topic[i];

		for (uint32_t n = 0; t != NULL && t->state == TOPIC_LIVE && n < t->nparts; n++)
			if (!t->part[n].undecided && (t->part[n].elr != 0 || t->part[n].leader == -1)) {
				change_part(ch, t, n);
				change_settle(ch, ELECT_ONLINE);
			}
	}
	if (!change_empty(ch)) {
		change_submit(ch, META_URGENT);
		return;
	}
	change_drop(ch);
	if (finished != NULL)
		finished(NULL);
	free(s);
}

static void
nodes_turn(void)
{
	struct moved *m = NULL;
	uint64_t left = 0;

	if (ctl.mono_ms < retry_at)
		return;
	for (uint32_t i = 0; i < ctl.nodes; i++) {
		struct node *n = &ctl.node[i];
		const struct shm_writer *w;
		struct was now;

		if (!n->present)
			continue;
		w = shm_body_of(shm_peer(ctl.shm, proc_slot(PROC_WRITER, i)));
		/* the lines were written before this word */
		now.failures = atomic_load_explicit(&w->failures, memory_order_acquire);
		now.online = writers_offline(UINT64_C(1) << i) == 0;
		now.stalled = pulse[i].stalled;
		now.full = atomic_load_explicit(&w->disk, memory_order_relaxed) == DISK_FULL;
		if (!now.online) /* it shall be possible to unmount it */
			fd_close(&ctl.child->inherit->disk[i].fd);
		if (now.online == n->online && now.stalled == n->stalled && now.full == n->full && now.failures == n->failures)
			continue;
		if (m == NULL)
			m = xcalloc(1, sizeof(*m));
		m->nodes |= UINT64_C(1) << i;
		if (now.online != n->online || now.stalled != n->stalled || now.full != n->full)
			m->whole |= UINT64_C(1) << i;
		if (now.online != n->online)
			m->disks |= UINT64_C(1) << i;
		if (!now.online && n->online)
			left |= UINT64_C(1) << i;
		m->was[i] = (struct was){n->online, n->stalled, n->full, n->failures};
		n->online = now.online;
		n->stalled = now.stalled;
		n->full = now.full;
		n->failures = now.failures;
	}
	if (m == NULL && leaderless_due)
		m = xcalloc(1, sizeof(*m));
	if (m == NULL)
		return;
	m->whole |= unsettled & m->nodes;
	unsettled &= ~m->nodes;
	m->begun = now_mono();
	copies_leave(left); /* what follows is not written there, nor waited for */
	move(m);
}

void
nodes_and_replicas_turn(void)
{
	if (TAILQ_EMPTY(&ctl.waiting)) { /* the model is what is durable, and may be published */
		isr_publish_turn();
		start_turn();
	}
	if (TAILQ_EMPTY(&ctl.waiting))
		disks_turn();
	if (TAILQ_EMPTY(&ctl.waiting))
		nodes_turn();
	isr_turn();
}
