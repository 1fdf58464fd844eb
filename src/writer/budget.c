/* SPDX-License-Identifier: ISC */
/*
 * budget.c - log.disk.budget: how much of its file system the node may fill, and what goes when it would be more.
 *
 * Policy only; libstore finds and removes the segments (evict.c).
 *
 * A share is one of the room that there is for the logs: theirs and what is free.  Where others fill the file system,
 * that room shrinks, but nothing is deleted for what others write: the logs are held at the size that they have, and
 * each new byte costs an old one.  Only what is appended, or a lower setting, makes data go.
 *
 * A number of bytes is for each node.  A share is for all nodes on the file system together.  Each publishes what it holds; when it is too much together, those
 * that hold more than their equal part give back, each by how much it is above it.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "odradek/base/clock.h"
#include "odradek/base/config.h"
#include "odradek/base/log.h"
#include "writer.h"

#define WARN_AT 0.80	  /* of the budget: said long before anything goes */
#define CALM_AT 0.75	  /* below it the warning is forgotten */
#define EVICT_CALM 0.85	  /* below it nothing goes any more */
#define SAY_MS 3600000	  /* data that goes all the time is reported this often */
#define LEAST_STEP 65536  /* appended at least between two looks */

static struct {
	struct disk_budget set;
	int64_t usable;		/* as of the last statvfs; -1 = never asked */
	int64_t limit;		/* of all nodes on the file system together; INT64_MAX = none */
	bool held;		/* others took room: hold is the limit */
	int64_t hold;
	uint32_t nodes;		/* that this was settled among */
	int64_t left;		/* may be appended before the next look */
	int64_t largest;	/* segment that went since it is held */
	enum budget_state state;
	int64_t gone, gone_segments, newest, said; /* of this event; mono ms */
} b = { .usable = -1, .limit = INT64_MAX, .left = INT64_MAX };

/* What the nodes on our file system hold: all of them, how many they are, and what they hold above part. */
struct held {
	int64_t sum, above;
	uint32_t n;
};

static struct held
look_around(int64_t own, int64_t part)
{
	uint64_t device = atomic_load_explicit(&writer.pub->device, memory_order_relaxed);
	struct held h = { .sum = own, .n = 1, .above = own > part ? own - part : 0 };

	for (uint32_t i = 0; b.set.bytes < 0 && i < shm_writers(writer.shm); i++) {
		const struct shm_writer *w = shm_body_of(shm_peer(writer.shm, proc_slot(PROC_WRITER, i)));
		int64_t bytes;

		/* one that is still opening its logs does not know what it holds; it has no budget yet */
		if (i == writer.node || atomic_load_explicit(&w->device, memory_order_relaxed) != device ||
		    atomic_load_explicit(&w->disk, memory_order_relaxed) == DISK_OFFLINE ||
		    atomic_load_explicit(&w->budget_bytes, memory_order_relaxed) == 0)
			continue;
		bytes = (int64_t)atomic_load_explicit(&w->log_bytes, memory_order_relaxed);
		h.n++;
		h.sum += bytes;
		h.above += bytes > part ? bytes - part : 0;
	}
	return h;
}

static int64_t
own_bytes(void)
{
	int64_t own = disk_bytes(writer.disk);

	atomic_store_explicit(&writer.pub->log_bytes, (uint64_t)own, memory_order_relaxed);
	return own;
}

/* ---- what is said ---- */

