/* SPDX-License-Identifier: ISC */
/*
 * disk.c - an open disk: its directory, its marker, its checkpoints, its clock.
 *
 * Writer.  One struct disk for the process; it owns the list of logs, the descriptors of their active segments, and the
 * queue of jobs.  disk_tick does a bounded amount of everything that is not caused by a request.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/uuid.h"
#include "odradek/base/xalloc.h"
#include "store_priv.h"

#define MARKER ".odradek-boot"
#define CLEAN_FILE ".kafka_cleanshutdown"

enum {
	FILES = 256,		   /* descriptors of active segments */
	SYNC_SINGLY = 16,	   /* up to this many logs are synced one by one, more by one syncfs */
	VISIT = 512,		   /* logs that a tick looks at */
	SAVE_MS = 10000,
	PENDING_MS = 5000,	   /* index entries wait this long in memory at least */
	CHECKPOINT_MS = 5000,
	REPLAY_BYTES = 256 << 20,
	FULL_RETENTION_MS = 5000,  /* how often retention runs while the disk is full */
};

/* ---- the marker: this boot, this mount ---- */

#ifndef STATX_MNT_ID_UNIQUE
#define STATX_MNT_ID_UNIQUE 0x4000U
#endif

int
disk_mount(int dirfd, struct disk_mount *m)
{
	struct statx st;

	memset(&st, 0, sizeof(st));
	if ((statx(dirfd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID_UNIQUE, &st) == -1 ||
	    !(st.stx_mask & STATX_MNT_ID_UNIQUE)) &&
	    statx(dirfd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &st) == -1)
		return -1;
	*m = (struct disk_mount){ st.stx_mnt_id, st.stx_ino, st.stx_dev_major, st.stx_dev_minor };
	return 0;
}

/* "boot id, mount, device, inode": the same text means that the page cache was never lost in between. */
static int
marker_text(const struct disk *disk, char *buf, size_t size)
{
	struct disk_mount m;
	char *boot;
	size_t len;
	int r;

	if ((boot = store_read_file(AT_FDCWD, "/proc/sys/kernel/random/boot_id", &len)) == NULL)
		return -1;
	boot[strcspn(boot, "\n")] = '\0';
	if (disk_mount(disk->dirfd, &m) == -1) {
		free(boot);
		return -1;
	}
	r = snprintf(buf, size, "%s %" PRIu64 " %u:%u %" PRIu64 "\n", boot, m.mount, m.major, m.minor, m.inode);
	free(boot);
	return r > 0 && (size_t)r < size ? 0 : -1;
}

static bool
marker_matches(const struct disk *disk)
{
	char want[256], *have;
	size_t len;
	bool same;

	if (marker_text(disk, want, sizeof(want)) == -1 ||
	    (have = store_read_file(disk->dirfd, MARKER, &len)) == NULL)
		return false;
	same = strcmp(have, want) == 0;
	free(have);
	return same;
}

void
disk_keep_spares(int dirfd)
{
	spare_keep(dirfd, MARKER, 0);
	spare_keep(dirfd, CLEAN_FILE, 0);
}

void
disk_distrust(struct disk *disk)
{
	disk->trusted = false;
	store_sys.unlinkat(disk->dirfd, MARKER, 0);
}

/*
 * Lines of logs that could not be opened are kept, as long as their directories are there: a log start must not get
 * lost because a medium had a bad day.
 */
static void
keep_unopened(struct disk *disk, struct checkpoint *c)
{
	const char *name;
	struct stat st;
	int64_t offset;
	size_t pos = 0;

	while ((name = checkpoint_next(c, &pos, &offset)) != NULL)
		if (store_sys.fstatat(disk->dirfd, name, &st, 0) == -1 && errno == ENOENT && checkpoint_forget(c, name))
			disk->gone++;
	if (c->map.count == 0)
		checkpoint_fini(c);
}

void
disk_forget_lines(struct disk *disk, const char *dirname)
{
	bool had = checkpoint_forget(&disk->recovery_points, dirname);

	had = checkpoint_forget(&disk->log_starts, dirname) || had;
	had = checkpoint_forget(&disk->hws, dirname) || had;
	had = checkpoint_forget(&disk->cleaned, dirname) || had;
	disk->gone += had;
}

