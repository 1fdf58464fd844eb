/* SPDX-License-Identifier: ISC */
/*
 * disks.c - disks that come, go and are replaced while the daemon runs.  Used in: controller.
 *
 * The supervisor's table says which directory a node has; the model, and with it the published line of the node, says
 * which one its replicas are in.  Where they differ, the disk is another one: its replicas leave the in-sync ones and
 * are those in the new directory from then on, in one commit.  The last in-sync one stays, lost, so that nobody leads
 * without an operator's word.  Only when that is published the supervisor starts the writer of the new directory.
 * Nothing of it is in memory only: a successor finds both directories, and does it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define RETRY_MS 500

static bool busy;
static int64_t retry_at; /* after a commit that failed */

struct replaced {
	uint32_t k;
	struct uuid old;
	uint32_t replicas;
};

static void
publish_it(uint32_t k)
{
	load_settings();
	node_line(k);
	publish_begin();
	publish_node(k);
	publish_resolved();
	publish_end();
	child_wake_supervisor(ctl.child);
}

static void
set_row(struct op *op, uint32_t k)
{
	struct meta_node *m = &op_change(op, META_SET_NODE)->u.node;

	m->id = ctl.node[k].id;
	memcpy(m->directory_id, ctl.node[k].directory.b, 16);
	m->path = ctl.node[k].path;
}

/* ---- a node more ---- */

static void
entered(struct op *op, const struct meta_err *err)
{
	uint32_t k = (uint32_t)(uintptr_t)op->arg;
	struct node *n = &ctl.node[k];

	busy = false;
	if (err != NULL) {
		n->id = -1;
		n->present = n->online = false;
		retry_at = ctl.mono_ms + RETRY_MS;
		return;
	}
	log_info("node %d (%s) is one more: %u nodes are known", n->id, n->path, ctl.nodes);
	publish_it(k);
}

static void
enter(const struct disk_lock *d, uint32_t k)
{
	struct op *op;

	if (k > ctl.nodes) {
		log_limited("node %d was not expected as number %u: restart the daemon", d->node_id, k);
		return;
	}
	node_put(k, d->node_id, d->directory_id, d->path);
	ctl.node[k].present = ctl.node[k].online = true;
	busy = true;
	op = op_new(NULL, entered);
	op->arg = (void *)(uintptr_t)k;
	set_row(op, k);
	op_submit(op);
}

/* ---- another directory ---- */

/* The row has named directories of its own from now on. */
static void
name_directories(struct part *p, uint32_t k, const struct uuid *old)
{
	if (p->directories != NULL)
		return;
	p->directories = xcalloc(p->replicas, sizeof(*p->directories));
	for (int i = 0; i < p->replicas; i++)
		p->directories[i] = p->replica[i] == k ? *old : ctl.node[p->replica[i]].directory;
}

/* Replica i of p was in another directory than its node has now. */
static void
move_replica(struct change *ch, struct topic *t, uint32_t n, int32_t i, const struct replaced *r)
{
	struct part *p = change_part(ch, t, n);

	name_directories(p, r->k, &r->old);
	if (memcmp(p->directories[i].b, ctl.node[r->k].directory.b, 16) == 0)
		part_new_directory(p, i); /* the very one: it was never given up */
	else {
		p->lost |= (uint16_t)(1u << i);
		p->short_of |= (uint16_t)(1u << i); /* not eligible: it is another one, and empty */
	}
	part_drop_lost(t, p);
	p->joining &= (uint16_t)~(1u << i);
	change_settle_row(ch, ELECT_ONLINE);
}

static void
replaced(struct change *ch, const struct meta_err *err)
{
	struct replaced *r = ch->arg;
	struct node *n = &ctl.node[r->k];
	char was[UUID_TEXT], is[UUID_TEXT];

	busy = false;
	if (err != NULL) {
		n->directory = r->old;
		retry_at = ctl.mono_ms + RETRY_MS;
	} else {
		log_warnx("node %d (%s) has the directory %s in place of %s: %u replicas begin anew, of %u partitions the in-sync "
			  "replicas are fewer, %u have no leader any more",
		    n->id, n->path, uuid_text(&n->directory, is), uuid_text(&r->old, was), r->replicas, ch->tally.shrunk,
		    ch->tally.leaderless);
		publish_it(r->k);
	}
	free(r);
}

static void
replace(const struct disk_lock *d, uint32_t k)
{
	struct replaced *r = xcalloc(1, sizeof(*r));
	struct change *ch = change_new(replaced, r);

	r->k = k;
	r->old = ctl.node[k].directory;
	memcpy(ctl.node[k].directory.b, d->directory_id, 16);
	ctl.node[k].path = d->path;
	ctl.node[k].present = true;
	for (uint32_t i = 0; i < ctl.topics; i++) {
		struct topic *t = ctl.topic[i];

		for (uint32_t n = 0; t != NULL && t->state == TOPIC_LIVE && n < t->nparts; n++) {
			int32_t at = part_index(&t->part[n], (int32_t)k);

			if (at == -1)
				continue;
			r->replicas++;
			move_replica(ch, t, n, at, r);
		}
	}
	set_row(ch->op, k);
	busy = true;
	change_submit(ch, META_URGENT);
}

/* ---- gone, and back ---- */

static void
set_present(const struct disk_lock *d, uint32_t k, bool present)
{
	ctl.node[k].present = present;
	ctl.node[k].online = false; /* nodes.c takes notice when its writer serves */
	if (present)
		ctl.node[k].path = d->path;
	publish_it(k);
}

static void
look_at(uint32_t k)
{
	static const uint8_t none[16];
	struct disk_lock *d = &ctl.child->inherit->disk[k];
	struct node *n = k < ctl.nodes && ctl.node[k].id >= 0 ? &ctl.node[k] : NULL;

	if (d->path == NULL || memcmp(d->directory_id, none, 16) == 0)
		return;
	if (d->out || (n != NULL && memcmp(n->directory.b, d->directory_id, 16) != 0))
		fd_close(&d->fd); /* the lock is that of the directory before */
	if (n != NULL && n->id != d->node_id)
		log_limited("\"%s\" is that of node %d, where node %d is known: restart the daemon", d->path, d->node_id, n->id);
	else if (d->out && n != NULL && n->present && !n->online)
		set_present(d, k, false);
	else if (d->out)
		return;
	else if (n == NULL)
		enter(d, k);
	else if (memcmp(n->directory.b, d->directory_id, 16) != 0)
		replace(d, k);
	else if (!n->present)
		set_present(d, k, true);
	else if (strcmp(n->path, d->path) != 0)
		n->path = d->path;
}

void
disks_turn(void)
{
	(void)child_disks_follow(ctl.child);
	if (busy || ctl.mono_ms < retry_at)
		return;
	for (uint32_t k = 0; k < (uint32_t)ctl.child->inherit->disks && !busy; k++)
		look_at(k);
}

void
disks_addresses(void)
{
	(void)child_disks_follow(ctl.child);
	publish_begin();
	for (uint32_t k = 0; k < ctl.nodes; k++) {
		struct shm_node was;

		latch_read(&ctl.tables->node[k], &was);
		node_line(k);
		if (memcmp(was.host, ctl.node[k].line.host, sizeof(was.host)) != 0 ||
		    memcmp(was.port, ctl.node[k].line.port, sizeof(was.port)) != 0)
			publish_node(k);
	}
	publish_end();
}
