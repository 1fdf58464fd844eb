/* SPDX-License-Identifier: ISC */
/*
 * consumer_target.c - when a group's epoch grows, and what its members are to own then.  Used in:
 * coordinator.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "assignor.h"
#include "consumer_priv.h"

/* ---- the hash of the topics ---- */

/*
 * FNV-1a.  It lies in the group's record and is compared with what the topics are later, so that a
 * change is noticed that happened while no coordinator ran.  Kafka has another function there: a
 * group that comes from Kafka, or goes there, has one rebalance more.
 */
#define FNV_BASIS 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

static uint64_t
fnv(uint64_t h, const void *p, size_t n)
{
	const uint8_t *b = p;

	while (n-- > 0)
		h = (h ^ *b++) * FNV_PRIME;
	return h;
}

static int64_t
topic_hash(struct topic_name *t)
{
	const struct topic_entry *e;
	uint64_t h = FNV_BASIS;

	if (t->hashed)
		return t->hash;
	e = tables_topic_by_name(co.tables, t->name, t->len);
	if (e == NULL || e->deleting) {
		t->hash = 0;
	} else {
		uint8_t n[4] = {(uint8_t)(e->partitions >> 24), (uint8_t)(e->partitions >> 16),
		    (uint8_t)(e->partitions >> 8), (uint8_t)e->partitions};

		h = fnv(h, e->id, sizeof(e->id));
		h = fnv(h, n, sizeof(n));
		t->hash = (int64_t)h;
	}
	t->hashed = true;
	return t->hash;
}

int64_t
consumer_hash(struct consumer *cg)
{
	uint64_t h = FNV_BASIS;
	bool any = false;

	for (uint32_t i = 0; i < cg->topics; i++) { /* by name */
		int64_t topic = topic_hash(cg->topic[i]->topic);

		if (topic == 0)
			continue;
		for (int k = 56; k >= 0; k -= 8) {
			uint8_t b = (uint8_t)((uint64_t)topic >> k);

			h = fnv(h, &b, 1);
		}
		any = true;
	}
	return any ? (int64_t)h : 0;
}

/* ---- epochs ---- */

void
consumer_bump(struct consumer *cg)
{
	cg->epoch++;
	cg->hash = consumer_hash(cg);
	put_epoch(cg);
}

void
consumer_update(struct consumer *cg, bool bump)
{
	if (bump || cg->stale) {
		cg->stale = false;
		if (bump || consumer_hash(cg) != cg->hash)
			consumer_bump(cg);
		if (cg->partition_metadata)
			put_partition_metadata_tombstone(cg);
	}
	if (cg->epoch > cg->assignment_epoch)
		consumer_assign(cg);
}

const char *
consumer_assignor(const struct consumer *cg)
{
	uint32_t votes[sizeof(co.config.assignor) / sizeof(co.config.assignor[0])] = {0};
	int best = 0;

	for (uint32_t m = 0; m < cg->members; m++) {
		for (int i = 0; i < co.config.assignors && cg->member[m]->assignor != NULL; i++)
			votes[i] += strcmp(cg->member[m]->assignor, co.config.assignor[i]) == 0;
	}
	for (int i = 1; i < co.config.assignors; i++) {
		if (votes[i] > votes[best])
			best = i;
	}
	return co.config.assignor[best];
}

/* ---- the target ---- */

/* What an assignor is given, and what it is made from. */
struct target {
	struct assign a;
	struct assign_topic *topic;
	struct assign_member *member;
	uint32_t *subs; /* of all members, one after the other */
	struct place {  /* by handle */
		uint32_t handle, topic;
	} * place;
};

static int
by_handle(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	return a->handle < b->handle ? -1 : a->handle > b->handle;
}

/* Do all members subscribe to the same topics?  Kafka's rule: all by name, or all by one pattern.
 */
static bool
homogeneous(const struct consumer *cg)
{
	const struct regex_topics *r;
	bool by_regex = false;

	TAILQ_FOREACH (r, &cg->regexes, entry) {
		if (r->members > 0 && r->members != cg->members)
			return false;
		by_regex = true;
	}
	for (uint32_t i = 0; i < cg->topics; i++) {
		const struct group_topic *gt = cg->topic[i];

		if (by_regex ? gt->by_regex != 1 || gt->by_name > 0 : gt->by_name != cg->members)
			return false;
	}
	return true;
}

/* Topics that exist, in the order of their names; each name's mark is its index, or TOPIC_NONE. */
static void
target_topics(struct target *t, struct consumer *cg)
{
	t->topic = xcalloc(cg->topics + 1, sizeof(*t->topic));
	t->place = xcalloc(cg->topics + 1, sizeof(*t->place));
	for (uint32_t i = 0; i < cg->topics; i++) {
		struct topic_name *name = cg->topic[i]->topic;
		const struct topic_entry *e =
		    tables_topic_by_name(co.tables, name->name, name->len);
		struct assign_topic *to = &t->topic[t->a.topics];

		name->mark = TOPIC_NONE;
		if (e == NULL || e->deleting)
			continue;
		memcpy(to->id.b, e->id, sizeof(to->id.b));
		to->partitions = e->partitions;
		to->base = t->a.partitions;
		t->a.partitions += e->partitions;
		t->place[t->a.topics] = (struct place){topic_handle(&to->id), t->a.topics};
		name->mark = t->a.topics++;
	}
	qsort(t->place, t->a.topics, sizeof(*t->place), by_handle);
}

