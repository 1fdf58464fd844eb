/* SPDX-License-Identifier: ISC */
/*
 * assignor-t.c - the assignors against what Apache Kafka's make of the same groups
 * (assignors.golden), and what must hold of every assignment.
 *
 * The same partitions must go to the same members, but for uniform with equal subscriptions of
 * several topics: there Kafka's order of topics is that of a hash table, and only how many each
 * member gets and how many stay where they were can be compared.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "odradek/base/xalloc.h"
#include "assignor.h"
#include "t/tap/tap.h"

#define MEMBERS 1000
#define TOPICS 64
#define PARTITIONS 20000

static struct assign a;
static struct assign_topic topic[TOPICS];
static struct assign_member member[MEMBERS];
static uint32_t subs[MEMBERS][TOPICS];
static char ids[MEMBERS][32], instances[MEMBERS][32];
static int32_t owner[PARTITIONS], old[PARTITIONS], want[PARTITIONS];

static void
begin(void)
{
	a = (struct assign){.topic = topic, .member = member, .owner = owner};
}

static void
add_topic(const char *hex, uint32_t partitions)
{
	struct assign_topic *t = &topic[a.topics++];

	for (int i = 0; i < 16; i++) {
		unsigned b = 0;

		sscanf(hex + 2 * i, "%2x", &b);
		t->id.b[i] = (uint8_t)b;
	}
	t->partitions = partitions;
	t->base = a.partitions;
	a.partitions += partitions;
}

static void
add_member(const char *id, const char *instance_id)
{
	struct assign_member *m = &member[a.members];

	snprintf(ids[a.members], sizeof(ids[0]), "%s", id);
	snprintf(instances[a.members], sizeof(instances[0]), "%s", instance_id);
	*m = (struct assign_member){ids[a.members],
	    strcmp(instance_id, "-") == 0 ? NULL : instances[a.members], subs[a.members], 0};
	a.members++;
}

static bool
subscribes(const struct assign_member *m, uint32_t t)
{
	for (uint32_t i = 0; i < m->subs; i++) {
		if (m->sub[i] == t)
			return true;
	}
	return false;
}

/* Every partition that somebody subscribes to has an owner, who subscribes to it. */
static bool
valid(void)
{
	for (uint32_t t = 0; t < a.topics; t++) {
		bool any = false;

		for (uint32_t m = 0; m < a.members; m++)
			any |= subscribes(&member[m], t);
		for (uint32_t p = topic[t].base; p < topic[t].base + topic[t].partitions; p++) {
			if (!any ? owner[p] != -1
				 : owner[p] < 0 || !subscribes(&member[owner[p]], t))
				return false;
		}
	}
	return true;
}

/* How many each member has, and how many of them it had before. */
static void
count(const int32_t *of, uint32_t *all, uint32_t *kept)
{
	memset(all, 0, MEMBERS * sizeof(*all));
	*kept = 0;
	for (uint32_t p = 0; p < a.partitions; p++) {
		if (of[p] >= 0)
			all[of[p]]++;
		*kept += of[p] >= 0 && of[p] == old[p];
	}
}

static void
compare(const char *name, int n)
{
	static uint32_t have[MEMBERS], should[MEMBERS];
	uint32_t kept, should_keep;

	memcpy(owner, old, sizeof(owner));
	assignor_find(name)(&a);
	if (strcmp(name, "uniform") == 0 && a.homogeneous && a.topics > 1) {
		count(owner, have, &kept);
		count(want, should, &should_keep);
		ok(valid() && kept == should_keep && memcmp(have, should, sizeof(have)) == 0,
		    "%s, case %d: as many for each as with Kafka", name, n);
	} else {
		ok(valid() && memcmp(owner, want, a.partitions * sizeof(*owner)) == 0,
		    "%s, case %d: the same as with Kafka", name, n);
	}
}

static void
read_owners(char *line, int32_t *to, uint32_t *at)
{
	char *end;

	for (char *p = line + 3;; p = end) {
		long v = strtol(p, &end, 10);

		if (end == p)
			return;
		to[(*at)++] = (int32_t)v;
	}
}

