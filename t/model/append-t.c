/* SPDX-License-Identifier: ISC */
/*
 * append-t.c - the append path of one partition with two replicas: nothing acknowledged is lost,
 * nothing is delivered twice to a client that did not retry.
 *
 * One acceptor takes two requests, each with one record, and posts them to the leader's writer;
 * every step of DESIGN section 3 ("An append", "Death of a writer") is a step here, and between any
 * two of them writers and the acceptor may be killed, the controller may elect the other replica
 * under a new epoch, and it may shrink the ISR.  Following and the high watermark keep the rules of
 * section 4, as far as they matter without growth of the ISR.
 *
 * Left out: growth of the ISR, failing disks, power loss, consumers, memory ordering (ring-t.c,
 * doorbell-t.c).
 */
#include "config.h"

#include <string.h>

#include "explore.h"
#include "t/tap/tap.h"

enum {
	EPOCH_CHECK = 1 << 0,
	CUT = 1 << 1,
	FAIL_CALLS = 1 << 2,
	PUBLISH_FIRST = 1 << 3,
	PASS_LAST = 1 << 4,
	TWO_ARENAS = 1 << 5,
	COOKIES = 1 << 6,
	ACK_EPOCH_LAST = 1 << 7,
	ACK_ISR_AFTER = 1 << 8,
	COPY_PUBLISHED = 1 << 9,
	CUT_AFTER_PUBLISH = 1 << 10,
	LINE_EPOCH = 1 << 11,
	OWN_EPOCH = 1 << 12,
	HW_OF_ALL = 1 << 13,
	COMMIT_FIRST = 1 << 14,
	REBUILD = 1 << 15,
	LEADS_ON = 1 << 16,
	ALL = (1 << 17) - 1,
};
static unsigned on;
static struct {
	int acks_all, min_isr, chunks, elections, leads_on, shrinks, writer_kills, acceptor_kills, retries;
} cfg;

enum { REQUESTS = 2, CAP = 3, RING = 3, ANSWERS = 4 };

/* A record in a file: which request, epoch, offset that it was given.  0 = none. */
static uint8_t
entry(unsigned request, unsigned epoch, unsigned offset)
{
	return (uint8_t)(request | epoch << 2 | offset << 5);
}
#define REQUEST_OF(e) ((e)&3u)
#define OFFSET_OF(e) ((e) >> 5)

/* An answer in a ring. */
struct answer {
	uint8_t cookie, good, epoch, offset;
};

enum request_state { NEW, READ, POSTED, APPENDED, SECOND, THIRD, ACKED, FAILED, DROPPED };
enum writer_state {
	IDLE,
	WRITE,
	PUBLISH,
	ANSWER,
	PASS,
	REFUSE, /* an append */
	COUNT,
	STORE_HW,  /* the high watermark */
	TAKE_OVER, /* a new leader */
	TRUNCATE,
	F_LOOK,
	F_PUBLISH, /* a follower */
	DEAD,
	FAIL,
	FAIL_PASS,
	ROLE /* killed; its successor */
};
enum { NO_ROLE, LEADER, FOLLOWER };

struct replica {
	uint8_t file[CAP], len;   /* on disk */
	uint8_t epoch, leo, hw;   /* the published line */
	uint8_t pc, role, t1, t2; /* the writer's own */
	uint8_t forgot;           /* of the records below this it knows no producer state */
	struct message {
		uint8_t request, epoch, chunk, cookie;
	} q[RING]; /* ring from the acceptor, oldest first */
	uint8_t messages;
	struct message m;         /* the one under hand */
	struct answer a[ANSWERS]; /* to the acceptor, oldest first */
	uint8_t answers;
};
struct request {
	uint8_t state, to, epoch, chunk, cookie, offset, retries;
};
struct state {
	uint8_t leader, epoch, isr, durable; /* slot as published; the durable ISR */
	struct replica r[2];
	struct request q[REQUESTS];
	uint8_t chunk[4];      /* which request's bytes lie there */
	uint8_t turn, cookies; /* the acceptor's: arena in use, cookies given by this process */
	uint8_t elections, shrinks, writer_kills, acceptor_kills;
	uint8_t seen[CAP],
	    high; /* what a consumer may have read: records below the HW of a serving leader */
	uint8_t bad;
};
enum bad { FINE, FEW_COPIES, UNSEEN, HW_FELL };

