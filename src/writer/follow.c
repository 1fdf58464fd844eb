/* SPDX-License-Identifier: ISC */
/*
 * follow.c - partitions with several replicas: what moved elsewhere is counted, if we lead, or
 * copied, if we follow.
 *
 * Such a partition has its wait word armed, here as in the writers of the other replicas, so an
 * idle one costs nothing.  A "moved", a change of the slot or the end of a read puts it on a list;
 * the turn of the loop looks at each for a bounded time.  A high watermark alone wakes no follower:
 * it is taken with the next batch, or by a slow timer.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <event2/event.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proc/wait.h"
#include "odradek/store/sys.h"
#include "follow.h"

#define TURN_NS 3000000 /* of one turn of the loop */
#define STEPS 4         /* of one partition before others get their turn */
#define LATE_MS \
	50 /* until a follower takes a high watermark by itself; more as long as it stands */
#define LATE_MAX_MS 1600
#define FULL_MS 1000 /* a full disk is tried again */

TAILQ_HEAD(follow_list, follow);

static struct {
	struct follow_list todo, later, late, ended;
	struct event *clock, *late_clock;
	int64_t late_ms, clock_at; /* mono ms for which the clock is set; INT64_MAX = it is not */
} fw;

static void
arm(struct event *ev, int64_t ms)
{
	const struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

	evtimer_add(ev, &tv);
}

/* ---- lists ---- */

static void
unlist(struct follow *f)
{
	if (f->queued)
		TAILQ_REMOVE(&fw.todo, f, entry);
	if (f->later)
		TAILQ_REMOVE(&fw.later, f, entry);
	f->queued = f->later = false;
}

void
follow_soon(struct follow *f)
{
	if (f->queued)
		return;
	unlist(f);
	f->queued = true;
	TAILQ_INSERT_TAIL(&fw.todo, f, entry);
}

void
follow_later(struct follow *f, int64_t ms)
{
	unlist(f);
	f->later = true;
	f->due = mono_coarse_ms() + ms;
	TAILQ_INSERT_TAIL(&fw.later, f, entry);
	if (f->due < fw.clock_at) {
		fw.clock_at = f->due;
		arm(fw.clock, ms + 1);
	}
}

static void
clock_due(evutil_socket_t fd, short what, void *arg)
{
	const int64_t now = mono_coarse_ms();
	int64_t next = INT64_MAX;
	struct follow *f, *after;

	(void)fd, (void)what, (void)arg;
	for (f = TAILQ_FIRST(&fw.later); f != NULL; f = after) {
		after = TAILQ_NEXT(f, entry);
		if (f->due <= now)
			follow_soon(f);
		else if (f->due < next)
			next = f->due;
	}
	fw.clock_at = next;
	if (next != INT64_MAX)
		arm(fw.clock, next - now + 1);
}

/* ---- high watermarks ---- */

static bool
take_hw(struct follow *f, const struct shm_replica *l)
{
	const struct plog_line *own = plog_line(f->r->log);
	const struct repl_line leader = {.hw = l->hw};
	const int64_t was = own->hw;

	plog_set_hw(f->r->log, repl_follow_hw(was, own->leo, &leader), false);
	return own->hw != was;
}

static void
be_late(struct follow *f, bool late)
{
	if (f->late == late)
		return;
	f->late = late;
	if (!late) {
		TAILQ_REMOVE(&fw.late, f, late_entry);
		return;
	}
	TAILQ_INSERT_TAIL(&fw.late, f, late_entry);
	fw.late_ms = LATE_MS;
	if (!evtimer_pending(fw.late_clock, NULL))
		arm(fw.late_clock, fw.late_ms);
}

static void
late_due(evutil_socket_t fd, short what, void *arg)
{
	struct follow *f, *after;
	bool moved = false;

	(void)fd, (void)what, (void)arg;
	for (f = TAILQ_FIRST(&fw.late); f != NULL; f = after) {
		struct replica *r = f->r;
		struct shm_replica l;

		after = TAILQ_NEXT(f, late_entry);
		if (r->role != ROLE_FOLLOWER || r->log == NULL || r->epoch < 0) {
			be_late(f, false);
			continue;
		}
		if (replica_leader_line(r, &l) && l.epoch == r->epoch && take_hw(f, &l)) {
			moved = true;
			replica_publish_copied(r);
		}
		if (plog_line(r->log)->hw == plog_line(r->log)->leo)
			be_late(f, false);
	}
	fw.late_ms = moved ? LATE_MS : fw.late_ms * 2 > LATE_MAX_MS ? LATE_MAX_MS : fw.late_ms * 2;
	if (!TAILQ_EMPTY(&fw.late))
		arm(fw.late_clock, fw.late_ms);
}

