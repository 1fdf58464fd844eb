/* SPDX-License-Identifier: ISC */
/*
 * expire.c - offsets that nobody needs any more: older than offsets.retention.minutes, or of topics
 * that were deleted.  Coordinator.  Rules: OffsetExpirationConditionImpl, ClassicGroup and
 * ConsumerGroup.offsetExpirationCondition, GroupCoordinatorShard.cleanupGroupMetadata.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "classic.h"
#include "consumer.h"
#include "odradek/base/xalloc.h"
#include "offsets.h"
#include "shard.h"

#define GROUPS_A_TIME 1000 /* looked at before others have their turn */

void
group_delete(struct group *g)
{
	offsets_put_tombstones(g);
	if (g->type == GROUP_CONSUMER && g->consumer != NULL)
		consumer_put_tombstones(g);
	else if (g->classic != NULL)
		classic_put_tombstone(g);
	group_free(g);
}

static bool
is_empty(const struct group *g)
{
	return g->type == GROUP_CONSUMER ? consumer_is_empty(g) : classic_is_empty(g);
}

/* Since when an offset of the group counts as unused: *since, or -1: since its commit.  False:
 * offsets of this group do not expire now. */
static bool
unused_since(const struct group *g, int64_t *since)
{
	*since = -1;
	if (g->type == GROUP_CONSUMER || classic_protocol_type(g)[0] == '\0')
		return true;
	if (classic_is_empty(g)) {
		*since = classic_empty_since(g);
		return true;
	}
	return strcmp(classic_protocol_type(g), "consumer") == 0 &&
	       strcmp(classic_state(g), "Stable") == 0;
}

static bool
subscribes(struct group *g, const struct offsets_topic *t)
{
	return g->type == GROUP_CONSUMER ? consumer_subscribes(g, t->name, t->len)
					 : classic_subscribes(g, t->name, t->len);
}

static bool
expired(const struct committed *c, int64_t since)
{
	if (c->expire_ms >= 0)
		return co.wall_ms >= c->expire_ms;
	return co.wall_ms - (since >= 0 ? since : c->commit_ms) >= co.config.offsets_retention_ms;
}

/* Drops what has expired; an empty group without offsets goes. */
static void
expire_group(struct group *g)
{
	int64_t since;

	if (!unused_since(g, &since))
		return;
	/* from the end: topics and partitions go while we look */
	for (uint32_t i = g->offsets == NULL ? 0 : g->offsets->n; i-- > 0;) {
		const struct offsets_topic *t = &g->offsets->topic[i];

		if (subscribes(g, t))
			continue;
		for (uint32_t k = t->n; k-- > 0;) {
			int32_t partition = t->v[k].partition;

			if (!expired(&t->v[k], since) ||
			    replay_pending(g, t->name, t->len, partition))
				continue;
			offsets_put_tombstone(g, t->name, t->len, partition);
			bool last = t->n == 1;
			offsets_del(g, t->name, t->len, partition);
			if (last)
				break;
		}
	}
	if (g->offsets == NULL && is_empty(g) && !replay_pending_group(g))
		group_delete(g);
}

static void
on_expiry(struct timer *t)
{
	struct shard *s = (struct shard *)((char *)t - offsetof(struct shard, expiry));
	struct group *g, *next;
	uint32_t n = 0;

	if (append_refused(s) == KERR_NONE)
		for (g = TAILQ_FIRST(&s->groups); g != NULL && !append_full(s); g = next) {
			next = TAILQ_NEXT(g, entry);
			expire_group(g);
			if (++n >= GROUPS_A_TIME && next != NULL) {
				/* those behind come first next time */
				struct group *first = TAILQ_FIRST(&s->groups);

				while (first != next) {
					TAILQ_REMOVE(&s->groups, first, entry);
					TAILQ_INSERT_TAIL(&s->groups, first, entry);
					first = TAILQ_FIRST(&s->groups);
				}
				break;
			}
		}
	expire_begin(s);
}

/* Shards take their turns an interval after they were read, which spreads them. */
void
expire_begin(struct shard *s)
{
	int64_t interval = co.config.offsets_retention_check_interval_ms;

	timer_set(&s->expiry, co.now_ms + interval, on_expiry);
}

/* Another interval counts from now on, not after the end of the old one. */
void
expire_interval_changed(void)
{
	for (int32_t i = 0; i < shard_count(); i++)
		if (shard_at(i)->state == SHARD_READY)
			expire_begin(shard_at(i));
}

/* ---- topics that go ---- */

/* Offsets of the topic, in all groups that are here. */
static void
forget_topic(const struct topic_entry *e)
{
	struct group *g, *next;
	struct offsets_topic *t;

	for (int32_t i = 0; i < shard_count(); i++) {
		struct shard *s = shard_at(i);

		if (s->state != SHARD_READY)
			continue;
		for (g = TAILQ_FIRST(&s->groups); g != NULL; g = next) {
			next = TAILQ_NEXT(g, entry);
			while ((t = offsets_topic(g, e->name, e->name_len)) != NULL) {
				int32_t partition = t->v[t->n - 1].partition;

				offsets_put_tombstone(g, e->name, e->name_len, partition);
				offsets_del(g, e->name, e->name_len, partition);
			}
		}
	}
}

void
topic_changed(const struct topic_entry *t)
{
	if (t->deleting)
		forget_topic(t);
	consumer_topics_changed(t->name, t->name_len);
}
