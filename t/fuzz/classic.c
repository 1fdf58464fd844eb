/* SPDX-License-Identifier: ISC */
/*
 * classic.c - fuzz target: requests of the classic group protocol, one after the other, at one
 * group. Each is four bytes (API, version, how much time passes before it, whose member id it shall
 * have) and a body with its length in front.  Whatever they say, answers and records must encode,
 * and no memory may be touched that is not theirs; then the coordinator dies and reads its log.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "classic_priv.h"
#include "odradek/base/log.h"
#include "odradek/proto/gen/heartbeat.h"
#include "odradek/proto/gen/join_group.h"
#include "odradek/proto/gen/leave_group.h"
#include "odradek/proto/gen/sync_group.h"
#include "t/coordinator/fake.h"
#include "t/fuzz/fuzz.h"
#include "t/proto/support.h"

const char fuzz_name[] = "classic";

enum { FRONT = 6, LIMIT = 1 << 20, OWN_ID = 128 };

static const struct target {
	int api;
	const struct msg_table *table;
	size_t member_id, generation; /* offsets in the request; 0 = none */
	group_api_fn *handler;
} targets[] = {
    {11, &join_group_req_table, offsetof(struct join_group_req, member_id), 0, classic_join},
    {14, &sync_group_req_table, offsetof(struct sync_group_req, member_id),
	offsetof(struct sync_group_req, generation_id), classic_sync},
    {12, &heartbeat_req_table, offsetof(struct heartbeat_req, member_id),
	offsetof(struct heartbeat_req, generation_id), classic_heartbeat},
    {13, &leave_group_req_table, offsetof(struct leave_group_req, member_id), 0, classic_leave},
};

static struct msg_arena req;

/* Members and generations are not guessed: below OWN_ID, they are made to fit. */
static void
fit(const struct target *t, unsigned who)
{
	const struct classic *c = fake_group("g") == NULL ? NULL : fake_group("g")->classic;
	char *root = msg_root(&req);

	if (who >= OWN_ID || c == NULL)
		return;
	if (who < c->members)
		msg_str(&req, (struct kstr *)(void *)(root + t->member_id), c->member[who]->id,
		    c->member[who]->id_len);
	else if (c->pendings > 0)
		msg_str(&req, (struct kstr *)(void *)(root + t->member_id), c->pending[0]->id,
		    c->pending[0]->id_len);
	if (t->generation != 0)
		memcpy(root + t->generation, &c->generation, sizeof(c->generation));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct target *t;
	struct wire_in in;
	size_t len;
	int version;

	if (req.base == NULL && msg_arena_init(&req, LIMIT) == -1)
		abort();
	log_set_level(LOG_LEVEL_ERROR);
	fake_init();
	for (; size >= FRONT; data += FRONT + len, size -= FRONT + len) {
		t = &targets[data[0] % 4];
		version = data[1] % (t->table->versions.hi + 1);
		len = be16_get(data + 4);
		if (len > size - FRONT)
			len = size - FRONT;
		fake_pass(data[2] * 100);
		msg_arena_reset(&req);
		wire_in_mem(&in, data + FRONT, len);
		if (msg_decode(t->table, version, &in, &req) != MSG_OK)
			continue;
		fit(t, data[3]);
		fake_free(fake_run(t->handler, t->api, version, "client", "g", &req));
	}
	fake_crash();
	fake_pass(60000);
	fake_crash();
	return 0;
}

/* Random requests in a row: the first ones join. */
size_t
fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	struct rng r = {i + 1};
	struct join_group_req_join_group_request_protocol *p;
	struct join_group_req *j;
	size_t at = 0, len;
	uint8_t *body;
	int error;

	if (i >= 64)
		return 0;
	if (req.base == NULL && msg_arena_init(&req, LIMIT) == -1)
		abort();
	for (unsigned n = 0; n < 12; n++) {
		unsigned which = n < 4 ? 0 : rng_below(&r, 4);
		const struct msg_table *t = targets[which].table;
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
