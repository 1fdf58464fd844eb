/* SPDX-License-Identifier: ISC */
/*
 * controller.h - what the files of the controller share.  Private to src/controller/.
 *
 * The model in memory is what the store has, and what is being committed.  A request changes the
 * model and submits an op, the change for the store; all ops of a turn are committed together in
 * the helper thread, and requests that come meanwhile wait.  When it is durable, each op's done()
 * publishes from the model; when it is not, each undoes what it did to the model, the latest first.
 */
#ifndef ODRADEK_CONTROLLER_H
#define ODRADEK_CONTROLLER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "odradek/base/config.h"
#include "odradek/base/hash.h"
#include "odradek/base/helper.h"
#include "odradek/base/topic_config.h"
#include "odradek/base/uuid.h"
#include "odradek/meta/store.h"
#include "odradek/proc/callee.h"
#include "odradek/proto/api.h"
#include "odradek/proto/kerr.h"
#include "odradek/proto/msg.h"
#include "odradek/repl/rules.h"
#include "odradek/shm/arena.h"
#include "odradek/shm/tables.h"

#define NONE UINT32_MAX
#define TOPIC_NAME_MAX 249

/* Configuration values that were set, sorted by name. */
struct kvs {
	struct config_kv *v; /* name and value are malloc'd */
	size_t n;
};

/* One node: a disk of this daemon's life, or one that the store remembers. */
struct node {
	int32_t id;
	struct uuid directory;
	const char *path;
	bool present;                     /* in log.dirs: its index is that of its writer */
	bool online;                      /* its disk serves or will */
	bool stalled;                     /* nobody does anything there: it must not lead */
	bool full;                        /* its disk refuses what is produced: it leads what nobody else can */
	uint64_t failures;                /* of its writer, as last looked at */
	_Alignas(8) struct shm_node line; /* as published; copied in words of 8 bytes */
	struct kvs dynamic;
	struct config *config; /* of its own, when it has dynamic settings; else NULL */
};

struct part {
	uint32_t slot, slot_generation;
	int32_t leader; /* node index; -1 = none */
	int32_t epoch, partition_epoch;
	/* masks over replica[] */
	uint16_t isr, elr;         /* durable */
	uint16_t adding, removing; /* of a reassignment; durable */
	uint16_t joining;          /* counted by the leader, not in sync yet: isr.c */
	uint16_t lost;             /* of a directory that the node does not have any more */
	uint16_t failed;           /* their writer says so in their lines */
	uint16_t short_of;         /* records may be missing at the end of their logs: not eligible
				      until they were in sync again */
	bool undecided;            /* start.c: published without a leader until its logs are known */
	uint8_t replicas;
	uint8_t replica[META_REPLICAS]; /* node indexes */
	struct uuid *directories;       /* of each replica; NULL: those of the nodes */
};

enum topic_state { TOPIC_LIVE, TOPIC_DELETING };

struct topic {
	int64_t key;
	struct uuid id;
	char name[TOPIC_NAME_MAX + 1];
	uint32_t index, generation; /* in the topic table */
	enum topic_state state;
	bool internal;
	bool published; /* followers know it */
	uint32_t nparts;
	struct part *part;
	struct kvs config;
	uint64_t gone_version; /* deleting: published as such; the writers pass it when they have
				  removed their logs */
	uint64_t wait_nodes;   /* deleting: nodes that have not */
	bool forgetting;
	TAILQ_ENTRY(topic) entry; /* deleting */
};
TAILQ_HEAD(topics, topic);

/* A request between its arrival and its answer. */
struct call {
	TAILQ_ENTRY(call) entry;
	struct asker asker; /* in an acceptor */
	int16_t api, version;
	uint32_t node;    /* index: by which it came */
	int64_t deadline; /* monotonic ms: when to stop waiting for the writers */
	void *req;        /* private copy of the decoded request */
	size_t req_len;
	/* what the API made of it */
	struct outcome *outcome;
	size_t noutcomes;
	uint64_t wait_version, wait_nodes; /* answered when these nodes follow the tables so far */
	void (*answer)(struct call *c);
};

#define OUTCOME_SKIP 255

/* What became of one thing that a request asked for. */
struct outcome {
	int16_t error;
	uint8_t rank;  /* those of rank 0 come first in the answer; OUTCOME_SKIP is not in it */
	bool changed;  /* stands or falls with the commit */
	char *message; /* malloc'd; NULL = none */
	struct topic *topic;
	struct uuid id;
	uint32_t first, partitions, factor;
};

