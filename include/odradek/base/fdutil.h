/* SPDX-License-Identifier: ISC */
/* fdutil.h - files and descriptors: whole reads and writes, and files that are replaced durably.
 * Each returns -1 with errno on failure unless it says otherwise.  Used in: all processes. */
#ifndef ODRADEK_BASE_FDUTIL_H
#define ODRADEK_BASE_FDUTIL_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/* Read or write all n bytes, through EINTR and short transfers.  read_full returns what it got
 * before the end of the file (less than n only there); the writing ones return 0. */
ssize_t read_full(int fd, void *p, size_t n);
ssize_t pread_full(int fd, void *p, size_t n, int64_t offset);
int write_full(int fd, const void *p, size_t n);
int pwrite_full(int fd, const void *p, size_t n, int64_t offset);
/* Changes the iovecs as it goes. */
int writev_full(int fd, struct iovec *iov, int iovcnt);

int fd_set_cloexec(int fd, int on);
int fd_set_nonblock(int fd, int on);
/* Closes every descriptor from `from` up except the n in keep. */
void fd_close_others(int from, const int *keep, int n);
/* close() that keeps errno and sets *fdp to -1; a negative one is left alone. */
void fd_close(int *fdp);

/* A whole small file as a string: malloc'd, NUL added behind *np bytes (np may be NULL).  EFBIG
 * above max. */
char *read_file_at(int dirfd, const char *name, size_t max, size_t *np);

/* Replaces dirfd/name by these bytes: temporary name ("name.tmp"), fsync, rename, fsync of the
 * directory. On failure the old file is as it was.  With FILE_NO_SYNC no fsync of either: the
 * caller syncs many at once. */
enum { FILE_NO_SYNC = 1 };
int write_file_durable(int dirfd, const char *name, const void *p, size_t n, int flags);
/* fsync of an open directory, of the directory of path. */
int fsync_dir(int dirfd);
int fsync_parent(const char *path);

/* An unnamed file in dir (O_TMPFILE, or created and unlinked). */
int open_tmp(const char *dir);
/* mkdir -p; existing directories are left as they are. */
int mkdir_parents(const char *path, mode_t mode);
/* Removes dirfd/name with everything below it, never following a link.  Not there is success. */
int remove_tree_at(int dirfd, const char *name);

/* Raises the soft limit of descriptors to the hard one, and returns what it is then. */
uint64_t rlimit_nofile_raise(void);
/* Core files on or off. */
void rlimit_core(int on);

#endif
