/* SPDX-License-Identifier: ISC */
/*
 * produce.c - Produce: checks each partition's batch where it lies in the arena, posts a descriptor to the writer of
 * the partition's disk, and answers when all descriptors were answered (acks=all: when the high watermark passed).
 * Used in: acceptor.  Rules: KafkaApis.handleProduceRequest, ReplicaManager.appendRecords, DelayedProduce.
 *
 * A frame stays in the arena until the writers' ring tails have passed every message that names it, whatever became
 * of the request.  A message that finds its ring full waits in a backlog, and no further Produce of its connection is
 * begun: who writes to other disks goes on.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "behind.h"
#include "conn.h"
#include "endpoint.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/batch.h"
#include "odradek/proto/gen/produce.h"
#include "odradek/proto/kerr.h"
#include "odradek/repl/rules.h"

#define COOKIES 65536u
#define WAIT_BUCKETS 256u
#define NO_COOKIE UINT32_MAX
#define NODE_ENDPOINTS_FROM 10
#define PARTS_MAX 131072u /* partitions of requests under way: what they take in memory */
#define BACKLOG_MAX 8192u /* messages that wait for room in a ring: a disk that stands still, and its clients */
#define MOVED_MS 500	  /* a writer that does not lead any more has said so by then */
#define ADMIN_CLIENT "__admin_client" /* the one client id that may write to internal topics */

/* One partition of one request. */
struct part {
	struct produce *owner;
	int16_t error;
	bool unknown_start;   /* refused before the log was asked: its start is not told */
	bool hw_waiting;      /* on a wait list */
	uint32_t to;	      /* process slot of the writer */
	uint32_t slot;	      /* of the partition */
	uint32_t cookie;
	int32_t epoch;
	int64_t base, next, append_time, log_start;
	struct behind_batch batch; /* whose; unknown when nothing depends on it */
	char *message;
	struct batch_record_error *errors;
	char **error_text;
	int32_t nerrors;
	struct shm_msg post; /* while it waits for room in the ring */
	struct frame *frame; /* likewise */
	TAILQ_ENTRY(part) entry; /* backlog of a writer, or wait list */
};
TAILQ_HEAD(part_list, part);

struct produce {
	struct request *r; /* NULL: nobody waits for an answer any more */
	struct produce_req *body; /* a copy of the decoded request: names and ids for the answer */
	int16_t acks;
	uint32_t node;		/* by which the client came */
	int32_t nparts, left;	/* parts that are not resolved yet */
	bool posting;		/* the handler still runs */
	int64_t deadline_ms;
	TAILQ_ENTRY(produce) entry;
	struct produce *next_finished; /* produce_tick */
	struct part part[];
};
TAILQ_HEAD(produce_list, produce);

struct cookie {
	struct part *part;
	uint16_t sequence; /* against late answers */
	uint16_t to;
	uint32_t next_free;
	bool used;
};

struct writer_side {
	uint64_t released; /* messages whose frames were given back */
	uint64_t until;	   /* our predecessor's messages end here; nothing is posted before they were taken */
	struct frame *hold[SHM_RING];
	struct part_list backlog;
	uint32_t backlogged, cookies;
};

static struct {
	struct cookie *cookie;
	uint32_t free_cookie, cookies; /* handed out at least once */
	uint32_t used_cookies;
	uint16_t first_sequence;
	struct produce_list all;
	struct part_list wait[WAIT_BUCKETS]; /* acks=all, by partition slot */
	uint32_t waiting, parts, parts_of[SHM_NODES];
	uint64_t refused; /* mask of nodes: somebody was told that it is full */
	int64_t moved_ms, moved_last_ms; /* slots changed after the last look at who leads: the first, the latest; 0 = none */
	struct writer_side *writer[SHM_SLOTS];
	uint32_t writers;
	struct wire_out rebuilt;
	struct batch_info info;
} pr;

/* Those of disks that were added later are met before anything is posted to them. */
static uint32_t
meet_writers(void)
{
	const uint32_t writers = shm_writers(acceptor.shm);

	for (; pr.writers < writers; pr.writers++) {
		uint32_t slot = proc_slot(PROC_WRITER, pr.writers);
		pr.writer[slot] = xcalloc(1, sizeof **pr.writer);
		pr.writer[slot]->released = pr.writer[slot]->until = ring_posted(acceptor.shm, slot);
		TAILQ_INIT(&pr.writer[slot]->backlog);
	}
	return writers;
}

