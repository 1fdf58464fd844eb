/* SPDX-License-Identifier: ISC */
/*
 * controller-t.c - what the controller publishes when disks go offline, when it dies, and when
 * topics are deleted.
 *
 * The test is the supervisor and the writers: it owns the parts and sets the writers' words.  The
 * controller is a child that does one step at a command, so that it can be killed between any two.
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
#include "odradek/proto/gen/delete_topics.h"
#include "src/controller/controller.h"
#include "t/tap/tap.h"

#define PARTITIONS 32

static char dir[256];
static struct shm *shm;
static struct inherit in;
static struct disk_lock disks[2];
static int to_child[2], from_child[2];
static pid_t child;

/* ---- the child ---- */

static struct call *
new_call(int16_t api, struct msg_arena *a)
{
	struct call *c = xcalloc(1, sizeof(*c));

	c->asker.slot = proc_slot(PROC_ACCEPTOR, 0);
	c->api = api;
	c->version = api_get(api)->max;
	c->req_len = a->used;
	c->req = xmemdup(a->base, a->used);
	return c;
}

static void
ask_create(struct msg_arena *a)
{
	struct create_topics_req *req = msg_new(a, create_topics_req);
	struct create_topics_req_creatable_topic *t = msg_arr(a, &req->topics, 1);

	msg_str0(a, &t->name, "topic");
	t->num_partitions = 6;
	t->replication_factor = 1;
	create_topics(new_call(API_CreateTopics, a));
}

static void
ask_delete(struct msg_arena *a)
{
	struct delete_topics_req *req = msg_new(a, delete_topics_req);
	struct delete_topics_req_delete_topic_state *t = msg_arr(a, &req->topics, 1);

	msg_str0(a, &t->name, "topic");
	delete_topics(new_call(API_DeleteTopics, a));
}

