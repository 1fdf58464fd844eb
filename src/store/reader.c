/* SPDX-License-Identifier: ISC */
/*
 * reader.c - all batches of a partition directory in order, each checked.
 *
 * Controller (disks from elsewhere), tools, tests.  The directory is not changed, nor is it assumed that
 * nobody else appends to it: what is not a whole good batch at the end of the last segment is its end.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "odradek/store/reader.h"
#include "store_priv.h"

enum { READ_WINDOW = 256 << 10 };

struct plog_reader {
	char *path;
	int64_t *base; /* ascending */
	uint32_t n, cap, at;
	int fd;
	int64_t offset; /* batches that end below it are left out */
	int64_t where;
	struct walk w;
	uint8_t *window, *batch;
	size_t batch_cap;
};

static int
list_file(const char *name, unsigned char type, void *arg)
{
	struct plog_reader *r = arg;
	int64_t base = strlen(name) == 24 ? name_base(name, ".log") : -1;

	(void)type;
	if (base < 0)
		return 0;
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 8 : r->cap * 2;
		r->base = xreallocarray(r->base, r->cap, sizeof(*r->base));
	}
	r->base[r->n++] = base;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* 1 open, 0 there are no more, -1. */
static int
open_next(struct plog_reader *r)
{
	char path[PATH_MAX];
	struct stat st;

	store_close(&r->fd);
	if (r->at >= r->n)
		return 0;
	snprintf(path, sizeof(path), "%s/%020" PRId64 ".log", r->path, r->base[r->at]);
	if ((r->fd = store_open(AT_FDCWD, path, O_RDONLY)) == -1 ||
	    store_sys.fstatat(r->fd, "", &st, AT_EMPTY_PATH) == -1)
		return -1;
	walk_init(&r->w, r->fd, r->base[r->at], 0, st.st_size, r->base[r->at], r->window, READ_WINDOW);
	r->at++;
	return 1;
}

int
plog_reader_open(struct plog_reader **rp, const char *path, int64_t offset)
{
	struct plog_reader *r = xcalloc(1, sizeof(*r));
	int saved;

	*rp = NULL;
	r->fd = -1;
	r->path = xstrdup(path);
	r->offset = offset;
	r->window = xmalloc(READ_WINDOW);
	if (dir_each(AT_FDCWD, path, list_file, r) == -1)
		goto fail;
	if (r->n > 1)
		qsort(r->base, r->n, sizeof(*r->base), compare);
	while (r->at + 1 < r->n && r->base[r->at + 1] <= offset)
		r->at++;
	if (open_next(r) == -1)
		goto fail;
	*rp = r;
	return 0;
fail:
	saved = errno;
	plog_reader_close(&r);
	errno = saved;
	return -1;
}

/* Is it all zeros from the end of what was good: a preallocated tail? */
static bool
only_zeros(struct plog_reader *r)
{
	for (int64_t at = r->w.pos; at < r->w.end; at += READ_WINDOW) {
		ssize_t n = store_pread(r->fd, r->window, READ_WINDOW, at);

		for (ssize_t i = 0; i < n; i++)
			if (r->window[i] != 0)
				return false;
	}
	return true;
}

static int
take(struct plog_reader *r, const struct batch_header *h, int64_t pos, const uint8_t **batch, size_t *len)
{
	size_t size = (size_t)h->length + BATCH_LENGTH_END;

	if (size > r->batch_cap) {
		uint8_t *more = realloc(r->batch, size);

		if (more == NULL)
			return -1;
		r->batch = more;
		r->batch_cap = size;
	}
	if (store_pread(r->fd, r->batch, size, pos) != (ssize_t)size || batch_verify(r->batch, size) == -1) {
		errno = EBADMSG;
		return -1;
	}
	*batch = r->batch;
	*len = size;
	return 1;
}

int
plog_reader_next(struct plog_reader *r, const uint8_t **batch, size_t *len)
{
	struct batch_header h;
	int64_t pos;
	int n;

	while (r->fd != -1) {
		while ((n = walk_next(&r->w, &h, &pos)) == 1) {
			r->where = pos;
			if (h.base_offset + h.last_offset_delta >= r->offset)
				return take(r, &h, pos, batch, len);
		}
		r->where = r->w.pos;
		if (n == -1 && !(errno == EBADMSG && only_zeros(r)))
			return -1;
		if (open_next(r) == -1)
			return -1;
	}
	return 0;
}

void
plog_reader_where(const struct plog_reader *r, int64_t *segment, int64_t *position)
{
	*segment = r->at == 0 ? -1 : r->base[r->at - 1];
	*position = r->where;
}

void
plog_reader_close(struct plog_reader **rp)
{
	struct plog_reader *r = *rp;

	*rp = NULL;
	if (r == NULL)
		return;
	store_close(&r->fd);
	free(r->path);
	free(r->base);
	free(r->window);
	free(r->batch);
	free(r);
}

/* ---- only where it ends ---- */

/* Of the last entry in the index of the segment that is open; 0 if there is none that could be right. */
static int64_t
indexed(struct plog_reader *r)
{
	const int64_t base = r->base[r->at - 1];
	struct index_hit hit = { .position = 0 };
	char path[PATH_MAX];
	struct stat st;
	int64_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%020" PRId64 ".index", r->path, base);
	if ((fd = store_open(AT_FDCWD, path, O_RDONLY)) == -1)
		return 0;
	if (store_sys.fstatat(fd, "", &st, AT_EMPTY_PATH) == -1 || (n = index_count(fd, st.st_size, base)) <= 0 ||
	    index_find(fd, n, base, INT64_MAX, &hit) == -1 || hit.position >= r->w.end)
		hit.position = 0;
	store_close(&fd);
	return hit.position;
}

/* The last batch from there on.  1, 0: there is none, -1. */
static int
last_batch(struct plog_reader *r, int64_t from, bool checked, int32_t *epoch, int64_t *leo)
{
	struct batch_header h;
	int n, found = 0;
	int64_t pos;

	r->w.pos = from;
	while ((n = walk_next(&r->w, &h, &pos)) == 1 && (!checked || (n = walk_crc(&r->w, &h, pos)) == 1)) {
		*epoch = h.leader_epoch;
		*leo = h.base_offset + h.last_offset_delta + 1;
		found = 1;
	}
	return n == -1 && errno != EBADMSG ? -1 : found;
}

int
plog_end(const char *path, bool checked, int32_t *epoch, int64_t *leo)
{
	struct plog_reader *r;
	int64_t from;
	int rc = 0;

	*epoch = -1;
	*leo = 0;
	if (plog_reader_open(&r, path, INT64_MAX) == -1)
		return -1;
	for (uint32_t i = r->n; rc == 0 && i-- > 0;) { /* a new segment may be empty */
		r->at = i;
		if ((rc = open_next(r)) == -1)
			break;
		from = checked ? 0 : indexed(r);
		rc = last_batch(r, from, checked, epoch, leo);
		if (rc == 0 && from > 0)
			rc = last_batch(r, 0, checked, epoch, leo);
	}
	if (r->n > 0 && *leo < r->base[r->n - 1])
		*leo = r->base[r->n - 1];
	plog_reader_close(&r);
	return rc == -1 ? -1 : 0;
}
