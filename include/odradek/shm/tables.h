/* SPDX-License-Identifier: ISC */
/*
 * tables.h - what the controller publishes (nodes, topics, partitions) and what writers publish
 * (replica lines, tail rings), and the acceptors' wait words.  Layout only; proc/tables.h is how to
 * read and follow it.
 */
#ifndef ODRADEK_SHM_TABLES_H
#define ODRADEK_SHM_TABLES_H

#include "odradek/shm/part.h"

#define SHM_REPLICAS 16
#define SHM_JOURNAL 8192

enum node_state { NODE_NONE, NODE_ONLINE, NODE_OFFLINE };

/* The topic's settings that the data path reads; resolved: topic, else broker, else default.
 * Milliseconds, bytes. */
struct shm_topic_config {
	int64_t retention_ms, retention_bytes, segment_ms, segment_jitter_ms, file_delete_delay_ms;
	int64_t flush_messages, flush_ms, delete_retention_ms, min_compaction_lag_ms,
	    max_compaction_lag_ms;
	int64_t timestamp_before_max_ms, timestamp_after_max_ms;
	int32_t segment_bytes, segment_index_bytes, index_interval_bytes, max_message_bytes;
	int32_t min_insync_replicas;
	uint8_t cleanup_delete, cleanup_compact, log_append_time,
	    compression_type; /* 0..4 codec, 255 = producer */
	int8_t gzip_level, lz4_level;
	int16_t zstd_level;
	uint8_t preallocate, unclean_election, explicit_retention, pad;
	double min_cleanable_ratio;
	uint64_t own; /* bits by enum topic_config_id: set on the topic itself; the rest is the
			 cluster's: tables_config() knows what a node has */
};

/* A node is a disk. index in the table = index of its writer. */
struct shm_node {
	int32_t id;     /* what clients call the broker id */
	uint32_t state; /* enum node_state */
	uint8_t directory_id[16];
	uint16_t port[SHM_LISTENERS]; /* bound port by listener index */
	char host[SHM_LISTENERS]
		 [128]; /* advertised; "" = the address that the client connected to */
	char rack[128];
	uint32_t own_settings, pad; /* not 0: clients changed settings of this node alone */
	struct shm_topic_config defaults; /* then, of topics that set nothing themselves */
};

enum slot_state { SLOT_FREE, SLOT_ONLINE, SLOT_DELETING };

/* One partition. Written by the controller, latched. */
struct shm_partition {
	uint64_t version;    /* grows with every publication of any slot */
	uint32_t generation; /* of the slot, against reuse */
	uint32_t topic;      /* index in the topic table */
	int32_t partition;
	uint32_t state; /* enum slot_state */
	int32_t leader; /* node index; -1 = none */
	int32_t leader_epoch;
	int32_t partition_epoch;
	uint16_t isr, count, elr; /* masks over replica[] */
	uint8_t replicas;
	uint8_t min_insync; /* min.insync.replicas, at most replicas: with a smaller ISR the HW stands.  In this line,
			       so that no leader reads an ISR with the limit of another time: who left may be in the
			       elr by it */
	uint8_t replica[SHM_REPLICAS]; /* node indexes */
	/* masks over replica[]: those that (leader|follower).replication.throttled.replicas name */
	uint16_t leader_throttled, follower_throttled;
};

struct shm_topic {
	uint64_t version;
	uint32_t generation;
	uint32_t state; /* enum slot_state */
	uint8_t id[16];
	uint32_t partitions; /* how many slots belong to it */
	uint8_t internal, name_len, pad[2];
	char name[256]; /* NUL-terminated */
	struct shm_topic_config config;
};
static_assert(sizeof(struct shm_partition) % 8 == 0, "latched");
static_assert(sizeof(struct shm_topic) % 8 == 0, "latched");
static_assert(sizeof(struct shm_node) % 8 == 0, "latched");

typedef SHM_LATCH(shm_partition) shm_partition_latch;
typedef SHM_LATCH(shm_topic) shm_topic_latch;
typedef SHM_LATCH(shm_node) shm_node_latch;

enum journal_kind { JOURNAL_NODE, JOURNAL_TOPIC, JOURNAL_PARTITION };

