/* SPDX-License-Identifier: ISC */
/*
 * trace.h - checks what real processes did against what the model says that they never do.
 *
 * A trace is text, one event a line, each with the nanoseconds of CLOCK_MONOTONIC first; lines of
 * several files are put in the order of time.  Partitions are written topic/partition.
 *
 *   T boot                    a daemon starts: lines and versions begin again
 *   T unclean                 from now on unclean elections are allowed
 *   T look P key=value... node:status:epoch:leo:hw:version...
 *                             the slot and the lines of its replicas, as sample saw them: the slot,
 * the leader's line, the other lines, the slot again, unchanged.  T is from before.  Keys: v pe
 * leader epoch isr count elr min (leader is a node; masks are over the nodes in the order given);
 * status: ok, or anything T ack P offset name       a record was acknowledged with acks=all; names
 * are hexadecimal T read P offset name      a consumer has got it T end P next              all
 * records below next were read once more, after the last fault T # ...                   anything
 *
 * T of ack and read is from after the answer came.
 */
#ifndef T_MODEL_TRACE_H
#define T_MODEL_TRACE_H

#include <stdbool.h>
#include <stdint.h>

struct trace;

/* said: called with one sentence for each thing that is wrong. */
struct trace *trace_new(void (*said)(void *arg, const char *what), void *arg);
/* In the order of time.  The line is changed.  What is no event is wrong, too. */
void trace_line(struct trace *t, char *line);
/* How much there was of it. */
struct trace_counts {
	uint64_t looks, acks, reads, partitions, elections, wrong;
};
struct trace_counts trace_counts(const struct trace *t);
void trace_free(struct trace **tp);

#endif
