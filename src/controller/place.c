/* SPDX-License-Identifier: ISC */
/*
 * place.c - on which nodes the replicas of a partition lie.  Used in: controller.
 *
 * Leaders are dealt out evenly, first within the topic, then over the cluster; the followers of a partition go to racks
 * that it has no replica in yet, and there, too, to the nodes that have the least of the topic.  Nodes that are
 * offline are taken last, and never as leaders (Kafka's StripedReplicaPlacer has the same aims, with dice).
 */
#include "config.h"

#include <string.h>

#include "controller.h"

struct burden {
	uint32_t leads, replicas;
};

/* Of the nodes, as partitions are placed: in this topic, and in all. */
static struct burden here[SHM_NODES], everywhere[SHM_NODES];
/* In this topic: how often the second node comes right behind the first, and would lead in its place. */
static uint32_t heir[SHM_NODES][SHM_NODES];

static void
add(struct burden *b, const struct part *p)
{
	for (int i = 0; i < p->replicas; i++) {
		b[p->replica[i]].leads += i == 0; /* whom it prefers counts, not who leads today */
		b[p->replica[i]].replicas++;
	}
}

static void
add_here(const struct part *p)
{
	add(here, p);
	add(everywhere, p);
	if (p->replicas > 1)
		heir[p->replica[0]][p->replica[1]]++;
}

void
place_begin(const struct topic *t, uint32_t nparts)
{
	memset(here, 0, sizeof(here));
	memset(everywhere, 0, sizeof(everywhere));
	memset(heir, 0, sizeof(heir));
	for (uint32_t i = 0; i < ctl.topics; i++)
		for (uint32_t n = 0; ctl.topic[i] != NULL && ctl.topic[i] != t && n < ctl.topic[i]->nparts; n++)
			add(everywhere, &ctl.topic[i]->part[n]);
	for (uint32_t n = 0; t != NULL && n < nparts; n++)
		add_here(&t->part[n]);
}

static bool
has_node(const struct part *p, uint32_t node)
{
	for (int i = 0; i < p->replicas; i++)
		if (p->replica[i] == node)
			return true;
	return false;
}

static uint32_t
in_rack(const struct part *p, uint32_t node)
{
	uint32_t n = 0;

	for (int i = 0; i < p->replicas; i++)
		n += strcmp(ctl.node[p->replica[i]].line.rack, ctl.node[node].line.rack) == 0;
	return n;
}

/* Is a the better next replica than b? */
static bool
better(const struct part *p, uint32_t a, uint32_t b)
{
	const bool lead = p->replicas == 0;
	uint32_t x, y;

	if (node_serves(a) != node_serves(b))
		return node_serves(a);
	if ((x = in_rack(p, a)) != (y = in_rack(p, b)))
		return x < y;
	if (lead && here[a].leads != here[b].leads)
		return here[a].leads < here[b].leads;
	if (p->replicas == 1 && (x = heir[p->replica[0]][a]) != (y = heir[p->replica[0]][b]))
		return x < y;
	if (here[a].replicas != here[b].replicas)
		return here[a].replicas < here[b].replicas;
	if (lead && everywhere[a].leads != everywhere[b].leads)
		return everywhere[a].leads < everywhere[b].leads;
	if (everywhere[a].replicas != everywhere[b].replicas)
		return everywhere[a].replicas < everywhere[b].replicas;
	/* all alike: the one after the last */
	return (a + ctl.nodes - ctl.place - 1) % ctl.nodes < (b + ctl.nodes - ctl.place - 1) % ctl.nodes;
}

static bool
add_replica(struct part *p)
{
	uint32_t best = NONE;

	for (uint32_t i = 0; i < ctl.nodes; i++)
		if (ctl.node[i].present && !has_node(p, i) && (best == NONE || better(p, i, best)))
			best = i;
	if (best == NONE || (p->replicas == 0 && !node_serves(best)))
		return false;
	if (node_serves(best))
		p->isr |= (uint16_t)(1u << p->replicas);
	p->replica[p->replicas++] = (uint8_t)best;
	ctl.place = best;
	return true;
}

int
place_part(struct part *p, int factor)
{
	p->replicas = 0;
	p->isr = 0;
	while (p->replicas < factor && add_replica(p))
		;
	if (p->replicas < factor)
		return -1;
	p->leader = p->replica[0];
	add_here(p);
	return 0;
}

static void
assign(struct part *p, const int32_t *id, int n)
{
	p->replicas = (uint8_t)n;
	p->isr = 0;
	p->leader = -1;
	for (int i = 0; i < n; i++) {
		int at = node_index(id[i]);

		p->replica[i] = (uint8_t)at;
		if (!node_serves((uint32_t)at))
			continue;
		p->isr |= (uint16_t)(1u << i);
		if (p->leader == -1)
			p->leader = at;
	}
}

int
check_assignment(struct outcome *o, const int32_t *id, int n, int factor, struct part *p)
{
	const char *say = "The manual partition assignment includes";
	int at, online = 0;

	if (n == 0) {
		outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT, "%s an empty replica list.", say);
		return -1;
	}
	if (n > META_REPLICAS) {
		outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
		    "%s a partition with %d replicas; at most %d are possible.", say, n, META_REPLICAS);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		at = node_index(id[i]);
		if (at == -1) {
			outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
			    "%s broker %d, but no such broker is registered.", say, id[i]);
			return -1;
		}
		for (int j = 0; j < i; j++)
			if (id[j] == id[i]) {
				outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
				    "%s the broker %d more than once.", say, id[i]);
				return -1;
			}
		online += node_serves((uint32_t)at);
	}
	if (factor > 0 && n != factor) {
		outcome_set(o, KERR_INVALID_REPLICA_ASSIGNMENT,
		    "%s a partition with %d replica(s), but this is not consistent with previous "
		    "partitions, which have %d replica(s).",
		    say, n, factor);
		return -1;
	}
	if (p != NULL)
		assign(p, id, n);
	return online;
}

int
check_factor(struct outcome *o, int factor)
{
	uint32_t present = 0, online = 0;
	const char *hint = "";

	for (uint32_t i = 0; i < ctl.nodes; i++) {
		present += ctl.node[i].present;
		online += ctl.node[i].present && node_serves(i);
	}
	if (factor == ctl.config->default_replication_factor && factor > 1)
		hint = " (default.replication.factor asks for that; a node is an entry of log.dirs)";
	if (online == 0)
		outcome_set(o, KERR_INVALID_REPLICATION_FACTOR,
		    "Unable to replicate the partition %d time(s): All brokers are currently "
		    "fenced.",
		    factor);
	else if ((uint32_t)factor > present)
		outcome_set(o, KERR_INVALID_REPLICATION_FACTOR,
		    "Unable to replicate the partition %d time(s): The target replication factor "
		    "of %d cannot be reached because "
		    "only %u broker(s) are registered.%s",
		    factor, factor, present, hint);
	else if (factor > META_REPLICAS)
		outcome_set(o, KERR_INVALID_REPLICATION_FACTOR,
		    "Unable to replicate the partition %d time(s): A partition has at most %d replicas.%s", factor,
		    META_REPLICAS, hint);
	else
		return 0;
	return -1;
}
