/* SPDX-License-Identifier: ISC */
/*
 * identity.c - who owns a disk: the lock, and meta.properties.
 *
 * Supervisor (lock, before the first fork), controller and writer.  meta.properties is Kafka's, version 1: cluster.id,
 * node.id, directory.id.  It is replaced durably or not at all; a disk of another cluster is never taken.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/uuid.h"
#include "store_priv.h"

#define META "meta.properties"

int
disk_lock(const char *path, pid_t *holder)
{
	return disk_lock_for(path, getpid(), holder);
}

int
disk_lock_for(const char *path, pid_t owner, pid_t *holder)
{
	char file[PATH_MAX], pid[24] = "";
	int fd, saved;

	*holder = 0;
	if ((size_t)snprintf(file, sizeof(file), "%s/.lock", path) >= sizeof(file)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (mkdir_parents(path, 0750) == -1)
		return -1;
	/* no O_CLOEXEC, nor close-on-exec elsewhere: children keep the lock until the last of them has left */
	if ((fd = open(file, O_RDWR | O_CREAT, 0644)) == -1)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		saved = errno;
		if (pread(fd, pid, sizeof(pid) - 1, 0) > 0)
			*holder = (pid_t)atol(pid);
		close(fd);
		errno = saved;
		return -1;
	}
	/* on a full disk the pid may not fit: the lock counts, the pid is for people */
	snprintf(pid, sizeof(pid), "%ld\n", (long)owner);
	if (ftruncate(fd, 0) == -1 || pwrite(fd, pid, strlen(pid), 0) == -1)
		errno = 0;
	return fd;
}

#define PROBE ".odradek-probe"

int
disk_probe(const char *path, struct disk_mount *m, struct disk_identity *id)
{
	int dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r, saved;
	char why[DISK_WHY];

	if (dirfd == -1)
		return -1;
	r = disk_mount(dirfd, m);
	if (r == 0 && (r = disk_identity_read(path, id, why)) >= 0)
		r = id->directory_id[0] == '\0' ? 0 : store_write_file(dirfd, PROBE, PROBE, strlen(PROBE), true);
	if (r == -1 && errno_is_full(errno))
		r = 0; /* full, but well */
	saved = errno;
	if (r == 0)
		unlinkat(dirfd, PROBE, 0);
	close(dirfd);
	errno = saved;
	return r;
}

/* One line of Java's properties: key and value, without escapes.  0, or 1 for comments and blank lines. */
static int
property(const char *line, size_t len, char *key, char *value, size_t room)
{
	char *out = key;
	size_t n = 0, i = 0;

	while (i < len && (line[i] == ' ' || line[i] == '\t'))
		i++;
	if (i == len || line[i] == '#' || line[i] == '!')
		return 1;
	for (; i < len; i++) {
		char c = line[i];

		if (c == '\\' && i + 1 < len) {
			c = line[++i];
		} else if (out == key && (c == '=' || c == ':')) {
			key[n] = '\0';
			out = value;
			n = 0;
			continue;
		} else if (c == '\r' || (n == 0 && c == ' ')) {
			continue;
		}
		if (n + 1 < room)
			out[n++] = c;
	}
	out[n] = '\0';
	if (out == key)
		value[0] = '\0';
	return 0;
}

static int
known(const char *key)
{
	return strcmp(key, "version") == 0 || strcmp(key, "cluster.id") == 0 || strcmp(key, "node.id") == 0 ||
	    strcmp(key, "broker.id") == 0 || strcmp(key, "directory.id") == 0;
}

static int
take(struct disk_identity *id, const char *key, const char *value, char why[DISK_WHY])
{
	struct uuid u;
	char *end;
	long n;

	if (strcmp(key, "cluster.id") == 0 || strcmp(key, "directory.id") == 0) {
		char *to = key[0] == 'c' ? id->cluster_id : id->directory_id;

		if (strlen(value) >= sizeof(id->cluster_id)) {
			snprintf(why, DISK_WHY, "%.20s has more than %zu characters", key, sizeof(id->cluster_id) - 1);
			return -1;
		}
		/* replicas are known by it: a new one would make a stranger of the disk */
		if (key[0] == 'd' && (uuid_parse(&u, value) == -1 || uuid_is_zero(&u))) {
			snprintf(why, DISK_WHY, "directory.id is \"%.60s\", not 22 characters of base64url", value);
			return -1;
		}
		strcpy(to, value);
	} else if (strcmp(key, "node.id") == 0 || strcmp(key, "broker.id") == 0) {
		errno = 0;
		n = strtol(value, &end, 10);
		if (errno != 0 || *end != '\0' || end == value || n < -1 || n > INT32_MAX) {
			snprintf(why, DISK_WHY, "%.20s is \"%.60s\", not a number", key, value);
			return -1;
		}
		id->node_id = (int32_t)n;
	} else if (strcmp(key, "version") == 0 && strcmp(value, "0") != 0 && strcmp(value, "1") != 0) {
		snprintf(why, DISK_WHY, "version is \"%.60s\", neither 0 nor 1", value);
		return -1;
	}
	return 0;
}

static int
each_line(char *text, int (*fn)(const char *line, size_t len, void *arg), void *arg)
{
	for (char *p = text; *p != '\0';) {
		size_t len = strcspn(p, "\n");
		int r = fn(p, len, arg);

		if (r != 0)
			return r;
		p += len + (p[len] == '\n');
	}
	return 0;
}

