/* SPDX-License-Identifier: ISC */
/*
 * consumer_group.c - a group of the consumer protocol in memory: its members, what they subscribe
 * to and own, and the counts that follow from that.  Used in: coordinator.  Puts no records.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/consumer_group_describe.h"
#include "consumer_priv.h"

/* ---- topic names ---- */

static struct mapstr names; /* -> index in name_at */
static struct topic_name **name_at;
static uint32_t name_n, name_max;

struct topic_name *
topic_name_get(const char *name, size_t len)
{
	uint32_t *at, i;
	struct topic_name *t;

	len = strnlen(name, len); /* what a client sent may hold a NUL: there it ends */
	if ((at = mapstr_get(&names, name, len)) != NULL) {
		name_at[*at]->refs++;
		return name_at[*at];
	}
	if (name_n == name_max) {
		name_max = name_max == 0 ? 64 : 2 * name_max;
		name_at = xreallocarray(name_at, name_max, sizeof(*name_at));
	}
	i = name_n++;
	t = xcalloc(1, sizeof(*t));
	t->name = xstrndup(name, len);
	t->len = (uint32_t)len;
	t->refs = 1;
	name_at[i] = t;
	mapstr_put(&names, name, len, i);
	return t;
}

/* Its place is taken by the last one, so that the array stays dense. */
void
topic_name_put(struct topic_name *t)
{
	uint32_t i;

	if (--t->refs > 0)
		return;
	i = *mapstr_get(&names, t->name, t->len);
	mapstr_del(&names, t->name, t->len);
	name_at[i] = name_at[--name_n];
	if (i < name_n)
		*mapstr_get(&names, name_at[i]->name, name_at[i]->len) = i;
	free(t->name);
	free(t);
}

static int
topic_name_compare(const void *a, const void *b)
{
	const struct topic_name *x = *(struct topic_name *const *)a;
	const struct topic_name *y = *(struct topic_name *const *)b;

	return strcmp(x->name, y->name);
}

/* ---- the topics of a group ---- */

