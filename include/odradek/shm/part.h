/* SPDX-License-Identifier: ISC */
/*
 * part.h - the parts of shared memory: one memfd a process slot, written by the process of that
 * slot alone.
 *
 * Created by the supervisor before the first fork, sparse, at their greatest size; never grown,
 * moved or remapped. Every process sees every part at the same address.  Nobody scans beyond
 * published counts: reading a hole allocates it.  src/shm/README says for every word who writes it,
 * who reads it and what orders them.
 */
#ifndef ODRADEK_SHM_PART_H
#define ODRADEK_SHM_PART_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odradek/shm/latch.h"

#define SHM_MAGIC 0x6f647261u /* "odra" */
#define SHM_VERSION 14        /* raise it with every change of layout */
#define SHM_SLOTS 256
#define SHM_RING 1024   /* messages in a ring; a power of two */
#define SHM_COUNTERS 64 /* tbl/counters.h */
#define SHM_LINE 64
#define SHM_NODES 64
#define SHM_LISTENERS 8 /* of a node */

enum proc_kind {
#define PROC(KIND, name, first, slots, main) PROC_##KIND,
#include "tbl/procs.h"
#undef PROC
	PROC_KINDS
};

enum counter {
#define COUNTER(NAME, text) CTR_##NAME,
#include "tbl/counters.h"
#undef COUNTER
	CTR_COUNT
};
static_assert(CTR_COUNT <= SHM_COUNTERS, "raise SHM_COUNTERS");

/* What a child says of itself; in its own part. */
enum child_state {
	CHILD_NONE,     /* slot never used */
	CHILD_STARTING, /* forked, not serving yet */
	CHILD_ACTIVE, /* serving.  A slot left ACTIVE by a dead process is a crash whatever the exit
			 code */
	CHILD_LEAVING, /* orderly end under way */
	CHILD_DONE,    /* left in order */
};

/* One message: 64 bytes, copied whole into the ring. */
struct shm_msg {
	uint8_t type; /* tbl/calls.h */
	uint8_t flags;
	uint16_t attributes; /* PRODUCE */
	uint32_t
	    generation; /* of the sending process, so that a successor's answers are not confused */
	uint32_t
	    cookie; /* the caller's; the answer carries it back.  Answers to a dead predecessor's
		     * calls arrive in its successor: generations must not use the same cookies */
	uint32_t w[13]; /* typed by proc/msg.h */
};
static_assert(sizeof(struct shm_msg) == SHM_LINE, "a message is a cache line");

struct shm_word { /* a word that another process polls: a cache line of its own */
	_Atomic uint64_t v;
	uint8_t pad[SHM_LINE - 8];
};

struct shm_ring {
	struct shm_msg slot[SHM_RING];
};

/*
 * The head of every part.  Writer of every word: the process of the slot.
 *   bell      sleep counter, odd = asleep; read by whoever posts (shm/ring.h)
 *   head[s]   messages ever posted to slot s (release after the slot is filled); tail[s] messages
 * ever taken from s
 */
struct shm_part {
	uint32_t magic, version;
	uint64_t size;    /* of the memfd, bytes */
	uint64_t boot[2]; /* random; the same in every part of one daemon's life */
	uint32_t slot, kind;
	uint64_t body, arena[2], arena_size; /* offsets in the part; 0 = none */
	uint8_t pad0[SHM_LINE * 2 - 72];

	_Atomic uint32_t state; /* enum child_state */
	_Atomic uint32_t pid;
	_Atomic uint32_t generation; /* of the process in the slot; grows with every start */
	_Atomic uint32_t arena_turn; /* which of the two arenas this generation uses */
	_Atomic uint64_t heartbeat;  /* CLOCK_MONOTONIC ms of the last turn of the loop */
	_Atomic uint64_t started;    /* CLOCK_MONOTONIC ms */
	_Atomic uint64_t load;       /* acceptors: open connections */
	uint8_t pad1[SHM_LINE - 40];

	struct shm_word bell;
	_Atomic uint64_t counter[SHM_COUNTERS];
	struct shm_word head[SHM_SLOTS];
	struct shm_word tail[SHM_SLOTS];
	struct shm_ring ring[SHM_SLOTS]; /* what this process sends, one ring a receiver */
};
static_assert(offsetof(struct shm_part, state) == 128, "layout");
static_assert(offsetof(struct shm_part, bell) == 192, "layout");

#define SHM_BODY ((sizeof(struct shm_part) + 4095) & ~(size_t)4095)

/* The supervisor's body: what it knows of every slot.  Read by children to learn that a peer died.
 */
