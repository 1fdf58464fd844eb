/* SPDX-License-Identifier: ISC */
/* plog-t.c - appends, rolls, indexes, retention, DeleteRecords, truncation of one log. */
#include "odradek/base/clock.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/proto/kerr.h"

static void
fresh(void)
{
	struct world w;

	world_init(&w);
	is_int(PLOG_CREATED, world_open(&w, false, -1), "a new log");
	is_int(0, plog_line(w.log)->leo, "begins at 0");
	is_int(-1, plog_line(w.log)->segment, "without a segment");
	is_int(1, count_files(&w, ""), "partition.metadata is all there is");
	put(&w, &SPEC(.records = 3));
	is_int(3, plog_line(w.log)->leo, "three records");
	is_int(0, plog_line(w.log)->segment, "in the first segment");
	is_int(5, plog_line(w.log)->epoch, "of the leader's epoch");
	is_int(0, plog_last_epoch(w.log) - 5, "which the history knows");
	log_matches(&w, "what was written can be read");
	world_kill(&w);
	is_int(PLOG_OPENED, world_open(&w, false, -1), "opened again");
	is_int(DISK_SAME_BOOT, disk_recovery(w.disk), "... trusting the page cache");
	is_int(3, plog_line(w.log)->leo, "... all is there");
	put(&w, &SPEC(.records = 2));
	log_matches(&w, "and goes on");
	world_close(&w);
	is_int(PLOG_OPENED, world_open(&w, false, -1), "opened after an orderly stop");
	is_int(5, plog_line(w.log)->leo, "... all is there");
	world_fini(&w);
}

static void
rolls(void)
{
	struct world w;
	int64_t generation;
	struct spec many[300];

	world_init(&w);
	w.config.segment_bytes = 64 << 10;
	world_open(&w, false, -1);
	generation = plog_line(w.log)->generation;
	for (int i = 0; i < 400; i++)
		put(&w, &SPEC(.records = 1 + (int)rnd(5), .value = (int)rnd(1500), .timestamp = 1000 + (int64_t)rnd(100000)));
	ok(plog_line(w.log)->segments > 10, "rolled by size: %u segments", plog_line(w.log)->segments);
	ok(plog_line(w.log)->generation != generation, "the generation moved");
	log_matches(&w, "every batch in its place");
	for (int i = 0; i < 300; i++)
		many[i] = SPEC(.records = 1 + (int)rnd(3), .value = (int)rnd(900), .timestamp = 1000 + (int64_t)rnd(100000));
	is_int(0, append_many(&w, many, 300, NULL), "300 batches in one call");
	log_matches(&w, "across rolls, too");
	plog_flush_indexes(w.log);
	indexes_true(&w, true, "indexes are what a naive scan says");
	run_jobs(&w);
	ok(plog_line(w.log)->recovery_point > 0 && plog_line(w.log)->recovery_point <= plog_line(w.log)->leo,
	    "sealed segments were synced");
	is_int(plog_line(w.log)->segment, plog_line(w.log)->recovery_point, "... all of them");
	world_fini(&w);
}

static void
rolls_by_time(void)
{
	struct world w;

	world_init(&w);
	w.config.segment_ms = 10000;
	world_open(&w, false, -1);
	put(&w, &SPEC(.timestamp = w.now - 20000));
	put(&w, &SPEC(.timestamp = w.now - 10000));
	is_int(1, plog_line(w.log)->segments, "as long as segment.ms: one segment");
	put(&w, &SPEC(.timestamp = w.now - 9999));
	is_int(2, plog_line(w.log)->segments, "longer: the next one");
	put(&w, &SPEC(.timestamp = w.now - 300000));
	is_int(2, plog_line(w.log)->segments, "an older timestamp rolls nothing");
	put(&w, &SPEC(.timestamp = w.now + (int64_t)86400000 * 365));
	put(&w, &SPEC(.timestamp = 1));
	put(&w, &SPEC(.timestamp = w.now));
	is_int(2, plog_line(w.log)->segments, "nor does an absurd one");
	w.config.cleanup_compact = true;
	w.config.max_compaction_lag_ms = 5000;
	put(&w, &SPEC(.timestamp = w.now));
	is_int(3, plog_line(w.log)->segments, "a compacted log rolls after max.compaction.lag.ms");
	w.config.cleanup_compact = false;
	w.config.segment_ms = INT64_MAX;
	w.config.segment_index_bytes = 5 * 12;
	w.config.index_interval_bytes = 0;
	for (int i = 0; i < 12; i++)
		put(&w, &SPEC(.timestamp = w.now + i));
	ok(plog_line(w.log)->segments >= 4, "full indexes roll: %u", plog_line(w.log)->segments);
	log_matches(&w, "all is there");
	world_fini(&w);
}

