/* SPDX-License-Identifier: ISC */
/*
 * offsets.c - ListOffsets, OffsetForLeaderEpoch and DeleteRecords.  Used in: acceptor.
 *
 * The first two are answered from what writers publish; searches by timestamp read files and
 * decompress batches, so they run in the helper thread, on its own views, and the answer follows
 * when they are done.  DeleteRecords goes to the writers of the leaders, partition by partition;
 * the answers are collected until the client's timeout.
 */
#include "config.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "odradek/base/clock.h"
#include "odradek/base/hash.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/delete_records.h"
#include "odradek/proto/gen/list_offsets.h"
#include "odradek/proto/gen/offset_for_leader_epoch.h"

#define ARENA_BYTES (16u << 20)
#define TS_LATEST (-1)
#define TS_EARLIEST (-2)
#define TS_MAX (-3)
#define TS_EARLIEST_LOCAL (-4)
#define TS_LATEST_TIERED (-5)
#define REPLICA_CONSUMER (-1)
#define REPLICA_DEBUG (-2)
#define DELETE_MS_MIN 1000 /* a writer needs a moment, whatever the client allows */
#define RETRY_US 5000

/* A partition as the checks in front of it leave it. */
struct found {
	uint32_t slot;
	struct sight at;
};

/* Kafka's checks of a partition that is named by topic name; leader: must we be it?  Otherwise our own replica is seen. */
static int16_t
find(const struct request *r, const struct kstr *name, int32_t partition, int32_t epoch,
    bool leader, struct found *f)
{
	uint32_t node = conn_node(r->conn);
	bool serving, here = false;

	f->at.node = node;
	f->at.topic = kstr_is_null(name)
		       ? NULL
		       : tables_topic_by_name(acceptor.tables, kstr(name), (uint32_t)name->len);
	if (f->at.topic == NULL || f->at.topic->deleting)
		return KERR_UNKNOWN_TOPIC_OR_PARTITION;
	f->slot = tables_slot(f->at.topic, partition);
	if (f->slot == FETCH_NO_SLOT)
		return KERR_UNKNOWN_TOPIC_OR_PARTITION;
	serving = tables_reader(acceptor.tables, f->slot, node, &f->at.part, &f->at.line) == 0;
	if (f->at.part.state != SLOT_ONLINE || f->at.part.topic != f->at.topic->index)
		return KERR_UNKNOWN_TOPIC_OR_PARTITION;
	for (uint32_t i = 0; i < f->at.part.replicas && i < SHM_REPLICAS; i++)
		here |= f->at.part.replica[i] == node;
	if (!here)
		return KERR_NOT_LEADER_OR_FOLLOWER;
	if (epoch >= 0 && epoch < f->at.part.leader_epoch)
		return KERR_FENCED_LEADER_EPOCH;
	if (epoch > f->at.part.leader_epoch)
		return KERR_UNKNOWN_LEADER_EPOCH;
	if (!serving || (leader && f->at.part.leader != (int32_t)node))
		return KERR_NOT_LEADER_OR_FOLLOWER;
	return KERR_NONE;
}

static struct view *
view_of(const struct found *f)
{
	return fread_view(fread_views, &f->at, f->slot);
}

/* ---- ListOffsets ---- */

/* One search by timestamp, with all that the helper needs to know. */
struct query {
	struct list_offsets_resp_list_offsets_partition_response *out;
	struct view_key key;
	char topic[250];
	struct view_tail tail;
	int64_t bound, timestamp;
	bool
	    lagging; /* the HW has not reached the leader's epoch: nothing found is not an answer */
	int16_t late_error; /* for that */
	int16_t error;
	struct view_stamp stamp;
	struct query *next;
};

/* A request that has such searches. */
struct search {
	struct helper_job job;
	struct request *r; /* NULL: the client is gone */
	uint32_t node;
	int16_t version;
	struct msg_arena arena; /* of the answer */
	struct list_offsets_resp *resp;
	struct query *queries;
};

static bool
timestamp_known(int64_t timestamp, int16_t version)
{
	static const int16_t since[] = {[1] = 1, [2] = 1, [3] = 7, [4] = 8, [5] = 9};

	if (timestamp >= 0)
		return true;
	return timestamp >= TS_LATEST_TIERED && version >= since[-timestamp];
}

