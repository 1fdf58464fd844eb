/* SPDX-License-Identifier: ISC */
/* offsets.h - what groups committed, by topic and partition.  Private to src/coordinator/. */
#ifndef ODRADEK_OFFSETS_H
#define ODRADEK_OFFSETS_H

#include "coordinator.h"

struct committed {
	int64_t offset;
	int64_t commit_ms, expire_ms; /* expire_ms -1: by the broker's retention */
	int64_t at;                   /* offset of the record that says so; INT64_MAX: not from the log, newer */
	char *metadata;               /* malloc'd; NULL = "" */
	int32_t partition, leader_epoch;
};

struct offsets_topic {
	char *name;
	uint32_t len;
	uint32_t n, cap;
	struct committed *v; /* by partition, ascending */
};

struct offsets {
	struct offsets_topic *topic; /* by name, ascending */
	uint32_t n, cap;
};

struct offsets_topic *offsets_topic(const struct group *g, const char *topic, size_t len);
/* NULL: nothing was committed. */
struct committed *offsets_get(
    const struct group *g, const char *topic, size_t len, int32_t partition);
/* Copies everything in from, and len bytes of metadata. */
void offsets_set(struct group *g, const char *topic, size_t topic_len,
    const struct committed *from, const char *metadata, size_t len);
void offsets_del(struct group *g, const char *topic, size_t len, int32_t partition);
void offsets_free(struct group *g);

/* Puts the tombstone of one. */
void offsets_put_tombstone(struct group *g, const char *topic, size_t len, int32_t partition);
/* Puts the tombstones of all, and forgets them. */
void offsets_put_tombstones(struct group *g);

#endif
