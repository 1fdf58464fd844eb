/* SPDX-License-Identifier: ISC */
/*
 * start.c - a forked child becomes a process of its kind: the same steps each time, then the kind's
 * main.
 *
 * What a child keeps is on the list below and in struct inherit; everything else is closed or
 * unmapped.  Dumpable is off since before the fork, so that no other process finds the way to this
 * one's memory.
 */
#include "config.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/proctitle.h"
#include "odradek/base/xalloc.h"
#include "skeleton.h"

void supervisor_never(struct child *c) __attribute__((noreturn));

void
supervisor_never(struct child *c)
{
	(void)c;
	panic("the supervisor was started as a child");
}

static child_main_fn *const mains[PROC_KINDS] = {
#define PROC(KIND, name, first, slots, main) main,
#include "tbl/procs.h"
#undef PROC
};

const char *
child_name(const struct inherit *in, uint32_t slot, char *buf, size_t n)
{
	enum proc_kind kind = proc_kind_of(slot);
	uint32_t index = proc_index_of(slot);

	if ((kind == PROC_WRITER || kind == PROC_CLEANER) && in != NULL && (int)index < in->disks)
		snprintf(buf, n, "%s.%d", proc_name(kind), in->disk[index].node_id); /* a node is a disk */
	else if (proc_slots(kind) > 1)
		snprintf(buf, n, "%s.%u", proc_name(kind), index);
	else
		snprintf(buf, n, "%s", proc_name(kind));
	return buf;
}

static void
set_names(const struct inherit *in, uint32_t slot)
{
	char name[48];

	child_name(in, slot, name, sizeof(name));
	log_set_name(name);
	prctl(PR_SET_NAME, name);
	if (proc_kind_of(slot) == PROC_WRITER || proc_kind_of(slot) == PROC_CLEANER)
		proctitle_set("%s %s", name, in->disk[proc_index_of(slot)].path);
	else
		proctitle_set("%s", name);
}

/* When the supervisor dies this process does, too; a change of user forgets that, so it is said
 * twice. */
static void
follow_supervisor(const struct inherit *in)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		fatal("could not ask for the supervisor's death");
	if (getppid() != in->supervisor)
		_exit(2);
}

static void
keep(int *list, int *n, int fd)
{
	if (fd > 2)
		list[(*n)++] = fd;
}

static void
close_others(const struct inherit *in, const struct skeleton *sk)
{
	int *list = xcalloc((size_t)(SHM_SLOTS * 2 + 8 + in->listeners + SHM_NODES), sizeof(*list)),
	    n = 0;

	keep(list, &n, log_fd());
	keep(list, &n, in->supervisor_pipe);
	keep(list, &n, shm_bell_fd(in->shm, 0));
	for (uint32_t s = 0; s < SHM_SLOTS; s++)
		keep(list, &n, shm_bell_fd(in->shm, s));
	for (int i = 0; sk->c.kind == PROC_ACCEPTOR && i < in->listeners; i++)
		keep(list, &n, in->listener[i].fd);
	/* the locks: a new daemon must wait for an orphan that still writes */
	for (int i = 0; i < in->disks; i++)
		if (sk->c.kind == PROC_CONTROLLER ||
		    (sk->c.kind == PROC_WRITER && (uint32_t)i == sk->c.index))
			keep(list, &n, in->disk[i].fd);
	if (sk->c.kind == PROC_CONTROLLER)
		keep(list, &n, in->metadata_lock);
	fd_close_others(3, list, n);
	free(list);
}

static void
drop_privileges(const struct inherit *in)
{
	if (!in->change_user)
		return;
	if (initgroups(in->user, in->gid) == -1 || setresgid(in->gid, in->gid, in->gid) == -1 ||
	    setresuid(in->uid, in->uid, in->uid) == -1)
		fatal("could not become user \"%s\"", in->user);
	if (geteuid() != in->uid || getegid() != in->gid || (in->uid != 0 && setuid(0) == 0))
		panic("root's privileges were not given up");
	if (prctl(PR_SET_DUMPABLE, 0) == -1)
		fatal("could not turn core dumps off");
	follow_supervisor(in);
}

void
child_start(const struct inherit *in, uint32_t slot)
{
	struct skeleton *sk = xcalloc(1, sizeof(*sk));
	struct child *c = &sk->c;
	struct event_config *how;

	follow_supervisor(in);
	if (prctl(PR_SET_DUMPABLE, 0) == -1)
		fatal("could not turn core dumps off");
	set_names(in, slot);
	c->kind = proc_kind_of(slot);
	c->index = proc_index_of(slot);
	c->slot = slot;
	c->inherit = in;
	c->shm = in->shm;
	c->config = in->config;
	if (shm_adopt(in->shm, slot) == -1)
		fatal("could not take over the shared memory");
	close_others(in, sk);
	if (skeleton_signals(sk) == -1)
		fatal("could not set up signals");
	drop_privileges(in);
	c->self = shm_self(c->shm);
	c->generation = atomic_load_explicit(&c->self->generation, memory_order_relaxed);
	atomic_store_explicit(&c->self->started, (uint64_t)mono_coarse_ms(), memory_order_relaxed);
	atomic_store_explicit(
	    &c->self->heartbeat, (uint64_t)mono_coarse_ms(), memory_order_relaxed);
	atomic_store_explicit(&c->self->pid, (uint32_t)getpid(), memory_order_release);
	skeleton_init(sk);
	if ((how = event_config_new()) == NULL ||
	    event_config_set_flag(how, EVENT_BASE_FLAG_NOLOCK) == -1 ||
	    (c->base = event_base_new_with_config(how)) == NULL)
		fatalx("could not make an event loop");
	event_config_free(how);

	mains[c->kind](c);

	atomic_store_explicit(&c->self->state, CHILD_DONE, memory_order_release);
	_exit(0);
}
