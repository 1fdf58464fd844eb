/* SPDX-License-Identifier: ISC */
/*
 * fetch_read.c - what a reader may see of a partition, where it lies, and what of it is sent.  Used
 * in: acceptor.
 *
 * A place is found by what an earlier read left behind (offset -> position, for all readers of a
 * log), the tail ring, else the log's index.  Small pieces are read at once, without waiting for
 * the medium: that read also shows the batch header that confirms the place, tells the size of the
 * first batch, and, followed to its end, where the next read will begin.  So a reader of small
 * pieces costs one system call for each.
 *
 * Nothing that a consumer may see is ever changed in place; what can happen between the look at the
 * tables and the opening of a file is that the topic is deleted and made anew.  Therefore the
 * tables' version is looked at again.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>

#include "fetch.h"
#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/batch.h"

#define TRIES 3
#define MAGIC_AT 16

static struct wire_out copies; /* pieces read for the answer under hand */
static struct view_aborted *aborted;
static uint32_t naborted, aborted_cap;
struct view_cache *fread_views;

void
fread_init(void)
{
	struct rlimit rl = {.rlim_cur = 1024};

	getrlimit(RLIMIT_NOFILE, &rl);
	hint_init();
	wire_out_init(&copies, FETCH_BYTES_MAX);
	fread_views =
	    view_cache_new(rl.rlim_cur / 4 > 1u << 20 ? 1u << 20 : (unsigned)(rl.rlim_cur / 4));
	if (fread_views == NULL)
		fatal("could not set up the cache of segment files");
}

void
fread_begin(void)
{
	wire_out_reset(&copies);
	if (copies.cap > 4u << 20) /* an unusual answer: do not keep its memory */
		wire_out_fini(&copies);
	naborted = 0;
}

/* Descriptors on a disk that failed would keep it from being unmounted. */
static void
let_go_of_disks(void)
{
	static bool gone[SHM_NODES];
	const struct inherit *in = acceptor.child->inherit;

	for (int i = 0; i < in->disks && i < SHM_NODES; i++) {
		if (in->disk[i].path == NULL)
			continue;
		const struct shm_writer *w = shm_body_of(shm_peer(acceptor.shm, proc_slot(PROC_WRITER, (uint32_t)i)));
		bool offline = atomic_load_explicit(&w->disk, memory_order_relaxed) == DISK_OFFLINE;

		if (offline && !gone[i]) {
			view_cache_drop(fread_views, in->disk[i].path);
			fcold_let_go((uint32_t)i, in->disk[i].path);
		}
		gone[i] = offline;
	}
}

void
fread_tick(void)
{
	view_cache_tick(fread_views, acceptor.mono_ms);
	let_go_of_disks();
}

const uint8_t *
fread_copied(const struct fpart *p)
{
	return copies.base + p->copied_at;
}

const struct view_aborted *
fread_aborted(const struct fpart *p)
{
	return aborted + p->aborted;
}

void
fread_release(struct view_file *file)
{
	view_file_put(fread_views, file);
}

void
fpart_drop_piece(struct fpart *p)
{
	if (p->file != NULL)
		view_file_put(fread_views, p->file);
	p->file = NULL;
	p->length = 0;
}

/*
 * The lines of memory that the look at p will need: of many partitions they are fetched side by
 * side instead of one after the other.
 */
void
fread_prefetch(struct fetch *f, struct fpart *p)
{
	const struct topic_entry *t = ftopic_entry(p->topic);
	uint32_t slot = t == NULL ? FETCH_NO_SLOT : tables_slot(t, p->partition);
	const struct shm_part *peer;
	const char *line;

	if (slot == FETCH_NO_SLOT || slot >= shm_layout(acceptor.shm)->partitions_max)
		return;
	line = (const char *)shm_partition_at(
	    shm_controller_of(acceptor.shm), shm_layout(acceptor.shm)->partitions_max, slot);
	for (size_t i = 0; i < sizeof(shm_partition_latch); i += 64)
		__builtin_prefetch(line + i);
	peer = shm_peer(acceptor.shm, proc_slot(PROC_WRITER, f->node)); /* most likely it leads */
	if (peer != NULL) {
		line = (const char *)&((struct shm_writer *)shm_body_of(peer))->replica[slot].line;
		for (size_t i = 0; i < sizeof(shm_replica_latch); i += 64)
			__builtin_prefetch(line + i);
	}
	hint_prefetch(slot, p->offset);
}