static void
big_batch(void)
{
	struct world w;
	struct made m;
	struct iovec iov[3000];
	struct plog_batch b[3];
	size_t at = BATCH_PREFIX;

	world_init(&w);
	world_open(&w, false, -1);
	make_batch(&m, &SPEC(.records = 1, .value = 200000));
	for (int i = 0; i < 3000; i++) {
		size_t n = i < 2999 ? 60 : m.out.len - at;

		iov[i] = (struct iovec){ m.out.base + at, n };
		at += n;
	}
	b[0] = b[1] = b[2] = m.b;
	b[1].iov = iov;
	b[1].iovcnt = 3000;
	is_int(0, plog_append(w.log, b, 3, 5, 0, w.now), "a batch in 3000 pieces between two others");
	is_int(3, plog_line(w.log)->leo, "all three");
	is_int(b[1].position + b[1].length, b[2].position, "in order");
	w.published = *plog_line(w.log);
	w.model.b = calloc(3, sizeof(*w.model.b));
	w.model.n = w.model.cap = 3;
	for (int i = 0; i < 3; i++)
		w.model.b[i] = (struct model_batch){ .base = i, .next = i + 1, .crc = m.h.crc, .length = b[i].length };
	log_matches(&w, "and whole");
	free_batch(&m);
	world_fini(&w);
}

static void
idempotent(void)
{
	struct world w;
	struct spec s[6];
	int e[6];

	world_init(&w);
	world_open(&w, false, -1);
	for (int i = 0; i < 6; i++)
		s[i] = SPEC(.records = 2, .producer_id = 9, .sequence = 2 * i);
	s[2] = s[1];
	s[5].sequence = 77;
	is_int(0, append_many(&w, s, 6, e), "six batches of one producer in one call");
	is_int(0, e[0] | e[1], "two are taken");
	is_int(-2, e[2], "the third repeats the second");
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER, e[3], "the next has a gap");
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER, e[5], "so has the last");
	is_int(4, plog_line(w.log)->leo, "four records");
	log_matches(&w, "once each");
	world_fini(&w);
}

static void
assigned(void)
{
	struct world w;
	struct made m[3];
	struct plog_batch b[3];

	world_init(&w);
	world_open(&w, false, -1);
	for (int i = 0; i < 3; i++) {
		make_batch(&m[i], &SPEC(.records = 2));
		b[i] = m[i].b;
		b[i].base_offset = 100 + 10 * i; /* compaction leaves gaps */
		b[i].leader_epoch = 3 + i;
	}
	is_int(0, plog_append(w.log, b, 3, 0, PLOG_ASSIGNED, w.now), "a follower appends what the leader numbered");
	is_int(122, plog_line(w.log)->leo, "up to the leader's end");
	is_int(5, plog_last_epoch(w.log), "with the leader's epochs");
	is_int(-1, (b[0].base_offset = 50, plog_append(w.log, b, 1, 0, PLOG_ASSIGNED, w.now), b[0].error == 0 ? 0 : -1),
	    "but never backwards");
	b[2] = m[2].b;
	b[2].base_offset = (int64_t)1 << 40;
	b[2].leader_epoch = 5;
	is_int(0, plog_append(w.log, &b[2], 1, 0, PLOG_ASSIGNED, w.now), "a gap wider than an index entry");
	is_int(2, plog_line(w.log)->segments, "... begins a segment");
	world_kill(&w);
	world_open(&w, false, -1);
	is_int(((int64_t)1 << 40) + 2, plog_line(w.log)->leo, "... and is there after a kill");
	world_kill(&w);
	world_open(&w, true, -1);
	is_int(((int64_t)1 << 40) + 2, plog_line(w.log)->leo, "... and when the power failed: gaps are its leader's");
	plog_truncate_to(w.log, 122);
	int32_t epoch;
	int64_t end;
	plog_epoch_end(w.log, 3, &epoch, &end);
	is_int(110, end, "epoch 3 ended where 4 began");
	plog_epoch_end(w.log, 5, &epoch, &end);
	is_int(122, end, "epoch 5 is the latest: the LEO");
	plog_epoch_end(w.log, 6, &epoch, &end);
	is_int(-1, end, "epoch 6 is unknown");
	plog_epoch_end(w.log, 1, &epoch, &end);
	is_int(100, end, "an epoch older than all: where the first begins");
	is_int(1, epoch, "... and itself");
	for (int i = 0; i < 3; i++)
		free_batch(&m[i]);
	world_fini(&w);
}