int
disk_recovered(struct disk *disk)
{
	char text[256];

	disk->recovered = true;
	cache_found(disk);
	keep_unopened(disk, &disk->recovery_points);
	keep_unopened(disk, &disk->log_starts);
	keep_unopened(disk, &disk->hws);
	keep_unopened(disk, &disk->cleaned);
	if (disk->gone != disk->gone_written)
		disk->checkpoint_due = disk->checkpoint_now = disk->cleaned_due = true;
	saved_unload(disk);
	free(disk->buf);
	disk->buf = NULL;
	saved_write(disk);
	disk->checkpoint_due = true; /* its spare ones are made while there is room */
	if (disk->trusted && marker_matches(disk))
		return 0;
	/* in the page cache, as everything that it vouches for: no sync */
	disk->trusted = true;
	if (marker_text(disk, text, sizeof(text)) == -1)
		return -1;
	return store_replace_file(disk->dirfd, MARKER, text, strlen(text), false);
}

/* ---- open and close ---- */

bool
disk_left_in_order(const char *path)
{
	char file[PATH_MAX];
	struct stat st;

	snprintf(file, sizeof(file), "%s/" CLEAN_FILE, path);
	return store_sys.fstatat(AT_FDCWD, file, &st, 0) == 0;
}

static void
find_mode(struct disk *disk, bool force_full)
{
	struct stat st;
	bool clean = store_sys.fstatat(disk->dirfd, CLEAN_FILE, &st, 0) == 0;

	if (!force_full && marker_matches(disk)) {
		disk->recovery = DISK_SAME_BOOT;
		disk->trusted = true;
	} else {
		/* what lies past a recovery point is checked in both cases; after an orderly stop, nothing does */
		disk->recovery = clean && !force_full ? DISK_CLEAN : DISK_FULL_SCAN;
		disk_distrust(disk);
	}
	if (clean) {
		store_sys.unlinkat(disk->dirfd, CLEAN_FILE, 0);
		disk->syncs++;
		job_queue(disk, job_new(disk, JOB_SYNCFS, NULL));
	}
}

static void
make_files(struct disk *disk)
{
	disk->nfile = (int32_t)(disk->opt.log_fds == 0 ? FILES : disk->opt.log_fds);
	disk->file = xcalloc((size_t)disk->nfile, sizeof(*disk->file));
	for (int32_t i = 0; i < disk->nfile; i++)
		disk->file[i] = (struct disk_file){ .fd = -1, .prev = i - 1, .next = i + 1 < disk->nfile ? i + 1 : -1 };
	disk->head = 0;
	disk->tail = disk->nfile - 1;
}

static void
disk_defaults(struct disk *disk)
{
	if (disk->opt.recovery_interval_ms == 0)
		disk->opt.recovery_interval_ms = 60000;
	if (disk->opt.retention_interval_ms == 0)
		disk->opt.retention_interval_ms = 300000;
	if (disk->opt.producer_expiration_ms == 0)
		disk->opt.producer_expiration_ms = 86400000;
}

static void
no_later(int64_t *at, int64_t bound)
{
	if (*at > bound)
		*at = bound;
}

void
disk_set_options(struct disk *disk, const struct disk_options *opt)
{
	disk->opt.cache_bytes = opt->cache_bytes;
	cache_bound(disk);
	disk->opt.recovery_interval_ms = opt->recovery_interval_ms;
	disk->opt.retention_interval_ms = opt->retention_interval_ms;
	disk->opt.producer_expiration_ms = opt->producer_expiration_ms;
	disk_defaults(disk);
	no_later(&disk->next_sync, disk->mono + disk->opt.recovery_interval_ms);
	no_later(&disk->next_retention, disk->mono + disk->opt.retention_interval_ms);
}

void
disk_retain_soon(struct disk *disk)
{
	disk->next_retention = disk->mono;
}