/* ---- what may be seen ---- */

static bool
hosted(const struct shm_partition *part, uint32_t node)
{
	for (uint32_t i = 0; i < part->replicas && i < SHM_REPLICAS; i++)
		if (part->replica[i] == node)
			return true;
	return false;
}

/* Its writer tells from now on what its followers may show, which otherwise nobody waits for. */
static void
tell_follower(uint32_t node)
{
	struct shm_acceptor *a = shm_body_of(acceptor.child->self);
	const uint64_t mask = atomic_load_explicit(&a->followers, memory_order_relaxed);

	if ((mask >> node & 1) == 0)
		atomic_store_explicit(&a->followers, mask | UINT64_C(1) << node, memory_order_relaxed);
}

/* The checks in front of the log itself, in Kafka's order. */
static int16_t
look(struct fetch *f, struct fpart *p, struct sight *s)
{
	bool serving;

	p->absent = true;
	p->leader = p->preferred = -1;
	s->node = f->node;
	p->slot = FETCH_NO_SLOT;
	s->topic = ftopic_entry(p->topic);
	if (s->topic ==
	    NULL) /* an id that a session has known once is that of a topic that is gone */
		return p->topic->by_id && p->topic->index == UINT32_MAX
			   ? KERR_UNKNOWN_TOPIC_ID
			   : KERR_UNKNOWN_TOPIC_OR_PARTITION;
	p->slot = tables_slot(s->topic, p->partition);
	if (p->slot == FETCH_NO_SLOT)
		return KERR_UNKNOWN_TOPIC_OR_PARTITION;
	serving = tables_reader(acceptor.tables, p->slot, f->node, &s->part, &s->line) == 0;
	if (s->part.state != SLOT_ONLINE || s->part.topic != s->topic->index)
		return KERR_UNKNOWN_TOPIC_OR_PARTITION;
	p->absent = false;
	p->leader = s->part.leader;
	p->leader_epoch = s->part.leader_epoch;
	if (f->replica >= 0 || !hosted(&s->part, f->node))
		return KERR_NOT_LEADER_OR_FOLLOWER;
	if (p->epoch >= 0 && p->epoch < s->part.leader_epoch)
		return KERR_FENCED_LEADER_EPOCH;
	if (p->epoch > s->part.leader_epoch)
		return KERR_UNKNOWN_LEADER_EPOCH;
	if (!serving || (f->leader_only && s->part.leader != (int32_t)f->node))
		return KERR_NOT_LEADER_OR_FOLLOWER;
	if (s->part.leader != (int32_t)f->node)
		tell_follower(f->node);
	return KERR_NONE;
}

/*
 * The replica in the client's rack that it shall read instead (KIP-392): in sync, and it has the offset; of several the
 * one that has most.  Node index; -1: none.
 */
static int32_t
nearest(const struct fetch *f, const struct fpart *p, const struct sight *s)
{
	struct shm_replica line;
	int32_t best = -1;
	int64_t leo = -1;

	if (s->part.leader != (int32_t)s->node)
		return -1;
	for (uint32_t i = 0; i < s->part.replicas && i < SHM_REPLICAS; i++) {
		const uint32_t node = s->part.replica[i];

		if (node >= SHM_NODES || (f->nearer >> node & 1) == 0 || (s->part.isr >> i & 1) == 0)
			continue;
		tables_replica(acceptor.tables, node, p->slot, &line);
		if (line.epoch != s->part.leader_epoch || line.generation != s->part.generation ||
		    line.status != REPLICA_OK || line.leo < p->offset || line.log_start > p->offset || line.leo <= leo)
			continue;
		best = (int32_t)node;
		leo = line.leo;
	}
	return best;
}

static int64_t
bound_of(const struct fetch *f, const struct shm_replica *line)
{
	return f->isolation == 0 || line->lso > line->hw ? line->hw : line->lso;
}

void
fread_tail(struct view_tail *tail, const struct shm_replica *line)
{
	*tail = (struct view_tail){line->log_start, line->leo, line->segment, line->end};
}

void
fread_key(struct view_key *key, const struct sight *s, uint32_t slot)
{
	*key = (struct view_key){
	    .disk = child_disk(acceptor.child, s->node)->path,
	    .topic = s->topic->name,
	    .partition = s->part.partition,
	    .node = s->node,
	    .slot = slot,
	    .slot_generation = s->part.generation,
	    .generation = s->line.segments,
	};
}

