/* SPDX-License-Identifier: ISC */
/*
 * follow-t.c - a real writer process that follows, and then leads; this program plays the
 * controller, an acceptor, and the writer of the other node, which has a real log.
 */
#include "config.h"

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
#include <errno.h>

#include "../shm/shm_pair.h"
#include "odradek/base/clock.h"
#include "odradek/base/crc32c.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/proc/child.h"
#include "odradek/proc/tables.h"
#include "odradek/proto/batch.h"
#include "odradek/proto/kerr.h"
#include "odradek/proto/record.h"
#include "odradek/shm/arena.h"
#include "odradek/store/disk.h"
#include "odradek/store/plog.h"
#include "odradek/store/sys.h"

#define NOT_HERE(kind)             \
	void kind(struct child *c) \
	{                          \
		(void)c;           \
	}
NOT_HERE(cleaner_main)
NOT_HERE(replicator_main)
NOT_HERE(coordinator_main)
NOT_HERE(acceptor_main)
NOT_HERE(controller_main)

#define PARTITIONS 10
#define SLOT 2

static struct shm *sup, *acc, *led, *cleaner; /* our views as acceptor 0, writer 1 and cleaner 0 */
static struct arena *arena;
static uint32_t as, ws, ls, cs;
static struct inherit in;
static struct disk_lock lock[2];
static int pipe_fd[2];
static pid_t pid;
static char dir[] = "/tmp/odradek-follow-XXXXXX", path[2][64];
static struct disk *disk;
static struct plog_config config;
static struct plog *theirs; /* the leader's log */
static int32_t their_epoch = -1;
static struct shm_partition part = {.generation = 7,
    .state = SLOT_ONLINE,
    .leader = 1,
    .leader_epoch = 1,
    .isr = 3,
    .count = 3,
    .replicas = 2,
    .min_insync = 1,
    .replica = {1, 0}};
static struct faults {
	_Atomic int full;   /* what writes to the follower's disk say */
	_Atomic int deadly; /* it dies behind so many changes of its disk; 0 = it does not */
	_Atomic int stuck;  /* what renaming a segment away says */
	_Atomic int closed; /* what opening a file says */
	_Atomic size_t read; /* the most that it has read at once */
} * faults;                 /* shared */
static struct store_sys real;

/* Behind each change of the disk. */
static void
deadly(void)
{
	if (getpid() != in.supervisor && faults->deadly > 0 && --faults->deadly == 0)
		kill(getpid(), SIGKILL);
}

static ssize_t
faulty_pwritev(int fd, const struct iovec *iov, int n, off_t off)
{
	ssize_t r;

	if (faults->full != 0 && getpid() != in.supervisor) {
		errno = faults->full;
		return -1;
	}
	r = real.pwritev(fd, iov, n, off);
	deadly();
	return r;
}

static ssize_t
seen_pread(int fd, void *p, size_t n, off_t off)
{
	if (n > faults->read && getpid() != in.supervisor)
		faults->read = n;
	return real.pread(fd, p, n, off);
}

static ssize_t
deadly_pwrite(int fd, const void *p, size_t n, off_t off)
{
	ssize_t r = real.pwrite(fd, p, n, off);

	deadly();
	return r;
}

static int
deadly_ftruncate(int fd, off_t len)
{
	int r = real.ftruncate(fd, len);

	deadly();
	return r;
}

static int
deadly_renameat(int fd, const char *from, int to_fd, const char *to)
{
	int r;

	if (faults->stuck != 0 && getpid() != in.supervisor && strstr(to, ".log.deleted") != NULL) {
		errno = faults->stuck;
		return -1;
	}
	r = real.renameat(fd, from, to_fd, to);
	deadly();
	return r;
}

static int
closed_openat(int fd, const char *name, int flags, mode_t mode)
{
	if (faults->closed != 0 && getpid() != in.supervisor && strncmp(name, "t-0", 3) == 0) {
		errno = faults->closed;
		return -1;
	}
	return real.openat(fd, name, flags, mode);
}

static int
deadly_unlinkat(int fd, const char *name, int flags)
{
	int r = real.unlinkat(fd, name, flags);

	deadly();
	return r;
}

#define UNTIL(cond)                                                   \
	do {                                                          \
		int64_t end_ = mono_ns() + 20000000000;               \
		while (!(cond)) {                                     \
			if (mono_ns() > end_)                         \
				bail("line %d: no " #cond, __LINE__); \
			poll(NULL, 0, 1);                             \
		}                                                     \
	} while (0)

/* ---- the supervisor and the controller ---- */

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
	kill(pid, sig);
	waitpid(pid, NULL, 0);
	atomic_store(&shm_processes_rw(sup)->process[ws].pid, 0);
	atomic_fetch_add(&shm_processes_rw(sup)->changes, 1);
}

static struct shm_controller *
ctl(void)
{
	return shm_body_of(shm_part_rw(sup, proc_slot(PROC_CONTROLLER, 0)));
}

static struct shm_writer *
pub(uint32_t slot)
{
	return shm_body_of(shm_part_rw(sup, slot));
}

static void
journal(enum journal_kind kind, uint32_t index)
{
	uint64_t head = atomic_load(&ctl()->journal_head);

	atomic_store(&ctl()->journal[head % SHM_JOURNAL], (uint64_t)kind << 32 | index);
	atomic_store(&ctl()->journal_head, head + 1);
}

/* The slot as `part` says. */
static void
assign(void)
{
	part.version = atomic_load(&ctl()->version) + 1;
	latch_write(shm_partition_at(ctl(), PARTITIONS, SLOT), &part);
	if (atomic_load(&ctl()->partitions) <= SLOT)
		atomic_store(&ctl()->partitions, SLOT + 1);
	journal(JOURNAL_PARTITION, SLOT);
	atomic_fetch_add(&ctl()->version, 1);
	bell_ring(acc, ws);
}

