/* SPDX-License-Identifier: ISC */
/*
 * adopt_log.c - what a Kafka cluster's own log, __cluster_metadata-0, says: configurations, producer ids, and in which
 * order the replicas of a partition are preferred. Used in: controller, when it adopts disks.
 *
 * The newest snapshot (NNN-EEE.checkpoint) is read first, then the log from where it ends; the
 * latest record of a key holds.  Records of types that are not needed here are passed over. Nothing
 * is written.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/batch.h"
#include "odradek/proto/gen/rec_metadata.h"
#include "odradek/proto/record.h"
#include "odradek/store/reader.h"

#define INFLATED_MAX (256u << 20)
#define RECORD_MAX (16u << 20)

enum { RESOURCE_TOPIC = 2 };

struct setting {
	int8_t type;
	char *resource, *name, *value; /* value NULL: removed */
};
struct named {
	char *name;
	struct uuid id;
	bool removed;
};
struct replicas {
	uint8_t n;
	int32_t id[META_REPLICAS];
};
struct kafka_log {
	struct setting *v;
	size_t n, cap;
	struct mapstr by_key; /* type, resource, name -> index */
	struct mapstr topics; /* id -> index in named */
	struct named *named;
	uint32_t nnamed;
	struct replicas *replicas;
	uint32_t nreplicas, replicas_cap;
	struct mapstr partitions; /* topic id, partition -> index in replicas */
	int64_t next_producer;
	struct repl_end end;
	struct msg_arena arena; /* of the record at hand */
};

static void
set(struct kafka_log *r, const struct config_record *rec)
{
	const char *resource = kstr(&rec->resource_name), *name = kstr(&rec->name),
		   *value = kstr(&rec->value);
	char *key = xasprintf("%d/%s/%s", rec->resource_type, resource, name);
	uint32_t *at = mapstr_get(&r->by_key, key, strlen(key));
	struct setting *s;

	if (at == NULL) {
		if (r->n == r->cap) {
			r->cap = r->cap == 0 ? 64 : r->cap * 2;
			r->v = xreallocarray(r->v, r->cap, sizeof(*r->v));
		}
		mapstr_put(&r->by_key, key, strlen(key), (uint32_t)r->n);
		s = &r->v[r->n++];
		*s = (struct setting){rec->resource_type, xstrdup(resource), xstrdup(name), NULL};
	} else
		s = &r->v[*at];
	free(key);
	free(s->value);
	s->value = value == NULL ? NULL : xstrdup(value);
}

static void
topic_seen(struct kafka_log *r, const struct topic_record *rec)
{
	r->named = xreallocarray(r->named, r->nnamed + 1, sizeof(*r->named));
	r->named[r->nnamed] = (struct named){.name = xstrdup(kstr(&rec->name)), .id = rec->topic_id};
	mapstr_put(&r->topics, (const char *)rec->topic_id.b, 16, r->nnamed++);
}

static void
topic_removed(struct kafka_log *r, const struct remove_topic_record *rec)
{
	uint32_t *at = mapstr_get(&r->topics, (const char *)rec->topic_id.b, 16);

	if (at == NULL)
		return;
	r->named[*at].removed = true;
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].type == RESOURCE_TOPIC && strcmp(r->v[i].resource, r->named[*at].name) == 0) {
			free(r->v[i].value);
			r->v[i].value = NULL;
		}
}

enum { PARTITION_KEY = 16 + 4 };

static void
partition_key(char key[PARTITION_KEY], const struct uuid *topic, int32_t partition)
{
	memcpy(key, topic->b, 16);
	memcpy(key + 16, &partition, 4);
}

static void
replicas_seen(struct kafka_log *r, const struct uuid *topic, int32_t partition, const int32_t *id, int n)
{
	char key[PARTITION_KEY];
	struct replicas *to;
	uint32_t *at;

	partition_key(key, topic, partition);
	at = mapstr_get(&r->partitions, key, sizeof(key));
	if (at == NULL) {
		if (r->nreplicas == r->replicas_cap) {
			r->replicas_cap = r->replicas_cap == 0 ? 256 : r->replicas_cap * 2;
			r->replicas = xreallocarray(r->replicas, r->replicas_cap, sizeof(*r->replicas));
		}
		mapstr_put(&r->partitions, key, sizeof(key), r->nreplicas);
		to = &r->replicas[r->nreplicas++];
	} else
		to = &r->replicas[*at];
	to->n = (uint8_t)(n < META_REPLICAS ? n : META_REPLICAS);
	memcpy(to->id, id, to->n * sizeof(*id));
}

