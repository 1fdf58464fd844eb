/* SPDX-License-Identifier: ISC */
/*
 * fetch.h - what the files of Fetch share.  Private to src/acceptor/fetch*.c, wait.c and offsets.c.
 *
 *   fetch.c          the handler, the way of a request, the answer
 *   fetch_set.c      the partitions that a request or a session asks for
 *   fetch_read.c     what may be read of one partition, where it lies, what of it is sent
 *   fetch_hint.c     where the next read will begin
 *   fetch_wait.c     requests that wait: by partition and by deadline
 *   fetch_session.c  sessions (KIP-227): what a client asked for before and need not repeat
 *   fetch_again.c    pieces that have waited for a slow client: may they still be sent?
 *   fetch_cold.c     the helper threads, one a disk: reading ahead what is not in the page cache, timestamp
 * searches
 *
 * A partition of a session is dirty or clean.  Clean: looked at, nothing to tell, and its wait word
 * is armed; so an incremental fetch costs as much as it has dirty partitions, however many the
 * session has.
 */
#ifndef ODRADEK_ACCEPTOR_FETCH_H
#define ODRADEK_ACCEPTOR_FETCH_H

#include <sys/queue.h>

#include "acceptor.h"
#include "odradek/base/helper.h"
#include "odradek/base/uuid.h"
#include "odradek/base/wire.h"
#include "odradek/proto/gen/fetch.h"
#include "odradek/proto/kerr.h"
#include "odradek/proc/tables.h"
#include "odradek/store/view.h"

#define FETCH_COPY_MAX \
	(16u << 10) /* pieces up to this are read into the answer, larger ones go by sendfile */
#define FETCH_BYTES_MAX (1 << 30) /* whatever the settings say: an answer's length is an int32 */
#define FETCH_NO_SLOT UINT32_MAX

struct fetch;
struct session;

/* A topic as a client names it: by name below version 13, then by id. */
struct ftopic {
	uint32_t refs;
	bool by_id;
	uint32_t index, generation; /* of the topic table, once found; index UINT32_MAX: not yet */
	struct uuid id;
	uint32_t len;
	char *name; /* text, or malloc'd when longer */
	char text[256];
	struct ftopic *next_free;
};

/* One partition that is asked for. */
struct fpart {
	struct fset *set;
	struct ftopic *topic;
	/* the request */
	int32_t partition;
	int32_t epoch;      /* current leader epoch as the client knows it; -1 */
	int32_t last_epoch; /* of the last record that it has; -1 */
	int32_t max_bytes;
	int64_t offset;
	/* what the session's client was told last; -1: nothing yet */
	int64_t sent_hw, sent_start;

	/* what the last look saw (fetch_read.c) */
	uint32_t slot;
	int16_t error;
	bool absent; /* unknown to the tables: answered at the end, and no reason to answer at once
		      */
	bool diverging;
	int32_t leader; /* node index; -1 */
	int32_t leader_epoch;
	int32_t preferred; /* node index of the replica to be read instead; -1: this one */
	int64_t hw, lso, start, bound;
	int64_t segment, position; /* where offset lies; segment -1: unknown */
	int32_t end_epoch;         /* diverging */
	int64_t end_offset;
	/* the piece to send */
	uint32_t length;
	uint32_t copied_at;     /* in the copy buffer, when file is NULL */
	struct view_file *file; /* held */
	uint32_t aborted,
	    naborted; /* in the list of aborted transactions; naborted UINT32_MAX: null */

	/* waiting (fetch_wait.c) */
	bool armed, dirty;
	uint32_t pending; /* bytes that it adds to what its fetch waits for */
	LIST_ENTRY(fpart) by_slot;
	TAILQ_ENTRY(fpart) order, dirty_entry;
	struct fpart *hash_next; /* sessions: by topic and partition */
	uint64_t rank;           /* its place in the order of the set */
};
TAILQ_HEAD(fpart_list, fpart);

struct fset {
	struct fpart_list parts; /* as asked for */
	struct fpart_list dirty; /* of a session: those to be looked at */
	uint32_t count;
	uint64_t rank;           /* given out last */
	struct fetch *fetch;     /* under way */
	struct session *session; /* whose it is; NULL: of one request */
	struct fpart **hash;     /* sessions */
	uint32_t hash_mask;
};

enum fetch_how { FETCH_RUNNING, FETCH_WAITING, FETCH_COLD };