int
disk_open(struct disk **diskp, const struct disk_options *opt, bool force_full)
{
	struct disk *disk = xcalloc(1, sizeof(*disk));
	int saved;

	*diskp = NULL;
	disk->opt = *opt;
	disk->distrusted = force_full;
	disk_defaults(disk);
	disk->path = xstrdup(opt->path);
	disk->replay_left = REPLAY_BYTES;
	disk->saved_fd = -1;
	disk->job_tail = &disk->job_head;
	disk->segment_cap = INT64_MAX;
	disk->dirfd = open(opt->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (disk->dirfd == -1) {
		saved = errno;
		free(disk->path);
		free(disk);
		errno = saved;
		return -1;
	}
	store_random(&disk->generation, sizeof(disk->generation));
	disk->now = now_ms();
	disk->mono = mono_ns() / 1000000;
	disk->next_sync = disk->mono + disk->opt.recovery_interval_ms;
	disk->next_retention = disk->mono + 30000 < disk->mono + disk->opt.retention_interval_ms
	    ? disk->mono + 30000 : disk->mono + disk->opt.retention_interval_ms;
	disk->next_save = disk->next_flush = disk->mono + SAVE_MS;
	disk->next_flush_ms = INT64_MAX;
	make_files(disk);
	find_mode(disk, force_full);
	checkpoint_read(&disk->recovery_points, disk->dirfd, "recovery-point-offset-checkpoint");
	checkpoint_read(&disk->log_starts, disk->dirfd, CHECKPOINT_LOG_START);
	checkpoint_read(&disk->hws, disk->dirfd, CHECKPOINT_HW);
	checkpoint_read(&disk->cleaned, disk->dirfd, CHECKPOINT_CLEANED);
	saved_load(disk);
	*diskp = disk;
	return 0;
}

static void
begin_lines(struct text *t, uint32_t n, const struct checkpoint *unopened)
{
	const char *name;
	char topic[256];
	int64_t offset;
	int32_t partition;
	size_t pos = 0;

	text_add(t, "0\n%zu\n", n + unopened->map.count);
	while ((name = checkpoint_next(unopened, &pos, &offset)) != NULL)
		if (name_split(name, topic, &partition) == 0)
			text_add(t, "%s %" PRId32 " %" PRId64 "\n", topic, partition, offset);
}

static void
cleaned_lines(struct disk *disk, struct text *t)
{
	uint32_t n = 0;
	char topic[256];

	for (uint32_t i = 0; i < disk->nlogs; i++)
		n += disk->logs[i]->line.cleaned >= 0;
	begin_lines(t, n, &disk->cleaned);
	for (uint32_t i = 0; i < disk->nlogs; i++) {
		const struct plog *log = disk->logs[i];

		if (log->line.cleaned < 0)
			continue;
		plog_topic(log, topic);
		text_add(t, "%s %d %" PRId64 "\n", topic, log->partition, log->line.cleaned);
	}
	disk->cleaned_due = false;
}

static struct store_job *
checkpoint_job(struct disk *disk)
{
	struct store_job *job = job_new(disk, JOB_FILES, NULL);
	struct text *rp = &job->file[0], *start = &job->file[1], *hw = &job->file[2];
	uint32_t written = 0, moved = 0;
	char topic[256];

	job->starts = disk->starts_moved;
	job->gone = disk->gone;
	for (uint32_t i = 0; i < disk->nlogs; i++) {
		const struct plog *log = disk->logs[i];

		written += log->nseg > 0 && !log->opening;
		moved += log->nseg > 0 && !log->opening && log->line.log_start > log->seg[0].base;
	}
	begin_lines(rp, written, &disk->recovery_points);
	begin_lines(start, moved, &disk->log_starts);
	begin_lines(hw, written, &disk->hws);
	if (disk->cleaned_due)
		cleaned_lines(disk, &job->file[3]);
	for (uint32_t i = 0; i < disk->nlogs; i++) {
		struct plog *log = disk->logs[i];

		if (log->nseg == 0 || log->opening)
			continue;
		log->flags &= (uint16_t)~PLOG_HW_MOVED;
		log->checkpointing = log->line.recovery_point;
		if (log->checkpointing < log->checkpointed)
			log->flags |= PLOG_LOWERING;
		else
			log->checkpointed = log->checkpointing;
		plog_topic(log, topic);
		text_add(rp, "%s %d %" PRId64 "\n", topic, log->partition, log->line.recovery_point);
		text_add(hw, "%s %d %" PRId64 "\n", topic, log->partition, log->line.hw);
		if (log->line.log_start > log->seg[0].base)
			text_add(start, "%s %d %" PRId64 "\n", topic, log->partition, log->line.log_start);
	}
	return job;
}

uint64_t
disk_checkpoint_starts(struct disk *disk)
{
	if (disk->starts_moved == disk->starts_written)
		return 0;
	disk->checkpoint_due = disk->checkpoint_now = true;
	return disk->starts_moved;
}

struct store_job *
disk_stale_job(struct disk *disk)
{
	if (disk->gone == disk->gone_written)
		return NULL;
	jobs_cancel_files(disk);
	return checkpoint_job(disk);
}

/* Everything is on the medium, and the files say so.  0 or -1. */
static int
close_clean(struct disk *disk)
{
	static const char text[] = "{\"version\":0,\"brokerEpoch\":-1}";
	struct store_job *job;
	int r;

	for (uint32_t i = 0; i < disk->nlogs; i++) {
		struct plog *log = disk->logs[i];

		if (log->nseg == 0 || log->opening)
			continue;
		if (log->appended != 0 || log->pending != NULL)
			plog_finish_indexes(log);
		plog_snapshot(log);
	}
	saved_write(disk);
	if (store_sys.syncfs(disk->dirfd) == -1)
		return -1;
	for (uint32_t i = 0; i < disk->nlogs; i++)
		disk->logs[i]->line.recovery_point = disk->logs[i]->line.leo;
	job = checkpoint_job(disk);
	store_job_run(job);
	r = job->error;
	job_free(job);
	if (r != 0) {
		errno = r;
		return -1;
	}
	if (!disk->recovered) /* some logs were not even looked at */
		return 0;
	return store_replace_file(disk->dirfd, CLEAN_FILE, text, strlen(text), true);
}

static void
free_jobs(struct store_job *job)
{
	struct store_job *next;

	for (; job != NULL; job = next) {
		next = job->next;
		job_free(job);
	}
}

int
disk_close(struct disk **diskp, bool clean)
{
	struct disk *disk = *diskp;
	struct doomed *d;
	int r = 0, saved = 0;

	*diskp = NULL;
	if (disk == NULL)
		return 0;
	if (clean && (r = close_clean(disk)) == -1) {
		saved = errno;
		log_warn("could not stop \"%s\" in order", disk->path);
	}
	while (disk->nlogs > 0) {
		struct plog *log = disk->logs[disk->nlogs - 1];

		if (!clean) {
			free(log->pending);
			log->pending = NULL;
		}
		plog_close(&log);
	}
	while ((d = disk->doomed) != NULL) {
		disk->doomed = d->next;
		free(d->path);
		free(d);
	}
	free_jobs(disk->job_head);
	free_jobs(disk->running);
	saved_unload(disk);
	checkpoint_fini(&disk->recovery_points);
	checkpoint_fini(&disk->log_starts);
	checkpoint_fini(&disk->hws);
	checkpoint_fini(&disk->cleaned);
	store_close(&disk->saved_fd);
	store_close(&disk->dirfd);
	free(disk->buf);
	free(disk->file);
	free(disk->ranges);
	free(disk->logs);
	free(disk->path);
	free(disk);
	errno = saved;
	return r;
}

/* ---- the list of logs ---- */

void
disk_add_log(struct disk *disk, struct plog *log)
{
	if (disk->nlogs == disk->caplogs) {
		disk->caplogs = disk->caplogs == 0 ? 64 : disk->caplogs * 2;
		disk->logs = xreallocarray(disk->logs, disk->caplogs, sizeof(struct plog *));
	}
	log->place = disk->nlogs;
	disk->logs[disk->nlogs++] = log;
}

void
disk_remove_log(struct disk *disk, struct plog *log)
{
	struct plog **p = &disk->dirty;

	cache_forget(disk, log);
	if (log->flags & PLOG_IN_DIRTY) {
		while (*p != log)
			p = &(*p)->dirty_next;
		*p = log->dirty_next;
		disk->ndirty--;
	}
	disk->logs[log->place] = disk->logs[--disk->nlogs];
	disk->logs[log->place]->place = log->place;
}

size_t
disk_logs(const struct disk *disk)
{
	return disk->nlogs;
}

struct plog *
disk_log(const struct disk *disk, size_t i)
{
	return disk->logs[i];
}

uint8_t *
disk_buf(struct disk *disk)
{
	if (disk->buf == NULL)
		disk->buf = xmalloc(WALK_WINDOW);
	return disk->buf;
}

enum disk_recovery
disk_recovery(const struct disk *disk)
{
	return disk->recovery;
}

const char *
disk_path(const struct disk *disk)
{
	return disk->path;
}

int
disk_fd(const struct disk *disk)
{
	return disk->dirfd;
}

int
disk_sync(struct disk *disk)
{
	return store_sys.syncfs(disk->dirfd);
}

int
disk_sync_names(struct disk *disk, const char *const *dirname, size_t n)
{
	char path[PATH_BYTES];

	for (size_t i = 0; i < n; i++)
		if (dirname[i] != NULL &&
		    (store_fsync_path(disk->dirfd, path_in(path, dirname[i], "partition.metadata"), true) == -1 ||
		    store_fsync_path(disk->dirfd, dirname[i], true) == -1)) /* may be deleted meanwhile */
			return -1;
	return store_sys.fsync(disk->dirfd);
}

/* ---- what lies in it ---- */

struct scan {
	struct disk *disk;
	int (*fn)(const struct disk_entry *, void *);
	void *arg;
};

static bool
ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && strcmp(name + n - m, suffix) == 0;
}