static void
put_topic(bool compact)
{
	struct shm_topic t = {
	    .version = atomic_load(&ctl()->version) + 1,
	    .generation = 1,
	    .state = SLOT_ONLINE,
	    .partitions = 1,
	    .config = {.retention_ms = -1,
		.retention_bytes = -1,
		.segment_ms = 604800000,
		.flush_messages = INT64_MAX,
		.flush_ms = INT64_MAX,
		.segment_bytes = 1 << 20,
		.segment_index_bytes = 10 << 20,
		.index_interval_bytes = 4096,
		.max_message_bytes = 1 << 20,
		.min_insync_replicas = 1,
		.cleanup_delete = 1,
		.cleanup_compact = compact,
		.own = UINT64_MAX},
	};

	t.id[0] = 0xaa;
	t.name_len = (uint8_t)snprintf(t.name, sizeof(t.name), "t");
	latch_write(shm_topic_at(ctl(), 0), &t);
	atomic_store(&ctl()->topics, 1);
	journal(JOURNAL_TOPIC, 0);
}

/* ---- the follower, as others see it ---- */

static struct shm_replica
line(void)
{
	struct shm_replica r;

	latch_read(&pub(ws)->replica[SLOT].line, &r);
	return r;
}

static uint64_t
counter(enum counter c)
{
	return atomic_load(&shm_part_rw(sup, ws)->counter[c]);
}

/* It has looked at everything that it was told. */
static void
settled(void)
{
	const uint64_t *version = &part.version;

	UNTIL(atomic_load(&pub(ws)->version) >= *version &&
	      ring_taken(led, ws) == ring_posted(led, ws) &&
	      ring_taken(acc, ws) == ring_posted(acc, ws) &&
	      (atomic_load(&shm_part_rw(sup, ws)->bell.v) & 1) != 0);
}

static bool
exists_segment(int64_t base)
{
	char name[200];

	snprintf(name, sizeof(name), "%s/t-0/%020lld.log", path[0], (long long)base);
	return access(name, F_OK) == 0;
}

static bool
same_files(void)
{
	char cmd[400];

	snprintf(cmd, sizeof(cmd),
	    "cat %s/t-0/*.log > %s/a; cat %s/t-0/*.log > %s/b; cmp -s %s/a %s/b", path[0], dir,
	    path[1], dir, dir, dir);
	return system(cmd) == 0;
}

/* ---- the leader ---- */

static void
moved(void)
{
	union {
		struct shm_msg m;
		struct msg_moved b;
	} u = {.m = {.type = CALL_MOVED}};

	u.b.slot = SLOT;
	if (ring_post(led, ws, &u.m) == -1)
		bail("ring full");
	bell_ring(led, ws);
}

/* Its line, as far as it wants others to see it. */
static void
publish_upto(int64_t leo)
{
	const struct plog_line *l = plog_line(theirs);
	struct shm_replica v = {.epoch = their_epoch,
	    .hw_epoch = their_epoch,
	    .generation = 7,
	    .leo = leo,
	    .hw = l->hw,
	    .lso = l->hw,
	    .log_start = l->log_start,
	    .segment = l->segment,
	    .end = l->end,
	    .slot_version = part.version,
	    .size = l->size,
	    .first_unstable = -1,
	    .segments = l->generation,
	    .status = REPLICA_OK,
	    .cleaned = -1,
	    .cuts = l->cuts,
	    .last_epoch = l->epoch};

	latch_write(&pub(ls)->replica[SLOT].line, &v);
	moved();
}

static void
publish(void)
{
	publish_upto(plog_line(theirs)->leo);
}

static uint32_t
put_bytes(const uint8_t *p, uint32_t length)
{
	uint32_t first = ARENA_NONE, last = ARENA_NONE;

	for (uint32_t done = 0; done < length; done += ARENA_BLOCK) {
		uint32_t b = arena_alloc(arena);

		if (b == ARENA_NONE)
			bail("arena full");
		memcpy(arena_block(arena, b), p + done,
		    length - done < ARENA_BLOCK ? length - done : ARENA_BLOCK);
		if (first == ARENA_NONE)
			first = b;
		else
			arena_link(arena, last, b);
		last = b;
	}
	return first;
}

/* n batches of three records go into its log and into the tail ring; an acceptor has them in its
 * arena. */
static void
lead_append(int n, uint32_t length, bool reused)
{
	static uint8_t buf[1 << 20];
	static uint32_t count;
	uint32_t turn = atomic_load(&acc->self->arena_turn) & 1;

	for (int i = 0; i < n; i++) {
		struct batch_header h = {.length = (int32_t)length - 12,
		    .leader_epoch = -1,
		    .magic = 2,
		    .last_offset_delta = 2,
		    .base_timestamp = now_ms(),
		    .producer_id = 10 + their_epoch,
		    .producer_epoch = 0,
		    .base_sequence = (int32_t)count,
		    .count = 3};
		struct iovec iov = {buf + BATCH_PREFIX, length - BATCH_PREFIX};
		struct plog_batch b = {.iov = &iov,
		    .iovcnt = 1,
		    .length = length,
		    .last_offset_delta = 2,
		    .marker = -1,
		    .producer_id = 10 + their_epoch,
		    .base_sequence = (int32_t)count};
		struct shm_tail_entry e;
		uint32_t block;

		count += 3;
		h.max_timestamp = b.max_timestamp = h.base_timestamp;
		memset(buf, (int)('a' + count % 26), length);
		batch_header_put(&h, buf);
		batch_seal(buf, length);
		if (plog_append(theirs, &b, 1, their_epoch, 0, now_ms()) == -1 || b.error != 0)
			bail("append: %d", b.error);
		block = put_bytes(buf, length);
		e = (struct shm_tail_entry){.base = b.base_offset,
		    .next = b.base_offset + 3,
		    .segment = b.segment,
		    .position = (uint32_t)b.position,
		    .length = length,
		    .chunk = block * ARENA_BLOCK,
		    .chunk_owner = as << 16 | turn,
		    .chunk_generation = arena_chain(acc, as, turn, block * ARENA_BLOCK, length)};
		tail_push(shm_tail_at(pub(ls), PARTITIONS, SLOT), &e);
		if (reused) { /* the same block, other bytes */
			arena_free(arena, block);
			memset(arena_block(arena, arena_alloc(arena)), 0, ARENA_BLOCK);
		}
	}
	arena_destroy(&arena);
	arena = arena_new(acc); /* nobody waits for its bytes */
}

