/* SPDX-License-Identifier: ISC */
/*
 * sys.c - the real system calls behind store_sys.
 *
 * Writer (loop and helper), acceptors, supervisor.  Nothing else in libstore calls the kernel about files by
 * another way, but for reading directories and for locks.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "odradek/store/sys.h"

static int
sys_openat(int dirfd, const char *path, int flags, mode_t mode)
{
	return openat(dirfd, path, flags, mode);
}

static int
sys_sync_file_range(int fd, off_t off, off_t len, unsigned flags)
{
	return sync_file_range(fd, off, len, flags);
}

static int
sys_fstatat(int dirfd, const char *path, struct stat *st, int flags)
{
	return fstatat(dirfd, path, st, flags);
}

static int
sys_exchange(int dirfd, const char *a, const char *b)
{
	return renameat2(dirfd, a, dirfd, b, RENAME_EXCHANGE);
}

struct store_sys store_sys = {
	.openat = sys_openat,
	.close = close,
	.pread = pread,
	.pwrite = pwrite,
	.pwritev = pwritev,
	.ftruncate = ftruncate,
	.fsync = fsync,
	.fdatasync = fdatasync,
	.syncfs = syncfs,
	.sync_file_range = sys_sync_file_range,
	.fadvise = posix_fadvise,
	.fstatat = sys_fstatat,
	.renameat = renameat,
	.exchange = sys_exchange,
	.linkat = linkat,
	.futimens = futimens,
	.unlinkat = unlinkat,
	.mkdirat = mkdirat,
};

bool
errno_is_full(int err)
{
	return err == ENOSPC || err == EDQUOT;
}

/* What the block layer and the file systems say of a medium (blk_status_t, EFSCORRUPTED).  Not EBADMSG: so libstore says that a batch is none. */
bool
errno_is_medium(int err)
{
	switch (err) {
	case EIO:
	case ENXIO:
	case ENODEV:
	case EROFS:
	case ESTALE:
	case EUCLEAN:
	case EREMOTEIO:
	case ENODATA:
	case EILSEQ:
	case ETIMEDOUT:
	case ENOLINK:
	case ENOTCONN:
	case ESHUTDOWN:
		return true;
	default:
		return false;
	}
}
