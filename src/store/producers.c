/* SPDX-License-Identifier: ISC */
/*
 * producers.c - producer state of one partition: sequences, epochs, open transactions.
 *
 * Runs in the writer.  Entries lie in one array; above a few, an index by producer id is kept beside it.  Entries are
 * big (five batches each) and few; the array doubles, so that steady state allocates nothing.  What is read from
 * files is bounded by their length.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/crc32c.h"
#include "odradek/base/hash.h"
#include "odradek/base/wire.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/kerr.h"
#include "odradek/store/producers.h"

enum {
	LINEAR = 8, /* up to this many are searched without an index */
	SNAPSHOT_VERSION = 1,
	SNAPSHOT_HEAD = 10,  /* version 2, crc 4, count 4 */
	SNAPSHOT_ENTRY = 46,
	SAVED_ENTRY = 40,    /* our own form, without the batches */
	SAVED_SEEN = 28,
};

struct txn_done { /* its marker is in the log, but not below the high watermark yet */
	int64_t first, last;
};

struct producers {
	struct producer_entry *e;
	uint32_t n, cap;
	uint32_t *index; /* place in e + 1; 0 = free.  Open addressing, never with deleted marks: rebuilt instead */
	uint32_t index_size;
	uint32_t open; /* entries with an open transaction */
	struct txn_done *done;
	uint32_t ndone, capdone;
};

struct producers *
producers_new(void)
{
	return xcalloc(1, sizeof(struct producers));
}

void
producers_free(struct producers **pp)
{
	struct producers *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	free(p->e);
	free(p->index);
	free(p->done);
	free(p);
}

size_t
producers_count(const struct producers *p)
{
	return p == NULL ? 0 : p->n;
}

const struct producer_entry *
producers_at(const struct producers *p, size_t i)
{
	return &p->e[i];
}

static void
index_add(struct producers *p, uint32_t place)
{
	uint64_t h = hash_u64((uint64_t)p->e[place].producer_id);

	while (p->index[h & (p->index_size - 1)] != 0)
		h++;
	p->index[h & (p->index_size - 1)] = place + 1;
}

static void
index_rebuild(struct producers *p)
{
	uint32_t size = 32;

	if (p->n <= LINEAR) {
		free(p->index);
		p->index = NULL;
		p->index_size = 0;
		return;
	}
	while (size < p->cap * 2)
		size *= 2;
	if (size != p->index_size) {
		free(p->index);
		p->index = xcalloc(size, sizeof(*p->index));
		p->index_size = size;
	} else {
		memset(p->index, 0, size * sizeof(*p->index));
	}
	for (uint32_t i = 0; i < p->n; i++)
		index_add(p, i);
}

static struct producer_entry *
find(const struct producers *p, int64_t id)
{
	uint64_t h;
	uint32_t at;

	if (p == NULL)
		return NULL;
	if (p->index == NULL) {
		for (uint32_t i = 0; i < p->n; i++)
			if (p->e[i].producer_id == id)
				return &p->e[i];
		return NULL;
	}
	for (h = hash_u64((uint64_t)id); (at = p->index[h & (p->index_size - 1)]) != 0; h++)
		if (p->e[at - 1].producer_id == id)
			return &p->e[at - 1];
	return NULL;
}

const struct producer_entry *
producers_find(const struct producers *p, int64_t producer_id)
{
	return find(p, producer_id);
}

static struct producer_entry *
add(struct producers *p, int64_t id)
{
	struct producer_entry *e;

	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? 1 : p->cap * 2;
		p->e = xreallocarray(p->e, p->cap, sizeof(*p->e));
	}
	e = &p->e[p->n++];
	memset(e, 0, sizeof(*e));
	e->producer_id = id;
	e->epoch = -1;
	e->coordinator_epoch = -1;
	e->txn_first = -1;
	e->last_timestamp = -1;
	if (p->index != NULL && p->cap * 2 <= p->index_size)
		index_add(p, p->n - 1);
	else
		index_rebuild(p);
	return e;
}

static const struct producer_seen *
newest(const struct producer_entry *e)
{
	return e->count == 0 ? NULL : &e->seen[e->head];
}

