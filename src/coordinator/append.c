/* SPDX-License-Identifier: ISC */
/*
 * append.c - records on their way into the log, and the answers that wait for them.  Coordinator.
 *
 * A shard fills one batch while the one before is with the writer, so that under load every append
 * carries the records of many handlers, and the log never has a batch without those before it.
 */
#include "config.h"

#include <stdlib.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proc/wait.h"
#include "shard.h"

#define BATCH_SOON (256u << 10) /* a batch of this size does not wait for the end of the turn */
#define BATCH_MOST (4u << 20)   /* with so much waiting, no more work is begun */
#define SCRATCH_MAX (256u << 20)
#define RECORD_OVERHEAD 128 /* of a batch with one record, at most */
#define TOO_FEW "fewer replicas are in sync than min.insync.replicas"

struct shard_list unsettled_shards = TAILQ_HEAD_INITIALIZER(unsettled_shards);
struct outbox *append_outbox;

static struct msg_arena scratch;
static struct wire_out key_out, value_out;
static uint32_t cookies;

void
records_init(void)
{
	append_outbox = outbox_new(co.child, co.arena);
	if (msg_arena_init(&scratch, SCRATCH_MAX) == -1)
		fatal("could not reserve address space for records");
	wire_out_init(&key_out, SCRATCH_MAX);
	wire_out_init(&value_out, SCRATCH_MAX);
	/* an answer to our predecessor may still come: its cookie must not be one of ours */
	cookies = co.child->generation * 0x9e3779b1u;
}

static uint32_t
writer_of(const struct shard *s)
{
	return proc_slot(PROC_WRITER, (uint32_t)s->node);
}

/* ---- putting ---- */

struct msg_arena *
record_scratch(void)
{
	return &scratch;
}

static const struct shm_topic_config *
topic_config(void)
{
	static const struct shm_topic_config none = {.max_message_bytes = 1048588};
	const struct topic_entry *t =
	    tables_topic_by_name(co.tables, OFFSETS_TOPIC, sizeof(OFFSETS_TOPIC) - 1);

	return t == NULL ? &none : &t->config;
}

size_t
record_max(const struct shard *s)
{
	int32_t max = topic_config()->max_message_bytes;

	(void)s;
	return max > RECORD_OVERHEAD ? (size_t)max - RECORD_OVERHEAD : 0;
}

static void
settle_list(struct shard *s)
{
	const bool unsettled = s->open || s->flying || s->broken != NULL;

	if (unsettled == s->is_unsettled)
		return;
	s->is_unsettled = unsettled;
	if (unsettled)
		TAILQ_INSERT_TAIL(&unsettled_shards, s, unsettled);
	else
		TAILQ_REMOVE(&unsettled_shards, s, unsettled);
}

static int
begin_batch(struct shard *s)
{
	/* compressed when it is complete: a process has one encoder of a codec */
	const struct batch_header h = {.attributes = CODEC_NONE,
	    .producer_id = -1,
	    .producer_epoch = -1,
	    .base_sequence = -1,
	    .base_timestamp = co.wall_ms};

	if (s->out.limit == 0)
		wire_out_init(&s->out, SCRATCH_MAX);
	wire_out_reset(&s->out);
	if (batch_build_begin(&s->builder, &s->out, &h, CODEC_DEFAULT_LEVEL) == -1)
		return -1;
	s->open = true;
	settle_list(s);
	return 0;
}

/* A number of 16 bits (the record's type, the value's version), then the struct. */
static int
encode(struct wire_out *out, int number, const struct msg_table *t, int version, const void *from)
{
	wire_out_reset(out);
	wire_put_u16(out, (uint16_t)number);
	return msg_encode(t, version, from, out, NULL) == MSG_OK ? 0 : -1;
}

void
record_put(struct shard *s, const struct msg_table *key_table, const void *key,
    const struct msg_table *value_table, int value_version, const void *value)
{
	bool ok = msg_arena_ok(&scratch) && key != NULL &&
		  encode(&key_out, key_table->key, key_table, key_table->versions.lo, key) == 0;

	if (ok && value != NULL)
		ok = encode(&value_out, value_version, value_table, value_version, value) == 0;
	if (ok && !s->open)
		ok = begin_batch(s) == 0;
	if (ok)
		ok = batch_build_add(&s->builder, co.wall_ms, key_out.base, (int32_t)key_out.len,
			 value != NULL ? value_out.base : NULL,
			 value != NULL ? (int32_t)value_out.len : -1) == 0;
	msg_arena_reset(&scratch);
	if (!ok && s->broken == NULL) {
		s->broken = "a record could not be encoded";
		settle_list(s); /* the end of the turn notices, and answers wait for it */
	}
}

