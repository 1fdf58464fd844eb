/* SPDX-License-Identifier: ISC */
/* fake.c - see fake.h.  Runs in tests only. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "classic.h"
#include "consumer.h"
#include "fake.h"
#include "odradek/base/uuid.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/heartbeat.h"
#include "odradek/proto/gen/join_group.h"
#include "odradek/proto/gen/leave_group.h"
#include "odradek/proto/gen/rec_group.h"
#include "odradek/proto/gen/sync_group.h"
#include "shard.h"
#include "t/tap/tap.h"

struct coordinator co;
struct fake_record *fake_log;
size_t fake_records, fake_committed, fake_record_max;
bool fake_hold, fake_compacted;
int fake_lost;

static struct msg_arena answer, scratch, value_arena;
static struct shard shard;
static bool dying;

enum { ARENA = 64 << 20 };

void
fake_init(void)
{
	if (answer.base == NULL &&
	    (msg_arena_init(&answer, ARENA) == -1 || msg_arena_init(&scratch, ARENA) == -1 ||
		msg_arena_init(&value_arena, ARENA) == -1))
		bail("no memory");
	fake_committed = 0;
	fake_hold = fake_compacted = false;
	fake_lost = 0;
	fake_record_max = 1 << 20;
	fake_crash();
	co.config = (struct group_config){.min_session_timeout_ms = 6000,
	    .max_session_timeout_ms = 1800000,
	    .initial_rebalance_delay_ms = 3000,
	    .max_size = INT32_MAX,
	    .consumer_session_timeout_ms = 45000,
	    .consumer_heartbeat_interval_ms = 5000,
	    .consumer_max_size = INT32_MAX,
	    .consumer_regex_refresh_interval_ms = 600000,
	    .migration = MIGRATION_BIDIRECTIONAL,
	    .assignor = {"uniform", "range"},
	    .assignors = 2,
	    .offsets_retention_ms = 7 * 86400000LL};
	co.now_ms = 1000000;
	co.wall_ms = 1700000000000;
}

void
fake_forget(void)
{
	while (fake_records > 0) {
		free(fake_log[--fake_records].key);
		free(fake_log[fake_records].value);
	}
	fake_init();
}

/* ---- groups ---- */

struct group *
group_get(struct shard *s, const char *id, size_t len)
{
	struct group *g;

	TAILQ_FOREACH (g, &s->groups, entry)
		if (g->id_len == len && memcmp(g->id, id, len) == 0)
			return g;
	return NULL;
}

struct group *
group_make(struct shard *s, const char *id, size_t len)
{
	struct group *g = group_get(s, id, len);

	if (g != NULL)
		return g;
	g = xcalloc(1, sizeof(*g));
	g->shard = s;
	g->id = xmemdup0(id, len);
	g->id_len = (uint32_t)len;
	TAILQ_INSERT_TAIL(&s->groups, g, entry);
	return g;
}

void
group_free(struct group *g)
{
	TAILQ_REMOVE(&g->shard->groups, g, entry);
	classic_free(g);
	consumer_free(g);
	free(g->id);
	free(g);
}

int32_t
group_session_timeout_ms(const struct group *g)
{
	(void)g;
	return co.config.consumer_session_timeout_ms;
}

int32_t
group_heartbeat_interval_ms(const struct group *g)
{
	(void)g;
	return co.config.consumer_heartbeat_interval_ms;
}

struct shard *
fake_shard(void)
{
	return &shard;
}

struct group *
fake_group(const char *id)
{
	return group_get(&shard, id, strlen(id));
}

int16_t
shard_error(const struct shard *s)
{
	(void)s;
	return KERR_COORDINATOR_NOT_AVAILABLE;
}

/* ---- calls ---- */

struct fake_call *
fake_run(group_api_fn *fn, int api, int version, const char *client, const char *group,
    const struct msg_arena *req)
{
	struct fake_call *f = xcalloc(1, sizeof(*f));

	f->c.shard = &shard;
	f->c.api = (int16_t)api;
	f->c.version = (int16_t)version;
	f->c.client_id = client;
	f->c.client_host = "/127.0.0.1";
	f->c.req = xmemdup(req->base, req->used);
	fn(&f->c, group, strlen(group));
	if (!fake_hold)
		fake_commit();
	return f;
}

