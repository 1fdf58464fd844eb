/* SPDX-License-Identifier: ISC */
/*
 * scrub.c - one segment after the other, from its beginning to its end, at the caller's pace.
 *
 * Cleaner, command line.  What comes into the page cache is trusted by acceptors if it was appended in their daemon's life; so
 * what was not there before is dropped again at once, and damage in any case.  What is in the page cache is
 * checked as it is there; the medium below it is looked at once it has left.
 *
 * A finding counts only if the segment is still the one that was opened, and ends where it ended: compaction,
 * truncation and appends go on meanwhile.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "odradek/base/xalloc.h"
#include "odradek/store/scrub.h"
#include "odradek/store/view.h"
#include "store_priv.h"

enum { TAIL_TRIES = 5, TAIL_MS = 100, PAGE = 4096 };

struct scrub {
	char *dir;
	int fd;
	int64_t base, next; /* next: base of the segment behind it; -1 = it is the last */
	struct stat st;
	struct verify *v;
};

struct pair {
	int64_t from, base, next;
};

/* The least base that is not below `from`, and the one behind it. */
static int
list_file(const char *name, unsigned char type, void *arg)
{
	struct pair *p = arg;
	int64_t base = strlen(name) == 24 ? name_base(name, ".log") : -1;

	(void)type;
	if (base < 0 || base < p->from)
		return 0;
	if (p->base == -1 || base < p->base) {
		p->next = p->base;
		p->base = base;
	} else if (p->next == -1 || base < p->next) {
		p->next = base;
	}
	return 0;
}

static int
look(const char *dir, int64_t from, struct pair *p)
{
	*p = (struct pair){ from, -1, -1 };
	return dir_each(AT_FDCWD, dir, list_file, p);
}

int
scrub_open(struct scrub **sp, const char *dir, int64_t from, int64_t active)
{
	struct scrub *s;
	struct pair p;
	char path[PATH_MAX];

	*sp = NULL;
	if (look(dir, from, &p) == -1)
		return -1;
	if (p.base == -1 || (active >= 0 && p.base >= active))
		return 0;
	s = xcalloc(1, sizeof(*s));
	s->dir = xstrdup(dir);
	s->base = p.base;
	s->next = p.next;
	snprintf(path, sizeof(path), "%s/%020" PRId64 ".log", dir, p.base);
	if ((s->fd = store_open(AT_FDCWD, path, O_RDONLY | O_NOATIME)) == -1 && errno == EPERM)
		s->fd = store_open(AT_FDCWD, path, O_RDONLY);
	if (s->fd == -1 || store_sys.fstatat(s->fd, "", &s->st, AT_EMPTY_PATH) == -1) {
		int saved = errno;

		scrub_close(&s);
		errno = saved == ENOENT ? ESTALE : saved;
		return -1;
	}
	store_sys.fadvise(s->fd, 0, 0, POSIX_FADV_RANDOM);
	s->v = verify_new(s->fd, s->base, 0, s->st.st_size, s->next >= 0 ? s->next : INT64_MAX, s->base);
	*sp = s;
	return 0;
}

void
scrub_close(struct scrub **sp)
{
	struct scrub *s = *sp;

	*sp = NULL;
	if (s == NULL)
		return;
	if (s->v != NULL)
		verify_free(&s->v);
	store_close(&s->fd);
	free(s->dir);
	free(s);
}

bool
scrub_is_tail(const struct scrub *s, const struct bad_range *bad)
{
	return s->next == -1 && bad->to == s->st.st_size;
}

/* Is the file what it was when it was opened?  The end of the last one may be in the middle of an append. */
static bool
unchanged(struct scrub *s, const struct bad_range *bad)
{
	static const struct timespec pause = { 0, TAIL_MS * 1000000L };
	int tries = scrub_is_tail(s, bad) ? TAIL_TRIES : 1;
	char path[PATH_MAX];
	struct stat st;
	struct pair p;

	snprintf(path, sizeof(path), "%s/%020" PRId64 ".log", s->dir, s->base);
	for (int i = 0; i < tries; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		if (look(s->dir, s->base, &p) == -1 || p.base != s->base || p.next != s->next ||
		    store_sys.fstatat(AT_FDCWD, path, &st, 0) == -1 || st.st_ino != s->st.st_ino ||
		    st.st_dev != s->st.st_dev || st.st_size < s->st.st_size ||
		    (tries > 1 && st.st_size != s->st.st_size))
			return false;
	}
	return true;
}

int
scrub_step(struct scrub *s, int64_t bytes, struct bad_range *bad)
{
	int64_t from = verify_position(s->v), upto = from + bytes;
	bool held;
	int r;

	if (upto > s->st.st_size)
		upto = s->st.st_size;
	held = view_resident(s->fd, from, (size_t)(upto - from)) == 1;
	if ((r = verify_run(s->v, upto, bad)) == 1)
		r = verify_rest(s->v, bad);
	if (r == 0)
		view_drop(s->fd, bad->from & ~(int64_t)(PAGE - 1), 0);
	else if (!held)
		view_drop(s->fd, from & ~(int64_t)(PAGE - 1), verify_position(s->v) - (from & ~(int64_t)(PAGE - 1)) + PAGE);
	if (r == 0 && !unchanged(s, bad)) {
		errno = ESTALE;
		return -1;
	}
	return r == 1 && verify_position(s->v) >= s->st.st_size ? 2 : r;
}

int64_t
scrub_segment(const struct scrub *s)
{
	return s->base;
}

int64_t
scrub_position(const struct scrub *s)
{
	return verify_position(s->v);
}

int64_t
scrub_size(const struct scrub *s)
{
	return s->st.st_size;
}
