/* SPDX-License-Identifier: ISC */
/*
 * txnindex.c - `<base>.txnindex`: which transactions the markers of a segment aborted; made again
 * when it is not right.
 *
 * Writer, when a log is opened, before its recovery.  Every file that is there is looked at; one
 * that cannot be is made again from the control batches, with the producers as they were at the
 * base of its segment (from a .snapshot, or from the start of the log).  In steps.  Ensures: a file
 * is replaced as a whole, durably, or stays as it is: readers refuse what cannot be.  A segment
 * with a bad batch in it keeps its file: a marker may have been there.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "store_priv.h"

enum { LOOK_BYTES = 256 << 10, ENTRIES_READ = 64 };

struct txn_repair {
	struct plog *log;
	const struct found *found;
	int64_t known;   /* what lies below was good: a bad batch there is damage, behind it the end
			    of the log */
	bool unclean;    /* files may have been lost */
	uint32_t target; /* segments in front of it are right */
	bool walking;    /* to the end of the target: */
	uint32_t at;     /* in this segment ... */
	int64_t pos, next; /* ... here */
	int64_t from;      /* producers know what lies below */
	struct producers *producers;
	uint8_t *entries; /* of the target */
	size_t n, cap;
};

bool
txn_entry_plausible(const uint8_t *e, int64_t before, int64_t upper)
{
	int64_t first = (int64_t)be64_get(e + 10), last = (int64_t)be64_get(e + 18);

	return be16_get(e) == 0 && (int64_t)be64_get(e + 2) >= 0 && first >= 0 && first < last &&
	       last > before && last < upper;
}

void
txn_entry_put(uint8_t *e, const struct producers *producers, const struct producer_batch *marker,
    int64_t first)
{
	int64_t open = producers_first_open(producers, marker->producer_id);

	be16_put(e, 0);
	be64_put(e + 2, (uint64_t)marker->producer_id);
	be64_put(e + 10, (uint64_t)first);
	be64_put(e + 18, (uint64_t)marker->last_offset);
	be64_put(e + 26, (uint64_t)(open >= 0 ? open : marker->last_offset + 1));
}

/* ---- which ones ---- */

static int64_t
upper_of(const struct plog *log, uint32_t i)
{
	return i + 1 < log->nseg ? log->seg[i + 1].base : INT64_MAX;
}

/* The file of segment i.  What cannot be read is left to readers, who say so. */
static bool
file_plausible(const struct plog *log, uint32_t i)
{
	char path[PATH_BYTES];
	uint8_t e[TXN_ENTRY * ENTRIES_READ];
	int64_t at = 0, before = log->seg[i].base - 1;
	ssize_t n = 0;
	int fd = store_open(log->disk->dirfd,
	    path_segment(path, log->name, log->seg[i].base, ".txnindex"), O_RDONLY);
	bool good = true;

	while (fd != -1 && good && (n = store_pread(fd, e, sizeof(e), at)) > 0) {
		good = n % TXN_ENTRY == 0;
		for (ssize_t k = 0; good && k < n; k += TXN_ENTRY) {
			good = txn_entry_plausible(e + k, before, upper_of(log, i));
			before = (int64_t)be64_get(e + k + 18);
		}
		at += n;
	}
	store_close(&fd);
	return good;
}

/* The producers of a .snapshot; NULL when there is none that is good. */
static struct producers *
snapshot_at(const struct plog *log, int64_t offset)
{
	char path[PATH_BYTES];
	size_t len;
	char *buf = store_read_file(
	    log->disk->dirfd, path_segment(path, log->name, offset, ".snapshot"), &len);
	struct producers *p;

	if (buf == NULL)
		return NULL;
	p = producers_new();
	if (producers_snapshot_read(p, (uint8_t *)buf, len) == -1)
		producers_free(&p);
	free(buf);
	return p;
}

static bool
had_transactions(const struct plog *log, int64_t offset)
{
	struct producers *p = snapshot_at(log, offset);
	bool had = false;

	for (size_t i = 0; i < producers_count(p) && !had; i++) {
		const struct producer_entry *e = producers_at(p, i);

		had = e->txn_first >= 0 || e->coordinator_epoch >= 0;
	}
	producers_free(&p);
	return had;
}

/*
 * No file is no abort, as a rule.  It is looked into where other indexes are missing, too (as Kafka
 * does), and after an unclean stop where the snapshot at the segment's end knows of transactions;
 * once, as a file remains that is empty.
 */
static bool
wanted(const struct txn_repair *t, uint32_t i)
{
	uint8_t has = t->found->has[i];

	if (has & FOUND_TXNINDEX)
		return !file_plausible(t->log, i);
	return (has & FOUND_INDEXES) != FOUND_INDEXES ||
	       (t->unclean && i + 1 < t->log->nseg &&
		   had_transactions(t->log, t->log->seg[i + 1].base));
}

/* ---- making one ---- */

/* Where to begin so that the producers at the target's base are known. */
static void
begin(struct txn_repair *t)
{
	const struct plog *log = t->log;
	int64_t base = log->seg[t->target].base;
	struct producers *p = NULL;

	t->walking = true;
	t->n = 0;
	for (uint32_t i = t->found->nsnapshot; i > 0 && p == NULL; i--) {
		int64_t offset = t->found->snapshot[i - 1];

		if (offset > base)
			continue;
		if (t->producers != NULL && t->from >= offset && t->from <= base)
			break; /* it stands at the end of an earlier target */
		if ((p = snapshot_at(log, offset)) != NULL)
			t->from = offset;
	}
	if (p == NULL && t->producers != NULL && t->from <= base)
		return;
	producers_free(&t->producers);
	t->producers = p != NULL ? p : producers_new();
	if (p == NULL)
		t->from = 0;
	for (t->at = 0; t->at < t->target && upper_of(log, t->at) <= t->from;)
		t->at++;
	t->pos = 0;
	t->next = log->seg[t->at].base;
}

