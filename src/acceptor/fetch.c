/* SPDX-License-Identifier: ISC */
/*
 * fetch.c - Fetch: the way of a request and its answer.  Used in: acceptor.
 *
 * Look at every partition that is asked for (of a session: at those that are dirty) and take what
 * the limits allow; answer if that is enough, if there is an error, or if the client does not want
 * to wait; else wait, look again, and answer.  The answer is a list of pieces of memory and of
 * files.
 *
 * A consumer may read from any replica that agrees with its leader, up to what that replica knows to
 * be committed (KIP-392).  Requests of followers on other hosts (replica id >= 0) are answered as by a
 * leader that does not know the replica: NOT_LEADER_OR_FOLLOWER for every partition.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define ANSWER_MAX (64u << 20) /* of an answer without records: 200,000 partitions and more */
#define PREFETCH 32  /* partitions whose lines are fetched ahead; more would push each other out */
#define FETCH_IDS 13 /* first version with topic ids */
#define FETCH_SESSIONS 7
#define FETCH_RACKS 11 /* first version that may read from followers */
#define FETCH_ENDPOINTS \
	16 /* first version that names the leader to those who asked somebody else */

static struct fetch *free_fetches;
static struct msg_arena arena;  /* the answer under hand */
static struct wire_out encoded; /* likewise, all but records */
static struct msg_splices splices;
static struct fpart **looked; /* the partitions of the request under hand that were looked at */
static uint32_t nlooked, looked_cap;

void
fetch_init(void)
{
	if (msg_arena_init(&arena, ANSWER_MAX) == -1)
		fatal("could not set up memory for answers");
	wire_out_init(&encoded, ANSWER_MAX);
	wait_init(acceptor.child);
	fread_init();
	fwait_init();
	session_init();
}

void
fetch_tick(void)
{
	fread_tick();
	fcold_tick();
}

static struct fetch *
fetch_new(struct request *r)
{
	struct fetch *f = free_fetches;

	if (f != NULL)
		free_fetches = f->next_free;
	else
		f = xmalloc(sizeof *f);
	memset(f, 0, sizeof *f);
	fset_init(&f->own, NULL);
	f->own.fetch = f;
	f->set = &f->own;
	f->r = r;
	f->heap = UINT32_MAX;
	return f;
}

/* What it waits for, holds or asks for is given up; its session stays. */
static void
fetch_free(struct fetch *f)
{
	fwait_end(f);
	fcold_forget(f);
	if (f->session != NULL)
		f->session->set.fetch = NULL;
	fset_clear(&f->own);
	f->next_free = free_fetches;
	free_fetches = f;
}

static void
on_cancel(struct request *r)
{
	struct fetch *f = r->state;

	fetch_free(f);
}

void
fetch_fail(struct fetch *f, int16_t error)
{
	struct request *r = f->r;
	struct fetch_resp *resp;

	fetch_free(f);
	r->cancel = NULL;
	msg_arena_reset(&arena);
	resp = msg_new(&arena, fetch_resp);
	resp->error_code = error;
	request_reply(r, resp);
}

/* ---- the answer ---- */

/* Is there anything that the client of this session does not know yet? */
static bool
has_news(const struct fpart *p)
{
	return p->length > 0 || p->error != KERR_NONE || p->diverging || p->preferred >= 0 || p->hw != p->sent_hw ||
	       p->start != p->sent_start;
}

static void
told(struct fpart *p)
{
	p->sent_hw = p->error != KERR_NONE || p->diverging ? -1 : p->hw;
	p->sent_start = p->start;
}

/*
 * Which of the partitions that were looked at are in the answer, in its order: those that nobody
 * knows last, as Kafka does.  A session tells only news; a partition without any is clean from now
 * on.
 */
static uint32_t
choose(struct fetch *f)
{
	struct fset *set = f->set;
	uint32_t n = 0, absent = 0;

	for (uint32_t i = 0; i < nlooked; i++) {
		struct fpart *p = looked[i];
		if (set->session != NULL && !has_news(p)) {
			p->pending = 0;
			if (p->offset <
			    p->bound) /* there is data, for which this answer has no room */
				continue;
			fpart_arm(p);
			if (!fread_moved(f, p))
				fpart_clean(p);
			continue;
		}
		if (set->session != NULL) {
			/* whoever gave data goes behind the others, so that a small limit starves
			 * nobody */
			if (p->length > 0) {
				p->rank = ++set->rank;
				fpart_clean(p);
				fpart_dirty(p);
			}
			fpart_disarm(p);
		}
		if (p->absent)
			absent++;
		looked[n++] = p;
	}
	if (absent > 0 && absent < n) {
		struct fpart **last = xcalloc(absent, sizeof *last);
		uint32_t k = 0, m = 0;
		for (uint32_t i = 0; i < n; i++) {
			if (looked[i]->absent)
				last[k++] = looked[i];
			else
				looked[m++] = looked[i];
		}
		memcpy(looked + m, last, absent * sizeof *last);
		free(last);
	}
	return n;
}