/* How often the file that tells followers of leader epochs has the line. */
static int
epochs_told(const struct world *w, const char *line)
{
	char cmd[400];
	FILE *f;
	int n = -1;

	snprintf(cmd, sizeof(cmd), "grep -c '^%s$' %s/topic-0/leader-epoch-checkpoint", line, w->dir);
	if ((f = popen(cmd, "r")) == NULL || fscanf(f, "%d", &n) != 1)
		bail("%s", cmd);
	pclose(f);
	return n;
}

/* A follower that has to be cut reads them there: what did not fit once is written as soon as there is room. */
static void
epochs_without_room(void)
{
	struct world w;
	struct made m;
	uint32_t generation;

	world_init(&w);
	world_open(&w, false, -1);
	disk_recovered(w.disk);
	put(&w, &SPEC(.records = 2));
	is_int(1, epochs_told(&w, "5 0"), "the first record of an epoch is told of");
	make_batch(&m, &SPEC(.records = 1));
	fault_at(1, FAULT_ERRNO, ENOSPC, NULL); /* behind the batch itself */
	is_int(0, plog_append(w.log, &m.b, 1, 6, 0, w.now), "a batch of another epoch fits");
	fault_off();
	is_int(0, epochs_told(&w, "6 2"), "... but what tells of it does not");
	generation = plog_line(w.log)->generation;
	for (int i = 0; i < 3; i++) {
		disk_tick(w.disk, w.now, w.mono += 11000);
		run_jobs(&w);
	}
	is_int(1, epochs_told(&w, "6 2"), "with room it is written");
	ok(w.published.generation != generation, "and readers are told that they have to look again");
	free_batch(&m);
	world_fini(&w);
}

static void
retention(void)
{
	struct world w;
	int64_t start;

	world_init(&w);
	w.config.segment_bytes = 10000;
	w.config.retention_bytes = 30000;
	w.config.file_delete_delay_ms = 1000;
	world_open(&w, false, -1);
	for (int i = 0; i < 100; i++)
		put(&w, &SPEC(.value = 900, .timestamp = w.now - 5000 + i));
	ok(plog_retain(w.log, w.now) > 0, "by size: some go");
	ok(plog_line(w.log)->size >= 30000 - 1 && plog_line(w.log)->size < 40000, "what stays is about retention.bytes: %lld",
	    (long long)plog_line(w.log)->size);
	is_int(w.published.log_start, plog_line(w.log)->log_start, "the new start was published");
	ok(plog_line(w.log)->log_start > 0, "... and is not 0");
	log_matches(&w, "the rest is as it was");
	ok(count_files(&w, ".log.deleted") > 0, "files wait as .deleted");
	disk_tick(w.disk, w.now, w.mono += 2000);
	run_jobs(&w);
	is_int(0, count_files(&w, ".deleted"), "... for file.delete.delay.ms");
	start = plog_line(w.log)->log_start;
	world_kill(&w);
	world_open(&w, false, -1);
	is_int(start, plog_line(w.log)->log_start, "the log start survives a kill");
	w.config.retention_bytes = -1;
	w.config.retention_ms = 60000;
	is_int(0, plog_retain(w.log, w.now), "nothing is old enough");
	plog_set_hw(w.log, plog_line(w.log)->leo, false);
	ok(plog_retain(w.log, w.now + 3600000) > 0, "an hour later all of it is");
	is_int(1, plog_line(w.log)->segments, "one empty segment is left");
	is_int(100, plog_line(w.log)->log_start, "which begins at the LEO");
	is_int(100, plog_line(w.log)->leo, "which did not move");
	w.model.n = 0;
	log_matches(&w, "nothing is left");
	put(&w, &SPEC(.records = 1));
	is_int(101, plog_line(w.log)->leo, "and it goes on");
	world_kill(&w);
	world_open(&w, true, -1);
	is_int(101, plog_line(w.log)->leo, "also after a full scan");
	world_fini(&w);
}

#define TS_2001 INT64_C(1000000000000)

static void
future(void)
{
	struct world w;

	world_init(&w);
	w.config.retention_ms = 60000;
	w.config.segment_bytes = 2000;
	world_open(&w, false, -1);
	put(&w, &SPEC(.value = 1500, .timestamp = w.now + (int64_t)86400000 * 365));
	put(&w, &SPEC(.value = 1500, .timestamp = w.now));
	put(&w, &SPEC(.value = 1500, .timestamp = w.now));
	ok(plog_retain(w.log, w.now + 120000) > 1, "a record dated in the future holds nothing");
	w.config.segment_ms = 1000;
	put(&w, &SPEC(.timestamp = w.now + (int64_t)86400000 * 365));
	w.now += 2000;
	is_int(1, plog_line(w.log)->segments, "it is alone");
	put(&w, &SPEC(.timestamp = w.now));
	is_int(2, plog_line(w.log)->segments, "nor does it hold its segment open");
	world_fini(&w);
}

