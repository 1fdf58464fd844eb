/* SPDX-License-Identifier: ISC */
/*
 * plog.c - a log in memory: what it is called, what readers are told, its bounded descriptor.
 *
 * Writer.  Ten thousand idle logs must be cheap, so a log is one allocation with its name, and has segments, producers
 * and index buffers only once it was written to.  Only the active .log is kept open, in a list that belongs to the disk.
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

const struct plog_config plog_config_default = {
	.retention_ms = 604800000,
	.retention_bytes = -1,
	.segment_ms = 604800000,
	.segment_jitter_ms = 0,
	.file_delete_delay_ms = 60000,
	.flush_messages = INT64_MAX,
	.flush_ms = INT64_MAX,
	.max_compaction_lag_ms = INT64_MAX,
	.segment_bytes = 1 << 30,
	.segment_index_bytes = 10 << 20,
	.index_interval_bytes = 4096,
	.cleanup_delete = true,
	.cleanup_compact = false,
};

struct plog *
plog_alloc(struct disk *disk, const struct plog_name *name, const struct plog_config *config)
{
	size_t topic = strlen(name->topic);
	struct plog *log;

	if (topic > 249 || topic == 0 || name->partition < 0) {
		errno = EINVAL;
		return NULL;
	}
	log = xcalloc(1, sizeof(*log) + topic + 13);
	log->disk = disk;
	log->config = config;
	log->partition = name->partition;
	log->topic_len = (uint16_t)topic;
	memcpy(log->topic_id, name->topic_id, 16);
	sprintf(log->name, "%s-%" PRId32, name->topic, name->partition);
	log->fd = -1;
	log->saved_segment = log->snapshot_leo = log->snapshot_prev = log->whole_base = log->checkpointed = -1;
	log->flags = PLOG_NEW_DIR;
	log->max_ts_offset = log->rolling_ts = log->time_last = log->last_position = -1;
	log->index_n = log->time_n = UINT32_MAX;
	log->line = (struct plog_line){ .epoch = -1, .first_unstable = -1, .segment = -1, .max_timestamp = -1,
		.generation = disk->generation++, .cuts = disk->generation, .cleaned = -1 };
	return log;
}

struct segment *
plog_add_segment(struct plog *log, int64_t base)
{
	if (log->nseg == log->capseg) {
		log->capseg = log->capseg == 0 ? 1 : log->capseg * 2;
		log->seg = xreallocarray(log->seg, log->capseg, sizeof(*log->seg));
	}
	log->seg[log->nseg] = (struct segment){ .base = base, .max_ts = TS_UNKNOWN };
	return &log->seg[log->nseg++];
}

void
plog_drop_first(struct plog *log, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		log->line.size -= log->seg[i].size;
	memmove(log->seg, log->seg + n, (log->nseg - n) * sizeof(*log->seg));
	log->nseg -= n;
}

void
plog_refresh_line(struct plog *log)
{
	struct plog_line *l = &log->line;

	l->segments = log->nseg;
	l->segment = log->nseg == 0 ? -1 : log->seg[log->nseg - 1].base;
	l->first_unstable = producers_first_unstable(log->producers);
	l->lso = l->first_unstable >= 0 && l->first_unstable < l->hw ? l->first_unstable : l->hw;
}

void
plog_publish(struct plog *log)
{
	plog_refresh_line(log);
	if (log->disk->opt.changed != NULL)
		log->disk->opt.changed(log, log->disk->opt.arg);
}

/* ---- the descriptor of the active segment ---- */

static void
file_unlink(struct disk *disk, int32_t i)
{
	struct disk_file *f = &disk->file[i];

	if (f->prev >= 0)
		disk->file[f->prev].next = f->next;
	else
		disk->head = f->next;
	if (f->next >= 0)
		disk->file[f->next].prev = f->prev;
	else
		disk->tail = f->prev;
}

static void
file_to_front(struct disk *disk, int32_t i)
{
	struct disk_file *f = &disk->file[i];

	f->prev = -1;
	f->next = disk->head;
	if (disk->head >= 0)
		disk->file[disk->head].prev = i;
	disk->head = i;
	if (disk->tail < 0)
		disk->tail = i;
}

static void
file_to_back(struct disk *disk, int32_t i)
{
	struct disk_file *f = &disk->file[i];

	f->next = -1;
	f->prev = disk->tail;
	if (disk->tail >= 0)
		disk->file[disk->tail].next = i;
	disk->tail = i;
	if (disk->head < 0)
		disk->head = i;
}

void
plog_fd_forget(struct plog *log)
{
	struct disk *disk = log->disk;
	int32_t i = log->fd;

	if (i < 0)
		return;
	store_close(&disk->file[i].fd);
	disk->file[i].log = NULL;
	log->fd = -1;
	file_unlink(disk, i);
	file_to_back(disk, i); /* the next to be taken */
}

int
plog_fd(struct plog *log)
{
	struct disk *disk = log->disk;
	char path[PATH_BYTES];
	int32_t i = log->fd;
	int fd;

	if (i >= 0) {
		if (disk->head != i) {
			file_unlink(disk, i);
			file_to_front(disk, i);
		}
		return disk->file[i].fd;
	}
	fd = store_open(disk->dirfd, path_segment(path, log->name, plog_active(log)->base, ".log"), O_RDWR);
	if (fd == -1)
		return -1;
	i = disk->tail;
	if (disk->file[i].log != NULL)
		plog_fd_forget(disk->file[i].log);
	disk->file[i].fd = fd;
	disk->file[i].log = log;
	log->fd = i;
	file_unlink(disk, i);
	file_to_front(disk, i);
	return fd;
}

