/* SPDX-License-Identifier: ISC */
/*
 * clean_out.c - the segment that compaction writes: <base>.log.cleaned, and its indexes, made as an append makes them.
 *
 * Cleaner.  Indexes are kept in memory until the end: 8 and 12 bytes for every index.interval.bytes.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clean_priv.h"

enum { MOST_INDEX = 64 << 20 };

static const char *
name_of(const struct clean_out *o, char buf[PATH_BYTES], const char *suffix)
{
	return path_segment(buf, ".", o->base, suffix);
}

int
clean_out_open(struct clean_out *o, int dirfd, int64_t base, int32_t interval)
{
	char path[PATH_BYTES];

	*o = (struct clean_out){ .dirfd = dirfd, .fd = -1, .base = base, .interval = interval, .max_ts = -1,
		.max_ts_offset = -1, .time_last = -1, .open = true };
	wire_out_init(&o->index, MOST_INDEX);
	wire_out_init(&o->time, MOST_INDEX);
	wire_out_init(&o->txn, MOST_INDEX);
	/* a new file in any case: what lies there may be another's */
	store_sys.unlinkat(dirfd, name_of(o, path, ".log.cleaned"), 0);
	o->fd = store_open(dirfd, path, O_RDWR | O_CREAT | O_EXCL);
	return o->fd == -1 ? -1 : 0;
}

static void
time_entry(struct clean_out *o)
{
	if (o->max_ts <= o->time_last || o->max_ts_offset < 0)
		return;
	wire_put_u64(&o->time, (uint64_t)o->max_ts);
	wire_put_u32(&o->time, (uint32_t)(o->max_ts_offset - o->base));
	o->time_last = o->max_ts;
}

void
clean_out_batch(struct clean_out *o, const struct batch_header *h, int64_t size)
{
	int64_t last = h->base_offset + h->last_offset_delta;

	if (h->max_timestamp > o->max_ts) {
		o->max_ts = h->max_timestamp;
		o->max_ts_offset = last;
	}
	if (o->since_index > (uint32_t)o->interval) {
		wire_put_u32(&o->index, (uint32_t)(last - o->base));
		wire_put_u32(&o->index, (uint32_t)o->size);
		time_entry(o);
		o->since_index = 0;
	}
	o->since_index += (uint32_t)size;
	o->size += size;
}

int
clean_out_write(struct clean_out *o, const void *p, size_t n)
{
	/* the size was counted by clean_out_batch already: what is written ends there */
	return store_pwrite(o->fd, p, n, o->size - (int64_t)n);
}

static int
write_beside(struct clean_out *o, const char *suffix, const struct wire_out *w, bool always)
{
	char path[PATH_BYTES];
	int fd, r, saved;

	if (!wire_out_ok(w)) {
		errno = ENOMEM;
		return -1;
	}
	store_sys.unlinkat(o->dirfd, name_of(o, path, suffix), 0);
	if (w->len == 0 && !always)
		return 0;
	if ((fd = store_open(o->dirfd, path, O_WRONLY | O_CREAT | O_EXCL)) == -1)
		return -1;
	r = store_pwrite(fd, w->base, w->len, 0);
	saved = errno;
	store_close(&fd);
	errno = saved;
	return r;
}

int
clean_out_finish(struct clean_out *o, int64_t mtime)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
		{ .tv_sec = mtime / 1000, .tv_nsec = mtime % 1000 * 1000000 } };

	time_entry(o);
	if (write_beside(o, ".index.cleaned", &o->index, true) == -1 ||
	    write_beside(o, ".timeindex.cleaned", &o->time, true) == -1 ||
	    write_beside(o, ".txnindex.cleaned", &o->txn, false) == -1)
		return -1;
	return store_sys.futimens(o->fd, times);
}

int
clean_out_sync(struct clean_out *o, bool drop_cache)
{
	static const char *const suffix[] = { ".index.cleaned", ".timeindex.cleaned", ".txnindex.cleaned" };
	char path[PATH_BYTES];

	if (store_sys.fsync(o->fd) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++)
		if (store_fsync_path(o->dirfd, name_of(o, path, suffix[i]), true) == -1)
			return -1;
	if (drop_cache)
		store_sys.fadvise(o->fd, 0, 0, POSIX_FADV_DONTNEED);
	return store_sys.fsync(o->dirfd);
}

void
clean_out_close(struct clean_out *o, bool keep)
{
	static const char *const suffix[] = { ".log.cleaned", ".index.cleaned", ".timeindex.cleaned",
		".txnindex.cleaned" };
	char path[PATH_BYTES];

	if (!o->open)
		return;
	store_close(&o->fd);
	for (size_t i = 0; !keep && i < sizeof(suffix) / sizeof(suffix[0]); i++)
		store_sys.unlinkat(o->dirfd, name_of(o, path, suffix[i]), 0);
	wire_out_fini(&o->index);
	wire_out_fini(&o->time);
	wire_out_fini(&o->txn);
	o->open = false;
}
