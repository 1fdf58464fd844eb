/* SPDX-License-Identifier: ISC */
/* replicas_controller.c - the controller's steps: the ISR, directories, elections; durable first,
 * published then. */
#include "config.h"

#include <string.h>

#include "replicas.h"

/* Every line that showed the present version does not any more. */
static void
new_version(struct state *s)
{
	for (int i = 0; i < cfg.replicas; i++)
		s->r[i].current = s->r[i].w_current = 0;
}

void
publish(struct state *s, const struct slot *what, uint8_t count)
{
	s->slot = *what;
	s->slot.elr = 0; /* for clients only */
	s->count = count;
	new_version(s);
	for (int i = 0; i < cfg.replicas; i++)
		if (s->r[i].disk == DISK_NAMED)
			s->r[i].disk = DISK_OPEN;
}

/* A change that is made durable now, and published in a later step. */
static void
commit(struct state *t, const struct slot *row)
{
	t->c_join = t->c_leo = 0;
	if ((on & COMMIT_FIRST) == 0) {
		/* the other way round */
		publish(t, row, row->isr);
		t->c_next = *row;
		t->c_step = C_COMMIT;
		return;
	}
	t->row = *row;
	t->c_step = C_PUBLISH;
}

static uint16_t
disks(const struct state *s, bool ok)
{
	uint16_t set = 0;

	for (int i = 0; i < cfg.replicas; i++)
		if ((s->r[i].disk == DISK_OK) == ok)
			set |= (uint16_t)(1 << i);
	return set;
}

/* The ELR that goes with a new ISR; gone: whose directory is lost. */
static uint8_t
elr_with(const struct state *s, const struct slot *to, uint16_t gone)
{
	uint8_t min = to->min;

	if (!cfg.elr)
		return 0;
	if ((on & ELR_LOST) == 0)
		gone = 0;
	if ((on & ELR_CLEARED) == 0)
		min = REPLICAS + 1;
	return (uint8_t)repl_elr_after(s->row.isr, s->row.elr, to->isr, gone, min);
}

/* ---- the ISR ---- */

static void
propose_join(const struct state *s, int i, struct explorer *x)
{
	struct state t = *s;

	t.n_change++;
	t.c_step = C_JOIN;
	t.c_join = (uint8_t)i;
	if (on & JOIN_SLOT) {
		publish(&t, &s->slot, (uint8_t)(s->row.isr | 1 << i));
		emit(x, &t, "controller: %d is to join: publishes count mask %x", i, t.count);
	} else {
		t.c_call = (uint8_t)(i + 1);
		t.c_call_leo = 0;
		emit(x, &t, "controller: %d is to join: tells the leader's writer", i);
	}
}

static void
commit_join(const struct state *s, struct explorer *x)
{
	struct state t = *s;
	struct slot row = s->row;

	row.isr |= (uint8_t)(1 << s->c_join);
	row.elr = elr_with(s, &row, 0);
	if ((on & JOIN_WAIT) == 0) {
		t.c_behind = s->c_join + 1;
		t.c_behind_leo = s->c_leo;
	}
	commit(&t, &row);
	emit(x, &t, "controller commits that %d is in sync: ISR %x", s->c_join, row.isr);
}

static void join_and_lead(const struct state *s, struct explorer *x);

static void
join(const struct state *s, struct explorer *x)
{
	struct repl_slot slot = slot_of(&s->slot, s->count);
	struct repl_line leader, joiner;
	struct repl_join j;
	enum repl_join_state state;
	struct state t = *s;

	line_of(&s->r[s->row.leader], &leader);
	line_of(&s->r[s->c_join], &joiner);
	repl_join_begin(&j, &slot);
	if (s->c_step == C_WAIT) {
		j.leo = s->c_leo;
	} else if ((on & JOIN_SLOT) == 0) {
		if (s->c_call_leo == 0)
			return;
		j.leo = s->c_call_leo - 1;
	}
	if ((on & JOIN_EPOCH) == 0)
		joiner.epoch = s->slot.epoch;
	state = repl_join_step(&j, &leader, &joiner);
	if (s->c_step == C_JOIN && state != REPL_JOIN_COUNT) {
		t.c_step = C_WAIT;
		t.c_leo = (uint8_t)j.leo;
		emit(x, &t, "controller: the leader counts %d, and has LEO %d", s->c_join, t.c_leo);
	} else if (s->c_step == C_WAIT && (state == REPL_JOIN_READY || (on & JOIN_WAIT) == 0) &&
		   s->r[s->c_join].disk == DISK_OK) {
		commit_join(s, x);
		join_and_lead(s, x);
	}
}

static void
give_up(const struct state *s, struct explorer *x)
{
	struct state t = *s;

	t.c_step = C_IDLE;
	t.c_join = t.c_leo = 0;
	t.c_call = t.c_call_leo = 0;
	if (s->count != s->row.isr)
		publish(&t, &s->slot, s->row.isr);
	emit(x, &t, "controller gives up that %d joins", s->c_join);
}

