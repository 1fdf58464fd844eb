/* SPDX-License-Identifier: ISC */
/* classic-t.c - classic groups: every request in every state, the stories that they tell, what is
 * in the log. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classic_priv.h"
#include "fake.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/describe_groups.h"
#include "odradek/proto/gen/heartbeat.h"
#include "odradek/proto/gen/join_group.h"
#include "odradek/proto/gen/leave_group.h"
#include "odradek/proto/gen/rec_group.h"
#include "odradek/proto/gen/sync_group.h"
#include "t/tap/tap.h"

enum { JOIN = 11, HEARTBEAT = 12, LEAVE = 13, SYNC = 14 };
enum { WAITS = -1, GONE = -1, DELAY = 3000, SESSION = 10000, REBALANCE = 60000 };

static struct msg_arena req;

/* ---- requests ---- */

struct who {
	const char *member, *instance, *protocols, *type, *client, *reason;
	int version, session, rebalance;
};

/* "range=abc,sticky=def" */
static void
put_protocols(struct join_group_req *r, const char *text)
{
	struct join_group_req_join_group_request_protocol *p;
	char *copy = xstrdup(text), *rest = copy, *one, *eq;
	size_t n = *text != '\0';

	for (const char *s = text; *s != '\0'; s++)
		n += *s == ',';
	p = msg_arr(&req, &r->protocols, n);
	while ((one = strsep(&rest, ",")) != NULL && n-- > 0) {
		eq = strchr(one, '=');
		msg_str(&req, &p->name, one, eq == NULL ? strlen(one) : (size_t)(eq - one));
		msg_str0(&req, &p->metadata, eq == NULL ? "" : eq + 1);
		p++;
	}
	free(copy);
}

static struct fake_call *
join_as(const char *group, struct who w)
{
	struct join_group_req *r;

	msg_arena_reset(&req);
	r = msg_new(&req, join_group_req);
	msg_str0(&req, &r->group_id, group);
	msg_str0(&req, &r->member_id, w.member == NULL ? "" : w.member);
	msg_str0(&req, &r->group_instance_id, w.instance);
	msg_str0(&req, &r->protocol_type, w.type == NULL ? "consumer" : w.type);
	msg_str0(&req, &r->reason, w.reason);
	r->session_timeout_ms = w.session == 0 ? SESSION : w.session;
	r->rebalance_timeout_ms = w.rebalance == 0 ? REBALANCE : w.rebalance;
	put_protocols(r, w.protocols == NULL ? "range=m" : w.protocols);
	return fake_run(classic_join, JOIN, w.version == 0 ? 9 : w.version,
	    w.client == NULL ? "cl" : w.client, group, &req);
}

#define join(...) join_as("g", (struct who){__VA_ARGS__})

/* The assignments: member, text, member, text, ..., NULL. */
static struct fake_call *
sync_as(int version, int generation, const char *member, const char *instance, const char *type,
    const char *protocol, const char *const *given)
{
	struct sync_group_req_sync_group_request_assignment *a;
	struct sync_group_req *r;
	size_t n = 0;

	msg_arena_reset(&req);
	r = msg_new(&req, sync_group_req);
	msg_str0(&req, &r->group_id, "g");
	r->generation_id = generation;
	msg_str0(&req, &r->member_id, member);
	msg_str0(&req, &r->group_instance_id, instance);
	msg_str0(&req, &r->protocol_type, type);
	msg_str0(&req, &r->protocol_name, protocol);
	while (given != NULL && given[n] != NULL)
		n++;
	a = msg_arr(&req, &r->assignments, n / 2);
	for (size_t i = 0; i < n; i += 2, a++) {
		msg_str0(&req, &a->member_id, given[i]);
		msg_str0(&req, &a->assignment, given[i + 1]);
	}
	return fake_run(classic_sync, SYNC, version, "cl", "g", &req);
}

