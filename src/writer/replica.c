/* SPDX-License-Identifier: ISC */
/*
 * replica.c - one partition on this disk, as its only writer holds it: role, high watermark, published line.
 *
 * The line is what everybody else believes.  It is published before a reader may rely on what it says, and before
 * files are cut, renamed or removed.  The high watermark in it never falls while the shared memory lives; it is
 * counted as DESIGN section 4 says, every sentence of which closes a way to lose acknowledged records.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proc/repl.h"
#include "odradek/proto/kerr.h"
#include "writer.h"

static shm_replica_latch *
own_line(uint32_t slot)
{
	return &writer.pub->replica[slot].line;
}

const char *
replica_name(const struct replica *r, char *buf, size_t n)
{
	const struct topic_entry *t = tables_topic_at(writer.tables, r->p.topic);

	if (r->log != NULL)
		return plog_dirname(r->log);
	snprintf(buf, n, "%s-%d", t == NULL ? "?" : t->name, (int)r->p.partition);
	return buf;
}

struct replica *
replica_new(uint32_t slot, const struct shm_partition *p, struct settings *settings)
{
	struct replica *r = xcalloc(1, sizeof(*r));
	struct shm_replica line;

	r->slot = slot;
	r->epoch = r->hw_epoch = -1;
	r->old_log_start = -1; /* nothing is known: no successor takes its line for the truth (predecessor_line) */
	r->p = *p;
	r->first = r->last = -1;
	r->settings = settings;
	settings->users++;
	r->said.epoch = -1;
	latch_read(own_line(slot), &line);
	r->failed_said = line.generation == p->generation && line.status == REPLICA_FAILED; /* by a predecessor */
	STAILQ_INIT(&r->held);
	STAILQ_INIT(&r->acked);
	return r;
}

void
replica_free(struct replica *r)
{
	struct settings *s = r->settings;

	follow_end(r);
	plog_open_abort(&r->opening);
	plog_close(&r->log);
	writer.replica[r->slot] = NULL;
	if (--s->users == 0 && writer.settings[s->index] == s) {
		writer.settings[s->index] = NULL;
		free(s);
	} else if (s->users == 0) {
		free(s);
	}
	free(r);
}

/* What the line says of a replica without a log: what it said before, but that nobody serves it. */
static void
line_closed(const struct replica *r, struct shm_replica *v)
{
	v->leo = v->lso = r->old_leo;
	v->hw = r->old_hw;
	v->log_start = r->old_log_start;
	v->born = INT64_MAX; /* what a failed disk gives back was found, not appended: whoever opens it checks all */
	v->segment = -1;
	v->status = r->state == REP_GONE ? REPLICA_NONE : r->state == REP_FAILED ? REPLICA_FAILED : REPLICA_LOADING;
}

static void
line_open(const struct replica *r, struct shm_replica *v)
{
	const struct plog_line *l = plog_line(r->log);

	v->leo = l->leo;
	v->hw = l->hw;
	v->lso = l->lso;
	v->log_start = l->log_start;
	v->segment = l->segment;
	v->end = l->end;
	v->size = l->size;
	v->first_unstable = l->first_unstable;
	v->born = l->born;
	v->segments = l->generation;
	v->cleaned = l->cleaned;
	v->cuts = l->cuts;
	v->last_epoch = l->epoch;
	v->status = r->state == REP_OPEN ? REPLICA_OK : r->state == REP_GONE ? REPLICA_NONE : REPLICA_FAILED;
	if (r->state == REP_FAILED) {
		/* a successor must find it lost again, and the high watermark never falls */
		v->leo = r->old_leo > v->leo ? r->old_leo : v->leo;
		v->hw = r->old_hw > v->hw ? r->old_hw : v->hw;
	}
}

/* ---- what others said ---- */

