/* SPDX-License-Identifier: ISC */
/*
 * faults.c - a file system that fails, for a whole daemon: preloaded, it sits between the program (and SQLite in it)
 * and libc, counts the calls about files below one directory, and makes the n-th fail, write short or wait.
 *
 * FAULTS_ROOT names the directory, FAULTS_FILE a file of one struct control, which the test changes while the daemon
 * runs (faults.py).  All processes of the daemon share it, so calls are numbered across them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { FAULT_NONE, FAULT_ERRNO, FAULT_SHORT, FAULT_SLOW };
/* MEDIUM: of READS those that wait for the medium, as none does that an event loop makes. */
enum calls { TAKES_SPACE = 1, CHANGES = 2, SYNCS = 4, READS = 8, MEDIUM = 16 };

struct control {
	_Atomic uint64_t calls;	  /* seen so far that are of the mask */
	_Atomic uint64_t hit;	  /* made to fail so far */
	_Atomic int64_t from, n;  /* calls from..from+n-1 fail */
	_Atomic uint32_t kind, error, mask, slow_ms;
	char what[256];		  /* the first one that failed */
	char only[128];		  /* only paths that contain this; "" = all */
	_Atomic int64_t freed;	  /* bytes that were given back since the disk is full */
	_Atomic int64_t write_ms; /* how long each write takes that `only` leaves out */
};

static struct control *ctl;
static char root[PATH_MAX];
static _Thread_local bool inside;