#define sync(generation, member, ...)                             \
	sync_as(5, generation, member, NULL, "consumer", "range", \
	    (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static struct fake_call *
beat_as(int generation, const char *member, const char *instance)
{
	struct heartbeat_req *r;

	msg_arena_reset(&req);
	r = msg_new(&req, heartbeat_req);
	r->generation_id = generation;
	msg_str0(&req, &r->member_id, member);
	msg_str0(&req, &r->group_instance_id, instance);
	return fake_run(classic_heartbeat, HEARTBEAT, 4, "cl", "g", &req);
}

static struct fake_call *
leave_as(int version, const char *member, const char *instance)
{
	struct leave_group_req_member_identity *m;
	struct leave_group_req *r;

	msg_arena_reset(&req);
	r = msg_new(&req, leave_group_req);
	if (version < 3) {
		msg_str0(&req, &r->member_id, member);
	} else {
		m = msg_arr(&req, &r->members, 1);
		msg_str0(&req, &m->member_id, member);
		msg_str0(&req, &m->group_instance_id, instance);
	}
	return fake_run(classic_leave, LEAVE, version, "cl", "g", &req);
}

/* ---- answers ---- */

/* The error of an answer (of LeaveGroup: the member's, if there is one); WAITS if there is none. */
static int
error_of(struct fake_call *f)
{
	const void *a = fake_answer(f);
	const struct leave_group_resp *l = a;

	if (a == NULL)
		return WAITS;
	switch (f->c.api) {
	case JOIN:
		return ((const struct join_group_resp *)a)->error_code;
	case HEARTBEAT:
		return ((const struct heartbeat_resp *)a)->error_code;
	case SYNC:
		return ((const struct sync_group_resp *)a)->error_code;
	default:
		if (l->error_code == 0 && karr_len(&l->members) > 0)
			return karr_at(&l->members, 0)->error_code;
		return l->error_code;
	}
}

static int
take_error(struct fake_call *f)
{
	int e = error_of(f);

	fake_free(f);
	return e;
}

/* The member id of a JoinGroup's answer, copied; frees the call. */
static char *
take_id(struct fake_call *f)
{
	const struct join_group_resp *r = fake_answer(f);
	char *id = r == NULL ? NULL : xstrdup(kstr(&r->member_id));

	if (r == NULL)
		bail("no answer to JoinGroup");
	fake_free(f);
	return id;
}

static const struct join_group_resp *
joined(struct fake_call *f)
{
	const struct join_group_resp *r = fake_answer(f);

	if (r == NULL)
		bail("no answer to JoinGroup");
	return r;
}

static const char *
assignment_of(struct fake_call *f)
{
	const struct sync_group_resp *r = fake_answer(f);

	return r == NULL ? "(waits)" : r->error_code != 0 ? "(error)" : kstr(&r->assignment);
}

static int
state_of(const char *group)
{
	struct group *g = fake_group(group);

	return g == NULL ? GONE : g->classic == NULL ? CLASSIC_EMPTY : (int)g->classic->state;
}

/* ---- a group in any state ---- */

/* Members: A leads, B follows, S is static ("inst"). P is an id that was given out. */
static char *A, *B, *S, *P;
static struct fake_call *held[8];
static int generation;

static struct fake_call *
hold(struct fake_call *f)
{
	for (size_t i = 0;; i++)
		if (held[i] == NULL)
			return held[i] = f;
}

static void
let_go(void)
{
	for (size_t i = 0; i < 8; i++) {
		if (held[i] != NULL)
			fake_free(held[i]);
		held[i] = NULL;
	}
	free(A);
	free(B);
	free(S);
	free(P);
	A = B = S = P = NULL;
}

/* A, B and S have joined; who has synced, and what for, is the caller's. */
static void
three_joined(void)
{
	struct fake_call *a, *b, *s;

	a = join(.version = 3, .client = "a");
	fake_pass(1);
	b = join(.version = 3, .client = "b");
	s = join(.version = 5, .instance = "inst");
	for (int i = 0; i < 100 && fake_answer(a) == NULL; i++)
		fake_pass(100);
	generation = joined(a)->generation_id;
	A = take_id(a);
	B = take_id(b);
	S = take_id(s);
}

static void
reach(int state)
{
	fake_init();
	let_go();
	if (state == GONE) {
		A = xstrdup("a"), B = xstrdup("b"), S = xstrdup("s"), P = xstrdup("p");
		generation = 1;
		return;
	}
	three_joined();
	if (state >= CLASSIC_STABLE || state == CLASSIC_PREPARING || state == CLASSIC_EMPTY) {
		hold(sync(generation, A, A, "0", B, "1", S, "2"));
		fake_free(sync(generation, B));
		fake_free(sync(generation, S));
	}
	if (state == CLASSIC_EMPTY) {
		fake_free(leave_as(3, A, NULL));
		fake_free(leave_as(3, B, NULL));
		fake_free(leave_as(3, "", "inst"));
	}
	if (state == CLASSIC_PREPARING)
		hold(join(.member = A, .client = "a"));
	if (state_of("g") != state)
		bail("the group is in state %d, not %d", state_of("g"), state);
}

/* With an id given out, which a rebalance waits for. */
static void
give_out_id(void)
{
	free(P);
	P = take_id(join(.client = "p"));
}

static struct fake_call *
on_join_v3(void)
{
	return join(.version = 3);
}
static struct fake_call *
on_join_v4(void)
{
	return join(.version = 4);
}
static struct fake_call *
on_join_pending(void)
{
	if (state_of("g") != GONE)
		give_out_id();
	return join(.member = P);
}
static struct fake_call *
on_join_stranger(void)
{
	return join(.member = "stranger");
}
static struct fake_call *
on_join_other_type(void)
{
	return join(.version = 3, .type = "connect");
}
static struct fake_call *
on_join_no_protocol(void)
{
	return join(.version = 3, .protocols = "");
}
static struct fake_call *
on_join_alien_protocol(void)
{
	return join(.version = 3, .protocols = "alien=m");
}
static struct fake_call *
on_join_bad_session(void)
{
	return join(.version = 3, .session = 5999);
}
static struct fake_call *
on_join_static_new(void)
{
	return join(.instance = "other");
}
static struct fake_call *
on_join_static_back(void)
{
	return join(.instance = "inst");
}
static struct fake_call *
on_join_static_fenced(void)
{
	return join(.instance = "inst", .member = A);
}
static struct fake_call *
on_join_static_unknown(void)
{
	return join(.instance = "nobody", .member = A);
}
static struct fake_call *
on_rejoin_leader(void)
{
	return join(.member = A);
}
static struct fake_call *
on_rejoin_follower(void)
{
	return join(.member = B);
}
static struct fake_call *
on_rejoin_changed(void)
{
	return join(.member = B, .protocols = "range=other");
}
static struct fake_call *
on_sync_leader(void)
{
	return sync(generation, A, A, "0", B, "1");
}
static struct fake_call *
on_sync_follower(void)
{
	return sync(generation, B);
}
static struct fake_call *
on_sync_old(void)
{
	return sync(generation - 1, B);
}
static struct fake_call *
on_sync_stranger(void)
{
	return sync(generation, "stranger");
}
static struct fake_call *
on_sync_other_protocol(void)
{
	return sync_as(5, generation, B, NULL, "consumer", "sticky", NULL);
}
static struct fake_call *
on_sync_no_protocol(void)
{
	return sync_as(5, generation, B, NULL, NULL, NULL, NULL);
}
static struct fake_call *
on_sync_v4(void)
{
	return sync_as(4, generation, B, NULL, NULL, NULL, NULL);
}
static struct fake_call *
on_sync_fenced(void)
{
	return sync_as(5, generation, A, "inst", "consumer", "range", NULL);
}
static struct fake_call *
on_beat(void)
{
	return beat_as(generation, B, NULL);
}
static struct fake_call *
on_beat_static(void)
{
	return beat_as(generation, S, "inst");
}
static struct fake_call *
on_beat_old(void)
{
	return beat_as(generation - 1, B, NULL);
}
static struct fake_call *
on_beat_stranger(void)
{
	return beat_as(generation, "stranger", NULL);
}
static struct fake_call *
on_beat_fenced(void)
{
	return beat_as(generation, A, "inst");
}
static struct fake_call *
on_leave(void)
{
	return leave_as(3, B, NULL);
}
static struct fake_call *
on_leave_v0(void)
{
	return leave_as(0, B, NULL);
}
static struct fake_call *
on_leave_stranger(void)
{
	return leave_as(3, "stranger", NULL);
}
static struct fake_call *
on_leave_instance(void)
{
	return leave_as(3, "", "inst");
}
static struct fake_call *
on_leave_fenced(void)
{
	return leave_as(3, A, "inst");
}
static struct fake_call *
on_leave_pending(void)
{
	if (state_of("g") != GONE)
		give_out_id();
	return leave_as(3, P, NULL);
}
static struct fake_call *
on_session_time(void)
{
	fake_pass(SESSION);
	return NULL;
}
static struct fake_call *
on_rebalance_time(void)
{
	/* who is asked for shows that it lives, but neither joins nor syncs */
	for (int i = 0; i < 13; i++) {
		fake_pass(REBALANCE / 12);
		if (state_of("g") == CLASSIC_COMPLETING || state_of("g") == CLASSIC_PREPARING) {
			fake_free(beat_as(generation, A, NULL));
			fake_free(beat_as(generation, B, NULL));
			fake_free(beat_as(generation, S, NULL));
		}
	}
	return NULL;
}

#define E KERR_
#define NO_E 0

/* What the request gets, and which state the group is in then. */
struct outcome {
	int error, state;
};
static const struct row {
	const char *name;
	struct fake_call *(*event)(void);
	struct outcome on[5]; /* no such group, Empty, Preparing, Completing, Stable */
} rows[] = {
#define G GONE
#define Y CLASSIC_EMPTY
#define R CLASSIC_PREPARING
#define C CLASSIC_COMPLETING
#define T CLASSIC_STABLE
#define W WAITS
    {"JoinGroup 3, new", on_join_v3, {{W, R}, {W, R}, {W, R}, {W, R}, {W, R}}},
    {"JoinGroup 4, new", on_join_v4, {{79, Y}, {79, Y}, {79, R}, {79, C}, {79, T}}},
    {"JoinGroup with a given id", on_join_pending, {{25, G}, {W, R}, {W, R}, {W, R}, {W, R}}},
    {"JoinGroup, stranger", on_join_stranger, {{25, G}, {25, Y}, {25, R}, {25, C}, {25, T}}},
    {"JoinGroup, other type", on_join_other_type, {{W, R}, {W, R}, {23, R}, {23, C}, {23, T}}},
    {"JoinGroup, no protocol", on_join_no_protocol, {{23, Y}, {23, Y}, {23, R}, {23, C}, {23, T}}},
    {"JoinGroup, alien protocol", on_join_alien_protocol,
	{{W, R}, {W, R}, {23, R}, {23, C}, {23, T}}},
    {"JoinGroup, session too short", on_join_bad_session,
	{{26, G}, {26, Y}, {26, R}, {26, C}, {26, T}}},
    {"JoinGroup, static, new", on_join_static_new, {{W, R}, {W, R}, {W, R}, {W, R}, {W, R}}},
    {"JoinGroup, static, back", on_join_static_back, {{W, R}, {W, R}, {W, R}, {W, R}, {0, T}}},
    {"JoinGroup, static, fenced", on_join_static_fenced,
	{{25, G}, {25, Y}, {82, R}, {82, C}, {82, T}}},
    {"JoinGroup, unknown instance with an id", on_join_static_unknown,
	{{25, G}, {25, Y}, {25, R}, {25, C}, {25, T}}},
    {"JoinGroup, the leader again", on_rejoin_leader, {{25, G}, {25, Y}, {W, R}, {0, C}, {W, R}}},
    {"JoinGroup, a follower again", on_rejoin_follower, {{25, G}, {25, Y}, {W, R}, {0, C}, {0, T}}},
    {"JoinGroup, a follower with news", on_rejoin_changed,
	{{25, G}, {25, Y}, {W, R}, {W, R}, {W, R}}},
    {"SyncGroup, leader", on_sync_leader, {{25, G}, {25, Y}, {27, R}, {0, T}, {0, T}}},
    {"SyncGroup, follower", on_sync_follower, {{25, G}, {25, Y}, {27, R}, {W, C}, {0, T}}},
    {"SyncGroup, old generation", on_sync_old, {{25, G}, {25, Y}, {22, R}, {22, C}, {22, T}}},
    {"SyncGroup, stranger", on_sync_stranger, {{25, G}, {25, Y}, {25, R}, {25, C}, {25, T}}},
    {"SyncGroup, other protocol", on_sync_other_protocol,
	{{25, G}, {25, Y}, {23, R}, {23, C}, {23, T}}},
    {"SyncGroup 5 without protocol", on_sync_no_protocol,
	{{23, G}, {23, Y}, {23, R}, {23, C}, {23, T}}},
    {"SyncGroup 4", on_sync_v4, {{25, G}, {25, Y}, {27, R}, {W, C}, {0, T}}},
    {"SyncGroup, fenced", on_sync_fenced, {{25, G}, {25, Y}, {82, R}, {82, C}, {82, T}}},
    {"Heartbeat", on_beat, {{25, G}, {25, Y}, {27, R}, {0, C}, {0, T}}},
    {"Heartbeat, static", on_beat_static, {{25, G}, {25, Y}, {27, R}, {0, C}, {0, T}}},
    {"Heartbeat, old generation", on_beat_old, {{25, G}, {25, Y}, {22, R}, {22, C}, {22, T}}},
    {"Heartbeat, stranger", on_beat_stranger, {{25, G}, {25, Y}, {25, R}, {25, C}, {25, T}}},
    {"Heartbeat, fenced", on_beat_fenced, {{25, G}, {25, Y}, {82, R}, {82, C}, {82, T}}},
    {"LeaveGroup", on_leave, {{25, G}, {25, Y}, {0, R}, {0, R}, {0, R}}},
    {"LeaveGroup 0", on_leave_v0, {{25, G}, {25, Y}, {0, R}, {0, R}, {0, R}}},
    {"LeaveGroup, stranger", on_leave_stranger, {{25, G}, {25, Y}, {25, R}, {25, C}, {25, T}}},
    {"LeaveGroup by instance", on_leave_instance, {{25, G}, {25, Y}, {0, R}, {0, R}, {0, R}}},
    {"LeaveGroup, fenced", on_leave_fenced, {{25, G}, {25, Y}, {82, R}, {82, C}, {82, T}}},
    {"LeaveGroup with a given id", on_leave_pending, {{25, G}, {0, Y}, {0, R}, {0, R}, {0, R}}},
    {"sessions end", on_session_time, {{W, G}, {W, Y}, {W, C}, {W, Y}, {W, Y}}},
    {"the rebalance takes too long", on_rebalance_time, {{W, G}, {W, Y}, {W, C}, {W, Y}, {W, Y}}},
#undef G
#undef Y
#undef R
#undef C
#undef T
#undef W
};

static void
test_table(void)
{
	static const char *const names[] = {
	    "no group", "Empty", "Preparing", "Completing", "Stable"};
	struct fake_call *f;
	int e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (int s = 0; s < 5; s++) {
			reach(s - 1);
			f = rows[i].event();
			e = f == NULL ? WAITS : error_of(f);
			ok(e == rows[i].on[s].error && state_of("g") == rows[i].on[s].state,
			    "%s: %s: error %d, state %d (got %d, %d)", names[s], rows[i].name,
			    rows[i].on[s].error, rows[i].on[s].state, e, state_of("g"));
			fake_crash(); /* answers what still waits */
			if (f != NULL)
				fake_free(f);
		}
	let_go();
}

/* ---- stories ---- */

static struct classic *
group(void)
{
	return fake_group("g")->classic;
}

static void
test_initial_delay(void)
{
	struct fake_call *a, *b;

	fake_init();
	a = join(.version = 3, .rebalance = 7000);
	fake_pass(DELAY - 1);
	ok(fake_answer(a) == NULL, "the first member waits for others");
	fake_pass(1);
	is_int(0, error_of(a), "for one delay when nobody comes");
	fake_free(a);

	fake_init();
	a = join(.version = 3, .rebalance = 7000);
	for (int i = 0; i < 2; i++) {
		fake_pass(2900);
		fake_free(join(.version = 3, .rebalance = 7000));
	}
	fake_pass(1199);
	ok(fake_answer(a) == NULL && state_of("g") == CLASSIC_PREPARING,
	    "every one that comes prolongs it");
	fake_pass(1);
	is_int(0, error_of(a), "up to the rebalance timeout");
	fake_free(a);

	fake_init();
	a = join(.version = 3);
	fake_pass(100);
	b = leave_as(0, group()->member[0]->id, NULL);
	is_int(0, take_error(b), "a member leaves during the delay");
	is_int(KERR_UNKNOWN_MEMBER_ID, take_error(a), "its JoinGroup is answered");
	fake_pass(DELAY);
	is_int(CLASSIC_EMPTY, state_of("g"), "the group is empty after the delay");
	is_int(1, group()->generation, "in another generation");
}

static void
test_generation(void)
{
	const struct join_group_resp *r;
	struct fake_call *a, *b;
	char *ida, *idb;

	fake_init();
	a = join(.version = 6, .instance = "ia", .protocols = "range=ra,sticky=sa,rr=x");
	b = join(.version = 7, .instance = "ib", .protocols = "sticky=sb,range=rb");
	fake_pass(2 * DELAY);
	r = joined(a);
	is_int(1, r->generation_id, "the first generation is 1");
	ok(strcmp(kstr(&r->leader), kstr(&r->member_id)) == 0, "who came first leads");
	is_int(2, karr_len(&r->members), "the leader learns of all members");
	ok(strncmp(kstr(&r->member_id), "ia-", 3) == 0 && r->member_id.len == 3 + 36,
	    "a static member's id: instance and uuid");
	ok(strcmp(kstr(&r->protocol_name), "range") == 0 ||
		strcmp(kstr(&r->protocol_name), "sticky") == 0,
	    "a protocol that all speak is chosen");
	is_string(kstr(&r->protocol_name), "range", "of equal votes, the first member's");
	is_string("rb", kstr(&karr_at(&r->members, 1)->metadata), "with the metadata for it");
	is_string("ib", kstr(&karr_at(&r->members, 1)->group_instance_id), "and instance ids");
	ida = take_id(a);
	r = joined(b);
	is_int(0, karr_len(&r->members), "a follower learns of none");
	is_string("consumer", kstr(&r->protocol_type), "since version 7 the type is told");
	ok(strcmp(kstr(&r->leader), ida) == 0, "and who leads");
	idb = take_id(b);

	/* the record is in the log before anybody is told */
	fake_hold = true;
	b = sync_as(5, 1, idb, "ib", "consumer", "range", NULL);
	a = sync_as(5, 1, ida, "ia", "consumer", "range",
	    (const char *const[]){ida, "for a", "nobody", "x", idb, "for b", NULL});
	ok(fake_answer(a) == NULL && fake_answer(b) == NULL, "no assignment before the record");
	fake_commit();
	fake_hold = false;
	is_string("for a", assignment_of(a), "the leader's assignment");
	is_string("for b", assignment_of(b), "the follower's");
	is_string("range", kstr(&((const struct sync_group_resp *)fake_answer(b))->protocol_name),
	    "SyncGroup 5 names the protocol");
	fake_free(a);
	fake_free(b);
	free(ida);
	free(idb);

	fake_init();
	a = join(.version = 6, .protocols = "");
	r = joined(a);
	ok(!kstr_is_null(&r->protocol_name) && r->protocol_name.len == 0,
	    "JoinGroup 6: no protocol is an empty text");
	fake_free(a);
	a = join(.version = 7, .protocols = "");
	ok(kstr_is_null(&joined(a)->protocol_name), "JoinGroup 7: null");
	fake_free(a);
}

static void
test_votes(void)
{
	struct fake_call *f[3];

	fake_init();
	f[0] = join(.version = 3, .protocols = "a=,b=,c=");
	f[1] = join(.version = 3, .protocols = "c=,b=");
	f[2] = join(.version = 3, .protocols = "d=,c=,b=");
	fake_pass(3 * DELAY);
	is_string("c", kstr(&joined(f[0])->protocol_name), "most votes among what all speak");
	for (int i = 0; i < 3; i++)
		fake_free(f[i]);
	fake_init();
	f[0] = join(.version = 3, .protocols = "a=1,a=2,b=");
	fake_pass(DELAY);
	is_int(0, error_of(f[0]), "a protocol that is named twice counts once");
	is_string("1", kstr(&karr_at(&joined(f[0])->members, 0)->metadata), "the first time");
	fake_free(f[0]);
}

static void
test_static(void)
{
	const struct group_metadata_value *v;
	const struct join_group_resp *r;
	struct fake_call *f, *g;
	size_t records;
	char *old, *now;

	/* a leader that comes back */
	for (int version = 8; version <= 9; version++) {
		fake_init();
		f = join(.instance = "i", .version = version, .protocols = "range=old");
		fake_pass(DELAY);
		old = take_id(f);
		fake_free(sync_as(
		    5, 1, old, "i", "consumer", "range", (const char *const[]){old, "mine", NULL}));
		records = fake_records;
		fake_hold = true;
		f = join(.instance = "i", .version = version, .protocols = "range=new");
		ok(fake_answer(f) == NULL, "JoinGroup %d: no new id before it is in the log",
		    version);
		fake_commit();
		fake_hold = false;
		is_int(records + 1, fake_records, "one record");
		r = joined(f);
		is_int(1, r->generation_id, "no rebalance");
		is_int(version == 9, r->skip_assignment, "may it skip the assignment?");
		is_int(version == 9, karr_len(&r->members), "is it told that it leads?");
		is_string(version == 9 ? kstr(&r->member_id) : old, kstr(&r->leader), "who leads");
		v = fake_value(records);
		ok(strcmp(kstr(&v->leader), kstr(&r->member_id)) == 0,
		    "in the log the new id leads");
		is_string(
		    "mine", kstr(&karr_at(&v->members, 0)->assignment), "with its assignment");
		is_string("new", kstr(&karr_at(&v->members, 0)->subscription), "and its metadata");
		now = take_id(f);
		is_int(KERR_FENCED_INSTANCE_ID, take_error(beat_as(1, old, "i")),
		    "the old id is fenced");
		is_int(KERR_UNKNOWN_MEMBER_ID, take_error(beat_as(1, old, NULL)), "and unknown");
		is_int(0, take_error(beat_as(1, now, "i")), "the new one lives");
		f = sync_as(5, 1, now, "i", "consumer", "range", NULL);
		is_string("mine", assignment_of(f), "and has what the old one had");
		fake_free(f);
		free(old);
		free(now);
	}

	/* with another protocol it must rebalance */
	reach(CLASSIC_STABLE);
	f = join(.instance = "inst", .protocols = "range=m,sticky=m");
	is_int(0, error_of(f), "one protocol more changes nothing");
	fake_free(f);
	fake_init();
	f = join(.instance = "i", .protocols = "range=m,sticky=m");
	fake_pass(DELAY);
	old = take_id(f);
	fake_free(sync(1, old, old, "mine"));
	f = join(.instance = "i", .protocols = "sticky=m,range=m");
	is_int(2, joined(f)->generation_id, "another choice of protocol is a new generation");
	fake_free(f);
	free(old);

	/* two with one instance id */
	fake_init();
	f = join(.instance = "i");
	g = join(.instance = "i");
	is_int(
	    KERR_FENCED_INSTANCE_ID, error_of(f), "the second one fences the first, which waits");
	ok(joined(f)->member_id.len > 0, "whose id is named");
	fake_pass(2 * DELAY);
	is_int(0, error_of(g), "and is in");
	fake_free(f);
	fake_free(g);

	/* absent static members keep their place */
	reach(CLASSIC_STABLE);
	f = join(.member = A);
	g = join(.member = B);
	for (int i = 0; i < 13; i++) {
		fake_pass(5000);
		if (fake_answer(f) == NULL)
			fake_free(beat_as(generation, S, "inst"));
	}
	is_int(0, error_of(f), "a rebalance does not wait for ever for a static member");
	is_int(3, karr_len(&joined(f)->members), "which stays in the group");
	fake_free(f);
	fake_free(g);
	let_go();
}

static void
test_max_size(void)
{
	struct fake_call *f, *g;
	char *id;

	reach(CLASSIC_STABLE);
	co.config.max_size = 3;
	f = join(.version = 3);
	is_int(KERR_GROUP_MAX_SIZE_REACHED, error_of(f), "a group that is full takes nobody");
	is_int(0, joined(f)->member_id.len, "and names no id");
	fake_free(f);
	is_int(KERR_GROUP_MAX_SIZE_REACHED, take_error(join(.version = 4)),
	    "it gives out no ids, too");
	is_int(0, take_error(join(.instance = "inst")), "a static member takes its own place");
	fake_free(join(.member = A));
	co.config.max_size = 1;
	f = join(.member = B);
	is_int(KERR_GROUP_MAX_SIZE_REACHED, take_error(f),
	    "in a rebalance, those who have joined count");
	is_int(KERR_UNKNOWN_MEMBER_ID, take_error(beat_as(generation, B, NULL)), "the one is out");

	/* 100,000 of them, each with an id of its own */
	fake_init();
	co.config.max_size = 10;
	fake_hold = true;
	for (int i = 0; i < 10; i++)
		fake_free(join(.version = 3));
	fake_pass(DELAY);
	is_int(
	    10, group()->awaiting_join + (group()->state != CLASSIC_PREPARING) * 10, "ten are in");
	g = NULL;
	for (int i = 0; i < 100000; i++) {
		if (g != NULL)
			fake_free(g);
		g = join(.version = 4);
	}
	fake_commit();
	is_int(KERR_GROUP_MAX_SIZE_REACHED, take_error(g), "100,000 more are refused");
	is_int(0, group()->pendings, "and leave nothing behind");

	/* who has an id may not get in any more */
	fake_init();
	id = take_id(join(.version = 4));
	fake_free(join(.version = 3));
	fake_pass(DELAY);
	co.config.max_size = 1;
	is_int(KERR_GROUP_MAX_SIZE_REACHED, take_error(join(.member = id)), "too late");
	is_int(0, group()->pendings, "its id is forgotten");
	free(id);
	let_go();
}

static void
test_bounds(void)
{
	const size_t big = 10 << 20;
	char *text = xmalloc(big + 16);
	struct fake_call *f[4];
	size_t n, before;
	const char *id;

	memset(text, 'x', big + 6);
	memcpy(text, "range=", 6);
	text[big + 6] = '\0';
	fake_init();
	for (n = 0; n < 4; n++)
		f[n] = join(.version = 3, .protocols = text);
	ok(fake_answer(f[2]) == NULL, "three subscriptions of 10 MB wait");
	is_int(KERR_GROUP_MAX_SIZE_REACHED, error_of(f[3]), "a fourth has no room");
	fake_pass(2 * DELAY);
	is_int(0, error_of(f[0]), "they join");
	before = fake_records;
	for (n = 0; n < 3; n++) {
		struct fake_call *s;

		id = kstr(&joined(f[n])->member_id);
		s = sync(1, id, id, "y");
		if (n == 0)
			is_int(KERR_UNKNOWN_SERVER_ERROR, error_of(s),
			    "what does not fit into a record is not assigned");
		fake_free(s);
	}
	is_int(before, fake_records, "nor put");
	is_int(CLASSIC_PREPARING, state_of("g"), "they shall join again");
	for (n = 0; n < 4; n++)
		fake_free(f[n]);
	fake_pass(2 * REBALANCE + NEW_MEMBER_JOIN_TIMEOUT_MS);
	is_int(0, group()->bytes, "when all are gone, nothing counts any more");

	/* a million protocols */
	fake_init();
	for (n = 0; n + 4 < big; n += 4)
		memcpy(text + n, ",q=r", 4);
	text[n] = '\0';
	text[0] = 'p';

	/* a member of a group that is stable comes again with more than there is room for */
	fake_init();
	f[0] = join(.version = 3, .protocols = "range=a");
	fake_pass(2 * DELAY);
	id = kstr(&joined(f[0])->member_id);
	fake_free(sync(1, id, id, "y"));
	is_int(CLASSIC_STABLE, state_of("g"), "stable");
	f[1] = join(.version = 3, .member = id, .protocols = text);
	is_int(KERR_GROUP_MAX_SIZE_REACHED, error_of(f[1]), "too much");
	is_int(CLASSIC_EMPTY, state_of("g"), "it is out, and the group does not stay as it was");
	fake_free(f[0]);
	fake_free(f[1]);

	f[0] = join(.version = 3, .protocols = text);
	is_int(KERR_GROUP_MAX_SIZE_REACHED, error_of(f[0]), "very many protocols have no room");
	fake_free(f[0]);
	free(text);

	/* ids that nobody comes back with */
	fake_init();
	for (n = 0; n < 200000; n++)
		fake_free(join(.version = 4, .session = 6000));
	ok(group()->pendings < 160000 && group()->bytes <= CLASSIC_GROUP_BYTES,
	    "ids that are given out are bounded (%u)", group()->pendings);
	fake_pass(6000);
	is_int(0, group()->pendings, "and go with their session");
	is_int(0, group()->bytes, "with what they took");
}

static void
test_time(void)
{
	struct fake_call *f, *g;
	char *id;

	reach(CLASSIC_STABLE);
	give_out_id();
	f = join(.member = A);
	g = join(.member = B);
	fake_free(join(.instance = "inst"));
	ok(fake_answer(f) == NULL, "a rebalance waits for an id that was given out");
	fake_pass(SESSION);
	is_int(0, error_of(f), "until its session ends");
	fake_free(f);
	fake_free(g);

	/* a new member that waits too long */
	reach(CLASSIC_STABLE);
	f = join(.version = 3, .rebalance = 3600000);
	for (int i = 0; i < 60; i++) {
		fake_pass(4999);
		fake_free(beat_as(generation, B, NULL));
	}
	ok(fake_answer(f) == NULL, "a new member may wait 5 minutes");
	fake_pass(4999);
	is_int(KERR_UNKNOWN_MEMBER_ID, error_of(f), "no longer");
	is_int(0, joined(f)->member_id.len, "it shall come again without an id");
	fake_free(f);

	/* who waits for an answer does not expire */
	reach(CLASSIC_COMPLETING);
	f = sync(generation, B);
	for (int i = 0; i < 4; i++) {
		fake_pass(5000);
		fake_free(beat_as(generation, A, NULL));
		fake_free(beat_as(generation, S, "inst"));
	}
	ok(fake_answer(f) == NULL, "who waits for its assignment does not expire");
	fake_free(sync(generation, A, B, "late"));
	is_string("late", assignment_of(f), "and gets it");
	fake_pass(SESSION - 1);
	is_int(0, take_error(beat_as(generation, B, NULL)), "its session begins anew then");
	fake_free(f);

	/* a member asks twice */
	reach(CLASSIC_STABLE);
	f = join(.member = A);
	g = join(.member = A);
	is_int(
	    KERR_REBALANCE_IN_PROGRESS, take_error(f), "the first of two JoinGroups is answered");
	ok(fake_answer(g) == NULL, "the second waits");
	fake_free(g);

	/* version 0 knows no rebalance timeout */
	fake_init();
	f = join(.version = 1, .rebalance = 100);
	is_int(100, group()->member[0]->rebalance_timeout_ms, "JoinGroup 1: its rebalance timeout");
	fake_init();
	fake_free(f);
	msg_arena_reset(&req);
	{
		struct join_group_req *r = msg_new(&req, join_group_req);

		r->session_timeout_ms = 7000;
		r->rebalance_timeout_ms = -1;
		msg_str0(&req, &r->protocol_type, "consumer");
		put_protocols(r, "range=");
		f = fake_run(classic_join, JOIN, 0, "cl", "g", &req);
	}
	is_int(7000, group()->member[0]->rebalance_timeout_ms, "JoinGroup 0: that of the session");
	id = xstrdup(group()->member[0]->id);
	ok(strncmp(id, "cl-", 3) == 0 && strlen(id) == 3 + 36, "a member's id: client and uuid");
	free(id);
	fake_crash();
	fake_free(f);
	let_go();
}

static void
test_log(void)
{
	const struct group_metadata_value_member_metadata *m;
	const struct group_metadata_value *v;
	struct fake_call *f;

	fake_init();
	fake_free(join(.version = 4));
	is_int(1, fake_records, "a group that comes into being has a record");
	v = fake_value(0);
	ok(v->generation == 0 && v->protocol_type.len == 0 && kstr_is_null(&v->protocol) &&
		kstr_is_null(&v->leader) && karr_len(&v->members) == 0,
	    "an empty one");

	reach(CLASSIC_STABLE);
	is_int(2, fake_records, "an assignment is a record");
	is_int(3, fake_log[1].version, "of version 3");
	v = fake_value(1);
	is_string("consumer", kstr(&v->protocol_type), "protocol type");
	is_string("range", kstr(&v->protocol), "protocol");
	is_int(generation, v->generation, "generation");
	is_string(A, kstr(&v->leader), "leader");
	is_int(3, karr_len(&v->members), "members");
	m = karr_at(&v->members, 1);
	is_string(B, kstr(&m->member_id), "a member's id");
	is_string("b", kstr(&m->client_id), "client id");
	is_string("/127.0.0.1", kstr(&m->client_host), "client host");
	is_int(SESSION, m->session_timeout, "session timeout");
	is_int(REBALANCE, m->rebalance_timeout, "rebalance timeout");
	is_string("m", kstr(&m->subscription), "metadata");
	is_string("1", kstr(&m->assignment), "assignment");
	ok(kstr_is_null(&m->group_instance_id), "no instance id");

	/* kill -9 */
	fake_crash();
	is_int(CLASSIC_STABLE, state_of("g"), "a group is read again");
	is_int(0, take_error(beat_as(generation, B, NULL)), "a member goes on");
	f = sync(generation, S);
	is_string("2", assignment_of(f), "with its assignment");
	fake_free(f);
	is_int(KERR_FENCED_INSTANCE_ID, take_error(beat_as(generation, A, "inst")),
	    "instances are known");
	ok(strcmp(group()->leader->id, A) == 0, "and the leader");
	fake_pass(SESSION - 1);
	is_int(0, take_error(beat_as(generation, B, NULL)), "sessions began anew");
	fake_pass(SESSION - 1);
	is_int(2, fake_records, "who is silent is out, once a generation may begin");
	is_int(CLASSIC_PREPARING, state_of("g"), "which waits for the living");

	/* all leave */
	reach(CLASSIC_EMPTY);
	is_int(3, fake_records, "the last one that leaves makes a record");
	v = fake_value(2);
	ok(v->generation == generation + 1 && karr_len(&v->members) == 0 &&
		kstr_is_null(&v->protocol) && kstr_is_null(&v->leader),
	    "of an empty generation");
	is_string("consumer", kstr(&v->protocol_type), "that keeps its type");
	is_int(co.wall_ms, v->current_state_timestamp, "and says since when");
	is_int(co.wall_ms, classic_empty_since(fake_group("g")), "as the group does");
	fake_pass(1000);
	fake_crash();
	is_int(co.wall_ms - 1000, classic_empty_since(fake_group("g")), "after a crash, too");
	classic_put_tombstone(fake_group("g"));
	fake_commit();
	ok(fake_log[3].value == NULL, "a tombstone");
	fake_crash();
	ok(fake_group("g")->classic == NULL, "after it there is nothing");

	/* an assignment that is not in the log was never given */
	reach(CLASSIC_COMPLETING);
	fake_hold = true;
	f = sync(generation, A, A, "0");
	fake_crash();
	ok(fake_answer(f) == NULL, "a crash before the record: no answer");
	is_int(KERR_UNKNOWN_MEMBER_ID, take_error(beat_as(generation, A, NULL)),
	    "and nobody is in the group");
	fake_free(f);

	reach(CLASSIC_STABLE);
	co.config.max_size = 2;
	fake_crash();
	is_int(CLASSIC_PREPARING, state_of("g"), "a group that is too large rebalances");
	let_go();
}

static void
test_describe(void)
{
	static struct msg_arena a;
	struct describe_groups_resp *r;
	struct describe_groups_resp_described_group *d;

	if (msg_arena_init(&a, 1 << 20) == -1)
		bail("no memory");
	reach(CLASSIC_STABLE);
	r = msg_new(&a, describe_groups_resp);
	d = msg_arr(&a, &r->groups, 2);
	classic_describe(fake_group("g"), &a, &d[0]);
	is_string("Stable", kstr(&d->group_state), "state");
	is_string("consumer", kstr(&d->protocol_type), "protocol type");
	is_string("range", kstr(&d->protocol_data), "protocol");
	is_int(3, karr_len(&d->members), "members");
	is_string("m", kstr(&karr_at(&d->members, 1)->member_metadata), "metadata");
	is_string("1", kstr(&karr_at(&d->members, 1)->member_assignment), "assignment");
	is_string("inst", kstr(&karr_at(&d->members, 2)->group_instance_id), "instance id");
	fake_free(join(.version = 3));
	classic_describe(fake_group("g"), &a, &d[1]);
	is_string("PreparingRebalance", kstr(&d[1].group_state), "in a rebalance");
	is_string("", kstr(&d[1].protocol_data), "no protocol");
	is_string("", kstr(&karr_at(&d[1].members, 1)->member_metadata), "no metadata");
	msg_arena_fini(&a);
	let_go();
}

static void
test_commit(void)
{
	static const struct {
		int state;
		bool old, stranger, nobody;
		int error;
	} rows[] = {
	    {CLASSIC_EMPTY, false, false, true, 0},
	    {CLASSIC_EMPTY, false, true, false, KERR_UNKNOWN_MEMBER_ID},
	    {CLASSIC_STABLE, false, false, false, 0},
	    {CLASSIC_STABLE, true, false, false, KERR_ILLEGAL_GENERATION},
	    {CLASSIC_STABLE, false, true, false, KERR_UNKNOWN_MEMBER_ID},
	    {CLASSIC_STABLE, false, false, true, KERR_UNKNOWN_MEMBER_ID},
	    {CLASSIC_PREPARING, false, false, false, 0},
	    {CLASSIC_COMPLETING, false, false, false, KERR_REBALANCE_IN_PROGRESS},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		reach(rows[i].state);
		is_int(rows[i].error,
		    classic_may_commit(fake_group("g"),
			rows[i].nobody     ? ""
			: rows[i].stranger ? "x"
					   : B,
			NULL, rows[i].nobody ? -1 : generation - rows[i].old),
		    "commit in state %d: %d", rows[i].state, rows[i].error);
	}
	reach(CLASSIC_STABLE);
	is_int(KERR_FENCED_INSTANCE_ID, classic_may_commit(fake_group("g"), A, "inst", generation),
	    "an instance of somebody else");
	fake_pass(SESSION - 200);
	is_int(0, classic_may_commit(fake_group("g"), S, "inst", generation), "a commit");
	fake_pass(SESSION - 1);
	is_int(0, classic_may_commit(fake_group("g"), S, "inst", generation), "is a heartbeat");
	let_go();
}

static void
test_topics(void)
{
	struct fake_call *f;
	char *id;

	/* version 1, two topics, user data null */
	static const char sub[] = "range=\0\1\0\0\0\2\0\1a\0\2bc\xff\xff\xff\xff";
	struct join_group_req *r;

	fake_init();
	msg_arena_reset(&req);
	r = msg_new(&req, join_group_req);
	r->session_timeout_ms = SESSION;
	r->rebalance_timeout_ms = REBALANCE;
	msg_str0(&req, &r->protocol_type, "consumer");
	put_protocols(r, "range");
	msg_str(&req, &karr_at(&r->protocols, 0)->metadata, sub + 6, sizeof(sub) - 7);
	f = fake_run(classic_join, JOIN, 3, "cl", "g", &req);
	ok(classic_subscribes(fake_group("g"), "other", 5),
	    "before the first generation all may be");
	fake_pass(DELAY);
	id = take_id(f);
	ok(classic_subscribes(fake_group("g"), "bc", 2), "a topic that the members name");
	ok(!classic_subscribes(fake_group("g"), "b", 1), "one that they do not");
	fake_free(sync(1, id));
	fake_free(leave_as(3, id, NULL));
	ok(!classic_subscribes(fake_group("g"), "a", 1), "an empty group subscribes to nothing");
	free(id);

	reach(CLASSIC_STABLE);
	ok(classic_subscribes(fake_group("g"), "any", 3), "metadata that are no subscription: all");
	let_go();
}

int
main(void)
{
	log_set_level(LOG_LEVEL_ERROR);
	if (msg_arena_init(&req, 64 << 20) == -1)
		bail("no memory");
	test_table();
	test_initial_delay();
	test_generation();
	test_votes();
	test_static();
	test_max_size();
	test_bounds();
	test_time();
	test_log();
	test_describe();
	test_commit();
	test_topics();
	return done_testing();
}
