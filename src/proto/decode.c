/* SPDX-License-Identifier: ISC */
/*
 * decode.c - the one decoder: walks a plan over bytes that nobody trusts.
 *
 * Ensures: memory is taken only for what the bytes left can hold, at most the arena's limit; every
 * offset in the result points forward and inside of the arena; the work is bounded by the input's
 * length.
 * Used in: acceptor (requests), writer and controller (files), coordinator (records).
 */
#include "config.h"

#include "plan.h"

struct dec {
	struct wire_in in;
	struct msg_arena *a;
	int error;
};

static void dec_struct(struct dec *d, const struct plan *pl, char *obj);

static __attribute__((cold, noinline)) void
fail(struct dec *d, int error)
{
	if (d->error == 0)
		d->error = error;
	if (!d->in.failed)
		wire_in_fail(&d->in);
}

/* Length of a string, bytes or records, or count of an array: -1 null.  width: bytes of the old
 * form. */
static inline int64_t
get_length(struct dec *d, const struct plan_op *op, int width)
{
	int64_t n;

	if (op->compact)
		n = (int64_t)wire_get_uvarint(&d->in) - 1;
	else if (width == 2)
		n = wire_get_i16(&d->in);
	else
		n = wire_get_i32(&d->in);
	if (n < 0) {
		if (!op->nullable)
			fail(d, d->in.failed ? MSG_TRUNCATED : MSG_NULL);
		return -1;
	}
	return n;
}

static void
dec_string(struct dec *d, const struct plan_op *op, struct kstr *s)
{
	int64_t n = get_length(d, op, op->code == PLAN_STRING ? 2 : 4);
	char *p;

	s->off = 0;
	s->len = (int32_t)n;
	if (n <= 0)
		return;
	if ((uint64_t)n > wire_left(&d->in) || n > INT32_MAX) {
		fail(d, MSG_TRUNCATED);
	} else if (op->code == PLAN_STRING && n > INT16_MAX) {
		fail(d, MSG_TOO_BIG);
	} else if ((p = arena_take(d->a, (uint64_t)n + 1, 1)) == NULL) {
		fail(d, MSG_TOO_BIG);
	} else {
		if ((size_t)(d->in.end - d->in.p) >= (size_t)n) {
			memcpy(p, d->in.p, (size_t)n);
			d->in.p += n;
		} else {
			wire_get_bytes(&d->in, p, (size_t)n);
		}
		p[n] = '\0';
		s->off = (int32_t)(p - (char *)s);
		return;
	}
	s->len = 0;
}

static void
dec_records(struct dec *d, const struct plan_op *op, struct krecs *r)
{
	int64_t n = get_length(d, op, 4);

	r->pos = (int64_t)wire_pos(&d->in);
	r->len = (int32_t)n;
	if (n <= 0)
		return;
	if ((uint64_t)n > wire_left(&d->in) || n > INT32_MAX) {
		fail(d, MSG_TRUNCATED);
		r->len = 0;
		return;
	}
	wire_skip(&d->in, (uint64_t)n);
}

/* One value of fixed size from q to p; returns the bytes read. */
static inline int
load(int type, const uint8_t *q, char *p)
{
	switch (type) {
	case MSG_BOOL:
		*(uint8_t *)p = *q != 0;
		return 1;
	case MSG_INT8:
		*(uint8_t *)p = *q;
		return 1;
	case MSG_INT16:
	case MSG_UINT16:
		*(uint16_t *)p = be16_get(q);
		return 2;
	case MSG_INT32:
	case MSG_UINT32:
		*(uint32_t *)p = be32_get(q);
		return 4;
	case MSG_INT64:
	case MSG_FLOAT64:
		*(uint64_t *)p = be64_get(q);
		return 8;
	default: /* MSG_UUID */
		memcpy(p, q, 16);
		return 16;
	}
}

static void
dec_primitives(struct dec *d, const struct plan_op *op, char *p, int64_t n)
{
	struct plan_op elem = {.compact = op->compact};
	uint8_t tmp[16];

	if (op->elem == MSG_STRING || op->elem == MSG_BYTES) {
		elem.code = op->elem == MSG_STRING ? PLAN_STRING : PLAN_BYTES;
		memset(p, 0, (size_t)n * sizeof(struct kstr));
		for (; n > 0 && d->error == 0; n--, p += sizeof(struct kstr))
			dec_string(d, &elem, (struct kstr *)(void *)p);
		return;
	}
	for (; n > 0; n--, p += op->n)
		load(op->elem, wire_get(&d->in, op->min, tmp), p);
}