static int
scan_one(const char *name, unsigned char type, void *arg)
{
	struct scan *s = arg;
	struct disk_entry e = { .kind = DISK_UNKNOWN, .name = name, .partition = -1 };
	struct stat st;

	if (name[0] == '.' || strcmp(name, "lost+found") == 0)
		return 0;
	if (type == DT_UNKNOWN && store_sys.fstatat(s->disk->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode))
		type = DT_DIR;
	if (type != DT_DIR)
		return 0;
	if (ends_with(name, "-delete") && strchr(name, '.') != NULL) {
		disk_doom(s->disk, name, 0, true);
		return 0;
	}
	if (ends_with(name, "-future"))
		e.kind = DISK_FUTURE;
	else if (ends_with(name, "-stray"))
		e.kind = DISK_STRAY;
	else if (name_split(name, e.topic, &e.partition) == 0)
		e.kind = strcmp(name, "__cluster_metadata-0") == 0 ? DISK_METADATA : DISK_PARTITION;
	return s->fn(&e, s->arg);
}

int
disk_scan(struct disk *disk, int (*fn)(const struct disk_entry *, void *), void *arg)
{
	struct scan s = { disk, fn, arg };

	return dir_each(disk->dirfd, ".", scan_one, &s);
}

int
disk_set_aside(struct disk *disk, const char *dirname)
{
	char to[PATH_BYTES];
	struct uuid id;

	uuid_random(&id);
	snprintf(to, sizeof(to), "%.215s.", dirname);
	for (int i = 0; i < 16; i++)
		sprintf(to + strlen(to), "%02x", id.b[i]);
	strcat(to, "-stray");
	if (store_sys.renameat(disk->dirfd, dirname, disk->dirfd, to) == -1)
		return -1;
	log_warnx("\"%s/%s\" is not of this cluster's topics: kept as \"%s\"", disk->path, dirname, to);
	return 0;
}

