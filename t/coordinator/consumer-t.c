/* SPDX-License-Identifier: ISC */
/*
 * consumer-t.c - groups of the consumer protocol: heartbeats as raw members send them, and a random
 * life of many groups of members during which no partition may ever have two owners.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/consumer_group_describe.h"
#include "odradek/proto/gen/consumer_group_heartbeat.h"
#include "odradek/proto/gen/join_group.h"
#include "odradek/proto/gen/rec_group.h"
#include "odradek/proto/gen/sync_group.h"
#include "classic.h"
#include "consumer_priv.h"
#include "t/coordinator/fake.h"
#include "t/tap/tap.h"

/* ---- requests ---- */

struct hb {
	const char *group, *id, *instance, *rack, *regex, *assignor;
	int32_t epoch, rebalance;    /* 0 = -1: not given */
	const char *topics[4];       /* NULL first = not given; "" first = none */
	const struct partset *owned; /* NULL = not given */
	int version;                 /* 0 = 1; -1 = 0 */
};
typedef struct consumer_group_heartbeat_resp resp;

static struct msg_arena request;
static struct fake_call *last;

static void
begin(void)
{
	if (request.base == NULL && msg_arena_init(&request, 64 << 20) != 0)
		bail("no address space");
	fake_init();
}

static void
finish(void)
{
	if (last != NULL)
		fake_free(last);
	last = NULL;
	fake_forget();
	fake_topics_clear();
}

/* The answer, good until the next request. */
static const void *
ask(group_api_fn *handler, int api, int version, const char *group)
{
	struct msg_arena decoded;
	struct wire_out out;
	struct wire_in in;

	/* as an acceptor would have it */
	wire_out_init(&out, 64 << 20);
	if (msg_encode(msg_request_table(api), version, msg_root(&request), &out, NULL) != MSG_OK ||
	    msg_arena_init(&decoded, 64 << 20) != 0)
		bail("a request that does not encode");
	wire_in_mem(&in, out.base, out.len);
	if (msg_decode(msg_request_table(api), version, &in, &decoded) != MSG_OK)
		bail("a request that does not decode");
	if (last != NULL)
		fake_free(last);
	last = fake_run(handler, api, version, "client", group, &decoded);
	msg_arena_fini(&decoded);
	wire_out_fini(&out);
	msg_arena_reset(&request);
	return fake_answer(last);
}

static void
reload(bool compacted)
{
	fake_compacted = compacted;
	fake_crash();
}

static const resp *
beat(const struct hb *h)
{
	struct msg_arena *a = &request;
	struct consumer_group_heartbeat_req *req = msg_new(a, consumer_group_heartbeat_req);
	int n = 0;

	msg_str0(a, &req->group_id, h->group == NULL ? "g" : h->group);
	msg_str0(a, &req->member_id, h->id);
	msg_str0(a, &req->instance_id, h->instance);
	msg_str0(a, &req->rack_id, h->rack);
	msg_str0(a, &req->server_assignor, h->assignor);
	if (h->version != -1)
		msg_str0(a, &req->subscribed_topic_regex, h->regex);
	req->member_epoch = h->epoch;
	req->rebalance_timeout_ms = h->rebalance == 0 ? -1 : h->rebalance;
	while (n < 4 && h->topics[n] != NULL && h->topics[n][0] != '\0')
		n++;
	if (h->topics[0] == NULL) {
		msg_arr_null(&req->subscribed_topic_names);
	} else {
		struct kstr *s = msg_arr(a, &req->subscribed_topic_names, (size_t)n);

		for (int i = 0; i < n; i++)
			msg_str0(a, &s[i], h->topics[i]);
	}
	if (h->owned == NULL)
		msg_arr_null(&req->topic_partitions);
	else
		partset_put(a, &req->topic_partitions, h->owned);
	return ask(consumer_heartbeat, API_ConsumerGroupHeartbeat, h->version == 0 ? 1 : 0,
	    h->group == NULL ? "g" : h->group);
}

/* The answer to a member that joins with these strings, NULs and all. */
static const resp *
join_with(const char *id, size_t id_len, const char *topic, size_t topic_len)
{
	struct msg_arena *a = &request;
	struct consumer_group_heartbeat_req *req = msg_new(a, consumer_group_heartbeat_req);

	msg_str0(a, &req->group_id, "g");
	msg_str(a, &req->member_id, id, id_len);
	msg_str0(a, &req->instance_id, NULL);
	msg_str0(a, &req->rack_id, NULL);
	msg_str0(a, &req->server_assignor, NULL);
	msg_str0(a, &req->subscribed_topic_regex, NULL);
	req->rebalance_timeout_ms = 30000;
	msg_arr(a, &req->topic_partitions, 0);
	msg_str(a, msg_arr(a, &req->subscribed_topic_names, 1), topic, topic_len);
	return ask(consumer_heartbeat, API_ConsumerGroupHeartbeat, 1, "g");
}

static const struct partset nothing;
#define JOIN .rebalance = 30000, .owned = &nothing

