/* SPDX-License-Identifier: ISC */
/*
 * tracecheck.c - tracecheck FILE...: checks traces (trace.h), merged in the order of time.
 * Prints what is wrong, then one line of counts.  Exit code 0: nothing is.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

static struct event {
	uint64_t at, n; /* n: for the order of equal ones */
	char *text;
} * event;
static size_t events, cap;

static int
earlier(const void *va, const void *vb)
{
	const struct event *a = va, *b = vb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

static int
load(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	if (f == NULL) {
		fprintf(stderr, "tracecheck: \"%s\": %s\n", path, strerror(errno));
		return -1;
	}
	/* a process that was killed may have left half a line */
	for (ssize_t n; (n = getline(&line, &size, f)) > 0 && line[n - 1] == '\n';) {
		if (events == cap) {
			cap = cap == 0 ? 4096 : cap * 2;
			if ((event = realloc(event, cap * sizeof(*event))) == NULL)
				abort();
		}
		event[events] = (struct event){strtoull(line, NULL, 10), events, strdup(line)};
		events++;
	}
	free(line);
	fclose(f);
	return 0;
}

static void
say(void *arg, const char *what)
{
	unsigned *said = arg;

	if (++*said <= 50)
		printf("violation %s\n", what);
}

int
main(int argc, char **argv)
{
	unsigned said = 0;
	struct trace *t = trace_new(say, &said);
	struct trace_counts n;

	if (argc < 2) {
		fprintf(stderr, "usage: tracecheck FILE...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		if (load(argv[i]) == -1)
			return 2;
	qsort(event, events, sizeof(*event), earlier);
	for (size_t i = 0; i < events; i++) {
		trace_line(t, event[i].text);
		free(event[i].text);
	}
	n = trace_counts(t);
	printf("result partitions %llu looks %llu elections %llu acks %llu reads %llu violations "
	       "%llu\n",
	    (unsigned long long)n.partitions, (unsigned long long)n.looks,
	    (unsigned long long)n.elections, (unsigned long long)n.acks,
	    (unsigned long long)n.reads, (unsigned long long)n.wrong);
	trace_free(&t);
	free(event);
	return n.wrong > 0;
}
