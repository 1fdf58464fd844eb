/* SPDX-License-Identifier: ISC */
/* faults-t.c - a full disk, a dying disk, short writes, no descriptors, at every call: what was taken is there, the rest is not. */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "odradek/proto/kerr.h"

static int32_t sequence[4];
static int64_t failed, wrong;

static void
one_call(struct world *w)
{
	struct spec s[5];
	int n = 1 + (int)rnd(5), errors[5], id = (int)rnd(4);
	int32_t next = sequence[id];
	int64_t leo = plog_line(w->log)->leo, taken = 0;
	int r;

	for (int i = 0; i < n; i++) {
		s[i] = SPEC(.records = 1 + (int)rnd(3), .value = (int)rnd(300), .producer_id = id, .sequence = next,
		    .timestamp = 1000 + (int64_t)rnd(1000));
		next += s[i].records;
	}
	r = append_many(w, s, n, errors);
	failed += r == -1;
	for (int i = 0; i < n; i++) {
		if (errors[i] == 0) {
			taken += s[i].records;
			sequence[id] = s[i].sequence + s[i].records;
		} else if (r == 0 || errors[i] != 56) {
			diag("batch %d has error %d, the call %d", i, errors[i], r);
			wrong++;
		}
	}
	if (plog_line(w->log)->leo != leo + taken || (r == 0 && taken == 0)) {
		diag("LEO %" PRId64 " after %" PRId64 " and %" PRId64, plog_line(w->log)->leo, leo, taken);
		wrong++;
	}
}

static void
work(struct world *w)
{
	for (int i = 0; i < 40; i++) {
		one_call(w);
		if (i % 7 == 3) {
			disk_tick(w->disk, w->now, w->mono += 11000);
			run_jobs(w);
		}
		if (i % 20 == 19)
			plog_retain(w->log, w->now);
		if (i == 25)
			plog_delete_records(w->log, plog_line(w->log)->leo / 4);
	}
}

static void
fresh(struct world *w)
{
	char command[400];

	if (w->disk != NULL)
		world_kill(w);
	snprintf(command, sizeof(command), "cd '%s' && rm -rf topic-0 .odradek* *checkpoint .kafka*", w->dir);
	if (system(command) != 0)
		diag("rm");
	w->model.n = 0;
	memset(sequence, 0, sizeof(sequence));
	rnd_seed(3);
	world_open(w, false, -1);
}

static bool
sound(struct world *w)
{
	bool good;

	fault_off();
	/* it heals by itself */
	for (int i = 0; i < 3; i++) {
		int64_t before = failed;

		one_call(w);
		if (failed != before) {
			diag("still failing: %s", strerror(errno));
			return false;
		}
	}
	good = log_matches(w, "");
	plog_flush_indexes(w->log);
	good = good && indexes_true(w, false, "");
	world_kill(w);
	if (world_open(w, rnd(2) == 0, -1) == -1) {
		diag("cannot be opened again: %s", strerror(errno));
		return false;
	}
	return good && log_matches(w, "") && indexes_true(w, false, "");
}

static void
at_every_call(const char *what, enum fault kind, int error, bool stays)
{
	struct world w;
	int64_t total, bad = 0, step = getenv("STORE_T_ALL") != NULL ? 1 : 3;

	failed = wrong = 0;
	world_init(&w);
	w.config.segment_bytes = 8000;
	w.config.index_interval_bytes = 300;
	w.config.retention_bytes = 30000;
	w.config.retention_ms = -1;
	w.config.file_delete_delay_ms = 0;
	fresh(&w);
	fault_at(-1, FAULT_NONE, 0, NULL);
	work(&w);
	total = fault_calls();
	for (int64_t n = 0; n < total; n += step) {
		fresh(&w);
		if (stays)
			fault_from(n, error);
		else
			fault_at(n, kind, error, NULL);
		work(&w);
		if (!sound(&w)) {
			diag("%s at call %" PRId64 " of %" PRId64, what, n, total);
			bad++;
		}
		rnd_seed((uint64_t)n);
	}
	ok(bad == 0 && wrong == 0, "%s at each of %" PRId64 " calls", what, total);
	ok(kind == FAULT_SHORT || failed > 0, "... %" PRId64 " appends failed", failed);
	world_fini(&w);
}

/* ---- a truncation in which one call fails ---- */

static const struct store_sys *real_sys;
static int calls_until, failing_calls;

