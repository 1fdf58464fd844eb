/* SPDX-License-Identifier: ISC */
/*
 * open.c - a partition directory becomes a log: made, or listed, checked for its topic id and handed to recovery.
 *
 * Writer.  A start opens every log of the disk, so this counts system calls: one listing, one look at each .log,
 * partition.metadata.  What an interrupted swap of compacted segments left behind is finished as Kafka does it.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/uuid.h"
#include "odradek/base/xalloc.h"
#include "store_priv.h"

enum file_kind { F_LOG, F_INDEX, F_TIMEINDEX, F_TXNINDEX, F_SNAPSHOT, F_SWAP, F_INDEX_SWAP, F_SWAP_MARK };

struct file {
	int64_t base;
	int64_t last; /* F_SWAP_MARK */
	enum file_kind kind;
};

struct listing {
	struct plog *log;
	struct file *f;
	uint32_t n, cap;
	bool compacted;
};

static void
list_add(struct listing *l, int64_t base, enum file_kind kind)
{
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 16 : l->cap * 2;
		l->f = xreallocarray(l->f, l->cap, sizeof(*l->f));
	}
	l->f[l->n++] = (struct file){ .base = base, .kind = kind };
}

static bool
ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n >= m && strcmp(name + n - m, suffix) == 0;
}

/* "<base>.<last>.replaced" */
static bool
swap_mark(struct listing *l, const char *name)
{
	char base[21];
	int64_t last;

	if (strlen(name) != 41 + strlen(SWAP_MARK) || name[20] != '.' || (last = name_base(name + 21, SWAP_MARK)) < 0)
		return false;
	memcpy(base, name, 20);
	base[20] = '\0';
	if (name_base(base, "") < 0)
		return false;
	list_add(l, name_base(base, ""), F_SWAP_MARK);
	l->f[l->n - 1].last = last;
	return true;
}

static int
list_file(const char *name, unsigned char type, void *arg)
{
	static const struct {
		const char *suffix;
		enum file_kind kind;
	} known[] = { { ".log", F_LOG }, { ".index", F_INDEX }, { ".timeindex", F_TIMEINDEX },
		{ ".txnindex", F_TXNINDEX }, { ".snapshot", F_SNAPSHOT }, { ".log.swap", F_SWAP }, { ".index.swap", F_INDEX_SWAP },
		{ ".timeindex.swap", F_INDEX_SWAP }, { ".txnindex.swap", F_INDEX_SWAP } };
	struct listing *l = arg;
	char path[PATH_BYTES];

	(void)type;
	if (strlen(name) > 20)
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			int64_t base = name_base(name, known[i].suffix);

			if (base >= 0) {
				list_add(l, base, known[i].kind);
				return 0;
			}
		}
	if (swap_mark(l, name))
		return 0;
	if (strcmp(name, COMPACTED_MARK) == 0) {
		l->compacted = true;
		return 0;
	}
	/* leftovers that mean nothing any more; everything else that we do not know stays where it is */
	if (ends_with(name, ".deleted") || ends_with(name, ".cleaned") || ends_with(name, ".tmp"))
		disk_doom(l->log->disk, path_in(path, l->log->name, name), 0, false);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	if (x->base != y->base)
		return x->base < y->base ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

/* ---- an interrupted swap: the compacted segment replaces all that it covers ---- */

static int
last_offset_of(struct plog *log, const char *path, int64_t base, int64_t *last)
{
	uint8_t *buf = disk_buf(log->disk);
	struct batch_header h;
	struct walk w;
	struct stat st;
	int64_t pos;
	int fd = store_open(log->disk->dirfd, path, O_RDONLY), r;

	*last = base;
	if (fd == -1 || store_sys.fstatat(fd, "", &st, AT_EMPTY_PATH) == -1) {
		store_close(&fd);
		return -1;
	}
	walk_init(&w, fd, base, 0, st.st_size, base, buf, WALK_WINDOW);
	while ((r = walk_next(&w, &h, &pos)) == 1)
		*last = h.base_offset + h.last_offset_delta;
	store_close(&fd);
	return r;
}

