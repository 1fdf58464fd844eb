/* SPDX-License-Identifier: ISC */
/*
 * offline.c - a disk that failed: letting go of it, and taking it back.
 *
 * An error of the medium takes the node offline (writer.c).  As soon as no call to the disk is under way, everything
 * that is open there is closed, the lock included, so that it can be unmounted.  Then the helper looks now and
 * then whether the same disk (by its directory id) is there again: on another mount it is taken back by
 * itself, since somebody has mounted it; on the same one only after a HUP, since an error that has gone
 * away by itself is no repair.  What the page cache promised is void: every log is checked as after a power loss, and
 * one that ends below what was published stays failed, because the high watermark never falls while the shared memory
 * lives.  A disk of another id is never taken here: it is a new replica, and that is the supervisor's decision, after a
 * HUP.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <event2/event.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/uuid.h"
#include "writer.h"

#define LOOK_MS 2000

struct look {
	struct helper_job job;
	bool busy;
	int error;
	struct disk_mount mount;
	struct disk_identity id;
};

static struct {
	struct event *timer;
	struct look look;
	struct disk_mount failed; /* where it was when it failed */
	bool mount_known, asked;  /* asked: HUP */
	bool again;		  /* HUP came during a look, which may have begun before the disk was repaired */
	int lock;		  /* our own, of a disk that was taken back; -1 */
	uint64_t config_version;
	char said[128];		  /* what is there instead, said once */
} off = { .lock = -1 };

static struct disk_lock *
inherited(void)
{
	return &writer.child->inherit->disk[writer.node];
}

static void
arm(void)
{
	const struct timeval tv = { .tv_sec = LOOK_MS / 1000, .tv_usec = LOOK_MS % 1000 * 1000 };

	if (off.timer != NULL && !writer.leaving)
		evtimer_add(off.timer, &tv);
}

/* ---- letting go ---- */

void
offline_begin(void)
{
	off.mount_known = writer.disk != NULL && disk_mount(disk_fd(writer.disk), &off.failed) == 0;
	off.asked = false;
	off.said[0] = '\0';
	arm();
}

void
offline_turn(void)
{
	if (!writer.offline || writer.helper == NULL || helper_pending(writer.helper) > 0)
		return;
	for (uint32_t i = 0; writer.disk != NULL && i < writer.partitions_max; i++)
		if (writer.replica[i] != NULL)
			replica_let_go(writer.replica[i]);
	(void)disk_close(&writer.disk, false);
	fd_close(&inherited()->fd); /* also if we have never opened it: a predecessor saw it fail, or it cannot be opened */
	fd_close(&off.lock);
}

/* ---- taking back ---- */

int
offline_lock(void)
{
	pid_t holder;

	if (inherited()->fd != -1 || off.lock != -1)
		return 0;
	off.lock = disk_lock(writer.path, &holder);
	return off.lock == -1 ? -1 : 0;
}

static void
say_once(const char *what)
{
	if (strncmp(off.said, what, sizeof(off.said) - 1) == 0)
		return;
	snprintf(off.said, sizeof(off.said), "%s", what);
	log_warnx("\"%s\" stays offline: %s", writer.path, what);
}

static const uint8_t none[16];

static bool
is_ours(const struct disk_identity *id)
{
	struct uuid u;

	return id->directory_id[0] != '\0' && uuid_parse(&u, id->directory_id) == 0 &&
	    memcmp(u.b, inherited()->directory_id, 16) == 0;
}

int
offline_identify(void)
{
	struct disk_identity id;
	char why[DISK_WHY];

	if (memcmp(inherited()->directory_id, none, 16) == 0)
		return 0;
	if (disk_identity_read(writer.path, &id, why) == -1) {
		if (errno == EINVAL)
			log_errorx("\"%s/meta.properties\" cannot be used: %s", writer.path, why);
		return -1;
	}
	if (is_ours(&id))
		return 0;
	errno = ENOENT;
	return -1;
}

static bool
same_disk(const struct disk_identity *id)
{
	const uint8_t *want = inherited()->directory_id;
	char text[UUID_TEXT], buf[400];
	struct uuid u;

	if (is_ours(id))
		return true;
	if (memcmp(want, none, 16) == 0) {
		say_once("it could not be used when the daemon started; send HUP to the daemon to use it");
		return false;
	}
	memcpy(u.b, want, 16);
	if (id->directory_id[0] == '\0')
		snprintf(buf, sizeof(buf), "there is no meta.properties, so it is not mounted, or empty; directory %s is "
		    "expected: mount it, or send HUP to the daemon to begin with an empty disk", uuid_text(&u, text));
	else
		snprintf(buf, sizeof(buf), "directory %s is expected, %s is there: put the former back, or send HUP to "
		    "the daemon to use this one", uuid_text(&u, text), id->directory_id);
	say_once(buf);
	return false;
}

static void
take_back(void)
{
	/* the supervisor lets go of its lock within a second or two */
	if (offline_lock() == -1 || writer_open_disk(true) == -1) {
		fd_close(&off.lock);
		return;
	}
	off.asked = false;
	writer.offline = false;
	log_info("\"%s\" is there again: checking its logs", writer.path);
	boot_again(); /* before anybody takes the disk for one that has followed the tables */
	writer_disk_back();
	budget_init();
	upkeep_begin();
}

static void
look_run(struct helper_job *job)
{
	struct look *l = (struct look *)job;

	memset(&l->id, 0, sizeof(l->id));
	l->error = disk_probe(writer.path, &l->mount, &l->id) == -1 && errno != ENOENT ? errno : 0;
}

static void look_due(evutil_socket_t fd, short what, void *arg);

static void
look_done(struct helper_job *job)
{
	struct look *l = (struct look *)job;
	bool moved, again = off.again;

	l->busy = off.again = false;
	if (!writer.offline || writer.leaving)
		return;
	if (l->error != 0 && again) {
		look_due(-1, 0, NULL);
		return;
	}
	if (l->error != 0) {
		if (off.asked)
			log_warnx("\"%s\" cannot be used yet: %s", writer.path, strerror(l->error));
		off.asked = false;
	} else if (same_disk(&l->id)) {
		moved = off.mount_known && memcmp(&l->mount, &off.failed, sizeof(off.failed)) != 0;
		if (!off.mount_known)
			off.failed = l->mount;
		off.mount_known = true;
		if (moved || off.asked)
			take_back();
	}
	if (writer.offline)
		arm();
}

static void
look_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	if (!writer.offline || writer.leaving || off.look.busy)
		return;
	if (writer.disk != NULL) { /* a call to it has not returned yet */
		arm();
		return;
	}
	off.look.busy = true;
	helper_submit(writer.helper, &off.look.job);
}

void
offline_reload(void)
{
	uint64_t version = atomic_load_explicit(&shm_processes(writer.shm)->config_version, memory_order_relaxed);

	if (version == off.config_version)
		return; /* settings that clients changed come by here, too */
	off.config_version = version;
	if (!writer.offline)
		return;
	off.asked = true;
	off.again = off.look.busy;
	off.said[0] = '\0';
	look_due(-1, 0, NULL);
}

void
offline_init(void)
{
	off.look.job.run = look_run;
	off.look.job.done = look_done;
	off.config_version = atomic_load_explicit(&shm_processes(writer.shm)->config_version, memory_order_relaxed);
	off.timer = evtimer_new(writer.child->base, look_due, NULL);
	if (off.timer == NULL)
		panic("no memory for events");
	if (writer.offline)
		arm();
}

void
offline_fini(void)
{
	event_free(off.timer);
	off.timer = NULL;
}
