/* SPDX-License-Identifier: ISC */
/*
 * isr-t.c - changes of the in-sync replicas and elections of partitions with several replicas.
 *
 * The test is the supervisor, the writers and the replicator: it sets the writers' words and lines
 * and proposes.  The controller is a child that does one turn at a command, so that every
 * interleaving can be played, and it can be killed between a commit and its publication.
 */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/create_topics.h"
#include "src/controller/controller.h"
#include "t/tap/tap.h"

#define PARTITIONS 32
#define NODES 3

static char dir[256];
static struct shm *shm;
static struct inherit in;
static struct disk_lock disks[NODES];
static int to_child[2], from_child[2];
static pid_t child;

/* ---- the child ---- */

static void
ask_create(struct msg_arena *a, const char *name, const char *min_insync)
{
	struct create_topics_req *req = msg_new(a, create_topics_req);
	struct create_topics_req_creatable_topic *t = msg_arr(a, &req->topics, 1);
	struct create_topics_req_creatable_replica_assignment *as;
	struct create_topics_req_creatable_topic_config *cfg;
	struct call *c = xcalloc(1, sizeof(*c));
	int32_t *ids;

	msg_str0(a, &t->name, name);
	t->num_partitions = -1;
	t->replication_factor = -1;
	as = msg_arr(a, &t->assignments, 1);
	ids = msg_arr(a, &as->broker_ids, NODES);
	for (int i = 0; i < NODES; i++)
		ids[i] = i + 1;
	cfg = msg_arr(a, &t->configs, 1);
	msg_str0(a, &cfg->name, "min.insync.replicas");
	msg_str0(a, &cfg->value, min_insync);
	c->asker.slot = proc_slot(PROC_ACCEPTOR, 0);
	c->api = API_CreateTopics;
	c->version = api_get(c->api)->max;
	c->req_len = a->used;
	c->req = xmemdup(a->base, a->used);
	create_topics(c);
}

static void
turn(void)
{
	do {
		nodes_and_replicas_turn();
		commit_turn();
		helper_drain(ctl.helper);
	} while (ctl.committing || !TAILQ_EMPTY(&ctl.waiting));
	calls_turn();
	reply_turn();
}

static const char *asked_for; /* a topic; NULL = all */

static void
published(const struct meta_err *err)
{
	publish_begin();
	for (uint32_t i = 0; err == NULL && i < ctl.topics; i++)
		if (asked_for == NULL || strcmp(ctl.topic[i]->name, asked_for) == 0)
			publish_settings(ctl.topic[i]);
	publish_end();
}

/* As configs.c does it: the setting and what follows from it are one commit. */
static void
set_topic(const char *topic, const char *name, const char *value)
{
	struct op *op = op_new(NULL, NULL);

	asked_for = topic;
	op->done = NULL;
	for (uint32_t i = 0; i < ctl.topics; i++) {
		if (topic != NULL && strcmp(ctl.topic[i]->name, topic) != 0)
			continue;
		kvs_set(&ctl.topic[i]->config, name, value);
		op_topic_config(op, ctl.topic[i], name, value);
	}
	op_now(op);
	nodes_settings_changed(published);
	turn();
}

static void
set_topics(const char *name, const char *value)
{
	set_topic(NULL, name, value);
}

static void
obey(char cmd, struct msg_arena *a)
{
	struct msg_isr m;

	msg_arena_reset(a);
	switch (cmd) {
	case 'c':
		ask_create(a, "one", "1");
		msg_arena_reset(a);
		ask_create(a, "two", "2");
		break;
	case 'i':
		if (read(to_child[0], &m, sizeof(m)) != sizeof(m))
			_exit(1);
		isr_propose(&m);
		break;
	case 'k': /* it is killed before it publishes */
		nodes_and_replicas_turn();
		commit_turn();
		poll(&(struct pollfd){helper_fd(ctl.helper), POLLIN, 0}, 1, -1);
		_exit(3);
	case 's': /* a second goes by */
		ctl.mono_ms += 1000;
		nodes_tick();
		break;
	case 'u':
		set_topics("unclean.leader.election.enable", "true");
		break;
	case 'n':
		set_topics("unclean.leader.election.enable", NULL);
		break;
	case 'm':
		set_topics("min.insync.replicas", "1");
		break;
	case 'M':
		set_topic("two", "min.insync.replicas", "2");
		break;
	case 't':
		set_topic("one", "leader.replication.throttled.replicas", "0:1,1:2,0:3,0:7");
		set_topic("one", "follower.replication.throttled.replicas", "*");
		break;
	case 'T':
		set_topic("one", "leader.replication.throttled.replicas", NULL);
		set_topic("one", "follower.replication.throttled.replicas", NULL);
		break;
	}
}