struct op {
	TAILQ_ENTRY(op) entry;
	struct meta_change *change;
	size_t n, cap;
	struct meta_partition *partition; /* what changes point to */
	size_t npartitions;
	char **string;
	size_t nstrings;
	int flags;
	struct call *call;
	void *arg;
	/* Durable: publish.  Or not, err says why: undo.  The op is freed afterwards. */
	void (*done)(struct op *op, const struct meta_err *err);
};
TAILQ_HEAD(ops, op);
TAILQ_HEAD(calls, call);

struct controller {
	struct child *child;
	struct shm *shm;
	struct shm_controller *tables; /* our body */
	struct arena *arena;
	struct helper *helper;
	struct meta_store *store;
	struct msg_arena answer; /* of the answer under construction */
	uint32_t partitions_max;
	bool successor; /* a controller of this daemon's life was here before */

	struct node node[SHM_NODES];
	uint32_t nodes;
	struct kvs dynamic;    /* for the whole cluster */
	struct kvs groups;     /* of consumer groups: "group setting" */
	struct config *config; /* the daemon's settings with those applied */

	struct topic **topic; /* by index; NULL = free */
	uint32_t topics, topics_cap;
	uint32_t want_index; /* load.c: of the next topic_new; NONE = any */
	uint32_t *free_topic, nfree_topics, free_topics_cap;
	uint32_t *topic_generation; /* of every index that was ever used */
	struct mapstr by_name, by_id, by_collision;
	uint32_t slots; /* ever used */
	uint32_t *free_slot, nfree_slots, free_slots_cap;
	uint32_t *slot_generation; /* [partitions_max] */
	uint32_t slots_used;
	uint32_t place; /* node that the next partition is placed after */

	int64_t term, next_key;
	int64_t producer_next, producer_end,
	    producer_block; /* ids at hand; first that is not durable */
	bool producer_busy;
	struct calls producer_calls;

	struct ops waiting, running;
	bool committing;
	struct calls following; /* wait for the writers */
	uint64_t version;       /* published */
	int64_t mono_ms;
	struct topics deletions;
	struct calls
	    queue; /* requests that came while a commit ran: the model is what is being committed */
};
extern struct controller ctl;

/* ---- model.c: what there is ---- */

void model_init(void);
/* New topic: in the maps, with an index; NULL when the table is full.  key 0: the next one. */
struct topic *topic_new(
    const char *name, const struct uuid *id, int64_t key, bool internal, enum topic_state state);
/* The index may be used again: load.c; topic_free does it itself. */
void topic_index_free(uint32_t index);
/* Out of the maps; its name may be used again. */
void topic_unname(struct topic *t);
void topic_rename(struct topic *t); /* the undoing */
void topic_free(struct topic *t);
struct topic *topic_by_name(const char *name, size_t len);
struct topic *topic_by_id(const struct uuid *id);
/* Another topic whose name is the same but for '.' and '_'; NULL = none. */
struct topic *topic_collides(const char *name);
/* Adds n partitions without slots. */
struct part *topic_grow(struct topic *t, uint32_t n);
/* Takes off the last ones again; gives their slots back. */
void topic_shrink(struct topic *t, uint32_t n);
/* How many more partitions there may be. */
uint32_t slots_free(void);
void slot_take(struct part *p);
void slot_claim(struct part *p, uint32_t slot); /* a certain one: load.c */
void slot_give(struct part *p);
/* Kafka's words for what is wrong with a name; NULL = nothing. */
char *topic_name_fault(const char *name, size_t len);
bool topic_is_internal(const char *name);
/* min.insync.replicas as it counts for it: at most as many as there are replicas. */
uint8_t part_min_insync(const struct topic *t, const struct part *p);
int node_index(int32_t id); /* -1: unknown */

int kvs_find(const struct kvs *k, const char *name);
const char *kvs_get(const struct kvs *k, const char *name);
void kvs_set(struct kvs *k, const char *name, const char *value); /* NULL removes */
void kvs_copy(struct kvs *to, const struct kvs *from);
void kvs_free(struct kvs *k);

/* ---- load.c: the start ---- */

void load(void);
/* The cluster's and the nodes' settings anew from the daemon's and the dynamic ones. */
void load_settings(void);
/* What topics have their defaults from: with several nodes, a node's own dynamic settings are not
 * in it, since a topic may be on any of them. */
const struct config *settings_of_topics(void);

/* The next place for a node; not published. */
uint32_t node_add(int32_t id, const uint8_t directory[16], const char *path);
void node_put(uint32_t k, int32_t id, const uint8_t directory[16], const char *path); /* a certain one, k <= ctl.nodes */
/* What clients are told of it, from what there is of it now. */
void node_line(uint32_t k);