/* A consumer looks after every step: slot, leader's line of the slot's epoch, slot. */
static void
observe(struct state *s)
{
	const struct replica *l = &s->r[s->leader];

	if (l->epoch != s->epoch)
		return;
	for (int i = 0; i < l->hw && i < l->len; i++) {
		if (s->seen[i] != 0 && s->seen[i] != l->file[i])
			s->bad = UNSEEN;
		s->seen[i] = l->file[i];
	}
	if (l->hw < s->high)
		s->bad = HW_FELL;
	s->high = l->hw;
}
#define STEP(x, s, ...) (observe(s), emit((x), (s), __VA_ARGS__))

/* ---- acceptor ---- */

/* A chunk may be filled again when every message that names it was passed. */
static int
chunk_free(const struct state *s, unsigned chunk)
{
	for (int w = 0; w < 2; w++)
		for (int i = 0; i < s->r[w].messages; i++)
			if (s->r[w].q[i].chunk == chunk)
				return 0;
	return 1;
}

static void
acceptor_sends(const struct state *old, struct explorer *x, unsigned n)
{
	struct state s = *old;
	struct request *q = &s.q[n - 1];
	struct replica *r;

	if (q->state == NEW) {
		if (n > 1 && s.q[n - 2].state <= READ)
			return;
		q->to = s.leader;
		q->epoch = s.epoch;
		q->state = READ;
		STEP(x, &s, "acceptor reads the slot for r%u: leader %u, epoch %u", n, q->to,
		    q->epoch);
	} else if (q->state == READ) {
		q->chunk = (uint8_t)(s.turn * 2 + n % (unsigned)cfg.chunks);
		/* its own predecessor's messages name the other arena, or nobody looked */
		if (!chunk_free(&s, q->chunk) && (s.acceptor_kills == 0 || (on & TWO_ARENAS)))
			return;
		s.chunk[q->chunk] = (uint8_t)n;
		q->cookie = on & COOKIES ? (uint8_t)(n + q->retries * 4) : ++s.cookies;
		q->state = POSTED;
		r = &s.r[q->to];
		if (r->messages == RING)
			return;
		r->q[r->messages++] = (struct message){(uint8_t)n, q->epoch, q->chunk, q->cookie};
		STEP(x, &s, "acceptor posts r%u to writer %u", n, q->to);
	}
}

static void
acceptor_takes(const struct state *old, struct explorer *x, int w)
{
	struct state s = *old;
	struct replica *r = &s.r[w];
	const struct answer a = r->a[0];

	if (r->answers == 0)
		return;
	memmove(r->a, r->a + 1, sizeof(r->a) - sizeof(*r->a));
	r->a[--r->answers] = (struct answer){0};
	for (int i = 0; i < REQUESTS; i++) {
		struct request *q = &s.q[i];

		if (q->state != POSTED || q->cookie != a.cookie || q->to != w)
			continue;
		if (!a.good) {
			q->state = FAILED;
		} else {
			q->epoch = a.epoch;
			q->offset = a.offset;
			q->state = cfg.acks_all ? APPENDED : ACKED;
		}
		STEP(x, &s, "acceptor takes an answer of writer %d: r%d %s", w, i + 1,
		    a.good ? "appended" : "failed");
		return;
	}
	STEP(x, &s, "acceptor takes an answer of writer %d for nobody", w);
}

static int
copies(const struct state *s, unsigned n)
{
	unsigned o = s->q[n - 1].offset;
	int k = 0;

	for (int w = 0; w < 2; w++)
		k += s->r[w].leo > o && REQUEST_OF(s->r[w].file[o]) == n;
	return k;
}

/* One of the three looks; 1 passed, 0 wait, -1 failed. */
enum look { LOOK_HW, LOOK_ISR, LOOK_EPOCH };

static int
look(const struct state *s, const struct request *q, enum look what)
{
	switch (what) {
	case LOOK_HW: /* of whoever leads now: it is one word, whose it is says the slot */
		return s->r[s->leader].hw > q->offset;
	case LOOK_ISR:
		return (s->isr & 1) + (s->isr >> 1) >= cfg.min_isr ? 1 : -1;
	default:
		return s->epoch == q->epoch ? 1 : -1;
	}
}

