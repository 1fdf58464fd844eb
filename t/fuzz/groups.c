/* SPDX-License-Identifier: ISC */
/*
 * groups.c - fuzz target: requests of both group protocols, one after the other, at one group,
 * which moves from one to the other as they say; topics come and go meanwhile.  Each is four bytes
 * (API, version, how much time passes before it, whose member id it shall have) and a body with its
 * length in front.  Whatever they say, answers and records must encode, and no memory may be
 * touched that is not theirs; in between, and in the end, the coordinator dies and reads its log.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "classic_priv.h"
#include "consumer_priv.h"
#include "odradek/base/log.h"
#include "odradek/proto/gen/consumer_group_describe.h"
#include "odradek/proto/gen/consumer_group_heartbeat.h"
#include "odradek/proto/gen/heartbeat.h"
#include "odradek/proto/gen/join_group.h"
#include "odradek/proto/gen/leave_group.h"
#include "odradek/proto/gen/sync_group.h"
#include "t/coordinator/fake.h"
#include "t/fuzz/fuzz.h"
#include "t/proto/support.h"

const char fuzz_name[] = "groups";

enum { FRONT = 6, LIMIT = 1 << 20, OWN_ID = 128 };
enum { TARGETS = 5, TOPIC = TARGETS, DEATH, KINDS }; /* what the first byte says */

static const struct target {
	int api;
	const struct msg_table *table;
	size_t member_id, epoch; /* offsets in the request; epoch 0 = none */
	group_api_fn *classic, *consumer;
} targets[TARGETS] = {
    {11, &join_group_req_table, offsetof(struct join_group_req, member_id), 0, classic_join,
	consumer_classic_join},
    {14, &sync_group_req_table, offsetof(struct sync_group_req, member_id),
	offsetof(struct sync_group_req, generation_id), classic_sync, consumer_classic_sync},
    {12, &heartbeat_req_table, offsetof(struct heartbeat_req, member_id),
	offsetof(struct heartbeat_req, generation_id), classic_heartbeat,
	consumer_classic_heartbeat},
    {13, &leave_group_req_table, offsetof(struct leave_group_req, member_id), 0, classic_leave,
	consumer_classic_leave},
    {68, &consumer_group_heartbeat_req_table,
	offsetof(struct consumer_group_heartbeat_req, member_id),
	offsetof(struct consumer_group_heartbeat_req, member_epoch), consumer_heartbeat,
	consumer_heartbeat},
};

static const char *const topics[] = {"a", "b", "topic"};
static struct msg_arena req;

/* The member number who of the group: its id and epoch.  False: there is none. */
static bool
pick(unsigned who, const char **id, int32_t *epoch)
{
	const struct group *g = fake_group("g");
	const struct classic *c = g == NULL ? NULL : g->classic;
	const struct consumer *cg = g == NULL ? NULL : g->consumer;

	if (cg != NULL && who < cg->members) {
		*id = cg->member[who]->id;
		*epoch = cg->member[who]->epoch;
		return true;
	}
	if (c == NULL || (who >= c->members && c->pendings == 0))
		return false;
	*id = who < c->members ? c->member[who]->id : c->pending[0]->id;
	*epoch = c->generation;
	return true;
}

/* Members, their epochs and the ids of topics are not guessed: they are made to fit. */
static void
fit(const struct target *t, unsigned who)
{
	struct consumer_group_heartbeat_req_topic_partitions *parts;
	struct consumer_group_heartbeat_req *beat;
	const struct topic_entry *topic;
	char *root = msg_root(&req);
	const char *id;
	int32_t epoch;
	unsigned i = 0;

	if (who >= OWN_ID)
		return;
	if (pick(who, &id, &epoch)) {
		msg_str0(&req, (struct kstr *)(void *)(root + t->member_id), id);
		if (t->epoch != 0)
			memcpy(root + t->epoch, &epoch, sizeof(epoch));
	}
	if (t->api != 68)
		return;
	beat = (struct consumer_group_heartbeat_req *)(void *)root;
	karr_for (parts, &beat->topic_partitions) {
		topic = tables_topic_by_name(NULL, topics[i % 3], (uint32_t)strlen(topics[i % 3]));
		if (topic != NULL)
			memcpy(parts->topic_id.b, topic->id, sizeof(topic->id));
		i++;
	}
}

static void
run(const uint8_t *front, const uint8_t *body, size_t len)
{
	const struct target *t = &targets[front[0] % KINDS];
	int version = front[1] % (t->table->versions.hi + 1);
	const struct group *g;
	struct wire_in in;

	msg_arena_reset(&req);
	wire_in_mem(&in, body, len);
	if (msg_decode(t->table, version, &in, &req) != MSG_OK)
		return;
	fit(t, front[3]);
	g = fake_group("g");
	fake_free(fake_run(g != NULL && g->type == GROUP_CONSUMER ? t->consumer : t->classic,
	    t->api, version, "client", "g", &req));
}

