/* SPDX-License-Identifier: ISC */
/*
 * verify.h - is what lies in a segment what was appended?  Batch by batch, by CRC and by what a CRC does not cover.
 *
 * Used in: acceptors (helper thread: whatever comes from the medium is checked before it is served), cleaner and
 * scrubbing (whole segments, at whatever rate the caller likes), recovery.  Only reads; knows nothing but one file.
 */
#ifndef ODRADEK_STORE_VERIFY_H
#define ODRADEK_STORE_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A range of a .log file that is not what was appended.  It begins where the last good batch ends and ends where the
 * next good batch begins, or the segment.  The records from offset `first` up to `next` are lost with it.
 */
struct bad_range {
	int64_t from, to;    /* positions */
	int64_t first, next; /* offsets */
};

struct verify;

/*
 * Begins at pos, which is where a batch begins (0, or a place that a good chain of batches led to).  Nothing at or
 * behind end is looked at, and no record has an offset of `upper` (base of the next segment, or the LEO) or more.
 * next: the offset that the batch at pos should have if nothing was compacted away; -1 = not known.
 */
struct verify *verify_new(int fd, int64_t segment, int64_t pos, int64_t end, int64_t upper, int64_t next);
void verify_free(struct verify **vp);
/*
 * Goes on until a batch ends at or behind upto, or something bad is met.  1: all good so far; 0: *bad is what was
 * met, and the next call goes on behind it; -1 with errno (EIO ...: the medium refused to read).
 */
int verify_run(struct verify *v, int64_t upto, struct bad_range *bad);
/*
 * Goes on through whole batches that are in memory already, because they lie in the last page that was read: nothing
 * that this brought into the page cache is left unchecked.  Returns as verify_run.
 */
int verify_rest(struct verify *v, struct bad_range *bad);
int64_t verify_position(const struct verify *v); /* where the next batch begins */
int64_t verify_next(const struct verify *v);	 /* the offset behind the last batch, or bad range */

#endif