/* All lines of the partition, our own as it is about to be published.  Our index; -1: we have none. */
static int32_t
read_lines(const struct replica *r, const struct shm_partition *p, struct repl_line line[SHM_REPLICAS])
{
	const int32_t self = repl_index_of(p, (int32_t)writer.node);

	for (unsigned i = 0; i < p->replicas && i < SHM_REPLICAS; i++) {
		struct shm_replica v;

		if ((int32_t)i == self)
			continue;
		tables_replica(writer.tables, p->replica[i], r->slot, &v);
		repl_line_of(&line[i], p, &v);
	}
	if (self >= 0)
		line[self] = (struct repl_line){ .known = true, .open = true, .epoch = r->epoch, .hw_epoch = r->hw_epoch,
			.leo = plog_line(r->log)->leo, .hw = plog_line(r->log)->hw, .version = r->p.version };
	return self;
}

bool
replica_leader_line(const struct replica *r, struct shm_replica *l)
{
	struct repl_line line;

	if (r->p.leader < 0 || r->p.leader == (int32_t)writer.node)
		return false;
	tables_replica(writer.tables, (uint32_t)r->p.leader, r->slot, l);
	repl_line_of(&line, &r->p, l);
	return repl_started(&line, r->p.leader_epoch);
}

/* ---- telling others ---- */

/* Nodes of the other replicas. */
static uint64_t
others(const struct replica *r)
{
	uint64_t nodes = 0;

	for (unsigned i = 0; i < r->p.replicas && i < SHM_REPLICAS; i++)
		if (r->p.replica[i] != writer.node && r->p.replica[i] < 64)
			nodes |= UINT64_C(1) << r->p.replica[i];
	return nodes;
}

/*
 * Does our line, which was just published, move the leader's high watermark?  When another one holds it back, that one
 * will ask the same when it publishes; of two who publish at once, one sees the other, as each has a fence
 * between its line and this look.
 */
static bool
moves_leader(const struct replica *r)
{
	struct repl_line line[SHM_REPLICAS];
	struct repl_slot slot;
	struct shm_partition p;

	tables_partition(writer.tables, r->slot, &p);
	if (p.version != r->p.version || repl_under_min_isr(p.isr, p.min_insync))
		return true; /* what the leader goes by may be older, or newer, than what we know */
	if (p.leader < 0 || read_lines(r, &p, line) < 0)
		return false;
	repl_slot_of(&slot, &p);
	return slot.leader >= 0 && repl_count_hw(&slot, (unsigned)slot.leader, line) > line[slot.leader].hw;
}

/* The writers for whom the line has news: a high watermark alone is taken along at the next occasion. */
static uint64_t
writers_to_tell(const struct replica *r, const struct shm_replica *v)
{
	const bool same = v->leo == r->said.leo && v->epoch == r->said.epoch;

	if (r->p.replicas < 2)
		return 0;
	if (r->role == ROLE_LEADER)
		return same && v->log_start == r->said.log_start ? 0 : others(r);
	if (r->role != ROLE_FOLLOWER || same || r->epoch < 0 || r->p.leader < 0)
		return 0;
	atomic_thread_fence(memory_order_seq_cst);
	return moves_leader(r) ? UINT64_C(1) << r->p.leader : 0;
}

/*
 * A consumer that reads from a follower waits for what is committed there.  An acceptor says that it has such ones
 * before it arms its byte and looks at the line; the fence is the partner of the one behind the arming.
 */
static bool
read_here(const struct replica *r, const struct shm_replica *v)
{
	const uint32_t n = shm_layout(writer.shm)->count[PROC_ACCEPTOR];

	if (r->role != ROLE_FOLLOWER ||
	    (v->hw == r->said.hw && v->lso == r->said.lso && v->log_start == r->said.log_start))
		return false;
	atomic_thread_fence(memory_order_seq_cst);
	for (uint32_t i = 0; i < n; i++) {
		const struct shm_acceptor *a = shm_body_of(shm_peer(writer.shm, proc_slot(PROC_ACCEPTOR, i)));

		if ((atomic_load_explicit(&a->followers, memory_order_relaxed) >> writer.node & 1) != 0)
			return true;
	}
	return false;
}

