/* SPDX-License-Identifier: ISC */
/*
 * metadata-t.c - the copies of the metadata on three disks (DESIGN section 6; src/meta/quorum.c,
 * quorum_open.c): no commit that counted is lost, whichever disk is away at which start.
 *
 * Each write of each copy is a step.  Between any two of them the controller may die; at each start
 * any disks may be away, and stay so until the next.  A copy that is behind is filled, or not.
 *
 * A write may be refused: the disk is full, and nothing of it is there.  Or it may fail: then it is
 * there or not, nobody knows which, or it comes later, and the copy is not used until the next
 * start. A commit that cannot count is refused in its turn; who asked for it goes on with the state
 * before, and must never see it again.
 *
 * A start reads what is there, be it one copy; that it needs a majority comes of the promise.  Left
 * out: changes of the set of known disks, one by one: their majorities meet.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "explore.h"
#include "t/tap/tap.h"

enum {
	GREATEST = 1 << 0,
	TERM_FIRST = 1 << 1,
	REWRITE = 1 << 2,
	PROMISE = 1 << 3,
	COUNT_MAJORITY = 1 << 4,
	TAKE_BACK = 1 << 5,
	IN_DOUBT = 1 << 6,
	NEXT_NUMBER = 1 << 7,
	ALL = (1 << 8) - 1,
};
static unsigned on;
static struct {
	int commits, deaths, faults;
} cfg;

enum { COPIES = 3, CAP = 4 };

/* What a store holds: which commits, in order. */
struct history {
	uint8_t n, commit[CAP];
};
struct copy {
	uint8_t promised, term, number;
	struct history h;
};
enum phase { DOWN, PROMISING, REWRITING, UP, TAKING_BACK };
struct state {
	struct copy c[COPIES];
	uint8_t phase, here, term, commits, deaths, faults;
	uint8_t done;            /* copies that have promised, or have what is being written */
	uint8_t full, failed;    /* that refused it; that may have it, and are not used any more */
	uint8_t empty;           /* TAKING_BACK: have the empty commit */
	uint8_t number, counted; /* of the last commit that was tried, and of base */
	struct history base;     /* what the controller has chosen, or works with */
	struct history next;     /* the commit under way; n = 0: none */
	struct history counts;   /* what was ever acknowledged, or seen by anybody */
	uint8_t late, late_number; /* disk + 1, one of the failed: it gets this yet, if ever */
	struct history late_h;
	uint8_t gone; /* commits whose refusal was acted upon: bits */
	uint8_t lost, back;
};

static int
enough(uint8_t set)
{
	return __builtin_popcount(set) >= (on & COUNT_MAJORITY ? 2 : 1);
}

static int
begins_with(const struct history *h, const struct history *first)
{
	return h->n >= first->n && memcmp(h->commit, first->commit, first->n) == 0;
}

/* What is worked with is seen: it counts from now on. */
static void
use(struct state *s, const struct history *h)
{
	if (!begins_with(h, &s->counts))
		s->lost = 1;
	for (int i = 0; i < h->n; i++)
		if ((s->gone >> h->commit[i] & 1) != 0)
			s->back = 1;
	s->counts = *h;
	s->base = *h;
	s->phase = UP;
	s->done = 0;
	memset(&s->next, 0, sizeof(s->next));
}

/* ---- the start ---- */

static int
newer(const struct copy *a, const struct copy *b)
{
	if ((on & TERM_FIRST) && a->term != b->term)
		return a->term > b->term;
	return a->number > b->number;
}

/* GREATEST off: the longest that two of those read have in common. */
static uint8_t
choose(const struct state *s, uint8_t here, struct history *best)
{
	const struct copy *c = NULL;
	uint8_t number = 0;

	memset(best, 0, sizeof(*best));
	for (int i = 0; i < COPIES; i++) {
		if ((here >> i & 1) == 0)
			continue;
		if (s->c[i].number > number)
			number = s->c[i].number;
		if ((on & GREATEST) && (c == NULL || newer(&s->c[i], c)))
			c = &s->c[i];
		for (int k = 0; (on & GREATEST) == 0 && k < COPIES; k++)
			if (k != i && (here >> k & 1) != 0 && begins_with(&s->c[k].h, &s->c[i].h) &&
			    s->c[i].h.n > best->n)
				*best = s->c[i].h;
	}
	if (c == NULL)
		return number;
	*best = c->h;
	return c->number;
}

static void
start(const struct state *s, uint8_t here, struct explorer *x)
{
	struct state t = *s;

	t.here = here;
	t.done = t.term = 0;
	t.number = t.counted = choose(s, here, &t.base) + (on & REWRITE ? 1 : 0);
	for (int i = 0; i < COPIES; i++)
		if (here >> i & 1) {
			uint8_t known = on & PROMISE ? s->c[i].promised : s->c[i].term;
			t.term = known >= t.term ? known + 1 : t.term;
		}
	t.phase = on & PROMISE ? PROMISING : REWRITING;
	if ((on & (PROMISE | REWRITE)) == 0)
		use(&t, &t.base);
	emit(x, &t, "a start with disks %x reads commit %d, wants term %d", here, t.base.n, t.term);
}

