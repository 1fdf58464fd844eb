/* SPDX-License-Identifier: ISC */
/* fetch-t.c - Fetch in an acceptor without sockets: checks, limits, waiting, sessions, reading
 * ahead. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "odradek/base/clock.h"
#include "odradek/proto/batch.h"
#include "t/tap/tap.h"

void __real_wait_arm(uint32_t slot);
void __wrap_wait_arm(uint32_t slot);

void
__wrap_wait_arm(uint32_t slot)
{
	void (*fn)(uint32_t) = fake_on_arm;

	fake_on_arm = NULL;
	if (fn != NULL)
		fn(slot);
	__real_wait_arm(slot);
}

static uint32_t a, b, many; /* topics */

#define ASKS(...)                            \
	.asks = (struct ask[]){__VA_ARGS__}, \
	.n = (int)(sizeof((struct ask[]){__VA_ARGS__}) / sizeof(struct ask))

static int
lens(struct fetch_resp *r, int32_t *len, int max)
{
	struct fetch_resp_partition_data *p;
	int n = 0;

	while (n < max && (p = fake_part(r, n, NULL)) != NULL)
		len[n++] = p->records.len;
	return n;
}

static void
test_simple(void)
{
	struct fetch_resp_partition_data *p;
	struct fetch_resp *r;
	const char *topic;

	for (int i = 0; i < 5; i++)
		fake_append(fake_slot(a, 0), 2, 100);
	for (int v = 4; v <= 18; v++) {
		fake_fetch(&(struct fake_request){.version = (int16_t)v,
		    .max_bytes = 1 << 20,
		    .min_bytes = 1,
		    .session_epoch = -1,
		    .replica = -1,
		    ASKS({.topic = "a", .offset = 3})});
		r = fake_answer();
		p = fake_part(r, 0, &topic);
		if (v < 13)
			is_string("a", topic, "version %d: the topic", v);
		else
			is_int(a + 1, karr_at(&r->responses, 0)->topic_id.b[0],
			    "version %d: the topic's id", v);
		is_int(0, p->error_code, "version %d: no error", v);
		is_int(10, p->high_watermark, "version %d: high watermark", v);
		is_int(10, p->last_stable_offset, "version %d: last stable offset", v);
		is_int(v < 5 ? -1 : 0, p->log_start_offset, "version %d: log start", v);
		is_int(400, p->records.len, "version %d: from the batch that holds the offset", v);
		is_int(2, batch_base_offset(fake_records(p)), "version %d: it is that batch", v);
		ok(karr_is_null(&p->aborted_transactions),
		    "version %d: aborted transactions are null", v);
	}
	fake_fetch(&(struct fake_request){.version = 4,
	    .max_bytes = 1 << 20,
	    .min_bytes = 1,
	    .isolation = 1,
	    .session_epoch = -1,
	    .replica = -1,
	    ASKS({.topic = "a", .offset = 0})});
	p = fake_part(fake_answer(), 0, NULL);
	is_int(1, karr_len(&p->aborted_transactions), "read_committed: aborted transactions");
	is_int(42, karr_at(&p->aborted_transactions, 0)->producer_id, "its producer");
}

static void
error_of(const char *what, int want, const struct fake_request *q)
{
	struct fetch_resp_partition_data *p;

	fake_fetch(q);
	p = fake_part(fake_answer(), 0, NULL);
	is_int(want, p->error_code, "%s: error", what);
	if (want != 0) {
		is_int(-1, p->high_watermark, "%s: high watermark", what);
		is_int(0, p->records.len, "%s: records are empty, not null", what);
	}
}

