/* SPDX-License-Identifier: ISC */
/*
 * cmd_log.c - "odradek log check": reads the segments of directories and names every batch that is not what was written.
 *
 * No broker is asked.  Nothing is changed; the directories may belong to a daemon that runs.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "odradek.h"
#include "odradek/base/xalloc.h"
#include "odradek/store/scrub.h"

enum { STEP = 1 << 20, STALE_MOST = 100 };

static int log_check(int argc, char **argv);

const struct command log_commands[] = {
    {"check", "DIR...",
	"reads all segments in these directories (of one partition, or of log.dirs) and names what is damaged",
	log_check},
    {NULL, NULL, NULL, NULL},
};

struct totals {
	uint64_t logs, segments, bytes, damaged, unreadable;
};

int
log_main(int argc, char **argv)
{
	return command_run(log_commands, "log", argc - 1, argv + 1);
}

static void
tell_damage(const char *dir, const struct scrub *s, const struct bad_range *bad)
{
	bool tail = scrub_is_tail(s, bad), known = bad->next != INT64_MAX;
	char *file = xasprintf("%s/%020" PRId64 ".log", dir, scrub_segment(s));

	if (cli.json) {
		json_begin(NULL, '{');
		json_text("file", file);
		json_number("position", bad->from);
		json_number("end", bad->to);
		json_number("first_offset", bad->first);
		if (known)
			json_number("last_offset", bad->next - 1);
		else
			json_null("last_offset");
		json_bool("tail", tail);
		json_end();
	} else if (known) {
		printf("%s: damaged from position %" PRId64 " to %" PRId64 ": offsets %" PRId64 " to %" PRId64 "\n", file,
		    bad->from, bad->to, bad->first, bad->next - 1);
	} else {
		printf("%s: damaged from position %" PRId64 " to its end at %" PRId64 ": offsets from %" PRId64
		       " on%s\n",
		    file, bad->from, bad->to, bad->first,
		    tail ? "; unless something was appended before that, a write was cut short here" : "");
	}
	free(file);
}

static void
unreadable(const char *path, int64_t segment, struct totals *t)
{
	const char *why = strerror(errno);

	t->unreadable++;
	fflush(stdout);
	if (segment >= 0)
		fprintf(stderr, "odradek: could not read \"%s/%020" PRId64 ".log\": %s\n", path, segment, why);
	else
		fprintf(stderr, "odradek: could not read \"%s\": %s\n", path, why);
}

/* One segment.  0, or -1 with errno. */
static int
check_segment(const char *dir, struct scrub *s, struct totals *t)
{
	int64_t reported = -1;
	struct bad_range bad;
	int r;

	while ((r = scrub_step(s, STEP, &bad)) == 0 || r == 1) {
		if (r != 0 || bad.from <= reported)
			continue;
		reported = bad.from;
		t->damaged++;
		tell_damage(dir, s, &bad);
		if (scrub_position(s) >= scrub_size(s))
			break;
	}
	if (r == -1)
		return -1;
	t->segments++;
	t->bytes += (uint64_t)scrub_size(s);
	return 0;
}

/* All segments of a partition's directory.  False: there are none. */
static bool
check_log(const char *dir, struct totals *t)
{
	int64_t from = 0;
	int stale = 0;
	bool any = false;

	for (;;) {
		struct scrub *s;
		int r = scrub_open(&s, dir, from, -1);

		if (r == 0 && s == NULL)
			break;
		any = true;
		if (r == 0)
			from = scrub_segment(s);
		if (r == 0 && (r = check_segment(dir, s, t)) == 0)
			from++;
		else if (errno == ESTALE && stale++ < STALE_MOST)
			r = 0; /* replaced or removed meanwhile */
		if (r == -1) {
			unreadable(dir, s == NULL ? -1 : from, t);
			if (s == NULL)
				break;
			from++;
		}
		scrub_close(&s);
	}
	t->logs += any;
	return any;
}

static int
compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

bool
is_log_name(const char *name)
{
	const char *dash = strrchr(name, '-');

	if (dash == NULL || dash[1] < '0' || dash[1] > '9' || dash[1 + strspn(dash + 1, "0123456789")] != '\0')
		return false;
	return name[0] != '.';
}

static int
is_log(const struct dirent *e)
{
	return is_log_name(e->d_name);
}

static void
check_dir(const char *dir, struct totals *t)
{
	struct dirent **names;
	int n;

	if (check_log(dir, t))
		return;
	if ((n = scandir(dir, &names, is_log, compare)) == -1) {
		unreadable(dir, -1, t);
		return;
	}
	for (int i = 0; i < n; i++) {
		char *path = xasprintf("%s/%s", dir, names[i]->d_name);

		check_log(path, t);
		free(path);
		free(names[i]);
	}
	free(names);
}

static int
log_check(int argc, char **argv)
{
	struct totals t = {0};

	if (argc < 2)
		die_usage("a directory is missing: of a partition, or one of log.dirs");
	if (cli.json) {
		json_begin(NULL, '{');
		json_begin("damaged", '[');
	}
	for (int i = 1; i < argc; i++)
		check_dir(argv[i], &t);
	if (cli.json) {
		json_end();
		json_number("logs", (int64_t)t.logs);
		json_number("segments", (int64_t)t.segments);
		json_number("bytes", (int64_t)t.bytes);
		json_number("unreadable", (int64_t)t.unreadable);
		json_end();
	} else {
		printf("%" PRIu64 " logs, %" PRIu64 " segments, %s: %" PRIu64 " damaged ranges%s\n", t.logs, t.segments,
		    bytes_text((int64_t)t.bytes), t.damaged, t.unreadable > 0 ? "; not all could be read" : "");
	}
	return t.damaged > 0 ? EXIT_ABOVE : t.unreadable > 0 ? EXIT_FAILED : EXIT_OK;
}
