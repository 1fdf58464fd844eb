/* SPDX-License-Identifier: ISC */
/*
 * power.h - power loss below the system calls: what a medium may hold when the page cache is gone.
 *
 * Everything that libstore does to one directory tree is passed on to the real file system, and
 *remembered: which writes, truncations, creations, renames and unlinks no sync has covered yet.  A
 *cut makes another directory out of it: what was synced is there, of the rest any part may be, torn
 *at 512 bytes or 4 KB, sizes ahead of their data.  Names are changed in order, as by a journal; or
 *renames and unlinks are, but any new file may lack its name.  The store goes on undisturbed, so
 *that a cut may fall between any two calls, and any number of them into one run.
 *
 *	power_watch(dir);			this tree, as it lies there, is on the medium
 *	power_cut_at(n, to, fn, arg);		in front of the n-th changing call: fn(arg), then
 *the image is made in `to`
 *	... work ...
 *	power_watch(to);			recover there, cut again ...
 *
 * A test sets what it wants to know in fn: what had been promised at that instant.
 */
#ifndef T_STORE_POWER_H
#define T_STORE_POWER_H

#include <stdint.h>

/* Forgets what was watched before; puts itself behind store_sys.  The tree is at most two levels
 * deep. */
void power_watch(const char *dir);
/* Gives store_sys back. */
void power_unwatch(void);
/* Changing calls and syncs since power_watch. */
int64_t power_calls(void);
/* Of how many bytes a sector is, how directories behave, and chance itself: all by this number. */
void power_seed(uint64_t seed);
void power_cut_at(int64_t n, const char *to, void (*fn)(void *), void *arg);
/* A cut here and now: what a medium may hold at this instant, made in the new directory `to`. */
void power_cut(const char *to);
/* Has the cut that was asked for happened? */
int power_was_cut(void);
/* Are names changed in order, as by a journal? */
int power_in_order(void);

#endif