static void
test_errors(void)
{
	struct fetch_resp_partition_data *p;
	struct fake_request q = FAKE_REQUEST;
	struct ask ask = {.topic = "nobody"};
	struct fetch_resp *r;

	q.asks = &ask;
	q.n = 1;
	error_of("unknown topic", KERR_UNKNOWN_TOPIC_OR_PARTITION, &q);
	q.version = 13;
	error_of("unknown id", KERR_UNKNOWN_TOPIC_ID, &q);
	ask = (struct ask){.topic = "a", .partition = 9};
	error_of("unknown partition by id", KERR_UNKNOWN_TOPIC_OR_PARTITION, &q);
	q.version = 12;
	error_of("unknown partition", KERR_UNKNOWN_TOPIC_OR_PARTITION, &q);
	ask.partition = -1;
	error_of("negative partition", KERR_UNKNOWN_TOPIC_OR_PARTITION, &q);
	ask = (struct ask){.topic = "a", .offset = 11};
	error_of("beyond the end", KERR_OFFSET_OUT_OF_RANGE, &q);
	ask.offset = -1;
	error_of("negative offset", KERR_OFFSET_OUT_OF_RANGE, &q);
	ask = (struct ask){.topic = "a", .epoch = 9};
	error_of("epoch of the future", KERR_UNKNOWN_LEADER_EPOCH, &q);
	fake_epoch(fake_slot(b, 0), 5);
	ask = (struct ask){.topic = "b", .epoch = 5};
	error_of("old epoch", KERR_FENCED_LEADER_EPOCH, &q);
	q.version = 16;
	fake_fetch(&q);
	r = fake_answer();
	p = fake_part(r, 0, NULL);
	is_int(7, p->current_leader.leader_id, "the leader is named");
	is_int(5, p->current_leader.leader_epoch, "and its epoch");
	is_int(1, karr_len(&r->node_endpoints), "and where it is");
	is_string("here", kstr(&karr_at(&r->node_endpoints, 0)->host), "its host");
	is_int(9092, karr_at(&r->node_endpoints, 0)->port, "its port");
	q.version = 12;
	ask = (struct ask){.topic = "a"};
	q.replica = 1;
	error_of("a follower that is none", KERR_NOT_LEADER_OR_FOLLOWER, &q);
	q.replica = -1;
	fake_line(fake_slot(b, 0))->epoch = 4;
	fake_publish(fake_slot(b, 0));
	ask = (struct ask){.topic = "b"};
	error_of("a leader that has not begun its epoch", KERR_NOT_LEADER_OR_FOLLOWER, &q);
	fake_line(fake_slot(b, 0))->epoch = 5;
	fake_publish(fake_slot(b, 0));

	for (int i = 0; i < 12; i++)
		fake_append(fake_slot(b, 0), 1, 100);
	ask = (struct ask){.topic = "b", .offset = 12, .last_epoch = 1};
	fake_fetch(&q);
	p = fake_part(fake_answer(), 0, NULL);
	is_int(0, p->error_code, "diverging: no error");
	is_int(0, p->diverging_epoch.epoch, "diverging: epoch");
	is_int(10, p->diverging_epoch.end_offset, "diverging: where it ends");
	is_int(0, p->records.len, "diverging: no data");
	ask.offset = 10;
	fake_fetch(&q);
	p = fake_part(fake_answer(), 0, NULL);
	is_int(-1, p->diverging_epoch.epoch, "agreeing: not diverging");
	is_int(200, p->records.len, "agreeing: data");
	q.asks = (struct ask[]){{.topic = "nobody"}, {.topic = "a"}};
	q.n = 2;
	fake_fetch(&q);
	r = fake_answer();
	is_int(0, fake_part(r, 0, NULL)->error_code, "unknown ones come last");
	is_int(
	    KERR_UNKNOWN_TOPIC_OR_PARTITION, fake_part(r, 1, NULL)->error_code, "with their error");
	is_int(0, karr_len(&fake_part(r, 1, NULL)->aborted_transactions), "and an empty list");
}

static void
limits(const char *what, int32_t max, int32_t own, int want0, int want1, int want2)
{
	struct fake_request q = FAKE_REQUEST;
	int32_t len[3];

	q.asks = (struct ask[]){{.topic = "m", .partition = 0, .max_bytes = own},
	    {.topic = "m", .partition = 1, .max_bytes = own},
	    {.topic = "m", .partition = 2, .max_bytes = own}};
	q.n = 3;
	q.max_bytes = max;
	fake_fetch(&q);
	is_int(3, lens(fake_answer(), len, 3), "%s: three partitions", what);
	is_int(want0, len[0], "%s: first", what);
	is_int(want1, len[1], "%s: second", what);
	is_int(want2, len[2], "%s: third", what);
}

