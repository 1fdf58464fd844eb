/* SPDX-License-Identifier: ISC */
/*
 * explore.c - see explore.h.  The states of one depth are kept whole, until the next depth is
 * found; of all others there is the hash, from where they were reached, and by which of the steps.
 */
#include "config.h"

#include "explore.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/tap/tap.h"

/* States that are kept whole. */
struct queue {
	uint8_t *state;
	size_t n, cap;
};

struct explorer {
	const struct model *m;
	size_t n, cap, most, current;
	/* of each state */
	uint64_t *hash;
	uint32_t *parent;
	uint8_t *step;
	uint8_t *goal;   /* only with m->goal */
	uint32_t *table; /* state + 1 by hash; 0 = free */
	size_t slots;
	struct queue this, next;
	uint8_t *canonical;
	size_t emitted, steps;
	/* for progress: steps that are no faults, backwards */
	uint32_t *from, *to;
	size_t edges, edges_cap;
	/* walking a known way again */
	int again;
	size_t wanted; /* the number of the step, and the state that it led to */
	uint8_t *reached;
	char *label;
	size_t label_size;
};

static void *
grown(void *p, size_t n, size_t size)
{
	if ((p = realloc(p, n * size)) == NULL)
		bail("no memory for %zu MB", n * size >> 20);
	return p;
}