/* A Fetch request under way. */
struct fetch {
	struct request *r;
	struct fset *set; /* own, or the session's */
	struct fset own;
	struct session *session;
	bool make_session; /* when it is answered */
	bool by_id;
	int16_t version;
	int8_t isolation;
	int32_t replica;
	uint32_t node, listener; /* by which the client came */
	bool leader_only;	 /* before version 11 followers are not read */
	uint64_t nearer;	 /* mask of nodes in the client's rack, if this one is not */
	int32_t min_bytes, max_bytes, max_wait;
	enum fetch_how how;
	bool final;     /* answered with what there is: no more waiting */
	uint8_t rounds; /* how often what was cold or unknown has been read and checked */
	int cold_error; /* errno of that; 0 */
	bool locating;  /* one of the jobs under way looks for a place */
	bool located;   /* that was done once: from now on the loop looks for itself, whatever it
			   costs */
	uint32_t cold;  /* read-ahead jobs under way */
	/* result of a look at all partitions */
	uint64_t bytes;
	bool at_once; /* an error or a divergence: do not wait */
	uint32_t interesting;
	/* waiting */
	uint64_t pending;
	bool moved; /* since it was looked at, or there was something: look again when the time is up */
	int64_t deadline;
	uint32_t heap; /* index in the heap of deadlines */
	bool ready;
	TAILQ_ENTRY(fetch) ready_entry;
	LIST_ENTRY(fetch) job_entry;
	struct fetch *next_free;
};

/* ---- fetch_set.c ---- */
struct ftopic *ftopic_new(
    const char *name, uint32_t len, const struct uuid *id); /* id NULL: by name */
void ftopic_unref(struct ftopic *t);
bool ftopic_same(const struct ftopic *a, const struct ftopic *b);
/* As the tables have it now; NULL: unknown or being deleted. */
struct topic_entry *ftopic_entry(struct ftopic *t);
void fset_init(struct fset *set, struct session *session);
/* Forgets all partitions. */
void fset_clear(struct fset *set);
/* A new partition at the end; takes a reference of topic. */
struct fpart *fset_add(
    struct fset *set, struct ftopic *topic, const struct fetch_req_fetch_partition *q);
void fpart_ask(struct fpart *p, const struct fetch_req_fetch_partition *q);
void fset_remove(struct fset *set, struct fpart *p);
/* An index over the partitions; drops repeated ones. */
void fset_index(struct fset *set);
struct fpart *fset_find(struct fset *set, const struct ftopic *topic, int32_t partition);
void fpart_dirty(struct fpart *p);
void fpart_clean(struct fpart *p);

/* A partition as one look saw it. */
struct sight {
	struct topic_entry *topic;
	struct shm_partition part;
	uint32_t node; /* whose replica is read: the leader's, or a follower's */
	struct shm_replica line;
};

/* ---- fetch_read.c ---- */
void fread_init(void);
/* Begins a look at the partitions of f: what was copied or held before is given up. */
void fread_begin(void);
void fread_prefetch(struct fetch *f, struct fpart *p);
/* Looks at p and takes at most *limit bytes of it; the first that has data may exceed it by its
 * first batch. */
void fread_part(struct fetch *f, struct fpart *p, int32_t *limit, bool *first);
/* Bytes that p could give, for one that waits; *force: it must be looked at whole. */
uint32_t fread_pending(struct fetch *f, struct fpart *p, bool *force);
/* Has anything moved since the last look? */
bool fread_moved(struct fetch *f, struct fpart *p);
const uint8_t *fread_copied(const struct fpart *p);
const struct view_aborted *fread_aborted(const struct fpart *p);
/* The piece is not needed. */
void fpart_drop_piece(struct fpart *p);
void fread_release(struct view_file *file);
void fread_tick(void);
/* The view of the log that was seen, for the loop's cache or the helper's. */
struct view *fread_view(struct view_cache *c, const struct sight *s, uint32_t slot);
void fread_key(struct view_key *key, const struct sight *s, uint32_t slot);
void fread_tail(struct view_tail *tail, const struct shm_replica *line);
extern struct view_cache *fread_views;

/* ---- fetch_hint.c ---- */
/* A place in a log. */
struct spot {
	int64_t segment, position, end;
	uint32_t length; /* of the batch there; 0: not known yet */
	int64_t before;  /* the batch in front of it, which proves that there is a gap; -1 */
};

/* Of slot and segment generation. */
uint32_t sight_tag(const struct sight *s);
void hint_init(void);
bool hint_get(const struct sight *s, uint32_t slot, int64_t offset, struct spot *spot);
/* length: of the batch there; 0: unknown. */
void hint_put(const struct sight *s, uint32_t slot, int64_t offset, int64_t segment,
    int64_t position, uint32_t length);
