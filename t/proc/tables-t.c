/* SPDX-License-Identifier: ISC */
/* tables-t.c - following what the controller publishes: by journal, after being lapped, with reuse
 * of lines; and the order in which a leader is read. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "odradek/proc/tables.h"
#include "t/tap/tap.h"

static const struct shm_layout layout = {
    .count = {[PROC_SUPERVISOR] = 1, [PROC_CONTROLLER] = 1, [PROC_WRITER] = 2},
    .partitions_max = 20000,
    .controller_arena = 1 << 20,
};
static struct shm *shm;
static struct shm_controller *ctl;
static int topics_told, partitions_told, nodes_told, dropped;

/* ---- a controller, as small as possible ---- */

static uint64_t next_version = 1;

static void
journal(enum journal_kind kind, uint32_t index)
{
	uint64_t head = atomic_load(&ctl->journal_head);

	atomic_store(&ctl->journal[head % SHM_JOURNAL], (uint64_t)kind << 32 | index);
	atomic_store(&ctl->journal_head, head + 1);
}

static void
put_topic(uint32_t index, uint32_t generation, enum slot_state state, const char *name,
    uint32_t partitions)
{
	struct shm_topic line = {.version = next_version,
	    .generation = generation,
	    .state = state,
	    .partitions = partitions};

	line.name_len = (uint8_t)strlen(name);
	strcpy(line.name, name);
	memset(line.id, (int)(index + generation), sizeof(line.id));
	line.config.segment_bytes = (int32_t)next_version;
	latch_write(shm_topic_at(ctl, index), &line);
	if (index >= ctl->topics)
		atomic_store(&ctl->topics, index + 1);
	journal(JOURNAL_TOPIC, index);
}

static void
put_partition(uint32_t slot, enum slot_state state, uint32_t topic, int32_t partition,
    int32_t leader, int32_t epoch)
{
	struct shm_partition line = {.version = next_version,
	    .generation = 7,
	    .topic = topic,
	    .partition = partition,
	    .state = state,
	    .leader = leader,
	    .leader_epoch = epoch};

	latch_write(shm_partition_at(ctl, layout.partitions_max, slot), &line);
	if (slot >= ctl->partitions)
		atomic_store(&ctl->partitions, slot + 1);
	journal(JOURNAL_PARTITION, slot);
}

static void
put_node(uint32_t index, int32_t id)
{
	struct shm_node line = {.id = id, .state = NODE_ONLINE};

	latch_write(&ctl->node[index], &line);
	if (index >= ctl->nodes)
		atomic_store(&ctl->nodes, index + 1);
	journal(JOURNAL_NODE, index);
}

static void
publish(void)
{
	atomic_store(&ctl->version, next_version++);
}

static void
put_replica(uint32_t node, uint32_t slot, int32_t epoch, uint32_t generation, int64_t hw)
{
	struct shm_replica line = {
	    .epoch = epoch, .generation = generation, .hw = hw, .status = REPLICA_OK};
	struct shm_writer *w = shm_body_of(shm_part_rw(shm, proc_slot(PROC_WRITER, node)));

	latch_write(&w->replica[slot].line, &line);
}

/* ---- hooks ---- */

static void
on_topic(void *arg, struct topic_entry *t)
{
	(void)arg;
	topics_told++;
	dropped += t->deleting;
}

static void
on_partition(void *arg, uint32_t slot, const struct shm_partition *p)
{
	(void)arg;
	(void)slot;
	(void)p;
	partitions_told++;
}

static void
on_node(void *arg, uint32_t index, const struct shm_node *n)
{
	(void)arg;
	(void)index;
	(void)n;
	nodes_told++;
}

static const struct tables_hooks hooks = {on_topic, on_partition, on_node};

static struct topic_entry *
by_name(struct tables *t, const char *name)
{
	return tables_topic_by_name(t, name, (uint32_t)strlen(name));
}

static void
following(struct tables *t)
{
	struct topic_entry *e;
	uint8_t id[16];

	ok(!tables_follow(t), "nothing is published yet");
	put_node(0, 1);
	put_topic(0, 1, SLOT_ONLINE, "alpha", 2);
	put_partition(0, SLOT_ONLINE, 0, 0, 0, 5);
	put_partition(1, SLOT_ONLINE, 0, 1, 1, 6);
	ok(!tables_follow(t), "what was written but not published is not followed");
	publish();
	ok(tables_follow(t), "then it is");
	ok(!tables_follow(t), "once");
	is_int(1, (int64_t)tables_version(t), "version");
	e = by_name(t, "alpha");
	ok(e != NULL, "found by name");
	ok(by_name(t, "alph") == NULL && by_name(t, "alphaa") == NULL, "by the whole name only");
	memset(id, 1, sizeof(id));
	ok(tables_topic_by_id(t, id) == e, "found by id");
	is_int(0, tables_slot(e, 0), "slot of a partition");
	is_int(1, tables_slot(e, 1), "and of the next");
	is_int(UINT32_MAX, tables_slot(e, 2), "none beyond");
	is_int(UINT32_MAX, tables_slot(e, -1), "none before");
	is_int(1, topics_told, "one topic was told");
	is_int(2, partitions_told, "two partitions were told");
	is_int(1, nodes_told, "one node was told");

	put_topic(0, 1, SLOT_ONLINE, "alpha", 3);
	put_partition(2, SLOT_ONLINE, 0, 2, 0, 1);
	publish();
	tables_follow(t);
	is_int(2, tables_slot(e, 2), "a partition was added");
	is_int(2, e->config.segment_bytes, "and the settings are new");

	/* deleted, and another of the same name at once */
	put_topic(0, 1, SLOT_DELETING, "alpha", 3);
	put_topic(1, 1, SLOT_ONLINE, "alpha", 1);
	put_partition(3, SLOT_ONLINE, 1, 0, 0, 1);
	publish();
	tables_follow(t);
	is_int(1, by_name(t, "alpha")->index, "the name means the new topic");
	ok(tables_topic_by_id(t, id) == NULL, "the old id is gone");
	ok(tables_topic_at(t, 0) == e && e->deleting, "the old one is there until it is free");
	is_int(1, dropped, "its deletion was told");
	for (uint32_t s = 0; s < 3; s++)
		put_partition(s, SLOT_FREE, 0, (int32_t)s, -1, 0);
	put_topic(0, 1, SLOT_FREE, "", 0);
	publish();
	tables_follow(t);
	ok(tables_topic_at(t, 0) == NULL, "free");
	is_int(2, dropped, "told before its memory went");
	is_int(1, by_name(t, "alpha")->index, "the new one kept the name");

	/* the same index for another topic, without FREE having been seen */
	put_topic(1, 2, SLOT_ONLINE, "beta", 1);
	put_partition(3, SLOT_ONLINE, 1, 0, 0, 9);
	publish();
	tables_follow(t);
	ok(by_name(t, "alpha") == NULL && by_name(t, "beta") != NULL,
	    "an index that was used again");
	is_int(3, tables_slot(by_name(t, "beta"), 0), "with its partition");
}