const void *
fake_answer(struct fake_call *f)
{
	struct wire_in in;

	if (!f->answered || f->after > fake_committed)
		return NULL;
	if (f->resp.base == NULL) {
		wire_in_mem(&in, f->bytes, f->len);
		if (msg_arena_init(&f->resp, ARENA) == -1 ||
		    msg_decode(msg_response_table(f->c.api), f->c.version, &in, &f->resp) != MSG_OK)
			bail("an answer that does not decode");
	}
	return msg_root(&f->resp);
}

void
fake_free(struct fake_call *f)
{
	if (!f->answered) {
		f->abandoned = true;
		return;
	}
	if (f->resp.base != NULL)
		msg_arena_fini(&f->resp);
	free(f->bytes);
	free(f);
}

struct msg_arena *
call_answer(void)
{
	return &answer;
}

void
call_reply(struct call *c, const void *response)
{
	struct fake_call *f = (struct fake_call *)(void *)c;
	const struct msg_table *t = msg_response_table(c->api);
	struct wire_out out;

	if (f->answered)
		bail("answered twice");
	/* whoever touches a call that was answered must notice */
	free((void *)(uintptr_t)c->req);
	c->req = NULL;
	wire_out_init(&out, ARENA);
	if (!msg_arena_ok(&answer) || msg_encode(t, c->version, response, &out, NULL) != MSG_OK)
		bail("an answer to %s %d that does not encode", t->name, c->version);
	msg_arena_reset(&answer);
	f->bytes = xmemdup(out.base, out.len);
	f->len = out.len;
	wire_out_fini(&out);
	f->answered = true;
	f->after = dying ? SIZE_MAX : fake_records;
	fake_lost += dying;
	if (f->abandoned)
		fake_free(f);
}

void
call_error(struct call *c, int16_t error)
{
	msg_arena_reset(&answer);
	switch (c->api) {
	case 11:
		msg_new(&answer, join_group_resp)->error_code = error;
		break;
	case 12:
		msg_new(&answer, heartbeat_resp)->error_code = error;
		break;
	case 13:
		msg_new(&answer, leave_group_resp)->error_code = error;
		break;
	default:
		msg_new(&answer, sync_group_resp)->error_code = error;
	}
	call_reply(c, msg_root(&answer));
}

/* ---- records ---- */

struct msg_arena *
record_scratch(void)
{
	return &scratch;
}

size_t
record_max(const struct shard *s)
{
	(void)s;
	return fake_record_max;
}

static uint8_t *
encoded(const struct msg_table *t, int version, const void *from, size_t *len)
{
	struct wire_out out;
	uint8_t *p;

	wire_out_init(&out, ARENA);
	if (msg_encode(t, version, from, &out, NULL) != MSG_OK)
		bail("a %s that does not encode", t->name);
	p = xmemdup(out.base, out.len);
	*len = out.len;
	wire_out_fini(&out);
	return p;
}

void
record_put(struct shard *s, const struct msg_table *key_table, const void *key,
    const struct msg_table *value_table, int value_version, const void *value)
{
	struct fake_record *r;

	if (s != &shard || !msg_arena_ok(&scratch))
		bail("a record of another shard, or without room");
	fake_log = xreallocarray(fake_log, fake_records + 1, sizeof(*fake_log));
	r = &fake_log[fake_records++];
	*r = (struct fake_record){
	    .key_table = key_table, .value_table = value_table, .version = value_version};
	r->key = encoded(key_table, 0, key, &r->key_len);
	if (value != NULL)
		r->value = encoded(value_table, value_version, value, &r->value_len);
	if (r->key_len + r->value_len > fake_record_max)
		bail("a record of %zu bytes, where %zu fit", r->value_len, fake_record_max);
	msg_arena_reset(&scratch);
}

void
fake_commit(void)
{
	fake_committed = fake_records;
}

const void *
fake_value(size_t i)
{
	struct wire_in in;

	msg_arena_reset(&value_arena);
	wire_in_mem(&in, fake_log[i].value, fake_log[i].value_len);
	if (msg_decode(fake_log[i].value_table, fake_log[i].version, &in, &value_arena) != MSG_OK)
		bail("a record that does not decode");
	return msg_root(&value_arena);
}

/* Is there a later record of its key? */
static bool
superseded(size_t i)
{
	for (size_t k = i + 1; k < fake_records; k++) {
		if (fake_log[k].key_table == fake_log[i].key_table &&
		    fake_log[k].key_len == fake_log[i].key_len &&
		    memcmp(fake_log[k].key, fake_log[i].key, fake_log[i].key_len) == 0)
			return true;
	}
	return false;
}

