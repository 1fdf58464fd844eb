/* SPDX-License-Identifier: ISC */
/*
 * metadata-t.c - the copies of the metadata on three disks (DESIGN section 6; src/meta/quorum.c,
 * quorum_open.c): no commit that counted is lost, whichever disk is away at which start.
 *
 * Each write of each copy is a step.  Between any two of them the controller may die; at each start
 * any disks may be away, and stay so until the next.  A copy that is behind is filled, or not.
 *
 * A start reads what is there, be it one copy; that it needs a majority comes of the promise.  Left
 * out: changes of the set of known disks, one by one: their majorities meet.
 */
#include "config.h"

#include <string.h>

#include "explore.h"
#include "t/tap/tap.h"

enum {
	GREATEST = 1 << 0,
	TERM_FIRST = 1 << 1,
	REWRITE = 1 << 2,
	PROMISE = 1 << 3,
	COUNT_MAJORITY = 1 << 4,
	ALL = (1 << 5) - 1,
};
static unsigned on;
static struct {
	int commits, deaths;
} cfg;

enum { COPIES = 3, CAP = 4 };

/* What a store holds: which commits, in order. */
struct history {
	uint8_t n, commit[CAP];
};
struct copy {
	uint8_t promised, term;
	struct history h;
};
enum phase { DOWN, PROMISING, REWRITING, UP };
struct state {
	struct copy c[COPIES];
	uint8_t phase, here, term, commits, deaths;
	uint8_t done;          /* copies that have promised, or have what is being written */
	struct history base;   /* what the controller has chosen, or works with */
	struct history next;   /* UP: the commit under way; n = 0: none */
	struct history counts; /* what was ever acknowledged, or seen by anybody */
	uint8_t lost;
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
	return a->h.n > b->h.n;
}

/* GREATEST off: the longest that two of those read have in common. */
static void
choose(const struct state *s, uint8_t here, struct history *best)
{
	const struct copy *c = NULL;

	memset(best, 0, sizeof(*best));
	for (int i = 0; i < COPIES; i++) {
		if ((here >> i & 1) == 0)
			continue;
		if ((on & GREATEST) && (c == NULL || newer(&s->c[i], c)))
			c = &s->c[i];
		for (int k = 0; (on & GREATEST) == 0 && k < COPIES; k++)
			if (k != i && (here >> k & 1) != 0 && begins_with(&s->c[k].h, &s->c[i].h) &&
			    s->c[i].h.n > best->n)
				*best = s->c[i].h;
	}
	if (c != NULL)
		*best = c->h;
}

static void
start(const struct state *s, uint8_t here, struct explorer *x)
{
	struct state t = *s;

	t.here = here;
	t.done = t.term = 0;
	choose(s, here, &t.base);
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
commit(const struct state *s, struct explorer *x)
{
	struct state t = *s;

	if (s->next.n == 0) {
		if (s->commits >= cfg.commits || s->base.n == CAP)
			return;
		t.next = s->base;
		t.next.commit[t.next.n++] = ++t.commits;
		t.done = 0;
		emit(x, &t, "commit %d is begun", t.commits);
		return;
	}
	for (int i = 0; i < COPIES; i++) {
		const struct copy *c = &s->c[i];

		/* only upon what it is built on, or as a whole */
		if ((s->here >> i & 1) == 0 || (s->done >> i & 1) != 0 || c->promised > s->term)
			continue;
		t = *s;
		t.c[i].promised = t.c[i].term = s->term;
		t.c[i].h = s->next;
		t.done |= (uint8_t)(1 << i);
		if (enough(t.done)) {
			t.counts = t.base = s->next;
			memset(&t.next, 0, sizeof(t.next));
			t.done = 0;
			emit(x, &t, "disk %d has commit %d: it COUNTS", i, s->next.n);
		} else
			emit(x, &t, "disk %d has commit %d", i, s->next.n);
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

	switch (s->phase) {
	case DOWN:
		for (uint8_t here = 1; here < 1 << COPIES; here++)
			start(s, here, x);
		return;
	case UP:
		commit(s, x);
		break;
	default:
		prepare(s, x);
		go_on(s, x);
	}
	if (s->deaths < cfg.deaths) {
		t.phase = DOWN;
		t.here = t.done = t.term = 0;
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
	};
	enum { MOST = 4000000 };

	plan(0);
	cfg.commits = 3;
	cfg.deaths = 3;
	on = ALL;
	model_passes(&metadata, "three copies, three commits, three deaths", MOST);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		on = ALL & ~rules[i].bit;
		model_fails(&metadata, &rules[i], MOST);
	}
	return done_testing();
}
