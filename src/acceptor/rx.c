/* SPDX-License-Identifier: ISC */
/*
 * rx.c - bytes of clients come in.  Used in: acceptor.
 *
 * Small requests of all connections are received into one current block of the arena, one behind the other; those
 * that arrived whole are handled where they lie, an incomplete rest goes to the connection's private memory.  A frame
 * above FRAME_PRIVATE, once admitted, takes blocks of its own and is received to its end with readv.  Nothing
 * is allocated because of a declared length: blocks are taken as bytes arrive, and only while a banker's check says
 * that all frames under way can still be completed one after the other.  So half-sent requests, however many and however
 * large they claim to be, never keep a smaller or a faster one from completing.
 *
 * What was posted to a writer comes back when it was taken, and a disk may stand still for ever.  So while any of it is out,
 * large frames for that disk hold no more than they leave free: others always find room (share_left).
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define READS_A_TURN 8	      /* of one connection, then others have their turn */
#define CURRENT_ROOM 16384    /* a current block with less room is given up */
#define SMALL_BLOCKS 32	      /* never promised to big frames, so that small requests always go on */
#define BIG_GRACE_MS 10000    /* a big frame is judged by its rate only after this */
#define BIG_READ_BLOCKS 8
/* What followers still copy out of the arena of one acceptor, when nobody needs it here: what is gone by then they must
 * read from the leader's file, which takes a thread, two wake-ups and a CRC. */
#define LINGER_BYTES (4u << 20)
#define LINGER_LEAST 4096u /* a small frame counts as much: it may keep a whole block */

struct frame *rx_frame;
const struct iovec *rx_iov;
int rx_iovcnt;

/* A block that small things are put into, one behind the other. */
struct filling {
	uint32_t block, fill;
};

static struct {
	struct filling current; /* small requests are received into it */
	struct filling shared;	/* small copies are placed in it */
	uint16_t *refs;		/* per block */
	TAILQ_HEAD(, big) bigs; /* every big frame under way */
	uint32_t nbigs, largest; /* blocks of the largest request there may be */
	uint32_t short_of;	/* the fewest free blocks that one of those who wait had to wait with */
	uint32_t held[SHM_NODES]; /* blocks of large frames, by the disk that they are for; but for those that linger */
	uint32_t posted[SHM_NODES]; /* of these frames, those that the writer has yet to take */
	bool again; /* one that waits for its disk's share may go on */
	struct need *needs;	/* for the check */
	uint32_t needs_cap;
	struct frame *free_frames;
	struct frame *lingers, **lingers_end; /* oldest first */
	uint32_t linger_bytes;
	struct iovec *iov;	/* of the frame under hand */
	uint32_t iov_cap;
} rx;

struct need {
	uint32_t held, left;
};

void
rx_init(void)
{
	TAILQ_INIT(&rx.bigs);
	rx.largest = (uint32_t)acceptor.config->socket_request_max_bytes / ARENA_BLOCK + 2;
	if (arena_blocks(acceptor.arena) < rx.largest + SMALL_BLOCKS + 2) /* current and shared */
		fatalx("the arena of %u blocks cannot hold a request of socket.request.max.bytes", arena_blocks(acceptor.arena));
	rx.current.block = rx.shared.block = ARENA_NONE;
	rx.lingers_end = &rx.lingers;
	rx.refs = xcalloc(arena_blocks(acceptor.arena), sizeof *rx.refs);
	rx.iov_cap = arena_blocks(acceptor.arena) + 1;
	rx.iov = xcalloc(rx.iov_cap, sizeof *rx.iov);
}

static void
block_unref(uint32_t block)
{
	if (--rx.refs[block] == 0)
		arena_free(acceptor.arena, block);
}

static struct frame *
frame_new(uint32_t block, uint32_t offset, uint32_t length)
{
	struct frame *f = rx.free_frames;

	if (f != NULL)
		rx.free_frames = f->next;
	else
		f = xmalloc(sizeof *f);
	*f = (struct frame){.refs = 1, .block = block, .blocks = 1, .offset = offset, .length = length};
	return f;
}

void
frame_ref(struct frame *f)
{
	f->refs++;
}

static void
charge(struct frame *f, uint32_t node, uint32_t blocks)
{
	f->node = node;
	f->charged += blocks;
	rx.held[node] += blocks;
}

