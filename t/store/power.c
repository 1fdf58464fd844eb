/* SPDX-License-Identifier: ISC */
/* power.c - see power.h.  Not for more than a few hundred files: everything is looked for from end
 * to end. */
#include "config.h"

#include "power.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/xalloc.h"
#include "odradek/store/sys.h"
#include "t/tap/tap.h"

struct change { /* of a file, not synced */
	bool truncate;
	size_t off, len; /* truncate: len = the new size */
	uint8_t *data;
};

struct entry {
	char name[256];
	struct node *node;
};

struct node {
	struct node *next; /* of all */
	bool dir;
	ino_t ino; /* 0: another file has the number now */
	/* file */
	uint8_t *data; /* on the medium */
	size_t len;
	struct change *change;
	size_t changes;
	/* directory */
	struct entry *now, *synced;
	size_t nnow, nsynced;
	bool linked; /* it has had two names */
	bool made;   /* by the cut that is being made ... */
	char made_as[256];
};

struct namechange { /* of a directory, not synced, in the order of the calls */
	struct node *dir, *node;
	char from[256], to[256]; /* link: from is ""; unlink: to is "" */
};

static struct store_sys real;
static struct node *nodes, *root;
static struct namechange *names;
static size_t nnames;
static int64_t calls, cut_at = -1;
static char cut_to[512];
static void (*cut_fn)(void *);
static void *cut_arg;
static bool was_cut;

/* ---- chance ---- */

static uint64_t state = 1;
static size_t sector = 512;
static bool journal;
static bool garbage; /* what was never written is not zero */

static uint32_t
chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 20) % below);
}

void
power_seed(uint64_t seed)
{
	state = (seed + 1) * 0x9E3779B97F4A7C15u;
	chance(2);
	sector = chance(2) == 0 ? 512 : 4096;
	journal = chance(2) == 0;
	garbage = chance(8) == 0;
}

/* ---- names ---- */

static struct entry *
find(struct entry *e, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(e[i].name, name) == 0)
			return &e[i];
	return NULL;
}

static void
put(struct entry **e, size_t *n, const char *name, struct node *node)
{
	struct entry *at = find(*e, *n, name);

	if (at == NULL) {
		*e = xreallocarray(*e, *n + 1, sizeof(**e));
		at = &(*e)[(*n)++];
		snprintf(at->name, sizeof(at->name), "%s", name);
	}
	at->node = node;
}

static void
del(struct entry *e, size_t *n, const char *name)
{
	struct entry *at = find(e, *n, name);

	if (at != NULL)
		*at = e[--*n];
}

static void
apply(struct entry **e, size_t *n, const struct namechange *c)
{
	if (c->from[0] != '\0')
		del(*e, n, c->from);
	if (c->to[0] != '\0')
		put(e, n, c->to, c->node);
}

static void
rename_in(struct node *dir, const char *from, const char *to, struct node *node)
{
	struct namechange *c;

	names = xreallocarray(names, nnames + 1, sizeof(*names));
	c = &names[nnames++];
	memset(c, 0, sizeof(*c));
	c->dir = dir;
	c->node = node;
	snprintf(c->from, sizeof(c->from), "%s", from);
	snprintf(c->to, sizeof(c->to), "%s", to);
	apply(&dir->now, &dir->nnow, c);
}

/* Changes of this directory (NULL: of all) are on the medium. */
static void
sync_names(const struct node *dir)
{
	size_t last = 0, n = 0;

	for (size_t i = 0; i < nnames; i++)
		if (names[i].dir == dir)
			last = i + 1;
	for (size_t i = 0; i < nnames; i++) {
		struct namechange *c = &names[i];

		if (dir == NULL || c->dir == dir || (journal && i < last))
			apply(&c->dir->synced, &c->dir->nsynced, c);
		else
			names[n++] = *c;
	}
	nnames = n;
}

/* ---- files ---- */

static struct node *
new_node(bool dir, ino_t ino)
{
	struct node *n;

	for (n = nodes; n != NULL; n = n->next)
		if (n->ino == ino)
			n->ino = 0;
	n = xcalloc(1, sizeof(*n));
	n->dir = dir;
	n->ino = ino;
	n->next = nodes;
	return nodes = n;
}

static struct node *
node_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return NULL;
	for (struct node *n = nodes; n != NULL; n = n->next)
		if (n->ino == st.st_ino)
			return n;
	return NULL;
}

/* The directory that path leads into, and the last name of it; NULL when it is not in the tree. */
static struct node *
parent(int dirfd, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	struct node *dir = path[0] == '/' || dirfd == AT_FDCWD ? NULL : node_of(dirfd);
	char first[256];
	struct entry *e;

	*name = slash == NULL ? path : slash + 1;
	if (dir == NULL || slash == NULL)
		return dir;
	snprintf(first, sizeof(first), "%.*s", (int)(slash - path), path);
	e = find(dir->now, dir->nnow, first);
	return e == NULL ? NULL : e->node;
}

