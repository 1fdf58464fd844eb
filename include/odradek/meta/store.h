/* SPDX-License-Identifier: ISC */
/*
 * store.h - where the controller keeps what must survive: the cluster id, nodes, topics,
 * partitions, configurations, producer id blocks, deletions that are under way.
 *
 * Used in: controller only; meta_load before its helper thread starts, meta_commit in that thread.
 * A commit is durable when it returns 0.  When it returns -1 with err->full, nothing of it is
 * there, nor will it ever be; with another error what is there is known only after opening the
 * store again: until then the owner must decide and tell nothing upon the state before.  A back end
 * is one struct meta_ops; with several disks, one that keeps a copy of another on each of them
 * (src/meta/README).
 *
 * Epochs: a partition's row has the leader epoch that it had in the term of the row.  Its epoch
 * today is epoch + (term - row's term), so that every partition is elected anew, durably, by
 * raising one number.
 */
#ifndef ODRADEK_META_STORE_H
#define ODRADEK_META_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define META_REPLICAS 16
#define META_DEFAULT_SCOPE (-1) /* of a broker's configuration: the whole cluster */
#define META_GROUP_SCOPE (-2)   /* that of consumer groups, by "group setting" */

struct meta_store;

/* What went wrong, and what to do about it: a full sentence or two for the log or for the client.
 */
struct meta_err {
	bool damaged; /* the store cannot be read: nobody may write it */
	bool full;    /* no space: it heals when there is some */
	bool missing; /* there is none, and none was to be made */
	char text[1024];
};

enum meta_value {
	META_TERM,          /* raised with every start of the daemon */
	META_NEXT_PRODUCER, /* first producer id that was never handed out */
	META_NEXT_KEY,      /* first topic key that was never used */
	META_VALUES
};

struct meta_node {
	int32_t id;
	uint8_t directory_id[16];
	const char *path; /* of the log.dirs entry when it was last seen */
};

enum meta_topic_state { META_LIVE, META_DELETING };

struct meta_topic {
	int64_t key; /* in the store; never used again */
	uint8_t id[16];
	const char *name;
	bool internal;
	enum meta_topic_state state;
};

struct meta_replica {
	int32_t node;
	uint8_t directory_id[16];
};

struct meta_partition {
	int64_t topic; /* key */
	int32_t partition;
	int32_t leader; /* node id; -1 = none */
	int32_t epoch, partition_epoch;
	int64_t term;
	/* masks over replica[] */
	uint16_t isr;
	uint16_t elr;              /* not in sync, but they have all that is committed (KIP-966) */
	uint16_t adding, removing; /* of a reassignment that is under way */
	uint8_t replicas;
	struct meta_replica replica[META_REPLICAS];
};

struct meta_config {
	int64_t owner; /* topic: its key; broker: node id or META_DEFAULT_SCOPE */
	const char *name;
	const char *value; /* NULL: removed */
};

/* Of a copy: its state is commit `number` of `term`; promised: no older term writes here any more. */
struct meta_stamp {
	int64_t promised, term, number;
};

/* A disk that is known to have a copy. */
struct meta_copy {
	uint8_t directory_id[16];
	int32_t node;
	const char *path; /* of the copy when it was last seen */
};

/* One change of a commit.  Strings and partitions belong to the caller until the commit returned.
 */
struct meta_change {
	enum meta_change_type {
		META_SET_VALUE,
		META_SET_NODE,
		META_FORGET_NODE, /* by its id */
		META_SET_TOPIC,
		META_FORGET_TOPIC, /* with its partitions and configurations */
		META_SET_PARTITION,
		META_SET_TOPIC_CONFIG,
		META_SET_BROKER_CONFIG,
		/* of the back end of several copies only */
		META_SET_STAMP,
		META_SET_COPY,
		META_FORGET_COPY, /* by its directory id */
		META_CLEAR,       /* nothing of what was there before stays */
	} type;
	union {
		struct {
			enum meta_value name;
			int64_t value;
		} value;
		struct meta_node node;
		struct meta_topic topic;
		int64_t forget; /* key, or id of the node */
		const struct meta_partition *partition;
		struct meta_config config;
		struct meta_stamp stamp;
		struct meta_copy copy;
	} u;
};

/* What meta_load tells, in this order: stamp and copies, values, nodes, topics by key, their
 * configurations, partitions by topic and number, brokers' configurations.  A function may be NULL:
 * these are not read.  All pointers are valid during the call only. */
struct meta_loader {
	void (*stamp)(void *arg, const struct meta_stamp *s);
	void (*copy)(void *arg, const struct meta_copy *c);
	void (*value)(void *arg, enum meta_value name, int64_t value);
	void (*node)(void *arg, const struct meta_node *n);
	void (*topic)(void *arg, const struct meta_topic *t);
	void (*topic_config)(void *arg, const struct meta_config *c);
	void (*partition)(void *arg, const struct meta_partition *p);
	void (*broker_config)(void *arg, const struct meta_config *c);
};

