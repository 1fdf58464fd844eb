/* SPDX-License-Identifier: ISC */
/*
 * newcomer.c - whose is a directory that comes while the daemon runs, and giving it an identity.
 * The same questions as at the start (preflight.c), but a refusal leaves everything as it was.
 * Runs in a process of its own, a copy of the supervisor (looker.c), since any call here may hang.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/uuid.h"
#include "supervisor.h"

/* Has the directory of a node that runs been replaced?  While its writer works, or looks for the same disk itself, by its
 * id, there is nothing to do. */
static bool
was_replaced(const struct disk_lock *d)
{
	struct stat lock, held;
	struct disk_identity id;
	char path[4200], why[DISK_WHY];
	struct uuid u;

	snprintf(path, sizeof(path), "%s/.lock", d->path);
	if (d->fd != -1 && fstat(d->fd, &held) == 0 && stat(path, &lock) == 0 && lock.st_ino == held.st_ino &&
	    lock.st_dev == held.st_dev)
		return false;
	if (stat(d->path, &lock) == -1) {
		log_warn("\"%s\" (log.dirs)", d->path);
		return false;
	}
	if (disk_identity_read(d->path, &id, why) == -1)
		return true; /* who looks closer says what is wrong */
	return uuid_parse(&u, id.directory_id) == -1 || memcmp(u.b, d->directory_id, 16) != 0;
}

/*
 * An empty directory where a disk was mounted may be nothing but the place where it was mounted.  Mounts are
 * numbered in their order: what was mounted later than the disk that failed was put there by somebody.
 */
static bool
is_bare_mount_point(const struct disk_place *own, const struct newcomer *n)
{
	return own->mounted && n->mounted && n->mount.mount < own->mount.mount;
}

static enum look_says
lock_it(const struct supervisor *s, struct look *l)
{
	pid_t holder;

	l->newcomer.disk.fd = disk_lock_for(l->path, s->in.supervisor, &holder);
	if (l->newcomer.disk.fd != -1)
		return LOOK_DONE;
	if (errno != EWOULDBLOCK && errno != EAGAIN)
		snprintf(l->why, sizeof(l->why), "\"%s\" (log.dirs) cannot be used: %s", l->path, strerror(errno));
	else if (holder == s->in.supervisor)
		return LOOK_BUSY;
	else
		snprintf(l->why, sizeof(l->why), "\"%s\" (log.dirs) is in use by process %ld: stop that one, or choose another directory",
		    l->path, (long)holder);
	return LOOK_REFUSED;
}

/* Is it ours, or nobody's? */
static enum look_says
ask(const struct supervisor *s, struct look *l)
{
	struct newcomer *n = &l->newcomer;
	char what[DISK_WHY];

	if (disk_identity_read(l->path, &n->id, what) == -1) {
		if (errno != EINVAL)
			snprintf(what, sizeof(what), "%s", strerror(errno));
		snprintf(l->why, sizeof(l->why), "\"%s/meta.properties\" cannot be used: %s", l->path, what);
		return LOOK_REFUSED;
	}
	if (disk_identity_check(l->path, &n->id, s->in.cluster_id, l->why, sizeof(l->why)) == -1)
		return LOOK_REFUSED;
	n->blank = n->id.directory_id[0] == '\0' && n->id.cluster_id[0] == '\0';
	if (!disk_has_logs(l->path, n->logs))
		n->logs[0] = '\0';
	if (n->blank && n->logs[0] != '\0') {
		snprintf(l->why, sizeof(l->why), "\"%s\" holds partitions (\"%s\" is one), but no meta.properties, which says whose they "
			"are: put it back, or choose another directory",
		    l->path, n->logs);
		return LOOK_REFUSED;
	}
	return LOOK_DONE;
}

static enum look_says
look(struct supervisor *s, struct look *l)
{
	const struct disk_place *own = l->own != -1 ? &s->disk[l->own] : NULL;
	struct newcomer *n = &l->newcomer;
	enum look_says says;
	struct stat st;
	struct uuid u;

	if (own != NULL && own->step == DISK_RUNS && !was_replaced(&s->in.disk[l->own]))
		return LOOK_SAME;
	newcomer_mount(n, l->path);
	if (own != NULL && is_bare_mount_point(own, n)) {
		snprintf(l->why, sizeof(l->why), "\"%s\" (log.dirs) is the empty place where the disk of node %d was mounted: mount a disk "
			"there, and reload again",
		    l->path, s->in.disk[l->own].node_id);
		return LOOK_REFUSED;
	}
	if (own != NULL && stat(l->path, &st) == -1) {
		snprintf(l->why, sizeof(l->why), "\"%s\" (log.dirs) cannot be used: %s", l->path, strerror(errno));
		return LOOK_REFUSED;
	}
	if ((says = lock_it(s, l)) != LOOK_DONE || (says = ask(s, l)) != LOOK_DONE)
		return says;
	if (uuid_parse(&u, n->id.directory_id) == 0)
		memcpy(n->disk.directory_id, u.b, sizeof(n->disk.directory_id));
	newcomer_mount(n, l->path); /* it may have been made just now */
	return LOOK_DONE;
}

void
newcomer_look(struct supervisor *s, struct look *l)
{
	l->says = look(s, l);
	if (l->says != LOOK_DONE)
		fd_close(&l->newcomer.disk.fd);
}

void
newcomer_name(struct supervisor *s, struct look *l)
{
	struct newcomer *n = &l->newcomer;
	struct disk_identity id = n->id;
	struct uuid u;

	if (uuid_parse(&u, id.directory_id) == -1) {
		uuid_random(&u);
		uuid_text(&u, id.directory_id);
	}
	memcpy(n->disk.directory_id, u.b, sizeof(n->disk.directory_id));
	id.node_id = n->disk.node_id;
	snprintf(id.cluster_id, sizeof(id.cluster_id), "%s", s->in.cluster_id);
	if (memcmp(&id, &n->id, sizeof(id)) != 0 && disk_identity_write(l->path, &id) == -1) {
		snprintf(l->why, sizeof(l->why), "could not write \"%s/meta.properties\": %s", l->path, strerror(errno));
		l->says = LOOK_REFUSED;
		return;
	}
	n->id = id;
	give_to_user(s, l->path);
}

void
newcomer_mount(struct newcomer *n, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	n->mounted = fd != -1 && disk_mount(fd, &n->mount) == 0;
	fd_close(&fd);
}