void
produce_init(void)
{
	pr.cookie = xcalloc(COOKIES, sizeof *pr.cookie);
	/* an answer to our predecessor must not pass for one to us (t/model/append, rule COOKIES) */
	pr.first_sequence = (uint16_t)(acceptor.child->generation * 0x9e37u);
	pr.free_cookie = NO_COOKIE;
	TAILQ_INIT(&pr.all);
	for (uint32_t i = 0; i < WAIT_BUCKETS; i++)
		TAILQ_INIT(&pr.wait[i]);
	meet_writers();
	wire_out_init(&pr.rebuilt, 256u << 20);
}

/* May one writer's clients have more?  One that stands still leaves the others as much as it has. */
static bool
has_share(uint32_t own, uint32_t all, uint32_t most)
{
	return all < most && (pr.writers < 2 || own < most - all);
}

static bool
is_full(uint32_t node)
{
	const struct writer_side *w = pr.writer[proc_slot(PROC_WRITER, node)];

	return (w != NULL && w->backlogged >= BACKLOG_MAX) || !has_share(pr.parts_of[node], pr.parts, PARTS_MAX);
}

bool
produce_full(uint32_t node)
{
	if (!is_full(node))
		return false;
	pr.refused |= UINT64_C(1) << node;
	return true;
}

/* ---- cookies ---- */

static uint32_t
cookie_take(struct part *p)
{
	struct writer_side *w = pr.writer[p->to];
	uint32_t i = pr.free_cookie;

	if (!has_share(w->cookies, pr.used_cookies, COOKIES))
		return NO_COOKIE;
	if (i != NO_COOKIE)
		pr.free_cookie = pr.cookie[i].next_free;
	else if (pr.cookies < COOKIES)
		pr.cookie[i = pr.cookies++].sequence = pr.first_sequence;
	else
		return NO_COOKIE;
	pr.cookie[i].part = p;
	pr.cookie[i].to = (uint16_t)p->to;
	pr.cookie[i].used = true;
	pr.used_cookies++;
	w->cookies++;
	return i | (uint32_t)pr.cookie[i].sequence << 16;
}

static void
cookie_free(uint32_t i)
{
	pr.used_cookies--;
	pr.writer[pr.cookie[i].to]->cookies--;
	pr.cookie[i].sequence++;
	pr.cookie[i].used = false;
	pr.cookie[i].part = NULL;
	pr.cookie[i].next_free = pr.free_cookie;
	pr.free_cookie = i;
}

/* ---- the end of a request ---- */

static void
produce_free(struct produce *p)
{
	for (int32_t i = 0; i < p->nparts; i++) {
		struct part *t = &p->part[i];
		if (t->cookie != NO_COOKIE) /* the answer is still to come: it will find nobody */
			pr.cookie[t->cookie & 0xffff].part = NULL;
		if (t->error_text != NULL)
			for (int32_t k = 0; k < t->nerrors; k++)
				free(t->error_text[k]);
		free(t->error_text);
		free(t->errors);
		free(t->message);
	}
	TAILQ_REMOVE(&pr.all, p, entry);
	pr.parts -= (uint32_t)p->nparts;
	pr.parts_of[p->node] -= (uint32_t)p->nparts;
	free(p->body);
	free(p);
}

static void
part_unlink(struct part *t)
{
	if (t->hw_waiting) {
		TAILQ_REMOVE(&pr.wait[t->slot % WAIT_BUCKETS], t, entry);
		t->hw_waiting = false;
		wait_disarm(t->slot);
		pr.waiting--;
	} else if (t->frame != NULL) {
		TAILQ_REMOVE(&pr.writer[t->to]->backlog, t, entry);
		pr.writer[t->to]->backlogged--;
		frame_release(t->frame);
		t->frame = NULL;
		if (t->owner->r != NULL)
			conn_stall(t->owner->r->conn, -1);
	}
}

