/* SPDX-License-Identifier: ISC */
/* helper.h - a helper thread of a process, one for each disk that it works for, for calls that may
 * stall: sync_file_range, fdatasync, unlink of a segment, read-ahead, commits.  Jobs run in the order
 * of submission; what they touch they own until they are done. The thread blocks all signals.  The
 * lists between loop and thread are the process's own memory, not shared memory. Used in: the event
 * loop of any process; all functions but the job itself are called there. */
#ifndef ODRADEK_BASE_HELPER_H
#define ODRADEK_BASE_HELPER_H
#include <stddef.h>

struct helper;

/* Embed this first in your own struct.  run is called in the thread, done (may be NULL) afterwards
 * in the loop by helper_run_done(), which may free the job. */
struct helper_job {
	struct helper_job *next;
	void (*run)(struct helper_job *job);
	void (*done)(struct helper_job *job);
};

/* Starts the thread, named as `name` in /proc (15 bytes).  NULL with errno on failure. */
struct helper *helper_new(const char *name);
/* Runs what was submitted, joins the thread, calls the remaining done functions, and sets *hp to
 * NULL. */
void helper_free(struct helper **hp);
/* The job belongs to the helper until done is called.  Never blocks. */
void helper_submit(struct helper *h, struct helper_job *job);
/* Readable while completions wait: register it in the loop, then call helper_run_done. */
int helper_fd(const struct helper *h);
/* Calls done for every completed job; returns how many. */
size_t helper_run_done(struct helper *h);
/* Jobs submitted and not yet given back by helper_run_done. */
size_t helper_pending(const struct helper *h);
/* Waits until everything submitted so far has run, then helper_run_done.  For an orderly stop only.
 */
void helper_drain(struct helper *h);

#endif
