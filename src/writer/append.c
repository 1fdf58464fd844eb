/* SPDX-License-Identifier: ISC */
/*
 * append.c - the produce path of the writer: one drain of a ring becomes one append per partition.
 *
 * Messages of a drain are copied (what a peer's memory says may change under our hands), checked, and chained to
 * their partition.  At the end of the drain each partition's batches go into the log in one call, the line is
 * published once, and every message gets its answer.  The bytes are written straight from the sender's arena, which
 * is ours until the ring's tail passes the message.  Nothing here allocates; the only system call is the log's write.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/batch.h"
#include "odradek/proto/kerr.h"
#include "odradek/shm/arena.h"
#include "odradek/store/sys.h"
#include "writer.h"

#define STAGED_MAX SHM_RING
#define GROUP_MAX 256		/* batches in one call of the log */
#define ACKED_MAX 8192		/* answers that wait for high watermarks; askers of more wait by themselves */
#define NOBODY UINT32_MAX
#define SLOW_BYTES (256u << 10) /* answers of so large a group do not wait for the end of the drain */

struct staged {
	struct msg_produce m;
	uint32_t from;
	int32_t next;
};

/* An answer that waits for a sync, or for the high watermark. */
struct held {
	struct msg_produced answer;
	uint32_t to;
	bool all; /* acks=all: for both */
	STAILQ_ENTRY(held) entry;
};

static struct {
	struct staged staged[STAGED_MAX];
	uint32_t n;
	struct replica *touched[STAGED_MAX];
	uint32_t touched_n;
	struct plog_batch batch[GROUP_MAX];
	const struct staged *of[GROUP_MAX]; /* the message of each batch */
	struct iovec *iov;
	int iov_max;
	struct held_queue spare; /* of held */
	uint32_t acked;		 /* answers that wait for a high watermark */
} ap;

void
append_init(void)
{
	uint64_t blocks = shm_layout(writer.shm)->acceptor_arena / ARENA_BLOCK + 2;

	/* the largest batch that an arena can hold must fit into one group */
	ap.iov_max = blocks > 4096 && blocks < INT32_MAX ? (int)blocks : 4096;
	ap.iov = xcalloc((size_t)ap.iov_max, sizeof(*ap.iov));
	STAILQ_INIT(&ap.spare);
}

static void
answer(uint32_t to, const struct msg_produced *a)
{
	struct shm_msg m;

	if (to == NOBODY)
		return;
	memset(&m, 0, sizeof(m));
	memcpy(&m, a, sizeof(*a));
	answer_post(to, &m);
}

/* ---- answers that wait ---- */

static void
hold(struct held_queue *q, uint32_t to, const struct msg_produced *a, bool all)
{
	struct held *h = STAILQ_FIRST(&ap.spare);

	if (h != NULL)
		STAILQ_REMOVE_HEAD(&ap.spare, entry);
	else
		h = xmalloc(sizeof(*h));
	h->answer = *a;
	h->to = to;
	h->all = all;
	STAILQ_INSERT_TAIL(q, h, entry);
}

static void
let_go(struct held_queue *q)
{
	struct held *h = STAILQ_FIRST(q);

	STAILQ_REMOVE_HEAD(q, entry);
	STAILQ_INSERT_HEAD(&ap.spare, h, entry);
}

static void
forget_asker(struct held_queue *q, uint32_t to)
{
	struct held *h;

	STAILQ_FOREACH(h, q, entry)
		if (h->to == to)
			h->to = NOBODY;
}

/* Its successor has other calls under way, one of which may come to have the same cookie before these are answered. */
void
append_asker_died(uint32_t slot)
{
	for (uint32_t i = 0; i < writer.partitions_max; i++)
		if (writer.replica[i] != NULL) {
			forget_asker(&writer.replica[i]->held, slot);
			forget_asker(&writer.replica[i]->acked, slot);
		}
}

