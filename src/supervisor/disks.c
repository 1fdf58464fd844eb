/* SPDX-License-Identifier: ISC */
/*
 * disks.c - disks come and go while the daemon runs (HUP): which of log.dirs are new, replaced, back
 * or taken out, and in which order their processes leave and start.  Supervisor.
 *
 * A disk that comes is locked and has its identity before anybody hears of it.  Then it is in the
 * table that all processes follow; the controller makes durable what follows from it (a node more; or
 * the replicas of the directory that was there before leave the in-sync ones) and publishes the node
 * with the directory's id.  Only then its writer starts.  A refusal is a line in the log: what runs
 * goes on.
 *
 * Entries are looked at one after the other, each by a process of its own (looker.c): here, no call touches a directory
 * that is not in use.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/uuid.h"
#include "odradek/base/xalloc.h"
#include "odradek/shm/tables.h"
#include "supervisor.h"

#define AGAIN_MS 200 /* a lock is about to be given up */
#define TRIES 25

static int64_t
now(void)
{
	return mono_ns() / 1000000;
}

static struct shm_writer *
writer_body(struct supervisor *s, uint32_t k)
{
	return shm_body_of(shm_part_rw(s->shm, proc_slot(PROC_WRITER, k)));
}

/* ---- the table ---- */

static void
publish(struct supervisor *s, uint32_t k)
{
	struct shm_supervisor *t = shm_processes_rw(s->shm);
	const struct disk_lock *d = &s->in.disk[k];
	struct shm_disk line = {.node_id = d->node_id, .state = d->out ? SHM_DISK_OUT : SHM_DISK_IN};

	memcpy(line.directory_id, d->directory_id, sizeof(line.directory_id));
	snprintf(line.path, sizeof(line.path), "%s", d->path);
	for (int i = 0; i < s->in.listeners; i++)
		if (s->in.listener[i].node == k && s->in.listener[i].index < SHM_LISTENERS)
			line.port[s->in.listener[i].index] = s->in.listener[i].port;
	latch_write(&t->disk[k], &line);
	atomic_store_explicit(&t->disks, (uint32_t)s->in.disks, memory_order_relaxed);
	atomic_store_explicit(&t->disks_version, ++s->in.disks_version, memory_order_release);
	atomic_store_explicit(&t->changes,
	    atomic_load_explicit(&t->changes, memory_order_relaxed) + 1, memory_order_release);
	spawn_wake_all(s);
}

static void
remember_mount(struct supervisor *s, uint32_t k, const struct newcomer *n)
{
	s->disk[k].mounted = n->mounted;
	s->disk[k].mount = n->mount;
}

void
disks_init(struct supervisor *s)
{
	struct newcomer n = {0};

	for (uint32_t k = 0; k < (uint32_t)s->in.disks; k++) {
		s->disk[k].step = DISK_RUNS;
		if (s->in.disk[k].fd != -1) {
			newcomer_mount(&n, s->in.disk[k].path);
			remember_mount(s, k, &n);
		}
		publish(s, k);
	}
}

bool
disks_want(const struct supervisor *s, const struct slot *sl)
{
	const enum proc_kind kind = proc_kind_of(sl->slot);

	return (kind != PROC_WRITER && kind != PROC_CLEANER) || s->disk[proc_index_of(sl->slot)].step == DISK_RUNS;
}

/* ---- what the controller knows ---- */

static bool
controller_loaded(const struct supervisor *s)
{
	return atomic_load_explicit(&shm_controller_of(s->shm)->loaded, memory_order_acquire) != 0;
}

static bool
known_node(const struct supervisor *s, uint32_t k, struct shm_node *n)
{
	struct shm_controller *c = shm_controller_of(s->shm);

	if (k >= atomic_load_explicit(&c->nodes, memory_order_acquire) || k >= SHM_NODES)
		return false;
	latch_read(&c->node[k], n);
	return n->state != NODE_NONE;
}

