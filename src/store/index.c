/* SPDX-License-Identifier: ISC */
/*
 * index.c - reading .index and .timeindex files by pread.
 *
 * Writer (tail of the active ones) and acceptors (search).  Derived files: what they say is a guess that a batch
 * header has to confirm.  Kafka's active indexes are preallocated and zero-filled behind their entries; an entry of
 * zeros that is not the first is no entry.
 */
#include "config.h"

#include <errno.h>

#include "odradek/base/wire.h"
#include "store_priv.h"

/* Is entry i an entry (not the zeros of a preallocated file)?  1, 0, -1. */
static int
entry_used(int fd, int64_t i, size_t size, size_t offset_at)
{
	uint8_t e[TIME_ENTRY];
	ssize_t r = store_pread(fd, e, size, i * (int64_t)size);

	if (r == -1)
		return -1;
	if ((size_t)r < size)
		return 0;
	if (be32_get(e + offset_at) != 0)
		return 1;
	/* relative offset 0: a batch of one record at the base; only the first entry may be that */
	for (size_t k = 0; k < size; k++)
		if (e[k] != 0)
			return 1;
	return 0;
}

static int64_t
count(int fd, int64_t len, size_t size, size_t offset_at)
{
	int64_t lo = 0, hi = len / (int64_t)size; /* entries below lo are used; hi and above are not, or not there */
	int used;

	if (hi > 0 && (used = entry_used(fd, hi - 1, size, offset_at)) != 0)
		return used == -1 ? -1 : hi;
	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;

		if ((used = entry_used(fd, mid, size, offset_at)) == -1)
			return -1;
		if (used)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int64_t
index_count(int fd, int64_t len, int64_t base)
{
	(void)base;
	return count(fd, len, INDEX_ENTRY, 0);
}

int64_t
timeindex_count(int fd, int64_t len, int64_t base)
{
	(void)base;
	return count(fd, len, TIME_ENTRY, 8);
}

int
index_find(int fd, int64_t n, int64_t base, int64_t offset, struct index_hit *hit)
{
	enum { PAGE = 512 };
	uint8_t page[PAGE * INDEX_ENTRY];
	int64_t lo = 0, hi = n, from = 0, got = 0; /* entries < lo are <= offset; entries >= hi are above it */

	*hit = (struct index_hit){ .offset = base, .position = 0, .entry = -1 };
	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;
		const uint8_t *e;

		if (mid < from || mid >= from + got) {
			ssize_t r;

			from = hi - lo <= PAGE ? lo : mid;
			r = store_pread(fd, page, (hi - lo <= PAGE ? (size_t)(hi - lo) : 1) * INDEX_ENTRY,
			    from * INDEX_ENTRY);
			if (r == -1)
				return -1;
			if ((got = r / INDEX_ENTRY) <= mid - from) { /* shorter than we were told */
				hi = mid;
				continue;
			}
		}
		e = page + (mid - from) * INDEX_ENTRY;
		if (base + (int32_t)be32_get(e) <= offset) {
			*hit = (struct index_hit){ .offset = base + (int32_t)be32_get(e),
				.position = (int32_t)be32_get(e + 4), .entry = mid };
			lo = mid + 1;
		} else {
			hi = mid;
		}
	}
	return 0;
}

int
timeindex_at(int fd, int64_t i, int64_t base, int64_t *timestamp, int64_t *offset)
{
	uint8_t e[TIME_ENTRY];
	ssize_t r = store_pread(fd, e, sizeof(e), i * TIME_ENTRY);

	if (r == -1)
		return -1;
	if (r != sizeof(e)) {
		errno = EBADMSG;
		return -1;
	}
	*timestamp = (int64_t)be64_get(e);
	*offset = base + (int32_t)be32_get(e + 8);
	return 0;
}

int64_t
timeindex_find(int fd, int64_t n, int64_t base, int64_t timestamp)
{
	int64_t lo = 0, hi = n, ts, offset;

	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;

		if (timeindex_at(fd, mid, base, &ts, &offset) == -1)
			return -2;
		if (ts <= timestamp)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo - 1;
}
