/* SPDX-License-Identifier: ISC */
/* disk-t.c - lock, identity, listing, checkpoints, the marker, and the cost of ten thousand partitions. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/base/fdutil.h"

static void
locking(void)
{
	const char *dir = tmp_dir();
	char sub[300];
	pid_t holder, pid;
	int fd, status;

	snprintf(sub, sizeof(sub), "%s/a/b", dir);
	fd = disk_lock(sub, &holder);
	ok(fd >= 0, "locked, and made");
	if ((pid = fork()) == 0) {
		/* the lock is the open file's: a second opening is refused even here */
		int r = disk_lock(sub, &holder);

		_exit(r == -1 && errno == EWOULDBLOCK && holder == getppid() ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	is_int(0, status, "a second one is refused with the pid of the first");
	ok(!(fcntl(fd, F_GETFD) & FD_CLOEXEC), "children inherit it");
	close(fd);
	fd = disk_lock(sub, &holder);
	ok(fd >= 0, "free again");
	close(fd);
}

static void
write_text(const char *dir, const char *name, const char *text)
{
	char path[400];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd == -1 || write_full(fd, text, strlen(text)) == -1)
		bail("%s", path);
	close(fd);
}

static void
identity(void)
{
	const char *dir = tmp_dir();
	char why[DISK_WHY];
	struct disk_identity id, got;
	char text[500], *file;

	is_int(1, disk_identity_read(dir, &id, why), "no identity yet");
	is_int(-1, id.node_id, "... no node id");
	write_text(dir, "meta.properties", "#\n#Sat Nov 21 10:00:00 UTC 2026\ncluster.id=ab\\=\\=\ndirectory.id=abcdefghijklmnopqrstuw\n"
	    "node.id=7\nversion=1\nsomething.else=1\n");
	is_int(0, disk_identity_read(dir, &id, why), "Kafka's file is read");
	is_string("ab==", id.cluster_id, "cluster id, without escapes");
	is_string("abcdefghijklmnopqrstuw", id.directory_id, "directory id");
	is_int(7, id.node_id, "node id");
	is_int(0, disk_identity_check(dir, &id, "ab==", text, sizeof(text)), "its own cluster");
	is_int(-1, disk_identity_check(dir, &id, "other", text, sizeof(text)), "another one is refused");
	ok(strstr(text, "\"ab==\"") != NULL && strstr(text, "\"other\"") != NULL, "... naming both: %s", text);
	id.node_id = 12;
	is_int(0, disk_identity_write(dir, &id), "written");
	is_int(0, disk_identity_read(dir, &got, why), "read back");
	ok(got.node_id == 12 && strcmp(got.cluster_id, "ab==") == 0, "... the same");
	file = read_file_at(AT_FDCWD, (snprintf(text, sizeof(text), "%s/meta.properties", dir), text), 10000, NULL);
	ok(strstr(file, "something.else=1\n") != NULL, "keys of others are kept");
	free(file);
	write_text(dir, "meta.properties", "version=1\nnode.id=seven\n");
	is_int(-1, disk_identity_read(dir, &id, why), "not a number is refused");
	ok(why[0] != '\0', "... and why: %s", why);
	write_text(dir, "meta.properties", "");
	is_int(-1, disk_identity_read(dir, &id, why), "an empty file is refused");
	ok(errno == EINVAL, "... and why: %s", why);
	write_text(dir, "meta.properties", "#\ncluster.id=ab\nnode.id=1");
	is_int(-1, disk_identity_read(dir, &id, why), "so is a torn one");
	ok(strstr(why, "version") != NULL, "... and why: %s", why);
	write_text(dir, "meta.properties", "version=1\ncluster.id=ab\n");
	is_int(-1, disk_identity_read(dir, &id, why), "and one without a node id");
	ok(strstr(why, "node.id") != NULL, "... and why: %s", why);
	write_text(dir, "meta.properties", "version=1\nnode.id=1\n");
	is_int(-1, disk_identity_read(dir, &id, why), "and one of version 1 without a cluster");
	ok(strstr(why, "cluster.id") != NULL, "... and why: %s", why);
	write_text(dir, "meta.properties", "version=0\nbroker.id=1\n");
	is_int(0, disk_identity_read(dir, &id, why), "version 0 needs none");
	write_text(dir, "meta.properties", "version=1\nnode.id=1\ncluster.id=ab\ndirectory.id=xyz\n");
	is_int(-1, disk_identity_read(dir, &id, why), "a directory id that is none is refused");
	ok(strstr(why, "xyz") != NULL, "... and why: %s", why);
	write_text(dir, "meta.properties", "\1\2garbage\n");
	is_int(-1, disk_identity_read(dir, &id, why), "and garbage");
}

