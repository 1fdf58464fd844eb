/* SPDX-License-Identifier: ISC */
/*
 * writer-t.c - a real writer process; this program plays supervisor, controller and acceptor in the shared memory.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../shm/shm_pair.h"
#include "odradek/base/clock.h"
#include "odradek/base/crc32c.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/proc/child.h"
#include "odradek/proc/tables.h"
#include "odradek/proto/batch.h"
#include "odradek/proto/kerr.h"
#include "odradek/shm/arena.h"
#include "odradek/store/disk.h"
#include "odradek/store/sys.h"

/* Kinds that are not in this program. */
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
	(void)c;
}

void
controller_main(struct child *c)
{
	(void)c;
}

#define PARTITIONS 100

static struct shm *sup, *acc; /* acc: our view as acceptor 0 */
static struct arena *arena;
static uint32_t as, ws, cs;
static struct inherit in;
static struct disk_lock lock;
static int pipe_fd[2];
static pid_t pid;
static char dir[] = "/tmp/odradek-writer-XXXXXX";
static uint32_t cookie;

/* ---- faults, in the writer's process ---- */

static struct faults {
	_Atomic int write, sync; /* errno; 0 = none */
	_Atomic int after;	 /* bytes that a failing write still writes */
} *faults; /* shared */

static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fdatasync)(int);

static ssize_t
faulty_pwritev(int fd, const struct iovec *iov, int n, off_t off)
{
	int err = atomic_load(&faults->write), part = atomic_exchange(&faults->after, 0);

	if (err != 0 && part > 0 && iov[0].iov_len + iov[1].iov_len > (size_t)part)
		return pwrite(fd, iov[1].iov_base, (size_t)part, off); /* short, and wrong bytes: they must go again */
	if (err != 0) {
		errno = err;
		return -1;
	}
	return real_pwritev(fd, iov, n, off);
}

static ssize_t
faulty_pwrite(int fd, const void *p, size_t n, off_t off)
{
	int err = atomic_load(&faults->write);

	if (err != 0) {
		errno = err;
		return -1;
	}
	return real_pwrite(fd, p, n, off);
}

static int
faulty_fdatasync(int fd)
{
	int err = atomic_load(&faults->sync);

	if (err != 0) {
		errno = err;
		return -1;
	}
	return real_fdatasync(fd);
}

static void
faults_init(void)
{
	faults = mmap(NULL, sizeof(*faults), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (faults == MAP_FAILED)
		bail("mmap");
	real_pwritev = store_sys.pwritev;
	real_pwrite = store_sys.pwrite;
	real_fdatasync = store_sys.fdatasync;
	store_sys.pwrite = faulty_pwrite;
	store_sys.pwritev = faulty_pwritev;
	store_sys.fdatasync = faulty_fdatasync;
}

/* ---- supervisor ---- */

static void
start_writer(void)
{
	struct shm_supervisor *s = shm_processes_rw(sup);
	uint32_t generation = shm_prepare(sup, ws);

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		child_start(&in, ws);
	atomic_store(&s->process[ws].exists, 1);
	atomic_store(&s->process[ws].pid, (uint32_t)pid);
	atomic_store(&s->process[ws].generation, generation);
	atomic_fetch_add(&s->changes, 1);
}

static void
end_writer(int sig)
{
	int status;

	kill(pid, sig);
	waitpid(pid, &status, 0);
	atomic_store(&shm_processes_rw(sup)->process[ws].pid, 0);
	atomic_fetch_add(&shm_processes_rw(sup)->changes, 1);
	if (sig == SIGTERM)
		ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "orderly end");
}

static bool sleeps(void);

