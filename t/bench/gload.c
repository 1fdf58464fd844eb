/* SPDX-License-Identifier: ISC */
/*
 * gload.c - load on a group coordinator: commits, heartbeats, rebalances.  Speaks old versions that
 * all brokers take, to one broker, which must lead everything.  The topic that offsets are
 * committed for must exist.
 *
 * gload commit    -t topic -g groups -p partitions -c connections -d depth -S seconds
 * gload fill      -t topic -g groups -p partitions -k commits -c connections -d depth
 * gload members   -t topic -g groups -m members -i heartbeat_ms -S seconds
 * gload rebalance -t topic -m members -p partitions -r rounds
 *
 * -b host:port is the broker; -n name what the groups' names begin with; -P pid adds the CPU time
 * of that process and its children.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "t/crash/kclient.h"

enum { OFFSET_COMMIT = 8, JOIN_GROUP = 11, HEARTBEAT = 12, SYNC_GROUP = 14, FIND_COORDINATOR = 10 };
enum { COMMIT_VERSION = 3, JOIN_VERSION = 5, SYNC_VERSION = 3, HEARTBEAT_VERSION = 3 };
enum {
	MEMBER_ID_REQUIRED = 79,
	REBALANCE_IN_PROGRESS = 27,
	LOADING = 14,
	NOT_AVAILABLE = 15,
	NOT_COORDINATOR = 16
};

static struct {
	const char *host, *topic, *name;
	int port, groups, members, partitions, conns, depth, interval_ms, rounds;
	long commits;
	double seconds;
	int pid;
} o = {.host = "127.0.0.1",
    .name = "gload",
    .topic = "t",
    .port = 9092,
    .groups = 50,
    .members = 2,
    .partitions = 10,
    .conns = 8,
    .depth = 4,
    .interval_ms = 3000,
    .rounds = 5,
    .commits = 1000000,
    .seconds = 5};

static int epoll;
static long errors;

static int64_t
micros(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
die(const char *what)
{
	fprintf(stderr, "gload: error: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double
cpu_seconds(void)
{
	char command[160];
	double s = 0;
	FILE *f;

	if (o.pid == 0)
		return 0;
	snprintf(command, sizeof command,
	    "cat /proc/%d/stat $(ps -o pid= --ppid %d | sed 's|.*|/proc/&/stat|;s| ||g')", o.pid,
	    o.pid);
	if ((f = popen(command, "r")) == NULL)
		return 0;
	for (char line[1024]; fgets(line, sizeof line, f) != NULL;) {
		unsigned long u, k;
		char *p = strrchr(line, ')');

		if (p != NULL &&
		    sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &u, &k) ==
			2)
			s += (double)(u + k) / (double)sysconf(_SC_CLK_TCK);
	}
	pclose(f);
	return s;
}

/* A connection as a member of a group, or one that commits. */
struct client {
	struct conn c;
	int group;
	int64_t sent[64]; /* times of what is under way, in order */
	unsigned head, tail;
	enum { IDLE, JOINING, JOINED, SYNCING, STABLE } state;
	char id[128];
	int32_t generation;
	int leader, others; /* the leader: how many members there are */
	char (*member)[128];
	int64_t due; /* next heartbeat, us */
	int64_t answered;
};
static struct client *client;

static void
watch(struct client *k, int op)
{
	struct epoll_event e = {
	    .events = EPOLLIN | (k->c.out.len > k->c.out_done ? EPOLLOUT : 0), .data.ptr = k};

	if (epoll_ctl(epoll, op, k->c.fd, &e) == -1)
		die("epoll");
}

static void
open_clients(int n)
{
	struct rlimit r;

	getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
	client = calloc((size_t)n, sizeof *client);
	epoll = epoll_create1(0);
	for (int i = 0; i < n; i++) {
		client[i].c.fd = -1;
		if (conn_open(&client[i].c, o.host, o.port) == -1)
			die("connect");
		watch(&client[i], EPOLL_CTL_ADD);
	}
}

/* Writes now what fits. */
static void
push(struct client *k)
{
	if (conn_io(&k->c, POLLOUT) == -1)
		die("connection lost");
	watch(k, EPOLL_CTL_MOD);
}

static void
request(struct client *k, int api, int version)
{
	k->sent[k->head++ % 64] = micros();
	conn_begin(&k->c, api, version);
}

static const char *
group_name(int g)
{
	static char name[128];

	snprintf(name, sizeof name, "%s-%d", o.name, g);
	return name;
}

/* ---- latencies ---- */