static bool
agreed(const struct supervisor *s, uint32_t k)
{
	const struct disk_lock *d = &s->in.disk[k];
	struct shm_node n;

	return known_node(s, k, &n) && n.id == d->node_id && memcmp(n.directory_id, d->directory_id, 16) == 0;
}

/* ---- leaving ---- */

static bool
is_gone(struct supervisor *s, enum proc_kind kind, uint32_t k)
{
	return children_slot(s, proc_slot(kind, k))->pid == 0;
}

static void
ask_to_leave(struct supervisor *s, uint32_t k, const char *why)
{
	s->disk[k].step = DISK_LEAVES;
	children_ask(s, children_slot(s, proc_slot(PROC_CLEANER, k)), why);
	children_ask(s, children_slot(s, proc_slot(PROC_WRITER, k)), why);
}

/* Nobody of ours is there any more: the node is offline until its writer begins anew. */
static void
left(struct supervisor *s, uint32_t k)
{
	struct disk_place *p = &s->disk[k];

	atomic_store_explicit(&writer_body(s, k)->disk, DISK_OFFLINE, memory_order_release);
	fd_close(&s->in.disk[k].fd);
	if (p->next.disk.path != NULL) {
		s->in.disk[k] = p->next.disk;
		remember_mount(s, k, &p->next);
		memset(&p->next, 0, sizeof(p->next));
		p->step = DISK_COMES;
	} else {
		p->step = DISK_OUT;
		s->in.disk[k].out = true;
		log_info("node %d (%s) is out of service", s->in.disk[k].node_id, s->in.disk[k].path);
	}
	s->disks_at = now(); /* somebody may wait for its place, or what takes it may have been taken out meanwhile */
	publish(s, k);
}

/* ---- coming ---- */

static void
start(struct supervisor *s, uint32_t k)
{
	struct shm_writer *w = writer_body(s, k);

	atomic_store_explicit(&w->disk, DISK_STARTING, memory_order_release);
	atomic_store_explicit(&w->error, 0, memory_order_relaxed);
	atomic_store_explicit(&w->trust, TRUST_UNKNOWN, memory_order_relaxed);
	s->disk[k].step = DISK_RUNS;
	children_slot(s, proc_slot(PROC_WRITER, k))->start_at = 0;
	children_slot(s, proc_slot(PROC_CLEANER, k))->start_at = 0;
	(void)children_slot(s, proc_slot(PROC_REPLICATOR, 0)); /* with one disk there was none */
	log_info("node %d starts in %s", s->in.disk[k].node_id, s->in.disk[k].path);
}

static bool
place_taken(const struct supervisor *s, int place)
{
	for (uint32_t k = 0; k < s->places; k++)
		if (s->disk[k].step != DISK_NOT_THERE && s->disk[k].ports == place)
			return true;
	return false;
}

/* Its node listens as the one at its place of log.dirs, unless another does. */
static int
bind_it(struct supervisor *s, uint32_t k, int place, const struct disk_lock *d, char *why, size_t len)
{
	struct config_err err = {0};

	if (s->disk[k].ports != -1)
		return 0; /* it has been here before */
	if (place_taken(s, place))
		for (place = 0; place_taken(s, place);)
			place++;
	if (listeners_bind(s, k, place, d, &err) == 0)
		return 0;
	snprintf(why, len, "%.1000s", err.text);
	return -1;
}

static int
take(struct supervisor *s, uint32_t k, struct look *l)
{
	struct disk_place *p = &s->disk[k];
	struct newcomer *n = &l->newcomer;

	if (bind_it(s, k, l->place, &n->disk, l->why, sizeof(l->why)) == -1)
		return -1;
	if (p->step == DISK_RUNS) {
		p->next = *n;
		ask_to_leave(s, k, "its disk is replaced");
		return 0;
	}
	s->in.disk[k] = n->disk;
	if ((int)k >= s->in.disks)
		s->in.disks = (int)k + 1;
	p->step = DISK_COMES;
	remember_mount(s, k, n);
	publish(s, k);
	return 0;
}

