/* SPDX-License-Identifier: ISC */
/* replicas_writer.c - the steps of writers: leading and following.  See replicas.h. */
#include "config.h"

#include <string.h>

#include "replicas.h"

void
cut(struct replica *r, unsigned len)
{
	for (unsigned i = len; i < CAP; i++)
		r->log[i] = 0;
	if (r->len > len)
		r->len = (uint8_t)len;
}

void
stop(struct replica *r)
{
	r->up = 0;
	r->w_leader = r->w_epoch = r->w_in_sync = r->w_count = r->w_min = r->w_current = 0;
	r->step = IDLE;
	r->held = 0;
}

void
line_of(const struct replica *r, struct repl_line *line)
{
	*line = (struct repl_line){
	    .known = true,
	    .open = true, /* the worst case: who failed could not say so any more */
	    .epoch = r->epoch == 0 ? -1 : r->epoch,
	    .leo = r->leo,
	    .hw = r->hw,
	    .hw_epoch = r->told,
	    .version = r->current,
	};
}

struct repl_epoch_end
epoch_end(const struct replica *r, unsigned leo, int32_t epoch)
{
	struct repl_epoch_end e = {.epoch = -1, .end = -1};

	for (unsigned i = 0; i < leo && i < r->len && EPOCH_OF(r->log[i]) <= epoch; i++) {
		e.epoch = EPOCH_OF(r->log[i]);
		e.end = i + 1;
	}
	return e;
}

struct repl_slot
slot_of(const struct slot *slot, uint8_t count)
{
	return (struct repl_slot){
	    .version = 1, /* the present one; older ones are 0 */
	    .leader = slot->leader == NOBODY ? -1 : slot->leader,
	    .epoch = slot->epoch,
	    .isr = slot->isr,
	    .count = count,
	    .elr = slot->elr,
	    .replicas = (uint8_t)cfg.replicas,
	    .min_isr = slot->min,
	};
}

/* ---- the slot ---- */

static void
read_slot(const struct state *s, unsigned i, struct explorer *x)
{
	struct state t = *s;
	struct replica *r = &t.r[i];

	if (r->w_current || s->slot.epoch == 0)
		return;
	/* what was not published is not there; a cut that was published is made up for */
	cut(r, r->leo);
	r->w_leader = s->slot.leader;
	r->w_epoch = s->slot.epoch;
	r->w_in_sync = (uint8_t)__builtin_popcount(s->slot.isr);
	r->w_count = s->count;
	r->w_min = s->slot.min;
	r->w_current = 1;
	r->held = 0;
	if (r->epoch != r->w_epoch) {
		r->step = r->w_leader == i ? TAKE_OVER : LOOK;
	} else {
		r->step = IDLE;
		r->current = r->w_leader == i;
	}
	emit(x, &t, "writer %u reads the slot: leader %d, epoch %d, counts %x", i, s->slot.leader,
	    s->slot.epoch, s->count);
}

/* ---- leading ---- */

static void
start_epoch(const struct state *s, unsigned i, struct explorer *x)
{
	struct repl_line line[REPLICAS];
	struct state t = *s;
	struct replica *r = &t.r[i];

	if (r->step == TAKE_OVER) {
		for (int k = 0; k < cfg.replicas; k++)
			line_of(&s->r[k], &line[k]);
		for (int k = 0; k < cfg.replicas; k++) {
			line[k].known = (on & TAKE_OVER_HW) != 0;
			if ((on & TAKE_LATEST) == 0)
				line[k].hw_epoch = 0;
		}
		r->held = (uint8_t)repl_take_over_hw((unsigned)cfg.replicas, i, line);
		r->step = START;
		emit(x, &t, "writer %u looks at all lines: HW %d", i, r->held);
		return;
	}
	r->hw = r->held;
	r->epoch = r->told = r->w_epoch;
	r->current = r->w_current;
	r->held = 0;
	r->step = IDLE;
	emit(x, &t, "writer %u starts epoch %d with HW %d", i, r->epoch, r->hw);
}