static int kinds[5], n_topics;

static int
count_kind(const struct disk_entry *e, void *arg)
{
	(void)arg;
	kinds[e->kind]++;
	n_topics += e->kind == DISK_PARTITION && strcmp(e->topic, "my-topic.x") == 0 && e->partition == 12;
	return 0;
}

static void
listing(void)
{
	static const char *const name[] = { "my-topic.x-12", "a-0", "__cluster_metadata-0", "a-1.0123-delete",
		"a-2.0123-future", "a-3.0123-stray", "rubbish", "a-01", "lost+found", ".hidden", "a-99999999999" };
	struct world w;
	char path[400];

	world_init(&w);
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", w.dir, name[i]);
		mkdir(path, 0755);
	}
	write_text(w.dir, "a-1.0123-delete/00000000000000000000.log", "x");
	world_open(&w, false, -1);
	is_int(0, disk_scan(w.disk, count_kind, NULL), "listed");
	is_int(3, kinds[DISK_PARTITION], "partitions (and the open one)");
	is_int(1, n_topics, "names are split at the last dash");
	is_int(1, kinds[DISK_METADATA], "the metadata log");
	is_int(1, kinds[DISK_FUTURE], "a future");
	is_int(1, kinds[DISK_STRAY], "a stray");
	is_int(3, kinds[DISK_UNKNOWN], "unknown ones");
	disk_tick(w.disk, w.now, w.mono);
	run_jobs(&w);
	snprintf(path, sizeof(path), "%s/a-1.0123-delete", w.dir);
	ok(access(path, F_OK) == -1, "a deletion is finished");
	snprintf(path, sizeof(path), "%s/rubbish", w.dir);
	ok(access(path, F_OK) == 0, "what is unknown is kept");
	world_fini(&w);
}

static void
modes(void)
{
	struct world w;
	char path[400];

	world_init(&w);
	world_open(&w, false, -1);
	is_int(DISK_FULL_SCAN, disk_recovery(w.disk), "a new directory is not trusted");
	put(&w, &SPEC(.records = 1));
	world_kill(&w);
	world_open(&w, false, -1);
	is_int(DISK_SAME_BOOT, disk_recovery(w.disk), "a kill leaves the page cache");
	disk_distrust(w.disk);
	world_kill(&w);
	world_open(&w, false, -1);
	is_int(DISK_FULL_SCAN, disk_recovery(w.disk), "a writeback error does not");
	world_kill(&w);
	snprintf(path, sizeof(path), "%s/.odradek-boot", w.dir);
	write_text(w.dir, ".odradek-boot", "another boot\n");
	world_open(&w, false, -1);
	is_int(DISK_FULL_SCAN, disk_recovery(w.disk), "nor does another boot");
	world_close(&w);
	snprintf(path, sizeof(path), "%s/.kafka_cleanshutdown", w.dir);
	ok(access(path, F_OK) == 0, "an orderly stop says so");
	unlink((snprintf(path, sizeof(path), "%s/.odradek-boot", w.dir), path));
	world_open(&w, false, -1);
	is_int(DISK_CLEAN, disk_recovery(w.disk), "... which counts in another boot");
	snprintf(path, sizeof(path), "%s/.kafka_cleanshutdown", w.dir);
	ok(access(path, F_OK) == -1, "... once");
	world_fini(&w);
}

