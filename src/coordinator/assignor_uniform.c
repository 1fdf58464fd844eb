/* SPDX-License-Identifier: ISC */
/*
 * assignor_uniform.c - the uniform assignor.  Used in: coordinator.
 *
 * Two algorithms, as in Kafka.  With equal subscriptions the numbers are known beforehand: each
 * member has a quota, gives up what is above it and gets what is missing.  With different ones,
 * what has no owner goes to the least loaded subscriber, topic by topic; then rounds over the
 * topics move partitions from the most to the least loaded subscribers of each until a whole round
 * moves nothing, or ROUNDS are over: overlapping subscriptions can converge slowly.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "assignor.h"

#define ROUNDS 16

/* ---- equal subscriptions ---- */

/*
 * Decides what each member may keep.  Ensures: nobody has more than the quota; need[m] is what it
 * misses; the sum of need is the number of partitions without an owner.  The members that get one
 * more than the others are those that have it already, else the last ones.
 */
static void
keep_quota(struct assign *a, const uint32_t *first, const uint32_t *part, uint32_t *need)
{
	uint32_t quota = a->partitions / a->members, extra = a->partitions % a->members;

	for (uint32_t m = 0; m < a->members; m++) {
		uint32_t left = quota + (extra > 0);
		bool has_extra = extra > 0;

		for (uint32_t i = first[m]; i < first[m + 1]; i++) {
			if (left > 0)
				left--;
			else
				a->owner[part[i]] = -1;
		}
		if (left > 0 && has_extra && a->members - m > extra) {
			left--;
			has_extra = false;
		}
		need[m] = left;
		extra -= has_extra;
	}
}

/* To the first member, from *m on, that still misses one. */
static void
give(struct assign *a, uint32_t p, uint32_t *need, uint32_t *m)
{
	while (need[*m] == 0)
		++*m;
	a->owner[p] = (int32_t)*m;
	need[*m]--;
}

static void
homogeneous(struct assign *a)
{
	uint32_t *first = xcalloc(a->members + 2, sizeof(*first));
	uint32_t *part = xcalloc(a->partitions + 1, sizeof(*part));
	uint32_t *need = xcalloc(a->members + 1, sizeof(*need));
	uint32_t m = 0;
	int32_t *was = xmemdup(a->owner, (a->partitions + 1) * sizeof(*was));

	/* Partitions by owner: counted, summed up, filled in. */
	for (uint32_t p = 0; p < a->partitions; p++) {
		if (was[p] >= 0)
			first[was[p] + 2]++;
	}
	for (uint32_t i = 2; i < a->members + 2; i++)
		first[i] += first[i - 1];
	for (uint32_t p = 0; p < a->partitions; p++) {
		if (was[p] >= 0)
			part[first[was[p] + 1]++] = p;
	}
	keep_quota(a, first, part, need);
	/* What nobody had goes first, what was given up last. */
	for (uint32_t p = 0; p < a->partitions; p++) {
		if (was[p] == -1)
			give(a, p, need, &m);
	}
	for (uint32_t i = 0; i < first[a->members]; i++) {
		if (a->owner[part[i]] == -1)
			give(a, part[i], need, &m);
	}
	free(first);
	free(part);
	free(need);
	free(was);
}

/* ---- different subscriptions ---- */

struct uneven {
	struct assign *a;
	uint32_t *load;       /* partitions of each member */
	uint32_t *subscriber; /* members of topic t: [first[t], first[t + 1]) ascending */
	uint32_t *first;
	uint32_t *part;        /* scratch: a topic's partitions by owner */
	uint32_t *start, *end; /* scratch, by member: its range of part */
	/*
	 * The subscribers of a topic by load.  [0, low_end) are the least loaded, [high, high_end)
	 * the most loaded; each range has one load, low_load and high_load, but for those that the
	 * walk through it has passed already.
	 */
	uint32_t *member;
	uint32_t members;
	uint32_t low_end, low_next;
	int64_t low_load, high_load;
	int64_t high, high_end, high_next;
};

static const uint32_t *sorting_load;