static void
test_limits(void)
{
	for (int i = 0; i < 10; i++)
		for (uint32_t p = 0; p < 3; p++)
			fake_append(fake_slot(many, p), 1, 1000);
	limits("plenty", 1 << 20, 1 << 20, 10000, 10000, 10000);
	limits("whole first batch", 1, 1 << 20, 1000, 0, 0);
	limits("nothing allowed", 0, 1 << 20, 1000, 0, 0);
	limits("partition limit below a batch", 1 << 20, 10, 1000, 0, 0);
	limits("partial batch behind whole ones", 1 << 20, 2500, 2500, 2500, 2500);
	limits("total is shared out in order", 13500, 10000, 10000, 3500, 0);
	limits("a rest below a batch", 10500, 10000, 10000, 0, 0);
	for (uint32_t p = 3; p < 6; p++) {
		fake_append(fake_slot(many, p), 1, 100000);
		fake_append(fake_slot(many, p), 1, 100000);
	}
	struct fake_request q = FAKE_REQUEST;
	struct fetch_resp *r;
	int32_t len[3];
	q.asks = (struct ask[]){{.topic = "m", .partition = 3, .max_bytes = 10},
	    {.topic = "m", .partition = 4}, {.topic = "m", .partition = 5, .max_bytes = 150000}};
	q.n = 3;
	fake_fetch(&q);
	r = fake_answer();
	lens(r, len, 3);
	is_int(100000, len[0], "large: the first batch whole");
	is_int(200000, len[1], "large: all");
	is_int(150000, len[2], "large: a part");
	is_int(0, fake_held, "no file is held behind the answer");
	fake_roll(fake_slot(many, 3));
	fake_append(fake_slot(many, 3), 1, 500);
	q.asks = (struct ask[]){{.topic = "m", .partition = 3}};
	q.n = 1;
	fake_fetch(&q);
	is_int(200000, fake_part(fake_answer(), 0, NULL)->records.len,
	    "an answer ends with its segment");
	q.asks = (struct ask[]){{.topic = "m", .partition = 3, .offset = 2}};
	fake_fetch(&q);
	is_int(500, fake_part(fake_answer(), 0, NULL)->records.len,
	    "the next one begins with the next");
}

static void
test_bounds(void)
{
	uint32_t slot = fake_slot(many, 10);
	struct fake_request q = FAKE_REQUEST;

	for (int i = 0; i < 20; i++)
		fake_append(slot, 1, 100);
	fake_line(slot)->hw = 15;
	fake_line(slot)->lso = 2;
	fake_publish(slot);
	q.asks = (struct ask[]){{.topic = "m", .partition = 10}};
	q.n = 1;
	fake_fetch(&q);
	is_int(1500, fake_part(fake_answer(), 0, NULL)->records.len, "up to the high watermark");
	q.isolation = 1;
	fake_fetch(&q);
	is_int(200, fake_part(fake_answer(), 0, NULL)->records.len, "up to the last stable offset");
	q.isolation = 0;
	q.asks = (struct ask[]){{.topic = "m", .partition = 10, .offset = 17}};
	fake_fetch(&q);
	is_int(0, fake_part(fake_answer(), 0, NULL)->records.len,
	    "between high watermark and end: nothing, no error");
	q.max_wait = 100000;
	fake_fetch(&q);
	ok(fake_answer() == NULL, "and it waits");
	fake_line(slot)->hw = 16;
	fake_publish(slot);
	fake_tell(slot);
	fake_turn(false);
	ok(fake_answer() == NULL, "also when the high watermark comes nearer");
	fake_line(slot)->hw = 18;
	fake_publish(slot);
	fake_tell(slot);
	fake_turn(false);
	is_int(100, fake_part(fake_answer(), 0, NULL)->records.len, "until it is behind what is asked for");
	q.asks = (struct ask[]){{.topic = "m", .partition = 10, .offset = 19}};
	fake_fetch(&q);
	fake_line(slot)->leo = fake_line(slot)->hw;
	fake_publish(slot);
	fake_tell(slot);
	fake_turn(false);
	is_int(KERR_OFFSET_OUT_OF_RANGE, fake_part(fake_answer(), 0, NULL)->error_code, "or until the log is cut in front of it");
}

