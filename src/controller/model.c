/* SPDX-License-Identifier: ISC */
/*
 * model.c - topics, partitions, nodes and settings in the controller's memory: finding, adding,
 * taking away. Used in: controller.  Writes neither the store nor the tables.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/xalloc.h"
#include "odradek/repl/rules.h"

struct controller ctl;

static const char *const internal_topics[] = {
    "__consumer_offsets", "__transaction_state", "__share_group_state"};

void
model_init(void)
{
	ctl.slot_generation = xcalloc(ctl.partitions_max, sizeof(uint32_t));
	ctl.topic_generation = xcalloc(ctl.partitions_max, sizeof(uint32_t));
	ctl.want_index = NONE;
	TAILQ_INIT(&ctl.waiting);
	TAILQ_INIT(&ctl.running);
	TAILQ_INIT(&ctl.following);
	TAILQ_INIT(&ctl.queue);
	TAILQ_INIT(&ctl.deletions);
	TAILQ_INIT(&ctl.producer_calls);
}

/* ---- names ---- */

bool
topic_is_internal(const char *name)
{
	for (size_t i = 0; i < sizeof(internal_topics) / sizeof(internal_topics[0]); i++)
		if (strcmp(name, internal_topics[i]) == 0)
			return true;
	return false;
}

static bool
name_char_ok(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

char *
topic_name_fault(const char *name, size_t len)
{
	if (len == 0)
		return xstrdup("Topic name is invalid: the empty string is not allowed");
	if ((len == 1 && name[0] == '.') || (len == 2 && name[0] == '.' && name[1] == '.'))
		return xasprintf("Topic name is invalid: '%.*s' is not allowed", (int)len, name);
	if (len > TOPIC_NAME_MAX)
		return xasprintf("Topic name is invalid: the length of '%.*s' is longer than the "
				 "max allowed length %d",
		    (int)len, name, TOPIC_NAME_MAX);
	for (size_t i = 0; i < len; i++)
		if (!name_char_ok(name[i]))
			return xasprintf("Topic name is invalid: '%.*s' contains one or more "
					 "characters other than ASCII "
					 "alphanumerics, '.', '_' and '-'",
			    (int)len, name);
	return NULL;
}

/* '.' as '_'; returns whether the name has either. */
static bool
unify(const char *name, char out[TOPIC_NAME_MAX + 1])
{
	bool has = false;
	size_t i;

	for (i = 0; name[i] != '\0' && i < TOPIC_NAME_MAX; i++) {
		out[i] = name[i] == '.' ? '_' : name[i];
		has |= out[i] == '_';
	}
	out[i] = '\0';
	return has;
}

struct topic *
topic_collides(const char *name)
{
	char unified[TOPIC_NAME_MAX + 1];
	uint32_t *at;

	if (!unify(name, unified) ||
	    (at = mapstr_get(&ctl.by_collision, unified, strlen(unified))) == NULL)
		return NULL;
	return ctl.topic[*at];
}

struct topic *
topic_by_name(const char *name, size_t len)
{
	uint32_t *at = mapstr_get(&ctl.by_name, name, len);

	return at == NULL ? NULL : ctl.topic[*at];
}

struct topic *
topic_by_id(const struct uuid *id)
{
	uint32_t *at = mapstr_get(&ctl.by_id, (const char *)id->b, 16);

	return at == NULL ? NULL : ctl.topic[*at];
}

void
topic_rename(struct topic *t)
{
	char unified[TOPIC_NAME_MAX + 1];

	mapstr_put(&ctl.by_name, t->name, strlen(t->name), t->index);
	mapstr_put(&ctl.by_id, (const char *)t->id.b, 16, t->index);
	if (unify(t->name, unified))
		mapstr_put(&ctl.by_collision, unified, strlen(unified), t->index);
}

void
topic_unname(struct topic *t)
{
	char unified[TOPIC_NAME_MAX + 1];
	uint32_t *at;

	if (topic_by_name(t->name, strlen(t->name)) == t)
		mapstr_del(&ctl.by_name, t->name, strlen(t->name));
	if (topic_by_id(&t->id) == t)
		mapstr_del(&ctl.by_id, (const char *)t->id.b, 16);
	if (unify(t->name, unified) &&
	    (at = mapstr_get(&ctl.by_collision, unified, strlen(unified))) != NULL &&
	    *at == t->index)
		mapstr_del(&ctl.by_collision, unified, strlen(unified));
}

/* ---- topics ---- */

static uint32_t *
push(uint32_t *stack, uint32_t *n, uint32_t *cap, uint32_t v)
{
	if (*n == *cap) {
		*cap = *cap == 0 ? 64 : *cap * 2;
		stack = xreallocarray(stack, *cap, sizeof(uint32_t));
	}
	stack[(*n)++] = v;
	return stack;
}

/* An index that is free; NONE when there is none. */
static uint32_t
topic_index(void)
{
	if (ctl.want_index != NONE)
		return ctl.want_index;
	if (ctl.nfree_topics > 0)
		return ctl.free_topic[--ctl.nfree_topics];
	return ctl.topics < ctl.partitions_max ? ctl.topics : NONE;
}

void
topic_index_free(uint32_t index)
{
	ctl.free_topic = push(ctl.free_topic, &ctl.nfree_topics, &ctl.free_topics_cap, index);
}

struct topic *
topic_new(
    const char *name, const struct uuid *id, int64_t key, bool internal, enum topic_state state)
{
	uint32_t index = topic_index();
	struct topic *t;

	if (index == NONE)
		return NULL;
	if (index >= ctl.topics_cap) {
		uint32_t cap = ctl.topics_cap;
		ctl.topics_cap = index + 1 > 2 * cap ? index + 64 : 2 * cap;
		ctl.topic = xreallocarray(ctl.topic, ctl.topics_cap, sizeof(*ctl.topic));
		memset(&ctl.topic[cap], 0, (ctl.topics_cap - cap) * sizeof(*ctl.topic));
	}
	if (index >= ctl.topics)
		ctl.topics = index + 1;
	t = xcalloc(1, sizeof(*t));
	t->key = key != 0 ? key : ctl.next_key++;
	t->id = *id;
	strncpy(t->name, name, TOPIC_NAME_MAX);
	t->index = index;
	t->generation = ++ctl.topic_generation[index];
	t->state = state;
	t->internal = internal;
	ctl.topic[index] = t;
	if (state == TOPIC_LIVE)
		topic_rename(t);
	return t;
}

void
topic_free(struct topic *t)
{
	topic_unname(t);
	topic_shrink(t, t->nparts);
	ctl.topic[t->index] = NULL;
	topic_index_free(t->index);
	kvs_free(&t->config);
	free(t->part);
	free(t);
}

struct part *
topic_grow(struct topic *t, uint32_t n)
{
	struct part *first;

	t->part = xreallocarray(t->part, t->nparts + n, sizeof(*t->part));
	first = &t->part[t->nparts];
	memset(first, 0, n * sizeof(*first));
	for (uint32_t i = 0; i < n; i++) {
		first[i].slot = NONE;
		first[i].leader = -1;
	}
	t->nparts += n;
	return first;
}

void
topic_shrink(struct topic *t, uint32_t n)
{
	for (; n > 0; n--) {
		struct part *p = &t->part[--t->nparts];
		slot_give(p);
		free(p->directories);
	}
}

/* ---- slots ---- */

uint32_t
slots_free(void)
{
	return ctl.partitions_max - ctl.slots_used;
}

static void
slot_mark(struct part *p, uint32_t slot)
{
	p->slot = slot;
	p->slot_generation = ++ctl.slot_generation[slot];
	ctl.slots_used++;
}

/* There must be one: ask slots_free() first. */
void
slot_take(struct part *p)
{
	slot_mark(p, ctl.nfree_slots > 0 ? ctl.free_slot[--ctl.nfree_slots] : ctl.slots++);
}

void
slot_claim(struct part *p, uint32_t slot)
{
	p->slot = slot;
	p->slot_generation = ctl.slot_generation[slot];
	ctl.slots_used++;
}

void
slot_give(struct part *p)
{
	if (p->slot == NONE)
		return;
	ctl.free_slot = push(ctl.free_slot, &ctl.nfree_slots, &ctl.free_slots_cap, p->slot);
	ctl.slots_used--;
	p->slot = NONE;
}

/* ---- nodes and leaders ---- */

int
node_index(int32_t id)
{
	if (id < 0) /* places of nodes that were forgotten */
		return -1;
	for (uint32_t i = 0; i < ctl.nodes; i++)
		if (ctl.node[i].id == id)
			return (int)i;
	return -1;
}

uint8_t
part_min_insync(const struct topic *t, const struct part *p)
{
	const char *own = kvs_get(&t->config, "min.insync.replicas");

	if (p->replicas == 1) /* most common, and always so */
		return 1;
	if (own != NULL)
		return repl_min_isr((int)strtol(own, NULL, 10), p->replicas);
	return repl_min_isr(settings_of_topics()->min_insync_replicas, p->replicas);
}

/* ---- settings ---- */

/* Where name is, or -1 - where it belongs. */
int
kvs_find(const struct kvs *k, const char *name)
{
	int lo = 0, hi = (int)k->n;

	while (lo < hi) {
		int mid = (lo + hi) / 2, c = strcmp(k->v[mid].name, name);
		if (c == 0)
			return mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1 - lo;
}

const char *
kvs_get(const struct kvs *k, const char *name)
{
	int at = kvs_find(k, name);

	return at < 0 ? NULL : k->v[at].value;
}

void
kvs_set(struct kvs *k, const char *name, const char *value)
{
	int at = kvs_find(k, name);

	if (at >= 0) {
		free((char *)(uintptr_t)k->v[at].value);
		if (value != NULL) {
			k->v[at].value = xstrdup(value);
			return;
		}
		free((char *)(uintptr_t)k->v[at].name);
		k->n--;
		memmove(&k->v[at], &k->v[at + 1], (k->n - (size_t)at) * sizeof(*k->v));
		return;
	}
	if (value == NULL)
		return;
	at = -1 - at;
	k->v = xreallocarray(k->v, k->n + 1, sizeof(*k->v));
	memmove(&k->v[at + 1], &k->v[at], (k->n - (size_t)at) * sizeof(*k->v));
	k->v[at] = (struct config_kv){xstrdup(name), xstrdup(value)};
	k->n++;
}

void
kvs_copy(struct kvs *to, const struct kvs *from)
{
	*to = (struct kvs){xcalloc(from->n + 1, sizeof(*to->v)), from->n};
	for (size_t i = 0; i < from->n; i++)
		to->v[i] = (struct config_kv){xstrdup(from->v[i].name), xstrdup(from->v[i].value)};
}

void
kvs_free(struct kvs *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free((char *)(uintptr_t)k->v[i].name);
		free((char *)(uintptr_t)k->v[i].value);
	}
	free(k->v);
	*k = (struct kvs){NULL, 0};
}