/* Turns until nothing is on its way. */
static void
settle(void)
{
	do {
		delete_turn();
		commit_turn();
		helper_drain(ctl.helper);
	} while (ctl.committing || !TAILQ_EMPTY(&ctl.waiting));
	calls_turn();
	reply_turn();
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
	ctl.arena = arena_new(shm);
	model_init();
	reply_init();
	load();
	ctl.helper = helper_new("commit");
	do {
		cmd = '.';
		if (write(from_child[1], &cmd, 1) != 1 || read(to_child[0], &cmd, 1) != 1)
			_exit(1);
		msg_arena_reset(&a);
		switch (cmd) {
		case 'c':
			ask_create(&a);
			break;
		case 'd':
			ask_delete(&a);
			break;
		case 'D': /* it is killed before the second half */
			ask_delete(&a);
			commit_turn();
			poll(&(struct pollfd){helper_fd(ctl.helper), POLLIN, 0}, 1, -1);
			_exit(3);
		case 't':
			ctl.mono_ms = mono_coarse_ms();
			nodes_and_replicas_turn();
			break;
		}
		settle();
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

static void
kill_child(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* A daemon's life: new shared memory. */
static void
new_life(void)
{
	struct shm_layout l = {.count = {[PROC_SUPERVISOR] = 1,
				   [PROC_CONTROLLER] = 1,
				   [PROC_ACCEPTOR] = 1,
				   [PROC_WRITER] = 2},
	    .partitions_max = PARTITIONS,
	    .acceptor_arena = 64 << 16,
	    .controller_arena = 64 << 16};

	if (shm_create(&shm, &l) == -1)
		bail("shm_create");
	in.shm = shm;
}

static struct shm_controller *
tables(void)
{
	return shm_controller_of(shm);
}

static struct shm_writer *
writer(uint32_t i)
{
	return shm_body_of(shm_peer(shm, proc_slot(PROC_WRITER, i)));
}

static struct shm_partition
line(uint32_t slot)
{
	struct shm_partition p;

	latch_read(shm_partition_at(tables(), PARTITIONS, slot), &p);
	return p;
}

static uint64_t
version(void)
{
	return atomic_load(&tables()->version);
}

/* Leaders of the six partitions, as text. */
static const char *
leaders(void)
{
	static char text[64];
	int at = 0;

	for (uint32_t i = 0; i < 6; i++)
		at += snprintf(
		    text + at, sizeof(text) - (size_t)at, "%s%d", i > 0 ? " " : "", line(i).leader);
	return text;
}

static const char *
epochs(void)
{
	static char text[64];
	int at = 0;

	for (uint32_t i = 0; i < 6; i++)
		at += snprintf(text + at, sizeof(text) - (size_t)at, "%s%d", i > 0 ? " " : "",
		    line(i).leader_epoch);
	return text;
}

static void
test_disks(void)
{
	struct shm_node n;
	uint64_t v;

	new_life();
	start();
	is_int(1, atomic_load(&tables()->loaded), "loaded");
	is_int(2, atomic_load(&tables()->nodes), "two nodes");
	latch_read(&tables()->node[1], &n);
	ok(n.id == 2 && n.state == NODE_ONLINE &&
		memcmp(n.directory_id, disks[1].directory_id, 16) == 0,
	    "the second one");
	command('c');
	is_int(6, atomic_load(&tables()->partitions), "six partitions");
	is_string("1 0 1 0 1 0", leaders(), "in turns");
	is_string("0 0 0 0 0 0", epochs(), "in epoch 0");
	v = version();
	command('t');
	is_int((int64_t)v, (int64_t)version(), "a tick publishes nothing");

	atomic_store(&writer(0)->disk, DISK_OFFLINE);
	command('t');
	latch_read(&tables()->node[0], &n);
	ok(n.state == NODE_OFFLINE, "a disk goes offline");
	is_string("1 -1 1 -1 1 -1", leaders(), "its partitions have no leader");
	is_string("0 1 0 1 0 1", epochs(), "in a new epoch");
	ok(line(1).isr == 1 && line(1).version == version(), "the in-sync replicas stay");
	v = version();
	kill_child();
	start();
	is_string("1 -1 1 -1 1 -1", leaders(), "a new controller sees the same");
	is_string("0 1 0 1 0 1", epochs(), "in the same epochs");
	ok(version() > v, "published anew");
	atomic_store(&writer(0)->disk, DISK_ONLINE);
	command('t');
	is_string("1 0 1 0 1 0", leaders(), "the disk comes back");
	is_string("0 2 0 2 0 2", epochs(), "in the next epoch");
	kill_child();
}

static void
test_lives(void)
{
	struct shm_partition before = line(3), now;

	start();
	now = line(3);
	ok(now.generation == before.generation && now.topic == before.topic &&
		now.partition == before.partition && now.leader_epoch == before.leader_epoch &&
		now.version > before.version,
	    "a successor keeps slots and epochs");
	kill_child();
	new_life();
	start();
	is_string("1 0 1 0 1 0", leaders(), "the next daemon has the same partitions");
	is_string("1 3 1 3 1 3", epochs(), "each in a new epoch");
	kill_child();
	new_life();
	atomic_store(&writer(1)->disk, DISK_OFFLINE);
	start();
	is_string("-1 0 -1 0 -1 0", leaders(), "a disk that is offline from the start");
	is_string("2 4 2 4 2 4", epochs(), "and new epochs");
	atomic_store(&writer(1)->disk, DISK_ONLINE);
	command('t');
	is_string("1 0 1 0 1 0", leaders(), "it comes");
	is_string("3 4 3 4 3 4", epochs(), "with an epoch of its own");
}

static void
test_delete(void)
{
	struct shm_topic t;
	uint32_t generation = line(0).generation;
	char c = 'D';
	int status;

	if (write(to_child[1], &c, 1) != 1)
		bail("write");
	waitpid(child, &status, 0);
	is_int(3, WEXITSTATUS(status),
	    "a controller dies between a deletion's commit and its publication");
	ok(line(0).state == SLOT_ONLINE, "nobody knows of it yet");
	start();
	ok(line(0).state == SLOT_DELETING && line(0).leader == -1 &&
		line(0).generation == generation,
	    "its successor publishes it");
	atomic_store(&writer(0)->version, version());
	command('t');
	ok(line(0).state == SLOT_DELETING, "one writer has followed: not yet");
	kill_child();
	start();
	atomic_store(&writer(0)->version, version());
	atomic_store(&writer(1)->version, version());
	command('t');
	ok(line(0).state == SLOT_FREE && line(5).state == SLOT_FREE,
	    "both have: the slots are free");
	latch_read(shm_topic_at(tables(), 0), &t);
	ok(t.state == SLOT_FREE, "and the topic's place");
	command('c');
	latch_read(shm_topic_at(tables(), 0), &t);
	ok(t.state == SLOT_ONLINE && t.generation == 2, "used again in the next generation");
	ok(line(0).generation == generation + 1, "as are the slots");
	is_int(6, atomic_load(&tables()->partitions), "and the table is not longer");
	kill_child();
}

int
main(void)
{
	char cmd[600];

	plan(0);
	snprintf(dir, sizeof(dir), "%s/odradek-controller-%d",
	    getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp", (int)getpid());
	in.metadata_dir = xasprintf("%s/meta", dir);
	in.disk = disks;
	in.disks = 2;
	strcpy(in.cluster_id, "AAAAAAAAQACAAAAAAAAAAQ");
	for (int i = 0; i < 2; i++) {
		disks[i].path = xasprintf("%s/disk%d", dir, i);
		disks[i].node_id = i + 1;
		disks[i].directory_id[0] = (uint8_t)(i + 1);
		snprintf(cmd, sizeof(cmd), "mkdir -p %s", disks[i].path);
		if (system(cmd) != 0)
			bail("mkdir");
	}
	if (pipe(to_child) == -1 || pipe(from_child) == -1)
		bail("pipe");
	test_disks();
	test_lives();
	test_delete();
	snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
	if (system(cmd) != 0)
		bail("rm");
	return done_testing();
}
