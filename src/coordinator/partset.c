/* SPDX-License-Identifier: ISC */
/*
 * partset.c - sets of partitions as sorted words.  Used in: coordinator.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/hash.h"
#include "odradek/base/xalloc.h"
#include "partset.h"

/* ---- handles ---- */

static struct mapstr handles; /* the 16 bytes of the id -> index in ids */
static struct uuid *ids;
static uint32_t ids_n, ids_max;

uint32_t
topic_handle_find(const struct uuid *id)
{
	uint32_t *h = mapstr_get(&handles, (const char *)id->b, sizeof(id->b));

	return h == NULL ? TOPIC_NONE : *h;
}

uint32_t
topic_handle(const struct uuid *id)
{
	uint32_t h = topic_handle_find(id);

	if (h != TOPIC_NONE)
		return h;
	if (ids_n == ids_max) {
		ids_max = ids_max == 0 ? 64 : 2 * ids_max;
		ids = xreallocarray(ids, ids_max, sizeof(*ids));
	}
	ids[ids_n] = *id;
	mapstr_put(&handles, (const char *)id->b, sizeof(id->b), ids_n);
	return ids_n++;
}

const struct uuid *
topic_handle_id(uint32_t handle)
{
	return &ids[handle];
}

/* ---- sets ---- */

void
partset_clear(struct partset *s)
{
	free(s->v);
	*s = (struct partset){0};
}

void
partset_take(struct partset *s, struct partset *from)
{
	free(s->v);
	*s = *from;
	*from = (struct partset){0};
}

void
partset_copy(struct partset *s, const struct partset *from)
{
	struct partset copy = {0};

	if (from->n > 0) {
		copy.v = xmemdup(from->v, from->n * sizeof(*from->v));
		copy.n = from->n;
	}
	partset_take(s, &copy);
}

bool
partset_has(const struct partset *s, uint64_t part)
{
	uint32_t lo = 0, hi = s->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (s->v[mid] == part)
			return true;
		if (s->v[mid] < part)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

bool
partset_equal(const struct partset *a, const struct partset *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->v, b->v, a->n * sizeof(*a->v)) == 0);
}

void
partset_room(struct partset *s, uint32_t n)
{
	partset_clear(s);
	if (n > 0)
		s->v = xreallocarray(NULL, n, sizeof(*s->v));
}

static int
part_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void
partset_order(struct partset *s)
{
	bool sorted = true;
	uint32_t kept = 0;

	for (uint32_t i = 1; i < s->n && sorted; i++)
		sorted = s->v[i - 1] < s->v[i];
	if (!sorted) {
		qsort(s->v, s->n, sizeof(*s->v), part_compare);
		for (uint32_t i = 0; i < s->n; i++) {
			if (kept == 0 || s->v[kept - 1] != s->v[i])
				s->v[kept++] = s->v[i];
		}
		s->n = kept;
	}
	if (s->n == 0)
		partset_clear(s);
}

/* Which parts of a walk over two sets are kept. */
enum { ONLY_A = 1, ONLY_B = 2, BOTH = 4 };

static void
walk(struct partset *out, const struct partset *a, const struct partset *b, unsigned keep)
{
	uint32_t i = 0, j = 0;

	partset_room(out, (keep & ONLY_B ? a->n + b->n : a->n));
	while (i < a->n || j < b->n) {
		if (j == b->n || (i < a->n && a->v[i] < b->v[j])) {
			if (keep & ONLY_A)
				out->v[out->n++] = a->v[i];
			i++;
		} else if (i == a->n || b->v[j] < a->v[i]) {
			if (keep & ONLY_B)
				out->v[out->n++] = b->v[j];
			j++;
		} else {
			if (keep & BOTH)
				out->v[out->n++] = a->v[i];
			i++;
			j++;
		}
	}
	if (out->n == 0)
		partset_clear(out);
	else
		out->v = xreallocarray(out->v, out->n, sizeof(*out->v));
}

void
partset_and(struct partset *out, const struct partset *a, const struct partset *b)
{
	walk(out, a, b, BOTH);
}

void
partset_minus(struct partset *out, const struct partset *a, const struct partset *b)
{
	walk(out, a, b, ONLY_A);
}

void
partset_or(struct partset *out, const struct partset *a, const struct partset *b)
{
	walk(out, a, b, ONLY_A | ONLY_B | BOTH);
}

uint32_t
partset_run(const struct partset *s, uint32_t i)
{
	uint32_t n = 1;

	while (i + n < s->n && part_topic(s->v[i + n]) == part_topic(s->v[i]))
		n++;
	return n;
}

uint32_t
partset_topics(const struct partset *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->n; i += partset_run(s, i))
		n++;
	return n;
}