static uint32_t
assigned(const resp *r)
{
	const struct consumer_group_heartbeat_resp_assignment *as = kptr_get(&r->assignment);
	const struct consumer_group_heartbeat_resp_topic_partitions *t;
	uint32_t n = 0;

	if (as == NULL)
		return 0;
	karr_for (t, &as->topic_partitions)
		n += (uint32_t)karr_len(&t->partitions);
	return n;
}

static void
assignment(const resp *r, struct partset *to)
{
	const struct consumer_group_heartbeat_resp_assignment *as = kptr_get(&r->assignment);

	if (as != NULL)
		partset_get(to, &as->topic_partitions);
}

static void
is_error(const resp *r, int error, const char *text, const char *what)
{
	ok(r->error_code == error && (text == NULL || strcmp(text, kstr(&r->error_message)) == 0),
	    "%s: %s", what, kerr_name(error));
	if (r->error_code != error || (text != NULL && strcmp(text, kstr(&r->error_message)) != 0))
		diag("got %s: %s", kerr_name(r->error_code),
		    kstr_is_null(&r->error_message) ? "-" : kstr(&r->error_message));
}

static struct cmember *
member(const char *id)
{
	return member_find0(fake_group("g")->consumer, id);
}

/* ---- requests that are not good ---- */

static void
faults(void)
{
	begin();
	fake_topic("t", 3);
	is_error(beat(&(struct hb){.id = "", JOIN, .topics = {"t"}}), KERR_INVALID_REQUEST,
	    "MemberId can't be empty.", "no member id");
	is_error(beat(&(struct hb){.id = "a", .instance = " ", JOIN, .topics = {"t"}}),
	    KERR_INVALID_REQUEST, "InstanceId can't be empty.", "blank instance id");
	is_error(beat(&(struct hb){.id = "a", .rack = "", JOIN, .topics = {"t"}}),
	    KERR_INVALID_REQUEST, "RackId can't be empty.", "blank rack");
	is_error(beat(&(struct hb){.id = "a", .owned = &nothing, .topics = {"t"}}),
	    KERR_INVALID_REQUEST, "RebalanceTimeoutMs must be provided in first request.",
	    "no rebalance timeout");
	is_error(beat(&(struct hb){.id = "a", .rebalance = 1, .topics = {"t"}}),
	    KERR_INVALID_REQUEST, "TopicPartitions must be empty when (re-)joining.",
	    "joins without partitions");
	is_error(beat(&(struct hb){.id = "a", JOIN}), KERR_INVALID_REQUEST,
	    "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when "
	    "(re-)joining.",
	    "joins without a subscription");
	is_error(beat(&(struct hb){.id = "a", .epoch = -3}), KERR_INVALID_REQUEST,
	    "MemberEpoch is invalid.", "epoch -3");
	is_error(beat(&(struct hb){.id = "a", .epoch = -2}), KERR_INVALID_REQUEST,
	    "InstanceId can't be null.", "a dynamic member leaves for a while");
	is_error(beat(&(struct hb){.id = "a", JOIN, .topics = {"t"}, .assignor = "sticky"}),
	    KERR_UNSUPPORTED_ASSIGNOR,
	    "ServerAssignor sticky is not supported. Supported assignors: uniform, range.",
	    "assignor");
	is_error(beat(&(struct hb){.id = "a", .epoch = 5}), KERR_GROUP_ID_NOT_FOUND,
	    "Consumer group g not found.", "no group");
	is_error(beat(&(struct hb){.id = "a", .epoch = -1}), KERR_GROUP_ID_NOT_FOUND, NULL,
	    "leaves no group");
	is_error(beat(&(struct hb){.id = "a", JOIN, .regex = "(a"}),
	    KERR_INVALID_REGULAR_EXPRESSION,
	    "SubscribedTopicRegex `(a` is not a valid regular expression: missing closing ).",
	    "regular expression");
	ok(fake_group("g") == NULL && fake_records == 0, "nothing of this left anything behind");
	fake_record_max = 1050;
	is_error(beat(&(struct hb){.id = "a", JOIN, .topics = {"t", "a-name-that-is-long"}}),
	    KERR_UNKNOWN_SERVER_ERROR, NULL, "a subscription that no record has room for");
	fake_record_max = 1 << 20;
	co.config.consumer_max_size = 1;
	is_error(beat(&(struct hb){.id = "a", JOIN, .topics = {"t"}}), 0, NULL, "the first");
	is_error(beat(&(struct hb){.id = "b", JOIN, .topics = {"t"}}), KERR_GROUP_MAX_SIZE_REACHED,
	    "The consumer group has reached its maximum capacity of 1 members.", "the second");
	is_error(beat(&(struct hb){.id = "a", .epoch = 7}), KERR_FENCED_MEMBER_EPOCH,
	    "The consumer group member has a greater member epoch (7) than the one known by the "
	    "group coordinator (1). The member must abandon all its partitions and rejoin.",
	    "epoch too high");
	co.config.consumer_max_size = 2;
	is_error(beat(&(struct hb){.id = "b", .epoch = 1}), KERR_UNKNOWN_MEMBER_ID,
	    "Member b is not a member of group g.", "unknown member");
	is_error(beat(&(struct hb){.id = "a", .instance = "i", .epoch = 1}), KERR_UNKNOWN_MEMBER_ID,
	    "Instance id i is unknown.", "unknown instance");
	finish();
}

