/* SPDX-License-Identifier: ISC */
/*
 * sqlite-t.c - the metadata store: what was committed is there, whole, whatever happens; what is
 * not ours, not whole or not known is refused with a sentence that helps.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/xalloc.h"
#include "odradek/meta/store.h"
#include "t/tap/tap.h"

#define CLUSTER "AAAAAAAAQACAAAAAAAAAAQ"

static char dir[256];

/* Everything that a load told. */
struct seen {
	int64_t value[META_VALUES];
	int nodes, topics, configs, partitions, brokers;
	int64_t last_key;
	char last_name[256], last_value[256];
	int wrong; /* rows that do not fit together */
	struct meta_partition p;
	int64_t parts_of_last;
};

static void
on_value(void *arg, enum meta_value name, int64_t value)
{
	((struct seen *)arg)->value[name] = value;
}

static void
on_node(void *arg, const struct meta_node *n)
{
	struct seen *s = arg;

	s->nodes++;
	if (n->directory_id[0] != (uint8_t)n->id)
		s->wrong++;
}

static void
on_topic(void *arg, const struct meta_topic *t)
{
	struct seen *s = arg;

	s->topics++;
	s->last_key = t->key;
	snprintf(s->last_name, sizeof(s->last_name), "%s", t->name);
}

static void
on_config(void *arg, const struct meta_config *c)
{
	struct seen *s = arg;

	s->configs++;
	snprintf(s->last_value, sizeof(s->last_value), "%s", c->value);
}

static void
on_partition(void *arg, const struct meta_partition *p)
{
	struct seen *s = arg;

	s->partitions++;
	s->p = *p;
	if (p->topic == s->last_key)
		s->parts_of_last++;
}

static void
on_broker(void *arg, const struct meta_config *c)
{
	struct seen *s = arg;

	(void)c;
	s->brokers++;
}

static const struct meta_loader loader = {
    NULL, NULL, on_value, on_node, on_topic, on_config, on_partition, on_broker};

static struct meta_store *
must_open(void)
{
	struct meta_store *s;
	struct meta_err err;

	if (meta_open(&s, &meta_sqlite, dir, CLUSTER, &err) == -1)
		bail("open: %s", err.text);
	return s;
}