/* Where the topic is, or belongs. */
static uint32_t
group_topic_place(const struct consumer *cg, const char *name)
{
	uint32_t lo = 0, hi = cg->topics;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (strcmp(cg->topic[mid]->topic->name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
group_topic_count(struct consumer *cg, struct topic_name *t, int by_name, int by_regex)
{
	uint32_t i = group_topic_place(cg, t->name);
	struct group_topic *gt;

	if (i == cg->topics || cg->topic[i]->topic != t) {
		if (cg->topics == cg->topic_cap) {
			cg->topic_cap = cg->topic_cap == 0 ? 2 : 2 * cg->topic_cap;
			cg->topic = xreallocarray(cg->topic, cg->topic_cap, sizeof(*cg->topic));
		}
		memmove(&cg->topic[i + 1], &cg->topic[i], (cg->topics - i) * sizeof(*cg->topic));
		cg->topics++;
		gt = cg->topic[i] = xcalloc(1, sizeof(*gt));
		gt->group = cg;
		gt->topic = t;
		t->refs++;
		gt->next = t->head;
		gt->prev = &t->head;
		if (gt->next != NULL)
			gt->next->prev = &gt->next;
		t->head = gt;
	}
	gt = cg->topic[i];
	gt->by_name += (uint32_t)by_name;
	gt->by_regex += (uint32_t)by_regex;
	if (gt->by_name > 0 || gt->by_regex > 0)
		return;
	*gt->prev = gt->next;
	if (gt->next != NULL)
		gt->next->prev = gt->prev;
	cg->topics--;
	memmove(&cg->topic[i], &cg->topic[i + 1], (cg->topics - i) * sizeof(*cg->topic));
	topic_name_put(t);
	free(gt);
}

bool
consumer_subscribes(const struct group *g, const char *topic, size_t len)
{
	const struct consumer *cg = g->consumer;

	for (uint32_t i = 0; i < cg->topics; i++) {
		if (cg->topic[i]->topic->len == len &&
		    memcmp(cg->topic[i]->topic->name, topic, len) == 0)
			return true;
	}
	return false;
}

uint64_t consumer_topic_changes = 1;

void
consumer_topics_changed(const char *topic, size_t len)
{
	uint32_t *at = mapstr_get(&names, topic, len);

	consumer_topic_changes++;
	if (at == NULL)
		return;
	name_at[*at]->hashed = false;
	for (struct group_topic *gt = name_at[*at]->head; gt != NULL; gt = gt->next)
		gt->group->stale = true;
}

/* ---- patterns ---- */

struct regex_topics *
regex_find(const struct consumer *cg, const char *pattern)
{
	struct regex_topics *r;

	TAILQ_FOREACH (r, &cg->regexes, entry) {
		if (strcmp(r->pattern, pattern) == 0)
			return r;
	}
	return NULL;
}

struct regex_topics *
regex_new(struct consumer *cg, const char *pattern)
{
	struct regex_topics *r = xcalloc(1, sizeof(*r));

	r->pattern = xstrdup(pattern);
	TAILQ_INSERT_TAIL(&cg->regexes, r, entry);
	return r;
}

bool
regex_set_topics(struct consumer *cg, struct regex_topics *r, struct topic_name **topic, uint32_t n)
{
	bool differs = n != r->topics;

	for (uint32_t i = 0; i < n && !differs; i++)
		differs = topic[i] != r->topic[i];
	for (uint32_t i = 0; i < n; i++)
		group_topic_count(cg, topic[i], 0, 1);
	for (uint32_t i = 0; i < r->topics; i++) {
		group_topic_count(cg, r->topic[i], 0, -1);
		topic_name_put(r->topic[i]);
	}
	free(r->topic);
	r->topic = topic;
	r->topics = n;
	return differs;
}

void
regex_drop(struct consumer *cg, struct regex_topics *r)
{
	regex_set_topics(cg, r, NULL, 0);
	TAILQ_REMOVE(&cg->regexes, r, entry);
	free(r->pattern);
	free(r);
}

/* ---- members ---- */

static uint32_t
member_place(const struct consumer *cg, const char *id)
{
	uint32_t lo = 0, hi = cg->members;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (strcmp(cg->member[mid]->id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct cmember *
member_find0(const struct consumer *cg, const char *id)
{
	uint32_t i = member_place(cg, id);

	return i < cg->members && strcmp(cg->member[i]->id, id) == 0 ? cg->member[i] : NULL;
}

struct cmember *
member_find(const struct consumer *cg, const char *id, size_t len)
{
	/* ids are NUL-terminated in messages; one with a NUL inside is nobody's, and nobody gets it
	 */
	return strlen(id) == len ? member_find0(cg, id) : NULL;
}

struct cmember *
member_by_instance(const struct consumer *cg, const char *instance_id)
{
	for (uint32_t i = 0; i < cg->members; i++) {
		if (cg->member[i]->instance_id != NULL &&
		    strcmp(cg->member[i]->instance_id, instance_id) == 0)
			return cg->member[i];
	}
	return NULL;
}

static void
member_link(struct consumer *cg, struct cmember *m)
{
	uint32_t i = member_place(cg, m->id);

	if (cg->members == cg->member_cap) {
		cg->member_cap = cg->member_cap == 0 ? 2 : 2 * cg->member_cap;
		cg->member = xreallocarray(cg->member, cg->member_cap, sizeof(*cg->member));
	}
	memmove(&cg->member[i + 1], &cg->member[i], (cg->members - i) * sizeof(*cg->member));
	cg->member[i] = m;
	cg->members++;
}

static void
member_unlink(struct consumer *cg, struct cmember *m)
{
	uint32_t i = member_place(cg, m->id);

	cg->members--;
	memmove(&cg->member[i], &cg->member[i + 1], (cg->members - i) * sizeof(*cg->member));
}

struct cmember *
member_new(struct consumer *cg, const char *id, size_t len)
{
	struct cmember *m = xcalloc(1, sizeof(*m));

	m->group = cg;
	m->id = xstrndup(id, len);
	m->id_len = (uint32_t)strlen(m->id); /* a log may hold a NUL in it */
	m->rebalance_timeout_ms = -1;
	member_link(cg, m);
	return m;
}

static void
clear_timers(struct cmember *m)
{
	timer_clear(&m->session);
	timer_clear(&m->rebalance);
	timer_clear(&m->join);
	timer_clear(&m->sync);
}

void
member_rename(struct cmember *m, const char *id, size_t len)
{
	member_unlink(m->group, m);
	free(m->id);
	m->id = xstrndup(id, len);
	m->id_len = (uint32_t)strlen(m->id); /* a log may hold a NUL in it */
	m->epoch = m->previous_epoch = 0;
	clear_timers(m);
	member_link(m->group, m);
}

bool
member_set_text(char **field, const char *text)
{
	if (*field == NULL ? text == NULL : text != NULL && strcmp(*field, text) == 0)
		return false;
	free(*field);
	*field = text == NULL ? NULL : xstrdup(text);
	return true;
}

bool
member_set_topics(struct cmember *m, const struct kstr *list, uint32_t n)
{
	struct topic_name **topic = n == 0 ? NULL : xcalloc(n, sizeof(*topic));
	uint32_t kept = 0;
	bool differs;

	for (uint32_t i = 0; i < n; i++)
		topic[i] = topic_name_get(kstr(&list[i]), (size_t)list[i].len);
	if (n > 0)
		qsort(topic, n, sizeof(*topic), topic_name_compare);
	for (uint32_t i = 0; i < n; i++) {
		if (kept > 0 && topic[kept - 1] == topic[i])
			topic_name_put(topic[i]);
		else
			topic[kept++] = topic[i];
	}
	differs = kept != m->topics;
	for (uint32_t i = 0; i < kept && !differs; i++)
		differs = topic[i] != m->topic[i];
	for (uint32_t i = 0; i < kept; i++)
		group_topic_count(m->group, topic[i], 1, 0);
	/* from the end: of a long sorted list, the first one is the dearest to take out */
	for (uint32_t i = m->topics; i-- > 0;) {
		group_topic_count(m->group, m->topic[i], -1, 0);
		topic_name_put(m->topic[i]);
	}
	free(m->topic);
	m->topic = topic;
	m->topics = kept;
	return differs;
}

bool
member_set_regex(struct cmember *m, const char *pattern)
{
	struct regex_topics *r;

	if (m->regex == NULL ? pattern == NULL : pattern != NULL && strcmp(m->regex, pattern) == 0)
		return false;
	if (pattern != NULL && *pattern != '\0') {
		if ((r = regex_find(m->group, pattern)) == NULL)
			r = regex_new(m->group, pattern);
		r->members++;
	}
	if (m->regex != NULL && *m->regex != '\0') {
		r = regex_find(m->group, m->regex);
		if (--r->members == 0)
			regex_drop(m->group, r);
	}
	return member_set_text(&m->regex, pattern);
}

void
member_set_classic(struct cmember *m, struct classic_side *side)
{
	struct classic_side *old = m->classic;

	m->group->classic_members += (side != NULL) - (old != NULL);
	m->classic = side;
	if (old == NULL)
		return;
	for (uint32_t i = 0; i < old->protocols; i++) {
		free(old->protocol[i].name);
		free(old->protocol[i].metadata);
	}
	free(old);
}

static void
disown(struct cmember *m, const struct partset *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		uint64_t *who = map64_get(&m->group->owner, s->v[i]);

		if (who != NULL && *who == (uintptr_t)m)
			map64_del(&m->group->owner, s->v[i]);
	}
}

void
member_set_parts(struct cmember *m, struct partset *assigned, struct partset *revoking)
{
	disown(m, &m->assigned);
	disown(m, &m->revoking);
	partset_take(&m->assigned, assigned);
	partset_take(&m->revoking, revoking);
	for (uint32_t i = 0; i < m->assigned.n; i++)
		map64_put(&m->group->owner, m->assigned.v[i], (uintptr_t)m);
	for (uint32_t i = 0; i < m->revoking.n; i++)
		map64_put(&m->group->owner, m->revoking.v[i], (uintptr_t)m);
}

void
member_free(struct cmember *m)
{
	struct partset none = {0}, nothing = {0};

	clear_timers(m);
	member_set_parts(m, &none, &nothing);
	member_set_topics(m, NULL, 0);
	member_set_regex(m, NULL);
	member_set_classic(m, NULL);
	partset_clear(&m->target);
	member_unlink(m->group, m);
	free(m->id);
	free(m->instance_id);
	free(m->rack_id);
	free(m->client_id);
	free(m->client_host);
	free(m->assignor);
	free(m);
}

/* ---- the group ---- */

struct consumer *
consumer_new(struct group *g)
{
	struct consumer *cg = xcalloc(1, sizeof(*cg));

	cg->group = g;
	cg->assignment_epoch = -1;
	TAILQ_INIT(&cg->regexes);
	g->type = GROUP_CONSUMER;
	g->consumer = cg;
	return cg;
}

void
consumer_free(struct group *g)
{
	struct consumer *cg = g->consumer;

	if (cg == NULL)
		return;
	consumer_regex_stop(cg);
	while (cg->members > 0)
		member_free(cg->member[cg->members - 1]);
	while (!TAILQ_EMPTY(&cg->regexes))
		regex_drop(cg, TAILQ_FIRST(&cg->regexes));
	map64_fini(&cg->owner);
	free(cg->member);
	free(cg->topic);
	free(cg);
	g->consumer = NULL;
}

bool
consumer_is_empty(const struct group *g)
{
	return g->consumer->members == 0;
}

int64_t
consumer_empty_since(const struct group *g)
{
	(void)g; /* no record says it: as in Kafka, offsets expire by the time of their commit */
	return -1;
}

const char *
consumer_state(const struct group *g)
{
	const struct consumer *cg = g->consumer;

	if (cg->members == 0)
		return "Empty";
	if (cg->epoch > cg->assignment_epoch)
		return "Assigning";
	for (uint32_t i = 0; i < cg->members; i++) {
		if (cg->member[i]->state != MEMBER_STABLE ||
		    cg->member[i]->epoch != cg->assignment_epoch)
			return "Reconciling";
	}
	return "Stable";
}

/* ---- describing it ---- */

/* Without the topics that are no more. */
static void
describe_parts(const struct partset *s, struct msg_arena *a,
    struct consumer_group_describe_resp_assignment *to)
{
	struct consumer_group_describe_resp_topic_partitions *t =
	    msg_arr(a, &to->topic_partitions, partset_topics(s));
	uint32_t n, topics = 0;

	for (uint32_t i = 0; t != NULL && i < s->n; i += n) {
		const struct uuid *id = topic_handle_id(part_topic(s->v[i]));
		const struct topic_entry *e = tables_topic_by_id(co.tables, id->b);
		int32_t *p;

		n = partset_run(s, i);
		if (e == NULL || e->deleting)
			continue;
		t->topic_id = *id;
		msg_str(a, &t->topic_name, e->name, e->name_len);
		if ((p = msg_arr(a, &t->partitions, n)) == NULL)
			return;
		for (uint32_t k = 0; k < n; k++)
			p[k] = part_partition(s->v[i + k]);
		t++;
		topics++;
	}
	if (t != NULL)
		msg_arr_cut(&to->topic_partitions, (int32_t)topics);
}

static void
describe_member(
    const struct cmember *m, struct msg_arena *a, struct consumer_group_describe_resp_member *to)
{
	struct kstr *name;

	msg_str(a, &to->member_id, m->id, m->id_len);
	msg_str0(a, &to->instance_id, m->instance_id);
	msg_str0(a, &to->rack_id, m->rack_id);
	msg_str0(a, &to->client_id, m->client_id == NULL ? "" : m->client_id);
	msg_str0(a, &to->client_host, m->client_host == NULL ? "" : m->client_host);
	msg_str0(a, &to->subscribed_topic_regex, m->regex == NULL ? "" : m->regex);
	to->member_epoch = m->epoch;
	to->member_type = m->classic == NULL;
	if ((name = msg_arr(a, &to->subscribed_topic_names, m->topics)) != NULL) {
		for (uint32_t i = 0; i < m->topics; i++)
			msg_str(a, &name[i], m->topic[i]->name, m->topic[i]->len);
	}
	describe_parts(&m->assigned, a, &to->assignment);
	describe_parts(&m->target, a, &to->target_assignment);
}

void
consumer_describe(const struct group *g, struct msg_arena *a,
    struct consumer_group_describe_resp_described_group *to)
{
	const struct consumer *cg = g->consumer;
	struct consumer_group_describe_resp_member *m;

	msg_str(a, &to->group_id, g->id, g->id_len);
	msg_str0(a, &to->group_state, consumer_state(g));
	msg_str0(a, &to->assignor_name, consumer_assignor(cg));
	to->group_epoch = cg->epoch;
	to->assignment_epoch = cg->assignment_epoch;
	if ((m = msg_arr(a, &to->members, cg->members)) == NULL)
		return;
	for (uint32_t i = 0; i < cg->members; i++)
		describe_member(cg->member[i], a, &m[i]);
}