/* Every part is resolved. */
static void
produce_finish(struct produce *p)
{
	struct request *r = p->r;

	if (r == NULL) {
		produce_free(p);
		return;
	}
	if (p->acks != 0) {
		request_done(r); /* encode frees p, in the order of the connection's requests */
		return;
	}
	p->r = NULL;
	r->cancel = NULL;
	for (int32_t i = 0; i < p->nparts; i++)
		if (p->part[i].error != KERR_NONE) {
			/* the only way to tell a client that wants no answers */
			log_limited("closing %s: produce with acks=0 failed: %s", conn_name(r->conn),
			    kerr_name(p->part[i].error));
			request_close(r, NULL);
			produce_free(p);
			return;
		}
	request_drop(r);
	produce_free(p);
}

static void
part_resolve(struct part *t, int16_t error)
{
	struct produce *p = t->owner;

	t->error = error;
	behind_ended(&t->batch);
	if (error != KERR_NONE) {
		t->base = t->append_time = -1;
		if (kerr_retriable(error))
			behind_note(&t->batch, error, acceptor.mono_ms);
	} else {
		behind_taken(&t->batch);
	}
	if (--p->left == 0 && !p->posting)
		produce_finish(p);
}

static void
produce_cancel(struct request *r)
{
	struct produce *p = r->state;

	p->r = NULL;
	p->posting = true; /* keeps p meanwhile */
	for (int32_t i = 0; i < p->nparts; i++)
		if (p->part[i].hw_waiting) { /* appended; nobody asks when it is committed */
			part_unlink(&p->part[i]);
			part_resolve(&p->part[i], KERR_NONE);
		}
	p->posting = false;
	/* what is in a ring or its backlog goes on as it would have */
	if (p->left == 0)
		produce_free(p);
}

/* ---- the answer ---- */

static void
encode_partition(struct msg_arena *a, int version, struct part *t, struct produce_resp_partition_produce_response *out,
    const struct produce_req_partition_produce_data *in, uint64_t *leaders)
{
	struct shm_partition sp;

	out->index = in->index;
	out->error_code = t->error;
	out->base_offset = t->base;
	out->log_append_time_ms = t->append_time;
	out->log_start_offset = t->unknown_start ? -1 : t->log_start;
	msg_str0(a, &out->error_message, t->message);
	if (t->nerrors > 0) {
		struct produce_resp_batch_index_and_error_message *e = msg_arr(a, &out->record_errors, (size_t)t->nerrors);
		for (int32_t i = 0; i < t->nerrors && msg_arena_ok(a); i++) {
			e[i].batch_index = t->errors[i].index;
			msg_str0(a, &e[i].batch_index_error_message, t->error_text[i]);
		}
	}
	if (version >= NODE_ENDPOINTS_FROM && t->error == KERR_NOT_LEADER_OR_FOLLOWER && t->slot != UINT32_MAX) {
		tables_partition(acceptor.tables, t->slot, &sp);
		out->current_leader.leader_id = endpoint_id(sp.leader);
		out->current_leader.leader_epoch = sp.leader_epoch;
		if (sp.leader >= 0 && sp.leader < SHM_NODES)
			*leaders |= UINT64_C(1) << sp.leader;
	}
}

/* Where the leaders that errors name are (KIP-951). */
static void
encode_endpoints(struct msg_arena *a, struct request *r, struct produce_resp *resp, uint64_t leaders)
{
	struct produce_resp_node_endpoint *out;
	struct endpoint e;
	int32_t n = 0;

	if (r->version < NODE_ENDPOINTS_FROM || leaders == 0)
		return;
	out = msg_arr(a, &resp->node_endpoints, (size_t)__builtin_popcountll(leaders));
	for (uint32_t i = 0; i < SHM_NODES && msg_arena_ok(a); i++) {
		if ((leaders & UINT64_C(1) << i) == 0 || !endpoint_get(&e, r->conn, i, false))
			continue;
		out->node_id = e.id;
		out->port = e.port;
		msg_str0(a, &out->host, e.host);
		msg_str0(a, &out->rack, e.rack);
		out++;
		n++;
	}
	msg_arr_cut(&resp->node_endpoints, n);
}