/*
 * The controller's body.  Order: write lines, raise the published counts, write journal entries,
 * then version (release).  A follower that reads version (acquire) sees everything before it.
 */
struct shm_controller {
	_Atomic uint64_t version;      /* publications so far; also the version in the lines */
	_Atomic uint64_t journal_head; /* entries ever written */
	_Atomic uint32_t topics, partitions, nodes; /* published counts: highest index used + 1 */
	_Atomic uint32_t loaded; /* the store was read and published in this daemon's life */
	_Atomic uint32_t served; /* since then every partition that has a leader was led by it */
	char cluster_id[24];
	_Atomic int64_t meta_term, meta_number; /* what the metadata store has counted last, for a
						   successor; 0 = not kept */
	_Atomic int64_t meta_changing; /* the commit that changes the disks it is on: by the thread
					  of the commits, before it is written */
	_Atomic uint64_t dynamic_version; /* dynamic broker settings: changes like the supervisor's
					     config text */
	uint32_t dynamic_len[2];
	char dynamic[2][64 << 10]; /* "scope name=value" lines, scope = "default" or a node id */
	_Atomic uint64_t journal[SHM_JOURNAL]; /* kind << 32 | index */
	shm_node_latch node[SHM_NODES];
	/* then shm_topic_latch topic[partitions_max], shm_partition_latch partition[partitions_max]
	 */
};

/* One replica on this disk, latched; written by its writer.  Offsets are Kafka's; positions are
 * bytes in a segment. */
struct shm_replica {
	int32_t epoch; /* leader epoch that this replica has started; -1 = none: not serving */
	uint32_t generation; /* of the partition slot it belongs to */
	int64_t leo, hw, lso, log_start;
	int64_t segment;        /* base offset of the active segment */
	int64_t end;            /* position behind the last published batch in it */
	uint64_t slot_version;  /* by which the leader counts */
	int64_t size;           /* bytes of all segments */
	int64_t first_unstable; /* -1: none */
	int64_t born; /* offset from which on everything was appended, hence checked, in this
			 daemon's life; what lies in front of it was found */
	uint32_t segments;      /* segment generation: changes with the set of segments */
	uint32_t status;        /* enum replica_status */
	int64_t cleaned;        /* what lies below it was compacted; -1: nothing ever was */
	uint32_t cuts;          /* changes when records at the end go away; begins anywhere */
	int32_t last_epoch;     /* leader epoch of the last batch; -1: the log has none */
	int32_t hw_epoch;       /* that hw is of: the one started last, also when epoch says none; -1 */
	uint32_t zero;          /* whole words */
};
enum replica_status { REPLICA_NONE, REPLICA_LOADING, REPLICA_OK, REPLICA_FAILED };

/* The last few batches of a led partition, so that a tail reader needs no index, and followers on this host no file. */
#define SHM_TAIL 32
struct shm_tail_entry {
	int64_t base, next; /* offsets: base of the batch, base of the one behind it */
	int64_t segment;
	uint32_t position, length;
	uint32_t chunk;       /* arena position of the bytes, ARENA_NONE = not there any more */
	uint32_t chunk_owner; /* process slot << 16 | turn */
	uint64_t chunk_generation; /* arena_chain() of the bytes */
};
typedef struct {
	_Atomic uint64_t head; /* entries ever written; entry i is at i % SHM_TAIL, valid while head
				  - i <= SHM_TAIL - 1 */
	_Atomic uint64_t w[SHM_TAIL][sizeof(struct shm_tail_entry) / 8];
} shm_tail;
static_assert(sizeof(struct shm_replica) % 8 == 0, "latched");
static_assert(sizeof(struct shm_tail_entry) % 8 == 0, "words");

typedef SHM_LATCH(shm_replica) shm_replica_latch;

/* Tails lie behind the lines, so that those of partitions without traffic are never touched. */
struct shm_replica_lines {
	_Alignas(SHM_LINE) shm_replica_latch line;
};

/*
 * Processes that wait for partitions, each with an array of wait words: the acceptors, the coordinator, the writers (a
 * follower waits for its leader's log, a leader for the lines that it counts) and the replicators.
 */
#define SHM_WAITERS (64 + 1 + 64 + 16)

enum disk_state { DISK_STARTING, DISK_RECOVERING, DISK_ONLINE, DISK_FULL, DISK_OFFLINE };

