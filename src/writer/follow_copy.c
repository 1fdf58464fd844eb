/* SPDX-License-Identifier: ISC */
/*
 * follow_copy.c - batches of the leader go into our log: out of acceptors' arenas, where they still
 * lie as a rule, or out of what follow_read.c has read of the leader's files.
 *
 * An arena is pinned by nobody: its owner may fill the blocks again while we write.  So what was
 * written counts only when the blocks, and the leader's epoch, are the same afterwards as before;
 * else it is cut off again, before anybody has seen it, and read from the file.  Nothing beyond the
 * LEO that the leader has published is copied: its successor may have something else there, in the
 * same epoch.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/proto/batch.h"
#include "odradek/proto/record.h"
#include "odradek/shm/arena.h"
#include "odradek/store/sys.h"
#include "follow.h"

#define BATCHES 256 /* in one call of the log */
#define IOVS 1024
#define ARENA_BYTES (4u << 20) /* in one step out of arenas */
/* In one step out of a file, which takes two wake-ups: more, the longer it does not get level.  Where others keep the
 * cores busy, steps of the least size copy less than a leader appends, and the replica never joins. */
#define CHUNK_LEAST (1u << 20)
#define CHUNK_MOST (4u << 20)
#define SLICE_BYTES (256u << 10) /* of a chunk, written in one turn of the loop */

static struct {
	struct plog_batch batch[BATCHES];
	struct shm_tail_entry entry[SHM_TAIL];
	struct iovec iov[IOVS];
	int n, iovs;
	uint64_t bytes;
	bool arena;
	const struct replica *r;
} cp;

static void
begin(const struct replica *r, bool arena)
{
	cp.n = cp.iovs = 0;
	cp.bytes = 0;
	cp.arena = arena;
	cp.r = r;
}

/* ---- into the log ---- */

static bool
same_bytes(const struct shm_tail_entry *e)
{
	return arena_chain(writer.shm, e->chunk_owner >> 16, e->chunk_owner & 1, e->chunk,
		   e->length) == e->chunk_generation;
}

/* After the write: is it what the leader has? */
static bool
still(void *arg)
{
	struct shm_replica l;

	(void)arg;
	for (int i = 0; cp.arena && i < cp.n; i++)
		if (!same_bytes(&cp.entry[i])) {
			shm_count(writer.child->self, CTR_COPY_OUTDATED, 1);
			return false;
		}
	return replica_leader_line(cp.r, &l) && l.epoch == cp.r->epoch;
}

/* 0: some of it, or all, is in the log; -1 with errno: nothing is. */
static int
append(struct follow *f)
{
	const struct plog_config *c = &f->r->settings->config;
	int rc, err, done = 0;
	uint64_t bytes = 0;

	rc = plog_append_if(
	    f->r->log, cp.batch, cp.n, f->r->epoch, PLOG_ASSIGNED, writer.now, still, NULL);
	err = errno;
	for (int i = 0; i < cp.n; i++) {
		if (cp.batch[i].error != 0)
			continue;
		bytes += cp.batch[i].length;
		done++;
	}
	if (done > 0) {
		(void)plog_flush_due(f->r->log, mono_coarse_ms());
		if (c->flush_ms < INT64_MAX)
			upkeep_within(c->flush_ms);
		upkeep_poke();
		shm_count(writer.child->self, cp.arena ? CTR_COPIED_ARENA : CTR_COPIED_FILE, bytes);
		read_spent(f, (int64_t)bytes);
		append_took(0, 0, f->r, bytes, done);
	}
	if (rc == 0 && done < cp.n) {
		rc = -1; /* a batch that cannot be there */
		err = EBADMSG;
	}
	errno = err;
	return done > 0 ? 0 : rc;
}

static void
fill(const struct batch_header *h, int64_t base, int32_t epoch, uint32_t length,
    const struct iovec *iov, int iovcnt)
{
	cp.batch[cp.n++] = (struct plog_batch){
	    .iov = iov,
	    .iovcnt = iovcnt,
	    .length = length,
	    .last_offset_delta = h->last_offset_delta,
	    .max_timestamp = h->max_timestamp,
	    .producer_id = h->producer_id,
	    .producer_epoch = h->producer_epoch,
	    .attributes = (uint16_t)h->attributes,
	    .base_sequence = h->base_sequence,
	    .marker = -1,
	    .coordinator_epoch = -1,
	    .leader_epoch = epoch,
	    .base_offset = base,
	};
	cp.iovs += iovcnt;
	cp.bytes += length;
}