struct view *
fread_view(struct view_cache *c, const struct sight *s, uint32_t slot)
{
	struct view_key key;

	if (child_disk(acceptor.child, s->node) == NULL) {
		errno = ENOENT;
		return NULL;
	}
	fread_key(&key, s, slot);
	return view_get(c, &key);
}

static struct view *
view_of(const struct sight *s, uint32_t slot)
{
	return fread_view(fread_views, s, slot);
}

/* Does what the client has still agree with our history?  Kafka's checks; 0 or an error. */
static int16_t
check_history(struct fpart *p, const struct sight *s)
{
	/* a follower knows of an epoch once it has a batch of it */
	const int32_t newest = s->part.leader == (int32_t)s->node ? s->line.epoch : s->line.last_epoch;
	struct view_tail tail;
	struct view *v;
	int32_t epoch = newest;
	int64_t end = s->line.leo;

	if (p->last_epoch < 0)
		return KERR_NONE;
	if (p->last_epoch != newest) {
		fread_tail(&tail, &s->line);
		v = view_of(s, p->slot);
		if (v == NULL ||
		    view_epoch_end(v, &tail, newest, p->last_epoch, &epoch, &end) == -1)
			/* never "out of range" for want of an answer: a consumer would begin anew */
			return errno == ENOENT || errno == ESTALE ? KERR_NOT_LEADER_OR_FOLLOWER : KERR_KAFKA_STORAGE_ERROR;
		if (epoch < 0 || end < 0)
			return KERR_OFFSET_OUT_OF_RANGE;
	}
	if (p->offset < s->line.log_start)
		return KERR_OFFSET_OUT_OF_RANGE;
	if (epoch < p->last_epoch || end < p->offset) {
		p->diverging = true;
		p->end_epoch = epoch;
		p->end_offset = end;
	}
	return KERR_NONE;
}

/* ---- where it lies ---- */

static bool
ring_find(const struct sight *s, uint32_t slot, int64_t offset, struct shm_tail_entry *e)
{
	const shm_tail *t = tables_tail(acceptor.tables, s->node, slot);

	/* what a follower's ring has is of the time when it led */
	return t != NULL && s->part.leader == (int32_t)s->node && tail_find(t, offset, e) == 0 && e->base <= offset && offset < e->next &&
	       e->next <= s->line.leo && e->segment <= s->line.segment &&
	       e->length >= BATCH_OVERHEAD;
}

/* What a look would have to wait for is looked at by the helper first. */
static void
ask_helper(
    struct fetch *f, const struct sight *s, uint32_t slot, int64_t offset, int64_t committed)
{
	struct view_tail tail;
	struct view_key key;

	fread_tail(&tail, &s->line);
	fread_key(&key, s, slot);
	fcold_locate(f, &key, &tail, offset, committed, sight_tag(s));
}

/* By the index.  0, or -1 with errno; EAGAIN: the helper was asked, f waits for it. */
static int
look_up(struct fetch *f, const struct sight *s, struct view *v, uint32_t slot, int64_t offset,
    const struct view_place *guess, struct view_place *place)
{
	struct view_tail tail;

	fread_tail(&tail, &s->line);
	if (f->located)
		return view_locate(v, &tail, offset, guess, place);
	if (view_try_locate(v, &tail, offset, guess, place) == 0)
		return 0;
	if (errno == EAGAIN || errno == EUCLEAN) {
		ask_helper(f, s, slot, offset, -1);
		errno = EAGAIN;
	}
	return -1;
}

/* The position in segment behind the last byte that belongs to offsets below bound; end: that of
 * the log's part of it. */
static int64_t
end_position(struct fetch *f, const struct sight *s, struct view *v, uint32_t slot, int64_t segment,
    int64_t end, int64_t bound)
{
	struct view_place place;
	struct shm_tail_entry e;
	struct spot spot;

	if (bound >= s->line.leo)
		return end;
	if (hint_get(s, slot, bound, &spot))
		return spot.segment == segment && spot.position < end ? spot.position : end;
	if (ring_find(s, slot, bound, &e) && e.base == bound) {
		spot = (struct spot){.segment = e.segment, .position = e.position};
	} else {
		if (look_up(f, s, v, slot, bound, NULL, &place) == -1)
			return -1;
		spot = (struct spot){.segment = place.segment, .position = place.position};
		if (place.base <
		    bound) /* not at the edge of a batch: it belongs to what may be seen */
			return end;
	}
	hint_put(s, slot, bound, spot.segment, spot.position, 0);
	return spot.segment == segment && spot.position < end ? spot.position : end;
}

