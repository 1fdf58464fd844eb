/* SPDX-License-Identifier: ISC */
/* decode-t.c - what nobody should send: absurd counts, null where it may not be, tags that lie; and
 * limits, blobs, building. */
#include "config.h"

#include "t/proto/support.h"
#include "t/tap/tap.h"

#include <stdlib.h>

#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/api_versions.h"
#include "odradek/proto/gen/create_topics.h"
#include "odradek/proto/gen/describe_topic_partitions.h"
#include "odradek/proto/gen/fetch.h"
#include "odradek/proto/gen/metadata.h"
#include "odradek/proto/gen/produce.h"

static struct msg_arena arena;

static int
decode(const struct msg_table *t, int version, const char *hex)
{
	struct wire_in in;
	size_t n;
	uint8_t *p = unhex(hex, &n);
	int error;

	wire_in_mem(&in, p, n);
	msg_arena_reset(&arena);
	error = msg_decode(t, version, &in, &arena);
	free(p);
	return error;
}

static void
test_counts(void)
{
	is_int(MSG_TRUNCATED, decode(&metadata_req_table, 1, "7fffffff"),
	    "a count of 2^31-1 in four bytes");
	is_int(MSG_TRUNCATED, decode(&metadata_req_table, 1, "000000020000"),
	    "two strings need four bytes");
	is_int(MSG_TRUNCATED, decode(&metadata_req_table, 9, "ffffffff0f"),
	    "a compact count of 2^32-2");
	is_int(MSG_TRUNCATED, decode(&metadata_req_table, 9, "ffffffffff01"),
	    "a count of more than 32 bits");
	is_int(MSG_TRUNCATED,
	    decode(&produce_req_table, 3,
		"ffff"
		"ffff"
		"00007530"
		"00000001"
		"7fff"
		"61"),
	    "a long string that is not there");
	is_int(MSG_TRUNCATED,
	    decode(&produce_req_table, 3,
		"ffff"
		"ffff"
		"00007530"
		"00000001"
		"000161"
		"00000001"
		"00000000"
		"7fffffff"
		"00"),
	    "record data that are not there");
	is_int(MSG_TRUNCATED, decode(&metadata_req_table, 0, ""), "nothing");
	is_int(0, (int64_t)arena.used, "a failed message leaves nothing behind");
	is_int(MSG_TRUNCATED, decode(&api_versions_req_table, 3, "ffff03"),
	    "a compact string of 65534 bytes in three");
}

static void
test_null(void)
{
	struct metadata_req *m;

	is_int(
	    MSG_NULL, decode(&metadata_req_table, 0, "ffffffff"), "Metadata v0 has no null list");
	is_int(0, decode(&metadata_req_table, 1, "ffffffff"), "v1 has");
	m = msg_root(&arena);
	ok(karr_is_null(&m->topics), "null is not empty");
	is_int(0, karr_len(&m->topics), "but has no elements");
	is_int(0, decode(&metadata_req_table, 1, "00000000"), "an empty list");
	ok(!karr_is_null(&m->topics), "empty is not null");
	is_int(
	    MSG_NULL, decode(&metadata_req_table, 1, "00000001ffff"), "a name is not null in v1");
	is_int(0,
	    decode(&metadata_req_table, 10,
		"02"
		"00000000000000000000000000000000"
		"00"
		"00"
		"01"
		"00"
		"00"
		"00"),
	    "in v10 it may be");
	is_int(1, m->allow_auto_topic_creation, "and a bool is one");
	is_int(0,
	    decode(&describe_topic_partitions_req_table, 0,
		"01"
		"000007d0"
		"ff"
		"00"),
	    "a null struct");
	ok(kptr_get(&((struct describe_topic_partitions_req *)msg_root(&arena))->cursor) == NULL,
	    "is null");
	is_int(0,
	    decode(&describe_topic_partitions_req_table, 0,
		"01"
		"000007d0"
		"01"
		"0261"
		"00000007"
		"00"
		"00"),
	    "one that is there");
	is_int(7,
	    kptr_get(&((struct describe_topic_partitions_req *)msg_root(&arena))->cursor)
		->partition_index,
	    "is there");
}

