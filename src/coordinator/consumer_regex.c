/* SPDX-License-Identifier: ISC */
/*
 * consumer_regex.c - which topics a group's patterns match.  Used in: coordinator.
 *
 * Patterns are matched with all topics by a job that does a little in each turn of the loop, so
 * that neither many topics nor an expensive pattern keeps others waiting.  Its result is a record
 * for each pattern and, if any of them differs, the group's next epoch.  When it is due is Kafka's
 * rule, looked at with each heartbeat: at most every 10 s, and only when a pattern is new, topics
 * changed, or the last time is long ago.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "consumer_priv.h"
#include "regex.h"

#define INTERVAL_MIN_MS 10000
#define TURN_NS 1000000   /* a job works this long in one turn */
#define JOB_NS 2000000000 /* and this long altogether */

struct regex_job {
	struct timer timer;
	struct consumer *group;
	uint32_t patterns;
	uint32_t topic; /* the next one, as tables_next() counts */
	uint64_t seen;
	int64_t started_ms, version;
	uint64_t spent_ns;
	struct job_pattern {
		char *text;
		struct regex *re; /* NULL = given up */
		struct topic_name **topic;
		uint32_t topics, room;
	} pattern[];
};

const char *
consumer_regex_fault(const char *pattern)
{
	const char *fault;
	struct regex *re = regex_compile(pattern, &fault);

	regex_free(&re);
	return fault;
}

bool
consumer_regex_change(struct cmember *m, const char *pattern)
{
	struct regex_topics *r;

	if (m->regex != NULL && strcmp(m->regex, pattern) == 0)
		return false;
	if (m->regex != NULL && *m->regex != '\0') {
		r = regex_find(m->group, m->regex);
		if (r->members == 1)
			put_regex_tombstone(m->group, r->pattern);
	}
	if (*pattern == '\0')
		return false;
	r = regex_find(m->group, pattern);
	return r != NULL && r->resolved;
}

/* ---- the job ---- */

static void
job_free(struct regex_job *j)
{
	timer_clear(&j->timer);
	for (uint32_t i = 0; i < j->patterns; i++) {
		struct job_pattern *p = &j->pattern[i];

		for (uint32_t k = 0; k < p->topics; k++)
			topic_name_put(p->topic[k]);
		free(p->topic);
		free(p->text);
		regex_free(&p->re);
	}
	j->group->job = NULL;
	free(j);
}

void
consumer_regex_stop(struct consumer *cg)
{
	if (cg->job != NULL)
		job_free(cg->job);
}

static int
by_name(const void *a, const void *b)
{
	const struct topic_name *x = *(struct topic_name *const *)a;
	const struct topic_name *y = *(struct topic_name *const *)b;

	return strcmp(x->name, y->name);
}

/* The pattern is left with no topic at all rather than with a part of them. */
static void
give_up(struct regex_job *j, struct job_pattern *p, const char *why)
{
	log_limited("group \"%s\": regular expression \"%.200s\" %s: it is treated as if it "
		    "matched no topic",
	    j->group->group->id, p->text, why);
	regex_free(&p->re);
	for (uint32_t k = 0; k < p->topics; k++)
		topic_name_put(p->topic[k]);
	p->topics = 0;
}

/* What the pattern's record takes, at most. */
static size_t
record_size(const struct job_pattern *p)
{
	size_t n = 1024 + strlen(p->text);

	for (uint32_t i = 0; i < p->topics; i++)
		n += p->topic[i]->len + 3;
	return n;
}

static void
job_done(struct regex_job *j)
{
	struct consumer *cg = j->group;
	bool differs = false;

	for (uint32_t i = 0; i < j->patterns; i++) {
		struct job_pattern *p = &j->pattern[i];
		struct regex_topics *r = regex_find(cg, p->text);

		if (r == NULL || r->members == 0)
			continue; /* its last member left meanwhile */
		if (record_size(p) > record_max(cg->group->shard))
			give_up(j, p, "matches more topics than a record can name");
		if (p->topics > 0)
			qsort(p->topic, p->topics, sizeof(*p->topic), by_name);
		differs |= regex_set_topics(cg, r, p->topic, p->topics);
		p->topic = NULL;
		p->topics = 0;
		r->resolved = true;
		r->seen = j->seen;
		r->version = j->version;
		r->timestamp = j->started_ms;
		put_regex(cg, r);
	}
	if (differs || consumer_hash(cg) != cg->hash)
		consumer_bump(cg);
	job_free(j);
}

static void
job_topic(struct regex_job *j, const struct topic_entry *e)
{
	for (uint32_t i = 0; i < j->patterns; i++) {
		struct job_pattern *p = &j->pattern[i];
		int match = p->re == NULL ? REGEX_NO : regex_match(p->re, e->name, e->name_len);

		if (match == REGEX_TOO_COSTLY)
			give_up(j, p, "takes too much time");
		if (match != REGEX_YES)
			continue;
		if (p->topics == p->room) {
			p->room = p->room == 0 ? 8 : 2 * p->room;
			p->topic = xreallocarray(p->topic, p->room, sizeof(*p->topic));
		}
		p->topic[p->topics++] = topic_name_get(e->name, e->name_len);
	}
}

static uint64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void
job_turn(struct timer *timer)
{
	struct regex_job *j = (struct regex_job *)(void *)timer; /* its first member */
	uint64_t began = clock_ns(), spent;
	const struct topic_entry *e;

	do {
		e = tables_next(co.tables, &j->topic);
		if (e != NULL && !e->deleting)
			job_topic(j, e);
		spent = clock_ns() - began;
	} while (e != NULL && spent < TURN_NS);
	j->spent_ns += spent;
	if (e == NULL) {
		job_done(j);
		return;
	}
	if (j->spent_ns > JOB_NS) {
		for (uint32_t i = 0; i < j->patterns; i++) {
			if (j->pattern[i].re != NULL)
				give_up(j, &j->pattern[i], "takes too much time");
		}
	}
	timer_set(&j->timer, co.now_ms, job_turn);
}

static void
job_begin(struct consumer *cg, uint32_t patterns)
{
	struct regex_job *j = xcalloc(1, sizeof(*j) + patterns * sizeof(j->pattern[0]));
	const struct regex_topics *r;
	const char *fault;

	TAILQ_FOREACH (r, &cg->regexes, entry) {
		struct job_pattern *p = &j->pattern[j->patterns];

		if (r->members == 0)
			continue;
		p->text = xstrdup(r->pattern);
		p->re = regex_compile(r->pattern, &fault); /* NULL: one that only Kafka takes */
		j->patterns++;
	}
	j->group = cg;
	j->seen = consumer_topic_changes;
	j->version = (int64_t)tables_version(co.tables);
	j->started_ms = co.wall_ms;
	cg->job = j;
	timer_set(&j->timer, co.now_ms, job_turn);
}

void
consumer_regex_check(struct consumer *cg)
{
	const struct regex_topics *r;
	bool due = false;
	uint32_t patterns = 0;

	if (TAILQ_EMPTY(&cg->regexes) || cg->job != NULL)
		return;
	TAILQ_FOREACH (r, &cg->regexes, entry) {
		if (r->resolved && co.wall_ms <= r->timestamp + INTERVAL_MIN_MS &&
		    co.wall_ms >= r->timestamp)
			return;
		patterns += r->members > 0;
		due |= !r->resolved || r->seen != consumer_topic_changes ||
		       co.wall_ms > r->timestamp + co.config.consumer_regex_refresh_interval_ms;
	}
	if (due && patterns > 0)
		job_begin(cg, patterns);
}
