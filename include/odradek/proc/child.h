/* SPDX-License-Identifier: ISC */
/*
 * child.h - the skeleton of every process but the supervisor: start, loop, end, the same steps each
 * time.
 *
 * Start: name and title, close what is not inherited on purpose, signals, limits, dumpable off,
 * adopt the parts, drop privileges, then the kind's main.  Loop: flags, rings, the kind's turn,
 * arm, look again, sleep.  The loop ends on TERM (orderly), on QUIT or the supervisor's death (at
 * once).
 */
#ifndef ODRADEK_PROC_CHILD_H
#define ODRADEK_PROC_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "odradek/base/config.h"
#include "odradek/proc/msg.h"
#include "odradek/shm/ring.h"

struct event_base;

/* All that a child inherits; filled by the supervisor before the fork. */
struct inherit {
	struct shm *shm;
	struct config *config;
	int supervisor_pipe; /* read end: EOF = the supervisor is gone */
	struct listen_socket {
		int fd;
		uint32_t node, index; /* node index and listener index */
		uint16_t port;        /* bound; the controller publishes it in struct shm_node.  0: of a
					 node that may be added; not bound yet */
		const char *name;     /* of the listener, "PLAINTEXT" */
	} * listener;
	int listeners;
	/* In a child, what is said of disks and ports here follows the supervisor's part: disks.c. */
	struct disk_lock {
		int fd;           /* holds the flock */
		const char *path; /* log.dirs entry; NULL = none was ever here */
		int32_t node_id;
		uint8_t directory_id[16];
		bool out; /* not in log.dirs any more */
	} * disk; /* [SHM_NODES], index = node index = writer index */
	int disks; /* highest index used + 1 */
	uint64_t disks_version;
	const char *metadata_dir; /* NULL: a copy of the metadata on every disk */
	int metadata_lock; /* of metadata.dir, where that is not in one of the disks; else -1 */
	char cluster_id[24];
	pid_t supervisor;
	bool change_user; /* root gives its privileges up in every child */
	uid_t uid;
	gid_t gid;
	const char *user;
};

struct child {
	struct shm *shm;
	struct shm_part *self;
	struct config *config;
	const struct inherit *inherit;
	struct event_base *base;
	enum proc_kind kind;
	uint32_t index, slot, generation;
	bool stopping; /* orderly end asked for */
	void *state;   /* the kind's */

	/* Set by the kind's main before child_run.  All optional but message. */
	void (*message)(struct child *c, uint32_t from, const struct shm_msg *m);
	/* Before the n messages are given back.  True: their sender may wait for what they held, and is rung for. */
	bool (*drained)(struct child *c, uint32_t from, uint32_t n);
	bool (*turn)(struct child *c); /* once a loop; true = there is more to do, do not sleep */
	bool (*look)(struct child *c); /* the bell is armed: words of others that turn looks at
					  (tables, rescan) moved? */
	void (*tick)(struct child
		*c); /* about once a second, and only when the loop runs anyway or work is due */
	void (*reload)(struct child *c); /* c->config holds the new settings */
	bool (*stop)(
	    struct child *c); /* orderly end begins; true = may leave now; else set c->left later */
	/* That generation, and any before, will not answer.  All its messages were delivered
	 * before; its successor's come later. */
	void (*peer_died)(struct child *c, uint32_t slot, uint32_t generation);
	bool left;
	uint32_t tick_ms; /* 0 = 1000 */
	/* While the rings keep it busy, the event loop is looked at every so many turns; 0 = every
	 * turn. */
	uint32_t events_every;
};

typedef void child_main_fn(struct child *c);

/*
 * What the supervisor says of disks and their ports is taken over into c->inherit.  True: something
 * was different.  Cheap when nothing was.  Paths that were taken over once stay valid.
 */
bool child_disks_follow(struct child *c);
bool child_disks_moved(const struct child *c); /* ... would be */
/* The disk of a node, as it is now; NULL: no such node has a place here. */
const struct disk_lock *child_disk(struct child *c, uint32_t node);

/* "writer.1": kind and node id of a disk's process, else kind and index.  Returns buf. */
const char *child_name(const struct inherit *in, uint32_t slot, char *buf, size_t n);

/* Forked child: runs the skeleton and the kind's main; never returns. */
void child_start(const struct inherit *in, uint32_t slot) __attribute__((noreturn));

/* The kind's main says that it serves: state ACTIVE, supervisor told. */
void child_ready(struct child *c);
/* The supervisor has no rings: woken, it looks again at the words that it waits for. */
void child_wake_supervisor(struct child *c);
/* What clients changed, as the controller publishes it: "scope name=value" lines; malloc'd.  A
 * change calls the kind's reload. */
char *child_dynamic_text(const struct child *c);
/* Loops until the end is reached; then the kind's main cleans up and returns. */
void child_run(struct child *c);
/* Posts and notes that the receiver's bell is to be rung at the end of this turn.  0, or -1: ring
 * full. */
int child_post(struct child *c, uint32_t to, const struct shm_msg *m);
/* The same for what may be some milliseconds late when messages like it keep coming: they wait for each other (gather.c).
 * What is posted to the receiver by child_post takes them along. */
int child_post_late(struct child *c, uint32_t to, const struct shm_msg *m);
/* What was posted late may wait no longer: the bell is rung at the end of this turn. */
void child_wake(struct child *c, uint32_t to);
/* The loop runs again at that time (mono_coarse_ms), or soon after, though nothing happens; INT64_MAX: it need not.  Holds
 * instead of what was said before. */
void child_alarm(struct child *c, int64_t due);
/* Rings all noted bells now (before something slow). */
void child_flush(struct child *c);

/* One row of tbl/procs.h each. */
#define PROC(KIND, name, first, slots, main) child_main_fn main;
#include "tbl/procs.h"
#undef PROC

#endif
