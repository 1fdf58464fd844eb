/* SPDX-License-Identifier: ISC */
/*
 * preflight.c - what must hold before anything is started.  Runs in the supervisor, which is alone
 * then.
 *
 * Each directory of log.dirs is made, locked, and asked who it is (meta.properties).  A directory
 * of another cluster, or one that another daemon holds, ends the start with the reason; nothing is
 * ever wiped.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/uuid.h"
#include "odradek/base/xalloc.h"
#include "odradek/meta/store.h"
#include "odradek/store/disk.h"
#include "supervisor.h"

#define ORPHAN_WAIT_MS 60000 /* a predecessor's writer may be stuck in the kernel */

void
preflight_log(struct supervisor *s)
{
	const char *file = s->config->log_file;

	if (file == NULL)
		return;
	if (log_open(file) == -1)
		fatal("could not open the log \"%s\" (log.file)", file);
	/* children open it again themselves after a rotation */
	if (s->in.change_user && fchown(log_fd(), s->in.uid, s->in.gid) == -1)
		log_warn("could not give the log \"%s\" to user \"%s\"", file, s->in.user);
}

void
preflight_user(struct supervisor *s)
{
	const char *name = s->config->user;
	struct passwd *pw;

	if (name == NULL || geteuid() != 0)
		return;
	errno = 0;
	if ((pw = getpwnam(name)) == NULL)
		fatalx("user \"%s\" does not exist: create it, or choose another with the setting "
		       "\"user\"",
		    name);
	s->in.change_user = true;
	s->in.uid = pw->pw_uid;
	s->in.gid = pw->pw_gid;
	s->in.user = xstrdup(name); /* the settings may be replaced */
}

/* ---- locks ---- */