static uint64_t
hash(const uint8_t *p, size_t n)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ n, w;

	for (; n > 0; p += 8, n -= n < 8 ? n : 8) {
		w = 0;
		memcpy(&w, p, n < 8 ? n : 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	h *= 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 29;
}

static void
push(struct queue *q, const uint8_t *state, size_t size)
{
	if (q->n == q->cap) {
		q->cap = q->cap == 0 ? 1024 : q->cap + q->cap / 2;
		q->state = grown(q->state, q->cap, size);
	}
	memcpy(q->state + q->n++ * size, state, size);
}

static void
make_room(struct explorer *x)
{
	if (x->n == x->cap) {
		x->cap = x->cap == 0 ? 4096 : x->cap + x->cap / 2;
		x->hash = grown(x->hash, x->cap, sizeof(*x->hash));
		x->parent = grown(x->parent, x->cap, sizeof(*x->parent));
		x->step = grown(x->step, x->cap, sizeof(*x->step));
		if (x->m->goal != NULL)
			x->goal = grown(x->goal, x->cap, sizeof(*x->goal));
	}
	if (x->n * 10 < x->slots * 7)
		return;
	x->slots = x->slots == 0 ? 8192 : x->slots * 2;
	free(x->table);
	if ((x->table = calloc(x->slots, sizeof(*x->table))) == NULL)
		bail("no memory for a table of %zu states", x->slots);
	for (size_t i = 0; i < x->n; i++) {
		size_t at = x->hash[i] & (x->slots - 1);
		while (x->table[at] != 0)
			at = (at + 1) & (x->slots - 1);
		x->table[at] = (uint32_t)i + 1;
	}
}

/* The number of the state, found or new; UINT32_MAX: there are enough. */
static uint32_t
insert(struct explorer *x, const uint8_t *s)
{
	uint64_t h = hash(s, x->m->size);
	size_t at;

	make_room(x);
	for (at = h & (x->slots - 1); x->table[at] != 0; at = (at + 1) & (x->slots - 1))
		if (x->hash[x->table[at] - 1] == h)
			return x->table[at] - 1;
	if (x->n == x->most)
		return UINT32_MAX;
	x->hash[x->n] = h;
	x->parent[x->n] = (uint32_t)x->current;
	x->step[x->n] = (uint8_t)(x->emitted - 1);
	push(&x->next, s, x->m->size);
	x->table[at] = (uint32_t)++x->n;
	return (uint32_t)x->n - 1;
}

static void
edge(struct explorer *x, uint32_t to)
{
	if (to == x->current)
		return;
	if (x->edges == x->edges_cap) {
		x->edges_cap = x->edges_cap == 0 ? 16384 : x->edges_cap + x->edges_cap / 2;
		x->from = grown(x->from, x->edges_cap, sizeof(*x->from));
		x->to = grown(x->to, x->edges_cap, sizeof(*x->to));
	}
	x->from[x->edges] = (uint32_t)x->current;
	x->to[x->edges++] = to;
}

static void
step_to(struct explorer *x, const void *state, int fault, const char *fmt, va_list ap)
{
	const uint8_t *s = state;
	uint32_t to;

	if (++x->emitted > UINT8_MAX)
		bail("more than %d steps from one state", UINT8_MAX);
	if (x->again && x->wanted != x->emitted - 1)
		return;
	if (x->m->canon != NULL) {
		memcpy(x->canonical, s, x->m->size);
		x->m->canon(x->canonical);
		s = x->canonical;
	}
	if (x->again) {
		memcpy(x->reached, s, x->m->size);
		vsnprintf(x->label, x->label_size, fmt, ap);
		return;
	}
	to = insert(x, s);
	if (!fault && x->m->goal != NULL && to != UINT32_MAX)
		edge(x, to);
}

void
emit(struct explorer *x, const void *state, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	step_to(x, state, 0, fmt, ap);
	va_end(ap);
}

void
emit_fault(struct explorer *x, const void *state, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	step_to(x, state, 1, fmt, ap);
	va_end(ap);
}

/* ---- the way to a state ---- */

/* Goes from the first state to state i, one line for each step; s holds what is reached. */
static size_t
trace(struct explorer *x, size_t i, uint8_t *s, struct outcome *out)
{
	char label[256] = "";
	size_t depth, used;
	uint8_t *from;

	if (i == 0) {
		memset(s, 0, x->m->size);
		x->m->init(s);
		if (x->m->canon != NULL)
			x->m->canon(s);
		return 0;
	}
	depth = trace(x, x->parent[i], s, out) + 1;
	from = grown(NULL, 1, x->m->size);
	memcpy(from, s, x->m->size);
	x->again = 1;
	x->emitted = 0;
	x->wanted = x->step[i];
	x->reached = s;
	x->label = label;
	x->label_size = sizeof(label);
	x->m->next(from, x);
	free(from);
	used = strlen(out->trace);
	snprintf(out->trace + used, sizeof(out->trace) - used, "%2zu %s\n", depth, label);
	return depth;
}

/* ---- progress ---- */

/* The first state from which no way without faults leads to a goal; x->n: there is none. */
static size_t
without_progress(struct explorer *x)
{
	uint32_t *head = calloc(x->n + 1, sizeof(*head)),
		 *back = grown(NULL, x->edges + 1, sizeof(*back));
	uint32_t *todo = grown(NULL, x->n + 1, sizeof(*todo));
	size_t left = 0, i;

	if (head == NULL)
		bail("no memory for %zu steps", x->edges);
	for (size_t e = 0; e < x->edges; e++)
		head[x->to[e]]++;
	for (i = 1; i <= x->n; i++)
		head[i] += head[i - 1];
	for (size_t e = x->edges; e-- > 0;)
		back[--head[x->to[e]]] = x->from[e];
	head[x->n] = (uint32_t)x->edges;
	for (i = 0; i < x->n; i++)
		if (x->goal[i])
			todo[left++] = (uint32_t)i;
	while (left > 0) {
		uint32_t s = todo[--left];
		for (uint32_t e = head[s]; e < head[s + 1]; e++)
			if (!x->goal[back[e]]) {
				x->goal[back[e]] = 1;
				todo[left++] = back[e];
			}
	}
	for (i = 0; i < x->n && x->goal[i]; i++)
		continue;
	free(head);
	free(back);
	free(todo);
	return i;
}

/* ---- the walk ---- */

/* What is wrong with the state, or comes of it. */
static const char *
look(struct explorer *x, const uint8_t *s, struct outcome *out)
{
	const char *wrong = x->m->check != NULL ? x->m->check(s) : NULL;

	if (wrong != NULL)
		return wrong;
	if (x->m->goal != NULL) {
		x->goal[x->current] = x->m->goal(s) != 0;
		out->goals += x->goal[x->current];
	}
	x->emitted = 0;
	x->m->next(s, x);
	x->steps += x->emitted;
	return x->emitted == 0 && x->m->stuck != NULL ? x->m->stuck(s) : NULL;
}

static void
finish(struct explorer *x, struct outcome *out)
{
	free(x->hash);
	free(x->parent);
	free(x->step);
	free(x->goal);
	free(x->table);
	free(x->this.state);
	free(x->next.state);
	free(x->canonical);
	free(x->from);
	free(x->to);
	out->states = x->n;
	out->steps = x->steps;
}

void
explore(const struct model *m, size_t most, struct outcome *out)
{
	struct explorer x = {.m = m, .most = most < UINT32_MAX - 1 ? most : UINT32_MAX - 1};
	uint8_t *s = grown(NULL, 1, m->size);

	memset(out, 0, sizeof(*out));
	x.canonical = grown(NULL, 1, m->size);
	trace(&x, 0, s, out);
	x.emitted = 1;
	insert(&x, s);
	while (x.next.n > 0 && out->wrong == NULL && x.n < x.most) {
		struct queue done = x.this;

		x.this = x.next;
		x.next = done;
		x.next.n = 0;
		for (size_t i = 0; i < x.this.n && out->wrong == NULL && x.n < x.most;
		     i++, x.current++)
			out->wrong = look(&x, x.this.state + i * m->size, out);
	}
	out->complete = x.n < x.most;
	if (out->wrong != NULL)
		out->depth = trace(&x, x.current - 1, s, out);
	else if (out->complete && m->goal != NULL && (x.current = without_progress(&x)) < x.n) {
		out->wrong = "from here nothing but another fault leads on";
		out->depth = trace(&x, x.current, s, out);
	}
	free(s);
	finish(&x, out);
}

/* ---- TAP ---- */

static void
show(const struct outcome *out)
{
	if (getenv("MODEL_TRACE") == NULL)
		return;
	for (const char *p = out->trace, *end; (end = strchr(p, '\n')) != NULL; p = end + 1)
		diag("%.*s", (int)(end - p), p);
	diag("=> %s", out->wrong);
}

void
model_passes(const struct model *m, const char *what, size_t most)
{
	static struct outcome out;

	explore(m, most, &out);
	if (!ok(out.wrong == NULL && out.complete, "%s: %s, %zu states", m->name, what,
		out.states)) {
		if (out.wrong == NULL)
			diag("more than %zu states", most);
		setenv("MODEL_TRACE", "1", 1);
		show(&out);
	}
}

void
model_fails(const struct model *m, const struct rule *without, size_t most)
{
	static struct outcome out;

	explore(m, most, &out);
	if (!ok(out.wrong != NULL, "%s without \"%s\": %s", m->name, without->text,
		out.wrong != NULL ? out.wrong : "no counterexample"))
		diag("rule %s: %zu states, %s", without->name, out.states,
		    out.complete ? "all" : "not all");
	else
		diag("rule %s: %zu states, %zu steps", without->name, out.states, out.depth);
	show(&out);
}
