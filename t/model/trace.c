/* SPDX-License-Identifier: ISC */
/* trace.c - see trace.h. */
#include "config.h"

#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NODES = 64, REPLICAS = 16, LOST = 20 };

struct line {
	int node;
	bool ok;
	int64_t epoch, leo, hw, version;
};
struct look {
	int64_t v, pe, leader, epoch, isr, count, elr, min;
	int n;
	struct line line[REPLICAS];
};

/* What was told of a record. */
struct told {
	uint64_t name;
	bool known, acked, read;
};

struct part {
	char *name;
	struct told *record;
	int64_t cap, next; /* next: behind the last one that was told */
	struct look look;
	bool looked;
	struct line last[NODES]; /* by node */
	bool seen[NODES];
};

struct trace {
	void (*said)(void *arg, const char *what);
	void *arg;
	struct part *part;
	int parts;
	bool unclean;
	struct trace_counts n;
	const char *when;
};

static void wrong(struct trace *t, const struct part *p, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void
wrong(struct trace *t, const struct part *p, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	t->n.wrong++;
	n = snprintf(text, sizeof(text), "%s %s: ", t->when, p == NULL ? "trace" : p->name);
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	t->said(t->arg, text);
}

static void *
sized(void *p, size_t n, size_t size)
{
	if ((p = realloc(p, n * size)) == NULL)
		abort();
	return p;
}

struct trace *
trace_new(void (*said)(void *arg, const char *what), void *arg)
{
	struct trace *t = sized(NULL, 1, sizeof(*t));

	*t = (struct trace){.said = said, .arg = arg};
	return t;
}

void
trace_free(struct trace **tp)
{
	for (int i = 0; i < (*tp)->parts; i++) {
		free((*tp)->part[i].name);
		free((*tp)->part[i].record);
	}
	free((*tp)->part);
	free(*tp);
	*tp = NULL;
}

struct trace_counts
trace_counts(const struct trace *t)
{
	struct trace_counts n = t->n;

	n.partitions = (uint64_t)t->parts;
	return n;
}

static struct part *
part_of(struct trace *t, const char *name)
{
	struct part *p;

	for (int i = 0; i < t->parts; i++)
		if (strcmp(t->part[i].name, name) == 0)
			return &t->part[i];
	t->part = sized(t->part, (size_t)t->parts + 1, sizeof(*t->part));
	p = &t->part[t->parts++];
	*p = (struct part){.name = strdup(name)};
	return p;
}

/* ---- records ---- */

static struct told *
record_at(struct part *p, int64_t offset)
{
	if (offset >= p->cap) {
		int64_t cap = offset * 2 + 1024;

		p->record = sized(p->record, (size_t)cap, sizeof(*p->record));
		memset(p->record + p->cap, 0, (size_t)(cap - p->cap) * sizeof(*p->record));
		p->cap = cap;
	}
	return &p->record[offset];
}

static void
tell(struct trace *t, struct part *p, int64_t offset, uint64_t name, bool ack)
{
	struct told *r;

	if (offset < 0 || offset > INT64_C(1) << 32) {
		wrong(t, p, "no offset: %lld", (long long)offset);
		return;
	}
	r = record_at(p, offset);
	if (r->known && r->name != name)
		wrong(t, p, "offset %lld: record %llx was %s, now record %llx is %s",
		    (long long)offset, (unsigned long long)r->name,
		    r->acked ? "acknowledged" : "read", (unsigned long long)name,
		    ack ? "acknowledged" : "read");
	r->known = true;
	r->name = name;
	r->acked |= ack;
	r->read |= !ack;
	if (offset >= p->next)
		p->next = offset + 1;
}

static void
end(struct trace *t, struct part *p, int64_t next)
{
	int lost = 0;

	for (int64_t o = 0; o < p->next && o < p->cap; o++)
		if (p->record[o].known && (!p->record[o].read || o >= next) && lost++ < LOST)
			wrong(t, p, "offset %lld: record %llx was %s, and is lost", (long long)o,
			    (unsigned long long)p->record[o].name,
			    p->record[o].acked ? "acknowledged" : "read");
	if (lost > LOST)
		wrong(t, p, "and %d more", lost - LOST);
}

/* ---- looks ---- */

static bool
has(const struct look *l, int64_t set, int node)
{
	for (int i = 0; i < l->n; i++)
		if (l->line[i].node == node)
			return set >> i & 1;
	return false;
}

/* What one replica says, and what it said before. */
static void
check_line(struct trace *t, struct part *p, const struct look *l, const struct line *now)
{
	const struct line *was = &p->last[now->node];

	if (now->epoch > l->epoch)
		wrong(t, p, "node %d has started epoch %lld, the slot has %lld", now->node,
		    (long long)now->epoch, (long long)l->epoch);
	if (!now->ok || !p->seen[now->node] || !was->ok)
		return;
	if (now->epoch >= 0 && was->epoch >= 0 && now->epoch < was->epoch)
		wrong(t, p, "node %d goes from epoch %lld to %lld", now->node,
		    (long long)was->epoch, (long long)now->epoch);
	if (now->epoch >= 0 && now->epoch == was->epoch && now->leo < was->leo)
		wrong(t, p, "the LEO of node %d falls from %lld to %lld in epoch %lld", now->node,
		    (long long)was->leo, (long long)now->leo, (long long)now->epoch);
	if (now->hw < was->hw && !t->unclean)
		wrong(t, p, "the HW word of node %d falls from %lld to %lld", now->node,
		    (long long)was->hw, (long long)now->hw);
}

/* The leader and those in sync with it, as of one moment. */
static void
check_lead(struct trace *t, struct part *p, const struct look *l)
{
	const struct line *lead = NULL;

	for (int i = 0; i < l->n; i++)
		if (l->line[i].node == l->leader)
			lead = &l->line[i];
	if (lead == NULL || !lead->ok || lead->epoch != l->epoch)
		return;
	if (lead->hw > lead->leo)
		wrong(t, p, "the leader's HW %lld is above its LEO %lld", (long long)lead->hw,
		    (long long)lead->leo);
	if (lead->hw < p->next && !t->unclean)
		wrong(t, p,
		    "offset %lld was acknowledged or read, and the HW of leader %d in epoch %lld "
		    "is %lld",
		    (long long)p->next - 1, lead->node, (long long)l->epoch, (long long)lead->hw);
	for (int i = 0; i < l->n; i++) {
		const struct line *f = &l->line[i];

		if ((l->isr >> i & 1) && f->ok && f->epoch == l->epoch && f->leo < lead->hw)
			wrong(t, p, "node %d is in sync with LEO %lld, and the HW is %lld", f->node,
			    (long long)f->leo, (long long)lead->hw);
	}
}

/* What became of the slot. */
static void
check_slot(struct trace *t, struct part *p, const struct look *l)
{
	const struct look *was = &p->look;

	if ((l->isr & ~l->count) != 0)
		wrong(t, p, "in sync are %llx, counted are only %llx", (unsigned long long)l->isr,
		    (unsigned long long)l->count);
	if (l->isr == 0)
		wrong(t, p, "nobody is in sync");
	if (l->leader >= 0 && !has(l, l->isr, (int)l->leader))
		wrong(t, p, "leader %lld is not in sync", (long long)l->leader);
	if ((l->isr & l->elr) != 0)
		wrong(
		    t, p, "both in sync and eligible: %llx", (unsigned long long)(l->isr & l->elr));
	if (!p->looked)
		return;
	if (l->epoch < was->epoch || l->pe < was->pe || l->v < was->v)
		wrong(t, p,
		    "the slot goes back: version %lld to %lld, epoch %lld to %lld, partition epoch "
		    "%lld to %lld",
		    (long long)was->v, (long long)l->v, (long long)was->epoch, (long long)l->epoch,
		    (long long)was->pe, (long long)l->pe);
	if (l->epoch == was->epoch && l->leader >= 0 && was->leader >= 0 &&
	    l->leader != was->leader)
		wrong(t, p, "epoch %lld has the leaders %lld and %lld", (long long)l->epoch,
		    (long long)was->leader, (long long)l->leader);
	t->n.elections += l->epoch != was->epoch;
	/* only of two changes that follow each other is it known who was in sync; who was counted may
	 * have joined in the same change, when the leader did not serve any more */
	if (l->pe == was->pe + 1 && l->epoch > was->epoch && l->leader >= 0 && !t->unclean &&
	    !has(was, was->isr | was->elr | was->count, (int)l->leader))
		wrong(t, p,
		    "node %lld is elected for epoch %lld, and was neither in sync nor eligible",
		    (long long)l->leader, (long long)l->epoch);
}

static bool
parse_look(struct look *l, char *rest)
{
	static const char *const keys[] = {
	    "v", "pe", "leader", "epoch", "isr", "count", "elr", "min"};
	int64_t *values[] = {
	    &l->v, &l->pe, &l->leader, &l->epoch, &l->isr, &l->count, &l->elr, &l->min};
	char *word, *save = NULL, status[16];
	size_t found = 0;

	*l = (struct look){.n = 0};
	for (word = strtok_r(rest, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save)) {
		char *eq = strchr(word, '=');
		struct line *n = &l->line[l->n];
		long long e, leo, hw, v;

		for (size_t k = 0; eq != NULL && k < sizeof(keys) / sizeof(keys[0]); k++)
			if (strlen(keys[k]) == (size_t)(eq - word) &&
			    strncmp(keys[k], word, (size_t)(eq - word)) == 0) {
				*values[k] = strtoll(eq + 1, NULL, 0);
				found |= (size_t)1 << k;
			}
		if (eq != NULL)
			continue;
		if (l->n == REPLICAS ||
		    sscanf(word, "%d:%15[^:]:%lld:%lld:%lld:%lld", &n->node, status, &e, &leo, &hw,
			&v) != 6 ||
		    n->node < 0 || n->node >= NODES)
			return false;
		n->ok = strcmp(status, "ok") == 0;
		n->epoch = e;
		n->leo = leo;
		n->hw = hw;
		n->version = v;
		l->n++;
	}
	return found == 0xff && l->n > 0;
}

static void
look(struct trace *t, struct part *p, char *rest)
{
	struct look now;

	if (!parse_look(&now, rest)) {
		wrong(t, p, "no look");
		return;
	}
	t->n.looks++;
	check_slot(t, p, &now);
	for (int i = 0; i < now.n; i++)
		check_line(t, p, &now, &now.line[i]);
	check_lead(t, p, &now);
	for (int i = 0; i < now.n; i++) {
		p->last[now.line[i].node] = now.line[i];
		p->seen[now.line[i].node] = true;
	}
	p->look = now;
	p->looked = true;
}

/* ---- lines ---- */

static void
boot(struct trace *t)
{
	for (int i = 0; i < t->parts; i++) {
		t->part[i].looked = false;
		t->part[i].next = 0; /* a HW that was told is found again by counting */
		memset(t->part[i].seen, 0, sizeof(t->part[i].seen));
	}
}

void
trace_line(struct trace *t, char *text)
{
	char *save = NULL, *kind, *name, *rest;
	long long offset;
	unsigned long long record;
	struct part *p;

	text[strcspn(text, "\n")] = '\0';
	t->when = strtok_r(text, " ", &save);
	kind = strtok_r(NULL, " ", &save);
	if (t->when == NULL || kind == NULL) {
		t->when = "?";
		wrong(t, NULL, "a line without an event");
	} else if (strcmp(kind, "#") == 0)
		return;
	else if (strcmp(kind, "boot") == 0)
		boot(t);
	else if (strcmp(kind, "unclean") == 0)
		t->unclean = true;
	else if ((name = strtok_r(NULL, " ", &save)) == NULL ||
		 (rest = strtok_r(NULL, "", &save)) == NULL)
		wrong(t, NULL, "\"%s\" of nothing", kind);
	else if (p = part_of(t, name), strcmp(kind, "look") == 0)
		look(t, p, rest);
	else if (strcmp(kind, "end") == 0)
		end(t, p, strtoll(rest, NULL, 10));
	else if (sscanf(rest, "%lld %llx", &offset, &record) == 2 &&
		 (strcmp(kind, "ack") == 0 || strcmp(kind, "read") == 0)) {
		bool ack = kind[0] == 'a';
		t->n.acks += ack;
		t->n.reads += !ack;
		tell(t, p, offset, record, ack);
	} else
		wrong(t, p, "\"%s %s\" is no event", kind, rest);
}
