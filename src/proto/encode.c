/* SPDX-License-Identifier: ISC */
/*
 * encode.c - the one encoder: walks a plan over structs that our own code has built.
 *
 * Record data is not written: its length is, and the caller is told where the data belongs, so that
 * it can come from files.
 * Used in: acceptor and controller (answers), replicator (requests), writer and coordinator (files,
 * records).
 */
#include "config.h"

#include "plan.h"

struct enc {
	struct wire_out *out;
	struct msg_splices *sp;
	int error;
};

static void enc_struct(struct enc *e, const struct plan *pl, const char *obj);

static __attribute__((cold, noinline)) void
fail(struct enc *e, int error)
{
	if (e->error == 0)
		e->error = error;
}

/* n: length or count, -1 null. */
static inline void
put_length(struct enc *e, const struct plan_op *op, int32_t n, int width)
{
	if (n < 0 && !op->nullable) {
		fail(e, MSG_NULL);
	} else if (op->compact) {
		if (n < 127)
			wire_put_u8(e->out, (uint8_t)(n + 1));
		else
			wire_put_uvarint(e->out, (uint64_t)n + 1);
	} else if (width == 2) {
		wire_put_u16(e->out, (uint16_t)n);
	} else {
		wire_put_u32(e->out, (uint32_t)n);
	}
}

static void
enc_string(struct enc *e, const struct plan_op *op, const struct kstr *s)
{
	int32_t n = s->len < 0 ? -1 : s->len;

	if (op->code == PLAN_STRING && n > INT16_MAX) {
		fail(e, MSG_TOO_BIG);
		return;
	}
	put_length(e, op, n, op->code == PLAN_STRING ? 2 : 4);
	if (n > 0)
		wire_put_bytes(e->out, kstr(s), (size_t)n);
}

static void
enc_records(struct enc *e, const struct plan_op *op, const struct krecs *r)
{
	int32_t n = r->len < 0 ? -1 : r->len;
	struct msg_splices *sp = e->sp;

	put_length(e, op, n, 4);
	if (n <= 0)
		return;
	if (sp == NULL || sp->n >= sp->max || e->out->len > UINT32_MAX) {
		fail(e, MSG_SPLICES);
		return;
	}
	sp->v[sp->n++] = (struct msg_splice){(uint32_t)e->out->len, n, r->pos};
	sp->bytes += n;
}

static inline int
store(int type, const char *p, uint8_t *q)
{
	switch (type) {
	case MSG_BOOL:
		*q = *(const uint8_t *)p != 0;
		return 1;
	case MSG_INT8:
		*q = *(const uint8_t *)p;
		return 1;
	case MSG_INT16:
	case MSG_UINT16:
		be16_put(q, *(const uint16_t *)p);
		return 2;
	case MSG_INT32:
	case MSG_UINT32:
		be32_put(q, *(const uint32_t *)p);
		return 4;
	case MSG_INT64:
	case MSG_FLOAT64:
		be64_put(q, *(const uint64_t *)p);
		return 8;
	default: /* MSG_UUID */
		memcpy(q, p, 16);
		return 16;
	}
}

static void
enc_primitives(struct enc *e, const struct plan_op *op, const char *p, int32_t n)
{
	struct plan_op elem = {.compact = op->compact};
	uint8_t *q;

	if (op->elem == MSG_STRING || op->elem == MSG_BYTES) {
		elem.code = op->elem == MSG_STRING ? PLAN_STRING : PLAN_BYTES;
		for (; n > 0 && e->error == 0; n--, p += sizeof(struct kstr))
			enc_string(e, &elem, (const struct kstr *)(const void *)p);
		return;
	}
	if ((q = wire_out_room(e->out, (size_t)n * op->min)) == NULL)
		return;
	for (; n > 0; n--, p += op->n)
		q += store(op->elem, p, q);
}

static void
enc_array(struct enc *e, const struct plan_op *op, const struct karr *arr)
{
	const struct plan *sub = op->sub;
	const char *p = (const char *)arr + arr->off;
	int32_t n = arr->len < 0 ? -1 : arr->len;

	put_length(e, op, n, 4);
	if (n <= 0)
		return;
	if (sub == NULL) {
		enc_primitives(e, op, p, n);
		return;
	}
	for (; n > 0 && e->error == 0; n--, p += sub->size)
		enc_struct(e, sub, p);
}

