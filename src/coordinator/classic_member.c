/* SPDX-License-Identifier: ISC */
/*
 * classic_member.c - the members of a classic group as data: who there is, by id and by instance
 * id; which protocols they speak and which one all of them do; ids that were given out.
 *
 * Nothing here decides: when a member comes or goes is classic_join.c's, classic_leave.c's and
 * classic.c's.  Everything that a client sent is copied, counted, and bounded.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "classic_priv.h"
#include "odradek/base/xalloc.h"

/* Per member and per protocol, for the maps and malloc's own. */
enum { MEMBER_OVERHEAD = 200, PROTOCOL_OVERHEAD = 100 };

static size_t all_bytes; /* of all groups */

/* ---- memory ---- */

bool
classic_has_room(const struct classic *c, size_t bytes)
{
	return (c == NULL ? 0 : c->bytes) + bytes <= CLASSIC_GROUP_BYTES &&
	       all_bytes + bytes <= CLASSIC_BYTES;
}

size_t
classic_protocol_cost(size_t name_len, size_t metadata_len)
{
	return sizeof(struct classic_protocol) + PROTOCOL_OVERHEAD + name_len + 1 + metadata_len;
}

size_t
classic_protocols_cost(const struct classic_protocols *p)
{
	return p->bytes + (size_t)p->n * PROTOCOL_OVERHEAD;
}

static void
take(struct classic *c, size_t bytes)
{
	c->bytes += bytes;
	all_bytes += bytes;
}

static void
give(struct classic *c, size_t bytes)
{
	c->bytes -= bytes;
	all_bytes -= bytes;
}

static size_t
member_cost(const struct classic_member *m)
{
	return sizeof(*m) + MEMBER_OVERHEAD + m->id_len + m->instance_id_len +
	       strlen(m->client_id) + strlen(m->client_host) +
	       classic_protocols_cost(m->protocols) + m->assignment_len;
}

/* ---- protocols ---- */

/* Is the name of p[i] there before i already?  (names: of those before, NULL for few) */
static bool
named_before(const struct classic_protocol *p, uint32_t i, struct mapstr *names)
{
	uint32_t j;

	if (names != NULL)
		return mapstr_put(names, p[i].name, p[i].name_len, i) == 0;
	for (j = 0; j < i; j++)
		if (p[j].name_len == p[i].name_len &&
		    memcmp(p[j].name, p[i].name, p[i].name_len) == 0)
			return true;
	return false;
}

struct classic_protocols *
classic_protocols_make(uint32_t n, const struct classic_protocol *from)
{
	struct classic_protocols *to;
	struct mapstr names = {0};
	struct classic_protocol *p;
	size_t size = sizeof(*to);
	uint32_t i;
	char *at;

	for (i = 0; i < n; i++)
		size += sizeof(*p) + from[i].name_len + 1 + from[i].metadata_len;
	to = xmalloc(size);
	to->n = 0;
	to->bytes = (uint32_t)size;
	at = (char *)&to->p[n];
	for (i = 0; i < n; i++) {
		if (named_before(from, i, n > 16 ? &names : NULL))
			continue; /* Kafka would count it twice, and never find a protocol that all
				     speak */
		p = &to->p[to->n++];
		*p = from[i];
		p->name = memcpy(at, from[i].name, from[i].name_len);
		at[from[i].name_len] = '\0';
		at += from[i].name_len + 1;
		p->metadata = at;
		if (from[i].metadata_len > 0)
			memcpy(at, from[i].metadata, from[i].metadata_len);
		at += from[i].metadata_len;
	}
	mapstr_fini(&names);
	return to;
}

static void
count_protocols(struct classic *c, const struct classic_protocols *p, int by)
{
	uint32_t *n, i;

	for (i = 0; i < p->n; i++) {
		n = mapstr_get(&c->supported, p->p[i].name, p->p[i].name_len);
		if (n == NULL)
			mapstr_put(&c->supported, p->p[i].name, p->p[i].name_len, 1);
		else if (by == -1 && *n == 1)
			mapstr_del(&c->supported, p->p[i].name, p->p[i].name_len);
		else
			*n += (uint32_t)by;
	}
}

/* How many members speak it. */
static uint32_t
speakers(const struct classic *c, const struct classic_protocol *p)
{
	const uint32_t *n = mapstr_get(&c->supported, p->name, p->name_len);

	return n == NULL ? 0 : *n;
}

bool
classic_supports(
    const struct classic *c, const struct kstr *type, const struct classic_protocols *protocols)
{
	uint32_t i;

	if (c->state == CLASSIC_EMPTY)
		return type->len > 0 && protocols->n > 0;
	if (c->protocol_type == NULL || !kstr_eq(type, c->protocol_type, strlen(c->protocol_type)))
		return false;
	for (i = 0; i < protocols->n; i++)
		if (speakers(c, &protocols->p[i]) == c->members)
			return true;
	return false;
}