static bool
produce_encode(struct request *r)
{
	struct msg_arena *a = acceptor.scratch;
	struct produce *p = r->state;
	struct produce_resp *resp;
	struct produce_resp_topic_produce_response *to;
	const struct produce_req_topic_produce_data *ti;
	uint64_t leaders = 0;
	int32_t k = 0, topics = 0;
	int error;

	msg_arena_reset(a);
	resp = msg_new(a, produce_resp);
	to = msg_arr(a, &resp->responses, (size_t)karr_len(&p->body->topic_data));
	karr_for(ti, &p->body->topic_data) {
		struct produce_resp_partition_produce_response *po;
		const struct produce_req_partition_produce_data *pi;

		if (karr_len(&ti->partition_data) == 0)
			continue;
		if (!msg_arena_ok(a))
			break;
		if (r->version < 13)
			msg_str_copy(a, &to->name, &ti->name);
		to->topic_id = ti->topic_id;
		po = msg_arr(a, &to->partition_responses, (size_t)karr_len(&ti->partition_data));
		karr_for(pi, &ti->partition_data) {
			if (!msg_arena_ok(a))
				break;
			encode_partition(a, r->version, &p->part[k++], po++, pi, &leaders);
		}
		to++;
		topics++;
		if (!msg_arena_ok(a))
			break;
	}
	msg_arr_cut(&resp->responses, topics);
	encode_endpoints(a, r, resp, leaders);
	error = !msg_arena_ok(a) ? MSG_TOO_BIG
				 : frame_response(r->api, r->version, r->correlation, resp, conn_out(r->conn), NULL);
	if (error != MSG_OK)
		log_warnx("could not encode the answer to Produce version %d: %s", r->version, msg_strerror(error));
	produce_free(p);
	return error == MSG_OK;
}

/* ---- posting ---- */

static void
hold_frame(struct writer_side *w, uint64_t index, struct frame *f)
{
	frame_hold(f);
	w->hold[index % SHM_RING] = f;
}

static bool
post(struct part *t, const struct shm_msg *m, struct frame *f)
{
	struct writer_side *w = pr.writer[t->to];
	uint64_t index = ring_posted(acceptor.shm, t->to);

	if (index - w->released >= SHM_RING || child_post(acceptor.child, t->to, m) == -1)
		return false;
	hold_frame(w, index, f);
	return true;
}

static void
post_or_wait(struct part *t, const struct shm_msg *m, struct frame *f)
{
	struct writer_side *w = pr.writer[t->to];

	if (TAILQ_EMPTY(&w->backlog) && post(t, m, f))
		return;
	t->post = *m;
	t->frame = f;
	frame_hold(f);
	TAILQ_INSERT_TAIL(&w->backlog, t, entry);
	w->backlogged++;
	conn_stall(t->owner->r->conn, 1);
}

static void
release_taken(uint32_t slot, struct writer_side *w)
{
	uint64_t taken = ring_taken(acceptor.shm, slot);

	if (taken < w->until) {
		return; /* our predecessor's, from the other arena */
	}
	for (; w->released < taken; w->released++) {
		struct frame **f = &w->hold[w->released % SHM_RING];
		if (*f != NULL)
			frame_release(*f);
		*f = NULL;
	}
}

bool
produce_turn(void)
{
	const uint32_t writers = meet_writers();
	bool resume = false;

	for (uint32_t i = 0; i < writers; i++) {
		uint32_t slot = proc_slot(PROC_WRITER, i);
		struct writer_side *w = pr.writer[slot];
		struct part *t;

		release_taken(slot, w);
		while ((t = TAILQ_FIRST(&w->backlog)) != NULL && post(t, &t->post, t->frame))
			part_unlink(t);
	}
	for (uint64_t left = pr.refused; left != 0; left &= left - 1) {
		const uint32_t node = (uint32_t)__builtin_ctzll(left);

		if (is_full(node))
			continue;
		pr.refused &= ~(UINT64_C(1) << node);
		resume = true;
	}
	if (resume)
		conn_resume_all();
	return false;
}

/* ---- checks of one partition ---- */

static void
remember_errors(struct part *t, const struct batch_rules *rules, const struct topic_entry *topic, int32_t partition)
{
	const struct batch_info *info = &pr.info;
	char tp[280], text[512];

	snprintf(tp, sizeof tp, "%s-%d", topic->name, partition);
	if (info->message != NULL)
		t->message = xstrdup(batch_error_message(info, tp, text, sizeof text));
	t->nerrors = info->nerrors < BATCH_MAX_RECORD_ERRORS ? info->nerrors : BATCH_MAX_RECORD_ERRORS;
	if (t->nerrors == 0)
		return;
	t->errors = xmemdup(info->errors, (size_t)t->nerrors * sizeof *t->errors);
	t->error_text = xcalloc((size_t)t->nerrors, sizeof *t->error_text);
	for (int32_t i = 0; i < t->nerrors; i++)
		t->error_text[i] = xstrdup(batch_record_message(rules, &info->errors[i], tp, text, sizeof text));
}

