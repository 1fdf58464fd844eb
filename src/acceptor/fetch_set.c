/* SPDX-License-Identifier: ISC */
/*
 * fetch_set.c - the partitions that a Fetch request, or a session, asks for.  Used in: acceptor.
 *
 * Partitions and topics come from pools: a request allocates nothing in the steady state.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "odradek/base/hash.h"
#include "odradek/base/xalloc.h"

#define SLAB 64
#define TOPICS_KEPT 1024
#define TOPICS_COMPARED 4

static struct fpart *free_parts; /* linked by hash_next */
static struct ftopic *free_topics;
static uint32_t nfree_topics;

struct ftopic *
ftopic_new(const char *name, uint32_t len, const struct uuid *id)
{
	struct ftopic *t = free_topics;

	if (t != NULL) {
		free_topics = t->next_free;
		nfree_topics--;
	} else {
		t = xmalloc(sizeof *t);
	}
	t->refs = 1;
	t->by_id = id != NULL;
	t->index = UINT32_MAX;
	t->generation = 0;
	t->len = len;
	t->name = t->text;
	t->id = UUID_ZERO;
	if (id != NULL) {
		t->id = *id;
		t->len = 0;
	} else if (len > sizeof t->text) {
		t->name = xmemdup(name, len);
	} else {
		memcpy(t->text, name, len);
	}
	return t;
}

void
ftopic_unref(struct ftopic *t)
{
	if (--t->refs > 0)
		return;
	if (t->name != t->text)
		free(t->name);
	if (nfree_topics == TOPICS_KEPT) {
		free(t);
		return;
	}
	t->next_free = free_topics;
	free_topics = t;
	nfree_topics++;
}

bool
ftopic_same(const struct ftopic *a, const struct ftopic *b)
{
	if (a == b)
		return true;
	if (a->by_id != b->by_id)
		return false;
	return a->by_id ? uuid_eq(&a->id, &b->id)
			: a->len == b->len && memcmp(a->name, b->name, a->len) == 0;
}

struct topic_entry *
ftopic_entry(struct ftopic *t)
{
	struct topic_entry *e = NULL;

	if (t->index != UINT32_MAX) {
		e = tables_topic_at(acceptor.tables, t->index);
		if (e != NULL && (e->generation != t->generation || e->deleting))
			e = NULL;
	}
	if (e == NULL) {
		e = t->by_id ? tables_topic_by_id(acceptor.tables, t->id.b)
			     : tables_topic_by_name(acceptor.tables, t->name, t->len);
		if (e == NULL || e->deleting)
			return NULL;
		t->index = e->index;
		t->generation = e->generation;
	}
	return e;
}

void
fset_init(struct fset *set, struct session *session)
{
	TAILQ_INIT(&set->parts);
	TAILQ_INIT(&set->dirty);
	set->count = 0;
	set->rank = 0;
	set->fetch = NULL;
	set->session = session;
	set->hash = NULL;
	set->hash_mask = 0;
}

static struct fpart *
part_new(void)
{
	struct fpart *p = free_parts;

	if (p == NULL) {
		p = xcalloc(SLAB, sizeof *p);
		for (int i = 0; i < SLAB; i++) {
			p[i].hash_next = free_parts;
			free_parts = &p[i];
		}
		p = free_parts;
	}
	free_parts = p->hash_next;
	return p;
}

void
fpart_ask(struct fpart *p, const struct fetch_req_fetch_partition *q)
{
	p->epoch = q->current_leader_epoch;
	p->last_epoch = q->last_fetched_epoch;
	p->max_bytes = q->partition_max_bytes;
	p->offset = q->fetch_offset;
}

struct fpart *
fset_add(struct fset *set, struct ftopic *topic, const struct fetch_req_fetch_partition *q)
{
	struct fpart *p = part_new();

	p->set = set;
	p->topic = topic;
	topic->refs++;
	p->partition = q->partition;
	fpart_ask(p, q);
	p->sent_hw = p->sent_start = -1;
	p->slot = FETCH_NO_SLOT;
	p->file = NULL;
	p->length = p->pending = 0;
	p->segment = -1;
	p->armed = p->dirty = false;
	p->hash_next = NULL;
	p->rank = ++set->rank;
	TAILQ_INSERT_TAIL(&set->parts, p, order);
	set->count++;
	return p;
}

static void
part_free(struct fpart *p)
{
	if (p->armed)
		fpart_disarm(p);
	fpart_drop_piece(p);
	ftopic_unref(p->topic);
	p->hash_next = free_parts;
	free_parts = p;
}

void
fset_clear(struct fset *set)
{
	struct fpart *p, *next;

	for (p = TAILQ_FIRST(&set->parts); p != NULL; p = next) {
		next = TAILQ_NEXT(p, order);
		part_free(p);
	}
	TAILQ_INIT(&set->parts);
	TAILQ_INIT(&set->dirty);
	set->count = 0;
	free(set->hash);
	set->hash = NULL;
}

/* ---- sessions ---- */

