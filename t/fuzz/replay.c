/* SPDX-License-Identifier: ISC */
/*
 * replay.c - fuzz target: what somebody's __consumer_offsets says.  Each record is a byte of flags
 * and two lengths, key and value behind them.  It is refused, or groups are made of it; then they
 * are described, get requests, and time passes until everything in them is gone.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "classic.h"
#include "consumer.h"
#include "odradek/base/log.h"
#include "odradek/proto/gen/consumer_group_describe.h"
#include "odradek/proto/gen/consumer_group_heartbeat.h"
#include "odradek/proto/gen/join_group.h"
#include "offsets.h"
#include "shard.h"
#include "t/coordinator/fake.h"
#include "t/fuzz/fuzz.h"
#include "t/proto/support.h"

const char fuzz_name[] = "replay";

enum { FRONT = 5, LIMIT = 1 << 20 };
enum { TOMBSTONE = 1, TRANSACTIONAL = 2, MARKER = 4 };

static struct msg_arena arena;
static struct wire_out batch;
static int64_t offset;

static int
replay(struct shard *s, uint8_t flags, const uint8_t *key, size_t key_len, size_t value_len)
{
	const struct batch_header h = {.base_offset = offset++,
	    .attributes = (flags & TRANSACTIONAL) != 0 ? BATCH_TRANSACTIONAL : 0,
	    .producer_id = flags >> 4,
	    .base_sequence = -1,
	    .base_timestamp = 1000};
	struct batch_builder builder;
	const char *why;

	wire_out_reset(&batch);
	if ((flags & MARKER) != 0) {
		control_marker_build(&batch, flags >> 4, 0,
		    (flags & TOMBSTONE) != 0 ? CONTROL_ABORT : CONTROL_COMMIT, 0, 1000);
		batch_set_base_offset(batch.base, h.base_offset);
		return replay_batch(s, batch.base, batch.len, &why);
	}
	if (batch_build_begin(&builder, &batch, &h, CODEC_DEFAULT_LEVEL) == -1)
		abort();
	batch_build_add(&builder, 1000, key, (int32_t)key_len, key + key_len,
	    (flags & TOMBSTONE) != 0 ? -1 : (int32_t)value_len);
	return replay_batch(s, batch.base, (size_t)batch_build_finish(&builder), &why);
}

/* Everybody's sessions begin, and somebody joins. */
static void
live(struct group *g)
{
	struct join_group_req_join_group_request_protocol *p;
	struct consumer_group_heartbeat_req *b;
	struct join_group_req *j;

	msg_arena_reset(&arena);
	if (g->type == GROUP_CONSUMER) {
		consumer_describe(g, &arena,
		    msg_arr(&arena, &msg_new(&arena, consumer_group_describe_resp)->groups, 1));
		msg_arena_reset(&arena);
		b = msg_new(&arena, consumer_group_heartbeat_req);
		msg_str0(&arena, &b->group_id, g->id);
		msg_str0(&arena, &b->member_id, "m");
		msg_str0(&arena, &b->instance_id, NULL);
		msg_str0(&arena, &b->rack_id, NULL);
		msg_str0(&arena, &b->server_assignor, NULL);
		msg_str0(&arena, &b->subscribed_topic_regex, NULL);
		b->rebalance_timeout_ms = 10000;
		msg_str0(&arena, msg_arr(&arena, &b->subscribed_topic_names, 1), "topic");
		fake_free(fake_run(consumer_heartbeat, 68, 1, "client", g->id, &arena));
	} else {
		j = msg_new(&arena, join_group_req);
		j->session_timeout_ms = j->rebalance_timeout_ms = 10000;
		msg_str0(&arena, &j->protocol_type, "consumer");
		msg_str0(&arena, &j->group_instance_id, NULL);
		p = msg_arr(&arena, &j->protocols, 1);
		msg_str0(&arena, &p->name, "range");
		fake_free(fake_run(classic_join, 11, 3, "client", g->id, &arena));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shard *s = fake_shard();
	struct group *g, *next;
	size_t key, value;
	uint8_t flags;

	if (arena.base == NULL) {
		if (msg_arena_init(&arena, LIMIT) == -1)
			abort();
		wire_out_init(&batch, LIMIT);
	}
	log_set_level(LOG_LEVEL_ERROR);
	fake_forget();
	fake_topic("topic", 2);
	for (; size >= FRONT; data += key + value, size -= key + value) {
		flags = data[0];
		key = be16_get(data + 1);
		value = be16_get(data + 3);
		data += FRONT;
		size -= FRONT;
		key = key > size ? size : key;
		value = value > size - key ? size - key : value;
		if (replay(s, flags, data, key, value) == -1)
			break; /* here, the shard would be dropped */
	}
	for (g = TAILQ_FIRST(&s->groups); g != NULL; g = next) {
		next = TAILQ_NEXT(g, entry);
		if (g->type == GROUP_CONSUMER)
			consumer_loaded(g);
		else
			classic_loaded(g);
	}
	TAILQ_FOREACH (g, &s->groups, entry)
		if (g->id_len == strlen(g->id))
			live(g);
	fake_pass(600000);
	TAILQ_FOREACH (g, &s->groups, entry)
		offsets_free(g);
	replay_fini(s);
	fake_crash();
	fake_topics_clear();
	return 0;
}

/* Random values behind keys of a few groups, of every type. */
size_t
fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const int types[] = {0, 1, 1, 2, 3, 4, 5, 5, 6, 7, 7, 8, 16};
	const struct msg_table *t;
	struct rng r = {i + 1};
	size_t at = 0, len[2];
	void *root;

	if (i >= 64)
		return 0;
	if (arena.base == NULL) {
		if (msg_arena_init(&arena, LIMIT) == -1)
			abort();
		wire_out_init(&batch, LIMIT);
	}
	for (unsigned n = 0; n < 8; n++) {
		int type = types[rng_below(&r, sizeof(types) / sizeof(*types))];

		len[0] = len[1] = 0;
		for (int value = 0; value < 2; value++) {
			struct wire_out out;
			int version;

			t = msg_record_table(
			    value ? MSG_COORDINATOR_VALUE : MSG_COORDINATOR_KEY, "group", type);
			version = t->versions.lo +
				  (value ? (int)rng_below(
					       &r, (uint32_t)(t->versions.hi - t->versions.lo + 1))
					 : 0);
			msg_arena_reset(&arena);
			root = random_message(&r, t, version, &arena);
			if (!value) /* every key begins with the group */
				msg_str0(&arena, root, rng_below(&r, 3) == 0 ? "h" : "g");
			wire_out_init(&out, LIMIT);
			wire_put_u16(&out, (uint16_t)(value ? version : type));
			if (msg_encode(t, version, root, &out, NULL) == MSG_OK &&
			    at + FRONT + len[0] + out.len <= max && out.len <= UINT16_MAX) {
				memcpy(buf + at + FRONT + len[0], out.base, out.len);
				len[value] = out.len;
			}
			wire_out_fini(&out);
		}
		if (at + FRONT > max)
			break;
		buf[at] = (uint8_t)(rng_below(&r, 8) == 0   ? TRANSACTIONAL | 16
				    : rng_below(&r, 8) == 0 ? TOMBSTONE
				    : rng_below(&r, 8) == 0 ? MARKER | 16
							    : 0);
		be16_put(buf + at + 1, (uint16_t)len[0]);
		be16_put(buf + at + 3, (uint16_t)len[1]);
		at += FRONT + len[0] + len[1];
	}
	return at;
}
