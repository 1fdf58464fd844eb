/* SPDX-License-Identifier: ISC */
/*
 * change.c - changes of partitions, any number in one commit: what a partition was before, what
 * follows from a change (eligible leader replicas, the end of a reassignment, the leader, the
 * epochs), and how it is undone.  Used in: controller.
 *
 * The rules are those of repl/rules.h; the order of the steps is that of Kafka's
 * PartitionChangeBuilder.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proc/repl.h"

struct before {
	struct topic *topic;
	uint32_t n;
	struct part part; /* directories: a copy of its own */
};

/* ---- the replicas of a partition, and sets of them ---- */

int32_t
part_index(const struct part *p, int32_t node)
{
	for (int32_t i = 0; node >= 0 && i < p->replicas; i++)
		if (p->replica[i] == node)
			return i;
	return -1;
}

static uint16_t
all(const struct part *p)
{
	return (uint16_t)((1u << p->replicas) - 1);
}

/* The same nodes as in mask of another list of replicas. */
static uint16_t
translated(uint16_t mask, const struct part *from, const struct part *to)
{
	uint16_t out = 0;

	for (int i = 0; i < from->replicas; i++) {
		int32_t at = (mask >> i & 1) != 0 ? part_index(to, from->replica[i]) : -1;
		if (at != -1)
			out |= (uint16_t)(1u << at);
	}
	return out;
}

void
part_set_replicas(struct part *p, const uint8_t *node, int n)
{
	struct part was = *p;
	struct uuid *dirs = was.directories;

	memcpy(p->replica, node, (size_t)n);
	p->replicas = (uint8_t)n;
	p->isr = translated(was.isr, &was, p);
	p->elr = translated(was.elr, &was, p);
	p->adding = translated(was.adding, &was, p);
	p->removing = translated(was.removing, &was, p);
	p->joining = translated(was.joining, &was, p);
	p->lost = translated(was.lost, &was, p);
	p->failed = translated(was.failed, &was, p);
	p->short_of = translated(was.short_of, &was, p);
	if (dirs == NULL)
		return;
	p->directories = xcalloc((size_t)n, sizeof(*dirs));
	for (int i = 0; i < n; i++) {
		int32_t at = part_index(&was, node[i]);
		p->directories[i] = at != -1 ? dirs[at] : ctl.node[node[i]].directory;
	}
	free(dirs);
}

void
part_new_directory(struct part *p, int i)
{
	p->lost &= (uint16_t)~(1u << i);
	if (p->directories == NULL)
		return;
	p->directories[i] = ctl.node[p->replica[i]].directory;
	if (p->lost != 0)
		return;
	free(p->directories);
	p->directories = NULL;
}

uint16_t
part_live(const struct part *p)
{
	uint16_t live = 0;

	for (int i = 0; i < p->replicas; i++)
		if (node_serves(p->replica[i]))
			live |= (uint16_t)(1u << i);
	return live & ~p->failed;
}

void
part_line(const struct part *p, int i, struct repl_line *line, struct repl_end *end)
{
	const struct shm_partition slot = {.generation = p->slot_generation};
	const struct node *node = &ctl.node[p->replica[i]];
	const struct shm_writer *w;
	struct shm_replica r;

	*line = (struct repl_line){.epoch = -1};
	*end = (struct repl_end){-1, 0};
	if (!node->present || p->slot >= ctl.partitions_max)
		return;
	w = shm_body_of(shm_peer(ctl.shm, proc_slot(PROC_WRITER, p->replica[i])));
	latch_read(&w->replica[p->slot].line, &r);
	repl_line_of(line, &slot, &r);
	if (line->known)
		*end = (struct repl_end){r.last_epoch, r.leo};
}

void
part_look_failed(struct part *p, int i)
{
	const struct shm_writer *w;
	struct shm_replica line;

	if (!ctl.node[p->replica[i]].present || p->slot >= ctl.partitions_max)
		return;
	w = shm_body_of(shm_peer(ctl.shm, proc_slot(PROC_WRITER, p->replica[i])));
	latch_read(&w->replica[p->slot].line, &line);
	if (line.generation == p->slot_generation && line.status == REPLICA_FAILED)
		p->failed |= (uint16_t)(1u << i);
	else
		p->failed &= (uint16_t)~(1u << i);
}

uint16_t
part_lost_log(const struct part *p)
{
	uint16_t mask = p->failed;

	for (int i = 0; i < p->replicas; i++)
		if (!ctl.node[p->replica[i]].online)
			mask &= (uint16_t)~(1u << i);
	return mask;
}

/* By what is durable.  Those eligible are so only as long as nothing can be committed without them. */
static void
election_of(const struct topic *t, const struct part *p, struct repl_election *e)
{
	const uint8_t min = part_min_insync(t, p);

	*e = (struct repl_election){
	    .leader = part_index(p, p->leader),
	    .isr = p->isr,
	    .elr = repl_under_min_isr(p->isr, min) ? p->elr : 0,
	    .replicas = p->replicas,
	    .min_isr = min,
	    .live = part_live(p),
	    .lost = p->lost,
	};
}