/* ---- out of arenas ---- */

/* The batch lies where the leader's tail ring says, as far as its header tells. */
static bool
add_entry(const struct shm_tail_entry *e, int32_t epoch)
{
	struct iovec *iov = cp.iov + cp.iovs;
	size_t skip = BATCH_PREFIX;
	struct batch_header h;
	uint8_t head[BATCH_OVERHEAD];
	int n, first = 0;

	if (e->chunk == ARENA_NONE || e->length < BATCH_OVERHEAD || e->length > INT32_MAX ||
	    e->base < 0 || e->next <= e->base || e->next - e->base > INT32_MAX)
		return false;
	n = arena_iov(writer.shm, e->chunk_owner >> 16, e->chunk_owner & 1, e->chunk, e->length,
	    iov, IOVS - cp.iovs);
	if (n < 1 || wire_peek(iov, n, 0, head, sizeof(head)) == -1 || !same_bytes(e))
		return false;
	batch_header_get(&h, head);
	/* markers have to be read whole: out of the file */
	if (h.magic != 2 || (uint32_t)h.length + BATCH_LENGTH_END != e->length ||
	    (h.attributes & BATCH_CONTROL) != 0 || h.last_offset_delta != e->next - e->base - 1)
		return false;
	while (skip >= iov[first].iov_len)
		skip -= iov[first++].iov_len;
	iov[first].iov_base = (char *)iov[first].iov_base + skip;
	iov[first].iov_len -= skip;
	fill(&h, e->base, epoch, e->length, iov + first, n - first);
	cp.iovs += first;
	return true;
}

/* 1 some were copied, 0 none can be, -1 with errno. */
static int
copy_arena(struct follow *f, const struct shm_replica *l, int64_t most)
{
	const shm_tail *tail = tables_tail(writer.tables, (uint32_t)f->r->p.leader, f->r->slot);
	int n = tail == NULL ? 0 : tail_since(tail, plog_line(f->r->log)->leo, cp.entry);

	begin(f->r, true);
	for (int i = 0; i < n && cp.entry[i].next <= l->leo && cp.bytes < ARENA_BYTES; i++)
		if ((int64_t)cp.bytes >= most || !add_entry(&cp.entry[i], l->epoch))
			break;
	if (cp.n == 0)
		return 0;
	if (append(f) == 0) {
		f->tries = 0;
		f->said = 0;
		f->room = 0;
		return 1;
	}
	return errno == ECANCELED || errno == EBADMSG ? 0 : -1;
}

/* ---- out of a chunk ---- */

/* -1: it does not fit to what we have. */
static int
add_batch(const uint8_t *p, uint32_t size, int64_t next, const struct shm_replica *l)
{
	struct batch_header h;
	struct iovec *iov = cp.iov + cp.iovs;
	int32_t coordinator_epoch = -1;
	int marker = CONTROL_UNKNOWN;

	batch_header_get(&h, p);
	if (h.base_offset < next || h.base_offset + h.last_offset_delta >= l->leo ||
	    h.leader_epoch > l->epoch)
		return -1;
	if ((h.attributes & BATCH_CONTROL) != 0)
		marker = control_marker_read(p, size, &coordinator_epoch);
	*iov = (struct iovec){(void *)(uintptr_t)(p + BATCH_PREFIX), size - BATCH_PREFIX};
	fill(&h, h.base_offset, h.leader_epoch, size, iov, 1);
	if (marker != CONTROL_UNKNOWN) {
		cp.batch[cp.n - 1].marker = (int8_t)marker;
		cp.batch[cp.n - 1].coordinator_epoch = coordinator_epoch;
	}
	return 0;
}

static int64_t
first_wanted(const struct follow *f, const struct shm_replica *l)
{
	const int64_t leo = plog_line(f->r->log)->leo;

	return leo > l->log_start ? leo : l->log_start;
}