/*
 * What the logs of a disk are worth that were found when it was opened first in this daemon's life: WHOLE, all that was
 * acknowledged is in them (an orderly stop, or the page cache outlived the last daemon); CHECKED, as far as they could
 * be read.
 */
enum trust_state { TRUST_UNKNOWN, TRUST_CHECKED, TRUST_WHOLE };

/* How the disk stands to log.disk.budget: below, warned, old data goes, nothing more may go. */
enum budget_state { BUDGET_OFF, BUDGET_FINE, BUDGET_NEAR, BUDGET_EVICTING, BUDGET_EXHAUSTED };

/* A writer's body. */
struct shm_writer {
	_Atomic uint32_t disk;    /* enum disk_state */
	_Atomic uint32_t error;   /* errno that took it offline */
	_Atomic uint64_t version; /* of the controller's tables that this disk follows: logs exist,
				     lines are set */
	_Atomic uint64_t recovered, to_recover;     /* partitions: progress of recovery */
	_Atomic uint64_t total_bytes, usable_bytes; /* of the file system */
	_Atomic uint64_t failures;   /* grows with each line that begins or ends to say REPLICA_FAILED */
	_Atomic uint64_t rescan[SHM_WAITERS]; /* grows when the ring of that waiter was full and a
						 MOVED was not posted */
	_Atomic uint64_t device;       /* of the file system; nodes of the same one share a budget */
	_Atomic uint64_t log_bytes;    /* of all segments */
	_Atomic uint64_t budget_bytes; /* that all nodes on the file system may hold; 0 = no bound */
	_Atomic uint32_t budget;       /* enum budget_state */
	_Atomic uint32_t swapping;     /* sets of compacted files that are being swapped in */
	_Atomic uint32_t trust;	       /* enum trust_state; never better than it was */
	uint8_t lines_of[16];	       /* id of the directory that the lines are of; the writer's alone */
	uint8_t pad[SHM_LINE - 52];
	struct shm_replica_lines replica[]; /* [partitions_max], then the tails, then the wait words */
};

/* A cleaner's body: what it does, and what it cannot do. */
enum clean_state { CLEAN_IDLE, CLEAN_MAPPING, CLEAN_COPYING, CLEAN_SYNCING, CLEAN_SWAPPING };

/* A partition that could not be compacted: latched; generation 0 = no entry. */
struct shm_uncleanable {
	uint32_t slot, generation; /* of the partition's slot */
	int32_t error;		   /* errno; EBADMSG: a bad batch */
	uint32_t tries;
	int64_t segment, position; /* where */
	int64_t since;		   /* wall clock ms */
	int64_t bytes;		   /* dirty ones, that wait */
};
static_assert(sizeof(struct shm_uncleanable) % 8 == 0, "latched");
typedef SHM_LATCH(shm_uncleanable) shm_uncleanable_latch;

/* A damaged range that scrubbing has found: latched; generation 0 = no entry. */
struct shm_damaged {
	uint32_t slot, generation; /* of the partition's slot */
	int64_t segment;
	int64_t from, to, first, next; /* positions; offsets */
	int64_t since;		       /* wall clock ms */
};
static_assert(sizeof(struct shm_damaged) % 8 == 0, "latched");
typedef SHM_LATCH(shm_damaged) shm_damaged_latch;

#define SHM_DAMAGED 32 /* the first so many are named; all are counted */
#define SHM_UNCLEANABLE 32 /* the first so many are named; all are counted */
struct shm_cleaner {
	_Atomic uint32_t state; /* enum clean_state */
	_Atomic uint32_t slot;	/* of the partition that is being compacted */
	_Atomic uint64_t done, total;		   /* bytes of this compaction */
	_Atomic uint32_t dirtiest;		   /* per cent of the dirtiest log that is dirty */
	_Atomic uint32_t uncleanable;		   /* partitions */
	_Atomic uint64_t uncleanable_bytes;
	_Atomic uint64_t last_run;		   /* wall clock ms: when it last looked for work */
	_Atomic uint32_t scrubbing;		   /* 1: sealed segments are being looked at */
	_Atomic uint32_t damaged;		   /* ranges that the last looks have found */
	_Atomic uint64_t scrubbed, to_scrub;	   /* bytes of this look, or the last one */
	_Atomic uint64_t last_scrub;		   /* wall clock ms: when it ended; 0 = not yet */
	uint8_t pad[2 * SHM_LINE - 80];
	shm_uncleanable_latch bad[SHM_UNCLEANABLE];
	shm_damaged_latch damage[SHM_DAMAGED];
};

