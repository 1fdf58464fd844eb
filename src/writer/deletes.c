/* SPDX-License-Identifier: ISC */
/*
 * deletes.c - answers to DELETE_RECORDS.
 *
 * Writer.  A log start inside a segment is known to nobody but a checkpoint; an answer that did not
 * wait for it would be undone by a restart of a disk that is full.  So those that come together
 * wait for one checkpoint together.  Who is told that it could not be written tries again, and
 * nothing is deleted twice by that.
 */
#include "config.h"

#include <stdlib.h>

#include "odradek/base/xalloc.h"
#include "odradek/proto/kerr.h"
#include "odradek/store/sys.h"
#include "writer.h"

struct deleted {
	STAILQ_ENTRY(deleted) entry;
	uint64_t mark; /* of disk_checkpoint_starts */
	uint32_t to;
	struct msg_records_deleted m;
};

static STAILQ_HEAD(, deleted) waiting = STAILQ_HEAD_INITIALIZER(waiting); /* marks ascend */

static void
post(uint32_t to, const struct msg_records_deleted *m)
{
	union {
		struct shm_msg m;
		struct msg_records_deleted b;
	} u = {.b = *m};

	answer_post(to, &u.m);
}

void
deletes_wait(uint32_t to, const struct msg_records_deleted *m)
{
	uint64_t mark = disk_checkpoint_starts(writer.disk);
	struct deleted *d;

	if (mark == 0) {
		post(to, m);
		return;
	}
	d = xcalloc(1, sizeof(*d));
	d->mark = mark;
	d->to = to;
	d->m = *m;
	STAILQ_INSERT_TAIL(&waiting, d, entry);
	upkeep_within(0);
}

static void
release(uint64_t mark, int16_t error)
{
	struct deleted *d;

	while ((d = STAILQ_FIRST(&waiting)) != NULL && d->mark <= mark) {
		STAILQ_REMOVE_HEAD(&waiting, entry);
		if (error != 0) {
			d->m.low_watermark = -1;
			d->m.error = error;
		}
		post(d->to, &d->m);
		free(d);
	}
}

void
deletes_checkpointed(uint64_t mark, int error, void *arg)
{
	(void)arg;
	release(mark, error == 0 ? 0 : KERR_KAFKA_STORAGE_ERROR);
	if (errno_is_full(error))
		writer_disk_full(error);
	if (!STAILQ_EMPTY(&waiting))
		upkeep_within(0); /* they came after that checkpoint had been begun */
}

void
deletes_fail(void)
{
	release(UINT64_MAX, KERR_KAFKA_STORAGE_ERROR);
}
