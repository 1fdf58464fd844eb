/* SPDX-License-Identifier: ISC */
/*
 * swap-t.c - compacted files take the place of segments: killed, failing and interfered with at every call, a log holds
 * what it held or what was made of it, never parts of both, and nothing of the swap is left lying about.
 */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/xalloc.h"
#include "odradek/store/reader.h"
#include "power.h"

enum { SEGMENTS = 6, BATCHES = 4, FIRST = 1, LAST = 4, SOME = 3 }; /* one batch is one record */

static int told, told_error;

static void
swapped(struct plog *log, const struct plog_cleaned *c, int error, void *arg)
{
	(void)log, (void)c, (void)arg;
	told++;
	told_error = error;
}

static int64_t
base_of(int segment)
{
	return (int64_t)segment * BATCHES;
}

/* Of segments FIRST to LAST the first few batches stay: what is made ends in front of most that it covers. */
static int64_t
make_cleaned(const struct world *w)
{
	static const char *const empty[] = { ".index.cleaned", ".timeindex.cleaned" };
	char *from = path_of(w, base_of(FIRST), ".log"), *to = path_of(w, base_of(FIRST), ".log.cleaned");
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	uint8_t head[BATCH_OVERHEAD], buf[4096];
	int64_t size = 0;

	for (int i = 0; i < SOME; i++) {
		int64_t n;

		if (pread(in, head, sizeof(head), size) != sizeof(head) || (n = batch_size(head)) > (int64_t)sizeof(buf) ||
		    pread(in, buf, (size_t)n, size) != n || pwrite(out, buf, (size_t)n, size) != n)
			bail("could not make %s", to);
		size += n;
	}
	close(in);
	close(out);
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		char *path = path_of(w, base_of(FIRST), empty[i]);

		close(open(path, O_WRONLY | O_CREAT, 0644));
		free(path);
	}
	free(from);
	free(to);
	return size;
}

static void
fresh(struct world *w)
{
	char command[400];

	if (w->disk != NULL)
		world_kill(w);
	snprintf(command, sizeof(command), "cd '%s' && rm -rf topic-0* .odradek* *checkpoint .kafka*", w->dir);
	if (system(command) != 0)
		diag("rm");
	w->model.n = 0;
	told = told_error = 0;
	world_open(w, false, -1);
	for (int s = 0; s <= SEGMENTS; s++) {
		for (int i = 0; s < SEGMENTS && i < BATCHES; i++)
			put(w, &SPEC(.value = 50, .timestamp = w->now));
		if (s < SEGMENTS)
			plog_roll(w->log, w->now);
	}
	put(w, &SPEC(.value = 50, .timestamp = w->now));
	plog_set_hw(w->log, plog_line(w->log)->leo, false);
	run_jobs(w);
}

static int
swap_in(struct world *w, int64_t size)
{
	struct plog_cleaned c = { .base = base_of(FIRST), .last = base_of(LAST), .size = size, .upto = base_of(LAST + 1),
		.cuts = plog_line(w->log)->cuts };

	return plog_swap_in(w->log, &c);
}

enum content { OLD, NEW, NEITHER };

/* What a reader finds from the segment `from` on to the end. */
static enum content
content(const struct world *w, int from, int64_t leo)
{
	char *dir = xasprintf("%s/topic-0", w->dir);
	int64_t olds = base_of(from), news = olds;
	struct plog_reader *r;
	const uint8_t *p;
	size_t len;
	int n = -1;

	if (plog_reader_open(&r, dir, base_of(from)) == 0) {
		while ((n = plog_reader_next(r, &p, &len)) == 1) {
			int64_t offset = batch_base_offset(p);

			olds = offset == olds ? olds + 1 : -1;
			news = offset == news ? news + 1 : -1;
			if (news == base_of(FIRST) + SOME)
				news = base_of(LAST + 1);
			if (olds < 0 && news < 0)
				break;
		}
		plog_reader_close(&r);
	}
	free(dir);
	if (n != 0)
		return NEITHER;
	return olds == leo ? OLD : news == leo ? NEW : NEITHER;
}

static int
leftovers(const struct world *w)
{
	return count_files(w, ".swap") + count_files(w, ".replaced") + count_files(w, ".cleaned") + count_files(w, ".tmp") +
	    count_files(w, ".deleted");
}