/* ---- giving them to the writer ---- */

/* The same records, compressed.  Its size, or -1. */
static int64_t
compress(struct shard *s, struct wire_out *from, struct wire_out *to)
{
	struct batch_header h = s->builder.h;
	struct record_iter it;
	struct record r;
	int rc, bad = 0;

	h.attributes = (int16_t)co.offsets_codec;
	if (record_iter_init(&it, from->base, from->len, 0, SCRATCH_MAX) == 0 &&
	    batch_build_begin(&s->builder, to, &h, CODEC_DEFAULT_LEVEL) == 0) {
		while ((rc = record_iter_next(&it, &r)) == 1)
			bad |= batch_build_add_raw(
			    &s->builder, r.attributes, r.timestamp, r.tail, (size_t)r.tail_len);
		bad |= rc;
	} else {
		bad = -1;
	}
	record_iter_fini(&it);
	return bad != 0 ? -1 : batch_build_finish(&s->builder);
}

/* The batch under construction becomes the one that flies. */
static void
close_batch(struct shard *s)
{
	int64_t size = batch_build_finish(&s->builder);
	const struct batch_builder *b = &s->builder;
	struct wire_out filled = s->out;

	s->out = s->sending;
	s->sending = filled;
	if (size >= 0 && co.offsets_codec != CODEC_NONE) {
		if (s->out.limit == 0)
			wire_out_init(&s->out, SCRATCH_MAX);
		wire_out_reset(&s->out);
		size = compress(s, &s->sending, &s->out);
		filled = s->out;
		s->out = s->sending;
		s->sending = filled;
	}
	s->open = false;
	if (size < 0) {
		s->broken = "a batch could not be built";
		return;
	}
	s->flying = true;
	s->posted = s->appended = false;
	s->filling++;
	s->post.m = (struct msg_produce){
	    .type = CALL_PRODUCE,
	    .flags = (uint8_t)((outbox_turn(append_outbox) ? PRODUCE_TURN : 0) |
			       (topic_config()->cleanup_compact ? PRODUCE_COMPACTED : 0)),
	    .attributes = (uint16_t)b->h.attributes,
	    .slot = s->slot,
	    .slot_generation = s->slot_generation,
	    .leader_epoch = s->epoch,
	    .length = (uint32_t)size,
	    .count = b->h.last_offset_delta + 1,
	    .base_sequence = -1,
	    .producer_id = -1,
	    .max_timestamp = b->h.max_timestamp,
	    .producer_epoch = -1,
	};
}

static void
on_timeout(struct timer *t)
{
	struct shard *s = (struct shard *)((char *)t - offsetof(struct shard, timeout));

	shard_failed(s, "it took longer than offsets.commit.timeout.ms");
}

static void
out_free(struct wire_out *out)
{
	if (out->limit != 0)
		wire_out_fini(out);
	out->limit = 0;
}

/* True: it is in the ring. */
static bool
post(struct shard *s)
{
	if (s->packet == NULL && (s->packet = outbox_place(append_outbox, s->sending.base,
				      s->sending.len, &s->post.m.chunk)) == NULL)
		return false;
	s->post.m.cookie = s->cookie = ++cookies;
	if (outbox_post(append_outbox, writer_of(s), &s->post.raw, s->packet) == -1)
		return false;
	packet_put(append_outbox, s->packet);
	s->packet = NULL;
	s->posted = true;
	if (s->sending.cap > BATCH_SOON)
		out_free(&s->sending);
	return true;
}

/* True: it waits for room. */
static bool
advance(struct shard *s)
{
	if (s->open && !s->flying && s->broken == NULL && shard_too_few(s))
		s->broken = TOO_FEW; /* what a timer put, or it came to be so since */
	if (s->broken != NULL) {
		const char *why = s->broken;

		s->broken = NULL;
		shard_failed(s, why);
		return false;
	}
	if (!s->flying && s->open) {
		close_batch(s);
		if (s->broken != NULL)
			return advance(s);
		timer_set(&s->timeout, co.now_ms + co.child->config->offsets_commit_timeout_ms,
		    on_timeout);
	}
	return s->flying && !s->posted && !post(s);
}

