/* SPDX-License-Identifier: ISC */
/*
 * msg.h - Kafka's messages: field tables, the one decoder and the one encoder that walk them.
 *
 * A message in memory is one contiguous, position-independent blob: its root struct
 * (odradek/proto/gen/<message>.h) at the start, strings and arrays behind it, found by offsets that
 * are relative to the field itself.  So a decoded request is passed to another process by one
 * memcpy, and read there without being parsed again.
 *
 *	struct msg_arena a;
 *	struct create_topics_req *req;
 *	struct create_topics_req_creatable_topic *t;
 *
 *	msg_arena_init(&a, 16 << 20);
 *	if (msg_decode(&create_topics_req_table, version, &in, &a) != 0)
 *		close the connection
 *	req = msg_root(&a);
 *	karr_for(t, &req->topics)
 *		printf("%s\n", kstr(&t->name));
 *
 * Answers are built in an arena with the same structs; every struct starts with the schema's
 * defaults:
 *
 *	struct produce_resp *resp = msg_new(&a, produce_resp);
 *	struct produce_resp_topic_produce_response *t = msg_arr(&a, &resp->responses, ntopics);
 *	msg_str(&a, &t->name, name, strlen(name));
 *	msg_encode(&produce_resp_table, version, resp, &out, NULL);
 *
 * Because a field's offset counts from the field, a struct that holds strings or arrays must never
 * be copied by assignment: build each where it will stay (msg_str_copy copies a string from another
 * message). An arena never moves, so pointers into it stay good while it is built.  When it is
 * full, msg_new, msg_arr and msg_ptr give NULL (check them), a string stays empty, and
 * msg_arena_ok() says no until the reset.
 *
 * Used in: acceptor (decodes requests, encodes answers), controller, writer and cleaner (records
 * and files).  Not thread-safe.
 */
#ifndef ODRADEK_PROTO_MSG_H
#define ODRADEK_PROTO_MSG_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "odradek/base/uuid.h"
#include "odradek/base/wire.h"

/* ---- values in memory ---- */

/* A string or bytes: len bytes (and a NUL, for convenience) at off from this struct; len -1 is
 * null.  All zero is "". */
struct kstr {
	int32_t off;
	int32_t len;
};

/* An array of len elements at off from this struct; len -1 is null. */
struct karr {
	int32_t off;
	int32_t len;
};

/* A nullable struct at off from this struct; 0 is null. */
struct kptr {
	int32_t off;
};

/* Record data is not copied: it lies at byte pos of the stream that was decoded; len -1 is null. In
 * a message to be encoded, only len is written; pos is handed to the caller with the place where
 * the data belongs. */
struct krecs {
	int64_t pos;
	int32_t len;
};

/* Fields of the generated structs carry their element's type and its id in msg_structs[], which
 * cost no space. */
#define KARR(type, id)                                                                             \
	union {                                                                                    \
		struct karr arr;                                                                   \
		type elem_type[0];                                                                 \
		char elem_id[0][id];                                                               \
	}
#define KPTR(type, id)                                                                             \
	union {                                                                                    \
		struct kptr ptr;                                                                   \
		type elem_type[0];                                                                 \
		char elem_id[0][id];                                                               \
	}

/* The bytes, NUL-terminated; NULL if null. */
static inline const char *
kstr(const struct kstr *s)
{
	return s->len < 0 ? NULL : (const char *)s + s->off;
}

static inline int
kstr_is_null(const struct kstr *s)
{
	return s->len < 0;
}

/* Does it equal the len bytes at p?  A null string equals nothing. */
static inline int
kstr_eq(const struct kstr *s, const char *p, size_t len)
{
	return s->len >= 0 && (size_t)s->len == len && memcmp(kstr(s), p, len) == 0;
}

/* f: address of an array field.  A null array has length 0 here; ask karr_is_null(). */
#define karr_is_null(f) ((f)->arr.len < 0)
#define karr_len(f) ((f)->arr.len < 0 ? 0 : (f)->arr.len)
#define karr_begin(f)                                                                              \
	((__typeof__(&(f)->elem_type[0]))(void *)((char *)(uintptr_t) & (f)->arr + (f)->arr.off))
