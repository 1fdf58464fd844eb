/* SPDX-License-Identifier: ISC */
/*
 * msg.c - arenas, the building of messages, and the look-up of tables.
 * Used in: every process that decodes or encodes.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>

#include "plan.h"

enum { ARENA_KEEP = 256 << 10, ARENA_MAX = 1 << 30 };

int
msg_arena_init(struct msg_arena *a, size_t limit)
{
	void *p;

	*a = (struct msg_arena){.full = 1};
	if (limit > ARENA_MAX)
		limit = ARENA_MAX;
	p = mmap(NULL, limit, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
	    -1, 0);
	if (p == MAP_FAILED)
		return -1;
	*a = (struct msg_arena){.base = p, .limit = limit, .mapped = 1};
	return 0;
}

void
msg_arena_init_fixed(struct msg_arena *a, void *buf, size_t size)
{
	*a = (struct msg_arena){.base = buf, .limit = size};
}

void
msg_arena_reset(struct msg_arena *a)
{
	if (a->mapped && a->used > ARENA_KEEP)
		madvise(a->base + ARENA_KEEP, a->used - ARENA_KEEP, MADV_DONTNEED);
	a->used = 0;
	a->full = 0;
}

void
msg_arena_fini(struct msg_arena *a)
{
	if (a->mapped)
		munmap(a->base, a->limit);
	*a = (struct msg_arena){.full = 1};
}

void *
msg_alloc(struct msg_arena *a, size_t n)
{
	void *p = arena_take(a, n, 8);

	if (p != NULL)
		memset(p, 0, n);
	return p;
}

/* ---- building ---- */

void
msg_defaults(int id, void *p)
{
	memcpy(p, plan_image(id), msg_structs[id].size);
}

void *
msg_new_id(struct msg_arena *a, int id)
{
	void *p = arena_take(a, msg_structs[id].size, 8);

	if (p != NULL)
		msg_defaults(id, p);
	return p;
}

