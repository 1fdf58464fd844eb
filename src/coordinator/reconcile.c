/* SPDX-License-Identifier: ISC */
/*
 * reconcile.c - one member on its way from what it owns to what it is to own.  Used in:
 * coordinator.
 *
 * What it owns and is to keep, it keeps.  What it is to lose, it is told to give up first; it stays
 * in its epoch until its heartbeat no longer lists any of that.  Then it goes on to the epoch of
 * the target and gets what is free; what is still with another member it gets when a later
 * heartbeat finds it free.  So a partition never has two owners: owner (consumer_priv.h) has one
 * entry for it, and only a partition without an entry is given.
 */
#include "config.h"

#include "odradek/proto/gen/consumer_group_heartbeat.h"
#include "consumer_priv.h"

/* Is the topic's partition of a request in the set?  A topic without a handle is in none. */
static bool
request_part_in(const struct uuid *id, int32_t partition, const struct partset *set)
{
	uint32_t topic = topic_handle_find(id);

	return topic != TOPIC_NONE && partset_has(set, part_make(topic, partition));
}

bool
owned_within(const struct owned *o, const struct partset *set)
{
	const struct consumer_group_heartbeat_req_topic_partitions *t;
	const int32_t *p;

	if (!o->said)
		return false;
	if (o->set != NULL) {
		for (uint32_t i = 0; i < o->set->n; i++) {
			if (!partset_has(set, o->set->v[i]))
				return false;
		}
		return true;
	}
	karr_for (t, &o->req->topic_partitions) {
		karr_for (p, &t->partitions) {
			if (!request_part_in(&t->topic_id, *p, set))
				return false;
		}
	}
	return true;
}

bool
owned_any_of(const struct owned *o, const struct partset *set)
{
	const struct consumer_group_heartbeat_req_topic_partitions *t;
	const int32_t *p;

	if (!o->said)
		return true;
	if (o->set != NULL) {
		for (uint32_t i = 0; i < o->set->n; i++) {
			if (partset_has(set, o->set->v[i]))
				return true;
		}
		return false;
	}
	karr_for (t, &o->req->topic_partitions) {
		karr_for (p, &t->partitions) {
			if (request_part_in(&t->topic_id, *p, set))
				return true;
		}
	}
	return false;
}

/* Puts a record if anything differs from before. */
static void
settle(struct cmember *m, enum member_state state, int32_t from_epoch, int32_t epoch,
    struct partset *assigned, struct partset *revoking)
{
	bool differs = m->state != state || m->epoch != epoch || m->previous_epoch != from_epoch ||
		       !partset_equal(&m->assigned, assigned) ||
		       !partset_equal(&m->revoking, revoking);

	if (!differs) {
		partset_clear(assigned);
		partset_clear(revoking);
		return;
	}
	m->state = (uint8_t)state;
	m->previous_epoch = from_epoch;
	m->epoch = epoch;
	member_set_parts(m, assigned, revoking);
	put_current(m);
	if (m->classic == NULL)
		member_rebalance_timer(m);
}

/* Splits what the member is to get into what is free and the rest. */
static bool
take_free(struct cmember *m, const struct partset *wanted, struct partset *free_now)
{
	bool waits = false;

	partset_room(free_now, wanted->n);
	for (uint32_t i = 0; i < wanted->n; i++) {
		if (map64_get(&m->group->owner, wanted->v[i]) == NULL)
			free_now->v[free_now->n++] = wanted->v[i];
		else
			waits = true;
	}
	partset_order(free_now);
	return waits;
}

static void
next_assignment(struct cmember *m, int32_t epoch, const struct owned *o)
{
	struct partset keep = {0}, revoke = {0}, wanted = {0}, get = {0}, all = {0}, none = {0};
	int32_t target_epoch = m->group->assignment_epoch;
	bool waits;

	partset_and(&keep, &m->assigned, &m->target);
	partset_minus(&revoke, &m->assigned, &keep);
	partset_minus(&wanted, &m->target, &keep);
	waits = take_free(m, &wanted, &get);
	if (revoke.n > 0 && owned_any_of(o, &revoke)) {
		settle(m, MEMBER_UNREVOKED, m->epoch, epoch, &keep, &revoke);
	} else {
		partset_or(&all, &keep, &get);
		settle(m, waits ? MEMBER_UNRELEASED : MEMBER_STABLE, m->epoch, target_epoch, &all,
		    &none);
	}
	partset_clear(&keep);
	partset_clear(&revoke);
	partset_clear(&wanted);
	partset_clear(&get);
}

bool
member_reconcile(struct cmember *m, const struct owned *o)
{
	int32_t target_epoch = m->group->assignment_epoch;

	switch ((enum member_state)m->state) {
	case MEMBER_STABLE:
		if (m->epoch != target_epoch)
			next_assignment(m, m->epoch, o);
		return true;
	case MEMBER_UNREVOKED:
		if (!owned_any_of(o, &m->revoking))
			next_assignment(m, m->epoch + 1, o);
		return true;
	case MEMBER_UNRELEASED:
		next_assignment(m, m->epoch, o);
		return true;
	case MEMBER_UNKNOWN:
		break;
	}
	/* A state that a later version of Kafka wrote: it begins anew. */
	if (!o->said || (o->set != NULL ? o->set->n > 0 : karr_len(&o->req->topic_partitions) > 0))
		return false;
	next_assignment(m, target_epoch, o);
	return true;
}

bool
member_waits(const struct cmember *m)
{
	if (m->state != MEMBER_UNRELEASED)
		return false;
	for (uint32_t i = 0; i < m->target.n; i++) {
		if (!partset_has(&m->assigned, m->target.v[i]) &&
		    map64_get(&m->group->owner, m->target.v[i]) != NULL)
			return true;
	}
	return false;
}
