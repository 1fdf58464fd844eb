/* SPDX-License-Identifier: ISC */
/*
 * cmd_replica.c - "odradek replica check": are the replicas of a partition the same, byte by byte, as far as it is committed?
 *
 * No broker is asked, and nothing is changed.  What is committed is what one of the disks' checkpoints of high watermarks
 * says: exact after an orderly end, a few seconds old while the daemon runs.  What compaction has been at differs from
 * disk to disk, and is left out.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odradek.h"
#include "odradek/base/uuid.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/batch.h"
#include "odradek/store/checkpoint.h"
#include "odradek/store/disk.h"
#include "odradek/store/reader.h"

enum { DISKS_MOST = 64 };

static int replica_check(int argc, char **argv);

const struct command replica_commands[] = {
    {"check", "DIR DIR...", "compares the replicas in these entries of log.dirs, byte by byte up to the high watermark",
	replica_check},
    {NULL, NULL, NULL, NULL},
};

struct disk {
	const char *path;
	struct checkpoint hw, log_start, cleaned;
};

/* A replica, and the batch that its reader is at. */
struct replica {
	const struct disk *disk;
	struct plog_reader *reader;
	const uint8_t *batch;
	size_t len;
	int64_t base, next; /* of the batch; INT64_MAX: the log ends at `end` */
	int64_t end;
};

static struct {
	struct disk disk[DISKS_MOST];
	int disks;
	uint64_t logs, single, batches, bytes, different, shorter, unreadable;
} rc;

int
replica_main(int argc, char **argv)
{
	return command_run(replica_commands, "replica", argc - 1, argv + 1);
}

/* ---- findings ---- */

static void
tell(const char *log, const char *what, const struct replica *a, const struct replica *b, int64_t from, int64_t to)
{
	if (cli.json) {
		json_begin(NULL, '{');
		json_text("partition", log);
		json_text("what", what);
		json_text("replica", a->disk->path);
		if (b != NULL)
			json_text("other", b->disk->path);
		json_number("from", from);
		json_number("to", to);
		json_end();
	} else if (b != NULL) {
		printf("%s: offsets %" PRId64 " to %" PRId64 ": %s in %s and in %s\n", log, from, to - 1, what,
		    a->disk->path, b->disk->path);
	} else {
		printf("%s: %s in %s: ends at offset %" PRId64 ", but the high watermark is %" PRId64 "\n", log, what,
		    a->disk->path, from, to);
	}
}

static void
unreadable(const char *log, const struct replica *r)
{
	int64_t segment = -1, position = -1;
	int err = errno;

	rc.unreadable++;
	if (r->reader != NULL)
		plog_reader_where(r->reader, &segment, &position);
	fflush(stdout);
	if (cli.json) {
		json_begin(NULL, '{');
		json_text("partition", log);
		json_text("what", err == EBADMSG ? "damaged" : "not readable");
		json_text("replica", r->disk->path);
		json_number("segment", segment);
		json_number("position", position);
		json_end();
	}
	if (err == EBADMSG)
		fprintf(stderr, "odradek: \"%s/%s/%020" PRId64 ".log\" is damaged at position %" PRId64 ": \"odradek log check\" says more\n",
		    r->disk->path, log, segment, position);
	else
		fprintf(stderr, "odradek: could not read \"%s/%s\": %s\n", r->disk->path, log, strerror(err));
}

/* ---- one partition ---- */

/* 0, or -1: it cannot be read. */
static int
step(const char *log, struct replica *r)
{
	int rc_next = plog_reader_next(r->reader, &r->batch, &r->len);

	if (rc_next == -1) {
		unreadable(log, r);
		return -1;
	}
	if (rc_next == 0) {
		int64_t segment, position;

		/* nothing may be left of what the log had */
		plog_reader_where(r->reader, &segment, &position);
		if (r->end < segment)
			r->end = segment;
		r->base = INT64_MAX;
		return 0;
	}
	r->base = batch_base_offset(r->batch);
	r->next = r->end = batch_last_offset(r->batch) + 1;
	return 0;
}

static int
step_behind(const char *log, struct replica *r, int64_t base)
{
	while (r->base < base)
		if (step(log, r) == -1)
			return -1;
	return 0;
}

static int64_t
greatest(const char *log, const struct replica *r, int n, size_t checkpoint)
{
	int64_t most = 0, v;

	for (int i = 0; i < n; i++) {
		v = checkpoint_get((const struct checkpoint *)((const char *)r[i].disk + checkpoint), log);
		if (v > most)
			most = v;
	}
	return most;
}

/* The readers stand at the same offset, or one of them at its end. */
static bool
same(const struct replica *a, const struct replica *b)
{
	return a->base == b->base && a->len == b->len && memcmp(a->batch, b->batch, a->len) == 0;
}

/* All against the first.  Stops at the first difference of the partition: what follows may be of another history. */
static void
compare(const char *log, struct replica *r, int n, int64_t hw)
{
	for (;;) {
		for (int i = 0; i < n; i++)
			if (r[i].base == INT64_MAX && r[i].end < hw) {
				rc.shorter++;
				tell(log, "too short", &r[i], NULL, r[i].end, hw);
				return;
			}
		if (r[0].base >= hw)
			return;
		for (int i = 1; i < n; i++)
			if (!same(&r[0], &r[i])) {
				rc.different++;
				tell(log, "not the same", &r[0], &r[i], r[0].base, r[0].next);
				return;
			}
		rc.batches++;
		rc.bytes += r[0].len;
		for (int i = 0; i < n; i++)
			if (step(log, &r[i]) == -1)
				return;
	}
}

