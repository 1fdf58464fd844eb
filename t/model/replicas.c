/* SPDX-License-Identifier: ISC */
/* replicas.c - the first state, what must hold in every one, and which ones are the same.  See
 * replicas.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "replicas.h"

struct config cfg;
unsigned on = (unsigned)ALL_RULES;

/* The last replica led alone, and was told of: then its disk failed, and the first one was elected uncleanly. */
static void
lose_first_epoch(struct state *s)
{
	struct replica *r = &s->r[cfg.replicas - 1];

	stop(r);
	r->disk = DISK_FAILED;
	r->leo = r->hw = 1;
	r->current = 0;
	s->row.epoch = s->slot.epoch = 2;
	for (int i = 0; i < cfg.replicas - 1; i++)
		s->r[i].epoch = s->r[i].told = s->r[i].w_epoch = 2;
}

static void
init(void *state)
{
	struct state *s = state;
	uint8_t all = (uint8_t)((1 << cfg.replicas) - 1);

	if (cfg.stale)
		all &= (uint8_t)(all >> 1);
	s->row = (struct slot){.leader = 0, .epoch = 1, .isr = all, .min = (uint8_t)cfg.min_isr};
	s->slot = s->row;
	s->count = all;
	s->c_up = 1;
	for (int i = 0; i < cfg.replicas; i++) {
		s->r[i].up = s->r[i].current = s->r[i].w_current = 1;
		s->r[i].epoch = s->r[i].told = s->r[i].w_epoch = 1;
		s->r[i].w_in_sync = (uint8_t)__builtin_popcount(all);
		s->r[i].w_count = all;
		s->r[i].w_min = s->row.min;
		s->r[i].current = i == 0;
	}
	if (cfg.stale)
		lose_first_epoch(s);
}

static void
next(const void *state, struct explorer *x)
{
	const struct state *s = state;

	writer_steps(s, x);
	controller_steps(s, x);
	client_steps(s, x);
	fault_steps(s, x);
}

/* ---- what must hold ---- */

static unsigned
end_of(const struct replica *r)
{
	return r->leo < r->len ? r->leo : r->len;
}

/* Same offset and epoch: the same up to there. */
static bool
logs_match(const struct replica *a, const struct replica *b)
{
	unsigned n = end_of(a) < end_of(b) ? end_of(a) : end_of(b);

	if (a->disk != DISK_OK || b->disk != DISK_OK)
		return true;
	while (n > 0 && EPOCH_OF(a->log[n - 1]) != EPOCH_OF(b->log[n - 1]))
		n--;
	return memcmp(a->log, b->log, n) == 0;
}

static bool
same_below_hw(const struct replica *leader, const struct replica *b)
{
	unsigned n = leader->hw < end_of(leader) ? leader->hw : end_of(leader);

	if (b->disk != DISK_OK || b->epoch != leader->epoch)
		return true;
	n = n < end_of(b) ? n : end_of(b);
	return memcmp(leader->log, b->log, n) == 0;
}

static const char *const bad_text[] = {
    [BAD_FEW] = "acknowledged with fewer copies than min.insync.replicas",
    [BAD_FELL] = "a consumer sees the high watermark fall",
    [BAD_REPLACED] = "a consumer reads another record where it has read one",
};

const char *
replicas_check(const void *state)
{
	const struct state *s = state;
	const struct replica *l = s->row.leader == NOBODY ? NULL : &s->r[s->row.leader];

	if (s->bad != FINE)
		return bad_text[s->bad];
	if (l != NULL && l->disk == DISK_OK && !s->recovering)
		for (unsigned o = 0; o < CAP; o++)
			if (s->final[o] != 0 && (o >= l->len || l->log[o] != s->final[o]))
				return cfg.witness == ACKED ? "an acknowledged record is lost"
							    : "a record that was read is lost";
	for (int a = 0; a < cfg.replicas; a++)
		for (int b = a + 1; b < cfg.replicas; b++)
			if (!logs_match(&s->r[a], &s->r[b]))
				return "two logs have an offset and an epoch in common, and differ "
				       "before it";
	if (s->slot.leader == NOBODY || s->slot.epoch == 0)
		return NULL;
	l = &s->r[s->slot.leader];
	if (l->epoch != s->slot.epoch || l->disk != DISK_OK)
		return NULL;
	if (l->hw > l->leo || l->hw > l->len)
		return "the leader's high watermark is above its log";
	for (int b = 0; b < cfg.replicas; b++)
		if (b != s->slot.leader && !same_below_hw(l, &s->r[b]))
			return "replicas differ below the high watermark";
	return NULL;
}