/* Waits until cond; a bound, not a guess. */
#define UNTIL(cond)                                                     \
	do {                                                            \
		int64_t end_ = mono_ns() + 20000000000;                 \
		while (!(cond)) {                                       \
			if (mono_ns() > end_)                           \
				bail("line %d: no " #cond, __LINE__);   \
			poll(NULL, 0, 1);                               \
		}                                                       \
	} while (0)

/* And waits until it takes messages, not only the leftovers of its predecessor. */
static void
start_serving(void)
{
	start_writer();
	UNTIL(atomic_load(&shm_part_rw(sup, ws)->state) == CHILD_ACTIVE && sleeps());
}

/* ---- controller ---- */

static struct shm_controller *
ctl(void)
{
	return shm_body_of(shm_part_rw(sup, cs));
}

static struct shm_writer *
pub(void)
{
	return shm_body_of(shm_part_rw(sup, ws));
}

static void
published(void)
{
	atomic_fetch_add(&ctl()->version, 1);
	bell_ring(acc, ws);
}

static void
journal(enum journal_kind kind, uint32_t index)
{
	uint64_t head = atomic_load(&ctl()->journal_head);

	atomic_store(&ctl()->journal[head % SHM_JOURNAL], (uint64_t)kind << 32 | index);
	atomic_store(&ctl()->journal_head, head + 1);
}

static void
put_topic(uint32_t index, const char *name, uint32_t partitions, enum slot_state state)
{
	struct shm_topic t = {
		.version = atomic_load(&ctl()->version) + 1, .generation = 1, .state = state, .partitions = partitions,
		.config = { .retention_ms = -1, .retention_bytes = -1, .segment_ms = 604800000, .file_delete_delay_ms = 0,
			.flush_messages = INT64_MAX, .flush_ms = INT64_MAX, .segment_bytes = 1 << 20,
			.segment_index_bytes = 10 << 20, .index_interval_bytes = 4096, .max_message_bytes = 1 << 20,
			.min_insync_replicas = 1, .cleanup_delete = 1, .own = UINT64_MAX },
	};

	t.id[0] = 0xaa;
	t.id[15] = (uint8_t)index;
	t.name_len = (uint8_t)snprintf(t.name, sizeof(t.name), "%s", name);
	latch_write(shm_topic_at(ctl(), index), &t);
	if (atomic_load(&ctl()->topics) <= index)
		atomic_store(&ctl()->topics, index + 1);
	journal(JOURNAL_TOPIC, index);
}

static void
put_partition(uint32_t slot, uint32_t topic, int32_t partition, int32_t epoch, enum slot_state state)
{
	struct shm_partition p = {
		.version = atomic_load(&ctl()->version) + 1, .generation = 7, .topic = topic, .partition = partition,
		.state = state, .leader = 0, .leader_epoch = epoch, .isr = 1, .count = 1, .replicas = 1, .replica = { 0 },
	};

	latch_write(shm_partition_at(ctl(), PARTITIONS, slot), &p);
	if (atomic_load(&ctl()->partitions) <= slot)
		atomic_store(&ctl()->partitions, slot + 1);
	journal(JOURNAL_PARTITION, slot);
}

static struct shm_replica
line(uint32_t slot)
{
	struct shm_replica r;

	latch_read(&pub()->replica[slot].line, &r);
	return r;
}

/* ---- acceptor ---- */

/* A batch of n records of `fill` bytes altogether, in fresh blocks; returns its arena position. */
static uint32_t
make_batch(int n, uint32_t length, int64_t producer, int16_t epoch, int32_t sequence)
{
	static uint8_t buf[1 << 20];
	struct batch_header h = { .length = (int32_t)length - 12, .leader_epoch = -1, .magic = 2, .last_offset_delta = n - 1,
		.base_timestamp = now_ms(), .producer_id = producer, .producer_epoch = epoch, .base_sequence = sequence,
		.count = n };
	uint32_t first = ARENA_NONE, last = ARENA_NONE;

	h.max_timestamp = h.base_timestamp;
	memset(buf, 'x', length);
	batch_header_put(&h, buf);
	h.crc = crc32c_update(0, buf + 21, length - 21);
	batch_header_put(&h, buf);
	for (uint32_t done = 0; done < length; done += ARENA_BLOCK) {
		uint32_t b = arena_alloc(arena), k = length - done < ARENA_BLOCK ? length - done : ARENA_BLOCK;

		if (b == ARENA_NONE)
			bail("arena full");
		memcpy(arena_block(arena, b), buf + done, k);
		if (first == ARENA_NONE)
			first = b;
		else
			arena_link(arena, last, b);
		last = b;
	}
	return first * ARENA_BLOCK;
}

/* The ring has passed everything: all blocks are free again. */
static void
fresh_arena(void)
{
	UNTIL(ring_taken(acc, ws) == ring_posted(acc, ws));
	arena_destroy(&arena);
	arena = arena_new(acc);
}

/* What is 0 here is the usual: generation 7, epoch 1, one record of 200 bytes, no producer. */
struct want {
	uint32_t slot, generation;
	int32_t epoch, n;
	uint32_t length;
	int64_t producer;
	int16_t producer_epoch;
	int32_t sequence;
	bool none; /* no records */
};
#define WANT(...) ((struct want){ __VA_ARGS__ })

static void
complete(struct want *w)
{
	w->generation = w->generation ? w->generation : 7;
	w->epoch = w->epoch ? w->epoch : 1;
	w->n = w->n ? w->n : !w->none;
	w->length = w->length ? w->length : 200;
	if (w->producer == 0) {
		w->producer = w->producer_epoch = -1;
		w->sequence = -1;
	}
}

static uint32_t
post(struct want w)
{
	union {
		struct shm_msg m;
		struct msg_produce b;
	} u = { .m = { .type = CALL_PRODUCE } };

	complete(&w);
	u.b.cookie = ++cookie;
	u.b.flags = atomic_load(&acc->self->arena_turn) ? PRODUCE_TURN : 0;
	u.b.slot = w.slot;
	u.b.slot_generation = w.generation;
	u.b.leader_epoch = w.epoch;
	u.b.chunk = make_batch(w.n, w.length, w.producer, w.producer_epoch, w.sequence);
	u.b.length = w.length;
	u.b.count = w.n;
	u.b.base_sequence = w.sequence;
	u.b.producer_id = w.producer;
	u.b.producer_epoch = w.producer_epoch;
	u.b.max_timestamp = now_ms();
	if (ring_post(acc, ws, &u.m) == -1)
		bail("ring full");
	return cookie;
}

/* The next message of a type; others are passed over. */
static void
take(int type, void *to, size_t n)
{
	int64_t end = mono_ns() + 20000000000;

	bell_ring(acc, ws);
	for (;;) {
		while (ring_waiting(acc, ws) > 0) {
			const struct shm_msg *m = ring_peek(acc, ws, 0);
			bool found = m->type == type;

			if (found)
				memcpy(to, m, n);
			ring_advance(acc, ws, 1);
			if (found)
				return;
		}
		if (mono_ns() > end)
			bail("no answer of type %d", type);
		poll(NULL, 0, 1);
	}
}

static struct msg_produced
answer(void)
{
	struct msg_produced a;

	take(CALL_PRODUCED, &a, sizeof(a));
	return a;
}

static struct msg_produced
call(struct want w)
{
	uint32_t c = post(w);
	struct msg_produced a = answer();

	if (a.cookie != c)
		bail("answer to %u, wanted %u", a.cookie, c);
	return a;
}

static bool
sleeps(void)
{
	return atomic_load(&shm_part_rw(sup, ws)->bell.v) & 1;
}

static void
pause_writer(void)
{
	int status;

	kill(pid, SIGSTOP);
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		bail("the writer does not stop");
}

static uint64_t
counter(enum counter c)
{
	return atomic_load(&shm_part_rw(sup, ws)->counter[c]);
}

static bool
exists(const char *name)
{
	char path[512];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return stat(path, &st) == 0;
}

/* ---- tests ---- */

static void
opening(void)
{
	put_topic(0, "one", 2, SLOT_ONLINE);
	put_partition(3, 0, 0, 1, SLOT_ONLINE);
	put_partition(4, 0, 1, 1, SLOT_ONLINE);
	atomic_fetch_add(&ctl()->version, 1);
	atomic_store(&ctl()->loaded, 1);
	start_writer();
	UNTIL(atomic_load(&pub()->version) == 1);
	is_int(1, line(3).epoch, "a led partition's line has the slot's epoch");
	is_int(REPLICA_OK, line(3).status, "and is served");
	is_int(7, line(3).generation, "and has its generation");
	is_int(0, line(3).leo, "and is empty");
	ok(exists("one-0") && exists("one-1/partition.metadata"), "directories are there");
	UNTIL(atomic_load(&pub()->disk) == DISK_ONLINE);
	UNTIL(atomic_load(&pub()->total_bytes) > 0);
	ok(1, "the room of the file system is known");
}

static void
appending(void)
{
	struct msg_produced a[10];
	uint64_t writes;
	bool good = true;

	UNTIL(sleeps());
	writes = counter(CTR_WRITES);
	pause_writer(); /* a timer may wake it in the middle */
	for (int i = 0; i < 10; i++)
		post(WANT(.slot = i % 2 ? 4 : 3, .n = 2));
	kill(pid, SIGCONT);
	for (int i = 0; i < 10; i++)
		a[i] = answer();
	for (int i = 0; i < 10; i++) {
		good &= a[i].error == 0 && a[i].leader_epoch == 1 && a[i].next_offset == a[i].base_offset + 2;
		good &= a[i].append_time == -1 && a[i].log_start == 0;
	}
	ok(good, "ten batches for two partitions are appended");
	is_int(10, line(3).leo, "the LEO");
	is_int(10, line(3).hw, "the HW of a single replica");
	is_int(1000, line(3).end, "the position behind the last batch");
	is_int(2, (int64_t)(counter(CTR_WRITES) - writes), "in one write each");
	{
		struct shm_tail_entry e;

		is_int(0, tail_find(shm_tail_at(pub(), PARTITIONS, 3), 8, &e), "the tail ring has the last batch");
		is_int(800, e.position, "and its position");
	}
	is_int(KERR_NONE, call(WANT(.slot = 3, .length = 200000, .n = 5)).error, "a batch of several blocks");
	is_int(15, line(3).leo, "moves the LEO by its records");
	fresh_arena();
}

static void
refusing(void)
{
	is_int(KERR_NOT_LEADER_OR_FOLLOWER, call(WANT(.slot = 3, .epoch = 2)).error, "another leader epoch");
	is_int(KERR_NOT_LEADER_OR_FOLLOWER, call(WANT(.slot = 3, .generation = 8)).error, "another slot generation");
	is_int(KERR_NOT_LEADER_OR_FOLLOWER, call(WANT(.slot = 5)).error, "a slot that is not there");
	is_int(KERR_NOT_LEADER_OR_FOLLOWER, call(WANT(.slot = 500)).error, "a slot outside of the table");
	is_int(KERR_INVALID_RECORD, call(WANT(.slot = 3, .none = true)).error, "no records");
	{
		union {
			struct shm_msg m;
			struct msg_produce b;
		} u = { .m = { .type = CALL_PRODUCE } };

		u.b = (struct msg_produce){ .type = CALL_PRODUCE, .slot = 3, .slot_generation = 7, .leader_epoch = 1,
			.chunk = 0x7fffffff, .length = 100000, .count = 1, .producer_id = -1, .base_sequence = -1 };
		ring_post(acc, ws, &u.m);
		is_int(KERR_UNKNOWN_SERVER_ERROR, answer().error, "a chunk outside of the arena");
		u.b.chunk = 0;
		u.b.length = (1 << 20) + 1;
		ring_post(acc, ws, &u.m);
		is_int(KERR_RECORD_LIST_TOO_LARGE, answer().error, "more than a segment holds");
	}
	is_int(15, line(3).leo, "nothing of these is in the log");
	fresh_arena();
}

static void
idempotence(void)
{
	struct msg_produced a;

	a = call(WANT(.slot = 4, .n = 3, .producer = 9, .producer_epoch = 0, .sequence = 0));
	is_int(0, a.error, "first batch of a producer");
	is_int(10, a.base_offset, "at the end");
	a = call(WANT(.slot = 4, .n = 3, .producer = 9, .producer_epoch = 0, .sequence = 0));
	ok(a.error == 0 && a.base_offset == 10 && a.next_offset == 13, "the same again: the original's offsets");
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
	    call(WANT(.slot = 4, .producer = 9, .producer_epoch = 0, .sequence = 7)).error, "a gap");
	post(WANT(.slot = 4, .producer = 9, .producer_epoch = 0, .sequence = 3));
	post(WANT(.slot = 4, .producer = 9, .producer_epoch = 0, .sequence = 4));
	post(WANT(.slot = 4, .producer = 9, .producer_epoch = 0, .sequence = 4));
	is_int(13, answer().base_offset, "several in one drain");
	is_int(14, answer().base_offset, "in order");
	is_int(14, answer().base_offset, "and a duplicate among them");
	is_int(0, call(WANT(.slot = 4, .producer = 9, .producer_epoch = 1, .sequence = 0)).error, "the next epoch");
	is_int(KERR_INVALID_PRODUCER_EPOCH, call(WANT(.slot = 4, .producer = 9, .producer_epoch = 0, .sequence = 5)).error,
	    "the old epoch");
	is_int(16, line(4).leo, "the LEO");
	is_int(1 + 1, (int64_t)counter(CTR_DUPLICATES), "duplicates are counted");
	fresh_arena();
}

