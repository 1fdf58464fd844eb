/* SPDX-License-Identifier: ISC */
/*
 * crashload.c - produces and consumes while somebody kills the daemon's processes, then checks every record.
 *
 * Knows each record that was acknowledged and at which offset.  Runs until its standard input ends; then producers
 * finish what they began (an idempotent producer everything that it sent), all partitions are read back, and:
 *   every acknowledged record is there, at the offset that the acknowledgement named, unchanged;
 *   no record is there twice; idempotent: each that was sent is there once;
 *   the records of a producer are in the order in which it sent them; those that were under way when its connection broke
 *   may come behind later ones on the next, unless it is idempotent;
 *   what a consumer was given while it ran is still there, unchanged;
 *   no answer holds records above its own high watermark; with -m, the high watermark of a partition never falls (in
 *   Apache Kafka it may, for a moment, when another replica leads; after a power loss it may everywhere).
 * -T FILE: acknowledgements (acks=all) and what was read also go to FILE, as a trace for t/model/tracecheck.
 * Prints "progress ..." about five times a second (acknowledged records of each producer, then records consumed of
 * each partition), at the end "violation ..." lines and one "result ..." line.  Exit code 0: no violation.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kclient.h"
#include "odradek/base/clock.h"

#define PRODUCERS_MAX 2048
#define PARTITIONS_MAX 2048
#define DEPTH_MAX 64
#define NODES_MAX 64
#define UNANSWERED (-2) /* an offset that may come to be */
#define STALL_MS 15000 /* a connection without an answer for so long is given up */

static struct {
	const char *host, *topic;
	int port, partitions, producers, depth, records, acks, rate;
	size_t size;
	bool idempotent, consume, create, monotonic;
	int replicas;
} opt = { .host = "127.0.0.1", .topic = "crash", .partitions = 4, .producers = 4, .depth = 4, .records = 2, .acks = -1,
	.size = 200, .rate = 1500, .replicas = 1 };

struct sent {
	int64_t first;
	bool acked;
};

struct producer {
	int id, partition;
	struct conn c;
	bool ready; /* connected, and has a producer id if it needs one */
	bool asked_id;
	int64_t pid;
	int epoch;
	struct sent q[DEPTH_MAX]; /* not acknowledged; `flying` of them are in flight, `answered` of these are back */
	int n, flying, answered;
	bool failed;		  /* idempotent: something of this flight must be sent again */
	int64_t next;		  /* sequence of the next new record */
	int64_t *offset;	  /* by sequence: where the acknowledgement put it; -1 = none; -2 = refused */
	int64_t cap;
	int64_t wait_until, sent_at, last_ack, longest_gap, acked, due;
};

struct partition {
	struct conn c;
	bool asked;
	int64_t next, wait_until, asked_at, seen, hw;
	uint64_t *record; /* by offset: producer << 40 | sequence, as a consumer saw it */
	int64_t cap;
};

static struct producer producer[PRODUCERS_MAX];
static struct partition partition[PARTITIONS_MAX];
static struct {
	int port[NODES_MAX];
	int32_t id[NODES_MAX];
	int n, leader[PARTITIONS_MAX]; /* port; 0 = not known */
	int64_t asked;
} cluster;
static struct {
	int64_t reconnects, errors, violations, maybe, acked, present;
	int64_t by_error[128];
} count;
static bool stopping;

