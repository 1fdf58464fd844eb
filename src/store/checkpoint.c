/* SPDX-License-Identifier: ISC */
/*
 * checkpoint.c - Kafka's text files of numbers: offsets per partition at the root of a disk, epochs per log.
 *
 * Writer; acceptors read epochs.  Line `0` (version), a count, then the entries.  A torn file counts as missing: what
 * it says can be found out again, or is only an optimisation.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "store_priv.h"

void
text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (t->cap - t->len < 512) {
		t->cap = t->cap == 0 ? 1024 : t->cap * 2;
		t->p = xrealloc(t->p, t->cap);
	}
	va_start(ap, fmt);
	n = vsnprintf(t->p + t->len, t->cap - t->len, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < t->cap - t->len)
		t->len += (size_t)n;
}

/* A decimal number and the character behind it: without that it may be the beginning of a longer one.  0 or -1. */
static int
number(const char **p, int64_t *v, char behind)
{
	char *end;

	errno = 0;
	if (!((**p >= '0' && **p <= '9') || **p == '-'))
		return -1;
	*v = strtoll(*p, &end, 10);
	if (errno != 0 || end == *p || *end != behind)
		return -1;
	*p = end + 1;
	return 0;
}

/* Version and count.  The count is bounded by the bytes that are left. */
static int
head(const char **p, size_t len, int64_t *n)
{
	const char *start = *p;
	int64_t version;

	if (number(p, &version, '\n') == -1 || version != 0 || number(p, n, '\n') == -1 || *n < 0 ||
	    (uint64_t)*n > (len - (size_t)(*p - start)) / 3 + 1)
		return -1;
	return 0;
}

static int
line(struct checkpoint *c, const char **p)
{
	const char *sp = strchr(*p, ' ');
	const char *topic = *p;
	char name[DIR_BYTES + 16];
	int64_t partition, offset;

	if (sp == NULL || sp == topic || sp - topic > 249)
		return -1;
	*p = sp + 1;
	if (number(p, &partition, ' ') == -1 || number(p, &offset, '\n') == -1 || partition < 0 || offset < 0)
		return -1;
	snprintf(name, sizeof(name), "%.*s-%" PRId64, (int)(sp - topic), topic, partition);
	c->offset[c->n] = offset;
	mapstr_put(&c->map, name, strlen(name), c->n++);
	return 0;
}

void
checkpoint_read(struct checkpoint *c, int dirfd, const char *name)
{
	size_t len;
	char *text = store_read_file(dirfd, name, &len);
	const char *p = text;
	int64_t n;

	memset(c, 0, sizeof(*c));
	if (text == NULL)
		return;
	if (head(&p, len, &n) == -1)
		goto torn;
	c->offset = xcalloc((size_t)n + 1, sizeof(*c->offset));
	for (int64_t i = 0; i < n; i++)
		if (line(c, &p) == -1)
			goto torn;
	if (p != text + len)
		goto torn; /* more than it counts */
	free(text);
	return;
torn:
	log_debug("\"%s\" is torn or not understood: taken as missing", name);
	checkpoint_fini(c);
	free(text);
}

int64_t
checkpoint_get(const struct checkpoint *c, const char *dirname)
{
	uint32_t *at = c->map.count == 0 ? NULL : mapstr_get(&c->map, dirname, strlen(dirname));

	return at == NULL ? -1 : c->offset[*at];
}

bool
checkpoint_forget(struct checkpoint *c, const char *dirname)
{
	if (checkpoint_get(c, dirname) < 0)
		return false;
	mapstr_del(&c->map, dirname, strlen(dirname));
	return true;
}

const char *
checkpoint_next(const struct checkpoint *c, size_t *pos, int64_t *offset)
{
	const struct mapstr_slot *s = c->map.count == 0 ? NULL : mapstr_next(&c->map, pos);

	if (s == NULL)
		return NULL;
	*offset = c->offset[s->value];
	return s->key;
}

void
checkpoint_fini(struct checkpoint *c)
{
	mapstr_fini(&c->map);
	free(c->offset);
	memset(c, 0, sizeof(*c));
}

