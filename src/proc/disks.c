/* SPDX-License-Identifier: ISC */
/*
 * disks.c - disks come and go while a process runs: what it inherited of them is made to agree with
 * the supervisor's table.  Used in: every child.
 */
#include "config.h"

#include <string.h>

#include "odradek/base/xalloc.h"
#include "odradek/proc/child.h"

bool
child_disks_moved(const struct child *c)
{
	const struct shm_supervisor *s = shm_processes(c->shm);

	return atomic_load_explicit((_Atomic uint64_t *)(uintptr_t)&s->disks_version, memory_order_acquire) !=
	       c->inherit->disks_version;
}

/* Files that are open by the old path go on; nobody knows who still holds the text, so it stays. */
static void
take(struct inherit *in, uint32_t k, const struct shm_disk *d)
{
	struct disk_lock *to = &in->disk[k];

	to->node_id = d->node_id;
	to->out = d->state == SHM_DISK_OUT;
	memcpy(to->directory_id, d->directory_id, sizeof(to->directory_id));
	if (to->path == NULL || strcmp(to->path, d->path) != 0)
		to->path = xstrdup(d->path);
	for (int i = 0; i < in->listeners; i++)
		if (in->listener[i].node == k && in->listener[i].index < SHM_LISTENERS)
			in->listener[i].port = d->port[in->listener[i].index];
}

bool
child_disks_follow(struct child *c)
{
	struct shm_supervisor *s = (struct shm_supervisor *)(uintptr_t)shm_processes(c->shm);
	struct inherit *in = (struct inherit *)(uintptr_t)c->inherit; /* this process's own copy */
	uint32_t n;

	if (!child_disks_moved(c))
		return false;
	in->disks_version = atomic_load_explicit(&s->disks_version, memory_order_acquire);
	n = atomic_load_explicit(&s->disks, memory_order_relaxed);
	for (uint32_t k = 0; k < n && k < SHM_NODES; k++) {
		struct shm_disk d;

		latch_read(&s->disk[k], &d);
		if (d.state == SHM_DISK_NONE)
			continue;
		if ((int)k >= in->disks)
			in->disks = (int)k + 1;
		if (in->disk[k].path == NULL)
			in->disk[k].fd = -1;
		take(in, k, &d);
	}
	return true;
}

const struct disk_lock *
child_disk(struct child *c, uint32_t node)
{
	(void)child_disks_follow(c);
	if (node >= (uint32_t)c->inherit->disks || c->inherit->disk[node].path == NULL)
		return NULL;
	return &c->inherit->disk[node];
}
