/* SPDX-License-Identifier: ISC */
/* pace-t.c - rates from settings to the words that writers obey: 0 there means "not set". */
#include "config.h"

#include <stdlib.h>

#include "../../src/replicator/replicator.h"
#include "../shm/shm_pair.h"
#include "odradek/base/config.h"
#include "odradek/base/xalloc.h"

struct replicator repl;
static const char *dynamic = "";

char *
child_dynamic_text(const struct child *c)
{
	(void)c;
	return xstrdup(dynamic);
}

/* A turn that looks at partitions which these followers copy from node 0. */
static void
copies(uint32_t first, uint32_t last)
{
	repl.now += 20;
	pace_begin();
	for (uint32_t i = first; i <= last; i++)
		pace_copies(i, 0);
	pace_end();
}

int
main(void)
{
	struct shm *self, *writer;
	struct shm_replicator *rates;
	struct child child;
	struct shm_node node = {.id = 1, .state = NODE_ONLINE};

	plan(0);
	shm_pair_layout.count[PROC_REPLICATOR] = 1;
	shm_pair_new(&self, proc_slot(PROC_REPLICATOR, 0), &writer, proc_slot(PROC_WRITER, 0));
	atomic_store(&shm_controller_of(self)->nodes, 4);
	latch_write(&shm_controller_of(self)->node[0], &node);
	rates = shm_body_of(self->self);
	child = (struct child){.shm = self, .self = self->self, .slot = self->slot, .config = config_new()};
	repl = (struct replicator){.child = &child, .shm = self, .pub = rates, .tables = tables_new(self, NULL, NULL), .now = 5000};
	pace_reload();
	ok(rates->leader_rate[0] == UINT64_MAX && rates->follower_rate[0] == UINT64_MAX, "no rates: as fast as they can");
	dynamic = "default follower.replication.throttled.rate=1\n"
		  "1 leader.replication.throttled.rate=1000\n1 follower.replication.throttled.rate=3000\n";
	pace_reload();
	is_int(3000, (int64_t)rates->follower_rate[0], "a follower's rate is its own");
	is_int(1000, (int64_t)rates->leader_rate[0], "a leader's is that of one that copies");
	copies(1, 3);
	is_int(333, (int64_t)rates->leader_rate[0], "or shared by those that copy");
	copies(1, 1);
	copies(2, 3);
	is_int(333, (int64_t)rates->leader_rate[0], "also when their partitions are looked at one after the other");
	repl.now += 2000;
	copies(1, 2);
	is_int(500, (int64_t)rates->leader_rate[0], "but only by those that still do");
	copies(1, 3);
	dynamic = "1 leader.replication.throttled.rate=2\n1 follower.replication.throttled.rate=0\n";
	pace_reload();
	ok(rates->follower_rate[0] == 1 && rates->leader_rate[0] == 1, "the least is next to nothing, not no bound at all");
	tables_free(&repl.tables);
	config_free(&child.config);
	shm_pair_free(&self, &writer);
	return done_testing();
}
