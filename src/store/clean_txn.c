/* SPDX-License-Identifier: ISC */
/*
 * clean_txn.c - transactions as compaction meets them: whose records were aborted, whose markers may go.
 *
 * Cleaner.  Everything below the last stable offset is decided, so the .txnindex files tell of every abort before its
 * records are met.  A marker may go when no record of its transaction was met in front of it.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "clean_priv.h"

static void
add(struct clean_txns *t, const uint8_t *e)
{
	struct clean_aborted *a;

	if ((t->n & (t->n - 1)) == 0)
		t->list = xreallocarray(t->list, t->n == 0 ? 1 : (size_t)t->n * 2, sizeof(*t->list));
	a = &t->list[t->n++];
	memcpy(a->entry, e, TXN_ENTRY);
	a->producer = (int64_t)be64_get(e + 2);
	a->first = (int64_t)be64_get(e + 10);
	a->last = (int64_t)be64_get(e + 18);
	a->seen = false;
}

static int
load_one(struct clean_txns *t, int dirfd, int64_t base, int64_t from, int64_t upto)
{
	char path[PATH_BYTES];
	uint8_t e[TXN_ENTRY * 64];
	int fd = store_open(dirfd, path_segment(path, ".", base, ".txnindex"), O_RDONLY);
	int64_t at = 0;
	ssize_t n;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	while ((n = store_pread(fd, e, sizeof(e), at)) >= TXN_ENTRY) {
		for (ssize_t i = 0; i + TXN_ENTRY <= n; i += TXN_ENTRY)
			if ((int64_t)be64_get(e + i + 18) >= from && (int64_t)be64_get(e + i + 10) < upto)
				add(t, e + i);
		at += n - n % TXN_ENTRY;
	}
	store_close(&fd);
	return n == -1 ? -1 : 0;
}

static int
by_first(const void *x, const void *y)
{
	const struct clean_aborted *a = x, *b = y;

	return a->first < b->first ? -1 : a->first > b->first;
}

int
clean_txns_load(struct clean_txns *t, int dirfd, const int64_t *bases, uint32_t n, int64_t from, int64_t upto)
{
	clean_txns_fini(t);
	for (uint32_t i = 0; i < n; i++)
		if (load_one(t, dirfd, bases[i], from, upto) == -1)
			return -1;
	if (t->n > 1)
		qsort(t->list, t->n, sizeof(*t->list), by_first);
	return 0;
}

void
clean_txns_fini(struct clean_txns *t)
{
	free(t->list);
	map64_fini(&t->aborted);
	map64_fini(&t->committed);
	memset(t, 0, sizeof(*t));
}

static void
reach(struct clean_txns *t, int64_t offset)
{
	for (; t->next < t->n && t->list[t->next].first <= offset; t->next++)
		if (map64_get(&t->aborted, (uint64_t)t->list[t->next].producer) == NULL)
			map64_put(&t->aborted, (uint64_t)t->list[t->next].producer, t->next);
}

bool
clean_txns_batch(struct clean_txns *t, const struct batch_header *h)
{
	uint64_t *at;

	reach(t, h->base_offset + h->last_offset_delta);
	if (!(h->attributes & BATCH_TRANSACTIONAL))
		return false;
	if ((at = map64_get(&t->aborted, (uint64_t)h->producer_id)) != NULL) {
		t->list[*at].seen = true;
		return true;
	}
	map64_put(&t->committed, (uint64_t)h->producer_id, 0);
	return false;
}

bool
clean_txns_control(struct clean_txns *t, const struct batch_header *h, bool empty, int type, const uint8_t **index)
{
	uint64_t *at;

	*index = NULL;
	reach(t, h->base_offset + h->last_offset_delta);
	if (empty) /* emptied by an earlier compaction */
		return true;
	if (type == CONTROL_COMMIT)
		return map64_del(&t->committed, (uint64_t)h->producer_id) == 0;
	if (type != CONTROL_ABORT)
		return false;
	if ((at = map64_get(&t->aborted, (uint64_t)h->producer_id)) == NULL)
		return true;
	if (t->list[*at].seen)
		*index = t->list[*at].entry;
	map64_del(&t->aborted, (uint64_t)h->producer_id);
	return *index == NULL;
}