/* ---- leader-epoch-checkpoint ---- */

#define EPOCH_FILE "leader-epoch-checkpoint"

void
epochs_fini(struct epochs *es)
{
	free(es->e);
	es->e = NULL;
	es->n = 0;
}

int
epochs_read(struct epochs *es, int dirfd, const char *dirname)
{
	char path[PATH_BYTES];
	size_t len;
	char *text = store_read_file(dirfd, path_in(path, dirname, EPOCH_FILE), &len);
	const char *p = text;
	int64_t n, epoch, start;

	epochs_fini(es);
	if (text == NULL)
		return errno == ENOENT || errno == EFBIG ? 1 : -1;
	if (head(&p, len, &n) == -1)
		goto torn;
	es->e = xcalloc((size_t)n + 1, sizeof(*es->e));
	for (int64_t i = 0; i < n; i++) {
		if (number(&p, &epoch, ' ') == -1 || number(&p, &start, '\n') == -1 || epoch < 0 ||
		    epoch > INT32_MAX || start < 0)
			goto torn;
		epochs_assign(es, (int32_t)epoch, start);
	}
	if (p != text + len)
		goto torn;
	free(text);
	return 0;
torn:
	epochs_fini(es);
	free(text);
	return 1;
}

int
epochs_write(const struct epochs *es, int dirfd, const char *dirname)
{
	struct text t = { 0 };
	char path[PATH_BYTES];
	int r;

	text_add(&t, "0\n%u\n", es->n);
	for (uint32_t i = 0; i < es->n; i++)
		text_add(&t, "%d %" PRId64 "\n", es->e[i].epoch, es->e[i].start);
	r = store_write_file(dirfd, path_in(path, dirname, EPOCH_FILE), t.p, t.len, false);
	free(t.p);
	return r;
}

bool
epochs_assign(struct epochs *es, int32_t epoch, int64_t start)
{
	if (epoch < 0)
		return false;
	if (es->n > 0 && es->e[es->n - 1].epoch == epoch && start >= es->e[es->n - 1].start)
		return false;
	while (es->n > 0 && (es->e[es->n - 1].epoch >= epoch || es->e[es->n - 1].start >= start))
		es->n--;
	if ((es->n & (es->n - 1)) == 0) /* room for the next power of two */
		es->e = xreallocarray(es->e, es->n == 0 ? 1 : (size_t)es->n * 2, sizeof(*es->e));
	es->e[es->n++] = (struct epoch_entry){ epoch, start };
	return true;
}

bool
epochs_cut_end(struct epochs *es, int64_t end)
{
	uint32_t was = es->n;

	while (es->n > 0 && es->e[es->n - 1].start >= end)
		es->n--;
	return es->n != was;
}

bool
epochs_cut_start(struct epochs *es, int64_t start)
{
	uint32_t gone = 0;

	while (gone + 1 < es->n && es->e[gone + 1].start <= start)
		gone++;
	if (es->n == 0 || (gone == 0 && es->e[0].start >= start))
		return false;
	memmove(es->e, es->e + gone, (es->n - gone) * sizeof(*es->e));
	es->n -= gone;
	if (es->e[0].start < start)
		es->e[0].start = start;
	return true;
}

void
epochs_end(const struct epochs *es, int32_t current, int64_t leo, int32_t requested, int32_t *epoch, int64_t *end)
{
	int32_t latest = es->n == 0 ? -1 : es->e[es->n - 1].epoch;
	uint32_t i;

	if (current > latest)
		latest = current;
	*epoch = -1;
	*end = -1;
	if (requested < 0 || requested > latest)
		return;
	if (requested == latest) {
		*epoch = requested;
		*end = leo;
		return;
	}
	for (i = 0; i < es->n && es->e[i].epoch <= requested; i++)
		;
	/* e[i] is the next higher epoch; when the history has none, the current one began at the end */
	*end = i < es->n ? es->e[i].start : leo;
	*epoch = i > 0 ? es->e[i - 1].epoch : requested;
}
