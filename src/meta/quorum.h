/* SPDX-License-Identifier: ISC */
/*
 * quorum.h - a store that is kept on several disks.  Private to src/meta/.  The rules: README.
 *
 * batch.c        changes that belong to nobody else
 * copy.c         one copy: its thread, its jobs, what is known of it
 * quorum.c       who has what, copies that are behind, disks that come and go
 * quorum_commit.c  one commit, the set of known copies
 * quorum_open.c  the start
 *
 * Everything but the jobs runs in one thread, that of the commits (at start, that of the loop).
 */
#ifndef ODRADEK_META_QUORUM_H
#define ODRADEK_META_QUORUM_H

#include "meta_priv.h"
#include "odradek/base/helper.h"

#define COPIES_MAX 64 /* bits of a mask */
#define CONFS_MAX 8

enum copy_state {
	COPY_ABSENT, /* its disk is not there */
	COPY_FAILED, /* err says why; its files are closed */
	COPY_EMPTY,  /* its disk is there, and has none yet */
	COPY_READY,
};

struct copy {
	struct quorum *q;
	int index;             /* its bit */
	struct meta_disk disk; /* dir is ours */
	struct helper *helper; /* NULL: there is one copy, its jobs run at once */

	/* its thread's, while jobs are under way */
	struct meta_store *db;
	int64_t at; /* number of the state that it has; -1: none that anything may be built upon */

	/* the owner's */
	enum copy_state state;
	int64_t have, tail; /* number that it is known to have; that it has after its jobs */
	int64_t maybe;      /* it failed: the greatest number that it may have */
	int jobs;           /* under way */
	int64_t since;      /* monotonic ms of the last answer, or of the first job */
	bool late, full;    /* it has not answered for stall_ms; its last commit found no space */
	bool dropped;       /* by meta_copy_drop */
	bool counted_once;  /* in this life of the daemon: lost, it is not waited for */
	int64_t out_since; /* monotonic ms when it was first seen not to be up to date; 0 = it is */
	int64_t retry_at, retry_ms;
	struct meta_err err; /* of its last failure */
	struct batch *read;  /* what copy_read has read */
	/* what it said when it was opened */
	struct meta_stamp stamp;
	bool used; /* a controller has worked with it */
	struct meta_copy *known;
	int nknown;
};

struct quorum {
	struct meta_store base;
	const struct meta_ops *copies; /* what a copy is */
	char *cluster_id;
	int stall_ms, absent_ms;
	struct copy *copy[COPIES_MAX];
	int n;
	/* The known copies, as masks: the last set is in force.  Before it: those that a start may
	 * find, since it was begun upon them, or since they were refused. */
	uint64_t conf[CONFS_MAX];
	int confs;
	uint64_t set; /* that counted last, while there are more than that */
	void (*changing)(int64_t number);
	int (*there)(const struct meta_disk *d, struct meta_err *err);
	bool taking_back; /* under way: an empty commit in place of one that was refused */
	int64_t term;
	bool untold;         /* no commit of this term has counted: nobody but members may see it */
	int64_t number;      /* of the last commit that was tried */
	int64_t tip;         /* that the next one is built upon */
	int64_t counted;     /* of the last one that counts */
	struct batch *image; /* what was read at start, until it is loaded */
	bool broken;         /* what the store has now is known by opening it again only */
	bool settling, unsettled; /* unsettled: there is more to do */
};

/* ---- copy.c ---- */

#define NUMBER_PROMISE INT64_MAX /* of the state after a promise: nothing is built upon it */

enum copy_job { JOB_OPEN, JOB_COMMIT, JOB_FILL, JOB_READ, JOB_TICK, JOB_CLOSE };

struct copy *copy_new(struct quorum *q, const struct meta_disk *d);
/* It has its own thread from now on.  0, or -1 with errno. */
int copy_start_thread(struct copy *c);
/*
 * OPEN    flags: enum meta_open_flags; state, stamp and known are its answer
 * COMMIT  b, upon the state base; then it has number
 * FILL    b, upon whatever there is; made when there is nothing
 * READ    into c->read, NULL when it failed
 * TICK, CLOSE
 */
void copy_submit(
    struct copy *c, enum copy_job what, struct batch *b, int64_t base, int64_t number, int flags);
/* Has it been silent for too long?  Says so once. */
bool copy_is_late(struct copy *c);
/* Failed: its files are closed. */
void copy_fail(struct copy *c);
void copy_retry_later(struct copy *c);
/* The thread is joined and all is freed, unless it is late: then all stays as it is. */
void copy_free(struct copy **cp);

/* ---- quorum.c ---- */

static inline uint64_t
copy_bit(const struct copy *c)
{
	return UINT64_C(1) << c->index;
}

static inline int
majority(uint64_t set)
{
	return __builtin_popcountll(set) / 2 + 1;
}

static inline uint64_t
quorum_conf(const struct quorum *q)
{
	return q->conf[q->confs - 1];
}

/* Until this number counts, what half of the copies know of the set may not be all: they are not
 * enough for a successor. */
static inline void
quorum_changing(const struct quorum *q, int64_t number)
{
	if (q->changing != NULL)
		q->changing(number);
}

/* Takes answers; waits for one at most timeout_ms (0: not at all). */
void quorum_collect(struct quorum *q, int timeout_ms);
/* How long until one of these that are busy is late; -1: none is. */
int quorum_next_late(struct quorum *q, uint64_t copies);
/* Until none of these copies is busy, or they are late. */
void quorum_await(struct quorum *q, uint64_t copies);

typedef bool copy_fn(struct copy *c);
/* It has the last state, and will have what is submitted now in its turn; the former also when it
 * has not answered for long. */
copy_fn copy_would_take_commits;
copy_fn copy_takes_commits;
copy_fn copy_has_counted;
uint64_t quorum_which(const struct quorum *q, copy_fn *is);
uint64_t quorum_have(const struct quorum *q, int64_t number);
/* Does what these copies have count? */
bool quorum_counts(const struct quorum *q, uint64_t copies);
bool quorum_has(const struct quorum *q, int64_t number);
/* May the set become this one, when these copies have all that the sets before were told? */
bool quorum_may_become(const struct quorum *q, uint64_t copies, uint64_t conf);
struct copy *quorum_find(struct quorum *q, const uint8_t directory_id[16]);
/* As a member of the set of known copies. */
void batch_set_copy(struct batch *b, const struct copy *c);
/* These get all of the store as it counts, if somebody can be read. */
void quorum_fill(struct quorum *q, uint64_t copies, bool wait);
/* Copies that are behind are filled (and waited for, but no longer than stall_ms), those that are
 * not known become so, the lost are forgotten. */
void quorum_settle(struct quorum *q, bool wait);
/* "2 of 3": known copies that are up to date or about to be. */
const char *quorum_strength(const struct quorum *q, char *buf, size_t n);

/* ---- quorum_commit.c ---- */

/* One commit, under which the set of known copies is conf.  0, or -1 with err: refused, and with
 * err->full no start will find it; else q is broken. */
int quorum_round(struct quorum *q, struct batch *b, uint64_t conf, struct meta_err *err);
/* The set has this one, too; or does without it.  As quorum_round. */
int quorum_know(struct quorum *q, struct copy *c, struct meta_err *err);
int quorum_forget(struct quorum *q, struct copy *c, struct meta_err *err);
int quorum_commit(struct meta_store *base, const struct meta_change *c, size_t n, int flags,
    struct meta_err *err);

/* ---- quorum_open.c ---- */

int quorum_open(struct quorum *q, const struct meta_copies *cs, struct meta_err *err);

#endif