/*
 * A reader that lags far behind the end of a log.  Words of one line may be of two moments: whoever
 * looks decides no more by it than what to keep in the page cache.
 */
struct shm_lagging {
	_Atomic uint32_t slot;    /* of the partition, plus one; 0 = free */
	_Atomic uint32_t used;    /* seconds of the monotonic clock: last read */
	_Atomic int64_t segment;  /* base offset */
	_Atomic int64_t position; /* where it will read next */
};
#define SHM_LAGGING 128
#define SHM_LAGGING_S 10             /* a reader that has not come for so long is gone */
#define SHM_LAGGING_AHEAD (16 << 20) /* what lies so far in front of a reader is kept for it */

/* An acceptor's body, and the coordinator's: wait[p] = 0, or a count that changes with each arming
 * for partition p (proc/wait.h). */
struct shm_acceptor {
	_Atomic uint64_t followers; /* mask of nodes whose followers were read from here: their writers tell what they
				       may show */
	uint8_t pad[SHM_LINE - 8];
	struct shm_lagging lagging[SHM_LAGGING];
	_Atomic uint32_t wait[]; /* [partitions_max] */
};

/* A replicator's body: how fast followers may copy, in bytes/s; UINT64_MAX = as fast as they can. */
struct shm_replicator {
	_Atomic uint64_t follower_rate[SHM_NODES]; /* of a follower node: its follower_throttled replicas together */
	_Atomic uint64_t leader_rate[SHM_NODES];   /* of a leader node: what each of those that copy from it may take of
						      its leader_throttled replicas */
	_Atomic uint32_t wait[];			   /* [partitions_max] */
};

static inline struct shm_controller *
shm_controller_of(const struct shm *shm)
{
	return shm_body_of(shm_peer(shm, proc_slot(PROC_CONTROLLER, 0)));
}
static inline shm_topic_latch *
shm_topic_at(const struct shm_controller *c, uint32_t i)
{
	return (shm_topic_latch *)((char *)c + ((sizeof *c + 63) & ~(size_t)63)) + i;
}
static inline shm_partition_latch *
shm_partition_at(const struct shm_controller *c, uint32_t partitions_max, uint32_t i)
{
	return (shm_partition_latch *)shm_topic_at(c, partitions_max) + i;
}
static inline shm_tail *
shm_tail_at(const struct shm_writer *w, uint32_t partitions_max, uint32_t i)
{
	return (shm_tail *)(uintptr_t)&w->replica[partitions_max] + i;
}
/* Slot of the process that is waiter i, and back; UINT32_MAX: none. */
uint32_t shm_waiter_slot(uint32_t i);
uint32_t shm_waiter_index(uint32_t slot);
/* The wait words of a waiter: [partitions_max]; NULL: that process is none. */
_Atomic uint32_t *shm_wait_words(const struct shm_part *part, uint32_t partitions_max);
size_t shm_body_size(enum proc_kind kind, const struct shm_layout *l);

/* Owner: one more batch at the tail. */
void tail_push(shm_tail *t, const struct shm_tail_entry *e);
/* Any process: the entry that holds offset (base <= offset < next).  0 found, -1 not there (any
 * more). */
int tail_find(const shm_tail *t, int64_t offset, struct shm_tail_entry *e);
/* Any process: the entries from the one that begins at offset on, in order and without gaps, SHM_TAIL - 1 at most; how
 * many. */
int tail_since(const shm_tail *t, int64_t offset, struct shm_tail_entry e[SHM_TAIL]);

/* Owner: one of our readers is here now. */
void lagging_put(struct shm_acceptor *a, uint32_t slot, int64_t segment, int64_t position, uint32_t now);
/* Any process: does a reader of this acceptor need, or will it soon, that range? */
bool lagging_needs(const struct shm_acceptor *a, uint32_t slot, int64_t segment, int64_t from, int64_t to,
    uint32_t now);

#endif