/* What the new segment covers goes away, and it gets its name; again and again until it is done (swap.c). */
static int
finish_swap(struct listing *l, int64_t base)
{
	static const char *const suffix[] = { ".log", ".index", ".timeindex", ".txnindex" };
	struct disk *disk = l->log->disk;
	char path[PATH_BYTES];
	int64_t last = -1;

	for (uint32_t i = 0; i < l->n; i++)
		if (l->f[i].kind == F_SWAP_MARK && l->f[i].base == base && l->f[i].last > last)
			last = l->f[i].last;
	path_segment(path, l->log->name, base, ".log.swap");
	if (last == -1 && last_offset_of(l->log, path, base, &last) == -1) /* Kafka's, which makes no mark */
		return -1;
	log_info("finishing an interrupted compaction of \"%s\" at %" PRId64, l->log->name, base);
	if (swap_files(disk, l->log->name, base, 0) == -1)
		return -1;
	for (uint32_t i = 0; i < l->n; i++)
		if (l->f[i].kind == F_LOG && l->f[i].base > base && l->f[i].base <= last)
			for (size_t k = 0; k < sizeof(suffix) / sizeof(suffix[0]); k++)
				store_sys.unlinkat(disk->dirfd, path_segment(path, l->log->name, l->f[i].base,
				    suffix[k]), 0);
	/* durable before the mark of it goes: else old and new would lie there side by side */
	if (store_fsync_path(disk->dirfd, l->log->name, false) == -1)
		return -1;
	return swap_forget_marks(disk->dirfd, l->log->name, base, last);
}

static int
drop_swapped_indexes(struct listing *l, int64_t base)
{
	static const char *const suffix[] = { ".index.swap", ".timeindex.swap", ".txnindex.swap" };
	char path[PATH_BYTES];

	for (size_t k = 0; k < sizeof(suffix) / sizeof(suffix[0]); k++)
		if (store_sys.unlinkat(l->log->disk->dirfd, path_segment(path, l->log->name, base, suffix[k]), 0) == -1 &&
		    errno != ENOENT)
			return -1;
	return 0;
}

/* 1: files were moved, list again; 0; -1. */
static int
finish_swaps(struct listing *l)
{
	int moved = 0;

	for (uint32_t i = 0; i < l->n; i++)
		if (l->f[i].kind == F_SWAP) {
			if (finish_swap(l, l->f[i].base) == -1)
				return -1;
			moved = 1;
		}
	/* a mark without .log.swap: nothing was replaced yet, or all is done */
	for (uint32_t i = 0; i < l->n; i++)
		if (l->f[i].kind == F_SWAP_MARK &&
		    swap_forget_marks(l->log->disk->dirfd, l->log->name, l->f[i].base, l->f[i].last) == -1)
			return -1;
	/* those without a log: it was still .cleaned */
	for (uint32_t i = 0; i < l->n; i++)
		if (l->f[i].kind == F_INDEX_SWAP && drop_swapped_indexes(l, l->f[i].base) == -1)
			return -1;
	return moved;
}

/* ---- segments ---- */

static int
add_segments(struct listing *l, struct found *f)
{
	struct plog *log = l->log;
	char path[PATH_BYTES];
	struct stat st;

	f->compacted = l->compacted;
	f->has = xcalloc(l->n + 1, 1);
	f->snapshot = xcalloc((size_t)l->n + 1, sizeof(*f->snapshot));
	for (uint32_t i = 0; i < l->n; i++) {
		const struct file *e = &l->f[i];
		bool same = log->nseg > 0 && plog_active(log)->base == e->base;

		if (e->kind == F_LOG) {
			struct segment *s;

			path_segment(path, log->name, e->base, ".log");
			if (store_sys.fstatat(log->disk->dirfd, path, &st, 0) == -1)
				return -1;
			s = plog_add_segment(log, e->base);
			s->size = st.st_size;
			s->mtime = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
			log->line.size += s->size;
		} else if (e->kind == F_INDEX && same) {
			f->has[log->nseg - 1] |= FOUND_INDEX;
		} else if (e->kind == F_TIMEINDEX && same) {
			f->has[log->nseg - 1] |= FOUND_TIMEINDEX;
		} else if (e->kind == F_TXNINDEX && same) {
			f->has[log->nseg - 1] |= FOUND_TXNINDEX;
		} else if (e->kind == F_SNAPSHOT) {
			f->snapshot[f->nsnapshot++] = e->base;
		}
	}
	return 0;
}

static int
list(struct plog *log, struct found *f)
{
	struct listing l = { .log = log };
	int r;

	for (int turn = 0; turn < 2; turn++) {
		l.n = 0;
		if ((r = dir_each(log->disk->dirfd, log->name, list_file, &l)) == -1 || (r = finish_swaps(&l)) == -1)
			break;
		if (r == 0)
			break;
	}
	if (r == 0) {
		if (l.n > 1)
			qsort(l.f, l.n, sizeof(*l.f), compare);
		r = add_segments(&l, f);
	}
	free(l.f);
	return r;
}

