/* SPDX-License-Identifier: ISC */
/*
 * adopt.c - disks that the store does not know: a data directory of Apache Kafka, or our own after
 * the store was lost. Used in: controller, at start, before it serves.
 *
 * A partition directory becomes a partition again, with its topic's id (partition.metadata) and an
 * epoch above the last one in its leader-epoch-checkpoint.  Nothing is written here; the writer
 * opens the logs later, and sets aside what it is not told of.  A directory that does not fit to
 * what is known is left alone, and reported.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller.h"
#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/store/disk.h"

#define SMALL_FILE (16u << 20) /* leader-epoch-checkpoint has a line for each epoch */

enum { RESOURCE_TOPIC = 2, RESOURCE_BROKER = 4 };

/* One partition directory. */
struct found {
	char topic[TOPIC_NAME_MAX + 1];
	struct uuid id; /* zero: an old directory without partition.metadata, or a damaged one */
	bool damaged;
	int32_t partition, epoch;
	uint32_t node;
	int64_t last; /* base offset of the last segment: of two copies, the longer one is taken */
};

static struct {
	struct found *v;
	size_t n, cap;
	struct op *op;
	size_t partitions, topics, empty, left;
} ad;

/* ---- reading a directory ---- */

/* "<topic>-<n>"; false: it is something else. */
static bool
parse_name(const char *name, struct found *f)
{
	const char *dash = strrchr(name, '-');
	size_t len = dash == NULL ? 0 : (size_t)(dash - name);
	char *fault, *end;
	long n;

	if (len == 0 || len > TOPIC_NAME_MAX || dash[1] < '0' || dash[1] > '9')
		return false;
	n = strtol(dash + 1, &end, 10);
	if (*end != '\0' || n > 1000000 || (dash[1] == '0' && dash[2] != '\0'))
		return false;
	if ((fault = topic_name_fault(name, len)) != NULL) {
		free(fault);
		return false;
	}
	memcpy(f->topic, name, len);
	f->topic[len] = '\0';
	f->partition = (int32_t)n;
	return true;
}

/* The epoch of the last line; -1: none. */
static int32_t
read_epoch(int dirfd)
{
	char *text = read_file_at(dirfd, "leader-epoch-checkpoint", SMALL_FILE, NULL), *save = NULL,
	     *line;
	int32_t epoch = -1;
	long long e, offset;
	int n = 0;

	if (text == NULL)
		return -1;
	for (line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save), n++)
		if (n >= 2 && sscanf(line, "%lld %lld", &e, &offset) == 2 && e > epoch &&
		    e < INT32_MAX - 1000000)
			epoch = (int32_t)e;
	free(text);
	return epoch;
}

static int64_t
last_segment(int dirfd)
{
	int fd = dup(dirfd), end;
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *d;
	long long offset, last = -1;

	if (dir == NULL && fd != -1)
		close(fd);
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		end = 0;
		if (sscanf(d->d_name, "%20lld.log%n", &offset, &end) == 1 && end > 0 &&
		    d->d_name[end] == '\0' && offset > last)
			last = offset;
	}
	if (dir != NULL)
		closedir(dir);
	return last;
}

static void
look_at(int diskfd, const char *name, uint32_t node)
{
	struct found f = {.node = node};
	int fd;

	if (!parse_name(name, &f) || strcmp(f.topic, "__cluster_metadata") == 0)
		return;
	fd = openat(diskfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1) {
		if (errno != ENOTDIR && errno != ELOOP)
			log_warn("could not look into \"%s/%s\"", ctl.node[node].path, name);
		return;
	}
	f.epoch = read_epoch(fd);
	f.last = last_segment(fd);
	/* without records it was being made when the power failed: nothing is at stake */
	f.damaged = disk_topic_id(diskfd, name, f.id.b) == -1 && f.last != -1;
	close(fd);
	if (ad.n == ad.cap) {
		ad.cap = ad.cap == 0 ? 256 : ad.cap * 2;
		ad.v = xreallocarray(ad.v, ad.cap, sizeof(*ad.v));
	}
	ad.v[ad.n++] = f;
}