static const struct producer_seen *
find_duplicate(const struct producer_entry *e, const struct producer_batch *b)
{
	if (b->base_sequence < 0 || b->epoch != e->epoch)
		return NULL;
	for (unsigned i = 0; i < e->count; i++) {
		const struct producer_seen *s = &e->seen[(e->head + PRODUCER_BATCHES - i) % PRODUCER_BATCHES];

		if (s->base_sequence == b->base_sequence && s->last_sequence == b->last_sequence)
			return s;
	}
	return NULL;
}

static int
check_sequence(const struct producer_entry *e, const struct producer_batch *b)
{
	const struct producer_seen *s = newest(e);
	int32_t last = s == NULL ? -1 : s->last_sequence;

	if (b->base_sequence < 0) /* not from a client: markers, offset commits, replication */
		return PRODUCER_OK;
	if (b->epoch != e->epoch)
		return b->base_sequence == 0 || e->epoch == -1 ? PRODUCER_OK : KERR_OUT_OF_ORDER_SEQUENCE_NUMBER;
	if (last == INT32_MAX ? b->base_sequence == 0 : b->base_sequence == last + 1)
		return PRODUCER_OK;
	return KERR_OUT_OF_ORDER_SEQUENCE_NUMBER;
}

int
producers_check(const struct producers *p, const struct producer_batch *b, int64_t *base_offset, int64_t *timestamp)
{
	const struct producer_entry *e = find(p, b->producer_id);
	const struct producer_seen *s;
	int verdict;

	if (e == NULL)
		return b->behind ? KERR_OUT_OF_ORDER_SEQUENCE_NUMBER : PRODUCER_OK;
	if (b->marker >= 0) {
		if (b->epoch < e->epoch)
			return KERR_INVALID_PRODUCER_EPOCH;
		return b->coordinator_epoch < e->coordinator_epoch ? KERR_TRANSACTION_COORDINATOR_FENCED : PRODUCER_OK;
	}
	if ((s = find_duplicate(e, b)) != NULL) {
		*base_offset = s->last_offset - s->offset_delta;
		*timestamp = s->timestamp;
		return PRODUCER_DUPLICATE;
	}
	if (b->epoch < e->epoch)
		return KERR_INVALID_PRODUCER_EPOCH;
	if ((verdict = check_sequence(e, b)) != PRODUCER_OK)
		return verdict;
	return e->txn_first >= 0 && !b->transactional ? KERR_INVALID_TXN_STATE : PRODUCER_OK;
}

static void
remember(struct producer_entry *e, const struct producer_batch *b)
{
	struct producer_seen *s;

	e->head = e->count == 0 ? 0 : (e->head + 1) % PRODUCER_BATCHES;
	if (e->count < PRODUCER_BATCHES)
		e->count++;
	s = &e->seen[e->head];
	s->base_sequence = b->base_sequence;
	s->last_sequence = b->last_sequence;
	s->last_offset = b->last_offset;
	s->offset_delta = (int32_t)(b->last_offset - b->base_offset);
	s->timestamp = b->timestamp;
}

static void
complete(struct producers *p, int64_t first, int64_t last)
{
	if (p->ndone == p->capdone) {
		p->capdone = p->capdone == 0 ? 4 : p->capdone * 2;
		p->done = xreallocarray(p->done, p->capdone, sizeof(*p->done));
	}
	p->done[p->ndone++] = (struct txn_done){ first, last };
}

void
producers_update(struct producers *p, const struct producer_batch *b, struct producer_undo *undo, int64_t *ended_first)
{
	struct producer_entry *e = find(p, b->producer_id);

	if (undo != NULL) {
		undo->completed = false;
		undo->created = e == NULL;
		if (e != NULL)
			undo->entry = *e;
	}
	if (ended_first != NULL)
		*ended_first = -1;
	if (e == NULL)
		e = add(p, b->producer_id);
	if (e->epoch != b->epoch) {
		e->epoch = b->epoch;
		e->count = 0;
	}
	e->last_timestamp = b->timestamp;
	e->touched = b->now;
	if (b->marker >= 0) {
		if (e->txn_first >= 0) {
			complete(p, e->txn_first, b->last_offset);
			if (undo != NULL)
				undo->completed = true;
			if (ended_first != NULL)
				*ended_first = e->txn_first;
			p->open--;
		}
		e->txn_first = -1;
		e->coordinator_epoch = b->coordinator_epoch;
		return;
	}
	remember(e, b);
	if (b->transactional && e->txn_first < 0) {
		e->txn_first = b->base_offset;
		p->open++;
	}
}