static void
describe(void)
{
	struct consumer_group_describe_resp_described_group *to;
	const struct group *g = fake_group("g");

	if (g == NULL || g->type != GROUP_CONSUMER)
		return;
	msg_arena_reset(&req);
	to = msg_arr(&req, &msg_new(&req, consumer_group_describe_resp)->groups, 1);
	consumer_describe(g, &req, to);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len;

	if (req.base == NULL && msg_arena_init(&req, LIMIT) == -1)
		abort();
	log_set_level(LOG_LEVEL_ERROR);
	fake_forget();
	for (int i = 0; i < 3; i++)
		fake_topic(topics[i], (uint32_t)i + 1);
	for (; size >= FRONT; data += FRONT + len, size -= FRONT + len) {
		len = be16_get(data + 4);
		if (len > size - FRONT)
			len = size - FRONT;
		fake_pass(data[2] * 100);
		if (data[0] % KINDS == TOPIC)
			fake_topic(topics[data[1] % 3], data[2] % 8);
		else if (data[0] % KINDS == DEATH)
			fake_crash();
		else
			run(data, data + FRONT, len);
		describe();
	}
	fake_crash();
	fake_pass(60000);
	fake_crash();
	fake_topics_clear();
	return 0;
}

/* A heartbeat that makes sense. */
static void
beat(struct rng *r, unsigned n, int version)
{
	static const char *const patterns[] = {"a|b", ".*", "t+opic"};
	struct consumer_group_heartbeat_req *b = msg_new(&req, consumer_group_heartbeat_req);
	struct consumer_group_heartbeat_req_topic_partitions *parts;
	struct kstr *name;
	char id[] = {'m', (char)('0' + n % 10), '\0'};

	msg_str0(&req, &b->group_id, "g");
	msg_str0(&req, &b->member_id, id);
	msg_str0(&req, &b->instance_id, rng_below(r, 4) == 0 ? "i" : NULL);
	msg_str0(&req, &b->rack_id, NULL);
	msg_str0(&req, &b->server_assignor, rng_below(r, 4) == 0 ? "range" : NULL);
	msg_str0(&req, &b->subscribed_topic_regex,
	    version >= 1 && rng_below(r, 3) == 0 ? patterns[rng_below(r, 3)] : NULL);
	b->rebalance_timeout_ms = 10000;
	if ((name = msg_arr(&req, &b->subscribed_topic_names, 2)) != NULL) {
		msg_str0(&req, &name[0], topics[rng_below(r, 3)]);
		msg_str0(&req, &name[1], topics[rng_below(r, 3)]);
	}
	/* those that join own nothing */
	parts = msg_arr(&req, &b->topic_partitions, n < 4 ? 0 : rng_below(r, 3));
	karr_for (parts, &b->topic_partitions) {
		int32_t *p = msg_arr(&req, &parts->partitions, 1);

		if (p != NULL)
			*p = (int32_t)rng_below(r, 3);
	}
}

/* Random requests in a row: the first ones join. */
size_t
fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	struct rng r = {i + 1};
	struct join_group_req_join_group_request_protocol *p;
	unsigned first = i % 2 == 0 ? 0 : 4; /* a classic group, or one of the new kind */
	struct join_group_req *j;
	size_t at = 0, len;
	uint8_t *body;
	int error;

	if (i >= 64)
		return 0;
	if (req.base == NULL && msg_arena_init(&req, LIMIT) == -1)
		abort();
	for (unsigned n = 0; n < 12; n++) {
		unsigned which = n < 4 ? first : rng_below(&r, KINDS);
		const struct msg_table *t = targets[which % TARGETS].table;
		int version = (int)rng_below(&r, (uint32_t)t->versions.hi + 1);

		msg_arena_reset(&req);
		if (which == 0) {
			j = msg_new(&req, join_group_req);
			j->session_timeout_ms = 10000;
			j->rebalance_timeout_ms = 20000;
			msg_str0(&req, &j->protocol_type, "consumer");
			msg_str0(
			    &req, &j->group_instance_id, version >= 5 && i % 3 == 0 ? "i" : NULL);
			p = msg_arr(&req, &j->protocols, 1);
			msg_str0(&req, &p->name, "range");
		} else if (which == 4 && rng_below(&r, 4) > 0) {
			beat(&r, n, version);
		} else {
			random_message(&r, t, version, &req);
		}
		body = encode_whole(t, version, msg_root(&req), &len, &error);
		if (body == NULL || at + FRONT + len > max || len > UINT16_MAX) {
			free(body);
			break;
		}
		buf[at] = (uint8_t)which;
		buf[at + 1] = (uint8_t)version;
		buf[at + 2] = (uint8_t)rng_below(&r, 64);
		buf[at + 3] = n == 0 ? OWN_ID : (uint8_t)rng_below(&r, 6);
		be16_put(buf + at + 4, (uint16_t)len);
		memcpy(buf + at + FRONT, body, len);
		at += FRONT + len;
		free(body);
	}
	return at;
}
