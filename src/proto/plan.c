/* SPDX-License-Identifier: ISC */
/*
 * plan.c - compiles field tables for one version, at first use.
 * Used in: every process that decodes or encodes.  Plans are kept until the process ends.
 */
#include "config.h"

#include <stdlib.h>

#include "odradek/base/xalloc.h"
#include "gen/fields.h"
#include "plan.h"

static const struct plan *plans[MSG_NPLANS];
static const void **images;

static int
in(struct msg_range r, int version)
{
	return version >= r.lo && version <= r.hi;
}

/* Size on the wire of a primitive of fixed size; 0 for the others. */
static int
fixed_size(int type)
{
	static const uint8_t size[] = {[MSG_BOOL] = 1,
	    [MSG_INT8] = 1,
	    [MSG_INT16] = 2,
	    [MSG_UINT16] = 2,
	    [MSG_INT32] = 4,
	    [MSG_UINT32] = 4,
	    [MSG_INT64] = 8,
	    [MSG_FLOAT64] = 8,
	    [MSG_UUID] = 16,
	    [MSG_RECORDS] = 0};

	return type < (int)sizeof(size) ? size[type] : 0;
}

static int
min_size(int type, int compact)
{
	int n = fixed_size(type);

	if (n > 0)
		return n;
	if (compact)
		return 1;
	return type == MSG_STRING ? 2 : 4;
}

/* ---- defaults ---- */

static void
put_number(void *p, int type, int64_t v)
{
	switch (type) {
	case MSG_BOOL:
	case MSG_INT8:
		*(int8_t *)p = (int8_t)v;
		break;
	case MSG_INT16:
	case MSG_UINT16:
		*(int16_t *)p = (int16_t)v;
		break;
	case MSG_INT32:
	case MSG_UINT32:
		*(int32_t *)p = (int32_t)v;
		break;
	case MSG_INT64:
	case MSG_FLOAT64:
		*(int64_t *)p = v;
		break;
	}
}

static void
put_default(const struct msg_field *f, void *p)
{
	int null = (f->flags & MSG_NULL_DEFAULT) != 0;

	switch (f->type) {
	case MSG_STRING:
	case MSG_BYTES:
		((struct kstr *)p)->len = null ? -1 : 0;
		break;
	case MSG_ARRAY:
		((struct karr *)p)->len = null ? -1 : 0;
		break;
	case MSG_RECORDS:
		((struct krecs *)p)->len = null ? -1 : 0;
		break;
	case MSG_STRUCT:
		if (f->nullable.lo > f->nullable.hi)
			memcpy(p, plan_image(f->elem), msg_structs[f->elem].size);
		break; /* a nullable struct is null */
	default:
		put_number(p, f->type, f->dflt);
	}
}

const void *
plan_image(int id)
{
	const struct msg_struct *s = &msg_structs[id];
	char *p;

	if (images == NULL)
		images = xcalloc((size_t)msg_nstructs, sizeof(*images));
	if (images[id] == NULL) {
		p = xcalloc(1, s->size);
		for (int i = 0; i < s->nfields; i++)
			put_default(&s->fields[i], p + s->fields[i].off);
		images[id] = p;
	}
	return images[id];
}

static int
struct_is_default(int id, const char *p)
{
	const struct msg_struct *s = &msg_structs[id];

	if (memcmp(p, plan_image(id), s->size) == 0)
		return 1;
	for (int i = 0; i < s->nfields; i++)
		if (!plan_is_default(&s->fields[i], p))
			return 0;
	return 1;
}

int
plan_is_default(const struct msg_field *f, const void *obj)
{
	const char *p = (const char *)obj + f->off;
	int null = (f->flags & MSG_NULL_DEFAULT) != 0;
	int64_t image = 0;

	switch (f->type) {
	case MSG_STRING:
	case MSG_BYTES:
		return null ? ((const struct kstr *)p)->len < 0
			    : ((const struct kstr *)p)->len == 0;
	case MSG_ARRAY:
		return null ? ((const struct karr *)p)->len < 0
			    : ((const struct karr *)p)->len == 0;
	case MSG_RECORDS:
		return ((const struct krecs *)p)->len <= 0;
	case MSG_STRUCT:
		if (f->nullable.lo <= f->nullable.hi)
			return ((const struct kptr *)p)->off == 0;
		return struct_is_default(f->elem, p);
	case MSG_UUID:
		return uuid_is_zero((const struct uuid *)p);
	default:
		put_number(&image, f->type, f->dflt);
		return memcmp(p, &image, msg_structs[f->type].size) == 0;
	}
}

/* ---- compilation ---- */

static const struct plan *compile(const struct msg_table *t, int id, int version);

