/* SPDX-License-Identifier: ISC */
/*
 * protocol.c - ConsumerProtocolSubscription and ConsumerProtocolAssignment: a version of two bytes,
 * then the message.  Used in: coordinator.
 */
#include "config.h"

#include "odradek/base/log.h"
#include "coordinator.h"
#include "protocol.h"

#define LIMIT (64u << 20) /* address space; bytes come from requests, which are smaller */

static struct msg_arena arena;
static struct wire_out out;

static struct msg_arena *
scratch(void)
{
	if (arena.base == NULL && msg_arena_init(&arena, LIMIT) != 0)
		fatal("could not reserve %u bytes of address space", LIMIT);
	msg_arena_reset(&arena);
	return &arena;
}

/* Versions above ours begin like ours. */
static int
version_of(const struct msg_table *t, const void *p, size_t len)
{
	int version;

	if (len < 2)
		return -1;
	version = (int16_t)be16_get(p);
	return version > t->versions.hi ? t->versions.hi : version;
}

static void *
parse(const struct msg_table *t, const void *p, size_t len)
{
	int version = version_of(t, p, len);
	struct msg_arena *a = scratch();
	struct wire_in in;

	if (version < 0)
		return NULL;
	wire_in_mem(&in, (const char *)p + 2, len - 2);
	return msg_decode_prefix(t, version, &in, a, NULL) == MSG_OK ? msg_root(a) : NULL;
}

const struct consumer_protocol_subscription *
protocol_subscription(const void *p, size_t len)
{
	return parse(&consumer_protocol_subscription_table, p, len);
}

const struct consumer_protocol_assignment *
protocol_assignment(const void *p, size_t len)
{
	return parse(&consumer_protocol_assignment_table, p, len);
}

/* Both messages have arrays of {topic, partitions}. */
#define GET_PARTS(s, f)                                                                \
	do {                                                                           \
		__typeof__(karr_begin(f)) t_;                                          \
		uint32_t n_ = 0;                                                       \
		karr_for (t_, f)                                                       \
			n_ += (uint32_t)karr_len(&t_->partitions);                     \
		partset_room(s, n_);                                                   \
		karr_for (t_, f) {                                                     \
			const struct topic_entry *e_ = tables_topic_by_name(           \
			    co.tables, kstr(&t_->topic), (uint32_t)t_->topic.len);     \
			struct uuid id_;                                               \
			const int32_t *p_;                                             \
			if (e_ == NULL || e_->deleting)                                \
				continue;                                              \
			memcpy(id_.b, e_->id, sizeof(id_.b));                          \
			karr_for (p_, &t_->partitions)                                 \
				(s)->v[(s)->n++] = part_make(topic_handle(&id_), *p_); \
		}                                                                      \
		partset_order(s);                                                      \
	} while (0)

void
protocol_owned(struct partset *s, const struct consumer_protocol_subscription *from)
{
	GET_PARTS(s, &from->owned_partitions);
}

void
protocol_assigned(struct partset *s, const struct consumer_protocol_assignment *from)
{
	GET_PARTS(s, &from->assigned_partitions);
}

const void *
protocol_put_assignment(
    const struct partset *s, const void *subscription, size_t subscription_len, size_t *len)
{
	const struct msg_table *t = &consumer_protocol_assignment_table;
	int version = version_of(t, subscription, subscription_len);
	struct msg_arena *a = scratch();
	struct consumer_protocol_assignment *m = msg_new(a, consumer_protocol_assignment);
	struct consumer_protocol_assignment_topic_partition *to =
	    msg_arr(a, &m->assigned_partitions, partset_topics(s));
	uint32_t n, topics = 0;

	if (version < 0)
		return NULL;
	for (uint32_t i = 0; to != NULL && i < s->n; i += n) {
		const struct topic_entry *e =
		    tables_topic_by_id(co.tables, topic_handle_id(part_topic(s->v[i]))->b);
		int32_t *p;

		n = partset_run(s, i);
		if (e == NULL || e->deleting)
			continue;
		msg_str(a, &to[topics].topic, e->name, e->name_len);
		p = msg_arr(a, &to[topics++].partitions, n);
		for (uint32_t k = 0; p != NULL && k < n; k++)
			p[k] = part_partition(s->v[i + k]);
	}
	msg_arr_cut(&m->assigned_partitions, (int32_t)topics);
	if (out.limit == 0)
		wire_out_init(&out, LIMIT);
	wire_out_reset(&out);
	wire_put_u16(&out, (uint16_t)version);
	if (!msg_arena_ok(a) || msg_encode(t, version, m, &out, NULL) != MSG_OK ||
	    !wire_out_ok(&out))
		return NULL;
	*len = out.len;
	return out.base;
}