/* Has a new leader's HW not reached the start of its epoch yet? */
static bool
is_lagging(const struct found *f)
{
	struct view_tail tail;
	struct view *v;
	int32_t epoch;
	int64_t start;

	if (f->at.line.hw >= f->at.line.leo || f->at.line.epoch < 1)
		return false;
	fread_tail(&tail, &f->at.line);
	v = view_of(f);
	if (v == NULL ||
	    view_epoch_end(v, &tail, f->at.line.epoch, f->at.line.epoch - 1, &epoch, &start) == -1)
		return false;
	return epoch >= 0 && start > f->at.line.hw;
}

static int32_t
earliest_epoch(const struct found *f)
{
	struct view *v = view_of(f);
	int32_t epoch = v == NULL ? -1 : view_epoch_at(v, f->at.line.log_start);

	if (epoch < 0 && f->at.line.log_start == f->at.line.leo)
		epoch =
		    f->at.line
			.epoch; /* nothing was written yet: the next record will be of this epoch */
	return epoch;
}

static void
run_search(struct helper_job *job)
{
	struct search *s = (struct search *)job;

	for (struct query *q = s->queries; q != NULL; q = q->next) {
		struct view *v = view_get(fcold_views(s->node), &q->key);
		int r = -1;

		q->stamp = (struct view_stamp){-1, -1, -1};
		if (v != NULL && q->timestamp == TS_MAX)
			r = view_max_timestamp(v, &q->tail, q->tail.leo, &q->stamp);
		else if (v != NULL)
			r = view_find_timestamp(v, &q->tail, q->bound, q->timestamp, &q->stamp);
		if (r == -1 && (errno == ENOENT || errno == ESTALE) &&
		    q->tail.leo > q->tail.log_start)
			q->error = KERR_NOT_LEADER_OR_FOLLOWER; /* moved meanwhile: the client asks
								   again */
		else if (r == -1 && errno != ENOENT && errno != ESTALE)
			q->error = errno == EBADMSG || errno == EUCLEAN
				       ? KERR_CORRUPT_MESSAGE
				       : KERR_KAFKA_STORAGE_ERROR;
	}
	view_cache_tick(fcold_views(s->node), mono_coarse_ms());
}

static void
search_free(struct search *s)
{
	struct query *q;

	while ((q = s->queries) != NULL) {
		s->queries = q->next;
		free(q);
	}
	msg_arena_fini(&s->arena);
	free(s);
}

static void
search_done(struct helper_job *job)
{
	struct search *s = (struct search *)job;

	for (struct query *q = s->queries; q != NULL; q = q->next) {
		if (q->error != KERR_NONE) {
			q->out->error_code = q->error;
		} else if (q->stamp.offset >= 0 && q->stamp.offset < q->bound) {
			q->out->timestamp = q->stamp.timestamp;
			q->out->offset = q->stamp.offset;
			if (s->version >= 4)
				q->out->leader_epoch = q->stamp.epoch;
		} else if (q->lagging) {
			q->out->error_code = q->late_error;
		}
	}
	if (s->r != NULL) {
		s->r->cancel = NULL;
		request_reply(s->r, s->resp);
	}
	search_free(s);
}

static void
search_cancel(struct request *r)
{
	((struct search *)r->state)->r = NULL;
}

static void
add_query(struct search *s, const struct found *f, int64_t bound, int64_t timestamp,
    struct list_offsets_resp_list_offsets_partition_response *out)
{
	struct query *q = xcalloc(1, sizeof *q);

	q->out = out;
	memcpy(q->topic, f->at.topic->name, sizeof q->topic);
	fread_key(&q->key, &f->at, f->slot);
	q->key.topic = q->topic;
	fread_tail(&q->tail, &f->at.line);
	q->bound = bound;
	q->timestamp = timestamp;
	q->next = s->queries;
	s->queries = q;
}