static bool
told_leader(void)
{
	bool told = false;

	while (ring_waiting(led, ws) > 0) {
		told |= ring_peek(led, ws, 0)->type == CALL_MOVED;
		ring_advance(led, ws, 1);
	}
	return told;
}

/* ---- tests ---- */

static void
beginning(void)
{
	put_topic(false);
	assign();
	atomic_store(&ctl()->loaded, 1);
	start_writer();
	UNTIL(atomic_load(&pub(ws)->version) == part.version && line().status == REPLICA_OK);
	settled();
	is_int(-1, line().epoch,
	    "while the leader has not started its epoch, neither has the follower");
	atomic_store(shm_wait_words(shm_part_rw(sup, ls), PARTITIONS) + SLOT, 1);
	their_epoch = 1;
	publish();
	UNTIL(line().epoch == 1);
	ok(atomic_load(shm_wait_words(shm_part_rw(sup, ws), PARTITIONS) + SLOT) != 0,
	    "then it has, and waits for more");
}

static void
copying(void)
{
	uint64_t writes = counter(CTR_WRITES), arena_bytes, file_bytes;

	lead_append(5, 300, false);
	publish();
	UNTIL(line().leo == 15);
	settled();
	ok(same_files(), "what the leader has is copied, byte by byte");
	is_int(1500, (int64_t)counter(CTR_COPIED_ARENA), "out of the arena");
	is_int(1, (int64_t)(counter(CTR_WRITES) - writes), "in one write");
	ok(told_leader(), "the leader, whose high watermark can move, is told");
	is_int(0, line().hw, "the high watermark is the leader's");
	plog_set_hw(theirs, 15, false);
	publish();
	UNTIL(line().hw == 15);
	settled();
	ok(!told_leader(), "a high watermark is no news for the leader");
	atomic_store(shm_wait_words(shm_part_rw(sup, ls), PARTITIONS) + SLOT, 2);
	lead_append(1, 300000, false);
	lead_append(2, 100, false);
	publish_upto(18);
	UNTIL(line().leo == 18);
	settled();
	is_int(18, line().leo, "nothing is copied beyond what the leader has published");
	publish();
	UNTIL(line().leo == 24);
	ok(same_files(), "a batch of many blocks, and small ones");
	arena_bytes = counter(CTR_COPIED_ARENA);
	file_bytes = counter(CTR_COPIED_FILE);
	lead_append(3, 400, true);
	publish();
	UNTIL(line().leo == 33);
	ok(same_files(), "blocks that are used again: the leader's file");
	is_int(0, (int64_t)(counter(CTR_COPIED_ARENA) - arena_bytes), "... alone");
	is_int(1200, (int64_t)(counter(CTR_COPIED_FILE) - file_bytes), "... is read");
	lead_append(120, 9000, false);
	publish();
	UNTIL(line().leo == 393);
	ok(same_files(), "more than the tail ring tells of, and several segments");
}

static void
epochs(void)
{
	const struct plog_line *l = plog_line(theirs);

	/* its line is ahead of the slot: its log may be another one by now */
	their_epoch = 2;
	lead_append(1, 100, false);
	publish();
	settled();
	is_int(393, line().leo, "nothing is copied from a leader of another epoch");
	part.leader_epoch = 2;
	assign();
	UNTIL(line().epoch == 2 && line().leo == 396);
	ok(same_files(), "when it is the slot's, the follower starts it and copies");
	/* what the follower has of epoch 2 is not in the log of who leads in epoch 3 */
	if (plog_truncate_to(theirs, 390) == -1)
		bail("truncate");
	their_epoch = 3;
	lead_append(4, 150, false);
	plog_set_hw(theirs, 390, false);
	part.leader_epoch = 3;
	publish();
	assign();
	UNTIL(line().epoch == 3 && line().leo == l->leo);
	settled();
	ok(same_files(),
	    "what the leader does not have is cut, by its history of epochs, and the rest copied");
	is_int(3, line().last_epoch, "and tells of the epoch of its last batch");
	/* the leader's history ends with an epoch that the follower has */
	if (plog_truncate_to(theirs, 396) == -1)
		bail("truncate");
	part.leader_epoch = their_epoch = 4;
	publish();
	assign();
	UNTIL(line().epoch == 4 && line().leo == 396);
	ok(same_files(), "a shorter log of the same epoch: the line alone tells");
}

/* Between two of them the loop looks at who waits. */
static void
slices(void)
{
	const int64_t to = plog_line(theirs)->leo + 900;
	uint64_t bytes = counter(CTR_COPIED_FILE), writes = counter(CTR_WRITES);

	for (int i = 0; i < 3; i++)
		lead_append(100, 9000, false);
	publish();
	UNTIL(line().leo == to);
	settled();
	bytes = counter(CTR_COPIED_FILE) - bytes;
	writes = counter(CTR_WRITES) - writes;
	ok(bytes > 2000000 && bytes / writes < (256 << 10) + 9000,
	    "what it missed is written in slices: %llu bytes in %llu", (unsigned long long)bytes,
	    (unsigned long long)writes);
	ok(same_files(), "none is left out");
}

