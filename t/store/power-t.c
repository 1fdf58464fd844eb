/* SPDX-License-Identifier: ISC */
/*
 * power-t.c - the power fails between any two system calls, in the middle of work, of recovery,
 * again and again.
 *
 * A random life of a few logs (appends, rolls, retention, DeleteRecords, truncation, deletion and
 * creation under the same name, background jobs in their order but at any time) is cut off by
 * power.c.  Each time the disk opens again, every log holds what had been promised as durable,
 * nothing but batches that were appended, without a hole, and knows the producers of what it holds.
 * POWER_SEEDS=10000 for the long form, POWER_SEED=n for one or, with both, to begin with.
 */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/store/reader.h"
#include "power.h"

enum { TOPICS = 3, PRODUCERS = 3, STEPS = 60 };

struct known { /* a batch that was handed to the log */
	int64_t base, next;
	uint32_t crc;
	int64_t producer;
	int32_t last_sequence;
	bool gone;  /* truncated */
	bool there; /* found after the cut: a truncation may have been undone by it */
};

struct topic {
	char name[16];
	uint8_t id[16];
	struct plog_config config;
	struct plog *log;
	bool deleting; /* the tables say so */
	struct known *b;
	size_t n;
	int16_t epoch[PRODUCERS];
	int32_t sequence[PRODUCERS];
	int64_t durable;   /* promised: everything below */
	int64_t log_start; /* it may have moved as far as this */
	/* as of the cut */
	struct known *then;
	size_t nthen;
	int64_t then_durable, then_log_start;
	uint8_t then_id[16];
	bool then_deleting;
};

static struct topic topic[TOPICS];
static struct disk *disk;
static struct disk_options opt;
static const char *top;
static int ndirs;
static int64_t mono, now, held, cut_calls, truncations;
static uint64_t seed;
static int bad;
static char dir[600];

static void __attribute__((format(printf, 1, 2))) fault(const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag("seed %" PRIu64 ": %s", seed, text);
	bad++;
	if (getenv("POWER_LIST") != NULL) {
		char command[700];

		snprintf(
		    command, sizeof(command), "cd '%s' && ls -lR . && head -50 *checkpoint", dir);
		if (system(command) != 0)
			diag("nothing to list");
	}
}

/* ---- the directories ---- */

static void
new_dir(char path[600])
{
	snprintf(path, 600, "%s/%d", top, ndirs++);
	if (mkdir(path, 0755) == -1)
		bail("%s: %s", path, strerror(errno));
}

/* ---- what is promised ---- */

static void
on_flushed(struct plog *log, void *arg)
{
	struct topic *t = plog_user(log);

	(void)arg;
	if (t != NULL && plog_line(log)->flushed > t->durable)
		t->durable = plog_line(log)->flushed;
}

static void
on_changed(struct plog *log, void *arg)
{
	struct topic *t = plog_user(log);

	(void)arg;
	if (t != NULL && plog_line(log)->log_start > t->log_start)
		t->log_start = plog_line(log)->log_start;
}

static void
remember(void *arg)
{
	(void)arg;
	for (int i = 0; i < TOPICS; i++) {
		struct topic *t = &topic[i];

		free(t->then);
		t->then = xcalloc(t->n + 1, sizeof(*t->then));
		if (t->n > 0)
			memcpy(t->then, t->b, t->n * sizeof(*t->b));
		t->nthen = t->n;
		t->then_durable = t->durable;
		t->then_log_start = t->log_start;
		t->then_deleting = t->deleting;
		memcpy(t->then_id, t->id, 16);
	}
}

/* ---- life ---- */

static void
some_jobs(uint32_t n)
{
	struct store_job *job;

	while (n-- > 0 && (job = disk_job_next(disk)) != NULL) {
		store_job_run(job);
		if (disk_job_done(disk, job) == -1)
			fault("a job failed: %s", strerror(errno));
	}
}

/* As the writer does with what was made or renamed: durable before the controller hears of it. */
static void
names_durable(const char *name)
{
	struct store_job *job = disk_stale_job(disk);

	if (job != NULL)
		store_job_run(job);
	if (disk_sync_names(disk, &name, name == NULL ? 0 : 1) == -1)
		fault("names: %s", strerror(errno));
	if (job != NULL)
		disk_job_done(disk, job);
}

static void
another_id(struct topic *t)
{
	for (int i = 0; i < 16; i++)
		t->id[i] = (uint8_t)rnd(256);
	free(t->b);
	t->b = NULL;
	t->n = 0;
	t->durable = t->log_start = 0;
	for (int i = 0; i < PRODUCERS; i++)
		t->sequence[i] = t->epoch[i] = 0;
}

