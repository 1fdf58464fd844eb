/* SPDX-License-Identifier: ISC */
/*
 * copies.c - the metadata store and the disks that it is on.  Used in: controller.
 *
 * With metadata.dir there is one store, there.  Without, every disk has a copy, and the disk's node
 * going offline takes it out: nothing of it may stay open, so that the disk can be unmounted.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/xalloc.h"
#include "odradek/store/disk.h"

#define TICK_MS 10000
#define BEHIND_MS 10000 /* a copy that is not up to date by then: full, slow, broken */

struct copies_job {
	struct helper_job job;
	struct meta_disk disk[2 * SHM_NODES]; /* that came or went */
	int disks;
	void (*then)(struct meta_store *); /* meta_settle, meta_tick; NULL: the commit comes next */
	bool more;			   /* the store has more to do */
	struct uuid known[SHM_NODES];	   /* what the store has been told of, with these jobs */
	uint64_t counts;		   /* nodes: the copy in that directory is reckoned with */
	int64_t counted_term, counted_number;
};

/* As the store was last told: the directory that node k's copy is in, if it is usable. */
static struct {
	struct uuid directory;
	bool usable;
	bool counts;	/* the store reckons with it */
	int64_t behind; /* since when it was seen that it does not, monotonic ms; 0: it does */
} told[SHM_NODES];
static struct uuid forgotten[SHM_NODES];
static int nforgotten;
static bool busy, soon;
static int64_t last;

static struct meta_disk
copy_of(uint32_t k, bool usable)
{
	struct meta_disk d = {.node = ctl.child->inherit->disk[k].node_id, .usable = usable};

	memcpy(d.directory_id, ctl.child->inherit->disk[k].directory_id, 16);
	d.dir = xasprintf("%s/metadata", ctl.child->inherit->disk[k].path);
	return d;
}

static void
now_told(uint32_t k, const struct meta_disk *d)
{
	memcpy(told[k].directory.b, d->directory_id, 16);
	told[k].usable = d->usable;
	told[k].counts = false;
	told[k].behind = 0; /* another wait than the one that it may have failed in */
}

/* A disk that failed and was taken back is locked by its writer alone: the supervisor has let go of it. */
static bool
usable(int k)
{
	const struct shm_writer *w =
	    shm_body_of(shm_peer(ctl.shm, proc_slot(PROC_WRITER, (uint32_t)k)));
	const uint32_t state = atomic_load_explicit(&w->disk, memory_order_relaxed);

	return state != DISK_OFFLINE && (state != DISK_STARTING || ctl.child->inherit->disk[k].fd != -1);
}

/* In the thread: a successor must know it even if we die while it is written. */
static void
changing(int64_t number)
{
	atomic_store(&ctl.tables->meta_changing, number);
}

/* In the thread of the copy: an empty mount point, or another disk in the place of this one, gets none. */
static int
there(const struct meta_disk *d, struct meta_err *err)
{
	char *path = xasprintf("%.*s", (int)(strrchr(d->dir, '/') - d->dir), d->dir);
	struct disk_identity id;
	char why[DISK_WHY] = "";
	struct uuid u = {{0}};
	int r = disk_identity_read(path, &id, why);

	if (r == -1)
		snprintf(err->text, sizeof(err->text), "\"%s/meta.properties\" cannot be read: %s", path,
		    why[0] != '\0' ? why : strerror(errno));
	else if (uuid_parse(&u, id.directory_id) == -1 || memcmp(u.b, d->directory_id, 16) != 0) {
		snprintf(err->text, sizeof(err->text), "\"%s\" is not the disk of node %d: by its meta.properties, it is %s", path,
		    d->node, r == 1 || id.directory_id[0] == '\0' ? "none, so it is not mounted, or empty" : id.directory_id);
		r = -1;
	}
	free(path);
	return r;
}

int
copies_open(struct meta_err *err)
{
	const struct inherit *in = ctl.child->inherit;
	struct meta_copies cs = {.accept = ctl.child->config->metadata_accept, .changing = changing, .there = there};
	struct meta_disk disk[SHM_NODES];
	int res;

	if (in->metadata_dir != NULL)
		return meta_open(&ctl.store, &meta_sqlite, in->metadata_dir, in->cluster_id, err);
	for (int k = 0; k < in->disks; k++) {
		if (in->disk[k].path == NULL || in->disk[k].out)
			continue;
		disk[cs.disks] = copy_of((uint32_t)k, usable(k));
		now_told((uint32_t)k, &disk[cs.disks++]);
	}
	cs.disk = disk;
	cs.counted_term = atomic_load_explicit(&ctl.tables->meta_term, memory_order_relaxed);
	cs.counted_number = atomic_load_explicit(&ctl.tables->meta_number, memory_order_relaxed);
	cs.changing_number = atomic_load_explicit(&ctl.tables->meta_changing, memory_order_relaxed);
	res = meta_open_copies(&ctl.store, &meta_sqlite, &cs, in->cluster_id, err);
	for (int k = 0; k < cs.disks; k++)
		free((char *)(uintptr_t)disk[k].dir);
	return res;
}

/* The number first: seen with the old term, it asks too much of a successor, never too little. */
void
copies_counted(int64_t term, int64_t number, bool unsettled)
{
	soon = unsettled;
	atomic_store_explicit(&ctl.tables->meta_number, number, memory_order_relaxed);
	atomic_store_explicit(&ctl.tables->meta_term, term, memory_order_relaxed);
}

