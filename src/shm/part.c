/* SPDX-License-Identifier: ISC */
/*
 * part.c - makes the parts (supervisor) and takes them over (child).
 *
 * A part is a memfd that is mapped read-write once, before the first fork.  No descriptor that
 * could make a second writable mapping survives shm_create: what is kept is a read-only one.  A
 * child inherits its own mapping and lays read-only ones over all others at the same addresses;
 * such a mapping cannot be made writable again, because the kernel asks the descriptor that it came
 * from.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/shm/arena.h"
#include "odradek/shm/tables.h"
#include "shm_priv.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

static uint64_t
page_up(uint64_t n)
{
	return (n + 4095) & ~(uint64_t)4095;
}

static uint64_t
arena_data(enum proc_kind kind, const struct shm_layout *l)
{
	return kind == PROC_ACCEPTOR     ? l->acceptor_arena
	       : kind == PROC_CONTROLLER  ? l->controller_arena
	       : kind == PROC_COORDINATOR ? l->coordinator_arena
					  : 0;
}

/* The places in a part; offsets from its start. */
struct plan {
	uint64_t size, body, arena[2], arena_size;
};

static struct plan
part_plan(enum proc_kind kind, const struct shm_layout *l)
{
	struct plan p = {.body = SHM_BODY, .arena_size = arena_data(kind, l)};
	uint64_t at = SHM_BODY + page_up(shm_body_size(kind, l));

	if (p.arena_size > 0) {
		p.arena[0] = at;
		at += arena_span(p.arena_size);
		if (kind != PROC_CONTROLLER) { /* a successor serves while its predecessor's
						   messages are drained */
			p.arena[1] = at;
			at += arena_span(p.arena_size);
		}
	}
	p.size = at;
	return p;
}

static int
memfd_new(const char *name)
{
	int fd;

	fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
	if (fd == -1 && errno == EINVAL) /* before Linux 6.3 */
		fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}

/* After this nobody can map it writable again. A part with arenas must be able to give memory back,
 * which FUTURE_WRITE forbids: there the mode of the file has to do. */
static int
part_seal(int fd, bool arenas)
{
	int seals = F_SEAL_SHRINK | F_SEAL_GROW;

	if (fchmod(fd, 0400) == -1)
		return -1;
	if (!arenas)
		seals |= F_SEAL_FUTURE_WRITE;
	if (fcntl(fd, F_ADD_SEALS, seals) == -1)
		return -1;
	return fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL);
}