static struct seen
must_load(struct meta_store *s)
{
	struct seen seen = {0};
	struct meta_err err;

	if (meta_load(s, &loader, &seen, &err) == -1)
		bail("load: %s", err.text);
	return seen;
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
	snprintf(dir, sizeof(dir), "%s/odradek-meta-%d-%d",
	    getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp", (int)getpid(), n++);
}

/* One commit: topic n with its name, three partitions, one config, and the value that counts
 * commits. */
static int
commit_topic(struct meta_store *s, int64_t n, struct meta_err *err)
{
	struct meta_partition p[3];
	struct meta_change c[8];
	char name[32];
	int k = 0;

	snprintf(name, sizeof(name), "topic-%d", (int)n);
	c[k++] = (struct meta_change){META_SET_VALUE, {.value = {META_NEXT_KEY, n + 1}}};
	c[k] = (struct meta_change){META_SET_TOPIC, {.topic = {.key = n, .name = name}}};
	memcpy(c[k++].u.topic.id, &n, 8);
	for (int i = 0; i < 3; i++) {
		p[i] = (struct meta_partition){.topic = n,
		    .partition = i,
		    .leader = 1,
		    .epoch = 7,
		    .term = 3,
		    .isr = 1,
		    .replicas = 1,
		    .replica = {{.node = 1}}};
		c[k++] = (struct meta_change){META_SET_PARTITION, {.partition = &p[i]}};
	}
	c[k++] = (struct meta_change){META_SET_TOPIC_CONFIG, {.config = {n, "retention.ms", name}}};
	return meta_commit(s, c, (size_t)k, 0, err);
}

static void
test_basics(void)
{
	struct meta_store *s;
	struct meta_err err;
	struct seen seen;
	struct meta_change c[8];
	struct meta_partition p = {.topic = 1,
	    .partition = 0,
	    .leader = 2,
	    .epoch = 5,
	    .partition_epoch = 9,
	    .term = 4,
	    .isr = 3,
	    .elr = 1,
	    .adding = 2,
	    .removing = 1,
	    .replicas = 2,
	    .replica = {{.node = 2, .directory_id = {2}}, {.node = -5, .directory_id = {9, 8}}}};

	fresh_dir();
	s = must_open();
	seen = must_load(s);
	ok(seen.topics == 0 && seen.nodes == 0 && seen.value[META_TERM] == 0,
	    "a new store is empty");
	c[0] = (struct meta_change){META_SET_VALUE, {.value = {META_TERM, 1}}};
	c[1] = (struct meta_change){META_SET_NODE, {.node = {2, {2}, "/disk"}}};
	c[2] = (struct meta_change){META_SET_TOPIC, {.topic = {1, {1}, "first", true, META_LIVE}}};
	c[3] = (struct meta_change){META_SET_PARTITION, {.partition = &p}};
	c[4] = (struct meta_change){
	    META_SET_TOPIC_CONFIG, {.config = {1, "segment.bytes", "1048576"}}};
	c[5] = (struct meta_change){
	    META_SET_BROKER_CONFIG, {.config = {META_DEFAULT_SCOPE, "log.retention.ms", "5"}}};
	is_int(0, meta_commit(s, c, 6, 0, &err), "a commit");
	meta_close(&s);
	s = must_open();
	seen = must_load(s);
	is_int(1, seen.value[META_TERM], "a value");
	ok(seen.nodes == 1 && seen.topics == 1 && seen.partitions == 1 && seen.configs == 1 &&
		seen.brokers == 1 && seen.wrong == 0,
	    "one of each");
	ok(memcmp(&seen.p, &p, sizeof(p)) == 0, "the partition as it was");
	is_string("1048576", seen.last_value, "the configuration");

	/* a deletion that is under way leaves the name free */
	c[0] =
	    (struct meta_change){META_SET_TOPIC, {.topic = {1, {1}, "first", true, META_DELETING}}};
	c[1] = (struct meta_change){META_SET_TOPIC, {.topic = {2, {2}, "first", false, META_LIVE}}};
	is_int(0, meta_commit(s, c, 2, 0, &err),
	    "a new topic with the name of one that is being deleted");
	c[0] = (struct meta_change){META_SET_TOPIC, {.topic = {3, {3}, "first", false, META_LIVE}}};
	c[1] = (struct meta_change){META_SET_VALUE, {.value = {META_TERM, 99}}};
	is_int(-1, meta_commit(s, &c[0], 2, 0, &err), "but not two live ones");
	c[0] = (struct meta_change){META_FORGET_TOPIC, {.forget = 1}};
	c[1] = (struct meta_change){
	    META_SET_BROKER_CONFIG, {.config = {META_DEFAULT_SCOPE, "log.retention.ms", NULL}}};
	is_int(0, meta_commit(s, c, 2, META_URGENT, &err), "forgotten");
	seen = must_load(s);
	is_int(1, seen.value[META_TERM], "nothing of a failed commit is there");
	ok(seen.topics == 1 && seen.last_key == 2 && seen.partitions == 0 && seen.configs == 0 &&
		seen.brokers == 0,
	    "nothing of a forgotten topic is there");
	meta_close(&s);
}

static int
refused(const char *cluster, const char *expect)
{
	struct meta_store *s;
	struct meta_err err;
	struct seen seen = {0};

	if (meta_open(&s, &meta_sqlite, dir, cluster, &err) == 0) {
		if (meta_load(s, &loader, &seen, &err) == 0) {
			meta_close(&s);
			return 0;
		}
		meta_close(&s);
	}
	diag("%s", err.text);
	return strstr(err.text, expect) != NULL;
}

static void
sql(const char *text)
{
	char path[300];
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/metadata.db", dir);
	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		bail("%s: %s", text, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void
scribble(off_t at, size_t n)
{
	char path[300], junk[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/metadata.db", dir);
	memset(junk, 0xa5, sizeof(junk));
	fd = open(path, O_WRONLY);
	if (fd == -1 || pwrite(fd, junk, n, at) != (ssize_t)n)
		bail("scribble");
	close(fd);
}

static void
test_refusals(void)
{
	struct meta_store *s;
	struct meta_err err;
	char path[300];

	fresh_dir();
	s = must_open();
	for (int i = 1; i <= 300; i++)
		if (commit_topic(s, i, &err) == -1)
			bail("%s", err.text);
	ok(refused(CLUSTER, "in use by another process"), "a store that is in use is refused");
	meta_close(&s);
	ok(refused("BBBBBBBBQACAAAAAAAAAAQ", "belongs to cluster " CLUSTER),
	    "a store of another cluster is refused");
	sql("PRAGMA user_version = 1000");
	ok(refused(CLUSTER, "has version 1000"), "a newer version is refused");
	sql("PRAGMA user_version = 3");
	ok(!refused(CLUSTER, ""), "and put back it opens");
	sql("UPDATE partition SET replicas = x'00' WHERE topic = 7");
	ok(refused(CLUSTER, "is damaged"), "rows that make no sense are damage");

	fresh_dir();
	s = must_open();
	for (int i = 1; i <= 300; i++)
		if (commit_topic(s, i, &err) == -1)
			bail("%s", err.text);
	meta_close(&s);
	snprintf(path, sizeof(path), "%s/metadata.db-wal", dir);
	sql("PRAGMA wal_checkpoint(TRUNCATE)");
	for (off_t page = 1; page < 8; page++)
		scribble(page * 4096, 4096);
	ok(refused(CLUSTER, "is damaged"), "a page of rubbish is refused");
	scribble(0, 100);
	ok(refused(CLUSTER, "mv \""), "a file of rubbish is refused, and it is said what to do");

	fresh_dir();
	if (mkdir_parents(dir, 0700) == -1)
		bail("mkdir");
	sql("CREATE TABLE other (a)");
	ok(refused(CLUSTER, "not a metadata store"), "somebody else's database is refused");

	fresh_dir();
	if (mkdir_parents(dir, 0700) == -1)
		bail("mkdir");
	sql("PRAGMA user_version = 0");
	ok(!refused(CLUSTER, ""), "an empty file becomes a store");
}

/* As the first version made it: without what replication needs. */
static void
test_upgrade(void)
{
	struct meta_store *s;
	struct meta_err err;
	struct seen seen;

	fresh_dir();
	s = must_open();
	for (int i = 1; i <= 3; i++)
		if (commit_topic(s, i, &err) == -1)
			bail("%s", err.text);
	meta_close(&s);
	sql("ALTER TABLE partition DROP COLUMN elr");
	sql("ALTER TABLE partition DROP COLUMN adding");
	sql("ALTER TABLE partition DROP COLUMN removing");
	sql("DROP TABLE stamp");
	sql("DROP TABLE copy");
	sql("PRAGMA user_version = 1");
	s = must_open();
	seen = must_load(s);
	ok(seen.topics == 3 && seen.partitions == 9, "a store of version 1 is brought up to date");
	ok(seen.p.isr == 1 && seen.p.epoch == 7 && (seen.p.elr | seen.p.adding | seen.p.removing) == 0,
	    "its partitions are as they were");
	is_int(0, commit_topic(s, 4, &err), "and it is written");
	meta_close(&s);
}

/* A child commits topics and says so; it is killed at some moment; what it said is there, and at
 * most one more, whole. */
static int
kill_once(int64_t first, unsigned after_us, int64_t *there)
{
	struct meta_store *s;
	struct meta_err err;
	struct seen seen;
	int64_t said = first - 1, n;
	int fds[2];
	pid_t pid;

	if (pipe(fds) == -1 || (pid = fork()) == -1)
		bail("fork");
	if (pid == 0) {
		close(fds[0]);
		s = must_open();
		for (n = first;; n++)
			if (commit_topic(s, n, &err) == -1 ||
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
	s = must_open();
	seen = must_load(s);
	*there = seen.value[META_NEXT_KEY] - 1;
	meta_close(&s);
	if (*there < said || *there > said + 1)
		return 0;
	return seen.topics == *there && seen.last_key == *there && seen.partitions == 3 * *there &&
	       seen.parts_of_last == 3 && seen.configs == *there &&
	       strcmp(seen.last_value, seen.last_name) == 0;
}

static void
test_kill(void)
{
	int64_t there = 0;
	int bad = 0, more = 0;

	fresh_dir();
	for (int i = 0; i < 60; i++) {
		int64_t before = there;

		if (!kill_once(there + 1, (unsigned)(i * 577 % 9000), &there))
			bad++;
		more += there > before;
	}
	is_int(0, bad, "killed 60 times: every acknowledged commit is there, whole (%d commits)",
	    (int)there);
	is_int(60, more, "and each life went on where the last one ended");
}

static void
test_many(void)
{
	enum { N = 10000 };
	struct meta_partition *p = xcalloc(N, sizeof(*p));
	struct meta_change *c = xcalloc(N + 1, sizeof(*c));
	struct meta_store *s;
	struct meta_err err;
	struct seen seen;
	int64_t t0;

	fresh_dir();
	t0 = mono_ns();
	s = must_open();
	seen = must_load(s);
	diag("an empty store opens in %.1f ms", (double)(mono_ns() - t0) / 1e6);
	c[0] = (struct meta_change){META_SET_TOPIC, {.topic = {1, {1}, "many", false, META_LIVE}}};
	for (int i = 0; i < N; i++) {
		p[i] = (struct meta_partition){
		    .topic = 1, .partition = i, .leader = 1, .isr = 1, .replicas = 1};
		c[i + 1] = (struct meta_change){META_SET_PARTITION, {.partition = &p[i]}};
	}
	t0 = mono_ns();
	is_int(0, meta_commit(s, c, N + 1, 0, &err), "a topic of 10000 partitions in one commit");
	diag("committed in %.1f ms", (double)(mono_ns() - t0) / 1e6);
	meta_close(&s);
	t0 = mono_ns();
	s = must_open();
	seen = must_load(s);
	diag("opened and read in %.1f ms", (double)(mono_ns() - t0) / 1e6);
	is_int(N, seen.partitions, "all there");
	meta_close(&s);
	free(p);
	free(c);
}

/* On a file system of its own, which is filled up. */
static void
test_full(void)
{
	struct meta_store *s;
	struct meta_err err;
	struct seen seen;
	struct meta_change c = {META_SET_VALUE, {.value = {META_TERM, 2}}};
	char path[300], block[4096] = {1};
	int64_t n = 0;
	int fd, res;

	fresh_dir();
	if (mkdir_parents(dir, 0700) == -1 || unshare(CLONE_NEWNS) == -1 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("t", dir, "tmpfs", 0, "size=2m") == -1) {
		skip("a file system of our own needs root", 7);
		return;
	}
	s = must_open();
	while (n < 20 && commit_topic(s, n + 1, &err) == 0)
		n++;
	snprintf(path, sizeof(path), "%s/fill", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	while (write(fd, block, sizeof(block)) > 0)
		;
	while ((res = commit_topic(s, n + 1, &err)) == 0 && n < 2000)
		n++;
	ok(res == -1 && err.full && !err.damaged, "on a full disk commits fail in the end: %s",
	    err.text);
	seen = must_load(s);
	ok(seen.topics == n && seen.partitions == 3 * n, "and leave nothing behind");
	meta_close(&s);
	s = must_open();
	is_int(0, meta_commit(s, &c, 1, META_URGENT, &err), "a start on a full disk can elect");
	seen = must_load(s);
	is_int(2, seen.value[META_TERM], "durably");
	c = (struct meta_change){META_FORGET_TOPIC, {.forget = 1}};
	is_int(0, meta_commit(s, &c, 1, META_URGENT, &err), "topics can be deleted");
	if (ftruncate(fd, 0) == -1)
		bail("ftruncate");
	close(fd);
	is_int(0, commit_topic(s, n + 1, &err), "it heals when there is space again");
	meta_tick(s);
	snprintf(path, sizeof(path), "%s/reserve", dir);
	is_int(0, access(path, F_OK), "and the reserve is made up");
	meta_close(&s);
	umount2(dir, MNT_DETACH);
}

int
main(void)
{
	plan(0);
	test_basics();
	test_refusals();
	test_upgrade();
	test_many();
	test_kill();
	test_full();
	fresh_dir();
	return done_testing();
}
