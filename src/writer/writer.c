/* SPDX-License-Identifier: ISC */
/*
 * writer.c - writer.<node>: the only process that changes the logs of one disk.
 *
 * It appends what acceptors post, owns offsets, the high watermark and producer state of every partition there, and
 * does the disk's upkeep.  It must never wait in its loop for anything but a write to the page cache, and never touch
 * a file again once its medium has failed.  README in this directory has the rules.
 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "odradek/base/clock.h"
#include "odradek/base/config.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/kerr.h"
#include "odradek/store/sys.h"
#include "writer.h"

/* A disk that refused nothing for so long, and says that it has room, is no longer full. */
#define CALM_MS 2000

struct writer writer;

static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);

/* For the counter that says how well batches are grouped. */
static ssize_t
counting_pwritev(int fd, const struct iovec *iov, int n, off_t off)
{
	shm_count(writer.child->self, CTR_WRITES, 1);
	return real_pwritev(fd, iov, n, off);
}

static enum disk_state
disk_state(void)
{
	return atomic_load_explicit(&writer.pub->disk, memory_order_relaxed);
}

static void
disk_state_set(enum disk_state s)
{
	atomic_store_explicit(&writer.pub->disk, s, memory_order_release); /* the controller's writers_offline() */
	/* the controller and `top` look at the word; nothing waits for it */
	bell_ring(writer.shm, proc_slot(PROC_CONTROLLER, 0));
}

void
writer_disk_failed(int err, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	if (writer.offline)
		return;
	writer.offline = true;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	log_errorx("\"%s\" failed in %s: %s; its partitions are offline. Unmount it, repair it and mount it again: it is "
	    "taken back by itself; if it was repaired in place, send HUP to the daemon",
	    writer.path, what, strerror(err));
	offline_begin();
	if (writer.disk != NULL)
		disk_distrust(writer.disk);
	atomic_store_explicit(&writer.pub->error, (uint32_t)err, memory_order_relaxed);
	disk_state_set(DISK_OFFLINE);
	boot_give_up();
	deletes_fail();
	for (uint32_t i = 0; i < writer.partitions_max; i++) {
		struct replica *r = writer.replica[i];

		if (r != NULL && r->state != REP_GONE && r->state != REP_FAILED)
			replica_fail(r);
	}
}

void
writer_disk_recovered(void)
{
	if (disk_state() != DISK_FULL)
		disk_state_set(DISK_ONLINE);
}

void
writer_disk_back(void)
{
	atomic_store_explicit(&writer.pub->error, 0, memory_order_relaxed);
	disk_state_set(DISK_RECOVERING);
}

/* Every append is tried all the same: the state is for those who look, and changes at most every few seconds. */
static int64_t refused_at;

void
writer_disk_full(int err)
{
	if (writer.offline)
		return;
	refused_at = mono_coarse_ms();
	if (disk_state() == DISK_FULL)
		return;
	log_warnx("\"%s\" is full (%s): producing to it is refused, reading and deleting go on", writer.path,
	    strerror(err));
	disk_state_set(DISK_FULL);
	if (writer.disk != NULL)
		disk_full(writer.disk, true);
	upkeep_look_at_room();
	upkeep_poke();
}

void
writer_disk_has_room(void)
{
	if (disk_state() != DISK_FULL || mono_coarse_ms() - refused_at < CALM_MS)
		return;
	log_info("\"%s\" has room again", writer.path);
	disk_full(writer.disk, false);
	disk_state_set(boot_done() ? DISK_ONLINE : DISK_RECOVERING);
}

/* ---- what the store tells ---- */

static void
log_changed(struct plog *log, void *arg)
{
	struct replica *r = plog_user(log);

	(void)arg;
	if (r != NULL && r->state != REP_GONE)
		replica_publish(r);
}

static void
log_flushed(struct plog *log, void *arg)
{
	struct replica *r = plog_user(log);

	(void)arg;
	if (r != NULL)
		append_flushed(r);
}

static void
log_not_flushed(struct plog *log, void *arg)
{
	struct replica *r = plog_user(log);

	(void)arg;
	if (r != NULL)
		append_fail_held(r, KERR_KAFKA_STORAGE_ERROR);
	upkeep_poke();
}

/* ---- hooks of the skeleton ---- */

static void
on_message(struct child *c, uint32_t from, const struct shm_msg *m)
{
	(void)c;
	if (m->type == CALL_CLEANED)
		cleaned_message(from, m);
	else if (m->type == CALL_MOVED)
		follow_moved(((const struct msg_moved *)m)->slot);
	else if (m->type == CALL_READ_FAILED)
		replica_read_failed((const struct msg_read_failed *)m);
	else
		append_message(from, m);
}

static bool
on_drained(struct child *c, uint32_t from, uint32_t n)
{
	(void)c, (void)from, (void)n;
	return append_drained();
}

static bool
on_turn(struct child *c)
{
	bool more;

	(void)c;
	answer_turn();
	offline_turn();
	more = boot_turn();
	return follow_turn() || more;
}

static bool
on_look(struct child *c)
{
	(void)c;
	return boot_behind() || follow_asked();
}

