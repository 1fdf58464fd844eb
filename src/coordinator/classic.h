/* SPDX-License-Identifier: ISC */
/*
 * classic.h - groups of the classic protocol: JoinGroup, SyncGroup, Heartbeat, LeaveGroup.  Private
 * to src/coordinator/.
 *
 *	           a member joins            all joined, or time is up
 *	Empty ----------------------> PreparingRebalance ------------> CompletingRebalance
 *	  ^                            |   ^        ^   ^                     |   |
 *	  +---- nobody is left --------+   |        |   +--- a change --------+   |
 *	                                   |        |                            |
 *	                                a change    +-- a member does not sync --+
 *	                                   |                                     |
 *	                                Stable <------- the leader's SyncGroup --+
 *
 * (Kafka's state Dead is a group that is not there.)  struct classic and its members are laid open
 * here because migration (migrate.c) makes one kind of group from the other.
 */
#ifndef ODRADEK_CLASSIC_H
#define ODRADEK_CLASSIC_H

#include "coordinator.h"

struct group_metadata_value; /* proto/gen/rec_group.h */
struct describe_groups_resp_described_group;
struct join_group_req;

enum classic_state { CLASSIC_EMPTY, CLASSIC_PREPARING, CLASSIC_COMPLETING, CLASSIC_STABLE };

/* What a member speaks, in order of its preference; one allocation.  A name is there once. */
struct classic_protocol {
	const char *name; /* NUL-terminated */
	const void *metadata;
	uint32_t name_len, metadata_len;
};
struct classic_protocols {
	uint32_t n;
	uint32_t bytes; /* of the allocation */
	struct classic_protocol p[];
};

struct classic_member {
	struct timer session;
	struct group *group;
	uint32_t index; /* in struct classic's member[] */
	uint32_t id_len;
	char *id;
	char *instance_id; /* NULL = a dynamic member */
	uint32_t instance_id_len;
	int32_t rebalance_timeout_ms, session_timeout_ms;
	char *client_id, *client_host;
	struct classic_protocols *protocols;
	void *assignment; /* NULL = empty */
	uint32_t assignment_len;
	bool is_new;       /* has never been answered a JoinGroup: may expire while it waits */
	bool pending_sync; /* of this generation, has not sent its SyncGroup yet */
	struct call *join, *sync; /* what it waits for */
};

/* An id that was given out with MEMBER_ID_REQUIRED (KIP-394), until its owner joins with it. */
struct classic_pending {
	struct timer session;
	struct group *group;
	uint32_t index; /* in struct classic's pending[] */
	uint32_t id_len;
	char id[];
};

struct classic {
	struct group *group;
	enum classic_state state, previous;
	int64_t since;       /* wall clock ms of the last change of state; -1 = unknown */
	char *protocol_type; /* "consumer"; NULL = never had a member */
	char *protocol;      /* of this generation; NULL = none */
	int32_t generation;
	struct classic_member *leader; /* NULL = none */

	struct classic_member **member; /* in no order; the index of each changes when one goes */
	uint32_t members, members_room;
	struct mapstr by_id, by_instance; /* -> index */
	struct classic_pending **pending;
	uint32_t pendings, pendings_room;
	struct mapstr pending_by_id; /* -> index */

	struct mapstr supported;   /* name of a protocol -> how many members speak it */
	uint32_t awaiting_join;    /* members with a join */
	uint32_t awaiting_sync_of; /* members with pending_sync */

	struct timer join_timer;   /* PreparingRebalance: its end */
	struct timer sync_timer;   /* after it: who has not sent SyncGroup by then goes */
	bool new_member_added;     /* the initial rebalance is worth another delay */
	int32_t delay_ms, left_ms; /* of the initial rebalance: this delay, and what may follow */

	bool topics_known, topics_all; /* topics is of this generation; everything counts as
					  subscribed */
	struct mapstr topics; /* that the members subscribe to (protocol type "consumer") */
	size_t bytes;         /* what the members take */
};

/* ---- handlers ---- */

/* Of requests whose group is a classic one, or not there yet. */
group_api_fn classic_join, classic_sync, classic_heartbeat, classic_leave;

/* ---- loading ---- */

/* The group's record; value NULL = tombstone. */
void classic_replay(struct group *g, const struct group_metadata_value *value);
/* The shard is loaded: timers of the members begin. */
void classic_loaded(struct group *g);
/* Calls that still wait in it get shard_error(). */
void classic_free(struct group *g);

/* ---- what the rest of the coordinator asks ---- */

/* May this member commit offsets now?  Kafka's error, or 0; a heartbeat of it, too, where Kafka
 * takes it as one. */
int16_t classic_may_commit(
    struct group *g, const char *member_id, const char *instance_id, int32_t generation);
/* Does the group subscribe to the topic, as far as its members' metadata tells?  (offset expiry,
 * OffsetDelete) */
bool classic_subscribes(struct group *g, const char *topic, size_t len);
bool classic_is_empty(const struct group *g);
/* ms since the epoch at which it became Empty (current_state_timestamp); -1 = unknown, or not
 * Empty. */
int64_t classic_empty_since(const struct group *g);
const char *classic_state(const struct group *g); /* as Kafka names it: "PreparingRebalance" ... */
const char *classic_protocol_type(const struct group *g); /* "" = none */
void classic_describe(
    const struct group *g, struct msg_arena *a, struct describe_groups_resp_described_group *to);
/* The group goes: its record becomes a tombstone (DeleteGroups, or expiry of an empty one). */
void classic_put_tombstone(struct group *g);

/* ---- what migration builds with ---- */

/* g's struct classic, made if there is none (Empty, no members).  g's type becomes GROUP_CLASSIC;
 * what it was before is the caller's to free. */
struct classic *classic_make(struct group *g);
/* NULL: there is no such member. */
struct classic_member *classic_member_get(const struct classic *c, const char *id, size_t len);
struct classic_member *classic_instance_get(const struct classic *c, const char *id, size_t len);
/* Copies of everything; assignment empty; no timer.  The first member of a group gives it its
 * protocol type and becomes its leader. */
struct classic_member *classic_member_add(struct classic *c, const char *id, size_t id_len,
    const char *instance_id, const char *client_id, const char *client_host,
    int32_t rebalance_timeout_ms, int32_t session_timeout_ms, const char *protocol_type,
    struct classic_protocols *protocols); /* takes them over */
/* Forgets it, answering nothing: a call that waits in it must have been answered. */
void classic_member_free(struct classic *c, struct classic_member *m);
/* n protocols; name(i) and metadata(i) are copied. */
struct classic_protocols *classic_protocols_make(uint32_t n, const struct classic_protocol *from);
/* What m says in this protocol; NULL = it does not speak it. */
const struct classic_protocol *classic_member_protocol(
    const struct classic_member *m, const char *name);
void classic_set_assignment(struct classic_member *m, const void *p, size_t len);
/* The protocol that most members want among those that all speak; NULL = there is none. */
const char *classic_select_protocol(struct classic *c);
void classic_set_state(struct classic *c, enum classic_state state);
/* The session of m begins anew. */
void classic_session_restart(struct classic_member *m);
/* Stable, CompletingRebalance or Empty becomes PreparingRebalance; the reason goes to the log. */
void classic_prepare_rebalance(struct classic *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The group's record as it is now: after a change that it must survive. */
void classic_put(struct classic *c);

#endif