static void
scan(uint32_t node)
{
	DIR *dir = opendir(ctl.node[node].path);
	struct dirent *d;

	if (dir == NULL) {
		log_warn("could not read the directory \"%s\"", ctl.node[node].path);
		return;
	}
	while ((d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.')
			look_at(dirfd(dir), d->d_name, node);
	closedir(dir);
}

/* By topic, partition, and the better copy first. */
static int
compare(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int c = strcmp(x->topic, y->topic);

	if (c == 0)
		c = (x->partition > y->partition) - (x->partition < y->partition);
	if (c == 0)
		c = (x->epoch < y->epoch) - (x->epoch > y->epoch);
	if (c == 0)
		c = (x->last < y->last) - (x->last > y->last);
	return c;
}

/* ---- making topics of them ---- */

static void
place(struct part *p, const struct found *f)
{
	p->replicas = 1;
	p->replica[0] = (uint8_t)f->node;
	p->isr = 1;
	p->lost = 0;
	free(p->directories);
	p->directories = NULL;
	if (f->epoch > p->epoch)
		p->epoch = f->epoch;
	p->leader = -1;
}

/* The topic is known: a disk that was put back, or a copy of it.  Taken when nobody else has the
 * partition any more. */
static void
put_back(struct topic *t, const struct found *f)
{
	struct part *p = (uint32_t)f->partition < t->nparts ? &t->part[f->partition] : NULL;

	if (p != NULL && (p->replicas > 1 || p->lost == 0) && part_index(p, (int32_t)f->node) != -1)
		return; /* a replica as before: it leads, or it follows and its log becomes the leader's */
	if (p == NULL || p->replicas > 1 || part_elect(t, p) != -1) {
		log_warnx("\"%s/%s-%d\" is left alone: the partition is on another disk",
		    ctl.node[f->node].path, f->topic, f->partition);
		ad.left++;
		return;
	}
	place(p, f);
	t->published = false; /* its rows are written again */
	ad.partitions++;
}

/*
 * The first id that there is; directories with another one are left alone.  None is made where one was: clients and
 * other copies know the topic by it, and which it was, somebody may still know.  Nothing has been committed yet.
 */
static const struct uuid *
id_of(const struct found *f, size_t n, struct uuid *made)
{
	const struct found *damaged = NULL;
	char text[UUID_TEXT];

	for (size_t i = 0; i < n; i++)
		if (!uuid_is_zero(&f[i].id)) {
			uuid_text(&f[i].id, text);
			*made = f[i].id;
			break;
		}
	for (size_t i = 0; i < n; i++)
		if (f[i].damaged) {
			log_errorx("\"%s/%s-%d/partition.metadata\" is damaged: expected \"version: 0\" and "
				   "\"topic_id: \" with 22 characters%s%s",
			    ctl.node[f[i].node].path, f[i].topic, f[i].partition,
			    uuid_is_zero(made) ? "" : ", like another partition's, ",
			    uuid_is_zero(made) ? "" : text);
			damaged = &f[i];
		}
	if (damaged != NULL && uuid_is_zero(made) && topic_by_name(f->topic, strlen(f->topic)) == NULL)
		fatalx("topic %s cannot be made again from its directories: no partition.metadata of it tells its "
		       "id; write that of \"%s/%s-%d\" again, or remove it, and the topic gets a new id",
		    f->topic, ctl.node[damaged->node].path, f->topic, damaged->partition);
	if (uuid_is_zero(made))
		uuid_random(made);
	return made;
}

/* May this directory be the replica of its partition?  Those in front of it in the list come first.
 */
static bool
fits(const struct found *f, size_t i, const struct uuid *id)
{
	const char *why = NULL;

	if (!uuid_is_zero(&f[i].id) && !uuid_eq(&f[i].id, id))
		why = "it is of another topic of this name";
	else if (i > 0 && f[i].partition == f[i - 1].partition)
		why = "another disk has a newer copy of the partition";
	if (why == NULL)
		return true;
	log_warnx("\"%s/%s-%d\" is left alone: %s", ctl.node[f[i].node].path, f->topic,
	    f[i].partition, why);
	ad.left++;
	return false;
}

/* All directories of one topic, sorted by partition. */
static void
make_topic(const struct found *f, size_t n, const struct uuid *id)
{
	uint32_t parts = (uint32_t)f[n - 1].partition + 1;
	struct topic *t = topic_new(f->topic, id, 0, topic_is_internal(f->topic), TOPIC_LIVE);
	struct part *p;

	if (t == NULL || parts > ctl.partitions_max)
		fatalx("the disks have more partitions than partitions.max (%u): raise it",
		    ctl.partitions_max);
	p = topic_grow(t, parts);
	for (size_t i = 0; i < n; i++)
		if (fits(f, i, id)) {
			place(&p[f[i].partition], &f[i]);
			ad.partitions++;
		}
	for (uint32_t i = 0; i < parts; i++)
		if (p[i].replicas == 0) { /* not found: it begins empty */
			place(&p[i], &(struct found){.node = f->node, .epoch = -1});
			ad.empty++;
		}
	op_topic(ad.op, t);
	ad.topics++;
}

static void
adopt_topic(const struct found *f, size_t n)
{
	struct uuid made = UUID_ZERO;
	const struct uuid *id = id_of(f, n, &made);
	struct topic *t = topic_by_id(id);

	if (t != NULL) {
		for (size_t i = 0; i < n; i++)
			if (fits(f, i, id))
				put_back(t, &f[i]);
	} else if (topic_by_name(f->topic, strlen(f->topic)) != NULL) {
		log_warnx("%zu directories of topic %s in \"%s\" are left alone: another topic of "
			  "this name exists",
		    n, f->topic, ctl.node[f->node].path);
		ad.left += n;
	} else
		make_topic(f, n, id);
}

/* ---- configurations ---- */

static void
take_setting(int8_t type, const char *resource, const char *name, const char *value)
{
	struct config_err err = {0};
	struct topic *t;
	int at;

	if (type == RESOURCE_TOPIC) {
		t = topic_by_name(resource, strlen(resource));
		if (t == NULL || t->published)
			return; /* of a topic that is not among those adopted */
		if (topic_config_check(name, value, &err) == -1) {
			log_warnx("topic %s: its configuration %s=%s is not taken over: %s",
			    resource, name, value, err.text);
			return;
		}
		kvs_set(&t->config, name, value);
		op_topic_config(ad.op, t, name, value);
	} else if (type == RESOURCE_BROKER && config_find(name) != -1 &&
		   config_row((enum config_id)config_find(name))->when == CONFIG_DYNAMIC) {
		at = resource[0] == '\0' ? -1 : node_index((int32_t)strtol(resource, NULL, 10));
		if (resource[0] != '\0' && at == -1)
			return;
		kvs_set(at == -1 ? &ctl.dynamic : &ctl.node[at].dynamic, name, value);
		op_broker_config(
		    ad.op, at == -1 ? META_DEFAULT_SCOPE : ctl.node[at].id, name, value);
	}
}

void
adopt_disks(const uint32_t *disks, uint32_t n, struct adoption *a)
{
	struct stat st;
	size_t from = 0;
	char *path;

	memset(&ad, 0, sizeof(ad));
	ad.op = a->op;
	for (uint32_t i = 0; i < n; i++)
		scan(disks[i]);
	if (ad.n > 0)
		qsort(ad.v, ad.n, sizeof(*ad.v), compare);
	for (size_t i = 1; i <= ad.n; i++)
		if (i == ad.n || strcmp(ad.v[i].topic, ad.v[from].topic) != 0) {
			adopt_topic(&ad.v[from], i - from);
			from = i;
		}
	for (uint32_t i = 0; i < n; i++) {
		path = xasprintf("%s/__cluster_metadata-0", ctl.node[disks[i]].path);
		if (stat(path, &st) == 0)
			adopt_cluster_metadata(path, take_setting, &a->next_producer);
		free(path);
	}
	/* what was handed out before is not known: far above all of it, and above what another
	 * adoption would begin with */
	if (ad.partitions > 0 && ctl.term == 0 && a->next_producer < now_ms())
		a->next_producer = now_ms();
	if (ad.partitions > 0)
		log_info("took over %zu partitions of %zu new topics from disks that the metadata "
			 "store did not know",
		    ad.partitions, ad.topics);
	if (ad.empty > 0)
		log_warnx(
		    "%zu partitions of those topics were not found on any disk: they begin empty",
		    ad.empty);
	free(ad.v);
	ad.v = NULL;
	load_settings();
}