static bool
put_partition(struct fetch *f, struct fpart *p, uint32_t index, struct fetch_resp_partition_data *d)
{
	struct fetch_resp_aborted_transaction *at;
	const struct view_aborted *ab;
	struct shm_node node;

	d->partition_index = p->partition;
	d->error_code = p->error == KERR_KAFKA_STORAGE_ERROR && f->version <= 5
			    ? KERR_NOT_LEADER_OR_FOLLOWER
			    : p->error;
	d->high_watermark = p->hw;
	d->last_stable_offset = p->lso;
	d->log_start_offset = p->start;
	if (p->diverging) {
		d->diverging_epoch.epoch = p->end_epoch;
		d->diverging_epoch.end_offset = p->end_offset;
	}
	if (p->preferred >= 0 && tables_node(acceptor.tables, (uint32_t)p->preferred, &node))
		d->preferred_read_replica = node.id;
	if (f->version >= FETCH_ENDPOINTS &&
	    (p->error == KERR_NOT_LEADER_OR_FOLLOWER || p->error == KERR_FENCED_LEADER_EPOCH)) {
		d->current_leader.leader_epoch = p->leader_epoch;
		if (p->leader >= 0 && tables_node(acceptor.tables, (uint32_t)p->leader, &node))
			d->current_leader.leader_id = node.id;
	}
	if (p->naborted == UINT32_MAX) {
		if (!p->absent)
			msg_arr_null(&d->aborted_transactions);
	} else if (p->naborted > 0) {
		at = msg_arr(&arena, &d->aborted_transactions, p->naborted);
		if (at == NULL)
			return false;
		ab = fread_aborted(p);
		for (uint32_t i = 0; i < p->naborted; i++)
			at[i] =
			    (struct fetch_resp_aborted_transaction){ab[i].producer_id, ab[i].first};
	}
	d->records.pos = index;
	d->records.len = (int32_t)p->length;
	return true;
}

/* The leaders that the errors of the answer name. */
static bool
put_endpoints(struct fetch *f, struct fetch_resp *resp, uint32_t n)
{
	uint64_t leaders = 0;
	struct fetch_resp_node_endpoint *e;
	struct shm_node node;
	int count = 0;

	if (f->version < FETCH_ENDPOINTS)
		return true;
	for (uint32_t i = 0; i < n; i++)
		if ((looked[i]->error == KERR_NOT_LEADER_OR_FOLLOWER ||
			looked[i]->error == KERR_FENCED_LEADER_EPOCH) &&
		    looked[i]->leader >= 0 && looked[i]->leader < SHM_NODES)
			leaders |= UINT64_C(1) << looked[i]->leader;
	if (leaders == 0)
		return true;
	e = msg_arr(&arena, &resp->node_endpoints, (size_t)__builtin_popcountll(leaders));
	if (e == NULL)
		return false;
	for (uint32_t i = 0; i < SHM_NODES; i++) {
		if ((leaders & UINT64_C(1) << i) == 0 || !tables_node(acceptor.tables, i, &node) ||
		    f->listener >= SHM_LISTENERS || node.state == NODE_NONE)
			continue;
		e->node_id = node.id;
		e->port = node.port[f->listener];
		msg_str0(&arena, &e->host,
		    node.host[f->listener][0] != '\0' ? node.host[f->listener]
						      : conn_local_host(f->r->conn));
		if (node.rack[0] != '\0')
			msg_str0(&arena, &e->rack, node.rack);
		e++;
		count++;
	}
	msg_arr_cut(&resp->node_endpoints, count);
	return true;
}

static bool
put_topics(struct fetch *f, struct fetch_resp *resp, uint32_t n)
{
	struct fetch_resp_fetchable_topic_response *t;
	struct fetch_resp_partition_data *d;
	uint32_t topics = 0, i, end;

	for (i = 0; i < n; i++)
		topics += i == 0 || !ftopic_same(looked[i]->topic, looked[i - 1]->topic);
	t = msg_arr(&arena, &resp->responses, topics);
	if (t == NULL)
		return false;
	for (i = 0; i < n; i = end, t++) {
		const struct ftopic *topic = looked[i]->topic;
		for (end = i + 1; end < n && ftopic_same(looked[end]->topic, topic); end++)
			;
		if (topic->by_id)
			t->topic_id = topic->id;
		else
			msg_str(&arena, &t->topic, topic->name, topic->len);
		d = msg_arr(&arena, &t->partitions, end - i);
		if (d == NULL)
			return false;
		for (uint32_t k = i; k < end; k++)
			if (!put_partition(f, looked[k], k, &d[k - i]))
				return false;
	}
	return true;
}

