/* SPDX-License-Identifier: ISC */
/*
 * features.h - the feature levels that ApiVersions reports.  No include guard: the includer defines
 * FEATURE("name", min, max, finalized).  A feature finalized at 0 is not in the list of finalized ones; one with
 * min 0 is shown as supported from request version 4 on, because older clients refuse a min of 0.
 * metadata.version 27 is 4.1-IV1.  max says what is implemented, not what Kafka has.
 */
FEATURE("metadata.version", 7, 27, 27)
FEATURE("transaction.version", 0, 0, 0)
FEATURE("group.version", 0, 1, 1)
FEATURE("eligible.leader.replicas.version", 0, 1, 1)