static void
checkpoints(void)
{
	struct world w;
	char path[400], *text;

	world_init(&w);
	w.config.segment_bytes = 3000;
	world_open(&w, false, -1);
	for (int i = 0; i < 30; i++)
		put(&w, &SPEC(.value = 300));
	for (int i = 0; i < 20; i++) {
		disk_tick(w.disk, w.now, w.mono += 10000);
		run_jobs(&w);
	}
	is_int(30, plog_line(w.log)->recovery_point, "the recovery point follows the end");
	snprintf(path, sizeof(path), "%s/recovery-point-offset-checkpoint", w.dir);
	text = read_file_at(AT_FDCWD, path, 10000, NULL);
	is_string("0\n1\ntopic 0 30\n", text, "... and is written down");
	free(text);
	snprintf(path, sizeof(path), "%s/replication-offset-checkpoint", w.dir);
	text = read_file_at(AT_FDCWD, path, 10000, NULL);
	is_string("0\n1\ntopic 0 30\n", text, "so is the high watermark");
	free(text);
	is_int(0, disk_tick(w.disk, w.now, w.mono) < 0, "the clock goes on");
	for (int i = 0; i < 40; i++)
		disk_tick(w.disk, w.now, w.mono += 10000);
	ok(disk_job_next(w.disk) == NULL, "an idle disk has no jobs");
	write_text(w.dir, "recovery-point-offset-checkpoint", "0\n5\ntopic 0");
	world_kill(&w);
	is_int(PLOG_OPENED, world_open(&w, true, -1), "a torn checkpoint is no obstacle");
	is_int(30, plog_line(w.log)->leo, "... all is there");
	world_fini(&w);
}

static int
bad_sync(int fd)
{
	(void)fd;
	errno = EIO;
	return -1;
}

static void
failing_sync(void)
{
	struct store_sys good = store_sys;
	struct world w;
	struct store_job *job;
	int r = 0;

	world_init(&w);
	w.config.segment_bytes = 3000;
	world_open(&w, false, -1);
	run_jobs(&w);
	for (int i = 0; i < 30; i++)
		put(&w, &SPEC(.value = 300));
	store_sys.fdatasync = store_sys.fsync = bad_sync;
	while ((job = disk_job_next(w.disk)) != NULL) {
		store_job_run(job);
		if (disk_job_done(w.disk, job) == -1)
			r = errno;
	}
	store_sys = good;
	is_int(EIO, r, "an error of the medium is told");
	is_int(0, plog_line(w.log)->recovery_point, "the recovery point stays");
	world_kill(&w);
	world_open(&w, false, -1);
	is_int(DISK_FULL_SCAN, disk_recovery(w.disk), "and the page cache is not trusted any more");
	world_fini(&w);
}

/* A number that lost its end is a smaller number: what is not whole is not believed. */
static void
torn_checkpoints(void)
{
	static const struct {
		const char *text, *what;
		int64_t start;
	} c[] = {
		{ "0\n1\ntopic 0 12\n", "a whole one is believed", 12 },
		{ "0\n1\ntopic 0 12", "not without the end of its last line", 0 },
		{ "0\n1\ntopic 0 1", "nor in the middle of its last number", 0 },
		{ "0\n2\ntopic 0 12\n", "nor with fewer lines than it counts", 0 },
		{ "0\n1\ntopic 0 12\nother 0 1\n", "nor with more", 0 },
		{ "0\n1", "nor its beginning", 0 },
	};
	struct world w;

	world_init(&w);
	world_open(&w, false, -1);
	for (int i = 0; i < 20; i++)
		put(&w, &SPEC(.value = 300));
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		char command[400];

		world_kill(&w);
		snprintf(command, sizeof(command), "cd '%s' && rm -rf .odradek* *checkpoint .kafka*", w.dir);
		if (system(command) != 0)
			diag("%s failed", command);
		write_text(w.dir, "log-start-offset-checkpoint", c[i].text);
		world_open(&w, true, -1);
		is_int(c[i].start, plog_line(w.log)->log_start, "log starts: %s", c[i].what);
	}
	world_fini(&w);
}