static void
child_life(void)
{
	struct child *c = xcalloc(1, 1 << 16); /* the skeleton's words are behind it */
	struct msg_arena a;
	char cmd;

	if (shm_adopt(shm, proc_slot(PROC_CONTROLLER, 0)) == -1)
		bail("adopt");
	msg_arena_init(&a, 1 << 20);
	c->shm = shm;
	c->self = shm_self(shm);
	c->config = config_new();
	c->inherit = &in;
	c->kind = PROC_CONTROLLER;
	c->slot = proc_slot(PROC_CONTROLLER, 0);
	ctl.child = c;
	ctl.shm = shm;
	ctl.tables = shm_body_of(c->self);
	ctl.partitions_max = shm_layout(shm)->partitions_max;
	ctl.mono_ms = mono_coarse_ms();
	ctl.arena = arena_new(shm);
	model_init();
	reply_init();
	load();
	ctl.helper = helper_new("commit");
	do {
		cmd = '.';
		if (write(from_child[1], &cmd, 1) != 1 || read(to_child[0], &cmd, 1) != 1)
			_exit(1);
		obey(cmd, &a);
		if (cmd != 'i')
			turn();
	} while (cmd != 'q');
	_exit(0);
}

/* ---- the parent ---- */

static void
wait_child(void)
{
	char c;

	if (read(from_child[0], &c, 1) != 1)
		bail("the controller ended");
}

static void
start(void)
{
	shm_prepare(shm, proc_slot(PROC_CONTROLLER, 0));
	if ((child = fork()) == -1)
		bail("fork");
	if (child == 0)
		child_life();
	wait_child();
}

static void
command(char c)
{
	if (write(to_child[1], &c, 1) != 1)
		bail("write");
	wait_child();
}

#define TURN '.'

/* Writers do something each second, but those in the mask. */
static void
seconds_without(int n, uint32_t still)
{
	for (; n > 0; n--) {
		for (uint32_t i = 0; i < NODES; i++)
			if ((still >> i & 1) == 0)
				atomic_fetch_add(
				    &shm_part_rw(shm, proc_slot(PROC_WRITER, i))->heartbeat, 1);
		command('s');
	}
}

static void
seconds(int n)
{
	seconds_without(n, 0);
}

/* The writer of node i has died; or another one was started. */
static void
die(uint32_t i)
{
	atomic_store(&shm_processes_rw(shm)->process[proc_slot(PROC_WRITER, i)].pid, 0);
}

static void
start_again(uint32_t i)
{
	struct shm_process *p = &shm_processes_rw(shm)->process[proc_slot(PROC_WRITER, i)];

	atomic_fetch_add(&p->generation, 1);
	atomic_store(&p->pid, 1000);
}