static void
prepare(const struct state *s, struct explorer *x)
{
	for (int i = 0; i < COPIES; i++) {
		struct state t = *s;

		if ((s->here >> i & 1) == 0 || (s->done >> i & 1) != 0)
			continue;
		t.done |= (uint8_t)(1 << i);
		t.c[i].promised = s->term;
		if (s->phase == PROMISING) {
			emit(x, &t, "disk %d promises term %d", i, s->term);
			continue;
		}
		t.c[i].term = s->term;
		t.c[i].number = s->number;
		t.c[i].h = s->base;
		emit(x, &t, "disk %d has commit %d under term %d", i, s->base.n, s->term);
	}
}

/* Enough have done it. */
static void
go_on(const struct state *s, struct explorer *x)
{
	struct state t = *s;

	if (!enough(s->done))
		return;
	t.done = 0;
	if (s->phase == PROMISING && (on & REWRITE)) {
		t.phase = REWRITING;
		emit(x, &t, "term %d is promised", s->term);
	} else {
		use(&t, &s->base);
		emit(x, &t, "the controller works with commit %d", s->base.n);
	}
}

/* ---- commits ---- */

static void
next_number(struct state *t)
{
	t->number = (uint8_t)((on & NEXT_NUMBER ? t->number : t->counted) + 1);
}

static void
begin_commit(const struct state *s, struct explorer *x)
{
	struct state t = *s;

	if (s->commits >= cfg.commits || s->base.n == CAP)
		return;
	t.next = s->base;
	t.next.commit[t.next.n++] = ++t.commits;
	next_number(&t);
	emit(x, &t, "commit %d is begun as number %d", t.commits, t.number);
}

static void
put(struct copy *c, const struct state *s, const struct history *h, uint8_t number)
{
	c->promised = c->term = s->term;
	c->number = number;
	c->h = *h;
}

/* That copy i gets h as that number does not end well. */
static void
write_fails(
    const struct state *s, int i, const struct history *h, uint8_t number, struct explorer *x)
{
	struct state t = *s;

	if (s->faults == cfg.faults)
		return;
	t.faults++;
	t.full |= (uint8_t)(1 << i);
	emit_fault(x, &t, "disk %d is FULL", i);
	t.full = s->full;
	t.failed |= (uint8_t)(1 << i);
	t.done &= (uint8_t) ~(1 << i);
	t.empty &= (uint8_t) ~(1 << i);
	emit_fault(x, &t, "disk %d FAILS, and has nothing of it", i);
	if (s->late == 0) {
		t.late = (uint8_t)(i + 1);
		t.late_number = number;
		t.late_h = *h;
		emit_fault(x, &t, "disk %d STANDS STILL", i);
		t.late = s->late;
		t.late_number = s->late_number;
		t.late_h = s->late_h;
	}
	put(&t.c[i], s, h, number);
	emit_fault(x, &t, "disk %d FAILS, and has number %d", i, number);
}

/* Late, but before the controller is reaped. */
static void
answer_late(const struct state *s, struct explorer *x)
{
	struct state t = *s;

	if (s->late == 0)
		return;
	put(&t.c[s->late - 1], s, &s->late_h, s->late_number);
	t.late = t.late_number = 0;
	memset(&t.late_h, 0, sizeof(t.late_h));
	emit(x, &t, "disk %d has number %d after all", s->late - 1, s->late_number);
}

/* Nobody can have both: the commit is over, and the state before is worked with. */
static void
over(struct state *t)
{
	t->done = t->full = t->empty = 0;
	memset(&t->next, 0, sizeof(t->next));
	t->phase = UP;
}

static void
commit(const struct state *s, struct explorer *x)
{
	const uint8_t can = s->here & (uint8_t) ~(s->full | s->failed);
	struct state t;

	if (s->next.n == 0) {
		begin_commit(s, x);
		return;
	}
	for (int i = 0; i < COPIES; i++) {
		/* only upon what it is built on, or as a whole */
		if ((can >> i & 1) == 0 || (s->done >> i & 1) != 0 || s->c[i].promised > s->term)
			continue;
		t = *s;
		put(&t.c[i], s, &s->next, s->number);
		t.done |= (uint8_t)(1 << i);
		if (enough(t.done)) {
			t.counts = t.base = s->next;
			t.counted = t.number;
			over(&t);
			emit(x, &t, "disk %d has commit %d: it COUNTS", i, s->next.n);
		} else
			emit(x, &t, "disk %d has commit %d", i, s->next.n);
		write_fails(s, i, &s->next, s->number, x);
	}
	if (enough(can))
		return;
	t = *s;
	if (on & TAKE_BACK)
		t.phase = TAKING_BACK;
	else {
		t.gone |= (uint8_t)(1 << s->next.commit[s->next.n - 1]);
		over(&t);
	}
	t.full = 0;
	emit(x, &t, "commit %d is refused", s->commits);
}

