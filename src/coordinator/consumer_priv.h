/* SPDX-License-Identifier: ISC */
/*
 * consumer_priv.h - a group of the consumer protocol from the inside.  For consumer*.c, migrate.c
 * and their tests.
 *
 * Three numbers run after each other.  The group's epoch grows when its members, what they
 * subscribe to, or those topics change; the assignment's epoch follows when a new target is
 * computed for all members; each member's own epoch follows when it has given up what is no more
 * its own.  A partition is given to a member only when its former owner's heartbeat no longer lists
 * it: owner, below, holds every partition that some member owns or has not yet given up.
 *
 * All of it lies in records (consumer_records.c), and every function here that changes something
 * puts the record that says so, except where its comment says otherwise.
 */
#ifndef ODRADEK_CONSUMER_PRIV_H
#define ODRADEK_CONSUMER_PRIV_H

#include "consumer.h"
#include "partset.h"

#define EPOCH_JOIN 0
#define EPOCH_LEAVE (-1)
#define EPOCH_LEAVE_STATIC (-2)

struct group_topic;

/* A topic's name that some group subscribes to, whether the topic exists or not; one for all
 * groups. */
struct topic_name {
	char *name;
	uint32_t len, refs;
	uint32_t mark;            /* scratch of consumer_target.c */
	bool hashed;              /* hash is of now */
	int64_t hash;             /* of the topic as it is; 0 = there is none */
	struct group_topic *head; /* the groups */
};

/* One topic of a group: how many members name it, how many of its patterns match it. */
struct group_topic {
	struct topic_name *topic;
	struct consumer *group;
	uint32_t by_name, by_regex;
	struct group_topic *next, **prev; /* of the topic_name */
};

/* A pattern that some member subscribes to. */
struct regex_topics {
	char *pattern;
	uint32_t members;
	bool resolved;             /* topic is what the record says */
	struct topic_name **topic; /* by name */
	uint32_t topics;
	int64_t version, timestamp; /* as in the record: wall clock ms */
	uint64_t seen;              /* consumer_topic_changes when it was resolved; 0 = by a
				       predecessor */
	TAILQ_ENTRY(regex_topics) entry;
};

/* As in records. */
enum member_state { MEMBER_STABLE, MEMBER_UNREVOKED, MEMBER_UNRELEASED, MEMBER_UNKNOWN = 127 };

/* What a member that still speaks the classic protocol said when it joined. */
struct classic_member_protocol {
	char *name;
	void *metadata;
	uint32_t len;
};
struct classic_side {
	int32_t session_timeout_ms;
	uint32_t protocols;
	struct classic_member_protocol protocol[];
};

struct cmember {
	struct consumer *group;
	char *id;
	uint32_t id_len;
	int32_t epoch, previous_epoch;
	int32_t rebalance_timeout_ms;
	uint8_t state; /* enum member_state */
	bool has_target, has_metadata;
	char *instance_id, *rack_id, *regex; /* NULL = none */
	char *client_id, *client_host;
	char *assignor;
	struct topic_name **topic; /* by name */
	uint32_t topics;
	struct partset assigned, revoking, target;
	struct classic_side *classic; /* NULL = speaks the consumer protocol */
	struct timer session, rebalance, join, sync;
};

struct consumer {
	struct group *group;
	int32_t epoch, assignment_epoch;
	int64_t hash;            /* of the topics that it subscribes to, as of its epoch */
	bool stale;              /* one of them changed: look at the next heartbeat */
	bool partition_metadata; /* has the record of type 4 of Kafka 4.0 */
	struct cmember **member; /* by id */
	uint32_t members, member_cap, classic_members;
	struct group_topic **topic; /* by name */
	uint32_t topics, topic_cap;
	struct map64 owner; /* part -> struct cmember * */
	TAILQ_HEAD(, regex_topics) regexes;
	struct regex_job *job; /* consumer_regex.c: under way */
};

/* How often topics came, went or changed since the start; from 1. */
extern uint64_t consumer_topic_changes;

/* ---- consumer_group.c: the group in memory; no records ---- */

/* Makes the group one of the consumer protocol, empty, epoch 0. */
struct consumer *consumer_new(struct group *g);
struct cmember *member_find(const struct consumer *cg, const char *id, size_t len);
struct cmember *member_find0(const struct consumer *cg, const char *id);
struct cmember *member_by_instance(const struct consumer *cg, const char *instance_id);
struct cmember *member_new(struct consumer *cg, const char *id, size_t len);
void member_free(struct cmember *m);
/* A static member's successor takes everything over but the timers and the epoch, which is 0. */
void member_rename(struct cmember *m, const char *id, size_t len);
/* Sorted names, each once: true if they differ from what it had. */
bool member_set_topics(struct cmember *m, const struct kstr *names, uint32_t n);
/* NULL = none; true if it differs. */
bool member_set_regex(struct cmember *m, const char *pattern);
void member_set_classic(struct cmember *m, struct classic_side *side); /* takes it over */
/* What it owns and has still to give up; moves both sets. */
void member_set_parts(struct cmember *m, struct partset *assigned, struct partset *revoking);
/* Replaces *field if it differs; true then. */
bool member_set_text(char **field, const char *text);

