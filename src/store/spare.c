/* SPDX-License-Identifier: ISC */
/*
 * spare.c - the disk's own small files, on a disk that is full.
 *
 * Writer, mostly its helper thread.  A file is replaced by writing another one and renaming it,
 * which wants an inode and blocks.  Of each file that must be replaced however full the disk is,
 * there is a spare one, `.<name>.spare`, whose blocks are allocated.  When there is no room, it is
 * written in place, cut to size and exchanged with the file: the old one is the spare one then, so
 * that this can be done again and again, and nobody else gets the blocks in between. On file
 * systems that never write in place, and where the file outgrew its spare, ENOSPC remains possible.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "odradek/base/log.h"
#include "store_priv.h"

enum { SPARE_LEAST = 16 << 10, BLOCK = 4096 };

static int
spare_name(char path[PATH_BYTES], const char *name)
{
	int n = snprintf(path, PATH_BYTES, ".%s.spare", name);

	if (n > 0 && n < PATH_BYTES)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

void
spare_keep(int dirfd, const char *name, size_t n)
{
	static const char zeros[BLOCK];
	int64_t want =
	    (int64_t)(n * 2 < SPARE_LEAST ? SPARE_LEAST : (n * 2 + BLOCK - 1) / BLOCK * BLOCK);
	char path[PATH_BYTES];
	struct stat st;
	int fd;

	if (spare_name(path, name) == -1 ||
	    (store_sys.fstatat(dirfd, path, &st, 0) == 0 && (int64_t)st.st_blocks * 512 >= want) ||
	    (fd = store_open(dirfd, path, O_WRONLY | O_CREAT)) == -1)
		return;
	for (int64_t off = 0; off < want; off += BLOCK)
		if (store_pwrite(fd, zeros, sizeof(zeros), off) == -1) {
			log_debug("no room yet for all of \"%s\"", path);
			break;
		}
	store_close(&fd);
}

static int
exchange(int dirfd, const char *spare, const char *name)
{
	if (store_sys.exchange(dirfd, spare, name) == 0)
		return 0;
	/* there is no such file yet, or the file system cannot: then the spare one is used up */
	if (errno != ENOENT && errno != EINVAL && errno != ENOSYS)
		return -1;
	return store_sys.renameat(dirfd, spare, dirfd, name);
}

int
store_replace_file(int dirfd, const char *name, const void *p, size_t n, bool sync)
{
	char path[PATH_BYTES];
	int fd, saved, r = -1;

	if (store_write_file(dirfd, name, p, n, sync) == 0)
		return 0;
	saved = errno;
	if (!errno_is_full(saved) || spare_name(path, name) == -1 ||
	    (fd = store_open(dirfd, path, O_WRONLY)) == -1) {
		errno = saved;
		return -1;
	}
	if (store_pwrite(fd, p, n, 0) == 0 && store_sys.ftruncate(fd, (off_t)n) == 0 &&
	    (!sync || store_sys.fsync(fd) == 0))
		r = exchange(dirfd, path, name);
	saved = errno;
	store_close(&fd);
	errno = saved;
	return r == -1 || !sync ? r : store_sys.fsync(dirfd);
}