/* Where the batch with p's offset begins and where what may be sent of its segment ends.  0, or -1
 * with errno. */
static int
locate(struct fetch *f, struct fpart *p, const struct sight *s, struct view *v, struct spot *spot)
{
	struct shm_tail_entry e;
	struct view_place place, guess;
	struct view_file *file;
	bool hint = hint_get(s, p->slot, p->offset, spot);

	if (!hint && ring_find(s, p->slot, p->offset, &e)) {
		*spot = (struct spot){e.segment, e.position, 0, e.length, -1};
		hint = true;
	}
	if (hint && spot->segment == s->line.segment && spot->position < s->line.end) {
		spot->end = end_position(f, s, v, p->slot, spot->segment, s->line.end, p->bound);
		return spot->end == -1 ? -1 : 0;
	}
	/* a sealed segment whose size is known ends where it ends */
	if (hint && spot->segment < s->line.segment &&
	    (file = view_file(v, spot->segment)) != NULL && spot->position < file->size) {
		spot->end = end_position(f, s, v, p->slot, spot->segment, file->size, p->bound);
		return spot->end == -1 ? -1 : 0;
	}
	if (hint) {
		memset(&guess, 0, sizeof guess);
		guess.segment = spot->segment;
		guess.position = spot->position;
		guess.base = p->offset;
	}
	if (look_up(f, s, v, p->slot, p->offset, hint ? &guess : NULL, &place) == -1)
		return -1;
	*spot = (struct spot){
	    place.segment, place.position, place.end, place.length, place.before};
	spot->end = end_position(f, s, v, p->slot, place.segment, place.end, p->bound);
	return spot->end == -1 ? -1 : 0;
}

/* ---- taking it ---- */

/* Reads into the copy buffer what is in the page cache.  Bytes read, or -1 with errno (EAGAIN: it
 * is not there). */
static ssize_t
copy_in(struct fetch *f, int fd, uint32_t at, uint32_t len, int64_t position)
{
	struct iovec iov;
	uint8_t *room;
	ssize_t n;

	copies.len = at;
	room = wire_out_room(&copies, len);
	if (room == NULL) {
		errno = ENOMEM;
		return -1;
	}
	iov = (struct iovec){room, len};
	do
		n = preadv2(fd, &iov, 1, position, f->rounds > 0 ? 0 : RWF_NOWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EOPNOTSUPP || errno == EINVAL)) /* a file system without it */
		n = preadv2(fd, &iov, 1, position, 0);
	if (n >= 0 && n < (ssize_t)len && f->rounds == 0) {
		errno = EAGAIN;
		return -1;
	}
	return n;
}

/* Is that the batch that holds the offset? */
static bool
is_batch(const uint8_t *b, int64_t offset)
{
	if (batch_size(b) < BATCH_MIN_V0 + BATCH_LENGTH_END || batch_magic(b) > 2 ||
	    batch_magic(b) < 0)
		return false;
	return batch_magic(b) < 2 ||
	       (batch_base_offset(b) <= offset && batch_last_offset(b) >= offset) ||
	       batch_base_offset(b) > offset; /* compaction left a gap */
}

enum taken { TAKEN, TAKE_COLD, TAKE_AGAIN, TAKE_BAD, TAKE_FAILED };

static enum taken
clear(struct fetch *f, struct fpart *p, const struct sight *s, const struct spot *spot,
    struct view_file *file, bool hot, uint32_t *len)
{
	static const enum taken taken[] = {[CLEAR] = TAKEN,
	    [CLEAR_WAIT] = TAKE_COLD,
	    [CLEAR_BAD] = TAKE_BAD,
	    [CLEAR_MOVED] = TAKE_AGAIN,
	    [CLEAR_FAILED] = TAKE_FAILED};

	return taken[fcold_clear(f, p, s, file, spot, hot, len)];
}

static enum taken
take_file(struct fetch *f, struct fpart *p, const struct sight *s, const struct spot *spot,
    struct view *v, struct view_file *file, uint32_t len)
{
	enum taken t = clear(f, p, s, spot, file, false, &len);