static void
partition_seen(struct kafka_log *r, const struct partition_record *rec)
{
	replicas_seen(r, &rec->topic_id, rec->partition_id, karr_begin(&rec->replicas), karr_len(&rec->replicas));
}

static void
partition_changed(struct kafka_log *r, const struct partition_change_record *rec)
{
	if (!karr_is_null(&rec->replicas))
		replicas_seen(r, &rec->topic_id, rec->partition_id, karr_begin(&rec->replicas), karr_len(&rec->replicas));
}

static bool
wanted(const struct msg_table *t)
{
	return t == &config_record_table || t == &topic_record_table || t == &remove_topic_record_table ||
	       t == &producer_ids_record_table || t == &partition_record_table || t == &partition_change_record_table;
}

/* A record's value: version of the frame, type, version, message. */
static void
replay_value(struct kafka_log *r, const void *p, size_t len)
{
	const struct msg_table *table;
	struct wire_in in;
	uint32_t frame, type, version;
	void *root;

	wire_in_mem(&in, p, len);
	frame = wire_get_uvarint(&in);
	type = wire_get_uvarint(&in);
	version = wire_get_uvarint(&in);
	if (!wire_in_ok(&in) || frame > 1)
		return;
	table = msg_record_table(MSG_METADATA, NULL, (int)type);
	if (!wanted(table))
		return;
	msg_arena_reset(&r->arena);
	if (version > INT8_MAX || msg_decode(table, (int)version, &in, &r->arena) != 0)
		return;
	root = msg_root(&r->arena);
	if (table == &config_record_table)
		set(r, root);
	else if (table == &topic_record_table)
		topic_seen(r, root);
	else if (table == &remove_topic_record_table)
		topic_removed(r, root);
	else if (table == &partition_record_table)
		partition_seen(r, root);
	else if (table == &partition_change_record_table)
		partition_changed(r, root);
	else if (((struct producer_ids_record *)root)->next_producer_id > r->next_producer)
		r->next_producer = ((struct producer_ids_record *)root)->next_producer_id;
}

static void
replay_batch(struct kafka_log *r, const uint8_t *batch, size_t len)
{
	struct record_iter it;
	struct record rec;

	r->end = (struct repl_end){.last_epoch = batch_leader_epoch(batch), .leo = batch_last_offset(batch) + 1};
	if (record_iter_init(&it, batch, len, 0, INFLATED_MAX) == 0 &&
	    (it.h.attributes & BATCH_CONTROL) == 0)
		while (record_iter_next(&it, &rec) == 1)
			if (rec.value_len > 0)
				replay_value(r, rec.value, (size_t)rec.value_len);
	record_iter_fini(&it);
}

/* Name of the newest snapshot and the offset at which it ends; -1: there is none. */
static int64_t
newest_snapshot(const char *path, char name[256], struct repl_end *its)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	long long offset, epoch, best = -1;
	int end;

	while (dir != NULL && (d = readdir(dir)) != NULL) {
		end = 0;
		if (sscanf(d->d_name, "%20lld-%10lld.checkpoint%n", &offset, &epoch, &end) != 2 ||
		    end == 0 || d->d_name[end] != '\0' || offset <= best)
			continue;
		best = offset;
		*its = (struct repl_end){.last_epoch = (int32_t)epoch, .leo = offset};
		snprintf(name, 256, "%s", d->d_name);
	}
	if (dir != NULL)
		closedir(dir);
	return best;
}

