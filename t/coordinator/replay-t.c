/* SPDX-License-Identifier: ISC */
/* replay-t.c - tests of src/coordinator/replay.c and offsets.c: what a log says of offsets, that of
 * a Kafka with transactions, too, and logs that say nonsense. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "odradek/proto/gen/rec_group.h"
#include "offsets.h"
#include "shard.h"
#include "t/tap/tap.h"

static struct shard s;
static struct msg_arena arena;
static struct wire_out batch;
static struct batch_builder builder;
static int64_t next_offset;

static void
begin(int16_t attributes, int64_t producer)
{
	const struct batch_header h = {.base_offset = next_offset,
	    .attributes = attributes,
	    .producer_id = producer,
	    .base_sequence = -1,
	    .base_timestamp = 1000};

	wire_out_reset(&batch);
	if (batch_build_begin(&builder, &batch, &h, CODEC_DEFAULT_LEVEL) == -1)
		bail("no batch");
}

/* 0 replayed, -1 refused. */
static int
end(const char **why)
{
	int64_t size = batch_build_finish(&builder);

	next_offset += builder.h.count;
	return replay_batch(&s, batch.base, (size_t)size, why);
}

static void
put(struct wire_out *out, int number, const struct msg_table *t, int version, const void *root)
{
	wire_out_init(out, 1 << 20);
	wire_put_u16(out, (uint16_t)number);
	if (msg_encode(t, version, root, out, NULL) != MSG_OK)
		bail("could not encode");
}

/* One commit of group "g"; offset -1: a tombstone. */
static void
add(const char *topic, int32_t partition, int64_t offset, int version)
{
	struct offset_commit_key *k;
	struct offset_commit_value *v;
	struct wire_out key, value = {0};

	msg_arena_reset(&arena);
	k = msg_new(&arena, offset_commit_key);
	msg_str0(&arena, &k->group, "g");
	msg_str0(&arena, &k->topic, topic);
	k->partition = partition;
	put(&key, 1, &offset_commit_key_table, offset_commit_key_table.versions.lo, k);
	if (offset >= 0) {
		v = msg_new(&arena, offset_commit_value);
		v->offset = offset;
		v->leader_epoch = version >= 3 ? 7 : -1;
		msg_str0(&arena, &v->metadata, "text");
		v->commit_timestamp = 500;
		v->expire_timestamp = version == 1 ? 900 : -1;
		put(&value, version, &offset_commit_value_table, version, v);
	}
	batch_build_add(&builder, 1000, key.base, (int32_t)key.len, value.base,
	    offset >= 0 ? (int32_t)value.len : -1);
	wire_out_fini(&key);
	if (offset >= 0)
		wire_out_fini(&value);
}

static int64_t
committed(const char *topic, int32_t partition)
{
	struct group *g = group_get(&s, "g", 1);
	struct committed *c =
	    g == NULL ? NULL : offsets_get(g, topic, strlen(topic), partition);

	return c == NULL ? -1 : c->offset;
}

static void
test_latest(void)
{
	const char *why;
	struct committed *c;

	begin(0, -1);
	for (int version = 0; version <= 4; version++)
		add("t", version, 10 + version, version);
	add("a", 3, 1, 3);
	add("t", 2, 99, 3);
	ok(end(&why) == 0, "commits in every version");
	is_int(10, committed("t", 0), "version 0");
	is_int(99, committed("t", 2), "the latest counts");
	c = offsets_get(group_get(&s, "g", 1), "t", 1, 1);
	ok(c->expire_ms == 900 && c->leader_epoch == -1, "version 1 has its own end");
	c = offsets_get(group_get(&s, "g", 1), "t", 1, 4);
	ok(c->expire_ms == -1 && c->leader_epoch == 7 && strcmp(c->metadata, "text") == 0 &&
		c->commit_ms == 500,
	    "version 4 has epoch and metadata");
	begin(CODEC_GZIP, -1);
	add("t", 2, -1, 0);
	add("t", 77, -1, 0);
	ok(end(&why) == 0, "tombstones, compressed");
	is_int(-1, committed("t", 2), "take it away");
	is_int(1, committed("a", 3), "and nothing else");
}

