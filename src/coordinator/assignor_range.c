/* SPDX-License-Identifier: ISC */
/*
 * assignor_range.c - the range assignor, and the list of assignors.  Used in: coordinator.
 *
 * Of each topic, the first (partitions % subscribers) members get one partition more than the
 * others.  Nothing is remembered of earlier assignments: what makes it sticky is the order, in
 * which static members come first.
 */
#include "config.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "assignor.h"

assignor_fn *
assignor_find(const char *name)
{
	static const struct {
		const char *name;
		assignor_fn *fn;
	} known[] = {{"uniform", assignor_uniform}, {"range", assignor_range}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, name) == 0)
			return known[i].fn;
	}
	return NULL;
}

int
assign_topic_compare(const struct assign_topic *a, const struct assign_topic *b)
{
	for (int i = 0; i < 16; i += 8) {
		int64_t x, y;

		memcpy(&x, a->id.b + i, 8);
		memcpy(&y, b->id.b + i, 8);
		x = (int64_t)be64toh((uint64_t)x);
		y = (int64_t)be64toh((uint64_t)y);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

static int
member_compare(const void *a, const void *b)
{
	const struct assign_member *x = *(const struct assign_member *const *)a;
	const struct assign_member *y = *(const struct assign_member *const *)b;

	if (x->instance_id != NULL && y->instance_id != NULL)
		return strcmp(x->instance_id, y->instance_id);
	if (x->instance_id != NULL || y->instance_id != NULL)
		return x->instance_id != NULL ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* What is left of a topic while its ranges are handed out. */
struct range {
	uint32_t subscribers, next, extra;
};

void
assignor_range(struct assign *a)
{
	const struct assign_member **order = xcalloc(a->members + 1, sizeof(*order));
	struct range *range = xcalloc(a->topics + 1, sizeof(*range));

	for (uint32_t p = 0; p < a->partitions; p++)
		a->owner[p] = -1;
	for (uint32_t m = 0; m < a->members; m++) {
		order[m] = &a->member[m];
		for (uint32_t i = 0; i < a->member[m].subs; i++)
			range[a->member[m].sub[i]].subscribers++;
	}
	for (uint32_t t = 0; t < a->topics; t++) {
		if (range[t].subscribers > 0)
			range[t].extra = a->topic[t].partitions % range[t].subscribers;
	}
	qsort(order, a->members, sizeof(*order), member_compare);
	for (uint32_t m = 0; m < a->members; m++) {
		for (uint32_t i = 0; i < order[m]->subs; i++) {
			uint32_t t = order[m]->sub[i];
			struct range *r = &range[t];
			uint32_t n = a->topic[t].partitions / r->subscribers;

			if (r->extra > 0) {
				r->extra--;
				n++;
			}
			for (; n > 0; n--, r->next++)
				a->owner[a->topic[t].base + r->next] =
				    (int32_t)(order[m] - a->member);
		}
	}
	free(order);
	free(range);
}