static void violation(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void
violation(const char *fmt, ...)
{
	va_list ap;

	if (++count.violations > 20)
		return;
	printf("violation ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

/* ---- the trace (t/model/trace.h) ---- */

static FILE *trace;

static void
trace_record(const char *kind, int part, int64_t offset, uint64_t name)
{
	if (trace != NULL)
		fprintf(trace, "%lld %s %s/%d %lld %llx\n", (long long)mono_ns(), kind, opt.topic, part, (long long)offset,
		    (unsigned long long)name);
}

/* ---- the cluster ---- */

static void
skip_string(struct in *in)
{
	int64_t n = get(in, 2);

	if (n > 0)
		get_skip(in, n);
}

static void
skip_ints(struct in *in)
{
	int64_t n = get(in, 4);

	get_skip(in, n > 0 ? n * 4 : 0);
}

static bool
read_metadata(struct in *in)
{
	int64_t n = get(in, 4), topics;
	int found = 0;

	cluster.n = 0;
	for (int64_t i = 0; i < n && !in->bad; i++) {
		int32_t id = (int32_t)get(in, 4);

		skip_string(in);
		if (cluster.n < NODES_MAX) {
			cluster.id[cluster.n] = id;
			cluster.port[cluster.n++] = (int)get(in, 4);
		} else {
			get(in, 4);
		}
		skip_string(in);
	}
	get(in, 4);
	topics = get(in, 4);
	for (int64_t t = 0; t < topics && !in->bad; t++) {
		get(in, 2);
		skip_string(in);
		get(in, 1);
		n = get(in, 4);
		for (int64_t i = 0; i < n && !in->bad; i++) {
			int64_t error = get(in, 2), id = get(in, 4), leader = get(in, 4);

			skip_ints(in);
			skip_ints(in);
			for (int k = 0; k < cluster.n && id >= 0 && id < opt.partitions && error == 0; k++)
				if (cluster.id[k] == leader) {
					cluster.leader[id] = cluster.port[k];
					found++;
				}
		}
	}
	return !in->bad && found == opt.partitions;
}

/* One blocking call; at most five a second, since the others wait meanwhile. */
static bool
find_leaders(void)
{
	struct conn c = { .fd = -1 };
	struct in in;
	bool good = false;

	if (mono_now() - cluster.asked < 200)
		return false;
	if (conn_open(&c, opt.host, opt.port) == 0) {
		conn_begin(&c, 3, 1);
		put32(&c.out, 1);
		put_str(&c.out, opt.topic);
		conn_end(&c);
		good = conn_wait(&c, 1000, &in) && read_metadata(&in);
	}
	conn_fini(&c);
	cluster.asked = mono_now();
	return good;
}

static bool
create_topic(void)
{
	struct conn c = { .fd = -1 };
	struct in in;
	int error = -1;

	if (conn_open(&c, opt.host, opt.port) == 0) {
		conn_begin(&c, 19, 2);
		put32(&c.out, 1);
		put_str(&c.out, opt.topic);
		put32(&c.out, opt.partitions);
		put16(&c.out, opt.replicas);
		put32(&c.out, 0);
		put32(&c.out, 0);
		put32(&c.out, 20000);
		put8(&c.out, 0);
		conn_end(&c);
		if (conn_wait(&c, 30000, &in)) {
			get(&in, 4);
			get(&in, 4);
			skip_string(&in);
			error = (int)get(&in, 2);
		}
	}
	conn_fini(&c);
	if (error != 0)
		fprintf(stderr, "could not create topic %s: error %d\n", opt.topic, error);
	return error == 0;
}

/* ---- records ---- */

#define RECORD_HEAD 24
#define RECORD_MAGIC 0x63726173686c6f61ull

static uint8_t
pattern(int id, int64_t seq, size_t i)
{
	return (uint8_t)((uint64_t)id * 131 + (uint64_t)seq * 31 + i * 7);
}

struct filling {
	int id;
	int64_t first;
};

static void
fill_record(void *arg, int i, uint8_t *p, size_t size)
{
	const struct filling *f = arg;
	uint64_t head[3] = { RECORD_MAGIC, (uint64_t)f->id, (uint64_t)(f->first + i) };

	memcpy(p, head, sizeof(head));
	for (size_t k = RECORD_HEAD; k < size; k++)
		p[k] = pattern(f->id, f->first + i, k);
}

/* Producer << 40 | sequence; UINT64_MAX when it is none of ours, or damaged. */
static uint64_t
record_name(const uint8_t *p, size_t len)
{
	uint64_t head[3];

	if (len < RECORD_HEAD)
		return UINT64_MAX;
	memcpy(head, p, sizeof(head));
	if (head[0] != RECORD_MAGIC || head[1] >= (uint64_t)opt.producers || head[2] >> 40 != 0 || len != opt.size)
		return UINT64_MAX;
	for (size_t k = RECORD_HEAD; k < len; k++)
		if (p[k] != pattern((int)head[1], (int64_t)head[2], k))
			return UINT64_MAX;
	return head[1] << 40 | head[2];
}

/* ---- producing ---- */

static void
give_up(struct producer *p)
{
	for (int i = 0; i < p->n; i++)
		for (int k = 0; k < opt.records && !p->q[i].acked; k++)
			p->offset[p->q[i].first + k] = UNANSWERED;
	p->n = 0;
}

static void
producer_drop(struct producer *p, int64_t wait_ms)
{
	conn_close(&p->c);
	p->ready = p->asked_id = false;
	if (!opt.idempotent)
		give_up(p); /* whether they are there, nobody knows: they are not sent again */
	p->flying = p->answered = 0;
	p->failed = false;
	p->wait_until = mono_now() + wait_ms;
	/* what was acknowledged out of turn is not sent again */
	for (int i = 0; i < p->n;) {
		if (p->q[i].acked)
			memmove(&p->q[i], &p->q[i + 1], (size_t)(--p->n - i) * sizeof(p->q[0]));
		else
			i++;
	}
}

static void
send_batch(struct producer *p, const struct sent *s)
{
	struct filling f = { p->id, s->first };
	struct buf *b = &p->c.out;
	size_t at;

	conn_begin(&p->c, 0, 7);
	put16(b, -1);
	put16(b, opt.acks);
	put32(b, 10000);
	put32(b, 1);
	put_str(b, opt.topic);
	put32(b, 1);
	put32(b, p->partition);
	at = b->len;
	put32(b, 0);
	batch_put(b, opt.records, opt.size, p->pid, p->epoch, p->pid < 0 ? -1 : (int32_t)(s->first & INT32_MAX),
	    fill_record, &f);
	{
		size_t n = b->len - at - 4;

		for (int i = 0; i < 4; i++)
			b->p[at + (size_t)i] = (uint8_t)(n >> (24 - 8 * i));
	}
	conn_end(&p->c);
	if (p->flying == 0)
		p->sent_at = mono_now();
	p->flying++;
}

static void
grow(struct producer *p)
{
	int64_t cap = p->cap;

	if (p->next + opt.records <= p->cap)
		return;
	p->cap = cap == 0 ? 65536 : cap * 2;
	if ((p->offset = realloc(p->offset, (size_t)p->cap * sizeof(*p->offset))) == NULL)
		abort();
	for (int64_t i = cap; i < p->cap; i++)
		p->offset[i] = -1;
}

static void
producer_send(struct producer *p)
{
	/* again, what came back with an error or was in flight when the connection broke */
	while (!p->failed && p->flying < p->n)
		send_batch(p, &p->q[p->flying]);
	while (!p->failed && !stopping && p->n < opt.depth && mono_now() >= p->due) {
		/* a broker that knows nothing of us takes any sequence: the first batch goes alone */
		if (opt.idempotent && p->acked == 0 && p->n > 0)
			return;
		grow(p);
		p->q[p->n++] = (struct sent){ .first = p->next };
		p->next += opt.records;
		send_batch(p, &p->q[p->n - 1]);
		if (opt.rate > 0) {
			int64_t now = mono_now(), step = (int64_t)opt.depth * 1000 / opt.rate;

			if (p->n == opt.depth)
				p->due = now + (step > 0 ? step : 1);
		}
	}
}

static void
acknowledged(struct producer *p, struct sent *s, int64_t base)
{
	int64_t now = mono_now();

	if (now - p->last_ack > p->longest_gap)
		p->longest_gap = now - p->last_ack;
	p->last_ack = now;
	s->acked = true;
	for (int i = 0; i < opt.records; i++) {
		int64_t *o = &p->offset[s->first + i];

		if (*o >= 0 && *o != base + i)
			violation("producer %d sequence %lld: acknowledged at %lld and at %lld", p->id, (long long)s->first + i,
			    (long long)*o, (long long)base + i);
		*o = base + i;
		if (opt.acks == -1)
			trace_record("ack", p->partition, base + i, (uint64_t)p->id << 40 | (uint64_t)(s->first + i));
	}
	p->acked += opt.records;
}

static bool
retriable(int error)
{
	return error == 3 || error == 5 || error == 6 || error == 7 || error == 9 || error == 13 || error == 19 ||
	    error == 20 || error == 56 || error == 74;
}

static void
flight_over(struct producer *p)
{
	int kept = 0;

	for (int i = 0; i < p->n; i++)
		if (!p->q[i].acked)
			p->q[kept++] = p->q[i];
	p->n = kept;
	p->flying = p->answered = 0;
	p->failed = false;
}

static void
produce_answer(struct producer *p, struct in *in)
{
	struct sent *s = &p->q[p->answered];
	int error;
	int64_t base;

	get(in, 4);
	skip_string(in);
	get(in, 4);
	get(in, 4);
	error = (int)get(in, 2);
	base = get(in, 8);
	if (in->bad || p->answered >= p->flying) {
		violation("producer %d: an answer that was not asked for", p->id);
		producer_drop(p, 100);
		return;
	}
	p->sent_at = mono_now();
	if (error == 0) {
		acknowledged(p, s, base);
	} else {
		count.errors++;
		if (error >= 0 && error < 128)
			count.by_error[error]++;
		if (opt.idempotent && (error == 45 && p->failed ? false : !retriable(error)))
			violation("producer %d sequence %lld: error %d", p->id, (long long)s->first, error);
		else if (!opt.idempotent && !retriable(error))
			violation("producer %d sequence %lld: error %d", p->id, (long long)s->first, error);
		if (error == 3 || error == 5 || error == 6)
			cluster.leader[p->partition] = 0;
		p->wait_until = mono_now() + 20;
		p->failed = opt.idempotent;
	}
	p->answered++;
	if (!opt.idempotent || !p->failed) {
		/* in order: the front of the queue is done */
		memmove(&p->q[0], &p->q[1], (size_t)(--p->n) * sizeof(p->q[0]));
		p->flying--;
		p->answered--;
	} else if (p->answered == p->flying) {
		flight_over(p);
	}
	if (cluster.leader[p->partition] == 0)
		producer_drop(p, 20);
}

static void
id_answer(struct producer *p, struct in *in)
{
	int error;

	get(in, 4);
	error = (int)get(in, 2);
	if (error != 0 || in->bad) {
		if (!retriable(error) && error != 14 && error != 15)
			violation("producer %d: no producer id, error %d", p->id, error);
		producer_drop(p, 50);
		return;
	}
	p->pid = get(in, 8);
	p->epoch = (int)get(in, 2);
	p->ready = true;
}

static void
producer_turn(struct producer *p, int64_t now)
{
	struct in in;
	int32_t correlation;

	if (p->c.fd == -1) {
		if (now < p->wait_until || (stopping && p->n == 0))
			return;
		if (cluster.leader[p->partition] == 0 && !find_leaders()) {
			p->wait_until = now + 50;
			return;
		}
		count.reconnects++;
		p->wait_until = now + 10;
		(void)conn_open(&p->c, opt.host, cluster.leader[p->partition]);
		p->sent_at = now;
		return;
	}
	while (conn_answer(&p->c, &correlation, &in)) {
		if (!p->ready)
			id_answer(p, &in);
		else
			produce_answer(p, &in);
	}
	if (p->c.fd == -1 || p->c.connecting)
		return;
	if (!p->ready && opt.idempotent && p->pid < 0) {
		if (!p->asked_id) {
			conn_begin(&p->c, 22, 0);
			put16(&p->c.out, -1);
			put32(&p->c.out, 60000);
			conn_end(&p->c);
			p->asked_id = true;
		}
		return;
	}
	p->ready = true;
	if (now >= p->wait_until)
		producer_send(p);
}

/* ---- consuming ---- */

static void
saw(void *arg, int64_t offset, const uint8_t *value, size_t len)
{
	struct partition *q = arg;
	uint64_t name = record_name(value, len);

	if (offset >= q->cap) {
		int64_t cap = q->cap;

		q->cap = offset * 2 + 65536;
		if ((q->record = realloc(q->record, (size_t)q->cap * sizeof(*q->record))) == NULL)
			abort();
		memset(q->record + cap, 0xff, (size_t)(q->cap - cap) * sizeof(*q->record));
	}
	if (name == UINT64_MAX)
		violation("partition %d offset %lld: a damaged record", (int)(q - partition), (long long)offset);
	else if (q->record[offset] != UINT64_MAX && q->record[offset] != name)
		violation("partition %d offset %lld: another record than a consumer got before", (int)(q - partition),
		    (long long)offset);
	q->record[offset] = name;
	q->seen++;
	trace_record("read", (int)(q - partition), offset, name);
}

static void
ask(struct partition *q, int wait_ms)
{
	struct buf *b = &q->c.out;

	conn_begin(&q->c, 1, 4);
	put32(b, -1);
	put32(b, wait_ms);
	put32(b, 1);
	put32(b, 4 << 20);
	put8(b, 0);
	put32(b, 1);
	put_str(b, opt.topic);
	put32(b, 1);
	put32(b, q - partition);
	put64(b, q->next);
	put32(b, 4 << 20);
	conn_end(&q->c);
	q->asked = true;
	q->asked_at = mono_now();
}

/* Returns the high watermark, or -1 when there was an error. */
static int64_t
fetch_answer(struct partition *q, struct in *in)
{
	int error;
	int64_t hw, n;
	const char *why = NULL;

	get(in, 4);
	get(in, 4);
	skip_string(in);
	get(in, 4);
	get(in, 4);
	error = (int)get(in, 2);
	hw = get(in, 8);
	get(in, 8);
	n = get(in, 4);
	get_skip(in, n > 0 ? n * 16 : 0);
	n = get(in, 4);
	q->asked = false;
	if (error != 0 || in->bad || in->end - in->p < n) {
		if (error == 1)
			violation("partition %d: offset %lld is out of range", (int)(q - partition), (long long)q->next);
		if (error == 3 || error == 5 || error == 6)
			cluster.leader[q - partition] = 0;
		return -1;
	}
	if (n > 0 && batches_walk(in->p, (size_t)n, &q->next, &why, saw, q) == -1)
		violation("partition %d near offset %lld: %s", (int)(q - partition), (long long)q->next, why);
	if (n > 0 && q->next > hw)
		violation("partition %d: records up to offset %lld, above the high watermark %lld", (int)(q - partition),
		    (long long)q->next, (long long)hw);
	if (opt.monotonic && hw < q->hw)
		violation("partition %d: the high watermark fell from %lld to %lld", (int)(q - partition), (long long)q->hw,
		    (long long)hw);
	q->hw = hw;
	return hw;
}

static void
consumer_turn(struct partition *q, int64_t now)
{
	int i = (int)(q - partition);
	int32_t correlation;
	struct in in;

	if (q->c.fd == -1) {
		q->asked = false;
		if (now < q->wait_until || stopping)
			return;
		q->wait_until = now + 50;
		if (cluster.leader[i] == 0 && !find_leaders())
			return;
		(void)conn_open(&q->c, opt.host, cluster.leader[i]);
		q->asked_at = now;
		return;
	}
	while (conn_answer(&q->c, &correlation, &in))
		if (fetch_answer(q, &in) == -1) {
			conn_close(&q->c);
			q->wait_until = now + 50;
			return;
		}
	if (!q->c.connecting && !q->asked && !stopping)
		ask(q, 500);
}

/* ---- the run ---- */

static void
one_poll(void)
{
	struct pollfd p[PRODUCERS_MAX + PARTITIONS_MAX + 1];
	struct conn *c[PRODUCERS_MAX + PARTITIONS_MAX + 1] = { NULL };
	int n = 0;
	char byte[64];
	int64_t now;

	p[n++] = (struct pollfd){ .fd = stopping ? -1 : 0, .events = POLLIN };
	for (int i = 0; i < opt.producers; i++)
		if (producer[i].c.fd != -1) {
			c[n] = &producer[i].c;
			p[n++] = (struct pollfd){ .fd = producer[i].c.fd, .events = conn_events(&producer[i].c) };
		}
	for (int i = 0; i < opt.partitions && opt.consume; i++)
		if (partition[i].c.fd != -1) {
			c[n] = &partition[i].c;
			p[n++] = (struct pollfd){ .fd = partition[i].c.fd, .events = conn_events(&partition[i].c) };
		}
	if (poll(p, (nfds_t)n, 2) == -1 && errno != EINTR)
		abort();
	if (p[0].fd == 0 && (p[0].revents & (POLLIN | POLLHUP)) && read(0, byte, sizeof(byte)) <= 0)
		stopping = true;
	for (int i = 1; i < n; i++)
		if (p[i].revents != 0)
			conn_io(c[i], p[i].revents);
	now = mono_now();
	for (int i = 0; i < opt.producers; i++) {
		struct producer *q = &producer[i];

		if (q->c.fd == -1 && (q->flying > 0 || q->ready || q->asked_id))
			producer_drop(q, 10);
		if (q->c.fd != -1 && (q->flying > 0 || !q->ready) && now - q->sent_at > STALL_MS)
			producer_drop(q, 10);
		producer_turn(q, now);
		if (q->c.fd != -1 && !q->c.connecting)
			conn_io(&q->c, 0);
	}
	for (int i = 0; i < opt.partitions && opt.consume; i++) {
		if (partition[i].c.fd != -1 && now - partition[i].asked_at > STALL_MS)
			conn_close(&partition[i].c);
		consumer_turn(&partition[i], now);
		if (partition[i].c.fd != -1 && !partition[i].c.connecting)
			conn_io(&partition[i].c, 0);
	}
}

static void
progress(void)
{
	printf("progress");
	for (int i = 0; i < opt.producers; i++)
		printf(" %lld", (long long)producer[i].acked);
	printf(" ;");
	for (int i = 0; i < opt.partitions && opt.consume; i++)
		printf(" %lld", (long long)partition[i].next);
	putchar('\n');
	fflush(stdout);
}

static bool
all_done(void)
{
	for (int i = 0; i < opt.producers; i++)
		if (producer[i].n > 0)
			return false;
	return true;
}

static void
run(void)
{
	int64_t told = 0, stop_by = 0;

	for (;;) {
		int64_t now = mono_now();

		one_poll();
		if (now - told >= 200) {
			progress();
			told = now;
		}
		if (stopping && stop_by == 0)
			stop_by = now + 60000;
		if (stopping && all_done())
			break;
		if (stop_by != 0 && now > stop_by) {
			violation("producers did not finish within a minute");
			break;
		}
	}
	for (int i = 0; i < opt.producers; i++)
		conn_close(&producer[i].c);
}

/* ---- the check ---- */

/* Reads the whole partition anew; what consumers saw is compared on the way. */
static bool
read_back(struct partition *q)
{
	int i = (int)(q - partition);
	int64_t end = mono_now() + 60000, hw = -1, was;
	struct in in;

	conn_close(&q->c);
	q->next = q->seen = 0;
	while (hw == -1 || q->next < hw) {
		if (mono_now() > end) {
			violation("partition %d: could not be read to its end", i);
			return false;
		}
		if (q->c.fd == -1) {
			q->asked = false;
			if (cluster.leader[i] == 0 && !find_leaders()) {
				poll(NULL, 0, 50);
				continue;
			}
			if (conn_open(&q->c, opt.host, cluster.leader[i]) == -1)
				continue;
		}
		if (!q->asked)
			ask(q, 0);
		if (!conn_wait(&q->c, 10000, &in))
			continue;
		was = q->next;
		hw = fetch_answer(q, &in);
		if (q->next > was)
			end = mono_now() + 60000;
		if (hw == -1) {
			conn_close(&q->c);
			poll(NULL, 0, 50);
		}
	}
	conn_close(&q->c);
	return true;
}

static void
check_partition(int i, uint8_t **times)
{
	struct partition *q = &partition[i];
	int64_t last[PRODUCERS_MAX];

	for (int k = 0; k < opt.producers; k++)
		last[k] = -1;
	for (int64_t o = 0; o < q->next; o++) {
		uint64_t name = o < q->cap ? q->record[o] : UINT64_MAX;
		int id = (int)(name >> 40);
		int64_t seq = (int64_t)(name & 0xffffffffffull);
		struct producer *p;

		if (name == UINT64_MAX) {
			violation("partition %d offset %lld: no record", i, (long long)o);
			continue;
		}
		p = &producer[id];
		if (p->partition != i || seq >= p->next) {
			violation("partition %d offset %lld: a record that was not sent there", i, (long long)o);
			continue;
		}
		count.present++;
		if (times[id][seq] < 255 && ++times[id][seq] == 2)
			violation("producer %d sequence %lld is there twice, also at offset %lld", id, (long long)seq,
			    (long long)o);
		if (seq > last[id])
			last[id] = seq;
		else if (p->offset[seq] != UNANSWERED)
			violation("producer %d: sequence %lld at offset %lld comes after %lld", id, (long long)seq, (long long)o,
			    (long long)last[id]);
		if (p->offset[seq] >= 0 && p->offset[seq] != o)
			violation("producer %d sequence %lld: acknowledged at offset %lld, found at %lld", id, (long long)seq,
			    (long long)p->offset[seq], (long long)o);
	}
}

static void
check(void)
{
	uint8_t *times[PRODUCERS_MAX];

	for (int i = 0; i < opt.producers; i++)
		times[i] = calloc((size_t)producer[i].next + 1, 1);
	for (int i = 0; i < opt.partitions; i++) {
		int64_t seen = partition[i].next;

		if (read_back(&partition[i]) && partition[i].next < seen)
			violation("partition %d ends at %lld, but a consumer has read to %lld", i, (long long)partition[i].next,
			    (long long)seen);
		check_partition(i, times);
		if (trace != NULL)
			fprintf(trace, "%lld end %s/%d %lld\n", (long long)mono_ns(), opt.topic, i,
			    (long long)partition[i].next);
	}
	for (int i = 0; i < opt.producers; i++) {
		struct producer *p = &producer[i];

		for (int64_t s = 0; s < p->next; s++) {
			if (p->offset[s] >= 0) {
				count.acked++;
				if (times[i][s] == 0)
					violation("producer %d sequence %lld was acknowledged at offset %lld and is lost", i,
					    (long long)s, (long long)p->offset[s]);
			} else if (times[i][s] > 0) {
				count.maybe++;
			}
		}
		free(times[i]);
	}
}

static void
usage(void)
{
	fprintf(stderr, "usage: crashload [-Ccim] [-a acks] [-d depth] [-h host] [-n producers] [-P partitions] [-R replicas]\n"
	    "                 [-r records] [-s size] [-T trace] [-t topic] [-w batches/s] -p port\n");
	exit(2);
}

int
main(int argc, char **argv)
{
	int c;
	int64_t gap = 0, acked = 0;

	while ((c = getopt(argc, argv, "Ccima:d:h:n:p:P:R:r:s:T:t:w:")) != -1) {
		switch (c) {
		case 'C': opt.create = true; break;
		case 'c': opt.consume = true; break;
		case 'i': opt.idempotent = true; break;
		case 'a': opt.acks = atoi(optarg); break;
		case 'd': opt.depth = atoi(optarg); break;
		case 'h': opt.host = optarg; break;
		case 'm': opt.monotonic = true; break;
		case 'n': opt.producers = atoi(optarg); break;
		case 'p': opt.port = atoi(optarg); break;
		case 'P': opt.partitions = atoi(optarg); break;
		case 'R': opt.replicas = atoi(optarg); break;
		case 'r': opt.records = atoi(optarg); break;
		case 's': opt.size = (size_t)atoi(optarg); break;
		case 'T':
			if ((trace = fopen(optarg, "w")) == NULL) {
				perror(optarg);
				return 2;
			}
			break;
		case 't': opt.topic = optarg; break;
		case 'w': opt.rate = atoi(optarg); break;
		default: usage();
		}
	}
	if (opt.port == 0 || opt.producers < 1 || opt.producers > PRODUCERS_MAX || opt.partitions < 1 ||
	    opt.partitions > PARTITIONS_MAX || opt.depth < 1 || opt.depth > (opt.idempotent ? 5 : DEPTH_MAX) ||
	    opt.records < 1 || opt.size < RECORD_HEAD)
		usage();
	if (opt.create && !create_topic())
		return 1;
	for (int i = 0; i < opt.producers; i++)
		producer[i] = (struct producer){ .id = i, .partition = i % opt.partitions, .c.fd = -1, .pid = -1,
			.epoch = -1, .last_ack = mono_now() };
	for (int i = 0; i < opt.partitions; i++)
		partition[i].c.fd = -1;
	run();
	check();
	for (int i = 0; i < opt.producers; i++) {
		acked += producer[i].acked;
		if (producer[i].longest_gap > gap)
			gap = producer[i].longest_gap;
	}
	printf("result acked %lld present %lld unacknowledged_present %lld errors %lld connects %lld longest_gap_ms %lld "
	       "violations %lld\n", (long long)count.acked, (long long)count.present, (long long)count.maybe,
	    (long long)count.errors, (long long)count.reconnects, (long long)gap, (long long)count.violations);
	for (int i = 0; i < 128; i++)
		if (count.by_error[i] > 0)
			printf("error %d %lld times\n", i, (long long)count.by_error[i]);
	for (int i = 0; i < opt.producers; i++) {
		conn_fini(&producer[i].c);
		free(producer[i].offset);
	}
	for (int i = 0; i < opt.partitions; i++) {
		conn_fini(&partition[i].c);
		free(partition[i].record);
	}
	return count.violations > 0 || acked == 0;
}