size_t
fake_live(int type)
{
	size_t n = 0;

	for (size_t i = 0; i < fake_records; i++)
		n += fake_log[i].key_table->key == type && fake_log[i].value != NULL &&
		     !superseded(i);
	return n;
}

static void
replay(size_t i)
{
	const struct fake_record *r = &fake_log[i];
	const void *value = r->value == NULL ? NULL : fake_value(i);
	const struct group_metadata_key *key;
	struct wire_in in;

	msg_arena_reset(&scratch);
	wire_in_mem(&in, r->key, r->key_len);
	if (msg_decode(r->key_table, 0, &in, &scratch) != MSG_OK)
		bail("a key that does not decode");
	key = msg_root(&scratch);
	if (r->key_table == &group_metadata_key_table)
		classic_replay(
		    group_make(&shard, kstr(&key->group), (size_t)key->group.len), value);
	else
		consumer_replay(&shard, r->key_table, key, value);
	msg_arena_reset(&scratch);
}

void
fake_crash(void)
{
	struct group *g, *next;
	size_t i;

	if (shard.groups.tqh_last == NULL)
		TAILQ_INIT(&shard.groups);
	dying = true;
	while ((g = TAILQ_FIRST(&shard.groups)) != NULL)
		group_free(g);
	dying = false;
	while (fake_records > fake_committed) {
		free(fake_log[--fake_records].key);
		free(fake_log[fake_records].value);
	}
	for (i = 0; i < fake_records; i++) {
		if (!fake_compacted || !superseded(i))
			replay(i);
	}
	for (g = TAILQ_FIRST(&shard.groups); g != NULL; g = next) {
		next = TAILQ_NEXT(g, entry);
		if (g->type == GROUP_CONSUMER)
			consumer_loaded(g);
		else
			classic_loaded(g);
	}
}

/* ---- time ---- */

void
fake_pass(int64_t ms)
{
	int64_t end = co.now_ms + ms, due;

	for (;;) {
		due = timers_first();
		if (due > end)
			break;
		if (due > co.now_ms) {
			co.wall_ms += due - co.now_ms;
			co.now_ms = due;
		}
		timers_fire(co.now_ms);
		if (!fake_hold)
			fake_commit();
	}
	co.wall_ms += end - co.now_ms;
	co.now_ms = end;
}

/* ---- topics ---- */

enum { TOPICS = 4096 };
static struct topic_entry *topics[TOPICS];
static uint32_t topic_n;

struct topic_entry *
tables_topic_by_name(struct tables *t, const char *name, uint32_t len)
{
	(void)t;
	for (uint32_t i = 0; i < topic_n; i++) {
		if (topics[i] != NULL && topics[i]->name_len == len &&
		    memcmp(topics[i]->name, name, len) == 0)
			return topics[i];
	}
	return NULL;
}

struct topic_entry *
tables_topic_by_id(struct tables *t, const uint8_t id[16])
{
	(void)t;
	for (uint32_t i = 0; i < topic_n; i++) {
		if (topics[i] != NULL && memcmp(topics[i]->id, id, 16) == 0)
			return topics[i];
	}
	return NULL;
}

struct topic_entry *
tables_next(struct tables *t, uint32_t *i)
{
	(void)t;
	while (*i < topic_n) {
		if (topics[(*i)++] != NULL)
			return topics[*i - 1];
	}
	return NULL;
}

uint64_t
tables_version(const struct tables *t)
{
	(void)t;
	return 1;
}

void
fake_topic(const char *name, uint32_t partitions)
{
	struct topic_entry *t = tables_topic_by_name(NULL, name, (uint32_t)strlen(name));

	if (partitions == 0) {
		for (uint32_t i = 0; i < topic_n; i++) {
			if (topics[i] == t)
				topics[i] = NULL;
		}
		free(t);
	} else {
		if (t == NULL) {
			struct uuid id;

			t = topics[topic_n++] = xcalloc(1, sizeof(*t));
			uuid_random(&id);
			memcpy(t->id, id.b, sizeof(t->id));
			t->name_len = (uint8_t)strlen(name);
			memcpy(t->name, name, t->name_len);
		}
		t->partitions = partitions;
	}
	consumer_topics_changed(name, strlen(name));
}

void
fake_topics_clear(void)
{
	while (topic_n > 0)
		free(topics[--topic_n]);
}
