/* SPDX-License-Identifier: ISC */
/*
 * nodes.c - disks that go offline and come back, and single replicas that fail: their leaders are
 * elected anew.  Used in: controller.
 *
 * A leader is chosen from the durable in-sync replicas only, and the new epoch is durable before it
 * is published.
 */
#include "config.h"

#include <stdlib.h>

#include "controller.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

struct moved {
	struct topic *topic;
	uint32_t part;
	int32_t leader; /* before */
};
struct change {
	uint32_t node;
	bool was_online;
	uint64_t was_failures;
	struct moved *v;
	size_t n, cap;
};

static void
elect_again(struct change *ch, struct topic *t, uint32_t n)
{
	struct part *p = &t->part[n];
	int32_t leader = part_elect(p);

	if (leader == p->leader)
		return;
	if (ch->n == ch->cap) {
		ch->cap = ch->cap == 0 ? 64 : ch->cap * 2;
		ch->v = xreallocarray(ch->v, ch->cap, sizeof(*ch->v));
	}
	ch->v[ch->n++] = (struct moved){t, n, p->leader};
	p->leader = leader;
	p->epoch++;
	p->partition_epoch++;
}

static void
say(const struct change *ch, const struct node *node)
{
	if (node->online != ch->was_online)
		log_warnx("node %d (%s) is %s: %zu partitions have %s", node->id, node->path,
		    node->online ? "online again" : "offline", ch->n,
		    node->online ? "a leader again" : "no leader, or another one");
	else
		log_warnx("node %d (%s): its replicas of %zu partitions failed or are good again: these have "
			  "another leader, or none",
		    node->id, node->path, ch->n);
}

static void
changed(struct op *op, const struct meta_err *err)
{
	struct change *ch = op->arg;
	struct node *node = &ctl.node[ch->node];

	if (err != NULL) { /* the next tick tries again */
		node->online = ch->was_online;
		node->failures = ch->was_failures;
	} else
		publish_node(ch->node);
	for (size_t i = ch->n; i-- > 0;) {
		struct part *p = &ch->v[i].topic->part[ch->v[i].part];
		if (err == NULL) {
			publish_partition(ch->v[i].topic, ch->v[i].part);
			continue;
		}
		p->leader = ch->v[i].leader;
		p->epoch--;
		p->partition_epoch--;
	}
	if (err == NULL)
		say(ch, node);
	free(ch->v);
	free(ch);
}

/* What the lines of this node's writer say of the partition. */
static void
look_at_line(const struct shm_writer *w, uint32_t node, struct part *p)
{
	struct shm_replica line;

	for (int i = 0; i < p->replicas; i++) {
		if (p->replica[i] != node || p->slot >= ctl.partitions_max)
			continue;
		latch_read(&w->replica[p->slot].line, &line);
		if (line.generation == p->slot_generation && line.status == REPLICA_FAILED)
			p->failed |= (uint16_t)(1u << i);
		else
			p->failed &= (uint16_t)~(1u << i);
	}
}

static void
node_moved(uint32_t index, const struct shm_writer *w, bool online, uint64_t failures)
{
	struct node *node = &ctl.node[index];
	struct change *ch = xcalloc(1, sizeof(*ch));
	struct op *op;

	ch->node = index;
	ch->was_online = node->online;
	ch->was_failures = node->failures;
	node->online = online;
	node->failures = failures;
	for (uint32_t i = 0; i < ctl.topics; i++) {
		struct topic *t = ctl.topic[i];

		for (uint32_t n = 0; t != NULL && t->state == TOPIC_LIVE && n < t->nparts; n++) {
			look_at_line(w, index, &t->part[n]);
			elect_again(ch, t, n);
		}
	}
	if (ch->n == 0 && online == ch->was_online) {
		free(ch);
		return;
	}
	op = op_new(NULL, changed);
	op->arg = ch;
	op->flags = META_URGENT;
	op_partitions_max(op, ch->n + 1);
	for (size_t i = 0; i < ch->n; i++)
		op_partition(op, ch->v[i].topic, ch->v[i].part);
	op_submit(op);
}

void
nodes_tick(void)
{
	if (ctl.committing || !TAILQ_EMPTY(&ctl.waiting))
		return;
	for (uint32_t i = 0; i < ctl.nodes; i++) {
		const struct shm_writer *w;
		uint64_t failures;
		bool online;

		if (!ctl.node[i].present)
			continue;
		w = shm_body_of(shm_peer(ctl.shm, proc_slot(PROC_WRITER, i)));
		/* the lines were written before this word */
		failures = atomic_load_explicit(&w->failures, memory_order_acquire);
		online = writers_offline(UINT64_C(1) << i) == 0;
		if (!online) /* it shall be possible to unmount it */
			fd_close(&ctl.child->inherit->disk[i].fd);
		if (online != ctl.node[i].online || failures != ctl.node[i].failures)
			node_moved(i, w, online, failures);
	}
}