/* Gives the connection the encoded answer with the records in their places. */
static void
send_pieces(struct request *r, uint32_t node)
{
	uint32_t from = 0;
	uint64_t copied = 0;

	out_begin(r, (uint32_t)(encoded.len + (uint64_t)splices.bytes));
	for (int i = 0; i < splices.n; i++) {
		const struct msg_splice *s = &splices.v[i];
		struct fpart *p = looked[s->pos];
		out_mem(r, encoded.base + from, s->out_off - from);
		from = s->out_off;
		if (p->file != NULL) {
			int fd = p->file->fd;

			out_file(r, fd, p->position, p->length, fagain_source(p, node));
		} else {
			out_mem(r, fread_copied(p), p->length);
			copied += p->length;
		}
	}
	out_mem(r, encoded.base + from, (uint32_t)encoded.len - from);
	if (copied > 0)
		shm_count(acceptor.child->self, CTR_COPIED_BYTES, copied);
}

static bool
encode(struct fetch *f, int16_t error, int32_t session_id, uint32_t n)
{
	struct fetch_resp *resp;

	msg_arena_reset(&arena);
	wire_out_reset(&encoded);
	resp = msg_new(&arena, fetch_resp);
	if (resp == NULL)
		return false;
	resp->error_code = error;
	resp->session_id = session_id;
	if (!put_topics(f, resp, n) || !put_endpoints(f, resp, n))
		return false;
	if ((uint32_t)splices.max < n) {
		splices.max = (int)(n < 64 ? 64 : n * 2);
		splices.v = xreallocarray(splices.v, (size_t)splices.max, sizeof *splices.v);
	}
	splices.n = 0;
	splices.bytes = 0;
	return msg_encode(&fetch_resp_table, f->version, resp, &encoded, &splices) == MSG_OK &&
	       encoded.len + (uint64_t)splices.bytes < INT32_MAX - 64;
}

/* Sends the answer about the first n of looked; f is gone. */
static void
fetch_send(struct fetch *f, int16_t error, int32_t session_id, uint32_t n)
{
	struct request *r = f->r;

	r->cancel = NULL;
	if (encode(f, error, session_id, n)) {
		send_pieces(r, f->node);
		for (uint32_t i = 0; i < n; i++) {
			told(looked[i]);
			fpart_drop_piece(looked[i]);
		}
		fetch_free(f);
		request_sent(r);
	} else {
		for (uint32_t i = 0; i < n; i++)
			fpart_drop_piece(looked[i]);
		fetch_free(f);
		request_close(r, "the answer to a fetch does not fit");
	}
}

static void
fetch_answer(struct fetch *f)
{
	uint32_t n = choose(f);

	fetch_send(f, KERR_NONE,
	    f->make_session      ? session_create(f)
	    : f->session != NULL ? f->session->id
				 : 0,
	    n);
}

/* ---- the way of a request ---- */

static void
looked_add(struct fpart *p)
{
	if (nlooked == looked_cap) {
		looked_cap = looked_cap == 0 ? 64 : looked_cap * 2;
		looked = xreallocarray(looked, looked_cap, sizeof *looked);
	}
	looked[nlooked++] = p;
}

