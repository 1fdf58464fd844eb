/* SPDX-License-Identifier: ISC */
/*
 * compactor.c - compacts the directory of one partition that nobody uses, as the cleaner and the writer do together.
 *
 *	compactor [-n now-ms] [-d delete.retention.ms] [-s segment.bytes] [-m map-bytes] [-l lso] [-c cleaned] [-v] DIRECTORY
 *
 * Used in: tests that compare what is left with what Apache Kafka's cleaner leaves, and the benchmark.  Everything but
 * the active (last) segment is cleaned.  Prints the offset up to which the log is clean.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/store/clean.h"
#include "odradek/store/disk.h"
#include "odradek/store/plog.h"

static int swap_error = -1;

static void
swapped(struct plog *log, const struct plog_cleaned *c, int error, void *arg)
{
	(void)log, (void)c, (void)arg;
	swap_error = error;
}

static void
run_jobs(struct disk *disk)
{
	struct store_job *job;

	while ((job = disk_job_next(disk)) != NULL) {
		store_job_run(job);
		if (disk_job_done(disk, job) == -1)
			fatal("a job of the disk failed");
	}
}

static void
swap(struct disk *disk, struct plog *log, const struct clean_group *g)
{
	struct plog_cleaned c = { .base = g->base, .last = g->last, .size = g->size, .upto = -1,
		.cuts = plog_line(log)->cuts };

	if (plog_swap_in(log, &c) == -1)
		fatal("could not swap in");
	run_jobs(disk);
	if (swap_error != 0)
		fatalx("could not swap in: %s", strerror(swap_error));
}

static int64_t
clean(struct disk *disk, struct plog *log, const struct clean_log *l, const struct clean_options *opt, bool verbose)
{
	struct clean_need need;
	struct cleaning *c;
	const struct clean_stats *s;
	int64_t upto, segment, position;
	int r;

	if (clean_look(l, opt->now, &need) == -1 || cleaning_begin(&c, l, &need, opt) == -1)
		fatal("could not begin");
	while ((r = cleaning_step(c)) != CLEAN_STEP_DONE) {
		if (r == -1) {
			int error = errno;
			const char *why = cleaning_where(c, &segment, &position);

			fatalx("could not compact: %s, segment %lld, position %lld", why != NULL ? why : strerror(error),
			    (long long)segment, (long long)position);
		}
		if (r == CLEAN_STEP_GROUP) {
			if (cleaning_sync(c) == -1)
				fatal("could not sync");
			swap(disk, log, cleaning_group(c));
			cleaning_next(c);
		}
	}
	upto = cleaning_upto(c);
	s = cleaning_stats(c);
	if (verbose)
		fprintf(stderr, "%llu keys, kept %llu of %llu records, read %llu, wrote %llu bytes\n",
		    (unsigned long long)s->keys, (unsigned long long)s->kept, (unsigned long long)s->records,
		    (unsigned long long)s->read, (unsigned long long)s->written);
	cleaning_end(&c);
	return upto;
}

int
main(int argc, char **argv)
{
	struct clean_options opt = { .map_bytes = 128 << 20, .map_load = 0.9, .io_bytes = 512 << 10, .now = now_ms() };
	struct clean_log l = { .delete_retention_ms = 86400000, .max_lag_ms = INT64_MAX, .segment_bytes = 1 << 30,
		.segment_index_bytes = 10 << 20, .index_interval_bytes = 4096, .producer_expiration_ms = 86400000,
		.cleaned = -1 };
	struct disk_options disk_opt = { .swapped = swapped };
	struct plog_config config = plog_config_default;
	struct plog_open_how how = { .known_leo = -1, .known_log_start = -1, .known_hw = -1 };
	int64_t lso = -1, upto, before;
	bool verbose = false;
	struct plog_name name = { 0 };
	struct disk *disk;
	struct plog *log;
	char *dash, *dir, *base;
	int o;

	while ((o = getopt(argc, argv, "n:d:s:m:l:c:v")) != -1)
		switch (o) {
		case 'n': opt.now = atoll(optarg); break;
		case 'd': l.delete_retention_ms = atoll(optarg); break;
		case 's': l.segment_bytes = atoi(optarg); break;
		case 'm': opt.map_bytes = atoll(optarg); break;
		case 'l': lso = atoll(optarg); break;
		case 'c': l.cleaned = atoll(optarg); break;
		case 'v': verbose = true; break;
		default: return 2;
		}
	if (optind + 1 != argc)
		return 2;
	memcpy(opt.key, "any key will do.", 16);
	base = strdup(basename(strdup(argv[optind])));
	disk_opt.path = dir = strdup(dirname(strdup(argv[optind])));
	if ((dash = strrchr(base, '-')) == NULL)
		fatalx("\"%s\" is no <topic>-<n>", base);
	*dash = '\0';
	name.topic = base;
	name.partition = atoi(dash + 1);
	config.cleanup_delete = false;
	config.file_delete_delay_ms = 0;
	if (disk_open(&disk, &disk_opt, false) == -1 || plog_open(&log, disk, &name, &config, &how) < 0 || log == NULL)
		fatal("could not open \"%s\"", argv[optind]);
	l.dir = argv[optind];
	l.log_start = plog_line(log)->log_start;
	l.leo = plog_line(log)->leo;
	plog_set_hw(log, l.leo, false);
	l.lso = lso >= 0 ? lso : plog_line(log)->lso;
	l.active = plog_line(log)->segment;
	l.end = plog_line(log)->end;
	/* again while the map was too small for all of it */
	do {
		before = l.cleaned;
		l.cleaned = upto = clean(disk, log, &l, &opt, verbose);
	} while (upto > before && upto < l.active);
	plog_set_cleaned(log, upto);
	printf("%lld\n", (long long)upto);
	disk_recovered(disk);
	(void)disk_tick(disk, now_ms(), mono_ns() / 1000000);
	run_jobs(disk);
	return disk_close(&disk, true) == -1;
}