/* What is opened when partition.metadata holds `text`; the file is left as it was found when it is refused. */
static int
opened_with(struct world *w, const char *text)
{
	char path[400], *now;
	int r;

	snprintf(path, sizeof(path), "%s/topic-0", w->dir);
	write_text(path, "partition.metadata", text);
	errno = 0;
	r = world_open(w, false, -1);
	if (r == -1) {
		is_int(EINVAL, errno, "... with EINVAL");
		strcat(path, "/partition.metadata");
		now = read_file_at(AT_FDCWD, path, 1000, NULL);
		is_string(text, now, "... and left as it is");
		free(now);
	}
	return r;
}

/* Whose records they are must not be guessed; but a power loss may tear the file of a partition that is being made. */
static void
damaged_topic_id(void)
{
	static const char *const damaged[] = { "", "garbage", "version: 0\ntopic_id: AAAA" };
	char path[400];
	struct world w;

	world_init(&w);
	world_open(&w, false, -1);
	put(&w, &SPEC(.value = 300));
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		/* nothing of the log was synced, so this file need not have been, either */
		world_kill(&w);
		snprintf(path, sizeof(path), "%s/.odradek-boot", w.dir);
		unlink(path);
		is_int(PLOG_OPENED, opened_with(&w, damaged[i]), "a torn partition.metadata (%zu) after a power loss", i);
		is_int(DISK_FULL_SCAN, disk_recovery(w.disk), "... where everything is scanned");
		world_kill(&w);
		is_int(DISK_SAME_BOOT, (world_open(&w, false, -1), disk_recovery(w.disk)), "... and it is made again");
		world_kill(&w);
		is_int(-1, opened_with(&w, damaged[i]), "a damaged one is refused after a kill");
		snprintf(path, sizeof(path), "%s/topic-0/partition.metadata", w.dir);
		unlink(path);
		world_kill(&w);
		is_int(PLOG_OPENED, world_open(&w, false, -1), "... until it is removed");
	}
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		world_close(&w);
		snprintf(path, sizeof(path), "%s/.odradek-boot", w.dir);
		unlink(path);
		is_int(-1, opened_with(&w, damaged[i]), "a damaged one (%zu) is refused after an orderly stop", i);
		is_int(DISK_CLEAN, disk_recovery(w.disk), "... where nothing is scanned");
		/* by now its records are on the medium, and the file with them */
		world_kill(&w);
		unlink(path);
		is_int(-1, opened_with(&w, damaged[i]), "... and after a power loss");
		is_int(DISK_FULL_SCAN, disk_recovery(w.disk), "... where everything is scanned");
		snprintf(path, sizeof(path), "%s/topic-0/partition.metadata", w.dir);
		unlink(path);
		world_kill(&w);
		is_int(PLOG_OPENED, world_open(&w, false, -1), "... until it is removed");
	}
	log_matches(&w, "and the records are there");
	world_fini(&w);
}

static int
full_sync(int fd)
{
	(void)fd;
	errno = ENOSPC;
	return -1;
}

