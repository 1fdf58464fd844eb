/* SPDX-License-Identifier: ISC */
/* meta_priv.h - what the back ends share.  Private to src/meta/. */
#ifndef ODRADEK_META_PRIV_H
#define ODRADEK_META_PRIV_H

#include "odradek/meta/store.h"

/* What every back end's struct begins with. */
struct meta_store {
	const struct meta_ops *ops;
};

/* quorum.c: the back end of several copies. */
extern const struct meta_ops meta_quorum;
void quorum_copy_add(struct meta_store *s, const struct meta_disk *d);
void quorum_copy_drop(struct meta_store *s, const uint8_t directory_id[16]);
bool quorum_copy_counts(const struct meta_store *s, const uint8_t directory_id[16]);
void quorum_committed(struct meta_store *s);
bool quorum_unsettled(const struct meta_store *s);
void quorum_counted(const struct meta_store *s, int64_t *term, int64_t *number);

/* ---- batch.c: changes that belong to nobody else ---- */

/* Counted references, by the thread of the commits only; the threads of the copies only read. */
struct batch {
	int refs;
	struct meta_change *change;
	size_t n, cap;
	int flags; /* enum meta_commit_flags */
	struct batch_block *blocks;
};

struct batch *batch_new(int flags);
/* A copy with everything that it points to.  Where it is, until the next one is added. */
struct meta_change *batch_add(struct batch *b, const struct meta_change *c);
/* All that a load tells, as changes that make it again, but for stamp and copies. */
extern const struct meta_loader batch_loader; /* arg: the batch */
/* The other way round. */
void batch_tell(const struct batch *b, const struct meta_loader *l, void *arg);
struct batch *batch_ref(struct batch *b);
void batch_put(struct batch **bp);

#endif