/* ---- one group ---- */

/* Two members share; the second waits for what the first gives up. */
static void
reconciliation(void)
{
	struct partset a = {0}, b = {0};
	const resp *r;
	size_t records;

	begin();
	fake_topic("t", 6);
	r = beat(&(struct hb){.id = "a", JOIN, .topics = {"t"}});
	ok(r->error_code == 0 && r->member_epoch == 1 && assigned(r) == 6 &&
		r->heartbeat_interval_ms == 5000,
	    "the first member gets everything");
	assignment(r, &a);
	records = fake_records;
	is_int(5, (int64_t)records, "member, epoch, target, its epoch, what the member has");
	r = beat(&(struct hb){.id = "a", .epoch = 1});
	ok(r->member_epoch == 1 && kptr_get(&r->assignment) == NULL && fake_records == records,
	    "a heartbeat without news has none and puts no record");
	r = beat(&(struct hb){.id = "b", JOIN, .topics = {"t"}});
	ok(r->member_epoch == 2 && assigned(r) == 0, "the second one has to wait");
	is_string("Reconciling", consumer_state(fake_group("g")), "state");
	r = beat(&(struct hb){.id = "a", .epoch = 1});
	ok(r->member_epoch == 1 && assigned(r) == 3, "the first is told to give up half");
	assignment(r, &a);
	r = beat(&(struct hb){.id = "b", .epoch = 2});
	ok(assigned(r) == 0, "the second still waits");
	r = beat(&(struct hb){.id = "a", .epoch = 1, .owned = &a});
	ok(r->member_epoch == 2 && kptr_get(&r->assignment) == NULL,
	    "the first gave it up: the next epoch");
	r = beat(&(struct hb){.id = "b", .epoch = 2});
	ok(assigned(r) == 3, "the second gets it");
	assignment(r, &b);
	is_string("Stable", consumer_state(fake_group("g")), "state");
	r = beat(&(struct hb){.id = "a", .epoch = 1, .owned = &a});
	ok(r->error_code == 0 && r->member_epoch == 2, "the epoch before, as after a lost answer");
	is_error(beat(&(struct hb){.id = "a", .epoch = 1, .owned = &b}), KERR_FENCED_MEMBER_EPOCH,
	    NULL, "the epoch before, with what is another's");
	is_int(KERR_STALE_MEMBER_EPOCH, consumer_may_commit(fake_group("g"), "a", 1, 9),
	    "a commit of the epoch before");
	is_int(0, consumer_may_commit(fake_group("g"), "a", 2, 9), "a commit");
	is_int(KERR_UNKNOWN_MEMBER_ID, consumer_may_commit(fake_group("g"), "", -1, 9),
	    "a commit of an administrator");
	is_int(0, consumer_may_fetch(fake_group("g"), NULL, -1), "a fetch of an administrator");
	is_int(KERR_STALE_MEMBER_EPOCH, consumer_may_fetch(fake_group("g"), "b", 3), "a fetch");

	fake_topic("t", 8);
	r = beat(&(struct hb){.id = "a", .epoch = 2});
	ok(r->member_epoch == 3 && assigned(r) == 4, "the topic grows: the first gets more");
	r = beat(&(struct hb){.id = "b", .epoch = 2});
	ok(r->member_epoch == 3 && assigned(r) == 4, "and the second");
	records = fake_records;
	fake_topic("t", 8);
	beat(&(struct hb){.id = "a", .epoch = 3});
	is_int((int64_t)records, (int64_t)fake_records, "a change that is none puts no record");

	r = beat(&(struct hb){.id = "b", .epoch = -1});
	ok(r->error_code == 0 && r->member_epoch == -1, "the second leaves");
	r = beat(&(struct hb){.id = "a", .epoch = 3});
	ok(r->member_epoch == 5 - 1 && assigned(r) == 8, "the first gets everything again");
	beat(&(struct hb){.id = "a", .epoch = -1});
	is_string("Empty", consumer_state(fake_group("g")), "state");
	is_int(0, consumer_may_commit(fake_group("g"), "", -1, 9),
	    "a commit of an administrator, nobody is there");
	consumer_put_tombstones(fake_group("g"));
	fake_commit();
	reload(true);
	ok(fake_group("g") == NULL, "deleted, and nothing of it comes back");
	partset_clear(&a);
	partset_clear(&b);
	finish();
}

static void
timeouts(void)
{
	const resp *r;

	begin();
	fake_topic("t", 4);
	beat(&(struct hb){.id = "a", JOIN, .topics = {"t"}});
	for (int i = 0; i < 5; i++) {
		fake_pass(44000);
		beat(&(struct hb){.id = "a", .epoch = 1});
	}
	ok(member("a") != NULL, "heartbeats keep a session");
	beat(&(struct hb){.id = "b", JOIN, .topics = {"t"}});
	beat(&(struct hb){.id = "a", .epoch = 1});
	is_int(MEMBER_UNREVOKED, member("a")->state, "the first is to give up partitions");
	fake_pass(20000);
	beat(&(struct hb){.id = "a", .epoch = 1});
	beat(&(struct hb){.id = "b", .epoch = 2});
	fake_pass(9999);
	ok(member("a") != NULL, "within the rebalance timeout");
	fake_pass(2);
	ok(member("a") == NULL, "it did not within its rebalance timeout");
	r = beat(&(struct hb){.id = "b", .epoch = 2});
	is_int(4, assigned(r), "the second gets everything");
	is_error(beat(&(struct hb){.id = "a", .epoch = 1}), KERR_UNKNOWN_MEMBER_ID, NULL,
	    "the first is fenced");
	fake_pass(45001);
	ok(member("b") == NULL, "a session that ends");
	finish();
}