/* ---- partition.metadata ---- */

static int
write_metadata(struct plog *log)
{
	struct text t = { 0 };
	char path[PATH_BYTES], id[UUID_TEXT];
	struct uuid u;
	int fd, r;

	memcpy(u.b, log->topic_id, 16);
	text_add(&t, "version: 0\ntopic_id: %s", uuid_text(&u, id));
	/* straight: it is new, and one syncfs makes ten thousand of them durable; a torn one is made again */
	fd = store_open(log->disk->dirfd, path_in(path, log->name, "partition.metadata"), O_WRONLY | O_CREAT | O_TRUNC);
	r = fd == -1 ? -1 : store_pwrite(fd, t.p, t.len, 0);
	store_close(&fd);
	free(t.p);
	return r;
}

int
disk_topic_id(int dirfd, const char *dirname, uint8_t id[16])
{
	char path[PATH_BYTES], buf[256], *p;
	struct uuid u;
	int fd = store_open(dirfd, path_in(path, dirname, "partition.metadata"), O_RDONLY);
	ssize_t n;

	if (fd == -1)
		return errno == ENOENT || errno == ENOTDIR ? 1 : -1;
	n = store_sys.pread(fd, buf, sizeof(buf) - 1, 0); /* a start does this ten thousand times */
	store_close(&fd);
	if (n == -1)
		return -1;
	buf[n] = '\0';
	if ((p = strstr(buf, "topic_id:")) == NULL)
		goto damaged;
	p += strlen("topic_id:");
	p += strspn(p, " ");
	p[strcspn(p, " \r\n")] = '\0';
	if (uuid_parse(&u, p) == -1 || uuid_is_zero(&u))
		goto damaged;
	memcpy(id, u.b, 16);
	return 0;
damaged:
	errno = EINVAL;
	return -1;
}

/* The power failed while the partition was made: of its records none is known to be on the medium, so neither is its
 * partition.metadata, which the first sync covers.  Another topic's directory of that name would have been synced. */
static bool
being_made(const struct plog *log)
{
	return log->nseg == 0 || (log->disk->recovery == DISK_FULL_SCAN &&
	    checkpoint_get(&log->disk->recovery_points, log->name) <= log->seg[0].base);
}

/* 0 it is ours (or has none yet, and is told now), PLOG_OTHER_ID, -1. */
static int
check_id(struct plog *log)
{
	static const uint8_t zero[16];
	char want[UUID_TEXT];
	struct uuid u;
	uint8_t id[16];
	int r = disk_topic_id(log->disk->dirfd, log->name, id);

	memcpy(u.b, log->topic_id, 16);
	if (r == -1 && errno == EINVAL) {
		if (!being_made(log)) {
			log_errorx("\"%s/%s/partition.metadata\" is damaged: expected \"version: 0\" and \"topic_id: \" with the "
			    "id of the topic, %s; write it again, or remove it if the records are of that topic",
			    log->disk->path, log->name, uuid_text(&u, want));
			errno = EINVAL;
			return -1;
		}
		r = 1;
	}
	if (r == -1)
		return -1;
	if (r == 1)
		return memcmp(log->topic_id, zero, 16) == 0 ? 0 : write_metadata(log);
	if (memcmp(log->topic_id, zero, 16) == 0)
		memcpy(log->topic_id, id, 16);
	return memcmp(id, log->topic_id, 16) == 0 ? 0 : PLOG_OTHER_ID;
}

/* ---- opening ---- */

static int
create(struct plog *log)
{
	char path[PATH_BYTES];
	int saved;

	if (store_sys.mkdirat(log->disk->dirfd, log->name, 0755) == -1)
		return -1;
	if (write_metadata(log) == 0)
		return PLOG_CREATED;
	saved = errno;
	store_sys.unlinkat(log->disk->dirfd, path_in(path, log->name, "partition.metadata"), 0);
	store_sys.unlinkat(log->disk->dirfd, log->name, AT_REMOVEDIR);
	errno = saved;
	return -1;
}

struct plog_opening {
	struct plog *log;
	struct plog_open_how how;
	struct found f;
	struct recovery *recovery;
};