/* ---- the clock ---- */

void
disk_doom(struct disk *disk, const char *path, int64_t delay, bool tree)
{
	struct doomed *d = xcalloc(1, sizeof(*d)), **p = &disk->doomed;

	d->due = disk->mono + (delay > 0 ? delay : 0);
	d->path = xstrdup(path);
	d->tree = tree;
	while (*p != NULL && (*p)->due <= d->due)
		p = &(*p)->next;
	d->next = *p;
	*p = d;
}

void
disk_bury(struct disk *disk)
{
	struct doomed *d;

	while ((d = disk->doomed) != NULL && (d->due <= disk->mono || disk->full)) {
		struct store_job *job = job_new(disk, d->tree ? JOB_TREE : JOB_UNLINK, NULL);

		job->path = d->path;
		job_queue(disk, job);
		disk->doomed = d->next;
		free(d);
	}
}

bool
disk_hurry(struct disk *disk)
{
	if (disk->doomed == NULL)
		return false;
	for (struct doomed *d = disk->doomed; d != NULL; d = d->next)
		d->due = disk->mono;
	disk_bury(disk);
	return true;
}

void
disk_full(struct disk *disk, bool full)
{
	disk->full = full;
	if (full)
		disk->next_retention = disk->mono;
}

static bool
wants_sync(const struct plog *log)
{
	return log->line.leo > log->line.recovery_point && log->nseg > 0 && !log->opening && !(log->flags & PLOG_SYNCING) &&
	    (log->sync_queued == NULL || !log->sync_queued->whole);
}