/* acks=all: HW, then ISR, then epoch. */
static void
acceptor_acks(const struct state *old, struct explorer *x, unsigned n)
{
	static const char *const names[] = {"HW", "ISR", "epoch"};
	const enum look order[3] = {
	    !(on & ACK_EPOCH_LAST)  ? LOOK_EPOCH
	    : !(on & ACK_ISR_AFTER) ? LOOK_ISR
				    : LOOK_HW,
	    !(on & ACK_EPOCH_LAST) || !(on & ACK_ISR_AFTER) ? LOOK_HW : LOOK_ISR,
	    !(on & ACK_EPOCH_LAST) ? LOOK_ISR : LOOK_EPOCH,
	};
	struct state s = *old;
	struct request *q = &s.q[n - 1];
	int got;

	if (q->state < APPENDED || q->state > THIRD)
		return;
	got = look(&s, q, order[q->state - APPENDED]);
	if (got == 0)
		return;
	q->state = got < 0 ? FAILED : q->state + 1;
	if (q->state == ACKED && copies(&s, n) < cfg.min_isr)
		s.bad = FEW_COPIES;
	STEP(x, &s, "acceptor looks at the %s for r%u: %s",
	    names[order[old->q[n - 1].state - APPENDED]], n,
	    got < 0             ? "failed"
	    : q->state == ACKED ? "acknowledged"
				: "passed");
}

/* A time limit is reached, or the writer's death was heard of; a client with an idempotent producer
 * tries again. */
static void
acceptor_gives_up(const struct state *old, struct explorer *x, unsigned n)
{
	struct state s = *old;
	struct request *q = &s.q[n - 1];

	if (q->state >= POSTED && q->state < ACKED) {
		q->state = FAILED;
		STEP(x, &s, "acceptor gives r%u up", n);
	} else if (q->state == FAILED && q->retries < cfg.retries) {
		*q = (struct request){.state = NEW, .retries = q->retries + 1};
		STEP(x, &s, "client sends r%u again", n);
	}
}

static void
acceptor_dies(const struct state *old, struct explorer *x)
{
	struct state s = *old;

	if (s.acceptor_kills == cfg.acceptor_kills)
		return;
	s.acceptor_kills++;
	for (int i = 0; i < REQUESTS; i++)
		if (s.q[i].state > NEW && s.q[i].state < ACKED)
			s.q[i].state = s.q[i].state == READ ? FAILED : DROPPED;
	if (on & TWO_ARENAS)
		s.turn ^= 1;
	s.cookies = 0;
	STEP(x, &s, "acceptor is killed; its successor uses arena %u", s.turn);
}

/* ---- writer ---- */

static int
put_answer(struct replica *r, struct answer a)
{
	if (r->answers == ANSWERS)
		return 0;
	r->a[r->answers++] = a;
	return 1;
}

/* Producer state: where request n is in the log, or -1. */
static int
known(const struct replica *r, unsigned n)
{
	for (int i = r->forgot; i < r->leo && cfg.retries > 0; i++)
		if (REQUEST_OF(r->file[i]) == n)
			return i;
	return -1;
}

static void
pass(struct replica *r)
{
	memmove(r->q, r->q + 1, sizeof(r->q) - sizeof(*r->q));
	r->q[--r->messages] = (struct message){0};
}

static void
writer_takes(const struct state *old, struct explorer *x, int w)
{
	struct state s = *old;
	struct replica *r = &s.r[w];

	if (r->messages == 0)
		return;
	r->m = r->q[0];
	if ((on & EPOCH_CHECK) && (r->role != LEADER || r->m.epoch != r->epoch))
		r->pc = REFUSE;
	else
		r->pc = known(r, r->m.request) >= 0 ? ANSWER : WRITE;
	if (!(on & PASS_LAST))
		pass(r);
	STEP(x, &s, "writer %d takes r%u (epoch %u): %s", w, r->m.request, r->m.epoch,
	    r->pc == WRITE    ? "right"
	    : r->pc == ANSWER ? "has it"
			      : "wrong epoch");
}

