/* SPDX-License-Identifier: ISC */
/*
 * scrub.h - whole segments looked at for damage, without disturbing the page cache.
 *
 * Used in: cleaner (in the background), command line (odradek log check).  Only reads.  The directory may belong to a
 * daemon that runs: what looks like damage because files moved meanwhile is not reported.
 */
#ifndef ODRADEK_STORE_SCRUB_H
#define ODRADEK_STORE_SCRUB_H

#include "odradek/store/verify.h"

struct scrub;

/*
 * The segment of the partition directory dir that begins at `from` or is the first behind it.  0 with *sp; 0 with *sp NULL:
 * there is none; -1 with errno.  active: no segment from this base on is looked at; -1: all are, the one that may be
 * growing as well.
 */
int scrub_open(struct scrub **sp, const char *dir, int64_t from, int64_t active);
void scrub_close(struct scrub **sp);
/*
 * Goes on for about so many bytes.  What was not in the page cache before is not left there.  1: all good so far; 0: *bad was
 * met, and the next call goes on behind it; 2: this was the end of the segment; -1 with errno (ESTALE: the
 * segment was replaced, cut or removed: open it again).
 */
int scrub_step(struct scrub *s, int64_t bytes, struct bad_range *bad);

int64_t scrub_segment(const struct scrub *s);  /* its base offset */
int64_t scrub_position(const struct scrub *s); /* so many bytes were looked at */
int64_t scrub_size(const struct scrub *s);
/* No batch of the last segment follows, and bad ends where it ends: what a write that was cut short leaves. */
bool scrub_is_tail(const struct scrub *s, const struct bad_range *bad);

#endif
