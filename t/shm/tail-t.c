/* SPDX-License-Identifier: ISC */
/* tail-t.c - the tail ring: what is found, what is not any more, never a torn entry; sizes of
 * bodies. */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/shm/tables.h"
#include "t/tap/tap.h"

static struct shm_tail_entry
entry(int64_t i)
{
	return (struct shm_tail_entry){.base = i * 10,
	    .next = i * 10 + 10,
	    .segment = i * 3,
	    .position = (uint32_t)i * 7,
	    .length = (uint32_t)i,
	    .chunk = (uint32_t)i + 1,
	    .chunk_owner = (uint32_t)i + 2,
	    .chunk_generation = (uint64_t)i + 3};
}

static int
same(const struct shm_tail_entry *e, int64_t i)
{
	struct shm_tail_entry w = entry(i);

	return memcmp(e, &w, sizeof(w)) == 0;
}

static void
bodies(void)
{
	struct shm_layout l = {.partitions_max = 1000};
	shm_partition_latch *end;

	for (uint32_t n = 1; n < 5000; n += 777) {
		struct shm_controller *c = NULL;

		l.partitions_max = n;
		end = (void *)((char *)shm_topic_at(c, n) + n * sizeof(shm_partition_latch));
		if ((size_t)(uintptr_t)end > shm_body_size(PROC_CONTROLLER, &l))
			bail("the controller's body is too small for %u", n);
	}
	ok(shm_body_size(PROC_WRITER, &l) >=
		sizeof(struct shm_writer) + l.partitions_max * sizeof(struct shm_replica_lines),
	    "writer's body");
	ok(shm_body_size(PROC_ACCEPTOR, &l) >= sizeof(struct shm_acceptor) + l.partitions_max,
	    "acceptor's body");
	is_int(0, (int64_t)(sizeof(struct shm_replica_lines) % SHM_LINE),
	    "replica lines do not share cache lines");
}

int
main(void)
{
	shm_tail *t = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct shm_tail_entry e;
	int torn = 0, found = 0;
	pid_t pid;

	plan(0);
	bodies();
	is_int(-1, tail_find(t, 0, &e), "nothing in an empty ring");
	for (int64_t i = 0; i < 20; i++) {
		e = entry(i);
		tail_push(t, &e);
	}
	is_int(0, tail_find(t, 199, &e), "the newest is found");
	ok(same(&e, 19), "whole");
	is_int(0, tail_find(t, 130, &e), "the seventh newest is found");
	ok(same(&e, 13), "whole");
	is_int(-1, tail_find(t, 129, &e), "the eighth may be overwritten at any time");
	is_int(-1, tail_find(t, 200, &e), "what was not written yet is not found");
	if ((pid = fork()) == 0)
		for (int64_t i = 20;; i++) {
			e = entry(i);
			tail_push(t, &e);
		}
	for (int k = 0; k < 300000; k++) {
		int64_t offset = ((int64_t)atomic_load(&t->head) - 1 - k % 7) * 10 + k % 10;

		if (tail_find(t, offset, &e) == -1)
			continue;
		found++;
		torn += !same(&e, e.base / 10) || offset < e.base || offset >= e.next;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_int(0, torn, "no torn entry beside a writer at full speed");
	diag("%d of 300000 looks found their entry", found);
	return done_testing();
}