static uint32_t
moved_waiting(void)
{
	uint32_t n = 0;

	while (ring_waiting(acc, ws) > 0) {
		const struct shm_msg *m = ring_peek(acc, ws, 0);

		n += m->type == CALL_MOVED && ((const struct msg_moved *)m)->slot == 3;
		ring_advance(acc, ws, 1);
	}
	return n;
}

static void
moving(void)
{
	struct shm_acceptor *a = shm_body_of(shm_part_rw(sup, as));

	moved_waiting();
	atomic_store(&a->wait[3], 1);
	for (int i = 0; i < 3; i++) {
		post(WANT(.slot = 3));
		bell_ring(acc, ws);
		UNTIL(ring_taken(acc, ws) == ring_posted(acc, ws));
	}
	is_int(1, moved_waiting(), "one \"moved\" for one arming, however often it moves");
	atomic_store(&a->wait[3], 2);
	post(WANT(.slot = 3));
	post(WANT(.slot = 4));
	bell_ring(acc, ws);
	UNTIL(ring_taken(acc, ws) == ring_posted(acc, ws));
	is_int(1, moved_waiting(), "and one for the next");
	atomic_store(&a->wait[3], 0);
	fresh_arena();
}

static void
deleting_records(void)
{
	union {
		struct shm_msg m;
		struct msg_delete_records b;
	} u = { .m = { .type = CALL_DELETE_RECORDS } };
	struct msg_records_deleted d;

	u.b.slot = 4;
	u.b.slot_generation = 7;
	u.b.leader_epoch = 1;
	u.b.before = 5;
	ring_post(acc, ws, &u.m);
	take(CALL_RECORDS_DELETED, &d, sizeof(d));
	ok(d.error == 0 && d.low_watermark == 5, "records are deleted up to an offset");
	is_int(5, line(4).log_start, "the line says so");
	u.b.before = 1000;
	ring_post(acc, ws, &u.m);
	take(CALL_RECORDS_DELETED, &d, sizeof(d));
	is_int(KERR_OFFSET_OUT_OF_RANGE, d.error, "not beyond the high watermark");
	u.b.before = -1;
	ring_post(acc, ws, &u.m);
	take(CALL_RECORDS_DELETED, &d, sizeof(d));
	ok(d.error == 0 && d.low_watermark == line(4).hw, "-1: up to the high watermark");
}

