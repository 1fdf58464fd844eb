/* SPDX-License-Identifier: ISC */
/*
 * plan.h - field tables compiled for one version, and what codec and arena share.  Private to
 * src/proto.
 *
 * A plan is the list of what is on the wire for one struct in one version, in order.  Neighbouring
 * fields of fixed size are one RUN, so that the bytes left are checked once for all of them.
 */
#ifndef PROTO_PLAN_H
#define PROTO_PLAN_H

#include "odradek/proto/msg.h"

enum { PLAN_RUN_MAX = 64 }; /* wire bytes of one run */

/* A field of fixed size has its enum msg_type as code. */
enum plan_code {
	PLAN_END = 32,
	PLAN_RUN,
	PLAN_STRING,
	PLAN_BYTES,
	PLAN_RECORDS,
	PLAN_STRUCT,
	PLAN_PTR,
	PLAN_ARRAY
};

struct plan;

struct plan_op {
	uint8_t code;
	uint8_t nullable;
	uint8_t compact; /* lengths as unsigned varint, plus one */
	uint8_t elem;	 /* ARRAY of a primitive: its type; of structs: 0 */
	uint16_t off;
	uint16_t n;	/* RUN: bytes on the wire; ARRAY: size of an element in memory */
	uint16_t count; /* RUN: number of the ops that belong to it */
	uint16_t min;	/* ARRAY: least bytes of an element on the wire */
	const struct plan *sub;
};

/* Bytes of a struct that are those of its defaults when its fields have their defaults: a quick look
 * that spares most structs the slow one. */
struct plan_same {
	uint16_t off;
	uint16_t len;
};

struct plan_tag {
	int tag;
	const struct msg_field *field;
	struct plan_op op;
};

struct plan {
	const struct plan_op *ops; /* up to PLAN_END */
	const void *image;	   /* the struct's defaults */
	/* not in this version, may not be dropped: must have their defaults */
	const struct msg_field *const *must;
	const struct plan_tag *tags; /* ascending */
	const struct plan_same *must_same;
	const struct plan_same *tags_same;
	uint16_t nmust_same;
	uint16_t ntags_same;
	uint16_t nmust;
	uint16_t ntags;
	uint16_t size;
	uint16_t min;	  /* least bytes on the wire, never 0 */
	uint8_t flexible; /* ends with tagged fields */
};

/* The plan of t's root for a version that it has. */
const struct plan *plan_get(const struct msg_table *t, int version);

/* Defaults of the struct (or primitive) id, of its size. */
const void *plan_image(int id);

/* Does the field of this struct have its default value? */
int plan_is_default(const struct msg_field *f, const void *obj);

/* ---- arena ---- */

/* n bytes, not zeroed; NULL and full when there is no room. */
static inline void *
arena_take(struct msg_arena *a, uint64_t n, size_t align)
{
	size_t at = (a->used + align - 1) & ~(align - 1);

	if (at > a->limit || n > a->limit - at || a->full) {
		a->full = 1;
		return NULL;
	}
	a->used = at + (size_t)n;
	return a->base + at;
}

#endif