/* Nothing is under way, and what can be committed is. */
int
replicas_goal(const void *state)
{
	const struct state *s = state;
	const struct replica *l = &s->r[s->row.leader];
	bool anybody = false;

	if (!s->c_up || s->c_step != C_IDLE || s->k_step != 0)
		return 0;
	for (int i = 0; i < cfg.replicas; i++) {
		if (!s->r[i].up && s->r[i].disk == DISK_OK)
			return 0;
		anybody |= ((s->row.isr | s->row.elr) >> i & 1) && s->r[i].disk == DISK_OK;
	}
	if (!anybody)
		return 1;
	if (l->disk != DISK_OK || s->recovering)
		return s->row.epoch >= cfg.epochs;
	if (s->slot.epoch != s->row.epoch || l->epoch != s->slot.epoch || !l->current ||
	    l->w_epoch != s->slot.epoch || l->len != l->leo)
		return 0;
	if (repl_under_min_isr(s->slot.isr, s->slot.min))
		return 1;
	return l->hw == l->leo && (s->a_look == 0 || s->a_look == 4);
}

/* ---- the same by other names ---- */

static uint8_t
renamed(uint8_t who, const uint8_t to[])
{
	return who < REPLICAS ? to[who] : who;
}

static uint8_t
renamed_set(uint8_t set, const uint8_t to[])
{
	uint8_t out = 0;

	for (int i = 0; i < REPLICAS; i++)
		out |= (uint8_t)((set >> i & 1) << to[i]);
	return out;
}

static void
rename_slot(struct slot *slot, const uint8_t to[])
{
	slot->leader = renamed(slot->leader, to);
	slot->isr = renamed_set(slot->isr, to);
	slot->elr = renamed_set(slot->elr, to);
}

/* Replica i becomes to[i]. */
static void
rename_all(const struct state *s, struct state *t, const uint8_t to[])
{
	*t = *s;
	for (int i = 0; i < cfg.replicas; i++) {
		struct replica *r = &t->r[to[i]];

		*r = s->r[i];
		if (r->w_epoch != 0) {
			r->w_leader = renamed(r->w_leader, to);
			r->w_count = renamed_set(r->w_count, to);
		}
	}
	rename_slot(&t->slot, to);
	rename_slot(&t->row, to);
	t->count = renamed_set(s->count, to);
	if (s->c_step == C_JOIN || s->c_step == C_WAIT)
		t->c_join = renamed(s->c_join, to);
	if (s->a_look > 0 && s->a_look < 4)
		t->a_node = renamed(s->a_node, to);
	if (s->k_step > 0)
		t->k_leader = renamed(s->k_leader, to);
}

/* What distinguishes a replica without its name. */
static uint64_t
key(const struct state *s, int i)
{
	const struct replica *r = &s->r[i];
	uint64_t k;

	k = (uint64_t)(s->row.leader == i) << 7 | (s->row.isr >> i & 1) << 6 |
	    (s->row.elr >> i & 1) << 5 | (s->slot.leader == i) << 4 | (s->slot.isr >> i & 1) << 3 |
	    (s->count >> i & 1) << 2 | (r->up != 0) << 1;
	k = k << 3 | r->disk;
	k = k << 3 | r->len;
	k = k << 8 | r->log[0];
	k = k << 8 | r->log[1];
	k = k << 8 | r->log[2];
	k = k << 3 | r->epoch;
	k = k << 3 | r->leo;
	k = k << 3 | r->hw;
	k = k << 3 | r->told;
	k = k << 3 | r->w_epoch;
	k = k << 3 | r->step;
	return k << 3 | r->held;
}

/* Replicas in the order of their keys; the least of the forms that differ in the order of equal
 * ones. */
void
replicas_canon(void *state)
{
	static const uint8_t order[6][3] = {
	    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct state *s = state, best, t;
	uint64_t k[REPLICAS] = {0};
	bool found = false;

	for (int i = 0; i < cfg.replicas; i++)
		k[i] = key(s, i);
	for (int o = 0; o < (cfg.replicas == 3 ? 6 : 3); o++) {
		/* order[o][place] = who; two replicas: 0 1 2 and 1 0 2 */
		const uint8_t *who = order[o];
		uint8_t to[REPLICAS];

		if (cfg.replicas == 2 && who[2] != 2)
			continue;
		if (k[who[0]] < k[who[1]] || (cfg.replicas == 3 && k[who[1]] < k[who[2]]))
			continue;
		for (uint8_t place = 0; place < REPLICAS; place++)
			to[who[place]] = place;
		rename_all(s, &t, to);
		if (!found || memcmp(&t, &best, sizeof(t)) < 0)
			best = t;
		found = true;
	}
	*s = best;
}

struct model replicas = {
    .name = "replicas",
    .size = sizeof(struct state),
    .init = init,
    .next = next,
    .check = replicas_check,
};