/* Seconds where milliseconds are meant, and clocks that were never set: 1970 by the record, today by the broker. */
static void
long_past(void)
{
	struct world w;

	world_init(&w);
	w.config.retention_ms = 60000;
	w.config.segment_bytes = 2000;
	world_open(&w, false, -1);
	for (int i = 0; i < 4; i++)
		put(&w, &SPEC(.value = 1500, .timestamp = i == 0 ? 0 : w.now / 1000));
	is_int(0, plog_retain(w.log, w.now + 60000), "1970 is when nobody wrote it: kept by the time of the append");
	ok(plog_retain(w.log, w.now + 60001) > 1, "... and no longer");
	put(&w, &SPEC(.value = 1500, .timestamp = TS_2001));
	put(&w, &SPEC(.value = 1500, .timestamp = TS_2001));
	ok(plog_retain(w.log, w.now) > 0, "what is old by a date that can be goes, as in Kafka");
	world_fini(&w);
}

/* The segment that is written to all the time holds nothing for a week. */
static void
active(void)
{
	struct world w;
	uint32_t most = 0;

	world_init(&w);
	w.config.retention_ms = 60000;
	world_open(&w, false, -1);
	for (int i = 0; i < 30; i++, w.now += 10000) {
		put(&w, &SPEC(.value = 100, .timestamp = w.now));
		plog_retain(w.log, w.now);
		if (plog_line(w.log)->segments > most)
			most = plog_line(w.log)->segments;
	}
	ok(plog_line(w.log)->log_start > 10, "by time: the segment closes when its first record expires, start %lld",
	    (long long)plog_line(w.log)->log_start);
	ok(most <= 3, "in no more than %u segments", most);
	world_fini(&w);

	world_init(&w);
	w.config.retention_bytes = 4 << 20;
	world_open(&w, false, -1);
	for (int i = 0; i < 100; i++) {
		put(&w, &SPEC(.value = 100000, .timestamp = w.now));
		plog_retain(w.log, w.now);
	}
	ok(plog_line(w.log)->size >= 4 << 20 && plog_line(w.log)->size <= 6 << 20,
	    "by size: a segment of 1 GB is not waited for, %lld bytes stay", (long long)plog_line(w.log)->size);
	w.config.retention_bytes = 0;
	plog_retain(w.log, w.now);
	is_int(0, plog_line(w.log)->size, "retention.bytes 0 keeps nothing");
	world_fini(&w);
}

/* The time of the last append is the file's: a start does not make old records young. */
static void
append_time(void)
{
	struct world w;

	world_init(&w);
	w.config.retention_ms = 60000;
	world_open(&w, false, -1);
	w.now = now_ms();
	put(&w, &SPEC(.timestamp = w.now + (int64_t)86400000 * 365));
	world_kill(&w);
	world_open(&w, false, -1);
	plog_set_hw(w.log, plog_line(w.log)->leo, false);
	is_int(0, plog_retain(w.log, w.now + 50000), "after a kill: still young");
	is_int(1, plog_retain(w.log, w.now + 70000), "... and it grows as old as before");
	world_fini(&w);
}

/* What goes for the disk budget: the oldest of what nobody wanted kept. */
static int64_t
oldest_of(struct plog *const *log, const int *gone, const int64_t (*ts)[8], int n)
{
	int64_t oldest = INT64_MAX;

	for (int i = 0; i < n; i++)
		if (log[i] != NULL && gone[i] < 7 && ts[i][gone[i]] < oldest)
			oldest = ts[i][gone[i]];
	return oldest;
}

/* Over all logs of a disk, the next one that goes is the oldest that is left. */
static void
eviction_in_order(void)
{
	enum { LOGS = 13 };
	struct plog_open_how how = { .flags = PLOG_CREATE, .known_leo = -1, .known_log_start = -1, .known_hw = -1 };
	struct plog *log[LOGS];
	int64_t ts[LOGS][8];
	int gone[LOGS] = { 0 }, bad = 0;
	struct world w;

	world_init(&w);
	w.config.expendable = true;
	world_open(&w, false, -1);
	for (int i = 0; i < LOGS; i++) {
		struct plog_name name = { .topic = "many", .partition = i, .topic_id = { 7 } };

		plog_open(&log[i], w.disk, &name, &w.config, &how);
		for (int k = 0; k < 8; k++) {
			struct made m;

			ts[i][k] = w.now - 1000000 + k * 100000 + (int64_t)rnd(99999);
			make_batch(&m, &SPEC(.value = 1000, .timestamp = ts[i][k]));
			plog_append(log[i], &m.b, 1, 0, 0, w.now);
			plog_roll(log[i], w.now);
			free_batch(&m);
		}
		plog_set_hw(log[i], plog_line(log[i])->leo, false);
	}
	for (int k = 0; k < LOGS * 7 && bad == 0; k++) {
		int64_t want = oldest_of(log, gone, ts, LOGS);
		struct disk_evicted e;

		disk_evict(w.disk, k % 5 == 0 ? 1500 : 1, &e); /* two, or one */
		for (uint32_t n = 0; n < e.segments; n++) {
			want = oldest_of(log, gone, ts, LOGS);
			for (int i = 0; i < LOGS; i++)
				gone[i] += gone[i] < 7 && ts[i][gone[i]] == want;
		}
		if (want == INT64_MAX)
			break;
		for (int i = 0; i < LOGS; i++)
			bad += plog_line(log[i])->log_start != gone[i];
		bad += e.newest != want;
	}
	is_int(0, bad, "of many logs, the oldest segments go first");
	world_fini(&w);
}

