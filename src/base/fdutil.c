/* SPDX-License-Identifier: ISC */
/* fdutil.c - see fdutil.h.  Runs in every process. */
#include "config.h"

#include "odradek/base/fdutil.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t
read_full(int fd, void *p, size_t n)
{
	size_t done = 0;
	ssize_t r;

	while (done < n) {
		r = read(fd, (char *)p + done, n - done);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		if (r == 0)
			break;
		done += (size_t)r;
	}
	return (ssize_t)done;
}

ssize_t
pread_full(int fd, void *p, size_t n, int64_t offset)
{
	size_t done = 0;
	ssize_t r;

	while (done < n) {
		r = pread(fd, (char *)p + done, n - done, offset + (int64_t)done);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		if (r == 0)
			break;
		done += (size_t)r;
	}
	return (ssize_t)done;
}

int
write_full(int fd, const void *p, size_t n)
{
	size_t done = 0;
	ssize_t r;

	while (done < n) {
		r = write(fd, (const char *)p + done, n - done);
		if (r == -1 && errno != EINTR)
			return -1;
		if (r > 0)
			done += (size_t)r;
	}
	return 0;
}

int
pwrite_full(int fd, const void *p, size_t n, int64_t offset)
{
	size_t done = 0;
	ssize_t r;

	while (done < n) {
		r = pwrite(fd, (const char *)p + done, n - done, offset + (int64_t)done);
		if (r == -1 && errno != EINTR)
			return -1;
		if (r > 0)
			done += (size_t)r;
	}
	return 0;
}

int
writev_full(int fd, struct iovec *iov, int iovcnt)
{
	ssize_t r;

	while (iovcnt > 0) {
		r = writev(fd, iov, iovcnt < IOV_MAX ? iovcnt : IOV_MAX);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		for (; iovcnt > 0 && (size_t)r >= iov->iov_len; iov++, iovcnt--)
			r -= (ssize_t)iov->iov_len;
		if (iovcnt > 0) {
			iov->iov_base = (char *)iov->iov_base + r;
			iov->iov_len -= (size_t)r;
		}
	}
	return 0;
}

int
fd_set_cloexec(int fd, int on)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags == -1)
		return -1;
	return fcntl(fd, F_SETFD, on ? flags | FD_CLOEXEC : flags & ~FD_CLOEXEC);
}

int
fd_set_nonblock(int fd, int on)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1)
		return -1;
	return fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

static int
kept(int fd, const int *keep, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (keep[i] == fd)
			return 1;
	return 0;
}

/* One by one, for kernels without close_range and for gaps between what is kept. */
static void
close_span(unsigned first, unsigned last)
{
	DIR *dir;
	struct dirent *e;
	int fd, self;

	if (first > last)
		return;
#ifdef HAVE_CLOSE_RANGE
	if (close_range(first, last, 0) == 0)
		return;
#endif
	dir = opendir("/proc/self/fd");
	if (dir == NULL)
		return;
	self = dirfd(dir);
	while ((e = readdir(dir)) != NULL) {
		fd = atoi(e->d_name);
		if (e->d_name[0] != '.' && fd != self && (unsigned)fd >= first &&
		    (unsigned)fd <= last)
			close(fd);
	}
	closedir(dir);
}

void
fd_close_others(int from, const int *keep, int n)
{
	int fd, max = from - 1, i;

	for (i = 0; i < n; i++)
		if (keep[i] > max)
			max = keep[i];
	for (fd = from; fd <= max; fd++)
		if (!kept(fd, keep, n))
			close(fd);
	close_span((unsigned)max + 1, ~0u);
}

void
fd_close(int *fdp)
{
	int saved = errno;

	if (*fdp >= 0)
		close(*fdp);
	*fdp = -1;
	errno = saved;
}