static void
list_one(struct request *r, struct search *s, const struct kstr *name,
    const struct list_offsets_req_list_offsets_partition *q,
    struct list_offsets_resp_list_offsets_partition_response *out)
{
	const struct list_offsets_req *req = r->body;
	int16_t late = r->version >= 5 ? KERR_OFFSET_NOT_AVAILABLE : KERR_LEADER_NOT_AVAILABLE;
	struct found f;
	bool lagging;
	int64_t bound;

	if (!timestamp_known(q->timestamp, r->version)) {
		out->error_code = KERR_UNSUPPORTED_VERSION;
		return;
	}
	out->error_code = find(r, name, q->partition_index, q->current_leader_epoch,
	    req->replica_id != REPLICA_DEBUG, &f);
	if (out->error_code != KERR_NONE)
		return;
	bound = f.at.line.leo;
	if (req->replica_id == REPLICA_CONSUMER) {
		bound = f.at.line.hw;
		if (req->isolation_level != 0 && f.at.line.lso < bound)
			bound = f.at.line.lso;
	}
	lagging = req->replica_id == REPLICA_CONSUMER && is_lagging(&f);
	switch (q->timestamp) {
	case TS_LATEST:
		if (lagging) {
			out->error_code = late;
			return;
		}
		out->offset = bound;
		out->leader_epoch = r->version >= 4 ? f.at.line.epoch : -1;
		return;
	case TS_EARLIEST:
	case TS_EARLIEST_LOCAL:
		out->offset = f.at.line.log_start;
		out->leader_epoch = r->version >= 4 ? earliest_epoch(&f) : -1;
		return;
	case TS_LATEST_TIERED:
		return;
	default:
		add_query(s, &f, bound, q->timestamp, out);
		s->queries->lagging = lagging;
		s->queries->late_error = late;
	}
}

/* How often each partition is named; Kafka refuses those that are named twice, once. */
static struct map64
count_names(const struct list_offsets_req *req)
{
	const struct list_offsets_req_list_offsets_topic *t;
	const struct list_offsets_req_list_offsets_partition *p;
	struct map64 m = {0};
	uint64_t *n, key;

	karr_for (t, &req->topics) {
		karr_for (p, &t->partitions) {
			key = hash_u64(hash_bytes(kstr(&t->name), (size_t)t->name.len) ^
				       (uint32_t)p->partition_index);
			n = map64_get(&m, key);
			if (n != NULL)
				*n = 2;
			else
				map64_put(&m, key, 1);
		}
	}
	return m;
}

static int
list_topic(struct request *r, struct search *s, struct map64 *names,
    const struct list_offsets_req_list_offsets_topic *t,
    struct list_offsets_resp_list_offsets_topic_response *to)
{
	const struct list_offsets_req_list_offsets_partition *p;
	struct list_offsets_resp_list_offsets_partition_response *out;
	uint64_t *n;
	int k = 0;

	msg_str_copy(&s->arena, &to->name, &t->name);
	out = msg_arr(&s->arena, &to->partitions, (size_t)karr_len(&t->partitions));
	if (out == NULL)
		return -1;
	karr_for (p, &t->partitions) {
		n = map64_get(names, hash_u64(hash_bytes(kstr(&t->name), (size_t)t->name.len) ^
					      (uint32_t)p->partition_index));
		if (n != NULL && *n == 3)
			continue; /* answered already */
		out[k].partition_index = p->partition_index;
		if (n != NULL && *n == 2) {
			*n = 3;
			out[k].error_code = KERR_INVALID_REQUEST;
		} else {
			list_one(r, s, &t->name, p, &out[k]);
		}
		k++;
	}
	msg_arr_cut(&to->partitions, k);
	return 0;
}

