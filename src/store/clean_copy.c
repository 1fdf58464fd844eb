/* SPDX-License-Identifier: ISC */
/*
 * clean_copy.c - one batch: what of it compaction keeps, and the batch that is written for it.
 *
 * Cleaner.  The rules are those of Apache Kafka 4.1 (README of src/cleaner), down to the base timestamp of a batch that
 * is written anew, so that the result does not depend on who cleaned.  Every batch is checked by its CRC before it is
 * looked into.  The records of a batch are listed first, then hashed, then looked up, so that the misses of the cache
 * wait for each other no more.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "clean_priv.h"

/* One record, listed. */
struct clean_record {
	const uint8_t *start; /* of its length */
	const uint8_t *tail;  /* behind the offset delta */
	const uint8_t *key;
	const uint8_t *end;
	int64_t timestamp_delta;
	int32_t offset_delta, key_len;
	bool tombstone;
};

/* The list is kept from batch to batch: one cleaning at a time, in one thread. */
static struct clean_record *list;
static uint32_t list_cap;

static int
bad(struct clean_copy *c, const char *why)
{
	c->why = why;
	errno = EBADMSG;
	return -1;
}

static int
check(struct clean_copy *c, const uint8_t *p, size_t size)
{
	if (batch_magic(p) < 2)
		return bad(c, "a batch of an old format (before 0.11): only format 2 can be compacted");
	if (batch_verify(p, size) == -1)
		return bad(c, "a batch whose checksum or length is wrong");
	return 0;
}

static int
list_records(struct clean_copy *c, const struct record_iter *it, uint32_t *n)
{
	uint32_t count = (uint32_t)it->h.count;
	struct wire_in w;

	if (count > (uint64_t)(it->end - it->p))
		return bad(c, "a batch that counts more records than it has");
	if (count > list_cap) {
		list_cap = count + count / 2;
		list = xreallocarray(list, list_cap, sizeof(*list));
		c->hash = xreallocarray(c->hash, list_cap, sizeof(*c->hash));
		c->keep = xreallocarray(c->keep, list_cap, 1);
	} else if (list_cap > c->hash_cap) {
		c->hash = xreallocarray(c->hash, list_cap, sizeof(*c->hash));
		c->keep = xreallocarray(c->keep, list_cap, 1);
	}
	c->hash_cap = list_cap;
	wire_in_mem(&w, it->p, (size_t)(it->end - it->p));
	for (uint32_t i = 0; i < count; i++) {
		struct clean_record *r = &list[i];
		int32_t len;

		r->start = w.p;
		len = wire_get_varint(&w);
		if (len < 1 || len > w.end - w.p)
			return bad(c, "a record whose length is wrong");
		r->end = w.p + len;
		w.p++; /* attributes: none are in use */
		r->timestamp_delta = wire_get_varlong(&w);
		r->offset_delta = wire_get_varint(&w);
		r->tail = w.p;
		r->key_len = wire_get_varint(&w);
		r->key = w.p;
		if (!wire_in_ok(&w) || r->key_len > r->end - w.p || r->offset_delta < 0 ||
		    r->offset_delta > it->h.last_offset_delta)
			return bad(c, "a record that is not whole");
		if (r->key_len > 0)
			w.p += r->key_len;
		r->tombstone = wire_get_varint(&w) < 0;
		if (!wire_in_ok(&w) || w.p > r->end)
			return bad(c, "a record that is not whole");
		w.p = r->end;
	}
	if (w.p != w.end)
		return bad(c, "a batch with more bytes than its records have");
	*n = count;
	return 0;
}

static int
open_batch(struct clean_copy *c, struct record_iter *it, const uint8_t *p, size_t size)
{
	if (record_iter_init(it, p, size, 0, BATCH_MAX_INFLATED) == 0)
		return 0;
	record_iter_fini(it);
	return bad(c, "a batch that cannot be decompressed");
}

static int
control_type(const uint8_t *p, size_t size, bool *empty)
{
	struct record_iter it;
	struct record rec;
	int type = CONTROL_UNKNOWN, n = -1;

	if (record_iter_init(&it, p, size, 0, BATCH_MAX_INFLATED) == 0 && (n = record_iter_next(&it, &rec)) == 1)
		type = control_record_type(&rec);
	record_iter_fini(&it);
	*empty = n == 0;
	return type;
}