static void
publish(struct replica *r, bool readers)
{
	struct shm_replica v = { .epoch = r->epoch, .generation = r->p.generation, .slot_version = r->p.version,
		.first_unstable = -1, .last_epoch = -1 };
	uint64_t writers;

	if (r->epoch >= 0)
		r->hw_epoch = r->epoch;
	v.hw_epoch = r->hw_epoch;
	if (r->log != NULL)
		line_open(r, &v);
	else
		line_closed(r, &v);
	latch_write(own_line(r->slot), &v);
	r->line_ours = true;
	if (r->failed_said != (v.status == REPLICA_FAILED)) {
		r->failed_said = !r->failed_said;
		/* the controller looks for another leader, or takes this one again */
		atomic_fetch_add_explicit(&writer.pub->failures, 1, memory_order_release);
		bell_ring(writer.shm, proc_slot(PROC_CONTROLLER, 0));
	}
	writers = writers_to_tell(r, &v);
	/* those who wait for a leader's log wait for what is committed */
	if (r->role == ROLE_LEADER && r->follow != NULL && v.hw == r->said.hw && v.lso == r->said.lso &&
	    v.log_start == r->said.log_start && v.epoch == r->said.epoch && v.status == r->said.status)
		readers = false;
	readers = readers || read_here(r, &v);
	r->said.status = v.status;
	r->said.hw = v.hw;
	r->said.lso = v.lso;
	r->said.leo = v.leo;
	r->said.log_start = v.log_start;
	r->said.epoch = v.epoch;
	if (!STAILQ_EMPTY(&r->acked))
		append_committed(r, r->role != ROLE_LEADER);
	answer_moved(r->slot, readers, writers);
}

void
replica_publish(struct replica *r)
{
	publish(r, true);
}

void
replica_publish_copied(struct replica *r)
{
	const int32_t self = repl_index_of(&r->p, (int32_t)writer.node);

	publish(r, self < 0 || (r->p.isr >> self & 1) == 0);
}

/* ---- the leader's part ---- */

void
replica_count(struct replica *r)
{
	struct repl_line line[SHM_REPLICAS];
	struct repl_slot slot;
	int32_t self;
	int64_t hw;

	if (r->role != ROLE_LEADER || r->state != REP_OPEN || (self = read_lines(r, &r->p, line)) < 0)
		return;
	repl_slot_of(&slot, &r->p);
	hw = repl_count_hw(&slot, (unsigned)self, line);
	if (hw > plog_line(r->log)->hw)
		plog_set_hw(r->log, hw, false);
}

/*
 * Starts the slot's epoch: takes over the greatest high watermark that any line of the partition has of the latest epoch, at
 * most our own LEO, and only then has the epoch in its line.
 */
static void
lead(struct replica *r)
{
	struct repl_line line[SHM_REPLICAS];
	int32_t self = read_lines(r, &r->p, line);

	if (self >= 0)
		plog_set_hw(r->log, repl_take_over_hw(r->p.replicas, (unsigned)self, line), false);
	/* followers take what it names for batches of this epoch */
	replica_forget_tail(r);
	r->epoch = r->p.leader_epoch;
	if (r->role == ROLE_LEADER)
		append_leads_on(r);
	r->role = ROLE_LEADER;
}

/* From now on our log is as another one's; what was appended here may be cut. */
static void
leave_lead(struct replica *r)
{
	append_fail_held(r, KERR_NOT_LEADER_OR_FOLLOWER);
	r->epoch = -1;
}