struct reading {
	struct disk_identity *id;
	char *why;
	bool version, node; /* were there */
	bool first;	    /* Kafka's first format: a cluster id is not needed */
};

static int
read_line(const char *line, size_t len, void *arg)
{
	struct reading *r = arg;
	char key[256], value[256];

	if (property(line, len, key, value, sizeof(key)) != 0)
		return 0;
	if (strcmp(key, "version") == 0) {
		r->version = true;
		r->first = strcmp(value, "0") == 0;
	}
	r->node = r->node || strcmp(key, "node.id") == 0 || strcmp(key, "broker.id") == 0;
	return take(r->id, key, value, r->why);
}

/* What Kafka wants in it, too; NULL: all is there. */
static const char *
missing(const struct reading *r, size_t len)
{
	if (len == 0)
		return "it is empty";
	if (!r->version)
		return "it has no line \"version=\"";
	if (!r->node)
		return "it has no line \"node.id=\"";
	if (!r->first && r->id->cluster_id[0] == '\0')
		return "it is of version 1 and has no line \"cluster.id=\"";
	return NULL;
}

static int
open_dir(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
disk_identity_read(const char *path, struct disk_identity *id, char why[DISK_WHY])
{
	struct reading r = { .id = id, .why = why };
	int fd = open_dir(path), result = 0;
	const char *lacks = NULL;
	size_t len;
	char *text;

	memset(id, 0, sizeof(*id));
	id->node_id = -1;
	why[0] = '\0';
	if (fd == -1)
		return errno == ENOENT ? 1 : -1;
	text = store_read_file(fd, META, &len);
	store_close(&fd);
	if (text == NULL)
		return errno == ENOENT ? 1 : -1;
	/* it is replaced durably or not at all: what is not whole was damaged */
	if (each_line(text, read_line, &r) == -1 || (lacks = missing(&r, len)) != NULL) {
		if (lacks != NULL)
			snprintf(why, DISK_WHY, "%s", lacks);
		errno = EINVAL;
		result = -1;
	}
	free(text);
	return result;
}

static int
keep_line(const char *line, size_t len, void *arg)
{
	char key[256], value[256];

	if (property(line, len, key, value, sizeof(key)) == 0 && !known(key) && len < 400)
		text_add(arg, "%.*s\n", (int)len, line);
	return 0;
}

static void
add_escaped(struct text *t, const char *key, const char *value)
{
	char e[256];
	size_t n = 0;

	if (value[0] == '\0')
		return;
	for (; *value != '\0' && n < sizeof(e) - 2; value++) {
		if (strchr("=:#!\\", *value) != NULL)
			e[n++] = '\\';
		e[n++] = *value;
	}
	e[n] = '\0';
	text_add(t, "%s=%s\n", key, e);
}

int
disk_identity_write(const char *path, const struct disk_identity *id)
{
	struct text t = { 0 };
	int fd = open_dir(path), r;
	size_t len;
	char *old;

	if (fd == -1)
		return -1;
	text_add(&t, "#\n");
	add_escaped(&t, "cluster.id", id->cluster_id);
	add_escaped(&t, "directory.id", id->directory_id);
	text_add(&t, "node.id=%" PRId32 "\nversion=1\n", id->node_id);
	if ((old = store_read_file(fd, META, &len)) != NULL)
		each_line(old, keep_line, &t);
	free(old);
	r = store_write_file(fd, META, t.p, t.len, true);
	free(t.p);
	store_close(&fd);
	return r;
}

int
disk_identity_check(const char *path, const struct disk_identity *id, const char *cluster_id, char *buf, size_t buflen)
{
	if (id->cluster_id[0] == '\0' || strcmp(id->cluster_id, cluster_id) == 0)
		return 0;
	snprintf(buf, buflen, "\"%s\" belongs to cluster \"%s\", but this daemon serves cluster \"%s\"; use another "
	    "directory in log.dirs, or start the daemon that owns it (see \"%s/" META "\")",
	    path, id->cluster_id, cluster_id, path);
	return -1;
}

/* ---- a directory that nobody owns ---- */

static int
is_log_file(const char *name, unsigned char type, void *arg)
{
	(void)type, (void)arg;
	return strcmp(name, "partition.metadata") == 0 || (strlen(name) == 24 && name_base(name, ".log") >= 0);
}

struct looking {
	int fd;
	char *name;
};

static int
is_partition(const char *name, unsigned char type, void *arg)
{
	struct looking *l = arg;
	char topic[256];
	int32_t partition;

	if ((type != DT_DIR && type != DT_UNKNOWN) || name_split(name, topic, &partition) == -1 ||
	    dir_each(l->fd, name, is_log_file, NULL) != 1)
		return 0;
	snprintf(l->name, 256, "%s", name);
	return 1;
}

bool
disk_has_logs(const char *path, char name[256])
{
	struct looking l = { .fd = open_dir(path), .name = name };
	bool found = l.fd != -1 && dir_each(l.fd, ".", is_partition, &l) == 1;

	store_close(&l.fd);
	return found;
}

bool
disk_was_served(const char *path)
{
	int fd = open_dir(path);
	struct stat st;
	bool found = fd != -1 && fstatat(fd, STATE_FILE, &st, 0) == 0;

	store_close(&fd);
	return found;
}
