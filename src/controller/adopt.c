/* SPDX-License-Identifier: ISC */
/*
 * adopt.c - disks that the store does not know: a data directory of Apache Kafka, or our own after
 * the store was lost. Used in: controller, at start, before it serves.
 *
 * A partition directory becomes a partition again, with its topic's id (partition.metadata) and an
 * epoch above the last one in its leader-epoch-checkpoint.  Those of several disks are its replicas.
 * In sync are those whose logs reach as far as any: they have the same records, and all that was
 * acknowledged; the others follow, are cut to what the leader has, and join.  Nothing is written
 * here; the writer opens the logs later, and sets aside what it is not told of.  A directory that
 * does not fit to what is known is left alone, and reported.
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
#include "odradek/store/reader.h"

#define SMALL_FILE (16u << 20) /* leader-epoch-checkpoint has a line for each epoch */

enum { RESOURCE_TOPIC = 2, RESOURCE_BROKER = 4 };

/* One partition directory. */
struct found {
	char topic[TOPIC_NAME_MAX + 1];
	struct uuid id; /* zero: an old directory without partition.metadata, or a damaged one */
	bool damaged;
	int32_t partition, epoch;
	uint32_t node;
	struct repl_end end; /* of its log, if other disks have the partition, too */
};

static struct {
	struct found *v;
	size_t n, cap;
	struct op *op;
	struct kafka_log *log; /* of the disks' cluster, the one that knows most; NULL: there is none */
	bool ours;	       /* topics may have been made anew, and replicas moved, since the cluster was Kafka's */
	size_t partitions, topics, empty, left;
	size_t replicas, behind; /* of partitions that have several; of them: not in sync */
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

static bool
has_segments(int dirfd)
{
	int fd = dup(dirfd), end;
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *d;
	long long offset;
	bool has = false;

	if (dir == NULL && fd != -1)
		close(fd);
	while (dir != NULL && !has && (d = readdir(dir)) != NULL) {
		end = 0;
		has = sscanf(d->d_name, "%20lld.log%n", &offset, &end) == 1 && end > 0 && d->d_name[end] == '\0';
	}
	if (dir != NULL)
		closedir(dir);
	return has;
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
	/* without records it was being made when the power failed: nothing is at stake */
	f.damaged = disk_topic_id(diskfd, name, f.id.b) == -1 && has_segments(fd);
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
		c = (x->end.last_epoch < y->end.last_epoch) - (x->end.last_epoch > y->end.last_epoch);
	if (c == 0)
		c = (x->end.leo < y->end.leo) - (x->end.leo > y->end.leo);
	if (c == 0)
		c = (x->node > y->node) - (x->node < y->node);
	return c;
}

static bool
same_partition(const struct found *a, const struct found *b)
{
	return a->partition == b->partition && strcmp(a->topic, b->topic) == 0;
}

/* What was not left in order may end in what was never written. */
static void
find_end(struct found *f)
{
	const struct node *n = &ctl.node[f->node];
	bool whole = disk_left_in_order(n->path) || node_trust(f->node) == TRUST_WHOLE;
	char *path = xasprintf("%s/%s-%d", n->path, f->topic, f->partition);

	if (plog_end(path, !whole, &f->end.last_epoch, &f->end.leo) == -1) {
		log_warn("could not read \"%s\"", path);
		f->end = (struct repl_end){.last_epoch = -1};
	} else if (f->end.last_epoch == -1 && f->end.leo > 0)
		f->end.last_epoch = f->epoch; /* all of it was deleted */
	free(path);
}

static void
sort(void)
{
	if (ad.n == 0)
		return;
	qsort(ad.v, ad.n, sizeof(*ad.v), compare);
	for (size_t i = 0; i < ad.n; i++)
		if ((i > 0 && same_partition(&ad.v[i - 1], &ad.v[i])) ||
		    (i + 1 < ad.n && same_partition(&ad.v[i], &ad.v[i + 1])))
			find_end(&ad.v[i]);
	qsort(ad.v, ad.n, sizeof(*ad.v), compare);
}

/* ---- making topics of them ---- */

static void
place(struct part *p, const struct found *const copy[], int n)
{
	struct repl_end end[META_REPLICAS] = {{0}};
	const uint16_t all = (uint16_t)((1u << n) - 1);

	p->replicas = (uint8_t)n;
	for (int i = 0; i < n; i++) {
		p->replica[i] = (uint8_t)copy[i]->node;
		end[i] = copy[i]->end;
		if (copy[i]->epoch > p->epoch)
			p->epoch = copy[i]->epoch;
	}
	p->isr = repl_level(all, end, repl_greatest(all, end));
	p->lost = 0;
	free(p->directories);
	p->directories = NULL;
	p->leader = -1;
}

static void
place_one(struct part *p, const struct found *f)
{
	place(p, &f, 1);
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
	place_one(p, f);
	t->published = false; /* its rows are written again */
	ad.partitions++;
}

/*
 * The first id that there is, but rather that of a topic which the cluster had until the end than of one that was deleted while
 * a disk was out; directories with another one are left alone.  None is made where one was: clients and
 * other copies know the topic by it, and which it was, somebody may still know.  Nothing has been committed yet.
 */
static const struct uuid *
id_of(const struct found *f, size_t n, struct uuid *made)
{
	const struct found *damaged = NULL;
	char text[UUID_TEXT];

	for (size_t i = 0; i < n; i++)
		if (!uuid_is_zero(&f[i].id) &&
		    (uuid_is_zero(made) || (!ad.ours && kafka_log_topic(ad.log, &f[i].id) == KAFKA_TOPIC_LIVE &&
					       kafka_log_topic(ad.log, made) != KAFKA_TOPIC_LIVE)))
			*made = f[i].id;
	uuid_text(made, text);
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

static void
leave(const struct found *f, const char *why)
{
	log_warnx("\"%s/%s-%d\" is left alone: %s", ctl.node[f->node].path, f->topic, f->partition, why);
	ad.left++;
}

static bool
of_topic(const struct found *f, const struct uuid *id)
{
	if (uuid_is_zero(&f->id) || uuid_eq(&f->id, id))
		return true;
	leave(f, "it is of another topic of this name");
	return false;
}

/* Where it stands among the replicas: as Kafka had it, if that is known; else each partition begins with another disk,
 * so that not all are led by one. */
static int
rank(const struct found *f, const struct found *const copy[], int n, const struct uuid *id)
{
	int32_t known[META_REPLICAS];
	int nknown = kafka_log_replicas(ad.log, id, f->partition, known), below = 0;

	for (int i = 0; i < nknown; i++)
		if (known[i] == ctl.node[f->node].id)
			return i;
	for (int i = 0; i < n; i++)
		below += copy[i]->node < f->node;
	return nknown + (below + n - f->partition % n) % n;
}

static bool
is_node(const int32_t *id, int n, uint32_t node)
{
	for (int i = 0; i < n; i++)
		if (id[i] == ctl.node[node].id)
			return true;
	return false;
}

/* Those that Kafka had and whose disk does not have the partition: they begin empty, whatever else cannot be read. */
static int
add_missing(const struct found *copy[], int k, struct found *none, const int32_t *id, int n)
{
	const int32_t partition = copy[0]->partition;
	const int found = k;
	int at;

	for (int i = 0; i < n && k < META_REPLICAS; i++) {
		bool has = (at = node_index(id[i])) == -1 || !ctl.node[at].present;

		for (int j = 0; j < found; j++)
			has |= copy[j]->node == (uint32_t)at;
		if (has)
			continue;
		*none = (struct found){.node = (uint32_t)at, .partition = partition, .epoch = -1, .end = {.last_epoch = -2}};
		copy[k++] = none++;
	}
	return k;
}

/* The replicas that Kafka had.  One that it had taken away is left alone, unless it reaches farther than all of those. */
static int
as_kafka_had(const struct found *copy[], int k, struct found none[META_REPLICAS], const struct uuid *id)
{
	int32_t known[META_REPLICAS];
	int n = k == 0 || ad.ours ? 0 : kafka_log_replicas(ad.log, id, copy[0]->partition, known), first = 0, kept = 0;

	while (first < k && !is_node(known, n, copy[first]->node))
		first++;
	if (first == k)
		return k; /* it is not known, or none of them is there */
	for (int i = 0; i < k; i++)
		if (is_node(known, n, copy[i]->node) || (i < first && (copy[i]->end.last_epoch != copy[first]->end.last_epoch ||
									  copy[i]->end.leo != copy[first]->end.leo)))
			copy[kept++] = copy[i];
		else
			leave(copy[i], "the cluster had taken this replica away");
	return add_missing(copy, kept, none, known, n);
}

/* The copies of one partition, the one that reaches farthest first.  How many replicas it has of them. */
static int
place_copies(struct part *p, const struct found *f, size_t n, const struct uuid *id)
{
	const struct found *copy[META_REPLICAS], *ordered[META_REPLICAS];
	struct found none[META_REPLICAS];
	int k = 0;

	for (size_t i = 0; i < n; i++) {
		if (!of_topic(&f[i], id))
			continue;
		if (k == META_REPLICAS)
			leave(&f[i], "the partition has as many replicas as are possible on other disks");
		else
			copy[k++] = &f[i];
	}
	k = as_kafka_had(copy, k, none, id);
	for (int i = 0; i < k; i++) {
		int at = i;

		for (; at > 0 && rank(ordered[at - 1], copy, k, id) > rank(copy[i], copy, k, id); at--)
			ordered[at] = ordered[at - 1];
		ordered[at] = copy[i];
	}
	if (k > 0)
		place(p, ordered, k);
	if (k > 1) {
		ad.replicas += (size_t)k;
		ad.behind += (size_t)(k - __builtin_popcount(p->isr));
	}
	return k;
}

/* All directories of one topic, sorted by partition. */
static void
make_topic(const struct found *f, size_t n, const struct uuid *id)
{
	uint32_t parts = (uint32_t)f[n - 1].partition + 1;
	struct topic *t = topic_new(f->topic, id, 0, topic_is_internal(f->topic), TOPIC_LIVE);
	struct part *p;
	size_t last;

	if (t == NULL || parts > ctl.partitions_max)
		fatalx("the disks have more partitions than partitions.max (%u): raise it",
		    ctl.partitions_max);
	p = topic_grow(t, parts);
	for (size_t i = 0; i < n; i = last) {
		for (last = i + 1; last < n && f[last].partition == f[i].partition; last++)
			;
		ad.partitions += place_copies(&p[f[i].partition], &f[i], last - i, id) > 0;
	}
	for (uint32_t i = 0; i < parts; i++)
		if (p[i].replicas == 0) { /* not found: it begins empty */
			place_one(&p[i], &(struct found){.node = f->node, .epoch = -1});
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
			if (!of_topic(&f[i], id))
				continue;
			else if (i > 0 && f[i].partition == f[i - 1].partition)
				leave(&f[i], "another disk has a newer copy of the partition");
			else
				put_back(t, &f[i]);
	} else if (kafka_log_topic(ad.log, id) == KAFKA_TOPIC_REMOVED) {
		log_warnx("%zu directories of topic %s in \"%s\" are left alone: the cluster has deleted the topic", n, f->topic,
		    ctl.node[f->node].path);
		ad.left += n;
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

/* Each disk of a cluster has a log of the cluster's; those of brokers that were down are old. */
static void
read_log(const char *disk, int64_t *next_producer)
{
	char *path = xasprintf("%s/__cluster_metadata-0", disk);
	struct kafka_log *k = NULL;
	struct repl_end end[2];
	struct stat st;

	if (stat(path, &st) == 0)
		k = kafka_log_read(path);
	free(path);
	if (k == NULL)
		return;
	if (kafka_log_next_producer(k) > *next_producer)
		*next_producer = kafka_log_next_producer(k);
	end[0] = ad.log == NULL ? (struct repl_end){.last_epoch = -1, .leo = -1} : kafka_log_end(ad.log);
	end[1] = kafka_log_end(k);
	if (repl_greatest(3, end) == 1) {
		kafka_log_free(&ad.log);
		ad.log = k;
	} else
		kafka_log_free(&k);
}

static void
say(void)
{
	if (ad.partitions > 0)
		log_info("took over %zu partitions of %zu new topics from disks that the metadata "
			 "store did not know",
		    ad.partitions, ad.topics);
	if (ad.replicas > 0)
		log_info("of these, the partitions that are on several disks have %zu replicas: %zu reach less far than another "
			 "one, and copy what they miss",
		    ad.replicas, ad.behind);
	if (ad.empty > 0)
		log_warnx(
		    "%zu partitions of those topics were not found on any disk: they begin empty",
		    ad.empty);
}

void
adopt_disks(const uint32_t *disks, uint32_t n, struct adoption *a)
{
	size_t from = 0;

	memset(&ad, 0, sizeof(ad));
	ad.op = a->op;
	for (uint32_t i = 0; i < n; i++) {
		scan(disks[i]);
		ad.ours |= disk_was_served(ctl.node[disks[i]].path);
		read_log(ctl.node[disks[i]].path, &a->next_producer);
	}
	sort();
	for (size_t i = 1; i <= ad.n; i++)
		if (i == ad.n || strcmp(ad.v[i].topic, ad.v[from].topic) != 0) {
			adopt_topic(&ad.v[from], i - from);
			from = i;
		}
	if (ad.log != NULL)
		kafka_log_settings(ad.log, take_setting);
	/* what was handed out before is not known: far above all of it, and above what another
	 * adoption would begin with */
	if (ad.partitions > 0 && ctl.term == 0 && a->next_producer < now_ms())
		a->next_producer = now_ms();
	say();
	kafka_log_free(&ad.log);
	free(ad.v);
	ad.v = NULL;
	load_settings();
}