static void
kill_child(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* It dies between the commit of what it does next and the publication. */
static void
die_committed(void)
{
	char c = 'k';
	int status;

	if (write(to_child[1], &c, 1) != 1)
		bail("write");
	waitpid(child, &status, 0);
	if (WEXITSTATUS(status) != 3)
		bail("the controller has committed nothing");
}

static struct shm_writer *
writer(uint32_t i)
{
	return shm_body_of(shm_peer(shm, proc_slot(PROC_WRITER, i)));
}

static void
trust(uint32_t a, uint32_t b, uint32_t c)
{
	atomic_store(&writer(0)->trust, a);
	atomic_store(&writer(1)->trust, b);
	atomic_store(&writer(2)->trust, c);
}

static void
new_life(void)
{
	struct shm_layout l = {.count = {[PROC_SUPERVISOR] = 1,
				   [PROC_CONTROLLER] = 1,
				   [PROC_ACCEPTOR] = 1,
				   [PROC_WRITER] = NODES},
	    .partitions_max = PARTITIONS,
	    .acceptor_arena = 64 << 16,
	    .controller_arena = 64 << 16};

	if (shm_create(&shm, &l) == -1)
		bail("shm_create");
	in.shm = shm;
}

static struct shm_partition
slot(uint32_t n)
{
	struct shm_partition p;

	latch_read(shm_partition_at(shm_controller_of(shm), PARTITIONS, n), &p);
	return p;
}

/* Leader (a node's number), leader epoch, ISR, count mask, ELR, the masks as the digits of nodes. */
static const char *
state(uint32_t n)
{
	static char text[64];
	struct shm_partition p = slot(n);
	const uint16_t masks[] = {p.isr, p.count, p.elr};
	size_t at = (size_t)snprintf(text, sizeof(text), "%d e%d", p.leader + 1, p.leader_epoch);

	for (int m = 0; m < 3; m++) {
		text[at++] = ' ';
		for (int i = 0; i < p.replicas; i++)
			if ((masks[m] >> i & 1) != 0)
				text[at++] = (char)('1' + p.replica[i]);
		if (masks[m] == 0)
			text[at++] = '-';
	}
	text[at] = '\0';
	return text;
}

/* The writer of node i says so of slot n. */
static void
line(uint32_t i, uint32_t n, int32_t epoch, int64_t leo, uint64_t version, int32_t last_epoch)
{
	struct shm_replica r = {.epoch = epoch,
	    .generation = slot(n).generation,
	    .leo = leo,
	    .slot_version = version,
	    .last_epoch = last_epoch,
	    .status = REPLICA_OK};

	latch_write(&writer(i)->replica[n].line, &r);
}

static void
disk(uint32_t i, enum disk_state s)
{
	atomic_store(&writer(i)->disk, s);
	command(TURN);
}

/* As the replicator proposes what it sees now. */
static struct msg_isr
proposal(uint32_t n, uint16_t join, uint16_t leave)
{
	struct shm_partition p = slot(n);

	return (struct msg_isr){.type = CALL_ISR,
	    .slot = n,
	    .slot_generation = p.generation,
	    .leader_epoch = p.leader_epoch,
	    .partition_epoch = p.partition_epoch,
	    .join = join,
	    .leave = leave};
}

static void
post(struct msg_isr m)
{
	char c = 'i';

	if (write(to_child[1], &c, 1) != 1 || write(to_child[1], &m, sizeof(m)) != sizeof(m))
		bail("write");
	wait_child();
}

static void
propose(uint32_t n, uint16_t join, uint16_t leave)
{
	post(proposal(n, join, leave));
	command(TURN);
}

static void
test_leaving(void)
{
	struct msg_isr m;

	new_life();
	trust(TRUST_WHOLE, TRUST_WHOLE, TRUST_WHOLE);
	start();
	command('c');
	is_string("1 e0 123 123 -", state(0), "a partition with three replicas");
	is_int(2, slot(1).min_insync, "its min.insync.replicas is in the slot");
	m = proposal(0, 0, 4);
	propose(0, 0, 4);
	is_string("1 e0 12 12 -", state(0), "the third one lags and leaves");
	is_int(m.partition_epoch + 1, slot(0).partition_epoch, "in the next partition epoch");
	m.leave = 2;
	post(m);
	command(TURN);
	is_string("1 e0 12 12 -", state(0), "what was proposed of the slot before is stale");
	m = proposal(0, 0, 2);
	m.slot_generation++;
	post(m);
	m = proposal(0, 0, 2);
	m.leader_epoch++;
	post(m);
	m = proposal(0, 0, 2);
	m.slot = PARTITIONS + 7;
	post(m);
	command(TURN);
	is_string("1 e0 12 12 -", state(0), "as is another generation, another epoch, no slot");
	propose(0, 0, 3);
	is_string("1 e0 1 1 -", state(0), "the leader does not leave");
	propose(1, 0, 4);
	is_string("1 e0 12 12 -", state(1), "two are enough for min.insync.replicas=2");
	propose(1, 0, 2);
	is_string("1 e0 1 1 2", state(1), "below it, who leaves stays eligible");
	m = proposal(0, 0, 0);
	kill_child();
	start();
	is_string("1 e0 1 1 2", state(1), "a successor knows that");
	is_int(m.partition_epoch, slot(0).partition_epoch, "and changes nothing");
}

static void
test_settings(void)
{
	const uint64_t v = slot(0).version;

	command('t');
	is_int(5, slot(0).leader_throttled, "throttled replicas of a leader, by partition and node");
	is_int(7, slot(0).follower_throttled, "of followers, all of them");
	is_int(0, slot(1).follower_throttled + slot(1).leader_throttled, "of another topic none");
	ok(slot(0).version > v && slot(1).version < slot(0).version, "only what is another one is published anew");
	command('T');
	is_int(0, slot(0).follower_throttled + slot(0).leader_throttled, "and none any more");
	command('m');
	is_string("1 e0 1 1 -", state(1), "a lower min.insync.replicas, and nobody is eligible any more");
	is_int(1, slot(1).min_insync, "both in one line");
	kill_child();
	start();
	is_string("1 e0 1 1 -", state(1), "durably");
	command('M');
	is_string("1 e0 1 1 -", state(1), "raised again it makes nobody eligible who was not");
	propose(1, 6, 0);
	line(0, 1, 0, 3, slot(1).version, 0);
	line(1, 1, 0, 3, 0, 0);
	line(2, 1, 0, 2, 0, 0);
	command(TURN);
	is_string("1 e0 12 123 -", state(1), "two join, one of them has X");
	line(0, 1, 0, 4, slot(1).version, 0);
	line(2, 1, 0, 3, 0, 0);
	command(TURN);
	is_string("1 e0 12 123 -", state(1), "for the other one it is asked anew, by the new version");
	line(2, 1, 0, 4, 0, 0);
	command(TURN);
	is_string("1 e0 123 123 -", state(1), "which it reaches");
	propose(1, 0, 6);
	is_string("1 e0 1 1 23", state(1), "both lag: both are eligible");
	propose(1, 4, 0);
	line(0, 1, 0, 4, slot(1).version, 0);
	command(TURN);
	propose(1, 0, 4);
	propose(1, 4, 0);
	line(0, 1, 0, 4, slot(1).version, 0);
	command(TURN);
	is_string("1 e0 13 13 -", state(1), "one is back: nobody is, because without it records are committed");
	propose(1, 0, 4);
	propose(1, 2, 0);
	line(0, 1, 0, 4, slot(1).version, 0);
	line(1, 1, 0, 4, 0, 0);
	command(TURN);
	propose(1, 0, 2);
	is_string("1 e0 1 1 2", state(1), "who has left before is not");
}

static void
test_joining(void)
{
	uint64_t v;

	line(0, 0, 0, 10, slot(0).version, 0);
	line(1, 0, -1, 10, 0, 0);
	v = slot(0).version;
	propose(0, 2, 0);
	is_string("1 e0 1 12 -", state(0), "who joins is counted first");
	ok(slot(0).version > v, "in a new version");
	line(1, 0, 0, 10, 0, 0);
	line(0, 0, 0, 0, v, 0);
	command(TURN);
	is_string("1 e0 1 12 -", state(0), "what a leader says by an older slot is not X");
	line(0, 0, 0, 20, slot(0).version, 0);
	command(TURN);
	is_string("1 e0 1 12 -", state(0), "X is 20, it has 10");
	line(0, 0, 0, 30, slot(0).version, 0);
	line(1, 0, -1, 20, 0, 0);
	command(TURN);
	is_string("1 e0 1 12 -", state(0), "20 without the leader's epoch says nothing");
	line(1, 0, 0, 20, 0, 0);
	command(TURN);
	is_string("1 e0 12 12 -", state(0), "it has X: in sync");

	propose(0, 4, 0);
	is_string("1 e0 12 123 -", state(0), "the next one");
	line(0, 0, 0, 40, slot(0).version, 0);
	v = slot(0).version;
	kill_child();
	start();
	is_string("1 e0 12 12 -", state(0), "the controller dies: the successor does not know of it");
	ok(slot(0).version > v, "and says so in a new version");
	line(2, 0, 0, 40, 0, 0);
	command(TURN);
	is_string("1 e0 12 12 -", state(0), "so that nobody commits it, though the joiner would have X");
	propose(0, 4, 0);
	line(0, 0, 0, 40, slot(0).version, 0);
	die_committed();
	is_string("1 e0 12 123 -", state(0), "it dies when it was committed");
	start();
	is_string("1 e0 123 123 -", state(0), "its successor publishes it");
}

static uint64_t
writes(uint32_t n)
{
	struct shm_partition p;

	return latch_read(shm_partition_at(shm_controller_of(shm), PARTITIONS, n), &p);
}

static void
test_given_up(void)
{
	uint64_t v, written;

	propose(0, 0, 4);
	propose(0, 4, 0);
	v = slot(0).version;
	seconds(4);
	is_string("1 e0 12 12 -", state(0), "who does not reach X in time is not counted any more");
	ok(slot(0).version > v, "which is published");
	propose(0, 4, 0);
	seconds(2);
	v = slot(0).version;
	written = writes(0);
	post(proposal(0, 4, 0));
	seconds(1);
	is_string("1 e0 12 123 -", state(0), "given up, and proposed again at once");
	is_int((int64_t)(slot(0).version - v), (int64_t)(writes(0) - written),
	    "a version is written once: whoever shows it counts all that are in it");
	seconds(4);
	propose(0, 0, 2);
	written = writes(0);
	post(proposal(0, 4, 0));
	propose(0, 2, 0);
	is_int(1, (int64_t)(writes(0) - written), "also when two are proposed one by one");
	line(0, 0, 0, 45, slot(0).version, 0);
	line(1, 0, 0, 45, 0, 0);
	command(TURN);
	is_string("1 e0 12 123 -", state(0), "who has X joins");
	disk(2, DISK_OFFLINE);
	command(TURN);
	is_string("1 e0 12 12 -", state(0), "nor is one whose disk fails");
	propose(0, 4, 0);
	is_string("1 e0 12 12 -", state(0), "and it cannot join then");
	disk(2, DISK_ONLINE);
	is_string("1 e0 12 12 -", state(0), "back again it is not in sync by itself");
	propose(0, 4, 0);
	line(0, 0, 0, 50, slot(0).version, 0);
	line(2, 0, 0, 49, 0, 0);
	command(TURN);
	is_string("1 e0 12 123 -", state(0), "it joins again");
	disk(0, DISK_OFFLINE);
	is_string("2 e1 2 2 -", state(0), "the leader fails while one joins: who was committed leads");
	line(2, 0, 0, 50, 0, 0);
	command(TURN);
	is_string("2 e1 2 2 -", state(0), "the join is over");
}

static void
test_disks(void)
{
	is_string("2 e1 2 2 1", state(1), "the other one, below its min.insync.replicas, is led by who is eligible");
	disk(1, DISK_OFFLINE);
	is_string("0 e2 2 2 -", state(0), "the last one stays in sync, without a leader");
	disk(1, DISK_ONLINE);
	is_string("2 e3 2 2 -", state(0), "and leads when it is back");
	is_string("2 e3 2 2 1", state(1), "the other one, too");
	disk(0, DISK_ONLINE);
	is_string("2 e3 2 2 1", state(1), "the former leader stays eligible");
	atomic_store(&writer(0)->trust, TRUST_CHECKED);
	disk(0, DISK_OFFLINE);
	is_string("2 e3 2 2 -", state(1), "until its log was checked, not found whole");
	disk(0, DISK_ONLINE);
	disk(1, DISK_OFFLINE);
	is_string("0 e4 2 2 -", state(0), "who is not in sync does not lead");
	line(0, 0, 0, 7, 0, 0);
	line(2, 0, 0, 9, 0, 0);
	command('u');
	is_string("3 e5 3 3 -", state(0), "but where unclean elections are enabled later: the one with the most");
	disk(1, DISK_ONLINE);
	command('n');
}

static void
test_stalled(void)
{
	struct shm_supervisor *sup = shm_processes_rw(shm);

	for (uint32_t i = 0; i < NODES; i++) {
		struct shm_part *p = shm_part_rw(shm, proc_slot(PROC_WRITER, i));

		atomic_store(&p->state, CHILD_ACTIVE);
		atomic_store(&sup->process[proc_slot(PROC_WRITER, i)].pid, 1000 + i);
	}
	propose(0, 1, 0);
	line(2, 0, 5, 9, slot(0).version, 0);
	line(0, 0, 5, 9, 0, 0);
	command(TURN);
	is_string("3 e5 13 13 -", state(0), "two in sync");
	seconds_without(12, 4);
	is_string("1 e6 1 1 -", state(0), "one whose writer stands still is fenced");
	propose(0, 4, 0);
	is_string("1 e6 1 1 -", state(0), "and does not join");
	seconds(1);
	propose(0, 4, 0);
	is_string("1 e6 1 13 -", state(0), "but when it goes on");
	seconds_without(12, 1);
	is_string("1 e6 1 1 -", state(0), "a leader that stands still stays when nobody else can lead");
	kill_child();
}

/* Replica n of node i is lost, by itself: its log is shorter than it was, or cannot be used. */
static void
fail(uint32_t i, uint32_t n)
{
	struct shm_replica r;

	latch_read(&writer(i)->replica[n].line, &r);
	r.status = REPLICA_FAILED;
	r.epoch = -1;
	latch_write(&writer(i)->replica[n].line, &r);
	atomic_fetch_add(&writer(i)->failures, 1);
	command(TURN);
}

/* ---- starts ---- */

static void
prepare(void)
{
	new_life();
	for (int i = 0; i < NODES; i++)
		disks[i].directory_id[1] = 0;
	trust(TRUST_WHOLE, TRUST_WHOLE, TRUST_WHOLE);
	start();
	command(TURN);
	for (uint32_t n = 0; n < 2; n++)
		for (uint16_t i = 0; i < NODES; i++) {
			const struct shm_partition p = slot(n);

			line(i, n, p.leader_epoch, 5, 0, p.leader_epoch);
			propose(n, (uint16_t)(7 & ~p.isr), 0);
			line((uint32_t)p.leader, n, p.leader_epoch, 5, slot(n).version, p.leader_epoch);
			command(TURN);
		}
	kill_child();
}

static void
test_starts(void)
{
	prepare();
	is_string("1 e7 123 123 -", state(0), "all in sync");
	new_life();
	start();
	is_string("0 e8 123 123 -", state(0), "a new daemon: nobody leads before the disks have said how they were found");
	trust(TRUST_WHOLE, TRUST_WHOLE, TRUST_UNKNOWN);
	command(TURN);
	is_string("0 e8 123 123 -", state(0), "all of them");
	kill_child();
	start();
	is_string("0 e8 123 123 -", state(0), "a successor waits, too");
	trust(TRUST_WHOLE, TRUST_WHOLE, TRUST_WHOLE);
	command(TURN);
	is_string("1 e8 123 123 -", state(0), "whole: the preferred one leads, in the epoch of the term");
	kill_child();
	start();
	is_string("1 e8 123 123 -", state(0), "which a successor does not change");
	kill_child();

	new_life();
	trust(TRUST_CHECKED, TRUST_CHECKED, TRUST_CHECKED);
	start();
	command(TURN);
	is_string("0 e9 123 123 -", state(0), "after a power loss the logs are waited for");
	line(0, 0, -1, 90, 0, 7);
	line(1, 0, -1, 80, 0, 8);
	command(TURN);
	is_string("0 e9 123 123 -", state(0), "all of them");
	line(2, 0, -1, 79, 0, 8);
	command(TURN);
	is_string("2 e10 2 2 -", state(0), "the greatest last epoch and end leads, who is shorter is not in sync");
	is_int(-1, slot(1).leader, "the other partition waits for its own");
	seconds(70);
	is_string("0 e8 123 123 -", state(1), "for ever, where nothing is known");
	line(1, 1, -1, 5, 0, 0);
	seconds(1);
	is_string("2 e9 2 2 -", state(1), "but no longer than a minute for the last one");
	kill_child();

	new_life();
	trust(TRUST_WHOLE, TRUST_CHECKED, TRUST_WHOLE);
	start();
	for (uint32_t i = 0; i < NODES; i++)
		line(i, 0, -1, 80, 0, 8);
	command(TURN);
	is_string("2 e11 2 2 -", state(0), "the only one in sync leads, whatever it has lost");
	kill_child();
}

static void
test_replaced(void)
{
	prepare();
	new_life();
	disks[0].directory_id[1] = 1;
	start();
	is_int(6, slot(0).isr, "a replaced disk: what was there leaves the in-sync replicas before its slot is published");
	trust(TRUST_CHECKED, TRUST_WHOLE, TRUST_WHOLE);
	command(TURN);
	is_int(1, slot(0).leader, "another one leads");
	kill_child();
	start();
	is_int(6, slot(0).isr, "durably");
	propose(0, 0, 4);
	is_int(2, slot(0).isr, "one is left");
	kill_child();
	new_life();
	disks[1].directory_id[1] = 1;
	trust(TRUST_WHOLE, TRUST_CHECKED, TRUST_WHOLE);
	start();
	for (uint32_t i = 0; i < NODES; i++)
		line(i, 0, -1, 1, 0, 1);
	command(TURN);
	ok(slot(0).isr == 2 && slot(0).leader == -1, "the last one stays, and nobody leads");
	kill_child();
	new_life();
	trust(TRUST_WHOLE, TRUST_CHECKED, TRUST_WHOLE);
	start();
	command(TURN);
	ok(slot(0).isr == 2 && slot(0).leader == -1, "in the next life, too");
	line(0, 0, -1, 3, 0, 1);
	line(1, 0, -1, 0, 0, -1);
	line(2, 0, -1, 4, 0, 1);
	command('u');
	ok(slot(0).isr == 4 && slot(0).leader == 2, "until an operator wants an unclean election");
	kill_child();
}

static void
test_failed(void)
{
	prepare();
	start();
	command('n');
	is_string("3 e16 123 123 -", state(1), "all in sync");
	fail(2, 1);
	is_string("1 e17 12 12 -", state(1), "a replica that has lost its log leaves");
	fail(1, 1);
	is_string("1 e17 1 1 -", state(1), "below min.insync.replicas, too, and is not eligible: it may lack what was acknowledged");
	disk(0, DISK_OFFLINE);
	line(1, 1, -1, 3, 0, 0);
	atomic_fetch_add(&writer(1)->failures, 1);
	command(TURN);
	is_int(-1, slot(1).leader, "nor when it can be used again");
	kill_child();
}

static void
test_dying(void)
{
	int32_t epoch;

	prepare();
	start();
	for (uint32_t i = 0; i < NODES; i++) {
		atomic_store(&shm_part_rw(shm, proc_slot(PROC_WRITER, i))->state, CHILD_ACTIVE);
		start_again(i);
	}
	seconds(2);
	epoch = slot(0).leader_epoch;
	is_int(2, slot(0).leader, "the third one leads");
	die(2);
	seconds(1);
	start_again(2);
	seconds(2);
	is_int(2, slot(0).leader, "a writer that has died is back at once");
	for (int i = 0; i < 12; i++) {
		start_again(2);
		seconds(1);
	}
	ok(slot(0).leader == 0 && slot(0).isr == 3 && slot(0).leader_epoch == epoch + 1,
	    "one that dies again and again is fenced");
	line(0, 0, epoch + 1, 9, 0, 0);
	line(2, 0, epoch + 1, 9, 0, 0);
	for (int i = 0; i < 5; i++) { /* it is started later and later */
		start_again(2);
		seconds(1);
		die(2);
		seconds(1);
		seconds_without(3, 4);
	}
	propose(0, 4, 0);
	is_int(3, slot(0).count, "and stays so");
	start_again(2);
	seconds(2);
	propose(0, 4, 0);
	is_int(7, slot(0).count, "until it works");
	line(0, 0, epoch + 1, 9, slot(0).version, 0);
	command(TURN);
	is_int(7, slot(0).isr, "it is in sync again");
	start_again(0);
	atomic_store(&shm_part_rw(shm, proc_slot(PROC_WRITER, 0))->state, CHILD_STARTING);
	seconds_without(4, 1);
	is_int(0, slot(0).leader, "one that is starting is waited for");
	seconds_without(8, 1);
	ok(slot(0).leader != 0 && slot(0).isr == 6, "but no longer: its disk may hang");
	kill_child();
}

static void
test_slow_disk(void)
{
	prepare();
	new_life();
	trust(TRUST_WHOLE, TRUST_UNKNOWN, TRUST_WHOLE);
	start();
	for (uint32_t n = 0; n < 2; n++)
		for (uint32_t i = 0; i < NODES; i += 2)
			line(i, n, -1, 80, 0, 8);
	seconds(9);
	is_int(-1, slot(0).leader, "a disk that does not open is waited for");
	seconds(2);
	ok(slot(0).leader == 0 && slot(0).isr == 5, "for ten seconds, where others are whole: then it is not in sync");
	kill_child();
}

static void
test_eligible(void)
{
	prepare();
	new_life();
	trust(TRUST_CHECKED, TRUST_CHECKED, TRUST_CHECKED);
	start();
	for (uint32_t n = 0; n < 2; n++)
		for (uint32_t i = 0; i < NODES; i++)
			line(i, n, -1, 80, 0, 8);
	for (uint32_t i = 0; i < NODES; i++)
		start_again(i);
	seconds(2);
	ok(slot(1).leader == 0 && slot(1).isr == 7, "after a power loss all are level");
	seconds_without(12, 2);
	seconds_without(12, 6);
	ok(slot(1).isr == 1 && slot(1).elr == 4, "two stand still: the second one is eligible");
	disk(0, DISK_OFFLINE);
	is_int(-1, slot(1).leader, "the last one fails");
	seconds(2);
	is_int(2, slot(1).leader, "who goes on has lost nothing since, and leads");
	kill_child();
}

int
main(void)
{
	char cmd[600];

	plan(0);
	snprintf(dir, sizeof(dir), "%s/odradek-isr-%d",
	    getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp", (int)getpid());
	in.metadata_dir = xasprintf("%s/meta", dir);
	in.disk = disks;
	in.disks = NODES;
	strcpy(in.cluster_id, "AAAAAAAAQACAAAAAAAAAAQ");
	for (int i = 0; i < NODES; i++) {
		disks[i].path = xasprintf("%s/disk%d", dir, i);
		disks[i].node_id = i + 1;
		disks[i].directory_id[0] = (uint8_t)(i + 1);
		snprintf(cmd, sizeof(cmd), "mkdir -p %s", disks[i].path);
		if (system(cmd) != 0)
			bail("mkdir");
	}
	if (pipe(to_child) == -1 || pipe(from_child) == -1)
		bail("pipe");
	test_leaving();
	test_settings();
	test_joining();
	test_given_up();
	test_disks();
	test_stalled();
	test_starts();
	test_replaced();
	test_failed();
	test_dying();
	test_slow_disk();
	test_eligible();
	snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
	if (system(cmd) != 0)
		bail("rm");
	return done_testing();
}
