/* SPDX-License-Identifier: ISC */
/* follow.h - what the follow*.c files share.  Private to them. */
#ifndef ODRADEK_WRITER_FOLLOW_H
#define ODRADEK_WRITER_FOLLOW_H

#include "odradek/repl/rules.h"
#include "writer.h"

struct chunk;

#define FOLLOW_TRIES 8 /* in a row, at once, before something is said and tried slowly */
#define FOLLOW_SLOW_MS 2000

/* Of a replica that is not the only one of its partition. */
struct follow {
	struct replica *r;
	bool queued;               /* to be looked at: in fw.todo ... */
	bool later;                /* ... or not before `due`: in fw.later */
	bool late;                 /* its high watermark has to be taken yet: in fw.late */
	int64_t due;               /* mono ms */
	TAILQ_ENTRY(follow) entry; /* todo or later */
	TAILQ_ENTRY(follow) late_entry;
	struct chunk *chunk; /* the leader's file is being read for it */
	bool cutting;        /* the epoch begins: cut is under way */
	struct repl_truncation cut;
	int64_t segment, position; /* where the leader's next batch lies, as a guess; -1 */
	uint32_t room;             /* to be read of the leader's file at once; 0 = the least */
	uint32_t tries;            /* in a row that found nothing where something should be */
	int said;                  /* the error that was said last; 0 = none since it went well */
};

/* What became of one step. */
enum step {
	STEP_MORE,  /* something was done, look again */
	STEP_LEVEL, /* nothing to do until somebody tells */
	STEP_WAIT,  /* a job is under way, or it is tried later */
};

/* ---- follow.c ---- */

void follow_soon(struct follow *f);
void follow_later(struct follow *f, int64_t ms);
/* An error that does not pass by itself, or has not for a while: said once until it goes well
 * again. */
void follow_say(struct follow *f, int err, const char *what);
/* What the log or the disk said to a change: the disk's state, and another try. */
enum step follow_failed(struct follow *f, int err, const char *what);

/* ---- follow_epoch.c ---- */

/* Our line has not the leader's epoch, which l has: cut our log where it leaves the leader's, and
 * start the epoch. */
enum step follow_epoch(struct follow *f, const struct shm_replica *l);
/* A CHUNK_EPOCH was read. */
void follow_answered(struct follow *f, const struct chunk *c);
/* Our end lies in front of the beginning of the leader's log: begin there anew, with nothing. */
enum step follow_anew(struct follow *f, int64_t offset);

/* ---- follow_copy.c ---- */

/* Copies what the leader has beyond our end. */
enum step follow_copy(struct follow *f, const struct shm_replica *l);
/* The chunk was read: its next batches go into our log.  True: there is more of it. */
bool follow_take(struct follow *f, struct chunk *c, const struct shm_replica *l);

/* ---- follow_read.c ---- */

enum chunk_kind { CHUNK_BATCHES, CHUNK_EPOCH };
/* What a thread reads of a leader's files.  The loop's until it is given away, and again when it is
 * done. */
struct chunk {
	/* asked for */
	enum chunk_kind kind;
	int64_t offset; /* CHUNK_BATCHES: the first batch wanted holds it, or is the first one
			   behind it */
	uint32_t room;  /* bytes wanted; one batch comes at least */
	int32_t epoch;  /* CHUNK_EPOCH: where does it end? */
	int64_t segment, position; /* a guess; then where the next batch lies */
	int64_t leo;	      /* as the leader's line was then: its end, */
	uint32_t segments;    /* and its segment generation */
	/* found */
	int error;      /* errno; EBADMSG: what lies there is not what was appended */
	uint8_t *bytes; /* whole batches, checked */
	uint32_t len;
	struct repl_epoch_end end;
	/* of bytes, what is in our log already; where the rest goes */
	uint32_t taken;
	int64_t next;
};

void read_init(void);
void read_fini(void);
/* Has c read in the leader's log as l describes it; read_turn calls follow_read_done.  c becomes
 * f->chunk. */
void read_ask(struct follow *f, const struct shm_replica *l, const struct chunk *c);
/* f is not interested any more. */
void read_forget(struct follow *f);
/* Something was read that is not used up. */
bool read_ready(void);
/* It is used, a slice in a turn: a log that catches up must not hold up those who wait for less. */
void read_turn(void);
/* f->chunk is there.  True: it is wanted again in the next turn. */
bool follow_read_done(struct follow *f);
/* How many bytes may be copied now; 0: none for *ms milliseconds. */
int64_t read_allowed(const struct follow *f, int64_t *ms);
void read_spent(const struct follow *f, int64_t bytes);

#endif