/* Role and epoch as the slot wants them; then the line. */
static void
take_role(struct replica *r)
{
	if (r->state == REP_OPEN) {
		if (r->p.leader >= 0 && (uint32_t)r->p.leader == writer.node) {
			if (r->role != ROLE_LEADER || r->epoch != r->p.leader_epoch)
				lead(r);
			replica_count(r);
		} else {
			if (r->role == ROLE_LEADER)
				leave_lead(r);
			/* following begins with a truncation point; until then the line has no epoch */
			if (r->epoch != r->p.leader_epoch)
				r->epoch = -1;
			r->role = ROLE_FOLLOWER;
		}
	}
	replica_publish(r);
	follow_assigned(r);
}

void
replica_assign(struct replica *r, const struct shm_partition *p)
{
	r->p = *p;
	if (r->state == REP_OPEN || r->state == REP_FAILED)
		take_role(r);
}

/*
 * The lines are those of a directory that was here before ours: what they say of logs is void.  Their high watermark
 * stays, since a new leader may have to take it over; who opens the log waits for one that has (may_begin).
 */
void
replica_lines_begin(const uint8_t directory_id[16])
{
	static const uint8_t none[16];
	const uint32_t n = atomic_load_explicit(&shm_controller_of(writer.shm)->partitions, memory_order_acquire);
	struct shm_replica v;

	const bool first = memcmp(writer.pub->lines_of, none, 16) == 0;

	if (memcmp(writer.pub->lines_of, directory_id, 16) == 0 || memcmp(directory_id, none, 16) == 0)
		return;
	for (uint32_t i = 0; !first && i < n && i < writer.partitions_max; i++) {
		latch_read(own_line(i), &v);
		if (v.status == REPLICA_NONE)
			continue;
		v = (struct shm_replica){ .epoch = -1, .generation = v.generation, .hw = v.hw, .hw_epoch = v.hw_epoch, .log_start = -1,
			.segment = -1, .first_unstable = -1, .born = INT64_MAX, .last_epoch = -1, .status = REPLICA_LOADING };
		latch_write(own_line(i), &v);
	}
	memcpy(writer.pub->lines_of, directory_id, 16); /* last: a successor of one that died here does it again */
	if (!first)
		atomic_fetch_add_explicit(&writer.pub->failures, 1, memory_order_release);
}

/* Our line tells a high watermark of a directory that is gone: so does what we publish. */
static bool
keep_told(struct replica *r)
{
	struct shm_replica own;

	latch_read(own_line(r->slot), &own);
	if (own.generation != r->p.generation || own.status == REPLICA_NONE || own.log_start != -1 || own.hw <= 0)
		return false;
	r->old_hw = own.hw;
	r->hw_epoch = own.hw_epoch;
	return true;
}

/* May the line be written over? */
static bool
may_begin(struct replica *r)
{
	struct shm_replica leader;

	return !keep_told(r) || r->p.leader == (int32_t)writer.node || replica_leader_line(r, &leader);
}

/* What a predecessor published, if it can be: nothing in it is believed that contradicts itself. */
static bool
predecessor_line(const struct replica *r, struct shm_replica *old)
{
	latch_read(own_line(r->slot), old);
	return old->generation == r->p.generation && (old->status == REPLICA_OK || old->status == REPLICA_FAILED) &&
	    old->log_start >= 0 && old->hw >= old->log_start && old->leo >= old->hw;
}

void
replica_fail(struct replica *r)
{
	struct shm_replica old;

	if (r->log == NULL && predecessor_line(r, &old)) {
		r->old_leo = old.leo;
		r->old_hw = old.hw;
		r->hw_epoch = old.hw_epoch;
		r->old_log_start = old.log_start;
	} else if (r->log == NULL) {
		(void)keep_told(r);
	}
	follow_end(r);
	r->state = REP_FAILED;
	r->role = ROLE_NONE;
	r->epoch = -1;
	append_fail_held(r, writer.offline ? KERR_KAFKA_STORAGE_ERROR : KERR_NOT_LEADER_OR_FOLLOWER);
	replica_publish(r);
}

/*
 * Where others are in sync, they have the records: this replica has failed, one of them leads.  With nobody else, the rest
 * of the log is still served.
 */
