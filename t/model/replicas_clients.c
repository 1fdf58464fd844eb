/* SPDX-License-Identifier: ISC */
/* replicas_clients.c - an acceptor that waits for acks=all, a consumer, and the faults. */
#include "config.h"

#include <string.h>

#include "replicas.h"

/* ---- acks=all ---- */

static unsigned
copies(const struct state *s)
{
	unsigned n = s->n_return; /* a disk that failed had its copy, or another one */

	for (int i = 0; i < cfg.replicas; i++) {
		const struct replica *r = &s->r[i];

		n +=
		    r->disk != DISK_OK ||
		    (r->leo > s->a_offset && r->log[s->a_offset] == ENTRY(s->a_epoch, s->a_record));
	}
	return n;
}

static void
forget_call(struct state *t)
{
	t->a_look = t->a_node = t->a_epoch = t->a_offset = t->a_record = 0;
}

static void
acknowledge(const struct state *s, struct explorer *x)
{
	static const enum repl_look right[] = {REPL_LOOK_HW, REPL_LOOK_ISR, REPL_LOOK_EPOCH};
	const unsigned at = s->a_look - 1u;
	const enum repl_look look = right[on & ACK_ORDER ? at : 2 - at];
	struct slot now = s->slot;
	struct repl_slot slot;
	struct repl_line line;
	enum repl_verdict v;
	struct state t = *s;

	if ((on & ACK_ISR) == 0)
		now.min = 1;
	slot = slot_of(&now, s->count);
	line_of(&s->r[s->a_node], &line);
	if ((on & ACK_LINE) == 0) { /* the slot's leader, whatever it is */
		if (s->slot.leader != NOBODY)
			line_of(&s->r[s->slot.leader], &line);
		line.epoch = s->a_epoch;
	}
	v = repl_commit_look(look, s->a_epoch, s->a_offset + 1, &line, &slot);
	if (v == REPL_WAIT && s->slot.epoch == s->a_epoch)
		return;
	if (v != REPL_GO_ON && v != REPL_COMMITTED) {
		forget_call(&t);
		emit(x, &t, "acceptor: look %d: acks=all fails", s->a_look);
		return;
	}
	if (++t.a_look <= 3) {
		emit(x, &t, "acceptor: look %d passes for record %d", s->a_look, s->a_record);
		return;
	}
	if (copies(s) < s->slot.min && !s->n_min)
		t.bad = BAD_FEW;
	t.final[s->a_offset] = ENTRY(s->a_epoch, s->a_record);
	forget_call(&t);
	t.a_look = 4; /* one witness is enough */
	emit(x, &t, "acceptor: record %d at %d is ACKNOWLEDGED", s->a_record, s->a_offset);
}

/* ---- a consumer ---- */

static bool
as_before(const struct state *s, const struct replica *l)
{
	for (unsigned i = 0; i < s->seen; i++)
		if (i >= l->len || l->log[i] != s->final[i])
			return false;
	return true;
}

static void
consume(const struct state *s, struct explorer *x)
{
	const struct replica *l = &s->r[s->k_leader];
	struct state t = *s;

	switch (s->k_step) {
	case 0:
		if (s->slot.epoch == 0 || s->slot.leader == NOBODY)
			return;
		t.k_step = 1;
		t.k_leader = s->slot.leader;
		t.k_epoch = s->slot.epoch;
		emit(x, &t, "consumer reads the slot: leader %d, epoch %d", t.k_leader, t.k_epoch);
		return;
	case 1:
		/* what would teach it nothing is left out */
		if ((on & READ_STARTED) && l->epoch != s->k_epoch)
			break;
		if (s->seen == 0 ? l->hw == 0 : l->hw >= s->seen && as_before(s, l))
			break;
		t.k_step = 2;
		t.k_hw = l->hw;
		emit(x, &t, "consumer reads HW %d of %d", l->hw, s->k_leader);
		return;
	default:
		if ((on & READ_AGAIN) && s->slot.epoch != s->k_epoch)
			break;
		t.k_step = t.k_leader = t.k_epoch = t.k_hw = 0;
		if (l->disk != DISK_OK)
			break;
		if (s->k_hw < s->seen)
			t.bad = BAD_FELL;
		for (unsigned i = 0; i < s->seen && i < s->k_hw; i++)
			if (l->log[i] != s->final[i])
				t.bad = BAD_REPLACED;
		if (s->seen == 0) {
			t.seen = s->k_hw;
			for (unsigned i = 0; i < s->k_hw; i++)
				t.final[i] = l->log[i];
		}
		emit(x, &t, "consumer READS below %d from %d", s->k_hw, s->k_leader);
		return;
	}
	t.k_step = t.k_leader = t.k_epoch = t.k_hw = 0;
	emit(x, &t, "consumer begins again");
}

