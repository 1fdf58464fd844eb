/* SPDX-License-Identifier: ISC */
/*
 * saved.c - what recovery needs of all logs of a disk, in one file: `.odradek-state`.
 *
 * Writer.  Records are appended while the daemon runs, for every log that was appended to since the last time, each
 * time all of them together took 64 MB: so that after the death of everything no more than about that much has to
 * be looked at, however many partitions there are, and a saving costs one write instead of thousands of small files.
 * A record proves itself: it names the last batch below its LEO (position, base offset, CRC), and is believed only if
 * that batch lies there.  So truncation, deletion and a Kafka that ran in between need no care.  Derived data: a torn or
 * missing file costs time at the next start, nothing else.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/crc32c.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "store_priv.h"

#define STATE_MAGIC "odradek state 1\n"

enum { MAGIC_BYTES = 16, RECORD_HEAD = 8, NUMBERS = 11, FIXED = 16 + NUMBERS * 8 + 2 * 4 + 2 };

/* Body of a record: topic id, eleven int64, two uint32, length of the name, name, producers. */
static size_t
body_size(const struct plog *log)
{
	return FIXED + strlen(log->name) + producers_save_size(log->producers);
}

static void
put_record(const struct plog *log, uint8_t *o)
{
	const struct segment *a = plog_active(log);
	const int64_t number[NUMBERS] = { log->line.leo, a->base, log->line.end, log->last_position, log->last_base,
		log->line.max_timestamp, log->max_ts_offset, log->rolling_ts, log->created,
		log->line.log_start, log->line.hw };
	size_t name = strlen(log->name), size = body_size(log);
	uint8_t *b = o + RECORD_HEAD;

	memcpy(b, log->topic_id, 16);
	b += 16;
	for (int i = 0; i < NUMBERS; i++, b += 8)
		be64_put(b, (uint64_t)number[i]);
	be32_put(b, log->last_crc);
	be32_put(b + 4, log->since_index);
	be16_put(b + 8, (uint16_t)name);
	memcpy(b + 10, log->name, name);
	producers_save(log->producers, b + 10 + name);
	be32_put(o, (uint32_t)size);
	be32_put(o + 4, crc32c_update(0, o + RECORD_HEAD, size));
}

/* Length of the good record at p, 0 when there is none. */
static size_t
good_record(const uint8_t *p, size_t left)
{
	size_t size;

	if (left < RECORD_HEAD + FIXED)
		return 0;
	size = be32_get(p);
	if (size < FIXED || size > left - RECORD_HEAD ||
	    be32_get(p + 4) != crc32c_update(0, p + RECORD_HEAD, size) ||
	    be16_get(p + RECORD_HEAD + FIXED - 2) > size - FIXED)
		return 0;
	return RECORD_HEAD + size;
}

void
saved_load(struct disk *disk)
{
	size_t len, at = MAGIC_BYTES, n;
	char *text = store_read_file(disk->dirfd, STATE_FILE, &len);

	if (text == NULL)
		return;
	if (len < MAGIC_BYTES || memcmp(text, STATE_MAGIC, MAGIC_BYTES) != 0) {
		log_debug("\"%s/" STATE_FILE "\" is not understood: taken as missing", disk->path);
		free(text);
		return;
	}
	disk->saved = (uint8_t *)text;
	for (; (n = good_record(disk->saved + at, len - at)) > 0; at += n) {
		const uint8_t *name = disk->saved + at + RECORD_HEAD + FIXED;

		/* the last record of a name counts */
		mapstr_put(&disk->saved_map, (const char *)name, be16_get(name - 2), (uint32_t)at);
	}
	disk->saved_size = disk->saved_live = (int64_t)at; /* new records go behind the good ones */
}

void
saved_unload(struct disk *disk)
{
	free(disk->saved);
	disk->saved = NULL;
	mapstr_fini(&disk->saved_map);
	memset(&disk->saved_map, 0, sizeof(disk->saved_map));
}