static int
call_fails(void)
{
	if (calls_until-- != 0)
		return 0;
	failing_calls++;
	errno = EMFILE;
	return -1;
}

static int
failing_openat(int dirfd, const char *path, int flags, mode_t mode)
{
	return call_fails() == -1 ? -1 : real_sys->openat(dirfd, path, flags, mode);
}

static int
failing_ftruncate(int fd, off_t len)
{
	return call_fails() == -1 ? -1 : real_sys->ftruncate(fd, len);
}

/* The n-th call fails for a reason that passes.  False: there are not so many. */
static bool
truncation_fails_at(struct world *w, int n, bool *good)
{
	struct store_sys sys = store_sys;
	struct stat st;
	int error[3], r;
	char *path;

	fresh(w);
	for (int i = 0; i < 20; i++)
		put(w, &SPEC(.producer_id = 4, .sequence = i));
	run_jobs(w);
	real_sys = &sys;
	store_sys.openat = failing_openat;
	store_sys.ftruncate = failing_ftruncate;
	calls_until = n;
	failing_calls = 0;
	r = plog_truncate_to(w->log, 12);
	store_sys = sys;
	/* who follows tries again as long as something is left to be cut */
	if (r == -1 && plog_line(w->log)->leo > 12)
		r = plog_truncate_to(w->log, 12);
	model_cut(&w->model, 12);
	append(w, &SPEC(.producer_id = 4, .sequence = 9), &error[0]);
	append(w, &SPEC(.producer_id = 4, .sequence = 15), &error[1]);
	append(w, &SPEC(.producer_id = 4, .sequence = 12), &error[2]);
	path = path_of(w, plog_line(w->log)->segment, ".log");
	*good = error[0] == -2 && error[1] == KERR_OUT_OF_ORDER_SEQUENCE_NUMBER && error[2] == 0 &&
	    plog_line(w->log)->leo == 13 && log_matches(w, "") &&
	    stat(path, &st) == 0 && st.st_size == plog_line(w->log)->end;
	free(path);
	world_kill(w);
	world_open(w, false, -1);
	append(w, &SPEC(.producer_id = 4, .sequence = 12), &error[2]);
	append(w, &SPEC(.producer_id = 4, .sequence = 9), &error[0]);
	*good = *good && error[2] == -2 && error[0] == -2 && plog_line(w->log)->leo == 13 && log_matches(w, "");
	if (!*good)
		diag("call %d: %d, errors %d %d %d, LEO %lld", n, r, error[0], error[1], error[2], (long long)plog_line(w->log)->leo);
	return failing_calls > 0;
}

static void
truncation_fails(void)
{
	struct world w;
	int n = 0, bad = 0;
	bool good;

	world_init(&w);
	w.config.segment_bytes = 700;
	w.config.file_delete_delay_ms = 0;
	while (truncation_fails_at(&w, n, &good)) {
		bad += !good;
		n++;
	}
	world_fini(&w);
	ok(n > 5 && bad == 0 && good, "whichever of %d calls of a truncation fails, producers are known and the end is the end", n);
}

/* A disk that is full when the daemon starts. */
static void
start_on_full_disk(void)
{
	struct world w;
	int error;

	world_init(&w);
	w.config.segment_bytes = 4000;
	world_open(&w, false, -1);
	for (int i = 0; i < 30; i++)
		put(&w, &SPEC(.value = 300));
	world_kill(&w);
	fault_from(0, ENOSPC);
	is_int(PLOG_OPENED, world_open(&w, false, -1), "opens on a full disk");
	is_int(30, plog_line(w.log)->leo, "with everything");
	is_int(-1, append(&w, &SPEC(.records = 1), &error), "an append is refused");
	is_int(ENOSPC, errno, "... for want of space");
	is_int(56, error, "... which a client retries");
	log_matches(&w, "reads go on");
	fault_off();
	put(&w, &SPEC(.records = 1));
	log_matches(&w, "and it heals");
	world_fini(&w);
}

int
main(void)
{
	at_every_call("ENOSPC", FAULT_ERRNO, ENOSPC, false);
	at_every_call("ENOSPC from there on", FAULT_ERRNO, ENOSPC, true);
	at_every_call("EIO", FAULT_ERRNO, EIO, false);
	at_every_call("a short write", FAULT_SHORT, 0, false);
	truncation_fails();
	start_on_full_disk();
	return done_testing();
}