static void
hash_all(struct clean_copy *c, const struct clean_map *m, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (list[i].key_len >= 0) {
			c->hash[i] = clean_map_hash(m, list[i].key, (size_t)list[i].key_len);
			clean_map_prefetch(m, c->hash[i]);
		}
}

/* ---- the first pass ---- */

int
clean_map_batch(struct clean_map *m, struct clean_copy *c, const uint8_t *p, size_t size, int64_t from)
{
	const uint8_t *index;
	struct batch_header h;
	struct record_iter it;
	bool empty;
	uint32_t n;

	if (check(c, p, size) == -1)
		return -1;
	batch_header_get(&h, p);
	if (h.attributes & BATCH_CONTROL) {
		int type = control_type(p, size, &empty);

		(void)clean_txns_control(&c->txns, &h, empty, type, &index);
	} else if (!clean_txns_batch(&c->txns, &h) && h.base_offset + h.last_offset_delta >= from && h.count > 0) {
		if (open_batch(c, &it, p, size) == -1)
			return -1;
		if (list_records(c, &it, &n) == -1) {
			record_iter_fini(&it);
			return -1;
		}
		hash_all(c, m, n);
		for (uint32_t i = 0; i < n; i++) {
			int64_t offset = h.base_offset + list[i].offset_delta;

			if (list[i].key_len >= 0 && offset >= from && clean_map_put(m, c->hash[i], offset) == -1) {
				record_iter_fini(&it);
				return 1;
			}
		}
		record_iter_fini(&it);
	}
	if (h.base_offset + h.last_offset_delta >= from)
		m->latest = h.base_offset + h.last_offset_delta;
	return 0;
}

/* ---- the second pass ---- */

static bool
keep_record(struct clean_copy *c, const struct batch_header *h, uint32_t i, bool known)
{
	const struct clean_record *r = &list[i];
	int64_t offset = h->base_offset + r->offset_delta;

	if (offset > c->map->latest)
		return true;
	if (r->key_len < 0) {
		c->stats->keyless++;
		return false;
	}
	if (r->tombstone && (h->attributes & BATCH_DELETE_HORIZON) && c->now >= h->base_timestamp)
		return false;
	return known ? !clean_map_stale(c->map, offset) : !clean_map_superseded(c->map, c->hash[i], offset);
}

/* Is it the last batch of a producer that is still known? */
static bool
last_of_producer(const struct clean_copy *c, const struct batch_header *h)
{
	const struct producer_entry *e = h->producer_id < 0 ? NULL : producers_find(c->producers, h->producer_id);

	if (e == NULL)
		return false;
	if (e->count > 0 && e->seen[e->head].last_offset >= 0)
		return e->seen[e->head].last_offset == h->base_offset + h->last_offset_delta;
	return (h->attributes & BATCH_CONTROL) && h->producer_epoch == e->epoch;
}

/* Nothing but a header, for the sake of its producer or of the log's end. */
static int
build_empty(struct clean_copy *c, struct batch_header *h)
{
	uint8_t *p;

	h->attributes &= BATCH_LOG_APPEND_TIME | BATCH_TRANSACTIONAL | BATCH_CONTROL;
	h->base_timestamp = -1;
	h->count = 0;
	h->length = BATCH_OVERHEAD - BATCH_LENGTH_END;
	wire_out_reset(&c->built);
	if ((p = wire_out_room(&c->built, BATCH_OVERHEAD)) == NULL) {
		errno = ENOMEM;
		return -1;
	}
	batch_header_put(h, p);
	batch_seal(p, BATCH_OVERHEAD);
	h->crc = be32_get(p + 17);
	return CLEAN_BUILT;
}

static int64_t
timestamp_of(const struct batch_header *h, const struct clean_record *r)
{
	return h->attributes & BATCH_LOG_APPEND_TIME
	    ? h->max_timestamp
	    : (int64_t)((uint64_t)h->base_timestamp + (uint64_t)r->timestamp_delta);
}