void *
msg_arr_id(struct msg_arena *a, struct karr *f, int id, size_t n)
{
	size_t size = msg_structs[id].size;
	char *p;

	*f = (struct karr){0, 0};
	if (n == 0)
		return f;
	if (n > INT32_MAX || (p = arena_take(a, (uint64_t)n * size, 8)) == NULL) {
		a->full = 1;
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		msg_defaults(id, p + i * size);
	f->off = (int32_t)(p - (char *)f);
	f->len = (int32_t)n;
	return p;
}

void *
msg_ptr_id(struct msg_arena *a, struct kptr *f, int id)
{
	char *p = msg_new_id(a, id);

	f->off = p == NULL ? 0 : (int32_t)(p - (char *)f);
	return p;
}

void
msg_str(struct msg_arena *a, struct kstr *f, const void *p, size_t len)
{
	char *q;

	*f = (struct kstr){0, p == NULL ? -1 : 0};
	if (p == NULL || len == 0)
		return;
	if (len >= INT32_MAX || (q = arena_take(a, len + 1, 1)) == NULL) {
		a->full = 1;
		return;
	}
	memcpy(q, p, len);
	q[len] = '\0';
	f->off = (int32_t)(q - (char *)f);
	f->len = (int32_t)len;
}

void
msg_str_copy(struct msg_arena *a, struct kstr *f, const struct kstr *from)
{
	msg_str(a, f, kstr(from), from->len < 0 ? 0 : (size_t)from->len);
}

void
msg_printf(struct msg_arena *a, struct kstr *f, const char *fmt, ...)
{
	char text[2048];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	msg_str(a, f, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

/* ---- blobs from another process ---- */

struct blob {
	const char *base;
	uint64_t len;
	int64_t budget; /* no byte may be reached twice, or a small blob could take for ever */
};

static int check_struct(struct blob *b, int id, uint64_t at);

/* n bytes at off from the field at `at`: behind the field, inside of the blob, aligned. */
static int
check_range(struct blob *b, uint64_t at, int32_t off, uint64_t n, unsigned align)
{
	uint64_t to = at + (uint64_t)off;

	if (off <= 0 || to % align != 0 || to > b->len || n > b->len - to)
		return -1;
	b->budget -= (int64_t)n;
	return b->budget < 0 ? -1 : 0;
}

static int
check_string(struct blob *b, uint64_t at)
{
	const struct kstr *s = (const void *)(b->base + at);

	if (s->len <= 0)
		return s->off == 0 ? 0 : -1;
	if (check_range(b, at, s->off, (uint64_t)s->len + 1, 1) == -1)
		return -1;
	return b->base[at + (uint64_t)s->off + (uint64_t)s->len] == '\0' ? 0 : -1;
}

static int
check_array(struct blob *b, int id, uint64_t at)
{
	const struct karr *arr = (const void *)(b->base + at);
	uint64_t size = msg_structs[id].size, to;

	if (arr->len <= 0)
		return arr->off == 0 ? 0 : -1;
	if (check_range(b, at, arr->off, (uint64_t)arr->len * size, 8) == -1)
		return -1;
	to = at + (uint64_t)arr->off;
	for (int32_t i = 0; i < arr->len; i++, to += size) {
		if (id >= MSG_FIRST_STRUCT_ID
			? check_struct(b, id, to) == -1
			: (id == MSG_STRING || id == MSG_BYTES) && check_string(b, to) == -1)
			return -1;
	}
	return 0;
}

static int
check_field(struct blob *b, const struct msg_field *f, uint64_t at)
{
	const struct kptr *ptr = (const void *)(b->base + at);

	switch (f->type) {
	case MSG_STRING:
	case MSG_BYTES:
		return check_string(b, at);
	case MSG_ARRAY:
		return check_array(b, f->elem, at);
	case MSG_STRUCT:
		if (f->nullable.lo > f->nullable.hi)
			return check_struct(b, f->elem, at);
		if (ptr->off == 0)
			return 0;
		if (check_range(b, at, ptr->off, msg_structs[f->elem].size, 8) == -1)
			return -1;
		return check_struct(b, f->elem, at + (uint64_t)ptr->off);
	default:
		return 0;
	}
}

static int
check_struct(struct blob *b, int id, uint64_t at)
{
	const struct msg_struct *s = &msg_structs[id];

	for (int i = 0; i < s->nfields; i++)
		if (check_field(b, &s->fields[i], at + s->fields[i].off) == -1)
			return -1;
	return 0;
}

int
msg_check_blob(const struct msg_table *t, const void *blob, size_t len)
{
	struct blob b = {.base = blob, .len = len, .budget = (int64_t)len};

	if (len < msg_structs[t->id].size)
		return -1;
	return check_struct(&b, t->id, 0);
}

/* ---- tables ---- */

static const struct msg_table *
find(enum msg_kind kind, const char *area, int key)
{
	for (const struct msg_table *const *t = msg_tables; *t != NULL; t++) {
		if ((*t)->kind != kind || (*t)->key != key)
			continue;
		if (area == NULL ? (*t)->area == NULL
				 : (*t)->area != NULL && strcmp(area, (*t)->area) == 0)
			return *t;
	}
	return NULL;
}

const struct msg_table *
msg_request_table(int key)
{
	return find(MSG_REQUEST, NULL, key);
}

const struct msg_table *
msg_response_table(int key)
{
	return find(MSG_RESPONSE, NULL, key);
}

const struct msg_table *
msg_record_table(enum msg_kind kind, const char *area, int key)
{
	return find(kind, area, key);
}

const char *
msg_strerror(int error)
{
	static const char *const text[] = {
	    [MSG_OK] = "no error",
	    [MSG_TRUNCATED] = "a length or count is greater than what follows",
	    [MSG_TRAILING] = "bytes follow the last field",
	    [MSG_NULL] = "null where the version does not allow it",
	    [MSG_BAD_TAG] = "a tagged field is not as long as it says",
	    [MSG_BAD_VERSION] = "unknown version",
	    [MSG_TOO_BIG] = "too big",
	    [MSG_NO_FIELD] = "a field is set that this version does not have",
	    [MSG_SPLICES] = "no place for record data",
	};

	return error >= 0 && error < (int)(sizeof(text) / sizeof(text[0])) ? text[error]
									   : "unknown error";
}