static int
open_topic(struct topic *t)
{
	struct plog_name name = {.topic = t->name};
	struct plog_open_how how = {.flags = t->deleting ? 0 : PLOG_CREATE,
	    .known_leo = -1,
	    .known_log_start = -1,
	    .known_hw = -1};
	struct plog_opening *o;
	char dirname[32];
	int r;

	memcpy(name.topic_id, t->id, 16);
	snprintf(dirname, sizeof(dirname), "%s-0", t->name);
	r = plog_open_begin(
	    &o, &t->log, disk, &name, &t->config, &how, 1); /* in the smallest steps */
	while (r == PLOG_MORE)
		r = plog_open_more(&o, &t->log, 1);
	if (r == PLOG_OTHER_ID && disk_set_aside(disk, dirname) == 0)
		r = plog_open(&t->log, disk, &name, &t->config, &how);
	if (r == -1) {
		fault("%s does not open: %s", dirname, strerror(errno));
		return -1;
	}
	if (t->log != NULL)
		plog_set_user(t->log, t);
	if (r == PLOG_CREATED && rnd(2) == 0)
		names_durable(dirname);
	return r;
}

static void
finish_deletion(struct topic *t)
{
	if (t->log != NULL)
		plog_delete(&t->log);
	names_durable(NULL);
	t->deleting = false;
	another_id(t);
	open_topic(t);
}

static void
append_some(struct topic *t)
{
	int n = 1 + (int)rnd(6);
	struct made m[6];
	struct plog_batch b[6];
	int64_t base = plog_line(t->log)->leo;

	for (int i = 0; i < n; i++) {
		int who = (int)rnd(PRODUCERS + 1) - 1;
		struct spec s =
		    SPEC(.records = 1 + (int)rnd(3), .value = (int)rnd(rnd(4) == 0 ? 3000 : 200),
			.producer_id = who < 0 ? -1 : who, .timestamp = now);

		if (who >= 0) {
			s.epoch = t->epoch[who];
			s.sequence = t->sequence[who];
			t->sequence[who] += s.records;
		}
		make_batch(&m[i], &s);
		b[i] = m[i].b;
		t->b = xreallocarray(t->b, t->n + 1, sizeof(*t->b));
		t->b[t->n++] = (struct known){base, base + s.records, m[i].h.crc, s.producer_id,
		    who < 0 ? -1 : s.sequence + s.records - 1, false, false};
		base += s.records;
	}
	if (plog_append(t->log, b, n, 1 + (int)(seed % 3), 0, now) == -1 ||
	    plog_line(t->log)->leo != base)
		fault("append: %s", strerror(errno));
	for (int i = 0; i < n; i++)
		free_batch(&m[i]);
	plog_set_hw(t->log, plog_line(t->log)->leo, false);
	held += plog_flush_due(t->log, mono);
}

/* As a follower does when it finds that the leader's log went another way. */
static void
truncate_some(struct topic *t)
{
	int64_t start = plog_line(t->log)->log_start, leo = plog_line(t->log)->leo, to;
	int64_t durable = t->durable;

	if (leo == start)
		return;
	to = start + (int64_t)rnd((uint32_t)(leo - start));
	for (size_t i = 0; i < t->n; i++)
		if (!t->b[i].gone && t->b[i].next > to && t->b[i].base < to)
			to = t->b[i].base;
	/* below its start, a log is begun anew: nothing of it stays, and where it goes on its leader
	 * says */
	if (t->durable > to || to < start)
		t->durable = to < start ? 0 : to;
	if (plog_truncate_to(t->log, to) == -1) {
		if (errno != EAGAIN)
			fault("truncation: %s", strerror(errno));
		t->durable = durable; /* of what stays, all is as it was */
		return;
	}
	for (size_t i = 0; i < t->n; i++)
		t->b[i].gone = t->b[i].gone || t->b[i].next > to;
	/* what its producers did is not what we think any more */
	for (int i = 0; i < PRODUCERS; i++) {
		t->epoch[i]++;
		t->sequence[i] = 0;
	}
	truncations++;
}

static void
one_step(void)
{
	struct topic *t = &topic[rnd(TOPICS)];

	mono += rnd(4) == 0 ? rnd(6000) : rnd(50);
	now += 10;
	switch (rnd(24)) {
	case 0:
		plog_roll(t->log, now);
		break;
	case 1:
		if (plog_delete_records(t->log,
			plog_line(t->log)->log_start +
			    (int64_t)rnd((uint32_t)(plog_line(t->log)->hw -
						    plog_line(t->log)->log_start + 1))) == -1)
			fault("DeleteRecords: %s", strerror(errno));
		break;
	case 2:
		truncate_some(t);
		break;
	case 3:
		if (rnd(3) != 0)
			break;
		t->deleting = true;
		t->durable = t->log_start = 0;
		finish_deletion(t);
		break;
	case 4:
		plog_retain(t->log, now);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		disk_tick(disk, now, mono);
		break;
	case 9:
	case 10:
	case 11:
	case 12:
	case 13:
		some_jobs(1 + rnd(4));
		break;
	default:
		append_some(t);
	}
}

