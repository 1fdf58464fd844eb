/* SPDX-License-Identifier: ISC */
/*
 * clean_priv.h - what the files of compaction share.
 *
 * clean.c       what can be cleaned, and the steps of a cleaning
 * clean_map.c   key -> its last offset
 * clean_txn.c   which transactions were aborted, and when their markers may go
 * clean_copy.c  one batch: what of it is kept
 * clean_out.c   the new segment and its indexes
 */
#ifndef STORE_CLEAN_PRIV_H
#define STORE_CLEAN_PRIV_H

#include "odradek/base/hash.h"
#include "odradek/base/wire.h"
#include "odradek/proto/record.h"
#include "odradek/store/clean.h"
#include "store_priv.h"

/* ---- clean_map.c ---- */

/*
 * A key is its 96-bit keyed hash, as Kafka's map takes MD5 for the key.  Two keys with one hash would lose a record;
 * with a secret that is drawn for each cleaning nobody can make such a pair, and by chance 10 million keys meet one
 * with a probability of 2^-50.
 */
struct clean_slot {
	uint64_t a;
	uint32_t b;
	uint32_t at; /* offset - from + 1; 0 = free */
};
/*
 * stale: a bit for each offset from `from` on, set when its key is met again.  Where these tell, the second pass needs
 * neither hash nor search.
 */
struct clean_map {
	struct clean_slot *slot;
	size_t slots, used, most, bytes;
	uint64_t *stale, stale_bits;
	uint64_t key[2];
	int64_t from, latest; /* offsets that the map speaks for */
};
struct clean_hash {
	uint64_t a;
	uint32_t b;
};
/* Room for all keys of span offsets from `from` on when bytes allow that.  0, or -1 with errno. */
int clean_map_init(struct clean_map *m, size_t bytes, double load, int64_t from, uint64_t span, const uint8_t key[16]);
void clean_map_fini(struct clean_map *m);
struct clean_hash clean_map_hash(const struct clean_map *m, const void *key, size_t n);
static inline struct clean_slot *
clean_map_slot(const struct clean_map *m, struct clean_hash h)
{
	return &m->slot[(size_t)(((unsigned __int128)h.a * m->slots) >> 64)];
}
static inline void
clean_map_prefetch(const struct clean_map *m, struct clean_hash h)
{
	__builtin_prefetch(clean_map_slot(m, h), 1);
}
/* 0, or -1: it is full, or offset too far behind from. */
int clean_map_put(struct clean_map *m, struct clean_hash h, int64_t offset);
/* Was the key met behind offset? */
bool clean_map_superseded(const struct clean_map *m, struct clean_hash h, int64_t offset);
/* Do the stale bits tell of all offsets from first to last?  Then they need no hash. */
static inline bool
clean_map_knows(const struct clean_map *m, int64_t first, int64_t last)
{
	return first >= m->from && (uint64_t)(last - m->from) < m->stale_bits;
}
static inline bool
clean_map_stale(const struct clean_map *m, int64_t offset)
{
	uint64_t i = (uint64_t)(offset - m->from);

	return m->stale[i / 64] >> (i % 64) & 1;
}

/* ---- clean_txn.c ---- */

struct clean_aborted {
	uint8_t entry[TXN_ENTRY];
	int64_t producer, first, last;
	bool seen; /* a batch of it was met */
};
struct clean_txns {
	struct clean_aborted *list; /* ascending by first offset */
	uint32_t n, next;	    /* next: not reached yet */
	struct map64 aborted;	    /* producer -> number in list: under way */
	struct map64 committed;	    /* producers of transactions under way that will commit */
};
/* Aborted transactions that end at from or later and begin below upto, out of the .txnindex of bases[].  0 or -1. */
int clean_txns_load(struct clean_txns *t, int dirfd, const int64_t *bases, uint32_t n, int64_t from, int64_t upto);
void clean_txns_fini(struct clean_txns *t);
/* Is this data batch part of an aborted transaction? */
bool clean_txns_batch(struct clean_txns *t, const struct batch_header *h);
/* May this control batch be dropped?  type: of its record, or CONTROL_UNKNOWN; empty: it has none.  *index: the entry
 * that must be in the new .txnindex, or NULL. */
bool clean_txns_control(struct clean_txns *t, const struct batch_header *h, bool empty, int type,
    const uint8_t **index);

/* ---- clean_out.c ---- */

struct clean_out {
	int dirfd, fd;
	int64_t base, size;
	int32_t interval;
	uint32_t since_index;
	int64_t max_ts, max_ts_offset, time_last;
	struct wire_out index, time, txn;
	bool open;
};
int clean_out_open(struct clean_out *o, int dirfd, int64_t base, int32_t interval);
/* n bytes of whole batches behind each other; their headers were told by clean_out_batch, in order.  0 or -1. */
int clean_out_write(struct clean_out *o, const void *p, size_t n);
void clean_out_batch(struct clean_out *o, const struct batch_header *h, int64_t size);
/* All is written; indexes, too.  mtime ms: of the .log. */
int clean_out_finish(struct clean_out *o, int64_t mtime);
int clean_out_sync(struct clean_out *o, bool drop_cache);
/* Closed; keep = false: the files are removed. */
void clean_out_close(struct clean_out *o, bool keep);

/* ---- clean_copy.c ---- */

struct clean_producer { /* what the log remembers of one */
	int64_t last_data; /* -1: nothing but a marker */
	int16_t epoch;
};
struct clean_copy {
	const struct clean_map *map;
	struct clean_txns txns;
	const struct producers *producers;
	int64_t now, delete_retention, round_end;
	struct clean_stats *stats;
	struct wire_out built; /* a batch that was made anew */
	struct clean_hash *hash;
	uint32_t hash_cap;
	uint8_t *keep; /* per record */
	const char *why;
};
enum clean_verdict { CLEAN_DROP, CLEAN_KEEP, CLEAN_BUILT };
/* What becomes of the batch of size bytes: dropped, kept as it is, or replaced by what is in built.  *txn: as above.
 * *h is of what is kept.  -1 with errno. */
int clean_copy_batch(struct clean_copy *c, const uint8_t *p, size_t size, struct batch_header *h, const uint8_t **txn);
/* The keys of a batch go into the map.  1: it is full; 0; -1 with errno. */
int clean_map_batch(struct clean_map *m, struct clean_copy *c, const uint8_t *p, size_t size, int64_t from);

#endif