static void
changed(struct node *n, size_t off, size_t len, const void *data)
{
	struct change *c;

	if (n == NULL || n->dir)
		return;
	n->change = xreallocarray(n->change, n->changes + 1, sizeof(*n->change));
	c = &n->change[n->changes++];
	*c = (struct change){.truncate = data == NULL, .off = off, .len = len};
	if (data != NULL) {
		c->data = xmalloc(len + 1);
		memcpy(c->data, data, len);
	}
}

static size_t
size_after(const struct node *n, size_t changes)
{
	size_t size = n->len;

	for (size_t i = 0; i < changes; i++) {
		const struct change *c = &n->change[i];

		if (c->truncate)
			size = c->len;
		else if (c->off + c->len > size)
			size = c->off + c->len;
	}
	return size;
}

/* Bytes [from, from + n) as they were after so many changes. */
static void
bytes_after(const struct node *node, size_t changes, size_t from, size_t n, uint8_t *out)
{
	size_t end = from + n;

	memset(out, 0, n);
	if (from < node->len)
		memcpy(out, node->data + from, node->len < end ? node->len - from : n);
	for (size_t i = 0; i < changes; i++) {
		const struct change *c = &node->change[i];
		size_t a = c->off > from ? c->off : from,
		       b = c->off + c->len < end ? c->off + c->len : end;

		if (c->truncate && c->len < end)
			memset(out + (c->len > from ? c->len - from : 0), 0,
			    c->len > from ? end - c->len : n);
		else if (!c->truncate && a < b)
			memcpy(out + (a - from), c->data + (a - c->off), b - a);
	}
}

static void
forget_changes(struct node *n)
{
	for (size_t i = 0; i < n->changes; i++)
		free(n->change[i].data);
	n->changes = 0;
}

static void
sync_file(struct node *n)
{
	size_t size = size_after(n, n->changes);
	uint8_t *data;

	if (n->changes == 0)
		return;
	data = xmalloc(size + 1);
	bytes_after(n, n->changes, 0, size, data);
	free(n->data);
	n->data = data;
	n->len = size;
	forget_changes(n);
}

/* ---- a cut ---- */

static void
write_file(int dirfd, const char *name, const struct node *n)
{
	static const uint32_t bias[] = {
	    0, 1, 1, 2, 2, 2}; /* nothing of it, all of it, some of it */
	uint32_t kind = bias[chance(6)];
	size_t at = kind == 0 ? 0 : chance(2) == 0 ? n->changes : chance((uint32_t)n->changes + 1);
	size_t size = size_after(n, chance(3) == 0 ? n->changes : at);
	uint8_t *data = xmalloc(size + 1);
	int fd;

	for (size_t from = 0; from < size; from += sector) {
		size_t len = size - from < sector ? size - from : sector;
		size_t k = kind == 2 ? chance((uint32_t)n->changes + 1) : at;

		bytes_after(n, k, from, len, data + from);
		if (garbage && k == 0 && n->changes > 0 && from >= n->len)
			for (size_t i = 0; i < len; i++)
				data[from + i] = (uint8_t)chance(256);
	}
	fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd == -1 || pwrite_full(fd, data, size, 0) == -1)
		bail("%s: %s", name, strerror(errno));
	close(fd);
	free(data);
}

static void
write_dir(int dirfd, struct node *dir, const bool *take)
{
	struct entry *e = xcalloc(dir->nsynced + 1, sizeof(*e));
	size_t n = dir->nsynced;

	if (n > 0)
		memcpy(e, dir->synced, n * sizeof(*e));
	for (size_t i = 0; i < nnames; i++)
		if (take[i] && names[i].dir == dir)
			apply(&e, &n, &names[i]);
	for (size_t i = 0; i < n; i++) {
		int fd;

		if (e[i].node->made && e[i].node->linked &&
		    linkat(dirfd, e[i].node->made_as, dirfd, e[i].name, 0) == -1)
			bail("%s: %s", e[i].name, strerror(errno));
		if (e[i].node->made) /* of two names that one rename left, the first */
			continue;
		e[i].node->made = true;
		memcpy(e[i].node->made_as, e[i].name, sizeof(e[i].name));
		if (!e[i].node->dir) {
			write_file(dirfd, e[i].name, e[i].node);
			continue;
		}
		if (mkdirat(dirfd, e[i].name, 0755) == -1 ||
		    (fd = openat(dirfd, e[i].name, O_RDONLY | O_DIRECTORY)) == -1)
			bail("%s: %s", e[i].name, strerror(errno));
		write_dir(fd, e[i].node, take);
		close(fd);
	}
	free(e);
}