/* Nothing of what the line promises is there: the set of segments has just moved, or it is damaged.
 */
static void
not_found(struct follow *f, int err, const struct chunk *c, const struct shm_replica *l)
{
	f->segment = -1;
	if (++f->tries <= FOLLOW_TRIES) {
		follow_later(f, 1);
		return;
	}
	/* all segments of the line as it still is were looked at, after many tries: compaction took
	 * what was there, and nothing came behind it */
	if (err == ESTALE && c->leo == l->leo && c->segments == l->segments && l->end == 0 &&
	    l->segment == l->leo) {
		f->tries = 0;
		if (plog_skip_to(f->r->log, l->leo, writer.now) == -1)
			(void)follow_failed(f, errno, "beginning a segment of");
		return;
	}
	follow_say(f, err,
	    err == EBADMSG ? "the leader's records from there on are damaged"
			   : "the leader's log cannot be read from there on");
	follow_later(f, FOLLOW_SLOW_MS);
}

/* Where the chunk's first batch goes; -1: not into our log as it is now. */
static int64_t
first_place(struct follow *f, const struct chunk *c, const struct shm_replica *l)
{
	int64_t next = plog_line(f->r->log)->leo;

	if (c->offset != first_wanted(f, l))
		return -1; /* of another time */
	if (plog_line(f->r->log)->size == 0 &&
	    (batch_base_offset(c->bytes) < next || next < c->offset)) {
		/* the leader's log may begin inside of a batch: ours begins with it, and its start
		 * follows */
		next = batch_base_offset(c->bytes) < c->offset ? batch_base_offset(c->bytes)
							       : c->offset;
		if (follow_anew(f, next) != STEP_MORE)
			return -1;
	}
	return next;
}

bool
follow_take(struct follow *f, struct chunk *c, const struct shm_replica *l)
{
	int64_t next;

	if (c->error != 0 || c->len == 0) {
		not_found(f, c->error == 0 ? ENODATA : c->error, c, l);
		return false;
	}
	next = c->taken == 0 ? first_place(f, c, l) : c->next;
	if (next == -1 || (c->taken > 0 && next != plog_line(f->r->log)->leo))
		return false;
	begin(f->r, false);
	while (c->taken < c->len && cp.n < BATCHES && cp.iovs < IOVS && cp.bytes < SLICE_BYTES) {
		const uint8_t *p = c->bytes + c->taken;
		const uint32_t size = (uint32_t)batch_size(p);

		if (add_batch(p, size, next, l) == -1)
			break;
		next = batch_last_offset(p) + 1;
		c->taken += size;
	}
	c->next = next;
	if (cp.n == 0) {
		not_found(f, EBADMSG, c, l);
		return false;
	}
	if (append(f) == -1) {
		if (errno != ECANCELED)
			(void)follow_failed(f, errno, "copying to");
		return false;
	}
	if (plog_line(f->r->log)->leo != next)
		return false; /* a part of it: look again */
	if (c->taken < c->len)
		return true;
	f->segment = c->segment;
	f->position = c->position;
	if (c->len > c->room / 2)
		f->room = c->room < CHUNK_MOST / 2 ? c->room * 2 : CHUNK_MOST;
	f->tries = 0;
	f->said = 0;
	return false;
}

/* ---- both ---- */

enum step
follow_copy(struct follow *f, const struct shm_replica *l)
{
	struct chunk c = {.kind = CHUNK_BATCHES,
	    .offset = first_wanted(f, l),
	    .segment = f->segment,
	    .position = f->position};
	int64_t ms, most = read_allowed(f, &ms);
	int rc;

	if (most == 0) {
		follow_later(f, ms);
		return STEP_WAIT;
	}
	rc = copy_arena(f, l, most);
	if (rc == 1)
		return STEP_MORE;
	if (rc == -1)
		return follow_failed(f, errno, "copying to");
	if (f->room < CHUNK_LEAST)
		f->room = CHUNK_LEAST;
	c.room = most < f->room ? (uint32_t)most : f->room;
	read_ask(f, l, &c);
	return STEP_WAIT;
}
