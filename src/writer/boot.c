/* SPDX-License-Identifier: ISC */
/*
 * boot.c - follows the controller's tables: which partitions this disk has, and when it has caught up.
 *
 * What the tables name is opened (first what is new and waited for, then what lies there already),
 * a few milliseconds' worth in each turn of the loop, and each serves as soon as it is open; one
 * that takes longer (after a power loss) goes on in the next turn.  What is created or renamed is
 * made durable by the helper, many at once.  "Caught up" to a version means: every directory that
 * the tables ask for up to it exists or is gone, durably, and every line is set.  Recovery of what
 * was there already is not waited for.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/store/sys.h"
#include "writer.h"

#define TURN_NS 3000000 /* of one turn, for opening */
#define NOW_NS 20000000 /* for one that somebody produces to; after that he has to ask again */
#define SYNC_EACH 16 /* up to so many new directories are synced one by one, more by one syncfs */

/* What must be done before the disk follows the tables up to version. */
struct mark {
	uint64_t version;
	uint32_t pending;
	TAILQ_ENTRY(mark) entry;
};
TAILQ_HEAD(marks, mark);

/* A directory that was created (name) or renamed (NULL) and is not durable yet. */
struct change {
	struct mark *mark; /* may be NULL */
	char *name;
};
struct sync_job {
	struct helper_job job;
	struct disk *disk;
	struct store_job *stale; /* replaces checkpoints that speak of namesakes; or NULL */
	struct change *change;
	size_t n;
	int error;
};

static struct {
	struct replica_queue fresh;	/* to be created or deleted: somebody waits */
	struct replica_queue present;	/* to be recovered */
	struct replica_queue no_room;	/* could not be created on a full disk */
	struct marks marks;
	struct mark *current;	/* of the publication that is being followed */
	struct change *change;
	size_t changes, change_cap;
	struct sync_job *again;	/* failed for a reason that passes */
	bool syncing, untold, done, sorted;
	int64_t started;
	uint32_t recovered;
} boot;

/* ---- caught up ---- */

static void
tell(void)
{
	union {
		struct shm_msg m;
		struct msg_caught_up b;
	} u = { .m = { .type = CALL_CAUGHT_UP } };

	u.b.version = atomic_load_explicit(&writer.pub->version, memory_order_relaxed);
	boot.untold = child_post(writer.child, proc_slot(PROC_CONTROLLER, 0), &u.m) == -1;
}

static void
caught_up(uint64_t version)
{
	if (version == atomic_load_explicit(&writer.pub->version, memory_order_relaxed))
		return;
	atomic_store_explicit(&writer.pub->version, version, memory_order_release);
	tell();
}

void
boot_tell_again(void)
{
	tell();
}

static struct mark *
mark_get(void)
{
	if (boot.current == NULL)
		boot.current = xcalloc(1, sizeof(*boot.current));
	boot.current->pending++;
	return boot.current;
}

static void
mark_put(struct mark *m)
{
	uint64_t version = 0;

	if (m == NULL)
		return;
	m->pending--;
	while ((m = TAILQ_FIRST(&boot.marks)) != NULL && m->pending == 0) {
		version = m->version;
		TAILQ_REMOVE(&boot.marks, m, entry);
		free(m);
	}
	if (version != 0)
		caught_up(version);
}

/* ---- durability of what was created and renamed ---- */

static void
sync_run(struct helper_job *job)
{
	struct sync_job *s = (struct sync_job *)job;
	const char *name[SYNC_EACH];
	size_t named = 0;
	int rc = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->change[i].name != NULL && named++ < SYNC_EACH)
			name[named - 1] = s->change[i].name;
	if (s->stale != NULL)
		rc = store_job_run(s->stale);
	if (rc == 0)
		rc = named > SYNC_EACH ? disk_sync(s->disk) : disk_sync_names(s->disk, name, named);
	s->error = rc == -1 ? errno : 0;
}

static void sync_start(void);

static void
sync_done(struct helper_job *job)
{
	struct sync_job *s = (struct sync_job *)job;

	boot.syncing = false;
	if (s->stale != NULL && disk_job_done(s->disk, s->stale) == -1)
		writer_disk_failed(errno, "writing checkpoints");
	s->stale = NULL;
	if (errno_is_medium(s->error))
		writer_disk_failed(s->error, "syncing new partitions");
	if (s->error != 0 && !writer.offline) {
		/* whoever waits for it waits on: it is not durable */
		log_limited("could not make new partitions durable on \"%s\" (it is tried again): %s", writer.path,
		    strerror(s->error));
		boot.again = s;
		return;
	}
	for (size_t i = 0; i < s->n; i++) {
		mark_put(s->change[i].mark);
		free(s->change[i].name);
	}
	free(s->change);
	free(s);
	sync_start();
}

