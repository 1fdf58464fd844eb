/* SPDX-License-Identifier: ISC */
/* support.c - see support.h. */
#include "config.h"

#include "t/proto/support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "odradek/base/xalloc.h"

uint64_t
rng_next(struct rng *r)
{
	uint64_t z = (r->s += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint32_t
rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)(rng_next(r) % n);
}

/* ---- random messages ---- */

struct maker {
	struct rng *r;
	struct msg_arena *a;
	const struct msg_table *t;
	int version;
};

static int
in(struct msg_range r, int version)
{
	return version >= r.lo && version <= r.hi;
}

static void fill_struct(struct maker *m, int id, char *p);

static void
fill_bytes(struct maker *m, struct kstr *s)
{
	uint32_t n = rng_below(m->r, 8) == 0 ? 100 + rng_below(m->r, 200) : rng_below(m->r, 12);
	char buf[300];

	for (uint32_t i = 0; i < n; i++)
		buf[i] = (char)rng_next(m->r);
	msg_str(m->a, s, buf, n);
}

static void
fill_primitive(struct maker *m, int type, char *p)
{
	uint64_t x = rng_next(m->r) >> (rng_below(m->r, 8) * 8);

	switch (type) {
	case MSG_BOOL:
		*(uint8_t *)p = x & 1;
		break;
	case MSG_STRING:
	case MSG_BYTES:
		fill_bytes(m, (struct kstr *)(void *)p);
		break;
	case MSG_RECORDS:
		((struct krecs *)(void *)p)->len = (int32_t)rng_below(m->r, 40);
		break;
	case MSG_UUID:
		for (int i = 0; i < 16; i++)
			p[i] = (char)rng_next(m->r);
		break;
	default:
		memcpy(p, &x, msg_structs[type].size);
	}
}

static void
fill_array(struct maker *m, const struct msg_field *f, struct karr *arr)
{
	uint32_t n = rng_below(m->r, 4);
	char *p;

	if (f->elem < MSG_FIRST_STRUCT_ID && rng_below(m->r, 10) == 0)
		n = 130; /* a count of two bytes */
	p = msg_arr_id(m->a, arr, f->elem, n);
	for (uint32_t i = 0; i < n; i++, p += msg_structs[f->elem].size) {
		if (f->elem < MSG_FIRST_STRUCT_ID)
			fill_primitive(m, f->elem, p);
		else
			fill_struct(m, f->elem, p);
	}
}

static void
fill_field(struct maker *m, const struct msg_field *f, char *obj)
{
	char *p = obj + f->off;
	int nullable = in(f->nullable, m->version);
	void *child;

	if (in(f->tagged, m->version) && rng_below(m->r, 3) == 0)
		return; /* leave the default */
	if (nullable && rng_below(m->r, 3) == 0) {
		if (f->type == MSG_STRUCT)
			((struct kptr *)(void *)p)->off = 0;
		else if (f->type == MSG_RECORDS)
			((struct krecs *)(void *)p)->len = -1;
		else
			*(struct kstr *)(void *)p = (struct kstr){0, -1};
	} else if (f->type == MSG_ARRAY) {
		fill_array(m, f, (struct karr *)(void *)p);
	} else if (f->type == MSG_STRUCT && nullable) {
		child = msg_ptr_id(m->a, (struct kptr *)(void *)p, f->elem);
		fill_struct(m, f->elem, child);
	} else if (f->type == MSG_STRUCT) {
		fill_struct(m, f->elem, p);
	} else {
		fill_primitive(m, f->type, p);
	}
}

static void
fill_struct(struct maker *m, int id, char *p)
{
	const struct msg_struct *s = &msg_structs[id];

	for (int i = 0; i < s->nfields; i++)
		if (in(s->fields[i].versions, m->version))
			fill_field(m, &s->fields[i], p);
}

void *
random_message(struct rng *r, const struct msg_table *t, int version, struct msg_arena *a)
{
	struct maker m = {r, a, t, version};
	void *root = msg_new_id(a, t->id);

	fill_struct(&m, t->id, root);
	return root;
}