/* ---- disks.c: disks that come, go and are replaced while the daemon runs ---- */

/* Nothing is being committed, nothing waits. */
void disks_turn(void);
/* The settings may say something else of where nodes are. */
void disks_addresses(void);

/* ---- adopt.c: disks that come from elsewhere ---- */

struct adoption {
	int64_t next_producer; /* that the old cluster had not handed out */
	struct op *op;
};
void adopt_disks(const uint32_t *disks, uint32_t n, struct adoption *a);
/* adopt_log.c: what the log of a Kafka cluster, __cluster_metadata-0, says. */
struct kafka_log;
struct kafka_log *kafka_log_read(const char *path);
void kafka_log_free(struct kafka_log **k);
/* Of two disks' logs the one that reaches farther knows what the other does not. */
struct repl_end kafka_log_end(const struct kafka_log *k);
int64_t kafka_log_next_producer(const struct kafka_log *k);
/* found is called with the last value of each. */
typedef void kafka_log_setting_fn(
    int8_t type, const char *resource, const char *name, const char *value);
void kafka_log_settings(const struct kafka_log *k, kafka_log_setting_fn *found);
/* Without a log nothing is known. */
enum kafka_topic { KAFKA_TOPIC_UNKNOWN, KAFKA_TOPIC_LIVE, KAFKA_TOPIC_REMOVED };
enum kafka_topic kafka_log_topic(const struct kafka_log *k, const struct uuid *id);
/* The nodes of a partition's replicas, the preferred one first; 0: it is not known. */
int kafka_log_replicas(
    const struct kafka_log *k, const struct uuid *topic, int32_t partition, int32_t id[META_REPLICAS]);

/* ---- commit.c ---- */

struct op *op_new(struct call *call, void (*done)(struct op *, const struct meta_err *));
struct meta_change *op_change(struct op *op, enum meta_change_type type);
/* Row of partition p of t; room for npartitions must have been made. */
void op_partitions_max(struct op *op, size_t n);
void op_partition(struct op *op, const struct topic *t, uint32_t p);
void op_topic(struct op *op, const struct topic *t);
void op_value(struct op *op, enum meta_value name, int64_t value);
void op_topic_config(struct op *op, const struct topic *t, const char *name, const char *value);
void op_broker_config(struct op *op, int32_t scope, const char *name, const char *value);
void op_free(struct op *op); /* one that was not submitted */
void op_submit(struct op *op);
/* At start, without the helper.  Fatal when it fails. */
void op_now(struct op *op);
/* Begins a commit if ops wait and none runs. */
void commit_turn(void);
void commit_stop(void);

/* ---- change.c: changes of partitions, any number in one commit ---- */

enum election {
	ELECT_ONLINE,    /* the leader stays if it can */
	ELECT_PREFERRED, /* the first replica, if it can */
	ELECT_UNCLEAN,   /* even one that is not in sync, if nobody else can */
};

/* What became of the partitions of a change. */
struct tally {
	uint32_t moved, leaderless; /* these have another leader now, those none any more */
	uint32_t shrunk; /* fewer are in sync */
	uint32_t under_min; /* of those: fewer than min.insync.replicas */
	uint32_t from_elr, unclean;
	const struct topic *unclean_topic; /* of the first */
	uint32_t unclean_part;
};

struct before;
struct change {
	struct op *op; /* more rows may be added to it */
	struct before *v;
	size_t n, cap; /* partitions */
	struct tally tally;
	struct call *call; /* the caller's, as arg */
	void *arg;
	/* Published, or err says why it was undone.  Afterwards the change is gone.  May be NULL. */
	void (*done)(struct change *ch, const struct meta_err *err);
};
struct change *change_new(void (*done)(struct change *, const struct meta_err *), void *arg);
/*
 * Partition n of t is going to be another one: the caller sets replicas (part_set_replicas, adding,
 * removing) and the ISR of what it gets; then change_settle does what follows: the ELR, the end of
 * a reassignment whose target is in sync, the election, the epochs.  false: nothing is different
 * after all.
 */
struct part *change_part(struct change *ch, struct topic *t, uint32_t n);
bool change_settle(struct change *ch, enum election how);
/* The same where the row is another one in any case. */
void change_settle_row(struct change *ch, enum election how);
bool change_empty(const struct change *ch);
const struct part *change_at(const struct change *ch, size_t i); /* as it is now */
/* Not to be done after all: the model is as it was. */
void change_drop(struct change *ch);
void change_submit(struct change *ch, int flags); /* enum meta_commit_flags */