/* ---- who is it? ---- */

static const char *
directory_text(const uint8_t id[16], char buf[UUID_TEXT])
{
	struct uuid u;

	memcpy(u.b, id, 16);
	return uuid_text(&u, buf);
}

/* The place of the directory, or of the node, as far as it is known; -1. */
static int
place_of(const struct supervisor *s, const uint8_t *directory_id, int32_t node_id)
{
	struct shm_node n;

	for (uint32_t k = 0; k < SHM_NODES; k++) {
		bool here = k < s->places && s->disk[k].step != DISK_NOT_THERE;
		bool known = known_node(s, k, &n);

		if (directory_id != NULL &&
		    ((here && memcmp(s->in.disk[k].directory_id, directory_id, 16) == 0) ||
			(!here && known && memcmp(n.directory_id, directory_id, 16) == 0)))
			return (int)k;
		if (directory_id == NULL && ((here && s->in.disk[k].node_id == node_id) || (known && n.id == node_id)))
			return (int)k;
	}
	return -1;
}

static int
free_place(const struct supervisor *s)
{
	struct shm_node n;

	for (uint32_t k = 0; k < s->places; k++)
		if (s->disk[k].step == DISK_NOT_THERE && !known_node(s, k, &n))
			return (int)k;
	return -1;
}

static bool
is_free_id(const struct supervisor *s, int32_t id)
{
	return id >= 0 && place_of(s, NULL, id) == -1;
}

static int32_t
free_id(const struct supervisor *s)
{
	int32_t id = s->config->node_id;

	while (!is_free_id(s, id))
		id++;
	return id;
}

static bool
listed(const struct supervisor *s, const char *path)
{
	const struct config_list *dirs = config_log_dirs(s->config);

	for (int i = 0; i < dirs->n; i++)
		if (strcmp(dirs->v[i], path) == 0)
			return true;
	return false;
}

/* An empty directory stands in for the one that was at its place of log.dirs and is not named any more; -1. */
static int
predecessor(const struct supervisor *s, int place)
{
	for (uint32_t k = 0; k < s->places; k++)
		if (s->disk[k].step != DISK_NOT_THERE && s->disk[k].ports == place && !listed(s, s->in.disk[k].path))
			return (int)k;
	return -1;
}

enum who { WHO_REFUSED = -1, WHO_LATER = -2 };

/* The place for a directory with an identity. */
static int
who_is(const struct supervisor *s, const struct newcomer *n, int own, char *why, size_t len)
{
	char here[UUID_TEXT], there[UUID_TEXT];
	int k = place_of(s, n->disk.directory_id, 0);

	if (k == -1 && n->id.node_id >= 0)
		k = place_of(s, NULL, n->id.node_id);
	if (k == -1 && n->id.node_id >= 0 && n->logs[0] != '\0') {
		snprintf(why, len, "\"%s\" (node %d, directory %s) holds partitions (\"%s\" is one) that this cluster does "
			"not know: restart the daemon to adopt them",
		    n->disk.path, n->id.node_id, n->id.directory_id, n->logs);
		return WHO_REFUSED;
	}
	if (k == -1)
		return free_place(s);
	if (k >= (int)s->places || (own != -1 && k != own)) {
		struct shm_node line = {.id = -1};

		(void)known_node(s, (uint32_t)k, &line);
		snprintf(why, len, "\"%s\" belongs to node %d (directory %s), and not to node %d (directory %s), whose entry it "
			"is in log.dirs: put the right one there, or restart the daemon, which goes by what is in the directories",
		    n->disk.path, n->id.node_id, n->id.directory_id, own == -1 ? line.id : s->in.disk[own].node_id,
		    own == -1 ? "" : directory_text(s->in.disk[own].directory_id, there));
		return WHO_REFUSED;
	}
	if (own == k || s->disk[k].step == DISK_NOT_THERE || s->disk[k].step == DISK_OUT)
		return k;
	if (s->disk[k].step == DISK_LEAVES)
		return WHO_LATER;
	snprintf(why, len, "\"%s\" (node %d, directory %s) cannot be used beside \"%s\" (node %d, directory %s): %s; take one "
		"of them out of log.dirs, or, to use it as an empty disk, empty it",
	    n->disk.path, n->id.node_id, directory_text(n->disk.directory_id, here), s->in.disk[k].path, s->in.disk[k].node_id,
	    directory_text(s->in.disk[k].directory_id, there),
	    memcmp(n->disk.directory_id, s->in.disk[k].directory_id, 16) == 0 ? "one is a copy of the other"
									       : "both belong to one node");
	return WHO_REFUSED;
}

