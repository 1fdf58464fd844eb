/* SPDX-License-Identifier: ISC */
/*
 * cached.c - is a range in the page cache, and out of it again.
 *
 * Acceptors.  cachestat(2) tells exactly and costs a microsecond.  Where the kernel does not have it (before 6.5) or does
 * not allow it, one byte of every page is asked for.  mincore would need a mapping, and tells nothing about the pages of
 * others to whoever may not write the file.
 */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "view_priv.h"

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

enum { PAGE = 4096 };

struct cachestat_range {
	uint64_t off, len;
};

struct cachestat_result {
	uint64_t cached, dirty, writeback, evicted, recently_evicted;
};

/* By both threads of an acceptor: the first one that is refused tells the other. */
static atomic_bool without_cachestat;

static int
probe(int fd, int64_t off, int64_t end)
{
	char byte;
	struct iovec iov = { &byte, 1 };

	for (int64_t at = off; at < end; at = (at / PAGE + 1) * PAGE) {
		ssize_t r = preadv2(fd, &iov, 1, at, RWF_NOWAIT);

		if (r == -1)
			return errno == EAGAIN ? 0 : -1;
		if (r == 0)
			break; /* behind the end of the file */
	}
	return 1;
}

bool
view_resident_cheap(void)
{
	return !atomic_load_explicit(&without_cachestat, memory_order_relaxed);
}

int
view_resident(int fd, int64_t off, size_t len)
{
	struct cachestat_range range = { (uint64_t)off, len };
	struct cachestat_result st;
	int64_t end = off + (int64_t)len;

	if (len == 0)
		return 1;
	if (!atomic_load_explicit(&without_cachestat, memory_order_relaxed)) {
		if (syscall(SYS_cachestat, fd, &range, &st, 0) == 0)
			return (int64_t)st.cached >= (end - 1) / PAGE - off / PAGE + 1;
		atomic_store_explicit(&without_cachestat, true, memory_order_relaxed);
	}
	return probe(fd, off, end);
}

void
view_drop(int fd, int64_t off, int64_t len)
{
	store_sys.fadvise(fd, off, len, POSIX_FADV_DONTNEED);
}
