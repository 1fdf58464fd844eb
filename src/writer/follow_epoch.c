/* SPDX-License-Identifier: ISC */
/*
 * follow_epoch.c - the start of a leader's epoch by a follower: where its log leaves the leader's,
 * and cutting it there.
 *
 * Only while the leader's line has the epoch: before, its log may still be cut itself, or be
 * another one.  The line with the lower LEO is published before anything is cut, so that whoever
 * dies in between cuts again by its own line, and no election believes in records that are about to
 * go.  It has no epoch until all that is done: the store publishes for reasons of its own, too, and
 * nobody may count what is still to be cut.
 */
#include "config.h"

#include <errno.h>

#include "odradek/base/log.h"
#include "follow.h"

static struct repl_epoch_end
own_end(void *arg, int32_t epoch)
{
	const struct replica *r = arg;
	struct repl_epoch_end e;

	plog_epoch_end(r->log, epoch, &e.epoch, &e.end);
	return e;
}

/*
 * The leader's answer as far as its line has it: the epoch of its last batch ends where its log
 * does.  False: its history has to be read.
 */
static bool
line_knows(const struct shm_replica *l, int32_t ask, struct repl_epoch_end *e)
{
	if (l->last_epoch < 0) {
		*e = (struct repl_epoch_end){-1, -1};
		return true;
	}
	*e = (struct repl_epoch_end){l->last_epoch, l->leo};
	return ask >= l->last_epoch;
}

/* f->cut is done: our log is the leader's up to there, but never beyond its end. */
static enum step
start(struct follow *f, const struct shm_replica *l)
{
	struct replica *r = f->r;
	const int64_t leo = plog_line(r->log)->leo, to = f->cut.at < l->leo ? f->cut.at : l->leo;
	char buf[300];

	f->cutting = false;
	if (to < leo) {
		replica_forget_tail(r);
		if (plog_truncate_to(r->log, to) == -1)
			return follow_failed(f, errno, "cutting");
		log_info("\"%s/%s\": cut from %lld to %lld: the rest is not in the log of node %d, which "
			 "leads in epoch %d",
		    writer.path, replica_name(r, buf, sizeof(buf)), (long long)leo, (long long)to,
		    (int)r->p.leader, (int)r->p.leader_epoch);
	}
	r->epoch = r->p.leader_epoch;
	replica_publish(r);
	return STEP_MORE;
}

enum step
follow_epoch(struct follow *f, const struct shm_replica *l)
{
	const struct plog_line *own = plog_line(f->r->log);
	struct repl_epoch_end theirs;

	if (!f->cutting) {
		repl_truncation_begin(
		    &f->cut, plog_last_epoch(f->r->log), own->log_start, own->leo, own->hw);
		f->cutting = true;
	}
	while (!f->cut.done) {
		if (!line_knows(l, f->cut.ask, &theirs)) {
			const struct chunk c = {.kind = CHUNK_EPOCH, .epoch = f->cut.ask};

			read_ask(f, l, &c);
			return STEP_WAIT;
		}
		repl_truncation_step(&f->cut, theirs, l->log_start, own_end, f->r);
	}
	return start(f, l);
}

void
follow_answered(struct follow *f, const struct chunk *c)
{
	struct shm_replica l;

	if (!f->cutting || !replica_leader_line(f->r, &l))
		return; /* it begins again when there is a leader */
	if (c->error != 0) {
		f->cutting = false;
		if (++f->tries > FOLLOW_TRIES)
			follow_say(f, c->error, "the leader's epochs cannot be read");
		follow_later(f, f->tries > FOLLOW_TRIES ? FOLLOW_SLOW_MS : 1);
		return;
	}
	f->tries = 0;
	repl_truncation_step(&f->cut, c->end, l.log_start, own_end, f->r);
}

enum step
follow_anew(struct follow *f, int64_t offset)
{
	struct replica *r = f->r;
	char buf[300];

	log_info("\"%s/%s\": beginning anew at %lld, where the log of node %d begins", writer.path,
	    replica_name(r, buf, sizeof(buf)), (long long)offset, (int)r->p.leader);
	replica_forget_tail(r);
	if (plog_truncate_fully(r->log, offset) == -1)
		return follow_failed(f, errno, "emptying");
	return STEP_MORE;
}