/* The same for one partition without an op: load.c. */
bool part_settle(const struct topic *t, struct part *p, const struct part *was, enum election how,
    struct tally *tally);
/* Other replicas, by node; all masks are of the same nodes as before.  New ones are in none. */
void part_set_replicas(struct part *p, const uint8_t *node, int n);
/* Replica i is the one in the directory that its node has now. */
void part_new_directory(struct part *p, int i);
int32_t part_index(const struct part *p, int32_t node); /* in replica[]; -1: none */
uint16_t part_live(const struct part *p);               /* those that may lead, as far as nodes go */
/* Leader that it could have by what is durable: a node; -1 = none. */
int32_t part_elect(const struct topic *t, const struct part *p);
/* Has the leader begun its epoch? */
bool part_is_led(const struct part *p);
/* What the writer of replica i says. */
void part_line(const struct part *p, int i, struct repl_line *line, struct repl_end *end);
/* unclean.leader.election.enable */
bool topic_unclean(const struct topic *t);

/* The line of replica i: has it failed? */
void part_look_failed(struct part *p, int i);
/* Replicas that failed though their disk did not: their logs lack records, or cannot be used. */
uint16_t part_lost_log(const struct part *p);

/* ---- start.c: the first leaders of a daemon's life ---- */

void start_undecided(struct part *p);
/* Nothing is being committed, nothing waits: decides what can be decided. */
void start_turn(void);
int start_wait(void); /* until it wants to look again, ms; -1: all is decided */
/* What its logs are worth; UNKNOWN also when the node is not there. */
enum trust_state node_trust(uint32_t node);
/* Replicas on these nodes whose logs had to be checked: records may be missing at their ends. */
uint16_t part_checked(const struct part *p, uint64_t nodes);
/* Replicas whose directory is gone leave the ISR, and are those in the directories that are there
 * now; the last of the ISR stays.  true: the row is another one. */
bool part_drop_lost(const struct topic *t, struct part *p);

/* ---- isr.c: who joins the in-sync replicas, and who leaves ---- */

void isr_propose(const struct msg_isr *m);
/* Nothing is being committed, nothing waits: publishes who is counted. */
void isr_publish_turn(void);
/* Nothing is being committed: submits who leaves, and who has reached what was asked. */
void isr_turn(void);
/* Until isr_turn wants to look again, ms; -1: nothing is under way. */
int isr_wait(void);

/* ---- publish.c: the only place that writes the tables ---- */

void publish_begin(void);
void publish_node(uint32_t index);
void publish_topic(const struct topic *t);
void publish_partition(const struct topic *t, uint32_t p);
/* Its settings changed: the topic, and what of them is in the lines of its partitions. */
void publish_settings(const struct topic *t);
void publish_whole(const struct topic *t); /* and all its partitions */
void publish_resolved(void);               /* topics whose settings resolve otherwise than before */
void publish_free_topic(uint32_t index);
void publish_free_slot(uint32_t slot);
void publish_dynamic(void);
void publish_counts(uint32_t topics, uint32_t slots); /* at least so many; load.c */
/* The version that all of it will have. */
uint64_t publish_version(void);
void publish_end(void);
void publish_ring(void); /* wakes who follows: a word beside the tables moved */
/* Effective settings of a topic, for the tables. */
void publish_resolve(const struct topic *t, struct shm_topic_config *c);
/* Those of the nodes whose writer does not follow the tables up to version yet. */
uint64_t writers_behind(uint64_t nodes, uint64_t version);
/* Those of the nodes whose disk does not serve: nobody waits for them with an answer. */
uint64_t writers_offline(uint64_t nodes);

/* ---- reply.c ---- */