static void
succession(void)
{
	struct shm_replica before = line(4), after;
	struct msg_produced a;
	uint32_t c;

	UNTIL(sleeps());
	end_writer(SIGKILL);
	c = post(WANT(.slot = 4));
	start_writer();
	a = answer();
	ok(a.cookie == c && a.error == KERR_REQUEST_TIMED_OUT, "what waited when the writer died: try again");
	a = call(WANT(.slot = 4, .producer = 9, .producer_epoch = 1, .sequence = 0));
	is_int(0, a.error, "a duplicate for the successor");
	is_int(before.leo - 1, a.next_offset, "which knows the producers");
	after = line(4);
	ok(after.leo == before.leo && after.epoch == 1 && after.hw == before.hw && after.log_start == before.log_start,
	    "and goes on in the same epoch at the same offsets");
	is_int(before.leo, call(WANT(.slot = 4)).base_offset, "and appends there");
	fresh_arena();
}

/* What lies behind the published LEO was seen by nobody: it must be gone. */
static void
cutting(void)
{
	struct shm_replica before = line(3);
	char path[512];
	int fd;

	end_writer(SIGKILL);
	snprintf(path, sizeof(path), "%s/one-0/%020lld.log", dir, (long long)before.segment);
	fd = open(path, O_WRONLY);
	if (fd == -1 || pwrite(fd, "half a batch", 12, before.end) != 12)
		bail("%s: %s", path, strerror(errno));
	close(fd);
	start_serving();
	is_int(before.leo, call(WANT(.slot = 3)).base_offset, "a tail that was not published is cut off");
	is_int(before.end + 200, line(3).end, "and overwritten by nothing");
	fresh_arena();
}