static void
static_members(void)
{
	const resp *r;
	int32_t epoch;

	begin();
	fake_topic("t", 4);
	beat(&(struct hb){.id = "a", .instance = "i", JOIN, .topics = {"t"}});
	is_error(beat(&(struct hb){.id = "b", .instance = "i", JOIN, .topics = {"t"}}),
	    KERR_UNRELEASED_INSTANCE_ID,
	    "Static member b with instance id i cannot join the group because the instance id is "
	    "owned by a member.",
	    "the instance is in use");
	is_error(beat(&(struct hb){.id = "b", .instance = "i", .epoch = 1}),
	    KERR_FENCED_INSTANCE_ID, NULL, "another member id");
	r = beat(&(struct hb){.id = "a", .instance = "i", .epoch = -2});
	ok(r->error_code == 0 && r->member_epoch == -2, "it leaves for a while");
	epoch = fake_group("g")->consumer->epoch;
	r = beat(&(struct hb){.id = "b", .instance = "i", JOIN, .topics = {"t"}});
	ok(r->error_code == 0 && r->member_epoch == epoch && assigned(r) == 4,
	    "its successor gets what it had");
	is_int(epoch, fake_group("g")->consumer->epoch, "without a new epoch");
	ok(member("a") == NULL && member("b") != NULL, "one member");
	reload(true);
	ok(member("b") != NULL && member("b")->assigned.n == 4 && member("a") == NULL,
	    "after a restart, too");
	beat(&(struct hb){.id = "b", .instance = "i", .epoch = -2});
	fake_pass(45001);
	is_string("Empty", consumer_state(fake_group("g")), "nobody came back in time");
	finish();
}

static void
assignors(void)
{
	begin();
	fake_topic("t", 4);
	fake_topic("u", 4);
	beat(&(struct hb){.id = "a", JOIN, .topics = {"t", "u"}, .assignor = "range"});
	beat(&(struct hb){.id = "b", JOIN, .topics = {"u", "t"}});
	is_string("range", consumer_assignor(fake_group("g")->consumer), "one vote decides");
	ok(member("a")->target.n == 4 && part_partition(member("a")->target.v[0]) == 0 &&
		part_partition(member("a")->target.v[1]) == 1 &&
		part_partition(member("a")->target.v[2]) == 0,
	    "range: the first half of each topic");
	beat(&(struct hb){.id = "c", JOIN, .topics = {"u"}});
	ok(member("a")->target.n + member("b")->target.n + member("c")->target.n == 8,
	    "different subscriptions");
	beat(&(struct hb){.id = "c", .epoch = 3, .topics = {"nothing"}});
	ok(member("c")->target.n == 0, "a topic that is not there");
	fake_topic("nothing", 2);
	beat(&(struct hb){.id = "a", .epoch = 1});
	is_int(2, member("c")->target.n, "now it is");
	finish();
}

/* Version 0: the broker makes the member's id. */
static void
version_0(void)
{
	const resp *r;

	begin();
	fake_topic("t", 1);
	r = beat(&(struct hb){.id = "", JOIN, .topics = {"t"}, .version = -1});
	is_int(22, r->member_id.len, "an id");
	ok(fake_group("g")->consumer->members == 1, "of one member");
	finish();
}

static void
patterns(void)
{
	const resp *r;
	size_t records;

	begin();
	fake_topic("log-a", 2);
	fake_topic("log-b", 2);
	fake_topic("other", 2);
	r = beat(&(struct hb){.id = "a", JOIN, .regex = "log-.*"});
	ok(r->error_code == 0 && assigned(r) == 0, "the pattern is matched later");
	fake_pass(0);
	is_int(1, fake_live(16), "a record of what it matches");
	r = beat(&(struct hb){.id = "a", .epoch = r->member_epoch});
	is_int(4, assigned(r), "two topics");
	records = fake_records;
	fake_topic("log-c", 2);
	r = beat(&(struct hb){.id = "a", .epoch = r->member_epoch});
	fake_pass(0);
	is_int((int64_t)records, (int64_t)fake_records, "not more often than every 10 s");
	fake_pass(10001);
	r = beat(&(struct hb){.id = "a", .epoch = r->member_epoch});
	fake_pass(0);
	r = beat(&(struct hb){.id = "a", .epoch = r->member_epoch});
	is_int(6, assigned(r), "a topic that came later");
	ok(consumer_subscribes(fake_group("g"), "log-c", 5), "subscribed to");
	ok(!consumer_subscribes(fake_group("g"), "other", 5), "not subscribed to");
	beat(&(struct hb){.id = "b", JOIN, .regex = "log-.*"});
	is_int(3, member("b")->target.n, "a second member of the same pattern");
	reload(true);
	ok(member("a")->target.n == 3 && consumer_subscribes(fake_group("g"), "log-a", 5),
	    "after a restart");
	r = beat(
	    &(struct hb){.id = "b", .epoch = member("b")->epoch, .regex = "", .topics = {"other"}});
	is_int(2, member("b")->target.n, "from a pattern to a name");
	is_int(1, fake_live(16), "the pattern still has a member");
	beat(&(struct hb){.id = "a", .epoch = -1});
	is_int(0, fake_live(16), "its last member left");
	ok(!consumer_subscribes(fake_group("g"), "log-a", 5), "nobody subscribes");
	finish();
}

