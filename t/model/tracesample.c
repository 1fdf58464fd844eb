/* SPDX-License-Identifier: ISC */
/*
 * tracesample.c - tracesample PID: writes what the parts of a running daemon say of every partition
 * with several replicas to its standard output, as a trace (trace.h), whenever it changes, until
 * its standard input ends.
 *
 * Maps the parts read-only through /proc/PID/fd of the supervisor, which wants CAP_SYS_PTRACE.  It
 * polls, and sees what lasts for a fraction of a millisecond, not everything.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/config.h"
#include "odradek/shm/tables.h"

static struct shm_controller *ctl;
static struct shm_writer *writer[SHM_NODES];
static uint32_t partitions_max;

struct seen {
	struct shm_partition slot;
	struct shm_replica line[SHM_REPLICAS];
	bool known;
};
static struct seen *seen;

/* How long the tables are. */
static void
read_settings(const struct shm_supervisor *s)
{
	uint64_t v = atomic_load(&((struct shm_supervisor *)(uintptr_t)s)->config_version);
	char *text = strndup(s->config[v & 1], s->config_len[v & 1]);
	struct config *c = config_new();
	struct config_err err = {0};

	if (text != NULL && config_from_text(c, text, &err) == 0)
		partitions_max = (uint32_t)c->partitions_max;
	config_free(&c);
	free(text);
}

static void
map_part(int dir, const char *fd, const char *name)
{
	char kind[32];
	unsigned index;
	struct shm_part *part;
	struct stat st;
	int h;

	if (sscanf(name, "/memfd:odradek.%31[a-z].%u", kind, &index) != 2)
		return;
	if ((h = openat(dir, fd, O_RDONLY)) == -1 || fstat(h, &st) == -1)
		return;
	part = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED | MAP_NORESERVE, h, 0);
	close(h);
	if (part == MAP_FAILED || part->magic != SHM_MAGIC || part->version != SHM_VERSION) {
		fprintf(stderr, "tracesample: \"%s\": not of this version\n", name);
		exit(1);
	}
	if (strcmp(kind, "controller") == 0)
		ctl = shm_body_of(part);
	else if (strcmp(kind, "writer") == 0 && index < SHM_NODES)
		writer[index] = shm_body_of(part);
	else if (strcmp(kind, "supervisor") == 0)
		read_settings(shm_body_of(part));
}

static bool
map_all(const char *pid)
{
	char path[64], name[128];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	if ((d = opendir(path)) == NULL)
		return false;
	while ((e = readdir(d)) != NULL) {
		ssize_t n = readlinkat(dirfd(d), e->d_name, name, sizeof(name) - 1);

		if (n <= 0)
			continue;
		name[n] = '\0';
		map_part(dirfd(d), e->d_name, name);
	}
	closedir(d);
	return ctl != NULL && partitions_max > 0;
}

static void
read_line(const struct shm_partition *p, uint32_t slot, int i, struct shm_replica *r)
{
	memset(r, 0, sizeof(*r));
	r->epoch = -1;
	if (p->replica[i] < SHM_NODES && writer[p->replica[i]] != NULL)
		latch_read(&writer[p->replica[i]]->replica[slot].line, r);
	if (r->generation != p->generation) {
		r->status = REPLICA_NONE;
		r->epoch = -1;
		r->leo = r->hw = 0;
	}
}

/* Slot, leader's line, the others, slot: unchanged. */
static bool
take(uint32_t slot, struct seen *s)
{
	const shm_partition_latch *at = shm_partition_at(ctl, partitions_max, slot);
	int leader = -1;
	uint64_t seq;

	memset(s, 0, sizeof(*s));
	seq = latch_read(at, &s->slot);
	if (s->slot.state != SLOT_ONLINE || s->slot.replicas < 2 || s->slot.replicas > SHM_REPLICAS)
		return false;
	for (int i = 0; i < s->slot.replicas; i++)
		if (s->slot.replica[i] == s->slot.leader)
			read_line(&s->slot, slot, leader = i, &s->line[i]);
	atomic_thread_fence(memory_order_acquire);
	for (int i = 0; i < s->slot.replicas; i++)
		if (i != leader)
			read_line(&s->slot, slot, i, &s->line[i]);
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(
		   (_Atomic uint64_t *)(uintptr_t)&at->seq, memory_order_relaxed) == seq;
}

static bool
same(const struct seen *a, const struct seen *b)
{
	if (!a->known || a->slot.version != b->slot.version ||
	    a->slot.generation != b->slot.generation)
		return false;
	for (int i = 0; i < a->slot.replicas; i++) {
		const struct shm_replica *x = &a->line[i], *y = &b->line[i];

		if (x->epoch != y->epoch || x->leo != y->leo || x->hw != y->hw ||
		    x->status != y->status || x->slot_version != y->slot_version)
			return false;
	}
	return true;
}

static void
put(int64_t at, const struct seen *s)
{
	static const char *const status[] = {"none", "loading", "ok", "failed"};
	const struct shm_partition *p = &s->slot;
	struct shm_topic t;

	latch_read(shm_topic_at(ctl, p->topic), &t);
	printf("%lld look %s/%d v=%llu pe=%d leader=%d epoch=%d isr=%#x count=%#x elr=%#x min=%d",
	    (long long)at, t.name, p->partition, (unsigned long long)p->version, p->partition_epoch,
	    p->leader, p->leader_epoch, p->isr, p->count, p->elr, p->min_insync);
	for (int i = 0; i < p->replicas; i++) {
		const struct shm_replica *r = &s->line[i];

		printf(" %d:%s:%d:%lld:%lld:%llu", p->replica[i], status[r->status & 3], r->epoch,
		    (long long)r->leo, (long long)r->hw, (unsigned long long)r->slot_version);
	}
	putchar('\n');
}

static void
round_of_looks(bool all)
{
	uint32_t n = atomic_load_explicit(&ctl->partitions, memory_order_acquire);

	for (uint32_t i = 0; i < n && i < partitions_max; i++) {
		int64_t at = mono_ns();
		struct seen now;

		if (!take(i, &now))
			continue;
		now.known = true;
		if (all || !same(&seen[i], &now))
			put(at, &now);
		seen[i] = now;
	}
}

int
main(int argc, char **argv)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	struct timespec pause = {.tv_nsec = 200000};

	if (argc != 2) {
		fprintf(stderr, "usage: tracesample PID\n");
		return 2;
	}
	if (!map_all(argv[1])) {
		fprintf(stderr,
		    "tracesample: process %s: its parts are not there, or cannot be read\n",
		    argv[1]);
		return 1;
	}
	if ((seen = calloc(partitions_max, sizeof(*seen))) == NULL)
		abort();
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	printf("%lld boot\n", (long long)mono_ns());
	fflush(stdout);
	while (ppoll(&in, 1, &pause, NULL) == 0)
		round_of_looks(false);
	round_of_looks(true);
	return fflush(stdout) == 0 ? 0 : 1;
}