/* Only what was appended since we lead is held here: leave_lead empties it (t/model/append, rule LEADS_ON). */
void
append_leads_on(struct replica *r)
{
	struct held *h;

	STAILQ_FOREACH(h, &r->held, entry)
		h->answer.leader_epoch = r->epoch;
	STAILQ_FOREACH(h, &r->acked, entry)
		h->answer.leader_epoch = r->epoch;
}

/* To one who waits for acks=all: when it is committed, so that one wake-up tells him everything. */
static void
answer_all(struct replica *r, uint32_t to, const struct msg_produced *a)
{
	if (r->follow == NULL || a->next_offset <= plog_line(r->log)->hw || ap.acked >= ACKED_MAX) {
		answer(to, a);
		return;
	}
	ap.acked++;
	hold(&r->acked, to, a, true);
}

void
append_committed(struct replica *r, bool all)
{
	const int64_t hw = all ? INT64_MAX : plog_line(r->log)->hw;
	struct held *h;

	while ((h = STAILQ_FIRST(&r->acked)) != NULL && h->answer.next_offset <= hw) {
		answer(h->to, &h->answer);
		ap.acked--;
		let_go(&r->acked);
	}
}

static void
refuse(const struct msg_produce *m, uint32_t to, int16_t error)
{
	struct msg_produced a = { .type = CALL_PRODUCED, .cookie = m->cookie, .leader_epoch = -1, .base_offset = -1,
		.next_offset = -1, .log_start = -1, .append_time = -1, .error = error };

	answer(to, &a);
}

/* ---- taking messages ---- */

static bool
serves(const struct replica *r, const struct msg_produce *m)
{
	return r != NULL && r->state == REP_OPEN && r->role == ROLE_LEADER && r->p.state == SLOT_ONLINE &&
	    r->p.generation == m->slot_generation && r->epoch == m->leader_epoch &&
	    r->p.leader_epoch == m->leader_epoch;
}

/* The replica that the message is for.  Its sender may have seen newer tables than we did, and it may still wait to
 * be opened. */
static struct replica *
replica_of(uint32_t slot)
{
	struct replica *r;

	if (slot >= writer.partitions_max)
		return NULL;
	if (boot_behind()) {
		append_drained(); /* following may free what is staged for */
		boot_follow();
	}
	r = writer.replica[slot];
	if (r != NULL && r->state == REP_QUEUED) {
		boot_open_now(r);
		r = writer.replica[slot];
	}
	return r;
}

/* 0, or the error that refuses it. */
static int16_t
check(const struct replica *r, const struct msg_produce *m)
{
	if (writer.offline && r != NULL)
		return KERR_KAFKA_STORAGE_ERROR;
	if (!serves(r, m))
		return r != NULL && r->state == REP_QUEUED ? KERR_KAFKA_STORAGE_ERROR : KERR_NOT_LEADER_OR_FOLLOWER;
	if (m->length < BATCH_OVERHEAD || m->length > INT32_MAX || m->count < 1 ||
	    (m->attributes & BATCH_CONTROL) != 0 || (m->producer_id >= 0 && m->base_sequence < 0))
		return KERR_INVALID_RECORD;
	if (m->length > (uint32_t)r->settings->config.segment_bytes)
		return KERR_RECORD_LIST_TOO_LARGE;
	return 0;
}

static void
stage(struct replica *r, const struct msg_produce *m, uint32_t from)
{
	struct staged *s = &ap.staged[ap.n];

	s->m = *m;
	s->from = from;
	s->next = -1;
	if (r->first == -1) {
		r->first = (int32_t)ap.n;
		ap.touched[ap.touched_n++] = r;
	} else {
		ap.staged[r->last].next = (int32_t)ap.n;
	}
	r->last = (int32_t)ap.n++;
}

static void
produce(uint32_t from, const struct shm_msg *msg)
{
	struct msg_produce m;
	struct replica *r;
	int16_t error;

	memcpy(&m, msg, sizeof(m));
	if (ap.n == STAGED_MAX)
		append_drained();
	r = replica_of(m.slot);
	error = check(r, &m);
	if (error != 0)
		refuse(&m, from, error);
	else
		stage(r, &m, from);
}