static void
add_entry(struct txn_repair *t, const struct producer_batch *marker, int64_t first)
{
	if (t->n + TXN_ENTRY > t->cap) {
		t->cap = t->cap == 0 ? (size_t)TXN_ENTRY * ENTRIES_READ : t->cap * 2;
		t->entries = xreallocarray(t->entries, t->cap, 1);
	}
	txn_entry_put(t->entries + t->n, t->producers, marker, first);
	t->n += TXN_ENTRY;
}

static void
take(struct txn_repair *t, const struct batch_header *h, int fd, int64_t pos)
{
	struct producer_batch p;
	int64_t first;

	if (h->base_offset < t->from || producer_batch_read(h, fd, pos, &p) == -1)
		return;
	producers_update(t->producers, &p, NULL, &first);
	producers_acked(t->producers, INT64_MAX);
	if (t->at == t->target && p.marker == 0 && first >= 0)
		add_entry(t, &p, first);
}

/* Goes through segment t->at.  1: to its end; 0: the time is up; -1: errno. */
static int
walk(struct txn_repair *t, int64_t until)
{
	struct plog *log = t->log;
	const struct segment *s = &log->seg[t->at];
	char path[PATH_BYTES];
	int fd = store_open(
		log->disk->dirfd, path_segment(path, log->name, s->base, ".log"), O_RDONLY),
	    r;
	int64_t looked = t->pos, pos;
	struct batch_header h;
	struct walk w;

	if (fd == -1)
		return -1;
	walk_init(&w, fd, s->base, t->pos, s->size, t->next, disk_buf(log->disk), WALK_WINDOW);
	while ((r = walk_next(&w, &h, &pos)) == 1) {
		if (h.producer_id >= 0 && (h.attributes & (BATCH_TRANSACTIONAL | BATCH_CONTROL))) {
			if ((r = walk_crc(&w, &h, pos)) != 1) {
				if (r == 0)
					errno = EBADMSG;
				r = -1;
				break;
			}
			take(t, &h, fd, pos);
		}
		t->pos = w.pos;
		t->next = w.next;
		if (until != 0 && t->pos - looked >= LOOK_BYTES) {
			looked = t->pos;
			if (mono_ns() >= until)
				break;
		}
	}
	store_close(&fd);
	if (r == 0 ||
	    (r == -1 && errno == EBADMSG && t->at + 1 == log->nseg && t->next >= t->known))
		return 1;
	return r == 1 ? 0 : -1;
}

static void
replace(struct txn_repair *t)
{
	struct plog *log = t->log;
	int64_t base = log->seg[t->target].base;
	char path[PATH_BYTES];
	uint8_t has = t->found->has[t->target];

	if (t->n == 0 && !(has & FOUND_TXNINDEX) && (has & FOUND_INDEXES) != FOUND_INDEXES)
		return; /* it was looked for only because others are missing */
	path_segment(path, log->name, base, ".txnindex");
	log_debug("making \"%s\" again: %zu aborted transactions", path, t->n / TXN_ENTRY);
	/* durable: what a power loss makes of a new file is empty, which would be believed */
	if (store_write_file(log->disk->dirfd, path, t->entries, t->n, true) == -1)
		log_warn("could not make \"%s\" again", path);
}

/* 1: the target is done, whatever came of it; 0: the time is up. */
static int
repair(struct txn_repair *t, int64_t until)
{
	const struct plog *log = t->log;
	int r;

	if (!t->walking)
		begin(t);
	while (t->at <= t->target) {
		if ((r = walk(t, until)) == 0)
			return 0;
		if (r == -1) {
			log_warn("could not make the transaction index at %" PRId64
				 " of \"%s\" again: segment at %" PRId64 ", position %" PRId64,
			    log->seg[t->target].base, log->name, log->seg[t->at].base, t->pos);
			producers_free(&t->producers);
			t->walking = false;
			return 1;
		}
		if (++t->at < log->nseg) {
			t->pos = 0;
			t->next = log->seg[t->at].base;
		}
	}
	t->from = upper_of(log, t->target);
	t->walking = false;
	replace(t);
	return 1;
}

/* ---- together ---- */

struct txn_repair *
txn_repair_new(struct plog *log, const struct found *found, int64_t known)
{
	struct txn_repair *t = xcalloc(1, sizeof(*t));

	*t = (struct txn_repair){.log = log,
	    .found = found,
	    .known = known,
	    .unclean = log->disk->recovery == DISK_FULL_SCAN};
	return t;
}

int
txn_repair_step(struct txn_repair *t, int64_t until)
{
	for (; t->target < t->log->nseg; t->target++) {
		if (!t->walking && !wanted(t, t->target))
			continue;
		if (repair(t, until) == 0)
			return 0;
		if (until != 0 && mono_ns() >= until) {
			t->target++;
			return t->target == t->log->nseg;
		}
	}
	return 1;
}

void
txn_repair_free(struct txn_repair **tp)
{
	struct txn_repair *t = *tp;

	*tp = NULL;
	if (t == NULL)
		return;
	producers_free(&t->producers);
	free(t->entries);
	free(t);
}