static uint64_t
key_of(const struct ftopic *t, int32_t partition)
{
	uint64_t h = t->by_id ? hash_bytes(t->id.b, sizeof t->id.b) : hash_bytes(t->name, t->len);

	return hash_u64(h ^ (uint32_t)partition);
}

static struct fpart **
bucket(struct fset *set, const struct ftopic *t, int32_t partition)
{
	return &set->hash[key_of(t, partition) & set->hash_mask];
}

struct fpart *
fset_find(struct fset *set, const struct ftopic *topic, int32_t partition)
{
	struct fpart *p;

	for (p = *bucket(set, topic, partition); p != NULL; p = p->hash_next)
		if (p->partition == partition && ftopic_same(p->topic, topic))
			return p;
	return NULL;
}

static void
unhash(struct fset *set, struct fpart *p)
{
	struct fpart **at = bucket(set, p->topic, p->partition);

	while (*at != NULL && *at != p)
		at = &(*at)->hash_next;
	if (*at == p)
		*at = p->hash_next;
}

void
fset_remove(struct fset *set, struct fpart *p)
{
	if (set->hash != NULL)
		unhash(set, p);
	fpart_clean(p);
	TAILQ_REMOVE(&set->parts, p, order);
	set->count--;
	part_free(p);
}

void
fset_index(struct fset *set)
{
	uint32_t size = 8;
	struct fpart *p, *next, *twin, **at;

	while (size < set->count && size < 1u << 20)
		size *= 2;
	free(set->hash);
	set->hash = xcalloc(size, sizeof *set->hash);
	set->hash_mask = size - 1;
	for (p = TAILQ_FIRST(&set->parts); p != NULL; p = next) {
		next = TAILQ_NEXT(p, order);
		twin = fset_find(set, p->topic, p->partition);
		if (twin != NULL) { /* named twice: the last word counts */
			twin->epoch = p->epoch;
			twin->last_epoch = p->last_epoch;
			twin->max_bytes = p->max_bytes;
			twin->offset = p->offset;
			fpart_clean(p);
			TAILQ_REMOVE(&set->parts, p, order);
			set->count--;
			part_free(p);
			continue;
		}
		at = bucket(set, p->topic, p->partition);
		p->hash_next = *at;
		*at = p;
	}
}

void
fpart_dirty(struct fpart *p)
{
	if (p->dirty)
		return;
	p->dirty = true;
	TAILQ_INSERT_TAIL(&p->set->dirty, p, dirty_entry);
}

void
fpart_clean(struct fpart *p)
{
	if (!p->dirty)
		return;
	p->dirty = false;
	TAILQ_REMOVE(&p->set->dirty, p, dirty_entry);
}

/* A partition that a session does not have yet. */
static void
session_add(struct fset *set, struct ftopic *t, const struct fetch_req_fetch_partition *q)
{
	struct fpart *p = fset_add(set, t, q), **at;

	if (set->count > 2 * (set->hash_mask + 1) && set->hash_mask < (1u << 20) - 1) {
		fset_index(set);
	} else {
		at = bucket(set, t, q->partition);
		p->hash_next = *at;
		*at = p;
	}
	fpart_dirty(p);
}

/* Was an earlier topic of the set the same?  Looks at a few only; true when it cannot tell. */
static bool
seen_before(const struct fset *set, const struct ftopic *t)
{
	const struct ftopic *last = NULL;
	const struct fpart *p;
	int n = 0;

	for (p = TAILQ_LAST(&set->parts, fpart_list); p != NULL;
	     p = TAILQ_PREV(p, fpart_list, order)) {
		if (p->topic == last)
			continue;
		last = p->topic;
		if (++n > TOPICS_COMPARED || ftopic_same(last, t))
			return true;
	}
	return false;
}

bool
fset_fill(struct fset *set, const struct fetch_req *q, bool by_id)
{
	const struct fetch_req_fetch_topic *qt;
	const struct fetch_req_fetch_partition *qp;
	struct fpart *p;
	struct ftopic *t;
	bool twins = false; /* some partition may be named twice: it counts once */

	karr_for (qt, &q->topics) {
		if (!by_id && kstr_is_null(&qt->topic))
			return false;
		t = ftopic_new(by_id ? "" : kstr(&qt->topic), by_id ? 0 : (uint32_t)qt->topic.len,
		    by_id ? &qt->topic_id : NULL);
		if (set->session == NULL && !twins && set->count > 0)
			twins = seen_before(set, t);
		karr_for (qp, &qt->partitions) {
			if (set->session == NULL) {
				twins |= qp > karr_begin(&qt->partitions) &&
					 qp->partition <= qp[-1].partition;
				fset_add(set, t, qp);
			} else if ((p = fset_find(set, t, qp->partition)) != NULL) {
				fpart_ask(p, qp);
				fpart_dirty(p);
			} else {
				session_add(set, t, qp);
			}
		}
		ftopic_unref(t);
	}
	if (twins)
		fset_index(set);
	return true;
}