void hint_prefetch(uint32_t slot, int64_t offset);
/* Behind the piece of p that was copied, or that will be sent from fd. */
void hint_leave(struct fpart *p, const struct sight *s, const struct spot *spot);
void hint_leave_behind(
    struct fpart *p, const struct sight *s, struct view *v, const struct spot *spot, int fd);
/* No batch begins there. */
void hint_drop(uint32_t slot, int64_t offset);
/* A batch was found to lie there. */
void hint_found(uint32_t slot, uint32_t tag, int64_t offset, const struct view_place *place);

/* ---- fetch_wait.c ---- */
void fwait_init(void);
void fpart_arm(struct fpart *p);
void fpart_disarm(struct fpart *p);
/* Waits until enough is there or the deadline passes.  False: something moved meanwhile, look
 * again. */
bool fwait_begin(struct fetch *f);
void fwait_end(struct fetch *f);

/* ---- fetch_session.c ---- */
struct session {
	int32_t id;
	int32_t epoch; /* of the next request */
	bool by_id;
	int8_t isolation; /* of the last look */
	uint32_t node;
	int64_t used_ms;
	struct fset set;
	struct session *hash_next;
	TAILQ_ENTRY(session) lru;
};
void session_init(void);
/* What the request's session id and epoch mean: 0 and f->set, f->session, f->make_session set; or
 * Kafka's error. */
int16_t session_context(struct fetch *f, const struct fetch_req *q);
/* At the answer: gives f's partitions to a new session.  Its id, or 0: there is no room. */
int32_t session_create(struct fetch *f);
void session_remove(struct session *s);
uint32_t session_count(void);
/* The partitions of q into the set. */
bool fset_fill(struct fset *set, const struct fetch_req *q, bool by_id);

/* ---- fetch_cold.c ---- */
/* A disk failed: its helper closes what it has open there. */
void fcold_let_go(uint32_t node, const char *disk);
/* May the *len bytes at the spot be sent: are they in the page cache (hot: that is known), and known to
 * be good? */
enum fclear {
	CLEAR,       /* the first *len of them may */
	CLEAR_WAIT,  /* the helper was asked; f goes on when all of its ranges are there */
	CLEAR_BAD,   /* the first batch is damaged */
	CLEAR_MOVED, /* no batch begins there: look again */
	CLEAR_FAILED /* errno */
};
enum fclear fcold_clear(struct fetch *f, struct fpart *p, const struct sight *s,
    struct view_file *file, const struct spot *spot, bool hot, uint32_t *len);
/* Reads and checks what is known not to be in the page cache. */
void fcold_read(struct fetch *f, const struct fpart *p, const struct sight *s,
    struct view_file *file, int64_t position, uint32_t len);
void fcold_tick(void);
/* Looks for the batch at offset, which leaves a hint, and for the aborted transactions up to
 * `committed` (-1: not for those), so that all of it is in the page cache; f goes on then. */
void fcold_locate(struct fetch *f, const struct view_key *key, const struct view_tail *tail,
    int64_t offset, int64_t committed, uint32_t tag);
/* f goes away: its jobs end without it. */
void fcold_forget(struct fetch *f);
struct helper *fcold_helper(uint32_t node);
/* That helper's own cache of views: to be used in its jobs only. */
struct view_cache *fcold_views(uint32_t node);

/*
 * Reads and checks again what was found good before, from `from` on (a batch begins there) to behind `to`.  done is
 * called with how far it is good and errno; after fcold_check_forget it is not.  False: the log is not there any more.
 */
struct again {
	uint32_t slot, node;
	struct view_file *file; /* held */
	void (*done)(struct again *a, int64_t good, int error);
};
bool fcold_check_again(struct again *a, struct ftopic *topic, int64_t from, int64_t to);
void fcold_check_forget(struct again *a);

/* ---- fetch_again.c ---- */
/* The piece of p, read from that node, as a source of out_file; takes p->file. */
struct source *fagain_source(struct fpart *p, uint32_t node);

/* ---- fetch.c ---- */
/* Looks again at all partitions; answers. */
void fetch_finish(struct fetch *f);
/* Its time is up: the same, but if nothing moved it is not looked at again. */
void fetch_expired(struct fetch *f);
/* Goes on after reading ahead. */
void fetch_warm(struct fetch *f);
/* Answers with a top-level error. */
void fetch_fail(struct fetch *f, int16_t error);

#endif