static void
discharge(struct frame *f)
{
	rx.held[f->node] -= f->charged;
	f->charged = 0;
}

void
frame_hold(struct frame *f)
{
	frame_ref(f);
	if (f->holds++ == 0 && f->charged > 0)
		rx.posted[f->node]++;
}

void
frame_release(struct frame *f)
{
	if (--f->holds == 0 && f->charged > 0) {
		rx.posted[f->node]--;
		rx.again = true;
	}
	frame_unref(f);
}

static void
frame_free(struct frame *f)
{
	uint32_t b, next;

	discharge(f);
	for (b = f->block; f->blocks > 0; f->blocks--, b = next) {
		next = f->blocks > 1 ? arena_next(acceptor.arena, b) : ARENA_NONE;
		block_unref(b);
	}
	f->next = rx.free_frames;
	rx.free_frames = f;
}

static uint32_t
linger_cost(const struct frame *f)
{
	return f->length < LINGER_LEAST ? LINGER_LEAST : f->length;
}

static void
linger_upto(uint32_t bytes)
{
	struct frame *f;

	while (rx.linger_bytes > bytes) {
		f = rx.lingers;
		rx.lingers = f->next;
		if (rx.lingers == NULL)
			rx.lingers_end = &rx.lingers;
		rx.linger_bytes -= linger_cost(f);
		frame_free(f);
	}
}

static void
linger(struct frame *f)
{
	discharge(f);
	f->next = NULL;
	*rx.lingers_end = f;
	rx.lingers_end = &f->next;
	rx.linger_bytes += linger_cost(f);
	linger_upto(LINGER_BYTES);
}

void
frame_unref(struct frame *f)
{
	if (--f->refs > 0)
		return;
	if (f->copied && TAILQ_EMPTY(&acceptor.conns->wait)) /* who waits for room is to see it */
		linger(f);
	else
		frame_free(f);
}

/* Blocks that can be taken; before they are fewer than wanted, nothing lingers. */
static uint32_t
free_blocks(uint32_t wanted)
{
	if (arena_free_blocks(acceptor.arena) < wanted)
		linger_upto(0);
	return arena_free_blocks(acceptor.arena);
}

uint32_t
frame_at(const struct frame *f, uint32_t pos)
{
	uint32_t at = f->offset + pos, b = f->block;

	for (; at >= ARENA_BLOCK; at -= ARENA_BLOCK)
		b = arena_next(acceptor.arena, b);
	return b * ARENA_BLOCK + at;
}

static int
by_left(const void *a, const void *b)
{
	uint32_t x = ((const struct need *)a)->left, y = ((const struct need *)b)->left;

	return (x > y) - (x < y);
}

/*
 * May large frames for the disk take n more blocks?  Without anything posted they may have all: then none of what they hold
 * waits for the disk.
 */
static bool
share_left(uint32_t node, uint32_t n)
{
	const uint32_t want = rx.held[node] + n;

	return rx.posted[node] == 0 || shm_writers(acceptor.shm) < 2 || free_blocks(want) >= want;
}

/*
 * May frame b (NULL: one that begins), which is for the disk, take n more blocks?  Ensures: with what is free then, the
 * frames under way can be completed in some order, but for those whose disk has no share left.
 * Assumes: blocks that are not held by a big frame come back by themselves, as writers take what was posted.
 */
static bool
may_take(const struct big *b, uint32_t node, uint32_t n)
{
	/* a frame that took over the block that small things are put into has left a gap, which is filled without asking */
	const uint32_t gaps = (rx.current.block == ARENA_NONE) + (rx.shared.block == ARENA_NONE), rest = n + SMALL_BLOCKS + gaps;
	uint32_t avail = free_blocks(rest + rx.largest), k = 0;
	const struct big *x;

	if (avail < rest || !share_left(node, n))
		return false;
	avail -= rest;
	if (avail >= rx.largest)
		return true; /* any one of them fits, and gives all it holds back */
	if (rx.nbigs > rx.needs_cap) {
		rx.needs_cap = rx.nbigs * 2;
		rx.needs = xreallocarray(rx.needs, rx.needs_cap, sizeof *rx.needs);
	}
	TAILQ_FOREACH(x, &rx.bigs, entry) {
		uint32_t held = x->frame->blocks + (x == b ? n : 0);

		if (x != b && !share_left(x->frame->node, 1))
			continue;
		rx.needs[k++] = (struct need){held, x->blocks > held ? x->blocks - held : 0};
	}
	qsort(rx.needs, k, sizeof *rx.needs, by_left);
	for (uint32_t i = 0; i < k; i++) {
		if (rx.needs[i].left > avail)
			return false;
		avail += rx.needs[i].held;
	}
	return true;
}

