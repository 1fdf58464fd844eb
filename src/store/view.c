/* SPDX-License-Identifier: ISC */
/*
 * view.c - which segments a log has, and their open files.
 *
 * Acceptors.  One cache a process.  Views are found by (disk, slot); a new segment generation makes one list its
 * directory again.  Files are opened when somebody reads them, and closed when the cache is full (longest unused first),
 * after a minute, or soon after they were unlinked, so that a full disk gets its space back.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "view_priv.h"

enum { IDLE_MS = 60000, SWEEP = 4 };

/* ---- files ---- */

static void
file_unlink(struct view_cache *c, struct view_file *f)
{
	if (f->prev != NULL)
		f->prev->next = f->next;
	else
		c->file_first = f->next;
	if (f->next != NULL)
		f->next->prev = f->prev;
	else
		c->file_last = f->prev;
}

static void
file_to_front(struct view_cache *c, struct view_file *f)
{
	f->prev = NULL;
	f->next = c->file_first;
	if (f->next != NULL)
		f->next->prev = f;
	else
		c->file_last = f;
	c->file_first = f;
}

static void
close_index(struct view_cache *c, struct view_open *o)
{
	if (o->index_fd >= 0)
		c->fds--;
	store_close(&o->index_fd);
	o->index_n = -1;
}

/* No view knows it any more; closed when nobody holds it. */
static void
file_detach(struct view_cache *c, struct view_file *f)
{
	struct view_segment *s;

	if (f->view != NULL && (s = view_segment(f->view, f->base)) != NULL && s->file == f)
		s->file = NULL;
	f->view = NULL;
	close_index(c, (struct view_open *)f);
	if (f->refs > 0)
		return;
	file_unlink(c, f);
	store_close(&f->fd);
	c->fds--;
	free(((struct view_open *)f)->bad);
	free(f);
}

static void
make_room(struct view_cache *c)
{
	struct view_file *f, *prev;

	for (f = c->file_last; f != NULL && c->fds >= c->max_fds; f = prev) {
		prev = f->prev;
		if (f->refs == 0)
			file_detach(c, f);
	}
}

struct view_open *
view_open_segment(struct view *v, struct view_segment *s)
{
	struct view_cache *c = v->cache;
	char path[PATH_MAX];
	struct view_open *o;
	int fd;

	if (s->file != NULL) {
		o = (struct view_open *)s->file;
		if (o->used != c->mono) { /* once a tick: the list need not know better */
			o->used = c->mono;
			file_unlink(c, s->file);
			file_to_front(c, s->file);
		}
		return o;
	}
	make_room(c);
	if (c->fds >= c->max_fds * 2) { /* all of them in the middle of replies */
		errno = EMFILE;
		return NULL;
	}
	snprintf(path, sizeof(path), "%s/%020" PRId64 ".log", v->dir, s->base);
	/* the time of the last access is nobody's business, and keeping it costs a tenth of a small read */
	if ((fd = store_open(AT_FDCWD, path, O_RDONLY | O_NOATIME)) == -1 && errno == EPERM)
		fd = store_open(AT_FDCWD, path, O_RDONLY);
	if (fd == -1)
		return NULL;
	/* nothing comes in that was not asked for, because what comes in must be checked */
	store_sys.fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	o = xcalloc(1, sizeof(*o));
	o->f = (struct view_file){ .fd = fd, .base = s->base, .size = -1, .view = v };
	o->index_fd = -1;
	o->index_n = -1;
	o->used = c->mono;
	s->file = &o->f;
	c->fds++;
	file_to_front(c, &o->f);
	return o;
}

struct view_file *
view_file(struct view *v, int64_t segment)
{
	struct view_segment *s = view_segment(v, segment);
	struct view_open *o;

	if (s == NULL) {
		errno = ENOENT;
		return NULL;
	}
	o = view_open_segment(v, s);
	return o == NULL ? NULL : &o->f;
}

struct view_file *
view_file_hold(struct view_file *f)
{
	f->refs++;
	return f;
}

void
view_file_put(struct view_cache *c, struct view_file *f)
{
	if (--f->refs == 0 && f->view == NULL)
		file_detach(c, f);
}

ssize_t
view_read(const struct view_file *f, void *buf, size_t n, int64_t off)
{
	return store_pread(f->fd, buf, n, off);
}

int
view_open_beside(struct view *v, int64_t base, const char *suffix)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%020" PRId64 "%s", v->dir, base, suffix);
	return store_open(AT_FDCWD, path, O_RDONLY);
}

/* ---- segments ---- */

