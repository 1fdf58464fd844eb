/* SPDX-License-Identifier: ISC */
/*
 * cleaner.c - cleaner.<node>: compacts the logs of one disk, one at a time, at low priority.
 *
 * It reads logs and writes *.cleaned files, nothing else; the disk's writer checks what it made and swaps it in, and
 * keeps how far each log is clean.  So it may die at any instant: its successor begins the log again.  Nobody waits for
 * it, hence its loop may wait for the medium while it reads; the syncs, which take long, are the helper's.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <event2/event.h>

#include "odradek/base/clock.h"
#include "odradek/base/helper.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "cleaner.h"

#define NICE 15
#define MAP_LEAST (1 << 20)
#define STEPS 8		/* of a turn */
#define RATE_LOOK_MS 1000 /* who waits for its rate looks so often whether there is another one */
#define EARLY_MS 1000	/* the first look after a start; when the writer is not ready, the next */
#define ANSWER_MS 600000 /* a writer that does not answer for so long has lost the question */

struct cleaner cleaner;

struct sync_job {
	struct helper_job job;
	struct cleaning *cleaning;
	int error;
};

static struct {
	enum clean_state state;
	struct choice choice;
	struct cleaning *cleaning;
	struct event *clock, *on_helper;
	struct helper *helper;
	struct sync_job sync;
	int64_t next_look;	    /* mono ms */
	int64_t started, asked;	    /* mono ms */
	bool last;		    /* the question under way is the last of this cleaning */
	bool give_up;		    /* as soon as the helper is done */
	int64_t paid, due;	    /* throttle: bytes counted so far; mono ms when the next may be read */
	double rate;		    /* ... at this many bytes a second */
	uint64_t counted_read, counted_written;
} now;

static int64_t
mono_ms(void)
{
	return mono_ns() / 1000000;
}