/* A start after this, and one after that. */
static enum content
after_starts(struct world *w, int from, bool full)
{
	enum content got = NEITHER, again;

	for (int i = 0; i < 2; i++) {
		if (w->disk != NULL)
			world_kill(w);
		if (world_open(w, full, -1) == -1) {
			diag("it does not open: %s", strerror(errno));
			return NEITHER;
		}
		disk_tick(w->disk, w->now, w->mono += 100000);
		run_jobs(w);
		again = content(w, from, plog_line(w->log)->leo);
		if (i == 1 && again != got)
			return NEITHER;
		got = again;
	}
	if (leftovers(w) != 0) {
		diag("%d files are left", leftovers(w));
		return NEITHER;
	}
	return got;
}

static void
killed(void)
{
	_exit(9);
}

static void
test_kill(struct world *w)
{
	int bad = 0, news = 0, olds = 0, status = 0;

	for (int64_t n = 0; n == 0 || WIFEXITED(status); n++) {
		enum content got;
		int64_t size;
		pid_t pid;

		fresh(w);
		size = make_cleaned(w);
		if ((pid = fork()) == 0) {
			fault_at(n, FAULT_DIE, 0, killed);
			swap_in(w, size);
			run_jobs(w);
			_exit(told == 1 && told_error == 0 ? 0 : 1);
		}
		if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
			bail("no child");
		got = after_starts(w, 0, n % 2 == 0);
		news += got == NEW;
		olds += got == OLD;
		if (got == NEITHER || (WEXITSTATUS(status) == 0 && got != NEW) || WEXITSTATUS(status) == 1 ||
		    plog_line(w->log)->leo != base_of(SEGMENTS) + 1) {
			diag("killed at call %" PRId64 " (%d): %d", n, WEXITSTATUS(status), (int)got);
			bad++;
		}
		if (WEXITSTATUS(status) != 9)
			break;
	}
	ok(bad == 0 && olds > 3 && news > 10, "killed at every call: %d times what was there, %d times what was made of it", olds, news);
}

/* The topic went from compact to delete; and a file is not there.  Its gaps are to be taken for what they are. */
static void
forget_compaction(struct world *w, const char *name)
{
	char *path = xasprintf("%s/%s", w->dir, name);

	w->config.cleanup_compact = false;
	w->config.cleanup_delete = true;
	if (unlink(path) == -1 && errno != ENOENT)
		bail("%s: %s", path, strerror(errno));
	free(path);
}

/* The power fails in front of the n-th call of a swap, and of the first start after it.  Was there such a call? */
static bool
power_fails(struct world *w, int64_t n, uint64_t seed, enum content *got)
{
	char home[256], image[2][280];
	int64_t size;
	bool cut;

	fresh(w);
	size = make_cleaned(w);
	memcpy(home, w->dir, sizeof(home));
	for (int i = 0; i < 2; i++) {
		snprintf(image[i], sizeof(image[i]), "%.250s/power%d", home, i);
		remove_tree_at(AT_FDCWD, image[i]);
	}
	power_seed(seed);
	power_watch(w->dir);
	mkdir(image[0], 0755);
	power_cut_at(n, image[0], NULL, NULL);
	swap_in(w, size);
	run_jobs(w);
	disk_tick(w->disk, w->now, w->mono += 100000);
	run_jobs(w);
	if (!(cut = power_was_cut()))
		power_cut(image[0]);
	world_kill(w);
	memcpy(w->dir, image[0], sizeof(w->dir));
	if (seed % 2 == 1) {
		mkdir(image[1], 0755);
		power_watch(w->dir);
		power_cut_at((int64_t)(seed % 30), image[1], NULL, NULL);
		(void)after_starts(w, 0, true);
		if (power_was_cut())
			memcpy(w->dir, image[1], sizeof(w->dir));
		if (w->disk != NULL)
			world_kill(w);
	}
	power_unwatch();
	if (seed % 4 >= 2)
		forget_compaction(w, "recovery-point-offset-checkpoint");
	*got = after_starts(w, 0, true);
	w->config.cleanup_compact = true;
	w->config.cleanup_delete = false;
	if (w->disk == NULL || plog_line(w->log)->leo != base_of(SEGMENTS) + 1)
		*got = NEITHER;
	if (w->disk != NULL)
		world_kill(w);
	memcpy(w->dir, home, sizeof(w->dir));
	return cut;
}

