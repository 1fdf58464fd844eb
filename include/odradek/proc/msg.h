/* SPDX-License-Identifier: ISC */
/*
 * msg.h - the bodies of messages (tbl/calls.h).  Each struct overlays shm_msg; fixed width, no
 * pointers. Whoever takes a message checks every index, offset and length in it.
 */
#ifndef ODRADEK_PROC_MSG_H
#define ODRADEK_PROC_MSG_H

#include "odradek/shm/part.h"

enum call_type {
	CALL_NONE,
#define CALL(TYPE, from, to, text) CALL_##TYPE,
#include "tbl/calls.h"
#undef CALL
	CALL_TYPES
};

#define MSG_HEAD             \
	uint8_t type, flags; \
	uint16_t attributes; \
	uint32_t generation, cookie

/* flags of CALL_PRODUCE */
#define PRODUCE_TURN 0x01 /* which of the sender's arenas holds the chunk */
#define PRODUCE_COMPACTED 0x02
#define PRODUCE_ALL 0x04 /* acks=all: the answer can wait until it is committed, and may be told before */
#define PRODUCE_BEHIND 0x08 /* one in front of it, of the same producer, is under way, or was refused lately: it is not the first of a new one */

/* attributes = the batch's; the batch (from its base offset on) lies at chunk in the sender's arena
 */
struct msg_produce {
	MSG_HEAD;
	uint32_t slot, slot_generation;
	int32_t leader_epoch; /* of the slot as the acceptor saw it; another one is refused */
	uint32_t chunk;       /* arena position */
	uint32_t length;      /* of the whole batch, 12 bytes of overhead included */
	int32_t count;        /* last offset delta + 1 */
	int32_t base_sequence;
	int64_t producer_id;
	int64_t max_timestamp;
	int16_t producer_epoch;
};
struct msg_produced {
	MSG_HEAD;
	int32_t leader_epoch;             /* in which it was appended, or the last one in which its leader went on */
	int64_t base_offset, next_offset; /* next_offset: what the HW must reach for acks=all */
	int64_t log_start;
	int64_t append_time; /* ms; for a duplicate that of the original; -1 for create time */
	int16_t error;       /* Kafka's */
	uint16_t spare;
};
struct msg_delete_records {
	MSG_HEAD;
	uint32_t slot, slot_generation;
	int32_t leader_epoch;
	int64_t before; /* -1 = the high watermark */
};
struct msg_records_deleted {
	MSG_HEAD;
	int64_t low_watermark;
	int16_t error;
};
struct msg_moved {
	MSG_HEAD;
	uint32_t slot;
};
/* body: the position-independent form of the request (proto/msg.h), contiguous in the sender's
 * arena */
#define REQUEST_TURN 0x01
struct msg_request {
	MSG_HEAD; /* attributes = listener index */
	uint32_t chunk, length;
	int16_t api, version;
	int32_t node;        /* index of the node whose listener it came in by */
	int32_t deadline_ms; /* from now */
	/* bytes of NUL-terminated texts right behind the body: the address that the client
	 * connected to, its client id, and its own address as Kafka shows it ("/10.0.0.1") */
	uint32_t texts;
	uint32_t to_generation; /* of the process that is asked: its successor leaves the request
				   alone */
};
/* body: the encoded response body (without header), contiguous in the answerer's arena; length 0:
 * no answer possible, close the connection */
struct msg_reply {
	MSG_HEAD;
	uint32_t chunk, length;
};
/*
 * The segments from base to last (base offsets) were compacted into <base>.log.cleaned and its indexes, which are on
 * the medium.  cuts: of the line by which they were read; with another one the log was truncated meanwhile.
 * upto: what lies below it is clean afterwards; -1 = more groups follow.  size -1: no files, only upto.
 */
struct msg_cleaned {
	MSG_HEAD;
	uint32_t slot, slot_generation;
	uint32_t cuts;
	uint32_t spare;
	int64_t base, last, size, upto;
};
struct msg_swapped {
	MSG_HEAD;
	uint32_t slot;
	int32_t error; /* errno; ECANCELED: the log changed */
	int64_t base;  /* of the CLEANED that is answered */
};
struct msg_caught_up {
	MSG_HEAD;
	uint64_t version;
};
struct msg_read_failed {
	MSG_HEAD;
	uint32_t slot, slot_generation;
	int64_t offset;
};
/* A proposal; no answer, the slot shows what became of it.  It is dropped when the slot is not what it was. */
struct msg_isr {
	MSG_HEAD;
	uint32_t slot, slot_generation;
	int32_t leader_epoch, partition_epoch; /* of the slot that was looked at */
	uint16_t join, leave;		       /* masks over its replica[] */
};
#undef MSG_HEAD

#define MSG_CHECK(t) static_assert(sizeof(struct t) <= sizeof(struct shm_msg), #t)
MSG_CHECK(msg_produce);
MSG_CHECK(msg_produced);
MSG_CHECK(msg_delete_records);
MSG_CHECK(msg_records_deleted);
MSG_CHECK(msg_moved);
MSG_CHECK(msg_request);
MSG_CHECK(msg_reply);
MSG_CHECK(msg_cleaned);
MSG_CHECK(msg_swapped);
MSG_CHECK(msg_caught_up);
MSG_CHECK(msg_isr);
MSG_CHECK(msg_read_failed);

#endif