static void
describe(void)
{
	struct msg_arena a;
	struct consumer_group_describe_resp *r;
	struct consumer_group_describe_resp_described_group *g;
	const struct consumer_group_describe_resp_member *m;

	begin();
	fake_topic("t", 4);
	beat(&(struct hb){.id = "a", .rack = "r", JOIN, .topics = {"t"}});
	beat(&(struct hb){.id = "b", JOIN, .topics = {"t"}, .assignor = "range"});
	msg_arena_init(&a, 1 << 20);
	r = msg_new(&a, consumer_group_describe_resp);
	g = msg_arr(&a, &r->groups, 1);
	consumer_describe(fake_group("g"), &a, g);
	ok(g->group_epoch == 2 && g->assignment_epoch == 2 &&
		kstr_eq(&g->group_state, "Reconciling", 11) &&
		kstr_eq(&g->assignor_name, "range", 5) && karr_len(&g->members) == 2,
	    "a group");
	m = karr_at(&g->members, 0);
	ok(kstr_eq(&m->member_id, "a", 1) && kstr_eq(&m->rack_id, "r", 1) &&
		kstr_eq(&m->client_id, "client", 6) && kstr_eq(&m->client_host, "/127.0.0.1", 10) &&
		m->member_type == 1 && m->member_epoch == 1 && kstr_is_null(&m->instance_id),
	    "a member");
	ok(karr_len(&m->assignment.topic_partitions) == 1 &&
		karr_len(&karr_at(&m->assignment.topic_partitions, 0)->partitions) == 4 &&
		karr_len(&karr_at(&m->target_assignment.topic_partitions, 0)->partitions) == 2,
	    "what it has and is to have");
	msg_arena_fini(&a);
	finish();
}

/* ---- between the protocols ---- */

/* ConsumerProtocolSubscription and -Assignment, version 0, of one topic. */
static size_t
put_topic(uint8_t *p, const char *topic)
{
	uint16_t len = (uint16_t)strlen(topic);

	memset(p, 0, 256);
	p[5] = 1;
	p[7] = (uint8_t)len;
	memcpy(p + 8, topic, len);
	return 8u + len;
}

static int32_t session_ms = 30000;

static struct fake_call *
classic_joins(const char *id, const char *instance, const char *topic)
{
	struct group *g = fake_group("g");
	struct join_group_req_join_group_request_protocol *protocol;
	struct fake_call *f;
	struct msg_arena a;
	struct join_group_req *req;
	uint8_t bytes[256];
	size_t n = put_topic(bytes, topic);

	memset(bytes + n, 0xff, 4); /* no user data */
	msg_arena_init(&a, 1 << 20);
	req = msg_new(&a, join_group_req);
	msg_str0(&a, &req->group_id, "g");
	msg_str0(&a, &req->member_id, id);
	msg_str0(&a, &req->group_instance_id, instance);
	msg_str0(&a, &req->protocol_type, "consumer");
	req->session_timeout_ms = session_ms;
	req->rebalance_timeout_ms = 60000;
	protocol = msg_arr(&a, &req->protocols, 1);
	msg_str0(&a, &protocol->name, "range");
	msg_str(&a, &protocol->metadata, bytes, n + 4);
	f = fake_run(g != NULL && g->type == GROUP_CONSUMER ? consumer_classic_join : classic_join,
	    API_JoinGroup, 5, "client", "g", &a);
	msg_arena_fini(&a);
	return f;
}

/* The leader gives itself four partitions of t. */
static void
classic_syncs(const char *id, int32_t generation)
{
	struct sync_group_req_sync_group_request_assignment *to;
	struct msg_arena a;
	struct sync_group_req *req;
	uint8_t bytes[256];
	size_t n = put_topic(bytes, "t");

	bytes[n + 3] = 4;
	for (uint8_t i = 0; i < 4; i++)
		bytes[n + 7 + 4 * i] = i;
	memset(bytes + n + 20, 0xff, 4);
	msg_arena_init(&a, 1 << 20);
	req = msg_new(&a, sync_group_req);
	msg_str0(&a, &req->group_id, "g");
	msg_str0(&a, &req->member_id, id);
	msg_str0(&a, &req->group_instance_id, NULL);
	req->generation_id = generation;
	to = msg_arr(&a, &req->assignments, 1);
	msg_str0(&a, &to->member_id, id);
	msg_str(&a, &to->assignment, bytes, n + 24);
	fake_free(fake_run(classic_sync, API_SyncGroup, 3, "client", "g", &a));
	msg_arena_fini(&a);
}