void
api_list_offsets(struct request *r)
{
	const struct list_offsets_req *req = r->body;
	const struct list_offsets_req_list_offsets_topic *t;
	struct list_offsets_resp_list_offsets_topic_response *to;
	struct search *s = xcalloc(1, sizeof *s);
	struct map64 names;
	bool fits = true;
	int n = 0;

	if (msg_arena_init(&s->arena, ARENA_BYTES) == -1) {
		free(s);
		request_close(r, "out of memory");
		return;
	}
	s->node = conn_node(r->conn);
	s->version = r->version;
	s->resp = msg_new(&s->arena, list_offsets_resp);
	to = msg_arr(&s->arena, &s->resp->topics, (size_t)karr_len(&req->topics));
	names = count_names(req);
	karr_for (t, &req->topics) {
		if (to == NULL || list_topic(r, s, &names, t, &to[n]) == -1) {
			fits = false;
			break;
		}
		n += karr_len(&to[n].partitions) > 0;
	}
	if (fits)
		msg_arr_cut(&s->resp->topics, n);
	map64_fini(&names);
	if (!fits) {
		search_free(s);
		request_close(r, "the answer does not fit");
	} else if (s->queries == NULL) {
		request_reply(r, s->resp);
		search_free(s);
	} else {
		s->job.run = run_search;
		s->job.done = search_done;
		s->r = r;
		r->state = s;
		r->cancel = search_cancel;
		helper_submit(fcold_helper(s->node), &s->job);
	}
}

/* ---- OffsetForLeaderEpoch ---- */

/* Leaves epoch and end alone where they are not known. */
static int16_t
epoch_end(const struct found *f, int32_t requested, int32_t *epoch, int64_t *end)
{
	struct view_tail tail;
	struct view *v;
	int32_t e;
	int64_t n;

	if (requested == f->at.line.epoch) {
		*epoch = requested;
		*end = f->at.line.leo;
		return KERR_NONE;
	}
	if (requested < 0)
		return KERR_NONE;
	fread_tail(&tail, &f->at.line);
	v = view_of(f);
	if (v == NULL || view_epoch_end(v, &tail, f->at.line.epoch, requested, &e, &n) == -1)
		/* never "unknown" for want of an answer: a consumer would begin anew */
		return errno == ENOENT || errno == ESTALE ? KERR_NOT_LEADER_OR_FOLLOWER : KERR_KAFKA_STORAGE_ERROR;
	*epoch = e;
	*end = n;
	return KERR_NONE;
}

void
api_offset_for_leader_epoch(struct request *r)
{
	const struct offset_for_leader_epoch_req *req = r->body;
	const struct offset_for_leader_epoch_req_offset_for_leader_topic *t;
	const struct offset_for_leader_epoch_req_offset_for_leader_partition *p;
	struct offset_for_leader_epoch_resp *resp =
	    msg_new(acceptor.scratch, offset_for_leader_epoch_resp);
	struct offset_for_leader_epoch_resp_offset_for_leader_topic_result *to = NULL;
	struct offset_for_leader_epoch_resp_epoch_end_offset *out = NULL;
	struct found f;

	if (resp != NULL)
		to = msg_arr(acceptor.scratch, &resp->topics, (size_t)karr_len(&req->topics));
	if (to == NULL) {
		request_close(r, "the answer does not fit");
		return;
	}
	karr_for (t, &req->topics) {
		msg_str_copy(acceptor.scratch, &to->topic, &t->topic);
		out = msg_arr(acceptor.scratch, &to->partitions, (size_t)karr_len(&t->partitions));
		if (out == NULL) {
			request_close(r, "the answer does not fit");
			return;
		}
		karr_for (p, &t->partitions) {
			out->partition = p->partition;
			out->error_code =
			    find(r, &t->topic, p->partition, p->current_leader_epoch, true, &f);
			if (out->error_code == KERR_NONE)
				out->error_code = epoch_end(&f, p->leader_epoch, &out->leader_epoch, &out->end_offset);
			out++;
		}
		to++;
	}
	request_reply(r, resp);
}

/* ---- DeleteRecords ---- */

struct deletion {
	struct request *r;
	struct msg_arena arena;
	struct delete_records_resp *resp;
	uint32_t left; /* partitions without an answer */
	struct event timer;
	TAILQ_ENTRY(deletion) entry;
};

/* One partition of it, on its way to a writer and back. */
struct delete_part {
	struct deletion *d; /* NULL: free */
	struct delete_records_resp_delete_records_partition_result *out;
	uint32_t writer, generation; /* of the writer when it was posted */
	uint32_t turn;               /* of this entry, against late answers */
	bool posted;
	struct msg_delete_records m;
};

#define COOKIE_BITS 18

