/* SPDX-License-Identifier: ISC */
/*
 * newcomer.c - whose is a directory that comes while the daemon runs, and giving it an identity.
 * The same questions as at the start (preflight.c), but a refusal leaves everything as it was.
 * Supervisor.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/uuid.h"
#include "odradek/base/xalloc.h"
#include "supervisor.h"

static int
lock_it(struct newcomer *n, const char *path, char *why, size_t len)
{
	pid_t holder;

	if ((n->disk.fd = disk_lock(path, &holder)) != -1)
		return 0;
	if (errno != EWOULDBLOCK && errno != EAGAIN)
		snprintf(why, len, "\"%s\" (log.dirs) cannot be used: %s", path, strerror(errno));
	else if (holder == getpid())
		return 1;
	else
		snprintf(why, len, "\"%s\" (log.dirs) is in use by process %ld: stop that one, or choose another directory",
		    path, (long)holder);
	return -1;
}

/* Is it ours, or nobody's? */
static int
ask(const struct supervisor *s, struct newcomer *n, char *why, size_t len)
{
	char name[256], what[DISK_WHY];

	if (disk_identity_read(n->disk.path, &n->id, what) == -1) {
		if (errno != EINVAL)
			snprintf(what, sizeof(what), "%s", strerror(errno));
		snprintf(why, len, "\"%s/meta.properties\" cannot be used: %s", n->disk.path, what);
		return -1;
	}
	if (disk_identity_check(n->disk.path, &n->id, s->in.cluster_id, why, len) == -1)
		return -1;
	n->blank = n->id.directory_id[0] == '\0' && n->id.cluster_id[0] == '\0';
	if (n->blank && disk_has_logs(n->disk.path, name)) {
		snprintf(why, len, "\"%s\" holds partitions (\"%s\" is one), but no meta.properties, which says whose they "
			"are: put it back, or choose another directory",
		    n->disk.path, name);
		return -1;
	}
	return 0;
}

int
newcomer_look(struct supervisor *s, const char *path, bool make, struct newcomer *n, char *why, size_t len)
{
	struct stat st;
	struct uuid u;
	int res;

	memset(n, 0, sizeof(*n));
	n->disk.fd = -1;
	if (!make && stat(path, &st) == -1) {
		snprintf(why, len, "\"%s\" (log.dirs) cannot be used: %s", path, strerror(errno));
		return -1;
	}
	if ((res = lock_it(n, path, why, len)) != 0)
		return res;
	n->disk.path = xstrdup(path);
	if (ask(s, n, why, len) == -1) {
		newcomer_leave(n);
		return -1;
	}
	if (uuid_parse(&u, n->id.directory_id) == 0)
		memcpy(n->disk.directory_id, u.b, sizeof(n->disk.directory_id));
	return 0;
}

int
newcomer_name(struct supervisor *s, struct newcomer *n, int32_t node_id, char *why, size_t len)
{
	struct disk_identity id = n->id;
	struct uuid u;

	if (uuid_parse(&u, id.directory_id) == -1) {
		uuid_random(&u);
		uuid_text(&u, id.directory_id);
	}
	memcpy(n->disk.directory_id, u.b, sizeof(n->disk.directory_id));
	id.node_id = n->disk.node_id = node_id;
	snprintf(id.cluster_id, sizeof(id.cluster_id), "%s", s->in.cluster_id);
	if (memcmp(&id, &n->id, sizeof(id)) != 0 && disk_identity_write(n->disk.path, &id) == -1) {
		snprintf(why, len, "could not write \"%s/meta.properties\": %s", n->disk.path, strerror(errno));
		return -1;
	}
	n->id = id;
	give_to_user(s, n->disk.path);
	return 0;
}

void
newcomer_leave(struct newcomer *n)
{
	fd_close(&n->disk.fd);
	free((char *)(uintptr_t)n->disk.path);
	n->disk.path = NULL;
}