int32_t
part_elect(const struct topic *t, const struct part *p)
{
	struct repl_election e;

	election_of(t, p, &e);
	repl_elect(&e);
	return e.elected == -1 ? -1 : p->replica[e.elected];
}

/* ---- what follows ---- */

bool
topic_unclean(const struct topic *t)
{
	const char *own = kvs_get(&t->config, "unclean.leader.election.enable");

	return own != NULL ? strcmp(own, "true") == 0
			   : settings_of_topics()->unclean_leader_election_enable != 0;
}

bool
part_is_led(const struct part *p)
{
	const int32_t at = part_index(p, p->leader);
	struct repl_line line;
	struct repl_end end;

	if (at == -1)
		return false;
	part_line(p, at, &line, &end);
	return repl_started(&line, p->epoch);
}

static void
keep_target(struct part *p, uint16_t target)
{
	uint8_t node[META_REPLICAS];
	int n = 0;

	for (int i = 0; i < p->replicas; i++)
		if ((target >> i & 1) != 0)
			node[n++] = p->replica[i];
	p->adding = p->removing = 0;
	part_set_replicas(p, node, n);
}

/*
 * Kafka (PartitionReassignmentReplicas.maybeCompleteReassignment): when all that were added are in sync, those that are
 * to go leave.  A leader that is to go is followed by another one first, and stays in the list until that one has begun
 * its epoch: who begins takes the greatest high watermark of all lines, so the line that readers were served by must
 * still be one of them.  Where nobody can lead, only those can go at once that could not either: a cancellation does not
 * wait for a disk that is out.
 */
static void
end_reassignment(struct part *p)
{
	const uint16_t target = all(p) & ~p->removing, heirs = target & p->isr & part_live(p) & ~p->lost;
	const int32_t leader = part_index(p, p->leader);

	if (p->undecided || (p->adding | p->removing) == 0 || (p->adding & target & ~p->isr) != 0)
		return;
	if (heirs == 0) {
		if (leader == -1 && (p->removing & (p->isr | p->elr)) == 0)
			keep_target(p, target);
		return;
	}
	if (leader == -1 || (target >> leader & 1) == 0) {
		p->leader = p->replica[__builtin_ctz(heirs)];
		return;
	}
	if (p->removing != 0 && !part_is_led(p))
		return;
	keep_target(p, target);
}

/* A full disk refuses what is produced.  While somebody in sync has room, that one leads; the full one stays in sync for
 * as long as it keeps up, as anybody does. */
static bool
elect_with_room(const struct part *p, struct repl_election *e)
{
	const uint16_t live = e->live;

	for (int i = 0; i < p->replicas; i++)
		if (ctl.node[p->replica[i]].full)
			e->live &= (uint16_t)~(1u << i);
	if (e->live != live && repl_elect(e) == REPL_CLEAN)
		return true;
	e->live = live;
	return false;
}

static void
run_election(const struct topic *t, struct part *p, enum election how, struct repl_election *e)
{
	static struct repl_end end[META_REPLICAS];
	struct repl_line line;

	election_of(t, p, e);
	e->preferred = how == ELECT_PREFERRED;
	e->unclean = how == ELECT_UNCLEAN || topic_unclean(t);
	e->end = end;
	if (elect_with_room(p, e))
		return;
	if (repl_elect(e) == REPL_UNCLEAN) { /* then only it matters who has the most */
		for (int i = 0; i < p->replicas; i++)
			part_line(p, i, &line, &end[i]);
		repl_elect(e);
	}
	/* where nobody else can, one whose writer stands still is worth waiting for: it may go on */
	if (e->how == REPL_NOBODY && e->leader != -1 && ctl.node[p->leader].online) {
		e->live |= (uint16_t)(1u << e->leader) & ~p->failed;
		repl_elect(e);
	}
}

static void
elect(const struct topic *t, struct part *p, enum election how, struct tally *tally)
{
	struct repl_election e;

	run_election(t, p, how, &e);
	p->isr = e.new_isr;
	p->elr = e.new_elr;
	p->leader = e.elected == -1 ? -1 : p->replica[e.elected];
	tally->from_elr += e.how == REPL_FROM_ELR;
	if (e.how != REPL_UNCLEAN)
		return;
	if (tally->unclean++ == 0) {
		tally->unclean_topic = t;
		tally->unclean_part = (uint32_t)(p - t->part);
	}
	if ((p->lost >> e.elected & 1) != 0)
		part_new_directory(p, (int)e.elected);
}

static bool
same_replicas(const struct part *a, const struct part *b)
{
	return a->replicas == b->replicas && memcmp(a->replica, b->replica, a->replicas) == 0 &&
	       a->lost == b->lost && a->adding == b->adding && a->removing == b->removing;
}

