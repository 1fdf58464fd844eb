/* SPDX-License-Identifier: ISC */
/*
 * consumer.h - groups of the consumer protocol (KIP-848).  Private to src/coordinator/.
 */
#ifndef ODRADEK_CONSUMER_H
#define ODRADEK_CONSUMER_H

#include "coordinator.h"

struct consumer_group_describe_resp_described_group;

group_api_fn consumer_heartbeat;
/* Requests of the classic protocol for a group of type GROUP_CONSUMER: members that have not moved
 * over yet. */
group_api_fn consumer_classic_join, consumer_classic_sync, consumer_classic_heartbeat,
    consumer_classic_leave;

/*
 * Loading: one record of types 3 to 8 and 16; value NULL = tombstone.  The group is made, or made a
 * consumer group, by the first one.
 */
void consumer_replay(
    struct shard *s, const struct msg_table *key_table, const void *key, const void *value);
void consumer_loaded(struct group *g);
void consumer_free(struct group *g);

/* OffsetCommit in this version: the error, or 0. */
int16_t consumer_may_commit(
    struct group *g, const char *member_id, int32_t member_epoch, int version);
/* OffsetFetch with a member id and epoch (version 9 and later): the error, or 0. */
int16_t consumer_may_fetch(struct group *g, const char *member_id, int32_t member_epoch);
bool consumer_subscribes(const struct group *g, const char *topic, size_t len);
bool consumer_is_empty(const struct group *g);
int64_t consumer_empty_since(const struct group *g);
const char *consumer_state(
    const struct group *g); /* "Stable", "Reconciling", "Assigning", "Empty" */
void consumer_describe(const struct group *g, struct msg_arena *a,
    struct consumer_group_describe_resp_described_group *to);
void consumer_put_tombstones(struct group *g);

/* Topics came, went or grew: the groups that subscribe to them look again.  Called by the tables'
 * hooks. */
void consumer_topics_changed(const char *topic, size_t len);

#endif