static int
by_rank(const void *a, const void *b)
{
	const struct fpart *x = *(struct fpart *const *)a, *y = *(struct fpart *const *)b;

	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* The partitions that must be looked at, in the order of the request or of the session. */
static void
gather(struct fset *set)
{
	bool sorted = true;
	struct fpart *p;

	nlooked = 0;
	if (set->session == NULL) {
		TAILQ_FOREACH (p, &set->parts, order)
			looked_add(p);
		return;
	}
	TAILQ_FOREACH (p, &set->dirty, dirty_entry) {
		sorted = sorted && (nlooked == 0 || looked[nlooked - 1]->rank < p->rank);
		looked_add(p);
	}
	if (!sorted)
		qsort(looked, nlooked, sizeof *looked, by_rank);
}

static void
look_at(struct fetch *f, struct fpart *p, int32_t *limit, bool *first)
{
	fread_part(f, p, limit, first);
	f->bytes += p->length;
	if (p->absent)
		f->interesting--;
	else if (p->error != KERR_NONE || p->diverging || p->preferred >= 0)
		f->at_once = true;
}

static void
look_at_all(struct fetch *f)
{
	int32_t limit = f->max_bytes;
	bool first = true;

	gather(f->set);
	f->bytes = 0;
	f->at_once = false;
	f->interesting = f->set->count;
	fread_begin();
	for (uint32_t i = 1; i < nlooked && i < PREFETCH; i++)
		fread_prefetch(f, looked[i]);
	for (uint32_t i = 0; i < nlooked; i++)
		look_at(f, looked[i], &limit, &first);
}

static void
drop_pieces(void)
{
	for (uint32_t i = 0; i < nlooked; i++)
		fpart_drop_piece(looked[i]);
}

static void
fetch_run(struct fetch *f)
{
	for (;;) {
		look_at_all(f);
		if (f->cold > 0) {
			f->how = FETCH_COLD;
			drop_pieces();
			return;
		}
		if (f->final || f->max_wait <= 0 || f->interesting == 0 || f->at_once ||
		    (int64_t)f->bytes >= f->min_bytes) {
			fetch_answer(f);
			return;
		}
		drop_pieces();
		if (fwait_begin(f))
			return;
		f->final = true;
	}
}

void
fetch_finish(struct fetch *f)
{
	f->final = true;
	f->rounds = 0;
	f->located = false;
	fetch_run(f);
}

void
fetch_expired(struct fetch *f)
{
	/* who is not known yet is not waited for: it may be there now */
	if (f->moved || f->interesting != f->set->count) {
		fetch_finish(f);
		return;
	}
	gather(f->set);
	fetch_answer(f);
}

void
fetch_warm(struct fetch *f)
{
	f->how = FETCH_RUNNING;
	/* first the places, then the data that lies there */
	if (f->locating)
		f->located = true;
	else
		f->rounds++;
	f->locating = false;
	fetch_run(f);
}

/* A request that makes no sense as a whole; below version 13 Kafka says so of each partition, too.
 */
static void
refuse(struct fetch *f, const struct fetch_req *q, int16_t error)
{
	struct fpart *p;

	nlooked = 0;
	if (!f->by_id && fset_fill(&f->own, q, false)) {
		TAILQ_FOREACH (p, &f->own.parts, order) {
			p->error = error;
			p->absent = true;
			p->diverging = false;
			p->preferred = -1;
			p->hw = p->lso = p->start = -1;
			p->naborted = UINT32_MAX;
			looked_add(p);
		}
	}
	fetch_send(f, error, 0, nlooked);
}

/* The nodes in the client's rack, if this one is not among them and it is to be sent there (KIP-392). */
static uint64_t
nearer(const struct fetch *f, const struct kstr *rack)
{
	struct shm_node node;
	uint64_t mask = 0;

	if (!config_rack_aware(acceptor.config) || f->leader_only || f->replica >= 0 || rack->len <= 0)
		return 0;
	for (uint32_t i = 0; i < tables_nodes(acceptor.tables) && i < SHM_NODES; i++)
		if (tables_node(acceptor.tables, i, &node) && node.state == NODE_ONLINE &&
		    kstr_eq(rack, node.rack, strlen(node.rack)))
			mask |= UINT64_C(1) << i;
	return (mask >> f->node & 1) != 0 ? 0 : mask;
}

void
api_fetch(struct request *r)
{
	const struct fetch_req *q = r->body;
	struct fetch *f = fetch_new(r);
	int32_t most = acceptor.config->fetch_max_bytes;
	int16_t error;

	r->state = f;
	r->cancel = on_cancel;
	f->version = r->version;
	f->by_id = r->version >= FETCH_IDS;
	f->replica = r->version >= 15 ? q->replica_state.replica_id : q->replica_id;
	f->isolation = q->isolation_level;
	f->node = conn_node(r->conn);
	f->listener = conn_listener(r->conn);
	f->leader_only = r->version < FETCH_RACKS;
	f->nearer = nearer(f, &q->rack_id);
	if (most > FETCH_BYTES_MAX)
		most = FETCH_BYTES_MAX;
	f->max_bytes = q->max_bytes < most ? q->max_bytes : most;
	f->min_bytes = q->min_bytes < f->max_bytes ? q->min_bytes : f->max_bytes;
	f->max_wait = q->max_wait_ms;
	if (f->isolation < 0 || f->isolation > 1) {
		refuse(f, q, KERR_UNKNOWN_SERVER_ERROR);
		return;
	}
	error = session_context(f, q);
	if (error != KERR_NONE)
		fetch_fail(f, error);
	else
		fetch_run(f);
}