/* The steps of one append of r->m. */
static void
writer_appends(const struct state *old, struct explorer *x, int w)
{
	struct state s = *old;
	struct replica *r = &s.r[w];
	const unsigned n = r->m.request;
	int at;

	switch (r->pc) {
	case WRITE:
		if (r->len == CAP)
			return;
		r->file[r->len++] = entry(s.chunk[r->m.chunk], r->epoch, r->leo);
		r->pc = on & PUBLISH_FIRST ? PUBLISH : ANSWER;
		STEP(x, &s, "writer %d writes r%u at offset %u", w, s.chunk[r->m.chunk], r->leo);
		return;
	case PUBLISH:
		r->leo++;
		r->pc = on & PUBLISH_FIRST ? ANSWER : PASS;
		STEP(x, &s, "writer %d publishes LEO %u", w, r->leo);
		return;
	case ANSWER:
		if ((at = known(r, n)) < 0)
			at = on & PUBLISH_FIRST ? r->leo - 1 : r->leo;
		if (!put_answer(r, (struct answer){r->m.cookie, 1, r->epoch, (uint8_t)at}))
			return;
		r->pc = on & PUBLISH_FIRST ? PASS : PUBLISH;
		STEP(x, &s, "writer %d answers r%u", w, n);
		return;
	case REFUSE:
		if (!put_answer(r, (struct answer){r->m.cookie, 0, 0, 0}))
			return;
		r->pc = PASS;
		STEP(x, &s, "writer %d refuses r%u", w, n);
		return;
	case PASS:
		if (on & PASS_LAST)
			pass(r);
		r->m = (struct message){0};
		r->pc = IDLE;
		STEP(x, &s, "writer %d passes r%u", w, n);
		return;
	}
}

/* Counting: the slot first, then the other's line, then the store. */
static void
writer_counts(const struct state *old, struct explorer *x, int w)
{
	struct state s = *old;
	struct replica *r = &s.r[w];
	const struct replica *o = &s.r[!w];

	if (r->pc == IDLE) {
		if (r->role != LEADER || r->hw == r->leo)
			return;
		r->t1 = s.isr;
		r->pc = COUNT;
		STEP(x, &s, "writer %d reads the slot's mask %u", w, r->t1);
	} else if (r->pc == COUNT) {
		r->t2 = r->leo;
		if (r->t1 & 1 << !w) {
			if ((on & LINE_EPOCH) && o->epoch != r->epoch)
				r->t2 = 0; /* stands still */
			else if (o->leo < r->t2)
				r->t2 = o->leo;
		}
		r->t1 = 0;
		r->pc = STORE_HW;
		if (r->t2 <= r->hw) {
			r->t2 = 0;
			r->pc = IDLE;
		}
		STEP(x, &s, "writer %d counts", w);
	} else {
		r->hw = r->t2;
		r->t2 = 0;
		r->pc = IDLE;
		STEP(x, &s, "writer %d stores HW %u", w, r->hw);
	}
}

/* How much of two published logs is the same. */
static uint8_t
common(const struct replica *a, const struct replica *b)
{
	uint8_t n = 0;

	while (n < a->leo && n < b->leo && a->file[n] == b->file[n])
		n++;
	return n;
}

static void
cut(struct replica *r)
{
	while (r->len > r->leo)
		r->file[--r->len] = 0;
}