static void
append(const struct state *s, unsigned i, struct explorer *x)
{
	struct state t = *s;
	struct replica *r = &t.r[i];

	if (r->len == r->leo && r->len < CAP && s->records < cfg.records) {
		r->log[r->len++] = ENTRY(r->w_epoch, ++t.records);
		emit(x, &t, "writer %u writes record %d at %d in epoch %d", i, t.records,
		    r->len - 1, r->w_epoch);
	} else if (r->len > r->leo) {
		r->leo = r->len;
		emit(x, &t, "writer %u publishes LEO %d", i, r->leo);
		if (cfg.witness == ACKED && s->a_look == 0 && s->final[r->len - 1] == 0) {
			t.a_look = 1;
			t.a_node = (uint8_t)i;
			t.a_epoch = r->w_epoch;
			t.a_offset = r->len - 1;
			t.a_record = RECORD_OF(r->log[r->len - 1]);
			emit(x, &t, "writer %u publishes LEO %d; somebody waits for acks=all", i,
			    r->leo);
		}
	}
}

static void
count(const struct state *s, unsigned i, struct explorer *x)
{
	struct repl_line line[REPLICAS];
	struct state t = *s;
	struct replica *r = &t.r[i];
	struct slot view = {.leader = r->w_leader,
	    .epoch = r->w_epoch,
	    .isr = (uint8_t)((1 << r->w_in_sync) - 1),
	    .min = r->w_min};
	struct repl_slot slot;
	int64_t hw;

	if ((on & MIN_IN_SLOT) == 0)
		view.min = s->slot.min; /* as a setting that is read by itself */
	if ((on & STAND) == 0)
		view.min = 1;
	slot = slot_of(&view, r->w_count);
	for (int k = 0; k < cfg.replicas; k++) {
		line_of(&s->r[k], &line[k]);
		if ((on & LINE_EPOCH) == 0)
			line[k].epoch = r->w_epoch;
	}
	hw = repl_count_hw(&slot, i, line);
	if (hw <= r->hw)
		return;
	r->held = (uint8_t)hw;
	r->step = STORE;
	emit(x, &t, "writer %u counts HW %d over %x", i, r->held, r->w_count);
}

static void
take_call(const struct state *s, unsigned i, struct explorer *x)
{
	struct state t = *s;

	if (s->c_call == 0 || s->slot.leader != i || s->slot.epoch != s->r[i].w_epoch)
		return;
	t.r[i].w_count |= (uint8_t)(1 << (s->c_call - 1));
	t.c_call = 0;
	t.c_call_leo = s->r[i].leo + 1;
	emit(x, &t, "writer %u hears of the joiner %d, answers LEO %d", i, s->c_call - 1,
	    s->r[i].leo);
}

static void
lead(const struct state *s, unsigned i, struct explorer *x)
{
	struct state t = *s;
	struct replica *r = &t.r[i];

	switch (r->step) {
	case TAKE_OVER:
	case START:
		start_epoch(s, i, x);
		break;
	case STORE:
		r->hw = r->held > r->hw ? r->held : r->hw;
		r->held = 0;
		r->step = IDLE;
		emit(x, &t, "writer %u stores HW %d", i, r->hw);
		break;
	default:
		append(s, i, x);
		count(s, i, x);
		take_call(s, i, x);
	}
}

/* ---- following ---- */

static struct repl_epoch_end
own_end(void *arg, int32_t epoch)
{
	const struct replica *r = arg;

	return epoch_end(r, r->len, epoch);
}

/* The whole dialogue at once: the leader's log does not change below its LEO within its epoch. */
static void
look_for_point(const struct state *s, unsigned i, struct explorer *x)
{
	struct state t = *s;
	struct replica *r = &t.r[i];
	const struct replica *l = &s->r[r->w_leader];
	struct repl_truncation tr;
	struct repl_line line;
	int asked = 0;

	line_of(l, &line);
	if (l->disk != DISK_OK || ((on & LOOK_STARTED) && !repl_started(&line, r->w_epoch)))
		return;
	repl_truncation_begin(
	    &tr, r->len == 0 ? -1 : EPOCH_OF(r->log[r->len - 1]), 0, r->len, r->hw);
	while (!tr.done && asked++ <= CAP)
		repl_truncation_step(&tr, epoch_end(l, l->leo, tr.ask), 0, own_end, r);
	r->held = (uint8_t)tr.at;
	r->step = POINT;
	emit(x, &t, "writer %u finds its truncation point %d against %d", i, r->held, r->w_leader);
}