static void
sync_start(void)
{
	struct sync_job *s;

	if (boot.syncing || boot.again != NULL || boot.changes == 0)
		return;
	s = xcalloc(1, sizeof(*s));
	s->job.run = sync_run;
	s->job.done = sync_done;
	s->disk = writer.disk;
	s->change = boot.change;
	s->n = boot.changes;
	s->stale = disk_stale_job(writer.disk);
	boot.change = NULL;
	boot.changes = boot.change_cap = 0;
	boot.syncing = true;
	helper_submit(writer.helper, &s->job);
}

static void
changed(struct mark *mark, const char *name)
{
	if (writer.offline) {
		mark_put(mark);
		return;
	}
	if (boot.changes == boot.change_cap) {
		boot.change_cap = boot.change_cap == 0 ? 64 : boot.change_cap * 2;
		boot.change = xreallocarray(boot.change, boot.change_cap, sizeof(*boot.change));
	}
	boot.change[boot.changes++] = (struct change){ mark, name == NULL ? NULL : xstrdup(name) };
}

/* ---- opening ---- */

static void
queue_put(struct replica_queue *q, struct replica *r)
{
	r->queue = q;
	TAILQ_INSERT_TAIL(q, r, entry);
}

static void
queue_take(struct replica *r)
{
	TAILQ_REMOVE(r->queue, r, entry);
	r->queue = NULL;
}

/* Want of descriptors or memory: of this moment, not of the partition. */
static bool
errno_passes(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOMEM || err == EAGAIN || err == EINTR;
}

static void
open_failed(struct replica *r, int err)
{
	struct mark *mark = r->mark;
	char buf[300];

	r->mark = NULL;
	if (errno_is_medium(err)) {
		writer_disk_failed(err, "opening \"%s\"", replica_name(r, buf, sizeof(buf)));
	} else if (errno_is_full(err) || errno_passes(err)) {
		/* the tables' other changes (deletions, which make room) must not wait for this one */
		if (errno_is_full(err))
			writer_disk_full(err);
		else if (err != EAGAIN) /* a new directory waits for the leader to begin */
			log_limited("could not open \"%s/%s\" (it is tried again): %s", writer.path,
			    replica_name(r, buf, sizeof(buf)), strerror(err));
		queue_put(&boot.no_room, r);
		if (!r->line_ours && r->create)
			replica_publish(r);
	} else {
		errno = err;
		log_error("could not open \"%s/%s\"", writer.path, replica_name(r, buf, sizeof(buf)));
		replica_fail(r);
	}
	mark_put(mark);
}

/* r is in no queue, and is put at the head of its own again when that takes longer than until; it
 * may be gone afterwards. */
static void
open_one(struct replica *r, struct replica_queue *queue, int64_t until)
{
	struct mark *mark = r->mark;
	bool created;
	int rc = replica_open(r, &created, until);

	if (rc == 1) {
		r->queue = queue;
		TAILQ_INSERT_HEAD(queue, r, entry);
		return;
	}

	if (!r->create) {
		boot.recovered++;
		atomic_fetch_add_explicit(&writer.pub->recovered, 1, memory_order_relaxed);
	}
	if (rc == -1) {
		open_failed(r, errno);
		return;
	}
	r->mark = NULL;
	if (r->doomed) {
		if (replica_delete(r) == -1)
			log_warn("could not remove a deleted partition");
		changed(mark, NULL);
	} else if (created && r->log != NULL) {
		changed(mark, plog_dirname(r->log));
	} else {
		mark_put(mark);
	}
	upkeep_poke();
}

void
boot_open_now(struct replica *r)
{
	struct replica_queue *queue = r->queue;

	queue_take(r);
	open_one(r, queue, mono_ns() + NOW_NS);
}

void
boot_tick(void)
{
	struct replica *r;

	while ((r = TAILQ_FIRST(&boot.no_room)) != NULL) {
		queue_take(r);
		queue_put(&boot.present, r);
	}
	if (boot.again != NULL && !boot.syncing) {
		struct sync_job *s = boot.again;

		boot.again = NULL;
		s->error = 0;
		s->stale = writer.offline ? NULL : disk_stale_job(s->disk);
		boot.syncing = true;
		helper_submit(writer.helper, &s->job);
	}
}

/* ---- the end of the start ---- */

struct strays {
	unsigned n;
	char first[256];
};