const char *
classic_select_protocol(struct classic *c)
{
	const struct classic_protocols *p;
	struct mapstr votes = {0};
	const char *best = NULL;
	uint32_t i, j, most = 0, *n;

	for (i = 0; i < c->members; i++) {
		p = c->member[i]->protocols;
		for (j = 0; j < p->n && speakers(c, &p->p[j]) < c->members; j++)
			;
		if (j == p->n)
			continue;
		n = mapstr_get(&votes, p->p[j].name, p->p[j].name_len);
		if (n == NULL) {
			mapstr_put(&votes, p->p[j].name, p->p[j].name_len, 0);
			n = mapstr_get(&votes, p->p[j].name, p->p[j].name_len);
		}
		if (++*n > most) {
			most = *n;
			best = p->p[j].name;
		}
	}
	mapstr_fini(&votes);
	return best;
}

const struct classic_protocol *
classic_member_protocol(const struct classic_member *m, const char *name)
{
	uint32_t i;
	size_t len;

	if (name == NULL)
		return NULL;
	len = strlen(name);
	for (i = 0; i < m->protocols->n; i++)
		if (m->protocols->p[i].name_len == len &&
		    memcmp(m->protocols->p[i].name, name, len) == 0)
			return &m->protocols->p[i];
	return NULL;
}

bool
classic_member_speaks(const struct classic_member *m, const struct classic_protocols *protocols)
{
	const struct classic_protocol *a, *b;
	uint32_t i;

	if (m->protocols->n != protocols->n)
		return false;
	for (i = 0; i < protocols->n; i++) {
		a = &m->protocols->p[i];
		b = &protocols->p[i];
		if (a->name_len != b->name_len || a->metadata_len != b->metadata_len ||
		    memcmp(a->name, b->name, a->name_len) != 0 ||
		    memcmp(a->metadata, b->metadata, a->metadata_len) != 0)
			return false;
	}
	return true;
}

void
classic_member_set_protocols(
    struct classic *c, struct classic_member *m, struct classic_protocols *protocols)
{
	give(c, classic_protocols_cost(m->protocols));
	count_protocols(c, m->protocols, -1);
	free(m->protocols);
	m->protocols = protocols;
	count_protocols(c, m->protocols, 1);
	take(c, classic_protocols_cost(m->protocols));
}

/* ---- members ---- */

struct classic_member *
classic_member_get(const struct classic *c, const char *id, size_t len)
{
	const uint32_t *i = mapstr_get(&c->by_id, id, len);

	return i == NULL ? NULL : c->member[*i];
}

struct classic_member *
classic_instance_get(const struct classic *c, const char *id, size_t len)
{
	const uint32_t *i = mapstr_get(&c->by_instance, id, len);

	return i == NULL ? NULL : c->member[*i];
}

/* The maps learn where m is. */
static void
member_place(struct classic *c, struct classic_member *m, uint32_t index)
{
	m->index = index;
	c->member[index] = m;
	mapstr_put(&c->by_id, m->id, m->id_len, index);
	if (m->instance_id != NULL)
		mapstr_put(&c->by_instance, m->instance_id, m->instance_id_len, index);
}

struct classic_member *
classic_member_add(struct classic *c, const char *id, size_t id_len, const char *instance_id,
    const char *client_id, const char *client_host, int32_t rebalance_timeout_ms,
    int32_t session_timeout_ms, const char *protocol_type, struct classic_protocols *protocols)
{
	struct classic_member *m = xcalloc(1, sizeof(*m));

	m->group = c->group;
	m->id = xmemdup0(id, id_len);
	m->id_len = (uint32_t)id_len;
	if (instance_id != NULL) {
		m->instance_id = xstrdup(instance_id);
		m->instance_id_len = (uint32_t)strlen(instance_id);
	}
	m->client_id = xstrdup(client_id);
	m->client_host = xstrdup(client_host);
	m->rebalance_timeout_ms = rebalance_timeout_ms;
	m->session_timeout_ms = session_timeout_ms;
	m->protocols = protocols;

	if (c->members == 0) {
		free(c->protocol_type);
		c->protocol_type = xstrdup(protocol_type);
	}
	if (c->members == c->members_room) {
		c->members_room = c->members_room == 0 ? 2 : c->members_room * 2;
		c->member = xreallocarray(c->member, c->members_room, sizeof(*c->member));
	}
	member_place(c, m, c->members++);
	count_protocols(c, protocols, 1);
	if (c->leader == NULL)
		c->leader = m;
	take(c, member_cost(m));
	return m;
}

void
classic_member_free(struct classic *c, struct classic_member *m)
{
	struct classic_member *last = c->member[c->members - 1];

	if (m->join != NULL)
		c->awaiting_join--;
	classic_synced(c, m);
	timer_clear(&m->session);
	give(c, member_cost(m));
	count_protocols(c, m->protocols, -1);
	mapstr_del(&c->by_id, m->id, m->id_len);
	if (m->instance_id != NULL)
		mapstr_del(&c->by_instance, m->instance_id, m->instance_id_len);
	c->members--;
	if (last != m)
		member_place(c, last, m->index);
	if (c->leader == m)
		c->leader = c->members > 0 ? c->member[0] : NULL;
	free(m->id);
	free(m->instance_id);
	free(m->client_id);
	free(m->client_host);
	free(m->protocols);
	free(m->assignment);
	free(m);
}

