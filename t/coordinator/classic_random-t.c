/* SPDX-License-Identifier: ISC */
/*
 * classic_random-t.c - members of a classic group do what comes to their minds, time passes, the
 *coordinator dies; then what was told to them is looked at as a whole:
 *
 *	no two members own the same partition in one generation;
 *	all whom a generation was told of as its members got that generation;
 *	who was told of a generation is fenced when the group is in another;
 *	nobody waits for ever.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classic_priv.h"
#include "fake.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/heartbeat.h"
#include "odradek/proto/gen/join_group.h"
#include "odradek/proto/gen/leave_group.h"
#include "odradek/proto/gen/sync_group.h"
#include "t/tap/tap.h"

enum { CLIENTS = 6, PARTITIONS = 12, STEPS = 400, GENERATIONS = 1000, SESSION = 10000 };

/* A client, as honest as a library makes it. */
struct client {
	int version;
	const char *instance;
	char id[100]; /* "" = none */
	int generation;
	bool owns;          /* has its assignment of this generation */
	char members[2000]; /* it leads: who is in the generation */
	struct fake_call *join, *sync;
};

static struct msg_arena req;
static struct client client[CLIENTS];
static char owner[GENERATIONS][PARTITIONS][100];
static uint64_t seed;
static int faults;

static uint32_t
rnd(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static void
fault(const char *what, const struct client *k)
{
	diag("%s: client %d, member \"%s\", generation %d", what, (int)(k - client), k->id,
	    k->generation);
	faults++;
}

static void
forget(struct client *k, bool id)
{
	if (id)
		k->id[0] = '\0';
	k->owns = false;
	k->generation = -1;
}

/* ---- what it does ---- */

static void
do_join(struct client *k, bool news)
{
	struct join_group_req_join_group_request_protocol *p;
	struct join_group_req *r;
	char meta[16];

	msg_arena_reset(&req);
	r = msg_new(&req, join_group_req);
	msg_str0(&req, &r->group_id, "g");
	msg_str0(&req, &r->member_id, k->id);
	msg_str0(&req, &r->group_instance_id, k->instance);
	msg_str0(&req, &r->protocol_type, "consumer");
	r->session_timeout_ms = SESSION;
	r->rebalance_timeout_ms = 20000;
	p = msg_arr(&req, &r->protocols, 1);
	msg_str0(&req, &p->name, "range");
	snprintf(meta, sizeof(meta), "%u", news ? rnd(1000) : 0);
	msg_str0(&req, &p->metadata, meta);
	if (k->join != NULL)
		fake_free(k->join);
	if (k->sync != NULL)
		fake_free(k->sync);
	k->sync = NULL;
	k->join = fake_run(classic_join, 11, k->version, "c", "g", &req);
}

/* The leader spreads the partitions over the members. */
static void
do_sync(struct client *k)
{
	struct sync_group_req_sync_group_request_assignment *a;
	struct sync_group_req *r;
	char *copy = xstrdup(k->members), *rest = copy, *one;
	uint32_t n = 0, i;

	for (const char *s = k->members; *s != '\0'; s++)
		n += *s == ' ';
	msg_arena_reset(&req);
	r = msg_new(&req, sync_group_req);
	msg_str0(&req, &r->group_id, "g");
	r->generation_id = k->generation;
	msg_str0(&req, &r->member_id, k->id);
	msg_str0(&req, &r->group_instance_id, k->instance);
	a = msg_arr(&req, &r->assignments, n);
	for (i = 0; i < n; i++, a++) {
		char given[PARTITIONS + 1] = "";
		size_t len = 0;

		one = strsep(&rest, " ");
		for (uint32_t p = 0; p < PARTITIONS; p++)
			if (p % n == i)
				given[len++] = (char)('a' + p);
		msg_str0(&req, &a->member_id, one);
		msg_str(&req, &a->assignment, given, len);
	}
	free(copy);
	k->sync = fake_run(classic_sync, 14, 3, "c", "g", &req);
}

static void
do_beat(struct client *k)
{
	const struct heartbeat_resp *resp;
	const struct classic *c;
	struct heartbeat_req *r;
	struct fake_call *f;
	int error;

	msg_arena_reset(&req);
	r = msg_new(&req, heartbeat_req);
	msg_str0(&req, &r->group_id, "g");
	r->generation_id = k->generation;
	msg_str0(&req, &r->member_id, k->id);
	msg_str0(&req, &r->group_instance_id, k->instance);
	f = fake_run(classic_heartbeat, 12, 3, "c", "g", &req);
	fake_commit();
	resp = fake_answer(f);
	error = resp->error_code;
	fake_free(f);
	c = fake_group("g") == NULL ? NULL : fake_group("g")->classic;
	if (error == 0 && (c == NULL || c->generation != k->generation ||
			      classic_member_get(c, k->id, strlen(k->id)) == NULL))
		fault("a heartbeat of somebody else's generation was taken", k);
	if (error == KERR_ILLEGAL_GENERATION || error == KERR_REBALANCE_IN_PROGRESS)
		forget(k, false);
	else if (error != 0)
		forget(k, true);
}

static void
do_leave(struct client *k)
{
	struct leave_group_req_member_identity *m;
	struct leave_group_req *r;

	msg_arena_reset(&req);
	r = msg_new(&req, leave_group_req);
	msg_str0(&req, &r->group_id, "g");
	m = msg_arr(&req, &r->members, 1);
	msg_str0(&req, &m->member_id, k->id);
	msg_str0(&req, &m->group_instance_id, k->instance);
	fake_free(fake_run(classic_leave, 13, 3, "c", "g", &req));
	forget(k, true);
}

/* ---- what it hears ---- */

static void
hear_join(struct client *k)
{
	const struct join_group_resp *r = fake_answer(k->join);
	const struct join_group_resp_join_group_response_member *m;
	size_t n = 0;
	bool me = false;

	if (r == NULL)
		return;
	if (r->error_code == 0 || r->error_code == KERR_MEMBER_ID_REQUIRED)
		snprintf(k->id, sizeof(k->id), "%s", kstr(&r->member_id));
	if (r->error_code != 0) {
		forget(k, r->error_code != KERR_MEMBER_ID_REQUIRED &&
			      r->error_code != KERR_REBALANCE_IN_PROGRESS);
	} else {
		k->generation = r->generation_id;
		k->owns = false;
		k->members[0] = '\0';
		karr_for (m, &r->members) {
			n += (size_t)snprintf(
			    k->members + n, sizeof(k->members) - n, "%s ", kstr(&m->member_id));
			me |= strcmp(kstr(&m->member_id), k->id) == 0;
		}
		if (n > 0 && !me)
			fault("the leader is no member of its generation", k);
		if ((n > 0) != (strcmp(kstr(&r->leader), k->id) == 0))
			fault("members are told to others than the leader", k);
	}
	fake_free(k->join);
	k->join = NULL;
}

static void
hear_sync(struct client *k)
{
	const struct sync_group_resp *r = fake_answer(k->sync);
	char *was;

	if (r == NULL)
		return;
	if (r->error_code != 0) {
		forget(k, r->error_code != KERR_REBALANCE_IN_PROGRESS &&
			      r->error_code != KERR_ILLEGAL_GENERATION);
	} else {
		k->owns = true;
		for (const char *p = kstr(&r->assignment); *p != '\0'; p++) {
			was = owner[k->generation][*p - 'a'];
			/* a static member goes on under another id, with what it had */
			if (*was != '\0' && strcmp(was, k->id) != 0 &&
			    (k->instance == NULL ||
				strncmp(was, k->instance, strlen(k->instance)) != 0))
				fault("two own a partition in one generation", k);
			snprintf(was, sizeof(owner[0][0]), "%s", k->id);
		}
	}
	fake_free(k->sync);
	k->sync = NULL;
}

/* A crash answers nothing: who waits tries again. */
static void
crash(void)
{
	fake_crash();
	for (int i = 0; i < CLIENTS; i++) {
		struct client *k = &client[i];

		if (k->join != NULL && fake_answer(k->join) == NULL) {
			fake_free(k->join);
			k->join = NULL;
		}
		if (k->sync != NULL && fake_answer(k->sync) == NULL) {
			fake_free(k->sync);
			k->sync = NULL;
		}
	}
}

/* ---- the run ---- */

static void
step(struct client *k, bool wild)
{
	if (k->join != NULL)
		hear_join(k);
	else if (k->sync != NULL)
		hear_sync(k);
	else if (k->generation < 0)
		do_join(k, false);
	else if (wild && rnd(40) == 0)
		do_join(k, true);
	else if (wild && rnd(60) == 0)
		do_leave(k);
	else if (wild && rnd(60) == 0)
		forget(k, true); /* a new process in its place */
	else if (!k->owns)
		do_sync(k);
	else
		do_beat(k);
}

static bool
settled(void)
{
	int parts = 0, generation = client[0].generation;

	for (int i = 0; i < CLIENTS; i++)
		if (!client[i].owns || client[i].generation != generation)
			return false;
	for (int p = 0; p < PARTITIONS; p++)
		parts += owner[generation][p][0] != '\0';
	return parts == PARTITIONS;
}

static bool
run(void)
{
	int i;

	fake_crash();
	fake_init();
	memset(owner, 0, sizeof(owner));
	memset(client, 0, sizeof(client));
	for (i = 0; i < CLIENTS; i++) {
		client[i].version = 3 + (int)rnd(7);
		forget(&client[i], true);
	}
	client[0].instance = "inst-a", client[0].version = 5 + (int)rnd(5);
	client[1].instance = "inst-b", client[1].version = 5 + (int)rnd(5);
	for (i = 0; i < STEPS; i++) {
		fake_hold = rnd(3) == 0;
		step(&client[rnd(CLIENTS)], true);
		if (rnd(4) == 0)
			fake_commit();
		if (rnd(3) == 0)
			fake_pass(rnd(rnd(20) == 0 ? 15000 : 500));
		if (rnd(80) == 0)
			crash();
	}
	/* in peace everybody is in, whatever was before */
	fake_hold = false;
	fake_commit();
	for (i = 0; i < 3000 && !settled(); i++) {
		step(&client[i % CLIENTS], false);
		fake_pass(50);
	}
	for (int j = 0; j < CLIENTS; j++) {
		if (client[j].join != NULL)
			fake_free(client[j].join);
		if (client[j].sync != NULL)
			fake_free(client[j].sync);
	}
	return settled();
}

int
main(void)
{
	const char *env = getenv("RANDOM_RUNS");
	int runs = env != NULL ? atoi(env) : 300, unsettled = 0;

	log_set_level(LOG_LEVEL_ERROR);
	if (msg_arena_init(&req, 1 << 20) == -1)
		bail("no memory");
	for (int i = 1; i <= runs; i++) {
		seed = (uint64_t)i;
		if (!run()) {
			diag("seed %d: the group does not settle", i);
			unsettled++;
		}
		if (faults > 0) {
			diag("seed %d", i);
			break;
		}
	}
	is_int(0, faults, "no rule is broken in %d runs", runs);
	is_int(0, unsettled, "every group settles");
	return done_testing();
}
