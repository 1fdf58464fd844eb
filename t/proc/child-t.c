/* SPDX-License-Identifier: ISC */
/*
 * child-t.c - the skeleton with small kinds of its own: messages and answers under load, a message
 * that may not be sent, deaths that are told after the dead one's last message, reload, stop, quit,
 * and the supervisor's death. What the children saw they leave in `load` of their part.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "odradek/base/log.h"
#include "odradek/proc/child.h"
#include "t/tap/tap.h"

#define CALLS 100000u
static const struct shm_layout layout = {
    .count = {[PROC_SUPERVISOR] = 1, [PROC_CONTROLLER] = 1, [PROC_ACCEPTOR] = 1, [PROC_WRITER] = 1},
    .partitions_max = 16,
    .acceptor_arena = 1 << 20,
    .controller_arena = 1 << 20,
};
static struct inherit in;
static uint32_t acceptor, writer, controller;
static int death[2];

/* ---- kinds ---- */

static void
echo(struct child *c, uint32_t from, const struct shm_msg *m)
{
	struct shm_msg answer = {.type = CALL_PRODUCED, .cookie = m->cookie};

	if (child_post(c, from, &answer) == -1)
		panic("the caller does not drain");
}

void
writer_main(struct child *c)
{
	c->message = echo;
	child_ready(c);
	child_run(c);
}

/* load: bit 32 up = peers that died, low bits = answers in order */
static uint32_t asked, answered;

static void
take_answer(struct child *c, uint32_t from, const struct shm_msg *m)
{
	(void)from;
	if (m->cookie != answered)
		panic("answer %u instead of %u", m->cookie, answered);
	answered++;
	atomic_store(&c->self->load, (c->self->load & ~0xffffffffull) | answered);
}

static bool
ask(struct child *c)
{
	struct shm_msg m = {.type = CALL_PRODUCE};

	/* at most so many under way that the answers always find room */
	while (asked < CALLS && asked - answered < SHM_RING / 2) {
		m.cookie = asked;
		if (child_post(c, writer, &m) == -1)
			break;
		asked++;
	}
	return false;
}

static void
on_death(struct child *c, uint32_t slot, uint32_t generation)
{
	if (slot == writer)
		atomic_store(&c->self->load, c->self->load + ((uint64_t)generation << 32));
}

static bool
on_stop(struct child *c)
{
	return c->self->counter[0] == 0; /* later, by tick, when the test said so */
}

static void
on_tick(struct child *c)
{
	if (c->stopping)
		c->left = true;
}

void
cleaner_main(struct child *c)
{
	(void)c;
}

void
replicator_main(struct child *c)
{
	(void)c;
}

void
coordinator_main(struct child *c)
{
	(void)c;
}

void
acceptor_main(struct child *c)
{
	c->message = take_answer;
	c->turn = ask;
	c->peer_died = on_death;
	c->stop = on_stop;
	c->tick = on_tick;
	c->tick_ms = 20;
	shm_count(c->self, 0, 1);
	child_ready(c);
	child_run(c);
}

/* A mad one: sends what it may not send and what does not exist. */
static bool
rave(struct child *c)
{
	struct shm_msg m = {.type = CALL_PRODUCED};

	ring_post(c->shm, acceptor, &m);
	m.type = 250;
	ring_post(c->shm, acceptor, &m);
	bell_ring(c->shm, acceptor);
	c->turn = NULL;
	return false;
}

static void
on_reload(struct child *c)
{
	atomic_store(&c->self->load, (uint64_t)c->config->connections_max_idle_ms);
}

void
controller_main(struct child *c)
{
	c->message = take_answer;
	c->turn = rave;
	c->reload = on_reload;
	child_ready(c);
	child_run(c);
}

/* ---- the test is the supervisor ---- */

static pid_t
start(uint32_t slot)
{
	struct shm_process *p = &shm_processes_rw(in.shm)->process[slot];
	uint32_t generation = shm_prepare(in.shm, slot);
	pid_t pid = fork();

	if (pid == 0)
		child_start(&in, slot);
	atomic_store(&p->pid, (uint32_t)pid);
	atomic_store(&p->generation, generation);
	atomic_fetch_add(&shm_processes_rw(in.shm)->changes, 1);
	return pid;
}

static int
bury(uint32_t slot, pid_t pid)
{
	uint64_t one = 1;
	int status;

	waitpid(pid, &status, 0);
	atomic_store(&shm_processes_rw(in.shm)->process[slot].pid, 0);
	atomic_fetch_add(&shm_processes_rw(in.shm)->changes, 1);
	for (uint32_t s = 1; s < SHM_SLOTS; s++)
		if (shm_peer(in.shm, s) != NULL &&
		    write(shm_bell_fd(in.shm, s), &one, sizeof(one)) == -1)
			diag("eventfd: %s", strerror(errno));
	return status;
}

static int
until(int (*cond)(void))
{
	for (int i = 0; i < 20000 && !cond(); i++)
		poll(NULL, 0, 1);
	return cond();
}

static int
all_active(void)
{
	return shm_peer(in.shm, acceptor)->state == CHILD_ACTIVE &&
	       shm_peer(in.shm, writer)->state == CHILD_ACTIVE &&
	       shm_peer(in.shm, controller)->state == CHILD_ACTIVE;
}

static int
all_answered(void)
{
	return (uint32_t)shm_peer(in.shm, acceptor)->load == CALLS;
}

