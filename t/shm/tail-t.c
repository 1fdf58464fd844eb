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

#define LAST (SHM_TAIL + 11)

/* What a follower asks for. */
static void
since(shm_tail *t)
{
	struct shm_tail_entry e[SHM_TAIL], gap = entry(LAST + 2);
	int n = tail_since(t, (LAST - 4) * 10, e), good = 0;

	for (int i = 0; i < n; i++)
		good += same(&e[i], LAST - 4 + i);
	is_int(5, good, "all entries from an offset on");
	is_int(0, tail_since(t, (LAST - 4) * 10 + 1, e), "none where no batch begins");
	is_int(0, tail_since(t, 10, e), "none when the first is gone");
	is_int(0, tail_since(t, (LAST + 1) * 10, e), "none at the end");
	tail_push(t, &gap);
	is_int(5, tail_since(t, (LAST - 4) * 10, e), "none behind a gap");
	is_int(1, tail_since(t, (LAST + 2) * 10, e), "the one behind the gap");
	for (int64_t i = 0; i <= LAST; i++) {
		gap = entry(i);
		tail_push(t, &gap);
	}
}

int
main(void)
{
	shm_tail *t = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct shm_tail_entry e;
	int torn = 0, found = 0, runs = 0;
	pid_t pid;

	plan(0);
	bodies();
	is_int(-1, tail_find(t, 0, &e), "nothing in an empty ring");
	for (int64_t i = 0; i <= LAST; i++) {
		e = entry(i);
		tail_push(t, &e);
	}
	is_int(0, tail_find(t, LAST * 10 + 9, &e), "the newest is found");
	ok(same(&e, LAST), "whole");
	is_int(0, tail_find(t, (LAST - SHM_TAIL + 2) * 10, &e), "the oldest that stays is found");
	ok(same(&e, LAST - SHM_TAIL + 2), "whole");
	is_int(-1, tail_find(t, (LAST - SHM_TAIL + 2) * 10 - 1, &e), "the one before may be overwritten at any time");
	is_int(-1, tail_find(t, (LAST + 1) * 10, &e), "what was not written yet is not found");
	since(t);
	if ((pid = fork()) == 0)
		for (int64_t i = (int64_t)atomic_load(&t->head);; i++) {
			e = entry(i);
			tail_push(t, &e);
		}
	for (int k = 0; k < 300000; k++) {
		struct shm_tail_entry run[SHM_TAIL];
		int64_t begin = ((int64_t)atomic_load(&t->head) - 1 - k % (SHM_TAIL - 1)) * 10;
		int n = tail_since(t, begin, run);

		runs += n > 1;
		for (int i = 0; i < n; i++)
			torn += !same(&run[i], begin / 10 + i);
		int64_t offset = ((int64_t)atomic_load(&t->head) - 1 - k % 7) * 10 + k % 10;

		if (tail_find(t, offset, &e) == -1)
			continue;
		found++;
		torn += !same(&e, e.base / 10) || offset < e.base || offset >= e.next;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_int(0, torn, "no torn entry beside a writer at full speed");
	diag("%d of 300000 looks found their entry, %d a run of them", found, runs);
	return done_testing();
}
