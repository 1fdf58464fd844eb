/* SPDX-License-Identifier: ISC */
/* watch-t.c - whom the replicator proposes to take out of the in-sync replicas: who lags, but not
 * because nobody had looked for a while. */
#include "config.h"

#include "../../src/replicator/replicator.h"
#include "../shm/shm_pair.h"
#include "odradek/base/config.h"
#include "odradek/proc/wait.h"

#define SLOT 3
#define EPOCH 5

struct replicator repl;
static struct shm *self, *writer;
static struct child child;
static struct msg_isr proposed;
static int proposals;

/* ---- what watch.c calls ---- */

int
child_post(struct child *c, uint32_t to, const struct shm_msg *m)
{
	(void)c;
	is_int(proc_slot(PROC_CONTROLLER, 0), to, "a proposal goes to the controller");
	memcpy(&proposed, m, sizeof(proposed));
	proposals++;
	return 0;
}

void
pace_begin(void)
{
}

void
pace_copies(uint32_t follower, uint32_t leader)
{
	(void)follower, (void)leader;
}

void
pace_end(void)
{
}

/* ---- writers ---- */

static void
line(uint32_t node, int64_t leo)
{
	struct shm_writer *w = shm_body_of(shm_part_rw(shm_pair_supervisor(), proc_slot(PROC_WRITER, node)));
	const struct shm_replica r = {.epoch = EPOCH, .generation = 7, .leo = leo, .status = REPLICA_OK};

	latch_write(&w->replica[SLOT].line, &r);
}

/* So many proposals were made by a look ms later. */
static int
look(int64_t ms)
{
	int was = proposals;

	repl.now += ms;
	watch_turn();
	return proposals - was;
}

int
main(void)
{
	const struct shm_partition p = {.version = 1,
	    .generation = 7,
	    .state = SLOT_ONLINE,
	    .leader = 0,
	    .leader_epoch = EPOCH,
	    .isr = 3,
	    .count = 3,
	    .replicas = 2,
	    .replica = {0, 1}};
	int64_t leo = 100, waited;

	plan(0);
	shm_pair_layout = (struct shm_layout){.count = {[PROC_SUPERVISOR] = 1,
						  [PROC_CONTROLLER] = 1,
						  [PROC_WRITER] = 2,
						  [PROC_REPLICATOR] = 1},
	    .partitions_max = 100,
	    .controller_arena = 1 << 20};
	shm_pair_new(&self, proc_slot(PROC_REPLICATOR, 0), &writer, proc_slot(PROC_WRITER, 0));
	atomic_store(&shm_controller_of(self)->partitions, SLOT + 1);
	child = (struct child){.shm = self, .self = self->self, .slot = self->slot, .generation = self->generation};
	child.config = config_new();
	repl = (struct replicator){.child = &child, .shm = self, .tables = tables_new(self, NULL, NULL), .now = 1000000};
	wait_init(&child);
	watch_init();
	line(0, leo);
	line(1, leo);
	watch_slot(NULL, SLOT, &p);
	is_int(0, look(100), "who is level stays");
	for (int i = 0; i < 20; i++) { /* 50 behind, and copying all the time */
		line(1, leo + 50);
		line(0, leo += 100);
		watch_moved(SLOT);
		(void)look(5000);
	}
	is_int(0, proposals, "who is always a little behind, too");
	line(1, leo + 50);
	line(0, leo += 100);
	is_int(0, look(600000), "also when nobody has looked for long: it was not the replica that stood still");
	for (waited = 0; waited < 60000 && look(1000) == 0; waited += 1000)
		line(0, leo += 100);
	is_int(2, proposed.leave, "who has stopped copying leaves");
	ok(waited > 25000 && waited < 40000, "in replica.lag.time.max.ms");
	watch_fini();
	tables_free(&repl.tables);
	config_free(&child.config);
	shm_pair_free(&self, &writer);
	return done_testing();
}