/* Reads partition from 0 to end in steps of max bytes; every batch must come once. */
static void
sequential(int partition, int32_t max, int64_t end)
{
	struct fake_request q = FAKE_REQUEST;
	struct ask ask = {.topic = "m", .partition = partition, .max_bytes = max};
	struct fetch_resp_partition_data *p;
	bool good = true;
	int rounds = 0;

	fake_located = 0;
	q.asks = &ask;
	q.n = 1;
	while (ask.offset < end && rounds++ < 2000) {
		const uint8_t *d;
		int32_t at = 0;
		fake_fetch(&q);
		p = fake_part(fake_answer(), 0, NULL);
		d = fake_records(p);
		good &= p->records.len > 0;
		while (at + 61 <= p->records.len && at + batch_size(d + at) <= p->records.len) {
			good &= batch_base_offset(d + at) == ask.offset;
			ask.offset = batch_last_offset(d + at) + 1;
			at += (int32_t)batch_size(d + at);
		}
	}
	ok(good && ask.offset == end, "a reader in steps of %d bytes gets every batch once", max);
	ok(fake_located <= 3 + rounds / 20, "its place was looked up %d times in %d reads",
	    fake_located, rounds);
}

static void
test_sequential(void)
{
	static const int32_t steps[] = {
	    1100, 2500, 15000, 16384, 16385, 17000, 20000, 30001, 65536, 70000, 150000};

	for (int i = 0; i < 500; i++)
		fake_append(fake_slot(many, 11), 3, (uint32_t)(100 + i * 7 % 900));
	for (int i = 0; i < 50; i++)
		fake_append(fake_slot(many, 12), 2, (uint32_t)(1000 + i * 1777 % 60000));
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		sequential(11, steps[i], 1500);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		sequential(12, steps[i], 100);
}

static void
append_in_between(uint32_t slot)
{
	fake_append_silently(slot, 1, 100);
}

static void
test_waiting(void)
{
	struct fake_request q = FAKE_REQUEST;
	struct ask ask[2] = {{.topic = "m", .partition = 20}, {.topic = "m", .partition = 21}};
	uint32_t s0 = fake_slot(many, 20), s1 = fake_slot(many, 21);
	struct request *r;
	int32_t len[2];
	int64_t start;
	uint32_t armed;

	q.asks = ask;
	q.n = 2;
	q.max_wait = 100000;
	fake_fetch(&q);
	ok(fake_answer() == NULL, "nothing there: it waits");
	ok(fake_wait_word(s0) != 0 && fake_wait_word(s1) != 0, "both partitions are armed");
	fake_turn(false);
	fake_append(s1, 1, 100);
	fake_turn(false);
	lens(fake_answer(), len, 2);
	ok(len[0] == 0 && len[1] == 100, "data ends it");
	ok(fake_wait_word(s0) == 0 && fake_wait_word(s1) == 0, "nothing is armed any more");

	ask[1].offset = 1;
	q.min_bytes = 250;
	fake_moved = 0;
	fake_fetch(&q);
	armed = fake_wait_word(s1);
	fake_append(s1, 1, 100);
	fake_append(s1, 1, 100);
	is_int(1, fake_moved, "told once for one arming");
	fake_turn(false);
	ok(fake_answer() == NULL, "less than min bytes: it waits on");
	ok(fake_wait_word(s1) != armed && fake_wait_word(s1) != 0, "armed with a new value");
	fake_append(s0, 1, 100);
	fake_turn(false);
	lens(fake_answer(), len, 2);
	ok(len[0] == 100 && len[1] == 200, "the bytes of all partitions count");

	ask[0].offset = 1;
	ask[1].offset = 3;
	q.min_bytes = 1;
	fake_on_arm = append_in_between;
	fake_fetch(&q);
	ok(fake_answer() != NULL, "what comes between the look and the arming is not missed");
	ask[0].offset = 2;

	q.max_wait = 30;
	fake_fetch(&q);
	start = acceptor.mono_ms;
	while (fake_answers() > 0 && acceptor.mono_ms - start < 10000) {
		struct fetch_resp *resp;
		fake_turn(true);
		if ((resp = fake_answer()) != NULL) {
			is_int(0, fake_part(resp, 0, NULL)->records.len, "the deadline ends it");
			break;
		}
	}
	q.max_wait = 100000;
	r = fake_fetch(&q);
	fake_close(r);
	ok(fake_wait_word(s0) == 0, "a connection that goes away takes its waiting along");
	fake_append(s0, 1, 100);
	fake_turn(false);
	ok(fake_answer() == NULL, "and is not answered");

	ask[0].offset = 3;
	ask[0].epoch = 1;
	q.n = 1;
	fake_fetch(&q);
	fake_epoch(s0, 1);
	fake_turn(false);
	is_int(KERR_FENCED_LEADER_EPOCH, fake_part(fake_answer(), 0, NULL)->error_code,
	    "a new epoch fences those who wait");
	fake_fetch(&q);
	is_int(KERR_FENCED_LEADER_EPOCH, fake_part(fake_answer(), 0, NULL)->error_code,
	    "errors are answered at once");
	ask[0].epoch = 0;
	fake_fetch(&q);
	ok(fake_answer() == NULL, "waiting");
	fake_roll(s0);
	fake_append(s0, 1, 100);
	fake_turn(false);
	is_int(100, fake_part(fake_answer(), 0, NULL)->records.len, "data in a new segment");
	q.asks = (struct ask[]){{.topic = "nobody"}};
	fake_fetch(&q);
	ok(fake_answer() != NULL, "only unknown topics: at once");
	fake_fetch(&(struct fake_request){.version = 12,
	    .max_wait = 100000,
	    .min_bytes = 1,
	    .max_bytes = 1000,
	    .session_epoch = -1,
	    .replica = -1,
	    ASKS({.topic = "nobody"}, {.topic = "m", .partition = 22})});
	ok(fake_answer() == NULL, "unknown and empty: it waits, as Kafka does");
	fake_append(fake_slot(many, 22), 1, 100);
	fake_turn(false);
	ok(fake_answer() != NULL, "until there is something");
}