void
classic_member_rename(struct classic *c, struct classic_member *m, const char *id, size_t len)
{
	give(c, m->id_len);
	mapstr_del(&c->by_id, m->id, m->id_len);
	free(m->id);
	m->id = xmemdup0(id, len);
	m->id_len = (uint32_t)len;
	mapstr_put(&c->by_id, m->id, len, m->index);
	take(c, len);
}

void
classic_set_assignment(struct classic_member *m, const void *p, size_t len)
{
	struct classic *c = m->group->classic;

	give(c, m->assignment_len);
	free(m->assignment);
	m->assignment = len == 0 ? NULL : xmemdup(p, len);
	m->assignment_len = (uint32_t)len;
	take(c, len);
}

void
classic_await_join(struct classic *c, struct classic_member *m, struct call *call)
{
	if (m->join != NULL)
		classic_finish_join(c, m, KERR_REBALANCE_IN_PROGRESS);
	m->join = call;
	c->awaiting_join++;
}

void
classic_await_sync(struct classic_member *m, struct call *call)
{
	if (m->sync != NULL)
		classic_answer_sync(m->sync, KERR_REBALANCE_IN_PROGRESS, NULL, NULL);
	m->sync = call;
}

void
classic_synced(struct classic *c, struct classic_member *m)
{
	if (!m->pending_sync)
		return;
	m->pending_sync = false;
	if (--c->awaiting_sync_of == 0)
		timer_clear(&c->sync_timer);
}

/* ---- ids that were given out ---- */

struct classic_pending *
classic_pending_get(const struct classic *c, const char *id, size_t len)
{
	const uint32_t *i = mapstr_get(&c->pending_by_id, id, len);

	return i == NULL ? NULL : c->pending[*i];
}

struct classic_pending *
classic_pending_add(struct classic *c, const char *id, size_t len)
{
	struct classic_pending *p = xcalloc(1, sizeof(*p) + len + 1);

	p->group = c->group;
	memcpy(p->id, id, len);
	p->id_len = (uint32_t)len;
	p->index = c->pendings;
	if (c->pendings == c->pendings_room) {
		c->pendings_room = c->pendings_room == 0 ? 2 : c->pendings_room * 2;
		c->pending = xreallocarray(c->pending, c->pendings_room, sizeof(*c->pending));
	}
	c->pending[c->pendings++] = p;
	mapstr_put(&c->pending_by_id, id, len, p->index);
	take(c, CLASSIC_PENDING_COST + len);
	return p;
}

void
classic_pending_free(struct classic *c, struct classic_pending *p)
{
	struct classic_pending *last = c->pending[c->pendings - 1];

	timer_clear(&p->session);
	give(c, CLASSIC_PENDING_COST + p->id_len);
	mapstr_del(&c->pending_by_id, p->id, p->id_len);
	c->pendings--;
	if (last != p) {
		last->index = p->index;
		c->pending[last->index] = last;
		mapstr_put(&c->pending_by_id, last->id, last->id_len, last->index);
	}
	free(p);
	if (c->pendings > 0)
		return;
	free(c->pending); /* a crowd that came once is not remembered */
	c->pending = NULL;
	c->pendings_room = 0;
	mapstr_fini(&c->pending_by_id);
}

/* ---- the group ---- */

struct classic *
classic_make(struct group *g)
{
	if (g->classic == NULL) {
		g->classic = xcalloc(1, sizeof(*g->classic));
		g->classic->group = g;
		g->classic->since = co.wall_ms;
	}
	g->type = GROUP_CLASSIC;
	return g->classic;
}

void
classic_topics_forget(struct classic *c)
{
	mapstr_fini(&c->topics);
	c->topics_known = false;
	c->topics_all = false;
}

void
classic_free(struct group *g)
{
	struct classic *c = g->classic;
	struct classic_member *m;

	if (c == NULL)
		return;
	while (c->members > 0) {
		m = c->member[c->members - 1];
		classic_finish_join(c, m, shard_error(g->shard));
		classic_finish_sync(c, m, shard_error(g->shard));
		classic_member_free(c, m);
	}
	while (c->pendings > 0)
		classic_pending_free(c, c->pending[c->pendings - 1]);
	timer_clear(&c->join_timer);
	timer_clear(&c->sync_timer);
	classic_topics_forget(c);
	mapstr_fini(&c->by_id);
	mapstr_fini(&c->by_instance);
	mapstr_fini(&c->pending_by_id);
	mapstr_fini(&c->supported);
	free(c->member);
	free(c->pending);
	free(c->protocol_type);
	free(c->protocol);
	free(c);
	g->classic = NULL;
}