static void
changing(void)
{
	put_partition(3, 0, 0, 2, SLOT_ONLINE);
	published();
	UNTIL(line(3).epoch == 2);
	is_int(KERR_NOT_LEADER_OR_FOLLOWER, call(WANT(.slot = 3, .epoch = 1)).error, "the old epoch is refused");
	is_int(0, call(WANT(.slot = 3, .epoch = 2)).error, "the new one is served");

	put_topic(1, "two", 40, SLOT_ONLINE);
	for (uint32_t i = 0; i < 40; i++)
		put_partition(20 + i, 1, (int32_t)i, 1, SLOT_ONLINE);
	published();
	UNTIL(atomic_load(&pub()->version) == atomic_load(&ctl()->version));
	ok(exists("two-39/partition.metadata") && line(59).status == REPLICA_OK, "forty partitions are created");
	is_int(0, call(WANT(.slot = 59)).base_offset, "and take records");

	put_partition(59, 1, 39, 1, SLOT_DELETING);
	published();
	UNTIL(atomic_load(&pub()->version) == atomic_load(&ctl()->version));
	ok(!exists("two-39") && line(59).status == REPLICA_NONE && line(59).epoch == -1, "one is deleted");
	is_int(KERR_NOT_LEADER_OR_FOLLOWER, call(WANT(.slot = 59)).error, "and refuses");
	fresh_arena();
}