/* The bytes of the first partition in the answer that its deadline brings; -1: there is none. */
static int32_t
at_deadline(struct fake_request *q)
{
	int64_t start = acceptor.mono_ms;
	struct fetch_resp *resp;

	if (q != NULL)
		fake_fetch(q);
	if (fake_answer() != NULL)
		return -1;
	do {
		fake_turn(true);
		if ((resp = fake_answer()) != NULL)
			return fake_part(resp, 0, NULL)->records.len;
	} while (acceptor.mono_ms - start < 10000);
	return -1;
}

static void
test_deadlines(void)
{
	struct fake_request q = FAKE_REQUEST;
	struct ask ask = {.topic = "m", .partition = 60};
	uint32_t slot = fake_slot(many, 60);
	struct request *r;
	struct fetch *f;
	int64_t now;

	q.asks = &ask;
	q.n = 1;
	q.max_wait = 30;
	q.min_bytes = 1;
	fake_on_arm = NULL;
	fake_fetch(&q);
	fake_append_silently(slot, 1, 100);
	is_int(0, at_deadline(NULL), "a partition that nobody said anything of is not looked at again");
	fake_fetch(&q);
	is_int(100, fake_part(fake_answer(), 0, NULL)->records.len, "but by the next fetch");
	q.min_bytes = 500;
	is_int(100, at_deadline(&q), "what was there, but not enough of it, is in the answer");
	ask.offset = 1;
	fake_fetch(&q);
	fake_append(slot, 1, 120);
	fake_turn(false);
	is_int(120, at_deadline(NULL), "and so is what came meanwhile");
	ask.offset = 2;
	fake_on_arm = append_in_between;
	is_int(100, at_deadline(&q), "and what came while it began to wait");

	q.min_bytes = 1;
	for (int wait = 10; wait <= 1000; wait *= 10) {
		ask.offset = 3;
		q.max_wait = wait;
		now = mono_ns() / 1000000;
		r = fake_fetch(&q);
		f = r->state;
		ok(f->deadline >= now + wait, "a wait of %d ms is not ended early", wait);
		ok(f->deadline <= mono_ns() / 1000000 + wait + wait / 8, "nor much later");
		ok(wait < 1000 || f->deadline % 32 == 0, "long ones end together");
		fake_close(r);
	}
}

/* A fetch in the session; returns how many partitions the answer has, -1: it waits. */
static int
in_session(struct fake_request *q, const struct ask *asks, int n, int32_t *error)
{
	struct fetch_resp *r;
	int32_t len[64];

	q->asks = asks;
	q->n = n;
	fake_fetch(q);
	r = fake_answer();
	if (r == NULL)
		return -1;
	*error = r->error_code;
	if (q->session_epoch == 0)
		q->session_id = r->session_id;
	if (r->error_code == 0 && r->session_id != 0)
		q->session_epoch++;
	return lens(r, len, 64);
}