static void
dec_array(struct dec *d, const struct plan_op *op, struct karr *arr)
{
	int64_t n = get_length(d, op, 4);
	const struct plan *sub = op->sub;
	char *p;

	arr->off = 0;
	arr->len = n < 0 ? -1 : 0;
	if (n <= 0)
		return;
	if ((uint64_t)n > wire_left(&d->in) / op->min) {
		fail(d, MSG_TRUNCATED);
		return;
	}
	if (n > INT32_MAX || (p = arena_take(d->a, (uint64_t)n * op->n, 8)) == NULL) {
		fail(d, MSG_TOO_BIG);
		return;
	}
	arr->off = (int32_t)(p - (char *)arr);
	arr->len = (int32_t)n;
	if (sub == NULL) {
		dec_primitives(d, op, p, n);
		return;
	}
	for (; n > 0 && d->error == 0; n--, p += sub->size)
		dec_struct(d, sub, p);
}

static void
dec_ptr(struct dec *d, const struct plan_op *op, struct kptr *ptr)
{
	char *p;

	ptr->off = 0;
	if (wire_get_i8(&d->in) < 0) {
		if (!op->nullable)
			fail(d, MSG_NULL);
		return;
	}
	if ((p = arena_take(d->a, op->sub->size, 8)) == NULL) {
		fail(d, MSG_TOO_BIG);
		return;
	}
	ptr->off = (int32_t)(p - (char *)ptr);
	dec_struct(d, op->sub, p);
}

/* A field that is not part of a run. */
static void
dec_field(struct dec *d, const struct plan_op *op, char *obj)
{
	void *p = obj + op->off;
	uint8_t tmp[16];

	switch (op->code) {
	case PLAN_STRING:
	case PLAN_BYTES:
		dec_string(d, op, p);
		break;
	case PLAN_RECORDS:
		dec_records(d, op, p);
		break;
	case PLAN_ARRAY:
		dec_array(d, op, p);
		break;
	case PLAN_STRUCT:
		dec_struct(d, op->sub, p);
		break;
	case PLAN_PTR:
		dec_ptr(d, op, p);
		break;
	default:
		load(op->code, wire_get(&d->in, op->min, tmp), p);
	}
}

static void
dec_tag(struct dec *d, const struct plan *pl, char *obj)
{
	uint32_t tag = wire_get_uvarint(&d->in);
	uint32_t size = wire_get_uvarint(&d->in);
	uint64_t start = wire_pos(&d->in);

	if (size > wire_left(&d->in)) {
		fail(d, MSG_TRUNCATED);
		return;
	}
	for (int i = 0; i < pl->ntags; i++) {
		if ((uint32_t)pl->tags[i].tag != tag)
			continue;
		dec_field(d, &pl->tags[i].op, obj);
		if (d->in.failed)
			fail(d, MSG_TRUNCATED);
		else if (wire_pos(&d->in) - start != size)
			fail(d, MSG_BAD_TAG);
		return;
	}
	wire_skip(&d->in, size);
}

static void
dec_tags(struct dec *d, const struct plan *pl, char *obj)
{
	uint32_t n = wire_get_uvarint(&d->in);

	while (n-- > 0 && !d->in.failed) /* each takes at least two bytes */
		dec_tag(d, pl, obj);
}

static void
dec_struct(struct dec *d, const struct plan *pl, char *obj)
{
	uint8_t tmp[PLAN_RUN_MAX];

	memcpy(obj, pl->image, pl->size);
	for (const struct plan_op *op = pl->ops; op->code != PLAN_END; op++) {
		if (op->code == PLAN_RUN) {
			const uint8_t *q = wire_get(&d->in, op->n, tmp);

			for (int k = op->count; k > 0; k--) {
				op++;
				q += load(op->code, q, obj + op->off);
			}
		} else {
			dec_field(d, op, obj);
		}
	}
	if (pl->flexible)
		dec_tags(d, pl, obj);
	if (d->in.failed && d->error == 0)
		d->error = MSG_TRUNCATED;
}

int
msg_decode_prefix(
    const struct msg_table *t, int version, struct wire_in *in, struct msg_arena *a, void **root)
{
	struct dec d = {.in = *in, .a = a};
	size_t mark = a->used;
	uint8_t was_full = a->full;
	const struct plan *pl;
	char *obj;

	if (version < t->versions.lo || version > t->versions.hi) {
		wire_in_fail(in);
		return MSG_BAD_VERSION;
	}
	pl = plan_get(t, version);
	if ((obj = arena_take(a, pl->size, 8)) == NULL) {
		fail(&d, MSG_TOO_BIG);
	} else {
		if (root != NULL)
			*root = obj;
		dec_struct(&d, pl, obj);
	}
	*in = d.in;
	if (d.error != 0) {
		a->used = mark;
		a->full = was_full;
	}
	return d.error;
}

int
msg_decode(const struct msg_table *t, int version, struct wire_in *in, struct msg_arena *a)
{
	size_t mark = a->used;
	int error = msg_decode_prefix(t, version, in, a, NULL);

	if (error == 0 && wire_left(in) > 0) {
		wire_in_fail(in);
		a->used = mark;
		return MSG_TRAILING;
	}
	return error;
}