/* May this partition be written to, by this client, here?  KERR_NONE with *sp and *line filled in. */
static int16_t
may_append(struct request *r, struct part *t, const struct topic_entry *topic, int16_t acks, struct shm_partition *sp)
{
	struct shm_replica line;
	const struct shm_writer *w;

	if (t->slot == UINT32_MAX)
		return KERR_UNKNOWN_TOPIC_OR_PARTITION;
	if (topic->internal && (r->client_id == NULL || strcmp(r->client_id, ADMIN_CLIENT) != 0))
		return KERR_INVALID_TOPIC_EXCEPTION;
	if (tables_leader(acceptor.tables, t->slot, sp, &line) == -1 || sp->leader != (int32_t)conn_node(r->conn)) {
		if (sp->leader >= 0 && sp->leader == (int32_t)conn_node(r->conn)) {
			w = shm_body_of(shm_peer(acceptor.shm, proc_slot(PROC_WRITER, (uint32_t)sp->leader)));
			if (atomic_load_explicit(&w->disk, memory_order_relaxed) == DISK_OFFLINE)
				return KERR_KAFKA_STORAGE_ERROR;
		}
		return KERR_NOT_LEADER_OR_FOLLOWER;
	}
	t->log_start = line.log_start;
	t->to = proc_slot(PROC_WRITER, (uint32_t)sp->leader);
	if (ring_taken(acceptor.shm, t->to) < pr.writer[t->to]->until)
		return KERR_NOT_LEADER_OR_FOLLOWER; /* what our predecessor posted comes first */
	if (acks == -1 && repl_under_min_isr(sp->isr, sp->min_insync))
		return KERR_NOT_ENOUGH_REPLICAS;
	return KERR_NONE;
}

static void
rules_of(struct batch_rules *rules, const struct request *r, const struct shm_topic_config *c)
{
	*rules = (struct batch_rules){
	    .now_ms = acceptor.now_ms,
	    .before_max_ms = c->timestamp_before_max_ms,
	    .after_max_ms = c->timestamp_after_max_ms,
	    .max_message_bytes = c->max_message_bytes,
	    .segment_bytes = c->segment_bytes,
	    .produce_version = r->version,
	    .compression = c->compression_type == 255 ? CODEC_PRODUCER : (int8_t)c->compression_type,
	    .compacted = c->cleanup_compact,
	    .timestamp_type = c->log_append_time ? TIMESTAMP_APPEND : TIMESTAMP_CREATE,
	    .level = c->compression_type == CODEC_GZIP   ? c->gzip_level
		     : c->compression_type == CODEC_LZ4  ? c->lz4_level
		     : c->compression_type == CODEC_ZSTD ? c->zstd_level
							 : CODEC_DEFAULT_LEVEL,
	};
}

static void
part_batch(struct part *t, const struct batch_header *h)
{
	t->batch = (struct behind_batch){
	    .producer_id = h->producer_id, .slot = t->slot, .sequence = h->base_sequence, .epoch = h->producer_epoch};
}

/* Whose batch it is that is refused before it was checked. */
static void
part_peek(struct part *t, const struct krecs *records)
{
	uint8_t head[BATCH_OVERHEAD];
	struct batch_header h;

	if (t->slot == UINT32_MAX || records->len < BATCH_OVERHEAD ||
	    wire_peek(rx_iov, rx_iovcnt, (uint64_t)records->pos, head, sizeof head) == -1 || batch_magic(head) != 2)
		return;
	batch_header_get(&h, head);
	part_batch(t, &h);
}

