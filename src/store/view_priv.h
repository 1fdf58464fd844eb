/* SPDX-License-Identifier: ISC */
/* view_priv.h - what the files of the readers' side share: view.c (cache, descriptors), locate.c, lookup.c. */
#ifndef STORE_VIEW_PRIV_H
#define STORE_VIEW_PRIV_H

#include "odradek/store/view.h"
#include "store_priv.h"

enum { VIEW_BUF = 64 << 10 };

struct view_segment {
	int64_t base;
	struct view_file *file; /* NULL = not open */
	bool txnindex;
};

enum { KNOWN_GOOD = 16 };

struct known_bad {
	struct bad_range range;
	int64_t mono; /* when it was found */
};

/* One file with what belongs to it; the public part comes first. */
struct view_open {
	struct view_file f;
	struct {
		int64_t from, to;
	} good[KNOWN_GOOD]; /* ascending, apart from each other */
	int ngood, nbad;
	struct known_bad *bad; /* ascending */
	int index_fd;	/* -1 = not open */
	int64_t index_n; /* entries of a sealed segment; -1 = not counted */
	int64_t used;	/* mono ms of the last use, as of the last tick */
};

struct view {
	struct view_cache *cache;
	struct view *hash_next, *prev, *next; /* list: used last comes first */
	uint64_t key;
	uint32_t slot_generation, generation;
	int64_t used; /* mono ms of the last use, as of the last tick */
	char *dir;
	struct view_segment *seg; /* ascending */
	uint32_t n, cap;
	bool epochs_read;
	struct epochs epochs;
};

struct view_cache {
	unsigned max_fds, fds, max_views, views;
	struct view **hash;
	uint32_t hash_size;
	struct view *first, *last;
	struct view_file *file_first, *file_last; /* open files, used last comes first */
	uint64_t sweep;				  /* ticks so far */
	int64_t mono;
	uint8_t *buf; /* VIEW_BUF bytes, for walks */
};

/* The segment with exactly this base, or NULL. */
struct view_segment *view_segment(struct view *v, int64_t base);
/* The last segment that begins at or below offset and not behind the active one; NULL. */
struct view_segment *view_segment_of(struct view *v, const struct view_tail *tail, int64_t offset);
/* Behind s and not behind the active one; NULL. */
struct view_segment *view_segment_after(struct view *v, const struct view_tail *tail, const struct view_segment *s);
struct view_open *view_open_segment(struct view *v, struct view_segment *s);
/* Where readers must stop in it; -1 with errno. */
int64_t view_segment_end(struct view *v, const struct view_tail *tail, struct view_segment *s);
/* A file beside the .log, read-only; -1 with errno. */
int view_open_beside(struct view *v, int64_t base, const char *suffix);
/* Position from which a walk finds offset in s: by the index, else 0. */
int64_t view_index_position(struct view *v, const struct view_tail *tail, struct view_segment *s, int64_t offset);
/* A place at or in front of position where a batch begins, as the index and the header there say; else 0.  -1: EAGAIN. */
int64_t view_index_before(struct view *v, const struct view_tail *tail, struct view_segment *s, int64_t position);
uint8_t *view_buf(struct view *v);
/* No record of s has an offset of this or more. */
int64_t view_segment_upper(struct view *v, const struct view_tail *tail, const struct view_segment *s);

#endif
