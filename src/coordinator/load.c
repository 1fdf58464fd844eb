/* SPDX-License-Identifier: ISC */
/*
 * load.c - reads a shard's log, from its start to the end that was published when its leader began
 * to serve.  Coordinator.
 *
 * A helper thread reads and checks batches into a chunk of memory; the loop replays the chunk, a
 * bounded time in a turn, while the helper reads the next one.  Of each disk one shard at a time, by a
 * helper of its own: a disk that does not answer holds up the groups that it leads alone.
 */
#include "config.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/store/reader.h"
#include "shard.h"

#define CHUNK (4u << 20)
#define REPLAY_NS 2000000 /* of one turn */
#define RETRY_MS 1000
#define CORRUPT_RETRY_MS 30000

enum chunk_end { CHUNK_MORE, CHUNK_LAST, CHUNK_FAILED };

struct chunk {
	uint8_t *data;
	size_t len, cap, at;
	enum chunk_end end;
};

struct load {
	struct helper_job job; /* first */
	struct loader *loader;
	struct shard *shard;   /* NULL: cancelled */
	char path[PATH_MAX];
	struct plog_reader *reader; /* the helper's */
	int64_t upto, next;         /* offsets: where to end; behind what was read */
	int error;                  /* errno */
	int64_t segment, position;  /* where it failed */
	struct chunk chunk[2];      /* one is read while the other is replayed */
	int reading, replaying;     /* which; -1 = none */
	bool busy;                  /* the helper has it */
	int64_t began_ns, bytes;
};

/* Of each disk, by its node. */
static struct loader {
	struct helper *helper; /* NULL: nothing was read from it yet */
	struct event event;
	TAILQ_HEAD(, shard) queue;
	struct load *current;
} loaders[SHM_NODES];

static void
on_done(evutil_socket_t fd, short what, void *arg)
{
	struct loader *l = arg;

	(void)fd;
	(void)what;
	helper_run_done(l->helper);
}

static struct loader *
loader_of(const struct shard *s)
{
	struct loader *l = &loaders[s->node];

	if (l->helper != NULL)
		return l;
	if ((l->helper = helper_new("load")) == NULL)
		fatal("could not start the thread that reads logs");
	event_assign(&l->event, co.child->base, helper_fd(l->helper), EV_READ | EV_PERSIST, on_done, l);
	event_add(&l->event, NULL);
	TAILQ_INIT(&l->queue);
	return l;
}

/* ---- in the helper ---- */

/* Room for size more bytes. */
static int
chunk_room(struct chunk *k, size_t size)
{
	uint8_t *more;

	if (k->cap - k->len >= size)
		return 0;
	if ((more = realloc(k->data, k->len + size)) == NULL)
		return -1;
	k->data = more;
	k->cap = k->len + size;
	return 0;
}

static void
read_chunk(struct helper_job *job)
{
	struct load *l = (struct load *)job;
	struct chunk *k = &l->chunk[l->reading];
	const uint8_t *batch;
	size_t len;
	int n = 1;

	k->len = k->at = 0;
	k->end = CHUNK_FAILED;
	if (l->reader == NULL && plog_reader_open(&l->reader, l->path, l->next) == -1) {
		l->error = errno;
		return;
	}
	if (chunk_room(k, CHUNK) == -1) {
		l->error = ENOMEM;
		return;
	}
	while (l->next < l->upto && k->len < CHUNK &&
	       (n = plog_reader_next(l->reader, &batch, &len)) == 1) {
		if (batch_base_offset(batch) >= l->upto)
			break;
		if (chunk_room(k, len) == -1) {
			l->error = ENOMEM;
			return;
		}
		memcpy(k->data + k->len, batch, len);
		k->len += len;
		l->next = batch_last_offset(batch) + 1;
	}
	if (n == -1) {
		l->error = errno;
		plog_reader_where(l->reader, &l->segment, &l->position);
		return;
	}
	/* a log that ends early was cut or compacted under our hands: what there is, is all */
	k->end = n == 0 || l->next >= l->upto || k->len < CHUNK ? CHUNK_LAST : CHUNK_MORE;
}

/* ---- in the loop ---- */

static void
load_free(struct load *l)
{
	plog_reader_close(&l->reader);
	free(l->chunk[0].data);
	free(l->chunk[1].data);
	if (l->loader->current == l)
		l->loader->current = NULL;
	free(l);
}

static void read_done(struct helper_job *job);

static void
read_next(struct load *l, int which)
{
	l->reading = which;
	l->busy = true;
	l->job = (struct helper_job){NULL, read_chunk, read_done};
	helper_submit(l->loader->helper, &l->job);
}

static void
read_done(struct helper_job *job)
{
	struct load *l = (struct load *)job;

	l->busy = false;
	if (l->shard == NULL)
		load_free(l);
}

