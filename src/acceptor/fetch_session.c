/* SPDX-License-Identifier: ISC */
/*
 * fetch_session.c - incremental fetch sessions (KIP-227).  Used in: acceptor.
 *
 * A session lives in the acceptor where it was made; a client that comes back through another one
 * is told that its session is not known, and makes a new one.  Ids are random, and carry the
 * acceptor's index so that no two acceptors give the same.  The cache is bounded in sessions and in
 * partitions; what was not used for two minutes makes room; when there is none, clients go on
 * without sessions.
 */
#include "config.h"

#include <stdlib.h>
#include <sys/random.h>

#include "fetch.h"
#include "odradek/base/xalloc.h"

#define IDLE_MS 120000
#define PARTS_MAX 200000u /* of all sessions of this acceptor */
#define HASH 1024
#define INDEX_BITS 6

static struct session *hash[HASH];
static TAILQ_HEAD(, session) lru = TAILQ_HEAD_INITIALIZER(lru);
static uint32_t count, slots, parts;

void
session_init(void)
{
	uint32_t acceptors = shm_layout(acceptor.shm)->count[PROC_ACCEPTOR];
	int32_t all = acceptor.config->max_incremental_fetch_session_cache_slots;

	slots = all <= 0 || acceptors == 0 ? 0 : ((uint32_t)all + acceptors - 1) / acceptors;
}

uint32_t
session_count(void)
{
	return count;
}

static struct session **
place(int32_t id)
{
	struct session **at = &hash[((uint32_t)id >> INDEX_BITS) % HASH];

	while (*at != NULL && (*at)->id != id)
		at = &(*at)->hash_next;
	return at;
}

static int32_t
new_id(void)
{
	uint32_t r;

	do {
		if (getrandom(&r, sizeof r, 0) != sizeof r)
			r = (uint32_t)(acceptor.now_ms * 2654435761u) ^ count;
		r = (r << INDEX_BITS | (acceptor.child->index & ((1u << INDEX_BITS) - 1))) &
		    INT32_MAX;
	} while (r == 0 || *place((int32_t)r) != NULL);
	return (int32_t)r;
}

static int32_t
next_epoch(int32_t epoch)
{
	return epoch == INT32_MAX ? 1 : epoch + 1;
}

void
session_remove(struct session *s)
{
	struct session **at = place(s->id);

	if (s->set.fetch != NULL) /* its client gave it up on another connection */
		fetch_fail(s->set.fetch, KERR_INVALID_FETCH_SESSION_EPOCH);
	*at = s->hash_next;
	TAILQ_REMOVE(&lru, s, lru);
	count--;
	parts -= s->set.count;
	fset_clear(&s->set);
	free(s);
}

static void
touch(struct session *s)
{
	s->used_ms = acceptor.mono_ms;
	TAILQ_REMOVE(&lru, s, lru);
	TAILQ_INSERT_TAIL(&lru, s, lru);
}

static bool
make_room(uint32_t wanted)
{
	struct session *s;

	if (slots == 0 || wanted > PARTS_MAX)
		return false;
	while (count >= slots || parts + wanted > PARTS_MAX) {
		s = TAILQ_FIRST(&lru);
		if (s == NULL || acceptor.mono_ms - s->used_ms <= IDLE_MS || s->set.fetch != NULL)
			return false;
		session_remove(s);
	}
	return true;
}

int32_t
session_create(struct fetch *f)
{
	struct session *s;
	struct fpart *p;

	if (!make_room(f->set->count))
		return 0;
	s = xcalloc(1, sizeof *s);
	s->id = new_id();
	s->epoch = 1;
	s->by_id = f->by_id;
	s->isolation = f->isolation;
	s->node = f->node;
	s->used_ms = acceptor.mono_ms;
	fset_init(&s->set, s);
	TAILQ_CONCAT(&s->set.parts, &f->own.parts, order);
	s->set.count = f->own.count;
	s->set.rank = f->own.rank;
	s->set.hash = f->own.hash;
	s->set.hash_mask = f->own.hash_mask;
	f->own.count = 0;
	f->own.hash = NULL;
	TAILQ_FOREACH (p, &s->set.parts, order) {
		fpart_disarm(p);
		p->set = &s->set;
		fpart_dirty(p);
	}
	*place(s->id) = s;
	TAILQ_INSERT_TAIL(&lru, s, lru);
	count++;
	parts += s->set.count;
	return s->id;
}

static void
forget(struct session *s, const struct fetch_req *q)
{
	const struct fetch_req_forgotten_topic *qt;
	const int32_t *partition;
	struct ftopic *t;
	struct fpart *p;

	karr_for (qt, &q->forgotten_topics_data) {
		if (!s->by_id && kstr_is_null(&qt->topic))
			continue;
		t = ftopic_new(s->by_id ? "" : kstr(&qt->topic),
		    s->by_id ? 0 : (uint32_t)qt->topic.len, s->by_id ? &qt->topic_id : NULL);
		karr_for (partition, &qt->partitions)
			if ((p = fset_find(&s->set, t, *partition)) != NULL)
				fset_remove(&s->set, p);
		ftopic_unref(t);
	}
}

static int16_t
incremental(struct fetch *f, const struct fetch_req *q)
{
	struct session *s = *place(q->session_id);
	struct fpart *p;

	if (s == NULL)
		return KERR_FETCH_SESSION_ID_NOT_FOUND;
	if (s->epoch != q->session_epoch)
		return KERR_INVALID_FETCH_SESSION_EPOCH;
	if (s->by_id != f->by_id)
		return KERR_FETCH_SESSION_TOPIC_ID_ERROR;
	if (s->set.fetch !=
	    NULL) /* a new connection takes over; the old request's epoch has passed */
		fetch_fail(s->set.fetch, KERR_INVALID_FETCH_SESSION_EPOCH);
	parts -= s->set.count;
	if (!fset_fill(&s->set, q, s->by_id)) {
		parts += s->set.count;
		return KERR_INVALID_REQUEST;
	}
	forget(s, q);
	parts += s->set.count;
	if (s->set.count == 0) { /* nothing left of it */
		session_remove(s);
		return KERR_NONE;
	}
	touch(s);
	if (parts > PARTS_MAX && !make_room(0)) {
		session_remove(s);
		return KERR_FETCH_SESSION_ID_NOT_FOUND;
	}
	s->epoch = next_epoch(s->epoch);
	if (s->isolation != f->isolation || s->node != f->node) {
		s->isolation = f->isolation;
		s->node = f->node;
		TAILQ_FOREACH (p, &s->set.parts, order)
			fpart_dirty(p);
	}
	f->session = s;
	f->set = &s->set;
	s->set.fetch = f;
	return KERR_NONE;
}

int16_t
session_context(struct fetch *f, const struct fetch_req *q)
{
	struct session *s;

	if (q->session_epoch != 0 && q->session_epoch != -1)
		return incremental(f, q);
	if (q->session_id != 0 && (s = *place(q->session_id)) != NULL)
		session_remove(s);
	f->make_session = q->session_epoch == 0;
	if (!fset_fill(&f->own, q, f->by_id))
		return KERR_INVALID_REQUEST;
	if (f->make_session && f->own.hash == NULL)
		fset_index(&f->own);
	return KERR_NONE;
}