static struct plan_op
make_op(const struct msg_table *t, const struct msg_field *f, int version)
{
	int compact = msg_is_flexible(t, version) && (f->flags & MSG_INFLEXIBLE) == 0;
	struct plan_op op = {
	    .off = f->off, .compact = (uint8_t)compact, .nullable = in(f->nullable, version)};

	switch (f->type) {
	case MSG_STRING:
		op.code = PLAN_STRING;
		op.min = (uint16_t)min_size(f->type, compact);
		break;
	case MSG_BYTES:
		op.code = PLAN_BYTES;
		op.min = (uint16_t)min_size(f->type, compact);
		break;
	case MSG_RECORDS:
		op.code = PLAN_RECORDS;
		op.min = (uint16_t)min_size(f->type, compact);
		break;
	case MSG_STRUCT:
		op.sub = compile(t, f->elem, version);
		op.code = f->nullable.lo <= f->nullable.hi ? PLAN_PTR : PLAN_STRUCT;
		op.min = op.code == PLAN_PTR ? 1 : op.sub->min;
		break;
	case MSG_ARRAY:
		op.code = PLAN_ARRAY;
		op.n = msg_structs[f->elem].size;
		if (f->elem < MSG_FIRST_STRUCT_ID) {
			op.elem = (uint8_t)f->elem;
			op.min = (uint16_t)min_size(f->elem, compact);
		} else {
			op.sub = compile(t, f->elem, version);
			op.min = op.sub->min;
		}
		break;
	default:
		op.code = f->type;
		op.min = (uint16_t)fixed_size(f->type);
	}
	return op;
}

/* Puts a RUN in front of each stretch of fields of fixed size; returns the number of ops. */
static int
add_runs(struct plan_op *out, const struct plan_op *ops, int n)
{
	int m = 0;

	for (int i = 0; i < n;) {
		int bytes = 0, j = i;

		while (j < n && ops[j].code < PLAN_END && bytes + ops[j].min <= PLAN_RUN_MAX)
			bytes += ops[j++].min;
		if (j > i)
			out[m++] = (struct plan_op){
			    .code = PLAN_RUN, .n = (uint16_t)bytes, .count = (uint16_t)(j - i)};
		else
			j++;
		while (i < j)
			out[m++] = ops[i++];
	}
	out[m++] = (struct plan_op){.code = PLAN_END};
	return m;
}

static int
by_tag(const void *a, const void *b)
{
	return ((const struct plan_tag *)a)->tag - ((const struct plan_tag *)b)->tag;
}

/* The stretches of memory of the fields that wanted() names; returns how many. */
static uint16_t
add_same(const struct msg_struct *s, const uint8_t *wanted, const struct plan_same **out)
{
	struct plan_same *v = xcalloc(s->nfields + 1u, sizeof(*v));
	uint16_t n = 0;

	for (int i = 0; i < s->nfields; i++) {
		uint16_t end = i + 1 < s->nfields ? s->fields[i + 1].off : s->size;

		if (!wanted[i])
			continue;
		if (n > 0 && v[n - 1].off + v[n - 1].len == s->fields[i].off)
			v[n - 1].len = (uint16_t)(end - v[n - 1].off);
		else
			v[n++] = (struct plan_same){s->fields[i].off, (uint16_t)(end - s->fields[i].off)};
	}
	*out = v;
	return n;
}

static const struct plan *
compile(const struct msg_table *t, int id, int version)
{
	const struct msg_struct *s = &msg_structs[id];
	struct plan *pl = xcalloc(1, sizeof(*pl));
	struct plan_op *ops = xcalloc(s->nfields + 1u, sizeof(*ops));
	struct plan_op *runs = xcalloc(s->nfields * 2u + 1, sizeof(*runs));
	struct plan_tag *tags = xcalloc(s->nfields + 1u, sizeof(*tags));
	const struct msg_field **must = xcalloc(s->nfields + 1u, sizeof(*must));
	uint8_t *is_must = xcalloc(s->nfields + 1u, 1), *is_tag = xcalloc(s->nfields + 1u, 1);
	int n = 0, min = 0;

	pl->flexible = (uint8_t)msg_is_flexible(t, version);
	for (int i = 0; i < s->nfields; i++) {
		const struct msg_field *f = &s->fields[i];

		if (!in(f->versions, version)) {
			if ((f->flags & MSG_IGNORABLE) == 0) {
				must[pl->nmust++] = f;
				is_must[i] = 1;
			}
		} else if (pl->flexible && in(f->tagged, version)) {
			is_tag[i] = 1;
			tags[pl->ntags++] = (struct plan_tag){f->tag, f, make_op(t, f, version)};
		} else {
			ops[n] = make_op(t, f, version);
			min += ops[n].code == PLAN_ARRAY ? (ops[n].compact ? 1 : 4) : ops[n].min;
			n++;
		}
	}
	qsort(tags, pl->ntags, sizeof(*tags), by_tag);
	add_runs(runs, ops, n);
	free(ops);
	min += pl->flexible;
	pl->ops = runs;
	pl->tags = tags;
	pl->must = must;
	pl->nmust_same = add_same(s, is_must, &pl->must_same);
	pl->ntags_same = add_same(s, is_tag, &pl->tags_same);
	free(is_must);
	free(is_tag);
	pl->image = plan_image(id);
	pl->size = s->size;
	pl->min = (uint16_t)(min > 0 ? min : 1);
	return pl;
}

const struct plan *
plan_get(const struct msg_table *t, int version)
{
	int i = t->plans + version - t->versions.lo;

	if (plans[i] == NULL)
		plans[i] = compile(t, t->id, version);
	return plans[i];
}
