/* SPDX-License-Identifier: ISC */
/*
 * copies-t.c - the metadata store on three disks with SQLite on each: kill -9 while it commits,
 * with a disk less every time; full disks; what it costs against one.
 */
#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/meta/store.h"
#include "t/tap/tap.h"

#define CLUSTER "AAAAAAAAQACAAAAAAAAAAQ"

static char dir[256];

struct seen {
	int64_t next, topics, partitions, last;
};

static void
on_value(void *arg, enum meta_value name, int64_t value)
{
	if (name == META_NEXT_KEY)
		((struct seen *)arg)->next = value;
}

static void
on_topic(void *arg, const struct meta_topic *t)
{
	((struct seen *)arg)->topics++;
	((struct seen *)arg)->last = t->key;
}

static void
on_partition(void *arg, const struct meta_partition *p)
{
	(void)p;
	((struct seen *)arg)->partitions++;
}

static const struct meta_loader loader = {
    .value = on_value, .topic = on_topic, .partition = on_partition};

/* The disks whose bits are set are there. */
static struct meta_store *
open_copies(int disks, unsigned present, struct seen *seen)
{
	struct meta_copies cs = {.disks = disks};
	struct meta_disk d[3];
	struct meta_store *s;
	struct meta_err err;

	for (int i = 0; i < disks; i++) {
		d[i] = (struct meta_disk){.directory_id = {(uint8_t)(i + 1)},
		    .node = i + 1,
		    .dir = xasprintf("%s/%d", dir, i),
		    .usable = (present >> i & 1) != 0};
	}
	cs.disk = d;
	if (meta_open_copies(&s, &meta_sqlite, &cs, CLUSTER, &err) == -1) {
		diag("%s", err.text);
		return NULL;
	}
	memset(seen, 0, sizeof(*seen));
	if (meta_load(s, &loader, seen, &err) == -1)
		bail("load: %s", err.text);
	return s;
}

static int
commit_topic(struct meta_store *s, int64_t n, int partitions, int flags, struct meta_err *err)
{
	struct meta_partition p = {.topic = n, .leader = 1, .isr = 1, .replicas = 3};
	struct meta_change *c = xcalloc((size_t)partitions + 3, sizeof(*c));
	struct meta_partition *v = xcalloc((size_t)partitions, sizeof(*v));
	char name[32];
	int k = 0, res;

	snprintf(name, sizeof(name), "topic-%d", (int)n);
	c[k++] = (struct meta_change){META_SET_VALUE, {.value = {META_NEXT_KEY, n + 1}}};
	c[k++] = (struct meta_change){META_SET_VALUE, {.value = {META_TERM, 1}}};
	c[k++] = (struct meta_change){META_SET_TOPIC, {.topic = {.key = n, .name = name}}};
	for (int i = 0; i < partitions; i++) {
		v[i] = p;
		v[i].partition = i;
		c[k++] = (struct meta_change){META_SET_PARTITION, {.partition = &v[i]}};
	}
	res = meta_commit(s, c, (size_t)k, flags, err);
	free(c);
	free(v);
	return res;
}

