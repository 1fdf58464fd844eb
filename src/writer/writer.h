/* SPDX-License-Identifier: ISC */
/*
 * writer.h - what the files of the writer share.  Private to src/writer/.
 *
 * writer.c   main, hooks of the skeleton, the disk's state
 * boot.c     follows the controller's tables: opens, creates and deletes partitions, says "caught up"
 * replica.c  one partition on this disk: role, high watermark, the published line
 * append.c   takes PRODUCE and DELETE_RECORDS, groups them by partition, appends
 * deletes.c  answers to DELETE_RECORDS, when they will survive
 * cleaned.c  takes what the cleaner has compacted
 * follow.c   partitions with several replicas: what moved elsewhere is counted or copied
 * follow_epoch.c  the start of a leader's epoch: where our log is cut
 * follow_copy.c   batches out of acceptors' arenas, or out of what follow_read.c has brought, into our log
 * follow_read.c   leaders' files, which threads of their own read, and at what rate
 * answer.c   answers to acceptors and the coordinator, and "partition moved"
 * budget.c   log.disk.budget
 * offline.c  a disk that failed: letting go of it, taking it back
 * upkeep.c   the disk's clock and its jobs in the helper thread
 */
#ifndef ODRADEK_WRITER_H
#define ODRADEK_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "odradek/base/helper.h"
#include "odradek/proc/child.h"
#include "odradek/proc/tables.h"
#include "odradek/store/disk.h"
#include "odradek/store/plog.h"

struct mark;
struct held;
struct follow;

enum replica_state {
	REP_QUEUED, /* to be opened; the line may still be the one of a dead predecessor, and right */
	REP_OPEN,
	REP_FAILED, /* lost, or its files cannot be used; the line says so */
	REP_GONE,   /* deleted, about to be freed */
};
enum replica_role {
	ROLE_NONE,
	ROLE_LEADER,
	ROLE_FOLLOWER,
};

/* The settings of a topic, shared by its partitions on this disk; changed in place. */
struct settings {
	uint32_t index, generation; /* of the topic */
	uint32_t users;
	struct plog_config config;
};

TAILQ_HEAD(replica_queue, replica);

/* One partition on this disk. */
struct replica {
	uint32_t slot;
	int32_t epoch;		  /* that this replica has started, as its line says; -1 = none */
	int32_t hw_epoch;	  /* that it started last, as its line says: the high watermark is of that */
	uint8_t state, role;
	bool doomed;		  /* delete as soon as it is open */
	bool create;		  /* no directory yet: its opening must become durable before the mark is done */
	bool line_ours;		  /* the line was written by this process */
	bool shorter;		  /* REP_FAILED, because records that were published are not there */
	bool failed_said;	  /* ... and said REPLICA_FAILED */
	struct plog *log;	  /* NULL unless REP_OPEN */
	struct settings *settings;
	struct shm_partition p;	  /* the slot as last followed */
	struct plog_opening *opening; /* REP_QUEUED: its recovery is under way */
	int64_t used;		  /* when its directory was changed last */
	int64_t old_leo, old_hw, old_log_start; /* of a replica that is not open: what its line goes on saying */

	int32_t first, last;	  /* staged messages (append.c); -1 = none */
	struct mark *mark;	  /* REP_QUEUED: who waits for it */
	STAILQ_HEAD(held_queue, held) held; /* answers that wait for a sync (flush.messages) */
	struct held_queue acked;  /* ... for the high watermark (acks=all) */
	struct {		  /* what the line said last, as far as it decides whom it wakes */
		int64_t leo, log_start, hw, lso;
		int32_t epoch;
		uint32_t status;
	} said;
	struct follow *follow;	  /* NULL: nobody else has a replica of it */
	struct replica_queue *queue; /* of boot.c, while REP_QUEUED */
	TAILQ_ENTRY(replica) entry;
};

