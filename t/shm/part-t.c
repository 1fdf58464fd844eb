/* SPDX-License-Identifier: ISC */
/* part-t.c - parts are made sparse, seen by all at the same address, and writable for their owner
 * alone. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/shm/tables.h"
#include "t/tap/tap.h"

static const struct shm_layout layout = {
    .count = {[PROC_SUPERVISOR] = 1, [PROC_CONTROLLER] = 1, [PROC_ACCEPTOR] = 2, [PROC_WRITER] = 1},
    .partitions_max = 1000,
    .acceptor_arena = 4 << 20,
    .controller_arena = 1 << 20,
};
static struct shm *shm;
static uint32_t acceptor, other, writer, controller;

/* Runs fn in a child that adopted the acceptor's slot; its exit code, or 1000 + the signal. */
static int
in_child(int (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		if (shm_adopt(shm, acceptor) == -1)
			_exit(99);
		_exit(fn());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int
write_own(void)
{
	struct shm_part *self = shm_self(shm);

	if (self->slot != acceptor)
		return 1;
	atomic_store(&self->heartbeat, 4711);
	((struct shm_acceptor *)shm_body_of(self))->wait[7] = 9;
	*((char *)self + self->size - 1) = 1;
	return 0;
}

static int
write_peer(void)
{
	((struct shm_part *)(uintptr_t)shm_peer(shm, writer))->kind = 1;
	return 0;
}

static int
write_peer_arena(void)
{
	struct shm_part *p = (void *)(uintptr_t)shm_peer(shm, other);

	*((char *)p + p->arena[0]) = 1;
	return 0;
}

static int
write_supervisor(void)
{
	((struct shm_supervisor *)(uintptr_t)shm_processes(shm))->process[3].pid = 1;
	return 0;
}

static int
unprotect_all(void)
{
	int failed = 0, peers = 0;

	for (uint32_t s = 0; s < SHM_SLOTS; s++) {
		const struct shm_part *p = shm_peer(shm, s);

		if (p == NULL || s == acceptor)
			continue;
		peers++;
		if (mprotect((void *)(uintptr_t)p, p->size, PROT_READ | PROT_WRITE) == -1 &&
		    errno == EACCES)
			failed++;
	}
	return peers == failed ? 0 : 1;
}

/* Nothing of the parts can be reached through a descriptor. */
static int
no_descriptors(void)
{
	char path[64], target[128];
	int found = 0;

	for (int fd = 0; fd < 1024; fd++) {
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if ((n = readlink(path, target, sizeof(target) - 1)) > 0) {
			target[n] = '\0';
			found += strstr(target, "memfd:odradek") != NULL;
		}
	}
	return found;
}

/* How many shared mappings of parts are writable, by the kernel's own word. */
static int
writable_mappings(void)
{
	char line[512];
	int n = 0;
	FILE *f = fopen("/proc/self/maps", "r");

	while (fgets(line, sizeof(line), f) != NULL)
		n += strstr(line, " rw-s ") != NULL && strstr(line, "memfd:odradek") != NULL;
	fclose(f);
	return n;
}

static void
sparse(void)
{
	char line[512];
	unsigned long rss = 0, kb;
	bool ours = false;
	FILE *f = fopen("/proc/self/smaps", "r");

	while (fgets(line, sizeof(line), f) != NULL) {
		if (strchr(line, '-') != NULL && strstr(line, " ") != NULL &&
		    strchr(line, ':') != NULL && strstr(line, "kB") == NULL &&
		    strncmp(line, "VmFlags", 7) != 0)
			ours = strstr(line, "memfd:odradek") != NULL;
		if (ours && sscanf(line, "Rss: %lu", &kb) == 1)
			rss += kb;
	}
	fclose(f);
	ok(rss < 200, "all parts together hold %lu kB of memory at first", rss);
}

static void
sealed(void)
{
	char path[64], target[128];
	int parts = 0, refused = 0, truncated = 0, ro = 0;

	for (int fd = 0; fd < 1024; fd++) {
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if ((n = readlink(path, target, sizeof(target) - 1)) <= 0)
			continue;
		target[n] = '\0';
		if (strstr(target, "memfd:odradek") == NULL)
			continue;
		parts++;
		ro += (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
		int rw = open(path, O_RDWR); /* root may; then the seals have to do */
		if (rw == -1) {
			refused++;
			truncated++;
			continue;
		}
		truncated += ftruncate(rw, 4096) == -1 && errno == EPERM;
		void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, rw, 0);
		refused += p == MAP_FAILED || strstr(target, "acceptor") != NULL ||
			   strstr(target, "controller") != NULL;
		if (p != MAP_FAILED)
			munmap(p, 4096);
		close(rw);
	}
	is_int(5, parts, "a descriptor a part is kept");
	is_int(parts, ro, "... and is read-only");
	is_int(parts, refused, "parts without arenas cannot be mapped writable again even by root");
	is_int(parts, truncated, "no part can be shrunk");
}

static void
refuses(void)
{
	struct shm *s = (void *)1;
	struct shm_layout l = layout;

	l.acceptor_arena = 65537;
	ok(shm_create(&s, &l) == -1 && errno == EINVAL && s == NULL,
	    "an arena that is no multiple of a block is refused");
	l = layout;
	l.acceptor_arena = UINT64_C(4) << 30;
	ok(shm_create(&s, &l) == -1 && errno == EINVAL, "an arena beyond 32 bits is refused");
	l = layout;
	l.count[PROC_WRITER] = 65;
	ok(shm_create(&s, &l) == -1 && errno == EINVAL, "more processes than slots are refused");
}

int
main(void)
{
	plan(0);
	acceptor = proc_slot(PROC_ACCEPTOR, 0);
	other = proc_slot(PROC_ACCEPTOR, 1);
	writer = proc_slot(PROC_WRITER, 0);
	controller = proc_slot(PROC_CONTROLLER, 0);

	is_int(PROC_ACCEPTOR, proc_kind_of(other), "kind of a slot");
	is_int(1, proc_index_of(other), "index of a slot");
	is_int(PROC_KINDS, proc_kind_of(255), "a slot of no kind");
	is_string("writer", proc_name(PROC_WRITER), "name of a kind");
	refuses();
	if (!ok(shm_create(&shm, &layout) == 0, "parts are made"))
		bail("shm_create: %s", strerror(errno));
	sparse();
	sealed();
	ok(shm_peer(shm, proc_slot(PROC_WRITER, 1)) == NULL, "no part beyond the counts");
	ok(shm_peer(shm, 256) == NULL, "no part beyond the slots");
	is_int(SHM_MAGIC, shm_peer(shm, writer)->magic, "magic");
	ok(memcmp(shm_peer(shm, writer)->boot, shm_peer(shm, 0)->boot, 16) == 0, "one boot id");
	is_int(1, shm_processes(shm)->process[writer].exists,
	    "the process table says which slots exist");
	is_int(0, shm_processes(shm)->process[writer + 1].exists, "... and which do not");

	is_int(1, shm_prepare(shm, acceptor), "first generation");
	is_int(1, shm_peer(shm, acceptor)->arena_turn, "it uses arena 1");
	is_int(0, in_child(write_own), "a child writes its own part");
	is_int(4711, atomic_load(&shm_peer(shm, acceptor)->heartbeat), "... and others see it");
	is_int(1000 + SIGSEGV, in_child(write_peer), "writing another's head is a fault");
	is_int(1000 + SIGSEGV, in_child(write_peer_arena), "writing another's arena is a fault");
	is_int(
	    1000 + SIGSEGV, in_child(write_supervisor), "writing the supervisor's part is a fault");
	is_int(0, in_child(unprotect_all), "mprotect does not make another's part writable");
	is_int(0, in_child(no_descriptors), "no descriptor of a part is left");
	is_int(1, in_child(writable_mappings), "exactly one writable shared mapping");

	atomic_store(&shm_part_rw(shm, acceptor)->bell.v, 41);
	is_int(2, shm_prepare(shm, acceptor), "second generation");
	is_int(0, shm_peer(shm, acceptor)->arena_turn, "it uses arena 0");
	is_int(CHILD_STARTING, shm_peer(shm, acceptor)->state, "it is starting");
	is_int(42, shm_peer(shm, acceptor)->bell.v, "and is not asleep");
	is_int(1, shm_prepare(shm, controller), "a controller");
	is_int(0, shm_peer(shm, controller)->arena_turn, "has one arena");
	shm_destroy(&shm);
	ok(shm == NULL, "destroyed");
	return done_testing();
}
