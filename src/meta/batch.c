/* SPDX-License-Identifier: ISC */
/*
 * batch.c - changes with all that they point to: what a copy on a slow disk writes later than the
 * others, and the whole contents of a store on their way to a copy that has not got them.  Used in:
 * controller.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "meta_priv.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define BLOCK_BYTES (256 << 10)
#define ALIGN 8

struct batch_block {
	struct batch_block *next;
	size_t used, size;
	_Alignas(ALIGN) uint8_t b[];
};

struct batch *
batch_new(int flags)
{
	struct batch *b = xcalloc(1, sizeof(*b));

	b->refs = 1;
	b->flags = flags;
	return b;
}

/* The first block is small: most batches are. */
static void *
keep(struct batch *b, const void *p, size_t n)
{
	size_t need = (n + ALIGN - 1) / ALIGN * ALIGN;
	struct batch_block *k = b->blocks;
	void *at;

	if (k == NULL || k->size - k->used < need) {
		size_t size = k == NULL ? 1024 : BLOCK_BYTES;

		size = need > size ? need : size;
		k = xmalloc(sizeof(*k) + size);
		k->next = b->blocks;
		k->used = 0;
		k->size = size;
		b->blocks = k;
	}
	at = k->b + k->used;
	memcpy(at, p, n);
	k->used += need;
	return at;
}

static const char *
keep_string(struct batch *b, const char *s)
{
	return s == NULL ? NULL : keep(b, s, strlen(s) + 1);
}

struct meta_change *
batch_add(struct batch *b, const struct meta_change *from)
{
	struct meta_change *c;

	if (b->n == b->cap) {
		b->cap = b->cap == 0 ? 8 : b->cap * 2;
		b->change = xreallocarray(b->change, b->cap, sizeof(*b->change));
	}
	c = &b->change[b->n++];
	*c = *from;
	switch (c->type) {
	case META_SET_NODE:
		c->u.node.path = keep_string(b, c->u.node.path);
		break;
	case META_SET_TOPIC:
		c->u.topic.name = keep_string(b, c->u.topic.name);
		break;
	case META_SET_PARTITION:
		c->u.partition = keep(b, c->u.partition, sizeof(*c->u.partition));
		break;
	case META_SET_TOPIC_CONFIG:
	case META_SET_BROKER_CONFIG:
		c->u.config.name = keep_string(b, c->u.config.name);
		c->u.config.value = keep_string(b, c->u.config.value);
		break;
	case META_SET_COPY:
		c->u.copy.path = keep_string(b, c->u.copy.path);
		break;
	case META_SET_VALUE:
	case META_FORGET_NODE:
	case META_FORGET_TOPIC:
	case META_SET_STAMP:
	case META_FORGET_COPY:
	case META_CLEAR:
		break;
	}
	return c;
}

/* ---- from a load, and back ---- */

static void
on_value(void *arg, enum meta_value name, int64_t value)
{
	batch_add(arg, &(struct meta_change){META_SET_VALUE, {.value = {name, value}}});
}

static void
on_node(void *arg, const struct meta_node *n)
{
	batch_add(arg, &(struct meta_change){META_SET_NODE, {.node = *n}});
}

static void
on_topic(void *arg, const struct meta_topic *t)
{
	batch_add(arg, &(struct meta_change){META_SET_TOPIC, {.topic = *t}});
}

static void
on_topic_config(void *arg, const struct meta_config *c)
{
	batch_add(arg, &(struct meta_change){META_SET_TOPIC_CONFIG, {.config = *c}});
}

static void
on_partition(void *arg, const struct meta_partition *p)
{
	batch_add(arg, &(struct meta_change){META_SET_PARTITION, {.partition = p}});
}

static void
on_broker_config(void *arg, const struct meta_config *c)
{
	batch_add(arg, &(struct meta_change){META_SET_BROKER_CONFIG, {.config = *c}});
}

const struct meta_loader batch_loader = {
    .value = on_value,
    .node = on_node,
    .topic = on_topic,
    .topic_config = on_topic_config,
    .partition = on_partition,
    .broker_config = on_broker_config,
};

static void
tell(const struct meta_change *c, const struct meta_loader *l, void *arg)
{
	switch (c->type) {
	case META_SET_VALUE:
		l->value(arg, c->u.value.name, c->u.value.value);
		break;
	case META_SET_NODE:
		l->node(arg, &c->u.node);
		break;
	case META_SET_TOPIC:
		l->topic(arg, &c->u.topic);
		break;
	case META_SET_TOPIC_CONFIG:
		l->topic_config(arg, &c->u.config);
		break;
	case META_SET_PARTITION:
		l->partition(arg, c->u.partition);
		break;
	case META_SET_BROKER_CONFIG:
		l->broker_config(arg, &c->u.config);
		break;
	default:
		panic("a load does not tell changes of type %d", c->type);
	}
}

void
batch_tell(const struct batch *b, const struct meta_loader *l, void *arg)
{
	for (size_t i = 0; i < b->n; i++)
		tell(&b->change[i], l, arg);
}

struct batch *
batch_ref(struct batch *b)
{
	b->refs++;
	return b;
}

void
batch_put(struct batch **bp)
{
	struct batch *b = *bp;
	struct batch_block *k, *next;

	*bp = NULL;
	if (b == NULL || --b->refs > 0)
		return;
	for (k = b->blocks; k != NULL; k = next) {
		next = k->next;
		free(k);
	}
	free(b->change);
	free(b);
}