static void
replay_snapshot(struct kafka_log *r, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *map;
	size_t at = 0, size;
	int64_t len;

	if (fd == -1 || fstat(fd, &st) == -1 || st.st_size == 0) {
		log_warn("could not read \"%s\"", path);
		if (fd != -1)
			close(fd);
		return;
	}
	size = (size_t)st.st_size;
	map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED) {
		log_warn("could not read \"%s\"", path);
		return;
	}
	while (size - at >= BATCH_OVERHEAD && (len = batch_size(map + at)) >= BATCH_OVERHEAD &&
	       (uint64_t)len <= size - at && batch_verify(map + at, (size_t)len) == 0) {
		replay_batch(r, map + at, (size_t)len);
		at += (size_t)len;
	}
	if (at < size)
		log_warnx(
		    "\"%s\" is damaged at byte %zu: what follows is not taken over", path, at);
	munmap(map, size);
}

static void
replay_log(struct kafka_log *r, const char *path, int64_t from)
{
	struct plog_reader *reader;
	const uint8_t *batch;
	int64_t segment, position;
	size_t len;
	int res = -1;

	if (plog_reader_open(&reader, path, from) == -1) {
		if (from == 0 || errno != ERANGE)
			log_warn("could not read \"%s\"", path);
		return;
	}
	while ((res = plog_reader_next(reader, &batch, &len)) == 1)
		replay_batch(r, batch, len);
	if (res == -1) {
		plog_reader_where(reader, &segment, &position);
		log_warn("\"%s\" is damaged in segment %lld at byte %lld: what follows is not "
			 "taken over",
		    path, (long long)segment, (long long)position);
	}
	plog_reader_close(&reader);
}

struct kafka_log *
kafka_log_read(const char *path)
{
	struct kafka_log *k = xcalloc(1, sizeof(*k));
	struct repl_end end = {.last_epoch = -1};
	char name[256], *file;
	int64_t from;

	if (msg_arena_init(&k->arena, RECORD_MAX) == -1)
		fatal("could not reserve address space");
	from = newest_snapshot(path, name, &end);
	if (from >= 0) {
		file = xasprintf("%s/%s", path, name);
		replay_snapshot(k, file);
		free(file);
	}
	k->end = end; /* a snapshot's batches count by themselves */
	replay_log(k, path, from < 0 ? 0 : from);
	msg_arena_fini(&k->arena);
	return k;
}

void
kafka_log_free(struct kafka_log **kp)
{
	struct kafka_log *k = *kp;

	*kp = NULL;
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->n; i++) {
		free(k->v[i].resource);
		free(k->v[i].name);
		free(k->v[i].value);
	}
	for (uint32_t i = 0; i < k->nnamed; i++)
		free(k->named[i].name);
	free(k->v);
	free(k->named);
	free(k->replicas);
	mapstr_fini(&k->by_key);
	mapstr_fini(&k->topics);
	mapstr_fini(&k->partitions);
	free(k);
}

struct repl_end
kafka_log_end(const struct kafka_log *k)
{
	return k->end;
}

int64_t
kafka_log_next_producer(const struct kafka_log *k)
{
	return k->next_producer;
}

void
kafka_log_settings(const struct kafka_log *k, kafka_log_setting_fn *found)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].value != NULL)
			found(k->v[i].type, k->v[i].resource, k->v[i].name, k->v[i].value);
}

enum kafka_topic
kafka_log_topic(const struct kafka_log *k, const struct uuid *id)
{
	uint32_t *at = k == NULL ? NULL : mapstr_get(&k->topics, (const char *)id->b, 16);

	if (at == NULL)
		return KAFKA_TOPIC_UNKNOWN;
	return k->named[*at].removed ? KAFKA_TOPIC_REMOVED : KAFKA_TOPIC_LIVE;
}

int
kafka_log_replicas(
    const struct kafka_log *k, const struct uuid *topic, int32_t partition, int32_t id[META_REPLICAS])
{
	char key[PARTITION_KEY];
	uint32_t *at;

	if (k == NULL)
		return 0;
	partition_key(key, topic, partition);
	at = mapstr_get(&k->partitions, key, sizeof(key));
	if (at == NULL)
		return 0;
	memcpy(id, k->replicas[*at].id, sizeof(k->replicas[0].id));
	return k->replicas[*at].n;
}