void
plog_mark_dirty(struct plog *log)
{
	if (log->flags & PLOG_IN_DIRTY)
		return;
	log->flags |= PLOG_IN_DIRTY;
	log->dirty_next = log->disk->dirty;
	log->disk->dirty = log;
	log->disk->ndirty++;
}

/* Not synced here: what it says past the recovery point can be read from the batches, and the sync that moves the
 * recovery point includes it. */
int
plog_epochs_save(struct plog *log)
{
	if (epochs_write(&log->epochs, log->disk->dirfd, log->name) == 0) {
		log->flags &= (uint16_t)~PLOG_EPOCHS_OLD;
		return 0;
	}
	log->flags |= PLOG_EPOCHS_OLD; /* the disk's clock tries again */
	return -1;
}

int
plog_lower(struct plog *log, int64_t offset)
{
	struct plog_line *l = &log->line;

	if (l->recovery_point > offset)
		l->recovery_point = offset;
	if (l->flushed > offset)
		l->flushed = offset;
	if (log->next_flush_leo > offset)
		log->next_flush_leo = offset;
	log->whole_base = -1;
	if (l->cleaned > offset) {
		/* else a start might take for clean what was written anew there; the same job writes both checkpoints */
		plog_set_cleaned(log, offset);
		log->checkpointed = INT64_MAX;
		log->flags &= (uint16_t)~PLOG_LOWERING; /* one that is under way does not count */
	}
	if (log->checkpointed <= offset) {
		log->flags &= (uint16_t)~PLOG_LOWERED;
		return 0;
	}
	/* nothing may be cut and written anew below what the checkpoint vouches for */
	log->flags |= PLOG_LOWERED;
	log->disk->checkpoint_due = log->disk->checkpoint_now = true;
	errno = EAGAIN;
	return -1;
}

/* ---- closing ---- */

static void
forget(struct plog *log)
{
	struct disk *disk = log->disk;

	jobs_forget(disk, log);
	plog_swap_forget(log);
	plog_fd_forget(log);
	disk_remove_log(disk, log);
	producers_free(&log->producers);
	epochs_fini(&log->epochs);
	free(log->pending);
	free(log->seg);
	free(log);
}

void
plog_close(struct plog **logp)
{
	struct plog *log = *logp;

	*logp = NULL;
	if (log == NULL)
		return;
	plog_flush_indexes(log);
	forget(log);
}

int
plog_delete(struct plog **logp)
{
	struct plog *log = *logp;
	struct disk *disk = log->disk;
	int64_t delay = log->config->file_delete_delay_ms;
	char to[PATH_BYTES];
	struct uuid id;
	int r;

	*logp = NULL;
	uuid_random(&id);
	/* Kafka's form: <name>.<32 hex digits>-delete, the name cut so that it fits */
	snprintf(to, sizeof(to), "%.215s.", log->name);
	for (int i = 0; i < 16; i++)
		sprintf(to + strlen(to), "%02x", id.b[i]);
	strcat(to, "-delete");
	log->line.generation++;
	plog_publish(log);
	jobs_forget(disk, log); /* before a sync looks for it in vain */
	r = store_sys.renameat(disk->dirfd, log->name, disk->dirfd, to);
	disk->gone++;
	if (r == 0)
		disk_doom(disk, to, delay, true);
	else if (errno == ENOENT)
		r = 0;
	disk->cleaned_due |= log->line.cleaned >= 0;
	forget(log);
	disk->checkpoint_due = true;
	return r;
}

/* ---- small things ---- */

const struct plog_line *
plog_line(const struct plog *log)
{
	return &log->line;
}

const char *
plog_dirname(const struct plog *log)
{
	return log->name;
}

size_t
plog_topic(const struct plog *log, char topic[256])
{
	memcpy(topic, log->name, log->topic_len);
	topic[log->topic_len] = '\0';
	return log->topic_len;
}

int32_t
plog_partition(const struct plog *log)
{
	return log->partition;
}

struct disk *
plog_disk(const struct plog *log)
{
	return log->disk;
}

void
plog_set_user(struct plog *log, void *user)
{
	log->user = user;
}

void *
plog_user(const struct plog *log)
{
	return log->user;
}

void
plog_set_config(struct plog *log, const struct plog_config *config)
{
	log->config = config;
}

const struct producers *
plog_producers(const struct plog *log)
{
	return log->producers;
}

void
plog_set_hw(struct plog *log, int64_t hw, bool down)
{
	if (hw > log->line.leo)
		hw = log->line.leo;
	if (hw < log->line.log_start)
		hw = log->line.log_start;
	if (hw == log->line.hw || (hw < log->line.hw && !down))
		return;
	log->line.hw = hw;
	log->flags |= PLOG_HW_MOVED;
	if (log->producers == NULL) {
		log->line.lso = hw;
		return;
	}
	producers_acked(log->producers, hw);
	plog_refresh_line(log);
}

int32_t
plog_last_epoch(const struct plog *log)
{
	return log->epochs.n == 0 ? -1 : log->epochs.e[log->epochs.n - 1].epoch;
}

void
plog_epoch_end(const struct plog *log, int32_t epoch, int32_t *epoch_out, int64_t *end_out)
{
	epochs_end(&log->epochs, plog_last_epoch(log), log->line.leo, epoch, epoch_out, end_out);
}
