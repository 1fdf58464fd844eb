/* SPDX-License-Identifier: ISC */
/* topic.h - what the files of "odradek topic" share.  Private to src/odradek/. */
#ifndef ODRADEK_TOPIC_H
#define ODRADEK_TOPIC_H

#include "odradek.h"

struct ids {
	int32_t *v;
	int n; /* -1: not known */
};

/* The replicas of a partition. */
struct replicas {
	int32_t leader; /* -1: none */
	struct ids all, in_sync, offline;
	struct ids eligible,
	    last_eligible; /* to lead, though not in sync (KIP-966); who was, when there were any */
	struct ids adding, removing; /* by a reassignment that is under way */
	int64_t *behind;             /* records, by place in all; -1: not known, or in sync */
	int32_t min_in_sync;         /* for acks=all */
};

/*
 * Of each partition, in the order of the metadata; free with replicas_free.  What a broker does not
 * offer stays not known; where one could not be asked, *why (else NULL) says why.
 */
struct replicas *replicas_get(
    const rd_kafka_metadata_topic_t *t, const struct topic_settings *s, const char **why);
void replicas_free(struct replicas *r, int n);

/* Does one that should be in sync miss?  One that is being added is not yet among those. */
bool replicas_under(const struct replicas *r);
bool replicas_under_min(const struct replicas *r);
/* How many partitions have which trouble, ", 2 under-replicated"; "" if none has. */
void replicas_sum(const struct replicas *r, int n);
/* A line for each partition that is not as it should be, or that is being moved; nothing if all is
 * well. */
void replicas_print(
    const rd_kafka_metadata_topic_t *t, const struct replicas *r, const struct topic_settings *s);
void replicas_json(const struct replicas *r);
/* "1,2,3"; one of a few static buffers. */
const char *ids_text(const struct ids *ids);

#endif