	if (t != TAKEN)
		return t;
	p->length = len;
	p->file = view_file_hold(file);
	if (spot->position + len < spot->end)
		hint_leave_behind(p, s, v, spot, file->fd);
	else if (p->bound == s->line.leo && spot->segment == s->line.segment)
		hint_put(s, p->slot, s->line.leo, spot->segment, spot->end, 0);
	return TAKEN;
}

/*
 * Takes at most limit bytes at spot; when whole is set, never less than the first batch, else
 * nothing when that does not fit.
 */
static enum taken
take(struct fetch *f, struct fpart *p, const struct sight *s, const struct spot *spot,
    struct view *v, struct view_file *file, uint32_t limit, bool whole)
{
	int64_t avail = spot->end - spot->position, first = spot->length;
	uint32_t n = limit < avail ? limit : (uint32_t)avail, want, at = (uint32_t)copies.len;
	enum taken t;
	ssize_t k;

	if (avail < 1)
		return TAKE_AGAIN;
	if (n > FETCH_COPY_MAX && (n == avail || first > 0)) {
		if (first <= n || whole)
			return take_file(f, p, s, spot, v, file, first > n ? (uint32_t)first : n);
		return TAKEN;
	}
	want = n <= FETCH_COPY_MAX && n >= BATCH_OVERHEAD ? n : BATCH_OVERHEAD;
	if (want > avail)
		want = (uint32_t)avail;
	k = copy_in(f, file->fd, at, want, spot->position);
	if (k < (ssize_t)want || k < MAGIC_AT + 1)
		goto fail;
	first = batch_size(copies.base + at);
	if (!is_batch(copies.base + at, p->offset) || first > avail) {
		copies.len = at;
		return TAKE_AGAIN;
	}
	if (n < first && !whole) {
		copies.len = at;
		return TAKEN;
	}
	n = n < first ? (uint32_t)first : n;
	if (n > FETCH_COPY_MAX) {
		copies.len = at;
		return take_file(f, p, s, spot, v, file, n);
	}
	t = clear(f, p, s, spot, file, true, &n);
	if (t != TAKEN) {
		copies.len = at;
		return t;
	}
	if (n > want && (k = copy_in(f, file->fd, at, n, spot->position)) < (ssize_t)n)
		goto fail;
	copies.len = at + n;
	p->copied_at = at;
	p->length = n;
	hint_leave(p, s, spot);
	return TAKEN;
fail:
	copies.len = at;
	if (k == -1 && errno == EAGAIN) {
		fcold_read(f, p, s, file, spot->position, n > 0 ? n : 1);
		return TAKE_COLD;
	}
	if (k >= 0)
		errno = EBADMSG;
	return TAKE_FAILED;
}

/* read_committed: the aborted transactions that the piece may hold records of; more is allowed,
 * fewer is not. */
static int
list_aborted(struct fetch *f, struct fpart *p, const struct sight *s, struct view *v, const struct spot *spot)
{
	struct view_tail tail;
	int64_t upto = p->bound, next;
	int n;

	fread_tail(&tail, &s->line);
	if (spot->segment != s->line.segment &&
	    (next = view_next_segment(v, &tail, spot->segment)) > 0 && next < upto)
		upto = next;
	for (;;) {
		n = (f->located ? view_aborted : view_try_aborted)(
		    v, &tail, p->offset, upto, aborted + naborted, (int)(aborted_cap - naborted));
		if (n < 0 && errno == EAGAIN)
			ask_helper(f, s, p->slot, p->offset, upto);
		if (n < 0)
			return -1;
		if ((uint32_t)n <= aborted_cap - naborted)
			break;
		aborted_cap = naborted + (uint32_t)n + 64;
		aborted = xreallocarray(aborted, aborted_cap, sizeof *aborted);
	}
	p->aborted = naborted;
	p->naborted = (uint32_t)n;
	naborted += (uint32_t)n;
	return 0;
}

/* What errno says of a place that was not found. */
static enum taken
why_not(void)
{
	switch (errno) {
	case EAGAIN:
		return TAKE_COLD;
	case EBADMSG: /* known to be damaged */
	case EUCLEAN: /* not a batch, and the helper could not find out more */
		return TAKE_BAD;
	case ESTALE:
	case ENOENT:
	case ERANGE:
		return TAKE_AGAIN;
	default:
		return TAKE_FAILED;
	}
}