void
power_cut(const char *to)
{
	bool *take = xcalloc(nnames + 1, sizeof(*take));
	size_t upto = chance((uint32_t)nnames + 1);
	uint32_t kind = chance(4);
	int fd = open(to, O_RDONLY | O_DIRECTORY);

	if (fd == -1)
		bail("%s: %s", to, strerror(errno));
	for (size_t i = 0; i < nnames; i++)
		take[i] = journal || names[i].from[0] != '\0' ? i < upto
			  : kind == 0                         ? false
			  : kind == 1                         ? true
							      : chance(2) == 0;
	for (struct node *n = nodes; n != NULL; n = n->next)
		n->made = false;
	write_dir(fd, root, take);
	close(fd);
	free(take);
	was_cut = true;
}

void
power_cut_at(int64_t n, const char *to, void (*fn)(void *), void *arg)
{
	cut_at = n;
	snprintf(cut_to, sizeof(cut_to), "%s", to);
	cut_fn = fn;
	cut_arg = arg;
	was_cut = false;
}

int
power_was_cut(void)
{
	return was_cut;
}

int
power_in_order(void)
{
	return journal;
}

int64_t
power_calls(void)
{
	return calls;
}

static void
step(void)
{
	if (calls++ != cut_at)
		return;
	if (cut_fn != NULL)
		cut_fn(cut_arg);
	power_cut(cut_to);
}

/* ---- the calls ---- */

static int
p_openat(int dirfd, const char *path, int flags, mode_t mode)
{
	const char *name;
	struct node *dir = parent(dirfd, path, &name), *n;
	struct entry *e = dir == NULL ? NULL : find(dir->now, dir->nnow, name);
	struct stat st;
	int fd;

	if (dir == NULL || !(flags & (O_CREAT | O_TRUNC)))
		return real.openat(dirfd, path, flags, mode);
	step();
	if ((fd = real.openat(dirfd, path, flags, mode)) == -1)
		return -1;
	if (e == NULL) {
		if (fstat(fd, &st) == -1)
			bail("fstat");
		n = new_node(false, st.st_ino);
		rename_in(dir, "", name, n);
	} else if ((flags & O_TRUNC) && size_after(e->node, e->node->changes) > 0) {
		changed(e->node, 0, 0, NULL);
	}
	return fd;
}

static ssize_t
p_pwrite(int fd, const void *p, size_t n, off_t off)
{
	ssize_t r;

	step();
	r = real.pwrite(fd, p, n, off);
	if (r > 0)
		changed(node_of(fd), (size_t)off, (size_t)r, p);
	return r;
}

static ssize_t
p_pwritev(int fd, const struct iovec *iov, int n, off_t off)
{
	size_t all = 0;
	uint8_t *flat, *p;
	ssize_t r;

	step();
	r = real.pwritev(fd, iov, n, off);
	for (int i = 0; i < n; i++)
		all += iov[i].iov_len;
	p = flat = xmalloc(all + 1);
	for (int i = 0; i < n; p += iov[i++].iov_len)
		memcpy(p, iov[i].iov_base, iov[i].iov_len);
	if (r > 0)
		changed(node_of(fd), (size_t)off, (size_t)r, flat);
	free(flat);
	return r;
}

static int
p_ftruncate(int fd, off_t len)
{
	step();
	changed(node_of(fd), 0, (size_t)len, NULL);
	return real.ftruncate(fd, len);
}

static int
p_fsync(int fd)
{
	struct node *n = node_of(fd);

	step();
	if (n == NULL)
		bail("fsync of something unknown");
	if (n->dir)
		sync_names(n);
	else
		sync_file(n);
	return 0;
}

static int
p_syncfs(int fd)
{
	(void)fd;
	step();
	sync_names(NULL);
	for (struct node *n = nodes; n != NULL; n = n->next)
		if (!n->dir)
			sync_file(n);
	return 0;
}

/* Starts writing, promises nothing. */
static int
p_sync_file_range(int fd, off_t off, off_t len, unsigned flags)
{
	(void)fd, (void)off, (void)len, (void)flags;
	return 0;
}

static int
p_renameat(int a, const char *from, int b, const char *to)
{
	const char *old, *new;
	struct node *dir = parent(a, from, &old);
	struct entry *e = dir == NULL ? NULL : find(dir->now, dir->nnow, old);

	if (e == NULL || parent(b, to, &new) != dir) {
		if (e != NULL)
			bail("rename between directories: %s", from);
		return real.renameat(a, from, b, to);
	}
	step();
	if (real.renameat(a, from, b, to) == -1)
		return -1;
	e = find(dir->now, dir->nnow, old); /* a cut moves nothing, but be sure */
	rename_in(dir, old, new, e->node);
	return 0;
}