/* ---- one entry of log.dirs ---- */

static void next_entry(struct supervisor *s);

/* The entry is done with. */
static void
forget(struct supervisor *s)
{
	fd_close(&s->look.newcomer.disk.fd);
	free(s->look.path);
	s->look.path = NULL;
}

static void
refuse(struct supervisor *s)
{
	log_errorx("%s; the daemon goes on without it", s->look.why);
	forget(s);
}

static void
begin(struct supervisor *s, int place, int own)
{
	memset(&s->look, 0, sizeof(s->look));
	s->look.path = xstrdup(config_log_dirs(s->config)->v[place]);
	s->look.place = place;
	s->look.own = own;
	s->look.newcomer.disk.fd = -1;
	s->naming = -1;
	if (looker_start(s, newcomer_look, &s->look) == -1)
		refuse(s);
}

/* The index of the node that the directory is to be; WHO_REFUSED with why, WHO_LATER. */
static int
place_for(const struct supervisor *s, struct look *l)
{
	int k;

	if (!l->newcomer.blank)
		k = who_is(s, &l->newcomer, l->own, l->why, sizeof(l->why));
	else if ((k = l->own) == -1 && (k = predecessor(s, l->place)) == -1)
		k = free_place(s);
	if (k >= 0 && k != l->own && s->disk[k].step == DISK_LEAVES)
		return WHO_LATER;
	if (k == WHO_REFUSED && l->why[0] == '\0')
		snprintf(l->why, sizeof(l->why), "\"%s\" (log.dirs): so many disks can be added only with a restart of the daemon", l->path);
	return k;
}

/* It was looked at: who is it, and who is it to be? */
static void
decide(struct supervisor *s)
{
	struct look *l = &s->look;
	struct shm_node line;
	int k;

	if (l->says == LOOK_SAME) {
		forget(s);
		return;
	}
	if (l->says == LOOK_BUSY && s->disks_tries < TRIES) {
		s->disks_tries++;
		s->disks_at = now() + AGAIN_MS;
		forget(s);
		return;
	}
	if (l->says == LOOK_BUSY)
		snprintf(l->why, sizeof(l->why), "\"%s\" (log.dirs) is in use by this daemon already", l->path);
	if (l->says != LOOK_DONE || (k = place_for(s, l)) == WHO_REFUSED) {
		refuse(s);
		return;
	}
	if (k == WHO_LATER) {
		forget(s); /* looked at again when that one has left */
		return;
	}
	l->newcomer.disk.node_id = s->disk[k].step != DISK_NOT_THERE	  ? s->in.disk[k].node_id
				   : known_node(s, (uint32_t)k, &line)	  ? line.id
				   : is_free_id(s, l->newcomer.id.node_id) ? l->newcomer.id.node_id
									  : free_id(s);
	s->naming = k;
	if (looker_start(s, newcomer_name, l) == -1)
		refuse(s);
}