/* A classic group of one member that owns all of t; its id into id. */
static void
classic_begin(char id[64])
{
	struct fake_call *f;
	const struct join_group_resp *r;

	begin();
	fake_topic("t", 4);
	co.config.initial_rebalance_delay_ms = 0;
	f = classic_joins("", NULL, "t");
	snprintf(id, 64, "%s", kstr(&((const struct join_group_resp *)fake_answer(f))->member_id));
	fake_free(f);
	f = classic_joins(id, NULL, "t");
	fake_pass(1);
	r = fake_answer(f);
	ok(r != NULL && r->error_code == 0 && r->generation_id == 1, "a classic group");
	fake_free(f);
	classic_syncs(id, 1);
}

static void
upgrade_and_back(void)
{
	struct fake_call *waits;
	const resp *r;
	char id[64];

	classic_begin(id);
	waits = classic_joins("", "i", "t"); /* PreparingRebalance: it waits for the first */
	ok(fake_answer(waits) == NULL, "a second classic member waits");
	r = beat(&(struct hb){.id = "m", JOIN, .topics = {"t"}});
	ok(r->error_code == 0 && r->member_epoch == 2 && assigned(r) == 0,
	    "a member of the consumer protocol joins");
	ok(fake_answer(waits) != NULL &&
		((const struct join_group_resp *)fake_answer(waits))->error_code ==
		    KERR_REBALANCE_IN_PROGRESS,
	    "who waited is to join again");
	fake_free(waits);
	ok(fake_group("g")->type == GROUP_CONSUMER && member(id)->assigned.n == 4 &&
		member(id)->classic != NULL && member(id)->epoch == 1,
	    "the first one has what it had");
	is_int(0, (int64_t)fake_live(2), "no record of a classic group");
	is_int(3, (int64_t)fake_live(5), "three of members");
	reload(true);
	ok(fake_group("g")->type == GROUP_CONSUMER && member(id)->assigned.n == 4 &&
		member(id)->classic->protocols == 1 &&
		fake_group("g")->consumer->classic_members == 2,
	    "after a restart, too");
	session_ms = co.config.max_session_timeout_ms + 1;
	waits = classic_joins("", NULL, "t");
	is_int(KERR_INVALID_SESSION_TIMEOUT,
	    ((const struct join_group_resp *)fake_answer(waits))->error_code,
	    "sessions are bounded for classic members here, too");
	fake_free(waits);
	session_ms = 30000;
	beat(&(struct hb){.id = "m", .epoch = -1});
	ok(fake_group("g")->type == GROUP_CLASSIC &&
		strcmp(classic_state(fake_group("g")), "PreparingRebalance") == 0,
	    "it leaves: a classic group that rebalances");
	is_int(1, (int64_t)fake_live(2), "a record of a classic group");
	is_int(0,
	    (int64_t)(fake_live(3) + fake_live(5) + fake_live(6) + fake_live(7) + fake_live(8)),
	    "nothing of the other kind is left");
	reload(true);
	ok(fake_group("g")->type == GROUP_CLASSIC && !classic_is_empty(fake_group("g")),
	    "after a restart, too");
	finish();
}

static void
upgrade_refused(void)
{
	char id[64];

	classic_begin(id);
	co.config.migration = MIGRATION_DOWNGRADE;
	is_error(beat(&(struct hb){.id = "m", JOIN, .topics = {"t"}}), KERR_GROUP_ID_NOT_FOUND,
	    "Cannot upgrade classic group g to consumer group because online upgrade is disabled.",
	    "the policy");
	co.config.migration = MIGRATION_BIDIRECTIONAL;
	ok(fake_group("g")->type == GROUP_CLASSIC && !classic_is_empty(fake_group("g")),
	    "the group is as it was");
	is_error(beat(&(struct hb){.id = "m", JOIN, .regex = "["}), KERR_INVALID_REGULAR_EXPRESSION,
	    NULL, "a bad pattern");
	ok(fake_group("g")->type == GROUP_CLASSIC, "does not change it either");
	finish();
}

/* The last member of the consumer protocol, a static one, is followed by a classic one. */
static void
replaced_by_classic(void)
{
	const struct join_group_resp *r;
	struct fake_call *f;

	begin();
	fake_topic("t", 4);
	beat(&(struct hb){.id = "m", .instance = "i", JOIN, .topics = {"t"}});
	f = classic_joins("", "i", "t");
	r = fake_answer(f);
	ok(r != NULL && r->error_code == 0 && r->generation_id == 1 && r->member_id.len > 0,
	    "a classic member takes the instance over");
	fake_free(f);
	ok(fake_group("g")->type == GROUP_CLASSIC &&
		strcmp(classic_state(fake_group("g")), "Stable") == 0,
	    "a classic group, without a rebalance");
	reload(true);
	ok(fake_group("g")->type == GROUP_CLASSIC && fake_live(5) == 0, "after a restart, too");
	finish();
}