static void
damage(void)
{
	char name[200];
	int64_t leo = plog_line(theirs)->leo, end;
	uint8_t byte = 'q', was;
	int fd;

	lead_append(2, 500, true);
	end = plog_line(theirs)->end;
	snprintf(name, sizeof(name), "%s/t-0/%020lld.log", path[1],
	    (long long)plog_line(theirs)->segment);
	if ((fd = open(name, O_RDWR)) == -1 || pread(fd, &was, 1, end - 100) != 1 ||
	    pwrite(fd, &byte, 1, end - 100) != 1)
		bail("damage");
	publish();
	UNTIL(line().leo == leo + 3);
	for (int i = 0; i < 20; i++) {
		moved();
		settled();
	}
	is_int(leo + 3, line().leo, "a damaged batch is not copied, what is in front of it is");
	if (pwrite(fd, &was, 1, end - 100) != 1)
		bail("mend");
	close(fd);
	UNTIL(line().leo == leo + 6);
	ok(same_files(), "when it is mended, the follower goes on by itself");
}

static void
no_room(void)
{
	int64_t leo = plog_line(theirs)->leo;

	faults->full = ENOSPC;
	lead_append(2, 500, false);
	publish();
	UNTIL(atomic_load(&pub(ws)->disk) == DISK_FULL);
	is_int(leo, line().leo, "nothing fits on a full disk");
	faults->full = 0;
	UNTIL(line().leo == leo + 6);
	ok(same_files(), "with room it goes on by itself");
	UNTIL(atomic_load(&pub(ws)->disk) == DISK_ONLINE);
}

static void
succession(void)
{
	end_writer(SIGKILL);
	lead_append(3, 500, false);
	publish();
	start_writer();
	UNTIL(line().leo == plog_line(theirs)->leo);
	is_int(4, line().epoch, "a successor goes on in its epoch");
	ok(same_files(), "where its predecessor was");
}

/* It dies behind the n-th change of its disk, for each n, while it cuts, and copies what the next
 * epoch brings. */
static void
deaths(void)
{
	bool good = true, died = true;
	int n;

	for (n = 1; died; n++) {
		int64_t cut = plog_line(theirs)->leo - 6;

		died = false;
		if (plog_truncate_to(theirs, cut) == -1)
			bail("truncate");
		their_epoch++;
		lead_append(3, 700, n % 2);
		faults->deadly = n;
		part.leader_epoch = their_epoch;
		publish();
		assign();
		for (int64_t end = mono_ns() + 20000000000;; poll(NULL, 0, 1)) {
			if (waitpid(pid, NULL, faults->deadly == 0 && !died ? 0 : WNOHANG) == pid) {
				atomic_store(&shm_processes_rw(sup)->process[ws].pid, 0);
				atomic_fetch_add(&shm_processes_rw(sup)->changes, 1);
				start_writer();
				died = true;
			}
			if (line().epoch == their_epoch && line().leo == plog_line(theirs)->leo &&
			    (died || faults->deadly > 0))
				break;
			if (mono_ns() > end)
				bail("it does not get there, having died at change %d", n);
		}
		faults->deadly = 0;
		good &= same_files() && line().status == REPLICA_OK;
	}
	ok(good && n > 4,
	    "it may die behind each of %d changes of its disk while it cuts and copies", n - 2);
}

/* Its disk comes back without what was there. */
static void
lost_records(void)
{
	char cmd[300];

	end_writer(SIGKILL);
	snprintf(cmd, sizeof(cmd), "f=$(ls %s/t-0/*.log | tail -1); truncate -s -700 $f", path[0]);
	if (system(cmd) != 0)
		bail("truncate");
	start_writer();
	UNTIL(line().status == REPLICA_FAILED);
	settled();
	is_int(plog_line(theirs)->leo, line().leo, "a log that lost records keeps its line");
	part.isr = part.count = 1;
	assign();
	UNTIL(line().status == REPLICA_OK && line().leo == plog_line(theirs)->leo);
	ok(same_files(), "when nobody counts on it any more, it is filled again");
	part.isr = part.count = 3;
	assign();
	settled();
}

static void
log_start(void)
{
	plog_set_hw(theirs, plog_line(theirs)->leo, false);
	if (plog_delete_records(theirs, 400) == -1)
		bail("delete");
	publish();
	UNTIL(line().log_start == 400);
	ok(line().hw >= 400, "deleted records go with the leader's");
	end_writer(SIGTERM);
	lead_append(3, 500, true);
	plog_set_hw(theirs, plog_line(theirs)->leo, false);
	if (plog_roll(theirs, now_ms()) == -1)
		bail("roll");
	lead_append(3, 500, true);
	plog_set_hw(theirs, plog_line(theirs)->leo, false);
	/* inside of a batch */
	if (plog_delete_records(theirs, plog_line(theirs)->leo - 5) == -1)
		bail("delete");
	publish();
	start_writer();
	UNTIL(
	    line().leo == plog_line(theirs)->leo && line().log_start == plog_line(theirs)->leo - 5);
	is_int(plog_line(theirs)->leo, line().leo,
	    "whose end lies in front of the leader's start begins there anew");
}

static bool
exists_log(void)
{
	char name[200];

	snprintf(name, sizeof(name), "%s/t-0", path[0]);
	return access(name, F_OK) == 0;
}

/* The replica is taken away from node 1, or given to it again. */
static void
reassign(bool here)
{
	part.replica[0] = 1;
	part.replica[1] = 0;
	part.replicas = here ? 2 : 1;
	part.isr = part.count = 1;
	part.leader_epoch = their_epoch += !here;
	publish();
	assign();
}

/* Reassignments that it hears of late, or that are changed again before it has followed them. */
static void
reassigned(void)
{
	end_writer(SIGKILL);
	reassign(false);
	start_writer();
	UNTIL(atomic_load(&pub(ws)->version) == part.version);
	settled();
	ok(!exists_log() && line().status == REPLICA_NONE, "what was taken away while nobody was there goes when somebody is");
	reassign(true);
	UNTIL(line().epoch == their_epoch && line().leo == plog_line(theirs)->leo);
	end_writer(SIGKILL);
	faults->closed = EMFILE;
	atomic_store(&pub(ws)->recovered, 0);
	start_writer();
	UNTIL(atomic_load(&pub(ws)->recovered) > 0);
	reassign(false);
	UNTIL(atomic_load(&pub(ws)->version) == part.version);
	ok(exists_log(), "what cannot be opened cannot be deleted yet");
	reassign(true);
	UNTIL(atomic_load(&pub(ws)->version) == part.version);
	faults->closed = 0;
	for (int64_t end = mono_ns() + 5000000000;
	     mono_ns() < end && (line().epoch != their_epoch || line().leo != plog_line(theirs)->leo);)
		poll(NULL, 0, 1);
	ok(line().epoch == their_epoch && line().leo == plog_line(theirs)->leo && exists_log(),
	    "and is not when it is given back meanwhile");
	part.isr = part.count = 3;
	assign();
	settled();
}