static void
delete_records(uint32_t from, const struct shm_msg *msg)
{
	struct msg_delete_records m;
	union {
		struct shm_msg m;
		struct msg_records_deleted b;
	} u = { .m = { .type = CALL_RECORDS_DELETED } };
	struct replica *r;

	/* what was posted earlier is in the log first */
	append_drained();
	memcpy(&m, msg, sizeof(m));
	u.b.cookie = m.cookie;
	u.b.low_watermark = -1;
	r = replica_of(m.slot);
	if (writer.offline && r != NULL) {
		u.b.error = KERR_KAFKA_STORAGE_ERROR;
	} else if (r == NULL || r->state != REP_OPEN || r->role != ROLE_LEADER ||
	    r->p.generation != m.slot_generation || r->epoch != m.leader_epoch) {
		u.b.error = KERR_NOT_LEADER_OR_FOLLOWER;
	} else {
		int64_t to = m.before == -1 ? plog_line(r->log)->hw : m.before;

		if (to < 0 || to > plog_line(r->log)->hw)
			u.b.error = KERR_OFFSET_OUT_OF_RANGE;
		else if (plog_delete_records(r->log, to) == -1)
			u.b.error = errno == ERANGE ? KERR_OFFSET_OUT_OF_RANGE : KERR_KAFKA_STORAGE_ERROR;
		else
			u.b.low_watermark = plog_line(r->log)->log_start;
		replica_publish(r);
		upkeep_poke();
	}
	if (u.b.error != 0)
		answer_post(from, &u.m);
	else
		deletes_wait(from, r, &u.b);
}

void
append_message(uint32_t from, const struct shm_msg *m)
{
	if (m->type == CALL_PRODUCE)
		produce(from, m);
	else if (m->type == CALL_DELETE_RECORDS)
		delete_records(from, m);
}

/* ---- appending ---- */

/* The pieces of the batch behind its prefix.  Their number, or -1: the message lies. */
static int
pieces(const struct staged *s, struct iovec *iov, int max)
{
	size_t skip = BATCH_PREFIX;
	int first = 0, n;

	n = arena_iov(writer.shm, s->from, (s->m.flags & PRODUCE_TURN) != 0, s->m.chunk, s->m.length, iov, max);
	if (n < 1)
		return -1;
	while (skip >= iov[first].iov_len)
		skip -= iov[first++].iov_len;
	iov[first].iov_base = (char *)iov[first].iov_base + skip;
	iov[first].iov_len -= skip;
	if (first > 0)
		memmove(iov, iov + first, (size_t)(n - first) * sizeof(*iov));
	return n - first;
}

static void
fill(struct plog_batch *b, const struct staged *s, const struct iovec *iov, int iovcnt)
{
	const struct msg_produce *m = &s->m;

	b->iov = iov;
	b->iovcnt = iovcnt;
	b->length = m->length;
	b->last_offset_delta = m->count - 1;
	b->max_timestamp = m->max_timestamp;
	b->producer_id = m->producer_id;
	b->producer_epoch = m->producer_epoch;
	b->attributes = m->attributes;
	b->base_sequence = m->base_sequence;
	b->behind = (m->flags & PRODUCE_BEHIND) != 0;
	b->marker = -1;
	b->coordinator_epoch = -1;
	b->leader_epoch = -1;
	b->base_offset = -1;
	b->error = 0;
	b->duplicate = false;
}

/* What waiting readers find without an index: the last batches of the group. */
static void
push_tail(const struct replica *r, int n)
{
	shm_tail *tail = shm_tail_at(writer.pub, writer.partitions_max, r->slot);
	int first = 0, fresh = 0;

	for (first = n; first > 0 && fresh < SHM_TAIL - 1; first--)
		fresh += ap.batch[first - 1].error == 0 && !ap.batch[first - 1].duplicate;
	for (int i = first; i < n; i++) {
		const struct plog_batch *b = &ap.batch[i];
		const struct staged *s = ap.of[i];
		struct shm_tail_entry e;

		if (b->error != 0 || b->duplicate)
			continue;
		e = (struct shm_tail_entry){
			.base = b->base_offset,
			.next = b->base_offset + b->last_offset_delta + 1,
			.segment = b->segment,
			.position = (uint32_t)b->position,
			.length = b->length,
			.chunk = s->m.chunk,
			.chunk_owner = s->from << 16 | ((s->m.flags & PRODUCE_TURN) != 0),
			.chunk_generation = arena_chain(writer.shm, s->from, (s->m.flags & PRODUCE_TURN) != 0,
			    s->m.chunk, s->m.length),
		};
		tail_push(tail, &e);
	}
}

