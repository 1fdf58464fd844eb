/* SPDX-License-Identifier: ISC */
/* classic_priv.h - what the files of classic groups share with each other only. */
#ifndef ODRADEK_CLASSIC_PRIV_H
#define ODRADEK_CLASSIC_PRIV_H

#include "classic.h"

enum {
	/* A new member waits for its first answer that long before it counts as gone, as in Kafka:
	 * a connection that was lost meanwhile is not noticed otherwise. */
	NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60 * 1000,
	/* What the members of one group may take, and those of all groups: metadata, ids,
	 * assignments.  A group whose record is to fit into a batch stays far below. */
	CLASSIC_GROUP_BYTES = 32 << 20,
	CLASSIC_BYTES = 512 << 20
};

#define CONSUMER_PROTOCOL_TYPE "consumer"

/* ---- members: classic_member.c ---- */

/* May the group (NULL: a new one) take so many bytes more? */
bool classic_has_room(const struct classic *c, size_t bytes);
/* What they take, for classic_has_room. */
size_t classic_protocol_cost(size_t name_len, size_t metadata_len);
size_t classic_protocols_cost(const struct classic_protocols *p);
/* Frees what m has, takes these. */
void classic_member_set_protocols(
    struct classic *c, struct classic_member *m, struct classic_protocols *protocols);
bool classic_member_speaks(
    const struct classic_member *m, const struct classic_protocols *protocols); /* just these? */
/* The member goes on under another id. */
void classic_member_rename(struct classic *c, struct classic_member *m, const char *id, size_t len);
/* Would a member of this type and these protocols have one in common with all others? */
bool classic_supports(
    const struct classic *c, const struct kstr *type, const struct classic_protocols *protocols);
/* m waits for this call's answer; what it waited with before is answered REBALANCE_IN_PROGRESS. */
void classic_await_join(struct classic *c, struct classic_member *m, struct call *call);
void classic_await_sync(struct classic_member *m, struct call *call);
/* m no longer counts as one whose SyncGroup is awaited; with the last one the timer ends. */
void classic_synced(struct classic *c, struct classic_member *m);

/* NULL: there is none.  (A new one needs classic_has_room(c, CLASSIC_PENDING_COST + len).) */
struct classic_pending *classic_pending_get(const struct classic *c, const char *id, size_t len);
struct classic_pending *classic_pending_add(struct classic *c, const char *id, size_t len);
void classic_pending_free(struct classic *c, struct classic_pending *p);
enum { CLASSIC_PENDING_COST = 200 };

void classic_topics_forget(struct classic *c);

/* ---- answers: classic_answer.c ---- */

/* To JoinGroup.  The error, and the member id that it names; frees the call. */
void classic_answer_join(struct call *call, int16_t error, const char *id, size_t len);
/* m is in the present generation; leader as the answer shall name it; everybody's metadata if
 * asked for. */
void classic_answer_joined(struct call *call, const struct classic *c,
    const struct classic_member *m, const char *leader, bool with_members, bool skip_assignment);
/* To SyncGroup: the error, or with error 0 m's assignment. */
void classic_answer_sync(
    struct call *call, int16_t error, const struct classic *c, const struct classic_member *m);
/* The same to what m waits with; nothing if it does not wait. */
void classic_finish_join(struct classic *c, struct classic_member *m, int16_t error);
void classic_finish_sync(struct classic *c, struct classic_member *m, int16_t error);

/* ---- the rebalance: classic.c ---- */

/* Kafka's error for a request that names this member, or 0 with *m. */
int16_t classic_member_check(const struct classic *c, const struct kstr *id,
    const struct kstr *instance_id, struct classic_member **m);
bool classic_all_joined(const struct classic *c);
/* PreparingRebalance, everybody has joined, and it is not the initial one: it ends. */
void classic_maybe_complete_join(struct classic *c);
/* PreparingRebalance ends: the next generation, with those who have joined. */
void classic_complete_join(struct classic *c);
/* After a member came or changed: a rebalance begins, or the one under way may end. */
void classic_rebalance(struct classic *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* CompletingRebalance: nobody has an assignment; those who wait for one get the error. */
void classic_reset_assignment(struct classic *c, int16_t error);
void classic_session_set(struct classic_member *m, int64_t ms);
void classic_pending_session_set(struct classic_pending *p, int64_t ms);

/* ---- JoinGroup: classic_join.c ---- */

/* Is its session timeout one that group.min/max.session.timeout.ms allow? */
bool classic_session_allowed(const struct join_group_req *req);

/* ---- records: classic_store.c ---- */

/* Does the group's record fit into a batch, if it were `more` bytes longer? */
bool classic_fits(const struct classic *c, int64_t more);

#endif