static int
part_create(struct shm *shm, uint32_t slot, enum proc_kind kind, const uint64_t boot[2])
{
	const struct plan plan = part_plan(kind, &shm->layout);
	struct shm_peer_view *v = &shm->peer[slot];
	char name[64], path[64];
	struct shm_part *at;
	int fd;

	snprintf(name, sizeof(name), "odradek.%s.%u", proc_name(kind), proc_index_of(slot));
	if ((fd = memfd_new(name)) == -1)
		return -1;
	if (ftruncate(fd, (off_t)plan.size) == -1)
		goto fail;
	at = mmap(NULL, plan.size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (at == MAP_FAILED)
		goto fail;
	v->part = at;
	v->size = plan.size;
	/* sparse means sparse: a huge page would fill two megabytes around every touched word */
	(void)madvise(at, plan.size, MADV_NOHUGEPAGE);
	(void)madvise(at, plan.size, MADV_DONTDUMP);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if ((v->fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		goto fail;
	if ((v->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) == -1)
		goto fail;
	at->magic = SHM_MAGIC;
	at->version = SHM_VERSION;
	at->size = plan.size;
	memcpy(at->boot, boot, sizeof(at->boot));
	at->slot = slot;
	at->kind = kind;
	at->body = plan.body;
	memcpy(at->arena, plan.arena, sizeof(at->arena));
	at->arena_size = plan.arena_size;
	if (part_seal(fd, plan.arena_size > 0) == -1)
		goto fail;
	close(fd);
	return 0;
fail:
	close(fd);
	return -1;
}

static int
layout_check(const struct shm_layout *l)
{
	const uint64_t most = (uint64_t)UINT32_MAX - 2 * ARENA_BLOCK; /* positions are 32 bits */

	if (l->count[PROC_SUPERVISOR] != 1 || l->acceptor_arena % ARENA_BLOCK != 0 ||
	    l->acceptor_arena > most || l->controller_arena % ARENA_BLOCK != 0 ||
	    l->controller_arena > most || l->coordinator_arena % ARENA_BLOCK != 0 ||
	    l->coordinator_arena > most)
		return -1;
	for (enum proc_kind k = 0; k < PROC_KINDS; k++)
		if (l->count[k] > proc_slots(k) || l->spare[k] > l->count[k])
			return -1;
	return 0;
}

void
shm_destroy(struct shm **shmp)
{
	struct shm *shm = *shmp;

	if (shm == NULL)
		return;
	for (uint32_t s = 0; s < SHM_SLOTS; s++) {
		struct shm_peer_view *v = &shm->peer[s];

		if (v->part != NULL)
			munmap(v->part, v->size);
		if (v->fd >= 0)
			close(v->fd);
		if (v->bell >= 0)
			close(v->bell);
	}
	free(shm);
	*shmp = NULL;
}

int
shm_create(struct shm **shmp, const struct shm_layout *layout)
{
	struct shm *shm;
	uint64_t boot[2];
	int saved;

	*shmp = NULL;
	if (layout_check(layout) == -1) {
		errno = EINVAL;
		return -1;
	}
	if (getrandom(boot, sizeof(boot), 0) != sizeof(boot))
		return -1;
	if ((shm = aligned_alloc(SHM_LINE, sizeof(*shm))) == NULL)
		return -1;
	memset(shm, 0, sizeof(*shm));
	shm->layout = *layout;
	for (uint32_t s = 0; s < SHM_SLOTS; s++)
		shm->peer[s].fd = shm->peer[s].bell = -1;
	for (enum proc_kind k = 0; k < PROC_KINDS; k++)
		for (uint32_t i = 0; i < layout->count[k]; i++)
			if (part_create(shm, proc_slot(k, i), k, boot) == -1)
				goto fail;
	shm->self = shm->peer[0].part;
	for (enum proc_kind k = 0; k < PROC_KINDS; k++)
		for (uint32_t i = 0; i < layout->count[k] - layout->spare[k]; i++)
			atomic_store_explicit(&shm_processes_rw(shm)->process[proc_slot(k, i)].exists, 1,
			    memory_order_relaxed);
	*shmp = shm;
	return 0;
fail:
	saved = errno;
	shm_destroy(&shm);
	errno = saved;
	return -1;
}

uint32_t
shm_prepare(struct shm *shm, uint32_t slot)
{
	struct shm_part *p = shm->peer[slot].part;
	uint32_t generation = atomic_load_explicit(&p->generation, memory_order_relaxed) + 1;
	uint64_t bell = atomic_load_explicit(&p->bell.v, memory_order_relaxed);

	/* the dead one may have died asleep: nobody needs to ring for a process that is only
	 * starting */
	atomic_store_explicit(&p->bell.v, (bell + 1) & ~(uint64_t)1, memory_order_relaxed);
	atomic_store_explicit(
	    &p->arena_turn, p->arena[1] != 0 ? generation & 1 : 0, memory_order_relaxed);
	atomic_store_explicit(&p->heartbeat, 0, memory_order_relaxed);
	atomic_store_explicit(&p->load, 0, memory_order_relaxed);
	atomic_store_explicit(&p->pid, 0, memory_order_relaxed);
	atomic_store_explicit(&p->generation, generation, memory_order_relaxed);
	atomic_store_explicit(&p->state, CHILD_STARTING, memory_order_release);
	return generation;
}

int
shm_adopt(struct shm *shm, uint32_t slot)
{
	if (slot >= SHM_SLOTS || shm->peer[slot].part == NULL) {
		errno = EINVAL;
		return -1;
	}
	for (uint32_t s = 0; s < SHM_SLOTS; s++) {
		struct shm_peer_view *v = &shm->peer[s];

		if (v->part == NULL)
			continue;
		if (s != slot) {
			if (mmap(v->part, v->size, PROT_READ,
				MAP_SHARED | MAP_NORESERVE | MAP_FIXED, v->fd, 0) == MAP_FAILED)
				return -1;
			(void)madvise(v->part, v->size, MADV_DONTDUMP);
		}
		v->taken = v->rung = 0;
	}
	for (uint32_t s = 0; s < SHM_SLOTS; s++)
		if (shm->peer[s].fd >= 0) {
			close(shm->peer[s].fd);
			shm->peer[s].fd = -1;
		}
	shm->self = shm->peer[slot].part;
	shm->slot = slot;
	shm->generation = atomic_load_explicit(&shm->self->generation, memory_order_relaxed);
	return 0;
}

struct shm_part *
shm_self(struct shm *shm)
{
	return shm->self;
}

const struct shm_part *
shm_peer(const struct shm *shm, uint32_t slot)
{
	return slot < SHM_SLOTS ? shm->peer[slot].part : NULL;
}

const struct shm_layout *
shm_layout(const struct shm *shm)
{
	return &shm->layout;
}

const struct shm_supervisor *
shm_processes(const struct shm *shm)
{
	return shm_body_of(shm->peer[0].part);
}

uint32_t
shm_writers(const struct shm *shm)
{
	const struct shm_layout *l = &shm->layout;
	uint32_t added = atomic_load_explicit(
	    (_Atomic uint32_t *)(uintptr_t)&shm_processes(shm)->disks, memory_order_acquire);
	uint32_t first = l->count[PROC_WRITER] - l->spare[PROC_WRITER];

	return added <= first ? first : added < l->count[PROC_WRITER] ? added : l->count[PROC_WRITER];
}

uint32_t
shm_dead_generation(const struct shm *shm, uint32_t slot)
{
	const struct shm_process *p = &shm_processes(shm)->process[slot];
	const uint32_t generation = atomic_load_explicit(&p->generation, memory_order_acquire);

	/* the supervisor stores the pid of a new process before its generation */
	return atomic_load_explicit(&p->pid, memory_order_relaxed) != 0
		   ? generation - (generation > 0)
		   : generation;
}

struct shm_supervisor *
shm_processes_rw(struct shm *shm)
{
	assert(shm->slot == 0);
	return shm_body_of(shm->peer[0].part);
}

struct shm_part *
shm_part_rw(struct shm *shm, uint32_t slot)
{
	assert(shm->slot == 0);
	return slot < SHM_SLOTS ? shm->peer[slot].part : NULL;
}

int
shm_bell_fd(const struct shm *shm, uint32_t slot)
{
	return slot < SHM_SLOTS ? shm->peer[slot].bell : -1;
}