static void
wake_at(int64_t mono)
{
	int64_t ms = mono - mono_ms();
	struct timeval tv;

	if (ms < 1)
		ms = 1;
	tv = (struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	evtimer_add(now.clock, &tv);
}

static void
on_clock(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg; /* the turn looks */
}

static void
set_state(enum clean_state s)
{
	now.state = s;
	atomic_store_explicit(&cleaner.pub->state, s, memory_order_relaxed);
}

static const struct shm_writer *
writer_of(void)
{
	return shm_body_of(shm_peer(cleaner.shm, proc_slot(PROC_WRITER, cleaner.node)));
}

/* ---- the end of a cleaning ---- */

static void
count(void)
{
	const struct clean_stats *s = cleaning_stats(now.cleaning);

	shm_count(cleaner.child->self, CTR_CLEANER_READ, s->read - now.counted_read);
	shm_count(cleaner.child->self, CTR_CLEANER_WRITTEN, s->written - now.counted_written);
	now.counted_read = s->read;
	now.counted_written = s->written;
	atomic_store_explicit(&cleaner.pub->done, s->read, memory_order_relaxed);
	atomic_store_explicit(&cleaner.pub->total, s->total, memory_order_relaxed);
}

static void
end(int64_t next_look)
{
	cleaning_end(&now.cleaning);
	choice_fini(&now.choice);
	now.give_up = false;
	now.next_look = next_look;
	atomic_store_explicit(&cleaner.pub->slot, UINT32_MAX, memory_order_relaxed);
	set_state(CLEAN_IDLE);
}

/* The log changed under it: nothing is wrong, the next look decides anew. */
static void
give_up(void)
{
	char name[300];

	if (now.state == CLEAN_SYNCING) { /* the helper has it */
		now.give_up = true;
		return;
	}
	log_debug("compaction of \"%s\" is given up: the log changed",
	    candidate_name(&cleaner.candidate[now.choice.slot], name, sizeof(name)));
	shm_count(cleaner.child->self, CTR_CLEANINGS_GIVEN_UP, 1);
	end(mono_ms() + EARLY_MS);
}

static void
failed(int error)
{
	const char *why;
	int64_t segment, position;

	/* cut, deleted or rolled between the look and the reading */
	if (error == ECANCELED || error == ENOENT || error == EBUSY || error == ESTALE) {
		give_up();
		return;
	}
	why = cleaning_where(now.cleaning, &segment, &position);
	if (error == EBADMSG && !choice_holds(&now.choice)) {
		give_up();
		return;
	}
	uncleanable_add(now.choice.slot, error, segment, position, error == EBADMSG ? why : NULL);
	end(mono_ms());
}

static void
done(void)
{
	const struct clean_stats *s = cleaning_stats(now.cleaning);
	char name[300];

	uncleanable_remove(now.choice.slot);
	log_info("compacted \"%s\" up to offset %lld: read %.1f MB, wrote %.1f MB, kept %llu of %llu records, %.1f s",
	    candidate_name(&cleaner.candidate[now.choice.slot], name, sizeof(name)),
	    (long long)cleaning_upto(now.cleaning), (double)s->read / 1e6, (double)s->written / 1e6,
	    (unsigned long long)s->kept, (unsigned long long)s->records, (double)(mono_ms() - now.started) / 1000);
	if (s->keyless > 0)
		log_warnx("\"%s\" had %llu records without a key, which compaction does not keep",
		    candidate_name(&cleaner.candidate[now.choice.slot], name, sizeof(name)),
		    (unsigned long long)s->keyless);
	shm_count(cleaner.child->self, CTR_CLEANINGS, 1);
	end(mono_ms());
}

/* ---- the writer ---- */

static void
ask(int64_t base, int64_t last, int64_t size, int64_t upto)
{
	union {
		struct shm_msg m;
		struct msg_cleaned b;
	} u = { .m = { .type = CALL_CLEANED } };

	u.b.slot = now.choice.slot;
	u.b.slot_generation = now.choice.p.generation;
	u.b.cuts = now.choice.line.cuts;
	u.b.base = base;
	u.b.last = last;
	u.b.size = size;
	u.b.upto = upto;
	now.last = size < 0;
	now.asked = mono_ms();
	set_state(CLEAN_SWAPPING);
	if (child_post(cleaner.child, proc_slot(PROC_WRITER, cleaner.node), &u.m) == -1)
		give_up();
	wake_at(now.asked + ANSWER_MS);
}

static void
on_message(struct child *c, uint32_t from, const struct shm_msg *msg)
{
	struct msg_swapped m;

	(void)c;
	memcpy(&m, msg, sizeof(m));
	if (from != proc_slot(PROC_WRITER, cleaner.node) || msg->type != CALL_SWAPPED || now.state != CLEAN_SWAPPING ||
	    m.slot != now.choice.slot || (!now.last && m.base != cleaning_group(now.cleaning)->base))
		return; /* to a predecessor */
	if (m.error != 0) {
		failed(m.error);
	} else if (now.last) {
		done();
	} else {
		cleaning_next(now.cleaning);
		set_state(CLEAN_COPYING);
	}
}

/* ---- the helper ---- */

static void
sync_run(struct helper_job *job)
{
	struct sync_job *s = (struct sync_job *)job;

	s->error = cleaning_sync(s->cleaning) == -1 ? errno : 0;
}

static void
sync_done(struct helper_job *job)
{
	struct sync_job *s = (struct sync_job *)job;
	const struct clean_group *g = cleaning_group(now.cleaning);

	set_state(CLEAN_COPYING);
	if (now.give_up)
		give_up();
	else if (s->error != 0)
		failed(s->error);
	else
		ask(g->base, g->last, g->size, -1);
}

static void
on_helper(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	helper_run_done(now.helper);
}

/* ---- the steps ---- */

static double
bytes_per_second(void)
{
	return cleaner.child->config->log_cleaner_io_max_bytes_per_second / cleaner.child->inherit->disks;
}

/* Has so much been read and written that the next step must wait? */
static bool
throttled(void)
{
	const struct clean_stats *s = cleaning_stats(now.cleaning);
	int64_t bytes = (int64_t)(s->read + s->written), mono = mono_ms();
	double rate = bytes_per_second();

	if (rate > 1e15)
		return false;
	if (rate < 1)
		rate = 1;
	if (rate != now.rate) {
		now.rate = rate;
		now.due = mono; /* what was owed was owed at the old one */
	}
	if (mono < now.due) {
		wake_at(now.due < mono + RATE_LOOK_MS ? now.due : mono + RATE_LOOK_MS);
		return true;
	}
	if (bytes > now.paid) {
		double wait = (double)(bytes - now.paid) * 1000 / rate;

		/* what was slept too long is not made up for */
		now.due = mono + (wait < 60000 ? (int64_t)wait : 60000);
		now.paid = bytes;
	}
	return false;
}

static void
step(void)
{
	int r = cleaning_step(now.cleaning), error = errno;

	count();
	switch (r) {
	case -1:
		failed(error);
		break;
	case CLEAN_STEP_MAP:
		break;
	case CLEAN_STEP_COPY:
		set_state(CLEAN_COPYING);
		break;
	case CLEAN_STEP_GROUP:
		set_state(CLEAN_SYNCING);
		now.sync.cleaning = now.cleaning;
		helper_submit(now.helper, &now.sync.job);
		break;
	case CLEAN_STEP_DONE:
		ask(-1, -1, -1, cleaning_upto(now.cleaning));
		break;
	default:
		panic("a step of compaction that is none: %d", r);
	}
}

/* ---- the beginning ---- */

/* May files be written and handed over?  Not while a predecessor's are on their way. */
static bool
writer_ready(void)
{
	const struct shm_writer *w = writer_of();
	uint32_t disk = atomic_load_explicit((_Atomic uint32_t *)(uintptr_t)&w->disk, memory_order_acquire);
	uint32_t to = proc_slot(PROC_WRITER, cleaner.node);

	return (disk == DISK_ONLINE || disk == DISK_FULL) &&
	    atomic_load_explicit((_Atomic uint32_t *)(uintptr_t)&w->swapping, memory_order_acquire) == 0 &&
	    ring_taken(cleaner.shm, to) == ring_posted(cleaner.shm, to);
}

static int64_t
map_bytes(void)
{
	int64_t n = cleaner.child->config->log_cleaner_dedupe_buffer_size / cleaner.child->inherit->disks;

	return n < MAP_LEAST ? MAP_LEAST : n;
}

static void
begin(void)
{
	const struct config *config = cleaner.child->config;
	struct clean_options opt = { .map_bytes = map_bytes(), .map_load = config->log_cleaner_io_buffer_load_factor,
		.io_bytes = config->log_cleaner_io_buffer_size < 128 << 20 ? config->log_cleaner_io_buffer_size : 128 << 20,
		.drop_cache = config->log_cache_bytes >= 0, .now = now_ms() };

	if (getrandom(opt.key, sizeof(opt.key), 0) != sizeof(opt.key))
		panic("no random bytes");
	now.started = mono_ms();
	now.paid = now.due = 0;
	now.counted_read = now.counted_written = 0;
	if (cleaning_begin(&now.cleaning, &now.choice.log, &now.choice.need, &opt) == -1) {
		int error = errno;

		if (error != ENOENT)
			uncleanable_add(now.choice.slot, error, -1, -1, NULL);
		end(mono_ms() + EARLY_MS);
		return;
	}
	atomic_store_explicit(&cleaner.pub->slot, now.choice.slot, memory_order_relaxed);
	set_state(CLEAN_MAPPING);
}

/* Nothing is being cleaned: is there something to do?  True: yes. */
static bool
idle(void)
{
	int64_t mono = mono_ms();

	if (!cleaner.child->config->log_cleaner_enable)
		return false;
	if (mono < now.next_look) {
		wake_at(now.next_look);
		return false;
	}
	if (!writer_ready()) {
		now.next_look = mono + EARLY_MS;
		wake_at(now.next_look);
		return false;
	}
	if (!choose(&now.choice, now_ms(), mono)) {
		now.next_look = mono + cleaner.child->config->log_cleaner_backoff_ms;
		wake_at(now.next_look);
		return false;
	}
	begin();
	return true;
}

/* While there is nothing to compact, segments are looked at for damage. */
static void
rest(void)
{
	int64_t at = background_turn(mono_ms());

	if (cleaner.child->config->log_cleaner_enable && now.next_look < at)
		at = now.next_look;
	if (at < INT64_MAX)
		wake_at(at);
}

/* ---- hooks of the skeleton ---- */

static bool
on_turn(struct child *c)
{
	(void)c;
	for (int i = 0; i < STEPS; i++) {
		if (now.state == CLEAN_IDLE && !idle()) {
			rest();
			return false;
		}
		if (now.state == CLEAN_IDLE)
			continue;
		if (now.state == CLEAN_SWAPPING && mono_ms() - now.asked > ANSWER_MS)
			give_up();
		if (now.state == CLEAN_SYNCING || now.state == CLEAN_SWAPPING)
			return false;
		if (i == 0) {
			tables_follow(cleaner.tables);
			if (!choice_holds(&now.choice) || !cleaner.child->config->log_cleaner_enable) {
				give_up();
				continue;
			}
		}
		if (throttled())
			return false;
		step();
	}
	return true;
}

static bool
on_stop(struct child *c)
{
	(void)c;
	return true;
}

static void
on_reload(struct child *c)
{
	(void)c;
	if (now.state == CLEAN_IDLE)
		now.next_look = 0;
}

static void
on_peer_died(struct child *c, uint32_t slot, uint32_t generation)
{
	(void)c, (void)generation;
	if (slot == proc_slot(PROC_WRITER, cleaner.node) && now.state != CLEAN_IDLE)
		give_up();
}

static void
be_humble(void)
{
	/* best effort, the last of eight: the idle class may wait for ever */
	if (setpriority(PRIO_PROCESS, 0, NICE) == -1 || syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 7) == -1)
		log_debug("could not lower the priority: %s", strerror(errno));
}

