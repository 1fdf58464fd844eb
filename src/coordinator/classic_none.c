/* SPDX-License-Identifier: ISC */
/* classic_none.c - in place of classic.c, until it is there. */
#include "config.h"

#include "classic.h"

#define REFUSED(name) void name(struct call *c, const char *id, size_t len) { (void)id, (void)len; call_error(c, KERR_COORDINATOR_NOT_AVAILABLE); }
REFUSED(classic_join)
REFUSED(classic_sync)
REFUSED(classic_heartbeat)
REFUSED(classic_leave)
void classic_replay(struct group *g, const struct group_metadata_value *value) { (void)g, (void)value; }
void classic_loaded(struct group *g) { (void)g; }
void classic_free(struct group *g) { (void)g; }
int16_t classic_may_commit(struct group *g, const char *m, const char *i, int32_t n) { (void)g, (void)m, (void)i, (void)n; return 0; }
bool classic_subscribes(struct group *g, const char *topic, size_t len) { (void)g, (void)topic, (void)len; return false; }
bool classic_is_empty(const struct group *g) { (void)g; return true; }
int64_t classic_empty_since(const struct group *g) { (void)g; return -1; }
const char *classic_state(const struct group *g) { (void)g; return "Empty"; }
const char *classic_protocol_type(const struct group *g) { (void)g; return ""; }
void classic_describe(const struct group *g, struct msg_arena *a, struct describe_groups_resp_described_group *to) { (void)g, (void)a, (void)to; }
void classic_put_tombstone(struct group *g) { (void)g; }