/* Element i, which must exist. */
#define karr_at(f, i) (karr_begin(f) + (i))
#define karr_for(var, f) for ((var) = karr_begin(f); (var) < karr_begin(f) + karr_len(f); (var)++)
/* f: address of a nullable struct field; NULL if null. */
#define kptr_get(f)                                                                                \
	((__typeof__(&(f)->elem_type[0]))(void *)((f)->ptr.off == 0                                \
						      ? NULL                                       \
						      : (char *)(uintptr_t) &                      \
							    (f)->ptr + (f)->ptr.off))

/* ---- arenas ---- */

/*
 * A bump allocator over memory that never moves: address space reserved for limit bytes (memory
 * comes page by page, on first use), or the caller's buffer.
 */
struct msg_arena {
	char *base;
	size_t used;
	size_t limit;
	uint8_t full;
	uint8_t mapped;
};

/* 0, or -1 with errno.  limit at most 1 GB. */
int msg_arena_init(struct msg_arena *a, size_t limit);
/* Of the caller's buffer, which must be aligned to 8 bytes. */
void msg_arena_init_fixed(struct msg_arena *a, void *buf, size_t size);
/* Forgets all messages; gives memory beyond 256 KB back to the kernel. */
void msg_arena_reset(struct msg_arena *a);
void msg_arena_fini(struct msg_arena *a);

static inline int
msg_arena_ok(const struct msg_arena *a)
{
	return !a->full;
}

/* n zeroed bytes aligned to 8, or NULL and full. */
void *msg_alloc(struct msg_arena *a, size_t n);

/* The message at the start of the arena. */
#define msg_root(a) ((void *)(a)->base)

/* ---- tables ---- */

enum msg_type {
	MSG_BOOL = 1,
	MSG_INT8,
	MSG_INT16,
	MSG_UINT16,
	MSG_INT32,
	MSG_UINT32,
	MSG_INT64,
	MSG_FLOAT64,
	MSG_UUID,
	MSG_STRING,
	MSG_BYTES,
	MSG_RECORDS,
	MSG_STRUCT,
	MSG_ARRAY,		 /* as a field's type; elem is then one of the above */
	MSG_FIRST_STRUCT_ID = 16 /* ids below are the primitive types above */
};

enum {
	MSG_IGNORABLE = 1,  /* silently dropped in a version that does not have it */
	MSG_INFLEXIBLE = 2, /* always encoded in the old way (client id of the request header) */
	MSG_NULL_DEFAULT = 4
};

/* Versions lo..hi; none when lo > hi. */
struct msg_range {
	int8_t lo;
	int8_t hi;
};

struct msg_field {
	const char *name; /* as in the schema, lower case with underscores */
	uint8_t type;
	uint8_t flags;
	uint16_t elem; /* ARRAY: id of the element; STRUCT: id of the struct */
	uint16_t off;
	int8_t tag;
	struct msg_range versions;
	struct msg_range nullable;
	struct msg_range tagged;
	int64_t dflt; /* of numbers; bits of a float64 */
};

struct msg_struct {
	const char *name;
	const struct msg_field *fields;
	uint16_t nfields;
	uint16_t size;
	uint16_t id;
};

/* Indexed by id; the first MSG_FIRST_STRUCT_ID are the primitive types, with only their size. */
extern const struct msg_struct msg_structs[];
extern const int msg_nstructs;

enum msg_kind {
	MSG_REQUEST,
	MSG_RESPONSE,
	MSG_HEADER,
	MSG_DATA,
	MSG_METADATA,
	MSG_COORDINATOR_KEY,
	MSG_COORDINATOR_VALUE
};

struct msg_table {
	const char *name; /* "ProduceRequest" */
	uint16_t id;	  /* of its root struct */
	int16_t key;	  /* API key, or type of a metadata or coordinator record; -1 none */
	uint8_t kind;
	struct msg_range versions;
	struct msg_range flexible;
	uint16_t plans;	  /* number of its first version among all compiled plans */
	const char *area; /* of coordinator records: "group", "transaction", "share"; else NULL */
};

/* Every message that we know; NULL behind the last. */
extern const struct msg_table *const msg_tables[];
/* By API key; NULL if unknown or retired. */
const struct msg_table *msg_request_table(int key);
const struct msg_table *msg_response_table(int key);
/* By kind and key, for records of __consumer_offsets, __transaction_state and __cluster_metadata.
 * Those of the two coordinators share keys: area is "group", "transaction" or "share"; NULL for
 * metadata records. */
const struct msg_table *msg_record_table(enum msg_kind kind, const char *area, int key);

static inline int
msg_is_flexible(const struct msg_table *t, int version)
{
	return version >= t->flexible.lo && version <= t->flexible.hi;
}