/* ---- comparison ---- */

static int same_struct(int id, const char *a, const char *b);

static int
same_value(int type, const char *a, const char *b)
{
	const struct kstr *s = (const void *)a, *t = (const void *)b;

	switch (type) {
	case MSG_STRING:
	case MSG_BYTES:
		if (s->len != t->len)
			return 0;
		return s->len <= 0 ||
		       (memcmp(kstr(s), kstr(t), (size_t)s->len) == 0 && kstr(t)[t->len] == '\0');
	case MSG_RECORDS:
		return ((const struct krecs *)(const void *)a)->len ==
		       ((const struct krecs *)(const void *)b)->len;
	default:
		return type >= MSG_FIRST_STRUCT_ID ? same_struct(type, a, b)
						   : memcmp(a, b, msg_structs[type].size) == 0;
	}
}

static int
same_field(const struct msg_field *f, const char *a, const char *b)
{
	const struct karr *x = (const void *)a, *y = (const void *)b;
	const struct kptr *p = (const void *)a, *q = (const void *)b;
	size_t size;

	if (f->type == MSG_ARRAY) {
		size = msg_structs[f->elem].size;
		if (x->len != y->len)
			return 0;
		for (int32_t i = 0; i < x->len; i++)
			if (!same_value(f->elem, a + x->off + (size_t)i * size,
				b + y->off + (size_t)i * size))
				return 0;
		return 1;
	}
	if (f->type == MSG_STRUCT && f->nullable.lo <= f->nullable.hi) {
		if (p->off == 0 || q->off == 0)
			return p->off == q->off;
		return same_struct(f->elem, a + p->off, b + q->off);
	}
	return same_value(f->type == MSG_STRUCT ? f->elem : f->type, a, b);
}

static int
same_struct(int id, const char *a, const char *b)
{
	const struct msg_struct *s = &msg_structs[id];

	for (int i = 0; i < s->nfields; i++)
		if (!same_field(&s->fields[i], a + s->fields[i].off, b + s->fields[i].off))
			return 0;
	return 1;
}

int
same_message(const struct msg_table *t, const void *a, const void *b)
{
	return same_struct(t->id, a, b);
}

/* ---- printing ---- */

static void
dump_value(FILE *f, int type, const char *p)
{
	const struct kstr *s = (const void *)p;
	const struct msg_struct *st;
	int64_t x = 0;

	switch (type) {
	case MSG_STRING:
	case MSG_BYTES:
		if (s->len < 0) {
			fputc('~', f);
			return;
		}
		fputc('\'', f);
		for (int32_t i = 0; i < s->len; i++)
			fprintf(f, "%02x", (uint8_t)kstr(s)[i]);
		return;
	case MSG_UUID:
		for (int i = 0; i < 16; i++)
			fprintf(f, "%02x", (uint8_t)p[i]);
		return;
	case MSG_RECORDS:
		if (((const struct krecs *)(const void *)p)->len < 0)
			fputc('~', f);
		else
			fprintf(f, "#%d", ((const struct krecs *)(const void *)p)->len);
		return;
	case MSG_BOOL:
	case MSG_INT8:
		x = *(const int8_t *)p;
		break;
	case MSG_INT16:
		x = *(const int16_t *)(const void *)p;
		break;
	case MSG_UINT16:
		x = *(const uint16_t *)(const void *)p;
		break;
	case MSG_INT32:
		x = *(const int32_t *)(const void *)p;
		break;
	case MSG_UINT32:
		x = *(const uint32_t *)(const void *)p;
		break;
	case MSG_INT64:
	case MSG_FLOAT64: /* its bits */
		x = *(const int64_t *)(const void *)p;
		break;
	default:
		st = &msg_structs[type];
		fputc('{', f);
		for (int i = 0; i < st->nfields; i++) {
			const struct msg_field *fd = &st->fields[i];
			const char *q = p + fd->off;
			const struct karr *arr = (const void *)q;
			const struct kptr *ptr = (const void *)q;

			fprintf(f, "%s%s=", i == 0 ? "" : ",", fd->name);
			if (fd->type == MSG_ARRAY && arr->len < 0) {
				fputc('~', f);
			} else if (fd->type == MSG_ARRAY) {
				fputc('[', f);
				for (int32_t k = 0; k < arr->len; k++) {
					if (k > 0)
						fputc(',', f);
					dump_value(f, fd->elem,
					    q + arr->off + (size_t)k * msg_structs[fd->elem].size);
				}
				fputc(']', f);
			} else if (fd->type == MSG_STRUCT && fd->nullable.lo <= fd->nullable.hi &&
				   ptr->off == 0) {
				fputc('~', f);
			} else if (fd->type == MSG_STRUCT && fd->nullable.lo <= fd->nullable.hi) {
				dump_value(f, fd->elem, q + ptr->off);
			} else {
				dump_value(f, fd->type == MSG_STRUCT ? fd->elem : fd->type, q);
			}
		}
		fputc('}', f);
		return;
	}
	fprintf(f, "%" PRId64, x);
}