static void
test_session(void)
{
	struct fake_request q = FAKE_REQUEST;
	struct ask asks[8];
	struct fetch_resp *r;
	uint32_t slot = fake_slot(many, 30);
	const char *topic;
	int32_t error, len[64];

	q.session_epoch = 0;
	for (int i = 0; i < 8; i++)
		asks[i] = (struct ask){.topic = "m", .partition = 30 + i};
	is_int(8, in_session(&q, asks, 8, &error), "full: all partitions");
	ok(q.session_id > 0, "a session is made");
	is_int(1, session_count(), "one");
	is_int(0, in_session(&q, NULL, 0, &error), "nothing new: an empty answer");
	fake_append(slot, 1, 100);
	fake_turn(false);
	is_int(1, in_session(&q, NULL, 0, &error), "one partition has news");
	is_int(1, in_session(&q, NULL, 0, &error), "it was not asked beyond that: told again");
	asks[0].offset = 1;
	is_int(0, in_session(&q, asks, 1, &error), "asked beyond: nothing");
	q.max_wait = 100000;
	is_int(-1, in_session(&q, NULL, 0, &error), "it waits");
	for (int i = 0; i < 8; i++)
		ok(fake_wait_word(slot + (uint32_t)i) != 0, "partition %d is armed", i);
	fake_append(slot + 3, 1, 200);
	fake_turn(false);
	r = fake_answer();
	is_int(1, lens(r, len, 64), "news of one");
	is_int(200, len[0], "its data");
	is_int(33, fake_part(r, 0, NULL)->partition_index, "its number");
	q.session_epoch++;
	ok(fake_wait_word(slot) != 0, "the quiet ones stay armed");
	ok(fake_wait_word(slot + 3) == 0, "the one with data does not");

	q.max_wait = 0;
	asks[3].offset = 1;
	in_session(&q, &asks[3], 1, &error);
	fake_append(slot + 5, 1, 100);
	fake_append(slot + 6, 1, 100);
	fake_turn(false);
	q.max_bytes = 10;
	is_int(2, in_session(&q, NULL, 0, &error), "two have news");
	is_int(2, in_session(&q, NULL, 0, &error) + 1, "the second has a turn");
	fake_fetch(&q);
	r = fake_answer();
	q.session_epoch++;
	ok(lens(r, len, 64) >= 1, "and the first again");
	q.max_bytes = 1 << 20;
	asks[5].offset = asks[6].offset = 1;
	in_session(&q, &asks[5], 2, &error);

	q.forgotten = &asks[7];
	q.nforgotten = 1;
	in_session(&q, NULL, 0, &error);
	q.nforgotten = 0;
	fake_append(slot + 7, 1, 100);
	fake_turn(false);
	is_int(0, in_session(&q, NULL, 0, &error), "a forgotten partition is not told of");
	is_int(1, in_session(&q, (struct ask[]){{.topic = "nobody"}}, 1, &error),
	    "an unknown topic is an error");
	is_int(1, in_session(&q, NULL, 0, &error), "each time");
	fake_topic("later", 1);
	asks[0] = (struct ask){.topic = "later"};
	is_int(2, in_session(&q, asks, 1, &error), "a new topic joins, the error stays");

	q.session_epoch += 5;
	in_session(&q, NULL, 0, &error);
	is_int(KERR_INVALID_FETCH_SESSION_EPOCH, error, "wrong epoch");
	q.session_epoch -= 5;
	q.version = 13;
	in_session(&q, NULL, 0, &error);
	is_int(KERR_FETCH_SESSION_TOPIC_ID_ERROR, error, "ids in a session of names");
	q.version = 12;
	q.session_id ^= 64;
	in_session(&q, NULL, 0, &error);
	is_int(KERR_FETCH_SESSION_ID_NOT_FOUND, error, "unknown session");
	q.session_id ^= 64;
	is_int(0, session_count() - 1, "still one session");
	is_int(1, in_session(&q, NULL, 0, &error), "the session goes on");
	(void)topic;

	/* all but one partition of another session */
	struct fake_request other = FAKE_REQUEST;
	other.session_epoch = 0;
	asks[1] = (struct ask){.topic = "m", .partition = 40};
	in_session(&other, &asks[1], 1, &error);
	is_int(2, session_count(), "two sessions");
	other.max_wait = 100000;
	is_int(-1, in_session(&other, NULL, 0, &error), "it waits");
	int before = fake_answers();
	other.max_wait = 0;
	other.session_epoch++;
	is_int(0, in_session(&other, NULL, 0, &error), "the same session by another connection");
	is_int(before + 2, fake_answers(), "the waiting one is answered, too");
	other.forgotten = &asks[1];
	other.nforgotten = 1;
	fake_fetch(&other);
	r = fake_answer();
	is_int(0, r->session_id, "nothing left of it: closed");
	is_int(1, session_count(), "one session");
	other.nforgotten = 0;
	q.session_epoch = -1;
	in_session(&q, asks, 1, &error);
	is_int(0, session_count(), "a final fetch closes the session");

	for (int i = 0; i < 6; i++) {
		other.session_id = other.session_epoch = 0;
		in_session(&other, &asks[1], 1, &error);
		ok((other.session_id != 0) == (i < 4), "session %d of a cache of 4", i);
	}
	acceptor.mono_ms += 121000;
	other.session_id = other.session_epoch = 0;
	in_session(&other, &asks[1], 1, &error);
	ok(other.session_id != 0, "what was idle for two minutes makes room");
	is_int(4, session_count(), "the cache is full");
	is_int(1,
	    in_session(&other,
		(struct ask[]){{.topic = "m", .partition = 41}, {.topic = "m", .partition = 41}}, 2,
		&error),
	    "a partition named twice is told once");
}