static void
wait_for_room(struct conn *c)
{
	uint32_t n;

	if (c->waiting)
		return;
	c->waiting = true;
	n = arena_free_blocks(acceptor.arena);
	if (TAILQ_EMPTY(&acceptor.conns->wait) || n < rx.short_of)
		rx.short_of = n;
	if (c->big != NULL)
		c->big->waits_ms = acceptor.mono_ms;
	TAILQ_INSERT_TAIL(&acceptor.conns->wait, c, wait_entry);
	shm_count(acceptor.child->self, CTR_ARENA_WAITS, 1);
	if (c->reading) {
		event_del(&c->read_event);
		c->reading = false;
	}
}

static void
keep_private(struct conn *c, const uint8_t *p, uint32_t n)
{
	if (n == 0)
		return;
	if (c->in_cap - c->in_len < n) {
		c->in_cap = c->in_len + n < 256 ? 256 : c->in_len + n;
		c->in = xrealloc(c->in, c->in_cap);
	}
	memcpy(c->in + c->in_len, p, n);
	c->in_len += n;
}

static void
drop_private(struct conn *c)
{
	free(c->in);
	c->in = NULL;
	c->in_len = c->in_cap = 0;
}

/* The length of the frame that begins at p, or 0 after closing a connection that lies. */
static uint32_t
frame_length(struct conn *c, const uint8_t *p)
{
	uint32_t len = be32_get(p);

	if (len >= FRAME_HEADER_MIN && len <= (uint32_t)acceptor.config->socket_request_max_bytes)
		return len;
	log_limited("closing %s: a request of %d bytes was announced; expected %u to %d (socket.request.max.bytes)",
	    conn_name(c), (int)len, FRAME_HEADER_MIN, (int)acceptor.config->socket_request_max_bytes);
	shm_count(acceptor.child->self, CTR_PROTOCOL_ERRORS, 1);
	conn_close(c, NULL);
	return 0;
}

/* Nobody here needs what is in it: it is filled from its beginning again.  Followers' writers, who pin nothing, may be
 * copying out of it. */
static void
rewind_block(struct filling *f)
{
	if (f->fill > 0)
		arena_refill(acceptor.arena, f->block);
	f->fill = 0;
}

/* Does nothing lie in the block that anybody here needs? */
static bool
is_ours_alone(const struct filling *f)
{
	return f->block != ARENA_NONE && rx.refs[f->block] == 1;
}

/* Is there room for n bytes?  A block is taken for it only while more than `least` are free. */
static bool
has_room(struct filling *f, uint32_t n, uint32_t least)
{
	if (f->block != ARENA_NONE && ARENA_BLOCK - f->fill >= n)
		return true;
	if (!is_ours_alone(f) && free_blocks(least + 1) <= least && !is_ours_alone(f))
		return false;
	if (is_ours_alone(f)) { /* it may have been kept by what lingered */
		rewind_block(f);
		return true;
	}
	if (f->block != ARENA_NONE)
		block_unref(f->block);
	f->block = arena_alloc(acceptor.arena);
	if (f->block == ARENA_NONE)
		return false;
	rx.refs[f->block] = 1;
	f->fill = 0;
	return true;
}

/* What is put there next begins at a cache line. */
static void
fill_upto(struct filling *f, uint32_t end)
{
	f->fill = (end + 63) & ~63u;
	if (f->fill > ARENA_BLOCK)
		f->fill = ARENA_BLOCK;
}

/* A copy of what there is room for; returns where it lies in the block. */
static uint32_t
put(struct filling *f, const void *p, uint32_t n)
{
	uint32_t at = f->fill;

	memcpy(arena_block(acceptor.arena, f->block) + at, p, n);
	fill_upto(f, at + n);
	return at;
}

static void
handle(struct conn *c, const struct iovec *iov, int iovcnt, uint32_t len, struct frame *f)
{
	rx_frame = f;
	rx_iov = iov;
	rx_iovcnt = iovcnt;
	api_dispatch(c, iov, iovcnt, len);
	rx_frame = NULL;
}