/* Answers wait here until the acceptor takes them, and none is lost. */
static void
slow_acceptor(void)
{
	uint32_t posted = 0, got = 0, first = cookie + 1;
	bool good = true;
	int64_t end = mono_ns() + 20000000000;
	struct msg_produced a;

	moved_waiting();
	while (posted < SHM_RING + 700) {
		union {
			struct shm_msg m;
			struct msg_produce b;
		} u = { .m = { .type = CALL_PRODUCE } };

		u.b = (struct msg_produce){ .type = CALL_PRODUCE, .cookie = ++cookie, .slot = 500, .length = 200, .count = 1 };
		UNTIL(ring_room(acc, ws) > 0);
		ring_post(acc, ws, &u.m);
		bell_ring(acc, ws);
		posted++;
	}
	UNTIL(ring_taken(acc, ws) == ring_posted(acc, ws));
	is_int(SHM_RING, ring_waiting(acc, ws), "the ring of answers is full");
	while (got < posted && mono_ns() < end) {
		if (ring_waiting(acc, ws) == 0) {
			poll(NULL, 0, 1);
			continue;
		}
		memcpy(&a, ring_peek(acc, ws, 0), sizeof(a));
		ring_advance(acc, ws, 1);
		good &= a.type == CALL_PRODUCED && a.cookie == first + got;
		got++;
	}
	is_int(posted, got, "every answer comes when there is room");
	ok(good, "in order");
}

/* No room: refused, undone, and taken again when there is some. */
static void
full(void)
{
	struct shm_replica before = line(4);
	struct msg_produced a;
	char path[512];
	struct stat st;

	atomic_store(&faults->after, 50);
	atomic_store(&faults->write, ENOSPC);
	a = call(WANT(.slot = 4, .producer = 11, .producer_epoch = 0, .sequence = 0));
	is_int(KERR_KAFKA_STORAGE_ERROR, a.error, "no room: an error that clients retry");
	is_int(DISK_FULL, atomic_load(&pub()->disk), "the disk is full");
	is_int(KERR_KAFKA_STORAGE_ERROR,
	    call(WANT(.slot = 4, .producer = 11, .producer_epoch = 0, .sequence = 0)).error, "again");
	snprintf(path, sizeof(path), "%s/one-1/%020lld.log", dir, (long long)before.segment);
	ok(line(4).leo == before.leo && stat(path, &st) == 0 && st.st_size == before.end, "what was written is undone");
	put_topic(2, "three", 1, SLOT_ONLINE);
	put_partition(70, 2, 0, 1, SLOT_ONLINE);
	put_partition(58, 1, 38, 1, SLOT_DELETING);
	published();
	UNTIL(!exists("two-38"));
	ok(1, "deleting goes on");
	atomic_store(&faults->write, 0);
	/* the checkpoints that named it could not be written, not even in place */
	UNTIL(atomic_load(&pub()->version) == atomic_load(&ctl()->version));
	ok(1, "and is said to be done when there is room");
	is_int(0, call(WANT(.slot = 4, .producer = 11, .producer_epoch = 0, .sequence = 0)).error, "room again: taken");
	is_int(before.leo + 1, line(4).leo, "at the same place");
	UNTIL(atomic_load(&pub()->disk) == DISK_ONLINE);
	ok(1, "and the disk is not full any more");
	fresh_arena();
}

