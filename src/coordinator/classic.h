/* SPDX-License-Identifier: ISC */
/*
 * classic.h - groups of the classic protocol: JoinGroup, SyncGroup, Heartbeat, LeaveGroup.  Private
 * to src/coordinator/.
 *
 * struct classic and its members are laid open here because migration (migrate.c) makes one kind of
 * group from the other.
 */
#ifndef ODRADEK_CLASSIC_H
#define ODRADEK_CLASSIC_H

#include "coordinator.h"

struct group_metadata_value; /* proto/gen/rec_group.h */
struct describe_groups_resp_described_group;

/* Handlers of requests whose group is a classic one, or not there yet. */
group_api_fn classic_join, classic_sync, classic_heartbeat, classic_leave;

/* Loading: the group's record; value NULL = tombstone. */
void classic_replay(struct group *g, const struct group_metadata_value *value);
/* The shard is loaded: timers of the members begin. */
void classic_loaded(struct group *g);
void classic_free(struct group *g);

/* May this member commit offsets now?  Kafka's error, or 0; a heartbeat of it, too, where Kafka
 * takes it as one. */
int16_t classic_may_commit(
    struct group *g, const char *member_id, const char *instance_id, int32_t generation);
/* Does the group subscribe to the topic, as far as its members' metadata tells?  (offset expiry,
 * OffsetDelete) */
bool classic_subscribes(const struct group *g, const char *topic, size_t len);
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

#endif