static void
shrink(const struct state *s, int i, bool free_of_charge, struct explorer *x)
{
	struct state t = *s;
	struct slot row = s->row;

	row.isr = (uint8_t)repl_isr_without(row.isr, (uint16_t)(1 << i));
	if (row.isr == s->row.isr)
		return;
	row.elr = elr_with(s, &row, disks(s, false));
	t.n_change += !free_of_charge;
	commit(&t, &row);
	emit(x, &t, "controller commits that %d is out of sync: ISR %x, ELR %x", i, row.isr,
	    row.elr);
}

/* Another directory is another replica: out of both sets, in the commit that names it; and not the
 * leader any more. */
static void
name_directory(const struct state *s, int i, struct explorer *x)
{
	struct state t = *s;
	struct slot row = s->row;
	struct repl_line leader;

	line_of(&s->r[row.leader], &leader);
	if ((on & NAME_STARTED) && i != row.leader && !repl_started(&leader, row.epoch))
		return; /* it still needs the HW that the old line tells */
	row.isr = (uint8_t)repl_isr_without(row.isr, (uint16_t)(1 << i));
	if ((on & LAST_STAYS) == 0)
		row.isr = s->row.isr;
	else if (row.isr >> i & 1)
		return; /* the last one: until an unclean election */
	if (on & ELR_LOST)
		row.elr &= (uint8_t) ~(1 << i);
	t.r[i].disk = DISK_NAMED;
	commit(&t, &row);
	emit(x, &t, "controller commits the new directory of %d: ISR %x, ELR %x", i, row.isr,
	    row.elr);
}

static void
change_min(const struct state *s, struct explorer *x)
{
	struct state t = *s;
	struct slot row = s->row;

	row.min = row.min == 1 ? 2 : 1;
	t.n_min++;
	if ((on & MIN_IN_SLOT) == 0 && s->slot.min != row.min) {
		t.slot.min = row.min; /* writers see it at once; the rest follows */
		t.n_min = s->n_min;
		emit(x, &t, "controller publishes min.insync.replicas %d", row.min);
		return;
	}
	row.elr = elr_with(s, &row, 0);
	commit(&t, &row);
	emit(x, &t, "controller commits min.insync.replicas %d, ELR %x", row.min, row.elr);
}

static void
change(const struct state *s, struct explorer *x)
{
	for (int i = 0; i < cfg.replicas; i++) {
		bool in = s->row.isr >> i & 1, ok = s->r[i].disk == DISK_OK;

		if (s->r[i].disk == DISK_NEW && (i != s->row.leader || (on & LEADER_LEAVES) == 0))
			name_directory(s, i, x);
		if (i == s->row.leader)
			continue;
		if (!in && ok && s->n_change < cfg.changes)
			propose_join(s, i, x);
		if (in && (!ok || s->n_change < cfg.changes))
			shrink(s, i, !ok, x);
	}
	if (s->n_min < cfg.min_changes)
		change_min(s, x);
}

/* ---- elections ---- */

static void
elect(struct state *t, const struct repl_election *e, uint16_t without)
{
	struct slot row = t->row;

	row.leader = (uint8_t)e->elected;
	row.epoch++;
	row.isr = (uint8_t)repl_isr_without(e->new_isr, without);
	row.elr = (uint8_t)e->new_elr;
	if (e->how == REPL_CLEAN)
		row.elr = elr_with(t, &row, disks(t, false));
	if (!cfg.elr)
		row.elr = 0;
	if (e->how == REPL_UNCLEAN) {
		/* what was promised is void; what is promised from now on is not */
		t->unclean = 1;
		t->seen = t->a_look = t->a_node = t->a_epoch = t->a_offset = t->a_record = 0;
		t->k_step = t->k_leader = t->k_epoch = t->k_hw = 0;
		memset(t->final, 0, sizeof(t->final));
	}
	commit(t, &row);
}

static const char *const how_text[] = {
    [REPL_CLEAN] = "in sync", [REPL_FROM_ELR] = "eligible", [REPL_UNCLEAN] = "UNCLEANLY"};

/* Asks for the election with i alone believed to be alive. */
static void
try_election(const struct state *s, int i, bool dead, struct explorer *x)
{
	bool anybody = ((s->row.isr | s->row.elr) & disks(s, true)) != 0;
	struct repl_election e = {.leader = s->row.leader,
	    .isr = on & DURABLE_ISR ? s->row.isr : s->count,
	    .elr = s->row.elr,
	    .replicas = (uint8_t)cfg.replicas,
	    .min_isr = s->row.min,
	    .live = (uint16_t)(1 << i),
	    .lost = on & ELR_LOST ? disks(s, false) : 0,
	    .unclean = cfg.unclean && !anybody};

	if (s->c_behind == i + 1 && s->r[i].leo < s->c_behind_leo)
		return;
	if (repl_elect(&e) == REPL_NOBODY)
		return;
	for (int leaves = dead ? 1 : 0; leaves >= 0; leaves--) {
		struct state t = *s;

		elect(&t, &e, leaves ? (uint16_t)(1 << s->row.leader) : 0);
		if (dead) {
			emit(x, &t, "controller elects %d (%s) for epoch %d: ISR %x, ELR %x", i,
			    how_text[e.how], s->row.epoch + 1, t.row.isr, t.row.elr);
			continue;
		}
		t.n_depose++;
		emit_fault(x, &t, "controller deposes a live leader, elects %d (%s) for epoch %d",
		    i, how_text[e.how], s->row.epoch + 1);
	}
}