static void
test_cold(void)
{
	struct fake_request q = FAKE_REQUEST;
	uint32_t slot = fake_slot(many, 50);
	struct fetch_resp *r;
	struct request *req;

	fake_append(slot, 1, 200000);
	q.asks = (struct ask[]){{.topic = "m", .partition = 50}};
	q.n = 1;
	fake_resident = 0;
	fake_fetch(&q);
	ok(fake_answer() == NULL, "not in the page cache: the helper reads it ahead");
	while ((r = fake_answer()) == NULL)
		fake_turn(true);
	is_int(200000, fake_part(r, 0, NULL)->records.len, "then it is answered");
	is_int(1, fake_read_ahead, "read ahead once");
	req = fake_fetch(&q);
	ok(fake_answer() == NULL, "again");
	fake_close(req);
	while (fake_held > 0)
		fake_turn(true);
	ok(fake_answer() == NULL, "a connection that goes away meanwhile is not answered");
	fake_resident = 1;
}

/* Many clients that wait for many partitions: news of one partition must not look at all. */
static void
test_many(void)
{
	enum { CLIENTS = 20, PARTS = 1000 };
	struct ask *asks = calloc(PARTS, sizeof *asks);
	struct fake_request q = FAKE_REQUEST;
	uint32_t t = fake_topic("wide", PARTS);
	struct request *r[CLIENTS];
	int before = fake_answers();

	for (int i = 0; i < PARTS; i++)
		asks[i] = (struct ask){.topic = "wide", .partition = i};
	q.asks = asks;
	q.n = PARTS;
	q.max_wait = 1000000;
	q.min_bytes = 1000;
	for (int i = 0; i < CLIENTS; i++)
		r[i] = fake_fetch(&q);
	for (int i = 0; i < 9; i++) {
		fake_append(fake_slot(t, (uint32_t)i * 50), 1, 100);
		fake_turn(false);
	}
	is_int(before, fake_answers(), "900 of 1000 bytes: all wait");
	fake_append(fake_slot(t, 999), 1, 100);
	fake_turn(false);
	is_int(before + CLIENTS, fake_answers(), "1000 bytes: all are answered");
	(void)r;
	free(asks);
}

int
main(void)
{
	fake_init();
	a = fake_topic("a", 1);
	b = fake_topic("b", 1);
	many = fake_topic("m", 64);
	test_simple();
	test_errors();
	test_limits();
	test_bounds();
	test_sequential();
	test_waiting();
	test_deadlines();
	test_session();
	test_cold();
	test_many();
	return done_testing();
}
