/* SPDX-License-Identifier: ISC */
/*
 * roundtrip-t.c - every message in every version with random content: what was encoded decodes to
 * the same, from one piece and from many, encodes to the same bytes again, survives being moved,
 * and does not decode when it is cut short.
 */
#include "config.h"

#include "t/proto/support.h"
#include "t/tap/tap.h"

#include <stdlib.h>

#include "odradek/base/xalloc.h"

enum { ROUNDS = 4, LIMIT = 4 << 20, CUT_AT_EACH = 1500 };

static struct msg_arena built, read, again;

static int
cut_short(const struct msg_table *t, int version, const uint8_t *bytes, size_t len)
{
	size_t step = len > CUT_AT_EACH ? len / CUT_AT_EACH + 1 : 1;

	for (size_t n = 0; n < len; n += step) {
		struct wire_in in;
		uint8_t *copy = xmemdup(bytes, n); /* exactly n bytes, for the sanitizer */
		int error;

		wire_in_mem(&in, copy, n);
		msg_arena_reset(&again);
		error = msg_decode(t, version, &in, &again);
		free(copy);
		if (error == 0 || again.used != 0) {
			diag("%s v%d: %zu of %zu bytes decoded, error %d", t->name, version, n, len,
			    error);
			return 0;
		}
	}
	return 1;
}

/* Decodes from pieces into read; compares, moves, encodes again. */
static int
check(const struct msg_table *t, int version, struct rng *r, const void *root, const uint8_t *bytes,
    size_t len, uint32_t most)
{
	struct pieces p;
	struct wire_in in;
	uint8_t *twice = NULL;
	void *moved = NULL;
	size_t n;
	int error, good = 0;

	pieces_make(&p, r, bytes, len, most);
	wire_in_init(&in, p.iov, p.n);
	msg_arena_reset(&read);
	error = msg_decode(t, version, &in, &read);
	if (error != 0) {
		diag("%s v%d: %s", t->name, version, msg_strerror(error));
		goto out;
	}
	moved = xmemdup(read.base, read.used);
	if (msg_check_blob(t, moved, read.used) == -1) {
		diag("%s v%d: blob is refused", t->name, version);
		goto out;
	}
	memset(read.base, 0xa5, read.used);
	if (!same_message(t, root, moved)) {
		diag("%s v%d: differs", t->name, version);
		goto out;
	}
	twice = encode_whole(t, version, moved, &n, &error);
	good = twice != NULL && n == len && memcmp(twice, bytes, n) == 0;
	if (!good)
		diag("%s v%d: encodes differently", t->name, version);
out:
	free(twice);
	free(moved);
	pieces_free(&p);
	return good;
}

static int
one(const struct msg_table *t, int version, struct rng *r)
{
	void *root;
	uint8_t *bytes;
	size_t len;
	int error, good;

	msg_arena_reset(&built);
	root = random_message(r, t, version, &built);
	if (!msg_arena_ok(&built))
		bail("the arena is too small for a test");
	bytes = encode_whole(t, version, root, &len, &error);
	if (bytes == NULL) {
		diag("%s v%d: %s", t->name, version, msg_strerror(error));
		return 0;
	}
	good = check(t, version, r, root, bytes, len, UINT32_MAX) &&
	       check(t, version, r, root, bytes, len, 7) && cut_short(t, version, bytes, len);
	free(bytes);
	return good;
}

int
main(void)
{
	struct rng r = {1};

	if (msg_arena_init(&built, LIMIT) == -1 || msg_arena_init(&read, LIMIT) == -1 ||
	    msg_arena_init(&again, LIMIT) == -1)
		bail("no address space");
	for (const struct msg_table *const *t = msg_tables; *t != NULL; t++) {
		int good = 1;

		for (int v = (*t)->versions.lo; v <= (*t)->versions.hi; v++)
			for (int i = 0; i < ROUNDS; i++)
				good = good && one(*t, v, &r);
		ok(good, "%s versions %d-%d", (*t)->name, (*t)->versions.lo, (*t)->versions.hi);
	}
	msg_arena_fini(&built);
	msg_arena_fini(&read);
	msg_arena_fini(&again);
	return done_testing();
}