__attribute__((constructor)) static void
begin(void)
{
	const char *file = getenv("FAULTS_FILE"), *dir = getenv("FAULTS_ROOT");
	int fd = file == NULL || dir == NULL ? -1 : open(file, O_RDWR | O_CLOEXEC);
	void *p = fd == -1 ? MAP_FAILED : mmap(NULL, sizeof(*ctl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return;
	snprintf(root, sizeof(root), "%s", dir);
	close(fd);
	ctl = p;
}

static bool
left_out(const char *buf)
{
	return ctl->only[0] != '\0' && strstr(buf, ctl->only) == NULL;
}

static bool
below_root(int fd, const char *path, char *buf)
{
	char link[64];
	ssize_t n = 0;

	buf[0] = '\0';
	if (path == NULL || path[0] != '/') {
		if (fd == AT_FDCWD)
			return false;
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		if ((n = readlink(link, buf, PATH_MAX / 2)) <= 0)
			return false;
		buf[n] = '\0';
	}
	if (path != NULL && path[0] != '\0')
		snprintf(buf + n, PATH_MAX / 2, "%s%s", n > 0 ? "/" : "", path);
	return strncmp(buf, root, strlen(root)) == 0;
}

/* A disk that stays full, not a call that fails once. */
static bool
full_disk(void)
{
	int error = (int)atomic_load(&ctl->error);

	return atomic_load(&ctl->kind) == FAULT_ERRNO && (error == ENOSPC || error == EDQUOT) && atomic_load(&ctl->n) > 1 &&
	    (int64_t)atomic_load(&ctl->calls) >= atomic_load(&ctl->from);
}

/* It takes what goes where blocks are already, and as much more as was given back. */
static bool
has_blocks(int fd, off_t end)
{
	struct stat st;
	int64_t need, freed = atomic_load(&ctl->freed);

	if (!full_disk() || fstat(fd, &st) == -1)
		return false;
	need = ((int64_t)end + 4095) / 4096 * 4096 - (int64_t)st.st_blocks * 512;
	while (need > 0 && freed >= need)
		if (atomic_compare_exchange_weak(&ctl->freed, &freed, freed - need))
			return true;
	return need <= 0;
}

static void
gives_back(int fd, const char *path)
{
	char buf[PATH_MAX];
	struct stat st;
	int saved = errno;

	if (ctl == NULL || inside || !full_disk())
		return;
	inside = true;
	if (below_root(fd, path, buf) && !left_out(buf) && lstat(buf, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1)
		atomic_fetch_add(&ctl->freed, (int64_t)st.st_blocks * 512);
	inside = false;
	errno = saved;
}

static void
dawdle(int fd)
{
	char buf[PATH_MAX];
	int saved = errno;

	if (ctl == NULL || inside || atomic_load(&ctl->kind) == FAULT_NONE || atomic_load(&ctl->write_ms) == 0)
		return;
	inside = true;
	if (below_root(fd, NULL, buf) && left_out(buf))
		usleep((useconds_t)atomic_load(&ctl->write_ms) * 1000);
	inside = false;
	errno = saved;
}

static off_t
bytes(const struct iovec *v, int n)
{
	off_t sum = 0;

	while (n-- > 0)
		sum += (off_t)v[n].iov_len;
	return sum;
}

/* What is to become of this call: FAULT_NONE, or the fault, with errno set. */
static enum kind
fate(const char *name, uint32_t of, int fd, const char *path)
{
	int saved = errno;
	enum kind kind;
	int64_t call;
	char buf[PATH_MAX];
	int error;

	if (ctl == NULL || inside || (kind = atomic_load(&ctl->kind)) == FAULT_NONE || (of & atomic_load(&ctl->mask)) == 0)
		return FAULT_NONE;
	inside = true;
	if (!below_root(fd, path, buf) || left_out(buf))
		kind = FAULT_NONE;
	/* what is there already is not made: no file system wants room for that */
	error = (int)atomic_load(&ctl->error);
	if (of == TAKES_SPACE && path != NULL && kind == FAULT_ERRNO && (error == ENOSPC || error == EDQUOT) &&
	    name[0] != 'r' && access(buf, F_OK) == 0)
		kind = FAULT_NONE;
	inside = false;
	errno = saved;
	if (kind == FAULT_NONE)
		return FAULT_NONE;
	call = (int64_t)atomic_fetch_add(&ctl->calls, 1);
	if (call < atomic_load(&ctl->from) || call - atomic_load(&ctl->from) >= atomic_load(&ctl->n))
		return FAULT_NONE;
	if (atomic_fetch_add(&ctl->hit, 1) == 0)
		snprintf(ctl->what, sizeof(ctl->what), "%s %.200s", name, buf + strlen(root));
	if (kind == FAULT_SLOW || kind == FAULT_ERRNO)
		usleep(atomic_load(&ctl->slow_ms) * 1000);
	if (kind == FAULT_SLOW)
		return FAULT_NONE;
	if (kind == FAULT_ERRNO)
		errno = error;
	return kind;
}


#define SIMPLE(ret, name, of, fd, path, params, args) \
	ret name params \
	{ \
		static ret(*real) params; \
		if (real == NULL) \
			real = (ret(*) params)dlsym(RTLD_NEXT, #name); \
		if (fate(#name, of, fd, path) == FAULT_ERRNO) \
			return -1; \
		if (#name[0] == 'u') \
			gives_back(fd, path); \
		return real args; \
	}

SIMPLE(int, fsync, SYNCS, fd, NULL, (int fd), (fd))
SIMPLE(int, fdatasync, SYNCS, fd, NULL, (int fd), (fd))
SIMPLE(int, syncfs, SYNCS, fd, NULL, (int fd), (fd))
SIMPLE(int, sync_file_range, SYNCS, fd, NULL, (int fd, off_t o, off_t n, unsigned f), (fd, o, n, f))
SIMPLE(int, ftruncate, CHANGES, fd, NULL, (int fd, off_t n), (fd, n))
SIMPLE(int, ftruncate64, CHANGES, fd, NULL, (int fd, off_t n), (fd, n))
SIMPLE(int, fallocate, TAKES_SPACE, fd, NULL, (int fd, int mode, off_t o, off_t n), (fd, mode, o, n))
SIMPLE(int, renameat, TAKES_SPACE, to, b, (int from, const char *a, int to, const char *b), (from, a, to, b))
SIMPLE(int, rename, TAKES_SPACE, AT_FDCWD, b, (const char *a, const char *b), (a, b))
SIMPLE(int, unlinkat, CHANGES, fd, path, (int fd, const char *path, int flags), (fd, path, flags))
SIMPLE(int, unlink, CHANGES, AT_FDCWD, path, (const char *path), (path))
SIMPLE(int, mkdirat, TAKES_SPACE, fd, path, (int fd, const char *path, mode_t mode), (fd, path, mode))
SIMPLE(int, mkdir, TAKES_SPACE, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode))
SIMPLE(ssize_t, pread, READS | MEDIUM, fd, NULL, (int fd, void *p, size_t n, off_t o), (fd, p, n, o))
SIMPLE(ssize_t, pread64, READS | MEDIUM, fd, NULL, (int fd, void *p, size_t n, off_t o), (fd, p, n, o))
SIMPLE(ssize_t, preadv2, READS, fd, NULL, (int fd, const struct iovec *v, int n, off_t o, int f), (fd, v, n, o, f))
SIMPLE(ssize_t, sendfile, READS, in, NULL, (int out, int in, off_t *o, size_t n), (out, in, o, n))
SIMPLE(ssize_t, sendfile64, READS, in, NULL, (int out, int in, off_t *o, size_t n), (out, in, o, n))
SIMPLE(int, fstatat, READS, fd, path, (int fd, const char *restrict path, struct stat *restrict s, int f), (fd, path, s, f))
SIMPLE(int, fstatat64, READS, fd, path, (int fd, const char *restrict path, struct stat64 *restrict s, int f),
    (fd, path, s, f))
SIMPLE(int, fstatvfs, READS, fd, NULL, (int fd, struct statvfs *s), (fd, s))
SIMPLE(int, fstatvfs64, READS, fd, NULL, (int fd, struct statvfs64 *s), (fd, s))
SIMPLE(int, statvfs, READS, AT_FDCWD, path, (const char *restrict path, struct statvfs *restrict s), (path, s))
SIMPLE(int, statvfs64, READS, AT_FDCWD, path, (const char *restrict path, struct statvfs64 *restrict s), (path, s))

/* posix_fallocate() returns its error. */
#define ALLOCATE(name) \
	int name(int fd, off_t o, off_t n) \
	{ \
		static int (*real)(int, off_t, off_t); \
		if (real == NULL) \
			real = (int (*)(int, off_t, off_t))dlsym(RTLD_NEXT, #name); \
		return fate(#name, TAKES_SPACE, fd, NULL) == FAULT_ERRNO ? errno : real(fd, o, n); \
	}
ALLOCATE(posix_fallocate)
ALLOCATE(posix_fallocate64)

/* Writes may be short: about half of what was asked for. */
#define WRITE(name, params, args, half, end) \
	ssize_t name params \
	{ \
		static ssize_t(*real) params; \
		enum kind k = ctl != NULL && has_blocks(fd, end) ? FAULT_NONE : fate(#name, TAKES_SPACE, fd, NULL); \
		if (real == NULL) \
			real = (ssize_t(*) params)dlsym(RTLD_NEXT, #name); \
		dawdle(fd); \
		if (k == FAULT_ERRNO) \
			return -1; \
		if (k == FAULT_SHORT && n > 1) \
			return real half; \
		return real args; \
	}
WRITE(write, (int fd, const void *p, size_t n), (fd, p, n), (fd, p, n / 2), (off_t)INT64_MAX / 2)
WRITE(pwrite, (int fd, const void *p, size_t n, off_t o), (fd, p, n, o), (fd, p, n / 2, o), o + (off_t)n)
WRITE(pwrite64, (int fd, const void *p, size_t n, off_t o), (fd, p, n, o), (fd, p, n / 2, o), o + (off_t)n)
WRITE(writev, (int fd, const struct iovec *v, int n), (fd, v, n), (fd, v, n / 2), (off_t)INT64_MAX / 2)
WRITE(pwritev, (int fd, const struct iovec *v, int n, off_t o), (fd, v, n, o), (fd, v, n / 2, o), o + bytes(v, n))
WRITE(pwritev64, (int fd, const struct iovec *v, int n, off_t o), (fd, v, n, o), (fd, v, n / 2, o), o + bytes(v, n))

#define OPEN(name, fd, params, args) \
	int name params \
	{ \
		static int (*real)(); \
		mode_t mode = 0; \
		va_list ap; \
		if (flags & (O_CREAT | __O_TMPFILE)) { \
			va_start(ap, flags); \
			mode = va_arg(ap, mode_t); \
			va_end(ap); \
		} \
		if (real == NULL) \
			real = (int (*)())dlsym(RTLD_NEXT, #name); \
		if (fate(#name, flags & O_CREAT ? TAKES_SPACE : READS, fd, path) == FAULT_ERRNO) \
			return -1; \
		return real args; \
	}
OPEN(open, AT_FDCWD, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, AT_FDCWD, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, dir, (int dir, const char *path, int flags, ...), (dir, path, flags, mode))
OPEN(openat64, dir, (int dir, const char *path, int flags, ...), (dir, path, flags, mode))