static void
begin(struct shard *s)
{
	struct load *l = xcalloc(1, sizeof(*l));
	struct shm_replica line;

	l->loader = loader_of(s);
	l->loader->current = s->load = l;
	l->shard = s;
	l->replaying = -1;
	l->began_ns = mono_ns();
	tables_replica(co.tables, (uint32_t)s->node, s->slot, &line);
	l->upto = line.leo;
	l->next = line.log_start;
	snprintf(l->path, sizeof(l->path), "%s/%s-%d",
	    child_disk(co.child, (uint32_t)s->node)->path, OFFSETS_TOPIC, s->partition);
	read_next(l, 0);
}

void
load_begin(struct shard *s)
{
	struct shm_replica line;

	tables_replica(co.tables, (uint32_t)s->node, s->slot, &line);
	if (line.leo <= line.log_start) { /* nothing in it */
		s->loaded = line.leo;
		s->state = SHARD_SETTLING;
		return;
	}
	TAILQ_INSERT_TAIL(&loader_of(s)->queue, s, load_entry);
	s->state = SHARD_LOADING;
}

void
load_cancel(struct shard *s)
{
	struct load *l = s->load;

	if (s->state != SHARD_LOADING)
		return;
	s->load = NULL;
	if (l == NULL) {
		TAILQ_REMOVE(&loader_of(s)->queue, s, load_entry);
		return;
	}
	l->shard = NULL;
	l->loader->current = NULL;
	if (!l->busy)
		load_free(l); /* else when the helper is done with it */
}

static void
finish(struct load *l)
{
	struct shard *s = l->shard;
	int64_t us = (mono_ns() - l->began_ns) / 1000;
	struct shm_replica line;

	s->loaded = l->upto;
	s->load = NULL;
	s->state = SHARD_SETTLING;
	log_debug("read the groups of \"%s-%d\": %" PRId64 " bytes in %" PRId64 " us",
	    OFFSETS_TOPIC, s->partition, l->bytes, us);
	load_free(l);
	tables_replica(co.tables, (uint32_t)s->node, s->slot, &line);
	if (line.hw < s->loaded && shard_too_few(s))
		log_warnx("the groups of \"%s-%d\" are served when as many replicas are in sync as its "
			  "min.insync.replicas says: what they committed last is not committed till then",
		    OFFSETS_TOPIC, s->partition);
}

/* Why it cannot be read; it is tried again later. */
static void
give_up(struct load *l, const char *why, int64_t after)
{
	struct shard *s = l->shard;

	if (l->error == EBADMSG || why != NULL)
		log_errorx("the groups of \"%s-%d\" are not served: its log is not what it should "
			   "be%s%s (%s, segment %" PRId64 ", position %" PRId64
			   "); restore the file or delete the topic",
		    OFFSETS_TOPIC, s->partition, why != NULL ? ": " : "", why != NULL ? why : "",
		    l->path, l->segment, l->position);
	else
		log_limited("could not read \"%s\": %s; trying again", l->path,
		    strerror(l->error));
	shard_drop(s, KERR_NOT_COORDINATOR);
	s->not_before = co.now_ms + after;
}

/* True: the chunk has more. */
static bool
replay(struct load *l, struct chunk *k)
{
	const int64_t until = mono_ns() + REPLAY_NS;
	const char *why = NULL;

	while (k->at < k->len) {
		const uint8_t *batch = k->data + k->at;
		size_t size = (size_t)batch_size(batch);

		if (replay_batch(l->shard, batch, size, &why) == -1) {
			give_up(l, why, CORRUPT_RETRY_MS);
			return false;
		}
		k->at += size;
		l->bytes += (int64_t)size;
		if (mono_ns() >= until)
			return k->at < k->len;
	}
	return false;
}

static bool
step(struct loader *of)
{
	struct load *l = of->current;
	struct chunk *k;
	struct shard *s;

	if (l == NULL && (s = TAILQ_FIRST(&of->queue)) != NULL) {
		TAILQ_REMOVE(&of->queue, s, load_entry);
		begin(s);
		return false;
	}
	if (l == NULL || (l->replaying == -1 && l->busy))
		return false;
	if (l->replaying == -1) { /* one was read: the next is read meanwhile */
		l->replaying = l->reading;
		if (l->chunk[l->replaying].end == CHUNK_MORE)
			read_next(l, 1 - l->replaying);
	}
	k = &l->chunk[l->replaying];
	if (k->end == CHUNK_FAILED) {
		give_up(l, NULL, l->error == EBADMSG ? CORRUPT_RETRY_MS : RETRY_MS);
		return true;
	}
	if (replay(l, k))
		return true;
	if (of->current != l)
		return true; /* given up */
	l->replaying = -1;
	if (k->end == CHUNK_LAST)
		finish(l);
	return true;
}

bool
load_turn(void)
{
	bool more = false;

	for (uint32_t i = 0; i < SHM_NODES; i++)
		if (loaders[i].helper != NULL)
			more |= step(&loaders[i]);
	return more;
}