/* The records that are kept, n of them listed; with the delete horizon if that is >= 0. */
static int
build(struct clean_copy *c, struct batch_header *h, uint32_t n, int64_t horizon)
{
	struct batch_header made = *h;
	struct batch_builder b;
	uint32_t first = 0;
	int64_t size;
	bool same;

	while (first < n && !c->keep[first])
		first++;
	made.attributes &= (int16_t)~BATCH_DELETE_HORIZON;
	made.base_timestamp = timestamp_of(h, &list[first]);
	if (horizon >= 0) {
		made.attributes |= BATCH_DELETE_HORIZON;
		made.base_timestamp = horizon;
	}
	same = made.base_timestamp == h->base_timestamp && !(h->attributes & BATCH_LOG_APPEND_TIME);
	wire_out_reset(&c->built);
	if (batch_build_begin(&b, &c->built, &made, CODEC_DEFAULT_LEVEL) == -1) {
		errno = ENOMEM;
		return -1;
	}
	for (uint32_t i = first, k; i < n; i = k) {
		int64_t greatest = -1;

		for (k = i; k < n && c->keep[k] == c->keep[i] && (same || k == i); k++)
			if (timestamp_of(h, &list[k]) > greatest)
				greatest = timestamp_of(h, &list[k]);
		if (!c->keep[i])
			continue;
		if (same) /* as they are, a run at a time */
			batch_build_add_encoded(&b, list[i].start, (size_t)(list[k - 1].end - list[i].start), k - i,
			    greatest);
		else
			batch_build_add_at(&b, list[i].offset_delta, greatest, list[i].tail,
			    (size_t)(list[i].end - list[i].tail));
	}
	if ((size = batch_build_finish_at(&b, h->last_offset_delta)) < 0) {
		errno = ENOMEM;
		return -1;
	}
	batch_header_get(h, c->built.base);
	return CLEAN_BUILT;
}

/* Which of the listed records stay: their number. */
static uint32_t
choose(struct clean_copy *c, const struct batch_header *h, uint32_t n, bool *tombstones)
{
	bool control = (h->attributes & BATCH_CONTROL) != 0;
	bool known = clean_map_knows(c->map, h->base_offset, h->base_offset + h->last_offset_delta);
	uint32_t kept = 0;

	*tombstones = false;
	if (!control && !known)
		hash_all(c, c->map, n);
	for (uint32_t i = 0; i < n; i++) {
		c->keep[i] = control || keep_record(c, h, i, known);
		kept += c->keep[i];
		*tombstones |= c->keep[i] && list[i].tombstone;
	}
	c->stats->records += n;
	c->stats->kept += kept;
	return kept;
}

int
clean_copy_batch(struct clean_copy *c, const uint8_t *p, size_t size, struct batch_header *h, const uint8_t **txn)
{
	bool control, may_go, drop_records, keep_empty, tombstones = false, empty = false, set_horizon;
	struct record_iter it;
	uint32_t n = 0, kept = 0;
	int verdict = CLEAN_DROP;

	*txn = NULL;
	if (check(c, p, size) == -1)
		return -1;
	batch_header_get(h, p);
	control = (h->attributes & BATCH_CONTROL) != 0;
	if (control) {
		int type = control_type(p, size, &empty);

		may_go = clean_txns_control(&c->txns, h, empty, type, txn);
		drop_records = may_go && (h->attributes & BATCH_DELETE_HORIZON) && h->base_timestamp <= c->now;
	} else {
		drop_records = may_go = clean_txns_batch(&c->txns, h);
	}
	/* the last batch of the round is kept, so that the log still tells where it ended */
	keep_empty = last_of_producer(c, h) || h->base_offset + h->last_offset_delta + 1 == c->round_end;
	if (drop_records || h->count == 0) {
		c->stats->records += (uint32_t)h->count;
		return keep_empty ? build_empty(c, h) : CLEAN_DROP;
	}
	if (open_batch(c, &it, p, size) == -1)
		return -1;
	if (list_records(c, &it, &n) == -1) {
		record_iter_fini(&it);
		return -1;
	}
	kept = choose(c, h, n, &tombstones);
	set_horizon = (tombstones || (control && may_go)) && !(h->attributes & BATCH_DELETE_HORIZON);
	if (kept == 0)
		verdict = keep_empty ? build_empty(c, h) : CLEAN_DROP;
	else if (kept == n && !set_horizon)
		verdict = CLEAN_KEEP;
	else
		verdict = build(c, h, n, set_horizon ? c->now + c->delete_retention
						     : h->attributes & BATCH_DELETE_HORIZON ? h->base_timestamp : -1);
	record_iter_fini(&it);
	return verdict;
}
