/* SPDX-License-Identifier: ISC */
/* offsets.c - what groups committed: sorted arrays, since most groups have few topics and all have
 * to be small.  Coordinator. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/rec_group.h"
#include "offsets.h"

static int
compare(const struct offsets_topic *t, const char *name, size_t len)
{
	int d = memcmp(t->name, name, t->len < len ? t->len : len);

	return d != 0 ? d : t->len < len ? -1 : t->len > len;
}

/* Where the topic is, or belongs. */
static uint32_t
topic_place(const struct offsets *o, const char *name, size_t len, bool *there)
{
	uint32_t lo = 0, hi = o->n;

	*there = false;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int d = compare(&o->topic[mid], name, len);

		if (d == 0) {
			*there = true;
			return mid;
		}
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static uint32_t
partition_place(const struct offsets_topic *t, int32_t partition, bool *there)
{
	uint32_t lo = 0, hi = t->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (t->v[mid].partition < partition)
			lo = mid + 1;
		else
			hi = mid;
	}
	*there = lo < t->n && t->v[lo].partition == partition;
	return lo;
}

struct offsets_topic *
offsets_topic(const struct group *g, const char *topic, size_t len)
{
	bool there = false;
	uint32_t i = g->offsets == NULL ? 0 : topic_place(g->offsets, topic, len, &there);

	return there ? &g->offsets->topic[i] : NULL;
}

struct committed *
offsets_get(const struct group *g, const char *topic, size_t len, int32_t partition)
{
	struct offsets_topic *t = offsets_topic(g, topic, len);
	bool there = false;
	uint32_t i = t == NULL ? 0 : partition_place(t, partition, &there);

	return there ? &t->v[i] : NULL;
}

static struct offsets_topic *
topic_make(struct group *g, const char *name, size_t len)
{
	struct offsets *o = g->offsets;
	struct offsets_topic *t;
	uint32_t i;
	bool there;

	if (o == NULL)
		o = g->offsets = xcalloc(1, sizeof(*o));
	i = topic_place(o, name, len, &there);
	if (there)
		return &o->topic[i];
	if (o->n == o->cap) {
		o->cap = o->cap == 0 ? 1 : o->cap * 2;
		o->topic = xreallocarray(o->topic, o->cap, sizeof(*o->topic));
	}
	t = &o->topic[i];
	memmove(t + 1, t, (o->n++ - i) * sizeof(*t));
	*t = (struct offsets_topic){.name = xmemdup0(name, len), .len = (uint32_t)len};
	return t;
}

void
offsets_set(struct group *g, const char *topic, size_t topic_len, const struct committed *from,
    const char *metadata, size_t len)
{
	struct offsets_topic *t = topic_make(g, topic, topic_len);
	struct committed *c;
	bool there;
	uint32_t i = partition_place(t, from->partition, &there);

	if (!there) {
		if (t->n == t->cap) {
			t->cap = t->cap == 0 ? 1 : t->cap * 2;
			t->v = xreallocarray(t->v, t->cap, sizeof(*t->v));
		}
		memmove(&t->v[i + 1], &t->v[i], (t->n++ - i) * sizeof(*t->v));
		t->v[i].metadata = NULL;
	}
	c = &t->v[i];
	free(c->metadata);
	*c = *from;
	c->metadata = len > 0 ? xstrndup(metadata, len) : NULL;
}

void
offsets_del(struct group *g, const char *topic, size_t len, int32_t partition)
{
	struct offsets_topic *t = offsets_topic(g, topic, len);
	struct offsets *o = g->offsets;
	bool there = false;
	uint32_t i = t == NULL ? 0 : partition_place(t, partition, &there);

	if (!there)
		return;
	free(t->v[i].metadata);
	memmove(&t->v[i], &t->v[i + 1], (--t->n - i) * sizeof(*t->v));
	if (t->n > 0)
		return;
	free(t->v);
	free(t->name);
	i = (uint32_t)(t - o->topic);
	memmove(t, t + 1, (--o->n - i) * sizeof(*t));
	if (o->n == 0)
		offsets_free(g);
}

void
offsets_free(struct group *g)
{
	struct offsets *o = g->offsets;

	for (uint32_t i = 0; o != NULL && i < o->n; i++) {
		for (uint32_t k = 0; k < o->topic[i].n; k++)
			free(o->topic[i].v[k].metadata);
		free(o->topic[i].v);
		free(o->topic[i].name);
	}
	if (o != NULL)
		free(o->topic);
	free(o);
	g->offsets = NULL;
}

void
offsets_put_tombstone(struct group *g, const char *topic, size_t len, int32_t partition)
{
	struct msg_arena *a = record_scratch();
	struct offset_commit_key *k = msg_new(a, offset_commit_key);

	if (k != NULL) {
		msg_str(a, &k->group, g->id, g->id_len);
		msg_str(a, &k->topic, topic, len);
		k->partition = partition;
	}
	record_put(g->shard, &offset_commit_key_table, k, NULL, 0, NULL);
}

void
offsets_put_tombstones(struct group *g)
{
	const struct offsets *o = g->offsets;

	for (uint32_t i = 0; o != NULL && i < o->n; i++)
		for (uint32_t k = 0; k < o->topic[i].n; k++)
			offsets_put_tombstone(
			    g, o->topic[i].name, o->topic[i].len, o->topic[i].v[k].partition);
	offsets_free(g);
}