static int
look_at_dir(const struct disk_entry *e, void *arg)
{
	struct strays *s = arg;
	struct topic_entry *t;
	uint32_t slot;

	if (e->kind != DISK_PARTITION)
		return 0;
	t = tables_topic_by_name(writer.tables, e->topic, (uint32_t)strlen(e->topic));
	slot = t == NULL ? UINT32_MAX : tables_slot(t, e->partition);
	if (slot < writer.partitions_max && writer.replica[slot] != NULL)
		return 0;
	if (s->n++ == 0)
		snprintf(s->first, sizeof(s->first), "%s", e->name);
	return 0;
}

/* Every partition of the tables was opened once. */
static void
finish(void)
{
	struct strays s = { 0 };

	boot.done = true;
	if (writer.offline)
		return;
	upkeep_look_at_room();
	upkeep_poke(); /* what an earlier life had not unlinked yet */
	if (disk_recovered(writer.disk) == -1)
		log_warn("could not mark \"%s\" as recovered: the next start looks at more than it needs to",
		    writer.path);
	writer_disk_recovered();
	if (boot.recovered > 0)
		log_info("opened %u partition%s in %lld ms", boot.recovered, boot.recovered == 1 ? "" : "s",
		    (long long)((mono_ns() - boot.started) / 1000000));
	if (disk_scan(writer.disk, look_at_dir, &s) == -1)
		log_warn("could not read \"%s\"", writer.path);
	else if (s.n > 0)
		log_warnx("%u director%s of no known partition left alone in \"%s\", the first is \"%s\"", s.n,
		    s.n == 1 ? "y" : "ies", writer.path, s.first);
}

bool
boot_done(void)
{
	return boot.done;
}

static int
by_use(const void *a, const void *b)
{
	const struct replica *x = *(struct replica *const *)a, *y = *(struct replica *const *)b;

	return x->used != y->used ? (x->used > y->used ? -1 : 1) : 0;
}

/* After a power loss opening takes its time: what was appended to last is likely to be asked for
 * first. */
static void
most_recent_first(void)
{
	struct replica **list, *r;
	size_t n = 0, i = 0;

	boot.sorted = true;
	if (writer.disk == NULL || disk_recovery(writer.disk) == DISK_SAME_BOOT)
		return;
	TAILQ_FOREACH (r, &boot.present, entry)
		n++;
	list = xcalloc(n + 1, sizeof(struct replica *));
	TAILQ_FOREACH (r, &boot.present, entry)
		list[i++] = r;
	if (n > 1)
		qsort(list, n, sizeof(struct replica *), by_use);
	TAILQ_INIT(&boot.present);
	for (i = 0; i < n; i++)
		TAILQ_INSERT_TAIL(&boot.present, list[i], entry);
	free(list);
}

bool
boot_turn(void)
{
	bool loaded =
	    atomic_load_explicit(&shm_controller_of(writer.shm)->loaded, memory_order_acquire) != 0;
	struct replica_queue *queue;
	int64_t end = 0;
	struct replica *r;

	boot_follow();
	if (loaded && !boot.sorted)
		most_recent_first();
	while ((r = TAILQ_FIRST(&boot.fresh)) != NULL || (r = TAILQ_FIRST(&boot.present)) != NULL) {
		int64_t now = mono_ns();

		if (end == 0)
			end = now + TURN_NS;
		else if (now >= end)
			return true;
		queue = r->queue;
		queue_take(r);
		open_one(r, queue, end);
	}
	sync_start();
	if (loaded && !boot.done)
		finish();
	if (boot.untold)
		tell();
	return false;
}

/* ---- following ---- */

/* True: something is different from before. */
static bool
settings_fill(struct settings *s, const struct topic_entry *t)
{
	const struct shm_topic_config *c = tables_config(writer.tables, t, writer.node);
	struct plog_config *p = &s->config, was = *p;

	p->retention_ms = c->retention_ms;
	p->retention_bytes = c->retention_bytes;
	p->segment_ms = c->segment_ms;
	p->segment_jitter_ms = c->segment_jitter_ms;
	p->file_delete_delay_ms = c->file_delete_delay_ms;
	p->flush_messages = c->flush_messages;
	p->flush_ms = c->flush_ms;
	p->max_compaction_lag_ms = c->max_compaction_lag_ms;
	p->segment_bytes = c->segment_bytes;
	p->segment_index_bytes = c->segment_index_bytes;
	p->index_interval_bytes = c->index_interval_bytes;
	p->cleanup_delete = c->cleanup_delete != 0;
	p->cleanup_compact = c->cleanup_compact != 0;
	p->expendable = p->cleanup_delete && !c->explicit_retention && !t->internal;
	return memcmp(p, &was, sizeof(was)) != 0; /* padding never changes: the struct was zeroed */
}