/* A new epoch in the slot: taken over as a leader, or begun as a follower. */
static void
writer_changes(const struct state *old, struct explorer *x, int w)
{
	struct state s = *old;
	struct replica *r = &s.r[w], *o = &s.r[!w];

	switch (r->pc) {
	case IDLE:
		if (s.epoch == r->epoch && r->role != NO_ROLE)
			return;
		if (s.leader == w) {
			r->t1 = s.epoch;
			r->t2 = on & HW_OF_ALL ? o->hw : 0;
			r->pc = TAKE_OVER;
			STEP(x, &s, "writer %d is to lead epoch %u, reads HW %u of the other", w,
			    s.epoch, o->hw);
			return;
		}
		if (o->epoch != s.epoch) /* the leader has not started */
			return;
		r->t1 = common(r, o);
		r->role = FOLLOWER;
		r->epoch = s.epoch;
		if (on & CUT_AFTER_PUBLISH) {
			r->leo = r->t1;
			r->t1 = 0;
			r->pc = r->len > r->leo ? TRUNCATE : IDLE;
			STEP(x, &s, "writer %d publishes that it follows epoch %u from LEO %u", w,
			    r->epoch, r->leo);
		} else {
			while (r->len > r->t1)
				r->file[--r->len] = 0;
			r->pc = TRUNCATE;
			STEP(x, &s, "writer %d follows epoch %u and cuts its file to %u", w,
			    r->epoch, r->t1);
		}
		return;
	case TRUNCATE:
		if (on & CUT_AFTER_PUBLISH)
			cut(r);
		else
			r->leo = r->t1;
		r->t1 = 0;
		r->pc = IDLE;
		STEP(x, &s, "writer %d has truncated", w);
		return;
	case TAKE_OVER:
		/* what was not answered in the last epoch is answered as of this one, where nothing was cut */
		for (int i = 0; i < r->answers && cfg.acks_all; i++)
			if (r->a[i].good && (!(on & LEADS_ON) || (r->role == LEADER && r->a[i].epoch == r->epoch)))
				r->a[i].epoch = r->t1;
		r->epoch = r->t1;
		if (r->t2 > r->hw)
			r->hw = r->t2;
		if (r->hw > r->leo)
			r->hw = r->leo;
		r->role = LEADER;
		r->t1 = r->t2 = 0;
		r->pc = IDLE;
		STEP(x, &s, "writer %d leads epoch %u with HW %u", w, r->epoch, r->hw);
		return;
	}
}

static void
writer_follows(const struct state *old, struct explorer *x, int w)
{
	struct state s = *old;
	struct replica *r = &s.r[w], *o = &s.r[!w];

	switch (r->pc) {
	case IDLE:
		if (r->role != FOLLOWER || o->epoch != r->epoch || r->len == CAP ||
		    r->len >= (on & COPY_PUBLISHED ? o->leo : o->len))
			return;
		r->file[r->len] = o->file[r->len];
		r->len++;
		r->pc = F_LOOK;
		STEP(x, &s, "writer %d copies offset %u (r%u)", w, r->len - 1,
		    REQUEST_OF(r->file[r->len - 1]));
		return;
	case F_LOOK:
		if (o->epoch == r->epoch) {
			r->pc = F_PUBLISH;
			STEP(x, &s, "writer %d looks again: the leader's epoch is %u", w, o->epoch);
		} else {
			cut(r);
			r->pc = IDLE;
			STEP(x, &s, "writer %d looks again and drops its copy", w);
		}
		return;
	case F_PUBLISH:
		r->leo = r->len;
		r->pc = IDLE;
		STEP(x, &s, "writer %d publishes LEO %u", w, r->leo);
		return;
	}
}

static void
writer_dies(const struct state *old, struct explorer *x, int w)
{
	struct state s = *old;
	struct replica *r = &s.r[w];

	if (r->pc == DEAD || s.writer_kills == cfg.writer_kills)
		return;
	s.writer_kills++;
	r->pc = DEAD;
	r->role = NO_ROLE;
	r->t1 = r->t2 = r->forgot = 0;
	r->m = (struct message){0};
	STEP(x, &s, "writer %d is killed", w);
}

static void
writer_returns(const struct state *old, struct explorer *x, int w)
{
	struct state s = *old;
	struct replica *r = &s.r[w];

	switch (r->pc) {
	case DEAD:
		if (on & CUT)
			cut(r);
		if (!(on & REBUILD))
			r->forgot = r->leo;
		r->pc = (on & FAIL_CALLS) && r->messages > 0 ? FAIL : ROLE;
		STEP(x, &s, "writer %d starts again%s", w,
		    on & CUT ? ", cuts its log at the published LEO" : "");
		return;
	case FAIL:
		if (!put_answer(r, (struct answer){r->q[0].cookie, 0, 0, 0}))
			return;
		r->pc = FAIL_PASS;
		STEP(x, &s, "writer %d fails r%u", w, r->q[0].request);
		return;
	case FAIL_PASS:
		pass(r);
		r->pc = r->messages > 0 ? FAIL : ROLE;
		STEP(x, &s, "writer %d passes it", w);
		return;
	default: /* goes on in an epoch only if its line has it; else it begins it as anybody does
		  */
		if (!(on & OWN_EPOCH) && s.leader == w)
			r->epoch = s.epoch;
		r->pc = IDLE;
		r->role = s.epoch != r->epoch ? NO_ROLE : s.leader == w ? LEADER : FOLLOWER;
		STEP(x, &s, "writer %d reads the slot: %s", w,
		    r->role == LEADER     ? "leads"
		    : r->role == FOLLOWER ? "follows"
					  : "a new epoch");
	}
}