/* A frame that arrived whole may not begin yet. */
static void
mute(struct conn *c)
{
	c->muted = true;
	if (c->nrequests > 0)
		forward_hurry(TAILQ_FIRST(&c->requests));
}

/* One whole frame that lies in one piece at p, behind its length word; in the arena if at is not ARENA_NONE. */
static bool
handle_small(struct conn *c, const uint8_t *p, uint32_t len, uint32_t at)
{
	struct iovec iov = {(void *)(uintptr_t)p, len};
	struct frame *f = NULL;

	if (be16_get(p) == 0 && at == ARENA_NONE) { /* Produce: writers read it where it lies */
		if (!has_room(&rx.current, len, 0)) {
			wait_for_room(c);
			return false;
		}
		at = put(&rx.current, p, len);
		iov.iov_base = arena_block(acceptor.arena, rx.current.block) + at;
	}
	if (be16_get(p) == 0) {
		f = frame_new(rx.current.block, at, len);
		rx.refs[rx.current.block]++;
	}
	handle(c, &iov, 1, len, f);
	if (f != NULL)
		frame_unref(f);
	return true;
}

/*
 * Handles the whole frames at p; returns how many bytes were used up.  at: where p lies in the current block, or
 * ARENA_NONE for private memory.  Stops at a muted or dead connection.
 */
static uint32_t
take_frames(struct conn *c, const uint8_t *p, uint32_t n, uint32_t at)
{
	uint32_t used = 0, len;

	while (!c->dead && n - used >= 4) {
		len = frame_length(c, p + used);
		if (len == 0 || n - used - 4 < len)
			break;
		if (!conn_may_begin(c, (int16_t)be16_get(p + used + 4))) {
			mute(c);
			break;
		}
		if (!handle_small(c, p + used + 4, len, at == ARENA_NONE ? ARENA_NONE : at + used + 4))
			break;
		used += 4 + len;
	}
	return used;
}

/*
 * Makes c receive a frame of len bytes (behind the length word) into blocks of its own.  The first have bytes, length
 * word included, lie at p: in the current block at `at`, whose rest the frame then takes over, or in private memory.
 */
static bool
big_begin(struct conn *c, uint32_t len, const uint8_t *p, uint32_t have, uint32_t at)
{
	uint32_t start = at == ARENA_NONE ? 0 : at, block = rx.current.block;
	struct big *b;

	if (at == ARENA_NONE) {
		if (!may_take(NULL, c->node, 1))
			return false;
		block = arena_alloc(acceptor.arena);
		if (block == ARENA_NONE)
			return false;
		rx.refs[block] = 1;
		memcpy(arena_block(acceptor.arena, block), p, have);
	} else {
		rx.current.block = ARENA_NONE; /* its reference is the frame's now */
	}
	b = xcalloc(1, sizeof *b);
	b->total = len + 4;
	b->blocks = (start + b->total + ARENA_BLOCK - 1) / ARENA_BLOCK;
	b->start = start;
	b->have = have;
	b->since_ms = acceptor.mono_ms;
	b->frame = frame_new(block, 0, len);
	charge(b->frame, c->node, 1);
	b->last = block;
	b->fill = start + have;
	TAILQ_INSERT_TAIL(&rx.bigs, b, entry);
	rx.nbigs++;
	c->big = b;
	return true;
}

/* The frame itself stays with whoever has a reference. */
static void
big_forget(struct conn *c)
{
	TAILQ_REMOVE(&rx.bigs, c->big, entry);
	rx.nbigs--;
	free(c->big);
	c->big = NULL;
}

static void
big_free(struct conn *c)
{
	if (c->big == NULL)
		return;
	frame_unref(c->big->frame);
	big_forget(c);
}

