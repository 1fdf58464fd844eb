/* SPDX-License-Identifier: ISC */
/*
 * cleaner.h - what the files of the cleaner share.  Private to src/cleaner/.
 *
 * cleaner.c      main, hooks of the skeleton, the steps of one compaction
 * choose.c       which log is the dirtiest
 * uncleanable.c  what could not be compacted: said once, tried again, published
 * scrub.c        damage in sealed segments, looked for in the background
 */
#ifndef ODRADEK_CLEANER_H
#define ODRADEK_CLEANER_H

#include <stdbool.h>
#include <stdint.h>

#include "odradek/proc/child.h"
#include "odradek/proc/tables.h"
#include "odradek/store/clean.h"

/* A partition on this disk. */
struct candidate {
	struct shm_partition p; /* p.state SLOT_FREE: none */
	/* the last look at its directory, and what it was of */
	struct clean_need need;
	uint32_t segments;
	int64_t cleaned, bound;
	uint64_t topic_version;
	bool looked;
	/* it could not be compacted */
	int32_t error;
	uint32_t tries;
	int64_t segment, position, since, retry_at; /* retry_at: mono ms */
	const char *why;
};

struct cleaner {
	struct child *child;
	struct shm *shm;
	struct shm_cleaner *pub;
	struct tables *tables;
	const char *path; /* of the disk */
	uint32_t node, slots;
	struct candidate *candidate; /* [slots], by slot of the partition table */
};
extern struct cleaner cleaner; /* the one of this process */

/* ---- choose.c ---- */

struct choice {
	uint32_t slot;
	struct shm_partition p;
	struct shm_replica line;
	struct clean_need need;
	struct clean_log log; /* dir is malloc'd */
};
void choose_init(void);
/* The dirtiest log that wants to be cleaned.  False: none. */
bool choose(struct choice *c, int64_t now, int64_t mono);
/* Is it still what was chosen, as far as others say? */
bool choice_holds(const struct choice *c);
void choice_fini(struct choice *c);
/* "<topic>-<n>" */
const char *candidate_name(const struct candidate *c, char *buf, size_t n);

/* ---- uncleanable.c ---- */

/* The log could not be compacted: errno, where, and why in words (may be NULL). */
void uncleanable_add(uint32_t slot, int error, int64_t segment, int64_t position, const char *why);
/* It could, or it is not there any more. */
void uncleanable_remove(uint32_t slot);
void uncleanable_publish(void);

/* ---- scrub.c ---- */

void background_init(int64_t mono);
/* Nothing is to be compacted: looks at a little of a sealed segment if it is time.  When to come again (mono ms). */
int64_t background_turn(int64_t mono);
/* Closes what is open. */
void background_stop(void);

#endif