/* Checks and posts; or resolves with an error. */
static void
begin_part(struct request *r, struct part *t, struct topic_entry *topic, const struct produce_req_partition_produce_data *in)
{
	struct shm_partition sp;
	struct batch_rules rules;
	struct frame *f = rx_frame;
	struct msg_produce m;
	uint32_t chunk;
	int16_t error;

	t->slot = topic == NULL ? UINT32_MAX : tables_slot(topic, in->index);
	error = may_append(r, t, topic, t->owner->acks, &sp);
	if (error != KERR_NONE) {
		part_peek(t, &in->records);
		part_resolve(t, error);
		return;
	}
	rules_of(&rules, r, tables_config(acceptor.tables, topic, (uint32_t)sp.leader));
	wire_out_reset(&pr.rebuilt);
	if (batch_check(&rules, rx_iov, rx_iovcnt, (uint64_t)in->records.pos, in->records.len, &pr.info, &pr.rebuilt) !=
	    KERR_NONE) {
		remember_errors(t, &rules, topic, in->index);
		t->unknown_start = !pr.info.framed || pr.info.error == KERR_MESSAGE_TOO_LARGE ||
				   pr.info.error == KERR_RECORD_LIST_TOO_LARGE || pr.info.error == KERR_CORRUPT_MESSAGE ||
				   pr.info.error == KERR_UNSUPPORTED_COMPRESSION_TYPE;
		part_resolve(t, (int16_t)pr.info.error);
		return;
	}
	part_batch(t, &pr.info.h);
	if (pr.info.rebuilt) {
		f = frame_place(pr.rebuilt.base, (uint32_t)pr.rebuilt.len, (uint32_t)sp.leader);
		if (f == NULL) { /* no room in the arena: the client may try again */
			part_resolve(t, KERR_REQUEST_TIMED_OUT);
			return;
		}
		chunk = frame_at(f, 0);
	} else {
		chunk = frame_at(f, (uint32_t)in->records.pos);
	}
	t->cookie = cookie_take(t);
	if (t->cookie == NO_COOKIE) {
		if (pr.info.rebuilt)
			frame_unref(f);
		part_resolve(t, KERR_REQUEST_TIMED_OUT);
		return;
	}
	m = (struct msg_produce){
	    .type = CALL_PRODUCE,
	    .flags = atomic_load_explicit(&acceptor.child->self->arena_turn, memory_order_relaxed) ? PRODUCE_TURN : 0,
	    .attributes = (uint16_t)pr.info.h.attributes,
	    .cookie = t->cookie,
	    .slot = t->slot,
	    .slot_generation = sp.generation,
	    .leader_epoch = sp.leader_epoch,
	    .chunk = chunk,
	    .length = (uint32_t)pr.info.size,
	    .count = pr.info.h.last_offset_delta + 1,
	    .base_sequence = pr.info.h.base_sequence,
	    .producer_id = pr.info.h.producer_id,
	    .max_timestamp = pr.info.h.max_timestamp,
	    .producer_epoch = pr.info.h.producer_epoch,
	};
	f->copied |= sp.replicas > 1;
	if (rules.compacted)
		m.flags |= PRODUCE_COMPACTED;
	if (t->owner->acks == -1)
		m.flags |= PRODUCE_ALL;
	if (behind_another(&t->batch, acceptor.mono_ms))
		m.flags |= PRODUCE_BEHIND;
	behind_begun(&t->batch);
	post_or_wait(t, (const struct shm_msg *)&m, f);
	if (pr.info.rebuilt)
		frame_unref(f);
}

static struct produce *
produce_new(struct request *r, const struct produce_req *body, int32_t nparts)
{
	struct produce *p = xmalloc(sizeof *p + (size_t)nparts * sizeof p->part[0]);

	memset(p, 0, sizeof *p);
	p->r = r;
	p->body = xmemdup(body, r->body_length);
	p->acks = body->acks;
	p->nparts = p->left = nparts;
	p->posting = true;
	p->deadline_ms = acceptor.mono_ms + (body->timeout_ms > 0 ? body->timeout_ms : 0);
	for (int32_t i = 0; i < nparts; i++) {
		struct part *t = &p->part[i];
		memset(t, 0, sizeof *t);
		t->owner = p;
		t->cookie = NO_COOKIE;
		t->slot = UINT32_MAX;
		t->batch.producer_id = -1;
		t->base = t->append_time = t->log_start = -1;
	}
	TAILQ_INSERT_TAIL(&pr.all, p, entry);
	p->node = conn_node(r->conn);
	pr.parts += (uint32_t)nparts;
	pr.parts_of[p->node] += (uint32_t)nparts;
	r->state = p;
	r->cancel = produce_cancel;
	r->encode = produce_encode;
	return p;
}