void
cleaner_main(struct child *c)
{
	struct event_base *base = c->base;

	cleaner.child = c;
	cleaner.shm = c->shm;
	cleaner.pub = shm_body_of(c->self);
	cleaner.node = c->index;
	cleaner.path = c->inherit->disk[c->index].path;
	be_humble();
	choose_init();
	uncleanable_publish();
	atomic_store_explicit(&cleaner.pub->slot, UINT32_MAX, memory_order_relaxed);
	set_state(CLEAN_IDLE);
	now.next_look = mono_ms() + EARLY_MS;
	background_init(mono_ms());
	now.sync.job.run = sync_run;
	now.sync.job.done = sync_done;
	now.helper = helper_new("cleaner-helper");
	now.clock = evtimer_new(base, on_clock, NULL);
	now.on_helper = now.helper == NULL ? NULL : event_new(base, helper_fd(now.helper), EV_READ | EV_PERSIST, on_helper, NULL);
	if (now.helper == NULL || now.clock == NULL || now.on_helper == NULL)
		fatalx("could not start the cleaner's helper and timers");
	event_add(now.on_helper, NULL);

	c->message = on_message;
	c->turn = on_turn;
	c->reload = on_reload;
	c->stop = on_stop;
	c->peer_died = on_peer_died;
	child_ready(c);
	child_run(c);

	background_stop();
	helper_drain(now.helper);
	if (now.state != CLEAN_IDLE)
		end(0);
	event_free(now.on_helper);
	event_free(now.clock);
	helper_free(&now.helper);
	tables_free(&cleaner.tables);
	free(cleaner.candidate);
}