static uint32_t
place_of(const struct view *v, int64_t offset) /* number of segments that begin at or below offset */
{
	uint32_t lo = 0, hi = v->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (v->seg[mid].base <= offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct view_segment *
view_segment(struct view *v, int64_t base)
{
	uint32_t i = place_of(v, base);

	return i > 0 && v->seg[i - 1].base == base ? &v->seg[i - 1] : NULL;
}

struct view_segment *
view_segment_of(struct view *v, const struct view_tail *tail, int64_t offset)
{
	uint32_t i = place_of(v, offset < tail->segment ? offset : tail->segment);

	return i == 0 ? NULL : &v->seg[i - 1];
}

struct view_segment *
view_segment_after(struct view *v, const struct view_tail *tail, const struct view_segment *s)
{
	uint32_t i = (uint32_t)(s - v->seg) + 1;

	return i < v->n && v->seg[i].base <= tail->segment ? &v->seg[i] : NULL;
}

int64_t
view_next_segment(struct view *v, const struct view_tail *tail, int64_t segment)
{
	uint32_t i = place_of(v, segment);

	return i < v->n && v->seg[i].base <= tail->segment ? v->seg[i].base : -1;
}

int64_t
view_segment_upper(struct view *v, const struct view_tail *tail, const struct view_segment *s)
{
	int64_t next = view_next_segment(v, tail, s->base);

	return next >= 0 ? next : tail->leo;
}

int64_t
view_segment_end(struct view *v, const struct view_tail *tail, struct view_segment *s)
{
	struct view_open *o;
	struct stat st;

	if (s->base == tail->segment)
		return tail->end;
	if ((o = view_open_segment(v, s)) == NULL)
		return -1;
	if (o->f.size == -1) { /* sealed: it does not change until the generation does */
		if (store_sys.fstatat(o->f.fd, "", &st, AT_EMPTY_PATH) == -1)
			return -1;
		o->f.size = st.st_size;
	}
	return o->f.size;
}

/* ---- views ---- */

static uint64_t
key_of(const struct view_key *k)
{
	return (uint64_t)k->node << 32 | k->slot;
}

static void
view_unlink(struct view_cache *c, struct view *v)
{
	if (v->prev != NULL)
		v->prev->next = v->next;
	else
		c->first = v->next;
	if (v->next != NULL)
		v->next->prev = v->prev;
	else
		c->last = v->prev;
}

static void
view_to_front(struct view_cache *c, struct view *v)
{
	v->prev = NULL;
	v->next = c->first;
	if (v->next != NULL)
		v->next->prev = v;
	else
		c->last = v;
	c->first = v;
}

static void
view_free(struct view_cache *c, struct view *v)
{
	struct view **p = &c->hash[hash_u64(v->key) & (c->hash_size - 1)];

	while (*p != v)
		p = &(*p)->hash_next;
	*p = v->hash_next;
	view_unlink(c, v);
	for (uint32_t i = 0; i < v->n; i++)
		if (v->seg[i].file != NULL)
			file_detach(c, v->seg[i].file);
	epochs_fini(&v->epochs);
	free(v->seg);
	free(v->dir);
	free(v);
	c->views--;
}

struct listing {
	struct view_segment *seg;
	uint32_t n, cap;
	int64_t *txn;
	uint32_t ntxn, captxn;
};

static int
list_file(const char *name, unsigned char type, void *arg)
{
	struct listing *l = arg;
	size_t len = strlen(name);
	int64_t base;

	(void)type;
	if (len == 24 && (base = name_base(name, ".log")) >= 0) {
		if (l->n == l->cap) {
			l->cap = l->cap == 0 ? 4 : l->cap * 2;
			l->seg = xreallocarray(l->seg, l->cap, sizeof(*l->seg));
		}
		l->seg[l->n++] = (struct view_segment){ .base = base };
	} else if (len == 29 && (base = name_base(name, ".txnindex")) >= 0) {
		if (l->ntxn == l->captxn) {
			l->captxn = l->captxn == 0 ? 4 : l->captxn * 2;
			l->txn = xreallocarray(l->txn, l->captxn, sizeof(*l->txn));
		}
		l->txn[l->ntxn++] = base;
	}
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct view_segment *x = a, *y = b;

	return x->base < y->base ? -1 : x->base > y->base;
}

/* Is the open file still the one of that name? */
static bool
same_file(struct view *v, const struct view_file *f)
{
	char path[PATH_MAX];
	struct stat mine, named;

	snprintf(path, sizeof(path), "%s/%020" PRId64 ".log", v->dir, f->base);
	return store_sys.fstatat(f->fd, "", &mine, AT_EMPTY_PATH) == 0 &&
	    store_sys.fstatat(AT_FDCWD, path, &named, 0) == 0 && mine.st_ino == named.st_ino &&
	    mine.st_dev == named.st_dev;
}

/* The directory as it is now; open files that are still of it are kept. */
static int
refresh(struct view *v)
{
	struct listing l = { 0 };
	struct view old = *v;

	if (dir_each(AT_FDCWD, v->dir, list_file, &l) == -1) {
		free(l.seg);
		free(l.txn);
		return -1;
	}
	if (l.n > 1)
		qsort(l.seg, l.n, sizeof(*l.seg), compare);
	for (uint32_t i = 0; i < old.n; i++) {
		struct view_file *f = old.seg[i].file;

		if (f != NULL && !same_file(v, f))
			file_detach(v->cache, f);
	}
	v->seg = l.seg;
	v->n = l.n;
	v->cap = l.cap;
	for (uint32_t i = 0; i < old.n; i++) {
		struct view_file *f = old.seg[i].file;
		struct view_segment *s = f == NULL ? NULL : view_segment(v, f->base);

		if (f == NULL)
			continue;
		f->size = -1;
		((struct view_open *)f)->index_n = -1;
		if (s != NULL)
			s->file = f;
		else
			file_detach(v->cache, f);
	}
	for (uint32_t i = 0; i < l.ntxn; i++) {
		struct view_segment *s = view_segment(v, l.txn[i]);

		if (s != NULL)
			s->txnindex = true;
	}
	free(l.txn);
	free(old.seg);
	epochs_fini(&v->epochs);
	v->epochs_read = false;
	return 0;
}

static struct view *
view_new(struct view_cache *c, const struct view_key *key)
{
	struct view *v = xcalloc(1, sizeof(*v));
	uint32_t h = (uint32_t)(hash_u64(key_of(key)) & (c->hash_size - 1));

	while (c->views >= c->max_views && c->last != NULL)
		view_free(c, c->last);
	v->cache = c;
	v->key = key_of(key);
	v->slot_generation = key->slot_generation;
	v->dir = xasprintf("%s/%s-%" PRId32, key->disk, key->topic, key->partition);
	v->hash_next = c->hash[h];
	c->hash[h] = v;
	c->views++;
	view_to_front(c, v);
	return v;
}

bool
view_known(const struct view_cache *c, const struct view_key *key)
{
	uint64_t k = key_of(key);
	const struct view *v = c->hash[hash_u64(k) & (c->hash_size - 1)];

	while (v != NULL && v->key != k)
		v = v->hash_next;
	return v != NULL && v->slot_generation == key->slot_generation;
}

struct view *
view_get(struct view_cache *c, const struct view_key *key)
{
	uint64_t k = key_of(key);
	struct view *v = c->hash[hash_u64(k) & (c->hash_size - 1)];
	int saved;

	while (v != NULL && v->key != k)
		v = v->hash_next;
	if (v != NULL && v->slot_generation != key->slot_generation) {
		view_free(c, v);
		v = NULL;
	}
	if (v == NULL) {
		v = view_new(c, key);
	} else {
		if (v->used != c->mono) {
			v->used = c->mono;
			view_unlink(c, v);
			view_to_front(c, v);
		}
		if (v->generation == key->generation)
			return v;
	}
	if (refresh(v) == -1) {
		saved = errno;
		view_free(c, v);
		errno = saved;
		return NULL;
	}
	v->generation = key->generation;
	return v;
}

/* ---- the cache ---- */

struct view_cache *
view_cache_new(unsigned max_fds)
{
	struct view_cache *c = xcalloc(1, sizeof(*c));

	c->max_fds = max_fds < 8 ? 8 : max_fds;
	c->max_views = c->max_fds < 512 ? 1024 : c->max_fds * 2;
	for (c->hash_size = 64; c->hash_size < c->max_views; c->hash_size *= 2)
		;
	c->hash = xcalloc(c->hash_size, sizeof(*c->hash));
	return c;
}

void
view_cache_free(struct view_cache **cp)
{
	struct view_cache *c = *cp;

	*cp = NULL;
	if (c == NULL)
		return;
	while (c->last != NULL)
		view_free(c, c->last);
	while (c->file_first != NULL) { /* held to the end */
		c->file_first->refs = 0;
		file_detach(c, c->file_first);
	}
	free(c->hash);
	free(c->buf);
	free(c);
}

void
view_cache_drop(struct view_cache *c, const char *disk)
{
	size_t n = strlen(disk);

	for (struct view *v = c->first, *next; v != NULL; v = next) {
		next = v->next;
		if (strncmp(v->dir, disk, n) == 0 && v->dir[n] == '/')
			view_free(c, v);
	}
}

unsigned
view_cache_fds(const struct view_cache *c)
{
	return c->fds;
}

unsigned
view_cache_tick(struct view_cache *c, int64_t mono)
{
	struct view_file *f, *next;
	unsigned before = c->fds;
	struct stat st;

	c->mono = mono;
	c->sweep++;
	for (f = c->file_first; f != NULL; f = next) {
		struct view_open *o = (struct view_open *)f;

		next = f->next;
		if (o->used == 0) /* opened before the first tick */
			o->used = mono;
		if (c->sweep % SWEEP == 0 && !f->gone &&
		    store_sys.fstatat(f->fd, "", &st, AT_EMPTY_PATH) == 0 && st.st_nlink == 0)
			f->gone = true;
		if (f->view != NULL && (f->gone || (f->refs == 0 && mono - o->used > IDLE_MS)))
			file_detach(c, f);
	}
	return before - c->fds;
}

uint8_t *
view_buf(struct view *v)
{
	if (v->cache->buf == NULL)
		v->cache->buf = xmalloc(VIEW_BUF);
	return v->cache->buf;
}