static void
writer(const struct state *s, struct explorer *x, int w)
{
	switch (s->r[w].pc) {
	case IDLE:
		writer_changes(s, x, w);
		writer_takes(s, x, w);
		writer_counts(s, x, w);
		writer_follows(s, x, w);
		break;
	case COUNT:
	case STORE_HW:
		writer_counts(s, x, w);
		break;
	case TAKE_OVER:
	case TRUNCATE:
		writer_changes(s, x, w);
		break;
	case F_LOOK:
	case F_PUBLISH:
		writer_follows(s, x, w);
		break;
	case DEAD:
	case FAIL:
	case FAIL_PASS:
	case ROLE:
		writer_returns(s, x, w);
		break;
	default:
		writer_appends(s, x, w);
	}
	writer_dies(s, x, w);
}

/* ---- controller ---- */

static void
controller(const struct state *old, struct explorer *x)
{
	struct state s = *old;

	if (s.elections < cfg.elections && (s.durable & 1 << !s.leader)) {
		s.elections++;
		s.epoch++;
		s.leader = !s.leader;
		s.isr = s.durable;
		STEP(x, &s, "controller elects %u for epoch %u", s.leader, s.epoch);
		s = *old;
	}
	if (cfg.leads_on && s.elections < cfg.elections) {
		s.elections++;
		s.epoch++;
		STEP(x, &s, "controller lets %u lead on in epoch %u", s.leader, s.epoch);
		s = *old;
	}
	if (s.shrinks < cfg.shrinks && s.durable == 3 && s.isr == 3) {
		uint8_t *first = on & COMMIT_FIRST ? &s.durable : &s.isr;

		s.shrinks++;
		*first = (uint8_t)(1 << s.leader);
		STEP(x, &s, "controller %s the ISR {%u}",
		    first == &s.durable ? "commits" : "publishes", s.leader);
		s = *old;
	}
	if (s.isr != s.durable) {
		uint8_t both = s.isr & s.durable, *second = on & COMMIT_FIRST ? &s.isr : &s.durable;

		*second = both;
		STEP(x, &s, "controller %s the ISR %u",
		    second == &s.durable ? "commits" : "publishes", both);
	}
}

/* ---- the whole ---- */

static void
next(const void *state, struct explorer *x)
{
	const struct state *s = state;

	for (unsigned n = 1; n <= REQUESTS; n++) {
		acceptor_sends(s, x, n);
		acceptor_acks(s, x, n);
		acceptor_gives_up(s, x, n);
	}
	for (int w = 0; w < 2; w++) {
		acceptor_takes(s, x, w);
		writer(s, x, w);
	}
	acceptor_dies(s, x);
	controller(s, x);
}

static void
init(void *state)
{
	struct state *s = state;

	s->epoch = 1;
	s->isr = s->durable = 3;
	for (int w = 0; w < 2; w++) {
		s->r[w].epoch = 1;
		s->r[w].role = w == 0 ? LEADER : FOLLOWER;
	}
}

/* Looks at the log that clients see: that of a leader who has started its epoch. */
static const char *
check(const void *state)
{
	const struct state *s = state;
	const struct replica *l = &s->r[s->leader];
	unsigned seen = 0;

	if (s->bad == FEW_COPIES)
		return cfg.min_isr == 1 ? "a record that is nowhere is acknowledged"
					: "acknowledged with fewer copies than min.insync.replicas";
	if (s->bad == UNSEEN)
		return "a consumer reads another record where it has read one";
	if (s->bad == HW_FELL)
		return "the high watermark falls";
	if (l->epoch != s->epoch)
		return NULL;
	for (unsigned i = 0; i < l->leo; i++) {
		if (i >= l->len)
			return "the published end lies behind the file's";
		if (OFFSET_OF(l->file[i]) != i)
			return "two batches at one offset in one file";
		if (seen & 1u << REQUEST_OF(l->file[i]))
			return cfg.retries > 0
				   ? "a record of an idempotent producer is delivered twice"
				   : "a record is delivered twice although nobody retried";
		seen |= 1u << REQUEST_OF(l->file[i]);
	}
	for (unsigned n = 1; n <= REQUESTS; n++) {
		const struct request *q = &s->q[n - 1];

		if (q->state == ACKED &&
		    (q->offset >= l->leo || REQUEST_OF(l->file[q->offset]) != n))
			return "an acknowledged record is lost";
	}
	return NULL;
}