static void
eviction(void)
{
	struct disk_evicted e;
	struct world w;

	world_init(&w);
	w.config.segment_bytes = 3000;
	world_open(&w, false, -1);
	for (int i = 0; i < 20; i++)
		put(&w, &SPEC(.value = 1000, .timestamp = w.now - 100000 + i * 1000));
	is_int(plog_line(w.log)->size, disk_bytes(w.disk), "the bytes of a disk");
	disk_evict(w.disk, 1, &e);
	is_int(0, e.segments, "a log with its own retention gives nothing");
	w.config.expendable = true;
	plog_set_hw(w.log, 0, true);
	disk_evict(w.disk, 1, &e);
	is_int(0, e.segments, "nor is anything taken above the high watermark");
	plog_set_hw(w.log, plog_line(w.log)->leo, false);
	disk_evict(w.disk, 4000, &e);
	is_int(2, e.segments, "as many segments as it takes");
	is_int(4, plog_line(w.log)->log_start, "the oldest");
	is_int(w.published.log_start, plog_line(w.log)->log_start, "published");
	is_int(w.now - 100000 + 3000, e.newest, "and it is said how far in time");
	run_jobs(&w);
	is_int(0, count_files(&w, ".deleted"), "the room is there at once, whatever file.delete.delay.ms says");
	disk_evict(w.disk, INT64_MAX, &e);
	ok(plog_line(w.log)->size == 0 && plog_line(w.log)->log_start == 20 && plog_line(w.log)->leo == 20,
	    "all of it, if need be: the active segment is rolled");
	w.config.segment_bytes = INT32_MAX;
	disk_cap_segments(w.disk, 32 << 20, false);
	for (int i = 0; i < 40; i++)
		put(&w, &SPEC(.value = 100000, .timestamp = w.now));
	is_int(2, plog_line(w.log)->segments, "on a small disk segments are small");
	disk_cap_segments(w.disk, 16 << 20, true);
	is_int(3, plog_line(w.log)->segments, "and the active one is closed when it becomes crowded");
	world_fini(&w);
}

static void
delete_records(void)
{
	struct world w;

	world_init(&w);
	w.config.segment_bytes = 5000;
	world_open(&w, false, -1);
	for (int i = 0; i < 50; i++)
		put(&w, &SPEC(.value = 400, .records = 2));
	is_int(-1, plog_delete_records(w.log, 101), "beyond the high watermark");
	is_int(ERANGE, errno, "... is out of range");
	w.changed = 0;
	is_int(0, plog_delete_records(w.log, 33), "delete up to 33");
	is_int(33, plog_line(w.log)->log_start, "the log begins there");
	ok(w.changed > 0 && w.published.log_start == 33, "published");
	log_matches(&w, "in the middle of a batch: the batch stays");
	is_int(0, plog_delete_records(w.log, 20), "an older offset changes nothing");
	is_int(33, plog_line(w.log)->log_start, "... really");
	disk_tick(w.disk, w.now, w.mono);
	run_jobs(&w);
	world_kill(&w);
	world_open(&w, false, -1);
	is_int(33, plog_line(w.log)->log_start, "it survives a kill");
	plog_set_hw(w.log, 100, false);
	is_int(0, plog_delete_records(w.log, 100), "everything");
	is_int(100, plog_line(w.log)->log_start, "empty");
	put(&w, &SPEC(.timestamp = w.now));
	disk_tick(w.disk, w.now, w.mono += 100000);
	run_jobs(&w);
	world_kill(&w);
	world_open(&w, true, -1);
	is_int(100, plog_line(w.log)->log_start, "also after a full scan");
	is_int(101, plog_line(w.log)->leo, "with the record behind it");
	world_fini(&w);
}