struct shm_process {
	_Atomic uint32_t pid;        /* 0 = none running */
	_Atomic uint32_t generation; /* of the process last started there */
	_Atomic uint32_t exists;     /* 1 = this slot has had a process in this daemon's life */
	_Atomic uint32_t pad;
};

/* What an entry of log.dirs is at present; its index is that of its node, writer and cleaner. */
enum shm_disk_state {
	SHM_DISK_NONE, /* none was ever here */
	SHM_DISK_IN,
	SHM_DISK_OUT, /* taken out of log.dirs while the daemon ran */
};
struct shm_disk {
	int32_t node_id;
	uint32_t state;               /* enum shm_disk_state */
	uint8_t directory_id[16];     /* zeros: it could not be read */
	uint16_t port[SHM_LISTENERS]; /* bound, by listener index; 0 = none */
	char path[4096];
};
static_assert(sizeof(struct shm_disk) % 8 == 0, "latched");
typedef SHM_LATCH(shm_disk) shm_disk_latch;

struct shm_supervisor {
	struct shm_process process[SHM_SLOTS];
	_Atomic uint64_t changes;        /* grows after every change above: a start, a death */
	_Atomic uint64_t config_version; /* grows with each reload; the text below is stable while
					    it is unchanged */
	uint32_t config_len[2];          /* [config_version & 1] */
	char config[2][128 << 10];       /* effective static settings, name=value lines */
	_Atomic uint64_t disks_version;  /* grows after every change below */
	_Atomic uint32_t disks;          /* highest index used + 1 */
	shm_disk_latch disk[SHM_NODES];
};

/* How many of each kind may exist in this daemon's life, and the sizes that follow. */
struct shm_layout {
	uint32_t count[PROC_KINDS]; /* slots of the kind that get a part */
	uint32_t spare[PROC_KINDS]; /* of these, the last ones: no process is there at first */
	uint32_t partitions_max;
	uint64_t acceptor_arena; /* bytes, each of two; a multiple of 64 KB */
	uint64_t controller_arena;
	uint64_t coordinator_arena; /* each of two */
};

struct shm; /* one process's view of all parts */

/* Supervisor, before the first fork.  0, or -1 with errno. */
int shm_create(struct shm **shm, const struct shm_layout *layout);
/* Unmaps and closes everything and sets *shm to NULL.  For the supervisor's end and for tests. */
void shm_destroy(struct shm **shm);

/*
 * Child, first thing after fork: its own part stays writable, every other becomes read-only for
 * ever (sealed or opened read-only), descriptors are closed.  Two arenas alternate between
 * generations.  0, or -1 with errno.
 */
int shm_adopt(struct shm *shm, uint32_t slot);

/* Supervisor, before forking the process of slot: state STARTING, next generation. Its own words
 * and, since nobody runs there, the slot's. */
uint32_t shm_prepare(struct shm *shm, uint32_t slot);

struct shm_part *shm_self(struct shm *shm);                            /* writable */
const struct shm_part *shm_peer(const struct shm *shm, uint32_t slot); /* NULL: no such part */
const struct shm_layout *shm_layout(const struct shm *shm);
const struct shm_supervisor *shm_processes(const struct shm *shm);
struct shm_supervisor *shm_processes_rw(struct shm *shm); /* supervisor only */
/*
 * The generation of the process in slot of which no more messages will come, and those before.  One that was just forked may
 * run, ask and be answered before the supervisor gets to say so: who compares with the generation in the table takes it
 * for dead.
 */
uint32_t shm_dead_generation(const struct shm *shm, uint32_t slot);
struct shm_part *shm_part_rw(
    struct shm *shm, uint32_t slot); /* supervisor only, where no process runs */
int shm_bell_fd(const struct shm *shm, uint32_t slot);

/* Writers with a smaller index may exist; the parts of the others are not to be touched, since reading a hole allocates it. */
uint32_t shm_writers(const struct shm *shm);

static inline void *
shm_body_of(const struct shm_part *p)
{
	return (char *)p + p->body;
}

/* Slots. */
uint32_t proc_slot(enum proc_kind kind, uint32_t index);
enum proc_kind proc_kind_of(uint32_t slot); /* PROC_KINDS: none */
uint32_t proc_index_of(uint32_t slot);
const char *proc_name(enum proc_kind kind);
uint32_t proc_slots(enum proc_kind kind); /* how many the kind may have */

/* Counters: relaxed adds by their only writer. */
static inline void
shm_count(struct shm_part *self, enum counter c, uint64_t n)
{
	atomic_store_explicit(&self->counter[c],
	    atomic_load_explicit(&self->counter[c], memory_order_relaxed) + n,
	    memory_order_relaxed);
}

#endif
