/* SPDX-License-Identifier: ISC */
/*
 * shard.h - a shard: one partition of __consumer_offsets with the groups in it.  Private to
 * src/coordinator/, and there to the files that keep shards: the protocols know coordinator.h.
 */
#ifndef ODRADEK_SHARD_H
#define ODRADEK_SHARD_H

#include "coordinator.h"
#include "odradek/base/helper.h"
#include "odradek/proc/callee.h"
#include "odradek/proto/record.h"

#define OFFSETS_TOPIC "__consumer_offsets"

/*
 * NONE     no leader here
 * WAITING  its leader does not serve yet, or the end of an append that failed is not known, or a
 *          load failed and is tried again later
 * LOADING  being read
 * SETTLING read; what was read is not below the high watermark yet
 * READY    serves
 */
enum shard_state { SHARD_NONE, SHARD_WAITING, SHARD_LOADING, SHARD_SETTLING, SHARD_READY };

TAILQ_HEAD(group_list, group);
struct load;     /* load.c */
struct pendings; /* load.c: what open transactions committed */

/* An answer that waits for a shard's records. */
struct pending {
	struct call *call;
	uint64_t after; /* this batch */
	TAILQ_ENTRY(pending) entry;
};
TAILQ_HEAD(pending_list, pending);

struct shard {
	int32_t partition;
	uint32_t slot, slot_generation;
	int32_t node, epoch; /* that leads it, and since when; -1 = nobody */
	enum shard_state state;
	struct group_list groups;
	bool armed;       /* its wait word */
	int16_t loses;    /* being dropped, and why: answers leave at once */
	uint64_t barrier; /* WAITING: messages that the writer must have passed before we read */
	int64_t not_before, backoff; /* WAITING: a load that failed is tried again */

	/* append.c */
	struct wire_out out;     /* the batch that is being filled */
	struct wire_out sending; /* the one in front of it, until it is in the arena */
	struct batch_builder builder;
	bool open;          /* there is one */
	const char *broken; /* why a record could not be put; the shard is dropped for it */
	uint64_t filling, committed; /* numbers of batches: the one being filled; all up to this */
	bool flying;                 /* one was given to the writer, number filling - 1 */
	bool posted, appended;       /* the message is in the ring; the writer has answered */
	uint32_t cookie;
	struct packet *packet;
	union {
		struct msg_produce m;
		struct shm_msg raw; /* messages are posted whole */
	} post;
	int64_t next;         /* appended: what the high watermark must reach */
	int32_t append_epoch; /* appended: in which */
	struct timer timeout;
	struct pending_list answers;
	TAILQ_ENTRY(shard) unsettled; /* open or flying */
	bool is_unsettled;

	/* load.c */
	struct load *load;
	int64_t loaded; /* SETTLING: offset that the high watermark must reach */
	struct pendings *pendings;
	TAILQ_ENTRY(shard) load_entry;

	struct timer expiry;
};

/* ---- shard.c ---- */

/* By partition; NULL: none. */
struct shard *shard_at(int32_t partition);
int32_t shard_count(void);
/* The shard that serves the group for clients of node; or NULL with *error. */
struct shard *shard_for(const char *id, size_t len, uint32_t node, int16_t *error);
/* Once a turn; moved: the tables, or a partition that is waited for, did. */
void shards_look(bool moved);
void shards_tables_moved(void);
/* All that it has in memory is forgotten; calls get the error.  It waits to be loaded. */
void shard_drop(struct shard *s, int16_t error);
/* An append did not come to be. */
void shard_failed(struct shard *s, const char *why);
/* Are fewer replicas in sync than min.insync.replicas?  Then nothing more is committed. */
bool shard_too_few(const struct shard *s);
void shard_arm(struct shard *s);
void shard_disarm(struct shard *s);

/* ---- append.c ---- */

void records_init(void);
/* Between handlers: a batch that became large goes. */
void append_flush(struct shard *s);
/* End of a turn: what was put goes to the writers.  True: some waits for room. */
bool append_turn(void);
void append_answer(uint32_t from, const struct msg_produced *m);
void append_writer_died(uint32_t slot);
/* The high watermark may have moved. */
void append_look(struct shard *s);
/* Waiting answers become errors; what is being filled is forgotten. */
void append_forget(struct shard *s);
/* May a handler that puts records begin?  0, or Kafka's error: the disk is known to be full, or too
 * few replicas are in sync. */
int16_t append_refused(const struct shard *s);
/* So much waits for the writer that no more work is begun. */
bool append_full(const struct shard *s);
/* The answer waits for the shard's records; false: there are none under way. */
bool append_wait(struct shard *s, struct pending *p, struct call *c);
extern TAILQ_HEAD(shard_list, shard) unsettled_shards;
extern struct outbox *append_outbox;

/* ---- call.c ---- */

void call_init(void);
/* Copies the request that m names; NULL: it is none of ours. */
struct call *call_take(uint32_t from, const struct msg_request *m);
uint32_t call_node(const struct call *c);
/* One of the shards that its answer waits for has its records in the log, or has lost them. */
void call_settled(struct call *c, bool lost, int16_t error);
/* End of a turn: answers go out.  True: some wait for room. */
bool call_turn(void);
void call_forget(uint32_t slot, uint32_t generation);

/* ---- load.c ---- */

void load_begin(struct shard *s);
void load_cancel(struct shard *s);
/* Replays for a bounded time.  True: there is more. */
bool load_turn(void);

/* ---- replay.c ---- */

/* One whole, checked batch.  0, or -1: it says what cannot be (why). */
int replay_batch(struct shard *s, const uint8_t *batch, size_t size, const char **why);
void replay_fini(struct shard *s);
/* Has an open transaction committed an offset for it? */
bool replay_pending(const struct group *g, const char *topic, size_t topic_len, int32_t partition);
/* Any at all for the group. */
bool replay_pending_group(const struct group *g);

/* ---- group.c ---- */

/* Forgets all groups of the shard. */
void groups_free(struct shard *s);
/* After the load: timers of members begin; what is nothing any more goes. */
void groups_loaded(struct shard *s);

/* ---- timers.c ---- */

int64_t timers_first(void); /* INT64_MAX: none */
void timers_fire(int64_t now);

/* ---- settings.c ---- */

void group_settings_load(void);

/* ---- expire.c ---- */

void expire_begin(struct shard *s);
void expire_interval_changed(void);
/* With tombstones for everything in it. */
void group_delete(struct group *g);
/* Of the tables: its offsets go with a topic; groups look again at those that change. */
void topic_changed(const struct topic_entry *t);

/* ---- the APIs that are about offsets, or about many groups ---- */

group_api_fn offset_commit, offset_delete;
void offset_fetch(struct call *c);
void list_groups(struct call *c);
void describe_groups(struct call *c);
void consumer_group_describe(struct call *c);
void delete_groups(struct call *c);

#endif