static void
test_tags(void)
{
	is_int(0,
	    decode(&api_versions_req_table, 3,
		"0261"
		"0262"
		"02"
		"05"
		"03"
		"aabbcc"
		"07"
		"00"),
	    "unknown tags are skipped");
	is_int(MSG_TRUNCATED,
	    decode(&api_versions_req_table, 3,
		"0261"
		"0262"
		"01"
		"05"
		"04"
		"aabbcc"),
	    "one that is too long");
	is_int(MSG_TRUNCATED,
	    decode(&api_versions_req_table, 3,
		"0261"
		"0262"
		"ffffffff0f"),
	    "many that are not there");
	is_int(MSG_TRAILING,
	    decode(&api_versions_req_table, 3,
		"0261"
		"0262"
		"00"
		"00"),
	    "a byte too many");
	is_int(0,
	    decode(&api_versions_resp_table, 3,
		"0000"
		"01"
		"00000000"
		"01"
		"01"
		"08"
		"0000000000000005"),
	    "a known tag");
	is_int(
	    5, ((struct api_versions_resp *)msg_root(&arena))->finalized_features_epoch, "is read");
	is_int(MSG_BAD_TAG,
	    decode(&api_versions_resp_table, 3,
		"0000"
		"01"
		"00000000"
		"01"
		"01"
		"09"
		"000000000000000500"),
	    "that is longer than its field");
	is_int(MSG_BAD_TAG,
	    decode(&api_versions_resp_table, 3,
		"0000"
		"01"
		"00000000"
		"01"
		"01"
		"07"
		"0000000000000005"),
	    "or shorter");
	is_int(0,
	    decode(&api_versions_resp_table, 3,
		"0000"
		"01"
		"00000000"
		"00"),
	    "none");
	is_int(-1, ((struct api_versions_resp *)msg_root(&arena))->finalized_features_epoch,
	    "leaves the default");
	is_int(MSG_BAD_VERSION, decode(&api_versions_req_table, 99, ""),
	    "a version that does not exist");
	is_int(MSG_BAD_VERSION, decode(&produce_req_table, 2, ""), "one that is too old");
}

/* A small request must not become a large message: the arena's limit holds. */
static void
test_limit(void)
{
	struct msg_arena small;
	static uint64_t buf[512];
	struct wire_in in;
	uint8_t *p = xcalloc(1, 200000);

	be32_put(p, 30000); /* topics of two bytes each */
	wire_in_mem(&in, p, 4 + 2 * 30000);
	msg_arena_init_fixed(&small, buf, sizeof(buf));
	is_int(MSG_TOO_BIG, msg_decode(&metadata_req_table, 1, &in, &small),
	    "30000 topics do not fit into 4 KB");
	ok(msg_arena_ok(&small) && small.used == 0, "the arena is as it was");
	wire_in_mem(&in, p, 4 + 2 * 30000);
	msg_arena_reset(&arena);
	is_int(0, msg_decode(&metadata_req_table, 1, &in, &arena), "but into 4 MB");
	is_int(30000, karr_len(&((struct metadata_req *)msg_root(&arena))->topics), "all of them");
	msg_arena_reset(&arena);
	is_int(0, (int64_t)arena.used, "the reset arena is empty");
	p[0] = 0x81; /* a compact string of 32768 bytes: one too many, in any form */
	p[1] = 0x80;
	p[2] = 0x02;
	wire_in_mem(&in, p, 100000);
	is_int(MSG_TOO_BIG, msg_decode(&api_versions_req_table, 3, &in, &arena),
	    "a string beyond the format's 32767 bytes");
	free(p);
}

static void
test_records(void)
{
	struct produce_req *req;
	struct produce_req_partition_produce_data *p;

	is_int(0,
	    decode(&produce_req_table, 9,
		"00"
		"ffff"
		"00007530"
		"02"
		"0261"
		"03"
		"00000000"
		"04aabbcc"
		"00"
		"00000001"
		"00"
		"00"
		"00"
		"00"),
	    "Produce v9");
	req = msg_root(&arena);
	is_string("a", kstr(&karr_at(&req->topic_data, 0)->name), "a name ends with NUL");
	p = karr_begin(&karr_at(&req->topic_data, 0)->partition_data);
	is_int(3, p[0].records.len, "record data have their length");
	is_int(16, p[0].records.pos, "and place");
	is_int(-1, p[1].records.len, "null has none");
	ok(kstr(&req->transactional_id) == NULL, "no transactional id");
}

/* ---- blobs that another process changed ---- */

