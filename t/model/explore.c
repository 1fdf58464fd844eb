/* SPDX-License-Identifier: ISC */
/* explore.c - see explore.h.  States lie in one array in the order in which they were found, which
 * is the queue. */
#include "config.h"

#include "explore.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/tap/tap.h"

struct explorer {
	const struct model *m;
	uint8_t *state;
	uint32_t *parent, *table;
	size_t n, cap, slots, current;
	size_t emitted;
	/* looking for one step again, to name it */
	const uint8_t *wanted;
	char *label;
	size_t label_size;
};

static uint8_t *
at(const struct explorer *x, size_t i)
{
	return x->state + i * x->m->size;
}

static uint64_t
hash(const uint8_t *p, size_t n)
{
	uint64_t h = 0x9e3779b97f4a7c15u, w;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&w, p, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	while (n-- > 0)
		h = (h ^ *p++) * 0x100000001b3u;
	return h ^ h >> 29;
}

static void
insert(struct explorer *x, const uint8_t *s)
{
	size_t i = hash(s, x->m->size) & (x->slots - 1);

	for (; x->table[i] != UINT32_MAX; i = (i + 1) & (x->slots - 1))
		if (memcmp(at(x, x->table[i]), s, x->m->size) == 0)
			return;
	if (x->n == x->cap)
		return;
	memcpy(at(x, x->n), s, x->m->size);
	x->parent[x->n] = (uint32_t)x->current;
	x->table[i] = (uint32_t)x->n++;
}

void
emit(struct explorer *x, const void *state, const char *fmt, ...)
{
	va_list ap;

	x->emitted++;
	if (x->wanted == NULL) {
		insert(x, state);
		return;
	}
	if (x->label[0] != '\0' || memcmp(x->wanted, state, x->m->size) != 0)
		return;
	va_start(ap, fmt);
	vsnprintf(x->label, x->label_size, fmt, ap);
	va_end(ap);
}

/* The steps that led to state i, one line each. */
static size_t
trace(struct explorer *x, size_t i, struct outcome *out)
{
	char label[256];
	size_t depth = 0, used;

	if (i == 0)
		return 0;
	depth = trace(x, x->parent[i], out) + 1;
	x->wanted = at(x, i);
	x->label = label;
	x->label_size = sizeof(label);
	label[0] = '\0';
	x->m->next(at(x, x->parent[i]), x);
	x->wanted = NULL;
	used = strlen(out->trace);
	snprintf(out->trace + used, sizeof(out->trace) - used, "%2zu %s\n", depth, label);
	return depth;
}

void
explore(const struct model *m, size_t most, struct outcome *out)
{
	struct explorer x = {.m = m, .cap = most, .slots = 1024};
	const char *wrong = NULL;

	memset(out, 0, sizeof(*out));
	while (x.slots < most * 2)
		x.slots *= 2;
	x.state = malloc((most + 1) * m->size);
	x.parent = malloc(most * sizeof(*x.parent));
	x.table = malloc(x.slots * sizeof(*x.table));
	if (x.state == NULL || x.parent == NULL || x.table == NULL)
		bail("no memory for %zu states", most);
	memset(x.table, 0xff, x.slots * sizeof(*x.table));
	memset(at(&x, most), 0, m->size);
	m->init(at(&x, most));
	insert(&x, at(&x, most));
	for (x.current = 0; x.current < x.n; x.current++) {
		const uint8_t *s = at(&x, x.current);

		wrong = m->check != NULL ? m->check(s) : NULL;
		if (wrong != NULL)
			break;
		x.emitted = 0;
		m->next(s, &x);
		if (x.emitted == 0 && m->stuck != NULL && (wrong = m->stuck(s)) != NULL)
			break;
		if (x.n == x.cap)
			break;
	}
	out->states = x.n;
	out->complete = x.n < x.cap;
	out->wrong = wrong;
	if (wrong != NULL)
		out->depth = trace(&x, x.current, out);
	free(x.state);
	free(x.parent);
	free(x.table);
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