/* The member's topics, those by name and those by its pattern, into subs; returns how many. */
static uint32_t
member_subs(const struct cmember *m, uint32_t *subs)
{
	const struct regex_topics *r =
	    m->regex == NULL || *m->regex == '\0' ? NULL : regex_find(m->group, m->regex);
	uint32_t i = 0, j = 0, n = 0, regex_n = r == NULL ? 0 : r->topics;

	while (i < m->topics || j < regex_n) {
		struct topic_name *t;
		int order = i == m->topics ? 1
			    : j == regex_n ? -1
					   : strcmp(m->topic[i]->name, r->topic[j]->name);

		t = order <= 0 ? m->topic[i] : r->topic[j];
		i += order <= 0;
		j += order >= 0;
		if (t->mark != TOPIC_NONE)
			subs[n++] = t->mark;
	}
	return n;
}

static void
target_members(struct target *t, struct consumer *cg)
{
	size_t room = 1;
	uint32_t *subs;

	t->a.homogeneous = homogeneous(cg);
	t->member = xcalloc(cg->members + 1, sizeof(*t->member));
	for (uint32_t i = 0; i < cg->members; i++) {
		const struct cmember *m = cg->member[i];
		const struct regex_topics *r = m->regex == NULL ? NULL : regex_find(cg, m->regex);

		if (i == 0 || !t->a.homogeneous)
			room += m->topics + (r == NULL ? 0 : r->topics);
	}
	subs = t->subs = xcalloc(room, sizeof(*t->subs));
	for (uint32_t i = 0; i < cg->members; i++) {
		struct assign_member *to = &t->member[t->a.members++];

		to->id = cg->member[i]->id;
		to->instance_id = cg->member[i]->instance_id;
		to->sub = subs;
		if (i > 0 && t->a.homogeneous) {
			*to = (struct assign_member){
			    to->id, to->instance_id, t->member[0].sub, t->member[0].subs};
			continue;
		}
		to->subs = member_subs(cg->member[i], subs);
		subs += to->subs;
	}
}

/* Who was to own what up to now, of the topics that are still subscribed to. */
static void
target_owners(struct target *t, const struct consumer *cg)
{
	t->a.owner = xcalloc(t->a.partitions + 1, sizeof(*t->a.owner));
	for (uint32_t p = 0; p < t->a.partitions; p++)
		t->a.owner[p] = -1;
	for (uint32_t m = 0; m < cg->members; m++) {
		const struct partset *old = &cg->member[m]->target;
		uint32_t n;

		for (uint32_t i = 0; i < old->n; i += n) {
			struct place key = {part_topic(old->v[i]), 0};
			const struct place *at =
			    bsearch(&key, t->place, t->a.topics, sizeof(*t->place), by_handle);

			n = partset_run(old, i);
			for (uint32_t k = i; at != NULL && k < i + n; k++) {
				uint32_t p = (uint32_t)part_partition(old->v[k]);

				if (p < t->topic[at->topic].partitions)
					t->a.owner[t->topic[at->topic].base + p] = (int32_t)m;
			}
		}
	}
}

/* The members' new targets, with a record for each that differs. */
static void
target_publish(const struct target *t, struct consumer *cg)
{
	struct partset *set = xcalloc(cg->members + 1, sizeof(*set));
	uint32_t *count = xcalloc(cg->members + 1, sizeof(*count));

	for (uint32_t p = 0; p < t->a.partitions; p++) {
		if (t->a.owner[p] >= 0)
			count[t->a.owner[p]]++;
	}
	for (uint32_t m = 0; m < cg->members; m++)
		partset_room(&set[m], count[m]);
	for (uint32_t i = 0; i < t->a.topics; i++) {
		const struct assign_topic *topic = &t->topic[i];
		uint32_t handle = topic_handle(&topic->id);

		for (uint32_t p = 0; p < topic->partitions; p++) {
			int32_t m = t->a.owner[topic->base + p];

			if (m >= 0)
				set[m].v[set[m].n++] = part_make(handle, (int32_t)p);
		}
	}
	for (uint32_t m = 0; m < cg->members; m++) {
		struct cmember *to = cg->member[m];

		partset_order(&set[m]);
		if (to->has_target && partset_equal(&to->target, &set[m])) {
			partset_clear(&set[m]);
			continue;
		}
		partset_take(&to->target, &set[m]);
		to->has_target = true;
		put_target(to);
	}
	free(set);
	free(count);
}

void
consumer_assign(struct consumer *cg)
{
	struct target t = {0};
	const char *name = consumer_assignor(cg);
	assignor_fn *assignor = assignor_find(name);

	target_topics(&t, cg);
	target_members(&t, cg);
	target_owners(&t, cg);
	t.a.topic = t.topic;
	t.a.member = t.member;
	assignor(&t.a);
	target_publish(&t, cg);
	cg->assignment_epoch = cg->epoch;
	put_assignment_epoch(cg);
	log_debug("group \"%s\": epoch %d: %u partitions for %u members by the %s assignor",
	    cg->group->id, cg->epoch, t.a.partitions, t.a.members, name);
	free(t.topic);
	free(t.place);
	free(t.member);
	free(t.subs);
	free(t.a.owner);
}
