/* SPDX-License-Identifier: ISC */
/*
 * classic.c - the rebalance of a classic group: when it begins, when its two halves end, what time
 * does to it.
 *
 * The first half, PreparingRebalance, waits until every member has sent JoinGroup (or until its
 * time is up: who is missing is out, static members excepted), and ends with a new generation.  The
 * second, CompletingRebalance, waits for the leader's SyncGroup, which brings everybody's
 * assignment.  Both are as in Kafka 4.1, whose names are kept.
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classic_priv.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

/* A client may ask for a rebalance timeout of nothing: no reason to look without a pause. */
enum { RETRY_MS = 1000 };

static void join_time_is_up(struct timer *t);
static void sync_time_is_up(struct timer *t);
static void initial_delay_is_over(struct timer *t);
static void session_expired(struct timer *t);
static void pending_expired(struct timer *t);

/* ---- small questions ---- */

bool
classic_all_joined(const struct classic *c)
{
	return c->members == c->awaiting_join && c->pendings == 0;
}

int16_t
classic_member_check(const struct classic *c, const struct kstr *id, const struct kstr *instance_id,
    struct classic_member **m)
{
	struct classic_member *known;

	if (!kstr_is_null(instance_id)) {
		known = classic_instance_get(c, kstr(instance_id), strlen(kstr(instance_id)));
		if (known == NULL)
			return KERR_UNKNOWN_MEMBER_ID;
		if (!kstr_eq(id, known->id, known->id_len)) {
			log_debug("group \"%s\": member %s is fenced: instance %s is %s now",
			    c->group->id, kstr(id), known->instance_id, known->id);
			return KERR_FENCED_INSTANCE_ID;
		}
	}
	*m = classic_member_get(c, kstr(id), (size_t)id->len);
	return *m == NULL ? KERR_UNKNOWN_MEMBER_ID : 0;
}

/* How long a rebalance may wait: the longest that a member asks for. */
static int64_t
rebalance_timeout_ms(const struct classic *c)
{
	int32_t ms = 0;
	uint32_t i;

	for (i = 0; i < c->members; i++)
		if (c->member[i]->rebalance_timeout_ms > ms)
			ms = c->member[i]->rebalance_timeout_ms;
	return ms;
}

void
classic_set_state(struct classic *c, enum classic_state state)
{
	c->previous = c->state;
	c->state = state;
	c->since = co.wall_ms;
}

/* ---- the first half ---- */

static void
set_join_timer(struct classic *c, int64_t ms, void (*fire)(struct timer *))
{
	timer_set(&c->join_timer, co.now_ms + ms, fire);
}

static void
complete_join_or_wait(struct classic *c)
{
	if (classic_all_joined(c))
		classic_complete_join(c);
	else
		set_join_timer(c, rebalance_timeout_ms(c), join_time_is_up);
}

/* Nobody is waited for to sync any more. */
static void
forget_syncs(struct classic *c)
{
	uint32_t i;

	for (i = 0; i < c->members && c->awaiting_sync_of > 0; i++)
		classic_synced(c, c->member[i]);
	timer_clear(&c->sync_timer);
}

/* One line per rebalance, with its reason; a client that causes one after the other cannot fill the
 * disk with them. */
static void
log_rebalance(const struct classic *c, const char *fmt, va_list ap)
{
	static struct log_limit limit;
	char reason[600];

	vsnprintf(reason, sizeof(reason), fmt, ap);
	log_limited_at(&limit, 100, 10000, LOG_LEVEL_INFO,
	    "group \"%s\": rebalance after generation %d, %u members: %s", c->group->id,
	    c->generation, c->members, reason);
}

static void
prepare_rebalance(struct classic *c, const char *fmt, va_list ap)
{
	bool initial = c->state == CLASSIC_EMPTY;

	if (c->state == CLASSIC_COMPLETING)
		classic_reset_assignment(c, KERR_REBALANCE_IN_PROGRESS);
	forget_syncs(c);
	log_rebalance(c, fmt, ap);
	classic_set_state(c, CLASSIC_PREPARING);
	if (!initial) {
		complete_join_or_wait(c);
		return;
	}
	/* A group that begins gives its members time to come. */
	c->new_member_added = false;
	c->delay_ms = co.config.initial_rebalance_delay_ms;
	c->left_ms = (int32_t)rebalance_timeout_ms(c) - c->delay_ms;
	if (c->left_ms < 0)
		c->left_ms = 0;
	set_join_timer(c, c->delay_ms, initial_delay_is_over);
}

void
classic_prepare_rebalance(struct classic *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	prepare_rebalance(c, fmt, ap);
	va_end(ap);
}

void
classic_rebalance(struct classic *c, const char *fmt, ...)
{
	va_list ap;

	if (c->state == CLASSIC_PREPARING) {
		classic_maybe_complete_join(c);
		return;
	}
	va_start(ap, fmt);
	prepare_rebalance(c, fmt, ap);
	va_end(ap);
}

void
classic_maybe_complete_join(struct classic *c)
{
	if (c->state == CLASSIC_PREPARING && c->previous != CLASSIC_EMPTY && classic_all_joined(c))
		classic_complete_join(c);
}

/* Dynamic members that have not joined are out; static ones may still come back. */
static void
drop_absent(struct classic *c)
{
	struct classic_member *m;
	uint32_t i;

	if (c->awaiting_join == c->members)
		return;
	for (i = c->members; i > 0; i--) {
		m = c->member[i - 1];
		if (m->join != NULL || m->instance_id != NULL)
			continue;
		log_debug("group \"%s\": member %s has not joined in time", c->group->id, m->id);
		classic_finish_sync(c, m, KERR_UNKNOWN_MEMBER_ID);
		classic_member_free(c, m);
	}
}

