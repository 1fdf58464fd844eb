/* SPDX-License-Identifier: ISC */
/* fdutil-t.c - replacing files, trees, descriptors. */
#include "config.h"

#include "odradek/base/fdutil.h"
#include "t/tap/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int dir;

static void
check_replace(void)
{
	char *p;
	size_t n;

	is_int(0, write_file_durable(dir, "small", "one\n", 4, 0), "a file is written");
	is_int(0, write_file_durable(dir, "small", "second\n", 7, FILE_NO_SYNC), "and replaced");
	p = read_file_at(dir, "small", 100, &n);
	is_string("second\n", p, "it has the new content");
	is_int(7, (int64_t)n, "and its length");
	free(p);
	ok(read_file_at(dir, "small", 6, NULL) == NULL && errno == EFBIG,
	    "a larger file than allowed is refused");
	ok(read_file_at(dir, "none", 6, NULL) == NULL && errno == ENOENT, "a missing one, too");
	is_int(-1, faccessat(dir, "small.tmp", F_OK, 0), "no temporary file stays");
	is_int(0, mkdirat(dir, "in-the-way", 0700), NULL);
	ok(write_file_durable(dir, "in-the-way", "x", 1, 0) == -1 && errno == EISDIR,
	    "a directory is not replaced");
	is_int(-1, faccessat(dir, "in-the-way.tmp", F_OK, 0), "and no temporary file stays");
}

static void
check_transfers(void)
{
	char buf[300000], back[300000];
	struct iovec iov[2000];
	int fd = open_tmp("."), i;

	ok(fd >= 0, "an unnamed file");
	for (i = 0; i < (int)sizeof(buf); i++)
		buf[i] = (char)(i * 7 >> 3);
	for (i = 0; i < 2000; i++)
		iov[i] = (struct iovec){buf + i * 150, 150};
	is_int(0, writev_full(fd, iov, 2000), "more pieces than one writev takes");
	is_int(sizeof(buf), pread_full(fd, back, sizeof(back), 0), "read back");
	is_blob(buf, back, sizeof(buf), "the same");
	is_int(
	    100, pread_full(fd, back, 1000, sizeof(buf) - 100), "the end of the file ends a read");
	is_int(0, pwrite_full(fd, "xyz", 3, 5), "in the middle");
	lseek(fd, 5, SEEK_SET);
	is_int(3, read_full(fd, back, 3), NULL);
	is_blob("xyz", back, 3, NULL);
	fd_close(&fd);
	is_int(-1, fd, "closed");
	fd = open("/dev/full", O_WRONLY);
	if (fd >= 0)
		ok(write_full(fd, "x", 1) == -1 && errno == ENOSPC, "a full device says so");
	fd_close(&fd);
}

static void
check_trees(void)
{
	int fd;

	is_int(0, mkdir_parents("a/b//c", 0755), "directories with their parents");
	is_int(0, mkdir_parents("a/b/c", 0755), "that exist already");
	fd = open("a/file", O_CREAT | O_WRONLY, 0600);
	close(fd);
	ok(mkdir_parents("a/file/d", 0755) == -1 && errno == ENOTDIR, "below a file");
	ok(mkdir_parents("a/file", 0755) == -1 && errno == ENOTDIR, "on a file");
	fd = open("outside", O_CREAT | O_WRONLY, 0600);
	close(fd);
	is_int(0, symlink("../../outside", "a/b/link"), NULL);
	is_int(0, remove_tree_at(AT_FDCWD, "a"), "a tree is removed");
	is_int(-1, access("a", F_OK), "it is gone");
	is_int(0, access("outside", F_OK), "what a link in it named is not");
	is_int(0, remove_tree_at(AT_FDCWD, "a"), "what is not there is removed, too");
	is_int(0, fsync_parent("outside"), "sync of the directory");
}

static void
check_descriptors(void)
{
	int keep[2], status, i;
	pid_t pid;

	is_int(0, fd_set_cloexec(dir, 1), NULL);
	ok(fcntl(dir, F_GETFD) & FD_CLOEXEC, "close on exec");
	pid = fork();
	if (pid == 0) {
		for (i = 0; i < 20; i++)
			keep[i & 1] = dup(0);
		keep[0] = 40;
		dup2(0, 40);
		dup2(0, 41);
		fd_close_others(3, keep, 2);
		for (status = 0, i = 3; i < 100; i++)
			if ((fcntl(i, F_GETFD) != -1) != (i == keep[0] || i == keep[1]))
				status = i;
		_exit(status);
	}
	waitpid(pid, &status, 0);
	is_int(0, status, "only what is kept stays open");
	ok(rlimit_nofile_raise() >= 64, "descriptors");
}

int
main(void)
{
	char tmp[] = "/tmp/odradek-fdutil.XXXXXX";

	plan(0);
	if (mkdtemp(tmp) == NULL || chdir(tmp) == -1)
		bail("no temporary directory");
	dir = open(".", O_RDONLY | O_DIRECTORY);
	check_replace();
	check_transfers();
	check_trees();
	check_descriptors();
	if (chdir("/") == 0)
		remove_tree_at(AT_FDCWD, tmp);
	close(dir);
	return done_testing();
}