static void
check_log(const char *log, struct replica *r, int n)
{
	const int64_t hw = greatest(log, r, n, offsetof(struct disk, hw));
	int64_t from = greatest(log, r, n, offsetof(struct disk, log_start)), cleaned;
	bool ok = true;
	int opened = 0;

	if (n < 2) {
		rc.single++;
		return;
	}
	rc.logs++;
	cleaned = greatest(log, r, n, offsetof(struct disk, cleaned));
	if (cleaned > from)
		from = cleaned;
	for (; ok && opened < n; opened++) {
		char *path = xasprintf("%s/%s", r[opened].disk->path, log);

		r[opened].end = from;
		r[opened].reader = NULL;
		if (plog_reader_open(&r[opened].reader, path, from) == -1) {
			unreadable(log, &r[opened]);
			ok = false;
		} else
			ok = step(log, &r[opened]) == 0;
		free(path);
	}
	/* retention is each disk's own: begin where the last one does */
	for (int i = 0; ok && i < n; i++)
		if (r[i].base != INT64_MAX && r[i].base > from)
			from = r[i].base;
	for (int i = 0; ok && i < n; i++)
		ok = step_behind(log, &r[i], from) == 0;
	if (ok)
		compare(log, r, n, hw);
	for (int i = 0; i < opened; i++)
		plog_reader_close(&r[i].reader);
}

/* ---- all of them ---- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of all logs on all disks, sorted, each once a disk. */
static char **
names(size_t *n)
{
	char **v = NULL;
	size_t cap = 0;

	*n = 0;
	for (int i = 0; i < rc.disks; i++) {
		DIR *d = opendir(rc.disk[i].path);
		const struct dirent *e;

		if (d == NULL)
			die("could not read \"%s\": %s", rc.disk[i].path, strerror(errno));
		while ((e = readdir(d)) != NULL) {
			if (!is_log_name(e->d_name))
				continue;
			if (*n == cap)
				v = xreallocarray(v, cap = cap == 0 ? 64 : cap * 2, sizeof(*v));
			v[(*n)++] = xstrdup(e->d_name);
		}
		closedir(d);
	}
	if (*n > 0)
		qsort(v, *n, sizeof(*v), by_name);
	return v;
}

/* The topic's id, zero if it is not told: a directory may be left of an earlier topic of this name. */
static struct uuid
id_of(const struct disk *d, const char *log)
{
	struct uuid id = UUID_ZERO;
	int fd = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1 || disk_topic_id(fd, log, id.b) == -1)
		id = UUID_ZERO;
	if (fd != -1)
		close(fd);
	return id;
}

static void
check_named(const char *log)
{
	struct replica r[DISKS_MOST], of[DISKS_MOST];
	struct uuid id[DISKS_MOST];
	int n = 0, same;

	for (int i = 0; i < rc.disks; i++) {
		char *path = xasprintf("%s/%s", rc.disk[i].path, log);

		if (access(path, F_OK) == 0) {
			r[n] = (struct replica){.disk = &rc.disk[i]};
			id[n++] = id_of(&rc.disk[i], log);
		}
		free(path);
	}
	for (int i = 0; i < n; i++) {
		same = 0;
		for (int k = i; r[i].disk != NULL && k < n; k++)
			if (r[k].disk != NULL && (k == i || uuid_eq(&id[k], &id[i]))) {
				of[same++] = r[k];
				if (k > i)
					r[k].disk = NULL;
			}
		if (same > 0)
			check_log(log, of, same);
	}
}

static void
open_disk(const char *path)
{
	struct disk *d = &rc.disk[rc.disks++];
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		die("could not open \"%s\": %s", path, strerror(errno));
	d->path = path;
	checkpoint_read(&d->hw, fd, CHECKPOINT_HW);
	checkpoint_read(&d->log_start, fd, CHECKPOINT_LOG_START);
	checkpoint_read(&d->cleaned, fd, CHECKPOINT_CLEANED);
	close(fd);
}

static void
summary(void)
{
	if (cli.json) {
		json_end();
		json_number("partitions", (int64_t)rc.logs);
		json_number("without_another_replica", (int64_t)rc.single);
		json_number("batches", (int64_t)rc.batches);
		json_number("bytes", (int64_t)rc.bytes);
		json_number("different", (int64_t)rc.different);
		json_number("too_short", (int64_t)rc.shorter);
		json_number("unreadable", (int64_t)rc.unreadable);
		json_end();
		return;
	}
	printf("%" PRIu64 " partitions with several replicas, %" PRIu64 " batches, %s each: %" PRIu64 " different, %" PRIu64
	       " too short%s\n",
	    rc.logs, rc.batches, bytes_text((int64_t)rc.bytes), rc.different, rc.shorter,
	    rc.unreadable > 0 ? "; not all could be read" : "");
	if (rc.single > 0)
		printf("%" PRIu64 " partitions are in one of the directories only, and were not compared\n", rc.single);
}

static int
replica_check(int argc, char **argv)
{
	size_t n;
	char **name;

	if (argc < 3)
		die_usage("at least two entries of log.dirs are wanted");
	if (argc - 1 > DISKS_MOST)
		die_usage("at most %d directories are possible", DISKS_MOST);
	for (int i = 1; i < argc; i++)
		open_disk(argv[i]);
	if (cli.json) {
		json_begin(NULL, '{');
		json_begin("findings", '[');
	}
	name = names(&n);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(name[i], name[i - 1]) != 0)
			check_named(name[i]);
	}
	summary();
	for (size_t i = 0; i < n; i++)
		free(name[i]);
	free(name);
	return rc.different + rc.shorter > 0 ? EXIT_ABOVE : rc.unreadable > 0 ? EXIT_FAILED : EXIT_OK;
}
