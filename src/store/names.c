/* SPDX-License-Identifier: ISC */
/*
 * names.c - names of files and directories, and small files as a whole.
 *
 * Writer, acceptors, controller.  A directory is `<topic>-<n>`; a file in it begins with 20 digits of a base offset.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "store_priv.h"

const char *
path_segment(char buf[PATH_BYTES], const char *dirname, int64_t base, const char *suffix)
{
	/* by hand: this is on the way of every roll, sync and index flush */
	size_t n = strlen(dirname);

	if (n > DIR_BYTES - 1)
		n = DIR_BYTES - 1;
	memcpy(buf, dirname, n);
	buf[n++] = '/';
	for (int i = 19; i >= 0; i--, base /= 10)
		buf[n + (size_t)i] = (char)('0' + base % 10);
	snprintf(buf + n + 20, PATH_BYTES - n - 20, "%s", suffix);
	return buf;
}

const char *
path_in(char buf[PATH_BYTES], const char *dirname, const char *file)
{
	snprintf(buf, PATH_BYTES, "%.255s/%s", dirname, file);
	return buf;
}

int
name_split(const char *name, char topic[256], int32_t *partition)
{
	const char *dash = strrchr(name, '-');
	int64_t n = 0;

	if (dash == NULL || dash == name || dash - name > 249 || dash[1] == '\0' || strlen(dash + 1) > 10)
		return -1;
	for (const char *p = dash + 1; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return -1;
		n = n * 10 + (*p - '0');
	}
	if (n > INT32_MAX || (dash[1] == '0' && dash[2] != '\0'))
		return -1;
	memcpy(topic, name, (size_t)(dash - name));
	topic[dash - name] = '\0';
	*partition = (int32_t)n;
	return 0;
}

int64_t
name_base(const char *name, const char *suffix)
{
	int64_t base = 0;

	for (int i = 0; i < 20; i++) {
		if (name[i] < '0' || name[i] > '9' || base > (INT64_MAX - 9) / 10)
			return -1;
		base = base * 10 + (name[i] - '0');
	}
	return strcmp(name + 20, suffix) == 0 ? base : -1;
}

void
store_random(void *p, size_t n)
{
	uint64_t x = (uint64_t)mono_ns();

	if (getrandom(p, n, 0) == (ssize_t)n)
		return;
	for (size_t i = 0; i < n; i++, x = hash_u64(x + i))
		((uint8_t *)p)[i] = (uint8_t)(x >> 32);
}

int
store_open(int dirfd, const char *path, int flags)
{
	int fd;

	do
		fd = store_sys.openat(dirfd, path, flags | O_CLOEXEC | O_NOFOLLOW, 0644);
	while (fd == -1 && errno == EINTR);
	return fd;
}

void
store_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		store_sys.close(*fd);
	*fd = -1;
	errno = saved;
}

_Thread_local bool store_nowait;

/* What is in the page cache; EAGAIN when that is nothing. */
static ssize_t
pread_nowait(int fd, void *p, size_t n, int64_t off)
{
	struct iovec iov = { p, n };
	ssize_t r = preadv2(fd, &iov, 1, off, RWF_NOWAIT);

	if (r == -1 && (errno == EOPNOTSUPP || errno == EINVAL)) /* this file system cannot tell */
		r = store_sys.pread(fd, p, n, off);
	return r;
}

ssize_t
store_pread(int fd, void *p, size_t n, int64_t off)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = store_nowait ? pread_nowait(fd, (char *)p + got, n - got, off + (int64_t)got)
					 : store_sys.pread(fd, (char *)p + got, n - got, off + (int64_t)got);

		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (ssize_t)got;
}

int
store_pwrite(int fd, const void *p, size_t n, int64_t off)
{
	while (n > 0) {
		ssize_t r = store_sys.pwrite(fd, p, n, off);

		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0) {
			if (r == 0)
				errno = EIO;
			return -1;
		}
		p = (const char *)p + r;
		off += r;
		n -= (size_t)r;
	}
	return 0;
}

char *
store_read_file(int dirfd, const char *path, size_t *len)
{
	int fd = store_open(dirfd, path, O_RDONLY);
	size_t cap = 4096, n = 0;
	char *buf = NULL;
	ssize_t r;

	if (fd == -1)
		return NULL;
	for (;;) {
		char *more = realloc(buf, cap);

		if (more == NULL)
			goto fail;
		buf = more;
		r = store_pread(fd, buf + n, cap - 1 - n, (int64_t)n);
		if (r == -1)
			goto fail;
		n += (size_t)r;
		if (n < cap - 1)
			break;
		if (cap >= SMALL_FILE_MAX) {
			errno = EFBIG;
			goto fail;
		}
		cap *= 4;
	}
	store_close(&fd);
	buf[n] = '\0';
	*len = n;
	return buf;
fail:
	free(buf);
	store_close(&fd);
	return NULL;
}

int
store_fsync_path(int dirfd, const char *path, bool missing_ok)
{
	int fd = store_open(dirfd, path, O_RDONLY);
	int r;

	if (fd == -1)
		return missing_ok && errno == ENOENT ? 0 : -1;
	r = store_sys.fsync(fd);
	store_close(&fd);
	return r;
}

static int
sync_parent(int dirfd, const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_BYTES];

	if (slash == NULL)
		return store_sys.fsync(dirfd);
	snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	return store_fsync_path(dirfd, dir, false);
}

int
store_write_file(int dirfd, const char *path, const void *p, size_t n, bool sync)
{
	char tmp[PATH_BYTES];
	int fd, saved;

	if ((size_t)snprintf(tmp, sizeof(tmp), "%s.tmp", path) >= sizeof(tmp)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = store_open(dirfd, tmp, O_WRONLY | O_CREAT | O_TRUNC)) == -1)
		return -1;
	if (store_pwrite(fd, p, n, 0) == -1 || (sync && store_sys.fsync(fd) == -1))
		goto fail;
	store_close(&fd);
	if (store_sys.renameat(dirfd, tmp, dirfd, path) == -1)
		goto fail;
	return sync ? sync_parent(dirfd, path) : 0;
fail:
	saved = errno;
	store_close(&fd);
	store_sys.unlinkat(dirfd, tmp, 0);
	errno = saved;
	return -1;
}

/* The kernel's own call: readdir() costs an allocation of 32 KB and a stat for each of ten thousand directories. */
int
dir_each(int dirfd, const char *path, int (*fn)(const char *name, unsigned char type, void *arg), void *arg)
{
	int fd = store_open(dirfd, path, O_RDONLY | O_DIRECTORY), r = 0;
	char buf[16 << 10] __attribute__((aligned(8)));
	long n;

	if (fd == -1)
		return -1;
	while (r == 0 && (n = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0)
		for (long at = 0; r == 0 && at < n;) {
			const struct dirent64 *e = (const struct dirent64 *)(buf + at);

			at += e->d_reclen;
			if (e->d_name[0] == '.' && (e->d_name[1] == '\0' ||
			    (e->d_name[1] == '.' && e->d_name[2] == '\0')))
				continue;
			r = fn(e->d_name, e->d_type, arg);
		}
	if (r == 0 && n == -1)
		r = -1;
	store_close(&fd);
	return r;
}