static void
fresh_dir(void)
{
	static int n;
	char cmd[600];

	if (dir[0] != '\0') {
		snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
		if (system(cmd) != 0)
			bail("rm");
	}
	snprintf(dir, sizeof(dir), "%s/odradek-copies-%d-%d",
	    getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp", (int)getpid(), n++);
}

/* One life that is killed; the next has all that it said, and at most one more. */
static int
kill_once(unsigned present, unsigned after_us, int64_t *there)
{
	struct meta_store *s;
	struct meta_err err;
	struct seen seen;
	int64_t said = *there, n;
	int fds[2];
	pid_t pid;

	if (pipe(fds) == -1 || (pid = fork()) == -1)
		bail("fork");
	if (pid == 0) {
		close(fds[0]);
		if ((s = open_copies(3, present, &seen)) == NULL)
			_exit(1);
		for (n = seen.last + 1;; n++)
			if (commit_topic(s, n, 3, 0, &err) == -1 ||
			    write(fds[1], &n, sizeof(n)) != sizeof(n))
				_exit(1);
	}
	close(fds[1]);
	if (read_full(fds[0], &said, sizeof(said)) != sizeof(said))
		bail("the child committed nothing");
	usleep(after_us);
	kill(pid, SIGKILL);
	while (read_full(fds[0], &n, sizeof(n)) == sizeof(n))
		said = n;
	close(fds[0]);
	waitpid(pid, NULL, 0);
	/* another two of the three */
	if ((s = open_copies(3, present == 7 ? 3 : 7 & ~(present & -present), &seen)) == NULL)
		return 0;
	meta_close(&s);
	*there = seen.last;
	return seen.last >= said && seen.last <= said + 1 && seen.topics == seen.last &&
	       seen.partitions == 3 * seen.last && seen.next == seen.last + 1;
}

static void
test_kill(void)
{
	static const unsigned sets[] = {7, 3, 7, 5, 7, 6};
	struct meta_store *s;
	struct meta_err err;
	struct seen seen;
	int64_t there = 1;
	int bad = 0;

	fresh_dir();
	if ((s = open_copies(3, 7, &seen)) == NULL || commit_topic(s, 1, 3, 0, &err) == -1)
		bail("no store");
	meta_close(&s);
	for (int i = 0; i < 36; i++)
		bad += !kill_once(sets[i % 6], (unsigned)(i * 577 % 9000), &there);
	is_int(0, bad,
	    "killed 36 times, with other disks each time: every acknowledged commit is there, "
	    "whole (%d)",
	    (int)there);
}

static void
costs(int disks)
{
	struct meta_store *s;
	struct meta_err err;
	struct seen seen;
	int64_t t0, first, many, last;

	fresh_dir();
	t0 = mono_ns();
	if ((s = open_copies(disks, 7, &seen)) == NULL || commit_topic(s, 1, 1, 0, &err) == -1)
		bail("no store");
	first = mono_ns() - t0;
	t0 = mono_ns();
	for (int i = 2; i <= 101; i++)
		if (commit_topic(s, i, 1, 0, &err) == -1)
			bail("%s", err.text);
	many = (mono_ns() - t0) / 100;
	t0 = mono_ns();
	if (commit_topic(s, 102, 10000, 0, &err) == -1)
		bail("%s", err.text);
	last = mono_ns() - t0;
	meta_close(&s);
	t0 = mono_ns();
	s = open_copies(disks, 7, &seen);
	ok(s != NULL && seen.partitions == 10101, "%d cop%s: 10101 partitions are read", disks,
	    disks == 1 ? "y" : "ies");
	diag("%d cop%s: made and first commit %.1f ms; a commit %.2f ms; of 10000 partitions %.1f "
	     "ms; opened with "
	     "10101 partitions %.1f ms",
	    disks, disks == 1 ? "y" : "ies", (double)first / 1e6, (double)many / 1e6,
	    (double)last / 1e6, (double)(mono_ns() - t0) / 1e6);
	meta_close(&s);
}

static int64_t
fill_up(struct meta_store *s, int fd, int64_t n)
{
	char block[4096] = {1};
	struct meta_err err;

	while (write(fd, block, sizeof(block)) > 0)
		;
	while (n < 3000 && commit_topic(s, n, 3, 0, &err) == 0)
		n++;
	ok(n < 3000 && err.full && !err.damaged, "a full disk: %s", err.text);
	return n;
}

/* All copies on one file system of our own, which is filled up: as one store behaves there. */
static void
test_full(int disks)
{
	struct meta_store *s;
	struct meta_err err;
	struct seen seen;
	char path[300];
	int64_t n = 1;
	int fd;

	fresh_dir();
	if (mkdir_parents(dir, 0700) == -1 || unshare(CLONE_NEWNS) == -1 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("t", dir, "tmpfs", 0, "size=6m") == -1) {
		skip("a file system of our own needs root", 6);
		return;
	}
	if ((s = open_copies(disks, 7, &seen)) == NULL)
		bail("no store");
	for (; n < 20; n++)
		if (commit_topic(s, n, 3, 0, &err) == -1)
			bail("%s", err.text);
	snprintf(path, sizeof(path), "%s/fill", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	n = fill_up(s, fd, n);
	meta_close(&s);
	s = open_copies(disks, 7, &seen);
	ok(s != NULL && seen.topics == n - 1 && seen.partitions == 3 * (n - 1),
	    "a start on it has all that was acknowledged, and no more");
	if (s == NULL)
		bail("no store");
	is_int(0, commit_topic(s, n, 1, META_URGENT, &err), "it can elect");
	if (ftruncate(fd, 0) == -1)
		bail("ftruncate");
	close(fd);
	is_int(0, commit_topic(s, n + 1, 3, 0, &err), "it heals when there is space again");
	meta_tick(s);
	meta_tick(s);
	meta_close(&s);
	for (int i = 0; i < disks && disks > 1; i++) {
		s = open_copies(disks, 7u & ~(1u << i), &seen);
		ok(s != NULL && seen.last == n + 1, "any two of the copies have everything");
		meta_close(&s);
	}
	umount2(dir, MNT_DETACH);
}

int
main(void)
{
	plan(0);
	log_set_level(LOG_LEVEL_ERROR);
	test_kill();
	costs(1);
	costs(3);
	test_full(1);
	test_full(3);
	fresh_dir();
	return done_testing();
}