struct regex_topics *regex_find(const struct consumer *cg, const char *pattern);
struct regex_topics *regex_new(struct consumer *cg, const char *pattern); /* of nobody yet */
/* What it matches now; moves the array, sorted by name, each with a reference.  False: the same as
 * before. */
bool regex_set_topics(
    struct consumer *cg, struct regex_topics *r, struct topic_name **topic, uint32_t n);
void regex_drop(struct consumer *cg, struct regex_topics *r);

struct topic_name *topic_name_get(const char *name, size_t len); /* with a reference */
void topic_name_put(struct topic_name *t);

/* ---- consumer_target.c ---- */

/* The hash of the topics that the group subscribes to, as they are now. */
int64_t consumer_hash(struct consumer *cg);
/* Puts the next epoch. */
void consumer_bump(struct consumer *cg);
/* A new epoch if bump, or if topics changed; a new target if the epoch is ahead of it. */
void consumer_update(struct consumer *cg, bool bump);
void consumer_assign(struct consumer *cg);
/* The assignor that most members ask for; else the first of the configuration. */
const char *consumer_assignor(const struct consumer *cg);

/* ---- reconcile.c ---- */

/* What the member says that it owns: a set, or a request; or it did not say. */
struct owned {
	bool said;
	const struct partset *set;
	const struct consumer_group_heartbeat_req *req;
};
bool owned_within(const struct owned *o, const struct partset *set);
bool owned_any_of(const struct owned *o, const struct partset *set);
/* One step of the member towards its target.  False: it has to abandon everything
 * (FENCED_MEMBER_EPOCH). */
bool member_reconcile(struct cmember *m, const struct owned *o);
/* Is a partition of its target still with another member? */
bool member_waits(const struct cmember *m);

/* ---- consumer.c ---- */

/* The members leave, or are thrown out: tombstones, the next epoch; or the group becomes a classic
 * one. n >= 1. */
void consumer_fence(struct consumer *cg, struct cmember **m, uint32_t n);
void member_session(struct cmember *m, int32_t timeout_ms); /* begins anew */
void member_expect_join(struct cmember *m);                 /* if it is not expected already */
void member_expect_sync(struct cmember *m, int32_t timeout_ms);
void member_rebalance_timer(struct cmember *m);
/* Puts the old one's tombstones and the new one's records. */
void member_replace(struct cmember *m, const char *id, size_t len);

/* ---- consumer_regex.c ---- */

/* What Kafka's regular expressions do not have, or what is beyond the limits, in the words of
 * regex.h; NULL = the pattern is good. */
const char *consumer_regex_fault(const char *pattern);
/*
 * m subscribes to another pattern than before: the tombstone of the old one (NULL = none), if
 * nobody has it any more.  Call it before member_set_regex().  True: the epoch is to grow, because
 * what the new pattern matches is known already.
 */
bool consumer_regex_change(struct cmember *m, const char *pattern);
/* Matches the group's patterns with all topics if that is due: Kafka's rules. */
void consumer_regex_check(struct consumer *cg);
void consumer_regex_stop(struct consumer *cg);

/* ---- consumer_records.c ---- */

void put_member(const struct cmember *m);
void put_member_tombstone(struct consumer *cg, const char *id);
void put_current(const struct cmember *m);
void put_current_tombstone(struct consumer *cg, const char *id);
void put_target(const struct cmember *m);
void put_target_tombstone(struct consumer *cg, const char *id);
void put_epoch(struct consumer *cg);
void put_epoch_tombstone(struct consumer *cg);
void put_assignment_epoch(struct consumer *cg);
void put_assignment_epoch_tombstone(struct consumer *cg);
void put_partition_metadata_tombstone(struct consumer *cg);
void put_regex(struct consumer *cg, const struct regex_topics *r);
void put_regex_tombstone(struct consumer *cg, const char *pattern);
/* Everything of the group, for one that was just made from a classic one. */
void put_all(struct consumer *cg);

/* ---- migrate.c ---- */

/* Could this classic group with members become one of the consumer protocol?  NULL, or why not. */
const char *migrate_upgrade_fault(struct group *g);
/* Does so; its waiting calls are answered REBALANCE_IN_PROGRESS. */
void migrate_upgrade(struct group *g);
/* Only classic members would remain when these leave, and the policy allows it. */
bool migrate_may_downgrade(const struct consumer *cg, struct cmember *const *leaving, uint32_t n);
/* With n 0, when its last member of the consumer protocol was just replaced: without a rebalance.
 */
void migrate_downgrade(struct consumer *cg, struct cmember *const *leaving, uint32_t n);
/* The same as migrate_may_downgrade() for that case: one member is not a classic one yet. */
bool migrate_may_replace(const struct consumer *cg);

#endif
