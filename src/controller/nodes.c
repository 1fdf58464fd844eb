/* SPDX-License-Identifier: ISC */
/*
 * nodes.c - disks that go offline and come back: their leaders are elected anew.  Used in:
 * controller.
 *
 * A leader is chosen from the durable in-sync replicas only, and the new epoch is durable before it
 * is published.
 */
#include "config.h"

#include <stdlib.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

struct moved {
	struct topic *topic;
	uint32_t part;
	int32_t leader; /* before */
};
struct change {
	uint32_t node;
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
changed(struct op *op, const struct meta_err *err)
{
	struct change *ch = op->arg;
	struct node *node = &ctl.node[ch->node];

	if (err != NULL)
		node->online = !node->online; /* the next tick tries again */
	else
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
		log_warnx("node %d (%s) is %s: %zu partitions have %s", node->id, node->path,
		    node->online ? "online again" : "offline", ch->n,
		    node->online ? "a leader again" : "no leader, or another one");
	free(ch->v);
	free(ch);
}

static void
set_online(uint32_t index, bool online)
{
	struct change *ch = xcalloc(1, sizeof(*ch));
	struct op *op = op_new(NULL, changed);

	ch->node = index;
	ctl.node[index].online = online;
	for (uint32_t i = 0; i < ctl.topics; i++)
		for (uint32_t n = 0; ctl.topic[i] != NULL && ctl.topic[i]->state == TOPIC_LIVE &&
				     n < ctl.topic[i]->nparts;
		     n++)
			elect_again(ch, ctl.topic[i], n);
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
	if (ctl.committing)
		return;
	for (uint32_t i = 0; i < ctl.nodes; i++) {
		bool offline;
		if (!ctl.node[i].present)
			continue;
		offline = writers_offline(UINT64_C(1) << i) != 0;
		if (offline == ctl.node[i].online)
			set_online(i, !offline);
	}
}