/* 0: o->recovery is ready; PLOG_OTHER_ID; -1 with ENOENT when there is no such directory. */
static int
open_existing(struct plog_opening *o)
{
	struct plog *log = o->log;
	int r = list(log, &o->f);

	if (r == 0)
		r = check_id(log);
	if (r == 0 && log->nseg > 0 && epochs_read(&log->epochs, log->disk->dirfd, log->name) == -1)
		r = -1;
	if (r == 0)
		o->recovery = recovery_new(log, &o->how, &o->f);
	return r;
}

/* As above, or how it ended. */
static int
open_or_create(struct plog_opening *o)
{
	struct plog *log = o->log;
	struct stat st;
	int r;

	if ((o->how.flags & PLOG_MUST_BE_NEW) &&
	    store_sys.fstatat(log->disk->dirfd, log->name, &st, 0) == 0)
		return disk_set_aside(log->disk, log->name) == -1 ? -1 : create(log);
	r = open_existing(o);
	if (r != -1 || errno != ENOENT ||
	    store_sys.fstatat(log->disk->dirfd, log->name, &st, 0) == 0)
		return r;
	return o->how.flags & PLOG_CREATE ? create(log) : PLOG_ABSENT;
}

/* What is on the medium is what the checkpoint says; the rest, a predecessor may not have got to. */
static void
settle_sync(struct plog *log)
{
	struct disk *disk = log->disk;

	log->checkpointed = checkpoint_get(&disk->recovery_points, log->name);
	log->line.flushed = log->next_flush_leo = log->line.recovery_point;
	if (log->checkpointed > log->line.recovery_point)
		disk->checkpoint_due = disk->checkpoint_now = true;
	if (log->nseg > 0 && log->line.recovery_point < plog_active(log)->base) {
		log->flags |= PLOG_SYNC_HOLE;
		disk->sync_hole = true;
		disk->next_sync = disk->mono;
	}
}

static void
opening_free(struct plog_opening **op)
{
	struct plog_opening *o = *op;
	int saved = errno;

	*op = NULL;
	recovery_free(&o->recovery);
	free(o->f.snapshot);
	free(o->f.has);
	free(o);
	errno = saved;
}

void
plog_open_abort(struct plog_opening **op)
{
	struct plog *log;

	if (*op == NULL)
		return;
	log = (*op)->log;
	opening_free(op);
	free(log->pending);
	log->pending = NULL;
	plog_close(&log);
}

/* r is how it ended. */
static int
opened(struct plog_opening **op, struct plog **logp, int r)
{
	struct plog *log = (*op)->log;
	struct disk *disk = log->disk;
	int saved;

	if (r == PLOG_CREATED || r == PLOG_ABSENT)
		disk_forget_lines(disk, log->name); /* of a namesake */
	if (r == -1 || r == PLOG_ABSENT || r == PLOG_OTHER_ID) {
		saved = errno;
		plog_open_abort(op);
		errno = saved;
		return r;
	}
	if (r == PLOG_CREATED && (*op)->how.known_leo > 0)
		r = PLOG_SHORTER;
	opening_free(op);
	settle_sync(log);
	if (r != PLOG_CREATED)
		log->line.cleaned = checkpoint_get(&disk->cleaned, log->name);
	checkpoint_forget(&disk->cleaned, log->name);
	checkpoint_forget(&disk->recovery_points, log->name);
	checkpoint_forget(&disk->log_starts, log->name);
	checkpoint_forget(&disk->hws, log->name);
	plog_refresh_line(log);
	log->opening = false;
	*logp = log;
	return r;
}

int
plog_open_more(struct plog_opening **op, struct plog **logp, int64_t until)
{
	int r = recovery_step((*op)->recovery, until);

	*logp = NULL;
	return r == PLOG_MORE ? r : opened(op, logp, r);
}

int
plog_open_begin(struct plog_opening **op, struct plog **logp, struct disk *disk,
    const struct plog_name *name, const struct plog_config *config, const struct plog_open_how *how,
    int64_t until)
{
	struct plog *log = plog_alloc(disk, name, config);
	struct plog_opening *o;
	int r;

	*op = NULL;
	*logp = NULL;
	if (log == NULL)
		return -1;
	*op = o = xcalloc(1, sizeof(*o));
	o->log = log;
	o->how = *how;
	log->opening = true;
	disk_add_log(disk, log);
	r = open_or_create(o);
	return r == 0 ? plog_open_more(op, logp, until) : opened(op, logp, r);
}

int
plog_open(struct plog **logp, struct disk *disk, const struct plog_name *name,
    const struct plog_config *config, const struct plog_open_how *how)
{
	struct plog_opening *o;

	return plog_open_begin(&o, logp, disk, name, config, how, 0);
}