/* Recovery points move: a few logs one by one, many at once. */
static void
sync_logs(struct disk *disk)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < disk->nlogs; i++) {
		n += wants_sync(disk->logs[i]);
		if (disk->logs[i]->flags & PLOG_HW_MOVED)
			disk->checkpoint_due = true;
	}
	if (n == 0 && !disk->sync_hole)
		return;
	if (n <= SYNC_SINGLY && !disk->sync_hole) {
		for (uint32_t i = 0; i < disk->nlogs; i++)
			if (wants_sync(disk->logs[i]))
				job_sync(disk->logs[i], plog_active(disk->logs[i])->base, disk->logs[i]->line.leo, true);
		return;
	}
	for (uint32_t i = 0; i < disk->nlogs; i++) {
		struct plog *log = disk->logs[i];

		if (log->line.leo <= log->line.recovery_point || log->nseg == 0 || log->opening)
			continue;
		log->flags |= PLOG_SYNCING;
		log->syncing_leo = log->next_flush_leo = log->line.leo;
	}
	disk->syncs++;
	job_queue(disk, job_new(disk, JOB_SYNCFS, NULL));
}

static bool
flush_ms_due(const struct plog *log, int64_t mono)
{
	return log->config->flush_ms < INT64_MAX && log->unflushed_since != 0 &&
	    log->next_flush_leo < log->line.leo && mono - log->unflushed_since >= log->config->flush_ms;
}

bool
plog_flush_due(struct plog *log, int64_t mono)
{
	const struct plog_config *c = log->config;

	if (c->flush_messages == INT64_MAX && c->flush_ms == INT64_MAX)
		return false;
	if (c->flush_ms < INT64_MAX && log->unflushed_since != 0)
		no_later(&log->disk->next_flush_ms, log->unflushed_since + c->flush_ms);
	if (log->line.leo - log->next_flush_leo < c->flush_messages && !flush_ms_due(log, mono))
		return false;
	if (log->nseg == 0 || log->next_flush_leo >= log->line.leo)
		return false;
	job_sync(log, plog_active(log)->base, log->line.leo, false);
	return true;
}

bool
plog_flush_under_way(const struct plog *log, int64_t offset)
{
	return log->line.flushed < offset && offset <= log->next_flush_leo;
}

/* flush.ms: what has waited for so long is synced; and when is the next one due? */
static void
flush_waiting(struct disk *disk)
{
	if (disk->mono < disk->next_flush_ms)
		return;
	disk->next_flush_ms = INT64_MAX;
	for (uint32_t i = 0; i < disk->nlogs; i++) {
		struct plog *log = disk->logs[i];

		if (log->unflushed_since == 0 || log->config->flush_ms == INT64_MAX || log->nseg == 0 ||
		    log->next_flush_leo >= log->line.leo)
			continue;
		if (flush_ms_due(log, disk->mono))
			job_sync(log, plog_active(log)->base, log->line.leo, false);
		else
			no_later(&disk->next_flush_ms, log->unflushed_since + log->config->flush_ms);
	}
}