static void
truncation(void)
{
	struct world w;

	world_init(&w);
	w.config.segment_bytes = 6000;
	w.config.file_delete_delay_ms = 0;
	for (int turn = 0; turn < 40; turn++) {
		int64_t to, want;

		if (w.disk == NULL)
			world_open(&w, false, -1);
		for (int i = 0; i < 20; i++)
			put(&w, &SPEC(.value = (int)rnd(700), .records = 1 + (int)rnd(4), .timestamp = (int64_t)rnd(10000)));
		to = (int64_t)rnd((uint32_t)plog_line(w.log)->leo + 1);
		if (to < plog_line(w.log)->leo / 3)
			to = plog_line(w.log)->leo / 3;
		model_cut(&w.model, to);
		want = w.model.n == 0 ? 0 : w.model.b[w.model.n - 1].next;
		w.published.leo = -1;
		if (plog_truncate_to(w.log, to) == -1 || plog_line(w.log)->leo != want || !log_matches(&w, "")) {
			ok(0, "truncate to %lld: LEO %lld, wanted %lld: %s", (long long)to,
			    (long long)plog_line(w.log)->leo, (long long)want, strerror(errno));
			break;
		}
		run_jobs(&w);
		plog_flush_indexes(w.log);
		if (!indexes_true(&w, false, "")) {
			ok(0, "indexes after truncation to %lld", (long long)to);
			break;
		}
		if (turn % 5 == 4)
			world_kill(&w);
		if (turn == 39)
			ok(1, "forty truncations at random places, with kills between them");
	}
	if (w.disk == NULL)
		world_open(&w, false, -1);
	is_int(0, plog_truncate_fully(w.log, 5000), "all of it");
	is_int(5000, plog_line(w.log)->leo, "begins at 5000");
	is_int(5000, plog_line(w.log)->log_start, "... log start, too");
	w.model.n = 0;
	put(&w, &SPEC(.records = 3));
	log_matches(&w, "and goes on");
	world_kill(&w);
	world_open(&w, true, -1);
	is_int(5003, plog_line(w.log)->leo, "also after a full scan");
	world_fini(&w);
}

/* One bit of the header of batch 4 of 10 is wrong; the log is cut in front of it, within it, and behind it. */
static void
truncation_in_damage(void)
{
	static const struct {
		int at;
		uint8_t bit;
		const char *what;
	} kinds[] = {{6, 1, "base offset"}, {10, 1, "length"}, {11, 4, "length, a little"}, {16, 4, "magic"}, {25, 8, "last offset delta"}};
	static const int64_t cuts[][2] = {{11, 9}, {12, 12}, {14, 12}, {15, 15}, {16, 15}, {21, 21}, {27, 27}};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
			int64_t size[11] = { 0 }, want = cuts[i][1];
			struct world w;
			struct stat st;
			uint8_t b;
			int fd, r;

			world_init(&w);
			world_open(&w, false, -1);
			for (int n = 0; n < 10; n++) {
				put(&w, &SPEC(.records = 3, .value = 300 + n));
				size[n + 1] = plog_line(w.log)->end;
			}
			fd = open(path_of(&w, 0, ".log"), O_RDWR);
			if (fd == -1 || pread(fd, &b, 1, size[4] + kinds[k].at) != 1)
				bail("no segment");
			b ^= kinds[k].bit;
			if (pwrite(fd, &b, 1, size[4] + kinds[k].at) != 1)
				bail("no segment");
			r = plog_truncate_to(w.log, cuts[i][0]);
			if (fstat(fd, &st) == -1)
				bail("no segment");
			if (r == -1 || plog_line(w.log)->leo != want || st.st_size != size[want / 3] ||
			    plog_line(w.log)->end != st.st_size)
				ok(0, "%s: truncation to %lld: %d, LEO %lld, %lld bytes", kinds[k].what, (long long)cuts[i][0], r,
				    (long long)plog_line(w.log)->leo, (long long)st.st_size);
			close(fd);
			world_fini(&w);
		}
	ok(1, "truncation around damaged headers");
}

static void
truncation_of_producers(void)
{
	struct world w;
	int error;

	world_init(&w);
	world_open(&w, false, -1);
	for (int i = 0; i < 20; i++)
		put(&w, &SPEC(.producer_id = 4, .sequence = i));
	plog_truncate_to(w.log, 12);
	model_cut(&w.model, 12);
	append(&w, &SPEC(.producer_id = 4, .sequence = 15), &error);
	is_int(KERR_OUT_OF_ORDER_SEQUENCE_NUMBER, error, "what was cut is forgotten");
	append(&w, &SPEC(.producer_id = 4, .sequence = 9), &error);
	is_int(-2, error, "what was not is remembered");
	append(&w, &SPEC(.producer_id = 4, .sequence = 12), &error);
	is_int(0, error, "and it goes on from there");
	log_matches(&w, "in the log, too");
	world_fini(&w);
}