void
client_steps(const struct state *s, struct explorer *x)
{
	if (cfg.witness == ACKED && s->a_look > 0 && s->a_look < 4)
		acknowledge(s, x);
	if (cfg.witness == READ)
		consume(s, x);
}

/* ---- faults ---- */

static void
fail_disk(const struct state *s, int i, struct explorer *x)
{
	struct state t = *s;

	stop(&t.r[i]);
	t.r[i].disk = DISK_FAILED;
	cut(&t.r[i], 0);
	t.n_disk++;
	emit_fault(x, &t, "disk %d FAILS", i);
}

static void
replace_disk(const struct state *s, int i, struct explorer *x)
{
	struct state t = *s;

	t.n_return++;
	t.r[i].disk = DISK_NEW;
	if ((on & DIRECTORY) == 0) {
		t.r[i].disk = DISK_OK;
		t.r[i].up = 1;
		t.r[i].leo = t.r[i].hw = t.r[i].told = t.r[i].epoch = t.r[i].current = 0;
	}
	emit_fault(x, &t, "disk %d is replaced by an empty one", i);
}

/* Every log loses any part of its end; nothing of the shared memory is left. */
static void
lose_power(const struct state *s, const unsigned keep[REPLICAS], struct explorer *x)
{
	struct state t = *s;

	for (int i = 0; i < cfg.replicas; i++) {
		struct replica *r = &t.r[i];

		stop(r);
		cut(r, keep[i]);
		r->leo = r->len;
		r->hw = r->told = r->epoch = r->current = 0;
		r->up = r->disk == DISK_OK;
	}
	memset(&t.slot, 0, sizeof(t.slot));
	t.slot.leader = NOBODY;
	t.count = 0;
	t.recovering = 1;
	t.c_up = 1;
	t.c_step = t.c_join = t.c_leo = t.c_call = t.c_call_leo = t.c_behind = t.c_behind_leo = 0;
	forget_call(&t);
	t.k_step = t.k_leader = t.k_epoch = t.k_hw = 0;
	t.seen = 0; /* what was read may be gone; what was acknowledged, if nobody in sync has it
		       any more */
	for (unsigned o = 0; o < CAP; o++) {
		bool kept = false;

		for (int i = 0; i < cfg.replicas; i++)
			kept |= (t.row.isr >> i & 1) && t.r[i].disk == DISK_OK && t.r[i].len > o &&
				t.r[i].log[o] == t.final[o];
		if (cfg.witness == READ || !kept)
			t.final[o] = 0;
	}
	t.n_power++;
	emit_fault(
	    x, &t, "the POWER FAILS: logs end at %d, %d, %d", t.r[0].len, t.r[1].len, t.r[2].len);
}

void
fault_steps(const struct state *s, struct explorer *x)
{
	unsigned keep[REPLICAS] = {0};
	struct state t;

	for (int i = 0; i < cfg.replicas; i++) {
		if (s->r[i].up && s->n_writer < cfg.writer_kills) {
			t = *s;
			stop(&t.r[i]);
			t.n_writer++;
			if (s->slot.leader == i)
				t.c_call = 0;
			emit_fault(x, &t, "writer %d is KILLED", i);
		}
		if (s->r[i].disk == DISK_OK && s->n_disk < cfg.disk_failures)
			fail_disk(s, i, x);
		if (s->r[i].disk == DISK_FAILED && s->n_return < cfg.returns)
			replace_disk(s, i, x);
	}
	if (s->c_up && s->n_controller < cfg.controller_kills) {
		t = *s;
		t.c_up = t.c_step = t.c_join = t.c_leo = 0;
		memset(&t.c_next, 0, sizeof(t.c_next));
		t.c_behind = t.c_behind_leo = t.c_call_leo = 0;
		t.n_controller++;
		emit_fault(x, &t, "the controller is KILLED");
	}
	if (s->n_power >= cfg.power_losses || s->recovering)
		return;
	for (keep[0] = 0; keep[0] <= s->r[0].len; keep[0]++)
		for (keep[1] = 0; keep[1] <= s->r[1].len; keep[1]++)
			for (keep[2] = 0; keep[2] <= s->r[2].len; keep[2]++)
				lose_power(s, keep, x);
}
