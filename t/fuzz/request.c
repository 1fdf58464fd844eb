/* SPDX-License-Identifier: ISC */
/*
 * request.c - fuzz target: the decoder.  Two bytes choose the message (ffff: a whole frame with its
 * header), one the version, one the size of the pieces.  What decodes must be a sound blob, encode,
 * and decode to the same again.
 */
#include "config.h"

#include <stdlib.h>

#include "odradek/base/xalloc.h"
#include "odradek/proto/frame.h"
#include "t/fuzz/fuzz.h"
#include "t/proto/support.h"

const char fuzz_name[] = "request";

enum { FRONT = 4, LIMIT = 1 << 20, WHOLE_FRAME = 0xffff };

static struct msg_arena first, second;

static void
must(int cond)
{
	if (!cond)
		abort();
}

static void
again(const struct msg_table *t, int version, const void *root)
{
	struct wire_in in;
	size_t len;
	int error;
	uint8_t *p = encode_whole(t, version, root, &len, &error);

	if (error == MSG_SPLICES) /* more record data than the test has places for */
		return;
	must(p != NULL);
	msg_arena_reset(&second);
	wire_in_mem(&in, p, len);
	must(msg_decode(t, version, &in, &second) == 0);
	must(same_message(t, root, msg_root(&second)));
	free(p);
}

static void
frame(struct wire_in *in)
{
	struct frame_header h;
	void *root;

	if (frame_request(&h, in, &first, &root, NULL) == FRAME_OK)
		again(h.api->req, h.version, root);
}

static void
message(int i, int version, struct wire_in *in)
{
	static int n;
	const struct msg_table *t;
	void *moved;

	while (n == 0 || msg_tables[n] != NULL)
		n++;
	t = msg_tables[i % n];
	version = t->versions.lo + version % (t->versions.hi - t->versions.lo + 1);
	if (msg_decode(t, version, in, &first) != 0) {
		must(first.used == 0);
		return;
	}
	moved = xmemdup(first.base, first.used);
	must(msg_check_blob(t, moved, first.used) == 0);
	again(t, version, moved);
	free(moved);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rng r = {size};
	struct pieces p;
	struct wire_in in;

	if (first.base == NULL)
		must(msg_arena_init(&first, LIMIT) == 0 && msg_arena_init(&second, 2 * LIMIT) == 0);
	if (size < FRONT)
		return 0;
	msg_arena_reset(&first);
	pieces_make(&p, &r, data + FRONT, size - FRONT, data[3] == 0 ? UINT32_MAX : data[3]);
	wire_in_init(&in, p.iov, p.n);
	if (be16_get(data) == WHOLE_FRAME)
		frame(&in);
	else
		message(be16_get(data), data[2], &in);
	pieces_free(&p);
	return 0;
}

/* Every message in its last version, and every request of ours in a frame. */
size_t
fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	struct rng r = {i + 1};
	const struct msg_table *t;
	unsigned n = 0;
	size_t len, front = FRONT;
	uint8_t *p;
	int napis, error, version;
	const struct api *apis = api_all(&napis);

	while (msg_tables[n] != NULL)
		n++;
	if (i >= n + (unsigned)napis)
		return 0;
	t = i < n ? msg_tables[i] : apis[i - n].req;
	version = i < n ? t->versions.hi : apis[i - n].max;
	if (first.base == NULL)
		must(msg_arena_init(&first, LIMIT) == 0 && msg_arena_init(&second, 2 * LIMIT) == 0);
	msg_arena_reset(&first);
	p = encode_whole(t, version, random_message(&r, t, version, &first), &len, &error);
	must(p != NULL && len + 32 <= max);
	be16_put(buf, i < n ? (uint16_t)i : WHOLE_FRAME);
	buf[2] = (uint8_t)(version - t->versions.lo);
	buf[3] = (uint8_t)(i % 3 * 5);
	if (i >= n) {
		be16_put(buf + 4, (uint16_t)t->key);
		be16_put(buf + 6, (uint16_t)version);
		be32_put(buf + 8, i);
		memcpy(buf + 12, "\0\3abc", 6);
		front += 13 + (size_t)msg_is_flexible(t, version);
		buf[17] = 0;
	}
	memcpy(buf + front, p, len);
	free(p);
	return front + len;
}