/* It has its identity. */
static void
enter(struct supervisor *s)
{
	struct look *l = &s->look;
	char dir[UUID_TEXT];

	if (l->says != LOOK_DONE || take(s, (uint32_t)s->naming, l) == -1) {
		refuse(s);
		return;
	}
	log_info("\"%s\" is the directory %s of node %d", l->path, directory_text(l->newcomer.disk.directory_id, dir),
	    l->newcomer.disk.node_id);
	l->path = NULL; /* it and the lock are the node's */
	l->newcomer.disk.fd = -1;
}

static void
advance(struct supervisor *s)
{
	const struct config_list *dirs = config_log_dirs(s->config);

	switch (looker_answer(s, &s->look)) {
	case 1:
		if (s->look.place >= dirs->n || strcmp(dirs->v[s->look.place], s->look.path) != 0)
			forget(s); /* there was another reload meanwhile */
		else if (s->naming == -1)
			decide(s);
		else
			enter(s);
		break;
	case 0:
		return;
	default:
		refuse(s);
	}
	if (s->look.path == NULL)
		next_entry(s);
}

/* ---- log.dirs ---- */

/* The node that the entry was before; -1. */
static int
node_of(const struct supervisor *s, const char *path)
{
	for (int k = s->in.disks; k-- > 0;)
		if (s->disk[k].step != DISK_NOT_THERE && strcmp(s->in.disk[k].path, path) == 0)
			return k;
	return -1;
}

/* To be looked at, from s->entry on; the first that is begins. */
static void
next_entry(struct supervisor *s)
{
	const struct config_list *dirs = config_log_dirs(s->config);

	while (s->look.path == NULL && s->entry < dirs->n) {
		int place = s->entry++, k = node_of(s, dirs->v[place]);

		if (k == -1 || s->disk[k].step == DISK_OUT || s->disk[k].step == DISK_RUNS)
			begin(s, place, k);
	}
}

static void
apply(struct supervisor *s)
{
	const struct config_list *dirs = config_log_dirs(s->config);
	int staying = 0;

	if (dirs->n > SHM_NODES) {
		log_errorx("%d entries in log.dirs: at most %d are possible", dirs->n, SHM_NODES);
		return;
	}
	for (int i = 0; i < dirs->n; i++) {
		int k = node_of(s, dirs->v[i]);

		staying += k != -1 && s->disk[k].step != DISK_OUT;
	}
	if (staying == 0) {
		log_errorx("log.dirs names none of the directories that are in use: nothing is changed; restart the daemon if that "
			   "is meant");
		return;
	}
	for (uint32_t k = 0; k < (uint32_t)s->in.disks; k++)
		if ((s->disk[k].step == DISK_RUNS || s->disk[k].step == DISK_COMES) && !listed(s, s->in.disk[k].path)) {
			log_info("\"%s\" is not in log.dirs any more: node %d stops", s->in.disk[k].path, s->in.disk[k].node_id);
			ask_to_leave(s, k, "its disk was taken out of log.dirs");
		}
	s->entry = 0;
	next_entry(s);
}

void
disks_reload(struct supervisor *s)
{
	s->disks_at = now();
	s->disks_tries = 0;
	s->entry = SHM_NODES; /* what is under way ends with the entry that it is at */
}

void
disks_advance(struct supervisor *s)
{
	for (uint32_t k = 0; k < (uint32_t)s->in.disks; k++) {
		if (s->disk[k].step == DISK_LEAVES && is_gone(s, PROC_WRITER, k) && is_gone(s, PROC_CLEANER, k))
			left(s, k);
		else if (s->disk[k].step == DISK_COMES && agreed(s, k))
			start(s, k);
	}
	if (s->look.path != NULL)
		advance(s);
	if (s->look.path == NULL && s->disks_at != 0 && s->disks_at <= now() && controller_loaded(s)) {
		s->disks_at = 0;
		apply(s);
	}
}

int64_t
disks_deadline(const struct supervisor *s)
{
	if (s->state == SUPER_SERVING && s->look.path != NULL)
		return s->looker.until;
	return s->disks_at > now() ? s->disks_at : -1;
}