static void
publish_point(const struct state *s, unsigned i, struct explorer *x)
{
	struct state t = *s;
	struct replica *r = &t.r[i];
	struct repl_line line;

	line_of(&s->r[r->w_leader], &line);
	if ((on & LOOK_STARTED) && (on & COPY_AGAIN) && !repl_started(&line, r->w_epoch)) {
		r->held = 0;
		r->step = LOOK;
		emit(x, &t, "writer %u looks again: its leader has another epoch", i);
		return;
	}
	if ((on & CUT_AFTER) == 0 && r->len > r->held) {
		cut(r, r->held);
		emit(x, &t, "writer %u cuts its file to %d, and has not said so", i, r->held);
		return;
	}
	r->leo = r->held;
	r->hw = r->hw < r->leo ? r->hw : r->leo;
	r->epoch = r->told = r->w_epoch;
	r->held = 0;
	r->step = r->len > r->leo ? CUT : IDLE;
	emit(x, &t, "writer %u starts epoch %d as a follower with LEO %d", i, r->epoch, r->leo);
}

static void
copy(const struct state *s, unsigned i, struct explorer *x)
{
	struct state t = *s;
	struct replica *r = &t.r[i];
	const struct replica *l = &s->r[r->w_leader];
	struct repl_line line;
	unsigned end = l->leo < l->len && (on & COPY_PUBLISHED) ? l->leo : l->len;

	line_of(l, &line);
	if (l->disk == DISK_OK && r->len == r->leo && r->len < end) {
		r->log[r->len] = l->log[r->len];
		r->len++;
		emit(x, &t, "writer %u copies offset %d from %d", i, r->len - 1, r->w_leader);
	} else if (r->len > r->leo && (on & COPY_AGAIN) && !repl_started(&line, r->w_epoch)) {
		cut(r, r->leo);
		emit(x, &t, "writer %u drops what it copied: its leader has another epoch", i);
	} else if (r->len > r->leo) {
		r->leo = r->len;
		emit(x, &t, "writer %u publishes LEO %d", i, r->leo);
	}
}

static void
follow(const struct state *s, unsigned i, struct explorer *x)
{
	struct state t = *s;
	struct replica *r = &t.r[i];
	struct repl_line line;
	int64_t hw;

	switch (r->step) {
	case LOOK:
		look_for_point(s, i, x);
		break;
	case POINT:
		publish_point(s, i, x);
		break;
	case CUT:
		cut(r, r->leo);
		r->step = IDLE;
		emit(x, &t, "writer %u cuts its file to %d", i, r->leo);
		break;
	default:
		copy(s, i, x);
		line_of(&s->r[r->w_leader], &line);
		hw = repl_follow_hw(r->hw, r->leo, &line);
		if (repl_started(&line, r->w_epoch) && hw > r->hw) {
			r->hw = (uint8_t)hw;
			emit(x, &t, "writer %u has HW %d from its leader", i, r->hw);
		}
	}
}

/* ---- starting ---- */

static void
restart(const struct state *s, unsigned i, struct explorer *x)
{
	struct state t = *s;
	struct replica *r = &t.r[i];

	r->up = 1;
	if (r->disk == DISK_OPEN) {
		r->disk = DISK_OK;
		r->len = r->leo = r->epoch = r->current = 0;
		if ((on & KEEP_HW) == 0)
			r->hw = 0;
		emit(x, &t, "writer %u starts on its empty disk", i);
		return;
	}
	if (on & CUT_AT_LEO)
		cut(r, r->leo);
	r->leo = r->len; /* shorter than what was published only with CUT_AFTER off */
	emit(x, &t, "writer %u starts again: its log ends at %d", i, r->len);
}

void
writer_steps(const struct state *s, struct explorer *x)
{
	for (int i = 0; i < cfg.replicas; i++) {
		const struct replica *r = &s->r[i];

		if (!r->up) {
			if (r->disk == DISK_OK || r->disk == DISK_OPEN)
				restart(s, (unsigned)i, x);
			continue;
		}
		if (r->step != STORE && r->step != START)
			read_slot(s, (unsigned)i, x);
		if (r->w_epoch == 0)
			continue;
		if (r->w_leader == i)
			lead(s, (unsigned)i, x);
		else
			follow(s, (unsigned)i, x);
	}
}
