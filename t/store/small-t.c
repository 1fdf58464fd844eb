/* SPDX-License-Identifier: ISC */
/*
 * small-t.c - every small file beside the records, damaged in every way, after every kind of end.
 *
 * The records decide: whatever has become of the files that can be made from them, the log is read
 * back whole, its start and its producers are what they were, it takes more, and the next start
 * finds that, too; without a word above debug level.  But for partition.metadata: whose records
 * they are, the records do not tell.  A damaged one is refused with a message, and kept, until
 * somebody removes it, also after a power loss, since records were synced and it with them.
 */
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

enum { PRODUCER = 7, KEPT = 5 };
enum end { CLEAN, KILL, POWER };
static const char *const end_name[] = {"an orderly stop", "a kill", "a power loss"};

enum damage { MISSING, EMPTY, TORN, GARBAGE, STALE, ZEROS, DAMAGES };
static const char *const damage_name[] = {
    "missing", "empty", "torn", "garbage", "of an earlier time", "zeros"};

static const struct {
	const char *name; /* or the end of one */
	bool in_log;
} file[] = {
    {".index", true},
    {".timeindex", true},
    {".snapshot", true},
    {"leader-epoch-checkpoint", true},
    {"partition.metadata", true},
    {"recovery-point-offset-checkpoint", false},
    {"log-start-offset-checkpoint", false},
    {"replication-offset-checkpoint", false},
    {"cleaner-offset-checkpoint", false},
    {".odradek-state", false},
    {".odradek-boot", false},
    {".kafka_cleanshutdown", false},
};

static int32_t sequence;
static int64_t log_start;

static void
run(const char *fmt, const char *a, const char *b)
{
	char *line = xasprintf(fmt, a, b);

	if (system(line) != 0)
		bail("failed: %s", line);
	free(line);
}

/* ---- a life ---- */

static struct spec
next_batch(const struct world *w)
{
	struct spec s = SPEC(.records = 3, .value = 90, .producer_id = PRODUCER,
	    .sequence = sequence, .timestamp = w->now);

	sequence += s.records;
	return s;
}

static void
work(struct world *w, int batches)
{
	for (int i = 0; i < batches; i++) {
		struct spec s = next_batch(w);

		w->now += 10;
		put(w, &s);
	}
	w->mono += 70000;
	disk_tick(w->disk, w->now, w->mono);
	run_jobs(w);
	w->mono += 6000;
	disk_tick(w->disk, w->now, w->mono);
	run_jobs(w);
}

/* Leaves the directory as `end` does, and one of the middle of its life. */
static void
live(struct world *w, enum end end, char stale[300])
{
	world_init(w);
	w->config.segment_bytes = 8000;
	w->config.index_interval_bytes = 500;
	w->config.file_delete_delay_ms = 0;
	sequence = 0;
	world_open(w, false, -1);
	plog_set_cleaned(w->log, 0);
	work(w, 60);
	snprintf(stale, 300, "%s.stale", w->dir);
	run("cp -a '%s' '%s'", w->dir, stale);
	plog_delete_records(w->log, 70);
	work(w, 60);
	for (int i = 0; i < KEPT; i++) {
		struct spec s = next_batch(w); /* nobody had time to save anything of these */

		put(w, &s);
	}
	log_start = plog_line(w->log)->log_start;
	if (end == CLEAN)
		world_close(w);
	else
		world_kill(w);
	if (end == POWER)
		run("rm -f '%s/%s'", w->dir, ".odradek-boot");
}

/* ---- damage ---- */

static void
damage_one(const char *path, const char *old, enum damage how)
{
	size_t len = 0;
	char *text = read_file_at(AT_FDCWD, path, 1 << 20, &len);
	int fd;

	if (text == NULL) {
		text = xcalloc(1, 64);
		len = 40;
	}
	if (how == MISSING || how == STALE)
		unlink(path);
	if (how == STALE && access(old, F_OK) == 0)
		run("cp -p '%s' '%s'", old, path);
	if (how == MISSING || how == STALE) {
		free(text);
		return;
	}
	for (size_t i = 0; i < len && how != TORN; i++)
		text[i] = (char)(how == ZEROS ? 0 : rnd(256));
	len = how == EMPTY ? 0 : how == TORN ? len / 2 : len;
	if ((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644)) == -1 ||
	    write_full(fd, text, len) == -1)
		bail("%s", path);
	close(fd);
	free(text);
}

static void
damage(const char *dir, const char *stale, size_t f, enum damage how)
{
	char *in = xasprintf("%s%s", dir, file[f].in_log ? "/topic-0" : "");
	char *old = xasprintf("%s%s", stale, file[f].in_log ? "/topic-0" : "");
	char *names[1000];
	size_t n = 0;
	DIR *d = opendir(in);
	struct dirent *e;

	if (file[f].name[0] != '.' || !file[f].in_log) {
		names[n++] = xstrdup(file[f].name);
	} else {
		while (d != NULL && (e = readdir(d)) != NULL && n < 1000)
			if (strlen(e->d_name) == 20 + strlen(file[f].name) &&
			    strcmp(e->d_name + 20, file[f].name) == 0)
				names[n++] = xstrdup(e->d_name);
	}
	if (d != NULL)
		closedir(d);
	for (size_t i = 0; i < n; i++) {
		char *path = xasprintf("%s/%s", in, names[i]);
		char *from = xasprintf("%s/%s", old, names[i]);

		damage_one(path, from, how);
		free(path);
		free(from);
		free(names[i]);
	}
	free(in);
	free(old);
}