static enum taken
read_data(struct fetch *f, struct fpart *p, const struct sight *s, int32_t most, bool whole)
{
	uint32_t limit = (uint32_t)most;
	struct view_file *file;
	struct view_key key;
	struct spot spot;
	struct view *v;
	enum taken t;

	fread_key(&key, s, p->slot);
	if (!f->located && !view_known(fread_views, &key)) { /* a directory that may be cold */
		ask_helper(f, s, p->slot, p->offset, -1);
		return TAKE_COLD;
	}
	v = view_of(s, p->slot);
	if (v == NULL || locate(f, p, s, v, &spot) == -1)
		return why_not();
	file = view_file(v, spot.segment);
	if (file == NULL)
		return errno == ENOENT ? TAKE_AGAIN : TAKE_FAILED;
	p->segment = spot.segment;
	p->position = spot.position;
	if (limit == 0 && !whole)
		return TAKEN;
	t = take(f, p, s, &spot, v, file, limit, whole);
	if (t == TAKE_AGAIN) {
		/* a hint that was wrong: ask the index, which knows the header */
		struct view_place place;

		if (look_up(f, s, v, p->slot, p->offset, NULL, &place) == -1 ||
		    (file = view_file(v, place.segment)) == NULL)
			return why_not();
		spot = (struct spot){
		    place.segment, place.position, place.end, place.length, place.before};
		spot.end = end_position(f, s, v, p->slot, place.segment, place.end, p->bound);
		if (spot.end == -1)
			return errno == EAGAIN ? TAKE_COLD : TAKE_AGAIN;
		if (spot.before < 0)
			hint_put(s, p->slot, p->offset, spot.segment, spot.position, spot.length);
		p->segment = spot.segment;
		p->position = spot.position;
		t = take(f, p, s, &spot, v, file, limit, whole);
	}
	if (t == TAKEN && f->isolation != 0 && list_aborted(f, p, s, v, &spot) == -1)
		t = errno == EAGAIN ? TAKE_COLD : TAKE_FAILED;
	return t;
}

/*
 * Compaction changes files under their names; it says so before it begins.  What was opened, located and listed by the
 * old generation belongs together only if it is still the current one.
 */
static bool
segments_moved(const struct sight *s, uint32_t slot)
{
	struct shm_replica line;

	if (s->line.segment < 0)
		return false;
	tables_replica(acceptor.tables, s->node, slot, &line);
	return line.segments != s->line.segments;
}

/* One look; TAKE_AGAIN when what the tables say has moved under it. */
static enum taken
part_once(struct fetch *f, struct fpart *p, int32_t limit, bool whole)
{
	const _Atomic uint64_t *published = &shm_controller_of(acceptor.shm)->version;
	uint64_t version = atomic_load_explicit(published, memory_order_acquire);
	struct sight s;
	enum taken t;

	fpart_drop_piece(p);
	p->diverging = false;
	p->hw = p->lso = p->start = p->segment = -1;
	p->naborted = UINT32_MAX;
	p->error = look(f, p, &s);
	if (p->error == KERR_NONE && f->nearer != 0)
		p->preferred = nearest(f, p, &s);
	if (p->error == KERR_NONE && p->preferred < 0)
		p->error = check_history(p, &s);
	if (p->error == KERR_NONE && p->preferred < 0 && (p->offset < s.line.log_start || p->offset > s.line.leo) &&
	    !p->diverging)
		p->error = KERR_OFFSET_OUT_OF_RANGE;
	if (p->error != KERR_NONE)
		return TAKEN;
	p->hw = s.line.hw;
	p->lso = s.line.lso;
	p->start = s.line.log_start;
	p->bound = bound_of(f, &s.line);
	if (p->diverging || p->preferred >= 0)
		return TAKEN;
	if (f->isolation != 0)
		p->naborted = 0;
	if (p->offset >= p->bound) {
		if (p->offset == s.line.leo && s.line.segment >= 0) {
			p->segment = s.line.segment;
			p->position = s.line.end;
			hint_put(&s, p->slot, p->offset, p->segment, p->position, 0);
		}
		return TAKEN;
	}
	if (limit < 0) { /* what Kafka makes of it */
		p->error = KERR_UNKNOWN_SERVER_ERROR;
		p->hw = p->lso = p->start = -1;
		p->naborted = UINT32_MAX;
		return TAKEN;
	}
	t = read_data(f, p, &s, limit, whole);
	if (t != TAKE_AGAIN && (atomic_load_explicit(published, memory_order_acquire) != version ||
	    segments_moved(&s, p->slot)))
		t = TAKE_AGAIN;
	return t;
}