static const char *
date(int64_t ms, char buf[32])
{
	time_t t = ms / 1000;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(buf, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		strcpy(buf, "?");
	return buf;
}

static void
say_gone(const char *then)
{
	char when[32];

	log_warnx("\"%s\": %" PRId64 " MB in %" PRId64 " segments, up to %s, were deleted for log.disk.budget=%s%s",
	    writer.path, b.gone >> 20, b.gone_segments, date(b.newest, when), writer.child->config->log_disk_budget, then);
	b.gone = b.gone_segments = 0;
	b.said = mono_coarse_ms();
}

/* One line per event. */
static void
enter(enum budget_state s, int64_t sum)
{
	const char *set = writer.child->config->log_disk_budget;
	enum budget_state was = b.state;

	if (s == was)
		return;
	b.state = s;
	atomic_store_explicit(&writer.pub->budget, s, memory_order_relaxed);
	if (was >= BUDGET_EVICTING && s < BUDGET_EVICTING && b.gone > 0)
		say_gone("; that is enough for now");
	switch (s) {
	case BUDGET_NEAR:
		if (was < s)
			log_warnx("\"%s\" holds %" PRId64 " MB, %d %% of its disk budget of %" PRId64 " MB (log.disk.budget=%s): "
			    "beyond it the oldest records of topics without retention.ms and retention.bytes go; set these, or "
			    "give it more room", writer.path, sum >> 20, (int)((double)sum * 100 / (double)b.limit),
			    b.limit >> 20, set);
		break;
	case BUDGET_EVICTING:
		b.said = mono_coarse_ms();
		log_warnx("\"%s\" has reached its disk budget of %" PRId64 " MB (log.disk.budget=%s%s): the oldest records of "
		    "topics without retention.ms and retention.bytes go from now on", writer.path, b.limit >> 20, set,
		    b.held ? "; others take room on this file system" : "");
		break;
	case BUDGET_EXHAUSTED:
		log_warnx("\"%s\" holds %" PRId64 " MB, above its disk budget of %" PRId64 " MB (log.disk.budget=%s), and nothing "
		    "more may go: what is left is of topics with retention.ms or retention.bytes, compacted or internal; "
		    "it grows until the disk is full", writer.path, sum >> 20, b.limit >> 20, set);
		break;
	case BUDGET_FINE:
		if (was != BUDGET_OFF)
			log_info("\"%s\" holds %" PRId64 " MB, far enough below its disk budget of %" PRId64 " MB again",
			    writer.path, sum >> 20, b.limit >> 20);
		break;
	case BUDGET_OFF:
		break;
	}
}

/* ---- what is done ---- */

static void
evict(int64_t bytes)
{
	struct disk_evicted e;

	disk_evict(writer.disk, bytes, &e);
	b.gone += e.bytes;
	b.gone_segments += e.segments;
	if (e.segments > 0 && e.newest > b.newest)
		b.newest = e.newest;
	if (e.largest > b.largest)
		b.largest = e.largest;
	shm_count(writer.child->self, CTR_BUDGET_SEGMENTS, e.segments);
	shm_count(writer.child->self, CTR_BUDGET_BYTES, (uint64_t)e.bytes);
	if (e.segments > 0)
		upkeep_pump(); /* the unlinks */
}

/* The state that sum makes of the one before. */
static enum budget_state
judge(int64_t sum, bool over)
{
	double d = (double)sum, limit = (double)b.limit;

	if (b.limit == INT64_MAX)
		return BUDGET_OFF;
	if (over)
		return BUDGET_EXHAUSTED;
	if (b.state >= BUDGET_EVICTING && d > limit * EVICT_CALM)
		return b.state;
	if (d > limit * WARN_AT || (b.state >= BUDGET_NEAR && d > limit * CALM_AT))
		return BUDGET_NEAR;
	return BUDGET_FINE;
}

/*
 * A share is of the room as it was when it was last asked for.  What has been deleted since then, or waits for its
 * unlink, is room as well, and no reason for anything to go: it is unlinked, and the room is asked for again first.
 */
static bool
must_ask(bool fresh)
{
	if (b.set.bytes >= 0 || (!disk_hurry(writer.disk) && fresh))
		return false;
	upkeep_pump();
	upkeep_ask_room();
	return true;
}

/* fresh: the room was asked for just now. */
static void
look(bool fresh)
{
	int64_t own = own_bytes(), part, excess, want, step;
	struct held h = look_around(own, 0);
	bool over = false;

	part = b.limit == INT64_MAX ? INT64_MAX : b.limit / h.n;
	h = look_around(own, part);
	disk_cap_segments(writer.disk, part, (double)h.sum > (double)b.limit * CALM_AT);
	excess = b.limit == INT64_MAX ? 0 : h.sum - b.limit;
	if (excess > 0 && own > part && !must_ask(fresh)) {
		want = (int64_t)((double)excess * ((double)(own - part) / (double)h.above)) + 1;
		if (b.state != BUDGET_EXHAUSTED)
			enter(BUDGET_EVICTING, h.sum);
		evict(want);
		h.sum -= own;
		own = own_bytes();
		h.sum += own;
		over = own > part && h.sum > b.limit;
	}
	enter(judge(h.sum, over), h.sum);
	if (b.state == BUDGET_EVICTING && b.gone > 0 && mono_coarse_ms() - b.said > SAY_MS)
		say_gone("");
	if (b.limit == INT64_MAX) {
		b.left = INT64_MAX;
		return;
	}
	step = b.limit / 1024 > LEAST_STEP ? b.limit / 1024 : LEAST_STEP;
	b.left = ((b.state == BUDGET_FINE ? (int64_t)((double)b.limit * WARN_AT) : b.limit) - h.sum) / h.n;
	if (b.left < step)
		b.left = step;
}

/* The limit, now that the room is known.  Others' growth lowers it no further than to what the logs hold. */
static void
set_limit(void)
{
	struct held h = look_around(own_bytes(), INT64_MAX);
	int64_t share;

	if (b.set.bytes >= 0 || b.set.share <= 0) {
		b.limit = b.set.bytes >= 0 ? b.set.bytes : INT64_MAX;
		b.held = false;
		return;
	}
	share = (int64_t)(b.set.share * (double)(h.sum + b.usable));
	if (h.n != b.nodes) { /* a neighbour came or went: that is no reason for anything to go */
		b.nodes = h.n;
		b.held = false;
		b.limit = b.limit == 0 ? 0 : INT64_MAX;
	}
	if (h.sum <= share) {
		b.held = false;
	} else if (!b.held) {
		b.held = true;
		b.largest = 0;
		b.hold = h.sum < b.limit ? h.sum : b.limit; /* the limit as it was: at a start, none */
	} else if (b.hold > h.sum + b.largest) { /* retention made room: it is not given back */
		b.hold = h.sum + b.largest;
	}
	b.limit = b.held && b.hold > share ? b.hold : share;
}

void
budget_room(int64_t usable)
{
	b.usable = usable;
	if (!boot_done() || writer.offline)
		return; /* not all logs are known */
	set_limit();
	look(true);
	atomic_store_explicit(&writer.pub->budget_bytes, b.limit == INT64_MAX ? 0 : (uint64_t)b.limit, memory_order_relaxed);
}

void
budget_appended(uint64_t bytes)
{
	uint64_t own = atomic_load_explicit(&writer.pub->log_bytes, memory_order_relaxed);

	atomic_store_explicit(&writer.pub->log_bytes, own + bytes, memory_order_relaxed); /* our neighbours count it */
	if (b.left != INT64_MAX)
		b.left -= (int64_t)bytes;
}

void
budget_turn(void)
{
	if (b.left <= 0 && !writer.offline)
		look(false);
}

void
budget_reload(void)
{
	struct disk_budget set;
	bool lower;

	if (config_disk_budget(writer.child->config, &set) == -1 ||
	    (set.bytes == b.set.bytes && set.share == b.set.share))
		return;
	lower = set.bytes >= 0 || b.set.bytes >= 0 || b.set.share <= 0 || set.share < b.set.share;
	b.set = set;
	if (lower) {
		b.held = false;
		b.limit = 0; /* whoever lowers it means what there is, too */
	}
	if (b.usable >= 0)
		budget_room(b.usable);
}

void
budget_init(void)
{
	struct stat st;

	if (config_disk_budget(writer.child->config, &b.set) == -1)
		b.set = (struct disk_budget){ .bytes = -1 };
	if (writer.disk != NULL && fstat(disk_fd(writer.disk), &st) == 0)
		atomic_store_explicit(&writer.pub->device, (uint64_t)st.st_dev, memory_order_relaxed);
	atomic_store_explicit(&writer.pub->budget_bytes, 0, memory_order_relaxed); /* until all logs are known */
}