/* A frame that arrived whole: its pieces, then the handler. */
static void
big_done(struct conn *c)
{
	struct big *b = c->big;
	struct frame *f = b->frame;
	uint32_t left = f->length, at = b->start + 4, block = f->block;
	int n = 0;

	if (at >= ARENA_BLOCK) { /* the length word ends the first block */
		at -= ARENA_BLOCK;
		block = arena_next(acceptor.arena, block);
	}
	f->offset = b->start + 4;
	while (left > 0) {
		uint32_t k = ARENA_BLOCK - at < left ? ARENA_BLOCK - at : left;
		rx.iov[n++] = (struct iovec){arena_block(acceptor.arena, block) + at, k};
		left -= k;
		at = 0;
		if (left > 0)
			block = arena_next(acceptor.arena, block);
	}
	big_forget(c);
	handle(c, rx.iov, n, f->length, f);
	frame_unref(f);
}

/* Room for one readv: what is left of the last block, and more blocks if they may be taken.  0: none now. */
static int
big_iov(struct big *b, struct iovec *iov)
{
	uint32_t left = b->total - b->have, fill = b->fill, block = b->last;
	int n = 0;

	while (left > 0 && n < BIG_READ_BLOCKS) {
		if (fill == ARENA_BLOCK) {
			uint32_t next = arena_next(acceptor.arena, block);
			if (next == ARENA_NONE) {
				if (!may_take(b, b->frame->node, 1) || (next = arena_alloc(acceptor.arena)) == ARENA_NONE)
					break;
				rx.refs[next] = 1;
				arena_link(acceptor.arena, block, next);
				b->frame->blocks++;
				charge(b->frame, b->frame->node, 1);
			}
			block = next;
			fill = 0;
		}
		uint32_t k = ARENA_BLOCK - fill < left ? ARENA_BLOCK - fill : left;
		iov[n++] = (struct iovec){arena_block(acceptor.arena, block) + fill, k};
		left -= k;
		fill += k;
	}
	return n;
}

static void
big_advance(struct big *b, uint32_t n)
{
	b->have += n;
	while (n > 0) {
		if (b->fill == ARENA_BLOCK) {
			b->last = arena_next(acceptor.arena, b->last);
			b->fill = 0;
		}
		uint32_t k = ARENA_BLOCK - b->fill < n ? ARENA_BLOCK - b->fill : n;
		b->fill += k;
		n -= k;
	}
}

/* The API key of a frame that arrived whole: two bytes, which may lie on both sides of an edge. */
static int16_t
big_key(const struct big *b)
{
	uint8_t key[2];

	for (uint32_t i = 0; i < 2; i++) {
		uint32_t at = b->start + 4 + i, block = b->frame->block;
		if (at >= ARENA_BLOCK) {
			at -= ARENA_BLOCK;
			block = arena_next(acceptor.arena, block);
		}
		key[i] = arena_block(acceptor.arena, block)[at];
	}
	return (int16_t)be16_get(key);
}

/* A small copy: one behind the other in a block. */
static struct frame *
place_shared(const void *from, uint32_t len)
{
	uint32_t at;

	if (!has_room(&rx.shared, len, SMALL_BLOCKS))
		return NULL;
	at = put(&rx.shared, from, len);
	rx.refs[rx.shared.block]++;
	return frame_new(rx.shared.block, at, len);
}

struct frame *
frame_place(const void *from, uint32_t len, uint32_t node)
{
	uint32_t need = (len + ARENA_BLOCK - 1) / ARENA_BLOCK, block, last = ARENA_NONE;
	struct frame *f = NULL;
	const uint8_t *p = from;

	if (len <= FRAME_PRIVATE)
		return place_shared(from, len);
	if (free_blocks(need + SMALL_BLOCKS) < need + SMALL_BLOCKS)
		return NULL;
	for (uint32_t done = 0; done < len; done += ARENA_BLOCK) {
		uint32_t k = len - done < ARENA_BLOCK ? len - done : ARENA_BLOCK;
		block = arena_alloc(acceptor.arena);
		if (block == ARENA_NONE)
			panic("arena: no block although %u were free", need);
		rx.refs[block] = 1;
		memcpy(arena_block(acceptor.arena, block), p + done, k);
		if (f == NULL) {
			f = frame_new(block, 0, len);
		} else {
			arena_link(acceptor.arena, last, block);
			f->blocks++;
		}
		last = block;
	}
	if (node < SHM_NODES) /* what came for that disk had to ask; this is what became of it */
		charge(f, node, need);
	return f;
}

enum { RX_MORE, RX_DRAINED, RX_STOP };