/* Is the data a transactional batch?  Looked at before anything is appended. */
static bool
transactional(const struct krecs *records)
{
	uint8_t attributes[2];

	return records->len >= BATCH_OVERHEAD &&
	       wire_peek(rx_iov, rx_iovcnt, (uint64_t)records->pos + BATCH_CRC_FROM, attributes, 2) == 0 &&
	       (be16_get(attributes) & BATCH_TRANSACTIONAL) != 0;
}

/* One error for every partition, or KERR_NONE. */
static int16_t
whole_request_error(const struct produce_req *body)
{
	const struct produce_req_topic_produce_data *topic;
	const struct produce_req_partition_produce_data *in;

	/* there are no transactions yet: fatal to the client, and InitProducerId has told it why */
	karr_for(topic, &body->topic_data)
		karr_for(in, &topic->partition_data)
			if (transactional(&in->records))
				return KERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
	if (body->acks < -1 || body->acks > 1)
		return KERR_INVALID_REQUIRED_ACKS;
	return KERR_NONE;
}

void
api_produce(struct request *r)
{
	const struct produce_req *body = r->body;
	const struct produce_req_topic_produce_data *topic;
	const struct produce_req_partition_produce_data *in;
	int16_t whole = whole_request_error(body);
	struct topic_entry *entry;
	struct produce *p;
	int32_t n = 0;

	karr_for(topic, &body->topic_data)
		n += karr_len(&topic->partition_data);
	if (n > (int32_t)PARTS_MAX) {
		request_close(r, "a Produce request names more partitions than there can be");
		return;
	}
	p = produce_new(r, body, n);
	n = 0;
	karr_for(topic, &body->topic_data) {
		entry = r->version >= 13
			    ? tables_topic_by_id(acceptor.tables, topic->topic_id.b)
			    : tables_topic_by_name(acceptor.tables, kstr(&topic->name), (uint32_t)topic->name.len);
		if (entry != NULL && entry->deleting)
			entry = NULL;
		karr_for(in, &topic->partition_data) {
			struct part *t = &p->part[n++];
			if (whole != KERR_NONE)
				part_resolve(t, whole);
			else if (entry == NULL && r->version >= 13)
				part_resolve(t, KERR_UNKNOWN_TOPIC_ID);
			else
				begin_part(r, t, entry, in);
		}
	}
	p->posting = false;
	if (p->left == 0)
		produce_finish(p);
}

/* ---- answers of writers; the high watermark ---- */

static int
commit_state(const struct part *t)
{
	return tables_committed(acceptor.tables, proc_index_of(t->to), t->slot, t->epoch, t->next);
}

static void
await_commit(struct part *t)
{
	int state = commit_state(t);

	if (state == COMMIT_WAIT) {
		wait_arm(t->slot);
		state = commit_state(t);
		if (state == COMMIT_WAIT) {
			t->hw_waiting = true;
			TAILQ_INSERT_TAIL(&pr.wait[t->slot % WAIT_BUCKETS], t, entry);
			pr.waiting++;
			return;
		}
		wait_disarm(t->slot);
	}
	part_resolve(t, (int16_t)state);
}

/* What the writer says of a batch, to one who may have sent it before he knew that the one in front of it was refused. */
static int16_t
in_order(const struct part *t, int16_t error)
{
	const int16_t refused = error == KERR_OUT_OF_ORDER_SEQUENCE_NUMBER ? behind_refused(&t->batch, acceptor.mono_ms) : KERR_NONE;

	return refused != KERR_NONE ? refused : error;
}

void
produce_answer(uint32_t from, const struct msg_produced *m)
{
	uint32_t i = m->cookie & 0xffff;
	struct part *t;

	if (i >= pr.cookies || !pr.cookie[i].used || pr.cookie[i].sequence != m->cookie >> 16 || pr.cookie[i].to != from)
		return; /* to our predecessor, or given up */
	t = pr.cookie[i].part;
	cookie_free(i);
	if (t == NULL)
		return;
	t->cookie = NO_COOKIE;
	t->log_start = m->log_start;
	if (m->error != KERR_NONE) {
		part_resolve(t, in_order(t, m->error));
		return;
	}
	t->epoch = m->leader_epoch;
	t->base = m->base_offset;
	t->next = m->next_offset;
	t->append_time = m->append_time;
	if (t->owner->acks == -1 && t->owner->r != NULL)
		await_commit(t);
	else
		part_resolve(t, KERR_NONE);
}