static void
marker(int64_t producer, int type)
{
	const char *why;

	wire_out_reset(&batch);
	control_marker_build(&batch, producer, 0, type, 0, 1000);
	batch_set_base_offset(batch.base, next_offset++);
	if (replay_batch(&s, batch.base, batch.len, &why) == -1)
		bail("marker: %s", why);
}

static void
test_transactions(void)
{
	const char *why;
	struct group *g;

	begin(BATCH_TRANSACTIONAL, 5);
	add("x", 0, 100, 3);
	add("x", 1, 100, 3);
	ok(end(&why) == 0, "commits in a transaction");
	g = group_get(&s, "g", 1);
	ok(committed("x", 0) == -1 && replay_pending(g, "x", 1, 0) && !replay_pending(g, "x", 1, 2),
	    "are pending");
	begin(0, -1);
	add("x", 1, 200, 3);
	end(&why);
	marker(6, CONTROL_COMMIT);
	ok(replay_pending_group(g), "another's marker does not matter");
	marker(5, CONTROL_COMMIT);
	is_int(100, committed("x", 0), "count with their marker");
	is_int(200, committed("x", 1), "unless something newer was committed meanwhile");
	ok(!replay_pending_group(g), "and are pending no more");
	begin(BATCH_TRANSACTIONAL, 5);
	add("x", 0, 300, 3);
	end(&why);
	marker(5, CONTROL_ABORT);
	is_int(100, committed("x", 0), "an aborted one never counts");
}

static int
one(const void *key, int32_t key_len, const void *value, int32_t value_len)
{
	const char *why;

	begin(0, -1);
	batch_build_add(&builder, 1000, key, key_len, value, value_len);
	return end(&why);
}

static void
test_nonsense(void)
{
	static const uint8_t key[] = {0, 1, 0, 1, 'g', 0, 1, 't', 0, 0, 0, 0};

	ok(one("\0\143", 2, "xyz", 3) == 0, "a type that nobody knows is left out");
	ok(one("\0\13", 2, "xyz", 3) == 0, "so are share groups");
	ok(one(NULL, -1, "xyz", 3) == -1, "a record without a key is refused");
	ok(one("x", 1, "xyz", 3) == -1, "a key of one byte");
	ok(one(key, sizeof(key) - 1, NULL, -1) == -1, "a key that is cut");
	ok(one(key, sizeof(key), "\0\11xyz", 5) == -1, "a version that nobody knows");
	ok(one(key, sizeof(key), "\0\3xyz", 5) == -1, "a value that is cut");
	ok(one(key, sizeof(key), "", 0) == -1, "a value of nothing");
	ok(one(key, sizeof(key), NULL, -1) == 0, "a tombstone is none of these");
}

/* What a damaged medium can make of a batch: nothing that the sanitizers would see. */
static void
test_damage(void)
{
	const char *why;
	uint8_t *copy;
	uint32_t seed = 1;
	int refused = 0;

	begin(0, -1);
	add("d", 0, 1, 4);
	add("d", 1, 2, 3);
	batch_build_finish(&builder);
	copy = malloc(batch.len);
	for (int i = 0; i < 20000; i++) {
		memcpy(copy, batch.base, batch.len);
		for (int k = 0; k < 3; k++) {
			seed = seed * 1664525 + 1013904223;
			copy[BATCH_OVERHEAD + (seed >> 8) % (batch.len - BATCH_OVERHEAD)] =
			    (uint8_t)(seed >> 24);
		}
		refused += replay_batch(&s, copy, batch.len, &why) == -1;
	}
	free(copy);
	ok(refused > 1000, "%d of 20000 damaged batches are refused, the others read", refused);
}

int
main(void)
{
	fake_init();
	TAILQ_INIT(&s.groups);
	if (msg_arena_init(&arena, 1 << 20) == -1)
		bail("no memory");
	wire_out_init(&batch, 1 << 20);
	test_latest();
	test_transactions();
	test_nonsense();
	test_damage();
	replay_fini(&s);
	return done_testing();
}