/* The disk's writer decides what an error of the medium means for this replica. */
static void
tell_writer(const struct fetch *f, const struct fpart *p)
{
	union {
		struct shm_msg m;
		struct msg_read_failed b;
	} u = {.m = {.type = CALL_READ_FAILED}};
	struct shm_partition slot;

	tables_partition(acceptor.tables, p->slot, &slot);
	u.b.slot = p->slot;
	u.b.slot_generation = slot.generation;
	u.b.offset = p->offset;
	(void)child_post(acceptor.child, proc_slot(PROC_WRITER, f->node), &u.m); /* else the next one who reads there tells */
}

void
fread_part(struct fetch *f, struct fpart *p, int32_t *limit, bool *first)
{
	enum taken t = TAKE_AGAIN;
	int error;

	for (int i = 0; i < TRIES && t == TAKE_AGAIN; i++) {
		if (i > 0)
			tables_follow(acceptor.tables);
		t = part_once(f, p, p->max_bytes < *limit ? p->max_bytes : *limit, *first);
	}
	error = errno;
	if (t == TAKE_AGAIN || t == TAKE_FAILED || t == TAKE_BAD) {
		fpart_drop_piece(p);
		p->hw = p->lso = p->start = -1;
		p->naborted = UINT32_MAX;
		/* a log that moves all the time, or is not there yet: the client tries again */
		p->error = t == TAKE_AGAIN ? KERR_NOT_LEADER_OR_FOLLOWER
			   : t == TAKE_BAD ? KERR_CORRUPT_MESSAGE
					   : KERR_KAFKA_STORAGE_ERROR;
		if (t == TAKE_FAILED)
			log_limited("could not read offset %lld of slot %u: %s",
			    (long long)p->offset, p->slot, strerror(error));
		if (t == TAKE_FAILED && error == EIO)
			tell_writer(f, p);
	}
	if (p->length > 0)
		*first = false;
	*limit = *limit > (int64_t)p->length ? *limit - (int32_t)p->length : 0;
}

/* ---- waiting ---- */

uint32_t
fread_pending(struct fetch *f, struct fpart *p, bool *force)
{
	struct shm_tail_entry e;
	struct sight s;
	int64_t bound, end, n;
	const int32_t epoch = p->leader_epoch;
	uint32_t slot = p->slot;

	if (look(f, p, &s) != KERR_NONE || p->slot != slot || p->offset < s.line.log_start) {
		*force = true;
		return 0;
	}
	bound = bound_of(f, &s.line);
	if (p->offset == bound)
		return 0;
	f->moved = true;
	/* out of range, or a new epoch to be checked against */
	if (p->offset > s.line.leo || (p->last_epoch >= 0 && p->leader_epoch != epoch)) {
		*force = true;
		return 0;
	}
	if (p->offset > bound) /* not committed here yet: of an election, of a follower that lags, of too few in sync */
		return 0;
	if (p->last_epoch >= 0 && p->last_epoch != s.line.epoch) {
		*force = true;
		return 0;
	}
	if (p->segment < 0 && ring_find(&s, slot, p->offset, &e)) {
		p->segment = e.segment;
		p->position = e.position;
	}
	end = s.line.end;
	if (bound < s.line.leo) {
		if (!ring_find(&s, slot, bound, &e) || e.base != bound)
			*force = true;
		else if (e.segment == p->segment)
			end = e.position;
	}
	if (p->segment !=
	    s.line
		.segment) /* rolled since: what is left of the old segment is waited for no more */
		*force = true;
	if (*force)
		return 0;
	n = end - p->position;
	if (n < 0)
		n = 0;
	return n > p->max_bytes ? p->max_bytes < 0 ? 0 : (uint32_t)p->max_bytes : (uint32_t)n;
}

bool
fread_moved(struct fetch *f, struct fpart *p)
{
	struct sight s;
	uint32_t slot = p->slot;

	return look(f, p, &s) != KERR_NONE || p->slot != slot || s.line.hw != p->hw ||
	       s.line.log_start != p->start || bound_of(f, &s.line) != p->bound;
}