/* Everything was on the medium before: whatever of the swap gets there, all of the old records are read, or all of the
 * new ones.  POWER_SEEDS=100 for the long form. */
static void
test_power(struct world *w)
{
	const char *many = getenv("POWER_SEEDS");
	uint64_t seeds = many == NULL ? 6 : strtoull(many, NULL, 10);
	int bad = 0, news = 0, olds = 0;
	bool cut = true;

	for (int64_t n = 0; cut && n < 200; n++)
		for (uint64_t k = 0; k < seeds; k++) {
			uint64_t seed = (uint64_t)n * 1000 + k;
			enum content got;

			cut = power_fails(w, n, seed, &got);
			news += got == NEW;
			olds += got == OLD;
			if (got != NEITHER)
				continue;
			diag("power failed at call %" PRId64 ", seed %" PRIu64, n, seed);
			bad++;
		}
	ok(bad == 0 && olds > 3 && news > 10,
	    "power failed at every call: %d times what was there, %d times what was made of it", olds, news);
}

/* A call fails; the writer lives on, and the cleaner tries it again. */
static void
test_errors(struct world *w, int error, const char *what)
{
	int bad = 0;
	bool hit = true;

	for (int64_t n = 0; hit && n < 100; n++) {
		enum content got;
		int64_t size;

		fresh(w);
		size = make_cleaned(w);
		fault_at(n, FAULT_ERRNO, error, NULL);
		(void)swap_in(w, size);
		run_jobs(w);
		hit = fault_hit();
		fault_off();
		/* what could not be ended is, as soon as the cleaner comes again; it was told once */
		if (swap_in(w, size) == 0 || errno != ECANCELED)
			run_jobs(w);
		got = content(w, 0, plog_line(w->log)->leo);
		if (told < 1 || got == NEITHER || (told == 1 && told_error == 0 && got != NEW) ||
		    after_starts(w, 0, true) != got) {
			diag("%s at call %" PRId64 ": told %d, %d; %d", what, n, told, told_error, (int)got);
			bad++;
		}
	}
	ok(bad == 0, "%s at every call: as it was, or done", what);
}

static void
one_job(struct world *w)
{
	struct store_job *job = disk_job_next(w->disk);

	if (job == NULL)
		return;
	store_job_run(job);
	disk_job_done(w->disk, job);
}

/* Truncation meets a swap that has come so far. */
static void
test_truncation(struct world *w)
{
	int bad = 0, waited = 0;

	for (int jobs = 0; jobs < 4; jobs++)
		for (int running = 0; running < 2; running++) {
			struct store_job *job = NULL;
			int r = -1, turns = 0;

			fresh(w);
			swap_in(w, make_cleaned(w));
			for (int i = 0; i < jobs; i++)
				one_job(w);
			if (running && (job = disk_job_next(w->disk)) != NULL)
				store_job_run(job);
			while ((r = plog_truncate_to(w->log, base_of(FIRST) + 2)) == -1 && errno == EAGAIN && turns++ < 10) {
				if (job != NULL)
					disk_job_done(w->disk, job);
				job = NULL;
				disk_tick(w->disk, w->now, w->mono += 100000);
				run_jobs(w);
			}
			waited += turns > 0;
			if (job != NULL)
				disk_job_done(w->disk, job);
			if (r != 0 || told != 1 || plog_line(w->log)->cleaned > base_of(FIRST) + 2)
				bad++;
			for (int i = 0; i < 3; i++)
				put(w, &SPEC(.value = 60, .timestamp = w->now));
			if (content(w, 0, base_of(FIRST) + 5) != OLD || count_files(w, ".swap") > 0 ||
			    count_files(w, ".replaced") > 0) {
				diag("truncated after %d jobs%s: %d, %s", jobs, running ? " and one that runs" : "", r, strerror(errno));
				bad++;
			}
		}
	ok(bad == 0 && waited >= 3, "truncation undoes a swap, or waits for its end (%d times)", waited);
}

