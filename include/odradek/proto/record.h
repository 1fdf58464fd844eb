/* SPDX-License-Identifier: ISC */
/*
 * record.h - the records of one batch, one after the other.
 * Used in: writer and acceptor (offset by time), cleaner, coordinator, take-over of a Kafka data
 * directory.
 */
#ifndef ODRADEK_PROTO_RECORD_H
#define ODRADEK_PROTO_RECORD_H

#include "odradek/proto/batch.h"

struct record {
	int64_t offset;
	int64_t timestamp; /* the batch's max timestamp for LogAppendTime */
	int32_t key_len;   /* -1 null */
	int32_t value_len; /* -1 null */
	int32_t nheaders;
	int32_t tail_len;
	const uint8_t *key; /* not set in heads-only mode, nor are the following */
	const uint8_t *value;
	/* nheaders times: varint length, name, varint length (-1 null), value */
	const uint8_t *headers;
	/* everything behind the offset delta, encoded; for batch_build_add_raw() */
	const uint8_t *tail;
	int8_t attributes;
};

struct record_header {
	const uint8_t *name;
	int32_t name_len;
	const uint8_t *value;
	int32_t value_len; /* -1 null */
};

struct rec_in;

struct record_iter {
	struct batch_header h;
	struct rec_in *in;
	const uint8_t *p;
	const uint8_t *end;
	uint8_t *inflated;
	int32_t left;
	uint8_t failed;
	uint8_t heads_only;
};

enum { RECORD_HEADS_ONLY = 1 };

/*
 * A whole batch of size bytes in contiguous memory, which must stay.  The CRC is not checked.
 * Compressed records are inflated into private memory (at most limit bytes), or, heads only
 * (offset, timestamp, lengths), through a small window. 0, or -1 if it is not a v2 batch, is
 * corrupt, or is too big.  After either, record_iter_fini().
 */
int record_iter_init(
    struct record_iter *it, const void *batch, size_t size, int flags, size_t limit);
/* 1 and *r, which is good until the next call; 0 behind the last record; -1 if what follows is
 * corrupt. */
int record_iter_next(struct record_iter *it, struct record *r);
void record_iter_fini(struct record_iter *it);

/* The next header of r: start with *pos 0.  1, 0 behind the last, -1 corrupt. */
int record_header_next(const struct record *r, size_t *pos, struct record_header *h);

/* ---- control records ---- */

enum { CONTROL_ABORT = 0, CONTROL_COMMIT = 1, CONTROL_LEADER_CHANGE = 2, CONTROL_UNKNOWN = -1 };

/* Type of the control record with this key. */
int control_record_type(const struct record *r);
/* Coordinator epoch of a COMMIT or ABORT marker.  0, or -1. */
int control_marker_epoch(const struct record *r, int32_t *epoch);
/* The marker in a whole batch: CONTROL_ABORT or CONTROL_COMMIT; CONTROL_UNKNOWN: it holds none. */
int control_marker_read(const void *batch, size_t size, int32_t *coordinator_epoch);

/* Appends a batch with one transaction marker, as the leader writes it: base sequence -1, control
 * and transactional. */
int control_marker_build(struct wire_out *out, int64_t producer_id, int16_t producer_epoch,
    int type, int32_t coordinator_epoch, int64_t timestamp);

#endif