static void
recount_open(struct producers *p)
{
	p->open = 0;
	for (uint32_t i = 0; i < p->n; i++)
		p->open += p->e[i].txn_first >= 0;
}

void
producers_undo(struct producers *p, int64_t producer_id, const struct producer_undo *undo)
{
	struct producer_entry *e = find(p, producer_id);

	if (undo->completed && p->ndone > 0)
		p->ndone--;
	if (undo->created) {
		*e = p->e[--p->n];
		index_rebuild(p);
	} else {
		*e = undo->entry;
	}
	recount_open(p);
}

size_t
producers_expire(struct producers *p, int64_t before)
{
	uint32_t kept = 0, was;

	if (p == NULL)
		return 0;
	was = p->n;
	for (uint32_t i = 0; i < was; i++)
		if (p->e[i].txn_first >= 0 || p->e[i].touched >= before) {
			if (kept != i)
				p->e[kept] = p->e[i];
			kept++;
		}
	p->n = kept;
	if (kept != was)
		index_rebuild(p);
	return was - kept;
}

void
producers_clear(struct producers *p)
{
	p->n = 0;
	p->open = 0;
	p->ndone = 0;
	index_rebuild(p);
}

int64_t
producers_first_open(const struct producers *p, int64_t except)
{
	int64_t first = -1;

	if (p == NULL || p->open == 0)
		return -1;
	for (uint32_t i = 0; i < p->n; i++) {
		const struct producer_entry *e = &p->e[i];

		if (e->txn_first >= 0 && e->producer_id != except && (first == -1 || e->txn_first < first))
			first = e->txn_first;
	}
	return first;
}

int64_t
producers_first_unstable(const struct producers *p)
{
	int64_t first = producers_first_open(p, -1);

	for (uint32_t i = 0; p != NULL && i < p->ndone; i++)
		if (first == -1 || p->done[i].first < first)
			first = p->done[i].first;
	return first;
}

void
producers_acked(struct producers *p, int64_t hw)
{
	uint32_t kept = 0;

	if (p == NULL)
		return;
	for (uint32_t i = 0; i < p->ndone; i++)
		if (p->done[i].last >= hw)
			p->done[kept++] = p->done[i];
	p->ndone = kept;
}

/* ---- Kafka's .snapshot: the last batch of each producer ---- */

size_t
producers_snapshot_write(const struct producers *p, uint8_t **buf)
{
	uint32_t n = (uint32_t)producers_count(p);
	size_t len = SNAPSHOT_HEAD + (size_t)n * SNAPSHOT_ENTRY;
	uint8_t *o = xmalloc(len);

	*buf = o;
	be16_put(o, SNAPSHOT_VERSION);
	be32_put(o + 6, n);
	o += SNAPSHOT_HEAD;
	for (uint32_t i = 0; i < n; i++, o += SNAPSHOT_ENTRY) {
		const struct producer_entry *e = &p->e[i];
		const struct producer_seen *s = newest(e);

		be64_put(o, (uint64_t)e->producer_id);
		be16_put(o + 8, (uint16_t)e->epoch);
		be32_put(o + 10, s == NULL ? UINT32_MAX : (uint32_t)s->last_sequence);
		be64_put(o + 14, s == NULL ? UINT64_MAX : (uint64_t)s->last_offset);
		be32_put(o + 22, s == NULL ? 0 : (uint32_t)s->offset_delta);
		be64_put(o + 26, (uint64_t)e->last_timestamp);
		be32_put(o + 34, (uint32_t)e->coordinator_epoch);
		be64_put(o + 38, (uint64_t)e->txn_first);
	}
	be32_put(*buf + 2, crc32c_update(0, *buf + 6, len - 6));
	return len;
}