static void
no_downgrade(void)
{
	struct fake_call *f;

	begin();
	fake_topic("t", 4);
	co.config.migration = MIGRATION_UPGRADE;
	beat(&(struct hb){.id = "m", JOIN, .topics = {"t"}});
	f = classic_joins("c", NULL, "t");
	ok(fake_answer(f) != NULL && member("c") != NULL && member("c")->classic != NULL,
	    "a classic member in a consumer group");
	fake_free(f);
	beat(&(struct hb){.id = "m", .epoch = -1});
	ok(fake_group("g")->type == GROUP_CONSUMER && member("c") != NULL,
	    "the policy does not allow the way back");
	fake_pass(60001);
	ok(consumer_is_empty(fake_group("g")), "it did not join again in time");
	f = classic_joins("", "i", "t");
	fake_pass(10000);
	ok(fake_group("g")->type == GROUP_CLASSIC && fake_answer(f) != NULL,
	    "an empty group belongs to who comes first");
	fake_free(f);
	finish();
}

/* ---- a random life ---- */

#define SIMS 12
static struct sim {
	char id[16], instance[16];
	bool joined, silent;
	int32_t epoch;
	const char *topics[4];
	const char *regex;
	struct partset owned, given; /* given: the last assignment heard */
	bool heard;                  /* given is news */
	bool tell;                   /* owned changed since it was told */
} sims[SIMS];
static uint64_t seed;
static uint32_t serial;
static bool calm; /* no more changes, no more losses */

