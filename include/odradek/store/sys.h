/* SPDX-License-Identifier: ISC */
/*
 * sys.h - the system calls of libstore, behind pointers.
 *
 * Everything that the store asks of the file system goes through store_sys, so that a test can make the n-th call
 * fail, write short or stop.  Used in: writer (loop and helper thread), acceptors, supervisor.  Set once, before the
 * helper thread starts; read-only afterwards.
 */
#ifndef ODRADEK_STORE_SYS_H
#define ODRADEK_STORE_SYS_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

struct store_sys {
	int (*openat)(int dirfd, const char *path, int flags, mode_t mode);
	int (*close)(int fd);
	ssize_t (*pread)(int fd, void *buf, size_t n, off_t off);
	ssize_t (*pwrite)(int fd, const void *buf, size_t n, off_t off);
	ssize_t (*pwritev)(int fd, const struct iovec *iov, int iovcnt, off_t off);
	int (*ftruncate)(int fd, off_t len);
	int (*fsync)(int fd);
	int (*fdatasync)(int fd);
	int (*syncfs)(int fd);
	int (*sync_file_range)(int fd, off_t off, off_t len, unsigned flags);
	int (*fadvise)(int fd, off_t off, off_t len, int advice);
	int (*fstatat)(int dirfd, const char *path, struct stat *st, int flags);
	int (*renameat)(int olddirfd, const char *from, int newdirfd, const char *to);
	int (*exchange)(int dirfd, const char *a, const char *b); /* of two names */
	int (*linkat)(int olddirfd, const char *from, int newdirfd, const char *to, int flags);
	int (*futimens)(int fd, const struct timespec times[2]);
	int (*unlinkat)(int dirfd, const char *path, int flags);
	int (*mkdirat)(int dirfd, const char *path, mode_t mode);
};
extern struct store_sys store_sys;

/* An error of a full disk, an inode table or a quota: it heals. */
bool errno_is_full(int err);
/* Errors of the medium, as against those of this process (descriptors, memory) or of its fullness. */
bool errno_is_medium(int err);

#endif