bool
part_settle(const struct topic *t, struct part *p, const struct part *was, enum election how,
    struct tally *tally)
{
	p->elr = repl_elr_after(translated(was->isr, was, p), p->elr, p->isr, p->lost | p->short_of,
	    part_min_insync(t, p));
	end_reassignment(p);
	if (!p->undecided)
		elect(t, p, how, tally);
	/* whoever is no replica any more must not go on as one */
	if (p->leader != was->leader ||
	    __builtin_popcount(translated(all(was), was, p)) < was->replicas)
		p->epoch++;
	if (p->epoch != was->epoch)
		p->joining = 0; /* it begins again, if at all */
	p->joining &= (uint16_t)~p->isr;
	p->short_of &= (uint16_t)~p->isr;
	if (p->epoch == was->epoch && p->isr == was->isr && p->elr == was->elr &&
	    same_replicas(p, was))
		return false;
	p->partition_epoch++;
	tally->moved += p->leader != was->leader && p->leader != -1;
	if ((translated(was->isr, was, p) & ~p->isr) != 0) {
		tally->shrunk++;
		tally->under_min += repl_under_min_isr(p->isr, part_min_insync(t, p));
	}
	tally->leaderless += p->leader != was->leader && p->leader == -1;
	return true;
}

/* ---- many in one commit ---- */

static struct uuid *
copy_directories(const struct part *p)
{
	return p->directories == NULL
		   ? NULL
		   : xmemdup(p->directories, p->replicas * sizeof(*p->directories));
}

struct part *
change_part(struct change *ch, struct topic *t, uint32_t n)
{
	struct before *b;

	if (ch->n == ch->cap) {
		ch->cap = ch->cap == 0 ? 16 : ch->cap * 2;
		ch->v = xreallocarray(ch->v, ch->cap, sizeof(*ch->v));
	}
	b = &ch->v[ch->n++];
	*b = (struct before){t, n, t->part[n]};
	b->part.directories = copy_directories(&t->part[n]);
	return &t->part[n];
}

bool
change_settle(struct change *ch, enum election how)
{
	struct before *b = &ch->v[ch->n - 1];

	if (part_settle(b->topic, &b->topic->part[b->n], &b->part, how, &ch->tally))
		return true;
	free(b->part.directories);
	ch->n--;
	return false;
}

void
change_settle_row(struct change *ch, enum election how)
{
	struct before *b = &ch->v[ch->n - 1];
	struct part *p = &b->topic->part[b->n];

	if (!part_settle(b->topic, p, &b->part, how, &ch->tally))
		p->partition_epoch++;
}

static void
undo(const struct before *b)
{
	struct part *p = &b->topic->part[b->n];

	free(p->directories);
	*p = b->part;
	p->directories = copy_directories(&b->part);
}

static void
change_free(struct change *ch)
{
	for (size_t i = 0; i < ch->n; i++)
		free(ch->v[i].part.directories);
	free(ch->v);
	free(ch);
}

static void
say_unclean(const struct tally *y)
{
	if (y->unclean > 0)
		log_warnx("unclean election: %u partitions (%s-%u is the first) are led by replicas that were not "
			  "in sync, because no other could: records that were acknowledged and that only the "
			  "former leaders had are lost",
		    y->unclean, y->unclean_topic->name, y->unclean_part);
}

static void
done(struct op *op, const struct meta_err *err)
{
	struct change *ch = op->arg;

	for (size_t i = ch->n; i-- > 0;)
		if (err != NULL)
			undo(&ch->v[i]);
		else if (ch->v[i].topic->state == TOPIC_LIVE) /* else who deletes it publishes it */
			publish_partition(ch->v[i].topic, ch->v[i].n);
	if (err == NULL)
		say_unclean(&ch->tally);
	if (ch->done != NULL)
		ch->done(ch, err);
	change_free(ch);
}

struct change *
change_new(void (*finished)(struct change *, const struct meta_err *), void *arg)
{
	struct change *ch = xcalloc(1, sizeof(*ch));

	ch->op = op_new(NULL, done);
	ch->op->arg = ch;
	ch->done = finished;
	ch->arg = arg;
	return ch;
}

const struct part *
change_at(const struct change *ch, size_t i)
{
	return &ch->v[i].topic->part[ch->v[i].n];
}

bool
change_empty(const struct change *ch)
{
	return ch->n == 0 && ch->op->n == 0;
}

void
change_drop(struct change *ch)
{
	while (ch->n > 0) {
		undo(&ch->v[--ch->n]);
		free(ch->v[ch->n].part.directories);
	}
	op_free(ch->op);
	change_free(ch);
}

void
change_submit(struct change *ch, int flags)
{
	ch->op->flags |= flags;
	op_partitions_max(ch->op, ch->n + 1);
	for (size_t i = 0; i < ch->n; i++)
		op_partition(ch->op, ch->v[i].topic, ch->v[i].n);
	op_submit(ch->op);
}