int
producers_snapshot_read(struct producers *p, const uint8_t *buf, size_t len)
{
	uint32_t n;

	producers_clear(p);
	if (len < SNAPSHOT_HEAD || be16_get(buf) != SNAPSHOT_VERSION)
		return -1;
	n = be32_get(buf + 6);
	if (n > (len - SNAPSHOT_HEAD) / SNAPSHOT_ENTRY || be32_get(buf + 2) != crc32c_update(0, buf + 6, len - 6))
		return -1;
	for (buf += SNAPSHOT_HEAD; n > 0; n--, buf += SNAPSHOT_ENTRY) {
		int64_t id = (int64_t)be64_get(buf), last_offset = (int64_t)be64_get(buf + 14);
		int32_t last_sequence = (int32_t)be32_get(buf + 10), delta = (int32_t)be32_get(buf + 22);
		struct producer_entry *e = find(p, id);

		if (e == NULL)
			e = add(p, id);
		e->epoch = (int16_t)be16_get(buf + 8);
		e->last_timestamp = (int64_t)be64_get(buf + 26);
		e->touched = e->last_timestamp;
		e->coordinator_epoch = (int32_t)be32_get(buf + 34);
		e->txn_first = (int64_t)be64_get(buf + 38);
		e->count = 0;
		if (last_offset >= 0) {
			e->head = 0;
			e->count = 1;
			e->seen[0] = (struct producer_seen){
				.base_sequence = last_sequence < 0 ? last_sequence
				    : (int32_t)(((int64_t)last_sequence - delta) & INT32_MAX),
				.last_sequence = last_sequence,
				.last_offset = last_offset,
				.timestamp = e->last_timestamp,
				.offset_delta = delta,
			};
		}
	}
	recount_open(p);
	return 0;
}

/* ---- our own form: all five batches; lies inside of the saved state, whose CRC covers it ---- */

size_t
producers_save_size(const struct producers *p)
{
	size_t size = 4;

	for (size_t i = 0; i < producers_count(p); i++)
		size += SAVED_ENTRY + (size_t)p->e[i].count * SAVED_SEEN;
	return size;
}

void
producers_save(const struct producers *p, uint8_t *o)
{
	uint32_t n = (uint32_t)producers_count(p);

	be32_put(o, n);
	o += 4;
	for (uint32_t i = 0; i < n; i++) {
		const struct producer_entry *e = &p->e[i];

		be64_put(o, (uint64_t)e->producer_id);
		be64_put(o + 8, (uint64_t)e->touched);
		be64_put(o + 16, (uint64_t)e->txn_first);
		be64_put(o + 24, (uint64_t)e->last_timestamp);
		be32_put(o + 32, (uint32_t)e->coordinator_epoch);
		be16_put(o + 36, (uint16_t)e->epoch);
		o[38] = e->count;
		o[39] = 0;
		o += SAVED_ENTRY;
		for (int k = e->count - 1; k >= 0; k--, o += SAVED_SEEN) { /* oldest first */
			const struct producer_seen *s =
			    &e->seen[(e->head + PRODUCER_BATCHES - (unsigned)k) % PRODUCER_BATCHES];

			be32_put(o, (uint32_t)s->base_sequence);
			be32_put(o + 4, (uint32_t)s->last_sequence);
			be64_put(o + 8, (uint64_t)s->last_offset);
			be64_put(o + 16, (uint64_t)s->timestamp);
			be32_put(o + 24, (uint32_t)s->offset_delta);
		}
	}
}

int
producers_restore(struct producers *p, const uint8_t *buf, size_t len)
{
	const uint8_t *end = buf + len;
	uint32_t n;

	producers_clear(p);
	if (len < 4)
		return -1;
	n = be32_get(buf);
	for (buf += 4; n > 0; n--) {
		struct producer_entry *e;

		if (end - buf < SAVED_ENTRY || buf[38] > PRODUCER_BATCHES ||
		    end - buf - SAVED_ENTRY < buf[38] * SAVED_SEEN || find(p, (int64_t)be64_get(buf)) != NULL)
			return -1;
		e = add(p, (int64_t)be64_get(buf));
		e->touched = (int64_t)be64_get(buf + 8);
		e->txn_first = (int64_t)be64_get(buf + 16);
		e->last_timestamp = (int64_t)be64_get(buf + 24);
		e->coordinator_epoch = (int32_t)be32_get(buf + 32);
		e->epoch = (int16_t)be16_get(buf + 36);
		e->count = buf[38];
		e->head = e->count == 0 ? 0 : e->count - 1;
		buf += SAVED_ENTRY;
		for (unsigned k = 0; k < e->count; k++, buf += SAVED_SEEN)
			e->seen[k] = (struct producer_seen){
				.base_sequence = (int32_t)be32_get(buf),
				.last_sequence = (int32_t)be32_get(buf + 4),
				.last_offset = (int64_t)be64_get(buf + 8),
				.timestamp = (int64_t)be64_get(buf + 16),
				.offset_delta = (int32_t)be32_get(buf + 24),
			};
	}
	recount_open(p);
	return buf == end ? 0 : -1;
}