static const struct model append = {
    .name = "append", .size = sizeof(struct state), .init = init, .next = next, .check = check};

/* One configuration and the rules that it is the smallest to need. */
enum { MOST = 2000000 };
static void
run(const char *what, const struct rule *rules, size_t n)
{
	on = ALL;
	model_passes(&append, what, MOST);
	for (size_t i = 0; i < n; i++) {
		on = ALL & ~rules[i].bit;
		model_fails(&append, &rules[i], MOST);
	}
}
#define RULES(...)                          \
	(const struct rule[]){__VA_ARGS__}, \
	    sizeof((const struct rule[]){__VA_ARGS__}) / sizeof(struct rule)

int
main(void)
{
	plan(0);
	cfg.min_isr = 1;
	cfg.chunks = 2;
	cfg.writer_kills = 2;
	run("acks=1, two kills of a writer",
	    RULES({FAIL_CALLS, "FAIL_CALLS", "a successor fails the calls that it finds"},
		{PUBLISH_FIRST, "PUBLISH_FIRST", "the LEO is published before the answer"},
		{CUT, "CUT", "a successor cuts the log at the published LEO"}));

	cfg.retries = 1;
	run("acks=1, an idempotent producer that tries again, two kills of a writer",
	    RULES({REBUILD, "REBUILD", "a successor rebuilds producer state from the log"}));
	cfg.retries = 0;

	cfg.chunks = 1;
	cfg.writer_kills = 1;
	cfg.acceptor_kills = 1;
	run("acks=1, one buffer, a kill of a writer and of the acceptor",
	    RULES(
		{PASS_LAST, "PASS_LAST", "the tail passes a message after its bytes were written"},
		{TWO_ARENAS, "TWO_ARENAS",
		    "an acceptor's successor leaves the bytes of unread messages alone"},
		{COOKIES, "COOKIES", "generations of an acceptor have different cookies"}));

	cfg.acks_all = 1;
	cfg.chunks = 2;
	cfg.acceptor_kills = 0;
	cfg.elections = 1;
	cfg.shrinks = 1;
	run("acks=all, an election, a shrink, a kill of a writer",
	    RULES({EPOCH_CHECK, "EPOCH_CHECK", "a writer refuses another epoch"},
		{OWN_EPOCH, "OWN_EPOCH", "a successor goes on in an epoch only if its line has it"},
		{HW_OF_ALL, "HW_OF_ALL", "a new leader starts with the greatest HW of all lines"},
		{COMMIT_FIRST, "COMMIT_FIRST", "a smaller ISR is committed before it is published"},
		{COPY_PUBLISHED, "COPY_PUBLISHED",
		    "a follower copies up to the published LEO only"}));

	cfg.min_isr = 2;
	cfg.elections = 0;
	run("acks=all, min.insync.replicas=2, a shrink, a kill of a writer",
	    RULES({ACK_ISR_AFTER, "ACK_ISR_AFTER", "the ISR is looked at after the HW"}));

	cfg.min_isr = 1;
	cfg.elections = 3;
	cfg.leads_on = 1;
	cfg.shrinks = 0;
	cfg.writer_kills = 0;
	run("acks=all, three elections, some of the present leader",
	    RULES({ACK_EPOCH_LAST, "ACK_EPOCH_LAST", "the slot's epoch is looked at last"},
		{LINE_EPOCH, "LINE_EPOCH", "only lines of the leader's own epoch are counted"},
		{CUT_AFTER_PUBLISH, "CUT_AFTER_PUBLISH",
		    "a truncation publishes the lower LEO before it cuts"},
		{LEADS_ON, "LEADS_ON", "an answer is of a later epoch only if its leader has led on without a cut"}));

	cfg.elections = 1;
	cfg.leads_on = 0;
	cfg.retries = 1;
	run("acks=all, an idempotent producer that tries again, an election", NULL, 0);
	return done_testing();
}