static int
p_linkat(int a, const char *from, int b, const char *to, int flags)
{
	const char *old, *new;
	struct node *dir = parent(a, from, &old);
	struct entry *e = dir == NULL ? NULL : find(dir->now, dir->nnow, old);

	if (e == NULL)
		return real.linkat(a, from, b, to, flags);
	if (parent(b, to, &new) != dir)
		bail("link between directories: %s", from);
	step();
	if (real.linkat(a, from, b, to, flags) == -1)
		return -1;
	e->node->linked = true;
	rename_in(dir, "", new, e->node);
	return 0;
}

static int
p_unlinkat(int dirfd, const char *path, int flags)
{
	const char *name;
	struct node *dir = parent(dirfd, path, &name);

	if (dir == NULL || find(dir->now, dir->nnow, name) == NULL)
		return real.unlinkat(dirfd, path, flags);
	step();
	if (real.unlinkat(dirfd, path, flags) == -1)
		return -1;
	rename_in(dir, name, "", NULL);
	return 0;
}

static int
p_mkdirat(int dirfd, const char *path, mode_t mode)
{
	const char *name;
	struct node *dir = parent(dirfd, path, &name);
	struct stat st;

	if (dir == NULL)
		bail("mkdir outside: %s", path);
	step();
	if (real.mkdirat(dirfd, path, mode) == -1)
		return -1;
	if (fstatat(dirfd, path, &st, 0) == -1)
		bail("%s: %s", path, strerror(errno));
	rename_in(dir, "", name, new_node(true, st.st_ino));
	return 0;
}

/* ---- watching ---- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static struct node *
scan_file(const char *path, const struct stat *st)
{
	struct node *n;
	int fd;

	for (n = nodes; n != NULL && st->st_nlink > 1; n = n->next)
		if (n->ino == st->st_ino)
			return n;
	n = new_node(false, st->st_ino);
	n->linked = st->st_nlink > 1;
	n->len = (size_t)st->st_size;
	n->data = xmalloc(n->len + 1);
	fd = open(path, O_RDONLY);
	if (fd == -1 || read_full(fd, n->data, n->len) != (ssize_t)n->len)
		bail("%s: %s", path, strerror(errno));
	close(fd);
	return n;
}

static struct node *
scan(const char *path)
{
	struct node *dir;
	struct dirent *e;
	struct stat st;
	DIR *d = opendir(path);

	if (d == NULL || stat(path, &st) == -1)
		bail("%s: %s", path, strerror(errno));
	dir = new_node(true, st.st_ino);
	while ((e = readdir(d)) != NULL) {
		char *sub = xasprintf("%s/%s", path, e->d_name);
		struct node *n;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
			free(sub);
			continue;
		}
		if (stat(sub, &st) == -1)
			bail("%s: %s", sub, strerror(errno));
		if (S_ISDIR(st.st_mode)) {
			n = scan(sub);
		} else {
			n = scan_file(sub, &st);
		}
		put(&dir->now, &dir->nnow, e->d_name, n);
		put(&dir->synced, &dir->nsynced, e->d_name, n);
		free(sub);
	}
	closedir(d);
	/* in an order that is the same every time */
	if (dir->nsynced > 0)
		qsort(dir->synced, dir->nsynced, sizeof(*dir->synced), by_name);
	return dir;
}

static void
forget(void)
{
	struct node *n, *next;

	for (n = nodes; n != NULL; n = next) {
		next = n->next;
		forget_changes(n);
		free(n->change);
		free(n->data);
		free(n->now);
		free(n->synced);
		free(n);
	}
	nodes = root = NULL;
	nnames = 0;
	calls = 0;
	cut_at = -1;
	was_cut = false;
}

void
power_watch(const char *dir)
{
	if (real.openat == NULL)
		real = store_sys;
	forget();
	root = scan(dir);
	store_sys.openat = p_openat;
	store_sys.pwrite = p_pwrite;
	store_sys.pwritev = p_pwritev;
	store_sys.ftruncate = p_ftruncate;
	store_sys.fsync = store_sys.fdatasync = p_fsync;
	store_sys.syncfs = p_syncfs;
	store_sys.sync_file_range = p_sync_file_range;
	store_sys.renameat = p_renameat;
	store_sys.linkat = p_linkat;
	store_sys.unlinkat = p_unlinkat;
	store_sys.mkdirat = p_mkdirat;
}

void
power_unwatch(void)
{
	forget();
	free(names);
	names = NULL;
	if (real.openat != NULL)
		store_sys = real;
}