static void
look_again(struct part *t)
{
	int state = commit_state(t);

	if (state == COMMIT_WAIT)
		return;
	part_unlink(t);
	part_resolve(t, (int16_t)state);
}

void
produce_slot_changed(uint32_t slot)
{
	if (pr.moved_ms == 0)
		pr.moved_ms = acceptor.mono_ms;
	pr.moved_last_ms = acceptor.mono_ms;
	produce_moved(slot);
}

void
produce_moved(uint32_t slot)
{
	struct part *t, *next;

	if (pr.waiting == 0)
		return;
	wait_rearm(slot);
	for (t = TAILQ_FIRST(&pr.wait[slot % WAIT_BUCKETS]); t != NULL; t = next) {
		next = TAILQ_NEXT(t, entry);
		if (t->slot == slot)
			look_again(t);
	}
}

void
produce_rescan(void)
{
	struct part *t, *next;

	for (uint32_t i = 0; i < WAIT_BUCKETS && pr.waiting > 0; i++)
		for (t = TAILQ_FIRST(&pr.wait[i]); t != NULL; t = next) {
			next = TAILQ_NEXT(t, entry);
			wait_rearm(t->slot);
			look_again(t);
		}
}

/* The writer is gone and will not answer what it was asked; its successor refuses what is still in the ring. */
void
produce_peer_died(uint32_t slot, uint32_t generation)
{
	(void)generation;
	if (pr.writer[slot] == NULL)
		return;
	for (uint32_t i = 0; i < pr.cookies; i++) {
		struct part *t = pr.cookie[i].part;
		if (!pr.cookie[i].used || pr.cookie[i].to != slot || (t != NULL && t->frame != NULL))
			continue; /* not posted yet: the successor will take it */
		cookie_free(i);
		if (t != NULL) {
			t->cookie = NO_COOKIE;
			part_resolve(t, KERR_NOT_LEADER_OR_FOLLOWER);
		}
	}
}

/* Nobody waits for what becomes of it any more.  What was not posted is not appended; it blocks nobody's queue. */
static void
part_give_up(struct part *t)
{
	bool posted = t->frame == NULL;

	part_unlink(t);
	if (t->cookie == NO_COOKIE)
		return;
	if (posted)
		pr.cookie[t->cookie & 0xffff].part = NULL; /* the answer is still to come */
	else
		cookie_free(t->cookie & 0xffff);
	t->cookie = NO_COOKIE;
}

/* Another node leads, and the writer that was asked has had time to say so: it stands still. */
static bool
led_elsewhere(const struct part *t)
{
	struct shm_partition sp;

	if (t->cookie == NO_COOKIE)
		return false;
	tables_partition(acceptor.tables, t->slot, &sp);
	return sp.leader >= 0 && sp.leader != (int32_t)proc_index_of(t->to);
}

static void
give_up(struct produce *p, bool late)
{
	p->posting = true; /* keeps p while its parts are resolved one by one */
	for (int32_t i = 0; i < p->nparts; i++) {
		struct part *t = &p->part[i];

		if ((t->cookie == NO_COOKIE && !t->hw_waiting) || (!late && !led_elsewhere(t)))
			continue;
		part_give_up(t);
		part_resolve(t, late ? KERR_REQUEST_TIMED_OUT : KERR_NOT_LEADER_OR_FOLLOWER);
	}
	p->posting = false;
}

void
produce_tick(void)
{
	struct produce *p, *finished = NULL, **last = &finished;
	const bool moved = pr.moved_ms != 0 && acceptor.mono_ms - pr.moved_ms >= MOVED_MS;

	if (moved)
		pr.moved_ms = pr.moved_last_ms != pr.moved_ms ? pr.moved_last_ms : 0;
	TAILQ_FOREACH(p, &pr.all, entry) {
		const bool late = acceptor.mono_ms >= p->deadline_ms;

		if (p->left == 0 || p->acks == 0 || (!late && !moved))
			continue;
		give_up(p, late);
		if (p->left == 0) {
			p->next_finished = NULL;
			*last = p;
			last = &p->next_finished;
		}
	}
	/* the answer to one may be what those to others waited for: these are freed, too */
	while ((p = finished) != NULL) {
		finished = p->next_finished;
		produce_finish(p);
	}
}