static void
visit(struct disk *disk, struct plog *log)
{
	if (log->pending != NULL && disk->mono - log->appended >= PENDING_MS)
		plog_flush_indexes(log);
	if ((log->flags & PLOG_EPOCHS_OLD) && !log->opening && plog_epochs_save(log) == 0) {
		log->line.generation++; /* followers that have read the old one read it again */
		plog_publish(log);
	}
	if ((log->flags & PLOG_STATE_LOST) && plog_rebuild_state(log) == 0)
		plog_publish(log);
	if (!disk->retaining)
		return;
	(void)plog_retain(log, disk->now);
	if (log->producers != NULL) {
		producers_expire(log->producers, disk->now - disk->opt.producer_expiration_ms);
		if (producers_count(log->producers) == 0 && producers_first_unstable(log->producers) < 0)
			producers_free(&log->producers);
	}
}

/* A pass over all logs, VISIT at a time; index buffers and flush.ms need one soon, retention at its interval. */
static void
visit_some(struct disk *disk)
{
	if (disk->visit_left == 0) {
		bool flush = disk->mono >= disk->next_flush;

		disk->retaining = disk->mono >= disk->next_retention;
		if (!flush && !disk->retaining)
			return;
		disk->visit_at = 0;
		disk->visit_left = disk->nlogs;
		disk->next_flush = disk->mono + SAVE_MS;
		if (disk->retaining)
			disk->next_retention = disk->mono + (disk->full &&
			    disk->opt.retention_interval_ms > FULL_RETENTION_MS ? FULL_RETENTION_MS :
			    disk->opt.retention_interval_ms);
	}
	for (int i = 0; i < VISIT && disk->visit_left > 0; i++, disk->visit_left--) {
		if (disk->visit_at >= disk->nlogs)
			disk->visit_at = 0;
		if (disk->nlogs > 0)
			visit(disk, disk->logs[disk->visit_at++]);
	}
}

static int64_t
earliest(const struct disk *disk, bool busy)
{
	int64_t at = disk->next_retention;

	if (disk->visit_left > 0)
		at = disk->mono + 50;
	if (busy && disk->next_flush < at)
		at = disk->next_flush;
	if (disk->dirty != NULL && disk->next_save < at)
		at = disk->next_save;
	if (busy && disk->next_sync < at)
		at = disk->next_sync;
	if (disk->checkpoint_due && !disk->checkpoint_busy && disk->next_checkpoint < at)
		at = disk->next_checkpoint;
	if (disk->doomed != NULL && disk->doomed->due < at)
		at = disk->doomed->due;
	no_later(&at, disk->next_flush_ms);
	return at <= disk->mono ? 1 : at - disk->mono;
}

static void
queue_checkpoint(struct disk *disk)
{
	job_queue(disk, checkpoint_job(disk));
	disk->checkpoint_due = disk->checkpoint_now = false;
	disk->checkpoint_busy = true;
	disk->next_checkpoint = disk->mono + CHECKPOINT_MS;
}

int64_t
disk_tick(struct disk *disk, int64_t now, int64_t mono)
{
	bool busy;

	disk->now = now;
	disk->mono = mono;
	disk_bury(disk);
	flush_waiting(disk);
	if (disk->sync_hole && disk->syncs == 0 && mono >= disk->next_sync) {
		sync_logs(disk); /* what a predecessor did not get to */
		disk->next_sync = mono + disk->opt.recovery_interval_ms;
	}
	if (disk->checkpoint_now && !disk->checkpoint_busy)
		queue_checkpoint(disk);
	if (!disk->recovered)
		return 1000;
	/* buffers and syncs follow the last append by a while */
	if (disk->dirty != NULL)
		disk->busy_until = mono + 2 * (disk->opt.recovery_interval_ms + SAVE_MS);
	busy = mono < disk->busy_until;
	if (disk->dirty != NULL && mono >= disk->next_save) {
		saved_write(disk);
		disk->next_save = mono + SAVE_MS;
	}
	visit_some(disk);
	if (mono >= disk->next_sync) {
		sync_logs(disk);
		disk->next_sync = mono + disk->opt.recovery_interval_ms;
	}
	if (disk->checkpoint_due && !disk->checkpoint_busy && mono >= disk->next_checkpoint)
		queue_checkpoint(disk);
	return earliest(disk, busy);
}
