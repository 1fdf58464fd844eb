/* SPDX-License-Identifier: ISC */
/*
 * pace.c - how fast followers may copy: Kafka's throttles, from the nodes' settings to words that writers obey.
 *
 * A follower's rate is its own.  A leader's rate is shared by those that copy from it, because each obeys by itself.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replicator.h"

#define COPIES_MS 1000 /* who was seen to copy, at a look at some partition, shares for so long */

static struct {
	int64_t leader[SHM_NODES], follower[SHM_NODES]; /* settings: bytes/s */
	uint64_t copies[SHM_NODES];			/* of a leader: mask of nodes that copy from it */
	int64_t until[SHM_NODES][SHM_NODES];		/* of a leader and a follower: the same, monotonic ms */
	bool looked;
} pace;

/* The setting as clients changed it for this node alone, else for all, else as it is in the file. */
static int64_t
setting(const char *text, int32_t node, const char *name, int64_t otherwise)
{
	const size_t len = strlen(name);
	char scope[16];
	const int scope_len = snprintf(scope, sizeof(scope), "%d ", node);

	for (const char *l = text; l != NULL && *l != '\0'; l = strchr(l, '\n'), l += l != NULL)
		if (strncmp(l, scope, (size_t)scope_len) == 0 && strncmp(l + scope_len, name, len) == 0 &&
		    l[scope_len + len] == '=')
			return strtoll(l + (size_t)scope_len + len + 1, NULL, 10);
	return otherwise;
}

/* 0 is what stands there before a replicator has come: no bound.  A rate of nothing is the least that there is. */
static void
store(_Atomic uint64_t *word, uint64_t v)
{
	if (v == 0)
		v = 1;
	if (atomic_load_explicit(word, memory_order_relaxed) != v)
		atomic_store_explicit(word, v, memory_order_relaxed);
}

static void
publish(void)
{
	for (uint32_t i = 0; i < tables_nodes(repl.tables); i++) {
		const unsigned n = (unsigned)__builtin_popcountll(pace.copies[i]);

		store(&repl.pub->follower_rate[i],
		    pace.follower[i] == INT64_MAX ? UINT64_MAX : (uint64_t)pace.follower[i]);
		store(&repl.pub->leader_rate[i],
		    pace.leader[i] == INT64_MAX ? UINT64_MAX : (uint64_t)pace.leader[i] / (n > 0 ? n : 1));
	}
}

void
pace_reload(void)
{
	const struct config *c = repl.child->config;
	char *text = child_dynamic_text(repl.child);
	struct shm_node node;

	for (uint32_t i = 0; i < SHM_NODES; i++) {
		pace.leader[i] = c->leader_replication_throttled_rate;
		pace.follower[i] = c->follower_replication_throttled_rate;
		if (!tables_node(repl.tables, i, &node))
			continue;
		pace.leader[i] = setting(text, node.id, "leader.replication.throttled.rate", pace.leader[i]);
		pace.follower[i] = setting(text, node.id, "follower.replication.throttled.rate", pace.follower[i]);
	}
	free(text);
	publish();
}

void
pace_begin(void)
{
	pace.looked = false;
}

void
pace_copies(uint32_t follower, uint32_t leader)
{
	if (follower < SHM_NODES && leader < SHM_NODES)
		pace.until[leader][follower] = repl.now + COPIES_MS;
	pace.looked = true;
}

void
pace_end(void)
{
	const uint32_t n = tables_nodes(repl.tables);
	bool other = false;

	if (!pace.looked)
		return;
	for (uint32_t l = 0; l < n; l++) {
		uint64_t mask = 0;

		for (uint32_t f = 0; f < n; f++)
			if (pace.until[l][f] > repl.now)
				mask |= UINT64_C(1) << f;
		other |= mask != pace.copies[l];
		pace.copies[l] = mask;
	}
	if (other)
		publish();
}