static int
by_load(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	if (sorting_load[a] != sorting_load[b])
		return sorting_load[a] < sorting_load[b] ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* Begins with the subscribers of topic t; returns how far the most and the least loaded are apart.
 */
static int64_t
balance_begin(struct uneven *u, uint32_t t)
{
	u->members = u->first[t + 1] - u->first[t];
	memcpy(u->member, u->subscriber + u->first[t], u->members * sizeof(*u->member));
	sorting_load = u->load;
	qsort(u->member, u->members, sizeof(*u->member), by_load);
	u->low_end = u->low_next = 0;
	u->low_load = (int64_t)u->load[u->member[0]] - 1;
	u->high = u->high_end = u->members;
	u->high_load = (int64_t)u->load[u->member[u->members - 1]] + 1;
	u->high_next = (int64_t)u->members - 1;
	return (int64_t)u->load[u->member[u->members - 1]] - u->load[u->member[0]];
}

/* The member that gets the next partition. */
static uint32_t
next_low(struct uneven *u)
{
	if (u->low_next >= u->low_end) {
		u->low_load++;
		while (u->low_end < u->members &&
		       u->load[u->member[u->low_end]] == (uint32_t)u->low_load)
			u->low_end++;
		u->low_next = 0;
	}
	return u->member[u->low_next++];
}

/* The member that gives the next partition; -1: nobody is left. */
static int64_t
next_high(struct uneven *u)
{
	if (u->high_next < u->high) {
		if (u->high_end <= u->high && u->high > 0)
			u->high_load = u->load[u->member[u->high - 1]];
		else
			u->high_load--;
		while (u->high > 0 && u->load[u->member[u->high - 1]] == (uint32_t)u->high_load)
			u->high--;
		u->high_next = u->high_end - 1;
	}
	if (u->high_next < 0)
		return -1;
	return u->member[u->high_next--];
}

/* The member that next_high() gave last has nothing of this topic: out of the range, which ends one
 * earlier. */
static void
drop_high(struct uneven *u)
{
	uint32_t x = u->member[u->high_next + 1];

	u->member[u->high_next + 1] = u->member[u->high_end - 1];
	u->member[--u->high_end] = x;
}

static bool
balanced(const struct uneven *u)
{
	return u->high_load - u->low_load <= 1;
}

static void
own(struct uneven *u, uint32_t p, uint32_t m)
{
	if (u->a->owner[p] >= 0)
		u->load[u->a->owner[p]]--;
	u->a->owner[p] = (int32_t)m;
	u->load[m]++;
}

static const int32_t *sorting_owner;

static int
by_owner(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	if (sorting_owner[a] != sorting_owner[b])
		return sorting_owner[a] < sorting_owner[b] ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* Moves partitions of topic t from its most to its least loaded subscribers; returns how many. */
static uint32_t
balance_topic(struct uneven *u, uint32_t t)
{
	const struct assign_topic *topic = &u->a->topic[t];
	uint32_t moved = 0;

	if (balance_begin(u, t) <= 1)
		return 0;
	for (uint32_t i = u->first[t]; i < u->first[t + 1]; i++)
		u->start[u->subscriber[i]] = u->end[u->subscriber[i]] = 0;
	for (uint32_t p = 0; p < topic->partitions; p++)
		u->part[p] = topic->base + p;
	sorting_owner = u->a->owner;
	qsort(u->part, topic->partitions, sizeof(*u->part), by_owner);
	for (uint32_t i = 0; i < topic->partitions; i++) {
		uint32_t m = (uint32_t)u->a->owner[u->part[i]];

		if (u->end[m] == 0)
			u->start[m] = i;
		u->end[m] = i + 1;
	}
	while (!balanced(u)) {
		int64_t from;
		uint32_t p, to;

		while ((from = next_high(u)) >= 0 && u->end[from] <= u->start[from])
			drop_high(u);
		if (from < 0)
			break;
		p = u->part[--u->end[from]];
		to = next_low(u);
		if (balanced(u))
			break;
		own(u, p, to);
		moved++;
	}
	return moved;
}

static const struct uneven *sorting_uneven;

/* Most partitions per subscriber first, then fewest subscribers, then by id. */
static int
by_weight(const void *x, const void *y)
{
	const struct uneven *u = sorting_uneven;
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	uint32_t sa = u->first[a + 1] - u->first[a], sb = u->first[b + 1] - u->first[b];
	double wa = (double)u->a->topic[a].partitions / sa;
	double wb = (double)u->a->topic[b].partitions / sb;

	if (wa != wb)
		return wa > wb ? -1 : 1;
	if (sa != sb)
		return sa < sb ? -1 : 1;
	return assign_topic_compare(&u->a->topic[a], &u->a->topic[b]);
}

/* Who subscribes to what, and who owns how much of what he still subscribes to. */
static void
uneven_init(struct uneven *u, struct assign *a)
{
	uint32_t subs = 0, most = 0;

	for (uint32_t m = 0; m < a->members; m++)
		subs += a->member[m].subs;
	for (uint32_t t = 0; t < a->topics; t++)
		most = a->topic[t].partitions > most ? a->topic[t].partitions : most;
	u->a = a;
	u->load = xcalloc(a->members + 1, sizeof(*u->load));
	u->start = xcalloc(a->members + 1, sizeof(*u->start));
	u->end = xcalloc(a->members + 1, sizeof(*u->end));
	u->member = xcalloc(a->members + 1, sizeof(*u->member));
	u->first = xcalloc(a->topics + 2, sizeof(*u->first));
	u->subscriber = xcalloc(subs + 1, sizeof(*u->subscriber));
	u->part = xcalloc(most + 1, sizeof(*u->part));
	for (uint32_t m = 0; m < a->members; m++) {
		for (uint32_t i = 0; i < a->member[m].subs; i++)
			u->first[a->member[m].sub[i] + 2]++;
	}
	for (uint32_t t = 2; t < a->topics + 2; t++)
		u->first[t] += u->first[t - 1];
	for (uint32_t m = 0; m < a->members; m++) {
		for (uint32_t i = 0; i < a->member[m].subs; i++)
			u->subscriber[u->first[a->member[m].sub[i] + 1]++] = m;
	}
	for (uint32_t t = 0; t < a->topics; t++) {
		const struct assign_topic *topic = &a->topic[t];

		/* start marks the subscribers of this topic: t + 1 */
		for (uint32_t i = u->first[t]; i < u->first[t + 1]; i++)
			u->start[u->subscriber[i]] = t + 1;
		for (uint32_t p = topic->base; p < topic->base + topic->partitions; p++) {
			if (a->owner[p] >= 0 && u->start[a->owner[p]] != t + 1)
				a->owner[p] = -1;
			if (a->owner[p] >= 0)
				u->load[a->owner[p]]++;
		}
	}
}

static void
heterogeneous(struct assign *a)
{
	struct uneven u = {0};
	uint32_t *order = xcalloc(a->topics + 1, sizeof(*order)), n = 0;
	int64_t last = -1;

	uneven_init(&u, a);
	for (uint32_t t = 0; t < a->topics; t++) {
		if (u.first[t + 1] > u.first[t]) /* somebody subscribes to it */
			order[n++] = t;
	}
	sorting_uneven = &u;
	qsort(order, n, sizeof(*order), by_weight);
	for (uint32_t i = 0; i < n; i++) {
		const struct assign_topic *t = &a->topic[order[i]];

		balance_begin(&u, order[i]);
		for (uint32_t p = t->base; p < t->base + t->partitions; p++) {
			if (a->owner[p] == -1)
				own(&u, p, next_low(&u));
		}
	}
	for (uint32_t round = 0; round < ROUNDS; round++) {
		for (uint32_t i = 0, k = 0; i < n; i++) {
			if (u.first[order[i] + 1] - u.first[order[i]] < 2)
				continue;
			if (last == k)
				goto out; /* a whole round without a move */
			if (balance_topic(&u, order[i]) > 0 || last == -1)
				last = k;
			k++;
		}
	}
out:
	free(u.load);
	free(u.start);
	free(u.end);
	free(u.member);
	free(u.first);
	free(u.subscriber);
	free(u.part);
	free(order);
}

void
assignor_uniform(struct assign *a)
{
	if (a->members == 0 || a->partitions == 0)
		return;
	if (a->homogeneous)
		homogeneous(a);
	else
		heterogeneous(a);
}