/* flush.messages=1: acknowledged means synced. */
static void
flushing(void)
{
	struct shm_topic t;

	latch_read(shm_topic_at(ctl(), 2), &t);
	t.config.flush_messages = 1;
	t.version = atomic_load(&ctl()->version) + 1;
	latch_write(shm_topic_at(ctl(), 2), &t);
	journal(JOURNAL_TOPIC, 2);
	published();
	UNTIL(atomic_load(&pub()->version) == atomic_load(&ctl()->version));
	for (int i = 0; i < 3; i++)
		is_int(i, call(WANT(.slot = 70)).base_offset, "an answer after the sync");
	atomic_store(&faults->sync, ENOSPC);
	for (int i = 0; i < 2; i++)
		is_int(KERR_KAFKA_STORAGE_ERROR, call(WANT(.slot = 70, .producer = 12, .producer_epoch = 0, .sequence = 0)).error,
		    i == 0 ? "what could not be synced is not acknowledged" : "nor when it is sent again");
	atomic_store(&faults->sync, 0);
	{
		struct msg_produced a = call(WANT(.slot = 70, .producer = 12, .producer_epoch = 0, .sequence = 0));

		ok(a.error == 0 && a.base_offset == 3, "but once it was");
	}
	fresh_arena();
}

/* A sync that fails: the node is offline, nothing is written any more, everybody is told. */
static void
failing(void)
{
	struct shm_replica_lines unopened;
	struct shm_replica before;

	UNTIL(sleeps());
	before = line(70);
	atomic_store(&faults->sync, EIO);
	is_int(KERR_KAFKA_STORAGE_ERROR, call(WANT(.slot = 70)).error, "what was not synced is not acknowledged");
	is_int(DISK_OFFLINE, atomic_load(&pub()->disk), "the disk is offline");
	is_int(EIO, atomic_load(&pub()->error), "and says why");
	is_int(REPLICA_FAILED, line(4).status, "its replicas have failed");
	is_int(-1, line(70).epoch, "and are not served");
	ok(line(70).hw >= before.hw, "high watermarks do not fall");
	is_int(KERR_KAFKA_STORAGE_ERROR, call(WANT(.slot = 4)).error, "produce is refused");
	put_partition(69, 2, 0, 1, SLOT_ONLINE);
	put_partition(57, 1, 37, 1, SLOT_DELETING);
	published();
	UNTIL(atomic_load(&pub()->version) == atomic_load(&ctl()->version));
	is_int(REPLICA_FAILED, line(69).status, "a new partition fails at once");
	is_int(REPLICA_NONE, line(57).status, "a deleted one is gone");
	ok(exists("two-37"), "but its files are left alone");
	atomic_store(&faults->sync, 0);
	end_writer(SIGKILL);
	memset(&pub()->replica[70], 0, sizeof(unopened)); /* as if it had never been opened in this daemon's life */
	start_writer();
	UNTIL(sleeps());
	is_int(KERR_KAFKA_STORAGE_ERROR, call(WANT(.slot = 4)).error, "a successor does not try it by itself");
	is_int(REPLICA_FAILED, line(70).status, "what nobody has opened fails as well");
	memcpy(&unopened, &pub()->replica[70], sizeof(unopened));
	is_int(DISK_OFFLINE, atomic_load(&pub()->disk), "the disk stays offline");
	end_writer(SIGTERM);
	ok(!exists(".kafka_cleanshutdown"), "and it does not claim an orderly end");
	atomic_store(&pub()->disk, DISK_STARTING); /* a new daemon */
	put_partition(69, 2, 0, 1, SLOT_FREE);
	put_partition(57, 1, 37, 1, SLOT_FREE);
	memset(&pub()->replica[0], 0, sizeof(struct shm_replica_lines) * PARTITIONS);
	memcpy(&pub()->replica[70], &unopened, sizeof(unopened));
	published();
	start_serving();
	UNTIL(line(70).status == REPLICA_OK);
	is_int(before.leo + 1, line(70).leo, "after a restart everything that is intact is there");
	is_int(before.leo + 1, line(70).born, "and none of it counts as checked, whatever the line of a failed replica said");
	fresh_arena();
}