/* The leader must be one who has joined.  Is there one? */
static bool
elect_leader(struct classic *c)
{
	uint32_t i;

	if (c->leader != NULL && c->leader->join != NULL)
		return true;
	for (i = 0; i < c->members; i++)
		if (c->member[i]->join != NULL) {
			c->leader = c->member[i];
			return true;
		}
	return false;
}

static void
become_empty(struct classic *c)
{
	free(c->protocol);
	c->protocol = NULL;
	classic_set_state(c, CLASSIC_EMPTY);
	log_debug("group \"%s\": empty in generation %d", c->group->id, c->generation);
	classic_put(c);
}

static void
begin_generation(struct classic *c)
{
	const char *protocol = classic_select_protocol(c);
	struct classic_member *m;
	uint32_t i;

	free(c->protocol);
	c->protocol = protocol == NULL ? NULL : xstrdup(protocol);
	classic_set_state(c, CLASSIC_COMPLETING);
	log_debug("group \"%s\": generation %d of %u members, protocol %s, leader %s", c->group->id,
	    c->generation, c->members, c->protocol == NULL ? "-" : c->protocol, c->leader->id);
	for (i = 0; i < c->members; i++) {
		m = c->member[i];
		classic_finish_join(c, m, 0);
		classic_session_restart(m);
		m->is_new = false;
		m->pending_sync = true;
	}
	c->awaiting_sync_of = c->members;
	timer_set(&c->sync_timer, co.now_ms + rebalance_timeout_ms(c), sync_time_is_up);
}

void
classic_complete_join(struct classic *c)
{
	int64_t ms;

	timer_clear(&c->join_timer);
	drop_absent(c);
	if (!elect_leader(c) && c->members > 0) {
		/* static members only, all of them away: their sessions decide */
		log_debug("group \"%s\": no member has joined in time", c->group->id);
		ms = rebalance_timeout_ms(c);
		set_join_timer(c, ms < RETRY_MS ? RETRY_MS : ms, join_time_is_up);
		return;
	}
	c->generation++;
	classic_topics_forget(c);
	if (c->members == 0)
		become_empty(c);
	else
		begin_generation(c);
}

/* ---- the second half ---- */

void
classic_reset_assignment(struct classic *c, int16_t error)
{
	struct classic_member *m;
	uint32_t i;

	for (i = 0; i < c->members; i++) {
		m = c->member[i];
		classic_set_assignment(m, NULL, 0);
		if (m->sync == NULL)
			continue;
		classic_finish_sync(c, m, error);
		classic_session_restart(m);
	}
}

/* ---- time ---- */

#define GROUP_OF_TIMER(t, field) \
	((struct classic *)(void *)((char *)(t)-offsetof(struct classic, field)))

static void
join_time_is_up(struct timer *t)
{
	classic_complete_join(GROUP_OF_TIMER(t, join_timer));
}

static void
initial_delay_is_over(struct timer *t)
{
	struct classic *c = GROUP_OF_TIMER(t, join_timer);
	int32_t delay = c->delay_ms;

	if (!c->new_member_added || c->left_ms == 0) {
		classic_complete_join(c);
		return;
	}
	c->new_member_added = false;
	c->delay_ms = co.config.initial_rebalance_delay_ms;
	if (c->delay_ms > c->left_ms)
		c->delay_ms = c->left_ms;
	c->left_ms = c->left_ms > delay ? c->left_ms - delay : 0;
	set_join_timer(c, c->delay_ms, initial_delay_is_over);
}

static void
sync_time_is_up(struct timer *t)
{
	struct classic *c = GROUP_OF_TIMER(t, sync_timer);
	uint32_t i, gone = 0;

	for (i = c->members; i > 0; i--)
		if (c->member[i - 1]->pending_sync) {
			log_debug("group \"%s\": member %s has not synced in time", c->group->id,
			    c->member[i - 1]->id);
			classic_member_free(c, c->member[i - 1]);
			gone++;
		}
	if (gone > 0)
		classic_prepare_rebalance(
		    c, "who did not send SyncGroup in time (%u) is out", gone);
}

void
classic_session_set(struct classic_member *m, int64_t ms)
{
	timer_set(&m->session, co.now_ms + ms, session_expired);
}

void
classic_session_restart(struct classic_member *m)
{
	classic_session_set(m, m->session_timeout_ms);
}

void
classic_pending_session_set(struct classic_pending *p, int64_t ms)
{
	timer_set(&p->session, co.now_ms + ms, pending_expired);
}

static void
session_expired(struct timer *t)
{
	struct classic_member *m = (struct classic_member *)(void *)t;
	struct classic *c = m->group->classic;
	char id[128];

	/* who waits for an answer is there, unless it never had one */
	if (!m->is_new && (m->join != NULL || m->sync != NULL))
		return;
	snprintf(id, sizeof(id), "%s", m->id);
	classic_finish_join(c, m, KERR_UNKNOWN_MEMBER_ID);
	classic_finish_sync(c, m, KERR_UNKNOWN_MEMBER_ID);
	classic_member_free(c, m);
	if (c->state == CLASSIC_STABLE || c->state == CLASSIC_COMPLETING)
		classic_prepare_rebalance(c, "the session of member %s has expired", id);
	else if (c->state == CLASSIC_PREPARING && classic_all_joined(c))
		classic_complete_join(c);
}

static void
pending_expired(struct timer *t)
{
	struct classic_pending *p = (struct classic_pending *)(void *)t;
	struct classic *c = p->group->classic;

	classic_pending_free(c, p);
	if (c->state == CLASSIC_PREPARING && classic_all_joined(c))
		classic_complete_join(c);
}