static uint32_t
dice(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static bool
one_owner_each(void)
{
	for (int i = 0; i < SIMS; i++) {
		for (int k = i + 1; k < SIMS; k++) {
			struct partset both = {0};
			bool clash;

			partset_and(&both, &sims[i].owned, &sims[k].owned);
			clash = both.n > 0;
			if (clash)
				diag("%s and %s own %d of %s", sims[i].id, sims[k].id,
				    part_partition(both.v[0]), "a topic");
			partset_clear(&both);
			if (clash)
				return false;
		}
	}
	return true;
}

static void
drop_all(struct sim *s)
{
	partset_clear(&s->owned);
	partset_clear(&s->given);
	s->heard = s->tell = s->joined = false;
}

static void
choose_topics(struct sim *s)
{
	static const char *names[] = {"t0", "t1", "t2"};
	int n = 0;

	s->regex = NULL;
	memset(s->topics, 0, sizeof(s->topics));
	s->topics[0] = "";
	if (dice(5) == 0) {
		s->regex = dice(2) == 0 ? "t[01]" : "t.*";
		return;
	}
	for (int i = 0; i < 3; i++) {
		if (dice(3) > 0)
			s->topics[n++] = names[i];
	}
	if (n == 0)
		s->topics[n] = "t0";
}

static void
sim_join(struct sim *s)
{
	struct hb h = {.id = s->id, JOIN};
	const resp *r;

	if (s->id[0] == '\0' || dice(2) == 0 || s->instance[0] != '\0')
		snprintf(s->id, sizeof(s->id), "m%u", serial++);
	h.instance = s->instance[0] == '\0' ? NULL : s->instance;
	memcpy(h.topics, s->topics, sizeof(h.topics));
	h.regex = s->regex;
	r = beat(&h);
	if (r->error_code != 0)
		return; /* its instance's session is not over yet */
	s->joined = true;
	s->epoch = r->member_epoch;
	assignment(r, &s->given);
	s->heard = true;
}

static void
sim_beat(struct sim *s)
{
	struct hb h = {.id = s->id, .epoch = s->epoch};
	const resp *r;

	h.instance = s->instance[0] == '\0' ? NULL : s->instance;
	if (s->tell)
		h.owned = &s->owned;
	if (!calm && dice(40) == 0) {
		choose_topics(s);
		memcpy(h.topics, s->topics, sizeof(h.topics));
		h.regex = s->regex == NULL ? "" : s->regex;
	}
	r = beat(&h);
	if (r->error_code != 0) {
		drop_all(s);
		return;
	}
	if (!calm && dice(30) == 0)
		return; /* the answer is lost */
	s->tell = false;
	s->epoch = r->member_epoch;
	if (kptr_get(&r->assignment) != NULL) {
		assignment(r, &s->given);
		s->heard = true;
	}
}

/* First gives up what is no more in what it was given, then takes the rest. */
static void
sim_reconcile(struct sim *s)
{
	struct partset keep = {0}, lost = {0};

	if (!s->heard)
		return;
	partset_minus(&lost, &s->owned, &s->given);
	if (lost.n > 0) {
		partset_and(&keep, &s->owned, &s->given);
		partset_take(&s->owned, &keep);
	} else {
		partset_copy(&s->owned, &s->given);
		s->heard = false;
	}
	s->tell = true;
	partset_clear(&lost);
}

static void
sim_step(struct sim *s)
{
	uint32_t what = dice(100);

	if (s->silent) { /* killed: nothing is heard of it for longer than a session */
		if (member_find0(fake_group("g")->consumer, s->id) == NULL)
			s->silent = false;
		return;
	}
	if (!s->joined) {
		if (what < 30)
			sim_join(s);
		return;
	}
	if (what < 60) {
		sim_beat(s);
	} else if (what < 93) {
		sim_reconcile(s);
	} else if (what < 96) {
		bool back = s->instance[0] != '\0' && dice(2) == 0;

		beat(&(struct hb){.id = s->id,
		    .instance = s->instance[0] == '\0' ? NULL : s->instance,
		    .epoch = back ? -2 : -1});
		drop_all(s);
	} else if (what < 97) {
		drop_all(s);
		s->silent = true;
	}
}

/* Time passes.  A client has the same timeouts as its coordinator: one that was too slow knows it.
 */
static void
sims_pass(int64_t ms)
{
	fake_pass(ms);
	for (int i = 0; i < SIMS; i++) {
		const struct group *g = fake_group("g");

		if (sims[i].joined && (g == NULL || member_find0(g->consumer, sims[i].id) == NULL))
			drop_all(&sims[i]);
	}
}

static void
world_step(void)
{
	static uint32_t size[3] = {3, 5, 7};
	static const char *names[] = {"t0", "t1", "t2"};
	uint32_t what = dice(300), t = dice(3);

	if (what == 0 && size[t] < 20) {
		fake_topic(names[t], ++size[t]);
	} else if (what == 1) {
		fake_topic(names[t], 0);
	} else if (what == 2) {
		fake_topic(names[t], size[t]);
	} else if (what < 8) {
		reload(dice(2) == 0);
	}
	sims_pass(dice(300));
}

/* What must hold of the group in memory at any time. */
static bool
sound(void)
{
	const struct group *g = fake_group("g");
	size_t owned = 0;

	if (g == NULL || g->type != GROUP_CONSUMER)
		return true;
	for (uint32_t i = 0; i < g->consumer->members; i++) {
		const struct cmember *m = g->consumer->member[i];

		owned += m->assigned.n + m->revoking.n;
		if (m->epoch > g->consumer->epoch)
			return false;
	}
	return owned == g->consumer->owner.count;
}

/* Everybody acts until nothing changes: all have what they are to have. */
static bool
settles(void)
{
	calm = true;
	for (int round = 0; round < 60; round++) {
		sims_pass(2000);
		for (int i = 0; i < SIMS; i++) {
			struct sim *s = &sims[i];

			s->silent = false;
			if (!s->joined)
				continue;
			sim_beat(s);
			sim_reconcile(s);
			sim_reconcile(s);
			if (!one_owner_each())
				return false;
		}
	}
	if (fake_group("g") == NULL)
		return true;
	for (int i = 0; i < SIMS; i++) {
		const struct cmember *m;

		if (!sims[i].joined)
			continue;
		m = member(sims[i].id);
		if (m == NULL || m->state != MEMBER_STABLE ||
		    !partset_equal(&sims[i].owned, &m->target))
			return false;
	}
	return true;
}

static void
random_life(uint64_t from, uint32_t lives, uint32_t steps)
{
	bool apart = true, good = true, end = true;
	uint64_t first = 0;

	for (uint32_t life = 0; life < lives && apart && good && end; life++) {
		first = seed = from + life;
		begin();
		memset(sims, 0, sizeof(sims));
		calm = false;
		fake_topic("t0", 3);
		fake_topic("t1", 5);
		fake_topic("t2", 7);
		for (int i = 0; i < SIMS; i++) {
			choose_topics(&sims[i]);
			if (i % 3 == 0)
				snprintf(sims[i].instance, sizeof(sims[i].instance), "i%d", i);
		}
		sim_join(&sims[0]);
		for (uint32_t step = 0; step < steps && apart && good; step++) {
			world_step();
			sim_step(&sims[dice(SIMS)]);
			apart = one_owner_each();
			good = sound();
		}
		end = !apart || !good || settles();
		for (int i = 0; i < SIMS; i++)
			drop_all(&sims[i]);
		finish();
	}
	ok(apart, "never two owners (from %llu, last %llu)", (unsigned long long)from,
	    (unsigned long long)first);
	ok(good, "never more owners than members say");
	ok(end, "all get what they are to have");
}

/* Strings end where their length says, but are kept as C keeps them. */
static void
nul_characters(void)
{
	const resp *r;

	begin();
	fake_topic("t", 3);
	r = beat(&(struct hb){.id = "m", JOIN, .topics = {"t"}});
	ok(r->error_code == 0 && assigned(r) == 3, "a member");
	r = join_with("m\0x", 3, "t", 1);
	is_error(r, KERR_INVALID_REQUEST, "MemberId can't hold a NUL character.",
	    "another by the same id with a NUL behind it");
	is_int(1, fake_group("g")->consumer->members, "it is not let in");
	r = join_with("n", 1, "t\0y", 3);
	is_int(0, r->error_code, "a topic with a NUL in its name");
	beat(&(struct hb){.id = "n", .epoch = -1});
	beat(&(struct hb){.id = "m", .epoch = -1});
	is_int(0, fake_group("g")->consumer->topics, "is forgotten with its member");
	finish();
}

int
main(void)
{
	const char *lives = getenv("ODRADEK_LIVES"); /* the long form: as many as wanted */

	log_set_level(LOG_LEVEL_WARN);
	faults();
	nul_characters();
	reconciliation();
	timeouts();
	static_members();
	assignors();
	version_0();
	patterns();
	describe();
	upgrade_and_back();
	upgrade_refused();
	replaced_by_classic();
	no_downgrade();
	random_life(1, lives == NULL ? 40 : (uint32_t)strtoul(lives, NULL, 10), 2000);
	return done_testing();
}
