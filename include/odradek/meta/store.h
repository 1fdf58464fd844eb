/* SPDX-License-Identifier: ISC */
/*
 * store.h - where the controller keeps what must survive: the cluster id, nodes, topics,
 * partitions, configurations, producer id blocks, deletions that are under way.
 *
 * Used in: controller only; meta_load before its helper thread starts, meta_commit in that thread.
 * A commit is durable when it returns 0.  When it returns -1 with err->full, nothing of it is
 * there; with another error what is there is known only after opening the store again.  A back end
 * is one struct meta_ops.
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

/* One change of a commit.  Strings and partitions belong to the caller until the commit returned.
 */
struct meta_change {
	enum meta_change_type {
		META_SET_VALUE,
		META_SET_NODE,
		META_SET_TOPIC,
		META_FORGET_TOPIC, /* with its partitions and configurations */
		META_SET_PARTITION,
		META_SET_TOPIC_CONFIG,
		META_SET_BROKER_CONFIG,
	} type;
	union {
		struct {
			enum meta_value name;
			int64_t value;
		} value;
		struct meta_node node;
		struct meta_topic topic;
		int64_t forget; /* key */
		const struct meta_partition *partition;
		struct meta_config config;
	} u;
};

/* What meta_load tells, in this order: values, nodes, topics by key, their configurations,
 * partitions by topic and number, brokers' configurations.  All pointers are valid during the call
 * only. */
struct meta_loader {
	void (*value)(void *arg, enum meta_value name, int64_t value);
	void (*node)(void *arg, const struct meta_node *n);
	void (*topic)(void *arg, const struct meta_topic *t);
	void (*topic_config)(void *arg, const struct meta_config *c);
	void (*partition)(void *arg, const struct meta_partition *p);
	void (*broker_config)(void *arg, const struct meta_config *c);
};

struct meta_ops {
	const char *name;
	int (*open)(
	    struct meta_store **sp, const char *dir, const char *cluster_id, struct meta_err *err);
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

/*
 * Opens the store in directory dir, which is created when missing.  A store of another cluster, of
 * a newer version, or a damaged one is refused.  0, or -1 with err.
 */
int meta_open(struct meta_store **sp, const struct meta_ops *ops, const char *dir,
    const char *cluster_id, struct meta_err *err);
/* 0, or -1 with err (damaged). */
int meta_load(struct meta_store *s, const struct meta_loader *l, void *arg, struct meta_err *err);
/* All of it, durably, or nothing; blocks.  0, or -1 with err. */
int meta_commit(
    struct meta_store *s, const struct meta_change *c, size_t n, int flags, struct meta_err *err);
/* About every ten seconds, in the thread of the commits: what a full disk will need later is done
 * now. */
void meta_tick(struct meta_store *s);
/* Sets *sp to NULL; NULL is allowed. */
void meta_close(struct meta_store **sp);

#endif