static int64_t *latency;
static size_t latencies, latency_cap;

static void
note(int64_t us)
{
	if (latencies == latency_cap)
		latency =
		    realloc(latency, (latency_cap = latency_cap * 2 + 4096) * sizeof *latency);
	latency[latencies++] = us;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static double
percentile(double p)
{
	return latencies == 0 ? 0 : (double)latency[(size_t)((double)(latencies - 1) * p)] / 1000;
}

/* ---- commits ---- */

static long commits_sent, commits_done;

static void
send_commit(struct client *k)
{
	int g = (int)(commits_sent++ % o.groups);

	request(k, OFFSET_COMMIT, COMMIT_VERSION);
	put_str(&k->c.out, group_name(g));
	put32(&k->c.out, -1); /* generation: a simple consumer */
	put_str(&k->c.out, "");
	put64(&k->c.out, -1); /* retention */
	put32(&k->c.out, 1);
	put_str(&k->c.out, o.topic);
	put32(&k->c.out, o.partitions);
	for (int p = 0; p < o.partitions; p++) {
		put32(&k->c.out, p);
		put64(&k->c.out, commits_sent);
		put_str(&k->c.out, "");
	}
	conn_end(&k->c);
}

static int
commit_answer(struct in *in)
{
	int error = 0;

	get_skip(in, 4); /* throttle time */
	for (int64_t topics = get(in, 4); topics > 0 && !in->bad; topics--) {
		get_skip(in, get(in, 2));
		for (int64_t n = get(in, 4); n > 0 && !in->bad; n--) {
			get_skip(in, 4);
			error |= (int)get(in, 2);
		}
	}
	return in->bad ? -1 : error;
}

static void
commit_io(struct client *k, uint32_t events)
{
	int32_t correlation;
	struct in in;

	if (conn_io(&k->c,
		(short)((events & EPOLLIN ? POLLIN : 0) | (events & EPOLLOUT ? POLLOUT : 0))) == -1)
		die("connection lost");
	while (conn_answer(&k->c, &correlation, &in)) {
		int e = commit_answer(&in);

		note(micros() - k->sent[k->tail++ % 64]);
		errors += e != 0;
		commits_done++;
	}
	while ((int)(k->head - k->tail) < o.depth && (o.commits == 0 || commits_sent < o.commits))
		send_commit(k);
	push(k);
}

/* The first commit waits for the coordinator to be there. */
static void
until_coordinator(void)
{
	for (int tries = 0; tries < 600; tries++) {
		struct in in;

		conn_begin(&client[0].c, FIND_COORDINATOR, 1);
		put_str(&client[0].c.out, group_name(0));
		put8(&client[0].c.out, 0);
		conn_end(&client[0].c);
		if (!conn_wait(&client[0].c, 10000, &in))
			die("no answer to FindCoordinator");
		get_skip(&in, 4);
		if (get(&in, 2) == 0)
			break;
		usleep(50000);
	}
	for (int tries = 0; tries < 600; tries++) {
		struct in in;
		int e;

		send_commit(&client[0]);
		if (!conn_wait(&client[0].c, 10000, &in))
			die("no answer to OffsetCommit");
		client[0].tail++;
		if ((e = commit_answer(&in)) == 0)
			break;
		if (e != LOADING && e != NOT_AVAILABLE && e != NOT_COORDINATOR) {
			fprintf(stderr, "gload: error: OffsetCommit: code %d\n", e);
			exit(1);
		}
		usleep(50000);
	}
	commits_sent = 0;
}

static int
run_commits(bool fill)
{
	struct epoll_event e[64];
	double cpu, seconds;
	int64_t start, end;

	if (!fill)
		o.commits = 0;
	open_clients(o.conns);
	until_coordinator();
	cpu = cpu_seconds();
	start = micros();
	end = start + (int64_t)(o.seconds * 1e6);
	for (int i = 0; i < o.conns; i++)
		commit_io(&client[i], 0);
	while (fill ? commits_done < o.commits : micros() < end) {
		int n = epoll_wait(epoll, e, 64, 100);

		for (int i = 0; i < n; i++)
			commit_io(e[i].data.ptr, e[i].events);
	}
	seconds = (double)(micros() - start) / 1e6;
	cpu = cpu_seconds() - cpu;
	qsort(latency, latencies, sizeof *latency, by_size);
	printf("commit %d groups x %d partitions: %.0f commits/s, %.0f offsets/s, p50 %.3f p99 "
	       "%.3f ms, errors %ld",
	    o.groups, o.partitions, (double)commits_done / seconds,
	    (double)commits_done * o.partitions / seconds, percentile(0.5), percentile(0.99),
	    errors);
	if (o.pid != 0)
		printf(", broker cpu %.2f us/commit", cpu / (double)commits_done * 1e6);
	printf("\n");
	return errors != 0;
}

/* ---- members ---- */

static void
send_join(struct client *k)
{
	struct buf meta = {0};

	request(k, JOIN_GROUP, JOIN_VERSION);
	put_str(&k->c.out, group_name(k->group));
	put32(&k->c.out, 30000);
	put32(&k->c.out, 60000);
	put_str(&k->c.out, k->id);
	put_str(&k->c.out, NULL); /* instance */
	put_str(&k->c.out, "consumer");
	put32(&k->c.out, 1);
	put_str(&k->c.out, "range");
	put16(&meta, 0); /* a subscription, version 0 */
	put32(&meta, 1);
	put_str(&meta, o.topic);
	put32(&meta, -1);
	put32(&k->c.out, (int64_t)meta.len);
	memcpy(buf_room(&k->c.out, meta.len), meta.p, meta.len);
	free(meta.p);
	conn_end(&k->c);
	k->state = JOINING;
}

static void
join_answer(struct client *k, struct in *in)
{
	char leader[128] = "";
	int error, n;

	get_skip(in, 4);
	error = (int)get(in, 2);
	k->generation = (int32_t)get(in, 4);
	get_skip(in, get(in, 2)); /* protocol */
	n = (int)get(in, 2);
	if (!in->bad && n >= 0 && n < 128 && in->end - in->p >= n)
		memcpy(leader, in->p, (size_t)n);
	get_skip(in, n);
	n = (int)get(in, 2);
	if (!in->bad && n >= 0 && n < 128 && in->end - in->p >= n) {
		memcpy(k->id, in->p, (size_t)n);
		k->id[n] = '\0';
	}
	get_skip(in, n);
	if (error == MEMBER_ID_REQUIRED || error == LOADING || error == NOT_AVAILABLE ||
	    error == NOT_COORDINATOR) {
		if (error != MEMBER_ID_REQUIRED)
			usleep(10000);
		send_join(k);
		return;
	}
	if (error != 0) {
		fprintf(stderr, "gload: error: JoinGroup: code %d\n", error);
		exit(1);
	}
	k->leader = strcmp(leader, k->id) == 0;
	k->others = (int)get(in, 4);
	free(k->member);
	k->member = k->leader ? calloc((size_t)k->others + 1, sizeof *k->member) : NULL;
	for (int i = 0; k->leader && i < k->others && !in->bad; i++) {
		n = (int)get(in, 2);
		if (in->end - in->p >= n && n >= 0 && n < 128)
			memcpy(k->member[i], in->p, (size_t)n);
		get_skip(in, n);
		n = (int)get(in, 2); /* instance */
		get_skip(in, n < 0 ? 0 : n);
		get_skip(in, get(in, 4));
	}
	k->state = JOINED;
}

/* The leader's assignment: the partitions in turn. */
static void
send_sync(struct client *k)
{
	request(k, SYNC_GROUP, SYNC_VERSION);
	put_str(&k->c.out, group_name(k->group));
	put32(&k->c.out, k->generation);
	put_str(&k->c.out, k->id);
	put_str(&k->c.out, NULL);
	put32(&k->c.out, k->leader ? k->others : 0);
	for (int i = 0; k->leader && i < k->others; i++) {
		struct buf a = {0};
		int n = o.partitions / k->others + (i < o.partitions % k->others);

		put_str(&k->c.out, k->member[i]);
		put16(&a, 0);
		put32(&a, 1);
		put_str(&a, o.topic);
		put32(&a, n);
		for (int p = 0; p < n; p++)
			put32(&a, i + p * k->others);
		put32(&a, -1);
		put32(&k->c.out, (int64_t)a.len);
		memcpy(buf_room(&k->c.out, a.len), a.p, a.len);
		free(a.p);
	}
	conn_end(&k->c);
	k->state = SYNCING;
}

static void
send_heartbeat(struct client *k)
{
	request(k, HEARTBEAT, HEARTBEAT_VERSION);
	put_str(&k->c.out, group_name(k->group));
	put32(&k->c.out, k->generation);
	put_str(&k->c.out, k->id);
	put_str(&k->c.out, NULL);
	conn_end(&k->c);
}

static bool auto_sync = true; /* SyncGroup is sent as soon as a member has joined */
static long heartbeats;

static void
member_io(struct client *k, uint32_t events)
{
	int32_t correlation;
	struct in in;

	if (conn_io(&k->c,
		(short)((events & EPOLLIN ? POLLIN : 0) | (events & EPOLLOUT ? POLLOUT : 0))) == -1)
		die("connection lost");
	while (conn_answer(&k->c, &correlation, &in)) {
		int64_t took = micros() - k->sent[k->tail++ % 64];
		int error;

		k->answered = micros();
		if (k->state == JOINING) {
			join_answer(k, &in);
			if (k->state == JOINED && auto_sync)
				send_sync(k);
			continue;
		}
		get_skip(&in, 4);
		error = (int)get(&in, 2);
		if (k->state == STABLE) {
			heartbeats++;
			note(took);
		}
		if (error == REBALANCE_IN_PROGRESS)
			send_join(k);
		else if (error == 0)
			k->state = STABLE;
		else
			errors++;
	}
	push(k);
}

static void
turn(int ms)
{
	struct epoll_event e[256];
	int n = epoll_wait(epoll, e, 256, ms);

	for (int i = 0; i < n; i++)
		member_io(e[i].data.ptr, e[i].events);
}

static int
in_state(int n, int state)
{
	int some = 0;

	for (int i = 0; i < n; i++)
		some += (int)client[i].state == state;
	return some;
}

static double
memory_mb(void)
{
	char command[200], line[64] = "0";
	FILE *f;

	snprintf(command, sizeof command,
	    "cat $(for p in %d $(ps -o pid= --ppid %d); do echo /proc/$p/smaps_rollup; done) | awk "
	    "'/^Pss:/ {s += $2} END {print s / 1024}'",
	    o.pid, o.pid);
	if (o.pid == 0 || (f = popen(command, "r")) == NULL)
		return 0;
	if (fgets(line, sizeof line, f) == NULL)
		line[0] = '\0';
	pclose(f);
	return atof(line);
}

/* Until the first n clients are stable: who is learns of a new member by its heartbeat. */
static void
settle(int n, int heartbeat_us)
{
	int64_t start = micros();

	for (int64_t next = 0; in_state(n, STABLE) < n;) {
		if (micros() - start > 120000000) {
			fprintf(stderr, "gload: error: %d of %d members are stable\n",
			    in_state(n, STABLE), n);
			exit(1);
		}
		turn(10);
		if (micros() < next)
			continue;
		next = micros() + heartbeat_us;
		for (int i = 0; i < n; i++)
			if (client[i].state == STABLE && client[i].head == client[i].tail) {
				send_heartbeat(&client[i]);
				push(&client[i]);
			}
	}
}

/* Until nothing is under way: a heartbeat's answer must not be taken for that of a JoinGroup. */
static void
quiet(int n)
{
	for (int i = 0; i < n; i++)
		while (client[i].head != client[i].tail && client[i].state != JOINING)
			turn(10);
}

static void
begin_join(struct client *k)
{
	send_join(k);
	push(k);
	turn(0);
}

/* Members of a group join one after the other, groups side by side; then all of them send
 * heartbeats, evenly in time. */
static int
run_members(void)
{
	int n = o.groups * o.members;
	double before = memory_mb(), cpu, seconds;
	int64_t start, end, step = (int64_t)o.interval_ms * 1000;

	open_clients(n);
	until_coordinator();
	start = micros();
	for (int i = 0; i < n; i++) {
		client[i].group = i % o.groups;
		begin_join(&client[i]);
	}
	settle(n, 500000);
	fprintf(stderr, "# %d members stable after %.1f s\n", n, (double)(micros() - start) / 1e6);
	errors = heartbeats = 0;
	latencies = 0;
	cpu = cpu_seconds();
	start = micros();
	end = start + (int64_t)(o.seconds * 1e6);
	for (int i = 0; i < n; i++)
		client[i].due = start + step * i / n;
	for (int64_t at = start; at < end; at = micros()) {
		static int next;

		for (; client[next].due <= at; next = (next + 1) % n) {
			client[next].due += step;
			send_heartbeat(&client[next]);
			push(&client[next]);
		}
		turn(client[next].due - at > 1000 ? 1 : 0);
	}
	seconds = (double)(micros() - start) / 1e6;
	cpu = cpu_seconds() - cpu;
	qsort(latency, latencies, sizeof *latency, by_size);
	printf("members %d groups x %d: %.0f heartbeats/s, p50 %.3f p99 %.3f ms, errors %ld",
	    o.groups, o.members, (double)heartbeats / seconds, percentile(0.5), percentile(0.99),
	    errors);
	if (o.pid != 0)
		printf(", broker cpu %.1f %% of a core, memory %.1f MB (%.1f before)",
		    cpu / seconds * 100, memory_mb(), before);
	printf("\n");
	return errors != 0;
}

static int64_t
last_answer(int n)
{
	int64_t last = 0;

	for (int i = 0; i < n; i++)
		if (client[i].answered > last)
			last = client[i].answered;
	return last;
}

static void
wait_for_state(int n, int state, const char *what)
{
	int64_t start = micros();

	while (in_state(n, state) < n) {
		if (micros() - start > 90000000) {
			fprintf(stderr, "gload: error: %d of %d %s\n", in_state(n, state), n, what);
			exit(1);
		}
		turn(100);
	}
}

/* Followers first, the leader, who brings the assignment, last.  When it was sent. */
static int64_t
sync_all(int n)
{
	int64_t sent = 0;

	for (int leader = 0; leader < 2; leader++)
		for (int i = 0; i < n; i++)
			if (client[i].leader == leader) {
				sent = micros();
				send_sync(&client[i]);
				push(&client[i]);
			}
	return sent;
}

/*
 * One group; in each round a member more joins, everybody joins again at once, and the leader
 * assigns.  The broker's part: from the last JoinGroup to the last answer, and from the leader's
 * SyncGroup, which comes last, to the last answer.
 */
static int
run_rebalance(void)
{
	int n = o.members;

	o.groups = 1;
	open_clients(n + o.rounds);
	until_coordinator();
	for (int i = 0; i < n; i++)
		begin_join(&client[i]);
	settle(n, 100000);
	quiet(n);
	auto_sync = false;
	for (int round = 0; round < o.rounds; round++, n++) {
		double cpu = cpu_seconds();
		int64_t joins, syncs, joined;

		begin_join(&client[n]);
		while (client[0].state ==
		       STABLE) { /* its heartbeat tells it that the new member is there */
			send_heartbeat(&client[0]);
			push(&client[0]);
			quiet(1);
		}
		joins = micros();
		for (int i = 1; i < n; i++) {
			send_join(&client[i]);
			push(&client[i]);
			joins = client[i].sent[(client[i].head - 1) % 64];
		}
		wait_for_state(n + 1, JOINED, "members have joined");
		joined = last_answer(n + 1);
		syncs = sync_all(n + 1);
		wait_for_state(n + 1, STABLE, "members are stable");
		printf("rebalance %d members, %d partitions: join %.2f ms, sync %.2f ms", n + 1,
		    o.partitions, (double)(joined - joins) / 1000,
		    (double)(last_answer(n + 1) - syncs) / 1000);
		if (o.pid != 0)
			printf(", broker cpu %.0f ms", (cpu_seconds() - cpu) * 1000);
		printf("\n");
	}
	return errors != 0;
}

int
main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	char *colon;
	int c;

	optind = 2;
	while ((c = getopt(argc, argv, "b:n:t:g:m:p:c:d:i:r:k:S:P:")) != -1)
		switch (c) {
		case 'b':
			if ((colon = strrchr(optarg, ':')) == NULL)
				return 2;
			*colon = '\0';
			o.host = optarg;
			o.port = atoi(colon + 1);
			break;
		case 'n':
			o.name = optarg;
			break;
		case 't':
			o.topic = optarg;
			break;
		case 'g':
			o.groups = atoi(optarg);
			break;
		case 'm':
			o.members = atoi(optarg);
			break;
		case 'p':
			o.partitions = atoi(optarg);
			break;
		case 'c':
			o.conns = atoi(optarg);
			break;
		case 'd':
			o.depth = atoi(optarg) < 64 ? atoi(optarg) : 63;
			break;
		case 'i':
			o.interval_ms = atoi(optarg);
			break;
		case 'r':
			o.rounds = atoi(optarg);
			break;
		case 'k':
			o.commits = atol(optarg);
			break;
		case 'S':
			o.seconds = atof(optarg);
			break;
		case 'P':
			o.pid = atoi(optarg);
			break;
		default:
			return 2;
		}
	if (strcmp(mode, "commit") == 0)
		return run_commits(false);
	if (strcmp(mode, "fill") == 0)
		return run_commits(true);
	if (strcmp(mode, "members") == 0)
		return run_members();
	if (strcmp(mode, "rebalance") == 0)
		return run_rebalance();
	fprintf(stderr, "usage: gload commit|fill|members|rebalance -b host:port ...\n");
	return 2;
}