static void
settings_changed(void)
{
	if (writer.disk == NULL)
		return;
	disk_retain_soon(writer.disk);
	upkeep_poke();
}

/* Ours: clients may have changed settings of this node alone. */
static void
node_moved(void *arg, uint32_t index, const struct shm_node *n)
{
	bool changed = false;

	(void)arg;
	(void)n;
	if (index != writer.node)
		return;
	for (uint32_t i = 0; i < writer.partitions_max; i++) {
		struct settings *s = writer.settings[i];
		struct topic_entry *t = s == NULL ? NULL : tables_topic_at(writer.tables, i);

		if (t != NULL && t->generation == s->generation && !t->deleting)
			changed |= settings_fill(s, t);
	}
	if (changed)
		settings_changed();
}

static struct settings *
settings_get(const struct topic_entry *t)
{
	struct settings *s = writer.settings[t->index];

	if (s != NULL && s->generation == t->generation)
		return s;
	/* an older topic's settings go away with its last partition */
	s = xcalloc(1, sizeof(*s));
	s->index = t->index;
	s->generation = t->generation;
	(void)settings_fill(s, t);
	writer.settings[t->index] = s;
	return s;
}

static void
topic_moved(void *arg, struct topic_entry *t)
{
	struct settings *s;

	(void)arg;
	if (t->index >= writer.partitions_max)
		return;
	s = writer.settings[t->index];
	if (s == NULL || s->generation != t->generation || t->deleting || !settings_fill(s, t))
		return;
	settings_changed();
}

static bool
on_this_disk(const struct shm_partition *p)
{
	if (p->state == SLOT_FREE)
		return false;
	for (unsigned i = 0; i < p->replicas && i < SHM_REPLICAS; i++)
		if (p->replica[i] == writer.node)
			return true;
	return false;
}

