/* SPDX-License-Identifier: ISC */
/*
 * clean.h - compaction of one log: which part of it may be cleaned, and the files that take its place.
 *
 * Used in: cleaner.<node>; tests.  It only reads the log and writes <base>.log.cleaned, .index.cleaned,
 * .timeindex.cleaned and .txnindex.cleaned beside it; the writer swaps them in (plog_swap_in).  What is kept is what
 * Apache Kafka's cleaner keeps: README of src/cleaner has the rules.
 */
#ifndef ODRADEK_STORE_CLEAN_H
#define ODRADEK_STORE_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A log as its published line and its topic's settings describe it. */
struct clean_log {
	const char *dir; /* path of the partition's directory */
	int64_t log_start, lso, leo;
	int64_t active;	 /* base offset of the active segment */
	int64_t end;	 /* position behind the last batch in it */
	int64_t cleaned; /* as cleaner-offset-checkpoint says; -1 = nothing */
	int64_t min_lag_ms, max_lag_ms, delete_retention_ms;
	double min_ratio;
	int32_t segment_bytes, segment_index_bytes, index_interval_bytes;
	int64_t producer_expiration_ms;
};

/* How dirty is it?  Segment sizes come from the directory. */
struct clean_need {
	int64_t first_dirty, first_uncleanable; /* offsets; what lies between can be cleaned */
	int64_t clean_bytes, cleanable_bytes;
	double ratio;	/* of what is cleanable to all below the first uncleanable offset */
	bool overdue;	/* max.compaction.lag.ms has passed for something */
	bool wanted;	/* it should be cleaned now */
};
/* 0, or -1 with errno (ENOENT: no such directory). */
int clean_look(const struct clean_log *log, int64_t now, struct clean_need *need);

struct clean_options {
	int64_t map_bytes;  /* memory for keys */
	double map_load;    /* 0 < load <= 1: how full it may become */
	int32_t io_bytes;   /* read at a time */
	bool drop_cache;    /* what was read and written leaves the page cache again */
	int64_t now;	    /* wall clock ms: of tombstones' horizons */
	uint8_t key[16];    /* secret of the hash */
};

enum clean_step {
	CLEAN_STEP_MAP,	  /* keys of the dirty part are being read */
	CLEAN_STEP_COPY,  /* a group of segments is being copied */
	CLEAN_STEP_GROUP, /* a group is complete: cleaning_sync, swap, cleaning_next */
	CLEAN_STEP_DONE,  /* everything below cleaning_upto() is clean */
};
struct clean_group {
	int64_t base, last; /* base offsets of the first and the last of the old segments */
	int64_t size;	    /* of the new .log */
};
struct clean_stats {
	uint64_t read, written;		 /* bytes */
	uint64_t records, kept;		 /* looked at while copying; kept */
	uint64_t keyless;		 /* records without a key that were dropped */
	uint64_t keys;			 /* in the map */
	uint64_t total;			 /* bytes that will have to be read, about */
};

struct cleaning;

/* Opens the directory and lists it.  need: of clean_look.  0, or -1 with errno. */
int cleaning_begin(struct cleaning **cp, const struct clean_log *log, const struct clean_need *need,
    const struct clean_options *opt);
/* Some more, about opt.io_bytes of it.  enum clean_step, or -1 with errno: EBADMSG (a batch that cannot be read:
 * cleaning_where), ENOSPC ... */
int cleaning_step(struct cleaning *c);
/* After CLEAN_STEP_GROUP: the files are on the medium when it returns 0; blocks: for the helper. */
int cleaning_sync(struct cleaning *c);
const struct clean_group *cleaning_group(const struct cleaning *c);
/* The group was swapped in. */
void cleaning_next(struct cleaning *c);
int64_t cleaning_upto(const struct cleaning *c);
const struct clean_stats *cleaning_stats(const struct cleaning *c);
/* Where the last step failed, and what was wrong in words. */
const char *cleaning_where(const struct cleaning *c, int64_t *segment, int64_t *position);
/* Removes .cleaned files that were not handed over, and frees it.  Sets *cp to NULL; NULL is allowed. */
void cleaning_end(struct cleaning **cp);

#endif