/* A process that is there and not just a zombie that nobody has collected. */
static bool
alive(pid_t pid)
{
	char path[64], buf[512], *p;
	int fd;
	ssize_t n;

	if (pid <= 0 || (kill(pid, 0) == -1 && errno == ESRCH))
		return false;
	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return errno != ENOENT;
	n = read_full(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return true;
	buf[n] = '\0';
	p = strrchr(buf, ')');
	return p == NULL || (p[2] != 'Z' && p[2] != 'X');
}

/* The lock of a directory.  Held by a daemon: refused.  Held only by what a dead daemon left behind
 * (a writer that has yet to return from the kernel): waited for. */
static int
lock(const char *path, const char *setting)
{
	int64_t until = mono_ns() / 1000000 + ORPHAN_WAIT_MS;
	bool said = false;
	pid_t holder;
	int fd;

	while ((fd = disk_lock(path, &holder)) == -1 && (errno == EWOULDBLOCK || errno == EAGAIN)) {
		if (holder == getpid())
			fatalx("\"%s\" (%s) is the directory of another entry, which leads there by "
			       "another path: each directory is a node of its own",
			    path, setting);
		if (alive(holder))
			fatalx("\"%s\" (%s) is in use by process %ld: stop that one, or choose "
			       "another directory",
			    path, setting, (long)holder);
		if (mono_ns() / 1000000 > until)
			fatalx("\"%s\" (%s) is still held by a process of a daemon that is gone "
			       "(pid %ld): is its disk stuck?",
			    path, setting, (long)holder);
		if (!said && mono_ns() / 1000000 > until - ORPHAN_WAIT_MS + 1000) {
			log_info("waiting for what a dead daemon left in \"%s\"", path);
			said = true;
		}
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	return fd;
}

/* Root made it; the user whom the children become must be able to write there. */
void
give_to_user(struct supervisor *s, const char *path)
{
	static const char *const files[] = {".lock", "meta.properties"};
	int dir;

	if (!s->in.change_user || (dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return;
	if (fchown(dir, s->in.uid, s->in.gid) == -1)
		log_warn("could not give \"%s\" to user \"%s\"", path, s->in.user);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		(void)fchownat(dir, files[i], s->in.uid, s->in.gid, AT_SYMLINK_NOFOLLOW);
	close(dir);
}

static void
lock_disks(struct supervisor *s, const struct config_list *dirs)
{
	int usable = 0;

	s->in.disks = dirs->n;
	if (dirs->n > SHM_NODES)
		fatalx("%d entries in log.dirs: at most %d are possible", dirs->n, SHM_NODES);
	s->in.disk = xcalloc(SHM_NODES, sizeof(*s->in.disk));
	s->places = (uint32_t)(dirs->n + SPARE_DISKS < SHM_NODES ? dirs->n + SPARE_DISKS : SHM_NODES);
	for (int i = 0; i < dirs->n; i++) {
		struct disk_lock *d = &s->in.disk[i];

		d->path = xstrdup(dirs->v[i]); /* children read the settings again, which frees these */
		d->node_id = -1;
		if ((d->fd = lock(d->path, "log.dirs")) >= 0) {
			usable++;
			give_to_user(s, d->path);
		} else if (dirs->n == 1) {
			fatal("could not use \"%s\" (log.dirs): make it a directory that this user "
			      "may write to, or choose "
			      "another with -o log.dirs=DIR",
			    d->path);
		} else {
			log_error(
			    "could not use \"%s\" (log.dirs): its node stays offline", d->path);
		}
	}
	if (usable == 0)
		fatalx("none of log.dirs can be used");
}

/* ---- identities ---- */

static void
not_understood(const char *path, const char *why)
{
	fatalx("\"%s/meta.properties\" is not understood: %s. If the directory holds no data that you "
	       "need, remove that file; else write it again, with the lines \"version=1\", "
	       "\"cluster.id=\", \"node.id=\" and \"directory.id=\" of before",
	    path, why);
}

static void
read_identities(struct supervisor *s, struct disk_identity *id)
{
	char why[DISK_WHY];

	for (int i = 0; i < s->in.disks; i++) {
		const char *path = s->in.disk[i].path;

		memset(&id[i], 0, sizeof(id[i]));
		id[i].node_id = -1;
		if (s->in.disk[i].fd == -1)
			continue;
		if (disk_identity_read(path, &id[i], why) == -1) {
			if (errno == EINVAL)
				not_understood(path, why);
			log_error(
			    "could not read \"%s/meta.properties\": its node stays offline", path);
			close(s->in.disk[i].fd);
			s->in.disk[i].fd = -1;
		}
	}
}

/* A directory in which there is something of a metadata store; NULL: there is none. */
static char *
store_at(const struct supervisor *s)
{
	const char *dir = s->in.metadata_dir;
	char *path;

	if (dir != NULL)
		return meta_there(&meta_sqlite, dir) ? xstrdup(dir) : NULL;
	for (int i = 0; i < s->in.disks; i++) {
		path = xasprintf("%s/metadata", s->in.disk[i].path);
		if (s->in.disk[i].fd != -1 && meta_there(&meta_sqlite, path))
			return path;
		free(path);
	}
	return NULL;
}

/* The cluster of the first directory that knows one; else a new one. */
static void
choose_cluster(
    struct supervisor *s, const struct disk_identity *id, const struct disk_identity *metadata)
{
	const char *found = metadata->cluster_id;
	char text[UUID_TEXT], buf[1024], *store;
	struct uuid u;

	for (int i = 0; i < s->in.disks && found[0] == '\0'; i++)
		found = id[i].cluster_id;
	if (found[0] == '\0') {
		if ((store = store_at(s)) != NULL)
			fatalx("\"%s\" holds a metadata store, but no meta.properties, in metadata.dir or in "
			       "log.dirs, names its cluster: put back those of log.dirs; or write them with the "
			       "lines \"version=1\", \"cluster.id=\" and \"node.id=\" (as "
			       "sqlite3 \"%s/metadata.db\" \"SELECT * FROM cluster; SELECT id, path FROM node\" "
			       "says)",
			    store, store);
		uuid_random(&u);
		found = uuid_text(&u, text);
	}
	if (strlen(found) >= sizeof(s->in.cluster_id))
		fatalx("cluster.id \"%s\" is longer than the 22 characters that Kafka's tools make",
		    found);
	strcpy(s->in.cluster_id, found);
	for (int i = 0; i < s->in.disks; i++)
		if (disk_identity_check(
			s->in.disk[i].path, &id[i], s->in.cluster_id, buf, sizeof(buf)) == -1)
			fatalx("%s", buf);
}

/* Which of the first n has it; -1. */
static int
id_owner(const struct disk_identity *id, int n, int32_t node_id)
{
	for (int i = 0; i < n; i++)
		if (id[i].node_id == node_id)
			return i;
	return -1;
}

/* Node ids are kept; of two directories with the same (Kafka gives all of a broker's one) the
 * second gets a new one.  Of our own, one was once replaced by the other: which of them holds what
 * the node has is not guessed. */
static void
part_sharers(struct supervisor *s, struct disk_identity *id)
{
	for (int i = 1; i < s->in.disks; i++) {
		int k = id[i].node_id < 0 ? -1 : id_owner(id, i, id[i].node_id);

		if (k == -1)
			continue;
		if (disk_was_served(s->in.disk[i].path) && disk_was_served(s->in.disk[k].path))
			fatalx("\"%s\" (directory %s) and \"%s\" (directory %s), both in log.dirs, belong to "
			       "one node, %d: take one of them out of log.dirs, or, to use it as an empty "
			       "disk, empty it",
			    s->in.disk[k].path, id[k].directory_id, s->in.disk[i].path, id[i].directory_id,
			    id[i].node_id);
		log_info("\"%s\" has node id %d like another of log.dirs: here a node is a "
			 "disk, so it gets a new one",
		    s->in.disk[i].path, id[i].node_id);
		id[i].node_id = -1;
	}
}

static int32_t
free_id(const struct disk_identity *id, int n, int32_t from)
{
	while (id_owner(id, n, from) != -1)
		from++;
	return from;
}

/* node.id as it was when the directories got their ids, which may be long ago: what they have says
 * so, unless one of them has an id by the present one. */
static int32_t
former_first(const struct supervisor *s, const struct disk_identity *id)
{
	const int32_t now = s->config->node_id;
	int32_t was = INT32_MAX;

	for (int i = 0; i < s->in.disks; i++) {
		if (id[i].node_id >= now && id[i].node_id - now < s->in.disks)
			return now;
		if (id[i].node_id >= i && id[i].node_id - i < was)
			was = id[i].node_id - i;
	}
	return was == INT32_MAX ? now : was;
}

/* A disk that cannot be read now has one of the ids that no other has: that of its place, or, in
 * another order than before, the first of those.  A new directory must not get it. */
static void
choose_nodes(struct supervisor *s, struct disk_identity *id)
{
	const int n = s->in.disks;
	const int32_t first = s->config->node_id;
	int32_t was;

	part_sharers(s, id);
	was = former_first(s, id);
	for (int i = 0; i < n; i++)
		if (s->in.disk[i].fd == -1)
			id[i].node_id = free_id(id, n, id_owner(id, n, was + i) == -1 ? was + i : was);
	for (int i = 0; i < n; i++) {
		if (id[i].node_id < 0)
			id[i].node_id = free_id(id, n, first + i);
		s->in.disk[i].node_id = id[i].node_id;
	}
}

/* Records whose cluster nobody names are not taken for ours. */
static void
refuse_nameless(struct supervisor *s, const struct disk_identity *id)
{
	char name[256];

	for (int i = 0; i < s->in.disks; i++) {
		const struct disk_lock *d = &s->in.disk[i];

		if (d->fd == -1 || id[i].node_id != -1 || id[i].cluster_id[0] != '\0' ||
		    !disk_has_logs(d->path, name))
			continue;
		fatalx("\"%s\" holds partitions (\"%s\" is one), but no meta.properties, which says whose they "
		       "are: put it back; or, if they belong here, write it with the lines \"version=1\", "
		       "\"cluster.id=%s\" and \"node.id=%d\"; else choose another directory",
		    d->path, name, s->in.cluster_id, d->node_id);
	}
}

/* Replicas are known by the id of their directory. */
static void
refuse_twins(struct supervisor *s, const struct disk_identity *id)
{
	for (int i = 1; i < s->in.disks; i++)
		for (int k = 0; k < i; k++)
			if (id[i].directory_id[0] != '\0' &&
			    strcmp(id[i].directory_id, id[k].directory_id) == 0)
				fatalx("\"%s\" and \"%s\" (log.dirs) have the same directory.id, %s, in "
				       "meta.properties: one is a copy of the other; take it out of log.dirs, or, "
				       "to use it as an empty disk, empty it",
				    s->in.disk[k].path, s->in.disk[i].path, id[i].directory_id);
}

/* The store is gone, the disks are not: what can be made again is, but not without a word. */
static void
say_store_lost(struct supervisor *s)
{
	char *store = store_at(s);

	free(store);
	for (int i = 0; i < s->in.disks && store == NULL; i++)
		if (s->in.disk[i].fd != -1 && disk_was_served(s->in.disk[i].path)) {
			log_warnx("\"%s\" was served before, but there is no metadata.db in %s: topics are made "
				  "again from the partition directories, configurations that clients set are "
				  "lost; if you have that file, stop, put it back, and start again",
			    s->in.disk[i].path,
			    s->in.metadata_dir != NULL ? s->in.metadata_dir : "\"metadata\" of any of log.dirs");
			return;
		}
}

static void
write_identity(struct supervisor *s, const char *path, const struct disk_identity *old,
    const struct disk_identity *id)
{
	if (memcmp(old, id, sizeof(*id)) == 0)
		return;
	if (disk_identity_write(path, id) == -1) {
		if (errno != ENOSPC || old->cluster_id[0] == '\0')
			fatal("could not write \"%s/meta.properties\"", path);
		log_warn("could not write \"%s/meta.properties\"", path);
	}
	give_to_user(s, path);
}

static void
identify_disks(struct supervisor *s, struct disk_identity *metadata)
{
	struct disk_identity *id = xcalloc((size_t)s->in.disks, sizeof(*id)), *old;

	read_identities(s, id);
	old = xmemdup(id, (size_t)s->in.disks * sizeof(*id));
	refuse_twins(s, id);
	choose_cluster(s, id, metadata);
	choose_nodes(s, id);
	refuse_nameless(s, old);
	say_store_lost(s);
	for (int i = 0; i < s->in.disks; i++) {
		struct disk_lock *d = &s->in.disk[i];
		struct uuid u;

		if (d->fd == -1)
			continue;
		if (uuid_parse(&u, id[i].directory_id) == -1) { /* empty: new, or of a Kafka before 3.7 */
			uuid_random(&u);
			uuid_text(&u, id[i].directory_id);
			if (old[i].cluster_id[0] != '\0')
				log_info("\"%s/meta.properties\" names no directory.id: it is now %s", d->path,
				    id[i].directory_id);
		}
		memcpy(d->directory_id, u.b, sizeof(d->directory_id));
		snprintf(id[i].cluster_id, sizeof(id[i].cluster_id), "%s", s->in.cluster_id);
		write_identity(s, d->path, &old[i], &id[i]);
	}
	free(old);
	free(id);
}

/* Is path inside of dir, or dir itself? */
static bool
inside(const char *path, const char *dir)
{
	char *p = realpath(path, NULL), *d = realpath(dir, NULL);
	size_t n = d != NULL ? strlen(d) : 0;
	bool in = p != NULL && d != NULL && strncmp(p, d, n) == 0 && (p[n] == '\0' || p[n] == '/');

	free(p);
	free(d);
	return in;
}

/* metadata.dir is locked by itself where no disk's lock covers it.  Not set, the metadata is on the
 * disks. */
static void
lock_metadata(struct supervisor *s)
{
	const char *path = s->in.metadata_dir;

	s->in.metadata_lock = -1;
	if (path == NULL)
		return;
	if (mkdir_parents(path, 0750) == -1)
		fatal("could not make \"%s\" (metadata.dir)", path);
	give_to_user(s, path);
	for (int i = 0; i < s->in.disks; i++)
		if (inside(path, s->in.disk[i].path))
			return;
	if ((s->in.metadata_lock = lock(path, "metadata.dir")) == -1)
		fatal("could not use \"%s\" (metadata.dir)", path);
	give_to_user(s, path);
}

void
preflight_disks(struct supervisor *s)
{
	struct disk_identity metadata = {.node_id = -1}, old;
	char why[DISK_WHY];

	lock_disks(s, config_log_dirs(s->config));
	if (s->config->metadata_dir != NULL)
		s->in.metadata_dir = xstrdup(s->config->metadata_dir);
	lock_metadata(s);
	if (s->in.metadata_lock != -1 &&
	    disk_identity_read(s->in.metadata_dir, &metadata, why) == -1) {
		if (errno == EINVAL)
			not_understood(s->in.metadata_dir, why);
		fatal("could not read \"%s/meta.properties\"", s->in.metadata_dir);
	}
	old = metadata;
	identify_disks(s, &metadata);
	if (s->in.metadata_lock != -1) { /* names the cluster even when every disk was replaced */
		snprintf(metadata.cluster_id, sizeof(metadata.cluster_id), "%s", s->in.cluster_id);
		write_identity(s, s->in.metadata_dir, &old, &metadata);
	}
}