void reply_init(void);
/* Copies the request that m names; NULL: it is not one (warned). */
struct call *call_new(uint32_t from, const struct msg_request *m);
/* Encodes the answer (in ctl.answer), posts it, frees the call. */
void reply_call(struct call *c, const void *response);
void call_free(struct call *c);
struct outcome *call_outcomes(struct call *c, size_t n);
void outcome_set(struct outcome *o, int16_t error, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Every outcome that hung on the commit becomes KAFKA_STORAGE_ERROR. */
void call_failed(struct call *c, const struct meta_err *err);
/* Answers when the nodes' writers follow version, or at the deadline. */
void call_follow(struct call *c, uint64_t nodes, uint64_t version);
void calls_turn(void);
bool reply_turn(void); /* true: some wait for room */
void reply_forget(uint32_t slot, uint32_t generation);

/* ---- the APIs ---- */

/* topics.c, partitions.c, delete.c */
void create_topics(struct call *c);
void delete_topics(struct call *c);
void create_partitions(struct call *c);
/* Deletions: forgets topics whose logs are gone. */
void delete_turn(void);
void delete_begin(struct topic *t);          /* published as deleting in this publication */
uint64_t topic_nodes(const struct topic *t); /* mask: where its replicas are */
/* place.c: before some partitions are placed; the first nparts of t have their places. */
void place_begin(const struct topic *t, uint32_t nparts);
/* Places a new partition: its replicas, all that are online in sync.  0, or -1: too few nodes, or none is online. */
int place_part(struct part *p, int factor);
/* Kafka's checks of a manual assignment (factor 0: any).  Fills p when it is not NULL.  How many of
 * its nodes are online, or -1 with the outcome. */
int check_assignment(struct outcome *o, const int32_t *id, int n, int factor, struct part *p);
/* May partitions have this many replicas?  0, or -1 with the outcome. */
int check_factor(struct outcome *o, int factor);
/* Is there room for more partitions beside those promised to the same request?  0, or -1 with the
 * outcome. */
int check_room(struct outcome *o, uint64_t more, uint64_t promised);
/* reassign.c */
void alter_partition_reassignments(struct call *c);
void list_partition_reassignments(struct call *c);
/* What is under way goes on, unless something is being committed. */
void reassign_turn(void);
int reassign_wait(void); /* until it wants to look again, ms; -1: nothing is under way */
/* elect_leaders.c */
void elect_leaders(struct call *c);
/* unregister.c */
void unregister_broker(struct call *c);
/* One with a replica there that is not deleted, and the number of its partition; or NULL. */
const struct topic *topic_on_node(uint32_t k, uint32_t *n);
void rebalance_tick(void); /* about once a second */
/* configs.c, describe.c */
int check_topic_settings(const struct kvs *k, struct config_err *err);
void alter_configs(struct call *c);
void incremental_alter_configs(struct call *c);
void describe_configs(struct call *c);
/* groups.c: settings of consumer groups */
struct group_setting {
	struct config_row row;
	enum config_id broker, least, most; /* its default and its bounds */
};
const struct group_setting *group_setting_at(size_t i); /* NULL behind the last */
int32_t group_setting_broker(enum config_id id);
/* Those of one group, by setting. */
void group_settings_get(const char *id, size_t len, struct kvs *own);
/* 0, or -1 with the outcome: Kafka's checks of the settings of one group. */
int group_settings_check(struct outcome *o, const struct kvs *own);
/* The list of all groups, with those of this one as they will be. */
void group_settings_merge(const char *id, size_t len, const struct kvs *own, struct kvs *all);
/* 0, or -1 with the outcome: too many. */
int group_settings_room(struct outcome *o, const struct kvs *all);
/* copies.c: the metadata store on several disks */
int copies_open(struct meta_err *err);
/* Disks that went offline or came back since, and what a full disk will need. */
void copies_tick(void);
/* Likewise, at once: only if some did. */
void copies_turn(void);
/* Nodes that are there, and whose copy is being brought up to date: not for longer than some seconds. */
uint64_t copies_behind(void);
/* They went offline: the commit that is submitted next does without their copies if it can. */
void copies_leave(uint64_t nodes);
/* After a commit. */
void copies_settle(void);
/* The disk is not one of the cluster's any more: nor is its copy. */
void copies_forget(const struct uuid *directory);
/* That much counts, and has not been told to anybody yet; the store has more to do. */
void copies_counted(int64_t term, int64_t number, bool unsettled);
/* producers.c */
void init_producer_id(struct call *c);
void producers_turn(void);
/* At start: the first block is part of the commit that elects. */
void producers_first(struct op *op);
/* nodes.c: disks that go offline and come back, writers that stand still. */
void nodes_tick(void); /* about once a second */
/* Nothing is being committed: takes notice of what nodes say of themselves, and goes on with what is
 * under way with replicas. */
void nodes_and_replicas_turn(void);
/* May its replicas lead and be in sync? */
bool node_serves(uint32_t index);
/* Leaderless partitions are to be looked at: who may lead them has changed. */
void nodes_elect(void);
/*
 * Settings of topics are others now: with a lower min.insync.replicas nobody is eligible any more who is not in sync,
 * and that must be durable together with it; where unclean elections are allowed now, there is one.  done is called
 * when that was published (in this turn already if there is nothing to do); it may be NULL.
 */
void nodes_settings_changed(void (*done)(const struct meta_err *err));

#endif
