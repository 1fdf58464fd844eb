/* SPDX-License-Identifier: ISC */
/*
 * main.c - runs a fuzz target without libFuzzer: the corpus, the target's own inputs, and random
 * changes to both.
 *
 *	request.t [-n runs] [-s seed] [-w dir] [file or directory]...
 *
 * -w writes the target's own inputs to a directory, for libFuzzer.  Runs are repeatable.  What was
 * being tried when the program died is left in <name>.crash; run it again by naming it.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/xalloc.h"
#include "t/fuzz/fuzz.h"
#include "t/proto/support.h"
#include "t/tap/tap.h"

enum { MAX = 1 << 16, RUNS = 20000 };

struct input {
	uint8_t *p;
	size_t len;
};

static struct input *corpus;
static size_t ncorpus;
static uint8_t current[MAX];
static size_t current_len;

/* AddressSanitizer calls this; without it, signals do. */
void __sanitizer_set_death_callback(void (*fn)(void)) __attribute__((weak));

static void
leave_crash(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s.crash", fuzz_name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd != -1 && write(fd, current, current_len) == (ssize_t)current_len)
		close(fd);
}

static void
on_signal(int sig)
{
	leave_crash();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void
add(const uint8_t *p, size_t len)
{
	corpus = xreallocarray(corpus, ncorpus + 1, sizeof(*corpus));
	corpus[ncorpus].p = xmemdup(p, len + 1);
	corpus[ncorpus++].len = len;
}

static void
add_path(const char *path)
{
	static uint8_t buf[MAX + 1];
	struct dirent *e;
	DIR *d = opendir(path);
	FILE *f;

	if (d == NULL) {
		if ((f = fopen(path, "rb")) == NULL)
			bail("could not open \"%s\"", path);
		add(buf, fread(buf, 1, MAX, f));
		fclose(f);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		char *name = xasprintf("%s/%s", path, e->d_name);

		if (e->d_name[0] != '.')
			add_path(name);
		free(name);
	}
	closedir(d);
}

static void
try(void)
{
	/* so that a sanitizer sees one byte too far */
	uint8_t *exact = xmemdup(current, current_len);

	LLVMFuzzerTestOneInput(exact, current_len);
	free(exact);
}

/* One change. */
static void
mutate(struct rng *r)
{
	static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff, 0xfe, 2, 0x40};
	uint32_t at = current_len == 0 ? 0 : rng_below(r, (uint32_t)current_len);
	size_t n = 1 + rng_below(r, 8);
	const struct input *other;

	switch (rng_below(r, 7)) {
	case 0:
		current[at] ^= (uint8_t)(1 << rng_below(r, 8));
		break;
	case 1:
		current[at] = odd[rng_below(r, sizeof(odd))];
		break;
	case 2: /* take out */
		if (n > current_len - at)
			n = current_len - at;
		memmove(current + at, current + at + n, current_len - at - n);
		current_len -= n;
		break;
	case 3: /* put in */
		if (current_len + n > MAX)
			break;
		memmove(current + at + n, current + at, current_len - at);
		for (size_t i = 0; i < n; i++)
			current[at + i] = (uint8_t)rng_next(r);
		current_len += n;
		break;
	case 4:
		current_len = at;
		break;
	case 5: /* overwrite with an odd number */
		for (size_t i = 0; i < 4 && at + i < current_len; i++)
			current[at + i] = odd[rng_below(r, sizeof(odd))];
		break;
	default: /* a piece of another input */
		other = &corpus[rng_below(r, (uint32_t)ncorpus)];
		for (size_t i = 0; i < 32 && at + i < current_len && at + i < other->len; i++)
			current[at + i] = other->p[at + i];
	}
}

static void
write_seeds(const char *dir)
{
	static uint8_t buf[MAX];
	size_t len;

	mkdir(dir, 0755);
	for (unsigned i = 0; (len = fuzz_seed(i, buf, sizeof(buf))) > 0; i++) {
		char *path = xasprintf("%s/seed-%03u", dir, i);
		FILE *f = fopen(path, "wb");

		if (f == NULL || fwrite(buf, 1, len, f) != len || fclose(f) != 0)
			bail("could not write \"%s\"", path);
		free(path);
	}
}

int
main(int argc, char *argv[])
{
	const char *src = getenv("srcdir"), *env = getenv("FUZZ_RUNS");
	long runs = env != NULL ? atol(env) : RUNS;
	struct rng r = {1};
	size_t len;
	int c;

	while ((c = getopt(argc, argv, "n:s:w:")) != -1) {
		if (c == 'n')
			runs = atol(optarg);
		else if (c == 's')
			r.s = strtoull(optarg, NULL, 0);
		else if (c == 'w')
			return write_seeds(optarg), 0;
		else
			return 2;
	}
	for (int i = optind; i < argc; i++)
		add_path(argv[i]);
	if (optind == argc) {
		char *path = xasprintf("%s/t/fuzz/corpus-%s", src != NULL ? src : ".", fuzz_name);

		add_path(path);
		free(path);
	} else {
		runs = 0;
	}
	if (runs > 0)
		for (unsigned i = 0; (len = fuzz_seed(i, current, sizeof(current))) > 0; i++)
			add(current, len);
	if (__sanitizer_set_death_callback != NULL) {
		__sanitizer_set_death_callback(leave_crash);
	} else {
		signal(SIGSEGV, on_signal);
		signal(SIGBUS, on_signal);
		signal(SIGFPE, on_signal);
	}
	signal(SIGABRT, on_signal);
	for (size_t i = 0; i < ncorpus; i++) {
		memcpy(current, corpus[i].p, corpus[i].len);
		current_len = corpus[i].len;
		try();
	}
	ok(ncorpus > 0, "%zu inputs", ncorpus);
	for (long i = 0; i < runs; i++) {
		const struct input *in = &corpus[rng_below(&r, (uint32_t)ncorpus)];

		memcpy(current, in->p, in->len);
		current_len = in->len;
		for (uint32_t k = 1 + rng_below(&r, 4); k > 0; k--)
			mutate(&r);
		try();
	}
	ok(1, "%ld changed ones", runs);
	for (size_t i = 0; i < ncorpus; i++)
		free(corpus[i].p);
	free(corpus);
	return done_testing();
}