static struct delete_part *dparts;
static uint32_t ndparts, dparts_used, unposted;
static struct event retry;
static bool retry_assigned;

static uint32_t
dpart_new(void)
{
	uint32_t i = 0;

	if (dparts_used == ndparts) {
		if (ndparts >= 1u << COOKIE_BITS)
			return UINT32_MAX;
		i = ndparts;
		ndparts = ndparts == 0 ? 64 : ndparts * 2;
		dparts = xreallocarray(dparts, ndparts, sizeof *dparts);
		memset(dparts + i, 0, (ndparts - i) * sizeof *dparts);
		/* an answer to our predecessor must not pass for one to us */
		for (uint32_t k = i; k < ndparts; k++)
			dparts[k].turn = acceptor.child->generation * 0x9e37u;
	}
	while (dparts[i].d != NULL)
		i++;
	dparts_used++;
	dparts[i].turn++;
	return i;
}

static void
dpart_free(struct delete_part *p)
{
	if (!p->posted)
		unposted--;
	p->d = NULL;
	dparts_used--;
}

/* Forgets everything that d waits for. */
static void
deletion_forget(struct deletion *d, int16_t error)
{
	for (uint32_t i = 0; i < ndparts && d->left > 0; i++) {
		if (dparts[i].d != d)
			continue;
		dparts[i].out->error_code = error;
		dpart_free(&dparts[i]);
		d->left--;
	}
}

static void
deletion_free(struct deletion *d)
{
	evtimer_del(&d->timer);
	msg_arena_fini(&d->arena);
	free(d);
}

static void
deletion_answer(struct deletion *d)
{
	struct request *r = d->r;

	r->cancel = NULL;
	request_reply(r, d->resp);
	deletion_free(d);
}

static void
deletion_cancel(struct request *r)
{
	struct deletion *d = r->state;

	deletion_forget(d, KERR_NONE);
	deletion_free(d);
}

static void
deletion_timeout(int fd, short what, void *arg)
{
	struct deletion *d = arg;

	(void)fd;
	(void)what;
	deletion_forget(d, KERR_REQUEST_TIMED_OUT);
	deletion_answer(d);
}

static bool
dpart_post(uint32_t i)
{
	struct delete_part *p = &dparts[i];
	const struct shm_part *peer = shm_peer(acceptor.shm, p->writer);
	union {
		struct shm_msg m;
		struct msg_delete_records b;
	} u;

	memset(&u, 0, sizeof u);
	u.b = p->m;
	u.m.cookie = p->turn << COOKIE_BITS | i;
	p->generation =
	    peer == NULL ? 0 : atomic_load_explicit(&peer->generation, memory_order_relaxed);
	if (child_post(acceptor.child, p->writer, &u.m) == -1)
		return false;
	p->posted = true;
	unposted--;
	return true;
}

static void
on_retry(int fd, short what, void *arg)
{
	struct timeval tv = {0, RETRY_US};

	(void)fd;
	(void)what;
	(void)arg;
	for (uint32_t i = 0; i < ndparts && unposted > 0; i++)
		if (dparts[i].d != NULL && !dparts[i].posted && !dpart_post(i))
			break;
	if (unposted > 0)
		evtimer_add(&retry, &tv);
}

static int16_t
delete_one(struct request *r, struct deletion *d, const struct kstr *name,
    const struct delete_records_req_delete_records_partition *q,
    struct delete_records_resp_delete_records_partition_result *out)
{
	struct delete_part *p;
	struct found f;
	int16_t error = find(r, name, q->partition_index, -1, true, &f);
	uint32_t i;

	if (error == KERR_UNKNOWN_TOPIC_OR_PARTITION)
		return error;
	if (f.at.topic->internal)
		return KERR_INVALID_TOPIC_EXCEPTION;
	if (error != KERR_NONE)
		return error;
	if (!f.at.topic->config.cleanup_delete)
		return KERR_POLICY_VIOLATION;
	if (q->offset < -1)
		return KERR_OFFSET_OUT_OF_RANGE;
	i = dpart_new();
	if (i == UINT32_MAX)
		return KERR_REQUEST_TIMED_OUT;
	p = &dparts[i];
	p->d = d;
	p->out = out;
	p->posted = false;
	p->writer = proc_slot(PROC_WRITER, (uint32_t)f.at.part.leader);
	p->m = (struct msg_delete_records){
	    .type = CALL_DELETE_RECORDS,
	    .slot = f.slot,
	    .slot_generation = f.at.part.generation,
	    .leader_epoch = f.at.part.leader_epoch,
	    .before = q->offset,
	};
	unposted++;
	d->left++;
	dpart_post(i);
	return KERR_NONE;
}

