/* SPDX-License-Identifier: ISC */
/*
 * coordinator.h - what the files of the coordinator share.  Private to src/coordinator/.
 *
 * A shard is one partition of __consumer_offsets: its groups, and the log that they can be made
 * again from.  A handler changes the groups in memory at once and puts the records that say so; all
 * records of one handler go into one batch. Whatever is answered from a shard leaves when
 * everything that was put before it is in the log (and below the high watermark): nobody ever
 * learns of a state that is not there after a crash.  When an append fails, what memory has is not
 * what the log has: the shard is dropped, its waiting calls get COORDINATOR_NOT_AVAILABLE, and it
 * is loaded anew. There is no undoing anywhere.
 */
#ifndef ODRADEK_COORDINATOR_H
#define ODRADEK_COORDINATOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "odradek/base/hash.h"
#include "odradek/proc/child.h"
#include "odradek/proc/tables.h"
#include "odradek/proto/api.h"
#include "odradek/proto/kerr.h"
#include "odradek/proto/msg.h"

/* ---- time: timers.c ---- */

/* Embedded in what it belongs to; zeroed = not set.  A heap: nothing is scanned, and the loop
 * sleeps until the first is due. */
struct timer {
	int64_t due;    /* ms, monotonic */
	int64_t at;     /* what it is in the heap by; at most due */
	uint32_t place; /* in the heap, from 1; 0 = not set */
	void (*fire)(struct timer *t);
};
void timer_set(
    struct timer *t, int64_t due, void (*fire)(struct timer *)); /* sets it anew if it was set */
void timer_clear(struct timer *t);

/* ---- groups ---- */

enum group_type { GROUP_CLASSIC, GROUP_CONSUMER };

struct shard;
struct classic;  /* classic.h: members, generation, state of a group of the classic protocol */
struct consumer; /* consumer.h: the same for KIP-848 */
struct offsets;  /* offsets.h: what was committed, by topic and partition */

/*
 * Every group that has a member, an offset or a record.  A group that only commits offsets
 * ("simple") is a classic one in state Empty without a protocol type, as in Kafka.
 */
struct group {
	struct shard *shard;
	char *id;
	uint32_t id_len;
	enum group_type type;
	struct classic *classic;   /* GROUP_CLASSIC; NULL = Empty, never had a member */
	struct consumer *consumer; /* GROUP_CONSUMER */
	struct offsets *offsets;   /* NULL = none */
	TAILQ_ENTRY(group) entry;  /* of the shard */
	struct group *same_hash;   /* group.c */
};

struct group *group_get(struct shard *s, const char *id, size_t len); /* NULL: there is none */
struct group *group_make(
    struct shard *s, const char *id, size_t len); /* a classic, empty one if there is none */
/* Forgets it, with everything in it; its tombstones were put by the caller. */
void group_free(struct group *g);
/* What classic_free and consumer_free answer to the calls that they hold: the shard is being
 * dropped, and why. */
int16_t shard_error(const struct shard *s);

/* ---- calls: what an acceptor asked, until it is answered ---- */

struct call {
	struct shard *shard; /* of the group that it names; NULL when it names many */
	int16_t api, version;
	const void *req;         /* private copy of the decoded request */
	const char *client_id;   /* "" = none */
	const char *client_host; /* "/10.0.0.1", as Kafka shows it */
	void *holder;            /* of whoever keeps it for later: JoinGroup, SyncGroup */
	int64_t deadline;
	TAILQ_ENTRY(call) entry; /* of whoever keeps it */
				 /* the rest is call.c's; structs of calls are made there */
};

/* Where the answer is built; the same arena for everybody, empty when a handler or a timer begins
 * and after call_reply. */
struct msg_arena *call_answer(void);
/* Encodes the answer now, sends it when the shard's records so far are in the log (at once if there
 * are none under way). Frees the call. */
void call_reply(struct call *c, const void *response);
/* The API's answer with nothing but this error, from the API's row in coordinator.c.  Frees the
 * call. */
void call_error(struct call *c, int16_t error);

/* ---- records ---- */

/* Where keys and values are built; emptied by record_put. */
struct msg_arena *record_scratch(void);
/* The largest record that the topic takes (max.message.bytes).  Whoever puts a larger one has
 * failed, as in Kafka: ask first where it depends on what clients sent. */
size_t record_max(const struct shard *s);
/*
 * One record of this handler's batch: key and value are structs of proto/gen/rec_group.h; value
 * NULL = tombstone.  The version of the value is the caller's, as Kafka 4.1 writes it.
 */
void record_put(struct shard *s, const struct msg_table *key_table, const void *key,
    const struct msg_table *value_table, int value_version, const void *value);

/* ---- the process ---- */

struct group_config { /* resolved from the daemon's settings and the dynamic ones; the names are
			 Kafka's */
	int32_t min_session_timeout_ms, max_session_timeout_ms, initial_rebalance_delay_ms,
	    max_size;
	int32_t consumer_session_timeout_ms, consumer_min_session_timeout_ms,
	    consumer_max_session_timeout_ms;
	int32_t consumer_heartbeat_interval_ms, consumer_min_heartbeat_interval_ms,
	    consumer_max_heartbeat_interval_ms;
	int32_t consumer_max_size, offset_metadata_max_size;
	int32_t consumer_regex_refresh_interval_ms;
	int64_t offsets_retention_ms, offsets_retention_check_interval_ms;
	enum migration {
		MIGRATION_DISABLED,
		MIGRATION_DOWNGRADE,
		MIGRATION_UPGRADE,
		MIGRATION_BIDIRECTIONAL
	} migration;
	/* group.consumer.assignors in order, without class names: "uniform", "range" */
	const char *assignor[4];
	int assignors;
};

struct coordinator {
	struct child *child;
	struct shm *shm;
	struct tables *tables;
	struct arena *arena;
	struct group_config config;
	int offsets_codec; /* CODEC_... of records */
	int64_t now_ms;  /* monotonic, taken once a turn */
	int64_t wall_ms; /* of the same moment */
};
extern struct coordinator co;

/*
 * Settings of one group (group configs of IncrementalAlterConfigs, resource type GROUP 32), else
 * the broker's.  Values outside of the broker's min..max are clamped, as in Kafka.
 */
int32_t group_session_timeout_ms(const struct group *g);
int32_t group_heartbeat_interval_ms(const struct group *g);

/* What a handler of an API with one group in it looks like: the shard is there and loaded, the id
 * is not invalid. */
typedef void group_api_fn(struct call *c, const char *id, size_t id_len);

#endif