int
saved_find(const struct disk *disk, const struct plog *log, struct saved_state *s)
{
	size_t name = strlen(log->name);
	uint32_t *at = disk->saved == NULL ? NULL : mapstr_get(&disk->saved_map, log->name, name);
	int64_t *const number[NUMBERS] = { &s->leo, &s->segment, &s->end, &s->last_position, &s->last_base, &s->max_ts,
		&s->max_ts_offset, &s->rolling_ts, &s->created, &s->log_start, &s->hw };
	const uint8_t *b;

	if (at == NULL)
		return -1;
	b = disk->saved + *at + RECORD_HEAD;
	if (memcmp(b, log->topic_id, 16) != 0)
		return -1;
	b += 16;
	for (int i = 0; i < NUMBERS; i++, b += 8)
		*number[i] = (int64_t)be64_get(b);
	s->last_crc = be32_get(b);
	s->since_index = be32_get(b + 4);
	s->producers = b + 10 + name;
	s->producers_len = be32_get(disk->saved + *at) - FIXED - name;
	return s->leo >= 0 && s->segment >= 0 && s->segment <= s->leo && s->end >= 0 ? 0 : -1;
}

struct out {
	uint8_t *p;
	size_t len, cap;
};

static void
add_record(struct out *o, struct plog *log)
{
	size_t need = RECORD_HEAD + body_size(log);

	if (log->flags & PLOG_STATE_LOST)
		return;
	if (o->cap - o->len < need) {
		o->cap = o->cap * 2 + need + 4096;
		o->p = xrealloc(o->p, o->cap);
	}
	put_record(log, o->p + o->len);
	o->len += need;
}

static void
clear_dirty(struct disk *disk, bool saved)
{
	for (struct plog *log = disk->dirty, *next; log != NULL; log = next) {
		next = log->dirty_next;
		log->dirty_next = NULL;
		log->flags &= (uint16_t)~PLOG_IN_DIRTY;
		if (saved)
			log->saved_segment = log->line.segment;
	}
	disk->dirty = NULL;
	disk->ndirty = 0;
	disk->dirty_bytes = 0;
}

static int
rewrite(struct disk *disk)
{
	struct out o = { 0 };
	int r;

	o.p = xmalloc(o.cap = 4096);
	memcpy(o.p, STATE_MAGIC, MAGIC_BYTES);
	o.len = MAGIC_BYTES;
	for (uint32_t i = 0; i < disk->nlogs; i++)
		if (disk->logs[i]->nseg > 0 && !disk->logs[i]->opening)
			add_record(&o, disk->logs[i]);
	store_close(&disk->saved_fd);
	r = store_write_file(disk->dirfd, STATE_FILE, o.p, o.len, false);
	if (r == 0 && (disk->saved_fd = store_open(disk->dirfd, STATE_FILE, O_RDWR)) == -1)
		r = -1;
	disk->saved_size = disk->saved_live = (int64_t)o.len;
	free(o.p);
	return r;
}

/* The file that was found goes on: it has records of logs that may not be open yet. */
static int
go_on(struct disk *disk)
{
	if (disk->saved_fd != -1)
		return 0;
	if (disk->saved_size == 0 || (disk->saved_fd = store_open(disk->dirfd, STATE_FILE, O_RDWR)) == -1)
		return -1;
	if (store_sys.ftruncate(disk->saved_fd, disk->saved_size) == 0)
		return 0;
	store_close(&disk->saved_fd);
	return -1;
}

static int
append(struct disk *disk)
{
	struct out o = { 0 };
	int r = 0;

	for (struct plog *log = disk->dirty; log != NULL; log = log->dirty_next)
		if (log->nseg > 0)
			add_record(&o, log);
	if (o.len > 0 && (r = store_pwrite(disk->saved_fd, o.p, o.len, disk->saved_size)) == -1)
		(void)store_sys.ftruncate(disk->saved_fd, disk->saved_size);
	else
		disk->saved_size += (int64_t)o.len;
	free(o.p);
	return r;
}

void
saved_write(struct disk *disk)
{
	bool large = disk->saved_size > disk->saved_live * 2 + (8 << 20) && disk->recovered;
	int r;

	if (disk->dirty == NULL)
		return;
	cache_writeback_dirty(disk);
	r = !large && go_on(disk) == 0 ? append(disk) : rewrite(disk);
	if (r == -1)
		log_limited("could not save the state of \"%s\" (the next start will take longer): %s", disk->path,
		    strerror(errno));
	clear_dirty(disk, r == 0);
}
