/* SPDX-License-Identifier: ISC */
/*
 * fake.h - a coordinator without a process for tests of its groups: one shard whose log is a list
 * in memory, calls whose answers are kept (encoded and decoded again, in their version), a clock
 * that stands still until it is moved.  Timers are the real ones.
 */
#ifndef T_COORDINATOR_FAKE_H
#define T_COORDINATOR_FAKE_H

#include "coordinator.h"

struct fake_call {
	struct call c;  /* first */
	bool answered;  /* handed in; out as soon as the records before it are committed */
	bool abandoned; /* by the test, before it was answered */
	size_t after, len;
	uint8_t *bytes;
	struct msg_arena resp; /* decoded when it is asked for */
};

struct fake_record {
	const struct msg_table *key_table, *value_table;
	int version;
	uint8_t *key, *value; /* NULL = tombstone */
	size_t key_len, value_len;
};

extern struct fake_record *fake_log;
extern size_t fake_records, fake_committed;
extern bool fake_hold;         /* records wait for fake_commit */
extern bool fake_compacted;    /* the log is compacted when it is read */
extern size_t fake_record_max; /* what record_max says */
extern int fake_lost;          /* calls that a crash left without an answer */

/* The daemon's defaults as settings, no group, an empty log. */
void fake_init(void);
/* The same, for one that has had a life before: the log is emptied. */
void fake_forget(void);
/* Runs the handler with a copy of the request that is the root of req. */
struct fake_call *fake_run(group_api_fn *fn, int api, int version, const char *client,
    const char *group, const struct msg_arena *req);
/* NULL: not answered yet. */
const void *fake_answer(struct fake_call *f);
/* The answer, if it still comes, goes nowhere. */
void fake_free(struct fake_call *f);
void fake_commit(void);
/* Timers that come due meanwhile fire in their order. */
void fake_pass(int64_t ms);
struct shard *fake_shard(void);
struct group *fake_group(const char *id);
/* The value of a record, decoded; good until the next one. */
const void *fake_value(size_t i);
/* kill -9: memory is lost, with every call, and every record that was not committed; then the log
 * is read again. */
void fake_crash(void);
/* How many keys of this type have a value. */
size_t fake_live(int type);
/* Makes the topic or changes how many partitions it has, and tells the groups; 0 deletes it. */
void fake_topic(const char *name, uint32_t partitions);
void fake_topics_clear(void);

#endif
