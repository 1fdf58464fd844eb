/* SPDX-License-Identifier: ISC */
/*
 * fetch_again.c - pieces of segments that wait for a slow client.  Used in: acceptor.
 *
 * A piece is looked at when it is queued.  If the client is slow, its pages may be gone from the
 * page cache when its turn comes: sendfile would make the loop wait for the medium, and would send
 * whatever comes from there.  So out.c asks here before each call but the first.  What is not
 * in the page cache any more is read and checked by the helper once more, while the loop serves
 * others; if it turns out to be damaged, the answer cannot be completed and the connection is closed:
 * the client asks again, and gets what is good of it.
 */
#include "config.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

struct sending {
	struct source source;
	struct again again;
	struct ftopic *topic;
	struct conn *conn;  /* waits for the helper; NULL */
	int64_t from, good; /* batches begin there: checked from, and up to */
	bool fresh;	    /* that is the helper's newest word: it is not asked again about it at once */
	bool failed;
};

static struct sending *
of_again(struct again *a)
{
	return (struct sending *)((char *)a - offsetof(struct sending, again));
}

static void
on_checked(struct again *a, int64_t good, int error)
{
	struct sending *s = of_again(a);
	struct conn *c = s->conn;

	s->conn = NULL;
	s->failed = error != 0 || good <= s->from;
	s->good = good;
	s->fresh = true;
	if (error != 0)
		log_limited("could not read segment %lld of slot %u again: %s",
		    (long long)a->file->base, a->slot, strerror(error));
	conn_dirty(c);
}

static int
again(struct source *source, struct conn *c, int64_t offset, uint32_t len)
{
	struct sending *s = (struct sending *)source;
	struct view_file *file = s->again.file;
	int64_t to = offset + len;
	bool fresh = s->fresh;

	if (s->conn != NULL)
		return 0;
	s->fresh = false;
	if (s->failed || view_until_bad(file, offset, to) < to)
		return -1;
	if (fresh && to <= s->good)
		return 1; /* even if it has left again: it would never end */
	if (view_resident(file->fd, offset, len) != 0)
		return 1;
	if (fresh) /* the helper came this far and no farther */
		return -1;
	if (s->good <= offset)
		s->from = s->good;
	if (!fcold_check_again(&s->again, s->topic, s->from, to))
		return -1;
	s->conn = c;
	return 0;
}

static void
release(struct source *source)
{
	struct sending *s = (struct sending *)source;

	if (s->conn != NULL)
		fcold_check_forget(&s->again);
	fread_release(s->again.file);
	ftopic_unref(s->topic);
	free(s);
}

struct source *
fagain_source(struct fpart *p, uint32_t node)
{
	struct sending *s = xcalloc(1, sizeof *s);

	s->source.again = again;
	s->source.release = release;
	s->again.slot = p->slot;
	s->again.node = node;
	s->again.file = p->file;
	s->again.done = on_checked;
	s->topic = p->topic;
	s->topic->refs++;
	s->from = s->good = p->position;
	p->file = NULL;
	return &s->source;
}