void
append_flush(struct shard *s)
{
	if (s->broken != NULL || (s->open && !s->flying && s->out.len >= BATCH_SOON))
		(void)advance(s);
}

bool
append_turn(void)
{
	struct shard *s, *next;
	bool some = false;

	for (s = TAILQ_FIRST(&unsettled_shards); s != NULL; s = next) {
		next = TAILQ_NEXT(s, unsettled);
		some |= advance(s);
	}
	return some;
}

bool
append_full(const struct shard *s)
{
	return s->open && s->out.len >= BATCH_MOST;
}

int16_t
append_refused(const struct shard *s)
{
	const struct shm_part *p = shm_peer(co.shm, writer_of(s));
	struct shm_writer *w = p == NULL ? NULL : shm_body_of(p);

	if (w != NULL && atomic_load_explicit(&w->disk, memory_order_relaxed) == DISK_FULL)
		return KERR_COORDINATOR_NOT_AVAILABLE;
	if (shard_too_few(s))
		return KERR_COORDINATOR_NOT_AVAILABLE;
	return KERR_NONE;
}

/* ---- answers ---- */

bool
append_wait(struct shard *s, struct pending *p, struct call *c)
{
	const uint64_t after = s->open || s->broken != NULL ? s->filling : s->filling - 1;

	if (s->loses != 0 || after <= s->committed)
		return false;
	p->call = c;
	p->after = after;
	TAILQ_INSERT_TAIL(&s->answers, p, entry);
	return true;
}

static void
committed(struct shard *s)
{
	struct pending *p;

	s->flying = false;
	s->committed = s->filling - 1;
	timer_clear(&s->timeout);
	shard_disarm(s);
	settle_list(s);
	while ((p = TAILQ_FIRST(&s->answers)) != NULL && p->after <= s->committed) {
		TAILQ_REMOVE(&s->answers, p, entry);
		call_settled(p->call, false, 0);
	}
}

void
append_forget(struct shard *s)
{
	struct pending *p;

	timer_clear(&s->timeout);
	if (s->open)
		(void)batch_build_finish(&s->builder); /* gives the codec back */
	packet_put(append_outbox, s->packet);
	s->packet = NULL;
	s->broken = NULL;
	s->open = s->flying = false;
	out_free(&s->out);
	out_free(&s->sending);
	s->committed = s->filling++;
	settle_list(s);
	while ((p = TAILQ_FIRST(&s->answers)) != NULL) {
		TAILQ_REMOVE(&s->answers, p, entry);
		call_settled(p->call, true, s->loses);
	}
}

/* ---- what became of it ---- */

void
append_look(struct shard *s)
{
	int state;

	if (!s->flying || !s->appended)
		return;
	state = tables_committed(co.tables, (uint32_t)s->node, s->slot, s->append_epoch, s->next);
	if (state == COMMIT_WAIT) {
		if (s->armed)
			return;
		shard_arm(s);
		state = tables_committed(
		    co.tables, (uint32_t)s->node, s->slot, s->append_epoch, s->next);
		if (state == COMMIT_WAIT)
			return;
	}
	if (state == KERR_NONE)
		committed(s);
	else
		shard_failed(s, kerr_name(state));
}

static struct shard *
flying_shard(uint32_t from, uint32_t cookie)
{
	struct shard *s;

	TAILQ_FOREACH (s, &unsettled_shards, unsettled)
		if (s->flying && s->posted && !s->appended && s->cookie == cookie &&
		    writer_of(s) == from)
			return s;
	return NULL;
}

void
append_answer(uint32_t from, const struct msg_produced *m)
{
	struct shard *s = flying_shard(from, m->cookie);

	if (s == NULL)
		return; /* to our predecessor, or given up */
	if (m->error != KERR_NONE) {
		shard_failed(s, kerr_name(m->error));
		return;
	}
	s->appended = true;
	s->append_epoch = m->leader_epoch;
	s->next = m->next_offset;
	append_look(s);
}

void
append_writer_died(uint32_t slot)
{
	struct shard *s, *next;

	for (s = TAILQ_FIRST(&unsettled_shards); s != NULL; s = next) {
		next = TAILQ_NEXT(s, unsettled);
		if (s->flying && s->posted && !s->appended && writer_of(s) == slot)
			shard_failed(s, "its disk's writer died");
	}
}