char *
dump_message(const struct msg_table *t, const void *root)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	dump_value(f, t->id, root);
	fclose(f);
	return text;
}

/* ---- bytes ---- */

uint8_t *
encode_whole(const struct msg_table *t, int version, const void *root, size_t *len, int *error)
{
	static struct msg_splice v[4096];
	struct msg_splices sp = {v, 0, 4096, 0};
	struct wire_out out;
	uint8_t *p, *q;
	size_t from = 0;

	wire_out_init(&out, 64 << 20);
	*error = msg_encode(t, version, root, &out, &sp);
	if (*error != 0) {
		wire_out_fini(&out);
		return NULL;
	}
	*len = out.len + (size_t)sp.bytes;
	p = q = xmalloc(*len + 1);
	for (int i = 0; i < sp.n; i++) {
		memcpy(q, out.base + from, v[i].out_off - from);
		q += v[i].out_off - from;
		from = v[i].out_off;
		for (int32_t k = 0; k < v[i].len; k++, q++)
			*q = (uint8_t)(q - p);
	}
	if (out.len > from)
		memcpy(q, out.base + from, out.len - from);
	wire_out_fini(&out);
	return p;
}

void
pieces_make(struct pieces *p, struct rng *r, const void *data, size_t len, uint32_t most)
{
	const char *d = data;

	p->iov = xcalloc(len + 2, sizeof(*p->iov));
	p->n = 0;
	while (len > 0) {
		size_t m = 1 + rng_below(r, most);

		if (rng_below(r, 16) == 0)
			m = 0; /* empty pieces are allowed */
		if (m > len)
			m = len;
		if (p->n > (int)len && m == 0)
			m = 1;
		p->iov[p->n].iov_base = m == 0 ? NULL : xmemdup(d, m);
		p->iov[p->n].iov_len = m;
		p->n += m > 0 || p->n == 0;
		d += m;
		len -= m;
	}
}

void
pieces_join(const struct pieces *p, void *data)
{
	char *d = data;

	for (int i = 0; i < p->n; i++) {
		if (p->iov[i].iov_len > 0)
			memcpy(d, p->iov[i].iov_base, p->iov[i].iov_len);
		d += p->iov[i].iov_len;
	}
}

void
pieces_free(struct pieces *p)
{
	for (int i = 0; i < p->n; i++)
		free(p->iov[i].iov_base);
	free(p->iov);
	*p = (struct pieces){0};
}

uint8_t *
unhex(const char *hex, size_t *len)
{
	size_t n = strlen(hex) / 2;
	uint8_t *p = xmalloc(n + 1);

	for (size_t i = 0; i < n; i++) {
		unsigned v = 0;

		sscanf(hex + 2 * i, "%2x", &v);
		p[i] = (uint8_t)v;
	}
	*len = n;
	return p;
}