/* ---- decoding and encoding ---- */

enum msg_error {
	MSG_OK = 0,
	/* the message ends before its last field, or a count or length is greater than what
	 * follows */
	MSG_TRUNCATED,
	MSG_TRAILING,	 /* bytes follow the last field */
	MSG_NULL,	 /* null where the version does not allow it */
	MSG_BAD_TAG,	 /* a tagged field is not as long as it says */
	MSG_BAD_VERSION, /* the table does not have this version */
	/* does not fit into the arena, the output's limit, or a length of the format */
	MSG_TOO_BIG,
	/* encoder: a field that this version lacks, and that may not be dropped, is set */
	MSG_NO_FIELD,
	/* encoder: record data without a place to report it, or more pieces than places */
	MSG_SPLICES
};

const char *msg_strerror(int error);

/*
 * Decodes one message of the given version and appends it to the arena, its root first (so, in an
 * arena that was just reset, at msg_root()).  The message must end where the input ends.  An
 * array's count is checked against the bytes that are left, and memory against the arena's limit,
 * before anything is allocated.  On failure the arena is as it was, and the cursor has failed.
 */
int msg_decode(const struct msg_table *t, int version, struct wire_in *in, struct msg_arena *a);
/* The same, but the message may be followed by other things; *root (if not NULL) is where it is in
 * the arena. */
int msg_decode_prefix(
    const struct msg_table *t, int version, struct wire_in *in, struct msg_arena *a, void **root);

/* Where record data belongs in an encoded message. */
struct msg_splice {
	uint32_t out_off; /* the data goes in front of this byte of the output */
	int32_t len;
	int64_t pos; /* as in the krecs */
};

struct msg_splices {
	struct msg_splice *v;
	int n;
	int max;
	int64_t bytes; /* sum of all len: the frame is that much longer than the output */
};

/*
 * Appends the message to the output.  Record data itself is not written: its length is, and sp gets
 * an entry for each one with len > 0.  On failure the output is as long as before.
 */
int msg_encode(const struct msg_table *t, int version, const void *root, struct wire_out *out,
    struct msg_splices *sp);

/* ---- building ---- */

/* A struct of the generated type, filled with its defaults; NULL when the arena is full. */
#define msg_new(a, type) ((struct type *)msg_new_id((a), type##_table.id))
/* A new array of n elements in array field f, filled with defaults.  Its first element (not NULL
 * for n 0), or NULL when the arena is full (then f is empty). */
#define msg_arr(a, f, n)                                                                           \
	((__typeof__(&(f)->elem_type[0]))msg_arr_id(                                               \
	    (a), &(f)->arr, (int)sizeof((f)->elem_id[0]), (n)))
#define msg_arr_null(f) ((void)((f)->arr.off = 0, (f)->arr.len = -1))
/* Shortens an array that was allocated too long. */
#define msg_arr_cut(f, n) ((void)((f)->arr.len = (n)))
/* A new struct in nullable struct field f; NULL when the arena is full. */
#define msg_ptr(a, f)                                                                              \
	((__typeof__(&(f)->elem_type[0]))msg_ptr_id((a), &(f)->ptr, (int)sizeof((f)->elem_id[0])))

void *msg_new_id(struct msg_arena *a, int id);
void *msg_arr_id(struct msg_arena *a, struct karr *f, int id, size_t n);
void *msg_ptr_id(struct msg_arena *a, struct kptr *f, int id);
/* Copies len bytes, and a NUL behind them, into string or bytes field f; p NULL makes it null. */
void msg_str(struct msg_arena *a, struct kstr *f, const void *p, size_t len);
void msg_str_copy(struct msg_arena *a, struct kstr *f, const struct kstr *from);
void msg_printf(struct msg_arena *a, struct kstr *f, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static inline void
msg_str0(struct msg_arena *a, struct kstr *f, const char *s)
{
	msg_str(a, f, s, s == NULL ? 0 : strlen(s));
}

/* The defaults of struct id into p. */
void msg_defaults(int id, void *p);

/*
 * For a process that receives a blob through shared memory: does every offset, length and nullable
 * struct stay inside of its len bytes? (Its sender is one of ours, but nobody trusts an offset that
 * another process wrote.) 0, or -1.  The blob must be a private copy, aligned to 8.
 */
int msg_check_blob(const struct msg_table *t, const void *blob, size_t len);

#endif