/* The record of a transaction's end has to be known by a follower: it may lead next. */
static void
transactions(void)
{
	struct wire_out out;
	struct iovec iov;
	struct batch_header h;
	int64_t first = plog_line(theirs)->leo;
	struct plog_batch b = {.last_offset_delta = 0,
	    .attributes = BATCH_CONTROL | BATCH_TRANSACTIONAL,
	    .producer_id = 6,
	    .base_sequence = -1,
	    .marker = 1,
	    .coordinator_epoch = 3,
	    .max_timestamp = now_ms(),
	    .iov = &iov,
	    .iovcnt = 1};
	static uint8_t data[200];
	struct iovec data_iov = {data + BATCH_PREFIX, sizeof(data) - BATCH_PREFIX};
	struct plog_batch d = {.iov = &data_iov,
	    .iovcnt = 1,
	    .length = sizeof(data),
	    .last_offset_delta = 0,
	    .marker = -1,
	    .attributes = BATCH_TRANSACTIONAL,
	    .producer_id = 6,
	    .max_timestamp = now_ms()};

	h = (struct batch_header){.length = sizeof(data) - 12,
	    .magic = 2,
	    .attributes = BATCH_TRANSACTIONAL,
	    .producer_id = 6,
	    .max_timestamp = d.max_timestamp,
	    .count = 1};
	batch_header_put(&h, data);
	batch_seal(data, sizeof(data));
	if (plog_append(theirs, &d, 1, their_epoch, 0, now_ms()) == -1)
		bail("append");
	plog_set_hw(theirs, first + 1, false);
	publish();
	UNTIL(line().leo == first + 1);
	is_int(first, line().first_unstable, "an open transaction is known to the follower");
	wire_out_init(&out, 1 << 16);
	if (control_marker_build(&out, 6, 0, CONTROL_COMMIT, 3, now_ms()) == -1)
		bail("marker");
	iov = (struct iovec){out.base + BATCH_PREFIX, out.len - BATCH_PREFIX};
	b.length = (uint32_t)out.len;
	if (plog_append(theirs, &b, 1, their_epoch, 0, now_ms()) == -1 || b.error != 0)
		bail("append");
	wire_out_fini(&out);
	plog_set_hw(theirs, first + 2, false);
	publish();
	UNTIL(line().leo == first + 2 && line().hw == first + 2);
	settled();
	is_int(-1, line().first_unstable, "and that it has ended");
}

/* Compaction may take the last records in front of an empty active segment. */
static void
gaps(void)
{
	if (plog_skip_to(theirs, plog_line(theirs)->leo + 5, now_ms()) == -1)
		bail("skip");
	plog_set_hw(theirs, plog_line(theirs)->leo, false);
	publish();
	UNTIL(line().leo == plog_line(theirs)->leo);
	lead_append(2, 300, true);
	plog_set_hw(theirs, plog_line(theirs)->leo, false);
	publish();
	UNTIL(line().leo == plog_line(theirs)->leo);
	ok(line().hw > 0 && exists_segment(plog_line(theirs)->segment),
	    "a gap at the end is stepped over");
}

/* Compacted files take the place of its first two segments, and the second cannot be renamed away. */
static void
compact(void)
{
	union {
		struct shm_msg m;
		struct msg_cleaned b;
	} u = {.m = {.type = CALL_CLEANED}};
	char cmd[600], name[200];
	long long base[3];
	struct stat st;
	FILE *f;

	snprintf(cmd, sizeof(cmd), "ls %s/t-0 | grep '[.]log$' | head -3 | sed 's/[.]log//; s/^0*//; s/^$/0/'", path[0]);
	f = popen(cmd, "r");
	if (f == NULL || fscanf(f, "%lld %lld %lld", &base[0], &base[1], &base[2]) != 3)
		bail("too few segments");
	pclose(f);
	snprintf(name, sizeof(name), "%s/t-0/%020lld.log.cleaned", path[0], base[0]);
	snprintf(cmd, sizeof(cmd), "cd %s/t-0 && cat %020lld.log %020lld.log > %s", path[0], base[0], base[1], name);
	if (system(cmd) != 0 || stat(name, &st) == -1)
		bail("cleaned file");
	u.b.slot = SLOT;
	u.b.slot_generation = 7;
	u.b.cuts = line().cuts;
	u.b.base = base[0];
	u.b.last = base[1];
	u.b.size = st.st_size;
	u.b.upto = base[2];
	faults->stuck = EBUSY;
	ring_post(cleaner, ws, &u.m);
	bell_ring(cleaner, ws);
	UNTIL(ring_waiting(cleaner, ws) > 0);
	is_int(EBUSY, ((const struct msg_swapped *)ring_peek(cleaner, ws, 0))->error, "a swap of compacted files is stuck");
	ring_advance(cleaner, ws, 1);
}