/* Fills the answer and posts what must be done; false: it does not fit. */
static bool
delete_all(struct request *r, struct deletion *d)
{
	const struct delete_records_req *req = r->body;
	const struct delete_records_req_delete_records_topic *t;
	const struct delete_records_req_delete_records_partition *p;
	struct delete_records_resp_delete_records_topic_result *to;
	struct delete_records_resp_delete_records_partition_result *out;
	int n = 0;

	d->resp = msg_new(&d->arena, delete_records_resp);
	to = msg_arr(&d->arena, &d->resp->topics, (size_t)karr_len(&req->topics));
	if (to == NULL)
		return false;
	karr_for (t, &req->topics) {
		if (karr_len(&t->partitions) == 0)
			continue;
		msg_str_copy(&d->arena, &to->name, &t->name);
		out = msg_arr(&d->arena, &to->partitions, (size_t)karr_len(&t->partitions));
		if (out == NULL)
			return false;
		karr_for (p, &t->partitions) {
			out->partition_index = p->partition_index;
			out->low_watermark = -1;
			out->error_code = delete_one(r, d, &t->name, p, out);
			out++;
		}
		to++;
		n++;
	}
	msg_arr_cut(&d->resp->topics, n);
	return true;
}

void
api_delete_records(struct request *r)
{
	const struct delete_records_req *req = r->body;
	struct deletion *d = xcalloc(1, sizeof *d);
	struct timeval tv = {0, RETRY_US};
	int32_t ms = req->timeout_ms < DELETE_MS_MIN ? DELETE_MS_MIN : req->timeout_ms;

	if (!retry_assigned) {
		evtimer_assign(&retry, acceptor.child->base, on_retry, NULL);
		retry_assigned = true;
	}
	evtimer_assign(&d->timer, acceptor.child->base, deletion_timeout, d);
	d->r = r;
	if (msg_arena_init(&d->arena, ARENA_BYTES) == -1 || !delete_all(r, d)) {
		deletion_forget(d, KERR_NONE);
		deletion_free(d);
		request_close(r, "the answer does not fit");
		return;
	}
	if (d->left == 0) {
		deletion_answer(d);
		return;
	}
	r->state = d;
	r->cancel = deletion_cancel;
	if (unposted > 0 && !evtimer_pending(&retry, NULL))
		evtimer_add(&retry, &tv);
	tv = (struct timeval){ms / 1000, ms % 1000 * 1000};
	evtimer_add(&d->timer, &tv);
}

static void
dpart_done(uint32_t i, int64_t low, int16_t error)
{
	struct delete_part *p = &dparts[i];
	struct deletion *d = p->d;

	p->out->low_watermark = error == KERR_NONE ? low : -1;
	p->out->error_code = error;
	dpart_free(p);
	if (--d->left == 0)
		deletion_answer(d);
}

void
offsets_answer(uint32_t from, const struct msg_records_deleted *m)
{
	uint32_t i = m->cookie & ((1u << COOKIE_BITS) - 1);

	if (i >= ndparts || dparts[i].d == NULL || !dparts[i].posted || dparts[i].writer != from ||
	    (dparts[i].turn << COOKIE_BITS | i) != m->cookie)
		return; /* late: it was given up */
	dpart_done(i, m->low_watermark, m->error);
}

void
offsets_peer_died(uint32_t slot, uint32_t generation)
{
	for (uint32_t i = 0; i < ndparts; i++)
		if (dparts[i].d != NULL && dparts[i].posted && dparts[i].writer == slot &&
		    dparts[i].generation <= generation)
			dpart_done(i, -1, KERR_NOT_LEADER_OR_FOLLOWER);
}