struct writer {
	struct child *child;
	struct shm *shm;
	struct shm_writer *pub;	   /* our body */
	struct tables *tables;
	struct disk *disk;	   /* NULL: it could not be opened */
	struct helper *helper;
	const char *path;
	uint32_t node;		   /* index of node, disk and writer */
	uint32_t partitions_max;
	struct replica **replica;  /* [partitions_max], by slot; NULL = not on this disk */
	struct settings **settings; /* [partitions_max], by topic index */
	bool offline;		   /* a medium that failed, or could not be opened */
	bool leaving;
	int64_t now;		   /* wall clock ms of this drain */
};
extern struct writer writer; /* the one of this process */

/* ---- writer.c ---- */

/* The medium failed: the node is offline from now on, one line says why.  what: "an append to ..." */
void writer_disk_failed(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Opens the disk; distrust: what the page cache promised is void.  0 or -1 with errno. */
int writer_open_disk(bool distrust);
/* It was opened again: its partitions follow. */
void writer_disk_back(void);
/* Every log that it had at the start was opened. */
void writer_disk_recovered(void);
/* An append or a creation found no room; the file system says that there is some. */
void writer_disk_full(int err);
void writer_disk_has_room(void);

/* ---- boot.c ---- */

void boot_init(void);
/* Follows the tables if they moved.  Cheap when they did not. */
void boot_follow(void);
/* The controller published something that we have not followed yet. */
bool boot_behind(void);
/* Opens queued replicas for a bounded time.  True when more are waiting. */
bool boot_turn(void);
/* A message came for a replica that is still queued: open it now, or next if that takes long. */
void boot_open_now(struct replica *r);
/* About once a second: what could not be created for lack of room is tried again. */
void boot_tick(void);
/* Everything that marks wait for is given up: the disk is offline. */
void boot_give_up(void);
/* The disk is there again: all partitions are opened as at the start. */
void boot_again(void);
/* The controller that was told is dead: tell the next one again. */
void boot_tell_again(void);
bool boot_done(void);

/* ---- replica.c ---- */

struct replica *replica_new(uint32_t slot, const struct shm_partition *p, struct settings *settings);
void replica_free(struct replica *r);
/* Opens the log as the line that we find demands, and takes up the role.  0; 1: that takes longer than until (mono ns),
 * call again; -1 with errno: try again later (no room); failures for good are REP_FAILED and 0. */
int replica_open(struct replica *r, bool *created, int64_t until);
/* The slot changed: role, epoch, count mask. */
void replica_assign(struct replica *r, const struct shm_partition *p);
/* Before anything is opened: lines of another directory than this one are made void. */
void replica_lines_begin(const uint8_t directory_id[16]);
/* Renames the files away, publishes REPLICA_NONE and frees r.  0 or -1 with errno; r is gone. */
int replica_delete(struct replica *r);
/* The slot now belongs to another partition and we never saw this one deleted: keep its files aside. */
void replica_set_aside(struct replica *r);
void replica_fail(struct replica *r);
/* A reader met an error of the medium in a log. */
void replica_read_failed(const struct msg_read_failed *m);
/* Forgets the log, which is about to be closed; what its line says stays. */
void replica_let_go(struct replica *r);
/* What the tail ring says of positions is void. */
void replica_forget_tail(const struct replica *r);
/* Recomputes the high watermark by the count mask. */
void replica_count(struct replica *r);
/* Publishes the line, then wakes those who wait for the partition. */
void replica_publish(struct replica *r);
/* The same for a follower that has copied: its readers go by the leader's high watermark, and are not woken. */
void replica_publish_copied(struct replica *r);
/* A log that lost records becomes a follower's, if nobody counts on it any more. */
bool replica_start_over(struct replica *r);
/* The leader's line if it has started the slot's epoch, with it in l: only then may one cut or copy by it. */
bool replica_leader_line(const struct replica *r, struct shm_replica *l);
/* What this slot's line said when this process started to look (a predecessor's). */
const char *replica_name(const struct replica *r, char *buf, size_t n);

/* ---- append.c ---- */

void append_init(void);
void append_message(uint32_t from, const struct shm_msg *m);
/* True: it was so much that its sender may wait for the room. */
bool append_drained(void);
/* A sync of this log is done: answers that waited for it go out. */
void append_flushed(struct replica *r);
/* The high watermark was published: answers that waited for it go out.  all: whatever it is, the asker looks itself. */
void append_committed(struct replica *r, bool all);
/* It leads in another epoch, and nothing was cut: what was appended is committed by this one's high watermark. */
void append_leads_on(struct replica *r);
/* What became of a call of the log, for counters and the state of the disk. */
void append_took(int rc, int err, const struct replica *r, uint64_t bytes, int n);
void append_fail_held(struct replica *r, int16_t error);
/* Messages that a dead predecessor may have taken up: their callers are told to try again. */
void append_fail_waiting(void);
/* The process in that slot is dead: what it asked is not answered to its successor. */
void append_asker_died(uint32_t slot);

/* ---- follow.c ---- */

void follow_init(void);
void follow_fini(void);
/* A "moved" of another writer. */
void follow_moved(uint32_t slot);
/* Looks at what moved, for a bounded time.  True when there is more. */
bool follow_turn(void);
/* Somebody's ring to us was full. */
bool follow_asked(void);
/* r has taken up its role in the slot as it is now. */
void follow_assigned(struct replica *r);
/* r is about to go, or its log is. */
void follow_end(struct replica *r);

/* ---- deletes.c ---- */

/* The answer goes out when the log start that it speaks of is in the checkpoint, and the in-sync replicas of r have it, too;
 * an error if it cannot be written. */
void deletes_wait(uint32_t to, const struct replica *r, const struct msg_records_deleted *m);
/* A checkpoint was written, or could not be (errno). */
void deletes_checkpointed(uint64_t mark, int error, void *arg);
/* The disk failed. */
void deletes_fail(void);

/* ---- cleaned.c ---- */

/* The cleaner has compacted files for us. */
void cleaned_message(uint32_t from, const struct shm_msg *m);
/* The store has swapped them in, or not. */
void cleaned_swapped(struct plog *log, const struct plog_cleaned *c, int error, void *arg);

/* ---- answer.c ---- */

void answer_init(void);
/* To the process in slot `to`; kept here when its ring is full. */
void answer_post(uint32_t to, const struct shm_msg *m);
/* Posts what was kept, as far as there is room. */
void answer_turn(void);
/* Nobody is there any more to take what was kept. */
void answer_drop(uint32_t to);
/* "Partition moved" to those who wait for it, once per arming: readers, and the writers of these nodes. */
void answer_moved(uint32_t slot, bool readers, uint64_t writers);
/* Every such process looks at everything it waits for. */
void answer_rescan_all(void);

/* ---- budget.c ---- */

/* After the disk was opened. */
void budget_init(void);
/* Now and then: so much is free for us on the file system. */
void budget_room(int64_t usable);
/* So much was appended to logs of the disk. */
void budget_appended(uint64_t bytes);
/* Outside of any work on a log: what is beyond the budget goes. */
void budget_turn(void);
/* The settings may have changed. */
void budget_reload(void);

/* ---- offline.c ---- */

void offline_init(void);
void offline_fini(void);
void offline_begin(void);
/* Once a turn: lets go of a failed disk when no call to it is under way. */
void offline_turn(void);
/* HUP: a disk that was repaired in place is looked at. */
void offline_reload(void);
/* Is it the node's directory that lies at the path?  0, or -1 with errno: it may be a place where nothing is mounted. */
int offline_identify(void);
/* Takes the disk's lock if nobody of this daemon has it.  0, or -1 with errno. */
int offline_lock(void);

/* ---- upkeep.c ---- */

void upkeep_init(void);
void upkeep_fini(void);
/* Clock and room again, for a disk that was opened again. */
void upkeep_begin(void);
/* The disk became full, or its logs are known now: ask for its room soon. */
void upkeep_look_at_room(void);
/* ... now; the answer goes to budget_room. */
void upkeep_ask_room(void);
/* There is something for the disk's clock to do within a second. */
void upkeep_poke(void);
/* ... within so many milliseconds. */
void upkeep_within(int64_t ms);
/* Hands jobs of the disk to the helper, as far as it has room for them. */
void upkeep_pump(void);

#endif