static int
death_told(void)
{
	return shm_peer(in.shm, acceptor)->load >> 32 == 1;
}

static int
reloaded(void)
{
	return shm_peer(in.shm, controller)->load == 12345;
}

static int
leaving(void)
{
	return shm_peer(in.shm, acceptor)->state == CHILD_LEAVING ||
	       shm_peer(in.shm, acceptor)->state == CHILD_DONE;
}

static void
publish_config(const char *set)
{
	struct shm_supervisor *t = shm_processes_rw(in.shm);
	uint64_t v = t->config_version + 1;
	struct config_err err = {0};
	struct config *c = config_clone(in.config);
	char *text;

	if (config_set_arg(c, set, &err) == -1)
		bail("%s", err.text);
	text = config_to_text(c);
	strcpy(t->config[v & 1], text);
	t->config_len[v & 1] = (uint32_t)strlen(text);
	atomic_store(&t->config_version, v);
	free(text);
	config_free(&c);
}

static const char *
comm(pid_t pid)
{
	static char buf[64];
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	buf[0] = '\0';
	if ((f = fopen(path, "r")) != NULL) {
		if (fgets(buf, sizeof(buf), f) != NULL)
			buf[strcspn(buf, "\n")] = '\0';
		fclose(f);
	}
	return buf;
}

/* An intermediate supervisor starts a writer and is killed: the writer must be gone, too. */
static void
orphan(void)
{
	int up[2], status;
	char byte;
	pid_t pid;

	if (pipe(up) == -1)
		bail("pipe");
	if ((pid = fork()) == 0) {
		in.supervisor = getpid();
		start(writer);
		while (shm_peer(in.shm, writer)->state != CHILD_ACTIVE)
			poll(NULL, 0, 1);
		raise(SIGKILL);
	}
	close(up[1]);
	waitpid(pid, &status, 0);
	/* the orphan is ours now; nobody else tells us when it has gone */
	while (waitpid(-1, &status, 0) > 0)
		;
	ok(read(up[0], &byte, 1) == 0, "a child leaves when its supervisor is killed");
	close(up[0]);
}

int
main(void)
{
	pid_t a, w, c;
	int status;
	char name[48];

	plan(0);
	prctl(PR_SET_CHILD_SUBREAPER, 1); /* the orphan of the last test comes to us */
	prctl(PR_SET_DUMPABLE, 0);
	acceptor = proc_slot(PROC_ACCEPTOR, 0);
	writer = proc_slot(PROC_WRITER, 0);
	controller = proc_slot(PROC_CONTROLLER, 0);
	if (shm_create(&in.shm, &layout) == -1 || pipe2(death, O_CLOEXEC) == -1)
		bail("could not prepare: %s", strerror(errno));
	in.config = config_new();
	in.supervisor_pipe = death[0];
	in.supervisor = getpid();
	in.metadata_lock = -1;
	in.disk = &(struct disk_lock){.fd = -1, .path = "/nowhere", .node_id = 7};
	in.disks = 1;
	log_set_level(LOG_LEVEL_ERROR);
	is_string("writer.7", child_name(&in, writer, name, sizeof(name)),
	    "a writer is called by its node");
	is_string(
	    "acceptor.0", child_name(&in, acceptor, name, sizeof(name)), "others by their index");
	is_string("controller", child_name(&in, controller, name, sizeof(name)),
	    "one of a kind by the kind");

	w = start(writer);
	c = start(controller);
	a = start(acceptor);
	ok(until(all_active), "all are active");
	is_string("writer.7", comm(w), "their names are set");
	ok(until(all_answered), "%u calls were answered in order", CALLS);
	is_int(CALLS, shm_peer(in.shm, writer)->counter[CTR_MESSAGES], "the writer took them");
	diag("bells: %llu by the acceptor, %llu by the writer",
	    (unsigned long long)shm_peer(in.shm, acceptor)->counter[CTR_BELLS],
	    (unsigned long long)shm_peer(in.shm, writer)->counter[CTR_BELLS]);

	kill(w, SIGKILL);
	status = bury(writer, w);
	ok(WIFSIGNALED(status), "the writer was killed");
	ok(until(death_told), "and the acceptor was told of generation 1");
	w = start(writer);
	ok(until(all_active), "another serves");
	is_int(2, shm_peer(in.shm, writer)->generation, "in generation 2");

	publish_config("connections.max.idle.ms=12345");
	kill(c, SIGHUP);
	ok(until(reloaded), "new settings arrive by HUP");
	kill(c, SIGINT);
	kill(c, SIGPIPE);
	kill(c, SIGQUIT);
	status = bury(controller, c);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 2, "INT is ignored, QUIT leaves at once");
	is_int(CHILD_ACTIVE, shm_peer(in.shm, controller)->state, "which looks like a crash");

	kill(a, SIGTERM);
	ok(until(leaving), "TERM begins an orderly end");
	status = bury(acceptor, a);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "which ends when the kind says so");
	is_int(CHILD_DONE, shm_peer(in.shm, acceptor)->state, "in order");
	kill(w, SIGTERM);
	status = bury(writer, w);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "without a stop hook at once");

	a = start(acceptor);
	close(death[1]);
	status = bury(acceptor, a);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 2,
	    "the end of the supervisor's pipe ends a child");
	if (pipe2(death, O_CLOEXEC) == -1)
		bail("pipe");
	in.supervisor_pipe = death[0];
	orphan();
	return done_testing();
}
