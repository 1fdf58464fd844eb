/* SPDX-License-Identifier: ISC */
/* group.c - the groups of all shards, by id.  Coordinator. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "classic.h"
#include "consumer.h"
#include "odradek/base/xalloc.h"
#include "offsets.h"
#include "shard.h"

/* By hash of shard and id; groups of one hash (hardly ever two) are chained. */
static struct map64 by_id;

static uint64_t
key_of(const struct shard *s, const char *id, size_t len)
{
	return hash_bytes(id, len) ^ hash_u64((uint64_t)s->partition + 1);
}

static struct group *
chain(uint64_t key)
{
	uint64_t *p = map64_get(&by_id, key);

	return p == NULL ? NULL : (struct group *)(uintptr_t)*p;
}

struct group *
group_get(struct shard *s, const char *id, size_t len)
{
	struct group *g = chain(key_of(s, id, len));

	for (; g != NULL; g = g->same_hash)
		if (g->shard == s && g->id_len == len && memcmp(g->id, id, len) == 0)
			break;
	return g;
}

struct group *
group_make(struct shard *s, const char *id, size_t len)
{
	struct group *g = group_get(s, id, len);
	uint64_t key = key_of(s, id, len);

	if (g != NULL)
		return g;
	g = xcalloc(1, sizeof(*g));
	g->shard = s;
	g->id = xmemdup0(id, len);
	g->id_len = (uint32_t)len;
	g->type = GROUP_CLASSIC;
	g->same_hash = chain(key);
	map64_put(&by_id, key, (uintptr_t)g);
	TAILQ_INSERT_TAIL(&s->groups, g, entry);
	return g;
}

static void
unchain(struct group *g)
{
	uint64_t key = key_of(g->shard, g->id, g->id_len);
	struct group *first = chain(key), *p = first;

	if (first == g) {
		if (g->same_hash == NULL)
			map64_del(&by_id, key);
		else
			map64_put(&by_id, key, (uintptr_t)g->same_hash);
		return;
	}
	while (p->same_hash != g)
		p = p->same_hash;
	p->same_hash = g->same_hash;
}

void
group_free(struct group *g)
{
	unchain(g);
	TAILQ_REMOVE(&g->shard->groups, g, entry);
	if (g->classic != NULL)
		classic_free(g);
	if (g->consumer != NULL)
		consumer_free(g);
	offsets_free(g);
	free(g->id);
	free(g);
}

void
groups_free(struct shard *s)
{
	struct group *g;

	while ((g = TAILQ_FIRST(&s->groups)) != NULL)
		group_free(g);
}

void
groups_loaded(struct shard *s)
{
	struct group *g, *next;

	for (g = TAILQ_FIRST(&s->groups); g != NULL; g = next) {
		next = TAILQ_NEXT(g, entry);
		if (g->type == GROUP_CONSUMER && g->consumer != NULL)
			consumer_loaded(g);
		else if (g->classic != NULL)
			classic_loaded(g);
		else if (g->offsets == NULL && !replay_pending_group(g))
			group_free(g); /* all that the log says of it is that it went */
	}
}