/* used: when it was changed last, which a log does about every 16 MB. */
static bool
directory_exists(const struct topic_entry *t, int32_t partition, int64_t *used)
{
	struct stat st;
	char name[300];

	snprintf(name, sizeof(name), "%s-%d", t->name, (int)partition);
	if (fstatat(disk_fd(writer.disk), name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return false;
	*used = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	return true;
}

static void
enqueue(uint32_t slot, const struct shm_partition *p)
{
	struct topic_entry *t = tables_topic_at(writer.tables, p->topic);
	bool doomed = p->state == SLOT_DELETING || !on_this_disk(p);
	struct replica *r;

	if (t == NULL || t->index >= writer.partitions_max) {
		log_limited("slot %u names topic %u, which is not there", slot, p->topic);
		return;
	}
	r = replica_new(slot, p, settings_get(t));
	writer.replica[slot] = r;
	if (writer.offline) {
		if (doomed)
			replica_delete(r);
		else
			replica_fail(r);
		return;
	}
	r->doomed = doomed;
	r->create = !directory_exists(t, p->partition, &r->used);
	if (r->doomed || r->create)
		r->mark = mark_get();
	if (!r->create)
		atomic_fetch_add_explicit(&writer.pub->to_recover, 1, memory_order_relaxed);
	queue_put(r->mark != NULL ? &boot.fresh : &boot.present, r);
}

/*
 * It was ours, and nobody has removed it: the one who was to died, or the disk was away.  Our line tells, which is one of this
 * directory (replica_lines_begin); released: also one that says that it is gone, of a disk that could not be written to.
 */
static bool
left_behind(uint32_t slot, const struct shm_partition *p, bool released)
{
	struct topic_entry *t = tables_topic_at(writer.tables, p->topic);
	struct shm_replica said;
	int64_t used;

	if (writer.offline || p->state == SLOT_FREE || on_this_disk(p) || t == NULL)
		return false;
	latch_read(&writer.pub->replica[slot].line, &said);
	return said.generation == p->generation && said.log_start >= 0 && (released || said.status != REPLICA_NONE) &&
	    directory_exists(t, p->partition, &used);
}

static void
drop(struct replica *r, const struct shm_partition *p)
{
	r->p = *p;
	if (r->state == REP_QUEUED) {
		r->doomed = true; /* it is opened to be deleted */
		if (r->mark == NULL) {
			queue_take(r);
			r->mark = mark_get();
			queue_put(&boot.fresh, r);
		}
		return;
	}
	if (replica_delete(r) == -1)
		log_warn("could not remove a deleted partition");
	if (!writer.offline)
		changed(mark_get(), NULL);
	upkeep_poke();
}

static void
partition_moved(void *arg, uint32_t slot, const struct shm_partition *p)
{
	bool mine = on_this_disk(p);
	struct replica *r;

	(void)arg;
	if (slot >= writer.partitions_max)
		return;
	r = writer.replica[slot];
	if (r != NULL && r->p.generation != p->generation) {
		if (r->state == REP_QUEUED) {
			struct mark *mark = r->mark;

			queue_take(r);
			replica_free(r);
			mark_put(mark);
		} else {
			replica_set_aside(r);
		}
		r = NULL;
	}
	if (r == NULL) {
		if (mine || (!boot.done && left_behind(slot, p, false)))
			enqueue(slot, p);
	} else if (!mine || p->state == SLOT_DELETING) {
		drop(r, p);
	} else {
		r->doomed = false; /* it was to go, and has not yet */
		replica_assign(r, p);
	}
}

bool
boot_behind(void)
{
	return atomic_load_explicit(&shm_controller_of(writer.shm)->version, memory_order_relaxed) !=
	    tables_version(writer.tables);
}

/* What was begun since the last call is all that the tables want up to their version. */
static void
followed(void)
{
	const uint64_t version = tables_version(writer.tables);
	struct mark *m = boot.current;

	boot.current = NULL;
	if (m != NULL) {
		m->version = version;
		TAILQ_INSERT_TAIL(&boot.marks, m, entry);
		m->pending++;
		mark_put(m); /* all of it may be done already */
	} else if (TAILQ_EMPTY(&boot.marks)) {
		caught_up(version);
	} else {
		TAILQ_LAST(&boot.marks, marks)->version = version;
	}
}

void
boot_follow(void)
{
	if (!boot_behind())
		return;
	tables_follow(writer.tables);
	followed();
}

void
boot_give_up(void)
{
	struct replica *r;

	boot_tick();
	while ((r = TAILQ_FIRST(&boot.fresh)) != NULL || (r = TAILQ_FIRST(&boot.present)) != NULL) {
		struct mark *mark = r->mark;

		queue_take(r);
		r->mark = NULL;
		if (r->doomed)
			replica_delete(r);
		mark_put(mark);
	}
	for (size_t i = 0; i < boot.changes; i++) {
		mark_put(boot.change[i].mark);
		free(boot.change[i].name);
	}
	boot.changes = 0;
}

/* Deleted while the disk was away: their directories are still there, and the controller keeps their slots for that.  Or
 * reassigned to others, which nobody has waited for. */
static void
delete_late(void)
{
	uint32_t n = atomic_load_explicit(&shm_controller_of(writer.shm)->partitions, memory_order_acquire);
	struct shm_partition p;

	for (uint32_t i = 0; i < n && i < writer.partitions_max; i++) {
		if (writer.replica[i] != NULL)
			continue;
		tables_partition(writer.tables, i, &p);
		if ((p.state == SLOT_DELETING && on_this_disk(&p)) || left_behind(i, &p, true))
			enqueue(i, &p);
	}
}

void
boot_again(void)
{
	/* an offline disk follows by doing nothing: now it has to do it */
	atomic_store_explicit(&writer.pub->version, 0, memory_order_relaxed);
	boot.done = boot.sorted = false;
	boot.started = mono_ns();
	boot.recovered = 0;
	atomic_store_explicit(&writer.pub->recovered, 0, memory_order_relaxed);
	atomic_store_explicit(&writer.pub->to_recover, 0, memory_order_relaxed);
	for (uint32_t i = 0; i < writer.partitions_max; i++) {
		struct replica *r = writer.replica[i];
		struct topic_entry *t = r == NULL ? NULL : tables_topic_at(writer.tables, r->p.topic);

		if (t == NULL || r->state != REP_FAILED)
			continue;
		/* the line says failed until the log is open: the controller elects what is ready */
		r->state = REP_QUEUED;
		r->create = !directory_exists(t, r->p.partition, &r->used);
		if (!r->create)
			atomic_fetch_add_explicit(&writer.pub->to_recover, 1, memory_order_relaxed);
		queue_put(&boot.present, r);
	}
	delete_late();
	followed();
}

void
boot_init(void)
{
	static const struct tables_hooks hooks = { .topic = topic_moved, .partition = partition_moved, .node = node_moved };

	TAILQ_INIT(&boot.fresh);
	TAILQ_INIT(&boot.present);
	TAILQ_INIT(&boot.no_room);
	TAILQ_INIT(&boot.marks);
	boot.started = mono_ns();
	boot.untold = true; /* a predecessor may have died before it told */
	writer.tables = tables_new(writer.shm, &hooks, NULL);
}