/* In one commit: the leader does not serve, and nobody else was in sync. */
static void
join_and_lead(const struct state *s, struct explorer *x)
{
	struct repl_election e = {.elected = s->c_join, .how = REPL_CLEAN, .new_isr = s->row.isr | (uint16_t)(1 << s->c_join)};
	const bool dead = !s->r[s->row.leader].up;
	struct state t = *s;

	if (s->row.epoch >= cfg.epochs || (!dead && s->n_depose >= cfg.depositions))
		return;
	elect(&t, &e, 0);
	if (dead) {
		emit(x, &t, "controller commits that %d is in sync, and leads in epoch %d", s->c_join, s->row.epoch + 1);
		return;
	}
	t.n_depose++;
	emit_fault(x, &t, "controller commits that %d is in sync, and leads instead of a live leader in epoch %d", s->c_join,
	    s->row.epoch + 1);
}

/* After a power loss, among those who have recovered in time. */
static void
elect_greatest(const struct state *s, uint16_t set, struct explorer *x)
{
	struct repl_end end[REPLICAS];
	struct repl_election e = {.how = REPL_CLEAN};
	struct state t = *s;

	for (int i = 0; i < cfg.replicas; i++)
		end[i] = (struct repl_end){
		    s->r[i].len == 0 ? -1 : EPOCH_OF(s->r[i].log[s->r[i].len - 1]), s->r[i].len};
	e.elected = repl_greatest(set, end);
	if ((on & GREATEST) == 0)
		e.elected = __builtin_ctz(set);
	e.new_isr = on & LEVEL ? repl_level(set, end, e.elected) : s->row.isr;
	for (unsigned o = 0; o < CAP; o++) {
		/* what only those had who were not waited for is given up */
		bool kept = false;
		for (int i = 0; i < cfg.replicas; i++)
			kept |= (set >> i & 1) && s->r[i].len > o && s->r[i].log[o] == s->final[o];
		if (!kept)
			t.final[o] = 0;
	}
	elect(&t, &e, 0);
	emit(x, &t, "controller elects %d of %x for epoch %d: the greatest end; ISR %x", e.elected,
	    set, s->row.epoch + 1, t.row.isr);
}

static void
elections(const struct state *s, struct explorer *x)
{
	const struct replica *leader = &s->r[s->row.leader];
	bool dead = !leader->up;

	if (s->recovering) {
		uint16_t here = s->row.isr & disks(s, true);

		if ((on & NEW_EPOCH) == 0 && leader->up && leader->disk == DISK_OK) {
			struct state t = *s;
			t.c_step = C_PUBLISH;
			emit(x, &t, "controller lets the old leader go on in its epoch");
		}
		for (uint16_t set = 1; s->row.epoch < cfg.epochs && set < 1 << cfg.replicas; set++)
			if ((set & here) == set && (on & NEW_EPOCH))
				elect_greatest(s, set, x);
		return;
	}
	if (s->row.epoch >= cfg.epochs || (!dead && s->n_depose >= cfg.depositions))
		return;
	for (int i = 0; i < cfg.replicas; i++)
		if (i != s->row.leader && s->r[i].up && s->r[i].disk == DISK_OK)
			try_election(s, i, dead, x);
}

void
controller_steps(const struct state *s, struct explorer *x)
{
	struct state t = *s;

	if (!s->c_up) {
		t.c_up = 1;
		if (!s->recovering)
			publish(&t, &s->row, s->row.isr);
		emit(x, &t, "controller starts again, publishes what is durable");
		return;
	}
	switch (s->c_step) {
	case C_PUBLISH:
		t.c_step = C_IDLE;
		t.recovering = 0;
		publish(&t, &s->row, s->row.isr);
		emit(x, &t, "controller publishes leader %d, epoch %d, ISR %x", s->row.leader,
		    s->row.epoch, s->row.isr);
		return;
	case C_COMMIT:
		t.c_step = C_IDLE;
		t.row = s->c_next;
		memset(&t.c_next, 0, sizeof(t.c_next));
		emit(x, &t, "controller commits what it has published");
		return;
	case C_JOIN:
	case C_WAIT:
		join(s, x);
		if (on & GIVE_UP)
			give_up(s, x);
		break;
	case C_IDLE:
		if (!s->recovering)
			change(s, x);
		break;
	default:
		break;
	}
	elections(s, x);
}