static void
test_retention(struct world *w)
{
	int bad = 0;

	for (int jobs = 0; jobs < 4; jobs++) {
		fresh(w);
		swap_in(w, make_cleaned(w));
		for (int i = 0; i < jobs; i++)
			one_job(w);
		if (plog_delete_records(w->log, base_of(LAST)) == -1)
			bad++;
		run_jobs(w);
		plog_retain(w->log, w->now);
		run_jobs(w);
		if (told != 1 || told_error != 0 || plog_line(w->log)->log_start != base_of(LAST)) {
			diag("after %d jobs: told %d, %d, start %" PRId64, jobs, told, told_error, plog_line(w->log)->log_start);
			bad++;
		}
		world_kill(w);
		world_open(w, true, -1);
		disk_tick(w->disk, w->now, w->mono += 100000);
		run_jobs(w);
		if (plog_line(w->log)->leo != base_of(SEGMENTS) + 1 || leftovers(w) != 0)
			bad++;
	}
	ok(bad == 0, "what DeleteRecords takes is swapped first, and goes then");
}

static void
test_deletion(struct world *w)
{
	int bad = 0;

	for (int jobs = 0; jobs < 4; jobs++)
		for (int del = 0; del < 2; del++) {
			fresh(w);
			swap_in(w, make_cleaned(w));
			for (int i = 0; i < jobs; i++)
				one_job(w);
			if (del)
				plog_delete(&w->log);
			else
				plog_close(&w->log);
			run_jobs(w);
			bad += told != 1;
			if (!del && after_starts(w, 0, false) == NEITHER) {
				diag("closed after %d jobs", jobs);
				bad++;
			}
		}
	ok(bad == 0, "a log that is closed or deleted meanwhile: the cleaner hears of it, once");
}

/* Kafka makes no mark: what its new segment ends behind is what it covers. */
static void
test_kafkas(struct world *w)
{
	char *from, *to;

	fresh(w);
	make_cleaned(w);
	from = path_of(w, base_of(FIRST), ".log.cleaned");
	to = path_of(w, base_of(FIRST), ".log.swap");
	rename(from, to);
	free(from);
	free(to);
	from = path_of(w, base_of(FIRST), ".log");
	unlink(from);
	free(from);
	for (int s = FIRST + 1; s <= LAST; s++) {
		from = path_of(w, base_of(s), ".log");
		unlink(from);
		free(from);
	}
	ok(after_starts(w, 0, true) == NEW, "a swap that Kafka began is finished");
}

static void
test_checkpoint(struct world *w)
{
	fresh(w);
	swap_in(w, make_cleaned(w));
	run_jobs(w);
	is_int(base_of(LAST + 1), plog_line(w->log)->cleaned, "so far it is clean");
	disk_tick(w->disk, w->now, w->mono += 100000);
	run_jobs(w);
	world_kill(w);
	world_open(w, true, -1);
	is_int(base_of(LAST + 1), plog_line(w->log)->cleaned, "and a start knows that");
}

/* After a power loss, with all of the log behind the recovery point. */
static void
test_policy(struct world *w)
{
	static const char *const other[] = { "topic-0/compacted", "cleaner-offset-checkpoint" };

	for (int i = 0; i < 2; i++) {
		fresh(w);
		swap_in(w, make_cleaned(w));
		run_jobs(w);
		disk_tick(w->disk, w->now, w->mono += 100000);
		run_jobs(w);
		world_kill(w);
		forget_compaction(w, "recovery-point-offset-checkpoint");
		forget_compaction(w, other[i]);
		ok(after_starts(w, 0, true) == NEW && plog_line(w->log)->leo == base_of(SEGMENTS) + 1,
		    "a log that is not compacted any more keeps what lies behind a gap, without %s", other[i]);
		w->config.cleanup_compact = true;
		w->config.cleanup_delete = false;
	}
}

int
main(void)
{
	struct world w;

	world_init(&w);
	w.config.cleanup_delete = false;
	w.config.cleanup_compact = true;
	w.config.file_delete_delay_ms = 0;
	w.opt.swapped = swapped;
	test_kill(&w);
	test_power(&w);
	test_errors(&w, ENOSPC, "a full disk");
	test_errors(&w, EMFILE, "too many open files");
	test_truncation(&w);
	test_retention(&w);
	test_deletion(&w);
	test_kafkas(&w);
	test_checkpoint(&w);
	test_policy(&w);
	world_fini(&w);
	return done_testing();
}
