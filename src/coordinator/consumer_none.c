/* SPDX-License-Identifier: ISC */
/* consumer_none.c - in place of consumer.c, until it is there. */
#include "config.h"

#include "consumer.h"

#define REFUSED(name) void name(struct call *c, const char *id, size_t len) { (void)id, (void)len; call_error(c, KERR_COORDINATOR_NOT_AVAILABLE); }
REFUSED(consumer_heartbeat)
REFUSED(consumer_classic_join)
REFUSED(consumer_classic_sync)
REFUSED(consumer_classic_heartbeat)
REFUSED(consumer_classic_leave)
void consumer_replay(struct shard *s, const struct msg_table *t, const void *k, const void *v) { (void)s, (void)t, (void)k, (void)v; }
void consumer_loaded(struct group *g) { (void)g; }
void consumer_free(struct group *g) { (void)g; }
int16_t consumer_may_commit(struct group *g, const char *m, const char *i, int32_t n) { (void)g, (void)m, (void)i, (void)n; return 0; }
int16_t consumer_may_fetch(struct group *g, const char *m, int32_t n) { (void)g, (void)m, (void)n; return 0; }
bool consumer_subscribes(const struct group *g, const char *topic, size_t len) { (void)g, (void)topic, (void)len; return false; }
bool consumer_is_empty(const struct group *g) { (void)g; return true; }
int64_t consumer_empty_since(const struct group *g) { (void)g; return -1; }
const char *consumer_state(const struct group *g) { (void)g; return "Empty"; }
void consumer_describe(const struct group *g, struct msg_arena *a, struct consumer_group_describe_resp_described_group *to) { (void)g, (void)a, (void)to; }
void consumer_put_tombstones(struct group *g) { (void)g; }
void consumer_topics_changed(const char *topic, size_t len) { (void)topic, (void)len; }
