/* SPDX-License-Identifier: ISC */
/*
 * tables.h - a process's private index of what the controller publishes, kept current by the
 * journal. Used in acceptors and writers (and by the controller's successor to find its slots
 * again).
 */
#ifndef ODRADEK_PROC_TABLES_H
#define ODRADEK_PROC_TABLES_H

#include <stdbool.h>

#include "odradek/shm/tables.h"

struct topic_entry {
	uint32_t index, generation;
	uint8_t id[16];
	uint8_t name_len;
	bool internal;
	char name[250];
	uint32_t partitions; /* entries of slot */
	uint32_t slot_cap;
	uint32_t *slot; /* by partition id; UINT32_MAX = not published yet */
	struct shm_topic_config config;
	bool deleting;
};

struct tables;

/* changed: called for each line that moved, after the index has it; either may be NULL. */
struct tables_hooks {
	void (*topic)(
	    void *arg, struct topic_entry *t); /* also before it is dropped: t->deleting */
	void (*partition)(void *arg, uint32_t slot, const struct shm_partition *p);
	void (*node)(void *arg, uint32_t index, const struct shm_node *n);
};
struct tables *tables_new(struct shm *shm, const struct tables_hooks *hooks, void *arg);
/* Frees it without calling any hook and sets *tp to NULL. */
void tables_free(struct tables **tp);
/* Follows the journal up to the published version; cheap when nothing changed.  Returns true if
 * anything moved. */
bool tables_follow(struct tables *t);
uint64_t tables_version(const struct tables *t);

struct topic_entry *tables_topic_by_name(struct tables *t, const char *name, uint32_t len);
struct topic_entry *tables_topic_by_id(struct tables *t, const uint8_t id[16]);
struct topic_entry *tables_topic_at(struct tables *t, uint32_t index);
/* Iterates in order of index; *i starts at 0; NULL at the end. */
struct topic_entry *tables_next(struct tables *t, uint32_t *i);
/* The settings of a topic on a node (index): its own, else those of the node, else the cluster's.  Valid until the next
 * call. */
const struct shm_topic_config *tables_config(
    struct tables *t, const struct topic_entry *topic, uint32_t node);
/* Slot of a partition, or UINT32_MAX. */
uint32_t tables_slot(const struct topic_entry *t, int32_t partition);

/* Fresh reads of shared memory. */
void tables_partition(struct tables *t, uint32_t slot, struct shm_partition *p);
void tables_replica(struct tables *t, uint32_t node, uint32_t slot, struct shm_replica *r);
const shm_tail *tables_tail(struct tables *t, uint32_t node, uint32_t slot);
bool tables_node(struct tables *t, uint32_t index, struct shm_node *n);
uint32_t tables_nodes(struct tables *t);

/*
 * What a reader of the partition may see, read in the order that DESIGN section 3 asks for: slot,
 * leader's line (whose epoch and slot generation must be the slot's), slot again.  0, or -1: no
 * leader is serving (LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER) with *p filled in.
 */
int tables_leader(struct tables *t, uint32_t slot, struct shm_partition *p, struct shm_replica *r);
/*
 * The same for who reads the replica on node, which may follow: *r is its own line, and only once it has begun the
 * slot's epoch, that is, agrees with the leader's log.
 */
int tables_reader(struct tables *t, uint32_t slot, uint32_t node, struct shm_partition *p, struct shm_replica *r);

/*
 * Is what was appended in epoch, up to next, committed?  COMMIT_WAIT, or Kafka's error, or 0.  Reads in this order: the
 * HW, then that the published ISR still has enough members, then that the slot still has the epoch of the append;
 * another order can acknowledge a lost record (t/model/append).
 */
enum { COMMIT_WAIT = -1 };
int tables_committed(
    struct tables *t, uint32_t node, uint32_t slot, int32_t epoch, int64_t next);

#endif