static bool
on_stop(struct child *c)
{
	(void)c;
	return true;
}

static void
on_peer_died(struct child *c, uint32_t slot, uint32_t generation)
{
	(void)c, (void)generation;
	if (proc_kind_of(slot) == PROC_CONTROLLER) {
		boot_tell_again();
		return;
	}
	answer_drop(slot);
	append_asker_died(slot);
}

static unsigned
descriptors(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return 0;
	rl.rlim_cur /= 4;
	return rl.rlim_cur > 16384 ? 16384 : rl.rlim_cur < 32 ? 32 : (unsigned)rl.rlim_cur;
}

/* By a client that lags: its acceptor says so. */
static bool
log_being_read(struct plog *log, int64_t segment, int64_t off, int64_t len, void *arg)
{
	const struct replica *r = plog_user(log);
	uint32_t now = (uint32_t)(mono_coarse_ms() / 1000);

	(void)arg;
	for (uint32_t i = 0; r != NULL && i < shm_layout(writer.shm)->count[PROC_ACCEPTOR]; i++) {
		const struct shm_part *part = shm_peer(writer.shm, proc_slot(PROC_ACCEPTOR, i));

		if (part != NULL && lagging_needs(shm_body_of(part), r->slot, segment, off, off + len, now))
			return true;
	}
	return false;
}

static struct disk_options
disk_options(const struct config *config)
{
	return (struct disk_options){
		.path = writer.path,
		.log_fds = descriptors(),
		.cache_bytes = config->log_cache_bytes,
		.recovery_interval_ms = config->log_flush_offset_checkpoint_interval_ms,
		.retention_interval_ms = config->log_retention_check_interval_ms,
		.producer_expiration_ms = config->producer_id_expiration_ms,
		.changed = log_changed,
		.flushed = log_flushed,
		.being_read = log_being_read,
		.swapped = cleaned_swapped,
		.not_flushed = log_not_flushed,
		.checkpointed = deletes_checkpointed,
	};
}

static void
on_reload(struct child *c)
{
	struct disk_options opt = disk_options(c->config);

	if (writer.disk != NULL)
		disk_set_options(writer.disk, &opt);
	budget_reload();
	upkeep_poke();
	offline_reload();
}

int
writer_open_disk(bool distrust)
{
	struct disk_options opt = disk_options(writer.child->config);

	if (disk_open(&writer.disk, &opt, distrust) == -1)
		return -1;
	if (disk_recovery(writer.disk) == DISK_FULL_SCAN)
		atomic_store_explicit(&writer.pub->trust, TRUST_CHECKED, memory_order_release);
	else if (atomic_load_explicit(&writer.pub->trust, memory_order_relaxed) == TRUST_UNKNOWN)
		atomic_store_explicit(&writer.pub->trust, TRUST_WHOLE, memory_order_release);
	return 0;
}

/* The state is the one that a predecessor left; STARTING in a new daemon. */
static void
open_disk(void)
{
	enum disk_state was = disk_state();
	bool locked = writer.child->inherit->disk[writer.node].fd != -1;

	if (was == DISK_OFFLINE || (was == DISK_STARTING && !locked)) {
		/* the predecessor, or the supervisor, has said why */
		writer.offline = true;
		disk_state_set(DISK_OFFLINE);
	} else if (offline_identify() == -1 || offline_lock() == -1 || writer_open_disk(!locked && was == DISK_RECOVERING) == -1) {
		writer_disk_failed(errno, "opening it");
	} else {
		disk_state_set(DISK_RECOVERING);
	}
}

void
writer_main(struct child *c)
{
	const struct shm_layout *layout = shm_layout(c->shm);

	writer.child = c;
	writer.shm = c->shm;
	writer.pub = shm_body_of(c->self);
	writer.node = c->index;
	writer.path = c->inherit->disk[c->index].path;
	atomic_store_explicit(&writer.pub->swapping, 0, memory_order_relaxed);
	writer.partitions_max = layout->partitions_max;
	writer.replica = xcalloc(writer.partitions_max, sizeof(*writer.replica));
	writer.settings = xcalloc(writer.partitions_max, sizeof(*writer.settings));
	real_pwritev = store_sys.pwritev;
	store_sys.pwritev = counting_pwritev;

	answer_init();
	append_init();
	follow_init();
	boot_init();
	append_fail_waiting();
	replica_lines_begin(c->inherit->disk[c->index].directory_id);
	open_disk();
	budget_init();
	upkeep_init();
	offline_init();
	/* a dead predecessor may have published and not told */
	answer_rescan_all();

	c->message = on_message;
	c->drained = on_drained;
	c->turn = on_turn;
	c->look = on_look;
	c->reload = on_reload;
	c->stop = on_stop;
	c->peer_died = on_peer_died;
	c->events_every = 8; /* timers and the helper's results can wait for a few drains */
	child_ready(c);
	child_run(c);

	writer.leaving = true;
	follow_fini();
	upkeep_fini();
	offline_fini();
	if (writer.disk != NULL && disk_close(&writer.disk, !writer.offline) == -1)
		log_warn("could not leave \"%s\" in order", writer.path);
}