/* ---- after the cut ---- */

static struct known *
known_at(const struct topic *t, int64_t base, int64_t next, uint32_t crc)
{
	for (size_t i = 0; i < t->nthen; i++)
		if (t->then[i].base == base && t->then[i].next == next && t->then[i].crc == crc)
			return &t->then[i];
	return NULL;
}

/* Producer state says what the surviving batches say. */
static void
check_producers(const struct topic *t, const int32_t last[PRODUCERS])
{
	const struct producers *p = plog_producers(t->log);

	for (int i = 0; i < PRODUCERS; i++) {
		const struct producer_entry *e = p == NULL ? NULL : producers_find(p, i);

		if (last[i] >= 0 &&
		    (e == NULL || e->count == 0 || e->seen[e->head].last_sequence != last[i]))
			fault("%s: producer %d ended with %d, known is %d", t->name, i, last[i],
			    e == NULL || e->count == 0 ? -1 : e->seen[e->head].last_sequence);
	}
}

static void
check_log(struct topic *t)
{
	const struct plog_line *l = plog_line(t->log);
	char *path = xasprintf("%s/%s-0", dir, t->name);
	int32_t last[PRODUCERS] = {-1, -1, -1};
	struct plog_reader *r;
	const uint8_t *p;
	int64_t next = -1, found = 0, promised = 0;
	size_t len;
	int n = 0;

	/* where names come and go in no order, what was deleted may come back in pieces */
	if (l->leo < t->then_durable && (power_in_order() || t->then_durable > t->then_log_start))
		fault("%s ends at %" PRId64 ", durable was %" PRId64, t->name, l->leo,
		    t->then_durable);
	if (l->log_start > t->then_log_start && power_in_order())
		fault("%s starts at %" PRId64 ", deleted was up to %" PRId64, t->name, l->log_start,
		    t->then_log_start);
	if (plog_reader_open(&r, path, l->log_start) == -1) {
		if (errno != ENOENT || l->leo != l->log_start)
			fault("%s cannot be read: %s", t->name, strerror(errno));
		free(path);
		return;
	}
	while ((n = plog_reader_next(r, &p, &len)) == 1) {
		struct known *k =
		    known_at(t, batch_base_offset(p), batch_last_offset(p) + 1, be32_get(p + 17));

		if (k == NULL) {
			fault("%s: a batch at %" PRId64 " that nobody appended", t->name,
			    batch_base_offset(p));
			break;
		}
		if (next >= 0 && k->base != next &&
		    (power_in_order() || k->base > t->then_log_start))
			fault("%s: a hole from %" PRId64 " to %" PRId64, t->name, next, k->base);
		k->there = true;
		found += !k->gone && k->next <= t->then_durable && k->next > t->then_log_start;
		if (k->producer >= 0)
			last[k->producer] = k->last_sequence;
		next = k->next;
	}
	plog_reader_close(&r);
	if (n == -1)
		fault("%s: what is left is not good: %s", t->name, strerror(errno));
	else if (n == 0 && next >= 0 && next != l->leo &&
		 (power_in_order() || next > t->then_log_start))
		fault(
		    "%s: batches end at %" PRId64 ", the line at %" PRId64, t->name, next, l->leo);
	for (size_t i = 0; i < t->nthen; i++)
		promised += !t->then[i].gone && t->then[i].next <= t->then_durable &&
			    t->then[i].next > t->then_log_start;
	if (found != promised)
		fault("%s: %" PRId64 " of %" PRId64 " durable batches are there (below %" PRId64
		      ")",
		    t->name, found, promised, t->then_durable);
	check_producers(t, last);
	free(path);
}

/* From now on the topic is what is left of it. */
static void
go_on_from(struct topic *t)
{
	const struct plog_line *l = plog_line(t->log);
	size_t n = 0;

	for (size_t i = 0; i < t->nthen; i++)
		if (t->then[i].there || t->then[i].next <= l->log_start) { /* those may come back */
			t->then[n] = t->then[i];
			t->then[n].gone = t->then[n].there = false;
			n++;
		}
	free(t->b);
	t->b = t->then;
	t->n = n;
	t->then = NULL;
	/* what was found need not be synced yet, but what was promised still is */
	t->durable = t->then_durable < l->leo ? t->then_durable : l->leo;
	/* deleted records may come back with a power loss, and be gone again after the next one */
	t->log_start = t->then_log_start > l->log_start ? t->then_log_start : l->log_start;
	for (int i = 0; i < PRODUCERS; i++) {
		t->epoch[i]++;
		t->sequence[i] = 0;
	}
}