/* Those that have what was refused get what counts; or a majority gets that as a greater number. */
static void
take_back(const struct state *s, struct explorer *x)
{
	const uint8_t may_have = s->done | (on & IN_DOUBT ? s->failed : 0);
	struct state t = *s;

	if (may_have == 0 || enough(s->empty)) {
		t.gone |= (uint8_t)(1 << s->next.commit[s->next.n - 1]);
		t.counted = enough(s->empty) ? s->number : s->counted;
		over(&t);
		emit(x, &t, "the refusal of commit %d is told", s->commits);
		return;
	}
	for (int i = 0; i < COPIES; i++) {
		if (((s->here & ~(s->full | s->failed | s->empty)) >> i & 1) == 0)
			continue;
		t = *s;
		if ((s->done >> i & 1) != 0 && s->empty == 0) {
			put(&t.c[i], s, &s->base, s->counted);
			t.done &= (uint8_t) ~(1 << i);
			emit(x, &t, "disk %d is filled with number %d again", i, s->counted);
			write_fails(s, i, &s->base, s->counted, x);
		}
		t = *s;
		if (s->empty == 0)
			next_number(&t);
		put(&t.c[i], s, &s->base, t.number);
		t.done &= (uint8_t) ~(1 << i);
		t.empty |= (uint8_t)(1 << i);
		emit(x, &t, "disk %d has the empty commit %d", i, t.number);
		write_fails(s, i, &s->base, t.number, x);
	}
}

static void
init(void *state)
{
	struct state *s = state;

	s->phase = UP;
	s->here = 7;
	s->term = 1;
	for (int i = 0; i < COPIES; i++)
		s->c[i].promised = s->c[i].term = 1;
}

static void
next(const void *state, struct explorer *x)
{
	const struct state *s = state;
	struct state t = *s;

	answer_late(s, x);
	switch (s->phase) {
	case DOWN:
		for (uint8_t here = 1; here < 1 << COPIES; here++)
			start(s, here, x);
		return;
	case UP:
		commit(s, x);
		break;
	case TAKING_BACK:
		take_back(s, x);
		break;
	default:
		prepare(s, x);
		go_on(s, x);
	}
	if (s->deaths < cfg.deaths) {
		t.phase = DOWN;
		t.here = t.done = t.term = 0;
		t.full = t.failed = t.empty = t.number = t.counted = t.late = t.late_number = 0;
		memset(&t.late_h, 0, sizeof(t.late_h));
		memset(&t.base, 0, sizeof(t.base));
		memset(&t.next, 0, sizeof(t.next));
		t.deaths++;
		emit_fault(x, &t, "the controller DIES");
	}
}

static const char *
check(const void *state)
{
	const struct state *s = state;

	if (s->back)
		return "what was refused is back";
	return s->lost ? "what counted is not there any more" : NULL;
}

static const struct model metadata = {
    .name = "metadata", .size = sizeof(struct state), .init = init, .next = next, .check = check};

int
main(void)
{
	static const struct rule rules[] = {
	    {GREATEST, "GREATEST", "the copy with the greatest (term, number) is the truth"},
	    {TERM_FIRST, "TERM_FIRST", "a later term is newer, whatever the number"},
	    {REWRITE, "REWRITE", "a majority has it under the new term before it is used"},
	    {PROMISE, "PROMISE",
		"a majority promises the term before anything is written under it"},
	    {COUNT_MAJORITY, "COUNT_MAJORITY", "a commit counts when a majority has it"},
	    {TAKE_BACK, "TAKE_BACK", "a refusal is told when no start can find what was refused"},
	    {IN_DOUBT, "IN_DOUBT", "a copy whose write failed may have it"},
	    {NEXT_NUMBER, "NEXT_NUMBER", "no number is used twice, counted or not"},
	};
	enum { MOST = 4000000 };

	plan(0);
	cfg.commits = cfg.deaths = 3;
	on = ALL;
	model_passes(&metadata, "three copies, three commits, three deaths", MOST);
	cfg.commits = cfg.deaths = 2;
	cfg.faults = 3;
	model_passes(
	    &metadata, "three copies, two commits, two deaths, three writes that fail", MOST);
	cfg.commits = cfg.deaths = 3;
	if (getenv("MODEL_FULL") != NULL)
		model_passes(&metadata, "three of each", 40000000);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		on = ALL & ~rules[i].bit;
		cfg.faults = rules[i].bit >= TAKE_BACK ? 3 : 0;
		model_fails(&metadata, &rules[i], MOST);
	}
	return done_testing();
}