/* ---- trouble ---- */

void
follow_say(struct follow *f, int err, const char *what)
{
	char buf[300];

	if (f->said == err)
		return;
	f->said = err;
	log_warnx("\"%s/%s\" ends at offset %lld, and %s (disk %d of log.dirs leads): %s; it falls "
		  "behind, and is tried again",
	    writer.path, replica_name(f->r, buf, sizeof(buf)), (long long)plog_line(f->r->log)->leo,
	    what, (int)f->r->p.leader + 1, strerror(err));
}

enum step
follow_failed(struct follow *f, int err, const char *what)
{
	char buf[300];

	if (err == EAGAIN) { /* a checkpoint has to be written first */
		upkeep_within(1);
		follow_later(f, 5);
	} else if (errno_is_full(err)) {
		writer_disk_full(err);
		follow_later(f, FULL_MS);
	} else if (errno_is_medium(err)) {
		writer_disk_failed(err, "%s \"%s\"", what, replica_name(f->r, buf, sizeof(buf)));
	} else {
		log_limited("%s \"%s/%s\" (it is tried again): %s", what, writer.path,
		    replica_name(f->r, buf, sizeof(buf)), strerror(err));
		follow_later(f, FULL_MS);
	}
	return STEP_WAIT;
}

/* ---- one partition ---- */

/* Records that the leader has deleted go here, too, as far as they are committed as we know it. */
static void
follow_start(struct follow *f, const struct shm_replica *l)
{
	const struct plog_line *own = plog_line(f->r->log);
	const int64_t to = l->log_start < own->hw ? l->log_start : own->hw;

	if (to > own->log_start && plog_delete_records(f->r->log, to) == -1)
		(void)follow_failed(f, errno, "deleting records of");
}

/* What was copied counts, with what the leader has said.  False: the disk has failed, and r->follow
 * is gone. */
static bool
copied(struct replica *r, const struct shm_replica *l)
{
	const struct plog_line *own;
	bool moved;

	if (r->state != REP_OPEN)
		return false;
	own = plog_line(r->log);
	moved = take_hw(r->follow, l);
	if (moved || own->leo != r->said.leo)
		replica_publish_copied(r);
	be_late(r->follow, own->hw < own->leo);
	follow_start(r->follow, l);
	return r->state == REP_OPEN;
}

static enum step
follow_step(struct follow *f)
{
	struct replica *r = f->r;
	struct shm_replica l;
	enum step s;

	if (f->chunk != NULL)
		return STEP_WAIT;
	if (!replica_leader_line(r, &l))
		return STEP_LEVEL; /* nobody leads yet: who does will tell */
	if (r->epoch != r->p.leader_epoch)
		return follow_epoch(f, &l);
	/* nothing of ours is in its log any more; an empty one takes its beginning from the first
	 * batch */
	if (plog_line(r->log)->leo < l.log_start &&
	    (plog_line(r->log)->size > 0 || l.leo == l.log_start))
		return follow_anew(f, l.log_start);
	s = plog_line(r->log)->leo < l.leo ? follow_copy(f, &l) : STEP_LEVEL;
	return copied(r, &l) ? s : STEP_WAIT;
}

static void
lead_step(struct replica *r)
{
	const int64_t was = plog_line(r->log)->hw;

	replica_count(r);
	if (plog_line(r->log)->hw != was)
		replica_publish(r);
}

static void
visit(struct follow *f)
{
	struct replica *r = f->r;
	bool armed = false;

	if (r->shorter) {
		wait_rearm(r->slot);
		(void)replica_start_over(r); /* which puts it on the list again */
		return;
	}
	if (r->state != REP_OPEN || writer.offline)
		return;
	if (r->role == ROLE_LEADER) {
		wait_rearm(r->slot);
		lead_step(r);
		return;
	}
	for (int n = 0; n < STEPS; n++) {
		enum step s = follow_step(f);

		if (s == STEP_WAIT || r->state != REP_OPEN)
			return;
		if (s == STEP_LEVEL && armed)
			return;
		if (s == STEP_LEVEL) {
			wait_rearm(r->slot); /* then look again */
			armed = true;
			n = 0;
		}
	}
	follow_soon(f);
}