/* ---- what is found ---- */

static bool
one_start(struct world *w, const char *what)
{
	int64_t leo = w->model.b[w->model.n - 1].next;
	struct spec last = w->model.b[w->model.n - 1].spec, next;
	int error = 0, r = world_open(w, false, -1);
	bool good = r == PLOG_OPENED && plog_line(w->log)->leo == leo;

	if (!good) {
		diag("%s: opened %d, ends at %" PRId64 " instead of %" PRId64, what, r,
		    r < 0 ? -1 : plog_line(w->log)->leo, leo);
		return false;
	}
	if (plog_line(w->log)->log_start != log_start) {
		diag("%s: starts at %" PRId64 " instead of %" PRId64, what,
		    plog_line(w->log)->log_start, log_start);
		good = false;
	}
	if (append(w, &last, &error) == -1 || error != -2) {
		diag("%s: the last batch once more is no duplicate: %d", what, error);
		good = false;
	}
	next = SPEC(.records = 3, .value = 90, .producer_id = PRODUCER,
	    .sequence = last.sequence + last.records, .timestamp = w->now);
	if (append(w, &next, &error) == -1 || error != 0) {
		diag("%s: the next batch is refused: %d", what, error);
		good = false;
	}
	work(w, 0);
	return log_matches(w, "") && good;
}

/* The log is not opened, the log says why, and nothing is changed; without the file it opens. */
static bool
refused(struct world *w, const char *what, const char *log)
{
	char *path = xasprintf("%s/topic-0/partition.metadata", w->dir);
	struct stat before, after, said;
	bool good;
	int r;

	if (stat(path, &before) == -1)
		bail("%s", path);
	r = world_open(w, false, -1);
	good = r == -1 && stat(path, &after) == 0 && after.st_size == before.st_size &&
	       after.st_mtime == before.st_mtime && stat(log, &said) == 0 && said.st_size > 0;
	if (!good)
		diag("%s: not refused, not kept, or without a word: %d", what, r);
	if (w->disk != NULL)
		world_close(w);
	if (unlink(path) == -1 || truncate(log, 0) == -1)
		bail("%s", path);
	free(path);
	return good;
}

static bool
one_case(struct world *w, const char *life, const char *stale, size_t f, enum damage how)
{
	char *what = xasprintf("%s %s", file[f].name, damage_name[how]);
	char log[300];
	struct stat st;
	int n = w->model.n;
	bool good, identity = strcmp(file[f].name, "partition.metadata") == 0 && how != MISSING &&
			      how != STALE;

	snprintf(w->dir, sizeof(w->dir), "%.200s.now", life);
	run("rm -rf '%s'%s", w->dir, "");
	run("cp -a '%s' '%s'", life, w->dir);
	snprintf(log, sizeof(log), "%s.log", life);
	damage(w->dir, stale, f, how);
	if (truncate(log, 0) == -1)
		bail("%s", log);
	good = !identity || refused(w, what, log);
	good = one_start(w, what) && good;
	if (w->disk != NULL)
		world_close(w);
	if (how == MISSING && (count_files(w, ".index") != count_files(w, ".log") ||
				  count_files(w, ".timeindex") != count_files(w, ".log") ||
				  !indexes_true(w, false, ""))) {
		diag("%s: not all indexes were made again", what);
		good = false;
	}
	good = good && one_start(w, what);
	if (w->disk != NULL)
		world_close(w);
	if (stat(log, &st) == -1 || st.st_size > 0) {
		diag("%s: something was logged", what);
		good = false;
	}
	model_cut(&w->model, w->model.b[n - 1].next);
	free(what);
	return good;
}

static void
all_of(enum end end)
{
	struct world w;
	char life[256], stale[300], log[300];

	live(&w, end, stale);
	snprintf(life, sizeof(life), "%s", w.dir);
	snprintf(log, sizeof(log), "%s.log", life);
	if (log_open(log) == -1)
		bail("%s", log);
	for (size_t f = 0; f < sizeof(file) / sizeof(file[0]); f++) {
		bool good = true;

		for (int how = 0; how < DAMAGES; how++)
			good = one_case(&w, life, stale, f, (enum damage)how) && good;
		ok(good, "%s after %s: missing, empty, torn, garbage, stale, zeros", file[f].name,
		    end_name[end]);
	}
	run("rm -rf '%s' '%s'.*", life, life);
	w.disk = NULL;
	world_fini(&w);
}

int
main(void)
{
	log_set_level(LOG_LEVEL_INFO);
	all_of(CLEAN);
	all_of(KILL);
	all_of(POWER);
	return done_testing();
}