/* Judges what recv returned. */
static bool
received(struct conn *c, ssize_t n)
{
	if (n > 0) {
		shm_count(acceptor.child->self, CTR_BYTES_IN, (uint64_t)n);
		return true;
	}
	if (n == 0)
		conn_close(c, "closed by the client");
	else if (errno != EAGAIN && errno != EINTR)
		conn_close(c, strerror(errno));
	return false;
}

static int
read_big(struct conn *c)
{
	struct iovec iov[BIG_READ_BLOCKS];
	struct big *b = c->big;
	size_t room = 0;
	ssize_t n;
	int k = big_iov(b, iov);

	if (k == 0) {
		wait_for_room(c);
		return RX_STOP;
	}
	for (int i = 0; i < k; i++)
		room += iov[i].iov_len;
	n = readv(c->fd, iov, k);
	if (!received(c, n))
		return RX_STOP;
	big_advance(b, (uint32_t)n);
	if (b->have == b->total) {
		if (!conn_may_begin(c, big_key(b))) {
			mute(c);
			return RX_STOP;
		}
		big_done(c);
		return RX_MORE;
	}
	return (size_t)n < room ? RX_DRAINED : RX_MORE;
}

/* Moves on with what is in private memory. */
static void
use_private(struct conn *c)
{
	uint32_t used = take_frames(c, c->in, c->in_len, ARENA_NONE), len;

	if (c->dead)
		return;
	if (used == c->in_len) {
		drop_private(c);
		return;
	}
	if (used > 0) {
		memmove(c->in, c->in + used, c->in_len - used);
		c->in_len -= used;
	}
	if (c->muted || c->waiting || c->in_len < 4)
		return;
	len = frame_length(c, c->in);
	if (len + 4 <= FRAME_PRIVATE || c->in_len >= len + 4 || len == 0)
		return;
	if (!big_begin(c, len, c->in, c->in_len, ARENA_NONE))
		wait_for_room(c);
	else
		drop_private(c);
}

/* The rest of a small frame whose beginning is in private memory. */
static int
read_private(struct conn *c)
{
	uint32_t want = 4;
	ssize_t n;

	if (c->in_len >= 4) {
		uint32_t len = frame_length(c, c->in);
		if (len == 0)
			return RX_STOP;
		want = len + 4;
	}
	if (want > FRAME_PRIVATE)
		want = FRAME_PRIVATE;
	if (c->in_len >= want) { /* whole, or waiting for admission */
		use_private(c);
		return c->big != NULL || c->in_len == 0 ? RX_MORE : RX_STOP;
	}
	if (c->in_cap < want) { /* grows with what has arrived, not with what was announced */
		uint32_t cap = c->in_len * 2 < 1024 ? 1024 : c->in_len * 2;
		c->in_cap = cap < want ? cap : want;
		c->in = xrealloc(c->in, c->in_cap);
	}
	want = c->in_cap < want ? c->in_cap : want;
	n = recv(c->fd, c->in + c->in_len, want - c->in_len, 0);
	if (!received(c, n))
		return RX_STOP;
	c->in_len += (uint32_t)n;
	want -= (uint32_t)n;
	use_private(c);
	return c->in_len < want ? RX_DRAINED : RX_MORE;
}

static int
read_current(struct conn *c)
{
	uint32_t room, used, at, rest, len;
	uint8_t *p;
	ssize_t n;

	if (!has_room(&rx.current, CURRENT_ROOM, 0)) {
		wait_for_room(c);
		return RX_STOP;
	}
	at = rx.current.fill;
	room = ARENA_BLOCK - at;
	if (!TAILQ_EMPTY(&acceptor.conns->wait) && room > FRAME_PRIVATE)
		room = FRAME_PRIVATE; /* whoever must wait may keep no more than this */
	p = arena_block(acceptor.arena, rx.current.block) + at;
	n = recv(c->fd, p, room, 0);
	if (!received(c, n))
		return RX_STOP;
	fill_upto(&rx.current, at + (uint32_t)n); /* nothing that a handler receives meanwhile may land here */
	used = take_frames(c, p, (uint32_t)n, at);
	rest = (uint32_t)n - used;
	if (c->dead) {
		if (rx.refs[rx.current.block] == 1)
			rewind_block(&rx.current);
		return RX_STOP;
	}
	if (rest >= 4 && !c->muted && !c->waiting) {
		len = frame_length(c, p + used);
		if (len == 0)
			return RX_STOP;
		if (len + 4 > FRAME_PRIVATE && rest < len + 4 && may_take(NULL, c->node, 1) &&
		    big_begin(c, len, p + used, rest, at + used))
			return (uint32_t)n < room ? RX_DRAINED : RX_MORE;
	}
	keep_private(c, p + used, rest);
	if (rest > 0 && rest >= 4 && !c->muted && !c->waiting)
		use_private(c); /* a big one that was not admitted begins to wait */
	if (rx.refs[rx.current.block] == 1)
		rewind_block(&rx.current);
	else
		fill_upto(&rx.current, at + used);
	return (uint32_t)n < room ? RX_DRAINED : RX_MORE;
}