static void
lapped(struct tables *t)
{
	char name[32];
	uint32_t i = 0, n = 0;
	bool good = true;

	for (uint32_t k = 0; k < 9000; k++) { /* more than the journal holds */
		snprintf(name, sizeof(name), "t%u", k);
		put_topic(10 + k, 1, SLOT_ONLINE, name, 1);
		put_partition(10 + k, SLOT_ONLINE, 10 + k, 0, 0, 1);
		publish();
	}
	ok(tables_follow(t), "lapped");
	for (uint32_t k = 0; k < 9000; k++) {
		snprintf(name, sizeof(name), "t%u", k);
		good =
		    good && by_name(t, name) != NULL && tables_slot(by_name(t, name), 0) == 10 + k;
	}
	ok(good, "all 9000 topics are known");
	while (tables_next(t, &i) != NULL)
		n++;
	is_int(9002, n, "and no others");
	topics_told = 0;
	put_topic(77, 1, SLOT_ONLINE, "t67", 1);
	publish();
	tables_follow(t);
	is_int(1, topics_told, "then the journal is enough again");
}

static void
garbage(struct tables *t)
{
	journal(JOURNAL_TOPIC, UINT32_MAX);
	journal(JOURNAL_PARTITION, UINT32_MAX);
	journal(JOURNAL_NODE, 5000);
	journal(77, 0);
	put_topic(5, 1, SLOT_ONLINE, "wide", UINT32_MAX);
	put_partition(9990, SLOT_ONLINE, 4000000000u, 5, 0, 1);
	put_partition(9991, SLOT_ONLINE, 5, -5, 0, 1);
	publish();
	tables_follow(t);
	is_int(layout.partitions_max, by_name(t, "wide")->partitions,
	    "counts and indexes are bounded");
}

static void
leader(struct tables *t)
{
	struct shm_partition p;
	struct shm_replica r;

	put_topic(2, 1, SLOT_ONLINE, "gamma", 1);
	put_partition(4, SLOT_ONLINE, 2, 0, 1, 3);
	publish();
	tables_follow(t);
	is_int(-1, tables_leader(t, 4, &p, &r), "a leader whose line says nothing does not serve");
	is_int(1, p.leader, "but the slot is told");
	put_replica(1, 4, 2, 7, 10);
	is_int(-1, tables_leader(t, 4, &p, &r), "nor in an older epoch");
	put_replica(1, 4, 3, 6, 10);
	is_int(-1, tables_leader(t, 4, &p, &r), "nor with the line of a slot that was used again");
	put_replica(1, 4, 3, 7, 10);
	is_int(0, tables_leader(t, 4, &p, &r), "its own epoch: it serves");
	is_int(10, r.hw, "and this may be seen");
	put_partition(4, SLOT_ONLINE, 2, 0, -1, 4);
	is_int(-1, tables_leader(t, 4, &p, &r), "no leader");
	put_partition(4, SLOT_ONLINE, 2, 0, 63, 4);
	is_int(-1, tables_leader(t, 4, &p, &r), "a leader without a part");
	put_partition(4, SLOT_DELETING, 2, 0, 1, 3);
	is_int(-1, tables_leader(t, 4, &p, &r), "being deleted");
	is_int(-1, tables_leader(t, 4000000000u, &p, &r), "no such slot");
	ok(tables_tail(t, 1, 4) != NULL && tables_tail(t, 2, 4) == NULL,
	    "tail rings of writers that exist");
}

int
main(void)
{
	struct tables *t;
	struct shm_node node;

	plan(0);
	if (shm_create(&shm, &layout) == -1)
		bail("shm_create: %s", strerror(errno));
	ctl = shm_body_of(shm_part_rw(shm, proc_slot(PROC_CONTROLLER, 0)));
	t = tables_new(shm, &hooks, NULL);
	following(t);
	leader(t);
	lapped(t);
	garbage(t);
	is_int(1, tables_nodes(t), "nodes");
	ok(tables_node(t, 0, &node) && node.id == 1, "a node");
	ok(!tables_node(t, 1, &node), "no more");
	tables_free(&t);
	shm_destroy(&shm);
	return done_testing();
}