/* In the thread. */
static void
job_run(struct helper_job *job)
{
	struct copies_job *j = (struct copies_job *)job;

	for (int i = 0; i < j->disks; i++)
		if (j->disk[i].usable)
			meta_copy_add(ctl.store, &j->disk[i]);
		else
			meta_copy_drop(ctl.store, j->disk[i].directory_id);
	if (j->then != NULL)
		j->then(ctl.store);
	for (int k = 0; k < SHM_NODES; k++)
		if (meta_copy_counts(ctl.store, j->known[k].b))
			j->counts |= UINT64_C(1) << k;
	j->more = meta_wants_tick(ctl.store);
	meta_counted(ctl.store, &j->counted_term, &j->counted_number);
}

/* A node whose directory or state is another one than the store was told. */
static bool
moved(uint32_t k)
{
	const struct disk_lock *d = &ctl.child->inherit->disk[k];

	if (!told[k].usable)
		return ctl.node[k].present && ctl.node[k].online;
	return !ctl.node[k].online || memcmp(told[k].directory.b, d->directory_id, 16) != 0;
}

static bool
any_moved(void)
{
	for (uint32_t k = 0; (int)k < ctl.child->inherit->disks && k < ctl.nodes; k++)
		if (moved(k))
			return true;
	return false;
}

/* What is there now comes at the next tick. */
static void
leave(struct copies_job *j, uint32_t k)
{
	struct meta_disk d = copy_of(k, false);

	memcpy(d.directory_id, told[k].directory.b, 16);
	told[k].usable = told[k].counts = false;
	j->disk[j->disks++] = d;
}

static void
look_at_disks(struct copies_job *j)
{
	for (uint32_t k = 0; (int)k < ctl.child->inherit->disks && k < ctl.nodes; k++) {
		if (!moved(k))
			continue;
		if (told[k].usable)
			leave(j, k);
		else {
			j->disk[j->disks] = copy_of(k, true);
			now_told(k, &j->disk[j->disks++]);
		}
	}
}

static void
job_done(struct helper_job *job)
{
	struct copies_job *j = (struct copies_job *)job;

	for (int k = 0; k < SHM_NODES; k++)
		if (told[k].usable && memcmp(&told[k].directory, &j->known[k], 16) == 0)
			told[k].counts = (j->counts >> k & 1) != 0;
	copies_counted(j->counted_term, j->counted_number, j->more);
	if (j->then == meta_tick) {
		busy = false;
		copies_turn();
	}
	for (int i = 0; i < j->disks; i++)
		free((char *)(uintptr_t)j->disk[i].dir);
	free(j);
}

static void
submit(struct copies_job *j, void (*then)(struct meta_store *))
{
	for (int k = 0; k < SHM_NODES; k++)
		if (told[k].usable)
			j->known[k] = told[k].directory;
	j->then = then;
	j->job.run = job_run;
	j->job.done = job_done;
	helper_submit(ctl.helper, &j->job);
}

void
copies_leave(uint64_t nodes)
{
	struct copies_job *j;

	if (ctl.child->inherit->metadata_dir != NULL)
		return;
	j = xcalloc(1, sizeof(*j));
	for (uint32_t k = 0; k < ctl.nodes; k++)
		if ((nodes >> k & 1) != 0 && told[k].usable)
			leave(j, k);
	if (j->disks > 0)
		submit(j, NULL);
	else
		free(j);
}

void
copies_settle(void)
{
	if (ctl.child->inherit->metadata_dir == NULL)
		submit(xcalloc(1, sizeof(struct copies_job)), meta_settle);
}

uint64_t
copies_behind(void)
{
	uint64_t mask = 0;

	if (ctl.child->inherit->metadata_dir != NULL)
		return 0;
	for (uint32_t k = 0; (int)k < ctl.child->inherit->disks && k < ctl.nodes; k++) {
		if (!ctl.node[k].online || (told[k].counts && !moved(k)))
			told[k].behind = 0;
		else if (told[k].behind == 0)
			told[k].behind = ctl.mono_ms;
		if (told[k].behind != 0 && ctl.mono_ms - told[k].behind < BEHIND_MS)
			mask |= UINT64_C(1) << k;
	}
	return mask;
}

void
copies_forget(const struct uuid *directory)
{
	if (nforgotten < SHM_NODES) /* else it is forgotten when it has been away for long */
		forgotten[nforgotten++] = *directory;
}

void
copies_tick(void)
{
	struct copies_job *j;

	if (busy)
		return;
	j = xcalloc(1, sizeof(*j));
	if (ctl.child->inherit->metadata_dir == NULL)
		look_at_disks(j);
	for (int i = 0; ctl.child->inherit->metadata_dir == NULL && i < nforgotten; i++)
		memcpy(j->disk[j->disks++].directory_id, forgotten[i].b, 16);
	nforgotten = 0;
	if (j->disks == 0 && !soon && ctl.mono_ms - last < TICK_MS) {
		free(j);
		return;
	}
	last = ctl.mono_ms;
	busy = true;
	submit(j, meta_tick);
}

void
copies_turn(void)
{
	if (ctl.child->inherit->metadata_dir == NULL && any_moved())
		copies_tick();
}