/* Lines of what is gone are in the file until a job has replaced it, not until one was made. */
static void
stale_lines(void)
{
	struct store_sys good = store_sys;
	struct store_job *job;
	struct world w;

	world_init(&w);
	world_open(&w, false, -1);
	put(&w, &SPEC(.value = 300));
	plog_delete(&w.log);
	disk_tick(w.disk, w.now, w.mono += 1000000);
	job = disk_stale_job(w.disk);
	ok(job != NULL, "a checkpoint that is queued is not written");
	if (job == NULL)
		return;
	store_sys.fsync = store_sys.fdatasync = full_sync;
	is_int(-1, store_job_run(job), "it fails for a reason that passes");
	store_sys = good;
	is_int(0, disk_job_done(w.disk, job), "... which is none of the medium");
	job = disk_stale_job(w.disk);
	ok(job != NULL, "so it is to be done again");
	if (job == NULL)
		return;
	is_int(0, store_job_run(job), "this time it is written");
	disk_job_done(w.disk, job);
	ok(disk_stale_job(w.disk) == NULL, "and that is all");
	run_jobs(&w);
	world_fini(&w);
}

static int
run_all(struct world *w)
{
	struct store_job *job;
	int r = 0;

	while ((job = disk_job_next(w->disk)) != NULL) {
		store_job_run(job);
		if (disk_job_done(w->disk, job) == -1)
			r = errno;
	}
	return r;
}

/* A sync finds nothing: well when we took it away, else the log is lost. */
static void
sync_of_nothing(void)
{
	char command[400];
	struct world w;

	for (int how = 0; how < 3; how++) {
		world_init(&w);
		w.config.segment_bytes = 3000;
		world_open(&w, false, -1);
		run_jobs(&w);
		for (int i = 0; i < 30; i++)
			put(&w, &SPEC(.value = 300));
		snprintf(command, sizeof(command), "cd '%s' && rm -rf topic-0", w.dir);
		switch (how) {
		case 0:
			if (system(command) != 0)
				diag("%s failed", command);
			is_int(ENOENT, run_all(&w), "a directory that somebody removed");
			break;
		case 1:
			plog_delete(&w.log);
			is_int(0, run_all(&w), "a log that was deleted");
			break;
		case 2:
			w.config.retention_bytes = 1;
			w.config.cleanup_delete = true;
			disk_retain_soon(w.disk);
			disk_tick(w.disk, w.now, w.mono += 1);
			ok(plog_line(w.log)->log_start > 0, "the log starts later");
			is_int(0, run_all(&w), "a segment that retention took");
			break;
		}
		world_kill(&w);
		world_fini(&w);
	}
}

static void
ten_thousand(void)
{
	static struct plog *log[10000];
	struct plog_open_how how = { .flags = PLOG_CREATE, .known_leo = -1, .known_log_start = -1, .known_hw = -1 };
	struct world w;
	struct mallinfo2 before, after;
	bool good = true;
	char topic[64];

	world_init(&w);
	world_open(&w, false, -1);
	for (int i = 0; i < 10000; i++) {
		struct plog_name name = { topic, i % 10, { 1 } };

		snprintf(topic, sizeof(topic), "a-topic-with-a-name-%d", i / 10);
		good = good && plog_open(&log[i], w.disk, &name, &w.config, &how) == PLOG_CREATED;
	}
	ok(good, "ten thousand partitions are made");
	world_kill(&w);
	world_open(&w, false, -1);
	before = mallinfo2();
	for (int i = 0; i < 10000; i++) {
		struct plog_name name = { topic, i % 10, { 1 } };

		snprintf(topic, sizeof(topic), "a-topic-with-a-name-%d", i / 10);
		good = good && plog_open(&log[i], w.disk, &name, &w.config, &how) == PLOG_OPENED;
	}
	after = mallinfo2();
	ok(good, "and opened again");
	if (after.uordblks > before.uordblks)
		ok((after.uordblks - before.uordblks) / 10000 < 600, "with %zu bytes each",
		    (after.uordblks - before.uordblks) / 10000);
	else
		skip("this allocator does not count", 1);
	world_fini(&w);
}

int
main(void)
{
	locking();
	identity();
	listing();
	modes();
	checkpoints();
	torn_checkpoints();
	damaged_topic_id();
	stale_lines();
	sync_of_nothing();
	failing_sync();
	ten_thousand();
	return done_testing();
}