/* What stands in the way of a cut publishes lines of its own. */
static void
cut_later(void)
{
	bool lied = false;

	put_topic(true);
	for (int i = 0; i < 3; i++)
		lead_append(100, 9000, true);
	plog_set_hw(theirs, plog_line(theirs)->leo, false);
	publish();
	assign();
	UNTIL(line().hw == plog_line(theirs)->leo);
	lead_append(2, 300, true);
	publish();
	UNTIL(line().leo == plog_line(theirs)->leo);
	compact();
	if (plog_truncate_to(theirs, plog_line(theirs)->leo - 3) == -1)
		bail("truncate");
	part.leader_epoch = ++their_epoch;
	publish();
	assign();
	UNTIL(atomic_load(&pub(ws)->version) == part.version);
	for (int64_t end = mono_ns() + 100000000; mono_ns() < end;) {
		const struct shm_replica r = line();

		lied |= r.epoch == their_epoch && r.leo > plog_line(theirs)->leo;
	}
	ok(!lied, "while its log cannot be cut, its line has not the epoch by which it will be");
	faults->stuck = 0;
	UNTIL(line().epoch == their_epoch && line().leo == plog_line(theirs)->leo);
	put_topic(false);
	assign();
	settled();
}

/* It has deleted all that it had, and then one leads whose log is shorter: an unclean election did that. */
static void
ahead(void)
{
	const int64_t end = plog_line(theirs)->leo;

	plog_set_hw(theirs, end, false);
	if (plog_delete_records(theirs, end) == -1)
		bail("delete");
	publish();
	UNTIL(line().log_start == end);
	if (plog_truncate_fully(theirs, end - 20) == -1)
		bail("truncate");
	part.leader_epoch = ++their_epoch;
	lead_append(2, 300, true);
	publish();
	assign();
	UNTIL(line().epoch == their_epoch);
	ok(line().leo <= plog_line(theirs)->leo, "who is empty behind the leader's end is not taken for one who has it all");
	UNTIL(line().leo == plog_line(theirs)->leo);
	settled();
	plog_set_hw(theirs, plog_line(theirs)->leo, false);
	publish();
	UNTIL(line().hw == plog_line(theirs)->leo);
}

/* A replica that is not in sync obeys Kafka's throttles. */
static void
throttled(void)
{
	struct shm_replicator *rates = shm_body_of(shm_part_rw(sup, proc_slot(PROC_REPLICATOR, 0)));
	int64_t before;

	part.isr = part.count = 1;
	part.follower_throttled = 2;
	atomic_store(&rates->follower_rate[0], 200000);
	atomic_store(&shm_part_rw(sup, proc_slot(PROC_REPLICATOR, 0))->generation, 1);
	assign();
	settled();
	before = mono_ns();
	lead_append(30, 10000, true);
	plog_set_hw(theirs, plog_line(theirs)->leo, false);
	publish();
	UNTIL(line().leo == plog_line(theirs)->leo);
	ok(mono_ns() - before > 1000000000, "300 KB take more than a second at 200 KB/s");
	for (int i = 0; i < 3; i++) { /* the first pays for what was copied, the second takes what there is */
		lead_append(1, 300, true);
		publish();
		before = mono_ns();
		while (line().leo != plog_line(theirs)->leo && mono_ns() - before < 5000000000) {
			moved();
			poll(NULL, 0, 1);
		}
		atomic_store(&rates->follower_rate[0], 200);
		poll(NULL, 0, 150);
	}
	is_int(plog_line(theirs)->leo, line().leo, "however often it is asked, a low rate gives something");
	atomic_store(&rates->follower_rate[0], UINT64_MAX);
	lead_append(30, 10000, true);
	publish();
	UNTIL(line().leo == plog_line(theirs)->leo);
	atomic_store(&rates->follower_rate[0], 10000);
	lead_append(1, 300, true);
	publish();
	before = mono_ns();
	UNTIL(line().leo == plog_line(theirs)->leo);
	ok(mono_ns() - before < 10000000000, "what was copied while there was no rate is not owed to the next one");
	plog_set_hw(theirs, plog_line(theirs)->leo, false);
	publish();
	part.isr = part.count = 3;
	assign();
	settled();
	ok(true, "and it goes on in sync");
}

/* What is read of the leader's file at once grows as long as there is more. */
static void
far_behind(void)
{
	faults->read = 0;
	config.segment_bytes = 64 << 20;
	lead_append(2, 300, true);
	publish();
	UNTIL(line().leo == plog_line(theirs)->leo);
	for (int i = 0; i < 4; i++)
		lead_append(5, 1000000, true);
	publish();
	UNTIL(line().leo == plog_line(theirs)->leo);
	ok(faults->read > 2 << 20 && faults->read <= 4 << 20, "who is far behind reads more at once: %zu", (size_t)faults->read);
	config.segment_bytes = 1 << 20;
	plog_set_hw(theirs, plog_line(theirs)->leo, false); /* nobody has heard of that yet */
}

/* A record for the epoch as it is. */
static void
produce(unsigned flags)
{
	static uint8_t buf[200];
	union {
		struct shm_msg m;
		struct msg_produce b;
	} u = {.m = {.type = CALL_PRODUCE}};
	struct batch_header h = {.length = sizeof(buf) - 12,
	    .magic = 2,
	    .producer_id = -1,
	    .producer_epoch = -1,
	    .base_sequence = -1,
	    .count = 1};

	batch_header_put(&h, buf);
	batch_seal(buf, sizeof(buf));
	u.b = (struct msg_produce){.type = CALL_PRODUCE,
	    .cookie = 99,
	    .slot = SLOT,
	    .slot_generation = 7,
	    .leader_epoch = part.leader_epoch,
	    .length = sizeof(buf),
	    .count = 1,
	    .base_sequence = -1,
	    .producer_id = -1,
	    .producer_epoch = -1,
	    .flags = (uint8_t)((atomic_load(&acc->self->arena_turn) & 1 ? PRODUCE_TURN : 0) | flags)};
	u.b.chunk = put_bytes(buf, sizeof(buf)) * ARENA_BLOCK;
	ring_post(acc, ws, &u.m);
	bell_ring(acc, ws);
}

/* Another one takes its place at once. */
static void
acceptor_dies(void)
{
	struct shm_supervisor *s = shm_processes_rw(sup);

	settled();
	atomic_store(&s->process[as].pid, 0);
	atomic_fetch_add(&s->changes, 1);
	bell_ring(acc, ws);
	settled();
	atomic_store(&s->process[as].pid, (uint32_t)getpid());
	atomic_store(&s->process[as].generation, acc->generation + 1);
	atomic_fetch_add(&s->changes, 1);
}