char *
read_file_at(int dirfd, const char *name, size_t max, size_t *np)
{
	char *p = NULL;
	struct stat st;
	ssize_t r;
	int fd;

	fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == -1)
		goto fail;
	/* /dev/null is an empty file; what could block or never end is none */
	if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		goto fail;
	}
	if ((uint64_t)st.st_size > max) {
		errno = EFBIG;
		goto fail;
	}
	p = malloc((size_t)st.st_size + 1);
	if (p == NULL)
		goto fail;
	r = read_full(fd, p, (size_t)st.st_size);
	if (r == -1)
		goto fail;
	p[r] = '\0';
	if (np != NULL)
		*np = (size_t)r;
	fd_close(&fd);
	return p;
fail:
	free(p);
	fd_close(&fd);
	return NULL;
}

int
write_file_durable(int dirfd, const char *name, const void *p, size_t n, int flags)
{
	char tmp[NAME_MAX + 1];
	int fd, saved;

	if (snprintf(tmp, sizeof(tmp), "%s.tmp", name) >= (int)sizeof(tmp)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = openat(dirfd, tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd == -1)
		return -1;
	if (write_full(fd, p, n) == -1)
		goto fail;
	if (!(flags & FILE_NO_SYNC) && fsync(fd) == -1)
		goto fail;
	if (close(fd) == -1) {
		fd = -1;
		goto fail;
	}
	fd = -1;
	if (renameat(dirfd, tmp, dirfd, name) == -1)
		goto fail;
	if (!(flags & FILE_NO_SYNC) && fsync_dir(dirfd) == -1)
		return -1;
	return 0;
fail:
	saved = errno;
	fd_close(&fd);
	unlinkat(dirfd, tmp, 0);
	errno = saved;
	return -1;
}

int
fsync_dir(int dirfd)
{
	int fd, r;

	if (dirfd != AT_FDCWD) {
		/* some file systems do not sync directories, and say so in this way */
		return fsync(dirfd) == -1 && errno != EINVAL ? -1 : 0;
	}
	fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	r = fsync_dir(fd);
	fd_close(&fd);
	return r;
}

int
fsync_parent(const char *path)
{
	char dir[PATH_MAX], *slash;
	int fd, r;

	if (snprintf(dir, sizeof(dir), "%s", path) >= (int)sizeof(dir)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	slash = strrchr(dir, '/');
	if (slash == NULL)
		return fsync_dir(AT_FDCWD);
	slash[slash == dir] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	r = fsync_dir(fd);
	fd_close(&fd);
	return r;
}

int
open_tmp(const char *dir)
{
	char path[PATH_MAX];
	int fd;

	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd != -1 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	if (snprintf(path, sizeof(path), "%s/tmp.XXXXXX", dir) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd != -1)
		unlink(path);
	return fd;
}

int
mkdir_parents(const char *path, mode_t mode)
{
	char part[PATH_MAX], *p;
	struct stat st;

	if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (p = part + 1; part[0] != '\0' && (p = strchr(p, '/')) != NULL; *p++ = '/') {
		*p = '\0';
		if (mkdir(part, mode) == -1 && errno != EEXIST)
			return -1;
	}
	if (mkdir(part, mode) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	if (stat(part, &st) == -1)
		return -1;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return 0;
}

int
remove_tree_at(int dirfd, const char *name)
{
	struct dirent *e;
	int fd, r = 0;
	DIR *dir;

	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	dir = fdopendir(fd);
	if (dir == NULL) {
		fd_close(&fd);
		return -1;
	}
	while (r == 0 && (e = readdir(dir)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			r = remove_tree_at(fd, e->d_name);
	closedir(dir);
	if (r == 0 && unlinkat(dirfd, name, AT_REMOVEDIR) == -1 && errno != ENOENT)
		r = -1;
	return r;
}

uint64_t
rlimit_nofile_raise(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return 1024;
	if (rl.rlim_cur < rl.rlim_max) {
		rl.rlim_cur = rl.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &rl) == -1 && getrlimit(RLIMIT_NOFILE, &rl) == -1)
			return 1024;
	}
	return rl.rlim_cur;
}

void
rlimit_core(int on)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_CORE, &rl) == -1)
		return;
	rl.rlim_cur = on ? rl.rlim_max : 0;
	setrlimit(RLIMIT_CORE, &rl);
}