static void
restarting(void)
{
	struct shm_replica before = line(3);

	end_writer(SIGTERM);
	/* a new life of the daemon: nothing is known but the disk, and the epoch is new */
	memset(&pub()->replica[0], 0, sizeof(struct shm_replica_lines) * PARTITIONS);
	put_partition(3, 0, 0, 3, SLOT_ONLINE);
	published();
	start_writer();
	UNTIL(line(3).epoch == 3);
	ok(line(3).leo == before.leo && line(3).hw == before.leo && line(3).size == before.size, "an orderly restart");
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
	    call(WANT(.slot = 4, .producer = 9, .producer_epoch = 1, .sequence = 5)).error, "producers are remembered");

	UNTIL(sleeps()); /* the message is done with, or its successor answers it again */
	end_writer(SIGKILL);
	memset(&pub()->replica[0], 0, sizeof(struct shm_replica_lines) * PARTITIONS);
	put_partition(3, 0, 0, 4, SLOT_ONLINE);
	published();
	start_writer();
	UNTIL(line(3).epoch == 4);
	is_int(before.leo, line(3).leo, "a restart after everything was killed");
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
	    call(WANT(.slot = 4, .producer = 9, .producer_epoch = 1, .sequence = 5)).error, "producers are remembered");

	UNTIL(sleeps()); /* the message is done with, or its successor answers it again */
	end_writer(SIGKILL);
	{
		char path[512];

		snprintf(path, sizeof(path), "%s/one-0/%020lld.log", dir, (long long)line(3).segment);
		if (truncate(path, line(3).end - 100) == -1)
			bail("truncate");
	}
	start_writer();
	UNTIL(line(3).status == REPLICA_FAILED);
	is_int(-1, line(3).epoch, "a log that is shorter than what was published is not served");
	is_int(KERR_NOT_LEADER_OR_FOLLOWER, call(WANT(.slot = 3, .epoch = 4)).error, "and refuses");
	is_int(0, call(WANT(.slot = 4)).error, "the others are");
	end_writer(SIGTERM);
}

int
main(void)
{
	plan(0);
	if (mkdtemp(dir) == NULL)
		bail("mkdtemp");
	log_set_level(getenv("VERBOSE") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR + 1);
	as = proc_slot(PROC_ACCEPTOR, 0);
	ws = proc_slot(PROC_WRITER, 0);
	cs = proc_slot(PROC_CONTROLLER, 0);
	{
		const struct shm_layout l = {
			.count = { [PROC_SUPERVISOR] = 1, [PROC_CONTROLLER] = 1, [PROC_ACCEPTOR] = 2, [PROC_WRITER] = 1 },
			.partitions_max = PARTITIONS, .acceptor_arena = 8 << 20, .controller_arena = 1 << 20,
		};

		if (shm_create(&sup, &l) == -1)
			bail("shm_create");
	}
	faults_init();
	acc = shm_pair_view(sup, as);
	atomic_store(&shm_processes_rw(sup)->process[as].exists, 1);
	atomic_store(&shm_processes_rw(sup)->process[as].pid, (uint32_t)getpid());
	atomic_store(&shm_processes_rw(sup)->process[as].generation, acc->generation);
	arena = arena_new(acc);
	if (pipe(pipe_fd) == -1)
		bail("pipe");
	lock.fd = disk_lock(dir, &pid);
	lock.path = dir;
	lock.node_id = 1;
	in = (struct inherit){ .shm = sup, .config = config_new(), .supervisor_pipe = pipe_fd[0], .disk = &lock, .disks = 1,
		.metadata_dir = dir, .metadata_lock = -1, .supervisor = getpid() };

	opening();
	appending();
	refusing();
	idempotence();
	moving();
	deleting_records();
	succession();
	cutting();
	changing();
	slow_acceptor();
	full();
	flushing();
	failing();
	restarting();
	arena_destroy(&arena);
	config_free(&in.config);
	free(acc);
	shm_destroy(&sup);
	remove_tree_at(AT_FDCWD, dir);
	return done_testing();
}