static void
answer_batch(struct replica *r, const struct plog_batch *b, const struct staged *s, int64_t log_start, bool sync)
{
	const bool all = (s->m.flags & PRODUCE_ALL) != 0;
	struct msg_produced a = { .type = CALL_PRODUCED, .cookie = s->m.cookie, .leader_epoch = r->epoch,
		.log_start = log_start, .base_offset = -1, .next_offset = -1, .append_time = -1, .error = b->error };

	if (b->error == 0) {
		a.base_offset = b->base_offset;
		a.next_offset = b->base_offset + b->last_offset_delta + 1;
		/* Kafka answers a duplicate with the timestamp of the original, whatever the topic's type */
		if (b->duplicate)
			a.append_time = b->timestamp;
		else if ((s->m.attributes & BATCH_LOG_APPEND_TIME) != 0)
			a.append_time = b->max_timestamp;
	}
	/* one who tries again does not hear sooner than the first time that it is durable; that sync may have failed */
	if (b->duplicate && r->settings->config.flush_messages != INT64_MAX)
		sync = plog_flush_under_way(r->log, a.next_offset) || plog_flush_due(r->log, mono_coarse_ms());
	if (b->error != 0)
		answer(s->from, &a);
	else if (sync)
		hold(&r->held, s->from, &a, all);
	else if (all)
		answer_all(r, s->from, &a);
	else
		answer(s->from, &a);
}

void
append_took(int rc, int err, const struct replica *r, uint64_t bytes, int n)
{
	char buf[300];

	shm_count(writer.child->self, CTR_APPENDS, (uint64_t)n);
	shm_count(writer.child->self, CTR_APPEND_BYTES, bytes);
	budget_appended(bytes);
	if (rc == 0)
		return;
	if (errno_is_full(err)) {
		writer_disk_full(err);
	} else if (errno_is_medium(err)) {
		writer_disk_failed(err, "an append to \"%s\"", replica_name(r, buf, sizeof(buf)));
	} else {
		errno = err;
		log_limited("could not append to \"%s/%s\": %s", writer.path, replica_name(r, buf, sizeof(buf)),
		    strerror(err));
	}
}

/* One call of the log, one publication, n answers. */
static void
run_group(struct replica *r, int n)
{
	const struct plog_line *line = plog_line(r->log);
	int64_t leo = line->leo;
	uint64_t bytes = 0;
	const struct plog_config *c = &r->settings->config;
	bool sync = false;
	int rc, err, done = 0;

	if (n == 0)
		return;
	rc = plog_append(r->log, ap.batch, n, r->epoch, 0, writer.now);
	err = errno;
	for (int i = 0; i < n; i++) {
		const struct plog_batch *b = &ap.batch[i];

		if (b->error == 0 && b->duplicate)
			shm_count(writer.child->self, CTR_DUPLICATES, 1);
		if (b->error != 0 || b->duplicate)
			continue;
		done++;
		bytes += b->length;
	}
	if (line->leo != leo) {
		push_tail(r, n);
		replica_count(r);
		replica_publish(r);
		sync = plog_flush_due(r->log, mono_coarse_ms()) && c->flush_messages != INT64_MAX;
		if (c->flush_ms < INT64_MAX)
			upkeep_within(c->flush_ms);
		upkeep_poke();
	}
	for (int i = 0; i < n; i++)
		answer_batch(r, &ap.batch[i], ap.of[i], line->log_start, sync);
	if (rc == -1 || done > 0)
		append_took(rc, err, r, bytes, done);
	if (bytes >= SLOW_BYTES)
		child_flush(writer.child);
}