enum meta_open_flags {
	META_CREATE = 1,  /* when there is none */
	META_REPLACE = 2, /* a new one; what is there is kept as "....damaged" */
};

struct meta_ops {
	const char *name;
	bool (*there)(const char *dir);
	/* 0, or -1 with err and *sp NULL. */
	int (*open)(struct meta_store **sp, const char *dir, const char *cluster_id, int flags,
	    struct meta_err *err);
	int (*load)(
	    struct meta_store *s, const struct meta_loader *l, void *arg, struct meta_err *err);
	int (*commit)(struct meta_store *s, const struct meta_change *c, size_t n, int flags,
	    struct meta_err *err);
	void (*tick)(struct meta_store *s);
	void (*close)(struct meta_store **sp);
};
extern const struct meta_ops meta_sqlite;

enum meta_commit_flags {
	META_URGENT =
	    1, /* may use the space that is kept in reserve: elections at start, deletions */
};

/* Is there something of a store in directory dir?  Any process; looks at names only. */
bool meta_there(const struct meta_ops *ops, const char *dir);
/*
 * Opens the store in directory dir, which is created when missing.  A store of another cluster, of
 * a newer version, or a damaged one is refused.  0, or -1 with err.
 */
int meta_open(struct meta_store **sp, const struct meta_ops *ops, const char *dir,
    const char *cluster_id, struct meta_err *err);

/* An entry of log.dirs, in which a copy is kept. */
struct meta_disk {
	uint8_t directory_id[16];
	int32_t node;
	const char *dir; /* of the copy: copied by whoever keeps it */
	bool usable;     /* false: not there, or it failed */
};

struct meta_copies {
	const struct meta_disk *disk;
	int disks;
	const char *accept; /* metadata.accept; NULL = not set */
	/* That much was counted in this daemon's life: then half of the copies will do if they have
	 * it, since nobody else can have written the others. */
	int64_t counted_term, counted_number;
	/* Called in the thread of the commits, before the set of known disks changes by commit
	 * `number` (NULL: by nobody); what it was told last in this daemon's life.  Half of the copies
	 * will not do while that has not counted: the others may have a set without them. */
	void (*changing)(int64_t number);
	int64_t changing_number;
	/* In the thread of a copy, before anything is opened or made there: is the disk in its place?
	 * 0, or -1 with err; NULL: it is. */
	int (*there)(const struct meta_disk *d, struct meta_err *err);
	int stall_ms;  /* until a copy that does not answer is done without; 0 = 1000 */
	int absent_ms; /* until one that is not there is no longer waited for; 0 = ten minutes */
};

/*
 * Opens the copies on all disks as one store; what a copy is, says ops.  A majority of the disks
 * that are known to have one must be there, or the store is refused with what can be done.  There
 * is none yet on any of them: all must be usable, and get one.  0, or -1 with err.
 */
int meta_open_copies(struct meta_store **sp, const struct meta_ops *ops,
    const struct meta_copies *copies, const char *cluster_id, struct meta_err *err);
/*
 * A disk is there: at first, again (the same directory id), or in place of another (the same node).
 * Its copy is filled, and counts from then on; that may be some ticks later.  The directory must be
 * the disk's own, not the place where it is mounted.  In the thread of the commits.
 */
void meta_copy_add(struct meta_store *s, const struct meta_disk *d);
/* It failed, or is to be taken out.  Commits do without it where they can from now on; meta_settle
 * or meta_tick forget it as soon as the others allow, and close its files (later, if it does not
 * answer).  In the thread of the commits. */
void meta_copy_drop(struct meta_store *s, const uint8_t directory_id[16]);
/* Is the copy in that directory one of the known ones, and has it all, or is about to?  In the thread of the commits. */
bool meta_copy_counts(const struct meta_store *s, const uint8_t directory_id[16]);
/* What was counted last: for counted_term and counted_number of a successor.  False: there is one
 * copy only. */
bool meta_counted(const struct meta_store *s, int64_t *term, int64_t *number);

/* 0, or -1 with err (damaged).  Once, before the first commit. */
int meta_load(struct meta_store *s, const struct meta_loader *l, void *arg, struct meta_err *err);
/* All of it, durably, or nothing; blocks.  0, or -1 with err. */
int meta_commit(
    struct meta_store *s, const struct meta_change *c, size_t n, int flags, struct meta_err *err);
/* After a commit, when nobody waits for it any more, in the thread of the commits: copies that
 * failed are forgotten, those that are behind filled. */
void meta_settle(struct meta_store *s);
/* About every ten seconds, in the thread of the commits: what a full disk will need later is done
 * now, and copies that are behind are filled. */
void meta_tick(struct meta_store *s);
/* Is meta_tick due in a second and not in ten?  In the thread of the commits. */
bool meta_wants_tick(const struct meta_store *s);
/* Sets *sp to NULL; NULL is allowed. */
void meta_close(struct meta_store **sp);

#endif