static void
test_blobs(void)
{
	struct create_topics_req *req;
	struct create_topics_req_creatable_topic *t;
	struct rng r = {3};
	char *blob;
	int refused = 0;

	msg_arena_reset(&arena);
	req = msg_new(&arena, create_topics_req);
	t = msg_arr(&arena, &req->topics, 3);
	for (int i = 0; i < 3; i++) {
		msg_printf(&arena, &t[i].name, "topic-%d", i);
		msg_arr(&arena, &t[i].configs, 2);
		msg_arr(&arena, &t[i].assignments, 1);
	}
	blob = xmemdup(arena.base, arena.used);
	is_int(0, msg_check_blob(&create_topics_req_table, blob, arena.used),
	    "a blob as it was built");
	is_int(-1, msg_check_blob(&create_topics_req_table, blob, 4), "one that is too short");
	for (int i = 0; i < 20000; i++) {
		size_t at = rng_below(&r, (uint32_t)arena.used & ~3u);
		struct wire_out out;

		memcpy(blob, arena.base, arena.used);
		for (int k = 0; k < 4 && rng_below(&r, 4) > 0; k++)
			blob[(at + (size_t)k) % arena.used] = (char)rng_next(&r);
		if (msg_check_blob(&create_topics_req_table, blob, arena.used) == -1) {
			refused++;
			continue;
		}
		/* whatever passes can be read without going outside */
		wire_out_init(&out, 1 << 20);
		msg_encode(&create_topics_req_table, 7, blob, &out, NULL);
		wire_out_fini(&out);
	}
	ok(refused > 1000, "%d of 20000 changed blobs are refused, the others are harmless",
	    refused);
	memcpy(blob, arena.base, arena.used);
	((struct create_topics_req *)(void *)blob)->topics.arr.off = 0;
	is_int(-1, msg_check_blob(&create_topics_req_table, blob, arena.used),
	    "an array that contains itself");
	free(blob);
}

/* ---- encoding ---- */

static int
encode(const struct msg_table *t, int version, const void *root)
{
	struct wire_out out;
	int error;

	wire_out_init(&out, 1 << 20);
	error = msg_encode(t, version, root, &out, NULL);
	if (error != 0 && out.len != 0)
		error = -1;
	wire_out_fini(&out);
	return error;
}

static void
test_encode(void)
{
	struct fetch_resp *f;
	struct fetch_resp_partition_data *p;
	struct metadata_resp *m;
	char buf[64];
	struct wire_out out;

	msg_arena_reset(&arena);
	f = msg_new(&arena, fetch_resp);
	f->session_id = 5;
	is_int(MSG_NO_FIELD, encode(&fetch_resp_table, 6, f), "a session id may not be dropped");
	is_int(0, encode(&fetch_resp_table, 7, f), "where there are none; later it is written");
	f->session_id = 0;
	f->throttle_time_ms = 3;
	f->error_code = 1;
	is_int(0, encode(&fetch_resp_table, 4, f), "an error code is dropped");
	p = msg_arr(&arena, &msg_arr(&arena, &f->responses, 1)->partitions, 1);
	is_int(-1, p->log_start_offset, "elements start with defaults");
	is_int(-1, p->preferred_read_replica, "all of them");
	p->records.len = 10;
	is_int(MSG_SPLICES, encode(&fetch_resp_table, 4, f),
	    "record data need a place to report them");
	p->records.len = 0;
	is_int(0, encode(&fetch_resp_table, 4, f), "empty ones do not");
	is_int(MSG_BAD_VERSION, encode(&fetch_resp_table, 3, f), "a version that does not exist");
	m = msg_new(&arena, metadata_resp);
	msg_arr(&arena, &m->topics, 1);
	msg_str(&arena, &karr_at(&m->topics, 0)->name, NULL, 0);
	is_int(MSG_NULL, encode(&metadata_resp_table, 9, m),
	    "null where the version does not allow it");
	is_int(0, encode(&metadata_resp_table, 12, m), "and where it does");
	wire_out_init_fixed(&out, buf, 10);
	is_int(MSG_TOO_BIG, msg_encode(&metadata_resp_table, 12, m, &out, NULL),
	    "an output that is too small");
	is_int(0, (int64_t)out.len, "is as it was");
}

static void
test_arena(void)
{
	static uint64_t buf[32];
	struct msg_arena a;
	struct produce_resp *resp;
	struct kstr s;

	msg_arena_init_fixed(&a, buf, sizeof(buf));
	resp = msg_new(&a, produce_resp);
	ok(resp != NULL && msg_arr(&a, &resp->responses, 0) != NULL, "an empty array is not NULL");
	ok(msg_arr(&a, &resp->responses, 100) == NULL, "what does not fit is NULL");
	is_int(0, karr_len(&resp->responses), "and the array stays empty");
	ok(!msg_arena_ok(&a), "which is remembered");
	msg_str(&a, &s, "x", 1);
	is_int(0, s.len, "strings stay empty, too");
	msg_arena_reset(&a);
	ok(msg_arena_ok(&a) && msg_new(&a, produce_resp) != NULL, "until the reset");
}

int
main(void)
{
	if (msg_arena_init(&arena, 4 << 20) == -1)
		bail("no address space");
	test_counts();
	test_null();
	test_tags();
	test_limit();
	test_records();
	test_blobs();
	test_encode();
	test_arena();
	msg_arena_fini(&arena);
	return done_testing();
}
