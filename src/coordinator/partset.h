/* SPDX-License-Identifier: ISC */
/*
 * partset.h - sets of partitions: what a member owns, has to revoke, is to own.  Private to
 * src/coordinator/.
 *
 * A set is a sorted array of 64-bit words, (handle of the topic id) << 32 | partition, so that
 * comparing, subtracting and joining two sets is one walk over both, and a member's ten partitions
 * take 80 bytes.
 */
#ifndef ODRADEK_PARTSET_H
#define ODRADEK_PARTSET_H

#include <stdbool.h>
#include <stdint.h>

#include "odradek/base/uuid.h"

#define TOPIC_NONE UINT32_MAX

/* The handle of a topic id in this process.  Handles are never given back: 16 bytes for each topic
 * that any group was ever given, so only ids of topics that exist, or that a record names, get one.
 */
uint32_t topic_handle(const struct uuid *id);
/* TOPIC_NONE if it has none: then no set contains it.  For ids that a client sent. */
uint32_t topic_handle_find(const struct uuid *id);
const struct uuid *topic_handle_id(uint32_t handle);

static inline uint64_t
part_make(uint32_t topic, int32_t partition)
{
	return (uint64_t)topic << 32 | (uint32_t)partition;
}

static inline uint32_t
part_topic(uint64_t part)
{
	return (uint32_t)(part >> 32);
}

static inline int32_t
part_partition(uint64_t part)
{
	return (int32_t)(uint32_t)part;
}

/* Zeroed = empty. */
struct partset {
	uint64_t *v; /* sorted, each once; NULL when empty */
	uint32_t n;
};

void partset_clear(struct partset *s);
/* Moves from into s, whose old content is freed; from is empty afterwards. */
void partset_take(struct partset *s, struct partset *from);
void partset_copy(struct partset *s, const struct partset *from);
bool partset_has(const struct partset *s, uint64_t part);
bool partset_equal(const struct partset *a, const struct partset *b);
/* Room for n parts, n 0 set; fill v, then partset_order(). */
void partset_room(struct partset *s, uint32_t n);
/* Sorts v and drops what is there twice. */
void partset_order(struct partset *s);
/* out, which must be none of the others and empty: a and b, a without b, a or b. */
void partset_and(struct partset *out, const struct partset *a, const struct partset *b);
void partset_minus(struct partset *out, const struct partset *a, const struct partset *b);
void partset_or(struct partset *out, const struct partset *a, const struct partset *b);

/* How many topics are in it. */
uint32_t partset_topics(const struct partset *s);
/* How many parts from i on are of the topic of part i. */
uint32_t partset_run(const struct partset *s, uint32_t i);

/*
 * To and from the messages, whose structs {topic_id, partitions} differ in name only.  f is the
 * address of their array.  Ids become handles: only for records.
 */
#define partset_put(a, f, s)                                                                 \
	do {                                                                                 \
		const struct partset *s_ = (s);                                              \
		__typeof__(karr_begin(f)) t_ = msg_arr(a, f, partset_topics(s_));            \
		for (uint32_t i_ = 0, n_, k_; t_ != NULL && i_ < s_->n; i_ += n_, t_++) {    \
			int32_t *p_ = msg_arr(a, &t_->partitions, n_ = partset_run(s_, i_)); \
			t_->topic_id = *topic_handle_id(part_topic(s_->v[i_]));              \
			for (k_ = 0; p_ != NULL && k_ < n_; k_++)                            \
				p_[k_] = part_partition(s_->v[i_ + k_]);                     \
		}                                                                            \
	} while (0)

#define partset_get(s, f)                                                                     \
	do {                                                                                  \
		struct partset *s_ = (s);                                                     \
		__typeof__(karr_begin(f)) t_;                                                 \
		uint32_t n_ = 0;                                                              \
		karr_for (t_, f)                                                              \
			n_ += (uint32_t)karr_len(&t_->partitions);                            \
		partset_clear(s_);                                                            \
		partset_room(s_, n_);                                                         \
		karr_for (t_, f) {                                                            \
			const int32_t *p_;                                                    \
			karr_for (p_, &t_->partitions)                                        \
				s_->v[s_->n++] = part_make(topic_handle(&t_->topic_id), *p_); \
		}                                                                             \
		partset_order(s_);                                                            \
	} while (0)

#endif