/* The client may have left while its request waits: that is seen, further requests are not read. */
static void
peek_muted(struct conn *c)
{
	char byte;
	ssize_t n = recv(c->fd, &byte, 1, MSG_PEEK);

	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR)) {
		conn_close(c, "closed by the client");
	} else if (n == 1 && c->reading) {
		event_del(&c->read_event);
		c->reading = false;
	}
}

void
rx_read(struct conn *c)
{
	int r = RX_MORE;

	if (c->muted || c->waiting) {
		peek_muted(c);
		return;
	}
	for (int i = 0; i < READS_A_TURN && r == RX_MORE && !c->dead && !c->muted && !c->waiting; i++) {
		if (c->big != NULL)
			r = read_big(c);
		else if (c->in_len > 0)
			r = read_private(c);
		else
			r = read_current(c);
	}
}

void
rx_resume(struct conn *c)
{
	if (c->big != NULL && c->big->have == c->big->total) {
		if (!conn_may_begin(c, big_key(c->big)))
			return; /* still muted */
		c->muted = false;
		big_done(c);
	} else {
		c->muted = false;
	}
	if (!c->dead && !c->muted && !c->waiting && c->in_len > 0)
		use_private(c);
	if (!c->dead && !c->muted && !c->waiting && !c->reading) {
		event_add(&c->read_event, NULL);
		c->reading = true;
	}
}

void
rx_free(struct conn *c)
{
	big_free(c);
	drop_private(c);
}

/* Blocks came back since somebody had to wait. */
bool
rx_work(void)
{
	return !TAILQ_EMPTY(&acceptor.conns->wait) && (rx.again || arena_free_blocks(acceptor.arena) > rx.short_of);
}

void
rx_turn(void)
{
	struct conn_list *wait = &acceptor.conns->wait;
	uint32_t n = 0;
	struct conn *c;

	if (!rx_work())
		return;
	rx.short_of = UINT32_MAX;
	rx.again = false;
	TAILQ_FOREACH(c, wait, wait_entry)
		n++;
	/* first come, first served; who must wait again is behind the n; who is closed meanwhile leaves the list */
	while (n-- > 0 && (c = TAILQ_FIRST(wait)) != NULL) {
		TAILQ_REMOVE(wait, c, wait_entry);
		c->waiting = false;
		if (c->big != NULL)
			c->big->since_ms += acceptor.mono_ms - c->big->waits_ms;
		if (c->in_len > 0)
			use_private(c);
		if (!c->dead && !c->waiting && !c->muted && !c->reading) {
			event_add(&c->read_event, NULL);
			c->reading = true;
		}
	}
}

/* A large frame that does not get on pays with its connection: it holds room that others may want. */
void
rx_tick(void)
{
	struct conn *c, *next;
	int64_t age, rate = acceptor.config->request_min_rate;

	for (c = TAILQ_FIRST(&acceptor.conns->idle); c != NULL; c = next) {
		next = TAILQ_NEXT(c, idle_entry);
		if (c->big == NULL || c->dead || (c->muted && !c->writing) || c->waiting)
			continue; /* it is not its fault; who does not take its answers is at fault */
		age = acceptor.mono_ms - c->big->since_ms;
		if (age < BIG_GRACE_MS || c->big->have * INT64_C(1000) / age >= rate)
			continue;
		log_limited("closing %s: %u of %u bytes of a request in %lld s; expected at least %lld bytes/s "
		    "(request.min.rate)", conn_name(c), c->big->have, c->big->total, (long long)age / 1000,
		    (long long)rate);
		conn_close(c, NULL);
	}
	linger_upto(0);
	arena_trim(acceptor.arena);
}