static void
many_logs(void)
{
	struct world w;
	struct plog *log[50];
	struct plog_open_how how = { .flags = PLOG_CREATE, .known_leo = -1, .known_log_start = -1, .known_hw = -1 };
	bool good = true;
	struct made m;
	struct plog_batch b;

	world_init(&w);
	w.opt.log_fds = 8;
	world_open(&w, false, -1);
	for (int i = 0; i < 50; i++) {
		struct plog_name name = { "other", i, { 9 } };

		good = good && plog_open(&log[i], w.disk, &name, &w.config, &how) == PLOG_CREATED;
	}
	ok(good, "fifty logs with eight descriptors");
	make_batch(&m, &SPEC(.value = 100));
	for (int round = 0; round < 20; round++)
		for (int i = 0; i < 50; i++) {
			b = m.b;
			good = good && plog_append(log[(i * 7 + round) % 50], &b, 1, 1, 0, w.now) == 0;
		}
	for (int i = 0; i < 50; i++)
		good = good && plog_line(log[i])->leo == 20;
	ok(good, "twenty records each");
	is_int(51, (int64_t)disk_logs(w.disk), "the disk knows them all");
	is_int(0, plog_delete(&log[7]), "one is deleted");
	is_int(50, (int64_t)disk_logs(w.disk), "one less");
	w.mono += 1000000;
	disk_tick(w.disk, w.now, w.mono);
	disk_tick(w.disk, w.now, w.mono += 100);
	run_jobs(&w);
	world_kill(&w);
	world_open(&w, false, -1);
	good = true;
	for (int i = 0; i < 50; i++) {
		struct plog_name name = { "other", i, { 9 } };
		struct plog_open_how plain = { .flags = 0, .known_leo = -1, .known_log_start = -1, .known_hw = -1 };
		int r = plog_open(&log[i], w.disk, &name, &w.config, &plain);

		good = good && (i == 7 ? r == PLOG_ABSENT : r == PLOG_OPENED && plog_line(log[i])->leo == 20);
	}
	ok(good, "opened again, but for that one");
	{
		struct plog_name name = { "other", 3, { 8 } };
		struct plog *other;

		is_int(PLOG_OTHER_ID, plog_open(&other, w.disk, &name, &w.config, &how), "another topic of that name");
		is_int(0, disk_set_aside(w.disk, "other-3"), "is set aside");
		how.flags = PLOG_CREATE | PLOG_MUST_BE_NEW;
		is_int(PLOG_CREATED, plog_open(&other, w.disk, &name, &w.config, &how), "and made anew");
	}
	free_batch(&m);
	world_fini(&w);
}

static void
flushing(void)
{
	struct world w;

	world_init(&w);
	w.config.flush_messages = 10;
	world_open(&w, false, -1);
	put(&w, &SPEC(.records = 5));
	ok(!plog_flush_due(w.log, w.mono), "five messages: not yet");
	put(&w, &SPEC(.records = 5));
	ok(plog_flush_due(w.log, w.mono), "ten: a sync is queued");
	ok(!plog_flush_due(w.log, w.mono), "... once");
	run_jobs(&w);
	is_int(10, plog_line(w.log)->flushed, "they are on the medium");
	w.config.flush_messages = INT64_MAX;
	w.config.flush_ms = 500;
	disk_tick(w.disk, w.now, w.mono += 1000);
	put(&w, &SPEC(.records = 1));
	ok(!plog_flush_due(w.log, w.mono), "flush.ms: not yet");
	for (int i = 0; i < 30; i++)
		disk_tick(w.disk, w.now, w.mono += 1000);
	run_jobs(&w);
	is_int(11, plog_line(w.log)->flushed, "later, without another append");
	world_fini(&w);
}