void
replica_read_failed(const struct msg_read_failed *m)
{
	struct replica *r;
	char buf[300];

	append_drained(); /* what was posted earlier is answered first */
	r = m->slot < writer.partitions_max ? writer.replica[m->slot] : NULL;
	if (r == NULL || r->state != REP_OPEN || r->p.generation != m->slot_generation || writer.offline ||
	    __builtin_popcount(r->p.isr) < 2)
		return;
	log_errorx("\"%s/%s\" cannot be read at offset %lld: this replica is lost, another one that is in sync takes its place; "
	    "replace the disk, or restart the daemon to try it again",
	    writer.path, replica_name(r, buf, sizeof(buf)), (long long)m->offset);
	replica_fail(r);
}

void
replica_let_go(struct replica *r)
{
	struct shm_replica said;

	plog_open_abort(&r->opening);
	if (r->log == NULL)
		return;
	latch_read(own_line(r->slot), &said);
	r->old_leo = said.leo;
	r->old_hw = said.hw;
	r->old_log_start = said.log_start;
	r->log = NULL;
}

void
replica_forget_tail(const struct replica *r)
{
	static const struct shm_tail_entry nothing = { .base = -1, .next = -1, .segment = -1, .chunk = UINT32_MAX };
	shm_tail *tail = shm_tail_at(writer.pub, writer.partitions_max, r->slot);

	for (int i = 0; i < SHM_TAIL && atomic_load_explicit(&tail->head, memory_order_relaxed) > 0; i++)
		tail_push(tail, &nothing);
}

/*
 * A log that lost records is worth no less than that of a new replica, once nobody believes in it any more: it is in none of
 * the slot's sets, so it cannot be elected and nothing is counted by it, and whoever leads has taken over our
 * high watermark, or as much of it as is true after an unclean election: its epoch is later.  Then it is cut and filled
 * again like any follower's.
 */
bool
replica_start_over(struct replica *r)
{
	const int32_t self = repl_index_of(&r->p, (int32_t)writer.node);
	struct shm_replica l;

	if (!r->shorter || r->log == NULL || r->state != REP_FAILED || writer.offline || self < 0 ||
	    ((r->p.isr | r->p.elr | r->p.count) >> self & 1) != 0 || !replica_leader_line(r, &l) ||
	    (l.hw < r->old_hw && l.epoch <= r->hw_epoch))
		return false;
	log_info("\"%s/%s\": node %d leads: what is missing is copied again", writer.path, plog_dirname(r->log),
	    (int)r->p.leader);
	r->shorter = false;
	r->state = REP_OPEN;
	take_role(r);
	return true;
}

static void
settle(struct replica *r, enum plog_opened how, const struct shm_replica *old, bool survived)
{
	plog_set_user(r->log, r);
	r->hw_epoch = survived ? old->hw_epoch : plog_last_epoch(r->log);
	r->shorter = how == PLOG_SHORTER;
	if (r->shorter) {
		log_errorx("\"%s\": the log ends at offset %lld, but %lld was published: this replica is lost; "
		    "%s",
		    plog_dirname(r->log), (long long)plog_line(r->log)->leo, (long long)old->leo,
		    r->p.replicas > 1 ? "when another one leads, it is copied again" : "a restart of the daemon accepts that");
		r->old_leo = old->leo;
		r->old_hw = old->hw;
		replica_fail(r);
		follow_assigned(r);
		return;
	}
	r->state = REP_OPEN;
	/* a predecessor may have died between the tail ring and the line: what it pushed last may name bytes that were cut */
	if (survived)
		replica_forget_tail(r);
	/* a line that was found in this epoch goes on in it; anything else is taken over, or cut, anew */
	if (survived && old->epoch == r->p.leader_epoch && r->p.leader >= 0) {
		r->role = r->p.leader == (int32_t)writer.node ? ROLE_LEADER : ROLE_FOLLOWER;
		r->epoch = old->epoch;
		if (old->hw > plog_line(r->log)->hw)
			plog_set_hw(r->log, old->hw, false);
	}
	take_role(r);
}