/* It is elected again, and finds this of the other one. */
static void
lead_again(int64_t hw, int32_t hw_epoch)
{
	struct shm_replica v;

	latch_read(&pub(ls)->replica[SLOT].line, &v);
	v.epoch = -1;
	v.status = REPLICA_FAILED;
	v.hw = hw;
	v.hw_epoch = hw_epoch;
	latch_write(&pub(ls)->replica[SLOT].line, &v);
	part.leader_epoch++;
	assign();
	UNTIL(line().epoch == part.leader_epoch);
}

static bool
deleted_answered(int16_t *error)
{
	struct msg_records_deleted a;

	if (ring_waiting(acc, ws) == 0)
		return false;
	memcpy(&a, ring_peek(acc, ws, 0), sizeof(a));
	if (a.type != CALL_RECORDS_DELETED)
		bail("another answer");
	ring_advance(acc, ws, 1);
	*error = a.error;
	return true;
}

static void
delete_records(int64_t before)
{
	union {
		struct shm_msg m;
		struct msg_delete_records b;
	} u = {.m = {.type = CALL_DELETE_RECORDS}};

	u.b.cookie = 5;
	u.b.slot = SLOT;
	u.b.slot_generation = 7;
	u.b.leader_epoch = part.leader_epoch;
	u.b.before = before;
	ring_post(acc, ws, &u.m);
	bell_ring(acc, ws);
}

/* Who may lead next must not have records that are said to be deleted. */
static void
deleting(struct shm_replica *v)
{
	const int64_t hw = line().hw;
	int16_t error = -1;

	delete_records(hw - 1);
	UNTIL(line().log_start == hw - 1);
	poll(NULL, 0, 300);
	ok(!deleted_answered(&error), "DeleteRecords waits for the replicas in sync");
	v->log_start = hw - 1;
	latch_write(&pub(ls)->replica[SLOT].line, v);
	UNTIL(deleted_answered(&error));
	is_int(0, error, "and is answered when they have followed");
	delete_records(hw);
	UNTIL(line().log_start == hw);
	poll(NULL, 0, 300);
	ok(!deleted_answered(&error), "each time");
	part.isr = part.count = 2;
	assign();
	UNTIL(deleted_answered(&error));
	is_int(0, error, "who is not in sync any more is not waited for");
	part.isr = part.count = 3;
	v->log_start = hw;
	latch_write(&pub(ls)->replica[SLOT].line, v);
	assign();
	settled();
}

/* Its own turn. */
static void
leading(void)
{
	int64_t leo = line().leo;
	struct shm_replica v;
	struct msg_produced a;

	/* the dead leader has told readers of more than its followers knew */
	publish();
	part.leader = 0;
	part.leader_epoch++;
	assign();
	UNTIL(line().epoch == part.leader_epoch);
	is_int(leo, line().hw, "a new leader takes over the greatest high watermark");
	settled();
	told_leader();
	atomic_store(shm_wait_words(shm_part_rw(sup, ls), PARTITIONS) + SLOT, 77);
	produce(PRODUCE_ALL);
	UNTIL(line().leo == leo + 1);
	settled();
	is_int(leo, line().hw,
	    "who has not started the epoch is not counted: the high watermark stands");
	ok(told_leader(), "followers are told");
	is_int(0, ring_waiting(acc, ws), "acks=all waits");
	latch_read(&pub(ls)->replica[SLOT].line, &v);
	v.epoch = part.leader_epoch;
	v.leo = leo;
	latch_write(&pub(ls)->replica[SLOT].line, &v);
	moved();
	settled();
	is_int(leo, line().hw, "nor has the follower this one yet");
	v.leo = leo + 1;
	latch_write(&pub(ls)->replica[SLOT].line, &v);
	moved();
	UNTIL(line().hw == leo + 1);
	UNTIL(ring_waiting(acc, ws) > 0);
	memcpy(&a, ring_peek(acc, ws, 0), sizeof(a));
	ok(a.type == CALL_PRODUCED && a.cookie == 99 && a.next_offset == leo + 1 && a.error == 0,
	    "when it has, it is answered");
	ring_advance(acc, ws, 1);
	leo++;
	produce(PRODUCE_ALL);
	UNTIL(line().leo == leo + 1);
	acceptor_dies();
	v.leo = leo + 1;
	latch_write(&pub(ls)->replica[SLOT].line, &v);
	moved();
	UNTIL(line().hw == leo + 1);
	settled();
	is_int(0, ring_waiting(acc, ws), "... but nobody, when the one who asked is dead");
	leo++;
	produce(PRODUCE_ALL);
	UNTIL(line().leo == leo + 1);
	part.leader_epoch++;
	assign();
	UNTIL(line().epoch == part.leader_epoch);
	v.epoch = part.leader_epoch;
	v.leo = leo + 1;
	latch_write(&pub(ls)->replica[SLOT].line, &v);
	moved();
	UNTIL(line().hw == leo + 1 && ring_waiting(acc, ws) > 0);
	memcpy(&a, ring_peek(acc, ws, 0), sizeof(a));
	ok(a.next_offset == leo + 1 && a.leader_epoch == part.leader_epoch,
	    "what was appended in its last epoch is committed in this one");
	ring_advance(acc, ws, 1);
	is_int((int64_t)part.version, (int64_t)line().slot_version,
	    "the line shows by which slot it counts");
	deleting(&v);
	produce(0);
	UNTIL(line().leo == leo + 2);
	lead_again(leo + 100, part.leader_epoch - 2);
	is_int(leo + 1, line().hw, "what was told before an unclean election, and is lost, is not taken over");
	lead_again(leo + 100, part.leader_epoch);
	is_int(leo + 2, line().hw, "what was told in the latest epoch is, as far as it is there");
}