/* A start opens one log after the other while the first sync of what a predecessor left is under way already. */
static void
opened_during_sync(void)
{
	struct plog_open_how how = { .flags = PLOG_CREATE, .known_leo = -1, .known_log_start = -1, .known_hw = -1 };
	struct plog_name name = { "other", 0, { 9 } };
	struct store_job *job;
	struct plog *other;
	struct plog_batch b;
	struct made m;
	struct world w;
	bool good = true;

	world_init(&w);
	w.config.segment_bytes = 2000;
	world_open(&w, false, -1);
	plog_open(&other, w.disk, &name, &w.config, &how);
	make_batch(&m, &SPEC(.value = 500));
	for (int i = 0; i < 20; i++) {
		put(&w, &SPEC(.value = 500));
		b = m.b;
		good = good && plog_append(other, &b, 1, 1, 0, w.now) == 0;
	}
	ok(good, "two logs with sealed segments that were never synced");
	free_batch(&m);
	world_kill(&w);
	world_open(&w, false, -1);
	disk_tick(w.disk, w.now, w.mono);
	job = disk_job_next(w.disk);
	while (job != NULL && strcmp(store_job_name(job), "syncfs") != 0) {
		store_job_run(job);
		disk_job_done(w.disk, job);
		job = disk_job_next(w.disk);
	}
	ok(job != NULL, "the first is open: a sync begins");
	plog_open(&other, w.disk, &name, &w.config, &how);
	store_job_run(job);
	disk_job_done(w.disk, job);
	is_int(plog_line(w.log)->leo, plog_line(w.log)->flushed, "it was for the first");
	is_int(0, plog_line(other)->flushed, "not for the one that was opened meanwhile");
	for (int i = 0; i < 3; i++) {
		disk_tick(w.disk, w.now, w.mono += 1000);
		run_jobs(&w);
	}
	is_int(plog_line(other)->leo, plog_line(other)->flushed, "which is not forgotten");

	/* a syncfs says nothing of what was cut and written anew since */
	for (int i = 0; i < 20; i++)
		put(&w, &SPEC(.value = 500));
	world_kill(&w);
	world_open(&w, false, -1);
	disk_tick(w.disk, w.now, w.mono += 1000);
	job = disk_job_next(w.disk);
	while (job != NULL && strcmp(store_job_name(job), "syncfs") != 0) {
		store_job_run(job);
		disk_job_done(w.disk, job);
		job = disk_job_next(w.disk);
	}
	store_job_run(job);
	is_int(0, plog_truncate_to(w.log, 35), "cut while a sync is under way");
	model_cut(&w.model, 35);
	put(&w, &SPEC(.value = 500, .records = 9));
	disk_job_done(w.disk, job);
	ok(plog_line(w.log)->flushed <= 35, "its end says nothing of what was written anew");
	world_fini(&w);
}

static int swaps_ended, swap_error;

static void
swap_ended(struct plog *log, const struct plog_cleaned *c, int error, void *arg)
{
	(void)log, (void)c, (void)arg;
	swaps_ended++;
	swap_error = error;
}

/* Whoever waits for a swap hears how it ended, whatever became of the log. */
static void
swap_of_a_deleted_log(void)
{
	struct plog_cleaned c = { .upto = -1 };
	struct world w;

	world_init(&w);
	w.config.segment_bytes = 2000;
	w.opt.swapped = swap_ended;
	for (int i = 0; i < 2; i++) {
		swaps_ended = 0;
		world_open(&w, false, -1);
		while (plog_line(w.log)->segments < 3)
			put(&w, &SPEC(.value = 500));
		c.cuts = plog_line(w.log)->cuts;
		is_int(0, plog_swap_in(w.log, &c), "compacted files are handed over");
		if (i == 0)
			world_kill(&w);
		else
			plog_delete(&w.log);
		is_int(1, swaps_ended, "the log is %s: that is told", i == 0 ? "closed" : "deleted");
		is_int(ECANCELED, swap_error, "... as it is");
	}
	world_fini(&w);
}

/* On a full disk the oldest may be an active segment, which cannot go without a new one. */
static void
eviction_without_room(void)
{
	struct plog_open_how how = { .flags = PLOG_CREATE, .known_leo = -1, .known_log_start = -1, .known_hw = -1 };
	struct plog_name name = { "other", 0, { 9 } };
	struct disk_evicted e;
	struct plog *other;
	struct plog_batch b;
	struct made m;
	struct world w;

	world_init(&w);
	w.config.segment_bytes = 3000;
	w.config.expendable = true;
	world_open(&w, false, -1);
	plog_open(&other, w.disk, &name, &w.config, &how);
	make_batch(&m, &SPEC(.timestamp = w.now - 900000));
	b = m.b;
	plog_append(other, &b, 1, 1, 0, w.now);
	plog_set_hw(other, plog_line(other)->leo, false);
	free_batch(&m);
	for (int i = 0; i < 10; i++)
		put(&w, &SPEC(.value = 1000, .timestamp = w.now - 100000 + i * 1000));
	plog_set_hw(w.log, plog_line(w.log)->leo, false);
	fault_from(0, ENOSPC);
	disk_evict(w.disk, 4000, &e);
	fault_off();
	is_int(2, e.segments, "the sealed segments of another log go instead");
	is_int(0, plog_line(other)->log_start, "the oldest stays");
	world_fini(&w);
}

int
main(void)
{
	fresh();
	rolls();
	rolls_by_time();
	big_batch();
	idempotent();
	assigned();
	epochs_without_room();
	retention();
	future();
	long_past();
	active();
	append_time();
	eviction();
	eviction_in_order();
	eviction_without_room();
	delete_records();
	truncation();
	truncation_in_damage();
	truncation_of_producers();
	many_logs();
	flushing();
	opened_during_sync();
	swap_of_a_deleted_log();
	return done_testing();
}
