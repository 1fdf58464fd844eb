/* SPDX-License-Identifier: ISC */
/*
 * assignor.h - who is to own which partition: the assignors of the consumer protocol.  Private to
 * src/coordinator/.
 *
 * Partitions of all topics are numbered through: partition p of topic t is topic[t].base + p.  An
 * assignor gets who was to own each up to now and overwrites it; it never fails.  The order of
 * members and topics decides ties, so callers sort members by id.
 */
#ifndef ODRADEK_ASSIGNOR_H
#define ODRADEK_ASSIGNOR_H

#include <stdbool.h>
#include <stdint.h>

#include "odradek/base/uuid.h"

struct assign_topic {
	struct uuid id;
	uint32_t partitions, base;
};

struct assign_member {
	const char *id, *instance_id; /* instance_id NULL = dynamic */
	const uint32_t *sub;          /* indexes of topics, ascending */
	uint32_t subs;
};

struct assign {
	const struct assign_topic *topic;
	const struct assign_member *member;
	uint32_t topics, members, partitions;
	bool homogeneous; /* all members have the same subs */
	int32_t *owner;   /* [partitions]: index of a member, -1 = nobody */
};

typedef void assignor_fn(struct assign *a);

/*
 * As many partitions for each member as for any other, and as few moves as that takes; Kafka's
 * UniformAssignor.  When subscriptions differ, Kafka's rounds of balancing are run, which end close
 * to the best.
 */
assignor_fn assignor_uniform;
/* Neighbouring partitions of each topic to neighbouring members, so that topics of one size are
 * partitioned alike; static members first, by instance id.  Kafka's RangeAssignor. */
assignor_fn assignor_range;

/* By name as in group.consumer.assignors; NULL if we have none of that name. */
assignor_fn *assignor_find(const char *name);

/* Kafka's order of topic ids: two signed 64-bit words. */
int assign_topic_compare(const struct assign_topic *a, const struct assign_topic *b);

#endif
