/* SPDX-License-Identifier: ISC */
/*
 * rec_in.h - the records area of one batch as a stream of windows: pieces of the chain when it is
 * not compressed, else one buffer that is filled again and again.  Private to src/proto.
 */
#ifndef PROTO_REC_IN_H
#define PROTO_REC_IN_H

#include "odradek/proto/compress.h"

enum { REC_WINDOW = 65536 };
enum rec_error { REC_OK, REC_CORRUPT, REC_UNREADABLE, REC_TOO_BIG, REC_NO_MEMORY };

struct rec_in {
	const uint8_t *p; /* current window */
	const uint8_t *end;
	struct wire_in src;
	const struct codec *codec; /* NULL: not compressed */
	void *dec;
	uint8_t *window;
	uint64_t total; /* uncompressed bytes seen so far */
	uint64_t limit;
	int error;
};

/* What stands in front of a record's key, and the sizes of the rest.  The pointers are set by
 * rec_parse() only. */
struct rec_head {
	int64_t timestamp_delta;
	int32_t offset_delta;
	int32_t key_len;
	int32_t value_len;
	int32_t nheaders;
	int32_t tail_len; /* everything behind the offset delta */
	int8_t attributes;
	const uint8_t *tail;
	const uint8_t *key;
	const uint8_t *value;
	const uint8_t *headers;
};

/* src: cursor over exactly the records area.  0, or -1 and r->error; rec_in_close() after
 * either. */
int rec_in_open(struct rec_in *r, const struct wire_in *src, int codec, uint64_t limit);
void rec_in_close(struct rec_in *r);

/* The next record, checked to its last byte and stepped over.  0, or -1 and r->error. */
int rec_in_next(struct rec_in *r, struct rec_head *h);
/* The same, but stops in front of its tail, which is not checked: the caller moves it with
 * rec_in_piece(). */
int rec_in_begin(struct rec_in *r, struct rec_head *h);
/* Up to n bytes of what follows: their number, 0 when there is nothing; *p until the next call. */
size_t rec_in_piece(struct rec_in *r, size_t n, const uint8_t **p);
/* Is everything read, without error? */
int rec_in_at_end(struct rec_in *r);

/* One record's body of exactly p..end, whole in memory.  0, or -1 when it is not sound. */
int rec_parse(const uint8_t *p, const uint8_t *end, struct rec_head *h);
/* A varint at *p, which moves behind it; -1 when it does not end before end or within its bits. */
int rec_varint(const uint8_t **p, const uint8_t *end, int32_t *v);
int rec_varlong(const uint8_t **p, const uint8_t *end, int64_t *v);

#endif