static void
enc_field(struct enc *e, const struct plan_op *op, const char *obj)
{
	const void *p = obj + op->off;
	const struct kptr *ptr = p;
	uint8_t *q;

	switch (op->code) {
	case PLAN_STRING:
	case PLAN_BYTES:
		enc_string(e, op, p);
		break;
	case PLAN_RECORDS:
		enc_records(e, op, p);
		break;
	case PLAN_ARRAY:
		enc_array(e, op, p);
		break;
	case PLAN_STRUCT:
		enc_struct(e, op->sub, p);
		break;
	case PLAN_PTR:
		if (ptr->off == 0 && !op->nullable)
			fail(e, MSG_NULL);
		wire_put_u8(e->out, ptr->off == 0 ? 0xff : 1);
		if (ptr->off != 0)
			enc_struct(e, op->sub, (const char *)p + ptr->off);
		break;
	default:
		if ((q = wire_out_room(e->out, op->min)) != NULL)
			store(op->code, p, q);
	}
}

/* The size in front of a tagged field is known behind it: one byte is kept free, and more are made
 * when it needs more. */
static void
enc_tag(struct enc *e, const struct plan_tag *t, const char *obj)
{
	struct wire_out *out = e->out;
	uint8_t head[10];
	size_t at, size;
	int n;

	wire_put_uvarint(out, (uint64_t)t->tag);
	at = out->len;
	wire_put_u8(out, 0);
	enc_field(e, &t->op, obj);
	if (out->failed)
		return;
	size = out->len - at - 1;
	n = uvarint_put(head, size);
	if (n > 1) {
		if (wire_out_room(out, (size_t)n - 1) == NULL)
			return;
		memmove(out->base + at + n, out->base + at + 1, size);
	}
	memcpy(out->base + at, head, (size_t)n);
}

/* Are these stretches of the struct as its defaults have them?  If not, the fields may be so all the
 * same. */
static inline int
same(const struct plan *pl, const struct plan_same *v, int n, const char *obj)
{
	for (int i = 0; i < n; i++)
		if (memcmp(obj + v[i].off, (const char *)pl->image + v[i].off, v[i].len) != 0)
			return 0;
	return 1;
}

static void
enc_tags(struct enc *e, const struct plan *pl, const char *obj)
{
	uint64_t set = 0;

	if (same(pl, pl->tags_same, pl->ntags_same, obj)) {
		wire_put_u8(e->out, 0);
		return;
	}
	for (int i = 0; i < pl->ntags; i++)
		if (!plan_is_default(pl->tags[i].field, obj))
			set |= UINT64_C(1) << i;
	wire_put_u8(e->out, (uint8_t)__builtin_popcountll(set));
	for (int i = 0; set >> i != 0; i++)
		if (set >> i & 1)
			enc_tag(e, &pl->tags[i], obj);
}

static void
enc_struct(struct enc *e, const struct plan *pl, const char *obj)
{
	for (int i = same(pl, pl->must_same, pl->nmust_same, obj) ? pl->nmust : 0; i < pl->nmust; i++)
		if (!plan_is_default(pl->must[i], obj))
			fail(e, MSG_NO_FIELD);
	for (const struct plan_op *op = pl->ops; op->code != PLAN_END; op++) {
		if (op->code == PLAN_RUN) {
			uint8_t *q = wire_out_room(e->out, op->n);

			if (q == NULL)
				return;
			for (int k = op->count; k > 0; k--) {
				op++;
				q += store(op->code, obj + op->off, q);
			}
		} else {
			enc_field(e, op, obj);
		}
	}
	if (pl->flexible)
		enc_tags(e, pl, obj);
}

int
msg_encode(const struct msg_table *t, int version, const void *root, struct wire_out *out,
    struct msg_splices *sp)
{
	struct enc e = {.out = out, .sp = sp};
	size_t len = out->len;
	int n = sp == NULL ? 0 : sp->n;
	int64_t bytes = sp == NULL ? 0 : sp->bytes;

	if (version < t->versions.lo || version > t->versions.hi)
		return MSG_BAD_VERSION;
	enc_struct(&e, plan_get(t, version), root);
	if (out->failed && e.error == 0)
		e.error = MSG_TOO_BIG;
	if (e.error != 0) {
		out->len = len;
		if (sp != NULL) {
			sp->n = n;
			sp->bytes = bytes;
		}
	}
	return e.error;
}