/* Who has posted for a value of the wait word keeps still as long as it stands there: with several who post, one may be
 * heard of again after very many others, and must not find the value that it has posted for. */
static void
waiting(void)
{
	_Atomic uint32_t *word = shm_wait_words(shm_part_rw(sup, ws), PARTITIONS) + SLOT;
	const uint32_t first = atomic_load(word);
	int again = 0, same = 0;

	for (int i = 0; i < 600; i++) {
		uint32_t was = atomic_load(word);

		moved();
		settled();
		same += atomic_load(word) == was;
		again += atomic_load(word) == first;
	}
	is_int(0, same, "each \"moved\" uses up a value of the wait word");
	is_int(0, again, "and none comes again soon");
}

/* The medium of the follower fails under a copy. */
static void
failing(void)
{
	part.leader = 1;
	their_epoch = ++part.leader_epoch;
	publish();
	assign();
	UNTIL(line().epoch == their_epoch && line().leo == plog_line(theirs)->leo);
	is_int(plog_line(theirs)->leo, line().leo, "what it had led is cut");
	faults->full = EIO;
	lead_append(3, 300, true);
	publish();
	UNTIL(atomic_load(&pub(ws)->disk) == DISK_OFFLINE);
	UNTIL(line().status == REPLICA_FAILED);
	is_int(-1, line().epoch, "a replica on a failed disk is in no epoch");
	faults->full = 0;
	settled();
}

/* Its disk was replaced, and cannot be used either: what its readers were told, its line still tells. */
static void
replaced(void)
{
	const int64_t hw = line().hw;

	end_writer(SIGKILL);
	memset(pub(ws)->lines_of, 1, sizeof(pub(ws)->lines_of));
	memset(lock[0].directory_id, 2, sizeof(lock[0].directory_id));
	start_writer();
	UNTIL(pub(ws)->lines_of[0] == 2 && atomic_load(&pub(ws)->version) >= part.version);
	settled();
	ok(hw > 0, "readers were told of records");
	is_int(hw, line().hw, "the high watermark never falls, on a replaced disk that fails neither");
}

int
main(void)
{
	const struct shm_layout l = {
	    .count = {[PROC_SUPERVISOR] = 1,
		[PROC_CONTROLLER] = 1,
		[PROC_ACCEPTOR] = 1,
		[PROC_WRITER] = 2,
		[PROC_CLEANER] = 2,
		[PROC_REPLICATOR] = 1},
	    .partitions_max = PARTITIONS,
	    .acceptor_arena = 8 << 20,
	    .controller_arena = 1 << 20,
	};
	struct disk_options opt = {.path = path[1]};
	struct plog_open_how how = {
	    .flags = PLOG_CREATE, .known_leo = -1, .known_log_start = -1, .known_hw = -1};
	struct plog_name name = {.topic = "t", .topic_id = {0xaa}};
	pid_t holder;

	plan(0);
	if (mkdtemp(dir) == NULL)
		bail("mkdtemp");
	log_set_level(getenv("VERBOSE") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR + 1);
	as = proc_slot(PROC_ACCEPTOR, 0);
	ws = proc_slot(PROC_WRITER, 0);
	ls = proc_slot(PROC_WRITER, 1);
	cs = proc_slot(PROC_CLEANER, 0);
	if (shm_create(&sup, &l) == -1)
		bail("shm_create");
	faults =
	    mmap(NULL, sizeof(*faults), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	real = store_sys;
	store_sys.pwritev = faulty_pwritev;
	store_sys.pread = seen_pread;
	store_sys.pwrite = deadly_pwrite;
	store_sys.ftruncate = deadly_ftruncate;
	store_sys.renameat = deadly_renameat;
	store_sys.unlinkat = deadly_unlinkat;
	store_sys.openat = closed_openat;
	acc = shm_pair_view(sup, as);
	led = shm_pair_view(sup, ls);
	cleaner = shm_pair_view(sup, cs);
	for (uint32_t i = 0; i < 3; i++) {
		const struct shm *v = i == 0 ? acc : i == 1 ? led : cleaner;

		atomic_store(&shm_processes_rw(sup)->process[v->slot].exists, 1);
		atomic_store(&shm_processes_rw(sup)->process[v->slot].pid, (uint32_t)getpid());
		atomic_store(&shm_processes_rw(sup)->process[v->slot].generation, v->generation);
	}
	for (uint32_t i = 0; i < 2; i++) {
		snprintf(path[i], sizeof(path[i]), "%s/d%u", dir, i);
		lock[i].fd = disk_lock(path[i], &holder);
		lock[i].path = path[i];
		lock[i].node_id = (int32_t)i + 1;
	}
	arena = arena_new(acc);
	if (pipe(pipe_fd) == -1)
		bail("pipe");
	in = (struct inherit){.shm = sup,
	    .config = config_new(),
	    .supervisor_pipe = pipe_fd[0],
	    .disk = lock,
	    .disks = 2,
	    .metadata_dir = dir,
	    .metadata_lock = -1,
	    .supervisor = getpid()};
	config = plog_config_default;
	config.segment_bytes = 1 << 20;
	if (disk_open(&disk, &opt, false) == -1 ||
	    plog_open(&theirs, disk, &name, &config, &how) == -1)
		bail("the leader's log");
	atomic_store(&pub(ls)->disk, DISK_ONLINE);

	beginning();
	copying();
	epochs();
	slices();
	damage();
	no_room();
	succession();
	deaths();
	lost_records();
	log_start();
	reassigned();
	transactions();
	gaps();
	cut_later();
	ahead();
	throttled();
	far_behind();
	leading();
	waiting();
	failing();
	replaced();
	end_writer(SIGTERM);
	disk_close(&disk, true);
	arena_destroy(&arena);
	config_free(&in.config);
	free(acc);
	free(led);
	free(cleaner);
	shm_destroy(&sup);
	remove_tree_at(AT_FDCWD, dir);
	return done_testing();
}