static void
free_ended(void)
{
	struct follow *f;

	while ((f = TAILQ_FIRST(&fw.ended)) != NULL) {
		TAILQ_REMOVE(&fw.ended, f, late_entry);
		free(f);
	}
}

bool
follow_turn(void)
{
	struct follow *f;
	int64_t end = 0;

	free_ended();
	if (wait_rescan(true))
		for (uint32_t i = 0; i < writer.partitions_max; i++)
			if (writer.replica[i] != NULL && writer.replica[i]->follow != NULL)
				follow_soon(writer.replica[i]->follow);
	if (TAILQ_EMPTY(&fw.todo) && !read_ready())
		return false;
	writer.now = now_ms();
	while ((f = TAILQ_FIRST(&fw.todo)) != NULL) {
		const int64_t now = mono_ns();

		if (end == 0)
			end = now + TURN_NS;
		else if (now >= end)
			break;
		unlist(f);
		visit(f);
	}
	read_turn();
	if (!writer.offline) {
		budget_turn();
		upkeep_pump();
	}
	return !TAILQ_EMPTY(&fw.todo) || read_ready();
}

bool
follow_asked(void)
{
	return wait_rescan(false);
}

void
follow_moved(uint32_t slot)
{
	struct replica *r = slot < writer.partitions_max ? writer.replica[slot] : NULL;

	wait_used(slot);
	if (r == NULL || r->follow == NULL)
		return;
	/* what the leader has there cannot be read, whatever it has appended */
	if (!r->follow->later || r->follow->tries <= FOLLOW_TRIES)
		follow_soon(r->follow);
}

bool
follow_read_done(struct follow *f)
{
	struct chunk *c = f->chunk;
	struct replica *r = f->r;
	struct shm_replica l;
	bool more = false;

	f->chunk = NULL;
	if (r->state != REP_OPEN || r->role != ROLE_FOLLOWER || writer.offline)
		return false;
	if (c->kind == CHUNK_EPOCH) {
		follow_answered(f, c);
	} else if (replica_leader_line(r, &l) && l.epoch == r->epoch) {
		more = follow_take(f, c, &l);
		more = copied(r, &l) && more;
	}
	if (r->state != REP_OPEN) /* f may be gone: the disk may have failed */
		return false;
	if (more)
		f->chunk = c;
	else if (!r->follow->later)
		follow_soon(r->follow);
	return more;
}

/* ---- roles ---- */

void
follow_assigned(struct replica *r)
{
	struct follow *f = r->follow;

	if ((r->state != REP_OPEN && !r->shorter) || r->p.replicas < 2) {
		follow_end(r);
		return;
	}
	if (f == NULL) {
		f = r->follow = xcalloc(1, sizeof(*f));
		f->r = r;
		f->segment = -1;
		wait_arm(r->slot);
	}
	/* whatever was under way was so by another slot */
	if (r->role == ROLE_LEADER || r->epoch != r->p.leader_epoch) {
		read_forget(f);
		be_late(f, false);
		f->cutting = false;
		f->segment = -1;
		f->tries = 0;
		f->said = 0;
	}
	follow_soon(f);
}

void
follow_end(struct replica *r)
{
	struct follow *f = r->follow;

	if (f == NULL)
		return;
	r->follow = NULL;
	read_forget(f);
	be_late(f, false);
	unlist(f);
	wait_disarm(r->slot);
	/* a step of it may be what failed the disk: it looks at it once more */
	TAILQ_INSERT_TAIL(&fw.ended, f, late_entry);
}

void
follow_init(void)
{
	wait_init(writer.child);
	TAILQ_INIT(&fw.todo);
	TAILQ_INIT(&fw.later);
	TAILQ_INIT(&fw.late);
	fw.clock_at = INT64_MAX;
	TAILQ_INIT(&fw.ended);
	fw.clock = evtimer_new(writer.child->base, clock_due, NULL);
	fw.late_clock = evtimer_new(writer.child->base, late_due, NULL);
	if (fw.clock == NULL || fw.late_clock == NULL)
		panic("no memory for timers");
	read_init();
}

void
follow_fini(void)
{
	event_free(fw.clock);
	event_free(fw.late_clock);
	free_ended();
	read_fini();
}