static int
start(bool after)
{
	opt = (struct disk_options){.path = dir,
	    .cache_bytes = -1,
	    .recovery_interval_ms = 5000,
	    .changed = on_changed,
	    .flushed = on_flushed};
	/* the marker of this boot would name another one, after a power loss */
	if (disk_open(&disk, &opt, after) == -1) {
		fault("the disk does not open: %s", strerror(errno));
		return -1;
	}
	for (int i = 0; i < TOPICS; i++)
		if (open_topic(&topic[i]) == -1)
			return -1;
	return 0;
}

/* The tables are on the medium at once: they are what they were at the cut. */
static void
as_of_then(void)
{
	for (int i = 0; i < TOPICS; i++) {
		topic[i].deleting = topic[i].then_deleting;
		memcpy(topic[i].id, topic[i].then_id, 16);
	}
}

static void
stop(void)
{
	disk_close(&disk, false);
	for (int i = 0; i < TOPICS; i++)
		topic[i].log = NULL;
}

static void
move_to(const char *next)
{
	power_watch(next);
	remove_tree_at(AT_FDCWD, dir);
	snprintf(dir, sizeof(dir), "%s", next);
}

/* The machine comes back; the power may fail again in the middle of it. */
static int
recover(void)
{
	char next[600];
	bool again;
	int r;

	do {
		again = rnd(3) == 0;
		if (again) {
			new_dir(next);
			power_cut_at((int64_t)rnd(30), next, NULL, NULL);
		}
		r = start(true);
		again = again && power_was_cut();
		if (r == -1)
			return -1;
		if (again) {
			stop();
			move_to(next);
		}
	} while (again);
	for (int i = 0; i < TOPICS; i++) {
		if (topic[i].deleting) {
			finish_deletion(&topic[i]);
			continue;
		}
		check_log(&topic[i]);
		go_on_from(&topic[i]);
	}
	if (disk_recovered(disk) == -1)
		fault("disk_recovered: %s", strerror(errno));
	return 0;
}

static void
choose_config(struct topic *t)
{
	t->config = plog_config_default;
	t->config.segment_bytes = 1000 + (int32_t)rnd(20000);
	t->config.index_interval_bytes = 200;
	t->config.file_delete_delay_ms = (int64_t)rnd(2) * 3000;
	if (rnd(2) == 0)
		t->config.flush_messages = 1 + (int64_t)rnd(3);
	if (rnd(3) == 0)
		t->config.flush_ms = (int64_t)rnd(2000);
	if (rnd(3) == 0)
		t->config.retention_bytes = 20000;
}

static void
life(void)
{
	char next[600];
	int rounds = 1 + (int)rnd(3);

	new_dir(dir);
	for (int i = 0; i < TOPICS; i++) {
		snprintf(topic[i].name, sizeof(topic[i].name), "t%d", i);
		topic[i].deleting = false;
		choose_config(&topic[i]);
		another_id(&topic[i]);
	}
	power_watch(dir);
	if (start(false) == -1 || disk_recovered(disk) == -1)
		return;
	for (int round = 0; round < rounds && bad == 0; round++) {
		new_dir(next);
		power_cut_at(
		    (int64_t)rnd(rnd(2) == 0 ? 400 : 60) + power_calls(), next, remember, NULL);
		for (int i = 0; i < STEPS && !power_was_cut(); i++)
			one_step();
		cut_calls += power_was_cut();
		if (!power_was_cut()) {
			remember(NULL);
			power_cut(next);
		}
		stop();
		move_to(next);
		as_of_then();
		if (recover() == -1)
			break;
	}
	stop();
}

int
main(void)
{
	const char *one = getenv("POWER_SEED"), *many = getenv("POWER_SEEDS");
	uint64_t first = one == NULL ? 0 : strtoull(one, NULL, 10);
	uint64_t n = many != NULL ? strtoull(many, NULL, 10) : one != NULL ? 1 : 120;
	int failed = 0;

	top = tmp_dir();
	for (seed = first; seed < first + n && failed < 20; seed++) {
		bad = 0;
		mono = 100000;
		now = 1700000000000;
		rnd_seed(seed + 1);
		power_seed(seed);
		life();
		power_unwatch();
		remove_tree_at(AT_FDCWD, dir);
		failed += bad > 0;
	}
	ok(failed == 0, "%" PRIu64 " lives, each cut off several times: %d went wrong", n, failed);
	ok(one != NULL || cut_calls > (int64_t)n / 2, "... %" PRId64 " cuts in the middle of work",
	    cut_calls);
	ok(one != NULL || held > 0, "... %" PRId64 " appends that waited for a sync", held);
	ok(one != NULL || truncations > 0, "... %" PRId64 " truncations", truncations);
	return done_testing();
}