/* The staged batches of one partition, in order, in as few groups as the tables here allow. */
static void
append_staged(struct replica *r)
{
	int32_t i = r->first;
	int n = 0, iovs = 0;

	r->first = r->last = -1;
	for (; i != -1; i = ap.staged[i].next) {
		const struct staged *s = &ap.staged[i];
		int need = (int)(s->m.length / ARENA_BLOCK) + 2, got;

		if (n == GROUP_MAX || (n > 0 && need > ap.iov_max - iovs)) {
			run_group(r, n);
			n = iovs = 0;
		}
		/* the disk may have failed under an earlier group */
		if (!serves(r, &s->m)) {
			refuse(&s->m, s->from, writer.offline ? KERR_KAFKA_STORAGE_ERROR : KERR_NOT_LEADER_OR_FOLLOWER);
			continue;
		}
		got = pieces(s, ap.iov + iovs, ap.iov_max - iovs);
		if (got < 1) {
			log_limited("slot %u sent a message that names no batch (chunk %u, %u bytes)", s->from,
			    s->m.chunk, s->m.length);
			refuse(&s->m, s->from, KERR_UNKNOWN_SERVER_ERROR);
			continue;
		}
		fill(&ap.batch[n], s, ap.iov + iovs, got);
		ap.of[n++] = s;
		iovs += got;
	}
	if (n > 0)
		run_group(r, n);
}

bool
append_drained(void)
{
	uint64_t bytes = 0;

	if (ap.n == 0)
		return false;
	writer.now = now_ms();
	for (uint32_t i = 0; i < ap.n; i++)
		bytes += ap.staged[i].m.length;
	for (uint32_t i = 0; i < ap.touched_n; i++)
		append_staged(ap.touched[i]);
	ap.touched_n = ap.n = 0;
	budget_turn();
	upkeep_pump(); /* writeback of what is full */
	return bytes >= ARENA_BLOCK;
}

/* ---- answers that wait for a sync ---- */

void
append_flushed(struct replica *r)
{
	int64_t point = plog_line(r->log)->flushed;
	struct held *h;

	while ((h = STAILQ_FIRST(&r->held)) != NULL && h->answer.next_offset <= point) {
		if (h->all)
			answer_all(r, h->to, &h->answer);
		else
			answer(h->to, &h->answer);
		let_go(&r->held);
	}
}

void
append_fail_held(struct replica *r, int16_t error)
{
	struct held *h;

	/* these were appended: who waits for them finds out by himself what became of them */
	append_committed(r, true);
	while ((h = STAILQ_FIRST(&r->held)) != NULL) {
		h->answer.error = error;
		h->answer.base_offset = h->answer.next_offset = -1;
		answer(h->to, &h->answer);
		let_go(&r->held);
	}
}

/* ---- after the death of a predecessor ---- */

/*
 * Messages between tail and head may have been taken up by the dead writer: whether their records are in the log,
 * only the log knows.  So the callers hear "timed out", which every client takes as "may be there, try again".
 */
void
append_fail_waiting(void)
{
	for (uint32_t a = 0; a < SHM_WAITERS; a++) {
		uint32_t from = shm_waiter_slot(a), n;

		if (shm_peer(writer.shm, from) == NULL)
			continue;
		n = ring_waiting(writer.shm, from);
		for (uint32_t i = 0; i < n; i++) {
			const struct shm_msg *m = ring_peek(writer.shm, from, i);
			union {
				struct shm_msg m;
				struct msg_records_deleted b;
			} u = { .m = { .type = CALL_RECORDS_DELETED } };

			if (m->type == CALL_PRODUCE) {
				refuse((const struct msg_produce *)m, from, KERR_REQUEST_TIMED_OUT);
			} else if (m->type == CALL_DELETE_RECORDS) {
				u.b.cookie = m->cookie;
				u.b.low_watermark = -1;
				u.b.error = KERR_REQUEST_TIMED_OUT;
				answer_post(from, &u.m);
			}
		}
		if (n > 0)
			ring_advance(writer.shm, from, n);
	}
}