static void
read_subs(char *list)
{
	struct assign_member *m = &member[a.members - 1];

	for (char *p = list; *p != '-' && *p != '\0';) {
		subs[a.members - 1][m->subs++] = (uint32_t)strtoul(p, &p, 10);
		p += *p == ',';
	}
}

static void
golden(void)
{
	const char *dir = getenv("srcdir");
	char path[1024], line[4096], name[32] = "", one[64], two[64], three[256];
	uint32_t old_n = 0, want_n = 0, partitions;
	int n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/t/coordinator/assignors.golden", dir == NULL ? "." : dir);
	if ((f = fopen(path, "r")) == NULL)
		bail("could not open %s", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "case", 4) == 0 || strncmp(line, "end", 3) == 0) {
			if (a.topics > 0)
				compare(name, n++);
			begin();
			old_n = want_n = 0;
			if (sscanf(line, "case %31s %63s", name, one) == 2)
				a.homogeneous = strcmp(one, "equal") == 0;
		} else if (sscanf(line, "topic %63s %u", one, &partitions) == 2) {
			add_topic(one, partitions);
		} else if (sscanf(line, "member %63s %63s %255s", one, two, three) == 3) {
			add_member(one, two);
			read_subs(three);
		} else if (strncmp(line, "old", 3) == 0) {
			read_owners(line, old, &old_n);
		} else if (strncmp(line, "new", 3) == 0) {
			read_owners(line, want, &want_n);
		}
	}
	fclose(f);
	is_int(180, n, "cases");
}

/* A thousand members, ten thousand partitions. */
static void
large(const char *name, bool homogeneous, const char *what)
{
	struct timespec from, to;
	char hex[33], id[32];
	uint32_t low = UINT32_MAX, high = 0, kept;
	static uint32_t have[MEMBERS];

	begin();
	a.homogeneous = homogeneous;
	for (uint32_t t = 0; t < 50; t++) {
		snprintf(hex, sizeof(hex), "%032x", t + 1);
		add_topic(hex, 200);
	}
	for (uint32_t m = 0; m < MEMBERS; m++) {
		snprintf(id, sizeof(id), "m%04u", m);
		add_member(id, "-");
		for (uint32_t t = 0; t < a.topics; t++) {
			if (homogeneous || (m + t) % 3 > 0)
				subs[m][member[m].subs++] = t;
		}
	}
	for (uint32_t p = 0; p < a.partitions; p++)
		owner[p] = -1;
	clock_gettime(CLOCK_MONOTONIC, &from);
	assignor_find(name)(&a);
	clock_gettime(CLOCK_MONOTONIC, &to);
	diag("%s, %s: %.1f ms", name, what,
	    (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6);
	memcpy(old, owner, sizeof(old));
	count(owner, have, &kept);
	for (uint32_t m = 0; m < a.members; m++) {
		low = have[m] < low ? have[m] : low;
		high = have[m] > high ? have[m] : high;
	}
	ok(valid() && (strcmp(name, "range") == 0 || high - low <= (homogeneous ? 0u : 2u)),
	    "%s, %s: valid, %u to %u for each", name, what, low, high);
	a.members--; /* the last one leaves */
	for (uint32_t p = 0; p < a.partitions; p++)
		owner[p] = owner[p] == (int32_t)a.members ? -1 : owner[p];
	assignor_find(name)(&a);
	count(owner, have, &kept);
	ok(valid() && (strcmp(name, "range") == 0 || kept >= a.partitions - 4 * 10),
	    "%s, %s: one leaves, %u of %u stay where they are", name, what, kept, a.partitions);
}

int
main(void)
{
	golden();
	large("uniform", true, "equal");
	large("uniform", false, "different");
	large("range", true, "equal");
	large("range", false, "different");
	ok(assignor_find("sticky") == NULL, "an assignor that we do not have");
	begin();
	assignor_uniform(&a);
	assignor_range(&a);
	ok(1, "nobody and nothing");
	return done_testing();
}
