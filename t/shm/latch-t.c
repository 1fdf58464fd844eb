/* SPDX-License-Identifier: ISC */
/* latch-t.c - a latched line is never torn: with a writer at full speed, and with writers killed in
 * the middle. */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/shm/latch.h"
#include "t/tap/tap.h"

struct line {
	uint64_t v[24];
};
typedef SHM_LATCH(line) line_latch;

static void __attribute__((noreturn)) write_for_ever(line_latch *l)
{
	struct line v;
	uint64_t n;

	latch_read(l, &v);
	for (n = v.v[0] + 1;; n++) {
		for (int i = 0; i < 24; i++)
			v.v[i] = n + (uint64_t)i;
		latch_write(l, &v);
	}
}

static int
whole(const struct line *v)
{
	for (int i = 1; i < 24; i++)
		if (v->v[i] != v->v[0] + (uint64_t)i)
			return 0;
	return 1;
}

int
main(void)
{
	line_latch *l = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct line v = {{0}}, w;
	uint64_t last = 0, s;
	int torn = 0, back = 0, unreadable = 0;

	plan(0);
	for (int i = 0; i < 24; i++)
		v.v[i] = (uint64_t)i;
	latch_write(l, &v);
	s = latch_read(l, &w);
	ok(memcmp(&v, &w, sizeof(v)) == 0, "what was written is read");
	is_int(1, s, "with its counter");

	for (int round = 0; round < 200; round++) {
		pid_t pid = fork();

		if (pid == 0)
			write_for_ever(l);
		for (int i = 0; i < 2000; i++) {
			latch_read(l, &w);
			torn += !whole(&w);
			back += w.v[0] < last;
			last = w.v[0];
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		/* nobody writes now: the first look must succeed */
		s = atomic_load(&l->seq);
		latch_read(l, &w);
		unreadable += atomic_load(&l->seq) != s || !whole(&w) || w.v[0] < last;
		last = w.v[0];
	}
	is_int(0, torn, "no torn line in 400,000 reads beside a writer");
	is_int(0, back, "a line never goes back");
	is_int(0, unreadable, "readable after each of 200 killed writers");
	ok(last > 1000, "the writers wrote (%llu lines)", (unsigned long long)last);
	return done_testing();
}