int
replica_open(struct replica *r, bool *created, int64_t until)
{
	const struct topic_entry *t = tables_topic_at(writer.tables, r->p.topic);
	struct plog_open_how how = { .known_leo = -1, .known_log_start = -1, .known_hw = -1 };
	struct plog_name name = { .partition = r->p.partition };
	struct shm_replica old;
	bool survived = predecessor_line(r, &old);
	char buf[300];
	int rc;

	*created = false;
	if (t == NULL)
		return replica_fail(r), 0;
	if (!survived && !r->doomed && !may_begin(r)) {
		errno = EAGAIN;
		return -1;
	}
	name.topic = t->name;
	memcpy(name.topic_id, t->id, sizeof(name.topic_id));
	if (survived) {
		how.known_leo = old.leo;
		how.known_log_start = old.log_start;
		how.known_hw = old.hw;
		how.known_born = old.born;
	} else if (disk_recovery(writer.disk) == DISK_FULL_SCAN && !r->create &&
		   r->opening == NULL) {
		replica_publish(r); /* LOADING: this may take a while */
	}
	/* what was published with records in it is not made anew: its absence is a loss */
	if (!r->doomed && (!survived || old.leo == 0))
		how.flags = PLOG_CREATE;
	rc = r->opening != NULL ? plog_open_more(&r->opening, &r->log, until)
				: plog_open_begin(&r->opening, &r->log, writer.disk, &name,
				      &r->settings->config, &how, until);
	if (rc == PLOG_MORE)
		return 1;
	if (rc == PLOG_OTHER_ID && !r->doomed) {
		snprintf(buf, sizeof(buf), "%s-%d", t->name, (int)r->p.partition);
		log_warnx("\"%s/%s\" belongs to another topic of that name: set aside", writer.path, buf);
		if (disk_set_aside(writer.disk, buf) == -1)
			return -1;
		rc = plog_open(
		    &r->log, writer.disk, &name, &r->settings->config, &how); /* it is new */
	}
	if (rc == -1)
		return -1;
	if (r->log == NULL) {
		if (!r->doomed)
			log_errorx("\"%s/%s-%d\" is missing, but offset %lld was published: this replica is lost; "
			    "a restart of the daemon accepts that",
			    writer.path, t->name, (int)r->p.partition, (long long)old.leo);
		return replica_fail(r), 0;
	}
	*created = rc == PLOG_CREATED;
	settle(r, rc, &old, survived);
	return 0;
}

/* The line first, the files after: readers see that the partition is gone before anything of it is. */
static void
leave_line(struct replica *r)
{
	follow_end(r);
	append_fail_held(r, writer.offline ? KERR_KAFKA_STORAGE_ERROR : KERR_NOT_LEADER_OR_FOLLOWER);
	r->state = REP_GONE;
	r->role = ROLE_NONE;
	r->epoch = -1;
	replica_publish(r);
}

int
replica_delete(struct replica *r)
{
	int rc = 0, err;

	leave_line(r);
	/* nothing is written to a medium that failed */
	if (r->log != NULL && !writer.offline)
		rc = plog_delete(&r->log);
	err = errno;
	replica_free(r);
	errno = err;
	return rc;
}

void
replica_set_aside(struct replica *r)
{
	char name[300];

	snprintf(name, sizeof(name), "%s", r->log != NULL ? plog_dirname(r->log) : "");
	/* the slot's new owner writes the line */
	append_fail_held(r, writer.offline ? KERR_KAFKA_STORAGE_ERROR : KERR_NOT_LEADER_OR_FOLLOWER);
	replica_free(r);
	if (name[0] != '\0') {
		log_warnx("\"%s/%s\": its slot was given away: set aside", writer.path, name);
		if (disk_set_aside(writer.disk, name) == -1)
			log_warn("could not set \"%s/%s\" aside", writer.path, name);
	}
}
